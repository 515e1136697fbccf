"""One row and one column of a table, with what their labels say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ...series.period_words import PeriodWords
from ...series.unit_words import Unit
from .header import Part

__all__ = ["ColumnAxis", "RowAxis"]

RELATIVE = re.compile(r"增长|增速|比上年|同比|环比|涨跌|增减|升降|比重|占比|构成|占.{1,14}比")


@dataclass
class ColumnAxis:
    """A data column with what its header says."""

    col: int
    parts: list[Part]
    units: list[tuple[Unit, Part]]
    english_units: list[str]
    period: PeriodWords | None = None
    lossy: bool = False
    region: Part | None = None  # a region of its own
    within: Part | None = None  # a part of the row's region: 市辖区
    parent: int | None = None
    drawn: list[Part] = field(default_factory=list)
    embedded: list[PeriodWords] = field(default_factory=list)
    choice: str = ""  # periods between which the header does not decide
    frequency: str = ""  # of its series, where the table says it: A, Q or M

    @property
    def path(self) -> list[str]:
        """Words of the indicator path that the column adds."""
        return [p.text for p in self.parts]

    @property
    def unit(self) -> Unit | None:
        """The unit nearest to the figures."""
        return self.units[-1][0] if self.units else None

    @property
    def relative(self) -> bool:
        """Whether the column holds growth or shares, whatever the row is measured in."""
        return any(RELATIVE.search(p.text) for p in self.parts)


@dataclass
class RowAxis:
    """A row of the body with what its labels say."""

    row: int
    parts: list[Part] = field(default_factory=list)
    heading: bool = False
    unit: Unit | None = None
    english: str = ""
    period: PeriodWords | None = None
    lossy: bool = False
    region_label: Part | None = None
    region_indent: int = 0
    doubt: str = ""
    evidence: str = ""
    remark: str = ""
    embedded: list[PeriodWords] = field(default_factory=list)
    level: int = 0  # depth in the tree, for display

    @property
    def path(self) -> list[str]:
        """Words of the indicator path that the row adds."""
        return [p.text for p in self.parts]
