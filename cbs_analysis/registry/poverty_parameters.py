"""Lines and thresholds of the rules against a return to poverty, by area and year, each with its document."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from ..errors import Fault, ModelRefused, ParameterError, RegistryError
from .load import load_registry
from .yaml_records import build_record, raise_faults, read_yaml

__all__ = ["PovertyLine", "PovertyParameters", "PovertyThreshold", "load_poverty_parameters"]

LineKind = Literal["monitoring", "relief"]
ThresholdId = Literal["rigid_ratio", "income_drop", "decision_days", "publicity_days", "exit_checks"]

_FILE = Path(__file__).parent / "poverty_parameters.yml"
_LINE = {"monitoring": ("monitoring line", "监测范围收入线"), "relief": ("relief line", "扶贫标准")}


@dataclass(frozen=True, kw_only=True)
class PovertyLine:
    """Income per head and year, in yuan of that year, of one area; the document states it."""

    area: str
    year: int
    kind: LineKind
    yuan: float
    document: str
    address: str = ""
    certainty: Literal["official", "secondary", "invented"] = "official"


@dataclass(frozen=True, kw_only=True)
class PovertyThreshold:
    """A number of the rules; `basis`: stated by the plan, or assumed by us; `tried`: what else is shown."""

    id: ThresholdId
    value: float
    basis: Literal["plan", "office", "assumption"]
    document: str
    tried: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PovertyParameters:
    """What the rules need in one area.

    Attributes
    ----------
    area : str
        Code of the area asked for; its lines may be those of an area above it.
    lines : tuple of PovertyLine
        Empty for an area without a document.
    thresholds : tuple of PovertyThreshold
        One of each kind.
    """

    area: str
    lines: tuple[PovertyLine, ...] = field(default=(), repr=False)
    thresholds: tuple[PovertyThreshold, ...] = field(default=(), repr=False)

    def line(self, year: int, kind: LineKind = "monitoring") -> PovertyLine:
        """The line of a year, in yuan per head.

        Raises
        ------
        ModelRefused
            Code `no_line`, with what is known and who sets it.

        Examples
        --------
        >>> load_poverty_parameters("99DM00").line(2022).yuan
        6500.0
        """
        for line in self.lines:
            if (line.year, line.kind) == (year, kind):
                return line
        raise ModelRefused(self.no_line(year, kind))

    def no_line(self, year: int, kind: LineKind = "monitoring") -> Fault:
        """Why there is no line of a year, and whom to ask."""
        known = ", ".join(str(y) for y in self.years(kind))
        en, zh = _LINE[kind]
        return Fault(
            f"no {en} of {self.area} for {year} is held",
            got=f"lines of {known}" if known else "no line",
            expected="one line a year, with the document that states it",
            next_step="get the document from 省农业农村厅, and enter it in poverty_parameters.yml",
            zh=f"没有{year}年的{zh}，请向省农业农村厅索取文件并登记。",
            code="no_line",
        )

    def years(self, kind: LineKind = "monitoring") -> tuple[int, ...]:
        """Years with a line, in order."""
        return tuple(sorted(line.year for line in self.lines if line.kind == kind))

    def threshold(self, id: ThresholdId) -> PovertyThreshold:
        """A threshold with its document and what else is tried."""
        return next(t for t in self.thresholds if t.id == id)

    def value(self, id: ThresholdId) -> float:
        """The number of a threshold: ratio and drop as shares, days, checks."""
        return self.threshold(id).value

    def with_values(self, **values: float) -> PovertyParameters:
        """The same with other thresholds, for a sensitivity.

        >>> load_poverty_parameters("99DM00").with_values(income_drop=0.5).value("income_drop")
        0.5
        """
        unknown = [name for name in values if name not in get_args(ThresholdId)]
        if unknown:
            known = ", ".join(get_args(ThresholdId))
            raise ParameterError(Fault("threshold is not known", got=", ".join(unknown), expected=known))
        changed = tuple(replace(t, value=float(values.get(t.id, t.value))) for t in self.thresholds)
        return replace(self, thresholds=changed)


def load_poverty_parameters(area: str, *, path: Path | None = None) -> PovertyParameters:
    """Lines and thresholds that hold in an area.

    Parameters
    ----------
    area : str
        Code or name. Where an area has no line of a kind, those of the area above it hold.
    path : pathlib.Path, optional
        Another file of the same shape.

    Returns
    -------
    PovertyParameters
        Without lines where no document is held: `PovertyParameters.line` then refuses.

    Raises
    ------
    RegistryError
        All faults of the file at once.

    Examples
    --------
    >>> load_poverty_parameters("99DM02").years()
    (2020, 2021, 2022, 2023, 2024, 2025)
    >>> load_poverty_parameters("22CB00").years()
    ()
    """
    lines, thresholds = _read(path or _FILE)
    areas = load_registry()
    code = areas.area(area).code
    held: list[PovertyLine] = []
    for kind in get_args(LineKind):
        at = code
        while at and not any((x.area, x.kind) == (at, kind) for x in lines):
            at = areas.area(at).parent or ""
        held += [x for x in lines if (x.area, x.kind) == (at, kind)]
    return PovertyParameters(area=code, lines=tuple(held), thresholds=thresholds)


@lru_cache(maxsize=4)
def _read(path: Path) -> tuple[tuple[PovertyLine, ...], tuple[PovertyThreshold, ...]]:
    raw = read_yaml(path, lines=True) or {}
    faults = [
        Fault("key is not known", path.name, str(k), "lines, thresholds")
        for k in raw
        if k not in ("lines", "thresholds")
    ]
    lines = [build_record(PovertyLine, r, path.name, faults) for r in raw.get("lines", [])]
    thresholds = [build_record(PovertyThreshold, r, path.name, faults) for r in raw.get("thresholds", [])]
    for entry in (*lines, *thresholds):
        if entry is not None:
            faults += _number_faults(entry, path.name)
    lined = [f"{x.area}, {x.year}, {x.kind}" for x in lines if x]
    named = [str(x.id) for x in thresholds if x]
    for names, what in ((lined, "line"), (named, "threshold")):
        twice = sorted({name for name in names if names.count(name) > 1})
        faults += [Fault(f"{what} stands twice", path.name, name) for name in twice]
    present = {t.id for t in thresholds if t}
    faults += [
        Fault("threshold is missing", path.name, expected=i)
        for i in get_args(ThresholdId)
        if i not in present
    ]
    raise_faults(faults, RegistryError)
    return (
        tuple(replace(x, yuan=float(x.yuan)) for x in lines if x),
        tuple(replace(x, value=float(x.value)) for x in thresholds if x),
    )


def _number_faults(entry: PovertyLine | PovertyThreshold, where: str) -> list[Fault]:
    name = f"{entry.area} {entry.year}" if isinstance(entry, PovertyLine) else entry.id
    value: object = entry.yuan if isinstance(entry, PovertyLine) else entry.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return [Fault("number is not above 0", f"{where}, {name}", repr(value))]
    if name == "income_drop" and value >= 1:
        return [Fault("a drop is a share below 1", f"{where}, {name}", repr(value), "0.3 for 30 %")]
    return []
