"""Reports made by the workers of a dask scheduler, on other machines; published and entered here.

A worker takes the project from a shared folder or fetches it once from an address, makes the report as a run
on its own machine would, in a process of its own, and sends the files back. When a worker dies, the scheduler
gives its reports to another one.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...errors import Fault, ReportError
from ..jobs import RunSpec
from .execution import in_one_line
from .keys import Keys
from .records import Limits, Made, Site
from .workers import choose_backend, failed_report, make_reports

__all__ = ["make_on_cluster", "make_remotely"]

PATIENCE = "20s"  # for the answer of a scheduler
RETRIES = 2  # of a report whose worker died
# what a report reads; the rest of a project folder stays where it is
PARTS = ("data/processed", "data/raw", "notebooks", "plans", "requirements.lock")


def make_on_cluster(
    specs: Sequence[RunSpec],
    site: Site,
    folder: Path,
    *,
    scheduler: str,
    project: str = "",
    limits: Limits | None = None,
) -> Iterator[Made]:
    """Make reports on the workers of a scheduler; nothing is published.

    Parameters
    ----------
    specs : sequence of RunSpec
    site : Site
        Of this machine.
    folder : pathlib.Path
        Where the files that come back are put, one folder a report.
    scheduler : str
        Such as `tcp://10.0.0.1:8786`.
    project : str
        Where workers find the project: a folder that they share with us, or an address that fsspec knows,
        such as `s3://bucket/project`. Our own folder by default.
    limits : Limits, optional

    Yields
    ------
    Made
        One for each report, in the order in which they end.

    Raises
    ------
    ReportError
        dask is not installed, or nobody answers at the address.
    """
    distributed = _distributed()
    limits = limits or Limits()
    keys = Keys(site)
    told = {
        "project": project or str(site.root), "raw": site.raw, "limits": asdict(limits), "code": keys.code,
        "data": str(keys.manifest["key"]),
    }  # fmt: skip
    try:
        client = distributed.Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as exc:
        raise ReportError(
            Fault(
                "no scheduler answers", where=scheduler, got=in_one_line(str(exc)),
                next_step="start one with `dask scheduler`, and workers with `dask worker ADDRESS`",
            )
        ) from None  # fmt: skip
    with client:
        futures = {
            client.submit(make_remotely, asdict(spec), told, pure=False, retries=RETRIES): (i, spec)
            for i, spec in enumerate(specs)
        }
        for future in distributed.as_completed(list(futures), loop=client.loop):
            number, spec = futures.pop(future)
            own = folder / f"job-{number}"
            if future.status == "finished":
                yield _received(future.result(), spec, own)
            else:
                cause = f"{type(future.exception()).__name__}: {in_one_line(str(future.exception()))}"
                yield failed_report(spec, site, own, cause)
            future.release()


def workers_of(scheduler: str) -> int:
    """How many workers a scheduler has now."""
    with _distributed().Client(scheduler, timeout=PATIENCE, set_as_default=False) as client:
        return len(client.scheduler_info(n_workers=-1)["workers"])


def _distributed() -> Any:
    try:
        import distributed
    except ImportError:
        raise ReportError(
            Fault("dask is not installed", next_step="pip install 'cbs_analysis[dask]'")
        ) from None
    return distributed


def _received(sent: dict[str, Any], spec: RunSpec, folder: Path) -> Made:
    for name, content in sent.pop("files").items():
        path = folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Made(spec=spec, staged=folder / "files", **sent)


# --- on the worker -------------------------------------------------------------------------------


def make_remotely(spec: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """Make one report on a worker; returns its files as bytes and what `Made` holds, as plain JSON.

    Raises
    ------
    ReportError
        The worker may start no processes, or has another version of the package, the libraries or the data.
    """
    if multiprocessing.current_process().daemon:
        raise ReportError(
            Fault(
                "the worker may not start processes",
                next_step="start it with `dask worker --no-nanny`, or with "
                "DASK_DISTRIBUTED__WORKER__DAEMON=False in its environment",
            )
        )
    root = _project(told["project"], told["data"])
    with tempfile.TemporaryDirectory(prefix="cbs-worker-") as scratch:
        site = Site(root=root, reports=Path(scratch) / "reports", raw=told["raw"])
        _check_same(Keys(site), told)
        (made,) = make_reports(
            [RunSpec(**spec)], site, Path(scratch), workers=1, backend=choose_backend("auto", 2)[0],
            limits=Limits(**told["limits"]),
        )  # fmt: skip
        files = {
            path.relative_to(made.staged).as_posix(): path.read_bytes()
            for path in sorted(made.staged.rglob("*"))
            if path.is_file()
        }
    return {
        "failure": made.failure, "cell": made.cell, "state": made.state, "seconds": made.seconds,
        "memory_mb": made.memory_mb, "engine": made.engine, "files": files,
    }  # fmt: skip


def _check_same(keys: Keys, told: dict[str, Any]) -> None:
    """Two versions of the code or of the data would make one site of two kinds of pages."""
    checks = (
        ("code", keys.code, "install the same version of cbs_analysis and its locked libraries"),
        ("data", str(keys.manifest["key"]), "share the folder, or copy data/processed to the address"),
    )
    faults = [
        Fault(
            f"the worker has other {what} than the run",
            got=own[:16],
            expected=told[what][:16],
            next_step=step,
        )
        for what, own, step in checks
        if own != told[what]
    ]
    if faults:
        raise ReportError(faults)


def _project(address: str, data: str) -> Path:
    """The project on this machine: the shared folder itself, or a copy fetched once for each data version."""
    if "://" not in address:
        return Path(address)
    name = hashlib.sha256(f"{address} {data}".encode()).hexdigest()[:24]
    held = Path(tempfile.gettempdir()) / f"cbs-project-{os.getuid() if hasattr(os, 'getuid') else 0}-{name}"
    if held.exists():
        return held
    import fsspec

    files, base = fsspec.core.url_to_fs(address)
    aside = Path(tempfile.mkdtemp(prefix="cbs-fetch-"))
    for part in PARTS:
        source = f"{base.rstrip('/')}/{part}"
        if files.exists(source):
            (aside / part).parent.mkdir(parents=True, exist_ok=True)
            files.get(source, str(aside / part), recursive=True)
    try:
        aside.rename(held)
    except OSError:  # another process of this machine was faster
        shutil.rmtree(aside, ignore_errors=True)
    return held
