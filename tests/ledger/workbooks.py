"""Household workbooks for tests: invented ledgers with planted, obviously invented personal words."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd

from cbs_analysis.ledger.cells import _check_digit
from cbs_analysis.ledger.headings import HEADINGS

_KINDS = {"tuopin": "脱贫户", "monitored": "监测对象", "general": "一般农户"}
_SHOCKS = {
    "illness": "因病", "disability": "因残", "disaster": "因灾", "epidemic": "因疫", "accident": "因意外事故",
    "unemployment": "因失业", "": "无",
}  # fmt: skip
_DISTRICTS = {"99DM01": "演示一区", "99DM02": "演示二区", "99DM03": "演示三区"}
_DIGITS = "零壹贰叁肆伍陆柒捌玖"


def name_of(i: int) -> str:
    """A name that nobody has."""
    return "虚构某" + "".join(_DIGITS[int(d)] for d in f"{i:04d}")


def identity_of(i: int) -> str:
    """An identity number of a region that does not exist, with a right check digit."""
    digits = f"99909019770707{i:03d}" if i < 1000 else f"9990911977070{i:04d}"
    return digits + _check_digit(digits)


def phone_of(i: int) -> str:
    """A telephone number of a prefix that is not in use."""
    return f"1007654{i:04d}"


HEALTH = "虚构性钙化综合征"
STREET = "乌有镇子虚村亡是公街"


def rows_of(ledger: pd.DataFrame, *, headings: dict[str, str] | None = None) -> list[list[object]]:
    """The ledger as a sheet: headings, then one row a household and month, with personal columns between."""
    number = {h: i for i, h in enumerate(dict.fromkeys(ledger["household"]))}
    shown = [h for h in HEADINGS if h.field != "household_number"]
    named = headings or {}
    head: list[object] = [
        "户主姓名",
        *(named.get(h.zh, h.zh) for h in shown),
        "联系电话",
        "健康状况",
        "家庭住址",
    ]
    rows = [head]
    for record in ledger.to_dict("records"):
        i = number[record["household"]]
        values = [_cell(h.field, h.holds, record, i) for h in shown]
        rows.append(
            [name_of(i), *values, phone_of(i), HEALTH if record["shock"] == "illness" else "健康", STREET]
        )
    return rows


def _cell(field: str, holds: str, record: dict, i: int) -> object:
    if field == "identity_number":
        return identity_of(i)
    value = record[field]
    if value is None or pd.isna(value):
        return None
    if holds == "month":
        return str(value)
    if holds == "kind":
        return _KINDS[value]
    if holds == "shock":
        return _SHOCKS[value]
    if holds == "district":
        return _DISTRICTS[value]
    if holds == "yes_no":
        return "是" if value else "否"
    if holds == "date":
        return pd.Timestamp(value).strftime("%Y-%m-%d")
    return float(value)


def write_workbook(path: Path, rows: list[list[object]]) -> Path:
    """Write rows on one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path
