"""Measures judged by figures: levels, sums, ceilings, yearly rules and zero events."""

from __future__ import annotations

import math

import pandas as pd
from scipy import stats

from ..errors import CoverageError
from ..models.outlook import Outlook, fit_outlook, fit_sum_outlook
from ..series.growth import cagr, required_cagr
from ..series.periods import parse_period
from .book import Figures
from .directions import judge_direction
from .judging import Case, baseline, incomplete, label, no_figures, paced, plan_years, time_progress
from .verdicts import Verdict

__all__ = ["judge_keep", "judge_level", "judge_not_below", "judge_sum", "judge_zero"]


def _chance(case: Case, figures: Figures, target: float) -> Outlook | None:
    """The probability of reaching the target, when the figures allow one."""
    values = figures.values
    last = values.index[-1]
    horizon = case.plan.end.year - last.year
    run = values[values.index >= last - min(len(values) - 1, 10)]
    unbroken = run.index.equals(pd.period_range(run.index[0], last, freq="Y"))
    if horizon <= 0 or not unbroken:
        return None
    try:
        return fit_outlook(
            run,
            horizon=horizon,
            target=target,
            side="at_most" if case.measure.sense == "at_most" else "at_least",
            share=case.indicator.unit == "pct" and case.indicator.kind != "growth",
            level=case.settings.interval,
        )
    except CoverageError:
        return None


def _chance_text(chance: Outlook | None, lang: str) -> str:
    if chance is None:
        return ""
    low = chance.confidence == "low"
    if lang == "zh":
        note = "，可信度低" if low else ""
        return f"按近年步伐，到期达标{chance.word('zh')}（概率约{chance.probability:.0%}{note}）。"
    note = ", low confidence" if low else ""
    said = f"{chance.word('en')} to be met (about {chance.probability:.0%}{note})"
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
    last = str(inside.index[-1])
    value, base = float(inside.iloc[-1]), baseline(case, figures)
    if case.stale(last):
        return case.refuse("stale", period=last, value=value, evidence=figures.cite(last))
    down = case.measure.sense == "at_most"
    met = value <= target.value if down else value >= target.value
    if math.isnan(base) and case.measure.type == "coverage":
        base = 0.0
    if math.isnan(base):
        return (
            _met(case, figures, last, value)
            if met
            else case.refuse("no_baseline", period=last, value=value, evidence=figures.cite(last))
        )
    tau = time_progress(case.plan, last)
    if (base <= target.value if down else base >= target.value) or base == target.value:
        return _kept(case, figures, last, value, base, met)
    progress = (value - base) / (target.value - base)
    pace = progress / tau
    chance = None if met else _chance(case, figures, target.value)
    word, fragile = paced(case, progress, pace, chance.probability if chance else math.nan)
    left = case.plan.end.year - inside.index[-1].year
    required = (target.value - value) / left if left > 0 and not met else math.nan
    gone = inside.index[-1].year - case.plan.baseline
    speed = cagr(base, value, gone), required_cagr(value, target.value, left)
    zh = (
        f"{label(last, 'zh')}{case.name('zh')}为{case.show(value, 'zh')}，"
        f"已完成目标增幅的{progress:.1%}（时间进度{tau:.0%}）"
        if not met
        else f"{label(last, 'zh')}{case.name('zh')}为{case.show(value, 'zh')}，"
        f"已达到{target.period}年目标{case.show(target.value, 'zh')}"
    )
    en = (
        f"{case.name('en')} was {case.show(value, 'en')} in {label(last, 'en')}: "
        f"{progress:.1%} of the way to {case.show(target.value, 'en')}, {tau:.0%} of the time gone."
        if not met
        else f"{case.name('en')} was {case.show(value, 'en')} in {label(last, 'en')}; "
        f"the {target.period} target of {case.show(target.value, 'en')} is met."
    )
    return case.verdict(
        word,
        f"{zh}。" + _chance_text(chance, "zh"),
        en + _chance_text(chance, "en"),
        period=last,
        value=value,
        baseline=base,
        progress=progress,
        pace=pace,
        time_progress=tau,
        required=required,
        probability=chance.probability if chance else math.nan,
        fragile=fragile,
        evidence=figures.cite(str(case.plan.baseline), last),
        extra={"growth_so_far_pct": _finite(speed[0]), "growth_required_pct": _finite(speed[1])},
    )


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


def _kept(case: Case, figures: Figures, last: str, value: float, base: float, met: bool) -> Verdict:
    """The baseline was already at the target: the task is to keep it."""
    target = case.measure.target
    assert target is not None
    down = case.measure.sense == "at_most"
    worsening = value > base if down else value < base
    word = "behind" if not met else "attention" if worsening else "achieved"
    tail_zh = {"behind": "现已跌破", "attention": "已达标，但有回落风险", "achieved": "持续达标"}[word]
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
    refusal = incomplete(case, figures, inside)
    if refusal is not None:
        return refusal
    total, last = float(inside.sum()), str(inside.index[-1])
    evidence = figures.cite(*[str(p) for p in inside.index])
    running = case.book.year_to_date(case.measure.indicator)
    if (
        running is not None
        and parse_period(running[0]).year == inside.index[-1].year + 1
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
    word, fragile = paced(case, progress, progress / tau, chance.probability if chance else math.nan)
    left = case.plan.end.year - inside.index[-1].year
    lead = 100 * (progress - tau)
    side_zh, side_en = ("超", "ahead of") if lead >= 0 else ("低于", "behind")
    return case.verdict(
        word,
        f"截至{label(last, 'zh')}，{case.name('zh')}累计{case.show(total, 'zh')}，"
        f"完成五年目标的{progress:.1%}，{side_zh}序时进度{abs(lead):.1f}个百分点。"
        + _chance_text(chance, "zh"),
        f"{case.name('en')}: {case.show(total, 'en')} up to {label(last, 'en')}, {progress:.1%} of the "
        f"five-year target, {abs(lead):.1f} points {side_en} schedule." + _chance_text(chance, "en"),
        period=last,
        value=total,
        progress=progress,
        pace=progress / tau,
        time_progress=tau,
        required=max(0.0, target.value - float(inside.sum())) / left if left > 0 else math.nan,
        probability=chance.probability if chance else math.nan,
        fragile=fragile,
        evidence=evidence,
    )


def _sum_chance(case: Case, inside: pd.Series, total: float) -> Outlook | None:
    left = case.plan.end.year - inside.index[-1].year
    if left <= 0:
        return None
    try:
        return fit_sum_outlook(inside, years_left=left, total=total, level=case.settings.interval)
    except CoverageError:
        return None


def judge_keep(case: Case) -> Verdict:
    """Keep below (or above) a limit in every plan year; a past breach stays a breach."""
    figures = case.book.yearly(case.measure.indicator)
    inside = plan_years(case, figures)
    if inside.empty:
        return no_figures(case, figures)
    target, last = case.measure.target, str(inside.index[-1])
    value = float(inside.iloc[-1])
    if target is None:
        return case.refuse(
            "no_target",
            f"{label(last, 'zh')}为{case.show(value, 'zh')}，没有载明控制目标的文件",
            f"{case.show(value, 'en')} in {label(last, 'en')}; no document states a limit",
            period=last,
            value=value,
            evidence=figures.cite(last),
        )
    below = case.measure.type == "keep_below"
    margin = (target.value - inside) if below else (inside - target.value)
    # figures are printed to one decimal: a rounding distance is not a breach
    breaches = [str(p) for p in inside.index[margin.to_numpy() < -1e-9]]
    refusal = incomplete(case, figures, inside, settled=bool(breaches))
    if refusal is not None:
        return refusal
    word = "behind" if last in breaches else "attention" if breaches else "on_track"
    limit = case.show(target.value, "zh"), case.show(target.value, "en")
    room = float(margin.iloc[-1])
    zh = f"{label(last, 'zh')}{case.name('zh')}为{case.show(value, 'zh')}，"
    en = f"{case.name('en')} was {case.show(value, 'en')} in {label(last, 'en')}, "
    word_zh = ("低于" if below else "高于") if room >= 0 else ("高于" if below else "低于")
    points_zh, points_en = ("个百分点", " points") if case.indicator.unit == "pct" else ("", "")
    zh += f"{word_zh}控制目标{limit[0]}，相差{abs(room):.2f}{points_zh}"
    en += f"{'inside' if room >= 0 else 'beyond'} the limit of {limit[1]} by {abs(room):.2f}{points_en}"
    if word == "attention":
        zh += f"；但{'、'.join(breaches)}年曾突破"
        en += f"; but it was breached in {', '.join(breaches)}"
    return case.verdict(
        word,  # type: ignore[arg-type]
        zh + "。",
        en + ".",
        period=last,
        value=value,
        baseline=baseline(case, figures),
        time_progress=time_progress(case.plan, last),
        evidence=figures.cite(*[str(p) for p in inside.index]),
        extra={"breaches": breaches, "margin": room},
    )


def judge_not_below(case: Case) -> Verdict:
    """Each year at least the year before (逐年不减)."""
    figures = case.book.yearly(case.measure.indicator)
    inside = plan_years(case, figures)
    if inside.empty:
        return no_figures(case, figures)
    values = figures.values
    pairs = [(p, values[p - 1], values[p]) for p in inside.index if p - 1 in values.index]
    last = str(inside.index[-1])
    if not pairs:
        return case.refuse(
            "no_baseline", period=last, value=float(inside.iloc[-1]), evidence=figures.cite(last)
        )
    falls = [str(p) for p, before, now in pairs if now < before]
    refusal = incomplete(case, figures, inside, settled=bool(falls))
    if refusal is not None:
        return refusal
    word = "behind" if last in falls else "attention" if falls else "on_track"
    zh = f"{case.name('zh')}：{len(pairs)}年中有{len(falls)}年低于上年" + (
        f"（{'、'.join(falls)}）" if falls else ""
    )
    en = f"{case.name('en')}: below the year before in {len(falls)} of {len(pairs)} years"
    en += f" ({', '.join(falls)})" if falls else ""
    return case.verdict(
        word,  # type: ignore[arg-type]
        zh + "。",
        en + ".",
        period=last,
        value=float(inside.iloc[-1]),
        baseline=baseline(case, figures),
        time_progress=time_progress(case.plan, last),
        evidence=figures.cite(*sorted({str(q) for p, _, _ in pairs for q in (p - 1, p)})),
        extra={"falls": falls},
    )


def judge_zero(case: Case) -> Verdict:
    """A count that must stay zero; with an exposure, zero still leaves an upper bound on the risk.

    The exact one-sided 95 % bound for 0 events among m is ``1 - 0.05 ** (1 / m)``.
    """
    figures = case.book.yearly(case.measure.indicator)
    inside = plan_years(case, figures)
    if inside.empty:
        return no_figures(case, figures)
    last, events = str(inside.index[-1]), float(inside.sum())
    refusal = incomplete(case, figures, inside, settled=events > 0)
    if refusal is not None:
        return refusal
    evidence = figures.cite(*[str(p) for p in inside.index])
    bound = math.nan
    if case.measure.exposure:
        exposure = plan_years(case, case.book.yearly(case.measure.exposure)).reindex(inside.index).dropna()
        if len(exposure) == len(inside) and float(exposure.sum()) > 0:
            bound = 1000.0 * float(stats.beta.ppf(0.95, events + 1, max(exposure.sum() - events, 1e-9)))
            evidence += case.book.yearly(case.measure.exposure).cite(*[str(p) for p in inside.index])
    zh = f"截至{label(last, 'zh')}，规划期内{case.name('zh')}共{case.show(events, 'zh')}"
    en = f"{case.name('en')}: {case.show(events, 'en')} in the plan years up to {label(last, 'en')}"
    if math.isfinite(bound):
        zh += f"；按监测规模，发生率95%上限为{bound:.1f}‰"
        en += f"; given the number monitored the rate is at most {bound:.1f} per 1,000 (95 %)"
    return case.verdict(
        "on_track" if events == 0 else "behind",
        zh + "。",
        en + ".",
        period=last,
        value=events,
        time_progress=time_progress(case.plan, last),
        evidence=evidence,
        extra={"upper_bound_permille": _finite(bound)},
    )
