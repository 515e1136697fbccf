"""Periods: what a figure measures, never when it was published.

A period is written `2021` (year), `2021Q3` (quarter), `2021-08` (month), `2022-08-06` (day) or
`2017/2021` (span of whole years). A figure that accumulates from January carries its last
quarter or month and an indicator whose name holds `_ytd`.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ..errors import Fault, PeriodError

__all__ = ["Freq", "Period", "parse_date", "parse_period", "year_label"]

Freq = Literal["A", "Q", "M", "D", "span"]

_PATTERNS: tuple[tuple[Freq, re.Pattern[str]], ...] = (
    ("A", re.compile(r"(\d{4})$")),
    ("Q", re.compile(r"(\d{4})Q([1-4])$")),
    ("M", re.compile(r"(\d{4})-(\d{2})$")),
    ("D", re.compile(r"(\d{4})-(\d{2})-(\d{2})$")),
    ("span", re.compile(r"(\d{4})/(\d{4})$")),
)


@dataclass(frozen=True, order=True)
class Period:
    """A period with its first and last day; sorts by time."""

    start: date
    end: date
    freq: Freq
    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def year(self) -> int:
        """Calendar year of the last day."""
        return self.end.year


def parse_period(text: str) -> Period:
    """Read one period.

    Parameters
    ----------
    text : str
        One of the five spellings of the module.

    Returns
    -------
    Period

    Raises
    ------
    PeriodError
        If the text is none of the five, or names a date that does not exist.

    Examples
    --------
    >>> parse_period("2021Q3").end
    datetime.date(2021, 9, 30)
    >>> parse_period("2017/2021").freq
    'span'
    >>> parse_period("2021-13")
    Traceback (most recent call last):
    ...
    cbs_analysis.errors.PeriodError: period cannot be read
        got:      2021-13
        expected: 2021, 2021Q3, 2021-08, 2022-08-06 or 2017/2021
        next:     correct the period in the file; keep the published words in the note
    """
    text = str(text).strip()
    for freq, pattern in _PATTERNS:
        match = pattern.match(text)
        if match:
            try:
                start, end = _bounds(freq, [int(g) for g in match.groups()])
            except ValueError:
                break
            return Period(start, end, freq, text)
    raise PeriodError(
        Fault(
            "period cannot be read",
            got=text,
            expected="2021, 2021Q3, 2021-08, 2022-08-06 or 2017/2021",
            next_step="correct the period in the file; keep the published words in the note",
        )
    )


def _bounds(freq: Freq, parts: list[int]) -> tuple[date, date]:
    year = parts[0]
    if freq == "A":
        return date(year, 1, 1), date(year, 12, 31)
    if freq == "Q":
        last = 3 * parts[1]
        return date(year, last - 2, 1), date(year, last, calendar.monthrange(year, last)[1])
    if freq == "M":
        return date(year, parts[1], 1), date(year, parts[1], calendar.monthrange(year, parts[1])[1])
    if freq == "D":
        day = date(year, parts[1], parts[2])
        return day, day
    if parts[1] < year:
        raise ValueError("span ends before it begins")
    return date(year, 1, 1), date(parts[1], 12, 31)


def parse_date(text: object, *, what: str = "date") -> date:
    """Read an ISO date (`2023-06-30`); `date` objects pass through.

    >>> parse_date("2023-06-30")
    datetime.date(2023, 6, 30)
    >>> parse_date("2023-6-31", what="as_of")
    Traceback (most recent call last):
    ...
    cbs_analysis.errors.PeriodError: as_of is not a date
        got:      2023-6-31
        expected: YYYY-MM-DD, such as 2023-06-30
    """
    if isinstance(text, date):
        return text
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(text)):
            raise ValueError(text)
        return date.fromisoformat(str(text))
    except ValueError:
        raise PeriodError(
            Fault(f"{what} is not a date", got=str(text), expected="YYYY-MM-DD, such as 2023-06-30")
        ) from None


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def year_label(period: str, lang: str, *, cumulative: bool = False) -> str:
    """Write a period the way a report does; a cumulative one is named by its length.

    >>> year_label("2023Q2", "zh"), year_label("2023-05", "zh"), year_label("2023", "en")
    ('2023年二季度', '2023年5月', '2023')
    >>> year_label("2023Q2", "zh", cumulative=True), year_label("2023-05", "zh", cumulative=True)
    ('2023年上半年', '2023年1—5月')
    >>> year_label("2023Q2", "en", cumulative=True), year_label("2023-02", "en", cumulative=True)
    ('January-June 2023', 'January-February 2023')
    """
    p = parse_period(period)
    if p.freq == "span":
        return f"{p.start.year}—{p.end.year}年" if lang == "zh" else f"{p.start.year}-{p.end.year}"
    if lang == "en":
        whole = cumulative and p.freq in ("Q", "M") and p.end.month > 1
        return f"January-{_MONTHS[p.end.month - 1]} {p.end.year}" if whole else p.text
    if cumulative and p.freq == "Q":
        return f"{p.start.year}年{('一季度', '上半年', '前三季度', '全年')[p.end.month // 3 - 1]}"
    if cumulative and p.freq == "M" and p.start.month > 1:
        return f"{p.start.year}年1—{p.start.month}月"
    if p.freq == "A":
        return f"{p.start.year}年"
    if p.freq == "Q":
        return f"{p.start.year}年{'一二三四'[p.end.month // 3 - 1]}季度"
    if p.freq == "M":
        return f"{p.start.year}年{p.start.month}月"
    return f"{p.start.year}年{p.start.month}月{p.start.day}日"
