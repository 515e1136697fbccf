"""Other ways to read the years of a shock: averaged, left out, or followed by one of four recoveries."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["recovery_paths", "two_year_average"]

Array = NDArray[np.float64]

_BEFORE = 5  # changes before the dip whose mean is the undisturbed pace


def two_year_average(changes: pd.Series, dip: pd.Period) -> pd.Series | None:
    """Changes with those of the dip year and the next replaced by their mean; None without the next.

    On the log scale the mean of two changes is the geometric mean of two growth factors.

    Examples
    --------
    >>> changes = pd.Series([5.0, 2.0, 8.0], pd.period_range("2019", periods=3, freq="Y"))
    >>> two_year_average(changes, changes.index[1]).tolist()
    [5.0, 5.0, 5.0]
    """
    pair = changes.index[(changes.index == dip) | (changes.index == dip + 1)]
    if len(pair) < 2:
        return None
    out = changes.copy()
    out[pair] = changes[pair].mean()
    return out


def recovery_paths(z: Array, changes: pd.Series, flagged: pd.PeriodIndex, horizon: int) -> dict[str, Array]:
    """The level by year under four recoveries from a dip, on the scale of the projection.

    Parameters
    ----------
    z : numpy.ndarray
        Levels on that scale; the last one is where the paths start.
    changes : pandas.Series
        Yearly changes.
    flagged : pandas.PeriodIndex
        Years of the shock; the first that has a change is the dip.
    horizon : int
        Years ahead.

    Returns
    -------
    dict
        `rapid_return`, `delayed_return`, `sustained_disruption`, `never_return`; empty when there is no
        dip, or no change before it.
    """
    inside = changes.index[changes.index.isin(flagged)]
    before = changes[changes.index < inside[0]] if len(inside) else changes.iloc[:0]
    if before.empty:
        return {}
    pace = float(before.iloc[-_BEFORE:].mean())
    steps = np.arange(1.0, horizon + 1)
    shares = {
        "rapid_return": np.ones(horizon),
        "delayed_return": np.where(steps > 1, 1.0, 0.0),
        # nothing in the first year, the whole pace in the last
        "sustained_disruption": (steps - 1) / max(horizon - 1, 1),
        "never_return": np.zeros(horizon),
    }
    return {name: float(z[-1]) + pace * share.cumsum() for name, share in shares.items()}
