"""Indicators that are exact arithmetic on others, on plain numbers by year.

The formulae are those of the series functions named beside them; a test holds them equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..errors import Fault, SeriesError

__all__ = ["RECIPES", "Recipe"]

Years = dict[int, float]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How an indicator is made of others.

    Attributes
    ----------
    make : callable
        Of one ``{year: figure}`` for each input; years that cannot be made are left out.
    inputs : tuple of str
        Indicators, in the order of the arguments.
    lagged : bool
        Whether the year before of the first input is needed too.
    """

    make: Callable[..., Years]
    inputs: tuple[str, ...]
    lagged: bool = False


def _ratio(above: Years, below: Years) -> Years:
    """`series.inequality.ratio`."""
    return {y: above[y] / below[y] for y in above if below.get(y, 0.0) > 0}


def _gap(above: Years, below: Years) -> Years:
    """`series.inequality.gap`."""
    return {y: above[y] - below[y] for y in above if y in below}


def _share(part: Years, whole: Years) -> Years:
    """`series.contributions.share`."""
    return {y: 100.0 * part[y] / whole[y] for y in part if whole.get(y, 0.0) > 0}


def _real(nominal: Years, index: Years) -> Years:
    """`series.prices.real_growth`."""
    wrong = [str(y) for y, v in index.items() if v <= 0]
    if wrong:
        raise SeriesError(
            Fault(
                "price index holds numbers that are not positive",
                where=", ".join(wrong),
                expected="index numbers around 100",
                next_step="an index of 102 is written 102, its growth 2",
            )
        )
    return {y: ((nominal[y] + 100.0) / index[y] - 1.0) * 100.0 for y in nominal if y in index}


def _deflated(levels: Years, index: Years) -> Years:
    """`series.growth.yoy`, then `series.prices.real_growth`."""
    growth = {y: (x / levels[y - 1] - 1.0) * 100.0 for y, x in levels.items() if levels.get(y - 1, 0.0) > 0}
    return _real(growth, index)


_INCOME = "disposable_income_{}_nominal_yuan"
_CPI = "cpi_previous_year_index"
_INCOMES = (_INCOME.format("urban"), _INCOME.format("rural"))
# indicator -> recipes in order of preference
RECIPES: dict[str, tuple[Recipe, ...]] = {
    "income_urban_rural_ratio": (Recipe(make=_ratio, inputs=_INCOMES),),
    "income_urban_rural_gap_nominal_yuan": (Recipe(make=_gap, inputs=_INCOMES),),
    "urbanisation_pct": (
        Recipe(make=_share, inputs=("population_urban_persons", "population_resident_persons")),
    ),
    **{
        f"disposable_income_{g}_real_yoy_pct": (
            Recipe(make=_real, inputs=(f"disposable_income_{g}_nominal_yoy_pct", _CPI)),
            Recipe(make=_deflated, inputs=(_INCOME.format(g), _CPI), lagged=True),
        )
        for g in ("all", "urban", "rural")
    },
}
