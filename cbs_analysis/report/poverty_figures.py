"""The chart of monitored households by month; a hidden count is drawn as what it may be, or not at all."""

from __future__ import annotations

from typing import Any

import numpy as np

from .figures import Chart, blank, end_labels, finish
from .messages import message
from .poverty_published import PublishedLedger
from .style import COLOURS, chart_style

__all__ = ["plot_monitored"]

_LINES = {
    "marginal": ("orange", "o"),
    "sudden": ("blue", "s"),
    "unstable": ("green", "^"),
    "guarantee": ("purple", "D"),
}
_BODY, _GAP = 4.4, 0.5
_TALL = (_BODY - _GAP) / 2


def plot_monitored(ledger: PublishedLedger, lang: str) -> Chart:
    """Households on the list with those who came and left above, households at risk by class below."""
    months = ledger.periods("classes")
    x = np.arange(len(months))
    with chart_style():
        figure, axes = blank(2, 1, body=_BODY, sharex=True)
        axes[1].set_xlim(-0.7, len(months) - 0.3)
        stock, first = _plot_stock(axes[0], ledger, months, x, lang)
        classes, second = _plot_classes(axes[1], ledger, months, x, lang)
        step = max(1, -(-len(months) // 6))
        axes[1].set_xticks(x[::step], [months[i] for i in x[::step]])
    last = ledger.number("monitored", months[-1], "stock")
    said = "" if last is None else message("poverty_alt", lang, month=months[-1], n=f"{last:,.0f}")
    return finish(
        figure,
        name="monitored",
        rows=stock + classes,
        title=message("poverty_chart_title", lang),
        unit=message("poverty_unit", lang),
        period=f"{months[0]}—{months[-1]}",
        source=ledger.source,
        lang=lang,
        said=said,
        right=max(first, second),
        above=0.2,
        gap=_GAP,
    )


def _series(ledger: PublishedLedger, table: str, months: list[str], line: str) -> Any:
    found = [ledger.number(table, m, line) for m in months]
    return np.array([np.nan if v is None else v for v in found], dtype=float)


def _rows(panel: str, name: str, months: list[str], values: Any, lang: str) -> list[dict[str, Any]]:
    unit = message("poverty_unit", lang)
    return [
        {"panel": panel, "series": name, "period": m, "value": v, "unit": unit}
        for m, v in zip(months, values, strict=True) if np.isfinite(v)
    ]  # fmt: skip


def _plot_stock(
    ax: Any, ledger: PublishedLedger, months: list[str], x: Any, lang: str
) -> tuple[list[dict[str, Any]], float]:
    stock, came, left = (_series(ledger, "monitored", months, n) for n in ("stock", "entered", "left"))
    ax.plot(x, stock, color=COLOURS["ink"], lw=2)
    ax.bar(x, came, width=0.8, color=COLOURS["orange"], alpha=0.8)
    ax.bar(x, -left, width=0.8, color=COLOURS["green"], alpha=0.8)
    ax.axhline(0, color=COLOURS["grey"], lw=0.8, gid="guide")
    top = float(np.nanmax(stock)) if np.isfinite(stock).any() else 1.0
    ax.set_ylim(-0.28 * top, 1.12 * top)
    ax.yaxis.set_major_formatter(lambda v, _: f"{abs(v):,.0f}")
    places = (
        ("stock", _end(stock), "ink"),
        ("entered", 0.09 * top, "orange"),
        ("left", -0.09 * top, "green"),
    )
    ends = [(y, message(f"poverty_{w}", lang), COLOURS[c]) for w, y, c in places if np.isfinite(y)]
    panel = message("poverty_panel_stock", lang)
    ax.set_title(panel, fontsize=9.5, loc="left", color=COLOURS["ink"])
    rows = [
        row for word, values in (("stock", stock), ("entered", came), ("left", left))
        for row in _rows(panel, message(f"poverty_{word}", lang), months, values, lang)
    ]  # fmt: skip
    return rows, end_labels(ax, ends, x=x[-1], height=_TALL, size=9)


def _plot_classes(
    ax: Any, ledger: PublishedLedger, months: list[str], x: Any, lang: str
) -> tuple[list[dict[str, Any]], float]:
    ends: list[tuple[float, str, str]] = []
    rows: list[dict[str, Any]] = []
    panel = message("poverty_panel_classes", lang)
    for key, (colour, marker) in _LINES.items():
        values, name = _series(ledger, "classes", months, key), message(f"poverty_class_{key}", lang)
        ax.plot(x, values, color=COLOURS[colour], lw=1.6, marker=marker, ms=2.8)
        rows += _rows(panel, name, months, values, lang)
        small = [i for i, m in enumerate(months) if ledger.get("classes", m, key) == "small"]
        if small:
            ax.vlines(x[small], 1, 9, color=COLOURS[colour], lw=2.5, alpha=0.5)
        rows += [
            {"panel": panel, "series": name, "period": months[i], "low": 1.0, "high": 9.0,
             "unit": message("poverty_unit", lang)}
            for i in small
        ]  # fmt: skip
        if np.isfinite(_end(values)):
            ends.append((_end(values), name, COLOURS[colour]))
    top = np.nanmax([1.0, *(v for v, _, _ in ends), ax.get_ylim()[1]])
    ax.set_ylim(0, 1.06 * top)
    ax.set_title(panel, fontsize=9.5, loc="left", color=COLOURS["ink"])
    return rows, end_labels(ax, ends, x=x[-1], height=_TALL, size=9)


def _end(values: Any) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else float("nan")
