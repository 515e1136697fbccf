"""Charts of the data: which years have figures, and how published figures were revised."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from ..registry.load import load_registry
from ..series.rounding import fixed
from ..series.units import unit_label
from .figures import WIDTH, Chart, blank, finish, legend_above, source_names
from .messages import message
from .style import COLOURS, chart_style, readable, text_inches, wrap_text

__all__ = ["plot_coverage", "plot_vintages"]

COVERAGE_ROWS = 40
_ROUNDING = 2e-6  # of a figure
_PERIODS, _DAYS = 12, 7  # rows and columns of a table of vintages
_KINDS = ("chart_none", "chart_part", "chart_full")


def plot_coverage(observations: pd.DataFrame, lang: str, *, first: int, last: int) -> Chart | None:
    """Which years each indicator has figures for: full year, part of the year, none."""
    from matplotlib.lines import Line2D

    registry = load_registry()
    rows = observations.copy()
    rows["year"] = pd.to_datetime(rows["period_end"]).dt.year
    rows = rows[rows["year"].between(first, last) & rows["freq"].isin(["A", "Q", "M"])]
    if rows.empty:
        return None
    known = sorted(set(rows["indicator"]), key=lambda i: (-int((rows["indicator"] == i).sum()), i))
    ids = known[:COVERAGE_ROWS]
    unit = message("chart_coverage_unit", lang)
    if len(known) > len(ids):
        unit += message("coverage_cut", lang, shown=len(ids), total=len(known))
    years = list(range(first, last + 1))
    annual, other = (_held(rows[on], ids, years) for on in (rows["freq"] == "A", rows["freq"] != "A"))
    grid = np.where(annual, 2, np.where(other, 1, 0))
    names = [wrap_text(registry.indicator(i).name(lang), 8.5, 2.9, lines=2, even=True) for i in ids]
    left = 0.22 + max(text_inches(n, 8.5) for n in names)
    with chart_style():
        from matplotlib.colors import ListedColormap

        figure, ax = blank(body=(0.29 if any("\n" in n for n in names) else 0.215) * len(ids))
        colours = ListedColormap([COLOURS["pale"], COLOURS["sky"], COLOURS["blue"]])
        ax.pcolormesh(grid, cmap=colours, vmin=-0.5, vmax=2.5, edgecolors="white", linewidth=1.5)
        half = np.argwhere(grid == 1)
        ax.plot(half[:, 1] + 0.5, half[:, 0] + 0.5, ls="", marker=".", ms=3, color=COLOURS["ink"])
        ax.set_yticks(np.arange(len(ids)) + 0.5, names, fontsize=8.5, linespacing=1.0)
        step = max(1, -(-len(years) // int((WIDTH - left) / 0.42)))
        ax.set_xticks(np.arange(len(years))[::step] + 0.5, [str(y) for y in years][::step])
        _bare(ax)
        handles = [
            Line2D([], [], ls="", marker="s", ms=7, color=COLOURS[c], label=message(k, lang))
            for k, c in zip(_KINDS[::-1], ("blue", "sky", "pale"), strict=True)
        ]
        above = legend_above(figure, ax, handles, left=left)
    sources = [registry.publisher(s).name(lang) for s in rows["source"].value_counts().index]
    data = [
        {"item": registry.indicator(i).name(lang), "period": str(y), "text": message(_KINDS[k], lang)}
        for i, line in zip(ids, grid, strict=True) for y, k in zip(years, line, strict=True)
    ]  # fmt: skip
    return finish(
        figure, name="coverage", rows=data, title=message("coverage_chart", lang), unit=unit,
        period=f"{first}—{last}", source=source_names(sources, lang), lang=lang, left=left, above=above,
    )  # fmt: skip


def _bare(ax: Any) -> None:
    ax.invert_yaxis()
    ax.grid(visible=False)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.tick_params(length=0)


def _held(rows: pd.DataFrame, ids: list[str], years: list[int]) -> Any:
    table = pd.crosstab(rows["indicator"].astype(str), rows["year"])
    return table.reindex(index=ids, columns=years, fill_value=0).to_numpy() > 0


# --- revisions ------------------------------------------------------------------------------------


def plot_vintages(observations: pd.DataFrame, lang: str, *, among: Collection[str] = ()) -> Chart | None:
    """Figures of the indicator revised most often: a row a period, a column a publication.

    Each cell is what that publication says of that period; nothing is carried on. A value that differs from
    the one before it in its row is set off with an arrow and the change.

    Parameters
    ----------
    observations : pandas.DataFrame
        From ``load_observations(vintages="all")``.
    lang : {"zh", "en"}
    among : collection of str
        Indicators to choose from; all by default.

    Returns
    -------
    Chart or None
        None where nothing was published twice with different values.
    """
    rows = observations[observations["freq"] == "A"]
    if among:
        rows = rows[rows["indicator"].isin(set(among))]
    ordered = rows.sort_values(["vintage", "edition"], kind="stable").astype(
        {"indicator": str, "period": str}
    )
    told = ordered.drop_duplicates(["indicator", "period", "vintage"], keep="last")
    span = told.groupby(["indicator", "period"])["value"].agg(["min", "max"])
    # what differs by the rounding of a publication alone was not revised
    moved = span[span["max"] - span["min"] > _ROUNDING * span.abs().max(axis=1)].reset_index()
    if moved.empty:
        return None
    chosen = moved.groupby("indicator").size().sort_values(ascending=False, kind="stable").index[0]
    periods = sorted(moved.loc[moved["indicator"] == chosen, "period"])[-_PERIODS:]
    held = told[(told["indicator"] == chosen) & told["period"].isin(periods)]
    table = held.pivot(index="period", columns="vintage", values="value").sort_index(axis=1)
    table = table.loc[:, _telling(table)].iloc[:, -_DAYS:]
    return _triangle(table, held, str(chosen), lang)


def _telling(table: pd.DataFrame) -> Any:
    """Publications that give a first figure or another one than before."""
    before = table.ffill(axis=1).shift(axis=1)
    return (table.notna() & (table != before)).any(axis=0)


def _triangle(table: pd.DataFrame, held: pd.DataFrame, indicator: str, lang: str) -> Chart:
    registry = load_registry()
    record = registry.indicator(indicator)
    factor, digits, unit = _scale(record.unit, table, lang)
    values = table.to_numpy() * factor
    days = [pd.Timestamp(d).date().isoformat() for d in table.columns]
    places, rows = {(str(r.period), r.vintage): r for r in held.itertuples()}, []
    left = 0.2 + max(text_inches(p, 9) for p in table.index)
    with chart_style():
        figure, ax = blank(body=0.46 * len(table) + 0.12)
        for i, period in enumerate(table.index):
            before = np.nan
            for j, now in enumerate(values[i]):
                if not np.isfinite(now):
                    ax.text(j, i, "·", ha="center", va="center", fontsize=9, color=COLOURS["quiet"])
                    continue
                change = now - before
                moved = np.isfinite(change) and abs(change) > _ROUNDING * abs(before)
                _cell(ax, j, i, now, change if moved else 0.0, digits)
                place = places[(str(period), table.columns[j])]
                rows.append(
                    {"item": record.name(lang), "period": str(period), "published": days[j], "value": now,
                     "unit": unit, "status": place.status,
                     "source": registry.publisher(place.source).name(lang)}
                )  # fmt: skip
                before = now
        ax.set_xlim(-0.5, len(days) - 0.5)
        ax.set_ylim(len(table) - 0.45, -0.55)
        ax.set_xticks(range(len(days)), [f"{d[:4]}\n{d[5:]}" for d in days])
        ax.set_yticks(range(len(table)), [str(p) for p in table.index])
        ax.grid(visible=False)
        ax.tick_params(length=0)
    names = [registry.publisher(s).name(lang) for s in held["source"]]
    return finish(
        figure, name="revisions", rows=rows, left=left, below=0.48, lang=lang,
        title=message("chart_vintages", lang, name=record.name(lang), n=len(table)),
        unit=message("chart_vintages_unit", lang, unit=unit), source=source_names(names, lang),
        period=f"{table.index[0]}—{table.index[-1]}",
    )  # fmt: skip


def _cell(ax: Any, x: int, y: int, value: float, change: float, digits: int) -> None:
    text, colour = fixed(value, digits), COLOURS["ink"]
    if change:
        text += f"\n{'▲' if change > 0 else '▼'} {fixed(abs(change), digits)}"
        colour = readable(COLOURS["blue" if change > 0 else "orange"])
    ax.text(x, y, text, ha="center", va="center", fontsize=8.5, color=colour, linespacing=1.15)


def _scale(unit: str, table: pd.DataFrame, lang: str) -> tuple[float, int, str]:
    """Factor, decimals and unit in which the figures of a table are told apart."""
    top = float(np.nanmax(np.abs(table.to_numpy())))
    if unit == "mn_yuan":
        if lang == "zh":
            return 0.01, 0 if top >= 1e6 else 2, "亿元"
        return 1e-3, 1 if top >= 1e6 else 3, message("chart_bn_yuan", "en")
    if unit == "persons":
        return (1e-4, 1, "万人") if lang == "zh" else (1e-3, 0, message("chart_thousand_persons", "en"))
    return 1.0, 1 if top < 1000 else 0, unit_label(unit, lang)
