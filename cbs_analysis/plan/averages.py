"""A target on average growth: 年均增长, judged on the chain of the yearly rates."""

from __future__ import annotations

import math

from ..errors import CoverageError
from ..models.outlook import Outlook, fit_outlook
from .book import Figures
from .judging import Case, incomplete, no_figures, paced, plan_years, time_progress
from .quantities import chance_text
from .verdicts import Verdict

__all__ = ["judge_average_growth"]


def judge_average_growth(case: Case) -> Verdict:
    """Mean geometric growth since the baseline against the mean growth that the plan wants.

    With g* the target, T the plan years, e of them known with rates g, and h = T - e left: the mean so far
    is ``g = prod(1 + g_i) ** (1/e) - 1``, the way done ``sum(ln(1 + g_i)) / (T ln(1 + g*))``, its pace that
    share over the share of time gone, and what is still needed each year
    ``((1 + g*) ** T / prod(1 + g_i)) ** (1/h) - 1``. A missing year is refused: nothing is interpolated.
    """
    figures = case.book.yearly(case.measure.indicator)
    inside = plan_years(case, figures)
    if inside.empty:
        return no_figures(case, figures)
    refusal = incomplete(case, inside)
    if refusal is not None:
        return refusal
    target, year, last = case.measure.target, inside.years[-1], str(inside.years[-1])
    if min(inside.numbers) <= -100:
        return case.refuse(
            "gap",
            "有增速不高于-100%，不能累计",
            "a rate of -100 % or less cannot be cumulated",
            period=last,
            evidence=inside.cite_all(),
        )
    chain = math.prod(1 + g / 100 for g in inside.numbers)
    mean = 100 * (chain ** (1 / len(inside.years)) - 1)
    if target is None:
        return case.refuse(
            "no_target",
            f"规划期内年均增长{case.show(mean, 'zh')}，没有载明目标的文件",
            f"{case.show(mean, 'en')} a year so far in the plan; no document states a target",
            period=last,
            value=mean,
            evidence=inside.cite_all(),
        )
    tau, left = time_progress(case.plan, last), case.plan.end.year - year
    wanted = (1 + target.value / 100) ** len(case.plan.years)
    progress = math.log(chain) / math.log(wanted)
    chance = _chance(case, figures, left, wanted / chain) if progress < 1 else None
    word, fragile = paced(
        case, progress, progress / tau, chance.probability if chance else math.nan, over=tau >= 1
    )
    required = 100 * ((wanted / chain) ** (1 / left) - 1) if left > 0 else math.nan
    zh, en = _sentence(case, inside, mean, target.value, left, required)
    return case.verdict(
        word,
        zh + chance_text(chance, "zh"),
        en + chance_text(chance, "en"),
        period=last,
        value=mean,
        progress=progress,
        pace=progress / tau,
        time_progress=tau,
        required=required,
        probability=chance.probability if chance else math.nan,
        fragile=fragile,
        evidence=inside.cite_all(),
    )


def _sentence(
    case: Case, inside: Figures, mean: float, target: float, left: int, required: float
) -> tuple[str, str]:
    first, last = inside.years[0], inside.years[-1]
    span = (f"{last}年", f"{last}")
    if first < last:
        span = f"{first}—{last}年年均", f"{first}-{last}"
    zh = f"{case.name('zh')}{span[0]}为{case.show(mean, 'zh')}，目标年均{case.show(target, 'zh')}"
    en = f"{case.name('en')}: {case.show(mean, 'en')} a year in {span[1]}, "
    en += f"against {case.show(target, 'en')} wanted"
    if left > 0:
        zh += f"，其余{left}年须年均{case.show(required, 'zh')}"
        en += f"; {case.show(required, 'en')} a year is needed in the {left} left"
    return zh + "。", en + "."


def _chance(case: Case, figures: Figures, left: int, factor: float) -> Outlook | None:
    """The probability that the level grows by `factor` in the years left, from the last ten rates."""
    run = figures.between(figures.years[-1] - 9, figures.years[-1])
    if left <= 0 or run.missing(run.years[0]) or min(run.numbers) <= -100:
        return None
    levels = [1.0]
    for rate in run.numbers:
        levels.append(levels[-1] * (1 + rate / 100))
    try:
        return fit_outlook(
            levels,
            horizon=left,
            target=levels[-1] * factor,
            side="at_most" if case.measure.sense == "at_most" else "at_least",
            level=case.settings.interval,
        )
    except CoverageError:
        return None
