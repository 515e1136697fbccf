"""Files of their own that readers of a page have, with made-up figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlwt

from cbs_analysis.ledger.synthetic import make_ledger
from tests.ledger.workbooks import rows_of, write_workbook

ROWS: list[list[str | float]] = [
    ["演示表 2-6  2021年吉林省主要指标（数字为编造）", "", ""],
    ["单位：万人", "", ""],
    ["指标", "2020年", "2021年"],
    ["年末常住人口", 30.0, 31.0],
    ["户籍人口", 25.0, 24.5],
]
# no year anywhere, and a unit line that cannot measure households
YEARLESS: list[list[str | float]] = [
    ["演示表 2-6  吉林省主要指标（数字为编造）", ""],
    ["单位：万人", ""],
    ["指标", "本年"],
    ["年末常住人口", 30.0],
    ["户数", 11.0],
]


def _xls(path: Path, rows: list[list[str | float]] = ROWS) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("2-6")
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            sheet.write(i, j, cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(path))


def _filled(path: Path) -> None:
    """Fill the first row of the workbook that `templates` wrote for the office, as the office would."""
    (blank,) = path.parent.glob(f"**/{path.stem.split('_')[0]}_cbs14_*.xlsx")
    book = openpyxl.load_workbook(blank)
    sheet = book["指标"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(5, heads["数值"]).value = 95
    sheet.cell(5, heads["数据性质"]).value = "最终数"
    book.save(path)


def _ledger(path: Path) -> None:
    """Write a workbook of synthetic households."""
    write_workbook(path, rows_of(make_ledger(40, 1, last="2022-06")))


SAMPLES: dict[str, Callable[[Path], None]] = {
    "a published table": _xls,
    "a table without its year": lambda path: _xls(path, YEARLESS),
    "a filled workbook": _filled,
    "a ledger of made-up households": _ledger,
}
