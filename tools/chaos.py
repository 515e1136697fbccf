"""Disturb runs at random moments and hold what is left against undisturbed ones.

Each point starts a real `cbs-analysis run` over a folder of good pages and, at a random moment, kills the
run, one of its helpers or all of it, lets the disk run full, or lets the clock jump. Then

- every file that a reader sees is whole: one of the versions before and after, or a failed page that says so;
- the index parses and names only what is there; the ledger opens and is sound;
- no process of the run is left;
- the next run ends with files equal by their bytes to those of a run that nobody disturbed.

`python tools/chaos.py --points 100` prints a table; points and moments follow from the seed. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cbs_analysis.report.jobs import plan_run
from cbs_analysis.report.run import Limits, run_reports
from cbs_analysis.report.run.ledger import FILE
from cbs_analysis.report.run.processes import MARK
from cbs_analysis.sources.store import find_root

VICTIMS = ("run", "job", "kernel", "server", "all", "disk", "clock")
MISSED = "it was over, it fitted or stood still"
FULL = ("No space left on device", "disk is full", "File too large")  # words of the system and of SQLite
LIMITS = Limits(cell_seconds=60, job_seconds=120)
DAY = "2023-06-30"
OPEN = """from cbs_analysis.report import open_report
ctx = open_report("t", area=area, as_of=as_of, plan=plan, lang=lang, alpha=alpha, seed=seed)
ctx.header()"""
# one is drawn, one takes its time, one has files beside it; a kernel takes long to start: in runs of its own
FILES = "from cbs_analysis.report import links_files\nctx.show(links_files, ctx.evaluation)"
CELLS = {
    "60_plain": "print('{v}')",
    "61_drawn": "import matplotlib.pyplot as plt\nplt.plot([1, {v}])\nplt.show()",
    "62_slow": "import time\ntime.sleep(1.5)\nprint('{v}')",
    "64_fails": "print('{v}')\n1 / 0",
    "91_overall": f"{FILES}\nprint('{{v}}')",
}
KERNEL_CELLS = {
    "60_plain": CELLS["60_plain"],
    "63_program": "import subprocess\nsubprocess.run(['sleep', '0.7'])\nprint('{v}')",
    "64_fails": CELLS["64_fails"],
}
PARAMETERS = """area: str = "99DM00"
as_of: str = "2023-06-30"
plan: str = "demo14"
lang: str = "zh"
alpha: float = 0.1
seed: int = 1"""
# libc's clock, moved by whole days back and forth every few seconds; time that only passes stays as it is
SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>
static long shift(long s) { return s + ((s / 2) % 3 - 1) * 86400L * 40; }
int clock_gettime(clockid_t c, struct timespec *t) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
  int r = real(c, t);
  if (c == CLOCK_REALTIME) t->tv_sec = shift(t->tv_sec);
  return r;
}
int gettimeofday(struct timeval *t, void *z) {
  struct timespec s;
  clock_gettime(CLOCK_REALTIME, &s);
  t->tv_sec = s.tv_sec; t->tv_usec = s.tv_nsec / 1000;
  return 0;
}
time_t time(time_t *t) {
  struct timespec s;
  clock_gettime(CLOCK_REALTIME, &s);
  if (t) *t = s.tv_sec;
  return s.tv_sec;
}
"""


@dataclass(frozen=True)
class Stage:
    """What all points share: the project, the pages before and after, how long a run takes."""

    project: Path
    before: Path
    after: Path
    seconds: float
    shim: Path | None


@dataclass(frozen=True)
class Point:
    """One disturbed run: who was disturbed, when, what came of it; `ran` when it ended by itself."""

    number: int
    victim: str
    moment: float
    how: str
    faults: tuple[str, ...]
    seconds: float
    ran: float


# --- the project ----------------------------------------------------------------------------------


def prepare(root: Path, folder: Path, cells: dict[str, str]) -> Stage:
    """A project of small notebooks, and its pages in two versions, made undisturbed."""
    project = folder / "project"
    (project / "notebooks").mkdir(parents=True)
    (project / "data").mkdir()
    (project / "data" / "raw").symlink_to(root / "data" / "raw")
    shutil.copytree(root / "data" / "processed", project / "data" / "processed")
    names = ", ".join(cells)
    (project / "notebooks" / "reports.yml").write_text(
        "langs: [zh]\nparameters: {alpha: 0.1, seed: 1}\nreports:\n"
        f'  - {{area: "99DM00", plan: demo14, as_of: ["{DAY}"], notebooks: [{names}]}}\n',
        encoding="utf-8",
    )
    seconds = 0.0
    for version in (1, 2):
        for name, code in cells.items():
            nbformat.write(
                _notebook(code.replace("{v}", str(version))), project / "notebooks" / f"{name}.ipynb"
            )
        if version == 2:
            shutil.copytree(project / "pages-1", project / "pages-2")
        started = time.monotonic()
        with _started(project, project / f"pages-{version}") as run:
            assert run.wait() == 1, run.stdout.read().decode()  # one report fails on purpose
        seconds = time.monotonic() - started
    return Stage(project, project / "pages-1", project / "pages-2", seconds, _shim(folder))


def _notebook(code: str) -> nbformat.NotebookNode:
    cells = [
        new_markdown_cell("# 试验", metadata={"tags": ["zh"]}),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        *(new_code_cell(c) for c in (OPEN, code, "ctx.close()")),
    ]
    for i, cell in enumerate(cells):
        cell["id"] = f"c{i}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return new_notebook(cells=cells, metadata=kernel)


def _shim(folder: Path) -> Path | None:
    """A library that moves the clock; None without a C compiler."""
    source, library = folder / "clock.c", folder / "clock.so"
    source.write_text(SHIM, encoding="utf-8")
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True, capture_output=True
        )
        return library
    return None


@contextlib.contextmanager
def _started(
    project: Path, reports: Path, *, env: dict[str, str] | None = None, limit: int = 0
) -> Iterator[subprocess.Popen[bytes]]:
    """A run in a process group of its own, its words in a pipe."""
    import resource

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "cbs_analysis", "--root", str(project), "run", "--reports", str(reports)]
    run = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        env=os.environ | (env or {}), preexec_fn=small if limit else None, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    try:
        yield run
    finally:
        run.kill()
        run.wait()
        if run.stdout:
            run.stdout.close()


# --- one point --------------------------------------------------------------------------------------


def disturb(stage: Stage, number: int, victim: str, moment: float) -> Point:
    """Start a run, disturb it, look at what is left, run again, compare."""
    reports = stage.project / f"point-{number}"
    started = time.monotonic()
    faults: list[str] = []
    with _folder(stage, reports, victim, moment) as (full, grow):
        env = {"LD_PRELOAD": str(stage.shim)} if victim == "clock" and stage.shim else {}
        with _started(stage.project, reports, env=env, limit=full) as run:
            begun = time.monotonic()
            how, pids = _strike(run, victim, moment, stage.seconds)
            ran = 0.0 if how == "killed" else time.monotonic() - begun
            told, left = _end_of(run, reports, pids)
            faults += left
        how = _what_happened(victim, how, told, reports)
        faults += whole(reports, stage)
        grow()
        results = run_reports(
            plan_run(stage.project),
            root=stage.project,
            reports=reports,
            workers=2,
            limits=LIMITS,
            backend="fork",
        )
        faults += [f"next run: {r.spec.name}: {r.message}" for r in results if r.status == "failed"][1:]
        faults += _differences(files(reports), files(stage.after))
        faults += [f"left: {p.name}" for p in reports.rglob(".*") if not p.name.startswith((FILE, ".lock"))]
    shutil.rmtree(reports, ignore_errors=True)
    return Point(number, victim, moment, how, tuple(faults), time.monotonic() - started, ran)


@contextlib.contextmanager
def _folder(
    stage: Stage, reports: Path, victim: str, moment: float
) -> Iterator[tuple[int, Callable[[], object]]]:
    """The pages before, in a folder that may run full; gives a limit of file sizes and what makes room."""
    if victim != "disk":
        shutil.copytree(stage.before, reports)
        yield 0, lambda: None
        return
    held = sum(len(content) for content in files(stage.before).values())
    room = int(held * (1.1 + 1.5 * moment)) + 300_000
    reports.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(reports)],
        capture_output=True,
        check=False,
    ).returncode
    try:
        shutil.copytree(stage.before, reports, dirs_exist_ok=True)
        if mounted == 0:
            grow = ["mount", "-o", "remount,size=200m", str(reports)]
            yield 0, partial(subprocess.run, grow, check=True)
        else:  # not allowed to mount: no file may grow beyond a limit
            yield 20_000 + int(moment * 200_000), lambda: None
    finally:
        if mounted == 0:
            subprocess.run(["umount", str(reports)], check=True)


def _strike(run: subprocess.Popen[bytes], victim: str, moment: float, seconds: float) -> tuple[str, set[int]]:
    """Wait for the moment, then kill the victim; what was struck, and all processes that the run had."""
    family: set[int] = set()
    until = time.monotonic() + moment * seconds
    waits = victim in ("disk", "clock")
    while run.poll() is None and (waits or time.monotonic() < until):
        family.update(_family(run.pid) if waits else ())
        time.sleep(0.05 if waits else 0.002)
    chosen: list[int] = []
    while run.poll() is None and not chosen:  # a job, a kernel: the next one that there is
        chosen = _of_kind(run.pid, victim)
        time.sleep(0 if chosen else 0.002)
    family.update(_family(run.pid))
    for pid in chosen if victim == "all" else chosen[:1]:
        _kill(pid)
    if waits:
        return "ended", family
    return "killed" if chosen else MISSED, family


def _of_kind(pid: int, victim: str) -> list[int]:
    """The run itself, its fork server, its jobs, its kernels, or all: the last started first."""
    if victim in ("run", "all"):
        return [pid, *_family(pid)] if victim == "all" else [pid]
    server = [p for p in _children(pid) if "forkserver" in " ".join(_command(p))]
    if victim == "server":
        return server
    jobs = [job for s in server for job in _children(s)]
    kernels = [k for job in jobs for k in _children(job) if "ipykernel" in " ".join(_command(k))]
    return sorted(kernels if victim == "kernel" else jobs, reverse=True)


def _children(pid: int) -> list[int]:
    with contextlib.suppress(psutil.Error):
        return [p.pid for p in psutil.Process(pid).children()]
    return []


def _family(pid: int) -> list[int]:
    with contextlib.suppress(psutil.Error):
        return [p.pid for p in psutil.Process(pid).children(recursive=True)]
    return []


def _command(pid: int) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).cmdline()
    return []


def _kill(pid: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


# --- what is left -----------------------------------------------------------------------------------


def _end_of(run: subprocess.Popen[bytes], reports: Path, pids: set[int]) -> tuple[str, list[str]]:
    """Wait until the run and all that it started is gone: its words, and what is left after some seconds."""
    told = run.communicate()[0].decode(errors="replace")
    until = time.monotonic() + 15
    while (left := _left(reports, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    faults = [f"left running: {line}" for line in left]
    return told, faults + ([f"traceback: {told[-300:]}"] if "Traceback" in told else [])


def _what_happened(victim: str, how: str, told: str, reports: Path) -> str:
    """Whether the disk was really full, and the clock seen to jump: a disturbance that missed is no trial."""
    if victim == "disk":
        return "full" if any(words in told for words in FULL) else MISSED
    if victim == "clock":
        with contextlib.closing(sqlite3.connect(reports / FILE)) as db:
            last = "SELECT max(id) FROM runs"
            seen = db.execute(f"SELECT started FROM runs WHERE id = ({last})").fetchall()
            seen += db.execute(f"SELECT ended FROM jobs WHERE run = ({last})").fetchall()
        now = datetime.now(UTC)
        away = [abs(now - datetime.fromisoformat(day).replace(tzinfo=UTC)) for (day,) in seen]
        return "moved" if max(away) > timedelta(days=30) else MISSED
    return how


def _left(reports: Path, pids: set[int]) -> list[str]:
    left = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            ours = process.pid in pids or process.environ().get(MARK, "").startswith(f"{reports}{os.sep}")
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                left.append(" ".join(process.cmdline())[:90])
    return left


def files(reports: Path) -> dict[str, bytes]:
    """What a reader sees: names below the folder, with their bytes."""
    return {
        p.relative_to(reports).as_posix(): p.read_bytes()
        for p in sorted(reports.rglob("*"))
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(reports).parts)
    }


def whole(reports: Path, stage: Stage) -> list[str]:
    """What a reader would stumble over: torn files, an index of what is not there, a broken ledger."""
    now, before, after = files(reports), files(stage.before), files(stage.after)
    faults = [f"gone: {name}" for name in before if name not in now]
    for name, content in now.items():
        if content in (before.get(name), after.get(name)):
            continue
        text = content.decode(errors="replace")
        if name == "index.html":
            gone = [h for h in re.findall(r'href="([^"#?:]+)"', text) if not (reports / h).exists()]
            faults += [f"index names {h}" for h in gone] + ([] if _ends(text) else ["index is torn"])
        elif name.endswith(".failed.html"):
            faults += [] if _ends(text) and 'class="banner failed"' in text else [f"torn: {name}"]
        elif name.endswith(".failed.ipynb"):
            with contextlib.suppress(ValueError):
                nbformat.reads(text, as_version=4)
                continue
            faults.append(f"torn: {name}")
        else:
            faults.append(f"torn: {name}")
    return faults + _ledger(reports)


def _ends(html: str) -> bool:
    return html.rstrip().endswith("</html>")


def _ledger(reports: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(reports / FILE)) as db:
        (sound,) = db.execute("PRAGMA integrity_check").fetchone()
        ids = [i for (i,) in db.execute("SELECT id FROM runs ORDER BY id")]
    return ([] if sound == "ok" else [f"ledger: {sound}"]) + (
        [] if ids[0] == 1 else ["ledger: runs are gone"]
    )


def _differences(now: dict[str, bytes], expected: dict[str, bytes]) -> list[str]:
    return [
        f"differs: {name}"
        for name in sorted(now.keys() | expected.keys())
        if now.get(name) != expected.get(name)
    ]


# --- all points -------------------------------------------------------------------------------------


def points_of(count: int, seed: int, victims: tuple[str, ...] = VICTIMS) -> list[tuple[int, str, float]]:
    """Who is disturbed and when, as a share of the time of a run: the same for the same seed."""
    chance = random.Random(seed)
    return [(i, victims[i % len(victims)], chance.random()) for i in range(count)]


def table(points: list[Point]) -> str:
    """What came of all points, by victim."""
    lines = [f"{'victim':8} {'points':>6} {'struck':>6} {'whole':>6}  what happened"]
    for victim in dict.fromkeys(p.victim for p in points):
        own = [p for p in points if p.victim == victim]
        struck = [p for p in own if p.how != MISSED]
        told = ", ".join(f"{how} {n}" for how, n in Counter(p.how for p in own).most_common())
        lines.append(f"{victim:8} {len(own):6} {len(struck):6} {sum(not p.faults for p in own):6}  {told}")
    lines += [
        f"point {p.number} ({p.victim} at {p.moment:.3f}): {fault}" for p in points for fault in p.faults
    ]
    return "\n".join(lines)


def main() -> int:
    """Run the points and print the table; 1 when something was not whole."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--seed", type=int, default=20230630)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # folders are unmounted, nothing is left running
    started = time.monotonic()
    done = []
    with tempfile.TemporaryDirectory(prefix="cbs-chaos-") as folder:
        stages = {
            name: prepare(find_root(), Path(folder) / name, cells)
            for name, cells in (("kernel", KERNEL_CELLS), ("plain", CELLS))
        }
        print(f"an undisturbed run takes {stages['plain'].seconds:.1f} s", file=sys.stderr)
        for number, victim, moment in points_of(options.points, options.seed):
            name = victim if victim in stages else "plain"
            point = disturb(stages[name], number, victim, moment)
            if point.ran:  # a machine has other work, too: moments are shares of what a run takes now
                stages[name] = replace(stages[name], seconds=point.ran)
            done.append(point)
            told = f"{number:3} {victim:7} at {moment:.3f}: {point.how}, {point.seconds:.1f} s"
            print(told, *point.faults, sep="  ", file=sys.stderr, flush=True)
    print(table(done))
    print(f"{len(done)} points in {time.monotonic() - started:.0f} s, seed {options.seed}")
    return int(any(p.faults for p in done))


if __name__ == "__main__":
    sys.exit(main())
