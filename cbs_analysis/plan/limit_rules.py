"""When a limit counts: in every year, at the end of the plan, or on the average of its years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .verdicts import Word

__all__ = ["WHEN", "Limit", "When", "limit_word"]

When = Literal["every_year", "end_year", "average"]
WHEN: dict[str, tuple[str, str]] = {
    "every_year": ("每年", "in every year"),
    "end_year": ("规划期末年", "in the last year of the plan"),
    "average": ("规划期各年平均", "on the average of the plan years"),
}
# figures are printed to a few decimals: a rounding distance is not a breach
_ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How a limit stands.

    Attributes
    ----------
    word : str
    breaches : tuple of int
        Years that count as a breach.
    margin : float
        Distance on the good side of what is judged, in the unit of the indicator: of the last figure, or
        of the mean of all of them; negative when broken.
    """

    word: Word
    breaches: tuple[int, ...]
    margin: float


def limit_word(
    years: Sequence[int], margins: Sequence[float], *, when: When = "every_year", end_year: int
) -> Limit:
    """The word for a limit from the distance of each plan year.

    Parameters
    ----------
    years : sequence of int
        Plan years with a figure, in order; at least one.
    margins : sequence of float
        Distance to the limit on the good side in each of them, negative when broken.
    when : {"every_year", "end_year", "average"}
        Every year: broken in the last one 滞后, in an earlier one 需关注. End year: only the last year of
        the plan counts; a figure beyond the limit before that is 需关注. Average: the mean of the years so
        far; a last year beyond the limit is 需关注 as long as the mean holds.
    end_year : int
        Last year of the plan.

    Examples
    --------
    >>> limit_word([2021, 2022], [-0.1, 0.3], end_year=2025).word
    'attention'
    >>> limit_word([2021, 2022], [0.3, -0.1], when="end_year", end_year=2025).word
    'attention'
    >>> average = limit_word([2021, 2022], [-0.1, 0.3], when="average", end_year=2025)
    >>> average.word, round(average.margin, 3)
    ('on_track', 0.1)
    """
    broken = [y for y, margin in zip(years, margins, strict=True) if margin < -_ROUNDING]
    last_broken = bool(broken) and broken[-1] == years[-1]
    word: Word
    if when == "average":
        mean = sum(margins) / len(margins)
        word = "behind" if mean < -_ROUNDING else "attention" if last_broken else "on_track"
        return Limit(word=word, breaches=(), margin=mean)
    if when == "end_year":
        over = years[-1] >= end_year
        word = "on_track" if not last_broken else "behind" if over else "attention"
        return Limit(word=word, breaches=(years[-1],) if last_broken and over else (), margin=margins[-1])
    word = "behind" if last_broken else "attention" if broken else "on_track"
    return Limit(word=word, breaches=tuple(broken), margin=margins[-1])
