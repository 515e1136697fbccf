"""Time axes and figures of series, checked in one place.

A series is a `pandas.Series`, a panel is a `pandas.DataFrame` (rows = periods, columns = series). Both have a
yearly, quarterly or monthly `PeriodIndex` of calendar years, each period once, in order; gaps are allowed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CoverageError, Fault, ParameterError, PeriodError, SeriesError, VintageBreak

__all__ = [
    "Across",
    "Figures",
    "Table",
    "as_periods",
    "blocks",
    "crossing",
    "earlier",
    "like",
    "named",
    "percent",
    "periods_per_year",
    "places",
    "require_consecutive",
    "require_periods",
    "take_rows",
    "to_array",
]

Array = NDArray[np.float64]
Table = TypeVar("Table", pd.Series, pd.DataFrame)
Figures = TypeVar("Figures", float, Array, pd.Series, pd.DataFrame)
Across = Literal["raise", "missing"]

_PER_YEAR = {"Y-DEC": 1, "Q-DEC": 4, "M": 12}
_NUMBERS = ("integer", "floating", "mixed-integer-float", "decimal", "empty")
_SHOWN = 12  # names in a message


def named(names: Iterable[Any]) -> str:
    """Names for a message: all of a dozen, or the first dozen and how many more."""
    words = [str(n) for n in names]
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more


def periods_per_year(index: pd.Index) -> int:
    """Periods in a year: 1, 4 or 12.

    Parameters
    ----------
    index : pandas.Index
        Must be a yearly, quarterly or monthly PeriodIndex of calendar years.

    Raises
    ------
    PeriodError
        If it is another index, another frequency or a fiscal year that does not end in December.

    Examples
    --------
    >>> periods_per_year(pd.period_range("2021Q1", periods=3, freq="Q"))
    4
    """
    freq = index.freqstr if isinstance(index, pd.PeriodIndex) else ""
    if freq not in _PER_YEAR:
        raise PeriodError(
            Fault(
                "series has no yearly, quarterly or monthly PeriodIndex",
                got=f"{type(index).__name__} {freq}".strip(),
                expected='pandas.PeriodIndex with freq "Y", "Q" or "M", years ending in December',
                next_step="use `wide(observations, freq=...)`, or `pd.PeriodIndex(years, freq='Y')`",
            )
        )
    return _PER_YEAR[freq]


def require_periods(x: pd.Series | pd.DataFrame, *, freq: str | None = None) -> int:
    """Check the time axis of a series or panel.

    Parameters
    ----------
    x : pandas.Series or pandas.DataFrame
        Rows are periods. Gaps are allowed; an empty axis is allowed.
    freq : str, optional
        Letters of the frequencies accepted, such as "Y" or "QM"; default all three.

    Returns
    -------
    int
        Periods in a year: 1, 4 or 12.

    Raises
    ------
    PeriodError
        If the index is no PeriodIndex of calendar years, of another frequency than `freq`, has a missing
        or a repeated period, or is not in order.

    Examples
    --------
    >>> require_periods(pd.Series([1.0, 2.0], pd.PeriodIndex(["2021-01", "2021-03"], freq="M")))
    12
    """
    per_year = periods_per_year(x.index)
    faults = []
    if freq is not None and x.index.freqstr[0] not in freq:
        faults.append(
            Fault("series has the wrong frequency", got=x.index.freqstr[0], expected=" or ".join(freq))
        )
    if x.index.hasnans:
        faults.append(Fault("a period is missing in the index", got="NaT", expected="a period in each row"))
    elif not x.index.is_unique:
        twice = x.index[x.index.duplicated()].unique()
        faults.append(Fault("a period occurs more than once", got=named(twice), expected="each period once"))
    elif not x.index.is_monotonic_increasing:
        faults.append(Fault("periods are not in order", expected="earliest first", next_step="sort_index()"))
    if faults:
        raise PeriodError(faults)
    return per_year


def require_consecutive(index: pd.PeriodIndex, *, what: str, next_step: str = "") -> None:
    """Raise CoverageError, with their names, where periods are missing inside `index`."""
    if len(index) and index[-1].ordinal - index[0].ordinal + 1 != len(index):
        missing = pd.period_range(index[0], index[-1], freq=index.freq).difference(index)
        raise CoverageError(
            Fault(
                what,
                got=f"{len(index)} figures from {index[0]} to {index[-1]}",
                expected="each period once, in order",
                next_step=next_step or f"supply {named(missing)}, or start after the gap",
            )
        )


def earlier(index: pd.PeriodIndex, steps: int) -> NDArray[np.intp]:
    """Row of the period `steps` periods before each row, -1 where there is none.

    Parameters
    ----------
    index : pandas.PeriodIndex
        Each period once, in order; gaps allowed. A negative `steps` looks ahead.

    Examples
    --------
    >>> earlier(pd.PeriodIndex(["2020", "2021", "2023"], freq="Y"), 1).tolist()
    [-1, 0, -1]
    """
    ordinals = index.asi8
    if not len(ordinals):
        return np.empty(0, dtype=np.intp)
    wanted = ordinals - steps
    rows = np.minimum(np.searchsorted(ordinals, wanted), len(ordinals) - 1)
    return np.where(ordinals[rows] == wanted, rows, -1)


def take_rows(values: Array, rows: NDArray[np.intp]) -> Array:
    """A new array of the given rows of `values`, NaN where a row is -1.

    >>> take_rows(np.array([5.0, 6.0]), np.array([-1, 0])).tolist()
    [nan, 5.0]
    """
    out = np.full_like(values, np.nan, shape=(len(rows), *values.shape[1:]))
    # runs of rows are copied as slices: picking rows one by one costs three times as much in a wide panel
    starts = np.flatnonzero(np.diff(rows, prepend=rows[:1] - 2) != 1)
    for start, stop in zip(starts, np.append(starts[1:], len(rows))[: len(starts)], strict=True):
        first = rows[start]
        if first >= 0:
            out[start:stop] = values[first : first + stop - start]
        elif stop - start > 1:  # -1, 0, 1, ...: the run begins after its first row
            out[start + 1 : stop] = values[: stop - start - 1]
    return out


def blocks(values: Array, index: pd.PeriodIndex, size: int) -> tuple[Array, int]:
    """Rows folded into blocks of `size` periods: years of quarters or months, quarters of months.

    Parameters
    ----------
    values : numpy.ndarray
        One row per period of `index`.
    size : int
        Periods in a block, 12 for years of months; blocks begin with the calendar.

    Returns
    -------
    numpy.ndarray, int
        Shape (blocks, size, ...), NaN for each period that `index` does not have, and the ordinal of the
        first block. The array may share memory with `values`: read it only.

    Examples
    --------
    >>> blocks(np.arange(3.0), pd.period_range("2021Q3", periods=3, freq="Q"), 4)[0].tolist()
    [[nan, nan, 0.0, 1.0], [2.0, nan, nan, nan]]
    """
    if not len(index):
        return np.empty((0, size, *values.shape[1:])), 0
    first, last = index.asi8[0] // size, index.asi8[-1] // size
    count = int(last - first + 1)
    if count * size != len(index):
        rows = np.full(count * size, -1, dtype=np.intp)
        rows[index.asi8 - first * size] = np.arange(len(index))
        values = take_rows(values, rows)
    return values.reshape(count, size, *values.shape[1:]), int(first)


def percent(factors: Array) -> Array:
    """Growth in percent from growth factors, written over them."""
    factors -= 1.0
    factors *= 100.0
    return factors


def to_array(x: float | Array | pd.Series | pd.DataFrame, *, what: str = "series") -> Array:
    """Figures as float64, rows = time; never a copy that need not be, so never write into it.

    Parameters
    ----------
    x : float, array, pandas.Series or pandas.DataFrame
        Numbers of any dtype; nullable and `object` columns are converted when they hold numbers only.
    what : str
        What the figures are, for messages.

    Raises
    ------
    SeriesError
        If a column holds no numbers (text, truth values, dates), or a figure is infinite.

    Examples
    --------
    >>> to_array(pd.Series([1, None], dtype="Int64")).tolist()
    [1.0, nan]
    """
    values = x.to_numpy() if isinstance(x, pd.Series | pd.DataFrame) else np.asarray(x)
    if values.dtype.kind not in "fiu":
        if isinstance(x, pd.DataFrame):
            values = _converted([x.iloc[:, c] for c in range(x.shape[1])], what).reshape(x.shape, order="F")
        elif isinstance(x, pd.Series):
            values = _converted([x], what)
        else:
            values = _converted([pd.Series(values.ravel())], what).reshape(values.shape)
    values = np.asarray(values, dtype=np.float64)
    infinite = np.isinf(values)
    if infinite.any():
        raise SeriesError(
            Fault(
                f"{what} holds infinite figures",
                where=places(x, infinite),
                expected="finite figures, NaN where missing",
                next_step="correct the division that made them",
            )
        )
    return values


def _converted(columns: list[pd.Series], what: str) -> Array:
    kinds = [pd.api.types.infer_dtype(c, skipna=True) for c in columns]
    wrong = [(c, k) for c, k in zip(columns, kinds, strict=True) if k not in _NUMBERS]
    if wrong:
        raise SeriesError(
            [
                Fault(
                    f"{what} holds no numbers",
                    where="" if c.name is None else f"column {c.name}",
                    got=f"{kind} ({c.dtype})",
                    expected="numbers, NaN where missing",
                    next_step="convert the column, or leave it out",
                )
                for c, kind in wrong[:_SHOWN]
            ]
        )
    parts = [c.to_numpy(dtype=np.float64, na_value=np.nan) for c in columns]
    return np.concatenate(parts) if parts else np.empty(0)


def places(x: object, marked: NDArray[np.bool_]) -> str:
    """Where `marked` is true in `x`, for a message: periods, with the column in a panel."""
    if isinstance(x, pd.DataFrame):
        rows, columns = np.nonzero(marked)
        return named(f"{x.index[r]} {x.columns[c]}" for r, c in zip(rows, columns, strict=True))
    if isinstance(x, pd.Series):
        return named(x.index[marked])
    return ""


def like(
    x: Figures, values: Array, *, index: pd.Index | None = None, columns: pd.Index | None = None
) -> Figures:
    """`values` in the type of `x`: a number, an array, or a Series or DataFrame with its labels.

    >>> like(pd.Series([1.0], name="income"), np.array([2.0])).name
    'income'
    """
    if isinstance(x, pd.DataFrame):
        index, columns = x.index if index is None else index, x.columns if columns is None else columns
        return pd.DataFrame(values, index=index, columns=columns, copy=False)
    if isinstance(x, pd.Series):
        return pd.Series(values, index=x.index if index is None else index, name=x.name, copy=False)
    return values if np.ndim(x) else float(values)  # type: ignore[return-value]


def as_periods(periods: object, index: pd.PeriodIndex) -> pd.PeriodIndex:
    """Periods, given as one or several, in the frequency of `index`: a year begins with its first period.

    Raises
    ------
    PeriodError
        If one cannot be read, or is shorter than the periods of `index`.

    Examples
    --------
    >>> as_periods("2013", pd.period_range("2012Q1", periods=8, freq="Q"))
    PeriodIndex(['2013Q1'], dtype='period[Q-DEC]')
    """
    many = isinstance(periods, Iterable) and not isinstance(periods, str)
    found = []
    for given in periods if many else (periods,):  # type: ignore[attr-defined]
        label = getattr(given, "period", given)  # a `Break` stands for its period
        try:
            period = label if isinstance(label, pd.Period) else pd.Period(str(label))
            start = period.asfreq(index.freq, how="start")
        except (ValueError, AttributeError):  # AttributeError: NaT
            raise PeriodError(
                Fault("period cannot be read", got=str(label), expected="such as 2013 or 2013Q1")
            ) from None
        if start.start_time != period.start_time:
            raise PeriodError(
                Fault(
                    "period is shorter than those of the series",
                    got=str(label),
                    expected=f"a period of frequency {index.freqstr[0]}",
                    next_step="name the first whole period",
                )
            )
        found.append(start)
    return pd.PeriodIndex(found, dtype=index.dtype)


def crossing(
    index: pd.PeriodIndex, steps: int, breaks: object, *, values: Array, across: Across
) -> NDArray[np.bool_]:
    """Rows whose comparison with `steps` periods before spans the start of a new definition.

    Parameters
    ----------
    breaks : period or iterable of periods
        First periods of a new definition.
    values : numpy.ndarray
        The comparisons, one row per period; only rows that hold one are refused.
    across : {"raise", "missing"}
        Whether to refuse, or to leave it to the caller to make the rows NaN.

    Raises
    ------
    VintageBreak
        If `across` is "raise" and a comparison that exists spans a break.
    """
    if across not in ("raise", "missing"):
        raise ParameterError(Fault("`across` is not known", got=str(across), expected="raise or missing"))
    now, starts = index.asi8, as_periods(breaks, index)
    spans = (now[:, None] - steps < starts.asi8) & (starts.asi8 <= now[:, None])
    crossed = spans.any(axis=1)
    if not crossed.any():
        return crossed
    known = ~np.isnan(values).reshape(len(values), -1).all(axis=1)
    if across == "raise" and (crossed & known).any():
        raise VintageBreak(
            [
                Fault(
                    "growth across a change of definition",
                    got=f"growth to {named(index[spans[:, b] & known])}",
                    expected=f"both figures before {start}, or both from {start} on",
                    next_step='link the two definitions first, or pass across="missing"',
                )
                for b, start in enumerate(starts)
                if (spans[:, b] & known).any()
            ]
        )
    return crossed
