"""How many long-run relations hold between several series? The rank test of Johansen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg, stats

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import periods_per_year
from .results import Results, sample_words
from .samples import require_sample
from .unit_roots import doubtful_differences

__all__ = ["Deterministic", "JohansenResult", "centred_seasons", "fit_johansen"]

Array = NDArray[np.float64]
Deterministic = Literal["n", "ci", "co", "coli", "colo"]

# 5 % values for 1, 2, ... common trends: MacKinnon, Haug and Michelis (1999)
_TRACE = {
    "n": (4.129906, 12.3209, 24.27596, 40.17493, 60.06141, 83.93712),
    "ci": (9.164546, 20.26184, 35.19275, 54.07904, 76.97277, 103.8473),
    "co": (3.841466, 15.49471, 29.79707, 47.85613, 69.81889, 95.75366),
    "coli": (12.51798, 25.87211, 42.91525, 63.8761, 88.8038, 117.7082),
    "colo": (3.841466, 18.39771, 35.0109, 55.24578, 79.34145, 107.3466),
}
_MAX = {
    "n": (4.129906, 11.2248, 17.7973, 24.15921, 30.43961, 36.63019),
    "ci": (9.164546, 15.8921, 22.29962, 28.58808, 34.80587, 40.9568),
    "co": (3.841466, 14.2646, 21.13162, 27.58434, 33.87687, 40.07757),
    "coli": (12.51798, 19.38704, 25.82321, 32.11832, 38.33101, 44.4972),
    "colo": (3.841466, 17.14769, 24.25202, 30.81507, 37.16359, 43.41977),
}
# mean and variance of the trace as polynomials in n, 1 (n = 1), 1 (n = 2), root n: Doornik (1998)
_MEAN = {
    "n": (2, -1.00, 0.07, 0.07, 0, 0), "ci": (2, 2.01, 0, 0.06, 0.05, 0),
    "co": (2, 1.05, -1.55, -0.50, -0.23, 0), "coli": (2, 4.05, 0.50, -0.23, -0.07, 0),
    "colo": (2, 2.85, -5.10, -0.10, -0.06, 1.35),
}  # fmt: skip
_VARIANCE = {
    "n": (3, -0.33, -0.55, 0, 0, 0), "ci": (3, 3.60, 0.75, -0.40, -0.30, 0),
    "co": (3, 1.80, 0, -2.80, -1.10, 0), "coli": (3, 5.70, 3.20, -1.30, -0.50, 0),
    "colo": (3, 4.00, 0.80, -5.80, -2.66, 0),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class JohansenResult(Results):
    """Rank tests and the first long-run relation.

    `params` holds the first relation, normalised on the first variable (`const` or `trend` where it lies
    inside); it has no standard errors here.

    Attributes
    ----------
    tests : pandas.DataFrame
        A row for each rank under the null; columns `eigenvalue`, `trace`, `trace_5pct`, `trace_p`, `max`,
        `max_5pct`, `trace_short`: the trace times (T - n p) / T.
    rank : int
        First rank that the trace does not reject at 5 %.
    beta, alpha_ : pandas.DataFrame
        Relations (columns) and adjustment of each variable, normalised on the first variable.
    second_order : tuple of str
        Variables whose differences look non-stationary, which the test does not admit.
    """

    names: tuple[str, ...]
    tests: pd.DataFrame
    rank: int
    beta: pd.DataFrame
    alpha_: pd.DataFrame
    second_order: tuple[str, ...]

    @property
    def cointegrated(self) -> bool:
        """A rank above zero and below full, by the corrected statistic too, of variables that can be I(1)."""
        n = len(self.names)
        short = self.tests.at[0, "trace_short"] > self.tests.at[0, "trace_5pct"]
        return bool(0 < self.rank < n and short and not self.second_order)

    @property
    def evidence(self) -> str:
        """The statistics of the decision, for a message."""
        row = self.tests.loc[0]
        return (
            f"trace test: {row['trace']:.2f}, {row['trace_short']:.2f} corrected, "
            f"5 % value {row['trace_5pct']:.2f}"
        )

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """The rank tests, one rank a row."""
        return self.tests.copy()

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        row, n = self.tests.loc[0], len(self.names)
        if lang == "zh":
            figures = f"迹统计量{row['trace']:.1f}，小样本修正后{row['trace_short']:.1f}"
            figures += f"，5%临界值{row['trace_5pct']:.1f}"
            who = "、".join(self.names)
            if self.rank == n:
                return f"{who}各自平稳，不涉及协整（{figures}）。"
            if self.cointegrated:
                return f"检验支持{who}之间存在{self.rank}个长期均衡关系（{figures}）。"
            tail = "，未经修正的统计量虽超过临界值，但样本短，不足为据" if self.rank else ""
            if self.second_order:
                tail = f"，{'、'.join(self.second_order)}的逐期变化仍不平稳，检验不适用"
            return f"未发现{who}之间存在长期均衡关系的充分证据（{figures}{tail}；样本{self.nobs}期）。"
        figures = (
            f"trace {row['trace']:.1f}, {row['trace_short']:.1f} corrected for the sample's length, "
            f"5 % value {row['trace_5pct']:.1f}"
        )
        who = ", ".join(self.names)
        if self.rank == n:
            return f"{who} are stationary by themselves: cointegration does not arise ({figures})."
        if self.cointegrated:
            many = "relation" if self.rank == 1 else "relations"
            return f"The test supports {self.rank} long-run {many} between {who} ({figures})."
        return (
            f"no sufficient evidence of a long-run relation between {who} was found "
            f"({figures}; {self.nobs} observations)."
        )


def fit_johansen(
    frame: pd.DataFrame | Mapping[str, pd.Series],
    *,
    lags: int = 2,
    deterministic: Deterministic = "ci",
    seasonal: bool = False,
) -> JohansenResult:
    """Test the number of long-run relations between series.

    Parameters
    ----------
    frame : pandas.DataFrame
        Levels or logs, one column a variable, consecutive periods; at most 6. With 3 or more, at least 30
        periods.
    lags : int
        Order of the vector autoregression in levels.
    deterministic : {"n", "ci", "co", "coli", "colo"}
        Nothing; constant inside the relation; constant outside; trend inside, constant outside; both
        outside.
    seasonal : bool
        Centred dummies of quarters or months.

    Returns
    -------
    JohansenResult

    Raises
    ------
    ModelRefused
        `short_sample`, `gap`, `constant`, `collinear`, `no_overlap`, `frequency`.

    Notes
    -----
    Reduced-rank regression: eigenvalues of the squared canonical correlations between changes and lagged
    levels, both freed of lagged changes and deterministic terms. Trace = - T sum log(1 - lambda). Values of
    5 % are those of MacKinnon, Haug and Michelis; p values the gamma approximation of Doornik. Both are of
    long samples: the trace rejects too often in short ones, hence the corrected statistic of Reinsel and Ahn
    beside it, which the verdict asks for as well.

    References
    ----------
    Johansen, S. (1995), Likelihood-based inference in cointegrated vector autoregressive models, Oxford.
    Reinsel, G. C., Ahn, S. K. (1992), Vector autoregressive models with unit roots and reduced rank
    structure, Journal of Time Series Analysis 13, 353-375.
    MacKinnon, J. G., Haug, A. A., Michelis, L. (1999), Numerical distribution functions of likelihood ratio
    tests for cointegration, Journal of Applied Econometrics 14, 563-577.
    Doornik, J. A. (1998), Approximations to the asymptotic distributions of cointegration tests, Journal of
    Economic Surveys 12, 573-593.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> quarters = pd.period_range("2000Q1", periods=80, freq="Q")
    >>> walk = rng.standard_normal(80).cumsum()
    >>> frame = pd.DataFrame({"a": walk, "b": 2 * walk + rng.standard_normal(80)}, quarters)
    >>> fit_johansen(frame, lags=1).rank
    1
    """
    if deterministic not in _TRACE or lags < 1:
        raise ParameterError(
            Fault(
                "deterministic terms or lags are not known",
                got=f"{deterministic}, {lags}",
                expected=f"{', '.join(_TRACE)}; at least 1",
            )
        )
    names = [str(c) for c in frame]
    sample = require_sample(
        {n: frame[c] for n, c in zip(names, frame, strict=True)}, params=2, what="the rank test"
    )
    n, free = len(names), periods_per_year(sample.index) - 1 if seasonal else 0
    _require_length(sample, n, free, lags, deterministic)
    x = sample.to_numpy()
    values, vectors, s01, s11, nobs = _reduced_rank(
        x, lags, deterministic, centred_seasons(sample.index, seasonal)
    )
    tests = _tests(values, nobs, n, lags, deterministic)
    inside = [*names, *{"ci": ["const"], "coli": ["trend"]}.get(deterministic, [])]
    beta = vectors[:, :n] / vectors[0, :n]
    alpha = s01 @ beta @ np.linalg.inv(beta.T @ s11 @ beta)
    labels = [f"relation {i + 1}" for i in range(n)]
    rejected = tests["trace_p"].to_numpy() < 0.05
    rank = int(np.argmin(rejected)) if not rejected.all() else n
    table, twice = (
        pd.DataFrame(beta, index=inside, columns=labels),
        doubtful_differences({c: sample[c] for c in names}),
    )
    first = table["relation 1"]
    return JohansenResult(
        params=first,
        bse=pd.Series(np.nan, first.index),
        pvalues=pd.Series(np.nan, first.index),
        nobs=nobs,
        df_resid=nobs - n * (lags - 1) - len(inside) - free - (deterministic in ("co", "coli", "colo")),
        method=f"Johansen's trace and maximum eigenvalue tests, VAR({lags}), terms {deterministic}"
        + (", centred seasonal dummies" if seasonal else ""),
        interval_method="none: tests; 5 % values of MacKinnon, Haug and Michelis (1999)",
        sample=sample_words(sample.index[lags:]),
        assumptions=("variables are I(1) or stationary, none I(2)", "errors without autocorrelation"),
        warnings=tuple(
            note
            for told, note in (
                (nobs < 100, "values of long samples: the trace rejects too often in short ones"),
                (
                    bool(twice),
                    f"differences of {', '.join(twice)} look non-stationary: the test asks for I(1)",
                ),
            )
            if told
        ),
        diagnostics={"p of rank 0, trace": float(tests.at[0, "trace_p"])},
        sensitivity=_otherwise(x, sample.index, lags, deterministic, seasonal),
        names=tuple(names),
        tests=tests,
        rank=rank,
        beta=table,
        alpha_=pd.DataFrame(alpha, index=names, columns=labels),
        second_order=tuple(twice),
    )


def centred_seasons(index: pd.PeriodIndex, seasonal: bool = True) -> Array:
    """Seasonal dummies less their mean over a year, one column fewer than seasons; none for years.

    >>> centred_seasons(pd.period_range("2020Q1", periods=4, freq="Q")).sum(axis=0).tolist()
    [0.0, 0.0, 0.0]
    """
    per_year = periods_per_year(index) if seasonal else 1
    season = index.asi8 % per_year
    return (season[:, None] == np.arange(1, per_year)) - 1.0 / per_year


def _require_length(sample: pd.DataFrame, n: int, free: int, lags: int, deterministic: str) -> None:
    size = n * lags + free + {"n": 0, "ci": 1, "co": 1}.get(deterministic, 2)
    short = len(sample) - lags - size < 8
    if not 2 <= n <= 6 or short or (n >= 3 and len(sample) < 30):
        raise ModelRefused(
            Fault(
                "the sample does not carry a rank test",
                got=f"{n} variables, {len(sample)} periods, {size} parameters an equation",
                expected="2 to 6 variables, 30 periods from 3 variables on, 8 degrees of freedom",
                next_step="ask the bounds test about one relation, or leave variables out",
                zh=f"{n}个变量、{len(sample)}期，不足以作协整秩检验（3个以上变量至少30期）。",
                code="short_sample",
            )
        )


def _reduced_rank(
    x: Array, lags: int, deterministic: str, seasons: Array
) -> tuple[Array, Array, Array, Array, int]:
    """Eigenvalues, eigenvectors (columns), S01, S11 and T."""
    dx, nobs = np.diff(x, axis=0), len(x) - lags
    one, trend = np.ones((nobs, 1)), np.arange(1.0, nobs + 1)[:, None]
    level = x[lags - 1 : -1]
    inside = {"ci": [one], "coli": [trend]}.get(deterministic, [])
    outside = {"co": [one], "coli": [one], "colo": [one, trend]}.get(deterministic, [])
    z1 = np.hstack([level, *inside])
    past = [dx[lags - 1 - j : len(dx) - j] for j in range(1, lags)]
    z2 = np.hstack([*past, *outside, seasons[lags:], np.empty((nobs, 0))])
    both = np.hstack([dx[lags - 1 :], z1])
    resid = both - z2 @ np.linalg.lstsq(z2, both, rcond=None)[0] if z2.shape[1] else both
    n = x.shape[1]
    s = resid.T @ resid / nobs
    s00, s01, s11 = s[:n, :n], s[:n, n:], s[n:, n:]
    values, vectors = linalg.eigh(s01.T @ np.linalg.solve(s00, s01), s11)
    order = np.argsort(values)[::-1]
    return values[order][:n], vectors[:, order], s01, s11, nobs


def _tests(values: Array, nobs: int, n: int, lags: int, deterministic: Deterministic) -> pd.DataFrame:
    each = -nobs * np.log1p(-values)
    trace = np.cumsum(each[::-1])[::-1]
    left = n - np.arange(n)  # common trends under the null
    return pd.DataFrame(
        {
            "eigenvalue": values,
            "trace": trace,
            "trace_5pct": [_TRACE[deterministic][i - 1] for i in left],
            "trace_p": [_trace_p(t, int(i), deterministic) for t, i in zip(trace, left, strict=True)],
            "max": each,
            "max_5pct": [_MAX[deterministic][i - 1] for i in left],
            "trace_short": trace * (nobs - n * lags) / nobs,
        },
        index=pd.RangeIndex(n, name="rank"),
    )


def _trace_p(trace: float, n: int, deterministic: Deterministic) -> float:
    terms = np.array([n * n, n, 1, n == 1, n == 2, np.sqrt(n)], dtype=float)
    mean, variance = terms @ _MEAN[deterministic], terms @ _VARIANCE[deterministic]
    return float(stats.gamma.sf(trace, mean**2 / variance, scale=variance / mean))


def _otherwise(
    x: Array, index: pd.PeriodIndex, lags: int, deterministic: Deterministic, seasonal: bool
) -> dict[str, float | str]:
    """p value of no relation with one lag more and less, and with the constant elsewhere."""
    n, found = x.shape[1], {}
    elsewhere: Deterministic = "co" if deterministic != "co" else "ci"
    tried: list[tuple[int, Deterministic]] = [
        (lags + 1, deterministic),
        (lags - 1, deterministic),
        (lags, elsewhere),
    ]
    for order, terms in tried:
        if order >= 1 and len(x) - order - n * order - 3 >= 8:
            values, *_, nobs = _reduced_rank(x, order, terms, centred_seasons(index, seasonal))
            p = _tests(values, nobs, n, order, terms).at[0, "trace_p"]
            found[f"p of rank 0, VAR({order}), {terms}"] = float(p)
    return found  # type: ignore[return-value]
