"""The sentence of a regression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .ardl_words import figure
from .results import evidence_word

if TYPE_CHECKING:
    from .regression import RegressionResult

__all__ = ["period_zh", "regression_finding", "span_en", "span_zh"]


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


def regression_finding(result: RegressionResult, lang: str) -> str:
    """One sentence on the first regressor, whose strength follows the evidence."""
    r = result
    x, several = r.regressors[0], len(r.regressors) > 1
    low, high = r.conf_int().loc[x]
    value = r.params[x]
    cover, least = f"{100 * (1 - r.alpha):.0f}", figure(float(r.minimum_detectable()[x]))
    found = evidence_word(low, high) != "covers"
    size = figure(abs(value))
    if lang == "zh":
        span = f"{span_zh(r.resid.index)}（{r.nobs}期）"
        head = f"{span}，{'其他变量相同时，' if several else ''}"
        if found:
            return (
                f"{head}{x}每高1个单位，{r.name}平均{'高' if value > 0 else '低'}{size}个单位"
                f"（{cover}%区间{figure(low)}至{figure(high)}）；这是相关关系，不表示因果。"
            )
        return (
            f"{head}未发现{r.name}与{x}相关（系数{figure(value)}，{cover}%区间{figure(low)}至{figure(high)}）"
            f"，可检出的最小系数约为{least}。"
        )
    head = f"In {span_en(r.resid.index)} ({r.nobs} periods), "
    head += "with the other variables equal, " if several else ""
    if found:
        return (
            f"{head}{r.name} was on average {size} units {'higher' if value > 0 else 'lower'} where {x} was "
            f"one unit higher ({cover} % interval {figure(low)} to {figure(high)}); an association, not an "
            "effect."
        )
    return (
        f"{head}no relation between {r.name} and {x} was found (coefficient {figure(value)}, {cover} % "
        f"interval {figure(low)} to {figure(high)}, minimum detectable coefficient about {least})."
    )
