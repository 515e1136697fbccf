"""Files of the figures read from published tables: CSV, a workbook with its sources, a page."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import Fault, ParameterError, ReportError
from .plain_text import inert, visible

if TYPE_CHECKING:
    from ..sources.reader.table import Table, Tables

__all__ = ["check_outputs", "csv_text", "guarded", "html_page", "put_whole", "xlsx_bytes"]

_WIDTHS = {"indicator": 44, "region": 26, "note": 36, "table": 30, "file": 24, "series_break": 18}
_SHEET_ROWS = 1_048_576
_CELL_CHARACTERS = 32_767
_FONTS = '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", SimSun, sans-serif'
_PAGE = """<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font-family: {fonts}; margin: 2em; color: #222; overflow-wrap: anywhere; }}
pre {{ font-family: "Noto Sans Mono CJK SC", {fonts}; white-space: pre-wrap; }}
table.figures {{ border-collapse: collapse; font-size: 85%; }}
table.figures th, table.figures td {{
  border: 1px solid #ddd; padding: 1px 6px; text-align: left; white-space: nowrap;
}}
table.figures th {{ background: #f2f2f2; position: sticky; top: 0; }}
table.figures td.number {{ text-align: right; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{source}</p>
{tables}
<h2>数值 Figures ({count})</h2>
{figures}
</body>
</html>
"""


def check_outputs(outputs: Mapping[str, Path | None], source: Path, *, force: bool) -> None:
    """Refuse, before anything is read, to write where nothing should be written.

    Parameters
    ----------
    outputs : mapping
        Option to the file that it writes, None if it was not given.
    source : pathlib.Path
        The file that is read; it is never overwritten.
    force : bool
        Whether files that exist may be overwritten.

    Raises
    ------
    ParameterError
        With every output that is wrong.
    """
    faults: list[Fault] = []
    seen: dict[Path, str] = {}
    for option, path in outputs.items():
        if path is None:
            continue
        place = path.resolve()
        if place in seen:
            faults.append(Fault(f"{option} and {seen[place]} name one file", got=str(path)))
        seen[place] = option
        if place == source.resolve():
            faults.append(Fault(f"{option} would overwrite the file that is read", got=str(path)))
        elif path.is_dir() or not place.parent.is_dir():
            faults.append(
                Fault(
                    f"{option} is not a file in a folder that exists", got=str(path), expected="a file name"
                )
            )
        elif path.exists() and not force:
            faults.append(
                Fault(
                    f"file of {option} exists",
                    got=str(path),
                    next_step="give another name, or --force to overwrite",
                )
            )
    if faults:
        raise ParameterError(faults)


def put_whole(files: Mapping[Path, bytes], *, force: bool = True) -> None:
    """Write files aside and move them into place when all of them are complete.

    Raises
    ------
    ReportError
        If the disk or the folder does not take them, or a file has come into being without `force`; no
        part of one is left behind.
    """
    aside: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            aside[path] = Path(name)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            aside[path].chmod(0o644)
        for path, complete in aside.items():
            if path.exists() and not force:
                raise FileExistsError(f"{path} exists")
            complete.replace(path)
    except OSError as exc:
        raise ReportError(
            Fault("file cannot be written", where=", ".join(map(str, files)), got=exc.strerror or str(exc))
        ) from None
    finally:
        for complete in aside.values():
            complete.unlink(missing_ok=True)


def csv_text(figures: pd.DataFrame) -> str:
    r"""The figures as CSV: one row a cell, an empty field where there is no figure.

    Text that a spreadsheet program would take for a formula has an apostrophe before it (`plain_text.inert`).

    >>> csv_text(pd.DataFrame({"indicator": ["年末人口"], "value": [float("nan")]}))
    'indicator,value\n年末人口,\n'
    """
    return str(guarded(figures).to_csv(index=False, lineterminator="\n"))


def guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame whose texts no spreadsheet program takes for formulas; numbers and days are untouched.

    >>> guarded(pd.DataFrame({"label": ["=1+1", "-0.2%"], "value": [-1.5, 2.0]})).to_dict("list")
    {'label': ["'=1+1", '-0.2%'], 'value': [-1.5, 2.0]}
    """
    texts = [
        name
        for name, kind in frame.dtypes.items()
        if not isinstance(kind, np.dtype) or kind == np.dtype(object)
    ]

    def field(value: Any) -> Any:
        return inert(value) if isinstance(value, str) else value

    return frame.assign(**{name: frame[name].astype(object).map(field) for name in texts})


def xlsx_bytes(tables: Tables, figures: pd.DataFrame) -> bytes:
    """A workbook with two sheets: `observations`, and `source` with all that the tables say of themselves.

    Raises
    ------
    ReportError
        If a sheet cannot hold that many figures.
    """
    from openpyxl import Workbook

    if len(figures) >= _SHEET_ROWS:
        raise ReportError(
            Fault(
                "too many figures for a sheet",
                got=f"{len(figures):,}",
                expected=f"fewer than {_SHEET_ROWS:,}",
                next_step="write them with --csv, or read one sheet at a time",
            )
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("observations")
    _fill(sheet, list(figures.columns), figures.itertuples(index=False), _WIDTHS)
    source = book.create_sheet("source")
    _fill(source, ["table", "what", "text"], source_lines(tables), {"table": 24, "what": 14, "text": 100})
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def source_lines(tables: Tables) -> Iterator[tuple[str, str, str]]:
    """What the tables say of themselves, as (table, what, text)."""
    for table in tables:
        lines = [
            ("title", table.title),
            ("caption", table.caption if table.caption != table.title else ""),
            ("unit line", table.unit_line),
            ("region", table.region),
            ("period", table.period),
            *(("note", note) for note in table.notes),
            ("source line", table.source),
            ("file", table.file),
            ("sheet", table.sheet),
            ("sha256", table.book.sha256),
            *(("decision", line) for line in table.log),
            *(("check", line) for line in table.checks),
        ]
        yield from ((table.name, what, text) for what, text in lines if text)


def _fill(sheet: Any, head: list[str], rows: Any, widths: Mapping[str, int]) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    for i, name in enumerate(head, 1):
        sheet.column_dimensions[get_column_letter(i)].width = widths.get(name, 14)
    cells = []
    for name in head:
        cell = WriteOnlyCell(sheet, name)
        cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any) -> Any:
    """A cell that holds a figure or a text, never a formula: a label may begin with `=`."""
    from openpyxl.cell import WriteOnlyCell

    if not isinstance(value, str):
        return None if value != value else value  # a missing figure is unlike itself
    if not value:
        return None
    text = visible(value)[:_CELL_CHARACTERS]
    if text[:1] not in ("=", "#"):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def html_page(tables: Tables, figures: pd.DataFrame) -> str:
    """A page that needs nothing beside itself: the coloured tables, then the figures."""
    first: Table = tables[0]
    body = "\n".join(f"<h2>{escape(table.name)}</h2>\n{table._repr_html_()}" for table in tables)
    page = _PAGE.format(
        title=escape(first.title or first.file),
        fonts=_FONTS,
        source=escape(f"{first.file}  sha256 {first.book.sha256}"),
        tables=body,
        count=len(figures),
        figures=_figures_html(figures),
    )
    return visible(page)


def _figures_html(figures: pd.DataFrame) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in figures.columns)
    rows = []
    for record in figures.itertuples(index=False):
        cells = "".join(
            f"<td>{escape(value)}</td>"
            if isinstance(value, str)
            else f'<td class="number">{_number(value)}</td>'
            for value in record
        )
        rows.append(f"<tr>{cells}</tr>")
    return (
        f'<table class="figures"><thead><tr>{head}</tr></thead><tbody>\n'
        + "\n".join(rows)
        + "\n</tbody></table>"
    )


def _number(value: Any) -> str:
    return "" if pd.isna(value) else escape(format(value, ".15g") if isinstance(value, float) else str(value))
