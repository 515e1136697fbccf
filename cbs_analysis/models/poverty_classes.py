"""Classes of monitored households, how they move from month to month, and who may leave."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..registry.poverty_parameters import PovertyParameters
from .poverty_ledger import base_kind, numbers
from .poverty_rules import lines_of, listed
from .warning_scores import counts_interval

__all__ = [
    "CLASSES",
    "class_table",
    "classify",
    "exit_table",
    "flow_balance",
    "transition_counts",
    "transition_rates",
]

CLASSES = ("unstable", "marginal", "sudden", "guarantee", "unclear", "on_list", "none", "unknown")
_ARRIVED, _GONE = "arrived", "gone"


def classify(ledger: pd.DataFrame, rules: pd.DataFrame) -> pd.Series:
    """The class of every row.

    Parameters
    ----------
    ledger : pandas.DataFrame
        Whole ledger: what a monitored household was before is looked up in its earlier months.
    rules : pandas.DataFrame
        Of `apply_rules`, same rows.

    Returns
    -------
    pandas.Series
        Categorical of `CLASSES`.

    Notes
    -----
    ========== ===================== ================================================================
    unstable   脱贫不稳定户            R1, lifted out of poverty before
    marginal   边缘易致贫户            R1, never poor on record
    sudden     突发严重困难户          not R1, but R2, R3 or R5
    guarantee  三保障等未达标户         not R1, R2, R3, R5, but R4
    unclear    应列入、类别待定         a rule holds, but what decides the class is unknown
    on_list    在册、本月无新风险       monitored, no rule holds
    none       未触发规则              all rules known, none holds
    unknown    资料不全无法判断         no rule is known to hold, one is unknown
    ========== ===================== ================================================================

    R4 lists a household whatever its class; `rule_table` and `guarantee_table` count it.

    Examples
    --------
    >>> ledger = pd.DataFrame({"household": ["a", "b"], "kind": ["tuopin", "general"],
    ...                        "month": pd.PeriodIndex(["2022-01"] * 2, freq="M")})
    >>> rules = pd.DataFrame([[True] + [False] * 4, [False, None, True, False, False]],
    ...                      columns=["R1", "R2", "R3", "R4", "R5"], dtype="boolean")
    >>> classify(ledger, rules).tolist()
    ['unstable', 'sudden']
    """
    base = base_kind(ledger).to_numpy(dtype=object)
    poor, sure = _flags(rules["R1"]), ~rules["R1"].isna().to_numpy()
    strain = rules["R2"] | rules["R3"] | rules["R5"]
    hit, sure = _flags(strain), sure & (_flags(strain) | ~strain.isna().to_numpy())
    any_rule = listed(rules)
    on_list = _flags(any_rule)
    uncertain = any_rule.isna().to_numpy()
    monitored = (ledger["kind"] == "monitored").to_numpy()
    found = np.select(
        [
            poor & (base == "tuopin"),
            poor & (base == "general"),
            poor | (on_list & ~sure),
            hit,
            on_list,
            uncertain,
            monitored,
        ],
        ["unstable", "marginal", "unclear", "sudden", "guarantee", "unknown", "on_list"],
        default="none",
    )
    return pd.Series(pd.Categorical(found, categories=list(CLASSES)), ledger.index)


def _flags(x: pd.Series) -> NDArray[np.bool_]:
    return x.fillna(False).to_numpy(dtype=bool)


def class_table(ledger: pd.DataFrame, classes: pd.Series, *, alpha: float = 0.1) -> pd.DataFrame:
    """Households and persons by class, with the share of all households and its exact interval.

    Parameters
    ----------
    ledger, classes
        Rows of one month.
    alpha : float
        1 - coverage.

    Returns
    -------
    pandas.DataFrame
        Every class in the order of `CLASSES`: `households`, `persons`, `share`, `low`, `high`.
    """
    households = classes.value_counts().reindex(CLASSES, fill_value=0)
    persons = ledger["members"].groupby(classes, observed=False).sum().reindex(CLASSES, fill_value=0)
    frame = pd.DataFrame({"households": households.astype(int), "persons": persons.astype(int)})
    return _with_shares(frame.rename_axis("class"), frame["households"], len(ledger), alpha)


def _with_shares(frame: pd.DataFrame, hits: pd.Series, of: int | pd.Series, alpha: float) -> pd.DataFrame:
    total = np.broadcast_to(np.asarray(of), len(frame))
    ends = [counts_interval(int(h), int(n), alpha=alpha) for h, n in zip(hits, total, strict=True)]
    share = np.divide(hits, total, out=np.full(len(frame), np.nan), where=total > 0)
    return frame.assign(share=share, low=[e[0] for e in ends], high=[e[1] for e in ends])


def transition_counts(ledger: pd.DataFrame, classes: pd.Series) -> pd.DataFrame:
    """How many households went from each class to each, from one month to the next.

    Returns
    -------
    pandas.DataFrame
        `month` (of arrival), `before`, `after`, `households`; combinations that occur. `arrived` stands
        before a household that the ledger did not hold the month before, `gone` after one that it no longer
        holds. Months without the month before them in the ledger have no rows.
    """
    who = pd.factorize(ledger["household"])[0]
    month = ledger["month"].astype("int64").to_numpy()
    states = classes.cat.codes.to_numpy()
    table = pd.DataFrame({"who": who, "month": month, "state": states})
    before = table.assign(month=table["month"] + 1).rename(columns={"state": "before"})
    both = before.merge(table.rename(columns={"state": "after"}), on=["who", "month"], how="outer")
    held = np.unique(month)
    both = both[both["month"].isin(held) & (both["month"] - 1).isin(held)]
    counts = (
        both.fillna(-1).groupby(["month", "before", "after"], sort=True).size().reset_index(name="households")
    )
    names = np.array([*CLASSES, ""], dtype=object)
    return pd.DataFrame(
        {
            "month": pd.PeriodIndex.from_ordinals(counts["month"].to_numpy(), freq="M"),
            "before": [names[int(i)] or _ARRIVED for i in counts["before"]],
            "after": [names[int(i)] or _GONE for i in counts["after"]],
            "households": counts["households"].to_numpy(),
        }
    )


def transition_rates(counts: pd.DataFrame, *, alpha: float = 0.1) -> pd.DataFrame:
    """Of the households of a class, the share that was in each class a month later, all months together.

    Returns
    -------
    pandas.DataFrame
        `before`, `after`, `households`, `of` (household-months that began in the class, those that left the
        ledger among them), `share`, `low`, `high` (Clopper-Pearson).

    Notes
    -----
    Months of one household are not independent: the intervals of several months together are too narrow,
    and are read as those of the shares alone.
    """
    pooled = counts[counts["before"] != _ARRIVED].groupby(["before", "after"], sort=False)["households"].sum()
    frame = pooled.reset_index()
    frame["of"] = frame.groupby("before")["households"].transform("sum")
    frame = _with_shares(frame, frame["households"], frame["of"], alpha)
    place = {name: i for i, name in enumerate((*CLASSES, _GONE))}
    return frame.sort_values(["before", "after"], key=lambda c: c.map(place)).reset_index(drop=True)


def flow_balance(ledger: pd.DataFrame) -> pd.DataFrame:
    """Whether monitored households of a month are those of the month before, plus decisions, minus exits.

    Returns
    -------
    pandas.DataFrame
        By month: `before`, `entered` (decisions dated in the month), `left` (exits dated in it),
        `expected`, `stock` (rows of kind monitored), `difference` (stock minus expected; 0 if the ledger is
        sound), and `arrived` and `gone`, monitored households that came into or fell out of the ledger
        itself and may explain it. Months without the month before them are NaN but for the stock.
    """
    month = ledger["month"]
    monitored = ledger[ledger["kind"] == "monitored"]
    held = month.drop_duplicates().sort_values()
    frame = pd.DataFrame(index=pd.PeriodIndex(held, name="month"))
    frame["stock"] = monitored.groupby("month").size().reindex(frame.index, fill_value=0)
    follows = (frame.index - 1).isin(frame.index)
    before = frame["stock"].shift(1).where(follows)
    rows = {"before": before}
    for name, column in (("entered", "decision_date"), ("left", "exit_date")):
        dated = ledger.dropna(subset=[column]).drop_duplicates(["household", column])
        when = pd.to_datetime(dated[column]).dt.to_period("M")
        rows[name] = when.value_counts().reindex(frame.index, fill_value=0).where(follows)
    expected = before + rows["entered"] - rows["left"]
    moved = _moved(ledger, monitored)
    return frame.assign(
        **rows, expected=expected, difference=frame["stock"] - expected,
        arrived=moved["arrived"].where(follows), gone=moved["gone"].where(follows),
    )[["before", "entered", "left", "expected", "stock", "difference", "arrived", "gone"]]  # fmt: skip


def _moved(ledger: pd.DataFrame, monitored: pd.DataFrame) -> dict[str, pd.Series]:
    """Monitored households without a row in the month before, and in the month after (counted there)."""
    keys = pd.MultiIndex.from_frame(ledger[["household", "month"]])
    months = pd.Index(sorted(ledger["month"].unique()))
    found = {}
    for name, step in (("arrived", -1), ("gone", 1)):
        other = pd.MultiIndex.from_arrays([monitored["household"], monitored["month"] + step])
        absent = monitored.loc[~other.isin(keys), "month"] + (step if step > 0 else 0)
        found[name] = absent.value_counts().reindex(months, fill_value=0)
    return found


def exit_table(ledger: pd.DataFrame, rules: pd.DataFrame, *, parameters: PovertyParameters) -> pd.DataFrame:
    """Who may leave the list, and whether those who left might.

    Parameters
    ----------
    ledger, rules
        Whole ledger and its rules.
    parameters : PovertyParameters
        Its `exit_checks`.

    Returns
    -------
    pandas.DataFrame
        Rows `income` (above the line at that many checks in a row), `guarantees` (R4 is clear), `document`
        (the risk is closed: a date of exit), `all`; columns met, not met and unknown for `monitored`
        households of the last month and for the `exits` of all months.

    Notes
    -----
    Checks are the rows of a household in order of months; income must be above the line, not on it. A
    household with fewer checks than wanted is unknown. The document of those still monitored is missing by
    definition: their `all` is that of the other two conditions.
    """
    income = numbers(ledger["income12_yuan"])
    above = pd.Series(
        pd.arrays.BooleanArray(income > lines_of(ledger, parameters).to_numpy(), np.isnan(income)),
        ledger.index,
    )
    steady = _in_a_row(ledger, above, int(parameters.value("exit_checks")))
    clear = ~rules["R4"]
    closed = ledger["exit_date"].notna().astype("boolean")
    last = (ledger["month"] == ledger["month"].max()) & (ledger["kind"] == "monitored")
    left = closed & (pd.to_datetime(ledger["exit_date"]).dt.to_period("M") == ledger["month"])
    groups = {
        "monitored": (last.to_numpy(dtype=bool), steady & clear),
        "exits": (left.to_numpy(dtype=bool), steady & clear & closed),
    }
    rows: dict[str, dict[str, int]] = {}
    for name, (these, everything) in groups.items():
        for condition, x in (
            ("income", steady),
            ("guarantees", clear),
            ("document", closed),
            ("all", everything),
        ):
            some = x[these]
            rows.setdefault(condition, {}).update(
                {
                    f"{name}_met": int(_flags(some).sum()),
                    f"{name}_not_met": int(_flags(~some).sum()),
                    f"{name}_unknown": int(some.isna().sum()),
                }
            )
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("condition")


def _in_a_row(ledger: pd.DataFrame, above: pd.Series, checks: int) -> pd.Series:
    """Whether a condition held at this check and so many before it of the same household."""
    who = pd.factorize(ledger["household"])[0]
    order = np.lexsort([ledger["month"].astype("int64").to_numpy(), who])
    sorted_who, values = who[order], above.iloc[order].reset_index(drop=True)
    held = values
    for back in range(1, checks):
        earlier = values.shift(back)
        same = np.concatenate([np.zeros(back, dtype=bool), sorted_who[back:] == sorted_who[:-back]])
        held = held & earlier.where(same)
    found = np.empty(len(order), dtype=object)
    found[order] = held.to_numpy(dtype=object, na_value=pd.NA)
    return pd.Series(found, ledger.index, dtype="boolean")
