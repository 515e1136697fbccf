"""Charts of jobs and growth: growth of both, elasticities with their intervals, and Okun's relation."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..models.elasticity import ElasticityResult
from ..models.okun import OkunResult
from ..models.panel import PanelResults
from ..models.regression import RegressionResult
from ..models.results import Results, evidence_word
from ..registry.load import load_registry
from ..series.rounding import fixed
from .context import Refusal
from .employment_pages import PANDEMIC, UNITS, UNITS_BREAK, Arcs
from .figures import WIDTH, Chart, blank, end_labels, finish, hollow, legend_above, status_of, year_ticks
from .messages import message
from .style import COLOURS, chart_style, text_inches, wrap_text

__all__ = ["plot_elasticities", "plot_jobs", "plot_okun"]


def plot_jobs(arcs: Arcs, lang: str, *, source: str, soft: Collection[int] = ()) -> Chart | None:
    """Growth of employment and of output by year; None for fewer than two years.

    `soft` are the years whose employment is provisional: hollow.

    The year in which the statistics of urban units changed is marked.
    """
    frame = arcs.table
    if len(frame) < 2:
        return None
    years = [p.year for p in frame.index]
    keys = (("jobs", "employment", "blue", "o"), ("output_short", "output", "orange", "s"))
    rows: list[dict[str, Any]] = []
    with chart_style():
        figure, ax = blank(body=2.8)
        ends = []
        for key, column, colour, marker in keys:
            x = frame[column].reindex(pd.period_range(frame.index[0], frame.index[-1], freq="Y"))
            at = [p.year for p in x.index]
            ax.plot(at, x.to_numpy(), color=COLOURS[colour], lw=1.7)
            unsure = soft if key == "jobs" else ()
            hollow(ax, at, x, [y in unsure for y in at], COLOURS[colour], marker=marker)
            last, name = x.last_valid_index(), message(f"employment_line_{key}", lang)
            short = "" if last == x.index[-1] else f" ({last})"
            said = f"{name} {fixed(float(x[last]), 1, sign=True)}{short}"
            ends.append((float(x[last]), said, COLOURS[colour]))
            rows += [
                {
                    "series": name,
                    "period": str(p),
                    "value": v,
                    "unit": "%",
                    "status": status_of(p.year, unsure),
                }
                for p, v in x.items()
            ]
        if arcs.indicator == UNITS and years[0] <= int(UNITS_BREAK) <= years[-1]:
            at_break = int(UNITS_BREAK)
            ax.axvline(at_break, color=COLOURS["quiet"], lw=1, ls=":", gid="guide")
            low, high = ax.get_ylim()
            ax.set_ylim(low, high + 0.14 * (high - low))
            side = "right" if at_break > sum(years) / len(years) else "left"
            ax.text(at_break + (-0.25 if side == "right" else 0.25), 0.985, message("chart_definition", lang),
                    transform=ax.get_xaxis_transform(), ha=side, va="top", fontsize=8.5,
                    color=COLOURS["quiet"])  # fmt: skip
            rows.append({"series": message("chart_definition", lang), "period": UNITS_BREAK})
        right = end_labels(ax, ends, x=years[-1], height=2.8)
        ax.axhline(0, color=COLOURS["ink"], lw=0.8, gid="guide")
        year_ticks(ax, range(years[0], years[-1] + 1), inches=WIDTH - 0.5 - right)
    known = frame["elasticity"].dropna()
    name = load_registry().indicator(arcs.indicator).name(lang)
    return finish(
        figure,
        name="jobs_units" if arcs.indicator == UNITS else "jobs",
        rows=rows,
        title=message("employment_jobs_title", lang, name=name, n=len(known), lost=int((known < 0).sum())),
        unit=message("employment_jobs_unit", lang),
        period=f"{years[0]}—{years[-1]}",
        source=source,
        lang=lang,
        left=0.46,
        right=right,
    )


def plot_elasticities(
    fits: Mapping[str, Results | Refusal | None], lang: str, *, own: str, source: str
) -> Chart | Refusal | None:
    """Average elasticities with their intervals, one row an estimate with its years.

    `own` are the publishers behind the figures of the area, `source` behind those of the provinces. The chart
    of refusals alone is the first refusal; None where there is nothing at all.
    """
    known = {name: fit for name, fit in fits.items() if isinstance(fit, Results)}
    if not known:
        return next((f for f in fits.values() if isinstance(f, Refusal)), None)
    told = [(name, _years(fit.sample), *_estimate(fit)) for name, fit in known.items()]
    labels = [f"{wrap_text(name, 8.5, 2.3, even=True)}\n{years}" for name, years, *_ in told]
    values = [f"{fixed(v, 2)}\n{_span(low, high, lang)}" for _, _, v, low, high in told]
    left = 0.2 + max(text_inches(x, 8.5) for x in labels)
    tall = [0.19 * max(2, x.count("\n") + 1) + 0.12 for x in labels]
    at = -(np.cumsum(tall) - np.array(tall) / 2)
    with chart_style():
        figure, ax = blank(body=sum(tall))
        for y, (_, _, value, low, high) in zip(at, told, strict=True):
            clear = evidence_word(low, high) != "covers"
            colour = COLOURS["blue" if clear else "quiet"]
            ax.plot([low, high], [y, y], color=colour, lw=2.2, solid_capstyle="butt")
            ax.plot(value, y, marker="o", ms=6, mec=colour, mfc=colour if clear else "white", mew=1.5)
        ax.axvline(0, color=COLOURS["ink"], lw=0.9, gid="guide")
        for y, text in zip(at, values, strict=True):
            ax.annotate(text, (1.0, y), xytext=(7, 0), xycoords=("axes fraction", "data"), fontsize=8.5,
                        textcoords="offset points", va="center", color=COLOURS["ink"])  # fmt: skip
        ax.set_yticks(at, labels, fontsize=8.5, linespacing=1.1)
        ax.set_ylim(-sum(tall), 0)
        ax.margins(x=0.06)
        ax.locator_params(axis="x", nbins=5)
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x", color=COLOURS["pale"])
        ax.grid(axis="y", visible=False)
    level = f"{1 - next(iter(known.values())).alpha:.0%}"
    sources = [source if isinstance(fit, PanelResults) else own for fit in known.values()]
    rows = [
        {"item": name, "period": years, "value": v, "low": low, "high": high, "level": level,
         "unit": message("chart_elasticity_row", lang), "source": cited}
        for (name, years, v, low, high), cited in zip(told, sources, strict=True)
    ]  # fmt: skip
    found = sum(evidence_word(low, high) != "covers" for *_, low, high in told)
    return finish(
        figure,
        name="elasticities",
        rows=rows,
        title=message("chart_elasticities", lang, n=len(told), clear=found),
        unit=message("chart_elasticities_unit", lang, level=level),
        lang=lang,
        period=_years(" ".join(y for _, y, *_ in told)),
        source=message("semicolon", lang).join(dict.fromkeys(sources)),
        said=message("list_sep", lang).join(f"{n} {fixed(v, 2)}" for n, _, v, *_ in told),
        left=left,
        right=0.2 + max(text_inches(x, 8.5) for x in values),
    )


def _estimate(fit: Results) -> tuple[float, float, float]:
    key = "elasticity" if isinstance(fit, ElasticityResult | RegressionResult) else ""
    if isinstance(fit, PanelResults):
        key = fit.first
    low, high = fit.conf_int().loc[key]
    return float(fit.params[key]), float(low), float(high)


def _span(low: float, high: float, lang: str) -> str:
    return message("employment_range", lang, low=fixed(low, 2), high=fixed(high, 2))


def _years(sample: str) -> str:
    """First and last year of the words for a sample."""
    found = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", sample)
    return f"{min(found)}—{max(found)}" if found else "—"


def plot_okun(
    fit: OkunResult, lang: str, *, source: str, apart: RegressionResult | Refusal | None = None
) -> Chart:
    """Change of the rate against growth with the fitted line, dashed without the quarters set apart.

    The periods farthest off are named.
    """
    from matplotlib.lines import Line2D

    y = fit.fittedvalues + fit.resid
    const, slope = fit.params["const"], fit.params["okun"]
    x = (fit.fittedvalues - const) / slope
    far = (x - x.mean()).abs().nlargest(2).index.union(fit.resid.abs().nlargest(2).index)
    axes_names = [message(f"employment_axis_{k}", lang) for k in ("growth", "change")]
    rows: list[dict[str, Any]] = [
        {
            "series": axes_names[i],
            "period": str(p),
            "value": v,
            "unit": message("chart_points" if i else "chart_pct", lang),
        }
        for i, s in enumerate((x, y))
        for p, v in s.items()
    ]
    with chart_style():
        figure, ax = blank(body=2.9)
        ax.plot(x.to_numpy(), y.to_numpy(), ls="", marker="o", ms=5, color=COLOURS["blue"], zorder=3)
        lines = [("all", const, slope, x, "orange", "-")]
        if isinstance(apart, RegressionResult):
            kept = x[~x.index.isin([pd.Period(p, freq=x.index.freq) for p in PANDEMIC])]
            lines.append(("apart", apart.params["const"], apart.params["okun"], kept, "green", "--"))
        handles = []
        for key, a, b, over, colour, style in lines:
            ends = np.array([over.min(), over.max()])
            label = message(f"employment_line_{key}", lang, value=fixed(b, 3))
            ax.plot(ends, a + b * ends, color=COLOURS[colour], lw=1.8, ls=style)
            handles.append(Line2D([], [], color=COLOURS[colour], lw=1.8, ls=style, label=label))
            rows += [{"series": label, "item": f"x={fixed(e, 1)}", "value": a + b * e} for e in ends]
        ax.axhline(0, color=COLOURS["ink"], lw=0.8, gid="guide")
        ax.margins(x=0.06, y=0.14)
        _name_points(ax, x, y, far)
        ax.set_xlabel(axes_names[0])
        ax.set_ylabel(axes_names[1])
        above = legend_above(figure, ax, handles, left=0.7)
    low, high = fit.conf_int().loc["okun"]
    key = "unfound" if evidence_word(low, high) == "covers" else "found"
    index = fit.resid.index
    return finish(
        figure, name=f"okun_{fit.rate}", rows=rows,
        title=message(f"employment_okun_title_{key}", lang, rate=message(f"employment_rate_{fit.rate}", lang),
                      value=fixed(slope, 3)),
        unit=message("employment_okun_unit", lang), period=f"{index[0]}—{index[-1]}", source=source,
        lang=lang, said=fit.finding(lang), left=0.7, below=0.52, above=above,
    )  # fmt: skip


def _name_points(ax: Any, x: pd.Series, y: pd.Series, far: Any) -> None:
    middle, level = float(x.mean()), float(y.mean())
    for p in far:
        left, up = x[p] > middle, y[p] > level
        ax.annotate(
            str(p), (x[p], y[p]), xytext=(-6 if left else 6, 7 if up else -8), textcoords="offset points",
            fontsize=8.5, ha="right" if left else "left", va="center", color=COLOURS["quiet"],
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.8},
        )  # fmt: skip
