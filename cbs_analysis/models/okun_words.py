"""The sentence of Okun's relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .results import evidence_word
from .wording import figure, span_en, span_zh

if TYPE_CHECKING:
    from .okun import OkunResult

__all__ = ["okun_finding"]

_RATE = {"surveyed": ("调查失业率", "surveyed"), "registered": ("登记失业率", "registered")}


def okun_finding(result: OkunResult, lang: str) -> str:
    """One sentence whose strength follows the evidence."""
    return _chinese(result) if lang == "zh" else _english(result)


def _chinese(r: OkunResult) -> str:
    low, high = r.conf_int().loc["okun"]
    value, size = float(r.params["okun"]), figure(abs(float(r.params["okun"])))
    span, name = span_zh(r.resid.index), _RATE[r.rate][0]
    ends = f"{100 * (1 - r.alpha):.0f}%区间{figure(low)}至{figure(high)}，{r.nobs}期"
    tail = "；登记失业率变动迟缓，系数可能偏小" if r.rate == "registered" else ""
    if evidence_word(low, high) == "covers":
        what = "缺口与产出缺口" if r.form == "gap" else "变动与经济增长"
        return (
            f"{span}未发现{name}{what}相关（系数{figure(value)}，{ends}），可检出的最小系数约为"
            f"{figure(r.minimum_detectable)}{tail}。"
        )
    if r.dependent == "output":
        left = "产出缺口" if r.form == "gap" else "经济增速"
        first = f"{name}缺口每高1个百分点" if r.form == "gap" else f"{name}每上升1个百分点"
        text = f"{first}，{left}平均{'低' if value < 0 else '高'}{size}个百分点"
    elif r.form == "gap":
        text = f"产出缺口每高1个百分点，{name}缺口平均{'低' if value < 0 else '高'}{size}个百分点"
    else:
        text = f"经济增速每高1个百分点，{name}的变动平均{'低' if value < 0 else '高'}{size}个百分点"
    return f"{span}，{text}（{ends}）{tail}；这是相关关系。"


def _english(r: OkunResult) -> str:
    low, high = r.conf_int().loc["okun"]
    value, size = float(r.params["okun"]), figure(abs(float(r.params["okun"])))
    name, way = _RATE[r.rate][1], "lower" if r.params["okun"] < 0 else "higher"
    ends = f"{100 * (1 - r.alpha):.0f} % interval {figure(low)} to {figure(high)}, {r.nobs} periods"
    tail = "; the registered rate hardly moves, so the coefficient is likely too small" * (
        r.rate == "registered"
    )
    head = f"In {span_en(r.resid.index)}"
    rate, made = f"{name} unemployment rate", "growth"
    if r.form == "gap":
        rate, made = f"gap of the {rate}", "gap of output"
    if evidence_word(low, high) == "covers":
        moves = rate if r.form == "gap" else f"change of the {rate}"
        return (
            f"{head} no relation between the {moves} and {made} was found (coefficient {figure(value)}, "
            f"{ends}), minimum detectable coefficient about {figure(r.minimum_detectable)}{tail}."
        )
    went = f"was {size} points {way} on average ({ends}){tail}; an association."
    if r.dependent == "unemployment":
        left = rate if r.form == "gap" else f"change of the {rate}"
        return f"{head}, where {'the ' * (r.form == 'gap')}{made} was one point higher, the {left} {went}"
    right = f"the {rate} was one point higher" if r.form == "gap" else f"the {rate} rose by one point more"
    return f"{head}, where {right}, {'the ' * (r.form == 'gap')}{made} {went}"
