"""The entries of `corrections.yml`: every key known, every cell a cell, every factor exact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from ..errors import CbsError, Fault, RawTableError
from ..registry.yaml_records import build_record, raise_faults, read_yaml
from .addresses import cells_of
from .grid_base import Grid, Place

__all__ = ["Correction", "exact_factor", "is_named", "load_corrections"]

Action = Literal["drop", "override", "scale", "flag"]
# action -> the key that it needs and that no other action may have
_OPERAND = {"override": "value", "scale": "factor"}


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One entry of `corrections.yml`.

    Attributes
    ----------
    file : str
        Name of the raw file, or a glob; a part of its path before it tells files of one name apart.
    action : {"drop", "override", "scale", "flag"}
        Take the figure out, put another in its place, multiply it, or only say what is wrong with it.
    reason, document : str
        What is wrong, and where the error or the right figure is documented: title, page, address.
    sheet : str
        Sheet name; needed where several sheets of the file have the cell.
    cell, cells : str
        ``"B7"``, or a range ``"B7:B9"``; one of the two.
    value : str
        The right figure, as text (override).
    factor : str
        What the published figure is multiplied by: ``"0.0001"`` or ``"1/10000"`` (scale).
    expect : str or tuple of str, optional
        The text that stands in the cell, or in every cell of the range in its order. Another text
        means that the publisher has mended the figure, or that the file is another.
    """

    file: str
    action: Action
    reason: str
    document: str
    sheet: str = ""
    cell: str = ""
    cells: str = ""
    value: str = ""
    factor: str = ""
    expect: str | tuple[str, ...] | None = None

    def __str__(self) -> str:
        sheet = f", sheet {self.sheet}" if self.sheet else ""
        return f"{self.action} {self.file}{sheet}, {self.cell or self.cells}"

    @property
    def places(self) -> tuple[Place, ...]:
        """Its cells, row by row, counted from 0."""
        return cells_of(self.cell or self.cells)

    def covers(self, grid: Grid) -> bool:
        """Whether all its cells lie in this grid.

        A grid knows the name of its file and not the folder: `corrections_for` tells folders apart.
        """
        if self.sheet not in ("", grid.sheet):
            return False
        if not is_named(PurePosixPath(grid.file), PurePosixPath(self.file).name):
            return False
        row, column = self.places[-1]
        return row < len(grid.cells) and column < len(grid.cells[0])


def is_named(path: PurePosixPath, pattern: str) -> bool:
    """Whether a pattern names a file, by its name or by the end of its path.

    >>> is_named(PurePosixPath("nbs/2023-01-17/a.xls"), "2023-*/a.xls")
    True
    """
    # a name may hold brackets of its own: 年度数据[1].xls
    return path.name == pattern or path.match(pattern)


def load_corrections(path: Path) -> tuple[Correction, ...]:
    """Read and check a file of corrections.

    Parameters
    ----------
    path : pathlib.Path
        YAML: a list of entries with the keys of `Correction`.

    Returns
    -------
    tuple of Correction
        In the order of the file; none if it is empty.

    Raises
    ------
    RawTableError
        With every fault of every entry: unknown or missing keys, an unknown action, an action without
        its operand, a cell that is none, a factor that gives no exact figure.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "corrections.yml")
    >>> _ = path.write_text('''
    ... - file: figures.csv
    ...   cell: B2
    ...   action: override
    ...   value: "2285"
    ...   expect: 228S
    ...   reason: a letter stands for a digit
    ...   document: Example Yearbook, page 1
    ... ''', encoding="utf-8")
    >>> [str(entry) for entry in load_corrections(path)]
    ['override figures.csv, B2']
    >>> folder.cleanup()
    """
    raw = read_yaml(path, RawTableError)
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise RawTableError(
            Fault("corrections are not a list", where=path.name, expected="a list of entries")
        )
    faults: list[Fault] = []
    found = []
    for i, entry in enumerate(raw, 1):
        where = f"{path.name}, entry {i}"
        record = build_record(Correction, _with_textexact_factor(entry), where, faults)
        if record is not None:
            faults += _faults_of(record, where)
            found.append(record)
    raise_faults(faults, RawTableError)
    return tuple(found)


def _with_textexact_factor(entry: Any) -> Any:
    """A factor may be written as a number; its shortest spelling is what was written."""
    factor = entry.get("factor") if isinstance(entry, dict) else None
    if isinstance(factor, int | float) and not isinstance(factor, bool):
        return entry | {"factor": str(factor)}
    return entry


def _faults_of(entry: Correction, where: str) -> Iterator[Fault]:
    for key in ("file", "reason", "document"):
        if not getattr(entry, key).strip():
            yield Fault(f"{key} is empty", where=where, expected="some words")
    for action, key in _OPERAND.items():
        if (entry.action == action) != bool(getattr(entry, key)):
            yield Fault(
                f"{key} is missing" if entry.action == action else f"{key} belongs to another action",
                where=where,
                got=entry.action,
                expected=f"`{key}` with `action: {action}`, and with no other",
            )
    if entry.factor and exact_factor(entry.factor) is None:
        yield Fault(
            "factor gives no exact figure",
            where=where,
            got=entry.factor,
            expected='a number other than 0 with finitely many digits, such as 0.0001 or "1/10000"',
        )
    yield from _cell_faults(entry, where)


def _cell_faults(entry: Correction, where: str) -> Iterator[Fault]:
    if bool(entry.cell) == bool(entry.cells):
        yield Fault("entry names no cell", where=where, expected='either `cell: "B7"` or `cells: "B7:B9"`')
        return
    try:
        count = len(entry.places)
    except CbsError as exc:
        yield from (Fault(f.what, where, f.got, f.expected) for f in exc.faults)
        return
    if entry.cell and count > 1:
        yield Fault("cell is a range", where=where, got=entry.cell, expected="`cells:` for a range")
    if entry.action == "override" and count > 1:
        yield Fault("one value for several cells", where=where, got=entry.cells, expected="an entry a cell")
    expected = entry.expect if isinstance(entry.expect, tuple) else (entry.expect or "",)
    if not all(isinstance(text, str) for text in expected):
        yield Fault("expect is not text", where=where, got=repr(entry.expect)[:60], expected="quoted text")
    if isinstance(entry.expect, tuple) and len(expected) != count:
        yield Fault("expect has another number of texts", where=where, got=str(len(expected)),
                    expected=f"{count}, one a cell, or one text for all")  # fmt: skip


def exact_factor(text: str) -> Fraction | None:
    """Read a factor; None if a product with it could not be written in full.

    >>> exact_factor("1/10000") == exact_factor("0.0001"), exact_factor("1/3"), exact_factor("x")
    (True, None, None)
    """
    try:
        factor = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    rest = factor.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return factor if factor and rest == 1 else None
