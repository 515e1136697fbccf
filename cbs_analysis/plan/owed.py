"""Who owes what, since when: every figure, document, project report and target that a judgement lacks.

A figure of a year is owed from the day after the end of that year; a document or the report on a project
from the day that the plan was published, or from its start if that came first; one that has become too old
from the day on which it did; a document that states a target from the plan's publication.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pandas as pd

from ..registry.records import Commitment, Measure
from ..series.periods import parse_date, parse_period
from .book import Book
from .evaluation import Evaluation
from .verdicts import Verdict

__all__ = ["NO_OFFICE", "Owed", "indicators_of", "owed", "owed_items"]

NO_OFFICE = ""  # a project that no commitment names has no office in the plan
_WANTS_FIGURES = ("no_data", "no_plan_year", "no_baseline", "too_few", "gap", "stale")
_FROM_BASELINE = ("level", "coverage", "average_growth", "direction", "activity", "not_below_previous")
_BY_DOCUMENTS = ("mechanism", "yes_no", "expert")
_DAYS_OF_A_YEAR = 365.25
Kind = Literal["figure", "document", "target", "project"]


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One thing that is owed.

    Attributes
    ----------
    office : str
        Id of the office that owes it: the first that the plan names; "" where it names none.
    commitment, measure, project, indicator, period : str
        What it belongs to; empty where that does not apply. `period` is the year of a figure.
    kind : {"figure", "document", "target", "project"}
    since : datetime.date
        The first day on which it is owed.
    """

    office: str
    commitment: str
    measure: str
    kind: Kind
    since: date
    indicator: str = ""
    period: str = ""
    project: str = ""


def indicators_of(measure: Measure) -> tuple[str, ...]:
    """The indicators that a measure is judged by, each once."""
    return tuple(dict.fromkeys(i for i in (measure.indicator, measure.against, measure.exposure) if i))


def owed_items(evaluation: Evaluation) -> tuple[Owed, ...]:
    """Everything that is owed on the day of an evaluation.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    tuple of Owed
        In the order of the plan. A figure that two measures need is owed once, by the office of the first.
        A year that has not ended is not owed.
    """
    verdicts = {v.measure: v for v in evaluation.verdicts}
    book = Book(evaluation.inputs.latest())
    found = [
        item
        for commitment in evaluation.plan.commitments
        for measure in commitment.measures
        if measure.id in verdicts and not verdicts[measure.id].assessed
        for item in _of_measure(evaluation, book, commitment, measure, verdicts[measure.id])
    ]
    found += _of_projects(evaluation, {i.project for i in found if i.project})
    seen: set[tuple[str, str]] = set()
    kept = []
    for item in found:
        key = (item.indicator, item.period)
        if item.kind != "figure" or key not in seen:
            kept.append(item)
        seen.add(key)
    return tuple(kept)


def _of_measure(
    evaluation: Evaluation, book: Book, commitment: Commitment, measure: Measure, verdict: Verdict
) -> Iterator[Owed]:
    office = commitment.offices[0] if commitment.offices else NO_OFFICE
    about = {"office": office, "commitment": commitment.id, "measure": measure.id}
    since = _from_the_plan(evaluation)
    if verdict.reason == "no_target":
        yield Owed(**about, kind="target", since=evaluation.plan.document.published)
    elif measure.type in _BY_DOCUMENTS:
        if not (verdict.reason == "expert" and verdict.evidence):
            yield Owed(**about, kind="document", since=_stale_since(verdict, evaluation) or since)
    elif measure.type == "project":
        day = _stale_since(verdict, evaluation) or since
        yield Owed(**about, kind="project", project=measure.project, since=day)
    elif verdict.reason in _WANTS_FIGURES:
        for indicator in indicators_of(measure):
            for year in missing_years(evaluation, book, measure, indicator):
                yield Owed(
                    **about, kind="figure", since=date(year + 1, 1, 1), indicator=indicator, period=str(year)
                )


def missing_years(evaluation: Evaluation, book: Book, measure: Measure, indicator: str) -> tuple[int, ...]:
    """Years of the plan that have ended and of which there is no figure; with the base year where it counts.

    Parameters
    ----------
    evaluation : Evaluation
    book : Book
    measure : Measure
    indicator : str

    Returns
    -------
    tuple of int
        In order.
    """
    plan = evaluation.plan
    known = set(book.yearly(indicator).years)
    first = plan.baseline if measure.type in _FROM_BASELINE else plan.start.year
    printed = measure.target is not None and measure.target.baseline is not None
    mean_of_growth = (
        measure.type == "average_growth" and evaluation.registry.indicator(indicator).kind == "growth"
    )
    if (
        printed or mean_of_growth
    ):  # the document of the target prints its base, or the years alone are averaged
        first = plan.start.year
    last = min(evaluation.as_of.year - 1, plan.end.year)
    wanted = set(range(plan.start.year, last + 1)) | ({first} if first <= last else set())
    return tuple(sorted(wanted - known))


def _from_the_plan(evaluation: Evaluation) -> date:
    plan = evaluation.plan
    return min(plan.document.published, plan.start)


def _stale_since(verdict: Verdict, evaluation: Evaluation) -> date | None:
    """The day on which the last document became too old, if it is."""
    if verdict.reason != "stale" or not verdict.period:
        return None
    return _became_old(parse_period(verdict.period).end, evaluation)


def _became_old(last: date, evaluation: Evaluation) -> date:
    return last + timedelta(days=int(evaluation.settings.stale_years * _DAYS_OF_A_YEAR) + 1)


def _of_projects(evaluation: Evaluation, told: set[str]) -> Iterator[Owed]:
    """Reports on projects that no measure asks for already; a doubled listing is reported once."""
    by_project = {m.project: (c, m) for c in evaluation.plan.commitments for m in c.measures if m.project}
    offices = {c.id: c.offices[0] for c in evaluation.plan.commitments if c.offices}
    judged_by = {p.id: p.judged_by for p in evaluation.plan.projects}
    for state in evaluation.projects:
        id = str(state["id"])
        if state["word"] != "not_assessable" or state.get("duplicate_of") or id in told or id in by_project:
            continue
        if judged_by.get(id):
            continue  # its own measures say how it stands, and what they lack is owed there
        old = state["reason"] == "stale" and state.get("date")
        since = _became_old(parse_date(state["date"]), evaluation) if old else _from_the_plan(evaluation)
        yield Owed(
            office=next((offices[c] for c in judged_by.get(id, ()) if c in offices), NO_OFFICE),
            commitment="", measure="", kind="project", project=id, since=since,
        )  # fmt: skip


def owed(
    evaluation: Evaluation, *, data_requests: pd.DataFrame | None = None, lang: str = "zh"
) -> pd.DataFrame:
    """What is owed, by whom, since when, and what the office has answered.

    Parameters
    ----------
    evaluation : Evaluation
    data_requests : pandas.DataFrame, optional
        From `load_data_requests`; those of the evaluation's inputs by default.
    lang : {"zh", "en"}

    Returns
    -------
    pandas.DataFrame
        office (name; empty where the plan names none), office_id, commitment, measure, name, kind, what
        (years of a figure; empty otherwise), since (ISO date), days (to `as_of`), answer (key of the last
        answer, empty without one), expected (ISO date or empty). One row for each measure and indicator,
        longest owed first; years of one indicator stand together, counted from the first.
    """
    answers = evaluation.inputs.data_requests if data_requests is None else data_requests
    groups: dict[tuple[str, ...], list[Owed]] = {}
    for item in owed_items(evaluation):
        key = (item.office, item.commitment, item.measure, item.kind, item.indicator, item.project)
        groups.setdefault(key, []).append(item)
    rows = [_row(evaluation, items, answers, lang) for items in groups.values()]
    columns = [
        "office", "office_id", "commitment", "measure", "name", "kind", "what", "since", "days", "answer",
        "expected",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("days", ascending=False, kind="stable").reset_index(drop=True)


def _row(
    evaluation: Evaluation, items: list[Owed], data_requests: pd.DataFrame, lang: str
) -> dict[str, object]:
    first = min(items, key=lambda i: i.since)
    office = evaluation.plan.offices.get(first.office)
    answer, expected = _answer(items, data_requests)
    return {
        "office": office.name(lang) if office else "",
        "office_id": first.office,
        "commitment": first.commitment,
        "measure": first.measure or first.project,
        "name": name_of(evaluation, first, lang),
        "kind": first.kind,
        "what": years_of(i.period for i in items),
        "since": first.since.isoformat(),
        "days": (evaluation.as_of - first.since).days,
        "answer": answer,
        "expected": expected,
    }


def name_of(evaluation: Evaluation, item: Owed, lang: str) -> str:
    """The name of the indicator, project, measure or commitment that something is owed for."""
    plan = evaluation.plan
    if item.project:
        return next(p.name(lang) for p in plan.projects if p.id == item.project)
    measure = next(m for m in plan.measures if m.id == item.measure)
    if item.indicator and (item.indicator != measure.indicator or not measure.name(lang)):
        return evaluation.registry.indicator(item.indicator).name(lang)
    if measure.name(lang) or measure.indicator:
        return measure.name(lang) or evaluation.registry.indicator(measure.indicator).name(lang)
    return next(c.name(lang) for c in plan.commitments if c.id == item.commitment)


def years_of(periods: Iterable[str]) -> str:
    """Years as a reader writes them: neighbours as a span.

    >>> years_of(["2021", "2022", "2023", "2025"])
    '2021-2023, 2025'
    """
    years = sorted({int(p) for p in periods if p})
    spans: list[list[int]] = []
    for year in years:
        if spans and spans[-1][1] == year - 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _answer(items: list[Owed], data_requests: pd.DataFrame) -> tuple[str, str]:
    """The last answer that an office gave to any of these, and the day on which it will come."""
    if data_requests.empty:
        return "", ""
    first = items[0]
    mine = data_requests[data_requests["measure"] == first.measure]
    if first.kind == "figure":
        mine = mine[(mine["indicator"] == first.indicator) & mine["period"].isin([i.period for i in items])]
    if mine.empty:
        return "", ""
    last = mine.sort_values(["date", "vintage"], kind="stable").iloc[-1]
    expected = last["expected"]
    return str(last["answer"]), "" if pd.isna(expected) else str(expected)[:10]
