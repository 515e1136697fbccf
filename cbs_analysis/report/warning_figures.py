"""Charts of the unemployment warning, and the words that its tables and charts share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..models.warning import WarningResult
from ..models.warning_counts import seasonal_upper_bound
from ..models.warning_events import sahm_gap
from ..models.warning_levels import LEVELS
from ..models.wording import period_zh
from ..registry.load import load_registry
from .figures import Chart, blank, finish, legend_above
from .messages import message
from .style import COLOURS, chart_style, text_inches, wrap_text

__all__ = ["level_of", "month_of", "name_of", "plot_history", "plot_signals", "reading_signals"]

LEVEL_COLOURS = ("#E3E6EA", "#F2C230", "#E5801A", "#B5382A")  # none, yellow, orange, red
_SHOWN = 24  # months of the dashboard


def name_of(indicator: str, lang: str) -> str:
    return load_registry().indicator(indicator).name(lang)


def month_of(period: pd.Period, lang: str) -> str:
    return period_zh(period) if lang == "zh" else str(period)


def level_of(value: float, lang: str) -> str:
    return message(f"warning_level_{LEVELS[int(value)]}", lang)


def reading_signals(result: WarningResult, lang: str) -> str:
    """Which signals are red."""
    red = message("list_sep", lang).join(name_of(i, lang) for i in result.red_now)
    key = "warning_red_now" if red else "warning_none_red"
    return message(key, lang, names=red, level=level_of(LEVELS.index(result.level), lang))


def _at(index: pd.PeriodIndex) -> Any:
    return np.asarray(index.year) + (np.asarray(index.month) - 0.5) / 12


def plot_history(result: WarningResult, lang: str, *, source: str) -> Chart:
    """The series of the event with its bound and its events; below, the share of red and the level.

    A level is told by its colour and by its height: yellow a third, orange two thirds, red the whole.
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    series = result.rule.series
    shown = series[series.index >= min(result.readings.index[0] - 12, series.index[-1])]
    rows: list[dict[str, Any]] = []
    with chart_style():
        figure, (top, low) = blank(2, 1, body=4.3, sharex=True, gridspec_kw={"height_ratios": [1.4, 1]})
        rows += _event_series(top, result, shown, lang)
        for begin, end in result.events.spells:
            ends = _at(pd.PeriodIndex([begin, end])) + np.array([-1, 1]) / 24
            for ax in (top, low) if end >= shown.index[0] else ():
                ax.axvspan(*ends, color=COLOURS["pale"], lw=0, zorder=0)
        rows += _levels(low, result, lang)
        years = range(int(shown.index[0].year), int(result.now.year) + 1)
        step = max(1, -(-len(years) // 10))
        low.set_xticks([*years][::step], [str(y) for y in years][::step])
        low.set_xlim(_at(shown.index)[0] - 0.1, _at(result.readings.index)[-1] + 0.15)
        handles: list[Any] = list(top.get_lines()[:2])
        handles.append(Patch(color=COLOURS["pale"], label=message("chart_event", lang)))
        above = legend_above(figure, top, handles, left=0.6)
        on = sorted({int(v) for v in result.readings["level"].dropna() if v > 0})
        steps: list[Any] = [Patch(color=LEVEL_COLOURS[k], label=level_of(k, lang)) for k in on]
        steps.append(Line2D([], [], color=COLOURS["ink"], lw=1.2, marker=".", ms=3,
                            label=message("warning_share_axis", lang)))  # fmt: skip
        legend_above(figure, low, steps, left=0.6)
    return finish(
        figure, name="warning_history", rows=rows,
        title=message("warning_history_chart", lang, level=level_of(LEVELS.index(result.level), lang),
                      month=month_of(result.now, lang)),
        unit=message("chart_history_unit", lang, unit=_unit(result, lang)),
        period=f"{shown.index[0]}—{result.now}", source=source, lang=lang, said=reading_signals(result, lang),
        above=above, gap=0.62,
    )  # fmt: skip


def _levels(ax: Any, result: WarningResult, lang: str) -> list[dict[str, Any]]:
    x, level = _at(result.readings.index), result.readings["level"].to_numpy()
    share = (result.readings["red"] / result.readings["known"]).to_numpy(dtype=float)
    for step in range(1, 4):
        on = level == step
        if on.any():
            ax.bar(
                x[on],
                np.full(on.sum(), step / 3),
                width=1 / 12,
                color=LEVEL_COLOURS[step],
                alpha=0.6,
                lw=0,
                zorder=1,
                gid="guide",
            )
    ax.plot(x, share, color=COLOURS["ink"], lw=1.2, marker=".", ms=3)
    ax.set_ylim(0, 1.02)
    ax.set_yticks([0, 0.5, 1.0], ["0%", "50%", "100%"])
    return [
        {"panel": message("warning_share_axis", lang), "series": message("warning_share_axis", lang),
         "period": str(p), "value": s, "unit": message("chart_share", lang),
         "text": level_of(v, lang) if np.isfinite(v) else ""}
        for p, s, v in zip(result.readings.index, share, level, strict=True)
    ]  # fmt: skip


def _unit(result: WarningResult, lang: str) -> str:
    key = "warning_unit_persons" if result.rule.kind == "counts_above_bound" else "warning_unit_percent"
    return message(key, lang)


def _event_series(ax: Any, result: WarningResult, shown: pd.Series, lang: str) -> list[dict[str, Any]]:
    counts = result.rule.kind == "counts_above_bound"
    line = message("warning_line_claims" if counts else "warning_line_rate", lang)
    series = result.rule.series
    if counts:
        bound = seasonal_upper_bound(series, years=result.rule.years, alpha=result.rule.alpha)["bound"]
        label = message("warning_line_bound", lang)
    else:  # the rate at which the gap would be the declared rise
        rise = sahm_gap(series)
        mean = series.reindex(rise.index).rolling(3, min_periods=3).mean()
        bound, label = mean - rise + result.rule.rise, message("warning_line_rise", lang)
    bound = bound.reindex(shown.index)
    ax.plot(_at(shown.index), shown.to_numpy(), color=COLOURS["blue"], lw=1.5, label=line)
    ax.plot(_at(bound.index), bound.to_numpy(), color=COLOURS["orange"], lw=1.2, ls="--", label=label)
    ax.margins(y=0.08)
    unit = _unit(result, lang)
    return [
        {"panel": line, "series": name, "period": str(p), "value": v, "unit": unit}
        for name, x in ((line, shown), (label, bound)) for p, v in x.items()
    ]  # fmt: skip


def plot_signals(result: WarningResult, lang: str, *, source: str) -> Chart:
    """The dashboard: each signal in each of the last months, and the level of each month below.

    Red cells carry a cross, months without a reading are blank; a level stands as its first letter.
    """
    from matplotlib.colors import ListedColormap
    from matplotlib.lines import Line2D

    red = result.red.iloc[-_SHOWN:]
    names = list(result.composite.thresholds)
    grid = red.reindex(columns=names).to_numpy(dtype=float).T
    cells = np.where(np.isnan(grid), 0, grid + 1)
    labels = [wrap_text(name_of(n, lang), 8.5, 1.75, lines=2, even=True) for n in names]
    labels.append(message("chart_level", lang))
    left = 0.22 + max(text_inches(x, 8.5) for x in labels)
    with chart_style():
        figure, ax = blank(body=0.33 * (len(names) + 1.3))
        colours = ListedColormap(["#FFFFFF", COLOURS["pale"], COLOURS["orange"]])
        ax.pcolormesh(cells, cmap=colours, vmin=-0.5, vmax=2.5, edgecolors="white", linewidth=1.2)
        at = np.argwhere(cells == 2)
        ax.plot(at[:, 1] + 0.5, at[:, 0] + 0.5, ls="", marker="x", ms=4.5, mew=1.2, color="white")
        rows = _dashboard_rows(red, names, cells, lang) + _level_row(
            ax, result, red.index, len(names) + 0.8, lang
        )
        ax.set_yticks(
            [*(np.arange(len(names)) + 0.5), len(names) + 0.8], labels, fontsize=8.5, linespacing=1.0
        )
        marks = [j for j, m in enumerate(red.index) if m.month in (1, 7)]
        ax.set_xticks([j + 0.5 for j in marks], [f"{red.index[j].year}\n{red.index[j].month}" for j in marks])
        ax.set_ylim(len(names) + 1.3, 0)
        ax.set_xlim(0, len(red))
        ax.grid(visible=False)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        ax.tick_params(length=0)
        handles = [
            Line2D([], [], ls="", marker="s", ms=8, mfc=c, mec=e, label=message(k, lang))
            for k, c, e in (("chart_signal_red", COLOURS["orange"], COLOURS["orange"]),
                            ("chart_signal_clear", COLOURS["pale"], COLOURS["pale"]),
                            ("chart_signal_blank", "white", COLOURS["grey"]))
        ]  # fmt: skip
        above = legend_above(figure, ax, handles, left=left)
    return finish(
        figure,
        name="warning_signals",
        rows=rows,
        title=message(
            "warning_signals_chart", lang, n=len(result.red_now), of=int(red.iloc[-1].notna().sum())
        ),
        unit=message("chart_signals_unit", lang),
        period=f"{red.index[0]}—{red.index[-1]}",
        source=source,
        lang=lang,
        said=reading_signals(result, lang),
        left=left,
        right=0.12,
        above=above,
        below=0.46,
    )


def _dashboard_rows(red: pd.DataFrame, names: list[str], cells: Any, lang: str) -> list[dict[str, Any]]:
    words = [message(f"chart_signal_{k}", lang) for k in ("blank", "clear", "red")]
    return [
        {
            "item": name_of(n, lang),
            "period": str(p),
            "value": np.nan if k == 0 else k - 1,
            "text": words[int(k)],
        }
        for n, line in zip(names, cells, strict=True)
        for p, k in zip(red.index, line, strict=True)
    ]


def _level_row(
    ax: Any, result: WarningResult, months: pd.PeriodIndex, y: float, lang: str
) -> list[dict[str, Any]]:
    """A square a month in the colour of its level, with the letter of the level."""
    levels = result.readings["level"].reindex(months)
    rows = []
    for j, (month, value) in enumerate(levels.items()):
        if not np.isfinite(value):
            continue
        step = int(value)
        ax.plot(j + 0.5, y, marker="s", ms=8.5, color=LEVEL_COLOURS[step], mew=0)
        if step:
            ax.text(j + 0.5, y, message(f"chart_letter_{LEVELS[step]}", lang), ha="center", va="center",
                    fontsize=8.5, color="white" if step == 3 else COLOURS["ink"])  # fmt: skip
        rows.append(
            {"item": message("chart_level", lang), "period": str(month), "text": level_of(step, lang)}
        )
    return rows
