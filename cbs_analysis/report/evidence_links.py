"""From a printed number to the cell of the raw file that it came from: one click, or a number on paper.

Addresses are relative to a page of a report (`reports/<day>/<area>/<page>.html`). What is shown of a raw
file is written by `source_pages`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..plan.book import evidence_of
from ..plan.evidence_numbers import Numbers, sheet_of
from ..plan.verdicts import Evidence, Verdict
from ..registry.load import load_registry
from .messages import message
from .source_addresses import FOLDER, anchor_of, page_of, part_of
from .table import Cell

if TYPE_CHECKING:
    from ..plan.book import Book

__all__ = [
    "evidence_href",
    "evidence_links",
    "linked",
    "linked_sentence",
    "row_href",
    "row_link",
    "source_href",
    "target_evidence",
    "value_evidence",
]

LIMIT = 12
BRIEF = 30  # characters of a published text beside a number
_UP = "../../"


def source_href(file: str, row: int = 0, col: int = -1, *, sheet: str = "") -> str:
    """The address of a raw file on its page, seen from the page of a report.

    Parameters
    ----------
    file : str
        Below `data/raw`.
    row, col : int
        As in the store: rows from 1, columns from 0. Without a column the whole row, without a row the
        head of the page.
    sheet : str
        Only where a file has several sheets.

    Examples
    --------
    >>> source_href("nbs/2024-01-17/gdp.csv", 12, 5)
    '../../sources/nbs/2024-01-17/gdp.csv.html#F12'
    >>> source_href("nbs/2024-01-17/gdp.csv")
    '../../sources/nbs/2024-01-17/gdp.csv.html'
    """
    page = f"{_UP}{FOLDER}/{quote(page_of(file, part_of(row)))}"
    return f"{page}#{quote(anchor_of(row, col, sheet), safe='!')}" if row > 0 else page


def evidence_href(evidence: Evidence) -> str:
    """The address of the cell of a figure, or of the row of a document."""
    sheet = sheet_of(evidence.note, evidence.sheet)
    return source_href(evidence.file, evidence.row, evidence.col, sheet=sheet)


def row_href(row: Mapping[str, Any]) -> str:
    """The address of the cell of one row of the store."""
    sheet = sheet_of(str(row["note"]))
    return escape(source_href(str(row["file"]), int(row["row"]), int(row["col"]), sheet=sheet), quote=True)


def row_link(row: Mapping[str, Any], text: str, lang: str) -> Cell:
    """A figure of the store, given as one of its rows, as a link to its cell."""
    return linked(text, (evidence_of(row),), lang)


def _title(evidence: Evidence, lang: str) -> str:
    """What the pointer shows: publisher, day, cell and the figure as it was published."""
    publisher = load_registry().publisher(evidence.source).name(lang)
    place = "link_cell" if evidence.col >= 0 else "link_row"
    return message(
        place, lang, publisher=publisher, day=evidence.vintage, cell=evidence.cell, text=evidence.published
    )


def _anchor(evidence: Evidence, text: str, title: str = "") -> str:
    said = f' title="{escape(title, quote=True)}"' if title else ""
    return f'<a href="{escape(evidence_href(evidence), quote=True)}"{said}>{text}</a>'


def _numbered(evidence: Evidence, number: int, lang: str, numbers: Numbers | None, *, plain: bool) -> str:
    """A link whose text is a number; the list at the end of the page says the rest of what has one there."""
    label = numbers.label(evidence) if numbers else ""
    if label and plain:  # a page of many reports would be heavy
        return _anchor(evidence, label)
    brief = message("link_brief", lang, period=evidence.period, text=_short(evidence.published))
    return _anchor(evidence, label or str(number), brief if label else _title(evidence, lang))


def _short(text: str) -> str:
    return text if len(text) <= BRIEF else f"{text[: BRIEF - 1]}…"


def _links(
    evidence: Sequence[Evidence], lang: str, numbers: Numbers | None, limit: int, first: str = ""
) -> str:
    unique = list({evidence_href(e): e for e in evidence}.values())
    links = [_numbered(e, i, lang, numbers, plain=i > limit) for i, e in enumerate(unique, 1)]
    shown = " ".join([*filter(None, [first]), *links[:limit]])
    if len(links) > limit:
        rest = " ".join(links[limit:])
        shown += f" <details><summary>+{len(links) - limit}</summary>{rest}</details>"
    return f'<span class="links">{shown}</span>' if shown else ""


def evidence_links(
    evidence: Sequence[Evidence],
    lang: str,
    *,
    numbers: Numbers | None = None,
    limit: int = LIMIT,
    first: str = "",
) -> Cell:
    """Links to the cells of some evidence, each with its number in the printed list.

    Parameters
    ----------
    evidence : sequence of Evidence
    lang : {"zh", "en"}
    numbers : Numbers, optional
        From `evidence_numbers`; without it the links count 1, 2, 3.
    limit : int
        How many are shown at once; the others open behind their count.
    first : str
        HTML of a link that stands before them.

    Returns
    -------
    Cell
        A dash when there is no evidence.
    """
    return Cell(_links(evidence, lang, numbers, limit, first) or "—")


def linked(
    text: str, evidence: Sequence[Evidence], lang: str, *, numbers: Numbers | None = None, limit: int = LIMIT
) -> Cell:
    """A printed number that leads to where it came from.

    Parameters
    ----------
    text : str
        The number as printed.
    evidence : sequence of Evidence
        What stands behind this number alone. One cell: the number itself is the link. Several: the
        number was computed, and its links follow it. None: no link.
    lang : {"zh", "en"}
    numbers : Numbers, optional
        From `evidence_numbers`.
    limit : int
        How many links are shown at once behind a computed number.
    """
    if not evidence:
        return Cell(escape(text))
    if len({evidence_href(e) for e in evidence}) == 1:
        return Cell(_anchor(evidence[0], escape(text), _title(evidence[0], lang)))
    return _together(text, _links(evidence, lang, numbers, limit))


def linked_sentence(
    sentence: str, evidence: Sequence[Evidence], lang: str, *, numbers: Numbers | None = None
) -> Cell:
    """A sentence followed by links to what it says."""
    return _together(sentence, _links(evidence, lang, numbers, LIMIT))


def _together(text: str, links: str) -> Cell:
    # one box, so that a cell that is spread out on a phone keeps them together
    return Cell(f"<span>{escape(text)} {links}</span>" if links else escape(text))


def value_evidence(
    verdict: Verdict, period: str, value: float, book: Book | None = None
) -> tuple[Evidence, ...]:
    """What stands behind one number that a verdict prints.

    Parameters
    ----------
    verdict : Verdict
    period : str
        The period of the number.
    value : float
        The number, in the unit of the indicator; it is published in one cell only if it equals it.
    book : Book, optional
        Tells the cells of a figure that the verdict does not cite, and the inputs of a derived one.

    Returns
    -------
    tuple of Evidence
        One piece for a published figure, the inputs of a derived one, otherwise what the verdict cites
        of the indicator up to the period (a total of several years); empty for what is not a number.
    """
    if math.isnan(value):  # a missing number has no source
        return ()
    same = [e for e in verdict.evidence if e.period == period and _equal(e.value, value)]
    if same:
        return (same[0],)
    if book is not None and verdict.indicator:
        figures = book.yearly(verdict.indicator)
        held = dict(zip(map(str, figures.years), figures.numbers, strict=True))
        if period in held and _equal(held[period], value):
            return figures.cite(period)
    cited = tuple(e for e in verdict.evidence if e.period[:4] <= period[:4])
    if verdict.type == "sum":  # whole years and the months since January are two indicators
        return cited
    return tuple(e for e in cited if e.indicator == verdict.indicator) or cited


def target_evidence(verdict: Verdict) -> tuple[Evidence, ...]:
    """What stands behind a number that a verdict is compared with, where no document states a target.

    The cell that holds the number (the figure of the year before), or the other indicators that are cited.
    """
    if math.isnan(verdict.target):
        return ()
    same = [e for e in verdict.evidence if _equal(e.value, verdict.target)]
    return tuple(same[-1:]) or tuple(e for e in verdict.evidence if e.indicator != verdict.indicator)


def _equal(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1.0)
