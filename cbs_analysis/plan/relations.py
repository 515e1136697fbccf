"""Measures that relate two series: does income keep pace with growth?"""

from __future__ import annotations

import math

import pandas as pd

from ..errors import CoverageError
from ..models.synchrony import SynchronyResult, fit_synchrony, signed
from .book import Figures
from .judging import Case, label, time_progress
from .verdicts import Verdict, Word

__all__ = ["judge_synchrony"]

_WORD: dict[str, Word] = {"faster": "ahead", "in_step": "on_track", "slower": "behind"}


def _word(case: Case, result: SynchronyResult) -> Word:
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
    common = income.index.intersection(growth.index)
    if len(common) == 0:
        return case.refuse(
            "no_plan_year",
            "规划期内没有两者都公布的年份",
            "no plan year in which both were published",
            evidence=figures.cite(*[str(p) for p in income.index])
            + against.cite(*[str(p) for p in growth.index]),
        )
    cited = figures.cite(*[str(p) for p in common]) + against.cite(*[str(p) for p in common])
    expected = pd.period_range(str(case.plan.start.year), max(common), freq="Y")
    missing = [str(p) for p in expected.difference(common)]
    if missing:
        years = "、".join(missing)
        return case.refuse(
            "gap",
            f"缺{years}年数据，不能累计比较",
            f"{', '.join(missing)} is missing, so nothing can be cumulated",
            evidence=cited,
        )
    if case.stale(str(common[-1])):
        old = label(str(common[-1]), "zh"), label(str(common[-1]), "en")
        return case.refuse(
            "stale",
            f"两者都有数据的最近年份是{old[0]}，过旧",
            f"the last year with both is {old[1]}: too old",
            period=str(common[-1]),
            evidence=cited,
        )
    if len(common) < 2:
        return case.refuse("too_few", period=str(common[-1]), evidence=cited)
    try:
        result = fit_synchrony(income, growth, band=case.settings.sync_band_pp, alpha=case.settings.alpha)
    except CoverageError as exc:
        return case.refuse("gap", en=exc.faults[0].what, evidence=cited)
    last = str(common[-1])
    measure = case.name("zh"), case.name("en")
    note = _note(result.p_holds)
    return case.verdict(
        _word(case, result),
        f"{measure[0]}：{common[0].year}—{common[-1].year}年年均{result.mean_income:.1f}%，对照"
        f"“{case.registry.indicator(case.measure.against).zh}”年均{result.mean_growth:.1f}%，"
        f"年均相差{signed(result.mean_gap)}个百分点。{note[0]}",
        f"{measure[1]}: {result.mean_income:.1f} % a year in {common[0].year}-{common[-1].year}, against "
        f"{result.mean_growth:.1f} % for {case.registry.indicator(case.measure.against).en} "
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


def _inside(case: Case, figures: Figures) -> pd.Series:
    years = figures.values.index.year
    return figures.values[(years >= case.plan.start.year) & (years <= case.plan.end.year)].dropna()


def _note(p_holds: float | None) -> tuple[str, str]:
    if p_holds is None:
        return "年份不足3个，不作概率判断。", " With fewer than 3 years no probability is given."
    return (
        f"按各年差距的离散程度，同步成立的概率约{p_holds:.0%}。",
        f" Given the spread of the yearly gaps, keeping pace has a probability of about {p_holds:.0%}.",
    )
