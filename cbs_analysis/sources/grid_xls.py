"""Workbooks of the older xls family, through xlrd; most yearbooks before 2015 are published so."""

from __future__ import annotations

from io import StringIO
from typing import Any

from ..errors import Fault
from .grid_base import Cell, Draft, FileEncrypted, FileRefused, Grid, Place, plain, reading, shows_percent
from .grid_bytes import EXPORT, OLE2, refuse_kind

__all__ = ["XlsFile"]

# BIFF 8 stores Unicode; earlier files name a code page, or do not and then are Chinese
FIRST_UNICODE = 80


class XlsFile:
    """An xls workbook: its sheet names at once, its grids when asked."""

    def __init__(self, data: bytes, name: str) -> None:
        import xlrd

        self.name = name
        self.engine = f"xlrd {xlrd.__version__}"
        self.notes: list[str] = []
        if data.startswith(OLE2):
            self._check_streams(data)
        self._data = data
        self._hidden: list[int] = []
        with reading(name, self.engine):
            self._book = self._open()
            self.sheets: list[str] = list(self._book.sheet_names())

    def grids(self, wanted: list[int]) -> list[Grid]:
        """Read the sheets at these positions; empty ones give no grid."""
        with reading(self.name, self.engine):
            try:
                found = self._read(wanted)
            except FileRefused:
                raise
            except Exception:  # the records of formats are damaged more often than those of cells
                if not self._book.formatting_info:
                    raise
                self._book = self._open(formatting_info=False)
                found = self._read(wanted)
        self.notes += [f"sheet {self.sheets[i]} is hidden" for i in self._hidden]
        return [grid for grid in found if grid]

    def _read(self, wanted: list[int]) -> list[Grid | None]:
        found, self._hidden = [], []
        for i in wanted:
            sheet = self._book.sheet_by_index(i)
            found.append(read_sheet(sheet, self._book, self.name))
            if sheet.visibility:
                self._hidden.append(i)
            self._book.unload_sheet(i)
        return found

    def _check_streams(self, data: bytes) -> None:
        from xlrd.compdoc import CompDoc

        with reading(self.name, self.engine):
            streams = {entry.name.lower() for entry in CompDoc(data, logfile=StringIO()).dirlist}
        if "encryptedpackage" in streams:
            raise encrypted(self.name)
        if "_vba_project_cur" in streams:
            self.notes.append("macros are in the file and were not run")
        if streams & {"workbook", "book"}:
            return
        for stream, what in (
            ("worddocument", "a Word document (doc)"),
            ("powerpoint document", "a presentation (ppt)"),
            ("visiodocument", "a Visio drawing"),
        ):
            if stream in streams:
                raise refuse_kind(self.name, what, EXPORT)
        raise refuse_kind(self.name, "an OLE2 file without a workbook", EXPORT)

    def _open(self, *, formatting_info: bool = True) -> Any:
        try:
            book = _book(self._data, formatting_info=formatting_info)
        except Exception as exc:
            if "encrypted" in str(exc).lower():
                raise encrypted(self.name) from None
            if not formatting_info:
                raise
            return self._open(formatting_info=False)
        if not formatting_info:
            self.notes.append("cell formats could not be read: merges, indents and percent signs are unknown")
        if book.biff_version < FIRST_UNICODE and book.codepage is None:
            book = _book(self._data, formatting_info=formatting_info, encoding_override="gb18030")
            note = "the file names no code page; its text was read as gb18030"
            self.notes += [note] if note not in self.notes else []
        return book


def _book(data: bytes, *, formatting_info: bool = True, encoding_override: str | None = None) -> Any:
    import xlrd

    return xlrd.open_workbook(
        file_contents=data,
        formatting_info=formatting_info,
        encoding_override=encoding_override,
        on_demand=True,
        ragged_rows=True,
        logfile=StringIO(),
    )


def encrypted(name: str) -> FileEncrypted:
    """The refusal of a workbook with a password."""
    return FileEncrypted(
        Fault(
            "file has a password",
            where=name,
            next_step="open it in a spreadsheet program and save it without one",
        )
    )


def read_sheet(sheet: Any, book: Any, name: str) -> Grid | None:
    """Gather the values, merges, indents and percent formats of a sheet."""
    draft = Draft(file=name, sheet=sheet.name)
    draft.merges = [(top, left, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    draft.hidden_rows = {r for r, info in sheet.rowinfo_map.items() if info.hidden}
    draft.hidden_cols = {c for c, info in sheet.colinfo_map.items() if info.hidden}
    styles: dict[int | None, tuple[bool, int]] = {}
    for r in range(sheet.nrows):
        row: list[Cell] = []
        for c, cell in enumerate(sheet.row(r)):
            value, problem = _value(cell, book.datemode)
            row.append(value)
            if problem:
                draft.problems[r, c] = problem
            elif value is not None and cell.xf_index is not None:
                _style(draft, (r, c), cell, book, styles)
        draft.rows.append(row)
    return draft.grid()


def _style(
    draft: Draft, place: Place, cell: Any, book: Any, styles: dict[int | None, tuple[bool, int]]
) -> None:
    import xlrd

    if cell.xf_index not in styles:
        xf = book.xf_list[cell.xf_index]
        known = book.format_map.get(xf.format_key)
        indent = xf.alignment.indent_level if xf.alignment else 0
        styles[cell.xf_index] = shows_percent(known.format_str if known else ""), int(indent)
    percent, indent = styles[cell.xf_index]
    if indent:
        draft.indents[place] = indent
    if percent and cell.ctype == xlrd.XL_CELL_NUMBER:
        draft.percents.add(place)


def _value(cell: Any, datemode: int) -> tuple[Cell, str]:
    """The value of a cell, or why there is none."""
    import xlrd

    kind, value = cell.ctype, cell.value
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return None, ""
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value), ""
    if kind == xlrd.XL_CELL_ERROR:
        return None, f"error value {xlrd.error_text_from_code.get(value, value)}"
    if kind == xlrd.XL_CELL_NUMBER and not abs(value) < float("inf"):
        return None, f"number that is not finite: {value}"
    if kind == xlrd.XL_CELL_DATE:
        try:
            xlrd.xldate_as_tuple(value, datemode)  # checks the range, which the next call does not
            when = xlrd.xldate.xldate_as_datetime(value, datemode)
        except (xlrd.XLDateError, OverflowError, ValueError):
            return None, f"number outside the range of its date format: {plain(value)}"
        return plain(when if value >= 1 else when.time()), ""
    return plain(value), ""
