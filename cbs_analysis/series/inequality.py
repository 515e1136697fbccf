"""Inequality between persons or groups: ratio, gap, Gini, Theil, Atkinson.

Figures come as one distribution (a Series or an array), as a table (rows = time, columns = groups) or as a
panel of regions whose columns have two levels, one of them the groups (`over`). From group means alone each
measure is a lower bound: it does not see the inequality inside a group.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import combinations
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CoverageError, Fault, ParameterError, SeriesError
from .frequency import Table, like, places, to_array

__all__ = ["Measure", "atkinson", "gap", "gini", "ratio", "theil_l", "theil_t"]

Array = NDArray[np.float64]
Measure = Literal["theil_t", "theil_l"]
_FEW_GROUPS = 6


def ratio(urban: Table, rural: Table) -> Table:
    """Urban income as a multiple of rural income (城乡收入比, rural = 1).

    Parameters
    ----------
    urban, rural : pandas.Series or pandas.DataFrame
        Income per head of both, in the same unit and prices, with any index; for panels the same columns.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        On the union of both indices; NaN where either is missing or rural income is not positive.

    Raises
    ------
    SeriesError
        If a figure is no number, or infinite.

    Notes
    -----
    ``urban / rural``. It may fall while the amount between them (`gap`) widens.

    Examples
    --------
    >>> ratio(pd.Series({2020: 43834.0}), pd.Series({2020: 17131.0})).round(2).tolist()
    [2.56]
    """
    above, below, labels = _both(urban, rural)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = above / below
    values[below <= 0] = np.nan
    return like(labels, values)


def gap(urban: Table, rural: Table) -> Table:
    """Absolute gap between urban and rural income, in the unit of the inputs.

    Shapes, index and missing values as in `ratio`, but incomes may be zero or negative. ``urban - rural``:
    it often widens while the ratio falls, so show both.

    >>> gap(pd.Series({2020: 43834.0}), pd.Series({2020: 17131.0})).tolist()
    [26703.0]
    """
    above, below, labels = _both(urban, rural)
    return like(labels, above - below)


def _both(urban: Table, rural: Table) -> tuple[Array, Array, Table]:
    """Figures of both on the union of their periods, and an object with its labels."""
    if isinstance(urban, pd.DataFrame) and not urban.columns.equals(rural.columns):
        raise CoverageError(
            Fault("urban and rural have different columns", next_step="select the common columns first")
        )
    if not urban.index.equals(rural.index):
        urban, rural = urban.align(rural, axis=0)
    return to_array(urban, what="urban"), to_array(rural, what="rural"), urban


def _folded(x: Any, over: Hashable | None) -> tuple[Array, NDArray[np.intp] | None, list[pd.Index]]:
    """Figures with the groups on the first axis, the columns in that order, labels of the other axes."""
    values = to_array(x, what="distribution")
    if over is None:
        return np.ascontiguousarray(values.T), None, [x.index] if isinstance(x, pd.DataFrame) else []
    names = list(x.columns.names) if isinstance(x, pd.DataFrame) else []
    if over not in names or len(names) != 2:
        raise ParameterError(
            Fault("`over` names no level of two column levels", got=str(over), expected=f"one of {names}")
        )
    group, groups = pd.factorize(x.columns.get_level_values(over))
    others = x.columns.droplevel(over)
    region, regions = pd.factorize(others)
    if len(groups) * len(regions) != x.shape[1] or not x.columns.is_unique:
        raise CoverageError(
            Fault(
                "regions do not all have the same groups",
                got=f"{x.shape[1]} columns of {len(regions)} regions and {len(groups)} groups",
                expected="each group once in each region",
                next_step="add the missing columns as NaN",
            )
        )
    order = np.argsort(group * len(regions) + region, kind="stable")
    return _by_group(values, order, len(groups)), order, [x.index, regions.rename(others.name)]


def _by_group(values: Array, order: NDArray[np.intp], groups: int) -> Array:
    """Columns sorted by group and region as (group, time, region), or (group, region) without time."""
    if values.ndim == 1:
        return values[order].reshape(groups, -1)
    return np.stack([values[:, part] for part in order.reshape(groups, -1)])


def distribution(
    x: Any, population: Any, over: Hashable | None
) -> tuple[Array, Array | None, list[pd.Index]]:
    """Incomes and population shares (None: equal) with groups on the first axis, checked."""
    y, order, axes = _folded(x, over)
    if np.ndim(x) == 0 or not len(y):
        raise CoverageError(
            Fault("no incomes", got=f"shape {np.shape(x)}", expected="at least one person or group")
        )
    faults = [Fault("incomes are negative", where=places(x, to_array(x) < 0))] if (y < 0).any() else []
    if population is None:
        if faults:
            raise SeriesError(faults)
        return y, None, axes
    p = to_array(population, what="population")
    if isinstance(x, pd.Series | pd.DataFrame) and isinstance(population, pd.Series | pd.DataFrame):
        groups = [t.columns if isinstance(t, pd.DataFrame) else t.index for t in (x, population)]
        fits = groups[0].equals(groups[1]) and (p.ndim == 1 or p.shape == x.shape)
        fits = fits and (p.ndim == 1 or population.index.equals(x.index))
    else:
        fits = p.shape in (np.shape(x), np.shape(x)[-1:])
    if not fits:
        raise CoverageError(
            Fault("population has other labels than the incomes", expected="the same periods and groups")
        )
    if (p < 0).any():
        faults.append(Fault("population is negative", where=places(population, p < 0)))
    if faults:
        raise SeriesError(faults)
    p = np.ascontiguousarray(p.T) if order is None else _by_group(p, order, len(y))
    if p.ndim < y.ndim:  # the same population at all times
        p = p[:, None]
    with np.errstate(invalid="ignore"):
        return y, p / p.sum(axis=0), axes


def labelled(values: Array, axes: list[pd.Index]) -> Any:
    """A number, an array or a Series by time, or a DataFrame by time and region."""
    if not axes:
        return values if values.ndim else float(values)
    return pd.Series(values, axes[0]) if len(axes) == 1 else pd.DataFrame(values, *axes, copy=False)


def weighted(terms: Array, p: Array | None) -> Array:
    """Population-weighted sum over the groups."""
    return terms.mean(axis=0) if p is None else (terms * p).sum(axis=0)


def relative(y: Array, p: Array | None) -> Array:
    """Incomes as multiples of the mean; NaN where the mean is not positive."""
    mean = weighted(y, p)
    return y / np.where(mean > 0, mean, np.nan)


def _gini(y: Array, p: Array | None) -> Array:
    if len(y) <= _FEW_GROUPS:  # all pairs: faster than sorting
        share = np.full(len(y), 1 / len(y)) if p is None else np.broadcast_to(p, y.shape)
        r = relative(y, p)
        pairs = combinations(range(len(y)), 2)
        return sum((share[i] * share[j] * np.abs(r[i] - r[j]) for i, j in pairs), 0.0 * r[0])
    if p is None:
        y = np.sort(y, axis=0)  # NaN last: it makes the mean, and so all of it, NaN
        ranks = (np.arange(1, len(y) + 1) - (len(y) + 1) / 2) * (2 / len(y))
        return weighted(relative(y, None) * ranks.reshape(-1, *[1] * (y.ndim - 1)), None)
    order = np.argsort(y, axis=0)
    y = np.take_along_axis(y, order, axis=0)
    p = np.take_along_axis(np.broadcast_to(p, y.shape), order, axis=0)
    return weighted(relative(y, p) * (2 * np.cumsum(p, axis=0) - p - 1), p)


def _theil_t(y: Array, p: Array | None) -> Array:
    r = relative(y, p)
    return weighted(r * np.log(np.where(r == 0, 1.0, r)), p)


def _theil_l(y: Array, p: Array | None) -> Array:
    r = relative(y, p)
    if p is not None:
        r = np.where(p == 0, 1.0, r)  # a group without people
    return weighted(-np.log(np.where(r == 0, np.nan, r)), p)


def measure_of(name: str) -> Callable[[Array, Array | None], Array]:
    """The function of incomes and population shares behind the name of a measure."""
    measures = {"theil_t": _theil_t, "theil_l": _theil_l}
    if name not in measures:
        raise ParameterError(Fault("measure is not known", got=str(name), expected="theil_t or theil_l"))
    return measures[name]


def gini(x: Any, *, population: Any = None, over: Hashable | None = None, unbiased: bool = False) -> Any:
    """Gini coefficient, 0 (all equal) to 1.

    Parameters
    ----------
    x : array, Series or DataFrame
        Non-negative incomes: of persons (no `population`) or group means, same unit and prices. A DataFrame
        has rows = time and columns = persons or groups.
    population : array, Series or DataFrame, optional
        Persons or population shares of the groups, any scale, labelled like `x`; a Series for a DataFrame
        is the same at all times.
    over : label, optional
        For a panel: the column level of the groups; the other level becomes the columns of the result.
    unbiased : bool
        Multiply by n / (n - 1), for a sample of n persons; not with `population`.

    Returns
    -------
    float, array, Series or DataFrame
        By time, and by region with `over`. NaN where a figure is missing or the mean is not positive.

    Raises
    ------
    SeriesError
        If an income or a population is negative or infinite.
    CoverageError
        If there are no incomes, `population` has other labels, or regions have other groups.
    ParameterError
        If `over` is no level of the columns, or `unbiased` meets `population`.

    Notes
    -----
    ``sum_i sum_j p_i p_j |y_i - y_j| / (2 mean)``, from sorted incomes. From group means it is a lower
    bound: the inequality inside the groups is missing (the Lorenz curve is drawn as straight lines).

    Examples
    --------
    >>> gini([0, 0, 0, 1]), round(gini([30000, 15000], population=[0.6, 0.4]), 9)
    (0.75, 0.15)
    """
    if unbiased and population is not None:
        raise ParameterError(Fault("`unbiased` is for persons, not for groups", expected="no population"))
    y, p, axes = distribution(x, population, over)
    value = np.maximum(_gini(y, p), 0.0)  # not -1e-17
    with np.errstate(divide="ignore", invalid="ignore"):
        return labelled(value * np.divide(len(y), len(y) - 1) if unbiased else value, axes)


def theil_t(x: Any, *, population: Any = None, over: Hashable | None = None) -> Any:
    """Theil's T index, 0 (all equal) to ln n.

    Parameters, returns and errors as in `gini`.

    Notes
    -----
    ``sum_i p_i (y_i / mean) ln(y_i / mean) = sum_i s_i ln(s_i / p_i)`` with income shares s (Theil 1967);
    ``0 ln 0 = 0``.

    Examples
    --------
    >>> round(theil_t([30000, 15000], population=[0.6, 0.4]), 5)
    0.04986
    """
    y, p, axes = distribution(x, population, over)
    return labelled(np.maximum(_theil_t(y, p), 0.0), axes)


def theil_l(x: Any, *, population: Any = None, over: Hashable | None = None) -> Any:
    """Theil's L index, the mean log deviation (MLD), from 0 (all equal).

    Parameters, returns and errors as in `gini`; NaN also where somebody's income is 0: not defined there.

    Notes
    -----
    ``sum_i p_i ln(mean / y_i)`` (Theil 1967). Groups without people do not count.

    Examples
    --------
    >>> round(theil_l([30000, 15000], population=[0.6, 0.4]), 5), theil_l([0, 1])
    (0.05412, nan)
    """
    y, p, axes = distribution(x, population, over)
    return labelled(np.maximum(_theil_l(y, p), 0.0), axes)


def atkinson(x: Any, *, epsilon: float, population: Any = None, over: Hashable | None = None) -> Any:
    """Atkinson index, 0 (all equal) to 1: the share of income that equality would make dispensable.

    Parameters
    ----------
    epsilon : float
        Aversion to inequality, above 0. With 1 or more, one person without income makes the index 1.

    The other parameters, returns and errors as in `gini`; ParameterError if `epsilon` is not above 0.

    Notes
    -----
    ``1 - (sum_i p_i (y_i / mean)^(1 - e))^(1 / (1 - e))``, for e = 1 ``1 - exp(-MLD)`` (Atkinson 1970).

    Examples
    --------
    >>> round(atkinson([30000, 15000], population=[0.6, 0.4], epsilon=1), 5)
    0.05268
    """
    if not 0 < epsilon < np.inf:
        raise ParameterError(
            Fault("aversion is not a positive number", got=str(epsilon), expected="such as 0.5")
        )
    y, p, axes = distribution(x, population, over)
    r = relative(y, p)
    if p is not None:
        r = np.where(p == 0, 1.0, r)
    with np.errstate(divide="ignore"):
        if epsilon == 1:
            equivalent = np.exp(weighted(np.log(r), p))
        else:
            equivalent = weighted(r ** (1 - epsilon), p) ** (1 / (1 - epsilon))
    return labelled(np.maximum(1 - equivalent, 0.0), axes)
