"""Why did household incomes grow faster or slower than output?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused
from ..series.contributions import pull
from ..series.decompositions import decompose_mean_income, decompose_synchrony
from ..series.frequency import periods_per_year, require_periods
from .common_periods import common_periods, refuse_gaps
from .results import Results, sample_words
from .wording import span_en, span_zh

__all__ = ["SynchronyParts", "fit_synchrony_parts", "growth_of_all"]

_WORDS = {
    "distribution": ("居民收入与人均国内生产总值之比变动", "the ratio of income to GDP per head"),
    "price_wedge": ("平减指数与居民消费价格涨幅之差", "the gap between deflator and consumer prices"),
    "population": ("人口变动", "population"),
}


@dataclass(frozen=True, kw_only=True)
class SynchronyParts(Results):
    """What the gap between growth of real income and of real output is made of: an identity.

    `params` holds the mean of each part by year and of their sum, `gap`, in 100 x log points; the parts add
    up to the gap exactly, and standard errors do not apply.

    Attributes
    ----------
    by_year : pandas.DataFrame
        `distribution`, `price_wedge`, with population `population`, and `gap`; 100 x log points over a year.
    by_source : pandas.DataFrame or None
        Percentage points of real income growth by source of income, and their sum `growth`.
    by_residence : pandas.DataFrame or None
        Percentage points of real growth of mean income by `urban`, `rural` and `urbanization`, and `growth`,
        that of the mean weighted with the urban share; `not explained` is what the published mean grew more.
    """

    by_year: pd.DataFrame
    by_source: pd.DataFrame | None
    by_residence: pd.DataFrame | None

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """The parts by year; the same in all languages."""
        return self.by_year

    def finding(self, lang: str = "zh") -> str:
        """One sentence: the mean gap and its parts, from the largest on."""
        gap = self.params["gap"]
        parts = self.params.drop("gap").sort_values(key=np.abs, ascending=False)
        total = "population" in parts
        if lang == "zh":
            shown = "，".join(f"{_WORDS[str(k)][0]}{v:+.2f}个百分点" for k, v in parts.items())
            what = f"居民人均实际收入与{'' if total else '人均'}国内生产总值实际增速"
            return (
                f"{span_zh(self.by_year.index)}，{what}之差年均{gap:+.2f}个百分点（对数差），其中{shown}；"
                "这是恒等式分解，不说明原因。"
            )
        shown = ", ".join(f"{_WORDS[str(k)][1]} {v:+.2f}" for k, v in parts.items())
        return (
            f"In {span_en(self.by_year.index)} growth of real income per head less that of real GDP"
            f"{'' if total else ' per head'} was {gap:+.2f} points a year (log points): {shown}; "
            "an identity, not a cause."
        )


def fit_synchrony_parts(
    income: pd.Series,
    gdp_per_capita: pd.Series,
    *,
    cpi: pd.Series,
    deflator: pd.Series,
    population: pd.Series | None = None,
    sources: pd.DataFrame | None = None,
    urban: pd.Series | None = None,
    rural: pd.Series | None = None,
    urban_share: pd.Series | None = None,
    tolerance: float = 0.0,
) -> SynchronyParts:
    """Split the gap between growth of real income and of real GDP, by year and on average.

    Parameters
    ----------
    income, gdp_per_capita : pandas.Series
        Nominal disposable income per head and nominal GDP per head, same unit; yearly or finer, consecutive.
    cpi, deflator : pandas.Series
        Index levels on one fixed base, not 上年=100. A county inherits those of its province: say so.
    population : pandas.Series, optional
        With it the comparison is with total GDP instead of GDP per head.
    sources : pandas.DataFrame, optional
        Nominal income per head by source (wages, business, property, transfers), adding up to `income`.
    urban, rural, urban_share : pandas.Series, optional
        Nominal incomes per head, and the urban share of the population in percent; all three or none.
    tolerance : float
        How far sources may miss the income through rounding, in its unit.

    Returns
    -------
    SynchronyParts

    Raises
    ------
    ModelRefused
        `no_overlap`, `short_sample`, `gap`, `frequency`; `incomplete` where only some of urban, rural and
        urban_share are given.
    SeriesError
        If a figure is not positive, or sources do not add up.

    Notes
    -----
    ``d ln(y / cpi) - d ln(Y / deflator) = d ln(y / Y) + (d ln deflator - d ln cpi)`` with GDP per head Y, and
    minus ``d ln population`` for total GDP. By source: change of real income from the source over the real
    income a year before. By residence: ``mean(u) dy_u + (1 - mean(u)) dy_r + (mean(y_u) - mean(y_r)) du``
    over the mean a year before, all at the prices of `cpi`.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=2, freq="Y")
    >>> y, gdp, cpi, deflator = (pd.Series(x, years) for x in ([30, 33], [70, 75.6], [100, 102], [100, 101]))
    >>> fit_synchrony_parts(y, gdp, cpi=cpi, deflator=deflator).params.round(2).tolist()
    [1.83, -0.99, 0.85]
    """
    series = {"income": income, "gdp_per_capita": gdp_per_capita, "cpi": cpi, "deflator": deflator}
    if population is not None:
        series["population"] = population
    frame = common_periods(series, least=periods_per_year(income.index) + 1, what="the decomposition")
    people = frame["population"] if population is not None else None
    parts = decompose_synchrony(
        frame["income"],
        frame["gdp_per_capita"],
        cpi=frame["cpi"],
        deflator=frame["deflator"],
        population=people,
    )
    by_year = parts.to_frame().rename(columns={"change": "gap"}).iloc[periods_per_year(frame.index) :]
    prices = frame["cpi"] / frame["cpi"].iloc[0]
    return SynchronyParts(
        params=by_year.mean(),
        bse=by_year.mean() * np.nan,
        pvalues=by_year.mean() * np.nan,
        nobs=len(by_year),
        df_resid=0,
        method="identity of real income and real GDP growth, 100 x log points",
        interval_method="none: an identity",
        sample=sample_words(by_year.index),
        assumptions=(
            "income, GDP and prices are of one area and one definition in all periods",
            "consumer prices deflate incomes, the GDP deflator output",
        ),
        diagnostics={"largest difference between the gap and its parts": parts.residual},
        sensitivity={
            "gap if consumer prices rose 1 point a year more": float(by_year["gap"].mean() - 1),
            "gap if consumer prices rose 1 point a year less": float(by_year["gap"].mean() + 1),
        },
        by_year=by_year,
        by_source=None if sources is None else _by_source(sources, frame["income"], prices, tolerance),
        by_residence=_by_residence(urban, rural, urban_share, frame["income"], prices),
    )


def _by_source(sources: pd.DataFrame, income: pd.Series, prices: pd.Series, tolerance: float) -> pd.DataFrame:
    require_periods(sources)
    known = {str(c): sources[c].reindex(income.index) for c in sources}
    refuse_gaps(pd.DataFrame(known))
    made = pull(pd.DataFrame(known).div(prices, axis=0), income / prices, tolerance=tolerance)
    made["growth"] = made.sum(axis=1, skipna=False)
    return made.iloc[periods_per_year(income.index) :]


def _by_residence(
    urban: pd.Series | None,
    rural: pd.Series | None,
    urban_share: pd.Series | None,
    income: pd.Series,
    prices: pd.Series,
) -> pd.DataFrame | None:
    if urban is None and rural is None and urban_share is None:
        return None
    if urban is None or rural is None or urban_share is None:
        given = {"urban": urban, "rural": rural, "urban_share": urban_share}
        raise ModelRefused(
            Fault(
                "urban and rural incomes are not complete",
                got=", ".join(k for k, x in given.items() if x is not None),
                expected="urban, rural and urban_share",
                next_step="supply all three, or none",
                zh="城乡分解需要同时提供城镇收入、农村收入和城镇化率。",
                code="incomplete",
            )
        )
    index, steps = income.index, periods_per_year(income.index)
    known = pd.DataFrame({"urban": urban, "rural": rural, "urban_share": urban_share}).reindex(index)
    refuse_gaps(known)
    real, share = [known[c] / prices for c in ("urban", "rural")], known["urban_share"]
    parts = decompose_mean_income(*real, urban_share=share)
    mean = (share * real[0] + (100 - share) * real[1]) / 100
    made = parts.to_frame().div(mean.shift(steps), axis=0).mul(100).rename(columns={"change": "growth"})
    published = 100 * ((income / prices) / (income / prices).shift(steps) - 1)
    made["not explained"] = published - made["growth"]
    return made.iloc[steps:]


def growth_of_all(
    urban: pd.Series, rural: pd.Series, *, urban_share: pd.Series, ratio: pd.Series | None = None
) -> pd.Series:
    """Growth of all residents' income from that of urban and of rural residents.

    Parameters
    ----------
    urban, rural : pandas.Series
        Real growth in percent.
    urban_share : pandas.Series
        Urban share of the population in percent, the year before.
    ratio : pandas.Series, optional
        Urban income as a multiple of rural income, the year before. With it the weights are shares of income,
        and the result is the growth of the mean at a constant urban share; without it they are shares of the
        population, as in press notes: another number, higher where rural incomes grow faster.

    Returns
    -------
    pandas.Series
        Percent; NaN where a figure is missing.

    Examples
    --------
    >>> year = pd.PeriodIndex(["2013"], freq="Y")
    >>> urban, rural, share, ratio = (pd.Series([x], year) for x in (7.0, 9.3, 53.73, 3.03))
    >>> growth_of_all(urban, rural, urban_share=share).round(3).tolist()
    [8.064]
    >>> growth_of_all(urban, rural, urban_share=share, ratio=ratio).round(1).tolist()
    [7.5]
    """
    weight = urban_share / 100
    if ratio is not None:
        weight = weight * ratio / (weight * ratio + 1 - weight)
    return weight * urban + (1 - weight) * rural
