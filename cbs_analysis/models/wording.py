"""Figures and periods as a sentence writes them."""

from __future__ import annotations

import math

import pandas as pd

__all__ = ["figure", "period_zh", "response_not_found", "span_en", "span_zh"]


def figure(x: float) -> str:
    """Three significant digits, never with an exponent.

    >>> figure(0.67284), figure(-1234.5), figure(0.0), figure(0.0000123), figure(0.5)
    ('0.673', '-1,230', '0', '0.0000123', '0.5')
    """
    if x == 0 or not math.isfinite(x):
        return "0" if x == 0 else str(x)
    digits = 2 - math.floor(math.log10(abs(x)))
    text = f"{round(x, digits):,.{max(digits, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def period_zh(period: pd.Period) -> str:
    """A period as a Chinese report writes it.

    >>> [period_zh(pd.Period(p)) for p in ("2021", "2021Q3", "2021-07")]
    ['2021年', '2021年三季度', '2021年7月']
    """
    part = {"Y": "", "Q": "一二三四"[period.quarter - 1] + "季度", "M": f"{period.month}月"}
    return f"{period.year}年{part[period.freqstr[0]]}"


def span_zh(index: pd.PeriodIndex) -> str:
    """First and last period.

    >>> span_zh(pd.period_range("2013", "2025", freq="Y"))
    '2013—2025年'
    """
    first, last = period_zh(index[0]), period_zh(index[-1])
    return f"{first.removesuffix('年')}—{last}"


def span_en(index: pd.PeriodIndex) -> str:
    """First and last period.

    >>> span_en(pd.period_range("2018-01", "2018-12", freq="M"))
    '2018-01 to 2018-12'
    """
    return f"{index[0]}{' to ' if index.freqstr[0] == 'M' else '-'}{index[-1]}"


def response_not_found(
    when: str,
    response: str,
    interval: tuple[float, float],
    *,
    alpha: float,
    least: float,
    nobs: int,
    lang: str,
) -> str:
    """The sentence for a response whose interval covers zero, with what the sample could have found."""
    low, high, cover = figure(interval[0]), figure(interval[1]), f"{100 * (1 - alpha):.0f}"
    if lang == "zh":
        return (
            f"未发现{when}{response}有可辨识的响应（{cover}%区间{low}至{high}，"
            f"可检出的最小响应约为{figure(least)}；样本{nobs}期）。"
        )
    return (
        f"No response of {response} was found {when} ({cover} % interval {low} to {high}, "
        f"minimum detectable response about {figure(least)}; {nobs} observations)."
    )
