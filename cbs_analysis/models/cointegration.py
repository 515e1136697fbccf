"""Evidence that levels belong together, and the gate before a regression in levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused, ParameterError
from .ardl import fit_ardl
from .bounds import Case
from .results import Results, sample_words
from .samples import require_sample
from .unit_roots import doubtful_differences

__all__ = [
    "EngleGrangerResult",
    "Evidence",
    "fit_engle_granger",
    "require_cointegration",
]

_SIZES = {0.01: 0, 0.05: 1, 0.1: 2}


class Evidence(Protocol):
    """A test that can stand behind a regression in levels."""

    @property
    def cointegrated(self) -> bool:
        """Whether it supports a level relation."""

    @property
    def evidence(self) -> str:
        """Its statistics, for a message."""


@dataclass(frozen=True, kw_only=True)
class EngleGrangerResult(Results):
    """A static regression in levels and the unit root test of its residuals.

    `params` are its least-squares coefficients, regressors first; they have no usual standard errors.

    Attributes
    ----------
    statistic, pvalue : float
        Dickey-Fuller t of the residuals and its p value in long samples (MacKinnon).
    critical_value : float
        Value of size `size` for this number of observations (MacKinnon's response surface).
    lags : int
        Lagged differences in the test.
    second_order : tuple of str
        Variables whose differences look non-stationary, which the test does not admit.
    """

    name: str
    regressors: tuple[str, ...]
    statistic: float
    pvalue: float
    critical_value: float
    size: float
    lags: int
    second_order: tuple[str, ...]

    @property
    def cointegrated(self) -> bool:
        """Whether the statistic lies below the value of its sample size, and all variables can be I(1)."""
        return self.statistic < self.critical_value and not self.second_order

    @property
    def evidence(self) -> str:
        """The statistic of the decision, for a message."""
        return f"Engle-Granger: t = {self.statistic:.2f}, value of the sample {self.critical_value:.2f}"

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """The coefficients in levels, which have no usual standard errors."""
        return self.params.to_frame("估计值" if lang == "zh" else "estimate")

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        size = f"{100 * self.size:.0f}"
        if lang == "zh":
            figures = (
                f"残差检验t={self.statistic:.2f}，{size}%临界值{self.critical_value:.2f}，样本{self.nobs}期"
            )
            who = f"{self.name}与{'、'.join(self.regressors)}"
            if self.cointegrated:
                return f"检验支持{who}之间存在长期均衡关系（{figures}）。"
            return f"未发现{who}之间存在长期均衡关系的充分证据（{figures}），不宜直接用水平值作回归。"
        figures = f"t of the residuals {self.statistic:.2f}, {size} % value {self.critical_value:.2f}, "
        figures += f"{self.nobs} observations"
        who = f"{self.name} and {', '.join(self.regressors)}"
        if self.cointegrated:
            return f"The test supports a long-run relation between {who} ({figures})."
        return (
            f"no sufficient evidence of a long-run relation between {who} was found ({figures}); "
            "levels should not be regressed on each other."
        )


def fit_engle_granger(
    y: pd.Series,
    x: pd.Series | pd.DataFrame,
    *,
    trend: Literal["c", "ct"] = "c",
    lags: int | None = None,
    size: float = 0.05,
) -> EngleGrangerResult:
    """Test whether the residuals of a regression in levels wander.

    Parameters
    ----------
    y : pandas.Series
        Dependent variable in levels or logs, consecutive periods.
    x : pandas.Series or pandas.DataFrame
        At most 5 regressors.
    trend : {"c", "ct"}
        Constant, or constant and trend in the static regression.
    lags : int, optional
        Lagged differences of the residuals; default by AIC up to ``min(4, (T - 10) // 5)``.
    size : {0.01, 0.05, 0.1}
        Size of the decision.

    Returns
    -------
    EngleGrangerResult

    Raises
    ------
    ModelRefused
        `short_sample`, `gap`, `constant`, `collinear`, `no_overlap`, `frequency`.

    Notes
    -----
    Least squares in levels, then the Dickey-Fuller regression of its residuals without constant. The decision
    uses MacKinnon's critical value for the number of observations, the p value is that of long samples.
    Assumes that all variables are I(1) and the regressors do not cointegrate among themselves.

    References
    ----------
    Engle, R. F., Granger, C. W. J. (1987), Co-integration and error correction, Econometrica 55, 251-276.
    MacKinnon, J. G. (2010), Critical values for cointegration tests, Queen's Economics Department Working
    Paper 1227.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> years = pd.period_range("1980", periods=45, freq="Y")
    >>> x = pd.Series(rng.standard_normal(45).cumsum(), years, name="x")
    >>> fit_engle_granger((2 * x + rng.standard_normal(45)).rename("y"), x).cointegrated
    True
    """
    if trend not in ("c", "ct") or size not in _SIZES:
        raise ParameterError(
            Fault("trend or size is not known", got=f"{trend}, {size}", expected="c or ct; 0.01, 0.05 or 0.1")
        )
    name, others = _named(y, x)
    extra = lags or 0
    sample = require_sample(
        {name: y, **others}, params=len(others) + len(trend) + 2 * extra, what="a cointegration test"
    )
    target, z = sample[name].to_numpy(), sample[list(others)].to_numpy()
    statistic, p, critical, used = _residual_test(target, z, trend, lags)
    terms, twice = ["const", "trend"][: len(trend)], doubtful_differences({str(c): sample[c] for c in sample})
    columns = np.column_stack([z, np.ones(len(z)), np.arange(1.0, len(z) + 1)])[:, : z.shape[1] + len(trend)]
    beta = pd.Series(np.linalg.lstsq(columns, target, rcond=None)[0], [*others, *terms])
    resid = pd.Series(target - columns @ beta.to_numpy(), sample.index)
    return EngleGrangerResult(
        params=beta,
        bse=pd.Series(np.nan, beta.index),
        pvalues=pd.Series(np.nan, beta.index),
        nobs=len(sample),
        df_resid=len(sample) - columns.shape[1],
        resid=resid,
        fittedvalues=sample[name] - resid,
        method="Engle-Granger test on the residuals of least squares in levels",
        interval_method="none: coefficients in levels have no usual standard errors",
        sample=sample_words(sample.index),
        assumptions=("all variables are I(1)", "one relation, stable over the sample"),
        warnings=tuple(
            note
            for told, note in (
                (len(sample) < 40, f"{len(sample)} periods: the test has little power"),
                (
                    bool(twice),
                    f"differences of {', '.join(twice)} look non-stationary: the test asks for I(1)",
                ),
            )
            if told
        ),
        diagnostics={"lagged differences": used, "p, long samples": p},
        sensitivity=_other_tests(sample, name, list(others), trend, used),
        name=name,
        regressors=tuple(others),
        statistic=statistic,
        pvalue=p,
        critical_value=critical[_SIZES[size]],
        size=size,
        lags=used,
        second_order=tuple(twice),
    )


def _named(y: pd.Series, x: pd.Series | pd.DataFrame) -> tuple[str, dict[str, pd.Series]]:
    name = "y" if y.name is None else str(y.name)
    if isinstance(x, pd.Series):
        x = x.to_frame("x" if x.name is None else str(x.name))
    others = {str(c): x[c] for c in x}
    if name in others or len(others) != x.shape[1]:
        raise ParameterError(
            Fault(
                "two variables have the same name",
                got=f"{name}; {', '.join(others)}",
                expected="different names",
            )
        )
    return name, others


def _residual_test(
    y: np.ndarray, z: np.ndarray, trend: str, lags: int | None
) -> tuple[float, float, list[float], int]:
    """t, p, critical values of 1, 5 and 10 %, and lagged differences used."""
    from statsmodels.tsa.stattools import adfuller, coint

    most = max(0, min(4, (len(y) - 10) // 5)) if lags is None else lags
    columns = np.column_stack([z, np.ones(len(z)), np.arange(len(z))])[:, : z.shape[1] + len(trend)]
    resid = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    if resid @ resid < 1e-12 * np.sum((y - y.mean()) ** 2):
        raise ModelRefused(
            Fault(
                "the regression in levels fits exactly: the variables determine each other",
                next_step="leave one of them out",
                zh="变量之间完全共线，请去掉其中一个。",
                code="collinear",
            )
        )
    if lags is None:
        most = int(adfuller(resid, maxlag=most, regression="n", autolag="AIC", result_object=True).lags)
    found = coint(y, z, trend=trend, maxlag=most, autolag=None)
    return float(found[0]), float(found[1]), [float(c) for c in found[2]], most


def _other_tests(
    sample: pd.DataFrame, name: str, others: list[str], trend: str, used: int
) -> dict[str, float | str]:
    y, z = sample[name].to_numpy(), sample[others].to_numpy()
    found: dict[str, float | str] = {}
    found["p with the other deterministic terms"] = _residual_test(y, z, "ct" if trend == "c" else "c", used)[
        1
    ]
    found[f"p with {used + 1} lags"] = _residual_test(y, z, trend, used + 1)[1]
    swapped = sample[[name, *others[1:]]].to_numpy()
    found[f"p with {others[0]} on the left"] = _residual_test(
        sample[others[0]].to_numpy(), swapped, trend, used
    )[1]
    return found


def require_cointegration(
    y: pd.Series,
    x: pd.Series | pd.DataFrame,
    *,
    evidence: Evidence | None = None,
    case: Case = 3,
    fixed: pd.Series | pd.DataFrame | None = None,
    what: str = "a regression in levels",
) -> Evidence:
    """The evidence behind a regression in levels, or its refusal.

    Parameters
    ----------
    y, x : pandas.Series, pandas.DataFrame
        The variables in levels.
    evidence : ArdlResult, EngleGrangerResult or JohansenResult, optional
        A test already made; default the bounds test with its default orders.
    case, fixed
        As in `fit_ardl`, for the default test.
    what : str
        The regression, for the message.

    Raises
    ------
    ModelRefused
        `levels_without_evidence`, with the reasons why no test could be made where there was none.

    Examples
    --------
    >>> years = pd.period_range("1990", periods=30, freq="Y")
    >>> rng = np.random.default_rng(5)
    >>> walks = [pd.Series(rng.standard_normal(30).cumsum(), years, name=n) for n in "ab"]
    >>> try:
    ...     require_cointegration(*walks)
    ... except ModelRefused as refusal:
    ...     print(refusal.faults[0].code)
    levels_without_evidence
    """
    more: tuple[Fault, ...] = ()
    if evidence is None:
        try:
            evidence = fit_ardl(y, x, case=case, fixed=fixed)
        except ModelRefused as refusal:
            more = refusal.faults
    if evidence is not None and evidence.cointegrated:
        return evidence
    shown = "no test could be made" if evidence is None else evidence.evidence
    raise ModelRefused(
        [
            Fault(
                f"{what} is refused: nothing shows that the levels belong together",
                got=shown,
                expected="a bounds, Engle-Granger or Johansen test that supports a level relation",
                next_step="use growth rates or first differences",
                zh="未见变量之间存在长期均衡关系的检验证据，不能用水平值作回归，请改用增速或差分。",
                code="levels_without_evidence",
            ),
            *more,
        ]
    )
