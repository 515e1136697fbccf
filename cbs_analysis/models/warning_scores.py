"""How good a warning was: AUC, noise, hits, false alarms and lead time, each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ..errors import Fault, ModelRefused, ParameterError

__all__ = [
    "Auc",
    "auc_delong",
    "block_bootstrap",
    "compare_auc",
    "counts_interval",
    "median_interval",
    "rate_interval",
]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Auc:
    """Area under the curve with DeLong's interval.

    Attributes
    ----------
    value, low, high, se : float
        The chance that a month before an event scores higher than one that is not, ties half; interval inside
        [0, 1].
    positive, negative : int
        Months of both kinds.
    """

    value: float
    low: float
    high: float
    se: float
    positive: int
    negative: int


def auc_delong(score: ArrayLike, label: ArrayLike, *, alpha: float = 0.1) -> Auc:
    """AUC (Mann-Whitney) with the interval of DeLong.

    Parameters
    ----------
    score, label : array-like
        Scores (high is bad) and 1 or 0; pairs with NaN are left out.
    alpha : float
        1 - coverage.

    Raises
    ------
    ModelRefused
        `one_kind` without at least two of both kinds.

    Notes
    -----
    ``AUC = mean of [x > y] + [x = y] / 2`` over pairs; its variance is that of the two sets of placements
    over their numbers. It takes pairs as independent, which months are not: read it beside `block_bootstrap`.

    References
    ----------
    DeLong, E., DeLong, D., Clarke-Pearson, D. (1988), Comparing the areas under two or more correlated
    receiver operating characteristic curves, Biometrics 44, 837-845.

    Examples
    --------
    >>> found = auc_delong([1, 2, 3, 4, 5, 6], [0, 0, 1, 0, 1, 1])
    >>> round(found.value, 4)
    0.8889
    """
    x, y = _kinds(score, label)
    up, down = _placements(x, y)
    value = float(up.mean())
    se = float(np.sqrt(up.var(ddof=1) / len(x) + down.var(ddof=1) / len(y)))
    half = float(stats.norm.ppf(1 - alpha / 2)) * se
    return Auc(value, max(0.0, value - half), min(1.0, value + half), se, len(x), len(y))


def compare_auc(one: ArrayLike, other: ArrayLike, label: ArrayLike) -> tuple[float, float]:
    """DeLong's z and two-sided p that two scores of the same months have one AUC; one - other.

    Examples
    --------
    >>> z, p = compare_auc([1, 2, 3, 4, 5, 6], [2, 1, 3, 6, 4, 5], [0, 0, 1, 0, 1, 1])
    >>> z > 0
    True
    """
    pairs = np.column_stack([np.asarray(v, dtype=float) for v in (one, other, label)])
    pairs = pairs[~np.isnan(pairs).any(axis=1)]
    parts = [_placements(*_kinds(pairs[:, i], pairs[:, 2])) for i in (0, 1)]
    up, down = parts[0][0] - parts[1][0], parts[0][1] - parts[1][1]
    variance = up.var(ddof=1) / len(up) + down.var(ddof=1) / len(down)
    if variance == 0:
        return 0.0, 1.0
    z = float(up.mean() / np.sqrt(variance))
    return z, float(2 * stats.norm.sf(abs(z)))


def _kinds(score: ArrayLike, label: ArrayLike) -> tuple[Array, Array]:
    s, k = np.asarray(score, dtype=float), np.asarray(label, dtype=float)
    known = ~(np.isnan(s) | np.isnan(k))
    x, y = s[known & (k > 0)], s[known & (k <= 0)]
    if len(x) < 2 or len(y) < 2:
        raise ModelRefused(
            Fault(
                "there are not two months of both kinds to score",
                got=f"{len(x)} before an event, {len(y)} others",
                next_step="wait for events, or show the rules alone",
                zh=f"事件前的月份{len(x)}个，其他月份{len(y)}个，不能评分。",
                code="one_kind",
            )
        )
    return x, y


def _placements(x: Array, y: Array) -> tuple[Array, Array]:
    """Share of the y below each x, and of the x above each y; ties half."""
    below = np.searchsorted(np.sort(y), x, side="left") + np.searchsorted(np.sort(y), x, side="right")
    above = 2 * len(x) - np.searchsorted(np.sort(x), y, side="left")
    above = above - np.searchsorted(np.sort(x), y, side="right")
    return below / (2 * len(y)), above / (2 * len(x))


def block_bootstrap(
    data: Array,
    statistics: Callable[[Array], Sequence[float]],
    *,
    block: int,
    draws: int = 999,
    alpha: float = 0.1,
    seed: int = 20230630,
) -> tuple[Array, Array, float]:
    """Percentile intervals from moving blocks of consecutive months.

    Parameters
    ----------
    data : array
        Rows in order of time.
    statistics : callable
        Rows to numbers; NaN where a draw does not allow one.
    block : int
        Months of a block: as long as a warning window with its event, at most half of the rows.
    draws, alpha, seed
        Number of draws, 1 - coverage, random seed.

    Returns
    -------
    (array, array, float)
        Low and high ends, and the share of draws in which every number could be computed. An end is NaN where
        fewer than half of the draws gave the number.

    Raises
    ------
    ParameterError
        If the block is longer than half of the rows.

    References
    ----------
    Künsch, H. R. (1989), The jackknife and the bootstrap for general stationary observations, Annals of
    Statistics 17, 1217-1241.

    Examples
    --------
    >>> rows = np.arange(40.0)[:, None]
    >>> low, high, used = block_bootstrap(rows, lambda d: [float(d.mean())], block=5, draws=99)
    >>> bool(low[0] < 19.5 < high[0]), used
    (True, 1.0)
    """
    n = len(data)
    if not 1 <= block <= n / 2:
        raise ParameterError(
            Fault("block is too long for the months scored", got=f"{block} of {n}", expected=f"1 to {n // 2}")
        )
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, n - block + 1, size=(draws, -(-n // block)))
    places = (starts[:, :, None] + np.arange(block)).reshape(draws, -1)[:, :n]
    found = np.array([statistics(data[at]) for at in places], dtype=float)
    kept = ~np.isnan(found)
    ends = np.full((2, found.shape[1]), np.nan)
    for j in np.flatnonzero(kept.mean(axis=0) >= 0.5):
        ends[:, j] = np.quantile(found[kept[:, j], j], [alpha / 2, 1 - alpha / 2])
    return ends[0], ends[1], float(kept.all(axis=1).mean())


def counts_interval(hits: int, of: int, *, alpha: float = 0.1) -> tuple[float, float]:
    """Exact interval of a share (Clopper and Pearson).

    Examples
    --------
    >>> [round(x, 3) for x in counts_interval(4, 5)]
    [0.343, 0.99]
    """
    if of == 0:
        return float("nan"), float("nan")
    low = float(stats.beta.ppf(alpha / 2, hits, of - hits + 1)) if hits else 0.0
    high = float(stats.beta.ppf(1 - alpha / 2, hits + 1, of - hits)) if hits < of else 1.0
    return low, high


def rate_interval(count: int, time: float, *, alpha: float = 0.1) -> tuple[float, float]:
    """Exact interval of a Poisson rate (Garwood): events over time.

    Examples
    --------
    >>> [round(x, 3) for x in rate_interval(3, 4.0)]
    [0.204, 1.938]
    """
    low = float(stats.chi2.ppf(alpha / 2, 2 * count)) / 2 if count else 0.0
    return low / time, float(stats.chi2.ppf(1 - alpha / 2, 2 * count + 2)) / 2 / time


def median_interval(values: Sequence[float], *, alpha: float = 0.1) -> tuple[float, float, float]:
    """Interval of a median between two ordered figures, and its exact coverage; the widest if none suffices.

    Examples
    --------
    >>> median_interval([2, 3, 4, 4, 6])
    (2.0, 6.0, 0.9375)
    """
    x = np.sort(np.asarray(values, dtype=float))
    n = len(x)
    if n == 0:
        return float("nan"), float("nan"), float("nan")
    inner = 0
    for k in range(n // 2):
        if 1 - 2 * stats.binom.cdf(k, n, 0.5) >= 1 - alpha:
            inner = k
    return float(x[inner]), float(x[n - 1 - inner]), float(1 - 2 * stats.binom.cdf(inner, n, 0.5))
