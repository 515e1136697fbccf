"""What follows a shock? Vector autoregressions for short series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import Fault, ParameterError
from . import var_numbers as numbers
from .results import Results, evidence_word, sample_words
from .unit_roots import doubtful_levels
from .var_model import MIN_DF, Model, granger, order_table, read_sample, require_length
from .var_numbers import Kind
from .wording import figure, response_not_found

__all__ = ["VarResult", "fit_var"]

Array = NDArray[np.float64]
Prior = Literal["minnesota"] | None
Trend = Literal["n", "c", "ct"]


@dataclass(frozen=True, kw_only=True)
class VarResult(Results):
    """A vector autoregression with its impulse responses.

    `params` are named `effect: L1.cause`, `effect: const`; with a prior their errors are posterior standard
    deviations and they have no p values.

    Attributes
    ----------
    coefs : numpy.ndarray
        Shape (p, n, n): [l, i, j] is the effect of lag l + 1 of variable j on variable i.
    sigma : pandas.DataFrame
        Covariance of the errors, with the degrees of freedom of the equations.
    bands : mapping
        Kind to estimate, low and high of the responses, each (h + 1, n, n): [h, response, impulse].
    orders : pandas.DataFrame
        A row for each order on a common sample, columns `aic`, `bic`, `fpe`, `hqic`.
    granger : pandas.DataFrame
        For each `cause -> effect` by least squares: `F`, `df1`, `df2`, `p`.
    root : float
        Modulus of the largest root; the system is stable below 1.
    impulse, response : str
    after : int
        Shock, variable and periods that the finding is about.
    """

    names: tuple[str, ...]
    lags: int
    prior: Prior
    tightness: float
    coefs: Array
    sigma: pd.DataFrame
    bands: Mapping[str, tuple[Array, Array, Array]]
    orders: pd.DataFrame
    granger: pd.DataFrame
    root: float
    impulse: str
    response: str
    after: int
    unit: str
    ols: tuple[Array, Array, Array]

    def irf(self, kind: Kind = "orthogonalized") -> pd.DataFrame:
        """Responses to a shock of one standard deviation.

        Returns
        -------
        pandas.DataFrame
            Columns `impulse`, `response`, `horizon`, `estimate`, `low`, `high`.
        """
        if kind not in self.bands:
            raise ParameterError(
                Fault("the kind is not known", got=str(kind), expected=", ".join(self.bands))
            )
        estimate, low, high = self.bands[kind]
        steps, n, _ = estimate.shape
        h, i, j = (a.ravel() for a in np.meshgrid(range(steps), range(n), range(n), indexing="ij"))
        names = np.array(self.names, dtype=object)
        table = pd.DataFrame(
            {
                "impulse": names[j], "response": names[i], "horizon": h, "estimate": estimate[h, i, j],
                "low": low[h, i, j], "high": high[h, i, j],
            }
        )  # fmt: skip
        return table.sort_values(["impulse", "response", "horizon"], ignore_index=True)

    def fevd(self) -> pd.DataFrame:
        """Shares of the forecast error variance: rows (response, periods ahead), a column an impulse."""
        share = numbers.decomposition(self.bands["orthogonalized"][0])
        steps, n, _ = share.shape
        rows = pd.MultiIndex.from_product([self.names, range(1, steps + 1)], names=["response", "ahead"])
        return pd.DataFrame(share.transpose(1, 0, 2).reshape(n * steps, n), rows, list(self.names))

    def granger_test(self, causes: str | Sequence[str], effects: str | Sequence[str]) -> dict[str, float]:
        """Wald F test that no lag of `causes` stands in the equations of `effects`, by least squares.

        Returns
        -------
        dict
            `F`, `df1` = restrictions, `df2` = n times the degrees of freedom of an equation, `p`.
        """
        return granger(self.ols, self.names, self.lags, _listed(causes), _listed(effects))

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        i, j = self.names.index(self.response), self.names.index(self.impulse)
        value, low, high = (float(a[self.after, i, j]) for a in self.bands["orthogonalized"])
        cover, found = f"{100 * (1 - self.alpha):.0f}", evidence_word(low, high) != "covers"
        least = float(self.diagnostics["minimum detectable response"])
        size = figure(float(self.bands["orthogonalized"][0][0, j, j]))
        if lang == "zh":
            unit = {"Y": "年", "Q": "个季度", "M": "个月"}[self.unit]
            when = f"{self.impulse}出现一个标准差（{size}个单位）的意外上升后第{self.after}{unit}"
            if found:
                return (
                    f"在“{'、'.join(self.names)}”的排序下，{when}，{self.response}"
                    f"{'高' if value > 0 else '低'}{figure(abs(value))}个单位（{cover}%区间{figure(low)}至"
                    f"{figure(high)}）；这是统计上的先后响应，不足以认定因果。"
                )
            return response_not_found(
                when, self.response, (low, high), alpha=self.alpha, least=least, nobs=self.nobs, lang=lang
            )
        unit = {"Y": "year", "Q": "quarter", "M": "month"}[self.unit] + ("s" if self.after > 1 else "")
        when = f"{self.after} {unit} after an unexpected rise of {self.impulse} by one standard deviation"
        when += f" ({size} units)"
        if found:
            return (
                f"With the variables in the order {', '.join(self.names)}, {self.response} is "
                f"{figure(abs(value))} units {'higher' if value > 0 else 'lower'} {when} "
                f"({cover} % interval {figure(low)} to {figure(high)}); an order in time, not enough to "
                "speak of a cause."
            )
        return response_not_found(
            when, self.response, (low, high), alpha=self.alpha, least=least, nobs=self.nobs, lang=lang
        )


def fit_var(
    frame: pd.DataFrame | Mapping[str, pd.Series],
    *,
    lags: int | None = None,
    prior: Prior = "minnesota",
    tightness: float = 0.3,
    trend: Trend = "c",
    fixed: pd.Series | pd.DataFrame | None = None,
    impulse: str | None = None,
    response: str | None = None,
    after: int = 1,
    horizon: int = 8,
    max_lag: int = 4,
    alpha: float = 0.1,
    draws: int = 999,
    seed: int = 20230630,
) -> VarResult:
    """Estimate how variables answer each other's surprises.

    Parameters
    ----------
    frame : pandas.DataFrame
        Growth rates or other stationary series, one column a variable in the order of the identification
        (the first moves the others within the period, not the reverse), consecutive periods. Below 40
        periods at most 3 variables.
    lags : int, optional
        Default 1 below 40 periods, then by BIC up to `max_lag`, at least 1.
    prior : {"minnesota", None}
        Shrink towards independent white noise around a mean, or least squares (3 variables from 30 periods).
    tightness : float
        Prior standard deviation of a first own lag; .2 and .5 are shown beside it.
    trend : {"n", "c", "ct"}
    fixed : pandas.Series or pandas.DataFrame, optional
        Terms in every equation such as a dummy of 2020, not shrunk.
    impulse, response : str, optional
    after : int
        What the finding is about: default the second column one period after a shock to the first.
    horizon : int
        Periods after the shock.
    max_lag : int
        Orders compared.
    alpha : float
        1 - coverage of the bands, pointwise.
    draws, seed : int
        Of the bootstrap or the posterior.

    Returns
    -------
    VarResult

    Raises
    ------
    ModelRefused
        `short_sample`, `gap`, `constant`, `collinear`, `no_overlap`, `frequency`.

    Notes
    -----
    Least squares by equation; with the prior the same on the sample and its dummy observations: prior mean
    0, standard deviation ``tightness * s_i / (l * s_j)``, s from autoregressions, flat on the deterministic
    terms. Responses to a Cholesky factor in the order of the columns, and generalised ones, which know no
    order. Bands: quantiles of the posterior, or bootstrap-after-bootstrap for least squares. They hold at
    each horizon by itself.

    References
    ----------
    Lütkepohl, H. (2005), New introduction to multiple time series analysis, Springer.
    Kilian, L. (1998), Small-sample confidence intervals for impulse response functions, Review of Economics
    and Statistics 80, 218-230.
    Bańbura, M., Giannone, D., Reichlin, L. (2010), Large Bayesian vector auto regressions, Journal of Applied
    Econometrics 25, 71-92.
    Pesaran, H. H., Shin, Y. (1998), Generalized impulse response analysis in linear multivariate models,
    Economics Letters 58, 17-29.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a = rng.standard_normal(61)
    >>> b = 0.6 * a[:-1] + rng.standard_normal(60)
    >>> frame = pd.DataFrame({"a": a[1:], "b": b}, pd.period_range("2010Q1", periods=60, freq="Q"))
    >>> fit_var(frame, prior=None, draws=200).granger.round(2)["p"].tolist()
    [0.34, 0.0]
    """
    names = [str(c) for c in frame]
    shock, answer = impulse or names[0], response or names[min(1, len(names) - 1)]
    _require_arguments(names, shock, answer, lags, prior, tightness, trend, after, horizon, alpha, draws)
    sample, terms, term_names = read_sample(
        {n: frame[c] for n, c in zip(names, frame, strict=True)}, fixed, trend
    )
    x, n = sample.to_numpy(), len(names)
    most = max(1, min(max_lag, (len(x) - MIN_DF - terms.shape[1]) // (n + 1)))
    require_length(len(x), n, lags or 1, terms.shape[1], prior)
    orders = order_table(x, terms, most)
    order = lags or (1 if len(x) < 40 else max(1, int(orders["bic"].idxmin())))
    model = Model(x, terms, order, tightness if prior else None)
    coefs, sigmas, bias = model.draw(draws, np.random.default_rng(seed))
    i, j = names.index(answer), names.index(shock)
    bands, spread = _bands(model, coefs, sigmas, horizon, alpha, (after, i, j))
    flat = pd.Index(model.coefficient_names(names, term_names))
    bse = pd.Series(model.bse.T.ravel(), flat)
    params = pd.Series(model.beta.T.ravel(), flat)
    resid = model.y - model.z @ model.beta
    index = sample.index[order:]
    return VarResult(
        params=params,
        bse=bse,
        pvalues=pd.Series(np.nan if prior else 2 * stats.t.sf((params / bse).abs(), model.df), flat),
        nobs=model.nobs,
        df_resid=model.df,
        resid=pd.Series(resid[:, i], index),
        fittedvalues=pd.Series(model.y[:, i] - resid[:, i], index),
        method=f"VAR({order}), "
        + (f"Minnesota prior, tightness {tightness:g}" if prior else "least squares"),
        interval_method=("posterior" if prior else "bootstrap-after-bootstrap (Kilian)")
        + f", {draws} draws, pointwise",
        sample=sample_words(index),
        alpha=alpha,
        assumptions=(
            "variables are stationary, such as growth rates",
            "a variable moves those after it within the period, not those before it: " + ", ".join(names),
            "one regime; errors without autocorrelation",
        ),
        warnings=_warnings(sample, model, prior, lags, bias),
        diagnostics={
            "largest root": model.root,
            "minimum detectable response": float(stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(0.8))
            * spread,
        },
        sensitivity=_sensitivity(x, terms, order, tightness, prior, (after, i, j)),
        names=tuple(names),
        lags=order,
        prior=prior,
        tightness=tightness,
        coefs=model.coefs,
        sigma=pd.DataFrame(model.sigma, index=names, columns=names),
        bands=bands,
        orders=orders,
        granger=_pairs(model, names),
        root=model.root,
        impulse=shock,
        response=answer,
        after=after,
        unit=sample.index.freqstr[0],
        ols=model.ols,
    )


def _require_arguments(
    names: list[str], shock: str, answer: str, lags: int | None, prior: Prior, tightness: float, trend: Trend,
    after: int, horizon: int, alpha: float, draws: int,
) -> None:  # fmt: skip
    faults = [
        Fault(what, got=got, expected=expected)
        for bad, what, got, expected in (
            (len(names) < 2, "a system needs variables", str(len(names)), "2 or more"),
            (
                len(set(names)) != len(names),
                "two variables have the same name",
                ", ".join(names),
                "different ones",
            ),
            (shock not in names, "the impulse is no variable", shock, ", ".join(names)),
            (answer not in names, "the response is no variable", answer, ", ".join(names)),
            (lags is not None and lags < 1, "the order is not usable", str(lags), "1 or more"),
            (prior not in ("minnesota", None), "the prior is not known", str(prior), "minnesota or None"),
            (not tightness > 0, "the tightness is not usable", str(tightness), "above 0, such as 0.3"),
            (trend not in ("n", "c", "ct"), "the trend is not known", str(trend), "n, c or ct"),
            (not 0 <= after <= horizon, "no response so late", f"{after} of {horizon}", "0 to the horizon"),
            (not 0 < alpha < 1, "alpha is not between 0 and 1", str(alpha), "such as 0.1"),
            (draws < 100, "too few draws for a band", str(draws), "100 or more"),
        )
        if bad
    ]
    if faults:
        raise ParameterError(faults)


def _listed(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _bands(
    model: Model, coefs: Array, sigmas: Array, horizon: int, alpha: float, at: tuple[int, int, int]
) -> tuple[dict[str, tuple[Array, Array, Array]], float]:
    """Estimate, low and high of both kinds, and the spread of one orthogonalised response."""
    found: dict[str, tuple[Array, Array, Array]] = {}
    spread = 0.0
    kinds: tuple[Kind, ...] = ("orthogonalized", "generalized")
    for kind in kinds:
        drawn = numbers.responses(coefs, sigmas, horizon, kind)
        low, high = np.quantile(drawn, [alpha / 2, 1 - alpha / 2], axis=0)
        found[kind] = model.responses(horizon, kind), low, high
        if kind == "orthogonalized":
            spread = float(drawn[(slice(None), *at)].std(ddof=1))
    return found, spread


def _pairs(model: Model, names: list[str]) -> pd.DataFrame:
    return pd.DataFrame.from_dict(
        {
            f"{cause} -> {effect}": granger(model.ols, names, model.lags, [cause], [effect])
            for effect in names
            for cause in names
            if cause != effect
        },
        orient="index",
    )


def _warnings(
    sample: pd.DataFrame, model: Model, prior: Prior, lags: int | None, bias: float
) -> tuple[str, ...]:
    found = []
    wandering = doubtful_levels({str(c): sample[c] for c in sample})
    if wandering:
        found.append(
            f"{', '.join(wandering)} may hold a unit root: growth rates or differences are meant here"
        )
    if model.root >= 1:
        found.append(f"the system is not stable: largest root {model.root:.3f}")
    if lags and lags > 1 and len(sample) < 40:
        found.append(f"{lags} lags on {len(sample)} periods: one is the default below 40")
    if bias > 0.05:
        found.append(
            f"small-sample bias: up to {bias:.2f} was taken from a coefficient for the bands, none from it"
        )
    if prior:
        found.append(
            "Granger tests and orders are those of least squares; bands hold the prior's information too"
        )
    return tuple(found)


def _sensitivity(
    x: Array, terms: Array, order: int, tightness: float, prior: Prior, at: tuple[int, int, int]
) -> dict[str, float | str]:
    """The response of the finding by other priors, orders and orderings."""
    after, i, j = at

    def response(lags: int, tight: float | None, kind: Kind = "orthogonalized") -> float:
        return float(Model(x, terms, lags, tight).responses(after, kind)[after, i, j])

    used = tightness if prior else None
    found: dict[str, float | str] = {f"tightness {t:g}": response(order, t) for t in (0.2, 0.5) if t != used}
    found["least squares" if prior else "Minnesota, tightness 0.3"] = response(order, None if prior else 0.3)
    found["generalised, no order of variables"] = response(order, used, "generalized")
    turned = [c for c in range(x.shape[1]) if c != j] + [j]
    swapped = Model(x[:, turned], terms, order, used).responses(after, "orthogonalized")
    found["impulse placed last"] = float(swapped[after, turned.index(i), -1])
    if len(x) - order - 1 - terms.shape[1] - x.shape[1] * (order + 1) >= MIN_DF:
        found[f"{order + 1} lags"] = response(order + 1, used)
    return found
