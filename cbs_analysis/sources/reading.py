"""One raw file to observations, with the address of every cell.

Layouts: `long` (one figure a row), `table` (a published table of any format), the records `documents`,
`projects`, `annual_plans` and `ratings`, and `office_workbook`, which holds all of these. Nothing is filled,
clipped or guessed; all faults of a file are raised together.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import Fault, RawTableError
from ..registry.load import Registry
from .corrections import Correction
from .observation import Figure, Row, make_observation
from .office_accept import accepted_rows
from .record_rows import read_records
from .sidecar import Sidecar
from .table_rows import read_table_rows

__all__ = ["FileRows", "read_raw_file"]

_LONG = ("label", "indicator", "area_label", "area", "period", "value", "unit", "status", "note", "seen_as")


@dataclass(frozen=True, kw_only=True)
class FileRows:
    """What one raw file gives.

    `tables` holds the rows for each table of the store, `rows` all of them; `excluded` are left out, each
    with its `reason`; `matched` are the corrections that touched the file.
    """

    rows: list[Row]
    excluded: list[Row]
    matched: tuple[Correction, ...] = ()
    tables: Mapping[str, list[Row]] = field(default_factory=dict)


def read_raw_file(
    path: Path, root: Path, sidecar: Sidecar, registry: Registry, corrections: Sequence[Correction] = ()
) -> FileRows:
    """Read one raw file.

    Parameters
    ----------
    path, root : pathlib.Path
        The file and the raw folder.
    sidecar : Sidecar
    registry : Registry
    corrections : sequence of Correction
        Declared errors; those that name this file are applied if its layout is `table`.

    Raises
    ------
    RawTableError
        With every fault: encoding, header, indicator, area, period, unit, value, status.
    """
    where = path.relative_to(root).as_posix()
    faults: list[Fault] = []
    excluded: list[Row] = []
    matched: tuple[Correction, ...] = ()
    tables: Mapping[str, list[Row]] = {}
    if sidecar.layout not in ("long", "table") and (sidecar.excluded_periods or sidecar.excluded_areas):
        faults.append(
            Fault("records have no exclusions", where=where, got=f"layout {sidecar.layout}",
                  next_step="file the records without the rows that are not wanted")
        )  # fmt: skip
    if sidecar.layout == "table":
        table = read_table_rows(path, where, sidecar, registry, corrections)
        rows, excluded, matched = table.rows, table.excluded, table.matched
    elif sidecar.layout == "long":
        header, lines = _read_csv(path, where)
        rows = list(_long_rows(header, lines, where, sidecar, registry, faults, excluded))
    elif sidecar.layout == "office_workbook":
        tables, excluded = accepted_rows(path, where, sidecar, registry)
        rows = [row for found in tables.values() for row in found]
    else:
        header, lines = _read_csv(path, where)
        rows = list(read_records(header, lines, where, sidecar, registry, faults))
    _check_synthetic(rows, where, sidecar, registry, faults)
    if faults:
        raise RawTableError(faults)
    if not tables:
        tables = {"observations" if sidecar.layout in ("long", "table") else sidecar.layout: rows}
    return FileRows(rows=rows, excluded=excluded, matched=matched, tables=tables)


def _read_csv(path: Path, where: str) -> tuple[list[str], list[list[str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise RawTableError(
            Fault("file is not UTF-8", where=f"{where}, byte {exc.start}", next_step="save it as UTF-8")
        ) from None
    table = list(csv.reader(io.StringIO(text, newline="")))
    if not table:
        raise RawTableError(Fault("file is empty", where=where, expected="a header row"))
    faults = [
        Fault("row has another number of cells than the header", where=f"{where}, row {i}",
              got=str(len(row)), expected=str(len(table[0])))
        for i, row in enumerate(table[1:], 2)
        if len(row) != len(table[0])
    ]  # fmt: skip
    if faults:
        raise RawTableError(faults)
    return table[0], table[1:]


def _expect_header(header: list[str], expected: tuple[str, ...], where: str, faults: list[Fault]) -> bool:
    if tuple(header) == expected:
        return True
    faults.append(
        Fault("header differs", where=f"{where}, row 1", got=",".join(header), expected=",".join(expected))
    )
    return False


def _long_rows(
    header: list[str], lines: list[list[str]], where: str, sidecar: Sidecar, registry: Registry,
    faults: list[Fault], excluded: list[Row],
) -> Iterator[Row]:  # fmt: skip
    if not _expect_header(header, _LONG, where, faults):
        return
    used: set[str] = set()
    for i, line in enumerate(lines, 2):
        cell = dict(zip(_LONG, line, strict=True))
        by_period = sidecar.excluded_periods.get(cell["period"])
        by_area = sidecar.excluded_areas.get(cell["area_label"])
        if by_period or by_area:
            used |= {cell["period"] if by_period else cell["area_label"]}
            excluded.append(
                {
                    **{k: cell[k] for k in ("label", "area", "area_label", "period")},
                    "file": where,
                    "row": i,
                    "reason": by_period or by_area,
                }
            )
            continue
        figure = Figure(
            indicator=cell["indicator"], area=cell["area"], period=cell["period"], value=cell["value"],
            unit=cell["unit"], status=cell["status"], note=cell["note"], row=i, col=5,
        )  # fmt: skip
        row = make_observation(figure, where, sidecar, registry, faults)
        if row is not None:
            yield row
    for key in sorted((set(sidecar.excluded_periods) | set(sidecar.excluded_areas)) - used):
        faults.append(
            Fault("exclusion matches no row", where=where, got=key, next_step="remove it from the sidecar")
        )


def _check_synthetic(
    rows: list[Row], where: str, sidecar: Sidecar, registry: Registry, faults: list[Fault]
) -> None:
    """Synthetic figures and real ones never share a file, an area or a status."""
    for row in rows:
        area = registry.areas[row["area"]]
        synthetic_row = row.get("status", "synthetic" if sidecar.synthetic else "") == "synthetic"
        if not (area.synthetic == sidecar.synthetic == synthetic_row):
            faults.append(
                Fault(
                    "synthetic and real data are mixed",
                    where=f"{where}, row {row['row']}",
                    got=f"{area.code} {area.zh}, {sidecar.certainty}, status {row.get('status', '-')}",
                    expected="a synthetic area, certainty synthetic and status synthetic: all three or none",
                )
            )
