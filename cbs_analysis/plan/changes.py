"""What changed between two evaluations, and why: found by judging again with one thing changed at a time.

From the earlier evaluation to the later one five things may differ. They are changed one after another, and
each time everything is judged again:

1. `plan`: measures, targets, base year, dates;
2. `settings`: thresholds;
3. `time`: the day of the evaluation, with the old data (a figure grows old);
4. `revision`: other values of figures that were known, corrected records;
5. `new_data`: figures and records that were not known.

A verdict owes its change to the steps at which it moved; when it moved back and forth, to all of them. As
the order decides who is named where two things work together, the steps are also taken from the last to the
first: a change whose causes differ then is marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from ..errors import Fault, ParameterError
from ..registry.records import Measure
from .change_inputs import Origin
from .change_words import CAUSES, change_sentence
from .change_worlds import STEPS, State, Step, Worlds
from .evaluation import Evaluation
from .verdicts import WORDS, Verdict

__all__ = ["CAUSES", "Cause", "Change", "Changes", "Origin", "compare_evaluations"]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """One step at which a verdict moved.

    Attributes
    ----------
    step : str
        A key of `CAUSES`.
    before, after : str
        The words before and after the step.
    origins : tuple of Origin
        The figures, records, settings or keys of the plan that moved it.
    """

    step: Step
    before: str
    after: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One verdict, or state of a project, that is other than before.

    Attributes
    ----------
    id, commitment : str
        Measure or project, and its commitment ("" for a project).
    name_zh, name_en : str
    word_before, word_after : str
        Keys of `WORDS`; equal when only the numbers or the reason changed.
    value_before, value_after, period_before, period_after : float and str
        The datum behind the word, in the unit of the indicator; NaN and "" where there is none.
    causes : tuple of Cause
        In the order of the steps; never empty.
    reverse : tuple of str
        The steps at which it moved when they are taken from the last to the first.
    sentence_zh, sentence_en : str
    """

    id: str
    commitment: str
    name_zh: str
    name_en: str
    word_before: str
    word_after: str
    value_before: float
    value_after: float
    period_before: str
    period_after: str
    indicator: str
    causes: tuple[Cause, ...]
    reverse: tuple[Step, ...]
    sentence_zh: str = ""
    sentence_en: str = ""

    @property
    def order_matters(self) -> bool:
        """Whether the steps taken from the last to the first name other causes."""
        return set(self.reverse) != {c.step for c in self.causes}

    def name(self, lang: str = "zh") -> str:
        """The name of the measure or project."""
        return self.name_zh if lang == "zh" else self.name_en

    def sentence(self, lang: str = "zh") -> str:
        """What changed and why, to be quoted alone."""
        return self.sentence_zh if lang == "zh" else self.sentence_en


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All that changed between two evaluations of one plan and area.

    Attributes
    ----------
    before, after : Evaluation
    words : tuple of Change
        Measures with another word (词变).
    values : tuple of Change
        Measures with the same word and other numbers, another reason or sentence (数变).
    projects : tuple of Change
        Projects whose state has another word.
    added, removed : tuple of str
        Measures that only the later, or only the earlier, plan has.
    unchanged : int
        Measures that say the same.
    """

    before: Evaluation
    after: Evaluation
    words: tuple[Change, ...]
    values: tuple[Change, ...]
    projects: tuple[Change, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int

    @property
    def before_day(self) -> date:
        """The day of the earlier evaluation."""
        return self.before.as_of

    @property
    def after_day(self) -> date:
        """The day of the later evaluation."""
        return self.after.as_of

    @property
    def synthetic(self) -> bool:
        """Whether the figures are invented."""
        return self.after.synthetic

    def by_cause(self, lang: str = "zh") -> pd.DataFrame:
        """How many changes each cause has a part in: cause, label, words, values, projects.

        A change with two causes counts for both, so that the columns may add up to more than the changes.
        """
        rows = []
        for step in STEPS:
            counts = {
                part: sum(any(c.step == step for c in change.causes) for change in getattr(self, part))
                for part in ("words", "values", "projects")
            }
            rows.append({"cause": step, "label": CAUSES[step][lang]} | counts)
        return pd.DataFrame(rows)

    def matrix(self, lang: str = "zh") -> pd.DataFrame:
        """How many measures had each word before (rows) and have it after (columns); common ones only."""
        later = {v.measure: v.word for v in self.after.verdicts}
        pairs = [(v.word, later[v.measure]) for v in self.before.verdicts if v.measure in later]
        labels = [WORDS[w][lang] for w in WORDS]
        counts = [[sum(p == (a, b) for p in pairs) for b in WORDS] for a in WORDS]
        return pd.DataFrame(counts, index=labels, columns=labels)

    def to_frame(self, lang: str = "zh") -> pd.DataFrame:
        """One row for each change: kind, id, name, words, values and periods, causes, sentence."""
        rows = [
            {
                "kind": kind,
                "id": c.id,
                "name": c.name(lang),
                "before": WORDS[c.word_before][lang],
                "after": WORDS[c.word_after][lang],
                "value_before": c.value_before,
                "period_before": c.period_before,
                "value_after": c.value_after,
                "period_after": c.period_after,
                "causes": tuple(x.step for x in c.causes),
                "order_matters": c.order_matters,
                "sentence": c.sentence(lang),
            }
            for kind in ("words", "values", "projects")
            for c in getattr(self, kind)
        ]
        columns = [
            "kind", "id", "name", "before", "after", "value_before", "period_before", "value_after",
            "period_after", "causes", "order_matters", "sentence",
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=columns)


def compare_evaluations(before: Evaluation, after: Evaluation) -> Changes:
    """Find what changed between two evaluations and to what each change is owed.

    Parameters
    ----------
    before, after : Evaluation
        Of one area; `before` is of an earlier day or the same. The plans may differ.

    Returns
    -------
    Changes

    Raises
    ------
    ParameterError
        Two areas, or the later evaluation first.

    Examples
    --------
    >>> from cbs_analysis.plan import evaluate
    >>> one = evaluate("national14", as_of="2023-06-30")
    >>> compare_evaluations(one, one).words
    ()
    """
    _check_pair(before, after)
    worlds = Worlds(before, after)
    early = {v.measure: v for v in before.verdicts}
    late = {v.measure: v for v in after.verdicts}
    common = [id for id in late if id in early]
    measures = {m.id: m for m in after.plan.measures}
    words: list[Change] = []
    values: list[Change] = []
    unchanged = 0
    for id in common:
        first, last = State.of(early[id]), State.of(late[id])
        if first == last:
            unchanged += 1
            continue
        change = _change(worlds, measures[id], early[id], late[id], by_word=first.word != last.word)
        (words if first.word != last.word else values).append(change)
    return Changes(
        before=before,
        after=after,
        words=tuple(words),
        values=tuple(values),
        projects=tuple(_project_changes(worlds)),
        added=tuple(id for id in late if id not in early),
        removed=tuple(id for id in early if id not in late),
        unchanged=unchanged,
    )


def _check_pair(before: Evaluation, after: Evaluation) -> None:
    faults = []
    if before.area != after.area:
        faults.append(Fault("evaluations of two areas", got=f"{before.area}, {after.area}", expected="one"))
    if before.as_of > after.as_of:
        faults.append(
            Fault(
                "the later evaluation stands first",
                got=f"{before.as_of}, {after.as_of}",
                next_step="give the earlier one first",
            )
        )
    if faults:
        raise ParameterError(faults)


_Look = Callable[[Evaluation], Any]


def _moves(
    worlds: Worlds, order: Sequence[Step], look: _Look, *, by_word: bool
) -> Iterator[tuple[Step, Any, Any]]:
    """The steps at which a record moved, with the record before and after each."""
    for step, earlier, later in worlds.walk(order):
        old, new = look(earlier), look(later)
        if old is None or new is None:
            continue
        first, last = State.of(old), State.of(new)
        if (first.word != last.word) if by_word else (first != last):
            yield step, old, new


def _change(worlds: Worlds, measure: Measure, early: Verdict, late: Verdict, *, by_word: bool) -> Change:
    def look(world: Evaluation) -> Verdict | None:
        return next((v for v in world.verdicts if v.measure == measure.id), None)

    moves = list(_moves(worlds, STEPS, look, by_word=by_word))
    back = tuple(step for step, _, _ in _moves(worlds, STEPS[::-1], look, by_word=by_word))
    causes = tuple(
        Cause(step=s, before=a.word, after=b.word, origins=worlds.origins(s, measure, (a, b)))
        for s, a, b in moves
    )
    names = [_name(worlds.after, measure, late.commitment, lang) for lang in ("zh", "en")]
    change = Change(
        id=measure.id, commitment=late.commitment, name_zh=names[0], name_en=names[1],
        word_before=early.word, word_after=late.word,
        value_before=early.value, value_after=late.value,
        period_before=early.period, period_after=late.period, indicator=late.indicator,
        causes=causes, reverse=back,
    )  # fmt: skip
    return _with_sentences(change, worlds.after)


def _name(evaluation: Evaluation, measure: Measure, commitment: str, lang: str) -> str:
    """The name of a measure, of its indicator, or of its commitment."""
    if measure.name(lang):
        return measure.name(lang)
    if measure.indicator:
        return evaluation.registry.indicator(measure.indicator).name(lang)
    return next(c.name(lang) for c in evaluation.plan.commitments if c.id == commitment)


def _with_sentences(change: Change, after: Evaluation) -> Change:
    zh, en = (change_sentence(change, after, lang) for lang in ("zh", "en"))
    return replace(change, sentence_zh=zh, sentence_en=en)


def _project_changes(worlds: Worlds) -> Iterator[Change]:
    early = {p["id"]: p for p in worlds.before.projects}
    for late in worlds.after.projects:
        first = early.get(late["id"])
        if first is None or first["word"] == late["word"] or late["duplicate_of"]:
            continue

        def look(world: Evaluation, id: str = late["id"]) -> Mapping[str, Any] | None:
            return next((p for p in world.projects if p["id"] == id), None)

        moves = list(_moves(worlds, STEPS, look, by_word=True))
        back = tuple(step for step, _, _ in _moves(worlds, STEPS[::-1], look, by_word=True))
        causes = tuple(
            Cause(
                step=s,
                before=a["word"],
                after=b["word"],
                origins=worlds.project_origins(s, late["id"], (a, b)),
            )
            for s, a, b in moves
        )
        change = Change(
            id=late["id"], commitment="", name_zh=late["name_zh"], name_en=late["name_en"],
            word_before=first["word"], word_after=late["word"],
            value_before=float("nan"), value_after=float("nan"),
            period_before=str(first.get("date", "")), period_after=str(late.get("date", "")), indicator="",
            causes=causes, reverse=back,
        )  # fmt: skip
        yield _with_sentences(change, worlds.after)
