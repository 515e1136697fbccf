"""Charts of the urban-rural gap: ratio and absolute gap, and breaks of growth."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..models.income_gap import IncomeGapResult
from ..models.stability import BreaksResult
from ..series.rounding import fixed
from .context import Refusal
from .figures import Chart, blank, finish, hollow, status_of, year_ticks
from .messages import message
from .style import COLOURS, chart_style, readable

__all__ = ["plot_breaks", "plot_gap", "plot_urban_rural"]


def plot_urban_rural(
    ratio: pd.Series, gap: pd.Series, lang: str, *, source: str, soft: Collection[int] = ()
) -> Chart | None:
    """The ratio above, the absolute gap below; None for fewer than two years.

    `soft` are the years whose figures are provisional: hollow.
    """
    if len(ratio) < 2 or len(gap) < 2:
        return None
    first, last = ratio.index[0].year, ratio.index[-1].year
    said = message(
        "urban_rural_said",
        lang,
        first=first,
        last=last,
        a=fixed(ratio.iloc[0], 2),
        b=fixed(ratio.iloc[-1], 2),
    )
    return _two(
        {"ratio": ratio, "gap": gap}, lang, soft=soft, name="urban_rural",
        title=message("urban_rural_chart", lang), unit=message("chart_gap_unit", lang),
        period=f"{first}—{last}", source=source, said=said,
    )  # fmt: skip


def plot_gap(fit: IncomeGapResult, lang: str, *, source: str, soft: Collection[int] = ()) -> Chart:
    """The ratio above, the absolute gap below."""
    a, b = fit.table["ratio"].iloc[[0, -1]]
    c, d = fit.table["gap"].iloc[[0, -1]]
    ways = (
        message("gap_way_down" if b < a else "gap_way_up", lang),
        message("gap_way_more" if d > c else "gap_way_less", lang),
    )
    return _two(
        {k: fit.table[k] for k in ("ratio", "gap")}, lang, soft=soft, name=f"income_gap_{fit.prices}",
        title=message("gap_chart", lang, ratio=ways[0], gap=ways[1]),
        unit=message("gap_chart_unit", lang, prices=message(f"gap_{fit.prices}", lang)),
        period=f"{fit.table.index[0]}—{fit.table.index[-1]}", source=source, said=fit.finding(lang),
    )  # fmt: skip


def _two(columns: Mapping[str, pd.Series], lang: str, *, soft: Collection[int], **words: Any) -> Chart:
    """Two panels of one line each; neither axis starts at zero, and both say so."""
    rows: list[dict[str, Any]] = []
    with chart_style():
        figure, axes = blank(2, 1, body=4.0, sharex=True)
        for ax, (key, values), colour in zip(axes, columns.items(), ("blue", "orange"), strict=True):
            years, y = [p.year for p in values.index], values.to_numpy(dtype=float)
            panel = message(f"gap_panel_{key}", lang)
            _line(ax, years, y, soft, COLOURS[colour], 2 if key == "ratio" else 0)
            ax.set_title(panel + message("chart_not_from_zero", lang), fontsize=9.5, loc="left",
                         color=COLOURS["ink"])  # fmt: skip
            unit = message("chart_times" if key == "ratio" else "gap_unit", lang)
            rows += [
                {"panel": panel, "series": panel, "period": str(p), "value": v, "unit": unit,
                 "status": status_of(p.year, soft)}
                for p, v in values.items()
            ]  # fmt: skip
        axes[1].yaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")
        span = [y for ax in axes for line in ax.get_lines() for y in line.get_xdata()]
        axes[1].set_xlim(min(span) - 0.5, max(span) + 0.5)
        year_ticks(axes[1], range(int(min(span)), int(max(span)) + 1), inches=5.1)
    return finish(figure, rows=rows, lang=lang, left=0.72, above=0.2, **words)


def _line(ax: Any, years: list[int], values: Any, soft: Collection[int], colour: str, digits: int) -> None:
    ax.plot(years, values, color=colour, lw=1.8)
    hollow(ax, years, values, [y in soft for y in years], colour, size=5)
    pad = 0.16 * float(np.ptp(values) or 1.0)
    ax.set_ylim(values.min() - 1.2 * pad, values.max() + 2.2 * pad)
    step = max(1, -(-len(years) // 8))
    for i in range(len(years) - 1, -1, -step):
        ax.annotate(
            fixed(values[i], digits), (years[i], values[i]), xytext=(0, 7), textcoords="offset points",
            ha="center", color=readable(colour), fontsize=9,
        )  # fmt: skip


def plot_breaks(fits: Mapping[str, BreaksResult | Refusal], lang: str, *, source: str) -> Chart | None:
    """Growth with the means of its regimes; a date found is shaded over its interval, others are dashed."""
    known = {name: f for name, f in fits.items() if isinstance(f, BreaksResult)}
    if not known:
        return None
    rows: list[dict[str, Any]] = []
    with chart_style():
        figure, axes = blank(len(known), 1, body=1.75 * len(known) + 0.72 * (len(known) - 1), squeeze=False)
        for ax, (name, fit) in zip(axes[:, 0], known.items(), strict=True):
            rows += _regimes(ax, fit, name, lang)
            key = "gap_panel_found" if fit.found else "gap_panel_unfound"
            ax.set_title(message(key, lang, name=name), fontsize=9.5, loc="left", color=COLOURS["ink"])
    found = [name for name, f in known.items() if f.found]
    spans = [p.year for f in known.values() for p in (f.resid.index[0], f.resid.index[-1])]
    names = message("list_sep", lang).join(found)
    return finish(
        figure, name="growth_breaks", rows=rows,
        title=message("gap_breaks_chart" if found else "gap_breaks_chart_none", lang, names=names),
        unit=message("gap_breaks_unit", lang), period=f"{min(spans)}—{max(spans)}", source=source, lang=lang,
        said=" ".join(f.finding(lang) for f in known.values()), left=0.42, above=0.2, gap=0.72,
    )  # fmt: skip


def _regimes(ax: Any, fit: BreaksResult, name: str, lang: str) -> list[dict[str, Any]]:
    y = fit.fittedvalues + fit.resid
    years = np.array([p.year for p in y.index])
    ax.plot(years, y.to_numpy(), color=COLOURS["blue"], marker="o", ms=3.5, lw=1.5)
    rows = [{"panel": name, "series": name, "period": str(p), "value": v, "unit": "%"} for p, v in y.items()]
    ends = [years[0] - 1, *(d.year for d in fit.dates), years[-1]]
    colour = COLOURS["orange"] if fit.found else COLOURS["grey"]
    for mean, a, b in zip(fit.params, ends[:-1], ends[1:], strict=True):
        ax.plot([a + 0.5, b + 0.5], [mean, mean], color=colour, lw=2.2, ls="-" if fit.found else "--")
        ax.annotate(
            fixed(mean, 1), (b + 0.5, mean), xytext=(-2, 6), textcoords="offset points", ha="right", zorder=5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
            color=readable(colour), fontsize=9.5,
        )  # fmt: skip
        rows.append(
            {"panel": name, "series": message("chart_regime", lang), "period": f"{a + 1}—{b}", "value": mean,
             "unit": "%"}
        )  # fmt: skip
    for row in fit.date_intervals.itertuples() if fit.found else ():
        low, high = (
            p.year if pd.notna(p) else e for p, e in ((row.low, years[0] - 1), (row.high, years[-1]))
        )
        ax.axvspan(low + 0.5, high + 0.5, color=COLOURS["pale"], zorder=0, lw=0)
        ax.axvline(row.date.year + 0.5, color=COLOURS["ink"], lw=0.8, ls=":")
        rows.append(
            {"panel": name, "series": message("chart_break", lang), "period": f"{row.date.year}",
             "text": f"{low + 1}—{high}", "level": f"{1 - fit.alpha:.0%}"}
        )  # fmt: skip
    ax.axhline(0, color=COLOURS["ink"], lw=0.6, gid="guide")
    year_ticks(ax, list(years), inches=5.4)
    return rows
