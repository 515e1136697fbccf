"""Where a grid holds tables: title, unit line, header, body, notes; several blocks under each other.

A row is judged by what its cells are, never by its place alone, because titles, spacer rows and
stray cells stand anywhere.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from ...series.period_words import read_period
from ..grids import Grid
from .text import clean, has_cjk
from .values import EMPTY, Value, read_value
from .words import is_lossy_month, parse_unit

__all__ = ["Block", "Sheet", "find_blocks", "read_sheet"]

RowKind = Literal["empty", "single", "numeric", "header", "orphan"]
NUMERIC = frozenset({"number", "missing", "below", "spaced", "unreadable"})
_NOTE = re.compile(
    r"^(注|注释|说明|备注|附注|数据来源|资料来源|来源|Note|Notes|Source|Data source|a\)|\*|①|"
    r"数据备注|本表)\s*[:：.、)]?",
    re.IGNORECASE,
)
_NUMBERED_NOTE = re.compile(r"^\d{1,2}[.、．]\s*\S{6,}")
_TITLE = re.compile(
    r"^(续?表\s*\d|附表|续表|\d{1,2}-\d{1,3}\s*\S|表[一二三四五六七八九十]|Table\s*\d)", re.IGNORECASE
)
_UNIT_LINE = re.compile(r"\s*[(（]?\s*(计量)?\s*单\s*位\s*[:：]")
_PREAMBLE = re.compile(r"^(数据库|指标|地区|时间|序列)\s*[:：]\s*(.*)$", re.S)
_SERIAL_WORDS = """
    序号 编号 代码 行次 行政代码 行政区划代码 区划代码 地区代码 城市代码 编码
    No. No code Code AD_CODE area region_code id ID
"""
_SERIAL = frozenset(_SERIAL_WORDS.split())
_PERIOD_WORDS = """
    年份 年度 时间 日期 年 季度 月份 时期 统计时间
    period year date month quarter Period Year Date Month Quarter
"""
_PERIOD_HEADS = frozenset(_PERIOD_WORDS.split())
_FREQUENCIES = frozenset(["年", "季", "月", "旬", "周", "日", "年度", "季度", "月度", "周度", "日度", "半年"])
_ABOUT_WORDS = """
    来源 数据来源 指标ID 指标代码 指标编码 时间区间 起止时间 开始时间 结束时间 更新时间 更新日期 国家 区域
"""
_ABOUT_SERIES = frozenset(_ABOUT_WORDS.split())
_AGE_HEAD = re.compile(r"(?:周岁)?年龄\(?(?:周?岁)?\)?")


class Count(NamedTuple):
    """Cells of a column by what they are."""

    numbers: int
    texts: int
    empty: int


@dataclass(frozen=True)
class Sheet:
    """A grid with every cell read once."""

    grid: Grid
    values: list[list[Value]]
    texts: list[list[str]]  # cleaned text of text cells, "" elsewhere
    raw: list[list[str]]  # text of text cells as stored
    covered: dict[tuple[int, int], tuple[int, int, int, int]]  # every cell of a merge -> the merge
    _counts: dict[tuple[int, ...], list[Count]] = field(default_factory=dict)  # by the rows asked for

    @cached_property
    def kinds(self) -> list[list[str]]:
        """What every cell is; asked for once all cells are what they stay."""
        return [[v.kind for v in row] for row in self.values]

    @cached_property
    def time_rows(self) -> bool:
        """Whether the first column of most numeric rows is a period."""
        first = []
        for r, kinds in enumerate(self.kinds):
            c = next((c for c, kind in enumerate(kinds) if kind != "empty"), len(kinds))
            if not NUMERIC.isdisjoint(kinds[c + 1 :]):
                first.append(bool(_period_at(self, r, c)))
        return len(first) > 1 and sum(first) >= 0.6 * len(first)

    def counts(self, rows: Sequence[int]) -> list[Count]:
        """How many cells of each kind every column holds in some rows."""
        key = tuple(rows)
        if key not in self._counts:
            columns = list(zip(*(self.kinds[r] for r in rows), strict=True))
            found = [(len(c), c.count("text"), c.count("empty")) for c in columns]
            self._counts[key] = [Count(n - texts - empty, texts, empty) for n, texts, empty in found]
        return self._counts[key] or [Count(0, 0, 0)] * grid_width(self.grid)


@dataclass
class Block:
    """One table of a grid, as rows and columns."""

    sheet: Sheet
    pre: list[int] = field(default_factory=list)  # rows before the header: titles, unit lines, preamble
    header: list[int] = field(default_factory=list)
    body: list[int] = field(default_factory=list)  # numeric rows and group headings
    foot: list[int] = field(default_factory=list)
    label_cols: list[int] = field(default_factory=list)
    data_cols: list[int] = field(default_factory=list)
    other_cols: list[int] = field(default_factory=list)  # remarks, second language on the right
    orphans: list[tuple[int, int]] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)  # body columns that are serial numbers
    about: dict[str, int] = field(default_factory=dict)  # rows under the header that describe its columns


def read_sheet(grid: Grid, skip: frozenset[tuple[int, int]] = frozenset()) -> Sheet:
    """Read every cell of a grid once; declared cells are taken out."""
    values = [[read_value(cell) for cell in row] for row in grid.cells]
    for r, c in grid.percents:
        values[r][c] = read_value(grid.cells[r][c], percent=True)
    for (r, c), problem in grid.problems.items():
        if problem and grid.cells[r][c] is None:
            values[r][c] = Value("unreadable", problem)
    for r, c in skip:
        if r < len(values) and c < len(values[r]):
            values[r][c] = EMPTY
    texts = [[clean(v.text) if v.kind == "text" else "" for v in row] for row in values]
    raw = [
        [str(cell) if v.kind == "text" else "" for v, cell in zip(row, cells, strict=True)]
        for row, cells in zip(values, grid.cells, strict=True)
    ]
    for (r, c), level in grid.indents.items():
        raw[r][c] = raw[r][c] and "  " * level + raw[r][c]  # the indent of the format is one of blanks
    covered = {
        (r, c): merge
        for merge in grid.merges
        for r in range(merge[0], merge[2])
        for c in range(merge[1], min(merge[3], grid_width(grid)))
    }
    return Sheet(_dates_as_text(grid), values, texts, raw, covered)


def _dates_as_text(grid: Grid) -> Grid:
    """Cells that a workbook stores as dates, as 2020-01-31."""
    if not any(isinstance(cell, date) for row in grid.cells for cell in row):
        return grid
    cells = tuple(
        tuple(cell.isoformat()[:10] if isinstance(cell, date) else cell for cell in row) for row in grid.cells
    )
    return replace(grid, cells=cells)


def grid_width(grid: Grid) -> int:
    """Columns of a grid."""
    return len(grid.cells[0]) if grid.cells else 0


def is_note(text: str) -> bool:
    """Whether a lone text is a note or a source line."""
    return bool(_NOTE.match(text))


def preamble_of(text: str) -> tuple[str, str] | None:
    """`地区：上海` of a database export, as key and value."""
    match = _PREAMBLE.match(clean(text))
    return (match.group(1), match.group(2).strip()) if match else None


def row_kind(sheet: Sheet, r: int, dated: frozenset[int] = frozenset()) -> RowKind:
    """What a row is, by its cells alone; `dated` are columns under the head 年份 or 月份."""
    kinds = sheet.kinds[r]
    filled = [c for c, kind in enumerate(kinds) if kind != "empty"]
    if not filled:
        return "empty"
    if NUMERIC.isdisjoint(kinds):
        texts = [sheet.values[r][c].text for c in filled]
        if any(_UNIT_LINE.match(text) for text in texts):
            return "single"  # a title or a year may stand beside the unit
        if len(texts) == 2 and len(kinds) > 2 and _is_title_and_year(*texts):
            return "single"
        return "single" if len(texts) == 1 else "header"
    if is_period_row(sheet, r, filled):
        return "header"
    first = _cell(sheet, r, filled[0])
    if sheet.time_rows and _period_at(sheet, r, filled[0]):
        return "numeric" if len(filled) > 1 else "single"  # a period without any figure
    if filled[0] in dated and len(filled) > 1 and read_period(first):
        return "numeric"  # the region above holds for this year as well
    last = next(c for c in reversed(filled) if kinds[c] in NUMERIC)
    return "numeric" if "text" in kinds[:last] else "orphan"


def _is_title_and_year(one: str, other: str) -> bool:
    return bool(read_period(other)) and (bool(_TITLE.match(clean(one))) or len(clean(one)) >= 6)


def _cell(sheet: Sheet, r: int, c: int) -> str | int | float:
    cell = sheet.grid.cells[r][c]
    return cell if isinstance(cell, str | int | float) else ""


_LABEL_HEADS = re.compile(
    r"(指\s*标|项\s*目|地\s*区|年\s*份|时\s*间|名\s*称|城\s*市|区\s*县|行\s*业|产\s*品|类\s*别|单\s*位|省|市|县|代码|品种|Item|Year|"
    r"Region|Unit|Indicator)"
)


def _heads_labels(text: str) -> bool:
    """Whether a text is the header of a column of labels."""
    return not text or bool(_LABEL_HEADS.search(text)) or text in _PERIOD_HEADS or text in _SERIAL


def _period_at(sheet: Sheet, r: int, c: int) -> str:
    """The period that a cell says, or the decimal that is one of two months; "" for any other cell."""
    value = sheet.values[r][c]
    if value.kind == "number" and value.number is not None and not _like_a_year(value.number):
        return ""
    cell = _cell(sheet, r, c)
    period = read_period(cell)
    return period.period if period else str(cell) if is_lossy_month(cell) else ""


def _like_a_year(number: Decimal) -> bool:
    """Whether a number can be a period: 2020, 2020.04 or 202004."""
    return 1900 <= number < 2101 or 190001 <= number <= 210012


def is_period_row(sheet: Sheet, r: int, filled: Sequence[int]) -> bool:
    """A header of years, quarters or months: periods only, apart from the first cells, and in order."""
    if len(filled) < 2 or not _period_at(sheet, r, filled[-1]):
        return False
    periods = [_period_at(sheet, r, c) for c in filled]
    found = [p for p in periods if p]
    rest = [c for c, p in zip(filled, periods, strict=True) if not p]
    if len(found) < 2 or len(set(found)) != len(found) or len(rest) > 3:
        return False
    bare = [c for c in filled if sheet.values[r][c].kind == "number"]
    words = [sheet.texts[r][c] for c in rest]
    known = [w for w in words if _heads_labels(w)]
    if bare and words and not (known and all(w in known or not has_cjk(w) for w in words)):
        return False  # figures such as 1950 and 2021 behind the name of a row
    if any(sheet.values[r][c].kind in NUMERIC for c in rest) or any(c > filled[-1] for c in rest):
        return False
    found = [p for p in found if "." not in p]  # 2019.1 has no certain place in the order
    return found == sorted(found) or found == sorted(found, reverse=True)


def find_blocks(sheet: Sheet) -> list[Block]:
    """All tables of a sheet from top to bottom; parts that stand side by side are split."""
    blocks = []
    for block in _stacked(sheet):
        _settle_columns(block)
        if block.data_cols:
            blocks += _side_by_side(block)
    return blocks


def _stacked(sheet: Sheet) -> list[Block]:
    _name_ages(sheet)
    heads = [row for row in sheet.texts if not _PERIOD_HEADS.isdisjoint(row)]
    dated = frozenset(
        c for row in heads for c, text in enumerate(row) if c and text in _PERIOD_HEADS and row[c - 1]
    )
    kinds = [row_kind(sheet, r, dated) for r in range(len(sheet.values))]
    label_cols = _label_columns(sheet, [r for r, k in enumerate(kinds) if k == "numeric"])
    blocks = [Block(sheet)]
    for r, kind in enumerate(kinds):
        block = blocks[-1]
        if not block.body:
            _before_body(block, r, kind)
        elif _opens_block(sheet, r, kind, block, label_cols):
            blocks.append(Block(sheet))
            _before_body(blocks[-1], r, kind)
        else:
            _in_body(block, r, kind)
    return [b for b in blocks if b.body]


def _name_ages(sheet: Sheet) -> None:
    """Whole numbers under the head 年龄 are labels: 0, 1, 2 are 0岁, 1岁, 2岁."""
    for top, row in enumerate(sheet.texts):
        for c, text in enumerate(row):
            if not text or not _AGE_HEAD.fullmatch(text):
                continue
            for r in range(top + 1, len(sheet.values)):
                number = sheet.values[r][c].number
                if number is not None and number == int(number) and 0 <= number <= 120:
                    label = f"{int(number)}岁"
                    sheet.values[r][c] = Value("text", label)
                    sheet.texts[r][c] = sheet.raw[r][c] = label


def _before_body(block: Block, r: int, kind: RowKind) -> None:
    if name := _about_columns(block, r):
        block.about[name] = r
    elif kind == "numeric":
        block.body.append(r)
    elif kind == "orphan":
        block.orphans += [(r, c) for c, v in enumerate(block.sheet.values[r]) if v.kind in NUMERIC]
    elif kind == "header" or (kind == "single" and block.header and not _leads(block.sheet, r)):
        block.header.append(r)
    elif kind == "single":
        block.pre += [*block.header, r]
        block.header = []


def _about_columns(block: Block, r: int) -> str:
    """`频率`, `单位` or `来源` of an export of series, under their names; "" for any other row."""
    words = [v.text for v in block.sheet.values[r] if v.kind != "empty"]
    if not block.header or len(words) < 2:
        return ""
    first = clean(words[0])
    if first == "频率":
        return first if all(clean(w) in _FREQUENCIES for w in words[1:]) else ""
    if first == "单位":
        return first if all(parse_unit(clean(w)) for w in words[1:]) else ""
    return first if first in _ABOUT_SERIES and block.about else ""


def _leads(sheet: Sheet, r: int) -> bool:
    """A lone text that can only stand before a header: a title, a unit line, a preamble."""
    text = next((v.text for v in sheet.values[r] if v.kind != "empty"), "")
    return bool(_TITLE.match(clean(text)) or _UNIT_LINE.match(text) or preamble_of(text))


def _opens_block(sheet: Sheet, r: int, kind: RowKind, block: Block, label_cols: set[int]) -> bool:
    texts = [c for c, v in enumerate(sheet.values[r]) if v.kind == "text"]
    if kind == "header":
        filled = [c for c, v in enumerate(sheet.values[r]) if v.kind != "empty"]
        if is_period_row(sheet, r, filled):
            return True
        outside = sum(c not in label_cols for c in texts)
        below_gap = r != block.body[-1] + 1 or bool(block.foot)
        return outside >= 1 if below_gap else outside >= max(2, len(filled) - len(label_cols) - 1)
    if kind != "single":
        return False
    text = clean(sheet.values[r][texts[0]].text) if texts else ""
    return bool(_TITLE.match(text)) and not _NUMBERED_NOTE.match(text) and not is_note(text)


def _in_body(block: Block, r: int, kind: RowKind) -> None:
    if kind == "numeric" and is_note(_first_text(block, r)):
        block.foot.append(r)
        block.orphans += [(r, c) for c, v in enumerate(block.sheet.values[r]) if v.kind in NUMERIC]
    elif kind == "numeric":
        if block.foot and not is_note(_first_text(block, block.foot[0])):
            block.body += block.foot  # what looked like the end was a group heading
            block.foot = []
        block.body.append(r)
    elif kind == "orphan":
        block.orphans += [(r, c) for c, v in enumerate(block.sheet.values[r]) if v.kind in NUMERIC]
    elif kind == "header" and not block.foot and not is_note(_first_text(block, r)):
        block.body.append(r)  # words where figures are expected: refused cell by cell
    elif kind != "empty":
        block.foot.append(r)


def _first_text(block: Block, r: int) -> str:
    return next((v.text.strip() for v in block.sheet.values[r] if v.kind == "text"), "")


def _label_columns(sheet: Sheet, rows: Sequence[int]) -> set[int]:
    """The columns before the first one that holds numbers in most rows."""
    counts = sheet.counts(rows)
    numbers, texts = [n.numbers for n in counts], [n.texts for n in counts]
    first = next((c for c, (a, b) in enumerate(zip(numbers, texts, strict=True)) if a or b), 0)
    for c in range(len(counts)):
        mostly_words = numbers[c] <= texts[c] if c == first else 5 * numbers[c] <= texts[c]
        if mostly_words or (sheet.time_rows and c == first):
            continue
        words = any(a < b for a, b in zip(numbers[: c + 3], texts, strict=False))
        if words and (_is_serial(sheet, c, rows) or _is_period_column(sheet, c, rows)):
            continue
        return set(range(c))
    return set()


def _is_period_column(sheet: Sheet, c: int, rows: Sequence[int]) -> bool:
    """A column of years or months beside the labels of a panel, by its header and its cells."""
    if not any(sheet.texts[r][c] in _PERIOD_HEADS for r in range(min(rows, default=0))):
        return False
    return all(read_period(_cell(sheet, r, c)) for r in rows if sheet.values[r][c].kind != "empty")


def _is_serial(sheet: Sheet, c: int, rows: Sequence[int]) -> bool:
    """A column of running numbers or codes, by its header or by counting 1, 2, 3."""
    if any(sheet.texts[r][c].rstrip("#") in _SERIAL for r in range(min(rows, default=0))):
        return True
    numbers = [v.number for r in rows if (v := sheet.values[r][c]).number is not None]
    before = any(sheet.values[r][d].kind != "empty" for r in rows for d in range(c))
    if before or not numbers or numbers[0] != 1:
        return False
    return len(numbers) > 2 and all(b - a == 1 for a, b in itertools.pairwise(numbers))


def _settle_columns(block: Block) -> None:
    sheet = block.sheet
    _release_blank_rows(block)
    numeric = [r for r in block.body if not NUMERIC.isdisjoint(sheet.kinds[r])]
    labels = _label_columns(sheet, numeric)
    for c in sorted(labels):
        if c and not any(sheet.values[r][c].kind != "empty" for r in block.body) and _period_head(block, c):
            continue  # a period without any figure yet
        (block.skipped if _is_serial(sheet, c, numeric) else block.label_cols).append(c)
    for c, (numbers, texts, empty) in enumerate(sheet.counts(block.body)):
        if c in block.label_cols or c in block.skipped:
            continue
        headed = any(sheet.texts[r][c] or _covered_text(sheet, r, c) for r in block.header) or _period_head(
            block, c
        )
        if numbers and 5 * numbers >= texts:
            if headed:
                block.data_cols.append(c)
            else:
                block.orphans += [(r, c) for r in block.body if sheet.values[r][c].kind in NUMERIC]
        elif texts:
            block.other_cols.append(c)
        elif headed and empty == len(block.body):
            block.data_cols.append(c)  # a column wholly without figures still is one
    block.data_cols = [c for c in block.data_cols if not _all_empty_unheaded(block, c)]


def _release_blank_rows(block: Block) -> None:
    """Rows under the header that have a label but no figure are rows of the body."""
    sheet = block.sheet
    labels = _label_columns(sheet, block.body)
    if not labels:
        return
    first = min(labels)
    while len(block.header) > 1:
        r = block.header[-1]
        label = sheet.texts[r][first]
        heads = [sheet.texts[h][first] for h in block.header[:-1]]
        above = any(has_cjk(h) and len(h) <= 8 for h in heads)
        if not (above and has_cjk(label) and len(label) > 1) or (r, first) in sheet.covered:
            return
        block.body.insert(0, block.header.pop())


def _period_head(block: Block, c: int) -> bool:
    return any(_period_at(block.sheet, r, c) for r in block.header)


def _covered_text(sheet: Sheet, r: int, c: int) -> bool:
    merge = sheet.covered.get((r, c))
    return (
        merge is not None
        and merge[3] - merge[1] < grid_width(sheet.grid)
        and any(sheet.texts[merge[0]][d] for d in range(merge[1], min(merge[3], merge[1] + 1)))
    )


def _all_empty_unheaded(block: Block, c: int) -> bool:
    """A column under a merged header that holds neither figures nor a word of its own."""
    sheet = block.sheet
    if any(sheet.values[r][c].kind != "empty" for r in block.body):
        return False
    own = any(sheet.texts[r][c] for r in block.header) or _period_head(block, c)
    return not own


def _side_by_side(block: Block) -> list[Block]:
    """Split `行业 | 增长 | 行业 | 增长`: label columns that come again among the data columns."""
    starts = [c for c in block.other_cols if _repeats_label(block, c)]
    if not starts:
        return [block]
    parts = []
    for i, start in enumerate([block.label_cols[0], *starts]):
        end = starts[i] if i < len(starts) else grid_width(block.sheet.grid)
        labels = block.label_cols if i == 0 else [start]
        data = [c for c in block.data_cols if start < c < end]
        rows = [
            r for r in block.body if any(block.sheet.values[r][c].kind != "empty" for c in (*labels, *data))
        ]
        orphans = [(r, c) for r, c in block.orphans if start <= c < end]
        others = [c for c in block.other_cols if start < c < end and c not in starts]
        parts.append(
            replace(
                block,
                body=rows,
                label_cols=labels,
                data_cols=data,
                other_cols=others,
                orphans=orphans,
                skipped=[],
            )
        )
    return parts


def _repeats_label(block: Block, c: int) -> bool:
    if not block.label_cols:
        return False
    first = block.label_cols[0]
    words = {block.sheet.texts[r][first] for r in block.header} - {""}
    return any(block.sheet.texts[r][c] in words for r in block.header if block.sheet.texts[r][c])
