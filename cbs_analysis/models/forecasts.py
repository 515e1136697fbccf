"""Point forecasts of the textbook, as scenarios beside a projection."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import require_periods, to_array
from .results import Results, sample_words

__all__ = [
    "ForecastResult",
    "backtest",
    "fit_forecast",
    "scenario_forecasts",
    "too_short",
]

Array = NDArray[np.float64]
Method = Literal["drift", "arima", "holt", "theta", "ets"]
Distribution = Literal["t", "normal"]

_LEAST = {"drift": 4, "arima": 6, "holt": 8, "theta": 6, "ets": 8}
_NAMES = {
    "drift": "random walk with drift",
    "arima": "ARIMA(0,1,0) with constant",
    "holt": "Holt's linear trend",
    "theta": "Theta",
    "ets": "damped exponential smoothing",
}
_NAMES_ZH = {
    "drift": "带漂移的随机游走",
    "arima": "带常数项的ARIMA(0,1,0)",
    "holt": "霍尔特线性趋势",
    "theta": "Theta法",
    "ets": "阻尼指数平滑",
}


@dataclass(frozen=True, kw_only=True)
class ForecastResult(Results):
    """Point forecasts of one method.

    Attributes
    ----------
    forecast : pandas.Series
        By period to come, in the unit of the series.
    spread : pandas.Series
        Standard error of the forecasts; NaN for the smoothing methods, whose formulas are far too sure in
        short series.
    kind : {"drift", "arima", "holt", "theta", "ets"}
    distribution : {"t", "normal"}
        Of the interval.
    """

    forecast: pd.Series
    spread: pd.Series
    kind: Method
    distribution: Distribution

    def forecast_interval(self, alpha: float | None = None) -> pd.DataFrame:
        """Intervals of the forecasts: columns `low` and `high`, coverage 1 - alpha; NaN without `spread`."""
        level = self.alpha if alpha is None else alpha
        if not 0 < level < 1:
            raise ParameterError(
                Fault("alpha is not between 0 and 1", got=str(level), expected="such as 0.1")
            )
        q = 1 - level / 2
        half = (
            stats.t.ppf(q, self.df_resid) if self.distribution == "t" else stats.norm.ppf(q)
        ) * self.spread
        return pd.DataFrame({"low": self.forecast - half, "high": self.forecast + half})

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """Forecast of each period, with its interval where the method has one."""
        names = ["forecast", "low", "high"] if lang == "en" else ["预测值", "下限", "上限"]
        table = pd.concat([self.forecast, self.forecast_interval()], axis=1).set_axis(names, axis=1)
        return table.dropna(axis=1, how="all")

    def finding(self, lang: str = "zh") -> str:
        """The last forecast, as a scenario."""
        last, value = self.forecast.index[-1], self.forecast.iloc[-1]
        if lang == "zh":
            return f"若按{_NAMES_ZH[self.kind]}外推，{last}为{value:.4g}；这是情景，不是概率判断。"
        return (
            f"Extrapolated by {_NAMES[self.kind]}, {last} would be {value:.4g}: a scenario, not a "
            "probability."
        )


def fit_forecast(
    levels: pd.Series,
    *,
    horizon: int,
    method: Method = "drift",
    distribution: Distribution = "t",
    alpha: float = 0.2,
) -> ForecastResult:
    """Extrapolate a series by one method.

    Parameters
    ----------
    levels : pandas.Series
        Consecutive periods, without seasonality (yearly, or seasonally adjusted); any unit.
    horizon : int
        Periods ahead.
    method : {"drift", "arima", "holt", "theta", "ets"}
        Random walk with drift; the same by maximum likelihood; Holt's linear trend; Theta (simple smoothing
        plus half of the linear trend); damped trend.
    distribution : {"t", "normal"}
        Of the interval of the drift. The interval counts the error of the drift itself.
    alpha : float
        1 - coverage of the intervals.

    Returns
    -------
    ForecastResult

    Raises
    ------
    ModelRefused
        `gap`, `constant`, `short_sample` (4 figures for the drift, 6 or 8 for the others).

    Notes
    -----
    Only the drift and ARIMA have intervals here. In simulations with 10-20 yearly figures 80 % intervals of
    exponential smoothing held 19-46 % of the outcomes: they are no measure of risk.

    References
    ----------
    Hyndman and Athanasopoulos (2018), Forecasting: principles and practice, 2nd ed., chapters 3, 7 and 8.
    Assimakopoulos and Nikolopoulos (2000), The theta model, International Journal of Forecasting 16(4).

    Examples
    --------
    >>> levels = pd.Series([1.0, 2.5, 3.0, 4.5, 5.0], pd.period_range("2015", periods=5, freq="Y"))
    >>> fit_forecast(levels, horizon=2).forecast.tolist()
    [6.0, 7.0]
    """
    for name, value, known in (("method", method, Method), ("distribution", distribution, Distribution)):
        if value not in get_args(known):
            raise ParameterError(
                Fault(f"`{name}` is not known", got=str(value), expected=", ".join(get_args(known)))
            )
    if horizon < 1 or not 0 < alpha < 1:
        raise ParameterError(
            Fault(
                "horizon or alpha is out of range",
                got=f"{horizon}, {alpha}",
                expected=">= 1; between 0 and 1",
            )
        )
    values = _require(levels, method)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit = _METHODS[method](values, horizon)
    future = pd.period_range(levels.index[-1] + 1, periods=horizon, freq=levels.index.freq)
    params = pd.Series(fit["params"], dtype=float)
    nan = pd.Series(np.nan, params.index)
    bse = nan.copy()
    if "drift_se" in fit:
        bse["drift"] = fit["drift_se"]
    df = len(values) - 1 - (len(params) if method in ("holt", "theta", "ets") else 1)
    naive = fit["point"] - values[-1]
    others = {"no change": values[-1], "mean of the past changes": _drift(values, horizon)["point"][-1]}
    return ForecastResult(
        params=params,
        bse=bse,
        pvalues=nan,
        nobs=len(values),
        df_resid=df,
        method=_NAMES[method],
        interval_method=(
            f"{'Student t' if distribution == 't' else 'normal'}, with the error of the drift"
            if method in ("drift", "arima")
            else "none: the intervals of this method are far too short"
        ),
        sample=sample_words(levels.index),
        alpha=alpha,
        assumptions=("the past pattern continues unchanged",),
        warnings=tuple(dict.fromkeys(str(w.message) for w in caught)),
        diagnostics={"change to the last period": float(naive[-1]), **fit.get("diagnostics", {})},
        sensitivity={name: float(v) for name, v in others.items()},
        forecast=pd.Series(fit["point"], future),
        spread=pd.Series(fit.get("spread", np.full(horizon, np.nan)), future),
        kind=method,
        distribution=distribution,
    )


def scenario_forecasts(
    levels: pd.Series,
    *,
    horizon: int,
    methods: Sequence[Method] = ("drift", "arima", "holt", "theta", "ets"),
) -> pd.DataFrame:
    """Point forecasts of several methods, rows = periods to come, columns = methods.

    Methods that the series is too short for are refused by `fit_forecast`, so name those you want.

    Examples
    --------
    >>> levels = pd.Series([1.0, 2.5, 3.0, 4.5, 5.0, 7.0], pd.period_range("2015", periods=6, freq="Y"))
    >>> scenario_forecasts(levels, horizon=1, methods=("drift", "arima")).round(2).iloc[0].tolist()
    [8.2, 8.2]
    """
    return pd.DataFrame({m: fit_forecast(levels, horizon=horizon, method=m).forecast for m in methods})


def backtest(
    levels: pd.Series, *, horizon: int, methods: Sequence[Method] = ("drift", "theta"), first: int = 10
) -> pd.DataFrame:
    """Errors that each method would have made `horizon` periods ahead, as the series grew.

    Parameters
    ----------
    levels : pandas.Series
        As for `fit_forecast`.
    horizon : int
        Periods ahead.
    methods : sequence of str
    first : int
        Figures before the first forecast.

    Returns
    -------
    pandas.DataFrame
        Outcome minus forecast; rows = periods forecast, columns = methods. Each is made from the figures
        before it only, as they stand in the series: later revisions are in them.

    Examples
    --------
    >>> levels = pd.Series([1.0, 2, 3, 4, 5, 6, 8], pd.period_range("2015", periods=7, freq="Y"))
    >>> backtest(levels + 0.0, horizon=1, methods=("drift",), first=5).round(2)["drift"].tolist()
    [0.0, 1.0]
    """
    require_periods(levels)
    rows = {}
    for origin in range(first, len(levels) - horizon + 1):
        past, ahead = levels.iloc[:origin], levels.index[origin + horizon - 1]
        rows[ahead] = {
            m: float(levels[ahead] - fit_forecast(past, horizon=horizon, method=m).forecast.iloc[-1])
            for m in methods
        }
    if not rows:
        raise ModelRefused(too_short(len(levels), first + horizon, "a back-test"))
    return pd.DataFrame(rows).T.set_axis(pd.PeriodIndex(list(rows)))


def _require(levels: pd.Series, method: Method) -> Array:
    require_periods(levels)
    values = to_array(levels, what="levels")
    faults = []
    span = levels.index[-1].ordinal - levels.index[0].ordinal + 1 if len(levels) else 0
    if np.isnan(values).any() or span != len(values):
        faults.append(
            Fault(
                "a period has no figure inside the series",
                expected="consecutive periods",
                next_step="supply it, or start after the gap",
                zh="序列中有缺口，请补充，或从缺口之后开始。",
                code="gap",
            )
        )
    elif len(values) < _LEAST[method]:
        faults.append(too_short(len(values), _LEAST[method], _NAMES[method]))
    elif np.ptp(values) == 0:
        faults.append(
            Fault(
                "the series does not change",
                next_step="report the level",
                zh="序列没有变化，无需外推。",
                code="constant",
            )
        )
    if faults:
        raise ModelRefused(faults)
    return values


def too_short(got: int, expected: int, what: str) -> Fault:
    """Refusal of a series that is too short."""
    return Fault(
        f"too few figures for {what}",
        got=str(got),
        expected=f"at least {expected}",
        next_step="supply longer series, or use the drift",
        zh=f"只有{got}期数据，至少需要{expected}期。",
        code="short_sample",
    )


def _drift(values: Array, horizon: int) -> dict[str, Any]:
    steps, ahead = np.diff(values), np.arange(1.0, horizon + 1)
    m, drift, s = len(steps), float(steps.mean()), float(steps.std(ddof=1))
    return {
        "params": {"drift": drift},
        "drift_se": s / math.sqrt(m),
        "point": values[-1] + drift * ahead,
        "spread": s * np.sqrt(ahead * (1 + ahead / m)),
        "diagnostics": {"standard deviation of the changes": s},
    }


def _arima(values: Array, horizon: int) -> dict[str, Any]:
    from statsmodels.tsa.arima.model import ARIMA

    fit = ARIMA(values, order=(0, 1, 0), trend="t").fit()
    sigma2, drift = float(fit.params[-1]), float(fit.params[0])
    ahead = np.arange(1.0, horizon + 1)
    return {
        "params": {"drift": drift, "sigma2": sigma2},
        "drift_se": float(fit.bse[0]),
        "point": np.asarray(fit.forecast(horizon)),
        "spread": np.sqrt(sigma2 * ahead * (1 + ahead / (len(values) - 1))),
        "diagnostics": {"AIC": float(fit.aic)},
    }


def _holt(values: Array, horizon: int) -> dict[str, Any]:
    return _smoothing(values, horizon, damped=False)


def _ets(values: Array, horizon: int) -> dict[str, Any]:
    return _smoothing(values, horizon, damped=True)


def _smoothing(values: Array, horizon: int, *, damped: bool) -> dict[str, Any]:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    fit = ETSModel(pd.Series(values), error="add", trend="add", damped_trend=damped).fit(disp=False)
    if not fit.mle_retvals.get("converged", True):
        warnings.warn("the likelihood of the smoothing did not converge", stacklevel=2)
    named = dict(zip(fit.model.param_names, np.asarray(fit.params, dtype=float), strict=True))
    params = {"alpha": named["smoothing_level"], "beta": named["smoothing_trend"]}
    if damped:
        params["phi"] = named["damping_trend"]
    params |= {"level0": named["initial_level"], "trend0": named["initial_trend"]}
    return {
        "params": params,
        "point": np.asarray(fit.forecast(horizon)),
        "diagnostics": {"AIC": float(fit.aic)},
    }


def _theta(values: Array, horizon: int) -> dict[str, Any]:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    fit = ThetaModel(pd.Series(values), period=1, deseasonalize=False).fit()
    return {
        "params": {"b0": float(fit.params["b0"]), "alpha": float(fit.params["alpha"])},
        "point": np.asarray(fit.forecast(horizon)),
    }


_METHODS: dict[str, Callable[[Array, int], dict[str, Any]]] = {
    "drift": _drift,
    "arima": _arima,
    "holt": _holt,
    "theta": _theta,
    "ets": _ets,
}
