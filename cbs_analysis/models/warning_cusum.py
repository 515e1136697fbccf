"""The CUSUM of a monthly count: the fall-back where three years are not held."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import to_array
from .warning_signals import require_months

__all__ = ["cusum"]


def cusum(
    counts: pd.Series, *, mean: float | pd.Series, sd: float | pd.Series, k: float = 0.5, h: float = 5.0
) -> pd.DataFrame:
    """Sums of what exceeds the expected count (Page): the fall-back where three years are not held.

    Parameters
    ----------
    counts : pandas.Series
        Monthly figures.
    mean, sd : float or pandas.Series
        Expected figure and its standard deviation, from months that are not judged here.
    k : float
        Allowance in standard deviations: half the shift that is to be found.
    h : float
        Alarm above it, in standard deviations.

    Returns
    -------
    pandas.DataFrame
        `sum` in standard deviations and `above`, by month. A missing month leaves the sum NaN and the next
        month goes on from the last known sum.

    Raises
    ------
    ModelRefused
        `constant` if a standard deviation is not positive; `frequency`, `repeated`, `no_figures`.
    ParameterError
        If `k` or `h` is not positive.

    Notes
    -----
    ``C[t] = max(0, C[t-1] + (x[t] - mean) / sd - k)``. With k = 1/2 and h = 5 independent normal figures
    without a shift give one alarm in 930 months, with a shift of one standard deviation after 10
    (Montgomery 2013).

    References
    ----------
    Page, E. S. (1954), Continuous inspection schemes, Biometrika 41, 100-115.
    Montgomery, D. C. (2013), Introduction to Statistical Quality Control, 7th ed., ch. 9.

    Examples
    --------
    >>> months = pd.period_range("2021-01", periods=4, freq="M")
    >>> cusum(pd.Series([12.0, 16.0, 18.0, 9.0], index=months), mean=10, sd=2)["sum"].tolist()
    [0.5, 3.0, 6.5, 5.5]
    """
    if not (k > 0 and h > 0):
        raise ParameterError(
            Fault("k and h are not positive", got=f"k={k}, h={h}", expected="such as 0.5 and 5")
        )
    whole = require_months(counts, what="the counts")
    spread = np.broadcast_to(np.asarray(sd, dtype=float), len(whole))
    if not (spread > 0).all():
        raise ModelRefused(
            Fault(
                "the counts do not vary in the months before",
                next_step="take more months, or the seasonal bound",
                zh="此前各月的数没有变化，无法计算累积和。",
                code="constant",
            )
        )
    z = (to_array(whole, what="counts") - np.asarray(mean, dtype=float)) / spread - k
    sums, last = np.full(len(z), np.nan), 0.0
    for i in np.flatnonzero(~np.isnan(z)):
        last = sums[i] = max(0.0, last + z[i])
    return pd.DataFrame({"sum": sums, "above": sums > h}, index=whole.index)
