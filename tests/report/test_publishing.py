"""Publishing is whole or not at all: cut off at any step, seen at any moment, and one run at a time."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from cbs_analysis.cli import main
from cbs_analysis.errors import ReportError
from cbs_analysis.report.run import Ledger
from cbs_analysis.report.run.index import write_index
from cbs_analysis.report.run.ledger import FILE
from cbs_analysis.report.run.publishing import READY, WORK, heal, lock_site, publish, write_whole
from cbs_analysis.report.run.records import Made, Result, Site

from .small_site import check_ledger, leftovers, site_files, spec

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is cut off in a forked copy")
FACTS = {
    "pid": 1, "host": "h", "asked": "{}", "backend": "fork", "workers": 1, "data_key": "", "package": "",
    "commit_id": "", "changed": 0,
}  # fmt: skip
GOOD, BAD = spec("50_good"), spec("51_bad")


def made(site, version, *, bad=""):
    """A report made aside, as a job leaves it: a page, a notebook, a file beside them, a cited source."""
    one = BAD if bad else GOOD
    staged = site.reports / f"{WORK}{version}" / one.notebook / "files"
    name = f"{one.name}.failed" if bad else one.name
    names = [one.folder / f"{name}.html", one.folder / f"{name}.ipynb"]
    if not bad:
        names += [one.folder / "verdicts.csv", Path("sources/demo/a.csv.html")]
    for file in names:
        (staged / file).parent.mkdir(parents=True, exist_ok=True)
        (staged / file).write_text(f"{version} {file} " + version * 50_000, encoding="utf-8")
    return Made(spec=one, staged=staged, failure=bad, state=asdict(one) | {"title": version})


@pytest.fixture(autouse=True)
def _plain_index(monkeypatch):
    """Its words are tested elsewhere, and take longest."""

    def render(records, **_):
        return f"<html>{json.dumps(records, ensure_ascii=False, sort_keys=True)}</html>"

    monkeypatch.setattr("cbs_analysis.report.page.render_index", render)


def run_of(site, version):
    """What a run does with two reports that are made: heal, publish what is not there yet, the index last."""
    with lock_site(site), Ledger(site.reports, write=True) as ledger:
        heal(site, ledger)
        number = ledger.begin(**FACTS)
        for bad in ("", "坏了"):
            one = BAD if bad else GOOD
            held = ledger.report(one.as_of, one.area, one.name)
            if held is None or held["state"]["title"] != version or bad:
                publish(made(site, version, bad=bad), site, ledger, number, "" if bad else f"key {version}")
        shutil.rmtree(site.reports / f"{WORK}{version}", ignore_errors=True)
        write_index(site, ledger)
        ledger.end(number, 1, [])


@pytest.fixture
def site(tmp_path):
    """A folder that one run has filled."""
    site = Site.of(tmp_path / "project", tmp_path / "reports")
    run_of(site, "1")
    return site


@pytest.fixture
def undisturbed(tmp_path):
    """What stands in the folder after a second run that nobody cut off."""
    site = Site.of(tmp_path / "project", tmp_path / "undisturbed")
    run_of(site, "1")
    run_of(site, "2")
    return site_files(site.reports)


STEPS = ("open", "os.rename", "os.remove", "os.rmdir", "os.mkdir")


def in_copy(work):
    """Run something in a forked copy of this process, which ends with it; returns the process."""
    child = os.fork()
    if child:
        return child
    code = 9  # pragma: no cover - another process
    try:
        work()
        code = 0
    finally:
        os._exit(code)


def cut_off(work, folder, step, how):
    """Do some work in a forked copy that dies, or whose disk is full, at a step that touches the folder.

    Returns whether it came to that step.
    """
    seen = 0

    def hook(event, args):
        nonlocal seen
        if event in STEPS and any(str(a).startswith(str(folder)) for a in args if isinstance(a, str | Path)):
            seen += 1
            if seen == step and how == "dies":
                os._exit(9)
            if seen >= step:  # a full disk stays full
                raise OSError(errno.ENOSPC, "No space left on device")

    def watched():
        sys.addaudithook(hook)  # for ever: only a copy may have it
        work()

    code = os.waitstatus_to_exitcode(os.waitpid(in_copy(watched), 0)[1])
    assert code in (0, 9)
    return code == 9


@pytest.mark.parametrize("how", ["dies", "full"])
def test_a_run_cut_off_at_any_step_leaves_whole_files_and_the_next_one_ends_as_if_nothing_was(
    site, undisturbed, how, monkeypatch
):
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # takes time and changes nothing that is seen here
    before, steps = site_files(site.reports), 0
    whole = {"1": before, "2": undisturbed}
    old, new = "1", "2"
    for step in range(1, 500):
        steps = step
        if not cut_off(lambda: run_of(site, new), site.reports, step, how):  # noqa: B023 - called at once
            break
        now = site_files(site.reports)
        known = {name: {whole[v].get(name) for v in whole} for name in now if name != "index.html"}
        assert [name for name in known if now[name] not in known[name]] == [], step
        assert set(before) <= set(now), step
        assert now["index.html"].rstrip().endswith(b"</html>"), step
        check_ledger(site.reports)
        run_of(site, new)
        assert site_files(site.reports) == whole[new], step
        assert leftovers(site.reports) == [], step
        old, new = new, old
    assert 30 < steps < 499  # every step was tried, until there was none left


def test_the_index_comes_last(site):
    """No page that it names is put into place, and nothing is entered, after it."""
    order = []

    def note(event, args):
        if event == "os.rename" and str(args[1]).startswith(str(site.reports)):
            order.append(Path(os.fsdecode(args[1])).name)

    def work():
        sys.addaudithook(note)
        run_of(site, "2")
        (site.reports / ".order").write_text("\n".join(order), encoding="utf-8")

    os.waitpid(in_copy(work), 0)
    order = (site.reports / ".order").read_text(encoding="utf-8").split("\n")
    assert order[-1] == "index.html"
    assert order.count("index.html") == 1
    assert any(name.startswith(READY) for name in order)


def test_a_reader_sees_a_whole_file_at_any_moment(site):
    """Read again and again while a page is published: it is always one version from end to end."""
    child = in_copy(lambda: [run_of(site, version) for version in "23456789"])
    page = site.reports / GOOD.folder / f"{GOOD.name}.html"
    seen = set()
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        text = page.read_text(encoding="utf-8")
        version = text[0]
        assert text == f"{version} {GOOD.folder / page.name} " + version * 50_000
        seen.add(version)
        assert (site.reports / "index.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
        with Ledger(site.reports) as ledger:
            assert len(list(ledger.reports())) == 2
            assert ledger.runs(limit=1)[0]["id"] >= 1
    assert len(seen) > 2


def test_a_failed_report_leaves_the_good_one_and_a_good_one_removes_the_failed(site):
    folder = site.reports / BAD.folder
    assert sorted(p.name for p in folder.glob("51_bad*")) == ["51_bad.failed.html", "51_bad.failed.ipynb"]
    with lock_site(site), Ledger(site.reports, write=True) as ledger:
        ready = made(site, "3")
        for suffix in ("html", "ipynb"):
            (folder / f"{GOOD.name}.failed.{suffix}").write_text("old", encoding="utf-8")
        publish(ready, site, ledger, ledger.begin(**FACTS), "key")
    assert not list(folder.glob("50_good.failed.*"))


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_aside(tmp_path, monkeypatch):
    path = tmp_path / "a.html"
    path.write_text("old", encoding="utf-8")

    def full(self, content):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.html"]


# --- one run at a time ------------------------------------------------------------------------------


@contextmanager
def held(site, seconds):
    """Another process that holds the folder for some seconds; its number."""
    told, tell = os.pipe()

    def work():
        with lock_site(site):
            os.write(tell, b"held")
            time.sleep(seconds)

    child = in_copy(work)
    try:
        assert os.read(told, 4) == b"held"
        yield child
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(told)
        os.close(tell)


def test_a_second_run_is_refused_and_told_who_holds_the_folder(site):
    with held(site, 60), pytest.raises(ReportError, match="another run") as caught, lock_site(site, wait=0.2):
        pass
    (fault,) = caught.value.faults
    assert "run 1, process 1 on h, since 20" in fault.got
    assert "--wait" in fault.next_step


def test_a_second_run_may_wait(site):
    with held(site, 0.5), lock_site(site, wait=30):
        assert (site.reports / ".lock").exists()


def test_a_killed_run_holds_nothing(site):
    with held(site, 60) as other:
        os.kill(other, signal.SIGKILL)
        os.waitid(os.P_PID, other, os.WEXITED | os.WNOWAIT)
        with lock_site(site):
            pass


def test_the_command_ends_with_code_1_and_makes_nothing_while_another_run_is_on(root, tmp_path):
    site = Site.of(root, tmp_path / "reports")
    options = ["run", "--notebook", "00_data_status", "--area", "000000", "--reports", str(site.reports)]
    site.reports.mkdir()
    with held(site, 60):
        result = CliRunner().invoke(main, ["--root", str(root), *options])
    assert result.exit_code == 1, result.output  # nothing was wrong with what was asked: later it will do
    assert "Traceback" not in result.output
    assert "another run" in result.output
    assert site_files(site.reports) == {}


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with (
        pytest.raises(ReportError, match="cannot be written"),
        lock_site(Site.of(tmp_path, tmp_path / "file" / "x")),
    ):
        pass


# --- the ledger -------------------------------------------------------------------------------------


def enter(folder, count, *, title="t"):
    with Ledger(folder, write=True) as ledger:
        for i in range(count):
            run = ledger.begin(**FACTS)
            ledger.enter(
                run, Result(GOOD, "made", 0.1, "x"), f"key {i}", {"a.html": "0" * 64}, {"title": title}
            )
            ledger.end(run, 0, [])


def test_a_ledger_survives_kills_in_the_middle_of_its_transactions(tmp_path):
    enter(tmp_path, 1)
    last = 0
    for delay in (0.01, 0.02, 0.03, 0.05, 0.08, 0.11, 0.13, 0.17):
        child = in_copy(lambda: enter(tmp_path, 100_000))
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        check_ledger(tmp_path)
        with Ledger(tmp_path) as ledger:
            runs = ledger.runs()
            assert [r["id"] for r in runs] == list(range(len(runs), 0, -1))
            assert len(runs) >= last
            assert len(list(ledger.reports())) == 1
            # a report is entered with its line in the run or not at all
            assert all(len(ledger.jobs(r["id"])) == 1 for r in runs if r["ended"])
        last = len(runs)
    assert last > 2


def test_a_half_written_transaction_of_a_killed_run_is_undone_by_a_reader(tmp_path):
    """The journal of SQLite lies beside the file then: somebody who may only read cannot undo it."""
    enter(tmp_path, 3, title="whole")

    def work():
        db = sqlite3.connect(tmp_path / FILE)
        db.execute("PRAGMA cache_size = 1")  # spill at once: the file itself is changed
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE reports SET state = ?", (json.dumps({"title": "half" * 100_000}),))
        db.execute("DELETE FROM jobs")
        db.execute("UPDATE runs SET asked = ?", ("x" * 100_000,))
        os._exit(9)

    os.waitpid(in_copy(work), 0)
    assert (tmp_path / f"{FILE}-journal").stat().st_size > 0
    with Ledger(tmp_path) as ledger:
        assert [r["state"]["title"] for r in ledger.reports()] == ["whole"]
        assert len(ledger.runs()) == 3


def test_a_ledger_killed_before_its_first_word_is_an_empty_one(tmp_path):
    (tmp_path / FILE).touch()
    with Ledger(tmp_path) as ledger:
        assert ledger.runs() == []
    enter(tmp_path, 1)
    with Ledger(tmp_path) as ledger:
        assert len(ledger.runs()) == 1


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be taken for one" * 20])
def test_a_file_that_is_no_ledger_is_told_with_a_next_step(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ReportError, match="move it away"):
        Ledger(tmp_path)


def test_reading_makes_no_ledger_and_works_where_nothing_may_be_written(tmp_path):
    with Ledger(tmp_path) as ledger:
        assert list(ledger.reports()) == []
    assert list(tmp_path.iterdir()) == []
    enter(tmp_path, 1)
    (tmp_path / FILE).chmod(0o444)
    with Ledger(tmp_path) as ledger:
        assert len(ledger.runs()) == 1


def test_the_order_of_runs_does_not_hang_on_the_clock(tmp_path):
    """A clock that jumps back gives a later run an earlier date; it stays the later run."""
    enter(tmp_path, 3)
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute(
            "UPDATE runs SET started = '1999-01-01T00:00:00Z', ended = '1998-01-01T00:00:00Z' WHERE id = 3"
        )
    db.close()
    with Ledger(tmp_path) as ledger:
        assert [r["id"] for r in ledger.runs()] == [3, 2, 1]
        assert ledger.report(GOOD.as_of, GOOD.area, GOOD.name)["key"] == "key 2"
