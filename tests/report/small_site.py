"""What tests of runs share: a small project, tiny notebooks, what stands in a folder, what still runs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.run.ledger import FILE
from cbs_analysis.report.run.processes import MARK
from cbs_analysis.sources import build

PARAMETERS = """area: str = "99DM00"
as_of: str = "2023-06-30"
plan: str = "demo14"
lang: str = "zh"
alpha: float = 0.1
seed: int = 1"""
OPEN = """from cbs_analysis.report import open_report
ctx = open_report("t", area=area, as_of=as_of, plan=plan, lang=lang, alpha=alpha, seed=seed)
ctx.header()"""
# a page with its files beside it
OVERALL = "from cbs_analysis.report import links_files\nctx.show(links_files, ctx.evaluation)"


def notebook(*code: str, close: bool = True) -> nbformat.NotebookNode:
    """A notebook that opens a report, runs some cells, and closes it."""
    cells = [
        new_markdown_cell("# 试验", metadata={"tags": ["zh"]}),
        new_markdown_cell("# Trial", metadata={"tags": ["en"]}),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(OPEN, metadata={"tags": ["setup"]}),
        new_markdown_cell("## 一节", metadata={"tags": ["zh"]}),
        new_markdown_cell("## A section", metadata={"tags": ["en"]}),
        *[new_code_cell(c) for c in code],
    ]
    cells += [new_code_cell("ctx.close()")] if close else []
    for i, cell in enumerate(cells):
        cell["id"] = f"c{i}"
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return new_notebook(cells=cells, metadata=kernel)


# number of the first cell that a test gives, as pages count: parameters, injected parameters, opening
FIRST = 4


def small_project(root: Path, project: Path) -> Path:
    """A project with the raw files of the demonstration zone and of the nation, and no notebooks."""
    for source in ("demo", "nbs"):
        shutil.copytree(root / "data" / "raw" / source, project / "data" / "raw" / source)
    (project / "notebooks").mkdir()
    build(project / "data" / "raw", project / "data" / "processed")
    return project


def put(project: Path, *code: str, name: str, close: bool = True) -> None:
    """Write a notebook into a project."""
    nbformat.write(notebook(*code, close=close), project / "notebooks" / f"{name}.ipynb")


def spec(notebook: str, **changes: object) -> RunSpec:
    """A report of the demonstration zone."""
    base = {"notebook": notebook, "area": "99DM00", "as_of": "2023-06-30", "plan": "demo14"}
    return RunSpec(**(base | changes))  # type: ignore[arg-type]


def site_files(reports: Path) -> dict[str, bytes]:
    """Every file that a reader can see, with its bytes."""
    return {
        p.relative_to(reports).as_posix(): p.read_bytes()
        for p in sorted(reports.rglob("*"))
        if p.is_file() and not any(part.startswith(".") for part in p.relative_to(reports).parts)
    }


def leftovers(reports: Path) -> list[str]:
    """What only a run under way may have: folders aside, reports that are ready but not in place."""
    return sorted(
        p.name for p in reports.rglob(".*") if p.name != ".lock" and not p.name.startswith(FILE)
    )  # fmt: skip


def processes_of(folder: Path) -> list[str]:
    """Processes that a job of this folder started, or that name the folder in their command."""
    found = []
    for process in psutil.process_iter():
        try:
            mark, command = process.environ().get(MARK, ""), " ".join(process.cmdline())
            if process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
                found += [command] if mark.startswith(str(folder)) or str(folder) in command else []
        except psutil.Error:
            continue
    return found


def gone(folder: Path, *, within: float = 10.0) -> list[str]:
    """The processes that are left after some seconds; [] is what one wants."""
    until = time.monotonic() + within
    while (left := processes_of(folder)) and time.monotonic() < until:
        time.sleep(0.1)
    return left


def is_running(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def check_ledger(reports: Path) -> None:
    """The ledger opens and SQLite finds nothing wrong in it."""
    with sqlite3.connect(reports / FILE) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()
