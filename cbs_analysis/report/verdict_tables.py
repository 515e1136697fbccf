"""Tables of verdicts, commitments, projects and evidence."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

import numpy as np

from ..plan.book import Book
from ..plan.evaluation import Evaluation
from ..plan.evidence_numbers import evidence_behind, evidence_numbers
from ..plan.verdicts import WORDS, Evidence, Verdict
from ..registry.load import load_registry
from ..registry.records import Measure
from ..series.rounding import percent
from .evidence_links import (
    evidence_href,
    evidence_links,
    linked,
    linked_sentence,
    target_evidence,
    value_evidence,
)
from .project_pages import table_projects
from .table import Cell, Table, translator
from .verdict_words import badge, period_words

__all__ = [
    "badge",
    "said_by",
    "table_commitments",
    "table_distribution",
    "table_evidence",
    "table_lagging",
    "table_official",
    "table_projects",
    "table_settings",
    "table_targets",
    "table_verdicts",
]


def _pct(x: float) -> str:
    return percent(x) if np.isfinite(x) else "—"


def table_distribution(evaluation: Evaluation, lang: str) -> Table:
    """How many commitments carry each word, by section."""
    t = translator(lang)
    counts = evaluation.distribution(lang)
    rows = [
        (evaluation.plan.sections[s].name(lang), *[int(c) for c in row], int(sum(row)))
        for s, row in zip(counts.index, counts.to_numpy(), strict=True)
    ]
    total = counts.sum()
    rows.append((t("total"), *[int(c) for c in total], int(total.sum())))
    return Table(
        t("distribution_table"),
        (t("section"), *[WORDS[w][lang] for w in counts.columns], t("total")),
        tuple(rows),
        note=t("worst_note"),
        numeric=frozenset(range(1, len(counts.columns) + 2)),
        css="counts",
    )


def table_targets(
    evaluation: Evaluation, lang: str, *, only: str = "", directions: bool | None = None
) -> Table:
    """Measures judged by figures, and the numbers behind the word.

    Parameters
    ----------
    evaluation : Evaluation
    lang : {"zh", "en"}
    only : str
        Keep indicators that begin with one of these words.
    directions : bool, optional
        Only measures judged by direction alone (folded), only the others, or both.
    """
    t = translator(lang)
    links = _TargetLinks(evaluation, lang)
    rows = []
    for v, name in zip(evaluation.verdicts, evaluation.to_frame(lang)["name"], strict=True):
        by_document = v.type in ("mechanism", "yes_no", "project", "expert")
        if by_document or not v.assessed or not v.indicator.startswith(tuple(only.split()) or ""):
            continue
        if directions is not None and directions != bool(v.extra.get("direction_only")):
            continue
        rows.append(
            (
                v.measure,
                name,
                badge(v.word, lang),
                links.value(v),
                links.baseline(v),
                links.target(v),
                _pct(v.progress),
                _pct(v.time_progress),
                _pct(v.probability),
                t("marked") if v.fragile else "—",
                links.all(v),
            )
        )
    return Table(
        t("directions_table") if directions else t("targets_table"),
        (t("measure"), t("indicator"), t("verdict"), t("last_value"), t("baseline"), t("target"),
         t("progress"), t("time_gone"), t("probability"), t("fragile"), t("evidence")),
        tuple(rows),
        note=t("targets_note"),
        folded=bool(directions),
        numeric=frozenset({3, 4, 5, 6, 7, 8}),
        nowrap=frozenset({0}),
        css="stack",
        empty=t("nothing_assessed"),
    )  # fmt: skip


def _show(verdict: Verdict, value: float, lang: str) -> str:
    return load_registry().indicator(verdict.indicator).format(value, lang)


_LONG = 200  # rows of evidence that a reader may scroll through
# links behind a computed number; the column of evidence holds them all
INPUTS = 3


class _TargetLinks:
    """The numbers of measures as links: a figure to its cell, a target to the document that states it."""

    def __init__(self, evaluation: Evaluation, lang: str) -> None:
        self.lang, self.plan = lang, evaluation.plan
        self.numbers = evidence_numbers(evaluation)
        self.book = Book(evaluation.inputs.latest()) if len(evaluation.inputs.observations) else None
        self.targets = {m.id: (f"T{i}", m) for i, m in enumerate(_with_target(evaluation), 1)}

    def value(self, v: Verdict) -> Cell:
        """The last value with its period."""
        period = period_words(v.type, v.period, self.plan, self.lang)
        text = translator(self.lang)("value_period", value=_show(v, v.value, self.lang), period=period)
        evidence = value_evidence(v, v.period, v.value, self.book)
        return linked(text, evidence, self.lang, numbers=self.numbers, limit=INPUTS)

    def baseline(self, v: Verdict) -> Cell:
        """The base: that of the target's document, or the figure of the base year."""
        text = _show(v, v.baseline, self.lang)
        _, measure = self.targets.get(v.measure, ("", None))
        if measure is not None and measure.target and measure.target.baseline is not None:
            return self._to_target(measure, text)
        evidence = value_evidence(v, str(self.plan.baseline), v.baseline, self.book)
        return linked(text, evidence, self.lang, numbers=self.numbers, limit=INPUTS)

    def target(self, v: Verdict) -> Cell:
        """The target of a document, or the number that the value is compared with."""
        text = _show(v, v.target, self.lang)
        _, measure = self.targets.get(v.measure, ("", None))
        if measure is not None and np.isfinite(v.target):
            return self._to_target(measure, text)
        return linked(text, target_evidence(v), self.lang, numbers=self.numbers, limit=INPUTS)

    def _to_target(self, measure: Measure, text: str) -> Cell:
        assert measure.target is not None
        title = translator(self.lang)("link_target", document=measure.target.source(self.lang))
        href = f"#{_target_anchor(measure.id)}"
        return Cell(f'<a href="{href}" title="{escape(title, quote=True)}">{escape(text)}</a>')

    def all(self, v: Verdict) -> Cell:
        """Numbers of the target and of all evidence, as the list at the end of the page counts them."""
        label, measure = self.targets.get(v.measure, ("", None))
        first = self._to_target(measure, label).html if measure else ""
        return evidence_links(evidence_behind(v), self.lang, numbers=self.numbers, first=first)


def _with_target(evaluation: Evaluation) -> Iterator[Measure]:
    """Measures with a target, in the order of the plan."""
    for commitment in evaluation.plan.commitments:
        yield from (m for m in commitment.measures if m.target)


def _target_anchor(measure: str) -> str:
    return "t-" + "".join(c if c.isalnum() or c in ".-" else "-" for c in measure)


def table_commitments(evaluation: Evaluation, lang: str, *, section: str | None = None) -> Table:
    """Every commitment with its verdict or the reason why there is none."""
    t, numbers = translator(lang), evidence_numbers(evaluation)
    frame = evaluation.commitments(lang)
    if section is not None:
        frame = frame[frame["section"] == section]
    rows = tuple(
        (r.id, Cell(f"<strong>{escape(r.name)}</strong>") if r.key else r.name, badge(r.word, lang),
         f"{r.assessed}/{r.measures}",
         linked_sentence(r.sentence, said_by(evaluation, r, lang), lang, numbers=numbers), r.offices)
        for r in frame.itertuples(index=False)
    )  # fmt: skip
    name = evaluation.plan.sections[section].name(lang) if section else t("all_sections")
    return Table(
        f"{t('commitments_table')}：{name}" if lang == "zh" else f"{t('commitments_table')}: {name}",
        (t("id"), t("commitment"), t("verdict"), t("assessed_of"), t("sentence"), t("office")),
        rows,
        css="stack",
    )


def said_by(evaluation: Evaluation, row: Any, lang: str) -> tuple[Evidence, ...]:
    """Evidence of the measure whose sentence stands for the commitment."""
    return next(
        (
            evidence_behind(v)
            for v in evaluation.verdicts
            if v.commitment == row.id and v.sentence(lang) == row.sentence
        ),
        (),
    )


def table_verdicts(evaluation: Evaluation, lang: str, *, only: str = "") -> Table:
    """Verdict and sentence of each measure, refusals too; `only` keeps indicators by their first word."""
    t, numbers = translator(lang), evidence_numbers(evaluation)
    rows = tuple(
        (v.measure, badge(v.word, lang),
         linked_sentence(v.sentence(lang), evidence_behind(v), lang, numbers=numbers))
        for v in evaluation.verdicts
        if v.indicator.startswith(tuple(only.split()) or "")
    )  # fmt: skip
    columns = (t("measure"), t("verdict"), t("sentence"))
    return Table(
        t("verdicts_table"), columns, rows, note=t("evidence_elsewhere"), css="stack", empty=t("no_measures")
    )


def table_lagging(evaluation: Evaluation, lang: str) -> Table:
    """Measures and projects that lag or need attention."""
    t, numbers = translator(lang), evidence_numbers(evaluation)
    rows = [
        (v.measure, badge(v.word, lang), v.sentence(lang),
         evidence_links(evidence_behind(v), lang, numbers=numbers))
        for v in sorted(evaluation.verdicts, key=lambda v: v.word != "behind")
        if v.word in ("behind", "attention")
    ]  # fmt: skip
    rows += [
        (p["id"], badge(p["word"], lang), p[f"sentence_{lang}"],
         evidence_links(p["evidence"], lang, numbers=numbers))
        for p in evaluation.projects
        if p["word"] in ("behind", "attention")
    ]  # fmt: skip
    columns = (t("id"), t("verdict"), t("sentence"), t("evidence"))
    return Table(t("lagging_table"), columns, tuple(rows), css="stack", empty=t("nothing_lags"))


def table_official(evaluation: Evaluation, lang: str) -> Table:
    """Our words beside the official mid-term verdicts, and why they differ."""
    t, numbers = translator(lang), evidence_numbers(evaluation)
    frame = evaluation.compare_official(lang)
    by_measure = {v.measure: v for v in evaluation.verdicts}
    official = {m.id: m.official_verdict for m in evaluation.plan.measures}
    sources = list(dict.fromkeys(frame["source"])) if len(frame) else []
    rows = tuple(
        (r.name, Cell(f"{badge(official[r.measure], lang).html} {_mark(sources, r.source)}".strip()),
         badge(by_measure[r.measure].word, lang), t("same") if r.same else t("differs"),
         linked_sentence(r.sentence, evidence_behind(by_measure[r.measure]), lang, numbers=numbers),
         r.explanation or ("—" if r.same else t("unexplained")))
        for r in frame.itertuples(index=False)
    )  # fmt: skip
    named = [f"{_mark(sources, x)} {x}".strip() for x in sources]
    source = t("source") + t("colon") + t("semicolon").join(named) if named else ""
    return Table(
        t("official_table"),
        (t("indicator"), t("official"), t("ours"), t("agreement"), t("our_sentence"), t("why")),
        rows,
        source=source,
        css="stack",
        empty=t("no_official"),
    )


def _mark(sources: list[str], source: str) -> str:
    """Which of the documents under a table states an official word; one alone needs no mark."""
    return f"[{sources.index(source) + 1}]" if len(sources) > 1 else ""


def table_settings(evaluation: Evaluation, lang: str) -> Table:
    """Every threshold used."""
    t = translator(lang)
    rows = tuple((t(f"setting_{k}"), f"{v:g}") for k, v in vars(evaluation.settings).items())
    return Table(t("settings_table"), (t("setting"), t("value")), rows, numeric=frozenset({1}))


def table_evidence(evaluation: Evaluation, lang: str) -> Table:
    """Every target, figure and document used, numbered, down to its cell: the list that paper needs.

    Targets are T1, T2, ...; figures and documents E1, E2, ... as all tables of the page name them. A long
    list is folded on a screen: its links stand beside each number already.
    """
    t = translator(lang)
    numbers = evidence_numbers(evaluation)
    rows = [_target_row(evaluation, m, i, lang) for i, m in enumerate(_with_target(evaluation), 1)]
    rows += [_evidence_row(evaluation, e, i, lang) for i, e in enumerate(numbers.evidence, 1)]
    return Table(
        t("evidence_table"),
        (t("evidence_number"), t("indicator"), t("period"), t("published_value"), t("status"),
         t("publisher"), t("read_as"), t("cell"), t("note")),
        tuple(rows),
        css="prov",
        folded=len(rows) > _LONG,
        empty=t("no_figures"),
    )  # fmt: skip


def _target_row(evaluation: Evaluation, measure: Measure, number: int, lang: str) -> tuple[Cell | str, ...]:
    t, target = translator(lang), measure.target
    assert target is not None
    indicator = evaluation.registry.indicator(measure.indicator)
    base = ""
    if target.baseline is not None:
        base = t("base_status") + t("colon") + indicator.format(target.baseline, lang)
    return (
        Cell(f'<span id="{_target_anchor(measure.id)}">T{number}</span>'),
        f"{measure.id} {measure.name(lang) or indicator.name(lang)}",
        target.period,
        indicator.format(target.value, lang),
        t("target_status"),
        target.source(lang),
        "—",
        t("held_in", file=f"{evaluation.plan.id}.yml"),
        base,
    )


def _evidence_row(evaluation: Evaluation, e: Evidence, number: int, lang: str) -> tuple[Cell | str, ...]:
    t, registry = translator(lang), evaluation.registry
    known = registry.indicators.get(e.indicator)
    href = escape(evidence_href(e), quote=True)
    return (
        Cell(f'<span id="E{number}">E{number}</span>'),
        known.name(lang) if known else e.indicator,
        e.period,
        Cell(f'<a href="{href}">{escape(e.published)}</a>') if e.published else "—",
        t(f"status_{e.status}"),
        f"{registry.publisher(e.source).name(lang)} {e.vintage}",
        t(f"certainty_{e.certainty}"),
        f"{e.file} {e.cell}",
        e.note if lang == "zh" else "",
    )
