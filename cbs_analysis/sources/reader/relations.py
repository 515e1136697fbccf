"""Arithmetic that explains: totals and parts, rates and counts. It edits nothing but what it proves.

A repair is made only to a figure with blanks inside its digits (or a letter that scans make of a
digit), only when one reading of it exists, and only when a relation with other cells confirms it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from .outline import sums_to
from .places import TOTALS
from .values import Value, read_value

if TYPE_CHECKING:
    from .axes import ColumnAxis, RowAxis
    from .state import Reading

__all__ = ["check_relations", "relations_of", "repair"]

Cell = tuple[int, int]
_RATES = frozenset({"pct", "permille", "index", "times"})
_SCANNED = str.maketrans({"S": "5", "O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "B": "8"})


@dataclass(frozen=True)
class Relation:
    """whole = sum of parts, over cells; or rate = count / base * scale."""

    whole: Cell
    parts: tuple[Cell, ...]
    words: str
    scale: int = 0  # > 0: whole = parts[0] / parts[1] * scale

    def holds(self, numbers: dict[Cell, Decimal]) -> bool | None:
        """Whether it holds within rounding; None when a cell has no figure."""
        if self.whole not in numbers or any(p not in numbers for p in self.parts):
            return None
        whole, parts = numbers[self.whole], [numbers[p] for p in self.parts]
        if not self.scale:
            return sums_to([whole], [[p] for p in parts])
        if not parts[1]:
            return None
        step = Decimal(1).scaleb(int(whole.as_tuple().exponent))
        return abs(parts[0] / parts[1] * self.scale - whole) <= step

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells of the relation."""
        return (self.whole, *self.parts)


def relations_of(reading: Reading) -> list[Relation]:
    """The relations that the labels promise."""
    return [*_row_sums(reading), *_column_sums(reading), *_rates(reading)]


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


def _candidate(value: Value) -> Decimal | None:
    if value.kind == "spaced":
        return value.number
    if value.kind == "unreadable" and any(ch.isdigit() for ch in value.text):
        read = read_value(value.text.translate(_SCANNED))
        return read.number if read.kind == "number" else None
    return None


def repair(reading: Reading) -> None:
    """Replace damaged figures that exactly one reading and a relation confirm; log each."""
    damaged = {cell: number for cell, v in reading.values.items() if (number := _candidate(v)) is not None}
    if not damaged:
        return
    numbers = {
        cell: v.number for cell, v in reading.values.items() if v.kind == "number" and v.number is not None
    }
    for relation in relations_of(reading):
        inside = [cell for cell in relation.cells if cell in damaged]
        if not inside or relation.holds(numbers | damaged) is not True:
            continue
        for cell in inside:
            _accept(reading, cell, damaged[cell], relation.words)


def _accept(reading: Reading, cell: Cell, number: Decimal, words: str) -> None:
    value = reading.values[cell]
    if value.kind == "number":
        return
    note = f"repaired: {value.text!r} read as {number}, confirmed by {words}"
    reading.values[cell] = replace(value, kind="number", number=number, note=note)
    reading.log.append(f"{cell}: {note}")


def check_relations(reading: Reading) -> None:
    """Correct a header that arithmetic contradicts, and list the sums that do not hold."""
    _move_misdrawn(reading)
    numbers = {
        cell: v.number for cell, v in reading.values.items() if v.kind == "number" and v.number is not None
    }
    exempt = any("不等于" in n or "不含" in n or "不包括" in n for n in reading.facts.notes)
    held = failed = 0
    for relation in relations_of(reading):
        verdict = relation.holds(numbers)
        held += verdict is True
        if verdict is False and not exempt:
            failed += 1
            total = sum(numbers[p] for p in relation.parts) if not relation.scale else "the quotient"
            reading.checks.append(
                f"row {relation.whole[0] + 1}, column {relation.whole[1] + 1}: {relation.words[:80]}: "
                f"{numbers[relation.whole]} against {total}"
            )
    if held:
        reading.log.append(f"{held} sums and rates hold" + (f", {failed} do not" if failed else ""))


def _move_misdrawn(reading: Reading) -> None:
    """A `#` column drawn under B whose figures are the rest of A: A = B + column in every row."""
    by_path = {tuple(c.path): c for c in reading.columns}
    for column in reading.columns:
        drawn = column.parts[:-1]
        if len(drawn) < 2:
            continue
        upper, outer = (
            by_path.get(tuple(p.text for p in drawn)),
            by_path.get(tuple(p.text for p in drawn[:-1])),
        )
        if upper is None or outer is None or upper is column:
            continue
        rows = [r.row for r in reading.rows]
        triples = [tuple(reading.values[r, c.col].number for c in (outer, upper, column)) for r in rows]
        full = [(a, b, c) for a, b, c in triples if a is not None and b is not None and c is not None]
        if len(full) < 5 or not all(sums_to([a], [[b], [c]]) for a, b, c in full):
            continue
        if sum(c == 0 for _, _, c in full) > len(full) / 2:
            continue
        column.drawn = list(column.parts)
        column.parts = [*drawn[:-1], column.parts[-1]]
        column.parent = outer.col
        reading.log.append(
            f"{column.parts[-1].text} is drawn under {drawn[-1].text}, but "
            f"{drawn[-2].text} = {drawn[-1].text} + "
            f"{column.parts[-1].text} in all {len(full)} rows: placed under {drawn[-2].text}"
        )
