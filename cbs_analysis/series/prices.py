"""Nominal and real, price indices and their bases: the price index is always passed by name.

An index with the previous year = 100 (上年=100) is a growth factor and deflates growth (`real_growth`); one
with a fixed base (定基) deflates levels (`deflate`). `chain` makes the second from the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError, PeriodError, SeriesError, VintageError
from .frequency import (
    Figures,
    Table,
    earlier,
    like,
    named,
    percent,
    places,
    require_periods,
    take_rows,
    to_array,
)
from .growth import yoy
from .index_numbers import chain, chain_same_period, rebase

__all__ = [
    "chain",
    "chain_same_period",
    "deflate",
    "implicit_deflator",
    "implicit_deflator_growth",
    "real_growth",
    "rebase",
    "reflate",
]

Array = NDArray[np.float64]


def _fitted(x: Figures, by: Figures, *, what: str, positive: bool = True) -> tuple[Array, Array]:
    """Both as arrays, `by` on the labels of `x`: a Series serves all columns of a DataFrame."""
    values, other = to_array(x), to_array(by, what=what)
    if positive and (other <= 0).any():
        raise SeriesError(
            Fault(
                f"{what} holds numbers that are not positive",
                where=places(by, other <= 0),
                expected="index numbers around 100",
                next_step="an index of 102 is written 102, its growth 2",
            )
        )
    if not isinstance(by, pd.Series | pd.DataFrame):
        if other.ndim and other.shape != values.shape:
            got = f"{other.shape} for {values.shape}"
            raise ParameterError(Fault(f"{what} does not fit the figures", got=got, expected="one shape"))
        return values, other
    if not isinstance(x, pd.Series | pd.DataFrame) or (
        isinstance(by, pd.DataFrame) and not (isinstance(x, pd.DataFrame) and x.columns.equals(by.columns))
    ):
        raise ParameterError(
            Fault(
                f"{what} does not fit the figures",
                got=f"{type(by).__name__} for a {type(x).__name__}",
                expected="one Series for all columns, or a DataFrame with the same columns",
            )
        )
    if not by.index.is_unique or type(by.index) is not type(x.index) or by.index.dtype != x.index.dtype:
        raise PeriodError(
            Fault(
                f"periods of {what} do not match",
                got=f"{by.index.dtype}" + ("" if by.index.is_unique else ", with repeated periods"),
                expected=f"{x.index.dtype}, each period once",
            )
        )
    if not by.index.equals(x.index):
        other = take_rows(other, by.index.get_indexer(x.index))
    return values, other[:, None] if values.ndim > other.ndim else other


def real_growth(nominal: Figures, *, by: Figures) -> Figures:
    """Real growth from nominal growth and a price index with the previous year = 100.

    Parameters
    ----------
    nominal : float, array, pandas.Series or pandas.DataFrame
        Nominal growth in percent, indexed by year.
    by : float, array, pandas.Series or pandas.DataFrame
        Price index of the same comparison (previous year = 100, or same period = 100). A Series serves all
        columns of a DataFrame. Rural and urban indices differ: pass the one that fits.

    Returns
    -------
    as `nominal`
        Percent; NaN where either is missing.

    Raises
    ------
    SeriesError
        If an index number is not positive.
    ParameterError, PeriodError
        If the labels of `by` do not fit those of `nominal`.

    Notes
    -----
    ``100 * ((1 + nominal/100) / (index/100) - 1)``, the bureau's 扣除价格因素. Where the bureau publishes
    real growth, take that.

    Examples
    --------
    >>> real_growth(pd.Series({2022: 5.0}), by=pd.Series({2022: 102.0})).round(1).tolist()
    [2.9]
    """
    values, prices = _fitted(nominal, by, what="price index")
    factors = (values + 100.0) / prices
    return like(nominal, percent(np.asarray(factors)))


def deflate(nominal: Figures, *, by: Figures, vintages: Sequence[object] | None = None) -> Figures:
    """Levels at the prices of the base of a price index, from levels at current prices.

    Parameters
    ----------
    nominal : float, array, pandas.Series or pandas.DataFrame
        Levels at current prices, any unit of money.
    by : float, array, pandas.Series or pandas.DataFrame
        Price index with a fixed base = 100, never previous year = 100. A Series serves all columns.
    vintages : pair, optional
        Publication of `nominal` and of `by`, as in `implicit_deflator`. A consumer price index is published
        on its own; an implicit deflator belongs to the vintage of the levels it was made from.

    Returns
    -------
    as `nominal`
        Levels at the prices of the base; NaN where either is missing.

    Raises
    ------
    SeriesError
        If an index number is not positive.
    VintageError
        If `vintages` are given and differ.
    ParameterError, PeriodError
        If the labels of `by` do not fit those of `nominal`.

    Notes
    -----
    ``nominal / (index / 100)``.

    Examples
    --------
    >>> years = pd.PeriodIndex(["2020", "2021"], freq="Y")
    >>> prices = pd.Series([100.0, 102.0], years)
    >>> deflate(pd.Series([50.0, 51.0], years), by=prices).tolist()
    [50.0, 50.0]
    """
    values, prices = _fitted(nominal, by, what="price index")
    _one_vintage(nominal, vintages)
    return like(nominal, 100.0 * values / prices)


def reflate(real: Figures, *, by: Figures, vintages: Sequence[object] | None = None) -> Figures:
    """Levels at current prices from levels at the prices of a base: the inverse of `deflate`.

    >>> years = pd.PeriodIndex(["2020", "2021"], freq="Y")
    >>> reflate(pd.Series([50.0, 50.0], years), by=pd.Series([100.0, 102.0], years)).tolist()
    [50.0, 51.0]
    """
    values, prices = _fitted(real, by, what="price index")
    _one_vintage(real, vintages)
    return like(real, values * prices / 100.0)


def implicit_deflator(nominal: Table, real: Table, *, vintages: Sequence[object] | None = None) -> Table:
    """Implicit deflator: levels at current prices over levels at constant prices, base year = 100.

    Parameters
    ----------
    nominal, real : pandas.Series or pandas.DataFrame
        Levels in one unit; `real` at the prices of its base year. Labels of `nominal` hold.
    vintages : pair, optional
        Publication of `nominal` and of `real`: a label each, or a Series of labels per period. Where they
        differ the quotient is no price.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Index numbers, base of `real` = 100; NaN where either is missing.

    Raises
    ------
    VintageError
        If the two come from different publications.
    SeriesError
        If a level is not positive.

    Notes
    -----
    ``100 * nominal / real``.

    Examples
    --------
    >>> years = pd.PeriodIndex(["2020", "2021"], freq="Y")
    >>> nominal, real = pd.Series([100.0, 112.0], years), pd.Series([100.0, 107.0], years)
    >>> implicit_deflator(nominal, real).round(1).tolist()
    [100.0, 104.7]
    """
    require_periods(nominal)
    values, constant = _fitted(nominal, real, what="levels at constant prices")
    _one_vintage(nominal, vintages)
    return like(nominal, 100.0 * values / constant)


def implicit_deflator_growth(
    nominal: Table,
    growth: Table,
    *,
    of: Literal["levels", "growth"],
    vintages: Sequence[object] | None = None,
) -> Table:
    """Growth of the implicit deflator from nominal figures and published real growth.

    Parameters
    ----------
    nominal : pandas.Series or pandas.DataFrame
        Levels at current prices or their growth in percent over the same period of the year before.
    growth : pandas.Series or pandas.DataFrame
        Published real growth in percent over the same period of the year before. Its labels must be those of
        `nominal`; a Series serves all columns.
    of : {"levels", "growth"}
        What `nominal` is.
    vintages : pair, optional
        Publication of `nominal` and of `growth`: a label each, or a Series of labels per period. From levels
        three figures meet: both levels and the growth must come from one publication.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Percent, labelled like `nominal`; NaN where a figure is missing.

    Raises
    ------
    VintageError
        If they come from different publications: levels of a census revision with the growth printed before
        it make a price change that never was.

    Notes
    -----
    ``100 * ((1 + nominal growth/100) / (1 + real growth/100) - 1)``.

    Examples
    --------
    >>> year = pd.PeriodIndex(["2022"], freq="Y")
    >>> nominal, real = pd.Series([5.0], year), pd.Series([3.0], year)
    >>> implicit_deflator_growth(nominal, real, of="growth").round(2).tolist()
    [1.94]
    """
    per_year = require_periods(nominal)
    if of not in ("levels", "growth"):
        raise ParameterError(Fault("`of` is not known", got=str(of), expected="levels or growth"))
    _one_vintage(nominal, vintages, per_year if of == "levels" else 0)
    rates = yoy(nominal) if of == "levels" else nominal
    values, real = _fitted(rates, growth, what="real growth", positive=False)
    factors = (100.0 + values) / np.where(real > -100.0, 100.0 + real, np.nan)
    return like(nominal, percent(factors))


def _one_vintage(x: object, vintages: Sequence[object] | None, steps: int = 0) -> None:
    """Refuse periods whose figures, and those of `steps` periods before, have several publications."""
    if vintages is None:
        return
    if isinstance(vintages, str) or len(vintages) != 2:
        raise ParameterError(
            Fault("`vintages` is no pair", got=str(vintages), expected="one label or Series for each input")
        )
    index = x.index if isinstance(x, pd.Series | pd.DataFrame) else pd.RangeIndex(1)
    first, second = (
        v.reindex(index) if isinstance(v, pd.Series) else pd.Series([v] * len(index), index) for v in vintages
    )
    mixed = (first != second).to_numpy(dtype=bool)
    if steps:
        rows = earlier(index, steps)
        before = first.to_numpy()[np.maximum(rows, 0)]
        mixed = (rows >= 0) & (mixed | (first.to_numpy() != before))
    if mixed.any():
        raise VintageError(
            Fault(
                "figures of different publications would be divided",
                where=named(index[mixed]),
                expected="one publication for all figures of a period and of the one it is compared with",
                next_step="take nominal levels and real growth from one publication",
            )
        )
