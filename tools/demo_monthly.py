"""Monthly figures of the demonstration zone's labour market, all invented, with a few bad spells."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from demo_random import rng_of

FIRST, LAST = (2008, 1), (2024, 6)
# a bad spell: month in which new claims jump, its length, its strength, and the months by which the other
# signals run ahead of it (0: nothing was to be seen before)
SPELLS = (
    ((2011, 9), 3, 1.1, 8), ((2013, 10), 3, 1.1, 7), ((2015, 5), 3, 1.1, 8), ((2016, 11), 3, 1.2, 7),
    ((2018, 6), 3, 1.2, 8), ((2020, 2), 4, 1.6, 2), ((2021, 9), 3, 1.1, 0), ((2022, 12), 3, 1.2, 8),
    ((2024, 6), 3, 1.1, 4),
)  # fmt: skip
# scares: signals turn bad for some months and nothing follows
SCARES = (((2012, 8), 3, 0.8), ((2017, 8), 4, 1.3), ((2023, 9), 3, 1.2))
WINTER, SUMMER = {12: 0.5, 1: 0.9, 2: 1.0, 3: 0.2}, {6: 0.4, 7: 1.3, 8: 1.4, 9: 0.6, 10: 0.5}
DIGITS = {"ratio": 2, "pct": 2, "months": 1}
# id -> (mean, winter peak, summer peak, growth a year, effect of a bad spell, months ahead of claims, noise);
# all but the last are shares of the mean
SERIES: dict[str, tuple[float, float, float, float, float, bool, float]] = {
    "unemployment_benefit_new_claims_persons": (62, 0.35, -0.08, 0.01, 0.75, False, 0.07),
    "job_separations_pct": (2.1, 0.25, 0.05, 0.0, 0.35, True, 0.05),
    "vacancies_per_jobseeker_ratio": (1.12, -0.10, 0.10, 0.01, -0.20, True, 0.04),
    "employment_filings_net_persons": (95, -0.60, 0.50, 0.02, -0.9, True, 0.15),
    "electricity_business_kwh": (41_000_000, 0.30, 0.12, 0.04, -0.13, True, 0.02),
    "tourist_visits_one_month_person_times": (310_000, 0.45, 0.90, 0.06, -0.35, True, 0.05),
    "social_insurance_stopped_firms_count": (9, 0.20, -0.05, 0.02, 1.0, True, 0.15),
    "unemployment_fund_payable_months": (26, -0.02, 0.02, 0.0, -0.14, True, 0.02),
    "large_layoffs_filed_count": (0.9, 0.10, 0.0, 0.0, 1.8, True, 0.6),
}


def months() -> list[tuple[int, int]]:
    """Year and month of every row, in order."""
    first, last = (12 * y + m - 1 for y, m in (FIRST, LAST))
    return [divmod(i, 12) for i in range(first, last + 1)]


def strain(place: int, *, ahead: bool) -> float:
    """How bad the month is: 0 none; `ahead` for series that move before the claims."""
    total = 0.0
    for (year, month), length, strength, lead in SPELLS:
        begins = 12 * year + month - 1
        start = begins - lead if ahead else begins
        full = begins - 1 if ahead and lead else begins
        if start <= place < begins + length:
            total += strength * (0.6 + 0.4 * (place - start) / (full - start) if place < full else 1.0)
    for (year, month), length, strength in SCARES if ahead else ():
        begins = 12 * year + month - 1
        total += strength if begins <= place < begins + length else 0.0
    return total


def monthly_value(id: str, year: int, month: int) -> float:
    """One figure, before it is rounded."""
    mean, winter, summer, growth, effect, ahead, noise = SERIES[id]
    place = 12 * year + month - 1
    season = 1 + winter * WINTER.get(month, 0.0) + summer * SUMMER.get(month, 0.0)
    trend = 1 + growth * (place - 12 * 2017) / 12
    drawn = rng_of(id, "monthly", year, month).random(3)
    value = mean * (season * trend + effect * strain(place, ahead=ahead))
    value += mean * noise * (2.0 * float(drawn.sum()) - 3.0)
    return value if id == "employment_filings_net_persons" else max(0.0, value)


def monthly_rows(unit_of: dict[str, str], span: list[tuple[int, int]]) -> Iterator[tuple[str, str, str]]:
    """Indicator, period and value of each figure of some months."""
    for id in SERIES:
        digits = DIGITS.get(unit_of[id], 0)
        for year, month in span:
            yield id, f"{year}-{month + 1:02d}", f"{monthly_value(id, year, month + 1):.{digits}f}"


def monthly_files() -> list[tuple[str, str, date, list[tuple[int, int]]]]:
    """Slug, title, day of publication and months of each file: years, then quarters.

    A month is published 20 days after its end; a file holds the months of a year or quarter and is dated
    by its last one.
    """
    found = []
    for year in range(FIRST[0], 2023):
        span = [m for m in months() if m[0] == year]
        found.append(
            (f"demo_monthly_{year}", f"演示区{year}年各月就业监测数据（合成）", published(*span[-1]), span)
        )
    for year, quarter in ((y, q) for y in (2023, 2024) for q in range(1, 5)):
        span = [m for m in months() if m[0] == year and m[1] // 3 == quarter - 1]
        if span:
            title = f"演示区{year}年{quarter}季度各月就业监测数据（合成）"
            found.append((f"demo_monthly_{year}q{quarter}", title, published(*span[-1]), span))
    return found


def published(year: int, month: int) -> date:
    """20 days after the end of a month, counted from 0."""
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1]) + timedelta(days=20)
