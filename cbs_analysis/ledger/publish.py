"""From a ledger to tables that may be seen by anybody, and the attack on such tables."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from ..errors import CoverageError, Fault, RawTableError
from ..registry.load import load_registry
from ..registry.poverty_parameters import PovertyParameters
from .disclosure import (
    LEAST,
    SMALL,
    THRESHOLD,
    WITHHELD,
    Broken,
    Equal,
    Key,
    Mark,
    Relation,
    audit,
    holds,
    protect,
)
from .relations import AT_RISK, relations_of, with_unprinted
from .tables import TABLES, Counts, count_tables, last_day

__all__ = [
    "COLUMNS",
    "SCHEMA",
    "Publication",
    "audit_published",
    "changed_since",
    "publish_tables",
    "read_publication",
]

COLUMNS = ("table", "area", "district", "date", "period", "line", "item", "value", "mark")
SCHEMA = "cbs-analysis/ledger-tables/1"
_NUMBER = "number"
_TOTAL, _SOFT = "all", {"none": 1.0, "unknown": 1.0, "on_list": 3.0}
_COSTS = {"classes": 8.0, "monitored": 20.0, "returned": 8.0, "rules": 4.0, "transitions": 2.0, "scores": 2.0}


@dataclass(frozen=True, kw_only=True)
class Publication:
    """Safe tables, new since the last publication.

    Attributes
    ----------
    area : str
    as_of : date
    synthetic : bool
    frame : pandas.DataFrame
        `COLUMNS`, all text; `value` is empty where the mark is `small` or `withheld`.
    """

    area: str
    as_of: date
    synthetic: bool
    frame: pd.DataFrame = field(repr=False)

    def to_csv(self) -> str:
        """The table as CSV, the same bytes for the same ledger."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(self.frame[list(COLUMNS)].to_numpy().tolist())
        return out.getvalue()

    def to_json(self) -> str:
        """The same for programs; `published.schema.json` describes it."""
        cells = [
            {k: v for k, v in zip(COLUMNS, row, strict=True) if k not in ("area", "value")}
            | {"value": float(row[COLUMNS.index("value")]) if row[COLUMNS.index("value")] else None}
            for row in self.frame[list(COLUMNS)].to_numpy().tolist()
        ]
        head = {
            "schema": SCHEMA, "area": self.area, "as_of": self.as_of.isoformat(), "synthetic": self.synthetic,
            "threshold": THRESHOLD, "least_possible": LEAST,
        }  # fmt: skip
        return json.dumps(head | {"cells": cells}, ensure_ascii=False, indent=1) + "\n"

    def hidden(self) -> dict[str, int]:
        """How many counts carry each mark."""
        return {str(k): int(n) for k, n in self.frame["mark"].value_counts().items()}


def publish_tables(
    ledger: pd.DataFrame,
    *,
    parameters: PovertyParameters,
    area: str,
    as_of: str | date,
    published: Sequence[str] = (),
    seed: int = 20230630,
) -> Publication:
    """Count, hide, attack, and give what may be seen.

    Parameters
    ----------
    ledger : pandas.DataFrame
        As `check_ledger` lets it pass; never changed, never written.
    parameters : PovertyParameters
    area : str
        Code of the whole area.
    as_of : str or date
        Day of publication: months that end later are left out.
    published : sequence of str
        All earlier publications, as CSV: what they say stays as it is, and is attacked together with the new.
    seed : int
        Of the model whose scores are published.

    Returns
    -------
    Publication
        Only tables and periods that were not published before.

    Raises
    ------
    CoverageError
        Nothing is new (`nothing_new`), or no safe choice is left (`cannot_protect`, `tables_contradict`).
    ModelRefused
        A year has no line (`no_line`).
    """
    day = pd.Timestamp(as_of)
    earlier = _marks(_read_all(published))
    held = frozenset((k.table, k.period) for k in earlier)
    linking = _linking(held)
    counts = count_tables(ledger, parameters=parameters, area=area, as_of=day, held=held - linking, seed=seed)
    new = {k: n for k, n in counts.households.items() if (k.table, k.period) not in held}
    if not new:
        raise CoverageError(
            Fault(
                "everything up to this day was published before",
                got=f"as of {day.date()}",
                next_step="wait for the next month, or import it",
                code="nothing_new",
            )
        )
    relations = relations_of([*earlier, *new], area)
    usable = _usable(relations, counts.households, earlier)
    marks = protect(counts.households, usable, frozen=earlier, cost=_cost_in(area))
    marks = {k: marks[k] for k in [*earlier, *new]}
    if audit(marks, usable, fresh=frozenset(new)):
        raise CoverageError(Fault("the tables are not safe", next_step="report this", code="cannot_protect"))
    shown = _rows({k: marks[k] for k in new}, counts, area)
    synthetic = load_registry().areas[area].synthetic
    return Publication(
        area=area, as_of=day.date(), synthetic=synthetic, frame=pd.DataFrame(shown, columns=list(COLUMNS))
    )


def _linking(held: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Published periods that new tables refer to: the last month, and Decembers."""
    months = sorted({period for table, period in held if table == "classes"})
    wanted = {m for m in months if m.endswith("-12")} | set(months[-1:])
    return frozenset((table, period) for table, period in held if period in wanted)


def _usable(
    relations: Iterable[Relation], counts: Mapping[Key, int], earlier: Mapping[Key, Mark]
) -> list[Relation]:
    """Relations that hold; one that a later correction of a published month broke helps no attacker."""
    truth = dict(counts)
    for k, mark in earlier.items():
        if isinstance(mark, int):
            truth[k] = mark
    relations = list(relations)
    truth = with_unprinted(truth, relations)
    usable = []
    for relation in relations:
        sides = (
            (relation.whole, relation.parts)
            if isinstance(relation, Equal)
            else (relation.less, relation.more)
        )
        keys = [k for side in sides for k in side]
        if any(k not in truth for k in keys) or holds(relation, truth):
            usable.append(relation)
    return usable


def _cost_in(area: str) -> Any:
    """What a reader would miss most is withheld last: totals, the whole area, households on the list."""

    def cost(k: Key) -> float:
        base = _SOFT.get(k.row, 8.0) if k.table == "classes" else _COSTS.get(k.table, 4.0)
        if _TOTAL in (k.row, k.column):
            return 20 * base
        if k.area == area and k.table in ("classes", "returned"):
            return base * (8 if k.row in AT_RISK or k.table == "returned" else 2)
        return base

    return cost


def _rows(marks: Mapping[Key, Mark], counts: Counts, area: str) -> list[tuple[str, ...]]:
    found = []
    for k, mark in marks.items():
        value, word = (str(mark), "shown") if isinstance(mark, int) else ("", mark)
        found.append((k, value, word))
    for k, (number, rests_on) in counts.numbers.items():
        count = marks.get(rests_on)
        if isinstance(count, int) and count >= THRESHOLD:
            found.append((k, _short(number), _NUMBER))
    order = {table: i for i, table in enumerate(TABLES)}
    found.sort(key=lambda x: (order[x[0].table], x[0].period, x[0].area, x[0].row, x[0].column))
    return [
        (k.table, area, "" if k.area == area else k.area, last_day(k.period).date().isoformat(), k.period,
         k.row, k.column, value, word)
        for k, value, word in found
    ]  # fmt: skip


def _short(number: float) -> str:
    """At most three decimals: more would only tell the same households apart."""
    if not math.isfinite(number):
        raise ValueError("a number without an end is never published")
    return f"{number:.3f}".rstrip("0").rstrip(".")


# --- reading and attacking what was published ------------------------------------------------------


def read_publication(text: str) -> pd.DataFrame:
    """A publication as it lies in a file.

    Raises
    ------
    RawTableError
        Another header.
    """
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    if not rows or tuple(rows[0]) != COLUMNS:
        raise RawTableError(
            Fault(
                "this is no publication of a ledger",
                "row 1",
                expected=",".join(COLUMNS),
                code="no_publication",
            )
        )
    return pd.DataFrame(rows[1:], columns=list(COLUMNS))


def _read_all(published: Sequence[str]) -> pd.DataFrame:
    frames = [read_publication(text) for text in published]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))


def _marks(frame: pd.DataFrame) -> dict[Key, Mark]:
    """What is known of each count; of two publications the one that says more."""
    found: dict[Key, Mark] = {}
    rank = {WITHHELD: 0, SMALL: 1}
    for table, area, district, _, period, line, item, value, word in frame[list(COLUMNS)].to_numpy().tolist():
        if word == _NUMBER:
            continue
        k = Key(table, district or area, period, line, item)
        mark: Mark = int(value) if word == "shown" else word
        if k not in found or rank.get(mark, 2) > rank.get(found[k], 2):  # type: ignore[arg-type]
            found[k] = mark
    return found


def audit_published(published: Sequence[str]) -> list[Broken]:
    """Attack publications of one area as anybody could who has nothing but them.

    Parameters
    ----------
    published : sequence of str
        Their CSV texts, all months together.

    Returns
    -------
    list of Broken
        Groups below the threshold that could be worked out; see `disclosure.audit`.
    """
    frame = _read_all(published)
    marks = _marks(frame)
    return [x for area in frame["area"].unique() for x in audit(marks, relations_of(marks, area))]


def changed_since(
    ledger: pd.DataFrame, *, parameters: PovertyParameters, area: str, published: Sequence[str]
) -> int:
    """How many published counts the ledger would now give otherwise; they stay as they were published."""
    marks = _marks(_read_all(published))
    if not marks:
        return 0
    end = max(last_day(k.period) for k in marks) + pd.offsets.MonthEnd(1)
    now = count_tables(ledger, parameters=parameters, area=area, as_of=end).households
    return sum(not _agrees(mark, now.get(k)) for k, mark in marks.items())


def _agrees(mark: Mark, count: int | None) -> bool:
    if count is None or isinstance(mark, int):
        return mark == count
    return mark == WITHHELD or 0 < count < THRESHOLD
