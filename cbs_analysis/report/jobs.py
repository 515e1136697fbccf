"""The jobs of a run: which notebooks, with which parameters, checked before anything starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..errors import CbsError, Fault, ParameterError, nearest
from ..plan.project_registry import project_registry
from ..registry.yaml_records import build_record, read_yaml
from ..sources.store import load_manifest
from .notebook_parameters import Declared, declared_parameters, faults_of_given, typed
from .parameters import check_parameters
from .secrets import refuse_secrets

__all__ = ["RunSpec", "check_specs", "plan_run"]

_CHOSEN = ("area", "as_of", "plan", "lang")  # have options and keys of their own
_TUNED = ("alpha", "seed")


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """One report to make: a notebook with its parameters, as plain JSON.

    `extra` holds name-value pairs that the notebook declares beside the parameters that all have.
    """

    notebook: str
    area: str
    as_of: str
    plan: str
    lang: str = "zh"
    alpha: float = 0.1
    seed: int = 20230630
    extra: tuple[tuple[str, Any], ...] = ()

    def __post_init__(self) -> None:
        """Lists, as JSON gives them, are tuples here."""
        object.__setattr__(self, "extra", tuple(sorted((str(k), v) for k, v in self.extra)))

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
        return self.standard() | dict(self.extra)

    def standard(self) -> dict[str, Any]:
        """The parameters that every notebook has."""
        return {k: v for k, v in asdict(self).items() if k not in ("notebook", "extra")}


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
    parameters: Sequence[str] = (),
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
    parameters : sequence of str
        `NAME=VALUE` of parameters that the notebooks declare, instead of those of the file. A value is read
        as the notebook declares it: a number only where it wants one.

    Returns
    -------
    list of RunSpec
        `latest` is the last publication date that the store holds.

    Raises
    ------
    ParameterError
        With every wrong entry, before anything is run.
    """
    options: dict[str, object] = {"area": area, "as_of": as_of, "notebook": notebook, "plan": plan}
    for pair in parameters:
        name, sign, text = pair.partition("=")
        options |= {name.strip(): text} if sign else {"--parameter": name}
    if secrets := refuse_secrets(options):  # before anything else: other faults print what they found
        raise ParameterError(secrets)
    raw = read_yaml(root / "notebooks" / "reports.yml", ParameterError)
    faults: list[Fault] = []
    entries = _entries(raw, faults)
    given = _given(raw.get("parameters") or {}, parameters, faults) if isinstance(raw, dict) else {}
    if faults:
        raise ParameterError(list(dict.fromkeys(faults)))
    if area is not None:
        entries = _for_area(entries, area, plan, root)
    known = sorted(p.stem for p in (root / "notebooks").glob("[0-9]*.ipynb"))
    if notebook is not None:
        entries = [_with(e, notebooks=(notebook,)) for e in entries]
    latest = str(load_manifest(root)["last_vintage"])
    notebooks = _Notebooks(root)
    specs = []
    for entry in entries:
        for day in (as_of,) if as_of else entry.as_of:
            for name in entry.notebooks:
                if name not in known:
                    faults.append(Fault("notebook is not known", got=name, expected=nearest(name, known)))
                    continue
                values = {k: notebooks.typed(name, k, v) for k, v in given.items()}
                for lang in langs or raw.get("langs", ["zh"]):
                    spec = RunSpec(
                        notebook=name, area=entry.area, as_of=latest if day == "latest" else day,
                        plan=plan or entry.plan, lang=lang,
                        **{k: v for k, v in values.items() if k in _TUNED},
                        extra=tuple((k, v) for k, v in values.items() if k not in _TUNED),
                    )  # fmt: skip
                    try:
                        place, when, _ = check_parameters(**spec.standard(), root=root)
                    except CbsError as exc:
                        faults += exc.faults
                        continue
                    specs.append(_with(spec, area=place.code, as_of=when.isoformat()))
    faults += _faults_of_specs(specs, notebooks)
    if faults:
        raise ParameterError(list(dict.fromkeys(faults)))
    return list(dict.fromkeys(specs))


def check_specs(specs: Iterable[RunSpec], root: Path) -> None:
    """Hold reports against their notebooks, before anything is run.

    Parameters
    ----------
    specs : iterable of RunSpec
    root : pathlib.Path
        Project folder.

    Raises
    ------
    ParameterError
        All at once: a notebook without a cell tagged `parameters`, a parameter that it does not declare or
        declares with another type, a name that is no identifier or is that of a secret, two reports that
        would be written to the same page.
    """
    faults = _faults_of_specs(list(specs), _Notebooks(root))
    if faults:
        raise ParameterError(faults)


def _faults_of_specs(specs: Sequence[RunSpec], notebooks: _Notebooks) -> list[Fault]:
    faults: list[Fault] = []
    secrets: list[Fault] = []
    for spec in dict.fromkeys(specs):
        declared = notebooks.declared(spec.notebook, faults)
        if declared:
            faults += faults_of_given(spec.parameters(), declared, f"notebooks/{spec.notebook}.ipynb")
            secrets += refuse_secrets(spec.parameters() | {n: d.default for n, d in declared.items()})
    if secrets:  # alone: the others print what they found
        return list(dict.fromkeys(secrets))
    pages: dict[tuple[Path, str], RunSpec] = {}
    for spec in dict.fromkeys(specs):
        first = pages.setdefault((spec.folder, spec.name), spec)
        if first != spec:
            faults.append(
                Fault(
                    "two reports would be written to one page", f"{spec.folder.as_posix()}/{spec.name}",
                    _difference(first, spec), "one of them", "run them one by one, with --reports for each",
                )
            )  # fmt: skip
    return list(dict.fromkeys(faults))


def _difference(one: RunSpec, other: RunSpec) -> str:
    """In which parameters two reports differ."""
    a, b = one.parameters(), other.parameters()
    names = [n for n in dict.fromkeys([*a, *b]) if a.get(n) != b.get(n)]
    return "; ".join(f"{n}: {a.get(n)!r}, {b.get(n)!r}" for n in names)


class _Notebooks:
    """What the notebooks of a project declare; each is read once."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "notebooks"
        self._read: dict[str, tuple[dict[str, Declared], list[Fault]]] = {}

    def declared(self, name: str, faults: list[Fault]) -> dict[str, Declared]:
        """Parameters of a notebook; what is wrong with it goes to `faults`."""
        if name not in self._read:
            own: list[Fault] = []
            self._read[name] = declared_parameters(self._folder / f"{name}.ipynb", own), own
        found, wrong = self._read[name]
        faults += wrong
        return found

    def typed(self, name: str, parameter: str, value: Any) -> Any:
        """A value from the command line as the notebook declares it; one of the file stays as it is."""
        if not isinstance(value, _Text):
            return value
        kind = self.declared(name, []).get(parameter)
        return typed(str(value), kind.type if kind else "")


class _Text(str):
    """A value from the command line, whose type the notebook decides."""


def _given(of_file: Any, of_command: Sequence[str], faults: list[Fault]) -> dict[str, Any]:
    """Parameters of the file and of the command line, the latter first."""
    where = "notebooks/reports.yml, parameters"
    if not isinstance(of_file, Mapping):
        faults.append(Fault("is no mapping", where, repr(of_file), "name: value"))
        of_file = {}
    values: dict[str, Any] = {str(k): v for k, v in of_file.items()}
    places = dict.fromkeys(values, where)
    for pair in of_command:
        name, sign, text = pair.partition("=")
        places[name.strip()] = "--parameter"
        if not sign:
            faults.append(Fault("parameter has no value", "--parameter", name[:60], "NAME=VALUE"))
        elif name.strip() in _twice(of_command):
            faults.append(Fault("parameter is given twice", "--parameter", name.strip()))
        else:
            values[name.strip()] = _Text(text)
    for name in values:
        if name in _CHOSEN or name == "notebook":
            option = "--" + name.replace("_", "-")
            step = f"use {option}, or the key {name!r} of the entry"
            faults.append(Fault(f"parameter {name!r} has its own option", places[name], next_step=step))
    return values


def _twice(pairs: Sequence[str]) -> set[str]:
    """Names that stand more than once."""
    names = [p.partition("=")[0].strip() for p in pairs]
    return {n for n in names if names.count(n) > 1}


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
