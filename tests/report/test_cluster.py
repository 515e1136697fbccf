"""Reports made by dask workers, real processes on loopback; published and entered by who asked."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cbs_analysis.errors import ReportError
from cbs_analysis.report.run import Ledger, run_reports

from .small_site import FIRST, put, small_project, spec

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def small(root, tmp_path_factory):
    """A project with three notebooks."""
    project = small_project(root, tmp_path_factory.mktemp("cluster") / "project")
    put(project, "ctx.show('好')", name="50_good")
    put(project, "import time\ntime.sleep(3)", name="51_slow")
    put(project, "raise ValueError('坏了')", name="52_bad")
    return project


def day(name, number=30):
    return spec(name, as_of=f"2023-06-{number:02d}")


ENVIRONMENT = {
    **os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False", "PYTHONUTF8": "1",
    "DASK_DISTRIBUTED__ADMIN__LOG_FORMAT": "%(message)s",
}  # fmt: skip


def dask(*words, log):
    command = [sys.executable, "-m", "dask", *words]
    stream = log.open("wb")
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=stream, stderr=stream, start_new_session=True)


def wait_for(call, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := call():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers, each a process of its own."""
    folder = tmp_path_factory.mktemp("dask")
    log = folder / "scheduler.log"
    started = [dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", log=log)]
    address = wait_for(lambda: re.search(r"tcp://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8")))[0]
    for i in range(2):
        options = (
            "--nthreads",
            "1",
            "--no-nanny",
            "--no-dashboard",
            "--local-directory",
            str(folder / f"w{i}"),
        )
        started.append(dask("worker", address, "--name", f"w{i}", *options, log=folder / f"w{i}.log"))
    yield address, started
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def pages(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.html")}


def test_workers_of_a_scheduler_make_the_same_bytes_and_the_ledger_stays_here(small, cluster, tmp_path):
    specs = [day("50_good", number) for number in (10, 11, 12)] + [day("52_bad")]
    here = run_reports(specs, root=small, reports=small / "here", backend="fork")
    there = run_reports(specs, root=small, reports=small / "there", scheduler=cluster[0])
    assert [r.status for r in there] == [r.status for r in here] == ["made"] * 3 + ["failed"]
    assert "坏了" in there[3].message
    assert there[3].cell == here[3].cell == FIRST
    assert pages(small / "there") == pages(small / "here")
    with Ledger(small / "there") as ledger:
        (run,) = ledger.runs()
        assert (run["backend"], run["made"], run["failed"], run["exit"]) == ("dask", 3, 1, 1)
    again = run_reports(specs, root=small, reports=small / "there", scheduler=cluster[0])
    assert [r.status for r in again] == ["unchanged"] * 3 + ["failed"]


def test_a_worker_fetches_the_project_from_an_address_once(small, cluster):
    results = run_reports(
        [day("50_good", 15), day("50_good", 16)], root=small, reports=small / "fetched",
        scheduler=cluster[0], project=f"file://{small}",
    )  # fmt: skip
    assert [r.status for r in results] == ["made", "made"]
    html = Path(results[0].html).read_text(encoding="utf-8")
    assert "cbs-project-" not in html
    assert str(small) not in html


def test_the_report_of_a_dead_worker_is_made_by_another(small, cluster, tmp_path):
    specs = [day("51_slow", number) for number in (1, 2, 3, 4)]
    address, started = cluster
    killed = []

    def kill_one(result):
        if not killed:
            killed.append(started[1])
            os.killpg(started[1].pid, signal.SIGKILL)

    results = run_reports(specs, root=small, reports=small / "killed", scheduler=address, on_result=kill_one)
    assert killed
    assert [r.status for r in results] == ["made"] * 4


def test_a_worker_with_other_data_refuses(small, cluster, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(
        small, other, ignore=shutil.ignore_patterns("reports", "here", "there", "fetched", "killed")
    )
    manifest = other / "data" / "processed" / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"key": "', '"key": "0', 1), encoding="utf-8")
    (result,) = run_reports(
        [day("50_good")], root=small, reports=tmp_path / "r", scheduler=cluster[0], project=str(other)
    )
    assert result.status == "failed"
    assert "the worker has other data than the run" in result.message


def test_a_silent_address_is_refused_before_anything_is_made(small, tmp_path, monkeypatch):
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(ReportError, match="no scheduler"),
    ):
        run_reports([day("50_good")], root=small, reports=tmp_path / "r", scheduler="tcp://127.0.0.1:9")


def test_a_cluster_of_this_process_serves_too(small):
    import dask
    from distributed import LocalCluster

    with (
        dask.config.set({"distributed.worker.daemon": False}),
        LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=":0") as local,
    ):
        (result,) = run_reports(
            [day("50_good", 20)], root=small, reports=small / "local", scheduler=local.scheduler_address
        )
    assert result.status == "made", result.message
