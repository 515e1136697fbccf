"""Sheets whose cells are figures, texts and formulas; each formula is written with the value that it has.

A preview, pandas or a phone shows the value without recalculating; a spreadsheet program recalculates and
must come to the same. Text is always written as text, so that no cell of a source turns into a formula.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from unicodedata import east_asian_width

from ..sources.addresses import cell_name
from .plain_text import visible
from .style import VERDICT_COLOURS

__all__ = ["Column", "Formula", "Grid", "Link", "Workbook", "quoted"]

Kind = Literal["text", "long", "word", "number", "int", "share", "ratio", "pp", "date"]
_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True},
    "long": {"text_wrap": True},
    "word": {"bold": True},
    "int": {"num_format": "0"},
    "whole": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.00"},
    "share": {"num_format": "0.0%"},
    "ratio": {"num_format": "0.000"},
    "pp": {"num_format": "+0.0;-0.0;0.0"},
    "date": {"num_format": "yyyy-mm-dd"},
    "link": {"font_color": "#0B5394", "underline": 1, "text_wrap": True},
    "head": {"bold": True, "bg_color": "#E3E6EA", "text_wrap": True, "border": 1, "border_color": "#8A8F98"},
    "title": {"bold": True, "font_size": 14},
    "note": {"font_color": "#5A5F66"},
    "mark": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#B5382A"},
}
_CELL_CHARACTERS = 32_767
_QUOTED_CHARACTERS = 255  # of a text inside a formula
_A4_CHARACTERS, _A3_CHARACTERS = 170, 260
_LINE = 14.0  # points of a line of text
FIRST = 4  # rows above: title, mark or note, empty, heads


@dataclass(frozen=True)
class Formula:
    """A formula without its equals sign, and the value that it has."""

    text: str
    value: float | str


@dataclass(frozen=True)
class Link:
    """A text that leads to a file beside the workbook."""

    text: str
    target: str


@dataclass(frozen=True)
class Column:
    """A column: key, head, kind of its cells, width in characters."""

    key: str
    title: str
    kind: Kind = "text"
    width: float = 12


@dataclass(frozen=True)
class Grid:
    """A table on a sheet: where its cells will stand is known before they are written."""

    sheet: str
    columns: tuple[Column, ...]
    count: int
    _letters: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        letters = {c.key: cell_name(0, i)[:-1] for i, c in enumerate(self.columns)}
        object.__setattr__(self, "_letters", letters)

    def here(self, key: str, i: int) -> str:
        """A cell, as a formula of the same row names it."""
        return f"{self._letters[key]}{FIRST + 1 + i}"

    def at(self, key: str, i: int) -> str:
        """A cell, as another sheet names it."""
        return f"'{self.sheet}'!${self._letters[key]}${FIRST + 1 + i}"

    def all(self, key: str) -> str:
        """All cells of a column, as any sheet names them; a table without rows has one empty cell."""
        last = FIRST + max(self.count, 1)
        return f"'{self.sheet}'!${self._letters[key]}${FIRST + 1}:${self._letters[key]}${last}"


def quoted(text: str) -> str:
    """A text inside a formula.

    >>> quoted('快于"预期"以上')
    '"快于""预期""以上"'
    """
    return '"' + text.replace('"', '""') + '"'


class Workbook:
    """A workbook in memory; equal content has equal bytes.

    Parameters
    ----------
    title : str
    mark : str
        The mark of invented figures, on every sheet and in every printed head; empty for real ones.
    created : datetime.date
        Written as the day of creation: nothing of a file depends on the clock.
    """

    def __init__(self, *, title: str, mark: str, created: date, labels: Mapping[str, str]) -> None:
        from xlsxwriter import Workbook as Writer

        self._stream = io.BytesIO()
        options = {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False,
        }  # fmt: skip
        self._book = Writer(self._stream, options)
        stamp = datetime(created.year, created.month, created.day)
        shown = f"{mark} {title}".strip()
        shown = visible(shown)[:_QUOTED_CHARACTERS]
        self._book.set_properties(
            {"title": shown, "subject": mark, "keywords": mark, "comments": mark, "created": stamp}
        )
        self._title, self._mark, self._labels = title, mark, labels
        base = {"valign": "top", "font_size": 10}
        self._formats = {name: self._book.add_format(base | given) for name, given in _FORMATS.items()}
        self._colours = {
            w: self._book.add_format({"font_color": c, "bold": True}) for w, c in VERDICT_COLOURS.items()
        }

    def define(self, name: str, cells: str) -> None:
        """Give cells a name that formulas use."""
        self._book.define_name(name, f"={cells}")

    def sheet(self, name: str, *, note: str = "", width: float = 0.0) -> Any:
        """Add a sheet with its title, its mark and its page setup.

        A wide one prints on A3, as many pages side by side as its characters need; one without a width is
        printed on one page.
        """
        sheet = self._book.add_worksheet(name)
        sheet.write_string(0, 0, _clean(f"{name} · {self._title}"), self._formats["title"])
        if self._mark:
            sheet.write_string(1, 0, self._mark, self._formats["mark"])
        if note:
            sheet.write_string(2 if self._mark else 1, 0, note, self._formats["note"])
        head = _page_text(visible(f"{self._mark}　{self._title}" if self._mark else self._title))
        sheet.set_header(f"&C{head}"[:255])
        sheet.set_footer("&C&A  &P / &N")
        sheet.set_landscape()
        sheet.set_paper(8 if width > _A4_CHARACTERS else 9)
        sheet.fit_to_pages(max(1, math.ceil(width / _A3_CHARACTERS)), 0 if width else 1)
        sheet.set_row(0, 24)
        return sheet

    def grid(self, grid: Grid, rows: Sequence[Mapping[str, Any]], *, note: str = "") -> None:
        """Write a table on a sheet of its own: heads frozen, repeated in print, with filters."""
        sheet = self.sheet(grid.sheet, note=note, width=sum(c.width for c in grid.columns))
        for i, column in enumerate(grid.columns):
            sheet.set_column(i, i, column.width)
            sheet.write_string(FIRST - 1, i, column.title, self._formats["head"])
        for r, row in enumerate(rows):
            sheet.set_row(FIRST + r, _LINE * max(_lines(row.get(c.key), c.width) for c in grid.columns))
            for c, column in enumerate(grid.columns):
                self.put(sheet, FIRST + r, c, row.get(column.key), column.kind)
        last = FIRST + max(len(rows), 1) - 1
        for c, column in enumerate(grid.columns):
            if column.kind == "word":
                self.colour(sheet, FIRST, c, last)
        heads = max(_lines(c.title, c.width) for c in grid.columns)
        sheet.set_row(FIRST - 1, _LINE * heads)
        sheet.freeze_panes(FIRST, 2)
        sheet.repeat_columns(0, 1)
        sheet.repeat_rows(FIRST - 1)
        sheet.autofilter(FIRST - 1, 0, last, len(grid.columns) - 1)

    def put(self, sheet: Any, row: int, col: int, value: Any, kind: str) -> None:
        """Write one cell; nothing is written for None, an empty text or a missing number."""
        if value is None or value == "" or value != value:
            return
        style = self._formats["whole" if kind == "number" and _whole(value) else kind]
        if isinstance(value, Formula):
            shown = _clean(value.value) if isinstance(value.value, str) else value.value
            sheet.write_formula(row, col, f"={value.text}", style, shown)
        elif isinstance(value, Link) and max(len(value.target), len(value.text)) > _QUOTED_CHARACTERS:
            sheet.write_string(row, col, _clean(value.text), style)
        elif isinstance(value, Link):
            # a relative address with slashes, which every program follows from the folder of the workbook
            text = f"=HYPERLINK({quoted(visible(value.target))},{quoted(visible(value.text))})"
            sheet.write_formula(row, col, text, self._formats["link"], _clean(value.text))
        elif isinstance(value, date):
            sheet.write_datetime(row, col, datetime(value.year, value.month, value.day), style)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(row, col, value, style)
        else:
            sheet.write_string(row, col, _clean(str(value)), style)

    def head(self, sheet: Any, row: int, col: int, text: str) -> None:
        """Write a head."""
        sheet.write_string(row, col, _clean(text), self._formats["head"])

    def colour(self, sheet: Any, row: int, col: int, last: int) -> None:
        """Colour the words of a column, also when a formula changes them."""
        for word, style in self._colours.items():
            value = quoted(self._labels[word])
            rule = {"type": "cell", "criteria": "==", "value": value, "format": style}
            sheet.conditional_format(row, col, last, col, rule)

    def content(self) -> bytes:
        """The bytes of the file; nothing can be written after."""
        self._book.close()
        return self._stream.getvalue()


def _clean(text: str) -> str:
    """A text that XML has a place for and a cell has room for."""
    return visible(text)[:_CELL_CHARACTERS]


def _page_text(text: str) -> str:
    """A text in a printed head, where & begins a command."""
    return text.replace("&", "&&")


def _lines(value: Any, width: float) -> int:
    """Lines that a text needs in a column; a Chinese character is two wide. Programs do not agree on it."""
    text = value.value if isinstance(value, Formula) else value.text if isinstance(value, Link) else value
    if not isinstance(text, str):
        return 1
    wide = sum(2.0 if east_asian_width(c) in "WFA" else 1.1 for c in text)
    return min(max(1, math.ceil(wide / max(width - 1.0, 1.0))), 12)


def _whole(value: Any) -> bool:
    number = value.value if isinstance(value, Formula) else value
    return isinstance(number, int | float) and float(number).is_integer()
