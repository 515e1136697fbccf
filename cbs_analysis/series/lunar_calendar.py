"""The Spring Festival (春节): its day from 1950 to 2100, and the regressors of its moving effect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from ..errors import Fault, ParameterError, PeriodError
from .frequency import periods_per_year

__all__ = ["spring_festival", "spring_festival_regressors"]

# before the earliest festival (21 January) a longer window would begin in a year outside the table;
# a longer one after it says nothing of a festival any more
_LONGEST = {"before": 28, "during": 15, "after": 45}


@cache
def _days() -> Mapping[int, date]:
    """The table beside this module, read once."""
    lines = Path(__file__).with_name("spring_festival.csv").read_text(encoding="utf-8").split()
    days = (line.split(",") for line in lines[1:])
    return MappingProxyType({int(year): date.fromisoformat(day) for year, day in days})


def spring_festival(year: int) -> date:
    """Day of the Spring Festival, the first day of the first month of the lunar calendar.

    Parameters
    ----------
    year : int
        Calendar year from 1950 to 2100.

    Returns
    -------
    datetime.date
        In Beijing time.

    Raises
    ------
    PeriodError
        If the year is outside the table.

    Notes
    -----
    Computed by the rules of the national calendar from the new moons and the longitude of the sun: day
    by day the same as the tables of almanacs in use. The eve (除夕) is the day before.

    References
    ----------
    GB/T 33661-2017, 农历的编算和颁行. J. Meeus (1998), Astronomical Algorithms, 2nd ed., ch. 25 and 49.

    Examples
    --------
    >>> spring_festival(2024), spring_festival(2033), spring_festival(2034)
    (datetime.date(2024, 2, 10), datetime.date(2033, 1, 31), datetime.date(2034, 2, 19))
    """
    days = _days()
    if year not in days:
        raise PeriodError(
            Fault(
                "day of the Spring Festival is not known",
                got=str(year),
                expected=f"a year from {min(days)} to {max(days)}",
                next_step="shorten the series or the forecast",
            )
        )
    return days[year]


def spring_festival_regressors(
    index: pd.PeriodIndex,
    *,
    before: int = 20,
    during: int = 7,
    after: int = 20,
    span: tuple[int, int] = (1950, 2100),
) -> pd.DataFrame:
    """Share of the days before, during and after the Spring Festival in each month or quarter, centred.

    Parameters
    ----------
    index : pandas.PeriodIndex
        Months or quarters, of the data and of the forecasts.
    before : int
        Days of the window that ends on the eve; 0 leaves it out, 28 at most.
    during : int
        Days of the window that begins on the day itself; 0 leaves it out, 15 at most.
    after : int
        Days of the window behind it; 0 leaves it out, 45 at most.
    span : (int, int)
        First and last year of the long-run mean that is taken off each calendar period.

    Returns
    -------
    pandas.DataFrame
        A column for each window (`before`, `during`, `after`), on `index`; a share of 1, no unit, never
        missing. Quarters get zeros throughout while all windows lie in the first quarter of every year,
        as they do by default: the festival moves nothing between quarters.

    Raises
    ------
    ParameterError
        If a window is negative or too long, none is left, or the span is not within the table.
    PeriodError
        If the index is not monthly or quarterly, or leaves the years 1950 to 2100.

    Notes
    -----
    ``share[t] = days of the window in t / days of the window``; the regressor is the share less the mean
    of the shares of the same calendar period over `span`. Before centring the shares of one festival add up
    to 1; after it the values of each calendar period add up to 0 over `span`, so that the regressor holds
    what moves and leaves what returns every year to the seasonal component. This is what the program
    `genhol` of the Census Bureau and ``genhol(center="calendar")`` of R's seasonal do.

    The three windows, with one effect a day in each, are the model of Lin and Liu. They let the data choose
    the lengths; the lengths here are those in common use for China and are parameters because they
    differ from series to series: compare the AICc.

    References
    ----------
    J.-L. Lin and T.-S. Liu (2002), Modeling lunar calendar holiday effects in Taiwan, Taiwan Economic
    Policy and Forecast 33. W. R. Bell and S. C. Hillmer (1983), JASA 78, 526-534.

    Examples
    --------
    In 2023 the festival fell on 22 January, in 2024 on 10 February:

    >>> months = pd.period_range("2023-01", "2024-03", freq="M")
    >>> spring_festival_regressors(months)["during"].round(2)[["2023-01", "2023-02", "2024-01", "2024-02"]]
    2023-01    0.75
    2023-02   -0.75
    2024-01   -0.25
    2024-02    0.25
    Freq: M, Name: during, dtype: float64
    """
    per_year = periods_per_year(index)
    if per_year == 1:
        raise PeriodError(
            Fault(
                "the Spring Festival moves nothing between years",
                got="a yearly index",
                expected="months or quarters",
                next_step="leave the holiday effect out",
            )
        )
    windows = _windows(before, during, after, span)
    first = min(_days())
    # position in the table of shares: periods are counted from the first of the first year
    place = np.asarray(index.year - first) * per_year + np.asarray(
        index.month - 1 if per_year == 12 else index.quarter - 1
    )
    outside = (place < 0) | (place >= len(_days()) * per_year)
    if outside.any():
        raise PeriodError(
            Fault(
                "periods lie outside the table of Spring Festivals",
                got=", ".join(str(p) for p in index[outside][:3]),
                expected=f"{first} to {max(_days())}",
                next_step="shorten the series or the forecast",
            )
        )
    columns = {name: _centred(*window, per_year, span)[place] for name, window in windows.items()}
    return pd.DataFrame(columns, index=index)


def _windows(before: int, during: int, after: int, span: tuple[int, int]) -> dict[str, tuple[int, int]]:
    """First day of each window, counted from the festival, and its length."""
    lengths = {"before": before, "during": during, "after": after}
    faults = [
        Fault(f"`{name}` is not a length of this window", got=str(n), expected=f"0 to {_LONGEST[name]} days")
        for name, n in lengths.items()
        if not 0 <= n <= _LONGEST[name]
    ]
    if not any(lengths.values()):
        faults.append(Fault("no window is left", got="0, 0, 0", next_step="leave the holiday effect out"))
    if not min(_days()) <= span[0] <= span[1] <= max(_days()):
        faults.append(
            Fault("span of the long-run mean is not within the table", got=str(span), expected="1950 to 2100")
        )
    if faults:
        raise ParameterError(faults)
    starts = {"before": -before, "during": 0, "after": during}
    return {name: (starts[name], n) for name, n in lengths.items() if n}


@cache
def _shares(start: int, length: int, per_year: int) -> np.ndarray:
    """Share of one window in each calendar period: a row for each year of the table."""
    days = np.array(list(_days().values()), dtype="datetime64[D]")
    window = days[:, None] + np.arange(start, start + length)
    months = window.astype("datetime64[M]").astype(int) - 12 * (min(_days()) - 1970)
    counts = np.bincount(months.ravel() * per_year // 12, minlength=len(days) * per_year)
    shares = counts.reshape(len(days), per_year) / length
    shares.setflags(write=False)
    return shares


def _centred(start: int, length: int, per_year: int, span: tuple[int, int]) -> np.ndarray:
    """Shares less their mean over `span`, one after the other."""
    shares, first = _shares(start, length, per_year), min(_days())
    centre = shares[span[0] - first : span[1] - first + 1].mean(axis=0)
    return (shares - centre).ravel()
