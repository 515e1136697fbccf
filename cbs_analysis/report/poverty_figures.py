"""The chart of monitored households by month; a hidden count is drawn as what it may be, or not at all."""

from __future__ import annotations

from typing import Any

import numpy as np

from .figures import Chart, _finish, _new
from .messages import message
from .poverty_published import PublishedLedger
from .style import COLOURS, chart_style

__all__ = ["plot_monitored"]

_LINES = {"marginal": "orange", "sudden": "blue", "unstable": "green", "guarantee": "purple"}


def plot_monitored(ledger: PublishedLedger, lang: str) -> Chart:
    """Households on the list with those who came and left above, households at risk by class below."""
    months = ledger.periods("classes")
    x = np.arange(len(months))
    with chart_style():
        figure, axes = _new(2, 1, height=6.6, sharex=True, gridspec_kw={"hspace": 0.26})
        _plot_stock(axes[0], ledger, months, x, lang)
        _plot_classes(axes[1], ledger, months, x, lang)
        step = max(1, len(months) // 6)
        axes[1].set_xticks(x[::step], [months[i] for i in x[::step]])
        axes[1].set_xlim(-0.7, len(months) - 0.3)
        figure.subplots_adjust(left=0.09, right=0.80)
    last = ledger.number("monitored", months[-1], "stock")
    said = "" if last is None else message("poverty_alt", lang, month=months[-1], n=f"{last:,.0f}")
    return _finish(
        figure, title=message("poverty_chart_title", lang), unit=message("poverty_unit", lang),
        period=f"{months[0]}—{months[-1]}", source=ledger.source, lang=lang, said=said,
    )  # fmt: skip


def _series(ledger: PublishedLedger, table: str, months: list[str], line: str) -> Any:
    found = [ledger.number(table, m, line) for m in months]
    return np.array([np.nan if v is None else v for v in found], dtype=float)


def _plot_stock(ax: Any, ledger: PublishedLedger, months: list[str], x: Any, lang: str) -> None:
    stock, came, left = (_series(ledger, "monitored", months, n) for n in ("stock", "entered", "left"))
    ax.plot(x, stock, color=COLOURS["ink"], lw=2)
    ax.bar(x, came, width=0.8, color=COLOURS["orange"], alpha=0.8)
    ax.bar(x, -left, width=0.8, color=COLOURS["green"], alpha=0.8)
    ax.axhline(0, color=COLOURS["grey"], lw=0.8)
    top = float(np.nanmax(stock)) if np.isfinite(stock).any() else 1.0
    ax.set_ylim(-0.28 * top, 1.12 * top)
    ax.yaxis.set_major_formatter(lambda v, _: f"{abs(v):,.0f}")
    for word, y, colour in (
        ("stock", _end(stock), "ink"),
        ("entered", 0.09 * top, "orange"),
        ("left", -0.09 * top, "green"),
    ):
        if np.isfinite(y):
            ax.annotate(message(f"poverty_{word}", lang), (x[-1] + 0.8, y), color=COLOURS[colour], fontsize=9,
                        va="center", annotation_clip=False)  # fmt: skip
    ax.set_title(message("poverty_panel_stock", lang), fontsize=10.5, loc="left", color=COLOURS["ink"])


def _plot_classes(ax: Any, ledger: PublishedLedger, months: list[str], x: Any, lang: str) -> None:
    ends = {}
    for name, colour in _LINES.items():
        values = _series(ledger, "classes", months, name)
        ax.plot(x, values, color=COLOURS[colour], lw=1.8, marker="o", ms=2.5)
        small = [i for i, m in enumerate(months) if ledger.get("classes", m, name) == "small"]
        if small:
            ax.vlines(x[small], 1, 9, color=COLOURS[colour], lw=2.5, alpha=0.5)
        ends[name] = _end(values)
    top = np.nanmax([1.0, *(v for v in ends.values() if np.isfinite(v)), ax.get_ylim()[1]])
    ax.set_ylim(0, 1.06 * top)
    placed = -np.inf
    for name, y in sorted(((n, v) for n, v in ends.items() if np.isfinite(v)), key=lambda p: p[1]):
        placed = max(y, placed + 0.085 * top)
        ax.annotate(
            message(f"poverty_class_{name}", lang), (x[-1] + 0.8, placed), color=COLOURS[_LINES[name]],
            fontsize=9, va="center", annotation_clip=False,
        )  # fmt: skip
    ax.set_title(message("poverty_panel_classes", lang), fontsize=10.5, loc="left", color=COLOURS["ink"])


def _end(values: Any) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else float("nan")
