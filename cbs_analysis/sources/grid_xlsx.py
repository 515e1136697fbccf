"""Workbooks of the xlsx family, through openpyxl: values as stored, nothing evaluated or followed.

openpyxl gets a plain copy of the parts that hold cells. Drawings, links, macros, and the filters and
validations that stand behind the cells are left out: they hold no figure, and damage in them, which is
common, would cost the table.
"""

from __future__ import annotations

import math
import posixpath
import re
import warnings
import zipfile
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any

from .grid_base import (
    MAX_COLUMNS,
    MAX_ROWS,
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


@dataclass
class Scan:
    """What the XML of a sheet says beside its values."""

    merges: list[Merge] = field(default_factory=list)
    unset: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_cols: set[int] = field(default_factory=set)
    height: int = 0
    width: int = 0


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
        parts = {i: self._sheet_part(self._sheets[i]) for i in wanted}
        scans = {i: scan_sheet(parts[i], f"{self.name}, sheet {self._sheets[i].name}") for i in wanted}
        wanted = [i for i in wanted if scans[i].width]
        if not wanted:
            return []
        copy = self._copy({self._sheets[i].part: only_cells(parts[i]) for i in wanted})
        found = []
        with reading(self.name, self.engine), warnings.catch_warnings():
            # openpyxl warns of styles and formats that it will not keep; nothing is written here
            warnings.filterwarnings("ignore", module=r"openpyxl\.")
            book = self._open(copy)
            if len(book.worksheets) != len(wanted):
                raise damaged(self.name, f"{len(book.worksheets)} sheets", f"{len(wanted)} sheets with cells")
            for i, sheet in zip(wanted, book.worksheets, strict=True):
                found.append(read_sheet(sheet, scans[i], self.name, self._sheets[i].name))
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

    def _sheet_part(self, sheet: Listed) -> bytes:
        return self._package.part(sheet.part)

    def _copy(self, sheets: dict[str, bytes]) -> BytesIO:
        copy, others = BytesIO(), {s.part for s in self._sheets} - set(sheets)
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
            for part in self._package.names:
                kept = part == CONTENT_TYPES or part.lower().endswith((".xml", ".rels"))
                if kept and part not in others and not _UNREAD.match(part):
                    target.writestr(part, sheets.get(part) or self._other_part(part))
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


def only_cells(data: bytes) -> bytes:
    """A sheet without what stands before and behind its cells.

    >>> only_cells(b"<worksheet><cols/><sheetData><row/></sheetData><autoFilter/></worksheet>")
    b'<worksheet><dimension ref="A1"/><sheetData><row/></sheetData></worksheet>'
    """
    root = re.search(rb"<((?:[\w.-]+:)?)worksheet\b[^>]*>", data[:65_536])
    if not root:  # UTF-16: openpyxl gets the whole sheet
        return data
    prefix = root.group(1)
    start, end = (
        data.find(b"<" + prefix + b"sheetData", root.end()),
        data.rfind(b"</" + prefix + b"sheetData"),
    )
    if start < 0 or end < 0:
        return data
    # openpyxl looks for a size first, and without one reads the sheet twice
    size = b"<" + prefix + b'dimension ref="A1"/>'
    return data[: root.end()] + size + data[start : data.find(b">", end) + 1] + b"</" + prefix + b"worksheet>"


def scan_sheet(data: bytes, where: str) -> Scan:
    """Read merges, hidden rows, formulas and the used area, and refuse cells that are out of order."""
    from lxml import etree

    check_tags(data, where, row="row")
    scan = Scan()
    hidden: list[tuple[int, int]] = []
    tags = [f"{{{MAIN_NS}}}{tag}" for tag in ("row", "col", "mergeCell", "worksheet")]
    last = 0
    with reading(where, f"lxml {etree.__version__}"):
        events = etree.iterparse(
            BytesIO(data), tag=tags, no_network=True, resolve_entities=False, load_dtd=False, huge_tree=False
        )
        for _, element in events:
            tag = element.tag.rsplit("}", 1)[-1]
            if tag == "row":
                last = _scan_row(element, last, scan, where)
                element.clear()
            elif tag == "col":
                if _true(element.get("hidden")):
                    hidden.append((int(element.get("min")) - 1, min(int(element.get("max")), MAX_COLUMNS)))
            elif tag == "mergeCell":
                scan.merges.append(_merge(element.get("ref"), where))
    check_area(scan.height, scan.width, where)
    reached = 0
    for low, high in sorted(hidden):  # each column once, however often it is named
        scan.hidden_cols.update(range(max(low, reached), high))
        reached = max(reached, high)
    return scan


def _scan_row(row: Any, last: int, scan: Scan, where: str) -> int:
    number = int(row.get("r") or last + 1)
    if not last < number <= MAX_ROWS:
        raise damaged(where, f"row {number} after row {last}", f"rising row numbers up to {MAX_ROWS:,}")
    if _true(row.get("hidden")):
        scan.hidden_rows.add(number - 1)
    column = 0
    for cell in row.iterchildren(CELL):
        address = cell.get("r")
        at_row, at_column = _address(address, where) if address else (number, column + 1)
        if at_row != number or at_column <= column:
            raise damaged(
                where, f"cell {address} in row {number} after column {column}", "cells in rising order"
            )
        column = at_column
        if len(cell):
            scan.height, scan.width = max(scan.height, number), max(scan.width, column)
            _scan_cell(cell, (number - 1, column - 1), scan, where)
    return number


def _scan_cell(cell: Any, place: Place, scan: Scan, where: str) -> None:
    kind, value, formula = cell.get("t"), None, None
    for child in cell:
        if child.tag == VALUE:
            value = child.text
        elif child.tag == FORMULA:
            formula = child
    if kind == "s" and not (value or "").strip().isdecimal():
        raise damaged(where, f"text number {value} in row {place[0] + 1}", "the position of a shared text")
    if kind == "e":
        scan.errors[place] = value or "without a name"
    elif formula is not None and not value and kind != "str":
        text = f"={formula.text}" if formula.text else f"shared formula {formula.get('si', '')}".strip()
        scan.unset[place] = f"formula without a stored value: {text}"


def read_sheet(sheet: Any, scan: Scan, name: str, title: str) -> Grid | None:
    """Gather the values, indents and percent formats of a sheet."""
    draft = Draft(
        file=name,
        sheet=title,
        rows=[[] for _ in range(scan.height)],
        merges=scan.merges,
        problems=dict(scan.unset),
        hidden_rows=scan.hidden_rows,
        hidden_cols=scan.hidden_cols,
    )
    styles: dict[int, tuple[bool, int]] = {}
    sheet.reset_dimensions()  # what the file declares is often wrong
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                _put(cell, draft, scan, styles)
    return draft.grid()


def _put(cell: Any, draft: Draft, scan: Scan, styles: dict[int, tuple[bool, int]]) -> None:
    place = cell.row - 1, cell.column - 1
    style = cell._style_id
    if style not in styles:
        indent = getattr(cell.alignment, "indent", 0) or 0
        styles[style] = shows_percent(cell.number_format), int(indent)
    percent, indent = styles[style]
    value, kind = cell.value, cell.data_type
    if kind == "e":
        known = scan.errors.get(place)
        draft.problems[place] = (
            f"error value {known}" if known else "number outside the range of its date format"
        )
        return
    if isinstance(value, float) and not math.isfinite(value):
        draft.problems[place] = f"number that is not finite: {value}"
        return
    row = draft.rows[place[0]]
    if len(row) > place[1]:
        raise damaged(draft.where, f"cell {cell.coordinate} twice", "each cell once")
    row.extend([None] * (place[1] - len(row)))
    row.append(
        plain(_ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), value) if isinstance(value, str) else value)
    )
    if indent:
        draft.indents[place] = indent
    if percent and kind == "n":
        draft.percents.add(place)


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
