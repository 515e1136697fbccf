"""The page on the years to the end of the plan: projections, their record, scenarios, and what came true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd

from ..errors import CbsError, Fault
from ..models.forecasts import Method, scenario_forecasts
from ..models.outlook import probability_word
from ..models.projection import Projection, fit_projection, shown
from ..registry.load import load_registry
from ..registry.records import Indicator, Measure
from ..series.units import unit_label
from .context import ReportContext
from .messages import message
from .tables import Table, translator

__all__ = [
    "BREAKS",
    "COVERAGE",
    "Outlooks",
    "Projected",
    "chance_words",
    "fit_outlooks",
    "last_run",
    "reading_projected",
    "reading_refused",
    "reading_scenarios",
    "reading_truth",
    "table_outlooks",
    "table_points",
    "table_refused",
    "table_scenarios",
    "target_words",
]

_SHOWN = 6
COVERAGE = 0.2  # 1 - coverage: the record of past forecasts counts 80 % intervals
# in this order, before and after the targets of the plan
_FIRST = ("disposable_income_all_nominal_yuan", "urbanisation_pct")
_THEN = (
    "disposable_income_urban_nominal_yuan", "disposable_income_rural_nominal_yuan",
    "population_resident_persons", "employed_total_persons", "employed_urban_units_persons",
)  # fmt: skip
# first years of a new definition, as the registry of indicators notes them
BREAKS = {"employed_urban_units_persons": ("2013",)}
_LEVELS = ("level", "coverage", "keep_below", "keep_above")
_POINTS: tuple[tuple[Method, int], ...] = (("drift", 4), ("theta", 6), ("holt", 8), ("ets", 8))


@dataclass(frozen=True)
class Projected:
    """One indicator: the projection from the middle of the plan, the later one, and what came true."""

    record: Indicator
    levels: pd.Series
    later: pd.Series
    middle: Projection | None
    latest: Projection | None
    source: str

    @property
    def fit(self) -> Projection:
        """The projection from the middle of the plan, or the later one where that was refused."""
        return cast(Projection, self.middle or self.latest)

    @property
    def last(self) -> Projection:
        """The projection from the latest figures."""
        return self.latest or self.fit

    def say(self, value: float, lang: str) -> str:
        """A value with its unit."""
        unit = self.fit.unit[lang != "zh"]
        return _number(value) + (" " if lang == "en" and unit not in ("%", "") else "") + unit

    def span(self, fit: Projection, lang: str) -> str:
        """The interval of the last year, the unit once."""
        low, high = fit.conf_int().iloc[-1]
        return f"{_number(low)}—{self.say(high, lang)}"

    def head(self, fit: Projection, lang: str) -> tuple[str, str]:
        """Name with unit, and the year of the data, at the head of a row of numbers."""
        name = message("outlook_with_unit", lang, name=self.record.name(lang), unit=fit.unit[lang != "zh"])
        return name, message("outlook_from_year", lang, year=fit.years[0] - 1)

    def actual(self) -> float:
        """The figure of the last year, NaN until it is published."""
        return float(self.later.get(self.fit.years[-1], np.nan))

    def held(self) -> tuple[int, int]:
        """Later figures inside the intervals from the middle of the plan, and their number."""
        if self.middle is None:
            return 0, 0
        both = self.middle.conf_int().set_axis(self.middle.years).assign(known=self.later).dropna()
        return int(both["known"].between(both["low"], both["high"]).sum()), len(both)


def _number(value: float) -> str:
    return shown(value) if abs(value) < 1000 else f"{value:,.0f}"


@dataclass(frozen=True)
class Outlooks:
    """What was projected, in the declared order, and what was refused: name, reason, office."""

    end: int
    middle: int
    shown: tuple[Projected, ...]
    refused: tuple[tuple[str, Fault, str], ...]
    source: str
    derived: tuple[str, ...]


def fit_outlooks(ctx: ReportContext) -> Outlooks:
    """Project up to six indicators of the area to the end of the plan, in a declared order.

    Each is projected as in the middle of the plan, from the years before it, and again from the latest
    figures where these are later and short of the end.
    """
    end = ctx.plan.end.year
    middle = min(ctx.plan.start.year + len(ctx.plan.years) // 2, ctx.as_of.year)
    found: list[Projected] = []
    refused: list[tuple[str, Fault, str]] = []
    for indicator, measure in _candidates(ctx):
        if len(found) == _SHOWN:
            break
        record, known = load_registry().indicator(indicator), ctx.yearly(indicator)
        known = known[known.index.year <= min(ctx.as_of.year, end)].rename(_inside(record.name(ctx.lang)))
        early = known.index.year < middle
        first = _fitted(ctx, record, measure, known[early], middle)
        second = first
        if ctx.as_of.year > middle and (known.empty or known.index[-1].year < end):
            second = _fitted(ctx, record, measure, known, min(ctx.as_of.year, end))
        made = [None if isinstance(f, Fault) else f for f in (first, second)]
        if isinstance(second, Fault):
            name = record.name(ctx.lang)
            name = ctx.t("outlook_update_of", name=name) if made[0] else name
            refused.append((name, second, _office(ctx, indicator, measure)))
        if made[0] or made[1]:
            levels = known * _display(record, known, ctx.lang)[0]
            latest = None if early.all() or second is first else made[1]
            found.append(Projected(record, levels, levels[~early], made[0], latest, ctx.sources(indicator)))
    source = ctx.sources(*(p.record.id for p in found))
    derived = [p.record.name(ctx.lang) for p in found if ctx.book.yearly(p.record.id).derived]
    return Outlooks(end, middle, tuple(found), tuple(refused), source, tuple(map(_inside, derived)))


def _inside(name: str) -> str:
    """An English name inside a sentence; abbreviations keep their capitals."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _candidates(ctx: ReportContext) -> Iterator[tuple[str, Measure | None]]:
    """Indicators in the declared order, each with the measure of the plan that sets its level."""
    targets: dict[str, Measure] = {}
    for m in ctx.plan.measures:
        if m.type in _LEVELS and m.target and m.sense in ("at_least", "at_most"):
            share = load_registry().indicator(m.indicator).unit == "pct"
            # shares to be brought to 100 % reach the edge of their scale: the evaluation judges them
            if not (share and m.target.value >= 100):
                targets.setdefault(m.indicator, m)
    for indicator in dict.fromkeys([*_FIRST, *targets, *_THEN]):
        yield indicator, targets.get(indicator)


def _display(record: Indicator, known: pd.Series, lang: str) -> tuple[float, tuple[str, str]]:
    """Factor and unit, in both languages, in which a level is shown."""
    if record.unit == "persons" and len(known) and known.max() >= 1e5:
        factor = {"zh": 1e-4, "en": 1e-6 if known.max() >= 1e6 else 1e-3}[lang]
        return factor, ("万人", "million persons" if factor == 1e-6 else "thousand persons")
    unit = unit_label(record.unit)
    return 1.0, (record.unit_zh or unit, unit_label(record.unit, "en"))


def _fitted(
    ctx: ReportContext, record: Indicator, measure: Measure | None, known: pd.Series, year: int
) -> Projection | Fault:
    """A projection to the end of the plan as judged in a year, or why there is none."""
    factor, unit = _display(record, known, ctx.lang)
    run = last_run(known * factor)
    if run.empty:
        zh, en = (message("outlook_no_series", lang) for lang in ("zh", "en"))
        return Fault(en, got="0 figures", zh=zh, code="short_sample")
    share = record.unit == "pct" and run.between(0, 100, inclusive="neither").all()
    try:
        return fit_projection(
            run, horizon=ctx.plan.end.year - run.index[-1].year, as_of=str(year), alpha=COVERAGE,
            target=measure.target.value * factor if measure and measure.target else None,
            side="at_most" if measure and measure.sense == "at_most" else "at_least",
            scale="logit" if share else "auto", seed=ctx.seed, unit=unit,
            breaks=[b for b in BREAKS.get(record.id, ()) if pd.Period(b, "Y") in run.index],
        )  # fmt: skip
    except CbsError as exc:
        fault = exc.faults[0]
        zh, en = (message("outlook_after_gap", lang, year=run.index[0]) for lang in ("zh", "en"))
        gap = len(run) < len(known)
        return replace(fault, zh=zh + fault.zh, what=en + fault.what) if gap else fault


def last_run(levels: pd.Series) -> pd.Series:
    """The last years without a gap between them."""
    years = levels.index.year.to_numpy()
    breaks = np.flatnonzero(np.diff(years) != 1)
    return levels.iloc[breaks[-1] + 1 :] if len(breaks) else levels


def _office(ctx: ReportContext, indicator: str, measure: Measure | None) -> str:
    """Who would have the figures."""
    for commitment in ctx.plan.commitments:
        if measure in commitment.measures and commitment.offices:
            return ctx.plan.offices[commitment.offices[0]].name(ctx.lang)
    survey = indicator.startswith("disposable_income")
    return ctx.t("outlook_office_survey" if survey else "outlook_office_statistics")


def reading_truth(outlooks: Outlooks, lang: str) -> str:
    """How many later figures fell inside the intervals of the middle of the plan."""
    counts = {p.record.name(lang): p.held() for p in outlooks.shown}
    inside, cases = (sum(c[i] for c in counts.values()) for i in (0, 1))
    if not cases:
        return message("outlook_truth_none", lang)
    text = message("outlook_truth", lang, cases=cases, inside=inside, middle=outlooks.middle)
    if missed := [name for name, (i, n) in counts.items() if i < n]:
        text += message("outlook_truth_missed", lang, names=message("list_sep", lang).join(missed))
    return text


def reading_scenarios(outlooks: Outlooks, lang: str) -> str:
    """Whether the scenarios agree on the targets, and what a change of definition does, left out and kept."""
    end, text = str(outlooks.end), ""
    if goals := [p for p in outlooks.shown if p.fit.robust is not None]:
        names = [p.record.name(lang) for p in goals if not p.fit.robust]
        key = "outlook_disagree" if names else "outlook_agree"
        text = message(key, lang, n=len(goals), names=message("list_sep", lang).join(names))
    for p in outlooks.shown:
        table = p.fit.scenarios
        if "across_breaks" in table.index:
            out, kept = (p.say(table.at[k, end], lang) for k in ("as_is", "across_breaks"))
            text += message(
                "outlook_break", lang, name=p.record.name(lang), year=BREAKS[p.record.id][0], end=end,
                out=out, kept=kept, note=p.record.note(lang),
            )  # fmt: skip
    return text or message("outlook_break_none", lang)


def reading_projected(p: Projected, lang: str) -> str:
    """The last projection of an indicator, the year of its data, and what came true."""
    fit = p.last
    text = message("outlook_with", lang, year=fit.years[0] - 1, finding=fit.finding(lang))
    if np.isfinite(p.actual()):
        low, high = fit.conf_int().iloc[-1]
        key = "outlook_came_inside" if low <= p.actual() <= high else "outlook_came_outside"
        text += message(key, lang, year=fit.years[-1], v=p.say(p.actual(), lang))
    return text


def reading_refused(outlooks: Outlooks, lang: str) -> str:
    """How many indicators were projected, and how many not."""
    key = "outlook_counts" if outlooks.shown else "outlook_counts_none"
    text = message(key, lang, shown=len(outlooks.shown), refused=len(outlooks.refused), end=outlooks.end)
    names = message("list_sep", lang).join(outlooks.derived)
    return text + (message("outlook_derived", lang, names=names) if names else "")


def table_outlooks(outlooks: Outlooks, lang: str) -> Table:
    """Median, interval, target, chance in words and the record of the method, by indicator."""
    t = translator(lang)
    keys = ("from", "median", "interval", "target", "chance", "record", "actual")
    heads = (t("indicator"), *(t(f"outlook_{k}", year=outlooks.end) for k in keys))
    rows = [
        (p.record.name(lang), t("outlook_from_year", year=fit.years[0] - 1), p.say(fit.params.iloc[-1], lang),
         p.span(fit, lang), target_words(p, fit, lang), chance_words(fit, lang), _record_words(fit, lang),
         p.say(p.actual(), lang) if np.isfinite(p.actual()) else "—")
        for p in outlooks.shown
        for fit in (p.middle, p.latest)
        if fit is not None
    ]  # fmt: skip
    used = [i for i in range(len(heads)) if any(r[i] != "—" for r in rows)]
    return Table(
        t("outlook_table_title", year=outlooks.end), tuple(heads[i] for i in used),
        tuple(tuple(r[i] for i in used) for r in rows), note=t("outlook_table_note"),
        source=t("source_line", source=outlooks.source), numeric=frozenset({2, 3}), css="stack",
        empty=t("outlook_nothing"),
    )  # fmt: skip


def target_words(p: Projected, fit: Projection, lang: str) -> str:
    """The target with its side; a dash without one."""
    return "—" if fit.target is None else message(f"outlook_{fit.side}", lang) + p.say(fit.target, lang)


def chance_words(fit: Projection, lang: str) -> str:
    """The chance of the target in words; a dash without one."""
    if fit.probability is None:
        return "—"
    key = "outlook_chance_low" if fit.confidence == "low" else "outlook_chance_said"
    word, p = probability_word(fit.probability, lang), f"{fit.probability:.0%}"
    return message(key, lang, word=word, p=p) + ("" if fit.robust else message("outlook_not_robust", lang))


def _record_words(fit: Projection, lang: str) -> str:
    inside, cases = fit.coverage[["inside", "cases"]].iloc[-1].astype(int)
    return message(f"outlook_record_{'said' if cases else 'none'}", lang, cases=cases, inside=inside)


def table_scenarios(outlooks: Outlooks, lang: str) -> Table:
    """The level at the end of the plan under each scenario, beside the figure where it is known."""
    names = list(dict.fromkeys(s for p in outlooks.shown for s in p.fit.scenarios.index))
    end, rows = str(outlooks.end), []
    for p in outlooks.shown:
        table = p.fit.scenarios
        marks = (
            table["meets"].map({True: " ✓", False: " ✗"}) if "meets" in table else pd.Series("", table.index)
        )
        cells = [_number(table.at[n, end]) + marks[n] if n in table.index else "—" for n in names]
        rows.append((*p.head(p.fit, lang), *cells))
    return _by_indicator(outlooks, "scenario", names, rows, lang)


def table_points(outlooks: Outlooks, lang: str) -> Table:
    """Extrapolations of the textbook to the end of the plan, where the series is long enough."""
    t = translator(lang)
    rows = []
    for p in outlooks.shown:
        fit = p.last
        run = last_run(p.levels[p.levels.index < fit.years[0]])
        methods = [m for m, least in _POINTS if len(run) >= least]
        made = scenario_forecasts(run, horizon=len(fit.years), methods=methods).iloc[-1]
        top = 100 if p.record.unit == "pct" else np.inf
        said = {m: t("outlook_beyond") if v > top else _number(v) for m, v in made.items()}
        rows.append((*p.head(fit, lang), *(said.get(m, "—") for m, _ in _POINTS)))
    return _by_indicator(outlooks, "point", [m for m, _ in _POINTS], rows, lang)


def _by_indicator(
    outlooks: Outlooks, kind: str, names: Sequence[str], rows: list[tuple[str, ...]], lang: str
) -> Table:
    t = translator(lang)
    return Table(
        t(f"outlook_{kind}s_title", year=outlooks.end),
        (t("indicator"), t("outlook_from"), *(t(f"outlook_{kind}_{n}") for n in names)),
        tuple(rows), note=t(f"outlook_{kind}s_note"), source=t("source_line", source=outlooks.source),
        css="stack", numeric=frozenset(range(2, 2 + len(names))), empty=t("outlook_nothing"),
    )  # fmt: skip


def table_refused(outlooks: Outlooks, lang: str) -> Table:
    """What was not projected, why, and who would have the figures."""
    t = translator(lang)
    rows = tuple(
        (name, fault.zh if lang == "zh" and fault.zh else f"{fault.what} ({fault.got})", office)
        for name, fault, office in outlooks.refused
    )
    title, heads = t("outlook_refused_title"), (t("indicator"), t("reason"), t("outlook_office"))
    return Table(title, heads, rows, empty=t("outlook_refused_nothing"))
