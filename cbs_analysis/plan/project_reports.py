"""The reports on one project: one for each day, in order, and what changed from one to the next."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from ..series.rounding import percent
from ..sources.record_rows import CANCELLED
from .verdicts import Evidence

__all__ = [
    "STAGES",
    "STALL_DAYS",
    "Flag",
    "Report",
    "changes",
    "cite",
    "day_words",
    "documented",
    "money_words",
    "stage_words",
    "stalled_since",
]

STAGES = {
    CANCELLED: ("取消或调整", "cancelled or changed"),
    0: ("谋划", "planned"),
    1: ("前期", "preparation"),
    2: ("开工", "started"),
    3: ("主体", "main works"),
    4: ("完工", "completed"),
    5: ("投用", "in use"),
}
DONE = 4
# two quarters, less the days by which reports of quarter ends and of the 20th may differ
STALL_DAYS = 170
Flag = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a unit reported of a project for one day; money in millions of yuan, NaN where not given."""

    day: date
    stage: int | None
    start: date | None
    end: date | None
    total: float
    spent: float
    year_plan: float
    year_spent: float
    seen: str
    own: str
    document: str
    source: Mapping[str, Any]

    @property
    def done(self) -> bool:
        """Whether the project is completed or in use."""
        return self.stage is not None and self.stage >= DONE


def documented(rows: Iterable[Mapping[str, Any]]) -> tuple[tuple[Report, ...], tuple[Flag, ...]]:
    """Reports in order of their day, and a word on each row that does not count.

    A row without a document does not count. Of two rows for one day the one published later counts.

    Parameters
    ----------
    rows : iterable of mapping
        Rows of `load_projects`, in any order.

    Returns
    -------
    tuple of Report, tuple of dict
    """
    kept: dict[date, Report] = {}
    flags: list[Flag] = []
    for row in sorted(rows, key=lambda r: (str(r["date"]), str(r["vintage"]), str(r["file"]), int(r["row"]))):
        report = _report(row)
        if not report.document:
            flags.append(
                _flag("undocumented", report, "报告没有附文件，不予采信", "no document; does not count")
            )
            continue
        if report.day in kept:
            before = kept[report.day].document
            flags.append(
                _flag("replaced", report, f"同日报告以后发布者为准（原{before}）",
                      f"replaces an earlier report for the same day ({before})")
            )  # fmt: skip
        kept[report.day] = report
    return tuple(kept[day] for day in sorted(kept)), tuple(flags)


def _report(row: Mapping[str, Any]) -> Report:
    stage = _number(row.get("stage"))
    return Report(
        day=date.fromisoformat(str(row["date"])[:10]),
        stage=int(stage) if math.isfinite(stage) else None,
        start=_day(row.get("plan_start")),
        end=_day(row.get("plan_end")),
        total=_number(row.get("total_inv_mn_yuan")),
        spent=_number(row.get("cum_inv_mn_yuan")),
        year_plan=_number(row.get("annual_plan_mn_yuan")),
        year_spent=_number(row.get("year_inv_mn_yuan")),
        seen=_text(row.get("visual_progress")),
        own=_text(row.get("self_rating")),
        document=_text(row.get("document")),
        source=row,
    )


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()  # NaN and NaT differ from themselves


def _day(value: Any) -> date | None:
    text = _text(value)[:10]
    return date.fromisoformat(text) if text else None


def cite(reports: Iterable[Report], project: str) -> tuple[Evidence, ...]:
    """The rows of the reports, the newest first; a twin cites the project under which it was reported."""
    return tuple(
        Evidence(
            indicator=project,
            period=r.day.isoformat(),
            value=float(r.stage) if r.stage is not None else math.nan,
            published=r.seen or stage_words(r.stage)[0],
            status="synthetic" if r.source["certainty"] == "synthetic" else "final",
            vintage=str(r.source["vintage"])[:10],
            source=str(r.source["source"]),
            certainty=str(r.source["certainty"]),
            file=str(r.source["file"]),
            row=int(r.source["row"]),
            col=-1,
            note=r.document,
            sheet=_text(r.source.get("sheet")),
        )
        for r in sorted(reports, key=lambda r: r.day, reverse=True)
    )


def stalled_since(reports: Sequence[Report], start: date | None) -> date | None:
    """The day since which money stands still, if that is two quarters ago or more.

    Reports without an amount say nothing. What is completed, given up or not yet begun does not stand
    still: time counts from the planned start, or from the first money where no start is known.

    Parameters
    ----------
    reports : sequence of Report
        In order of their day.
    start : datetime.date or None
        Planned start.

    Returns
    -------
    datetime.date or None
    """
    known = [r for r in reports if math.isfinite(r.spent)]
    last = reports[-1]
    if len(known) < 2 or known[-1] is not last or last.done or last.stage == CANCELLED:
        return None
    if start is None and last.spent <= 0:
        return None
    since = last
    for report in reversed(known[:-1]):
        if report.spent < since.spent:
            break
        since = report
    day = max(since.day, start) if start else since.day
    return day if (last.day - day).days >= STALL_DAYS else None


def changes(reports: Sequence[Report]) -> tuple[Flag, ...]:
    """What one report says otherwise than the one before: stage back, less money, new dates, new total."""
    return tuple(
        flag
        for found in (_steps_back(reports), _falls(reports), _new_dates(reports), _new_totals(reports))
        for flag in found
    )


def _steps_back(reports: Sequence[Report]) -> Iterator[Flag]:
    for old, new in _pairs(reports, lambda r: r.stage is not None and r.stage != CANCELLED):
        if (new.stage or 0) < (old.stage or 0):
            a, b = stage_words(old.stage), stage_words(new.stage)
            yield _flag(
                "backwards", new, f"阶段由{a[0]}退回{b[0]}（原据{old.document}，现据{new.document}）",
                f"the stage went back from {a[1]} to {b[1]} ({old.document}; now {new.document})",
            )  # fmt: skip


def _falls(reports: Sequence[Report]) -> Iterator[Flag]:
    for old, new in _pairs(reports, lambda r: math.isfinite(r.spent)):
        if new.spent < old.spent:
            a, b = money_words(old.spent), money_words(new.spent)
            yield _flag(
                "money_fell", new,
                f"累计完成投资由{a[0]}降为{b[0]}（原据{old.document}，现据{new.document}）",
                f"cumulative investment fell from {a[1]} to {b[1]} ({old.document}; now {new.document})",
            )  # fmt: skip


def _new_dates(reports: Sequence[Report]) -> Iterator[Flag]:
    """A start or an end that differs from the one stated last, each on its own."""
    start: Report | None = None
    end: Report | None = None
    for new in reports:
        now_start = new if new.start is not None else start
        now_end = new if new.end is not None else end
        changed = []
        if start is not None and now_start is not None and start.start != now_start.start:
            changed.append(start)
        if end is not None and now_end is not None and end.end != now_end.end:
            changed.append(end)
        if changed:
            old = max(changed, key=lambda r: r.day)
            was, now = _span(start, end), _span(now_start, now_end)
            yield _flag(
                "rebaselined_dates", new,
                f"计划起止时间由{was[0]}调整为{now[0]}（原据{old.document}，现据{new.document}）",
                f"the planned dates changed from {was[1]} to {now[1]} ({old.document}; now {new.document})",
            )  # fmt: skip
        start, end = now_start, now_end


def _new_totals(reports: Sequence[Report]) -> Iterator[Flag]:
    for old, new in _pairs(reports, lambda r: math.isfinite(r.total)):
        if new.total != old.total:
            a, b = money_words(old.total), money_words(new.total)
            change = f"（{percent(new.total / old.total - 1, sign=True)}）" if old.total > 0 else ""
            yield _flag(
                "rebaselined_total", new,
                f"计划总投资由{a[0]}调整为{b[0]}{change}（原据{old.document}，现据{new.document}）",
                f"the planned total changed from {a[1]} to {b[1]}"
                f"{change.replace('（', ' (').replace('）', ')')} ({old.document}; now {new.document})",
            )  # fmt: skip


def _pairs(reports: Sequence[Report], known: Callable[[Report], bool]) -> Iterator[tuple[Report, Report]]:
    return pairwise(r for r in reports if known(r))


def _span(start: Report | None, end: Report | None) -> tuple[str, str]:
    """Planned start and end, each from the report that stated it last."""
    days = start.start if start else None, end.end if end else None
    zh, en = zip(
        *(day_words(day) if day else ("未载明之日", "a day not stated") for day in days), strict=True
    )
    return "至".join(zh), " to ".join(en)


def _flag(key: str, report: Report, zh: str, en: str) -> Flag:
    day = day_words(report.day)
    return {
        "key": key,
        "date": report.day.isoformat(),
        "document": report.document,
        "sentence_zh": f"{day[0]}：{zh}",
        "sentence_en": f"{day[1]}: {en}",
    }


def stage_words(stage: int | None) -> tuple[str, str]:
    """The name of a stage in Chinese and English."""
    return STAGES[stage] if stage is not None else ("阶段未报", "stage not reported")


def day_words(day: date) -> tuple[str, str]:
    """A day in Chinese and English.

    >>> day_words(date(2024, 6, 30))
    ('2024年6月30日', '2024-06-30')
    """
    return f"{day.year}年{day.month}月{day.day}日", day.isoformat()


def money_words(mn_yuan: float) -> tuple[str, str]:
    """An amount given in millions of yuan, in 万元 and in million yuan.

    >>> money_words(38.25)
    ('3,825万元', '38.25 million yuan')
    """
    return f"{mn_yuan * 100:,.10g}万元", f"{mn_yuan:,.10g} million yuan"
