"""What a plan must hold beyond its form: references, targets, senses, dates; each fault with its line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import CbsError, Fault, nearest
from ..series.periods import parse_period
from .records import Area, Commitment, Indicator, Measure, Plan
from .yaml_records import line_of

__all__ = ["DIRECTIONS", "NEEDS_INDICATOR", "check_plan", "check_shared_ids"]

NEEDS_INDICATOR = frozenset(
    {
        "level", "coverage", "sum", "average_growth", "keep_below", "keep_above", "not_below_previous",
        "synchrony", "direction", "zero", "activity",
    }
)  # fmt: skip
DIRECTIONS = ("direction", "activity")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class _Checker:
    """One plan with its file, and the mappings that its records were read from (by id)."""

    plan: Plan
    file: str
    raws: Mapping[str, Any]
    indicators: Mapping[str, Indicator]
    areas: Mapping[str, Area]

    def at(self, what: str, id: str, *keys: str) -> str:
        """Place of a record: file, kind and id, and the line of the first of some keys that is there."""
        raw = self.raws.get(id)
        key = next((k for k in keys if k in getattr(raw, "lines", {})), None)
        return f"{self.file}, {what} {id}{line_of(raw, key)}"

    def known(self, ids: Iterable[str], names: Iterable[str], what: str, place: str) -> Iterator[Fault]:
        """A fault for every reference that leads nowhere, with the nearest names."""
        names = list(names)
        for id in ids:
            if id and id not in names:
                yield Fault(f"{what} is not known", place, str(id), nearest(str(id), names))


def check_plan(
    plan: Plan,
    where: str,
    raws: Mapping[str, Any],
    indicators: Mapping[str, Indicator],
    areas: Mapping[str, Area],
) -> list[Fault]:
    """All faults of a plan whose records could be read.

    `raws` holds the mapping that each commitment, measure and project was read from, by id, and that of the
    plan under an empty id: it tells the lines.
    """
    check = _Checker(plan, where, raws, indicators, areas)
    faults = [*_plan_faults(check)]
    for commitment in plan.commitments:
        faults += _commitment_faults(check, commitment)
        for measure in commitment.measures:
            faults += _measure_faults(check, measure)
    faults += _project_faults(check)
    return faults


def check_shared_ids(
    plan: Plan,
    where: str,
    raws: Mapping[str, Any],
    others: Sequence[Plan],
    files: Mapping[str, str],
) -> Iterator[Fault]:
    """A fault for every measure and project whose id means something else in a plan that is not extended.

    Documents, reports and figures name a measure or a project by its id alone: whatever is filed under an id
    judges every plan that has it. `files` holds the file names of plans by id.
    """
    for what, about in (("measure", _about_measures), ("project", _about_projects)):
        own = about(plan)
        for other in others:
            for id, told in about(other).items():
                if (mine := own.get(id, told)) != told:
                    del own[id]  # told once
                    yield Fault(
                        f"id of a {what} belongs to another plan",
                        f"{where}, {what} {id}{line_of(raws.get(id))}",
                        f"{id}: {mine}",
                        f"{id}: {told}, as in {files.get(other.id, other.id + '.yml')}",
                        f"give it an id of its own, such as {plan.id.upper()}_{id}",
                    )


def _about_measures(plan: Plan) -> dict[str, str]:
    """What each measure is judged by; without a figure or a project, the words of its commitment."""
    return {
        m.id: f"{m.type} {m.indicator or m.project or m.zh or c.zh}"
        for c in plan.commitments
        for m in c.measures
    }


def _about_projects(plan: Plan) -> dict[str, str]:
    return {p.id: f"{p.kind} {p.zh}" for p in plan.projects}


def _plan_faults(check: _Checker) -> Iterator[Fault]:
    plan, top = check.plan, check.raws.get("")

    def place(key: str) -> str:
        return check.file + line_of(top, key)

    for what, key, ids in (("plan", "id", [plan.id]), ("office", "offices", list(plan.offices))):
        for id in ids:
            if not _PLAIN.fullmatch(id):  # files are named after them
                yield Fault(f"id of a {what} is not plain", place(key), id[:60], "letters, digits, . _ -")
    if plan.area not in check.areas:
        near = nearest(plan.area, list(check.areas))
        yield Fault("area is not known", place("area"), plan.area, near, "`cbs-analysis areas` lists all")
    ids = [c.id for c in plan.commitments] + [m.id for m in plan.measures] + [p.id for p in plan.projects]
    for id in sorted({i for i in ids if ids.count(i) > 1}):
        yield Fault("id stands twice", check.at("entry", id), id)
    if not plan.commitments:
        yield Fault("plan has no commitment", place("commitments"), expected="a list under commitments:")
    if plan.start and plan.end and plan.end <= plan.start:
        yield Fault("plan ends before it starts", place("end"), str(plan.end), f"after {plan.start}")
    elif plan.start and isinstance(plan.baseline, int) and plan.baseline >= plan.start.year:
        before = str(plan.start.year - 1)
        yield Fault("base year is not before the plan", place("baseline"), str(plan.baseline), before)


def _commitment_faults(check: _Checker, commitment: Commitment) -> Iterator[Fault]:
    id, plan = commitment.id, check.plan
    yield from check.known(
        [commitment.section], plan.sections, "section", check.at("commitment", id, "section")
    )
    yield from check.known(commitment.offices, plan.offices, "office", check.at("commitment", id, "offices"))
    if not commitment.offices:
        yield Fault(
            "commitment names no office", check.at("commitment", id, "offices"),
            next_step="name the office that holds the data: a refusal says who owes them",
        )  # fmt: skip
    if not commitment.measures:
        yield Fault("commitment has no measure", check.at("commitment", id, "measures"))


def _measure_faults(check: _Checker, m: Measure) -> Iterator[Fault]:
    for key in ("indicator", "against", "exposure"):
        place = check.at("measure", m.id, key)
        yield from check.known([getattr(m, key)], check.indicators, "indicator", place)
    yield from check.known(
        [m.project], [p.id for p in check.plan.projects], "project", check.at("measure", m.id, "project")
    )
    here = check.at("measure", m.id, "type")
    if m.type in NEEDS_INDICATOR and not m.indicator:
        yield Fault("measure has no indicator", here, m.type)
    if m.type == "project" and not m.project:
        yield Fault("measure has no project", here, m.type, "project: an id under projects:")
    if m.type == "synchrony" and not m.against:
        yield Fault("synchrony needs `against`", here)
    yield from _indicator_faults(check, m)
    sense = check.at("measure", m.id, "sense", "type")
    if m.type in DIRECTIONS and m.sense not in ("up", "down"):
        yield Fault("direction needs sense up or down", sense, str(m.sense))
    elif m.type not in DIRECTIONS and m.sense in ("up", "down"):
        yield Fault(f"sense does not fit {m.type}", sense, str(m.sense), "at_least, at_most or reach")
    if (m.type, m.sense) in (("keep_below", "at_least"), ("keep_above", "at_most")):
        yield Fault(f"sense contradicts {m.type}", sense, str(m.sense))
    if m.when != "every_year" and m.type not in ("keep_below", "keep_above"):
        yield Fault(f"when does not fit {m.type}", check.at("measure", m.id, "when"), m.when, "a limit alone")
    if m.when != "every_year" and m.type not in ("keep_below", "keep_above"):
        place = check.at("measure", m.id, "when")
        yield Fault(f"when does not fit {m.type}", place, m.when, "keep_below or keep_above")
    if m.target is not None:
        yield from _target_faults(check, m)
    if m.official_verdict and not (m.official_source_zh and m.official_source_en):
        place = check.at("measure", m.id, "official_verdict")
        yield Fault("official verdict without its source", place, m.official_verdict, "official_source_zh/en")


def _indicator_faults(check: _Checker, m: Measure) -> Iterator[Fault]:
    """Indicators that can never be judged: without yearly figures, or a level where growth is compared."""
    for key in ("indicator", "against"):
        record = check.indicators.get(getattr(m, key))
        if record is not None and m.type in ("synchrony", "average_growth") and record.kind != "growth":
            growth = [i.id for i in check.indicators.values() if i.kind == "growth"]
            yield Fault(
                f"{m.type} needs yearly growth", check.at("measure", m.id, key), record.id,
                nearest(record.id, growth),
            )  # fmt: skip
        if record is not None and "A" not in record.freq and m.type in NEEDS_INDICATOR:
            yearly = [i.id for i in check.indicators.values() if "A" in i.freq]
            yield Fault(
                "indicator has no yearly figures", check.at("measure", m.id, key), record.id,
                nearest(record.id.replace("_ytd", ""), yearly, 1),
            )  # fmt: skip


def _target_faults(check: _Checker, m: Measure) -> Iterator[Fault]:
    target, here = m.target, check.at("measure", m.id, "target")
    if target is None or isinstance(target.value, bool) or not isinstance(target.value, int | float):
        return  # told when it was read
    if not math.isfinite(target.value):
        yield Fault("target is not a number", here, str(target.value))
    elif m.type == "sum" and not target.value > 0:
        yield Fault("target of a sum is not positive", here, str(target.value))
    elif m.type == "average_growth" and m.sense != "at_most" and not target.value > 0:
        yield Fault(
            "target of average growth is not positive", here, str(target.value), "5.5 for 5.5 % a year"
        )
    elif m.type == "average_growth" and m.sense == "at_most" and not -100 < target.value < 0:
        yield Fault(
            "target of an average growth at most is no fall", here, str(target.value),
            "-3 for 3 % less a year", "a ceiling on growth is a keep_below measure",
        )  # fmt: skip
    if not (check.plan.start and check.plan.end and len(check.plan.years)):
        return  # told with the dates
    years = check.plan.years
    try:
        year = parse_period(target.period).end.year
    except CbsError:
        told = f"a year such as {years[-1]}"
        yield Fault("period of the target is not a period", here, target.period, told)
        return
    if year not in years:
        yield Fault(
            "target is due outside the plan", here, target.period, f"{years[0]} to {years[-1]}",
            "correct the year, or the dates of the plan",
        )  # fmt: skip


def _project_faults(check: _Checker) -> Iterator[Fault]:
    plan = check.plan
    listed, commitments = [p.id for p in plan.projects], [c.id for c in plan.commitments]
    for p in plan.projects:
        for key, ids, names, what in (
            ("area", [p.area or ""], check.areas, "area"),
            ("duplicate_of", [p.duplicate_of], listed, "project"),
            ("overlaps", p.overlaps, listed, "project"),
            ("judged_by", p.judged_by, commitments, "commitment"),
            ("section", [p.section], plan.sections, "section"),
        ):
            yield from check.known(ids, names, what, check.at("project", p.id, key))
