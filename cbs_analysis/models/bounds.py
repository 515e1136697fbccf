"""Critical values of the bounds tests for a level relationship, simulated for the sample at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError

__all__ = ["Case", "bounds_critical_values", "bounds_pvalues", "simulate_bounds"]

Array = NDArray[np.float64]
Case = Literal[1, 2, 3, 4, 5]
_CELLS = 200_000  # figures of one batch of draws, small enough to stay in the cache


@dataclass(frozen=True)
class BoundsDraws:
    """Draws without a level relationship: `F`, `t` and `Fx`, each with I(0) and with I(1) regressors."""

    found: Mapping[str, tuple[Array, Array]]

    def quantiles(self, alpha: float) -> dict[str, float]:
        """Values passed in the share `alpha` of samples: F above, t below."""
        return {
            f"{name} I({order})": float(np.quantile(draws, alpha if name == "t" else 1 - alpha))
            for name, both in self.found.items()
            for order, draws in enumerate(both)
        }

    def pvalues(self, statistics: Mapping[str, float]) -> dict[str, float]:
        """Share of draws as extreme, the sample itself counted, so that none is 0."""
        out = {}
        for name, value in statistics.items():
            for order, draws in enumerate(self.found[name]):
                beyond = draws <= value if name == "t" else draws >= value
                out[f"{name} I({order})"] = float((1 + beyond.sum()) / (1 + len(draws)))
        return out


def bounds_critical_values(
    *,
    nobs: int,
    k: int,
    case: Case = 3,
    lags: int | Sequence[int] = 0,
    fixed: Array | None = None,
    alpha: float | Sequence[float] = (0.1, 0.05, 0.01),
    draws: int = 20_000,
    seed: int = 20230630,
) -> pd.DataFrame:
    """Bounds of the F and t tests of Pesaran, Shin and Smith for one sample size and lag order.

    Parameters
    ----------
    nobs : int
        Observations in the regression, after its lags.
    k : int
        Regressors in the level relationship beside the dependent variable.
    case : {1, 2, 3, 4, 5}
        1 no constant; 2 constant in the relationship; 3 constant free; 4 trend in the relationship, constant
        free; 5 both free.
    lags : int or sequence of int
        0 = levels only, as in the published tables; (p, q1, ..., qk) = orders of the autoregressive
        distributed lag model; one number stands for all of them.
    fixed : numpy.ndarray, optional
        Dummies and seasonals of the regression, shape (nobs, m).
    alpha : float or sequence of float
        Sizes of the test.
    draws, seed : int
        Samples drawn, and where the generator starts: the same arguments give the same table.

    Returns
    -------
    pandas.DataFrame
        A row for each `alpha`; columns `F I(0)`, `F I(1)`, `t I(0)`, `t I(1)`, `Fx I(0)`, `Fx I(1)`. Fx
        tests the levels of the regressors alone: it is small where a stationary dependent variable makes
        F and t large by itself.

    Raises
    ------
    ParameterError
        For a case, order, size or number of draws that means nothing, or without degrees of freedom.

    Notes
    -----
    Under the null hypothesis the dependent variable is a random walk and the regressors are either white
    noise, I(0), or random walks, I(1), all independent and normal. The regression is that of the test, so
    that what is left of the tables of 1,000 observations at T = 20 is included: they reject twice as often
    as they say there. The standard error of a 5 % value of F is about 0.03 to 0.06 with 20,000 draws.
    In cases 2 and 4 the t and Fx statistics are those of the same regression, that of cases 3 and 5.

    References
    ----------
    Pesaran, M. H., Shin, Y., Smith, R. J. (2001), Bounds testing approaches to the analysis of level
    relationships, Journal of Applied Econometrics 16, 289-326.
    Sam, C. Y., McNown, R., Goh, S. K. (2019), An augmented autoregressive distributed lag bounds test for
    cointegration, Economic Modelling 80, 130-141.
    Narayan, P. K. (2005), The saving and investment nexus for China, Applied Economics 37, 1979-1990.

    Examples
    --------
    >>> bounds_critical_values(nobs=20, k=1, alpha=0.05, draws=2000).round(0).iloc[0].tolist()
    [6.0, 7.0, -3.0, -3.0, 5.0, 8.0]
    """
    sizes = [alpha] if isinstance(alpha, int | float) else list(alpha)
    sample = simulate_bounds(nobs=nobs, k=k, case=case, lags=lags, fixed=fixed, draws=draws, seed=seed)
    wrong = [a for a in sizes if not 0 < a < 1]
    if wrong or not sizes:
        raise ParameterError(Fault("alpha is not between 0 and 1", got=str(wrong), expected="such as 0.05"))
    return pd.DataFrame([sample.quantiles(a) for a in sizes], index=pd.Index(sizes, name="alpha"))


def bounds_pvalues(
    f: float,
    t: float,
    fx: float | None = None,
    *,
    nobs: int,
    k: int,
    case: Case = 3,
    lags: int | Sequence[int] = 0,
    fixed: Array | None = None,
    draws: int = 20_000,
    seed: int = 20230630,
) -> dict[str, float]:
    """Simulated p values of the statistics, keyed as the columns of `bounds_critical_values`.

    Parameters
    ----------
    f, t, fx : float
        Statistics of the test; the last may be left out.
    nobs, k, case, lags, fixed, draws, seed
        As in `bounds_critical_values`.

    Raises
    ------
    ParameterError
        As `bounds_critical_values`.

    Examples
    --------
    >>> bounds_pvalues(12.0, -5.0, nobs=30, k=1, draws=2000)["F I(1)"] < 0.01
    True
    """
    sample = simulate_bounds(nobs=nobs, k=k, case=case, lags=lags, fixed=fixed, draws=draws, seed=seed)
    return sample.pvalues({"F": f, "t": t} | ({} if fx is None else {"Fx": fx}))


def simulate_bounds(
    *, nobs: int, k: int, case: Case, lags: int | Sequence[int], fixed: Array | None, draws: int, seed: int
) -> BoundsDraws:
    """Draw the statistics; see `bounds_critical_values` for the arguments."""
    orders = _orders(lags, k)
    extra = np.empty((nobs, 0)) if fixed is None else np.asarray(fixed, dtype=float).reshape(nobs, -1)
    # a dummy of the sample may repeat the constant or another dummy: it then takes no further freedom
    free, tied = _deterministic(nobs, case)
    free = _independent(np.hstack([free, extra]), also=tied)
    short_run = 0 if orders is None else sum(orders) - 1
    df = nobs - free.shape[1] - tied.shape[1] - short_run - k - 1
    faults = [
        Fault(what, got=got, expected=expected)
        for bad, what, got, expected in (
            (case not in (1, 2, 3, 4, 5), "the case is not known", str(case), "1, 2, 3, 4 or 5"),
            (k < 1, "there is no regressor", f"k = {k}", "at least 1"),
            (draws < 100, "too few draws for a critical value", str(draws), "at least 100"),
            (df < 1, "the regression has no degrees of freedom", f"{nobs} observations: {df}", "1 or more"),
        )
        if bad
    ]
    if faults:
        raise ParameterError(faults)
    rng = np.random.default_rng(seed)
    parts = [
        [_statistics(y, x, free, tied, orders, df) for x in (noise, noise.cumsum(axis=1) - noise[:, :1])]
        for y, noise in _walks(rng, draws, nobs, k, 0 if orders is None else max(orders))
    ]
    i0, i1 = ([np.concatenate(s) for s in zip(*part, strict=True)] for part in zip(*parts, strict=True))
    return BoundsDraws(dict(zip(("F", "t", "Fx"), zip(i0, i1, strict=True), strict=True)))


def _orders(lags: int | Sequence[int], k: int) -> tuple[int, ...] | None:
    if isinstance(lags, int | np.integer):
        orders = None if lags == 0 else (int(lags),) * (k + 1)
    else:
        orders = tuple(int(n) for n in lags)
    if orders is not None and (len(orders) != k + 1 or orders[0] < 1 or min(orders) < 0):
        raise ParameterError(
            Fault("the lag orders are not usable", got=str(lags), expected=f"p >= 1 and {k} orders q >= 0")
        )
    return orders


def _deterministic(nobs: int, case: int) -> tuple[Array, Array]:
    """Terms outside the level relationship, and those inside it."""
    one, trend = np.ones((nobs, 1)), np.arange(1.0, nobs + 1)[:, None] / nobs
    none = np.empty((nobs, 0))
    return {
        2: (none, one), 3: (one, none), 4: (one, trend), 5: (np.hstack([one, trend]), none)
    }.get(case, (none, none))  # fmt: skip


def _independent(columns: Array, *, also: Array) -> Array:
    kept: list[int] = []
    for c in range(columns.shape[1]):
        tried = np.hstack([also, columns[:, [*kept, c]]])
        if np.linalg.matrix_rank(tried) == tried.shape[1]:
            kept.append(c)
    return columns[:, kept]


def _walks(
    rng: np.random.Generator, draws: int, nobs: int, k: int, lags: int
) -> Iterator[tuple[Array, Array]]:
    """Batches of a random walk that starts at 0 and of white noise, with the periods that the lags need."""
    length = nobs + max(lags, 1)
    size = max(1, _CELLS // (length * (k + 1)))
    for first in range(0, draws, size):
        shocks = rng.standard_normal((min(size, draws - first), length, k + 1))
        shocks[:, 0, 0] = 0.0
        yield np.cumsum(shocks[:, :, :1], axis=1), shocks[:, :, 1:]


def _statistics(
    y: Array, x: Array, free: Array, tied: Array, orders: tuple[int, ...] | None, df: int
) -> tuple[Array, Array, Array]:
    """F, t and Fx from Cholesky factors: the last row is the change of y on orthonormal regressors."""
    draws, length, k = x.shape
    nobs = len(free)
    first = length - nobs

    def at(z: Array, lag: int) -> Array:
        return z[:, first - lag : length - lag]

    def change(z: Array, lag: int) -> Array:
        return at(z, lag) - at(z, lag + 1)

    short: list[Array] = []
    levels = at(x, 1)
    if orders is not None:
        short = [change(y, j) for j in range(1, orders[0])]
        short += [change(x[:, :, [i]], j) for i, q in enumerate(orders[1:]) for j in range(q)]
        # of order 0 the level enters in the same period: its change is not free
        levels = np.concatenate([at(x[:, :, [i]], min(q, 1)) for i, q in enumerate(orders[1:])], axis=2)
    given: list[Any] = [np.broadcast_to(d, (draws, *d.shape)) for d in (free, tied)]
    columns = [given[0], *short, given[1], levels, at(y, 1), change(y, 0)]
    table = np.concatenate(columns, axis=2)
    gram = table.transpose(0, 2, 1) @ table
    row = np.linalg.cholesky(gram)[:, -1, :]
    tested = tied.shape[1] + k + 1
    scale = row[:, -1] ** 2 / df
    f = (row[:, -1 - tested : -1] ** 2).sum(axis=1) / tested / scale
    last = gram.shape[1] - 1
    turned = [*range(last - k - 1), last - 1, *range(last - k - 1, last - 1), last]  # y before the regressors
    other = np.linalg.cholesky(gram[:, turned][:, :, turned])[:, -1, :]
    return f, row[:, -2] / np.sqrt(scale), (other[:, -1 - k : -1] ** 2).sum(axis=1) / k / scale
