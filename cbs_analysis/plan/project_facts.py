"""What the reports on a project state together: dates, money, and each year's plan of investment."""

from __future__ import annotations

import calendar
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from .project_reports import Report
from .project_words import annual_sentence

__all__ = ["Facts", "annual_plans", "facts_of"]

# A year's plan less than half done by the end of August is a red light.
RED_SHARE, RED_DAY = 0.5, (8, 31)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The last stated dates and total, the first ones, and the shares that follow.

    Money in millions of yuan, NaN where not stated. `earlier` says that the last report leaves out a
    date or the total that was stated before.
    """

    start: date | None
    end: date | None
    first_start: date | None
    first_end: date | None
    total: float
    first_total: float
    spent: float
    time_share: float
    first_time_share: float
    earlier: bool

    @property
    def share(self) -> float:
        """Share of the planned money that is spent; NaN without either."""
        return self.spent / self.total if self.total > 0 else math.nan


def facts_of(reports: Sequence[Report]) -> Facts:
    """A report that leaves out a date or the total leaves the one in force that was stated last."""
    last = reports[-1]
    # start and end are stated apart: an extension may name the new end alone
    starts = [r.start for r in reports if r.start is not None]
    ends = [r.end for r in reports if r.end is not None]
    priced = [r for r in reports if math.isfinite(r.total)]
    start, first_start = (starts[-1], starts[0]) if starts else (None, None)
    end, first_end = (ends[-1], ends[0]) if ends else (None, None)
    return Facts(
        start=start,
        end=end,
        first_start=first_start,
        first_end=first_end,
        total=priced[-1].total if priced else math.nan,
        first_total=priced[0].total if priced else math.nan,
        spent=last.spent,
        time_share=_time_share(last.day, start, end),
        first_time_share=_time_share(last.day, first_start, first_end),
        earlier=(start is not None and last.start is None)
        or (end is not None and last.end is None)
        or bool(priced and priced[-1] is not last),
    )


def _time_share(day: date, start: date | None, end: date | None) -> float:
    """Share of the planned time gone, from 0 to 1; NaN without dates or where they are no span."""
    if start is None or end is None or end <= start:
        return math.nan
    return min(1.0, max(0.0, (day - start).days / (end - start).days))


def annual_plans(reports: Sequence[Report]) -> tuple[dict[str, Any], ...]:
    """The last report on each year's plan of investment, against the share of the year gone."""
    stated = [r for r in reports if r.year_plan > 0 and math.isfinite(r.year_spent)]
    last = {r.day.year: r for r in stated}
    return tuple(_year(last[year]) for year in sorted(last))


def _year(r: Report) -> dict[str, Any]:
    share = r.year_spent / r.year_plan
    # a full month counts when its last day is reached
    days = calendar.monthrange(r.day.year, r.day.month)[1]
    schedule = (r.day.month - 1 + r.day.day / days) / 12
    red = share < RED_SHARE and (r.day.month, r.day.day) >= RED_DAY
    zh, en = annual_sentence(r.day.year, share, schedule, red)
    return {
        "year": r.day.year, "date": r.day.isoformat(), "planned_mn_yuan": r.year_plan,
        "invested_mn_yuan": r.year_spent, "share": share, "schedule": schedule,
        "lead_pp": 100 * (share - schedule), "red": red, "document": r.document,
        "sentence_zh": zh, "sentence_en": en,
    }  # fmt: skip
