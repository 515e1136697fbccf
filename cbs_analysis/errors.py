"""Exceptions of the package.

Every message answers five questions: what is wrong, where (file, row or key), what was found,
what was expected, and what to do next. Faults of one input are gathered and raised together.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "BreakWarning",
    "CbsError",
    "CoverageError",
    "DuplicateKey",
    "Fault",
    "LayoutUnknown",
    "MethodWarning",
    "ModelRefused",
    "NoDataTable",
    "OrphanCell",
    "ParameterError",
    "PeriodAmbiguous",
    "PeriodError",
    "PeriodLossy",
    "RawTableError",
    "RegionUnknown",
    "RegistryError",
    "ReportError",
    "SeriesError",
    "SmallSampleWarning",
    "TargetError",
    "UnitError",
    "UnitUnresolved",
    "ValueUnreadable",
    "VintageBreak",
    "VintageError",
    "nearest",
    "refusal",
]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with an input; `zh` says it in a Chinese report.

    >>> print(Fault("unit is not known", where="a.csv, row 3", got="亿圆", expected="亿元",
    ...             next_step="correct the unit in the file"))
    unit is not known
        where:    a.csv, row 3
        got:      亿圆
        expected: 亿元
        next:     correct the unit in the file
    """

    what: str
    where: str = ""
    got: str = ""
    expected: str = ""
    next_step: str = ""
    zh: str = ""
    code: str = ""  # why a model or verdict is refused, for the computer: short_sample, gap, constant

    def __str__(self) -> str:
        parts = [self.what]
        for label, text in (
            ("where:   ", self.where),
            ("got:     ", self.got),
            ("expected:", self.expected),
            ("next:    ", self.next_step),
        ):
            if text:
                parts.append(f"    {label} {text}")
        return "\n".join(parts)


class CbsError(Exception):
    """Base class: catch this to catch every refusal of the package."""

    def __init__(self, faults: str | Fault | Iterable[Fault]) -> None:
        if isinstance(faults, str):
            faults = [Fault(faults)]
        elif isinstance(faults, Fault):
            faults = [faults]
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__(self._message())

    def _message(self) -> str:
        if len(self.faults) == 1:
            return str(self.faults[0])
        lines = [f"{len(self.faults)} faults:"]
        lines += [f"{i}. {fault}" for i, fault in enumerate(self.faults, 1)]
        return "\n".join(lines)


class RawTableError(CbsError):
    """A raw file or its sidecar cannot be read as it stands."""


class NoDataTable(RawTableError):
    """The file holds no table of figures."""


class LayoutUnknown(RawTableError):
    """Figures whose row or column label cannot be told for certain."""


class RegionUnknown(RawTableError):
    """Figures whose region the file does not say."""


class PeriodAmbiguous(RawTableError):
    """Figures whose period is not said, or said in two ways."""


class PeriodLossy(RawTableError):
    """A month stored as a decimal: 2019.1 is January or October."""


class UnitUnresolved(RawTableError):
    """Figures whose unit is not said, or said in two ways."""


class ValueUnreadable(RawTableError):
    """Cells of a column of figures that hold no figure and no sign for a missing one."""


class OrphanCell(RawTableError):
    """Figures outside the table: no row label or no column header belongs to them."""


class DuplicateKey(RawTableError):
    """Two figures with the same series, region and period."""


class UnitError(CbsError):
    """A unit is unknown, or two units cannot be converted into each other."""


class PeriodError(CbsError):
    """A period cannot be read, or has the wrong frequency."""


class VintageError(CbsError):
    """Figures of different publications would be mixed, or look ahead of `as_of`."""


class VintageBreak(VintageError):
    """Growth was asked for across a change of definition, accounting or revision."""


class CoverageError(CbsError):
    """The observations do not cover what a calculation needs."""


class ModelRefused(CoverageError):
    """The data do not carry the model that was asked for; each fault has a `code` and a next step."""


class SeriesError(CbsError):
    """The numbers of a series contradict the operation: a negative flow, parts that do not add up."""


class TargetError(CbsError):
    """A target, commitment or plan file is wrong."""


class RegistryError(CbsError):
    """A registry file (indicators, areas, sources) is wrong, or lacks an entry."""


class ParameterError(CbsError):
    """A parameter of a report or command is unknown, mistyped or out of range."""


class ReportError(CbsError):
    """A report could not be made; the last good one is untouched."""


class BreakWarning(UserWarning):
    """A series changes its definition, accounting or method inside the span that was used."""


class MethodWarning(UserWarning):
    """Another method than the usual one was used, because that one could not be had."""


class SmallSampleWarning(UserWarning):
    """Too few observations for the usual reading of a result."""


def refusal(found: Sequence[tuple[type[CbsError], Fault]]) -> CbsError:
    """One exception for faults of several kinds; it is caught under each of their names.

    >>> error = refusal([(UnitUnresolved, Fault("no unit")), (RegionUnknown, Fault("no region"))])
    >>> isinstance(error, UnitUnresolved), isinstance(error, RegionUnknown), len(error.faults)
    (True, True, 2)
    """
    kinds = tuple(dict.fromkeys(kind for kind, _ in found))
    faults = [fault for _, fault in found]
    if len(kinds) == 1:
        return kinds[0](faults)
    error: type[CbsError] = type("And".join(kind.__name__ for kind in kinds), kinds, {"__module__": __name__})
    return error(faults)


def nearest(word: str, known: Sequence[str], n: int = 3) -> str:
    """Name the known words closest to `word`, for the "expected" line of an error.

    >>> nearest("distrct", ["area", "district"])
    'district'
    """
    close = difflib.get_close_matches(str(word), [str(k) for k in known], n=n, cutoff=0.4)
    return ", ".join(close) if close else ", ".join(str(k) for k in list(known)[:n])
