"""The sentence of the urban-rural income gap: always both the ratio and the absolute gap."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .results import evidence_word
from .wording import figure, span_en, span_zh

if TYPE_CHECKING:
    from .income_gap import IncomeGapResult

__all__ = ["gap_finding"]


def _ends(r: IncomeGapResult) -> tuple[float, float, float, float]:
    first, last = r.table.iloc[0], r.table.iloc[-1]
    return first["ratio"], last["ratio"], first["gap"], last["gap"]


def gap_finding(result: IncomeGapResult, lang: str) -> str:
    """One sentence whose strength follows the evidence."""
    return _chinese(result) if lang == "zh" else _english(result)


def _move(before: float, after: float, digits: int, words: tuple[str, str, str]) -> str:
    if round(before, digits) == round(after, digits):
        return words[2]
    return words[0] if after > before else words[1]


def _chinese(r: IncomeGapResult) -> str:
    ratio0, ratio1, gap0, gap1 = _ends(r)
    joint = "，而" if (ratio1 - ratio0) * (gap1 - gap0) < 0 else "，"
    price = "现价" if r.prices == "nominal" else "可比价"
    moved = _move(ratio0, ratio1, 2, ("升至", "降至", "持平于"))
    wider = _move(gap0, gap1, 0, ("扩大至", "缩小至", "持平于"))
    text = (
        f"{span_zh(r.table.index)}，城乡居民收入比由{ratio0:.2f}{moved}{ratio1:.2f}（农村=1）{joint}绝对差距由"
        f"{gap0:,.0f}{r.unit}{wider}{gap1:,.0f}{r.unit}（{price}）"
    )
    parts = [_trend_zh(r, "ratio trend", "收入比", ""), _trend_zh(r, "gap trend", "绝对差距", r.unit)]
    return f"{text}；{'，'.join(parts)}。"


def _trend_zh(r: IncomeGapResult, name: str, what: str, unit: str) -> str:
    low, high = r.conf_int().loc[name]
    value, cover = float(r.params[name]), f"{100 * (1 - r.alpha):.0f}"
    per = {"Y": "年均", "Q": "每季", "M": "每月"}[r.table.index.freqstr[0]]
    if not math.isfinite(low):
        return f"{what}{per}变动{figure(value)}{unit}（{r.nobs}期过短，不作显著性判断）"
    ends = f"（{cover}%区间{figure(low)}至{figure(high)}）"
    if evidence_word(low, high) != "covers":
        low, high = sorted((abs(low), abs(high)))  # a fall by so much
        ends = f"（{cover}%区间{figure(low)}至{figure(high)}）"
        up, down = ("扩大", "缩小") if unit else ("上升", "下降")
        return f"{what}{per}{up if value > 0 else down}{figure(abs(value))}{unit}{ends}"
    least = r.diagnostics.get(f"minimum detectable {name}")
    tail = f"，可检出的最小趋势约为{figure(float(least))}{unit}" if least is not None else ""
    return f"未发现{what}有明显趋势{ends}{tail}"


def _english(r: IncomeGapResult) -> str:
    ratio0, ratio1, gap0, gap1 = _ends(r)
    joint = "while" if (ratio1 - ratio0) * (gap1 - gap0) < 0 else "and"
    price = "current" if r.prices == "nominal" else "constant"
    unit = {"元": "yuan"}.get(r.unit, r.unit)
    wider = _move(gap0, gap1, 0, ("widened", "narrowed", "stayed"))
    text = (
        f"In {span_en(r.table.index)} urban income went from {ratio0:.2f} to {ratio1:.2f} times rural "
        f"income, {joint} the absolute gap {wider} from {gap0:,.0f} to {gap1:,.0f} {unit} ({price} prices)"
    )
    return (
        f"{text}; {_trend_en(r, 'ratio trend', 'ratio', '')}, {_trend_en(r, 'gap trend', 'gap', f' {unit}')}."
    )


def _trend_en(r: IncomeGapResult, name: str, what: str, unit: str) -> str:
    low, high = r.conf_int().loc[name]
    value, cover = float(r.params[name]), f"{100 * (1 - r.alpha):.0f}"
    per = {"Y": "year", "Q": "quarter", "M": "month"}[r.table.index.freqstr[0]]
    if not math.isfinite(low):
        return f"the {what} moved by {figure(value)}{unit} a {per} ({r.nobs} periods are too few for a test)"
    ends = f"({cover} % interval {figure(low)} to {figure(high)})"
    if evidence_word(low, high) != "covers":
        low, high = sorted((abs(low), abs(high)))  # a fall by so much
        ends = f"({cover} % interval {figure(low)} to {figure(high)})"
        return f"the {what} {'rose' if value > 0 else 'fell'} by {figure(abs(value))}{unit} a {per} {ends}"
    least = r.diagnostics.get(f"minimum detectable {name}")
    tail = f", minimum detectable trend about {figure(float(least))}{unit}" if least is not None else ""
    return f"no trend of the {what} was found {ends}{tail}"
