"""Read plan files: commitments, measures, targets and projects, all faults of a file at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ..errors import CbsError, Fault, TargetError, nearest
from ..series.periods import parse_date
from .records import Area, Commitment, Document, Indicator, Measure, Named, Plan, Project, Target
from .yaml_records import build_record, raise_faults, read_yaml

__all__ = ["read_plans"]

T = TypeVar("T")


def read_plans(
    paths: Iterable[Path], indicators: Mapping[str, Indicator], areas: Mapping[str, Area]
) -> dict[str, Plan]:
    raw = {path: read_yaml(path, TargetError) for path in paths}
    plans: dict[str, Plan] = {}
    # plans that extend another come after it
    for path, content in sorted(raw.items(), key=lambda item: "extends" in (item[1] or {})):
        faults: list[Fault] = []
        content = dict(content or {})
        base = content.pop("extends", None)
        if base is not None and base not in plans:
            raise TargetError(Fault("plan to extend is not known", where=path.name, got=str(base)))
        targets = content.pop("targets", {})
        plan = _build_plan(content, path.name, faults, plans.get(base) if base else None)
        if plan is None:
            raise TargetError(faults)
        plan = _with_targets(plan, targets, path.name, faults)
        _check_plan(plan, path.name, indicators, areas, faults)
        raise_faults(faults, TargetError)
        plans[plan.id] = plan
    return plans


def _build_plan(raw: dict[str, Any], where: str, faults: list[Fault], base: Plan | None) -> Plan | None:
    for key in ("start", "end"):
        if key in raw:
            raw[key] = _date(raw[key], key, where, faults)
    if isinstance(raw.get("document"), Mapping):
        document = dict(raw["document"])
        document["published"] = _date(document.get("published"), "published", f"{where}, document", faults)
        raw["document"] = build_record(Document, document, f"{where}, document", faults)
    if "sections" in raw:
        sections = {str(s.pop("id", "")): s for s in _mappings(raw["sections"], f"{where}, section", faults)}
        raw["sections"] = {
            id: build_record(Named, s, f"{where}, section {id or '(no id)'}", faults)
            for id, s in sections.items()
        }
    if "offices" in raw:
        offices = raw["offices"] if isinstance(raw["offices"], Mapping) else {"": raw["offices"]}
        raw["offices"] = {
            id: build_record(Named, o, f"{where}, office {id}", faults) for id, o in offices.items()
        }
    if "commitments" in raw:
        commitments = _mappings(raw["commitments"], f"{where}, commitment", faults)
        raw["commitments"] = _kept(_build_commitment(c, where, faults) for c in commitments)
    if "projects" in raw:
        projects = _mappings(raw["projects"], f"{where}, project", faults)
        raw["projects"] = _kept(
            build_record(Project, p, f"{where}, project {p.get('id')}", faults) for p in projects
        )
    if base is not None:
        inherited = {f.name: getattr(base, f.name) for f in dataclasses.fields(Plan)}
        raw = inherited | raw
    return build_record(Plan, raw, where, faults)


def _kept(records: Iterable[T | None]) -> list[T]:
    return [r for r in records if r is not None]


def _date(value: Any, key: str, where: str, faults: list[Fault]) -> date | None:
    try:
        return parse_date(str(value), what=key)
    except CbsError as exc:
        faults.extend(Fault(f.what, where, f.got, f.expected) for f in exc.faults)
        return None


def _mappings(raw: Any, where: str, faults: list[Fault]) -> list[dict[str, Any]]:
    """The entries of a list that are mappings; all others are faults."""
    entries = raw if isinstance(raw, list) else [raw]
    faults.extend(
        Fault("entry is not a mapping", where, repr(e)[:60], "keys and values")
        for e in entries
        if not isinstance(e, Mapping)
    )
    return [dict(e) for e in entries if isinstance(e, Mapping)]


def _build_commitment(raw: dict[str, Any], where: str, faults: list[Fault]) -> Commitment | None:
    place = f"{where}, commitment {raw.get('id')}"
    measures = []
    for m in _mappings(raw.get("measures", []), f"{place}, measure", faults):
        m_place = f"{place}, measure {m.get('id')}"
        if m.get("target") is not None:
            m["target"] = _build_target(m["target"], m_place, faults)
        measures.append(build_record(Measure, m, m_place, faults))
    return build_record(Commitment, raw | {"measures": _kept(measures)}, place, faults)


def _build_target(raw: Any, where: str, faults: list[Fault]) -> Target | None:
    place = f"{where}, target"
    if not isinstance(raw, Mapping):
        faults.append(
            Fault("target is not a mapping", place, repr(raw)[:60], "value, period and its document")
        )
        return None
    raw = dict(raw) | {"period": str(raw.get("period", ""))}
    if not isinstance(raw.get("value"), int | float) or isinstance(raw.get("value"), bool):
        faults.append(Fault("target is not a number", place, repr(raw.get("value"))))
    target = build_record(Target, raw, place, faults)
    if target is not None and not (target.source_zh.strip() and target.source_en.strip()):
        faults.append(Fault("target without a document", place, expected="source_zh and source_en"))
    return target


def _with_targets(plan: Plan, targets: Mapping[str, Any], where: str, faults: list[Fault]) -> Plan:
    """Lay targets from another document over the measures of a plan."""
    known = {m.id for m in plan.measures}
    for id in targets:
        if id not in known:
            faults.append(
                Fault(
                    "target for a measure that the plan does not have",
                    where=where,
                    got=id,
                    expected=nearest(id, sorted(known)),
                )
            )
    built = {id: _build_target(t, f"{where}, {id}", faults) for id, t in targets.items()}

    def update(commitment: Commitment) -> Commitment:
        measures = tuple(
            dataclasses.replace(m, target=built[m.id]) if built.get(m.id) else m for m in commitment.measures
        )
        return dataclasses.replace(commitment, measures=measures)

    return dataclasses.replace(plan, commitments=tuple(update(c) for c in plan.commitments))


_NEEDS_INDICATOR = {
    "level", "coverage", "sum", "keep_below", "keep_above", "not_below_previous", "synchrony",
    "direction", "zero", "activity",
}  # fmt: skip


def _check_plan(
    plan: Plan,
    where: str,
    indicators: Mapping[str, Indicator],
    areas: Mapping[str, Area],
    faults: list[Fault],
) -> None:
    def known(ids: Iterable[str], table: Iterable[str], what: str, place: Callable[[str], str]) -> None:
        names = list(table)
        for id in ids:
            if id and id not in names:
                faults.append(
                    Fault(f"{what} is not known", where=place(id), got=id, expected=nearest(id, names))
                )

    if plan.area not in areas:
        faults.append(Fault("area is not known", where=where, got=plan.area))
    ids = [c.id for c in plan.commitments] + [m.id for m in plan.measures] + [p.id for p in plan.projects]
    for id in sorted({i for i in ids if ids.count(i) > 1}):
        faults.append(Fault("id stands twice", where=where, got=id))
    projects = {p.id for p in plan.projects}
    for commitment in plan.commitments:
        place = f"{where}, commitment {commitment.id}"
        known([commitment.section], plan.sections, "section", lambda _, p=place: p)  # type: ignore[misc]
        known(commitment.offices, plan.offices, "office", lambda _, p=place: p)  # type: ignore[misc]
        if not commitment.measures:
            faults.append(Fault("commitment has no measure", where=place))
        for m in commitment.measures:
            here = f"{where}, measure {m.id}"
            refs = [m.indicator, m.against, m.exposure]
            known(refs, indicators, "indicator", lambda _, p=here: p)  # type: ignore[misc]
            known([m.project], projects, "project", lambda _, p=here: p)  # type: ignore[misc]
            if m.type in _NEEDS_INDICATOR and not m.indicator:
                faults.append(Fault("measure has no indicator", where=here, got=m.type))
            if m.type == "sum" and m.target and not m.target.value > 0:
                faults.append(Fault("target of a sum is not positive", where=here, got=str(m.target.value)))
            if m.type == "synchrony" and not m.against:
                faults.append(Fault("synchrony needs `against`", where=here))
            if m.type in ("direction", "activity") and m.sense not in ("up", "down"):
                faults.append(Fault("direction needs sense up or down", where=here, got=str(m.sense)))
    for p in plan.projects:
        known([p.area or ""], areas, "area", lambda _, p=p: f"{where}, project {p.id}")  # type: ignore[misc]
        known([p.duplicate_of], projects, "project", lambda _, p=p: f"{where}, project {p.id}")  # type: ignore[misc]
