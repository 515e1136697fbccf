"""`index.html`: what stands in the folder of reports, written last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import Fault, ReportError, TargetError
from ...plan.project_registry import project_registry
from ..evaluation_files import file_names
from .ledger import Ledger
from .publishing import write_whole
from .records import Site

__all__ = ["changed_words", "index_records", "names_of_commitments", "write_index"]


def write_index(site: Site, ledger: Ledger) -> Path:
    """Write the index of all reports that the ledger knows and the folder holds."""
    from ..page import render_index

    records = index_records(site, ledger)
    if not records:
        raise ReportError(
            Fault("no reports to list", where=str(site.reports), next_step="run `cbs-analysis run`")
        )
    write_whole(site.reports / "index.html", render_index(records).encode())
    return site.reports / "index.html"


def index_records(site: Site, ledger: Ledger) -> list[dict[str, Any]]:
    """The reports as the index shows them; an overall page also says what changed and what is owed."""
    rows = list(ledger.reports())
    found = [r for r in (_record(site, row) for row in rows) if r["href"] or r["failed"]]
    names: dict[str, dict[str, tuple[str, str]]] = {}
    for record in found:
        if not record.get("verdicts"):
            continue
        before = _day_before(record, rows)
        if before is None:
            continue
        plan = str(record["plan"])
        if plan not in names:
            names[plan] = names_of_commitments(site.root, plan)
        old = before["state"]["verdicts"]
        record |= {
            "before": before["as_of"], "changed": changed_words(old, record["verdicts"], names[plan])
        }  # fmt: skip
    return found


def _record(site: Site, row: Mapping[str, Any]) -> dict[str, Any]:
    """A report as the index shows it: addresses only of what is there."""
    folder = f"{row['as_of']}/{row['area']}"
    good, bad = (f"{folder}/{row['name']}{suffix}" for suffix in (".html", ".failed.html"))
    state = row["state"]
    owed = state.get("owed")
    return {
        **state, "as_of": row["as_of"], "area": row["area"], "name": row["name"], "failure": row["failure"],
        "href": good if row["key"] and (site.reports / good).exists() else "",
        "failed": bad if row["failure"] and (site.reports / bad).exists() else "",
        "owed": None if owed is None else sum(office["n"] for office in owed),
        "files": [
            (f"{folder}/{file}", kind)
            for file, kind in file_names(str(state.get("lang", "zh"))).items()
            if file in row["files"] and (site.reports / folder / file).exists()
        ],
    }  # fmt: skip


def _day_before(record: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The same overall report on the last day before."""
    same = [
        row
        for row in rows
        if row["area"] == record["area"]
        and row["name"] == record["name"]
        and row["as_of"] < record["as_of"]
        and row["state"].get("plan") == record["plan"]
        and row["state"].get("verdicts")
    ]
    return max(same, key=lambda row: str(row["as_of"]), default=None)


def changed_words(
    old: Mapping[str, str], new: Mapping[str, str], names: Mapping[str, tuple[str, str]]
) -> list[dict[str, str]]:
    """Commitments with another word than before, in the order of the later evaluation.

    Parameters
    ----------
    old, new : mapping
        Commitment -> key of its word.
    names : mapping
        Commitment -> (Chinese, English) name; an id stands for itself where there is none.

    Examples
    --------
    >>> old, new = {"E01": "behind", "E02": "ahead"}, {"E01": "on_track", "E02": "ahead"}
    >>> changed_words(old, new, {"E01": ("就业", "Jobs")})
    [{'id': 'E01', 'name_zh': '就业', 'name_en': 'Jobs', 'old': 'behind', 'new': 'on_track'}]
    """
    changed = [id for id in new if id in old and old[id] != new[id]]
    named = {id: names.get(id, (id, id)) for id in changed}
    return [
        {"id": id, "name_zh": named[id][0], "name_en": named[id][1], "old": old[id], "new": new[id]}
        for id in changed
    ]


def names_of_commitments(root: Path, plan: str) -> dict[str, tuple[str, str]]:
    """Commitment -> (Chinese, English) name; empty when the plan is not there any more."""
    try:
        found = project_registry(root).plans.get(plan)
    except TargetError:
        return {}
    return {c.id: (c.zh, c.en) for c in found.commitments} if found else {}
