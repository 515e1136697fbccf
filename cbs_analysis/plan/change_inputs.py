"""What is new and what was corrected between two sets of inputs, figure by figure and record by record."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pandas as pd

from .evidence_numbers import sheet_of
from .inputs import Inputs

__all__ = ["Delta", "Origin", "inputs_delta"]

# what makes two rows the same figure, or the same record
_KEYS: dict[str, tuple[str, ...]] = {
    "observations": ("indicator", "area", "period"),
    "documents": ("measure", "area", "date", "document"),
    "projects": ("project", "area", "date"),
    "annual_plans": ("measure", "area", "year"),
    "ratings": ("measure", "area", "date"),
}
# columns that say where a row stands in a file, not what it says
_ADDRESS = ("file", "sheet", "row", "col", "note")
# columns that say which printing it is
_PRINTED = ("vintage", "edition", "source")
# columns that a record is compared by, for the reader: the first that is there
_SAYS = ("level", "value", "word", "rating", "stage", "answer")


@dataclass(frozen=True, kw_only=True)
class Origin:
    """One thing that is new or other than before: evidence of why a verdict moved.

    Attributes
    ----------
    kind : str
        A frame of the inputs (`observations`, `documents`, `projects`, `annual_plans`, `ratings`), or `plan`,
        `settings`, `day`.
    name : str
        Indicator, measure, project, setting, or key of the plan such as `target.value`.
    period : str
        Period of a figure, year of an annual plan, date of a record; else empty.
    before, after : Any
        Value, level, word or stage; None where there was none, or is none any more.
    published_before, published_after : str
        Days of publication; empty where there is none.
    source, document, file : str
        Publisher, document number and raw file of a record; document of a target.
    row, col, sheet : int, int, str
        Place in the file, as in the store; row 0 without a file, column -1 for a whole row.
    """

    kind: str
    name: str
    period: str = ""
    before: Any = None
    after: Any = None
    published_before: str = ""
    published_after: str = ""
    source: str = ""
    document: str = ""
    file: str = ""
    row: int = field(default=0, compare=False)
    col: int = field(default=-1, compare=False)
    sheet: str = field(default="", compare=False)


@dataclass(frozen=True)
class Delta:
    """Two sets of inputs, the worlds between them, and what moved.

    `with_revisions` holds what was known before as it is known after; `with_news` holds what was known before
    as it was, and what was not known yet.
    """

    with_revisions: Inputs
    with_news: Inputs
    revised: tuple[Origin, ...]
    new: tuple[Origin, ...]
    has_revisions: bool
    has_news: bool


def inputs_delta(before: Inputs, after: Inputs) -> Delta:
    """Part the difference of two sets of inputs into revisions and news.

    A row of `after` whose key (indicator, area and period of a figure) stands in `before` belongs to the
    revisions, also when it is a second publication of the same value, or is gone; all others are news.
    """
    revisions: dict[str, pd.DataFrame] = {}
    news: dict[str, pd.DataFrame] = {}
    revised: list[Origin] = []
    new: list[Origin] = []
    has_revisions = has_news = False
    for frame_of in fields(Inputs):
        if frame_of.name == "data_requests":  # what an office answered instead of a figure moves no verdict
            continue
        old, now = getattr(before, frame_of.name), getattr(after, frame_of.name)
        keys = _KEYS.get(frame_of.name, ("measure", "area", "date"))
        was = set(_keys(old, keys))
        known = [k in was for k in _keys(now, keys)]
        again, fresh = (now[known], now[[not k for k in known]]) if len(now) else (now, now)
        revisions[frame_of.name] = again
        news[frame_of.name] = _joined(old, fresh)
        changed = _rows(old) != _rows(again)
        has_revisions |= changed
        has_news |= len(fresh) > 0
        shown = _latest(frame_of.name, before), _latest(frame_of.name, after)
        for moved in _moved(frame_of.name, keys, *shown):
            (revised if moved.before is not None or moved.after is None else new).append(moved)
    return Delta(
        replace(after, **revisions),
        replace(after, **news),
        tuple(revised),
        tuple(new),
        has_revisions,
        has_news,
    )


def _joined(old: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    if not len(fresh):
        return old
    return pd.concat([old, fresh], ignore_index=True) if len(old) else fresh


def _latest(name: str, inputs: Inputs) -> pd.DataFrame:
    frame: pd.DataFrame = inputs.latest() if name == "observations" else getattr(inputs, name)
    return frame


def _keys(frame: pd.DataFrame, keys: tuple[str, ...]) -> list[Hashable]:
    if not len(frame):
        return []
    return list(zip(*[frame[k].astype(str) if k in frame else [""] * len(frame) for k in keys], strict=True))


def _rows(frame: pd.DataFrame) -> set[Hashable]:
    """What the rows of a frame say, in any order."""
    if not len(frame):
        return set()
    said = frame[[c for c in sorted(frame.columns) if c not in _ADDRESS]]
    return set(said.astype(str).itertuples(index=False, name=None))


def _moved(name: str, keys: tuple[str, ...], old: pd.DataFrame, now: pd.DataFrame) -> Iterator[Origin]:
    """Each key that says something else than before, in the order of the later frame, then what is gone."""
    was, is_now = _by_key(old, keys), _by_key(now, keys)
    for key in dict.fromkeys([*is_now, *was]):
        first, last = was.get(key), is_now.get(key)
        if first is not None and last is not None and _content(first) == _content(last):
            continue
        row = last or first or {}
        yield Origin(
            kind=name,
            name=str(row.get("indicator") or row.get("measure") or row.get("project")),
            period=str(row.get("period") or row.get("year") or str(row.get("date"))[:10]),
            before=_said(first),
            after=_said(last),
            published_before=_day(first),
            published_after=_day(last),
            source=str(row.get("source", "")),
            document=str(row.get("document", "")),
            file=str(row.get("file", "")),
            row=int(row.get("row", 0)),
            col=int(row.get("col", -1)),
            sheet=sheet_of(str(row.get("note") or ""), str(row.get("sheet") or "")),
        )


def _by_key(frame: pd.DataFrame, keys: tuple[str, ...]) -> dict[Hashable, dict[str, Any]]:
    rows = [{str(k): v for k, v in r.items()} for r in frame.to_dict("records")]
    return dict(zip(_keys(frame, keys), rows, strict=True))


def _content(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What a row says, apart from where it stands and when it was printed again."""
    if "indicator" in row and "period" in row:
        return (("value", repr(float(row["value"]))), ("status", str(row.get("status"))))
    return tuple((c, str(v)) for c, v in sorted(row.items()) if c not in (*_ADDRESS, *_PRINTED))


def _said(row: dict[str, Any] | None) -> Any:
    if row is None:
        return None
    for column in _SAYS:
        value = row.get(column)
        if value is not None and str(value) not in ("", "nan", "NaT", "None"):
            return value
    return str(row.get("document", ""))


def _day(row: dict[str, Any] | None) -> str:
    return "" if row is None else str(row.get("vintage", ""))[:10]
