"""The sentence of a year's plan, as a report of an office prints it."""

from __future__ import annotations

import math

from ..series.periods import year_label
from ..series.rounding import fixed, percent
from .judging import Case
from .verdicts import AnnualCheck

__all__ = ["annual_sentence"]


def annual_sentence(case: Case, check: AnnualCheck) -> tuple[str, str]:
    """How far the year's plan is, in Chinese and English, without a full stop.

    A total: 完成年计划的44.0%，超序时进度10.7个百分点; of a whole year without the schedule. A limit or a
    level: 低于年计划1.24个百分点. The plan and its document stand behind in brackets.
    """
    zh, en = _sum_text(case, check) if check.kind == "sum" else _distance_text(case, check)
    plan_zh, plan_en = _shown(case, check.target, "zh"), _shown(case, check.target, "en")
    return f"{zh}（年计划{plan_zh}，{check.document}）", f"{en} (plan {plan_en}, {check.document})"


def _sum_text(case: Case, check: AnnualCheck) -> tuple[str, str]:
    when = year_label(check.period, "zh", cumulative=True), year_label(check.period, "en", cumulative=True)
    amount = case.show(check.actual, "zh"), case.show(check.actual, "en")
    verb = "为" if check.schedule >= 1.0 else "累计"
    zh = f"{when[0]}{verb}{amount[0]}，完成年计划的{percent(check.share, 1)}"
    en = f"{amount[1]} in {when[1]}, {percent(check.share, 1)} of the year's plan"
    if check.schedule >= 1.0:
        return zh, en
    # the printed share and the printed lead must differ by the schedule; both are rounded once
    points = f"{fixed(abs(check.lead_pp), 1)}"
    if points == "0.0":
        return f"{zh}，与序时进度持平", f"{en}, level with schedule"
    side = ("超", "ahead of") if check.lead_pp > 0 else ("低于", "behind")
    return f"{zh}，{side[0]}序时进度{points}个百分点", f"{en}, {points} points {side[1]} schedule"


def _distance_text(case: Case, check: AnnualCheck) -> tuple[str, str]:
    when = year_label(check.period, "zh"), year_label(check.period, "en")
    zh = f"{when[0]}为{_shown(case, check.actual, 'zh')}"
    en = f"{_shown(case, check.actual, 'en')} in {when[1]}"
    gap = check.actual - check.target
    if abs(gap) < 1e-9:
        zh, en = f"{zh}，与年计划持平", f"{en}, equal to the year's plan"
    else:
        side = ("高于", "above") if gap > 0 else ("低于", "below")
        zh = f"{zh}，{side[0]}年计划{_distance(case, abs(gap), 'zh')}"
        en = f"{en}, {_distance(case, abs(gap), 'en')} {side[1]} the year's plan"
    if check.lead_pp >= -1e-9:
        return (f"{zh}，已达到", f"{en}: reached") if check.kind == "level" else (zh, en)
    if check.kind == "limit":
        return f"{zh}，未控制在计划之内", f"{en}: not kept"
    return f"{zh}，未达到", f"{en}: not reached"


def _shown(case: Case, value: float, lang: str) -> str:
    """A value with two decimals where a percentage was published with two: 3.26 % is not 3.3 %."""
    unit = case.indicator.unit
    if (
        unit in ("pct", "pp", "permille")
        and math.isfinite(value)
        and abs(10 * value - round(10 * value)) > 1e-6
    ):
        text = f"{fixed(value, 2)}"
        return text + {"pct": "%", "permille": "‰", "pp": "个百分点" if lang == "zh" else " pp"}[unit]
    return case.show(value, lang)


def _distance(case: Case, gap: float, lang: str) -> str:
    """A distance as it is said: points for percentages, the unit otherwise."""
    unit = case.indicator.unit
    if unit in ("pct", "pp"):
        points = f"{fixed(gap, 2)}".rstrip("0").rstrip(".")
        return f"{points}个百分点" if lang == "zh" else f"{points} points"
    return case.show(gap, lang)
