"""What the words of a table say of units and periods, each read once: tables repeat their words."""

from __future__ import annotations

from functools import lru_cache

from ...series import period_words, unit_words
from ...series.period_words import PeriodWords
from ...series.unit_words import Unit

__all__ = ["find_periods", "implied_unit", "is_lossy_month", "parse_unit", "split_unit"]


@lru_cache(maxsize=16384)
def split_unit(label: str) -> tuple[str, Unit | None, tuple[str, ...]]:
    """Split a label into its words, its unit and the English unit texts beside it.

    >>> text, unit, _ = split_unit("工业用电量（万千瓦时）")
    >>> text, unit.published
    ('工业用电量', '万千瓦时')
    """
    words, unit, english = unit_words.split_unit(label)
    return words, unit, tuple(english)


@lru_cache(maxsize=16384)
def parse_unit(text: str) -> Unit | None:
    """The unit that a text is, None for any other text.

    >>> parse_unit("万吨").power, parse_unit("水稻") is None
    (4, True)
    """
    return unit_words.parse_unit(text)


@lru_cache(maxsize=16384)
def implied_unit(label: str, offered: tuple[Unit, ...]) -> Unit | None:
    """The unit of those offered to a whole table that the words of a label mean."""
    return unit_words.implied_unit(label, offered)


@lru_cache(maxsize=16384)
def find_periods(text: str) -> tuple[PeriodWords, ...]:
    """Find the periods that a title or a label says.

    >>> [p.period for p in find_periods("2020年人口")]
    ['2020']
    """
    return tuple(period_words.find_periods(text))


@lru_cache(maxsize=16384, typed=True)
def is_lossy_month(cell: str | int | float) -> bool:
    """Whether a cell is a decimal that is January or October: 2019.1.

    >>> is_lossy_month(2019.1), is_lossy_month(2019.2)
    (True, False)
    """
    return period_words.is_lossy_month(cell)
