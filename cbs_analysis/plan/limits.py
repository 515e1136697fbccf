"""Measures that must hold in every plan year: limits, not below the year before, no event."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

from scipy import special

from ..errors import CoverageError
from ..models.limit_outlook import fit_limit_outlook
from ..models.outlook import Side
from ..series.rounding import fixed
from .book import Figures
from .judging import Case, baseline, incomplete, label, no_figures, plan_years, time_progress
from .limit_rules import WHEN, Limit, limit_word
from .quantities import is_share, recent_run
from .verdicts import Verdict, Word

__all__ = ["judge_keep", "judge_not_below", "judge_zero"]


def judge_keep(case: Case) -> Verdict:
    """Keep below (or above) a limit; `when` of the measure says which years count.

    In every plan year (the default; a past breach stays a breach), at the end of the plan, or on the average
    of its years: see `limit_word`.
    """
    figures = case.book.yearly(case.measure.indicator)
    inside = plan_years(case, figures)
    if inside.empty:
        return no_figures(case, figures)
    target, last, value = case.measure.target, str(inside.years[-1]), inside.numbers[-1]
    if target is None:
        return case.refuse(
            "no_target",
            f"{label(last, 'zh')}为{case.show(value, 'zh')}，没有载明控制目标的文件",
            f"{case.show(value, 'en')} in {label(last, 'en')}; no document states a limit",
            period=last,
            value=value,
            evidence=figures.cite(last),
        )
    below, when = case.measure.type == "keep_below", case.measure.when
    margins = [target.value - x if below else x - target.value for x in inside.numbers]
    limit = limit_word(inside.years, margins, when=when, end_year=case.plan.end.year)
    # a breach seen decides whatever is missing, and before the end of the plan only the last year counts
    refusal = incomplete(case, inside, settled=bool(limit.breaches) or when == "end_year")
    if refusal is not None:
        return refusal
    judged = sum(inside.numbers) / len(inside.years) if when == "average" else value
    zh, en = _keep_sentence(case, inside, judged, limit)
    return case.verdict(
        limit.word,
        zh,
        en,
        period=last,
        value=judged,
        baseline=baseline(case, figures),
        time_progress=time_progress(case.plan, last),
        evidence=inside.cite_all(),
        extra={"breaches": [str(y) for y in limit.breaches], "margin": limit.margin}
        | _rest_kept(case, figures, target.value, below),
    )


def _keep_sentence(case: Case, inside: Figures, judged: float, limit: Limit) -> tuple[str, str]:
    target, below, when = case.measure.target, case.measure.type == "keep_below", case.measure.when
    assert target is not None
    last, room = str(inside.years[-1]), limit.margin
    goal = case.show(target.value, "zh"), case.show(target.value, "en")
    word_zh = ("低于" if below else "高于") if room >= 0 else ("高于" if below else "低于")
    points_zh, points_en = ("个百分点", " points") if case.indicator.unit == "pct" else ("", "")
    span = label(last, "zh"), label(last, "en")
    if when == "average" and len(inside.years) > 1:
        span = f"{inside.years[0]}—{last}年平均", f"{inside.years[0]}-{last} on average"
    zh = f"{span[0]}{case.name('zh')}为{case.show(judged, 'zh')}，"
    level = abs(room) < 1e-9
    zh += (
        f"与控制目标{goal[0]}持平"
        if level
        else f"{word_zh}控制目标{goal[0]}，相差{fixed(abs(room), 2)}{points_zh}"
    )
    en = f"{case.name('en')} was {case.show(judged, 'en')} in {span[1]}, "
    side_en = "inside" if room >= 0 else "beyond"
    by = f"{side_en} the limit of {goal[1]} by {fixed(abs(room), 2)}{points_en}"
    en += f"at the limit of {goal[1]}" if level else by
    if when != "every_year":
        zh, en = f"{zh}（按{WHEN[when][0]}计）", f"{en} (counted {WHEN[when][1]})"
    earlier = [str(y) for y in limit.breaches if str(y) != last]
    if earlier and limit.word == "attention":
        zh += f"；但{'、'.join(earlier)}年曾突破"
        en += f"; but it was breached in {', '.join(earlier)}"
    return zh + "。", en + "."


def _rest_kept(case: Case, figures: Figures, limit: float, below: bool) -> dict[str, Any]:
    """The probability that every remaining plan year keeps the limit, whatever was breached before.

    It stands beside the word and does not change it. None where the limit is not one of every year, where no
    year is left, and for fewer than 3 yearly changes.
    """
    horizon, run = case.plan.end.year - figures.years[-1], recent_run(figures)
    found = None
    if horizon > 0 and run is not None and case.measure.when == "every_year":
        side: Side = "at_most" if below else "at_least"
        with suppress(CoverageError):
            found = fit_limit_outlook(run, horizon=horizon, limit=limit, side=side, share=is_share(case))
    return {
        "probability_rest_kept": found.probability if found else None,
        "confidence_rest_kept": found.confidence if found else "",
    }


def judge_not_below(case: Case) -> Verdict:
    """Each year at least the year before (逐年不减)."""
    figures = case.book.yearly(case.measure.indicator)
    inside = plan_years(case, figures)
    if inside.empty:
        return no_figures(case, figures)
    values = dict(zip(figures.years, figures.numbers, strict=True))
    pairs = [y for y in inside.years if y - 1 in values]
    last, value = str(inside.years[-1]), inside.numbers[-1]
    if not pairs:
        return case.refuse("no_baseline", period=last, value=value, evidence=figures.cite(last))
    falls = [str(y) for y in pairs if values[y] < values[y - 1]]
    refusal = incomplete(case, inside, settled=bool(falls))
    if refusal is not None:
        return refusal
    word: Word = "behind" if last in falls else "attention" if falls else "on_track"
    zh = f"{case.name('zh')}：{len(pairs)}年中有{len(falls)}年低于上年" + (
        f"（{'、'.join(falls)}）" if falls else ""
    )
    en = f"{case.name('en')}: below the year before in {len(falls)} of {len(pairs)} years"
    en += f" ({', '.join(falls)})" if falls else ""
    return case.verdict(
        word,
        zh + "。",
        en + ".",
        period=last,
        value=value,
        baseline=baseline(case, figures),
        time_progress=time_progress(case.plan, last),
        evidence=figures.cite(*map(str, sorted({q for y in pairs for q in (y - 1, y)}))),
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
    last, events = str(inside.years[-1]), float(sum(inside.numbers))
    refusal = incomplete(case, inside, settled=events > 0)
    if refusal is not None:
        return refusal
    bound, exposed = _upper_bound(case, inside, events)
    zh = f"截至{label(last, 'zh')}，规划期内{case.name('zh')}共{case.show(events, 'zh')}"
    en = f"{case.name('en')}: {case.show(events, 'en')} in the plan years up to {label(last, 'en')}"
    if bound is not None:
        zh += f"；按监测规模，发生率95%上限为{fixed(bound, 1)}‰"
        en += f"; given the number monitored the rate is at most {fixed(bound, 1)} per 1,000 (95 %)"
    return case.verdict(
        "on_track" if events == 0 else "behind",
        zh + "。",
        en + ".",
        period=last,
        value=events,
        time_progress=time_progress(case.plan, last),
        evidence=inside.cite_all() + (exposed.cite(*map(str, inside.years)) if exposed else ()),
        extra={"upper_bound_permille": bound},
    )


def _upper_bound(case: Case, inside: Figures, events: float) -> tuple[float | None, Figures | None]:
    """Upper bound of the rate per thousand, and the exposure it rests on, when every year has one."""
    if not case.measure.exposure:
        return None, None
    exposure = case.book.yearly(case.measure.exposure)
    total = sum(exposure.at(y) for y in inside.years)  # NaN where a year is missing
    if not total > 0:
        return None, None
    # the 0.95 quantile of Beta(events + 1, total - events), of Clopper and Pearson
    bound = 1000.0 * float(special.betaincinv(events + 1, max(total - events, 1e-9), 0.95))
    return (bound, exposure) if math.isfinite(bound) else (None, None)
