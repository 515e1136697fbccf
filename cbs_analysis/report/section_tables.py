"""Tables of the pages on sections: what is still needed, plans of the year, directions, documents by rung."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from ..plan.book import Figures
from ..plan.evidence_numbers import evidence_numbers
from ..plan.mechanisms import RUNGS
from ..plan.verdicts import Evidence, Verdict
from ..registry.records import Plan
from ..series.periods import year_label
from ..series.rounding import fixed, percent
from .evidence_links import evidence_links, linked
from .section_pages import Section
from .tables import Cell, Table
from .verdict_tables import badge

__all__ = [
    "reading_annual",
    "reading_ladder",
    "table_annual",
    "table_directions",
    "table_documents",
    "table_ladder",
    "table_needed",
]


def _of(section: Section) -> Any:
    """Numbers of the evidence of the page."""
    assert section.part is not None
    return evidence_numbers(section.part)


def shown(section: Section, v: Verdict, value: float) -> str:
    """A value of the indicator of a verdict."""
    return section.ctx.evaluation.registry.indicator(v.indicator).format(value, section.lang)


# --- targets --------------------------------------------------------------------------------------


def table_needed(section: Section) -> Table:
    """Change a year so far, change a year still needed, and the one over the other."""
    rows = []
    for v in section.verdicts("level", "coverage", "sum", directions=False):
        if not v.assessed or v.word == "achieved" or not np.isfinite(v.required):
            continue
        so_far = pace_so_far(v, section.ctx.plan)
        times = v.required / so_far if np.isfinite(so_far) and so_far * v.required > 0 else np.nan
        rows.append(
            (
                v.measure,
                section.called(v),
                badge(v.word, section.lang),
                dated(section, v, v.value, v.period),
                shown(section, v, v.target),
                per_year(section, v, so_far),
                per_year(section, v, v.required),
                fixed(times, 2) if np.isfinite(times) else "—",
            )
        )
    t = section.t
    return Table(
        t("needed_title"),
        (t("measure"), t("indicator"), t("verdict"), t("last_value"), t("target"), t("needed_so_far"),
         t("needed_left"), t("needed_times")),
        tuple(rows),
        note=t("needed_note"),
        numeric=frozenset({3, 4, 5, 6, 7}),
        css="stack",
    )  # fmt: skip


def pace_so_far(v: Verdict, plan: Plan) -> float:
    """Mean change a year since the baseline, or the mean year of a sum, in the unit of the indicator.

    NaN where the verdict has no value or no time gone. A sum that includes part of a year counts that part.
    """
    if not v.period or not np.isfinite(v.value):
        return np.nan
    gone = int(v.period[:4]) - plan.baseline
    if v.type == "sum":
        years = len(plan.years) * v.time_progress if np.isfinite(v.time_progress) else np.nan
        return v.value / years if years else np.nan
    return (v.value - v.baseline) / gone if gone > 0 and np.isfinite(v.baseline) else np.nan


def per_year(section: Section, v: Verdict, value: float) -> str:
    """A change with its sign, in points for percentages; the mean year of a sum without one."""
    if not np.isfinite(value):
        return "—"
    if v.type != "sum" and v.unit == "pct":
        return section.t("points_value", value=fixed(value, 1, sign=True))
    text = shown(section, v, value)
    return text if v.type == "sum" or value < 0 else "+" + text


def dated(section: Section, v: Verdict, value: float, period: str) -> str:
    """A value of the indicator of a verdict with its period."""
    label = year_label(period, section.lang)
    return section.t("value_period", value=shown(section, v, value), period=label)


def table_annual(section: Section) -> Table:
    """The newest year's own plan of each measure that has one, and how far it is."""
    rows = []
    numbers = _of(section)
    for v in section.verdicts():
        a = v.annual
        if a is None:
            continue
        total = a.kind == "sum"
        rows.append(
            (
                v.measure,
                section.called(v),
                badge(a.word, section.lang),
                section.t("year_plan", year=a.year, value=shown(section, v, a.target)),
                dated(section, v, a.actual, a.period),
                percent(a.share, 1) if total else "—",
                percent(a.schedule, 1) if total else "—",
                fixed(a.lead_pp, 1, sign=True) if total else fixed(a.lead_pp, 2, sign=True),
                a.document,
                evidence_links(a.evidence, section.lang, numbers=numbers),
            )
        )
    t = section.t
    return Table(
        t("annual_title"),
        (t("measure"), t("indicator"), t("verdict"), t("annual_plan"), t("annual_actual"), t("annual_share"),
         t("annual_schedule"), t("annual_lead"), t("annual_document"), t("evidence")),
        tuple(rows),
        note=t("annual_note"),
        numeric=frozenset({3, 4, 5, 6, 7}),
        css="stack",
    )  # fmt: skip


def reading_annual(section: Section) -> str | None:
    """How many measures keep to the plan of the year."""
    checks = [v.annual for v in section.verdicts() if v.annual is not None]
    if not checks:
        return None
    good = sum(a.word in ("achieved", "ahead", "on_track") for a in checks)
    return section.t("annual_reading", n=len(checks), good=good)


# --- directions -----------------------------------------------------------------------------------


def table_directions(section: Section) -> Table:
    """Measures without a target: from the baseline to the last figure, change, slope, flags and source."""
    rows = []
    for v in section.verdicts(directions=True):
        if v.assessed:
            rows.append(_direction_row(section, v))
    t = section.t
    return Table(
        t("directions_title"),
        (t("measure"), t("indicator"), t("verdict"), t("wanted"), t("baseline"), t("last_value"), t("change"),
         t("slope"), t("flags"), t("publisher"), t("evidence")),
        tuple(rows),
        note=t("directions_note"),
        numeric=frozenset({4, 5, 6, 7}),
        css="stack",
    )  # fmt: skip


def _direction_row(section: Section, v: Verdict) -> tuple[Any, ...]:
    figures = section.ctx.book.yearly(v.indicator)
    down = section.measure(v).sense in ("down", "at_most")
    slope = v.extra.get("slope_per_year", np.nan)
    publishers = dict.fromkeys(
        section.ctx.evaluation.registry.publisher(e.source).name(section.lang) for e in figures.cite(v.period)
    )
    return (
        v.measure,
        section.called(v),
        badge(v.word, section.lang),
        section.t("panel_down" if down else "panel_up"),
        linked(shown(section, v, v.baseline), figures.cite(str(section.ctx.plan.baseline)), section.lang)
        if np.isfinite(v.baseline)
        else "—",
        linked(
            dated(section, v, v.value, v.period),
            figures.cite(v.period),
            section.lang,
        ),
        per_year(section, v, v.value - v.baseline),
        per_year(section, v, slope),
        flags_of(section, figures, v),
        section.t("list_sep").join(publishers),
        evidence_links(v.evidence, section.lang, numbers=_of(section)),
    )


def flags_of(section: Section, figures: Figures, v: Verdict) -> str:
    """What a reader must know of the figures: preliminary, computed, secondary reading, years missing."""
    cited = figures.cite(*(e.period for e in v.evidence if e.indicator == v.indicator), v.period)
    found = []
    if any(e.status in ("preliminary", "estimated") for e in cited):
        found.append("flag_soft")
    if v.period in figures.derived:
        found.append("flag_derived")
    if any(e.certainty == "secondary" for e in cited):
        found.append("flag_secondary")
    if figures.missing(section.ctx.plan.start.year):
        found.append("flag_missing")
    return section.t("list_sep").join(section.t(k) for k in found) or "—"


# --- documents ------------------------------------------------------------------------------------


def table_ladder(section: Section) -> Table:
    """One row a mechanism, one column a rung: the documents of each rung, and the rungs that lack one."""
    rows = []
    for v in section.verdicts("mechanism"):
        if v.assessed:
            cells = [_rung(section, v, k) for k in RUNGS if k > 0]
            rows.append((v.measure, section.called(v), badge(v.word, section.lang), *cells))
    lang, t = section.lang, section.t
    heads = [t("rung_head", k=k, name=RUNGS[k][lang != "zh"]) for k in RUNGS if k > 0]
    return Table(
        t("ladder_title"),
        (t("measure"), t("mechanism"), t("verdict"), *heads),
        tuple(rows),
        note=t("ladder_note"),
        css="stack",
    )


def _rung(section: Section, v: Verdict, rung: int) -> Cell | str:
    own = [e for e in v.evidence if e.value == rung]
    if own:
        items = [_document(e, section) for e in own]
        if rung > v.extra.get("rung", rung):
            items.append(f"<em>{escape(section.t('rung_not_counted'))}</em>")
        return Cell("<br>".join(items))
    return section.t("rung_missing") if rung in v.extra.get("missing_rungs", ()) else "—"


def _document(e: Evidence, section: Section) -> str:
    title = section.t("document_title", title=e.published) if e.published else ""
    text = f"{title} {e.note}".strip() if section.lang == "zh" else e.note
    day = f"{text} ({e.period})" if section.lang == "en" else f"{text}（{e.period}）"
    return linked(day, (e,), section.lang).html


def reading_ladder(section: Section) -> str | None:
    """How many mechanisms stand on which rung."""
    own = [v for v in section.verdicts("mechanism") if v.assessed]
    if not own:
        return None
    lang = section.lang
    parts = []
    for k in reversed(RUNGS):
        there = [v for v in own if v.extra.get("rung", int(v.value)) == k]
        started = [v for v in there if k > 0 or not v.extra.get("missing_rungs")]
        if started:
            parts.append(section.t("ladder_part", k=k, name=RUNGS[k][lang != "zh"], n=len(started)))
        if len(there) > len(started):
            parts.append(section.t("ladder_unfounded", n=len(there) - len(started)))
    gaps = [section.called(v) for v in own if v.extra.get("missing_rungs")]
    text = section.t("ladder_reading", n=len(own), parts=section.t("list_sep").join(parts))
    if gaps:
        text += section.t("ladder_gaps", n=len(gaps), names=section.t("list_sep").join(dict.fromkeys(gaps)))
    return text


def table_documents(section: Section) -> Table:
    """Commitments that are done or not done, and those for experts, with their documents."""
    rows = [
        (v.measure, section.called(v), badge(v.word, section.lang), v.sentence(section.lang),
         evidence_links(v.evidence, section.lang, numbers=_of(section)))
        for v in section.verdicts("yes_no", "expert")
        if v.evidence
    ]  # fmt: skip
    t = section.t
    columns = (t("measure"), t("commitment"), t("verdict"), t("sentence"), t("evidence"))
    return Table(t("documents_title"), columns, tuple(rows), css="stack")
