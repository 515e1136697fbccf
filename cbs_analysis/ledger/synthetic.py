"""A made-up ledger: invented households of the demonstration zone, the same from the same seed.

Every row says so (`synthetic`), and no figure of it describes a real place.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError
from ..models.poverty_ledger import GUARANTEES, LEDGER_COLUMNS, SHOCKS
from ..registry.poverty_parameters import load_poverty_parameters

__all__ = ["AREA", "DISTRICTS", "make_ledger"]

Array = NDArray[np.float64]

AREA = "99DM00"
DISTRICTS = ("99DM01", "99DM02", "99DM03")
_KEEP = 0.95  # of a household's distance from its usual income, from month to month
_TREND = 0.08 / 12  # growth of incomes a month
_SHOCKS = SHOCKS[1:]
_SHOCK_WEIGHTS = (0.45, 0.1, 0.15, 0.1, 0.1, 0.1)
_SHOCK_CHANCE, _SHOCK_MONTHS = 0.002, 6
_NOTICED = 0.5  # of the households that a rule lists, each month
_MISSING = 0.01
_NEVER = -(10**6)


class _Traits(NamedTuple):
    frame: pd.DataFrame
    usual: Array  # log income per head at the start of 2021
    spread: Array  # standard deviation of what a year deviates from it
    tuopin: NDArray[np.bool_]


def make_ledger(
    households: int = 3_000, months: int = 36, *, last: str = "2023-12", seed: int = 20230630
) -> pd.DataFrame:
    """A synthetic ledger.

    Parameters
    ----------
    households, months : int
        Every household has a row in every month.
    last : str
        Last month; the lines of the demonstration zone cover 2020 to 2025.
    seed : int

    Returns
    -------
    pandas.DataFrame
        `LEDGER_COLUMNS`, the characteristics of the models, and `synthetic`, true in every row; sorted by
        month and household.

    Raises
    ------
    ParameterError
        If a number is below 1, or a month has no line.

    Notes
    -----
    Log income per head is linear in the characteristics, with growth of 8 % a year, and a deviation that
    keeps 0.95 of itself from month to month and whose variance is linear in the characteristics too. A
    shock (0.2 % a month, for 6 months) takes 40 % of the income of 12 months over its course and adds to
    rigid spending. Half of the households that a rule lists are noticed each month; decisions take about 10
    days, one in twelve of them more than 15; a listed household leaves after two checks above the line with
    no failing guarantee and half a year on the list. One in a hundred of some figures is missing.

    Examples
    --------
    >>> ledger = make_ledger(50, 3)
    >>> len(ledger), bool(ledger["synthetic"].all()), sorted(ledger["district"].unique())
    (150, True, ['99DM01', '99DM02', '99DM03'])
    """
    span = _span(households, months, last)
    rng = np.random.default_rng(seed)
    traits = _make_traits(households, rng)
    income, shock = _make_incomes(traits, span, rng)
    rigid = _make_spending(traits, income, shock, rng)
    secured = _make_guarantees(households, months, rng)
    parameters = load_poverty_parameters(AREA)
    lines = np.array([parameters.line(m.year).yuan for m in span])
    known = _with_gaps(income, rigid, rng)
    cases = _make_cases(traits, income, rigid, shock, secured, lines, span, rng)
    rows = _rows(traits, span, known, shock, secured, cases, rng)
    return rows[[*LEDGER_COLUMNS, *traits.frame.columns, "synthetic"]]


def _span(households: int, months: int, last: str) -> pd.PeriodIndex:
    if households < 1 or months < 1:
        got = f"{households} households, {months} months"
        raise ParameterError(Fault("there is nothing to make", got=got, expected="1 or more of both"))
    span = pd.period_range(end=pd.Period(last, freq="M"), periods=months, freq="M")
    held = load_poverty_parameters(AREA).years()
    if not set(span.year) <= set(held):
        got = f"{span[0]} to {span[-1]}"
        raise ParameterError(Fault("a month has no line", got=got, expected=f"{held[0]} to {held[-1]}"))
    return span


def _make_traits(n: int, rng: np.random.Generator) -> _Traits:
    labour = rng.beta(2.5, 2.0, n).round(2)
    schooling = np.clip(rng.normal(7, 2.5, n), 0, 16).round()
    age = np.clip(rng.normal(54, 11, n), 22, 85).round()
    migrant = rng.random(n) < 0.25 + 0.4 * labour
    land = rng.gamma(2.0, 4.0, n).round(1)
    ill = rng.poisson(0.35, n)
    usual = (
        8.6
        + 0.55 * labour
        + 0.03 * schooling
        - 0.004 * (age - 50)
        + 0.22 * migrant
        + 0.008 * land
        - 0.13 * ill
    )
    variance = 0.07 - 0.04 * labour + 0.02 * ill + 0.001 * land
    frame = pd.DataFrame(
        {
            "labour_share": labour, "head_education_years": schooling, "head_age": age,
            "has_migrant_worker": pd.array(migrant, dtype="boolean"), "land_mu": land, "ill_members": ill,
        }
    )  # fmt: skip
    tuopin = rng.random(n) < 1 / (1 + np.exp(4 * (usual - 8.85)))
    return _Traits(frame, usual, np.sqrt(variance), tuopin)


def _make_incomes(
    traits: _Traits, span: pd.PeriodIndex, rng: np.random.Generator
) -> tuple[Array, NDArray[np.int64]]:
    """Income of 12 months, from 12 months before the first on, and the number of the shock felt (0 none)."""
    n, steps = len(traits.usual), len(span) + 12
    deviation = np.empty((steps, n))
    deviation[0] = rng.standard_normal(n)
    for t in range(1, steps):
        deviation[t] = _KEEP * deviation[t - 1] + np.sqrt(1 - _KEEP**2) * rng.standard_normal(n)
    begins = rng.random((steps, n)) < _SHOCK_CHANCE
    kind = 1 + rng.choice(len(_SHOCKS), size=(steps, n), p=_SHOCK_WEIGHTS)
    shock, loss = np.zeros((steps, n), dtype=np.int64), np.zeros((steps, n))
    for t in range(steps):
        for back in range(min(t + 1, 12)):
            hit = begins[t - back]
            if back < _SHOCK_MONTHS:
                shock[t][hit] = kind[t - back][hit]
            loss[t][hit] = max(0.4 * min(1.0, (back + 1) / _SHOCK_MONTHS), 0.0)
    first = (span[0] - pd.Period("2021-01", freq="M")).n - 12
    growth = _TREND * (first + np.arange(steps))[:, None]
    log_income = traits.usual + growth + traits.spread * deviation + np.log(1 - loss)
    return np.exp(log_income).round(), shock


def _make_spending(
    traits: _Traits, income: Array, shock: NDArray[np.int64], rng: np.random.Generator
) -> Array:
    """Rigid spending of 12 months, per head, from the 13th month on."""
    months = len(income) - 12
    share = rng.lognormal(np.log(0.3), 0.25, (months, len(traits.usual)))
    extra = np.where(shock[12:] > 0, rng.lognormal(np.log(0.45), 0.6, share.shape), 0.0)
    return np.asarray((np.exp(traits.usual) * (share + extra)).round())


def _make_guarantees(n: int, months: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Shape (5, months, households): a gap is rare and closed within a few months."""
    secured = np.ones((len(GUARANTEES), months, n), dtype=bool)
    begins = rng.random(secured.shape) < 0.0004
    for back in range(3):
        secured[:, back:] &= ~begins[:, : months - back]
    return secured


def _with_gaps(income: Array, rigid: Array, rng: np.random.Generator) -> dict[str, Array]:
    months, n = rigid.shape
    known = {
        "income12_yuan": income[12:],
        "income12_before_yuan": income[:-12],
        "rigid_spending12_yuan": rigid,
    }
    shares = {"income12_yuan": 0.002, "income12_before_yuan": _MISSING, "rigid_spending12_yuan": _MISSING}
    return {
        name: np.where(rng.random((months, n)) < shares[name], np.nan, values)
        for name, values in known.items()
    }


def _make_cases(
    traits: _Traits,
    income: Array,
    rigid: Array,
    shock: NDArray[np.int64],
    secured: NDArray[np.bool_],
    lines: Array,
    span: pd.PeriodIndex,
    rng: np.random.Generator,
) -> dict[str, NDArray[Any]]:
    """Dates in days since 1970 (-1e6 for none), who is monitored and who is helped, by month."""
    months, n = rigid.shape
    ends = span.end_time.normalize().to_numpy().astype("datetime64[D]").astype(np.int64)
    starts = span.start_time.to_numpy().astype("datetime64[D]").astype(np.int64)
    clue, decided, on_show, shown = (np.full(n, _NEVER, dtype=np.int64) for _ in range(4))
    monitored, above, since = (
        np.zeros(n, dtype=bool),
        np.zeros(n, dtype=np.int64),
        np.zeros(n, dtype=np.int64),
    )
    helped = np.zeros(n, dtype=bool)
    names = ("clue_date", "decision_date", "publicity_start", "publicity_end", "exit_date")
    out: dict[str, NDArray[Any]] = {name: np.full((months, n), _NEVER, dtype=np.int64) for name in names}
    out |= {"monitored": np.zeros((months, n), dtype=bool), "helped": np.zeros((months, n), dtype=bool)}
    for t in range(months):
        now, before, line = income[t + 12], income[t], lines[t]
        failing = ~secured[:, t].all(axis=0)
        at_risk = (now < line) | (rigid[t] > before) | (now <= 0.7 * before) | failing | (shock[t + 12] > 0)
        above = np.where(now > line, above + 1, 0)
        leaves = (
            monitored & (above >= 2) & ~failing & (shock[t + 12] == 0) & (since >= 6) & (rng.random(n) < 0.5)
        )
        length = ends[t] - starts[t] + 1
        out["exit_date"][t] = np.where(leaves, starts[t] + rng.integers(0, length, n), _NEVER)
        noticed = ~monitored & (clue == _NEVER) & at_risk & (rng.random(n) < _NOTICED)
        day = starts[t] + rng.integers(0, length, n)
        late = rng.random(n) < 1 / 12
        took = np.where(late, rng.integers(16, 46, n), rng.integers(7, 15, n))
        showing = np.where(rng.random(n) < 0.05, 3, 5 + rng.integers(0, 2, n))
        clue = np.where(noticed, day, clue)
        decided = np.where(noticed, day + took, decided)
        shown = np.where(noticed, decided - 1, shown)
        on_show = np.where(noticed, shown - showing, on_show)
        for name, dates in zip(names[:4], (clue, decided, on_show, shown), strict=True):
            out[name][t] = np.where(dates <= ends[t], dates, _NEVER)
        enters = ~monitored & (decided != _NEVER) & (decided <= ends[t])
        helped = np.where(enters, rng.random(n) < 0.8, helped | (monitored & (rng.random(n) < 0.3)))
        monitored = (monitored | enters) & ~leaves
        since = np.where(monitored, since + 1, 0)
        out["monitored"][t], out["helped"][t] = monitored, helped & monitored
        gone = leaves
        clue, decided, on_show, shown = (np.where(gone, _NEVER, x) for x in (clue, decided, on_show, shown))
    return out


def _rows(
    traits: _Traits,
    span: pd.PeriodIndex,
    known: dict[str, Array],
    shock: NDArray[np.int64],
    secured: NDArray[np.bool_],
    cases: dict[str, NDArray[Any]],
    rng: np.random.Generator,
) -> pd.DataFrame:
    months, n = shock.shape[0] - 12, len(traits.usual)
    members = 1 + rng.binomial(5, 0.4, n)
    district = np.array(DISTRICTS)[rng.choice(len(DISTRICTS), n, p=(0.5, 0.3, 0.2))]
    base = np.where(traits.tuopin, "tuopin", "general").astype(object)
    rows = traits.frame.loc[np.tile(np.arange(n), months)].reset_index(drop=True)
    rows["household"] = np.tile([f"synthetic-{i:06d}" for i in range(1, n + 1)], months)
    rows["month"] = pd.PeriodIndex(np.repeat(span, n))
    rows["kind"] = np.where(cases["monitored"], "monitored", base).ravel()
    rows["members"], rows["district"] = np.tile(members, months), np.tile(district, months)
    for name, values in known.items():
        rows[name] = values.ravel()
    for name, values in zip(GUARANTEES, secured, strict=True):
        rows[name] = pd.arrays.BooleanArray(values.ravel(), rng.random(months * n) < _MISSING / 5)
    rows["shock"] = np.array(["", *_SHOCKS], dtype=object)[shock[12:]].ravel()
    for name in ("clue_date", "decision_date", "publicity_start", "publicity_end", "exit_date"):
        days = cases[name].ravel()
        dates = days.astype("datetime64[D]").astype("datetime64[s]")
        rows[name] = pd.Series(np.where(days == _NEVER, np.datetime64("NaT", "s"), dates))
    rows["help_matched"] = pd.arrays.BooleanArray(cases["helped"].ravel(), ~cases["monitored"].ravel())
    rows["synthetic"] = True
    return rows
