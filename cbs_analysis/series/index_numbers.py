"""Index numbers with a fixed base (定基): another base, and chains of index numbers with a moving base.

An index with the previous year = 100 (上年=100) compares each year with the one before; a chain of them
compares all years with one.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CoverageError, Fault, ParameterError, SeriesError
from .frequency import (
    Table,
    as_periods,
    blocks,
    like,
    places,
    require_consecutive,
    require_periods,
    to_array,
)

__all__ = ["chain", "chain_same_period", "rebase"]

Array = NDArray[np.float64]


def rebase(x: Table, *, to: object) -> Table:
    """Index numbers with another base (换基期); growth stays the same.

    Parameters
    ----------
    x : pandas.Series or pandas.DataFrame
        Index numbers with a fixed base, or levels.
    to : period
        What becomes 100: a period of the index, or a year of a quarterly or monthly series, then the mean
        of all its periods.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Labelled like `x`; a column is NaN where its base is.

    Raises
    ------
    CoverageError
        If the base is not in the index, or a base year is incomplete.
    SeriesError
        If a base figure is not positive.

    Notes
    -----
    ``100 * x[t] / x[base]``.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=3, freq="Y")
    >>> rebase(pd.Series([100.0, 110.0, 121.0], years), to="2021").round(2).tolist()
    [90.91, 100.0, 110.0]
    """
    per_year = require_periods(x)
    values = to_array(x)
    period = to if isinstance(to, pd.Period) else pd.Period(str(to))
    size = per_year if per_year > 1 and period.freqstr.startswith("Y") else 1
    start = as_periods(period, x.index)[0].ordinal
    rows = np.flatnonzero((x.index.asi8 >= start) & (x.index.asi8 < start + size))
    if len(rows) < size:
        raise CoverageError(
            Fault(
                "the base is not in the series",
                got=f"{len(rows)} of {size} periods of {period}",
                expected="all periods of the base",
                next_step="choose a base inside the series",
            )
        )
    base = values[rows].sum(axis=0) / size
    if (np.asarray(base) <= 0).any():
        raise SeriesError(Fault("the base figure is not positive", where=str(period), expected="above 0"))
    return like(x, values * (100.0 / base))


def chain(
    links: Table, *, to: object, of: Literal["previous_year", "previous_period"] = "previous_year"
) -> Table:
    """Fixed-base index from index numbers of which each compares with the period before.

    Parameters
    ----------
    links : pandas.Series or pandas.DataFrame
        Index numbers of consecutive periods: yearly with the previous year = 100 (上年=100), or monthly or
        quarterly with the previous period = 100 (上月=100).
    to : period
        The base, = 100: any period of `links`, or the one before the first.
    of : {"previous_year", "previous_period"}
        What equals 100 in `links`. Say "previous_period" for months and quarters, so that year-on-year index
        numbers are not chained month by month; for these see `chain_same_period`.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Index numbers from one period before the first to the last, the base = 100, linked forwards and
        backwards from it; NaN beyond a missing link, away from the base.

    Raises
    ------
    CoverageError
        If periods are missing inside the index, or the base is outside it.
    SeriesError
        If a link is not positive.
    PeriodError
        If `of` is "previous_year" and the index is not yearly.

    Notes
    -----
    ``index[t] = index[t - 1] * link[t] / 100`` after the base, ``index[t - 1] = index[t] / (link[t] / 100)``
    before it. Links rounded to one decimal carry an error of up to 0.05 % each.

    Examples
    --------
    >>> prices = pd.Series([100.9, 102.0, 100.2], pd.period_range("2021", periods=3, freq="Y"))
    >>> chain(prices, to="2020").round(1).tolist()
    [100.0, 100.9, 102.9, 103.1]
    """
    if of not in ("previous_year", "previous_period"):
        got = str(of)
        raise ParameterError(Fault("`of` is not known", got=got, expected="previous_year or previous_period"))
    require_periods(links, freq="Y" if of == "previous_year" else None)
    values = _check_links(links)
    base = as_periods(to, links.index)[0]
    row = base.ordinal - links.index[0].ordinal + 1 if len(links) else -1
    if not 0 <= row <= len(links):
        raise CoverageError(
            Fault(
                "the base is outside the chain",
                got=str(base),
                expected=f"from {links.index[0] - 1} to {links.index[-1]}" if len(links) else "some links",
            )
        )
    index = pd.period_range(links.index[0] - 1, links.index[-1], freq=links.index.freq)
    return like(links, _linked(values, row), index=index)


def chain_same_period(links: Table, *, base: Table) -> Table:
    """Fixed-base monthly or quarterly index from index numbers with the same period of last year = 100.

    Year-on-year index numbers say nothing of how the months of one year compare: that must be given.

    Parameters
    ----------
    links : pandas.Series or pandas.DataFrame
        Index numbers of consecutive months or quarters, same period of the year before = 100 (上年同月=100).
    base : pandas.Series or pandas.DataFrame
        Fixed-base index numbers of all periods of one year, such as those chained from 上月=100. The year
        must touch the links: from the year before the first link to the year of the last.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Index numbers on the base of `base`, from its first year or a year before the first link to the last
        link; NaN beyond a missing link.

    Raises
    ------
    CoverageError
        If `base` is not one whole year within reach, or periods are missing inside `links`.
    SeriesError
        If an index number is not positive.
    ParameterError
        If `base` is of another type or has other columns than `links`.

    Notes
    -----
    ``index[t] = index[t - 1 year] * link[t] / 100``, forwards and backwards, each month on its own.

    Examples
    --------
    >>> links = pd.Series([102.0] * 4, pd.period_range("2021Q1", periods=4, freq="Q"))
    >>> base = pd.Series([99.0, 100.0, 100.0, 101.0], pd.period_range("2020Q1", periods=4, freq="Q"))
    >>> chain_same_period(links, base=base).iloc[4:].round(2).tolist()
    [100.98, 102.0, 102.0, 103.02]
    """
    per_year = require_periods(links, freq="QM")
    require_periods(base, freq=links.index.freqstr[0])
    values, given = _check_links(links), _check_links(base)
    if type(base) is not type(links) or (
        isinstance(links, pd.DataFrame) and not links.columns.equals(base.columns)
    ):
        raise ParameterError(
            Fault("base does not fit the links", expected="the same type and the same columns")
        )
    if len(base) != per_year or base.index[0].ordinal % per_year or not len(links):
        raise CoverageError(
            Fault(
                "the base is not one whole year",
                got=f"{len(base)} periods",
                expected=f"the {per_year} periods of one year",
                next_step="year-on-year index numbers alone make no fixed-base index",
            )
        )
    first = (links.index[0].ordinal // per_year - 1) * per_year
    index = pd.period_range(
        pd.Period(ordinal=first, freq=links.index.freq), links.index[-1], freq=links.index.freq
    )
    year = base.index[0].ordinal
    if not first <= year <= links.index[-1].ordinal:
        raise CoverageError(
            Fault(
                "the base year does not touch the links",
                got=f"{base.index[0].year}",
                expected=f"from {index[0].year} to {index[-1].year}",
            )
        )
    folded, _ = blocks(values, links.index, per_year)
    row = (year - first) // per_year
    levels = _linked(folded, row) * (given / 100.0)
    return like(links, levels.reshape(-1, *values.shape[1:])[: len(index)], index=index)


def _linked(links: Array, row: int) -> Array:
    """Levels from links on the row before, 100 at `row` of the result, which begins one row earlier."""
    factors = links / 100.0
    levels = np.full_like(factors, 100.0, shape=(len(factors) + 1, *factors.shape[1:]))
    levels[row + 1 :] *= np.cumprod(factors[row:], axis=0)
    levels[:row] /= np.cumprod(factors[:row][::-1], axis=0)[::-1]
    return levels


def _check_links(links: pd.Series | pd.DataFrame) -> Array:
    require_consecutive(links.index, what="index numbers cannot be chained across a gap")
    values = to_array(links, what="index")
    if (values <= 0).any():
        raise SeriesError(
            Fault(
                "index holds numbers that are not positive",
                where=places(links, values <= 0),
                expected="105.6 for a growth of 5.6 %",
                next_step="if these are growth rates, use index_from_growth()",
            )
        )
    return values
