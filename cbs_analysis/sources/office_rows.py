"""A filled row of an office's workbook as rows of the store, or what is wrong with it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..errors import Fault
from ..registry.load import Registry
from ..registry.records import Plan
from .observation import Figure, Row, make_observation
from .office_cells import FilledRow, money
from .office_layout import ANSWERS, RATING_LABELS, STATUS_WORDS
from .office_plausible import check_figure, check_project
from .record_rows import make_record
from .sidecar import Sidecar

__all__ = ["Asked", "Desk", "read_row"]

Found = dict[str, list[Row]]
_EMPTY = "empty one of the two"
# what the checks of the store say, as an official reads it
_ZH = {
    "unit is not known": ("unit", "单位无法识别；请写明单位，如人、万元、%"),
    "unit does not fit": ("unit", "单位与本指标不符；请按所印单位填报"),
    "period ends after": ("period", "这一时期在收件之日尚未结束；请改选“预计数”，或到期后再报"),
    "record is dated after its publication": ("date", "日期晚于收件日期；请核对"),
    "measure has no figure": ("value", "本项没有可以计划的指标；请删去"),
    "plan of a year without": ("document", "没有写明载明计划数的文件；请填文件名称和文号"),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked in one row: `fixed` marks its printed cells, `last` is the figure known before."""

    key: str
    sheet: str
    fixed: str
    unit: str
    last: str
    detail: str

    @property
    def parts(self) -> list[str]:
        """The parts of the key: kind, measure or project, and what is asked of it."""
        return self.key.split("|")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Whose workbook it is, and against what it is read."""

    plan: Plan
    area: str
    office: str
    as_of: date
    asked: Mapping[str, Asked]
    day: date
    where: str
    sidecar: Sidecar
    registry: Registry

    @property
    def signed(self) -> str:
        """Who says it."""
        office = self.plan.offices.get(self.office)
        return f"{office.zh if office else '项目单位'}填报"


def read_row(row: FilledRow, asked: Asked, desk: Desk) -> Found:
    """Read one filled row.

    Parameters
    ----------
    row : FilledRow
        Its `troubles` grow by whatever is wrong; a row that is `blocked` by one gives nothing.
    asked : Asked
    desk : Desk

    Returns
    -------
    dict of str to list of dict
        Rows of the store by table.
    """
    found = _READERS[row.sheet.kind](row, asked, desk)
    return {} if row.blocked else found


def _figure(row: FilledRow, asked: Asked, desk: Desk) -> Found:
    _, _, indicator, period = asked.parts
    unit = unicodedata.normalize("NFKC", row.text("unit")) or asked.unit
    value, status, answer = row.amount("value", unit=unit), row.word("status"), row.word("answer")
    expected, document, note = row.day("expected"), row.text("document"), row.text("note")
    if row.blocked:
        return {}
    if answer:
        if value:
            zh = "既填了数值，又选了不能填报的原因；请只留一个"
            row.refuse(
                "answer", "a figure and a reason for none", zh, expected="one of the two", next_step=_EMPTY
            )
            return {}
        return _answer(row, asked, desk, answer, expected, note)
    if not value:
        row.refuse("value", "row has no figure", "本行没有数值；请填数值，或选择不能填报的原因",
                   expected="a figure or a reason", next_step="fill in one of the two")  # fmt: skip
        return {}
    if not status:
        row.refuse("status", "status is not chosen", "请选择数据性质：" + "、".join(STATUS_WORDS),
                   expected=", ".join(STATUS_WORDS), next_step="choose one of the list")  # fmt: skip
        return {}
    said = [
        desk.signed, f"依据：{document}" if document else "", f"备注：{note}" if note else "",
    ]  # fmt: skip
    figure = Figure(
        indicator=indicator, area=desk.area, period=period, value=value, unit=unit,
        status="synthetic" if desk.sidecar.synthetic else STATUS_WORDS[status],
        # a cell of this name stands on every sheet: the end of the note tells which is meant
        note="；".join(t for t in said if t) + f"; sheet {row.sheet.name}",
        row=row.number, col=row.sheet.position("value"),
    )  # fmt: skip
    faults: list[Fault] = []
    observation = make_observation(figure, desk.where, desk.sidecar, desk.registry, faults)
    _translate(row, faults, "value")
    if observation is None:
        return {}
    check_figure(row, desk.registry.indicator(indicator), float(observation["value"]), asked.last)
    return {"observations": [observation]}


def _answer(row: FilledRow, asked: Asked, desk: Desk, answer: str, expected: date | None, note: str) -> Found:
    """What an office says instead: 暂无 needs the day on which it will come."""
    if ANSWERS[answer] == "not_yet" and expected is None:
        row.refuse("expected", "no day on which it will come", "选择“暂无”的，请填预计提供日期",
                   expected="a day", next_step="write the day on which it can be given")  # fmt: skip
    if expected is not None and expected < desk.sidecar.published:
        row.refuse("expected", "day has passed already", "预计提供日期早于收件日期；请核对",
                   expected=f"{desk.sidecar.published} or later", next_step="correct the day")  # fmt: skip
    kind, measure, *rest = asked.parts
    said = [desk.signed, f"备注：{note}" if note else ""]
    record = _origin(row, desk, "answer") | {
        "measure": measure, "area": desk.area, "date": desk.day,
        "indicator": rest[0] if kind == "F" else "", "period": rest[1] if kind == "F" else "",
        "answer": ANSWERS[answer], "expected": expected, "note": "；".join(t for t in said if t),
    }  # fmt: skip
    return {"data_requests": [record]}


def _origin(row: FilledRow, desk: Desk, key: str = "") -> Row:
    where: Row = {"file": desk.where, "sheet": row.sheet.name, "row": row.number} | (
        {"col": row.sheet.position(key)} if key else {}
    )
    return where | {
        "vintage": desk.sidecar.published, "source": desk.sidecar.publisher,
        "certainty": desk.sidecar.certainty,
    }  # fmt: skip


def _annual_plan(row: FilledRow, asked: Asked, desk: Desk) -> Found:
    _, measure, year = asked.parts
    unit = unicodedata.normalize("NFKC", row.text("unit")) or asked.unit
    values = {
        "measure": measure, "area": desk.area, "year": year, "unit": unit,
        "value": row.amount("value", unit=unit), "document": row.text("document"), "note": row.text("note"),
        "date": _text(row.day("date")),
    }  # fmt: skip
    _need(row, values, {"value": "计划数", "document": "文件名称和文号", "date": "文件日期"})
    return _record("annual_plans", values, row, desk, "value")


def _document(row: FilledRow, asked: Asked, desk: Desk) -> Found:
    _, measure, what = asked.parts
    answer, expected = row.word("answer"), row.day("expected")
    title, document, day, note = row.text("title"), row.text("document"), row.day("date"), row.text("note")
    if answer and not row.blocked:
        if title or document or day:
            zh, what = "既填了文件，又选了不能填报的原因；请只留一个", "a document and a reason for none"
            row.refuse("answer", what, zh, expected="one of the two", next_step=_EMPTY)
            return {}
        return _answer(row, asked, desk, answer, expected, note)
    values = {
        "measure": measure, "area": desk.area, "date": _text(day), "document": document, "title": title,
        "level": {"yes": "1", "no": "0"}.get(what, what if what.isdecimal() else ""),
        "note": "；".join(t for t in (desk.signed, note) if t),
    }  # fmt: skip
    _need(row, values, {"document": "文号", "date": "文件日期"})
    if what == "target" and not note:
        row.refuse("note", "target is not said", "载明目标的文件，请在备注写明目标值和年份",
                   expected="the target and its year", next_step="write it into the remarks")  # fmt: skip
    return _record("documents", values, row, desk)


def _project(row: FilledRow, asked: Asked, desk: Desk) -> Found:
    amounts = {
        "total_inv_mn_yuan": "total", "cum_inv_mn_yuan": "spent", "annual_plan_mn_yuan": "year_plan",
        "year_inv_mn_yuan": "year_spent",
    }  # fmt: skip
    given = {key: row.amount(key, unit="万元") for key in amounts.values()}
    stage = row.text("stage").split(" ")[0]
    start, end = row.day("plan_start"), row.day("plan_end")
    if start and end and end <= start:
        row.refuse("plan_end", "planned end is not after the start", "计划完工日期不晚于计划开工日期；请核对",
                   expected=f"after {start}", next_step="correct one of the two")  # fmt: skip
    values = {
        "project": asked.parts[1], "area": desk.area, "date": _text(row.day("date")), "stage": stage,
        "plan_start": _text(start), "plan_end": _text(end), "visual_progress": row.text("seen"),
        "self_rating": row.text("own"), "document": row.text("document"),
    } | {column: money(given[key]) for column, key in amounts.items()}  # fmt: skip
    note = row.text("note")
    if note:
        values["visual_progress"] = "；".join(t for t in (values["visual_progress"], f"备注：{note}") if t)
    _need(row, values, {"stage": "阶段", "date": "截至日期", "document": "文号"})
    check_project(row, {k: Decimal(v) for k, v in given.items() if v}, stage, asked.detail)
    return _record("projects", values, row, desk)


def _rating(row: FilledRow, asked: Asked, desk: Desk) -> Found:
    word, rating = row.word("word"), row.text("rating")
    if not word and not rating and not row.blocked:
        row.refuse("word", "row has no rating", "只有备注，没有自评；请选择自评结论或写自评说明",
                   expected="a word or a text", next_step="fill in one of the two")  # fmt: skip
    values = {
        "measure": asked.parts[1], "area": desk.area, "date": desk.day.isoformat(), "rating": rating or word,
        "word": RATING_LABELS.get(word, ""),
        "note": "；".join(t for t in (desk.signed, row.text("note")) if t),
    }  # fmt: skip
    return _record("ratings", values, row, desk, "rating" if rating else "word")


_READERS: Mapping[str, Callable[[FilledRow, Asked, Desk], Found]] = {
    "figures": _figure,
    "annual_plans": _annual_plan,
    "documents": _document,
    "projects": _project,
    "ratings": _rating,
}


def _record(table: str, values: Mapping[str, str], row: FilledRow, desk: Desk, key: str = "") -> Found:
    if row.blocked:
        return {}
    faults: list[Fault] = []
    record = make_record(table, values, "", desk.sidecar, desk.registry, faults)
    _translate(row, faults, key or "document")
    return {table: [record | _origin(row, desk, key)]} if record is not None else {}


def _need(row: FilledRow, values: Mapping[str, str], names: Mapping[str, str]) -> None:
    """A cell without which the row proves nothing; one that could not be read is told already."""
    told = {t.cell for t in row.troubles}
    for key, zh in names.items():
        if not values[key] and row.cell(key) not in told:
            row.refuse(key, f"{key} is missing", f"缺“{zh}”；没有它本行不予采信", expected="a filled cell",
                       next_step="fill it in, or empty the row")  # fmt: skip


def _translate(row: FilledRow, faults: list[Fault], key: str) -> None:
    """What the checks of the store refuse, as troubles of the row."""
    for fault in faults:
        known = next((v for words, v in _ZH.items() if fault.what.startswith(words)), None)
        column, zh = known or (key, "本行与登记的内容不符；请与评估工作组联系")
        columns = [c.key for c in row.sheet.columns]
        row.refuse(
            column if column in columns else key, fault.what, zh, expected=fault.expected,
            next_step=fault.next_step or "correct the cell",
        )  # fmt: skip


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
