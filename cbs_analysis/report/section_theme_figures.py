"""Charts of single themes of a section: jobs within the year, two denominators, standards against prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..plan.verdicts import Verdict
from ..series.rounding import fixed
from .figures import (
    SOFT,
    WIDTH,
    Chart,
    bar_label,
    blank,
    end_labels,
    finish,
    hollow,
    legend_above,
    soft_years,
    status_of,
    year_ticks,
)  # fmt: skip
from .messages import message
from .section_pages import Section
from .style import COLOURS, chart_style, text_inches

__all__ = ["plot_denominators", "plot_real_growth", "plot_within_year"]

_LINES = ("grey", "sky", "green", "orange", "blue")
_MARKS = "osD^v"
_BARS = ("blue", "sky", "green", "yellow", "purple", "orange")


def plot_within_year(section: Section, rows: pd.DataFrame) -> Chart:
    """Cumulative figures through the year, one line a year; the last year stands out."""
    ends = pd.to_datetime(rows["period_end"])
    years = sorted(set(ends.dt.year))[-5:]
    last = float(rows["value"].iloc[-1])
    data: list[dict[str, Any]] = []
    with chart_style():
        figure, ax = blank(body=2.8)
        tips = []
        for i, year in enumerate(years):
            own = rows[ends.dt.year == year]
            newest = year == years[-1]
            colour = COLOURS["blue"] if newest else COLOURS[_LINES[i % 4]]
            y = own["value"].astype(float).tolist()
            months = ends[own.index].dt.month.tolist()
            ax.plot([0, *months], [0.0, *y], color=colour, lw=2.4 if newest else 1.3)
            hollow(ax, months, y, own["status"].isin(SOFT), colour, marker=_MARKS[i % 5], size=4.8)
            tips.append((y[-1], f"{year}  {fixed(y[-1], 0)}", colour))
            data += [
                {
                    "series": str(year),
                    "period": str(p),
                    "value": v,
                    "unit": section.t("jobs_unit"),
                    "status": s,
                }
                for p, v, s in zip(own["period"], y, own["status"], strict=True)
            ]
        ax.set_xlim(0, 12.2)
        ax.set_ylim(0, ax.get_ylim()[1] * 1.1)
        right = end_labels(ax, tips, x=12, height=2.8)
        ax.yaxis.set_major_formatter(lambda v, _: f"{v:,.0f}")
        ax.set_xticks([3, 6, 9, 12], [section.t("month_n", n=n) for n in (3, 6, 9, 12)])
    record = section.ctx.evaluation.registry.indicator("urban_new_jobs_persons")
    end = ends.iloc[-1]
    title = section.t(
        "jobs_chart", year=end.year, month=end.month, value=record.format(last, section.lang),
    )  # fmt: skip
    return finish(
        figure, name="jobs_within_year", rows=data, title=title, unit=section.t("jobs_unit"),
        period=f"{years[0]}—{years[-1]}", source=section.ctx.sources_of(rows), lang=section.lang, right=right,
        left=0.28 + text_inches(f"{ax.get_ylim()[1]:,.0f}", 9),
    )  # fmt: skip


def plot_denominators(section: Section, verdicts: Sequence[Verdict]) -> Chart:
    """A rate over the registered and over the resident population."""
    from matplotlib.lines import Line2D

    ctx = section.ctx
    since = ctx.plan.baseline - 2
    series = [(section.called(v), v.indicator, ctx.yearly(v.indicator, since=since)) for v in verdicts]
    first, last = (f(y for *_, x in series for y in x.index.year) for f in (min, max))
    data: list[dict[str, Any]] = []
    with chart_style():
        figure, ax = blank(body=2.5)
        tips, handles = [], []
        for (name, indicator, x), colour, mark in zip(series, ("blue", "orange"), "os", strict=True):
            soft = soft_years(ctx, indicator)
            ax.plot(x.index.year, x.to_numpy(), color=COLOURS[colour], lw=1.9)
            hollow(
                ax, x.index.year, x, [y in soft for y in x.index.year], COLOURS[colour], marker=mark, size=6
            )
            tips.append((float(x.iloc[-1]), f"{fixed(float(x.iloc[-1]), 1)}%", COLOURS[colour]))
            handles.append(Line2D([], [], color=COLOURS[colour], marker=mark, lw=1.9, label=name))
            data += [
                {"series": name, "period": str(p), "value": v, "unit": "%", "status": status_of(p.year, soft)}
                for p, v in x.items()
            ]
        low, high = ax.get_ylim()
        if high > 99:
            ax.axhline(100, color=COLOURS["ink"], lw=1, ls=(0, (5, 2)), gid="guide")
        ax.set_ylim(low, high + 0.08 * (high - low))
        right = end_labels(ax, tips, x=last, height=2.5)
        ax.set_xlim(first - 0.3, last + 0.3)
        year_ticks(ax, range(first, last + 1), inches=WIDTH - 0.5 - right)
        above = legend_above(figure, ax, handles, left=0.5)
    gap = abs(float(series[0][2].iloc[-1]) - float(series[1][2].iloc[-1]))
    return finish(
        figure, name="denominators", rows=data, title=section.t("denominators_chart", gap=fixed(gap, 1)),
        unit="%" + message("chart_not_from_zero", section.lang), period=f"{first}—{last}", left=0.5,
        source=ctx.sources(*(v.indicator for v in verdicts)), lang=section.lang, right=right, above=above,
    )  # fmt: skip


def plot_real_growth(
    section: Section, named: Mapping[str, Verdict], growth: Mapping[str, pd.Series], source: str
) -> Chart:
    """Growth of benefit standards at constant prices, one group of bars a year."""
    from matplotlib.patches import Patch

    years = sorted({p.year for x in growth.values() for p in x.index})
    width = 0.84 / len(growth)
    lost = sum(int((x <= 0).sum()) for x in growth.values())
    data: list[dict[str, Any]] = []
    with chart_style():
        figure, ax = blank(body=2.6)
        handles = []
        for i, (m, x) in enumerate(growth.items()):
            at = np.array([p.year for p in x.index]) - 0.42 + width * (i + 0.5)
            colour, name = COLOURS[_BARS[i % 6]], section.called(named[m])
            ax.bar(at, x.to_numpy(), width=width * 0.92, color=colour)
            if len(years) * len(growth) <= 15:
                for left, value in zip(at, x, strict=True):
                    bar_label(ax, left, float(value), fixed(float(value), 1), size=8.5)
            handles.append(Patch(color=colour, label=name))
            data += [{"series": name, "period": str(p), "value": v, "unit": "%"} for p, v in x.items()]
        ax.axhline(0, color=COLOURS["ink"], lw=0.9, gid="guide")
        ax.margins(y=0.12)
        ax.set_xticks(years, [str(y) for y in years])
        above = legend_above(figure, ax, handles, left=0.46)
    return finish(
        figure, name="standards_real_growth", rows=data, left=0.46, above=above,
        title=section.t("real_chart_all" if not lost else "real_chart", n=lost), unit=section.t("real_unit"),
        period=f"{years[0]}—{years[-1]}", source=source, lang=section.lang,
    )  # fmt: skip
