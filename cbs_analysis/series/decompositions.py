"""What a change is made of: Shapley values, and the identity of income and GDP growth.

Each change is over the year before, found by period and not by position. The effects add up to the change:
there is no residual to be explained away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import factorial
from typing import Any, Generic, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CoverageError, Fault, ParameterError, SeriesError, UnitError
from .frequency import Table, earlier, like, places, require_periods, take_rows, to_array

__all__ = [
    "Decomposition",
    "decompose_mean_income",
    "decompose_product",
    "decompose_synchrony",
    "shapley",
]

Array = NDArray[np.float64]
_MOST_FACTORS = 8  # 2 ** 8 evaluations


@dataclass(frozen=True)
class Decomposition(Generic[Table]):
    """A change and the effects it is made of, each indexed like the inputs.

    Attributes
    ----------
    change : Series or DataFrame
        Change over the year before: a difference ("additive") or a ratio ("multiplicative").
    effects : mapping of str to Series or DataFrame
        They add up ("additive") or multiply ("multiplicative") to `change`.
    form : {"additive", "multiplicative"}
    unit : str
        Unit of `change` and of each effect.
    """

    change: Table
    effects: Mapping[str, Table]
    form: Literal["additive", "multiplicative"]
    unit: str

    @property
    def residual(self) -> float:
        """Largest distance between the change and what the effects make: rounding error; NaN if no change."""
        parts = [effect.to_numpy() for effect in self.effects.values()]
        joined = np.sum(parts, axis=0) if self.form == "additive" else np.prod(parts, axis=0)
        off = np.abs(joined - self.change.to_numpy())
        return float(np.nanmax(off)) if np.isfinite(off).any() else float("nan")

    def to_frame(self) -> pd.DataFrame:
        """Effects, then the change; for panels the columns are (effect, column)."""
        return pd.concat({**self.effects, "change": self.change}, axis=1)

    def __str__(self) -> str:
        join = " + " if self.form == "additive" else " x "
        return f"change over the year before ({self.unit}) = {join.join(self.effects)}\n{self.to_frame()}"


def shapley(value: Callable[..., Array], before: Sequence[Array], after: Sequence[Array]) -> list[Array]:
    """Effect of each argument on the change of `value` from `before` to `after`.

    Parameters
    ----------
    value : callable
        Function of as many arrays as there are factors.
    before, after : sequences of numpy.ndarray
        The factors at both times, at most 8. NaN in a factor gives what `value` makes of it.

    Returns
    -------
    list of numpy.ndarray
        One effect per factor; their sum is ``value(*after) - value(*before)``.

    Raises
    ------
    ParameterError
        If the numbers of factors differ, are none or more than 8.

    Notes
    -----
    Mean of the factor's marginal effect over all orders in which the factors can be changed one by one:
    exact, and the same whatever comes first (Shapley 1953; Shorrocks, J. Econ. Inequality 11, 2013).

    Examples
    --------
    >>> shapley(lambda price, volume: price * volume, [2.0, 10.0], [3.0, 12.0])
    [11.0, 5.0]
    """
    n = len(before)
    if n != len(after) or not 1 <= n <= _MOST_FACTORS:
        raise ParameterError(
            Fault(
                "factors do not fit",
                got=f"{n} before, {len(after)} after",
                expected=f"the same 1 to {_MOST_FACTORS} factors at both times",
            )
        )
    effects: list[Any] = [0.0] * n
    for switched in product((False, True), repeat=n):
        v = value(*(after[k] if on else before[k] for k, on in enumerate(switched)))
        size = sum(switched)
        gains = factorial(size - 1) * factorial(n - size) / factorial(n) if size else 0.0
        losses = factorial(size) * factorial(n - size - 1) / factorial(n) if size < n else 0.0
        for k, on in enumerate(switched):
            effects[k] = effects[k] + gains * v if on else effects[k] - losses * v
    return effects


def both_years(inputs: Mapping[str, pd.Series | pd.DataFrame]) -> tuple[list[Array], list[Array]]:
    """Figures of the year before and of each year; all inputs must have the same labels."""
    first = next(iter(inputs.values()))
    steps = require_periods(first)
    faults = [
        Fault(
            f"{name} has other labels than {next(iter(inputs))}",
            expected="the same type, periods and columns",
            next_step="select the common periods and columns first",
        )
        for name, x in inputs.items()
        if not (
            isinstance(x, type(first))
            and x.index.equals(first.index)
            and (x.ndim == 1 or x.columns.equals(first.columns))
        )
    ]
    if faults:
        raise CoverageError(faults)
    now = [to_array(x, what=name) for name, x in inputs.items()]
    rows = earlier(first.index, steps)
    return [take_rows(values, rows) for values in now], now


def refuse(inputs: Mapping[str, Any], wrong: Callable[[Array], NDArray[np.bool_]], what: str) -> None:
    """Refuse figures that the operation cannot take, all inputs at once."""
    found = [(name, x, wrong(to_array(x, what=name))) for name, x in inputs.items()]
    faults = [Fault(f"{name} holds {what}", where=places(x, bad)) for name, x, bad in found if bad.any()]
    if faults:
        raise SeriesError(faults)


def decompose_mean_income(urban: Table, rural: Table, *, urban_share: Table) -> Decomposition[Table]:
    """Change of the mean income of all residents by urban income, rural income and urbanization.

    Parameters
    ----------
    urban, rural : Series or DataFrame
        Income per head of urban and of rural residents, same unit and prices; yearly, quarterly or monthly.
    urban_share : Series or DataFrame
        Urban share of the population in percent (65.78, not 0.6578), same labels.

    Returns
    -------
    Decomposition
        Effects `urban`, `rural` and `urbanization` in the unit of the incomes, each NaN where a figure of
        either year is missing.

    Raises
    ------
    UnitError
        If no share is above 1, as if it were a fraction.
    SeriesError
        If a share lies outside 0 to 100.
    CoverageError
        If the inputs have different labels.
    PeriodError
        If the index is no PeriodIndex of calendar years.

    Notes
    -----
    With u the urban share and bars for means of both years,
    ``dy = mean(u) dy_u + (1 - mean(u)) dy_r + (mean(y_u) - mean(y_r)) du``: the Shapley value, exact
    (Shorrocks 2013). The change is that of ``u y_u + (1 - u) y_r``; a published mean of all residents uses
    the survey's own weights and can differ.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=2, freq="Y")
    >>> made_up = [pd.Series(x, years) for x in ([40.0, 44.0], [20.0, 24.0], [50.0, 60.0])]
    >>> decompose_mean_income(*made_up[:2], urban_share=made_up[2]).to_frame().iloc[1].round(9).tolist()
    [2.2, 1.8, 2.0, 6.0]
    """
    (yu0, yr0, u0), (yu, yr, u) = both_years({"urban": urban, "rural": rural, "urban_share": urban_share})
    refuse({"urban_share": urban_share}, lambda p: (p < 0) | (p > 100), "shares outside 0 to 100")
    if (u > 0).any() and (top := np.nanmax(u)) <= 1:
        raise UnitError(
            Fault("urban share looks like a fraction", got=f"at most {top:g}", expected="percent")
        )
    mean_share, unknown = (u0 + u) / 200, np.isnan(yu0 + yu + yr0 + yr + u0 + u)
    effects = {
        "urban": mean_share * (yu - yu0),
        "rural": (1 - mean_share) * (yr - yr0),
        "urbanization": ((yu0 + yu) - (yr0 + yr)) * ((u - u0) / 200),
    }
    change = (u * yu + (100 - u) * yr) / 100 - (u0 * yu0 + (100 - u0) * yr0) / 100
    for values in effects.values():
        values[unknown] = np.nan
    made = {name: like(urban, values) for name, values in effects.items()}
    return Decomposition(like(urban, change), made, "additive", "unit of the incomes")


def decompose_product(factors: Mapping[str, Table]) -> Decomposition[Table]:
    """Change of a product by its factors (Shapley).

    Parameters
    ----------
    factors : mapping of str to Series or DataFrame
        Factors with the same labels, such as employment and output per worker; any sign.

    Returns
    -------
    Decomposition
        Effects in the unit of the product, named like the factors; NaN where a factor of either year is
        missing.

    Raises
    ------
    CoverageError
        If the factors have different labels.
    ParameterError
        If there are none.
    PeriodError
        If the index is no PeriodIndex of calendar years.

    Notes
    -----
    Two factors: ``mean(b) da + mean(a) db``. More: see `shapley`. Unlike `decompose_lmdi` it allows any sign,
    and its effects depend on how the factors are grouped.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=2, freq="Y")
    >>> made_up = {"workers": pd.Series([10.0, 12.0], years), "wage": pd.Series([2.0, 3.0], years)}
    >>> decompose_product(made_up).to_frame().iloc[1].tolist()
    [5.0, 11.0, 16.0]
    """
    if not factors:
        raise ParameterError(Fault("no factors", expected="at least one"))
    before, now = both_years(factors)
    model = next(iter(factors.values()))
    change = np.multiply.reduce(now) - np.multiply.reduce(before)
    made = {}
    for k, name in enumerate(factors):
        effect = (now[k] - before[k]) * _mean_of_others(before[:k] + before[k + 1 :], now[:k] + now[k + 1 :])
        made[name] = like(model, effect)
    return Decomposition(like(model, change), made, "additive", "unit of the product")


def _mean_of_others(before: list[Array], now: list[Array]) -> Array | float:
    """Mean over all orders of the product of the other factors, some of them changed already."""
    sums: list[Any] = [1.0]  # of the products with 0, 1, ... changed factors
    for old, new in zip(before, now, strict=True):
        kept, changed = [s * old for s in sums], [s * new for s in sums]
        sums = [kept[0], *(a + b for a, b in zip(kept[1:], changed, strict=False)), changed[-1]]
    n = len(sums)
    parts = [s * (factorial(m) * factorial(n - 1 - m) / factorial(n)) for m, s in enumerate(sums)]
    mean: Array | float = sum(parts[1:], parts[0])
    return mean


def decompose_synchrony(
    income: Table,
    gdp_per_capita: Table,
    *,
    cpi: Table,
    deflator: Table,
    population: Table | None = None,
) -> Decomposition[Table]:
    """Why real income grew faster or slower than real GDP (居民收入增长与经济增长同步).

    Parameters
    ----------
    income, gdp_per_capita : Series or DataFrame
        Nominal income per head and nominal GDP per head, same unit.
    cpi, deflator : Series or DataFrame
        Consumer price index and GDP deflator as index **levels** on a fixed base (2020 = 100), not 上年=100.
    population : Series or DataFrame, optional
        With it the comparison is with total GDP instead of GDP per head.

    Returns
    -------
    Decomposition
        Change: growth of real income minus growth of real GDP (per head), in 100 x log points a year.
        Effects: `distribution` (income as a share of GDP per head), `price_wedge` (deflator minus CPI
        inflation) and, with `population`, its growth with a minus sign. NaN where a figure of either year
        is missing.

    Raises
    ------
    SeriesError
        If a figure is not positive.
    CoverageError
        If the inputs have different labels.
    PeriodError
        If the index is no PeriodIndex of calendar years.

    Notes
    -----
    ``d ln(y / cpi) - d ln(Y / deflator) = d ln(y / Y) + (d ln deflator - d ln cpi)``, an identity; with
    total GDP minus ``d ln population``. The bureau compares with GDP per head.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=2, freq="Y")
    >>> y, gdp, cpi, deflator = (pd.Series(x, years) for x in ([30, 33], [70, 75.6], [100, 102], [100, 101]))
    >>> decompose_synchrony(y, gdp, cpi=cpi, deflator=deflator).to_frame().iloc[1].round(2).tolist()
    [1.83, -0.99, 0.85]
    """
    inputs = {"income": income, "gdp_per_capita": gdp_per_capita, "cpi": cpi, "deflator": deflator}
    if population is not None:
        inputs["population"] = population
    refuse(inputs, lambda x: x <= 0, "figures that are not positive")
    before, now = both_years(inputs)
    y, gdp, cp, de, *people = (100 * np.log(b / a) for a, b in zip(before, now, strict=True))
    share_before, share_now = before[0] / before[1], now[0] / now[1]
    effects = {"distribution": 100 * np.log(share_now / share_before), "price_wedge": de - cp}
    change = (y - cp) - (gdp - de)
    if people:
        effects["population"] = -people[0]
        change = change - people[0]
    unknown = np.isnan(change)
    made = {k: like(income, np.where(unknown, np.nan, v)) for k, v in effects.items()}
    return Decomposition(like(income, change), made, "additive", "100 x log points")
