"""Figures and periods as a sentence writes them."""

from __future__ import annotations

import math

import pandas as pd

__all__ = ["figure", "span"]


def figure(x: float) -> str:
    """Three significant digits, never with an exponent.

    >>> figure(0.67284), figure(-1234.5), figure(0.0), figure(0.0000123), figure(0.5)
    ('0.673', '-1230', '0', '0.0000123', '0.5')
    """
    if x == 0 or not math.isfinite(x):
        return "0" if x == 0 else str(x)
    digits = 2 - math.floor(math.log10(abs(x)))
    text = f"{round(x, digits):.{max(digits, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(index: pd.PeriodIndex) -> str:
    """First and last period as a Chinese report writes them.

    >>> span(pd.period_range("2013Q4", "2024Q1", freq="Q")), span(pd.period_range("2013", "2024", freq="Y"))
    ('2013年四季度—2024年一季度', '2013—2024年')
    """
    first, last = index[0], index[-1]
    if index.freqstr[0] == "Y":
        return f"{first.year}—{last.year}年"
    if index.freqstr[0] == "Q":
        return "—".join(f"{p.year}年{'一二三四'[p.quarter - 1]}季度" for p in (first, last))
    return "—".join(f"{p.year}年{p.month}月" for p in (first, last))
