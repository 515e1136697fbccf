"""Exports of series databases: rows 频率, 单位 and 来源 under the names, dates, `长春市:工业投资`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from ...registry.divisions import Divisions
from ...series.period_words import PeriodWords
from ...series.periods import parse_period
from .axis import ColumnAxis, RowAxis
from .facts import Facts
from .header import Part
from .layout import Block
from .places import Scope
from .text import clean
from .words import parse_unit

__all__ = ["at_frequency", "describe_columns", "name_regions", "read_dates"]

_FREQUENCY = {"年": "A", "季": "Q", "月": "M"}
_MONTHS = {"A": 12, "Q": 3, "M": 1}


def describe_columns(block: Block, columns: Sequence[ColumnAxis], facts: Facts) -> None:
    """Give each column the unit and frequency that stand under its name; one source is the table's."""
    for column in columns:
        words = {
            name: clean(block.sheet.values[r][column.col].text)
            for name, r in block.about.items()
            if block.sheet.values[r][column.col].kind != "empty"
        }
        unit = parse_unit(words["单位"]) if "单位" in words else None
        if unit:
            column.units.append((unit, Part(words["单位"], block.about["单位"], column.col)))
        column.frequency = _FREQUENCY.get(words.get("频率", "")[:1], "")
    row = next((r for name, r in block.about.items() if name.endswith("来源")), None)
    if row is not None:
        sources = {block.sheet.values[row][c.col].text for c in columns} - {""}
        facts.source = facts.source or "; ".join(sorted(sources))


def at_frequency(period: PeriodWords | None, frequency: str) -> PeriodWords | None:
    """The year or quarter that ends with a month or day; None where none ends with it.

    >>> at_frequency(PeriodWords("2020-03-31", False, "2020/3/31"), "Q").period
    '2020Q1'
    >>> at_frequency(PeriodWords("2020-02", False, "2020-02"), "Q") is None
    True
    """
    if period is None or not frequency:
        return period
    read = parse_period(period.period)
    if read.freq == frequency or read.freq not in ("M", "D"):
        return period if read.freq == frequency else None
    last = read.end
    if last != _month_end(last) or last.month % _MONTHS[frequency]:
        return None
    year, month = last.year, last.month
    text = {"A": f"{year}", "Q": f"{year}Q{month // 3}", "M": f"{year}-{month:02d}"}[frequency]
    return replace(period, period=text)


def _month_end(day: date) -> date:
    return parse_period(f"{day.year}-{day.month:02d}").end


def read_dates(rows: Sequence[RowAxis], columns: Sequence[ColumnAxis]) -> str:
    """Dates that are the last days of months, quarters or years in a row stand for these periods.

    So do the first days of months in a row; first days of years may be a moment, and stay days. Returns
    what was done, for the log; "" where the dates are days.
    """
    dated = [r for r in rows if r.period and parse_period(r.period.period).freq == "D"]
    if len(dated) < 3 or len(dated) != sum(bool(r.period) for r in rows):
        return ""
    if any(c.frequency for c in columns):
        return ""
    days = [parse_period(r.period.period).end for r in dated if r.period]
    first = all(d.day == 1 for d in days)
    if not first and any(d != _month_end(d) for d in days):
        return ""
    months = sorted({12 * d.year + d.month for d in days})
    steps = {b - a for a, b in pairwise(months)}
    frequency = next((f for f, n in _MONTHS.items() if steps == {n}), "")
    if not frequency or days[0].month % _MONTHS[frequency] or (first and frequency != "M"):
        return ""
    for row, day in zip(dated, days, strict=True):
        ended = replace(row.period, period=_month_end(day).isoformat()) if row.period else None
        row.period = at_frequency(ended, frequency)
    words = {"A": "years", "Q": "quarters", "M": "months"}[frequency]
    end = "first" if first else "last"
    return f"dates are the {end} days of {words} that follow each other: read as {words}"


def name_regions(columns: Sequence[ColumnAxis], scope: Scope, divisions: Divisions) -> None:
    """`长春市:工业投资`: the words before the colon are a region where the register knows them.

    The short name of the region of the whole table means that region: 吉林 in a table of 吉林省.
    """
    for column in columns:
        if column.region or len(column.parts) != 1 or ":" not in column.parts[0].text:
            continue
        part = column.parts[0]
        name, *rest = (w for w in part.text.split(":") if w)
        if not rest or not (divisions.named(name) or name == "全国"):
            continue
        column.parts = [replace(part, text=word) for word in rest]
        own = bool(scope.name) and scope.name.removesuffix("省").removesuffix("市") == name
        column.region = replace(part, text=scope.name if own else name)
