"""One plan judged for many areas: every county of a province, or of the country, in one process."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CbsError, Fault, ParameterError
from ..registry.divisions import load_divisions
from ..registry.load import Registry
from ..registry.records import Plan
from ..series.periods import parse_date
from .bands import check_settings
from .book import Book, book_columns
from .evaluation import Evaluation, assess, check_published
from .inputs import Columns, Inputs, columns_of, in_order
from .judges import RECORD_KEYS, Records
from .project_registry import project_registry
from .verdicts import Settings

__all__ = ["VERDICT_COLUMNS", "evaluate_many", "verdict_frame"]

VERDICT_COLUMNS = (
    "area", "measure", "commitment", "word", "reason", "value", "period", "progress", "pace", "probability",
    "fragile",
)  # fmt: skip


def evaluate_many(
    plan: str | Plan,
    observations: pd.DataFrame,
    *,
    as_of: date | str,
    areas: Sequence[str] | None = None,
    documents: pd.DataFrame | None = None,
    projects: pd.DataFrame | None = None,
    annual_plans: pd.DataFrame | None = None,
    ratings: pd.DataFrame | None = None,
    settings: Settings | None = None,
    sensitivity: bool = False,
    root: Path | None = None,
) -> Iterator[Evaluation]:
    """Judge one plan for many areas, one after the other.

    Parameters
    ----------
    plan : str or Plan
        Id of a plan in the registry, or a plan read from elsewhere. Its targets are those of every area.
    observations, documents, projects, annual_plans, ratings : pandas.DataFrame
        As the `load_*` functions return them, of all areas; what is left out is empty. Their order does not
        matter.
    as_of : date or str
        What we allow ourselves to know: frames that hold what was published later are refused.
    areas : sequence of str, optional
        Codes or names, in the order wanted; rows of other areas are left aside, and an area without rows is
        judged too. All areas of the frames in the order of their codes by default.
    settings : Settings, optional
    sensitivity : bool
        As in `evaluate`; it takes many times as long.
    root : pathlib.Path, optional
        Project folder, for plans of one's own.

    Yields
    ------
    Evaluation
        The same as `evaluate` gives for the rows of that area alone. Each is made when it is asked for, so
        that memory holds one at a time; its `inputs` are slices of the frames.

    Raises
    ------
    ParameterError
        Areas that neither the registry nor the list of divisions knows (a county needs no entry of its own),
        all of them at once; areas that do not fit the plan because one of the two is synthetic; settings
        out of range.
    VintageError
        If something published after `as_of` is passed in.

    Examples
    --------
    >>> nothing = pd.DataFrame({"area": []})
    >>> found = evaluate_many("cbs14", nothing, as_of="2023-06-30", areas=["22CB00", "220102"])
    >>> [(e.area, e.verdicts[0].word) for e in found]
    [('22CB00', 'not_assessable'), ('220102', 'not_assessable')]
    """
    registry, day = project_registry(root), parse_date(as_of, what="as_of")
    chosen = registry.plan(plan) if isinstance(plan, str) else plan
    given = {
        "documents": documents, "projects": projects, "annual_plans": annual_plans, "ratings": ratings,
    }  # fmt: skip
    inputs = Inputs(observations=observations, **{k: v for k, v in given.items() if v is not None})
    codes = _codes(areas, inputs, registry)
    _check_synthetic(codes, chosen, registry)
    check_published(chosen, day)
    inputs.check(day)
    # checked before the first evaluation is asked for, not when it is
    judged = partial(
        assess, chosen, as_of=day, settings=check_settings(settings or Settings()), registry=registry,
        sensitivity=sensitivity,
    )  # fmt: skip
    return _evaluations(judged, inputs, codes)


def _evaluations(
    judged: Callable[..., Evaluation], inputs: Inputs, codes: Sequence[str]
) -> Iterator[Evaluation]:
    held = {"observations": _ByArea.of(inputs.observations, codes)}
    others = [f.name for f in fields(inputs) if f.name not in held]
    held |= {name: _ByArea.of(in_order(getattr(inputs, name)), codes) for name in others}
    latest = held["observations"]
    # to look for a second publication is cheaper than to rank all of them
    if len(latest.frame) and latest.frame.duplicated(["indicator", "area", "period"]).any():
        latest = _ByArea.of(inputs.latest(), codes)
    for start in range(0, len(codes), _CHUNK):
        stop = min(start + _CHUNK, len(codes))
        figures = latest.columns(start, stop, book_columns)
        records = {name: held[name].columns(start, stop, columns_of) for name in RECORD_KEYS}
        for i in range(start, stop):
            own = replace(inputs, **{name: table.rows(i) for name, table in held.items()})
            with _no_collection():
                evaluation = judged(
                    own,
                    area=codes[i],
                    book=Book(latest.rows(i), latest.cut(figures, i, start)),
                    records=Records.grouped(
                        {name: held[name].cut(records[name], i, start) for name in records}
                    ),
                )
            yield evaluation


@contextmanager
def _no_collection() -> Iterator[None]:
    """Nothing that an evaluation makes points at itself, and to look for it takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# so many areas are taken out of pandas at once: fewer cost time, more cost memory
_CHUNK = 50


@dataclass(frozen=True)
class _ByArea:
    """A frame sorted once in the order of the areas, so that the rows of an area are a slice."""

    frame: pd.DataFrame
    bounds: list[int]

    @classmethod
    def of(cls, frame: pd.DataFrame, codes: Sequence[str]) -> _ByArea:
        if not len(frame):
            return cls(frame, [0] * (len(codes) + 1))
        number: NDArray[np.intp] = pd.Index(codes).get_indexer(frame["area"])
        order = np.argsort(number, kind="stable")
        order = order[np.searchsorted(number[order], 0) :]  # -1: an area that is not asked for
        if len(order) < len(frame) or (np.diff(order) != 1).any():
            frame, number = frame.take(order), number[order]
        return cls(frame, np.searchsorted(number, np.arange(len(codes) + 1)).tolist())

    def rows(self, i: int) -> pd.DataFrame:
        """The rows of the area at a place of the list."""
        return self.frame.iloc[self.bounds[i] : self.bounds[i + 1]]

    def columns(self, start: int, stop: int, convert: Callable[[pd.DataFrame], Columns]) -> Columns:
        """The columns of some areas that stand together, as plain lists."""
        return convert(self.frame.iloc[self.bounds[start] : self.bounds[stop]])

    def cut(self, columns: Columns, i: int, start: int) -> Columns:
        """The part of one area of the columns of some, the first of which is `start`."""
        first = self.bounds[start]
        a, b = self.bounds[i] - first, self.bounds[i + 1] - first
        return {name: values[a:b] for name, values in columns.items()}


def _codes(areas: Sequence[str] | None, inputs: Inputs, registry: Registry) -> list[str]:
    """The codes of the areas, each once."""
    if areas is None:
        frames = [getattr(inputs, f.name) for f in fields(inputs)]
        named: Iterable[Any] = sorted({str(a) for x in frames if len(x) for a in x["area"].unique()})
    else:
        named = [areas] if isinstance(areas, str) else areas
    divisions, codes = load_divisions(), []
    faults: list[Fault] = []
    for name in named:
        if isinstance(name, str) and divisions.get(name) is not None:
            codes.append(name)
            continue
        try:
            codes.append(registry.area(name).code)
        except CbsError as exc:
            faults += exc.faults
    if faults:
        raise ParameterError(faults)
    return list(dict.fromkeys(codes))


def _check_synthetic(codes: Sequence[str], plan: Plan, registry: Registry) -> None:
    """Made-up areas and real ones are never judged together, nor by each other's plans."""
    synthetic = registry.areas[plan.area].synthetic
    wrong = [c for c in codes if (c in registry.areas and registry.areas[c].synthetic) != synthetic]
    if wrong:
        raise ParameterError(
            Fault(
                "plan and areas do not fit: one is synthetic",
                got=f"plan {plan.id}, areas {', '.join(wrong[:5])}" + (" ..." if len(wrong) > 5 else ""),
                next_step="a demonstration plan goes with the demonstration zone only",
            )
        )


def verdict_frame(evaluations: Iterable[Evaluation]) -> pd.DataFrame:
    """The verdicts of many areas as one table.

    Parameters
    ----------
    evaluations : iterable of Evaluation
        Such as `evaluate_many` yields; used up one by one.

    Returns
    -------
    pandas.DataFrame
        One row for each area and measure, in the order given, with the columns `VERDICT_COLUMNS`: codes and
        ids, the word (a key of `WORDS`), the reason of a refusal or an empty text, the datum in the unit of
        the indicator with its period, and progress, pace and probability; NaN where a measure has none.

    Examples
    --------
    >>> found = evaluate_many("cbs14", pd.DataFrame({"area": []}), as_of="2023-06-30", areas=["22CB00"])
    >>> verdict_frame(found)[["area", "measure", "word", "reason"]].head(1).values.tolist()
    [['22CB00', 'E01.1', 'not_assessable', 'no_data']]
    """
    rows = [
        (e.area, v.measure, v.commitment, v.word, v.reason, v.value, v.period, v.progress, v.pace,
         v.probability, v.fragile)
        for e in evaluations
        for v in e.verdicts
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(VERDICT_COLUMNS))
