"""Are revisions small, biased, predictable? Statistics of what changed between two releases."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CoverageError, Fault, SmallSampleWarning
from .vintages import VintageTable

__all__ = ["RevisionRegression", "RevisionStatistics", "revised_by", "revision_statistics"]

Array = NDArray[np.float64]
_FEW = 8


def revised_by(first: pd.Series, last: pd.Series) -> pd.DataFrame:
    """By how much figures were revised.

    Parameters
    ----------
    first, last : pandas.Series
        An earlier and a later publication of the same figures, one index, the same unit.

    Returns
    -------
    pandas.DataFrame
        `change` in the unit, and `change_pct` in percent of the size of the first figure; NaN where one is
        missing, and in percent where the first is zero.

    Notes
    -----
    ``last - first`` and ``100 * (last - first) / abs(first)``.

    Examples
    --------
    >>> revised_by(pd.Series([1260582.0]), pd.Series([1294271.7])).round(2).to_dict("records")
    [{'change': 33689.7, 'change_pct': 2.67}]
    """
    change = last - first
    return pd.DataFrame({"change": change, "change_pct": 100.0 * change / first.where(first != 0).abs()})


@dataclass(frozen=True)
class RevisionRegression:
    """Least squares of the revision on a figure: ``revision = intercept + slope * figure``.

    Attributes
    ----------
    intercept, slope, bse_slope, t, pvalue : float
        The two-sided p-value is of slope = 0, by Student's t with `df_resid`; NaN if the figures are all
        the same.
    nobs, df_resid : int
    """

    intercept: float
    slope: float
    bse_slope: float
    t: float
    pvalue: float
    nobs: int
    df_resid: int


@dataclass(frozen=True)
class RevisionStatistics:
    """How figures were revised.

    Attributes
    ----------
    nobs : int
        Periods with both releases.
    mean, mean_absolute, sd : float
        In the unit of the figures; `sd` with n - 1.
    t_mean, pvalue_mean : float
        Of mean = 0, Student's t with n - 1 degrees of freedom, revisions taken as independent.
    news : RevisionRegression or None
        Revision on the early figure: a slope other than 0 says the revision could have been foreseen.
    noise : RevisionRegression or None
        Revision on the late figure: a slope other than 0 says the early figure was not the truth plus
        noise.
    warnings : tuple of str
    """

    nobs: int
    mean: float
    mean_absolute: float
    sd: float
    t_mean: float
    pvalue_mean: float
    news: RevisionRegression | None
    noise: RevisionRegression | None
    warnings: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row for the mean and for each regression estimated."""
        rows = {"mean": [self.mean, self.t_mean, self.pvalue_mean, self.nobs]}
        for name, fit in (("news", self.news), ("noise", self.noise)):
            if fit is not None:
                rows[name] = [fit.slope, fit.t, fit.pvalue, fit.nobs]
        return pd.DataFrame.from_dict(rows, orient="index", columns=["estimate", "t", "pvalue", "nobs"])

    def __str__(self) -> str:
        size = f"mean {self.mean:.4g}, mean absolute {self.mean_absolute:.4g}, sd {self.sd:.4g}"
        head = f"{self.nobs} revisions: {size}"
        return "\n".join([head, str(self.to_frame().round(4)), *(f"warning: {w}" for w in self.warnings)])


def revision_statistics(
    table: VintageTable, *, start: int = 1, to: int | Literal["last"] = "last"
) -> RevisionStatistics:
    """Size, bias and predictability of the revisions from one release to a later one.

    Parameters
    ----------
    table : VintageTable
        Of growth rates, if the regressions are to mean anything: levels trend, and so do their revisions.
    start, to : int or "last"
        Releases compared, see `VintageTable.release`.

    Returns
    -------
    RevisionStatistics
        With fewer than 8 revisions the regressions are None.

    Raises
    ------
    CoverageError
        If there are fewer than 2 revisions.

    Warns
    -----
    SmallSampleWarning
        With fewer than 8 revisions.

    Notes
    -----
    Mankiw & Shapiro (Survey of Current Business, May 1986): an early figure that is an efficient forecast
    leaves news, unrelated to itself; one that is measured with error leaves noise, unrelated to the final
    figure.

    Examples
    --------
    >>> days = ["2022-01-01"] * 2 + ["2023-01-01"] * 2
    >>> made_up = pd.DataFrame({"period": [2020, 2021] * 2, "vintage": days, "value": [6.0, 5.0, 6.2, 5.4]})
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", SmallSampleWarning)
    ...     result = revision_statistics(VintageTable.from_long(made_up))
    >>> round(result.mean, 3), round(result.sd, 3), result.news
    (0.3, 0.141, None)
    """
    from scipy import stats

    revision = table.revisions(start=start, to=to)
    known = revision.notna().to_numpy()
    r, n = revision.to_numpy()[known], int(known.sum())
    if n < 2:
        raise CoverageError(
            Fault("too few revisions", got=str(n), expected="at least 2 periods with both releases")
        )
    mean, sd = float(r.mean()), float(r.std(ddof=1))
    t = mean / (sd / np.sqrt(n)) if sd > 0 else float("nan")
    notes: tuple[str, ...] = ()
    news = noise = None
    if n < _FEW:
        notes = (f"{n} revisions: news and noise are not estimated below {_FEW}",)
        warnings.warn(notes[0], SmallSampleWarning, stacklevel=2)
    else:
        early = table.release(start).to_numpy()[known]
        news, noise = _regression(r, early), _regression(r, early + r)
    pvalue = float(2 * stats.t.sf(abs(t), n - 1))
    return RevisionStatistics(n, mean, float(np.abs(r).mean()), sd, t, pvalue, news, noise, notes)


def _regression(y: Array, x: Array) -> RevisionRegression:
    from scipy import stats

    n, dx = len(y), x - x.mean()
    ssx = float(dx @ dx)
    if not ssx > 0:
        nan = float("nan")
        return RevisionRegression(nan, nan, nan, nan, nan, n, n - 2)
    slope = float(dx @ y) / ssx
    resid = y - y.mean() - slope * dx
    bse = float(np.sqrt(resid @ resid / (n - 2) / ssx))
    t = slope / bse if bse > 0 else float("nan")
    pvalue = float(2 * stats.t.sf(abs(t), n - 2))
    return RevisionRegression(float(y.mean() - slope * x.mean()), slope, bse, t, pvalue, n, n - 2)
