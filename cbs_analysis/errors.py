"""Exceptions of the package.

Every message answers five questions: what is wrong, where (file, row or key), what was found,
what was expected, and what to do next. Faults of one input are gathered and raised together.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = [
    "CbsError",
    "CoverageError",
    "Fault",
    "ParameterError",
    "PeriodError",
    "RawTableError",
    "RegistryError",
    "ReportError",
    "TargetError",
    "UnitError",
    "VintageError",
    "nearest",
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


class UnitError(CbsError):
    """A unit is unknown, or two units cannot be converted into each other."""


class PeriodError(CbsError):
    """A period cannot be read, or has the wrong frequency."""


class VintageError(CbsError):
    """Figures of different publications would be mixed, or look ahead of `as_of`."""


class CoverageError(CbsError):
    """The observations do not cover what a calculation needs."""


class TargetError(CbsError):
    """A target, commitment or plan file is wrong."""


class RegistryError(CbsError):
    """A registry file (indicators, areas, sources) is wrong, or lacks an entry."""


class ParameterError(CbsError):
    """A parameter of a report or command is unknown, mistyped or out of range."""


class ReportError(CbsError):
    """A report could not be made; the last good one is untouched."""


def nearest(word: str, known: Sequence[str], n: int = 3) -> str:
    """Name the known words closest to `word`, for the "expected" line of an error.

    >>> nearest("distrct", ["area", "district"])
    'district'
    """
    close = difflib.get_close_matches(str(word), [str(k) for k in known], n=n, cutoff=0.4)
    return ", ".join(close) if close else ", ".join(str(k) for k in list(known)[:n])
