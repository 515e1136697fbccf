"""Read plan files: commitments, measures, targets and projects, all faults of a file at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ..errors import CbsError, Fault, TargetError, nearest
from ..series.periods import parse_date
from .plan_checks import check_plan, check_shared_ids
from .records import Area, Commitment, Document, Indicator, Measure, Named, Plan, Project, Target
from .yaml_records import build_record, line_of, raise_faults, read_yaml

__all__ = ["read_plans"]

T = TypeVar("T")


def read_plans(
    paths: Iterable[Path],
    indicators: Mapping[str, Indicator],
    areas: Mapping[str, Area],
    *,
    known: Mapping[str, Plan] | None = None,
) -> dict[str, Plan]:
    """Read plan files.

    Parameters
    ----------
    paths : iterable of pathlib.Path
    indicators, areas : mapping
        What plans refer to.
    known : mapping, optional
        Plans read before, which these may extend and whose ids they may not take.

    Returns
    -------
    dict
        The plans of these files, by id.

    Raises
    ------
    TargetError
        With every fault of every file: place, line, what was found and what was expected.
    """
    known = known or {}
    plans: dict[str, Plan] = {}
    faults: list[Fault] = []
    contents = []
    for path in paths:
        try:
            contents.append((path.name, _content(path)))
        except TargetError as exc:
            faults += exc.faults
    broken: set[Any] = set()
    files: dict[str, str] = {}
    bases: dict[str, str] = {}
    # plans that extend another come after it
    for name, content in sorted(contents, key=lambda item: "extends" in item[1]):
        if content.get("extends") in broken:
            continue  # told by the faults of the plan that it extends
        found: list[Fault] = []
        raws: dict[str, Any] = {"": content}
        plan = _read_plan(content, name, {**known, **plans}, indicators, areas, found, raws)
        if plan is not None and (plan.id in known or plan.id in plans):
            found.append(Fault("id of a plan stands twice", name + line_of(content, "id"), plan.id))
        elif plan is not None:
            files[plan.id], bases[plan.id] = name, str(content.get("extends", ""))
            above = _extended(plan.id, bases)
            others = [p for p in (*known.values(), *plans.values()) if p.id not in above]
            found += check_shared_ids(plan, name, raws, others, files)
            if not found:
                plans[plan.id] = plan
        if found:
            broken.add(str(content.get("id")))
        faults += found
    raise_faults(faults, TargetError)
    return plans


def _extended(id: str, bases: Mapping[str, str]) -> set[str]:
    """The plans that a plan extends, one after the other."""
    above: set[str] = set()
    while (id := bases.get(id, "")) and id not in above:
        above.add(id)
    return above


def _content(path: Path) -> Mapping[str, Any]:
    content = read_yaml(path, TargetError, lines=True)
    if content is None:
        step = "`cbs-analysis plan new` writes one to begin with"
        raise TargetError(Fault("plan file is empty", path.name, next_step=step))
    if not isinstance(content, Mapping):
        told = "keys such as id, zh, en, area"
        raise TargetError(Fault("plan file is not a mapping", path.name, repr(content)[:60], told))
    return content


def _read_plan(
    content: Mapping[str, Any],
    name: str,
    plans: Mapping[str, Plan],
    indicators: Mapping[str, Indicator],
    areas: Mapping[str, Area],
    faults: list[Fault],
    raws: dict[str, Any],
) -> Plan | None:
    raw = content | {}  # type: ignore[operator]
    base = raw.pop("extends", None)
    if base is not None and base not in plans:
        near = nearest(str(base), list(plans))
        faults.append(
            Fault("plan to extend is not known", name + line_of(content, "extends"), str(base), near)
        )
        return None
    targets = raw.pop("targets", None) or {}
    plan = _build_plan(raw, name, faults, plans[base] if base else None, raws)
    if plan is None:
        return None
    plan = _with_targets(plan, targets, name + line_of(content, "targets"), faults)
    faults += check_plan(plan, name, raws, indicators, areas)
    return plan


def _build_plan(
    raw: Any, where: str, faults: list[Fault], base: Plan | None, raws: dict[str, Any]
) -> Plan | None:
    for key in ("start", "end"):
        if key in raw:
            raw[key] = _date(raw[key], key, where + line_of(raw, key), faults)
    if isinstance(raw.get("document"), Mapping):
        raw["document"] = _build_document(raw["document"], where, faults)
    elif "document" in raw:
        place = where + line_of(raw, "document")
        faults.append(
            Fault("document is not a mapping", place, repr(raw["document"])[:60], "zh, en, issuer, date")
        )
    if "sections" in raw:
        raw["sections"] = _build_sections(raw["sections"], where + line_of(raw, "sections"), faults)
    if "offices" in raw:
        raw["offices"] = _build_offices(raw["offices"], where + line_of(raw, "offices"), faults)
    if "commitments" in raw:
        commitments = _mappings(raw["commitments"], where + line_of(raw, "commitments"), faults)
        raw["commitments"] = _kept(_build_commitment(c, where, faults, raws) for c in commitments)
    if "projects" in raw:
        projects = _mappings(raw["projects"], where + line_of(raw, "projects"), faults)
        raw["projects"] = _kept(_build_project(p, where, faults, raws) for p in projects)
    if base is not None:
        inherited = {f.name: getattr(base, f.name) for f in dataclasses.fields(Plan) if f.name not in raw}
        raw = raw | inherited
    return build_record(Plan, raw, where, faults)


def _build_document(raw: Mapping[str, Any], where: str, faults: list[Fault]) -> Document | None:
    place = f"{where}, document"
    document = raw | {}  # type: ignore[operator]
    if "published" in raw:
        document["published"] = _date(
            raw["published"], "published", place + line_of(raw, "published"), faults
        )
    return build_record(Document, document, place, faults)


def _build_sections(raw: Any, where: str, faults: list[Fault]) -> dict[str, Named | None]:
    sections: dict[str, Named | None] = {}
    for entry in _mappings(raw, f"{where}, section", faults):
        id = str(entry.pop("id", ""))
        if id in sections:
            faults.append(Fault("id of a section stands twice", where + line_of(entry), id))
        sections[id] = build_record(Named, entry, f"{where}, section {id or '(no id)'}", faults)
    return sections


def _build_offices(raw: Any, where: str, faults: list[Fault]) -> dict[str, Named | None]:
    if not isinstance(raw, Mapping):
        faults.append(Fault("offices is not a mapping", where, repr(raw)[:60], "id: {zh: ..., en: ...}"))
        return {}
    return {str(id): build_record(Named, o, f"{where}, office {id}", faults) for id, o in raw.items()}


def _build_project(
    raw: Mapping[str, Any], where: str, faults: list[Fault], raws: dict[str, Any]
) -> Project | None:
    raws.setdefault(str(raw.get("id")), raw)
    return build_record(Project, raw, f"{where}, project {raw.get('id')}", faults)


def _kept(records: Iterable[T | None]) -> list[T]:
    return [r for r in records if r is not None]


def _date(value: Any, key: str, where: str, faults: list[Fault]) -> date | None:
    try:
        return parse_date(str(value), what=key)
    except CbsError as exc:
        faults.extend(Fault(f.what, where, f.got, f.expected) for f in exc.faults)
        return None


def _mappings(raw: Any, where: str, faults: list[Fault]) -> list[Any]:
    """The entries of a list that are mappings; all others are faults."""
    if isinstance(raw, Mapping):
        faults.append(Fault("not a list", where, f"{len(raw)} keys", "entries that begin with `- `"))
        return []
    entries = raw if isinstance(raw, list) else [raw]
    faults.extend(
        Fault("entry is not a mapping", where, repr(e)[:60], "keys and values")
        for e in entries
        if not isinstance(e, Mapping)
    )
    return [e | {} for e in entries if isinstance(e, Mapping)]  # type: ignore[operator]


def _build_commitment(raw: Any, where: str, faults: list[Fault], raws: dict[str, Any]) -> Commitment | None:
    place = f"{where}, commitment {raw.get('id')}"
    raws.setdefault(str(raw.get("id")), raw)
    measures = []
    for m in _mappings(raw.get("measures", []), f"{place}{line_of(raw, 'measures')}, measure", faults):
        m_place = f"{place}, measure {m.get('id')}"
        raws.setdefault(str(m.get("id")), m)
        if m.get("target") is not None:
            m["target"] = _build_target(m["target"], m_place, faults, line_of(m, "target"))
        measures.append(build_record(Measure, m, m_place, faults))
    return build_record(Commitment, raw | {"measures": _kept(measures)}, place, faults)


def _build_target(raw: Any, where: str, faults: list[Fault], line: str = "") -> Target | None:
    place = f"{where}, target"
    if not isinstance(raw, Mapping):
        faults.append(
            Fault("target is not a mapping", place + line, repr(raw)[:60], "value, period and its document")
        )
        return None
    line = line_of(raw) or line
    if "period" in raw:
        raw = raw | {"period": str(raw["period"])}  # type: ignore[operator]
    for key in ("value", "baseline"):
        value = raw.get(key)
        if (key == "value" or value is not None) and (
            not isinstance(value, int | float) or isinstance(value, bool)
        ):
            what = "target" if key == "value" else "base of the target"
            at, told = place + (line_of(raw, key) or line), "digits without quotes or unit"
            faults.append(Fault(f"{what} is not a number", at, repr(value)[:60], told))
    target = build_record(Target, raw, place, faults)
    if target is not None and not (target.source_zh.strip() and target.source_en.strip()):
        faults.append(Fault("target without a document", place + line, expected="source_zh and source_en"))
    return target


def _with_targets(plan: Plan, targets: Any, where: str, faults: list[Fault]) -> Plan:
    """Lay targets from another document over the measures of a plan."""
    if not isinstance(targets, Mapping):
        faults.append(Fault("targets is not a mapping", where, repr(targets)[:60], "ids of measures"))
        return plan
    known = {m.id for m in plan.measures}
    for id in targets:
        if id not in known:
            faults.append(
                Fault(
                    "target for a measure that the plan does not have",
                    where=where,
                    got=str(id),
                    expected=nearest(str(id), sorted(known)),
                )
            )
    built = {id: _build_target(t, f"{where}, {id}", faults) for id, t in targets.items()}

    def update(commitment: Commitment) -> Commitment:
        measures = tuple(
            dataclasses.replace(m, target=built[m.id]) if built.get(m.id) else m for m in commitment.measures
        )
        return dataclasses.replace(commitment, measures=measures)

    return dataclasses.replace(plan, commitments=tuple(update(c) for c in plan.commitments))
