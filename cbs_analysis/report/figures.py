"""Charts of the reports: title, unit, period and source stand in the picture itself."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..models.synchrony import SynchronyResult
from ..plan.evaluation import Evaluation
from ..plan.verdicts import WORDS
from ..registry.load import load_registry
from .messages import message
from .style import COLOURS, VERDICT_COLOURS, chart_style

__all__ = [
    "Chart",
    "plot_coverage",
    "plot_distribution",
    "plot_progress",
    "plot_synchrony",
    "plot_urban_rural",
    "plot_year_to_date",
]

WIDTH = 8.0
COVERAGE_ROWS = 40


@dataclass(frozen=True)
class Chart:
    """A finished figure with the words that a reader needs when the picture does not show."""

    figure: Any
    title: str
    alt: str


def _finish(
    figure: Any, *, title: str, unit: str, period: str, source: str, lang: str, said: str = ""
) -> Chart:
    """Write title, unit and period above, and the source below."""
    with chart_style():
        height = figure.get_size_inches()[1]
        figure.subplots_adjust(top=1 - 0.82 / height, bottom=0.82 / height)
        figure.text(0.02, 1 - 0.08 / height, title, fontsize=13, ha="left", va="top", color=COLOURS["ink"])
        subtitle = message("unit_period", lang, unit=unit, period=period)
        figure.text(
            0.02, 1 - 0.40 / height, subtitle, fontsize=9.5, ha="left", va="top", color=COLOURS["grey"]
        )
        figure.text(
            0.02, 0.08 / height, message("source_line", lang, source=source), fontsize=8.5,
            ha="left", va="bottom", color=COLOURS["grey"],
        )  # fmt: skip
    stop = "。" if lang == "zh" else ". "
    return Chart(figure, title, stop.join(x for x in (title, subtitle, said) if x))


def source_names(names: list[str], lang: str) -> str:
    """At most three publishers, so that the line fits."""
    unique = list(dict.fromkeys(n for n in names if n))
    text = message("list_sep", lang).join(unique[:3])
    return text + (message("and_others", lang) if len(unique) > 3 else "") or "—"


def publishers_of(evidence: Any, lang: str) -> str:
    """Names of the publishers behind some evidence."""
    registry = load_registry()
    return source_names([registry.publisher(e.source).name(lang) for e in evidence], lang)


def _new(rows: int = 1, cols: int = 1, *, height: float = 4.2, **kwargs: Any) -> Any:
    """A figure that never touches the notebook's pyplot state."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout=None)
    return figure, figure.subplots(rows, cols, **kwargs)


def _direct_labels(ax: Any, ends: list[tuple[float, float, str, str]], gap: float) -> None:
    """Write series names at the line ends, pushed apart so that they never overlap."""
    ends = sorted(ends, key=lambda e: e[1])
    y = -np.inf
    for x, value, text, colour in ends:
        y = max(value, y + gap)
        ax.annotate(
            text, (x, y), xytext=(9, 0), textcoords="offset points", color=colour, va="center", fontsize=9.5,
            annotation_clip=False,
        )  # fmt: skip


def plot_synchrony(result: SynchronyResult, lang: str, *, source: str) -> Chart:
    """Cumulative income and growth with the gap shaded, and the gap by year."""
    base = result.income.index[0].year - 1
    years = np.array([p.year for p in result.index.index], dtype=float)
    income, growth = result.index["income"].to_numpy(), result.index["growth"].to_numpy()
    with chart_style():
        figure, (left, right) = _new(1, 2, gridspec_kw={"width_ratios": [1.5, 1]})
        left.plot(years, income, color=COLOURS["blue"], marker="o", lw=2)
        left.plot(years, growth, color=COLOURS["orange"], marker="s", lw=2)
        left.fill_between(years, income, growth, color=COLOURS["grey"], alpha=0.2, lw=0)
        span = max(income.max(), growth.max()) - 100.0
        names = message("income_short", lang), message("gdp_short", lang)
        _direct_labels(
            left,
            [(years[-1], income[-1], f"{names[0]} {income[-1]:.1f}", COLOURS["blue"]),
             (years[-1], growth[-1], f"{names[1]} {growth[-1]:.1f}", COLOURS["orange"])],
            gap=max(span, 1.0) * 0.09,
        )  # fmt: skip
        low, high = left.get_ylim()
        left.set_ylim(low, high + 0.08 * (high - low))
        left.set_xlim(years[0] - 0.15, years[-1] + 0.4 * max(1.6, len(years) * 0.45))
        left.set_xticks(years, [f"{y:.0f}" for y in years])
        left.set_ylabel(message("index_base", lang, base=base))
        gap = result.gap.to_numpy()
        colours = [COLOURS["blue"] if g >= 0 else COLOURS["orange"] for g in gap]
        right.bar(years[1:], gap, color=colours, width=0.6)
        right.axhline(0, color=COLOURS["ink"], lw=0.8)
        right.axhspan(-result.band, result.band, color=COLOURS["pale"], zorder=0)
        right.set_xticks(years[1:], [f"{y:.0f}" for y in years[1:]])
        right.set_ylabel(message("gap_pp", lang))
        figure.subplots_adjust(left=0.09, right=0.98, wspace=0.28)
    title = message("sync_chart", lang, words=message(f"state_{result.state}", lang))
    return _finish(
        figure,
        title=title,
        unit=message("sync_unit", lang, base=base),
        period=f"{base}—{int(years[-1])}",
        source=source,
        lang=lang,
        said=result.finding(lang),
    )


def plot_urban_rural(ratio: pd.Series, gap: pd.Series, lang: str, *, source: str) -> Chart | None:
    """The ratio and the absolute gap side by side; None for fewer than two years."""
    if len(ratio) < 2 or len(gap) < 2:
        return None
    with chart_style():
        figure, axes = _new(1, 2)
        for ax, values, colour, name, digits in (
            (axes[0], ratio, COLOURS["blue"], "ratio_rural_1", 2),
            (axes[1], gap / 1e4, COLOURS["orange"], "gap_10k_yuan", 2),
        ):
            years = [p.year for p in values.index]
            ax.plot(years, values, color=colour, marker="o", lw=2)
            pad = 0.18 * (float(values.max() - values.min()) or 1.0)
            ax.set_ylim(float(values.min()) - pad, float(values.max()) + 1.8 * pad)
            for x, y in (list(zip(years, values, strict=True)))[:: max(1, len(years) - 1)]:
                ax.annotate(f"{y:.{digits}f}", (x, y), xytext=(0, 8), textcoords="offset points",
                            ha="center", color=colour, fontsize=9.5)  # fmt: skip
            ax.set_xticks(years[:: max(1, len(years) // 5)])
            ax.set_xlim(years[0] - 0.6, years[-1] + 0.6)
            ax.set_ylabel(message(name, lang))
        figure.subplots_adjust(left=0.09, right=0.98, wspace=0.28)
    first, last = ratio.index[0].year, ratio.index[-1].year
    said = message(
        "urban_rural_said", lang, first=first, last=last, a=f"{ratio.iloc[0]:.2f}", b=f"{ratio.iloc[-1]:.2f}"
    )
    return _finish(
        figure,
        title=message("urban_rural_chart", lang),
        unit=message("urban_rural_unit", lang),
        period=f"{first}—{last}",
        source=source,
        lang=lang,
        said=said,
    )


def plot_year_to_date(income: pd.DataFrame, growth: pd.DataFrame, lang: str, *, source: str) -> Chart | None:
    """Real growth since January, by quarter; preliminary figures are hollow.

    Both frames are observations of one cumulative indicator.
    """
    if income.empty or growth.empty:
        return None
    periods = [*income["period"], *growth["period"]]
    with chart_style():
        figure, ax = _new()
        ends = []
        for rows, colour, marker, name in (
            (income, COLOURS["blue"], "o", "income_short"),
            (growth, COLOURS["orange"], "s", "gdp_short"),
        ):
            ordered = rows.sort_values("period_end")
            x = np.array([int(p[:4]) + (int(p[-1]) - 1) / 4 for p in ordered["period"]])
            y = ordered["value"].to_numpy(dtype=float)
            gaps = np.where(np.diff(x) > 0.26)[0] + 1
            for piece in np.split(np.arange(len(x)), gaps):  # a missing quarter breaks the line
                ax.plot(x[piece], y[piece], color=colour, lw=1.8)
            soft = ordered["status"].isin(["preliminary", "estimated"]).to_numpy()
            ax.scatter(x[~soft], y[~soft], color=colour, marker=marker, s=18, zorder=3)
            ax.scatter(x[soft], y[soft], facecolor="white", edgecolor=colour, marker=marker, s=24, zorder=3)
            ends.append((x[-1], y[-1], f"{message(name, lang)} {y[-1]:.1f}", colour))
        ax.axhline(0, color=COLOURS["ink"], lw=0.8)
        low, high = ax.get_ylim()
        _direct_labels(ax, ends, gap=(high - low) * 0.07)
        first = min(int(p[:4]) for p in periods)
        last = max(e[0] for e in ends)
        ax.set_xlim(first - 0.2, last + (last - first) * 0.17 + 0.5)
        ticks = list(range(first, int(last) + 1))[:: max(1, (int(last) - first) // 8)]
        ax.set_xticks(ticks, [str(t) for t in ticks])
        ax.set_ylabel("%")
        figure.subplots_adjust(left=0.08, right=0.98)
    return _finish(
        figure,
        title=message("ytd_chart", lang),
        unit=message("ytd_unit", lang),
        period=f"{min(periods)}—{max(periods)}",
        source=source,
        lang=lang,
    )


def plot_distribution(evaluation: Evaluation, lang: str) -> Chart:
    """How many commitments of each section carry each word."""
    counts = evaluation.distribution(lang)
    names = [textwrap.fill(evaluation.plan.sections[s].name(lang), 30) for s in counts.index]
    with chart_style():
        figure, ax = _new(height=1.75 + 0.42 * len(names))
        left = np.zeros(len(names))
        for word in counts.columns:
            n = counts[word].to_numpy(dtype=float)
            ax.barh(names, n, left=left, color=VERDICT_COLOURS[word], label=WORDS[word][lang], height=0.66)
            for i, value in enumerate(n):
                if value >= 1:
                    ax.text(left[i] + value / 2, i, f"{value:.0f}", ha="center", va="center", color="white",
                            fontsize=9)  # fmt: skip
            left += n
        ax.invert_yaxis()
        ax.grid(axis="x", color=COLOURS["pale"])
        ax.grid(axis="y", visible=False)
        ax.set_axisbelow(True)
        from matplotlib.ticker import MaxNLocator

        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        x = -0.34 if lang == "zh" else -0.6
        ax.legend(ncols=6 if lang == "zh" else 3, loc="lower left", bbox_to_anchor=(x, 1.0), frameon=False,
                  fontsize=9, handlelength=1, columnspacing=1.1)  # fmt: skip
        figure.subplots_adjust(left=0.26 if lang == "zh" else 0.37, right=0.97)
    height = figure.get_size_inches()[1]
    chart = _finish(
        figure,
        title=message("distribution_chart", lang),
        unit=message("count_commitments", lang),
        period=message("as_of_day", lang, day=evaluation.as_of),
        source=evaluation.plan.document.name(lang),
        lang=lang,
    )
    extra = 0.34 if lang == "zh" else 0.55
    figure.subplots_adjust(top=1 - (0.82 + extra) / height)
    return chart


def plot_progress(evaluation: Evaluation, lang: str) -> Chart | None:
    """Share of the way done against share of time gone, for every measure with a target."""
    names = dict(zip(evaluation.to_frame(lang)["measure"], evaluation.to_frame(lang)["name"], strict=True))
    rows = [
        v for v in evaluation.verdicts if np.isfinite(v.progress) and v.type in ("level", "coverage", "sum")
    ]
    if not rows:
        return None
    with chart_style():
        figure, ax = _new(height=1.9 + 0.42 * len(rows))
        for i, v in enumerate(rows):
            p = min(max(v.progress, 0.0), 1.0)
            ax.plot([0, 1], [i, i], color=COLOURS["pale"], lw=7, solid_capstyle="butt", zorder=1)
            ax.plot([0, p], [i, i], color=VERDICT_COLOURS[v.word], lw=7, solid_capstyle="butt", zorder=2)
            ax.plot([v.time_progress] * 2, [i - 0.3, i + 0.3], color=COLOURS["ink"], lw=1.6, zorder=3)
            ax.text(1.04, i, f"{v.progress:.0%}  {v.label(lang)}", va="center", fontsize=9.5,
                    color=VERDICT_COLOURS[v.word])  # fmt: skip
        ax.set_yticks(range(len(rows)), [_short(names[v.measure], lang) for v in rows])
        ax.invert_yaxis()
        ax.set_xlim(0, 1.0)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0%", "25%", "50%", "75%", "100%"])
        ax.grid(visible=False)
        figure.subplots_adjust(left=0.34 if lang == "zh" else 0.40, right=0.80)
    evidence = [e for v in rows for e in v.evidence]
    return _finish(
        figure,
        title=message("progress_chart", lang),
        unit=message("progress_unit", lang),
        period=message("as_of_day", lang, day=evaluation.as_of),
        source=publishers_of(evidence, lang),
        lang=lang,
        said=message("list_sep", lang).join(f"{names[v.measure]} {v.progress:.0%}" for v in rows),
    )


def _short(name: str, lang: str) -> str:
    limit = 17 if lang == "zh" else 38
    return name if len(name) <= limit else name[: limit - 1] + "…"


def plot_coverage(observations: pd.DataFrame, lang: str, *, first: int, last: int) -> Chart | None:
    """Which years each indicator has figures for: full year, part of the year, none."""
    registry = load_registry()
    rows = observations.copy()
    rows["year"] = pd.to_datetime(rows["period_end"]).dt.year
    rows = rows[rows["year"].between(first, last) & rows["freq"].isin(["A", "Q", "M"])]
    if rows.empty:
        return None
    full = (
        rows[rows["freq"] == "A"].groupby(["indicator", "year"], observed=True).size().unstack(fill_value=0)
    )
    part = (
        rows[rows["freq"] != "A"].groupby(["indicator", "year"], observed=True).size().unstack(fill_value=0)
    )
    known = sorted(set(rows["indicator"]), key=lambda i: (-int((rows["indicator"] == i).sum()), i))
    ids = known[:COVERAGE_ROWS]
    unit = message("coverage_unit", lang)
    if len(known) > len(ids):
        unit += message("coverage_cut", lang, shown=len(ids), total=len(known))
    years = list(range(first, last + 1))
    grid = np.array(
        [[2 if _has(full, i, y) else 1 if _has(part, i, y) else 0 for y in years] for i in ids], dtype=float
    )
    with chart_style():
        from matplotlib.colors import ListedColormap

        figure, ax = _new(height=1.75 + 0.235 * len(ids))
        colours = ListedColormap([COLOURS["pale"], COLOURS["sky"], COLOURS["blue"]])
        ax.pcolormesh(grid, cmap=colours, vmin=-0.5, vmax=2.5, edgecolors="white", linewidth=1.5)
        labels = [_short(registry.indicator(i).name(lang), lang) for i in ids]
        ax.set_yticks(np.arange(len(ids)) + 0.5, labels, fontsize=8.5)
        step = max(1, -(-len(years) // 9))
        ax.set_xticks(np.arange(len(years))[::step] + 0.5, [str(y) for y in years][::step], fontsize=9)
        ax.invert_yaxis()
        ax.grid(visible=False)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        ax.tick_params(length=0)
        figure.subplots_adjust(left=0.36 if lang == "zh" else 0.42, right=0.98)
    sources = [registry.publisher(s).name(lang) for s in rows["source"].value_counts().index]
    return _finish(
        figure,
        title=message("coverage_chart", lang),
        unit=unit,
        period=f"{first}—{last}",
        source=source_names(sources, lang),
        lang=lang,
    )


def _has(table: pd.DataFrame, indicator: str, year: int) -> bool:
    return indicator in table.index and year in table.columns and bool(table.loc[indicator, year])
