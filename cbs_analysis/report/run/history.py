"""What runs did, and what differs between two of them: read from the ledger, also while a run is on."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import psutil

from ...errors import Fault, ParameterError
from .index import changed_words, names_of_commitments
from .ledger import Ledger
from .records import Site

__all__ = ["RunDiff", "RunSummary", "diff_runs", "overall_reports", "place_of", "run_of", "runs_of"]

State = Literal["running", "cut_off", "well", "failed"]


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One run.

    Attributes
    ----------
    number : int
    started, ended : str
        ISO, UTC; `ended` is "" while it runs and when it was cut off.
    state : {"running", "cut_off", "well", "failed"}
        `running` only when its process is there; one on another machine counts as running until its end.
    exit : int or None
    reports : int or None
        How many were asked for; None for a run that did not say.
    made, unchanged, failed : int
    seconds : float or None
        From start to end.
    memory_mb : float
        The highest that one of its reports needed.
    backend, workers, pid, host, data_key, package, commit, uncommitted
        As it was begun.
    asked : dict
        What it was asked for.
    notices : list of dict
        What it noticed of the data before it began.
    """

    number: int
    started: str
    ended: str
    state: State
    exit: int | None
    reports: int | None
    made: int
    unchanged: int
    failed: int
    seconds: float | None
    memory_mb: float
    backend: str
    workers: int
    pid: int
    host: str
    data_key: str
    package: str
    commit: str
    uncommitted: bool
    asked: dict[str, Any]
    notices: list[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def runs_of(reports: Path, *, limit: int = -1) -> list[RunSummary]:
    """The runs of a folder of reports, the last first; none where there is no ledger yet.

    Parameters
    ----------
    reports : pathlib.Path
    limit : int
        At most so many; all by default.
    """
    with Ledger(reports) as ledger:
        rows = ledger.runs(limit=limit)
        newest = next((row["id"] for row in ledger.runs(limit=1)), None)
        return [_summary(row, ledger.jobs(row["id"]), last=row["id"] == newest) for row in rows]


def run_of(reports: Path, number: int) -> RunSummary:
    """One run by its number.

    Raises
    ------
    ParameterError
        There is none of this number.
    """
    runs = runs_of(reports)
    found = next((run for run in runs if run.number == number), None)
    if found is None:
        held = f"{runs[-1].number} to {runs[0].number}" if runs else "none: nothing was run here yet"
        what, step = "there is no run of this number", "`cbs-analysis runs` lists them"
        raise ParameterError(Fault(what, str(reports), str(number), held, step))
    return found


def _summary(row: Mapping[str, Any], jobs: Iterable[Mapping[str, Any]], *, last: bool) -> RunSummary:
    started, ended = (datetime.fromisoformat(row[k]) if row[k] else None for k in ("started", "ended"))
    if row["exit"] is not None:
        state: State = "failed" if row["exit"] else "well"
    else:
        state = "running" if last and _alive(row) else "cut_off"
    return RunSummary(
        number=row["id"], started=row["started"], ended=row["ended"] or "", state=state, exit=row["exit"],
        reports=row["asked"].get("reports"), made=row["made"], unchanged=row["unchanged"],
        failed=row["failed"],
        seconds=(ended - started).total_seconds() if started and ended else None,
        memory_mb=max((job["memory_mb"] for job in jobs), default=0.0), backend=row["backend"],
        workers=row["workers"], pid=row["pid"], host=row["host"], data_key=row["data_key"],
        package=row["package"], commit=row["commit_id"], uncommitted=bool(row["changed"]), asked=row["asked"],
        notices=row["notices"],
    )  # fmt: skip


def _alive(row: Mapping[str, Any]) -> bool:
    """Whether the process of a run without an end is still that run; the lock itself is not touched."""
    if row["host"] != platform.node():
        return True  # it cannot be asked from here
    try:
        began = psutil.Process(row["pid"]).create_time()
    except psutil.Error:
        return False
    return began <= datetime.fromisoformat(row["started"]).timestamp() + 1  # else the number was given anew


def place_of(job: Mapping[str, Any]) -> str:
    """A report by day, area and name, as its address begins."""
    return f"{job['as_of']}/{job['area']}/{job['name']}"


def overall_reports(jobs: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Reports with verdicts, one for each day, area and notebook: a second language says the same."""
    found: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for job in sorted(jobs, key=lambda j: (j["as_of"], j["area"], len(j["name"]))):
        if job["verdicts"] and job["status"] != "failed":
            notebook = job["facts"].get("notebook") or job["name"].removesuffix(".en")
            found.setdefault((job["as_of"], job["area"], notebook), job)
    return list(found.values())


@dataclass(frozen=True, kw_only=True)
class RunDiff:
    """What differs between two runs; reports are named `day/area/name`.

    Attributes
    ----------
    before, after : RunSummary
    appeared, vanished : list of str
        Reports of one run alone.
    made : list of str
        Reports of both that the later run made anew.
    files : dict
        Report -> files whose content differs, of the reports of both.
    verdicts : list of dict
        report, id, name_zh, name_en, old, new: commitments with another word.
    failures, cured : list of dict
        report, cell, message: failed only in the later run; failed only in the earlier one.
    """

    before: RunSummary
    after: RunSummary
    appeared: list[str]
    vanished: list[str]
    made: list[str]
    files: dict[str, list[str]]
    verdicts: list[dict[str, str]]
    failures: list[dict[str, Any]]
    cured: list[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON; facts of the runs that may differ stand as pairs."""
        kept = asdict(self)
        for end in ("before", "after"):
            kept[end].pop("notices")
        return kept


def diff_runs(site: Site, first: int, second: int) -> RunDiff:
    """Compare two runs of one folder.

    Parameters
    ----------
    site : Site
    first, second : int
        Numbers of the runs.

    Raises
    ------
    ParameterError
        One of them is not there.
    """
    before, after = run_of(site.reports, first), run_of(site.reports, second)
    with Ledger(site.reports) as ledger:
        old, new = ({place_of(j): j for j in ledger.jobs(n)} for n in (first, second))
    both = [place for place in new if place in old]
    files = {place: _changed_files(old[place], new[place]) for place in both}
    was_bad, is_bad = ({p for p, j in jobs.items() if j["status"] == "failed"} for jobs in (old, new))
    return RunDiff(
        before=before,
        after=after,
        appeared=[p for p in new if p not in old],
        vanished=[p for p in old if p not in new],
        made=[p for p in both if new[p]["status"] == "made"],
        files={place: names for place, names in files.items() if names},
        verdicts=_verdicts(site.root, old, new),
        failures=[_failure(new[p]) for p in new if p in is_bad - was_bad],
        cured=[_failure(old[p]) for p in old if p in was_bad - is_bad and p in new],
    )


def _changed_files(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Files of another content; those of a failed report are not those of the page."""
    if "failed" in (old["status"], new["status"]):
        return []
    names = {*old["files"], *new["files"]}
    return sorted(name for name in names if old["files"].get(name) != new["files"].get(name))


def _verdicts(root: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, str]]:
    found = []
    for job in overall_reports(new.values()):
        place = place_of(job)
        if place in old and old[place]["verdicts"]:
            names = names_of_commitments(root, str(job["facts"].get("plan", "")))
            changed = changed_words(old[place]["verdicts"], job["verdicts"], names)
            found += [{"report": place, **change} for change in changed]
    return found


def _failure(job: Mapping[str, Any]) -> dict[str, Any]:
    return {"report": place_of(job), "cell": job["cell"], "message": job["message"]}
