"""The plan of one year beside the plan of five: how much of it is done, against the year's time gone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from ..series.periods import parse_period
from .book import ToDate, evidence_of
from .judging import Case
from .verdicts import AnnualCheck, Evidence, Settings, Word

__all__ = ["annual_word", "check_annual", "schedule_of"]

Row = dict[str, Any]
Kind = Literal["sum", "limit", "level"]
Known = ToDate
# figures are printed to a few decimals: a rounding distance is neither a breach nor a gap
_ROUNDING = 1e-9


def schedule_of(period: str) -> float:
    """Share of its year gone at the end of a period, counted in months (序时进度).

    Parameters
    ----------
    period : str
        A year, or the last quarter or month of a cumulative figure.

    Returns
    -------
    float
        1/12 to 1.

    Examples
    --------
    >>> schedule_of("2022Q3"), schedule_of("2022"), round(schedule_of("2018-04"), 4)
    (0.75, 1.0, 0.3333)
    """
    return parse_period(period).end.month / 12


def annual_word(kind: Kind, *, share: float, schedule: float, lead: float, settings: Settings) -> Word:
    """The word for a year's plan.

    Parameters
    ----------
    kind : {"sum", "limit", "level"}
    share, schedule : float
        Of a total: actual over plan, and the share of the year gone.
    lead : float
        Of a limit or a level: distance on the good side, in the unit of the indicator.
    settings : Settings

    Notes
    -----
    A total inside the year: done already 提前完成, else the bands on share over schedule. At its end the
    plan is met or it is not: from `ahead` 快于预期, from 1 符合预期, from `on_track` 需关注, below 滞后. A
    limit or a level that holds is 符合预期; one that does not is 滞后, and 需关注 while the year still runs.

    Examples
    --------
    >>> word = lambda share, schedule: annual_word("sum", share=share, schedule=schedule, lead=0.0,
    ...                                            settings=Settings())
    >>> word(0.44, 4 / 12), word(1.0713, 11 / 12), word(1.02, 1.0), word(0.97, 1.0)
    ('ahead', 'achieved', 'on_track', 'attention')
    """
    over = schedule >= 1.0
    if kind != "sum":
        return "on_track" if lead >= -_ROUNDING else "behind" if over else "attention"
    done = share >= 1.0 - _ROUNDING
    if done and not over:
        return "achieved"
    pace = share / schedule
    if pace >= settings.ahead - _ROUNDING:
        return "ahead"
    if over:
        return "on_track" if done else "attention" if pace >= settings.on_track - _ROUNDING else "behind"
    return "on_track" if pace >= settings.on_track - _ROUNDING else "behind"


def check_annual(case: Case, rows: Sequence[Row]) -> AnnualCheck | None:
    """The newest year with a plan of its own and a figure to set against it.

    Parameters
    ----------
    case : Case
    rows : sequence of dict
        Yearly plans of the measure in any order. Of several plans for one year the newest document counts:
        plans are adjusted. A row without a document or a value is no plan, nor is a total of zero or less.

    Returns
    -------
    AnnualCheck or None
        None without such a year, where the newest one is too old, and for measures that have no figure.

    Notes
    -----
    A total is read from the cumulative figure of the running year, otherwise from the full year; a limit
    from the newest month, quarter or year; a level from full years only, because a level inside the year
    cannot be set against the year's time.
    """
    kind = _kind(case)
    if kind is None:
        return None
    plans = _plans(rows, kind)
    if not plans:
        return None
    for period, actual, evidence in _known(case, kind):
        row = plans.get(parse_period(period).year)
        if row is None:
            continue
        return None if case.stale(period) else _check(case, kind, row, (period, actual, evidence))
    return None


def _check(case: Case, kind: Kind, row: Row, known: Known) -> AnnualCheck:
    period, actual, evidence = known
    target, schedule = float(row["value"]), schedule_of(period)
    share = actual / target if kind == "sum" else math.nan
    distance = target - actual if _at_most(case) else actual - target
    lead = 100 * (share - schedule) if kind == "sum" else distance
    return AnnualCheck(
        year=int(row["year"]),
        kind=kind,
        target=target,
        actual=actual,
        period=period,
        share=share,
        schedule=schedule,
        lead_pp=lead,
        word=annual_word(kind, share=share, schedule=schedule, lead=lead, settings=case.settings),
        document=str(row["document"]),
        evidence=(_cite_plan(case, row), *evidence),
    )


def _kind(case: Case) -> Kind | None:
    """What a plan of one year means for a measure; None where it has no meaning."""
    measure = case.measure
    if measure.type in ("keep_below", "keep_above"):
        return "limit"
    if measure.type == "average_growth":
        return "level"  # the growth of the year, not the mean so far
    if measure.type in ("sum", "level", "coverage", "direction", "activity", "not_below_previous"):
        flow = case.indicator.kind == "flow"
        return "sum" if measure.type == "sum" or (flow and not _at_most(case)) else "level"
    return None


def _at_most(case: Case) -> bool:
    return case.measure.type == "keep_below" or case.measure.sense in ("at_most", "down")


def _plans(rows: Sequence[Row], kind: Kind) -> dict[int, Row]:
    """The plan of each year; the newest document counts."""
    least = 0.0 if kind == "sum" else -math.inf  # no share of nothing can be done
    usable = [
        r
        for r in rows
        if str(r["document"] or "").strip()
        and r["value"] is not None
        and math.isfinite(r["value"])
        and r["value"] > least
    ]
    usable.sort(key=lambda r: (str(r["date"])[:10], str(r["vintage"])[:10], str(r["file"]), int(r["row"])))
    return {int(r["year"]): r for r in usable}


def _known(case: Case, kind: Kind) -> Iterator[Known]:
    """Figures of plan years, the newest first."""
    figures = case.book.yearly(case.measure.indicator).between(case.plan.start.year, case.plan.end.year)
    for running in _within_years(case, kind):
        if parse_period(running[0]).year in case.plan.years:
            yield running
    for year, number in zip(reversed(figures.years), reversed(figures.numbers), strict=True):
        yield str(year), number, figures.cite(str(year))


def _within_years(case: Case, kind: Kind) -> Iterator[Known]:
    """The newest figure of each year that has no full figure yet, the newest year first."""
    id = case.measure.indicator
    if kind == "sum":
        yield from case.book.years_to_date(id)
    rows = case.book.rows(id)
    if kind != "limit" or rows.empty:
        return
    full = case.book.yearly(id).years
    last = full[-1] if full else 0
    inside = rows[rows["freq"].isin(["M", "Q"])].sort_values(["period_end", "period"])
    newest = {parse_period(str(row["period"])).year: row for row in inside.to_dict("records")}
    for year, row in reversed(newest.items()):
        if year > last:
            yield str(row["period"]), float(row["value"]), (evidence_of(row),)


def _cite_plan(case: Case, row: Row) -> Evidence:
    """The cell that holds the year's plan."""
    status = "synthetic" if row["certainty"] == "synthetic" else "final"
    cited = evidence_of(
        {**row, "indicator": case.measure.indicator, "period": str(int(row["year"])), "status": status}
    )
    return replace(cited, note=str(row["document"]), sheet=str(row.get("sheet") or ""))
