"""Outliers of growth: which figures to look at again. Nothing is ever changed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError
from .frequency import Table, blocks, earlier, like, require_periods, take_rows, to_array

__all__ = ["OutlierFlags", "flag_outliers"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

# Iglewicz and Hoaglin (1993): the normal distribution's quartile, and its mean absolute deviation
_QUARTILE, _MEAN_DEVIATION = 0.6744897501960817, 0.7978845608028654
LEAST_GROWTH, LEAST_YEARS = 5, 4
_ADDITIVE, _SHIFT, _UNDETERMINED = 1, 2, 3
_KINDS = np.array(["", "additive", "level shift", "undetermined"], dtype=object)
_STATUS = np.array(
    ["checked", "too short", "constant growth", "not positive", "checked against the mean deviation"],
    dtype=object,
)


@dataclass(frozen=True, eq=False)
class OutlierFlags:
    """Figures whose growth stands out.

    Attributes
    ----------
    flags : pandas.DataFrame
        One row for each figure flagged, by column and time: `series`, `period`, `value`, `growth` and
        `usual` (percent, or in the unit of the series with ``scale="difference"``), `score`, `kind`.
    scores : pandas.Series or pandas.DataFrame
        Modified z-score of each growth, shaped like the input; NaN where there is no growth or no check.
    status : pandas.Series
        By column: "checked"; "checked against the mean deviation" (more than half of the growth rates are the
        same); "too short"; "constant growth"; "not positive". The last three have no flags and no scores.
    threshold : float
    """

    flags: pd.DataFrame
    scores: pd.Series | pd.DataFrame
    status: pd.Series
    threshold: float

    def __len__(self) -> int:
        return len(self.flags)

    def __str__(self) -> str:
        counts = self.status.value_counts()
        lines = [f"{len(self)} outliers of growth, threshold {self.threshold:g}"]
        lines += [f"  {counts[s]} series: {s}" for s in _STATUS if s in counts]
        for r in self.flags.itertuples():
            growth = f"growth {r.growth:.4g}, usual {r.usual:.4g}"
            lines.append(f"  {r.series} {r.period}: {r.kind}, {growth}, score {r.score:.1f}")
        return "\n".join(lines)


def flag_outliers(
    levels: Table,
    *,
    threshold: float = 3.5,
    scale: Literal["log", "difference"] = "log",
    seasonal: bool = True,
) -> OutlierFlags:
    """Flag figures whose growth on the period before is unlike the others, and say of which kind they are.

    Parameters
    ----------
    levels : pandas.Series or pandas.DataFrame
        Levels, any unit, yearly, quarterly or monthly PeriodIndex; columns are series. Missing figures and
        gaps are allowed: growth is between neighbouring periods alone.
    threshold : float
        Modified z-score above which growth is flagged, in absolute value.
    scale : {"log", "difference"}
        Growth in logarithms (positive levels; the measure in which a figure and its reversal cancel), or as a
        difference, for rates and balances.
    seasonal : bool
        Compare growth of months and quarters with that of the same calendar period alone; a column without
        growth of 4 years in each calendar period is too short for it. No matter for years.

    Returns
    -------
    OutlierFlags
        Flags, scores and a status for each column. The input is never changed.

    Raises
    ------
    ParameterError
        If an option is unknown or the threshold is not positive.
    PeriodError
        If the index is no such PeriodIndex, or not in order, each period once.
    SeriesError
        If figures are infinite or no numbers.

    Notes
    -----
    ``score = 0.6745 * (g - median) / MAD`` with MAD the median absolute deviation from the median, over all
    growth rates of a column; with `seasonal` after the median of their calendar period is taken off. If half
    of the rates or more are the same, MAD is 0 and the mean absolute deviation over 0.7979 stands in for
    MAD over 0.6745; if all are the same, nothing is flagged. Fewer than 5 growth rates are not checked.

    Medians of ``m`` years are drawn to the figures they are taken off, so that the MAD of what is left is too
    small by about ``1 - 1.3 / m`` (normal figures, simulated; within 0.06 from 4 to 25 years); the seasonal
    score is multiplied by this. Even so the spread of a short series is itself uncertain: of normal growth
    rates about 2 in 100 are above 3.5 with 8 of them, 5 in 1,000 with 24.

    An additive outlier (one wrong or odd figure) goes back in the next period, a level shift (a break, a
    change of definition, a lasting shock) stays. Growth of which the next takes back between
    half and one and a half is called additive, and the way back is not flagged again; else it is a level
    shift. Where the next growth is missing, as at the end, the kind is undetermined.

    References
    ----------
    B. Iglewicz and D. C. Hoaglin (1993), How to detect and handle outliers, ASQC Quality Press. R. S. Tsay
    (1988), Outliers, level shifts, and variance changes in time series, Journal of Forecasting 7, 1-20.
    C. Chen and L.-M. Liu (1993), JASA 88, 284-297 (the kinds; their estimates are not used).

    Examples
    --------
    Made-up figures; 2015 is a slip of the pen, and from 2019 on the series has another scope:

    >>> values = [100, 104, 109, 113, 118, 223, 128, 133, 139, 195, 203, 211, 219]
    >>> levels = pd.Series(values, pd.period_range("2010", periods=13, freq="Y"), name="jobs")
    >>> print(flag_outliers(levels))
    2 outliers of growth, threshold 3.5
      1 series: checked
      jobs 2015: additive, growth 88.98, usual 4.051, score 110.9
      jobs 2019: level shift, growth 40.29, usual 4.051, score 55.5
    """
    if scale not in ("log", "difference") or not isinstance(seasonal, bool) or not threshold > 0:
        raise ParameterError(
            Fault(
                "options cannot be read",
                got=f"threshold={threshold!r}, scale={scale!r}, seasonal={seasonal!r}",
                expected='a positive threshold, scale "log" or "difference", seasonal True or False',
            )
        )
    per_year = require_periods(levels)
    values = to_array(levels, what="levels")
    table = values if values.ndim == 2 else values[:, None]
    if scale == "log":
        positive = np.logical_not((table <= 0.0).any(axis=0))
        table = np.log(np.where(positive, table, np.nan))
    else:
        positive = np.full(table.shape[1], True)
    growth = table - take_rows(table, earlier(levels.index, 1))
    shrink: Array | float = 1.0
    if seasonal and per_year > 1:
        usual, enough, shrink = _usual_of_season(growth, levels.index, per_year)
    else:
        usual, enough = np.broadcast_to(_median(growth), growth.shape), _count(growth) >= LEAST_GROWTH
    deviations = growth - usual
    scores, status = _scores(deviations, shrink, positive, enough, _rounding(table, log=scale == "log"))
    kinds = _kinds(deviations, scores, threshold, earlier(levels.index, -1))
    return _collect(levels, growth, usual, scores, status, kinds, threshold=threshold, log=scale == "log")


def _rounding(table: Array, *, log: bool) -> Array:
    """Size of what floating point leaves of equal growth rates, by column."""
    largest = np.fmax.reduce(np.abs(table), axis=0, initial=0.0)
    # the last digit of a level is that of 1 in logarithms, however small those are
    return 32.0 * np.finfo(float).eps * (largest + 1.0 if log else largest)


def _count(values: Array) -> NDArray[np.intp]:
    """Figures down the first axis that are not missing."""
    return np.count_nonzero(~np.isnan(values), axis=0)


def _median(values: Array) -> Array:
    """Median down the first axis, NaN left out; NaN where there is nothing. Faster than nanmedian by far."""
    if not len(values):
        return np.full(values.shape[1:], np.nan)
    n = _count(values)
    ordered = np.sort(values, axis=0)  # NaN last
    places = np.maximum(n - 1, 0) // 2, np.minimum(n // 2, len(values) - 1)
    low, high = (np.take_along_axis(ordered, place[None], axis=0)[0] for place in places)
    return 0.5 * (low + high)


def _usual_of_season(growth: Array, index: pd.PeriodIndex, per_year: int) -> tuple[Array, Mask, Array]:
    """Median growth of the calendar period, where there are years enough, and what to multiply scores by."""
    years, _ = blocks(growth, index, per_year)
    known = _count(years)
    enough = known.min(axis=0) >= LEAST_YEARS
    usual = np.take(_median(years), index.asi8 % per_year, axis=0)
    return usual, enough, 1.0 - 1.3 / np.maximum(known.mean(axis=0), LEAST_YEARS)


def _scores(
    deviations: Array, shrink: Array | float, positive: Mask, enough: Mask, noise: Array
) -> tuple[Array, NDArray[np.int64]]:
    """Modified z-scores and the status of each column, an index into `_STATUS`."""
    centred = deviations - _median(deviations)
    sizes = np.abs(centred)
    sizes[sizes <= noise] = 0.0  # equal growth rates differ in the last digits of their logarithms
    mad, mean = _median(sizes), np.nansum(sizes, axis=0) / np.maximum(_count(sizes), 1)
    unit = np.where(mad > 0.0, mad / _QUARTILE, mean / _MEAN_DEVIATION)
    status = np.select([~positive, ~enough, mean == 0.0, mad == 0.0], [3, 1, 2, 4], default=0)
    unit[(status > 0) & (status < 4)] = np.nan
    return centred * shrink / unit, status


def _kinds(deviations: Array, scores: Array, threshold: float, after: NDArray[np.intp]) -> NDArray[np.int8]:
    """Kind of each growth flagged, an index into `_KINDS`; 0 for the others."""
    flagged = np.abs(scores) > threshold
    kinds = np.zeros(flagged.shape, dtype=np.int8)
    for row in np.flatnonzero(flagged.any(axis=1)):
        columns = np.flatnonzero(flagged[row])
        if row and after[row - 1] == row:  # the way back of an additive outlier is no other one
            columns = columns[kinds[row - 1, columns] != _ADDITIVE]
        here = deviations[row, columns]
        there = deviations[after[row], columns] if after[row] >= 0 else np.full(len(columns), np.nan)
        back = np.abs(here + there) <= 0.5 * np.abs(here)
        kinds[row, columns] = np.where(np.isnan(there), _UNDETERMINED, np.where(back, _ADDITIVE, _SHIFT))
    return kinds


def _collect(
    levels: pd.Series | pd.DataFrame,
    growth: Array,
    usual: Array,
    scores: Array,
    status: NDArray[np.int64],
    kinds: NDArray[np.int8],
    *,
    threshold: float,
    log: bool,
) -> OutlierFlags:
    names = levels.columns if isinstance(levels, pd.DataFrame) else pd.Index([levels.name])
    columns, rows = np.nonzero(kinds.T)
    shown = (lambda g: 100.0 * np.expm1(g)) if log else np.asarray
    flags = pd.DataFrame(
        {
            "series": names[columns],
            "period": levels.index[rows],
            "value": to_array(levels).reshape(kinds.shape)[rows, columns],
            "growth": shown(growth[rows, columns]),
            "usual": shown(usual[rows, columns]),
            "score": scores[rows, columns],
            "kind": _KINDS[kinds[rows, columns]],
        }
    )
    shaped = scores if isinstance(levels, pd.DataFrame) else scores[:, 0]
    return OutlierFlags(flags, like(levels, shaped), pd.Series(_STATUS[status], index=names), threshold)
