"""Charts of income against growth: index lines with the gap shaded, the gap by year, and the year to date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..models.synchrony import SynchronyResult, signed
from ..series.rounding import fixed
from .area_series import GDP_GROWTH, INCOME_GROWTH
from .context import Refusal
from .figures import (
    SOFT,
    Chart,
    bar_label,
    blank,
    end_labels,
    finish,
    hollow,
    soft_years,
    status_of,
    year_ticks,
)
from .messages import message
from .style import COLOURS, chart_style, text_inches

__all__ = ["plot_paths", "plot_synchrony", "plot_year_to_date", "soft_paths"]

_LINES = {"income": ("blue", "o"), "growth": ("orange", "s"), "per_head": ("green", "^")}
Soft = Mapping[str, Collection[int]]


def soft_paths(ctx: Any) -> dict[str, frozenset[int]]:
    """The years whose published growth of income, of GDP or of GDP per head is provisional."""
    return {
        "income": soft_years(ctx, INCOME_GROWTH),
        "growth": soft_years(ctx, GDP_GROWTH),
        "per_head": soft_years(ctx, GDP_GROWTH),
    }


def plot_synchrony(result: SynchronyResult, lang: str, *, source: str, soft: Soft | None = None) -> Chart:
    """Cumulative income and growth with the gap shaded, and the gap by year.

    `soft` names the years whose `income` or `growth` is provisional: their points are hollow.
    """
    base, last = result.income.index[0].year - 1, result.income.index[-1].year
    names = {"income": message("income_short", lang), "growth": message("gdp_short", lang)}
    title = message("sync_chart", lang, words=message(f"state_{result.state}", lang))
    unit = message("chart_paths_unit", lang, base=base, band=f"{result.band:g}")
    words = {"name": "income_growth", "title": title, "unit": unit, "period": f"{base}—{last}"}
    return _compared(result, lang, names=names, source=source, soft=soft or {}, words=words)


def plot_paths(
    fit: SynchronyResult, lang: str, *, source: str, per_head: SynchronyResult | Refusal | None = None,
    soft: Soft | None = None,
) -> Chart:  # fmt: skip
    """Cumulative real income, GDP and GDP per head; below them the gap to GDP by year."""
    base, last = fit.income.index[0].year - 1, fit.income.index[-1].year
    names = {"income": message("synchrony_line_income", lang), "growth": message("synchrony_line_gdp", lang)}
    title = message(
        f"synchrony_paths_{fit.state}", lang, first=base + 1, last=last, gap=fixed(abs(fit.mean_gap), 1)
    )
    heads = None
    if isinstance(per_head, SynchronyResult) and per_head.income.index[0] == fit.income.index[0]:
        heads, names["per_head"] = per_head.index["growth"], message("synchrony_line_per_head", lang)
    unit = message("chart_paths_unit", lang, base=base, band=f"{fit.band:g}")
    words = {"name": "income_growth_paths", "title": title, "unit": unit, "period": f"{base}—{last}"}
    return _compared(fit, lang, names=names, source=source, soft=soft or {}, words=words, heads=heads)


def _compared(
    fit: SynchronyResult, lang: str, *, names: Mapping[str, str], source: str, soft: Soft,
    words: dict[str, Any], heads: pd.Series | None = None,
) -> Chart:  # fmt: skip
    lines = {"income": fit.index["income"], "growth": fit.index["growth"]}
    if heads is not None:
        lines["per_head"] = heads
    years = [p.year for p in fit.index.index]
    panels = tuple(message(k, lang, base=years[0]) for k in ("chart_panel_index", "chart_panel_gap"))
    body, ratios = 3.9, (1.7, 1.0)
    tall = (body - 0.5) * ratios[0] / sum(ratios)
    with chart_style():
        figure, (top, low) = blank(2, 1, body=body, sharex=True, gridspec_kw={"height_ratios": ratios})
        top.fill_between(years, lines["income"].to_numpy(), lines["growth"].to_numpy(), color=COLOURS["grey"],
                         alpha=0.28, lw=0)  # fmt: skip
        ends = []
        for key, x in lines.items():
            colour, marker = _LINES[key]
            at = [p.year for p in x.index]
            top.plot(at, x.to_numpy(), color=COLOURS[colour], lw=1.7)
            hollow(top, at, x, [y in soft.get(key, ()) for y in at], COLOURS[colour], marker=marker)
            short = "" if at[-1] == years[-1] else f" ({at[-1]})"
            ends.append(
                (float(x.iloc[-1]), f"{names[key]} {fixed(float(x.iloc[-1]), 1)}{short}", COLOURS[colour])
            )
        right = end_labels(top, ends, x=years[-1], height=tall)
        _gap_bars(low, fit, years, lang)
        inches = 6.0 - 0.6 - right
        low.set_xlim(years[0] - 0.5, years[-1] + 0.5)
        year_ticks(low, years, inches=inches)
        for ax, panel in zip((top, low), panels, strict=True):
            ax.set_title(panel, fontsize=9.5, loc="left", color=COLOURS["ink"])
    return finish(
        figure, rows=_rows(lines, fit, names, soft, panels, lang), source=source, lang=lang,
        said=fit.finding(lang), right=right, above=0.2, **words,
    )  # fmt: skip


def _gap_bars(ax: Any, fit: SynchronyResult, years: list[int], lang: str) -> None:
    gap = fit.gap.to_numpy()
    ax.axhspan(-fit.band, fit.band, color=COLOURS["pale"], zorder=0, lw=0)
    ax.bar(years[1:], gap, width=0.62, color=[COLOURS["blue" if g >= 0 else "orange"] for g in gap], zorder=2)
    ax.axhline(0, color=COLOURS["ink"], lw=0.8, gid="guide")
    if len(gap) <= 14:
        for x, g in zip(years[1:], gap, strict=True):
            bar_label(ax, x, g, signed(g), size=9)
    ax.margins(y=0.24)


def _rows(
    lines: Mapping[str, pd.Series], fit: SynchronyResult, names: Mapping[str, str], soft: Soft,
    panels: tuple[str, ...], lang: str,
) -> list[dict[str, Any]]:  # fmt: skip
    index = message("chart_index", lang, base=next(iter(lines.values())).index[0].year)
    rows = [
        {"panel": panels[0], "series": names[k], "period": str(p), "value": v, "unit": index,
         "status": status_of(p.year, soft.get(k, ()))}
        for k, x in lines.items() for p, v in x.items()
    ]  # fmt: skip
    unsure = {*soft.get("income", ()), *soft.get("growth", ())}
    return rows + [
        {"panel": panels[1], "series": message("chart_gap", lang), "period": str(p), "value": v,
         "unit": message("chart_points", lang), "status": status_of(p.year, unsure)}
        for p, v in fit.gap.items()
    ]  # fmt: skip


def plot_year_to_date(income: pd.DataFrame, growth: pd.DataFrame, lang: str, *, source: str) -> Chart | None:
    """Real growth since January, by quarter; preliminary figures are hollow.

    Both frames are observations of one cumulative indicator.
    """
    if income.empty or growth.empty:
        return None
    periods = [*income["period"], *growth["period"]]
    first = min(int(p[:4]) for p in periods)
    kinds = ((income, "income", "income_short"), (growth, "growth", "gdp_short"))
    rows: list[dict[str, Any]] = []
    with chart_style():
        figure, ax = blank(body=2.7)
        ends = []
        for observed, key, word in kinds:
            ordered, name = observed.sort_values("period_end"), message(word, lang)
            x = np.array([int(p[:4]) + (int(p[-1]) - 1) / 4 for p in ordered["period"]])
            y = ordered["value"].to_numpy(dtype=float)
            soft = ordered["status"].isin(SOFT).to_numpy()
            colour, marker = COLOURS[_LINES[key][0]], _LINES[key][1]
            for piece in np.split(np.arange(len(x)), np.where(np.diff(x) > 0.26)[0] + 1):
                ax.plot(x[piece], y[piece], color=colour, lw=1.5)  # a missing quarter breaks the line
            hollow(ax, x, y, soft, colour, marker=marker, size=3.6)
            ends.append((float(y[-1]), f"{name} {fixed(float(y[-1]), 1)}", colour))
            rows += [
                {"series": name, "period": p, "value": v, "unit": "%", "status": s}
                for p, v, s in zip(ordered["period"], y, ordered["status"], strict=True)
            ]
        ax.axhline(0, color=COLOURS["ink"], lw=0.8, gid="guide")
        last = max(int(p[:4]) for p in periods) + 0.75
        ax.set_xlim(first - 0.3, last + 0.3)
        right = end_labels(ax, ends, x=last, height=2.7)
        year_ticks(ax, range(first, int(last) + 1), inches=6.0 - 0.5 - right)
    return finish(
        figure, name="year_to_date", rows=rows, title=message("ytd_chart", lang),
        unit=message("ytd_unit", lang), period=f"{min(periods)}—{max(periods)}", source=source, lang=lang,
        right=right, left=max(0.42, 0.3 + text_inches("-00", 9)),
    )  # fmt: skip
