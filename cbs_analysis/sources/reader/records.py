"""One record a figure: what its row, its column and the table say, or a named refusal."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from ...errors import (
    DuplicateKey,
    LayoutUnknown,
    OrphanCell,
    PeriodAmbiguous,
    RegionUnknown,
    UnitUnresolved,
    ValueUnreadable,
)
from ...series.period_words import PeriodWords, read_period
from ...series.unit_words import Unit, split_unit
from ..addresses import cell_name
from ..grid_html import INNER_TABLE
from .axis import ColumnAxis, RowAxis
from .exports import at_frequency
from .facts import title_words
from .kinds import breaks_in, period_kind, revision_in
from .measure import Units
from .places import Place, place_rows
from .state import COLUMNS, Reading, Work
from .values import Value

__all__ = ["fill"]

_NAN = float("nan")
_FREQUENCIES = {"A": "yearly", "Q": "quarterly", "M": "monthly"}
Cell = tuple[int, int]


@dataclass
class _Issues:
    """What could not be told, gathered over all cells."""

    regions: set[tuple[int, str]] = field(default_factory=set)
    periods: dict[str, Cell] = field(default_factory=dict)
    units: dict[str, Cell] = field(default_factory=dict)
    keys: list[tuple[tuple[str, str, str, str], Cell]] = field(default_factory=list)
    unreadable: list[tuple[int, int, str]] = field(default_factory=list)
    nameless: list[Cell] = field(default_factory=list)
    conflicts: dict[str, Cell] = field(default_factory=dict)  # units that contradict each other


@dataclass(frozen=True, slots=True)
class _Slot:
    """What all cells of like rows in one column share."""

    indicator: str
    period: PeriodWords | None
    choice: str  # two periods that are possible
    series_break: str


def fill(work: Work, reading: Reading, year: int | None) -> None:
    """Write one record for every cell of the body into `reading.data`."""
    reading.breaks = breaks_in(reading.facts.notes)
    issues = _Issues()
    filler = _Filler(work, reading, issues, year)
    records = [
        record
        for row, below in itertools.zip_longest(reading.rows, reading.rows[1:])
        if not row.heading or _is_blank_row(work, filler, row, below)
        for column in reading.columns
        if (record := filler.record(row, column)) is not None
    ]
    columns = zip(*records, strict=True) if records else ([] for _ in COLUMNS)
    reading.data = dict(zip(COLUMNS, map(list, columns), strict=True))
    _report(work, issues, reading)
    _refuse_duplicates(work, issues)


class _Filler:
    """Makes the record of a cell; what like cells share is worked out once."""

    def __init__(self, work: Work, reading: Reading, issues: _Issues, year: int | None) -> None:
        facts, grid = reading.facts, work.block.sheet.grid
        self.reading, self.issues = reading, issues
        self.units = Units(work, reading)
        issues.conflicts = self.units.conflicts
        self.whole = reading.scope.place() if reading.scope.name else None
        self.row_places = _places(work, reading, year)
        self.column_places = _column_places(work, reading, year)
        self.head = split_unit(facts.preamble["指标"])[0] if "指标" in facts.preamble else ""
        self.title = title_words(facts)
        self.revision = revision_in([facts.title, facts.caption, facts.page, *facts.notes])
        published = work.options.published
        table = facts.number or facts.title or facts.caption
        self.tail = (published.isoformat() if published else "", table, grid.file, grid.sheet)
        # whether a note can come from anything but the figure and its region
        self.noted = bool(self.revision or reading.corrected)
        self.column_paths = {c.col: tuple(c.path) for c in reading.columns}
        self.names: dict[tuple[int, tuple[str, ...]], str] = {}
        self.slots: dict[Cell, _Slot] = {}
        self.kinds: dict[tuple[str, str, bool, bool], str] = {}

    def record(self, row: RowAxis, column: ColumnAxis) -> tuple[object, ...] | None:
        """The fields of one cell in the order of COLUMNS; None if one of them cannot be told."""
        cell = (row.row, column.col)
        value = self.reading.values[cell]
        if value.kind in ("text", "unreadable", "spaced"):
            self.issues.unreadable.append((*cell, value.text))
        slot = self._slot(row, column)
        if value.kind == "empty" and column.frequency and slot.period is None:
            return None  # a month in which a quarterly series has no figure
        place = self._place(row, column)
        unit = self.units.of(row, column, value)
        complete = self._check(row, column, slot, place, unit)
        if not complete or place is None or unit is None or slot.period is None:
            return None
        status, number, low, high = _status(value, unit)
        corrected = self.reading.corrected
        if corrected and status == "reported" and corrected.get(cell, "").startswith(("corrected", "scaled")):
            status = "corrected"
        vintage, table, file, sheet = self.tail
        return (
            slot.indicator,
            place.path,
            slot.period.period,
            self._kind(slot, unit),
            number,
            unit.canonical,
            value.text,
            unit.published,
            status,
            self._note(row, column, value, place),
            place.code,
            unit.base,
            low,
            high,
            vintage,
            slot.series_break,
            table,
            file,
            sheet,
            *cell,
        )

    def _check(
        self, row: RowAxis, column: ColumnAxis, slot: _Slot, place: Place | None, unit: Unit | None
    ) -> bool:
        cell, issues = (row.row, column.col), self.issues
        if place is None:
            issues.regions.add((row.row, row.region_label.text if row.region_label else ""))
        if unit is None:
            issues.units.setdefault(slot.indicator, cell)
        region = place.path if place else row.region_label.text if row.region_label else ""
        period = slot.period.period if slot.period else ""
        kind = self._kind(slot, unit) if unit else ""
        issues.keys.append(((slot.indicator, region, period, kind), cell))
        if slot.period is None and not (row.lossy or column.lossy):
            issues.periods.setdefault(slot.choice, cell)
        if not slot.indicator:
            issues.nameless.append(cell)
        return bool(slot.indicator)

    def _slot(self, row: RowAxis, column: ColumnAxis) -> _Slot:
        key = row.row if row.parts or row.period else -1  # rows of regions share what their columns say
        slot = self.slots.get((key, column.col))
        if slot is None:
            period, choice = _period_of(row, column, self.reading)
            broken = self.reading.breaks.get(int(period.period[:4]), "") if period else ""
            slot = _Slot(self._name(key, row, column), period, choice, broken)
            self.slots[key, column.col] = slot
        return slot

    def _name(self, key: int, row: RowAxis, column: ColumnAxis) -> str:
        below = self.column_paths[column.col]  # the same for all columns of years
        name = self.names.get((key, below))
        if name is None:
            name = " / ".join(p for p in (self.head, *row.path, *below) if p) or self.title
            self.names[key, below] = name
        return name

    def _place(self, row: RowAxis, column: ColumnAxis) -> Place | None:
        if column.region:
            return self.column_places[column.col]
        if row.region_label:
            place = self.row_places[row.row]
            if place and column.within and not column.within.text.startswith("全"):
                return Place(f"{place.path} / {column.within.text}", "", place.note)
            return place
        return self.whole

    def _kind(self, slot: _Slot, unit: Unit) -> str:
        period = slot.period
        cumulative, at_end = (period.cumulative, period.at_end) if period else (False, False)
        key = (slot.indicator, unit.canonical, cumulative, at_end)
        if key not in self.kinds:
            self.kinds[key] = period_kind(slot.indicator, unit, cumulative=cumulative, at_end=at_end)
        return self.kinds[key]

    def _note(self, row: RowAxis, column: ColumnAxis, value: Value, place: Place) -> str:
        own = "blank in source" if value.kind == "empty" else value.note
        if not (self.noted or row.evidence or column.drawn or row.remark):
            return f"{own}; {place.note}" if own and place.note else own or place.note
        notes = [own, place.note]
        if row.evidence:
            notes.append(f"row order: {row.evidence}")
        if column.drawn:
            notes.append(f"drawn under {' / '.join(p.text for p in column.drawn[:-1])}")
        notes += [row.remark, self.revision, self.reading.corrected.get((row.row, column.col), "")]
        return "; ".join(n for n in notes if n)


def _status(value: Value, unit: Unit) -> tuple[str, float, float, float]:
    if value.kind == "number" and value.number is not None:
        number = float(value.number.scaleb(unit.power) if unit.power else value.number)
        return ("repaired" if value.note.startswith("repaired") else "reported"), number, number, number
    if value.kind == "below":
        return "below_unit", _NAN, 0.0, float(10**unit.power)
    if value.kind in ("missing", "empty"):
        return "missing", _NAN, _NAN, _NAN
    return "unreadable", _NAN, _NAN, _NAN


def _is_blank_row(work: Work, filler: _Filler, row: RowAxis, below: RowAxis | None) -> bool:
    """A period or a region without any figure is a row of missing values, unless it heads its parts."""
    if row.period and not row.path:
        return True
    if not row.region_label:
        return False
    if below is None or not below.region_label:
        return True
    upper, lower = (filler.row_places.get(r.row) for r in (row, below))
    part = work.divisions.get(lower.code) if lower and lower.code else None
    inside = bool(part and upper and upper.code and work.divisions.is_within(part, upper.code))
    return not inside and below.region_indent <= row.region_indent


def _places(work: Work, reading: Reading, year: int | None) -> dict[int, Place | None]:
    rows = [r for r in reading.rows if r.region_label]
    if reading.scope.conflict:
        return dict.fromkeys((r.row for r in rows), None)
    labels = [(r.region_label.text, r.region_indent) for r in rows if r.region_label]
    found = place_rows(labels, reading.scope, year=year, divisions=work.divisions)
    return {r.row: p for r, p in zip(rows, found, strict=True)}


def _column_places(work: Work, reading: Reading, year: int | None) -> dict[int, Place | None]:
    columns = [c for c in reading.columns if c.region]
    if reading.scope.conflict:
        return dict.fromkeys((c.col for c in columns), None)
    labels = [(c.region.text, 0) for c in columns if c.region]
    found = place_rows(labels, reading.scope, year=year, divisions=work.divisions)
    return {c.col: p for c, p in zip(columns, found, strict=True)}


def _period_of(row: RowAxis, column: ColumnAxis, reading: Reading) -> tuple[PeriodWords | None, str]:
    """The period of a cell, or the two that are possible."""
    if column.choice:
        return None, column.choice
    period = column.period or at_frequency(row.period, column.frequency)
    if period is None and row.period:
        return None, f"{row.period.period} (row), but the series is {_FREQUENCIES[column.frequency]}"
    if column.period and row.period and column.period.period != row.period.period:
        period = read_period(column.period.text, year=int(row.period.period[:4]))
        if period is None or period.period[:4] != row.period.period[:4]:
            return None, f"{row.period.period} (row) or {column.period.period} (column)"
    period = period or reading.period
    if period is None:
        return None, ""
    for words in (*row.embedded, *column.embedded):
        if words.period[:4] != period.period[:4]:
            return None, f"{period.period} (table) or {words.period} (label)"
    return period, ""


def _report(work: Work, issues: _Issues, reading: Reading) -> None:
    if issues.regions:
        conflict = reading.scope.conflict
        rows = sorted(issues.regions)
        named = [(r, text) for r, text in rows if text]
        whole = f"row {rows[0][0] + 1} to row {rows[-1][0] + 1}"
        work.refuse(
            RegionUnknown,
            "two regions are possible" if conflict else "the region is not said",
            ", ".join(f"row {r + 1} {text}" for r, text in named[:8]) or whole,
            conflict,
            "one region for the whole table",
            'give region="..."',
        )
    for text, cell in list(issues.periods.items())[:8]:
        choice = text or work.period_choice
        work.refuse(
            PeriodAmbiguous,
            "two periods are possible" if choice else "the period is not said",
            cell_name(*cell),
            choice,
            "one period in the title, the header, the row or the sheet name",
            'give period="..."',
        )
    if issues.units:
        _report_units(work, issues, reading)
    inner = [(r, c, t) for r, c, t in issues.unreadable if t.startswith(INNER_TABLE)]
    if inner:
        work.refuse(
            OrphanCell,
            "a figure stands in a table of its own inside a cell",
            ", ".join(f"{cell_name(r, c)} {t}" for r, c, t in inner),
            "",
            "a figure in the cell",
            "correct the cell in corrections.yml, or take it out with skip=",
        )
    issues.unreadable = [x for x in issues.unreadable if x not in inner]
    if issues.unreadable:
        shown = "; ".join(f"{cell_name(r, c)} {text!r}" for r, c, text in sorted(issues.unreadable)[:20])
        work.refuse(
            ValueUnreadable,
            f"{len(issues.unreadable)} cells hold no readable figure",
            shown,
            "",
            "a number, an empty cell, - or …",
            'correct them in corrections.yml, or take them as missing: observations(unreadable="missing")',
        )
    if issues.nameless:
        work.refuse(
            LayoutUnknown,
            "figures without the name of an indicator",
            cell_name(*issues.nameless[0]),
            "",
            "a label, a header, or a title that names it",
            "check the header rows of the table",
        )


def _report_units(work: Work, issues: _Issues, reading: Reading) -> None:
    names = [name or "the figures" for name in issues.units]
    offered = ", ".join(u.published for u in reading.facts.units)
    conflicts = "; ".join(issues.conflicts)
    work.refuse(
        UnitUnresolved,
        f"{len(names)} series have no certain unit",
        ", ".join(cell_name(*cell) for cell in list(issues.units.values())[:12]),
        "; ".join(names[:12]) + (f" ({conflicts})" if conflicts else ""),
        f"one of {offered}"
        if offered
        else "a unit in the cell, the label, a unit column, the header or a line 单位：",
        'give unit="..." or unit={"label": "..."}',
    )


def _refuse_duplicates(work: Work, issues: _Issues) -> None:
    """Two cells with one series, region and period; told also where one of these is not known yet."""
    if len({key for key, _ in issues.keys}) == len(issues.keys):
        return
    seen: dict[tuple[str, str, str, str], list[Cell]] = {}
    for key, cell in issues.keys:
        seen.setdefault(key, []).append(cell)
    doubled = {key: cells for key, cells in seen.items() if len(cells) > 1 and any(key)}
    for key, cells in list(doubled.items())[:8]:
        work.refuse(
            DuplicateKey,
            "two figures have the same series, region and period",
            ", ".join(cell_name(*x) for x in cells[:6]),
            " | ".join(key[:3]),
            "one figure for each",
            'name the parent of the row: parents={"label": "parent"}, or take one out with skip=',
        )
