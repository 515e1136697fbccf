"""A run: what is unchanged is left, the rest is made and published one by one, the index comes last."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ... import __version__
from ..commit import commit_of
from ..jobs import RunSpec, check_specs
from .index import write_index
from .keys import Keys
from .ledger import Ledger
from .publishing import WORK, full_told, heal, lock_site, publish, sha256_of
from .records import Backend, Limits, Made, Result, Site
from .workers import choose_backend, make_reports

__all__ = ["run_report", "run_reports"]


def run_report(
    spec: RunSpec | Mapping[str, Any],
    *,
    root: Path,
    reports: Path | None = None,
    force: bool = False,
    backend: Backend = "auto",
    limits: Limits | None = None,
) -> Result:
    """Make one report.

    Parameters
    ----------
    spec : RunSpec or mapping
        Plain JSON is enough: notebook, area, as_of, plan, lang, alpha, seed.
    root : pathlib.Path
        Project folder.
    reports : pathlib.Path, optional
        Folder of the pages; `reports` of the project by default.
    force : bool
        Make it even if nothing that it depends on changed.
    backend : {"auto", "fork", "pool", "papermill"}
        How the notebook is run; the files are the same.
    limits : Limits, optional

    Returns
    -------
    Result
        `failed` is a result, not an exception.
    """
    spec = spec if isinstance(spec, RunSpec) else RunSpec(**spec)
    (result,) = run_reports(
        [spec], root=root, reports=reports, workers=1, force=force, backend=backend, limits=limits
    )
    return result


def run_reports(
    specs: Sequence[RunSpec],
    *,
    root: Path,
    reports: Path | None = None,
    workers: int = 2,
    force: bool = False,
    backend: Backend = "auto",
    limits: Limits | None = None,
    wait: float = 0.0,
    scheduler: str = "",
    project: str = "",
    asked: Mapping[str, Any] | None = None,
    notices: Sequence[Mapping[str, Any]] = (),
    on_begin: Callable[[int], object] = lambda number: None,
    on_result: Callable[[Result], object] = lambda result: None,
    tell: Callable[[str], object] = lambda text: None,
) -> list[Result]:
    """Make many reports; one failure touches no other, and a run that is cut off is taken up by the next.

    Parameters
    ----------
    specs : sequence of RunSpec
    root, reports, force, backend, limits
        As for `run_report`.
    workers : int
        Reports at once.
    wait : float
        Seconds to wait for another run in the same folder.
    scheduler : str
        Address of a dask scheduler whose workers make the reports, such as `tcp://10.0.0.1:8786`; `workers`
        and `backend` are then theirs.
    project : str
        Where those workers find the project: a shared folder or an address that fsspec knows; our own folder
        by default.
    asked : mapping, optional
        What was asked for, for the ledger: plain JSON.
    notices : sequence of mapping
        What was noticed of the data beforehand, for the ledger: plain JSON.
    on_begin : callable
        Called with the number of the run.
    on_result : callable
        Called with each result as it comes.
    tell : callable
        Called with what a reader of the log should know: the backend, what was taken up.

    Returns
    -------
    list of Result
        In the order of `specs`.

    Raises
    ------
    ParameterError
        A notebook does not declare what it would be given; nothing was run.
    ReportError
        Another run holds the folder, or it cannot be written.
    """
    site = Site.of(root, reports)
    check_specs(specs, site.root)
    chosen, why = ("dask", scheduler) if scheduler else choose_backend(backend, len(specs))
    with lock_site(site, wait=wait), full_told(site), Ledger(site.reports, write=True) as ledger:
        finished = heal(site, ledger)
        if finished:
            tell(f"took up {finished} reports that an earlier run had ready")
        run = _Run(site, ledger, Keys(site), chosen, workers, limits or Limits(), scheduler, project)
        number = run.begin(dict(asked or {}) | {"reports": len(set(specs))}, notices)
        on_begin(number)
        tell(f"run {number}: {len(specs)} reports, backend {chosen}" + (f" ({why})" if why else ""))
        results = {}
        for result in run.results(specs, force):
            results[result.spec] = result
            on_result(result)
        write_index(site, ledger)
        ledger.end(number, int(any(r.status == "failed" for r in results.values())), notices)
    return [results[spec] for spec in specs]


@dataclass
class _Run:
    """A run under way; the folder is locked."""

    site: Site
    ledger: Ledger
    keys: Keys
    backend: str
    workers: int
    limits: Limits
    scheduler: str
    project: str
    number: int = 0

    def begin(self, asked: Mapping[str, Any], notices: Sequence[Mapping[str, Any]]) -> int:
        import json

        head, changed = commit_of(self.site.root)
        self.number = self.ledger.begin(
            pid=os.getpid(), host=platform.node(), asked=json.dumps(dict(asked), ensure_ascii=False),
            backend=self.backend, workers=self.workers, data_key=str(self.keys.manifest["key"]),
            package=__version__, commit_id=head, changed=int(changed),
            notices=json.dumps([dict(n) for n in notices], ensure_ascii=False),
        )  # fmt: skip
        return self.number

    def results(self, specs: Sequence[RunSpec], force: bool) -> Iterator[Result]:
        """Unchanged reports first, then the others as they get ready."""
        todo, cited = [], set()
        for spec in specs:
            old = None if force else self._unchanged(spec)
            if old is None:
                todo.append(spec)
                continue
            cited |= set(old["state"].get("cites", []))
            html = self.site.reports / spec.folder / f"{spec.name}.html"
            result = Result(spec, "unchanged", 0.0, str(html))
            self.ledger.enter(self.number, result, old["key"], old["files"], old["state"])
            yield result
        self._restore_sources(cited)
        if todo:
            yield from self._make(todo)

    def _unchanged(self, spec: RunSpec) -> dict[str, Any] | None:
        """The report as it stands, when its key and its files are as they were."""
        old = self.ledger.report(spec.as_of, spec.area, spec.name)
        if old is None or not old["key"] or old["failure"] or self._key(spec, old["state"]) != old["key"]:
            return None
        folder = self.site.reports / spec.folder
        for name, expected in old["files"].items():
            path = folder / name
            if not path.exists() or sha256_of(path.read_bytes()) != expected:
                return None
        return old

    def _key(self, spec: RunSpec, state: Mapping[str, Any]) -> str:
        return self.keys.key(spec, state.get("areas_read", []), state.get("raw_files", []))

    def _restore_sources(self, cited: set[str]) -> None:
        """Pages of raw files that unchanged reports link to, when somebody removed them."""
        from ..source_pages import write_source_pages

        if cited:
            write_source_pages(cited, self.site.root, reports=self.site.reports, raw_href=self.site.raw)

    def _made(self, specs: Sequence[RunSpec], work: Path) -> Iterator[Made]:
        if not self.scheduler:
            return make_reports(
                specs, self.site, work, workers=self.workers, backend=self.backend, limits=self.limits
            )
        from .cluster import make_on_cluster

        return make_on_cluster(
            specs, self.site, work, scheduler=self.scheduler, project=self.project, limits=self.limits
        )

    def _make(self, specs: Sequence[RunSpec]) -> Iterator[Result]:
        work = Path(tempfile.mkdtemp(prefix=WORK, dir=self.site.reports))
        try:
            for made in self._made(specs, work):
                key = "" if made.failure else self._key(made.spec, made.state)
                yield publish(made, self.site, self.ledger, self.number, key)
        finally:
            shutil.rmtree(work, ignore_errors=True)
