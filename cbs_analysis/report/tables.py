"""The table of a report, and the tables of data and models. Whatever a table prints is escaped."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from ..models.synchrony import SynchronyResult, signed
from ..plan.evaluation import Evaluation
from ..registry.load import load_registry
from ..series.periods import year_label
from ..series.units import format_value
from .messages import message

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


def _number(x: float, digits: int = 2) -> str:
    return f"{x:.{digits}f}" if np.isfinite(x) else "—"


def translator(lang: str) -> Any:
    """Messages in one language."""
    return lambda key, **values: message(key, lang, **values)


# --- data ----------------------------------------------------------------------------------------


def table_data_used(observations: pd.DataFrame, lang: str, *, title: str = "") -> Table:
    """What is known of each indicator: periods, number of figures, last publication, certainty."""
    t, registry = translator(lang), load_registry()
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
    t = translator(lang)
    owed = evaluation.owed(lang)
    rows = [(r.office, r.n, t("list_sep").join(r.measures)) for r in owed.itertuples(index=False)]
    columns = (t("office"), t("items_owed"), t("measures"))
    return Table(t("owed_title"), columns, tuple(rows), numeric=frozenset({1}), empty=t("nothing_owed"))


def table_gaps(evaluation: Evaluation, lang: str) -> Table:
    """Every measure that could not be assessed, its reason and its office."""
    t = translator(lang)
    gaps = evaluation.gaps(lang)
    rows = tuple(gaps[["measure", "name", "reason", "office"]].itertuples(index=False, name=None))
    columns = (t("measure"), t("indicator"), t("reason"), t("office"))
    return Table(t("gaps_title"), columns, rows, folded=True, empty=t("nothing_owed"))


def table_revisions(revised: pd.DataFrame, lang: str, *, limit: int = 30) -> Table:
    """Figures published more than once with different values, largest relative change first."""
    t, registry = translator(lang), load_registry()
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
    t, registry = translator(lang), load_registry()
    rows = [
        (t(f"check_{w['check']}"), registry.indicator(w["indicator"]).name(lang), w["period"],
         f"{w['got']} / {w['expected']}", f"{w['file']}:{w['row']}")
        for w in manifest["warnings"]
        if w["area"] == area
    ]  # fmt: skip
    rows += [
        (t("check_excluded"), w["label"], w["period"], w["reason"], f"{w['file']}:{w['row']}")
        for w in manifest["excluded"]
        if w["area"] == area
    ]
    if not registry.areas[area].synthetic:
        rows += [
            (t("check_quarantine"), entry["title"], "—", entry["quarantine"], name)
            for name, entry in manifest["inputs"].items()
            if entry["quarantine"]
        ]
    columns = (t("check"), t("indicator"), t("period"), t("finding"), t("cell"))
    return Table(t("checks_title"), columns, tuple(rows), empty=t("no_findings"))


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
    t = translator(lang)
    ratio, gap = ratio.align(gap)
    rows = tuple(
        (str(p.year), _number(r, 2), format_value(g, "yuan", lang))
        for p, r, g in zip(ratio.index, ratio, gap, strict=True)
    )
    columns = (t("year"), t("ratio_rural_1"), t("absolute_gap"))
    return Table(t("urban_rural_table"), columns, rows, numeric=frozenset({1, 2}), empty=t("no_figures"))
