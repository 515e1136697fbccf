"""Does the past of one series help to predict another, whatever their order of integration?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import Fault, ParameterError
from .design import require_rank
from .johansen import centred_seasons
from .results import Results, sample_words
from .samples import require_sample

__all__ = ["TodaYamamotoResult", "fit_toda_yamamoto"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TodaYamamotoResult(Results):
    """Granger causality between levels: does the past of one series help to predict another?

    `params` holds the sum of the tested lag coefficients for each pair, `pvalues` those of the F tests.

    Attributes
    ----------
    tests : pandas.DataFrame
        Index `cause -> effect`; columns `F`, `df1`, `df2`, `p`, `chi2`, `p_chi2`.
    lags, extra : int
        Lags tested, and lags added for the order of integration.
    """

    tests: pd.DataFrame
    lags: int
    extra: int
    size: float

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        found = [pair for pair, p in self.pvalues.items() if p < self.size / len(self.pvalues)]
        least = self.diagnostics["minimum detectable partial R2"]
        if lang == "zh":
            note = "（预测意义上的先后关系，不等于因果）"
            if found:
                pairs = "；".join("{}的过去有助于预测{}".format(*p.split(" -> ")) for p in found)
                return f"{pairs}{note}。"
            return (
                f"未发现任一变量的过去有助于预测其他变量（各检验经多重比较校正；样本{self.nobs}期，"
                f"可检出的最小偏R²约为{float(least):.2f}）。"
            )
        if found:
            pairs = "; ".join("the past of {} helps to predict {}".format(*p.split(" -> ")) for p in found)
            return f"{pairs} (an order in time, not a cause)."
        return (
            "no variable whose past helps to predict another was found (tests corrected for their number; "
            f"{self.nobs} observations, minimum detectable partial R2 about {float(least):.2f})."
        )


def fit_toda_yamamoto(
    frame: pd.DataFrame | Mapping[str, pd.Series],
    *,
    lags: int = 1,
    extra: int = 1,
    trend: Literal["c", "ct"] = "c",
    seasonal: bool = False,
    size: float = 0.05,
) -> TodaYamamotoResult:
    """Test for Granger causality between levels whatever their integration and cointegration.

    Parameters
    ----------
    frame : pandas.DataFrame
        Levels or logs, one column a variable, consecutive periods.
    lags : int
        Lags tested.
    extra : int
        Highest order of integration: lags added and not tested.
    trend : {"c", "ct"}
        Constant, or constant and trend.
    seasonal : bool
        Dummies of quarters or months.
    size : float
        Size of all tests together in the finding (Bonferroni).

    Returns
    -------
    TodaYamamotoResult

    Raises
    ------
    ModelRefused
        `short_sample`, `gap`, `constant`, `collinear`, `no_overlap`, `frequency`.

    Notes
    -----
    Each equation of a vector autoregression of order lags + extra in levels, by least squares; the first
    `lags` lags of the cause are tested. F with the degrees of freedom of the equation: chi-square rejects too
    often in short samples. The minimum detectable partial R2 is that of a test with power .8.

    References
    ----------
    Toda, H. Y., Yamamoto, T. (1995), Statistical inference in vector autoregressions with possibly integrated
    processes, Journal of Econometrics 66, 225-250.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a = rng.standard_normal(61).cumsum()
    >>> b = a[:-1] + rng.standard_normal(60)
    >>> frame = pd.DataFrame({"a": a[1:], "b": b}, pd.period_range("2000Q1", periods=60, freq="Q"))
    >>> fit_toda_yamamoto(frame).pvalues.round(2).tolist()
    [0.18, 0.0]
    """
    if lags < 1 or extra < 0 or trend not in ("c", "ct") or not 0 < size < 1:
        raise ParameterError(
            Fault(
                "lags, trend or size mean nothing",
                got=f"{lags}, {extra}, {trend}, {size}",
                expected="lags >= 1",
            )
        )
    names = [str(c) for c in frame]
    if len(names) < 2:
        raise ParameterError(Fault("causality needs variables", got=str(len(names)), expected="2 or more"))
    columns = {n: frame[c] for n, c in zip(names, frame, strict=True)}
    order, n = lags + extra, len(names)
    index = require_sample(columns, params=2, what="a causality test").index
    seasons = centred_seasons(index, seasonal)
    size_z = n * order + len(trend) + seasons.shape[1]
    sample = require_sample(columns, params=size_z + order, what=f"a causality test with {order} lags")
    x = sample.to_numpy()
    nobs = len(x) - order
    past = [x[order - j : len(x) - j] for j in range(1, order + 1)]
    terms = np.column_stack([np.ones(nobs), np.arange(1.0, nobs + 1)])[:, : len(trend)]
    z = np.hstack([*past, terms, seasons[order:]])
    require_rank(z, "the causality test")
    tests = _pairs(x[order:], z, names, lags)
    df = nobs - z.shape[1]
    return TodaYamamotoResult(
        params=tests.pop("estimate"),
        bse=tests.pop("se"),
        pvalues=tests["p"],
        nobs=nobs,
        df_resid=df,
        method=f"Toda-Yamamoto: {lags} lags tested in a VAR({order}) in levels",
        interval_method="sum of the lag coefficients: Student's t, rough for integrated variables",
        sample=sample_words(sample.index[order:]),
        assumptions=(
            f"no variable is integrated of an order above {extra}",
            "errors without autocorrelation",
        ),
        diagnostics={"minimum detectable partial R2": _least_r2(lags, df, size)},
        sensitivity={f"p by chi-square, {pair}": float(p) for pair, p in tests["p_chi2"].items()},
        tests=tests,
        lags=lags,
        extra=extra,
        size=size,
    )


def _pairs(y: Array, z: Array, names: list[str], lags: int) -> pd.DataFrame:
    """F test of each pair, and the sum of the tested coefficients with its error."""
    from statsmodels.regression.linear_model import OLS

    rows: dict[str, dict[str, float]] = {}
    for e, effect in enumerate(names):
        fit = OLS(y[:, e], z).fit()
        for c, cause in enumerate(names):
            if c == e:
                continue
            tested = np.eye(z.shape[1])[[c + len(names) * j for j in range(lags)]]
            test, total = fit.f_test(tested), tested.sum(axis=0)
            f = float(np.squeeze(test.fvalue))
            rows[f"{cause} -> {effect}"] = {
                "F": f,
                "df1": lags,
                "df2": fit.df_resid,
                "p": float(test.pvalue),
                "chi2": f * lags,
                "p_chi2": float(stats.chi2.sf(f * lags, lags)),
                "estimate": float(total @ fit.params),
                "se": float(np.sqrt(total @ fit.cov_params() @ total)),
            }
    return pd.DataFrame.from_dict(rows, orient="index")


def _least_r2(lags: int, df: int, size: float) -> float:
    """Partial R2 that an F test of `size` finds in four of five samples."""
    from scipy.optimize import brentq

    value = stats.f.isf(size, lags, df)
    f2 = brentq(lambda g: stats.ncf.sf(value, lags, df, g * (df + lags + 1)) - 0.8, 1e-6, 1e3)
    return float(f2 / (1 + f2))
