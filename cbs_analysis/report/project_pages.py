"""Projects on a page: tables and the sentence; the charts stand in `project_figures`."""

from __future__ import annotations

import math
from datetime import date
from html import escape
from typing import Any

from ..plan.evaluation import Evaluation
from ..plan.evidence_numbers import evidence_numbers
from ..plan.project_counts import project_counts
from ..plan.project_finish import REFUSALS
from ..plan.project_reports import DONE, stage_words
from ..plan.verdicts import Evidence
from ..series.rounding import fixed, percent
from .evidence_links import evidence_links, linked
from .messages import message
from .project_figures import plot_project_time, plot_projects
from .table import Cell, Table, translator
from .verdict_words import badge

__all__ = [
    "plot_project_time",
    "plot_projects",
    "reading_projects",
    "table_duplicates",
    "table_project_annual",
    "table_project_counts",
    "table_project_finish",
    "table_project_flags",
    "table_projects",
]


def table_projects(evaluation: Evaluation, lang: str) -> Table:
    """Projects: stage and works, money against time; a doubled listing points to its twin."""
    t, registry, numbers = translator(lang), evaluation.registry, evidence_numbers(evaluation)
    rows = []
    for p in evaluation.projects:
        twin, newest = p["duplicate_of"], p["evidence"][:1]
        share, gone = _pct(p["investment_share"]), _pct(p["time_share"])
        rows.append(
            (
                p["id"],
                _lines(escape(p[f"name_{lang}"]), escape(p[f"programme_{lang}"])),
                registry.areas[p["area"]].name(lang) if p["area"] else t("not_stated"),
                Cell(escape(t("same_as", id=twin))) if twin else badge(p["word"], lang),
                _stage(p, lang),
                linked(share, newest, lang, numbers=numbers) if share != "—" else share,
                linked(gone, newest, lang, numbers=numbers) if gone != "—" else gone,
                _gap(p, lang),
                evidence_links(p["evidence"], lang, numbers=numbers, limit=4),
            )
        )
    return Table(
        t("projects_table"),
        (t("id"), t("project"), t("area"), t("verdict"), t("project_stage_seen"), t("investment_share"),
         t("time_share"), t("gap_pp"), t("evidence")),
        tuple(rows),
        note=t("project_money_note"),
        numeric=frozenset({5, 6, 7}),
        nowrap=frozenset({0}),
        css="stack",
        empty=t("no_projects"),
    )  # fmt: skip


def _lines(first: str, *small: str) -> Cell:
    """A line, and lines in small letters below it, as one piece also where a phone stacks the cells."""
    return Cell(f"<span>{first}{''.join(f'<br><small>{x}</small>' for x in small if x)}</span>")


def _pct(x: float) -> str:
    return percent(x) if math.isfinite(x) else "—"


def _signed(x: float) -> str:
    """A whole number with its sign; nothing is neither plus nor minus."""
    return f"{round(x):+d}" if round(x) else "0"


def _stage(p: dict[str, Any], lang: str) -> Cell | str:
    """The stage, and what the unit reports of the works, in its own words."""
    if not p["evidence"]:
        return message("no_record", lang)
    stage = stage_words(int(p["stage"]) if math.isfinite(p["stage"]) else None)[0 if lang == "zh" else 1]
    seen = p["visual_progress"] or message("project_seen_none", lang)
    words = f'<span lang="zh">{escape(seen)}</span>' if p["visual_progress"] else escape(seen)
    return _lines(escape(stage), words, p["date"])


def _gap(p: dict[str, Any], lang: str) -> Cell | str:
    if not math.isfinite(p["gap_pp"]) or p["stage"] >= DONE:
        return "—"
    text = _signed(p["gap_pp"])
    if p["first_plan_end"] == p["plan_end"] and p["first_plan_start"] == p["plan_start"]:
        return text
    first = message("project_first_gap", lang, gap=_signed(p["first_gap_pp"]))
    return _lines(text, escape(first))


def table_project_counts(evaluation: Evaluation, lang: str) -> Table:
    """How many projects stand at each stage and carry each word."""
    t = translator(lang)
    counts = project_counts(evaluation)
    columns = ["listings", "distinct", "programmes", "body"]
    rows = tuple(
        (t(f"project_by_{r.by}"), getattr(r, lang), r.listings, r.distinct, r.programmes, r.body)
        for r in counts[counts[columns].sum(axis=1) > 0].itertuples(index=False)
    )
    return Table(
        t("project_counts_table"),
        (t("project_counts_by"), t("project_group"), *[t(f"project_{c}") for c in columns]),
        rows,
        note=t("project_counts_note"),
        numeric=frozenset({2, 3, 4, 5}),
        empty=t("no_projects"),
    )


def _own(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Projects that someone reported on; a doubled listing is left to its twin."""
    return [p for p in evaluation.projects if p["evidence"] and not p["duplicate_of"]]


def table_project_finish(evaluation: Evaluation, lang: str) -> Table:
    """Planned end and expected finish with its range, or why there is none."""
    t, numbers = translator(lang), evidence_numbers(evaluation)
    rows = []
    for p in _own(evaluation):
        f = p["finish"]
        late = f["months_late"]
        rows.append(
            (
                p["id"],
                p[f"name_{lang}"],
                badge(p["word"], lang),
                p["plan_end"] or "—",
                _finish_words(f, lang),
                _signed(late) if late is not None and math.isfinite(late) else "—",
                fixed(f["spi"], 2) if math.isfinite(f["spi"]) else "—",
                t(f"project_basis_{f['basis']}")
                if f["basis"]
                else REFUSALS[f["refusal"]][0 if lang == "zh" else 1],
                evidence_links(p["evidence"], lang, numbers=numbers, limit=4),
            )
        )
    return Table(
        t("project_finish_table"),
        (t("id"), t("project"), t("verdict"), t("project_plan_end"), t("project_finish_day"),
         t("project_months_late"), t("project_spi"), t("project_basis"), t("evidence")),
        tuple(rows),
        note=t("project_finish_note"),
        numeric=frozenset({5, 6}),
        nowrap=frozenset({0, 3}),
        css="stack",
        empty=t("project_no_finishes"),
    )  # fmt: skip


def _finish_words(finish: dict[str, Any], lang: str) -> Cell | str:
    """The day, and the range in small letters."""
    if not finish["date"]:
        return message("project_no_finish", lang)
    low, high = _month(finish["earliest"], lang), _month(finish["latest"], lang)
    if finish["basis"] == "completed":
        return message("project_until", lang, high=finish["date"])
    key = "project_finish_range" if high else "project_finish_open"
    words = message("project_finish_same" if low == high else key, lang, low=low, high=high)
    late = f"<strong>{escape(message('project_after_plan', lang))}</strong>" if finish["after_plan"] else ""
    return _lines(escape(_month(finish["date"], lang)), escape(words), late)


def _month(day: str, lang: str) -> str:
    if not day:
        return ""
    found = date.fromisoformat(day)
    return f"{found.year}年{found.month}月" if lang == "zh" else f"{found:%Y-%m}"


def table_project_annual(evaluation: Evaluation, lang: str) -> Table:
    """The newest year's plan of investment of each project under way, against the share of the year gone."""
    t, numbers = translator(lang), evidence_numbers(evaluation)
    scale = 100 if lang == "zh" else 1  # 万元 or million yuan
    rows = []
    for p in _own(evaluation):
        if p["stage"] >= DONE:
            continue
        for a in p["annual"][-1:]:
            behind = tuple(e for e in p["evidence"] if e.period == a["date"])
            rows.append(
                (
                    p["id"],
                    p[f"name_{lang}"],
                    a["date"],
                    f"{a['planned_mn_yuan'] * scale:,.10g}",
                    f"{a['invested_mn_yuan'] * scale:,.10g}",
                    percent(a["share"], 1),
                    percent(a["schedule"], 1),
                    fixed(a["lead_pp"], 1, sign=True),
                    t("project_red") if a["red"] else "—",
                    evidence_links(behind, lang, numbers=numbers),
                )
            )
    return Table(
        t("project_annual_table"),
        (t("id"), t("project"), t("project_year_day"), t("project_year_plan"), t("project_year_done"),
         t("project_year_share"), t("project_year_schedule"), t("project_year_lead"),
         t("project_year_light"), t("evidence")),
        tuple(rows),
        note=t("project_annual_note"),
        numeric=frozenset({3, 4, 5, 6, 7}),
        nowrap=frozenset({0, 2}),
        css="stack",
        empty=t("project_no_annual"),
    )  # fmt: skip


def table_project_flags(evaluation: Evaluation, lang: str) -> Table:
    """Overruns, standstills, changed plans, steps back, own ratings that differ: one row each."""
    t, numbers = translator(lang), evidence_numbers(evaluation)
    rows = [
        (
            p["id"],
            p[f"name_{lang}"],
            t(f"flag_{f['key']}"),
            f[f"sentence_{lang}"],
            f["document"] or "—",
            evidence_links(_behind(p, f), lang, numbers=numbers),
        )
        for p in evaluation.projects
        if not p["duplicate_of"]
        for f in p["flags"]
    ]
    return Table(
        t("project_flags_table"),
        (
            t("id"),
            t("project"),
            t("project_flag"),
            t("project_flag_what"),
            t("project_document"),
            t("evidence"),
        ),
        tuple(rows),
        nowrap=frozenset({0}),
        css="stack",
        empty=t("project_no_flags"),
    )


def _behind(p: dict[str, Any], flag: dict[str, str]) -> tuple[Evidence, ...]:
    """The report of a flag, and the one before it where something changed."""
    days = [e.period for e in p["evidence"]]
    if flag["date"] not in days:
        return ()
    at = days.index(flag["date"])
    changed = flag["key"] in ("backwards", "money_fell", "rebaselined_dates", "rebaselined_total")
    return tuple(p["evidence"][at : at + (2 if changed else 1)])


def table_duplicates(evaluation: Evaluation, lang: str) -> Table:
    """Listings that are one, that may be one, that are bundles, and lists that are not complete."""
    t, plan = translator(lang), evaluation.plan
    own = {p.id: p for p in plan.projects}
    rows = []
    for p in plan.projects:
        name = p.name(lang)
        if p.duplicate_of:
            rows.append(
                (p.id, name, t("project_case_same"), t("project_treat_same", id=p.duplicate_of))
            )  # fmt: skip
        if p.overlaps:
            ids = t("list_sep").join(f"{i} {own[i].name(lang)}" if i in own else i for i in p.overlaps)
            rows.append((p.id, name, t("project_case_overlap"), t("project_treat_overlap", ids=ids)))
        if p.kind == "programme":
            ids = t("list_sep").join(p.judged_by) or "—"
            rows.append((p.id, name, t("project_case_programme"), t("project_treat_programme", ids=ids)))
    boxes = {p.box: p.programme_zh if lang == "zh" else p.programme_en for p in plan.projects}
    rows += [
        (box if lang == "zh" else "—", boxes[box], t("project_case_open"), t("project_treat_open"))
        for box in plan.open_boxes
        if box in boxes
    ]
    return Table(
        t("project_duplicates_table"),
        (t("id"), t("project_listing"), t("project_case"), t("project_treatment")),
        tuple(rows),
        nowrap=frozenset({0}),
        css="stack",
        empty=t("project_no_duplicates"),
    )


def reading_projects(evaluation: Evaluation, lang: str) -> str:
    """How many projects are known, and how many are late."""
    own = [p for p in evaluation.projects if not p["duplicate_of"]]
    known = [p for p in own if p["evidence"]]
    late = [p for p in known if p["word"] in ("behind", "attention")]
    return message("projects_summary", lang, n=len(own), known=len(known), late=len(late))
