"""When a project will be finished at its own pace: earned schedule on a straight plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .project_reports import CANCELLED, Report

__all__ = ["REFUSALS", "WIDENING", "Finish", "expected_finish", "months_between"]

# Works of non-standard buildings took up to 39 % longer than planned (Mott MacDonald 2002, in the
# supplementary guidance on optimism bias of HM Treasury's Green Book): used where a project has no past
# of its own from which a spread could be read.
WIDENING = 1.39
# Winter stops building, so that a pace is that of a year or about a year.
YEAR_DAYS = 330
CENTURY_DAYS = 36525
MONTH_DAYS = 365.25 / 12

REFUSALS: dict[str, tuple[str, str]] = {
    "no_record": ("没有可采信的报告", "no report that counts"),
    "stale": ("最近一次报告过旧", "the last report is too old"),
    "cancelled": ("已取消或调整", "cancelled or changed"),
    "no_dates": ("没有计划起止时间", "no planned start and end"),
    "no_money": ("没有累计完成投资或总投资", "no cumulative or total investment"),
    "no_stage": (
        "没有报告阶段，单凭投资比例不能代替工程进度",
        "no stage was reported, and a share of money alone does not tell the work done",
    ),
    "not_started": ("尚未开工，没有施工进度可依", "not started: there is no work from which to tell a pace"),
    "no_investment": ("累计完成投资为零", "nothing is invested"),
    "too_early": (
        "计划工期刚开始，进度尚不足为凭",
        "the planned time has only begun: too early to tell a pace",
    ),
    "stalled": ("投资停滞，没有进度可依", "the investment stands still: there is no pace"),
    "money_spent": (
        "投资已用完而未完工，投资比例不再反映工程进度",
        "the money is spent and the work is not done: its share no longer tells the work",
    ),
    "too_slow": ("按现有进度百年内不能完工", "at its pace it would take more than a century"),
}


@dataclass(frozen=True, kw_only=True)
class Finish:
    """The day on which a project is, or will be, finished.

    Attributes
    ----------
    day, earliest, latest : datetime.date or None
        `latest` is None where the slowest year saw no progress, or would take more than a century. For a
        completed project `day` is that of the first report of completion, and the range goes from the
        report before it.
    spi : float
        ES / AT, planned days earned a day; NaN without an estimate.
    basis : {"reports", "widened", "completed", ""}
        The range comes from the project's own years, from a reference class, from reports of completion.
    confidence : {"medium", "low", ""}
    refusal : str
        A key of `REFUSALS`, or empty.
    """

    day: date | None = None
    earliest: date | None = None
    latest: date | None = None
    spi: float = math.nan
    basis: str = ""
    confidence: str = ""
    refusal: str = ""


def expected_finish(
    reports: Sequence[Report], *, start: date | None, end: date | None, total: float, stalled: bool,
    too_early: float,
) -> Finish:  # fmt: skip
    """Finish by earned schedule, with a range.

    The plan is a straight line from start to end (no other curve is known). The share of money stands in
    for the earned share e; the stage bounds it: before stage 2 nothing is earned, before stage 4 less
    than all. With the planned duration D and the time AT since the planned start, ES = e D,
    SPI(t) = ES / AT, and the finish is start + D / SPI(t) (Lipke 2003, Henderson 2004).

    The range: the rest of the work at the pace of the best and of the worst year that the reports show.
    With fewer than two such years, from the better to the worse of the own pace and the planned one, the
    worse lengthened by `WIDENING`.

    Parameters
    ----------
    reports : sequence of Report
        Documented, in order of their day, at least one.
    start, end : datetime.date or None
        The newest planned dates.
    total : float
        Planned total investment in millions of yuan; NaN if unknown.
    stalled : bool
        Whether the investment stands still.
    too_early : float
        Share of the planned time up to which nothing is said.

    Returns
    -------
    Finish
        With a `refusal` where no day can be told.

    Examples
    --------
    40 % earned after 730 of 1461 days: ES 584.4 days, SPI(t) 0.80, 1825 days in all.

    >>> from datetime import date
    >>> from cbs_analysis.plan.project_reports import documented
    >>> row = {"date": "2023-01-01", "vintage": "2023-01-20", "file": "f", "row": 2, "stage": 3.0,
    ...        "cum_inv_mn_yuan": 40.0, "document": "No. 1"}
    >>> found = expected_finish(
    ...     documented([row])[0], start=date(2021, 1, 1), end=date(2025, 1, 1), total=100.0,
    ...     stalled=False, too_early=0.1)
    >>> str(found.day), round(found.spi, 3), found.basis
    ('2025-12-31', 0.801, 'widened')
    """
    last = reports[-1]
    if last.done:
        return _completed(reports)
    refusal = _refusal(last, start, end, total, stalled, too_early)
    if refusal:
        return Finish(refusal=refusal)
    assert start is not None
    assert end is not None
    planned = (end - start).days
    earned = last.spent / total
    spi = earned * planned / (last.day - start).days
    rest = (1 - earned) * planned
    # an amount next to nothing makes a pace of nothing
    day = _after(last.day, rest / spi) if spi > 0 else None
    if day is None:
        return Finish(refusal="too_slow", spi=spi)
    years = _yearly_paces(reports, start, planned, total)
    if len(years) < 2:
        return Finish(
            day=day,
            earliest=_after(last.day, rest / max(spi, 1.0)),
            latest=_after(last.day, WIDENING * rest / min(spi, 1.0)),
            spi=spi,
            basis="widened",
            confidence="low",
        )
    best, worst = max(*years, spi), min(*years, spi)
    return Finish(
        day=day,
        earliest=_after(last.day, rest / best),
        latest=_after(last.day, rest / worst) if worst > 0 else None,
        spi=spi,
        basis="reports",
        confidence="medium",
    )


def _completed(reports: Sequence[Report]) -> Finish:
    first = len(reports) - 1
    while first > 0 and reports[first - 1].done:
        first -= 1
    day = reports[first].day
    return Finish(
        day=day, earliest=reports[first - 1].day if first else None, latest=day, basis="completed"
    )  # fmt: skip


def _refusal(
    last: Report, start: date | None, end: date | None, total: float, stalled: bool, too_early: float
) -> str:
    if last.stage == CANCELLED:
        return "cancelled"
    if start is None or end is None or end <= start:
        return "no_dates"
    if not (math.isfinite(last.spent) and total > 0):
        return "no_money"
    if last.stage is None:
        return "no_stage"
    if last.stage < 2:
        return "not_started"
    if last.spent <= 0:
        return "no_investment"
    if stalled:
        return "stalled"
    if last.spent >= total:
        return "money_spent"
    return "too_early" if (last.day - start).days <= too_early * (end - start).days else ""


def _yearly_paces(reports: Sequence[Report], start: date, planned: int, total: float) -> list[float]:
    """SPI(t) of every stretch from the start or a report to the first report about a year later."""
    points = [(0, 0.0)]
    points += [
        ((r.day - start).days, r.spent / total)
        for r in reports
        if math.isfinite(r.spent) and r.day > start
    ]  # fmt: skip
    paces = []
    for i, (day, share) in enumerate(points):
        later = next((p for p in points[i + 1 :] if p[0] - day >= YEAR_DAYS), None)
        if later is not None:
            paces.append((later[1] - share) * planned / (later[0] - day))
    return paces


def _after(day: date, days: float) -> date | None:
    """A day some days later, rounded up; None beyond a century."""
    # a hair off a whole day is rounding of floats, not a day
    return day + timedelta(days=math.ceil(round(days, 6))) if days <= CENTURY_DAYS else None


def months_between(earlier: date, later: date) -> float:
    """Months from one day to another, to one decimal; negative where the second comes first.

    >>> months_between(date(2024, 7, 1), date(2025, 1, 1))
    6.0
    """
    return round((later - earlier).days / MONTH_DAYS, 1)
