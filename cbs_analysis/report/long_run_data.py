"""Variables of the pages on the long run and on shocks, and what a test of their length could find."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused
from ..models.bounds import bounds_critical_values
from ..registry.load import load_registry
from ..series.flows import aggregate, decumulate
from ..series.growth import chain_growth, yoy
from .context import Refusal, ReportContext
from .messages import message

__all__ = ["PANDEMIC", "Variables", "long_run_levels", "quarterly_pair", "relation_power"]

Array = NDArray[np.float64]
Prices = Literal["real", "nominal"]
Answer = Literal["income", "income_single", "unemployment"]
PANDEMIC = ("2020Q1", "2021Q1")
LEVELS: dict[Prices, tuple[str, str]] = {
    "real": ("disposable_income_all_real_yoy_pct", "gdp_real_yoy_pct"),
    "nominal": ("disposable_income_all_nominal_yuan", "gdp_nominal_mn_yuan"),
}
ANSWERS: dict[Answer, str] = {
    "income": "disposable_income_all_real_ytd_yoy_pct",
    "income_single": "disposable_income_all_nominal_ytd_yuan",
    "unemployment": "urban_surveyed_unemployment_pct",
}


@dataclass(frozen=True)
class Variables:
    """Series of one question, or why there are none.

    Attributes
    ----------
    columns : mapping of str to pandas.Series
        Name on the page to series; of yearly levels income first, of quarters the shock first.
    indicators : tuple of str
        Indicators that they were made of.
    missing : tuple of Fault
        What is not published, and who would have it.
    prices : {"real", "nominal"}
        Of yearly levels.
    """

    columns: Mapping[str, pd.Series]
    indicators: tuple[str, ...]
    missing: tuple[Fault, ...] = ()
    prices: Prices = "real"

    @property
    def series(self) -> list[pd.Series]:
        """The series that are known, with their names."""
        return [x.rename(name) for name, x in self.columns.items() if len(x)]

    @property
    def common(self) -> pd.PeriodIndex:
        """Periods for which all are known."""
        return self._frame().dropna().index

    def _frame(self) -> pd.DataFrame:
        return pd.DataFrame(dict(self.columns))

    def fit(self, function: Callable[..., Any], *, split: bool = False, **options: Any) -> Any:
        """Call a fit function with the frame, or with each series (`split`).

        Raises
        ------
        ModelRefused
            `no_figures` if a series is missing, and what the function refuses.
        """
        absent = [n for n, x in self.columns.items() if not len(x)]
        if absent:
            raise ModelRefused(
                Fault(
                    f"no figures of {', '.join(absent)} for these periods",
                    zh=f"所需时期没有{'、'.join(absent)}的数据。",
                    code="no_figures",
                )
            )
        return function(*self.series, **options) if split else function(self._frame(), **options)

    def pandemic(self) -> pd.DataFrame | None:
        """Dummies of the first quarters of 2020 and 2021; None where no figures lie there.

        The first period of the figures serves as a lag alone and takes none.
        """
        index = self._frame().index
        inside = [q for q in PANDEMIC if pd.Period(q, freq="Q") in self.common[1:]]
        return pd.DataFrame({q: (index == pd.Period(q)) * 1.0 for q in inside}, index) if inside else None

    def before_pandemic(self) -> Variables:
        """The same variables up to the last quarter before the first of those dummies."""
        end = pd.Period(PANDEMIC[0], freq="Q")
        early = {n: x[x.index < end] if len(x) else x for n, x in self.columns.items()}
        return Variables(early, self.indicators, self.missing)

    def refusal(self, lang: str) -> Refusal | None:
        """What is missing, to be shown; None where nothing is."""
        return Refusal(ModelRefused(list(self.missing)), lang) if self.missing else None


def long_run_levels(ctx: ReportContext) -> Variables:
    """Log income and log GDP by year: at constant prices where growth is published, else at current prices.

    Of the two the one with more common years is taken, constant prices if there are as many. Levels at
    constant prices are chained from real growth over its longest run without a gap.
    """
    names = [ctx.t("long_run_log_income"), ctx.t("long_run_log_gdp")]
    real = Variables(
        dict(zip(names, [_chained(ctx.yearly(i)) for i in LEVELS["real"]], strict=True)), LEVELS["real"]
    )
    nominal = Variables(
        dict(zip(names, [np.log(ctx.yearly(i)) for i in LEVELS["nominal"]], strict=True)),
        LEVELS["nominal"],
        prices="nominal",
    )
    chosen = nominal if len(nominal.common) > len(real.common) else real
    absent = [i for i, x in zip(LEVELS["nominal"], chosen.columns.values(), strict=True) if not len(x)]
    return Variables(
        chosen.columns, chosen.indicators, _not_published(ctx, absent, "long_run_yearly"), chosen.prices
    )


def _chained(growth: pd.Series) -> pd.Series:
    """Logs of levels chained from the longest run of growth rates."""
    known = growth.dropna()
    if known.empty:
        return known
    runs = known.groupby(known.index.asi8 - np.arange(len(known)))
    return np.log(chain_growth(max((run for _, run in runs), key=len)))


def quarterly_pair(ctx: ReportContext, response: Answer) -> Variables:
    """Growth as the shock, and what answers it, by quarter, in percent.

    Growth of the single quarter, or since January where only that is published. `income` grows since January
    at constant prices; `income_single` is the quarter alone at current prices, from cumulative levels;
    `unemployment` is the mean of the monthly rates of complete quarters.
    """
    shock, name = "gdp_real_quarter_yoy_pct", ctx.t("long_run_growth")
    growth = ctx.within_year(shock, "Q")
    if growth.empty and len(other := ctx.within_year("gdp_real_ytd_yoy_pct", "Q")):
        growth, shock, name = other, "gdp_real_ytd_yoy_pct", ctx.t("long_run_growth_ytd")
    answer = ANSWERS[response]
    found = ctx.within_year(answer, "M" if response == "unemployment" else "Q")
    if len(found) and response == "unemployment":
        found = aggregate(_whole(found), to="Q", kind="rate", how="mean").dropna()
    elif len(found) and response == "income_single":
        found = yoy(decumulate(_whole(found))).dropna()
    absent = [i for i, x in ((shock, growth), (answer, found)) if x.empty]
    return Variables(
        {name: growth, ctx.t(f"long_run_{response}"): found},
        (shock, answer),
        _not_published(ctx, absent, "long_run_quarterly"),
    )


def _whole(x: pd.Series) -> pd.Series:
    """The series on all periods from its first to its last; what is absent is NaN."""
    return x.reindex(pd.period_range(x.index[0], x.index[-1], freq=x.index.freq))


def _not_published(ctx: ReportContext, absent: Sequence[str], when: str) -> tuple[Fault, ...]:
    """One fault that names what is missing and who would have it, in both languages."""
    if not absent:
        return ()
    office = "long_run_office_nation" if ctx.area.level == "nation" else "long_run_office_area"
    said = {}
    for lang in ("zh", "en"):
        registry, sep = load_registry(), message("list_sep", lang)
        said[lang] = (
            message(
                "long_run_missing",
                lang,
                area=ctx.area.name(lang),
                name=sep.join(registry.indicator(i).name(lang) for i in absent),
                when=message(when, lang),
            ),
            message("long_run_ask", lang, office=message(office, lang, area=ctx.area.name(lang))),
        )
    fault = Fault(said["en"][0], next_step=said["en"][1], zh="".join(said["zh"]), code="no_figures")
    return (fault,)


@lru_cache(maxsize=64)
def relation_power(years: int, speed: float, *, samples: int = 2000, seed: int = 20230630) -> float:
    """Share of made-up samples in which the bounds test finds a long-run relation that is there.

    Parameters
    ----------
    years : int
        Length of the levels, at least 12.
    speed : float
        Share of a gap that closes in a year.

    Notes
    -----
    x is a random walk with unit steps; y closes `speed` of its gap to x each year, follows .3 of a step of x
    at once and has errors of .5. ARDL(1, 1) with a constant, all three statistics beyond their simulated
    5 % bounds.

    Examples
    --------
    >>> relation_power(15, 0.6, samples=500) < relation_power(30, 0.6, samples=500)
    True
    """
    rng = np.random.default_rng(seed)
    steps, noise = rng.standard_normal((2, samples, years + 10))
    gap = np.zeros((samples, years + 10))
    for k in range(1, years + 10):
        gap[:, k] = (1 - speed) * gap[:, k - 1] - 0.7 * steps[:, k] + 0.5 * noise[:, k]
    x = steps.cumsum(axis=1)[:, 10:]
    y = x + gap[:, 10:]
    crit = bounds_critical_values(
        nobs=years - 1, k=1, case=3, lags=(1, 1), alpha=0.05, draws=5000, seed=seed
    ).iloc[0]
    f, t, fx = _bounds_statistics(y, x)
    return float(np.mean((f > crit["F I(1)"]) & (t < crit["t I(1)"]) & (fx > crit["Fx I(1)"])))


def _bounds_statistics(y: Array, x: Array) -> tuple[Array, Array, Array]:
    """F, t and Fx of ARDL(1, 1) with a constant for every row of y and x."""
    short = np.stack([np.ones_like(x[:, 1:]), np.diff(x)], axis=2)
    full = np.concatenate([short, x[:, :-1, None], y[:, :-1, None]], axis=2)
    change = np.diff(y)[:, :, None]
    inverse = np.linalg.inv(full.transpose(0, 2, 1) @ full)
    beta = inverse @ full.transpose(0, 2, 1) @ change
    ssr = ((change - full @ beta) ** 2).sum(axis=(1, 2))
    scale = ssr / (full.shape[1] - 4)
    left = np.linalg.solve(short.transpose(0, 2, 1) @ short, short.transpose(0, 2, 1) @ change)
    alone = ((change - short @ left) ** 2).sum(axis=(1, 2))
    ratio = beta[:, 2:, 0] / np.sqrt(scale[:, None] * np.diagonal(inverse, axis1=1, axis2=2)[:, 2:])
    return (alone - ssr) / 2 / scale, ratio[:, 1], ratio[:, 0] ** 2
