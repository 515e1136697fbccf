"""Vintages (版次): what was known when, how figures were revised, and which publication a figure comes from.

`as_of` never looks ahead. Figures of two vintages in one series make a growth rate that no bureau has
measured: `mixed_vintages` finds the joint.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import (
    CoverageError,
    Fault,
    ParameterError,
    PeriodError,
    VintageBreak,
    VintageError,
)
from .breaks import Break
from .frequency import named, require_periods, to_array

__all__ = ["VintageMatch", "VintageTable", "mixed_vintages"]

Array = NDArray[np.float64]
Day: TypeAlias = "date | str"  # pandas.Timestamp is a date
_MOST_DECIMALS = 8


def _day(day: Day) -> pd.Timestamp:
    """A publication date; refuses what is no date."""
    try:
        stamp = pd.Timestamp(day)
    except (TypeError, ValueError):
        stamp = pd.NaT
    if stamp is pd.NaT:
        raise VintageError(
            Fault("publication date cannot be read", got=str(day), expected="such as 2024-01-17")
        )
    return stamp.tz_localize(None).normalize()


def _period(label: str, freq: str) -> pd.Period:
    """A period of just this frequency: 2020Q1 is no year."""
    try:
        period = pd.Period(label)
    except ValueError:
        period = None
    if period is None or period.freqstr[0] != freq:
        raise PeriodError(Fault("period cannot be read", got=label, expected=f"a period of frequency {freq}"))
    return period


@dataclass(frozen=True)
class VintageTable:
    """One series in all its publications.

    Attributes
    ----------
    frame : DataFrame
        Rows = periods in order, columns = publication dates in order (DatetimeIndex); NaN where a
        publication does not give a period. Treat it as read-only.

    Examples
    --------
    National GDP (100 million yuan) as the National Bureau of Statistics gave it first and after the fifth
    census:

    >>> table = VintageTable.from_long(pd.DataFrame({
    ...     "period": ["2023", "2024", "2023", "2024"],
    ...     "vintage": ["2024-01-17", "2025-01-17", "2026-10-01", "2026-10-01"],
    ...     "value": [1260582, 1349084, 1294271.7, 1348066.2]}))
    >>> table.as_of("2025-06-30").tolist()
    [1260582.0, 1349084.0]
    >>> table.revisions(percent=True).round(2).tolist()
    [2.67, -0.08]
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        require_periods(self.frame)
        days = self.frame.columns
        if (
            not isinstance(days, pd.DatetimeIndex)
            or days.hasnans
            or not days.is_unique
            or not days.is_monotonic_increasing
        ):
            raise VintageError(
                Fault(
                    "columns are no publication dates in order",
                    got=type(days).__name__,
                    expected="DatetimeIndex, each date once, earliest first",
                    next_step="use VintageTable.from_long",
                )
            )
        object.__setattr__(self, "frame", pd.DataFrame(to_array(self.frame).copy(), self.frame.index, days))

    @classmethod
    def from_long(cls, long: pd.DataFrame, *, freq: Literal["Y", "Q", "M"] = "Y") -> VintageTable:
        """Build from rows of `period`, `vintage` (publication date) and `value`.

        Parameters
        ----------
        long : DataFrame
            With these three columns; periods as pandas.Period or text such as 2023, 2023Q1, 2023-01.
        freq : {"Y", "Q", "M"}

        Raises
        ------
        ParameterError
            If a column is missing.
        VintageError
            If a date cannot be read, or a publication gives one period twice.
        PeriodError
            If a period cannot be read.
        """
        if absent := [c for c in ("period", "vintage", "value") if c not in long.columns]:
            raise ParameterError(
                Fault("columns are missing", got=named(long.columns), expected=named(absent))
            )
        labels = long["period"].astype(str)
        read = {label: _period(label, freq) for label in labels.unique()}
        dates = {day: _day(day) for day in long["vintage"].unique()}
        periods = pd.PeriodIndex(labels.map(read), freq=freq)
        days = pd.DatetimeIndex(long["vintage"].map(dates))
        keys = pd.MultiIndex.from_arrays([periods, days])
        if keys.has_duplicates:
            twice = [f"{p} in {d:%Y-%m-%d}" for p, d in keys[keys.duplicated()]]
            raise VintageError(
                Fault("a publication gives a period twice", got=named(twice), expected="one figure")
            )
        values = pd.Series(to_array(long["value"], what="value"), keys)
        return cls(values.unstack().sort_index().sort_index(axis=1))

    @property
    def vintages(self) -> pd.DatetimeIndex:
        """Publication dates, earliest first."""
        return pd.DatetimeIndex(self.frame.columns)

    def as_of(self, day: Day, *, single: bool = False) -> pd.Series:
        """What was known at the end of a day: never a later publication.

        Parameters
        ----------
        day : date
        single : bool
            True takes the last publication alone. False takes for each period the last that gives it: the
            usual reading, but of several vintages where a revision did not reach back; see `published`.

        Returns
        -------
        Series
            On all periods of the table; NaN where nothing was published yet.
        """
        known = self.frame.loc[:, self.vintages <= _day(day)]
        if not known.shape[1]:
            return pd.Series(np.nan, self.frame.index)
        values = known.to_numpy()
        if single:
            return pd.Series(values[:, -1].copy(), self.frame.index)
        return pd.Series(values[np.arange(len(values)), _last(values)], self.frame.index)

    def published(self, day: Day) -> pd.Series:
        """Publication date of each figure of `as_of(day)`; NaT where there is none."""
        known = self.frame.loc[:, self.vintages <= _day(day)]
        if not known.shape[1]:
            return pd.Series(pd.NaT, self.frame.index, dtype="datetime64[ns]")
        days = pd.Series(known.columns[_last(known.to_numpy())], self.frame.index)
        return days.where(known.notna().any(axis=1))

    @property
    def first(self) -> pd.Series:
        """First figure published for each period."""
        return self.release(1)

    @property
    def latest(self) -> pd.Series:
        """Last figure published for each period."""
        return self.release("last")

    def release(self, k: int | Literal["last"]) -> pd.Series:
        """The k-th figure published for each period (1 = first), or the last; NaN where there are fewer."""
        if k != "last" and (not isinstance(k, int) or k < 1):
            raise ParameterError(Fault("release is not known", got=str(k), expected='1, 2, ... or "last"'))
        values = self.frame.to_numpy()
        known = ~np.isnan(values)
        wanted = known.sum(axis=1) if k == "last" else np.full(len(values), k)
        hit = known & (known.cumsum(axis=1) == wanted[:, None])
        picked = np.where(hit.any(axis=1), values[np.arange(len(values)), hit.argmax(axis=1)], np.nan)
        return pd.Series(picked, self.frame.index)

    def revisions(
        self, *, start: int = 1, to: int | Literal["last"] = "last", percent: bool = False
    ) -> pd.Series:
        """Later figure minus earlier figure of each period.

        Parameters
        ----------
        start, to : int or "last"
            Releases compared, see `release`.
        percent : bool
            In percent of the earlier figure (for levels); NaN where that is not positive.

        Returns
        -------
        Series
            NaN where the later release does not exist, or is the earlier one: no revision yet is not a
            revision of 0.
        """
        early, late = self.release(start), self.release(to)
        if to == "last":
            late = late.where(self.frame.notna().sum(axis=1) > start)
        return 100 * (late / early.where(early > 0) - 1) if percent else late - early

    def vintage_of(
        self, value: float, period: object, *, decimals: int | None = None
    ) -> tuple[pd.Timestamp, ...]:
        """Publications that give this figure for the period, within rounding; see `mixed_vintages`."""
        row = pd.Series([value], pd.PeriodIndex([str(period)], freq=self.frame.index.freq))
        matched = _matches(row, self, decimals)
        return tuple(self.vintages[matched[0]])


def _dates(days: tuple[pd.Timestamp, ...]) -> str:
    return named(f"{day:%Y-%m-%d}" for day in days)


def _last(values: Array) -> NDArray[np.intp]:
    """Column of the last figure in each row, the last column if there is none."""
    return values.shape[1] - 1 - np.argmax(~np.isnan(values[:, ::-1]), axis=1)


def _decimals(values: Array) -> int:
    """Decimals in which all the figures are written."""
    figures = values[~np.isnan(values)]
    for places_ in range(_MOST_DECIMALS):
        if np.array_equal(np.round(figures, places_), figures):
            return places_
    return _MOST_DECIMALS


def _matches(series: pd.Series, table: VintageTable, decimals: int | None) -> NDArray[np.bool_]:
    """Whether each figure is that of each vintage, rounded to the coarser of both (period, vintage)."""
    values, frame = to_array(series, what="series"), table.frame
    own = _decimals(values) if decimals is None else decimals
    known = frame.to_numpy()
    rows = frame.index.get_indexer(series.index)
    theirs = np.where((rows >= 0)[:, None], known[rows], np.nan)
    coarse = np.array([min(own, _decimals(known[:, v])) for v in range(known.shape[1])])
    half = 0.5 * 10.0**-coarse
    slack = 4 * np.spacing(np.abs(theirs))  # decimal fractions are not exact in binary
    return np.asarray(np.abs(values[:, None] - theirs) <= half + slack)


@dataclass(frozen=True)
class VintageMatch:
    """Which vintages the figures of a series belong to.

    Attributes
    ----------
    matches : DataFrame of bool
        Rows = periods of the series, columns = publication dates.
    segments : tuple of (first period, last period, publication dates)
        Longest runs that one vintage explains, in order.
    breaks : tuple of Break
        First period of each segment after the first: figures before and after are of different vintages.
    unmatched : pandas.PeriodIndex
        Periods whose figure no vintage gives: of unknown origin.
    """

    series: pd.Series
    matches: pd.DataFrame
    segments: tuple[tuple[pd.Period, pd.Period, tuple[pd.Timestamp, ...]], ...]
    breaks: tuple[Break, ...]
    unmatched: pd.PeriodIndex

    @property
    def mixed(self) -> bool:
        """Whether no single vintage explains the series."""
        return bool(self.breaks)

    def require_single(self) -> None:
        """Raise VintageBreak at each change of vintage, with the false growth it would give."""
        if not self.breaks:
            return
        faults = []
        for b in self.breaks:
            known = self.series[self.series.index < b.period].dropna()
            before, after = known.iloc[-1], self.series[b.period]
            rate = f"{100 * (after / before - 1):+.1f} %" if before > 0 else "not defined"
            faults.append(
                Fault(
                    "growth across a change of vintage",
                    where=f"{known.index[-1]} to {b.period}",
                    got=f"{before:.10g} to {after:.10g}: {rate} is not growth",
                    expected="figures of one vintage",
                    next_step="take both figures from one publication",
                )
            )
        raise VintageBreak(faults)

    def __str__(self) -> str:
        lines = []
        for first, last, days in self.segments:
            lines.append(f"{first} to {last}: vintage {_dates(days)}")
        if len(self.unmatched):
            lines.append(f"in no vintage: {named(self.unmatched)}")
        return "\n".join(lines) or "no figures"


def mixed_vintages(series: pd.Series, table: VintageTable, *, decimals: int | None = None) -> VintageMatch:
    """Find where a series changes from one vintage to another.

    Parameters
    ----------
    series : Series
        Figures of unknown or doubtful vintage, in the unit of the table.
    table : VintageTable
        The vintages known.
    decimals : int, optional
        Decimals of the series; default as many as its figures show. Figures are compared at the coarser of
        the decimals of both, so that 11253.81 is 11253.8.

    Returns
    -------
    VintageMatch
        Pass `breaks` on to what computes growth, or call `require_single()`. Missing figures are passed
        over.

    Raises
    ------
    PeriodError
        If the index is no PeriodIndex of calendar years of the frequency of the table.
    CoverageError
        If the series and the table have no period in common.

    Notes
    -----
    A run lasts as long as one vintage gives every figure, from the earliest period on: the fewest changes
    that can explain the series. A figure that no vintage gives ends no run; it is listed in `unmatched`.

    Examples
    --------
    >>> table = VintageTable.from_long(pd.DataFrame({
    ...     "period": ["2016", "2017", "2016", "2017", "2018"],
    ...     "vintage": ["2018-01-01"] * 2 + ["2024-01-01"] * 3,
    ...     "value": [14776.8, 14944.53, 10427.0, 10922.0, 11253.8]}))
    >>> export = pd.Series([14776.8, 14944.53, 11253.81], pd.period_range("2016", periods=3, freq="Y"))
    >>> match = mixed_vintages(export, table)
    >>> print(match)
    2016 to 2017: vintage 2018-01-01
    2018 to 2018: vintage 2024-01-01
    >>> match.require_single()
    Traceback (most recent call last):
    cbs_analysis.errors.VintageBreak: growth across a change of vintage
        where:    2017 to 2018
        got:      14944.53 to 11253.81: -24.7 % is not growth
        expected: figures of one vintage
        next:     take both figures from one publication
    """
    require_periods(series, freq=table.frame.index.freqstr[0])
    if not len(series.index.intersection(table.frame.index)):
        raise CoverageError(
            Fault("no period of the series is in the table", got=str(series.index[:1].tolist()))
        )
    matches = _matches(series, table, decimals)
    known = ~np.isnan(to_array(series))
    runs: list[tuple[int, int, NDArray[np.bool_]]] = []
    for t in np.flatnonzero(known & matches.any(axis=1)).tolist():
        common = runs[-1][2] & matches[t] if runs else matches[t]
        if runs and common.any():
            runs[-1] = (runs[-1][0], t, common)
        else:
            runs.append((t, t, matches[t]))
    index, days = series.index, table.vintages
    segments = tuple((index[a], index[b], tuple(days[which])) for a, b, which in runs)
    breaks = tuple(
        Break(
            new[0],
            f"vintage {_dates(old[2])} before, {_dates(new[2])} from here",
            "match with known vintages",
        )
        for old, new in pairwise(segments)
    )
    unmatched = index[known & ~matches.any(axis=1)]
    return VintageMatch(series.copy(), pd.DataFrame(matches, index, days), segments, breaks, unmatched)
