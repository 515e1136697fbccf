"""Linear algebra of temporal disaggregation: covariances of the error, least squares, the search for rho."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["RHO_MOST", "Fit", "autoregressive", "gls", "integrated", "search_rho", "smoothest"]

Array = NDArray[np.float64]
RHO_MOST = 0.999  # as in R's tempdisagg: with 1 the covariance is singular


def smoothest(b: Array, q: Array, trend: Array) -> Array:
    """Matrix (..., high, low) from figures to the smoothest path that agrees with them.

    Parameters
    ----------
    b : array (..., low, high)
        Aggregation.
    q : array (high, high)
        Pseudo-inverse of the cross product of the differences.
    trend : array (high, differences)
        Basis of what the differences do not see: its coefficients are unknown, the figures fix them.
    """
    bq, bt = b @ q, b @ trend
    m, k = bt.shape[-2:]
    system = np.zeros((*bt.shape[:-2], m + k, m + k))
    system[..., :m, :m] = bq @ np.swapaxes(b, -1, -2)
    system[..., :m, m:] = bt
    system[..., m:, :m] = np.swapaxes(bt, -1, -2)
    solved = np.linalg.solve(system, np.eye(m + k)[:, :m])
    path = np.swapaxes(bq, -1, -2) @ solved[..., :m, :] + trend @ solved[..., m:, :]
    return path + path @ (np.eye(m) - b @ path)  # agreement to the last digits


def autoregressive(n: int, rho: float) -> Array:
    """Covariance of n steps of a stationary AR(1) with unit innovations (Chow-Lin)."""
    distance = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return np.asarray((rho ** np.arange(n))[distance] / (1 - rho**2), dtype=np.float64)


def integrated(n: int, rho: float) -> Array:
    """Covariance of a random walk from 0 whose steps are an AR(1) from 0 (Fernandez, Litterman)."""
    lag = np.subtract.outer(np.arange(n), np.arange(n))
    steps = np.where(lag >= 0, (rho ** np.arange(n))[np.abs(lag)], 0.0)
    root = np.cumsum(steps, axis=0)
    return root @ root.T


@dataclass(frozen=True)
class Fit:
    """Generalised least squares at the low frequency; `spread` (high, low) distributes its residuals."""

    b: Array
    bse: Array
    rss: float
    loglik: float
    spread: Array


def gls(y: Array, x: Array, weights: Array, q: Array) -> Fit:
    """Chow & Lin's estimate given the covariance q of the high-frequency error."""
    bq = weights @ q
    root = np.linalg.cholesky(bq @ weights.T)
    white = np.linalg.solve(root, np.column_stack([weights @ x, y]))
    orthogonal, triangle = np.linalg.qr(white[:, :-1])
    b = np.linalg.solve(triangle, orthogonal.T @ white[:, -1])
    m, k = white.shape[0], len(b)
    rss = float(np.sum((white[:, -1] - white[:, :-1] @ b) ** 2))
    bse = np.sqrt(rss / (m - k) * np.sum(np.linalg.inv(triangle) ** 2, axis=1))
    with np.errstate(divide="ignore"):
        loglik = -m / 2 * (1 + np.log(2 * np.pi) + np.log(rss / m)) - np.log(np.diag(root)).sum()
    return Fit(b, bse, rss, float(loglik), np.linalg.solve(root.T, np.linalg.solve(root, bq)).T)


def search_rho(objective: Callable[[float], float], least: float) -> float:
    """Where a smooth function is smallest on [least, 0.999]: a grid first, against local optima."""
    points = np.linspace(least, RHO_MOST, 60)
    best = int(np.argmin([objective(r) for r in points]))
    low, high = points[max(best - 1, 0)], points[min(best + 1, len(points) - 1)]
    golden = (np.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = objective(left), objective(right)
    while high - low > 1e-9:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = objective(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = objective(right)
    middle = (low + high) / 2
    return float(min((least, middle, RHO_MOST), key=objective))
