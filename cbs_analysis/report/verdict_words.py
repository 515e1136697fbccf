"""A verdict word as every table prints it."""

from __future__ import annotations

from html import escape

from ..plan.verdicts import WORDS
from ..registry.records import Plan
from ..series.periods import year_label
from .messages import message
from .style import VERDICT_MARKS
from .table import Cell

__all__ = ["badge", "period_words"]

_MEANS = ("synchrony", "average_growth")  # kinds of targets whose value is a mean of the years of the plan


def badge(word: str, lang: str) -> Cell:
    """A verdict word with its own colour and shape."""
    mark = f'<span aria-hidden="true">{VERDICT_MARKS[word]}</span>'
    return Cell(f'<span class="v v-{word}">{mark} {escape(WORDS[word][lang])}</span>')


def period_words(kind: str, period: str, plan: Plan, lang: str) -> str:
    """The period of the value of a verdict: a year, or all years of the plan that its mean is of."""
    first, last = plan.start.year, period[:4]
    if kind in _MEANS and period and last > str(first):
        return message("mean_of_years", lang, first=first, last=last)
    return year_label(period, lang)
