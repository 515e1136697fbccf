"""A return to poverty: how many, and how many there may be although none was seen."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import Fault, ParameterError
from ..registry.poverty_parameters import PovertyParameters
from .poverty_ledger import base_kind, numbers
from .poverty_rules import lines_of
from .warning_scores import counts_interval

__all__ = ["return_table", "upper_bound"]


def upper_bound(events: int, households: int, *, alpha: float = 0.05) -> float:
    """Exact one-sided upper bound of a share.

    Parameters
    ----------
    events, households : int
        Seen, and among how many.
    alpha : float
        1 - confidence.

    Returns
    -------
    float
        NaN without households.

    Notes
    -----
    The share at which so few events or fewer have the probability `alpha`; for none among m it is ``1 -
    alpha ** (1 / m)``, about 3 / m (Hanley, J. A., Lippman-Hand, A. (1983), If nothing goes wrong, is
    everything all right? Journal of the American Medical Association 249, 1743-1745).

    Examples
    --------
    >>> round(1000 * upper_bound(0, 800), 2)
    3.74
    """
    if not 0 <= events <= households or not 0 < alpha < 0.5:
        got = f"{events} of {households}, alpha {alpha}"
        raise ParameterError(
            Fault("these are no counts", got=got, expected="0 to all households; alpha below 0.5")
        )
    return counts_interval(events, households, alpha=2 * alpha)[1]


def return_table(
    ledger: pd.DataFrame,
    *,
    parameters: PovertyParameters,
    month: pd.Period | None = None,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Households lifted out of poverty whose income lies below the relief line again, by district and in all.

    Parameters
    ----------
    ledger : pandas.DataFrame
        Whole ledger.
    parameters : PovertyParameters
        Its relief line of the year.
    month : pandas.Period, optional
        Default the last one.
    alpha : float
        1 - confidence of the one-sided bound.

    Returns
    -------
    pandas.DataFrame
        By district, and `all`: `returned`, `households` with known income, `unknown`, `per_1000`,
        `upper_per_1000`.

    Raises
    ------
    ModelRefused
        `no_line` without a relief line.

    Notes
    -----
    Lifted out of poverty: `tuopin`, or monitored and `tuopin` before. Monitored households of whom the
    ledger does not say what they were count too, so that none is overlooked. Income alone: guarantees that
    fail stand in `guarantee_table`. 0 is not "no risk": the bound says what remains possible.
    """
    month = ledger["month"].max() if month is None else month
    known = ledger[ledger["month"] <= month]
    rows = known[(known["month"] == month) & base_kind(known).isin(["tuopin", ""])]
    income = numbers(rows["income12_yuan"])
    below = income < lines_of(rows, parameters, "relief").to_numpy()
    frame = pd.DataFrame(
        {"returned": below, "households": ~np.isnan(income), "unknown": np.isnan(income)}
    ).astype(int)
    groups = frame.groupby(rows["district"].to_numpy(), sort=True).sum()
    groups.loc["all"] = frame.sum()
    return groups.rename_axis("district").assign(
        per_1000=1000 * groups["returned"] / groups["households"].where(groups["households"] > 0),
        upper_per_1000=[
            1000 * upper_bound(int(k), int(n), alpha=alpha)
            for k, n in zip(groups["returned"], groups["households"], strict=True)
        ],
    )
