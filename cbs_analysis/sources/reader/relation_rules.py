"""What the labels promise: parts add up to totals, shares to 100 %, months to the months so far."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ...series.periods import parse_period
from .outline import KNOWN_DIVISIONS, sums_to
from .places import TOTALS

if TYPE_CHECKING:
    from .axis import ColumnAxis, RowAxis
    from .state import Reading

__all__ = ["Relation", "relations_of"]

Cell = tuple[int, int]
_RATES = frozenset({"pct", "permille", "index", "times"})
_WHOLES = frozenset(["合计", "总计", "总数", "计", "小计"])
_SHARE = re.compile(r"构成|比重|占比|份额|占.{1,14}比")
_PART_OF_YEAR = re.compile(
    r"[本当][月季期](?:值|数|实际)?|(?:[本当][月季]止?)?累计(?:值|数|实际)?|(?:本年|自?年初)至?(?:本[月季])?累计|.*[月季度]"
)
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Relation:
    """whole = sum of parts, over cells; or rate = count / base * scale; no `whole`: 100 = sum of parts."""

    whole: Cell | None
    parts: tuple[Cell, ...]
    words: str
    scale: int = 0  # > 0: whole = parts[0] / parts[1] * scale

    def holds(self, numbers: dict[Cell, Decimal]) -> bool | None:
        """Whether it holds within rounding; None when a cell has no figure."""
        if any(cell not in numbers for cell in self.cells):
            return None
        whole = numbers[self.whole] if self.whole else _HUNDRED
        parts = [numbers[p] for p in self.parts]
        if not self.scale:
            return sums_to([whole], [[p] for p in parts])
        if not parts[1]:
            return None
        step = Decimal(1).scaleb(int(whole.as_tuple().exponent))
        return abs(parts[0] / parts[1] * self.scale - whole) <= step

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells of the relation."""
        return (self.whole, *self.parts) if self.whole else self.parts


def relations_of(reading: Reading) -> list[Relation]:
    """The relations that the labels promise."""
    return [
        *_row_sums(reading),
        *_totals(reading),
        *_shares(reading),
        *_column_sums(reading),
        *_rates(reading),
        *_months_so_far(reading),
    ]


def _row_sums(reading: Reading) -> Iterator[Relation]:
    """A row and the rows below it that are its parts, by indentation."""
    rows = [r for r in reading.rows if r.region_label]
    line = reading.facts.units
    if len(line) == 1 and line[0].canonical in _RATES:
        return  # shares of regions add up to nothing
    columns = [c for c in reading.columns if not c.relative and not _is_rate(c)]
    for i, row in enumerate(rows):
        parts = [] if row.heading else _row_parts(rows, i)
        if len(parts) < 2:
            continue
        label = row.region_label.text if row.region_label else ""
        words = f"{label} = {' + '.join(p.region_label.text for p in parts if p.region_label)}"
        for column in columns:
            yield Relation((row.row, column.col), tuple((p.row, column.col) for p in parts), words)


def _row_parts(rows: list[RowAxis], i: int) -> list[RowAxis]:
    row = rows[i]
    total = row.region_label is not None and row.region_label.text in TOTALS
    depth = row.region_indent
    below = []
    for other in rows[i + 1 :]:
        if other.region_indent < depth or (other.region_indent == depth and not total):
            break
        below.append(other)
    if not below:
        return []
    top = min(r.region_indent for r in below)
    return [r for r in below if r.region_indent == top]


def _is_rate(column: ColumnAxis) -> bool:
    unit = column.unit
    relative = unit is not None and unit.canonical in _RATES
    return relative or any(p.text.endswith("率") or "密度" in p.text or "均" in p.text for p in column.parts)


def _totals(reading: Reading) -> Iterator[Relation]:
    """`合计` above the rows that are its parts, where the rows name no regions; shares add up as well."""
    columns = [c for c in reading.columns if (not c.relative and not _is_rate(c)) or _is_share(c)]
    for i, row in enumerate(reading.rows):
        if row.region_label or row.heading or not row.path or row.path[-1] not in _WHOLES:
            continue
        for parts in _divisions(_beside(reading.rows, i)):
            words = f"{row.path[-1]} = {' + '.join(p.path[-1] for p in parts)}"
            for column in columns:
                yield Relation((row.row, column.col), tuple((p.row, column.col) for p in parts), words)


def _beside(rows: list[RowAxis], i: int) -> list[RowAxis]:
    """The rows below a total at its own depth, up to the next total or heading."""
    total, parts = rows[i], []
    for row in rows[i + 1 :]:
        if row.level < total.level or row.heading or (row.path and row.path[-1] in _WHOLES):
            break
        if row.level == total.level and row.path[:-1] == total.path[:-1] and row.period == total.period:
            parts.append(row)
    return parts


def _divisions(rows: list[RowAxis]) -> list[list[RowAxis]]:
    """The rows as one division of the whole, or as several that official tables know: 男, 女, 城镇, 乡村."""
    known = []
    for division in KNOWN_DIVISIONS:
        members = [r for r in rows if r.path[-1] in division]
        if {r.path[-1] for r in members} == division:
            known.append(members)
    if known and len(known[0]) < len(rows):
        return known
    return [rows] if len(rows) > 1 else []


def _is_share(column: ColumnAxis) -> bool:
    share = any(_SHARE.search(p.text) for p in column.parts)
    return share and not any("增" in p.text or "升" in p.text for p in column.parts)


def _shares(reading: Reading) -> Iterator[Relation]:
    """Shares of a division that official tables print whole (第一, 第二, 第三产业) add up to 100."""
    groups: dict[tuple[object, ...], list[RowAxis]] = defaultdict(list)
    for row in reading.rows:
        name = row.parts[-1].text if row.parts and not row.heading else ""
        for division in KNOWN_DIVISIONS:
            if name in division:
                groups[division, row.period, *row.path[:-1]].append(row)
    for (division_of_rows, *_), rows in groups.items():
        names = [r.path[-1] for r in rows]
        if frozenset(names) != division_of_rows or len(names) != len(set(names)):
            continue
        whole = any(_SHARE.search(word) for word in rows[0].path)
        for column in reading.columns:
            if whole or _is_share(column):
                cells = tuple((r.row, column.col) for r in rows)
                yield Relation(None, cells, f"100 = {' + '.join(names)}")


def _months_so_far(reading: Reading) -> Iterator[Relation]:
    """1-3月 = 1月 + 2月 + 3月, or 1-2月 + 3月; the same for quarters."""
    axes: list[RowAxis | ColumnAxis] = [*reading.rows, *reading.columns]
    so_far = {c.col for c in reading.columns if any("累计" in p for p in c.path)}
    if not so_far and not any(x.period.cumulative for x in axes if x.period):
        return
    flows: dict[tuple[object, ...], dict[tuple[int, bool], tuple[Cell, str]]] = defaultdict(dict)
    for row in reading.rows:
        for column in reading.columns:
            period = column.period or row.period or reading.period
            if row.heading or column.relative or _is_rate(column) or period is None or period.at_end:
                continue
            read = parse_period(period.period)
            if read.freq not in ("Q", "M"):
                continue
            number = read.end.month // 3 if read.freq == "Q" else read.end.month
            stem = tuple(p for p in (*row.path, *column.path) if not _PART_OF_YEAR.fullmatch(p))
            region = column.region or row.region_label
            key = (stem, region and region.text, read.year, read.freq, row.unit or column.unit)
            cumulative = period.cumulative or column.col in so_far
            words = f"{period.text}累计" if column.col in so_far else period.text
            flows[key].setdefault((number, cumulative), ((row.row, column.col), words))
    for found in flows.values():
        for (number, cumulative), (cell, words) in found.items():
            parts = _parts_so_far(found, number) if cumulative else []
            if parts:
                yield Relation(
                    cell, tuple(c for c, _ in parts), f"{words} = {' + '.join(w for _, w in parts)}"
                )


def _parts_so_far(found: dict[tuple[int, bool], tuple[Cell, str]], number: int) -> list[tuple[Cell, str]]:
    singles = [found.get((i, False)) for i in range(1, number + 1)]
    parts = singles if all(singles) else [found.get((number - 1, True)), singles[-1]]
    return [p for p in parts if p] if all(parts) and len(parts) > 1 else []


def _column_sums(reading: Reading) -> Iterator[Relation]:
    """`合计` beside its parts under one label; 收入 = 税收 + 非税 is left to the header check."""
    for total in reading.columns:
        if not total.path or total.path[-1] not in ("合计", "小计", "总计", "计"):
            continue
        parts = [
            c
            for c in reading.columns
            if c is not total
            and c.period == total.period
            and c.path[:-1] in (total.path[:-1], total.path)
            and c.path
            and c.unit == total.unit
        ]
        if len(parts) < 2:
            continue
        words = f"{' / '.join(total.path)} = {' + '.join(p.path[-1] for p in parts)}"
        for row in reading.rows:
            if not row.heading:
                yield Relation((row.row, total.col), tuple((row.row, p.col) for p in parts), words)


def _rates(reading: Reading) -> Iterator[Relation]:
    """出生率 = 出生人数 / 年平均人数, in permille."""
    base = next((c for c in reading.columns if c.path and "年平均人" in c.path[-1]), None)
    if base is None:
        return
    for rate in reading.columns:
        if not rate.path or not rate.path[-1].endswith("率"):
            continue
        stem = rate.path[-1][:-1]
        count = next(
            (
                c
                for c in reading.columns
                if c.path
                and c.path != rate.path
                and (
                    c.path[-1] in (f"{stem}人数", f"{stem}人口") or (c.path[0] == stem and "人" in c.path[-1])
                )
            ),
            None,
        )
        if count is None:
            continue
        words = f"{' / '.join(rate.path)} = {' / '.join(count.path)} ÷ {base.path[-1]}"
        for row in reading.rows:
            if not row.heading:
                cells = ((row.row, count.col), (row.row, base.col))
                yield Relation((row.row, rate.col), cells, words, scale=1000)
