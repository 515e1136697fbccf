"""Reading published tables: what does understanding a table cost beside reading its bytes?

Workbooks are generated in the forms of bureaus (figures are a counter, not data; regions are real names).
Every round writes a new file, loads its bytes alone, and then reads it to observations, so that both times
come from one run and no figure is known from the round before.

    python -m pytest -s benchmarks/reader.py
"""

from __future__ import annotations

import itertools
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import openpyxl
import pytest
import xlwt

from cbs_analysis.registry import load_divisions
from cbs_analysis.sources import read_tables
from cbs_analysis.sources.grids import load_workbook

PROMISE = 3.0
COLUMNS, TOPICS, PAIRS = 229, 62, 113


@dataclass(frozen=True)
class Case:
    """A form of table: `write` makes a file, with figures that count from a number."""

    name: str
    suffix: str
    cells: int
    rounds: int
    write: Callable[[Path, int], None]


@cache
def names(n: int) -> list[str]:
    """Prefectures in the order of their codes, and behind them counties that no other shares a name with."""
    regions = load_divisions()
    provinces = regions.children("000000", year=2018)
    prefectures = [
        p for x in provinces for p in regions.children(x.code, year=2018) if p.level == "prefecture"
    ]
    counties = [c for p in prefectures for c in regions.children(p.code, year=2018)]
    alone = [c for c in counties if len(regions.named(c.name)) == 1]
    found = list(dict.fromkeys(d.name for d in (*prefectures, *alone)))
    assert len(found) >= n
    return found[:n]


def city_yearbook(path: Path, start: int, rows: int = 300) -> None:
    """All cities by 227 figures: topics over labels with a unit over their English over 全市 and 市辖区."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "2018"
    head: list[list[Any]] = [[None] * COLUMNS for _ in range(5)]
    merges = [(1, 1, 2, 2), (3, 1, 5, 1), (3, 2, 5, 2)]
    head[0][0], head[2][0], head[2][1] = "中国2018年地级以上城市数据", "城 市", "City"
    column = 2
    for topic in range(TOPICS):
        width = 1 if topic == TOPICS - 1 else 4 if topic < PAIRS - TOPICS + 1 else 2
        head[0][column] = f"{topic + 1}类产品产量"
        merges.append((1, column + 1, 2, column + width))
        for c in range(column, column + width, 2):
            head[2][c], head[3][c] = f"{c}号产品产量 （万吨）", f"Output of Product {c} (10000 tons)"
            if width > 1:
                head[4][c], head[4][c + 1] = "全市", "市辖区"
                merges += [(3, c + 1, 3, c + 2), (4, c + 1, 4, c + 2)]
        column += width
    assert (column, len(merges)) == (COLUMNS, 291)
    for line in head:
        sheet.append(line)
    figures = itertools.count(start)
    for name in names(rows):
        sheet.append([name, "City", *(next(figures) / (100 if c % 3 else 1) for c in range(COLUMNS - 2))])
    for top, left, bottom, right in merges:
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    book.save(path)


def old_yearbook(path: Path, start: int) -> None:
    """One page of a yearbook in the older form: 16 years of 18 indicators, some of them parts."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("2-1")
    sheet.write(0, 0, "2-1 吉林省主要产品产量")
    sheet.write(1, 0, "单位：万吨")
    sheet.write(2, 0, "指  标")
    for c in range(16):
        sheet.write(2, c + 1, f"{2003 + c}年")
    figures = itertools.count(start)
    for r in range(18):
        sheet.write(r + 3, 0, f"  {r}号产品产量" if r % 3 else f"{r}类产品总产量")
        for c in range(16):
            sheet.write(r + 3, c + 1, next(figures) / 10)
    book.save(str(path))


def database_export(path: Path, start: int) -> None:
    """The export of a database: a preamble, and 50 months of 11 series."""
    lines = ["数据库：分省月度数据", "地区：吉林省", "时间：最近50个月"]
    months = [f"{2019 + i // 12}年{i % 12 + 1}月" for i in range(50)]
    lines.append(",".join(["指标", *reversed(months)]))
    figures = itertools.count(start)
    for r in range(11):
        cells = [f"{next(figures) / 10}" for _ in months]
        lines.append(",".join([f"{r}号产品产量_当期值(万吨)", *cells]))
    path.write_bytes("\n".join(lines).encode("gb18030"))


def web_page(path: Path, start: int) -> None:
    """A table on a page: 60 cities by 8 figures under spanning heads."""
    figures = itertools.count(start)
    spans = "".join(f'<th colspan="2">{i}号产品产量（万吨）</th>' for i in range(4))
    parts = "<th>全市</th><th>市辖区</th>" * 4
    body = "".join(
        f"<tr><td>{name}</td>{''.join(f'<td>{next(figures) / 10}</td>' for _ in range(8))}</tr>"
        for name in names(60)
    )
    page = f"""<html><head><meta charset="utf-8"><title>2018年各市主要产品产量</title></head><body>
        <p>2018年各市主要产品产量</p>
        <table><tr><th rowspan="2">城市</th>{spans}</tr><tr>{parts}</tr>{body}</table></body></html>"""
    path.write_text(page, encoding="utf-8")


def long_yearbook(path: Path, start: int) -> None:
    """The city yearbook with four times its rows."""
    city_yearbook(path, start, rows=1200)


CASES = [
    Case("city yearbook, xlsx", ".xlsx", 300 * 227, 5, city_yearbook),
    Case("city yearbook x 4, xlsx", ".xlsx", 1200 * 227, 2, long_yearbook),
    Case("yearbook page, xls", ".xls", 18 * 16, 50, old_yearbook),
    Case("database export, csv", ".csv", 11 * 50, 50, database_export),
    Case("web page, html", ".html", 60 * 8, 50, web_page),
]


@pytest.fixture(scope="module")
def report() -> Iterator[dict[str, tuple[int, float, float]]]:
    """Cells, seconds of the bytes alone and seconds in all, by case; printed at the end."""
    found: dict[str, tuple[int, float, float]] = {}
    yield found
    print("\n\n| table | figures | seconds, bytes alone | seconds in all | ratio | |")
    print("|---|---|---|---|---|---|")
    for name, (cells, bare, whole) in found.items():
        kept = "" if whole <= PROMISE * bare else f"above {PROMISE:.0f}"
        print(f"| {name} | {cells:,} | {bare:.4f} | {whole:.4f} | {whole / bare:.2f} | {kept} |")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reading_costs_little_more_than_the_bytes(
    case: Case, benchmark: Any, report: dict[str, tuple[int, float, float]], tmp_path: Path
) -> None:
    path, bare = tmp_path / f"table{case.suffix}", []

    def load_a_new_file() -> None:
        case.write(path, 1000 + len(bare) * case.cells)
        start = time.perf_counter()
        load_workbook(path)
        bare.append(time.perf_counter() - start)

    figures = benchmark.pedantic(
        lambda: read_tables(path).observations(), setup=load_a_new_file, rounds=case.rounds, warmup_rounds=1
    )
    assert len(figures) == case.cells
    report[case.name] = case.cells, median(bare[1:]), benchmark.stats.stats.median
    benchmark.extra_info["seconds of the bytes alone"] = median(bare[1:])


def test_memory_grows_with_the_cells(tmp_path: Path) -> None:
    peaks = []  # of the objects of Python
    for case in CASES[:2]:
        path = tmp_path / f"{case.cells}{case.suffix}"
        case.write(path, 1000)
        tracemalloc.start()
        read_tables(path).observations()
        peaks.append(tracemalloc.get_traced_memory()[1] / 2**20)
        tracemalloc.stop()
    ratio = peaks[1] / peaks[0]
    print(f"\npeak memory, MB: {peaks[0]:.0f} and {peaks[1]:.0f}; {ratio:.2f} for 4 times the cells")
    assert peaks[1] < 4.4 * peaks[0]
