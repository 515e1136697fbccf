"""The digest of a run: which verdicts changed and why, what failed, what is owed, what was noticed.

The evaluation of an earlier run is made again from the raw files that it had, as far as they are still what
they were; what cannot be made again is named as a reason by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ...errors import CbsError
from ...plan.changes import Changes, compare_evaluations
from ...plan.evaluation import Evaluation, evaluate
from ...plan.inputs import Inputs, load_inputs
from ...plan.project_registry import project_registry
from ...registry.load import load_registry
from ...registry.records import LANGS
from ...series.periods import parse_date
from ...sources.store import load_manifest
from ..messages import message
from .history import RunSummary, overall_reports, place_of, run_of
from .index import changed_words, names_of_commitments
from .ledger import Ledger
from .records import Site

__all__ = ["AreaChange", "Digest", "make_digest", "new_cases"]


@dataclass(frozen=True, kw_only=True)
class AreaChange:
    """What changed in one area since the run before that judged it by the same plan.

    Attributes
    ----------
    area, area_zh, area_en, plan, plan_zh, plan_en, as_of : str
    synthetic : bool
    before_run : int or None
        None when it was judged for the first time.
    before_day : str
        `as_of` of that run; "" the first time.
    commitments : list of dict
        id, name_zh, name_en, old, new (keys of the words), why: [{zh, en}].
    reasons : list of dict
        {zh, en}: what may lie behind it and cannot be made again: another plan file, raw files that were
        changed in place or removed, another version of the package.
    owed : list of dict
        office_zh, office_en, n, since, of the later run.
    """

    area: str
    area_zh: str
    area_en: str
    plan: str
    plan_zh: str
    plan_en: str
    as_of: str
    synthetic: bool
    before_run: int | None = None
    before_day: str = ""
    commitments: list[dict[str, Any]] = field(default_factory=list)
    reasons: list[dict[str, str]] = field(default_factory=list)
    owed: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """The digest of one run.

    Attributes
    ----------
    run : RunSummary
    areas : list of AreaChange
        One for each overall report, in order of day and area.
    failures : list of dict
        report, cell, message, page (address of the failed page below the folder of reports).
    cured : list of str
        Reports that failed when they were last made and are good now.
    notices : list of dict
        Of the run; `new` counts the cases of a notice that the run before did not have, None without one.
    """

    run: RunSummary
    areas: list[AreaChange]
    failures: list[dict[str, Any]]
    cured: list[str]
    notices: list[dict[str, Any]]

    @property
    def changed(self) -> int:
        """How many commitments have another word than in the run before."""
        return sum(len(a.commitments) for a in self.areas)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "run": self.run.to_dict() | {"notices": self.notices}, "changed": self.changed,
            "areas": [asdict(a) for a in self.areas], "failures": self.failures, "cured": self.cured,
        }  # fmt: skip

    def json(self) -> str:
        """The digest as a JSON document."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=1) + "\n"

    def markdown(self, lang: str) -> str:
        """The digest as a short Markdown text."""
        from .digest_text import markdown

        return markdown(self, lang)


def make_digest(site: Site, number: int) -> Digest:
    """Write up a run from the ledger; only areas whose verdicts changed are judged again.

    Parameters
    ----------
    site : Site
    number : int
        Of the run.

    Raises
    ------
    ParameterError
        There is no such run.
    """
    run = run_of(site.reports, number)
    with Ledger(site.reports) as ledger:
        jobs = ledger.jobs(number)
        areas = [_area(site, ledger, run, job) for job in overall_reports(jobs)]
        failures = [
            {
                "report": place_of(j), "cell": j["cell"], "message": j["message"],
                "page": f"{place_of(j)}.failed.html",
            }
            for j in jobs
            if j["status"] == "failed"
        ]  # fmt: skip
        cured = [
            place_of(j) for j in jobs if j["status"] == "made" and ledger.status_before(number, j) == "failed"
        ]
        earlier = [r["notices"] for r in ledger.runs() if r["id"] < number]
    notices = [n | {"new": new_cases(n, earlier)} for n in run.notices]
    return Digest(run=run, areas=areas, failures=failures, cured=cured, notices=notices)


def new_cases(notice: Mapping[str, Any], earlier: Sequence[Sequence[Mapping[str, Any]]]) -> int | None:
    """How many cases of a notice are new since the last run that looked at its area; None when none did."""
    for notices in earlier:
        same_area = [n for n in notices if n["area"] == notice["area"]]
        if not same_area:
            continue
        held = {d.get("key") for n in same_area if n["kind"] == notice["kind"] for d in n["details"]}
        return sum(d["key"] not in held for d in notice["details"])
    return None


def _area(site: Site, ledger: Ledger, run: RunSummary, job: Mapping[str, Any]) -> AreaChange:
    """An overall report against the last one of the same area and plan."""
    area, plan, facts = str(job["area"]), str(job["facts"].get("plan", "")), job["facts"]
    place, chosen = load_registry().area(area), project_registry(site.root).plans.get(plan)
    found: dict[str, Any] = {
        "area": area, "area_zh": place.zh, "area_en": place.en, "as_of": job["as_of"],
        "plan": plan, "plan_zh": chosen.zh if chosen else plan, "plan_en": chosen.en if chosen else plan,
        "synthetic": place.synthetic, "owed": facts.get("owed", []),
    }  # fmt: skip
    same = (
        j
        for j in ledger.verdicts_before(run.number, area, job["name"], job["as_of"])
        if j["facts"].get("plan", plan) == plan
    )
    before = next(same, None)
    if before is None:
        return AreaChange(**found)
    found |= {"before_run": before["run"], "before_day": before["as_of"]}
    changed = changed_words(before["verdicts"], job["verdicts"], names_of_commitments(site.root, plan))
    if not changed:
        return AreaChange(**found)
    sentences, same_again = _explain(site, before, job, [c["id"] for c in changed])
    first = run_of(site.reports, before["run"])
    reasons = [] if same_again else list(_reasons(site, first, run, before, job))
    whole = [change | {"why": sentences.get(change["id"], [])} for change in changed]
    return AreaChange(**found, commitments=whole, reasons=reasons)


def _explain(
    site: Site, before: Mapping[str, Any], job: Mapping[str, Any], changed: Sequence[str]
) -> tuple[dict[str, list[dict[str, str]]], bool]:
    """Sentences for each changed commitment, and whether the earlier words could be made again."""
    area, plan, root = str(job["area"]), str(job["facts"].get("plan", "")), site.root
    try:
        after = evaluate(plan, as_of=job["as_of"], area=area, sensitivity=False, root=root)
        early = _as_it_was(before, area, plan, root)
        changes = compare_evaluations(early, after)
    except CbsError:  # the plan is gone, or was not published on the earlier day
        return {}, False
    words = dict(early.commitments()[["id", "word"]].itertuples(index=False, name=None))
    again = all(words.get(id) == before["verdicts"].get(id) for id in changed)
    return _sentences(changes), again


def _as_it_was(before: Mapping[str, Any], area: str, plan: str, root: Path) -> Evaluation:
    """The evaluation of an earlier run from the raw files that it had."""
    day, had = parse_date(before["as_of"]), set(before["facts"].get("inputs", {}))
    held = load_inputs(area, day, root)
    frames = {f.name: getattr(held, f.name) for f in fields(Inputs) if f.name != "data_requests"}
    kept = {n: x[x["file"].isin(had)].reset_index(drop=True) if len(x) else x for n, x in frames.items()}
    return evaluate(plan, as_of=day, area=area, sensitivity=False, root=root, **kept)


def _sentences(changes: Changes) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for change in changes.words:
        found.setdefault(change.commitment, []).append({lang: change.sentence(lang) for lang in LANGS})
    return found


def _reasons(
    site: Site, first: RunSummary, last: RunSummary, before: Mapping[str, Any], job: Mapping[str, Any]
) -> Iterator[dict[str, str]]:
    """What differs between two runs and cannot be made again."""
    old, new = before["facts"].get("inputs", {}), job["facts"].get("inputs", {})
    inputs = load_manifest(site.root)["inputs"]
    moved = sorted(f for f in old if f in inputs and inputs[f]["sha256"][:16] != old[f])
    gone = sorted(f for f in old if f not in inputs)
    added = sorted(f for f in new if f not in old)
    for key, files in (("changed", moved), ("gone", gone), ("added", added)):
        if files:
            yield _said(f"digest_reason_{key}", n=len(files), files=files[0])
    plans = [x["facts"].get("plan_key", "") for x in (before, job)]
    if plans[0] != plans[1]:
        yield _said("digest_reason_plan")
    codes = [f"{r.package} {r.commit}{'+' if r.uncommitted else ''}" for r in (first, last)]
    if codes[0] != codes[1] or last.uncommitted:
        yield _said("digest_reason_code", old=codes[0], new=codes[1])


def _said(key: str, **values: object) -> dict[str, str]:
    return {lang: message(key, lang, **values) for lang in LANGS}
