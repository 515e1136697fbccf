"""Charts of what a gap is made of: parts by year as stacked bars, and waterfalls from first to last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..models.income_gap import IncomeGapResult
from ..models.synchrony_parts import SynchronyParts
from ..series.rounding import fixed
from .figures import Chart, bar_label, blank, finish, legend_above, year_ticks
from .messages import message
from .style import COLOURS, chart_style, text_inches, wrap_text

__all__ = ["plot_gap_waterfall", "plot_parts", "plot_parts_waterfall"]

_PARTS = {"distribution": "blue", "price_wedge": "orange", "population": "green"}


def plot_parts(parts: SynchronyParts, lang: str, *, source: str) -> Chart:
    """Parts of the gap by year as stacked bars, the gap itself as a point."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    frame = parts.by_year
    years, shown = [p.year for p in frame.index], [k for k in _PARTS if k in frame]
    names = {k: message(f"synchrony_part_{k}", lang) for k in (*shown, "gap")}
    with chart_style():
        figure, ax = blank(body=2.9)
        for sign in (1, -1):
            at = np.zeros(len(years))
            for key in shown:
                part = frame[key].to_numpy()
                value = np.where(np.sign(part) == sign, part, 0.0)
                ax.bar(years, value, bottom=at, width=0.62, color=COLOURS[_PARTS[key]])
                at += value
        ax.plot(years, frame["gap"].to_numpy(), color=COLOURS["ink"], marker="D", ms=4.5, lw=0, mec="white",
                mew=0.6)  # fmt: skip
        ax.axhline(0, color=COLOURS["ink"], lw=0.8, gid="guide")
        ax.use_sticky_edges = False  # bars shall not touch the frame
        ax.margins(y=0.08)
        ax.autoscale_view(scalex=False)
        year_ticks(ax, years, inches=5.3)
        handles: list[Any] = [Patch(color=COLOURS[_PARTS[k]], label=names[k]) for k in shown]
        handles.append(Line2D([], [], ls="", marker="D", ms=4.5, color=COLOURS["ink"], label=names["gap"]))
        above = legend_above(figure, ax, handles, left=0.42)
    largest = str(parts.params.drop("gap").abs().idxmax())
    rows = [
        {"series": names[k], "period": str(p), "value": v, "unit": message("synchrony_parts_unit", lang)}
        for k in (*shown, "gap") for p, v in frame[k].items()
    ]  # fmt: skip
    return finish(
        figure,
        name="gap_parts",
        rows=rows,
        title=message(
            "synchrony_parts_chart",
            lang,
            gap=fixed(float(parts.params["gap"]), 1, sign=True),
            part=names[largest],
            mean=fixed(float(parts.params[largest]), 1, sign=True),
        ),
        unit=message("synchrony_parts_unit", lang),
        period=f"{years[0]}—{years[-1]}",
        source=source,
        lang=lang,
        said=parts.finding(lang),
        left=0.42,
        above=above,
    )


def plot_parts_waterfall(parts: SynchronyParts, lang: str, *, source: str) -> Chart:
    """The mean gap between income and growth as the steps that add up to it."""
    shown = [k for k in _PARTS if k in parts.params]
    steps = [(message(f"synchrony_part_{k}", lang), float(parts.params[k])) for k in shown]
    total = float(parts.params["gap"])
    index = parts.by_year.index
    title = message("chart_parts_waterfall", lang, gap=fixed(total, 2, sign=True))
    said = message("list_sep", lang).join(f"{name} {fixed(v, 2, sign=True)}" for name, v in steps)
    return _waterfall(
        0.0, steps, (message("synchrony_part_gap", lang), total), lang, digits=2, name="gap_parts_mean",
        title=title, unit=message("chart_parts_waterfall_unit", lang), period=f"{index[0]}—{index[-1]}",
        source=source, said=said, row_unit=message("synchrony_parts_unit", lang),
    )  # fmt: skip


def plot_gap_waterfall(fit: IncomeGapResult, lang: str, *, source: str) -> Chart:
    """The absolute gap of the first year, what moved it since, and that of the last year."""
    moved = fit.gap_change.to_frame().iloc[1:]
    first, last = fit.table.index[0], fit.table.index[-1]
    ends = [float(fit.table["gap"].iloc[i]) for i in (0, -1)]
    keys = {"ratio": "chart_step_ratio", "rural income": "chart_step_level"}
    steps = [(message(word, lang), float(moved[k].sum())) for k, word in keys.items()]
    title = message(
        "chart_gap_waterfall", lang, first=first, last=last, change=fixed(ends[1] - ends[0], 0, sign=True),
        ratio=fixed(steps[0][1], 0, sign=True), level=fixed(steps[1][1], 0, sign=True),
    )  # fmt: skip
    unit = message("gap_unit", lang)
    return _waterfall(
        ends[0], steps, (message("chart_gap_of", lang, year=last), ends[1]), lang, digits=0,
        start=message("chart_gap_of", lang, year=first), name=f"gap_waterfall_{fit.prices}", title=title,
        unit=message("chart_gap_waterfall_unit", lang, prices=message(f"gap_{fit.prices}", lang)),
        period=f"{first}—{last}", source=source, row_unit=unit,
    )  # fmt: skip


def _waterfall(
    begin: float, steps: Sequence[tuple[str, float]], end: tuple[str, float], lang: str, *, digits: int,
    row_unit: str, start: str = "", **words: Any,
) -> Chart:  # fmt: skip
    """Bars from zero for the first and the last, floating bars for the steps between them."""
    bars = [(start, 0.0, begin, "grey")] if start else []
    at = begin
    for label, value in steps:
        bars.append((label, at, value, "blue" if value >= 0 else "orange"))
        at += value
    bars.append((end[0], 0.0, end[1], "grey"))
    with chart_style():
        figure, ax = blank(body=2.6)
        names, wide = [], 5.2 / len(bars) - 0.12
        for i, (label, bottom, value, colour) in enumerate(bars):
            ax.bar(i, value, bottom=bottom, width=0.62, color=COLOURS[colour])
            whole = i == len(bars) - 1 or bool(start and not i)
            text = fixed(value, digits) if whole and start else fixed(value, digits, sign=True)
            bar_label(ax, i, bottom + value, text, up=value >= 0, size=9.5)
            names.append(wrap_text(label, 9, wide))
        edges = np.cumsum([begin, *(v for _, v in steps)])
        offset = 1 if start else 0
        for i, level in enumerate(edges[0 if start else 1 :]):  # a thin line carries the level on
            ax.plot([i + 0.31, i + 0.69], [level, level], color=COLOURS["quiet"], lw=0.8, gid="guide")
        ax.axhline(0, color=COLOURS["ink"], lw=0.8, gid="guide")
        ax.set_xticks(range(len(bars)), names)
        ax.tick_params(axis="x", length=0)
        ax.use_sticky_edges = False
        ax.margins(y=0.14)
        ax.autoscale_view(scalex=False)
        if start:
            ax.set_ylim(bottom=0)
            ax.yaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")
    rows = [
        {"series": "total" if i in ((0,) if offset else ()) or i == len(bars) - 1 else "step", "item": label,
         "value": value, "low": bottom, "high": bottom + value, "unit": row_unit}
        for i, (label, bottom, value, _) in enumerate(bars)
    ]  # fmt: skip
    lines = max(n.count("\n") for n in names) + 1
    left = 0.3 + text_inches(f"{max(abs(begin), abs(end[1])):,.0f}" if start else "-0.00", 9)
    return finish(figure, rows=rows, lang=lang, left=left, below=0.14 + 0.17 * lines, **words)
