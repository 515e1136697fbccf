"""Growth in percent (5.6, never 0.056), and the growth a target still needs.

An index of 105.6 with the previous year = 100 (发展速度) is not a growth of 105.6 but of 5.6 (增长速度).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError, SeriesError
from .averages import cagr, mean_growth, required_cagr
from .frequency import (
    Across,
    Figures,
    Table,
    crossing,
    earlier,
    like,
    percent,
    periods_per_year,
    require_consecutive,
    require_periods,
    take_rows,
    to_array,
)

__all__ = [
    "annualised",
    "cagr",
    "chain_growth",
    "growth_from_index",
    "index_from_growth",
    "mean_growth",
    "mom",
    "qoq",
    "required_cagr",
    "yoy",
]

Array = NDArray[np.float64]
IndexBase = Literal["previous_year", "same_period", "previous_period", "fixed"]


def _growth(levels: Table, steps: int, breaks: object, across: Across) -> Table:
    """Growth over `steps` periods; NaN where the earlier level is not positive or either is missing."""
    values = to_array(levels, what="levels")
    factors = take_rows(values, earlier(levels.index, steps))
    none = factors <= 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        np.divide(values, factors, out=factors)
    factors[none] = np.nan
    factors[crossing(levels.index, steps, breaks, values=factors, across=across)] = np.nan
    return like(levels, percent(factors))


def yoy(levels: Table, *, breaks: object = (), across: Across = "raise") -> Table:
    """Growth over the same period of the year before (同比).

    Parameters
    ----------
    levels : pandas.Series or pandas.DataFrame
        Levels of one accounting basis with a yearly, quarterly or monthly PeriodIndex, any unit.
        Gaps are allowed. Cumulative levels give the growth of the cumulative figure.
    breaks : period or iterable of periods, optional
        First periods of a new definition: growth from before such a period to it or later is no growth.
    across : {"raise", "missing"}
        What becomes of growth across a break: refused, or NaN.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Percent, labelled like `levels`. NaN where either period is missing or the earlier level is
        not positive: a gap is never bridged.

    Raises
    ------
    PeriodError
        If the index is no such PeriodIndex, repeats a period or is not in order.
    SeriesError
        If `levels` holds no numbers, or infinite ones.
    VintageBreak
        If growth spans a break and `across` is "raise".

    Notes
    -----
    ``100 * (x[t] / x[t - 1 year] - 1)``. Both figures must come from one publication: growth across
    a revision is not growth. Real growth as the bureau publishes it is measured at constant prices; it is
    not the growth of levels at current prices.

    Examples
    --------
    >>> levels = pd.Series([100.0, 106.0, 118.0], pd.PeriodIndex(["2020", "2021", "2023"], freq="Y"))
    >>> yoy(levels).round(1).tolist()
    [nan, 6.0, nan]
    """
    return _growth(levels, require_periods(levels), breaks, across)


def qoq(levels: Table, *, breaks: object = (), across: Across = "raise") -> Table:
    """Growth over the quarter before (环比); as `yoy` otherwise.

    The levels must be single quarters (not cumulative) and seasonally adjusted, or the growth is mostly
    season. `annualised` turns it into a yearly rate.

    >>> qoq(pd.Series([100.0, 102.0], pd.period_range("2021Q1", periods=2, freq="Q"))).round(1).tolist()
    [nan, 2.0]
    """
    require_periods(levels, freq="Q")
    return _growth(levels, 1, breaks, across)


def mom(levels: Table, *, breaks: object = (), across: Across = "raise") -> Table:
    """Growth over the month before (环比); as `qoq` otherwise.

    >>> mom(pd.Series([100.0, 99.5], pd.period_range("2021-12", periods=2, freq="M"))).round(1).tolist()
    [nan, -0.5]
    """
    require_periods(levels, freq="M")
    return _growth(levels, 1, breaks, across)


def annualised(rates: Figures, *, periods: int | None = None) -> Figures:
    """Yearly rate of growth that a rate over one period makes when it lasts a year (折年率).

    Parameters
    ----------
    rates : float, array, pandas.Series or pandas.DataFrame
        Growth over the period before in percent, such as that of `qoq`. Not year-on-year growth.
    periods : int, optional
        Periods in a year; taken from the index of a Series or DataFrame when left out.

    Returns
    -------
    as `rates`
        Percent; NaN where missing or below -100.

    Raises
    ------
    ParameterError
        If `periods` is not given for plain numbers, or is not positive.

    Notes
    -----
    ``100 * ((1 + r/100) ** periods - 1)``.

    Examples
    --------
    >>> round(annualised(0.6, periods=4), 2)
    2.42
    """
    if periods is None:
        if not isinstance(rates, pd.Series | pd.DataFrame):
            raise ParameterError(
                Fault(
                    "plain numbers do not say how many periods make a year",
                    expected="periods=4 for quarters, 12 for months",
                )
            )
        periods = periods_per_year(rates.index)
    if periods < 1:
        raise ParameterError(Fault("`periods` is not positive", got=str(periods), expected="1, 4 or 12"))
    factors = 1.0 + to_array(rates, what="growth") / 100.0
    with np.errstate(over="ignore"):
        return like(rates, percent(np.where(factors < 0, np.nan, factors) ** periods))


def chain_growth(rates: Table) -> Table:
    """Chain yearly growth rates to a cumulative index, base year = 100.

    Parameters
    ----------
    rates : pandas.Series or pandas.DataFrame
        Percent growth with a yearly PeriodIndex of consecutive years; the base is the year before.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Index levels from the base year (100) on; NaN from the first missing rate onwards.

    Raises
    ------
    CoverageError
        If years are missing inside the index: a chain across a gap would be invented.
    PeriodError
        If the index is not yearly, repeats a year or is not in order.

    Examples
    --------
    >>> rates = pd.Series([8.1, 2.9], pd.PeriodIndex(["2021", "2022"], freq="Y"))
    >>> chain_growth(rates).round(2).tolist()
    [100.0, 108.1, 111.23]
    """
    require_periods(rates, freq="Y")
    if rates.empty:
        return rates.astype(float)
    require_consecutive(rates.index, what="growth rates cannot be chained across a gap")
    values: Array = to_array(rates, what="growth")
    levels = np.full_like(values, 100.0, shape=(len(values) + 1, *values.shape[1:]))
    levels[1:] *= np.cumprod(1.0 + values / 100.0, axis=0)
    return like(rates, levels, index=pd.period_range(rates.index[0] - 1, rates.index[-1], freq="Y"))


def growth_from_index(index: Table, *, base: IndexBase) -> Table:
    """Growth in percent from index numbers.

    Parameters
    ----------
    index : pandas.Series or pandas.DataFrame
        Index numbers, positive, written around 100.
    base : {"previous_year", "same_period", "previous_period", "fixed"}
        What equals 100: the year before (上年=100, yearly series only), the same period of the year before
        (上年同期=100), the period before (上月=100), or one fixed period (定基).

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Percent, labelled like `index`: growth over the period that equals 100; for a fixed base year-on-year
        growth, which loses its first year.

    Raises
    ------
    SeriesError
        If an index number is not positive: it is a growth rate already.

    Notes
    -----
    ``index - 100``, for a fixed base `yoy`.

    Examples
    --------
    >>> prices = pd.Series([100.9, 102.0], pd.PeriodIndex(["2021", "2022"], freq="Y"))
    >>> growth_from_index(prices, base="previous_year").round(1).tolist()
    [0.9, 2.0]
    """
    _check_base(index, base)
    values = to_array(index, what="index")
    if (values <= 0).any():
        raise SeriesError(
            Fault(
                "index holds numbers that are not positive",
                got=f"lowest {np.nanmin(values):g}",
                expected="105.6 for a growth of 5.6 %",
                next_step="if these are growth rates, use them as they are",
            )
        )
    return yoy(index) if base == "fixed" else like(index, values - 100.0)


def index_from_growth(rates: Table, *, base: IndexBase) -> Table:
    """Index numbers from growth in percent; the inverse of `growth_from_index`.

    ``rates + 100``, or for a fixed base the chain of yearly rates (`chain_growth`, the year before the first
    = 100; quarters and months need a base year, see `chain_same_period`). NaN stays NaN.

    >>> index_from_growth(pd.Series([5.6], pd.PeriodIndex(["2021"], freq="Y")), base="previous_year").tolist()
    [105.6]
    """
    _check_base(rates, base)
    return chain_growth(rates) if base == "fixed" else like(rates, to_array(rates, what="growth") + 100.0)


def _check_base(x: pd.Series | pd.DataFrame, base: IndexBase) -> None:
    bases = ("previous_year", "same_period", "previous_period", "fixed")
    if base not in bases:
        raise ParameterError(Fault("`base` is not known", got=str(base), expected=", ".join(bases)))
    require_periods(x, freq="Y" if base == "previous_year" else None)
