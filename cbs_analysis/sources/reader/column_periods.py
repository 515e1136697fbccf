"""The period of a column whose header names it only beside others: 本月, 上年同期, 比上年增长."""

from __future__ import annotations

import re
from dataclasses import replace

from ...series.period_words import PeriodWords
from .axis import ColumnAxis
from .header import Part
from .text import clean

__all__ = [
    "THIS_PERIOD",
    "date_growth",
    "name_growth",
    "part_of_year",
    "relative_period",
    "tell_cumulative_growth",
]

_BARE_GROWTH = re.compile(
    r"(?:比|较)(?:上年|去年)(?:同期|末|同月|同季)?(?:±|增减|增长|增幅|涨跌幅?|升降)?(?:率|幅|速度)?|同比(?:±|增减|增长|增速)?率?|"
    r"增长(?:率|速度)?|增速|增幅|增减"
)


def name_growth(columns: list[ColumnAxis]) -> None:
    """`比上年增长` under no label of its own is the growth of the column to its left."""
    grown: ColumnAxis | None = None
    for column in columns:
        if len(column.parts) == 1 and _BARE_GROWTH.fullmatch(column.parts[0].text):
            if grown is not None and column.parent is None:
                column.parts = [*grown.parts, *column.parts]
        else:
            grown = column


def date_growth(columns: list[ColumnAxis]) -> None:
    """Give columns of bare growth beside periods the period that grew.

    `2023年 | 增长% | 2024年 | 增长%`: each is the growth of the column to its left. `2021年 | 2020年 |
    增长%`: it is the growth of the latest. `8月 | 1-8月 | 增长%` does not say which.
    """
    bare = [
        i
        for i, c in enumerate(columns)
        if len(c.parts) == 1 and _BARE_GROWTH.fullmatch(c.parts[0].text) and c.period is None
    ]
    each = len(bare) > 1 and all(i and columns[i - 1].period for i in bare)
    for i in bare:
        dated = [c.period for c in columns[:i] if c.period and not c.relative]
        if each:
            columns[i].period = columns[i - 1].period
        elif len({p.cumulative for p in dated}) > 1:
            columns[i].choice = " or ".join(dict.fromkeys(p.text for p in dated))
        elif dated:
            columns[i].period = max(dated, key=lambda p: p.period)


def tell_cumulative_growth(columns: list[ColumnAxis]) -> None:
    """Growth in August and in January to August are two series: the second keeps its months in the path."""
    for column in columns:
        period = column.period
        if period is None or not (period.cumulative and column.relative):
            continue
        for other in columns:
            same = other.period and (other.period.period, other.path) == (period.period, column.path)
            if same and other.period and not other.period.cumulative:
                column.parts = [*column.parts, Part(period.text, column.parts[0].row, column.col)]
                break


# columns that are named against the period of the table
THIS_PERIOD = frozenset(
    ["本年", "本期", "今年", "本年数", "本期数", "本年实际", "本期实际", "报告期", "本年度"]
)
_PERIOD_BEFORE = re.compile(r"[上去]年(?:度|数|实际|同期|同期数|同期实际|决算数)?")


_THIS_MONTH = re.compile(r"[本当][月季](?:度|数|实际|完成)?")
_TO_DATE = re.compile(
    r"(?:[本当][月季])?累计(?:数|实际|完成)?|(?:本年|自?年初)至?(?:本[月季])?累计|1[-—至]本[月季](?:累计)?"
)


def relative_period(label: str, table: PeriodWords | None) -> PeriodWords | None:
    """The period that `上年同期` means beside the period of the table."""
    if table is None or not _PERIOD_BEFORE.fullmatch(clean(label)):
        return None
    return replace(table, period=f"{int(table.period[:4]) - 1}{table.period[4:]}", text=label)


def part_of_year(label: str, table: PeriodWords | None) -> PeriodWords | None:
    """`本月` and `累计` beside the period of the table: its last month, or all months up to it."""
    if table is None or not ("-" in table.period or "Q" in table.period):
        return None
    if _THIS_MONTH.fullmatch(label) and ("Q" in table.period) == ("季" in label):
        return replace(table, cumulative=False, text=label)
    return replace(table, cumulative=True, text=label) if _TO_DATE.fullmatch(label) else None
