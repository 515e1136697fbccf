"""Read the YAML registries into records, all faults at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from ..errors import CbsError, Fault, ParameterError, RegistryError, nearest
from ..series.units import CANONICAL_UNITS
from .labels import LabelName, read_labels
from .plans import read_plans
from .records import Area, Indicator, Plan, Publisher
from .yaml_records import build_record, raise_faults, read_yaml

__all__ = ["Registry", "load_registry", "plan_files"]

T = TypeVar("T")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Registry:
    """All registries together; look-ups name the nearest entries when they fail."""

    indicators: Mapping[str, Indicator]
    areas: Mapping[str, Area]
    publishers: Mapping[str, Publisher]
    plans: Mapping[str, Plan]
    labels: Mapping[str, tuple[LabelName, ...]] = field(default_factory=dict, repr=False)
    _names: Mapping[str, str] = field(default_factory=dict, repr=False)

    def indicator(self, id: str) -> Indicator:
        """The indicator, or `RegistryError` with the nearest ids."""
        return _get(self.indicators, id, "indicator", RegistryError)

    def area(self, code_or_name: str) -> Area:
        """The area with this code, name or alias, or `ParameterError` with the nearest ones.

        >>> load_registry().area("吉林").code
        '220000'
        """
        if not isinstance(code_or_name, str):
            raise ParameterError(
                Fault(
                    "an area code is text",
                    got=f"{code_or_name!r} ({type(code_or_name).__name__})",
                    expected='a quoted code such as "220000"',
                )
            )
        code = self._names.get(code_or_name.strip().casefold(), code_or_name)
        if code not in self.areas:
            labels = [f"{a.code} {a.zh}" for a in self.areas.values()]
            close = difflib.get_close_matches(code_or_name, self._names, n=3, cutoff=0.4)
            near = [f"{self._names[c]} {self.areas[self._names[c]].zh}" for c in close] or labels[:3]
            raise ParameterError(
                Fault(
                    "area is not known",
                    got=code_or_name,
                    expected=", ".join(dict.fromkeys(near)),
                    next_step="`cbs-analysis areas` lists all of them",
                )
            )
        return self.areas[code]

    def publisher(self, id: str) -> Publisher:
        """The publisher, or `RegistryError` with the nearest ids."""
        return _get(self.publishers, id, "publisher", RegistryError)

    def plan(self, id: str) -> Plan:
        """The plan, or `ParameterError` with the nearest ids."""
        return _get(self.plans, id, "plan", ParameterError)


def _get(table: Mapping[str, T], id: str, what: str, error: type[CbsError]) -> T:
    if id not in table:
        raise error(Fault(f"{what} is not known", got=str(id), expected=nearest(str(id), list(table))))
    return table[id]


def load_registry(folder: Path | None = None, *, project: Path | None = None) -> Registry:
    """Read all registries.

    Parameters
    ----------
    folder : pathlib.Path, optional
        A folder of the same layout; the registries of the package by default.
    project : pathlib.Path, optional
        A project folder: the plans of its `plans/*.yml` stand beside those of the package.

    Returns
    -------
    Registry
        Read once per process; plans of a project again when one of its files changed.

    Raises
    ------
    RegistryError, TargetError
        With every fault of the file that is wrong; of plans, with every fault of every file.

    Examples
    --------
    >>> sorted(load_registry().plans)
    ['cbs14', 'demo14', 'national14']
    """
    root = folder or _HERE
    files = plan_files(project) if project else ()
    return _with_plans(root, files, tuple(p.stat().st_mtime_ns for p in files)) if files else _read_all(root)


def plan_files(project: Path) -> tuple[Path, ...]:
    """The plan files of a project folder, in order of their names."""
    return tuple(sorted((project / "plans").glob("*.yml")))


@lru_cache(maxsize=4)
def _read_all(root: Path) -> Registry:
    indicators = _read_many(sorted((root / "indicators").glob("*.yml")), Indicator, "id")
    areas = _read_list(root / "areas.yml", Area, "code")
    publishers = _read_many([root / "sources.yml"], Publisher, "id")
    _check_indicators(indicators)
    _check_areas(areas)
    labels = read_labels(root / "labels.yml", indicators)
    plans = read_plans(sorted((root / "plans").glob("*.yml")), indicators, areas)
    names = {n.casefold(): a.code for a in areas.values() for n in (a.code, a.zh, a.en, *a.aliases)}
    return Registry(indicators, areas, publishers, plans, labels, names)


@lru_cache(maxsize=4)
def _with_plans(root: Path, files: tuple[Path, ...], changed: tuple[int, ...]) -> Registry:
    """The registries with more plans; `changed` holds when the files changed, so that they are read anew."""
    base = _read_all(root)
    own = read_plans(files, base.indicators, base.areas, known=base.plans)
    return replace(base, plans={**base.plans, **own})


def _read_many(paths: Iterable[Path], cls: type[T], key: str) -> dict[str, T]:
    records: dict[str, T] = {}
    faults: list[Fault] = []
    for path in paths:
        for id, raw in (read_yaml(path) or {}).items():
            if id in records:
                faults.append(Fault("id stands in two files", where=path.name, got=str(id)))
            record = build_record(cls, raw, f"{path.name}, {id}", faults, **{key: str(id)})
            if record is not None:
                records[str(id)] = record
    raise_faults(faults)
    return records


def _read_list(path: Path, cls: type[T], key: str) -> dict[str, T]:
    records: dict[str, T] = {}
    faults: list[Fault] = []
    for i, raw in enumerate(read_yaml(path) or [], 1):
        record = build_record(cls, raw, f"{path.name}, entry {i}", faults)
        if record is None:
            continue
        id = getattr(record, key)
        if id in records:
            faults.append(Fault(f"{key} stands twice", where=f"{path.name}, entry {i}", got=str(id)))
        records[id] = record
    raise_faults(faults)
    return records


def _check_indicators(indicators: Mapping[str, Indicator]) -> None:
    faults = [
        Fault(
            "unit is not canonical",
            where=f"indicator {i.id}",
            got=i.unit,
            expected=nearest(i.unit, sorted(CANONICAL_UNITS)),
        )
        for i in indicators.values()
        if i.unit not in CANONICAL_UNITS
    ]
    faults += [
        Fault("id does not end with its unit", where=f"indicator {i.id}", expected=f"..._{i.unit}")
        for i in indicators.values()
        if not i.id.endswith("_" + i.unit)
    ]
    faults += [
        Fault("money without prices", where=f"indicator {i.id}", expected="prices: nominal or real")
        for i in indicators.values()
        if i.unit in ("yuan", "mn_yuan") and i.prices == "none"
    ]
    faults += [
        Fault("`_ytd` and `cumulative` disagree", where=f"indicator {i.id}")
        for i in indicators.values()
        if ("_ytd" in i.id) != i.cumulative
    ]
    raise_faults(faults)


def _check_areas(areas: Mapping[str, Area]) -> None:
    faults = [
        Fault("parent area is not known", where=f"area {a.code}", got=a.parent)
        for a in areas.values()
        if a.parent and a.parent not in areas
    ]
    faults += [
        Fault("a synthetic area may not have a real parent or child", where=f"area {a.code}", got=a.parent)
        for a in areas.values()
        if a.parent in areas and areas[a.parent].synthetic != a.synthetic
    ]
    raise_faults(faults)
