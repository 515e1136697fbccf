"""The sentence of a regression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .results import evidence_word
from .wording import figure, span_en, span_zh

if TYPE_CHECKING:
    from .regression import RegressionResult

__all__ = ["regression_finding"]


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
