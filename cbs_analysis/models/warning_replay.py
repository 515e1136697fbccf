"""The warning month by month, each time only with what was known then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused, ParameterError
from .warning_events import group_events, window_labels
from .warning_frequency import event_frequency
from .warning_thresholds import Composite, Criterion, fit_composite

__all__ = ["EVENT", "Replay", "known_then", "replay_warning", "vintage_view"]

# the name of the series of the event among the vintages
EVENT = "event"
View = Callable[[pd.Period], tuple[pd.DataFrame, pd.Series]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Replay:
    """What the warning would have said.

    Attributes
    ----------
    readings : pandas.DataFrame
        By period of decision: `data` (period of the newest signals known), `red`, `known` (numbers of
        signals), `index`, `probability`, `events_known` (events begun by then), `by_rule`. NaN without a
        new reading.
    red : pandas.DataFrame
        1, 0 or NaN for each signal, by period of decision.
    composite : Composite
        Thresholds and weights of the last decision.
    frequency : pandas.DataFrame
        From `event_frequency`, of the last decision.
    """

    readings: pd.DataFrame
    red: pd.DataFrame
    composite: Composite
    frequency: pd.DataFrame = field(repr=False)


def known_then(signals: pd.DataFrame, active: pd.Series, *, delay: int = 0) -> View:
    """A view of the data at the end of each period: figures of the last `delay` periods are not out yet."""

    def view(now: pd.Period) -> tuple[pd.DataFrame, pd.Series]:
        last = now - delay
        return signals[signals.index <= last], active[active.index <= last]

    return view


def replay_warning(
    view: View,
    decisions: pd.PeriodIndex,
    *,
    window: int,
    calm: int = 3,
    theta: float = 0.5,
    criterion: Criterion = "usefulness",
) -> Replay:
    """Choose thresholds anew at each decision from what was known, and read the newest signals.

    Parameters
    ----------
    view : callable
        End of a period to (signals, activity of events) known then; signals end with the newest ones known.
    decisions : pandas.PeriodIndex
        Consecutive periods; training is everything before the first, and grows.
    window : int
        Periods ahead, counted from the decision.
    calm : int
        As in `group_events`.
    theta, criterion
        As in `choose_threshold`.

    Returns
    -------
    Replay

    Raises
    ------
    ModelRefused
        `constant`, `no_figures` from `fit_composite` at the first decision.
    ParameterError
        If `window` is not positive or there is no decision.

    Notes
    -----
    Signals stand at the period in which they were known: with figures of a month out a month later, the
    signal of May stands at June, and its window begins with July. The labels of training end where the
    window is not over. A signal that has not moved yet, or has no figure yet, is left out at that decision,
    from the second one on.

    Examples
    --------
    >>> months = pd.period_range("2015-01", periods=72, freq="M")
    >>> active = pd.Series((np.arange(72) % 18 == 17).astype(float), index=months)
    >>> high = (np.arange(72) % 18 >= 13).astype(float) + 0.01 * (np.arange(72) % 5)
    >>> signals = pd.DataFrame({"a": high}, index=months)
    >>> found = replay_warning(known_then(signals, active), months[48:], window=6)
    >>> int(found.readings["red"].sum()), bool(found.readings["by_rule"].any())
    (10, False)
    """
    if window < 1 or not len(decisions):
        raise ParameterError(
            Fault(
                "nothing to replay",
                got=f"window {window}, {len(decisions)} decisions",
                expected="at least 1 of both",
            )
        )
    rows, flags = [], []
    before: pd.Period | None = None
    composite = frequency = None
    for i, now in enumerate(decisions):
        signals, active = view(now)
        newest = _newest(signals)
        if newest is None or newest == before:
            rows.append({"data": pd.NaT})
            flags.append(pd.Series(dtype=float))
            continue
        before = newest
        placed = signals[signals.index <= newest]
        placed = placed.set_axis(placed.index + (now - newest).n)
        events = group_events(active, calm=calm)
        labels = window_labels(events, window=window).reindex(placed.index)
        moving = placed if i == 0 else _moving(placed)
        composite = fit_composite(moving, labels, criterion=criterion, theta=theta)
        index = composite.index(moving)
        frequency = event_frequency(index, labels)
        red = composite.red(moving.iloc[-1:]).iloc[0]
        rows.append(
            {"data": newest, "red": float(red.sum()), "known": float(red.notna().sum()),
             "index": index.iloc[-1], "probability": _probability(index.iloc[-1], frequency),
             "events_known": len(events.spells), "by_rule": composite.by_rule}
        )  # fmt: skip
        flags.append(red)
    if composite is None or frequency is None:
        raise ModelRefused(_nothing(decisions))
    columns = ["data", "red", "known", "index", "probability", "events_known", "by_rule"]
    readings = pd.DataFrame(rows, index=decisions, columns=columns)
    readings["by_rule"] = readings["by_rule"].fillna(False).astype(bool)
    flagged = pd.DataFrame(flags, index=decisions)
    return Replay(readings=readings, red=flagged, composite=composite, frequency=frequency)


def _newest(signals: pd.DataFrame) -> pd.Period | None:
    """The newest period of which at least half of the signals are known."""
    there = ~np.isnan(signals.to_numpy(dtype=float))
    known = there.sum(axis=1)
    enough = np.flatnonzero(known * 2 >= max(there.any(axis=0).sum(), 1))
    return signals.index[enough[-1]] if len(enough) and known[enough[-1]] else None


def _moving(signals: pd.DataFrame) -> pd.DataFrame:
    kept = (signals.nunique() > 1).to_numpy()
    return signals if kept.all() or not kept.any() else signals.loc[:, kept]


def _probability(index: float, frequency: pd.DataFrame) -> float:
    if np.isnan(index) or frequency["frequency"].isna().all():
        return float("nan")
    place = int(np.searchsorted(frequency["low"].to_numpy(), index, side="right"))
    return float(frequency["frequency"].iloc[place - 1])


def _nothing(decisions: pd.PeriodIndex) -> Fault:
    return Fault(
        "no signal is known in the months after the training span",
        got=f"{decisions[0]} to {decisions[-1]}",
        next_step="supply newer figures, or end the training span earlier",
        zh="训练期之后没有任何信号数据，请补充新数据或提前结束训练期。",
        code="no_figures",
    )


def vintage_view(vintages: pd.DataFrame, active_of: Callable[[pd.Series], pd.Series]) -> View:
    """A view of the data as published by the end of each period.

    Parameters
    ----------
    vintages : pandas.DataFrame
        Long: `name` (a signal, or ``"event"``), `period`, `value`, `published`.
    active_of : callable
        The series of the event to its activity.

    Returns
    -------
    callable
        Raises ModelRefused, `no_figures`, for a day before anything was published.
    """
    period = pd.PeriodIndex(vintages["period"].astype(str), freq="M")
    rows = vintages.assign(
        published=pd.to_datetime(vintages["published"]), place=period.asi8 - period.asi8.min()
    ).sort_values("published", kind="stable")
    days, values = rows["published"].to_numpy(), rows["value"].to_numpy(dtype=float)
    names = list(dict.fromkeys(rows["name"]))
    at = rows["place"].to_numpy(), rows["name"].map(names.index).to_numpy()
    span = pd.period_range(period.min(), period.max(), freq="M")
    cache: dict[bytes, pd.Series] = {}

    def view(now: pd.Period) -> tuple[pd.DataFrame, pd.Series]:
        n = int(np.searchsorted(days, now.end_time.to_datetime64(), side="right"))
        known = np.full((len(span), len(names)), np.nan)
        known[at[0][:n], at[1][:n]] = values[:n]  # the later publication of a figure comes last
        out = pd.DataFrame(known, index=span, columns=names)
        series = out.pop(EVENT) if EVENT in out else pd.Series(dtype=float)
        if not series.notna().any() or not out.notna().to_numpy().any():
            raise ModelRefused(_unknown_then(now))
        series = series[series.first_valid_index() : series.last_valid_index()]
        if (key := series.to_numpy(dtype=float).tobytes()) not in cache:
            cache[key] = active_of(series)
        return out[: out.last_valid_index()], cache[key]

    return view


def _unknown_then(now: pd.Period) -> Fault:
    return Fault(
        "nothing was published by then",
        got=str(now),
        expected=f"signals and the series named `{EVENT}`",
        next_step="end the training span later, or give earlier publications",
        zh=f"截至{now}还没有发布过信号或事件数据，请把训练期结束时间推后。",
        code="no_figures",
    )
