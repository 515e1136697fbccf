"""From files made aside to the site: each file whole at any moment, and a set that is never left half done.

A report is ready when its folder has been renamed to `.ready-*`, with a journal of what to move where and
what to enter into the ledger. From then on the work can be cut off anywhere and done again: the next run does
it first.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from ...errors import Fault, ReportError
from ..jobs import RunSpec
from .ledger import Ledger
from .processes import end_marked
from .records import Made, Result, Site

__all__ = ["full_told", "heal", "lock_site", "publish", "sha256_of", "write_whole"]

LOCK = ".lock"
READY = ".ready-"
WORK = ".work-"
_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)


def sha256_of(content: bytes) -> str:
    """Hash of some bytes."""
    return hashlib.sha256(content).hexdigest()


@contextmanager
def lock_site(site: Site, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the folder of reports for one run; the system frees it when the process dies.

    Parameters
    ----------
    site : Site
    wait : float
        Seconds to wait for another run to end.

    Raises
    ------
    ReportError
        When another run holds it, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        site.reports.mkdir(parents=True, exist_ok=True)
        lock = FileLock(site.reports / LOCK, timeout=wait)
        lock.acquire()
    except Timeout:
        raise _held(site, wait) from None
    except OSError as exc:
        raise ReportError(
            Fault(
                "the folder of reports cannot be written", where=str(site.reports),
                got=exc.strerror or str(exc), next_step="name another one with --reports",
            )
        ) from None  # fmt: skip
    try:
        yield
    finally:
        lock.release()


def _held(site: Site, wait: float) -> ReportError:
    with Ledger(site.reports) as ledger:
        last = next(iter(ledger.runs(limit=1)), None)
    who = (
        f"run {last['id']}, process {last['pid']} on {last['host']}, since {last['started']}" if last else ""
    )
    return ReportError(
        Fault(
            "another run is making reports in this folder", where=str(site.reports), got=who, code="held",
            next_step=f"wait for it (--wait SECONDS; waited {wait:g}), or name another folder with --reports",
        )
    )  # fmt: skip


@contextmanager
def full_told(site: Site) -> Iterator[None]:
    """Say in words that the disk is full or cannot be written.

    Raises
    ------
    ReportError
        With the code `unwritable`: what was asked for was right, and later it will do.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as exc:
        if isinstance(exc, OSError) and exc.errno not in _UNWRITABLE:
            raise
        raise ReportError(
            Fault(
                "the folder of reports cannot be written any more",
                where=str(site.reports), code="unwritable", got=getattr(exc, "strerror", None) or str(exc),
                next_step="make room and run again: what is ready is taken up, what stands there is whole",
            )
        ) from exc  # fmt: skip


def publish(made: Made, site: Site, ledger: Ledger, run: int, key: str) -> Result:
    """Move the files of one report into the site and enter it into the ledger.

    Parameters
    ----------
    made : Made
    site : Site
        Locked by the caller.
    ledger : Ledger
    run : int
        Number of the run.
    key : str
        Content key of the report.

    Returns
    -------
    Result
    """
    result = _result_of(made, site)
    folder = made.staged
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    own = f"{made.spec.folder.as_posix()}/"
    hashes = {f.removeprefix(own): sha256_of((folder / f).read_bytes()) for f in files if f.startswith(own)}
    stale = [] if made.failure else [f"{own}{made.spec.name}.failed.{kind}" for kind in ("html", "ipynb")]
    journal = {
        "files": files, "remove": stale, "run": run, "key": key, "hashes": hashes, "state": made.state,
        "result": asdict(result),
    }  # fmt: skip
    write_whole(folder / "journal.json", json.dumps(journal, ensure_ascii=False).encode())
    for file in files:
        _flush(folder / file)
    ready = site.reports / f"{READY}{folder.parent.parent.name.removeprefix(WORK)}-{folder.parent.name}"
    folder.replace(ready)  # from here on the report counts
    _flush(site.reports)
    _apply(ready, site, ledger)
    return result


def _result_of(made: Made, site: Site) -> Result:
    suffix = ".failed.html" if made.failure else ".html"
    html = site.reports / made.spec.folder / f"{made.spec.name}{suffix}"
    return Result(
        made.spec, "failed" if made.failure else "made", made.seconds, str(html), made.failure, made.cell,
        made.memory_mb, made.engine,
    )  # fmt: skip


def _apply(ready: Path, site: Site, ledger: Ledger) -> None:
    """Do what the journal says; doing it twice is doing it once."""
    journal = json.loads((ready / "journal.json").read_text(encoding="utf-8"))
    folders = set()
    for file in journal["files"]:
        target = site.reports / file
        if (ready / file).exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            (ready / file).replace(target)
            folders.add(target.parent)
    for file in journal["remove"]:
        (site.reports / file).unlink(missing_ok=True)
    for folder in folders:
        _flush(folder)
    told = journal["result"]
    result = replace(Result(**told), spec=RunSpec(**told["spec"]))
    ledger.enter(journal["run"], result, journal["key"], journal["hashes"], journal["state"])
    shutil.rmtree(ready)


def heal(site: Site, ledger: Ledger) -> int:
    """Finish what a run that was cut off had ready, and remove what it had not; returns how many it finished.

    The caller holds the lock.
    """
    finished = 0
    for ready in sorted(site.reports.glob(f"{READY}*")):
        if (ready / "journal.json").exists():
            _apply(ready, site, ledger)
            finished += 1
        else:
            shutil.rmtree(ready, ignore_errors=True)
    end_marked(str(site.reports))  # the lock is ours: what a job of this folder started is left over
    for work in site.reports.glob(f"{WORK}*"):
        shutil.rmtree(work, ignore_errors=True)
    for aside in site.reports.rglob(".*.aside"):
        aside.unlink(missing_ok=True)
    return finished


def write_whole(path: Path, content: bytes) -> None:
    """Write aside, flush to disk, then move into place: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.aside")
    try:
        aside.write_bytes(content)
        _flush(aside)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _flush(path: Path) -> None:
    """Bring a file, or on POSIX the entries of a folder, to the disk."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() or os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
