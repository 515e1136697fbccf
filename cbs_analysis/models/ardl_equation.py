"""The equation behind `fit_ardl`: its regressors, its estimates and their linear maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import periods_per_year
from .bounds import Case
from .design import require_rank
from .samples import require_sample

__all__ = ["MIN_DF", "Design", "Equation", "criteria", "read_design"]

Array = NDArray[np.float64]
Table: TypeAlias = pd.Series | pd.DataFrame
MIN_DF = 8  # residual degrees of freedom below which nothing is estimated


@dataclass(frozen=True)
class Design:
    """Figures of the model: y (T,), x (T, k), deterministic and fixed columns (T, .), and their names."""

    y: Array
    x: Array
    det: Array
    det_names: list[str]
    fixed: Array
    fixed_names: list[str]
    names: list[str]  # of y and of the regressors

    def matrix(self, order: Sequence[int], first: int) -> tuple[Array, list[str]]:
        """Regressors from row `first` on: deterministic, lags of y, lags of each regressor, fixed."""
        columns, names = [self.det[first:]], list(self.det_names)
        for i, (values, lowest) in enumerate([(self.y, 1), *((c, 0) for c in self.x.T)]):
            lags = range(lowest, order[i] + 1)
            columns += [values[first - j : len(values) - j, None] for j in lags]
            names += [f"{self.names[i]}.L{j}" for j in lags]
        return np.hstack([*columns, self.fixed[first:]]), names + self.fixed_names

    def size(self, order: Sequence[int]) -> int:
        """Number of coefficients."""
        return self.det.shape[1] + self.fixed.shape[1] + sum(order) + self.x.shape[1]


def criteria(ssr: float, n: int, size: int) -> dict[str, float]:
    """Information criteria of a Gaussian regression; the variance counts as a parameter."""
    k = size + 1
    minus2 = n * (np.log(2 * np.pi) + np.log(ssr / n) + 1)
    return {
        "aic": minus2 + 2 * k,
        "aicc": minus2 + 2 * k + (2 * k * (k + 1) / (n - k - 1) if n > k + 1 else np.inf),
        "bic": minus2 + k * np.log(n),
        "hq": minus2 + 2 * k * np.log(np.log(n)),
    }


def read_design(
    y: pd.Series,
    x: pd.Series | pd.DataFrame,
    case: Case,
    fixed: Table | None,
    seasonal: bool,
) -> tuple[Design, pd.PeriodIndex]:
    if case not in (1, 2, 3, 4, 5):
        raise ParameterError(Fault("the case is not known", got=str(case), expected="1, 2, 3, 4 or 5"))
    parts = {"y": _frame(y, "y"), "x": _frame(x, "x"), "fixed": _frame(fixed, "fixed")}
    names = [n for part in parts.values() for n in part.columns]
    if len(set(names)) != len(names):
        raise ParameterError(
            Fault("two variables have the same name", got=", ".join(names), expected="different names")
        )
    levels = {n: part[n] for key, part in parts.items() if key != "fixed" for n in part}
    sample = require_sample(levels, params=2, min_df=MIN_DF, what="an equation with lags")
    index = sample.index
    outside = parts["fixed"].reindex(index)
    if outside.isna().to_numpy().any():
        raise ModelRefused(
            Fault(
                "a fixed term lacks figures inside the sample",
                got=", ".join(outside.columns[outside.isna().any()]),
                expected=f"a figure in every period from {index[0]} to {index[-1]}",
                next_step="give 0 where a dummy is off",
                zh="固定项在样本期内缺数，虚拟变量不起作用的时期请填0。",
                code="gap",
            )
        )
    det = {"const": np.ones(len(index)), "trend": np.arange(1.0, len(index) + 1)}
    det_names = [[], ["const"], ["const", "trend"]][(case > 1) + (case > 3)]
    if seasonal:
        outside = outside.join(_seasons(index))
    frame = sample.to_numpy()
    columns = np.column_stack([np.empty((len(index), 0)), *(det[d] for d in det_names)])
    data = Design(
        y=frame[:, 0],
        x=frame[:, 1:],
        det=columns,
        det_names=det_names,
        fixed=outside.to_numpy(dtype=float),
        fixed_names=list(outside.columns),
        names=[str(n) for n in sample.columns],
    )
    return data, index


def _frame(values: Table | None, name: str) -> pd.DataFrame:
    if values is None:
        return pd.DataFrame()
    if isinstance(values, pd.Series):
        values = values.to_frame(name if values.name is None else str(values.name))
    return values.rename(columns=str)


def _seasons(index: pd.PeriodIndex) -> pd.DataFrame:
    per_year = periods_per_year(index)
    if per_year == 1:
        raise ParameterError(
            Fault("yearly series have no season", got="seasonal=True", next_step="leave it out")
        )
    season = index.quarter if per_year == 4 else index.month
    return pd.DataFrame({f"season {s}": (season == s) * 1.0 for s in range(2, per_year + 1)}, index=index)


class Equation:
    """Least squares of one ARDL order, and everything that is a function of its coefficients."""

    def __init__(self, data: Design, order: Sequence[int], first: int) -> None:
        from statsmodels.regression.linear_model import OLS

        self.data, self.order, self.first = data, tuple(order), first
        z, self.names = data.matrix(order, first)
        require_rank(z, "the equation")
        self.ols: Any = OLS(data.y[first:], z).fit()
        self.beta = np.asarray(self.ols.params)
        self.cov = np.asarray(self.ols.cov_params())
        self.nobs, self.df = len(z), len(z) - z.shape[1]
        self._sums = np.array([self._sum(i) for i in range(len(order))])  # of the lags of y and each x

    def _sum(self, i: int) -> Array:
        row = np.zeros(len(self.names))
        row[self._place(i, 0 if i else 1) : self._place(i, self.order[i]) + 1] = 1.0
        return row

    def _place(self, i: int, lag: int) -> int:
        before = len(self.data.det_names) + sum(self.order[:i]) + max(i - 1, 0)
        return before + (lag if i else lag - 1)

    @property
    def adjustment(self) -> float:
        """Error-correction coefficient: sum of the lags of y, minus 1."""
        return float(self._sums[0] @ self.beta - 1)

    def f_statistic(self, case: int) -> float:
        """F of no level relation; in cases 2 and 4 the constant or the trend belongs to it."""
        tied = {2: "const", 4: "trend"}.get(case)
        rows = list(self._sums)
        values = [self.adjustment, *(self._sums[1:] @ self.beta)]
        if tied:
            at = self.names.index(tied)
            rows.append(np.eye(len(self.names))[at])
            values.append(self.beta[at])
        r, v = np.array(rows), np.array(values)
        return float(v @ np.linalg.solve(r @ self.cov @ r.T, v) / len(v))

    def fx_statistic(self) -> float:
        """F of no level of a regressor, whatever the adjustment."""
        r = self._sums[1:]
        v = r @ self.beta
        return float(v @ np.linalg.solve(r @ self.cov @ r.T, v) / len(v))

    def t_statistic(self) -> float:
        """t ratio of the error-correction coefficient."""
        return self.adjustment / float(np.sqrt(self._sums[0] @ self.cov @ self._sums[0]))

    def multiplier(self, row: Array) -> tuple[float, float]:
        """Long-run value of a linear combination of coefficients, and its delta-method standard error."""
        a = self.adjustment
        value = -float(row @ self.beta) / a
        gradient = -row / a - value / a * self._sums[0]
        return value, float(np.sqrt(gradient @ self.cov @ gradient))

    def fieller(self, i: int, alpha: float) -> str:
        """Interval of a long-run effect that holds whatever the adjustment: it may be unbounded."""
        q = float(stats.t.ppf(1 - alpha / 2, self.df)) ** 2
        x, y = self._sums[i], self._sums[0]
        num, a = float(x @ self.beta), -self.adjustment
        vxx, vxy, vyy = x @ self.cov @ x, -(x @ self.cov @ y), y @ self.cov @ y
        c2, c1, c0 = a**2 - q * vyy, -2 * (num * a - q * vxy), num**2 - q * vxx
        root = c1**2 - 4 * c2 * c0
        if c2 <= 0 or root < 0:
            return "unbounded: the adjustment is not told from zero"
        low, high = sorted((-c1 + s * np.sqrt(root)) / (2 * c2) for s in (-1, 1))
        return f"{low:.4g} to {high:.4g}"

    def levels(self) -> pd.DataFrame:
        """The equation as estimated."""
        return pd.DataFrame(
            {"estimate": self.beta, "se": np.asarray(self.ols.bse), "p": np.asarray(self.ols.pvalues)},
            index=self.names,
        )

    def long_run(self) -> pd.DataFrame:
        """Long-run values of deterministic terms and regressors."""
        eye = np.eye(len(self.names))
        rows = {name: eye[i] for i, name in enumerate(self.data.det_names)}
        rows |= dict(zip(self.data.names[1:], self._sums[1:], strict=True))
        table = pd.DataFrame(
            [self.multiplier(row) for row in rows.values()], index=list(rows), columns=["estimate", "se"]
        )
        table["t"] = table["estimate"] / table["se"]
        table["p"] = 2 * stats.t.sf(table["t"].abs(), self.df)
        return table

    def uecm(self) -> pd.DataFrame:
        """Error-correction form: deterministic terms, levels, changes, fixed terms.

        The level of a regressor of order 0 is that of the same period (`x.L0`).
        """
        eye = np.eye(len(self.names))
        first_fixed = len(self.names) - len(self.data.fixed_names)
        rows = {n: eye[i] for i, n in enumerate(self.names[: len(self.data.det_names)])}
        for i, name in enumerate(self.data.names):
            rows[f"{name}.L{min(self.order[i], 1)}"] = self._sums[i]
        for i, name in enumerate(self.data.names):
            for j in range(0 if i else 1, self.order[i]):
                row = np.zeros(len(self.names))
                row[self._place(i, j + 1) : self._place(i, self.order[i]) + 1] = -1.0
                # present changes of x carry its present coefficient: the sum of all less those behind
                rows[f"D.{name}.L{j}"] = row + self._sums[i] if i and j == 0 else row
        rows |= {n: eye[first_fixed + i] for i, n in enumerate(self.data.fixed_names)}
        m = np.array(list(rows.values()))
        table = pd.DataFrame(
            {"estimate": m @ self.beta, "se": np.sqrt(np.einsum("ij,jk,ik->i", m, self.cov, m))},
            index=list(rows),
        )
        table.loc[f"{self.data.names[0]}.L1", "estimate"] -= 1.0
        table["t"] = table["estimate"] / table["se"]
        return table

    def estimates(self) -> tuple[pd.Series, pd.Series, pd.Series]:
        """Long-run effects, error correction and short-run coefficients: estimates, errors, p values."""
        long, form = self.long_run().loc[self.data.names[1:]], self.uecm()
        before = self.data.det.shape[1] + len(self.order)
        short = form.iloc[before : len(form) - len(self.data.fixed_names)]
        ec = form.loc[[f"{self.data.names[0]}.L1"]].rename(index=lambda _: "error correction")
        table = pd.concat([long, ec, short])[["estimate", "se", "t", "p"]]
        p = pd.Series(2 * stats.t.sf(table["t"].abs(), self.df), table.index)
        p["error correction"] = np.nan
        return table["estimate"], table["se"], p

    def criteria(self) -> pd.Series:
        """Information criteria of the equation in levels."""
        return pd.Series(criteria(float(self.ols.ssr), self.nobs, len(self.names)))

    def diagnostics(self, lags: int) -> dict[str, float | str]:
        """Autocorrelation, heteroskedasticity, functional form: p values of F tests."""
        from statsmodels.stats.diagnostic import acorr_breusch_godfrey, het_breuschpagan

        found: dict[str, float | str] = {}
        if self.df > lags + 1:
            godfrey = acorr_breusch_godfrey(self.ols, nlags=lags, result_object=True)
            found[f"Breusch-Godfrey, {lags} lags, p"] = float(godfrey.fpval)
        if "const" in self.names:
            found["Breusch-Pagan, p"] = float(het_breuschpagan(self.ols.resid, self.ols.model.exog)[3])
        return found
