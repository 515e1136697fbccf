"""Tables of an evaluation as CSV that a spreadsheet program opens as it is: UTF-8 marked so, no formulas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .plain_text import inert

__all__ = ["TABLES", "csv_table"]

_VERDICT = (
    "measure commitment section name_zh name_en type nature sense project word label_zh label_en reason "
    "indicator unit period value baseline target target_period target_document_zh target_document_en "
    "progress time_progress pace required probability fragile flips"
)
_ANNUAL = "year kind target actual period share schedule lead_pp word document"
_VERDICT_END = "self_rating self_word official_word offices evidence sentence_zh sentence_en synthetic extra"
_COMMITMENT = (
    "id section key name_zh name_en word label_zh label_en reason assessed measures offices sentence_zh "
    "sentence_en synthetic"
)
_PROJECT = (
    "id box kind name_zh name_en programme_zh programme_en area duplicate_of word label_zh label_en reason "
    "stage_key date plan_start plan_end total_inv_mn_yuan cum_inv_mn_yuan investment_share time_share gap_pp "
    "first_plan_start first_plan_end first_total_inv_mn_yuan first_gap_pp stalled_since visual_progress "
    "self_rating self_word own_agrees"
)
_YEAR = "year date planned_mn_yuan invested_mn_yuan share schedule lead_pp document"
_FINISH = "date earliest latest spi months_late basis confidence refusal"
_PROJECT_END = "flags evidence sentence_zh sentence_en synthetic"
_EVIDENCE = "id indicator period value published status vintage source certainty file sheet row col cell note"

Row = Mapping[str, Any]


def _verdict(row: Row) -> dict[str, Any]:
    annual = row["annual"] or {}
    return (
        {k: row[k] for k in _VERDICT.split()}
        | {f"annual_{k}": annual.get(k) for k in _ANNUAL.split()}
        | {k: row[k] for k in _VERDICT_END.split()}
    )


def _project(row: Row) -> dict[str, Any]:
    year = row["annual"][-1] if row["annual"] else {}
    return (
        {k: row[k] for k in _PROJECT.split()}
        | {f"annual_{k}": year.get(k) for k in _YEAR.split()}
        | {f"finish_{k}": row["finish"][k] for k in _FINISH.split()}
        | {k: row[k] for k in _PROJECT_END.split()}
        | {"flags": [flag["key"] for flag in row["flags"]]}
    )


def _chosen(columns: str) -> Callable[[Row], dict[str, Any]]:
    return lambda row: {k: row[k] for k in columns.split()}


# name of the table: which part of the record it holds, and how a row of it becomes flat
TABLES: dict[str, tuple[str, Callable[[Row], dict[str, Any]]]] = {
    "verdicts": ("verdicts", _verdict),
    "commitments": ("commitments", _chosen(_COMMITMENT)),
    "projects": ("projects", _project),
    "evidence": ("evidence", _chosen(_EVIDENCE)),
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    "verdicts": (*_VERDICT.split(), *(f"annual_{k}" for k in _ANNUAL.split()), *_VERDICT_END.split()),
    "commitments": tuple(_COMMITMENT.split()),
    "projects": (
        *_PROJECT.split(), *(f"annual_{k}" for k in _YEAR.split()), *(f"finish_{k}" for k in _FINISH.split()),
        *_PROJECT_END.split(),
    ),
    "evidence": tuple(_EVIDENCE.split()),
}  # fmt: skip


def csv_table(record: Row, name: str) -> bytes:
    """One table of an evaluation as CSV.

    Parameters
    ----------
    record : mapping
        As `Evaluation.to_dict` gives it.
    name : str
        A key of `TABLES`.

    Returns
    -------
    bytes
        UTF-8 that begins with the byte order mark, which Excel in China needs to read Chinese; lines end
        with CRLF. An empty field is a missing number or text, dates are ISO, lists are joined by ``;``,
        truth is ``true`` or ``false``, and the columns are the same for every evaluation. Text that a
        spreadsheet program would take for a formula has an apostrophe before it; a number with its unit has
        none (`plain_text.inert`).
    """
    part, flat = TABLES[name]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_COLUMNS[name])
    for row in record[part]:
        values = flat(row)
        writer.writerow([_field(values[column]) for column in _COLUMNS[name]])
    return ("\ufeff" + stream.getvalue()).encode()


def _field(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return inert(json.dumps(value, ensure_ascii=False, sort_keys=True)) if value else ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return inert(";".join(map(str, value)))
    return inert(value) if isinstance(value, str) else repr(value)
