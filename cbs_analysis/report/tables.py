"""Tables of data and models."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ReportError
from ..models.synchrony import SynchronyResult, signed
from ..plan.evaluation import Evaluation
from ..plan.evidence_numbers import Numbers, evidence_numbers
from ..plan.verdicts import Verdict
from ..registry.load import load_registry
from ..registry.yaml_records import read_yaml
from ..series.periods import year_label
from ..series.rounding import fixed, percent
from ..series.units import format_value
from .evidence_links import evidence_links, linked, row_href, row_link, source_href, value_evidence
from .messages import message
from .series_tables import period_links
from .table import Cell, Table, translator

__all__ = [
    "Cell",
    "Table",
    "table_checks",
    "table_data_used",
    "table_gaps",
    "table_owed",
    "table_revisions",
    "table_synchrony",
    "table_urban_rural",
    "translator",
]


def _number(x: float, digits: int = 2) -> str:
    return f"{x:.{digits}f}" if np.isfinite(x) else "—"


# --- data ----------------------------------------------------------------------------------------


def table_data_used(observations: pd.DataFrame, lang: str, *, title: str = "") -> Table:
    """What is known of each indicator: periods, number of figures, last publication, certainty.

    The last figure leads to its cell; the periods open, and each leads to its own.
    """
    t, registry = translator(lang), load_registry()
    rows = []
    for (indicator, freq), group in observations.groupby(["indicator", "freq"], sort=True, observed=True):
        ordered = group.sort_values("period_end")
        last = ordered.iloc[-1].to_dict()
        record = registry.indicator(indicator)
        sources = dict.fromkeys(registry.publisher(s).name(lang) for s in ordered["source"])
        rows.append(
            (
                record.name(lang),
                row_link(last, record.format(float(last["value"]), lang), lang),
                period_links(ordered),
                len(ordered),
                t(f"freq_{freq}"),
                str(ordered["vintage"].max())[:10],
                t("list_sep").join(list(sources)[:3]) + (t("and_others") if len(sources) > 3 else ""),
                t("list_sep").join(t(f"certainty_{c}") for c in dict.fromkeys(ordered["certainty"])),
            )
        )
    return Table(
        title or t("data_used"),
        (t("indicator"), t("last_value"), t("period"), t("n"), t("freq"), t("last_vintage"),
         t("publisher"), t("read_as")),
        tuple(rows),
        numeric=frozenset({1, 3}),
        nowrap=frozenset({2, 4, 5}),
        empty=t("no_figures"),
    )  # fmt: skip


def table_owed(evaluation: Evaluation, lang: str) -> Table:
    """Which office owes how many figures or documents."""
    t = translator(lang)
    owed = evaluation.owed(lang)
    rows = [(r.office, r.n, t("list_sep").join(r.measures)) for r in owed.itertuples(index=False)]
    columns = (t("office"), t("items_owed"), t("measures"))
    return Table(t("owed_title"), columns, tuple(rows), numeric=frozenset({1}), empty=t("nothing_owed"))


def table_gaps(evaluation: Evaluation, lang: str) -> Table:
    """Every measure that could not be assessed: what is known of it, its reason and its office."""
    t, numbers = translator(lang), evidence_numbers(evaluation)
    by_measure = {v.measure: v for v in evaluation.verdicts}
    rows = tuple(
        (r.measure, r.name, r.reason, _known(by_measure[r.measure], lang, numbers), r.office)
        for r in evaluation.gaps(lang).itertuples(index=False)
    )
    columns = (t("measure"), t("indicator"), t("reason"), t("last_known"), t("office"))
    return Table(t("gaps_title"), columns, rows, folded=True, css="stack", empty=t("nothing_owed"))


def _known(verdict: Verdict, lang: str, numbers: Numbers) -> Cell:
    """The last figure of a measure that is not assessed, or the documents held, with links."""
    if not np.isfinite(verdict.value) or not verdict.indicator:
        return evidence_links(verdict.evidence, lang, numbers=numbers)
    value = load_registry().indicator(verdict.indicator).format(verdict.value, lang)
    text = message("value_period", lang, value=value, period=year_label(verdict.period, lang))
    evidence = value_evidence(verdict, verdict.period, verdict.value)
    return linked(text, evidence, lang, numbers=numbers)


def table_revisions(revised: pd.DataFrame, lang: str, *, limit: int = 30) -> Table:
    """Figures published more than once with different values, largest relative change first."""
    t, registry = translator(lang), load_registry()
    ordered = revised.reindex(revised["change_pct"].abs().sort_values(ascending=False, kind="stable").index)
    rows = []
    for r in ordered.head(limit).itertuples():
        record = registry.indicator(r.indicator)
        points = record.unit in ("pct", "ratio", "index", "permille")
        change = fixed(r.change, 2, sign=True) if points else f"{fixed(r.change_pct, 1, sign=True)}%"
        rows.append(
            (
                record.name(lang),
                year_label(r.period, lang),
                _revised(r, "first", record.format(r.first, lang)),
                f"{str(r.first_vintage)[:10]} {registry.publisher(r.first_source).name(lang)}",
                _revised(r, "last", record.format(r.last, lang)),
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


def _revised(row: Any, end: str, text: str) -> Cell:
    """A figure of one publication, as a link to its cell."""
    place = {key: getattr(row, f"{end}_{key}") for key in ("file", "row", "col", "note")}
    return Cell(f'<a href="{row_href(place)}">{escape(text)}</a>')


def table_checks(manifest: dict[str, Any], area: str, lang: str, *, as_of: date = date.max) -> Table:
    """Findings of the checks, and rows left out with their reason, for one area.

    Files of after `as_of` are not among them: on that day nobody knew them. Labels and periods stand as the
    source prints them.
    """
    t, registry = translator(lang), load_registry()
    known = {n: x for n, x in manifest["inputs"].items() if str(x["published"]) <= as_of.isoformat()}
    rows: list[tuple[Any, ...]] = [
        (t(f"check_{w['check']}"), registry.indicator(w["indicator"]).name(lang), w["period"],
         f"{w['got']} / {w['expected']}", _place(w["file"], w["row"]))
        for w in manifest["warnings"]
        if w["area"] == area
    ]  # fmt: skip
    rows += [
        (t("check_excluded"), _quoted(w["label"], lang), _quoted(w["period"], lang),
         reason(w["reason"], lang), _place(w["file"], w["row"]))
        for w in manifest["excluded"]
        if w["area"] == area and w["file"] in known
    ]  # fmt: skip
    if not registry.areas[area].synthetic:
        rows += [
            (t("check_quarantine"), _quoted(entry["title"], lang), "—", reason(entry["quarantine"], lang),
             _place(name))
            for name, entry in known.items()
            if entry["quarantine"]
        ]  # fmt: skip
    columns = (t("check"), t("indicator"), t("period"), t("finding"), t("cell"))
    return Table(t("checks_title"), columns, tuple(rows), empty=t("no_findings"))


@lru_cache(maxsize=1)
def _reasons() -> dict[str, str]:
    return dict(read_yaml(Path(__file__).with_name("left_out_reasons.yml"), ReportError))


def reason(text: str, lang: str) -> str | Cell:
    """Why something was left out, in the language of the page; as it stands where nobody translated it."""
    return _reasons().get(text) or _quoted(text, lang) if lang == "en" else text


def _quoted(text: str, lang: str) -> str | Cell:
    """Words of a source, which are Chinese on an English page too."""
    return Cell(f'<span lang="zh">{escape(text)}</span>') if lang == "en" else text


def _place(file: str, row: int = 0) -> Cell:
    """A raw file, or a row of it, as a link to its page."""
    text = f"{file}:{row}" if row else file
    return Cell(f'<a href="{escape(source_href(file, row), quote=True)}">{escape(text)}</a>')


# --- models --------------------------------------------------------------------------------------


def table_synchrony(result: SynchronyResult, lang: str) -> Table:
    """Income and growth by year, and on average."""
    t = translator(lang)
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
            "sync_interval",
            level=percent(1 - result.alpha),
            low=fixed(low, 1, sign=True),
            high=fixed(high, 1, sign=True),
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
    t = translator(lang)
    ratio, gap = ratio.align(gap)
    rows = tuple(
        (str(p.year), _number(r, 2), format_value(g, "yuan", lang))
        for p, r, g in zip(ratio.index, ratio, gap, strict=True)
    )
    columns = (t("year"), t("ratio_rural_1"), t("absolute_gap"))
    return Table(t("urban_rural_table"), columns, rows, numeric=frozenset({1, 2}), empty=t("no_figures"))
