"""Tables of the reports: each has a title, a note and a source, and escapes what it prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from ..models.synchrony import SynchronyResult, signed
from ..plan.evaluation import Evaluation
from ..plan.records_judged import STAGES
from ..plan.verdicts import WORDS, Verdict
from ..registry.load import Registry, load_registry
from ..series.periods import year_label
from ..series.units import format_value
from .messages import message
from .style import VERDICT_MARKS

__all__ = [
    "Table",
    "badge",
    "evidence_id",
    "table_checks",
    "table_commitments",
    "table_data_used",
    "table_distribution",
    "table_evidence",
    "table_gaps",
    "table_lagging",
    "table_official",
    "table_owed",
    "table_projects",
    "table_revisions",
    "table_settings",
    "table_synchrony",
    "table_targets",
    "table_urban_rural",
]


@dataclass(frozen=True)
class Cell:
    """Trusted HTML made by this module; everything else is escaped."""

    html: str


@dataclass(frozen=True)
class Table:
    """A published table: title, columns, rows, and what stands under it.

    `numeric` names the columns that align right, `nowrap` those kept on one line; `folded` hides the
    body behind its title until it is opened.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""
    source: str = ""
    numeric: frozenset[int] = frozenset()
    nowrap: frozenset[int] = frozenset()
    folded: bool = False
    css: str = ""
    empty: str = ""

    def html(self) -> str:
        """The table as HTML."""
        if not self.rows:
            return f'<p class="empty">{escape(self.title)}：{escape(self.empty)}</p>' if self.empty else ""
        head = "".join(
            f'<th scope="col"{self._class(i)}>{escape(c)}</th>' for i, c in enumerate(self.columns)
        )
        body = "\n".join(self._row(r) for r in self.rows)
        foot = "".join(f'<p class="note">{escape(t)}</p>' for t in (self.note, self.source) if t)
        caption = f"<caption>{escape(self.title)}</caption>"
        table = (
            f'<div class="scroll" tabindex="0"><table class="cbs {self.css}">{caption}'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>{foot}"
        )
        if self.folded:
            summary = f"<summary>{escape(self.title)}（{len(self.rows)}）</summary>"
            return f'<details class="folded">{summary}{table}</details>'
        return table

    def _class(self, i: int) -> str:
        return ' class="num"' if i in self.numeric else ' class="nw"' if i in self.nowrap else ""

    def _row(self, row: tuple[Any, ...]) -> str:
        cells = []
        for i, value in enumerate(row):
            inner = value.html if isinstance(value, Cell) else escape(str(value))
            label = escape(self.columns[i], quote=True)
            cells.append(f'<td data-label="{label}"{self._class(i)}>{inner}</td>')
        return f"<tr>{''.join(cells)}</tr>"

    def _repr_html_(self) -> str:
        return self.html()


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


def _number(x: float, digits: int = 2) -> str:
    return f"{x:.{digits}f}" if np.isfinite(x) else "—"


def _t(lang: str) -> Any:
    return lambda key, **values: message(key, lang, **values)


# --- data ----------------------------------------------------------------------------------------


def table_data_used(observations: pd.DataFrame, lang: str, *, title: str = "") -> Table:
    """What is known of each indicator: periods, number of figures, last publication, certainty."""
    t, registry = _t(lang), load_registry()
    rows = []
    for (indicator, freq), group in observations.groupby(["indicator", "freq"], sort=True, observed=True):
        ordered = group.sort_values("period_end")
        record = registry.indicator(indicator)
        sources = dict.fromkeys(registry.publisher(s).name(lang) for s in ordered["source"])
        rows.append(
            (
                record.name(lang),
                t(f"freq_{freq}"),
                _span(ordered["period"]),
                len(ordered),
                record.format(float(ordered["value"].iloc[-1]), lang),
                str(ordered["vintage"].max())[:10],
                t("list_sep").join(list(sources)[:3]) + (t("and_others") if len(sources) > 3 else ""),
                t("list_sep").join(t(f"certainty_{c}") for c in dict.fromkeys(ordered["certainty"])),
            )
        )
    return Table(
        title or t("data_used"),
        (t("indicator"), t("freq"), t("period"), t("n"), t("last_value"), t("last_vintage"),
         t("publisher"), t("read_as")),
        tuple(rows),
        numeric=frozenset({3, 4}),
        nowrap=frozenset({1, 2, 5}),
        empty=t("no_figures"),
    )  # fmt: skip


def _span(periods: pd.Series) -> str:
    first, last = str(periods.iloc[0]), str(periods.iloc[-1])
    return first if first == last else f"{first} — {last}"


def table_owed(evaluation: Evaluation, lang: str) -> Table:
    """Which office owes how many figures or documents."""
    t = _t(lang)
    owed = evaluation.owed(lang)
    rows = [(r.office, r.n, t("list_sep").join(r.measures)) for r in owed.itertuples(index=False)]
    columns = (t("office"), t("items_owed"), t("measures"))
    return Table(t("owed_title"), columns, tuple(rows), numeric=frozenset({1}), empty=t("nothing_owed"))


def table_gaps(evaluation: Evaluation, lang: str) -> Table:
    """Every measure that could not be assessed, its reason and its office."""
    t = _t(lang)
    gaps = evaluation.gaps(lang)
    rows = tuple(gaps[["measure", "name", "reason", "office"]].itertuples(index=False, name=None))
    columns = (t("measure"), t("indicator"), t("reason"), t("office"))
    return Table(t("gaps_title"), columns, rows, folded=True, empty=t("nothing_owed"))


def table_revisions(revised: pd.DataFrame, lang: str, *, limit: int = 30) -> Table:
    """Figures published more than once with different values, largest relative change first."""
    t, registry = _t(lang), load_registry()
    ordered = revised.reindex(revised["change_pct"].abs().sort_values(ascending=False, kind="stable").index)
    rows = []
    for r in ordered.head(limit).itertuples():
        record = registry.indicator(r.indicator)
        points = record.unit in ("pct", "ratio", "index", "permille")
        change = f"{r.change:+.2f}" if points else f"{r.change_pct:+.1f}%"
        rows.append(
            (
                record.name(lang),
                year_label(r.period, lang),
                record.format(r.first, lang),
                f"{str(r.first_vintage)[:10]} {registry.publisher(r.first_source).name(lang)}",
                record.format(r.last, lang),
                f"{str(r.last_vintage)[:10]} {registry.publisher(r.last_source).name(lang)}",
                change,
            )
        )
    note = t("revisions_note", shown=len(rows), total=len(revised)) if len(revised) else ""
    return Table(
        t("revisions_title"),
        (t("indicator"), t("period"), t("first_figure"), t("published"), t("last_figure"), t("published"),
         t("change")),
        tuple(rows),
        note=note,
        numeric=frozenset({2, 4, 6}),
        empty=t("no_revisions"),
    )  # fmt: skip


def table_checks(manifest: dict[str, Any], area: str, lang: str) -> Table:
    """Findings of the checks, and rows left out with their reason, for one area."""
    t, registry = _t(lang), load_registry()
    rows = [
        (t(f"check_{w['check']}"), registry.indicator(w["indicator"]).name(lang), w["period"],
         f"{w['got']} / {w['expected']}", f"{w['file']}:{w['row']}")
        for w in manifest["warnings"]
        if w["area"] == area
    ]  # fmt: skip
    names = {registry.areas[area].zh, *registry.areas[area].aliases}
    rows += [
        (t("check_excluded"), w["label"], w["period"], w["reason"], f"{w['file']}:{w['row']}")
        for w in manifest["excluded"]
        if w["area"] in names
    ]
    columns = (t("check"), t("indicator"), t("period"), t("finding"), t("cell"))
    return Table(t("checks_title"), columns, tuple(rows), empty=t("no_findings"))


# --- models --------------------------------------------------------------------------------------


def table_synchrony(result: SynchronyResult, lang: str) -> Table:
    """Income and growth by year, and on average."""
    t = _t(lang)
    frame = result.to_frame()
    rows = [
        (str(p.year), _number(r.income, 1), _number(r.growth, 1), _signed(r.gap),
         _number(r.income_index, 1), _number(r.growth_index, 1))
        for p, r in zip(frame.index, frame.itertuples(), strict=True)
    ]  # fmt: skip
    rows.append(
        (t("mean_year"), _number(result.mean_income, 1), _number(result.mean_growth, 1),
         _signed(result.mean_gap), "", "")
    )  # fmt: skip
    base = result.income.index[0].year - 1
    low, high = result.conf_int_gap
    note = t("sync_note", band=result.band)
    if np.isfinite(low):
        note += " " + t(
            "sync_interval", level=f"{1 - result.alpha:.0%}", low=f"{low:+.1f}", high=f"{high:+.1f}"
        )
    return Table(
        t("sync_table"),
        (t("year"), t("income_growth"), t("gdp_growth"), t("gap_pp"), t("income_index", base=base),
         t("gdp_index", base=base)),
        tuple(rows),
        note=note,
        numeric=frozenset(range(1, 6)),
    )  # fmt: skip


def _signed(x: float) -> str:
    return signed(x) if np.isfinite(x) else "—"


def table_urban_rural(ratio: pd.Series, gap: pd.Series, lang: str) -> Table:
    """The urban-rural ratio beside the absolute gap: the one may fall while the other grows."""
    t = _t(lang)
    ratio, gap = ratio.align(gap)
    rows = tuple(
        (str(p.year), _number(r, 2), format_value(g, "yuan", lang))
        for p, r, g in zip(ratio.index, ratio, gap, strict=True)
    )
    columns = (t("year"), t("ratio_rural_1"), t("absolute_gap"))
    return Table(t("urban_rural_table"), columns, rows, numeric=frozenset({1, 2}), empty=t("no_figures"))


# --- verdicts ------------------------------------------------------------------------------------


def table_distribution(evaluation: Evaluation, lang: str) -> Table:
    """How many commitments carry each word, by section."""
    t = _t(lang)
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
    t = _t(lang)
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
    t = _t(lang)
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


def table_lagging(evaluation: Evaluation, lang: str) -> Table:
    """Measures and projects that lag or need attention."""
    t = _t(lang)
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
    t, registry = _t(lang), evaluation.registry
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
    t = _t(lang)
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
    t = _t(lang)
    rows = tuple((t(f"setting_{k}"), f"{v:g}") for k, v in vars(evaluation.settings).items())
    return Table(t("settings_table"), (t("setting"), t("value")), rows, numeric=frozenset({1}))


def table_evidence(evaluation: Evaluation, lang: str, *, registry: Registry | None = None) -> Table:
    """Every figure and document used, down to its cell; verdict rows link here."""
    t, registry = _t(lang), registry or evaluation.registry
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
