"""Where inequality comes from: between and within subgroups, and what changed it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CoverageError, Fault, ParameterError
from .decompositions import Decomposition, shapley
from .frequency import earlier, require_periods, take_rows
from .inequality import Measure, distribution, labelled, measure_of, relative, weighted

__all__ = ["InequalityParts", "decompose_inequality", "decompose_inequality_change", "gap_share"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class InequalityParts:
    """Inequality between and within subgroups; numbers, Series by time, or DataFrames by time and region.

    Attributes
    ----------
    measure : {"theil_t", "theil_l"}
    total, between, within
        ``total = between + within``.
    contributions : mapping of subgroup to its part of `within`
    """

    measure: Measure
    total: Any
    between: Any
    within: Any
    contributions: Mapping[Hashable, Any]

    @property
    def between_share(self) -> Any:
        """Part between the subgroups in percent of the total; NaN where the total is 0."""
        if isinstance(self.total, float):
            return 100 * self.between / self.total if self.total else float("nan")
        return 100 * self.between / self.total.where(self.total != 0)

    def __str__(self) -> str:
        return (
            f"{self.measure}: total = between + within; group means give a lower bound\n"
            f"total\n{self.total}\nbetween\n{self.between}\nwithin\n{self.within}"
        )


def decompose_inequality(
    x: Any,
    *,
    by: Mapping[Hashable, Hashable] | pd.Series,
    population: Any = None,
    over: Hashable | None = None,
    measure: Measure = "theil_t",
) -> InequalityParts:
    """Split Theil's T or L into the part between subgroups and the part within each.

    Parameters
    ----------
    x, population, over
        As in `gini`; `x` is a Series or a DataFrame.
    by : mapping or Series
        Subgroup of each group (or person): region of a county, urban or rural of a stratum.
    measure : {"theil_t", "theil_l"}

    Returns
    -------
    InequalityParts
        NaN where the measure is.

    Raises
    ------
    CoverageError
        If a group has no subgroup, or labels differ.
    SeriesError, ParameterError
        As in `gini`.

    Notes
    -----
    ``T = T_between + sum_a s_a T_a`` with income shares, ``L = L_between + sum_a p_a L_a`` with population
    shares (Bourguignon 1979; Shorrocks 1980). The Gini has no such split.

    Examples
    --------
    >>> x = pd.Series([1.0, 3.0, 5.0, 7.0], ["a1", "a2", "b1", "b2"])  # made up
    >>> parts = decompose_inequality(x, by={"a1": "a", "a2": "a", "b1": "b", "b2": "b"})
    >>> round(parts.total, 5), round(parts.between, 5), round(parts.within, 5)
    (0.17398, 0.13081, 0.04317)
    """
    function = measure_of(measure)
    if not isinstance(x, pd.Series | pd.DataFrame):
        raise ParameterError(
            Fault("incomes have no labels", got=type(x).__name__, expected="Series or DataFrame")
        )
    y, p, axes = distribution(x, population, over)
    labels = x.index if isinstance(x, pd.Series) else x.columns
    if over is not None:
        labels = labels.get_level_values(over).unique()
    lookup = dict(by.items())
    if missing := [str(label) for label in labels if label not in lookup]:
        raise CoverageError(
            Fault("groups without a subgroup", got=", ".join(missing[:12]), next_step="add to `by`")
        )
    subgroup, names = pd.factorize(pd.Index([lookup[label] for label in labels]))
    p = np.full_like(y, 1 / len(y)) if p is None else np.broadcast_to(p, y.shape)
    members = [np.flatnonzero(subgroup == a) for a in range(len(names))]
    shares = np.stack([p[m].sum(axis=0) for m in members])
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = [p[m] / shares[a] for a, m in enumerate(members)]
        means = np.stack([weighted(y[m], q) for m, q in zip(members, inside, strict=True)])
        means = np.where(shares == 0, 0.0, means)
        weights = shares * relative(means, shares) if measure == "theil_t" else shares
        parts = [
            np.where(weights[a] == 0, 0.0, weights[a] * np.maximum(function(y[m], inside[a]), 0.0))
            for a, m in enumerate(members)
        ]
    total, between = function(y, p), np.maximum(function(means, shares), 0.0)
    within = np.where(np.isnan(total), np.nan, np.sum(parts, axis=0))
    total = np.maximum(total, 0.0)
    by_name = {name: labelled(part, axes) for name, part in zip(names, parts, strict=True)}
    made = [labelled(values, axes) for values in (total, between, within)]
    return InequalityParts(measure, made[0], made[1], made[2], by_name)


def gap_share(
    x: Any,
    *,
    by: Mapping[Hashable, Hashable] | pd.Series,
    population: Any = None,
    over: Hashable | None = None,
    measure: Measure = "theil_t",
) -> Any:
    """How much of the inequality is the gap between subgroups, in percent; see `decompose_inequality`.

    >>> x = pd.Series([1.0, 3.0, 5.0, 7.0], ["a1", "a2", "b1", "b2"])  # made up
    >>> round(gap_share(x, by={"a1": "a", "a2": "a", "b1": "b", "b2": "b"}), 1)
    75.2
    """
    return decompose_inequality(x, by=by, population=population, over=over, measure=measure).between_share


def decompose_inequality_change(
    means: pd.DataFrame,
    *,
    population: pd.DataFrame,
    within: pd.DataFrame | None = None,
    over: Hashable | None = None,
    measure: Measure = "theil_l",
) -> Decomposition[Any]:
    """Change of inequality over the year before: relative incomes, population shares, inside groups.

    Parameters
    ----------
    means, population : DataFrame
        Mean income and population of each group; rows = periods, columns = groups (and regions, see
        `over`).
    within : DataFrame, optional
        The same measure inside each group, same labels. Without it the change between the groups is split.
    over : label, optional
        As in `gini`.
    measure : {"theil_l", "theil_t"}

    Returns
    -------
    Decomposition
        Effects `income` (relative mean incomes), `population` (shares, such as urbanization) and, when
        given, `within`; NaN where a figure of either year is missing.

    Raises
    ------
    CoverageError, SeriesError, ParameterError
        As in `gini`.
    PeriodError
        If the index is no PeriodIndex of calendar years.

    Notes
    -----
    The question is that of Mookherjee & Shorrocks (Econ. J. 92, 1982). Their split is exact for the MLD
    only up to an approximation of the logs; here each effect is a Shapley value, so that the sum is exact
    for T and L.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=2, freq="Y")
    >>> income = pd.DataFrame({"urban": [40.0, 44.0], "rural": [16.0, 18.0]}, years)  # made up
    >>> people = pd.DataFrame({"urban": [60.0, 62.0], "rural": [40.0, 38.0]}, years)
    >>> decompose_inequality_change(income, population=people).to_frame().iloc[1].round(5).tolist()
    [-0.00415, -0.00259, -0.00673]
    """
    steps, function = require_periods(means), measure_of(measure)
    y, p, axes = distribution(means, population, over)
    factors = [y, np.broadcast_to(np.ones(1) if p is None else p, y.shape)]
    if within is not None:
        if not (within.index.equals(means.index) and within.columns.equals(means.columns)):
            raise CoverageError(Fault("`within` has other labels than the means", expected="the same"))
        factors.append(distribution(within, None, over)[0])

    def level(y: Array, p: Array, inside: Array | None = None) -> Array:
        between = function(y, p)
        if inside is None:
            return between
        return between + weighted(inside * relative(y, p) if measure == "theil_t" else inside, p)

    rows = earlier(means.index, steps)
    before = [np.moveaxis(take_rows(np.moveaxis(f, 1, 0), rows), 1, 0) for f in factors]
    names = ("income", "population", "within")
    made = {n: labelled(e, axes) for n, e in zip(names, shapley(level, before, factors), strict=False)}
    change = labelled(level(*factors) - level(*before), axes)
    return Decomposition(change, made, "additive", measure)
