"""Which values of a signal warn, and how much each signal counts (Kaminsky, Lizondo and Reinhart)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import named

__all__ = [
    "Composite",
    "SignalCounts",
    "Threshold",
    "choose_threshold",
    "fit_composite",
    "signal_counts",
]

Array = NDArray[np.float64]
Criterion = Literal["noise_to_signal", "usefulness"]
PERCENTILES = tuple(range(70, 98))
BY_RULE = 90  # percentile that stands in where no event is known to choose by
_LEAST_WEIGHT = 0.5  # share of the weights that must be known for a reading


@dataclass(frozen=True)
class SignalCounts:
    """Months by signal and event: A hit, B false, C missed, D quiet.

    Examples
    --------
    >>> counts = SignalCounts(8, 10, 4, 50)
    >>> round(counts.noise_to_signal, 6), counts.usefulness(0.5)
    (0.25, 0.25)
    """

    hit: int
    false: int
    missed: int
    quiet: int

    @property
    def noise_to_signal(self) -> float:
        """[B / (B + D)] / [A / (A + C)]; infinite without a hit, NaN without months of both kinds."""
        if not (self.hit + self.missed and self.false + self.quiet):
            return float("nan")
        noise = self.false / (self.false + self.quiet)
        return noise / (self.hit / (self.hit + self.missed)) if self.hit else float("inf")

    def usefulness(self, theta: float) -> float:
        """min(theta, 1 - theta) - L with L = theta C / (A + C) + (1 - theta) B / (B + D).

        `theta` is how much missing an event weighs against a false alarm.
        """
        if not (self.hit + self.missed and self.false + self.quiet):
            return float("nan")
        loss = theta * self.missed / (self.hit + self.missed)
        loss += (1 - theta) * self.false / (self.false + self.quiet)
        return min(theta, 1 - theta) - loss

    @property
    def weight(self) -> float:
        """1 / noise-to-signal with at least half a false month, 0 unless that is below 1."""
        if not (self.hit and self.false + self.quiet):
            return 0.0
        noise = max(self.false, 0.5) / (self.false + self.quiet)
        ratio = noise / (self.hit / (self.hit + self.missed))
        return 1 / ratio if ratio < 1 else 0.0


def signal_counts(red: pd.Series, labels: pd.Series) -> SignalCounts:
    """Count months by signal and event.

    Parameters
    ----------
    red : pandas.Series
        1 where the signal warns, 0 where not, NaN unknown.
    labels : pandas.Series
        From `window_labels`, same periods.

    Notes
    -----
    Periods where either is NaN are left out.
    """
    both = pd.concat([red, labels], axis=1).dropna().to_numpy()
    on, event = both[:, 0] > 0, both[:, 1] > 0
    return SignalCounts(
        int((on & event).sum()), int((on & ~event).sum()), int((~on & event).sum()), int((~on & ~event).sum())
    )


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """The value from which on a signal warns, in the unit of the signal.

    `percentile` is that of the months it was chosen on; `weight` is 1 / noise-to-signal, or 1 by rule;
    `by_rule` says that no event was known to choose by; `months` is how many months of the training span
    the signal has.
    """

    value: float
    percentile: float
    counts: SignalCounts
    weight: float
    by_rule: bool
    months: int


def choose_threshold(
    signal: pd.Series,
    labels: pd.Series,
    *,
    criterion: Criterion = "usefulness",
    theta: float = 0.5,
    percentiles: tuple[float, ...] = PERCENTILES,
) -> Threshold:
    """Choose the percentile of a signal by what it did on the training span, and nothing else.

    The percentiles are those of the months that count: outside events, with a window that is over.

    Parameters
    ----------
    signal, labels : pandas.Series
        Training span only; high is bad; NaN is left out.
    criterion : {"usefulness", "noise_to_signal"}
        Largest usefulness, or smallest noise-to-signal ratio (which likes thresholds that hardly ever warn).
    theta : float
        Weight of missed events, between 0 and 1.
    percentiles : tuple of float
        Candidates; a tie goes to the higher one.

    Notes
    -----
    Without a month before an event the 90th percentile stands, with weight 1: a rule, not an estimate.

    Examples
    --------
    >>> months = pd.period_range("2019-01", periods=20, freq="M")
    >>> signal = pd.Series([0, 1, 2, 1, 0, 1, 8, 9, 0, 1, 2, 0, 1, 2, 7, 9, 1, 0, 2, 1.0], index=months)
    >>> labels = pd.Series([0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0.0], index=months)
    >>> chosen = choose_threshold(signal, labels)
    >>> chosen.counts.hit, chosen.counts.false, chosen.by_rule
    (4, 0, False)
    """
    label = labels.reindex(signal.index).to_numpy(dtype=float)
    return _choose(signal.to_numpy(dtype=float), label, criterion, theta, percentiles)


def _choose(
    x: Array, label: Array, criterion: Criterion, theta: float, percentiles: tuple[float, ...]
) -> Threshold:
    known = x[~np.isnan(x)]
    both = ~(np.isnan(x) | np.isnan(label))
    x, event = x[both], label[both] > 0
    by_rule = not event.any() or bool(event.all())
    candidates = (BY_RULE,) if by_rule else percentiles
    values = np.percentile(known if by_rule else x, candidates)
    red = x[:, None] >= values
    hit, false = (red & event[:, None]).sum(axis=0), (red & ~event[:, None]).sum(axis=0)
    found = [
        SignalCounts(int(a), int(b), int(event.sum() - a), int((~event).sum() - b))
        for a, b in zip(hit, false, strict=True)
    ]
    if criterion == "usefulness":
        merit = [c.usefulness(theta) for c in found]
    else:
        merit = [-c.noise_to_signal for c in found]
    best = max(range(len(found)), key=lambda i: (merit[i], candidates[i]))
    return Threshold(
        value=float(values[best]),
        percentile=float(candidates[best]),
        counts=found[best],
        weight=1.0 if by_rule else found[best].weight,
        by_rule=by_rule,
        months=len(known),
    )


@dataclass(frozen=True, kw_only=True)
class Composite:
    """Thresholds of several signals, and the index that adds them up."""

    thresholds: Mapping[str, Threshold]

    @property
    def by_rule(self) -> bool:
        """Whether no event was known to choose by."""
        return all(t.by_rule for t in self.thresholds.values())

    def red(self, signals: pd.DataFrame) -> pd.DataFrame:
        """1 where a signal is at or above its threshold, 0 below, NaN unknown."""
        x = signals[list(self.thresholds)].to_numpy(dtype=float)
        red = np.where(np.isnan(x), np.nan, x >= [t.value for t in self.thresholds.values()])
        return pd.DataFrame(red, index=signals.index, columns=list(self.thresholds))

    def index(self, signals: pd.DataFrame) -> pd.Series:
        """Sum of weight x red over the signals with a noise-to-signal ratio below 1.

        Where some are unknown the sum is scaled to the weight of all; NaN where less than half of the weight
        is known, and 0 throughout if no signal has a weight.
        """
        weights = np.array([t.weight for t in self.thresholds.values()])
        red = self.red(signals).to_numpy()
        if not weights.any():
            return pd.Series(np.where(np.isnan(red).all(axis=1), np.nan, 0.0), signals.index)
        known = ~np.isnan(red) @ weights
        with np.errstate(invalid="ignore", divide="ignore"):
            total = np.nan_to_num(red) @ weights * weights.sum() / known
        return pd.Series(np.where(known >= _LEAST_WEIGHT * weights.sum(), total, np.nan), signals.index)


def fit_composite(
    signals: pd.DataFrame,
    labels: pd.Series,
    *,
    criterion: Criterion = "usefulness",
    theta: float = 0.5,
    percentiles: tuple[float, ...] = PERCENTILES,
) -> Composite:
    """Choose the threshold and weight of every signal on a training span.

    Parameters
    ----------
    signals : pandas.DataFrame
        Training span only; high is bad.
    labels, criterion, theta, percentiles
        As in `choose_threshold`.

    Raises
    ------
    ModelRefused
        `constant` if a signal does not change on the span, `no_figures` if it has none; all at once.
    ParameterError
        If `theta` or `criterion` means nothing.

    References
    ----------
    Kaminsky, G., Lizondo, S., Reinhart, C. (1998), Leading indicators of currency crises, IMF Staff Papers
    45, 1-48.
    Kaminsky, G. (1999), Currency and banking crises: the early warnings of distress, IMF Working Paper
    99/178.
    Alessi, L., Detken, C. (2011), Quasi real time early warning indicators for costly asset price boom/bust
    cycles, European Journal of Political Economy 27, 520-533.

    Examples
    --------
    >>> months = pd.period_range("2019-01", periods=20, freq="M")
    >>> labels = pd.Series(([0.0] * 6 + [1.0] * 2 + [0.0] * 2) * 2, index=months)
    >>> signals = pd.DataFrame({"good": labels * 3 + 0.1 * (np.arange(20) % 3), "bad": -labels}, index=months)
    >>> found = fit_composite(signals, labels)
    >>> found.thresholds["good"].weight > 1, found.thresholds["bad"].weight
    (True, 0.0)
    """
    if criterion not in ("noise_to_signal", "usefulness") or not 0 < theta < 1:
        raise ParameterError(
            Fault("the choice of thresholds is not known", got=f"{criterion}, theta={theta}",
                  expected="noise_to_signal or usefulness, theta between 0 and 1")
        )  # fmt: skip
    _require_movement(signals)
    label, values = labels.reindex(signals.index).to_numpy(dtype=float), signals.to_numpy(dtype=float)
    chosen = [_choose(x, label, criterion, theta, percentiles) for x in values.T]
    return Composite(thresholds=dict(zip(map(str, signals.columns), chosen, strict=True)))


def _require_movement(signals: pd.DataFrame) -> None:
    kinds = signals.nunique()
    empty, still = ([str(n) for n in signals if kinds[n] == k] for k in (0, 1))
    faults = []
    if empty:
        faults.append(
            Fault("a signal has no figure on the training span", got=named(empty),
                  next_step="begin the training span later, or leave the signal out",
                  zh=f"{named(empty)}在训练期内没有数据，请延长训练期或去掉该信号。", code="no_figures")
        )  # fmt: skip
    if still:
        faults.append(
            Fault("a signal does not change on the training span", got=named(still),
                  next_step="leave the signal out, or lengthen the training span",
                  zh=f"{named(still)}在训练期内没有变化，不能作为信号。", code="constant")
        )  # fmt: skip
    if faults:
        raise ModelRefused(faults)
