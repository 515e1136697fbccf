"""Many reports at once, each in a process of its own that is watched from outside.

The process may hang, eat memory or die: the parent owns its deadline and its memory limit, and whatever
happens, one `Made` comes back for each report.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from ..jobs import RunSpec
from ..messages import message
from .child import job_process, task_of
from .execution import KEPT, Executed, needs_kernel, notebook_of
from .processes import end_job, is_alive, resident_mb
from .records import Backend, Limits, Made, Site
from .staging import stage

__all__ = ["choose_backend", "failed_report", "make_reports"]

LOST = 255  # exit code that multiprocessing gives to the children of a dead fork server
LOOK = 0.2  # seconds between two looks at memory and deadlines
GRACE = 5.0  # seconds that a stopped report has to write down how far it came
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def choose_backend(wanted: Backend, jobs: int) -> tuple[Backend, str]:
    """The backend of a run, and why it is not the one that was asked for ("" when it is).

    `auto` is an ordinary kernel for one report, and for more the fork server on Linux or spawned processes
    elsewhere: forking is not safe with the libraries of macOS and unknown to Windows.
    """
    forks = sys.platform == "linux"
    if wanted == "auto":
        return ("papermill" if jobs == 1 else "fork" if forks else "pool"), ""
    if wanted == "fork" and not forks:
        return "pool", f"{sys.platform} cannot fork safely: each report gets a new process instead"
    return wanted, ""


def make_reports(
    specs: Iterable[RunSpec],
    site: Site,
    folder: Path,
    *,
    workers: int,
    backend: str,
    limits: Limits | None = None,
) -> Iterator[Made]:
    """Make reports aside, as they get ready; nothing is published.

    Parameters
    ----------
    specs : iterable of RunSpec
    site : Site
    folder : pathlib.Path
        Each report gets a numbered folder below it.
    workers : int
        Reports at once.
    backend : {"fork", "pool", "papermill"}
    limits : Limits, optional

    Yields
    ------
    Made
        One for each report, in the order in which they end.
    """
    limits = limits or Limits()
    waiting = deque(enumerate(specs))
    running: list[_Running] = []

    def fill() -> None:
        while waiting and len(running) < workers:
            number, spec = waiting.popleft()
            running.append(_start(spec, site, folder / f"job-{number}", backend, limits))

    try:
        fill()
        while running:
            wait([source for job in running for source in job.sources()], LOOK)
            over = [job for job in running if job.ended()]
            running[:] = [job for job in running if job not in over]
            fill()  # the next reports are made while these are published
            for job in over:
                yield job.made(site)
    finally:
        for job in running:
            end_job(job.process.pid, str(job.folder))


def _start(spec: RunSpec, site: Site, folder: Path, backend: str, limits: Limits) -> _Running:
    folder.mkdir(parents=True, exist_ok=True)
    forks = backend != "pool" and sys.platform == "linux"
    asks = needs_kernel(site.root / "notebooks" / f"{spec.notebook}.ipynb")
    engine = "kernel" if backend == "papermill" or asks else "inline"
    context: Any = multiprocessing.get_context("forkserver" if forks else "spawn")
    if forks:
        context.set_forkserver_preload(["cbs_analysis.report.run.warm"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=job_process, args=(theirs, task_of(spec, site, folder, engine, limits), forks), daemon=False
    )
    with _inherited(CBS_ANALYSIS_WARM="1" if backend == "fork" else ""):
        process.start()
    theirs.close()
    return _Running(spec=spec, folder=folder, process=process, pipe=ours, limits=limits, engine=engine)


@contextlib.contextmanager
def _inherited(**settings: str) -> Iterator[None]:
    """Settings that the processes of a run inherit; our own environment is afterwards as it was.

    One BLAS thread each: several threads in several workers cost more than they bring.
    """
    settings |= {name: os.environ.get(name, "1") for name in THREADS}
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass
class _Running:
    """A report that is being made."""

    spec: RunSpec
    folder: Path
    process: Any
    pipe: Connection
    limits: Limits
    engine: str
    started: float = field(default_factory=time.monotonic)
    cell: int | None = None
    cell_started: float = field(default_factory=time.monotonic)
    looked: float = 0.0
    memory_mb: float = 0.0
    result: dict[str, Any] | None = None
    stopped: str = ""  # why the parent stopped it
    stopped_at: float = 0.0
    closed: bool = False
    orphan: bool = False  # the fork server died: it cannot tell any more how this process ends

    def sources(self) -> list[Any]:
        """What to wait on: the end of the process, and its words while the pipe is open."""
        return ([] if self.orphan else [self.process.sentinel]) + ([] if self.closed else [self.pipe])

    def ended(self) -> bool:
        """Read what the process says, look at its limits; whether it is over."""
        self._listen()
        if self._alive():
            self._watch()
            return False
        self._listen()
        search = self.engine == "kernel" or self.result is None
        end_job(self.process.pid, str(self.folder), search=search)  # what it left behind
        return True

    def _alive(self) -> bool:
        code = self.process.exitcode
        self.orphan = code == LOST and not self.closed and is_alive(self.process.pid)
        return code is None or self.orphan

    def _listen(self) -> None:
        try:
            while not self.closed and self.pipe.poll():
                kind, value = json.loads(self.pipe.recv_bytes())
                if kind == "done":
                    self.result = value
                else:
                    self.cell, self.cell_started = value, time.monotonic()
        except (EOFError, OSError, ValueError):  # it ended, or a cell wrote into the pipe
            self.closed = True

    def _watch(self) -> None:
        now = time.monotonic()
        if now - self.looked < LOOK:
            return
        self.looked = now
        used = resident_mb(self.process.pid)
        self.memory_mb = max(self.memory_mb, used)
        limits, lang = self.limits, self.spec.lang
        if self.stopped:
            if now - self.stopped_at > GRACE or used > 1.5 * limits.memory_mb:
                end_job(self.process.pid, str(self.folder))
        elif used > limits.memory_mb:
            self._stop(message("stopped_memory", lang, used=round(used), limit=round(limits.memory_mb)))
        elif now - self.started > limits.job_seconds:
            self._stop(message("stopped_job", lang, seconds=f"{limits.job_seconds:g}"))
        elif self.cell is not None and now - self.cell_started > limits.cell_seconds:
            self._stop(message("stopped_cell", lang, seconds=f"{limits.cell_seconds:g}"))

    def _stop(self, why: str) -> None:
        self.stopped, self.stopped_at = why, time.monotonic()
        if self.orphan:
            with contextlib.suppress(OSError):
                os.kill(self.process.pid, signal.SIGTERM)
        else:
            self.process.terminate()

    def made(self, site: Site) -> Made:
        """The report, or the page that says why there is none."""
        seconds = time.monotonic() - self.started
        code = self.process.exitcode
        self.process.join()
        self.process.close()
        result = self.result
        if result is None or self.stopped:
            lang = self.spec.lang
            how = message("ended_by_signal" if code < 0 else "ended_with_code", lang, n=abs(code))
            why = self.stopped or message("process_ended", lang, how=how)
            made = failed_report(self.spec, site, self.folder, why, cell=self.cell)
        else:
            made = Made(spec=self.spec, staged=self.folder / "files", **result)
        shutil.rmtree(self.folder / "work", ignore_errors=True)
        return replace(made, seconds=seconds, memory_mb=self.memory_mb, engine=self.engine)


def failed_report(spec: RunSpec, site: Site, folder: Path, failure: str, *, cell: int | None = None) -> Made:
    """The failed page of a process that cannot write it any more, with the notebook as far as it came.

    Parameters
    ----------
    spec : RunSpec
    site : Site
    folder : pathlib.Path
        Of the report; its files go to `files` in it.
    failure : str
        What failed.
    cell : int, optional
        Number of the cell that ran.
    """
    notebook = notebook_of(
        folder / "files" / spec.folder / f"{spec.name}.failed.ipynb",
        folder / "work" / KEPT,
        folder / "work" / "out.ipynb",
        site.root / "notebooks" / f"{spec.notebook}.ipynb",
    )
    shutil.rmtree(folder / "files", ignore_errors=True)
    failure, state = stage(spec, site, Executed(notebook, failure, cell), folder / "files")
    return Made(spec=spec, staged=folder / "files", failure=failure, cell=cell, state=state)
