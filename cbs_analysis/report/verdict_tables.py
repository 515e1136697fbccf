"""Tables of verdicts, commitments, projects and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from ..plan.evaluation import Evaluation
from ..plan.records_judged import STAGES
from ..plan.verdicts import WORDS, Verdict
from ..registry.load import load_registry
from ..series.periods import year_label
from .style import VERDICT_MARKS
from .tables import Cell, Table, translator

__all__ = [
    "badge",
    "evidence_id",
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


def badge(word: str, lang: str) -> Cell:
    """A verdict word with its own colour and shape."""
    mark = f'<span aria-hidden="true">{VERDICT_MARKS[word]}</span>'
    return Cell(f'<span class="v v-{word}">{mark} {escape(WORDS[word][lang])}</span>')


def evidence_id(file: str, row: int, col: int) -> str:
    """The anchor of an evidence row."""
    return "e-" + "".join(c if c.isalnum() else "-" for c in f"{file}-{row}-{col}")


def _evidence_links(evidence: Sequence[Any], lang: str, limit: int = 6) -> Cell:
    links = [
        f'<a href="#{evidence_id(e.file, e.row, e.col)}" title="{escape(e.published, quote=True)}">{i}</a>'
        for i, e in enumerate(evidence[:limit], 1)
    ]
    more = f" +{len(evidence) - limit}" if len(evidence) > limit else ""
    return Cell(f'<span class="links">{" ".join(links)}{more}</span>' if links else "—")


def _pct(x: float) -> str:
    return f"{x:.0%}" if np.isfinite(x) else "—"


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
                t("value_period", value=_show(v, v.value, lang), period=year_label(v.period, lang)),
                _show(v, v.baseline, lang),
                _show(v, v.target, lang),
                _pct(v.progress),
                _pct(v.time_progress),
                _pct(v.probability),
                t("marked") if v.fragile else "—",
                _evidence_links(v.evidence, lang),
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
        css="stack",
        empty=t("nothing_assessed"),
    )  # fmt: skip


def _show(verdict: Verdict, value: float, lang: str) -> str:
    return load_registry().indicator(verdict.indicator).format(value, lang)


def table_commitments(evaluation: Evaluation, lang: str, *, section: str | None = None) -> Table:
    """Every commitment with its verdict or the reason why there is none."""
    t = translator(lang)
    frame = evaluation.commitments(lang)
    if section is not None:
        frame = frame[frame["section"] == section]
    rows = tuple(
        (r.id, Cell(f"<strong>{escape(r.name)}</strong>") if r.key else r.name, badge(r.word, lang),
         f"{r.assessed}/{r.measures}", r.sentence, r.offices)
        for r in frame.itertuples(index=False)
    )  # fmt: skip
    name = evaluation.plan.sections[section].name(lang) if section else t("all_sections")
    return Table(
        f"{t('commitments_table')}：{name}" if lang == "zh" else f"{t('commitments_table')}: {name}",
        (t("id"), t("commitment"), t("verdict"), t("assessed_of"), t("sentence"), t("office")),
        rows,
        css="stack",
    )


def table_verdicts(evaluation: Evaluation, lang: str, *, only: str = "") -> Table:
    """Verdict and sentence of each measure, refusals too; `only` keeps indicators by their first word."""
    t = translator(lang)
    rows = tuple(
        (v.measure, badge(v.word, lang), v.sentence(lang))
        for v in evaluation.verdicts
        if v.indicator.startswith(tuple(only.split()) or "")
    )
    columns = (t("measure"), t("verdict"), t("sentence"))
    return Table(t("verdicts_table"), columns, rows, css="stack", empty=t("no_measures"))


def table_lagging(evaluation: Evaluation, lang: str) -> Table:
    """Measures and projects that lag or need attention."""
    t = translator(lang)
    rows = [
        (v.measure, badge(v.word, lang), v.sentence(lang), _evidence_links(v.evidence, lang))
        for v in sorted(evaluation.verdicts, key=lambda v: v.word != "behind")
        if v.word in ("behind", "attention")
    ]
    rows += [
        (p["id"], badge(p["word"], lang), p[f"sentence_{lang}"], _evidence_links(p["evidence"], lang))
        for p in evaluation.projects
        if p["word"] in ("behind", "attention")
    ]
    columns = (t("id"), t("verdict"), t("sentence"), t("evidence"))
    return Table(t("lagging_table"), columns, tuple(rows), css="stack", empty=t("nothing_lags"))


def table_projects(evaluation: Evaluation, lang: str) -> Table:
    """Projects: stage, investment share, time share; a doubled listing points to its twin."""
    t, registry = translator(lang), evaluation.registry
    rows = []
    for p in evaluation.projects:
        twin = p["duplicate_of"]
        stage = STAGES.get(int(p["stage"]), None) if np.isfinite(p["stage"]) else None
        rows.append(
            (
                p["id"],
                p[f"name_{lang}"],
                p[f"programme_{lang}"],
                registry.areas[p["area"]].name(lang) if p["area"] else t("not_stated"),
                Cell(escape(t("same_as", id=twin))) if twin else badge(p["word"], lang),
                stage[0 if lang == "zh" else 1] if stage else t("no_record"),
                _pct(p["investment_share"]),
                _pct(p["time_share"]),
                f"{p['gap_pp']:+.0f}" if np.isfinite(p["gap_pp"]) else "—",
                _evidence_links(p["evidence"], lang),
            )
        )
    return Table(
        t("projects_table"),
        (t("id"), t("project"), t("programme"), t("area"), t("verdict"), t("stage"), t("investment_share"),
         t("time_share"), t("gap_pp"), t("evidence")),
        tuple(rows),
        note=t("projects_note"),
        numeric=frozenset({6, 7, 8}),
        css="stack",
        empty=t("no_projects"),
    )  # fmt: skip


def table_official(evaluation: Evaluation, lang: str) -> Table:
    """Our words beside the official mid-term verdicts, and why they differ."""
    t = translator(lang)
    frame = evaluation.compare_official(lang)
    by_measure = {v.measure: v for v in evaluation.verdicts}
    official = {m.id: m.official_verdict for m in evaluation.plan.measures}
    rows = tuple(
        (r.name, badge(official[r.measure], lang), badge(by_measure[r.measure].word, lang),
         t("same") if r.same else t("differs"), r.sentence,
         r.explanation or ("—" if r.same else t("unexplained")))
        for r in frame.itertuples(index=False)
    )  # fmt: skip
    source = (
        t("source") + t("colon") + t("list_sep").join(dict.fromkeys(frame["source"])) if len(frame) else ""
    )
    return Table(
        t("official_table"),
        (t("indicator"), t("official"), t("ours"), t("agreement"), t("our_sentence"), t("why")),
        rows,
        source=source,
        css="stack",
        empty=t("no_official"),
    )


def table_settings(evaluation: Evaluation, lang: str) -> Table:
    """Every threshold used."""
    t = translator(lang)
    rows = tuple((t(f"setting_{k}"), f"{v:g}") for k, v in vars(evaluation.settings).items())
    return Table(t("settings_table"), (t("setting"), t("value")), rows, numeric=frozenset({1}))


def table_evidence(evaluation: Evaluation, lang: str) -> Table:
    """Every figure and document used, down to its cell; verdict rows link here."""
    t, registry = translator(lang), evaluation.registry
    frame = evaluation.evidence()
    rows = []
    for r in frame.itertuples(index=False) if len(frame) else ():
        name = (
            registry.indicators[r.indicator].name(lang) if r.indicator in registry.indicators else r.indicator
        )
        anchor = evidence_id(r.file, r.row, r.col)
        href = escape(f"../../../data/raw/{r.file}", quote=True)
        rows.append(
            (
                Cell(f'<span id="{anchor}">{escape(name)}</span>'),
                r.period,
                r.published,
                t(f"status_{r.status}"),
                f"{registry.publisher(r.source).name(lang)} {r.vintage}",
                t(f"certainty_{r.certainty}"),
                Cell(f'<a href="{href}">{escape(r.file)}</a> {escape(t("cell"))} {escape(r.cell)}'),
                r.note if lang == "zh" else "",
            )
        )
    return Table(
        t("evidence_table"),
        (t("indicator"), t("period"), t("published_value"), t("status"), t("publisher"), t("read_as"),
         t("cell"), t("note")),
        tuple(rows),
        folded=True,
        empty=t("no_figures"),
    )  # fmt: skip
