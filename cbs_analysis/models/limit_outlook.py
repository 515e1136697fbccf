"""Will a limit be kept in every year to come? The joint path, not one year at a time."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError
from .outlook import Side, mean_and_spread, probability_word, rounded, yearly_steps

__all__ = ["LimitOutlook", "fit_limit_outlook"]


@dataclass(frozen=True, kw_only=True)
class LimitOutlook:
    """Probability that a level stays on the good side of a limit in each of some years.

    `probability` is rounded to 5 points and kept inside 0.05-0.95; it is conditional on the recent pace
    persisting. `nobs` counts the yearly figures it rests on.
    """

    probability: float
    nobs: int
    horizon: int
    confidence: Literal["low", "moderate"]
    method: str

    def word(self, lang: str = "zh") -> str:
        """The probability in words."""
        return probability_word(self.probability, lang)


def fit_limit_outlook(
    levels: pd.Series | Sequence[float],
    *,
    horizon: int,
    limit: float,
    side: Side,
    share: bool = False,
    draws: int = 4000,
    seed: int = 20230630,
) -> LimitOutlook:
    """Probability that the limit holds in every one of the next `horizon` years.

    Parameters
    ----------
    levels : pandas.Series or sequence of float
        Consecutive yearly levels, one basis, at least 4; the last is that of this year.
    horizon : int
        Years to come, at least 1.
    limit : float
        In the unit of `levels`; it is kept where it is met exactly.
    side : {"at_least", "at_most"}
    share : bool
        The level is a percentage of a whole: see `fit_outlook`, whose scales these are.
    draws, seed : int
        Simulated paths. They are drawn once for each length of series and horizon and serve every area,
        so that equal figures have equal probabilities.

    Raises
    ------
    CoverageError
        Fewer than 3 yearly changes, or a missing figure.
    ParameterError
        If `horizon` is no whole number from 1 on.

    Notes
    -----
    A random walk with drift as in `fit_outlook`: with m yearly changes of mean d and standard deviation s
    the level after k years is ``y + k d + s (k Z0 / sqrt(m) + Z1 + ... + Zk) / sqrt(C / (m - 1))``, with
    standard normal Z and C of chi squared with m - 1 degrees of freedom, the same Z0 and C along a path.
    Each year alone has the distribution of `fit_outlook`. The product of the years' probabilities would be
    too low, since a path that is safe this year is likelier to be safe in the next.

    Examples
    --------
    >>> levels = [3.6, 3.7, 3.5, 3.6, 3.4]
    >>> fit_limit_outlook(levels, horizon=3, limit=5.5, side="at_most", share=True).probability
    0.95
    >>> fit_limit_outlook(levels, horizon=3, limit=3.4, side="at_most", share=True).probability
    0.45
    """
    if horizon < 1 or horizon != int(horizon):
        raise ParameterError(Fault("`horizon` is no number of years", got=str(horizon), expected="1, 2, ..."))
    y, m, goal, scale_name, _ = yearly_steps(levels, limit, share)
    drift, spread = mean_and_spread([b - a for a, b in itertools.pairwise(y)])
    room = goal - y[-1] - drift * np.arange(1, int(horizon) + 1)
    if side == "at_least":
        room = -room
    if spread <= 1e-12 * max(1.0, abs(y[-1])):
        p = float((room >= 0).all())
    else:
        # the paths are symmetric, so one table serves both sides
        kept = (_paths(m, int(horizon), draws, seed) <= (room / spread)[:, None]).all(axis=0)
        p = np.count_nonzero(kept) / draws
    return LimitOutlook(
        probability=rounded(p),
        nobs=m + 1,
        horizon=int(horizon),
        confidence="low" if m <= 4 else "moderate",
        method=f"random walk with drift, Student t, {scale_name}, {draws} joint paths",
    )


@lru_cache(maxsize=128)
def _paths(m: int, horizon: int, draws: int, seed: int) -> NDArray[np.float64]:
    """Deviations from the expected path in units of the spread: rows = years, columns = paths."""
    rng = np.random.default_rng(seed)
    shocks = rng.standard_normal((horizon, draws)).cumsum(axis=0)
    drift = rng.standard_normal(draws) * np.arange(1, horizon + 1)[:, None] / math.sqrt(m)
    spread = np.sqrt(rng.chisquare(m - 1, draws) / (m - 1))
    paths = (shocks + drift) / spread
    paths.setflags(write=False)
    return paths
