"""The pages of the plan's sections: what was promised, how far it is, and what the section shows by itself.

Sections are matched by their order in the plan, so that one notebook serves the n-th section of any plan.
Everything here takes the open section and returns a chart, a table, a sentence, several of them, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from ..plan.evaluation import Evaluation
from ..plan.parts import part_of
from ..plan.verdicts import REASONS, WORDS, Verdict
from ..registry.records import Measure
from .context import Html, ReportContext
from .evaluation_pages import pages_made, table_clues
from .owed_pages import reading_owed_since, table_owed_by_office, table_owed_since
from .readings import reading_summary
from .robustness import reading_flips, reading_ratings, table_flips, table_ratings
from .synthetic import mark_html
from .tables import Table, table_gaps
from .verdict_tables import badge, table_commitments, table_evidence, table_targets

__all__ = [
    "Section",
    "link_to_overall",
    "open_section",
    "reading_kept",
    "reading_section",
    "refused_directions",
    "refused_documents",
    "refused_targets",
    "section_commitments",
    "section_evidence",
    "section_flips",
    "section_lagging",
    "section_owed",
    "section_ratings",
    "section_targets",
    "table_words",
]

DOCUMENTS = ("mechanism", "yes_no", "expert")
_ABSENT = "section_absent_short"


@dataclass
class Section:
    """A section of the plan on its page.

    `part` is its evaluation, None where the plan has fewer sections.
    """

    ctx: ReportContext
    number: int
    part: Evaluation | None
    _told: set[str] = field(default_factory=set)

    @property
    def lang(self) -> str:
        """Language of the page."""
        return self.ctx.lang

    @property
    def name(self) -> str:
        """Id and name of the section."""
        if self.part is None:
            return ""
        ((id, record),) = self.part.plan.sections.items()
        return f"{id} {record.name(self.lang)}" if not id.isdigit() else record.name(self.lang)

    def t(self, key: str, **values: object) -> str:
        """A message in the language of the page."""
        return self.ctx.t(key, **values)

    def verdicts(self, *types: str, directions: bool | None = None) -> list[Verdict]:
        """Verdicts of some types; with `directions` those judged by direction, or the others."""
        found = [v for v in self.part.verdicts if not types or v.type in types] if self.part else []
        return found if directions is None else [v for v in found if self.by_direction(v) == directions]

    def measure(self, verdict: Verdict) -> Measure:
        """The measure of a verdict."""
        assert self.part is not None
        return next(m for m in self.part.plan.measures if m.id == verdict.measure)

    def by_direction(self, verdict: Verdict) -> bool:
        """Whether a measure is judged by its direction: it says so, or no document states its level."""
        if verdict.type in ("direction", "activity"):
            return not verdict.extra.get("by_annual_plan")
        open_level = verdict.type in ("level", "coverage") and self.measure(verdict).target is None
        return open_level and not verdict.extra.get("by_annual_plan")

    def called(self, verdict: Verdict) -> str:
        """Name of a measure."""
        assert self.part is not None
        measure = self.measure(verdict)
        if measure.name(self.lang):
            return measure.name(self.lang)
        if measure.indicator:
            return self.part.registry.indicator(measure.indicator).name(self.lang)
        return next(c.name(self.lang) for c in self.part.plan.commitments if c.id == verdict.commitment)

    def offices(self, verdict: Verdict) -> str:
        """Offices of a verdict."""
        assert self.part is not None
        return self.t("list_sep").join(self.part.plan.offices[o].name(self.lang) for o in verdict.offices)

    def show(self, *makers: Callable[[Section], Any] | Any, empty: str = "") -> None:
        """Show under one cell what some functions make of the section, in order.

        What is None or an empty table is left out; when nothing is left, the message `empty` says so. A plan
        without this section is told once, with the sections that it has.
        """
        if self.part is None:
            key = _ABSENT if self._told else "section_absent"
            self._told.add(key)
            self.ctx.display(self.ctx.show(self._absent(key)))
            return
        made = [m(self) if callable(m) else m for m in makers]
        parts = [self.ctx.show(x) for x in _flat(made) if not _empty(x)]
        self.ctx.display(*(parts or [self.ctx.show(self.t(empty or "no_reading"))]))

    def _absent(self, key: str) -> str:
        plan = self.ctx.plan
        names = self.t("list_sep").join(s.name(self.lang) for s in plan.sections.values())
        return self.t(key, plan=plan.name(self.lang), n=len(plan.sections), number=self.number, names=names)

    def header(self) -> Html:
        """The header of the page, with the name of the section."""
        return self.ctx.header()


def _flat(values: Iterable[Any]) -> list[Any]:
    found: list[Any] = []
    for x in values:
        found += _flat(x) if isinstance(x, list | tuple) else [x]
    return found


def _empty(x: Any) -> bool:
    return x is None or x == "" or (isinstance(x, Table) and not x.rows)


def open_section(ctx: ReportContext, number: int) -> Section:
    """The n-th section of the plan of an open report, 1 for the first.

    A plan with fewer sections gives a section that says so, and no error: one list of notebooks serves all
    plans.
    """
    ids = list(ctx.plan.sections)
    if not 1 <= number <= len(ids):
        return Section(ctx, number, None)
    section = Section(ctx, number, part_of(ctx.evaluation, ids[number - 1]))
    ctx.subtitle = section.name
    return section


# --- what was promised, and how far it is ---------------------------------------------------------


def reading_section(section: Section) -> list[str]:
    """How the commitments of the section stand, its key commitments first, and what is missing."""
    assert section.part is not None
    t, part = section.t, section.part
    rows = part.commitments(section.lang)
    judged = rows[rows["word"] != "not_assessable"]
    key = rows[rows["key"]]
    parts = [reading_summary(part, section.lang)]
    if len(key):
        said = [
            t("section_key_part", name=r.name, label=r.label if section.lang == "zh" else r.label.lower())
            for r in key.itertuples()
        ]
        parts.append(t("section_key", n=len(key), parts=t("list_sep").join(said)))
    late = judged[judged["word"].isin(["behind", "attention"])]
    if len(late):
        names = t("list_sep").join(late["name"])
        parts.append(t("section_late", n=len(late), names=names))
    elif len(judged):
        parts.append(t("section_none_late"))
    return ["".join(parts) if section.lang == "zh" else " ".join(parts)]


def table_words(section: Section) -> Table | None:
    """How many commitments of the section carry each word, and which; None when none can be assessed."""
    assert section.part is not None
    rows = section.part.commitments(section.lang)
    if (rows["word"] == "not_assessable").all():
        return None  # the sentence above says so, and the table below says why
    sep = section.t("list_sep")
    body = []
    for word in WORDS:
        own = rows[rows["word"] == word]
        if len(own):
            body.append((badge(word, section.lang), len(own), sep.join(own["name"])))
    return Table(
        section.t("section_words_title"),
        (section.t("verdict"), section.t("n_commitments"), section.t("commitment")),
        tuple(body),
        numeric=frozenset({1}),
    )


def section_commitments(section: Section) -> Table:
    """Every commitment of the section with its word and sentence, key commitments first."""
    assert section.part is not None
    ((id, _),) = section.part.plan.sections.items()
    return table_commitments(section.part, section.lang, section=id)


def section_targets(section: Section) -> Table:
    """Measures judged against a target, a limit or a yearly rule, and the numbers behind the word."""
    assert section.part is not None
    return table_targets(section.part, section.lang, directions=False)


def _refused(section: Section, verdicts: Iterable[Verdict], title: str) -> Table:
    """Measures that could not be assessed: why, and who has what is missing."""
    rows = tuple(
        (v.measure, section.called(v), REASONS[v.reason][section.lang], section.offices(v))
        for v in verdicts
        if not v.assessed
    )
    columns = ("measure", "indicator", "reason", "office")
    return Table(section.t(title), tuple(section.t(c) for c in columns), rows, css="stack")


def refused_targets(section: Section) -> Table:
    """Measures with a target or a rule that could not be assessed."""
    by_document = (*DOCUMENTS, "project")
    own = [v for v in section.verdicts(directions=False) if v.type not in by_document]
    return _refused(section, own, "refused_targets")


def refused_directions(section: Section) -> Table:
    """Measures without a target that could not be assessed."""
    return _refused(section, section.verdicts(directions=True), "refused_directions")


def refused_documents(section: Section) -> Table:
    """Mechanisms and other matters of documents that could not be assessed."""
    return _refused(section, section.verdicts(*DOCUMENTS), "refused_documents")


# --- whether it holds, and what is missing --------------------------------------------------------


def section_ratings(section: Section) -> list[Any]:
    """What the offices say of themselves beside the evidence."""
    assert section.part is not None
    table = table_ratings(section.part, section.lang)
    return [reading_ratings(section.part, section.lang), *([table] if table.rows else [])]


def section_flips(section: Section) -> list[Any]:
    """Which verdicts another reading of the same evidence would change."""
    assert section.part is not None
    table = table_flips(section.part, section.lang)
    return [reading_flips(section.part, section.lang), *([table] if table.rows else [])]


def reading_kept(section: Section) -> str:
    """How much is owed by how many offices, and for how long."""
    assert section.part is not None
    return reading_owed_since(section.part, section.lang)


def section_owed(section: Section) -> list[Table]:
    """What each office owes and since when, and every measure without a verdict."""
    assert section.part is not None
    return [make(section.part, section.lang) for make in (table_owed_by_office, table_owed_since, table_gaps)]


def section_lagging(section: Section) -> Table:
    """What is behind or needs attention, with the clues of the evidence."""
    assert section.part is not None
    return table_clues(section.part, section.lang)


def section_evidence(section: Section) -> Table:
    """Every figure and document behind the section, down to its cell."""
    assert section.part is not None
    return table_evidence(section.part, section.lang)


def link_to_overall(section: Section) -> Html | None:
    """The way back to the overall report, where that is made."""
    href = pages_made(section.ctx).get("90_midterm_evaluation", "")
    text = escape(section.t("section_to_overall"))
    html = f'<p class="note"><a href="{escape(href, quote=True)}">{text}</a></p>'
    return Html(mark_html(html, section.ctx.synthetic, section.lang)) if href else None
