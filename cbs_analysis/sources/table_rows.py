"""A published table to observations: the sidecar says what each indicator path is, nothing is guessed.

The reader tells regions, periods, units and the path of every figure. Here each path is either wanted
(`columns`) or known and not wanted (`ignored`); one that is in neither is a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ..errors import CbsError, Fault, RawTableError, nearest
from ..registry.load import Registry
from ..registry.records import Area
from ..registry.yaml_records import raise_faults
from ..series.units import convert_amount
from .addresses import cell_name, cells_of
from .corrections import DROPPED, Correction, corrections_for
from .observation import Figure, Row, make_observation
from .sidecar import STATUSES, Series, Sidecar

if TYPE_CHECKING:
    from .reader.table import Tables

__all__ = ["TableRows", "read_table_rows"]


@dataclass
class TableRows:
    """Rows for the store, rows left out with their reason, and the corrections that touched the file."""

    rows: list[Row] = field(default_factory=list)
    excluded: list[Row] = field(default_factory=list)
    matched: tuple[Correction, ...] = ()


class _Cell(NamedTuple):
    """One figure as the reader gives it: `value` in the canonical `unit`, `row` and `col` from 0."""

    indicator: str
    region: str
    region_code: str
    period: str
    period_kind: str
    value: float
    unit: str
    value_published: str
    unit_published: str
    status: str
    note: str
    series_break: str
    sheet: str
    row: int
    col: int


_ByPath = dict[str, list[_Cell]]


def read_table_rows(
    path: Path, where: str, sidecar: Sidecar, registry: Registry, corrections: Sequence[Correction] = ()
) -> TableRows:
    """Read one raw file of the layout `table`.

    Parameters
    ----------
    path : pathlib.Path
        A file of any format that `read_tables` knows.
    where : str
        Its path below the raw folder: the name in errors and in the store.
    sidecar : Sidecar
        `read`, `columns`, `ignored`, `area`, `status`, `status_from` and the exclusions are used.
    registry : Registry
    corrections : sequence of Correction
        Those that name this file are applied.

    Raises
    ------
    RawTableError
        What the reader refuses; a path that the sidecar lacks, or one that the file lacks; a unit that
        does not fit; less than one unit of the last digit; an area that is not in the registry.
    """
    chosen = corrections_for(corrections, where)
    tables, cells = _read(path, where, sidecar, registry, chosen)
    found = _by_path(cells)
    raise_faults([*_status_faults(sidecar, where), *_path_faults(found, where, sidecar)], RawTableError)
    wanted = {path: found[path] for path in sidecar.columns}
    raise_faults(list(_series_faults(wanted, where, sidecar, registry)), RawTableError)
    kept = [cell for cell in cells if cell.indicator in wanted]
    store = _Store(where, sidecar, registry, many_sheets=len({cell.sheet for cell in kept}) > 1)
    for cell in kept:
        store.add(cell)
    faults = [*store.faults, *_below_faults(wanted, where), *store.idle_exclusions()]
    raise_faults([*faults, *_absent_faults(tables, kept, where, sidecar)], RawTableError)
    return TableRows(store.rows, store.excluded, chosen)  # the reader refuses one that matches no cell


def _read(
    path: Path, where: str, sidecar: Sidecar, registry: Registry, corrections: Sequence[Correction]
) -> tuple[Tables, list[_Cell]]:
    from .reader.read import read_tables  # a tenth of a second, for those who only load the store

    options = sidecar.read.arguments()
    try:
        if sidecar.area:
            options = {"region": registry.area(sidecar.area).zh} | options
        if corrections:
            options["corrections"] = corrections
        tables = read_tables(path, published=sidecar.published, **options)
        figures = tables.observations()
    except CbsError as exc:
        raise RawTableError([_in_sidecar_words(fault, path.name, where) for fault in exc.faults]) from None
    columns = [figures[name].tolist() for name in _Cell._fields]
    return tables, [_Cell(*values) for values in zip(*columns, strict=True)]


def _by_path(cells: list[_Cell]) -> _ByPath:
    found: _ByPath = {}
    for cell in cells:
        found.setdefault(cell.indicator, []).append(cell)
    return found


def _in_sidecar_words(fault: Fault, name: str, where: str) -> Fault:
    """The reader names the file without its folder, and advises arguments of a call."""
    place = (
        where + fault.where.removeprefix(name) if fault.where.startswith(name) else f"{where}, {fault.where}"
    )
    step = fault.next_step + ("; in a sidecar it is a key of `read:`" if "=" in fault.next_step else "")
    return Fault(fault.what, place.rstrip(", "), fault.got, fault.expected, step, fault.zh)


def _status_faults(sidecar: Sidecar, where: str) -> Iterator[Fault]:
    for status in (sidecar.status, *sidecar.status_from.values()):
        if status not in STATUSES:
            yield Fault("status is not known", f"{where}, sidecar", status or "nothing", ", ".join(STATUSES),
                        "set `status:`, and `status_from:` for later years")  # fmt: skip


def _path_faults(found: _ByPath, where: str, sidecar: Sidecar) -> Iterator[Fault]:
    """Every path of the file is in the sidecar, and every path of the sidecar in the file."""
    keys = [*sidecar.columns, *sidecar.ignored]
    for path, cells in found.items():
        if path not in keys:
            yield Fault(
                "indicator path is not in the sidecar",
                where=_place(where, cells[0]),
                got=path,
                expected=nearest(path, keys) or "a key of `columns:`",
                next_step="add it to `columns:` with its indicator, or to `ignored:`",
            )
    for key in keys:
        if key not in found:
            yield Fault(
                "sidecar names an indicator path that the file lacks",
                where=where,
                got=key,
                expected=nearest(key, list(found)),
                next_step="correct the key as the file is read, or remove it",
            )


def _series_faults(wanted: _ByPath, where: str, sidecar: Sidecar, registry: Registry) -> Iterator[Fault]:
    """What is wrong with a whole series is said once, at its first figure."""
    for path, cells in wanted.items():
        series = sidecar.columns[path]
        place = f"{_place(where, cells[0])}, {path}"
        for published in dict.fromkeys(cell.unit_published for cell in cells):
            if series.unit not in ("", published):
                step = "correct `unit`, or give the right one under `read: {unit: {label: unit}}`"
                yield Fault("unit differs from the sidecar", place, published, series.unit, step)
        try:
            record = registry.indicator(series.indicator)
            for unit in dict.fromkeys(cell.unit for cell in cells):
                convert_amount(1.0, unit, to=record.unit)
            if series.annual:
                registry.indicator(series.annual)
        except CbsError as exc:
            yield from (Fault(f.what, place, f.got, f.expected, f.next_step) for f in exc.faults)
            continue
        # the figure of a whole year is the same whether it is counted from January or not
        part = [cell for cell in cells if cell.period_kind == "cumulative" and len(cell.period) > 4]
        if part and not record.cumulative:
            yield Fault("figures count from January, the indicator does not", _place(where, part[0]),
                        f"{path}: {record.id}", "an indicator with `_ytd` in its name")  # fmt: skip
        if series.annual and not record.cumulative:
            yield Fault("annual belongs to a cumulative indicator", place, record.id, "one with `_ytd`")


def _below_faults(wanted: _ByPath, where: str) -> Iterator[Fault]:
    for path, cells in wanted.items():
        names = [cell_name(cell.row, cell.col) for cell in cells if cell.status == "below_unit"]
        if not names:
            continue
        yield Fault(
            "less than one unit of the last digit was published",
            where=f"{where}, {', '.join(names[:12])}",
            got=f"{path}: {len(names)} cells",
            expected="figures: the store holds no intervals",
            next_step="put the path into `ignored:`, or give documented figures in corrections.yml",
        )


def _absent_faults(tables: Tables, kept: list[_Cell], where: str, sidecar: Sidecar) -> Iterator[Fault]:
    """A line of text that lacks a cell may have lost it in the middle, with its figures under wrong heads."""
    book = tables[0].book
    if book.kind != "text":
        return
    widths = book.grids[0].widths
    accepted = {cell for name in sidecar.read.skip for cell in cells_of(name)}
    absent = sorted({(x.row, x.col) for x in kept if x.col >= widths.get(x.row, x.col + 1)} - accepted)
    if absent:
        yield Fault(
            "rows have fewer cells than the header",
            where=f"{where}, {', '.join(cell_name(*cell) for cell in absent[:12])}",
            got=f"{len(absent)} cells do not exist",
            expected="empty cells where nothing was published",
            next_step="look whether figures moved; if none did, name these cells under `read: {skip: [...]}`",
        )


def _place(where: str, cell: _Cell) -> str:
    sheet = f", sheet {cell.sheet}" if cell.sheet else ""
    return f"{where}{sheet}, {cell_name(cell.row, cell.col)}"


class _Store:
    """The rows of one file while they are made."""

    def __init__(self, where: str, sidecar: Sidecar, registry: Registry, *, many_sheets: bool) -> None:
        self.where, self.sidecar, self.registry = where, sidecar, registry
        self.many_sheets = many_sheets
        self.rows: list[Row] = []
        self.excluded: list[Row] = []
        self.faults: list[Fault] = []
        self.areas: dict[tuple[str, str], Area | None] = {}
        self.used: set[str] = set()
        self.scope = registry.area(sidecar.area) if sidecar.area else None

    def add(self, cell: _Cell) -> None:
        """Take one figure; there is no row for what was not published."""
        sidecar = self.sidecar
        self.used |= {cell.period, cell.region}
        reason = sidecar.excluded_periods.get(cell.period) or sidecar.excluded_areas.get(cell.region)
        if cell.status == "missing":
            if DROPPED in cell.note and not reason:
                self._exclude(cell, cell.note)
            return
        if reason:
            self._exclude(cell, reason)
            return
        area = self._area(cell)
        if area is None or cell.status == "below_unit":
            return
        series = sidecar.columns[cell.indicator]
        for indicator, period in _targets(series, cell.period):
            figure = Figure(
                indicator=indicator, area=area.code, period=period, value=cell.value_published,
                unit=cell.unit_published, status=_status(sidecar, period), note=self._note(series, cell),
                row=cell.row + 1, col=cell.col, amount=cell.value, amount_unit=cell.unit,
            )  # fmt: skip
            row = make_observation(figure, self.where, sidecar, self.registry, self.faults)
            if row is not None:
                self.rows.append(row)

    def _note(self, series: Series, cell: _Cell) -> str:
        # a cell of this name stands on every sheet of a workbook: the note tells which is meant
        sheet = f"sheet {cell.sheet}" if self.many_sheets else ""
        broken = f"series breaks: {cell.series_break}" if cell.series_break else ""
        return "; ".join(part for part in (series.note, cell.note, broken, sheet) if part)

    def _area(self, cell: _Cell) -> Area | None:
        key = (cell.region_code, cell.region)
        if key not in self.areas:
            self.areas[key] = self._find_area(cell)
        return self.areas[key]

    def _find_area(self, cell: _Cell) -> Area | None:
        if self.scope and cell.region == self.scope.zh:
            return self.scope
        try:
            return self.registry.area(cell.region_code or cell.region.rsplit(" / ", 1)[-1])
        except CbsError as exc:
            got = f"{cell.region_code} {cell.region}".strip()
            step = "leave it out with its reason under `excluded_areas:`, or add it to areas.yml"
            self.faults += [
                Fault(f.what, _place(self.where, cell), got, f.expected, step) for f in exc.faults
            ]
            return None

    def _exclude(self, cell: _Cell, reason: str) -> None:
        self.excluded.append(
            {"label": cell.indicator, "area": cell.region_code, "area_label": cell.region,
             "period": cell.period, "file": self.where, "row": cell.row + 1, "reason": reason}
        )  # fmt: skip

    def idle_exclusions(self) -> Iterator[Fault]:
        """Exclusions that match nothing."""
        keys = {*self.sidecar.excluded_periods, *self.sidecar.excluded_areas} - self.used
        for key in sorted(keys):
            expected = nearest(key, sorted(self.used))
            yield Fault("exclusion matches no row", self.where, key, expected, "remove it from the sidecar")


def _targets(series: Series, period: str) -> Iterator[tuple[str, str]]:
    """The series of a cell; the end of a cumulative year is also the year's figure."""
    yield series.indicator, period
    if series.annual and period.endswith(("Q4", "-12")):
        yield series.annual, period[:4]


def _status(sidecar: Sidecar, period: str) -> str:
    """The status of a year: that of the last change up to it."""
    years = [year for year in sorted(sidecar.status_from) if period[:4] >= year]
    return sidecar.status_from[years[-1]] if years else sidecar.status
