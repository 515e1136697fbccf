"""What follows a shock, one regression for each horizon?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import Fault, ParameterError
from .design import require_rank
from .results import Results, evidence_word, sample_words
from .var_model import MIN_DF, read_sample, require_length
from .wording import figure, response_not_found

__all__ = ["LocalProjectionResult", "fit_local_projections"]

Array = NDArray[np.float64]
Inference = Literal["lag_augmented", "ewc", "newey_west"]
_INFERENCE = {
    "lag_augmented": "one lag more than asked for, HC3 errors, Student's t",
    "ewc": "equally weighted cosines (Lazarus, Lewis, Stock and Watson 2018), Student's t",
    "newey_west": "Newey-West errors, normal quantiles: too narrow below about 100 observations",
}


@dataclass(frozen=True, kw_only=True)
class LocalProjectionResult(Results):
    """Responses to a shock, each estimated by itself.

    `params`, `bse` and `pvalues` are those of the first response, by horizon (`h=0`, `h=1`, ...).

    Attributes
    ----------
    responses : pandas.DataFrame
        Columns `response`, `horizon`, `estimate`, `se`, `low`, `high`, `df` (of Student's t).
    impulse, response : str
    after : int
        Shock, variable and periods that the finding is about.
    inference : str
    """

    responses: pd.DataFrame
    impulse: str
    response: str
    after: int
    unit: str
    inference: Inference

    def irf(self, response: str | None = None) -> pd.DataFrame:
        """Rows of one variable by horizon; default the first response."""
        name = self.response if response is None else response
        found = self.responses[self.responses["response"] == name]
        if found.empty:
            known = ", ".join(self.responses["response"].unique())
            raise ParameterError(Fault("the response is not known", got=str(name), expected=known))
        return found.set_index("horizon").drop(columns="response")

    def conf_int(self, alpha: float | None = None) -> pd.DataFrame:
        """Intervals of the first response by horizon, with the degrees of freedom of the method."""
        level = self.alpha if alpha is None else alpha
        if not 0 < level < 1:
            raise ParameterError(
                Fault("alpha is not between 0 and 1", got=str(level), expected="such as 0.1")
            )
        half = stats.t.ppf(1 - level / 2, self.irf()["df"].to_numpy()) * self.bse
        return pd.DataFrame({"low": self.params - half, "high": self.params + half})

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        row = self.irf().loc[self.after]
        value, low, high = row["estimate"], row["low"], row["high"]
        cover, found = f"{100 * (1 - self.alpha):.0f}", evidence_word(low, high) != "covers"
        least = float(self.diagnostics["minimum detectable response"])
        if lang == "zh":
            unit = {"Y": "年", "Q": "个季度", "M": "个月"}[self.unit]
            when = f"{self.impulse}意外上升1个单位后第{self.after}{unit}"
            if found:
                return (
                    f"{when}，{self.response}平均{'高' if value > 0 else '低'}{figure(abs(value))}个单位"
                    f"（{cover}%区间{figure(low)}至{figure(high)}）；这是统计上的先后响应，不足以认定因果。"
                )
            return response_not_found(
                when, self.response, (low, high), alpha=self.alpha, least=least, nobs=self.nobs, lang=lang
            )
        unit = {"Y": "year", "Q": "quarter", "M": "month"}[self.unit] + ("s" if self.after > 1 else "")
        when = f"{self.after} {unit} after an unexpected rise of {self.impulse} by one unit"
        if found:
            return (
                f"{self.response} is {figure(abs(value))} units {'higher' if value > 0 else 'lower'} "
                f"on average {when} ({cover} % interval {figure(low)} to {figure(high)}); an order in time, "
                "not enough to speak of a cause."
            )
        return response_not_found(
            when, self.response, (low, high), alpha=self.alpha, least=least, nobs=self.nobs, lang=lang
        )


def fit_local_projections(
    frame: pd.DataFrame | Mapping[str, pd.Series],
    *,
    impulse: str | None = None,
    response: str | None = None,
    after: int = 1,
    horizon: int = 4,
    lags: int = 1,
    trend: Literal["n", "c", "ct"] = "c",
    fixed: pd.Series | pd.DataFrame | None = None,
    inference: Inference = "lag_augmented",
    nw_lags: int | None = None,
    alpha: float = 0.1,
) -> LocalProjectionResult:
    """Regress each variable, each number of periods ahead, on a shock and the past of all.

    Parameters
    ----------
    frame : pandas.DataFrame
        One column a variable, consecutive periods. Below 40 periods at most 3 variables.
    impulse, response : str, optional
        Shock, default the first column; what the finding is about, default the second.
    after : int
        Periods after the shock that the finding is about.
    horizon : int
        Last one.
    lags : int
        Lags of all variables as controls; `lag_augmented` adds one.
    trend : {"n", "c", "ct"}
    fixed : pandas.Series or pandas.DataFrame, optional
        Further controls of the period of the shock, such as a dummy of 2020.
    inference : {"lag_augmented", "ewc", "newey_west"}
        Errors; see Notes.
    nw_lags : int, optional
        Bandwidth of Newey-West; default grows with the horizon.
    alpha : float
        1 - coverage of the bands, pointwise.

    Returns
    -------
    LocalProjectionResult

    Raises
    ------
    ModelRefused
        `short_sample`, `gap`, `constant`, `collinear`, `no_overlap`, `frequency`.

    Notes
    -----
    ``y[t + h] = b_h shock[t] + controls``, all horizons on the same periods. The shock moves the others
    within the period, not the reverse. Errors overlap for h > 0: a further lag of all variables makes errors
    robust to heteroskedasticity valid (`lag_augmented`, with the leverage correction HC3); `ewc` averages the
    products with ``0.4 T ** (2 / 3)`` cosines, whose number is the degrees of freedom; `newey_west` as in
    other programs.

    References
    ----------
    Jordà, Ò. (2005), Estimation and inference of impulse responses by local projections, American Economic
    Review 95, 161-182.
    Montiel Olea, J. L., Plagborg-Møller, M. (2021), Local projection inference is simpler and more robust
    than you think, Econometrica 89, 1789-1823.
    Lazarus, E., Lewis, D. J., Stock, J. H., Watson, M. W. (2018), HAR inference: recommendations for
    practice, Journal of Business & Economic Statistics 36, 541-559.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a = rng.standard_normal(81)
    >>> b = 0.6 * a[:-1] + rng.standard_normal(80)
    >>> frame = pd.DataFrame({"a": a[1:], "b": b}, pd.period_range("2005Q1", periods=80, freq="Q"))
    >>> fit_local_projections(frame).irf().loc[1, ["low", "high"]].round(1).tolist()
    [0.3, 0.6]
    """
    names = [str(c) for c in frame]
    shock, answer = impulse or names[0], response or names[min(1, len(names) - 1)]
    _require_arguments(names, shock, answer, after, horizon, lags, trend, inference, alpha)
    sample, terms, _ = read_sample({n: frame[c] for n, c in zip(names, frame, strict=True)}, fixed, trend)
    x, at = sample.to_numpy(), names.index(shock)
    used = lags + (inference == "lag_augmented")
    controls = terms[:, {"n": 0, "c": 1, "ct": 2}[trend] :]
    # the shock and the periods ahead are lost as well
    require_length(len(x), len(names), used, terms.shape[1] + 1 + horizon, "prior")
    require_rank(_design(x, at, used, horizon, terms)[0], "the projections")
    if inference == "newey_west":
        table = _newey_west(x, at, used, horizon, trend, controls, nw_lags)
    else:
        table = _own_errors(x, at, used, horizon, terms, inference)
    table.insert(0, "response", [n for n in names for _ in range(horizon + 1)])
    half = stats.t.ppf(1 - alpha / 2, table["df"]) * table["se"]
    table["low"], table["high"] = table["estimate"] - half, table["estimate"] + half
    first = table[table["response"] == answer].set_index("horizon")
    labels = pd.Index([f"h={h}" for h in first.index])
    se_after, df_after = float(first.at[after, "se"]), float(first.at[after, "df"])
    least = float(stats.t.ppf(1 - alpha / 2, df_after) + stats.norm.ppf(0.8)) * se_after
    nobs = len(x) - used - horizon
    bse = pd.Series(first["se"].to_numpy(), labels)
    params = pd.Series(first["estimate"].to_numpy(), labels)
    with np.errstate(divide="ignore"):
        ratio = np.where(bse > 1e-10, params.abs() / bse.where(bse > 1e-10, 1.0), np.nan)
    return LocalProjectionResult(
        params=params,
        bse=bse,
        pvalues=pd.Series(2 * stats.t.sf(ratio, first["df"].to_numpy()), labels),
        nobs=nobs,
        df_resid=nobs - 1 - terms.shape[1] - len(names) * used,
        method=f"local projections on {used} lags, {horizon + 1} horizons on the same periods",
        interval_method=_INFERENCE[inference] + ", pointwise",
        sample=sample_words(sample.index[used : len(x) - horizon]),
        alpha=alpha,
        assumptions=(
            f"{shock} moves the others within the period, not the reverse",
            "the past of all variables holds what was expected of it",
        ),
        warnings=(_INFERENCE[inference],) if inference == "newey_west" and nobs < 100 else (),
        diagnostics={"minimum detectable response": least},
        sensitivity=_sensitivity(x, at, names.index(answer), lags, horizon, trend, terms, controls, after),
        responses=table,
        impulse=shock,
        response=answer,
        after=after,
        unit=sample.index.freqstr[0],
        inference=inference,
    )


def _require_arguments(
    names: list[str], shock: str, answer: str, after: int, horizon: int, lags: int, trend: str,
    inference: str, alpha: float,
) -> None:  # fmt: skip
    faults = [
        Fault(what, got=got, expected=expected)
        for bad, what, got, expected in (
            (
                len(set(names)) != len(names),
                "variables share a name",
                ", ".join(names),
                "different ones",
            ),
            (shock not in names, "the impulse is no variable", shock, ", ".join(names)),
            (answer not in names, "the response is no variable", answer, ", ".join(names)),
            (not 0 <= after <= horizon, "no response so late", f"{after} of {horizon}", "0 to the horizon"),
            (lags < 0, "the lags are not usable", str(lags), "0 or more"),
            (trend not in ("n", "c", "ct"), "the trend is not known", str(trend), "n, c or ct"),
            (inference not in _INFERENCE, "the errors are not known", str(inference), ", ".join(_INFERENCE)),
            (not 0 < alpha < 1, "alpha is not between 0 and 1", str(alpha), "such as 0.1"),
        )
        if bad
    ]
    if faults:
        raise ParameterError(faults)


def _newey_west(
    x: Array, at: int, lags: int, horizon: int, trend: str, controls: Array, nw_lags: int | None
) -> pd.DataFrame:
    from statsmodels.tsa.api import LocalProjections

    model = LocalProjections(
        x, shock_idx=at, lags=lags, horizons=horizon, trend=trend, nw_lags=nw_lags,
        exog=controls if controls.shape[1] else None,
    )  # fmt: skip
    found = model.fit()
    n = x.shape[1]
    return pd.DataFrame(
        {
            "horizon": np.tile(np.arange(horizon + 1), n),
            "estimate": found.irfs[:, :, 0].T.ravel(),
            "se": found.stderr[:, :, 0].T.ravel(),
            "df": np.inf,
        }
    )


def _own_errors(
    x: Array, at: int, lags: int, horizon: int, terms: Array, inference: Inference
) -> pd.DataFrame:
    from statsmodels.regression.linear_model import OLS

    z, rows = _design(x, at, lags, horizon, terms)
    found = []
    for i in range(x.shape[1]):
        for h in range(horizon + 1):
            fit = OLS(x[rows.start + h : rows.stop + h, i], z).fit()
            se, df = _hc3(fit) if inference == "lag_augmented" else _ewc(fit, z)
            found.append((h, float(fit.params[0]), se, df))
    return pd.DataFrame(found, columns=["horizon", "estimate", "se", "df"])


def _design(x: Array, at: int, lags: int, horizon: int, terms: Array) -> tuple[Array, range]:
    """Shock, lags of all variables and terms; the rows of the shock."""
    rows = range(lags, len(x) - horizon)
    past = [x[rows.start - j : rows.stop - j] for j in range(1, lags + 1)]
    return np.hstack([x[rows.start : rows.stop, [at]], *past, terms[rows.start : rows.stop]]), rows


def _hc3(fit: Any) -> tuple[float, float]:
    """HC3; an observation that a dummy fits alone has no error to be scaled up, and counts for nothing."""
    z, resid = np.asarray(fit.model.exog), np.asarray(fit.resid)
    inverse = np.linalg.pinv(z)
    leverage = np.einsum("ij,ji->i", z, inverse)
    alone = leverage > 1 - 1e-8
    scaled = np.where(alone, 0.0, resid / np.where(alone, 1.0, 1 - leverage))
    return float(np.sqrt(((inverse[0] * scaled) ** 2).sum())), float(fit.df_resid)


def _ewc(fit: Any, z: Array) -> tuple[float, float]:
    """Long-run variance from cosines: as many squared projections as degrees of freedom."""
    nobs = len(z)
    cosines = max(2, int(0.4 * nobs ** (2 / 3)))
    wave = np.cos(np.pi * np.outer(np.arange(1, cosines + 1), (np.arange(nobs) + 0.5) / nobs))
    projected = np.sqrt(2.0 / nobs) * wave @ (z * np.asarray(fit.resid)[:, None])
    omega = projected.T @ projected / cosines
    inverse = np.linalg.inv(z.T @ z)
    return float(np.sqrt((inverse @ omega @ inverse)[0, 0] * nobs)), float(cosines)


def _sensitivity(
    x: Array, at: int, i: int, lags: int, horizon: int, trend: str, terms: Array, controls: Array, after: int
) -> dict[str, float | str]:
    """The response of the finding with other errors and lags."""
    row = i * (horizon + 1) + after
    found: dict[str, float | str] = {}
    if lags >= 1:
        ewc = _own_errors(x, at, lags, horizon, terms, "ewc").loc[row]
        found[f"{lags} lags"] = float(ewc["estimate"])
        found["se by cosines"] = float(ewc["se"])
        found["se by Newey-West"] = float(
            _newey_west(x, at, lags, horizon, trend, controls, None).at[row, "se"]
        )
    if len(x) - horizon - (lags + 2) * (x.shape[1] + 1) - terms.shape[1] - 1 >= MIN_DF:
        more = _own_errors(x, at, lags + 2, horizon, terms, "lag_augmented").loc[row]
        found[f"{lags + 2} lags"] = float(more["estimate"])
    return found
