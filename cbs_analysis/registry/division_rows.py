"""One row of the table of regions, how the table is read, and which rows a year means."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import Fault, RegistryError

__all__ = ["LEVELS", "Division", "distance", "highest", "in_year", "read_rows"]

LEVELS = ("nation", "province", "prefecture", "zone", "county", "district")
COLUMNS = ["code", "name", "parent", "level", "first", "last"]
# Yearbooks keep an old name for a while, and restate earlier years under the new one.
YEARS_NEAR = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Division:
    """One name of one code.

    Attributes
    ----------
    code : str
        Six characters, as in GB/T 2260.
    name : str
        The official name.
    parent : str or None
        Code of the region above; the province for what it administers directly; None for the nation.
    level : str
        nation, province, prefecture or county; zone and district for areas outside GB/T 2260.
    first : int
        First year in use; 1980 for what the oldest list has.
    last : int or None
        Year in which it ended; None while in use.
    """

    code: str
    name: str
    parent: str | None
    level: str
    first: int
    last: int | None


def distance(row: Division, year: int) -> int:
    """0: in use at the end of the year; 1: ended in it; more: that many years off, and 1."""
    if year < row.first:
        return 1 + row.first - year
    if row.last is None or year < row.last:
        return 0
    return 1 + year - row.last


def in_year(rows: Sequence[Division], year: int | None, near: int = YEARS_NEAR) -> tuple[Division, ...]:
    """The rows that a year means: those nearest to it, `near` years off at most; all of them if equal.

    Without a year: the rows in use now, else those that ended last.

    >>> row = Division(code="310108", name="闸北区", parent="310000", level="county", first=1980, last=2015)
    >>> len(in_year([row], 2018)), len(in_year([row], 2019)), len(in_year([row], None))
    (1, 0, 1)
    """
    if not rows:
        return ()
    if year is None:
        ends = [9999 if d.last is None else d.last for d in rows]
        return tuple(d for d, end in zip(rows, ends, strict=True) if end == max(ends))
    distances = [distance(d, year) for d in rows]
    best = min(distances)
    return tuple(d for d, far in zip(rows, distances, strict=True) if far == best <= 1 + near)


def highest(rows: Sequence[Division]) -> tuple[Division, ...]:
    """Those of the rows that are nearest to the nation."""
    levels = [LEVELS.index(d.level) for d in rows]
    return tuple(d for d, level in zip(rows, levels, strict=True) if level == min(levels))


def read_rows(path: Path) -> list[Division]:
    """Read the csv; `RegistryError` names every row that is wrong."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *lines = csv.reader(file)
    except (FileNotFoundError, ValueError):
        raise RegistryError(
            Fault(
                "table of regions is missing or empty", where=path.name, next_step="install the package anew"
            )
        ) from None
    if header != COLUMNS:
        raise RegistryError(
            Fault("columns are wrong", where=path.name, got=", ".join(header), expected=", ".join(COLUMNS))
        )
    rows: list[Division] = []
    faults: list[Fault] = []
    for number, line in enumerate(lines, 2):
        try:
            code, name, parent, level, first, last = line
            LEVELS.index(level)
            rows.append(
                Division(
                    code=code, name=name, parent=parent or None, level=level,
                    first=int(first), last=int(last) if last else None,
                )
            )  # fmt: skip
        except ValueError:
            faults.append(Fault("row is wrong", where=f"{path.name}, line {number}", got=",".join(line)))
    if faults:
        raise RegistryError(faults)
    return rows
