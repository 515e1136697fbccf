"""A page for each raw file that a report cites: the file as a grid, its cells as a spreadsheet names them.

A page is made whole or not at all, from the raw file, its sidecar and nothing else, and again only when
one of these or the code changed. It asks no host for anything.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pyarrow.dataset as ds

from ..errors import CbsError, Fault, ReportError
from ..plan.evidence_numbers import sheet_of
from ..registry.load import load_registry
from ..sources.addresses import cell_name
from ..sources.corrections import correct_grid, corrections_for, load_corrections
from ..sources.grids import Grid, load_workbook
from ..sources.reader.values import read_value
from ..sources.sidecar import SUFFIX, Sidecar, read_sidecar
from .page_parts import html_template, template_text
from .plain_text import visible
from .source_addresses import FOLDER, page_of, part_of
from .source_grid import Sheet, cell_text, sheet_html
from .table_files import put_whole

__all__ = ["write_source_pages"]

_HERE = Path(__file__).parent
_READ = ("table", "office_workbook")  # layouts whose files may be of any format; the others are CSV
# what a page depends on beside the file itself
_CODE = (
    *(_HERE / name for name in ("source_pages.py", "source_grid.py", "source_addresses.py", "plain_text.py")),
    *(_HERE / "template" / name for name in ("page.css", "source.css", "source_page.html.j2")),
    _HERE / "messages_sources.yml",
    *sorted((_HERE.parent / "sources").glob("grid*.py")),
)


def write_source_pages(
    files: Iterable[str],
    root: Path,
    *,
    reports: Path | None = None,
    raw_href: str = "../data/raw",
    into: Path | None = None,
) -> list[Path]:
    """Write the pages of some raw files, as far as they are not there or old.

    Parameters
    ----------
    files : iterable of str
        Names below `data/raw`.
    root : pathlib.Path
        Project folder.
    reports : pathlib.Path, optional
        Folder of the pages; `reports` of the project by default.
    raw_href : str
        The way from the folder of the pages to `data/raw`.
    into : pathlib.Path, optional
        Write below this folder instead, for somebody else to move into place.

    Returns
    -------
    list of pathlib.Path
        The pages that were written.

    Raises
    ------
    ReportError
        With every file whose page could not be made; pages that exist stay as they were.
    """
    raw, pages = root / "data" / "raw", (reports or root / "reports") / FOLDER
    code = hashlib.sha256(b"".join(path.read_bytes() for path in _CODE)).hexdigest()
    written: list[Path] = []
    faults: list[Fault] = []
    for name in sorted(set(files)):
        try:
            key = _key(raw, name, code)
            if not _is_current(pages, name, key):
                target = pages if into is None else into / FOLDER
                written += _write(_Source.read(raw, name, root), target, key, raw_href)
        except CbsError as exc:
            faults += exc.faults
    if faults:
        raise ReportError(faults)
    return written


def _key(raw: Path, name: str, code: str) -> str:
    """Everything that a page depends on: the bytes of the file, its sidecar, the corrections, the code."""
    digest = hashlib.sha256(code.encode())
    for path in (raw / name, raw / f"{name}{SUFFIX}", raw / "corrections.yml"):
        digest.update(hashlib.sha256(path.read_bytes() if path.exists() else b"").digest())
    return digest.hexdigest()


def _mark(key: str, parts: int) -> str:
    return f"{key} {parts}"


def _is_current(pages: Path, name: str, key: str) -> bool:
    """Whether the page carries the key, and all its parts are there."""
    try:
        with (pages / page_of(name)).open(encoding="utf-8") as stream:
            head = stream.read(600)
    except OSError:
        return False
    found = head.partition(f'<meta name="cbs-source" content="{key} ')[2]
    parts = int(found.partition('"')[0] or 0) if found else 0
    return parts > 0 and all((pages / page_of(name, i)).exists() for i in range(1, parts))


@dataclass(frozen=True, kw_only=True)
class _Source:
    """A raw file as its page shows it."""

    name: str
    sidecar: Sidecar
    sheets: tuple[Sheet, ...]

    @classmethod
    def read(cls, raw: Path, name: str, root: Path) -> _Source:
        path = raw / name
        if not path.is_file():
            raise ReportError(
                Fault(
                    "a raw file that a report cites is missing",
                    where=name,
                    next_step="run `cbs-analysis build`",
                )
            )
        sidecar = read_sidecar(path, raw, dict(load_registry().publishers))
        grids = load_workbook(path).grids if sidecar.layout in _READ else (_csv_grid(path),)
        declared = raw / "corrections.yml"
        corrections = corrections_for(load_corrections(declared), name) if declared.exists() else ()
        own = _sheet_without_name(grids, name, sidecar, root)
        sheets = []
        for i, grid in enumerate(grids):
            notes = correct_grid(grid, corrections)[1] if corrections else {}
            sheets.append(Sheet(grid=grid, notes=notes, many=len(grids) > 1, own=i == own))
        return cls(name=name, sidecar=sidecar, sheets=tuple(sheets))


def _csv_grid(path: Path) -> Grid:
    """The rows of a CSV file exactly as the build of the store counts them."""
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    width = max((len(row) for row in rows), default=0)
    cells = tuple(tuple(cell or None for cell in row) + (None,) * (width - len(row)) for row in rows)
    return Grid(file=path.name, sheet="", cells=cells)


def _sheet_without_name(grids: tuple[Grid, ...], name: str, sidecar: Sidecar, root: Path) -> int:
    """Which sheet holds the figures whose notes name no sheet, -1 without any: all came from one."""
    wanted = sidecar.read.sheet
    named = [i for i, grid in enumerate(grids) if grid.sheet == wanted]
    if len(grids) < 2 or named:
        return named[0] if named else 0
    rows = _figures_of(name, root)
    rows = rows[rows["note"].map(sheet_of) == ""]
    held = [
        sum(_holds(grid, r, c, text) for r, c, text in rows[["row", "col", "value_published"]].to_numpy())
        for grid in grids
    ]
    return held.index(max(held)) if any(held) else -1


def _figures_of(name: str, root: Path) -> pd.DataFrame:
    table = ds.dataset(root / "data" / "processed" / "observations.parquet").to_table(
        columns=["row", "col", "value_published", "note"], filter=ds.field("file").isin([name])
    )
    return table.to_pandas().astype({"value_published": str, "note": str})


def _holds(grid: Grid, row: int, col: int, text: str) -> bool:
    if row > len(grid.cells) or col >= len(grid.cells[0]):
        return False
    cell = grid.cells[row - 1][col]
    shown = read_value(cell, percent=(row - 1, col) in grid.percents).text
    return text in (shown, cell_text(grid, row - 1, col))


def _write(source: _Source, pages: Path, key: str, raw: str) -> list[Path]:
    template = html_template("source_page.html.j2")
    last = part_of(max((len(sheet.grid.cells) for sheet in source.sheets), default=1))
    raw = "../" * len(Path(page_of(source.name)).parts) + raw
    # the first part comes into place last: where it is, the others are
    content = {
        pages / page_of(source.name, part): visible(
            template.render(**_words(source, part, last, raw), key=_mark(key, last + 1))
        ).encode()
        for part in range(last, -1, -1)
    }
    (pages / source.name).parent.mkdir(parents=True, exist_ok=True)
    put_whole(content)
    return list(content)


def _words(source: _Source, part: int, last: int, raw: str) -> dict[str, Any]:
    """What the template of a page prints."""
    from markupsafe import Markup

    from .messages import message

    sidecar, css = source.sidecar, ("page.css", "source.css")
    publisher = load_registry().publisher(sidecar.publisher)
    precision = "" if sidecar.published_precision == "day" else f"precision_{sidecar.published_precision}"
    return {
        "css": Markup("".join(map(template_text, css))),
        "t": message,
        "name": source.name,
        "file": source.name.rsplit("/", 1)[-1],
        "sidecar": sidecar,
        "publisher": publisher,
        "precision": precision,
        "raw_href": f"{quote(raw)}/{quote(source.name)}",
        "cell_name": cell_name,
        "sheets": [(s, Markup(sheet_html(s, part))) for s in source.sheets],
        "part": part,
        "parts": [(i, page_of(source.name, i).rsplit("/", 1)[-1]) for i in range(last + 1)],
    }
