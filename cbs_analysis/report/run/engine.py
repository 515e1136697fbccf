"""Two papermill engines: cells in a kernel of their own, and cells in this process.

`cbs_inline` runs a notebook in the process that asks for it, which must be one that ends afterwards: a job of
a run, or the `papermill` command itself (`papermill --engine cbs_inline ...`).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["InlineEngine"]

INLINE_BACKEND = "module://matplotlib_inline.backend_inline"


class InlineEngine:
    """Cells in an IPython shell of this process; outputs as an ordinary kernel would give them.

    What papermill's `Engine` does is borrowed when it is called: papermill loads this module while it imports
    itself, and whoever imports this module first must not wait for papermill to end.
    """

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Run a notebook as papermill asks for it; see `papermill.engines.Engine.execute_notebook`."""
        from papermill.engines import Engine

        return Engine.execute_notebook.__func__(cls, nb, kernel_name, **kwargs)

    @staticmethod
    def nb_kernel_name(nb: Any, name: str | None = None) -> Any:
        """The kernel that a notebook names."""
        from papermill.engines import Engine

        return Engine.nb_kernel_name(nb, name)

    @staticmethod
    def nb_language(nb: Any, language: str | None = None) -> Any:
        """The language that a notebook names."""
        from papermill.engines import Engine

        return Engine.nb_language(nb, language)

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        on_cell_start: Callable[..., object] | None = None,
        keep: str = "",
        **kwargs: Any,
    ) -> None:
        """Run the code cells in order and stop at the first that raises.

        Parameters
        ----------
        nb_man : papermill.engines.NotebookExecutionManager
        kernel_name : str
            Not used: there is no kernel.
        on_cell_start : callable, optional
            Called with `cell` and `cell_index` before each code cell.
        keep : str
            File that takes the notebook as it begins and then each cell as it ends, a line each, for whoever
            outlives this process.
        **kwargs
            What papermill passes to any engine (time limits are kept by whoever owns the process).
        """
        os.environ["MPLBACKEND"] = INLINE_BACKEND
        from .capture import new_shell

        if "" not in sys.path:  # modules of the working folder, as in a kernel
            sys.path.insert(0, "")

        with tempfile.TemporaryDirectory(prefix="cbs-ipython-") as folder, new_shell(Path(folder)) as shell:
            _append(keep, nb_man.nb)
            for index, cell in enumerate(nb_man.nb.cells):
                nb_man.cell_start(cell, index)
                if cell.cell_type == "code" and cell.source.strip():
                    if on_cell_start is not None:
                        on_cell_start(cell=cell, cell_index=index)
                    cell.outputs, error, cell.execution_count = shell.run(cell.source)
                    _append(keep, [index, cell.outputs, cell.execution_count])
                    if error is not None:
                        nb_man.cell_exception(cell, index)
                        nb_man.cell_complete(cell, index)
                        break
                nb_man.cell_complete(cell, index)


def _append(keep: str, what: Any) -> None:
    if keep:
        with Path(keep).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(what) + "\n")
