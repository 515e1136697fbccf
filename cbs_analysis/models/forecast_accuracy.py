"""Did two forecasts err equally?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import Fault, ModelRefused, ParameterError
from .forecasts import too_short

__all__ = ["DieboldMariano", "diebold_mariano"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DieboldMariano:
    """Test of equal accuracy of two forecasts.

    Attributes
    ----------
    statistic, pvalue : float
        Corrected statistic, negative where the first forecast erred less, and its two-sided p value from
        Student's t with nobs - 1 degrees of freedom.
    nobs, h : int
        Errors, and periods ahead.
    warnings : tuple of str
    """

    statistic: float
    pvalue: float
    nobs: int
    h: int
    warnings: tuple[str, ...] = ()


def diebold_mariano(e1: Any, e2: Any, *, h: int = 1, power: float = 2.0) -> DieboldMariano:
    """Did two forecasts err equally?

    Parameters
    ----------
    e1, e2 : array_like
        Errors of the two forecasts of the same periods, in order, no gaps. Series must share their index.
    h : int
        Periods ahead: errors h periods ahead are correlated up to lag h - 1.
    power : float
        Loss is the absolute error to this power.

    Returns
    -------
    DieboldMariano

    Raises
    ------
    ModelRefused
        `short_sample` (fewer than h + 2 errors), `gap`, `constant` (the losses always differ by
        the same amount).

    Notes
    -----
    Loss differences d with mean m and autocovariances c (divisor n): variance
    ``(c0 + 2 (c1 + ... + c[h-1])) / n``; the statistic m / root is multiplied by
    ``sqrt((n + 1 - 2h + h (h - 1) / n) / n)``. Where that variance is not positive, h = 1 is
    used and said so.

    References
    ----------
    Diebold and Mariano (1995), Comparing predictive accuracy, Journal of Business and Economic
    Statistics 13(3). Harvey, Leybourne and Newbold (1997), Testing the equality of prediction mean squared
    errors, International Journal of Forecasting 13(2).

    Examples
    --------
    >>> test = diebold_mariano([1, -2, 1, 2, -1, 2], [1, -1, 1, 1, -1, 1])
    >>> round(test.statistic, 3), round(test.pvalue, 3)
    (2.236, 0.076)
    """
    if isinstance(e1, pd.Series) and isinstance(e2, pd.Series) and not e1.index.equals(e2.index):
        raise ParameterError(Fault("the errors are not of the same periods", expected="one index"))
    first, second = np.asarray(e1, dtype=float).ravel(), np.asarray(e2, dtype=float).ravel()
    if len(first) != len(second) or h < 1 or power <= 0:
        raise ParameterError(
            Fault(
                "errors, h or power are wrong",
                got=f"{len(first)} and {len(second)} errors, h = {h}, power = {power}",
                expected="as many of both, h at least 1, a positive power",
            )
        )
    n = len(first)
    faults = []
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        faults.append(
            Fault(
                "an error is missing",
                next_step="test a span without gaps",
                zh="误差序列有缺口，请选用没有缺口的时期。",
                code="gap",
            )
        )
    if n < h + 2:
        faults.append(too_short(n, h + 2, "a test of forecasts"))
    if faults:
        raise ModelRefused(faults)
    d = np.abs(first) ** power - np.abs(second) ** power
    apart = d - d.mean()
    if np.abs(apart).max() <= 1e-12 * (1.0 + np.abs(d).max()):
        raise ModelRefused(
            Fault(
                "the losses differ by the same amount always: nothing varies to test with",
                next_step="report the difference as it is",
                zh="两种预测的损失之差没有变化，无法检验。",
                code="constant",
            )
        )
    used = h
    said: tuple[str, ...] = ()
    variance = _long_run(apart, h)
    if variance <= 0:
        used, variance = 1, _long_run(apart, 1)
        said = (f"the variance for h = {h} is not positive; h = 1 is used",)
    factor = (n + 1 - 2 * used + used * (used - 1) / n) / n
    statistic = float(d.mean()) / math.sqrt(variance / n) * math.sqrt(factor)
    return DieboldMariano(statistic, float(2 * stats.t.sf(abs(statistic), n - 1)), n, used, said)


def _long_run(apart: Array, h: int) -> float:
    n = len(apart)
    return float(apart @ apart + 2 * sum(apart[k:] @ apart[:-k] for k in range(1, h))) / n
