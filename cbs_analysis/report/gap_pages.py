"""The page on the urban-rural gap and on breaks of growth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..models.income_gap import IncomeGapResult, fit_income_gap
from ..models.stability import BreaksResult, fit_breaks
from ..series.growth import chain_growth
from .area_series import INCOME_GROWTH, longest_run, output_growth, require_figures, require_years
from .context import Refusal, ReportContext
from .messages import message
from .tables import Table, translator

__all__ = [
    "KNOWN",
    "breaks_of",
    "income_gap_of",
    "reading_breaks",
    "reading_gap_change",
    "reading_theil",
    "table_breaks",
    "table_gap",
    "table_gap_change",
    "table_gap_trends",
    "table_known",
]

LEVEL, REAL, TOWNS = (
    "disposable_income_{}_nominal_yuan",
    "disposable_income_{}_real_yoy_pct",
    "urbanisation_pct",
)
KNOWN = ("2008", "2013", "2020")  # financial crisis; one household survey, and slower growth; pandemic
FEWEST = 3  # years of a trend
Prices = Literal["nominal", "real"]


# --- fits ----------------------------------------------------------------------------------------


def income_gap_of(ctx: ReportContext, *, prices: Prices = "nominal", share: bool = False) -> IncomeGapResult:
    """The gap at current or constant prices; `share` keeps the years with an urban share of population.

    Constant prices: incomes of the first year, chained with real growth of urban and of rural incomes, each
    over its own consumer prices.
    """
    levels = {g: ctx.yearly(LEVEL.format(g)) for g in ("urban", "rural")}
    require_years(ctx, {LEVEL.format(g): x for g, x in levels.items()}, FEWEST)
    urban, rural = levels.values()
    more: dict[str, Any] = {}
    if prices == "real":
        growth = {g: ctx.yearly(REAL.format(g)) for g in levels}
        require_years(ctx, {REAL.format(g): x for g, x in growth.items()}, FEWEST - 1)
        first = urban.index.intersection(rural.index)[0]
        rates = {g: longest_run(x[x.index > first]) for g, x in growth.items()}
        require_years(ctx, {REAL.format(g): x for g, x in rates.items()}, FEWEST - 1)
        urban, rural = (chain_growth(rates[g]) / 100 * levels[g][rates[g].index[0] - 1] for g in levels)
    if share:
        towns = ctx.yearly(TOWNS)
        require_years(ctx, {LEVEL.format("urban"): urban, LEVEL.format("rural"): rural, TOWNS: towns}, FEWEST)
        years = urban.index.intersection(rural.index).intersection(towns.index)
        urban, rural, more = urban[years], rural[years], {"urban_share": towns[years]}
    unit = message("gap_unit", ctx.lang)
    return fit_income_gap(urban, rural, prices=prices, unit=unit, alpha=ctx.alpha, seed=ctx.seed, **more)


def breaks_of(ctx: ReportContext, what: Literal["gdp", "income"]) -> BreaksResult:
    """Breaks of the mean of economic growth or of real income growth, and the dates known beforehand."""
    if what == "gdp":
        growth = output_growth(ctx).values
    else:
        growth = ctx.yearly(INCOME_GROWTH)
        require_figures(ctx, {INCOME_GROWTH: growth})
        growth = longest_run(growth)
    name = message(f"gap_series_{what}", ctx.lang)
    return fit_breaks(growth.rename(name), known=KNOWN, alpha=ctx.alpha, seed=ctx.seed)


# --- tables --------------------------------------------------------------------------------------


def _range(low: float, high: float, digits: int, lang: str) -> str:
    if not (np.isfinite(low) and np.isfinite(high)):
        return "—"
    return message("gap_range", lang, low=f"{low:,.{digits}f}", high=f"{high:,.{digits}f}")


def table_gap(
    fit: IncomeGapResult, lang: str, *, source: str, shared: IncomeGapResult | Refusal | None = None
) -> Table:
    """Incomes, ratio, gap and, from a fit with the urban share, Theil's indices by year."""
    t = translator(lang)
    known = shared.theil if isinstance(shared, IncomeGapResult) else None
    theil = pd.DataFrame(index=fit.table.index[:0]) if known is None else known
    rows = []
    for p, r in fit.table.iterrows():
        parts = [f"{theil.at[p, c]:.4f}" if p in theil.index else "—" for c in ("theil_l", "theil_t")]
        rows.append(
            (
                str(p),
                f"{r['urban']:,.0f}",
                f"{r['rural']:,.0f}",
                f"{r['ratio']:.2f}",
                f"{r['gap']:,.0f}",
                *parts,
            )
        )
    heads = ("urban", "rural", "ratio", "absolute", "theil_l", "theil_t")
    return Table(
        t("gap_table_title"),
        (t("year"), *(t(f"gap_{h}") for h in heads)),
        tuple(rows),
        note=t("gap_table_note"),
        source=t("source_line", source=source),
        numeric=frozenset(range(1, 7)),
    )


def table_gap_trends(fits: Mapping[str, IncomeGapResult | Refusal], lang: str) -> Table:
    """Trends of the ratio and of the gap at current and at constant prices."""
    t, rows = translator(lang), []
    for name, fit in fits.items():
        if isinstance(fit, Refusal):
            continue
        for key, digits in (("ratio", 3), ("gap", 0)):
            trend = f"{key} trend"
            low, high = fit.conf_int().loc[trend]
            first, last = (f"{fit.table[key].iloc[i]:,.{2 if key == 'ratio' else 0}f}" for i in (0, -1))
            years = f"{fit.table.index[0]}—{fit.table.index[-1]}"
            rows.append(
                (t(f"gap_row_{key}", name=name), years, first, last, f"{fit.params[trend]:+,.{digits}f}",
                 _range(low, high, digits, lang), _p(fit.pvalues[trend]))
            )  # fmt: skip
    level = next((f"{1 - f.alpha:.0%}" for f in fits.values() if not isinstance(f, Refusal)), "")
    heads = ("measure", "years", "first", "last", "a_year", "interval", "p")
    return Table(
        t("gap_trends_title"),
        tuple(t(f"gap_{h}", level=level) for h in heads),
        tuple(rows),
        note=t("gap_trends_note"),
        numeric=frozenset({2, 3, 4, 5, 6}),
        nowrap=frozenset({1}),
    )


def table_gap_change(
    fit: IncomeGapResult, lang: str, *, shared: IncomeGapResult | Refusal | None = None
) -> Table:
    """Why the gap moved: by year, and in all; Theil's L by incomes and by shares where they are held."""
    t = translator(lang)
    gap = fit.gap_change.to_frame().iloc[1:]
    moved = shared.theil_change if isinstance(shared, IncomeGapResult) else None
    theil = None if moved is None else 1e4 * moved.to_frame().iloc[1:]
    rows = [
        (
            str(p),
            *(f"{gap.at[p, c]:+,.0f}" for c in ("ratio", "rural income", "change")),
            *(_theil(theil, p, c) for c in ("income", "population", "change")),
        )
        for p in gap.index
    ]
    rows.append(
        (
            t("gap_total"),
            *(f"{gap[c].sum():+,.0f}" for c in ("ratio", "rural income", "change")),
            *(_theil(theil, None, c) for c in ("income", "population", "change")),
        )
    )
    heads = ("by_ratio", "by_level", "change", "theil_income", "theil_people", "theil_all")
    return Table(
        t("gap_change_title"),
        (t("year"), *(t(f"gap_{h}") for h in heads)),
        tuple(rows),
        note=t("gap_change_note"),
        numeric=frozenset(range(1, 7)),
    )


def _theil(frame: pd.DataFrame | None, period: pd.Period | None, column: str) -> str:
    """A change of the index in one period, or in all."""
    if frame is None or (period is not None and period not in frame.index):
        return "—"
    return f"{float(frame[column].sum() if period is None else frame.at[period, column]):+.1f}"


def _p(value: float, digits: int = 3) -> str:
    return f"<{10**-digits:g}" if value < 10**-digits else f"{value:.{digits}f}"


def table_breaks(fits: Mapping[str, BreaksResult | Refusal], lang: str) -> Table:
    """supF, its p value, the dates with their intervals, and the means on both sides."""
    t, rows = translator(lang), []
    for name, fit in fits.items():
        if isinstance(fit, Refusal):
            continue
        dates = [
            t("gap_date", date=r.date, low=_end(r.low, "before", lang), high=_end(r.high, "after", lang))
            for r in fit.date_intervals.itertuples()
        ]
        means = t("gap_arrow").join(f"{v:.1f}" for v in fit.params)
        rows.append(
            (name, f"{fit.resid.index[0]}—{fit.resid.index[-1]}", f"{fit.supf:.1f}", _p(fit.pvalue, 2),
             _p(fit.pvalue_asymptotic), t("list_sep").join(dates) or "—", means,
             t("gap_yes" if fit.found else "gap_no"))
        )  # fmt: skip
    level = next((f"{1 - f.alpha:.0%}" for f in fits.values() if not isinstance(f, Refusal)), "")
    heads = ("series", "years", "supf", "p_sieve", "p_asymptotic", "dates", "means", "found")
    return Table(
        t("gap_breaks_title"),
        tuple(t(f"gap_{h}", level=level) for h in heads),
        tuple(rows),
        note=t("gap_breaks_note"),
        numeric=frozenset({2, 3, 4}),
        nowrap=frozenset({1}),
    )


def _end(period: Any, beyond: str, lang: str) -> str:
    return message(f"gap_{beyond}", lang) if pd.isna(period) else str(period)


def table_known(fits: Mapping[str, BreaksResult | Refusal], lang: str) -> Table:
    """Tests of dates known beforehand, each by itself."""
    t, rows = translator(lang), []
    for name, fit in fits.items():
        if isinstance(fit, Refusal):
            continue
        for first in KNOWN:
            year, event = pd.Period(first, freq="Y"), t(f"gap_event_{first}")
            if year not in fit.known.index:
                rows.append((name, first, event, "—", "—", t("gap_not_covered")))
                continue
            r = fit.known.loc[year]
            sides = t("gap_sides", before=int(r["before"]), after=int(r["after"]))
            small = t("gap_small") if min(r["before"], r["after"]) < 5 else ""
            rows.append((name, first, event, _p(r["p sieve"], 2), sides, small))
    heads = ("series", "from", "event", "p_sieve", "both_sides", "remark")
    return Table(
        t("gap_known_title"),
        tuple(t(f"gap_{h}") for h in heads),
        tuple(rows),
        note=t("gap_known_note"),
        numeric=frozenset({3}),
    )


# --- sentences -----------------------------------------------------------------------------------


def reading_gap_change(fit: IncomeGapResult, lang: str) -> str:
    """Whether the fall of the ratio was enough to narrow the gap, and what would have been."""
    gap, table = fit.gap_change.to_frame().iloc[1:].sum(), fit.table
    growth = [float(fit.diagnostics[f"{g} growth, percent a period"]) for g in ("urban", "rural")]
    needed = growth[0] * float(table["ratio"].iloc[-1])
    key = "wider" if gap["change"] > 0 else "narrower"
    return message(
        f"gap_change_{key}", lang, ratio=f"{gap['ratio']:+,.0f}", level=f"{gap['rural income']:+,.0f}",
        change=f"{gap['change']:+,.0f}", urban=f"{growth[0]:.1f}", rural=f"{growth[1]:.1f}",
        last=f"{table['ratio'].iloc[-1]:.2f}", needed=f"{needed:.1f}",
    )  # fmt: skip


def reading_theil(fit: IncomeGapResult, lang: str) -> str | None:
    """How much of the fall of Theil's index came from incomes and from urbanisation."""
    if fit.theil is None or fit.theil_change is None:
        return None
    first, last = fit.theil["theil_l"].iloc[0], fit.theil["theil_l"].iloc[-1]
    parts = fit.theil_change.to_frame().iloc[1:].sum()
    share = parts["income"] / parts["change"] if parts["change"] else np.nan
    return message(
        "gap_theil_reading" if 0 <= share <= 1 else "gap_theil_plain", lang,
        first=f"{first:.3f}", last=f"{last:.3f}", span=f"{fit.theil.index[0]}—{fit.theil.index[-1]}",
        share=f"{share:.0%}",
    )  # fmt: skip


def reading_breaks(fit: BreaksResult, lang: str) -> str:
    """What decides, where the two p values disagree, and what could have been found."""
    least = float(fit.diagnostics.get("minimum detectable shift of the mean", np.nan))
    disagree = fit.pvalue_asymptotic <= fit.alpha < fit.pvalue
    text = message(
        "gap_breaks_disagree" if disagree else "gap_breaks_agree", lang, name=fit.name,
        sieve=_p(fit.pvalue, 2), long=_p(fit.pvalue_asymptotic),
    )  # fmt: skip
    if fit.found and fit.table["lwz"].idxmin() != fit.breaks:
        text += message("gap_breaks_unsure", lang, n=int(fit.table["lwz"].idxmin()))
    if np.isfinite(least):
        text += message("gap_breaks_least", lang, least=f"{least:.1f}")
    return text
