"""Documents, yearly plans and self-ratings of the demonstration zone, all invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from demo_random import rng_of

from cbs_analysis.registry.records import Measure, Plan

AREA = "99DM00"
DOCUMENTS = ("measure", "area", "date", "level", "document", "title", "note")
ANNUAL_PLANS = ("measure", "area", "date", "year", "value", "unit", "document", "note")
RATINGS = ("measure", "area", "date", "rating", "word", "note")
REPORT_DAYS = (date(2022, 6, 20), date(2023, 6, 20), date(2024, 6, 20))
RATING_DAYS = REPORT_DAYS[1:]
PLAN_DAYS = tuple(date(year, 2, 15) for year in range(2021, 2025))

# Rung of each mechanism (0-4), or 0/1, in the three reports; None = nothing new was filed. A document is
# filed for every rung on the way.
RUNGS: dict[str, tuple[int | None, ...]] = {
    "E13.1": (3, 4, None), "E14.1": (1, 1, 2), "E15.1": (1, 3, 4), "E16.1": (2, 3, 4),
    "S01.1": (2, 3, 4), "S03.1": (1, 2, 3), "S05.1": (3, 4, None), "S05.2": (2, 3, 4),
    "S05.3": (1, 2, 3), "S05.4": (None, 0, 1), "S10.1": (2, 3, 3), "S12.1": (1, 2, 3),
    "S15.1": (1, 2, 2), "P01.1": (2, 3, 3), "P02.1": (3, 3, 4), "P04.1": (1, 2, 3),
    "P05.1": (1, 3, 3), "D06.1": (2, 3, 4), "D06.2": (1, 2, 3), "D06.3": (1, 2, 2),
    "D07.1": (2, 4, None), "H01.1": (3, 4, None), "H02.1": (2, 3, 4), "H06.1": (1, 2, 3),
    "H07.1": (2, 3, 4), "H13.1": (1, 2, 3), "C09.1": (1, 1, 2),
    "D08.1": (0, 1, None), "D08.2": (1, None, None), "D08.3": (0, 1, None), "D14.1": (1, None, 0),
    "D14.2": (0, 0, 1), "H06.2": (None, 0, 0), "C05.1": (0, 1, None), "C05.2": (None, 0, 1),
}  # fmt: skip
# Rungs for which no document was ever filed: what stands above them does not count.
SKIPPED = {"D07.1": (3,)}
# Claimed in the second report without a document: such a rung does not count.
CLAIMED_ONLY = {"P08.1": 3}
# Left without any evidence on purpose.
NO_EVIDENCE = {"C04.1", "C04.2"}
RUNG_TITLES = (
    "关于{}前期情况的报告",
    "关于印发{}工作方案的通知",
    "关于落实{}机构、人员和制度的通知",
    "{}连续运行情况报告",
    "{}成效评估报告",
)
DONE_TITLES = ("关于{}进展情况的说明", "关于{}实现情况的确认")
EXPERT_TITLE = "关于{}的专家意见"

# What was planned for 2021 ... 2024, as printed. E01.2 has no five-year target and is judged by these.
YEARLY: dict[str, tuple[str, tuple[str, ...]]] = {
    "E01.1": ("人", ("1250", "1300", "1280", "1400")),
    "E01.2": ("%", ("4.5", "4.5", "4.2", "4.0")),
    "E02.1": ("万元", ("1300", "1560", "1650", "1850")),
    "E13.2": ("%", ("90.0", "95.0", "100", "100")),
    "S14.1": ("户", ("320", "400", "400", "380")),
    "P12.2": ("%", ("1.2", "1.0", "0.8", "0.8")),
    "D04.1": ("%", ("96.5", "96.6", "96.8", "97.0")),
    "H10.1": ("%", ("50.0", "65.0", "75.0", "85.0")),
    "C01.1": ("%", ("95.0", "100", "100", "100")),
}

# What the offices say of themselves in the last two reports: their words, and the official word that they
# chose for it, if any. Some see more than the evidence shows, a few less.
OWN_WORDS: dict[str, tuple[str, str]] = {
    "E01.1": ("总体进展顺利", "on_track"),
    "E01.2": ("失业率低于年度控制目标", "on_track"),
    "E02.1": ("发放额增长较快", "ahead"),
    "E12.1": ("正常推进", "on_track"),
    "E13.1": ("已全面建成并发挥作用", "achieved"),
    "E14.1": ("预警机制运行良好", "on_track"),
    "E15.1": ("按计划推进", "on_track"),
    "E16.1": ("改革任务提前完成", "achieved"),
    "S01.1": ("按计划推进", "on_track"),
    "S03.1": ("平台建设基本完成", "on_track"),
    "S05.1": ("已全面建成并发挥作用", "achieved"),
    "S05.3": ("正在完善", "attention"),
    "S05.4": ("尚未启动", "behind"),
    "S06.1": ("达到序时进度", "on_track"),
    "S10.1": ("按计划推进", "on_track"),
    "S12.1": ("队伍配齐，正常运转", "on_track"),
    "S12.2": ("正在加快推进", ""),
    "S14.1": ("超额完成年度任务", "ahead"),
    "S14.2": ("改造任务基本完成", "achieved"),
    "S14.3": ("总体正常", "on_track"),
    "P01.1": ("政策总体稳定", "on_track"),
    "P02.1": ("走在前列", "ahead"),
    "P07.1": ("达到序时进度", "on_track"),
    "P08.1": ("责任全面压实", "achieved"),
    "P12.2": ("逾期率控制在目标以内", "on_track"),
    "P13.2": ("项目有序实施", ""),
    "D02.1": ("提前完成", "achieved"),
    "D07.1": ("成效明显", "achieved"),
    "D14.1": ("已获批并实施", "achieved"),
    "H01.1": ("取得阶段性成效", "on_track"),
    "H06.1": ("创建工作有序推进", "on_track"),
    "H09.1": ("受资金影响，进度偏慢", "behind"),
    "H10.1": ("快于计划", "ahead"),
    "C01.1": ("已全覆盖", "achieved"),
    "C04.1": ("正在申报", ""),
    "C05.1": ("已设立并颁奖", "achieved"),
    "C09.1": ("平台已上线", "on_track"),
}

Filed = tuple[date, str, str, str, str]


def document_rows(plan: Plan, day: date) -> list[tuple[str, ...]]:
    """Documents filed in the year before a report, numbered by date in each calendar year."""
    filed = [row for d in REPORT_DAYS for row in _filed(plan, d)]
    numbers: dict[Filed, str] = {}
    count: dict[int, int] = {}
    for row in sorted(r for r in filed if r[1] not in CLAIMED_ONLY):
        year = row[0].year
        count[year] = count.get(year, 0) + 1
        numbers[row] = f"演示发〔{year}〕{count[year]}号"
    return [
        (
            measure,
            AREA,
            when.isoformat(),
            level,
            numbers.get((when, measure, level, title, note), ""),
            title,
            note,
        )
        for when, measure, level, title, note in sorted(_filed(plan, day))
    ]


def _filed(plan: Plan, day: date) -> Iterator[Filed]:
    """Date, measure, level, title and note of the documents of one report, unnumbered."""
    for commitment in plan.commitments:
        for measure in commitment.measures:
            levels = _levels(measure, REPORT_DAYS.index(day))
            if not levels:
                continue
            rng = rng_of(measure.id, day)
            waits = sorted((10 + int(300 * float(rng.random())) for _ in levels), reverse=True)
            for level, wait in zip(levels, waits, strict=True):
                title = _title(measure, level).format(f"“{commitment.zh}”")
                note = "自报已运行，未附文件（演示）" if measure.id in CLAIMED_ONLY else "演示"
                note = note if level else "无级别（演示）"
                yield day - timedelta(days=wait), measure.id, level, f"{title}（演示，{measure.id}）", note


def _levels(measure: Measure, report: int) -> list[str]:
    """Levels of the documents that a measure files for a report, from the lowest on."""
    id = measure.id
    if measure.type == "expert":
        return [""] if report == 1 else []
    if measure.type not in ("mechanism", "yes_no") or id in NO_EVIDENCE:
        return []
    if id in CLAIMED_ONLY:
        return [str(CLAIMED_ONLY[id])] if report == 1 else []
    if id not in RUNGS:
        raise SystemExit(f"no rungs in tools/demo_records.py for {id}")
    level = RUNGS[id][report]
    if level is None:
        return []
    before = [r for r in RUNGS[id][:report] if r is not None]
    first = max(before, default=0) + 1 if measure.type == "mechanism" else level
    steps = range(first, level + 1) if first <= level else [level]
    return [str(k) for k in steps if k not in SKIPPED.get(id, ())]


def _title(measure: Measure, level: str) -> str:
    if measure.type == "expert":
        return EXPERT_TITLE
    return (RUNG_TITLES if measure.type == "mechanism" else DONE_TITLES)[int(level)]


def annual_plan_rows(day: date) -> list[tuple[str, ...]]:
    """What was planned for the year of a day, each with its document."""
    at = PLAN_DAYS.index(day)
    return [
        (
            measure,
            AREA,
            day.isoformat(),
            str(day.year),
            values[at],
            unit,
            f"演示计字〔{day.year}〕{n}号",
            "演示",
        )
        for n, (measure, (unit, values)) in enumerate(YEARLY.items(), 1)
    ]


def rating_rows(day: date) -> list[tuple[str, ...]]:
    """What the offices say of themselves in a report."""
    return [(measure, AREA, day.isoformat(), *said, "演示") for measure, said in OWN_WORDS.items()]
