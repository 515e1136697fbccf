"""The sample and the estimates behind `fit_var`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import Fault, ModelRefused, ParameterError
from . import var_numbers as numbers
from .design import require_rank
from .samples import require_sample

__all__ = ["MIN_DF", "Model", "granger", "order_table", "read_sample", "require_length"]

Array = NDArray[np.float64]
MIN_DF = 8


class Model:
    """One order and prior: coefficients `beta`, covariance `sigma`, and draws of both."""

    def __init__(self, x: Array, terms: Array, lags: int, tightness: float | None) -> None:
        self.x, self.terms, self.lags, self.tightness = x, terms[lags:], lags, tightness
        self.y, self.z = x[lags:], np.hstack([terms[lags:], numbers.lagged(x, lags)])
        self.nobs, self.n = self.y.shape
        require_rank(self.z, "the vector autoregression")
        self.df = self.nobs - self.z.shape[1]
        self.ols = numbers.least_squares(self.y, self.z)
        if tightness is None:
            self.beta, resid, self.inverse = self.ols
            self.sigma = resid.T @ resid / self.df
        else:
            y, z = numbers.minnesota(x, lags, tightness)
            z = np.hstack([np.zeros((len(z), self.terms.shape[1])), z])
            self.beta, resid, self.inverse = numbers.least_squares(
                np.vstack([self.y, y]), np.vstack([self.z, z])
            )
            self.scatter = resid.T @ resid
            # the dummies of the covariance count n observations, the improper prior takes the rest
            self.prior_df = self.nobs + self.n + 2 - self.terms.shape[1]
            self.sigma = self.scatter / (self.prior_df - self.n - 1)
        self.coefs = numbers.slopes(self.beta, self.n, lags)
        self.root = float(numbers.largest_root(self.coefs))
        self.bse = np.sqrt(np.outer(np.diag(self.inverse), np.diag(self.sigma)))

    def responses(self, horizon: int, kind: numbers.Kind) -> Array:
        """Responses at the point estimates: (h + 1, n, n)."""
        return numbers.responses(self.coefs, self.sigma, horizon, kind)

    def draw(self, draws: int, rng: np.random.Generator) -> tuple[Array, Array, float]:
        """Lag matrices and covariances of each draw, and the largest bias removed from a coefficient."""
        bias = 0.0
        if self.tightness is None:
            beta, sigma, moved = numbers.bootstrap(self.x, self.terms, self.lags, draws, rng)
            bias = float(np.abs(moved[self.terms.shape[1] :]).max())
        else:
            beta, sigma = numbers.posterior(self.beta, self.scatter, self.inverse, self.prior_df, draws, rng)
        return numbers.slopes(beta, self.n, self.lags), sigma, bias

    def coefficient_names(self, names: Sequence[str], terms: Sequence[str]) -> list[str]:
        """Names of `beta` read by column: one equation after the other."""
        rows = [*terms, *(f"L{j}.{n}" for j in range(1, self.lags + 1) for n in names)]
        return [f"{effect}: {row}" for effect in names for row in rows]


def read_sample(
    columns: Mapping[str, pd.Series], fixed: pd.Series | pd.DataFrame | None, trend: Literal["n", "c", "ct"]
) -> tuple[pd.DataFrame, Array, list[str]]:
    """Variables on their common periods, the terms outside the lags (T, d), and their names."""
    sample = require_sample(columns, params=2, what="a vector autoregression")
    index = sample.index
    terms = pd.DataFrame({"const": 1.0, "trend": np.arange(1.0, len(index) + 1)}, index=index)
    terms = terms.iloc[:, : {"n": 0, "c": 1, "ct": 2}[trend]]
    if fixed is not None:
        outside = fixed.to_frame() if isinstance(fixed, pd.Series) else fixed
        terms = terms.join(outside.rename(columns=str))
        absent = list(terms.columns[terms.isna().any()])
        if absent:
            raise ModelRefused(
                Fault(
                    "a fixed term lacks figures inside the sample",
                    got=", ".join(absent),
                    expected=f"a figure in every period from {index[0]} to {index[-1]}",
                    next_step="give 0 where a dummy is off",
                    zh="固定项在样本期内缺数，虚拟变量不起作用的时期请填0。",
                    code="gap",
                )
            )
    return sample, terms.to_numpy(dtype=float), list(terms.columns)


def order_table(x: Array, terms: Array, most: int) -> pd.DataFrame:
    """Information criteria of each order on the sample that all share; the covariance as by likelihood.

    `aic`, `bic`, `hqic` per observation, `fpe` as a determinant.
    """
    rows, n = {}, x.shape[1]
    for p in range(most + 1):
        past = numbers.lagged(x, p)[most - p :] if p else np.empty((len(x) - most, 0))
        z = np.hstack([terms[most:], past])
        nobs, size = len(z), z.shape[1]
        resid = x[most:] - z @ np.linalg.lstsq(z, x[most:], rcond=None)[0] if size else x[most:]
        logdet = float(np.linalg.slogdet(resid.T @ resid / nobs)[1])
        free = n * size
        rows[p] = {
            "aic": logdet + 2 * free / nobs,
            "bic": logdet + np.log(nobs) * free / nobs,
            "fpe": float(((nobs + size) / (nobs - size)) ** n * np.exp(logdet)),
            "hqic": logdet + 2 * np.log(np.log(nobs)) * free / nobs,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("lags")


def granger(
    ols: tuple[Array, Array, Array],
    names: Sequence[str],
    lags: int,
    causes: Sequence[str],
    effects: Sequence[str],
) -> dict[str, float]:
    """Wald F test that no lag of `causes` stands in the equations of `effects`."""
    unknown = [n for n in (*causes, *effects) if n not in names]
    if unknown or set(causes) & set(effects) or not causes or not effects:
        raise ParameterError(
            Fault(
                "causes and effects are not usable",
                got=f"{', '.join(causes)} -> {', '.join(effects)}",
                expected=f"different ones of {', '.join(names)}",
            )
        )
    beta, resid, inverse = ols
    n, first = len(names), len(beta) - len(names) * lags
    rows = [first + n * j + names.index(c) for j in range(lags) for c in causes]
    columns = [names.index(e) for e in effects]
    df = len(resid) - len(beta)
    sigma = (resid.T @ resid / df)[np.ix_(columns, columns)]
    b = beta[np.ix_(rows, columns)]
    wald = np.trace(np.linalg.solve(sigma, b.T @ np.linalg.solve(inverse[np.ix_(rows, rows)], b)))
    f, df2 = float(wald) / b.size, n * df
    return {"F": f, "df1": b.size, "df2": df2, "p": float(stats.f.sf(f, b.size, df2))}


def require_length(periods: int, n: int, lags: int, terms: int, prior: Any) -> None:
    """Refuse what the sample does not carry, with all reasons."""
    df = periods - lags - terms - n * lags
    faults = []
    if (n > 3 and periods < 40) or (n > 2 and periods < 30 and prior is None):
        faults.append(
            Fault(
                "too many variables for so short a sample",
                got=f"{n} variables, {periods} periods" + ("" if prior else ", no prior"),
                expected="at most 3 below 40 periods, without prior at most 2 below 30",
                next_step='leave variables out, or use prior="minnesota"',
                zh=f"样本只有{periods}期，{n}个变量过多：不足40期最多3个，不用先验且不足30期最多2个。",
                code="short_sample",
            )
        )
    if df < MIN_DF:
        faults.append(
            Fault(
                "too few observations for the vector autoregression",
                got=f"{periods} periods, {lags} lags, {df} degrees of freedom an equation",
                expected=f"{MIN_DF} or more",
                next_step="use fewer lags or variables",
                zh=f"样本{periods}期、滞后{lags}期，每个方程自由度只有{df}，至少需要{MIN_DF}。",
                code="short_sample",
            )
        )
    if faults:
        raise ModelRefused(faults)
