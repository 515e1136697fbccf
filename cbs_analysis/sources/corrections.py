"""Declared errors of sources: which cell is wrong, what is right, and where that is documented.

A raw file is never edited. What is known to be wrong in it stands in `corrections.yml`, is applied when
the file is read, and leaves a note at every figure that it touches.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from pathlib import PurePosixPath

from ..errors import Fault, RawTableError
from ..registry.yaml_records import raise_faults
from .addresses import cell_name
from .correction_entries import Correction, exact_factor, is_named, load_corrections
from .grid_base import Cell, Grid, Place
from .reader.values import published_text, read_value

__all__ = [
    "DROPPED",
    "Correction",
    "check_all_matched",
    "correct_grid",
    "corrections_for",
    "load_corrections",
]

DROPPED = "dropped in source"
# digits enough for any product of a published figure; one that does not fit is refused, not rounded
_EXACT = Context(prec=60, traps=[Inexact])


def corrections_for(corrections: Iterable[Correction], path: PurePosixPath | str) -> tuple[Correction, ...]:
    """The entries that name a file.

    Parameters
    ----------
    corrections : iterable of Correction
    path : pathlib.PurePosixPath or str
        Path of the file below the folder of `corrections.yml`.

    Examples
    --------
    >>> entry = Correction(file="nbs/*/a.csv", action="flag", reason="r", document="d", cell="A1")
    >>> len(corrections_for([entry], "nbs/2023-01-17/a.csv")), len(corrections_for([entry], "x/2023/a.csv"))
    (1, 0)
    """
    return tuple(entry for entry in corrections if is_named(PurePosixPath(path), entry.file))


def correct_grid(
    grid: Grid, corrections: Iterable[Correction]
) -> tuple[Grid, dict[Place, str], tuple[Correction, ...]]:
    """Apply corrections to the cells of one grid.

    Parameters
    ----------
    grid : Grid
        It is not changed.
    corrections : iterable of Correction
        Entries for other files, sheets or cells are passed over.

    Returns
    -------
    (grid, notes, matched)
        The corrected grid, a note for each cell that an entry touches, and the entries whose cells lie
        in the grid.

    Raises
    ------
    RawTableError
        With every fault: a cell holds another text than expected, two entries name one cell, a cell to
        scale holds no number.

    Examples
    --------
    >>> grid = Grid(file="a.csv", sheet="", cells=(("地区", "2024年"), ("全国", "228S")))
    >>> entry = Correction(file="a.csv", cell="B2", action="override", value="2285", expect="228S",
    ...                    reason="a letter stands for a digit", document="Example Yearbook, page 1")
    >>> grid, notes, matched = correct_grid(grid, [entry])
    >>> grid.cells[1][1], notes[1, 1]
    ('2285', 'corrected: 228S -> 2285 (a letter stands for a digit; Example Yearbook, page 1)')
    """
    matched = tuple(entry for entry in corrections if entry.covers(grid))
    work = _Correcting(grid)
    for entry in matched:
        work.apply(entry)
    raise_faults(work.faults, RawTableError)
    return work.corrected(), work.notes, matched


class _Correcting:
    """A grid while entries are applied to it; faults are gathered."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.changes: dict[Place, Cell] = {}
        self.notes: dict[Place, str] = {}
        self.faults: list[Fault] = []

    def apply(self, entry: Correction) -> None:
        """Apply one entry to each of its cells."""
        before = len(self.faults) + len(self.notes)
        for i, place in enumerate(entry.places):
            expected = entry.expect[i] if isinstance(entry.expect, tuple) else entry.expect
            shown = self._shown(place)
            if place in self.notes:
                got = f"{self.notes[place]}; {entry}"
                self._refuse(place, "two corrections name one cell", got, "one entry a cell")
            elif expected not in (None, shown):
                self._refuse(
                    place,
                    "cell holds another text than the correction expects",
                    shown or "nothing",
                    expected or "nothing",
                    f"the publisher has fixed it, or the file is another: look, then remove or mend: {entry}",
                )
            elif entry.action == "scale":
                self._scale(entry, place)
            else:
                self._replace(entry, place, shown)
        if len(self.faults) + len(self.notes) == before:
            self._refuse(entry.places[0], "correction scales no number", str(entry), "a number in its cells")

    def _replace(self, entry: Correction, place: Place, shown: str) -> None:
        why = f"{entry.reason}; {entry.document}"
        if entry.action == "flag":
            self.notes[place] = f"flagged: {why}"
        elif entry.action == "drop" and not shown:
            self._refuse(place, "cell to drop holds nothing", str(entry), "a figure")
        elif entry.action == "drop":
            self.changes[place] = None
            self.notes[place] = f"{DROPPED}: {shown} ({why})"
        else:
            self.changes[place] = entry.value
            self.notes[place] = f"corrected: {shown or 'nothing'} -> {entry.value} ({why})"

    def _scale(self, entry: Correction, place: Place) -> None:
        """Multiply a number; a blank or a dash in a range of numbers stays what it is."""
        value = read_value(self.grid.cells[place[0]][place[1]], percent=place in self.grid.percents)
        if value.kind in ("empty", "missing") and place not in self.grid.problems:
            return
        if value.kind != "number" or value.number is None:
            shown = self._shown(place)
            self._refuse(place, "cell to scale holds no number", shown, "a number, a blank or a dash")
            return
        before = value.text.removesuffix(value.unit) + value.unit  # the sign of a format is not in the text
        after = _scaled(value.number, entry.factor) + value.unit
        self.changes[place] = after
        self.notes[place] = (
            f"scaled by {entry.factor}: {before} -> {after} ({entry.reason}; {entry.document})"
        )

    def _shown(self, place: Place) -> str:
        cell = self.grid.cells[place[0]][place[1]]
        return self.grid.problems.get(place, "") if cell is None else published_text(cell)

    def _refuse(self, place: Place, what: str, got: str, expected: str, step: str = "mend the entry") -> None:
        sheet = f", sheet {self.grid.sheet}" if self.grid.sheet else ""
        where = f"{self.grid.file}{sheet}, {cell_name(*place)}"
        self.faults.append(Fault(what, where=where, got=got, expected=expected, next_step=step))

    def corrected(self) -> Grid:
        """The grid with its new cells; what was wrong with the old ones no longer counts."""
        if not self.changes:
            return self.grid
        rows = list(self.grid.cells)
        for (r, c), cell in self.changes.items():
            rows[r] = (*rows[r][:c], cell, *rows[r][c + 1 :])
        return dataclasses.replace(
            self.grid,
            cells=tuple(rows),
            problems={p: text for p, text in self.grid.problems.items() if p not in self.changes},
            percents=self.grid.percents - self.changes.keys(),
        )


def _scaled(number: Decimal, factor: str) -> str:
    ratio = exact_factor(factor) or Fraction(1)
    top = _EXACT.multiply(number, Decimal(ratio.numerator))
    product = _EXACT.divide(top, Decimal(ratio.denominator))
    return format(product.normalize(_EXACT), "f")


def check_all_matched(corrections: Iterable[Correction], matched: Collection[Correction], where: str) -> None:
    """Refuse entries that touched nothing, and entries that touched several sheets without naming one.

    Parameters
    ----------
    corrections : iterable of Correction
        The entries that should have matched.
    matched : collection of Correction
        What `correct_grid` gave for the grids of one file, all together; or each entry once.
    where : str
        The file of the corrections or of the data, as errors name it.

    Raises
    ------
    RawTableError
        With one fault an entry.

    Examples
    --------
    >>> entry = Correction(file="a.csv", action="flag", reason="r", document="d", cell="Z99")
    >>> check_all_matched([entry], [], "corrections.yml")
    Traceback (most recent call last):
    cbs_analysis.errors.RawTableError: correction matches no cell
        where:    corrections.yml
        got:      flag a.csv, Z99
        expected: a table file of this name, with this sheet and cell
        next:     correct file, sheet or cell, or remove the entry
    """
    faults = []
    for entry in corrections:
        times = sum(entry == other for other in matched)
        if not times:
            faults.append(
                Fault("correction matches no cell", where=where, got=str(entry),
                      expected="a table file of this name, with this sheet and cell",
                      next_step="correct file, sheet or cell, or remove the entry")
            )  # fmt: skip
        elif times > 1:
            faults.append(
                Fault("correction names no sheet, and several have the cell", where=where, got=str(entry),
                      expected="`sheet:` with the name of one", next_step="add the sheet to the entry")
            )  # fmt: skip
    raise_faults(faults, RawTableError)
