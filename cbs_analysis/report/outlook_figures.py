"""The fan chart: the past, intervals to the end of the plan, the target and its chance, what came true."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import pandas as pd

from .figures import WIDTH, Chart, blank, end_labels, finish, hollow, status_of, year_ticks
from .messages import message
from .outlook_pages import BREAKS, COVERAGE, Projected, chance_words, last_run, target_words
from .style import COLOURS, chart_style, text_inches, wrap_text

__all__ = ["plot_fan"]

_HISTORY = 15  # years of the past in a chart
_LEVELS = ((COVERAGE, 0.18), (0.5, 0.30))
_BODY = 2.9


def plot_fan(p: Projected, lang: str, *, soft: Collection[int] = ()) -> Chart:
    """The past, the fan to the end of the plan, the target with its chance, and what was published since."""
    fit, end = p.fit, p.fit.years[-1].year
    past = last_run(p.levels[p.levels.index < fit.years[0]]).iloc[-_HISTORY:]
    first = past.index[0].year
    since = p.later[p.later.index > past.index[-1]]
    with chart_style():
        figure, ax = blank(body=_BODY)
        _draw_fan(ax, p, past, since, soft)
        labels = _labels(p, since, lang)
        values = [v for v, *_ in labels]
        low, high = ax.get_ylim()
        pad = 0.06 * (max(high, *values) - min(low, *values))
        ax.set_ylim(min(low, min(values) - pad), max(high, max(values) + pad))
        ax.set_xlim(first - 0.4, end + (0.55 if p.latest is not None else 0.2))
        room = end_labels(ax, [(v, text, COLOURS[c]) for v, text, c in labels], x=end, height=_BODY, size=9)
        widest = max((text_inches(f"{t:,g}", 9) for t in ax.get_yticks()), default=0.3)
        year_ticks(ax, range(first, end + 1), inches=WIDTH - room - widest - 0.2)
        ax.yaxis.set_major_formatter("{x:,g}")
    text = p.say(p.last.params.iloc[-1], lang)
    title = message("outlook_fan_title", lang, name=p.record.name(lang), year=end, v=text)
    title += message("outlook_fan_span", lang, span=p.span(p.last, lang))
    return finish(
        figure, name="fan_" + re.sub(r"[^a-z0-9]+", "_", p.record.id), rows=_rows(p, past, since, soft, lang),
        title=title, unit=_unit(p, past, lang), period=f"{first}—{end}",
        source=p.source, lang=lang, said=fit.finding(lang), left=0.22 + widest, right=room,
    )  # fmt: skip


def _unit(p: Projected, past: pd.Series, lang: str) -> str:
    text = message("chart_fan_unit", lang, unit=p.fit.unit[lang != "zh"])
    told = [b for b in BREAKS.get(p.record.id, ()) if past.index[0].year < int(b) <= past.index[-1].year]
    return text + "".join(message("chart_fan_break", lang, year=b) for b in told)


def _draw_fan(ax: Any, p: Projected, past: pd.Series, since: pd.Series, soft: Collection[int]) -> None:
    fit, end, last = p.fit, p.fit.years[-1].year, float(past.iloc[-1])
    years = [past.index[-1].year, *(y.year for y in fit.years)]
    for alpha, shade in _LEVELS:
        limits = fit.conf_int(alpha)
        ax.fill_between(years, [last, *limits["low"]], [last, *limits["high"]], color=COLOURS["blue"],
                        alpha=shade, lw=0)  # fmt: skip
    ax.plot([y.year for y in past.index], past.to_numpy(), color=COLOURS["ink"], lw=1.7)
    hollow(ax, past.index.year, past, [y in soft for y in past.index.year], COLOURS["ink"], size=4.2)
    for year in (
        int(b) for b in BREAKS.get(p.record.id, ()) if past.index[0].year < int(b) <= past.index[-1].year
    ):
        ax.axvline(year, color=COLOURS["quiet"], lw=1, ls=":", gid="guide")  # told below, in the unit
    ax.plot(years, [last, *fit.params], color=COLOURS["blue"], lw=1.8, ls="--")
    hollow(ax, since.index.year, since, [y in soft for y in since.index.year], COLOURS["orange"], marker="s",
           size=5.5)  # fmt: skip
    if p.latest is not None and p.latest is not fit:
        (low, high), now = p.latest.conf_int().iloc[-1], float(p.latest.params.iloc[-1])
        ax.errorbar(end + 0.25, now, yerr=[[now - low], [high - now]], color=COLOURS["purple"], marker="D",
                    ms=5, capsize=3, lw=1.6)  # fmt: skip
    if fit.target is not None:
        ax.plot([past.index[0].year, end], [fit.target] * 2, color=COLOURS["green"], lw=1.3, ls=":")


def _labels(p: Projected, since: pd.Series, lang: str) -> list[tuple[float, str, str]]:
    """Value, words and colour of what stands at the right."""
    fit, end = p.fit, p.fit.years[-1].year
    marks = [(float(fit.params.iloc[-1]), "median", "blue")]
    if len(since) and since.index[-1].year == end:
        marks.append((float(since.iloc[-1]), "actual", "orange"))
    if p.latest is not None and p.latest is not fit:
        marks.append((float(p.latest.params.iloc[-1]), "latest", "purple"))
    found = [(v, message(f"outlook_label_{k}", lang, v=p.say(v, lang)), c) for v, k, c in marks]
    if fit.target is not None:
        text = message("outlook_label_target", lang, v=target_words(p, fit, lang))
        if p.last.probability is not None:
            text += "\n" + wrap_text(chance_words(p.last, lang), 9, 1.5)
        found.append((float(fit.target), text, "green"))
    return found


def _rows(
    p: Projected, past: pd.Series, since: pd.Series, soft: Collection[int], lang: str
) -> list[dict[str, Any]]:
    fit, unit = p.fit, p.fit.unit[lang != "zh"]
    name = {k: message(f"chart_fan_{k}", lang) for k in ("past", "median", "actual", "latest", "target")}
    rows: list[dict[str, Any]] = [
        {"series": name[k], "period": str(y), "value": v, "unit": unit, "status": status_of(y.year, soft)}
        for k, x in (("past", past), ("actual", since)) for y, v in x.items()
    ]  # fmt: skip
    for alpha, _ in _LEVELS:
        limits = fit.conf_int(alpha).set_axis(fit.years)
        rows += [
            {
                "series": name["median"],
                "period": str(y),
                "value": float(fit.params.iloc[i]),
                "low": limits.at[y, "low"],
                "high": limits.at[y, "high"],
                "level": f"{1 - alpha:.0%}",
                "unit": unit,
            }
            for i, y in enumerate(fit.years)
        ]
    if p.latest is not None and p.latest is not fit:
        low, high = p.latest.conf_int().iloc[-1]
        rows.append(
            {"series": name["latest"], "period": str(p.latest.years[-1]), "low": low, "high": high,
             "value": float(p.latest.params.iloc[-1]), "level": f"{1 - COVERAGE:.0%}", "unit": unit}
        )  # fmt: skip
    if fit.target is not None:
        chance = chance_words(p.last, lang)
        rows.append(
            {
                "series": name["target"],
                "period": str(fit.years[-1]),
                "value": float(fit.target),
                "text": chance,
                "unit": unit,
            }
        )
    return rows
