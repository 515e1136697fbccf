"""Will the target be met? A random walk with drift that admits how little it knows.

With a handful of yearly figures the uncertainty of the drift itself matters as much as the shocks
to come, so the predictive distribution is Student's t with both in it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
from scipy import special

from ..errors import CoverageError, Fault

__all__ = ["Outlook", "fit_outlook", "fit_sum_outlook", "probability_word"]

Side = Literal["at_least", "at_most"]
_WORDS = (
    (0.90, "很可能", "very likely"),
    (0.66, "可能", "likely"),
    (0.33, "难以判断", "about as likely as not"),
    (0.10, "不太可能", "unlikely"),
    (-1.0, "很不可能", "very unlikely"),
)


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Predictive distribution of a level at the end of a horizon, against a target.

    `probability` is rounded to 5 points and kept inside 0.05-0.95: more digits would be invented.
    It is conditional on the recent pace persisting.
    """

    probability: float
    median: float
    interval: tuple[float, float]
    level: float
    nobs: int
    horizon: float
    confidence: Literal["low", "moderate"]
    method: str

    def word(self, lang: str = "zh") -> str:
        """The probability in words."""
        return probability_word(self.probability, lang)


def probability_word(p: float, lang: str = "zh") -> str:
    """Say a probability in words.

    >>> probability_word(0.7), probability_word(0.05, "en")
    ('可能', 'very unlikely')
    """
    for floor, zh, en in _WORDS:
        if p >= floor:
            return zh if lang == "zh" else en
    raise ValueError(p)


def rounded(p: float) -> float:
    """A probability in steps of 5 points, inside 0.05-0.95."""
    return float(min(0.95, max(0.05, round(p * 20) / 20)))


def too_few(m: int) -> CoverageError:
    return CoverageError(
        Fault(
            "too few yearly figures for a probability",
            got=f"{m} yearly changes",
            expected="at least 3",
            next_step="report the pace alone",
            zh=f"年度变化只有{m}次，不足3次，不给概率，只报告进度。",
        )
    )


def fit_outlook(
    levels: pd.Series | Sequence[float],
    *,
    horizon: float,
    target: float,
    side: Side,
    share: bool = False,
    level: float = 0.8,
) -> Outlook:
    """Predictive distribution of a yearly level `horizon` years after its last figure.

    Parameters
    ----------
    levels : pandas.Series or sequence of float
        Consecutive yearly levels, one basis, at least 4. Positive levels that are no shares are taken
        in logs.
    horizon : float
        Years from the last figure to the target year.
    target : float
        In the unit of `levels`.
    side : {"at_least", "at_most"}
    share : bool
        The level is a percentage of a whole: taken in logits, so that it cannot pass 100. A target of
        0 or 100 itself is judged on the plain scale.
    level : float
        Coverage of the interval.

    Raises
    ------
    CoverageError
        Fewer than 3 yearly changes, or a gap.

    Notes
    -----
    With m yearly changes of mean d and standard deviation s, the level after h years is
    ``y + h d + s sqrt(h (1 + h / m)) t`` with t of m - 1 degrees of freedom; the naive normal
    leaves out h / m and t, and is far too sure. A dead constant series has no spread to estimate:
    its probability is 0.95 or 0.05.

    Examples
    --------
    >>> levels = pd.Series([91.0, 92.1, 93.0, 94.2, 95.1])
    >>> outlook = fit_outlook(levels, horizon=2, target=95, side="at_least")
    >>> outlook.probability, outlook.confidence
    (0.95, 'low')
    """
    y, m, goal, scale_name, back = yearly_steps(levels, target, share)
    drift, spread = mean_and_spread([b - a for a, b in itertools.pairwise(y)])
    centre = y[-1] + horizon * drift
    width = spread * math.sqrt(horizon * (1.0 + horizon / m))
    p, low, high = _t_predictive(centre, width, m - 1, goal, side, level)
    return Outlook(
        probability=rounded(p),
        median=back(centre),
        interval=(back(low), back(high)),
        level=level,
        nobs=m + 1,
        horizon=horizon,
        confidence="low" if m <= 4 else "moderate",
        method=f"random walk with drift, Student t, {scale_name}",
    )


def yearly_steps(
    levels: pd.Series | Sequence[float], target: float, share: bool
) -> tuple[list[float], int, float, str, Callable[[float], float]]:
    """Levels on the scale on which yearly changes are alike, how many changes, and the target on it.

    The scale is that of logits, of logs, or the plain one; last come its name and the way back.
    """
    values = _floats(levels)
    m = len(values) - 1
    if m < 3 or not all(map(math.isfinite, values)):
        raise too_few(m)
    name, forward, back = _scale(values, target, share)
    return [forward(v) for v in values], m, forward(target), name, back


def _floats(x: pd.Series | Sequence[float]) -> list[float]:
    return x.to_numpy(dtype=float).tolist() if isinstance(x, pd.Series) else [float(v) for v in x]


def mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation (n - 1); plain sums, since an array costs more than so few numbers."""
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))


def _scale(
    values: Sequence[float], target: float, share: bool
) -> tuple[str, Callable[[float], float], Callable[[float], float]]:
    """The scale on which yearly changes are alike: logits, logs, or the plain one."""
    positive = min(values) > 0 and target > 0
    if share and positive and max(values) < 100 and target < 100:
        return "logits", lambda v: math.log(v / (100.0 - v)), lambda z: 100.0 / (1.0 + math.exp(-z))
    if not share and positive:
        return "logs", math.log, math.exp
    return "plain", float, float


def _t_predictive(
    centre: float, scale: float, df: int, goal: float, side: Side, level: float
) -> tuple[float, float, float]:
    if scale <= 1e-12 * max(1.0, abs(centre)):
        met = centre >= goal if side == "at_least" else centre <= goal
        return float(met), centre, centre
    z = (goal - centre) / scale
    # the functions behind scipy.stats.t, without its checks of arrays
    p = float(special.stdtr(df, -z if side == "at_least" else z))
    half = float(special.stdtrit(df, 0.5 + level / 2)) * scale
    return p, centre - half, centre + half


def fit_sum_outlook(
    yearly: pd.Series | Sequence[float], *, years_left: float, total: float, level: float = 0.8
) -> Outlook:
    """Will a sum over the plan years reach `total`?

    Parameters
    ----------
    yearly : pandas.Series or sequence of float
        Yearly flows of the plan so far, at least 3.
    years_left : float
        Plan years without a figure.
    total : float
        The sum to reach, in the unit of `yearly`.

    Notes
    -----
    The remaining sum has mean ``h x``, variance ``s^2 (h + h^2 / m)`` and t of m - 1 degrees of
    freedom.

    Examples
    --------
    >>> fit_sum_outlook(pd.Series([700.0, 520.0, 610.0]), years_left=2, total=3000).probability
    0.6
    """
    values = _floats(yearly)
    m = len(values)
    if m < 3 or not all(map(math.isfinite, values)):
        raise too_few(m - 1)
    mean, spread = mean_and_spread(values)
    centre = sum(values) + years_left * mean
    scale = spread * math.sqrt(years_left + years_left**2 / m)
    p, low, high = _t_predictive(centre, scale, m - 1, total, "at_least", level)
    return Outlook(
        probability=rounded(p),
        median=centre,
        interval=(low, high),
        level=level,
        nobs=m,
        horizon=years_left,
        confidence="low" if m <= 4 else "moderate",
        method="mean of the plan years so far, Student t",
    )
