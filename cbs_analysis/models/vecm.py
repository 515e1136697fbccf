"""How fast do series return to their long-run relation? The vector error-correction model."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import periods_per_year
from .johansen import Deterministic, JohansenResult, fit_johansen
from .results import Results, sample_words
from .samples import require_sample
from .wording import figure

__all__ = ["VecmResult", "fit_vecm"]


@dataclass(frozen=True, kw_only=True)
class VecmResult(Results):
    """Long-run relations, adjustment to them and short-run dynamics, by maximum likelihood.

    `params` holds the free coefficients of the relations (`relation 1: x`), then the adjustments
    (`x to relation 1`).

    Attributes
    ----------
    beta, beta_se : pandas.DataFrame
        Relations in columns, the identity on the first variables; errors of the free coefficients.
    adjustment, adjustment_se : pandas.DataFrame
        Rows variables, columns relations.
    short_run : pandas.DataFrame
        Coefficients of lagged changes: rows effects, columns `D.x.L1`.
    sigma : pandas.DataFrame
        Covariance of the errors by maximum likelihood.
    rank, lags : int
        Relations, and the order of the vector autoregression in levels.
    evidence : JohansenResult
        The rank test with the same terms.
    """

    names: tuple[str, ...]
    beta: pd.DataFrame
    beta_se: pd.DataFrame
    adjustment: pd.DataFrame
    adjustment_se: pd.DataFrame
    short_run: pd.DataFrame
    sigma: pd.DataFrame
    rank: int
    lags: int
    rank_test: JohansenResult
    unit: str

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        label = "relation 1"
        # what a move of n does to the gap depends on its sign in the relation
        closed = {n: -100 * self.beta.at[n, label] * self.adjustment.at[n, label] for n in self.names}
        moves = [n for n in self.names if self.pvalues[f"{n} to {label}"] < self.alpha]
        relation = _relation(self.beta[label])
        if lang == "zh":
            unit = {"Y": "年", "Q": "季", "M": "月"}[self.unit]
            head = f"长期关系为{relation}"
            if not moves:
                least = figure(float(self.diagnostics["minimum detectable adjustment"]))
                return (
                    f"{head}；未发现任何变量向它调整"
                    f"（可检出的最小调整速度约为每{unit}{least}；样本{self.nobs}期）。"
                )
            parts = "、".join(
                f"由{n}{'收回' if closed[n] > 0 else '扩大'}约{figure(abs(closed[n]))}%" for n in moves
            )
            return f"{head}；偏离均衡的部分每{unit}{parts}。"
        unit = {"Y": "year", "Q": "quarter", "M": "month"}[self.unit]
        head = f"The long-run relation is {relation}"
        if not moves:
            least = figure(float(self.diagnostics["minimum detectable adjustment"]))
            return (
                f"{head}; no variable was found to adjust to it (minimum detectable speed about {least} a "
                f"{unit}; {self.nobs} observations)."
            )
        parts = ", ".join(
            f"{n} {'closes' if closed[n] > 0 else 'widens'} about {figure(abs(closed[n]))} %" for n in moves
        )
        return f"{head}; of a gap, in a {unit}, {parts}."


def _relation(column: pd.Series) -> str:
    first, *others = column.index
    text = " ".join(
        f"{'-' if column[n] > 0 else '+'} {figure(abs(column[n]))}" + ("" if n == "const" else f" {n}")
        for n in others
        if column[n] != 0
    )
    return f"{first} = {text.removeprefix('+ ')}"


def fit_vecm(
    frame: pd.DataFrame | Mapping[str, pd.Series],
    *,
    lags: int = 2,
    rank: int | None = None,
    deterministic: Deterministic = "ci",
    seasonal: bool = False,
    alpha: float = 0.1,
) -> VecmResult:
    """Estimate long-run relations and the adjustment of each variable to them.

    Parameters
    ----------
    frame : pandas.DataFrame
        Levels or logs, one column a variable, consecutive periods; at least 30. The relations are normalised
        on the first variables.
    lags : int
        Order of the vector autoregression in levels: lags - 1 lagged changes.
    rank : int, optional
        Relations; default by the trace test, which then must support one.
    deterministic : {"n", "ci", "co", "coli", "colo"}
        As in `fit_johansen`.
    seasonal : bool
        Centred dummies of quarters or months.
    alpha : float
        1 - coverage of intervals, and size in the finding.

    Returns
    -------
    VecmResult

    Raises
    ------
    ModelRefused
        `short_sample`; `levels_without_evidence` where `rank` is not given and no relation is supported;
        `gap`, `constant`, `collinear`, `no_overlap`, `frequency`, `not_converged`.

    Notes
    -----
    ``dx_t = A B' x_{t-1} + lagged changes + errors``, maximum likelihood given the rank. The errors of B and
    A are those of long samples.

    References
    ----------
    Johansen, S. (1995), Likelihood-based inference in cointegrated vector autoregressive models, Oxford.
    Lütkepohl, H. (2005), New introduction to multiple time series analysis, Springer, chapter 7.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> walk = rng.standard_normal(80).cumsum()
    >>> frame = pd.DataFrame({"a": walk + rng.standard_normal(80), "b": walk})
    >>> frame.index = pd.period_range("2000Q1", periods=80, freq="Q")
    >>> round(float(fit_vecm(frame).beta.loc["b", "relation 1"]), 1)
    -1.0
    """
    names = [str(c) for c in frame]
    columns = {n: frame[c] for n, c in zip(names, frame, strict=True)}
    sample = require_sample(columns, params=2, what="a vector error-correction model")
    if len(sample) < 30:
        raise ModelRefused(
            Fault(
                "the sample does not carry a vector error-correction model",
                got=f"{len(sample)} periods",
                expected="30 or more",
                next_step="use fit_ardl: one equation and the bounds test",
                zh=f"样本只有{len(sample)}期，不足30期，不宜估计向量误差修正模型，可改用单方程的边界检验。",
                code="short_sample",
            )
        )
    test = fit_johansen(sample, lags=lags, deterministic=deterministic, seasonal=seasonal)
    used = _rank(rank, test, len(names))
    found, notes = _estimate(sample, lags, used, deterministic, seasonal)
    inside = {"ci": ["const"], "coli": ["trend"]}.get(deterministic, [])
    labels = [f"relation {i + 1}" for i in range(used)]
    rows = [*names, *inside]
    beta = pd.DataFrame(np.vstack([found.beta, _inside(found, "coef")]), rows, labels)
    beta_se = pd.DataFrame(np.vstack([found.stderr_beta, _inside(found, "se")]), rows, labels)
    speed = pd.DataFrame(found.alpha, names, labels)
    speed_se = pd.DataFrame(found.stderr_alpha, names, labels)
    nobs = len(sample) - lags
    per_equation = found.alpha.shape[1] + found.gamma.shape[1] + found.det_coef.shape[1]
    params, bse = _flat(beta, beta_se, speed, speed_se, used)
    worst = float(speed_se["relation 1"].max())
    return VecmResult(
        params=params,
        bse=bse,
        pvalues=2 * pd.Series(stats.norm.sf((params / bse).abs()), params.index),
        nobs=nobs,
        df_resid=nobs - per_equation,
        method=f"VECM of rank {used}, VAR({lags}) in levels, maximum likelihood, terms {deterministic}"
        + (", centred seasonal dummies" if seasonal else ""),
        interval_method="errors of long samples, Student's t with the degrees of freedom of an equation",
        sample=sample_words(sample.index[lags:]),
        alpha=alpha,
        assumptions=(
            f"{used} long-run relation{'s' if used > 1 else ''}, stable over the sample",
            "variables are I(1); errors without autocorrelation",
        ),
        warnings=(*notes, *(() if test.cointegrated else (f"the rank was given; {test.evidence}",))),
        diagnostics={
            "minimum detectable adjustment": float(stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(0.8))
            * worst,
            "log-likelihood": float(found.llf),
        },
        sensitivity=_sensitivity(sample, lags, used, deterministic, seasonal),
        names=tuple(names),
        beta=beta,
        beta_se=beta_se,
        adjustment=speed,
        adjustment_se=speed_se,
        short_run=pd.DataFrame(found.gamma, names, [f"D.{n}.L{j}" for j in range(1, lags) for n in names]),
        sigma=pd.DataFrame(found.sigma_u, names, names),
        rank=used,
        lags=lags,
        rank_test=test,
        unit=sample.index.freqstr[0],
    )


def _rank(rank: int | None, test: JohansenResult, n: int) -> int:
    if rank is not None:
        if not 1 <= rank < n:
            raise ParameterError(Fault("the rank is not usable", got=str(rank), expected=f"1 to {n - 1}"))
        return rank
    if not test.cointegrated:
        raise ModelRefused(
            Fault(
                "no long-run relation is supported",
                got=test.evidence,
                expected="a trace above its value, also after the correction for the sample's length",
                next_step="use fit_var on growth rates",
                zh="迹检验未支持长期均衡关系，请对增速建立向量自回归模型。",
                code="levels_without_evidence",
            )
        )
    return test.rank


def _estimate(
    sample: pd.DataFrame, lags: int, rank: int, deterministic: str, seasonal: bool
) -> tuple[Any, list[str]]:
    from statsmodels.tsa.vector_ar.vecm import VECM

    seasons = periods_per_year(sample.index) if seasonal else 0
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = VECM(
            sample.to_numpy(),
            k_ar_diff=lags - 1,
            coint_rank=rank,
            deterministic=deterministic,
            seasons=seasons,
        )
        found = model.fit()
    if not np.isfinite(found.stderr_alpha).all():
        raise ModelRefused(
            Fault(
                "the likelihood has no usable maximum",
                next_step="use fewer lags or variables",
                zh="似然函数未得到可用的最大值，请减少滞后期或变量。",
                code="not_converged",
            )
        )
    return found, sorted({str(w.message) for w in caught})


def _inside(found: Any, what: str) -> np.ndarray:
    """Constant or trend inside the relations: (0 or 1, rank)."""
    values = found.det_coef_coint if what == "coef" else found.stderr_det_coef_coint
    return np.asarray(values).reshape(-1, found.beta.shape[1])


def _flat(
    beta: pd.DataFrame, beta_se: pd.DataFrame, speed: pd.DataFrame, speed_se: pd.DataFrame, rank: int
) -> tuple[pd.Series, pd.Series]:
    free = [(f"{c}: {r}", beta.at[r, c], beta_se.at[r, c]) for c in beta for r in beta.index[rank:]]
    free += [(f"{r} to {c}", speed.at[r, c], speed_se.at[r, c]) for c in speed for r in speed.index]
    table = pd.DataFrame(free, columns=["name", "estimate", "se"]).set_index("name")
    return table["estimate"], table["se"]


def _sensitivity(
    sample: pd.DataFrame, lags: int, rank: int, deterministic: str, seasonal: bool
) -> dict[str, float | str]:
    """The first free coefficient with other lags."""
    out: dict[str, float | str] = {}
    for other in (lags - 1, lags + 1):
        size = sample.shape[1] * other + 4
        if other >= 1 and len(sample) - other - size >= 8:
            found, _ = _estimate(sample, other, rank, deterministic, seasonal)
            values = np.vstack([found.beta, _inside(found, "coef")])[rank:, 0]
            if len(values):
                out[f"first coefficient, VAR({other})"] = float(values[0])
    return out
