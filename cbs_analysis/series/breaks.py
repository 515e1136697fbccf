"""Changes of definition: named with their source, never crossed in silence, and linked over an overlap.

Rural net income (纯收入) became disposable income (可支配收入) with the integrated household survey of
2013. The figures before and after are two series: growth from one to the other is no growth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CoverageError, Fault, ParameterError, PeriodError, SeriesError, VintageBreak
from .frequency import Table, as_periods, like, named, places, require_periods, take_rows, to_array

__all__ = ["Break", "Splice", "check_breaks", "mark_breaks", "splice"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Break:
    """A change of definition, accounting or method.

    Attributes
    ----------
    period : pandas.Period
        First period of the new definition.
    reason : str
        What changed.
    source : str
        Where this is published.

    Examples
    --------
    >>> print(Break(pd.Period("2013"), "rural net income became disposable income", "NBS survey reform"))
    2013: rural net income became disposable income (NBS survey reform)
    """

    period: pd.Period
    reason: str
    source: str

    def __post_init__(self) -> None:
        faults = [
            Fault(f"break has no {name}", where=str(self.period), expected="a text that a reader can check")
            for name, text in (("reason", self.reason), ("source", self.source))
            if not str(text).strip()
        ]
        if faults:
            raise ParameterError(faults)
        if not isinstance(self.period, pd.Period):
            raise PeriodError(
                Fault("break has no period", got=repr(self.period), expected="pandas.Period, such as 2013")
            )

    def __str__(self) -> str:
        return f"{self.period}: {self.reason} ({self.source})"


def mark_breaks(x: pd.Series | pd.DataFrame, breaks: Iterable[Break]) -> pd.Series:
    """Status of each period: "break" at the first of a new definition, "" elsewhere.

    Parameters
    ----------
    x : Series or DataFrame
        Rows = periods.
    breaks : iterable of Break
        Of the same or a lower frequency; one whose first period `x` lacks is marked at the next period of
        `x`. A break before or at the first period, or after the last, is not marked: nothing is joined
        there.

    Returns
    -------
    Series of str
        On the index of `x`.

    Raises
    ------
    PeriodError
        If the index is no PeriodIndex of calendar years, or a break is of a higher frequency.

    Examples
    --------
    >>> income = pd.Series([90.0, 106.0], pd.PeriodIndex(["2012", "2013"], freq="Y"))  # made up
    >>> mark_breaks(income, [Break(pd.Period("2013"), "new survey", "NBS")]).tolist()
    ['', 'break']
    """
    require_periods(x)
    marks = np.full(len(x.index), "", dtype=object)
    for start in as_periods([b.period for b in breaks], x.index):
        at = int(x.index.searchsorted(start))
        if 0 < at < len(marks):
            marks[at] = "break"
    return pd.Series(marks, x.index, name="status")


def check_breaks(breaks: Iterable[Break], *, first: object, last: object) -> None:
    """Refuse a comparison of two periods that lie on different sides of a break.

    Parameters
    ----------
    breaks : iterable of Break
    first, last : period
        What is compared: `first` with the later `last`.

    Raises
    ------
    VintageBreak
        With every break after the start of `first` up to that of `last`, and its source.
    PeriodError
        If a period cannot be read or is shorter than the other.

    Examples
    --------
    >>> new_survey = Break(pd.Period("2013"), "rural net income became disposable income", "NBS")
    >>> check_breaks([new_survey], first="2013", last="2020")
    >>> check_breaks([new_survey], first="2012", last="2013")
    Traceback (most recent call last):
    cbs_analysis.errors.VintageBreak: comparison across a change of definition
        where:    2012 to 2013
        got:      2013: rural net income became disposable income (NBS)
        expected: both periods before 2013, or both from 2013 on
        next:     link the series with splice(), or compare inside one definition
    """
    start = as_periods([first], pd.PeriodIndex([], freq="M"))[0]
    stop = as_periods([last], pd.PeriodIndex([], freq="M"))[0]
    found = [b for b in breaks if start < b.period.asfreq("M", how="start") <= stop]
    if found:
        raise VintageBreak(
            [
                Fault(
                    "comparison across a change of definition",
                    where=f"{first} to {last}",
                    got=str(b),
                    expected=f"both periods before {b.period}, or both from {b.period} on",
                    next_step="link the series with splice(), or compare inside one definition",
                )
                for b in found
            ]
        )


@dataclass(frozen=True)
class Splice(Generic[Table]):
    """A linked series and how it was linked.

    Attributes
    ----------
    values : Series or DataFrame
        Old figures before `at`, moved to the level of the new ones; new figures from `at` on.
    factor : float or Series
        By which the old figures were multiplied ("ratio"), or what was added ("additive"); by column.
    overlap : pandas.PeriodIndex
        Periods known in both series.
    factors : Series or DataFrame
        What each period of the overlap alone would give: how stable the link is.
    method, using : str
    at : pandas.Period
    """

    values: Table
    factor: float | pd.Series
    overlap: pd.PeriodIndex
    factors: Table
    method: str
    using: str
    at: pd.Period

    @property
    def spread(self) -> Any:
        """Largest less smallest factor over the overlap, by column; 0 with an overlap of one period."""
        spread = self.factors.max() - self.factors.min()
        return spread if isinstance(self.factors, pd.DataFrame) else float(spread)

    def __str__(self) -> str:
        verb = "multiplied by" if self.method == "ratio" else "raised by"
        if isinstance(self.factor, pd.Series):
            how, spread = (
                f"one factor for each of {len(self.factor)} series",
                f"at most {self.spread.max():.6g}",
            )
        else:
            how, spread = f"{self.factor:.6g}", f"{self.spread:.6g}"
        overlap = f"{self.overlap[0]} to {self.overlap[-1]} ({len(self.overlap)} periods)"
        return (
            f"linked at {self.at}: earlier figures are {verb} {how}, from {self.using} of the overlap\n"
            f"overlap {overlap}, spread of the factor {spread}\n"
            "linked figures before the link are estimates, not published figures"
        )


def splice(
    old: Table,
    new: Table,
    *,
    at: object,
    method: Literal["ratio", "additive"] = "ratio",
    using: Literal["link period", "whole"] = "link period",
) -> Splice[Table]:
    """Link two definitions of a series where both are known.

    Parameters
    ----------
    old, new : Series or DataFrame
        Both definitions, same frequency and, for panels, the same columns; any unit, but the same.
    at : period
        First period taken from `new`; for "link period" both must be known there.
    method : {"ratio", "additive"}
        Keep the growth rates of the old figures, or their differences. Rates in percent are linked
        additively.
    using : {"link period", "whole"}
        The factor of the period `at` alone: no step there. Or of the whole overlap: ratio of the sums, or
        difference of the means.

    Returns
    -------
    Splice
        Values on the union of the periods of `old` before `at` and of `new` from `at` on. NaN stays NaN.

    Raises
    ------
    CoverageError
        If there is no overlap, a series is not known in both definitions at the link, or columns differ.
    PeriodError
        If the frequencies differ or `at` cannot be read.
    SeriesError
        If a ratio is asked for and a figure of the overlap is not positive.

    Notes
    -----
    ``factor = new[at] / old[at]`` or ``new[at] - old[at]``. A link assumes that both definitions moved
    alike before the overlap: the spread of the factor over the overlap is the only evidence for it.

    Examples
    --------
    >>> old = pd.Series([90.0, 100.0], pd.PeriodIndex(["2012", "2013"], freq="Y"))  # made up
    >>> new = pd.Series([106.0, 110.0], pd.PeriodIndex(["2013", "2014"], freq="Y"))
    >>> linked = splice(old, new, at="2013")
    >>> linked.values.round(1).tolist(), round(linked.factor, 3)
    ([95.4, 106.0, 110.0], 1.06)
    """
    if method not in ("ratio", "additive") or using not in ("link period", "whole"):
        raise ParameterError(
            Fault(
                "option is not known",
                got=f"{method}, {using}",
                expected="ratio or additive; link period or whole",
            )
        )
    if require_periods(old) != require_periods(new):
        raise PeriodError(Fault("frequencies differ", got=f"{old.index.freqstr} and {new.index.freqstr}"))
    if isinstance(old, pd.DataFrame) and not old.columns.equals(new.columns):
        raise CoverageError(Fault("columns differ", next_step="select the common columns first"))
    start = as_periods([at], old.index)[0]
    figures = to_array(old, what="old"), to_array(new, what="new")
    a: Array
    b: Array
    both, a, b = _overlap(old, new, figures, start if using == "link period" else None)
    if method == "ratio" and (bad := (a <= 0) | (b <= 0)).any():
        where = places(like(old, a, index=both), bad)
        raise SeriesError(
            Fault("a ratio needs positive figures", where=where, next_step='use method="additive"')
        )
    factors = b / a if method == "ratio" else b - a
    if using == "link period":
        factor = factors[both.get_loc(start)]
    elif method == "ratio":
        factor = np.nansum(b, axis=0) / np.nansum(a, axis=0)
    else:
        factor = np.nanmean(factors, axis=0)
    m, k = old.index.searchsorted(start), new.index.searchsorted(start)
    linked = np.empty((m + len(new) - k, *a.shape[1:]))
    (np.multiply if method == "ratio" else np.add)(figures[0][:m], factor, out=linked[:m])
    linked[m:] = figures[1][k:]
    values = like(new, linked, index=old.index[:m].append(new.index[k:]))
    said = pd.Series(factor, old.columns) if isinstance(old, pd.DataFrame) else float(factor)
    return Splice(values, said, both, like(old, factors, index=both), method, using, start)


def _overlap(
    old: Table, new: Table, figures: tuple[Array, Array], start: pd.Period | None
) -> tuple[pd.PeriodIndex, Array, Array]:
    """Periods known in both and the figures there; each series must have one, at `start` if given."""
    both = old.index.intersection(new.index)
    a = take_rows(figures[0], old.index.get_indexer(both))
    b = take_rows(figures[1], new.index.get_indexer(both))
    known = ~np.isnan(a + b)
    at = known if start is None else known[both == start]
    if not (len(at) and np.all(at.any(axis=0))):
        columns = at.any(axis=0) if isinstance(old, pd.DataFrame) else None
        apart = start is None or not known.any()
        raise CoverageError(
            Fault(
                "series do not overlap" if apart else f"not both known at {start}",
                where="" if columns is None else f"columns {named(old.columns[~columns])}",
                got=f"{_span(old)} and {_span(new)}",
                expected="figures of both definitions for the same period",
                next_step="link at a period known in both, or do not link: a factor would be invented",
            )
        )
    if known.all():
        return both, a, b
    rows = known if known.ndim == 1 else known.any(axis=1)
    return both[rows], np.where(known, a, np.nan)[rows], np.where(known, b, np.nan)[rows]


def _span(x: pd.Series | pd.DataFrame) -> str:
    known = x.dropna(how="all").index
    return f"{known[0]} to {known[-1]}" if len(known) else "no figures"
