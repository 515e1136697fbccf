"""Workbooks of the xlsx family, through openpyxl: values as stored, nothing evaluated or followed.

openpyxl gets a plain copy of the parts around the sheets: styles, texts and epoch. Drawings, links and
macros are left out: they hold no figure, and damage in them, which is common, would cost the table. Each
sheet is parsed once, here; openpyxl decodes its cells one by one, and never sees the filters and
validations behind them.
"""

from __future__ import annotations

import math
import posixpath
import re
import warnings
import zipfile
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

from .grid_base import (
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Draft,
    Grid,
    Merge,
    Place,
    check_area,
    plain,
    reading,
    shows_percent,
)
from .grid_bytes import refuse_kind
from .grid_zip import (
    CONTENT_TYPES,
    MAX_OTHER_TAGS,
    MAX_TAGS,
    check_tags,
    damaged,
    open_package,
    parse_xml,
)

__all__ = ["XlsxFile"]

MAIN_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
VALUE, FORMULA, CELL = (f"{{{MAIN_NS}}}{tag}" for tag in "vfc")
REL_NS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_UNREAD = re.compile(
    r"(docProps|customXml|xl/(media|drawings|charts|chartsheets|externalLinks|embeddings|theme|pivot\w*"
    r"|tables|queryTables|ctrlProps|diagrams|comments|threadedComments|persons|printerSettings"
    r"|worksheets/_rels))/",
    re.I,
)
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})$")
_ESCAPE = re.compile(r"_x00([01][0-9A-Fa-f])_")
_NO_CELLS = f'<worksheet xmlns="{MAIN_NS}"><dimension ref="A1"/><sheetData/></worksheet>'


@dataclass
class Listed:
    """A sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


class XlsxFile:
    """An xlsx workbook: its sheet names at once, its grids when asked."""

    def __init__(self, data: bytes, name: str) -> None:
        import openpyxl

        self.name = name
        self.engine = f"openpyxl {openpyxl.__version__}"
        self._package, self._main = open_package(data, name)
        self.notes: list[str] = []
        self._sheets = self._listed()
        self.sheets = [s.name for s in self._sheets]

    def grids(self, wanted: list[int]) -> list[Grid]:
        """Read the sheets at these positions; empty ones give no grid."""
        parts = {i: self._package.part(self._sheets[i].part) for i in wanted}
        if not wanted:
            return []
        with reading(self.name, self.engine), warnings.catch_warnings():
            # openpyxl warns of styles and formats that it will not keep; nothing is written here
            warnings.filterwarnings("ignore", module=r"openpyxl\.")
            book = self._open(self._copy({self._sheets[i].part for i in wanted}))
            if len(book.worksheets) != len(wanted):
                raise damaged(self.name, f"{len(book.worksheets)} sheets", f"{len(wanted)} sheets")
            found = [
                SheetReader(sheet, self.name, self._sheets[i].name).read(parts[i])
                for i, sheet in zip(wanted, book.worksheets, strict=True)
            ]
        return [grid for grid in found if grid]

    def _listed(self) -> list[Listed]:
        book = parse_xml(self._package.part(self._main), f"{self.name}, part {self._main}")
        if "purl.oclc.org/ooxml" in str(book.tag):
            raise refuse_kind(self.name, "a strict Open XML workbook", "save it as an ordinary xlsx workbook")
        targets = self._targets()
        sheets = []
        for sheet in book.iter(f"{{{MAIN_NS}}}sheet"):
            title = sheet.get("name") or ""
            kind, part = targets.get(sheet.get(f"{REL_NS}id"), ("", ""))
            if kind != "worksheet":
                if not kind:
                    raise damaged(self.name, f"sheet {title} has no part", "a part for each sheet")
                self.notes.append(f"sheet {title} is a {kind} and was left out")
                continue
            hidden = sheet.get("state", "visible") != "visible"
            sheets.append(Listed(title, part, hidden))
            if hidden:
                self.notes.append(f"sheet {title} is hidden")
        self._note_what_is_left_out()
        return sheets

    def _targets(self) -> dict[str | None, tuple[str, str]]:
        folder, base = posixpath.split(self._main)
        part = posixpath.join(folder, "_rels", base + ".rels")
        found: dict[str | None, tuple[str, str]] = {}
        for rel in parse_xml(self._package.part(part), f"{self.name}, part {part}").iter("{*}Relationship"):
            target = (rel.get("Target") or "").replace("\\", "/")
            target = (
                target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            )
            if rel.get("TargetMode") != "External":
                found[rel.get("Id")] = ((rel.get("Type") or "").rsplit("/", 1)[-1], target)
        return found

    def _note_what_is_left_out(self) -> None:
        names = [n.lower() for n in self._package.names]
        if any(n.endswith("vbaproject.bin") for n in names):
            self.notes.append("macros are in the file and were not run")
        if any(n.startswith("xl/externallinks/") for n in names):
            self.notes.append("links to other files were not followed")

    def _copy(self, sheets: set[str]) -> BytesIO:
        """The workbook without what stands in its sheets, and without the sheets that nobody asked for."""
        copy, others = BytesIO(), {s.part for s in self._sheets} - sheets
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
            for part in self._package.names:
                kept = part == CONTENT_TYPES or part.lower().endswith((".xml", ".rels"))
                if kept and part not in others and not _UNREAD.match(part):
                    target.writestr(part, _NO_CELLS if part in sheets else self._other_part(part))
        copy.seek(0)
        return copy

    def _other_part(self, part: str) -> bytes:
        data = self._package.part(part)
        texts = "sharedstrings" in part.lower()
        check_tags(data, f"{self.name}, part {part}", most=MAX_TAGS if texts else MAX_OTHER_TAGS)
        return data

    @staticmethod
    def _open(copy: BytesIO) -> Any:
        import openpyxl

        return openpyxl.load_workbook(copy, read_only=True, data_only=True, keep_links=False)


class SheetReader:
    """Reads a sheet in one pass: merges, hidden rows and the used area as it goes, values by openpyxl."""

    def __init__(self, sheet: Any, name: str, title: str) -> None:
        from openpyxl.worksheet._reader import WorkSheetParser, _cast_number

        book = sheet.parent
        self.sheet, self.draft = sheet, Draft(file=name, sheet=title)
        self.dated = book._date_formats
        self.number = _cast_number
        self.decode = WorkSheetParser(
            None,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        ).parse_cell
        self.styles: dict[str | None, tuple[bool, bool, int]] = {}  # by number: a date, a percent, the indent
        self.height = self.width = 0

    def read(self, data: bytes) -> Grid | None:
        """The grid of a sheet; refused where its cells are out of order or more than any table has."""
        from lxml import etree

        where = self.draft.where
        check_tags(data, where, row="row")
        hidden: list[tuple[int, int]] = []
        tags = [f"{{{MAIN_NS}}}{tag}" for tag in ("row", "col", "mergeCell", "worksheet")]
        last = 0
        with reading(where, f"lxml {etree.__version__}, openpyxl"):
            events = etree.iterparse(
                BytesIO(data),
                tag=tags,
                no_network=True,
                resolve_entities=False,
                load_dtd=False,
                huge_tree=False,
            )
            for _, element in events:
                tag = element.tag.rsplit("}", 1)[-1]
                if tag == "row":
                    last = self._row(element, last)
                    element.clear()
                elif tag == "col":
                    if _true(element.get("hidden")):
                        first = int(element.get("min")) - 1
                        hidden.append((first, min(int(element.get("max")), MAX_COLUMNS)))
                elif tag == "mergeCell":
                    self.draft.merges.append(_merge(element.get("ref"), where))
        self.draft.hidden_cols = _joined(hidden)
        return self.draft.grid()

    def _row(self, row: Any, last: int) -> int:
        draft = self.draft
        number = int(row.get("r") or last + 1)
        if not last < number <= MAX_ROWS:
            raise damaged(
                draft.where, f"row {number} after row {last}", f"rising row numbers up to {MAX_ROWS:,}"
            )
        if _true(row.get("hidden")):
            draft.hidden_rows.add(number - 1)
        column, filled = 0, 0
        values: list[Cell] = []
        letters, shown = _letters(), str(number)
        for cell in row.iterchildren(CELL):
            address = cell.get("r")
            # nearly every cell stands right of the one before it
            if column < MAX_COLUMNS and (not address or address == letters[column] + shown):
                column += 1
            else:
                column = self._place(address, number, column)
            if len(cell):
                filled = column
                value = self._value(cell, number - 1, column - 1)
                if value is not None:
                    if len(values) < column - 1:
                        values += [None] * (column - 1 - len(values))
                    values.append(value)
        if filled:
            self.height, self.width = number, max(self.width, filled)
            check_area(self.height, self.width, draft.where)  # before memory is taken for it
            draft.rows += [[] for _ in range(number - 1 - len(draft.rows))]
            draft.rows.append(values)
        return number

    def _place(self, address: str | None, number: int, column: int) -> int:
        """The column of a cell, which must stand in its row and right of the cell before it."""
        row, found = _address(address or "", self.draft.where)
        if row != number or found <= column or "$" in (address or ""):
            raise damaged(
                self.draft.where,
                f"cell {address} in row {number} after column {column}",
                "cells in rising order",
            )
        return found

    def _value(self, cell: Any, row: int, column: int) -> Cell:
        """The value of a cell; its indent, its percent format or its problem go into the draft."""
        kind, text, formula = cell.get("t", "n"), None, None
        for child in cell:
            if child.tag == VALUE:
                text = child.text
            elif child.tag == FORMULA:
                formula = child
                self.draft.formulas.add((row, column))
        if formula is not None and not text and kind not in ("str", "e"):
            words = f"={formula.text}" if formula.text else f"shared formula {formula.get('si', '')}".strip()
            self.draft.problems[row, column] = f"formula without a stored value: {words}"
        if kind == "n" and not text:
            return None
        number = cell.get("s")
        dated, percent, indent = self.styles.get(number) or self._style(number)
        if kind == "n" and not dated:
            value = self.number(text)  # as openpyxl does, without its search for the text
        else:
            value, kind = self._decoded(cell, kind, text, (row, column))
            if value is None:
                return None
        if type(value) is float and not math.isfinite(value):
            self.draft.problems[row, column] = f"number that is not finite: {value}"
            return None
        if indent:
            self.draft.indents[row, column] = indent
        if percent and kind == "n":
            self.draft.percents.add((row, column))
        return value if type(value) is int else plain(value)

    def _decoded(self, cell: Any, kind: str, text: str | None, place: Place) -> tuple[Any, str]:
        """The value of a cell that is no plain number, and its kind as openpyxl names it."""
        if kind == "s" and not (text or "").strip().isdecimal():
            raise damaged(
                self.draft.where, f"text number {text} in row {place[0] + 1}", "the position of a shared text"
            )
        found = self.decode(cell)
        value, shown = found["value"], found["data_type"]
        if shown == "e" and value is not None:
            known = f"error value {text}" if kind == "e" else "number outside the range of its date format"
            self.draft.problems[place] = known
            return None, shown
        if isinstance(value, str):
            value = _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), value)
        return value, shown

    def _style(self, number: str | None) -> tuple[bool, bool, int]:
        """Whether a cell format shows a date, a percentage, and its indent."""
        from openpyxl.cell.read_only import ReadOnlyCell

        style = 0 if number is None else int(number)
        cell = ReadOnlyCell(self.sheet, 1, 1, None, style_id=style)
        indent = getattr(cell.alignment, "indent", 0) or 0
        self.styles[number] = style in self.dated, shows_percent(cell.number_format), int(indent)
        return self.styles[number]


def _joined(hidden: list[tuple[int, int]]) -> set[int]:
    """The columns of ranges, each once, however often it is named."""
    columns: set[int] = set()
    reached = 0
    for low, high in sorted(hidden):
        columns.update(range(max(low, reached), high))
        reached = max(reached, high)
    return columns


@cache
def _letters() -> tuple[str, ...]:
    from openpyxl.utils import get_column_letter

    return tuple(get_column_letter(column) for column in range(1, MAX_COLUMNS + 1))


def _true(flag: str | None) -> bool:
    return flag in ("1", "true", "on")


@lru_cache(maxsize=MAX_COLUMNS)
def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _address(address: str, where: str) -> tuple[int, int]:
    found = _ADDRESS.match(address)
    row, column = (int(found.group(2)), _column(found.group(1))) if found else (0, 0)
    if not (0 < row <= MAX_ROWS and 0 < column <= MAX_COLUMNS):
        raise damaged(where, f"cell address {address}", "an address between A1 and XFD1048576")
    return row, column


def _merge(ref: str | None, where: str) -> Merge:
    first, _, second = (ref or "").partition(":")
    top, left = _address(first, where)
    bottom, right = _address(second or first, where)
    return min(top, bottom) - 1, min(left, right) - 1, max(top, bottom), max(left, right)
