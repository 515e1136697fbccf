"""Is anyone falling back into poverty? The monitoring of a month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused
from ..registry.poverty_parameters import PovertyParameters
from .poverty_classes import (
    class_table,
    classify,
    exit_table,
    flow_balance,
    transition_counts,
    transition_rates,
)
from .poverty_clocks import agreement, clock_table, completeness, help_matched
from .poverty_ledger import CHARACTERISTICS, check_ledger
from .poverty_replay import score_month
from .poverty_rules import (
    apply_rules,
    guarantee_table,
    rule_overlap,
    rule_sensitivity,
    rule_table,
)
from .poverty_words import monitoring_finding
from .poverty_zero import return_table
from .results import Results
from .vulnerability import fit_vulnerability
from .vulnerability_scores import VulnerabilityScores
from .warning_scores import counts_interval

__all__ = ["Monitoring", "fit_monitoring"]

_LISTED = ("unstable", "marginal", "sudden", "guarantee", "unclear")
_AHEAD = 12


@dataclass(frozen=True, kw_only=True)
class Monitoring(Results):
    """Counts and shares of a month; nothing in it tells of one household.

    `params` are shares of all households: each class, and `listed`, those for whom a rule holds. Small
    counts are not hidden here: what is published goes through the disclosure rules first.

    Attributes
    ----------
    month : pandas.Period
        The last of the ledger.
    area : str
    listed : int
        Households for whom a rule holds.
    rules, guarantees, overlap, thresholds : pandas.DataFrame
        `rule_table`, `guarantee_table`, `rule_overlap`, `rule_sensitivity` of the month.
    classes : pandas.DataFrame
        `class_table` of the month.
    transitions : pandas.DataFrame
        `transition_rates` of all months; empty for a single one.
    balance, exits : pandas.DataFrame
        `flow_balance`, `exit_table`.
    process : pandas.DataFrame
        Rows `decision`, `publicity` (`clock_table`), `complete`, `help` and, with a list of the platform,
        `platform`: `numerator`, `denominator`, `share`, `low`, `high`, and the counts that belong to each.
    fields : pandas.DataFrame
        `completeness` by field.
    returned : pandas.DataFrame
        `return_table`; empty without a relief line, which `refused` then says.
    model : pandas.DataFrame
        Estimates of `fit_vulnerability`; empty where refused.
    vulnerable : mapping of str to float
        `households` with a chance, how many have at least `half` and at least the `prevalence`, and how many
        variances were `floored`.
    scores : VulnerabilityScores or None
        What the model and the rules of 12 months before would have told of this month.
    """

    month: pd.Period
    area: str
    listed: int
    rules: pd.DataFrame
    guarantees: pd.DataFrame
    overlap: pd.DataFrame
    thresholds: pd.DataFrame
    classes: pd.DataFrame
    transitions: pd.DataFrame
    balance: pd.DataFrame
    exits: pd.DataFrame
    process: pd.DataFrame
    fields: pd.DataFrame
    returned: pd.DataFrame
    model: pd.DataFrame
    vulnerable: dict[str, float] = field(default_factory=dict)
    scores: VulnerabilityScores | None = None

    def conf_int(self, alpha: float | None = None) -> pd.DataFrame:
        """Exact intervals of the shares (Clopper-Pearson)."""
        level = self.alpha if alpha is None else alpha
        hits = (self.params * self.nobs).round().astype(int)
        ends = [counts_interval(int(h), self.nobs, alpha=level) for h in hits]
        return pd.DataFrame(ends, columns=["low", "high"], index=self.params.index)

    def finding(self, lang: str = "zh") -> str:
        """One or two sentences whose strength follows the evidence."""
        return monitoring_finding(self, lang)


def fit_monitoring(
    ledger: pd.DataFrame,
    *,
    parameters: PovertyParameters,
    as_of: str | date,
    platform: Iterable[str] | None = None,
    capacity: int | None = None,
    regressors: Sequence[str] = CHARACTERISTICS,
    years: tuple[int, int] | None = (2021, 2025),
    alpha: float = 0.1,
) -> Monitoring:
    """Rules, classes, clocks, zero events and model of a ledger.

    Parameters
    ----------
    ledger : pandas.DataFrame
        One row a household and month (`poverty_ledger.LEDGER_COLUMNS`), money in yuan per head; checked
        first.
    parameters : PovertyParameters
        Lines and thresholds of the area.
    as_of : str or date
        Until when open cases have been open; nothing in the ledger may be later.
    platform : iterable of str, optional
        Households that the platform holds as monitored in the last month, by the same identifiers.
    capacity : int, optional
        Places of help; default as many as the rules list.
    regressors : sequence of str
        Of the model.
    years : tuple of int, optional
        Years of the plan; None takes any.
    alpha : float
        1 - coverage of the intervals.

    Returns
    -------
    Monitoring
        What the data do not carry (model, relief line, outcomes) stands in `refused` with its reason.

    Raises
    ------
    ModelRefused
        As `check_ledger`, and `no_figures` for an empty ledger.

    Examples
    --------
    >>> from cbs_analysis.registry.poverty_parameters import load_poverty_parameters
    >>> months = pd.PeriodIndex(["2022-04", "2022-05"], freq="M")
    >>> row = {"household": "h", "kind": "general", "members": 3, "income12_yuan": 6_000.0, "shock": "",
    ...        "rigid_spending12_yuan": 900.0, "income12_before_yuan": 6_100.0, "district": "99DM01",
    ...        "help_matched": None, **dict.fromkeys(("schooling_ok", "medical_ok", "housing_ok", "water_ok",
    ...        "food_clothing_ok"), True), **dict.fromkeys(("clue_date", "decision_date", "publicity_start",
    ...        "publicity_end", "exit_date"), pd.NaT)}
    >>> ledger = pd.DataFrame([row, row]).assign(month=months)
    >>> found = fit_monitoring(ledger, parameters=load_poverty_parameters("99DM00"), as_of="2022-06-30")
    >>> int(found.classes.loc["marginal", "households"]), [f.code for f in found.refused]
    (1, ['columns', 'outcome_ahead'])
    """
    if ledger.empty:
        raise ModelRefused(Fault("the ledger holds no row", zh="台账没有记录。", code="no_figures"))
    check_ledger(ledger, parameters=parameters, as_of=as_of, years=years)
    ledger = ledger.reset_index(drop=True)
    rules = apply_rules(ledger, parameters=parameters)
    classes = classify(ledger, rules)
    month = ledger["month"].max()
    now = (ledger["month"] == month).to_numpy(dtype=bool)
    rows, fired = ledger[now], rules[now]
    table = class_table(rows, classes[now], alpha=alpha)
    number = int(table.loc[list(_LISTED), "households"].sum())
    shares = table["share"].copy()
    shares["listed"] = number / len(rows)
    refused: list[Fault] = []
    fields = completeness(rows)
    result = {
        "returned": _or_refused(refused, lambda: return_table(ledger, parameters=parameters), pd.DataFrame()),
        **_model(rows, parameters, regressors, alpha, refused),
        "scores": _scores(ledger, month, parameters, capacity, regressors, alpha, refused),
    }
    counts = transition_counts(ledger, classes)
    balance = flow_balance(ledger)
    empty = pd.Series(np.nan, shares.index)
    return Monitoring(
        params=shares,
        bse=empty,
        pvalues=empty,
        nobs=len(rows),
        df_resid=0,
        method="five rules of the plan, each true, false or unknown; classes by rule and kind of household",
        interval_method="Clopper-Pearson",
        sample=f"{month}, {len(rows)} households; {ledger['month'].nunique()} months in the ledger",
        alpha=alpha,
        assumptions=_assumptions(parameters),
        warnings=_warnings(balance, table),
        refused=tuple(refused),
        month=month,
        area=parameters.area,
        listed=number,
        rules=rule_table(rows, fired),
        guarantees=guarantee_table(rows),
        overlap=rule_overlap(fired),
        thresholds=rule_sensitivity(rows, parameters=parameters),
        classes=table,
        transitions=transition_rates(counts, alpha=alpha),
        balance=balance,
        exits=exit_table(ledger, rules, parameters=parameters),
        process=_process(ledger, rows, fields, parameters, as_of, platform, alpha),
        fields=fields,
        **result,
    )


def _or_refused(refused: list[Fault], call, instead):  # type: ignore[no-untyped-def]
    try:
        return call()
    except ModelRefused as error:
        refused.extend(error.faults)
        return instead


def _model(
    rows: pd.DataFrame,
    parameters: PovertyParameters,
    regressors: Sequence[str],
    alpha: float,
    refused: list[Fault],
) -> dict[str, object]:
    line = parameters.line(int(rows["month"].iloc[0].year)).yuan
    fit = _or_refused(
        refused, lambda: fit_vulnerability(rows, line=line, regressors=regressors, alpha=alpha), None
    )
    if fit is None:
        return {"model": pd.DataFrame(), "vulnerable": {}}
    vulnerable = {
        "households": int(fit.scores.notna().sum()),
        "half": int(fit.flagged("half").fillna(False).sum()),
        "prevalence": int(fit.flagged("prevalence").fillna(False).sum()),
        "floored": fit.floored,
    }
    return {"model": fit.to_frame(), "vulnerable": vulnerable}


def _scores(
    ledger: pd.DataFrame,
    month: pd.Period,
    parameters: PovertyParameters,
    capacity: int | None,
    regressors: Sequence[str],
    alpha: float,
    refused: list[Fault],
) -> VulnerabilityScores | None:
    then = ledger[ledger["month"] == month - _AHEAD]
    if then.empty:
        refused.append(_no_year_before(month))
        return None
    scores = _or_refused(
        refused, lambda: score_month(ledger, then, parameters, capacity, regressors, _AHEAD, alpha), None
    )
    if scores is not None:
        refused.extend(scores.refused)
    return scores


def _no_year_before(month: pd.Period) -> Fault:
    return Fault(
        "the warnings of a year before cannot be tested",
        got=f"no rows of {month - _AHEAD}",
        next_step="keep the ledger of earlier months",
        zh=f"台账没有{month - _AHEAD}的记录，无法用次年结果检验。",
        code="outcome_ahead",
    )


def _process(
    ledger: pd.DataFrame,
    rows: pd.DataFrame,
    fields: pd.DataFrame,
    parameters: PovertyParameters,
    as_of: str | date,
    platform: Iterable[str] | None,
    alpha: float,
) -> pd.DataFrame:
    table = clock_table(ledger, parameters=parameters, as_of=as_of, alpha=alpha)
    more = {"complete": fields.loc["all"].to_dict(), "help": help_matched(rows, alpha=alpha)}
    if platform is not None:
        monitored = rows.loc[rows["kind"] == "monitored", "household"]
        more["platform"] = agreement(monitored, platform, alpha=alpha)
    return pd.concat([table, pd.DataFrame.from_dict(more, orient="index")]).rename_axis("measure")


def _assumptions(parameters: PovertyParameters) -> tuple[str, ...]:
    drop, ratio = parameters.threshold("income_drop"), parameters.threshold("rigid_ratio")
    return (
        f"a sharp fall of income is one of {100 * drop.value:g} % or more ({drop.basis})",
        f"rigid spending counts above {ratio.value:g} times the income of the year before ({ratio.basis})",
        "the line of the calendar year of the check holds for the 12 months before it",
        f"a decision takes {parameters.value('decision_days'):g} days at most, publicity "
        f"{parameters.value('publicity_days'):g} at least ({parameters.threshold('decision_days').basis})",
    )


def _warnings(balance: pd.DataFrame, table: pd.DataFrame) -> tuple[str, ...]:
    found = []
    off = balance["difference"].fillna(0) != 0
    if off.any():
        found.append(
            f"stock, entries and exits do not balance in {int(off.sum())} months, by up to "
            f"{int(balance['difference'].abs().max())} households"
        )
    unknown = int(table.loc["unknown", "households"])
    if unknown:
        found.append(
            f"{unknown} households cannot be told for want of figures: they are neither listed nor cleared"
        )
    return tuple(found)
