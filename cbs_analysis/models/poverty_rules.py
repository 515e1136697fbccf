"""Five rules that point at households that may fall into poverty, each true, false or unknown."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..registry.poverty_parameters import PovertyParameters
from .poverty_ledger import GUARANTEES, KINDS, numbers, three_valued

__all__ = [
    "RULES",
    "apply_rules",
    "guarantee_table",
    "lines_of",
    "listed",
    "rule_overlap",
    "rule_sensitivity",
    "rule_table",
]

RULES = ("R1", "R2", "R3", "R4", "R5")
_ROUNDING = 1e-9  # a drop of 30 % on paper is one of 29.99999999999 % in the computer


def lines_of(ledger: pd.DataFrame, parameters: PovertyParameters, kind: str = "monitoring") -> pd.Series:
    """The line of the year of each row, yuan per head.

    Raises
    ------
    ModelRefused
        `no_line` for a year without one.
    """
    year = ledger["month"].dt.year
    held = {y: parameters.line(int(y), kind).yuan for y in year.unique()}  # type: ignore[arg-type]
    return year.map(held).astype(float)


def apply_rules(ledger: pd.DataFrame, *, parameters: PovertyParameters) -> pd.DataFrame:
    """The rules for every row of a ledger.

    Parameters
    ----------
    ledger : pandas.DataFrame
        As `check_ledger` lets it pass; money in yuan per head.
    parameters : PovertyParameters
        The line of each year, `rigid_ratio` k and `income_drop` d.

    Returns
    -------
    pandas.DataFrame
        Columns R1 to R5 of three values (pandas "boolean"), same rows: what cannot be told is NA, never
        False.

    Raises
    ------
    ModelRefused
        `no_line` for a year without a line.

    Notes
    -----
    - R1: income of the last 12 months below the monitoring line of the year of the check.
    - R2: rigid spending of the last 12 months above k times the income of the 12 months before.
    - R3: income fell by d or more against the 12 months before. From no income nothing can fall: False.
    - R4: one of schooling, medical care, housing, water, food and clothing is not secured; unknown if one
      of them is unknown and none fails.
    - R5: illness, disability, disaster, epidemic, accident or loss of work; "" is none, empty is unknown.

    Examples
    --------
    >>> from cbs_analysis.registry.poverty_parameters import load_poverty_parameters
    >>> row = {"month": pd.Period("2022-05", "M"), "income12_yuan": 6_400.0, "income12_before_yuan": 9_000.0,
    ...        "rigid_spending12_yuan": float("nan"), "shock": "illness", **dict.fromkeys(GUARANTEES, True)}
    >>> apply_rules(pd.DataFrame([row]), parameters=load_poverty_parameters("99DM00")).iloc[0].tolist()
    [True, <NA>, False, False, True]
    """
    return _given(
        ledger,
        lines_of(ledger, parameters),
        _steady(ledger),
        ratio=parameters.value("rigid_ratio"),
        drop=parameters.value("income_drop"),
    )


def _steady(ledger: pd.DataFrame) -> dict[str, pd.Series]:
    """R4 and R5, which no number moves."""
    failing = ~three_valued(ledger[GUARANTEES[0]])
    for column in GUARANTEES[1:]:
        failing = failing | ~three_valued(ledger[column])
    shock = ledger["shock"]
    hit = (shock != "").astype("boolean").mask(shock.isna())
    return {"R4": failing, "R5": hit}


def _given(
    ledger: pd.DataFrame, lines: pd.Series, steady: dict[str, pd.Series], *, ratio: float, drop: float
) -> pd.DataFrame:
    income = numbers(ledger["income12_yuan"])
    before = numbers(ledger["income12_before_yuan"])
    rigid = numbers(ledger["rigid_spending12_yuan"])
    with np.errstate(invalid="ignore"):
        fell = (before > 0) & (before - income >= (drop - _ROUNDING) * before)
        columns = {
            "R1": _known(income < lines.to_numpy(), np.isnan(income)),
            "R2": _known(rigid > ratio * before, np.isnan(rigid) | np.isnan(before)),
            "R3": _known(fell, np.isnan(before) | (np.isnan(income) & (before > 0))),
        }
    return pd.DataFrame({k: pd.Series(v, ledger.index) for k, v in columns.items()} | steady)


def _known(values: NDArray[np.bool_], unknown: NDArray[np.bool_]) -> pd.arrays.BooleanArray:
    return pd.arrays.BooleanArray(values, unknown)


def listed(rules: pd.DataFrame) -> pd.Series:
    """Whether any rule holds: True as soon as one does, unknown if none does and one is unknown.

    >>> known = [[True, None], [False, None], [False, False]]
    >>> rules = pd.DataFrame(known, columns=["R1", "R2"], dtype="boolean")
    >>> listed(rules).tolist()
    [True, <NA>, False]
    """
    found = rules.iloc[:, 0]
    for name in rules.columns[1:]:
        found = found | rules[name]
    return found


def _flags(x: pd.Series) -> NDArray[np.bool_]:
    return x.fillna(False).to_numpy(dtype=bool)


def rule_table(ledger: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Households and persons by rule.

    Returns
    -------
    pandas.DataFrame
        Rows R1 to R5 and `any`; `households` and `persons` for which it holds, `unknown` households, and the
        households for which it holds by kind.
    """
    members = numbers(ledger["members"])
    kinds = {k: (ledger["kind"] == k).to_numpy() for k in KINDS}
    rows = {}
    for name, values in [*((r, rules[r]) for r in RULES), ("any", listed(rules))]:
        flags = _flags(values)
        rows[name] = {
            "households": int(flags.sum()),
            "persons": int(members[flags].sum()),
            "unknown": int(values.isna().sum()),
            **{k: int((flags & of).sum()) for k, of in kinds.items()},
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("rule")


def guarantee_table(ledger: pd.DataFrame) -> pd.DataFrame:
    """Households that lack schooling, medical care, housing, water, or food and clothing, one row each.

    Returns
    -------
    pandas.DataFrame
        `failing`, `checked` (known), `unknown` households.
    """
    rows = {}
    for column in GUARANTEES:
        ok = three_valued(ledger[column])
        rows[column.removesuffix("_ok")] = {
            "failing": int(_flags(~ok).sum()),
            "checked": int(ok.notna().sum()),
            "unknown": int(ok.isna().sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("guarantee")


def rule_overlap(rules: pd.DataFrame) -> pd.DataFrame:
    """Which rules hold together, as an UpSet plot shows it.

    Returns
    -------
    pandas.DataFrame
        A row for each combination that occurs, most households first: R1 to R5 (bool), `households`, and
        `with_unknown`, those of them for whom another rule is unknown. The row without any rule holds those
        for whom no rule is known to hold.

    Examples
    --------
    >>> known = [[True, False], [True, None], [False, False]]
    >>> rules = pd.DataFrame(known, columns=["R1", "R2"], dtype="boolean")
    >>> rule_overlap(rules)["households"].to_dict()
    {'R1': 2, 'none': 1}
    """
    bits = [1 << i for i in range(rules.shape[1])]
    code = sum(bit * _flags(rules[name]) for bit, name in zip(bits, rules.columns, strict=True))
    unknown = rules.isna().to_numpy().any(axis=1)
    patterns, places = np.unique(code, return_inverse=True)
    number = np.bincount(places, minlength=len(patterns))
    uncertain = np.bincount(places, weights=unknown, minlength=len(patterns)).astype(int)
    frame = pd.DataFrame(
        {name: (patterns & bit) > 0 for bit, name in zip(bits, rules.columns, strict=True)}
    ).assign(households=number, with_unknown=uncertain)
    names = ["+".join(c for c in rules.columns if row[c]) or "none" for _, row in frame.iterrows()]
    frame.index = pd.Index(names, name="rules")
    return frame.sort_values("households", ascending=False, kind="stable")


def rule_sensitivity(
    ledger: pd.DataFrame,
    *,
    parameters: PovertyParameters,
    ratios: Sequence[float] | None = None,
    drops: Sequence[float] | None = None,
) -> pd.DataFrame:
    """How many households the rules list if k and d were others.

    Parameters
    ----------
    ratios, drops : sequence of float, optional
        k of R2 and d of R3; default what the parameters say is tried.

    Returns
    -------
    pandas.DataFrame
        A row for each pair: `rigid_ratio`, `income_drop`, households with `R2`, `R3`, `sudden` (not R1 but
        R2, R3 or R5), `listed` (any rule), and `used`, true for the pair in use.
    """
    ratios = parameters.threshold("rigid_ratio").tried if ratios is None else ratios
    drops = parameters.threshold("income_drop").tried if drops is None else drops
    used = (parameters.value("rigid_ratio"), parameters.value("income_drop"))
    lines, steady = lines_of(ledger, parameters), _steady(ledger)
    rows = []
    for ratio in ratios:
        for drop in drops:
            rules = _given(ledger, lines, steady, ratio=ratio, drop=drop)
            sudden = ~rules["R1"] & (rules["R2"] | rules["R3"] | rules["R5"])
            found = {"R2": rules["R2"], "R3": rules["R3"], "sudden": sudden, "listed": listed(rules)}
            rows.append(
                {"rigid_ratio": ratio, "income_drop": drop}
                | {name: int(_flags(x).sum()) for name, x in found.items()}
                | {"used": (ratio, drop) == used}
            )
    return pd.DataFrame(rows)
