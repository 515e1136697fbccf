"""How well the warnings of past months would have told the year after them, month by month."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..errors import Fault, ModelRefused
from ..registry.poverty_parameters import PovertyParameters
from .poverty_ledger import CHARACTERISTICS
from .poverty_rules import apply_rules, listed
from .vulnerability import fit_vulnerability
from .vulnerability_scores import VulnerabilityScores, outcome_after, score_vulnerability

__all__ = ["back_play", "score_month"]


def score_month(
    ledger: pd.DataFrame,
    then: pd.DataFrame,
    parameters: PovertyParameters,
    capacity: int | None,
    regressors: Sequence[str],
    ahead: int,
    alpha: float,
) -> VulnerabilityScores:
    """Rules and model of a month, with nothing later in them, against what came."""
    month = then["month"].iloc[0]
    outcome = outcome_after(ledger, month, parameters=parameters, ahead=ahead)
    line = parameters.line(int(month.year)).yuan
    fit = fit_vulnerability(then, line=line, regressors=regressors)
    names = pd.Index(then["household"])
    told = listed(apply_rules(then, parameters=parameters))
    return score_vulnerability(
        pd.Series(fit.scores.to_numpy(), names),
        outcome,
        rules=pd.Series(told.array, names),
        capacity=capacity,
        alpha=alpha,
    )


def back_play(
    ledger: pd.DataFrame,
    months: int = 36,
    *,
    parameters: PovertyParameters,
    ahead: int = 12,
    capacity: int | None = None,
    regressors: Sequence[str] = CHARACTERISTICS,
    alpha: float = 0.1,
) -> pd.DataFrame:
    """What rules and model of each month would have told of the year after it.

    Parameters
    ----------
    ledger : pandas.DataFrame
        Checked (`check_ledger`).
    months : int
        The last so many months of the ledger.
    parameters, capacity, regressors, alpha
        As in `fit_monitoring`.
    ahead : int
        Months between warning and outcome.

    Returns
    -------
    pandas.DataFrame
        By month: `state` (`scored`, or why not: `outcome_ahead`, `few_events`, another code), `households`,
        `unknown`, `events`, `listed` and the `rules_` and `model_` `hits`, `precision`, `recall` each with
        `_low` and `_high`, `capacity`, `auc`, `auc_low`, `auc_high`, `slope`, `brier`, `brier_reference`.

    Raises
    ------
    ModelRefused
        `no_line` for a month of a year without one; `no_figures` for an empty ledger.

    Notes
    -----
    A month uses its own rows alone, so that nothing later can be in its warning. Neighbouring months share
    most households and outcomes: their scores are one experience told many times, and must not be averaged
    as if they were many.
    """
    if ledger.empty:
        raise ModelRefused(Fault("the ledger holds no row", zh="台账没有记录。", code="no_figures"))
    parts = dict(list(ledger.groupby("month")))
    rows = []
    for month in sorted(parts)[-months:]:
        then = parts[month]
        row: dict[str, object] = {"month": month, "state": "scored", "households": len(then)}
        row["listed"] = int(listed(apply_rules(then, parameters=parameters)).fillna(False).sum())
        both = pd.concat([then, parts[month + ahead]]) if month + ahead in parts else then
        try:
            row |= _played(score_month(both, then, parameters, capacity, regressors, ahead, alpha))
        except ModelRefused as error:
            row["state"] = error.faults[0].code
        rows.append(row)
    frame = pd.DataFrame(rows, columns=_PLAYED)
    return frame.set_index(pd.PeriodIndex(frame.pop("month"), freq="M", name="month"))


_PLAYED = [
    "month", "state", "households", "listed", "at_risk", "unknown", "events", "capacity",
    "auc", "auc_low", "auc_high",
    *(f"{who}_{what}" for who in ("rules", "model") for what in (
        "hits", "precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high")),
    "slope", "slope_low", "slope_high", "brier", "brier_reference",
]  # fmt: skip


def _played(s: VulnerabilityScores) -> dict[str, object]:
    found: dict[str, object] = {
        "state": "scored" if s.auc else "few_events", "at_risk": s.households, "unknown": s.unknown,
        "events": s.events, "capacity": s.capacity, "slope": s.slope, "slope_low": s.slope_low,
        "slope_high": s.slope_high, "brier": s.brier, "brier_reference": s.brier_reference,
    }  # fmt: skip
    if s.auc:
        found |= {"auc": s.auc.value, "auc_low": s.auc.low, "auc_high": s.auc.high}
    for who in ("rules", "model"):
        found |= {f"{who}_{k}": v for k, v in s.at_capacity.loc[who].items() if k not in ("chosen", "known")}
    return found
