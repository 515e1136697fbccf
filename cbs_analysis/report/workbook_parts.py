"""What every sheet of the workbook of an evaluation needs: the record, its words, and where cells stand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from ..registry.load import load_registry
from ..series.units import unit_label
from .workbook_sheets import Column, Formula, Grid

__all__ = ["Parts", "looked_up"]


@dataclass(frozen=True)
class Parts:
    """The record of an evaluation in one language, and the grids of the workbook by name."""

    record: Mapping[str, Any]
    lang: str
    t: Callable[..., str]
    grids: dict[str, Grid] = field(default_factory=dict)

    @cached_property
    def evidence(self) -> dict[str, Mapping[str, Any]]:
        """Evidence by its number."""
        return {row["id"]: row for row in self.record["evidence"]}

    @property
    def start(self) -> date:
        """First day of the plan."""
        return date.fromisoformat(self.record["registry"]["plan"]["start"])

    @property
    def end(self) -> date:
        """Last day of the plan."""
        return date.fromisoformat(self.record["registry"]["plan"]["end"])

    @property
    def years(self) -> int:
        """Years of the plan."""
        return self.end.year - self.start.year + 1

    def place(self, name: str, columns: Mapping[str, tuple[Any, float]], count: int) -> None:
        """Fix where the cells of a table stand: key of each column with its kind and width, and its rows."""
        heads = tuple(Column(k, self.t(f"wb_{k}"), kind, width) for k, (kind, width) in columns.items())
        self.grids[name] = Grid(self.t(f"wb_sheet_{name}"), heads, count)

    def name(self, kind: str, id: str) -> str:
        """The name of an id; the id itself where the registry has none, nothing for an empty one."""
        entry = self.record["registry"][kind].get(id)
        return str(entry[self.lang]) if entry else id

    def offices(self, ids: Iterable[str]) -> str:
        """Names of offices in one cell."""
        return self.t("list_sep").join(self.name("offices", id) for id in ids)

    def unit(self, indicator: str) -> str:
        """The unit of an indicator in words."""
        entry = load_registry().indicators.get(indicator)
        if entry is None:
            return ""
        return entry.unit_zh if entry.unit_zh and self.lang == "zh" else unit_label(entry.unit, self.lang)

    def evidence_at(self, row: Mapping[str, Any]) -> str:
        """The cell that holds the figure of a row of evidence."""
        return self.grids["evidence"].at("value", int(row["id"][1:]) - 1)


def looked_up(parts: Parts, table: str, column: str, id: str, value: float | str) -> Formula:
    """A cell of another table, found by its id."""
    grid = parts.grids[table]
    return Formula(f"INDEX({grid.all(column)},MATCH({id},{grid.all('id')},0))", value)
