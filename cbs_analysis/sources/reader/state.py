"""What is known about one table while it is read, and the record that remains of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ...errors import CbsError, Fault
from ...registry.divisions import Divisions
from ...series.period_words import PeriodWords
from .axis import ColumnAxis, RowAxis
from .facts import Facts, read_facts
from .layout import Block
from .places import Scope
from .values import Value

__all__ = ["COLUMNS", "Options", "Reading", "Work"]

COLUMNS = (
    "indicator", "region", "period", "period_kind", "value", "unit", "value_published", "unit_published",
    "status", "note", "region_code", "base", "lower", "upper", "vintage", "series_break", "table", "file",
    "sheet", "row", "col",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a caller adds to what the file says."""

    region: str | None = None
    period: str | None = None
    unit: str | Mapping[str, str] | None = None
    parents: Mapping[str, str] = field(default_factory=dict)
    skip: frozenset[tuple[int, int]] = frozenset()
    decimal_months: bool = False
    published: date | None = None


@dataclass
class Reading:
    """A block, understood as far as it could be."""

    block: Block
    facts: Facts
    columns: list[ColumnAxis]
    rows: list[RowAxis]
    scope: Scope
    period: PeriodWords | None
    data: dict[str, list[Any]]
    values: dict[tuple[int, int], Value]
    found: list[tuple[type[CbsError], Fault]] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    breaks: dict[int, str] = field(default_factory=dict)
    corrected: Mapping[tuple[int, int], str] = field(default_factory=dict)  # declared corrections, by cell


class Work:
    """Working state of one block: refusals are collected here by name and place."""

    def __init__(
        self, block: Block, divisions: Divisions, options: Options, above: Reading | None = None
    ) -> None:
        self.block, self.divisions, self.options = block, divisions, options
        self.facts = read_facts(block)
        if above is not None:
            self.facts.inherit(above.facts)
        self.found: list[tuple[type[CbsError], Fault]] = []
        self.period_choice = ""
        grid = block.sheet.grid
        self.file = f"{grid.file}" + (f", sheet {grid.sheet}" if grid.sheet else "")

    def refuse(self, kind: type[CbsError], what: str, where: str, got: str, expected: str, step: str) -> None:
        """Collect one refusal."""
        place = f"{self.file}, {where}" if where else self.file
        self.found.append((kind, Fault(what, where=place, got=got, expected=expected, next_step=step)))
