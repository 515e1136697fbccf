"""Yearly series that the pages on models share: prices, growth and output, or who would have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..errors import Fault, ModelRefused
from ..registry.load import load_registry
from ..series.growth import chain_growth, yoy
from ..series.prices import real_growth
from .context import Refusal, ReportContext
from .messages import message

__all__ = [
    "GDP",
    "GDP_GROWTH",
    "INCOME_GROWTH",
    "Growth",
    "after",
    "answers",
    "consumer_prices",
    "gdp_growth",
    "growth_sources",
    "longest_run",
    "mean_population",
    "once",
    "output_growth",
    "per_head_growth",
    "reading_output",
    "require_figures",
    "require_years",
    "same_table_growth",
    "verdict",
]

GDP, GDP_GROWTH = "gdp_nominal_mn_yuan", "gdp_real_yoy_pct"
GDP_INDEX, HEAD_INDEX = "gdp_real_index1978_index", "gdp_per_capita_real_index1978_index"
INCOME_GROWTH, PEOPLE = "disposable_income_all_real_yoy_pct", "population_resident_persons"
# indicator -> what makes it an index with the year before as 100
_PRICES = {"cpi_previous_year_index": 0.0, "cpi_yoy_pct": 100.0, "cpi_world_bank_yoy_pct": 100.0}


@dataclass(frozen=True)
class Growth:
    """Growth of output in percent by year, and the indicators it was made of.

    `published` says that it is growth at constant prices as published; otherwise it is nominal growth over
    consumer prices, which differs from it by the price wedge.
    """

    values: pd.Series
    indicators: tuple[str, ...]
    published: bool

    @property
    def levels(self) -> pd.Series:
        """Output by year, the year before the first = 100."""
        return chain_growth(self.values)


def require_figures(
    ctx: ReportContext, series: Mapping[str, Any], *, freq: str = "yearly", provinces: bool = False
) -> None:
    """Raise ModelRefused, `no_figures`, that names the series that are empty and who would have them.

    Parameters
    ----------
    series : mapping of str to pandas.Series, DataFrame or PeriodIndex
        Indicator to what is known of it.
    freq : {"yearly", "quarterly", "monthly"}
        For the sentence.
    provinces : bool
        The figures are those of the provinces instead of the area.
    """
    absent = [i for i, x in series.items() if not len(x)]
    if absent:
        words = {"freq": f"area_series_{freq}"}
        raise _refusal(ctx, "area_series_missing", absent, provinces=provinces, words=words)


def require_years(ctx: ReportContext, series: Mapping[str, pd.Series], least: int) -> None:
    """Raise ModelRefused, `short_sample`, unless all series cover that many consecutive years."""
    require_figures(ctx, series)
    common = pd.concat([x.rename(i) for i, x in series.items()], axis=1).dropna()
    years = len(longest_run(common.iloc[:, 0]))
    if years < least:
        raise _refusal(ctx, "area_series_few", series, values={"n": years, "least": least})


def _refusal(
    ctx: ReportContext,
    key: str,
    indicators: Iterable[str],
    *,
    provinces: bool = False,
    words: Mapping[str, str] | None = None,
    values: Mapping[str, int] | None = None,
) -> ModelRefused:
    """What is missing, and who would have it; `words` are keys of messages."""
    registry, said, names = load_registry(), {}, list(indicators)
    office = "nation" if provinces or ctx.area.level == "nation" else "area"
    for lang in ("zh", "en"):
        more: dict[str, object] = {k: message(v, lang) for k, v in (words or {}).items()} | dict(values or {})
        more["area"] = message("area_series_provinces", lang) if provinces else ctx.area.name(lang)
        more["names"] = message("list_sep", lang).join(registry.indicator(i).name(lang) for i in names)
        more["day"] = ctx.as_of.isoformat()
        said[lang] = [message(k, lang, **more) for k in (key, f"area_series_ask_{office}")]
    code = "no_figures" if key == "area_series_missing" else "short_sample"
    return ModelRefused(Fault(said["en"][0], next_step=said["en"][1], zh="".join(said["zh"]), code=code))


def consumer_prices(ctx: ReportContext) -> tuple[str, pd.Series]:
    """The longest published series of consumer prices, and it with the year before = 100."""
    known = {i: ctx.yearly(i) + add for i, add in _PRICES.items()}
    longest = max(known, key=lambda i: len(known[i]))
    return longest, known[longest]


def same_table_growth(ctx: ReportContext, indicator: str) -> pd.Series:
    """Nominal growth in percent of the years whose two levels stand in one table: revisions never mix."""
    levels, evidence = ctx.yearly(indicator), ctx.book.yearly(indicator).evidence
    if levels.empty:
        return levels
    whole = levels.reindex(pd.period_range(levels.index[0], levels.index[-1], freq="Y"))
    growth = yoy(whole).dropna()
    files = {y: {e.file for e in rows} for y, rows in evidence.items()}
    return growth[[files[str(p)] == files[str(p - 1)] for p in growth.index]]


def gdp_growth(ctx: ReportContext) -> pd.Series:
    """Real growth as published, and from the published index where no rate is."""
    rate, index = ctx.yearly(GDP_GROWTH), ctx.yearly(GDP_INDEX)
    return rate if index.empty else rate.combine_first(yoy(index).dropna())


def mean_population(ctx: ReportContext) -> pd.Series:
    """Mean of the residents at both ends of each year; empty where there are none."""
    people = ctx.yearly(PEOPLE)
    if people.empty:
        return people
    whole = people.reindex(pd.period_range(people.index[0], people.index[-1], freq="Y"))
    return ((whole + whole.shift(1)) / 2).dropna()


def per_head_growth(ctx: ReportContext) -> pd.Series:
    """Real growth of GDP per head from its published index, else from GDP and the mean population."""
    index, people = ctx.yearly(HEAD_INDEX), mean_population(ctx)
    made = pd.Series(dtype=float)
    if len(people) > 1:
        whole = people.reindex(pd.period_range(people.index[0], people.index[-1], freq="Y"))
        growth = gdp_growth(ctx)
        years = growth.index.intersection(whole.index)
        made = real_growth(growth[years], by=100 + yoy(whole)[years]).dropna() if len(years) else made
    return made if index.empty else yoy(index).dropna().combine_first(made)


def output_growth(ctx: ReportContext) -> Growth:
    """Published real growth, or nominal growth over consumer prices where that covers more years.

    Raises
    ------
    ModelRefused
        `no_figures` where there is neither.
    """
    real, (prices, index) = gdp_growth(ctx), consumer_prices(ctx)
    nominal = same_table_growth(ctx, GDP)
    over = pd.Series(dtype=float)
    if len(nominal) and len(index):
        years = nominal.index.intersection(index.index)
        over = real_growth(nominal[years], by=index[years])
    if len(over) > len(real):
        return Growth(longest_run(over), (GDP, prices), published=False)
    require_figures(ctx, {GDP_GROWTH: real})
    return Growth(longest_run(real), (GDP_GROWTH, GDP_INDEX), published=True)


def longest_run(x: pd.Series) -> pd.Series:
    """The longest run of consecutive periods, the earlier of two.

    Examples
    --------
    >>> longest_run(pd.Series([1.0, 2, 3], pd.PeriodIndex(["2019", "2021", "2022"], freq="Y"))).tolist()
    [2.0, 3.0]
    """
    known = x.dropna().sort_index()
    if known.empty:
        return known
    return max((run for _, run in known.groupby(known.index.asi8 - range(len(known)))), key=len)


def growth_sources(ctx: ReportContext, growth: Growth | Refusal, *others: str) -> str:
    """Publishers behind growth of output and other yearly series."""
    return ctx.sources(*(growth.indicators if isinstance(growth, Growth) else ()), *others)


def reading_output(growth: Growth, lang: str) -> str:
    """What growth of output is on this page."""
    years = growth.values.index
    key = "published" if growth.published else "over_prices"
    return message(f"area_series_output_{key}", lang, first=years[0].year, last=years[-1].year)


# --- parts of a page -----------------------------------------------------------------------------


def once(*parts: Any) -> list[Any]:
    """Parts of a cell without repeated refusals and without what is None."""
    kept: dict[str, Any] = {}
    for i, part in enumerate(parts):
        if part is None:
            continue
        kept.setdefault(part._repr_html_() if isinstance(part, Refusal) else str(i), part)
    return list(kept.values())


def answers(*parts: Any) -> list[Any]:
    """Parts of a cell without refusals, where the page gave the reason further up."""
    return [x for x in parts if x is not None and not isinstance(x, Refusal)]


def after(ctx: ReportContext, before: Iterable[Any], *parts: Any) -> list[Any]:
    """Parts of a cell without refusals that were shown `before`; a pointer to them if nothing is left."""
    told = {x._repr_html_() for x in before if isinstance(x, Refusal)}
    kept = [x for x in once(*parts) if not (isinstance(x, Refusal) and x._repr_html_() in told)]
    return kept or [ctx.show(ctx.t("area_series_as_above"))]


def verdict(ctx: ReportContext, *results: Any) -> list[Any]:
    """The sentences of the results that there are, or one sentence that there are none."""
    found = [ctx.finding(x) for x in answers(*results)]
    return found or [ctx.show(ctx.t("area_series_no_verdict", area=ctx.area.name(ctx.lang)))]
