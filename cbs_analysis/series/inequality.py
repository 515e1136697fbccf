"""The distance between two groups: as a ratio and as an amount."""

from __future__ import annotations

import pandas as pd

__all__ = ["gap", "ratio"]


def ratio(urban: pd.Series, rural: pd.Series) -> pd.Series:
    """Urban income as a multiple of rural income (rural = 1).

    NaN where either is missing or rural income is not positive; on the union of both indices.

    >>> ratio(pd.Series({2020: 43834.0}), pd.Series({2020: 17131.0})).round(2).tolist()
    [2.56]
    """
    urban, rural = urban.align(rural)
    return urban / rural.where(rural > 0)


def gap(urban: pd.Series, rural: pd.Series) -> pd.Series:
    """Absolute gap, in the unit of the inputs. It often widens while the ratio falls: show both.

    >>> gap(pd.Series({2020: 43834.0}), pd.Series({2020: 17131.0})).tolist()
    [26703.0]
    """
    urban, rural = urban.align(rural)
    return urban - rural
