"""Does unemployment call for a warning now, how early would it have come, and how often was it wrong?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ..errors import Fault, ParameterError
from .results import Results, sample_words
from .warning_checks import (
    LEAST_EVENTS,
    check_options,
    decision_months,
    require_calm,
    too_few_events,
)
from .warning_events import EventRule, Events, find_events, window_labels
from .warning_levels import LevelRule, alarm_log, assign_levels, raw_levels
from .warning_replay import Replay, known_then, replay_warning, vintage_view
from .warning_signals import moved_marches, require_months
from .warning_thresholds import Composite, Criterion
from .warning_track import SCORES, Track, event_record, score_track
from .warning_words import assumption_words, diagnostic_words, warning_finding, warning_words

__all__ = ["WarningResult", "fit_warning"]


@dataclass(frozen=True, kw_only=True, eq=False)
class WarningResult(Results):
    """The warning: its level now, its rules, and its record; `params` holds the scores of `SCORES`.

    `params` is empty where fewer than five events lie out of sample: then the rules are shown, and
    `refused` says why (`few_events`).

    Attributes
    ----------
    rule : EventRule
        The event, as declared.
    events : Events
        All events of the data as known now.
    window : int
        Months ahead for which a warning speaks.
    train_end : pandas.Period
        The last month of the first training span.
    now : pandas.Period
        The last decision.
    data_month : pandas.Period
        The newest month of which it knew.
    level : str
        "none", "yellow", "orange" or "red", now.
    readings : pandas.DataFrame
        By month of decision: as in `Replay`, with `raw` and `level` (0 to 3).
    red : pandas.DataFrame
        1, 0 or NaN for each signal by month of decision.
    composite : Composite
        Thresholds and weights now.
    frequency : pandas.DataFrame
        Empirical P(event | index) now.
    record : pandas.DataFrame
        Each event out of sample with its first alarm and lead time.
    log : pandas.DataFrame
        Each alarm, from `alarm_log`.
    track : Track or None
        None unless validated.
    """

    rule: EventRule
    events: Events
    window: int
    train_end: pd.Period
    now: pd.Period
    data_month: pd.Period
    level: str
    readings: pd.DataFrame
    red: pd.DataFrame
    composite: Composite
    frequency: pd.DataFrame
    record: pd.DataFrame
    log: pd.DataFrame
    track: Track | None
    delay: int

    @property
    def validated(self) -> bool:
        """Whether at least five events lie out of sample."""
        return self.track is not None

    @property
    def red_now(self) -> tuple[str, ...]:
        """Signals that are red in the newest reading."""
        last = self.red.loc[self.readings["data"].last_valid_index()]
        return tuple(str(n) for n in last.index[last == 1])

    def conf_int(self, alpha: float | None = None) -> pd.DataFrame:
        """Intervals of the scores, made when the warning was fitted: another `alpha` is refused."""
        if alpha is not None and alpha != self.alpha:
            raise ParameterError(
                Fault("the intervals have one coverage", got=str(alpha), expected=str(self.alpha),
                      next_step="fit again with this alpha")
            )  # fmt: skip
        if self.track is None:
            return pd.DataFrame({"low": self.params, "high": self.params})
        return self.track.scores[["low", "high"]]

    def finding(self, lang: str = "zh") -> str:
        """The level now, and how far to trust it."""
        return warning_finding(self, lang)


def fit_warning(
    signals: pd.DataFrame,
    *,
    events: EventRule,
    train_end: str | pd.Period,
    window: int = 12,
    theta: float = 0.5,
    criterion: Criterion = "usefulness",
    levels: LevelRule | None = None,
    delay: int = 0,
    vintages: pd.DataFrame | None = None,
    as_of: date | str | None = None,
    actions: pd.DataFrame | None = None,
    alpha: float = 0.1,
    draws: int = 999,
    seed: int = 20230630,
) -> WarningResult:
    """Warn of a declared event, month by month with what was known then, and score the months after training.

    Parameters
    ----------
    signals : pandas.DataFrame
        Monthly, high is bad, the season taken out: from `make_signals`.
    events : EventRule
        The event, declared before anything is fitted.
    train_end : str or pandas.Period
        Last month of the first training span; decisions begin a month later.
    window : int
        Months ahead for which a warning speaks, 1 to 24.
    theta : float
        How much missing an event weighs against a false alarm, between 0 and 1.
    criterion : {"usefulness", "noise_to_signal"}
        By which percentile thresholds are chosen.
    levels : LevelRule, optional
    delay : int
        Months after which a month's figures are known, 0 to 6; without `vintages`.
    vintages : pandas.DataFrame, optional
        Long: `name`, `period`, `value`, `published`: signals as computed on each day (`signal_vintages`)
        and the series of the event as ``"event"``. Each decision then sees the rows published by the end of
        its month.
    as_of : date or str, optional
        Decisions end with the last month that is over by this day.
    actions : pandas.DataFrame, optional
        As in `alarm_log`.
    alpha : float
        1 - coverage of the intervals.
    draws, seed : int
        Of the block bootstrap.

    Returns
    -------
    WarningResult

    Raises
    ------
    ModelRefused
        `frequency`, `repeated`, `no_figures`; `constant`, a signal that does not change in training;
        `no_events_known`, an event rule that can judge no month; `no_calm`, events without end;
        `train_span`, a training span that ends outside the data or leaves fewer than 12 months to decide;
        all before anything is scored.
    ParameterError
        If an option means nothing.

    Notes
    -----
    Thresholds are percentiles of the months known at each decision, chosen by what each signal did in them.
    Months inside an event are left out, and so are those whose window is not over. Scores rest on decisions
    after `train_end` alone. With fewer than five events among them nothing is scored: the warning is one of
    rules, not validated (未经验证·规则型预警).

    References
    ----------
    Kaminsky, Lizondo & Reinhart (1998); Bussière & Fratzscher (2006); Alessi & Detken (2011), see
    `fit_composite` and `window_labels`. Sarlin, P. (2013), On policymakers' loss functions and the
    evaluation of early warning systems, Economics Letters 119, 1-7.

    Examples
    --------
    >>> months = pd.period_range("2005-01", periods=150, freq="M")
    >>> wave = np.sin(2 * np.pi * np.arange(150) / 15)
    >>> rate = pd.Series(5 + 0.6 * (wave > 0.6), index=months)
    >>> signals = pd.DataFrame({"claims": np.roll(wave, -2), "layoffs": np.roll(wave, -3)}, index=months)
    >>> rule = EventRule(kind="registered_rate_above_ceiling", series=rate, ceiling=5.5, calm=2)
    >>> result = fit_warning(signals, events=rule, train_end="2009-12", window=6, draws=99)
    >>> result.validated, len(result.record), bool(result.params["auc"] > 0.7)
    (True, 6, True)
    """
    rule, end = levels or LevelRule(), pd.Period(train_end, freq="M")
    check_options(window, theta, delay, alpha)
    whole = pd.DataFrame(require_months(signals, what="the signals"))
    active = events.active()
    found = find_events(events, active=active)
    require_calm(found)
    decisions = decision_months(whole, end, delay, as_of)
    view = (
        known_then(whole, active, delay=delay) if vintages is None else vintage_view(vintages, events.active)
    )
    replay = replay_warning(
        view, decisions, window=window, calm=events.calm, theta=theta, criterion=criterion
    )
    raw = raw_levels(replay.readings, rule)
    level = assign_levels(raw, hold=rule.hold)
    readings = replay.readings.assign(raw=raw, level=level)
    record = event_record(level, found, window=window)
    log = alarm_log(level, found.onsets, found.inside, window=window, actions=actions)
    track = None
    if len(record) >= LEAST_EVENTS:
        labels = window_labels(found, window=window).reindex(decisions)
        track = score_track(
            readings["index"], level, labels, record, log, window=window, theta=theta, alpha=alpha,
            draws=draws, seed=seed, singles=_singles(whole, decisions, delay) if vintages is None else None,
        )  # fmt: skip
    return _result(
        replay, readings, found, record, log, track, events=events, window=window, end=end, alpha=alpha,
        delay=delay, theta=theta, vintages=vintages is not None, level_rule=rule, signals=whole,
    )  # fmt: skip


def _singles(signals: pd.DataFrame, decisions: pd.PeriodIndex, delay: int) -> dict[str, pd.Series]:
    placed = signals.set_axis(signals.index + delay)
    return {str(n): placed[n].reindex(decisions) for n in placed}


def _result(
    replay: Replay,
    readings: pd.DataFrame,
    found: Events,
    record: pd.DataFrame,
    log: pd.DataFrame,
    track: Track | None,
    **given: Any,
) -> WarningResult:
    index = readings.index
    names = list(SCORES) if track else []
    nan = pd.Series(np.nan, index=names, dtype=float)
    scores = track.scores["value"] if track else nan
    newest = readings["data"].last_valid_index()
    level = readings["level"].iloc[-1]
    moved = moved_marches(index)
    return WarningResult(
        params=scores,
        bse=nan.copy(),
        pvalues=nan.copy(),
        nobs=len(index),
        df_resid=0,
        method=f"percentile thresholds weighted by what they did before, window {given['window']} months",
        interval_method="exact for hits, false alarms and lead time, moving blocks for the rest",
        sample=sample_words(index),
        alpha=given["alpha"],
        assumptions=assumption_words(given["events"], given["level_rule"], given["theta"]),
        warnings=warning_words(moved, vintages=given["vintages"], delay=given["delay"]),
        diagnostics=diagnostic_words(found, record, track),
        refused=() if track else (too_few_events(len(record)),),
        rule=given["events"],
        events=found,
        window=given["window"],
        train_end=given["end"],
        now=index[-1],
        data_month=readings.at[newest, "data"],
        level=("none", "yellow", "orange", "red")[int(level)],
        readings=readings,
        red=replay.red,
        composite=replay.composite,
        frequency=replay.frequency,
        record=record,
        log=log,
        track=track,
        delay=given["delay"],
    )
