"""One picture for each kind of result: `plot(result)` in a notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from ..errors import Fault, ParameterError
from ..models.projection import Projection
from ..models.results import Results
from ..plan.evaluation import Evaluation
from ..series.rounding import percent
from ..series.seasonal_result import SeasonalAdjustment
from .figures import Chart, blank, end_labels, finish
from .lab_display import words_of
from .messages import message
from .style import COLOURS, chart_style, text_inches

__all__ = ["plot"]

# results that pages draw already: module and function of `report`
_OWN = {
    "SynchronyResult": ("income_figures", "plot_synchrony"),
    "SynchronyParts": ("decomposition_figures", "plot_parts"),
    "IncomeGapResult": ("gap_figures", "plot_gap"),
    "WarningResult": ("warning_figures", "plot_history"),
}
_BODY, _ROW = 2.6, 0.34  # inches: height of a drawing, height for an estimate
_LINE_COLOURS = ("orange", "blue")


def plot(result: Any, lang: str = "zh", *, source: str = "—") -> Chart:
    """Draw a result: as the pages do, or fitted beside observed figures, or estimates with their intervals.

    Parameters
    ----------
    result : Results, Evaluation or SeasonalAdjustment
    lang : {"zh", "en"}
    source : str
        Publishers of the data, for the line under the picture; a result of a model does not know them.

    Returns
    -------
    Chart
        It shows itself; `chart.figure` is the matplotlib figure, `chart.data` what is drawn.

    Raises
    ------
    ParameterError
        There is no picture for such a thing.

    Examples
    --------
    >>> import pandas as pd
    >>> from cbs_analysis.models import fit_projection
    >>> levels = pd.Series([60.0, 61.5, 62.4, 64.0, 64.9], pd.period_range("2018", "2022", freq="Y"))
    >>> chart = plot(fit_projection(levels, horizon=3), "en")
    >>> list(chart.data["period"])
    ['2023', '2024', '2025']
    """
    own = _OWN.get(type(result).__name__)
    if own is not None:
        draw: Callable[..., Chart] = getattr(import_module(f".{own[0]}", __package__), own[1])
        return draw(result, lang, source=source)
    if isinstance(result, Evaluation):
        from .verdict_figures import plot_distribution

        return plot_distribution(result, lang)
    if isinstance(result, SeasonalAdjustment):
        return _lines({"observed": result.observed, "adjusted": result.adjusted}, lang, source)
    if not isinstance(result, Results):
        raise _no_picture(result)
    if isinstance(result, Projection):
        return _band(result, lang, source)
    fitted, resid = result.fittedvalues, result.resid
    if len(fitted) and isinstance(fitted.index, pd.PeriodIndex) and fitted.index.equals(resid.index):
        return _lines({"observed": fitted + resid, "fitted": fitted}, lang, source)
    return _estimates(result, lang, source)


def _no_picture(thing: Any) -> ParameterError:
    name = type(thing).__name__
    return ParameterError(
        Fault(
            "there is no picture for this",
            got=name,
            expected="a result of a fit_ function, of evaluate or of seasonal_adjust",
            zh=message("lab_no_plot", "zh", got=name),
        )
    )


def _lines(lines: Mapping[str, pd.Series], lang: str, source: str) -> Chart:
    """Series over their periods; a gap of the figures is a gap of the line."""
    names = {key: message(f"lab_line_{key}", lang) for key in lines}
    index = next(iter(lines.values())).index
    rows = [
        {"series": names[key], "period": str(p), "value": float(v)}
        for key, x in lines.items()
        for p, v in x.items()
    ]
    with chart_style():
        figure, ax = blank(body=_BODY)
        ends = []
        for (key, x), colour in zip(lines.items(), _LINE_COLOURS, strict=True):
            ax.plot(_places(x.index), x.to_numpy(dtype=float), color=COLOURS[colour], marker="o", ms=3)
            ends.append((float(x.dropna().iloc[-1]), names[key], COLOURS[colour]))
        room = end_labels(ax, ends, x=float(_places(index)[-1]), height=_BODY)
        widest = _tick_room(ax)
    return finish(
        figure, name="result_lines", rows=rows, title=message("lab_lines", lang, names=_listed(names, lang)),
        unit=message("lab_as_given", lang), period=f"{index[0]}—{index[-1]}", source=source, lang=lang,
        left=widest, right=room,
    )  # fmt: skip


def _band(result: Projection, lang: str, source: str) -> Chart:
    """Medians of the years to come with their interval, and the target where there is one."""
    limits, unit = result.conf_int(), result.unit[lang != "zh"] or message("lab_as_given", lang)
    level = percent(1 - result.alpha)
    name = message("lab_line_median", lang)
    rows = [
        {"series": name, "period": str(p), "value": float(result.params[p]), "level": level, "unit": unit,
         "low": float(limits.at[p, "low"]), "high": float(limits.at[p, "high"])}
        for p in result.params.index
    ]  # fmt: skip
    index = result.years
    with chart_style():
        figure, ax = blank(body=_BODY)
        x = _places(index)
        ax.fill_between(x, limits["low"], limits["high"], color=COLOURS["blue"], alpha=0.2, lw=0)
        ax.plot(x, result.params.to_numpy(), color=COLOURS["blue"], marker="o", ms=4)
        ends = [(float(result.params.iloc[-1]), name, COLOURS["blue"])]
        if result.target is not None:
            ax.plot(x[[0, -1]], [result.target] * 2, color=COLOURS["green"], ls=":")
            ends.append((result.target, message("target", lang), COLOURS["green"]))
        ax.set_xticks(x, [str(p) for p in index])
        room = end_labels(ax, ends, x=float(x[-1]), height=_BODY)
        widest = _tick_room(ax)
    return finish(
        figure, name="result_band", rows=rows, title=message("lab_band", lang, level=level), unit=unit,
        period=f"{index[0]}—{index[-1]}", source=source, lang=lang, said=result.finding(lang), left=widest,
        right=room,
    )  # fmt: skip


def _estimates(result: Results, lang: str, source: str) -> Chart:
    """Each estimate with its interval; one without an interval is a point."""
    limits, level = result.conf_int(), percent(1 - result.alpha)
    names = [words_of(str(p), lang) for p in result.params.index]
    values = result.params.to_numpy(dtype=float)
    rows = [
        {"item": name, "value": float(v), "low": float(low), "high": float(high), "level": level}
        for name, v, low, high in zip(names, values, limits["low"], limits["high"], strict=True)
    ]
    with chart_style():
        figure, ax = blank(body=max(1.0, _ROW * len(names)))
        places = np.arange(len(names))[::-1]
        ax.hlines(places, limits["low"], limits["high"], color=COLOURS["blue"], lw=2)
        ax.plot(values, places, ls="", marker="o", color=COLOURS["blue"])
        ax.axvline(0, color=COLOURS["ink"], lw=0.8)
        ax.set_yticks(places, names)
        ax.set_ylim(-0.6, len(names) - 0.4)
        ax.grid(axis="x", color=COLOURS["pale"])
        ax.grid(axis="y", visible=False)
    known = bool(limits.notna().to_numpy().any())  # a test has a statistic and no interval
    title = message("lab_estimates" if known else "lab_statistics", lang, level=level)
    left = 0.25 + max(text_inches(name, 9) for name in names)
    return finish(
        figure, name="result_estimates", rows=rows, title=title,
        unit=message("lab_as_given", lang), period=words_of(result.sample, lang), source=source, lang=lang,
        left=left,
    )  # fmt: skip


def _places(index: pd.Index) -> np.ndarray:
    """Periods as numbers of years."""
    stamps = index.to_timestamp() if isinstance(index, pd.PeriodIndex) else pd.DatetimeIndex(index)
    return np.asarray(stamps.year + (stamps.month - 1) / 12, dtype=float)


def _tick_room(ax: Any) -> float:
    return 0.3 + max((text_inches(f"{t:g}", 9) for t in ax.get_yticks()), default=0.3)


def _listed(names: Mapping[str, str], lang: str) -> str:
    return message("list_sep", lang).join(names.values())
