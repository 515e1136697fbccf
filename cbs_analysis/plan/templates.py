"""Write the workbooks that offices fill in: the same inputs give the same bytes."""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ..errors import Fault, ParameterError, nearest
from ..sources.office_layout import (
    ANSWERS,
    COVER,
    FILL_DAY,
    FIRST_ROW,
    FORMAT,
    HIDDEN,
    HIDDEN_HEAD,
    HIDDEN_ROWS,
    SHEETS,
    STATUS_WORDS,
    VERSION,
    Column,
    Sheet,
    fixed_hash,
    structure_hash,
)
from .evaluation import Evaluation
from .owed import NO_OFFICE
from .project_reports import STAGES
from .template_rows import Question, questions

__all__ = ["WrittenWorkbook", "write_templates"]

UNASSIGNED = "项目（责任单位待明确）"
MARK = "【演示】"
_FONT = "宋体"
_LINE = 15.0  # points of one line of text
_NO_MORE_LINES = 8
# what leads to another folder, what file systems refuse, what acts unseen
_NOT_IN_A_PATH = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_STAGE_WORDS = tuple(
    f"{'X' if k < 0 else k} {zh}" for k, (zh, _) in sorted(STAGES.items(), key=lambda s: s[0] % 9)
)


@dataclass(frozen=True, kw_only=True)
class WrittenWorkbook:
    """One workbook: the office ("" where the plan names none), its file, and rows by sheet."""

    office: str
    name: str
    path: Path
    rows: dict[str, int]


def write_templates(
    evaluation: Evaluation,
    out: Path,
    *,
    offices: Iterable[str] = (),
    all_rows: bool = False,
    contact: str = "",
    force: bool = False,
) -> tuple[WrittenWorkbook, ...]:
    """Write one workbook for each office that owes something.

    Parameters
    ----------
    evaluation : Evaluation
        What is known decides what is asked.
    out : pathlib.Path
        Folder for the workbooks; made if need be.
    offices : iterable of str, optional
        Ids or Chinese names; all by default.
    all_rows : bool
        Ask for every row of the office, also what is known.
    contact : str
        To whom the workbook goes back, as the cover prints it.
    force : bool
        Replace files of the same name that hold something else, such as what an office has filled in.

    Returns
    -------
    tuple of WrittenWorkbook
        In the order of the plan.

    Raises
    ------
    ParameterError
        If the plan has no such office; without `force`, if files of these names hold something else, all of
        them at once. Nothing is written then.
    """
    asked = questions(evaluation, all_rows=all_rows)
    chosen = _chosen(evaluation, offices)
    written: list[WrittenWorkbook] = []
    contents: dict[Path, bytes] = {}
    for office, rows in asked.items():
        if chosen and office not in chosen:
            continue
        known = evaluation.plan.offices.get(office)
        name = known.zh if known else UNASSIGNED
        synthetic = "演示_" if evaluation.synthetic else ""
        stem = f"{synthetic}{_in_a_path(name)}_{_in_a_path(evaluation.plan.id)}_{evaluation.as_of}"
        path = out / f"{stem}.xlsx"
        if path in contents:  # two names that differ only in what a path has no place for
            path = out / f"{stem}_{len(contents) + 1}.xlsx"
        contents[path] = _Writer(evaluation, office, name, rows, contact).content()
        counts = Counter(q.kind for q in rows)
        written.append(
            WrittenWorkbook(
                office=office,
                name=name,
                path=path,
                rows={s.kind: counts[s.kind] for s in SHEETS if counts[s.kind]},
            )
        )
    _put(out, contents, force=force)
    return tuple(written)


def _in_a_path(name: str) -> str:
    """A name as part of a file name: nothing that leads to another folder, and no longer than systems allow.

    >>> _in_a_path("../../教育/局"), _in_a_path("人社局")
    ('.._.._教育_局', '人社局')
    """
    return _NOT_IN_A_PATH.sub("_", name)[:50].strip()


def _put(out: Path, contents: Mapping[Path, bytes], *, force: bool) -> None:
    """Write the files that differ from what is there: all, or none of them."""
    changed = {p: b for p, b in contents.items() if not p.exists() or p.read_bytes() != b}
    filled = [p for p in changed if p.exists()]
    if filled and not force:
        raise ParameterError(
            [
                Fault(
                    "a file of this name holds something else; an office may have filled it in",
                    where=str(p),
                    expected="no file of this name, or the same workbook",
                    next_step="move it away, name another folder, or overwrite it with force (--force)",
                )
                for p in filled
            ]
        )
    out.mkdir(parents=True, exist_ok=True)
    for path, content in changed.items():
        path.write_bytes(content)


def _chosen(evaluation: Evaluation, offices: Iterable[str]) -> set[str]:
    names = {o.zh: id for id, o in evaluation.plan.offices.items()} | {UNASSIGNED: NO_OFFICE}
    known = {*evaluation.plan.offices, *names}
    faults = [
        Fault("plan has no such office", got=text, expected=nearest(text, sorted(known), 6))
        for text in offices
        if text not in known
    ]
    if faults:
        raise ParameterError(faults)
    return {names.get(text, text) for text in offices}


class _Writer:
    """One workbook while it is written."""

    def __init__(
        self, evaluation: Evaluation, office: str, name: str, rows: Sequence[Question], contact: str
    ) -> None:
        self.evaluation, self.office, self.name, self.rows = evaluation, office, name, rows
        self.contact = contact or "评估工作组"
        self.mark = MARK if evaluation.synthetic else ""
        self.formats: dict[str, Any] = {}

    def content(self) -> bytes:
        import xlsxwriter

        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer)
        day = self.evaluation.as_of
        book.set_properties({"title": self._title(), "created": datetime(day.year, day.month, day.day)})
        self.formats = _formats(book)
        self._cover(book.add_worksheet(COVER))
        for sheet in SHEETS:
            rows = [q for q in self.rows if q.kind == sheet.kind]
            if rows:
                self._questions(book.add_worksheet(sheet.name), sheet, rows)
        self._hidden(book.add_worksheet(HIDDEN))
        book.close()
        return buffer.getvalue()

    def _title(self) -> str:
        return f"{self.mark}{self.evaluation.plan.zh} 数据填报表"

    def _cover(self, sheet: Any) -> None:
        area = self.evaluation.registry.area(self.evaluation.area)
        sheet.set_column(0, 0, 16, self.formats["plain"])
        sheet.set_column(1, 1, 92, self.formats["plain"])
        sheet.set_row(0, 2 * _LINE)
        sheet.write_string(0, 0, self._title(), self.formats["title"])
        about = [
            ("填报单位", self.name), ("评估地区", area.zh), ("数据截至", self.evaluation.as_of.isoformat()),
            ("退回", self.contact),
        ]  # fmt: skip
        for r, (key, text) in enumerate(about, 1):
            sheet.write_string(r, 0, key, self.formats["head"])
            sheet.write_string(r, 1, text, self.formats["fixed"])
        r = len(about) + 1
        sheet.write_string(r, 0, FILL_DAY, self.formats["head"])
        sheet.write_blank(r, 1, None, self.formats["date"])
        sheet.data_validation(r, 1, r, 1, _rule(Column("day", FILL_DAY, "", 0, True, kind="date")))
        lines = [*_guide(self.contact), *self._counts()]
        for n, (key, text) in enumerate(lines, r + 2):
            sheet.write_string(n, 0, key, self.formats["head"])
            sheet.write_string(n, 1, text, self.formats["fixed"])
            sheet.set_row(n, _height([(text, 92), (key, 16)]))
        self._finish(sheet)

    def _counts(self) -> list[tuple[str, str]]:
        counts = Counter(q.kind for q in self.rows)
        told = "；".join(f"{s.name}{counts[s.kind]}行" for s in SHEETS if counts[s.kind])
        english = "; ".join(f"{s.name} = {s.en}, {counts[s.kind]} rows" for s in SHEETS if counts[s.kind])
        return [
            ("本表内容", told + "。"),
            (
                "English",
                f"What the office is asked for. Fill in the yellow cells only. {english}. "
                f"Status: {_glossary(STATUS_WORDS)}. Instead of a figure: {_glossary(ANSWERS)}.",
            ),
        ]

    def _questions(self, sheet: Any, about: Sheet, rows: Sequence[Question]) -> None:
        sheet.set_row(0, 1.5 * _LINE)
        sheet.write_string(0, 1, f"{self.mark}{about.name}（{self.name}）", self.formats["title"])
        sheet.write_string(1, 1, about.hint, self.formats["hint"])
        for r, height in ((FIRST_ROW - 2, 2 * _LINE), (FIRST_ROW - 1, 1.6 * _LINE)):
            sheet.set_row(r, height)
        for c, column in enumerate(about.columns):
            head = self.formats["fill_head" if column.fill else "head"]
            sheet.write_string(FIRST_ROW - 2, c, column.zh, head)
            sheet.write_string(FIRST_ROW - 1, c, column.en, self.formats["english"])
            sheet.set_column(c, c, column.width, None, {"hidden": column.key == "key"})
        for r, question in enumerate(rows, FIRST_ROW):
            self._question(sheet, about, r, question)
        last = FIRST_ROW + len(rows) - 1
        for c, column in enumerate(about.columns):
            rule = _rule(column)
            if rule:
                sheet.data_validation(FIRST_ROW, c, last, c, rule)
        sheet.freeze_panes(FIRST_ROW, 4)
        sheet.repeat_rows(FIRST_ROW - 2, FIRST_ROW - 1)
        self._finish(sheet)

    def _question(self, sheet: Any, about: Sheet, r: int, question: Question) -> None:
        texts = {"key": question.key, "unit": question.unit, **question.cells}
        for c, column in enumerate(about.columns):
            text = texts.get(column.key, "")
            if not column.fill:
                sheet.write_string(r, c, text, self.formats["fixed"])
            elif text:
                sheet.write_string(r, c, text, self.formats["fill"])
            else:
                sheet.write_blank(r, c, None, self.formats["date" if column.kind == "date" else "fill"])
        sheet.set_row(r, _height([(texts.get(c.key, ""), c.width) for c in about.columns if c.key != "key"]))

    def _hidden(self, sheet: Any) -> None:
        sheets = {s.kind: s for s in SHEETS}
        head = {
            "format": FORMAT, "version": VERSION, "plan": self.evaluation.plan.id,
            "area": self.evaluation.area, "office": self.office,
            "as_of": self.evaluation.as_of.isoformat(), "mark": self.mark,
        }  # fmt: skip
        rows = []
        for question in self.rows:
            own = sheets[question.kind]
            fixed = fixed_hash(question.cells.get(key, "") for key in own.fixed)
            rows.append([question.key, own.name, fixed, question.unit, question.last, question.detail])
        head["structure"] = structure_hash([head[k] for k in HIDDEN_HEAD[:-1]], rows)
        lines = [[key, head[key]] for key in HIDDEN_HEAD] + [list(HIDDEN_ROWS), *rows]
        for r, line in enumerate(lines):
            for c, text in enumerate(line):
                sheet.write_string(r, c, text)
        sheet.protect()
        sheet.very_hidden()

    def _finish(self, sheet: Any) -> None:
        """Locked but for the cells to fill; printed on A4, landscape, one page wide."""
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.4, 0.4, 0.6, 0.6)
        # & begins a command, and a footer has room for 255 characters
        sheet.set_footer(f"&L{self.mark}{self.name[:100].replace('&', '&&')}&C&A&R&P/&N")
        sheet.hide_gridlines(2)


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": _FONT, "font_size": 10, "valign": "top"}
    cell = base | {"text_wrap": True, "border": 1, "border_color": "#b0b0b0"}
    fill = cell | {"bg_color": "#fff8d6", "locked": False}
    kinds = {
        "plain": base,
        "title": base | {"bold": True, "font_size": 14},
        "hint": base | {"font_color": "#9c3a00"},
        "head": cell | {"bold": True, "bg_color": "#e4ebf3"},
        "fill_head": cell | {"bold": True, "bg_color": "#ffe699"},
        "english": cell | {"font_size": 8, "font_color": "#555555", "bg_color": "#f4f4f4"},
        "fixed": cell,
        "fill": fill,
        "date": fill | {"num_format": "yyyy-mm-dd", "align": "left"},
    }
    return {name: book.add_format(properties) for name, properties in kinds.items()}


def _rule(column: Column) -> dict[str, Any] | None:
    """What a cell to fill may hold, as a spreadsheet program checks it while a person types."""
    words = _STAGE_WORDS if column.key == "stage" else column.words
    told = {"error_title": column.zh, "ignore_blank": True}
    if words:
        return told | {"validate": "list", "source": list(words), "error_message": "请从下拉列表中选择。"}
    if column.kind == "number":
        return told | {
            "validate": "decimal", "criteria": "between", "minimum": -1e15, "maximum": 1e15,
            "error_message": "请只填一个数字，不带单位和文字。",
        }  # fmt: skip
    if column.kind == "date":
        return told | {
            "validate": "date", "criteria": "between", "minimum": date(1990, 1, 1),
            "maximum": date(2100, 12, 31), "error_message": "请填年月日，如2024-06-30。",
        }  # fmt: skip
    return None


def _guide(contact: str) -> list[tuple[str, str]]:
    """What an official has to know, in eight lines."""
    return [
        (
            "1 怎样填",
            "只填黄色格。白色格是印好的问题，请不要改动；不要增删行、合并单元格，也不要改工作表名称。",
        ),
        ("2 指标", "每行填一个数值，只填数字。单位与所印不同时，请改“单位”一栏，不要自己换算。"),
        (
            "3 数据性质",
            "最终数：统计上已定案；初步数：快报或初步核算；修订数：改正以前报过的数；"
            "预计数：时期尚未结束时的估计。时期没有结束的，只能填预计数。",
        ),
        (
            "4 没有数值",
            "在“不能填报的原因”中选：未统计（没有这项统计）；暂无（有统计，数还没出来，须填预计提供日期）；"
            "不适用（本地没有这件事，请在备注说明）。空行不算答复。",
        ),
        ("5 文件", "每份文件写清名称、文号和日期；没有文号的不予采信。附件请另行报送，表中只登记。"),
        ("6 核对", "与已有数值相差10倍以上、比率超过100%等异常，须在备注说明，否则不予采信。"),
        ("7 自评", "自评与评估结果并列刊登，不改变评估结果。"),
        (
            "8 退回",
            f"另存为xlsx，退回{contact}。收到后逐行出具回执：已采纳，或未采纳及改正办法。"
            "改正后可再报，以后报的为准。原表原样存档，不改动一个字。",
        ),
    ]


def _glossary(words: Any) -> str:
    return ", ".join(f"{zh} = {key.replace('_', ' ')}" for zh, key in words.items())


def _height(texts: Iterable[tuple[str, float]]) -> float:
    """The height of a row that shows its longest text; a Chinese character is two wide."""
    lines = max(
        (math.ceil(1.05 * sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in t) / width)
         for t, width in texts if t),
        default=1,
    )  # fmt: skip
    return _LINE * min(max(1, lines), _NO_MORE_LINES)
