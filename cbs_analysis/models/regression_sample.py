"""Variables of a regression on their common periods, as a table and as arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import require_periods
from .samples import require_sample

__all__ = ["CONSTANT", "regression_sample"]

Array = NDArray[np.float64]

CONSTANT = "const"


def regression_sample(
    y: pd.Series, x: pd.Series | pd.DataFrame, constant: bool, min_df: int
) -> tuple[pd.DataFrame, Array, list[str]]:
    """The sample with the dependent variable first, the regressors as an array, and their names."""
    frame = x if isinstance(x, pd.DataFrame) else x.to_frame("x" if x.name is None else x.name)
    require_periods(frame)
    columns = {str(c): frame.iloc[:, i] for i, c in enumerate(frame)}
    name = "y" if y.name is None else str(y.name)
    if len({name, CONSTANT, *columns}) != frame.shape[1] + 2 - (CONSTANT in columns and not constant):
        raise ParameterError(
            Fault(
                "names of the variables repeat",
                got=", ".join([name, *map(str, frame)]),
                expected=f"different names, none of them {CONSTANT}",
                next_step="rename them",
            )
        )
    # without a constant of our own, one among the regressors is a regressor and no fault
    given = [] if constant else [c for c, v in columns.items() if v.notna().any() and v.nunique() == 1]
    moving = {c: v for c, v in columns.items() if c not in given}
    params = len(columns) + constant
    sample = require_sample({name: y, **moving}, params=params, min_df=min_df, what="the regression")
    for c in given:
        sample[c] = float(columns[c].dropna().iloc[0])  # the same in every period
    sample = sample[[name, *columns]]
    z = sample.to_numpy()[:, 1:]
    if constant:
        z = np.column_stack([np.ones(len(z)), z])
    if np.linalg.matrix_rank(z / np.sqrt((z**2).sum(axis=0)), tol=1e-10) < z.shape[1]:
        raise ModelRefused(
            Fault(
                "the regressors determine each other",
                got=", ".join(columns),
                next_step="leave one of them out",
                zh="解释变量之间完全共线，请去掉其中一个。",
                code="collinear",
            )
        )
    return sample, z, [CONSTANT] * constant + list(columns)
