"""A region against the weighted mean of others that moved like it before a change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import named
from .results import Results
from .synthetic_data import Search, Span, SyntheticData, donor_weights, placebo_weights, synthetic_data

__all__ = ["SyntheticControl", "fit_synthetic_control"]

Array = NDArray[np.float64]

_MIN_INTIME = 5


@dataclass(frozen=True, kw_only=True)
class SyntheticControl(Results):
    """A region against the weighted mean of others that moved like it before.

    Attributes
    ----------
    weights : pandas.Series
        Weight of each donor; they sum to 1.
    gap : pandas.Series
        Outcome minus synthetic outcome, by period, before and after.
    synthetic : pandas.Series
        Synthetic outcome by period.
    placebo : pandas.DataFrame
        For the region and each donor in its place: `pre_mspe`, `post_mspe`, `ratio`, `relative` (root of
        `pre_mspe` over the standard deviation of the outcome before), `effect`.
    placebo_gaps : pandas.DataFrame
        Gap of each donor in the region's place, periods by donors.
    post : pandas.PeriodIndex
        Periods after.
    """

    treated: str
    weights: pd.Series
    gap: pd.Series
    synthetic: pd.Series
    placebo: pd.DataFrame
    placebo_gaps: pd.DataFrame
    post: pd.PeriodIndex
    unit: tuple[str, str] = field(default=("", ""))

    def conf_int(self, alpha: float | None = None) -> pd.DataFrame:
        """Effects that the permutation test does not reject: constant ones, and in each period alone.

        Infinite where the regions are too few to reject any; NaN where no constant effect fits.
        """
        level = self.alpha if alpha is None else alpha
        if not 0 < level < 1:
            raise ParameterError(
                Fault("alpha is not between 0 and 1", got=str(level), expected="such as 0.1")
            )
        limits = pd.DataFrame(-math.inf, index=self.params.index, columns=["low", "high"])
        limits["high"] = math.inf
        # rejected while at most `most` placebos reach the ratio of the region
        most = math.floor(level * len(self.placebo) + 1e-9) - 1
        if most < 0:
            return limits
        own = float(self.placebo.at[self.treated, "pre_mspe"])
        ratios = np.sort(self.placebo["ratio"].drop(self.treated).to_numpy())[::-1]
        after = self.gap[self.post].to_numpy()
        room = ratios[most] * own - after.var()
        half = math.sqrt(room) if room >= 0 else math.nan
        limits.loc["effect"] = after.mean() - half, after.mean() + half
        yearly = np.sort(_ratios(self.placebo_gaps, self.post).to_numpy(), axis=1)[:, ::-1]
        halves = np.sqrt(yearly[:, most] * own)
        limits.iloc[1:] = np.column_stack([after - halves, after + halves])
        return limits

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """Mean gap and the gap of each period after, with interval and p value."""
        return super().to_frame(lang).dropna(axis=1, how="all")

    def finding(self, lang: str = "zh") -> str:
        """One sentence on the mean gap after, with the permutation p value."""
        effect, p = self.params["effect"], self.pvalues["effect"]
        found = p <= self.alpha
        count, pre = len(self.placebo), len(self.gap) - len(self.post)
        span = f"{self.post[0]}-{self.post[-1]}"
        low, high = self.conf_int().loc["effect"]
        blind = not math.isfinite(high - low)  # too few regions for the test ever to reject
        least = f"{0.5 * (high - low):.4g}"
        if lang == "zh":
            u = self.unit[0]
            size = f"平均{'高' if effect > 0 else '低'}{abs(effect):.4g}{u}"
            head = (
                f"{span.replace('-', '—')}年{self.treated}的实际值与其合成对照（此前{pre}期拟合）相比{size}"
            )
            if found:
                return (
                    f"{head}，在{count}个地区的置换检验中p={p:.2f}；若同期没有其他冲击，"
                    "这一差异可归于所评估的变化。"
                )
            tail = "地区太少，本检验不可能显著" if blind else f"小于{least}{u}的影响本检验难以识别"
            return f"{head}，但在{count}个地区的置换检验中p={p:.2f}，未发现超出一般地区波动的差异；{tail}。"
        u = f" {self.unit[1]}" if self.unit[1] else ""
        size = f"{abs(effect):.4g}{u} {'above' if effect > 0 else 'below'}"
        head = f"In {span} {self.treated} was on average {size} its synthetic control ({pre} periods fitted)"
        if found:
            return (
                f"{head}; p = {p:.2f} among {count} regions: attributable to the change in question only if "
                "nothing else struck at the same time."
            )
        tail = "so few regions can never reject" if blind else f"effects below {least}{u} would go unseen"
        return (
            f"{head}; with p = {p:.2f} among {count} regions no difference beyond the usual was found, and "
            f"{tail}."
        )


def fit_synthetic_control(
    outcome: pd.DataFrame,
    *,
    treated: str,
    pre: Span,
    post: Span,
    donors: Sequence[str] | None = None,
    predictors: pd.DataFrame | None = None,
    search: Search = "bfgs",
    search_placebos: bool = False,
    poor_fit: Literal["refuse", "warn"] = "refuse",
    alpha: float = 0.1,
    unit: tuple[str, str] = ("", ""),
) -> SyntheticControl:
    """Compare a region with the weighted mean of others that tracked it before a date.

    Parameters
    ----------
    outcome : pandas.DataFrame
        Rows = periods (PeriodIndex), columns = regions.
    treated : str
        The region in question.
    pre, post : tuple
        First and last period before and after the change.
    donors : sequence of str, optional
        Regions untouched by the change; by default all others without a missing figure.
    predictors : pandas.DataFrame, optional
        Rows = predictors (means over the periods before, for example), columns = regions. Without them the
        weights fit the outcome before the change alone, by an exact quadratic programme, at once. With them
        the importance of each predictor is searched for as in Abadie and Gardeazabal (pysyncon): seconds with
        dozens of donors.
    search : {"bfgs", "nelder-mead"}
        Of the importance: BFGS from regression weights, or Nelder-Mead from equal ones. There are several
        local optima; the effect that the other search finds is among the alternatives.
    search_placebos : bool
        Repeat that search for each donor in the region's place, rather than keep the importance found for the
        region: the test as designed, minutes instead of seconds.
    poor_fit : {"refuse", "warn"}
        What to do when the donors track the region worse than they track half of themselves.
    alpha : float
        1 - coverage of the interval.
    unit : tuple of str
        Unit of the outcome in Chinese and English.

    Returns
    -------
    SyntheticControl
        `params` holds `effect`, the mean gap after, and the gap of each period after; p values are the rank
        of the ratio of squared errors after and before among all regions. There are no standard errors.

    Raises
    ------
    ModelRefused
        `few_pre_periods` (fewer than 8), `few_donors` (fewer than 5), `gap`, `poor_fit` (error before,
        relative to the variation of the outcome before, above the median of the placebos), `not_converged`.
    ParameterError
        Unknown regions, or periods out of order.

    Notes
    -----
    Each donor takes the region's place in turn; the smallest possible p value is 1 / (donors + 1). The region
    itself is no donor of the placebos. The interval holds the constant effects that this test does not
    reject. The search for importance has many local optima, and published weights are often one of them. It
    is a comparison by design: no donor was touched, and nothing else struck the region alone.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), Synthetic control methods for comparative case studies, Journal
    of the American Statistical Association 105(490). Firpo and Possebom (2018), Synthetic control method:
    inference, sensitivity analysis and confidence sets, Journal of Causal Inference 6(2).

    Examples
    --------
    >>> years = pd.period_range("2000", periods=12, freq="Y")
    >>> walks = np.random.default_rng(3).normal(size=(12, 7)).cumsum(axis=0)
    >>> frame = pd.DataFrame(walks, years, columns=list("abcdefg"))
    >>> frame["t"] = 0.5 * frame["a"] + 0.5 * frame["b"] + np.where(years.year > 2009, 2.0, 0.0)
    >>> frame["t"] += 0.01 * walks[:, 2]
    >>> fit = fit_synthetic_control(frame, treated="t", pre=("2000", "2009"), post=("2010", "2011"))
    >>> float(fit.params["effect"].round(1)), float(fit.pvalues["effect"])
    (2.0, 0.125)
    """
    data = synthetic_data(outcome, treated, pre, post, donors, predictors)
    weights, importance, said = donor_weights(data, treated, data.donors, search)
    gaps, rows = {}, {}
    for region in [treated, *data.donors]:
        pool = [d for d in data.donors if d != region]
        if region == treated:
            w = weights
        elif search_placebos:
            w = donor_weights(data, region, pool, search)[0]
        else:
            w = placebo_weights(data, region, pool, importance)
        gaps[region] = data.frame[region] - data.frame[pool] @ w
        rows[region] = _errors(gaps[region], data.frame.loc[data.pre, region])
    placebo = pd.DataFrame(rows).T
    own, median = placebo.at[treated, "relative"], float(placebo["relative"].drop(treated).median())
    poor = _poor_fit(treated, own, median) if own > median else None
    if poor is not None and poor_fit == "refuse":
        raise ModelRefused(poor)
    gap, after = gaps[treated], data.post
    p = float((placebo["ratio"] >= placebo.at[treated, "ratio"]).mean())
    params = pd.concat([pd.Series({"effect": gap[after].mean()}), gap[after].rename(str)])
    placebo_gaps = pd.DataFrame(gaps).drop(columns=treated)
    own_ratios = _ratios(gap.to_frame(treated), after)
    yearly = (_ratios(placebo_gaps, after).ge(own_ratios[treated], axis=0).sum(axis=1) + 1) / len(placebo)
    method = (
        "synthetic control on the outcome before the change, convex weights"
        if predictors is None
        else f"synthetic control on {len(predictors)} predictors (Abadie-Gardeazabal, pysyncon, {search})"
    )
    result = SyntheticControl(
        params=params,
        bse=pd.Series(np.nan, params.index),
        pvalues=pd.Series([p, *yearly], params.index),
        nobs=len(data.pre) + len(after),
        df_resid=0,
        method=method,
        interval_method=f"constant effects not rejected by permutation over {len(placebo)} regions",
        sample=(
            f"{data.pre[0]}-{data.pre[-1]} before, {after[0]}-{after[-1]} after, {len(data.donors)} donors"
        ),
        alpha=alpha,
        resid=gap[data.pre],
        fittedvalues=(data.frame[treated] - gap)[data.pre],
        assumptions=(
            "no donor was touched by the change",
            "nothing else struck the region alone at the same time",
            "what tracked the region before would have tracked it after",
        ),
        warnings=(*data.warnings, *said, *([poor.what] if poor else [])),
        treated=treated,
        weights=weights,
        gap=gap,
        synthetic=data.frame[treated] - gap,
        placebo=placebo,
        placebo_gaps=placebo_gaps,
        post=after,
        unit=unit,
    )
    low, high = result.conf_int().loc["effect"]
    return replace(
        result,
        diagnostics={
            "root mean squared error before": math.sqrt(placebo.at[treated, "pre_mspe"]),
            "relative to the variation before": own,
            "the same, median of the placebos": median,
            "ratio of squared errors after and before": float(placebo.at[treated, "ratio"]),
            "smallest p value possible": 1.0 / len(placebo),
            "smallest constant effect the test rejects": 0.5 * (high - low)
            if math.isfinite(high - low)
            else "none: no constant effect fits, or the regions are too few",
            "donors with weight above 1 %": named(weights.index[weights > 0.01]),
        },
        sensitivity=_critics(data, treated, weights, importance, search),
    )


def _errors(gap: pd.Series, before: pd.Series) -> dict[str, float]:
    squared = gap.to_numpy() ** 2
    pre, post = float(squared[: len(before)].mean()), float(squared[len(before) :].mean())
    spread = float(before.std())
    return {
        "pre_mspe": pre,
        "post_mspe": post,
        "ratio": post / pre if pre > 0 else math.inf,
        "relative": math.sqrt(pre) / spread if spread > 0 else math.inf,
        "effect": float(gap.iloc[len(before) :].mean()),
    }


def _critics(
    data: SyntheticData, treated: str, weights: pd.Series, importance: Array | None, search: Search
) -> dict[str, float | str]:
    """Without each donor in turn, and an invented change in the middle of the periods before."""
    found: dict[str, float | str] = {}
    effects = {}
    for donor in weights.index[weights > 0.01]:
        pool = [d for d in data.donors if d != donor]
        w = placebo_weights(data, treated, pool, importance)
        gap = data.frame[treated] - data.frame[pool] @ w
        effects[donor] = float(gap[data.post].mean())
    low, high = min(effects, key=effects.__getitem__), max(effects, key=effects.__getitem__)
    found["leaving out one donor"] = (
        f"{effects[low]:.4g} (without {low}) to {effects[high]:.4g} (without {high})"
    )
    cut = max(_MIN_INTIME, len(data.pre) // 2)
    early = replace(data, pre=data.pre[:cut], post=data.pre[cut:], predictors=None)
    w = placebo_weights(early, treated, data.donors, None)
    gap = data.frame[treated] - data.frame[data.donors] @ w
    found[f"invented change in {data.pre[cut]} (outcome only)"] = float(gap[early.post].mean())
    if data.predictors is not None:
        other: Search = "nelder-mead" if search == "bfgs" else "bfgs"
        w = donor_weights(data, treated, data.donors, other)[0]
        gap = data.frame[treated] - data.frame[data.donors] @ w
        found[f"importance searched by {other}"] = float(gap[data.post].mean())
    equal = data.frame[treated] - data.frame[data.donors].mean(axis=1)
    found["difference in differences with equal weights"] = float(
        equal[data.post].mean() - equal[data.pre].mean()
    )
    return found


def _ratios(gaps: pd.DataFrame, post: pd.PeriodIndex) -> pd.DataFrame:
    """Squared gap of each period after over the mean squared gap before, by period and region."""
    squared = gaps**2
    return squared.loc[post] / squared[~squared.index.isin(post)].mean()


def _poor_fit(region: str, own: float, median: float) -> Fault:
    return Fault(
        f"no weighted mean of the donors tracks {region} before the change",
        got=f"root mean squared error {own:.3g} of the variation before",
        expected=f"at most {median:.3g}, the median of the donors in its place",
        next_step="compare growth instead of levels, or choose other donors",
        zh=f"对照地区的加权平均在变化之前不能跟踪{region}，请改用增速或更换对照地区。",
        code="poor_fit",
    )
