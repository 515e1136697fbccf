"""A whole plan judged for one area as known on one day."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import Fault, ParameterError
from ..registry.load import Registry, load_registry
from ..registry.records import Commitment, Plan
from ..series.periods import parse_date
from .book import Book
from .inputs import Inputs, load_inputs
from .judging import Case
from .quantities import judge_direction, judge_keep, judge_level, judge_not_below, judge_sum, judge_zero
from .records_judged import judge_expert, judge_mechanism, judge_project, judge_yes_no, project_state
from .relations import judge_synchrony
from .verdicts import ORDER, REASONS, WORDS, Settings, Verdict, Word

__all__ = ["Evaluation", "evaluate"]

_BY_FIGURES: dict[str, Callable[[Case], Verdict]] = {
    "level": judge_level,
    "coverage": judge_level,
    "sum": judge_sum,
    "keep_below": judge_keep,
    "keep_above": judge_keep,
    "not_below_previous": judge_not_below,
    "synchrony": judge_synchrony,
    "direction": judge_direction,
    "activity": judge_direction,
    "zero": judge_zero,
}
_BY_DOCUMENTS: dict[str, Callable[[Case, pd.DataFrame], Verdict]] = {
    "mechanism": judge_mechanism,
    "yes_no": judge_yes_no,
    "expert": judge_expert,
}


@dataclass(frozen=True)
class Evaluation:
    """Verdicts of a plan, per measure, per commitment and per project."""

    plan: Plan
    area: str
    as_of: date
    verdicts: tuple[Verdict, ...]
    projects: tuple[dict[str, Any], ...]
    settings: Settings
    synthetic: bool
    registry: Registry = field(repr=False)
    inputs: Inputs = field(repr=False, compare=False)

    def commitments(self, lang: str = "zh") -> pd.DataFrame:
        """One row for each commitment: the worst word among its assessed measures.

        Columns: id, section, key, name, word, label, reason, assessed, measures, sentence, offices.
        """
        return pd.DataFrame([self._commitment_row(c, lang) for c in self.plan.commitments])

    def _commitment_row(self, commitment: Commitment, lang: str) -> dict[str, Any]:
        own = [v for v in self.verdicts if v.commitment == commitment.id]
        judged = [v for v in own if v.assessed]
        lead = max(judged, key=lambda v: ORDER.index(v.word)) if judged else own[0]
        return {
            "id": commitment.id,
            "section": commitment.section,
            "key": commitment.key,
            "name": commitment.name(lang),
            "word": lead.word,
            "label": lead.label(lang),
            "reason": REASONS[lead.reason][lang] if lead.reason else "",
            "assessed": len(judged),
            "measures": len(own),
            "sentence": lead.sentence(lang),
            "offices": self._offices(commitment.offices, lang),
        }

    def _offices(self, ids: tuple[str, ...], lang: str) -> str:
        return ("、" if lang == "zh" else ", ").join(self.plan.offices[o].name(lang) for o in ids)

    def distribution(self, lang: str = "zh") -> pd.DataFrame:
        """How many commitments carry each word, by section; columns are the six words in order."""
        rows = self.commitments(lang)
        words = list(WORDS)
        table = pd.crosstab(rows["section"], rows["word"]).reindex(columns=words, fill_value=0)
        return table.reindex(list(self.plan.sections), fill_value=0)

    def owed(self, lang: str = "zh") -> pd.DataFrame:
        """What each office owes: office, n, measures. What two offices owe together counts for both.

        Most first.
        """
        by_office: dict[str, list[str]] = {}
        for v in self.verdicts:
            if not v.assessed:
                for office in v.offices:
                    by_office.setdefault(self.plan.offices[office].name(lang), []).append(v.measure)
        rows = sorted(by_office.items(), key=lambda item: -len(item[1]))
        return pd.DataFrame(
            [{"office": o, "n": len(m), "measures": m} for o, m in rows], columns=["office", "n", "measures"]
        )

    def gaps(self, lang: str = "zh") -> pd.DataFrame:
        """Measures that could not be assessed: office, id, name, reason and what is known."""
        rows = [
            {
                "office": self._offices(v.offices, lang),
                "measure": v.measure,
                "name": self._name(v, lang),
                "reason": REASONS[v.reason][lang],
                "sentence": v.sentence(lang),
            }
            for v in self.verdicts
            if not v.assessed
        ]
        frame = pd.DataFrame(rows, columns=["office", "measure", "name", "reason", "sentence"])
        return frame.sort_values(["office", "measure"], kind="stable").reset_index(drop=True)

    def _name(self, verdict: Verdict, lang: str) -> str:
        measure = next(m for m in self.plan.measures if m.id == verdict.measure)
        if measure.name(lang):
            return measure.name(lang)
        if measure.indicator:
            return self.registry.indicator(measure.indicator).name(lang)
        return next(c.name(lang) for c in self.plan.commitments if c.id == verdict.commitment)

    def to_frame(self, lang: str = "zh") -> pd.DataFrame:
        """One row for each measure, with the numbers behind the word."""
        return pd.DataFrame(
            [
                {
                    "measure": v.measure,
                    "name": self._name(v, lang),
                    "type": v.type,
                    "label": v.label(lang),
                    "period": v.period,
                    "value": v.value,
                    "unit": v.unit,
                    "baseline": v.baseline,
                    "target": v.target,
                    "progress": v.progress,
                    "time_progress": v.time_progress,
                    "pace": v.pace,
                    "required": v.required,
                    "probability": v.probability,
                    "fragile": v.fragile,
                    "reason": v.reason,
                    "sentence": v.sentence(lang),
                }
                for v in self.verdicts
            ]
        )

    def evidence(self) -> pd.DataFrame:
        """Every figure and document used, numbered by its order; one row each."""
        rows = [asdict(e) | {"cell": e.cell} for v in self.verdicts for e in v.evidence]
        rows += [asdict(e) | {"cell": e.cell} for p in self.projects for e in p["evidence"]]
        frame = pd.DataFrame(rows)
        # every sheet of a workbook has a cell of this name; the note says which sheet is meant
        return (
            frame.drop_duplicates(["file", "row", "col", "indicator", "note"]).reset_index(drop=True)
            if rows
            else frame
        )

    def compare_official(self, lang: str = "zh") -> pd.DataFrame:
        """Our words beside the official ones, where the registry has them."""
        by_measure = {v.measure: v for v in self.verdicts}
        rows = []
        for measure in self.plan.measures:
            if not measure.official_verdict:
                continue
            ours = by_measure[measure.id]
            explanation = measure.explanation_zh if lang == "zh" else measure.explanation_en
            rows.append(
                {
                    "measure": measure.id,
                    "name": self._name(ours, lang),
                    "official": WORDS[measure.official_verdict][lang],
                    "ours": ours.label(lang),
                    "same": ours.word == measure.official_verdict,
                    "explanation": explanation,
                    "sentence": ours.sentence(lang),
                    "source": measure.official_source_zh if lang == "zh" else measure.official_source_en,
                }
            )
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON for machines; missing numbers are null, synthetic rows say so."""
        return {
            "schema": "cbs_analysis/evaluation/1",
            "synthetic": self.synthetic,
            "mark": "演示数据" if self.synthetic else "",
            "plan": self.plan.id,
            "area": self.area,
            "as_of": self.as_of.isoformat(),
            "settings": asdict(self.settings),
            "verdicts": [_plain(v.to_dict()) for v in self.verdicts],
            "commitments": [
                _plain(r | {"synthetic": self.synthetic}) for r in self.commitments("zh").to_dict("records")
            ],
            "projects": [
                _plain({**p, "evidence": [asdict(e) for e in p["evidence"]]}) for p in self.projects
            ],
        }


def _plain(value: Any) -> Any:
    """Make a value JSON can hold: no NaN, no tuples, no numpy."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def evaluate(
    plan: str | Plan,
    observations: pd.DataFrame | None = None,
    *,
    as_of: date | str,
    area: str | None = None,
    documents: pd.DataFrame | None = None,
    projects: pd.DataFrame | None = None,
    annual_plans: pd.DataFrame | None = None,
    ratings: pd.DataFrame | None = None,
    settings: Settings | None = None,
    root: Path | None = None,
) -> Evaluation:
    """Judge every commitment and project of a plan.

    Parameters
    ----------
    plan : str or Plan
        Id of a plan in the registry, or a plan read from elsewhere.
    observations, documents, projects, annual_plans, ratings : pandas.DataFrame, optional
        As the `load_*` functions return them. Loaded from the store when no observations are given;
        beside given observations a frame that is left out is empty.
    as_of : date or str
        What we allow ourselves to know: nothing published later is used.
    area : str, optional
        Code or name; the plan's own area by default. A synthetic plan fits synthetic areas only.
    settings : Settings, optional
        Thresholds; the defaults are documented in docs/methods.md.
    root : pathlib.Path, optional
        Project folder.

    Returns
    -------
    Evaluation

    Raises
    ------
    ParameterError
        Unknown plan or area, or a real plan with a synthetic area and the reverse.
    VintageError
        If something published after `as_of` is passed in.
    """
    registry = load_registry()
    chosen = registry.plan(plan) if isinstance(plan, str) else plan
    place = registry.area(area or chosen.area)
    day = parse_date(as_of, what="as_of")
    if place.synthetic != registry.areas[chosen.area].synthetic:
        raise ParameterError(
            Fault(
                "plan and area do not fit: one is synthetic",
                got=f"plan {chosen.id}, area {place.code} {place.zh}",
                next_step="a demonstration plan goes with the demonstration zone only",
            )
        )
    if observations is None:
        inputs = load_inputs(place.code, day, root)
    else:
        inputs = Inputs(observations=observations)
    given = {
        "documents": documents, "projects": projects, "annual_plans": annual_plans, "ratings": ratings,
    }  # fmt: skip
    inputs = replace(inputs, **{k: v for k, v in given.items() if v is not None})
    inputs.check(day)
    book, chosen_settings = Book(inputs.latest()), settings or Settings()
    verdicts = []
    for commitment in chosen.commitments:
        for measure in commitment.measures:
            case = Case(
                plan=chosen, commitment=commitment, measure=measure, book=book, registry=registry,
                settings=chosen_settings, as_of=day, synthetic=place.synthetic,
            )  # fmt: skip
            verdicts.append(_judge(case, inputs.documents, inputs.projects))
    return Evaluation(
        plan=chosen,
        area=place.code,
        as_of=day,
        verdicts=tuple(verdicts),
        projects=tuple(_project_rows(chosen, inputs.projects, chosen_settings, day, place.synthetic)),
        settings=chosen_settings,
        synthetic=place.synthetic,
        registry=registry,
        inputs=inputs,
    )


def _judge(case: Case, documents: pd.DataFrame, projects: pd.DataFrame) -> Verdict:
    kind = case.measure.type
    if kind in _BY_FIGURES:
        return _BY_FIGURES[kind](case)
    if kind == "project":
        return judge_project(case, projects)
    return _BY_DOCUMENTS[kind](case, documents)


def _project_rows(
    plan: Plan, projects: pd.DataFrame, settings: Settings, as_of: date, synthetic: bool
) -> list[dict[str, Any]]:
    """State of each project; a doubled listing is counted once."""
    rows = []
    for project in plan.projects:
        state = project_state(project, projects, plan, settings, as_of)
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
