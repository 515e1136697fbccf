"""From an executed notebook to the files of a report, written aside: all of them, or none."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ...sources.store import load_manifest
from ..jobs import RunSpec
from ..link_check import cited_files
from ..safe_notebook import safe_notebook
from ..secrets import private
from ..source_pages import write_source_pages
from .execution import Executed, in_one_line, record_of
from .records import Site

__all__ = ["stage"]


def stage(spec: RunSpec, site: Site, executed: Executed, folder: Path) -> tuple[str, dict[str, Any]]:
    """Write the page, the notebook, the files beside them and the cited source pages below `folder`.

    Returns
    -------
    failure : str
        "" when all is well; otherwise only the failed page and notebook are there.
    state : dict
        What the run keeps of the page.
    """
    executed = replace(executed, notebook=safe_notebook(executed.notebook, spec.lang, root=site.root))
    failure, record = executed.failure, record_of(executed.notebook)
    files: dict[str, bytes] = {}
    if not failure:
        try:
            files = _files_beside(spec, site, record)
            _write_report(spec, executed, files, folder)
            _stage_sources(_shown_by(executed.notebook), site, folder)
        except Exception as exc:  # a page that cannot be made, or lacks its files, is no report
            failure = f"{type(exc).__name__}: {in_one_line(str(exc))}"
    if failure:
        files, executed = {}, replace(executed, failure=private(failure, site.root))
        shutil.rmtree(folder, ignore_errors=True)
        _write_report(spec, executed, files, folder)
    return executed.failure, _state(spec, site, executed, record, files)


def _files_beside(spec: RunSpec, site: Site, record: dict[str, Any]) -> dict[str, bytes]:
    """The files beside an overall page."""
    digest = record.get("evaluation", "")
    if not digest or not spec.notebook.startswith("9"):
        return {}
    from ..run_files import files_of_run

    return files_of_run(spec, site, digest)


def _shown_by(notebook: Any) -> Iterator[str]:
    """The HTML that a notebook shows."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield "".join(output.get("data", {}).get("text/html", ""))


def _stage_sources(shown: Iterable[str], site: Site, folder: Path) -> None:
    cited = {file for html in shown for file in cited_files(html)}
    if cited:
        write_source_pages(cited, site.root, reports=site.reports, raw_href=site.raw, into=folder)


def _write_report(spec: RunSpec, executed: Executed, files: dict[str, bytes], folder: Path) -> None:
    import nbformat

    from ..page import render_page

    name = f"{spec.name}.failed" if executed.failure else spec.name
    page = render_page(
        executed.notebook, area=spec.area, as_of=spec.as_of, lang=spec.lang, name=name,
        failure=failure_in_words(executed.failure, executed.cell, spec.lang), safe=True,
    )  # fmt: skip
    own = folder / spec.folder
    own.mkdir(parents=True, exist_ok=True)
    (own / f"{name}.html").write_bytes(page.encode())
    (own / f"{name}.ipynb").write_bytes(nbformat.writes(executed.notebook).encode())
    for file, content in files.items():
        (own / file).write_bytes(content)


def failure_in_words(failure: str, cell: int | None, lang: str) -> str:
    """What failed, and in which cell, as the banner of the page says it."""
    from ..messages import message

    return message("failed_in_cell", lang, n=cell, failure=failure) if failure and cell else failure


def _hashes(site: Site, files: Iterable[str]) -> dict[str, str]:
    """Raw files with the beginning of their hashes: what a later run compares with."""
    inputs = load_manifest(site.root)["inputs"]
    return {name: inputs[name]["sha256"][:16] for name in files if name in inputs}


def _state(
    spec: RunSpec, site: Site, executed: Executed, record: dict[str, Any], files: dict[str, bytes]
) -> dict[str, Any]:
    from ..page import title_of

    title = " · ".join(filter(None, [title_of(executed.notebook, spec.lang), record.get("subtitle", "")]))
    evaluation = json.loads(files["evaluation.json"]) if "evaluation.json" in files else {}
    told = record.get("certificate", {})
    return asdict(spec) | {
        "name": spec.name,
        "title": title,
        "warnings": record.get("warnings", []),
        "areas_read": record.get("areas_read", []),
        "raw_files": record.get("files", []),
        "cites": sorted({f for html in _shown_by(executed.notebook) for f in cited_files(html)}),
        "verdicts": {c["id"]: c["word"] for c in evaluation.get("commitments", [])},
        "beside": sorted(files),
        "notices": record.get("notices", []),
        "owed": record.get("owed", []) if evaluation else None,
        "inputs": _hashes(site, record.get("held", [])) if evaluation else {},
        "plan_key": told.get("plan_key", "") if evaluation else "",
    }
