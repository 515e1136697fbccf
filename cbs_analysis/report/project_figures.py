"""Charts of projects: money against time, and every project on one line of time."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np

from ..plan.evaluation import Evaluation
from ..plan.project_reports import CANCELLED, STAGES
from .figures import Chart, _finish, _new, _short, publishers_of
from .messages import message
from .style import COLOURS, VERDICT_COLOURS, chart_style

__all__ = ["plot_project_time", "plot_projects"]

# a stage differs in shape too; light to dark is early to late
_STAGE_MARKS = {
    CANCELLED: ("X", "#B5382A"), 0: (".", "#9AA0A6"), 1: ("v", "#9AA0A6"), 2: ("s", "#56B4E9"),
    3: ("o", "#0072B2"), 4: ("^", "#0B6E4F"), 5: ("*", "#0B6E4F"),
}  # fmt: skip
# an expected finish further out than this stands at the edge, with its month
_YEARS_AFTER_PLAN = 2


def plot_projects(evaluation: Evaluation, lang: str) -> Chart | None:
    """Investment share against time share of each project with dates and money."""
    rows = [p for p in evaluation.projects if np.isfinite(p["gap_pp"]) and not p["duplicate_of"]]
    if not rows:
        return None
    rows = sorted(rows, key=lambda p: p["gap_pp"])
    with chart_style():
        figure, ax = _new(height=1.8 + 0.30 * len(rows))
        for i, p in enumerate(rows):
            colour = VERDICT_COLOURS[p["word"]]
            ax.plot([p["time_share"], p["investment_share"]], [i, i], color=colour, lw=2.2, alpha=0.75)
            ax.scatter(p["time_share"], i, marker="|", color=COLOURS["ink"], s=70, zorder=3)
            ax.scatter(p["investment_share"], i, marker="o", color=colour, s=30, zorder=3)
        ax.set_yticks(range(len(rows)), [_short(p[f"name_{lang}"], lang) for p in rows], fontsize=9)
        right = max(1.0, max(p["investment_share"] for p in rows)) + 0.05
        ax.set_xlim(-0.03, right)
        ticks = np.arange(0, right, 0.25)
        ax.set_xticks(ticks, [f"{x:.0%}" for x in ticks])
        ax.set_ylim(-0.8, len(rows) - 0.2)
        ax.grid(axis="x", color=COLOURS["pale"])
        ax.grid(axis="y", visible=False)
        figure.subplots_adjust(left=0.34 if lang == "zh" else 0.42, right=0.97)
    return _finish(
        figure,
        title=message("projects_chart", lang),
        unit=message("projects_unit", lang),
        period=message("as_of_day", lang, day=evaluation.as_of),
        source=publishers_of([e for p in rows for e in p["evidence"]], lang),
        lang=lang,
    )


def plot_project_time(evaluation: Evaluation, lang: str) -> Chart | None:
    """One line of time for each project: planned bar, reports by stage, expected finish with its range.

    A planned end that was moved keeps a mark at the first one. A finish beyond the right edge stands at
    the edge with its month.

    Parameters
    ----------
    evaluation : Evaluation
    lang : {"zh", "en"}

    Returns
    -------
    Chart or None
        None when no project has planned dates.
    """
    rows = [p for p in evaluation.projects if p["plan_end"] and p["history"] and not p["duplicate_of"]]
    if not rows:
        return None
    rows = rows[::-1]
    edge = _year(evaluation.plan.end.isoformat()) + _YEARS_AFTER_PLAN
    edge = max(edge, *[_year(p["plan_end"]) + 0.2 for p in rows])
    with chart_style():
        figure, ax = _new(height=2.7 + 0.27 * len(rows))
        for i, p in enumerate(rows):
            _draw_plan(ax, i, p)
            _draw_reports(ax, i, p)
            _draw_finish(ax, i, p, edge, lang)
        left = min(_year(p["plan_start"]) for p in rows)
        ax.axvline(_year(evaluation.plan.end.isoformat()), color=COLOURS["ink"], lw=1, ls="--")
        ax.set_xlim(math.floor(left), edge + 0.05)
        ticks = range(math.floor(left), math.floor(edge) + 1)
        ax.set_xticks(list(ticks), [str(x) for x in ticks])
        ax.set_yticks(range(len(rows)), [_short(p[f"name_{lang}"], lang) for p in rows], fontsize=8.5)
        ax.set_ylim(-0.8, len(rows) - 0.2)
        ax.grid(axis="x", color=COLOURS["pale"])
        ax.grid(axis="y", visible=False)
        figure.subplots_adjust(left=0.34 if lang == "zh" else 0.42, right=0.97)
        _legend(figure, rows, lang)
    chart = _finish(
        figure,
        title=message("project_time_chart", lang),
        unit=message("project_time_unit", lang),
        period=message("as_of_day", lang, day=evaluation.as_of),
        source=publishers_of([e for p in rows for e in p["evidence"]], lang),
        lang=lang,
    )
    height = figure.get_size_inches()[1]
    figure.subplots_adjust(top=1 - 1.4 / height)
    return chart


def _year(day: str) -> float:
    found = date.fromisoformat(day)
    return found.year + (found.timetuple().tm_yday - 1) / 365.25


def _draw_plan(ax: Any, i: int, p: dict[str, Any]) -> None:
    start, end = _year(p["plan_start"]), _year(p["plan_end"])
    ax.barh(i, end - start, left=start, height=0.62, color=COLOURS["pale"], zorder=1)
    if p["first_plan_end"] != p["plan_end"]:
        at = _year(p["first_plan_end"])
        ax.plot([at, at], [i - 0.36, i + 0.36], color=COLOURS["ink"], lw=1.8, zorder=2)


def _draw_reports(ax: Any, i: int, p: dict[str, Any]) -> None:
    for r in p["history"]:
        if math.isfinite(r["stage"]):
            marker, colour = _STAGE_MARKS[int(r["stage"])]
            ax.scatter(_year(r["date"]), i, marker=marker, s=17, color=colour, lw=0, zorder=3)


def _draw_finish(ax: Any, i: int, p: dict[str, Any], edge: float, lang: str) -> None:
    f = p["finish"]
    if not f["date"] or f["basis"] == "completed":
        return
    colour, at = COLOURS["orange"], _year(f["date"])
    low = _year(f["earliest"])
    high = _year(f["latest"]) if f["latest"] else math.inf
    if at <= edge:
        ax.plot([low, min(high, edge)], [i, i], color=colour, lw=1.4, zorder=4)
        ax.scatter(at, i, marker="D", s=26, color=colour, lw=0, zorder=5)
        return
    ax.scatter(edge, i, marker=">", s=30, color=colour, lw=0, zorder=5, clip_on=False)
    month = date.fromisoformat(f["date"])
    text = f"{month.year}年{month.month}月" if lang == "zh" else f"{month:%Y-%m}"
    ax.annotate(
        text, (edge, i), xytext=(-6, 0), textcoords="offset points", ha="right", va="center", fontsize=8,
        color=colour, zorder=6, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )  # fmt: skip


def _legend(figure: Any, rows: list[dict[str, Any]], lang: str) -> None:
    from matplotlib.lines import Line2D

    seen = {int(r["stage"]) for p in rows for r in p["history"] if math.isfinite(r["stage"])}
    handles = [
        Line2D([], [], ls="", marker=_STAGE_MARKS[k][0], color=_STAGE_MARKS[k][1], ms=5.5, mew=0,
               label=STAGES[k][0 if lang == "zh" else 1])
        for k in sorted(seen)
    ]  # fmt: skip
    if any(p["finish"]["date"] and p["finish"]["basis"] != "completed" for p in rows):
        handles.append(
            Line2D([], [], ls="-", marker="D", color=COLOURS["orange"], ms=5, mew=0,
                   label=message("project_expected", lang))
        )  # fmt: skip
    if any(p["first_plan_end"] != p["plan_end"] for p in rows):
        handles.append(
            Line2D([], [], ls="", marker="|", color=COLOURS["ink"], ms=9, mew=2,
                   label=message("project_first_end", lang))
        )  # fmt: skip
    handles.append(
        Line2D([], [], ls="--", color=COLOURS["ink"], lw=1, label=message("project_plan_over", lang))
    )  # fmt: skip
    height = figure.get_size_inches()[1]
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.01, 1 - 0.66 / height), ncol=5,
        frameon=False, fontsize=8.5, handletextpad=0.3, columnspacing=1.0, borderpad=0.2,
    )  # fmt: skip
