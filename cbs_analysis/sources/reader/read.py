"""`read_table` and `read_tables`: from a published file to tables that know what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from ...errors import Fault, NoDataTable, ParameterError, nearest
from ...registry.divisions import load_divisions
from ..addresses import cell_name, cells_of
from ..corrections import (
    Correction,
    check_all_matched,
    correct_grid,
    corrections_for,
    load_corrections,
)
from ..grids import Grid, Workbook, load_workbook
from .assemble import assemble
from .facts import read_facts
from .layout import NUMERIC, find_blocks, read_sheet
from .state import Options, Reading
from .table import Table, Tables

__all__ = ["read_table", "read_tables"]


def read_tables(
    path: Path | str | Sequence[Path | str],
    *,
    sheet: str | int | None = None,
    region: str | None = None,
    period: str | None = None,
    unit: str | Mapping[str, str] | None = None,
    parents: Mapping[str, str] | None = None,
    skip: Sequence[str] = (),
    decimal_months: bool = False,
    published: date | None = None,
    corrections: Path | str | Sequence[Correction] = (),
) -> Tables:
    """Read every table of a published file.

    Parameters
    ----------
    path : path or sequence of paths
        Several files are the parts of one table (续表): what a part does not repeat, it has from the one
        before, and its rows must be the same. A file is xls, xlsx, csv, tsv, txt or HTML; its content
        decides what it is, not its extension.
    sheet : str or int, optional
        One sheet by name or position, one table of a page (`"table 1"`).
    region, period : str, optional
        What the file does not say: `"吉林省"`, `"2024"`. They win over the words of the file.
    unit : str or mapping, optional
        The unit where the file gives none; or label to unit, which wins over the file.
    parents : mapping, optional
        Label to the label of its parent, where the page does not show it ("" for none).
    skip : sequence of str, optional
        Cells or ranges that are no part of a table: `["D10", "I4:K20"]`.
    decimal_months : bool
        Take `2019.1` as October, where `.09` and `.11` stand around it.
    published : datetime.date, optional
        Publication day, kept as `vintage`.
    corrections : path or sequence of Correction, optional
        Declared errors of the source: a `corrections.yml`, or its entries. They are applied before the
        table is understood, and noted at every figure they touch.

    Returns
    -------
    Tables
        In the order of the file. What a table cannot say is in its `refusals`, and raised by
        `observations()`.

    Raises
    ------
    NoDataTable
        If no sheet or page table holds labelled figures.
    RawTableError
        If the bytes cannot be read: empty, damaged, encrypted, hostile or of another kind.
    """
    paths = [path] if isinstance(path, str | Path) else list(path)
    options = Options(
        region=region,
        period=period,
        unit=unit,
        parents=dict(parents or {}),
        skip=frozenset(cell for name in skip for cell in cells_of(name)),
        decimal_months=decimal_months,
        published=published,
    )
    tables: list[Table] = []
    for one in paths:
        book, notes = _corrected(load_workbook(one, sheet=sheet), corrections)
        tables += _tables_of(book, options, tables[-1].reading if tables else None, notes)
        if not tables:
            raise NoDataTable(_nothing(book))
    _check_used(options, tables)
    return Tables(tables)


def _check_used(options: Options, tables: Sequence[Table]) -> None:
    """An option that names something which no table holds is a slip, and would change nothing."""
    labels = set(options.unit) if isinstance(options.unit, Mapping) else set()
    if not (labels or options.parents or options.skip):
        return
    words: set[str] = set()
    for reading in (t.reading for t in tables):
        words.update(w for row in reading.rows for w in row.path)
        words.update(w for column in reading.columns for w in column.path)
        words.update(reading.data["indicator"])
    unknown = [("unit", x) for x in sorted(labels - words)]
    unknown += [("parents", x) for x in sorted(set(options.parents) - words)]
    faults = [
        Fault(f"{name}= names a label that no table holds", got=x, expected=nearest(x, sorted(words)),
              next_step="use the label as the table shows it")
        for name, x in unknown
    ]  # fmt: skip
    sheets = {id(t.reading.block.sheet): t.reading.block.sheet for t in tables}.values()
    height = max((len(s.values) for s in sheets), default=0)
    width = max((len(s.values[0]) for s in sheets if s.values), default=0)
    outside = [cell_name(r, c) for r, c in sorted(options.skip) if r >= height or c >= width]
    if options.skip and len(outside) == len(options.skip):
        faults.append(Fault("skip= names only cells outside the tables", got=", ".join(outside[:6])))
    if faults:
        raise ParameterError(faults)


def _corrected(
    book: Workbook, corrections: Path | str | Sequence[Correction]
) -> tuple[Workbook, dict[str, dict[tuple[int, int], str]]]:
    """The workbook with its declared errors corrected, and the notes of the cells by sheet."""
    if not corrections:
        return book, {}
    if isinstance(corrections, str | Path):
        entries = corrections_for(load_corrections(Path(corrections)), book.path.as_posix())
    else:
        entries = tuple(corrections)
    grids: list[Grid] = []
    notes: dict[str, dict[tuple[int, int], str]] = {}
    matched: list[Correction] = []
    for grid in book.grids:
        corrected, touched, used = correct_grid(grid, entries)
        grids.append(corrected)
        notes[grid.sheet] = touched
        matched += used
    check_all_matched(entries, matched, book.path.name)
    return replace(book, grids=tuple(grids)), notes


def _tables_of(
    book: Workbook,
    options: Options,
    above: Reading | None,
    notes: Mapping[str, Mapping[tuple[int, int], str]],
) -> list[Table]:
    """The tables of one file; `above` is the last table of the file that this one goes on from."""
    divisions = load_divisions()
    tables: list[Table] = []
    declared = above is not None
    for grid in book.grids:
        blocks = find_blocks(read_sheet(grid, options.skip))
        for k, block in enumerate(blocks):
            continues = declared or (above is not None and read_facts(block).continues)
            reading = assemble(
                block,
                divisions,
                options,
                above if k or continues else None,
                continues=continues,
                corrected=notes.get(grid.sheet, {}),
            )
            tables.append(Table(book, reading, _name(grid, k, len(blocks))))
            above = reading
    return tables


def read_table(
    path: Path | str,
    *,
    sheet: str | int | None = None,
    region: str | None = None,
    period: str | None = None,
    unit: str | Mapping[str, str] | None = None,
    parents: Mapping[str, str] | None = None,
    skip: Sequence[str] = (),
    decimal_months: bool = False,
    published: date | None = None,
    corrections: Path | str | Sequence[Correction] = (),
) -> Table:
    """Read the one table of a file; see `read_tables` for the parameters.

    Returns
    -------
    Table

    Raises
    ------
    ParameterError
        If the file holds several tables; the message names them.
    RawTableError
        As `read_tables`.
    """
    tables = read_tables(
        path,
        sheet=sheet,
        region=region,
        period=period,
        unit=unit,
        parents=parents,
        skip=skip,
        decimal_months=decimal_months,
        published=published,
        corrections=corrections,
    )
    if len(tables) > 1:
        raise ParameterError(
            Fault(
                "the file holds several tables",
                where=Path(path).name,
                got=f"{len(tables)}: {', '.join(tables.names[:20])}",
                expected="one",
                next_step="choose one with sheet=, or take all with read_tables",
            )
        )
    return tables[0]


def _name(grid: Grid, k: int, n: int) -> str:
    base = grid.sheet or grid.file
    return base if n == 1 else f"{base} #{k + 1}"


def _nothing(book: Workbook) -> Fault:
    figures = sum(v.kind in NUMERIC for g in book.grids for row in read_sheet(g).values for v in row)
    return Fault(
        "the file holds no table of figures",
        where=book.path.name,
        got=f"{len(book.grids)} sheets or page tables with {figures} figures, none beside a label",
        expected="a header row, row labels and figures",
        next_step="type figures of prose into a table with their page (docs/how_to/add_a_source.md)",
    )
