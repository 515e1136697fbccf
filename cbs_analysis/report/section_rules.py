"""Themes by the rule of a measure: events, yearly rules, the way to a target, shares and rates per head."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..plan.verdicts import Verdict
from ..series.prices import real_growth
from ..series.rounding import fixed
from .area_series import consumer_prices
from .evidence_links import linked
from .section_pages import Section
from .section_tables import per_year, shown
from .tables import Table

__all__ = [
    "beyond_the_whole",
    "per_head",
    "seasons",
    "way_to_the_target",
    "with_indicator",
    "year_on_year",
    "yearly",
    "zero_events",
]

PEOPLE = "population_resident_persons"
_RATES = {"per_1000": 1e3, "per_10k": 1e4, "m2_per_10k": 1e4, "m2_per_person": 1.0}
_OVER_THE_ELDERLY = ("rehabilitation_nursing_beds_per_1000",)


def with_indicator(section: Section, *indicators: str) -> list[Verdict]:
    return [v for v in section.verdicts() if v.indicator in indicators]


def yearly(section: Section, indicator: str) -> pd.Series:
    """Yearly figures from the base year to the end of the plan."""
    plan = section.ctx.plan
    values = section.ctx.yearly(indicator, since=plan.baseline)
    return values[values.index.year <= plan.end.year]


# --- events and yearly rules ----------------------------------------------------------------------


def zero_events(section: Section) -> list[Any]:
    """Events that must not happen: their number, how many were watched, and what the rate may be at most."""
    rows = []
    for v in section.verdicts("zero"):
        if not v.assessed:
            continue
        exposure = section.measure(v).exposure
        watched = (
            section.ctx.book.yearly(exposure).between(section.ctx.plan.start.year, int(v.period[:4]))
            if exposure
            else None
        )
        bound = v.extra.get("upper_bound_permille")
        rows.append(
            (
                v.measure,
                section.called(v),
                section.t("value_period", value=shown(section, v, v.value), period=_span(section, v)),
                linked(fixed(sum(watched.numbers), 0), watched.cite_all(), section.lang) if watched else "—",
                f"{fixed(bound, 2)}‰"
                if bound is not None and np.isfinite(bound)
                else section.t("zero_unbounded"),
            )
        )
    if not rows:
        return []
    t = section.t
    return [
        Table(
            t("zero_title"),
            (t("measure"), t("indicator"), t("zero_events"), t("zero_watched"), t("zero_bound")),
            tuple(rows),
            note=t("zero_note"),
            numeric=frozenset({2, 3, 4}),
            css="stack",
        )
    ]


def _span(section: Section, v: Verdict) -> str:
    first, last = section.ctx.plan.start.year, v.period[:4]
    return str(last) if str(first) == last else f"{first}—{last}"


def year_on_year(section: Section) -> list[Any]:
    """Rules that each year be no lower than the year before: money also at constant prices."""
    parts = []
    for v in section.verdicts("not_below_previous"):
        figures = section.ctx.book.yearly(v.indicator)
        values = yearly(section, v.indicator)
        if len(values) < 2:
            continue
        money = section.ctx.evaluation.registry.indicator(v.indicator).prices == "nominal"
        index = consumer_prices(section.ctx)[1] if money else pd.Series(dtype=float)
        rows = []
        for p, x in values.items():
            nominal = 100 * (x / values[p - 1] - 1) if p - 1 in values.index and values[p - 1] > 0 else np.nan
            real = real_growth(float(nominal), by=float(index[p])) if p in index.index else np.nan
            cells = [
                linked(shown(section, v, float(x)), figures.cite(str(p)), section.lang),
                _signed(nominal),
            ]
            rows.append((str(p.year), *cells, *([_signed(real)] if money else [])))
        heads = ["year", "value", "change_nominal", *(["change_real"] if money else [])]
        parts.append(
            Table(
                section.t("yearly_rule_title", name=section.called(v)),
                tuple(section.t(h) for h in heads),
                tuple(rows),
                note=section.t("yearly_rule_money" if money else "yearly_rule_note"),
                numeric=frozenset(range(1, len(heads))),
            )
        )
    return parts


def _signed(x: Any) -> str:
    return f"{fixed(float(x), 1, sign=True)}%" if np.isfinite(x) else "—"


# --- ways and rates -------------------------------------------------------------------------------


def way_to_the_target(section: Section) -> list[Any]:
    """Key coverages year by year: what an even pace would have asked for, what was reached, what is left."""
    assert section.part is not None
    key = {c.id for c in section.part.plan.commitments if c.key}
    parts: list[Any] = []
    for v in section.verdicts("coverage", "level", directions=False):
        if v.commitment not in key or not v.assessed or not np.isfinite(v.target):
            continue
        parts += _way(section, v)
    return parts


def _way(section: Section, v: Verdict) -> list[Any]:
    """The way of one measure; none without a base, except a coverage, which counts from zero."""
    plan, last = section.ctx.plan, int(v.period[:4])
    base = 0.0 if v.type == "coverage" and not np.isfinite(v.baseline) else v.baseline
    if not np.isfinite(base):
        return []
    figures = section.ctx.book.yearly(v.indicator)
    rows = []
    for year in range(plan.baseline, plan.end.year + 1):
        even = base + (v.target - base) * (year - plan.baseline) / (plan.end.year - plan.baseline)
        lead = figures.at(year) - even if year <= last else np.nan
        rows.append(
            (str(year), shown(section, v, even), _reached(section, v, year), per_year(section, v, lead))
        )  # fmt: skip
    t, sentence = section.t, []
    if np.isfinite(v.required):
        sentence = [
            t("way_reading", name=section.called(v), year=v.period[:4], value=shown(section, v, v.value),
              end=plan.end.year, target=shown(section, v, v.target), need=per_year(section, v, v.required))
        ]  # fmt: skip
    table = Table(
        t("way_title", name=section.called(v)),
        (t("year"), t("way_even"), t("way_actual"), t("way_lead")),
        tuple(rows),
        note=t("way_note"),
        numeric=frozenset({1, 2, 3}),
    )
    return [*sentence, table]


def _reached(section: Section, v: Verdict, year: int) -> Any:
    """The figure of a year with its cell, or what a later year needs."""
    last, end = int(v.period[:4]), section.ctx.plan.end.year
    if year > last:
        needed = v.value + (v.target - v.value) * (year - last) / (end - last)
        return section.t("way_needed", value=shown(section, v, needed))
    figures = section.ctx.book.yearly(v.indicator)
    return linked(shown(section, v, figures.at(year)), figures.cite(str(year)), section.lang)


def beyond_the_whole(section: Section) -> list[Any]:
    """Shares above 100: gross rates may be, and must not be read as full coverage."""
    growth = ("_yoy_pct", "_growth_pct")
    names = [
        section.called(v)
        for v in section.verdicts()
        if v.unit == "pct" and not v.indicator.endswith(growth) and (yearly(section, v.indicator) > 100).any()
    ]
    joined = section.t("list_sep").join(dict.fromkeys(names))
    return [section.t("beyond_whole", names=joined)] if names else []


def per_head(section: Section) -> list[Any]:
    """Rates over the population: how much of their growth came from the numerator."""
    people = yearly(section, PEOPLE)
    rows, parts = [], []
    for v in section.verdicts():
        if v.unit not in _RATES:
            continue
        if v.indicator in _OVER_THE_ELDERLY:  # whose number is not held
            parts.append(section.t("per_head_beds", name=section.called(v), office=section.offices(v)))
            continue
        rate = yearly(section, v.indicator)
        years = rate.index.intersection(people.index)
        if len(years) > 1:
            rows.append(_per_head_row(section, v, rate[years], people[years]))
    if not rows:
        return parts
    t = section.t
    heads = ("measure", "indicator", "period", "per_head_rate", "per_head_change", "per_head_top",
             "per_head_people")  # fmt: skip
    table = Table(
        t("per_head_title"),
        tuple(t(h) for h in heads),
        tuple(rows),
        note=t("per_head_note"),
        numeric=frozenset({3, 4, 5, 6}),
        css="stack",
    )
    return [table, *parts]


def _per_head_row(section: Section, v: Verdict, rate: pd.Series, people: pd.Series) -> tuple[Any, ...]:
    top = rate * people / _RATES[v.unit]
    growth = [_signed(100 * (x.iloc[-1] / x.iloc[0] - 1)) for x in (rate, top, people)]
    ends = " → ".join(shown(section, v, float(x)) for x in (rate.iloc[0], rate.iloc[-1]))
    span = f"{rate.index[0].year}—{rate.index[-1].year}"
    return v.measure, section.called(v), span, ends, *growth


def seasons(section: Section) -> list[Any]:
    """Events of sport have a season; without figures within the year it is not to be seen."""
    own = with_indicator(section, "sports_events_count")
    if not own:
        return []
    rows = section.ctx.observations(prefix="sports_event")
    if (rows["freq"] != "A").any():
        return []
    return [section.t("seasons_missing", office=section.offices(own[0]))]
