"""What tests of charts share: the charts of a notebook, and what is wrong with a drawn one."""

from __future__ import annotations

import contextlib
import re
import warnings
from itertools import combinations
from pathlib import Path
from unittest import mock

import nbformat
import numpy as np
import pandas as pd

from cbs_analysis.report.figures import LEAST, Chart
from cbs_analysis.report.style import DPI, chart_style, contrast

NUMBER = re.compile(r"[-+]?\d[\d,]*\.?\d*")
ON_COLOUR = {"places", "province_gap", "warning_signals"}  # texts that stand on coloured fields
# marks that stand at a place and not at a value of the data: dates, commitments, cells of a calendar
AT_PLACES = {"coverage", "project_time", "project_time_2", "verdicts", "warning_signals"}


def charts_of(root: Path, notebook: str, lang: str, **parameters: str) -> list[Chart]:
    """Run the cells of a notebook in this process and give the charts that it shows, undrawn."""
    cells = nbformat.read(root / "notebooks" / f"{notebook}.ipynb", as_version=4).cells
    names: dict[str, object] = {}
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.chdir(root))
        stack.enter_context(mock.patch("cbs_analysis.report.context.figure_png", return_value=b""))
        stack.enter_context(mock.patch("IPython.display.display"))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # those of the models are told on the page
        for cell in cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, f"{notebook}:{cell.id}", "exec"), names)
                if "parameters" in cell.metadata.get("tags", []):
                    names |= {**parameters, "lang": lang}
        return list(names["ctx"].charts)  # type: ignore[attr-defined]


def texts_of(figure):
    """Every text that is drawn, with its box in pixels; ticks beyond the axes are not."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    with chart_style():
        figure.set_dpi(DPI)
        renderer = FigureCanvasAgg(figure).get_renderer()
        figure.draw_without_rendering()
        ticks = {}
        for ax in figure.axes:
            box = ax.get_window_extent(renderer)
            for axis, low, high in ((ax.xaxis, box.x0, box.x1), (ax.yaxis, box.y0, box.y1)):
                for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                    ticks[id(tick.label1)] = (axis is ax.xaxis, low, high)
                    ticks[id(tick.label2)] = (axis is ax.xaxis, 1.0, 0.0)
        for text in figure.findobj(Text):
            if not text.get_visible() or not text.get_text().strip() or text.get_gid() == "synthetic":
                continue
            box = text.get_window_extent(renderer)
            if id(text) in ticks:
                across, low, high = ticks[id(text)]
                middle = (box.x0 + box.x1) / 2 if across else (box.y0 + box.y1) / 2
                if not low - 1 <= middle <= high + 1:
                    continue
            yield text, box


def layout_faults(chart: Chart, texts: list) -> list[str]:
    """Texts that leave the picture, stand on each other, are too small or too pale."""
    found = []
    canvas = chart.figure.bbox
    for text, box in texts:
        said = text.get_text()
        if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > canvas.width + 0.5 or box.y1 > canvas.height + 0.5:
            found.append(f"{said!r} leaves the picture")
        if text.get_fontsize() < LEAST:
            found.append(f"{said!r} is written in {text.get_fontsize()} points")
        if chart.name not in ON_COLOUR and contrast(hexed(text), "#FFFFFF") < 4.5:
            found.append(f"{said!r} is too pale: {hexed(text)}")
    for (a, one), (b, other) in combinations(texts, 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        high = min(one.y1, other.y1) - max(one.y0, other.y0)
        if wide > 1 and high > 2.5:  # boxes hold the room of a line, letters are lower
            found.append(f"{a.get_text()!r} stands on {b.get_text()!r}")
    return found


def hexed(text) -> str:
    from matplotlib.colors import to_hex

    return to_hex(text.get_color()).upper()


def drawn_numbers(figure, texts: list) -> tuple[np.ndarray, set[str]]:
    """All coordinates of lines, bars, bands and cells, and the numbers written in texts."""
    found, written = [], set()
    for ax in figure.axes:
        for line in ax.get_lines():
            found += [*np.ravel(line.get_xdata(orig=False)), *np.ravel(line.get_ydata(orig=False))]
        for patch in ax.patches:
            if hasattr(patch, "get_width"):
                x, y, w, h = patch.get_x(), patch.get_y(), patch.get_width(), patch.get_height()
                found += [w, h, -w, -h, x, y, x + w, y + h]
        for drawn in ax.collections:
            array = drawn.get_array()
            if array is not None:
                found += [*np.ravel(array), *(np.ravel(array) - 1)]  # a cell 0 is blank, 1 clear, 2 red
            for path in drawn.get_paths():
                found += [*np.ravel(path.vertices)]
    scale = {id(t) for ax in figure.axes for t in (*ax.get_xticklabels(), *ax.get_yticklabels())}
    for text in (t for t, _ in texts if id(t) not in scale):
        written |= {m.replace(",", "") for m in NUMBER.findall(text.get_text())}
    return np.unique(np.asarray(found, dtype=float)), written


def undrawn(chart: Chart, texts: list) -> list[str]:
    """Numbers of the data that stand nowhere in the picture."""
    coordinates, written = drawn_numbers(chart.figure, texts)
    missing = []
    for row in chart.data.to_dict("records"):
        for key in ("value", "low", "high"):
            value = row.get(key)
            if not isinstance(value, int | float | np.number) or pd.isna(value):
                continue
            scales = (value, value / 100) if row.get("unit") == "%" else (value,)
            near = any(
                np.isclose(coordinates, v, rtol=1e-9, atol=1e-9 * max(1.0, abs(value))).any() for v in scales
            )
            said = any(f"{value:{sign}.{d}f}" in written for d in range(4) for sign in ("", "+"))
            if not (near or said):
                missing.append(
                    f"{row.get('series', '')} {row.get('item', '')} {row.get('period', '')} {key} {value}"
                )
    return missing


def unlisted(chart: Chart) -> list[str]:
    """Points and bars of the picture that are not among the data."""
    if chart.name in AT_PLACES:
        return []
    held = []
    for key in ("value", "low", "high"):
        if key in chart.data:
            held.append(pd.to_numeric(chart.data[key], errors="coerce").dropna().to_numpy(dtype=float))
    known = np.concatenate([*held, *(x / 100 for x in held), np.array([np.nan])])
    found = []
    for ax in chart.figure.axes:
        for line in ax.get_lines():
            if line.get_gid() == "guide" or line.get_transform() != ax.transData:
                continue
            for point in np.column_stack([line.get_xdata(orig=False), line.get_ydata(orig=False)]):
                origin = not point.any()  # where a cumulative figure begins
                if (
                    np.isfinite(point).all()
                    and not origin
                    and not any(np.isclose(known, v, rtol=1e-9, atol=1e-9).any() for v in point)
                ):
                    found.append(f"a point at {point}")
        for bars in ax.containers:
            for bar in getattr(bars, "patches", ()):
                sizes = (abs(bar.get_width()), abs(bar.get_height()))
                if chart.name == "progress" and sizes[0] == 1.0:  # a bar ends where the target is
                    continue
                if (
                    bar.get_gid() != "guide"
                    and min(sizes) > 0
                    and not any(np.isclose(np.abs(known), v).any() for v in sizes)
                ):
                    found.append(f"a bar of {sizes}")
    return found
