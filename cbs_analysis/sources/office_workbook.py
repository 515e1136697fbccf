"""Read back the workbook that an office filled in: each filled row is taken in, or told why not.

The workbook says on a hidden sheet what was asked. A row belongs to its question by a key that nobody has to
look at, so rows may be sorted; a row that was copied, or whose printed cells were changed, is not taken in.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..errors import Fault, RawTableError, nearest
from ..registry.load import Registry
from ..series.periods import parse_date
from .grids import Grid, load_workbook
from .office_cells import FilledRow
from .office_layout import (
    COVER,
    FILL_DAY,
    FORMAT,
    HIDDEN,
    HIDDEN_HEAD,
    HIDDEN_ROWS,
    SHEETS,
    VERSION,
    Sheet,
    structure_hash,
)
from .office_rows import Asked, Desk
from .office_sheets import ReturnedRow, sheet_rows, without_doubles
from .reader.values import published_text
from .sidecar import Sidecar

__all__ = ["OfficeHead", "OfficeReturn", "is_office_workbook", "read_head", "read_office_workbook"]

_OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")
_ENOUGH = 1_000_000  # the names of the sheets stand at the beginning


@dataclass(frozen=True, kw_only=True)
class OfficeHead:
    """Whose workbook it is: plan, area and office by their ids, and the day that it was made for."""

    plan: str
    area: str
    office: str
    as_of: date
    mark: str


@dataclass(frozen=True, kw_only=True)
class OfficeReturn:
    """A workbook as it came back.

    Attributes
    ----------
    head : OfficeHead
    day : datetime.date
        The day that the office wrote on the cover, else that of receipt.
    rows : tuple of ReturnedRow
        The filled ones alone, in the order of the workbook.
    missing : tuple of str
        Numbers and sheets of questions that are no longer in the workbook.
    notes : tuple of str
        The day on the cover, where it could not be used.
    asked : int
        How many questions the workbook was sent with.
    """

    head: OfficeHead
    day: date
    rows: tuple[ReturnedRow, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...] = ()
    asked: int = 0

    @property
    def accepted(self) -> tuple[ReturnedRow, ...]:
        """Rows that are taken in."""
        return tuple(r for r in self.rows if r.accepted)

    @property
    def rejected(self) -> tuple[ReturnedRow, ...]:
        """Rows that are not taken in."""
        return tuple(r for r in self.rows if not r.accepted)


def is_office_workbook(path: Path) -> bool:
    """Whether a file is a workbook that this package wrote for an office, filled in or not.

    Never raises: a file that cannot be opened is none.
    """
    try:
        with path.open("rb") as file:
            if file.read(8) == _OLD_WORKBOOK:  # saved as .xls by the office
                return bool(load_workbook(path, sheet=HIDDEN).grids)
        with zipfile.ZipFile(path) as package:
            part = next((n for n in package.namelist() if n.lower().endswith("xl/workbook.xml")), "")
            return bool(part) and f'name="{HIDDEN}"'.encode() in package.open(part).read(_ENOUGH)
    except (OSError, zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, RawTableError):
        return False


def read_head(path: Path, registry: Registry) -> OfficeHead:
    """Whose workbook a file is.

    Raises
    ------
    RawTableError
        If the hidden sheet is gone or was changed, or names a plan, area or office that is not known.
    """
    book = load_workbook(path, sheet=HIDDEN)
    return _head(book.grids[0], path.name, registry)[0]


def _head(grid: Grid, where: str, registry: Registry) -> tuple[OfficeHead, dict[str, Asked]]:
    lines = [[published_text(cell) for cell in row] for row in grid.cells]
    width = len(HIDDEN_ROWS)
    lines = [line + [""] * (width - len(line)) for line in lines]
    head = {line[0]: line[1] for line in lines[: len(HIDDEN_HEAD)]}
    rows = [line[:width] for line in lines[len(HIDDEN_HEAD) + 1 :] if line[0]]
    place = f"{where}, sheet {HIDDEN}"
    given = [head.get(key, "") for key in HIDDEN_HEAD[:-1]]
    if head.get("format") != FORMAT or head.get("structure") != structure_hash(given, rows):
        raise RawTableError(
            Fault(
                "what was asked has been changed", place,
                expected="the hidden sheet as it was sent",
                next_step="ask the office to fill in the workbook that it was sent, or send it a new one",
                zh="工作簿的隐藏信息已被改动，无法确认填的是哪一张表；请用原发工作簿重新填报。",
            )
        )  # fmt: skip
    faults = []
    if head["version"] != VERSION:
        faults.append(Fault("version of the workbook is not known", place, head["version"], VERSION,
                            "send the office a new workbook"))  # fmt: skip
    plan = registry.plans.get(head["plan"])
    if plan is None:
        faults.append(
            Fault("plan is not known", place, head["plan"], nearest(head["plan"], list(registry.plans)))
        )
    if head["area"] not in registry.areas:
        faults.append(Fault("area is not known", place, head["area"]))
    if plan is not None and head["office"] not in ("", *plan.offices):
        faults.append(
            Fault("office is not known", place, head["office"], nearest(head["office"], list(plan.offices)))
        )
    if faults:
        raise RawTableError(faults)
    asked = {row[0]: Asked(**dict(zip(HIDDEN_ROWS, row, strict=True))) for row in rows}
    return (
        OfficeHead(
            plan=head["plan"], area=head["area"], office=head["office"], as_of=parse_date(head["as_of"]),
            mark=head["mark"],
        ),
        asked,
    )  # fmt: skip


def read_office_workbook(path: Path, where: str, sidecar: Sidecar, registry: Registry) -> OfficeReturn:
    """Read every filled row of an office's workbook.

    Parameters
    ----------
    path : pathlib.Path
    where : str
        The file, as errors and the store name it.
    sidecar : Sidecar
        Who sent it and when; rows that it lists as `rejected` are read like all others.
    registry : Registry

    Returns
    -------
    OfficeReturn
        Without the empty rows: an empty row is no answer.

    Raises
    ------
    RawTableError
        If the file as a whole cannot be read: no workbook of ours, damaged, changed on its hidden sheet, or
        of a plan, area or office that is not known.
    """
    book = load_workbook(path)
    sheets = {grid.sheet: grid for grid in book.grids}
    if HIDDEN not in sheets:
        raise RawTableError(
            Fault("file is no workbook for an office", where, expected=f"a hidden sheet {HIDDEN}",
                  next_step="use the workbook that `cbs-analysis templates` wrote")
        )  # fmt: skip
    if book.kind != "xlsx":
        raise RawTableError(
            Fault("workbook was saved in another format", where, book.kind, "an xlsx workbook",
                  "save it as xlsx", "请把工作簿另存为xlsx格式后重新报送。")
        )  # fmt: skip
    head, asked = _head(sheets[HIDDEN], where, registry)
    day, told = _fill_day(sheets.get(COVER), sidecar)
    desk = Desk(
        plan=registry.plans[head.plan], area=head.area, office=head.office, as_of=head.as_of, asked=asked,
        day=day, where=where, sidecar=sidecar, registry=registry,
    )  # fmt: skip
    rows, seen = [], set()
    for sheet in SHEETS:
        if sheet.name in sheets:
            found, keys = sheet_rows(sheet, sheets[sheet.name], desk)
            rows += found
            seen |= keys
    missing = tuple(f"{a.parts[1]}（{a.sheet}）" for key, a in asked.items() if key not in seen)
    return OfficeReturn(
        head=head, day=day, rows=tuple(without_doubles(rows)), missing=missing, notes=told, asked=len(asked)
    )


def _fill_day(cover: Grid | None, sidecar: Sidecar) -> tuple[date, tuple[str, ...]]:
    """The day on the cover where it can be read and has come, else that of receipt, and a word on that."""
    for r, line in enumerate(cover.cells if cover else ()):
        if cover and line and published_text(line[0]) == FILL_DAY:
            cell = _DayCell(sheet=Sheet("cover", COVER, "Cover", "", ()), grid=cover, index=r, file="")
            day = cell.day("date")
            if day and day <= sidecar.published:
                return day, ()
            given = cell.shown("date")
            return sidecar.published, (given,) if given else ()
    return sidecar.published, ()


class _DayCell(FilledRow):
    """The cell right of the words 填表日期."""

    def _place(self, key: str) -> tuple[int, int]:
        return self.index, 1

    def cell(self, key: str) -> str:
        """The name of the cell."""
        return f"B{self.number}"
