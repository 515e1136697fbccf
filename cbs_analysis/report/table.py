"""The table of a report. Whatever a table prints is escaped."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from .messages import catalogue, message

__all__ = ["Cell", "Table", "css_text", "translator"]

# the first words of rows that add up others; they must stay where they stand
_SUMS = (
    "all_sections", "gap_total", "mean_year", "poverty_class_all", "poverty_whole", "project_by_all",
    "shares_all", "total",
)  # fmt: skip


_CHINESE = re.compile(r"[\u4e00-\u9fff]")  # a title in Chinese has full-width marks


@dataclass(frozen=True)
class Cell:
    """Trusted HTML made by this module; everything else is escaped."""

    html: str


@dataclass(frozen=True)
class Table:
    """A published table: title, columns, rows, and what stands under it.

    `numeric` names the columns that align right, `nowrap` those kept on one line; `folded` hides the
    body behind its title until it is opened. A reader may sort the rows, unless one of them adds up others or
    `fixed` says that their order means something.
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
    fixed: bool = False

    def html(self) -> str:
        """The table as HTML."""
        if not self.rows:
            colon = "：" if _CHINESE.search(self.title) else ": "
            return (
                f'<p class="empty">{escape(self.title)}{colon}{escape(self.empty)}</p>' if self.empty else ""
            )
        head = "".join(
            f'<th scope="col"{self._class(i)}>{escape(c)}</th>' for i, c in enumerate(self.columns)
        )
        body = "\n".join(self._row(r) for r in self.rows)
        foot = "".join(f'<p class="note">{escape(t)}</p>' for t in (self.note, self.source) if t)
        caption = f"<caption>{escape(self.title)}</caption>"
        style, key = self._labels()
        names = f"cbs {self.css}{key}".strip()
        fixed = " data-fixed" if self.fixed or any(map(_adds_up, self.rows)) else ""
        label = escape(self.title, quote=True)
        table = (
            f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">{style}'
            f'<table class="{names}"{fixed}>{caption}'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>{foot}"
        )
        if self.folded:
            count = f"（{len(self.rows)}）" if _CHINESE.search(self.title) else f" ({len(self.rows)})"
            summary = f"<summary>{escape(self.title)}{count}</summary>"
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
            f".{key} td:nth-child({i})::before{{content:{css_text(c)}}}"
            for i, c in enumerate(self.columns, 1)
        )
        return f"<style>@media screen and (max-width:46rem){{{rules}}}</style>", f" {key}"

    def _row(self, row: tuple[Any, ...]) -> str:
        cells = []
        for i, value in enumerate(row):
            inner = value.html if isinstance(value, Cell) else escape(str(value))
            cells.append(f"<td{self._class(i)}>{inner}</td>")
        return f"<tr>{''.join(cells)}</tr>"

    def _repr_html_(self) -> str:
        return self.html()


@lru_cache(maxsize=1)
def _sums() -> frozenset[str]:
    return frozenset(word for key in _SUMS for word in catalogue()[key].values())


def _adds_up(row: tuple[Any, ...]) -> bool:
    """Whether a row is a total or a mean of the others, told by its first cell."""
    first = row[0] if row else ""
    text = re.sub(r"<[^>]+>", "", first.html) if isinstance(first, Cell) else str(first)
    return text.strip() in _sums()


def css_text(text: str) -> str:
    r"""A text as a string of a style sheet; nothing in it can end the string or the sheet.

    >>> css_text('a "b" </style>')
    '"a \\22 b\\22  \\3c /style\\3e "'
    """
    return '"' + "".join(f"\\{ord(c):x} " if c in '"\\<>\n\r\f' else c for c in text) + '"'


def translator(lang: str) -> Any:
    """Messages in one language."""
    return lambda key, **values: message(key, lang, **values)
