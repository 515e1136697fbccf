"""The filled rows of one sheet: each belongs to its question by its key, once, and as it was printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..errors import Fault
from .addresses import cell_name
from .grids import Grid
from .observation import Row
from .office_cells import FilledRow, Trouble
from .office_layout import FIRST_ROW, Sheet, fixed_hash
from .office_rows import Asked, Desk, read_row
from .reader.values import published_text

__all__ = ["ReturnedRow", "sheet_rows", "without_doubles"]


@dataclass(frozen=True, kw_only=True)
class ReturnedRow:
    """One filled row: what it says, what it gives, and what is wrong with it.

    Attributes
    ----------
    sheet, cell : str
        The sheet, and the cell that a person has to look at: the first that is wrong, else the first filled.
    row : int
        As a spreadsheet program counts.
    id, name, period, said : str
        Number, name and period as printed, and what was filled in.
    tables : mapping of str to list
        Rows of the store; empty where the row is not taken in.
    troubles : tuple of Trouble
        Why it is not taken in; empty where it is.
    remarks : tuple of Trouble
        What was unusual and stands by the remark of the office.
    """

    sheet: str
    cell: str
    row: int
    id: str
    name: str
    period: str
    said: str
    tables: Mapping[str, list[Row]]
    troubles: tuple[Trouble, ...]
    remarks: tuple[Trouble, ...]

    @property
    def accepted(self) -> bool:
        """Whether the row is taken in."""
        return not self.troubles

    @property
    def address(self) -> str:
        """Sheet and cell, as the sidecar names a row that is not taken in."""
        return f"{self.sheet}!{self.cell}"


def sheet_rows(sheet: Sheet, grid: Grid, desk: Desk) -> tuple[list[ReturnedRow], set[str]]:
    """The filled rows of a sheet, and the keys of all rows that are in it.

    Parameters
    ----------
    sheet : Sheet
    grid : Grid
    desk : Desk

    Returns
    -------
    (rows, keys)
        Where the Chinese heads are not those of the layout, no row is taken in: columns are read by place.
    """
    merged = {r for top, _, bottom, _ in grid.merges for r in range(max(top, FIRST_ROW), bottom)}
    rows = [
        FilledRow(sheet=sheet, grid=grid, index=index, file=desk.where)
        for index in range(FIRST_ROW, len(grid.cells))
    ]
    keys = {row.index: row.shown("key") for row in rows}
    filled = [row for row in rows if row.filled]
    changed = _changed_head(sheet, grid, desk.where)
    if changed:
        return _refused_sheet(sheet, filled, changed), set(keys.values())
    times: dict[str, list[int]] = {}
    for row in filled:
        times.setdefault(keys[row.index], []).append(row.number)
    found = []
    for row in filled:
        key = keys[row.index]
        _check_row(row, desk.asked.get(key), [n for n in times[key] if n != row.number])
        if row.index in merged and not row.troubles:
            _refuse_row(row, "cells are merged", "单元格被合并，无法确认数值属于哪一行；请取消合并后逐行填写",
                        "one cell for each row", "split the cells and fill in each")  # fmt: skip
        tables = {} if row.troubles else read_row(row, desk.asked[key], desk)
        found.append(_returned(row, tables, desk.asked.get(key)))
    return found, set(keys.values())


def _changed_head(sheet: Sheet, grid: Grid, where: str) -> Trouble | None:
    """The first Chinese head that is another than the layout has: what stands below it is not known."""
    r = FIRST_ROW - 2
    heads = [published_text(cell) for cell in grid.cells[r]] if r < len(grid.cells) else []
    printed = [column.zh for column in sheet.columns]
    width = max(len(heads), len(printed))
    heads += [""] * (width - len(heads))
    printed += [""] * (width - len(printed))
    for c, (got, expected) in enumerate(zip(heads, printed, strict=True)):
        if got != expected:
            place = cell_name(r, c)
            return Trouble(place, Fault(
                "head of a column was changed; no row of the sheet is taken in",
                f"{where}, sheet {sheet.name}, {place}", got or "nothing", expected or "nothing",
                "restore the columns as they were sent, or fill in a new workbook",
                f"表头{place}应为“{expected or '空'}”，现为“{got or '空'}”，无法确认各栏所填内容，"
                "本表各行均未采纳；请勿增删、移动各栏或改动表头，恢复原样或用原发工作簿重新填报",
            ))  # fmt: skip
    return None


def _refused_sheet(sheet: Sheet, filled: list[FilledRow], changed: Trouble) -> list[ReturnedRow]:
    """Every filled row refused; the head itself where no row seems filled, as columns may be elsewhere."""
    for row in filled:
        row.troubles.append(Trouble(row.cell(row.filled[0]), changed.fault))
    if filled:
        return [_returned(row, {}, None) for row in filled]
    return [
        ReturnedRow(
            sheet=sheet.name, cell=changed.cell, row=FIRST_ROW - 1, id="", name=sheet.name, period="",
            said="", tables={}, troubles=(changed,), remarks=(),
        )
    ]  # fmt: skip


def _check_row(row: FilledRow, asked: Asked | None, twins: list[int]) -> None:
    """Whether the row is one that was asked, once, and as it was printed."""
    if asked is None or asked.sheet != row.sheet.name:
        _refuse_row(row, "row is not one that was asked", "这一行不是原表中的行；增加的内容请另行报送",
                    "a row of the workbook", "remove the row, or ask for a new workbook")  # fmt: skip
    elif twins:
        rows = "、".join(map(str, twins))
        _refuse_row(row, "row stands twice", f"与第{rows}行重复，不能确定以哪一行为准；同一事项只填一行",
                    f"one row; see row {rows} as well", "remove all but one")  # fmt: skip
    elif asked.fixed != fixed_hash(row.shown(k) for k in row.sheet.fixed):
        _refuse_row(row, "printed cells of the row were changed",
                    "这一行印好的内容（名称、时期等）被改动；请恢复原样",
                    "the row as it was sent", "restore the row")  # fmt: skip


def _refuse_row(row: FilledRow, what: str, zh: str, expected: str, next_step: str) -> None:
    row.refuse(row.filled[0], what, zh, expected=expected, next_step=next_step)


def _returned(row: FilledRow, tables: Mapping[str, list[Row]], asked: Asked | None) -> ReturnedRow:
    """Close a row: what a remark lets stand becomes a remark."""
    troubles = row.troubles
    doubts = [t for t in troubles if t.may_stand]
    standing = len(doubts) == len(troubles) and bool(row.shown("note"))
    kept = [] if standing else troubles
    columns = [c.key for c in row.sheet.columns]
    unit = ("unit",) if asked and "unit" in columns and row.shown("unit") != asked.unit else ()
    said = "；".join(
        f"{row.sheet.columns[columns.index(k)].zh}：{row.shown(k) or '（无法读取）'}"
        for k in (*row.filled, *unit)
    )
    return ReturnedRow(
        sheet=row.sheet.name,
        cell=kept[0].cell if kept else row.cell(row.filled[0]),
        row=row.number,
        id=row.shown("id"),
        name=row.shown("name"),
        period=next((row.shown(k) for k in ("period", "rung") if k in columns), ""),
        said=said,
        tables=tables if not kept else {},
        troubles=tuple(kept),
        remarks=tuple(doubts) if standing else (),
    )


def without_doubles(rows: list[ReturnedRow]) -> list[ReturnedRow]:
    """One figure stated in two rows of one workbook is taken in once at most: neither is sure."""
    places: dict[tuple[str, str], list[int]] = {}
    for i, row in enumerate(rows):
        for figure in row.tables.get("observations", []):
            places.setdefault((figure["indicator"], figure["period"]), []).append(i)
    result = list(rows)
    for twice in (p for p in places.values() if len(p) > 1):
        for i in twice:
            others = "、".join(str(rows[j].row) for j in twice if j != i)
            fault = Fault(
                "one figure stands twice", f"sheet {rows[i].sheet}, {rows[i].cell}", rows[i].said,
                f"one row; also in row {others}", "empty one of the two",
                f"同一指标同一时期在第{others}行也填了；请只留一行",
            )  # fmt: skip
            result[i] = replace(rows[i], tables={}, troubles=(Trouble(rows[i].cell, fault),))
    return result
