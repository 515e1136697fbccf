"""What a reader must know about a regression: tests of its residuals, alternatives, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused
from .intervals import cusum
from .wording import figure

if TYPE_CHECKING:
    from .regression import Interval, RegressionResult

__all__ = ["alternatives", "diagnostics_of", "hc3", "leverage", "regression_warnings"]

Array = NDArray[np.float64]

_ALTERNATIVES: dict[Interval, str] = {
    "sieve": "sieve bootstrap",
    "prais_winsten": "Prais-Winsten",
    "hc3": "HC3 t",
}
_LARGE_CONDITION = 1e3
_EXACT = 1 - 1e-8  # leverage of a period that is fitted exactly


def leverage(z: Array) -> Array:
    """Weight of each period in its own fitted value, 0 to 1; columns of `z` of full rank."""
    return np.asarray((np.linalg.qr(z)[0] ** 2).sum(axis=1))


def hc3(ols: Any, z: Array, interval: str) -> Array:
    """HC3 covariance; NaN where a period is fitted exactly, as by a dummy of its own."""
    if leverage(z).max() < _EXACT:
        return np.asarray(ols.cov_HC3)
    if interval == "hc3":
        raise ModelRefused(
            Fault(
                "HC3 errors are not defined where a period is fitted exactly",
                expected="no dummy for a single period",
                next_step='leave the dummy out, or use interval="sieve"',
                zh="有单独一期的虚拟变量时HC3标准误没有定义，请改用自助法区间。",
                code="leverage",
            )
        )
    return np.full((z.shape[1], z.shape[1]), np.nan)


def diagnostics_of(r: RegressionResult, ols: Any) -> dict[str, float | str]:
    """Fit, autocorrelation, stability, and the smallest effects that could have been found."""
    from statsmodels.stats.diagnostic import acorr_breusch_godfrey
    from statsmodels.stats.stattools import durbin_watson

    godfrey = acorr_breusch_godfrey(ols, nlags=1, result_object=True)
    found: dict[str, float | str] = {
        "R2": r.rsquared,
        "residual standard deviation": r.residual_sd,
        "Durbin-Watson": float(durbin_watson(r.resid.to_numpy())),
        "Breusch-Godfrey(1) LM": float(godfrey.lm),
        "Breusch-Godfrey(1) p": float(godfrey.lmpval),
        "condition number": r.condition,
    }
    if r.constant:
        found["OLS-CUSUM"], found["OLS-CUSUM p"] = cusum(r.resid.to_numpy(), len(r.params))
    least = r.minimum_detectable()
    return found | {f"minimum detectable effect of {x}": float(least[x]) for x in r.regressors}


def alternatives(r: RegressionResult, inverse: Array, z: Array) -> dict[str, float | str]:
    """The first slope by other intervals, and without each period in turn."""
    x = r.regressors[0]
    found: dict[str, float | str] = {}
    for kind, words in _ALTERNATIVES.items():
        if kind != r.interval and r.has_errors(kind):
            low, high = r.conf_int(interval=kind).loc[x]
            value = r.centre(kind)[x]
            found[f"{x}, {words}"] = f"{figure(value)} [{figure(low)}, {figure(high)}]"
    at = r.params.index.get_loc(x)
    weight = leverage(z)
    kept = weight < _EXACT  # a period with a dummy of its own is left out already
    change = inverse[at][kept] * r.resid.to_numpy()[kept] / (1 - weight[kept])
    without = pd.Series(r.least_squares[x] - change, r.resid.index[kept])
    ends = [f"{figure(without[p])} (without {p})" for p in (without.idxmin(), without.idxmax())]
    found[f"{x}, leaving out one period"] = " to ".join(ends)
    return found


def regression_warnings(r: RegressionResult, watson: float, converged: bool) -> tuple[str, ...]:
    """Where the result must be read with care."""
    found = []
    if r.interval == "newey_west" and r.nobs < 50:
        found.append("Newey-West intervals cover far less than they say below 50 observations")
    if r.condition > _LARGE_CONDITION:
        found.append(
            f"the regressors are nearly collinear (condition number {r.condition:.3g}): "
            "their single coefficients are hard to tell apart"
        )
    if r.constant and r.rsquared > watson:
        found.append("R2 exceeds Durbin-Watson: series that wander look related; use differences")
    if r.rho > 0.9:
        found.append(f"errors are near a random walk (rho {r.rho:.2f}): use differences")
    if not converged:
        found.append("Prais-Winsten did not converge: its estimate is that of the last step")
    return tuple(found)
