"""Raw grids of cells from the files in which Chinese bureaus publish tables.

What a file is, its bytes decide: an `.xls` may be a workbook of either age, a zip, a web page, XML or text.
Nothing is evaluated, followed or repaired here; what cannot be read is refused by name.
"""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

from ..errors import Fault, RawTableError, nearest
from .grid_base import (
    MAX_FILE_BYTES,
    Cell,
    EncodingUnknown,
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileHostile,
    FileKindUnknown,
    FileRefused,
    Grid,
    Kind,
    SheetUnknown,
    Workbook,
    reading,
)
from .grid_bytes import binary_kind, decode, strip_blanks, text_kind
from .grid_text import read_text

__all__ = [
    "Cell",
    "EncodingUnknown",
    "FileDamaged",
    "FileEmpty",
    "FileEncrypted",
    "FileHostile",
    "FileKindUnknown",
    "FileRefused",
    "Grid",
    "SheetUnknown",
    "Workbook",
    "load_workbook",
]

Read = tuple[Kind, str, str, list[Grid], list[str]]
_SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "xlsx": (".xlsx", ".xlsm", ".xltx", ".xltm"),
    "xls": (".xls", ".xlt", ".et"),
    "spreadsheetml": (".xml",),
    "html": (".html", ".htm", ".xhtml"),
    "text": (".csv", ".tsv", ".txt", ".tab"),
}
_SHOWN: dict[Kind, str] = {"html": "HTML", "spreadsheetml": "SpreadsheetML"}


def load_workbook(path: Path | str, *, sheet: str | int | None = None) -> Workbook:
    """Read the tables of a file as grids of raw cells.

    Parameters
    ----------
    path : pathlib.Path or str
        An xlsx, xlsm or xls workbook, SpreadsheetML 2003, an HTML page or delimited text, under any
        extension.
    sheet : str or int, optional
        Read this sheet only, by its name or its position from 0.

    Returns
    -------
    Workbook
        Grids in file order; empty sheets give none. Cells keep their stored values: no unit is applied,
        and what a cell cannot give stands in `problems`.

    Raises
    ------
    RawTableError
        The file is missing or a folder. Its subclasses: `FileEmpty`, `FileEncrypted`, `FileDamaged`,
        `FileHostile`, `FileKindUnknown`, `EncodingUnknown`, `SheetUnknown`.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "gdp.csv")
    >>> _ = path.write_bytes("指标：生产总值(亿元)\\n地区,2024年\\n全国,1348066\\n".encode("gb18030"))
    >>> book = load_workbook(path)
    >>> book.kind, book.encoding, book.notes
    ('text', 'gb18030', ('delimiter comma',))
    >>> book.grids[0].cells[2], book.grids[0].widths
    (('全国', '1348066'), {0: 1})
    >>> folder.cleanup()
    """
    path = Path(path)
    data = _bytes(path)
    body = strip_blanks(data, path.name)
    family = binary_kind(body, path.name)
    with reading(path.name, "reader"):  # the libraries are guarded one by one; this is the last net
        kind, engine, encoding, grids, notes = (
            _read_workbook(family, body, path.name, sheet) if family else _read_text(body, path.name, sheet)
        )
    if path.suffix.lower() not in _SUFFIXES[kind]:
        notes.insert(0, f"extension {path.suffix or 'missing'}, content {_SHOWN.get(kind, kind)}")
    return Workbook(
        path=path,
        kind=kind,
        engine=engine,
        encoding=encoding,
        sha256=hashlib.sha256(data).hexdigest(),
        grids=tuple(grids),
        notes=tuple(notes),
    )


def _bytes(path: Path) -> bytes:
    where = str(path)
    if path.is_dir():
        raise RawTableError(
            Fault("path is a folder", where=where, expected="a file", next_step="name the file")
        )
    if not path.is_file():
        raise RawTableError(
            Fault("file is missing", where=where, next_step="correct the path, or fetch the file")
        )
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise FileHostile(
            Fault(
                "file is larger than any table",
                where=where,
                got=f"{size:,} bytes",
                expected=f"at most {MAX_FILE_BYTES:,} bytes",
                next_step="split the file, or export the table alone",
            )
        )
    try:
        return path.read_bytes()
    except OSError as exc:
        raise RawTableError(
            Fault("file cannot be opened", where=where, got=str(exc), next_step="look at its permissions")
        ) from None


def _read_workbook(family: str, data: bytes, name: str, sheet: str | int | None) -> Read:
    from .grid_xls import XlsFile
    from .grid_xlsx import XlsxFile

    file: XlsFile | XlsxFile = XlsxFile(data, name) if family == "zip" else XlsFile(data, name)
    wanted = _pick(file.sheets, sheet, name)
    grids = file.grids(wanted)
    if sheet is not None and not grids:
        raise _nothing_in(file.sheets[wanted[0]], name)
    return ("xlsx" if family == "zip" else "xls"), file.engine, "", grids, file.notes


def _read_text(data: bytes, name: str, sheet: str | int | None) -> Read:
    text, encoding, decoded = decode(data, name)
    if not text.strip().strip("\ufeff\x1a"):
        raise FileEmpty(Fault("file holds nothing but blanks", where=name, next_step="fetch the file again"))
    kind = text_kind(text, name)
    if kind == "text":
        engine = f"csv (Python {platform.python_version()})"
        names, grids, notes = read_text(text, name)
    else:
        from lxml import etree

        from .grid_html import read_html
        from .grid_xml import read_spreadsheetml

        engine = f"lxml {etree.__version__}"
        names, grids, notes = (read_html if kind == "html" else read_spreadsheetml)(text, name)
    wanted = _pick(names, sheet, name)
    kept = [grid for i in wanted if (grid := grids[i])]
    if sheet is not None and not kept:
        raise _nothing_in(names[wanted[0]], name)
    return kind, engine, encoding, kept, [*decoded, *notes]


def _pick(names: list[str], sheet: str | int | None, name: str) -> list[int]:
    """Positions of the sheets asked for."""
    if sheet is None:
        return list(range(len(names)))
    if isinstance(sheet, str) and sheet in names:
        return [names.index(sheet)]
    if isinstance(sheet, int) and not isinstance(sheet, bool) and 0 <= sheet < len(names):
        return [sheet]
    first = nearest(str(sheet), names).split(", ") if names else []
    known = list(dict.fromkeys([n for n in first if n in names] + names))
    shown = ", ".join(f"{n} ({names.index(n)})" for n in known[:20])
    raise SheetUnknown(
        Fault(
            "sheet is not in the file",
            where=name,
            got=str(sheet),
            expected=shown + (f" and {len(known) - 20} more" if len(known) > 20 else "") or "no sheet at all",
            next_step="name one of these, or its position in brackets",
        )
    )


def _nothing_in(sheet: str, name: str) -> FileEmpty:
    return FileEmpty(
        Fault("sheet holds nothing", where=f"{name}, sheet {sheet}", next_step="name another sheet")
    )
