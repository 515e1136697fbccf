"""Each chart of a report as PNG, as SVG, and the numbers under it as CSV.

Figures live only while a notebook runs, so its cells run once more, in a process of their own, and the
pictures must be those of the published page.
"""

from __future__ import annotations

import ast
import contextlib
import io
import multiprocessing
from collections.abc import Collection
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import CbsError, Fault, ReportError
from .chart_text import readable_texts
from .figures import Chart
from .style import SYNTHETIC_MARK, chart_style, figure_png
from .table_files import guarded

__all__ = ["ChartFiles", "chart_csv", "chart_files", "figure_svg"]


@dataclass(frozen=True)
class ChartFiles:
    """One chart: its slug, its title, and the contents of its files by their endings."""

    name: str
    title: str
    files: dict[str, bytes] = field(repr=False)


def chart_files(
    notebook: Path, parameters: dict[str, Any], *, root: Path, pictures: Collection[bytes]
) -> list[ChartFiles]:
    """Run the cells of a notebook once more and take its charts.

    Parameters
    ----------
    notebook : pathlib.Path
        As it is stored, without outputs.
    parameters : dict
        Those of the report.
    root : pathlib.Path
        Project folder.
    pictures : collection of bytes
        The PNGs of the published page.

    Returns
    -------
    list of ChartFiles
        In the order of the page, each with `png`, `svg` and `csv`.

    Raises
    ------
    ReportError
        If a cell fails, or a chart is not the one of the page: data or code changed since.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        charts, failure = pool.submit(_run, str(notebook), parameters, str(root)).result()
    again = "make the report again: cbs-analysis run --force, with these parameters"
    if failure:
        raise ReportError(
            Fault(
                "the notebook failed when it ran for its charts",
                where=notebook.name,
                got=failure,
                next_step=again,
            )
        )
    changed = [c.name for c in charts if c.files["png"] not in pictures]
    if changed:
        raise ReportError(
            Fault(
                "charts are no longer those of the published page: data or code changed since it was made",
                where=notebook.name,
                got=", ".join(changed),
                next_step=again,
            )
        )
    return charts


def _run(notebook: str, parameters: dict[str, Any], root: str) -> tuple[list[ChartFiles], str]:
    """In the child: the charts, and what failed ("" when all is well)."""
    import nbformat

    space: dict[str, Any] = {"__name__": "__main__"}
    cells = [c for c in nbformat.read(notebook, as_version=4).cells if c.cell_type == "code"]
    with contextlib.chdir(root), contextlib.redirect_stdout(io.StringIO()):
        try:
            for cell in cells:
                shown = _value_of(cell.source, Path(notebook).name, space)
                if isinstance(shown, Chart):  # it showed itself, as a notebook does with a last value
                    space["ctx"].charts.append(shown)
                if "parameters" in cell.metadata.get("tags", []):
                    space.update(parameters)
            return _written(space["ctx"]), ""
        except CbsError as exc:
            return [], f"{type(exc).__name__}: {exc}"
        except Exception as exc:  # whatever a cell raises is told, not shown as a traceback of ours
            return [], f"{type(exc).__name__}: {exc}"


def _value_of(source: str, name: str, space: dict[str, Any]) -> Any:
    """Run a cell; the value of its last line when that is an expression, as a notebook shows it."""
    body = ast.parse(source, name).body
    last = body[-1] if body else None
    if not isinstance(last, ast.Expr):
        exec(compile(source, name, "exec"), space)
        return None
    exec(compile(ast.Module(body[:-1], []), name, "exec"), space)
    return eval(compile(ast.Expression(last.value), name, "eval"), space)


def _written(context: Any) -> list[ChartFiles]:
    found: dict[str, ChartFiles] = {}
    for i, chart in enumerate(context.charts, 1):
        name = str(getattr(chart, "name", "") or f"chart_{i:02d}")
        while name in found:
            name += "_2"
        files = {
            "png": figure_png(chart.figure, synthetic=context.synthetic, missing=[]),
            "svg": figure_svg(chart.figure, title=chart.title, alt=chart.alt),
        }
        data = getattr(chart, "data", None)
        if data is not None:
            files["csv"] = chart_csv(data, synthetic=context.synthetic)
        found[name] = ChartFiles(name, chart.title, files)
    return list(found.values())


def figure_svg(figure: Any, *, title: str, alt: str) -> bytes:
    """A figure as SVG that needs no font and holds no date: the same bytes each time.

    Stamp a synthetic figure before (`figure_png` does): nothing is added here.
    """
    import matplotlib as mpl

    buffer = io.BytesIO()
    same: Any = {"svg.fonttype": "path", "svg.hashsalt": "cbs_analysis"}
    with chart_style(), readable_texts(), mpl.rc_context(same):
        figure.savefig(
            buffer,
            format="svg",
            metadata={"Date": None, "Creator": "cbs_analysis", "Title": title, "Description": alt},
        )
    return buffer.getvalue()


def chart_csv(data: Any, *, synthetic: bool) -> bytes:
    r"""The numbers under a chart as CSV, like the other tables: UTF-8 marked so, CRLF, no formulas.

    Parameters
    ----------
    data : pandas.DataFrame
        Tidy; a missing number or text becomes an empty field.
    synthetic : bool
        Said in two columns of every row: `synthetic`, and `mark` for people.

    Examples
    --------
    >>> import pandas as pd
    >>> chart_csv(pd.DataFrame({"year": [2023], "value": [float("nan")]}), synthetic=True).decode("utf-8-sig")
    'year,value,synthetic,mark\r\n2023,,true,演示数据\r\n'
    """
    said = guarded(data).assign(synthetic=str(synthetic).lower(), mark=SYNTHETIC_MARK if synthetic else "")
    return ("\ufeff" + str(said.to_csv(index=False, lineterminator="\r\n"))).encode()
