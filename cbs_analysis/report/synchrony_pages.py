"""The page on incomes and growth: how they compare, how sure that is, and what the gap is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused
from ..models.synchrony import SynchronyResult, fit_synchrony, signed
from ..models.synchrony_parts import SynchronyParts, fit_synchrony_parts
from ..series.growth import chain_growth
from ..series.prices import implicit_deflator
from .area_series import (
    GDP,
    GDP_GROWTH,
    INCOME_GROWTH,
    PEOPLE,
    consumer_prices,
    gdp_growth,
    longest_run,
    mean_population,
    output_growth,
    per_head_growth,
    require_figures,
    require_years,
)
from .context import Refusal, ReportContext
from .messages import message
from .tables import Table, translator

__all__ = [
    "identity",
    "reading_both",
    "reading_odds",
    "reading_parts",
    "refused_by_source",
    "synchrony_of",
    "synchrony_over_prices",
    "table_odds",
    "table_parts",
    "table_residence",
]

Group = Literal["all", "urban", "rural"]
Against = Literal["gdp", "gdp_per_capita"]
INCOME, TOWNS = "disposable_income_{}_nominal_yuan", "urbanisation_pct"
LEAST = 2  # years of levels of an identity
PARTS = ("distribution", "price_wedge", "population")


# --- fits ----------------------------------------------------------------------------------------


def synchrony_of(
    ctx: ReportContext,
    group: Group = "all",
    *,
    against: Against = "gdp",
    since: int | None = None,
    until: int | None = None,
) -> SynchronyResult:
    """Real income growth of a group against published real growth of GDP or of GDP per head."""
    income = f"disposable_income_{group}_real_yoy_pct"
    known = {income: ctx.yearly(income), GDP_GROWTH: gdp_growth(ctx)}
    if against == "gdp_per_capita":
        known[PEOPLE] = growth = per_head_growth(ctx)
    else:
        growth = known[GDP_GROWTH]
    require_figures(ctx, known)
    a, b = (x[_within(x, since, until)] for x in (known[income], growth))
    return fit_synchrony(a, b, alpha=ctx.alpha, against=against, seed=ctx.seed)


def _within(x: pd.Series, since: int | None, until: int | None) -> Any:
    years = x.index.year
    return (years >= (since or years.min())) & (years <= (until or years.max()))


def synchrony_over_prices(ctx: ReportContext) -> SynchronyResult | None:
    """Income against nominal GDP, both over consumer prices; None where real growth covers as much."""
    income, growth = ctx.yearly(INCOME_GROWTH), output_growth(ctx)
    require_figures(ctx, {INCOME_GROWTH: income})
    if growth.published:
        return None
    return fit_synchrony(income, growth.values, alpha=ctx.alpha, seed=ctx.seed)


def identity(ctx: ReportContext, *, residence: bool = False) -> SynchronyParts:
    """The gap by the ratio of income to GDP, prices and population; with `residence` also by residence.

    GDP per head is GDP over the mean population of the year. Levels at constant prices are chained from the
    longest run of real growth.
    """
    cpi, links = consumer_prices(ctx)
    pieces = {
        INCOME.format("all"): ctx.yearly(INCOME.format("all")),
        GDP: ctx.yearly(GDP),
        GDP_GROWTH: gdp_growth(ctx),
        PEOPLE: mean_population(ctx),
        cpi: links,
    }
    groups = {i: ctx.yearly(i) for i in (INCOME.format("urban"), INCOME.format("rural"), TOWNS)}
    require_figures(ctx, pieces | (groups if residence else {}))
    income, gdp, growth, people, links = pieces.values()
    growth = longest_run(growth)
    if income.index[0] in growth.index:  # as far back as incomes go
        growth = growth[growth.index > income.index[0]]
    real = chain_growth(growth)
    years = real.index.intersection(gdp.dropna().index).intersection(people.index)
    for x in (income, *groups.values()) if residence else ():
        years = years.intersection(x.dropna().index)
    held = pieces | {GDP_GROWTH: real} | (groups if residence else {})
    require_years(ctx, held, LEAST)
    more = {
        name: x.reindex(years)
        for name, x in zip(("urban", "rural", "urban_share"), groups.values(), strict=True)
    }
    return fit_synchrony_parts(
        income[income.index.isin(years)] if residence else income,
        1e6 * gdp[years] / people[years],
        cpi=chain_growth(longest_run(links) - 100),
        deflator=implicit_deflator(gdp[years], real[years]),
        population=people[years],
        **(more if residence else {}),
    )


def refused_by_source(ctx: ReportContext) -> None:
    """Always refused: incomes by source are not published in a form that the project holds."""
    zh, en = (message("synchrony_no_sources", lang, area=ctx.area.name(lang)) for lang in ("zh", "en"))
    step = message("synchrony_no_sources_next", "en")
    raise ModelRefused(Fault(en, next_step=step, zh=zh, code="no_figures"))


# --- tables --------------------------------------------------------------------------------------


def table_odds(fits: Mapping[str, SynchronyResult | Refusal | None], lang: str) -> Table:
    """Mean gap with its interval, and how likely incomes kept pace, by three ways of reckoning."""
    t, rows = translator(lang), []
    for name, fit in fits.items():
        if not isinstance(fit, SynchronyResult):
            continue
        low, high = fit.conf_int_gap
        share = fit.sensitivity.get("bootstrap probability of keeping pace", np.nan)
        sign = fit.diagnostics.get("sign test, p that the median gap is not below", np.nan)
        years = fit.gap.index
        below = int((fit.gap < -fit.band).sum())
        rows.append(
            (
                name,
                t("synchrony_span", first=years[0].year, last=years[-1].year, n=fit.nobs),
                signed(fit.mean_gap),
                t("synchrony_range", low=signed(low), high=signed(high)) if np.isfinite(low) else "—",
                "—" if fit.p_holds is None else f"{fit.p_holds:.2f}",
                "—" if not np.isfinite(float(share)) else f"{float(share):.2f}",
                t("synchrony_below", below=below, n=fit.nobs),
                "—" if not np.isfinite(float(sign)) else f"{float(sign):.2f}",
            )
        )
    level = next((f"{1 - f.alpha:.0%}" for f in fits.values() if isinstance(f, SynchronyResult)), "")
    heads = ("comparison", "years", "mean_gap", "interval", "p_t", "p_boot", "years_below", "p_sign")
    return Table(
        t("synchrony_odds_title"),
        tuple(t(f"synchrony_{h}", level=level) for h in heads),
        tuple(rows),
        note=t("synchrony_odds_note"),
        numeric=frozenset({2, 3, 4, 5, 6, 7}),
        nowrap=frozenset({1}),
        empty=t("synchrony_no_comparison"),
    )


def table_parts(parts: SynchronyParts, lang: str, *, source: str) -> Table:
    """The identity by year, and on average."""
    t, names = translator(lang), [*PARTS, "gap"]
    rows = [(str(p), *(signed(r[k]) for k in names)) for p, r in parts.by_year.iterrows()]
    rows.append((t("mean_year"), *(signed(parts.params[k]) for k in names)))
    return Table(
        t("synchrony_parts_title"),
        (t("year"), *(t(f"synchrony_part_{k}") for k in names)),
        tuple(rows),
        note=t("synchrony_parts_note"),
        source=t("source_line", source=source),
        numeric=frozenset(range(1, 5)),
    )


def table_residence(parts: SynchronyParts, lang: str, *, source: str) -> Table:
    """Real income growth of all residents by urban and rural incomes and by urbanisation."""
    t, frame = translator(lang), parts.by_residence
    names = ["urban", "rural", "urbanization", "not explained"]
    rows: list[tuple[str, ...]] = []
    if frame is not None:
        whole = frame["growth"] + frame["not explained"]
        rows = [(str(p), *(signed(frame.at[p, k]) for k in names), signed(whole[p])) for p in frame.index]
        rows.append((t("mean_year"), *(signed(frame[k].mean()) for k in names), signed(whole.mean())))
    return Table(
        t("synchrony_residence_title"),
        (t("year"), *(t(f"synchrony_{k.replace(' ', '_')}") for k in names), t("synchrony_all_growth")),
        tuple(rows),
        note=t("synchrony_residence_note"),
        source=t("source_line", source=source),
        numeric=frozenset(range(1, 6)),
    )


# --- sentences -----------------------------------------------------------------------------------


def reading_odds(fit: SynchronyResult, lang: str) -> str:
    """What the probabilities can and cannot say."""
    if fit.p_holds is None:
        return message("synchrony_odds_none", lang, n=fit.nobs)
    least = float(fit.diagnostics["minimum detectable mean gap (one-sided 5 %)"])
    share = float(fit.sensitivity["bootstrap probability of keeping pace"])
    return message(
        "synchrony_odds_reading",
        lang,
        n=fit.nobs,
        p=f"{fit.p_holds:.2f}",
        share=f"{share:.2f}",
        below=int((fit.gap < -fit.band).sum()),
        band=f"{fit.band:g}",
        least=f"{least:.1f}",
    )


def reading_both(fit: SynchronyResult, heads: SynchronyResult, lang: str) -> str | None:
    """Why the two comparisons differ; None where they say the same of the same years."""
    if fit.state == heads.state or not fit.gap.index.equals(heads.gap.index):
        return None
    people = heads.mean_gap - fit.mean_gap
    return message(
        "synchrony_both", lang, gdp=signed(fit.mean_gap), head=signed(heads.mean_gap),
        way=message("synchrony_fewer" if people < 0 else "synchrony_more", lang), people=f"{abs(people):.1f}",
    )  # fmt: skip


def reading_parts(parts: SynchronyParts, lang: str) -> str:
    """The largest part, and how much the years differ."""
    means = parts.params.drop("gap")
    largest = str(means.abs().idxmax())
    by_year = parts.by_year[largest]
    return message(
        "synchrony_parts_reading",
        lang,
        part=message(f"synchrony_part_{largest}", lang),
        mean=signed(float(means[largest])),
        low=signed(float(by_year.min())),
        first=by_year.idxmin().year,
        high=signed(float(by_year.max())),
        last=by_year.idxmax().year,
    )
