"""An empty workbook for a household ledger, with what each column holds."""

from __future__ import annotations

import io
from pathlib import Path

from .headings import HEADINGS, KIND_WORDS, NEVER_READ, SHOCK_WORDS, Heading

__all__ = ["write_template"]

_ROWS = 2_000  # that carry the lists to choose from
_HELP = {
    "identity": "文本格式；户编号和身份证号填一种即可，导入时变为不可还原的代号",
    "month": "如2023-05",
    "kind": "、".join(KIND_WORDS),
    "whole": "整数",
    "number": "数字；不清楚的留空，不填0",
    "yes_no": "是或否；不清楚的留空",
    "shock": "、".join(SHOCK_WORDS),
    "date": "如2023-05-06",
    "district": "所属区的名称或代码",
}


def write_template(path: Path) -> None:
    """Write the workbook: headings and lists on one sheet, explanations on another; no household."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    head = book.add_format({"bold": True, "bg_color": "#DDE7F0", "border": 1, "text_wrap": True})
    grey = book.add_format({"bold": True, "bg_color": "#E6E6E6", "border": 1, "font_color": "#777777"})
    text, wrap = book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet, notes = book.add_worksheet("台账"), book.add_worksheet("说明")
    sheet.freeze_panes(1, 0)
    for at, heading in enumerate(HEADINGS):
        sheet.write_string(0, at, heading.zh + ("*" if heading.required else ""), head)
        sheet.set_column(at, at, 14, text if heading.holds == "identity" else None)
        if choices := _choices(heading):
            sheet.data_validation(1, at, _ROWS, at, {"validate": "list", "source": choices})
    for at, name in enumerate(NEVER_READ, len(HEADINGS)):
        sheet.write_string(0, at, name, grey)
    notes.set_column(0, 0, 22)
    notes.set_column(1, 1, 90)
    lines = [
        ("栏目", "填法"),
        *((h.zh + ("*" if h.required else ""), _HELP[h.holds]) for h in HEADINGS),
        *((name, "不读取；可留空或删去本列") for name in NEVER_READ),
        ("金额", "元，人均，最近12个月；上年度为再前12个月"),
        ("其他", "一户一月一行；带*的为必填；本表之外的栏目一律不读取。导入后请删除或锁存本文件。"),
    ]
    for i, line in enumerate(lines):
        for at, words in enumerate(line):
            notes.write_string(i, at, words, head if i == 0 else wrap)
    book.close()
    path.write_bytes(buffer.getvalue())


def _choices(heading: Heading) -> list[str]:
    if heading.holds == "yes_no":
        return ["是", "否"]
    if heading.holds == "kind":
        return ["脱贫户", "脱贫不稳定户", "边缘易致贫户", "突发严重困难户", "一般农户"]
    if heading.holds == "shock":
        return ["因病", "因残", "因灾", "因疫", "因意外事故", "因失业", "无"]
    return []
