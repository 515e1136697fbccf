"""Parts of a total: their share of it, and of its growth (贡献率 in percent, 拉动 in points)."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError, SeriesError
from .frequency import earlier, like, places, require_periods, take_rows, to_array

__all__ = ["contribution_share", "pull", "pull_from_share", "share"]

Residual = Literal["raise", "column"]
Array = NDArray[np.float64]


def share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """A part of a whole in percent (比重).

    Parameters
    ----------
    part, whole : pandas.Series
        The same unit, any index.

    Returns
    -------
    pandas.Series
        Percent, on the union of both indices; NaN where either is missing or the whole is not positive.

    Notes
    -----
    ``100 * part / whole``. A share above 100 or below 0 is given as it comes: it tells of an error in the
    figures, or of a part that can be negative.

    Examples
    --------
    >>> share(pd.Series({2020: 63.0}), pd.Series({2020: 100.0, 2021: 99.0})).tolist()
    [63.0, nan]
    """
    if not part.index.equals(whole.index):
        part, whole = part.align(whole)
    of, total = to_array(part, what="part"), to_array(whole, what="whole")
    with np.errstate(divide="ignore", invalid="ignore"):
        return like(part, np.where(total > 0, 100.0 * of / total, np.nan))


def _changes(
    parts: pd.DataFrame, total: pd.Series, tolerance: float, residual: Residual
) -> tuple[Array, Array, Array, pd.Index]:
    """Changes over a year of the parts and of the total, the total a year before, and the column names."""
    if residual not in ("raise", "column"):
        raise ParameterError(Fault("`residual` is not known", got=str(residual), expected="raise or column"))
    year = require_periods(parts)
    if not parts.index.equals(total.index):
        raise ParameterError(
            Fault(
                "parts and total are not of the same periods",
                expected="one index",
                next_step="take both out of one DataFrame, or total.reindex(parts.index)",
            )
        )
    values, whole = to_array(parts, what="parts"), to_array(total, what="total")
    gap = whole - values.sum(axis=1)
    # sums of floats differ in the last digits however exact the figures are
    wrong = np.abs(gap) > tolerance + 1e-9 * np.abs(whole)
    names = parts.columns
    if residual == "column":
        values, names = np.column_stack([values, gap]), names.append(pd.Index(["residual"]))
    elif wrong.any():
        raise SeriesError(
            Fault(
                "parts do not add up to the total",
                where=places(total, wrong),
                got=f"total minus parts up to {gap[np.nanargmax(np.abs(gap))]:g}",
                expected=f"a gap of at most {tolerance:g}",
                next_step="supply the part that is missing, state the rounding as tolerance=, "
                'or pass residual="column"',
            )
        )
    rows = earlier(parts.index, year)
    base = take_rows(whole, rows)
    return values - take_rows(values, rows), whole - base, base, names


def contribution_share(
    parts: pd.DataFrame, total: pd.Series, *, tolerance: float = 0.0, residual: Residual = "raise"
) -> pd.DataFrame:
    """Share of each part in the change of the total over a year (贡献率).

    Parameters
    ----------
    parts : pandas.DataFrame
        Levels of the parts, one column each, that add up to `total`: one unit, at constant prices for real
        growth. Yearly, quarterly or monthly.
    total : pandas.Series
        Levels of the total on the index of `parts`.
    tolerance : float
        How far the parts may miss the total through rounding, in the unit of the levels: half of the last
        digit for each part and for the total. Float error is allowed for beside it.
    residual : {"raise", "column"}
        Where they miss it by more: refuse, or carry the gap as a last column `residual`.

    Returns
    -------
    pandas.DataFrame
        Percent, labelled like `parts`; negative or above 100 where parts move against each other. NaN where
        a level is missing or the total did not change. Each row adds up to 100, apart from the gap within
        the tolerance; with `residual="column"` it does so including that column.

    Raises
    ------
    SeriesError
        If the parts do not add up to the total; the periods and the gap are named.
    ParameterError
        If the indexes differ.

    Notes
    -----
    ``100 * (x_i[t] - x_i[t - 1 year]) / (X[t] - X[t - 1 year])``, the bureau's 增量之比. Real levels that are
    chained from growth rates do not add up, in the years away from their base.

    References
    ----------
    青海统计年鉴 2020, notes under table 4-15: 贡献率指三大需求增量与支出法生产总值增量之比,
    拉动指生产总值增长速度与三大需求贡献率的乘积.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=2, freq="Y")
    >>> parts = pd.DataFrame({"wages": [60.0, 64.0], "transfers": [40.0, 42.0]}, years)
    >>> contribution_share(parts, parts.sum(axis=1)).iloc[1].round(1).tolist()
    [66.7, 33.3]
    """
    changes, change, _, names = _changes(parts, total, tolerance, residual)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shares = 100.0 * changes / np.where(change == 0, np.nan, change)[:, None]
    return like(parts, shares, columns=names)


def pull(
    parts: pd.DataFrame, total: pd.Series, *, tolerance: float = 0.0, residual: Residual = "raise"
) -> pd.DataFrame:
    """Percentage points that each part contributes to the growth of the total over a year (拉动).

    Parameters, errors and the treatment of gaps are those of `contribution_share`.

    Returns
    -------
    pandas.DataFrame
        Percentage points, labelled like `parts`. Each row adds up to the growth of the total (`yoy`), apart
        from the gap within the tolerance. NaN where a level is missing or the earlier total is not positive.

    Notes
    -----
    ``100 * (x_i[t] - x_i[t - 1 year]) / X[t - 1 year]``, which is 贡献率 x 增速.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=2, freq="Y")
    >>> parts = pd.DataFrame({"wages": [60.0, 64.0], "transfers": [40.0, 42.0]}, years)
    >>> pull(parts, parts.sum(axis=1)).iloc[1].tolist()
    [4.0, 2.0]
    """
    changes, _, base, names = _changes(parts, total, tolerance, residual)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        points = 100.0 * changes / np.where(base > 0, base, np.nan)[:, None]
    return like(parts, points, columns=names)


def pull_from_share(shares: pd.DataFrame, growth: pd.Series) -> pd.DataFrame:
    """Percentage points from published shares and published growth of the total (拉动 = 贡献率 x 增速).

    Parameters
    ----------
    shares : pandas.DataFrame
        贡献率 in percent.
    growth : pandas.Series
        Growth of the total in percent on the same index: real growth for shares at constant prices.

    Returns
    -------
    pandas.DataFrame
        Percentage points, labelled like `shares`; NaN where either is missing.

    Raises
    ------
    ParameterError
        If the indexes differ.

    Examples
    --------
    >>> quarter = pd.PeriodIndex(["2021Q1"], freq="Q")
    >>> share, growth = pd.DataFrame({"consumption": [63.4]}, quarter), pd.Series([18.3], quarter)
    >>> pull_from_share(share, growth).round(1).iloc[0].tolist()
    [11.6]
    """
    require_periods(shares)
    if not shares.index.equals(growth.index):
        raise ParameterError(Fault("shares and growth are not of the same periods", expected="one index"))
    points = to_array(shares, what="shares") * to_array(growth, what="growth")[:, None] / 100.0
    return like(shares, points)
