"""Is a monthly count higher than its season allows? Upper bounds for small counts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import named, to_array
from .warning_signals import require_months

__all__ = ["seasonal_upper_bound"]

Array = NDArray[np.float64]
Method = Literal["negative_binomial", "two_thirds", "mean_limit"]
_METHODS = ("negative_binomial", "two_thirds", "mean_limit")
_RESIDUAL = 2.58  # Anscombe residuals above it lose weight (Noufaily et al. 2013)
_P_TREND = 0.05
_CASES_OVER = 4  # months over which `least` cases are counted


class _Fit(NamedTuple):
    """What the reference months say of one month: mean, log mean and its error, dispersion, trend kept."""

    mean: float
    eta: float
    se_eta: float
    phi: float
    trend: bool


def seasonal_upper_bound(
    counts: pd.Series,
    *,
    years: int = 3,
    window: int = 1,
    skip: int = 3,
    alpha: float = 0.05,
    method: Method = "negative_binomial",
    trend: bool = True,
    reweight: bool = True,
    least: int = 5,
) -> pd.DataFrame:
    """Upper bound of each month from the same months of the years before (Farrington, Noufaily).

    Parameters
    ----------
    counts : pandas.Series
        Monthly counts, whole numbers from 0 on.
    years : int
        Years back (b), 3 at least.
    window : int
        Months on both sides of the same month (w), 0 to 5.
    skip : int
        Newest months that never count as reference, so that an event in progress does not raise its own
        bound.
    alpha : float
        Probability of a count above the bound in a month without an event.
    method : {"negative_binomial", "two_thirds", "mean_limit"}
        Quantile of the negative binomial at the estimated mean (Noufaily's plug-in), the normal bound on
        the 2/3 power with the error of the mean (Farrington), or the quantile at the upper limit of the mean.
    trend : bool
        Whether a linear trend of the logarithm may be used: it is, where it is significant at 5 % and does
        not lead above all reference counts.
    reweight : bool
        Whether past outbreaks lose weight.
    least : int
        A month is called above its bound only with so many cases in four months.

    Returns
    -------
    pandas.DataFrame
        By month: `count`, `expected`, `bound`, `dispersion` (at least 1), `trend` (kept), `above`, `state`
        ("judged", "too_early": not enough years, "gap": a count or a reference month is missing,
        "not_converged"). NaN and False unless judged.

    Raises
    ------
    ModelRefused
        `frequency`, `repeated`, `no_figures`; `not_counts` where figures are negative or no whole numbers.
    ParameterError
        If an option means nothing.

    Notes
    -----
    Quasi-Poisson regression by statsmodels' GLM with log link; dispersion = Pearson chi2 / df, at least 1.
    Anscombe residuals s above 2.58 get weight 1/s², rescaled to sum to n. Errors of the mean and of the
    trend use the same dispersion; R's surveillance, from which means, dispersions and bounds are tested,
    computes its trend test and errors from another one once weights are in use, so that its trend may
    differ there.

    References
    ----------
    Farrington, C. P., Andrews, N. J., Beale, A. D., Catchpole, M. A. (1996), A statistical algorithm for
    the early detection of outbreaks of infectious disease, JRSS A 159, 547-563.
    Noufaily, A., Enki, D. G., Farrington, P., Garthwaite, P., Andrews, N., Charlett, A. (2013), An improved
    algorithm for outbreak detection in multiple surveillance systems, Statistics in Medicine 32, 1206-1222.

    Examples
    --------
    >>> months = pd.period_range("2018-01", periods=38, freq="M")
    >>> claims = pd.Series(([20, 24, 18, 15, 12, 11] * 7)[:37] + [60], index=months)
    >>> last = seasonal_upper_bound(claims).iloc[-1]
    >>> last["state"], int(last["bound"]), bool(last["above"])
    ('judged', 28, True)
    """
    _check(years, window, skip, alpha, method, least)
    whole = require_months(counts, what="the counts")
    y = to_array(whole, what="counts")
    _require_counts(whole.index, y)
    rows = list(_rows(y, years, window, skip, alpha, method, trend, reweight, least))
    return pd.DataFrame(rows, index=whole.index)


def _rows(
    y: Array, years: int, window: int, skip: int, alpha: float, method: str, trend: bool,
    reweight: bool, least: int,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for k, count in enumerate(y):
        row: dict[str, Any] = {"count": count, "expected": np.nan, "bound": np.nan, "dispersion": np.nan,
                               "trend": False, "above": False}  # fmt: skip
        at = _references(k, years, window, skip)
        if at[0] < 0:
            yield row | {"state": "too_early"}
        elif np.isnan(count) or np.isnan(y[at]).any():
            yield row | {"state": "gap"}
        elif (fit := _fit(y, at, k, trend=trend, reweight=reweight)) is None:
            yield row | {"state": "not_converged"}
        else:
            bound = _bound(fit, alpha, method)
            recent = y[max(0, k - _CASES_OVER + 1) : k + 1]
            above = count > bound and np.nansum(recent) >= least
            yield row | {"expected": fit.mean, "bound": bound, "dispersion": fit.phi, "trend": fit.trend,
                         "above": bool(above), "state": "judged"}  # fmt: skip


def _references(k: int, years: int, window: int, skip: int) -> NDArray[np.intp]:
    """Places of the reference months, oldest first; negative ones lie before the data."""
    middles = k - 12 * np.arange(years, 0, -1)
    at = (middles[:, None] + np.arange(-window, window + 1)).ravel()
    return at[at < k - skip]


def _fit(y: Array, at: NDArray[np.intp], k: int, *, trend: bool, reweight: bool) -> _Fit | None:
    ref = y[at]
    if not ref.any():  # no case in any reference month: the mean is 0 and no regression is needed
        return _Fit(0.0, -np.inf, 0.0, 1.0, False)
    time = (at - k) / 12.0  # 0 in the month that is judged
    if trend and (model := _quasi_poisson(ref, time, reweight)) is not None:
        result, phi = model
        eta, slope = result.params
        se = np.sqrt(phi * np.diag(result.cov_params() / result.scale))
        p = 2 * stats.t.sf(abs(slope) / se[1], result.df_resid)
        if p < _P_TREND and np.exp(eta) <= ref.max():
            return _Fit(float(np.exp(eta)), float(eta), float(se[0]), phi, True)
    model = _quasi_poisson(ref, None, reweight)
    if model is None:
        return None
    result, phi = model
    eta = float(result.params[0])
    return _Fit(
        float(np.exp(eta)), eta, float(np.sqrt(phi * result.cov_params()[0, 0] / result.scale)), phi, False
    )


def _quasi_poisson(y: Array, time: Array | None, reweight: bool) -> tuple[Any, float] | None:
    """The regression and its dispersion, at least 1; None where it does not converge."""
    import statsmodels.api as sm

    x = np.ones((len(y), 1)) if time is None else np.column_stack([np.ones(len(y)), time])
    model = _converged(sm, y, x, None)
    if model is None or not reweight:
        return model and (model, _dispersion(model, y, np.ones(len(y))))
    phi = _dispersion(model, y, np.ones(len(y)))
    mu = model.fittedvalues
    residual = 1.5 * (y ** (2 / 3) * mu ** (-1 / 6) - np.sqrt(mu))
    residual /= np.sqrt(phi * (1 - model.get_hat_matrix_diag()))
    weights = np.ones(len(y))
    weights[residual > _RESIDUAL] = residual[residual > _RESIDUAL] ** -2.0
    weights *= len(y) / weights.sum()
    model = _converged(sm, y, x, weights)
    return model and (model, _dispersion(model, y, weights))


def _converged(sm: Any, y: Array, x: Array, weights: Array | None) -> Any:
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    with warnings.catch_warnings():
        # equal counts are fitted exactly, which is no separation
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        try:
            fit = sm.GLM(y, x, family=sm.families.Poisson(), var_weights=weights).fit(tol=1e-12)
        except (np.linalg.LinAlgError, ValueError):
            return None
    return fit if fit.converged and np.isfinite(fit.params).all() else None


def _dispersion(model: Any, y: Array, weights: Array) -> float:
    mu = model.fittedvalues
    return max(float(np.sum(weights * (y - mu) ** 2 / mu)) / model.df_resid, 1.0)


def _bound(fit: _Fit, alpha: float, method: str) -> float:
    z = stats.norm.ppf(1 - alpha)
    if fit.mean == 0:
        return 0.0
    if method == "two_thirds":
        tau = fit.phi + (fit.mean * fit.se_eta) ** 2 / fit.mean
        return float((fit.mean ** (2 / 3) + z * np.sqrt(4 / 9 * fit.mean ** (1 / 3) * tau)) ** 1.5)
    mean = fit.mean if method == "negative_binomial" else float(np.exp(fit.eta + z * fit.se_eta))
    if fit.phi > 1:
        return float(stats.nbinom.ppf(1 - alpha, mean / (fit.phi - 1), 1 / fit.phi))
    return float(stats.poisson.ppf(1 - alpha, mean))


def _check(years: int, window: int, skip: int, alpha: float, method: str, least: int) -> None:
    faults = []
    for name, value, low, high in (
        ("years", years, 3, 20), ("window", window, 0, 5), ("skip", skip, 0, 11), ("least", least, 0, 10**6),
    ):  # fmt: skip
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
            faults.append(Fault(f"`{name}` is out of range", got=repr(value), expected=f"{low} to {high}"))
    if not 0 < alpha < 0.5:
        faults.append(Fault("`alpha` is out of range", got=str(alpha), expected="above 0 and below 0.5"))
    if method not in _METHODS:
        faults.append(Fault("`method` is not known", got=str(method), expected=", ".join(_METHODS)))
    if faults:
        raise ParameterError(faults)


def _require_counts(index: pd.PeriodIndex, y: Array) -> None:
    wrong = ~np.isnan(y) & ((y < 0) | (y != np.round(y)))
    if wrong.any():
        raise ModelRefused(
            Fault(
                "figures are no counts",
                got=f"{y[wrong][0]:g} in {named(index[wrong])}",
                expected="whole numbers from 0 on",
                next_step="give persons or cases, not rates",
                zh=f"{named(index[wrong])}的数不是计数（非负整数），请用人数或件数。",
                code="not_counts",
            )
        )
