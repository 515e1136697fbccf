"""Tile grids: equal squares in the rough places of areas, each with its name and its value.

A square without data stays white and says so; nothing is filled in from its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused, ReportError
from ..registry.load import load_registry
from ..registry.yaml_records import read_yaml
from ..series.rounding import fixed
from .context import ReportContext
from .evidence_links import row_link
from .figures import WIDTH, Chart, blank, finish
from .messages import message
from .provinces_pages import Provinces
from .style import COLOURS, chart_style, contrast
from .tables import Table, translator

__all__ = ["Places", "Tile", "places_of", "plot_places", "plot_province_gap", "table_places", "tile_grid"]

WAGE, INCOME = "average_wage_urban_nonprivate_nominal_yuan", "disposable_income_all_nominal_yuan"
_LEAST = {"china": 20, "jilin": 5}  # areas that a year must have to be drawn
_INDICATOR = {"china": INCOME, "jilin": WAGE}
_PITCH = {"china": 0.635, "jilin": 0.95}  # inches from tile to tile
_DARK = {1: (0, 90, 140), -1: (190, 76, 0)}  # of the largest value, and of the smallest below zero


@dataclass(frozen=True)
class Tile:
    """A square: its column and row from the upper left, and a short name."""

    column: int
    row: int
    zh: str
    en: str

    def name(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@lru_cache(maxsize=4)
def tile_grid(name: str) -> Mapping[str, Tile]:
    """The tiles of "china" (31 provinces) or "jilin" (nine prefectures and the zone), by code.

    >>> len(tile_grid("china")), tile_grid("jilin")["22CB00"].zh
    (31, '长白山')
    """
    raw = read_yaml(Path(__file__).parent / "tile_grids.yml", ReportError)
    return {code: Tile(x["at"][0], x["at"][1], x["zh"], x["en"]) for code, x in raw[name].items()}


@dataclass(frozen=True)
class Places:
    """One yearly figure of each area of a grid, as known on the day; NaN where there is none."""

    grid: str
    indicator: str
    year: str
    values: pd.Series
    rows: pd.DataFrame
    source: str


def places_of(ctx: ReportContext) -> Places:
    """The latest year that enough areas of the grid around the area of the page have a figure for.

    The nation is shown by province (income of all residents), Jilin and its parts by prefecture (average wage
    in urban units). Refused for synthetic areas, for areas that no grid holds, and without figures.
    """
    code = ctx.area.code
    grid = "china" if ctx.area.level == "nation" else "jilin" if code.startswith("22") else ""
    if ctx.synthetic or not grid:
        raise ModelRefused(_refusal("synthetic" if ctx.synthetic else "no_grid", ctx.area))
    indicator = _INDICATOR[grid]
    rows = ctx.places(tile_grid(grid), indicator)
    table = rows.pivot(index="period", columns="area", values="value").sort_index()
    enough = table.index[table.notna().sum(axis=1) >= _LEAST[grid]]
    if not len(enough):
        raise ModelRefused(_refusal("too_few", ctx.area))
    year = str(enough[-1])
    values = table.loc[enough[-1]].reindex(list(tile_grid(grid)))
    held = rows[rows["period"] == enough[-1]]
    return Places(grid, indicator, year, values, held, ctx.sources_of(held))


def _refusal(code: str, area: Any) -> Fault:
    said = [message(f"chart_tiles_{code}", lang, area=area.name(lang)) for lang in ("en", "zh")]
    return Fault(said[0], zh=said[1], code=code)


def plot_places(found: Places, lang: str) -> Chart:
    """The areas as tiles, the value in each."""
    registry = load_registry()
    record = registry.indicator(found.indicator)
    values = found.values / 1e4 if lang == "zh" else found.values / 1e3
    known = values.dropna()
    most, least = known.idxmax(), known.idxmin()
    title = message(
        "chart_places", lang, name=record.name(lang), year=found.year,
        most=registry.area(str(most)).name(lang), least=registry.area(str(least)).name(lang),
        high=fixed(known.max(), 2 if lang == "zh" else 1), low=fixed(known.min(), 2 if lang == "zh" else 1),
    )  # fmt: skip
    return _tiles(
        values, found.grid, lang, digits=2 if lang == "zh" else 1, name="places", title=title,
        row_unit=message("chart_places_unit", lang), period=found.year, source=found.source,
    )  # fmt: skip


def plot_province_gap(sample: Provinces, lang: str) -> Chart:
    """Real income growth less real economic growth of each province, mean of the plan years with both."""
    gap = (sample.growth["income"] - sample.growth["gdp"]).dropna(how="all")
    since = gap.loc[str(sample.baseline + 1) :]
    if since.empty:
        since = gap.iloc[-1:]
    complete = since.notna().all()
    mean = since.mean().where(complete).rename({n: c for c, n in sample.names.items()})
    years = f"{since.index[0]}—{since.index[-1]}" if len(since) > 1 else str(since.index[0])
    title = message(
        "chart_province_gap", lang, years=years, n=int(complete.sum()), above=int((mean > 0).sum())
    )  # fmt: skip
    return _tiles(
        mean.reindex(list(tile_grid("china"))),
        "china",
        lang,
        digits=1,
        signed=True,
        name="province_gap",
        title=title,
        row_unit=message("chart_points", lang),
        period=years,
        source=sample.source,
        home=next((c for c, n in sample.names.items() if n == sample.home), ""),
    )


def table_places(found: Places, lang: str) -> Table:
    """The figures of the tiles, each a link to its cell."""
    t, registry = translator(lang), load_registry()
    record = registry.indicator(found.indicator)
    by_area = {str(row["area"]): row for row in found.rows.to_dict("records")}
    rows = tuple(
        (registry.area(code).name(lang),
         _linked(by_area[code], record, lang) if code in by_area else t("chart_none"))
        for code in tile_grid(found.grid)
    )  # fmt: skip
    return Table(
        t("chart_places_table", name=record.name(lang), year=found.year),
        (t("area"), record.name(lang)),
        rows,
        source=t("source_line", source=found.source),
        numeric=frozenset({1}),
        folded=True,
    )


def _linked(row: dict[Any, Any], record: Any, lang: str) -> Any:
    return row_link(row, record.format(float(row["value"]), lang), lang)


# --- drawing --------------------------------------------------------------------------------------


def _tiles(
    values: pd.Series, grid: str, lang: str, *, digits: int, row_unit: str, signed: bool = False,
    home: str = "", **words: Any,
) -> Chart:  # fmt: skip
    from matplotlib.patches import Rectangle

    tiles, pitch = tile_grid(grid), _PITCH[grid]
    down = max(t.row for t in tiles.values()) + 1
    limits = _limits(values, signed)
    with chart_style():
        figure, ax = blank(body=pitch * down)
        for code, tile in tiles.items():
            value = float(values[code])
            held = bool(np.isfinite(value))
            face, ink = _colours(value, limits) if held else ("#FFFFFF", COLOURS["quiet"])
            edge = COLOURS["ink"] if code == home else "white" if held else COLOURS["grey"]
            ax.add_patch(
                Rectangle((tile.column - 0.47, tile.row - 0.47), 0.94, 0.94, facecolor=face, edgecolor=edge,
                          lw=2.2 if code == home else 1.0, ls="-" if held else (0, (3, 2)))
            )  # fmt: skip
            said = fixed(value, digits, sign=signed) if held else message("chart_none", lang)
            ax.text(
                tile.column,
                tile.row,
                f"{tile.name(lang)}\n{said}",
                ha="center",
                va="center",
                fontsize=8.5,
                color=ink,
                linespacing=1.15,
            )
        ax.set_xlim(-0.5, (WIDTH - 0.2) / pitch - 0.5)
        ax.set_ylim(down - 0.5, -0.5)
        ax.set_axis_off()
    rows = [
        {"area": load_registry().area(code).name(lang), "value": values[code], "unit": row_unit,
         "text": "" if np.isfinite(values[code]) else message("chart_none", lang)}
        for code in tiles
    ]  # fmt: skip
    lacking = [load_registry().area(c).name(lang) for c in tiles if not np.isfinite(values[c])]
    note = message(f"chart_tiles_note_{grid}", lang)
    said = _said(lacking, lang)
    return finish(
        figure,
        rows=rows,
        lang=lang,
        unit=f"{row_unit}{message('semicolon', lang)}{note}",
        left=0.1,
        right=0.1,
        below=0.02,
        said=said,
        **words,
    )


def _said(lacking: Sequence[str], lang: str) -> str:
    if not lacking:
        return ""
    return message("chart_tiles_lacking", lang, names=message("list_sep", lang).join(lacking))


def _limits(values: pd.Series, signed: bool) -> tuple[float, float]:
    known = values.dropna()
    if signed:
        return 0.0, float(known.abs().max() or 1.0)
    low, high = float(known.min()), float(known.max())
    return low - 0.25 * (high - low or 1.0), high


def _colours(value: float, limits: tuple[float, float]) -> tuple[str, str]:
    """Colour of a tile, pale to dark away from the lower limit, and of its letters."""
    base, top = limits
    share = min(1.0, abs(value - base) / (top - base))
    dark = _DARK[1 if value >= base else -1]
    mixed = [round(245 + (d - 245) * share) for d in dark]
    face = "#" + "".join(f"{c:02X}" for c in mixed)
    return face, max(("#000000", "#FFFFFF"), key=lambda ink: contrast(face, ink))
