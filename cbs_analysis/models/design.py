"""Regressors that can be told apart, or a refusal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused

__all__ = ["require_rank"]


def require_rank(columns: NDArray[np.float64], what: str) -> None:
    """Refuse regressors of which one is a combination of others, or zero throughout: `collinear`.

    Parameters
    ----------
    columns : numpy.ndarray
        Shape (observations, regressors), any units.
    what : str
        The model, for the message.

    Examples
    --------
    >>> require_rank(np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]]), "the equation")
    Traceback (most recent call last):
    ...
    cbs_analysis.errors.ModelRefused: the regressors of the equation determine each other
        got:      2 regressors, 1 of them independent
        next:     leave out a dummy, a lag or a variable
    """
    size = np.sqrt((columns**2).sum(axis=0))
    rank = int(np.linalg.matrix_rank(columns / np.where(size > 0, size, 1.0), tol=1e-9))
    if rank < columns.shape[1]:
        raise ModelRefused(
            Fault(
                f"the regressors of {what} determine each other",
                got=f"{columns.shape[1]} regressors, {rank} of them independent",
                next_step="leave out a dummy, a lag or a variable",
                zh="解释变量之间完全共线（如虚拟变量在样本期内始终为0），请去掉多余的变量或滞后项。",
                code="collinear",
            )
        )
