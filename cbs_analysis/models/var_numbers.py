"""Arithmetic of vector autoregressions: estimates, impulse responses and draws of both.

Shapes: n variables, p lags, d terms outside the lags; coefficients B are (d + n p, n), a column an equation,
rows the terms, then lag 1 of each variable, lag 2, ...; a leading axis holds draws.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Kind",
    "bootstrap",
    "decomposition",
    "lagged",
    "largest_root",
    "least_squares",
    "minnesota",
    "posterior",
    "responses",
    "slopes",
]

Array = NDArray[np.float64]
Kind = Literal["orthogonalized", "generalized"]


def lagged(x: Array, lags: int) -> Array:
    """Lags 1 to `lags` of each variable side by side, from row `lags` on: (T - p, n p)."""
    return np.hstack([x[lags - j : len(x) - j] for j in range(1, lags + 1)])


def least_squares(y: Array, z: Array) -> tuple[Array, Array, Array]:
    """Coefficients, residuals and (Z'Z)^-1; leading axes are draws."""
    zt = np.swapaxes(z, -1, -2)
    inverse = np.asarray(np.linalg.inv(zt @ z), dtype=np.float64)
    beta = inverse @ (zt @ y)
    return beta, y - z @ beta, inverse


def slopes(beta: Array, n: int, lags: int) -> Array:
    """Lag matrices (..., p, n, n): element [l, i, j] is the effect of lag l + 1 of j on i."""
    rows = beta[..., beta.shape[-2] - n * lags :, :]
    return np.swapaxes(rows.reshape(*rows.shape[:-2], lags, n, n), -1, -2)


def largest_root(coefs: Array) -> Array:
    """Modulus of the largest root of the companion matrix; below 1 the system is stable."""
    p, n = coefs.shape[-3], coefs.shape[-1]
    companion = np.zeros((*coefs.shape[:-3], n * p, n * p))
    companion[..., :n, :] = np.moveaxis(coefs, -3, -2).reshape(*coefs.shape[:-3], n, n * p)
    companion[..., np.arange(n, n * p), np.arange(n * (p - 1))] = 1.0
    return np.abs(np.linalg.eigvals(companion)).max(axis=-1)


def responses(coefs: Array, sigma: Array, horizon: int, kind: Kind) -> Array:
    """Responses (..., h + 1, n, n): [h, i, j] is that of i, h periods after a shock of one sd to j."""
    p, n = coefs.shape[-3], coefs.shape[-1]
    moving = [np.broadcast_to(np.eye(n), (*coefs.shape[:-3], n, n))]
    for h in range(1, horizon + 1):
        moving.append(sum(moving[h - j] @ coefs[..., j - 1, :, :] for j in range(1, min(h, p) + 1)))  # type: ignore[arg-type]
    if kind == "orthogonalized":
        impact = np.linalg.cholesky(sigma)
    else:
        impact = sigma / np.sqrt(np.diagonal(sigma, axis1=-2, axis2=-1))[..., None, :]
    return np.stack(moving, axis=-3) @ impact[..., None, :, :]


def decomposition(response: Array) -> Array:
    """Shares of the forecast error variance: [h, i, j] is that of shock j in i, h + 1 periods ahead."""
    power = np.cumsum(response**2, axis=0)
    return power / power.sum(axis=2, keepdims=True)


def minnesota(x: Array, lags: int, tightness: float) -> tuple[Array, Array]:
    """Dummy observations of growth rates around prior mean 0.

    The prior standard deviation of lag l of j in equation i is ``tightness * s_i / (l * s_j)``.
    """
    n = x.shape[1]
    own = [np.column_stack([np.ones(len(x) - lags), lagged(x[:, [i]], lags)]) for i in range(n)]
    resid = [least_squares(x[lags:, [i]], own[i])[1] for i in range(n)]
    scale = np.array([np.sqrt(np.sum(u**2) / (len(u) - lags - 1)) for u in resid])
    y = np.vstack([np.zeros((n * lags, n)), np.diag(scale)])
    z = np.zeros((n * lags + n, n * lags))
    z[: n * lags] = np.diag(np.kron(np.arange(1, lags + 1), scale)) / tightness
    return y, z


def posterior(
    beta: Array, scatter: Array, inverse: Array, df: int, draws: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draws of coefficients and covariance from the normal inverse-Wishart posterior."""
    from scipy.stats import invwishart

    n = beta.shape[1]
    sigma = np.asarray(invwishart.rvs(df, scatter, size=draws, random_state=rng)).reshape(draws, n, n)
    noise = rng.standard_normal((draws, *beta.shape))
    left, right = np.linalg.cholesky(inverse), np.linalg.cholesky(sigma)
    return beta + left @ noise @ np.swapaxes(right, 1, 2), sigma


def _simulate(beta: Array, shocks: Array, start: Array, terms: Array, lags: int) -> Array:
    """Paths (draws, T, n) from coefficients, shocks (draws, T - p, n) and the first p periods."""
    draws, steps, n = shocks.shape
    path = np.empty((draws, steps + lags, n))
    path[:, :lags] = start
    level, slope = terms @ beta[: terms.shape[1]], beta[terms.shape[1] :]
    for t in range(steps):
        past = path[:, t : t + lags][:, ::-1].reshape(draws, lags * n)
        path[:, t + lags] = level[t] + past @ slope + shocks[:, t]
    return path


def _refit(path: Array, terms: Array, lags: int) -> tuple[Array, Array]:
    draws, length, _ = path.shape
    past = np.concatenate([path[:, lags - j : length - j] for j in range(1, lags + 1)], axis=2)
    z = np.concatenate([np.broadcast_to(terms, (draws, *terms.shape)), past], axis=2)
    beta, resid, _ = least_squares(path[:, lags:], z)
    return beta, np.swapaxes(resid, 1, 2) @ resid / (z.shape[1] - z.shape[2])


def _stable(beta: Array, bias: Array, n: int, lags: int) -> Array:
    """`beta` less as much of `bias` as leaves it stable; an unstable `beta` stays as it is."""
    weight = np.where(largest_root(slopes(beta, n, lags)) < 1, 1.0, 0.0)
    for _ in range(100):
        found = beta - weight[..., None, None] * bias
        beyond = (largest_root(slopes(found, n, lags)) >= 1) & (weight > 0)
        if not beyond.any():
            break
        weight = np.where(beyond, np.maximum(weight - 0.01, 0.0), weight)
    return beta - weight[..., None, None] * bias


def bootstrap(
    x: Array, terms: Array, lags: int, draws: int, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Bootstrap-after-bootstrap of Kilian: draws of coefficients and covariance, and the bias removed."""
    n = x.shape[1]
    z = np.hstack([terms, lagged(x, lags)])
    beta, resid, _ = least_squares(x[lags:], z)
    pool = (resid - resid.mean(axis=0)) * np.sqrt(len(z) / (len(z) - z.shape[1]))

    def again(coefficients: Array) -> tuple[Array, Array]:
        shocks = pool[rng.integers(len(pool), size=(draws, len(pool)))]
        return _refit(_simulate(coefficients, shocks, x[:lags], terms, lags), terms, lags)

    bias = again(beta)[0].mean(axis=0) - beta
    corrected = _stable(beta, bias, n, lags)
    found, sigma = again(corrected)
    return _stable(found, bias, n, lags), sigma, beta - corrected
