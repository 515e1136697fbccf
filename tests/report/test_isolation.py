"""What a report does to itself touches no other: errors, deadlines, memory, dead processes, settings."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from cbs_analysis.report.run import Limits, run_reports
from cbs_analysis.report.run.records import Site
from cbs_analysis.report.run.workers import make_reports

from .small_site import FIRST, gone, is_running, leftovers, notebook, processes_of, put, small_project, spec

linux = pytest.mark.skipif(sys.platform != "linux", reason="forks only on Linux")
pytestmark = [
    pytest.mark.slow,
    linux,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
SECONDS = {"fork": 6, "papermill": 15}  # for a cell; a kernel imports everything anew
DEAF = "import time\nwhile True:\n    try:\n        time.sleep(600)\n    except BaseException:\n        pass"
# what the second cell does -> what the page says of it
ENDINGS = {
    "61_raises": ("raise ValueError('坏了')", "ValueError: 坏了"),
    "61_syntax": ("x =", "SyntaxError"),
    "61_exits": ("import sys\nsys.exit(3)", "SystemExit: 3"),
    "61_dies": ("import os\nos._exit(0)", None),
    "61_killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", None),
    "61_interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "61_sleeps": ("import time\ntime.sleep(600)", "秒，已终止"),
    "61_deaf": (DEAF, "秒，已终止"),
    "61_eats": ("import numpy as np, time\nheld = [np.ones(2**27)]\ntime.sleep(600)", "超过上限900 MB"),
    "61_shouts": ("for _ in range(250):\n    print('x' * 100_000)", "25 MB"),
}  # fmt: skip
GOOD = ("60_good", "62_good")
QUIET = "61_exits_well"  # papermill takes this for success
EARLIER = ("61_raises", "61_dies")  # were good once


@pytest.fixture(scope="module")
def small(root, tmp_path_factory):
    return small_project(root, tmp_path_factory.mktemp("small"))


KERNEL_ENDINGS = ("61_raises", "61_dies", "61_sleeps", "61_shouts")  # each costs a kernel
CASES = [("fork", name) for name in ENDINGS] + [("papermill", name) for name in KERNEL_ENDINGS]


@pytest.fixture(scope="module")
def mixed(small):
    """By backend: one run of good reports and of bad ones, beside the good pages of a run before."""
    held = {}

    def run(backend):
        if backend not in held:
            held[backend] = mixed_run(small, backend, [n for b, n in CASES if b == backend])
        return held[backend]

    return run


def mixed_run(small, backend, bad):
    reports = small / f"mixed-{backend}"
    limits = Limits(cell_seconds=SECONDS[backend], memory_mb=900, output_mb=2)
    options = {"root": small, "reports": reports, "workers": 2, "limits": limits}
    for name in (*GOOD, *bad, QUIET):
        put(small, "print('到此为止')", name=name)
    before = run_reports([spec(n) for n in EARLIER], backend="fork", **options)
    pages = {r.spec.name: Path(r.html).read_bytes() for r in before if r.status == "made"}
    assert len(pages) == len(EARLIER)
    for name in bad:
        put(small, "print('到此为止')", ENDINGS[name][0], "print('never')", name=name)
    put(small, "print('到此为止')", "import sys\nsys.exit()", name=QUIET)
    specs = [spec(n) for n in (GOOD[0], *bad, QUIET, GOOD[1])]
    return {r.spec.name: r for r in run_reports(specs, backend=backend, **options)}, reports, pages


@pytest.mark.parametrize("backend", SECONDS)
def test_good_reports_are_made_beside_bad_ones_and_the_last_good_pages_stay(mixed, backend):
    results, reports, pages = mixed(backend)
    assert {n: results[n].status for n in GOOD} == dict.fromkeys(GOOD, "made")
    for name, page in pages.items():
        assert (reports / spec(name).folder / f"{name}.html").read_bytes() == page
    assert leftovers(reports) == []
    assert gone(reports) == []


@pytest.mark.parametrize(("backend", "name"), CASES)
def test_the_failed_page_names_the_cell_what_failed_and_why_and_the_notebook_keeps_what_came_before(
    mixed, backend, name
):
    results, reports, _ = mixed(backend)
    result = results[name]
    number = FIRST + 1
    assert (result.status, result.cell) == ("failed", number)
    why = ENDINGS[name][1]
    html = Path(result.html).read_text(encoding="utf-8")
    banner = re.search(r'class="banner failed"[^>]*>(.*?)</p>', html, re.DOTALL)
    assert banner
    assert f"第{number}个代码单元" in banner[1]
    assert (why or "意外终止") in banner[1]
    assert "never</pre>" not in html
    assert "JobStopped" not in html  # our own word for what the banner says
    kept = nbformat.read(Path(result.html).with_suffix(".ipynb"), as_version=4)
    texts = [o.text for c in kept.cells for o in c.get("outputs", []) if o.output_type == "stream"]
    assert "到此为止\n" in texts
    assert sum(map(len, texts)) < 3e6
    folder = reports / spec(name).folder
    assert (folder / f"{name}.html").exists() is (name in EARLIER)


@pytest.mark.parametrize("backend", SECONDS)
def test_what_looks_like_success_is_a_failure(mixed, backend):
    assert mixed(backend)[0][QUIET].status == "failed"


def test_a_report_that_takes_too_long_as_a_whole_is_stopped(small):
    put(small, *["import time\ntime.sleep(3)"] * 20, name="63_long")
    started = time.monotonic()
    (result,) = run_reports(
        [spec("63_long")], root=small, reports=small / "long", backend="fork", limits=Limits(job_seconds=8)
    )
    assert "超过8秒" in result.message
    assert time.monotonic() - started < 30


# --- dead helpers -----------------------------------------------------------------------------------


HIDDEN = """import os, time
import multiprocessing as mp
mp.get_context('fork').Process(target=time.sleep, args=(600,)).start()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        with open({file!r}, 'w') as f:
            f.write(str(os.getpid()) + ' .')
        time.sleep(600)
    os._exit(0)
while not (os.path.exists({file!r}) and open({file!r}).read().endswith('.')):
    time.sleep(0.01)"""
PROGRAM = "import subprocess\nsubprocess.Popen(['sleep', '600.25'], start_new_session=True)"


def test_nothing_that_a_report_started_is_left_whatever_it_did_to_hide(small, tmp_path):
    """Programs in sessions of their own, and forked processes that left their group without a program."""
    file = tmp_path / "pid"
    put(small, HIDDEN.format(file=str(file)), name="64_fork")
    put(small, PROGRAM, name="64_program")
    put(small, PROGRAM, "import os; os._exit(1)", name="64_dies")
    names = ("64_fork", "64_program", "64_dies")
    reports = small / "hidden"
    results = run_reports([spec(n) for n in names], root=small, reports=reports, backend="fork")
    assert [r.status for r in results] == ["made", "made", "failed"], [r.message for r in results]
    assert gone(reports) == []
    assert wait_for(lambda: not is_running(int(file.read_text().split()[0])))


def test_when_the_fork_server_is_killed_reports_under_way_end_well_and_others_follow(small, tmp_path):
    wait = f"import os, time\nwhile not os.path.exists({str(tmp_path / 'dead')!r}):\n    time.sleep(0.01)"
    kill = f"import os\nos.kill(os.getppid(), 9)\nopen({str(tmp_path / 'dead')!r}, 'w').close()"
    put(small, wait, "time.sleep(1)", name="65_a")
    put(small, kill, "import time\ntime.sleep(1)", name="65_k")
    put(small, "print('good')", name="65_b")
    names = ("65_a", "65_k", "65_b")
    results = run_reports(
        [spec(n) for n in names], root=small, reports=small / "server", workers=2, backend="fork"
    )
    assert [r.message for r in results] == ["", "", ""]
    assert gone(small / "server") == []


def start_run(project, reports, *options):
    """A run in a process of its own, its words in a pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "cbs_analysis", "--root", str(project), "run", "--reports", str(reports),
         "--notebook", "66_waits", *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


@pytest.mark.parametrize(("backend", "victim"), [("fork", "parent"), ("papermill", "group")])
def test_a_killed_run_leaves_no_process_and_holds_no_pipe(small, tmp_path, backend, victim):
    begun = tmp_path / "begun"
    start = "subprocess.Popen(['sleep', '600.5'], start_new_session=True)\n" if backend == "papermill" else ""
    cell = (
        f"import os, subprocess, time\n{start}"
        f"open({str(begun)!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}} .')\ntime.sleep(600)"
    )
    # a program asks for a kernel; forked cells have none
    put(small, cell if start else cell.replace("subprocess, ", ""), name="66_waits")
    (small / "notebooks" / "reports.yml").write_text(
        "langs: [zh]\nreports:\n"
        '  - {area: "99DM00", plan: demo14, as_of: ["2023-06-30"], notebooks: [66_waits]}\n',
        encoding="utf-8",
    )
    reports = tmp_path / "reports"
    run = start_run(small, reports, "--backend", backend)
    try:
        until = time.monotonic() + 90
        while not (begun.exists() and begun.read_text().endswith(".")):
            assert time.monotonic() < until
            assert run.poll() is None, run.stdout.read().decode()
            time.sleep(0.05)
        pids = [
            int(pid) for pid in begun.read_text().split()[:2]
        ]  # of the cell, and of the job or the server
        assert all(map(is_running, pids))
        assert len(processes_of(reports)) == (1 if backend == "fork" else 3)  # the run, a kernel, `sleep`
        os.kill(run.pid, signal.SIGKILL) if victim == "parent" else os.killpg(run.pid, signal.SIGKILL)
        run.communicate(timeout=20)  # ends when nobody holds the pipe any more
        assert gone(reports) == []
        assert wait_for(lambda: not any(map(is_running, pids)))
    finally:
        run.kill()
        run.wait()
        run.stdout.close()


def wait_for(condition, within=10.0):
    until = time.monotonic() + within
    while not condition() and time.monotonic() < until:
        time.sleep(0.1)
    return condition()


# --- settings and randomness --------------------------------------------------------------------------

CHANGES = """import matplotlib, os, random, sys, warnings
import numpy as np, pandas as pd
matplotlib.rcParams['font.size'] = 33
pd.set_option('display.precision', 2)
os.environ['CBS_LEFT'] = 'yes'
sys.path.insert(0, '/left')
warnings.filterwarnings('error')
random.seed(7); np.random.seed(7)
os.chdir('/')
import cbs_analysis.report.style as style
style.left = True
print('changed')"""
LOOKS = """import matplotlib, os, sys, warnings
import numpy as np, pandas as pd
import cbs_analysis.report.style as style
print([matplotlib.rcParams['font.size'], pd.get_option('display.precision'), os.environ.get('CBS_LEFT'),
       '/left' in sys.path, len(warnings.filters), os.getcwd(), hasattr(style, 'left'),
       float(np.random.rand())])"""


def printed(result):
    nb = nbformat.read(Path(result.html).with_suffix(".ipynb"), as_version=4)
    return [o.text for c in nb.cells for o in c.get("outputs", []) if o.output_type == "stream"]


@pytest.mark.parametrize(("backend", "workers"), [("fork", 1), ("pool", 2)])
def test_settings_that_a_notebook_changes_do_not_reach_the_next(small, backend, workers):
    """One after the other in the fork server; two at once in processes that are started anew."""
    put(small, LOOKS, name="67_a")
    put(small, CHANGES, name="67_b")
    put(small, LOOKS, name="67_c")
    names = ("67_b", "67_c") if backend == "pool" else ("67_a", "67_b", "67_c")
    results = run_reports(
        [spec(n) for n in names], root=small, reports=small / f"settings-{backend}", workers=workers,
        backend=backend,
    )  # fmt: skip
    assert [r.message for r in results] == [""] * len(names)
    *first, changed, last = map(printed, results)
    assert changed == ["changed\n"]
    assert first in ([], [last])
    assert "'/left'" not in last[0]
    assert "[10.0, 6, None, False, " in last[0]


def test_modules_of_the_project_folder_can_be_imported_as_in_a_kernel(small):
    (small / "of_the_project.py").write_text("word = 'beside'\n", encoding="utf-8")
    put(
        small,
        "import os\nfrom of_the_project import word\nprint(word, os.path.exists('notebooks'))",
        name="67_m",
    )
    (result,) = run_reports([spec("67_m")], root=small, reports=small / "modules", backend="fork")
    assert result.message == ""
    assert printed(result) == ["beside True\n"]


def test_forked_reports_do_not_share_a_random_state(small):
    nb = notebook("print(drawn)")
    draw = "import random\nimport numpy as np\ndrawn = [random.random(), float(np.random.rand())]"
    nb.cells.insert(3, new_code_cell(draw))  # before the report is opened, which seeds the second
    for name in ("68_a", "68_b"):
        nbformat.write(nb, small / "notebooks" / f"{name}.ipynb")
    results = run_reports(
        [spec("68_a"), spec("68_b")], root=small, reports=small / "random", workers=1, backend="fork"
    )
    one, two = (json.loads(printed(r)[0]) for r in results)
    assert one[0] != two[0]
    assert one[1] != two[1]


def test_a_notebook_that_is_none_fails_alone(small, tmp_path):
    """It may become one between the checks of a run and its turn."""
    put(small, "print(1)", name="69_good")
    (small / "notebooks" / "69_torn.ipynb").write_text('{"cells": [', encoding="utf-8")
    site = Site.of(small, tmp_path / "reports")
    try:
        made = make_reports(
            [spec("69_torn"), spec("69_good")], site, tmp_path / "work", workers=2, backend="fork"
        )
        failures = {m.spec.notebook: m.failure for m in made}
    finally:
        (small / "notebooks" / "69_torn.ipynb").unlink()
    assert failures["69_good"] == ""
    assert "NotJSONError" in failures["69_torn"]


def test_a_project_with_a_long_name_has_kernels_too(small, tmp_path):
    """The address of a socket holds 107 bytes; the folder of a run may be deeper."""
    deep = tmp_path / ("长" * 30) / ("d" * 60)
    put(small, "print(1)", name="70_deep")
    (result,) = run_reports([spec("70_deep")], root=small, reports=deep, backend="papermill")
    assert (result.status, result.message) == ("made", "")


def test_is_running_knows_a_living_process():
    assert is_running(os.getpid())


def test_a_run_leaves_the_environment_of_its_caller_alone(small):
    shown = "import os, tempfile\nctx.show(os.environ['OMP_NUM_THREADS'] + tempfile.gettempdir()[-5:])"
    put(small, shown, name="66_env")
    before = dict(os.environ)
    (result,) = run_reports([spec("66_env")], root=small, backend="fork")
    assert result.status == "made", result.message
    assert dict(os.environ) == before
    assert "1/work" in Path(result.html).read_text(encoding="utf-8")  # one BLAS thread, a folder of its own
