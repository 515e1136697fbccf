"""Growth rates in percent (5.6, never 0.056), and the growth a target still needs."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ..errors import CoverageError, Fault, PeriodError

__all__ = ["cagr", "chain_growth", "mean_growth", "required_cagr", "yoy"]

_PER_YEAR = {"Y": 1, "Q": 4, "M": 12}


def _periods_per_year(index: pd.Index) -> int:
    freq = index.freqstr[0] if isinstance(index, pd.PeriodIndex) else ""
    if freq not in _PER_YEAR:
        raise PeriodError(
            Fault(
                "series has no yearly, quarterly or monthly PeriodIndex",
                got=type(index).__name__,
                expected='pandas.PeriodIndex with freq "Y", "Q" or "M"',
                next_step="use `wide(observations, freq=...)`, or `pd.PeriodIndex(years, freq='Y')`",
            )
        )
    return _PER_YEAR[freq]


def yoy(levels: pd.Series) -> pd.Series:
    """Growth over the same period of the year before.

    Parameters
    ----------
    levels : pandas.Series
        Levels of one accounting basis with a yearly, quarterly or monthly PeriodIndex, any unit.
        Gaps are allowed.

    Returns
    -------
    pandas.Series
        Percent, indexed like `levels`. NaN where either period is missing or the earlier level is
        not positive: a gap is never bridged.

    Raises
    ------
    PeriodError
        If the index is no such PeriodIndex.

    Notes
    -----
    ``100 * (x[t] / x[t - 1 year] - 1)``. Both figures must come from one publication: growth across
    a revision is not growth.

    Examples
    --------
    >>> levels = pd.Series([100.0, 106.0, 118.0], pd.PeriodIndex(["2020", "2021", "2023"], freq="Y"))
    >>> yoy(levels).round(1).tolist()
    [nan, 6.0, nan]
    """
    shift = _periods_per_year(levels.index)
    before = pd.Series(levels.to_numpy(), index=levels.index + shift).reindex(levels.index)
    return 100.0 * (levels / before.where(before > 0) - 1.0)


def cagr(first: float, last: float, years: float) -> float:
    """Average annual growth by the level method (水平法), in percent; the base year is excluded.

    Returns NaN when either level is not positive or missing, or `years` is not positive.

    >>> round(cagr(100, 118, 3), 3)
    5.672
    """
    if not (first > 0 and last > 0 and years > 0):
        return math.nan
    return 100.0 * ((last / first) ** (1.0 / years) - 1.0)


def required_cagr(current: float, target: float, years_left: float) -> float:
    """Average annual growth still needed to reach `target`, in percent.

    >>> round(required_cagr(118, 134, 2), 3)
    6.564
    """
    return cagr(current, target, years_left)


def chain_growth(rates: pd.Series) -> pd.Series:
    """Chain yearly growth rates to a cumulative index, base year = 100.

    Parameters
    ----------
    rates : pandas.Series
        Percent growth with a yearly PeriodIndex of consecutive years; the base is the year before.

    Returns
    -------
    pandas.Series
        Index levels from the base year (100) on; NaN from the first missing rate onwards.

    Raises
    ------
    CoverageError
        If years are missing inside the index: a chain across a gap would be invented.
    PeriodError
        If the index is not yearly.

    Examples
    --------
    >>> rates = pd.Series([8.1, 2.9], pd.PeriodIndex(["2021", "2022"], freq="Y"))
    >>> chain_growth(rates).round(2).tolist()
    [100.0, 108.1, 111.23]
    """
    if _periods_per_year(rates.index) != 1:
        raise PeriodError(Fault("growth rates are not yearly", got=rates.index.freqstr, expected="Y"))
    if rates.empty:
        return rates.astype(float)
    expected = pd.period_range(rates.index[0], rates.index[-1], freq="Y")
    if not rates.index.equals(expected):
        missing = ", ".join(str(p) for p in expected.difference(rates.index))
        raise CoverageError(
            Fault(
                "growth rates cannot be chained across a gap",
                got=f"{len(rates)} rates from {rates.index[0]} to {rates.index[-1]}",
                expected="each year once, in order",
                next_step=f"supply {missing or 'the years in order'}, or start after the gap",
            )
        )
    factors = np.cumprod(1.0 + rates.to_numpy(dtype=float) / 100.0)
    index = pd.period_range(rates.index[0] - 1, rates.index[-1], freq="Y")
    return pd.Series(100.0 * np.concatenate([[1.0], factors]), index=index)


def mean_growth(rates: pd.Series) -> float:
    """Geometric mean of growth rates in percent; NaN if any is missing or none is given.

    >>> round(mean_growth(pd.Series([8.1, 2.9])), 2)
    5.47
    """
    factors = 1.0 + rates.to_numpy(dtype=float) / 100.0
    if factors.size == 0 or not np.all(factors > 0):
        return math.nan
    return 100.0 * (float(np.prod(factors)) ** (1.0 / factors.size) - 1.0)
