"""Tables of web pages and of the HTML that statistical systems export under the name .xls."""

from __future__ import annotations

import itertools
import re
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import Fault
from .grid_base import MAX_ROWS, Draft, FileHostile, Grid, blank, check_area, check_count, reading
from .grid_zip import check_tags

__all__ = ["read_html"]

MAX_SPAN = 1000
BEFORE, AFTER, SHOWN = 6, 3, 200
_BLOCK_WORDS = (
    "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section select table tbody td tfoot th "
    "thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_WORDS.split())
# their texts are not of the page; no end tag may stand inside them
_APART = frozenset({"script", "style", "title"})
_NUMBER = re.compile(r"[-+−－]?[\d,，.．\s]*\d\s*[%％‰]?")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BREAK = "\x01"
_LEADING = re.compile(r" {2,}(?=[^ \r\n])")
INNER_TABLE = "a table inside the cell"


@dataclass
class Slot:
    """A cell as the page has it."""

    colspan: int
    rowspan: int
    parts: list[str] = field(default_factory=list)
    inner: list[Table] = field(default_factory=list)  # tables inside the cell


@dataclass
class Table:
    """A table as the page has it, and what stands around it."""

    rows: list[list[Slot]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    open: Slot | None = None
    nests: bool = False
    caption: list[str] = field(default_factory=list)
    grid: Grid | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass
class Page:
    """What the parser calls as it meets tags and texts; no tree is built, so that none can grow too deep.

    An event is a text with the table that it stands in, or the start or the end of a table.
    """

    events: list[tuple[str, str, Table | None]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    stack: list[Table] = field(default_factory=list)
    block: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    inside: str = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Enter an element."""
        if tag in _APART:
            self.inside = tag
        if tag == "br":
            self.data(_BREAK)
        if tag in _BLOCKS:
            self.flush()
        if tag == "table":
            if self.stack:
                self.stack[-1].nests = True
            table = Table()
            if self.stack and self.stack[-1].open:
                self.stack[-1].open.inner.append(table)
            self.tables.append(table)
            self.stack.append(table)
            self.events.append(("start", "", table))
        elif self.stack and tag == "tr":
            self._row(attributes.get("style", ""))
        elif self.stack and tag in ("td", "th"):
            self._cell(attributes)

    def end(self, tag: str) -> None:
        """Leave an element."""
        if tag == self.inside:
            self.inside = ""
        if tag in _BLOCKS:
            self.flush()
        if not self.stack:
            return
        if tag == "table":
            self.events.append(("end", "", self.stack.pop()))
        elif tag in ("td", "th", "tr"):
            self.stack[-1].open = None

    def data(self, text: str) -> None:
        """Take a text into the open cell and the open block."""
        if self.inside:
            if self.inside == "title" and not self.tables:
                self.titles.append(text)
            return
        self.block.append(text)
        if self.stack and self.stack[-1].open:
            self.stack[-1].open.parts.append(text)

    def close(self) -> Page:
        """End the page; a table that the page leaves open ends with it."""
        self.flush()
        while self.stack:
            self.end("table")
        return self

    def flush(self) -> None:
        """End a block: its text stands for itself, and its cell goes on in a new line."""
        table = self.stack[-1] if self.stack else None
        if table and table.open and table.open.parts:
            table.open.parts.append(_BREAK)
        text, self.block = "".join(self.block), []
        if blank(text.replace(_BREAK, "")):
            return
        if table and not table.open:  # a caption, or stray text that a browser shows above the table
            table.caption.append(text)
        self.events.append(("text", text, table))

    def _row(self, style: str) -> None:
        table = self.stack[-1]
        if re.search(r"display\s*:\s*none", style, re.IGNORECASE):
            table.hidden.add(len(table.rows))
        table.rows.append([])
        table.open = None

    def _cell(self, attributes: dict[str, str]) -> None:
        table = self.stack[-1]
        if not table.rows:
            table.rows.append([])
        across = _span(attributes.get("colspan"), MAX_SPAN, 1)
        table.open = Slot(across, _span(attributes.get("rowspan"), MAX_ROWS, MAX_ROWS))
        table.rows[-1].append(table.open)


def read_html(text: str, name: str) -> tuple[list[str], list[Grid | None], list[str]]:
    """Expand the tables of a page that hold data; layout tables give their texts to those inside."""
    from lxml import etree

    check_tags(text, name)
    with reading(name, f"lxml {etree.__version__}"):
        page = _parse(text, name)
    for i, table in enumerate(page.tables):
        table.grid = _kept(table, expand(table, name, f"table {i} of the page"))
    _place(page)
    title = _tidy(page.titles)
    grids: list[Grid | None] = []
    for table in page.tables:
        if table.grid:
            grids.append(_framed(table, table.grid, title, len(grids)))
    low = text.lower()
    cut_off = low.rfind("<table") > low.rfind("</table")
    names = [f"table {i}" for i in range(len(grids))]
    return names, grids, ["the page ends inside a table: it may be cut off"] if cut_off else []


def _parse(text: str, name: str) -> Page:
    from lxml import etree

    page = Page()
    parser = etree.HTMLParser(target=page, no_network=True, huge_tree=False, encoding="utf-8")
    etree.fromstring(text.removeprefix("\ufeff").encode("utf-8"), parser)
    for entry in parser.error_log:
        # the parser leaves out what exceeds its bounds, and goes on
        if entry.type_name in ("ERR_RESOURCE_LIMIT", "ERR_NO_MEMORY"):
            raise FileHostile(
                Fault(
                    "page exceeds what its parser allows",
                    where=f"{name}, line {entry.line}",
                    got=entry.message,
                    expected="texts of less than 10 million characters",
                    next_step="copy the table into a workbook and save it as xlsx",
                )
            )
    return page


def expand(table: Table, name: str, which: str) -> Grid | None:
    """Lay the cells of a table out; a spanned cell has its text at its top left corner."""
    draft = Draft(file=name, sheet=which, hidden_rows=table.hidden, counts=[])
    counts: list[int] = []
    taken: dict[int, int] = {}  # column -> the first row that it is free in again
    covered = 0
    _cut_idle_spans(table)
    for r, slots in enumerate(table.rows):
        line: list[Any] = []
        column = 0
        for slot in slots:
            while taken.get(column, 0) > r:
                column += 1
            right = column + 1
            while right < column + slot.colspan and taken.get(right, 0) <= r:
                right += 1
            bottom = min(r + slot.rowspan, len(table.rows))
            line.extend([None] * (column - len(line)))
            line.append(_cell_text(slot) or None)
            lone = _lone_inner(slot)
            if lone:
                draft.problems[r, column] = f"{INNER_TABLE}: {lone}"
            draft.merges.append((r, column, bottom, right))
            if bottom > r + 1:
                taken.update(dict.fromkeys(range(column, right), bottom))
            column = right
            check_area(1, column, f"{name}, {which}")
        while taken.get(column, 0) > r:
            column += 1
        covered += column
        check_count(covered, f"{name}, {which}")
        draft.rows.append(line)
        counts.append(column)
    draft.counts = counts
    return draft.grid()


def _cut_idle_spans(table: Table) -> None:
    """A row all of whose cells span further than it reaches over no cell: the row below stands under it."""
    for slots, below in itertools.pairwise(table.rows):
        if slots and all(s.rowspan > 1 for s in slots):
            width, next_width = (sum(s.colspan for s in row) for row in (slots, below))
            if width == next_width:
                for slot in slots:
                    slot.rowspan = 1


def _cell_text(slot: Slot) -> str:
    """Text of a cell; blanks that stand right before it in its line are the indent of the source."""
    text = _tidy(slot.parts)
    lead = _LEADING.match("".join(slot.parts).lstrip(_BREAK))
    return f"{lead.group(0)}{text}" if lead and text else text


def _lone_inner(slot: Slot) -> str:
    """The text of a table inside a cell that holds one cell only."""
    for table in slot.inner:
        slots = [s for row in table.rows for s in row]
        if len(slots) == 1 and not blank(text := _tidy(slots[0].parts)):
            return text
    return ""


def _kept(table: Table, grid: Grid | None) -> Grid | None:
    if grid is None:
        return None
    numbers = 0
    for row in grid.cells:
        numbers += sum(isinstance(c, str) and len(c) < 40 and bool(_NUMBER.fullmatch(c.strip())) for c in row)
    if table.nests and not numbers:
        return None
    return grid if numbers > 1 or (len(grid.cells) > 1 and len(grid.cells[0]) > 1) else None


def _place(page: Page) -> None:
    """Give each table the texts before it and after it, as far as the tables beside it."""
    near: deque[str] = deque(maxlen=BEFORE)
    for kind, text, table in page.events:
        if kind == "text" and not (table and table.grid):
            near.append(text)
        elif kind == "start" and table and table.grid:
            table.before = tuple(near)
        elif kind == "end" and table and table.grid:
            near.clear()
    following: deque[str] = deque(maxlen=AFTER)
    for kind, text, table in reversed(page.events):
        if kind == "text" and not (table and table.grid):
            following.appendleft(text)
        elif kind == "end" and table and table.grid:
            table.after = tuple(following)
        elif kind == "start" and table and table.grid:
            following.clear()


def _framed(table: Table, grid: Grid, title: str, number: int) -> Grid:
    head = (f"title: {title}"[:SHOWN],) if title else ()
    near = [_tidy([text])[:SHOWN] for text in (*table.before, *table.caption)[-(BEFORE - len(head)) :]]
    after = tuple(_tidy([text])[:SHOWN] for text in table.after)
    return replace(grid, sheet=f"table {number}", before=(*head, *near), after=after)


def _span(value: str | None, most: int, zero: int) -> int:
    found = re.match(r"\s*([0-9]{1,9})", value or "")
    return min(int(found.group(1)), most) or zero if found else 1


def _tidy(parts: list[str]) -> str:
    # runs of source blanks show as one; no-break and full-width blanks are the author's and stay
    text = _SPACES.sub(" ", "".join(parts))
    if _BREAK not in text:
        return text.strip(" ")
    lines = [line.strip(" ") for line in text.split(_BREAK)]
    return "\n".join(line for line in lines if line)
