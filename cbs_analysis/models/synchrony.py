"""Do household incomes keep pace with growth?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from ..errors import CoverageError, Fault
from ..series.growth import chain_growth, mean_growth

__all__ = ["SynchronyResult", "fit_synchrony", "signed"]

State = Literal["faster", "in_step", "slower"]
_FINDING = {
    "zh": {
        "faster": "快于经济增长",
        "in_step": "与经济增长基本同步",
        "slower": "慢于经济增长",
    },
    "en": {
        "faster": "grew faster than the economy",
        "in_step": "grew broadly in step with the economy",
        "slower": "grew more slowly than the economy",
    },
}


def signed(x: float) -> str:
    """One decimal with its sign; what rounds to zero has none.

    >>> signed(0.94), signed(-0.04)
    ('+0.9', '0.0')
    """
    text = f"{x:+.1f}"
    return text[1:] if text in ("+0.0", "-0.0") else text


@dataclass(frozen=True, kw_only=True)
class SynchronyResult:
    """Income and growth side by side over some years.

    Attributes
    ----------
    income, growth : pandas.Series
        Real growth in percent by year.
    gap : pandas.Series
        Income minus growth in percentage points by year.
    index : pandas.DataFrame
        Columns `income` and `growth`, the year before the first = 100.
    mean_income, mean_growth, mean_gap : float
        Geometric means in percent, and their difference in points a year.
    conf_int_gap : tuple of float
        Student-t interval of the mean of the yearly gaps; NaN for fewer than 3 years.
    p_holds : float or None
        Probability that the mean gap is not below minus the band, in steps of 0.05; None for
        fewer than 3 years.
    state : {"faster", "in_step", "slower"}
    elasticity : float
        Mean income growth over mean growth; NaN where growth is below 1 % a year.
    band : float
        Points a year within which the two count as in step.
    """

    income: pd.Series
    growth: pd.Series
    gap: pd.Series
    index: pd.DataFrame
    mean_income: float
    mean_growth: float
    mean_gap: float
    conf_int_gap: tuple[float, float]
    p_holds: float | None
    state: State
    elasticity: float
    band: float
    alpha: float
    nobs: int
    assumptions: tuple[str, ...] = (
        "yearly gaps are independent draws around one mean",
        "published real growth rates are taken as printed",
    )

    def to_frame(self) -> pd.DataFrame:
        """By year: income, growth, gap (percent, points) and the two indices."""
        frame = pd.DataFrame({"income": self.income, "growth": self.growth, "gap": self.gap})
        return frame.join(self.index.rename(columns=lambda c: f"{c}_index"))

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        first, last = self.income.index[0].year, self.income.index[-1].year
        words = _FINDING[lang][self.state]
        if lang == "zh":
            text = (
                f"{first}—{last}年居民收入年均实际增长{self.mean_income:.1f}%，{words}"
                f"（年均{self.mean_growth:.1f}%，相差{signed(self.mean_gap)}个百分点）"
            )
            return text + ("。" if self.p_holds is not None else "；年份不足3个，不作概率判断。")
        text = (
            f"In {first}-{last} household income {words}: {self.mean_income:.1f} % a year in real terms "
            f"against {self.mean_growth:.1f} % ({signed(self.mean_gap)} points)"
        )
        return text + (
            "." if self.p_holds is not None else "; with fewer than 3 years no probability is given."
        )

    def __str__(self) -> str:
        return f"{self.finding('en')}\n{self.to_frame().round(2).to_string()}"


def fit_synchrony(
    income: pd.Series, growth: pd.Series, *, band: float = 0.5, alpha: float = 0.1
) -> SynchronyResult:
    """Compare real income growth with real economic growth.

    Parameters
    ----------
    income, growth : pandas.Series
        Real growth in percent with a yearly PeriodIndex. Years in which either is missing are
        refused, not dropped, when they lie between years that have both.
    band : float
        Points a year that still count as in step (基本同步).
    alpha : float
        1 - coverage of the interval of the mean gap.

    Returns
    -------
    SynchronyResult

    Raises
    ------
    CoverageError
        No common year, or a gap inside the common years.

    Notes
    -----
    The headline is the cumulative comparison (difference of geometric means), since single years
    are noise. Inference uses Student's t on the yearly gaps; autocorrelation-robust errors cover
    far too little at this length.

    Examples
    --------
    >>> years = pd.PeriodIndex(["2021", "2022"], freq="Y")
    >>> result = fit_synchrony(pd.Series([8.1, 2.9], years), pd.Series([8.1, 3.0], years))
    >>> result.state, round(result.mean_gap, 2), result.p_holds
    ('in_step', -0.05, None)
    """
    both = pd.DataFrame({"income": income, "growth": growth}).dropna().sort_index()
    if both.empty:
        raise CoverageError(
            Fault(
                "income and growth have no year in common",
                got=f"income {_years(income)}; growth {_years(growth)}",
                next_step="supply real growth of both for the same years",
                zh="居民收入和经济增长没有共同的年份"
                f"（收入：{_years(income, 'zh')}；经济：{_years(growth, 'zh')}）。"
                "请补充两者同一年份的实际增速。",
            )
        )
    span = pd.period_range(both.index[0], both.index[-1], freq="Y")
    if len(span) != len(both):
        raise CoverageError(
            Fault(
                "a year is missing between years that have both figures",
                got=", ".join(str(p) for p in span.difference(both.index)),
                next_step="supply it, or compare the years after the gap",
                zh=f"两者都有数据的年份之间缺{'、'.join(str(p) for p in span.difference(both.index))}年。"
                "请补充，或只比较缺口之后的年份。",
            )
        )
    gap = both["income"] - both["growth"]
    mean_income, mean_growth_ = mean_growth(both["income"]), mean_growth(both["growth"])
    mean_gap = mean_income - mean_growth_
    interval, p_holds = _inference(gap.to_numpy(), band, alpha)
    return SynchronyResult(
        income=both["income"],
        growth=both["growth"],
        gap=gap,
        index=pd.DataFrame({c: chain_growth(both[c]) for c in both}),
        mean_income=mean_income,
        mean_growth=mean_growth_,
        mean_gap=mean_gap,
        conf_int_gap=interval,
        p_holds=p_holds,
        state="faster" if mean_gap > band else "slower" if mean_gap < -band else "in_step",
        elasticity=mean_income / mean_growth_ if abs(mean_growth_) >= 1 else math.nan,
        band=band,
        alpha=alpha,
        nobs=len(both),
    )


def _years(values: pd.Series, lang: str = "en") -> str:
    known = values.dropna().index
    if not len(known):
        return "无" if lang == "zh" else "none"
    return f"{known[0]}—{known[-1]}年" if lang == "zh" else f"{known[0]}-{known[-1]}"


def _inference(gap: np.ndarray, band: float, alpha: float) -> tuple[tuple[float, float], float | None]:
    n = len(gap)
    if n < 3:
        return (math.nan, math.nan), None
    mean, se = float(gap.mean()), float(gap.std(ddof=1)) / math.sqrt(n)
    if se == 0.0:
        return (mean, mean), 0.95 if mean >= -band else 0.05
    half = float(stats.t.ppf(1 - alpha / 2, n - 1)) * se
    p = float(stats.t.cdf((mean + band) / se, n - 1))
    return (mean - half, mean + half), float(min(0.95, max(0.05, round(p * 20) / 20)))
