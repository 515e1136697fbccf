"""Yearly series of one area with the evidence behind each figure.

A few indicators are exact arithmetic on others (the urban-rural ratio and gap, urbanisation, real
income growth from nominal growth and the price index). They are derived only where nothing was
published, and their evidence names every input.

A plan is judged for thousands of areas, so figures are plain tuples, and the evidence of a figure is made
when it is cited.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from ..series.periods import parse_period
from .inputs import Columns, plain_values
from .recipes import RECIPES, Recipe
from .verdicts import Evidence

__all__ = ["Book", "Figures", "ToDate", "book_columns", "evidence_of"]

# the period of a cumulative figure, the figure, and its evidence
ToDate = tuple[str, float, tuple[Evidence, ...]]


@dataclass(frozen=True)
class Figures:
    """A yearly series and the evidence of each year.

    Attributes
    ----------
    years : tuple of int
        In order; may be empty, and years may be missing.
    numbers : tuple of float
        The figures of `years`, in the unit of the indicator.
    derived : frozenset of str
        Years that were computed from other indicators.
    """

    years: tuple[int, ...] = ()
    numbers: tuple[float, ...] = ()
    derived: frozenset[str] = frozenset()
    _rows: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)
    _cells: _Cells | None = field(default=None, repr=False, compare=False)

    @property
    def empty(self) -> bool:
        """Whether there is no figure."""
        return not self.years

    @cached_property
    def values(self) -> pd.Series:
        """The series with a yearly PeriodIndex."""
        index = pd.PeriodIndex([str(y) for y in self.years], freq="Y")
        return pd.Series(np.array(self.numbers, dtype=float), index=index)

    @cached_property
    def evidence(self) -> dict[str, tuple[Evidence, ...]]:
        """The rows behind each year."""
        return {period: self.cite(period) for period in self._rows}

    def cite(self, *periods: str) -> tuple[Evidence, ...]:
        """Evidence of some periods, each row once."""
        if self._cells is None:
            return ()
        rows = dict.fromkeys([r for p in periods for r in self._rows.get(p, ())])
        return tuple(map(self._cells.evidence, rows))

    def cite_all(self) -> tuple[Evidence, ...]:
        """Evidence of every year."""
        return self.cite(*map(str, self.years))

    def between(self, first: int, last: int) -> Figures:
        """The years from `first` to `last`, both included."""
        if self.years and first <= self.years[0] and self.years[-1] <= last:
            return self
        kept = [i for i, y in enumerate(self.years) if first <= y <= last]
        years, numbers = [self.years[i] for i in kept], [self.numbers[i] for i in kept]
        return Figures(tuple(years), tuple(numbers), self.derived, self._rows, self._cells)

    def missing(self, first: int) -> list[int]:
        """Years from `first` to the last one that have no figure."""
        known = set(self.years)
        return [y for y in range(first, self.years[-1] + 1) if y not in known] if known else []

    def at(self, year: int) -> float:
        """The figure of a year, NaN if there is none."""
        return self.numbers[self.years.index(year)] if year in self.years else math.nan


_EVIDENCE = (
    "indicator", "period", "value", "value_published", "unit_published", "status", "vintage", "source",
    "certainty", "file", "row", "col", "note",
)  # fmt: skip
_NEEDED = tuple(dict.fromkeys(("indicator", "period", "freq", "value", *_EVIDENCE)))


def book_columns(observations: pd.DataFrame) -> Columns:
    """What a book reads of the observations of any number of areas, as plain lists."""
    return {name: plain_values(observations[name]) for name in _NEEDED if name in observations}


class _Cells:
    """The cells of some observations, and the evidence made of them.

    Apart from the book, so that figures do not point back at the book that holds them: what points at itself
    waits for the garbage collector, and thousands of areas would.
    """

    def __init__(self, frame: pd.DataFrame, columns: Columns | None) -> None:
        self._frame = frame
        self._columns: Columns = dict(columns) if columns else {}
        self._order: list[list[Any]] = []
        self._made: dict[int, Evidence] = {}

    def column(self, name: str) -> list[Any]:
        """A column as plain values."""
        if name not in self._columns:
            self._columns[name] = plain_values(self._frame[name])
        return self._columns[name]

    def evidence(self, row: int) -> Evidence:
        """Evidence of a row, made once."""
        found = self._made.get(row)
        if found is None:
            if not self._order:
                self._order = [self.column(name) for name in _EVIDENCE]
            found = self._made[row] = _evidence([cells[row] for cells in self._order])
        return found


class Book:
    """Observations of one area, one vintage, as yearly series with evidence.

    Parameters
    ----------
    observations : pandas.DataFrame
        As `load_observations` returns them: one row for each indicator and period.
    columns : dict, optional
        The same rows as `book_columns` gives them, where that is known already.
    """

    def __init__(self, observations: pd.DataFrame, columns: Columns | None = None) -> None:
        self._frame = observations
        self._cells = _Cells(observations, columns)
        self._cache: dict[str, Figures] = {}
        self._years: dict[str, list[tuple[int, float, int]]] = {}
        self._within: dict[str, list[int]] = {}
        if len(observations):
            self._group()

    def _group(self) -> None:
        """By indicator: of yearly rows the year, the figure and the row; of all others the row."""
        kinds = (self._cells.column(name) for name in ("indicator", "freq", "period", "value"))
        last, years = "", self._years.setdefault("", [])
        for i, (name, freq, period, value) in enumerate(zip(*kinds, strict=True)):
            if freq != "A":
                self._within.setdefault(name, []).append(i)
                continue
            if name != last:  # rows of one indicator mostly stand together
                last, years = name, self._years.setdefault(name, [])
            years.append((int(period), value, i))

    def __len__(self) -> int:
        """How many figures there are."""
        return len(self._frame)

    def __bool__(self) -> bool:
        """A book is a book even when it is empty."""
        return True

    def rows(self, indicator: str, freq: str | None = None) -> pd.DataFrame:
        """Published rows of an indicator; empty when there are none."""
        found = [row for _, _, row in self._years.get(indicator, ())] + self._within.get(indicator, [])
        if not found:
            return pd.DataFrame(columns=["period", "freq", "value"])
        rows = self._frame.iloc[sorted(found)]
        return rows if freq is None else rows[rows["freq"] == freq]

    def yearly(self, indicator: str) -> Figures:
        """The yearly series, published or derived.

        Where no figure of a year was published, the one counted from January to December, or over four
        quarters, is taken for it and cited by its own period; it is published too, so not in `derived`.
        """
        if indicator not in self._cache:
            figures = self._published(indicator)
            for recipe in RECIPES.get(indicator, ()):
                figures = self._fill_from(figures, recipe)
            self._cache[indicator] = figures
        return self._cache[indicator]

    def _published(self, indicator: str) -> Figures:
        found = self._years.get(indicator, [])
        running = self._running(indicator)
        if running:
            have = {year for year, _, _ in found}
            periods, amounts = self._cells.column("period"), self._cells.column("value")
            whole = {y: i for y, i in running.items() if parse_period(periods[i]).end.month == 12}
            found = found + [(y, amounts[i], i) for y, i in whole.items() if y not in have]
        if not found:
            return Figures(_cells=self._cells)
        years, values, rows = zip(*sorted(found), strict=True)
        cells = {str(y): (i,) for y, i in zip(years, rows, strict=True)}
        return Figures(years, tuple(map(float, values)), _rows=cells, _cells=self._cells)

    def _fill_from(self, have: Figures, recipe: Recipe) -> Figures:
        """Add the years that the inputs allow and that were not published."""
        parts = [self.yearly(i) for i in recipe.inputs]
        if any(p.empty for p in parts):
            return have
        numbers, rows = dict(zip(have.years, have.numbers, strict=True)), dict(have._rows)
        derived = set(have.derived)
        made = recipe.make(*(dict(zip(p.years, p.numbers, strict=True)) for p in parts))
        for year, value in made.items():
            if year in numbers or math.isnan(value):
                continue
            cited = tuple(r for p in parts for r in p._rows.get(str(year), ()))
            if recipe.lagged:
                before = parts[0]._rows.get(str(year - 1), ())
                # growth across two publishers is not growth
                if self._publishers(before) != self._publishers(parts[0]._rows[str(year)]):
                    continue
                cited = before + cited
            numbers[year] = value
            rows[str(year)] = cited
            derived.add(str(year))
        years = sorted(numbers)
        return Figures(tuple(years), tuple(numbers[y] for y in years), frozenset(derived), rows, self._cells)

    def _publishers(self, rows: tuple[int, ...]) -> set[str]:
        return {self._cells.column("source")[i] for i in rows}

    def _running(self, indicator: str) -> dict[int, int]:
        """The row of the newest cumulative figure of each year, in order of the years."""
        if not self._within:  # most areas have yearly figures alone
            return {}
        found = [row for tail in _tails(indicator) for row in self._within.get(tail, ())]
        if not found:
            return {}
        ends, periods = self._cells.column("period_end"), self._cells.column("period")
        found.sort(key=lambda i: (ends[i], periods[i]))
        return {parse_period(periods[i]).year: i for i in found}

    def years_to_date(self, indicator: str) -> list[ToDate]:
        """The last cumulative figure of each year after the last full one, the newest first."""
        running = self._running(indicator)
        if not running:
            return []
        full = self.yearly(indicator).years
        periods, values = self._cells.column("period"), self._cells.column("value")
        return [
            (str(periods[i]), float(values[i]), (self._cells.evidence(i),))
            for year, i in reversed(running.items())
            if not full or year > full[-1]
        ]

    def year_to_date(self, indicator: str) -> ToDate | None:
        """The last cumulative figure of the year after the last full one; of the newest year without any.

        A figure counted up to December or to the fourth quarter is a full year already.
        """
        for found in self.years_to_date(indicator):
            full = self.yearly(indicator).years
            if not full or parse_period(found[0]).year == full[-1] + 1:
                return found
        return None


@lru_cache(maxsize=4096)
def _tails(indicator: str) -> tuple[str, str]:
    """Names of the cumulative figures: `urban_new_jobs_ytd_persons` of `urban_new_jobs_persons`."""
    stem, _, unit = indicator.rpartition("_")
    money = indicator.replace("_mn_yuan", "_ytd_mn_yuan") if indicator.endswith("_mn_yuan") else ""
    return f"{stem}_ytd_{unit}", money


def evidence_of(row: Mapping[str, Any]) -> Evidence:
    """Evidence of one observation."""
    return _evidence([row[name] for name in _EVIDENCE])


def _evidence(values: Sequence[Any]) -> Evidence:
    """Evidence from the values of `_EVIDENCE` in their order."""
    indicator, period, value, published, unit, status, vintage, *rest = values
    source, certainty, file, row, col, note = rest
    made = object.__new__(Evidence)
    # the constructor of a frozen dataclass sets one field at a time: a province has a million of them
    made.__dict__.update(
        indicator=str(indicator),
        period=str(period),
        value=float(value),
        published=f"{published}{unit}",
        status=str(status),
        vintage=str(vintage)[:10],
        source=str(source),
        certainty=str(certainty),
        file=str(file),
        row=int(row),
        col=int(col),
        note=str(note),
        sheet="",
    )
    return made
