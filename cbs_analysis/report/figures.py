"""What every chart shares: the record, the words around the picture, labels at the lines, and the numbers.

A chart is drawn 6 inches wide, so that its letters can be read on a phone. The author of a chart gives the
height of the drawing alone; `finish` adds what the words above and below need.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from ..errors import Fault, ReportError
from ..registry.load import load_registry
from .messages import message
from .style import COLOURS, SYNTHETIC_MARK, chart_style, figure_png, readable, text_inches, wrap_text

__all__ = [
    "SOFT", "WIDTH", "Chart", "bar_label", "blank", "end_labels", "finish", "hollow", "legend_above",
    "publishers_of", "soft_years", "source_names", "spread", "year_ticks",
]  # fmt: skip

WIDTH = 6.0  # inches
TITLE, SMALL, LEAST = 12.5, 9.0, 8.5  # points; nothing is written smaller than LEAST
SOFT = ("preliminary", "estimated")
_EDGE, _LINE = 0.12, 1.32  # inches beside the words, and line height over letter height
# what the CSV of a chart may hold, in this order
_COLUMNS = (
    "panel", "series", "item", "area", "period", "published", "value", "low", "high", "level", "text", "unit",
    "status", "source",
)  # fmt: skip
_SLUG = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*$")


@dataclass(frozen=True)
class Chart:
    """A finished figure with its words and its numbers; it shows itself in a notebook.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    title : str
    alt : str
        What a reader needs when the picture does not show.
    name : str
        ASCII slug, unique within a page: the name of its files.
    data : pandas.DataFrame
        Exactly what is drawn, one row a mark. Columns of `panel`, `series`, `item`, `area`, `period`,
        `published`, `value`, `low` and `high` (interval at `level`), `text`, `unit`, `status` and `source`,
        as far as the chart has them; NaN where nothing is drawn.

    Raises
    ------
    ReportError
        If the name is no slug or the data are empty.
    """

    figure: Any = field(repr=False)
    title: str
    alt: str = field(repr=False)
    _: KW_ONLY
    name: str
    data: pd.DataFrame = field(repr=False)

    def __post_init__(self) -> None:
        if not _SLUG.match(self.name):
            raise ReportError(
                Fault("the name of a chart is no slug", got=self.name, expected="like gap_parts")
            )
        if self.data.empty:
            raise ReportError(Fault("a chart has no data", got=self.name, next_step="refuse it instead"))

    def plot(self) -> Any:
        """The matplotlib figure, to work on or to save."""
        return self.figure

    def html(self, *, synthetic: bool = False) -> str:
        """The picture as HTML with its alternative text."""
        png = base64.b64encode(figure_png(self.figure, synthetic=synthetic, missing=[])).decode()
        stamped = any(t.get_gid() == "synthetic" for t in self.figure.texts)
        alt = escape((f"{SYNTHETIC_MARK}。" if stamped else "") + self.alt, quote=True)
        return f'<figure class="cbs"><img alt="{alt}" src="data:image/png;base64,{png}"></figure>'

    def _repr_html_(self) -> str:
        return self.html()


# --- the canvas -----------------------------------------------------------------------------------


def blank(rows: int = 1, cols: int = 1, *, body: float = 2.7, **kwargs: Any) -> Any:
    """A figure and its axes; `body` is the height of the drawing in inches, all rows and gaps together.

    It never touches the notebook's pyplot state. Call it inside `chart_style`.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, body), layout=None)
    return figure, figure.subplots(rows, cols, **kwargs)


def finish(
    figure: Any,
    *,
    name: str,
    rows: Iterable[Mapping[str, Any]] | pd.DataFrame,
    title: str,
    unit: str,
    period: str,
    source: str,
    lang: str,
    said: str = "",
    left: float = 0.6,
    right: float = 0.15,
    above: float = 0.0,
    below: float = 0.32,
    gap: float = 0.5,
) -> Chart:
    """Write title, unit and period above and the source below, and set the margins.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As `blank` made it: its height is that of the drawing.
    name, rows
        As `Chart.name` and `Chart.data`; the source is filled in where a row has none.
    title, unit, period, source : str
        Long ones are wrapped.
    said : str
        The reading that follows title and unit in the alternative text.
    left, right : float
        Inches beside the drawing, for tick labels and for labels at the lines.
    above, below : float
        Inches for a legend above, and for tick labels and the name of the axis below.
    gap : float
        Inches between two rows of panels.
    """
    subtitle = message("unit_period", lang, unit=unit, period=period)
    origin = message("source_line", lang, source=source)
    room = WIDTH - 2 * _EDGE
    texts = [
        (wrap_text(title, TITLE, room, even=True), TITLE, "ink"),
        (_subtitle(subtitle, room), SMALL, "quiet"),
        (wrap_text(origin, LEAST, room), LEAST, "quiet"),
    ]
    heights = [(text.count("\n") + 1) * size * _LINE / 72 for text, size, _ in texts]
    head = 0.12 + heights[0] + 0.04 + heights[1] + 0.16 + above
    foot = below + 0.1 + heights[2] + 0.06
    body = figure.get_size_inches()[1]
    height = head + body + foot
    figure.set_size_inches(WIDTH, height)
    tops = [height - 0.12, height - 0.12 - heights[0] - 0.04, 0.06 + heights[2]]
    with chart_style():
        for (text, size, colour), top in zip(texts, tops, strict=True):
            figure.text(_EDGE / WIDTH, top / height, text, fontsize=size, ha="left", va="top",
                        color=COLOURS[colour], linespacing=1.15)  # fmt: skip
    grids = [ax.get_gridspec() for ax in figure.axes if ax.get_subplotspec() is not None]
    panels = grids[0].nrows if grids else 1
    figure.subplots_adjust(
        top=1 - head / height, bottom=foot / height, left=left / WIDTH, right=1 - right / WIDTH,
        hspace=gap * panels / (body - gap * (panels - 1)),
    )  # fmt: skip
    stop = "。" if lang == "zh" else ". "
    words = (x.rstrip("。.") for x in (title, subtitle, said) if x)
    alt = stop.join(words) + stop.rstrip()
    return Chart(figure, title, alt, name=name, data=_tidy(rows, source))


def _subtitle(text: str, room: float) -> str:
    """Unit and period on one line, or else the period kept whole."""
    unit, sep, period = max((text.rpartition(sep) for sep in ("　", "   ")), key=lambda parts: len(parts[0]))
    if not sep:
        return wrap_text(text, SMALL, room)
    wrapped = wrap_text(unit, SMALL, room)
    last = wrapped.rsplit("\n", 1)[-1]
    together = text_inches(last + sep + period, SMALL) <= room
    return wrapped + (sep if together else "\n") + period


def _tidy(rows: Iterable[Mapping[str, Any]] | pd.DataFrame, source: str) -> pd.DataFrame:
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    if unknown := set(frame.columns) - set(_COLUMNS):
        raise ReportError(
            Fault(
                "columns of a chart's data are unknown", got=", ".join(sorted(unknown)), expected="see Chart"
            )
        )
    if not frame.empty:
        frame = frame.assign(source=frame["source"].fillna(source) if "source" in frame else source)
    return frame[[c for c in _COLUMNS if c in frame]].reset_index(drop=True)


# --- words in the picture -------------------------------------------------------------------------


def spread(wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Middles as near as can be to the wanted ones, in their order, without overlap (least squares).

    >>> spread([1.0, 1.0, 5.0], [1.0, 1.0, 1.0])
    [0.5, 1.5, 5.0]
    """
    order = np.argsort(wanted, kind="stable")
    tall = np.asarray(sizes, dtype=float)[order]
    offset = np.cumsum(tall) - tall / 2  # of each middle in a pile of all of them
    blocks: list[list[float]] = []  # sum and count of the wanted places less their offsets
    for rank, i in enumerate(order):
        blocks.append([wanted[i] - offset[rank], 1.0])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    flat = [total / count for total, count in blocks for _ in range(int(count))]
    placed = [0.0] * len(wanted)
    for rank, i in enumerate(order):
        placed[i] = float(flat[rank] + offset[rank])
    return placed


def end_labels(
    ax: Any, ends: Sequence[tuple[float, str, str]], *, x: float, height: float, size: float = 9.5
) -> float:
    """Names at the ends of lines, right of the axes, apart from each other; set the limits before.

    Parameters
    ----------
    ax : matplotlib axes
    ends : sequence of (value, text, colour)
    x : float
        Where the lines end.
    height : float
        Height of the axes in inches.

    Returns
    -------
    float
        Inches that the labels need at the right.
    """
    if not ends:
        return 0.15
    low, high = ax.get_ylim()
    line = (high - low) * size * 1.3 / 72 / height
    sizes = [line * (text.count("\n") + 1) for _, text, _ in ends]
    placed = spread([value for value, _, _ in ends], sizes)
    over = max(y + tall / 2 for y, tall in zip(placed, sizes, strict=True)) - high - line / 2
    under = low - line / 2 - min(y - tall / 2 for y, tall in zip(placed, sizes, strict=True))
    shift = -over if over > 0 else max(0.0, under)
    for (value, text, colour), y in zip(ends, placed, strict=True):
        ax.annotate(
            text, (x, value), xytext=(1.015, y + shift), textcoords=("axes fraction", "data"), fontsize=size,
            color=readable(colour), va="center", annotation_clip=False, linespacing=1.15,
        )  # fmt: skip
    return 0.12 + max(text_inches(text, size) for _, text, _ in ends) + 0.1


def legend_above(figure: Any, ax: Any, handles: Sequence[Any], *, left: float, size: float = SMALL) -> float:
    """A legend between the subtitle and the drawing, in as many columns as fit; the inches that it takes."""
    if not handles:
        return 0.0
    widest = max(text_inches(str(h.get_label()), size) for h in handles) + 0.42
    columns = max(1, min(len(handles), int((WIDTH - left - 0.1) / widest)))
    rows = -(-len(handles) // columns)
    order = [handles[i] for c in range(columns) for i in range(c, len(handles), columns)]  # read by rows
    ax.legend(
        handles=order, ncols=columns, loc="lower left", bbox_to_anchor=(0.0, 1.0), frameon=False,
        fontsize=size, handlelength=1.5, handletextpad=0.5, columnspacing=1.1, borderpad=0.0,
        labelspacing=0.35, borderaxespad=0.45,
    )  # fmt: skip
    return rows * size * 1.42 / 72 + 0.06


def bar_label(ax: Any, x: float, y: float, text: str, *, up: bool | None = None, size: float = SMALL) -> None:
    """The value of a bar, outside its end: above it where `up`, by default the side of its sign."""
    up = y >= 0 if up is None else up
    ax.annotate(
        text, (x, y), xytext=(0, 3 if up else -3), textcoords="offset points", ha="center",
        va="bottom" if up else "top", fontsize=size, color=COLOURS["ink"], annotation_clip=False,
    )  # fmt: skip


def hollow(ax: Any, x: Any, y: Any, soft: Any, colour: str, *, marker: str = "o", size: float = 4.5) -> None:
    """Points; those of provisional figures are hollow."""
    x, y, soft = np.asarray(x), np.asarray(y, dtype=float), np.asarray(soft, dtype=bool)
    for on, face in ((~soft, colour), (soft, "white")):
        if on.any():
            ax.plot(x[on], y[on], ls="", marker=marker, ms=size, mfc=face, mec=colour, mew=1.2, zorder=3)


def year_ticks(ax: Any, years: Sequence[int], *, inches: float) -> None:
    """As many years along the axis as have room, counted back from the last."""
    step = max(1, -(-len(years) // max(1, int(inches / 0.44))))
    shown = list(years)[::-1][::step][::-1]
    ax.set_xticks(shown, [str(y) for y in shown])


# --- where figures come from ----------------------------------------------------------------------


def source_names(names: list[str], lang: str) -> str:
    """At most three publishers, so that the line fits."""
    unique = list(dict.fromkeys(n for n in names if n))
    text = message("list_sep", lang).join(unique[:3])
    return text + (message("and_others", lang) if len(unique) > 3 else "") or "—"


def publishers_of(evidence: Any, lang: str) -> str:
    """Names of the publishers behind some evidence."""
    registry = load_registry()
    return source_names([registry.publisher(e.source).name(lang) for e in evidence], lang)


def soft_years(ctx: Any, *indicators: str) -> frozenset[int]:
    """Years in which a yearly figure of one of the indicators is preliminary or estimated."""
    held = [ctx.book.yearly(i).evidence for i in indicators]
    return frozenset(
        int(y) for rows in held for y, cited in rows.items() if any(e.status in SOFT for e in cited)
    )


def status_of(year: int, soft: Collection[int]) -> str:
    """The word of a row's status: provisional or published."""
    return "provisional" if year in soft else "published"
