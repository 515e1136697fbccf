"""The figures of a chart beside it, each a link to the cell that it was published in."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import pandas as pd

from ..plan.book import Figures
from ..plan.evidence_numbers import sheet_of
from ..registry.load import load_registry
from ..series.periods import year_label
from .evidence_links import linked, row_href, row_link, source_href
from .table import Cell, Table, translator

__all__ = ["area_links", "period_links", "table_figures", "table_series"]


def table_series(
    series: Mapping[str, tuple[str, Figures]], lang: str, *, title: str = "", since: int | None = None
) -> Table:
    """Yearly series side by side, published or derived, with the cells behind each figure.

    Parameters
    ----------
    series : mapping of str to (str, Figures)
        Heading of the column to the indicator, whose unit is printed, and its series from `Book.yearly`.
    lang : {"zh", "en"}
    title : str
    since : int, optional
        The first year to show.

    Returns
    -------
    Table
        One row a year, oldest first; a dash where no figure was published. A derived figure is followed
        by links to what it was computed from.
    """
    t, registry = translator(lang), load_registry()
    years = sorted({y for _, figures in series.values() for y in figures.years})
    rows = []
    for year in years:
        if since is not None and year < since:
            continue
        cells = []
        for indicator, figures in series.values():
            numbers = dict(zip(figures.years, figures.numbers, strict=True))
            if year not in numbers:
                cells.append(Cell("—"))
                continue
            text = registry.indicator(indicator).format(numbers[year], lang)
            cells.append(linked(text, figures.cite(str(year)), lang))
        rows.append((str(year), *cells))
    return Table(
        title or t("chart_figures"),
        (t("year"), *series),
        tuple(rows),
        note=t("chart_figures_note"),
        numeric=frozenset(range(1, len(series) + 1)),
        folded=True,
        empty=t("no_figures"),
    )


def table_figures(observations: pd.DataFrame, lang: str, *, title: str = "") -> Table:
    """Published figures side by side: periods down, indicators across, each a link to its cell.

    Parameters
    ----------
    observations : pandas.DataFrame
        Of one area, one row for each indicator and period.
    lang : {"zh", "en"}
    title : str

    Returns
    -------
    Table
        In order of time; a dash where no figure was published.
    """
    t, registry = translator(lang), load_registry()
    ids = sorted(observations["indicator"].unique()) if len(observations) else []
    cells: dict[str, dict[str, Cell]] = {}
    for row in observations.sort_values(["period_end", "period"]).to_dict("records"):
        text = registry.indicator(row["indicator"]).format(float(row["value"]), lang)
        cells.setdefault(str(row["period"]), {})[row["indicator"]] = row_link(row, text, lang)
    rows = tuple(
        (year_label(period, lang), *[held.get(i, Cell("—")) for i in ids]) for period, held in cells.items()
    )
    return Table(
        title or t("chart_figures"),
        (t("period"), *[registry.indicator(i).name(lang) for i in ids]),
        rows,
        note=t("chart_figures_note"),
        numeric=frozenset(range(1, len(ids) + 1)),
        folded=True,
        empty=t("no_figures"),
    )


def period_links(rows: pd.DataFrame) -> Cell:
    """The span of the periods of one series; opened, each period is a link to its cell."""
    periods = [str(p) for p in rows["period"]]
    links = " ".join(
        f'<a href="{row_href(row)}">{row["period"]}</a>'
        for row in rows[["period", "file", "row", "col", "note"]].to_dict("records")
    )
    if len(periods) == 1:
        return Cell(links)
    span = f"{periods[0]} — {periods[-1]}"
    return Cell(f'<details class="periods"><summary>{span}</summary>{links}</details>')


def area_links(rows: pd.DataFrame, names: Mapping[str, str]) -> Cell:
    """Opened, a link for each area and raw file to the first row that holds its figures."""
    ordered = rows.sort_values(["area", "file", "row"])
    held = ordered.drop_duplicates(["area", "file"])
    links = " ".join(
        f'<a href="{escape(source_href(r.file, r.row, sheet=sheet_of(r.note)), quote=True)}">'
        f"{escape(names[r.area])}</a>"
        for r in held.itertuples()
    )
    return Cell(f'<details class="periods"><summary>{len(held)}</summary>{links}</details>')
