"""Measures judged by documents: mechanisms, yes/no commitments, projects and experts' matters."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pandas as pd

from ..registry.records import Plan, Project
from .judging import SYNTHETIC_PREFIX, Case, time_progress
from .verdicts import Evidence, Settings, Verdict, Word

__all__ = ["STAGES", "judge_expert", "judge_mechanism", "judge_project", "judge_yes_no", "project_state"]

RUNGS = {
    0: ("未启动", "not started"),
    1: ("已发文", "document issued"),
    2: ("已建机构、人员或制度", "body, staff or rules in place"),
    3: ("连续运行", "in continuous operation"),
    4: ("效果已验证", "effect verified"),
}
# A rung says nothing of outcomes; the words are our reading at the middle of a plan.
_RUNG_WORD: dict[int, Word] = {0: "behind", 1: "behind", 2: "attention", 3: "on_track", 4: "achieved"}
STAGES = {
    0: ("谋划", "planned"),
    1: ("前期", "preparation"),
    2: ("开工", "started"),
    3: ("主体", "main works"),
    4: ("完工", "completed"),
    5: ("投用", "in use"),
}


def _rows(documents: pd.DataFrame, measure: str) -> pd.DataFrame:
    if documents.empty:
        return documents
    rows = documents[documents["measure"] == measure]
    return rows[rows["document"].astype(str).str.strip() != ""]


def _cite(rows: pd.DataFrame, number: str, title: str = "visual_progress") -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            indicator=number,
            period=str(r["date"])[:10],
            value=float(r["level"]) if "level" in r and pd.notna(r["level"]) else math.nan,
            published=str(r.get("title") or r.get(title, "")),
            status="synthetic" if r["certainty"] == "synthetic" else "final",
            vintage=str(r["vintage"])[:10],
            source=str(r["source"]),
            certainty=str(r["certainty"]),
            file=str(r["file"]),
            row=int(r["row"]),
            col=-1,
            note=str(r["document"]),
        )
        for r in rows.to_dict("records")
    )


def judge_mechanism(case: Case, documents: pd.DataFrame) -> Verdict:
    """The ladder 0-4; a rung without an attached document does not count."""
    rows = _rows(documents, case.measure.id)
    rows = rows[rows["level"].isin(list(RUNGS))] if len(rows) else rows
    if rows.empty:
        return case.refuse("no_document")
    level = int(rows["level"].max())
    best = rows[rows["level"] == level].iloc[-1]
    last = str(best["date"])[:10]
    if case.stale(str(rows["date"].max())[:10]):
        return case.refuse(
            "stale", period=last, value=float(level), evidence=_cite(rows, case.measure.id, "title")
        )
    return case.verdict(
        _RUNG_WORD[level],
        f"{case.name('zh')}：机制达到第{level}级（{RUNGS[level][0]}），依据{best['document']}。",
        f"{case.name('en')}: rung {level} of 4 ({RUNGS[level][1]}), by {best['document']}.",
        period=last,
        value=float(level),
        time_progress=time_progress(case.plan, last),
        evidence=_cite(rows, case.measure.id, "title"),
        extra={"rung": level},
    )


def judge_yes_no(case: Case, documents: pd.DataFrame) -> Verdict:
    """Done or not, by document."""
    rows = _rows(documents, case.measure.id)
    if rows.empty:
        return case.refuse("no_document")
    done = bool((rows["level"] >= 1).any())
    best = (rows[rows["level"] >= 1] if done else rows).iloc[-1]
    last = str(best["date"])[:10]
    return case.verdict(
        "achieved" if done else "attention",
        f"{case.name('zh')}：{'已实现' if done else '尚未实现'}，依据{best['document']}。",
        f"{case.name('en')}: {'done' if done else 'not yet done'}, by {best['document']}.",
        period=last,
        value=float(done),
        time_progress=time_progress(case.plan, last),
        evidence=_cite(rows, case.measure.id, "title"),
    )


def judge_expert(case: Case, documents: pd.DataFrame) -> Verdict:
    """For experts: the evidence is listed, and no score is given."""
    rows = _rows(documents, case.measure.id)
    return case.refuse("expert", evidence=_cite(rows, case.measure.id, "title") if len(rows) else ())


def judge_project(case: Case, projects: pd.DataFrame) -> Verdict:
    """The project that stands behind a commitment."""
    project = next(p for p in case.plan.projects if p.id == case.measure.project)
    state = project_state(project, projects, case.plan, case.settings, case.as_of)
    if state["reason"]:
        return case.refuse(state["reason"], evidence=state["evidence"])
    return case.verdict(
        state["word"],
        state["sentence_zh"],
        state["sentence_en"],
        period=state["date"],
        value=state["stage"],
        time_progress=state["time_share"],
        progress=state["investment_share"],
        evidence=state["evidence"],
    )


def project_state(
    project: Project, projects: pd.DataFrame, plan: Plan, settings: Settings, as_of: date
) -> dict[str, Any]:
    """Stage, investment share against time share, and the word, of one project.

    Investment is never read as physical progress: a share above 100 % before completion is an
    overrun. Without dates only a completed project can be judged. A doubled listing takes the state
    of its twin.
    """
    blank: dict[str, Any] = {
        "word": "not_assessable", "reason": "no_document", "stage": math.nan, "date": "",
        "time_share": math.nan, "investment_share": math.nan, "gap_pp": math.nan, "evidence": (),
        "sentence_zh": "", "sentence_en": "", "visual_progress": "", "self_rating": "",
    }  # fmt: skip
    listed = project.duplicate_of or project.id
    rows = projects[projects["project"] == listed] if len(projects) else projects
    rows = rows[rows["document"].astype(str).str.strip() != ""] if len(rows) else rows
    if rows.empty:
        return blank
    row = rows.iloc[-1].to_dict()
    day = pd.Timestamp(row["date"])
    stage = int(row["stage"]) if pd.notna(row["stage"]) else -1
    old = (min(as_of, plan.end) - day.date()).days > settings.stale_years * 365.25
    if old and stage < 4:  # what is completed stays completed
        return blank | {"reason": "stale", "date": str(day.date()), "evidence": _cite(rows, project.id)}
    start, end = pd.to_datetime(row["plan_start"] or None), pd.to_datetime(row["plan_end"] or None)
    total, spent = _amount(row["total_inv_mn_yuan"]), _amount(row["cum_inv_mn_yuan"])
    share = spent / total if total > 0 else math.nan
    theta = math.nan
    if pd.notna(start) and pd.notna(end) and end > start:
        theta = min(1.0, max(0.0, (day - start).days / (end - start).days))
    gap = 100 * (share - theta)
    word = _project_word(stage, share, gap, settings)
    names = STAGES.get(stage, ("未报", "not reported"))
    seen = row["visual_progress"] or "形象进度未报"
    mark = SYNTHETIC_PREFIX if row["certainty"] == "synthetic" else ("", "")
    money_zh = f"，完成投资{share:.0%}，时间过{theta:.0%}" if math.isfinite(gap) else ""
    money_en = f", {share:.0%} invested, {theta:.0%} of the time gone" if math.isfinite(gap) else ""
    return blank | {
        "word": word,
        "reason": "" if word != "not_assessable" else "no_dates",
        "stage": float(stage),
        "date": str(day.date()),
        "time_share": theta,
        "investment_share": share,
        "gap_pp": gap,
        "evidence": _cite(rows, project.id, "visual_progress"),
        "sentence_zh": f"{mark[0]}{project.zh}：{names[0]}{money_zh}（{seen}）。",
        "sentence_en": f"{mark[1]}{project.en}: {names[1]}{money_en}.",
        "visual_progress": row["visual_progress"],
        "self_rating": row["self_rating"],
    }


def _amount(value: Any) -> float:
    return float(value) if value is not None and pd.notna(value) else math.nan


def _project_word(stage: int, share: float, gap: float, settings: Settings) -> Word:
    if stage >= 4:
        return "achieved"
    if not math.isfinite(gap):
        return "not_assessable"
    if share > 1.0:
        return "attention"  # more money than planned and not finished: an overrun, not a lead
    if gap >= settings.project_gap_pp:
        return "ahead"
    if gap >= -settings.project_gap_pp:
        return "on_track"
    return "attention" if gap >= -settings.project_gap_behind_pp else "behind"
