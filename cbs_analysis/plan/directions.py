"""No target document: only whether the figures move the wanted way."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

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
    years = figures.values.index.year
    window = figures.values[(years >= case.plan.baseline) & (years <= case.plan.end.year)]
    last, value = str(window.index[-1]), float(window.iloc[-1])
    if case.stale(last):
        return case.refuse("stale", period=last, value=value, evidence=figures.cite(last))
    if len(window) < 2:
        return case.refuse(
            "too_few",
            f"只有{label(last, 'zh')}一个数据点（{case.show(value, 'zh')}），不能判断方向",
            f"only one figure ({case.show(value, 'en')} of {label(last, 'en')}): no direction",
            period=last,
            value=value,
            evidence=figures.cite(last),
        )
    wanted = -1.0 if case.measure.sense in ("down", "at_most") else 1.0
    change = value - float(window.iloc[0])
    slope = _theil_sen(window)
    signs = {float(np.sign(wanted * change)), float(np.sign(wanted * slope))}
    word = "on_track" if signs <= {1.0} else "behind" if signs <= {-1.0} else "attention"
    said_zh = {"on_track": "方向符合要求", "behind": "方向相反", "attention": "方向不明"}[word]
    said_en = {"on_track": "as wanted", "behind": "the wrong way", "attention": "no clear direction"}[word]
    first, start = str(window.index[0]), float(window.iloc[0])
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
        evidence=figures.cite(*[str(p) for p in window.index]),
        extra={"direction_only": True, "slope_per_year": slope},
    )


def _theil_sen(window: pd.Series) -> float:
    x = window.index.year.to_numpy(dtype=float)
    return float(stats.theilslopes(window.to_numpy(dtype=float), x).slope)
