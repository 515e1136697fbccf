"""How often an event followed, by the height of the index."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["event_frequency"]


def event_frequency(index: pd.Series, labels: pd.Series) -> pd.DataFrame:
    """How often an event followed, by the height of the index: an empirical P(event | index).

    Parameters
    ----------
    index, labels : pandas.Series
        Training span; NaN is left out.

    Returns
    -------
    pandas.DataFrame
        Up to four bands from 0 upwards (no red signal, then thirds of the months with one): `low` (from
        this value on), `months`, `before_event`, `frequency`. Neighbouring bands that would fall with a
        rising index are pooled, so that more red never means less risk.

    Notes
    -----
    Months overlap in their windows: the effective number is smaller than `months`.

    Examples
    --------
    >>> months = pd.period_range("2019-01", periods=8, freq="M")
    >>> index = pd.Series([0, 0, 0, 0, 1, 2, 3, 3.0], index=months)
    >>> labels = pd.Series([0, 0, 0, 1, 0, 1, 1, 1.0], index=months)
    >>> event_frequency(index, labels)["frequency"].tolist()
    [0.2, 0.2, 1.0, 1.0]
    """
    x, label = index.to_numpy(dtype=float), labels.reindex(index.index).to_numpy(dtype=float)
    both = ~(np.isnan(x) | np.isnan(label))
    x, event = x[both], label[both] > 0
    positive = x[x > 0]
    lows = [0.0]
    if len(positive):
        lows += sorted({float(v) for v in np.quantile(positive, [0, 1 / 3, 2 / 3], method="inverted_cdf")})
    place = np.searchsorted(lows, x, side="right") - 1
    bands = [
        [float(low), int((place == i).sum()), int(event[place == i].sum())] for i, low in enumerate(lows)
    ]
    share = _rising([b[1] for b in bands], [b[2] for b in bands])
    frame = pd.DataFrame(bands, columns=["low", "months", "before_event"])
    return frame.assign(frequency=share)


def _rising(n: list[float], k: list[float]) -> list[float]:
    """Shares k / n that never fall, by pooling neighbours; NaN if there is no month at all."""
    pools: list[list[float]] = []
    for size, hits in zip(n, k, strict=True):
        pools.append([size, hits, 1])
        while len(pools) > 1 and (
            pools[-2][0] == 0
            or pools[-1][0] == 0
            or pools[-2][1] / pools[-2][0] > pools[-1][1] / pools[-1][0]
        ):
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    return [p[1] / p[0] if p[0] else float("nan") for p in pools for _ in range(int(p[2]))]
