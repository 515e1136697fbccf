"""The evaluations between two evaluations, one thing changed at a time, and the evidence for each step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, Literal, get_args

from ..registry.records import Measure, Plan
from .book import Book
from .change_inputs import Delta, Origin, inputs_delta
from .evaluation import Evaluation
from .judges import Records, judge_area
from .verdicts import Settings, Verdict

__all__ = ["STEPS", "State", "Step", "Worlds"]

Step = Literal["plan", "settings", "time", "revision", "new_data"]
STEPS: tuple[Step, ...] = get_args(Step)


@dataclass(frozen=True)
class State:
    """What one verdict, or one project, says in one world; two states are equal when they say the same."""

    word: str
    said: tuple[str, ...]

    @classmethod
    def of(cls, record: Verdict | Mapping[str, Any]) -> State:
        """The state of a verdict or of a project."""
        if isinstance(record, Verdict):
            numbers = (record.value, record.baseline, record.target, record.progress, record.probability)
            said = (record.reason, record.period, *map(repr, numbers), record.sentence_zh)
            return cls(record.word, said)
        return cls(record["word"], (record["reason"], str(record.get("sentence_zh", ""))))


class Worlds:
    """All evaluations between two, each made once.

    A world is named by the steps already taken. Where a step changes nothing the world is the one before it.
    """

    def __init__(self, before: Evaluation, after: Evaluation) -> None:
        self.before, self.after = before, after
        self._made: dict[frozenset[Step], Evaluation] = {
            frozenset(): before, frozenset(self.taken): after,
        }  # fmt: skip

    @cached_property
    def delta(self) -> Delta:
        """What differs between the inputs."""
        return inputs_delta(self.before.inputs, self.after.inputs)

    @cached_property
    def taken(self) -> tuple[Step, ...]:
        """The steps that change something, in order."""
        differs: dict[Step, bool] = {
            "plan": self.before.plan != self.after.plan,
            "settings": self.before.settings != self.after.settings,
            "time": self.before.as_of != self.after.as_of,
            "revision": self.delta.has_revisions,
            "new_data": self.delta.has_news,
        }
        return tuple(step for step in STEPS if differs[step])

    def after_steps(self, steps: Iterable[Step], *, settings: Settings | None = None) -> Evaluation:
        """The evaluation with some steps taken; `settings` replaces its thresholds."""
        taken = frozenset(steps) & frozenset(self.taken)
        if settings is None and taken in self._made:
            return self._made[taken]
        old, new, delta = self.before, self.after, self.delta
        data = taken & {"revision", "new_data"}
        inputs = {
            frozenset(): old.inputs, frozenset({"revision"}): delta.with_revisions,
            frozenset({"new_data"}): delta.with_news,
        }.get(data, new.inputs)  # fmt: skip
        world = _judged(
            replace(
                new,
                plan=(new if "plan" in taken else old).plan,
                as_of=(new if "time" in taken else old).as_of,
                settings=settings or (new if "settings" in taken else old).settings,
                inputs=inputs,
            )
        )
        if settings is None:
            self._made[taken] = world
        return world

    def walk(self, order: Sequence[Step]) -> Iterator[tuple[Step, Evaluation, Evaluation]]:
        """Each step that changes something, with the worlds before and after it."""
        done: list[Step] = []
        for step in order:
            if step in self.taken:
                earlier = self.after_steps(done)
                done.append(step)
                yield step, earlier, self.after_steps(done)

    def origins(self, step: Step, measure: Measure, pair: tuple[Verdict, Verdict]) -> tuple[Origin, ...]:
        """What moved a verdict at a step, from the most direct evidence to the wider one."""
        if step == "plan":
            return tuple(_plan_origins(self.before.plan, self.after.plan, measure.id))
        if step == "settings":
            return self._settings_origins(measure.id)
        if step == "time":
            return (self._days(pair[0].period, pair[1].reason),)
        moved = self.delta.revised if step == "revision" else self.delta.new
        return _data_origins(moved, measure, pair)

    def project_origins(
        self, step: Step, id: str, pair: tuple[Mapping[str, Any], Mapping[str, Any]]
    ) -> tuple[Origin, ...]:
        """What moved the state of a project."""
        if step == "time":
            return (self._days(str(pair[0].get("date", "")), pair[1]["reason"]),)
        if step == "settings":
            return tuple(_settings_diff(self.before.settings, self.after.settings))
        if step == "plan":
            return (Origin(kind="plan", name="projects"),)
        moved = self.delta.revised if step == "revision" else self.delta.new
        return tuple(o for o in moved if o.kind == "projects" and o.name == id)

    def _days(self, period: str, reason: str) -> Origin:
        """The two days, with the period of the old datum, and whether it is too old now."""
        days = str(self.before.as_of), str(self.after.as_of)
        return Origin(kind="day", name=reason, period=period, before=days[0], after=days[1])

    def _settings_origins(self, id: str) -> tuple[Origin, ...]:
        """The settings that move the verdict when they alone change, or when they alone do not."""
        differ = list(_settings_diff(self.before.settings, self.after.settings))
        done = STEPS[: STEPS.index("settings")]
        start, end = self.after_steps(done), self.after_steps([*done, "settings"])
        needed = []
        for origin in differ:
            alone = replace(start.settings, **{origin.name: origin.after})
            without = replace(end.settings, **{origin.name: origin.before})
            if any(
                State.of(verdict_of(self.after_steps(done, settings=one), id))
                != State.of(verdict_of(world, id))
                for one, world in ((alone, start), (without, end))
            ):
                needed.append(origin)
        return tuple(needed or differ)


def _judged(world: Evaluation) -> Evaluation:
    """Judge a world that is only imagined: its figures may be younger than its day."""
    verdicts, projects = judge_area(
        world.plan, book=Book(world.inputs.latest()), first=None, records=Records.of(world.inputs),
        registry=world.registry, settings=world.settings, as_of=world.as_of, synthetic=world.synthetic,
        sensitivity=False,
    )  # fmt: skip
    return replace(world, verdicts=verdicts, projects=projects)


def verdict_of(evaluation: Evaluation, id: str) -> Verdict:
    """The verdict of a measure."""
    return next(v for v in evaluation.verdicts if v.measure == id)


def _settings_diff(before: Settings, after: Settings) -> Iterator[Origin]:
    for field in fields(Settings):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            yield Origin(kind="settings", name=field.name, before=old, after=new)


def _plan_origins(before: Plan, after: Plan, id: str) -> Iterator[Origin]:
    """Keys of the measure, of its target, of its commitment and of the plan that differ."""
    pairs = [
        (c, m) for p in (before, after) for c in p.commitments for m in c.measures if m.id == id
    ]  # fmt: skip
    (old_commitment, old), (new_commitment, new) = pairs
    document = new.target.source_zh if new.target else ""
    yield from _differences("", old, new, skip=("target",), document=document)
    yield from _differences("target.", old.target, new.target, document=document)
    yield from _differences("commitment.", old_commitment, new_commitment, skip=("measures",))
    yield from _differences("plan.", before, after, skip=("commitments", "projects", "id"))


def _differences(
    prefix: str, old: Any, new: Any, *, skip: tuple[str, ...] = (), document: str = ""
) -> Iterator[Origin]:
    """Fields of two records that differ; a record that is not there has none of them."""
    some = old if old is not None else new
    if not is_dataclass(some):
        return
    for field in fields(some):
        was, now = getattr(old, field.name, None), getattr(new, field.name, None)
        if field.name not in skip and was != now:
            yield Origin(kind="plan", name=prefix + field.name, before=was, after=now, document=document)


def _data_origins(
    moved: Sequence[Origin], measure: Measure, pair: tuple[Verdict, Verdict]
) -> tuple[Origin, ...]:
    """Figures that either verdict cites; without any, all of the indicators that it rests on; records."""
    cited = {(e.indicator, e.period) for v in pair for e in v.evidence}
    rests_on = {measure.indicator, measure.against, measure.exposure} | {i for i, _ in cited}
    figures = [o for o in moved if o.kind == "observations" and o.name in rests_on]
    direct = [o for o in figures if (o.name, o.period) in cited]
    names = {measure.id, measure.project} - {""}
    records = [o for o in moved if o.kind != "observations" and o.name in names]
    return tuple(direct or figures) + tuple(records)
