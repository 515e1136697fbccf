"""Does a series wander, or return to a level or a trend?"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused, ParameterError
from .results import Results, sample_words
from .samples import require_sample

__all__ = ["UnitRootResult", "doubtful_differences", "doubtful_levels", "fit_unit_roots"]

Array = NDArray[np.float64]
Trend = Literal["n", "c", "ct"]
State = Literal["unit_root", "stationary", "undecided"]
_PARTS = {"n": "no constant", "c": "constant", "ct": "constant and trend"}


@dataclass(frozen=True, kw_only=True)
class UnitRootResult(Results):
    """Tests of a unit root and of its absence.

    Attributes
    ----------
    tests : pandas.DataFrame
        A row for each test; columns `statistic`, `pvalue`, `lags`, `crit_5pct`, `null` ("unit root" or
        "stationary"). The p values of the stationarity test lie between .01 and .10 by construction of
        its table.
    break_period : str
        First period of the break that speaks most against a unit root, empty where it was not sought.
    state : {"unit_root", "stationary", "undecided"}
        Read from the rows with the deterministic terms of `trend`.
    order : int or None
        Order of integration that the tests support; None where they do not agree.
    """

    name: str
    tests: pd.DataFrame
    break_period: str
    state: State
    order: int | None

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """The tests, one a row."""
        return self.tests.copy()

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        n = self.nobs
        if lang == "zh":
            weak = f"（样本只有{n}期，检验功效低，不拒绝不等于证实）" if n < 50 else ""
            return {
                "unit_root": f"{self.name}表现为非平稳序列：单位根检验不能拒绝，平稳性检验被拒绝{weak}。",
                "stationary": f"{self.name}可视为平稳序列：单位根检验被拒绝，平稳性检验不能拒绝。",
                "undecided": f"{self.name}是否平稳尚难判断，两类检验结论不一致{weak}。",
            }[self.state]
        weak = (
            f" ({n} observations give the tests little power: not rejected is not proved)" if n < 50 else ""
        )
        return {
            "unit_root": f"{self.name} behaves like a series with a unit root: that is not rejected, "
            f"stationarity is{weak}.",
            "stationary": f"{self.name} can be taken as stationary: a unit root is rejected, "
            "stationarity is not.",
            "undecided": f"whether {self.name} is stationary stays open: the two tests disagree{weak}.",
        }[self.state]


def fit_unit_roots(
    series: pd.Series,
    *,
    trend: Literal["c", "ct"] = "ct",
    lags: int | None = None,
    kpss_lags: int | None = None,
    alpha: float = 0.05,
    name: str = "",
) -> UnitRootResult:
    """Test a series for a unit root and for its absence.

    Parameters
    ----------
    series : pandas.Series
        Consecutive yearly, quarterly or monthly figures, any unit; at least 10 residual degrees of freedom
        in the largest regression.
    trend : {"c", "ct"}
        What the series returns to under stationarity: a level, or a trend.
    lags : int, optional
        Lagged differences in the Dickey-Fuller and Zivot-Andrews regressions; default by AIC with at most
        ``min(4, (T - 10) // 5)``, chosen once for each set of deterministic terms.
    kpss_lags : int, optional
        Bandwidth of the long-run variance (KPSS and Phillips-Perron); default ``4 (T / 100) ** 0.25``
        rounded down, at least 1.
    alpha : float
        Size of the tests that the verdict is read from.
    name : str
        What the series is; default its own name.

    Returns
    -------
    UnitRootResult

    Raises
    ------
    ModelRefused
        `short_sample`, `gap`, `constant`.

    Notes
    -----
    Augmented Dickey-Fuller without constant, with constant, with constant and trend (p values of MacKinnon);
    Phillips-Perron Z-tau with a Bartlett window; KPSS; Zivot-Andrews with a break in level (`c`) or in level
    and trend (`ct`) from 15 periods on. Assumes differences of finite variance and no break other than
    the one that is sought.

    References
    ----------
    Phillips, P. C. B., Perron, P. (1988), Testing for a unit root in time series regression, Biometrika 75,
    335-346.
    Kwiatkowski, D., Phillips, P. C. B., Schmidt, P., Shin, Y. (1992), Testing the null hypothesis of
    stationarity against the alternative of a unit root, Journal of Econometrics 54, 159-178.
    Zivot, E., Andrews, D. W. K. (1992), Further evidence on the great crash, the oil-price shock, and the
    unit-root hypothesis, Journal of Business & Economic Statistics 10, 251-270.

    Examples
    --------
    >>> years = pd.period_range("1980", periods=45, freq="Y")
    >>> noise = np.random.default_rng(0).standard_normal(45)
    >>> fit_unit_roots(pd.Series(noise, years), trend="c", name="noise").state
    'stationary'
    """
    if trend not in ("c", "ct") or not 0 < alpha < 1:
        raise ParameterError(
            Fault(
                "trend or alpha is not known", got=f"{trend}, {alpha}", expected='"c" or "ct"; such as 0.05'
            )
        )
    label = name or ("" if series.name is None else str(series.name)) or "the series"
    extra = 0 if lags is None else lags
    sample = require_sample({label: series}, params=3 + 2 * extra, min_df=8, what="unit root tests")
    x = sample[label].to_numpy()
    if len(np.unique(np.diff(x))) == 1:
        raise ModelRefused(
            Fault(
                "the series is an exact line, which leaves nothing to test",
                got=f"every change is {x[1] - x[0]:.4g}",
                next_step="check whether the figures were interpolated",
                zh=f"{label}逐期变化完全相同，无法检验，请核实是否为插值数据。",
                code="constant",
            )
        )
    band = max(1, int(4 * (len(x) / 100) ** 0.25)) if kpss_lags is None else kpss_lags
    tests, at, notes = _tests(x, lags, band)
    break_period = str(sample.index[at]) if at is not None else ""
    differenced = _dickey_fuller(np.diff(x), "c", lags)
    state, order = _verdict(tests, trend, alpha, differenced["pvalue"])
    if len(x) < 50:
        notes.append(f"{len(x)} observations: little power, and p values of long samples")
    return UnitRootResult(
        params=tests["statistic"],
        bse=pd.Series(np.nan, tests.index),
        pvalues=tests["pvalue"],
        nobs=len(x),
        df_resid=len(x) - 3 - int(tests.at[f"ADF {trend}", "lags"]),
        method="augmented Dickey-Fuller, Phillips-Perron, KPSS and Zivot-Andrews tests",
        interval_method="none: tests, no estimates",
        sample=sample_words(sample.index),
        alpha=alpha,
        assumptions=("one regime, but for the break that is sought", f"verdict read with {_PARTS[trend]}"),
        warnings=tuple(notes),
        diagnostics={"ADF of the first differences, p": differenced["pvalue"]},
        sensitivity=_otherwise(tests, x, trend, lags),
        name=label,
        tests=tests,
        break_period=break_period,
        state=state,
        order=order,
    )


def doubtful_differences(variables: Mapping[str, pd.Series], *, alpha: float = 0.1) -> list[str]:
    """Variables whose first differences look non-stationary: a unit root is not rejected, stationarity is.

    Growth that slows for years looks so. Both tests with a constant, each at `alpha`; one of them alone
    would doubt half of all ordinary series of 17 years.

    >>> years = pd.period_range("1980", periods=40, freq="Y")
    >>> walk = np.random.default_rng(1).standard_normal(40).cumsum()
    >>> doubtful_differences({"walk": pd.Series(walk, years), "twice": pd.Series(walk.cumsum(), years)})
    ['twice']
    """
    found = []
    for name, values in variables.items():
        change = np.diff(values.to_numpy(dtype=float))
        if _dickey_fuller(change, "c", None)["pvalue"] > alpha:
            band = max(1, int(4 * (len(change) / 100) ** 0.25))
            if _stationarity(change, "c", band)["pvalue"] < alpha:
                found.append(name)
    return found


def doubtful_levels(variables: Mapping[str, pd.Series], *, alpha: float = 0.1) -> list[str]:
    """Variables that may hold a unit root: it is not rejected at `alpha` with a constant.

    >>> years = pd.period_range("1980", periods=40, freq="Y")
    >>> noise = np.random.default_rng(1).standard_normal(40)
    >>> doubtful_levels({"walk": pd.Series(noise.cumsum(), years), "noise": pd.Series(noise, years)})
    ['walk']
    """
    return [
        name
        for name, values in variables.items()
        if _dickey_fuller(values.to_numpy(dtype=float), "c", None)["pvalue"] > alpha
    ]


def _max_lags(n: int) -> int:
    return max(0, min(4, (n - 10) // 5))


def _dickey_fuller(x: Array, trend: Trend, lags: int | None) -> dict[str, Any]:
    from statsmodels.tsa.stattools import adfuller

    if np.ptp(x) <= 1e-12 * (1 + np.abs(x).max()):  # differences that do not change hold no unit root
        return {"statistic": -np.inf, "pvalue": 0.0, "lags": 0, "crit_5pct": np.nan, "null": "unit root"}
    most = _max_lags(len(x)) if lags is None else lags
    found = adfuller(
        x, maxlag=most, regression=trend, autolag="AIC" if lags is None else None, result_object=True
    )
    return {
        "statistic": float(found.statistic), "pvalue": float(found.pvalue), "lags": int(found.lags),
        "crit_5pct": float(found.critical_values["5%"]), "null": "unit root",
    }  # fmt: skip


def _phillips_perron(x: Array, trend: Trend, band: int) -> dict[str, Any]:
    """Z-tau: the t ratio of the unaugmented regression, corrected for the long-run variance."""
    from statsmodels.tsa.adfvalues import mackinnoncrit, mackinnonp

    n = len(x) - 1
    columns = {
        "n": [x[:-1]], "c": [x[:-1], np.ones(n)], "ct": [x[:-1], np.ones(n), np.arange(1.0, n + 1)]
    }[trend]  # fmt: skip
    z = np.column_stack(columns)
    inverse = np.linalg.inv(z.T @ z)
    beta = inverse @ z.T @ x[1:]
    u = x[1:] - z @ beta
    s2 = u @ u / (n - z.shape[1])
    gamma = [u[j:] @ u[: n - j] / n for j in range(band + 1)]
    long_run = gamma[0] + 2 * sum((1 - j / (band + 1)) * gamma[j] for j in range(1, band + 1))
    se = np.sqrt(s2 * inverse[0, 0])
    tau = np.sqrt(gamma[0] / long_run) * (beta[0] - 1) / se - 0.5 * (long_run - gamma[0]) * n * se / np.sqrt(
        long_run * s2
    )
    return {
        "statistic": float(tau), "pvalue": float(mackinnonp(tau, regression=trend, N=1)), "lags": band,
        "crit_5pct": float(mackinnoncrit(N=1, regression=trend, nobs=n)[1]), "null": "unit root",
    }  # fmt: skip


def _stationarity(x: Array, trend: Trend, band: int) -> dict[str, Any]:
    from statsmodels.tools.sm_exceptions import InterpolationWarning
    from statsmodels.tsa.stattools import kpss

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", InterpolationWarning
        )  # a p value at the edge of the table: said below
        found = kpss(x, regression=trend, nlags=band, result_object=True)
    return {
        "statistic": float(found.statistic), "pvalue": float(found.pvalue), "lags": band,
        "crit_5pct": float(found.critical_values["5%"]), "null": "stationary",
    }  # fmt: skip


def _tests(x: Array, lags: int | None, band: int) -> tuple[pd.DataFrame, int | None, list[str]]:
    rows: dict[str, dict[str, Any]] = {}
    all_trends: tuple[Trend, ...] = ("n", "c", "ct")
    for t in all_trends:
        rows[f"ADF {t}"] = _dickey_fuller(x, t, lags)
        rows[f"PP {t}"] = _phillips_perron(x, t, band)
        if t != "n":
            rows[f"KPSS {t}"] = _stationarity(x, t, band)
    at, notes = None, []
    if any(row["pvalue"] in (0.01, 0.1) for name, row in rows.items() if name.startswith("KPSS")):
        notes.append("KPSS p values of .01 and .10 are the edges of its table: at most .01, at least .10")
    if len(x) >= 15:
        try:
            broken = {f"ZA {t}": _break(x, t, int(rows["ADF ct"]["lags"])) for t in ("c", "ct")}
        except ValueError:  # statsmodels: lags and break dummies of some date determine each other
            notes.append("no break was sought: with so many lags some date leaves nothing to estimate")
        else:
            rows |= {name: row for name, (row, _) in broken.items()}
            at = broken["ZA ct"][1]
    else:
        notes.append("no break was sought: fewer than 15 observations")
    return pd.DataFrame.from_dict(rows, orient="index"), at, notes


def _break(x: Array, trend: str, lags: int) -> tuple[dict[str, Any], int]:
    from statsmodels.tsa.stattools import zivot_andrews

    # without lags the library would choose its own number of them: 0 reads there as "not given"
    tried = zivot_andrews(x, maxlag=lags, regression=trend, autolag=None if lags else "AIC")
    statistic, p, crit, used, at = tried
    row = {
        "statistic": float(statistic), "pvalue": float(p), "lags": int(used), "crit_5pct": float(crit["5%"]),
        "null": "unit root",
    }  # fmt: skip
    return row, int(at)


def _verdict(tests: pd.DataFrame, trend: str, alpha: float, p_diff: float) -> tuple[State, int | None]:
    root = tests.at[f"ADF {trend}", "pvalue"] > alpha
    # the table of the stationarity test gives .10 for everything above: alpha beyond it cannot be told apart
    flat = tests.at[f"KPSS {trend}", "pvalue"] > alpha
    if root == flat:
        return "undecided", None
    if not root:
        return "stationary", 0
    return "unit_root", 1 if p_diff <= alpha else None


def _otherwise(tests: pd.DataFrame, x: Array, trend: str, lags: int | None) -> dict[str, float | str]:
    other = "c" if trend == "ct" else "ct"
    used = int(tests.at[f"ADF {trend}", "lags"])
    one_more = _dickey_fuller(x, trend, used + 1)  # type: ignore[arg-type]
    found: dict[str, float | str] = {
        f"ADF with {_PARTS[other]}, p": float(tests.at[f"ADF {other}", "pvalue"]),
        f"ADF with {used + 1} lags, p": one_more["pvalue"],
        "Phillips-Perron, p": float(tests.at[f"PP {trend}", "pvalue"]),
    }
    if f"ZA {trend}" in tests.index:
        found["Zivot-Andrews, a break allowed, p"] = float(tests.at[f"ZA {trend}", "pvalue"])
    return found
