"""Do household incomes keep pace with growth?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import require_periods, to_array
from ..series.growth import chain_growth
from .outlook import mean_and_spread, rounded
from .results import Results, sample_words

__all__ = ["PaceNumbers", "SynchronyResult", "fit_synchrony", "is_growth", "pace_numbers", "signed"]

Array = NDArray[np.float64]
State = Literal["faster", "in_step", "slower"]
Against = Literal["gdp", "gdp_per_capita"]

_FEWEST = 3  # years for a probability
_MOST_GROWTH = 1000.0  # percent: what is above is a level
_FLOOR = 1.0  # percent of growth below which there is no elasticity
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


class PaceNumbers(NamedTuple):
    """The headline of a comparison of growth rates: see `SynchronyResult`."""

    mean_income: float
    mean_growth: float
    mean_gap: float
    p_holds: float | None
    state: State


def is_growth(rate: float) -> bool:
    """Whether a figure can be growth in percent: what is above 1,000 is a level."""
    return -100 < rate <= _MOST_GROWTH


def pace_numbers(income: Sequence[float], growth: Sequence[float], *, band: float = 0.5) -> PaceNumbers:
    """The headline of `fit_synchrony` from figures of the same consecutive years, all `is_growth`.

    A plan with thousands of areas needs nothing more, and plain numbers are a hundred times as quick.

    >>> pace_numbers([8.1, 2.9], [8.1, 3.0]).state
    'in_step'
    """
    chains = [math.prod(1.0 + g / 100.0 for g in x) for x in (income, growth)]
    means = [100.0 * (c ** (1.0 / len(income)) - 1.0) for c in chains]
    gap = means[0] - means[1]
    p_holds = _probability([a - b for a, b in zip(income, growth, strict=True)], band)
    state: State = "faster" if gap > band else "slower" if gap < -band else "in_step"
    return PaceNumbers(means[0], means[1], gap, p_holds, state)


def _probability(gaps: Sequence[float], band: float) -> float | None:
    """That the mean gap is not below minus the band; None for fewer years than allow one."""
    n = len(gaps)
    if n < _FEWEST:
        return None
    mean, spread = mean_and_spread(gaps)
    if spread == 0.0:
        return 0.95 if mean >= -band else 0.05
    return rounded(float(special.stdtr(n - 1, (mean + band) / (spread / math.sqrt(n)))))


@dataclass(frozen=True, kw_only=True)
class SynchronyResult(Results):
    """Income and growth side by side over some years.

    `params` holds `mean gap`, the arithmetic mean of the yearly gaps, in percentage points; its p value is
    that of Student's t against zero, NaN for fewer than 3 years.

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
    elasticity_by_year : pandas.Series
        The same by year; NaN where growth was below 1 %.
    band : float
        Points a year within which the two count as in step.
    against : str
        What the growth is of: "gdp" or "gdp_per_capita".
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
    elasticity_by_year: pd.Series
    band: float
    against: Against

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """By year: income, growth, gap (percent, points) and the two indices; the same in all languages."""
        frame = pd.DataFrame({"income": self.income, "growth": self.growth, "gap": self.gap})
        return frame.join(self.index.rename(columns=lambda c: f"{c}_index"))

    def finding(self, lang: str = "zh") -> str:
        """One sentence whose strength follows the evidence."""
        first, last = self.income.index[0].year, self.income.index[-1].year
        words, ends = _FINDING[lang][self.state], self._interval_words(lang)
        one = first == last  # a single year has no yearly average
        if lang == "zh":
            span, mean = (f"{first}", "") if one else (f"{first}—{last}", "年均")
            words = words.replace("经济增长", "人均国内生产总值增长") if self.against != "gdp" else words
            text = (
                f"{span}年居民收入{mean}实际增长{self.mean_income:.1f}%，{words}"
                f"（{mean or '后者'}{self.mean_growth:.1f}%，相差{signed(self.mean_gap)}个百分点{ends}）"
            )
            return text + ("。" if self.p_holds is not None else "；年份不足3个，不作概率判断。")
        words = words.replace("the economy", "GDP per head") if self.against != "gdp" else words
        text = (
            f"In {first if one else f'{first}-{last}'} household income {words}: "
            f"{self.mean_income:.1f} %{'' if one else ' a year'} in real terms "
            f"against {self.mean_growth:.1f} % ({signed(self.mean_gap)} points{ends})"
        )
        return text + (
            "." if self.p_holds is not None else "; with fewer than 3 years no probability is given."
        )

    def _interval_words(self, lang: str) -> str:
        low, high = (signed(end) for end in self.conf_int_gap)
        if self.p_holds is None:
            return ""
        cover = f"{100 * (1 - self.alpha):.0f}"
        return f"，{cover}%区间{low}至{high}" if lang == "zh" else f", {cover} % interval {low} to {high}"


def fit_synchrony(
    income: pd.Series,
    growth: pd.Series,
    *,
    band: float = 0.5,
    alpha: float = 0.1,
    against: Against = "gdp",
    draws: int = 9999,
    seed: int = 20230630,
) -> SynchronyResult:
    """Compare real income growth with real economic growth.

    Parameters
    ----------
    income, growth : pandas.Series
        Real growth in percent with a yearly PeriodIndex. Years in which either is missing are
        refused, not dropped, when they lie between years that have both.
    band : float
        Points a year that still count as in step (基本同步), not negative.
    alpha : float
        1 - coverage of the interval of the mean gap.
    against : {"gdp", "gdp_per_capita"}
        What `growth` is of, for the sentence. The statistical bureau compares income per head with GDP per
        head; plans say 与经济增长同步.
    draws, seed : int
        Of the bootstrap beside the t interval.

    Returns
    -------
    SynchronyResult

    Raises
    ------
    ModelRefused
        `no_overlap`, `gap` inside the common years, or `not_growth` where figures look like levels.
    ParameterError
        If `band`, `alpha` or `against` means nothing.
    PeriodError
        If an index is not one of years, or repeats a year.

    Notes
    -----
    The headline is the cumulative comparison (difference of geometric means), since single years
    are noise. Inference uses Student's t on the yearly gaps; autocorrelation-robust errors cover
    far too little at this length. Beside it: the exact sign test of the years below the band, whose smallest
    p value is 0.5 ** n, and the bootstrap of the yearly gaps, which is too sure of itself below 8 years.

    Examples
    --------
    >>> years = pd.PeriodIndex(["2021", "2022"], freq="Y")
    >>> result = fit_synchrony(pd.Series([8.1, 2.9], years), pd.Series([8.1, 3.0], years))
    >>> result.state, round(result.mean_gap, 2), result.p_holds
    ('in_step', -0.05, None)
    """
    _check(band, alpha, against)
    both = _common(income, growth)
    gap = both["income"] - both["growth"]
    pace = pace_numbers(both["income"].tolist(), both["growth"].tolist(), band=band)
    values, n = gap.to_numpy(), len(gap)
    interval = _interval(values, alpha)
    se = float(values.std(ddof=1)) / math.sqrt(n) if n >= _FEWEST else math.nan
    p = 2 * float(stats.t.sf(abs(values.mean()) / se, n - 1)) if se > 0 else math.nan
    return SynchronyResult(
        params=pd.Series({"mean gap": float(values.mean())}),
        bse=pd.Series({"mean gap": se}),
        pvalues=pd.Series({"mean gap": p}),
        nobs=n,
        df_resid=n - 1 if n >= _FEWEST else 0,
        method="difference of geometric mean growth rates",
        interval_method=f"Student's t of the mean of {n} yearly gaps",
        sample=sample_words(both.index),
        alpha=alpha,
        assumptions=(
            "yearly gaps are independent draws around one mean",
            "published real growth rates are taken as printed",
        ),
        diagnostics=_by_chance(values, band),
        sensitivity=_sensitivity(gap, band, draws, seed),
        refused=() if n >= _FEWEST else (_too_few(n),),
        income=both["income"],
        growth=both["growth"],
        gap=gap,
        index=pd.DataFrame({c: chain_growth(both[c]) for c in both}),
        **pace._asdict(),
        conf_int_gap=interval,
        elasticity=pace.mean_income / pace.mean_growth if abs(pace.mean_growth) >= _FLOOR else math.nan,
        elasticity_by_year=both["income"] / both["growth"].where(both["growth"].abs() >= _FLOOR),
        band=band,
        against=against,
    )


def _check(band: float, alpha: float, against: str) -> None:
    faults = []
    if not 0 <= band < math.inf:
        faults.append(Fault("`band` is not a number from 0 on", got=str(band), expected="such as 0.5"))
    if not 0 < alpha < 1:
        faults.append(Fault("alpha is not between 0 and 1", got=str(alpha), expected="such as 0.1"))
    if against not in ("gdp", "gdp_per_capita"):
        faults.append(Fault("`against` is not known", got=str(against), expected="gdp or gdp_per_capita"))
    if faults:
        raise ParameterError(faults)


def _common(income: pd.Series, growth: pd.Series) -> pd.DataFrame:
    """Both by year, from the first to the last year that has both."""
    series = {"income": income, "growth": growth}
    for x in series.values():
        require_periods(x, freq="Y")
    both = pd.DataFrame({k: pd.Series(to_array(x, what=k), x.index) for k, x in series.items()}).dropna()
    wrong = (both <= -100) | (both > _MOST_GROWTH)
    if wrong.any(axis=None):
        raise ModelRefused(
            Fault(
                "figures are no growth rates",
                got=", ".join(f"{c}: {both.at[p, c]:g} in {p}" for c in both for p in both.index[wrong[c]]),
                expected=f"percent, above -100 and at most {_MOST_GROWTH:g}",
                next_step="turn levels into real growth first",
                zh="数据不像增速（百分数），请先把水平值换算为实际增速。",
                code="not_growth",
            )
        )
    if both.empty:
        raise ModelRefused(
            Fault(
                "income and growth have no year in common",
                got=f"income {_years(income)}; growth {_years(growth)}",
                next_step="supply real growth of both for the same years",
                zh="居民收入和经济增长没有共同的年份"
                f"（收入：{_years(income, 'zh')}；经济：{_years(growth, 'zh')}）。"
                "请补充两者同一年份的实际增速。",
                code="no_overlap",
            )
        )
    missing = pd.period_range(both.index[0], both.index[-1], freq="Y").difference(both.index)
    if len(missing):
        raise ModelRefused(
            Fault(
                "a year is missing between years that have both figures",
                got=", ".join(str(p) for p in missing),
                next_step="supply it, or compare the years after the gap",
                zh=f"两者都有数据的年份之间缺{'、'.join(str(p) for p in missing)}年。"
                "请补充，或只比较缺口之后的年份。",
                code="gap",
            )
        )
    return both


def _years(values: pd.Series, lang: str = "en") -> str:
    known = values.dropna().index
    if not len(known):
        return "无" if lang == "zh" else "none"
    return f"{known[0]}—{known[-1]}年" if lang == "zh" else f"{known[0]}-{known[-1]}"


def _interval(gap: Array, alpha: float) -> tuple[float, float]:
    n = len(gap)
    if n < _FEWEST:
        return math.nan, math.nan
    mean, se = float(gap.mean()), float(gap.std(ddof=1)) / math.sqrt(n)
    half = float(stats.t.ppf(1 - alpha / 2, n - 1)) * se
    return mean - half, mean + half


def _by_chance(gap: Array, band: float) -> dict[str, float | str]:
    """The exact sign test that the median gap is not below minus the band."""
    below, n = int((gap < -band).sum()), len(gap)
    found: dict[str, float | str] = {"years below the band": f"{below} of {n}"}
    if n >= _FEWEST:
        found["sign test, p that the median gap is not below"] = float(stats.binom.sf(below - 1, n, 0.5))
        found["smallest p the sign test can give"] = 0.5**n
        half = float(stats.t.ppf(0.95, n - 1) + stats.t.ppf(0.8, n - 1))
        found["minimum detectable mean gap (one-sided 5 %)"] = half * float(gap.std(ddof=1)) / math.sqrt(n)
    return found


def _sensitivity(gap: pd.Series, band: float, draws: int, seed: int) -> dict[str, float | str]:
    """The mean gap without each year in turn, and its bootstrap."""
    n = len(gap)
    if n < _FEWEST:
        return {}
    without = (gap.sum() - gap) / (n - 1)
    ends = [f"{without[year]:.2f} (without {year})" for year in (without.idxmin(), without.idxmax())]
    drawn = np.random.default_rng(seed).choice(gap.to_numpy(), size=(draws, n)).mean(axis=1)
    return {
        "mean gap, leaving out one year": " to ".join(ends),
        "bootstrap probability of keeping pace": float((drawn >= -band).mean()),
    }


def _too_few(n: int) -> Fault:
    return Fault(
        "too few years for a probability",
        got=f"{n} years",
        expected=f"at least {_FEWEST}",
        next_step="wait for the next year, or read the yearly gaps alone",
        zh=f"年份只有{n}个，不足{_FEWEST}个，不作概率判断。",
        code="short_sample",
    )
