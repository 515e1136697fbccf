"""Projects judged from their reports: stage, money against time, the year's plan, the expected finish."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ..registry.records import Plan, Project
from .judging import SYNTHETIC_PREFIX, Case
from .project_facts import Facts, annual_plans, facts_of
from .project_finish import Finish, expected_finish, months_between
from .project_reports import (
    CANCELLED,
    STAGES,
    Flag,
    Report,
    changes,
    cite,
    documented,
    stalled_since,
)
from .project_words import finish_sentence, flag, state_sentence
from .verdicts import Settings, Verdict, Word

__all__ = ["CANCELLED", "OWN_WORDS", "STAGES", "judge_project", "project_state"]

# What units write of their own projects; any other text amounts to no word.
OWN_WORDS: Mapping[str, Word] = {
    "提前完成": "achieved", "已完成": "achieved", "已完工": "achieved", "已竣工": "achieved",
    "已投用": "achieved", "已投入使用": "achieved",
    "快于预期": "ahead", "快于计划": "ahead", "超前推进": "ahead",
    "符合预期": "on_track", "正常推进": "on_track", "基本正常": "on_track", "按计划推进": "on_track",
    "顺利推进": "on_track", "进展顺利": "on_track",
    "需关注": "attention", "进展缓慢": "attention", "推进缓慢": "attention",
    "滞后": "behind", "进度滞后": "behind", "停工": "behind", "停滞": "behind",
}  # fmt: skip
# Findings that leave 需关注 as the best word of a project that is not completed.
CAPS = ("overrun", "stalled", "overdue", "after_plan", "annual_red", "not_regained")


def judge_project(case: Case, state: Mapping[str, Any]) -> Verdict:
    """The project that stands behind a commitment.

    Parameters
    ----------
    case : Case
    state : mapping
        Of the project, as `project_state` gives it.

    Returns
    -------
    Verdict
        `value` is the stage, `progress` the share of money, `time_progress` the share of planned time,
        `extra` the expected finish.
    """
    if state["reason"]:
        return case.refuse(state["reason"], evidence=state["evidence"])
    return case.verdict(
        state["word"],
        # the verdict puts the mark of a demonstration before its sentence itself
        state["sentence_zh"].removeprefix(SYNTHETIC_PREFIX[0]),
        state["sentence_en"].removeprefix(SYNTHETIC_PREFIX[1]),
        period=state["date"],
        value=state["stage"],
        time_progress=state["time_share"],
        progress=state["investment_share"],
        evidence=state["evidence"],
        self_rating=state["self_rating"],
        self_word=state["self_word"],
        extra={"finish": state["finish"]["date"]},
    )


def project_state(
    project: Project,
    rows: Iterable[Mapping[str, Any]],
    plan: Plan,
    settings: Settings,
    as_of: date,
) -> dict[str, Any]:
    """What the reports on one project amount to.

    Investment is never read as physical progress: a share above 100 % before completion is an overrun, and
    the reported progress of the works stands beside it. Completed or in use is 提前完成, cancelled or
    changed 需关注. Otherwise the gap between the share of money and the share of planned time decides, by
    the newest dates; an overrun, a standstill, a planned end that has passed, an expected finish after the
    end of the plan, a red light on the year's plan and a stage below one reached before leave 需关注 at
    best.

    Parameters
    ----------
    project : Project
    rows : iterable of mapping
        Reports of the project, or of its twin where it is listed twice, in any order; rows without a
        document do not count. Money in millions of yuan.
    plan : Plan
    settings : Settings
        `project_gap_pp`, `project_gap_behind_pp`, `stale_years`.
    as_of : datetime.date
        A last report older than `stale_years` (counted to the end of the plan if that is earlier) says
        nothing of today, unless it says completed, in use or cancelled.

    Returns
    -------
    dict
        Days are ISO text, "" where not known; numbers are NaN where not known. `date` is the day of the
        last report; `gap_pp` is 100 x (investment_share - time_share), `first_gap_pp` the same against the
        first planned dates; `annual` holds the last report on each year's plan; `finish` the expected
        finish or why there is none (`refusal`); `flags` what a reader has to know; `history` every report.
    """
    reports, unused = documented(rows)
    state = _blank(unused)
    if not reports:
        return state
    listed = project.duplicate_of or project.id
    last = reports[-1]
    facts = facts_of(reports)
    state |= {
        "stage": float(last.stage) if last.stage is not None else math.nan,
        "stage_key": "X" if last.stage == CANCELLED else "" if last.stage is None else str(last.stage),
        "date": last.day.isoformat(),
        "evidence": cite(reports, listed),
        "visual_progress": last.seen,
        "self_rating": last.own,
        "self_word": OWN_WORDS.get(last.own, ""),
        "history": tuple(_line(r, facts.total) for r in reports),
    }
    age = (min(as_of, plan.end) - last.day).days
    if age > settings.stale_years * 365.25 and not last.done and last.stage != CANCELLED:
        return state | {"reason": "stale", "finish": _finish(Finish(refusal="stale"), facts, plan)}
    return state | _judged(project, reports, facts, plan, settings, unused)


def _judged(
    project: Project,
    reports: Sequence[Report],
    facts: Facts,
    plan: Plan,
    settings: Settings,
    unused: Sequence[Flag],
) -> dict[str, Any]:
    last = reports[-1]
    since = stalled_since(reports, facts.start)
    finish = expected_finish(
        reports, start=facts.start, end=facts.end, total=facts.total, stalled=since is not None,
        too_early=settings.project_gap_pp / 100,
    )  # fmt: skip
    annual = annual_plans(reports)
    late = finish.refusal == "too_slow" or (finish.day is not None and finish.day > plan.end)
    found = _findings(reports, facts, since, annual, late and finish.basis != "completed", plan)
    gap = 100 * (facts.share - facts.time_share)
    word = _word(last.stage, gap, found, settings)
    own = OWN_WORDS.get(last.own, "")
    agrees = own == word if own and word != "not_assessable" else None
    flags = [*found, *changes(reports), *unused]
    if agrees is False:
        flags.append(flag("own_rating_differs", last, rating=last.own, own=own, word=word))
    told = _finish(finish, facts, plan)
    mark = SYNTHETIC_PREFIX if last.source["certainty"] == "synthetic" else ("", "")
    sentence = state_sentence(
        project, last, share=facts.share, time_share=facts.time_share, annual=annual[-1:], finish=told,
        findings=found,
    )  # fmt: skip
    return {
        "word": word,
        "reason": "" if word != "not_assessable" else "no_dates",
        "time_share": facts.time_share,
        "investment_share": facts.share,
        "gap_pp": gap,
        "first_gap_pp": 100 * (facts.share - facts.first_time_share),
        "plan_start": _iso(facts.start),
        "plan_end": _iso(facts.end),
        "first_plan_start": _iso(facts.first_start),
        "first_plan_end": _iso(facts.first_end),
        "total_inv_mn_yuan": facts.total,
        "first_total_inv_mn_yuan": facts.first_total,
        "cum_inv_mn_yuan": facts.spent,
        "own_agrees": agrees,
        "stalled_since": _iso(since),
        "annual": annual,
        "finish": told,
        "flags": tuple(flags),
        "sentence_zh": mark[0] + sentence[0],
        "sentence_en": mark[1] + sentence[1],
    }


def _findings(
    reports: Sequence[Report],
    facts: Facts,
    since: date | None,
    annual: Sequence[Mapping[str, Any]],
    late: bool,
    plan: Plan,
) -> list[Flag]:
    last = reports[-1]
    found = []
    highest = max((r.stage for r in reports if r.stage is not None), default=CANCELLED)
    if last.stage == CANCELLED:
        return [flag("cancelled", last, seen=last.seen)]
    if facts.share > 1:
        found.append(flag("overrun_done" if last.done else "overrun", last, share=facts.share))
    if last.done:
        return found
    if since is not None:
        found.append(flag("stalled", last, since=since))
    if facts.end is not None and last.day > facts.end:
        found.append(flag("overdue", last, end=facts.end))
    if late:
        found.append(flag("after_plan", last, end=plan.end))
    if annual and annual[-1]["red"] and annual[-1]["date"] == last.day.isoformat():
        found.append(flag("annual_red", last, share=annual[-1]["share"], year=annual[-1]["year"]))
    if last.stage is not None and last.stage < highest:
        found.append(flag("not_regained", last, stage=last.stage, highest=highest))
    if facts.earlier:
        found.append(flag("stated_earlier", last))
    return found


def _word(stage: int | None, gap: float, found: Sequence[Flag], settings: Settings) -> Word:
    if stage == CANCELLED:
        return "attention"
    if stage is not None and stage >= 4:
        return "achieved"
    word: Word = "not_assessable"
    if math.isfinite(gap):
        if gap >= settings.project_gap_pp:
            word = "ahead"
        elif gap >= -settings.project_gap_pp:
            word = "on_track"
        else:
            word = "attention" if gap >= -settings.project_gap_behind_pp else "behind"
    capped = any(f["key"] in CAPS for f in found)
    return "attention" if capped and word != "behind" else word


def _finish(finish: Finish, facts: Facts, plan: Plan) -> dict[str, Any]:
    late = math.nan
    if finish.day is not None and facts.end is not None:
        late = months_between(facts.end, finish.day)
    zh, en = finish_sentence(finish, late)
    return {
        "date": _iso(finish.day),
        "earliest": _iso(finish.earliest),
        "latest": _iso(finish.latest),
        "spi": finish.spi,
        "months_late": late,
        "after_plan": finish.refusal == "too_slow" or (finish.day is not None and finish.day > plan.end),
        "basis": finish.basis,
        "confidence": finish.confidence,
        "refusal": finish.refusal,
        "sentence_zh": zh,
        "sentence_en": en,
    }


def _line(report: Report, total: float) -> dict[str, Any]:
    return {
        "date": report.day.isoformat(),
        "stage": float(report.stage) if report.stage is not None else math.nan,
        "cum_inv_mn_yuan": report.spent,
        "investment_share": report.spent / total if total > 0 else math.nan,
        "visual_progress": report.seen,
        "self_rating": report.own,
        "document": report.document,
    }


def _blank(unused: Sequence[Flag]) -> dict[str, Any]:
    return _EMPTY | {"finish": dict(_EMPTY["finish"]), "flags": tuple(unused)}


def _without_reports() -> dict[str, Any]:
    numbers = (
        "stage time_share investment_share gap_pp first_gap_pp total_inv_mn_yuan first_total_inv_mn_yuan "
        "cum_inv_mn_yuan"
    )
    texts = (
        "date stage_key plan_start plan_end first_plan_start first_plan_end stalled_since sentence_zh "
        "sentence_en visual_progress self_rating self_word"
    )
    zh, en = finish_sentence(Finish(refusal="no_record"), math.nan)
    return {
        "word": "not_assessable", "reason": "no_document", "evidence": (), "own_agrees": None, "annual": (),
        "flags": (), "history": (),
        "finish": {
            "date": "", "earliest": "", "latest": "", "spi": math.nan, "months_late": math.nan,
            "after_plan": False, "basis": "", "confidence": "", "refusal": "no_record",
            "sentence_zh": zh, "sentence_en": en,
        },
    } | dict.fromkeys(numbers.split(), math.nan) | dict.fromkeys(texts.split(), "")  # fmt: skip


_EMPTY = _without_reports()


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
