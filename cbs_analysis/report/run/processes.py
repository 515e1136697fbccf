"""Processes of a job and all that it started: how much memory they hold, and their end."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

import psutil

__all__ = ["MARK", "adopt_orphans", "end_descendants", "end_job", "end_marked", "is_alive", "resident_mb"]

# in the environment of whatever a job starts, with the folder of the job as value
MARK = "CBS_ANALYSIS_JOB"
PR_SET_CHILD_SUBREAPER = 36  # of prctl(2)


def resident_mb(pid: int) -> float:
    """Resident memory of a process and its descendants in MiB; 0 when it is gone."""
    total = 0
    with contextlib.suppress(psutil.Error):
        own = psutil.Process(pid)
        for process in (own, *own.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
    return total / 2**20


def adopt_orphans() -> None:
    """Let whatever this process starts stay below it, even when it detaches itself (Linux)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_descendants(pid: int) -> None:
    """Kill what a living process has started, and what that has started."""
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                process.kill()


def end_job(pid: int, mark: str, *, search: bool = True) -> None:
    """Kill a job and what it started, itself last: what is below it, what bears its mark, its process group.

    When it is dead already, a kernel or another program with a session of its own is known by the mark that
    it inherited.

    Parameters
    ----------
    pid : int
        Of the job, which leads its process group.
    mark : str
        Value of `MARK` in the environment of what it started.
    search : bool
        Look through all processes for the mark; a job that ended well with cells in its own process has none.
    """
    end_descendants(pid)
    if search:
        end_marked(mark, but=pid)
    if hasattr(os, "killpg"):
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(psutil.Error):
        psutil.Process(pid).kill()


def end_marked(mark: str, *, but: int = 0) -> None:
    """Kill whatever jobs in a folder, or below it, started; `but` is left."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            held = process.environ().get(MARK, "") if process.pid not in (but, os.getpid()) else ""
            if held == mark or held.startswith(mark + os.sep):
                process.kill()


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and that nobody asked about does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
