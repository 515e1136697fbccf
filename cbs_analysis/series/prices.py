"""Nominal and real: the price index is always passed by name."""

from __future__ import annotations

import pandas as pd

__all__ = ["real_growth"]


def real_growth(nominal: pd.Series, *, by: pd.Series) -> pd.Series:
    """Real growth from nominal growth and a price index with previous year = 100.

    Parameters
    ----------
    nominal : pandas.Series
        Nominal growth in percent, indexed by year.
    by : pandas.Series
        Price index, previous year = 100, indexed by year. Rural and urban indices differ: pass the
        one that fits.

    Returns
    -------
    pandas.Series
        Percent, on the index of `nominal`; NaN where either is missing.

    Notes
    -----
    ``100 * ((1 + nominal/100) / (index/100) - 1)``, the bureau's 扣除价格因素.

    Examples
    --------
    >>> real_growth(pd.Series({2022: 5.0}), by=pd.Series({2022: 102.0})).round(1).tolist()
    [2.9]
    """
    return 100.0 * ((1.0 + nominal / 100.0) / (by.reindex(nominal.index) / 100.0) - 1.0)
