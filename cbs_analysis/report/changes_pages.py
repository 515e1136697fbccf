"""What changed since the year before: the tables and sentences of a report on it."""

from __future__ import annotations

import calendar
import math
from datetime import date
from html import escape
from typing import Any

from ..errors import Fault, ParameterError
from ..plan.change_inputs import Origin
from ..plan.change_words import CAUSES, origin_words
from ..plan.changes import Change, Changes, compare_evaluations
from ..plan.evaluation import evaluate
from ..plan.verdicts import WORDS
from .context import ReportContext
from .evidence_links import source_href
from .messages import message
from .table import Cell, Table, translator
from .verdict_words import badge, period_words

__all__ = [
    "fit_changes",
    "reading_changes",
    "table_changes",
    "table_changes_projects",
    "table_changes_values",
    "year_before",
]

_SHOWN = 4  # pieces of evidence in a cell; a sentence of the change names the number of all


def year_before(day: date) -> date:
    """The same day of the year before; 28 February for 29 February.

    >>> year_before(date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    """
    last = calendar.monthrange(day.year - 1, day.month)[1]
    return date(day.year - 1, day.month, min(day.day, last))


def fit_changes(ctx: ReportContext) -> Changes:
    """Compare the evaluation of a page with that of the same plan one year earlier.

    Parameters
    ----------
    ctx : ReportContext
        Its evaluation is the later one.

    Raises
    ------
    ParameterError
        The plan was not published yet a year earlier: there was nothing to judge.
    """
    day, published = year_before(ctx.as_of), ctx.plan.document.published
    if day < published:
        told = {
            lang: message("changes_before_plan", lang, day=day, published=published) for lang in ("zh", "en")
        }
        raise ParameterError(Fault(told["en"], zh=told["zh"], code="before_plan"))
    earlier = evaluate(ctx.plan, area=ctx.area.code, as_of=day, sensitivity=False, root=ctx.root)
    return compare_evaluations(earlier, ctx.evaluation)


def reading_changes(changes: Changes, lang: str) -> str:
    """How many verdicts changed, from which causes, and how far the causes depend on the order."""
    t = translator(lang)
    days = {"before": changes.before_day.isoformat(), "after": changes.after_day.isoformat()}
    n = len(changes.words) + len(changes.values) + changes.unchanged
    plan = ""
    if changes.added or changes.removed:
        plan = t("changes_plan_part", added=len(changes.added), removed=len(changes.removed))
    if not (changes.words or changes.values or changes.projects):
        return (t("changes_same", n=n, **days) + (" " if plan and lang == "en" else "") + plan).strip()
    order = sum(c.order_matters for c in (*changes.words, *changes.values))
    text = t(
        "changes_summary",
        n=n,
        words=len(changes.words),
        values=len(changes.values),
        same=changes.unchanged,
        causes=_causes_of_words(changes, lang),
        projects=t("changes_projects_part", n=len(changes.projects)) if changes.projects else "",
        order=t("changes_order_part", n=order) if order else "",
        **days,
    )
    return (text.strip() + (" " if plan and lang == "en" else "") + plan).strip()


def _causes_of_words(changes: Changes, lang: str) -> str:
    t, counts = translator(lang), changes.by_cause(lang)
    parts = [t("changes_cause_part", step=row.label, n=row.words) for row in counts.itertuples() if row.words]
    return t("changes_causes", parts=t("list_sep").join(parts)) if parts else ""


def table_changes(changes: Changes, lang: str) -> Table:
    """Measures with another word: the words, the figures, the causes and their evidence."""
    t = translator(lang)
    rows = tuple(
        (c.id, c.name(lang), badge(c.word_before, lang), badge(c.word_after, lang), _figure(changes, c, lang),
         _causes(c, lang), _evidence(changes, c, lang))
        for c in changes.words
    )  # fmt: skip
    return Table(
        t("changes_words_table"),
        (t("changes_measure"), t("indicator"), t("changes_before"), t("changes_after"), t("changes_value"),
         t("changes_cause"), t("changes_evidence")),
        rows,
        note=_note(changes, lang),
        css="stack",
        empty=t("changes_none"),
    )  # fmt: skip


def table_changes_values(changes: Changes, lang: str) -> Table:
    """Measures with the same word on other figures, folded."""
    t = translator(lang)
    rows = tuple(
        (c.id, c.name(lang), badge(c.word_after, lang), _figure(changes, c, lang), _causes(c, lang),
         _evidence(changes, c, lang))
        for c in changes.values
    )  # fmt: skip
    heads = (t("changes_measure"), t("indicator"), t("changes_verdict"), t("changes_value"))
    return _folded("changes_values_table", heads, rows, lang)


def table_changes_projects(changes: Changes, lang: str) -> Table:
    """Projects whose state has another word, folded."""
    t = translator(lang)
    rows = tuple(
        (c.id, c.name(lang), badge(c.word_before, lang), badge(c.word_after, lang), _causes(c, lang),
         _evidence(changes, c, lang))
        for c in changes.projects
    )  # fmt: skip
    heads = (t("changes_project"), t("project"), t("changes_before"), t("changes_after"))
    return _folded("changes_projects_table", heads, rows, lang)


def _folded(title: str, heads: tuple[str, ...], rows: tuple[tuple[Any, ...], ...], lang: str) -> Table:
    """A folded table whose last columns are the cause and its evidence."""
    t = translator(lang)
    columns = (*heads, t("changes_cause"), t("changes_evidence"))
    return Table(t(title), columns, rows, folded=True, css="stack", empty=t("changes_none"))


def _note(changes: Changes, lang: str) -> str:
    return translator(lang)("changes_note", before=changes.before_day, after=changes.after_day)


def _figure(changes: Changes, change: Change, lang: str) -> str:
    """The datum before and after, or a dash where there is none or where it did not move."""
    t = translator(lang)
    old, new = change.value_before, change.value_after
    if not change.indicator or not math.isfinite(new):
        return "—"
    record, plan = changes.after.registry.indicator(change.indicator), changes.after.plan
    kind = next((v.type for v in changes.after.verdicts if v.measure == change.id), "")
    now = {"new": record.format(new, lang), "now": period_words(kind, change.period_after, plan, lang)}
    if not math.isfinite(old) or (old, change.period_before) == (new, change.period_after):
        return str(t("changes_first", **now))
    was = {"old": record.format(old, lang), "was": period_words(kind, change.period_before, plan, lang)}
    return str(t("changes_arrow", **was, **now))


def _causes(change: Change, lang: str) -> str:
    """The steps at which it moved; the words between them where there are several."""
    t = translator(lang)
    parts = []
    for cause in change.causes:
        step = _capital(CAUSES[cause.step][lang])
        if len(change.causes) > 1 and cause.before != cause.after:
            old, new = WORDS[cause.before][lang], WORDS[cause.after][lang]
            step = t("changes_round_trip", step=step, old=old, new=new)
        parts.append(step)
    if change.order_matters:
        parts.append(t("changes_order"))
    return ("；" if lang == "zh" else "; ").join(parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _evidence(changes: Changes, change: Change, lang: str) -> Cell:
    """The first pieces of evidence behind the causes, each a link to its cell, and how many there are."""
    t, registry = translator(lang), changes.after.registry
    pieces = {
        origin_words(o, registry, lang, unit_of=change.indicator): o
        for cause in change.causes
        for o in cause.origins
    }
    shown = ("；" if lang == "zh" else "; ").join(_piece(w, o) for w, o in list(pieces.items())[:_SHOWN])
    return Cell(shown + (escape(t("changes_more", n=len(pieces))) if len(pieces) > _SHOWN else ""))


def _piece(words: str, origin: Origin) -> str:
    if not origin.file:
        return escape(words)
    href = source_href(origin.file, origin.row, origin.col, sheet=origin.sheet)
    return f'<a href="{escape(href, quote=True)}">{escape(words)}</a>'
