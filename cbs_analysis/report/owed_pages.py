"""Who owes what, since when: the tables and the sentence of the status page."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..plan.evaluation import Evaluation
from ..plan.owed import owed
from .table import Table, translator

__all__ = ["reading_owed_since", "table_owed_by_office", "table_owed_since"]


def table_owed_by_office(evaluation: Evaluation, lang: str) -> Table:
    """How much each office owes, and since when at the longest; most first.

    Parameters
    ----------
    evaluation : Evaluation
    lang : {"zh", "en"}
    """
    t = translator(lang)
    frame = owed(evaluation, lang=lang)
    rows = []
    for _, group in frame.groupby("office_id", sort=False):
        first = group.loc[group["days"].idxmax()]
        answered = int((group["answer"] != "").sum())
        rows.append(
            (first["office"] or t("owed_office_none"), len(group), first["since"], first["days"], answered)
        )
    rows.sort(key=lambda r: (r[0] == t("owed_office_none"), -r[1]))
    columns = tuple(t(k) for k in ("office", "owed_items_n", "owed_oldest", "owed_longest", "owed_answered"))
    return Table(
        t("owed_by_office_title"), columns, tuple(rows), note=_note(evaluation, t),
        numeric=frozenset({1, 3, 4}), nowrap=frozenset({2}), css="stack", empty=t("nothing_owed"),
    )  # fmt: skip


def table_owed_since(evaluation: Evaluation, lang: str) -> Table:
    """Each thing that is owed: office, what, since when, for how many days, and what the office answered.

    Parameters
    ----------
    evaluation : Evaluation
    lang : {"zh", "en"}

    Returns
    -------
    Table
        Longest owed first; folded, since a plan at its beginning owes nearly everything.
    """
    t = translator(lang)
    rows = tuple(
        (
            r.office or t("owed_office_none"), r.measure, r.name,
            t(f"owed_{r.kind}", years=_years(r.what, lang)), r.since, r.days,
            _answer(r, evaluation, t),
        )
        for r in owed(evaluation, lang=lang).itertuples(index=False)
    )  # fmt: skip
    columns = (
        t("office"), t("measure"), t("indicator"), t("owed_what"), t("owed_since"), t("owed_days"),
        t("owed_answer"),
    )  # fmt: skip
    return Table(
        t("owed_since_title"), columns, rows, note=_note(evaluation, t), numeric=frozenset({5}),
        nowrap=frozenset({1, 4}), folded=True, css="stack", empty=t("nothing_owed"),
    )  # fmt: skip


def reading_owed_since(evaluation: Evaluation, lang: str) -> str:
    """How much is owed by how many offices, and for how long."""
    t = translator(lang)
    frame = owed(evaluation, lang=lang)
    if frame.empty:
        return str(t("nothing_owed"))
    named = frame[frame["office_id"] != ""]
    first = frame.iloc[0]
    told = [
        t("owed_since_reading", n=len(named), offices=named["office_id"].nunique(), since=first["since"],
          days=first["days"])
    ]  # fmt: skip
    if answered := int((frame["answer"] != "").sum()):
        told.append(t("owed_since_answered", answered=answered))
    if unassigned := len(frame) - len(named):
        told.append(t("owed_since_unassigned", n=unassigned))
    return ("" if lang == "zh" else " ").join(told)


def _note(evaluation: Evaluation, t: Any) -> str:
    return str(t("owed_since_note", years=evaluation.settings.stale_years))


def _years(what: str, lang: str) -> str:
    return what.replace(", ", "、").replace("-", "—") if lang == "zh" else what


def _answer(row: Any, evaluation: Evaluation, t: Any) -> str:
    if not row.answer:
        return "—"
    late = row.answer == "not_yet" and pd.Timestamp(row.expected).date() < evaluation.as_of
    return str(t("owed_answer_overdue" if late else f"owed_answer_{row.answer}", day=row.expected))
