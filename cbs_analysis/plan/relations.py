"""Measures that relate two series: does income keep pace with growth?"""

from __future__ import annotations

import math

from ..models.synchrony import PaceNumbers, is_growth, pace_numbers, signed
from ..series.rounding import fixed, percent
from .book import Figures
from .judging import Case, label, time_progress
from .verdicts import Verdict, Word

__all__ = ["judge_synchrony"]

_WORD: dict[str, Word] = {"faster": "ahead", "in_step": "on_track", "slower": "behind"}


def _word(case: Case, result: PaceNumbers) -> Word:
    """In step is enough for 同步; where the plan says 高于 (`sense: at_least`) it is not."""
    if case.measure.sense == "at_least" and result.state == "in_step" and result.mean_gap < 0:
        return "attention"
    return _WORD[result.state]


def judge_synchrony(case: Case) -> Verdict:
    """Growth of the indicator against growth of `against`, both over all plan years with data."""
    figures = case.book.yearly(case.measure.indicator)
    against = case.book.yearly(case.measure.against)
    if figures.empty or against.empty:
        lacking = case.measure.indicator if figures.empty else case.measure.against
        name = case.registry.indicator(lacking)
        return case.refuse("no_data", f"没有“{name.zh}”数据", f"no figures of {name.en}")
    income, growth = _inside(case, figures), _inside(case, against)
    common = sorted(set(income) & set(growth))
    if not common:
        known = figures.cite(*map(str, income)) + against.cite(*map(str, growth))
        return case.refuse(
            "no_plan_year",
            "规划期内没有两者都公布的年份",
            "no plan year in which both were published",
            evidence=known,
        )
    last = str(common[-1])
    refusal = _unfit(case, common, [income[y] for y in common] + [growth[y] for y in common])
    cited = figures.cite(*map(str, common)) + against.cite(*map(str, common))
    if refusal is not None:
        reason, zh, en, period = refusal
        return case.refuse(reason, zh, en, period=period, evidence=cited)
    result = pace_numbers(
        [income[y] for y in common], [growth[y] for y in common], band=case.settings.sync_band_pp
    )
    measure = case.name("zh"), case.name("en")
    note = _note(result.p_holds)
    return case.verdict(
        _word(case, result),
        f"{measure[0]}：{common[0]}—{common[-1]}年年均{fixed(result.mean_income, 1)}%，对照"
        f"“{case.registry.indicator(case.measure.against).zh}”年均{fixed(result.mean_growth, 1)}%，"
        f"年均相差{signed(result.mean_gap)}个百分点。{note[0]}",
        f"{measure[1]}: {fixed(result.mean_income, 1)} % a year in {common[0]}-{common[-1]}, against "
        f"{fixed(result.mean_growth, 1)} % for {case.registry.indicator(case.measure.against).en} "
        f"({signed(result.mean_gap)} points a year).{note[1]}",
        period=last,
        value=result.mean_income,
        target=result.mean_growth,
        time_progress=time_progress(case.plan, last),
        probability=result.p_holds if result.p_holds is not None else math.nan,
        fragile=abs(abs(result.mean_gap) - case.settings.sync_band_pp) < 0.1,
        evidence=cited,
        extra={
            "mean_gap_pp": result.mean_gap,
            "derived_years": sorted((figures.derived | against.derived) & {str(p) for p in common}),
        },
    )


def _unfit(case: Case, common: list[int], rates: list[float]) -> tuple[str, str, str, str] | None:
    """Why the common years cannot be compared: the reason, in words, and the period it is of."""
    last = str(common[-1])
    missing = [str(y) for y in range(case.plan.start.year, common[-1]) if y not in common]
    if missing:
        zh = f"缺{'、'.join(missing)}年数据，不能累计比较"
        return "gap", zh, f"{', '.join(missing)} is missing, so nothing can be cumulated", ""
    if case.stale(last):
        zh, en = label(last, "zh"), label(last, "en")
        return (
            "stale", f"两者都有数据的最近年份是{zh}，过旧", f"the last year with both is {en}: too old", last
        )  # fmt: skip
    if len(common) < 2:
        return "too_few", "", "", last
    if not all(map(is_growth, rates)):
        return "gap", "数据不像增速（百分数），不能比较", "figures are no growth rates", ""
    return None


def _inside(case: Case, figures: Figures) -> dict[int, float]:
    found = figures.between(case.plan.start.year, case.plan.end.year)
    return {y: v for y, v in zip(found.years, found.numbers, strict=True) if not math.isnan(v)}


def _note(p_holds: float | None) -> tuple[str, str]:
    if p_holds is None:
        return "年份不足3个，不作概率判断。", " With fewer than 3 years no probability is given."
    return (
        f"按各年差距的离散程度，同步成立的概率约{percent(p_holds)}。",
        f" Given the spread of the yearly gaps, keeping pace has a probability of about {percent(p_holds)}.",
    )
