"""Logarithmic mean Divisia index (LMDI-I): the change of a total by the factors behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError
from .decompositions import Decomposition, both_years, refuse
from .frequency import like

__all__ = ["decompose_lmdi"]

Array = NDArray[np.float64]


def _logarithmic_mean(a: Array, b: Array) -> Array:
    """``(a - b) / ln(a / b)``, a where both are equal, 0 where one is 0 (Ang 2004)."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        u = np.log(b / a)
        mean = np.where(u == 0, a, a * (np.expm1(u) / u))  # expm1: no cancellation where a is near b
    return np.where((a == 0) | (b == 0), 0.0, mean)


def _lmdi_terms(before: Array, now: Array) -> Array:
    """Effect of each factor in each subcategory (factor, time, subcategory), analytic limits at zeros."""
    v0, v1 = np.multiply.reduce(before), np.multiply.reduce(now)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = _logarithmic_mean(v0, v1) * np.log(now / before)
    unknown = np.isnan(v0 + v1)
    for born, ends in ((v0 == 0, before), (v1 == 0, now)):
        # the change goes to the factor that is zero at that end, in equal parts if several are
        zero = ends == 0
        with np.errstate(invalid="ignore"):
            limit = (v1 - v0) * zero / zero.sum(axis=0)
        terms = np.where(born & ~unknown, limit, terms)
    terms = np.where((v0 == 0) & (v1 == 0), 0.0, terms)
    return np.where(unknown, np.nan, terms)


def decompose_lmdi(
    factors: Mapping[str, pd.Series | pd.DataFrame],
    *,
    form: Literal["additive", "multiplicative"] = "additive",
    by_column: bool = False,
) -> Decomposition[Any]:
    """Change of a total, the sum over subcategories of products of factors, by factor (LMDI-I).

    Parameters
    ----------
    factors : mapping of str to DataFrame or Series
        Non-negative factors; rows = periods, columns = subcategories (sources of income, industries). A
        Series is a factor common to all subcategories, such as total activity. At least one must be a
        DataFrame.
    form : {"additive", "multiplicative"}
        Effects that add up to the difference, or multiply to the ratio.
    by_column : bool
        True keeps the effects in each subcategory (additive form only).

    Returns
    -------
    Decomposition
        Series by period (DataFrames with `by_column`); NaN where a factor of either year is missing in any
        subcategory. The multiplicative form is NaN where the total is 0 in either year.

    Raises
    ------
    SeriesError
        If a factor is negative.
    CoverageError
        If labels differ.
    ParameterError
        If there are no factors, none is a DataFrame, or `by_column` meets the multiplicative form.

    Notes
    -----
    With ``V_i = x_1i x_2i ...``, ``L(a, b) = (a - b) / ln(a / b)``: additive ``sum_i L(V_i1, V_i0) ln(x_ki1
    / x_ki0)``, multiplicative ``exp(sum_i L(V_i1, V_i0) / L(V_1, V_0) ln(x_ki1 / x_ki0))`` (Ang, Energy
    Policy 33, 2005). Zeros take the analytic limit, not a small number (Ang, Zhang & Choi, Energy 23, 1998,
    Table 2; Wood & Lenzen, Energy Policy 34, 2006): a subcategory that begins or ends counts for the factor
    that is zero. If several are, in equal parts, the limit when they vanish at the same speed: our
    assumption.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=2, freq="Y")
    >>> people = pd.DataFrame({"urban": [50.0, 60.0], "rural": [50.0, 40.0]}, years)  # made up
    >>> income = pd.DataFrame({"urban": [4.0, 4.4], "rural": [2.0, 2.4]}, years)
    >>> result = decompose_lmdi({"people": people, "income": income})
    >>> result.to_frame().iloc[1].round(2).tolist(), result.residual < 1e-12
    ([20.16, 39.84, 60.0], True)
    """
    frames = [x for x in factors.values() if isinstance(x, pd.DataFrame)]
    if not frames or form not in ("additive", "multiplicative") or (by_column and form != "additive"):
        raise ParameterError(
            Fault(
                "factors or options do not fit",
                got=f"{len(frames)} DataFrames, form={form}, by_column={by_column}",
                expected="a DataFrame; additive or multiplicative; by_column only if additive",
            )
        )
    model = frames[0]
    wide = {
        name: x if isinstance(x, pd.DataFrame) else pd.DataFrame(dict.fromkeys(model.columns, x))
        for name, x in factors.items()
    }
    refuse(wide, lambda x: x < 0, "negative figures")
    before, now = (np.stack(side) for side in both_years(wide))
    terms = _lmdi_terms(before, now)
    v0, v1 = np.multiply.reduce(before), np.multiply.reduce(now)
    if by_column:
        made = {name: like(model, term) for name, term in zip(factors, terms, strict=True)}
        return Decomposition(like(model, v1 - v0), made, "additive", "unit of the total")
    total0, total1, sums = v0.sum(axis=1), v1.sum(axis=1), terms.sum(axis=2)
    change, unit = total1 - total0, "unit of the total"
    if form == "multiplicative":
        empty, unit = (total0 == 0) | (total1 == 0), "ratio"
        with np.errstate(divide="ignore", invalid="ignore"):
            sums = np.where(empty, np.nan, np.exp(sums / _logarithmic_mean(total0, total1)))
            change = np.where(empty, np.nan, total1 / total0)
    series = {name: pd.Series(s, model.index) for name, s in zip(factors, sums, strict=True)}
    return Decomposition(pd.Series(change, model.index), series, form, unit)
