"""Seasonal adjustment by STL, where X-13ARIMA-SEATS cannot be had."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError
from . import seasonal_checks
from .seasonal_checks import Test
from .seasonal_input import Options, festival_note, festival_windows
from .seasonal_result import SeasonalAdjustment, components

__all__ = ["adjust_by_stl", "holiday_effect"]

Array = NDArray[np.float64]

HOLIDAY_LEVEL = 0.05


def adjust_by_stl(
    x: pd.Series, values: Array, per_year: int, options: Options, notes: list[str]
) -> SeasonalAdjustment:
    """Adjust a checked series; `notes` are warnings so far.

    References
    ----------
    R. B. Cleveland, W. S. Cleveland, J. E. McRae and I. Terpenning (1990), STL: a seasonal-trend
    decomposition procedure based on loess, Journal of Official Statistics 6, 3-73; statsmodels'
    implementation, robust, with its default spans.
    """
    _refuse_x13_options(options)
    log = options.transform == "log" or (options.transform == "auto" and bool((values > 0.0).all()))
    y = np.log(values) if log else values
    windows = festival_windows(x, per_year, options)
    holiday, effects, test = np.zeros(len(y)), _no_effects(), Test()
    if windows is not None:
        holiday, effects, test = holiday_effect(y, per_year, windows)
        if options.holiday == "test" and not test.pvalue < HOLIDAY_LEVEL:
            holiday, effects = np.zeros(len(y)), _no_effects()
    elif not options.holiday and per_year == 12:
        notes.append("Spring Festival: its effect, if there is one, stays in the adjusted series.")
    seasonal, trend = _stl(y - holiday, per_year)
    back = np.exp if log else np.asarray
    series = components(
        x, values, log=log, seasonal=back(seasonal), trend=back(trend), holiday=back(holiday),
        calendar=back(holiday),
    )  # fmt: skip
    diagnostics = seasonal_checks.from_series(series, per_year, log=log)
    if options.stability:
        revision = _revision(y - holiday, per_year, log=log)
        diagnostics = replace(diagnostics, revision=revision, revision_unit="%" if log else "")
    return SeasonalAdjustment(
        **series,
        effects=effects,
        holiday_test=test,
        outliers=(),
        method="STL",
        method_note=f"STL, robust{', of logarithms' if log else ''}, "
        + festival_note(options, windows, kept=len(effects) > 0),
        arima="",
        arma=pd.DataFrame(columns=["coefficient", "se", "z"], dtype=float),
        transform="log" if log else "none",
        diagnostics=diagnostics,
        warnings=tuple(notes),
    )


def _refuse_x13_options(options: Options) -> None:
    """STL knows no regressors or models; it must not ignore them silently."""
    default = Options()
    asked = [
        name for name in ("filters", "trading_days", "arima", "variables")
        if getattr(options, name) != getattr(default, name)
    ]  # fmt: skip
    if asked:
        raise ParameterError(
            [
                Fault(
                    f"`{name}` is an option of X-13ARIMA-SEATS",
                    got=repr(getattr(options, name)),
                    expected="not to be given with STL",
                    next_step='leave it out, or pass method="x13" on Linux or macOS',
                )
                for name in asked
            ]
        )


def _no_effects() -> pd.DataFrame:
    return pd.DataFrame(columns=["effect", "se", "t"], dtype=float)


def _stl(y: Array, per_year: int) -> tuple[Array, Array]:
    from statsmodels.tsa.seasonal import STL

    fit = STL(y, period=per_year, robust=True).fit()
    return np.asarray(fit.seasonal), np.asarray(fit.trend)


def _revision(y: Array, per_year: int, *, log: bool) -> float:
    """Mean absolute difference of the first and the last estimate of the adjusted series, last three years.

    The holiday effect is that of the whole series in both.
    """
    last = y - _stl(y, per_year)[0]
    ends = range(max(len(y) - 3 * per_year, 3 * per_year), len(y))
    first = np.array([y[end - 1] - _stl(y[:end], per_year)[0][-1] for end in ends])
    change = first - last[np.array(ends) - 1]
    return float(np.abs(100.0 * np.expm1(-change) if log else change).mean()) if len(change) else float("nan")


def holiday_effect(y: Array, per_year: int, windows: pd.DataFrame) -> tuple[Array, pd.DataFrame, Test]:
    """Effect of the holiday in each period, its coefficients, and their joint test.

    Least squares of first differences on the differenced windows and a constant for each calendar period:
    the differences take out the trend, the constants the seasonal pattern.
    """
    from scipy import stats

    design, k = windows.to_numpy(), windows.shape[1]
    phase = np.arange(1, len(y)) % per_year
    dummies = (phase[:, None] == np.arange(per_year)).astype(float)
    x = np.hstack([np.diff(design, axis=0), dummies])
    change = np.diff(y)
    estimate, _, rank, _ = np.linalg.lstsq(x, change)
    rest = change - x @ estimate
    df = len(change) - int(rank)
    covariance = float(rest @ rest) / df * np.linalg.pinv(x.T @ x)[:k, :k]
    effect, se = estimate[:k], np.sqrt(np.diag(covariance))
    wald = float(effect @ np.linalg.solve(covariance, effect)) / k
    effects = pd.DataFrame({"effect": effect, "se": se, "t": effect / se}, windows.columns)
    return design @ effect, effects, Test(wald, float(stats.f.sf(wald, k, df)))
