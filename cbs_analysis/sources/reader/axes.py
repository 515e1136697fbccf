"""The two axes of a table: what every row and every column is about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...registry.divisions import Divisions
from ...series.period_words import PeriodWords, read_period
from ...series.unit_words import Unit, unit_or_word
from .axis import ColumnAxis, RowAxis
from .column_periods import (
    THIS_PERIOD,
    date_growth,
    name_growth,
    part_of_year,
    relative_period,
    tell_cumulative_growth,
)
from .header import Column, Part, read_header
from .layout import NUMERIC, Block
from .outline import Item, build_outline
from .places import PARTS_OF_A_CITY, is_region_list
from .text import Label, clean, has_cjk, read_label, split_languages
from .words import find_periods, is_lossy_month, parse_unit, split_unit

__all__ = ["read_columns", "read_rows"]

_SECTION = re.compile(
    r"^\d{1,2}-\d{1,3}(?![月年季岁日天])(?=[\u4e00-\u9fff])"
)  # the number of a table joined into a wide one
_FOOTMARK = re.compile(r"\[\d{1,2}\]|(?<=[\u4e00-\u9fff)])(?:[①-⑳*†‡]+|\d\)|\(\d\))$")
_UNIT_HEADS = frozenset({"单位", "计量单位", "Unit", "unit", "Units"})
_REMARKS = frozenset({"备注", "注", "说明", "附注", "Note", "Remarks"})
# growth between two years that the header names: it belongs to the later one
_COMPARED = re.compile(r"(\d{4})年?(?:比|较|为)(\d{4})年")


def read_columns(
    block: Block, divisions: Divisions, *, region_rows: bool, labelled: bool, table: PeriodWords | None
) -> list[ColumnAxis]:
    """Take units, periods and regions out of the header paths.

    `labelled` says that the rows name indicators; `table` is the period of the whole table.
    """
    columns = [_column_axis(block, c, table) for c in read_header(block)]
    if not labelled:
        name_growth(columns)
    date_growth(columns)
    tell_cumulative_growth(columns)
    if not region_rows:
        for depth in (-1, 0):  # regions stand nearest to the figures, or above the indicators
            names = [c.parts[depth].text for c in columns if c.parts]
            if is_region_list(names, "", divisions):
                for column in columns:
                    if column.parts:
                        column.region = column.parts.pop(depth)
                break
    else:
        for column in columns:
            if column.parts and column.parts[-1].text in PARTS_OF_A_CITY:
                column.within = column.parts.pop()
    return columns


def _column_axis(block: Block, column: Column, table: PeriodWords | None) -> ColumnAxis:
    axis = ColumnAxis(column.col, [], [], [], parent=column.parent)
    year = int(table.period[:4]) if table else None
    numeric_head = next(
        (r for r in block.header if isinstance(block.sheet.grid.cells[r][column.col], int | float)), None
    )
    if numeric_head is not None:
        cell = block.sheet.grid.cells[numeric_head][column.col]
        axis.period = read_period(cell, year=year) if isinstance(cell, int | float) else None
        axis.lossy = axis.period is None and is_lossy_month(cell) if isinstance(cell, int | float) else False
    for part in column.parts:
        label, unit, english = split_unit(part.text)
        compared = _COMPARED.match(clean(label))
        if compared:
            axis.period = read_period(f"{compared.group(1)}年")
            axis.parts.append(Part(clean(label), part.row, part.col, part.english))
            axis.units += [(unit, part)] if unit else []
            continue
        period = read_period(clean(label), year=year) or relative_period(label, table)
        if period or clean(label) in THIS_PERIOD:
            axis.period = axis.period or period
            axis.units += [(unit, part)] if unit else []
            continue
        if is_lossy_month(clean(label)):
            axis.lossy = True
            continue
        axis.english_units += english
        label = _FOOTMARK.sub("", _SECTION.sub("", clean(label)))
        dated = find_periods(label)
        if len(dated) == 1 and label.startswith(dated[0].text) and has_cjk(label[len(dated[0].text) :]):
            axis.period, label = dated[0], label[len(dated[0].text) :]  # 2020年人口
        if unit is None and label:
            unit = parse_unit(label)  # a header that is a bare unit, 幢 beside 面积, names both
        if unit:
            axis.units.append((unit, part))
        axis.period = axis.period or part_of_year(label, table)
        if label:
            axis.parts.append(Part(label, part.row, part.col, part.english))
            axis.embedded += find_periods(label)
    for text in column.english:
        axis.english_units += split_unit(text)[2]
    return axis


@dataclass
class _LabelColumn:
    col: int
    head: str
    role: str  # "label", "english", "unit", "period", "region", "remark"


def _label_columns(block: Block, divisions: Divisions, year: int | None) -> list[_LabelColumn]:
    sheet = block.sheet
    columns = []
    for c in block.label_cols:
        heads = [
            split_languages(sheet.raw[r][c])[0] or sheet.texts[r][c]
            for r in block.header
            if sheet.texts[r][c]
        ]
        head = next((h for h in reversed(heads) if has_cjk(h)), heads[-1] if heads else "")
        texts = [
            split_languages(sheet.raw[r][c])[0] or sheet.texts[r][c] for r in block.body if sheet.texts[r][c]
        ]
        columns.append(_LabelColumn(c, head, _role(block, c, head, texts, divisions, year)))
    units = [c for c in columns if c.role == "unit"]
    for column in units[1:]:
        column.role = "english"  # the unit again, in the other language
    if all(c.role == "english" for c in columns):
        for column in columns:
            column.role = "label"
    return columns


def _role(block: Block, c: int, head: str, texts: list[str], divisions: Divisions, year: int | None) -> str:
    cells = [block.sheet.grid.cells[r][c] for r in block.body]
    filled = [x for x in cells if isinstance(x, str | int | float) and x != ""]
    if filled and _times(filled, year) >= 0.8 * len(filled):
        return "period"
    organisations = len(block.label_cols) == 1 and not any(parse_unit(t) for t in texts)
    if (head in _UNIT_HEADS and not organisations) or (len(texts) > 1 and all(parse_unit(t) for t in texts)):
        return "unit"
    if head in _REMARKS:
        return "remark"
    if texts and sum(has_cjk(t) for t in texts) <= 0.1 * len(texts):
        return "english"
    bare = [read_label(t).text for t in texts]
    return "region" if is_region_list(bare, head, divisions) else "label"


def _figure(block: Block, r: int, c: int) -> bool:
    """Whether a figure stands where a label is expected."""
    return block.sheet.values[r][c].kind in NUMERIC


def _times(cells: Sequence[str | int | float], year: int | None) -> int:
    """How many cells are periods; one without a year belongs to the year above it."""
    count = 0
    for cell in cells:
        period = read_period(cell, year=year)
        year = int(period.period[:4]) if period else year
        count += period is not None or is_lossy_month(cell)
    return count


def read_rows(
    block: Block, divisions: Divisions, *, year: int | None, parents: Mapping[str, str]
) -> tuple[list[RowAxis], list[str]]:
    """Read the labels of every body row.

    Returns
    -------
    (rows, problems)
        Problems name columns of text that are neither labels nor a second language.
    """
    columns = _label_columns(block, divisions, year)
    _reclaim_blank_rows(block, columns, divisions)
    rows = [RowAxis(r) for r in block.body]
    kept = _join_second_language(block, columns, rows)
    regions = [c.col for c in columns if c.role == "region"]
    # words left of the regions group them; the last words right of them, or alone, name the indicator
    leaf = next(
        (c for c in reversed(columns) if c.role == "label" and not any(r > c.col for r in regions)), None
    )
    for column in columns:
        if column.role == "period":
            _read_periods(block, column, kept, year)
        elif column.role == "unit":
            _read_units(block, column, kept)
        elif column.role == "region":
            _read_regions(block, column, kept, dated=any(c.role == "period" for c in columns))
        elif column.role == "remark":
            for row in kept:
                row.remark = block.sheet.texts[row.row][column.col]
        elif column.role == "label" and column is not leaf:
            _read_group(block, column, kept)
    _mark_headings(block, kept)
    stray = [
        (r.row, c.col)
        for r in kept
        for c in columns
        if c.role in ("label", "region") and _figure(block, r.row, c.col)
    ]
    block.orphans += stray
    if leaf:
        _read_leaf(block, leaf, kept, parents, has_units=any(c.role == "unit" for c in columns))
    return kept, _unexplained(block)


def _reclaim_blank_rows(block: Block, columns: Sequence[_LabelColumn], divisions: Divisions) -> None:
    """Rows of a period or a region without any figure, at the end of a table, are rows all the same."""
    for column in columns:
        while block.foot and _is_row(block, column, block.foot[0], divisions):
            block.body.append(block.foot.pop(0))


_REMARK_WORDS = re.compile(
    r"[。；;:：，,]|数据|统计|口径|来源|[本上下]表|注|说明|编制|制表|[续完为均系]|不含|包括|^[^\u4e00-\u9fff]"
)


def _is_row(block: Block, column: _LabelColumn, r: int, divisions: Divisions) -> bool:
    cell, text = block.sheet.grid.cells[r][column.col], block.sheet.texts[r][column.col]
    if column.role == "period":
        return isinstance(cell, str | int | float) and read_period(cell) is not None
    if column.role == "region":
        return bool(divisions.named(text))
    next_to_body = r == block.body[-1] + 1 and (r, column.col) not in block.sheet.covered
    short = 0 < len(text) <= 16 and not _REMARK_WORDS.search(text)
    return column.role == "label" and next_to_body and short and has_cjk(text)


def _join_second_language(
    block: Block, columns: Sequence[_LabelColumn], rows: list[RowAxis]
) -> list[RowAxis]:
    """Rows that only continue the label above in the other language are no rows."""
    labels = [c.col for c in columns if c.role in ("label", "region")]
    bilingual = any(has_cjk(block.sheet.texts[r.row][c]) for r in rows for c in labels)
    kept: list[RowAxis] = []
    for row in rows:
        words = [t for t in block.sheet.texts[row.row] if t]
        kinds = block.sheet.kinds[row.row]
        figures = any(kinds[c] in NUMERIC for c in block.data_cols)
        if bilingual and kept and words and not figures and not any(has_cjk(w) for w in words):
            kept[-1].english = " ".join([kept[-1].english, *words]).strip()
        else:
            kept.append(row)
    return kept


def _read_periods(block: Block, column: _LabelColumn, rows: list[RowAxis], year: int | None) -> None:
    last: int | None = year
    for row in rows:
        cell = block.sheet.grid.cells[row.row][column.col]
        if not isinstance(cell, str | int | float):
            continue
        row.period = read_period(cell, year=last)
        row.lossy = row.period is None and is_lossy_month(cell)
        if row.period:
            last = int(row.period.period[:4])


_DITTO = frozenset(["〃", "同上", '"', "″", "“", "”"])


def _read_units(block: Block, column: _LabelColumn, rows: list[RowAxis]) -> None:
    held: Unit | None = None
    for row in rows:
        text = block.sheet.texts[row.row][column.col] or block.sheet.values[row.row][column.col].text
        if text in _DITTO:
            row.unit = held
        elif text:
            row.unit = held = unit_or_word(text)


def _read_regions(block: Block, column: _LabelColumn, rows: list[RowAxis], *, dated: bool) -> None:
    """Regions of the rows; in a panel (`dated`) the region above holds for the years below it."""
    held: Part | None = None
    for row in rows:
        raw = block.sheet.raw[row.row][column.col]
        merge = block.sheet.covered.get((row.row, column.col))
        if not raw and merge:
            raw = block.sheet.raw[merge[0]][merge[1]]
        if raw.strip():
            label = read_label(raw)
            held = Part(_FOOTMARK.sub("", label.text), row.row, column.col, label.english)
            row.region_indent = label.own_indent if label.mark else label.indent
            row.region_label = held
        elif held and dated:
            row.region_label = held


def _read_group(block: Block, column: _LabelColumn, rows: list[RowAxis]) -> None:
    """A label column left of the last one: its word holds for the empty cells below it."""
    held: Part | None = None
    for row in rows:
        raw = block.sheet.raw[row.row][column.col]
        if raw.strip():
            held = Part(read_label(raw).text, row.row, column.col)
        if held:
            row.parts.append(held)


def _mark_headings(block: Block, rows: list[RowAxis]) -> None:
    for row in rows:
        kinds = block.sheet.kinds[row.row]
        row.heading = all(kinds[c] == "empty" for c in block.data_cols)


def _read_leaf(
    block: Block, column: _LabelColumn, rows: list[RowAxis], parents: Mapping[str, str], *, has_units: bool
) -> None:
    items: list[Item] = []
    owners: list[RowAxis] = []
    additive = _additive_columns(block)
    for row in rows:
        raw = block.sheet.raw[row.row][column.col]
        if not raw.strip():
            continue
        label, unit, _ = split_unit(raw)
        row.unit = row.unit or unit
        read = _relabel(raw, label)
        row.english = row.english or read.english
        figures = [block.sheet.values[row.row][c].number for c in additive]
        items.append(Item(row.row, read, figures, row.unit.published if row.unit else "", row.heading))
        owners.append(row)
    build_outline(items, parents=parents, unit_column=has_units)
    for item, row in zip(items, owners, strict=True):
        row.heading = item.heading
    _write_paths(items, owners, column.col)


def _relabel(raw: str, without_unit: str) -> Label:
    """The label in its parts, without the unit, at the depth of the whole cell."""
    whole = read_label(raw)
    words = read_label(_FOOTMARK.sub("", without_unit))
    return Label(
        words.text,
        whole.english or words.english,
        whole.indent,
        whole.own_indent,
        whole.mark,
        whole.number,
        whole.hashes,
    )


def _write_paths(items: list[Item], owners: list[RowAxis], col: int) -> None:
    by_item: list[list[Part]] = []
    for item, row in zip(items, owners, strict=True):
        part = Part(item.label.text, item.row, col, item.label.english)
        path = [*(by_item[item.parent] if item.parent is not None else []), part]
        by_item.append(path)
        row.level = len(path) - 1
        row.parts += path
        row.doubt, row.evidence = item.doubt, item.evidence
        row.embedded = list(find_periods(item.label.text))
        parent = item.parent
        while row.unit is None and parent is not None and (item.label.mark or owners[parent].heading):
            row.unit, parent = owners[parent].unit, items[parent].parent


def _additive_columns(block: Block) -> list[int]:
    """Columns in which parts add up to the whole: no growth, no rates, no indices."""
    columns = []
    for c in block.data_cols:
        words = " ".join(block.sheet.texts[r][c] for r in block.header)
        if (
            "比重" in words
            or "构成" in words
            or not re.search(r"增长|增速|比上年|同比|涨跌|增减|指数|率|均", words)
        ):
            columns.append(c)
    return columns


def _unexplained(block: Block) -> list[str]:
    """Text columns right of figures that are neither a second language nor remarks."""
    problems = []
    for c in block.other_cols:
        head = next((block.sheet.texts[r][c] for r in reversed(block.header) if block.sheet.texts[r][c]), "")
        texts = [block.sheet.texts[r][c] for r in block.body if block.sheet.texts[r][c]]
        if head not in _REMARKS and sum(has_cjk(t) for t in texts) > 0.1 * len(texts):
            problems.append(f"column {c + 1} ({head or 'no header'}) holds words right of the figures")
    return problems
