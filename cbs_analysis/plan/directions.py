"""No target document: only whether the figures move the wanted way."""

from __future__ import annotations

from collections.abc import Sequence

from .judging import Case, label, no_figures, plan_years, time_progress
from .verdicts import Verdict

__all__ = ["judge_direction"]


def judge_direction(case: Case) -> Verdict:
    """No target document: only whether the figures move the wanted way since the baseline.

    Two looks must agree: the change since the baseline, and the median of all pairwise slopes
    (Theil-Sen). With few years no significance is claimed.
    """
    figures = case.book.yearly(case.measure.indicator)
    inside = plan_years(case, figures)
    if inside.empty:
        return no_figures(case, figures)
    window = figures.between(case.plan.baseline, case.plan.end.year)
    last, value = str(window.years[-1]), window.numbers[-1]
    if case.stale(last):
        return case.refuse("stale", period=last, value=value, evidence=figures.cite(last))
    if len(window.years) < 2:
        return case.refuse(
            "too_few",
            f"只有{label(last, 'zh')}一个数据点（{case.show(value, 'zh')}），不能判断方向",
            f"only one figure ({case.show(value, 'en')} of {label(last, 'en')}): no direction",
            period=last,
            value=value,
            evidence=figures.cite(last),
        )
    wanted = -1.0 if case.measure.sense in ("down", "at_most") else 1.0
    first, start = str(window.years[0]), window.numbers[0]
    slope = theil_sen(window.years, window.numbers)
    looks = [wanted * (value - start), wanted * slope]
    word = "on_track" if min(looks) > 0 else "behind" if max(looks) < 0 else "attention"
    said_zh = {"on_track": "方向符合要求", "behind": "方向相反", "attention": "方向不明"}[word]
    said_en = {"on_track": "as wanted", "behind": "the wrong way", "attention": "no clear direction"}[word]
    derived_zh = "（由公布数据计算）" if last in figures.derived else ""
    derived_en = " (computed from published figures)" if last in figures.derived else ""
    return case.verdict(
        word,  # type: ignore[arg-type]
        f"{case.name('zh')}由{label(first, 'zh')}的{case.show(start, 'zh')}变为{label(last, 'zh')}的"
        f"{case.show(value, 'zh')}{derived_zh}，{said_zh}；没有载明目标的文件，仅判断方向。",
        f"{case.name('en')} moved from {case.show(start, 'en')} in {label(first, 'en')} to "
        f"{case.show(value, 'en')} in {label(last, 'en')}{derived_en}: {said_en}. "
        "No document states a target, so only the direction is judged.",
        period=last,
        value=value,
        baseline=start,
        time_progress=time_progress(case.plan, last),
        evidence=window.cite_all(),
        extra={"direction_only": True, "slope_per_year": slope},
    )


def theil_sen(years: Sequence[int], values: Sequence[float]) -> float:
    """The median of the slopes between all pairs of years, in the unit a year (Theil 1950, Sen 1968).

    >>> theil_sen([2020, 2021, 2023], [10.0, 11.0, 16.0])
    2.0
    """
    pairs = list(zip(years, values, strict=True))
    slopes = sorted((w - v) / (b - a) for i, (a, v) in enumerate(pairs) for b, w in pairs[i + 1 :])
    half = len(slopes) // 2
    return slopes[half] if len(slopes) % 2 else (slopes[half - 1] + slopes[half]) / 2
