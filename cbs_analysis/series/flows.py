"""Flows and stocks over time: cumulative figures, single periods, longer periods.

Chinese monthly and quarterly flows are often published as cumulative figures since January (1—6月累计). A
cumulative figure of June is no figure of June, and the half year is no second quarter.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError, PeriodError, SeriesError, VintageError
from .frequency import Across, Table, blocks, like, named, places, require_periods, to_array

__all__ = ["aggregate", "cumulate", "decumulate", "merged_january"]

Array = NDArray[np.float64]
Kind = Literal["flow", "cumulative", "stock", "rate", "index", "growth"]
How = Literal["sum", "last", "mean"]

_PERIODS = {"Y": 1, "Q": 4, "M": 12}
# the first is the default; none: it must be said, because the mean of a rate or index is an approximation
_HOW: dict[str, tuple[tuple[str, ...], bool]] = {
    "flow": (("sum",), True),
    "cumulative": (("last",), True),
    "stock": (("last", "mean"), True),
    "rate": (("mean",), False),
    "index": (("mean",), False),
    "growth": ((), False),
}


def _years(x: Table) -> tuple[Array, NDArray[np.intp], int]:
    """Figures folded into years, the row each period has in them, and the periods of a year."""
    per_year = require_periods(x, freq="QM")
    folded, first = blocks(to_array(x), x.index, per_year)
    return folded, x.index.asi8 - first * per_year, per_year


def _rows(folded: NDArray[Any], rows: NDArray[np.intp]) -> NDArray[Any]:
    """Figures unfolded from years, those of the periods there are."""
    flat = folded.reshape(-1, *folded.shape[2:])
    return flat if len(flat) == len(rows) else flat[rows]


def cumulate(flows: Table) -> Table:
    """Cumulative figures since January from the flows of single periods.

    Parameters
    ----------
    flows : pandas.Series or pandas.DataFrame
        Monthly or quarterly flows, any unit.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Labelled like `flows`; each year begins anew. NaN from the first missing flow of a year to its end,
        whether the flow is NaN or its period is not in the index.

    Raises
    ------
    PeriodError
        If the index is not monthly or quarterly, repeats a period or is not in order.
    SeriesError
        If `flows` holds no numbers, or infinite ones.

    Notes
    -----
    ``x[first] + ... + x[t]`` over the periods of the year of t.

    Examples
    --------
    >>> flows = pd.Series([1.0, 2.0, 3.0], pd.period_range("2021Q3", periods=3, freq="Q"))
    >>> cumulate(flows).tolist()
    [nan, nan, 3.0]
    """
    folded, rows, _ = _years(flows)
    return like(flows, _rows(np.cumsum(folded, axis=1), rows))


def decumulate(
    cumulative: Table,
    *,
    january: Literal["missing", "in_february"] = "missing",
    allow_negative: bool = False,
    vintages: pd.Series | None = None,
    across: Across = "raise",
) -> Table:
    """Flows of single periods from cumulative figures since January.

    Parameters
    ----------
    cumulative : pandas.Series or pandas.DataFrame
        Monthly or quarterly figures that accumulate from January and begin anew each year.
    january : {"missing", "in_february"}
        Where only January-February is published (1—2月), what stands at February: NaN, or the flow of both
        months. It is never split; `merged_january` tells these figures apart.
    allow_negative : bool
        Whether flows may be negative (net exports, changes in stocks).
    vintages : pandas.Series, optional
        Publication of each period's figure, on the index of `cumulative`, any labels. The difference of two
        figures of one year is a flow only if both come from one publication or its earlier months were not
        revised; give the label of the last revision.
    across : {"raise", "missing"}
        What becomes of the difference of two publications: refused, or NaN.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        Labelled like `cumulative`. The first period of a year is its own flow; NaN where the figure or the
        one before it in the same year is missing.

    Raises
    ------
    SeriesError
        If a flow is negative and `allow_negative` is not set; all such periods are named.
    VintageError
        If figures of one year come from different publications and `across` is "raise".
    PeriodError
        As in `cumulate`.

    Notes
    -----
    ``x[t] - x[t - 1]`` within a year. Published growth of cumulative figures is not affected by revisions
    inside the year as these differences are: the bureau compares revised with revised figures.

    Examples
    --------
    >>> total = pd.Series([5.0, 11.0, 18.0], pd.period_range("2021Q3", periods=3, freq="Q"))
    >>> decumulate(total).tolist()
    [nan, 6.0, 18.0]
    """
    if january not in ("missing", "in_february"):
        raise ParameterError(
            Fault("`january` is not known", got=str(january), expected="missing or in_february")
        )
    folded, rows, per_year = _years(cumulative)
    flows = np.empty_like(folded)
    flows[:, 0] = folded[:, 0]
    np.subtract(folded[:, 1:], folded[:, :-1], out=flows[:, 1:])
    merged = np.isnan(folded[:, 0]) & (january == "in_february" and per_year == 12)
    flows[:, 1][merged] = folded[:, 1][merged]
    out = _rows(flows, rows)
    if vintages is not None:
        alone = np.zeros(folded.shape, dtype=bool)  # figures that are flows without a difference
        alone[:, 0], alone[:, 1] = True, merged
        out[_mixed(cumulative.index, vintages, out, _rows(alone, rows), across)] = np.nan
    if not allow_negative and (negative := out < 0).any():
        raise SeriesError(
            Fault(
                "cumulative figures fall within a year",
                where=places(cumulative, negative),
                got=f"lowest flow {np.nanmin(out):g}",
                expected="figures that accumulate from January, of one publication",
                next_step="find the revision or the misprint, or pass allow_negative=True for net flows",
            )
        )
    return like(cumulative, out)


def _mixed(
    index: pd.PeriodIndex, vintages: pd.Series, flows: Array, alone: NDArray[np.bool_], across: Across
) -> NDArray[np.bool_]:
    """Where a flow is the difference of two figures of different publications."""
    if across not in ("raise", "missing"):
        raise ParameterError(Fault("`across` is not known", got=str(across), expected="raise or missing"))
    labels = vintages.reindex(index)
    same = (labels == labels.shift()).to_numpy(dtype=bool)
    mixed = ~(alone | np.isnan(flows) | same.reshape(-1, *[1] * (flows.ndim - 1)))
    if across == "raise" and mixed.any():
        raise VintageError(
            Fault(
                "cumulative figures of one year come from different publications",
                where=named(index[mixed.reshape(len(index), -1).any(axis=1)]),
                expected="figures of one publication within a year",
                next_step='take all from one publication, or pass across="missing"',
            )
        )
    return mixed


def merged_january(cumulative: Table) -> Table:
    """Where a figure is the first of its year and covers January and February.

    True at each February that has a figure while January has none; False elsewhere. Monthly only. Beside
    `decumulate(..., january="in_february")` it marks the flows of two months.

    >>> total = pd.Series([9.0, 15.0], pd.PeriodIndex(["2021-02", "2021-03"], freq="M"))
    >>> merged_january(total).tolist()
    [True, False]
    """
    require_periods(cumulative, freq="M")
    folded, rows, _ = _years(cumulative)
    merged = np.zeros(folded.shape, dtype=bool)
    if len(folded):
        merged[:, 1] = np.isnan(folded[:, 0]) & ~np.isnan(folded[:, 1])
    return like(cumulative, _rows(merged, rows))


def aggregate(x: Table, *, to: Literal["Y", "Q"], kind: Kind | None = None, how: How | None = None) -> Table:
    """Figures of longer periods: years from months or quarters, quarters from months.

    Parameters
    ----------
    x : pandas.Series or pandas.DataFrame
        Monthly or quarterly figures, any unit.
    to : {"Y", "Q"}
        Frequency of the result.
    kind : {"flow", "cumulative", "stock", "rate", "index", "growth"}, optional
        What the figures are; it decides what is legal. Without it `how` must be said, and is taken at its
        word:

        ========== ===================================================================================
        flow       summed
        cumulative the last figure of the period (a cumulative figure stays one)
        stock      the figure at the end of the period; its average with ``how="mean"``
        rate       only with ``how="mean"``: the mean of rates is the rate of the year only if their
                   denominators are equal
        index      only with ``how="mean"``: the mean of fixed-base index numbers
        growth     refused: growth of a year is not the mean of growth of its months
        ========== ===================================================================================
    how : {"sum", "last", "mean"}, optional
        Default as above.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        One row per period from the first to the last that `x` touches. NaN where a period is incomplete:
        never a partial sum or mean; for ``"last"`` where the closing figure is missing.

    Raises
    ------
    ParameterError
        If `kind` does not allow `how`, or needs it said.
    PeriodError
        If `to` is not longer than the periods of `x`, or as in `cumulate`.

    Examples
    --------
    >>> jobs = pd.Series([3.0, 4.0, 3.0, 2.0, 3.0], pd.period_range("2021Q1", periods=5, freq="Q"))
    >>> aggregate(jobs, to="Y", kind="flow").tolist()
    [12.0, nan]
    """
    chosen = _method(kind, how)
    per_year = require_periods(x)
    if to not in ("Y", "Q") or per_year <= _PERIODS[to]:
        raise PeriodError(
            Fault(
                "figures cannot be aggregated to this frequency",
                got=f"{x.index.freqstr[0]} to {to}",
                expected="M to Q, M to Y or Q to Y",
            )
        )
    size = per_year // _PERIODS[to]
    folded, first = blocks(to_array(x), x.index, size)
    if chosen == "last":
        values = folded[:, -1].copy()
    else:
        values = folded.sum(axis=1)
        if chosen == "mean":
            values /= size
    periods = pd.PeriodIndex.from_ordinals(np.arange(first, first + len(folded)), freq=to)
    return like(x, values, index=periods)


def _method(kind: str | None, how: str | None) -> str:
    if kind is None:
        if how not in ("sum", "last", "mean"):
            raise ParameterError(
                Fault(
                    "it is not said how to aggregate",
                    got=f"how={how!r}",
                    expected="kind= (flow, stock, ...), or how= sum, last or mean",
                    next_step="say what the figures are: flows add up, of stocks the last one counts",
                )
            )
        return how
    if kind not in _HOW:
        raise ParameterError(Fault("`kind` is not known", got=str(kind), expected=", ".join(_HOW)))
    legal, default = _HOW[kind]
    if kind == "growth":
        raise ParameterError(
            Fault(
                "growth rates cannot be aggregated",
                got=f"how={how!r}",
                expected="levels or index numbers",
                next_step="aggregate the levels, then take yoy(); to chain yearly rates use chain_growth()",
            )
        )
    if how is None and not default:
        raise ParameterError(
            Fault(
                f"how to aggregate this kind must be said: {kind}",
                expected="how='mean', an approximation: see the notes",
            )
        )
    if how is not None and how not in legal:
        raise ParameterError(
            Fault(f"this kind cannot be aggregated so: {kind}", got=str(how), expected=" or ".join(legal))
        )
    return how or legal[0]
