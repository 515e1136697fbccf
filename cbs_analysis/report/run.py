"""Run notebooks through papermill and publish their pages, whole or not at all.

A report is made aside and moved into place when it is complete. When it fails, the last good one
stays, and what happened lies beside it as `*.failed.html` and `*.failed.ipynb`.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from ..errors import CbsError, Fault, ReportError
from ..registry.load import plan_files
from ..sources.store import load_manifest
from .jobs import RunSpec
from .link_check import cited_files
from .source_pages import write_source_pages
from .table_files import put_whole

__all__ = ["Result", "RunSpec", "run_report", "run_reports", "write_index"]

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
CELL_TIMEOUT = 600


@dataclass(frozen=True)
class Result:
    """What became of one report."""

    spec: RunSpec
    status: Literal["made", "unchanged", "failed"]
    seconds: float
    html: str
    message: str = ""


# --- one report ----------------------------------------------------------------------------------


def run_report(spec: RunSpec | dict[str, Any], *, root: Path, force: bool = False) -> Result:
    """Make one report.

    Parameters
    ----------
    spec : RunSpec or dict
        Plain JSON is enough.
    root : pathlib.Path
        Project folder.
    force : bool
        Make it even if nothing that it depends on changed.

    Returns
    -------
    Result
        `failed` is a result, not an exception.
    """
    spec = spec if isinstance(spec, RunSpec) else RunSpec(**spec)
    started = time.monotonic()
    reports = root / "reports"
    html = reports / spec.folder / f"{spec.name}.html"
    state_path = reports / ".state" / spec.folder / f"{spec.name}.json"
    key = _content_key(spec, root)
    if not force and _is_current(state_path, key, html):
        failure = _write_sources([html.read_text(encoding="utf-8")], root)
        seconds = time.monotonic() - started
        return Result(spec, "failed" if failure else "unchanged", seconds, str(html), failure)
    work = Path(tempfile.mkdtemp(prefix=".work-", dir=_made(reports)))
    try:
        notebook, failure = _execute(spec, root, work)
        failure = failure or _write_sources(_shown_by(notebook), root)
        files: dict[str, bytes] = {}
        if not failure:
            files, failure = _files(spec, root, notebook)
        _publish(spec, root, notebook, failure, key, state_path, files)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    seconds = time.monotonic() - started
    if failure:
        return Result(spec, "failed", seconds, str(html.with_suffix(".failed.html")), failure)
    return Result(spec, "made", seconds, str(html))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _content_key(spec: RunSpec, root: Path) -> str:
    """Everything a page depends on: notebook, parameters, data, plans, package code, locked versions."""
    digest = hashlib.sha256(json.dumps(asdict(spec), sort_keys=True).encode())
    digest.update((root / "notebooks" / f"{spec.notebook}.ipynb").read_bytes())
    listed = root / "notebooks" / "reports.yml"
    if spec.notebook.startswith(("3", "9")) and listed.exists():  # these pages link to others of the list
        digest.update(listed.read_bytes())
    digest.update(str(load_manifest(root)["key"]).encode())
    lock = root / "requirements.lock"
    digest.update(lock.read_bytes() if lock.exists() else b"")
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".yml", ".j2", ".css", ".json"):
            digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    for path in plan_files(root):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _is_current(state_path: Path, key: str, html: Path) -> bool:
    try:
        state = json.loads(state_path.read_text(encoding="utf-8"))
        beside = {file: _sha((html.parent / file).read_bytes()) for file in state["files"]}
        return bool(
            state["key"] == key
            and state["html_sha256"] == _sha(html.read_bytes())
            and state["files"] == beside
        )
    except (FileNotFoundError, ValueError, KeyError):
        return False


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _execute(spec: RunSpec, root: Path, work: Path) -> tuple[Any, str]:
    """Run the notebook; returns it as far as it came, and what failed ("" when all is well).

    papermill alone is not trusted: after a dead kernel it marks cells as completed.
    """
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    for name in THREADS:
        os.environ.setdefault(name, "1")
    source, target = root / "notebooks" / f"{spec.notebook}.ipynb", work / "out.ipynb"
    failure = ""
    try:
        papermill.execute_notebook(
            str(source), str(target), parameters=spec.parameters(), kernel_name="python3",
            language="python", cwd=str(root),
            progress_bar=False, log_output=False, execution_timeout=CELL_TIMEOUT,
            request_save_on_cell_execute=False,
            kernel_manager_class="cbs_analysis.report.kernel.LocalKernelManager",
        )  # fmt: skip
    except PapermillExecutionError as exc:
        failure = f"{exc.ename}: {_in_one_line(str(exc.evalue))}"
    except Exception as exc:  # a dead kernel, a timeout, a broken notebook: the job failed, the run goes on
        failure = f"{type(exc).__name__}: {_in_one_line(str(exc))}"
    path = target if target.exists() else source
    notebook = nbformat.read(path, as_version=4)
    return _tidy(notebook), failure or _unfinished(notebook)


def _shown_by(notebook: Any) -> list[str]:
    """The HTML that a notebook shows."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    return ["".join(o.get("data", {}).get("text/html", "")) for o in outputs]


def _write_sources(shown: Iterable[str], root: Path) -> str:
    """Write the pages of all raw files that are linked to; returns what failed, "" when all is well."""
    try:
        write_source_pages({file for html in shown for file in cited_files(html)}, root)
    except CbsError as exc:
        return f"{type(exc).__name__}: {_in_one_line(str(exc))}"
    return ""


def _in_one_line(text: str) -> str:
    """An error message without colours, on one line; long ones are cut."""
    clean = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [line.strip() for line in clean.splitlines() if line.strip()]
    return "; ".join(lines)[:400] or "no message"


def _unfinished(notebook: Any) -> str:
    from .context import RECORD_MIME

    closed = False
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        if cell.get("execution_count") is None and cell.source.strip():
            return "the notebook did not run to its end (a cell was never executed)"
        closed |= any(RECORD_MIME in o.get("data", {}) for o in cell.outputs)
    return "" if closed else "the notebook did not close its report (last cell: ctx.close())"


def _tidy(notebook: Any) -> Any:
    """Take out what differs between two equal runs, and papermill's error banner."""
    notebook.metadata.pop("papermill", None)
    kept = []
    for i, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        tags = cell.metadata.get("tags", [])
        if "papermill-error-cell-tag" in tags:
            continue
        if "injected-parameters" in tags:
            cell["id"] = f"injected-{i}"
        kept.append(cell)
    notebook.cells = kept
    return notebook


def _record(notebook: Any) -> dict[str, Any]:
    from .context import RECORD_MIME

    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if RECORD_MIME in output.get("data", {}):
                return dict(output["data"][RECORD_MIME])
    return {}


def _files(spec: RunSpec, root: Path, notebook: Any) -> tuple[dict[str, bytes], str]:
    """The files beside an overall page, and what failed ("" when all is well)."""
    from .run_files import files_of_run

    digest = _record(notebook).get("evaluation", "")
    if not digest or not spec.notebook.startswith("9"):
        return {}, ""
    try:
        return files_of_run(spec, root, digest), ""
    except Exception as exc:  # a page without its files is no report
        return {}, f"{type(exc).__name__}: {_in_one_line(str(exc))}"


def _publish(
    spec: RunSpec,
    root: Path,
    notebook: Any,
    failure: str,
    key: str,
    state_path: Path,
    files: Mapping[str, bytes],
) -> None:
    import nbformat

    from .page import render_page, title_of

    folder = root / "reports" / spec.folder
    name = f"{spec.name}.failed" if failure else spec.name
    record = _record(notebook)
    page = render_page(
        notebook, area=spec.area, as_of=spec.as_of, lang=spec.lang, name=name, failure=failure
    ).encode()
    text = nbformat.writes(notebook).encode()
    _put(folder / f"{name}.ipynb", text)
    put_whole({folder / file: content for file, content in files.items()})
    _put(folder / f"{name}.html", page)
    state: dict[str, Any] = {
        **asdict(spec), "name": spec.name, "failure": failure,
        "title": " · ".join(filter(None, [title_of(notebook, spec.lang), record.get("subtitle", "")])),
    }  # fmt: skip
    if failure:
        _put(state_path.with_suffix(".failed.json"), _json(state))
        return
    for stale in (f"{spec.name}.failed.html", f"{spec.name}.failed.ipynb"):
        (folder / stale).unlink(missing_ok=True)
    state_path.with_suffix(".failed.json").unlink(missing_ok=True)
    _put(
        state_path,
        _json(
            state
            | {
                "key": key,
                "html_sha256": _sha(page),
                "files": {file: _sha(content) for file, content in files.items()},
                "warnings": record.get("warnings", []),
            }
        ),
    )


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _put(path: Path, content: bytes) -> None:
    """Write aside, flush to disk, then move into place: a reader sees the old file or the new one."""
    _made(path.parent)
    handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).chmod(0o644)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


# --- many reports --------------------------------------------------------------------------------


def run_reports(
    specs: Sequence[RunSpec],
    *,
    root: Path,
    workers: int = 2,
    force: bool = False,
    on_result: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Make many reports in spawned processes; one failure touches no other. The index comes last."""
    results: list[Result] = []
    if workers <= 1 or len(specs) <= 1:
        for spec in specs:
            results.append(run_report(spec, root=root, force=force))
            on_result(results[-1])
    else:
        results = _run_in_processes(specs, root, workers, force, on_result)
    write_index(root)
    order = {spec: i for i, spec in enumerate(specs)}
    return sorted(results, key=lambda r: order[r.spec])


def _run_in_processes(
    specs: Sequence[RunSpec], root: Path, workers: int, force: bool, on_result: Callable[[Result], None]
) -> list[Result]:
    """Spawned processes; when one is killed, each report still open gets a process of its own."""
    context = multiprocessing.get_context("spawn")
    results, cut_off = [], []
    with ProcessPoolExecutor(max_workers=min(workers, len(specs)), mp_context=context) as pool:
        jobs = {pool.submit(run_report, spec, root=root, force=force): spec for spec in specs}
        for job in as_completed(jobs):
            if isinstance(job.exception(), BrokenProcessPool):
                cut_off.append(jobs[job])
                continue
            results.append(_result_of(job, jobs[job]))
            on_result(results[-1])
    for spec in cut_off:
        with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
            results.append(_result_of(pool.submit(run_report, spec, root=root, force=force), spec))
        on_result(results[-1])
    return results


def _result_of(job: Any, spec: RunSpec) -> Result:
    try:
        return job.result()
    except Exception as exc:  # a killed worker must not take the others' results with it
        return Result(spec, "failed", 0.0, "", f"{type(exc).__name__}: {exc}")


def write_index(root: Path) -> Path:
    """Write `reports/index.html` from what stands in the folder."""
    from .page import render_index

    reports = root / "reports"
    records: dict[tuple[str, str, str], dict[str, Any]] = {}
    for path in sorted((reports / ".state").rglob("*.json")):
        state = json.loads(path.read_text(encoding="utf-8"))
        folder = f"{state['as_of']}/{state['area']}"
        key = (state["as_of"], state["area"], state["name"])
        record = records.setdefault(key, {**state, "href": "", "failed": "", "files": []})
        good, bad = f"{folder}/{state['name']}.html", f"{folder}/{state['name']}.failed.html"
        record["href"] = good if (reports / good).exists() else ""
        record["failed"] = bad if (reports / bad).exists() else ""
        record["files"] = _files_beside(reports, folder, state)
    if not records:
        raise ReportError(Fault("no reports to list", where=str(reports), next_step="run `cbs-analysis run`"))
    _put(reports / "index.html", render_index(_existing(records.values())).encode())
    return reports / "index.html"


def _files_beside(reports: Path, folder: str, state: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Address and kind of each file that the page was published with, in the order of a list."""
    from .evaluation_files import file_names

    known = file_names(str(state["lang"]))
    return [
        (f"{folder}/{file}", key)
        for file, key in known.items()
        if file in state.get("files", {}) and (reports / folder / file).exists()
    ]


def _existing(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [r for r in records if r["href"] or r["failed"]]
