"""A verdict word as every table prints it."""

from __future__ import annotations

from html import escape

from ..plan.verdicts import WORDS
from .style import VERDICT_MARKS
from .table import Cell

__all__ = ["badge"]


def badge(word: str, lang: str) -> Cell:
    """A verdict word with its own colour and shape."""
    mark = f'<span aria-hidden="true">{VERDICT_MARKS[word]}</span>'
    return Cell(f'<span class="v v-{word}">{mark} {escape(WORDS[word][lang])}</span>')
