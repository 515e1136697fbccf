"""Measures with a way to go: levels, coverages and sums."""

from __future__ import annotations

import math
from typing import Any

from ..errors import CoverageError
from ..models.outlook import Outlook, fit_outlook, fit_sum_outlook
from ..registry.records import Target
from ..series.periods import parse_period
from ..series.rounding import fixed, percent
from .book import Figures
from .directions import judge_direction
from .judging import Case, baseline, incomplete, label, no_figures, paced, plan_years, time_progress
from .verdicts import Verdict

__all__ = ["chance_text", "is_share", "judge_level", "judge_sum", "recent_run", "yearly_growth"]


def is_share(case: Case) -> bool:
    """Whether the indicator is a percentage of a whole, that 0 and 100 bound."""
    return case.indicator.unit == "pct" and case.indicator.kind != "growth"


def recent_run(figures: Figures) -> tuple[float, ...] | None:
    """The last figure and up to ten years before it; None where a year in between is missing."""
    last = figures.years[-1]
    run = figures.between(last - min(len(figures.years) - 1, 10), last)
    return None if run.missing(run.years[0]) else run.numbers


def yearly_growth(first: float, last: float, years: float) -> float:
    """`series.growth.cagr` of two plain numbers: percent a year, NaN where it means nothing.

    >>> round(yearly_growth(100, 118, 3), 3)
    5.672
    """
    if not (first > 0 and last > 0 and years > 0):
        return math.nan
    return ((last / first) ** (1.0 / years) - 1.0) * 100.0


def _downward(case: Case, base: float, target: float) -> bool:
    """Whether less is better: as the sense says, otherwise from the base to the target."""
    return case.measure.sense == "at_most" or (case.measure.sense != "at_least" and base > target)


def _chance(case: Case, figures: Figures, target: float, down: bool) -> Outlook | None:
    """The probability of reaching the target, when the figures allow one."""
    horizon, run = case.plan.end.year - figures.years[-1], recent_run(figures)
    if horizon <= 0 or run is None:
        return None
    try:
        return fit_outlook(
            run,
            horizon=horizon,
            target=target,
            side="at_most" if down else "at_least",
            share=is_share(case),
            level=case.settings.interval,
        )
    except CoverageError:
        return None


def chance_text(chance: Outlook | None, lang: str) -> str:
    """The probability as the end of a sentence; empty without one."""
    if chance is None:
        return ""
    low = chance.confidence == "low"
    if lang == "zh":
        note = "，可信度低" if low else ""
        return f"按近年步伐，到期达标{chance.word('zh')}（概率约{percent(chance.probability)}{note}）。"
    note = ", low confidence" if low else ""
    said = f"{chance.word('en')} to be met (about {percent(chance.probability)}{note})"
    return f" At the recent pace the target is {said}."


def judge_level(case: Case) -> Verdict:
    """A level to reach: share of the way done against share of time gone.

    ``p = (x - b) / (target - b)`` serves rising and falling indicators alike. A coverage without a
    baseline counts from zero. A target that the baseline already met is judged as kept or lost.
    """
    figures = case.book.yearly(case.measure.indicator)
    inside = plan_years(case, figures)
    if inside.empty:
        return no_figures(case, figures)
    target = case.measure.target
    if target is None:
        return judge_direction(case)
    last, value, base = str(inside.years[-1]), inside.numbers[-1], baseline(case, figures)
    if case.stale(last):
        return case.refuse("stale", period=last, value=value, evidence=figures.cite(last))
    if math.isnan(base) and case.measure.type == "coverage":
        base = 0.0
    down = _downward(case, base, target.value)
    met = value <= target.value if down else value >= target.value
    if math.isnan(base):
        return (
            _met(case, figures, last, value)
            if met and case.measure.sense != "reach"
            else case.refuse("no_baseline", period=last, value=value, evidence=figures.cite(last))
        )
    if base <= target.value if down else base >= target.value:
        return _kept(case, figures, last, value, base, met, down)
    return _on_the_way(case, figures, target, inside.years[-1], value, base, met)


def _on_the_way(
    case: Case, figures: Figures, target: Target, year: int, value: float, base: float, met: bool
) -> Verdict:
    """A target that the baseline had not met."""
    last, tau = str(year), time_progress(case.plan, str(year))
    progress = (value - base) / (target.value - base)
    chance = None if met else _chance(case, figures, target.value, target.value < base)
    word, fragile = paced(
        case, progress, progress / tau, chance.probability if chance else math.nan, over=tau >= 1
    )
    left = case.plan.end.year - year
    zh, en = _way_sentence(case, target, last, value, base, progress, tau, met)
    return case.verdict(
        word,
        zh + chance_text(chance, "zh"),
        en + chance_text(chance, "en"),
        period=last,
        value=value,
        baseline=base,
        progress=progress,
        pace=progress / tau,
        time_progress=tau,
        required=(target.value - value) / left if left > 0 and not met else math.nan,
        probability=chance.probability if chance else math.nan,
        fragile=fragile,
        evidence=figures.cite(str(case.plan.baseline), last),
        extra=_other_paces(case, target.value, year, value, base),
    )


def _way_sentence(
    case: Case,
    target: Target,
    last: str,
    value: float,
    base: float,
    progress: float,
    tau: float,
    met: bool,
) -> tuple[str, str]:
    zh = f"{label(last, 'zh')}{case.name('zh')}为{case.show(value, 'zh')}，"
    en = f"{case.name('en')} was {case.show(value, 'en')} in {label(last, 'en')}"
    if met:
        zh += f"已达到{target.period}年目标{case.show(target.value, 'zh')}。"
        return zh, f"{en}; the {target.period} target of {case.show(target.value, 'en')} is met."
    way = "降幅" if target.value < base else "增幅"
    if progress < 0:
        zh += f"比基期离{target.period}年目标{case.show(target.value, 'zh')}更远（时间进度{percent(tau)}）。"
        en += f", further from {case.show(target.value, 'en')} than the baseline was, "
        return zh, en + f"{percent(tau)} of the time gone."
    zh += f"已完成目标{way}的{percent(progress, 1)}（时间进度{percent(tau)}）。"
    en += f": {percent(progress, 1)} of the way to {case.show(target.value, 'en')}, "
    en += f"{percent(tau)} of the time gone."
    return zh, en


def _other_paces(case: Case, target: float, year: int, value: float, base: float) -> dict[str, Any]:
    """What other formulae say of the same way; the linear pace gives the word.

    `growth_pace` is growth so far over growth needed from the baseline (Eurostat), never of an indicator that
    is itself a growth rate. `logit_progress` is the way done in logits: near 100 % each point is harder.
    """
    gone, total = year - case.plan.baseline, case.plan.end.year - case.plan.baseline
    sofar, needed = yearly_growth(base, value, gone), yearly_growth(base, target, total)
    pace = math.nan
    if case.indicator.kind != "growth" and needed:
        pace = math.copysign(1.0, target - base) * sofar / abs(needed)
    way = math.nan
    if is_share(case) and all(0 < x < 100 for x in (base, value, target)):
        start, here, end = (math.log(x / (100.0 - x)) for x in (base, value, target))
        way = (here - start) / (end - start)
    return {
        "growth_so_far_pct": _finite(sofar),
        "growth_required_pct": _finite(yearly_growth(value, target, case.plan.end.year - year)),
        "growth_pace": _finite(pace),
        "logit_progress": _finite(way),
    }


def _finite(x: float) -> float | None:
    return float(x) if math.isfinite(x) else None


def _met(case: Case, figures: Figures, last: str, value: float) -> Verdict:
    """The target is reached, although no baseline tells how far the way was."""
    target = case.measure.target
    assert target is not None
    name, when = case.name, label(last, "zh")
    shown = case.show(value, "zh"), case.show(value, "en")
    goal = case.show(target.value, "zh"), case.show(target.value, "en")
    return case.verdict(
        "achieved",
        f"{when}{name('zh')}为{shown[0]}，已达到{target.period}年目标{goal[0]}。",
        f"{name('en')} was {shown[1]} in {label(last, 'en')}; the target of {goal[1]} is met.",
        period=last,
        value=value,
        time_progress=time_progress(case.plan, last),
        evidence=figures.cite(last),
    )


def _kept(
    case: Case, figures: Figures, last: str, value: float, base: float, met: bool, down: bool
) -> Verdict:
    """The baseline was already at the target: the task is to keep it."""
    target = case.measure.target
    assert target is not None
    worsening = value > base if down else value < base
    word = "behind" if not met else "attention" if worsening else "achieved"
    lost, risk = ("现已突破", "已达标，但有反弹风险") if down else ("现已跌破", "已达标，但有回落风险")
    tail_zh = {"behind": lost, "attention": risk, "achieved": "持续达标"}[word]
    tail_en = {"behind": "no longer met", "attention": "met, but slipping", "achieved": "still met"}[word]
    return case.verdict(
        word,  # type: ignore[arg-type]
        f"{label(last, 'zh')}{case.name('zh')}为{case.show(value, 'zh')}，基期已达目标"
        f"{case.show(target.value, 'zh')}，{tail_zh}。",
        f"{case.name('en')} was {case.show(value, 'en')} in {label(last, 'en')}; the baseline already met "
        f"{case.show(target.value, 'en')}: {tail_en}.",
        period=last,
        value=value,
        baseline=base,
        time_progress=time_progress(case.plan, last),
        evidence=figures.cite(str(case.plan.baseline), last),
    )


def judge_sum(case: Case) -> Verdict:
    """A total over the plan years; the current year may enter with its cumulative figure."""
    figures = case.book.yearly(case.measure.indicator)
    inside = plan_years(case, figures)
    if inside.empty:
        return no_figures(case, figures)
    refusal = incomplete(case, inside)
    if refusal is not None:
        return refusal
    year, whole = inside.years[-1], sum(inside.numbers)
    total, last, evidence = whole, str(year), inside.cite_all()
    running = case.book.year_to_date(case.measure.indicator)
    if (
        running is not None
        and parse_period(running[0]).year == year + 1
        and parse_period(running[0]).end <= case.plan.end
    ):
        total, last, evidence = total + running[1], running[0], evidence + running[2]
    tau = time_progress(case.plan, last)
    target = case.measure.target
    if target is None:
        return case.refuse(
            "no_target",
            f"规划期内累计{case.show(total, 'zh')}，没有载明目标的文件",
            f"{case.show(total, 'en')} so far in the plan; no document states a target",
            period=last,
            value=total,
            time_progress=tau,
            evidence=evidence,
        )
    progress = total / target.value
    chance = _sum_chance(case, inside, target.value) if progress < 1 else None
    word, fragile = paced(
        case, progress, progress / tau, chance.probability if chance else math.nan, over=tau >= 1
    )
    left = case.plan.end.year - year
    lead = 100 * (progress - tau)
    side_zh, side_en = ("超", "ahead of") if lead >= 0 else ("低于", "behind")
    return case.verdict(
        word,
        f"截至{label(last, 'zh')}，{case.name('zh')}累计{case.show(total, 'zh')}，"
        f"完成五年目标的{percent(progress, 1)}，{side_zh}序时进度{fixed(abs(lead), 1)}个百分点。"
        + chance_text(chance, "zh"),
        f"{case.name('en')}: {case.show(total, 'en')} up to {label(last, 'en')}, "
        f"{percent(progress, 1)} of the five-year target, "
        f"{fixed(abs(lead), 1)} points {side_en} schedule." + chance_text(chance, "en"),
        period=last,
        value=total,
        progress=progress,
        pace=progress / tau,
        time_progress=tau,
        required=max(0.0, target.value - whole) / left if left > 0 else math.nan,
        probability=chance.probability if chance else math.nan,
        fragile=fragile,
        evidence=evidence,
    )


def _sum_chance(case: Case, inside: Figures, total: float) -> Outlook | None:
    left = case.plan.end.year - inside.years[-1]
    if left <= 0:
        return None
    try:
        return fit_sum_outlook(inside.numbers, years_left=left, total=total, level=case.settings.interval)
    except CoverageError:
        return None
