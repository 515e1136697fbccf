"""Every measure of a plan judged for one area: which rule judges which type, and from which rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

import pandas as pd

from ..registry.load import Registry
from ..registry.records import Plan, Project
from .averages import judge_average_growth
from .book import Book
from .directions import judge_direction
from .finishing import finish
from .inputs import Columns, Inputs, records_by
from .judging import Case
from .limits import judge_keep, judge_not_below, judge_zero
from .mechanisms import judge_expert, judge_mechanism, judge_yes_no
from .projects import judge_project, project_state
from .quantities import judge_level, judge_sum
from .relations import judge_synchrony
from .verdicts import WORDS, Settings, Verdict, Word

__all__ = ["RECORD_KEYS", "Records", "judge_area", "judge_measure", "project_rows"]

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]

_BY_FIGURES: dict[str, Callable[[Case], Verdict]] = {
    "level": judge_level,
    "coverage": judge_level,
    "sum": judge_sum,
    "average_growth": judge_average_growth,
    "keep_below": judge_keep,
    "keep_above": judge_keep,
    "not_below_previous": judge_not_below,
    "synchrony": judge_synchrony,
    "direction": judge_direction,
    "activity": judge_direction,
    "zero": judge_zero,
}
_BY_DOCUMENTS: dict[str, Callable[[Case, Sequence[Row]], Verdict]] = {
    "mechanism": judge_mechanism,
    "yes_no": judge_yes_no,
    "expert": judge_expert,
}


# what the rows of each table of records belong to
RECORD_KEYS = {
    "documents": "measure", "projects": "project", "annual_plans": "measure", "ratings": "measure",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Records:
    """Documents, yearly plans and ratings by measure, and reports by project, as plain rows."""

    documents: Rows = field(default_factory=dict)
    projects: Rows = field(default_factory=dict)
    annual_plans: Rows = field(default_factory=dict)
    ratings: Rows = field(default_factory=dict)
    _states: dict[Any, Row] = field(default_factory=dict, init=False, repr=False, compare=False)

    def state(self, project: Project, plan: Plan, settings: Settings, as_of: date) -> Row:
        """The state of a project, judged once; a doubled listing takes the reports of its twin."""
        key = (project, settings, as_of, plan.end)
        found = self._states.get(key)
        if found is None:
            rows = self.projects.get(project.duplicate_of or project.id, ())
            found = self._states[key] = project_state(project, rows, plan, settings, as_of)
        return found

    @classmethod
    def of(cls, inputs: Inputs) -> Records:
        """The rows of some inputs, grouped once."""
        return cls.grouped({name: getattr(inputs, name) for name in RECORD_KEYS})

    @classmethod
    def grouped(cls, tables: Mapping[str, pd.DataFrame | Columns]) -> Records:
        """The rows of some tables, given as frames or as the columns of frames in order."""
        return cls(**{name: records_by(table, RECORD_KEYS[name]) for name, table in tables.items()})


class ProjectStates(Sequence[Row]):
    """The states of all projects of a plan, judged when they are first looked at.

    The verdicts need only the projects that stand behind a commitment: a table of a province need not pay for
    the others.
    """

    def __init__(self, make: Callable[[], list[Row]]) -> None:
        self._make = make

    @cached_property
    def _rows(self) -> tuple[Row, ...]:
        return tuple(self._make())

    def __len__(self) -> int:
        """How many projects there are."""
        return len(self._rows)

    def __getitem__(self, at: Any) -> Any:
        """One state, or some of them."""
        return self._rows[at]

    def __repr__(self) -> str:
        """As the tuple of them."""
        return repr(self._rows)


def judge_measure(case: Case, records: Records) -> Verdict:
    """The verdict of one measure by the rule of its type."""
    measure = case.measure
    if measure.type in _BY_FIGURES:
        return _BY_FIGURES[measure.type](case)
    if measure.type == "project":
        project = next(p for p in case.plan.projects if p.id == measure.project)
        return judge_project(case, records.state(project, case.plan, case.settings, case.as_of))
    return _BY_DOCUMENTS[measure.type](case, records.documents.get(measure.id, ()))


def judge_area(
    plan: Plan,
    *,
    book: Book,
    first: Book | None,
    records: Records,
    registry: Registry,
    settings: Settings,
    as_of: date,
    synthetic: bool,
    sensitivity: bool,
) -> tuple[tuple[Verdict, ...], Sequence[Row]]:
    """All verdicts of a plan, and the state of its projects.

    Parameters
    ----------
    plan : Plan
    book : Book
        The last publication of each figure of one area.
    first : Book or None
        The first publication of each; None where nothing was revised, and without `sensitivity`.
    records : Records
    registry : Registry
    settings : Settings
    as_of : datetime.date
    synthetic : bool
        Whether the area is made up.
    sensitivity : bool
        Whether each verdict is judged again with one thing changed at a time.
    """
    verdicts = []
    for commitment in plan.commitments:
        for measure in commitment.measures:
            case = Case(
                plan=plan, commitment=commitment, measure=measure, book=book, registry=registry,
                settings=settings, as_of=as_of, synthetic=synthetic,
            )  # fmt: skip
            verdict = judge_measure(case, records)
            annual, ratings = records.annual_plans.get(measure.id, ()), records.ratings.get(measure.id, ())
            if annual or ratings:
                verdict = finish(case, verdict, annual, ratings)
            verdicts.append(_with_alternatives(case, verdict, records, first) if sensitivity else verdict)
    return tuple(verdicts), ProjectStates(partial(project_rows, plan, records, settings, as_of, synthetic))


def _with_alternatives(case: Case, verdict: Verdict, records: Records, first: Book | None) -> Verdict:
    from .sensitivity import alternatives  # its projections are loaded only where they are asked for

    found = alternatives(case, verdict, judge=lambda again: judge_measure(again, records), first=first)
    return replace(verdict, alternatives=found) if found else verdict


def project_rows(plan: Plan, records: Records, settings: Settings, as_of: date, synthetic: bool) -> list[Row]:
    """State of each project."""
    rows = []
    for project in plan.projects:
        state = records.state(project, plan, settings, as_of)
        word: Word = state["word"]
        rows.append(
            {
                "id": project.id,
                "box": project.box,
                "kind": project.kind,
                "name_zh": project.zh,
                "name_en": project.en,
                "programme_zh": project.programme_zh,
                "programme_en": project.programme_en,
                # a synthetic plan may borrow its list of projects, but never a real place
                "area": "" if synthetic else project.area or "",
                "synthetic": synthetic,
                "duplicate_of": project.duplicate_of,
                "label_zh": WORDS[word]["zh"],
                "label_en": WORDS[word]["en"],
                **state,
            }
        )
    return rows
