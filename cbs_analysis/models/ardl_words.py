"""The sentence of an error-correction equation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .results import evidence_word
from .wording import figure, span_zh

if TYPE_CHECKING:
    from .ardl import ArdlResult

__all__ = ["ardl_finding"]

_UNIT = {"Y": ("年", "year"), "Q": ("季", "quarter"), "M": ("月", "month")}


def ardl_finding(result: ArdlResult, lang: str) -> str:
    """One sentence whose strength follows the evidence."""
    return _relation(result, lang) if result.cointegrated else _no_relation(result, lang)


def _relation(r: ArdlResult, lang: str) -> str:
    x = r.regressors[0]
    low, high = r.conf_int().loc[x]
    theta, speed = r.params[x], -100 * r.params["error correction"]
    f, bound = r.bounds.at["F", "statistic"], r.bounds.at["F", "I(1)"]
    cover, size = f"{100 * (1 - r.alpha):.0f}", f"{100 * r.bounds_alpha:.0f}"
    zh, en = _UNIT[r.unit]
    several = len(r.regressors) > 1
    found = evidence_word(low, high) != "covers"
    least = r.sensitivity.get(f"minimum detectable effect of {x}", float("nan"))
    if lang == "zh":
        head = (
            f"{span_zh(r.resid.index)}，检验支持{r.name}与"
            f"{'、'.join(r.regressors)}之间存在长期均衡关系（F={f:.2f}，高于本样本模拟的{size}%上界{bound:.2f}）"
        )
        other = "其他变量不变时，" if several else ""
        if found:
            effect = (
                f"{other}{x}每高1个单位，{r.name}长期{'高' if theta > 0 else '低'}{figure(abs(theta))}个单位"
            )
            effect += f"（{cover}%区间{figure(low)}至{figure(high)}）"
        else:
            effect = f"但未发现{x}的长期系数异于零（{cover}%区间{figure(low)}至{figure(high)}，"
            effect += f"可检出的最小系数约为{figure(float(least))}）"
        return f"{head}；{effect}，偏离均衡的部分每{zh}收回约{speed:.0f}%。"
    head = (
        f"In {r.sample.split(',')[0]} the tests support a long-run relation between {r.name} and "
        f"{', '.join(r.regressors)} (F = {f:.2f} against a simulated {size} % bound of {bound:.2f})"
    )
    if found:
        effect = f"where {x} is one unit higher, {r.name} is {figure(abs(theta))} units "
        effect += (
            f"{'higher' if theta > 0 else 'lower'} in the long run ({cover} % interval {figure(low)} to "
        )
        effect += f"{figure(high)}{', the others held' if several else ''})"
    else:
        effect = f"no long-run effect of {x} other than zero was found ({cover} % interval {figure(low)} to "
        effect += f"{figure(high)}, minimum detectable effect about {figure(float(least))})"
    return f"{head}; {effect}; about {speed:.0f} % of a gap closes in a {en}."


def _no_relation(r: ArdlResult, lang: str) -> str:
    f, t = r.bounds.loc["F"], r.bounds.loc["t"]
    size = f"{100 * r.bounds_alpha:.0f}"
    beyond = f["statistic"] > f["I(1)"] and t["statistic"] < t["I(1)"]
    if beyond and r.second_order:
        return _second_order(r, size, lang)
    if beyond and r.decision == "inconclusive":
        return _steady(r, size, lang)
    between = r.decision == "inconclusive"
    if lang == "zh":
        head = f"未发现{r.name}与{'、'.join(r.regressors)}之间存在长期均衡关系的充分证据"
        figures = f"（F={f['statistic']:.2f}，本样本模拟的{size}%上界{f['I(1)']:.2f}；"
        figures += f"t={t['statistic']:.2f}，界值{t['I(1)']:.2f}；样本{r.nobs}期）"
        tail = "，两个统计量未同时越过上界，结论取决于变量的单整阶数" if between else ""
        return f"{head}{figures}{tail}，不宜直接用水平值作回归。"
    head = "no sufficient evidence of a long-run relation between "
    head += f"{r.name} and {', '.join(r.regressors)} was found"
    figures = f" (F = {f['statistic']:.2f}, simulated {size} % bound {f['I(1)']:.2f}; "
    figures += f"t = {t['statistic']:.2f}, bound {t['I(1)']:.2f}; {r.nobs} observations)"
    tail = ", not both beyond their upper bounds: the answer hangs on the order of integration"
    return f"{head}{figures}{tail if between else ''}; levels should not be regressed on each other."


def _second_order(r: ArdlResult, size: str, lang: str) -> str:
    f = r.bounds.loc["F"]
    if lang == "zh":
        return (
            f"尚不能认定{r.name}与{'、'.join(r.regressors)}之间存在长期均衡关系：F={f['statistic']:.2f}虽高于"
            f"本样本模拟的{size}%上界{f['I(1)']:.2f}，但{'、'.join(r.second_order)}的逐期变化仍不平稳"
            f"（增速持续放缓或加快时常见；样本{r.nobs}期），边界检验不适用，不宜直接用水平值作回归。"
        )
    return (
        f"a long-run relation between {r.name} and {', '.join(r.regressors)} cannot be claimed: "
        f"F = {f['statistic']:.2f} exceeds its simulated {size} % bound {f['I(1)']:.2f}, but the changes of "
        f"{', '.join(r.second_order)} are not stationary themselves ({r.nobs} observations), which the test "
        "does not admit; levels should not be regressed on each other."
    )


def _steady(r: ArdlResult, size: str, lang: str) -> str:
    fx = r.bounds.loc["Fx"]
    if lang == "zh":
        return (
            f"尚不能认定{r.name}与{'、'.join(r.regressors)}之间存在长期均衡关系：{r.name}自身向均值回复，"
            f"而{'、'.join(r.regressors)}的水平项不显著（F={fx['statistic']:.2f}，本样本模拟的{size}%上界"
            f"{fx['I(1)']:.2f}；样本{r.nobs}期）。"
        )
    return (
        f"a long-run relation between {r.name} and {', '.join(r.regressors)} cannot be claimed: {r.name} "
        f"returns to its own mean, and no level of {', '.join(r.regressors)} was found in its equation "
        f"(F = {fx['statistic']:.2f}, simulated {size} % bound {fx['I(1)']:.2f}; {r.nobs} observations)."
    )
