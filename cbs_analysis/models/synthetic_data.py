"""Regions before and after a change, and the weights that make one of the others."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import nnls

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import as_periods, named, require_periods, to_array

__all__ = [
    "Search",
    "Span",
    "SyntheticData",
    "convex_weights",
    "donor_weights",
    "few_donors",
    "gap_fault",
    "placebo_weights",
    "rows_between",
    "synthetic_data",
]

Array = NDArray[np.float64]
Span = tuple[Any, Any]
Search = Literal["bfgs", "nelder-mead"]

_MIN_PRE = 8
_MIN_PLACEBOS = 5


@dataclass(frozen=True)
class SyntheticData:
    frame: pd.DataFrame
    pre: pd.PeriodIndex
    post: pd.PeriodIndex
    donors: list[str]
    predictors: pd.DataFrame | None
    warnings: tuple[str, ...]


def rows_between(frame: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Rows of every period from the first to the last, NaN where one is absent."""
    require_periods(frame)
    first, last = as_periods(list(span), frame.index)
    if last < first:
        raise ParameterError(Fault("the span ends before it begins", got=f"{first} to {last}"))
    rows = pd.period_range(first, last, freq=frame.index.freq)
    numbers = pd.DataFrame(to_array(frame, what="outcome"), frame.index, columns=frame.columns)
    return numbers.reindex(rows)


def convex_weights(donors: Array, target: Array) -> Array:
    """Weights, none negative, sum 1, that bring the donors nearest to the target.

    Parameters
    ----------
    donors : numpy.ndarray
        Shape (features, donors).
    target : numpy.ndarray
        Shape (features,).

    Notes
    -----
    ``min |D w|^2`` on the simplex with D = donors - target is the non-negative least-squares problem
    ``min |D u|^2 + (1'u - 1)^2``, with w = u / sum(u): for u = s w the sum is ``s^2 q(w) + (s - 1)^2``,
    whose minimum over s, ``q / (1 + q)``, grows with q.

    Examples
    --------
    >>> convex_weights(np.array([[0.0, 4.0]]), np.array([1.0])).round(2).tolist()
    [0.75, 0.25]
    """
    apart = donors - target[:, None]
    scale = float(np.abs(apart).max()) or 1.0
    stacked = np.vstack([apart / scale, np.ones(donors.shape[1])])
    u = nnls(stacked, np.append(np.zeros(len(target)), 1.0), maxiter=50 * donors.shape[1])[0]
    return u / u.sum()


def synthetic_data(
    outcome: pd.DataFrame,
    treated: str,
    pre: Span,
    post: Span,
    donors: Sequence[str] | None,
    predictors: pd.DataFrame | None,
) -> SyntheticData:
    before, after = rows_between(outcome, pre), rows_between(outcome, post)
    unknown = [r for r in [treated, *(donors or [])] if r not in outcome.columns]
    if unknown or treated in (donors or []) or after.index[0] <= before.index[-1]:
        raise ParameterError(
            Fault(
                "regions or periods of the synthetic control are wrong",
                got=f"unknown: {named(unknown)}" if unknown else f"{before.index[-1]}, {after.index[0]}",
                expected="columns of the outcome, the region no donor of itself, `post` later than `pre`",
            )
        )
    frame = pd.concat([before, after])
    whole = frame.notna().all()
    if predictors is not None:
        whole &= predictors.reindex(columns=frame.columns).notna().all()
    pool = [d for d in (donors if donors is not None else frame.columns) if d != treated]
    broken = [d for d in pool if not whole[d]]
    faults = []
    if not whole[treated]:
        faults.append(gap_fault(treated, frame.index[frame[treated].isna()]))
    if donors is not None and broken:
        faults += [gap_fault(d, frame.index[frame[d].isna()]) for d in broken]
    pool = [d for d in pool if whole[d]]
    if predictors is not None and whole[treated] and pool:
        flat = predictors.index[np.ptp(predictors[[treated, *pool]].to_numpy(dtype=float), axis=1) == 0]
        if len(flat):
            faults.append(_flat(flat))
    if len(pool) < _MIN_PLACEBOS:
        faults.append(few_donors(len(pool), _MIN_PLACEBOS))
    if len(before) < _MIN_PRE:
        faults.append(
            Fault(
                "too few periods before the change",
                got=f"{len(before)} periods, {before.index[0]}-{before.index[-1]}",
                expected=f"at least {_MIN_PRE}",
                next_step="supply earlier figures, or compare with chosen regions instead",
                zh=f"变化之前只有{len(before)}期，少于{_MIN_PRE}期，不能构造合成对照；请补充更早的数据。",
                code="few_pre_periods",
            )
        )
    if faults:
        raise ModelRefused(faults)
    said = (f"regions with a missing figure are no donors: {named(broken)}",) if broken else ()
    return SyntheticData(frame, before.index, after.index, pool, predictors, said)


def donor_weights(
    data: SyntheticData, region: str, pool: list[str], search: Search = "bfgs"
) -> tuple[pd.Series, Array | None, list[str]]:
    """Weights of the donors, the importance of the predictors, and what was warned of."""
    if data.predictors is None:
        return placebo_weights(data, region, pool, None), None, []
    with warnings.catch_warnings():
        # a docstring of the library has a stray backslash: Python warns when it compiles it
        warnings.simplefilter("ignore")
        from pysyncon import Synth

    class Exact(Synth):
        """The inner problem, weights for a given importance, is solved exactly and fifty times faster."""

        @staticmethod
        def w_optimize(V_mat: Array, X0: Array, X1: Array, **_: Any) -> tuple[Array, float]:  # noqa: N803
            root = np.sqrt(np.diag(V_mat))
            w = convex_weights(root[:, None] * X0, root * X1)
            return w, float(((root * (X1 - X0 @ w)) ** 2).sum())

    x, z = data.predictors, data.frame.loc[data.pre]
    model = Exact()
    frames = {"X0": x[pool], "X1": x[region], "Z0": z[pool], "Z1": z[region]}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if search == "bfgs":
            # weights bend where a donor enters: a gradient over too small a step follows the bends
            steps = {"optim_method": "BFGS", "optim_options": {"maxiter": 1000, "eps": 1e-5}}
            try:
                model.fit(**frames, **steps, optim_initial="ols")
            except ValueError:  # more predictors than regions: no regression to start from
                model.fit(**frames, **steps)
        else:
            model.fit(**frames, optim_method="Nelder-Mead", optim_options={"maxiter": 2000})
    weights, importance = np.asarray(model.W, dtype=float), np.asarray(model.V, dtype=float)
    if not (np.isfinite(weights).all() and np.isfinite(importance).all()):
        raise ModelRefused(
            Fault(
                "the search for the importance of the predictors did not converge",
                next_step="leave the predictors out, or take fewer",
                zh="预测变量权重的搜索未收敛，请减少预测变量，或不使用预测变量。",
                code="not_converged",
            )
        )
    return pd.Series(weights, pool), importance, list(dict.fromkeys(str(w.message) for w in caught))


def placebo_weights(data: SyntheticData, region: str, pool: list[str], importance: Array | None) -> pd.Series:
    if importance is None or data.predictors is None:
        features = data.frame.loc[data.pre]
    else:
        x = data.predictors
        features = x.div(x[[region, *pool]].std(axis=1), axis=0).mul(np.sqrt(importance), axis=0)
    return pd.Series(convex_weights(features[pool].to_numpy(), features[region].to_numpy()), pool)


def gap_fault(region: str, periods: pd.PeriodIndex) -> Fault:
    shown = named(periods) or "a predictor"
    return Fault(
        f"{region} has no figure in the periods compared",
        got=shown,
        expected="a figure in every period",
        next_step="supply it, choose other periods, or leave the region out",
        zh=f"{region}在比较期内缺少数据（{shown}），请补充、改用其他时期，或去掉该地区。",
        code="gap",
    )


def few_donors(got: int, expected: int) -> Fault:
    return Fault(
        "too few regions to compare with",
        got=f"{got} regions with complete figures",
        expected=f"at least {expected}",
        next_step="add regions, or shorten the periods",
        zh=f"数据完整的对照地区只有{got}个，少于{expected}个，请增加地区或缩短时期。",
        code="few_donors",
    )


def _flat(predictors: pd.Index) -> Fault:
    return Fault(
        "a predictor is the same in all regions",
        got=named(predictors),
        next_step="leave it out",
        zh=f"预测变量{named(predictors)}在各地区之间没有差异，请去掉。",
        code="constant",
    )
