"""What a job needs, loaded once: the fork server imports this module and every job starts with it in memory.

Nothing here may start a thread or draw through pyplot, which would fix the backend before a notebook chooses
its own: forked notebooks would then lose their figures and look twice as fast.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import sys

SERVER = bool(os.environ.get("CBS_ANALYSIS_WARM"))  # never at an import by somebody else
if SERVER:
    gc.disable()  # what is loaded stays: looking for garbage among it costs a tenth of the time
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
# compiled at every start by jsonschema for a format that notebooks do not use: most of a second
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

import matplotlib.backends.backend_agg  # noqa: E402
import matplotlib.figure  # noqa: E402
import nbconvert  # noqa: E402
import papermill  # noqa: E402
import seaborn  # noqa: E402
import statsmodels.api  # noqa: E402
import statsmodels.formula.api  # noqa: E402

from ... import cli, models, plan, series, sources  # noqa: E402
from ...registry import load_registry  # noqa: E402
from .. import context, messages, page, page_parts, run_files, source_pages, style  # noqa: E402
from . import capture, child, engine, staging  # noqa: E402

LOADED = (
    nbconvert, papermill, seaborn, statsmodels, models, plan, series, sources, context, page, run_files,
    source_pages, capture, child, engine, staging, cli,
)  # fmt: skip
# what libraries import when they are first used; a name that is gone is only loaded later
_LATE = (
    "IPython.core.completerlib", "IPython.core.crashhandler", "IPython.core.logger", "IPython.core.magics",
    "IPython.core.oinspect", "lxml.html", "pandas.io.formats.html", "pandas.io.formats.string",
    "pandas.plotting._matplotlib",
)  # fmt: skip


def _warm() -> None:
    """Fill the caches that every page fills: registries, messages, fonts, one figure, one page."""
    from nbformat.v4 import new_markdown_cell, new_notebook

    for name in _LATE:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    load_registry()
    messages.catalogue()
    figure = matplotlib.figure.Figure(figsize=(2, 1))
    matplotlib.backends.backend_agg.FigureCanvasAgg(figure)
    with style.chart_style():
        figure.subplots().plot([1, 2])
        figure.savefig(io.BytesIO(), format="png")
    page_parts.html_template("source_page.html.j2")
    blank = new_notebook(cells=[new_markdown_cell("# x", metadata={"tags": ["zh"]})])
    page.render_page(blank, area="000000", as_of="2020-01-01", lang="zh", name="x")


if SERVER:
    _warm()
    gc.freeze()  # no report looks through it again, which would copy its memory
    gc.enable()
