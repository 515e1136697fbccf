"""A table of a report as a table of Word: heads repeat, rows stay whole, widths follow the cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from .docx_xml import element
from .export_page import Cell, Run, TextTable

__all__ = ["column_widths", "shorten_links", "shortened", "table_element", "too_wide"]

Write = Callable[[Run], list[Any]]
_PADDING = 57  # twips on each side of a cell
_LATIN = 0.6  # width of a Latin character in those of a Chinese one, with room for wider fonts
_TOKEN = re.compile(r"[!-~]+")
_LINK = re.compile(r"([ET])(\d+)")
_LONGEST_WORD = 15.0
_LINES = 6
TALL_ROW, MANY_COLUMNS = 7, 8


def _text_width(text: str) -> float:
    """Width in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(c) in "WFA" else _LATIN for c in text)


def _needs(cells: Sequence[Cell]) -> tuple[float, float]:
    """The least width that breaks no word or number, and the one that would hold most cells on one line."""
    least, widths = 2.0, list[float]()
    for cell in cells:
        lines = cell.text.split("\n")
        words = [w for line in lines for w in _TOKEN.findall(line)]
        least = max([least, *(min(_text_width(w) + 0.4, _LONGEST_WORD) for w in words)])
        widths.append(max(map(_text_width, lines)))
        if cell.nowrap or any(run.verdict for run in cell.runs):
            least = max(least, min(widths[-1], _LONGEST_WORD))
    widths.sort()
    least = max(least, min(widths[-1] / _LINES, 24.0))  # the longest cell takes few lines
    return least, max(least, min(widths[int(0.85 * (len(widths) - 1))], 60.0))


def _wants(table: TextTable, size: float) -> list[tuple[float, float]]:
    """Least and wanted width of each column in twips."""
    columns = max([len(table.head), *map(len, table.rows)])
    wants = []
    for i in range(columns):
        cells = [row[i] for row in table.rows if i < len(row)]
        head = [Cell(table.head[i].runs)] if i < len(table.head) else []
        least, wanted = _needs(cells) if cells else (2.0, 2.0)
        if head:
            title = _text_width(head[0].text)
            least = max(least, 1.15 * _needs(head)[0], min(title, 3.0))  # heads are bold
            wanted = max(wanted, min(title, 6.0))
        wants.append((least * size * 20 + 2 * _PADDING, max(least, wanted) * size * 20 + 2 * _PADDING))
    return wants


def column_widths(table: TextTable, total: int, size: float) -> list[int]:
    """Widths of the columns in twips; they add up to `total`.

    Parameters
    ----------
    table : TextTable
    total : int
        Width of the text area in twips.
    size : float
        Size of the text in points.
    """
    wants = _wants(table, size)
    least = sum(w[0] for w in wants)
    if least >= total:
        parts = [w[0] / least for w in wants]
    else:
        # long columns get their share by the root: twice the text needs less than twice the width
        extra = [max(0.0, wanted - low) ** 0.6 + 1.0 for low, wanted in wants]
        spare = total - least
        parts = [(low + spare * e / sum(extra)) / total for (low, _), e in zip(wants, extra, strict=True)]
    widths = [int(p * total) for p in parts]
    widths[-1] += total - sum(widths)
    return widths


def too_wide(table: TextTable, total: int, size: float) -> bool:
    """Whether a table has many columns, or would break words or make tall rows in this width."""
    wants = _wants(table, size)
    if len(wants) > MANY_COLUMNS or sum(w[0] for w in wants) > total:
        return True
    widths = column_widths(table, total, size)
    heights = sorted(max(map(lambda c, w: _lines(c, w, size), row, widths)) for row in table.rows)
    return bool(heights) and heights[len(heights) // 2] > TALL_ROW


def _lines(cell: Cell, width: int, size: float) -> int:
    room = max(1.0, (width - 2 * _PADDING) / (size * 20))
    return sum(max(1, -int(-_text_width(line) // room)) for line in cell.text.split("\n"))


def shorten_links(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Write three or more evidence numbers that follow each other as first and last.

    >>> links = [Run(t, href="x") if t != " " else Run(t) for t in "E1| |E2| |E3| |E7".split("|")]
    >>> "".join(r.text for r in shorten_links(links))
    'E1—E3 E7'
    """
    made: list[Run] = []
    chain: list[Run] = []

    def close() -> None:
        if len(chain) >= 3:
            made.extend([chain[0], replace(chain[0], text="—", href="", anchor=""), chain[-1]])
        else:
            for i, link in enumerate(chain):
                made.extend([*([replace(link, text=" ", href="", anchor="")] if i else []), link])
        chain.clear()

    for i, run in enumerate(runs):
        match = _LINK.fullmatch(run.text) if run.href else None
        if match:
            last = _LINK.fullmatch(chain[-1].text) if chain else None
            if last and (last[1], int(last[2]) + 1) != (match[1], int(match[2])):
                close()
                made.append(replace(run, text=" ", href="", anchor=""))
            chain.append(run)
        elif chain and run.text.strip(" ") == "" and i + 1 < len(runs) and _is_link(runs[i + 1]):
            continue
        else:
            close()
            made.append(run)
    close()
    return tuple(made)


def shortened(table: TextTable) -> TextTable:
    """A table whose cells name evidence numbers that follow each other as first and last."""
    rows = tuple(tuple(replace(c, runs=shorten_links(c.runs)) for c in row) for row in table.rows)
    return replace(table, rows=rows)


def _is_link(run: Run) -> bool:
    return bool(run.href and _LINK.fullmatch(run.text))


def table_element(
    table: TextTable, widths: Sequence[int], write: Write, *, head_style: str, style: str
) -> Any:
    """The element of a table. `write` turns a run into what stands in a paragraph."""
    properties = [
        element("w:tblStyle", val="TableGrid"), element("w:tblW", w=sum(widths), type="dxa"),
        element("w:jc", val="center"), element("w:tblLayout", type="fixed"),
        element("w:tblCellMar", children=[
            element(f"w:{side}", w=_PADDING if side in ("left", "right") else 25, type="dxa")
            for side in ("top", "left", "bottom", "right")
        ]),
        element("w:tblLook", val="0620", firstRow=1, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1,
                noVBand=1),
        element("w:tblCaption", val=table.title),
    ]  # fmt: skip
    made = element("w:tbl", children=[element("w:tblPr", children=properties)])
    made.append(element("w:tblGrid", children=[element("w:gridCol", w=w) for w in widths]))
    if table.head:
        heads = [Cell(c.runs) for c in table.head]
        made.append(_row(heads, widths, write, head_style, head=True))
    for row in table.rows:
        made.append(_row(row, widths, write, style))
    return made


def _row(
    cells: Sequence[Cell], widths: Sequence[int], write: Write, style: str, *, head: bool = False
) -> Any:
    marks = [element("w:cantSplit"), *([element("w:tblHeader")] if head else [])]
    made = element("w:tr", children=[element("w:trPr", children=marks)])
    padded = [*cells, *[Cell(())] * (len(widths) - len(cells))]
    for cell, width in zip(padded, widths, strict=True):
        box = [element("w:tcW", w=width, type="dxa")]
        if head:
            box.append(element("w:shd", val="clear", color="auto", fill="EDEFF2"))
        box.append(element("w:vAlign", val="center" if head else "top"))
        paragraph = [element("w:pStyle", val=style)]
        if cell.numeric and not head:
            paragraph.append(element("w:jc", val="right"))
        inside = element("w:p", children=[element("w:pPr", children=paragraph)])
        for run in cell.runs:
            for piece in write(run):
                inside.append(piece)
        made.append(element("w:tc", children=[element("w:tcPr", children=box), inside]))
    return made
