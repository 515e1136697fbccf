"""A whole plan judged for one area as known on one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import Fault, ParameterError
from ..registry.load import Registry
from ..registry.records import Commitment, Plan
from ..series.periods import parse_date
from .bands import check_settings
from .book import Book
from .inputs import Inputs, load_inputs
from .judges import Records, judge_area
from .project_registry import project_registry
from .record import evaluation_record
from .verdicts import ORDER, REASONS, WORDS, Settings, Verdict

__all__ = ["Evaluation", "assess", "evaluate"]


@dataclass(frozen=True)
class Evaluation:
    """Verdicts of a plan, per measure, per commitment and per project."""

    plan: Plan
    area: str
    as_of: date
    verdicts: tuple[Verdict, ...]
    projects: Sequence[dict[str, Any]]
    settings: Settings
    synthetic: bool
    registry: Registry = field(repr=False)
    inputs: Inputs = field(repr=False, compare=False)

    def __str__(self) -> str:
        rows = self.commitments("zh")
        counts = "，".join(f"{WORDS[w]['zh']}{n}" for w in WORDS if (n := int((rows["word"] == w).sum())))
        mark = "【演示数据】" if self.synthetic else ""
        head = f"{mark}{self.plan.name('zh')}（{self.plan.id}），{self.area}，数据截至{self.as_of}"
        return f"{head}：{len(rows)}项承诺，{counts}；{len(self.projects)}个项目"

    __repr__ = __str__  # the fields hold every figure of the area

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

    def to_dict(self, *, manifest: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Plain JSON for machines; missing numbers are null, synthetic rows say so.

        Parameters
        ----------
        manifest : mapping, optional
            Of the store (`load_manifest`): adds the key of the data and each cited file with its hash.
        """
        return evaluation_record(self, manifest=manifest)


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
    sensitivity: bool = True,
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
    sensitivity : bool
        Judge each measure again with one thing changed at a time (`Verdict.alternatives`).
    root : pathlib.Path, optional
        Project folder.

    Returns
    -------
    Evaluation

    Raises
    ------
    ParameterError
        Unknown plan or area, a real plan with a synthetic area and the reverse, rows of another area, or
        settings out of range.
    VintageError
        If something published after `as_of` is passed in.
    """
    registry = project_registry(root)
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
    loaded = observations is None
    inputs = load_inputs(place.code, day, root) if loaded else Inputs(observations=observations)
    check_published(chosen, day)
    given = {
        "documents": documents, "projects": projects, "annual_plans": annual_plans, "ratings": ratings,
    }  # fmt: skip
    inputs = replace(inputs, **{k: v for k, v in given.items() if v is not None})
    inputs.check(day)
    _check_area(inputs, place.code)
    return assess(
        chosen,
        inputs,
        area=place.code,
        as_of=day,
        settings=check_settings(settings or Settings()),
        registry=registry,
        sensitivity=sensitivity,
    )


def _check_area(inputs: Inputs, area: str) -> None:
    """Rows of another area would be judged as if they were of this one."""
    faults = []
    for name, frame in vars(inputs).items():
        others = sorted(set(frame["area"]) - {area}) if len(frame) else []
        if others:
            faults.append(
                Fault(
                    f"{name} hold rows of other areas",
                    got=", ".join(others[:5]),
                    expected=area,
                    next_step="select the rows of the area, or judge each area with evaluate_many",
                )
            )
    if faults:
        raise ParameterError(faults)


def check_published(plan: Plan, day: date) -> None:
    """Refuse to judge a plan on a day when nobody knew it.

    Raises
    ------
    ParameterError
    """
    if day < plan.document.published:
        raise ParameterError(
            Fault(
                "the plan was not published yet",
                got=f"as_of {day}, plan {plan.id} of {plan.document.published}",
                expected=f"as_of from {plan.document.published} on",
            )
        )


def assess(
    plan: Plan,
    inputs: Inputs,
    *,
    area: str,
    as_of: date,
    settings: Settings,
    registry: Registry,
    sensitivity: bool = True,
    book: Book | None = None,
    records: Records | None = None,
) -> Evaluation:
    """Judge a plan from inputs that are checked already: the work of `evaluate` and `evaluate_many`.

    Parameters
    ----------
    plan : Plan
    inputs : Inputs
        Of one area, nothing in them later than `as_of`.
    area : str
        Code of the area.
    as_of : datetime.date
    settings : Settings
    registry : Registry
    sensitivity : bool
    book : Book, optional
        Of `inputs.latest()`, where it is made already.
    records : Records, optional
        Of `inputs`, likewise.
    """
    book = book or Book(inputs.latest())
    revised = sensitivity and len(book) < len(inputs.observations)
    synthetic = area in registry.areas and registry.areas[area].synthetic
    verdicts, states = judge_area(
        plan,
        book=book,
        first=Book(inputs.first()) if revised else None,
        records=records or Records.of(inputs),
        registry=registry,
        settings=settings,
        as_of=as_of,
        synthetic=synthetic,
        sensitivity=sensitivity,
    )
    return Evaluation(
        plan=plan, area=area, as_of=as_of, verdicts=verdicts, projects=states, settings=settings,
        synthetic=synthetic, registry=registry, inputs=inputs,
    )  # fmt: skip
