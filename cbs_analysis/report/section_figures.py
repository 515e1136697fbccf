"""Charts of the pages on sections: one small panel for each measure, against its target or its direction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..plan.verdicts import WORDS, Verdict
from ..series.units import unit_label
from . import verdict_figures
from .figures import SOFT, Chart, blank, finish, hollow, publishers_of
from .messages import message
from .section_pages import Section
from .series_tables import table_series
from .style import COLOURS, VERDICT_COLOURS, VERDICT_MARKS, chart_style, readable, wrap_text
from .tables import Table

__all__ = ["Panel", "panels_of", "plot_directions", "plot_paths", "plot_progress"]

COLUMNS, ROWS = 2, 5  # panels of one chart
_NAME = 2.75  # inches
_HALO = {"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.75}
_BEFORE = 3  # years before the plan
_PANEL, _HEAD = 1.0, 0.42  # inches: height of a panel, and of the words above it with a name of one line


@dataclass(frozen=True)
class Panel:
    """One measure with its figures.

    `values` are what is drawn: for a sum the running total since the plan began. `target` is the level or
    total of the last year, `limit` a line that holds in every year, `annual` the plan of one year.
    """

    verdict: Verdict
    name: str
    unit: str
    wanted: str
    years: tuple[int, ...]
    values: tuple[float, ...]
    soft: tuple[bool, ...]
    label: str
    base: tuple[int, float] | None = None
    target: tuple[int, float] | None = None
    limit: float | None = None
    annual: tuple[int, float] | None = None
    broken: frozenset[int] = frozenset()
    evidence: tuple[Any, ...] = field(default=(), repr=False)


def panels_of(section: Section, verdicts: Sequence[Verdict], *, paths: bool) -> list[Panel]:
    """Panels of the measures that have yearly figures; the others are in the table of refusals."""
    made = [_panel(section, v, paths) for v in verdicts if v.indicator and v.assessed]
    return [p for p in made if p is not None]


def _panel(section: Section, v: Verdict, paths: bool) -> Panel | None:
    ctx, measure = section.ctx, section.measure(v)
    held = ctx.book.yearly(v.indicator)
    first, last = ctx.plan.baseline - _BEFORE + 1, ctx.plan.end.year
    if v.type == "sum" and paths:
        first = ctx.plan.start.year
    years = [y for y in held.years if first <= y <= last]
    if not years:
        return None
    ctx.yearly(v.indicator)  # its files belong to this page
    cited = [held.evidence[str(y)] for y in years]
    numbers = [x for y, x in zip(held.years, held.numbers, strict=True) if first <= y <= last]
    record = ctx.evaluation.registry.indicator(v.indicator)
    values = np.cumsum(numbers) if v.type == "sum" and paths else np.asarray(numbers)
    scale, unit = _scaled(values, record, section.lang)
    goal = measure.target.value if measure.target and paths else None
    limit = goal if v.type in ("keep_below", "keep_above") else None
    level = v.type in ("level", "coverage", "sum") and goal is not None
    base = None
    if level:
        start = 0.0 if v.type == "sum" or not np.isfinite(v.baseline) else v.baseline
        base = (ctx.plan.baseline, start * scale)
    breaches = {int(y) for y in (*v.extra.get("breaches", ()), *v.extra.get("falls", ()))}
    return Panel(
        verdict=v,
        name=section.called(v),
        unit=unit,
        wanted=_wanted(v, measure.sense, section.lang) if not paths else "",
        years=tuple(years),
        values=tuple(float(x) * scale for x in values),
        soft=tuple(any(e.status in SOFT for e in rows) for rows in cited),
        label=record.format(float(values[-1]), section.lang),
        base=base,
        target=(last, goal * scale) if level and goal is not None else None,
        limit=limit * scale if limit is not None else None,
        annual=_annual(v, scale) if paths else None,
        broken=frozenset(breaches),
        evidence=tuple(e for rows in cited for e in rows),
    )


def _annual(v: Verdict, scale: float) -> tuple[int, float] | None:
    """The level or the limit that the plan of the newest year sets; a total does not fit the axis."""
    if v.annual is None or v.annual.kind == "sum":
        return None
    return v.annual.year, v.annual.target * scale


def _scaled(values: Any, record: Any, lang: str) -> tuple[float, str]:
    """Factor and unit of an axis: as the label of the last figure counts."""
    unit = record.unit_zh if lang == "zh" and record.unit_zh else unit_label(record.unit, lang)
    top = float(np.abs(values).max())
    if record.unit == "persons" and top >= 1e5:
        return (1e-4, "万人") if lang == "zh" else (1e-3, "thousand persons")
    if record.unit == "mn_yuan" and lang == "zh" and not 100 <= top < 1000:
        return (100.0, "万元") if top < 100 else (0.01, "亿元")
    return 1.0, unit


def _wanted(v: Verdict, sense: str | None, lang: str) -> str:
    return message("panel_down" if sense in ("down", "at_most") else "panel_up", lang)


# --- charts ---------------------------------------------------------------------------------------


def plot_progress(section: Section) -> Chart | None:
    """Share of the way done against share of time gone, for the measures with a target."""
    assert section.part is not None
    return verdict_figures.plot_progress(section.part, section.lang)


def plot_directions(section: Section) -> list[Chart | Table]:
    """Small panels of the measures without a target: the yearly figures and the wanted direction."""
    found = panels_of(section, section.verdicts(directions=True), paths=False)
    good = sum(p.verdict.word in ("on_track", "ahead", "achieved") for p in found)
    title = section.t("directions_chart", n=len(found), good=good)
    return _charts(section, found, title, "directions")


def plot_paths(section: Section) -> list[Chart | Table]:
    """Small panels of the measures with a target, a limit or a yearly rule: the way gone and the way left."""
    types = ("level", "coverage", "sum", "keep_below", "keep_above", "not_below_previous")
    found = panels_of(section, section.verdicts(*types, directions=False), paths=True)
    good = sum(p.verdict.word in ("on_track", "ahead", "achieved") for p in found)
    title = section.t("paths_chart", n=len(found), good=good)
    return _charts(section, found, title, "paths")


def _charts(section: Section, panels: list[Panel], title: str, name: str) -> list[Chart | Table]:
    """Charts of at most so many panels, each with the figures that it draws."""
    size = COLUMNS * ROWS
    pages = [panels[i : i + size] for i in range(0, len(panels), size)]
    made: list[Chart | Table] = []
    for i, page in enumerate(pages, 1):
        head = section.t("nth_chart", title=title, i=i, n=len(pages)) if len(pages) > 1 else title
        made += [_chart(section, page, head, f"{name}_{i}"), _figures_of(section, page)]
    return made


def _figures_of(section: Section, panels: list[Panel]) -> Table:
    """The yearly figures of the panels, each a link to its cell."""
    held = {}
    for p in panels:
        series = section.ctx.book.yearly(p.verdict.indicator).between(p.years[0], p.years[-1])
        held[p.name] = (p.verdict.indicator, series)
    return table_series(held, section.lang)


def _chart(section: Section, panels: list[Panel], title: str, name: str) -> Chart:
    lang, plan = section.lang, section.ctx.plan
    rows = -(-len(panels) // COLUMNS)
    unit = "panel_unit_direction" if name.startswith("directions") else "panel_unit_path"
    head = _HEAD + 0.17 * max(wrap_text(p.name, 9, _NAME, lines=2, even=True).count("\n") for p in panels)
    gap = head + 0.36
    with chart_style():
        figure, axes = blank(rows, COLUMNS, body=_PANEL * rows + gap * (rows - 1), squeeze=False)
        for ax, panel in zip(axes.flat, panels, strict=False):
            _draw(ax, panel, plan, lang)
        for ax in list(axes.flat)[len(panels) :]:
            ax.remove()
        figure.subplots_adjust(wspace=0.3)
    said = section.t("list_sep").join(f"{p.name} {p.label} {p.verdict.label(lang)}" for p in panels)
    return finish(
        figure,
        name=name,
        rows=[r for p in panels for r in _rows(p, lang)],
        title=title,
        unit=section.t(unit),
        period=f"{min(p.years[0] for p in panels)}—{max(p.years[-1] for p in panels)}",
        source=publishers_of([e for p in panels for e in p.evidence], lang),
        lang=lang,
        said=said,
        left=0.55,
        above=head,
        gap=gap,
    )


def _rows(p: Panel, lang: str) -> list[dict[str, Any]]:
    word = WORDS[p.verdict.word][lang]
    common = {"panel": p.name, "unit": p.unit}
    rows: list[dict[str, Any]] = [
        {**common, "series": message("chart_figure", lang), "period": str(y), "value": v, "text": word,
         "status": "provisional" if soft else "published"}
        for y, v, soft in zip(p.years, p.values, p.soft, strict=True)
    ]  # fmt: skip
    marks = (
        ("chart_base", p.base if p.target else None),
        ("chart_fan_target", p.target),
        ("chart_annual", p.annual),
    )
    rows += [
        {**common, "series": message(k, lang), "period": str(m[0]), "value": m[1]}
        for k, m in marks
        if m is not None
    ]
    if p.limit is not None:
        rows.append({**common, "series": message("chart_limit", lang), "value": p.limit})
    return rows


def _draw(ax: Any, p: Panel, plan: Any, lang: str) -> None:
    colour = VERDICT_COLOURS[p.verdict.word]
    first, last = min(p.years[0], plan.baseline), plan.end.year
    ax.axvspan(plan.start.year - 0.5, last + 0.5, color=COLOURS["pale"], alpha=0.45, zorder=0, lw=0)
    x, y = np.asarray(p.years, dtype=float), np.asarray(p.values)
    _draw_wanted(ax, p, float(x[-1]), float(y[-1]), colour)
    for run in np.split(np.arange(len(x)), np.where(np.diff(x) > 1)[0] + 1):  # a missing year breaks the line
        ax.plot(x[run], y[run], color=colour, lw=1.7)
    hollow(ax, x, y, p.soft, colour, size=4)
    bad = [i for i, year in enumerate(p.years) if year in p.broken]
    ax.plot(x[bad], y[bad], ls="", marker="x", color=VERDICT_COLOURS["behind"], ms=7, mew=1.8, zorder=5)
    low, high = ax.get_ylim()
    ax.set_ylim(low - 0.06 * (high - low), high + 0.30 * (high - low))
    late, falling = x[-1] >= last - 1, len(y) > 1 and y[-1] < y[-2]
    ax.annotate(
        p.label,
        (x[-1], y[-1]),
        xytext=(3 if falling and not late else 0, 5),
        textcoords="offset points",
        color=readable(colour),
        fontsize=9,
        bbox=_HALO,
        ha="right" if late else "left" if falling else "center",
        annotation_clip=False,
    )
    ax.set_xlim(first - 0.5, last + 0.5)
    ticks = sorted({first, plan.baseline, last})
    ax.set_xticks(ticks, [str(t) for t in ticks])
    ax.locator_params(axis="y", nbins=3)
    _head(ax, p, colour, lang)


def _draw_wanted(ax: Any, p: Panel, x: float, y: float, colour: str) -> None:
    """The even pace to the target and what is left of the way, the limit, and the plan of a year."""
    if p.base and p.target:
        (a, b), (c, d) = p.base, p.target
        ax.plot([a, c], [b, d], color=COLOURS["grey"], lw=1, ls=(0, (4, 3)))
        ax.plot([x, c], [y, d], color=colour, lw=1.2, ls=(0, (1, 1.5)))
        ax.plot(c, d, ls="", marker="D", ms=4.6, color=COLOURS["ink"], zorder=4)
    if p.limit is not None:
        ax.axhline(p.limit, color=COLOURS["ink"], lw=1.1, ls=(0, (5, 2)))
    if p.annual is not None:
        ax.plot(*p.annual, ls="", marker="_", ms=9, mew=1.6, color=COLOURS["ink"], zorder=4)


def _head(ax: Any, p: Panel, colour: str, lang: str) -> None:
    """Name, then the word with its mark, the wanted direction and the unit."""
    word = f"{VERDICT_MARKS[p.verdict.word]} {WORDS[p.verdict.word][lang]}"
    under = f"{word}  {p.wanted}".rstrip() + (f"  {p.unit}" if p.unit else "")
    ax.annotate(
        wrap_text(under, 8.5, _NAME, lines=1),
        (0, 1),
        xycoords="axes fraction",
        xytext=(-24, 5),
        ha="left",
        textcoords="offset points",
        va="bottom",
        fontsize=8.5,
        color=readable(colour),
    )
    ax.annotate(
        wrap_text(p.name, 9, _NAME, lines=2, even=True),
        (0, 1),
        xycoords="axes fraction",
        xytext=(-24, 19),
        ha="left",
        textcoords="offset points",
        va="bottom",
        fontsize=9,
        color=COLOURS["ink"],
        linespacing=1.15,
    )
