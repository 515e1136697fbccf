"""The overall report: shares of the words, the sections in short, themes, and what lags with its clues."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from ..errors import CbsError
from ..plan.clues import clues, project_clues
from ..plan.evaluation import Evaluation
from ..plan.evidence_numbers import evidence_numbers
from ..plan.parts import part_of
from ..plan.shares import largest_remainder
from ..plan.verdicts import WORDS
from ..series.rounding import fixed
from .context import Html, Refusal, ReportContext
from .employment_pages import elasticity_of
from .evidence_links import evidence_links, linked_sentence
from .gap_pages import income_gap_of
from .jobs import plan_run
from .readings import reading_summary
from .synchrony_pages import synchrony_of
from .synthetic import mark_html
from .tables import Cell, Table, translator
from .verdict_tables import badge, said_by, table_commitments

__all__ = [
    "pages_made",
    "reading_clues",
    "section_summaries",
    "show_all",
    "table_clues",
    "table_key",
    "table_shares",
    "theme_findings",
]

_THEMES: dict[str, tuple[str, Callable[..., Any]]] = {
    "synchrony": ("21_synchrony", synchrony_of),
    "gap": ("25_gap_and_breaks", income_gap_of),
    "employment": ("22_employment", elasticity_of),
}
_MORE = ("23_long_run_and_shocks", "24_provinces", "26_outlook", "11_income_growth")


def show_all(ctx: ReportContext, *makers: Any) -> None:
    """Show what some functions make of the evaluation of a page, in order; what is empty is left out.

    Parameters
    ----------
    ctx : ReportContext
    *makers
        Functions of an evaluation and a language, or finished parts, or lists of them.
    """
    made = [m(ctx.evaluation, ctx.lang) if callable(m) else m for m in makers]
    made = [x for m in made for x in (m if isinstance(m, list) else [m])]
    told = {x for x in made if isinstance(x, str)}
    made = [x for x in made if not (isinstance(x, Table) and not x.rows and _sentence(x, told))]
    shown = [ctx.show(x) for x in made if not (x is None or x == "" or _blank(x))]
    ctx.display(*shown)


def _sentence(table: Table, told: set[str]) -> bool:
    """Whether a sentence says already why a table is empty."""
    return any(table.empty.strip("。.").lower() in text.lower() for text in told)


def _blank(x: Any) -> bool:
    return isinstance(x, Table) and not x.html()


# --- the whole ------------------------------------------------------------------------------------


def table_shares(evaluation: Evaluation, lang: str) -> Table:
    """Counts and percentages of the words: all and key commitments, binding and expected measures."""
    t = translator(lang)
    rows = evaluation.commitments(lang)
    nature = {m.id: m.nature for m in evaluation.plan.measures}
    groups = {
        "shares_all": rows["word"].tolist() if len(rows) else [],
        "shares_key": rows.loc[rows["key"], "word"].tolist() if len(rows) else [],
        **{
            f"shares_{kind or 'unmarked'}": [v.word for v in evaluation.verdicts if nature[v.measure] == kind]
            for kind in ("binding", "expected", "")
        },
    }
    body = [
        (t(key), *_shares([words.count(w) for w in WORDS], t), len(words))
        for key, words in groups.items()
        if words
    ]
    return Table(
        t("shares_title"),
        (t("shares_group"), *(WORDS[w][lang] for w in WORDS), t("total")),
        tuple(body),
        note=t("shares_note"),
        numeric=frozenset(range(1, len(WORDS) + 2)),
        css="stack",
        empty=t("no_measures"),
    )


def _shares(counts: list[int], t: Callable[..., str]) -> list[str]:
    pairs = zip(counts, largest_remainder(counts), strict=True)
    return [t("count_and_share", n=n, share=fixed(share, 1)) if n else "—" for n, share in pairs]


def table_key(evaluation: Evaluation, lang: str) -> Table:
    """The key commitments, before all others."""
    t = translator(lang)
    frame = evaluation.commitments(lang)
    own = frame[frame["key"]] if len(frame) else frame
    numbers = evidence_numbers(evaluation)
    rows = tuple(
        (r.id, Cell(f"<strong>{escape(r.name)}</strong>"), badge(r.word, lang),
         linked_sentence(r.sentence, said_by(evaluation, r, lang), lang, numbers=numbers), r.offices)
        for r in own.itertuples(index=False)
    )  # fmt: skip
    columns = (t("id"), t("commitment"), t("verdict"), t("sentence"), t("office"))
    return Table(t("key_title"), columns, rows, css="stack", empty=t("key_none"))


# --- sections -------------------------------------------------------------------------------------


def section_summaries(ctx: ReportContext) -> list[Html]:
    """Each section in a few sentences with its table of commitments, and the way to its page."""
    made = pages_made(ctx)
    return [part for n, id in enumerate(ctx.plan.sections, 1) for part in _summary(ctx, n, id, made)]


def _summary(ctx: ReportContext, number: int, id: str, made: dict[str, str]) -> Iterable[Html]:
    lang, part = ctx.lang, part_of(ctx.evaluation, id)
    name = part.plan.sections[id].name(lang)
    head = f"{id} {name}" if not id.isdigit() else name
    sentences = [reading_summary(part, lang), *_section_sentences(part, lang)]
    href = next((h for n, h in made.items() if n.startswith(f"3{number}_")), "")
    link = f'<p class="note"><a href="{escape(href, quote=True)}">{escape(ctx.t("section_page"))}</a></p>'
    gap = "" if lang == "zh" else " "
    html = f"<h3>{escape(head)}</h3>{_reading(gap.join(sentences))}{link if href else ''}"
    return Html(mark_html(html, ctx.synthetic, lang)), ctx.show(
        table_commitments(ctx.evaluation, lang, section=id)
    )


def _section_sentences(part: Evaluation, lang: str) -> list[str]:
    """Key commitments, what lags, and who owes most: at most three sentences."""
    t = translator(lang)
    rows = part.commitments(lang)
    if rows.empty:
        return []
    said = []
    key = rows[rows["key"]]
    if len(key) and (key["word"] != "not_assessable").any():
        names = [
            t("section_key_part", name=r.name, label=r.label if lang == "zh" else r.label.lower())
            for r in key.itertuples()
        ]
        said.append(t("section_key", n=len(key), parts=t("list_sep").join(names)))
    late = rows[rows["word"].isin(["behind", "attention"])]
    if len(late):
        said.append(t("section_late", n=len(late), names=t("list_sep").join(late["name"])))
    owed = part.owed(lang)
    if len(owed):
        first = owed.iloc[0]
        said.append(t("section_owed", n=int(owed["n"].max()), office=first["office"], offices=len(owed)))
    return said


def pages_made(ctx: ReportContext) -> dict[str, str]:
    """Notebooks that `notebooks/reports.yml` lists for the same area, plan and day: name to address."""
    try:
        specs = plan_run(ctx.root, area=ctx.area.code, langs=[ctx.lang])
    except (CbsError, OSError):
        return {}  # a project without a list of reports has no other pages
    day = ctx.as_of.isoformat()
    return {s.notebook: f"{s.name}.html" for s in specs if s.plan == ctx.plan.id and s.as_of == day}


# --- themes ---------------------------------------------------------------------------------------


def theme_findings(ctx: ReportContext) -> list[Any]:
    """What the pages of models find for this area, or why they find nothing; links to those that are made."""
    made = pages_made(ctx)
    parts: list[Any] = []
    for key, (notebook, fit) in _THEMES.items():
        options = {"since": ctx.plan.start.year, "until": ctx.plan.end.year} if key == "synchrony" else {}
        result = ctx.attempt(fit, ctx, **options)
        head = _theme_head(ctx, key, made.get(notebook, ""))
        said = result if isinstance(result, Refusal) else Html(_reading(result.finding(ctx.lang)))
        parts.append(Html(mark_html(head + said._repr_html_(), ctx.synthetic, ctx.lang)))
    more = [(ctx.t(f"theme_{n[:2]}"), made[n]) for n in _MORE if n in made]
    if more:
        links = ctx.t("list_sep").join(f'<a href="{escape(h, quote=True)}">{escape(n)}</a>' for n, h in more)
        html = f'<p class="note">{escape(ctx.t("theme_more"))}{links}</p>'
        parts.append(Html(mark_html(html, ctx.synthetic, ctx.lang)))
    return parts


def _reading(text: str) -> str:
    return f'<p class="reading">{escape(text)}</p>'


def _theme_head(ctx: ReportContext, key: str, href: str) -> str:
    name = escape(ctx.t(f"theme_{key}"))
    link = (
        f' <a class="note" href="{escape(href, quote=True)}">{escape(ctx.t("theme_page"))}</a>'
        if href
        else ""
    )
    return f"<h3>{name}{link}</h3>"


# --- what lags ------------------------------------------------------------------------------------


def table_clues(evaluation: Evaluation, lang: str) -> Table:
    """Measures and projects that lag or need attention, each with what the evidence shows of it."""
    t, numbers, side = translator(lang), evidence_numbers(evaluation), 0 if lang == "zh" else 1
    frame = evaluation.to_frame(lang)
    names = dict(zip(frame["measure"], frame["name"], strict=True)) if len(frame) else {}
    late = sorted(
        (v for v in evaluation.verdicts if v.word in ("behind", "attention")),
        key=lambda v: v.word != "behind",
    )
    office = {o: n.name(lang) for o, n in evaluation.plan.offices.items()}
    rows: list[tuple[Any, ...]] = [
        (v.measure, names[v.measure], badge(v.word, lang), v.sentence(lang),
         _list([c[side] for c in clues(v, evaluation)], t("clue_none")),
         t("list_sep").join(office[o] for o in v.offices), evidence_links(v.evidence, lang, numbers=numbers))
        for v in late
    ]  # fmt: skip
    judged = {m.project for m in evaluation.plan.measures if m.project}
    rows += [
        (p["id"], p[f"name_{lang}"], badge(p["word"], lang), p[f"sentence_{lang}"],
         _list([c[side] for c in project_clues(p)], t("clue_none")), "—",
         evidence_links(p["evidence"], lang, numbers=numbers))
        for p in evaluation.projects
        if p["word"] in ("behind", "attention") and not p["duplicate_of"] and p["id"] not in judged
    ]  # fmt: skip
    return Table(
        t("clues_title"),
        (t("id"), t("indicator"), t("verdict"), t("sentence"), t("clues"), t("office"), t("evidence")),
        tuple(rows),
        note=t("clues_note"),
        css="stack",
        empty=t("nothing_lags"),
    )


def _list(items: list[str], none: str) -> Cell:
    if not items:
        return Cell(escape(none))
    return Cell("".join(f'<span class="clue">· {escape(x)}</span><br>' for x in items).removesuffix("<br>"))


def reading_clues(evaluation: Evaluation, lang: str) -> str:
    """How many measures and projects lag or need attention, and in which sections."""
    t = translator(lang)
    late = [v for v in evaluation.verdicts if v.word in ("behind", "attention")]
    own = [p for p in evaluation.projects if p["word"] in ("behind", "attention") and not p["duplicate_of"]]
    if not late and not own:
        return t("nothing_lags_long")
    counts = {s: sum(v.section == s for v in late) for s in evaluation.plan.sections}
    parts = [
        t("clues_part", name=evaluation.plan.sections[s].name(lang), n=n) for s, n in counts.items() if n
    ]
    behind = sum(v.word == "behind" for v in late)
    text = t("clues_reading", n=len(late), behind=behind, attention=len(late) - behind,
             parts=t("list_sep").join(parts) or "—")  # fmt: skip
    return text + (t("clues_projects", n=len(own)) if own else "")
