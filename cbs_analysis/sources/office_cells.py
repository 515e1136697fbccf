"""What one cell of a filled workbook says: a number, a day, a word, a text, or what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ..errors import Fault, nearest
from .addresses import cell_name
from .grids import Grid
from .office_layout import Column, Sheet
from .reader.values import published_text, read_value

__all__ = ["FilledRow", "Trouble", "money"]

_DAY = re.compile(r"(\d{4})\s*[年/.-]\s*(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*日?")
_DIGITS = str.maketrans("０１２３４５６７８９．－／", "0123456789.-/")


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a cell of a row: the row is not taken in while it has one.

    `may_stand` says that a remark in 备注 would settle it.
    """

    cell: str
    fault: Fault
    may_stand: bool = False


@dataclass(kw_only=True)
class FilledRow:
    """One row of a sheet of questions, as it came back.

    Cells are read by the keys of their columns; what cannot be read becomes a `Trouble` of the row and reads
    as nothing.
    """

    sheet: Sheet
    grid: Grid
    index: int
    file: str
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The row as a spreadsheet program counts it."""
        return self.index + 1

    def cell(self, key: str) -> str:
        """The name of a cell."""
        return cell_name(self.index, self.sheet.position(key))

    @property
    def filled(self) -> tuple[str, ...]:
        """The columns in which an office wrote something."""
        return tuple(k for k in self.sheet.filled if self.shown(k) or self._place(k) in self.grid.problems)

    @property
    def blocked(self) -> bool:
        """Whether something is wrong that no remark can settle."""
        return any(not t.may_stand for t in self.troubles)

    def shown(self, key: str) -> str:
        """What stands in a cell, whatever it is; empty where nothing does."""
        r, c = self._place(key)
        row = self.grid.cells[r]
        return published_text(row[c]) if c < len(row) else ""

    def refuse(
        self,
        key: str,
        what: str,
        zh: str,
        *,
        expected: str = "",
        next_step: str = "",
        may_stand: bool = False,
    ) -> None:
        """Note what is wrong with a cell, in both languages."""
        place = self.cell(key)
        fault = Fault(
            what, f"{self.file}, sheet {self.sheet.name}, {place}", self._got(key), expected, next_step, zh
        )
        self.troubles.append(Trouble(place, fault, may_stand))

    def text(self, key: str) -> str:
        """A text on one line; a formula is refused."""
        return " ".join(self.shown(key).split()) if self._plain(key) else ""

    def word(self, key: str) -> str:
        """One of the words of the column, or nothing."""
        text, words = self.text(key), self._column(key).words
        if text and text not in words:
            listed = "、".join(words)
            self.refuse(
                key, "word is not one of the list", f"请从下拉列表中选择：{listed}",
                expected=nearest(text, words, len(words)), next_step="choose a word of the list",
            )  # fmt: skip
            return ""
        return text

    def amount(self, key: str, *, unit: str = "") -> str:
        """A number as it was written, in plain digits, or nothing; a percent sign must fit the unit."""
        if not self._plain(key):
            return ""
        r, c = self._place(key)
        value = read_value(
            self.grid.cells[r][c] if c < len(self.grid.cells[r]) else None,
            percent=(r, c) in self.grid.percents,
        )
        if value.kind == "empty":
            return ""
        if value.kind != "number" or value.number is None:
            zh = "这里只填一个数字，不带文字、单位和空格；没有数值的，请把本格清空"
            if value.kind == "missing":
                zh = "没有数值的，请把本格清空；指标表中请选择“不能填报的原因”"
            self.refuse(key, "cell holds no number", zh, expected="one number, or an empty cell",
                        next_step="write the number alone; choose a reason where there is none")  # fmt: skip
            return ""
        if value.unit and value.unit != unit:
            self.refuse(key, "unit in the cell is not that of the row",
                        f"格中带有“{value.unit}”，与本行单位“{unit or '无'}”不符；请只填数字",
                        expected=unit or "a number alone", next_step="write the number alone")  # fmt: skip
            return ""
        return format(value.number, "f")

    def day(self, key: str) -> date | None:
        """A day, written as a date or as 2024-06-30, 2024年6月30日, 2024/6/30 or 2024.6.30."""
        if not self._plain(key):
            return None
        r, c = self._place(key)
        cell = self.grid.cells[r][c] if c < len(self.grid.cells[r]) else None
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = self.shown(key).translate(_DIGITS)
        match = _DAY.fullmatch(text)
        if match:
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                match = None
        if text:
            self.refuse(
                key, "day cannot be read", "请填完整的年月日，如2024-06-30",
                expected="a day such as 2024-06-30", next_step="write year, month and day",
            )  # fmt: skip
        return None

    def _plain(self, key: str) -> bool:
        """Whether the cell can be read; a formula is refused, since nobody saw what it will give."""
        place = self._place(key)
        if place in self.grid.formulas or self.shown(key).startswith("="):
            self.refuse(key, "cell holds a formula", "本格是公式；请复制后“选择性粘贴”为数值",
                        expected="a value", next_step="paste it as a value")  # fmt: skip
            return False
        if place in self.grid.problems:
            self.refuse(
                key, "cell cannot be read", "本格无法读取（错误值或没有结果的公式）；请重新填写",
                expected="a value", next_step="fill in the cell again",
            )  # fmt: skip
            return False
        return True

    def _column(self, key: str) -> Column:
        return self.sheet.columns[self.sheet.position(key)]

    def _place(self, key: str) -> tuple[int, int]:
        return self.index, self.sheet.position(key)

    def _got(self, key: str) -> str:
        return self.shown(key) or self.grid.problems.get(self._place(key), "") or "nothing"


def money(text: str) -> str:
    """万元 as millions of yuan, exactly; an empty text stays one.

    >>> money("1234.5"), money("")
    ('12.345', '')
    """
    return format(Decimal(text).scaleb(-2), "f") if text else ""
