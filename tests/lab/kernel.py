"""Cells run one after the other in one ordinary kernel; a failed cell stops nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

from .server import ROOT


def run_cells(sources: Sequence[str], folder: Path) -> list[list[Any]]:
    """Outputs of each cell; the kernel starts in `folder`."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        notebook, allow_errors=True, timeout=120, kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        kernel_manager_class="cbs_analysis.report.kernel.LocalKernelManager",
    )  # fmt: skip
    client.execute()
    return [cell.outputs for cell in notebook.cells]


def write_notebook(sources: Sequence[str], path: Path) -> None:
    """A notebook of code cells that opens with the ordinary kernel, without a question."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def cells_of(name: str) -> list[str]:
    """Code cells of a shipped notebook: parameters, setup, the rest."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    return [c.source for c in notebook.cells if c.cell_type == "code"]


def error_of(outputs: Sequence[Any]) -> Any:
    """The error of a cell, None without one."""
    return next((o for o in outputs if o.output_type == "error"), None)
