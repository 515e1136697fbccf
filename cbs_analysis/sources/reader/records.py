"""One record a figure: what its row, its column and the table say, or a named refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, zip_longest
from typing import Any

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
from ...series.unit_words import Unit
from ..addresses import cell_name
from ..grid_html import INNER_TABLE
from .axis import ColumnAxis, RowAxis
from .exports import at_frequency
from .facts import title_words
from .kinds import breaks_in, period_kind, revision_in
from .measure import Units
from .places import Place, place_rows
from .state import Reading, Work
from .values import Value
from .words import split_unit

__all__ = ["fill"]

_NAN = float("nan")
_UNREADABLE = frozenset({"text", "unreadable", "spaced"})
_FREQUENCIES = {"A": "yearly", "Q": "quarterly", "M": "monthly"}
Cell = tuple[int, int]
_Key = tuple[str, str, str, str]  # series, region, period and kind


@dataclass
class _Issues:
    """What could not be told, gathered over all cells."""

    regions: set[tuple[int, str]] = field(default_factory=set)
    periods: dict[str, Cell] = field(default_factory=dict)
    units: dict[str, Cell] = field(default_factory=dict)
    unreadable: list[tuple[int, int, str]] = field(default_factory=list)
    nameless: list[Cell] = field(default_factory=list)
    conflicts: dict[str, Cell] = field(default_factory=dict)  # units that contradict each other
    doubled: dict[_Key, list[Cell]] = field(default_factory=dict)


@dataclass(slots=True)
class _Cells:
    """Cells in the order of the table, one list for each thing that is known of them."""

    columns: list[ColumnAxis] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    periods: list[PeriodWords | None] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)  # two periods that are possible
    units: list[Unit | None] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)  # "" where the unit is not known
    rows: list[RowAxis] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    places: list[Place | None] = field(default_factory=list)

    def add(self, other: _Cells) -> None:
        """Put other cells behind these."""
        for name in self.__slots__:
            getattr(self, name).extend(getattr(other, name))

    def kept(self, chosen: Sequence[bool]) -> _Cells:
        """The cells that are chosen."""
        return _Cells(*(list(compress(getattr(self, name), chosen)) for name in self.__slots__))


def fill(work: Work, reading: Reading, year: int | None) -> None:
    """Write one record for every cell of the body into `reading.data`."""
    reading.breaks = breaks_in(reading.facts.notes)
    filler = _Filler(work, reading, year)
    cells = _Cells()
    for row, below in zip_longest(reading.rows, reading.rows[1:]):
        if not row.heading or _is_blank_row(work, filler.row_places, row, below):
            cells.add(filler.cells(row))
    issues = _Issues(conflicts=filler.units.conflicts)
    known = _check(cells, issues)
    reading.data = _data(work, reading, cells if all(known) else cells.kept(known))
    _report(work, issues, reading)
    _refuse_duplicates(work, issues)


class _Filler:
    """Tells of every cell of a row what row, column and table say; like rows are worked out once."""

    def __init__(self, work: Work, reading: Reading, year: int | None) -> None:
        facts = reading.facts
        self.reading, self.columns = reading, reading.columns
        self.units = Units(work, reading)
        self.whole = reading.scope.place() if reading.scope.name else None
        self.row_places = _places(work, reading, year)
        self.column_places = _column_places(work, reading, year)
        self.head = split_unit(facts.preamble["指标"])[0] if "指标" in facts.preamble else ""
        self.title = title_words(facts)
        self.sparse = any(c.frequency for c in self.columns)
        # parts of the regions of rows, as 市辖区; "" for the whole
        within = ["" if c.within is None else c.within.text for c in self.columns]
        self.parts = ["" if text.startswith("全") else text for text in within]
        # columns of one kind, as the years of a series, say the same but for their period
        self.kinds = [self.units.kinds[c.col] for c in self.columns]
        self.firsts: dict[int, ColumnAxis] = {}
        for kind, column in zip(self.kinds, self.columns, strict=True):
            self.firsts.setdefault(kind, column)
        self.dated: list[tuple[PeriodWords | None, str]] = []  # by column, where a row says nothing of time
        self.like: _Cells | None = None  # what rows of regions share
        self.memo: dict[tuple[str, str, bool, bool], str] = {}

    def cells(self, row: RowAxis) -> _Cells:
        """The cells of a row."""
        values = [self.reading.values[row.row, c.col] for c in self.columns]
        plain = not (row.parts or row.period or row.unit)
        if plain and self.like is None:
            self.like = self._shared(row)
        shared = self.like if plain and self.like else self._shared(row)
        cells = replace(shared, rows=[row] * len(values), values=values, places=self._places(row))
        if any(v.unit for v in values):
            cells.units = [
                self.units.of(row, c, v) if v.unit else u
                for c, v, u in zip(self.columns, values, cells.units, strict=True)
            ]
            cells.kinds = self._kinds(cells)
        if not self.sparse or all(cells.periods):
            return cells
        # months in which a quarterly series has no figure
        return cells.kept(
            [
                bool(p or v.kind != "empty" or not c.frequency)
                for p, v, c in zip(cells.periods, values, self.columns, strict=True)
            ]
        )

    def _shared(self, row: RowAxis) -> _Cells:
        """What a row says whatever its figures are."""
        told = {kind: (self._name(row, c), self.units.of(row, c)) for kind, c in self.firsts.items()}
        shared = [told[kind] for kind in self.kinds]
        dated = self.dated
        if row.period or row.embedded or not dated:
            dated = [_period_of(row, column, self.reading) for column in self.columns]
            if not (row.period or row.embedded):
                self.dated = dated
        cells = _Cells(
            columns=self.columns,
            names=[name for name, _ in shared],
            periods=[period for period, _ in dated],
            choices=[choice for _, choice in dated],
            units=[unit for _, unit in shared],
        )
        cells.kinds = self._kinds(cells)
        return cells

    def _name(self, row: RowAxis, column: ColumnAxis) -> str:
        return " / ".join(p for p in (self.head, *row.path, *column.path) if p) or self.title

    def _kinds(self, cells: _Cells) -> list[str]:
        kinds = []
        for name, period, unit in zip(cells.names, cells.periods, cells.units, strict=True):
            if unit is None:
                kinds.append("")
                continue
            cumulative, at_end = (period.cumulative, period.at_end) if period else (False, False)
            key = (name, unit.canonical, cumulative, at_end)
            if key not in self.memo:
                self.memo[key] = period_kind(name, unit, cumulative=cumulative, at_end=at_end)
            kinds.append(self.memo[key])
        return kinds

    def _places(self, row: RowAxis) -> list[Place | None]:
        own = self.row_places[row.row] if row.region_label else self.whole
        if not self.column_places and not any(self.parts):
            return [own] * len(self.parts)
        places = dict.fromkeys(self.parts, own)
        if row.region_label and own:
            places |= {part: Place(f"{own.path} / {part}", "", own.note) for part in places if part}
        if not self.column_places:
            return [places[part] for part in self.parts]
        return [
            self.column_places[c.col] if c.region else places[part]
            for c, part in zip(self.columns, self.parts, strict=True)
        ]


def _check(cells: _Cells, issues: _Issues) -> list[bool]:
    """Which cells say all that a record needs; what the others lack goes into the issues."""
    if any(v.kind in _UNREADABLE for v in cells.values):
        issues.unreadable = [
            (row.row, column.col, value.text)
            for row, column, value in zip(cells.rows, cells.columns, cells.values, strict=True)
            if value.kind in _UNREADABLE
        ]
    periods = [p.period if p else "" for p in cells.periods]
    regions = [p.path if p else _label(row) for p, row in zip(cells.places, cells.rows, strict=True)]
    keys = list(zip(cells.names, regions, periods, cells.kinds, strict=True))
    if len(set(keys)) < len(keys):
        for key, row, column in zip(keys, cells.rows, cells.columns, strict=True):
            issues.doubled.setdefault(key, []).append((row.row, column.col))
    if all(cells.names) and all(cells.periods) and all(cells.units) and all(cells.places):
        return [True] * len(keys)
    known = []
    for row, column, place, unit, period, choice, name in zip(
        cells.rows, cells.columns, cells.places, cells.units, cells.periods, cells.choices, cells.names,
        strict=True,
    ):  # fmt: skip
        cell = (row.row, column.col)
        if place is None:
            issues.regions.add((row.row, _label(row)))
        if unit is None:
            issues.units.setdefault(name, cell)
        if period is None and not (row.lossy or column.lossy):
            issues.periods.setdefault(choice, cell)
        if not name:
            issues.nameless.append(cell)
        known.append(bool(name and place and unit and period))
    return known


def _label(row: RowAxis) -> str:
    return row.region_label.text if row.region_label else ""


def _data(work: Work, reading: Reading, cells: _Cells) -> dict[str, list[Any]]:
    """The records of cells that say everything, in the order of COLUMNS."""
    facts, grid, breaks = reading.facts, work.block.sheet.grid, reading.breaks
    published = work.options.published
    n, values = len(cells.values), cells.values
    places, units = [p for p in cells.places if p], [u for u in cells.units if u]
    periods = [p.period for p in cells.periods if p]
    numbers = [v.scaled(u.power) if v.kind == "number" else _NAN for v, u in zip(values, units, strict=True)]
    lower, upper = numbers, numbers
    if any(v.kind == "below" for v in values):
        bounds = [float(10**u.power) for u in units]
        lower = [0.0 if v.kind == "below" else x for v, x in zip(values, numbers, strict=True)]
        upper = [b if v.kind == "below" else x for v, x, b in zip(values, numbers, bounds, strict=True)]
    return {
        "indicator": cells.names,
        "region": [p.path for p in places],
        "period": periods,
        "period_kind": cells.kinds,
        "value": numbers,
        "unit": [u.canonical for u in units],
        "value_published": [v.text for v in values],
        "unit_published": [u.published for u in units],
        "status": _statuses(cells, reading.corrected),
        "note": _notes(reading, cells, [p.note for p in places]),
        "region_code": [p.code for p in places],
        "base": [u.base for u in units],
        "lower": lower,
        "upper": upper,
        "vintage": [published.isoformat() if published else ""] * n,
        "series_break": [breaks.get(int(p[:4]), "") for p in periods] if breaks else [""] * n,
        "table": [facts.number or facts.title or facts.caption] * n,
        "file": [grid.file] * n,
        "sheet": [grid.sheet] * n,
        "row": [row.row for row in cells.rows],
        "col": [column.col for column in cells.columns],
    }


_STATUS = {"number": "reported", "below": "below_unit", "missing": "missing", "empty": "missing"}


def _statuses(cells: _Cells, corrected: Mapping[Cell, str]) -> list[str]:
    found = [
        "repaired" if v.kind == "number" and v.note.startswith("repaired")
        else _STATUS.get(v.kind, "unreadable")
        for v in cells.values
    ]  # fmt: skip
    if not corrected:
        return found
    notes = [corrected.get((r.row, c.col), "") for r, c in zip(cells.rows, cells.columns, strict=True)]
    return [
        "corrected" if status == "reported" and note.startswith(("corrected", "scaled")) else status
        for status, note in zip(found, notes, strict=True)
    ]


def _notes(reading: Reading, cells: _Cells, regional: list[str]) -> list[str]:
    """The notes of figures: their own, of the region, the row and the column, of the table."""
    facts = reading.facts
    revision = revision_in([facts.title, facts.caption, facts.page, *facts.notes])
    owns = ["blank in source" if v.kind == "empty" else v.note for v in cells.values]
    if not (
        revision
        or reading.corrected
        or any(c.drawn for c in reading.columns)
        or any(r.evidence or r.remark for r in reading.rows)
    ):
        return [f"{a}; {b}" if a and b else a or b for a, b in zip(owns, regional, strict=True)]
    notes = []
    for row, column, own, place in zip(cells.rows, cells.columns, owns, regional, strict=True):
        found = [own, place]
        if row.evidence:
            found.append(f"row order: {row.evidence}")
        if column.drawn:
            found.append(f"drawn under {' / '.join(p.text for p in column.drawn[:-1])}")
        found += [row.remark, revision, reading.corrected.get((row.row, column.col), "")]
        notes.append("; ".join(n for n in found if n))
    return notes


def _is_blank_row(
    work: Work, places: Mapping[int, Place | None], row: RowAxis, below: RowAxis | None
) -> bool:
    """A period or a region without any figure is a row of missing values, unless it heads its parts."""
    if row.period and not row.path:
        return True
    if not row.region_label:
        return False
    if below is None or not below.region_label:
        return True
    upper, lower = (places.get(r.row) for r in (row, below))
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
    doubled = {key: cells for key, cells in issues.doubled.items() if len(cells) > 1 and any(key)}
    for key, cells in list(doubled.items())[:8]:
        work.refuse(
            DuplicateKey,
            "two figures have the same series, region and period",
            ", ".join(cell_name(*x) for x in cells[:6]),
            " | ".join(key[:3]),
            "one figure for each",
            'name the parent of the row: parents={"label": "parent"}, or take one out with skip=',
        )
