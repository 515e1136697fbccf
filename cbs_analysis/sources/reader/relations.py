"""Arithmetic that explains: totals and parts, rates and counts. It edits nothing but what it proves.

A repair is made only to a figure with blanks inside its digits (or a letter that scans make of a
digit), only when one reading of it exists, and only when a relation with other cells confirms it.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from .outline import sums_to
from .relation_rules import relations_of
from .values import Value, read_value

if TYPE_CHECKING:
    from .state import Reading

__all__ = ["check_relations", "repair"]

Cell = tuple[int, int]
_SCANNED = str.maketrans({"S": "5", "O": "0", "o": "0", "I": "1", "l": "1", "|": "1", "B": "8"})


def _candidate(value: Value) -> Decimal | None:
    if value.kind == "spaced":
        return value.number
    if any(ch.isdigit() for ch in value.text):
        read = read_value(value.text.translate(_SCANNED))
        return read.number if read.kind == "number" else None
    return None


def repair(reading: Reading) -> None:
    """Replace damaged figures that exactly one reading and a relation confirm; log each."""
    damaged = {
        cell: number
        for cell, v in reading.values.items()
        if v.kind in ("spaced", "unreadable") and (number := _candidate(v)) is not None
    }
    if not damaged:
        return
    numbers = _numbers(reading)
    for relation in relations_of(reading):
        inside = [cell for cell in relation.cells if cell in damaged]
        if not inside or relation.holds(numbers | damaged) is not True:
            continue
        for cell in inside:
            _accept(reading, cell, damaged[cell], relation.words)


def _numbers(reading: Reading) -> dict[Cell, Decimal]:
    return {
        cell: v.number for cell, v in reading.values.items() if v.kind == "number" and v.number is not None
    }


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
    relations = relations_of(reading)
    numbers = _numbers(reading) if relations else {}
    exempt = any("不等于" in n or "不含" in n or "不包括" in n for n in reading.facts.notes)
    held = failed = 0
    for relation in relations:
        verdict = relation.holds(numbers)
        held += verdict is True
        if verdict is False and not exempt:
            failed += 1
            total = sum(numbers[p] for p in relation.parts) if not relation.scale else "the quotient"
            r, c = relation.cells[0]
            whole = numbers[relation.whole] if relation.whole else 100
            reading.checks.append(
                f"row {r + 1}, column {c + 1}: {relation.words[:80]}: {whole} against {total}"
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
