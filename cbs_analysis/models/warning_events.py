"""What counts as an event of unemployment, declared before anything is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import require_periods, to_array
from .warning_counts import seasonal_upper_bound
from .warning_cusum import cusum
from .warning_signals import require_months

__all__ = ["EventRule", "Events", "find_events", "group_events", "sahm_gap", "window_labels"]

EventKind = Literal["registered_rate_above_ceiling", "sahm_type", "counts_above_bound"]
_KINDS = ("registered_rate_above_ceiling", "sahm_type", "counts_above_bound")
_MEAN, _BACK = 3, 12  # months of the mean, and months before it whose lowest mean counts


def sahm_gap(rate: pd.Series) -> pd.Series:
    """3-month mean of an unemployment rate over its lowest 3-month mean of the 12 months before.

    Parameters
    ----------
    rate : pandas.Series
        Monthly rate in percent, of one definition.

    Returns
    -------
    pandas.Series
        Percentage points, rounded to two digits as published; NaN in the first 14 months and where one of the
        15 months is missing.

    Raises
    ------
    ModelRefused
        `frequency`, `repeated`, `no_figures`.

    Notes
    -----
    ``m[t] = (u[t] + u[t-1] + u[t-2]) / 3``; gap = m[t] - min(m[t-12], ..., m[t-1]). The rule calls a
    recession from 0.50 points on. It was made for seasonally adjusted rates: of a rate that is not adjusted
    the season is in the gap.

    References
    ----------
    Sahm, C. (2019), Direct stimulus payments to individuals, in: Recession Ready, Hamilton Project. FRED
    series SAHMCURRENT, from which it is tested.

    Examples
    --------
    >>> months = pd.period_range("2019-01", periods=16, freq="M")
    >>> sahm_gap(pd.Series([5.0] * 14 + [6.2, 6.0], index=months)).tail(2).tolist()
    [0.4, 0.73]
    """
    whole = require_months(rate, what="the rates")
    mean = whole.rolling(_MEAN, min_periods=_MEAN).mean()
    low = mean.shift(1).rolling(_BACK, min_periods=_BACK).min()
    return (mean - low).round(2) + 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class EventRule:
    """The declared event: a rule and the series that it reads.

    Attributes
    ----------
    kind : {"registered_rate_above_ceiling", "sahm_type", "counts_above_bound"}
        A registered rate above the ceiling of the plan; a rise of a rate as in `sahm_gap`; counts
        (新增领金) above their seasonal bound.
    series : pandas.Series
        Monthly rate in percent, or counts.
    ceiling : float
        Percent; for the first kind.
    rise : float
        Points of the gap from which on an event runs; for the second kind.
    alpha, years : float, int
        Of `seasonal_upper_bound`; for the third kind.
    bound : {"seasonal", "cusum"}
        The CUSUM is the fall-back where three years of counts are not held: mean and standard deviation of
        the first 24 months, k = 0.5, h = 5.
    calm : int
        Months without it that end an event; a shorter calm is part of it.
    """

    kind: EventKind
    series: pd.Series
    ceiling: float = float("nan")
    rise: float = 0.5
    alpha: float = 0.05
    years: int = 3
    bound: Literal["seasonal", "cusum"] = "seasonal"
    calm: int = 3

    def __post_init__(self) -> None:
        faults = []
        if self.kind not in _KINDS:
            faults.append(Fault("kind of event is not known", got=str(self.kind), expected=", ".join(_KINDS)))
        if self.kind == "registered_rate_above_ceiling" and not 0 < self.ceiling < 100:
            faults.append(
                Fault("the ceiling is not stated", got=str(self.ceiling), expected="percent, from the plan",
                      next_step="give `ceiling` as the document of the plan states it")
            )  # fmt: skip
        if not self.rise > 0:
            faults.append(Fault("`rise` is not positive", got=str(self.rise), expected="such as 0.5"))
        if self.bound not in ("seasonal", "cusum"):
            faults.append(Fault("`bound` is not known", got=str(self.bound), expected="seasonal or cusum"))
        if not isinstance(self.calm, int) or self.calm < 1:
            faults.append(Fault("`calm` is no number of months", got=str(self.calm), expected="1 or more"))
        if faults:
            raise ParameterError(faults)

    def active(self, series: pd.Series | None = None) -> pd.Series:
        """1 in months of an event, 0 in others, NaN where the rule cannot tell."""
        values = require_months(self.series if series is None else series, what="the figures of the event")
        if self.kind == "registered_rate_above_ceiling":
            return (values > self.ceiling).astype(float).where(values.notna())
        if self.kind == "sahm_type":
            gap = sahm_gap(values)
            return (gap >= self.rise).astype(float).where(gap.notna())
        if self.bound == "cusum":
            return _by_cusum(values)
        found = seasonal_upper_bound(values, years=self.years, alpha=self.alpha)
        return found["above"].astype(float).where(found["state"] == "judged")


def _by_cusum(values: pd.Series) -> pd.Series:
    first = values.dropna().iloc[:24]
    later = values[values.index > first.index[-1]]
    out = pd.Series(np.nan, values.index)
    if len(first) == 24 and len(later):
        found = cusum(later, mean=float(first.mean()), sd=float(first.std(ddof=1)))
        out[found.index] = found["above"].astype(float).where(found["sum"].notna())
    return out


@dataclass(frozen=True, kw_only=True, eq=False)
class Events:
    """Events by period.

    Attributes
    ----------
    inside : pandas.Series
        1 inside an event, 0 outside, NaN unknown.
    spells : tuple of (Period, Period)
        First and last period of each event whose beginning was seen; the last one may still run.
    """

    inside: pd.Series
    spells: tuple[tuple[pd.Period, pd.Period], ...]

    @property
    def onsets(self) -> pd.PeriodIndex:
        """First period of each event."""
        return pd.PeriodIndex([first for first, _ in self.spells], freq=self.inside.index.freq)

    def to_frame(self) -> pd.DataFrame:
        """Onset, last period and length in periods."""
        rows = [(a, b, (b - a).n + 1) for a, b in self.spells]
        return pd.DataFrame(rows, columns=["onset", "last", "length"])


def group_events(active: pd.Series, *, calm: int = 3) -> Events:
    """Events from single periods: a calm of fewer than `calm` periods is part of the event around it.

    Parameters
    ----------
    active : pandas.Series
        1, 0 or NaN by period, consecutive.
    calm : int
        Periods without it that end an event.

    Notes
    -----
    The calm periods that prove the end of an event count as inside: a recovery is no quiet time. An event
    that was running when the data begin, or after a gap, has no onset; its periods are inside all the same.

    Examples
    --------
    >>> months = pd.period_range("2020-01", periods=9, freq="M")
    >>> found = group_events(pd.Series([0, 1, 0, 1, 0, 0, 0, 1, 0.0], index=months))
    >>> [(str(a), str(b)) for a, b in found.spells]
    [('2020-02', '2020-04'), ('2020-08', '2020-08')]
    """
    require_periods(active)
    on = to_array(active, what="activity")
    inside, spells = on.copy(), []
    start = last = None  # place of the onset (None: not seen) and of the last active period
    for i, x in enumerate([*on, np.nan]):
        if x == 1:
            if last is None:
                start = i if i and on[i - 1] == 0 else None
            else:
                inside[last:i] = 1.0
            last = i
        elif last is not None and (np.isnan(x) or i - last >= calm):
            inside[last:i] = 1.0
            if start is not None:
                spells.append((active.index[start], active.index[last]))
            start = last = None
    return Events(inside=pd.Series(inside, active.index), spells=tuple(spells))


def find_events(rule: EventRule, *, active: pd.Series | None = None) -> Events:
    """Events of a declared rule.

    Raises
    ------
    ModelRefused
        `no_events_known` if the rule can judge no month (too few years, gaps), and as `require_months`.
    """
    found = rule.active() if active is None else active
    if found.isna().all():
        raise ModelRefused(_unjudged(found))
    return group_events(found, calm=rule.calm)


def _unjudged(active: pd.Series) -> Fault:
    return Fault(
        "the rule of the event can judge no month",
        got=f"{active.index[0]} to {active.index[-1]}",
        expected="15 months for a rise, 3 years and a month before the first month judged for counts",
        next_step="supply earlier months, or choose another rule before fitting",
        zh="数据太短或有缺口，事件规则一个月也判断不了，请补充更早的月份。",
        code="no_events_known",
    )


def window_labels(events: Events, *, window: int, until: Any = None) -> pd.Series:
    """Whether an event begins within the next `window` periods: 1, 0, or NaN where that is not for judging.

    Parameters
    ----------
    events : Events
    window : int
        Periods ahead; the period itself is not among them.
    until : pandas.Period, optional
        Last period of which events are known; the last one of the data by default.

    Returns
    -------
    pandas.Series
        NaN inside an event (a signal there is no warning any more), where the window is not over and
        nothing has begun yet, and where events are unknown.

    References
    ----------
    Bussière, M., Fratzscher, M. (2006), Towards a new early warning system of financial crises, Journal of
    International Money and Finance 25, 953-973.

    Examples
    --------
    >>> months = pd.period_range("2020-01", periods=8, freq="M")
    >>> events = group_events(pd.Series([0, 0, 0, 1, 0, 0, 0, 0.0], index=months), calm=1)
    >>> window_labels(events, window=2).tolist()
    [0.0, 1.0, 1.0, nan, 0.0, 0.0, nan, nan]
    """
    index, inside = events.inside.index, events.inside.to_numpy()
    n = len(index) if until is None else int(np.clip((until - index[0]).n + 1, 0, len(index)))
    begins = np.zeros(len(index), dtype=bool)
    begins[[(p - index[0]).n for p in events.onsets]] = True
    out = np.full(len(index), np.nan)
    for t in range(n):
        if inside[t] != 0:
            continue
        ahead = slice(t + 1, min(t + 1 + window, n))
        if begins[ahead].any():
            out[t] = 1.0
        elif t + window < n and not np.isnan(inside[ahead]).any():
            out[t] = 0.0
    return pd.Series(out, index)
