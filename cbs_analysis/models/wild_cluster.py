"""The wild cluster bootstrap-t: honest intervals when there are few regions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["WildCluster", "wild_cluster", "wild_weights"]

Array = NDArray[np.float64]

_WEBB = np.sqrt(np.array([0.5, 1.0, 1.5]))
_FEW = 12  # clusters below which two-point weights repeat themselves too often


@dataclass(frozen=True)
class WildCluster:
    """Bootstrap distribution of the t statistic of one coefficient, for any null hypothesis.

    The scores of the restricted bootstrap are ``(a - b0 * c) v`` with weights v, so that one set of two
    matrices serves every null `b0`.

    Attributes
    ----------
    estimate, bse : float
        The coefficient and its cluster-robust standard error.
    a, c : numpy.ndarray
        Shape (clusters, clusters).
    a_sum, c_sum : numpy.ndarray
        Numerators: the scores of the restricted residuals by cluster, shape (clusters,).
    scale : float
        Sum of squares of the regressor net of all others, times the root of the correction of `bse`.
    weights : numpy.ndarray
        Shape (draws, clusters).
    """

    estimate: float
    bse: float
    a: Array
    c: Array
    a_sum: Array
    c_sum: Array
    scale: float
    weights: Array

    def pvalue(self, null: float = 0.0) -> float:
        """Two-sided p value of the hypothesis that the coefficient is `null`; symmetric."""
        numerator = self.weights @ (self.a_sum - null * self.c_sum)
        scores = self.weights @ (self.a - null * self.c).T
        spread = np.sqrt((scores**2).sum(axis=1)) * self.scale
        t = np.abs(numerator) / np.where(spread > 0, spread, np.inf)
        observed = abs(self.estimate - null) / self.bse
        # draws that equal the sample count, and so does the sample itself: never exactly zero
        return float((1 + np.sum(t >= observed * (1 - 1e-9))) / (1 + len(t)))

    def interval(self, alpha: float) -> tuple[float, float]:
        """All values that are not rejected at `alpha`; infinite where no value is rejected."""
        return self._end(alpha, -1.0), self._end(alpha, 1.0)

    def _end(self, alpha: float, side: float) -> float:
        inside, outside = 0.0, 2.0
        while self.pvalue(self.estimate + side * outside * self.bse) > alpha:
            inside, outside = outside, 2.0 * outside
            if outside > 1e4:
                return side * math.inf
        for _ in range(30):
            middle = 0.5 * (inside + outside)
            if self.pvalue(self.estimate + side * middle * self.bse) > alpha:
                inside = middle
            else:
                outside = middle
        return self.estimate + side * 0.5 * (inside + outside) * self.bse


def wild_weights(clusters: int, draws: int, rng: np.random.Generator) -> tuple[Array, str]:
    """Weights by draw and cluster, and their name: Webb's six points below 12 clusters, else signs.

    >>> wild_weights(14, 2, np.random.default_rng(1))[1]
    'Rademacher'
    """
    if clusters < _FEW:
        return rng.choice(np.concatenate([_WEBB, -_WEBB]), size=(draws, clusters)), "Webb"
    return rng.choice(np.array([-1.0, 1.0]), size=(draws, clusters)), "Rademacher"


def wild_cluster(
    y: Array, z: Array, column: int, clusters: NDArray[np.intp], bse: float, weights: Array
) -> WildCluster:
    """Prepare the bootstrap of one coefficient, restricted under the null.

    Parameters
    ----------
    y : numpy.ndarray
        Shape (n,).
    z : numpy.ndarray
        All regressors, effects and constant among them, shape (n, k), of full rank.
    column : int
        The coefficient.
    clusters : numpy.ndarray
        Codes 0 to G - 1, shape (n,).
    bse : float
        Cluster-robust standard error of the coefficient in the sample.
    weights : numpy.ndarray
        Shape (draws, G).

    Notes
    -----
    With x the regressor net of all others, r(b0) = r0 - b0 x the residuals restricted to b0 and M the
    projection off `z`, a draw has numerator ``x' (v r)`` and score ``x_g' (M (v r))_g`` of cluster g.

    References
    ----------
    Cameron, Gelbach and Miller (2008), Bootstrap-based improvements for inference with clustered errors,
    Review of Economics and Statistics 90(3). Webb (2023), Reworking wild bootstrap-based inference for
    clustered errors, Canadian Journal of Economics 56(3). MacKinnon (2023), Fast cluster bootstrap methods
    for linear regression models, Econometrics and Statistics 26.
    """
    count = weights.shape[1]
    q = np.linalg.qr(z)[0]
    rest = np.linalg.qr(np.delete(z, column, axis=1))[0] if z.shape[1] > 1 else np.empty((len(y), 0))
    x = z[:, column] - rest @ (rest.T @ z[:, column])
    r0 = y - rest @ (rest.T @ y)
    total = float(x @ x)
    member = np.zeros((len(y), count))
    member[np.arange(len(y)), clusters] = 1.0
    xq = member.T @ (x[:, None] * q)  # x_g' Q_g

    def scores(residuals: Array) -> tuple[Array, Array]:
        own = member.T @ (x * residuals)
        return own, np.diag(own) - xq @ (q.T @ (member * residuals[:, None]))

    a_sum, a = scores(r0)
    c_sum, c = scores(x)
    estimate = float(x @ r0) / total
    residuals = r0 - estimate * x
    plain = math.sqrt(float(((member.T @ (x * residuals)) ** 2).sum())) / total
    return WildCluster(estimate, bse, a, c, a_sum, c_sum, bse / plain, weights)
