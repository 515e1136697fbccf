"""The table of a report. Whatever a table prints is escaped."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from html import escape
from typing import Any

from .messages import message

__all__ = ["Cell", "Table", "translator"]


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
        style, key = self._labels()
        table = (
            f'<div class="scroll" tabindex="0">{style}<table class="cbs {self.css}{key}">{caption}'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>{foot}"
        )
        if self.folded:
            summary = f"<summary>{escape(self.title)}（{len(self.rows)}）</summary>"
            return f'<details class="folded">{summary}{table}</details>'
        return table

    def _class(self, i: int) -> str:
        return ' class="num"' if i in self.numeric else ' class="nw"' if i in self.nowrap else ""

    def _labels(self) -> tuple[str, str]:
        """Heads for the cells of a stacked table on a phone, said once, and the class that they go by."""
        if "stack" not in self.css.split():
            return "", ""
        key = "k" + hashlib.sha256("\n".join(self.columns).encode()).hexdigest()[:8]
        rules = "".join(
            f".{key} td:nth-child({i})::before{{content:{_css_text(c)}}}"
            for i, c in enumerate(self.columns, 1)
        )
        return f"<style>@media(max-width:46rem){{{rules}}}</style>", f" {key}"

    def _row(self, row: tuple[Any, ...]) -> str:
        cells = []
        for i, value in enumerate(row):
            inner = value.html if isinstance(value, Cell) else escape(str(value))
            cells.append(f"<td{self._class(i)}>{inner}</td>")
        return f"<tr>{''.join(cells)}</tr>"

    def _repr_html_(self) -> str:
        return self.html()


def _css_text(text: str) -> str:
    r"""A text as a string of a style sheet; nothing in it can end the string or the sheet.

    >>> _css_text('a "b" </style>')
    '"a \\22 b\\22  \\3c /style\\3e "'
    """
    return '"' + "".join(f"\\{ord(c):x} " if c in '"\\<>\n\r\f' else c for c in text) + '"'


def translator(lang: str) -> Any:
    """Messages in one language."""
    return lambda key, **values: message(key, lang, **values)
