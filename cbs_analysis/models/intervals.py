"""Intervals of regression coefficients that hold in short, autocorrelated samples; arrays in, numbers out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = [
    "PraisWinsten",
    "Sieve",
    "autocorrelation",
    "corrected_rho",
    "cusum",
    "newey_west_lags",
    "newey_west_se",
    "prais_winsten",
    "rho_curve",
    "sieve_bootstrap",
    "sieve_errors",
]

Array = NDArray[np.float64]

_MOST_RHO = 0.95
_NO_ERROR = 1e-300  # a perfect fit has no error to divide by
_BURN_IN = 60  # 0.95 ** 60 < 0.05: what is left of the start


def newey_west_lags(nobs: int) -> int:
    """Lags of the Newey-West variance: the whole part of 4 (n / 100)^(2/9).

    >>> newey_west_lags(15), newey_west_lags(46), newey_west_lags(100)
    (2, 3, 4)
    """
    return math.floor(4 * (nobs / 100) ** (2 / 9))


def newey_west_se(inverse: Array, resid: Array, lags: int) -> Array:
    """Newey-West standard errors of all coefficients, without correction for degrees of freedom.

    Parameters
    ----------
    inverse : numpy.ndarray
        Pseudo-inverse of the regressors, shape (k, n).
    resid : numpy.ndarray
        Residuals, shape (..., n).
    lags : int
        Bartlett weights ``1 - l / (lags + 1)``.

    Returns
    -------
    numpy.ndarray
        Shape (..., k).

    References
    ----------
    Newey, W. K., West, K. D. (1987), A simple, positive semi-definite, heteroskedasticity and
    autocorrelation consistent covariance matrix, Econometrica 55, 703-708.
    """
    scores = inverse * resid[..., None, :]  # each observation's share in the error of a coefficient
    variance = np.einsum("...t,...t->...", scores, scores)
    for lag in range(1, min(lags, resid.shape[-1] - 1) + 1):
        both = np.einsum("...t,...t->...", scores[..., lag:], scores[..., :-lag])
        variance = variance + 2 * (1 - lag / (lags + 1)) * both
    return np.sqrt(np.maximum(variance, 0.0))


def autocorrelation(resid: Array) -> Array:
    """First-order autocorrelation of residuals, shape (..., n) to (...): regression on those before them."""
    before, now = resid[..., :-1], resid[..., 1:]
    return np.asarray((now * before).sum(axis=-1) / np.maximum((before**2).sum(axis=-1), _NO_ERROR))


def rho_curve(z: Array) -> tuple[Array, Array]:
    """What the autocorrelation of least-squares residuals is on average, and that of the errors behind it.

    Parameters
    ----------
    z : numpy.ndarray
        Regressors, constant among them, shape (n, k).

    Returns
    -------
    numpy.ndarray, numpy.ndarray
        Autocorrelation of residuals, not falling, and of errors from -0.95 to 0.95; the second at the first
        is ``numpy.interp(sample, *rho_curve(z))``.

    Notes
    -----
    Residuals are less autocorrelated than errors, the more so the more regressors they are fitted with. With
    M the projection off `z` and Omega(rho) the correlation matrix of an AR(1), the first is
    ``tr(L M Omega M) / tr(J M Omega M) - 2 rho / n``: the ratio of the expected sums of ``e_t e_{t-1}`` and
    ``e_{t-1}^2``, and the bias of a ratio. For a constant alone this is about ``rho - (1 + 3 rho) / n``.

    References
    ----------
    Marriott, F. H. C., Pope, J. A. (1954), Bias in the estimation of autocorrelations, Biometrika 41,
    390-402.
    Kendall, M. G. (1954), Note on bias in the estimation of autocorrelation, Biometrika 41, 403-404.
    """
    n = len(z)
    grid = np.linspace(-_MOST_RHO, _MOST_RHO, 39)
    q = np.linalg.qr(z)[0]
    off = np.eye(n) - q @ q.T
    apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n))).ravel()
    shifted, kept = off[1:].T @ off[:-1], off[:-1].T @ off[:-1]
    powers = grid[:, None] ** np.arange(n)
    # traces of products with a matrix that only depends on the distance from the diagonal
    above = powers @ np.bincount(apart, shifted.ravel(), minlength=n)
    below = powers @ np.bincount(apart, kept.ravel(), minlength=n)
    return np.maximum.accumulate(above / below - 2 * grid / n), grid


def corrected_rho(resid: Array, z: Array) -> float:
    """Autocorrelation of the errors from that of the residuals, corrected for its bias (`rho_curve`).

    >>> z = np.ones((20, 1))
    >>> e = np.tile([1.0, 1.0, -1.0, -1.0], 5)
    >>> float(autocorrelation(e)) < corrected_rho(e, z)
    True
    """
    return float(np.interp(autocorrelation(resid), *rho_curve(z)))


def sieve_errors(resid: Array, rho: float | Array, draws: int, rng: np.random.Generator) -> Array:
    """Errors drawn from an AR(1) whose innovations are those of the residuals.

    Parameters
    ----------
    resid : numpy.ndarray
        Shape (n,), or (draws, n): one sample is then drawn from each row.
    rho : float or numpy.ndarray
        Of the sample, or of each row.

    Returns
    -------
    numpy.ndarray
        Shape (draws, n).
    """
    n = resid.shape[-1]
    rho = np.asarray(rho)
    shocks = resid[..., 1:] - rho[..., None] * resid[..., :-1]
    shocks = shocks - shocks.mean(axis=-1, keepdims=True)
    at = rng.integers(0, n - 1, size=(_BURN_IN + n, draws))
    drawn = shocks[at] if shocks.ndim == 1 else shocks[np.arange(draws), at]
    for t in range(1, _BURN_IN + n):
        drawn[t] += rho * drawn[t - 1]
    return np.ascontiguousarray(drawn[_BURN_IN:].T)


@dataclass(frozen=True)
class Sieve:
    """Bootstrap distribution of the t ratios of a regression.

    Attributes
    ----------
    estimates, bse : numpy.ndarray
        Least squares and its Newey-West standard errors, shape (k,).
    t : numpy.ndarray
        ``(b* - b) / se*`` by draw and coefficient, shape (draws, k).
    rho : float
        Autocorrelation that the draws have.
    lags : int
        Of the Newey-West variance.
    """

    estimates: Array
    bse: Array
    t: Array
    rho: float
    lags: int

    def critical(self, alpha: float) -> Array:
        """What the absolute t ratio exceeds with probability `alpha`, shape (k,)."""
        return np.quantile(np.abs(self.t), 1 - alpha, axis=0)

    def interval(self, alpha: float) -> Array:
        """Symmetric percentile-t intervals, shape (k, 2)."""
        half = self.critical(alpha) * self.bse
        return np.column_stack([self.estimates - half, self.estimates + half])

    def pvalues(self, null: float = 0.0) -> Array:
        """Two-sided p values of the hypothesis that a coefficient is `null`, shape (k,); never 0."""
        observed = np.abs(self.estimates - null) / np.maximum(self.bse, _NO_ERROR)
        beyond = (np.abs(self.t) >= observed).sum(axis=0)
        return (1 + beyond) / (1 + len(self.t))


def sieve_bootstrap(
    y: Array,
    z: Array,
    *,
    draws: int = 999,
    seed: int | np.random.Generator = 20230630,
    lags: int | None = None,
) -> Sieve:
    """AR(1)-sieve bootstrap of the Newey-West t ratios of a regression; the regressors stay as they are.

    Parameters
    ----------
    y : numpy.ndarray
        Shape (n,).
    z : numpy.ndarray
        Regressors, constant among them, shape (n, k), of full rank.
    draws : int
        Number of samples drawn.
    seed : int or numpy.random.Generator
    lags : int, optional
        Of the Newey-West variance; default `newey_west_lags`.

    Returns
    -------
    Sieve

    Notes
    -----
    Least squares gives b and residuals; their autocorrelation, corrected for its bias (`corrected_rho`),
    gives innovations that are drawn with replacement; errors built from them give samples ``y* = z b + e*``,
    and each of these ``t* = (b* - b) / se*`` as the sample itself was treated. Assumes regressors that do not
    react to the errors, and errors near an AR(1) with innovations that are alike.

    References
    ----------
    Bühlmann, P. (1997), Sieve bootstrap for time series, Bernoulli 3, 123-148.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.standard_normal(20)
    >>> sieve = sieve_bootstrap(2 + 0.5 * x + rng.standard_normal(20) / 9, np.column_stack([np.ones(20), x]))
    >>> sieve.interval(0.1)[1].round(1).tolist()
    [0.3, 0.5]
    """
    inverse = np.asarray(np.linalg.pinv(z), dtype=np.float64)
    beta = inverse @ y
    resid = y - z @ beta
    lags = newey_west_lags(len(y)) if lags is None else lags
    bse = newey_west_se(inverse, resid, lags)
    rho = corrected_rho(resid, z)
    errors = sieve_errors(resid, rho, draws, np.random.default_rng(seed))
    off = errors @ inverse.T
    drawn_se = newey_west_se(inverse, errors - off @ z.T, lags)
    return Sieve(beta, bse, off / np.where(drawn_se > 0, drawn_se, np.inf), rho, lags)


@dataclass(frozen=True)
class PraisWinsten:
    """Least squares under first-order autocorrelation, the first observation kept.

    Attributes
    ----------
    estimates, bse : numpy.ndarray
        Shape (k,).
    rho : float
    df : int
        ``n - k - 1``: one for rho.
    converged : bool
    """

    estimates: Array
    bse: Array
    rho: float
    df: int
    converged: bool


def prais_winsten(y: Array, z: Array, *, tolerance: float = 1e-8, iterations: int = 200) -> PraisWinsten:
    """Iterated Prais-Winsten estimate of a regression with AR(1) errors.

    Parameters
    ----------
    y, z : numpy.ndarray
        Shapes (n,) and (n, k), constant among the regressors.

    Notes
    -----
    rho is the regression of the residuals on those before them; the transformed equation has
    ``sqrt(1 - rho^2) y_1`` and ``y_t - rho y_{t-1}``; both are repeated until rho rests. Its variance has
    n - k degrees of freedom; `df` for Student's t is one less.

    References
    ----------
    Prais, S. J., Winsten, C. B. (1954), Trend estimators and serial correlation, Cowles Commission
    discussion paper 383.

    Examples
    --------
    >>> y, z = np.array([1.0, 2.0, 4.0, 3.0, 6.0, 5.0, 8.0]), np.column_stack([np.ones(7), np.arange(7.0)])
    >>> prais_winsten(y, z).rho < 0
    True
    """
    n, k = z.shape
    beta = np.linalg.pinv(z) @ y
    rho, moved = 0.0, math.inf
    for _ in range(iterations):
        resid = y - z @ beta
        found = min(max(float(autocorrelation(resid)), -0.999), 0.999)
        moved, rho = abs(found - rho), found
        ys, zs = _quasi_differences(y, rho), _quasi_differences(z, rho)
        inverse = np.linalg.pinv(zs)
        beta = inverse @ ys
        if moved < tolerance:
            break
    off = ys - zs @ beta
    bse = np.sqrt(off @ off / (n - k) * np.einsum("kt,kt->k", inverse, inverse))
    return PraisWinsten(beta, bse, rho, n - k - 1, moved < tolerance)


def _quasi_differences(x: Array, rho: float) -> Array:
    out = x.astype(float)
    out[1:] = x[1:] - rho * x[:-1]
    out[0] = math.sqrt(1 - rho**2) * x[0]
    return out


def cusum(resid: Array, k: int) -> tuple[float, float]:
    """Largest cumulated least-squares residual in units of its spread, and its asymptotic p value.

    Notes
    -----
    ``max_t |e_1 + ... + e_t| / (s sqrt(n))`` with ``s^2 = e'e / (n - k)``; the limit is the supremum of a
    Brownian bridge (Ploberger, W., Krämer, W. (1992), The CUSUM test with OLS residuals, Econometrica 60,
    271-285). The p value is too low where errors are autocorrelated.
    """
    n = len(resid)
    spread = math.sqrt(max(float(resid @ resid), _NO_ERROR) / (n - k) * n)
    size = float(np.abs(np.cumsum(resid)).max()) / spread
    return size, float(stats.kstwobign.sf(size))
