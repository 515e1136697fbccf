"""The ledger of monitored households: its columns, what must hold of it, and what was known at a month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused
from ..registry.poverty_parameters import PovertyParameters

__all__ = [
    "CHARACTERISTICS",
    "DATES",
    "GUARANTEES",
    "KINDS",
    "LEDGER_COLUMNS",
    "SHOCKS",
    "base_kind",
    "check_ledger",
    "numbers",
    "three_valued",
]

KINDS = ("tuopin", "monitored", "general")
SHOCKS = ("", "illness", "disability", "disaster", "epidemic", "accident", "unemployment")
GUARANTEES = ("schooling_ok", "medical_ok", "housing_ok", "water_ok", "food_clothing_ok")
DATES = ("clue_date", "decision_date", "publicity_start", "publicity_end", "exit_date")
MONEY = ("income12_yuan", "rigid_spending12_yuan", "income12_before_yuan")
CHARACTERISTICS = (
    "labour_share", "head_education_years", "head_age", "has_migrant_worker", "land_mu", "ill_members",
)  # fmt: skip
LEDGER_COLUMNS = (
    "household", "month", "kind", "members", *MONEY, *GUARANTEES, "shock", *DATES, "help_matched", "district",
)  # fmt: skip
_ORDER = (  # (earlier, later, what, Chinese)
    ("clue_date", "decision_date", "decision before clue", "认定早于线索"),
    ("publicity_start", "publicity_end", "publicity ends before it begins", "公示结束早于开始"),
    ("decision_date", "exit_date", "exit before decision", "退出早于认定"),
)
_SHOWN = 10  # rows named in a message


def three_valued(x: pd.Series) -> pd.Series:
    """True, False or unknown, from booleans, 0 and 1, with NaN, None or NA for unknown.

    >>> three_valued(pd.Series([True, None, False])).tolist()
    [True, <NA>, False]
    """
    return x if x.dtype == "boolean" else x.astype("boolean")


def numbers(x: pd.Series) -> NDArray[np.float64]:
    """Numbers as floats, NaN for what is empty or no number; yes and no are 1 and 0.

    >>> numbers(pd.Series([1.5, None, "x", True], dtype=object)).tolist()
    [1.5, nan, nan, 1.0]
    """
    if x.dtype == object or isinstance(x.dtype, pd.StringDtype):
        x = pd.to_numeric(x.astype(object).where(x.notna(), np.nan), errors="coerce")
    return x.astype("Float64").to_numpy(dtype=float, na_value=np.nan)


def check_ledger(
    ledger: pd.DataFrame,
    *,
    parameters: PovertyParameters,
    as_of: str | date,
    years: tuple[int, int] | None = (2021, 2025),
) -> None:
    """Whether a ledger can be used; every fault at once, by number of row, without a word of the row itself.

    Parameters
    ----------
    ledger : pandas.DataFrame
        One row a household and month of check, in any order; `LEDGER_COLUMNS`. Money in yuan per head.
    parameters : PovertyParameters
        Whose lines must cover the years of the ledger.
    as_of : str or date
        Nothing in the ledger may be later.
    years : tuple of int, optional
        First and last year of the plan; None to take any.

    Raises
    ------
    ModelRefused
        With one fault for each kind of mistake. Rows count from 1 in the order of the frame; incomes, dates
        and identifiers are never printed. Codes: `columns`, `no_household`, `no_month`, `duplicate`,
        `negative_money`, `members`, `unknown_word`, `no_answer`, `no_number`, `no_date`, `future`, `no_line`,
        `other_plan`, `date_order`.

    Notes
    -----
    A missing figure or answer is no fault: the rules call it unknown. What cannot be read is one.
    """
    absent = [c for c in LEDGER_COLUMNS if c not in ledger.columns]
    if absent:
        raise ModelRefused(
            Fault(
                "columns of the ledger are missing",
                got=", ".join(absent),
                expected="every column, empty where nothing is known",
                zh=f"台账缺少栏目：{'、'.join(absent)}。",
                code="columns",
            )
        )
    if str(ledger["month"].dtype) != "period[M]":
        raise ModelRefused(
            Fault(
                "month is not a period of months",
                "column month",
                got=str(ledger["month"].dtype),
                expected="period[M]",
                next_step="turn it with pandas.PeriodIndex(..., freq='M')",
                zh="月份栏不是月度时期。",
                code="no_month",
            )
        )
    faults = [
        *_key_faults(ledger),
        *_value_faults(ledger),
        *_time_faults(ledger, pd.Timestamp(as_of)),
        *_year_faults(ledger, parameters, years),
        *_order_faults(ledger),
    ]
    if faults:
        raise ModelRefused(faults)


def _rows(wrong: NDArray[np.bool_]) -> str:
    at = np.flatnonzero(wrong) + 1
    more = f" and {len(at) - _SHOWN} more" if len(at) > _SHOWN else ""
    return ("row " if len(at) == 1 else "rows ") + ", ".join(map(str, at[:_SHOWN])) + more


def _fault(
    wrong: pd.Series, what: str, zh: str, code: str, expected: str = "", step: str = ""
) -> Iterator[Fault]:
    flags = wrong.fillna(False).to_numpy(dtype=bool)
    if flags.any():
        yield Fault(
            what,
            _rows(flags),
            expected=expected,
            next_step=step or "correct the ledger at its source and import it again",
            zh=f"{zh}（{int(flags.sum())}行）。",
            code=code,
        )


def _key_faults(x: pd.DataFrame) -> Iterator[Fault]:
    yield from _fault(
        x["household"].isna() | (x["household"].astype(str) == ""), "no household", "户号为空", "no_household"
    )
    yield from _fault(x["month"].isna(), "no month of check", "核查月份为空", "no_month")
    twice = x.duplicated(["household", "month"], keep=False)
    yield from _fault(
        twice,
        "a household stands twice in one month",
        "同一户同一月重复",
        "duplicate",
        "one row a household and month",
    )


def _value_faults(x: pd.DataFrame) -> Iterator[Fault]:
    for column in MONEY:
        money = pd.Series(numbers(x[column]), x.index)
        yield from _fault(
            (money < 0) | (money.isna() & x[column].notna()) | np.isinf(money),
            f"{column} is negative or no number", f"{column}为负数或不是数字", "negative_money",
            "yuan per head, from 0 on; empty if unknown",
        )  # fmt: skip
    members = pd.Series(numbers(x["members"]), x.index)
    yield from _fault(
        members.isna() | (members < 1), "no members", "家庭人口缺失", "members", "a whole number from 1 on"
    )
    for column in (*GUARANTEES, "help_matched"):
        said = x[column].isna() | x[column].isin([True, False])
        yield from _fault(
            ~said, f"{column} is neither yes nor no", f"{column}不是“是”或“否”", "no_answer",
            "True or False; empty if unknown",
        )  # fmt: skip
    for column in (c for c in CHARACTERISTICS if c in x):
        text = np.isnan(numbers(x[column])) & x[column].notna()
        yield from _fault(text, f"{column} is no number", f"{column}不是数字", "no_number")
    for column, words in (("kind", KINDS), ("shock", SHOCKS)):
        known = x[column].isin(words) | (x[column].isna() if column == "shock" else False)
        yield from _fault(
            ~known, f"{column} is no known word", f"{column}栏用语不规范", "unknown_word",
            ", ".join(repr(w) for w in words),
        )  # fmt: skip


def _time_faults(x: pd.DataFrame, as_of: pd.Timestamp) -> Iterator[Fault]:
    late = x["month"] > as_of.to_period("M")
    yield from _fault(
        late,
        "month after the date of the evaluation",
        "核查月份晚于截止日",
        "future",
        f"up to {as_of.date()}",
    )
    for column in DATES:
        dates = _dates(x[column])
        yield from _fault(
            dates.isna() & x[column].notna(), f"{column} is no date", f"{column}不是日期", "no_date"
        )
        yield from _fault(
            dates > as_of, f"{column} after the date of the evaluation", f"{column}晚于截止日", "future",
            f"up to {as_of.date()}",
        )  # fmt: skip


def _dates(x: pd.Series) -> pd.Series:
    return pd.to_datetime(x, errors="coerce", format=None if x.dtype.kind == "M" else "ISO8601")


def _year_faults(
    x: pd.DataFrame, parameters: PovertyParameters, years: tuple[int, int] | None
) -> Iterator[Fault]:
    year = x["month"].dt.year
    if years is not None:
        yield from _fault(
            (year < years[0]) | (year > years[1]), "month outside the years of the plan",
            "核查月份不在规划期内",             "other_plan", f"{years[0]} to {years[1]}",
        )  # fmt: skip
    held = parameters.years()
    for missing in sorted(set(year.dropna().astype(int)) - set(held)):
        yield parameters.no_line(missing)


def _order_faults(x: pd.DataFrame) -> Iterator[Fault]:
    for earlier, later, what, zh in _ORDER:
        wrong = _dates(x[later]) < _dates(x[earlier])
        yield from _fault(wrong, what, zh, "date_order")


def base_kind(ledger: pd.DataFrame) -> pd.Series:
    """What a household was before it was monitored: `tuopin` or `general`, "" where the ledger does not say.

    Looks at the same and earlier months of the same household, never at later ones.

    >>> months = pd.period_range("2022-01", periods=3, freq="M")
    >>> rows = pd.DataFrame({"household": "a", "month": months, "kind": ["general"] + ["monitored"] * 2})
    >>> base_kind(rows).tolist()
    ['general', 'general', 'general']
    """
    own = ledger["kind"].where(ledger["kind"] != "monitored").to_numpy(dtype=object)
    who = pd.factorize(ledger["household"])[0]
    order = np.lexsort([ledger["month"].astype("int64").to_numpy(), who])
    filled = pd.Series(own[order]).groupby(who[order], sort=False).ffill()
    found = np.empty(len(ledger), dtype=object)
    found[order] = filled.fillna("").to_numpy()
    return pd.Series(found, ledger.index)
