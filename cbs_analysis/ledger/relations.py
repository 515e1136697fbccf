"""What everybody knows of the published tables: which counts add up to which, and which are part of which.

Counts that no table prints, but that a difference of two printed ones would show, have tables that begin
with ~.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

from ..models.poverty_classes import CLASSES
from ..models.poverty_ledger import GUARANTEES
from ..models.poverty_rules import RULES
from .disclosure import AtMost, Equal, Key, Relation

__all__ = ["AT_RISK", "FAILING", "HOUSEHOLDS", "STATES", "relations_of", "with_unprinted"]

HOUSEHOLDS = "households"
AT_RISK = ("unstable", "marginal", "sudden", "guarantee", "unclear")  # classes of which a rule holds
FAILING = tuple(g.removesuffix("_ok") for g in GUARANTEES)
STATES: Mapping[str, tuple[str, ...]] = {  # classes taken together where they are followed from year to year
    "at_risk": AT_RISK, "on_list": ("on_list",), "none": ("none",), "unknown": ("unknown",),
}  # fmt: skip
_GROUPS = ("both", "only_rules", "only_model", "neither")
_CLOCK_STATES = ("in_time", "late", "late_open", "open")


def relations_of(keys: Iterable[Key], area: str) -> list[Relation]:
    """The relations among published counts.

    Parameters
    ----------
    keys : iterable of Key
        Counts of all tables and periods that were ever published for an area.
    area : str
        Code of the whole area; its districts stand under codes of their own.

    Returns
    -------
    list of Equal and AtMost
        Of the tables and periods that are there; a relation with a table that is not reaches nothing.
    """
    periods: dict[str, set[str]] = {}
    districts: set[str] = set()
    for k in keys:
        periods.setdefault(k.table, set()).add(k.period)
        if k.area != area:
            districts.add(k.area)
    found: list[Relation] = []
    for table, make in _MAKERS.items():
        for period in sorted(periods.get(table, ())):
            found += make(area, period, sorted(districts))
    return found


def with_unprinted(counts: Mapping[Key, int], relations: Iterable[Relation]) -> dict[Key, int]:
    """Counts together with those that no table prints, each from the first relation that determines it."""
    known = dict(counts)
    for relation in relations:
        if isinstance(relation, Equal):
            unknown = [k for side in (relation.whole, relation.parts) for k in side if k not in known]
            if len(unknown) == 1:
                gap = sum(known.get(k, 0) for k in relation.whole) - sum(
                    known.get(k, 0) for k in relation.parts
                )
                known[unknown[0]] = gap if unknown[0] in relation.parts else -gap
    return known


def _one(area: str, table: str, period: str, row: str, column: str = HOUSEHOLDS) -> Key:
    return Key(table, area, period, row, column)


def _of(area: str, table: str, period: str, rows: Iterable[str], column: str = HOUSEHOLDS) -> tuple[Key, ...]:
    return tuple(Key(table, area, period, row, column) for row in rows)


def _classes(area: str, month: str, districts: list[str]) -> Iterator[Relation]:
    for place in (area, *districts):
        yield Equal((_one(place, "classes", month, "all"),), _of(place, "classes", month, CLASSES))
    if districts:
        for name in (*CLASSES, "all"):
            whole = _one(area, "classes", month, name)
            yield Equal((whole,), tuple(_one(d, "classes", month, name) for d in districts))


def _monitored(area: str, month: str, districts: list[str]) -> Iterator[Relation]:
    before = str(pd.Period(month, "M") - 1)
    stock = _one(area, "monitored", month, "stock")
    stayed = _one(area, "~stayed", month, "")
    yield Equal((stock,), (_one(area, "monitored", month, "entered"), stayed))
    yield Equal((_one(area, "monitored", before, "stock"),), (_one(area, "monitored", month, "left"), stayed))
    yield Equal((stock,), _of(area, "monitored", month, ("matched", "unmatched", "unknown")))
    yield Equal((stock,), (_one(area, "classes", month, "on_list"), _one(area, "~stock_at_risk", month, "")))


def _rules(area: str, month: str, districts: list[str]) -> Iterator[Relation]:
    def of(name: str) -> Key:
        return _one(area, "classes", month, name)

    rules = {r: _one(area, "rules", month, r) for r in RULES}
    unclear_poor, rest = _one(area, "~unclear_r1", month, ""), _one(area, "~unclear_rest", month, "")
    yield Equal((rules["R1"],), (of("unstable"), of("marginal"), unclear_poor))
    yield Equal((of("unclear"),), (unclear_poor, rest))
    others = _one(area, "~r4_others", month, "")
    yield Equal((rules["R4"],), (of("guarantee"), others))
    strained = tuple(of(c) for c in AT_RISK if c != "guarantee")
    yield AtMost((others,), strained)
    for r in ("R2", "R3", "R5"):
        yield Equal(strained, (rules[r], _one(area, f"~not_{r}", month, "")))
    yield AtMost((of("sudden"),), tuple(rules[r] for r in ("R2", "R3", "R5")))
    yield AtMost(tuple(of(c) for c in AT_RISK), tuple(rules.values()))


def _guarantees(area: str, month: str, districts: list[str]) -> Iterator[Relation]:
    rule = _one(area, "rules", month, "R4")
    failing = _of(area, "guarantees", month, FAILING)
    for name, k in zip(FAILING, failing, strict=True):
        yield Equal((rule,), (k, _one(area, f"~r4_without_{name}", month, "")))
    yield AtMost((rule,), failing)


def _returned(area: str, month: str, districts: list[str]) -> Iterator[Relation]:
    for place in (area, *districts):
        here = _one(place, "returned", month, "returned")
        rest = _one(place, "~not_returned", month, "")
        yield Equal((_one(place, "returned", month, "all"),), (here, rest))
        poor = _of(place, "classes", month, ("unstable", "unclear"))
        yield Equal(poor, (here, _one(place, "~poor_not_returned", month, "")))
    if districts:
        for name in ("returned", "all"):
            whole = _one(area, "returned", month, name)
            yield Equal((whole,), tuple(_one(d, "returned", month, name) for d in districts))


def _complete(area: str, month: str, districts: list[str]) -> Iterator[Relation]:
    whole = _one(area, "classes", month, "all")
    yield Equal((whole,), (_one(area, "complete", month, "incomplete"), _one(area, "~complete", month, "")))


def _clocks(area: str, half: str, districts: list[str]) -> Iterator[Relation]:
    wholes = []
    for clock in ("decision", "publicity"):
        whole = _one(area, "clocks", half, clock, "all")
        wholes.append(whole)
        yield Equal((whole,), tuple(_one(area, "clocks", half, clock, s) for s in _CLOCK_STATES))
    yield Equal((wholes[0],), (wholes[1], _one(area, "~not_shown_publicly", half, "")))


def _transitions(area: str, year: str, districts: list[str]) -> Iterator[Relation]:
    first, last = f"{int(year) - 1}-12", f"{year}-12"
    for before, classes in STATES.items():
        row = tuple(_one(area, "transitions", year, before, after) for after in (*STATES, "gone"))
        yield Equal(_of(area, "classes", first, classes), row)
    for after, classes in STATES.items():
        column = tuple(_one(area, "transitions", year, before, after) for before in (*STATES, "arrived"))
        yield Equal(_of(area, "classes", last, classes), column)


def _scores(area: str, year: str, districts: list[str]) -> Iterator[Relation]:
    for group in (*_GROUPS, "all"):
        fell, rest = _one(area, "scores", year, group, "fell"), _one(area, "~not_fallen", year, group)
        yield Equal((_one(area, "scores", year, group, "known"),), (fell, rest))
    for outcome in ("fell", "known"):
        whole = _one(area, "scores", year, "all", outcome)
        yield Equal((whole,), _of(area, "scores", year, _GROUPS, outcome))
    poor = _one(area, "rules", f"{year}-12", "R1")
    yield Equal(
        (poor,), (_one(area, "scores", year, "all", "fell"), _one(area, "~poor_not_fallen", year, ""))
    )


_MAKERS: dict[str, Callable[[str, str, list[str]], Iterator[Relation]]] = {
    "classes": _classes,
    "monitored": _monitored,
    "rules": _rules,
    "guarantees": _guarantees,
    "returned": _returned,
    "complete": _complete,
    "clocks": _clocks,
    "transitions": _transitions,
    "scores": _scores,
}
