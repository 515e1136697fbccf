"""Charts of the provinces: slopes with their intervals, and one beside those nearest to it."""

from __future__ import annotations

from typing import Any

from ..models.comparison import ComparisonRegions
from ..models.pooling import PoolingResult
from ..series.rounding import fixed
from .figures import WIDTH, Chart, blank, end_labels, finish, legend_above, year_ticks
from .messages import message
from .provinces_pages import Provinces
from .style import COLOURS, chart_style, readable, text_inches

__all__ = ["plot_beside_nearest", "plot_forest"]


def plot_forest(pooled: PoolingResult, sample: Provinces, lang: str) -> Chart:
    """Own and pooled slopes of all provinces, the province of the page marked."""
    from matplotlib.lines import Line2D

    order = list(pooled.params.sort_values(kind="stable").index)
    limits = pooled.conf_int().loc[order]
    level = f"{1 - pooled.alpha:.0%}"
    left = 0.22 + max(text_inches(n, 9) for n in order)
    with chart_style():
        figure, ax = blank(body=0.215 * len(order) + 0.2)
        for i, name in enumerate(order):
            home = name == pooled.area
            colour = COLOURS["orange" if home else "blue"]
            ax.plot(limits.loc[name], [i, i], color=colour, lw=3 if home else 1.5, alpha=1 if home else 0.75)
            ax.plot(
                pooled.params[name],
                i,
                marker="D" if home else "o",
                ms=6.5 if home else 4.6,
                color=colour,
                zorder=3,
            )
        ax.plot([pooled.own[n] for n in order], range(len(order)), ls="", marker="o", ms=4.6, mfc="white",
                mec=COLOURS["grey"], zorder=2)  # fmt: skip
        ax.axvline(0, color=COLOURS["ink"], lw=0.8, gid="guide")
        ax.axvline(pooled.mean, color=COLOURS["green"], lw=1.2, ls="--", zorder=1)
        ax.set_yticks(range(len(order)), order)
        ax.get_yticklabels()[order.index(pooled.area)].set_color(readable(COLOURS["orange"]))
        ax.set_ylim(-0.8, len(order) - 0.2)
        ax.grid(axis="x", color=COLOURS["pale"])
        ax.grid(axis="y", visible=False)
        ax.tick_params(axis="y", length=0)
        blue, grey = COLOURS["blue"], COLOURS["grey"]
        handles = [
            Line2D(
                [],
                [],
                color=blue,
                marker="o",
                ms=4.6,
                lw=1.5,
                label=message("chart_pooled", lang, level=level),
            ),
            Line2D(
                [], [], ls="", marker="o", ms=4.6, mfc="white", mec=grey, label=message("chart_own", lang)
            ),
            Line2D(
                [],
                [],
                color=COLOURS["green"],
                lw=1.2,
                ls="--",
                label=message("provinces_mean_line", lang, mean=fixed(pooled.mean, 2)),
            ),
        ]
        above = legend_above(figure, ax, handles, left=left)
    years, (low, high) = sample.growth["income"].index, limits.loc[pooled.area]
    title = message(
        "provinces_forest_title",
        lang,
        home=pooled.area,
        pooled=fixed(pooled.params[pooled.area], 2),
        low=fixed(low, 2),
        high=fixed(high, 2),
        mean=fixed(pooled.mean, 2),
    )
    unit = message("chart_points", lang)
    rows: list[dict[str, Any]] = [
        {
            "series": message("chart_pooled_row", lang),
            "area": n,
            "value": pooled.params[n],
            "low": limits.at[n, "low"],
            "high": limits.at[n, "high"],
            "level": level,
            "unit": unit,
        }
        for n in order
    ]
    rows += [
        {"series": message("chart_own", lang), "area": n, "value": pooled.own[n], "unit": unit} for n in order
    ]
    rows.append({"series": message("provinces_mean", lang), "value": pooled.mean, "unit": unit})
    return finish(
        figure,
        name="province_slopes",
        rows=rows,
        title=title,
        unit=message("provinces_slope_unit", lang),
        period=f"{years[0]}—{years[-1]}",
        source=sample.source,
        lang=lang,
        said=pooled.finding(lang),
        left=left,
        above=above,
    )


def plot_beside_nearest(nearest: ComparisonRegions, sample: Provinces, lang: str) -> Chart:
    """Growth of the province beside the mean and the range of its nearest, income above, GDP below."""
    first = sample.baseline - 5
    kinds = ("income_nominal", "gdp_nominal")
    tables = [sample.growth[k].loc[str(first) :] for k in kinds]
    last = max(t.index[-1].year for t in tables)
    body, rows, rooms = 4.2, [], []
    mean_word = message("provinces_nearest_mean", lang)
    with chart_style():
        figure, axes = blank(2, 1, body=body, sharex=True)
        axes[1].set_xlim(first - 0.3, last + 0.3)
        for ax, frame, key in zip(axes, tables, kinds, strict=True):
            years = [p.year for p in frame.index]
            others, own = frame[list(nearest.areas)], frame[nearest.area]
            mean, least, most = others.mean(axis=1), others.min(axis=1), others.max(axis=1)
            ax.fill_between(years, least, most, color=COLOURS["pale"], lw=0)
            ax.plot(years, mean.to_numpy(), color=COLOURS["grey"], marker="s", ms=4, lw=1.7)
            ax.plot(years, own.to_numpy(), color=COLOURS["orange"], marker="o", ms=4.5, lw=1.9)
            ax.axvline(sample.baseline + 0.5, color=COLOURS["ink"], lw=0.8, ls=":", gid="guide")
            ax.axhline(0, color=COLOURS["ink"], lw=0.6, gid="guide")
            ends = [(float(own.iloc[-1]), nearest.area, "orange"), (float(mean.iloc[-1]), mean_word, "grey")]
            short = "" if years[-1] == last else f" ({years[-1]})"
            said = [(v, f"{n} {fixed(v, 1)}{short}", COLOURS[c]) for v, n, c in ends]
            rooms.append(end_labels(ax, said, x=years[-1], height=(body - 0.5) / 2, size=9))
            name = message(f"provinces_{key}", lang)
            ax.set_title(
                message("provinces_band", lang, name=name), fontsize=9.5, loc="left", color=COLOURS["ink"]
            )
            rows += [
                {"panel": name, "series": s, "period": str(p), "value": v, "low": a, "high": b, "unit": "%"}
                for s, x in ((nearest.area, own), (mean_word, mean))
                for p, v, a, b in zip(
                    frame.index, x, *((least, most) if x is mean else ([None] * len(x),) * 2), strict=True
                )
            ]
        year_ticks(axes[1], range(first, last + 1), inches=WIDTH - 0.5 - max(rooms))
        top = axes[0].get_ylim()[1]
        axes[0].text(sample.baseline + 0.6, top, message("provinces_plan_from", lang), fontsize=8.5, va="top",
                     color=COLOURS["quiet"])  # fmt: skip
    since = tables[0].loc[str(sample.baseline + 1) :]
    gap = (since[nearest.area] - since[list(nearest.areas)].mean(axis=1)).mean()
    title = message(
        "provinces_beside_title", lang, home=nearest.area, gap=fixed(abs(gap), 1),
        way=message(f"provinces_{'above' if gap > 0 else 'below'}_word", lang),
        years=f"{since.index[0]}—{since.index[-1]}",
    )  # fmt: skip
    return finish(
        figure, name="beside_nearest", rows=rows, title=title, unit="%", period=f"{first}—{last}",
        source=sample.source, lang=lang, left=0.46, right=max(rooms), above=0.2,
        said=message("provinces_beside_said", lang, names=message("list_sep", lang).join(nearest.areas)),
    )  # fmt: skip
