"""The process of one report: made in a folder of its own, told to the parent through a pipe, then gone."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..jobs import RunSpec
from .processes import MARK, adopt_orphans, end_descendants, end_job
from .records import Limits, Site

__all__ = ["JobStopped", "job_process", "make"]


class JobStopped(BaseException):
    """The parent asked this report to stop; a cell cannot catch it as an ordinary error."""


def make(
    spec: RunSpec,
    site: Site,
    folder: Path,
    *,
    engine: str,
    limits: Limits,
    on_cell: Any = lambda number: None,
) -> dict[str, Any]:
    """Run a notebook and write its report below `folder`; returns what `Made` needs, as plain JSON."""
    from .execution import execute
    from .staging import stage

    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    executed = execute(
        spec, site.root, work, engine=engine, limits=limits, on_cell=on_cell  # type: ignore[arg-type]
    )  # fmt: skip
    failure, state = stage(spec, site, executed, folder / "files")
    return {"failure": failure, "cell": executed.cell, "state": state, "engine": engine}


def job_process(pipe: Any, task: dict[str, Any], warm: bool) -> None:
    """Entry of the process.

    Parameters
    ----------
    pipe : multiprocessing.connection.Connection
        Takes `["cell", number]` before each cell and `["done", result]` at the end.
    task : dict
        Plain JSON: spec, root, reports, folder, engine, limits.
    warm : bool
        Whether the fork server should have loaded everything: checked, for it says nothing when it failed.
    """
    _own_group()
    _silence()
    adopt_orphans()
    threading.Thread(target=_end_with_parent, args=(task["folder"],), daemon=True).start()
    signal.signal(signal.SIGTERM, _stop)
    if warm and "cbs_analysis.report.run.warm" not in sys.modules:
        raise RuntimeError("the fork server did not load the package: is it installed?")
    folder = Path(task["folder"])
    from .execution import private_environment

    (folder / "work").mkdir(parents=True, exist_ok=True)
    private_environment(folder / "work")
    os.environ[MARK] = task["folder"]
    _own_randomness()
    started = time.monotonic()
    site = Site(root=Path(task["root"]), reports=Path(task["reports"]), raw=task["raw"])
    result = make(
        RunSpec(**task["spec"]), site, folder,
        engine=task["engine"], limits=Limits(**task["limits"]),
        on_cell=lambda number: pipe.send_bytes(json.dumps(["cell", number]).encode()),
    )  # fmt: skip
    result |= {"seconds": time.monotonic() - started}
    pipe.send_bytes(json.dumps(["done", result]).encode())
    pipe.close()
    end_descendants(os.getpid())
    # no cleaning up of a process that ends anyway: exit handlers of libraries take time and may hang
    os._exit(0)


def task_of(spec: RunSpec, site: Site, folder: Path, engine: str, limits: Limits) -> dict[str, Any]:
    """What a process is told, as plain JSON."""
    return {
        "spec": asdict(spec), "root": str(site.root), "reports": str(site.reports), "raw": site.raw,
        "folder": str(folder), "engine": engine, "limits": asdict(limits),
    }  # fmt: skip


def _own_group() -> None:
    if hasattr(os, "setsid"):
        with contextlib.suppress(OSError):
            os.setsid()


def _silence() -> None:
    """Leave the streams of the parent alone: whoever holds a pipe of cron keeps it open for ever."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)


def _own_randomness() -> None:
    """Forked processes inherit one random state: each gets its own, as a new kernel does."""
    import random

    import numpy as np

    random.seed()
    np.random.seed()  # noqa: NPY002 - notebooks may use the global state


def _stop(*_: object) -> None:
    raise JobStopped("stopped by the run")


def _end_with_parent(mark: str) -> None:
    """When the run is killed, so is every process of this report."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        end_job(os.getpid(), mark)
