"""What every reader of table files shares: the grid, the refusals and the bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from ..errors import Fault, RawTableError

__all__ = [
    "Cell",
    "Draft",
    "EncodingUnknown",
    "FileDamaged",
    "FileEmpty",
    "FileEncrypted",
    "FileHostile",
    "FileKindUnknown",
    "FileRefused",
    "Grid",
    "Kind",
    "Merge",
    "Place",
    "SheetUnknown",
    "Workbook",
    "blank",
    "check_area",
    "check_count",
    "plain",
    "reading",
    "shows_percent",
]

Cell = str | int | float | bool | date | datetime | None
Kind = Literal["xlsx", "xls", "spreadsheetml", "html", "text"]
Merge = tuple[int, int, int, int]
Place = tuple[int, int]

# A yearbook of 3,000 counties and 300 columns holds 0.9 million cells; nothing published comes near these.
MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CELLS = 5_000_000
# beyond this a float no longer holds every integer that its digits promise
EXACT = 1e15


class FileRefused(RawTableError):
    """A table file cannot be read; the subclass says why."""


class FileEmpty(FileRefused):
    """The file, or the sheet asked for, holds nothing."""


class FileEncrypted(FileRefused):
    """The file is protected by a password."""


class FileDamaged(FileRefused):
    """The file is cut off or corrupt, or its library could not read it."""


class FileHostile(FileRefused):
    """The file would cost more time or memory than any table does."""


class FileKindUnknown(FileRefused):
    """The content is of another kind than the tables read here."""


class EncodingUnknown(FileRefused):
    """The bytes of a text are neither UTF-8 nor GB18030."""


class SheetUnknown(FileRefused):
    """The file has no such sheet."""


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One sheet, one HTML table or one text file: raw cells and what lies around them.

    Rows and columns count from 0 and keep their place in the sheet: leading empty rows stay, trailing
    empty ones are cut. An empty text is None; text of spaces is kept where it stands inside the table.

    Attributes
    ----------
    file, sheet : str
        File name without its folder, and sheet name ("table 0" in HTML, "" in text).
    cells : tuple of tuple
        Rows of equal width.
    merges : tuple of (top, left, bottom, right)
        Merged cells, half-open and inside the cells.
    indents : mapping of (row, column) to int
        Indent levels of cell formats, where above 0.
    percents : frozenset of (row, column)
        Numbers whose format shows a percent sign: 0.051 means 5.1 %.
    problems : mapping of (row, column) to str
        Cells that the file cannot give, and why; they are None in `cells`.
    formulas : frozenset of (row, column)
        Cells of an xlsx workbook whose value is the stored result of a formula.
    widths : mapping of row to int
        Cells really present in a row of a text or HTML table, where fewer than the grid is wide.
    before, after : tuple of str
        Texts around an HTML table, in page order.
    hidden_rows, hidden_cols : frozenset of int
        Rows and columns that the publisher hid.
    """

    file: str
    sheet: str
    cells: tuple[tuple[Cell, ...], ...]
    merges: tuple[Merge, ...] = ()
    indents: Mapping[Place, int] = field(default_factory=dict)
    percents: frozenset[Place] = frozenset()
    problems: Mapping[Place, str] = field(default_factory=dict)
    formulas: frozenset[Place] = frozenset()
    widths: Mapping[int, int] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_cols: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """A table file: where it lies, what it is, how it was read, and its grids in file order."""

    path: Path
    kind: Kind
    engine: str
    encoding: str
    sha256: str
    grids: tuple[Grid, ...]
    notes: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Draft:
    """A grid while it is read: ragged rows, and facts that may lie outside the used area."""

    file: str
    sheet: str
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    indents: dict[Place, int] = field(default_factory=dict)
    percents: set[Place] = field(default_factory=set)
    problems: dict[Place, str] = field(default_factory=dict)
    formulas: set[Place] = field(default_factory=set)
    counts: list[int] | None = None
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: Iterable[int] = ()

    @property
    def where(self) -> str:
        """The file and sheet, as errors name them."""
        return f"{self.file}, sheet {self.sheet}" if self.sheet else self.file

    def grid(self, before: Sequence[str] = (), after: Sequence[str] = ()) -> Grid | None:
        """Cut empty margins, check the size and fill the rows; None where nothing is left."""
        height, width = self._used()
        if not height:
            return None
        check_area(height, width, self.where)
        cells = tuple(tuple(self.rows[r][:width] if r < len(self.rows) else []) for r in range(height))
        cells = tuple(row + (None,) * (width - len(row)) for row in cells)
        return Grid(
            file=self.file,
            sheet=self.sheet,
            cells=cells,
            merges=clip_merges(self.merges, height, width),
            indents={(r, c): n for (r, c), n in self.indents.items() if r < height and c < width},
            percents=frozenset(self.percents),
            problems=dict(self.problems),
            formulas=frozenset(self.formulas),
            widths={r: n for r, n in enumerate((self.counts or [])[:height]) if n < width},
            before=tuple(before),
            after=tuple(after),
            hidden_rows=frozenset(r for r in self.hidden_rows if r < height),
            hidden_cols=frozenset(c for c in self.hidden_cols if c < width),
        )

    def _used(self) -> tuple[int, int]:
        # a cell with a problem is content: the reader must hear of it
        height = max((r for r, _ in self.problems), default=-1) + 1
        width = max((c for _, c in self.problems), default=-1) + 1
        for r, row in enumerate(self.rows):
            end = len(row)
            while end and blank(row[end - 1]):
                end -= 1
            if end:
                height, width = max(height, r + 1), max(width, end)
        return height, width


def check_area(height: int, width: int, where: str) -> None:
    """Refuse a used area that no table has, before memory is taken for it."""
    if height > MAX_ROWS or width > MAX_COLUMNS or height * width > MAX_CELLS:
        raise too_large(f"used area is {height:,} x {width:,} cells", where)


def check_count(count: int, where: str) -> None:
    """Refuse a text or page with more cells than any table has, before they are made."""
    if count > MAX_CELLS:
        raise too_large(f"more than {MAX_CELLS:,} cells", where)


def too_large(what: str, where: str) -> FileHostile:
    """The refusal of a table whose size no table has."""
    return FileHostile(
        Fault(
            what,
            where=where,
            expected=f"at most {MAX_CELLS:,} cells and {MAX_COLUMNS:,} columns",
            next_step="delete the stray cells far from the table and save the file anew",
        )
    )


def clip_merges(merges: Iterable[Merge], height: int, width: int) -> tuple[Merge, ...]:
    """Keep the part of each merge that lies inside the grid, if it still joins cells.

    >>> clip_merges([(0, 0, 1, 256), (9, 0, 10, 2), (0, 3, 1, 9)], 4, 4)
    ((0, 0, 1, 4),)
    """
    inside: dict[Merge, None] = {}
    for top, left, bottom, right in merges:
        bottom, right = min(bottom, height), min(right, width)
        if top < bottom and left < right and (bottom - top) * (right - left) > 1:
            inside[top, left, bottom, right] = None
    return tuple(inside)


def blank(cell: Cell) -> bool:
    """Whether a cell shows nothing: None, or white space of any kind.

    >>> blank("\\u3000 \\xa0"), blank(0)
    (True, False)
    """
    return cell is None or (isinstance(cell, str) and not cell.strip())


def plain(value: object) -> Cell:
    """Give a stored value as one of our few types; workbooks store 3179 as 3179.0.

    >>> plain(3179.0), plain(0.5), plain(""), plain(datetime(2024, 1, 1)), plain(time(8, 30))
    (3179, 0.5, None, datetime.date(2024, 1, 1), '08:30:00')
    """
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT else value
    if isinstance(value, str | int):
        return None if value == "" else value
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, time | timedelta):  # no table holds these; their text cannot pass for a number
        return str(value)
    return value if value is None or isinstance(value, date) else str(value)


def shows_percent(number_format: str | None) -> bool:
    r"""Whether a number format multiplies by 100 and shows a percent sign.

    A quoted or escaped sign is mere decoration: the stored value already is in per cent.

    >>> shows_percent("0.00%"), shows_percent('0.0"%"'), shows_percent(r"0.0\%")
    (True, False, False)
    """
    if not number_format or "%" not in number_format:
        return False
    quoted, skip = False, False
    for char in number_format:
        if skip:
            skip = False
        elif char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char in "\\_*":  # the next character is literal, a width or a filler
            skip = True
        elif char == "%":
            return True
    return False


@contextmanager
def reading(name: str, engine: str) -> Iterator[None]:
    """Turn whatever a library raises into a refusal of the file.

    >>> with reading("a.xls", "xlrd 2.0.1"):
    ...     raise IndexError("list index out of range")
    Traceback (most recent call last):
    cbs_analysis.sources.grid_base.FileDamaged: file cannot be read
        where:    a.xls
        got:      xlrd 2.0.1: IndexError: list index out of range
        next:     fetch the file again; if it opens in a spreadsheet program, save it anew as xlsx
    """
    try:
        yield
    except (RawTableError, ImportError, NameError):  # the latter two are faults of ours, not of the file
        raise
    except Exception as exc:
        message = " ".join(str(exc).split())[:200]
        raise FileDamaged(
            Fault(
                "file cannot be read",
                where=name,
                got=f"{engine}: {type(exc).__name__}: {message}",
                next_step="fetch the file again; if it opens in a spreadsheet program, save it anew as xlsx",
            )
        ) from None
