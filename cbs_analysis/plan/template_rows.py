"""What is asked of each office: a question for each figure, plan of a year, document, project and rating."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..errors import CbsError
from ..registry.records import Commitment, Measure, Project
from ..series.units import PUBLISHED_UNITS, convert_value, unit_label
from ..sources.office_layout import YEAR_WORD
from .book import Book
from .evaluation import Evaluation
from .inputs import records_by
from .mechanisms import RUNGS
from .owed import NO_OFFICE, indicators_of, missing_years, owed_items
from .project_reports import STAGES
from .verdicts import Verdict

__all__ = ["Question", "questions"]

USUAL_DEFINITION = "按统计制度口径"
_WITHOUT_PLANS = ("synchrony", "zero")
_MN_YUAN_IN_WAN = 100.0


@dataclass(frozen=True, kw_only=True)
class Question:
    """One row of a workbook.

    Attributes
    ----------
    kind : str
        Of its sheet.
    key : str
        By which the answer finds its question.
    cells : mapping of str to str
        The printed cells by column, without the unit.
    unit, last, detail : str
        The unit printed; the last figure in the unit of the indicator; stage and money (万元) of the last
        report on a project.
    """

    kind: str
    key: str
    cells: Mapping[str, str]
    unit: str = ""
    last: str = ""
    detail: str = ""


def questions(evaluation: Evaluation, *, all_rows: bool = False) -> dict[str, list[Question]]:
    """What is asked of each office.

    Parameters
    ----------
    evaluation : Evaluation
    all_rows : bool
        Every figure since the base year, rung and project, also those that are known; by default what is
        owed and what comes due next. Plans of the year and own ratings are always asked for.

    Returns
    -------
    dict of str to list of Question
        By the id of the office that a commitment names first; "" for projects that no commitment names.
        Offices without a question are left out. A figure that two measures need is asked for once.
    """
    desk = _Asking(evaluation, all_rows)
    found: dict[str, list[Question]] = {}
    for commitment in evaluation.plan.commitments:
        office = commitment.offices[0] if commitment.offices else NO_OFFICE
        for measure in commitment.measures:
            found.setdefault(office, []).extend(desk.of_measure(commitment, measure))
    for office, question in desk.of_projects():
        found.setdefault(office, []).append(question)
    return {office: asked for office, asked in found.items() if asked}


class _Asking:
    """An evaluation while questions are made from it."""

    def __init__(self, evaluation: Evaluation, all_rows: bool) -> None:
        self.evaluation, self.all_rows = evaluation, all_rows
        self.plan, self.registry = evaluation.plan, evaluation.registry
        inputs = evaluation.inputs
        self.latest = inputs.latest()
        self.book = Book(self.latest)
        self.owed = owed_items(evaluation)
        self.verdicts: dict[str, Verdict] = {v.measure: v for v in evaluation.verdicts}
        self.documents = records_by(inputs.documents, "measure")
        self.plans = records_by(inputs.annual_plans, "measure")
        self.reports = records_by(inputs.projects, "project")
        self.asked: set[tuple[str, str]] = set()
        self.held = _published_years(self.latest)
        self.lasts = {indicator: row for (indicator, _), row in self.held.items()}
        self.this_year = min(evaluation.as_of.year, self.plan.end.year)

    def of_measure(self, commitment: Commitment, measure: Measure) -> Iterator[Question]:
        """The questions of one measure: figures, plan of the year, documents, own rating."""
        for indicator in indicators_of(measure):
            yield from self._figures(commitment, measure, indicator)
        if measure.indicator and measure.type not in _WITHOUT_PLANS:
            yield from self._annual_plans(commitment, measure)
        yield from self._documents(commitment, measure)
        cells = self._about(commitment, measure, self._name(commitment, measure))
        yield Question(kind="ratings", key=f"R|{measure.id}", cells=cells)

    def _about(self, commitment: Commitment, measure: Measure, name: str) -> dict[str, str]:
        others = "、".join(self.plan.offices[o].zh for o in commitment.offices[1:])
        with_others = f"（会同{others}）" if others else ""
        return {"id": measure.id, "commitment": commitment.zh + with_others, "name": name}

    def _name(self, commitment: Commitment, measure: Measure) -> str:
        if measure.zh or not measure.indicator:
            return measure.zh or commitment.zh
        return self.registry.indicator(measure.indicator).zh

    def _figures(self, commitment: Commitment, measure: Measure, indicator: str) -> Iterator[Question]:
        record = self.registry.indicator(indicator)
        known = self.book.yearly(indicator).years
        years = {int(i.period) for i in self.owed if (i.measure, i.indicator) == (measure.id, indicator)}
        if self.all_rows:
            years |= set(range(self.plan.baseline, self.this_year + 1))
        else:
            later = missing_years(self.evaluation, self.book, measure, indicator)
            years |= {y for y in (*later, self.this_year) if not known or y > known[-1]}
        last = self.lasts.get(indicator)
        for year in sorted(years) if "A" in record.freq else ():
            if (indicator, str(year)) in self.asked:
                continue
            self.asked.add((indicator, str(year)))
            row = self.held.get((indicator, str(year)), last)
            cells = self._about(commitment, measure, record.zh) | {
                "definition": record.note_zh or USUAL_DEFINITION,
                "period": YEAR_WORD.format(year),
                "last": record.format(float(row["value"]), "zh") if row else "没有",
                "last_source": self._source(row) if row else "",
            }
            yield Question(
                kind="figures", key=f"F|{measure.id}|{indicator}|{year}", cells=cells,
                unit=self._unit(indicator, last), last=repr(float(row["value"])) if row else "",
            )  # fmt: skip

    def _source(self, row: Mapping[str, Any]) -> str:
        who = self.registry.publisher(row["source"]).zh
        return f"{YEAR_WORD.format(row['period'])}，{who}，{str(row['vintage'])[:10]}发布"

    def _unit(self, indicator: str, row: Mapping[str, Any] | None) -> str:
        """The unit that an office is used to: that of the last figure, else the usual word."""
        record = self.registry.indicator(indicator)
        if row and _converts(str(row["unit_published"]), record.unit):
            return str(row["unit_published"])
        usual = "万元" if record.unit == "mn_yuan" else unit_label(record.unit)
        words = [w for w, (unit, power) in PUBLISHED_UNITS.items() if unit == record.unit and not power]
        return next(w for w in (record.unit_zh, usual, *words) if w and _converts(w, record.unit))

    def _annual_plans(self, commitment: Commitment, measure: Measure) -> Iterator[Question]:
        known = {int(r["year"]) for r in self.plans.get(measure.id, ())}
        first = self.plan.start.year if self.all_rows else self.this_year
        for year in range(first, self.this_year + 1):
            if year not in known or self.all_rows:
                name = self.registry.indicator(measure.indicator).zh
                cells = self._about(commitment, measure, name) | {"period": YEAR_WORD.format(year)}
                yield Question(
                    kind="annual_plans", key=f"A|{measure.id}|{year}", cells=cells,
                    unit=self._unit(measure.indicator, self.lasts.get(measure.indicator)),
                )  # fmt: skip

    def _documents(self, commitment: Commitment, measure: Measure) -> Iterator[Question]:
        about = self._about(commitment, measure, self._name(commitment, measure))
        for what, words, level in self._documents_of(measure):
            held = [r for r in self.documents.get(measure.id, ()) if _level(r) == level]
            known = "；".join(f"{r['document']}（{str(r['date'])[:10]}）" for r in held if r["document"])
            cells = about | {"rung": words, "known": known or "没有"}
            yield Question(kind="documents", key=f"D|{measure.id}|{what}", cells=cells)

    def _documents_of(self, measure: Measure) -> Iterator[tuple[str, str, int | None]]:
        """Which documents are asked for: the key, what it proves, and its level."""
        verdict = self.verdicts[measure.id]
        owed = {i.kind for i in self.owed if i.measure == measure.id}
        if "target" in owed:
            yield "target", "载明目标的文件", None
        if measure.type == "mechanism":
            rung, missing = verdict.extra.get("rung", 0), verdict.extra.get("missing_rungs", [])
            for level in range(1, 5):
                if self.all_rows or "document" in owed or level in missing or level == rung + 1:
                    yield str(level), f"第{level}级：{RUNGS[level][0]}", level
        elif measure.type == "yes_no":
            if self.all_rows or verdict.word != "achieved":
                yield "yes", "证明已经实现的文件", 1
                yield "no", "说明尚未实现的文件", 0
        elif measure.type == "expert" and (self.all_rows or "document" in owed):
            yield "expert", "供专家评定的依据", None

    def of_projects(self) -> Iterator[tuple[str, Question]]:
        """The questions on projects, each with its office."""
        by_measure = {m.project: c for c in self.plan.commitments for m in c.measures if m.project}
        states = {s["id"]: s for s in self.evaluation.projects}
        for project in self.plan.projects:
            state = states.get(project.id)
            if state is None or project.duplicate_of:
                continue
            if project.judged_by and project.id not in by_measure:
                continue  # the measures of its commitments say how it stands
            if self.all_rows or state["word"] != "achieved":
                own = by_measure.get(project.id)
                yield (own.offices[0] if own and own.offices else NO_OFFICE), self._project(project)

    def _project(self, project: Project) -> Question:
        rows = self.reports.get(project.id, [])
        last = rows[-1] if rows else None
        stage = "" if last is None or pd.isna(last["stage"]) else str(int(last["stage"]))
        spent = None if last is None or pd.isna(last["cum_inv_mn_yuan"]) else float(last["cum_inv_mn_yuan"])
        told = "没有"
        if last is not None:
            words = STAGES[int(stage)][0] if stage else "阶段未报"
            money = f"，累计{spent * _MN_YUAN_IN_WAN:g}万元" if spent is not None else ""
            told = f"{str(last['date'])[:10]}：{words}{money}"
        return Question(
            kind="projects",
            key=f"P|{project.id}",
            cells={"id": project.id, "box": project.box, "name": project.zh, "last": told},
            detail=f"{stage};{spent * _MN_YUAN_IN_WAN:g}" if spent is not None else f"{stage};",
        )


def _published_years(latest: pd.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """The published row of each indicator and year, the last year last."""
    if latest.empty:
        return {}
    rows = latest[latest["freq"] == "A"].sort_values(["period_end", "vintage"], kind="stable")
    return {
        (str(row["indicator"]), str(row["period"])): {str(k): v for k, v in row.items()}
        for row in rows.to_dict("records")
    }


def _level(row: Mapping[str, Any]) -> int | None:
    level = row["level"]
    return None if level is None or pd.isna(level) else int(level)


def _converts(word: str, unit: str) -> bool:
    try:
        convert_value("1", word, to=unit)
    except CbsError:
        return False
    return True
