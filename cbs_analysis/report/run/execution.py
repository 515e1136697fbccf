"""Run one notebook with its parameters, and believe nothing that papermill says of the end.

After a dead kernel papermill marks cells as completed, and `sys.exit()` in a cell looks like success: a
report is whole only when every cell ran and the last one closed it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from ..context import RECORD_MIME
from ..jobs import RunSpec
from ..messages import message
from ..secrets import private
from .records import Limits

__all__ = ["KEPT", "EngineName", "Executed", "execute", "needs_kernel", "record_of"]

EngineName = Literal["inline", "kernel"]
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# /tmp/ipykernel_12/34.py, or 34.py alone as syntax errors name it; paths may hold blanks
_CELL_NAME = re.compile(
    r"""(?m)(?:^(?:/|[A-Za-z]:)[^\n"']*?|[^\s"'(]*)[/\\]ipykernel_\d+[/\\]\d+\.py"""
    r"""|<ipython-input-\d+-\w+>|(?<=\()\d+\.py(?=, line )"""
)
# what only a kernel of its own can answer: a widget's messages, a question to a person, a shell line, what
# other programs print
_KERNEL_ONLY = re.compile(
    r"\binput\(|\bgetpass\b|\bipywidgets\b|\bsubprocess\b|\bos\.(?:system|spawn|posix_spawn)|^\s*[!%]",
    re.MULTILINE,
)


KEPT = "kept.jsonl"  # the notebook as far as it came, in the working folder of its job


@dataclass(frozen=True)
class Executed:
    """A notebook as far as it came; `failure` is "" when it ran to its end, `cell` numbers the failed one."""

    notebook: Any
    failure: str
    cell: int | None


def needs_kernel(path: Path) -> bool:
    """Whether a cell of a notebook asks for something that cells in our own process cannot have.

    A file that is no notebook does not: it says what is wrong with it when it runs.
    """
    try:
        cells = json.loads(path.read_bytes())["cells"]
        return any(c["cell_type"] == "code" and _KERNEL_ONLY.search("".join(c["source"])) for c in cells)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def notebook_of(*paths: Path) -> Any:
    """The first of these files that is a whole notebook, tidied; an empty notebook when none is."""
    import nbformat

    for path in paths:
        with contextlib.suppress(Exception):  # missing, cut off, not a notebook: the next one
            found = _as_far_as(path) if path.suffix == ".jsonl" else nbformat.read(path, as_version=4)
            return tidy(found)
    return nbformat.v4.new_notebook()


def _as_far_as(path: Path) -> Any:
    """The notebook that `cbs_inline` keeps: one line as it began, then one for each cell that ended."""
    import nbformat

    first, *ended = path.read_text(encoding="utf-8").splitlines()
    notebook = nbformat.from_dict(json.loads(first))
    for line in ended:
        with contextlib.suppress(ValueError):  # the last line may be cut off
            index, outputs, number = json.loads(line)
            cell = notebook.cells[index]
            cell.outputs, cell.execution_count = [nbformat.from_dict(o) for o in outputs], number
    return notebook


def execute(
    spec: RunSpec,
    root: Path,
    work: Path,
    *,
    engine: EngineName,
    limits: Limits,
    on_cell: Callable[[int], object] = lambda number: None,
) -> Executed:
    """Run the notebook of a report.

    Parameters
    ----------
    spec : RunSpec
    root : pathlib.Path
        Project folder; cells run in it.
    work : pathlib.Path
        Folder for what papermill writes.
    engine : {"inline", "kernel"}
        Cells in this process, which must end afterwards, or in an ordinary Jupyter kernel.
    limits : Limits
    on_cell : callable
        Called with the number of each code cell before it runs.

    Returns
    -------
    Executed
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    source, target = root / "notebooks" / f"{spec.notebook}.ipynb", work / "out.ipynb"
    numbers: list[int] = []

    def begin(*, cell: Any, cell_index: int, **_: Any) -> None:
        if cell.cell_type == "code" and cell.source.strip():
            numbers.append(len(numbers) + 1)
            on_cell(numbers[-1])

    options: dict[str, Any] = {"engine_name": "cbs_inline", "keep": str(work / KEPT)}
    if engine == "kernel":
        options = {
            "kernel_manager_class": "cbs_analysis.report.kernel.LocalKernelManager",
            "request_save_on_cell_execute": True,
        }
    failure = ""
    try:
        notebook = papermill.execute_notebook(
            str(source), str(target), parameters=spec.parameters(), kernel_name="python3", language="python",
            cwd=str(root), progress_bar=False, log_output=False, on_cell_start=begin,
            **({"request_save_on_cell_execute": False} | options),
        )  # fmt: skip
    except PapermillExecutionError as exc:
        failure = f"{exc.ename}: {in_one_line(str(exc.evalue))}"
        notebook = notebook_of(target)
    except Exception as exc:  # a dead kernel, a broken notebook: the job failed, the run goes on
        failure = f"{type(exc).__name__}: {in_one_line(str(exc))}"
        if type(exc).__name__ == "DeadKernelError":
            failure = message("process_ended", spec.lang, how=message("ended_kernel", spec.lang))
        notebook = notebook_of(work / KEPT, target, source)
    number = numbers[-1] if failure and numbers else None
    too_big = _cut(notebook, limits, spec.lang)
    if not failure:
        failure, number = too_big or _unfinished(notebook, spec.lang)
    return Executed(tidy(notebook), private(failure, root), number)


def in_one_line(text: str) -> str:
    """An error message without colours, on one line; long ones are cut."""
    clean = _CELL_NAME.sub("<cell>", _COLOURS.sub("", text))
    lines = [line.strip() for line in clean.splitlines() if line.strip()]
    return "; ".join(lines)[:400] or "no message"


def _cut(notebook: Any, limits: Limits, lang: str) -> tuple[str, int] | None:
    """Take out the outputs of cells that show too much; what to say of the first, and its number."""
    told = None
    for number, cell in enumerate(_code_of(notebook), 1):
        size = len(json.dumps(cell.outputs, ensure_ascii=False)) / 1e6
        if size > limits.output_mb:
            cell.outputs = []
            words = message("too_much_shown", lang, size=f"{size:.0f}", limit=f"{limits.output_mb:g}")
            told = told or (words, number)
    return told


def _unfinished(notebook: Any, lang: str) -> tuple[str, int | None]:
    """Why a notebook that raised nothing is not a report all the same."""
    for number, cell in enumerate(_code_of(notebook), 1):
        if cell.get("execution_count") is None:
            return message("cell_never_ran", lang), number
    return ("", None) if record_of(notebook) else (message("never_closed", lang), None)


def _code_of(notebook: Any) -> list[Any]:
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def record_of(notebook: Any) -> dict[str, Any]:
    """The record that `ctx.close()` left in a notebook; empty when there is none."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if RECORD_MIME in output.get("data", {}):
                return dict(output["data"][RECORD_MIME])
    return {}


def tidy(notebook: Any) -> Any:
    """Take out what differs between two equal runs or between two engines, and papermill's error banner."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("language_info", None)  # only a kernel writes it
    kept = []
    for i, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        tags = cell.metadata.get("tags", [])
        if "papermill-error-cell-tag" in tags:
            continue
        if "injected-parameters" in tags:
            cell["id"] = f"injected-{i}"
        if cell.cell_type == "code":
            cell.outputs = _settled(cell.outputs)
        kept.append(cell)
    notebook.cells = kept
    return notebook


def _settled(outputs: list[Any]) -> list[Any]:
    """Outputs in an order that does not hang on buffers: of streams without a display between, stdout first.

    A kernel sends its two streams in pieces as time goes, so their order and number differ from run to run;
    the names that it gives to cells hold its process number and its temporary folder. Why a report was
    stopped from outside is said by its banner, not by the cell that felt it.
    """
    from nbformat.v4 import new_output

    kept: list[Any] = []
    outputs = [output for output in outputs if output.get("ename") != "JobStopped"]
    for is_stream, group in groupby(outputs, lambda output: output.output_type == "stream"):
        if not is_stream:
            kept += group
            continue
        pieces = list(group)
        for name in ("stdout", "stderr"):
            text = "".join(p.text for p in pieces if p.name == name)
            kept += [new_output("stream", name=name, text=_CELL_NAME.sub("<cell>", text))] if text else []
    for output in kept:
        if output.output_type == "error":
            output.evalue = _CELL_NAME.sub("<cell>", output.evalue)
            output.traceback = [_CELL_NAME.sub("<cell>", _COLOURS.sub("", line)) for line in output.traceback]
    return kept


def private_environment(work: Path) -> None:
    """Settings of the process that runs cells: its own temporary folder, nothing of the user's profile."""
    os.environ["IPYTHONDIR"] = os.environ["TMPDIR"] = str(work)
    tempfile.tempdir = None  # the fork server may have found the folder of all already
