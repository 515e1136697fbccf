"""The workbook that an office fills in: its sheets, columns and words, for its writer and its reader."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = [
    "ANSWERS",
    "COVER",
    "FILL_DAY",
    "FIRST_ROW",
    "FORMAT",
    "HIDDEN",
    "HIDDEN_HEAD",
    "HIDDEN_ROWS",
    "RATING_LABELS",
    "SHEETS",
    "STATUS_WORDS",
    "VERSION",
    "YEAR_WORD",
    "Column",
    "Sheet",
    "fixed_hash",
    "pick",
    "structure_hash",
]

FORMAT = "cbs_analysis office workbook"
VERSION = "1"
COVER = "说明"
FILL_DAY = "填表日期"
# an office never has to look at it; it says what was asked, so that a changed question is noticed
HIDDEN = "_cbs"
HIDDEN_HEAD = ("format", "version", "plan", "area", "office", "as_of", "mark", "structure")
HIDDEN_ROWS = ("key", "sheet", "fixed", "unit", "last", "detail")
FIRST_ROW = 4  # of the questions, from 0: title, hint, Chinese heads, English heads
YEAR_WORD = "{}年"

STATUS_WORDS: Mapping[str, str] = {
    "最终数": "final",
    "初步数": "preliminary",
    "修订数": "revised",
    "预计数": "estimated",
}
ANSWERS: Mapping[str, str] = {"未统计": "not_collected", "暂无": "not_yet", "不适用": "not_applicable"}
RATING_LABELS: Mapping[str, str] = {
    "提前完成": "achieved",
    "快于预期": "ahead",
    "符合预期": "on_track",
    "需关注": "attention",
    "滞后": "behind",
    "无法评估": "not_assessable",
}


@dataclass(frozen=True)
class Column:
    """A column: its heads, its width in characters, whether an office fills it, and the words it may hold."""

    key: str
    zh: str
    en: str
    width: float
    fill: bool = False
    words: tuple[str, ...] = ()
    kind: str = "text"  # what a filled cell holds: text, number or date


@dataclass(frozen=True)
class Sheet:
    """A sheet of questions. The first column, hidden, holds the key of the row."""

    kind: str
    name: str
    en: str
    hint: str
    columns: tuple[Column, ...]

    def position(self, key: str) -> int:
        """The column of this key, from 0."""
        return next(i for i, c in enumerate(self.columns) if c.key == key)

    @property
    def fixed(self) -> tuple[str, ...]:
        """Keys of the columns that nobody fills."""
        return tuple(c.key for c in self.columns if not c.fill and c.key != "key")

    @property
    def filled(self) -> tuple[str, ...]:
        """Keys of the columns for an office, without the unit, which is printed and may be changed."""
        return tuple(c.key for c in self.columns if c.fill and c.key != "unit")


_KEY = Column("key", "行码", "key", 2)
_ID = Column("id", "编号", "No.", 8)
_COMMITMENT = Column("commitment", "承诺", "Commitment", 18)
_NAME = Column("name", "指标或事项", "Indicator or matter", 22)
_NOTE = Column("note", "备注", "Remarks", 18, True)
_ANSWER = Column("answer", "不能填报的原因", "Why not", 11, True, tuple(ANSWERS))
_EXPECTED = Column("expected", "预计提供日期", "Expected on", 12, True, kind="date")
_DAY = Column("date", "文件日期", "Date of document", 12, True, kind="date")
_DOCUMENT = Column("document", "文号", "Document number", 20, True)


def _amount(key: str, zh: str, en: str) -> Column:
    return Column(key, zh, en, 12, True, kind="number")


SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "figures", "指标", "Figures",
        "每行填一个数值；没有数值的，在“不能填报的原因”中选择。单位与所印不同时，请改“单位”一栏。",
        (
            _KEY, _ID, _COMMITMENT, _NAME, Column("definition", "口径", "Definition", 16),
            Column("period", "时期", "Period", 8), Column("last", "已有数值", "Figure held", 12),
            Column("last_source", "其时期和来源", "Its period and source", 17),
            Column("unit", "单位", "Unit", 8, True), _amount("value", "数值", "Figure"),
            Column("status", "数据性质", "Status", 10, True, tuple(STATUS_WORDS)), _ANSWER, _EXPECTED,
            Column("document", "文号或来源", "Document or source", 15, True), _NOTE,
        ),
    ),
    Sheet(
        "annual_plans", "年度计划", "Plans of the year",
        "只填有文件载明的年度计划数；没有下达年度计划的，不填。",
        (
            _KEY, _ID, _COMMITMENT, _NAME, Column("period", "年度", "Year", 10),
            Column("unit", "单位", "Unit", 9, True), _amount("value", "计划数", "Planned"), _DAY,
            Column("document", "文件名称和文号", "Document", 26, True), _NOTE,
        ),
    ),
    Sheet(
        "documents", "机制与文件", "Documents",
        "每一级机制须有自己的文件；没有文号的不予采信。载明目标的文件，请把目标值写入备注。",
        (
            _KEY, _ID, _COMMITMENT, _NAME, Column("rung", "所证明的内容", "What it proves", 22),
            Column("known", "已有文件", "Documents held", 24),
            Column("title", "文件名称", "Title", 28, True), _DOCUMENT, _DAY, _ANSWER, _EXPECTED, _NOTE,
        ),
    ),
    Sheet(
        "projects", "项目", "Projects",
        "金额单位为万元；没有文号的报告不予采信。",
        (
            _KEY, _ID, Column("box", "所在专栏", "Box", 12), Column("name", "项目", "Project", 28),
            Column("last", "上次报告", "Last report", 24),
            Column("stage", "阶段", "Stage", 12, True),
            Column("date", "截至日期", "As of", 12, True, kind="date"),
            Column("plan_start", "计划开工日期", "Planned start", 12, True, kind="date"),
            Column("plan_end", "计划完工日期", "Planned end", 12, True, kind="date"),
            _amount("total", "总投资（万元）", "Total investment"),
            _amount("spent", "累计完成投资（万元）", "Invested so far"),
            _amount("year_plan", "本年计划投资（万元）", "Planned this year"),
            _amount("year_spent", "本年完成投资（万元）", "Invested this year"),
            Column("seen", "形象进度", "State of works", 20, True),
            Column("own", "自评", "Own rating", 12, True), _DOCUMENT, _NOTE,
        ),
    ),
    Sheet(
        "ratings", "自评", "Own rating",
        "选择六个评价用语之一，并用一两句话说明理由；自评与评估结果并列，不改变评估结果。",
        (
            _KEY, _ID, _COMMITMENT, _NAME,
            Column("word", "自评结论", "Word", 12, True, tuple(RATING_LABELS)),
            Column("rating", "自评说明", "In your words", 48, True), _NOTE,
        ),
    ),
)  # fmt: skip


def pick(kind: str) -> Sheet:
    """The sheet of this kind.

    >>> pick("figures").name, pick("figures").position("value")
    ('指标', 9)
    """
    return next(s for s in SHEETS if s.kind == kind)


def fixed_hash(texts: Iterable[str]) -> str:
    """A short mark of the printed cells of a row, by which a change of them is noticed.

    >>> fixed_hash(["E01.1", "2022年"]) == fixed_hash(["E01.1", "2023年"])
    False
    """
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:12]


def structure_hash(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """The hash of all that was asked; `head` without the hash itself."""
    lines = ["\x1f".join(head), *("\x1f".join(row) for row in rows)]
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()
