"""Write one grid of cells in every format in which bureaus publish, and read its figures back as tuples."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

from cbs_analysis.sources.reader.read import read_table, read_tables
from cbs_analysis.sources.reader.table import Table, Tables

Rows = Sequence[Sequence[Any]]
FORMATS = ("xlsx", "xls", "csv", "csv-bom", "csv-gb18030", "tab", "html")
SHORT = ("indicator", "region", "period", "value_published", "unit_published")


def write(folder: Path, rows: Rows, form: str = "xlsx", *, merges: Sequence[str] = (), sheet: str = "Sheet1",
          name: str = "测试", percents: Sequence[str] = ()) -> Path:  # fmt: skip
    """Write a grid; `merges` are ranges such as "A1:C1", None is an empty cell."""
    suffix = {"csv-bom": "csv", "csv-gb18030": "csv", "tab": "txt"}.get(form, form)
    path = folder / f"{name}.{suffix}"
    if form == "xlsx":
        path.write_bytes(xlsx({sheet: rows}, merges, percents))
    elif form == "xls":
        path.write_bytes(xls(rows, merges, sheet))
    elif form == "html":
        path.write_bytes(html(rows, merges).encode())
    else:
        encoding = {"csv-bom": "utf-8-sig", "csv-gb18030": "gb18030"}.get(form, "utf-8")
        path.write_bytes(delimited(rows, "\t" if form == "tab" else ",").encode(encoding))
    return path


def xlsx(sheets: Mapping[str, Rows], merges: Sequence[str] = (), percents: Sequence[str] = ()) -> bytes:
    """Bytes of a workbook; merges and percent formats are for its first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for r, row in enumerate(rows, 1):
            for c, cell in enumerate(row, 1):
                if cell is not None:
                    page.cell(r, c, cell)
    first = book.worksheets[0]
    for area in merges:
        first.merge_cells(area)
    for cell in percents:
        first[cell].number_format = "0.0%"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Rows, merges: Sequence[str] = (), sheet: str = "Sheet1") -> bytes:
    """Bytes of an xls workbook."""
    book = xlwt.Workbook()
    page = book.add_sheet(sheet)
    spans = {(top, left): (bottom, right) for top, left, bottom, right in map(_area, merges)}
    covered = _covered(merges)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if (r, c) in spans:
                bottom, right = spans[r, c]
                page.write_merge(r, bottom, c, right, cell)
            elif cell is not None and (r, c) not in covered:
                page.write(r, c, cell)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def html(rows: Rows, merges: Sequence[str] = (), before: str = "", after: str = "") -> str:
    """A page with one table."""
    spans = {
        (top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in map(_area, merges)
    }
    covered = _covered(merges)
    width = max(len(row) for row in rows)
    lines = []
    for r, row in enumerate(rows):
        cells = []
        for c in range(width):
            if (r, c) in covered:
                continue
            down, across = spans.get((r, c), (1, 1))
            span = f' rowspan="{down}" colspan="{across}"' if (r, c) in spans else ""
            cells.append(f"<td{span}>{escape(_text(row[c] if c < len(row) else None))}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    body = f"{before}<table>{''.join(lines)}</table>{after}"
    return f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'


def delimited(rows: Rows, delimiter: str = ",") -> str:
    """Delimited text; every row has the width of the widest."""
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    width = max(len(row) for row in rows)
    for row in rows:
        writer.writerow([_text(cell) for cell in row] + [""] * (width - len(row)))
    return out.getvalue()


def read(folder: Path, rows: Rows, form: str = "xlsx", *, merges: Sequence[str] = (), sheet: str = "Sheet1",
         name: str = "测试", percents: Sequence[str] = (), **options: Any) -> Table:  # fmt: skip
    """Write a grid and read its one table."""
    return read_table(
        write(folder, rows, form, merges=merges, sheet=sheet, name=name, percents=percents), **options
    )


def read_all(
    folder: Path, rows: Rows, form: str = "xlsx", *, merges: Sequence[str] = (), **options: Any
) -> Tables:
    """Write a grid and read all of its tables."""
    return read_tables(write(folder, rows, form, merges=merges), **options)


def figures(table: Table | Tables, *more: str, unreadable: str = "refuse") -> list[tuple[Any, ...]]:
    """(indicator, region, period, value_published, unit_published, more) of every observation, in order."""
    frame = table.observations(unreadable=unreadable)
    return list(frame[[*SHORT, *more]].itertuples(index=False, name=None))


def column(table: Table | Tables, name: str) -> list[Any]:
    """One column of the observations."""
    return table.observations()[name].tolist()


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _covered(merges: Sequence[str]) -> set[tuple[int, int]]:
    return {
        (r, c)
        for top, left, bottom, right in map(_area, merges)
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
        if (r, c) != (top, left)
    }


def _area(area: str) -> tuple[int, int, int, int]:
    match = re.fullmatch(r"([A-Z])(\d+):([A-Z])(\d+)", area)
    assert match, area
    left, top, right, bottom = match.groups()
    return int(top) - 1, ord(left) - 65, int(bottom) - 1, ord(right) - 65
