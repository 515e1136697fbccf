"""The header as a path above every column, whatever its geometry: merged, split over rows, marked by `#`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from ...series.period_words import read_period
from .layout import Block, Sheet
from .places import PARTS_OF_A_CITY
from .text import has_cjk, read_label, split_languages
from .words import split_unit

__all__ = ["Column", "Head", "Part", "read_header"]

_GROWTH = re.compile(r"增长|增速|增幅|比上年|同比|环比|±|%\)?$")
_LONE_AMONG = re.compile(r"其中[：:]?|其中项[：:]?")


@dataclass(frozen=True, slots=True)
class Part:
    """One label of a path with the cell it stands in."""

    text: str
    row: int
    col: int
    english: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """One header cell above a column."""

    text: str  # Chinese, or the only language there is
    english: str
    row: int
    col: int


@dataclass
class Column:
    """A data column with its header path, before units, periods and regions are taken out of it."""

    col: int
    parts: list[Part] = field(default_factory=list)
    english: list[str] = field(default_factory=list)
    parent: int | None = None  # the column whose part this one is, by `其中` or `#`


def read_header(block: Block) -> list[Column]:
    """The columns of a block, each with its path from the top down.

    Rules: a cell spans what its merge spans; a spanned cell without text belongs to its left
    neighbour; without merges a label reaches over the empty cells to its right as long as these
    have labels below; fragments of one word in rows under each other are joined; `其中` and `#`
    make a column a part of the nearest column to its left that carries no mark.
    """
    stacks = {c: _stack(block, c) for c in block.data_cols}
    shared = Counter((h.row, h.col) for stack in stacks.values() for h in stack)
    several = {place for place, n in shared.items() if n > 1}
    columns: dict[int, Column] = {}
    for c in block.data_cols:
        columns[c] = _column(c, stacks[c], columns, several)
    return list(columns.values())


def _stack(block: Block, c: int) -> list[Head]:
    """The header cells above a column from the top down, without the title in the label columns."""
    heads: list[Head] = []
    for r in block.header:
        head = _head_at(block, r, c)
        if head and (head.row, head.col) not in [(h.row, h.col) for h in heads]:
            heads.append(head)
    chinese = [h for h in heads if h.text and has_cjk(h.text)]
    if chinese:
        # a row of the other language stays with the labels above it, as English
        return [h for h in heads if not h.text or has_cjk(h.text) or not re.search("[A-Za-z]{3}", h.text)]
    return heads


def _head_at(block: Block, r: int, c: int) -> Head | None:
    sheet = block.sheet
    merge = sheet.covered.get((r, c))
    if merge:
        return _merged_head(block, merge, r, c)
    text = _text(sheet, r, c)
    if text:
        return _make(sheet, r, c)
    return _reached(block, r, c)


def _text(sheet: Sheet, r: int, c: int) -> str:
    text = sheet.texts[r][c]
    if text:
        return text
    value = sheet.values[r][c]
    return value.text if value.kind in ("number", "unreadable") else ""


def _make(sheet: Sheet, r: int, c: int) -> Head:
    raw = sheet.raw[r][c] or _text(sheet, r, c)
    chinese, english = split_languages(raw)
    return Head(chinese or english, english if chinese else "", r, c)


def _merged_head(block: Block, merge: tuple[int, int, int, int], r: int, c: int) -> Head | None:
    sheet = block.sheet
    top, left, _, right = merge
    if _text(sheet, top, left):
        if (
            left in block.label_cols
            and right > left + 1
            and top < block.header[0] + 1
            and _is_title_like(sheet, merge)
        ):
            return None
        return _make(sheet, top, left)
    if top != r or left == 0:
        return None
    # a spanned cell without text belongs to its left neighbour
    neighbour = left - 1
    if neighbour not in block.data_cols:
        return None
    return _head_at(block, r, neighbour)


def _is_title_like(sheet: Sheet, merge: tuple[int, int, int, int]) -> bool:
    return merge[3] - merge[1] >= len(sheet.values[0]) - 1


def _reached(block: Block, r: int, c: int) -> Head | None:
    """An empty cell without merge: the label to its left reaches over it, if both have labels below."""
    sheet = block.sheet
    if any(m[0] <= r < m[2] and m[3] - m[1] > 1 for m in _merges_of(block)):
        return None
    if not _has_below(block, r, c):
        return None
    for left in range(c - 1, min(block.data_cols) - 1, -1):
        text = sheet.texts[r][left]
        if text and has_cjk(text):
            starred = text.lstrip().startswith(("#", "＃"))
            if not _has_below(block, r, left) or starred or _LONE_AMONG.fullmatch(text):
                return None
            return _make(sheet, r, left)
        if any(has_cjk(sheet.texts[up][left]) for up in block.header if up < r) and not _has_below(
            block, r, left
        ):
            return None
    return None


def _merges_of(block: Block) -> list[tuple[int, int, int, int]]:
    rows = set(block.header)
    return [m for m in block.sheet.grid.merges if m[0] in rows and m[1] >= min(block.data_cols)]


def _has_below(block: Block, r: int, c: int) -> bool:
    """Whether a label, not just a unit in brackets, stands under a header cell."""
    below = [block.sheet.texts[d][c] for d in block.header if d > r]
    return any(has_cjk(t) and not re.fullmatch(r"\(.*\)", t) for t in below)


def _column(c: int, stack: list[Head], columns: dict[int, Column], shared: set[tuple[int, int]]) -> Column:
    column = Column(c)
    joined: list[tuple[str, Head]] = []  # fragments of one word in rows under each other become one text
    for head in stack:
        if head.english:
            column.english.append(head.english)
        if not head.text:
            continue
        label = read_label(head.text)
        if _LONE_AMONG.fullmatch(head.text):
            _hang(column, joined, _left(c, columns), head)
        elif label.mark:
            _hang(column, joined, _marked_parent(c, joined, columns), head)
            joined.append((label.text, head))
        elif (
            joined
            and not {(h.row, h.col) for h in (joined[-1][1], head)} & shared
            and _goes_on(joined[-1][0], head.text)
        ):
            joined[-1] = (joined[-1][0] + head.text, joined[-1][1])
        else:
            joined.append((head.text, head))
    column.parts += [Part(text, h.row, h.col, h.english) for text, h in joined]
    return column


def _goes_on(above: str, below: str) -> bool:
    """Whether a cell goes on with the label above it: not behind a unit, and not with a region or period."""
    if below in PARTS_OF_A_CITY or read_period(below):
        return False
    return below.startswith("(") or split_unit(above)[1] is None


def _hang(column: Column, joined: list[tuple[str, Head]], parent: Column | None, head: Head) -> None:
    """Make a column a part of another: it takes that path, in place of what was read so far."""
    if parent is None or column.parent is not None:
        return
    column.parent = parent.col
    column.parts = list(parent.parts)
    joined.clear()


def _left(c: int, columns: dict[int, Column]) -> Column | None:
    """The nearest column to the left that is itself no part (of the same group of parts)."""
    for other in sorted((k for k in columns if k < c), reverse=True):
        parts = columns[other].parts
        if columns[other].parent is None and not (parts and _GROWTH.search(parts[-1].text)):
            return columns[other]
    return None


def _marked_parent(c: int, joined: list[tuple[str, Head]], columns: dict[int, Column]) -> Column | None:
    """The column that a `#` column is a part of: nearest to the left, unmarked, under the same labels."""
    upper = [(h.row, h.col) for _, h in joined]
    for other in sorted((k for k in columns if k < c), reverse=True):
        candidate = columns[other]
        if candidate.parent is not None:
            continue
        places = [(p.row, p.col) for p in candidate.parts]
        return candidate if places[: len(upper)] == upper else None
    return None
