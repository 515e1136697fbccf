"""Charts of projects: money against time, and every project on one line of time with its money."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from ..plan.evaluation import Evaluation
from ..plan.project_reports import CANCELLED, STAGES
from ..series.rounding import percent
from .figures import Chart, blank, finish, legend_above, publishers_of
from .messages import message
from .style import COLOURS, VERDICT_COLOURS, chart_style, readable, text_inches, wrap_text
from .verdict_figures import SHAPES

__all__ = ["plot_project_time", "plot_projects"]

# a stage differs in shape too; light to dark is early to late
_STAGE_MARKS = {
    CANCELLED: ("X", "#B5382A"), 0: (".", "#9AA0A6"), 1: ("v", "#9AA0A6"), 2: ("s", "#56B4E9"),
    3: ("o", "#0072B2"), 4: ("^", "#0B6E4F"), 5: ("*", "#0B6E4F"),
}  # fmt: skip
# an expected finish further out than this stands at the edge, with its month
_YEARS_AFTER_PLAN = 2
_ROW = 0.30  # inches
_NAME = 1.75  # inches
_PART = 27  # projects in one chart: as many as a sheet of paper shows at its width


def _names(rows: Sequence[dict[str, Any]], lang: str) -> tuple[list[str], float]:
    """Names in at most two lines, and the inches that they take."""
    names = [wrap_text(p[f"name_{lang}"], 8.5, _NAME, lines=2, even=True) for p in rows]
    return names, 0.22 + max(text_inches(n, 8.5) for n in names)


def _frame(ax: Any, names: list[str]) -> None:
    ax.set_yticks(range(len(names)), names, fontsize=8.5, linespacing=1.0)
    ax.set_ylim(-0.7, len(names) - 0.3)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=COLOURS["pale"])
    ax.grid(axis="y", visible=False)


def _parts(rows: Sequence[dict[str, Any]]) -> list[Sequence[dict[str, Any]]]:
    """Rows from the top in parts of about the same size, none higher than a sheet of paper."""
    count = -(-len(rows) // _PART)
    size = -(-len(rows) // count) if count else 1
    return [rows[i : i + size] for i in range(0, len(rows), size)]


def _of_parts(part: int, parts: int, lang: str) -> str:
    """What a title says of a chart that goes on."""
    return message("chart_of_parts", lang, i=part + 1, n=parts) if parts > 1 else ""


def _slug(name: str, part: int) -> str:
    return f"{name}_{part + 1}" if part else name


def plot_projects(evaluation: Evaluation, lang: str) -> list[Chart]:
    """Investment share against time share of each project with dates and money.

    Parameters
    ----------
    evaluation : Evaluation
    lang : {"zh", "en"}

    Returns
    -------
    list of Chart
        At most 27 projects each, those furthest ahead first; empty when no project has dates and money.
    """
    rows = [p for p in evaluation.projects if np.isfinite(p["gap_pp"]) and not p["duplicate_of"]]
    rows = sorted(rows, key=lambda p: -p["gap_pp"])
    right = max([1.0, *(p["investment_share"] for p in rows)]) + 0.05
    parts = _parts(rows)
    return [
        _plot_money(part[::-1], evaluation, lang, right=right, name=_slug("project_money", i),
                    of=_of_parts(i, len(parts), lang))
        for i, part in enumerate(parts)
    ]  # fmt: skip


def _plot_money(
    rows: Sequence[dict[str, Any]], evaluation: Evaluation, lang: str, *, right: float, name: str, of: str
) -> Chart:
    names, left = _names(rows, lang)
    with chart_style():
        figure, ax = blank(body=_ROW * len(rows) + 0.1)
        for i, p in enumerate(rows):
            colour = VERDICT_COLOURS[p["word"]]
            ax.plot([p["time_share"], p["investment_share"]], [i, i], color=colour, lw=1.8, alpha=0.75)
            ax.plot(p["investment_share"], i, marker=SHAPES[p["word"]], color=colour, ms=5.5, zorder=3)
        ax.plot([p["time_share"] for p in rows], range(len(rows)), ls="", marker="|", color=COLOURS["ink"],
                ms=9, mew=1.5, zorder=3)  # fmt: skip
        _frame(ax, names)
        ax.set_xlim(-0.03, right)
        ticks = np.arange(0, right, 0.25)
        ax.set_xticks(ticks, [percent(x) for x in ticks])
    return finish(
        figure, name=name, rows=_money_rows(rows, lang), title=message("projects_chart", lang) + of,
        unit=message("chart_projects_unit", lang), period=message("as_of_day", lang, day=evaluation.as_of),
        source=publishers_of([e for p in rows for e in p["evidence"]], lang), lang=lang, left=left,
    )  # fmt: skip


def _money_rows(rows: Sequence[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    kinds = {"chart_investment": "investment_share", "chart_time": "time_share"}
    return [
        {"series": message(word, lang), "item": p[f"name_{lang}"], "value": 100 * p[key], "unit": "%",
         "text": p["word"]}
        for p in rows for word, key in kinds.items()
    ]  # fmt: skip


def plot_project_time(evaluation: Evaluation, lang: str) -> list[Chart]:
    """One line of time for each project: planned bar, its money done, stages, expected finish with its range.

    The bar is the planned time, filled as far as the investment is done. A mark stands where a report first
    told of a stage. A planned end that was moved keeps a mark at the first one. A finish beyond the right
    edge stands at the edge with its month.

    Parameters
    ----------
    evaluation : Evaluation
    lang : {"zh", "en"}

    Returns
    -------
    list of Chart
        At most 27 projects each, in the order of the plan; empty when no project has planned dates.
    """
    rows = [p for p in evaluation.projects if p["plan_end"] and p["history"] and not p["duplicate_of"]]
    if not rows:
        return []
    over = _year(evaluation.plan.end.isoformat())
    edge = max(over + _YEARS_AFTER_PLAN, *[_year(p["plan_end"]) + 0.2 for p in rows])
    first = math.floor(min(_year(p["plan_start"]) for p in rows))
    parts = _parts(rows)
    return [
        _plot_time(part[::-1], evaluation, lang, span=(first, edge), name=_slug("project_time", i),
                   of=_of_parts(i, len(parts), lang))
        for i, part in enumerate(parts)
    ]  # fmt: skip


def _plot_time(
    rows: Sequence[dict[str, Any]],
    evaluation: Evaluation,
    lang: str,
    *,
    span: tuple[int, float],
    name: str,
    of: str,
) -> Chart:
    (first, edge), over = span, _year(evaluation.plan.end.isoformat())
    names, left = _names(rows, lang)
    with chart_style():
        figure, ax = blank(body=_ROW * len(rows) + 0.1)
        _draw_bars(ax, rows)
        _draw_stages(ax, rows)
        _draw_finishes(ax, rows, edge, lang)
        for i, p in enumerate(rows):
            text = percent(p["investment_share"]) if np.isfinite(p["investment_share"]) else "—"
            ax.annotate(text, (1.0, i), xytext=(6, 0), xycoords=("axes fraction", "data"), fontsize=8.5,
                        textcoords="offset points", va="center", color=COLOURS["ink"])  # fmt: skip
        for at, style in ((over, "--"), (_year(str(evaluation.as_of)), ":")):
            ax.axvline(at, color=COLOURS["ink"], lw=1, ls=style, zorder=2, gid="guide")
        ax.set_xlim(first, edge + 0.05)
        _frame(ax, names)
        ticks = range(first, math.floor(edge) + 1)
        ax.set_xticks(list(ticks), [str(x) for x in ticks])
        above = legend_above(figure, ax, _handles(rows, lang), left=left, size=8.5)
    return finish(
        figure, name=name, rows=[r for p in rows for r in _time_rows(p, lang)],
        title=message("chart_project_time", lang) + of, unit=message("chart_project_time_unit", lang),
        period=message("as_of_day", lang, day=evaluation.as_of),
        source=publishers_of([e for p in rows for e in p["evidence"]], lang), lang=lang, left=left, right=0.5,
        above=above, said=message("chart_project_time_said", lang, n=len(rows)),
    )  # fmt: skip


def _year(day: str) -> float:
    found = date.fromisoformat(day)
    return found.year + (found.timetuple().tm_yday - 1) / 365.25


def _draw_bars(ax: Any, rows: Sequence[dict[str, Any]]) -> None:
    start = np.array([_year(p["plan_start"]) for p in rows])
    span = np.array([_year(p["plan_end"]) for p in rows]) - start
    share = np.array([min(max(p["investment_share"], 0.0), 1.0) for p in rows])
    at = np.arange(len(rows))
    ax.barh(at, span, left=start, height=0.62, color=COLOURS["pale"], zorder=1)
    done = np.isfinite(share)
    ax.barh(at[done], (span * share)[done], left=start[done], height=0.62, color="#B9CBDD", zorder=1)
    moved = [
        (_year(p["first_plan_end"]), i) for i, p in enumerate(rows) if p["first_plan_end"] != p["plan_end"]
    ]
    for x, i in moved:
        ax.plot([x, x], [i - 0.38, i + 0.38], color=COLOURS["ink"], lw=1.8, zorder=2)


def _stages(p: dict[str, Any]) -> list[tuple[str, int]]:
    """Day and stage of the reports that first told of a stage."""
    told: list[tuple[str, int]] = []
    for r in p["history"]:
        if math.isfinite(r["stage"]) and (not told or told[-1][1] != int(r["stage"])):
            told.append((r["date"], int(r["stage"])))
    return told


def _draw_stages(ax: Any, rows: Sequence[dict[str, Any]]) -> None:
    points: dict[int, list[tuple[float, int]]] = {}
    for i, p in enumerate(rows):
        for day, stage in _stages(p):
            points.setdefault(stage, []).append((_year(day), i))
    for stage, at in points.items():  # one artist a stage: a project by itself would cost a millisecond each
        marker, colour = _STAGE_MARKS[stage]
        x, y = zip(*at, strict=True)
        ax.plot(x, y, ls="", marker=marker, ms=4.6, color=colour, mew=0, zorder=3)


def _due(p: dict[str, Any]) -> bool:
    return bool(p["finish"]["date"]) and p["finish"]["basis"] != "completed"


def _draw_finishes(ax: Any, rows: Sequence[dict[str, Any]], edge: float, lang: str) -> None:
    colour = COLOURS["orange"]
    due = [(i, p["finish"]) for i, p in enumerate(rows) if _due(p)]
    near = [(i, f) for i, f in due if _year(f["date"]) <= edge]
    low = [_year(f["earliest"]) for _, f in near]
    high = [min(_year(f["latest"]) if f["latest"] else math.inf, edge) for _, f in near]
    at = [i for i, _ in near]
    ax.hlines(at, low, high, color=colour, lw=1.4, zorder=4)
    ax.plot([_year(f["date"]) for _, f in near], at, ls="", marker="D", ms=4.6, color=colour, mew=0, zorder=5)
    for i, f in due:
        if _year(f["date"]) <= edge:
            continue
        ax.plot(edge, i, marker=">", ms=5, color=colour, mew=0, zorder=5, clip_on=False)
        month = date.fromisoformat(f["date"])
        text = f"{month.year}年{month.month}月" if lang == "zh" else f"{month:%Y-%m}"
        ax.annotate(
            text,
            (edge, i),
            xytext=(-6, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=8.5,
            color=readable(colour),
            zorder=6,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )


def _handles(rows: Sequence[dict[str, Any]], lang: str) -> list[Any]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Patch(color=COLOURS["pale"], label=message("chart_planned", lang)),
        Patch(color="#B9CBDD", label=message("chart_investment", lang)),
    ]
    seen = {stage for p in rows for _, stage in _stages(p)}
    handles += [
        Line2D([], [], ls="", marker=_STAGE_MARKS[k][0], color=_STAGE_MARKS[k][1], ms=5.5, mew=0,
               label=STAGES[k][0 if lang == "zh" else 1])
        for k in sorted(seen)
    ]  # fmt: skip
    if any(_due(p) for p in rows):
        label = message("project_expected", lang)
        handles.append(Line2D([], [], ls="-", marker="D", color=COLOURS["orange"], ms=5, mew=0, label=label))
    if any(p["first_plan_end"] != p["plan_end"] for p in rows):
        label = message("project_first_end", lang)
        handles.append(Line2D([], [], ls="", marker="|", color=COLOURS["ink"], ms=9, mew=2, label=label))
    for word, style in (("project_plan_over", "--"), ("chart_today", ":")):
        handles.append(Line2D([], [], ls=style, color=COLOURS["ink"], lw=1, label=message(word, lang)))
    return handles


def _time_rows(p: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    name, f = p[f"name_{lang}"], p["finish"]
    rows = [
        {
            "series": message("chart_planned", lang),
            "item": name,
            "low": p["plan_start"],
            "high": p["plan_end"],
        },
        *(
            {"series": STAGES[stage][0 if lang == "zh" else 1], "item": name, "period": day}
            for day, stage in _stages(p)
        ),
    ]
    if np.isfinite(p["investment_share"]):
        rows.append(
            {"series": message("chart_investment", lang), "item": name, "value": 100 * p["investment_share"],
             "unit": "%"}
        )  # fmt: skip
    if _due(p):
        rows.append(
            {"series": message("project_expected", lang), "item": name, "period": f["date"],
             "low": f["earliest"], "high": f["latest"]}
        )  # fmt: skip
    if p["first_plan_end"] != p["plan_end"]:
        rows.append(
            {"series": message("project_first_end", lang), "item": name, "period": p["first_plan_end"]}
        )
    return rows
