"""Quarterly reports on the projects of the demonstration zone, all invented."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from demo_random import rng_of

from cbs_analysis.registry.records import Plan, Project

AREA = "99DM00"
PROJECTS = (
    "project", "area", "date", "stage", "plan_start", "plan_end", "total_inv_mn_yuan", "cum_inv_mn_yuan",
    "annual_plan_mn_yuan", "year_inv_mn_yuan", "visual_progress", "self_rating", "document",
)  # fmt: skip
PROJECT_QUARTERS = [
    (y, q) for y in range(2021, 2025) for q in range(1, 5) if (2021, 3) <= (y, q) <= (2024, 2)
]

# Projects with a course of their own; all others run about on time.
LAGS = {
    "12-02": 0.30, "12-07": 0.10, "15-03": 0.30, "X-09": 0.28,
    "X-04": 0.55, "15-06": 0.60, "13-05": 0.50,
    "12-01": -0.28, "13-03": -0.30, "15-14": -0.26, "X-06": -0.30, "14-05": -0.25,
    "12-06": 0.25, "14-01": 0.15, "15-05": -0.12, "15-02": 0.25, "14-04": 0.30,
}  # fmt: skip
OVERRUNS = {
    "12-06": 0.45,
    "12-08": 0.06,
    "12-10": 0.14,
    "12-03": 0.22,
    "14-01": 0.55,
    "15-12": 0.10,
    "15-02": 0.12,
}
CEILINGS = {"15-11": 0.04}  # stalled in preparation
STALLS = {"12-07": date(2022, 9, 30), "X-09": date(2023, 3, 31)}  # begun, and no money since
SILENT = {"X-09": date(2023, 9, 30)}  # the last report
EARLY = {"12-05", "12-06", "12-08", "12-10", "12-11", "13-01", "X-05"}  # short, finished by early 2023
UNDATED = {"X-01", "15-10", "12-P1"}
UNREPORTED = {"X-02", "15-09"}
# from this report on: months added to the planned end, and the factor on the planned total
NEW_PLANS = {"15-02": (date(2023, 3, 31), 10, 1.12), "14-04": (date(2022, 12, 31), 12, 1.0)}
CANCELLED = {"15-10": date(2022, 12, 31)}
# reports in which the stage is one lower than the work would have it
STEPS_BACK = {
    "12-04": (date(2023, 3, 31), date(2023, 6, 30)),
    "15-07": (date(2024, 3, 31), date(2024, 6, 30)),
}
# until this report the money was overstated by a share, and then put right
OVERSTATED = {"13-04": (date(2022, 12, 31), 0.35)}
WITHOUT_DOCUMENT = {("14-02", date(2023, 6, 30))}
OWN_TEXTS = {"X-09": "总体可控"}  # amounts to none of the six words
BUILDING = ("项目谋划", "完成可研和用地手续", "基础施工", "主体施工", "竣工验收", "投入使用")
PROGRAMME = ("方案论证", "方案印发", "启动实施", "全面实施", "通过验收", "常态运行")
# how the work of a year spreads over its quarters: winter stops building
SEASON = (0.10, 0.30, 0.38, 0.22)


@dataclass(frozen=True, kw_only=True)
class Course:
    """How a project runs: dates, money, how far the work lags behind time, and good and bad years."""

    start: date
    end: date
    total: float
    lag: float
    years: tuple[float, ...]
    overrun: float = 0.0
    ceiling: float = 1.0
    stalls: date = date.max
    dated: bool = True

    def time_share(self, day: date) -> float:
        """Share of the planned time that is gone."""
        return min(1.0, max(0.0, (day - self.start).days / (self.end - self.start).days))

    def effort(self, day: date) -> float:
        """Work up to a day in years of the usual pace, from the beginning of 2021."""
        if day.year < 2021:
            return 0.0
        quarter = (day.month - 1) // 3
        first = date(day.year, 3 * quarter + 1, 1)
        part = ((day - first).days + 1) / ((quarter_end(day.year, quarter + 1) - first).days + 1)
        gone = sum(SEASON[:quarter]) + SEASON[quarter] * part
        return sum(self.years[: day.year - 2021]) + self.years[day.year - 2021] * gone

    def work_share(self, day: date) -> float:
        """Share of the work that is done."""
        span = self.effort(self.end) - self.effort(self.start)
        done = (self.effort(min(day, self.stalls)) - self.effort(self.start)) / span * (1.0 - self.lag)
        return min(self.ceiling, max(0.0, done))

    def spent(self, day: date) -> float:
        """Money spent, in millions of yuan; more than the total is an overrun."""
        return self.total * self.work_share(day) * (1.0 + self.overrun)

    def stage(self, day: date) -> int:
        """Stage 0-5: planned, preparation, started, main works, completed, in use."""
        work = self.work_share(day)
        if work >= 0.97:
            return 5 if (day - self.end).days > 180 else 4
        return sum(work > floor for floor in (0.0, 0.06, 0.35))


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies some months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def quarter_end(year: int, quarter: int) -> date:
    """The last day of a quarter."""
    return date(year, 3 * quarter, calendar.monthrange(year, 3 * quarter)[1])


def project_day(year: int, quarter: int) -> date:
    """The day on which the reports of a quarter are published: 20 days after its end."""
    return quarter_end(year, quarter) + timedelta(days=20)


def course_of(project: Project) -> Course:
    """The course of a project, from its own seed and the tables."""
    rng = rng_of("project", project.id)
    draws = [float(rng.random()) for _ in range(4)]
    early = project.id in EARLY
    start = add_months(date(2021, 4, 1), 0 if early else int(7 * draws[0]))
    months = 15 + int(5 * draws[1]) if early else 34 + int(9 * draws[1])
    if project.id in UNDATED:
        months += 24
    tempo = rng_of("tempo", project.id)
    return Course(
        start=start,
        end=add_months(start, months),
        total=round(8 + (130 if project.kind == "project" else 20) * draws[2] ** 2, 1),
        lag=LAGS.get(project.id, -0.06 if early else 0.16 * draws[3] - 0.08),
        years=tuple(0.7 + 0.6 * float(tempo.random()) for _ in range(8)),
        overrun=OVERRUNS.get(project.id, 0.0),
        ceiling=CEILINGS.get(project.id, 1.0),
        stalls=STALLS.get(project.id, date.max),
        dated=project.id not in UNDATED,
    )


def project_rows(plan: Plan, year: int, quarter: int) -> list[tuple[str, ...]]:
    """The state of every reported project at the end of a quarter; a doubled listing is reported once."""
    reported = [p for p in plan.projects if not p.duplicate_of and p.id not in UNREPORTED]
    day = quarter_end(year, quarter)
    return [
        _project_row(p, course_of(p), day, len(reported) * (quarter - 1) + i)
        for i, p in enumerate(reported, 1)
        if day <= min(CANCELLED.get(p.id, day), SILENT.get(p.id, day))
    ]


def _project_row(project: Project, course: Course, day: date, number: int) -> tuple[str, ...]:
    stage = course.stage(day) - (day in STEPS_BACK.get(project.id, ()))
    planned = _planned(project, course, day)
    spent, before = (_stated(project, course, d) for d in (day, date(day.year - 1, 12, 31)))
    words = BUILDING if project.kind == "project" else PROGRAMME
    document = f"演示项函〔{day.year}〕{number}号"
    seen = "停留在前期手续" if course.ceiling < 1 and stage == 1 else words[stage]
    if day == CANCELLED.get(project.id):
        document, seen = f"演示会议纪要〔{day.year}〕{number}号", "停止实施，另行论证"
    return (
        project.id,
        AREA,
        day.isoformat(),
        "X" if day == CANCELLED.get(project.id) else str(stage),
        *planned[:3],
        f"{spent:.1f}",
        planned[3],
        f"{max(0.0, spent - before):.1f}",
        seen,
        _own_rating(project, course, day, stage),
        "" if (project.id, day) in WITHOUT_DOCUMENT else document,
    )


def _stated(project: Project, course: Course, day: date) -> float:
    """Money spent as the reports of the time have it."""
    until, share = OVERSTATED.get(project.id, (date.min, 0.0))
    return course.spent(day) * (1.0 + share * (day < until))


def _planned(project: Project, course: Course, day: date) -> tuple[str, str, str, str]:
    """Planned start, end, total and amount of the year, as in force on a day."""
    since, months, factor = NEW_PLANS.get(project.id, (date.max, 0, 1.0))
    end, total = (add_months(course.end, months), factor * course.total) if day >= since else (
        course.end, course.total)  # fmt: skip
    if not course.dated:
        return "", "", f"{total:.1f}", ""
    year = [date(day.year, 1, 1), date(day.year, 12, 31)]
    shares = [min(1.0, max(0.0, (d - course.start).days / (end - course.start).days)) for d in year]
    return course.start.isoformat(), end.isoformat(), f"{total:.1f}", f"{total * (shares[1] - shares[0]):.1f}"


def _own_rating(project: Project, course: Course, day: date, stage: int) -> str:
    """What the unit says of itself: kinder than the figures."""
    if stage >= 4:
        return "已完成"
    kind = "基本正常" if course.time_share(day) - course.work_share(day) > 0.1 else "正常推进"
    return OWN_TEXTS.get(project.id, kind)


def housing_completed(plan: Plan, years: range) -> dict[int, str]:
    """Share of the listed housing projects completed at the end of each year."""
    courses = [course_of(p) for p in plan.projects if p.box == "专栏12（一）"]
    return {
        y: f"{100 * sum(y > 2020 and c.stage(date(y, 12, 31)) >= 4 for c in courses) / len(courses):.1f}"
        for y in years
    }
