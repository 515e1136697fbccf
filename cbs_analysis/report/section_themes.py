"""What a section shows by itself: each theme belongs to indicators, and stands where the section has them.

A theme without figures gives nothing: the tables of what is missing name the office.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ..plan.verdicts import Verdict
from ..series.growth import yoy
from ..series.prices import real_growth
from ..series.rounding import fixed
from .area_series import consumer_prices
from .context import Refusal
from .figures import soft_years
from .gap_figures import plot_urban_rural
from .gap_pages import income_gap_of
from .income_figures import plot_synchrony
from .readings import reading_urban_rural
from .section_pages import Section
from .section_rules import (
    beyond_the_whole,
    per_head,
    seasons,
    way_to_the_target,
    with_indicator,
    year_on_year,
    yearly,
    zero_events,
)
from .section_tables import shown
from .section_theme_figures import plot_denominators, plot_real_growth, plot_within_year
from .series_tables import table_figures, table_series
from .synchrony_pages import synchrony_of
from .tables import Table, table_synchrony, table_urban_rural

__all__ = ["section_themes"]

INCOME, GDP, RATIO, GAP = (
    "disposable_income_all_real_yoy_pct",
    "gdp_real_yoy_pct",
    "income_urban_rural_ratio",
    "income_urban_rural_gap_nominal_yuan",
)
JOBS = "urban_new_jobs_persons"


def section_themes(section: Section) -> list[Any]:
    """All themes of the section that have figures, in order."""
    themes: tuple[Callable[[Section], Any], ...] = (
        income_and_growth, income_gap, jobs_within_the_year, two_denominators, standards_and_prices,
        zero_events, year_on_year, way_to_the_target, beyond_the_whole, per_head, seasons,
    )  # fmt: skip
    return [theme(section) for theme in themes]


# --- income and jobs ------------------------------------------------------------------------------


def income_and_growth(section: Section) -> list[Any]:
    """Income against growth since the plan began."""
    ctx = section.ctx
    if not any(v.type == "synchrony" for v in with_indicator(section, INCOME)):
        return []
    fit = ctx.attempt(synchrony_of, ctx, since=ctx.plan.start.year, until=ctx.plan.end.year)
    if isinstance(fit, Refusal):
        return [fit]
    soft = {"income": soft_years(ctx, INCOME), "growth": soft_years(ctx, GDP)}
    chart = plot_synchrony(fit, section.lang, source=ctx.sources(INCOME, GDP), soft=soft)
    return [fit.finding(section.lang), chart, table_synchrony(fit, section.lang)]


def income_gap(section: Section) -> list[Any]:
    """The ratio and the absolute gap, which may move apart."""
    ctx = section.ctx
    if not with_indicator(section, RATIO, GAP):
        return []
    ratio, gap = ctx.yearly(RATIO), ctx.yearly(GAP)
    if ratio.empty:
        return []
    fit = ctx.attempt(income_gap_of, ctx)
    parts: list[Any] = [reading_urban_rural(ratio, gap, section.lang)]
    if not isinstance(fit, Refusal):
        parts.append(fit.finding(section.lang))
    source, soft = ctx.sources(RATIO, GAP), soft_years(ctx, RATIO, GAP)
    parts.append(plot_urban_rural(ratio, gap, section.lang, source=source, soft=soft))
    return [*parts, table_urban_rural(ratio, gap, section.lang)]


def jobs_within_the_year(section: Section) -> list[Any]:
    """The cumulative course of new jobs through each year of the plan."""
    ctx = section.ctx
    if not with_indicator(section, JOBS):
        return []
    rows = ctx.observations(["urban_new_jobs_ytd_persons"])
    rows = rows[rows["freq"].isin(["Q", "M"])].sort_values(["period_end", "freq"])
    rows = rows[pd.to_datetime(rows["period_end"]).dt.year >= ctx.plan.start.year]
    rows = rows.drop_duplicates("period_end", keep="last")
    if rows.empty:
        return []
    last = rows.iloc[-1]
    end = pd.Timestamp(last["period_end"])
    before = rows[pd.to_datetime(rows["period_end"]) == end - pd.DateOffset(years=1) + pd.offsets.MonthEnd(0)]
    record = ctx.evaluation.registry.indicator(JOBS)
    values = {
        "month": end.month,
        "year": end.year,
        "value": record.format(float(last["value"]), section.lang),
    }
    text = section.t("jobs_reading", **values)
    if len(before):
        change = 100 * (float(last["value"]) / float(before["value"].iloc[0]) - 1)
        text += section.t("jobs_change", change=fixed(change, 1, sign=True))
    return [text, plot_within_year(section, rows), table_figures(rows, section.lang)]


# --- social security ------------------------------------------------------------------------------


def two_denominators(section: Section) -> list[Any]:
    """A rate over the registered and over the resident population: the choice of the denominator."""
    held = {v.indicator: v for v in section.verdicts() if v.indicator}
    pairs = [
        (i, i.replace("_registered_pct", "_resident_pct"))
        for i in held
        if i.endswith("_registered_pct") and i.replace("_registered_pct", "_resident_pct") in held
    ]
    parts: list[Any] = []
    for pair in pairs:
        a, b = (yearly(section, i) for i in pair)
        common = a.index.intersection(b.index)
        if common.empty:
            continue
        year = common[-1]
        texts = [shown(section, held[i], float(x[year])) for i, x in zip(pair, (a, b), strict=True)]
        over = [section.called(held[i]) for i, x in zip(pair, (a, b), strict=True) if (x > 100).any()]
        text = section.t(
            "denominators_reading",
            year=year.year,
            a=texts[0],
            b=texts[1],
            gap=fixed(abs(a[year] - b[year]), 1),
        )
        text += section.t("denominators_over", names=section.t("list_sep").join(over)) if over else ""
        parts += [
            text,
            plot_denominators(section, [held[i] for i in pair]),
            _levels(section, [held[i] for i in pair]),
        ]
    return parts


def standards_and_prices(section: Section) -> list[Any]:
    """Yearly growth of benefit standards at constant prices: did they beat consumer prices each year?"""
    own = [v for v in section.verdicts() if v.indicator.endswith("_nominal_yuan_per_month")]
    prices, index = consumer_prices(section.ctx)
    growth: dict[str, pd.Series] = {}
    for v in own:
        levels = section.ctx.yearly(v.indicator)
        if len(levels) < 2 or index.empty:
            continue
        whole = levels.reindex(pd.period_range(levels.index[0], levels.index[-1], freq="Y"))
        nominal = yoy(whole).dropna()
        years = nominal.index.intersection(index.index)
        years = years[(years.year >= section.ctx.plan.start.year) & (years.year <= section.ctx.plan.end.year)]
        if len(years):
            growth[v.measure] = real_growth(nominal[years], by=index[years])
    if not growth:
        return []
    named = {v.measure: v for v in own}
    return [
        _reading_real(section, named, growth),
        plot_real_growth(section, named, growth, section.ctx.sources(prices, *(v.indicator for v in own))),
        _table_real(section, named, growth, index),
        _levels(section, [named[m] for m in growth]),
    ]


def _levels(section: Section, verdicts: list[Verdict]) -> Table:
    """The published figures of some measures, each a link to its cell; folded."""
    plan, book = section.ctx.plan, section.ctx.book
    held = {
        section.called(v): (v.indicator, book.yearly(v.indicator).between(plan.baseline - 2, plan.end.year))
        for v in verdicts
    }
    return table_series(held, section.lang)


def _reading_real(section: Section, named: dict[str, Verdict], growth: dict[str, pd.Series]) -> str:
    firm = [m for m, x in growth.items() if (x > 0).all()]
    text = section.t("real_reading", n=len(growth), firm=len(firm))
    for m, x in growth.items():
        years = [str(p.year) for p in x.index[x <= 0]]
        if years:
            text += section.t(
                "real_lost", name=section.called(named[m]), years=section.t("list_sep").join(years)
            )
    return text


def _table_real(
    section: Section, named: dict[str, Verdict], growth: dict[str, pd.Series], index: pd.Series
) -> Table:
    years = sorted({p for x in growth.values() for p in x.index})
    rows: list[tuple[Any, ...]] = [
        (section.called(named[m]), *(fixed(x[p], 1, sign=True) if p in x.index else "—" for p in years))
        for m, x in growth.items()
    ]
    rows.append((section.t("real_prices"), *(fixed(index[p] - 100, 1, sign=True) for p in years)))
    return Table(
        section.t("real_title"),
        (section.t("indicator"), *(str(p.year) for p in years)),
        tuple(rows),
        note=section.t("real_note"),
        numeric=frozenset(range(1, len(years) + 1)),
    )
