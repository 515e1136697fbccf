"""The record of a warning out of sample: events found, lead time, false alarms, AUC, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .warning_events import Events
from .warning_scores import (
    Auc,
    auc_delong,
    block_bootstrap,
    compare_auc,
    counts_interval,
    median_interval,
    rate_interval,
)
from .warning_thresholds import SignalCounts, signal_counts

__all__ = ["SCORES", "Track", "event_record", "score_track"]

Array = NDArray[np.float64]
# the scores in the order of a table
SCORES = ("auc", "hit_share", "lead_median", "false_per_year", "noise_to_signal", "usefulness")


@dataclass(frozen=True, kw_only=True, eq=False)
class Track:
    """Scores with intervals, by name in `SCORES`; NaN where a number cannot be given.

    Attributes
    ----------
    scores : pandas.DataFrame
        `value`, `low`, `high`, by score. The interval of the AUC is that of the block bootstrap.
    auc : Auc or None
        With DeLong's interval.
    counts : SignalCounts
        Months by alarm (yellow or higher) and label.
    lead_coverage : float
        Exact coverage of the interval of the median lead time.
    lead_least : float
        Shortest lead time.
    best_single : (str, float, float) or None
        The signal with the largest AUC of its own, its AUC, and DeLong's p that the index has the same.
    """

    scores: pd.DataFrame
    auc: Auc | None
    counts: SignalCounts
    lead_coverage: float
    lead_least: float
    best_single: tuple[str, float, float] | None


def event_record(levels: pd.Series, events: Events, *, window: int) -> pd.DataFrame:
    """What the warning did before each event that begins within the decisions.

    Returns
    -------
    pandas.DataFrame
        `onset`, `last` (of the event), `first_alarm` (first period with an alarm within `window` periods
        before the onset, NaT), `lead` (periods, NA when missed). Events in the first `window` periods are
        among them: their lead is shorter than it could have been.

    Examples
    --------
    >>> from cbs_analysis.models.warning_events import group_events
    >>> months = pd.period_range("2021-01", periods=8, freq="M")
    >>> events = group_events(pd.Series([0, 0, 0, 0, 1, 1, 0, 0.0], index=months))
    >>> levels = pd.Series([0, 0, 1, 0, 1, 0, 0, 0.0], index=months)
    >>> event_record(levels, events, window=6)["lead"].tolist()
    [2]
    """
    rows = []
    for onset, last in events.spells:
        if not levels.index[0] < onset <= levels.index[-1]:
            continue
        before = levels[(levels.index < onset) & (levels.index >= onset - window)]
        first = before.index[before > 0][0] if (before > 0).any() else pd.NaT
        lead = pd.NA if first is pd.NaT else (onset - first).n
        rows.append((onset, last, first, lead))
    return pd.DataFrame(rows, columns=["onset", "last", "first_alarm", "lead"])


def score_track(
    index: pd.Series,
    levels: pd.Series,
    labels: pd.Series,
    record: pd.DataFrame,
    log: pd.DataFrame,
    *,
    window: int,
    theta: float,
    alpha: float,
    draws: int,
    seed: int,
    singles: Mapping[str, pd.Series] | None = None,
) -> Track:
    """Score decisions out of sample.

    Parameters
    ----------
    index, levels, labels : pandas.Series
        By period of decision; label NaN is not scored.
    record, log : pandas.DataFrame
        From `event_record` and `alarm_log`.
    window, theta, alpha, draws, seed
        As in `fit_warning`.
    singles : mapping of str to pandas.Series, optional
        Signals as known at each decision: is the index better than the best of them?

    Notes
    -----
    Hits and false alarms are counted by event and by alarm, the others by month. An alarm whose window is
    not over is no false one yet. Blocks of the bootstrap are as long as the window and three months, at
    most a third of the months.
    """
    alarm = (levels > 0).astype(float).where(levels.notna())
    rows = pd.concat([index, alarm, labels], axis=1).dropna().to_numpy(dtype=float)
    leads = [float(x) for x in record["lead"].dropna()]
    false, years = int((log["outcome"] == "false").sum()), len(levels) / 12
    low, high = _blocks(rows, window, theta, alpha, draws, seed)
    auc = auc_delong(rows[:, 0], rows[:, 2], alpha=alpha) if _two_kinds(rows[:, 2]) else None
    counts = signal_counts(alarm, labels)
    middle = median_interval(leads, alpha=alpha)
    found = {
        "auc": (auc.value if auc else np.nan, low[0], high[0]),
        "hit_share": (len(leads) / len(record) if len(record) else np.nan,
                      *counts_interval(len(leads), len(record), alpha=alpha)),
        "lead_median": (float(np.median(leads)) if leads else np.nan, *middle[:2]),
        "false_per_year": (false / years, *rate_interval(false, years, alpha=alpha)),
        "noise_to_signal": (counts.noise_to_signal, low[1], high[1]),
        "usefulness": (counts.usefulness(theta), low[2], high[2]),
    }  # fmt: skip
    return Track(
        scores=pd.DataFrame(found, index=["value", "low", "high"]).T.loc[list(SCORES)],
        auc=auc,
        counts=counts,
        lead_coverage=middle[2],
        lead_least=min(leads) if leads else float("nan"),
        best_single=_best(index, labels, singles or {}) if auc else None,
    )


def _two_kinds(label: Array) -> bool:
    return bool((label > 0).sum() >= 2 and (label <= 0).sum() >= 2)


def _blocks(
    rows: Array, window: int, theta: float, alpha: float, draws: int, seed: int
) -> tuple[Array, Array]:
    """Ends of the intervals of AUC, noise-to-signal and usefulness."""

    def numbers(drawn: Array) -> tuple[float, float, float]:
        on, event = drawn[:, 1] > 0, drawn[:, 2] > 0
        parts = (on & event, on & ~event, ~on & event, ~on & ~event)
        counts = SignalCounts(*(int(p.sum()) for p in parts))
        area = _area(drawn[:, 0], event) if _two_kinds(drawn[:, 2]) else float("nan")
        return area, counts.noise_to_signal, counts.usefulness(theta)

    if len(rows) < 6 or not _two_kinds(rows[:, 2]):
        return np.full(3, np.nan), np.full(3, np.nan)
    block = min(window + 3, len(rows) // 3)
    low, high, _ = block_bootstrap(rows, numbers, block=block, draws=draws, alpha=alpha, seed=seed)
    return low, high


def _area(score: Array, event: NDArray[np.bool_]) -> float:
    """AUC alone."""
    x, y = score[event], np.sort(score[~event])
    pairs = np.searchsorted(y, x, side="left") + np.searchsorted(y, x, side="right")
    return float(pairs.sum()) / (2 * len(x) * len(y))


def _best(
    index: pd.Series, labels: pd.Series, singles: Mapping[str, pd.Series]
) -> tuple[str, float, float] | None:
    """The best single signal on the months on which the index is known too."""
    best: tuple[str, float, float] | None = None
    for name, score in singles.items():
        rows = pd.concat([index, score, labels], axis=1).dropna().to_numpy(dtype=float)
        if len(rows) < 0.8 * len(pd.concat([index, labels], axis=1).dropna()) or not _two_kinds(rows[:, 2]):
            continue
        area = _area(rows[:, 1], rows[:, 2] > 0)
        if best is None or area > best[1]:
            best = (name, area, compare_auc(rows[:, 0], rows[:, 1], rows[:, 2])[1])
    return best
