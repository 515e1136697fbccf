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
from .figures import Chart, _finish, _new
from .messages import message
from .style import COLOURS, chart_style

__all__ = ["level_of", "month_of", "name_of", "plot_history", "plot_signals", "reading_signals"]

LEVEL_COLOURS = ("#E3E6EA", "#F2C230", "#E5801A", "#B5382A")  # none, yellow, orange, red
_SHOWN = 36  # months of the chart of signals


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
    """The series of the event with its bound and its events; below, the share of red and the level."""
    series = result.rule.series
    shown = series[series.index >= min(result.readings.index[0] - 12, series.index[-1])]
    with chart_style():
        figure_, (top, low) = _new(
            2, 1, height=6.2, sharex=True, gridspec_kw={"height_ratios": [1.4, 1], "hspace": 0.2}
        )
        _event_series(top, result, shown, lang)
        for begin, end in result.events.spells:
            ends = _at(pd.PeriodIndex([begin, end])) + np.array([-1, 1]) / 24
            for ax in (top, low) if end >= shown.index[0] else ():
                ax.axvspan(*ends, color=COLOURS["pale"], lw=0, zorder=0)
        x, level = _at(result.readings.index), result.readings["level"].to_numpy()
        share = (result.readings["red"] / result.readings["known"]).to_numpy(dtype=float)
        for step in range(1, 4):
            on = level == step
            if not on.any():
                continue
            low.bar(x[on], np.full(on.sum(), 1.0), width=1 / 12, color=LEVEL_COLOURS[step], alpha=0.55, lw=0,
                    label=level_of(step, lang), zorder=1)  # fmt: skip
        low.plot(x, share, color=COLOURS["ink"], lw=1.2, marker=".", ms=3)
        low.set_ylim(0, 1.02)
        low.set_yticks([0, 0.5, 1.0], ["0%", "50%", "100%"])
        low.set_ylabel(message("warning_share_axis", lang))
        if (level > 0).any():
            low.legend(ncols=3, loc="lower right", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=9,
                       borderaxespad=0.1)  # fmt: skip
        years = range(int(shown.index[0].year), int(result.now.year) + 1)
        step = max(1, len(years) // 9)
        low.set_xticks([*years][::step], [str(y) for y in years][::step])
        low.set_xlim(_at(shown.index)[0] - 0.1, x[-1] + 0.15)
        figure_.subplots_adjust(left=0.1, right=0.98)
    return _finish(
        figure_,
        title=message(
            "warning_history_chart",
            lang,
            level=level_of(LEVELS.index(result.level), lang),
            month=month_of(result.now, lang),
        ),
        unit=message("warning_history_unit", lang, unit=_unit(result, lang)),
        period=f"{shown.index[0]}—{result.now}",
        source=source,
        lang=lang,
        said=reading_signals(result, lang),
    )


def _unit(result: WarningResult, lang: str) -> str:
    key = "warning_unit_persons" if result.rule.kind == "counts_above_bound" else "warning_unit_percent"
    return message(key, lang)


def _event_series(ax: Any, result: WarningResult, shown: pd.Series, lang: str) -> None:
    counts = result.rule.kind == "counts_above_bound"
    line = message("warning_line_claims" if counts else "warning_line_rate", lang)
    ax.plot(_at(shown.index), shown.to_numpy(), color=COLOURS["blue"], lw=1.6, label=line)
    series = result.rule.series
    if counts:
        bound = seasonal_upper_bound(series, years=result.rule.years, alpha=result.rule.alpha)["bound"]
        label = "warning_line_bound"
    else:  # the rate at which the gap would be the declared rise
        rise = sahm_gap(series)
        mean = series.reindex(rise.index).rolling(3, min_periods=3).mean()
        bound, label = mean - rise + result.rule.rise, "warning_line_rise"
    bound = bound.reindex(shown.index)
    ax.plot(
        _at(bound.index),
        bound.to_numpy(),
        color=COLOURS["orange"],
        lw=1.1,
        ls="--",
        label=message(label, lang),
    )
    ax.legend(
        ncols=2, loc="lower left", bbox_to_anchor=(0, 1.0), frameon=False, fontsize=9, borderaxespad=0.1
    )
    ax.margins(y=0.08)


def plot_signals(result: WarningResult, lang: str, *, source: str) -> Chart:
    """Each signal in each of the last months: red, clear or unknown."""
    red = result.red.iloc[-_SHOWN:]
    names = list(result.composite.thresholds)
    grid = red.reindex(columns=names).to_numpy(dtype=float).T
    cells = np.where(np.isnan(grid), 0, grid + 1)
    with chart_style():
        from matplotlib.colors import ListedColormap

        figure_, ax = _new(height=1.9 + 0.36 * len(names))
        colours = ListedColormap(["#FFFFFF", COLOURS["pale"], COLOURS["orange"]])
        ax.pcolormesh(cells, cmap=colours, vmin=-0.5, vmax=2.5, edgecolors="white", linewidth=1.5)
        for i, j in zip(*np.nonzero(cells == 2), strict=True):
            ax.text(j + 0.5, i + 0.5, "×", ha="center", va="center", color="white", fontsize=8)
        ax.set_yticks(
            np.arange(len(names)) + 0.5, [_short(name_of(n, lang), lang) for n in names], fontsize=9
        )
        marks = [j for j, m in enumerate(red.index) if m.month in (1, 7)]
        ax.set_xticks([j + 0.5 for j in marks], [str(red.index[j]) for j in marks], fontsize=9)
        ax.invert_yaxis()
        ax.grid(visible=False)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        ax.tick_params(length=0)
        figure_.subplots_adjust(left=0.27 if lang == "zh" else 0.38, right=0.98)
    return _finish(
        figure_,
        title=message(
            "warning_signals_chart", lang, n=len(result.red_now), of=int(red.iloc[-1].notna().sum())
        ),
        unit=message("warning_signals_unit", lang),
        period=f"{red.index[0]}—{red.index[-1]}",
        source=source,
        lang=lang,
        said=reading_signals(result, lang),
    )


def _short(name: str, lang: str) -> str:
    limit = 15 if lang == "zh" else 40
    return name if len(name) <= limit else name[: limit - 1] + "…"
