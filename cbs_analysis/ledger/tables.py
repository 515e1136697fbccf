"""The counts of a ledger before anything is hidden: for memory alone, never for a file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..errors import ModelRefused
from ..models.poverty_classes import CLASSES, classify
from ..models.poverty_clocks import clock_table, completeness, help_matched
from ..models.poverty_rules import apply_rules, guarantee_table, listed, rule_table
from ..models.poverty_zero import return_table
from ..models.vulnerability import fit_vulnerability
from ..models.vulnerability_scores import outcome_after, score_vulnerability
from ..registry.poverty_parameters import PovertyParameters
from .disclosure import Key
from .relations import HOUSEHOLDS, STATES

__all__ = ["CLOCK_NUMBERS", "SCORE_NUMBERS", "TABLES", "Counts", "count_tables", "last_day"]

TABLES = (
    "classes", "monitored", "rules", "guarantees", "returned", "complete", "clocks", "transitions", "scores",
)  # fmt: skip
SCORE_NUMBERS = ("value", "low", "high")
CLOCK_NUMBERS = ("median", "median_low", "median_high")
_CASES = {"in_time": "numerator", "late": "late", "late_open": "late_open", "open": "open", "all": "cases"}


@dataclass
class Counts:
    """Households by key, and numbers that are no counts (days, scores) with the count that they rest on."""

    households: dict[Key, int] = field(default_factory=dict)
    numbers: dict[Key, tuple[float, Key]] = field(default_factory=dict)

    def add(
        self, table: str, area: str, period: str, row: str, count: float, column: str = HOUSEHOLDS
    ) -> None:
        """Enter one count."""
        self.households[Key(table, area, period, row, column)] = int(count)


@dataclass(frozen=True)
class _Work:
    ledger: pd.DataFrame
    rules: pd.DataFrame
    classes: pd.Series
    parameters: PovertyParameters
    area: str
    months: tuple[pd.Period, ...]  # of the ledger up to the day
    out: Counts

    def rows(self, month: pd.Period) -> pd.Series:
        return self.ledger["month"] == month


def last_day(period: str) -> pd.Timestamp:
    """The last day of a month, a half-year or a year, as the tables write them.

    >>> [str(last_day(p).date()) for p in ("2023-02", "2022H1", "2021")]
    ['2023-02-28', '2022-06-30', '2021-12-31']
    """
    if "H" in period:
        year, half = period.split("H")
        return pd.Timestamp(int(year), 6, 30) if half == "1" else pd.Timestamp(int(year), 12, 31)
    return pd.Period(period, freq="M" if "-" in period else "Y").end_time.normalize()


def count_tables(
    ledger: pd.DataFrame,
    *,
    parameters: PovertyParameters,
    area: str,
    as_of: str | pd.Timestamp,
    held: frozenset[tuple[str, str]] = frozenset(),
    seed: int = 20230630,
) -> Counts:
    """All counts of the tables that are not yet published.

    Parameters
    ----------
    ledger : pandas.DataFrame
        As `check_ledger` lets it pass.
    parameters : PovertyParameters
    area : str
        Code of the whole; `district` names the parts.
    as_of : str or pandas.Timestamp
        Months that end later are left out.
    held : frozenset of (str, str)
        Tables and periods that were published before, and are not counted again.
    seed : int
        Of the model.

    Raises
    ------
    ModelRefused
        `no_line` for a year without a line.

    Notes
    -----
    By month: classes by district, monitored households and who came and left, rules, guarantees, returns to
    poverty, filled-in households. By half-year: clocks of the cases whose clue fell in it, as they stood a
    month after it ended. By year: whether at risk in one December and in the next, and how rules and model of
    the first told who would be below the line in the second.
    """
    day = pd.Timestamp(as_of)
    known = ledger[ledger["month"].dt.end_time.dt.normalize() <= day].reset_index(drop=True)
    months = tuple(sorted(known["month"].unique()))
    out = Counts()
    if not months:
        return out
    rules = apply_rules(known, parameters=parameters)
    work = _Work(known, rules, classify(known, rules), parameters, area, months, out)
    for table, (periods, count) in _COUNTERS.items():
        for period in periods(work):
            if (table, period) not in held:
                count(work, period, seed) if table == "scores" else count(work, period)
    return out


# --- periods -------------------------------------------------------------------------------------


def _all_months(work: _Work) -> Iterator[str]:
    yield from (str(m) for m in work.months)


def _halves(work: _Work) -> Iterator[str]:
    """Half-years that the ledger holds whole, and the month after them too."""
    held = set(work.months)
    for year in range(work.months[0].year, work.months[-1].year + 1):
        for half in (1, 2):
            first = pd.Period(year=year, month=6 * half - 5, freq="M")
            if {first + i for i in range(7)} <= held:
                yield f"{year}H{half}"


def _years(work: _Work) -> Iterator[str]:
    held = set(work.months)
    for month in work.months:
        if month.month == 12 and month - 12 in held:
            yield str(month.year)


# --- by month ------------------------------------------------------------------------------------


def _count_classes(work: _Work, period: str) -> None:
    rows = work.rows(pd.Period(period, "M"))
    classes = work.classes[rows]
    groups = {
        work.area: classes,
        **dict(tuple(classes.groupby(work.ledger.loc[rows, "district"].to_numpy()))),
    }
    for place, these in groups.items():
        for name, n in these.value_counts().reindex(CLASSES, fill_value=0).items():
            work.out.add("classes", place, period, str(name), n)
        work.out.add("classes", place, period, "all", len(these))


def _count_monitored(work: _Work, period: str) -> None:
    month = pd.Period(period, "M")
    rows = work.ledger[work.rows(month)]

    def on_list(at: pd.Period) -> set[str]:
        return set(work.ledger.loc[work.rows(at) & (work.ledger["kind"] == "monitored"), "household"])

    now, help_ = on_list(month), help_matched(rows)
    found = {"stock": len(now), "matched": help_["numerator"], "unknown": help_["unknown"]}
    found["unmatched"] = help_["denominator"] - help_["numerator"]
    if month - 1 in work.months:
        before = on_list(month - 1)
        found |= {"entered": len(now - before), "left": len(before - now)}
    for name, n in found.items():
        work.out.add("monitored", work.area, period, name, n)


def _count_rules(work: _Work, period: str) -> None:
    rows = work.rows(pd.Period(period, "M"))
    table = rule_table(work.ledger[rows], work.rules[rows])
    for name in work.rules.columns:
        work.out.add("rules", work.area, period, name, table.loc[name, "households"])


def _count_guarantees(work: _Work, period: str) -> None:
    table = guarantee_table(work.ledger[work.rows(pd.Period(period, "M"))])
    for name, n in table["failing"].items():
        work.out.add("guarantees", work.area, period, str(name), n)


def _count_returned(work: _Work, period: str) -> None:
    table = return_table(work.ledger, parameters=work.parameters, month=pd.Period(period, "M"))
    for place, row in table.rename(index={"all": work.area}).iterrows():
        work.out.add("returned", str(place), period, "returned", row["returned"])
        work.out.add("returned", str(place), period, "all", row["households"])


def _count_complete(work: _Work, period: str) -> None:
    row = completeness(work.ledger[work.rows(pd.Period(period, "M"))]).loc["households"]
    work.out.add("complete", work.area, period, "incomplete", row["denominator"] - row["numerator"])


# --- by half-year and year -----------------------------------------------------------------------


def _count_clocks(work: _Work, period: str) -> None:
    end = last_day(period)
    judged = pd.Period(end, "M") + 1
    clue = pd.to_datetime(work.ledger["clue_date"])
    first = pd.Timestamp(end.year, end.month - 5, 1)
    cases = work.ledger[(clue >= first) & (clue <= end) & (work.ledger["month"] <= judged)]
    table = clock_table(cases, parameters=work.parameters, as_of=judged.end_time.date())
    for clock, row in table.iterrows():
        for column, name in _CASES.items():
            work.out.add("clocks", work.area, period, str(clock), row[name], column)
        rests_on = Key("clocks", work.area, period, str(clock), "all")
        for name in CLOCK_NUMBERS:
            if math.isfinite(row[name]):
                work.out.numbers[Key("clocks", work.area, period, str(clock), name)] = (
                    float(row[name]),
                    rests_on,
                )


def _count_transitions(work: _Work, period: str) -> None:
    last = pd.Period(f"{period}-12", "M")
    state = {name: group for group, names in STATES.items() for name in names}
    first, second = (
        pd.Series(work.classes[rows].astype(str).map(state).to_numpy(), work.ledger.loc[rows, "household"])
        for rows in (work.rows(last - 12), work.rows(last))
    )
    both = pd.concat({"before": first, "after": second}, axis=1)
    pairs = pd.crosstab(both["before"].fillna("arrived"), both["after"].fillna("gone"))
    pairs = pairs.reindex(index=[*STATES, "arrived"], columns=[*STATES, "gone"], fill_value=0)
    for before in pairs.index:
        for after in pairs.columns:
            if (before, after) != ("arrived", "gone"):
                work.out.add("transitions", work.area, period, before, pairs.at[before, after], after)


def _count_scores(work: _Work, period: str, seed: int) -> None:
    """Rules and model of December, and who was below the line in the next; nothing where it is refused."""
    then = pd.Period(f"{period}-12", "M")
    rows = work.rows(then - 12)
    now = work.ledger[rows]
    try:
        line = work.parameters.line((then - 12).year).yuan
        fit = fit_vulnerability(now, line=line, seed=seed)
        outcome = outcome_after(work.ledger, then - 12, parameters=work.parameters)
    except ModelRefused:
        return
    names = pd.Index(now["household"])
    chance = pd.Series(fit.scores.to_numpy(), names)
    rules = pd.Series(listed(work.rules[rows]).to_numpy(), names)
    scores = score_vulnerability(chance, outcome, rules=rules)
    columns = {"fell": "events", "known": "known"}
    table = scores.overlap
    for group in (*table.index, "all"):
        row = table.sum() if group == "all" else table.loc[group]
        for column, name in columns.items():
            work.out.add("scores", work.area, period, group, row[name], column)
    rests_on = Key("scores", work.area, period, "all", "fell")
    found = {"slope": (scores.slope, scores.slope_low, scores.slope_high)}
    if scores.auc is not None:
        found["auc"] = (scores.auc.value, scores.auc.low, scores.auc.high)
    for name, values in found.items():
        for column, value in zip(SCORE_NUMBERS, values, strict=True):
            if np.isfinite(value):
                work.out.numbers[Key("scores", work.area, period, name, column)] = (float(value), rests_on)


_COUNTERS: dict[str, tuple[Callable[[_Work], Iterator[str]], Callable[..., None]]] = {
    "classes": (_all_months, _count_classes),
    "monitored": (_all_months, _count_monitored),
    "rules": (_all_months, _count_rules),
    "guarantees": (_all_months, _count_guarantees),
    "returned": (_all_months, _count_returned),
    "complete": (_all_months, _count_complete),
    "clocks": (_halves, _count_clocks),
    "transitions": (_years, _count_transitions),
    "scores": (_years, _count_scores),
}
