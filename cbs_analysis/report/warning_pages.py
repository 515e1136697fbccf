"""The page on the unemployment warning: level, signals, record, alarms, thresholds."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd

from ..models.warning import WarningResult
from ..models.warning_track import SCORES
from ..models.warning_words import event_words
from ..models.wording import figure
from .context import Html, ReportContext
from .messages import message
from .synthetic import mark_html
from .tables import Table, translator
from .warning_data import CLAIMS, SIGNALS, LabourMonths, fit_of, labour_months, monthly_rows, source_of
from .warning_figures import level_of, month_of, name_of, plot_history, plot_signals, reading_signals

__all__ = [
    "banner",
    "fit_of",
    "labour_months",
    "monthly_rows",
    "plot_history",
    "plot_signals",
    "reading_frequency",
    "reading_provinces",
    "reading_scores",
    "reading_signals",
    "source_of",
    "table_events",
    "table_frequency",
    "table_log",
    "table_scores",
    "table_signals",
    "table_unused",
]

REGISTERED = "registered_unemployment_pct"


def banner(result: WarningResult, ctx: ReportContext) -> Any:
    """The banner of a warning by rules; None where it is validated."""
    if result.validated:
        return None
    text = ctx.t("warning_banner", n=len(result.record), first=month_of(result.readings.index[0], ctx.lang))
    return Html(mark_html(f'<p class="banner">{escape(text)}</p>', ctx.synthetic, ctx.lang))


# --- tables --------------------------------------------------------------------------------------


def table_signals(result: WarningResult, lang: str, *, source: str) -> Table:
    """Each signal now: its value, its threshold, whether it is red, and what it did before."""
    t, rows = translator(lang), []
    last = result.red.loc[result.readings["data"].last_valid_index()]
    for name, chosen in result.composite.thresholds.items():
        red = last.get(name, np.nan)
        counts = chosen.counts
        ratio = counts.noise_to_signal
        rows.append(
            (
                name_of(name, lang),
                t(f"warning_way_{SIGNALS[name][0].sign:+d}"),
                t(f"warning_change_{SIGNALS[name][0].change}"),
                t("warning_unknown") if np.isnan(red) else t("warning_red" if red else "warning_clear"),
                f"{figure(chosen.value)} (P{chosen.percentile:.0f})",
                t("warning_by_rule") if chosen.by_rule else f"{counts.hit}/{counts.hit + counts.missed}",
                t("warning_by_rule") if chosen.by_rule else f"{counts.false}/{counts.false + counts.quiet}",
                "—" if chosen.by_rule or not np.isfinite(ratio) else f"{ratio:.2f}",
                "—" if chosen.by_rule else f"{chosen.weight:.1f}",
            )
        )
    heads = ("signal", "way", "change", "state", "threshold", "hits", "falses", "noise", "weight")
    return Table(
        t("warning_signals_title", month=month_of(result.data_month, lang)),
        tuple(t(f"warning_{h}") for h in heads),
        tuple(rows),
        note=t("warning_signals_note", window=result.window),
        source=t("source_line", source=source),
        numeric=frozenset(range(4, 9)),
        nowrap=frozenset({3}),
    )


def table_scores(result: WarningResult, lang: str) -> Table | None:
    """Scores out of sample with their intervals and the number of events; None unless validated."""
    if result.track is None:
        return None
    t, scores, rows = translator(lang), result.track.scores, []
    for name in SCORES:
        value, low, high = scores.loc[name]
        shown = "{:.0%}".format if name == "hit_share" else "{:.2f}".format
        cover = result.track.lead_coverage if name == "lead_median" else 1 - result.alpha
        ends = (
            "—"
            if np.isnan(low)
            else t("warning_ends", low=shown(low), high=shown(high), cover=f"{cover:.0%}")
        )
        rows.append(
            (
                t(f"warning_score_{name}"),
                "—" if np.isnan(value) else shown(value),
                ends,
                t(f"warning_how_{name}"),
                t("warning_events_n", n=len(result.record)),
            )
        )
        if name == "auc" and result.track.auc is not None:
            auc = result.track.auc
            ends = t(
                "warning_ends", low=f"{auc.low:.2f}", high=f"{auc.high:.2f}", cover=f"{1 - result.alpha:.0%}"
            )
            rows.append((t("warning_score_auc"), f"{auc.value:.2f}", ends, t("warning_how_delong"),
                         t("warning_events_n", n=len(result.record))))  # fmt: skip
    return Table(
        t("warning_scores_title"),
        tuple(t(f"warning_{h}") for h in ("score", "value", "interval", "how", "events")),
        tuple(rows),
        note=t("warning_scores_note", first=str(result.readings.index[0]), last=str(result.now)),
        numeric=frozenset({1, 2, 4}),
    )


def table_events(result: WarningResult, lang: str) -> Table:
    """Each event out of sample: onset, first alarm, lead."""
    t = translator(lang)
    rows = [
        (
            str(r.onset),
            str(r.last),
            "—" if pd.isna(r.first_alarm) else str(r.first_alarm),
            t("warning_missed") if pd.isna(r.lead) else t("warning_months", n=int(r.lead)),
        )
        for r in result.record.itertuples()
    ]
    return Table(
        t("warning_events_title"),
        tuple(t(f"warning_{h}") for h in ("onset", "event_end", "first_alarm", "lead")),
        tuple(rows),
        note=t("warning_events_note", rule=event_words(result.rule, lang), window=result.window,
               calm=result.rule.calm),
        numeric=frozenset({3}),
        empty=t("warning_no_event"),
    )  # fmt: skip


def table_log(result: WarningResult, lang: str) -> Table:
    """Each alarm with its levels, what was done and what happened."""
    t, rows = translator(lang), []
    for r in result.log.itertuples():
        happened = t(f"warning_outcome_{r.outcome}")
        if r.outcome == "hit":
            happened = t("warning_outcome_hit", onset=str(r.onset), n=int(r.lead))
        rows.append(
            (
                str(r.opened),
                t("warning_arrow").join(level_of(x, lang) for x in r.path),
                t("warning_running") if pd.isna(r.closed) else str(r.closed),
                t("semicolon").join(r.actions) or t("warning_no_action"),
                happened,
            )
        )
    return Table(
        t("warning_log_title"),
        tuple(t(f"warning_{h}") for h in ("opened", "path", "closed", "done", "happened")),
        tuple(rows),
        note=t("warning_log_note", window=result.window),
        empty=t("warning_no_alarm"),
        nowrap=frozenset({0, 2}),
        css="stack",
    )


def table_frequency(result: WarningResult, lang: str) -> Table:
    """How often an event followed, by the height of the index, in the months known now."""
    t = translator(lang)
    rows = tuple(
        (
            t("warning_from", low=figure(r.low)),
            str(r.months),
            str(r.before_event),
            "—" if np.isnan(r.frequency) else f"{r.frequency:.0%}",
        )
        for r in result.frequency.itertuples()
    )
    heads = ("index", "band_months", "band_before", "band_share")
    return Table(
        t("warning_frequency_title"), tuple(t(f"warning_{h}") for h in heads), rows,
        note=t("warning_frequency_note", window=result.window), numeric=frozenset({1, 2, 3}),
    )  # fmt: skip


def table_unused(months: LabourMonths, result: WarningResult, lang: str) -> Table | None:
    """Signals that are missing or too short, and who holds them; None where all nine are used."""
    t = translator(lang)
    used = set(result.composite.thresholds)
    rows = tuple(
        (
            name_of(i, lang),
            str(len(months.levels[i].dropna()) if i in months.levels else months.short.get(i, 0)),
            t(f"warning_office_{office}"),
        )
        for i, (_, office) in SIGNALS.items()
        if i not in used and (i in months.short or i in months.levels or months.target != CLAIMS)
    )
    if not rows:
        return None
    return Table(
        t("warning_unused_title"), (t("warning_signal"), t("warning_months_held"), t("warning_holder")), rows,
        note=t("warning_unused_note"), numeric=frozenset({1}), folded=True,
    )  # fmt: skip


# --- sentences -----------------------------------------------------------------------------------


def reading_scores(result: WarningResult, lang: str) -> str:
    """What the scores say, or why there are none."""
    if result.track is None:
        return message("warning_unscored", lang, n=len(result.record))
    auc, best = result.track.scores.loc["auc"], result.track.best_single
    text = message("warning_chance_better" if auc["low"] > 0.5 else "warning_chance_not", lang)
    if best is not None:
        text += message(
            "warning_best_single", lang, name=name_of(best[0], lang), auc=f"{best[1]:.2f}", p=f"{best[2]:.2f}"
        )
    return text


def reading_frequency(result: WarningResult, lang: str) -> str:
    """The empirical probability at the height of the index now."""
    last = result.readings.loc[result.readings["data"].last_valid_index()]
    if result.composite.by_rule or np.isnan(last["probability"]):
        return message("warning_no_probability", lang)
    return message("warning_probability", lang, index=figure(last["index"]), p=f"{last['probability']:.0%}",
                   window=result.window)  # fmt: skip


def reading_provinces(ctx: ReportContext, lang: str) -> str | None:
    """Why registered yearly rates set no threshold; None without figures."""
    changes = ctx.provinces(REGISTERED)
    if changes.empty:
        return None
    whole = changes.reindex(pd.period_range(changes.index[0], changes.index[-1], freq="Y")).diff().stack()
    return message(
        "warning_provinces", lang, n=len(whole), first=changes.index[0].year, last=changes.index[-1].year,
        same=f"{(whole.abs() < 0.005).mean():.0%}", small=f"{(whole.abs() < 0.205).mean():.0%}",
    )  # fmt: skip
