"""The jobs of a run: which notebooks, with which parameters, checked before anything starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import CbsError, Fault, ParameterError, nearest
from ..plan.project_registry import project_registry
from ..registry.yaml_records import build_record, read_yaml
from ..sources.store import load_manifest
from .parameters import check_parameters

__all__ = ["RunSpec", "plan_run"]


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """One report to make: a notebook with its parameters, as plain JSON."""

    notebook: str
    area: str
    as_of: str
    plan: str
    lang: str = "zh"
    alpha: float = 0.1
    seed: int = 20230630

    @property
    def name(self) -> str:
        """File name without ending: English pages end in `.en`."""
        return self.notebook if self.lang == "zh" else f"{self.notebook}.{self.lang}"

    @property
    def folder(self) -> Path:
        """Folder below `reports/`."""
        return Path(self.as_of) / self.area

    def parameters(self) -> dict[str, Any]:
        """What papermill injects."""
        return {k: v for k, v in asdict(self).items() if k != "notebook"}


@dataclass(frozen=True, kw_only=True)
class _Entry:
    area: str
    plan: str
    as_of: tuple[str, ...]
    notebooks: tuple[str, ...]


def plan_run(
    root: Path,
    *,
    area: str | None = None,
    as_of: str | None = None,
    notebook: str | None = None,
    langs: Sequence[str] = (),
    plan: str | None = None,
) -> list[RunSpec]:
    """The reports that `notebooks/reports.yml` asks for, narrowed or changed by the arguments.

    Parameters
    ----------
    root : pathlib.Path
        Project folder.
    area : str, optional
        Only this area; one that the file does not list takes the notebooks of the first entry and
        needs `plan`.
    as_of : str, optional
        ISO date or `latest`, instead of the dates of the file.
    notebook : str, optional
        Only this notebook.
    langs : sequence of str
        Instead of the languages of the file.
    plan : str, optional
        Instead of the plan of the file.

    Returns
    -------
    list of RunSpec
        `latest` is the last publication date that the store holds.

    Raises
    ------
    ParameterError
        With every wrong entry, before anything is run.
    """
    raw = read_yaml(root / "notebooks" / "reports.yml", ParameterError)
    faults: list[Fault] = []
    entries = _entries(raw, faults)
    if faults:
        raise ParameterError(faults)
    if area is not None:
        entries = _for_area(entries, area, plan, root)
    known = sorted(p.stem for p in (root / "notebooks").glob("[0-9]*.ipynb"))
    if notebook is not None:
        entries = [_with(e, notebooks=(notebook,)) for e in entries]
    latest = str(load_manifest(root)["last_vintage"])
    specs = []
    for entry in entries:
        for day in (as_of,) if as_of else entry.as_of:
            for name in entry.notebooks:
                if name not in known:
                    faults.append(Fault("notebook is not known", got=name, expected=nearest(name, known)))
                    continue
                for lang in langs or raw.get("langs", ["zh"]):
                    spec = RunSpec(
                        notebook=name, area=entry.area, as_of=latest if day == "latest" else day,
                        plan=plan or entry.plan, lang=lang, **raw.get("parameters", {}),
                    )  # fmt: skip
                    try:
                        place, when, _ = check_parameters(**spec.parameters(), root=root)
                    except CbsError as exc:
                        faults += exc.faults
                        continue
                    specs.append(_with(spec, area=place.code, as_of=when.isoformat()))
    if faults:
        raise ParameterError(list(dict.fromkeys(faults)))
    return list(dict.fromkeys(specs))


def _with(record: Any, **changes: Any) -> Any:
    return replace(record, **changes)


def _entries(raw: Any, faults: list[Fault]) -> list[_Entry]:
    where = "notebooks/reports.yml"
    if not isinstance(raw, dict) or not raw.get("reports"):
        faults.append(Fault("no reports are listed", where=where, expected="a list under `reports:`"))
        return []
    for key in sorted(set(raw) - {"reports", "langs", "parameters"}):
        faults.append(Fault("key is not known", where=where, got=key, expected="reports, langs, parameters"))
    entries = []
    for i, item in enumerate(raw["reports"], 1):
        item = dict(item)
        for key in ("as_of", "notebooks"):
            value = item.get(key, [])
            item[key] = [str(v) for v in (value if isinstance(value, list) else [value])]
        entry = build_record(_Entry, item, f"{where}, report {i}", faults)
        if entry is not None:
            entries.append(entry)
    return entries


def _for_area(entries: list[_Entry], area: str, plan: str | None, root: Path) -> list[_Entry]:
    registry = project_registry(root)
    code = registry.area(area).code
    own = [e for e in entries if e.area == code]
    if own:
        return own
    if plan is None:
        raise ParameterError(
            Fault(
                "the area is not listed in notebooks/reports.yml and no plan is named",
                got=area,
                expected="--plan with one of " + ", ".join(sorted(registry.plans)),
                next_step="name the plan, or add the area to notebooks/reports.yml",
            )
        )
    return [_with(entries[0], area=code, plan=plan)]
