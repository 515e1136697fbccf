"""Temporal disaggregation: years to quarters or months, quarters to months, adding up to the figures given.

Whatever comes out is an estimate, never an observation: the result says so for each period. Denton-Cholette
moves like the indicator; Chow-Lin, Fernandez and Litterman follow it only as far as both are related.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any, Generic, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import CbsError, CoverageError, Fault, ParameterError, SeriesError, SmallSampleWarning, refusal
from .disaggregation_algebra import RHO_MOST, autoregressive, gls, integrated, search_rho, smoothest
from .frequency import Table, named, places, require_consecutive, require_periods, to_array

__all__ = ["Disaggregation", "disaggregate"]

Array = NDArray[np.float64]
How = Literal["sum", "mean", "first", "last"]
Method = Literal["denton-cholette", "chow-lin", "fernandez", "litterman"]
_PER_YEAR = {"Q": 4, "M": 12}
_FEW_DF = 8


@dataclass(frozen=True)
class Disaggregation(Generic[Table]):
    """A disaggregated series and how it was made.

    Attributes
    ----------
    values : Series or DataFrame
        Figures at the higher frequency, in the unit of the input.
    status : Series of str
        For each period "estimated"; "anchor" where the figure is the given one (`how` "first" or "last");
        "extrapolated" before the first and after the last figure given.
    method, how : str
        As asked for; `detail` says the variant.
    rho : float
        Autocorrelation of the error at the higher frequency; NaN for Denton.
    params, bse : Series
        Coefficients and their standard errors given rho; empty for Denton.
    loglik : float
        Gaussian log-likelihood of the low-frequency regression; NaN for Denton.
    nobs, df_resid : int
        Periods given, and those less the coefficients.
    residual : float
        Largest distance between what the figures add up to and the figures given: rounding error.
    warnings : tuple of str
    """

    values: Table
    status: pd.Series
    method: str
    how: str
    detail: str
    nobs: int
    df_resid: int
    residual: float
    rho: float = float("nan")
    params: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    bse: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    loglik: float = float("nan")
    warnings: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """The figures with the status of each period."""
        values = self.values
        wide = values if isinstance(values, pd.DataFrame) else values.to_frame(values.name or "value")
        return wide.assign(status=self.status)

    def __str__(self) -> str:
        counts = self.status.value_counts(sort=False)
        lines: list[str] = [
            f"{self.method} ({self.detail}), {self.how} of the periods, n = {self.nobs}",
            f"periods: {', '.join(f'{n} {name}' for name, n in counts.items())}; not observations",
            f"largest adding-up residual {self.residual:.1e}",
        ]
        if len(self.params):
            lines.append(f"rho {self.rho:.4f}, log-likelihood {self.loglik:.4f}, df {self.df_resid}")
            lines += [f"  {name}: {b:.6g} ({self.bse[name]:.3g})" for name, b in self.params.items()]
        return "\n".join([*lines, *(f"warning: {w}" for w in self.warnings)])


def disaggregate(
    low: Table,
    *,
    to: Literal["Q", "M"],
    how: How = "sum",
    method: Method = "denton-cholette",
    indicator: pd.Series | pd.DataFrame | None = None,
    criterion: Literal["proportional", "additive"] = "proportional",
    differences: Literal[1, 2] = 1,
    constant: bool = True,
    rho: float | None = None,
    objective: Literal["maxlog", "minrss"] = "maxlog",
    rho_least: float = 0.0,
) -> Disaggregation[Table]:
    """Figures of a higher frequency that agree with those of a lower one.

    Parameters
    ----------
    low : Series or DataFrame
        Yearly or quarterly figures without gaps; a DataFrame (columns = series) for Denton only. Leading
        and trailing rows that are all missing are left out.
    to : {"Q", "M"}
        Frequency wanted.
    how : {"sum", "mean", "first", "last"}
        What a figure of `low` is of its quarters or months: flows add up, rates and indices are means,
        stocks are the last (or first).
    method : {"denton-cholette", "chow-lin", "fernandez", "litterman"}
    indicator : Series or DataFrame, optional
        Related series of frequency `to`, without gaps, covering all of `low`. Where it reaches further, the
        result is extrapolated. For Denton one series for all columns of `low`, or a DataFrame with the same
        columns; for the others one or more regressors. Without it: a constant, and the result is smooth.
    criterion, differences
        For Denton: keep the ratio to the indicator, or the difference, as even as possible, in first or
        second differences.
    constant : bool
        For the others: add a constant to the indicators.
    rho : float, optional
        For Chow-Lin and Litterman: fix it, in (-1, 1), instead of estimating it.
    objective : {"maxlog", "minrss"}
        What rho optimises: greatest likelihood, or smallest generalised sum of squares of the AR(1)
        correlation matrix as in Ecotrim (Chow-Lin) or of the covariance matrix (Litterman).
    rho_least : float
        Lower bound of the estimate, above -1: negative values make jagged series.

    Returns
    -------
    Disaggregation

    Raises
    ------
    PeriodError
        If a frequency does not fit.
    CoverageError
        If figures are missing inside `low` or in the indicator, the indicator does not cover `low`, columns
        differ, or there are not more figures than coefficients.
    SeriesError
        If a figure is infinite, a proportional indicator is not positive, or the indicators are collinear.
    ParameterError
        If an option is unknown or does not go with the method.

    Warns
    -----
    SmallSampleWarning
        If a regression has fewer than 8 degrees of freedom.

    Notes
    -----
    All methods are ``y = X b + Q B' (B Q B')^-1 (y_low - B X b)`` with B the aggregation, b the generalised
    least-squares estimate and Q the covariance of the error (Chow & Lin 1971): AR(1) for Chow-Lin, random
    walk for Fernandez (1981), random walk with AR(1) steps for Litterman (1983), random walk with unknown
    start for Denton as modified by Cholette (1984; Dagum & Cholette 2006). Definitions, defaults and
    extrapolation are those of the R package tempdisagg (Sax & Steiner, R Journal 5, 2013), with rho
    searched over the whole range. Standard errors take rho as known and are too small in short samples.

    Examples
    --------
    >>> years = pd.Series([100.0, 110.0], pd.period_range("2020", periods=2, freq="Y"))  # made up
    >>> disaggregate(years, to="Q").values.round(2).tolist()
    [24.43, 24.66, 25.11, 25.8, 26.7, 27.39, 27.84, 28.07]
    """
    _check_options(
        method=(method, ("denton-cholette", "chow-lin", "fernandez", "litterman")),
        how=(how, ("sum", "mean", "first", "last")),
        to=(to, tuple(_PER_YEAR)),
        criterion=(criterion, ("proportional", "additive")),
        differences=(differences, (1, 2)),
        objective=(objective, ("maxlog", "minrss")),
    )
    grid, y, x = _grid(low, to, how, indicator)
    if method == "denton-cholette":
        if rho is not None:
            raise ParameterError(Fault("Denton has no rho", got=str(rho), expected="None"))
        return _denton(grid, y, x, criterion, differences)
    return _regression(grid, y, x, method, constant, rho, objective, rho_least)


def _check_options(**options: tuple[Any, tuple[Any, ...]]) -> None:
    faults = [
        Fault(f"`{name}` is not known", got=str(got), expected=" or ".join(map(str, known)))
        for name, (got, known) in options.items()
        if got not in known
    ]
    if faults:
        raise ParameterError(faults)


@dataclass(frozen=True)
class _Grid(Generic[Table]):
    """Both time axes: `weights` (low, high) is the aggregation."""

    low: Table
    index: pd.PeriodIndex
    weights: Array
    how: str
    indicator: Any

    def status(self) -> pd.Series:
        used = np.flatnonzero(self.weights.any(axis=0))
        status = np.full(len(self.index), "extrapolated", dtype=object)
        status[used[0] : used[-1] + 1] = "estimated"
        if self.how in ("first", "last"):
            status[used] = "anchor"
        return pd.Series(status, self.index, name="status")

    def result(self, values: Array, given: Array, **how_made: Any) -> Disaggregation[Table]:
        off = float(np.abs(self.weights @ values - given).max(initial=0.0))
        if isinstance(self.low, pd.Series):
            made: Any = pd.Series(values[:, 0], self.index, name=self.low.name)
        else:
            made = pd.DataFrame(values, self.index, self.low.columns, copy=False)
        return Disaggregation(made, self.status(), how=self.how, nobs=len(given), residual=off, **how_made)


def _grid(low: Table, to: str, how: str, indicator: Any) -> tuple[_Grid[Table], Array, Array | None]:
    """Both axes, the low figures (low, series) and the indicator (high, series)."""
    per_low = require_periods(low, freq="Y" if to == "Q" else "YQ")
    y = to_array(low, what="low")
    y = y[:, None] if y.ndim == 1 else y
    known = np.flatnonzero(~np.isnan(y).all(axis=1))
    if not len(known):
        raise CoverageError(Fault("no figures to disaggregate", expected="at least one period"))
    low, y = low.iloc[known[0] : known[-1] + 1], y[known[0] : known[-1] + 1]
    require_consecutive(low.index, what="periods are missing inside `low`")
    faults: list[tuple[type[CbsError], Fault]] = []
    if np.isnan(y).any():
        missing = places(low, np.isnan(y) if low.ndim == 2 else np.isnan(y[:, 0]))
        faults.append((CoverageError, Fault("figures are missing inside `low`", where=missing)))
    first, last = low.index[0].asfreq(to, how="start"), low.index[-1].asfreq(to, how="end")
    index = pd.period_range(first, last, freq=to)
    x = None
    if indicator is not None:
        require_periods(indicator, freq=to)
        require_consecutive(indicator.index, what="periods are missing inside the indicator")
        x = to_array(indicator, what="indicator")
        if np.isnan(x).any():
            faults.append(
                (
                    CoverageError,
                    Fault("figures are missing in the indicator", where=places(indicator, np.isnan(x))),
                )
            )
        if absent := index.difference(indicator.index).tolist():
            faults.append((CoverageError, Fault("the indicator does not cover `low`", where=named(absent))))
        x, index = x[:, None] if x.ndim == 1 else x, indicator.index
    if faults:
        raise refusal(faults)
    size = _PER_YEAR[to] // per_low
    cell = {"sum": np.ones(size), "mean": np.full(size, 1 / size)}.get(how)
    if cell is None:
        cell = np.eye(size)[0 if how == "first" else -1]
    weights = np.zeros((len(y), len(index)))
    start = first.ordinal - index[0].ordinal
    weights[:, start : start + len(y) * size] = np.kron(np.eye(len(y)), cell)
    return _Grid(low, index, weights, how, indicator), y, x


def _denton(
    grid: _Grid[Table], y: Array, x: Array | None, criterion: str, differences: int
) -> Disaggregation[Table]:
    """Denton-Cholette: a random walk, unknown at the start, beside the indicator or of the ratio to it."""
    n = len(grid.index)
    x = np.ones((n, 1)) if x is None else x
    faults: list[tuple[type[CbsError], Fault]] = []
    own = x.shape[1] > 1
    if own and not (grid.low.ndim == 2 and grid.indicator.columns.equals(grid.low.columns)):
        faults.append(
            (
                CoverageError,
                Fault(
                    "indicators have other columns than `low`",
                    expected="one indicator, or the columns of `low`",
                ),
            )
        )
    if criterion == "proportional" and (x <= 0).any():
        where = places(grid.indicator, to_array(grid.indicator) <= 0)
        fault = Fault(
            "a proportional indicator must be positive", where=where, next_step='criterion="additive"'
        )
        faults.append((SeriesError, fault))
    if len(y) < differences:
        faults.append((CoverageError, Fault("too few figures", got=str(len(y)), expected=str(differences))))
    if faults:
        raise refusal(faults)
    trend = np.linalg.qr(np.vander(np.arange(n) / n, differences))[0]  # what the differences do not see
    root = np.linalg.pinv(np.diff(np.eye(n), n=differences, axis=0))
    q = root @ root.T
    if criterion == "additive":
        values = x + smoothest(grid.weights, q, trend) @ (y - grid.weights @ x)
    elif not own:
        values = x * (smoothest(grid.weights * x.T, q, trend) @ y)
    else:
        values = np.empty_like(x)
        size = max(1, 2_000_000 // (n * len(y)))  # columns at a time: some 16 MB
        for part in (slice(c, c + size) for c in range(0, x.shape[1], size)):
            ratios = x[:, part].T[:, None, :] / x[:, part].mean(axis=0)[:, None, None]
            paths = smoothest(grid.weights * ratios, q, trend) @ y[:, part].T[:, :, None]
            values[:, part] = (ratios[:, 0] * paths[:, :, 0]).T
    detail = f"{criterion}, {'first' if differences == 1 else 'second'} differences"
    return grid.result(values, y, method="denton-cholette", detail=detail, df_resid=len(y))


def _regression(
    grid: _Grid[Table],
    y: Array,
    x: Array | None,
    method: str,
    constant: bool,
    rho: float | None,
    objective: str,
    rho_least: float,
) -> Disaggregation[Table]:
    """Chow-Lin, Fernandez and Litterman."""
    n, ones = len(grid.index), ["constant"] if constant else []
    indicator = grid.indicator
    names = [] if x is None else ["indicator"] if indicator.ndim == 1 else list(indicator.columns)
    x = np.column_stack([np.ones((n, len(ones))), np.empty((n, 0)) if x is None else x])
    _check_regression(grid, y, x, method, rho, rho_least)
    scale = np.abs(x).max(axis=0)  # so that collinearity does not depend on units
    if np.linalg.matrix_rank(grid.weights @ (x / scale)) < x.shape[1]:
        raise SeriesError(
            Fault("indicators are collinear", got=named(ones + names), next_step="leave one out")
        )
    covariance = autoregressive if method == "chow-lin" else integrated
    notes = []

    def loss(r: float) -> float:
        fit = gls(y[:, 0], x, grid.weights, covariance(n, r))
        if objective == "maxlog":
            return -fit.loglik
        # Ecotrim takes the correlation of the AR(1), not its covariance
        return fit.rss / (1 - r**2) if method == "chow-lin" else fit.rss

    if method == "fernandez":
        detail, rho = "random walk", 0.0
    elif rho is not None:
        detail = "rho fixed"
    else:
        rho, detail = search_rho(loss, rho_least), f"rho by {objective}"
        if rho == rho_least:
            detail += f", at its lower bound {rho_least:g}"
        elif rho == RHO_MOST:
            notes.append("rho is at its upper bound: the error has a unit root, Fernandez fits better")
    fit = gls(y[:, 0], x, grid.weights, covariance(n, rho))
    if (df := len(y) - x.shape[1]) < _FEW_DF:
        notes.append(f"{df} degrees of freedom: rho and the coefficients are barely known")
        warnings.warn(f"{method}: {notes[-1]}", SmallSampleWarning, stacklevel=3)
    values = x @ fit.b
    for _ in range(2):  # the second time for adding-up to the last digits
        values = values + fit.spread @ (y[:, 0] - grid.weights @ values)
    return grid.result(
        values[:, None],
        y,
        method=method,
        detail=detail,
        df_resid=df,
        rho=rho,
        params=pd.Series(fit.b, ones + names),
        bse=pd.Series(fit.bse, ones + names),
        loglik=fit.loglik,
        warnings=tuple(notes),
    )


def _check_regression(
    grid: _Grid[Any], y: Array, x: Array, method: str, rho: float | None, rho_least: float
) -> None:
    faults: list[tuple[type[CbsError], Fault]] = []
    if grid.low.ndim == 2:
        fault = Fault(
            f"{method} takes one series", got=f"{y.shape[1]} columns", next_step="call it for each column"
        )
        faults.append((ParameterError, fault))
    if method == "fernandez" and rho is not None:
        faults.append((ParameterError, Fault("Fernandez has no rho", got=str(rho), expected="None")))
    if not (-1 < rho_least < RHO_MOST and (rho is None or -1 < rho < 1)):
        fault = Fault("rho lies outside (-1, 1)", got=f"rho={rho}, rho_least={rho_least}")
        faults.append((ParameterError, fault))
    if not x.shape[1]:
        faults.append(
            (ParameterError, Fault("no constant and no indicator", expected="at least one of them"))
        )
    elif len(y) <= x.shape[1]:
        got = f"{len(y)} figures for {x.shape[1]} coefficients"
        faults.append(
            (CoverageError, Fault("too few figures", got=got, next_step='use method="denton-cholette"'))
        )
    if faults:
        raise refusal(faults)
