"""One sheet of a raw file as HTML: row numbers, column letters, an anchor at each cell that holds text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from ..sources.addresses import cell_name
from ..sources.grids import Grid
from ..sources.reader.values import published_text, read_value
from .plain_text import visible
from .source_addresses import PART_ROWS, anchor_of

__all__ = ["HEAD_ROWS", "Sheet", "cell_text", "sheet_html"]

# the first rows stand above each later part again: the head of a table is among them
HEAD_ROWS = 6
_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+%?")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A sheet to show.

    Attributes
    ----------
    grid : Grid
    notes : mapping of (row, column) to str
        Cells that are declared wrong in corrections.yml, and what is done about them.
    many : bool
        Whether the file has other sheets too; anchors then name the sheet.
    own : bool
        Whether figures that name no sheet are of this one; its anchors then stand without the name too.
    """

    grid: Grid
    notes: Mapping[tuple[int, int], str]
    many: bool = False
    own: bool = True


def cell_text(grid: Grid, row: int, col: int) -> str:
    """A cell as a reader of the file sees it; row and column count from 0."""
    cell = grid.cells[row][col]
    if (row, col) in grid.percents:
        value = read_value(cell, percent=True)
        return f"{value.text}{value.unit}"
    return published_text(cell)


def sheet_html(sheet: Sheet, part: int) -> str:
    """The rows of one part of a sheet as a table; nothing where the sheet has no such rows.

    Every text is escaped. An empty cell has no anchor.
    """
    grid = sheet.grid
    rows = range(part * PART_ROWS, min(len(grid.cells), (part + 1) * PART_ROWS))
    if not rows:
        return ""
    width = len(grid.cells[0])
    letters = "".join(f'<th scope="col">{cell_name(0, c)[:-1]}</th>' for c in range(width))
    body = "".join(_rows(sheet, rows, part))
    return (
        f'<div class="grid" tabindex="0"><table><thead><tr><th></th>{letters}</tr></thead>\n'
        f"<tbody>\n{body}</tbody></table></div>"
    )


def _rows(sheet: Sheet, rows: range, part: int) -> Iterator[str]:
    width = len(sheet.grid.cells[0])
    if part:
        yield from (_row(sheet, r, anchors=False) for r in range(HEAD_ROWS))
        yield f'<tr class="cut"><th>…</th><td colspan="{width}"></td></tr>\n'
    yield from (_row(sheet, r) for r in rows)


def _row(sheet: Sheet, row: int, *, anchors: bool = True) -> str:
    grid = sheet.grid
    name = grid.sheet if sheet.many else ""
    cells = "".join(_cell(sheet, row, c, name, anchors) for c in range(len(grid.cells[row])))
    own = _alias(anchor_of(row + 1)) if anchors and name and sheet.own else ""
    anchor = f' id="{_attribute(anchor_of(row + 1, sheet=name))}"' if anchors else ' class="again"'
    hidden = ' class="hid"' if row in grid.hidden_rows else ""
    return f'<tr{anchor}><th scope="row"{hidden}>{row + 1}{own}</th>{cells}</tr>\n'


def _cell(sheet: Sheet, row: int, col: int, name: str, anchors: bool) -> str:
    place = (row, col)
    problem = sheet.grid.problems.get(place, "")
    text = _shown(cell_text(sheet.grid, row, col)) or (f"（{_shown(problem)}）" if problem else "")
    if not text:
        return "<td></td>"
    anchor = f' id="{_attribute(anchor_of(row + 1, col, name))}"' if anchors else ""
    own = _alias(anchor_of(row + 1, col)) if anchors and name and sheet.own else ""
    kinds = ["n"] if _NUMBER.fullmatch(text) else []
    kinds += ["wrong"] if place in sheet.notes or problem else []
    style = f' class="{" ".join(kinds)}"' if kinds else ""
    title = f' title="{_attribute(sheet.notes[place])}"' if place in sheet.notes else ""
    return f"<td{anchor}{style}{title}>{own}{text}</td>"


def _alias(anchor: str) -> str:
    return f'<i id="{anchor}"></i>'


def _shown(text: str) -> str:
    return escape(visible(text), quote=False)


def _attribute(text: str) -> str:
    return escape(visible(text), quote=True)
