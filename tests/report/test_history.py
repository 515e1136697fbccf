"""The history of runs: what each did, whether it is still there, what differs between two."""

import json
import os
import platform
import sqlite3

import psutil
import pytest

from cbs_analysis.errors import ParameterError
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.run.history import diff_runs, overall_reports, run_of, runs_of
from cbs_analysis.report.run.index import index_records
from cbs_analysis.report.run.ledger import FILE, Ledger
from cbs_analysis.report.run.records import Result, Site

HASH = "0" * 64


def spec(notebook="90_x", as_of="2023-06-30", **changes):
    return RunSpec(
        **({"notebook": notebook, "area": "000000", "as_of": as_of, "plan": "national14"} | changes)
    )


def begin(ledger, **changes):
    facts = {
        "pid": os.getpid(), "host": platform.node(), "asked": '{"reports": 3}', "backend": "fork",
        "workers": 2, "data_key": "d1", "package": "0.1.0", "commit_id": "abc", "changed": 0,
    }  # fmt: skip
    return ledger.begin(**(facts | changes))


def enter(
    ledger, run, job, status="made", *, files=None, verdicts=None, cell=None, message="", mb=10.0, **state
):
    result = Result(job, status, 1.0, "x.html", message, cell, mb, "inline")
    told = {"plan": job.plan, "notebook": job.notebook, "lang": job.lang, "verdicts": verdicts or {}} | state
    ledger.enter(run, result, "" if status == "failed" else "k", files or {}, told)


@pytest.fixture
def site(tmp_path):
    (tmp_path / "reports").mkdir()
    return Site.of(tmp_path)


def test_without_a_ledger_there_are_no_runs_and_none_is_made(site):
    assert runs_of(site.reports) == []
    with pytest.raises(ParameterError, match="nothing was run"):
        run_of(site.reports, 1)
    assert not (site.reports / FILE).exists()


def test_a_run_is_told_with_its_counts_its_time_and_its_highest_memory(site):
    with Ledger(site.reports, write=True) as ledger:
        run = begin(ledger)
        enter(ledger, run, spec(), mb=300.0)
        enter(ledger, run, spec("11_x"), "unchanged", mb=0.0)
        enter(ledger, run, spec("12_x"), "failed", cell=3, message="no", mb=700.0)
        ledger.end(run, 1, [{"kind": "stale", "area": "000000"}])
        ledger._db.execute("UPDATE runs SET started = '2024-01-01T00:00:00Z', ended = '2024-01-01T00:01:30Z'")
        ledger._db.commit()
    (found,) = runs_of(site.reports)
    assert (found.made, found.unchanged, found.failed, found.reports) == (1, 1, 1, 3)
    assert (found.seconds, found.memory_mb, found.state, found.exit) == (90.0, 700.0, "failed", 1)
    assert found.notices == [{"kind": "stale", "area": "000000"}]
    json.dumps(found.to_dict())


def test_a_run_without_end_is_under_way_only_while_its_own_process_is_there(site):
    with Ledger(site.reports, write=True) as ledger:
        begin(ledger)
        assert [r.state for r in runs_of(site.reports)] == ["running"]  # read while it is open for writing
        # the same number, given to a process that began after the run
        began = psutil.Process().create_time()
        ledger._db.execute(
            "UPDATE runs SET started = strftime('%Y-%m-%dT%H:%M:%SZ', ?, 'unixepoch')", (began - 60,)
        )
        ledger._db.commit()
        assert [r.state for r in runs_of(site.reports)] == ["cut_off"]
        begin(ledger)
        begin(ledger, pid=2**22 + 1)
        assert [r.state for r in runs_of(site.reports)] == ["cut_off", "cut_off", "cut_off"]
        begin(ledger, host="elsewhere", pid=2**22 + 1)
        assert runs_of(site.reports, limit=1)[0].state == "running"


@pytest.fixture
def two(site):
    """Two runs: a page changed, one did not, one came, one went, one was cured, one broke."""
    good = {"90_x.html": "a", "90_x.ipynb": "b"}
    with Ledger(site.reports, write=True) as ledger:
        first = begin(ledger)
        enter(ledger, first, spec(), files=good, verdicts={"N01": "behind", "N02": "ahead"})
        enter(
            ledger,
            first,
            spec(lang="en"),
            files={"90_x.en.html": "a"},
            verdicts={"N01": "behind", "N02": "ahead"},
        )
        enter(ledger, first, spec("11_x"), files={"11_x.html": "c"})
        enter(ledger, first, spec("12_x"))
        enter(ledger, first, spec("13_x"), "failed", cell=2, message="ZeroDivisionError")
        enter(ledger, first, spec("14_x"), files={"14_x.html": "e"})
        ledger.end(first, 1)
        second = begin(ledger, data_key="d2", commit_id="def")
        words = {"N01": "on_track", "N02": "ahead"}
        enter(ledger, second, spec(), files=good | {"90_x.html": "A"}, verdicts=words)
        enter(ledger, second, spec(lang="en"), files={"90_x.en.html": "A"}, verdicts=words)
        enter(ledger, second, spec("11_x"), "unchanged", files={"11_x.html": "c"})
        enter(ledger, second, spec("13_x"), files={"13_x.html": "d"})
        enter(ledger, second, spec("14_x"), "failed", cell=7, message="KeyError")
        enter(ledger, second, spec("15_x"))
        ledger.end(second, 1)
    return site


def test_two_runs_differ_by_reports_files_verdicts_and_failures(two):
    found = diff_runs(two, 1, 2)
    at = "2023-06-30/000000/"
    assert (found.appeared, found.vanished) == ([f"{at}15_x"], [f"{at}12_x"])
    assert found.made == [f"{at}13_x", f"{at}90_x", f"{at}90_x.en"]
    assert found.files == {f"{at}90_x": ["90_x.html"], f"{at}90_x.en": ["90_x.en.html"]}
    (change,) = found.verdicts  # once, not once in each language
    assert (change["report"], change["id"], change["old"], change["new"]) == (
        f"{at}90_x",
        "N01",
        "behind",
        "on_track",
    )
    assert change["name_zh"] != "N01"  # the plan names it
    assert [(f["report"], f["cell"], f["message"]) for f in found.failures] == [(f"{at}14_x", 7, "KeyError")]
    assert [f["report"] for f in found.cured] == [f"{at}13_x"]
    assert (found.before.data_key, found.after.data_key, found.after.commit) == ("d1", "d2", "def")
    json.dumps(found.to_dict())
    same = diff_runs(two, 2, 2)
    assert not any((same.appeared, same.vanished, same.files, same.verdicts, same.failures, same.cured))


def test_a_second_language_is_not_a_second_overall_report(two):
    with Ledger(two.reports) as ledger:
        assert [job["name"] for job in overall_reports(ledger.jobs(2))] == ["90_x"]


def test_a_ledger_of_the_version_before_is_read_as_it_is_and_taken_on_by_the_next_run(two):
    path = two.reports / FILE
    with sqlite3.connect(path) as db:
        db.executescript("ALTER TABLE jobs DROP COLUMN facts; PRAGMA user_version = 1;")
    db.close()
    assert [run.number for run in runs_of(two.reports)] == [2, 1]
    assert len(diff_runs(two, 1, 2).verdicts) == 1
    with Ledger(two.reports, write=True) as ledger:
        enter(ledger, begin(ledger), spec(), verdicts={"N01": "ahead"})
        assert ledger.jobs(3)[0]["facts"]["plan"] == "national14"
        assert ledger.jobs(1)[0]["facts"] == {}


def test_the_index_says_what_changed_since_the_day_before_and_how_much_is_owed(site):
    owed = [{"office_zh": "甲", "office_en": "A", "n": 2, "since": "2021-01-01"},
            {"office_zh": "乙", "office_en": "B", "n": 1, "since": "2022-01-01"}]  # fmt: skip
    notice = {"kind": "stale", "zh": "旧", "en": "old"}
    with Ledger(site.reports, write=True) as ledger:
        run = begin(ledger)
        for day, words in (("2022-06-30", "attention"), ("2023-06-30", "behind"), ("2024-06-30", "on_track")):
            job = spec(as_of=day)
            (site.reports / job.folder).mkdir(parents=True)
            (site.reports / job.folder / "90_x.html").write_text("x", encoding="utf-8")
            enter(ledger, run, job, verdicts={"N01": words}, owed=owed, notices=[notice])
        first, _, last = index_records(site, ledger)
    assert (first.get("changed"), first["owed"], first["notices"]) == (None, 3, [notice])
    assert last["before"] == "2023-06-30"
    assert [(c["id"], c["old"], c["new"]) for c in last["changed"]] == [("N01", "behind", "on_track")]
