"""Average growth over years, in percent: the level method, the accumulative method, geometric means."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CoverageError, Fault, ParameterError, SeriesError
from .frequency import (
    Across,
    Figures,
    Table,
    as_periods,
    crossing,
    earlier,
    like,
    named,
    percent,
    require_consecutive,
    require_periods,
    take_rows,
    to_array,
)

__all__ = [
    "accumulative_growth",
    "average_growth",
    "cagr",
    "mean_growth",
    "required_cagr",
    "two_year_average",
]

Array = NDArray[np.float64]


def cagr(first: Figures, last: Figures, years: float) -> Figures:
    """Average annual growth by the level method (水平法), in percent; the base year is excluded.

    Parameters
    ----------
    first, last : float, array, pandas.Series or pandas.DataFrame
        Levels of the base period and of the last one, any unit: numbers, or vectors of one shape with the
        same labels (one figure per region, say; any index).
    years : float
        Years between the two.

    Returns
    -------
    as `first` and `last`
        Percent; NaN where either level is not positive or missing, or `years` is not positive.

    Raises
    ------
    ParameterError
        If the labels differ.

    Notes
    -----
    ``100 * ((last / first) ** (1 / years) - 1)``: only the ends count, whatever happened between them.

    Examples
    --------
    >>> round(cagr(100, 118, 3), 3)
    5.672
    """
    labels = [x.axes for x in (first, last) if isinstance(x, pd.Series | pd.DataFrame)]
    if labels and (type(first) is not type(last) or not all(map(pd.Index.equals, *labels))):
        raise ParameterError(
            Fault(
                "first and last levels are not labelled alike",
                got=f"{type(first).__name__} and {type(last).__name__}",
                expected="two Series or two DataFrames with the same labels",
                next_step="take the two periods out of one DataFrame",
            )
        )
    start, end = to_array(first, what="first levels"), to_array(last, what="last levels")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        usable = (start > 0) & (end > 0) & (years > 0)
        factors = np.where(usable, end / start, np.nan) ** (1.0 / years if years > 0 else np.nan)
    return like(first if np.ndim(first) else last, percent(np.asarray(factors)))


def required_cagr(current: Figures, target: Figures, years_left: float) -> Figures:
    """Average annual growth still needed to reach `target`, in percent; vectors as in `cagr`.

    >>> round(required_cagr(118, 134, 2), 3)
    6.564
    """
    return cagr(current, target, years_left)


def two_year_average(x: Table, *, of: Literal["growth", "levels"] = "growth") -> Table:
    """Average yearly growth over two years (两年平均增速), as the bureau printed it beside growth in 2021.

    Parameters
    ----------
    x : pandas.Series or pandas.DataFrame
        With `of="growth"` year-on-year growth in percent; with `of="levels"` levels of one accounting basis.
    of : {"growth", "levels"}
        What `x` is. Published real growth is averaged as it is published.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Percent, labelled like `x`; NaN where one of the two growth rates (or the level two years before)
        is missing, or growth is below -100.

    Notes
    -----
    Geometric mean of the growth factors of the period and of the same period a year before,
    ``100 * (sqrt((1 + g[t]/100) * (1 + g[t - 1 year]/100)) - 1)``; from levels
    ``100 * (sqrt(x[t] / x[t - 2 years]) - 1)``.

    References
    ----------
    National Bureau of Statistics, 一季度国民经济开局良好, 16 April 2021, with 赵同录: 经济运行开局良好
    ("按2020年一季度、2021年一季度两年同比速度的几何平均值测算").

    Examples
    --------
    >>> growth = pd.Series([-6.8, 18.3], pd.PeriodIndex(["2020Q1", "2021Q1"], freq="Q"))
    >>> two_year_average(growth).round(1).tolist()
    [nan, 5.0]
    """
    year = require_periods(x)
    values = to_array(x, what=of)
    if of == "growth":
        values = 1.0 + values / 100.0
        factors = take_rows(values, earlier(x.index, year))
        # two negative factors have a positive product; growth below -100 % has no average
        factors[factors < 0] = np.nan
        factors *= values
    elif of == "levels":
        factors = take_rows(values, earlier(x.index, 2 * year))
        factors[factors <= 0] = np.nan
        np.divide(values, factors, out=factors)
    else:
        raise ParameterError(Fault("`of` is not known", got=str(of), expected="growth or levels"))
    factors[factors < 0] = np.nan
    return like(x, percent(np.sqrt(factors, out=factors)))


def mean_growth(rates: pd.Series | pd.DataFrame) -> float | pd.Series:
    """Geometric mean of growth rates in percent; NaN if any is missing, none is given or one is -100 or less.

    Parameters
    ----------
    rates : pandas.Series or pandas.DataFrame
        Growth in percent over consecutive periods of one length; any index.

    Returns
    -------
    float, or pandas.Series for a DataFrame (one figure per column)
        Percent per period.

    Notes
    -----
    ``100 * (product(1 + g/100) ** (1/n) - 1)``: the level method on the chain of the rates.

    Examples
    --------
    >>> round(mean_growth(pd.Series([8.1, 2.9])), 2)
    5.47
    """
    factors = 1.0 + to_array(rates, what="growth") / 100.0
    usable = (factors > 0).all(axis=0) & (len(factors) > 0)
    with np.errstate(invalid="ignore"):
        means = np.prod(factors, axis=0) ** (1.0 / max(len(factors), 1))
    growth = percent(np.where(usable, means, np.nan))
    return pd.Series(growth, rates.columns) if isinstance(rates, pd.DataFrame) else float(growth)


def average_growth(
    levels: pd.Series | pd.DataFrame,
    *,
    first: object = None,
    last: object = None,
    method: Literal["level", "accumulative"] = "level",
    breaks: object = (),
    across: Across = "raise",
) -> float | pd.Series:
    """Average annual growth of a series between two of its periods (年均增长).

    Parameters
    ----------
    levels : pandas.Series or pandas.DataFrame
        Levels of one accounting basis.
    first, last : period, optional
        Base period (itself excluded from growth) and last period; default the ends of the index. Quarters and
        months may be any distance apart: the exponent is the time between them in years.
    method : {"level", "accumulative"}
        水平法 from the two ends alone (`cagr`), or 累计法 from the sum of all years (`accumulative_growth`).
    breaks, across
        As in `yoy`.

    Returns
    -------
    float, or pandas.Series for a DataFrame (one figure per column)
        Percent; NaN where a level that is used is missing, and by the level method where one is not positive.

    Raises
    ------
    CoverageError
        If a period that was asked for is not in the index, or `first` is not before `last`.
    PeriodError, SeriesError, VintageBreak
        As in `yoy` and `accumulative_growth`.

    Examples
    --------
    >>> levels = pd.Series([100.0, 108.0, 118.0], pd.PeriodIndex(["2020", "2021", "2023"], freq="Y"))
    >>> round(average_growth(levels), 3)
    5.672
    """
    year = require_periods(levels)
    if method not in ("level", "accumulative"):
        got = str(method)
        raise ParameterError(Fault("`method` is not known", got=got, expected="level or accumulative"))
    ends = [as_periods(p, levels.index) for p in (first, last) if p is not None]
    base = ends[0][0] if first is not None else levels.index[:1].max()
    end = ends[-1][0] if last is not None else levels.index[-1:].max()
    rows = levels.index.get_indexer([base, end])
    if rows.min() < 0 or rows[0] >= rows[1]:
        raise CoverageError(
            Fault(
                "no two such periods in the series",
                got=f"{base} and {end}",
                expected="two periods of the index, the earlier one first",
            )
        )
    span = levels.iloc[rows[0] : rows[1] + 1]
    steps = end.ordinal - base.ordinal
    broken = crossing(span.index[-1:], steps, breaks, values=np.ones(1), across=across)
    if broken.any():
        return pd.Series(np.nan, levels.columns) if isinstance(levels, pd.DataFrame) else np.nan
    if method == "accumulative":
        return accumulative_growth(span)
    values = to_array(span.iloc[[0, -1]], what="levels")
    growth = cagr(values[0], values[1], steps / year)
    return pd.Series(growth, levels.columns) if isinstance(levels, pd.DataFrame) else float(growth)


def accumulative_growth(levels: pd.Series | pd.DataFrame) -> float | pd.Series:
    """Average annual growth by the accumulative method (累计法, 方程法), in percent.

    The constant growth that makes the same total over the years after the base year as there was.

    Parameters
    ----------
    levels : pandas.Series or pandas.DataFrame
        Yearly levels of consecutive years, the base year first; at least two years.

    Returns
    -------
    float, or pandas.Series for a DataFrame (one figure per column)
        Percent; NaN if any level is missing.

    Raises
    ------
    SeriesError
        If a base level is not positive, or the levels after it add up to less than zero: no such growth.
    CoverageError
        If years are missing inside the index, or there is none after the base year.
    PeriodError
        If the index is not yearly.

    Notes
    -----
    Solves ``sum((1 + g) ** i, i=1..n) = sum(x[i], i=1..n) / x[0]``. The left side rises from 0 without bound
    as ``1 + g`` rises from 0, so there is exactly one root; Newton's method started above it falls to it
    steadily because the left side is convex. It suits totals over a plan (investment, new jobs), the level
    method (`cagr`) what is reached at its end.

    Examples
    --------
    >>> levels = pd.Series([100.0, 110.0, 121.0], pd.period_range("2020", periods=3, freq="Y"))
    >>> round(accumulative_growth(levels), 6)
    10.0
    """
    require_periods(levels, freq="Y")
    require_consecutive(levels.index, what="the accumulative method cannot jump over a gap")
    if len(levels) < 2:
        got = f"{len(levels)} years"
        raise CoverageError(Fault("no year after the base year", got=got, expected="at least two years"))
    values = to_array(levels, what="levels")
    totals = values[1:].sum(axis=0)
    wrong = np.atleast_1d((values[0] <= 0) | (totals < 0))
    if wrong.any():
        columns = levels.columns[wrong] if isinstance(levels, pd.DataFrame) else ()
        raise SeriesError(
            Fault(
                "no growth rate gives this total",
                where=named(columns),
                got="a base level that is not positive, or a negative total after it",
                expected="positive levels",
                next_step="use differences instead of growth",
            )
        )
    growth = np.atleast_1d(_accumulative_root(np.atleast_1d(totals / values[0]), len(levels) - 1))
    growth = percent(growth)
    return pd.Series(growth, levels.columns) if isinstance(levels, pd.DataFrame) else float(growth[0])


def _accumulative_root(total: Array, n: int) -> Array:
    """The q >= 0 with q + q^2 + ... + q^n = total; NaN where total is NaN."""
    # each of these is at or above the root, from where Newton's steps on a convex function only fall
    q = np.minimum(np.minimum(total, total ** (1.0 / n)), np.maximum(1.0, total / n))
    for _ in range(100):  # about ten are needed
        value, slope = np.zeros_like(q), np.zeros_like(q)
        for _ in range(n):  # Horner: value <- (value + 1) q, with its derivative
            value += 1.0
            slope *= q
            slope += value
            value *= q
        step = (value - total) / slope
        q = q - step
        if not (np.abs(step) > 1e-15 * q).any():
            break
    return q
