"""What can a small area learn from the others? Its estimate, drawn to theirs as far as it is unsure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, stats

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import named, to_array
from .panel_sample import design, panel_sample
from .results import Results, evidence_word

__all__ = ["PoolingResult", "fit_pooling", "region_slopes"]

Array = NDArray[np.float64]

_MIN_REGIONS = 4
_MIN_DF = 3
_GRID = 400  # values of the spread between regions over which the uncertainty is averaged


@dataclass(frozen=True, kw_only=True)
class PoolingResult(Results):
    """Estimates of regions after borrowing strength from each other.

    Attributes
    ----------
    own, own_bse : pandas.Series
        Each region's estimate by itself, and its standard error.
    weight : pandas.Series
        Weight that each pooled estimate gives to the region's own data, 0 to 1.
    mean, mean_bse : float
        Of all regions.
    tau : float
        Standard deviation of the true values between regions (posterior median).
    area : str
        The region of the sentence.
    """

    own: pd.Series
    own_bse: pd.Series
    weight: pd.Series
    mean: float
    mean_bse: float
    tau: float
    area: str
    what: tuple[str, str] = ("", "")
    unit: tuple[str, str] = ("", "")
    parts: tuple[Array, Array, Array] = field(repr=False)

    def conf_int(self, alpha: float | None = None) -> pd.DataFrame:
        """Intervals of the pooled estimates: columns `low` and `high`, coverage 1 - alpha."""
        level = self.alpha if alpha is None else alpha
        if not 0 < level < 1:
            raise ParameterError(
                Fault("alpha is not between 0 and 1", got=str(level), expected="such as 0.1")
            )
        probability, centres, spreads = self.parts
        ends = [
            [_quantile(probability, centres[:, j], spreads[:, j], q) for q in (level / 2, 1 - level / 2)]
            for j in range(centres.shape[1])
        ]
        return pd.DataFrame(ends, index=self.params.index, columns=["low", "high"])

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """Pooled and own estimates, interval, and the weight of the own data."""
        table = super().to_frame(lang)
        names = ("own estimate", "own std. error", "weight")
        if lang == "zh":
            names = ("单独估计", "单独标准误", "权重")
        return table.assign(**dict(zip(names, (self.own, self.own_bse, self.weight), strict=True)))

    def finding(self, lang: str = "zh") -> str:
        """One sentence on the area: pooled estimate, interval, and the weight of its own data."""
        area, b, w = self.area, self.params[self.area], self.weight[self.area]
        low, high = self.conf_int().loc[area]
        covers = evidence_word(low, high) == "covers"
        coverage, count = f"{1 - self.alpha:.0%}", len(self.params)
        least = self.diagnostics["minimum detectable effect"]
        if lang == "zh":
            what, unit = self.what[0] or "估计值", self.unit[0]
            head = (
                f"借助{count}个地区的信息，{area}的{what}为{b:.2f}{unit}（{coverage}区间{low:.2f}至{high:.2f}"
            )
            head += f"，本地数据权重{w:.0%}，单独估计为{self.own[area]:.2f}）"
            if covers:
                return f"{head}，未发现其异于零；小于{least:.2f}{unit}的数值难以识别。"
            return f"{head}，{'高' if b > 0 else '低'}于零。"
        what, unit = self.what[1] or "the estimate", f" {self.unit[1]}" if self.unit[1] else ""
        head = (
            f"Drawing on {count} regions, {what} of {area} is {b:.2f}{unit} ({coverage} interval {low:.2f} "
            f"to {high:.2f}; its own data weigh {w:.0%}, by themselves they say {self.own[area]:.2f})"
        )
        if covers:
            return f"{head}: no difference from zero was found, nor would one below {least:.2f}{unit} be."
        return f"{head}: {'above' if b > 0 else 'below'} zero."


def fit_pooling(
    estimates: pd.Series,
    standard_errors: pd.Series,
    *,
    area: str,
    df: pd.Series | None = None,
    alpha: float = 0.1,
    what: tuple[str, str] = ("", ""),
    unit: tuple[str, str] = ("", ""),
) -> PoolingResult:
    """Draw the estimates of regions towards their common mean, each as far as it is unsure.

    Parameters
    ----------
    estimates, standard_errors : pandas.Series
        By region, such as the slopes of `region_slopes`; one unit.
    area : str
        The region of the sentence.
    df : pandas.Series, optional
        Degrees of freedom of the standard errors; variances are multiplied by ``df / (df - 2)``.
    alpha : float
        1 - coverage of the intervals.
    what, unit : tuple of str
        Name and unit of the estimate in Chinese and English, for the sentence.

    Returns
    -------
    PoolingResult

    Raises
    ------
    ModelRefused
        `few_clusters` (fewer than 4 regions), `gap` (an estimate or standard error is missing),
        `constant` (a standard error is not positive), `short_sample` (fewer than 3 degrees of freedom).
    ParameterError
        The area or the indices do not match.

    Notes
    -----
    Estimates ``y_j ~ N(theta_j, s_j^2)`` and true values ``theta_j ~ N(mu, tau^2)``, with flat priors of mu
    and tau: all is normal given tau, and the uncertainty of tau is averaged over a grid of its posterior.
    The weight of the own data is the mean of ``tau^2 / (tau^2 + s_j^2)``. It assumes that, before
    the data, no region is known to differ from the others. The spread of DerSimonian and Laird (1986) stands
    in the diagnostics.

    References
    ----------
    Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.4. DerSimonian and Laird (1986),
    Meta-analysis in clinical trials, Controlled Clinical Trials 7(3). Rubin (1981), Estimation in parallel
    randomized experiments, Journal of Educational Statistics 6(4).

    Examples
    --------
    >>> y = pd.Series([28.0, 8, -3, 7, -1, 1, 18, 12], list("ABCDEFGH"))
    >>> s = pd.Series([15.0, 10, 16, 11, 9, 11, 10, 18], list("ABCDEFGH"))
    >>> fit = fit_pooling(y, s, area="A")
    >>> round(fit.mean, 1), bool(fit.params["A"] < 13)
    (7.9, True)
    """
    y, variance, names = _checked(estimates, standard_errors, df, area, alpha)
    taus, probability = _posterior(y, variance)
    total = variance[None, :] + taus[:, None] ** 2
    precision = 1.0 / total
    mean = (precision * y).sum(axis=1) / precision.sum(axis=1)
    mean_variance = 1.0 / precision.sum(axis=1)
    own = taus[:, None] ** 2 / total
    centres = own * y + (1 - own) * mean[:, None]
    spreads = np.sqrt(own * variance + (1 - own) ** 2 * mean_variance[:, None])
    pooled = probability @ centres
    bse = np.sqrt(probability @ (spreads**2 + (centres - pooled) ** 2))
    below = probability @ stats.norm.cdf(-centres / spreads)
    grand = float(probability @ mean)
    grand_bse = float(np.sqrt(probability @ (mean_variance + (mean - grand) ** 2)))
    i = names.index(area)
    fixed = float((y / variance).sum() / (1 / variance).sum())
    q, tau2 = _dersimonian_laird(y, variance)
    dl = tau2 / (tau2 + variance[i])
    dl_mean = float((y / (variance + tau2)).sum() / (1 / (variance + tau2)).sum())
    critical = float(stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(0.8))
    return PoolingResult(
        params=pd.Series(pooled, names),
        bse=pd.Series(bse, names),
        pvalues=pd.Series(2 * np.minimum(below, 1 - below), names),
        nobs=len(names),
        df_resid=len(names) - 1,
        method="partial pooling, normal within and between regions, flat prior on the spread between",
        interval_method="quantiles of the posterior, averaged over the spread between regions",
        sample=f"{len(names)} regions",
        alpha=alpha,
        assumptions=(
            "true values of the regions are draws around one mean; none is known to be special",
            "estimates of different regions are independent",
        ),
        warnings=("with few regions the spread between them is hardly known; intervals allow for it",)
        if len(names) < 10
        else (),
        diagnostics={
            "minimum detectable effect": critical * float(bse[i]),
            "spread between regions (posterior median)": _median(taus, probability),
            "spread between regions (DerSimonian-Laird)": float(np.sqrt(tau2)),
            "Cochran Q": q,
            "Cochran Q p": float(stats.chi2.sf(q, len(names) - 1)),
            "mean of all regions": grand,
        },
        sensitivity={
            "own data alone": float(y[i]),
            "all regions alike": fixed,
            "DerSimonian-Laird weights": dl * float(y[i]) + (1 - dl) * dl_mean,
        },
        own=pd.Series(y, names),
        own_bse=pd.Series(np.sqrt(variance), names),
        weight=pd.Series(probability @ own, names),
        mean=grand,
        mean_bse=grand_bse,
        tau=_median(taus, probability),
        area=area,
        what=what,
        unit=unit,
        parts=(probability, centres, spreads),
    )


def region_slopes(y: pd.Series, x: pd.DataFrame | pd.Series, *, period_effects: bool = False) -> pd.DataFrame:
    """Slope of the first regressor in each region by itself, ready for `fit_pooling`.

    Parameters
    ----------
    y, x
        As for `fit_panel`: index (region, period).
    period_effects : bool
        Take out what all regions share in a period first: without it a national shock moves all slopes at
        once, and estimates of different regions are not independent.

    Returns
    -------
    pandas.DataFrame
        By region: `slope`, `bse` (classical), `df`, `nobs`. Regions with fewer than 3 degrees of freedom or
        no variation have no row.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([list("abcde"), range(8)], names=["region", "year"])
    >>> rng = np.random.default_rng(0)
    >>> x = pd.Series(rng.normal(size=40), index, name="growth")
    >>> region_slopes((0.5 * x + 0.1 * rng.normal(size=40)).rename("income"), x)["df"].tolist()
    [6, 6, 6, 6, 6]
    """
    sample = panel_sample(y, x, effects="year" if period_effects else "none")
    outcomes, regressors = sample.y.to_numpy(), sample.x.to_numpy()
    if period_effects:
        dummies = design(sample.region_codes, sample.period_codes, "year")
        both = np.column_stack([outcomes, regressors])
        both = both - dummies @ np.linalg.lstsq(dummies, both, rcond=None)[0]
        outcomes, regressors = both[:, 0], both[:, 1:]
    rows = {}
    for code, label in enumerate(sample.index.get_level_values(0).unique()):
        mine = sample.region_codes == code
        z = np.column_stack([regressors[mine], np.ones(mine.sum())])
        free = len(z) - z.shape[1]
        if free < _MIN_DF or np.linalg.matrix_rank(z) < z.shape[1]:
            continue
        outcome = outcomes[mine]
        inverse = np.linalg.inv(z.T @ z)
        slopes = inverse @ z.T @ outcome
        residuals = outcome - z @ slopes
        rows[label] = {
            "slope": slopes[0],
            "bse": float(np.sqrt(inverse[0, 0] * (residuals @ residuals) / free)),
            "df": free,
            "nobs": len(z),
        }
    return pd.DataFrame(rows, index=["slope", "bse", "df", "nobs"]).T.astype({"df": int, "nobs": int})


def _checked(
    estimates: pd.Series, errors: pd.Series, df: pd.Series | None, area: str, alpha: float
) -> tuple[Array, Array, list[str]]:
    same = estimates.index.equals(errors.index) and (df is None or df.index.equals(errors.index))
    if not same or estimates.index.has_duplicates or area not in estimates.index or not 0 < alpha < 1:
        raise ParameterError(
            Fault(
                "regions, area or alpha do not match",
                got=f"area {area}, alpha {alpha}",
                expected="one index of regions, each once, the area among them, alpha between 0 and 1",
            )
        )
    y, s = to_array(estimates, what="estimates"), to_array(errors, what="standard errors")
    absent = estimates.index[np.isnan(y) | np.isnan(s)]
    flat = estimates.index[s <= 0]
    free = np.full(len(y), 1e12) if df is None else to_array(df, what="df")
    faults = []
    for bad, what, zh, code in (
        (absent, "an estimate or standard error is missing", "缺少估计值或标准误", "gap"),
        (flat, "a standard error is not positive", "的标准误不为正", "constant"),
        (estimates.index[free < _MIN_DF], "too few degrees of freedom", "的自由度不足3", "short_sample"),
    ):
        if len(bad):
            faults.append(
                Fault(
                    what,
                    got=named(bad),
                    next_step="leave these regions out, or supply longer series of them",
                    zh=f"{named(bad)}{zh}，请去掉这些地区或补充数据。",
                    code=code,
                )
            )
    if len(y) < _MIN_REGIONS:
        faults.append(
            Fault(
                "too few regions to learn from",
                got=f"{len(y)} regions",
                expected=f"at least {_MIN_REGIONS}",
                next_step="add regions, or report the area by itself",
                zh=f"只有{len(y)}个地区，少于{_MIN_REGIONS}个，无法借助其他地区的信息。",
                code="few_clusters",
            )
        )
    if faults:
        raise ModelRefused(faults)
    return y, s**2 * free / (free - 2), [str(n) for n in estimates.index]


def _posterior(y: Array, variance: Array) -> tuple[Array, Array]:
    """Grid of the spread between regions and its posterior probabilities, prior flat."""
    top = 4 * float(y.std(ddof=1)) + 4 * float(np.sqrt(variance.min()))
    log_at = _log_posterior(y, variance)
    while log_at(np.array([top]))[0] > log_at(np.linspace(0, top, 50)).max() - 7 and top < 1e9:
        top *= 1.5
    # finer near zero, where the weights of the own data change fastest
    edges = top * np.linspace(0, 1, _GRID + 1) ** 2
    taus = 0.5 * (edges[1:] + edges[:-1])
    logs = log_at(taus)
    mass = np.exp(logs - logs.max()) * np.diff(edges)
    return taus, mass / mass.sum()


def _log_posterior(y: Array, variance: Array) -> Callable[[Array], Array]:
    def at(taus: Array) -> Array:
        total = variance[None, :] + taus[:, None] ** 2
        precision = 1 / total
        mean = (precision * y).sum(axis=1) / precision.sum(axis=1)
        fit = np.log(total) + (y - mean[:, None]) ** 2 / total
        return np.asarray(-0.5 * (fit.sum(axis=1) + np.log(precision.sum(axis=1))))

    return at


def _dersimonian_laird(y: Array, variance: Array) -> tuple[float, float]:
    w = 1 / variance
    mean = (w * y).sum() / w.sum()
    q = float((w * (y - mean) ** 2).sum())
    return q, max(0.0, (q - (len(y) - 1)) / float(w.sum() - (w**2).sum() / w.sum()))


def _median(values: Array, probability: Array) -> float:
    return float(np.interp(0.5, np.cumsum(probability), values))


def _quantile(probability: Array, centres: Array, spreads: Array, q: float) -> float:
    ends = centres + spreads * stats.norm.ppf(q)
    low, high = float(ends.min()), float(ends.max())
    if high - low < 1e-12:
        return low
    return float(
        optimize.brentq(lambda v: probability @ stats.norm.cdf((v - centres) / spreads) - q, low, high)
    )
