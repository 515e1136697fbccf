"""The page on jobs and growth: elasticities by year and on the whole, and unemployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused
from ..models.elasticity import ElasticityResult, arc_elasticity, fit_employment_elasticity
from ..models.okun import OkunResult, fit_okun
from ..models.panel import PanelResults, fit_panel
from ..models.panel_sample import stack_panel
from ..models.regression import RegressionResult, fit_regression
from ..models.results import Results, evidence_word
from ..registry.load import load_registry
from ..series.flows import aggregate
from ..series.growth import yoy
from ..series.prices import real_growth
from .area_series import GDP, longest_run, output_growth, require_figures, require_years
from .context import Refusal, ReportContext
from .messages import message
from .model_tables import table_compared
from .tables import Table, translator

__all__ = [
    "Arcs",
    "arcs_of",
    "elasticity_apart",
    "elasticity_of",
    "okun_apart",
    "okun_of",
    "panel_elasticity",
    "province_figures",
    "reading_elasticities",
    "reading_okun",
    "table_arcs",
    "table_coefficients",
    "table_panel",
]

TOTAL, UNITS, YOY = "employed_total_persons", "employed_urban_units_persons", "employed_yoy_pct"
SURVEYED, REGISTERED = "urban_surveyed_unemployment_pct", "registered_unemployment_pct"
QUARTERLY, PRICES = "gdp_real_quarter_yoy_pct", "cpi_previous_year_index"
UNITS_BREAK = "2013"  # figures of urban units jump: probably a wider coverage
REVISED = {"2005", "2006"}  # the levels of GDP a year before stand in the table of an earlier census
PANDEMIC = ("2020Q1", "2021Q1")
FLOOR, ODD, LEAST = 1.0, 7.0, 11  # percent, percent, and consecutive years of levels (10 changes)
Rate = Literal["surveyed", "registered"]


@dataclass(frozen=True)
class Arcs:
    """Growth of employment and of output, and the arc elasticity, by year.

    `table` as `arc_elasticity` gives it, years without employment left out; `indicator` is the employment
    series, `published` whether growth of output is the published one.
    """

    table: pd.DataFrame
    indicator: str
    published: bool


# --- fits ----------------------------------------------------------------------------------------


def arcs_of(ctx: ReportContext, indicator: str = TOTAL) -> Arcs:
    """Arc elasticities of an employment series; from its growth rates where no levels are published."""
    jobs, output = ctx.yearly(indicator), None
    if jobs.empty and indicator == TOTAL and len(rates := ctx.yearly(YOY)):
        output = output_growth(ctx)
        return Arcs(_arcs_of_rates(rates, output.values), YOY, output.published)
    require_figures(ctx, {indicator: jobs})
    output = output_growth(ctx)
    table = arc_elasticity(jobs, output.levels, floor=FLOOR)
    table = table[table["employment"].notna() | table["output"].notna()]
    table = table.loc[jobs.index[0] + 1 : jobs.index[-1]]
    return Arcs(table, indicator, output.published)


def _arcs_of_rates(jobs: pd.Series, growth: pd.Series) -> pd.DataFrame:
    """The same from growth rates, each year by itself."""
    rows = []
    for year in growth.index.intersection(jobs.index):
        pair = pd.period_range(year - 1, year, freq="Y")
        levels = [pd.Series([100.0, 100.0 + x[year]], pair) for x in (jobs, growth)]
        rows.append(arc_elasticity(*levels, floor=FLOOR).iloc[1:])
    return pd.concat(rows) if rows else arc_elasticity(100 + jobs, 100 + jobs, floor=FLOOR).iloc[:0]


def elasticity_of(ctx: ReportContext, indicator: str = TOTAL) -> ElasticityResult:
    """Elasticity of an employment series in log differences, with the sieve interval."""
    jobs, levels = _levels(ctx, indicator)
    return fit_employment_elasticity(jobs, levels, floor=FLOOR, alpha=ctx.alpha, seed=ctx.seed)


def _levels(ctx: ReportContext, indicator: str) -> tuple[pd.Series, pd.Series]:
    """Employment and output on their longest run of common years."""
    jobs = ctx.yearly(indicator)
    require_figures(ctx, {indicator: jobs})
    output = output_growth(ctx)
    levels = output.levels
    require_years(ctx, {indicator: jobs, output.indicators[0]: levels}, LEAST)
    run = longest_run(jobs[jobs.index.isin(levels.index)])
    return run, levels[run.index]


def elasticity_apart(ctx: ReportContext) -> RegressionResult:
    """Elasticity of employment in urban units, with the change of their statistics in 2013 set apart."""
    jobs, output = (_changes(x) for x in _levels(ctx, UNITS))
    apart = _apart(output.rename("elasticity"), (UNITS_BREAK,))
    return fit_regression(jobs.rename("employment"), apart, alpha=ctx.alpha, seed=ctx.seed)


def _changes(levels: pd.Series) -> pd.Series:
    return (100 * np.log(levels).diff()).dropna()


def _apart(x: pd.Series, periods: tuple[str, ...]) -> pd.DataFrame:
    """The regressor with a dummy for each of some periods."""
    frame = x.to_frame()
    for p in periods:
        if pd.Period(p, freq=x.index.freq) in x.index:
            frame[p] = (x.index == pd.Period(p, freq=x.index.freq)) * 1.0
    return frame


def province_figures(ctx: ReportContext) -> dict[str, pd.DataFrame]:
    """Employment, GDP and consumer prices of the provinces, each on all years from its first to its last."""
    if ctx.synthetic:
        said = [message("employment_synthetic", lang, area=ctx.area.name(lang)) for lang in ("en", "zh")]
        raise ModelRefused(Fault(said[0], zh=said[1], code="synthetic"))
    figures = {i: ctx.provinces(i) for i in (TOTAL, UNITS, GDP, PRICES)}
    require_figures(ctx, figures, provinces=True)
    places = {code: load_registry().area(code).name(ctx.lang) for code in figures[GDP].columns}
    return {
        i: x.reindex(pd.period_range(x.index[0], x.index[-1], freq="Y"), columns=list(places)).rename(
            columns=places
        )
        for i, x in figures.items()
    }


def panel_elasticity(
    ctx: ReportContext,
    figures: Mapping[str, pd.DataFrame] | Refusal,
    indicator: str = TOTAL,
    *,
    year_effects: bool = True,
) -> PanelResults:
    """Elasticity within the provinces: changes of logs of employment on growth of output, in percent."""
    if isinstance(figures, Refusal):
        raise figures.error
    names = [message(f"employment_{k}", ctx.lang) for k in ("panel_jobs", "panel_output")]
    change = (100 * np.log(figures[indicator]).diff()).dropna(how="all")
    growth = yoy(figures[GDP]).iloc[1:]
    years = growth.index.intersection(figures[PRICES].index)
    output = 100 * np.log1p(real_growth(growth.loc[years], by=figures[PRICES].loc[years]) / 100)
    years = change.index.intersection(output.dropna(how="all").index)
    apart = {*REVISED, UNITS_BREAK} if indicator == UNITS else REVISED
    years = years[[str(y) not in apart for y in years]]
    stacked = stack_panel({names[0]: change.loc[years], names[1]: output.loc[years]})
    units = {names[0]: ("个百分点", "points"), names[1]: ("个百分点", "point")}
    effects: Any = "region+year" if year_effects else "region"
    return fit_panel(stacked[names[0]], stacked[names[1]], effects=effects, units=units, alpha=ctx.alpha)


def _pair(ctx: ReportContext, rate: Rate) -> tuple[pd.Series, pd.Series]:
    """The rate and growth: by quarter where both are published, else by year."""
    indicator = SURVEYED if rate == "surveyed" else REGISTERED
    if rate == "surveyed":
        months, growth = ctx.within_year(indicator, "M"), ctx.within_year(QUARTERLY, "Q")
        if len(months) >= 12 and len(growth):
            whole = months.reindex(pd.period_range(months.index[0], months.index[-1], freq="M"))
            return longest_run(aggregate(whole, to="Q", kind="rate", how="mean")), growth
    years = ctx.yearly(indicator)
    require_figures(ctx, {indicator: years})
    output = output_growth(ctx)
    require_years(ctx, {indicator: years, output.indicators[0]: output.values}, LEAST)
    return longest_run(years), output.values


def okun_of(ctx: ReportContext, rate: Rate) -> OkunResult:
    """Okun's relation in changes, by quarter (over a year) or by year."""
    unemployment, growth = _pair(ctx, rate)
    return fit_okun(unemployment, growth, rate=rate, alpha=ctx.alpha, seed=ctx.seed)


def okun_apart(ctx: ReportContext, rate: Rate = "surveyed") -> RegressionResult:
    """The same by quarter, with the first quarters of 2020 and 2021 set apart."""
    unemployment, growth = _pair(ctx, rate)
    if growth.index.freqstr[0] != "Q":
        said = [message("employment_no_quarters", lang) for lang in ("en", "zh")]
        raise ModelRefused(Fault(said[0], zh=said[1], code="frequency"))
    change = unemployment.diff(4).dropna().rename("unemployment")
    return fit_regression(
        change, _apart(growth.rename("okun"), PANDEMIC), lags=3, alpha=ctx.alpha, seed=ctx.seed
    )


# --- tables --------------------------------------------------------------------------------------


def table_arcs(arcs: Arcs, lang: str, *, source: str) -> Table:
    """Growth of both and the arc elasticity by year; n/a with its reason."""
    t, rows = translator(lang), []
    for year, r in arcs.table.iterrows():
        reason = ""
        if not np.isfinite(r["elasticity"]):
            missing = not np.isfinite(r["employment"]) or not np.isfinite(r["output"])
            reason = t("employment_na_missing" if missing else "employment_na_floor")
        if abs(r["employment"]) > ODD:
            reason = t("employment_na_odd")
        cells = [_signed(r["employment"], 1), _signed(r["output"], 1)]
        rows.append((str(year), *cells, _signed(r["elasticity"], 2, empty=t("employment_na")), reason))
    output = "employment_output" if arcs.published else "employment_output_prices"
    return Table(
        t("employment_arcs_title", name=load_registry().indicator(arcs.indicator).name(lang)),
        (t("year"), t("employment_jobs"), t(output), t("employment_elasticity"), t("employment_remark")),
        tuple(rows),
        note=t("employment_arcs_note", floor=f"{FLOOR:g}", odd=f"{ODD:g}"),
        source=t("source_line", source=source),
        numeric=frozenset({1, 2, 3}),
        nowrap=frozenset({4}),
        empty=t("employment_no_arcs"),
    )


def _signed(x: float, digits: int, *, empty: str = "—") -> str:
    if not np.isfinite(x):
        return empty
    text = f"{x:+.{digits}f}"
    return text[1:] if float(text) == 0 else text


def table_panel(fits: Mapping[str, PanelResults | Refusal], lang: str) -> Table:
    """The elasticity within provinces, with and without what all share in a year."""
    t, rows = translator(lang), []
    for name, fit in fits.items():
        if isinstance(fit, Refusal):
            continue
        low, high = fit.conf_int().loc[fit.first]
        rows.append(
            (name, f"{fit.params[fit.first]:.2f}",
             t("employment_range", low=f"{low:.2f}", high=f"{high:.2f}"), str(fit.nobs))
        )  # fmt: skip
    level = next((f"{1 - f.alpha:.0%}" for f in fits.values() if not isinstance(f, Refusal)), "")
    columns = (
        t("employment_version"),
        t("employment_elasticity"),
        t("employment_interval", level=level),
        t("n_short"),
    )
    return Table(
        t("employment_panel_title"), columns, tuple(rows), note=t("employment_panel_note"),
        source=t("source_line", source=t("employment_panel_source")), numeric=frozenset({1, 2, 3}),
    )  # fmt: skip


def table_coefficients(
    fits: Mapping[str, Results | Refusal], parameter: str, lang: str, *, title: str
) -> Table | None:
    """One coefficient in the versions that could be estimated; None if there are none."""
    known = {name: fit for name, fit in fits.items() if isinstance(fit, Results)}
    return table_compared(known, lang, parameter=parameter, title=title) if known else None


# --- sentences -----------------------------------------------------------------------------------


def reading_elasticities(
    fit: ElasticityResult, lang: str, *, apart: RegressionResult | Refusal | None = None
) -> str:
    """What the sample could have found, and the elasticity with the break of 2013 set apart."""
    least = float(fit.regression.minimum_detectable()["elasticity"])
    text = message(
        "employment_least",
        lang,
        n=fit.nobs,
        least=f"{least:.2f}",
        const=_signed(float(fit.params["const"]), 1),
    )
    if isinstance(apart, RegressionResult):
        low, high = apart.conf_int().loc["elasticity"]
        found = "found" if evidence_word(low, high) != "covers" else "unfound"
        text += message(
            f"employment_apart_{found}", lang, value=f"{apart.params['elasticity']:.2f}",
            low=f"{low:.2f}", high=f"{high:.2f}", level=f"{1 - apart.alpha:.0%}",
        )  # fmt: skip
    return text


def reading_okun(fit: OkunResult, lang: str, *, apart: RegressionResult | Refusal | None = None) -> str:
    """The minimum detectable effect in words, beside what is usual elsewhere."""
    least = fit.minimum_detectable
    key = "registered" if fit.rate == "registered" else "could" if least <= 0.2 else "could_not"
    text = message(f"employment_okun_{key}", lang, n=fit.nobs, least=f"{least:.2g}")
    if isinstance(apart, RegressionResult):
        low, high = apart.conf_int().loc["okun"]
        stronger = abs(apart.params["okun"]) > 2 * abs(fit.params["okun"])
        found = "unfound" if evidence_word(low, high) == "covers" else "stronger" if stronger else "found"
        text += message(
            f"employment_okun_apart_{found}", lang, value=f"{apart.params['okun']:.3f}",
            low=f"{low:.3f}", high=f"{high:.3f}", level=f"{1 - apart.alpha:.0%}",
        )  # fmt: skip
    if fit.rate == "registered":
        text += message("employment_attenuated", lang)
    return text
