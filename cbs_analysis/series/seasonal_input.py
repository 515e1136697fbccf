"""What seasonal adjustment accepts: its options, and series that can be adjusted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import (
    CbsError,
    CoverageError,
    Fault,
    ParameterError,
    PeriodError,
    SeriesError,
    UnitError,
    refusal,
)
from .frequency import named, require_periods, to_array
from .lunar_calendar import spring_festival_regressors

__all__ = ["Kind", "Method", "Options", "check_input", "festival_note", "festival_windows", "make_options"]

Array = NDArray[np.float64]
Kind = Literal["flow", "stock", "index", "rate", "yoy"]
Method = Literal["auto", "x13", "stl"]
Filters = Literal["x11", "seats"]
Transform = Literal["auto", "log", "none"]
Holiday = Literal["test"] | bool

LEAST = {12: 36, 4: 16}
USUAL_YEARS = 5
_CHOICES: dict[str, tuple[object, ...]] = {
    "method": get_args(Method),
    "filters": get_args(Filters),
    "transform": get_args(Transform),
    "holiday": (True, False, "test"),
    "kind": (None, *get_args(Kind)),
}
_MODEL = re.compile(r"auto|\(\d \d \d\)(\(\d \d \d\))?")
_VARIABLE = re.compile(r"[a-z][a-z0-9]*(\[\d+\]|\d{4}\.([a-z]{3}|\d{1,2})|)")
# words of a name, and what each says of the figures
_NAMED = {
    "yoy": (
        "growth on the year before",
        "adjust the levels: the comparison has taken the seasons out already",
    ),
    "ytd": (
        "cumulative since January",
        "take the periods apart with `decumulate`; if they are none, pass `kind`",
    ),
    "sa": ("seasonally adjusted already", "adjust the unadjusted figures"),
}


@dataclass(frozen=True)
class Options:
    """The keywords of `seasonal_adjust`."""

    method: Method = "auto"
    filters: Filters = "x11"
    transform: Transform = "auto"
    holiday: Holiday = True
    windows: tuple[int, ...] = (20, 7, 20)
    trading_days: bool = False
    kind: Kind | None = None
    outliers: tuple[str, ...] = ("ao", "ls")
    arima: str = "auto"
    variables: tuple[str, ...] = ()
    stability: bool = False
    timeout: float = 60.0

    def __post_init__(self) -> None:
        faults = [
            Fault(
                f"`{name}` is not known",
                got=repr(getattr(self, name)),
                expected=" or ".join(map(repr, known)),
            )
            for name, known in _CHOICES.items()
            if getattr(self, name) not in known
        ]
        if not set(self.outliers) <= {"ao", "ls", "tc"}:
            faults.append(
                Fault("`outliers` is not known", got=str(self.outliers), expected="ao, ls, tc or none")
            )
        if not _MODEL.fullmatch(self.arima):
            faults.append(Fault("`arima` is no model", got=self.arima, expected='"auto" or "(0 1 1)(0 1 1)"'))
        faults += [
            Fault("regression variable cannot be read", got=v, expected='such as "ls2020.feb" or "td1coef"')
            for v in self.variables
            if not _VARIABLE.fullmatch(v)
        ]
        if self.trading_days and self.kind in ("stock", "index", "rate"):
            faults.append(
                Fault(
                    "weekdays have an effect on flows alone",
                    got=f"trading_days=True for a {self.kind}",
                    expected="a flow",
                    next_step="leave `trading_days` out",
                )
            )
        if len(self.windows) != 3:
            faults.append(Fault("`windows` is no triple", got=str(self.windows), expected="(20, 7, 20)"))
        if not self.timeout > 0:
            faults.append(Fault("`timeout` is not positive", got=str(self.timeout), expected="seconds"))
        if faults:
            raise ParameterError(faults)


def check_input(x: pd.Series, options: Options) -> tuple[Array, int]:
    """Figures and periods per year of a series that can be adjusted; else every reason why it cannot."""
    if not isinstance(x, pd.Series):
        raise ParameterError(
            Fault(
                "one series is adjusted at a time",
                got=type(x).__name__,
                expected="pandas.Series",
                next_step="use `seasonal_adjust_many` for the columns of a DataFrame",
            )
        )
    per_year = require_periods(x)
    if per_year == 1:
        raise PeriodError(
            Fault(
                "yearly figures have no seasons",
                got=f"a yearly index, {len(x)} years",
                expected="months or quarters",
                next_step="use the series as it is",
            )
        )
    values = to_array(x, what="series")
    found = [
        *_meaning(x, values, per_year, options),
        *_coverage(x, values, per_year),
        *_figures(values, options),
    ]
    if found:
        raise refusal(found)
    return values, per_year


Found = list[tuple[type[CbsError], Fault]]


def _meaning(x: pd.Series, values: Array, per_year: int, options: Options) -> Found:
    """What a name, `kind` or the figures themselves say against an adjustment."""
    words = set(str(x.name).lower().split("_")) & set(_NAMED)
    if options.kind == "yoy":
        words.add("yoy")
    if options.kind is None and _accumulates(x, values, per_year):
        words.add("ytd")
    return [
        (UnitError, Fault(f"series is {what}", got=str(x.name), expected="levels", next_step=advice))
        for what, advice in (_NAMED[word] for word in sorted(words))
    ]


def _accumulates(x: pd.Series, values: Array, per_year: int) -> bool:
    """Whether figures rise through every year and begin each year below half of where the last one ended."""
    if len(x) < LEAST[per_year]:
        return False
    first = x.index.month == 1 if per_year == 12 else x.index.quarter == 1
    change, begins = np.diff(values), np.asarray(first)[1:]
    return bool((change[~begins] >= 0.0).all() and (values[1:][begins] < 0.5 * values[:-1][begins]).all())


def _coverage(x: pd.Series, values: Array, per_year: int) -> Found:
    found: Found = []
    n, unit = int(np.count_nonzero(~np.isnan(values))), "months" if per_year == 12 else "quarters"
    if n < LEAST[per_year]:
        fault = Fault(
            "series is too short to adjust",
            got=f"{n} {unit}",
            expected=f"{LEAST[per_year]} {unit} at least",
            next_step="compare with the same period of the year before",
        )
        found.append((CoverageError, fault))
    if not len(x):
        return found
    whole = pd.period_range(x.index[0], x.index[-1], freq=x.index.freq)
    missing = whole.difference(x.index[~np.isnan(values)])
    if len(missing):
        fault = Fault(
            "figures are missing",
            got=named(missing),
            expected="a figure for each period from the first to the last",
            next_step=_advice(missing, x.index[~np.isnan(values)], per_year),
        )
        found.append((CoverageError, fault))
    return found


def _advice(missing: pd.PeriodIndex, present: pd.PeriodIndex, per_year: int) -> str:
    if per_year == 12 and set(missing.month) <= {1, 2}:
        return (
            "January and February are published as one figure: adjust quarters, or compare with the year "
            "before; an interpolated pair must not be adjusted"
        )
    if len(present) and not ((missing > present[0]) & (missing < present[-1])).any():
        return f"cut the ends off: x.loc['{present[0]}':'{present[-1]}']"
    return "supply the figures, or start after the gap; an interpolated figure must not be adjusted"


def _figures(values: Array, options: Options) -> Found:
    known = values[~np.isnan(values)]
    found: Found = []
    if len(known) and np.ptp(known) == 0.0:
        fault = Fault(
            "series is constant",
            got=f"{known[0]:g} throughout",
            expected="figures that move",
            next_step="use the series as it is",
        )
        found.append((SeriesError, fault))
    if options.transform == "log" and (known <= 0.0).any():
        fault = Fault(
            "figures are not positive",
            got=f"{int((known <= 0.0).sum())} figures, the lowest {known.min():g}",
            expected="positive figures for logarithms",
            next_step='pass transform="none"',
        )
        found.append((SeriesError, fault))
    return found


def make_options(keywords: dict[str, Any]) -> Options:
    """Options from keywords; sequences become tuples, an unknown name is refused."""
    known = tuple(Options.__dataclass_fields__)
    unknown = [name for name in keywords if name not in known]
    if unknown:
        raise ParameterError(
            [Fault("option is not known", got=name, expected=", ".join(known)) for name in unknown]
        )
    lists = ("windows", "outliers", "variables")
    prepared: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in keywords.items()}
    return Options(**prepared)


def festival_windows(x: pd.Series, per_year: int, options: Options, *, ahead: int = 0) -> pd.DataFrame | None:
    """Regressors of the festival, `ahead` periods beyond the series; None where none is asked or moves."""
    if not options.holiday:
        return None
    index = pd.period_range(x.index[0], periods=len(x) + ahead, freq=x.index.freq)
    before, during, after = options.windows
    found = spring_festival_regressors(index, before=before, during=during, after=after)
    found = found.loc[:, (found.iloc[: len(x)] != 0.0).any()]
    if found.empty:
        return None
    moving = np.diff(found.to_numpy()[: len(x)], axis=0)
    moving = moving[per_year:] - moving[:-per_year]
    if np.linalg.matrix_rank(moving, tol=1e-8) < found.shape[1]:
        raise CoverageError(
            Fault(
                "effects of the festival windows cannot be told apart",
                got=f"{len(x)} periods, windows {options.windows}",
                expected="a span in which the windows move differently",
                next_step="use fewer windows, windows=(0, 7, 0), or holiday=False",
            )
        )
    return found


def festival_note(options: Options, windows: pd.DataFrame | None, *, kept: bool) -> str:
    """What was done about the festival, for a report."""
    if kept:
        return "Spring Festival taken out ({} days before, {} during, {} after)".format(*options.windows)
    if not options.holiday:
        return "Spring Festival not taken out"
    if windows is None:
        return "Spring Festival without effect, its windows lie in the first quarter"
    return "Spring Festival tested and left out"
