"""Charts of single themes of a section: jobs within the year, two denominators, standards against prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..plan.verdicts import Verdict
from .figures import Chart, _direct_labels, _finish, _new
from .section_pages import Section
from .style import COLOURS, chart_style

__all__ = ["plot_denominators", "plot_real_growth", "plot_within_year"]

_LINES = ("grey", "sky", "green", "orange", "blue")
_MARKS = "osD^v"


def plot_within_year(section: Section, rows: pd.DataFrame) -> Chart:
    """Cumulative figures through the year, one line a year; the last year stands out."""
    ends = pd.to_datetime(rows["period_end"])
    years = sorted(set(ends.dt.year))[-5:]
    last = float(rows["value"].iloc[-1])
    with chart_style():
        figure, ax = _new(height=3.9)
        tips = []
        for i, year in enumerate(years):
            own = rows[ends.dt.year == year]
            newest = year == years[-1]
            colour = COLOURS["blue"] if newest else COLOURS[_LINES[i % 4]]
            x, y = [0, *ends[own.index].dt.month], [0.0, *own["value"].astype(float)]
            ax.plot(x, y, color=colour, lw=2.4 if newest else 1.3, marker=_MARKS[i % 5], ms=4.5)
            tips.append((x[-1], y[-1], f"{year}  {y[-1]:,.0f}", colour))
        high = ax.get_ylim()[1]
        _direct_labels(ax, tips, gap=high * 0.07)
        ax.set_xlim(0, 14.6)
        ax.set_ylim(0, high * 1.1)
        ax.set_xticks([0, 3, 6, 9, 12], [section.t("month_n", n=n) if n else "" for n in (0, 3, 6, 9, 12)])
        figure.subplots_adjust(left=0.09, right=0.97)
    record = section.ctx.evaluation.registry.indicator("urban_new_jobs_persons")
    end = ends.iloc[-1]
    title = section.t(
        "jobs_chart", year=end.year, month=end.month, value=record.format(last, section.lang),
    )  # fmt: skip
    return _finish(
        figure,
        title=title,
        unit=section.t("jobs_unit"),
        period=f"{years[0]}—{years[-1]}",
        source=section.ctx.sources_of(rows),
        lang=section.lang,
    )


def plot_denominators(section: Section, verdicts: Sequence[Verdict]) -> Chart:
    """A rate over the registered and over the resident population."""
    ctx = section.ctx
    series = [(section.called(v), ctx.yearly(v.indicator, since=ctx.plan.baseline - 2)) for v in verdicts]
    with chart_style():
        figure, ax = _new(height=3.6)
        tips = []
        for (name, x), colour, mark in zip(series, ("blue", "orange"), "os", strict=True):
            years = x.index.year
            ax.plot(years, x, color=COLOURS[colour], marker=mark, lw=2)
            tips.append((float(years[-1]), float(x.iloc[-1]), f"{x.iloc[-1]:.1f}%", COLOURS[colour]))
            ax.plot([], [], color=COLOURS[colour], marker=mark, label=name)
        low, high = ax.get_ylim()
        if high > 99:
            ax.axhline(100, color=COLOURS["ink"], lw=1, ls=(0, (5, 2)))
        ax.set_ylim(low, high + 0.25 * (high - low))
        _direct_labels(ax, tips, gap=0.06 * (high - low))
        first, last = (f(x.index.year) for f, (_, x) in ((min, series[0]), (max, series[0])))
        ax.set_xticks(range(first, last + 1))
        ax.set_xlim(first - 0.3, last + 0.9)
        ax.set_ylabel("%")
        ax.legend(frameon=False, loc="upper left", fontsize=9)
        figure.subplots_adjust(left=0.09, right=0.97)
    gap = abs(float(series[0][1].iloc[-1]) - float(series[1][1].iloc[-1]))
    return _finish(
        figure,
        title=section.t("denominators_chart", gap=f"{gap:.1f}"),
        unit="%",
        period=f"{first}—{last}",
        source=ctx.sources(*(v.indicator for v in verdicts)),
        lang=section.lang,
    )


def plot_real_growth(
    section: Section, named: Mapping[str, Verdict], growth: Mapping[str, pd.Series], source: str
) -> Chart:
    """Growth of benefit standards at constant prices, one group of bars a year."""
    years = sorted({p.year for x in growth.values() for p in x.index})
    width = 0.8 / len(growth)
    lost = sum(int((x <= 0).sum()) for x in growth.values())
    with chart_style():
        figure, ax = _new(height=3.9 + 0.2 * ((len(growth) + 1) // 2))
        for i, (m, x) in enumerate(growth.items()):
            at = np.array([p.year for p in x.index]) - 0.4 + width * (i + 0.5)
            colour = COLOURS[("blue", "sky", "green", "yellow", "purple", "orange")[i % 6]]
            ax.bar(at, x.to_numpy(), width=width * 0.92, color=colour, label=section.called(named[m]))
        ax.axhline(0, color=COLOURS["ink"], lw=0.9)
        ax.set_xticks(years, [str(y) for y in years])
        ax.set_ylabel("%")
        ax.legend(frameon=False, ncols=2, fontsize=8.5, loc="lower left", bbox_to_anchor=(-0.02, 1.0))
        figure.subplots_adjust(left=0.08, right=0.98)
    height = figure.get_size_inches()[1]
    chart = _finish(
        figure,
        title=section.t("real_chart_all" if not lost else "real_chart", n=lost),
        unit=section.t("real_unit"),
        period=f"{years[0]}—{years[-1]}",
        source=source,
        lang=section.lang,
    )
    figure.subplots_adjust(top=1 - (0.9 + 0.24 * ((len(growth) + 1) // 2)) / height)
    return chart
