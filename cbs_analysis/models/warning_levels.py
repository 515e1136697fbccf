"""Levels of the warning (黄, 橙, 红), how they fall slowly, and the log of alarms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..errors import Fault, ParameterError

__all__ = ["LEVELS", "LevelRule", "alarm_log", "assign_levels", "raw_levels"]

# 0 none, 1 yellow, 2 orange, 3 red
LEVELS: tuple[str, ...] = ("none", "yellow", "orange", "red")


@dataclass(frozen=True, kw_only=True)
class LevelRule:
    """When a level is reached, and how slowly it falls.

    Attributes
    ----------
    by : {"signals", "probability"}
        The share of the known signals that are red, or the share of past months at that height of the index
        which an event followed.
    shares : (float, float, float)
        Yellow, orange and red from these shares on; at least 1, 2 and 3 red signals are needed as well.
    probabilities : (float, float, float)
        Yellow, orange and red from these on.
    hold : int
        Months in a row that a lower level must last before the warning falls to it; it rises at once.

    Examples
    --------
    >>> LevelRule().hold
    2
    """

    by: Literal["signals", "probability"] = "signals"
    shares: tuple[float, float, float] = (0.25, 0.4, 0.6)
    probabilities: tuple[float, float, float] = (0.3, 0.5, 0.7)
    hold: int = 2

    def __post_init__(self) -> None:
        faults = []
        if self.by not in ("signals", "probability"):
            faults.append(Fault("`by` is not known", got=str(self.by), expected="signals or probability"))
        for name in ("shares", "probabilities"):
            steps = getattr(self, name)
            if len(steps) != 3 or not 0 < steps[0] < steps[1] < steps[2] <= 1:
                faults.append(
                    Fault(
                        f"`{name}` do not rise", got=str(steps), expected="three numbers that rise in (0, 1]"
                    )
                )
        if not isinstance(self.hold, int) or self.hold < 1:
            faults.append(Fault("`hold` is no number of months", got=str(self.hold), expected="1 or more"))
        if faults:
            raise ParameterError(faults)


def raw_levels(readings: pd.DataFrame, rule: LevelRule) -> pd.Series:
    """The level of each month by itself.

    Parameters
    ----------
    readings : pandas.DataFrame
        `red` and `known` (numbers of signals), `probability`; NaN or 0 known: no reading.
    rule : LevelRule

    Returns
    -------
    pandas.Series
        0 to 3; NaN without a reading.

    Examples
    --------
    >>> months = pd.period_range("2021-01", periods=3, freq="M")
    >>> rows = pd.DataFrame({"red": [0, 3, 2], "known": [9, 9, 2], "probability": 0.1}, index=months)
    >>> raw_levels(rows, LevelRule()).tolist()
    [0.0, 1.0, 2.0]
    """
    if rule.by == "probability":
        p = readings["probability"]
        level = np.searchsorted(rule.probabilities, p.fillna(0).to_numpy() + 1e-9)
        return pd.Series(level.astype(float), readings.index).where(p.notna())
    red, known = readings["red"], readings["known"]
    share = (red / known.where(known > 0)).to_numpy()
    level = np.searchsorted(rule.shares, np.nan_to_num(share) + 1e-9)
    level = np.minimum(level, red.fillna(0).to_numpy())  # one red signal is never more than yellow
    return pd.Series(level.astype(float), readings.index).where(~np.isnan(share))


def assign_levels(raw: pd.Series, *, hold: int = 2) -> pd.Series:
    """Levels that rise at once and fall only when `hold` readings in a row were lower.

    Parameters
    ----------
    raw : pandas.Series
        0 to 3 by month; NaN: no reading, the level stays and the months are not counted.
    hold : int

    Returns
    -------
    pandas.Series
        0 to 3; NaN before the first reading. After a fall the level is the highest of the readings that
        made it fall.

    Examples
    --------
    >>> months = pd.period_range("2021-01", periods=7, freq="M")
    >>> assign_levels(pd.Series([0, 2, 1, 2, 0, 1, 0.0], index=months)).tolist()
    [0.0, 2.0, 2.0, 2.0, 2.0, 1.0, 1.0]
    """
    out, level = np.full(len(raw), np.nan), np.nan
    lower: list[float] = []
    for i, x in enumerate(raw.to_numpy(dtype=float)):
        if np.isnan(x):
            out[i] = level
            continue
        if np.isnan(level) or x >= level:
            level, lower = x, []
        else:
            lower.append(x)
            if len(lower) >= hold:
                level = max(lower[-hold:])
                lower = [v for v in lower[-(hold - 1) :] if v < level] if hold > 1 else []
        out[i] = level
    return pd.Series(out, raw.index)


def alarm_log(
    levels: pd.Series,
    onsets: Iterable[pd.Period],
    inside: pd.Series,
    *,
    window: int,
    actions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Each alarm: opened, its levels, closed, what was done, and what happened.

    Parameters
    ----------
    levels : pandas.Series
        From `assign_levels`.
    onsets : iterable of Period
        First periods of the events, as known now.
    inside : pandas.Series
        1 inside an event, 0 outside, NaN unknown.
    window : int
        Periods ahead for which an alarm speaks.
    actions : pandas.DataFrame, optional
        `date` and `title` of documents on what was done, as in the frame of documents of the store.

    Returns
    -------
    pandas.DataFrame
        A row for each alarm: `opened`, `path` (levels in order), `peak`, `closed` (NaT while it runs),
        `onset` (the event that followed, NaT), `lead` (periods from opening to onset), `outcome` and
        `actions` (titles with dates, from opening until the window of its last month is over). Outcomes:
        ``"hit"`` an event began while the alarm was on or within the window of its last month; ``"late"``
        opened inside an event; ``"false"`` neither; ``"open"`` that window is not over, or whether there was
        an event is not known.

    Examples
    --------
    >>> months = pd.period_range("2021-01", periods=8, freq="M")
    >>> levels = pd.Series([0, 1, 2, 2, 1, 0, 0, 0.0], index=months)
    >>> inside = pd.Series([0, 0, 0, 1, 1, 0, 0, 0.0], index=months)
    >>> log = alarm_log(levels, [pd.Period("2021-04")], inside, window=3)
    >>> log[["path", "lead", "outcome"]].values.tolist()
    [[(1, 2, 1), 2, 'hit']]
    """
    begins = sorted(onsets)
    rows = []
    for first, last, running in _episodes(levels):
        path = _path(levels[first:last].astype(int).tolist())
        closed = pd.NaT if running else last + 1
        onset = next((p for p in begins if first < p <= last + window), None)
        outcome = _outcome(first, last, onset, inside, window)
        rows.append(
            {
                "opened": first,
                "path": path,
                "peak": max(path),
                "closed": closed,
                "onset": onset if outcome == "hit" else pd.NaT,
                "lead": (onset - first).n if outcome == "hit" and onset is not None else pd.NA,
                "outcome": outcome,
                "actions": _done(actions, first, last + window),
            }
        )
    columns = ["opened", "path", "peak", "closed", "onset", "lead", "outcome", "actions"]
    return pd.DataFrame(rows, columns=columns)


def _episodes(levels: pd.Series) -> list[tuple[pd.Period, pd.Period, bool]]:
    on = (levels > 0).to_numpy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(int)))
    return [
        (levels.index[a], levels.index[b - 1], b == len(on))
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


def _path(levels: list[int]) -> tuple[int, ...]:
    return tuple(x for i, x in enumerate(levels) if i == 0 or x != levels[i - 1])


def _outcome(
    first: pd.Period, last: pd.Period, onset: pd.Period | None, inside: pd.Series, window: int
) -> str:
    if inside.get(first, np.nan) == 1:
        return "late"
    if onset is not None:
        return "hit"
    ahead = pd.period_range(first, last + window, freq=first.freq)
    return "false" if inside.reindex(ahead).notna().all() else "open"


def _done(actions: pd.DataFrame | None, first: pd.Period, until: pd.Period) -> tuple[str, ...]:
    if actions is None or actions.empty:
        return ()
    dated = actions.assign(day=pd.to_datetime(actions["date"]))
    own = dated[(dated["day"] >= first.start_time) & (dated["day"] <= until.end_time)].sort_values("day")
    return tuple(f"{r.title} ({r.day.date().isoformat()})" for r in own.itertuples())
