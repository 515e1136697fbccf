"""The order in which a block is understood: period, axes, region, repairs, figures."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...errors import LayoutUnknown, OrphanCell, PeriodAmbiguous, PeriodLossy
from ...registry.divisions import Divisions
from ...series.period_words import PeriodWords, read_period
from ..addresses import cell_name
from .axes import read_columns, read_rows
from .axis import ColumnAxis, RowAxis
from .exports import describe_columns, name_regions, read_dates
from .facts import read_notes
from .layout import Block
from .places import Scope, find_scope
from .records import fill
from .relations import check_relations, repair
from .state import Options, Reading, Work
from .words import find_periods

__all__ = ["assemble"]


def assemble(
    block: Block,
    divisions: Divisions,
    options: Options,
    above: Reading | None = None,
    *,
    continues: bool = False,
    corrected: Mapping[tuple[int, int], str] | None = None,
) -> Reading:
    """Understand one block; nothing is raised, refusals are collected by name.

    `above` is the table before it: a block without a title of its own, or called 续表, goes on from it;
    `continues` says that it is a part of the same table, with the same rows or the same columns.
    """
    work = Work(block, divisions, options, above)
    period = _table_period(work)
    said = _said_otherwise(work, period)
    year = int(period.period[:4]) if period else None
    rows, problems = read_rows(block, divisions, year=year, parents=options.parents)
    read_notes(work.facts, block)
    region_rows = any(r.region_label for r in rows)
    labelled = any(r.path for r in rows)
    columns = read_columns(block, divisions, region_rows=region_rows, labelled=labelled, table=period)
    if options.decimal_months:
        _accept_decimal_months(work, rows, columns)
    describe_columns(block, columns, work.facts)
    dates = read_dates(rows, columns)
    if year is None:
        year = _some_year(rows, columns)
    scope = _scope(work, rows, columns, year)
    if not region_rows:
        name_regions(columns, scope, divisions)
    reading = Reading(block, work.facts, columns, rows, scope, period, {}, {}, work.found)
    reading.corrected = corrected or {}
    reading.log += [line for line in (said, dates) if line]
    hidden = [r for r in (x.row for x in rows) if r in block.sheet.grid.hidden_rows]
    if hidden:
        reading.log.append(f"hidden rows were read as well: {', '.join(str(r + 1) for r in hidden[:12])}")
    _refuse_layout(work, rows, columns, problems)
    if above is not None and continues:
        _check_continued(work, reading, above)
    reading.values = {
        (r, c): line[c]
        for r, line in ((x.row, block.sheet.values[x.row]) for x in rows)
        for c in [x.col for x in columns]
    }
    repair(reading)
    check_relations(reading)
    fill(work, reading, year)
    return reading


def _check_continued(work: Work, reading: Reading, above: Reading) -> None:
    """A continuation has new rows under the same header, or new columns beside the same rows."""
    same_header = [c.path for c in reading.columns] == [c.path for c in above.columns]
    keys, known = ([_row_key(r) for r in x.rows] for x in (reading, above))
    if not same_header and keys != known:
        odd = next((a for a, b in zip(keys, known, strict=False) if a != b), keys[-1] if keys else "")
        work.refuse(
            LayoutUnknown,
            "a continued table has other rows and other columns",
            f"row label {odd!r}",
            f"{len(keys)} rows",
            f"the {len(known)} rows of the table before, or its columns",
            "read the parts one by one",
        )


def _row_key(row: RowAxis) -> str:
    parts = [
        row.region_label.text if row.region_label else "",
        row.period.period if row.period else "",
        *row.path,
    ]
    return " / ".join(p for p in parts if p)


def _table_period(work: Work) -> PeriodWords | None:
    """The period of the whole table, from the first place that names one."""
    given = work.options.period
    if given:
        found = read_period(given)
        if found is None:
            work.refuse(
                PeriodAmbiguous,
                "the period given cannot be read",
                "",
                given,
                "2021, 2021Q3 or 2021-08",
                "correct period=",
            )
        return found
    facts, sheet = work.facts, work.block.sheet.grid.sheet
    bare_sheet = read_period(sheet)
    tiers = (
        (facts.title, "title"),
        (" ".join(facts.other_lines), "lines above"),
        (facts.caption, "caption"),
        (facts.title_en, "English title"),
        (sheet, "sheet name"),
        (facts.page, "page title"),
    )
    for text, where in tiers:
        found_here = find_periods(text)
        if not found_here and where == "sheet name" and bare_sheet:
            found_here = (bare_sheet,)
        distinct = {p.period: p for p in found_here}
        if len(distinct) > 1:
            work.period_choice = f"{' or '.join(distinct)} ({where})"
            return None
        if distinct:
            only = next(iter(distinct.values()))
            if bare_sheet and bare_sheet.period != only.period and where != "sheet name":
                work.period_choice = f"{only.period} ({where}) or {bare_sheet.period} (sheet name)"
                return None
            return only
    return None


def _said_otherwise(work: Work, given: PeriodWords | None) -> str:
    """For the log: the title names another period than the caller, whose word wins."""
    titled = {p.period for p in find_periods(work.facts.title)} if work.options.period else set()
    if given is None or not titled or given.period in titled:
        return ""
    return f"the period given is {given.period}; the title says {' or '.join(sorted(titled))}"


def _some_year(rows: list[RowAxis], columns: list[ColumnAxis]) -> int | None:
    """The latest year on an axis: the registry of regions is asked as of it."""
    axes: list[RowAxis | ColumnAxis] = [*rows, *columns]
    periods = [x.period.period for x in axes if x.period]
    return int(max(periods)[:4]) if periods else None


def _accept_decimal_months(work: Work, rows: list[RowAxis], columns: list[ColumnAxis]) -> None:
    """On request: a column of decimals is year.month, and .1 between .09 and .11 is October."""
    cells = work.block.sheet.grid.cells
    axes: list[RowAxis | ColumnAxis] = [*rows, *columns]
    for axis in axes:
        if axis.lossy:
            raw = (
                cells[axis.row][work.block.label_cols[0]]
                if isinstance(axis, RowAxis)
                else _head(work, axis.col)
            )
            year, _, month = str(raw).partition(".")
            axis.period, axis.lossy = (
                read_period(f"{year}-{(month + '0') if month == '1' else month.zfill(2)}"),
                False,
            )


def _head(work: Work, col: int) -> object:
    return next(
        (
            work.block.sheet.grid.cells[r][col]
            for r in reversed(work.block.header)
            if work.block.sheet.grid.cells[r][col] is not None
        ),
        "",
    )


def _scope(work: Work, rows: list[RowAxis], columns: list[ColumnAxis], year: int | None) -> Scope:
    facts = work.facts
    database = facts.preamble.get("数据库", "")
    national = (
        "全国"
        if re.fullmatch(r"(年度|月度|季度|普查)数据", database) and "地区" not in facts.preamble
        else ""
    )
    labels = [r.region_label.text for r in rows if r.region_label] + [
        c.region.text for c in columns if c.region
    ]
    given = work.options.region or facts.preamble.get("地区")
    if not given and national:
        return find_scope(given="全国", tiers=(), labels=(), year=year, divisions=work.divisions)
    stem = work.block.sheet.grid.file.rsplit(".", 1)[0]
    tiers = (
        (facts.bare_title, "title"),
        (facts.caption, "caption"),
        (" ".join(facts.other_lines), "lines above"),
        (facts.source, "source line"),
        (facts.page, "page title"),
        (work.block.sheet.grid.sheet, "sheet name"),
        (stem, "file name"),
    )
    scope = find_scope(given=given, tiers=tiers, labels=labels, year=year, divisions=work.divisions)
    if not work.options.region and given:
        scope.source = "地区 line"
    return scope


# 1月, 1-3月, 一季度, 上半年 without a year: half of a period
_PART_OF_YEAR = re.compile(
    r"\d{1,2}月份?|[一二三四五六七八九十]{1,2}月份?|1[-—–~至]\d{1,2}月份?|第?[一二三四1-4]季度|前三季度|[上下]半年"
)


def _refuse_split_periods(work: Work, rows: list[RowAxis], columns: list[ColumnAxis]) -> None:
    """Years in the rows and parts of the year in the columns: no figure has its period in one place."""
    years = [r for r in rows if r.period and len(r.period.period) == 4]
    parts = [
        c for c in columns if c.period is None and len(c.path) == 1 and _PART_OF_YEAR.fullmatch(c.path[0])
    ]
    if years and len(parts) > 1:
        work.refuse(
            PeriodAmbiguous,
            "the rows hold years and the columns parts of the year",
            ", ".join(cell_name(work.block.header[-1], c.col) for c in parts[:12]),
            ", ".join(c.path[0] for c in parts[:6]),
            "the whole period in one place, such as 2021年1—3月",
            "turn the table into a list with a row for each year and part of the year",
        )


def _refuse_layout(work: Work, rows: list[RowAxis], columns: list[ColumnAxis], problems: list[str]) -> None:
    _refuse_split_periods(work, rows, columns)
    for text in problems:
        work.refuse(
            LayoutUnknown,
            "a column is neither label nor figures",
            "",
            text,
            "labels left of the figures",
            "take the column out of the table with skip=",
        )
    doubts = [r for r in rows if r.doubt]
    if doubts:
        shown = "; ".join(
            f"{cell_name(r.row, r.parts[-1].col)} {r.parts[-1].text}: {r.doubt}" for r in doubts[:12]
        )
        work.refuse(
            LayoutUnknown,
            f"{len(doubts)} rows have more than one possible parent",
            "",
            shown,
            "indentation, numbering, or parts that add up",
            'say it: parents={"label": "label of its parent"} ("" for none)',
        )
    bare = [r for r in rows if not (r.parts or r.region_label or r.period or r.lossy)]
    if bare and len(rows) > 1:
        columns_used = work.block.data_cols
        work.block.orphans += [
            (r.row, c)
            for r in bare
            for c in columns_used
            if work.block.sheet.values[r.row][c].kind != "empty"
        ]
    if work.block.orphans:
        cells = ", ".join(cell_name(r, c) for r, c in work.block.orphans[:12])
        work.refuse(
            OrphanCell,
            f"{len(work.block.orphans)} figures stand outside the table",
            cells,
            ", ".join(work.block.sheet.values[r][c].text for r, c in work.block.orphans[:6]),
            "a row label and a column header for each figure",
            'take them out of the table: skip=["' + cell_name(*work.block.orphans[0]) + '", ...]',
        )
    lossy = [cell_name(x.row, work.block.label_cols[0]) for x in rows if x.lossy]
    lossy += [cell_name(work.block.header[-1], x.col) for x in columns if x.lossy]
    if lossy:
        work.refuse(
            PeriodLossy,
            "a month is stored as a decimal",
            ", ".join(lossy[:12]),
            "such as 2019.1",
            "2019-01 or 2019-10",
            "if .1 is October: decimal_months=True",
        )
