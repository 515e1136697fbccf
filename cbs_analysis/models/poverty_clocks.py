"""How quickly and how completely the ledger is kept: shares with both counts, late and open cases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import Fault, ModelRefused
from ..registry.poverty_parameters import PovertyParameters
from .poverty_ledger import CHARACTERISTICS, GUARANTEES, MONEY, three_valued
from .warning_scores import counts_interval

__all__ = [
    "COMPLETE_FIELDS",
    "WaitingTime",
    "agreement",
    "clock_table",
    "completeness",
    "help_matched",
    "waiting_time",
]

COMPLETE_FIELDS = ("members", *MONEY, *GUARANTEES, "shock", "district", *CHARACTERISTICS)
Array = NDArray[np.float64]


class WaitingTime(NamedTuple):
    """Median of a waiting time in days; NaN if fewer than half have ended, `high` infinite if unbounded."""

    median: float
    low: float
    high: float


def waiting_time(days: Array, ended: NDArray[np.bool_], *, alpha: float = 0.1) -> WaitingTime:
    """Median of waiting times of which some have not ended yet.

    Parameters
    ----------
    days : numpy.ndarray
        Until the end, or so far; from 0 on.
    ended : numpy.ndarray of bool
    alpha : float
        1 - coverage.

    Notes
    -----
    Kaplan and Meier's estimate S (statsmodels): the first day on which S is one half or less. The interval
    begins and ends where the band ``S exp(-+ z se / S)`` crosses one half; where S reaches 0 with n at risk
    its upper end is that of the day before times ``1 - (alpha / 2) ** (1 / n)``. Leaving out open cases
    would take the quick ones for all. Assumes that how long a case has been open says nothing of how long
    it will be.

    References
    ----------
    Kaplan, E. L., Meier, P. (1958), Nonparametric estimation from incomplete observations, Journal of the
    American Statistical Association 53, 457-481.

    Examples
    --------
    >>> waiting_time(np.array([3.0, 5.0, 8.0, 9.0, 20.0]), np.array([True, True, True, False, False])).median
    8.0
    """
    if not ended.any():
        return WaitingTime(np.nan, np.nan, np.nan)
    from statsmodels.duration.survfunc import SurvfuncRight

    with np.errstate(divide="ignore", invalid="ignore"):  # the curve may reach 0
        curve = SurvfuncRight(np.asarray(days, dtype=float), ended.astype(float))
        kept = np.asarray(curve.surv_prob)
        half = stats.norm.ppf(1 - alpha / 2) * np.asarray(curve.surv_prob_se) / kept
        low, high = kept * np.exp(-half), kept * np.exp(half)
    if kept[-1] == 0:
        before = high[-2] if len(high) > 1 else 1.0
        low[-1], high[-1] = 0.0, before * (1 - (alpha / 2) ** (1 / curve.n_risk[-1]))
    bands = kept, low, high
    ends = [_first_day(np.asarray(curve.surv_times), band) for band in bands]
    return WaitingTime(ends[0] if np.isfinite(ends[0]) else np.nan, min(ends[:2]), ends[2])


def _first_day(times: Array, kept: Array) -> float:
    """When no more than half are left; infinite if never."""
    at = np.flatnonzero(kept <= 0.5 + 1e-12)
    return float(times[at[0]]) if len(at) else float("inf")


def clock_table(
    ledger: pd.DataFrame, *, parameters: PovertyParameters, as_of: str | date, alpha: float = 0.1
) -> pd.DataFrame:
    """Days from clue to decision, and days of publicity.

    Parameters
    ----------
    ledger : pandas.DataFrame
        Whole ledger; a case is a household and its date of clue, as its last row tells it.
    parameters : PovertyParameters
        `decision_days` at most, `publicity_days` at least.
    as_of : str or date
        Cases without an end have been open until this day.

    Returns
    -------
    pandas.DataFrame
        Rows `decision` and `publicity`: `limit` in days, `cases`, `numerator` (ended as the limit wants),
        `denominator` (ended, or open for longer than allowed), `share`, `low`, `high`, `late` (ended, but
        not as the limit wants), `late_open` (open for longer than allowed), `open` (still in time), and
        `median`, `median_low`, `median_high` days.

    Notes
    -----
    Days are those of the calendar, the last minus the first date. Publicity has no time at which it is
    overdue: an open one is not judged.
    """
    asked = pd.Timestamp(as_of)
    cases = ledger.dropna(subset=["clue_date"]).sort_values("month", kind="stable")
    cases = cases.drop_duplicates(["household", "clue_date"], keep="last")
    rows = {
        "decision": _clock(
            cases["clue_date"], cases["decision_date"], asked,
            at_most=parameters.value("decision_days"), alpha=alpha,
        ),
        "publicity": _clock(
            cases["publicity_start"], cases["publicity_end"], asked,
            at_least=parameters.value("publicity_days"), alpha=alpha,
        ),
    }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("clock")


def _clock(
    start: pd.Series,
    end: pd.Series,
    asked: pd.Timestamp,
    *,
    alpha: float,
    at_most: float = np.inf,
    at_least: float = 0,
) -> dict[str, float]:
    begun = start.notna().to_numpy()
    start, end = pd.to_datetime(start[begun]), pd.to_datetime(end[begun])
    ended = end.notna().to_numpy()
    days = (end.fillna(asked) - start).dt.days.to_numpy(dtype=float)
    good = ended & (days <= at_most) & (days >= at_least)
    overdue = ~ended & (days > at_most)
    judged = int(ended.sum() + overdue.sum())
    low, high = counts_interval(int(good.sum()), judged, alpha=alpha)
    median = waiting_time(days, ended, alpha=alpha)
    return {
        "limit": at_least if np.isinf(at_most) else at_most,
        "cases": len(days),
        "numerator": int(good.sum()),
        "denominator": judged,
        "share": good.sum() / judged if judged else np.nan,
        "low": low,
        "high": high,
        "late": int((ended & ~good).sum()),
        "late_open": int(overdue.sum()),
        "open": int((~ended & ~overdue).sum()),
        "median": median.median,
        "median_low": median.low,
        "median_high": median.high,
    }


def completeness(ledger: pd.DataFrame, *, fields: Sequence[str] = COMPLETE_FIELDS) -> pd.DataFrame:
    """Which cells of the ledger are filled in.

    Parameters
    ----------
    ledger : pandas.DataFrame
        Rows of one month. A column that is absent counts as empty.
    fields : sequence of str
        What must be filled in.

    Returns
    -------
    pandas.DataFrame
        By field and for `all`: `numerator` (filled), `denominator` (rows), `share`; the row `households`
        counts those with every field.
    """
    filled = {f: ledger[f].notna() if f in ledger else pd.Series(False, ledger.index) for f in fields}
    counts = {f: (int(x.sum()), len(ledger)) for f, x in filled.items()}
    counts["all"] = (sum(n for n, _ in counts.values()), len(ledger) * len(fields))
    counts["households"] = (int(pd.DataFrame(filled).all(axis=1).sum()), len(ledger))
    frame = pd.DataFrame.from_dict(counts, orient="index", columns=["numerator", "denominator"])
    return frame.assign(share=_ratio(frame["numerator"], frame["denominator"])).rename_axis("field")


def _ratio(hits: pd.Series, of: pd.Series) -> Array:
    return np.divide(hits, of, out=np.full(len(hits), np.nan), where=of.to_numpy() > 0)


def agreement(ours: Iterable[str], theirs: Iterable[str], *, alpha: float = 0.1) -> dict[str, float]:
    """Whether two lists of monitored households hold the same: ours, and that of the platform.

    Returns
    -------
    dict
        `numerator` (in both), `denominator` (in either), `share`, `low`, `high`, `only_ours`, `only_theirs`.

    Raises
    ------
    ModelRefused
        `no_list` if both are empty.

    Examples
    --------
    >>> agreement(["a", "b", "c"], ["b", "c", "d"])["share"]
    0.5
    """
    mine, other = set(ours), set(theirs)
    either, both = len(mine | other), len(mine & other)
    if not either:
        raise ModelRefused(
            Fault(
                "neither list holds a household",
                next_step="pass the ledger and the list of the platform of the same month",
                zh="两份名单都是空的，无法比对。",
                code="no_list",
            )
        )
    low, high = counts_interval(both, either, alpha=alpha)
    return {
        "numerator": both,
        "denominator": either,
        "share": both / either,
        "low": low,
        "high": high,
        "only_ours": len(mine - other),
        "only_theirs": len(other - mine),
    }


def help_matched(ledger: pd.DataFrame, *, alpha: float = 0.1) -> dict[str, float]:
    """Monitored households of a month with a measure of help that fits.

    Returns
    -------
    dict
        `numerator` (matched), `denominator` (known), `share`, `low`, `high`, `unknown`; the share is NaN if
        none is monitored or known.
    """
    matched = three_valued(ledger.loc[ledger["kind"] == "monitored", "help_matched"])
    yes, known = int(matched.fillna(False).sum()), int(matched.notna().sum())
    low, high = counts_interval(yes, known, alpha=alpha)
    share = yes / known if known else float("nan")
    return {
        "numerator": yes,
        "denominator": known,
        "share": share,
        "low": low,
        "high": high,
        "unknown": len(matched) - known,
    }
