"""Arithmetic of structural breaks: sums of squares of segments, best partitions, supF and dates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, optimize, special

from .intervals import autocorrelation, sieve_errors

__all__ = [
    "argmax_quantiles",
    "best_partitions",
    "chow_statistics",
    "criteria",
    "date_interval",
    "detectable_shift",
    "segment_rss",
    "segmented",
    "supf_pvalue",
]

Array = NDArray[np.float64]

_TRACE = 1e-14
_POWER = 0.8
_POWER_DRAWS = 400


def segment_rss(y: Array, z: Array) -> Array:
    """Residual sum of squares of every segment: entry (i, j) belongs to rows i to j - 1.

    Parameters
    ----------
    y, z : numpy.ndarray
        Shapes (n,) and (n, k).

    Returns
    -------
    numpy.ndarray
        Shape (n, n + 1); NaN for segments shorter than k; never below a trace of the sum of squares, so that
        a perfect fit has a logarithm.
    """
    n, k = z.shape
    scale = np.sqrt((z**2).mean(axis=0))
    q = z / np.where(scale > 0, scale, 1.0)
    y = (
        y - y.mean() if np.ptp(z, axis=0).min() == 0 else y
    )  # a constant takes the mean away: fewer digits lost
    out = np.full((n, n + 1), np.nan)
    least = max(_TRACE * float(y @ y), 1e-300)
    squares, products, cross = y**2, q * y[:, None], q[:, :, None] * q[:, None, :]
    for i in range(n - k + 1):
        gram, moment = np.cumsum(cross[i:], axis=0)[k - 1 :], np.cumsum(products[i:], axis=0)[k - 1 :]
        fitted = np.einsum("tk,tkl,tl->t", moment, np.linalg.pinv(gram, hermitian=True), moment)
        out[i, i + k :] = np.maximum(np.cumsum(squares[i:])[k - 1 :] - fitted, least)
    return out


def best_partitions(rss: Array, most: int, shortest: int) -> list[tuple[float, list[int]]]:
    """For 0 to `most` breaks the least sum of squares and where it is: last rows + 1 of the old regimes.

    Notes
    -----
    Dynamic programming (Bai & Perron 2003): the best m + 1 segments of the first t rows are the best m
    segments of the first s rows and one more, for the s at which the sum is least.
    """
    n = len(rss)
    best = np.full((most + 1, n + 1), np.inf)
    split = np.zeros((most + 1, n + 1), dtype=int)
    best[0, shortest:] = rss[0, shortest:]
    for m in range(1, most + 1):
        for t in range((m + 1) * shortest, n + 1):
            starts = np.arange(m * shortest, t - shortest + 1)
            sums = best[m - 1, starts] + rss[starts, t]
            split[m, t] = starts[np.argmin(sums)]
            best[m, t] = sums.min()
    made = []
    for m in range(most + 1):
        at, ends = n, []
        for level in range(m, 0, -1):
            at = int(split[level, at])
            ends.append(at)
        made.append((float(best[m, n]), ends[::-1]))
    return made


def criteria(rss: float, n: int, k: int, breaks: int) -> tuple[float, float]:
    """BIC and the criterion of Liu, Wu and Zidek (LWZ) of a partition; less is better.

    BIC is that of the Gaussian likelihood with k coefficients and one break date (the variance in place of
    the last) for each regime; LWZ adds ``0.299 ln(n)^2.1 / n`` to the log of the variance for each of the
    k (m + 1) + m parameters (Liu, Wu & Zidek 1997, Statistica Sinica 7, 497-525).
    """
    bic = n * (math.log(rss) + 1 - math.log(n) + math.log(2 * math.pi)) + math.log(n) * (k + 1) * (breaks + 1)
    free = k * (breaks + 1) + breaks
    return bic, math.log(rss / (n - free)) + free * 0.299 * math.log(n) ** 2.1 / n


def segmented(z: Array, ends: Sequence[int]) -> Array:
    """Regressors of all regimes side by side, each zero outside its own."""
    n, k = z.shape
    bounds = [0, *ends, n]
    out = np.zeros((n, k * (len(ends) + 1)))
    for r, (a, b) in enumerate(pairwise(bounds)):
        out[a:b, r * k : (r + 1) * k] = z[a:b]
    return out


def chow_statistics(y: Array, z: Array, splits: Sequence[int]) -> Array:
    """Chow's statistic times its restrictions at each split (rows of the old regime).

    Parameters
    ----------
    y : numpy.ndarray
        Shape (n,), or (draws, n) for many samples at once.
    z : numpy.ndarray
        Shape (n, k).

    Returns
    -------
    numpy.ndarray
        Shape (..., splits): ``(RSS0 - RSS1) / (RSS1 / df)``, with df = n - 2 k, or n - k - s where a regime
        of s rows is no longer than k and is fitted exactly.
    """
    n, k = z.shape
    if k == 1 and np.ptp(z) == 0:
        return _mean_shifts(y, np.asarray(splits))
    whole = _rss(y, z)
    made = []
    for s in splits:
        short = min(s, n - s)
        if short > k:
            apart, df = _rss(y[..., :s], z[:s]) + _rss(y[..., s:], z[s:]), n - 2 * k
        else:
            rest = slice(s, n) if s == short else slice(0, s)
            apart, df = _rss(y[..., rest], z[rest]), n - short - k
        made.append((whole - apart) / (np.maximum(apart, _TRACE * whole + 1e-300) / df))
    return np.stack(made, axis=-1)


def _mean_shifts(y: Array, splits: NDArray[np.intp]) -> Array:
    """The same for a mean: from cumulated deviations, since ``RSS0 - RSS1 = S_s^2 n / (s (n - s))``."""
    n = y.shape[-1]
    off = y - y.mean(axis=-1, keepdims=True)
    whole = (off**2).sum(axis=-1, keepdims=True)
    explained = np.cumsum(off, axis=-1)[..., splits - 1] ** 2 * (n / (splits * (n - splits)))
    return np.asarray(explained / (np.maximum(whole - explained, _TRACE * whole + 1e-300) / (n - 2)))


def _rss(y: Array, z: Array) -> Array:
    q = np.linalg.qr(z)[0]
    off = y - (y @ q) @ q.T
    return np.asarray(np.einsum("...t,...t->...", off, off))


def supf_pvalue(statistic: float, k: int, ratio: float) -> float:
    """Asymptotic p value of supF times k, for k coefficients.

    Parameters
    ----------
    ratio : float
        ``(1 - t0) t1 / (t0 (1 - t1))`` for break dates between the fractions t0 and t1 of the sample.

    Notes
    -----
    ``x^(k/2) exp(-x/2) / (2^(k/2) Gamma(k/2)) [(1 - k/x) ln(ratio) + 2/x]``, the tail of the supremum of a
    normalised tied-down Bessel process. Good for small p; above 0.3 it is rough.

    References
    ----------
    Andrews, D. W. K. (1993), Tests for parameter instability and structural change with unknown change
    point, Econometrica 61, 821-856.
    Estrella, A. (2003), Critical values and p values of Bessel process distributions: computation and
    application to structural break tests, Econometric Theory 19, 1128-1143.

    Examples
    --------
    >>> round(supf_pvalue(8.68, 1, (0.85 / 0.15) ** 2), 3)  # 5 % value of Andrews for 15 % trimming
    0.051
    """
    x = statistic
    if x <= k:
        return 1.0
    density = math.exp(k / 2 * math.log(x / 2) - x / 2 - math.lgamma(k / 2))
    return float(min(1.0, density * ((1 - k / x) * math.log(ratio) + 2 / x)))


def _density(s: float, drift: float, sd: float, own: float, other: float) -> float:
    """Density of the place s > 0 of the maximum on one side of a two-sided Brownian motion with drift.

    It is the density of first passage of the level m at s, times the rate `own` of never passing it again,
    over the levels m that the other side stays below (probability ``1 - exp(-other m)``).
    """
    a, v = drift * s, sd**2 * s
    b0, b1 = a, a + other * v
    root = math.sqrt(2 * v)
    both = b1 * special.erfcx(b1 / root) - b0 * special.erfcx(b0 / root)
    return float(own / (2 * s) * math.exp(-(a**2) / (2 * v)) * both)


def argmax_quantiles(alpha: float, *, xi: float = 1.0, phi: float = 1.0) -> tuple[float, float]:
    """Quantiles alpha / 2 and 1 - alpha / 2 of the argmax in Bai's limit of an estimated break date.

    Parameters
    ----------
    xi, phi : float
        The process is ``W(-s) - |s| / 2`` before the break and ``sqrt(phi) W(s) - xi s / 2`` after it.

    References
    ----------
    Bai, J. (1997), Estimation of a change point in multiple regression models, Review of Economics and
    Statistics 79, 551-563.

    Examples
    --------
    >>> [round(q, 1) for q in argmax_quantiles(0.05)]
    [-11.0, 11.0]
    """
    before, after = 1.0, xi / phi  # rates of the exponential distribution of the maximum of each side
    sides = ((0.5, 1.0, before, after), (xi / 2, math.sqrt(phi), after, before))

    def tail(x: float, side: tuple[float, float, float, float]) -> float:
        return float(integrate.quad(_density, x, math.inf, args=side, limit=200, full_output=1)[0])

    def quantile(side: tuple[float, float, float, float]) -> float:
        if tail(1e-9, side) <= alpha / 2:
            return 0.0
        far = 1.0
        while tail(far, side) > alpha / 2:
            far *= 2
        return float(optimize.brentq(lambda x: tail(x, side) - alpha / 2, 1e-9, far))

    return -quantile(sides[0]), quantile(sides[1])


def date_interval(y: Array, z: Array, ends: Sequence[int], which: int, alpha: float) -> tuple[int, int]:
    """Interval of one break date, in rows of the old regime (Bai 1997).

    Regressors and error variances may differ between the two regimes; errors without autocorrelation.
    """
    bounds = [0, *ends, len(y)]
    parts = [slice(*bounds[which + i : which + i + 2]) for i in (0, 1)]
    beta = [np.linalg.pinv(z[p]) @ y[p] for p in parts]
    delta = beta[1] - beta[0]
    q = [float(((z[p] @ delta) ** 2).mean()) for p in parts]
    variance = [
        max(float(((y[p] - z[p] @ b) ** 2).mean()), _TRACE * max(q)) for p, b in zip(parts, beta, strict=True)
    ]
    xi, phi = q[1] / q[0], q[1] / q[0] * variance[1] / variance[0]
    low, high = argmax_quantiles(alpha, xi=xi, phi=phi)
    scale = variance[0] / q[0]
    return ends[which] - math.ceil(high * scale), ends[which] - math.floor(low * scale)


def detectable_shift(
    resid: Array, rho: float, shortest: int, alpha: float, rng: np.random.Generator
) -> float:
    """Shift of the mean amid the sample that the bootstrapped supF finds with probability 0.8, by simulation.

    Parameters
    ----------
    resid : numpy.ndarray
        Deviations from the mean of the whole sample, shape (n,).
    rho : float
        Autocorrelation of the errors.
    shortest : int
        Shortest regime.

    Returns
    -------
    float
        In the unit of `resid`; infinite where 8 standard deviations are not found.

    Notes
    -----
    Each sample with a shift is drawn once more under stability, with its own rho; the draws of all samples
    together give the critical value (warp-speed method).

    References
    ----------
    Giacomini, R., Politis, D. N., White, H. (2013), A warp-speed method for conducting Monte Carlo
    experiments involving bootstrap estimators, Econometric Theory 29, 567-589.
    """
    n = len(resid)
    z, splits = np.ones((n, 1)), range(shortest, n - shortest + 1)
    errors = sieve_errors(resid, rho, _POWER_DRAWS, rng)
    sizes, power = float(resid.std()) * np.array([0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0]), []
    for size in sizes:
        y = errors + size * (np.arange(n) >= n // 2)
        off = y - y.mean(axis=1, keepdims=True)
        again = sieve_errors(off, np.minimum(autocorrelation(off), 0.95), _POWER_DRAWS, rng)
        critical = np.quantile(chow_statistics(again, z, splits).max(axis=-1), 1 - alpha)
        power.append(float((chow_statistics(y, z, splits).max(axis=-1) > critical).mean()))
    if max(power) < _POWER:
        return math.inf
    return float(np.interp(_POWER, np.maximum.accumulate(power), sizes))
