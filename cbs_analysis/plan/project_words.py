"""The sentences on a project that an official reads, in Chinese and English."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from ..registry.records import Project
from ..series.rounding import fixed, percent
from .project_finish import REFUSALS, Finish
from .project_reports import Flag, Report, day_words, stage_words
from .verdicts import WORDS

__all__ = ["annual_sentence", "finish_sentence", "flag", "state_sentence"]


def _own(rating: str, own: str, word: str) -> tuple[str, str]:
    return (
        f"自评“{rating}”（{WORDS[own]['zh']}），据报告数据为{WORDS[word]['zh']}",
        f"rated “{rating}” ({WORDS[own]['en']}) by the office; the reports say {WORDS[word]['en']}",
    )


_FLAGS: Mapping[str, Callable[..., tuple[str, str]]] = {
    "cancelled": lambda seen: (
        f"项目取消或调整{f'（{seen}）' if seen else ''}",
        "the project was cancelled or changed",
    ),
    "overrun": lambda share: (
        f"未完工而已完成投资达计划的{percent(share)}，属超概算",
        f"{percent(share)} of the planned money is spent before completion: an overrun",
    ),
    "overrun_done": lambda share: (
        f"完工时投资为计划的{percent(share)}",
        f"completed at {percent(share)} of the planned money",
    ),
    "stalled": lambda since: (
        f"{day_words(since)[0]}以来投资没有增加",
        f"no increase of investment since {since}",
    ),
    "overdue": lambda end: (f"已过计划完工日{day_words(end)[0]}", f"the planned end of {end} has passed"),
    "after_plan": lambda end: (
        f"按现有进度完工将晚于规划期末（{day_words(end)[0]}）",
        f"at its pace it ends after the plan does ({end})",
    ),
    "annual_red": lambda share, year: (
        f"{year}年8月末以后年度投资计划完成不到一半（{percent(share)}），亮红灯",
        f"less than half of the plan of {year} is done after August ({percent(share)}): red",
    ),
    "not_regained": lambda stage, highest: (
        f"现阶段（{stage_words(stage)[0]}）低于曾报阶段（{stage_words(highest)[0]}）",
        f"the stage ({stage_words(stage)[1]}) is below one reported before ({stage_words(highest)[1]})",
    ),
    "stated_earlier": lambda: (
        "本次报告未列起止时间或总投资，沿用最近一次所列",
        "leaves out dates or total; those stated last stay in force",
    ),
    "own_rating_differs": _own,
}


def flag(key: str, report: Report, **values: Any) -> Flag:
    """One finding on the newest report."""
    zh, en = _FLAGS[key](**values)
    return {
        "key": key,
        "date": report.day.isoformat(),
        "document": report.document,
        "sentence_zh": zh,
        "sentence_en": en,
    }


def annual_sentence(year: int, share: float, schedule: float, red: bool) -> tuple[str, str]:
    """How far the year's plan of investment is, against the share of the year gone.

    >>> annual_sentence(2024, 0.35, 0.5, False)[0]
    '完成2024年度投资计划的35.0%，低于序时进度15.0个百分点'
    """
    lead = round(100 * (share - schedule), 1)
    if lead == 0:
        zh, en = "与序时进度持平", "in step with the calendar"
    else:
        zh = f"{'超' if lead > 0 else '低于'}序时进度{fixed(abs(lead), 1)}个百分点"
        en = f"{fixed(abs(lead), 1)} points {'ahead of' if lead > 0 else 'behind'} the calendar"
    light = ("，亮红灯", ", red") if red else ("", "")
    return (
        f"完成{year}年度投资计划的{percent(share, 1)}，{zh}{light[0]}",
        f"{percent(share, 1)} of the investment planned for {year}, {en}{light[1]}",
    )


def finish_sentence(finish: Finish, months_late: float) -> tuple[str, str]:
    """When it is, or will be, finished, or why that cannot be told."""
    if finish.day is None:
        zh, en = REFUSALS[finish.refusal]
        return f"不能推算完工时间：{zh}", f"no finish can be told: {en}"
    late_zh, late_en = _late_words(months_late)
    if finish.basis == "completed":
        return (
            f"不晚于{day_words(finish.day)[0]}完工{late_zh}",
            f"completed by {finish.day}{late_en}",
        )
    low, high = finish.earliest, finish.latest
    range_zh = f"{_month(low)[0]}至{_month(high)[0]}" if high else f"{_month(low)[0]}以后，最迟时间无法推算"
    range_en = f"{_month(low)[1]} to {_month(high)[1]}" if high else f"{_month(low)[1]} or later, no latest"
    if _month(low) == _month(high):
        range_zh, range_en = "各年进度推算均在该月", "every pace within that month"
    weak_zh, weak_en = ("，可信度低", ", low confidence") if finish.confidence == "low" else ("", "")
    return (
        f"按现有投资进度预计{_month(finish.day)[0]}完工（{range_zh}{weak_zh}）{late_zh}",
        f"at its pace of investment finished in {_month(finish.day)[1]} ({range_en}{weak_en}){late_en}",
    )


@lru_cache(maxsize=4096)
def _month(day: date | None) -> tuple[str, str]:
    return (f"{day.year}年{day.month}月", f"{day:%Y-%m}") if day else ("", "")


def _late_words(months: float) -> tuple[str, str]:
    whole = round(months) if math.isfinite(months) else 0
    if not math.isfinite(months):
        return "", ""
    if whole == 0:
        return "，与计划相近", ", about as planned"
    month = "month" if abs(whole) == 1 else "months"
    return (
        f"，比计划{'晚' if whole > 0 else '早'}{abs(whole)}个月",
        f", {abs(whole)} {month} {'later' if whole > 0 else 'earlier'} than planned",
    )


def state_sentence(
    project: Project,
    last: Report,
    *,
    share: float,
    time_share: float,
    annual: Sequence[Mapping[str, Any]],
    finish: Mapping[str, Any],
    findings: Sequence[Flag],
) -> tuple[str, str]:
    """The whole in one sentence: stage, money against time, works, year's plan, finish, findings."""
    stage = stage_words(last.stage)
    seen = f"形象进度：{last.seen}" if last.seen else "形象进度未报"
    zh, en = [f"{stage[0]}"], [f"{stage[1]}"]
    if math.isfinite(share):
        zh.append(f"完成投资{percent(share)}")
        en.append(f"{percent(share)} invested")
    if math.isfinite(time_share) and not last.done:
        zh.append(f"时间过{percent(time_share)}")
        en.append(f"{percent(time_share)} of the time gone")
    more_zh, more_en = [], []
    if annual and annual[-1]["date"] == last.day.isoformat() and not last.done:
        more_zh.append(annual[-1]["sentence_zh"])
        more_en.append(annual[-1]["sentence_en"])
    if finish["date"]:
        more_zh.append(finish["sentence_zh"])
        more_en.append(finish["sentence_en"])
    for f in findings:
        # the red light stands in the sentence on the year already
        if f["key"] not in ("stated_earlier", "annual_red"):
            more_zh.append(f["sentence_zh"])
            more_en.append(f["sentence_en"])
    tail_zh = "；" + "；".join(more_zh) if more_zh else ""
    tail_en = "; " + "; ".join(more_en) if more_en else ""
    document = last.document if last.stage is not None and last.stage < 0 else ""
    return (
        f"{project.zh}：{'，'.join(zh)}（{seen}{f'，依据{document}' if document else ''}）{tail_zh}。",
        f"{project.en}: {', '.join(en)}{f' (by {document})' if document else ''}{tail_en}.",
    )
