"""How results show themselves in a notebook: words and units, escaped, in the colours of the reader's theme.

No date of the run, no version and no address in memory is shown: the same result shows the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import fields
from html import escape
from typing import Any

import pandas as pd

from ..errors import ReportError
from ..models.results import Comparison, Results
from ..plan.evaluation import Evaluation
from ..plan.verdicts import Evidence, Verdict
from ..registry.load import load_registry
from ..series.periods import year_label
from ..series.rounding import percent
from .messages import message
from .model_words import in_chinese
from .synthetic import mark_html
from .table import Table, translator
from .verdict_tables import table_commitments, table_distribution
from .verdict_words import badge

__all__ = ["LAB_STYLE", "html_of", "html_of_frame", "words_of"]

ROWS = 20
# JupyterLab aligns every cell to the right; colours are left to its theme. No page of ours has these classes.
LAB_STYLE = (
    "<style>.jp-RenderedHTMLCommon table.cbs caption{text-align:left;font-weight:600}"
    ".jp-RenderedHTMLCommon table.cbs :is(td,th){text-align:left;vertical-align:top}"
    ".jp-RenderedHTMLCommon table.cbs :is(td,th).num{text-align:right}"
    ".jp-RenderedHTMLCommon table.cbs :is(td.nw,td.num,.v){white-space:nowrap}</style>"
)
OBSERVATIONS = frozenset({"indicator", "area", "period", "value", "status", "vintage", "source", "file"})


def html_of(thing: Any, lang: str = "zh") -> str:
    """A result as HTML for a notebook.

    Parameters
    ----------
    thing : Results, Comparison, Verdict, Evidence, Evaluation or record of a model
        A record without a form of its own shows its fields.
    lang : {"zh", "en"}

    Returns
    -------
    str
        Everything in it is escaped; synthetic results carry the mark.
    """
    show = next((show for kind, show in _FORMS if isinstance(thing, kind)), _record)
    return show(thing, lang) + LAB_STYLE


# --- models ---------------------------------------------------------------------------------------


def _results(result: Results, lang: str) -> str:
    t, limits = translator(lang), result.conf_int()
    rows = tuple(
        (words_of(str(p), lang), _figure(result.params[p]), _figure(limits.at[p, "low"]),
         _figure(limits.at[p, "high"]), _figure(result.pvalues[p], 2))
        for p in result.params.index
    )  # fmt: skip
    level = percent(1 - result.alpha)
    estimates = Table(
        t("estimates_title"),
        (t("parameter"), t("estimate"), t("low", level=level), t("high", level=level), t("p_value")),
        rows,
        note=t("n_observations", n=result.nobs, sample=words_of(result.sample, lang)),
        numeric=frozenset(range(1, 5)),
    )
    return "".join([_finding(result, lang), estimates.html(), _details(result, lang), _notes(result, lang)])


def _finding(result: Results, lang: str) -> str:
    if type(result).finding is Results.finding:
        return ""
    return f"<p><strong>{escape(result.finding(lang))}</strong></p>"


def _details(result: Results, lang: str) -> str:
    """The frame of a model whose rows are not its parameters, such as years; "" otherwise."""
    frame = result.to_frame(lang)
    if list(frame.index) == list(result.params.index):
        return ""
    names = tuple(" ".join(map(str, c)) if isinstance(c, tuple) else str(c) for c in frame.columns)
    rows = tuple(
        (str(i), *(_figure(v) if isinstance(v, float) else str(v) for v in row))
        for i, row in zip(frame.index, frame.itertuples(index=False), strict=True)
    )
    numeric = frozenset(range(1, len(names) + 1))
    head = (message("period", lang) if isinstance(frame.index, pd.PeriodIndex) else "", *names)
    return Table(message("lab_details", lang), head, rows, numeric=numeric, folded=True).html()


def _notes(result: Results, lang: str) -> str:
    t = translator(lang)
    kinds = ("method", "interval_method", "sample")
    rows = [(t(f"note_{kind}"), words_of(getattr(result, kind), lang)) for kind in kinds]
    rows += [(t("note_assumption"), words_of(a, lang)) for a in result.assumptions]
    for kind, found in (("diagnostic", result.diagnostics), ("sensitivity", result.sensitivity)):
        for name, value in found.items():
            shown = words_of(value, lang) if isinstance(value, str) else _figure(value)
            rows.append((t(f"note_{kind}"), f"{words_of(name, lang)}{t('colon')}{shown}"))
    rows += [(t("note_warning"), words_of(w, lang)) for w in result.warnings]
    refused = [f.zh if lang == "zh" and f.zh else words_of(f.what, lang) for f in result.refused]
    rows += [(t("note_refused"), text) for text in refused]
    return Table(t("notes_title"), (t("note"), t("content")), tuple(rows), folded=True).html()


def _comparison(both: Comparison, lang: str) -> str:
    frame = both.to_frame()
    rows = tuple(
        (words_of(str(i), lang), *(str(v) for v in row))
        for i, row in zip(frame.index, frame.itertuples(index=False), strict=True)
    )
    return Table(message("compared_title", lang), ("", *map(str, frame.columns)), rows).html()


def words_of(text: str, lang: str) -> str:
    """The words of a model in the language; what has no Chinese, such as a name that a person gave, stays."""
    if lang != "zh":
        return text
    try:
        return in_chinese(text)
    except ReportError:
        return text


def _figure(value: float, digits: int = 4) -> str:
    """So many significant digits without an exponent; a dash where there is none."""
    if not math.isfinite(value):
        return "—"
    places = max(0, digits - 1 - (math.floor(math.log10(abs(value))) if value else 0))
    text = f"{value:,.{min(places, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _record(thing: Any, lang: str) -> str:
    """A record: its own text where it has one, otherwise its fields."""
    if type(thing).__str__ is not object.__str__:
        return f"<pre>{escape(str(thing))}</pre>"
    rows = tuple((f.name, _value(getattr(thing, f.name))) for f in fields(thing) if f.repr)
    return Table(type(thing).__name__, (message("item", lang), message("value", lang)), rows).html()


def _value(value: Any) -> str:
    if isinstance(value, float):
        return _figure(value)
    if isinstance(value, tuple) and all(isinstance(x, float) for x in value):
        return "[" + ", ".join(map(_figure, value)) + "]"
    return str(value)


# --- verdicts -------------------------------------------------------------------------------------


def _verdict(v: Verdict, lang: str) -> str:
    t = translator(lang)
    unit = (lambda x: load_registry().indicator(v.indicator).format(x, lang)) if v.indicator else _figure
    facts = [
        (t("last_value"), unit(v.value), year_label(v.period, lang) if v.period else ""),
        (t("baseline"), unit(v.baseline), ""),
        (t("target"), unit(v.target), ""),
        (t("progress"), percent(v.progress), ""),
        (t("time_gone"), percent(v.time_progress), ""),
        (t("lab_pace"), _figure(v.pace, 3), ""),
        (t("lab_required"), unit(v.required), ""),
        (t("probability"), percent(v.probability), ""),
    ]
    numbers = (v.value, v.baseline, v.target, v.progress, v.time_progress, v.pace, v.required, v.probability)
    kept = tuple(row for row, x in zip(facts, numbers, strict=True) if math.isfinite(x))
    columns = (t("item"), t("value"), t("period"))
    other = tuple((a.name, badge(a.word, lang)) for a in v.alternatives)
    parts = [
        f"<p><strong>{badge(v.word, lang).html}</strong> {escape(v.measure)}</p>",
        f"<p>{escape(v.sentence(lang))}</p>",
        Table(t("lab_facts"), columns, kept, numeric=frozenset({1})).html(),
        _evidence_table(v.evidence, lang),
        Table(t("lab_alternatives"), (t("lab_alternative"), t("verdict")), other, folded=True).html(),
    ]
    return mark_html("".join(parts), v.synthetic, lang)


def _evidence_table(evidence: Iterable[Evidence], lang: str) -> str:
    t, registry = translator(lang), load_registry()
    rows = []
    for e in evidence:
        known = registry.indicators.get(e.indicator)
        value = known.format(e.value, lang) if known and math.isfinite(e.value) else e.published
        name = known.name(lang) if known else e.indicator
        rows.append((name, e.period, value, e.vintage, f"{e.file}:{e.cell}"))
    columns = (t("indicator"), t("period"), t("value"), t("published"), t("cell"))
    return Table(t("lab_evidence"), columns, tuple(rows), numeric=frozenset({2})).html()


def _evaluation(evaluation: Evaluation, lang: str) -> str:
    area = evaluation.registry.areas[evaluation.area]
    head = message(
        "lab_evaluation", lang, plan=evaluation.plan.name(lang), area=area.name(lang), as_of=evaluation.as_of
    )
    commitments = table_commitments(evaluation, lang)
    plain = Table(commitments.title, commitments.columns, _plain_rows(evaluation, lang), folded=True)
    tables = table_distribution(evaluation, lang).html() + plain.html()
    return mark_html(f"<p><strong>{escape(head)}</strong></p>{tables}", evaluation.synthetic, lang)


def _plain_rows(evaluation: Evaluation, lang: str) -> tuple[tuple[Any, ...], ...]:
    """Commitments without the links of a page, which lead nowhere in a notebook."""
    return tuple(
        (r.id, r.name, badge(r.word, lang), f"{r.assessed}/{r.measures}", r.sentence, r.offices)
        for r in evaluation.commitments(lang).itertuples(index=False)
    )


# --- observations ---------------------------------------------------------------------------------


def html_of_frame(frame: pd.DataFrame, lang: str = "zh", *, synthetic: bool = False) -> str:
    """A frame as HTML: observations with names and units of their indicators, any other as pandas shows it.

    Parameters
    ----------
    frame : pandas.DataFrame
    lang : {"zh", "en"}
    synthetic : bool
        Mark it in any case; observations of a synthetic area are marked without it.
    """
    registry = load_registry()
    if not set(frame.columns) >= OBSERVATIONS or not set(frame["indicator"]) <= set(registry.indicators):
        return mark_html(frame._repr_html_() or "", synthetic, lang)
    t = translator(lang)
    rows = tuple(
        (registry.indicator(r.indicator).name(lang), registry.areas[r.area].name(lang), r.period,
         registry.indicator(r.indicator).format(r.value, lang), t(f"status_{r.status}"), str(r.vintage)[:10],
         registry.publisher(r.source).name(lang), r.file)
        for r in frame.head(ROWS).itertuples(index=False)
    )  # fmt: skip
    columns = (
        t("indicator"), t("lab_area"), t("period"), t("value"), t("status"), t("published"), t("publisher"),
        t("file"),
    )  # fmt: skip
    note = message("lab_observations_note", lang, n=len(frame), shown=min(ROWS, len(frame)))
    table = Table(
        t("lab_observations"), columns, rows, note=note, numeric=frozenset({3}),
        nowrap=frozenset({1, 2, 4, 5}),
    )  # fmt: skip
    shown = table.html() or f"<p>{escape(t('no_figures'))}</p>"
    marked = synthetic or any(registry.areas[a].synthetic for a in frame["area"].unique())
    return mark_html(shown, marked, lang) + LAB_STYLE


_FORMS: tuple[tuple[type, Callable[[Any, str], str]], ...] = (
    (Results, _results),
    (Comparison, _comparison),
    (Verdict, _verdict),
    (Evaluation, _evaluation),
    (Evidence, lambda e, lang: _evidence_table([e], lang)),
)
