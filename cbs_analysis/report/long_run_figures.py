"""The chart of responses to a shock, with the bands of one method and the bars of another."""

from __future__ import annotations

from typing import Any

from ..models.local_projections import LocalProjectionResult
from ..models.results import evidence_word
from ..models.var import VarResult
from .context import Refusal
from .figures import Chart, blank, finish
from .long_run_pages import digits_of, number_of, responses_of
from .messages import message
from .style import COLOURS, chart_style, readable, text_inches
from .tables import translator

__all__ = ["plot_responses"]

_PANEL = 1.8  # inches


def plot_responses(
    first: VarResult,
    lang: str,
    *,
    aside: VarResult | Refusal,
    projection: LocalProjectionResult | Refusal,
    alone: VarResult | Refusal | None = None,
    source: str,
) -> Chart:
    """Responses to a shock of one point: all quarters above, the pandemic quarters set aside below.

    Above the vector autoregression with its band and local projections with their bars; below the one without
    the pandemic quarters, and a line for the response measured without overlap (`alone`).
    """
    t = translator(lang)
    told = first if isinstance(aside, Refusal) else aside
    panels = [first] if isinstance(aside, Refusal) else [first, aside]
    rows: list[dict[str, Any]] = []
    with chart_style():
        figure, axes = blank(
            len(panels),
            1,
            body=_PANEL * len(panels) + 0.75 * (len(panels) - 1),
            squeeze=False,
            sharex=True,
            sharey=True,
        )
        for ax, var, key in zip(axes[:, 0], panels, ("panel_all", "panel_aside"), strict=False):
            panel = t(f"long_run_{key}")
            rows += _band(ax, var, t("long_run_line"), panel, lang)
            if var is first and isinstance(projection, LocalProjectionResult):
                rows += _bars(ax, projection, t("long_run_dots"), panel, lang)
            elif isinstance(alone, VarResult):
                line = responses_of(alone)["estimate"]
                ax.plot(
                    line.index,
                    line.to_numpy(),
                    color=COLOURS["green"],
                    lw=1.6,
                    ls="--",
                    label=t("long_run_alone"),
                )
                rows += _rows(responses_of(alone), t("long_run_alone"), panel, alone.alpha, lang)
            ax.axhline(0, color=COLOURS["ink"], lw=0.8, gid="guide")
            ax.set_title(panel, loc="left", fontsize=9.5, color=COLOURS["ink"], pad=21)
            made = ax.legend(
                loc="lower left",
                bbox_to_anchor=(-0.01, 0.99),
                ncols=2,
                frameon=False,
                fontsize=9,
                borderpad=0.1,
                handlelength=1.6,
                columnspacing=1.0,
            )
            for handle, text in zip(made.legend_handles, made.get_texts(), strict=True):
                text.set_color(readable(str(handle.get_color())))
            ax.tick_params(labelbottom=True)
        axes[-1, 0].set_xlabel(t("long_run_axis"))
    return finish(
        figure, name=f"responses_{_slug(first)}", rows=rows, title=_title(told, projection, lang),
        unit=t("long_run_unit", cover=f"{1 - told.alpha:.0%}"),
        period=f"{first.resid.index[0]}—{first.resid.index[-1]}", source=source, lang=lang,
        said=told.finding(lang), above=0.42, below=0.5, gap=0.75, left=0.3 + text_inches("-0.00", 9),
    )  # fmt: skip


def _slug(var: VarResult) -> str:
    """Which response it is: the number of series with the rate of unemployment is told by its name."""
    return "unemployment" if any(w in var.response for w in ("失业", "nemployment")) else "income"


def _title(told: VarResult, projection: LocalProjectionResult | Refusal, lang: str) -> str:
    found = responses_of(told)
    value, low, high = (float(x) for x in found.loc[told.after])
    word = {"above": "up", "below": "down", "covers": "none"}[evidence_word(low, high)]
    title = message(
        f"long_run_chart_{word}", lang, response=told.response, value=number_of(abs(value), digits_of(found))
    )
    if word != "none" and not _confirmed(projection, value):
        title += message("long_run_chart_unsure", lang)
    return title


def _confirmed(projection: LocalProjectionResult | Refusal, value: float) -> bool:
    if isinstance(projection, Refusal):
        return False
    row = projection.irf().loc[projection.after]
    return evidence_word(row["low"], row["high"]) == ("above" if value > 0 else "below")


def _band(ax: Any, var: VarResult, label: str, panel: str, lang: str) -> list[dict[str, Any]]:
    found = responses_of(var)
    ax.fill_between(found.index, found["low"], found["high"], color=COLOURS["sky"], alpha=0.35, lw=0)
    ax.plot(found.index, found["estimate"], color=COLOURS["blue"], lw=2, label=label)
    ax.set_xticks(found.index)
    return _rows(found, label, panel, var.alpha, lang)


def _bars(
    ax: Any, projection: LocalProjectionResult, label: str, panel: str, lang: str
) -> list[dict[str, Any]]:
    found = responses_of(projection)
    x = found.index.to_numpy(dtype=float) + 0.08
    ax.vlines(x, found["low"], found["high"], color=COLOURS["orange"], lw=1.6)
    ax.plot(x, found["estimate"], color=COLOURS["orange"], marker="o", lw=0, ms=5, label=label)
    return _rows(found, label, panel, projection.alpha, lang)


def _rows(found: Any, series: str, panel: str, alpha: float, lang: str) -> list[dict[str, Any]]:
    lines = series == message("long_run_alone", lang)  # drawn as a line without its band
    return [
        {
            "panel": panel,
            "series": series,
            "item": str(h),
            "value": r["estimate"],
            "unit": message("chart_points", lang),
            **({} if lines else {"low": r["low"], "high": r["high"], "level": f"{1 - alpha:.0%}"}),
        }
        for h, r in found.iterrows()
    ]
