"""Which unit a figure is in: cell, row label or unit column, header, unit line; never one of two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ...series.unit_words import Unit, unit_or_word, unit_twins_agree
from .axis import ColumnAxis, RowAxis
from .kinds import contradicts
from .state import Reading, Work
from .values import Value
from .words import implied_unit, parse_unit, split_unit

__all__ = ["Units"]

_INDEX_IN_TITLE = re.compile(
    r"以?(?:(?:上年|去年)(?:同期|同月|同季|价格)?|上月|上季度?|\d{4}年?)\s*(?:为|=)\s*100"
)
# a title that names one index and its base, so that 食品 in it is one as well
_INDEX_TABLE = re.compile(r"[^及和与、]*指数\s*[（(,，]?\s*以?[^\s(（]{2,8}(?:为|=)\s*100")
_NOT_AN_INDEX = re.compile(r"率|比重|权重|涨跌|拉动|贡献|影响|点|排名|位次")
_NEEDS_OWN_UNIT = re.compile(
    r"率$|比重|占比|占.{1,12}$|比例|[性别抚养老少]比|比值|增长|增速|递增|指数|涨跌|同比|比上年|弹性|系数|速度|份额|贡献|"
    r"户规模|户均|为上年|倍$|=100|为100"
)


class Units:
    """Resolves the unit of every cell of one table, and keeps the conflicts it met."""

    def __init__(self, work: Work, reading: Reading) -> None:
        self.work, self.reading = work, reading
        facts = reading.facts
        given = work.options.unit
        self.fallback = unit_or_word(given) if isinstance(given, str) else None
        self.by_label = {k: unit_or_word(v) for k, v in given.items()} if isinstance(given, Mapping) else {}
        self.line = tuple(facts.units)
        self.head = split_unit(facts.preamble["指标"])[1] if "指标" in facts.preamble else None
        index = _INDEX_IN_TITLE.search(f"{facts.title} {facts.caption} {' '.join(facts.other_lines)}")
        self.index = parse_unit(index.group(0)) if index else None
        self.all_index = bool(index) and bool(_INDEX_TABLE.match(facts.bare_title))
        self.memo: dict[tuple[int, int], Unit | None] = {}  # by row and kind of column
        self.conflicts: dict[str, tuple[int, int]] = {}
        self.disagreeing: set[int] = set()  # columns whose two languages name different units
        self.columns = {c.col: c for c in reading.columns}
        for column in reading.columns:
            self._check_twins(column)
        # columns that say the same about their unit, as the years of a series do, are of one kind
        kinds: dict[object, int] = {}
        self.kinds: dict[int, int] = {}
        for c in reading.columns:
            says = (*c.path, c.unit, c.parent, c.col in self.disagreeing)
            self.kinds[c.col] = kinds.setdefault(says, len(kinds))

    def _check_twins(self, column: ColumnAxis) -> None:
        for english in column.english_units:
            if column.unit and unit_twins_agree(column.unit, english) is False:
                place = (self.work.block.header[-1], column.col)
                self.conflicts[f"{column.unit.published} and {english}"] = place
                self.disagreeing.add(column.col)

    def of(self, row: RowAxis, column: ColumnAxis, value: Value | None = None) -> Unit | None:
        """The unit of a cell, None where it cannot be told; that of its row and column without a value."""
        if value and value.unit and not (column.unit and column.unit.published == value.unit):
            if column.unit and column.unit.canonical not in ("pct", "times", "permille"):
                return None
            return parse_unit(value.unit)
        key = (row.row if row.parts or row.unit else -1, self.kinds[column.col])
        if key not in self.memo:
            unit = self._resolve(row, column)
            self.memo[key] = unit and _per_head(unit, [*column.path[-1:], *row.path[-1:]])
        return self.memo[key]

    def _resolve(self, row: RowAxis, column: ColumnAxis) -> Unit | None:
        words = [*reversed(column.path), *reversed(row.path)]
        if self.by_label:
            full = " / ".join([*row.path, *column.path])
            for label in (full, *words):
                if label in self.by_label:
                    return self.by_label[label]
        if column.col in self.disagreeing:
            return None
        leaves = [*column.path[-1:], *row.path[-1:]]
        own = self._column_unit(column)
        if column.relative:
            return own or self._from_line(words[:1], leaves) or self.fallback
        if row.unit and own and row.unit.canonical != own.canonical:
            self.conflicts.setdefault(
                f"{row.unit.published} (row) and {own.published} (column)", (row.row, column.col)
            )
            return None
        return row.unit or own or self.head or self._from_line(words, leaves) or self.fallback

    def _column_unit(self, column: ColumnAxis) -> Unit | None:
        """The unit of a column or, for a part, of the column it is a part of."""
        if column.unit or column.parent is None:
            return column.unit
        parent = self.columns.get(column.parent)
        return self._column_unit(parent) if parent else None

    def _from_line(self, words: list[str], leaves: list[str]) -> Unit | None:
        """The unit of the table for a label; `leaves` are the words nearest to row and column."""
        if self.index and any("指数" in w for w in words or [self.reading.facts.named]):
            return self.index
        if self.index and self.all_index and not any(_NOT_AN_INDEX.search(w) for w in words):
            return self.index
        if not self.line:
            return None
        if self.reading.facts.unit_conflict:
            place = self.reading.facts.unit_cell or (0, 0)
            self.conflicts.setdefault(self.reading.facts.unit_conflict, place)
            return None
        if len(self.line) == 1 and any(contradicts(w, self.line[0]) for w in leaves):
            return None
        for word in words:
            decided = implied_unit(word, self.line)
            if decided:
                return decided
        if len(self.line) == 1:
            only = self.line[0]
            relative = only.canonical in ("pct", "permille", "index")
            return only if relative or not any(_NEEDS_OWN_UNIT.search(w) for w in leaves) else None
        return None


_PER_HEAD = re.compile(r"每(百|千|万|十万|10万)(?:名|个)?(?:常住|户籍)?(?:人口|人|居民|老人|学生|劳动者)")
_PER_NAMES = {"百": "pct", "千": "per_1000", "万": "per_10k", "十万": "per_100k", "10万": "per_100k"}


def _per_head(unit: Unit, words: list[str]) -> Unit:
    """`每千人口医师数（人）` counts persons for a thousand persons, whatever the bracket repeats."""
    match = next((m for w in words if (m := _PER_HEAD.search(w))), None)
    if match is None or unit.power or unit.canonical not in ("persons", "count", "beds"):
        return unit
    return replace(unit, canonical=_PER_NAMES[match.group(1)])
