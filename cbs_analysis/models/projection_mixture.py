"""The predictive distribution behind a projection: three ways to be unsure, in equal parts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaincinv, stdtr, stdtrit

__all__ = ["Mixture", "mixture", "past_coverage", "rolling_errors"]

Array = NDArray[np.float64]

RECENT = 7  # growth rates that set the pace
MEMORY = 10  # growth rates that set the memory of growth
_MIN_AR = 6
_MIN_ERRORS = 3
_FIRST_ORIGIN = 5  # changes before the first forecast of the past


@dataclass(frozen=True)
class Mixture:
    """Sums of future growth, as equal parts of Student's t distributions.

    Attributes
    ----------
    names : tuple of str
        The parts.
    centre, scale, df : numpy.ndarray
        Shape (parts, horizon): the sum of growth over 1, 2, ... years.
    """

    names: tuple[str, ...]
    centre: Array
    scale: Array
    df: Array

    def cdf(self, x: Array) -> Array:
        """Chance that the sum stays below `x`, shape (horizon,)."""
        return np.asarray(stdtr(self.df, (x - self.centre) / self.scale).mean(axis=0))

    def quantile(self, q: float) -> Array:
        """Quantile of the sum, shape (horizon,): bisection between the quantiles of the parts."""
        ends = self.centre + self.scale * stdtrit(self.df, q)
        low, high = ends.min(axis=0), ends.max(axis=0)
        for _ in range(60):
            middle = 0.5 * (low + high)
            below = self.cdf(middle) < q
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return 0.5 * (low + high)

    def paths(self, draws: int, rng: np.random.Generator) -> Array:
        """Draws of the whole path, shape (draws, horizon), each year with the distribution above.

        Within a draw the shocks add up as in a random walk, which is what joint statements need.
        """
        parts, horizon = self.centre.shape
        part = rng.integers(parts, size=draws)
        walk = rng.standard_normal((draws, horizon)).cumsum(axis=1) / np.sqrt(np.arange(1.0, horizon + 1))
        df = self.df[part]
        heavy = np.sqrt(df / (2.0 * gammaincinv(0.5 * df, rng.random((draws, 1)))))
        return self.centre[part] + self.scale[part] * walk * heavy


def mixture(growth: Array, horizon: int) -> Mixture:
    """Three views of the sum of growth over the next years.

    Parameters
    ----------
    growth : numpy.ndarray
        Yearly changes on the scale of the projection, at least 3, oldest first.
    horizon : int
        Years ahead.

    Notes
    -----
    1. Drift: mean d and standard deviation s of the last k = min(7, m) changes,
       ``h d + s sqrt(h (1 + h / k)) t(k - 1)``.
    2. Memory: AR(1) of the last n <= 10 changes about their mean, the coefficient corrected for its bias
       by ``(1 + 3 r) / (n - 1)`` and kept within 0.95, Student's t of n - 3 degrees of freedom with the
       error of the mean; from 6 changes on.
    3. Record: the centre of 1 and the root mean squared error that forecasts by 1 would have made h years
       ahead, t with as many degrees of freedom as errors; where fewer than 3 were made, the error of the
       longest horizon that has 3, grown like the scale of 1.

    References
    ----------
    Kendall (1954), Note on bias in the estimation of autocorrelation, Biometrika 41(3-4).
    """
    steps = np.arange(1.0, horizon + 1)
    recent = growth[-RECENT:]
    k = len(recent)
    drift = steps * recent.mean()
    widen = np.sqrt(steps * (1.0 + steps / k))
    parts = [("drift", drift, recent.std(ddof=1) * widen, np.full(horizon, k - 1.0))]
    if len(growth) >= _MIN_AR:
        parts.append(("memory", *_memory(growth[-MEMORY:], steps)))
    record = _record(growth, steps, widen)
    if record is not None:
        parts.append(("record", drift, *record))
    parts = [p for p in parts if np.all(p[2] > 0)]
    return Mixture(
        tuple(p[0] for p in parts),
        np.array([p[1] for p in parts]),
        np.array([p[2] for p in parts]),
        np.array([p[3] for p in parts]),
    )


def _memory(growth: Array, steps: Array) -> tuple[Array, Array, Array]:
    n, mean = len(growth), float(growth.mean())
    apart = growth - mean
    lag, now = apart[:-1], apart[1:]
    lag_, now_ = lag - lag.mean(), now - now.mean()
    rho = float(lag_ @ now_) / (float(lag_ @ lag_) or 1.0)
    rho = float(np.clip(rho + (1.0 + 3.0 * rho) / (n - 1), -0.95, 0.95))
    residuals = now - rho * lag
    df = n - 3
    variance = float(residuals @ residuals) / df
    carried = rho * (1.0 - rho**steps) / (1.0 - rho)
    shocks = np.cumsum(((1.0 - rho**steps) / (1.0 - rho)) ** 2)
    mean_error = (steps - carried) ** 2 / (n * (1.0 - rho) ** 2)
    centre = steps * mean + apart[-1] * carried
    return centre, np.sqrt(variance * (shocks + mean_error)), np.full(len(steps), float(df))


def rolling_errors(growth: Array, h: int) -> Array:
    """Errors that the mean of the last 7 changes would have made h years ahead, from the third change on."""
    total = np.concatenate([[0.0], np.cumsum(growth)])
    origins = np.arange(_MIN_ERRORS, len(growth) - h + 1)
    if not len(origins):
        return np.empty(0)
    first = np.maximum(origins - RECENT, 0)
    pace = (total[origins] - total[first]) / (origins - first)
    return total[origins + h] - total[origins] - h * pace


def _record(growth: Array, steps: Array, widen: Array) -> tuple[Array, Array] | None:
    scale, df = np.empty(len(steps)), np.empty(len(steps))
    last = -1
    for i in range(len(steps)):
        errors = rolling_errors(growth, i + 1)
        if len(errors) >= _MIN_ERRORS:
            last = i
            scale[i], df[i] = math.sqrt(float((errors**2).mean())), len(errors)
        elif last < 0:
            return None
        else:
            scale[i], df[i] = scale[last] * widen[i] / widen[last], df[last]
    return scale, df


def past_coverage(growth: Array, horizon: int, *, level: float = 0.8) -> pd.DataFrame:
    """Forecasts that the mixture would have made on the series itself, and how many central intervals held.

    Parameters
    ----------
    growth : numpy.ndarray
        Yearly changes; forecasts begin after the fifth.
    horizon : int
        Years ahead.
    level : float
        Coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        By `years_ahead`: `cases` and `inside`. Each forecast sees the changes before it alone.
    """
    total = np.concatenate([[0.0], np.cumsum(growth)])
    cases, inside = np.zeros(horizon, dtype=int), np.zeros(horizon, dtype=int)
    for origin in range(_FIRST_ORIGIN, len(growth)):
        past, ahead = growth[:origin], min(horizon, len(growth) - origin)
        if np.ptp(past[-RECENT:]) == 0:
            continue
        below = mixture(past, ahead).cdf(total[origin + 1 : origin + ahead + 1] - total[origin])
        cases[:ahead] += 1
        inside[:ahead] += np.abs(below - 0.5) <= level / 2
    years = pd.RangeIndex(1, horizon + 1, name="years_ahead")
    return pd.DataFrame({"cases": cases, "inside": inside}, index=years)
