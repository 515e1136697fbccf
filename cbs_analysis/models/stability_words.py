"""The sentence of a test for breaks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from ..series.frequency import named
from .wording import figure, period_zh, span_en, span_zh

if TYPE_CHECKING:
    from .stability import BreaksResult

__all__ = ["break_warnings", "breaks_finding"]

_SMALL_REGIME = 5


def breaks_finding(result: BreaksResult, lang: str) -> str:
    """One sentence whose strength follows the evidence."""
    if lang == "zh":
        return f"{_changed_zh(result) if result.found else _stable_zh(result)}{_known(result, lang)}。"
    return f"{_changed_en(result) if result.found else _stable_en(result)}{_known(result, lang)}."


def _known(r: BreaksResult, lang: str) -> str:
    """The dates known beforehand, with the periods on both sides."""
    shown = []
    for first, row in r.known.iterrows():
        p = f"{'<0.01' if row['p sieve'] < 0.01 else '={:.2f}'.format(row['p sieve'])}"
        if lang == "zh":
            shown.append(f"{period_zh(first)}起p{p}（前{row['before']}期、后{row['after']}期）")
        else:
            shown.append(f"{first} p{p} (periods before: {row['before']}, after: {row['after']})")
    if not shown:
        return ""
    if lang == "zh":
        return f"；已知时点逐一检验：{'，'.join(shown)}"
    return f"; known dates one by one: {', '.join(shown)}"


def _least(r: BreaksResult, lang: str) -> str:
    value = r.diagnostics.get("minimum detectable shift of the mean")
    if value is None:
        return "；样本较短，较小的变化难以检出" if lang == "zh" else "; small changes are hardly found"
    if math.isinf(float(value)):
        words = (
            "；样本过短或波动过于持续，均值变动难以检出",
            "; hardly any shift of the mean can be found here",
        )
    else:
        words = (
            f"，样本中部可检出的最小变动约为{figure(float(value))}（与数列同单位）",
            f"; minimum detectable shift amid the sample about {figure(float(value))} units",
        )
    return words[lang == "en"]


def _p(r: BreaksResult) -> str:
    return "p<0.01" if r.pvalue < 0.01 else f"p={r.pvalue:.2f}"


def _stable_zh(r: BreaksResult) -> str:
    what = f"{r.name}与{'、'.join(r.regressors)}的关系" if r.regressors else f"{r.name}的均值"
    return (
        f"{span_zh(r.resid.index)}未发现{what}存在结构变化的充分证据（supF={r.supf:.1f}，"
        f"最大值在{period_zh(r.supf_date)}之后，自助法{_p(r)}，{r.nobs}期）{_least(r, 'zh')}"
    )


def _stable_en(r: BreaksResult) -> str:
    what = (
        f"the relation of {r.name} with {', '.join(r.regressors)}"
        if r.regressors
        else f"the mean of {r.name}"
    )
    return (
        f"In {span_en(r.resid.index)} no sufficient evidence of a break in {what} was found "
        f"(supF = {r.supf:.1f}, largest after {r.supf_date}, bootstrap {_p(r)}, {r.nobs} periods)"
        f"{_least(r, 'en')}"
    )


_BEYOND = {"zh": ("样本起点之前", "样本终点之后"), "en": ("before the sample", "after it")}


def _dates(r: BreaksResult, lang: str) -> list[str]:
    cover, made = f"{100 * (1 - r.alpha):.0f}", []
    for row in r.date_intervals.itertuples():
        low, high = (
            beyond if pd.isna(end) else (period_zh(end) if lang == "zh" else str(end))
            for end, beyond in zip((row.low, row.high), _BEYOND[lang], strict=True)
        )
        if lang == "zh":
            made.append(f"{period_zh(row.date)}之后（{cover}%区间{low}至{high}）")
        else:
            made.append(f"{row.date} ({cover} % interval {low} to {high})")
    return made


def _changed_zh(r: BreaksResult) -> str:
    head = f"{span_zh(r.resid.index)}，"
    tail = f"（supF={r.supf:.1f}，自助法{_p(r)}，{r.nobs}期）；只说明何时变化，不说明原因"
    dates = "、".join(_dates(r, "zh"))
    if r.regressors:
        return f"{head}{r.name}与{'、'.join(r.regressors)}的关系在{dates}发生变化{tail}"
    means = [figure(float(v)) for v in r.params]
    return (
        f"{head}{r.name}的均值在{dates}发生变化，由{means[0]}{'，'.join(f'变为{m}' for m in means[1:])}{tail}"
    )


def _changed_en(r: BreaksResult) -> str:
    tail = f" (supF = {r.supf:.1f}, bootstrap {_p(r)}, {r.nobs} periods); this dates a change, "
    tail += "not its cause"
    dates = " and ".join(_dates(r, "en"))
    if r.regressors:
        others = ", ".join(r.regressors)
        return (
            f"In {span_en(r.resid.index)} the relation of {r.name} with {others} changed after {dates}{tail}"
        )
    means = " to ".join(figure(float(v)) for v in r.params)
    return f"In {span_en(r.resid.index)} the mean of {r.name} changed after {dates}, from {means}{tail}"


def break_warnings(known: pd.DataFrame, rho: float, breaks: int, found: bool) -> tuple[str, ...]:
    """What a reader must know before using the result."""
    made = []
    small = known.index[known[["before", "after"]].min(axis=1) < _SMALL_REGIME]
    if len(small):
        made.append(
            f"fewer than {_SMALL_REGIME} periods on one side of {named(small)}: these tests find little"
        )
    if len(known) > 1:
        made.append(f"{len(known)} known dates are tested one by one: some are significant by chance")
    if rho > 0.9:
        made.append(
            f"errors are near a random walk (rho {rho:.2f}): a break and a wandering series look alike"
        )
    if breaks and not found:
        made.append("the criterion chooses breaks, but supF does not reject stability under autocorrelation")
    return tuple(made)
