"""The page on the provinces: what they say together, where one stands, and whom to compare it with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..errors import CbsError, Fault, ModelRefused
from ..models.comparison import ComparisonRegions, choose_comparison
from ..models.panel import PanelResults, fit_panel
from ..models.panel_sample import stack_panel
from ..models.pooling import PoolingResult, fit_pooling, region_slopes
from ..models.synthetic_control import fit_synthetic_control
from ..registry.load import load_registry
from ..registry.records import Area
from ..series.growth import yoy
from ..series.prices import real_growth
from ..sources.store import load_observations
from .context import Refusal, ReportContext
from .messages import message
from .series_tables import area_links
from .tables import Table, translator

__all__ = [
    "Provinces", "home_slope", "nearest_provinces", "panel_slope",
    "province_sample", "reading_home", "reading_nearest", "reading_registered", "reading_shock",
    "reading_synthetic", "table_nearest", "table_pooled", "table_provinces_data", "table_slopes",
]  # fmt: skip

INCOME, GDP = "disposable_income_all_nominal_yuan", "gdp_nominal_mn_yuan"
PRICES, REGISTERED = "cpi_previous_year_index", "registered_unemployment_pct"
TOWNS, PEOPLE = "urbanisation_pct", "population_resident_persons"
_NEEDED, _ALL = (INCOME, GDP, PRICES), (INCOME, GDP, PRICES, REGISTERED, TOWNS, PEOPLE)
_MIN_PROVINCES, _MIN_YEARS = 20, 8


@dataclass(frozen=True)
class Provinces:
    """Figures of the provinces: rows = years, columns = provinces, named in the language of the page.

    `levels` by indicator; `growth` in percent: `income`, `gdp` (over consumer prices), `income_nominal`,
    `gdp_nominal`; `names` by code; `home` is the province of the page ("" for the nation), `own` whether it
    is its area, `lacking` the series that the area itself lacks, `rows` the store's rows of all of them.
    """

    lang: str
    names: dict[str, str]
    area: str
    home: str
    own: bool
    lacking: tuple[str, ...]
    baseline: int
    levels: dict[str, pd.DataFrame]
    growth: dict[str, pd.DataFrame]
    source: str
    rows: pd.DataFrame

    def per_head(self) -> pd.DataFrame:
        """Log of GDP per head in yuan."""
        return np.log(self.levels[GDP].div(self.levels[PEOPLE] / 1e6))


def province_sample(ctx: ReportContext) -> Provinces:
    """Figures of the provinces as known on the day of the report; refused where there are none."""
    if ctx.synthetic:
        raise ModelRefused(_refusal("synthetic", area=ctx.area))
    registry = load_registry()
    names = {a.code: a.name(ctx.lang) for a in registry.areas.values() if a.level == "province"}
    levels = {i: ctx.provinces(i).rename(columns=names) for i in _ALL}
    levels = {i: x[x.notna().sum(axis=1) >= _MIN_PROVINCES] for i, x in levels.items()}
    if missing := [i for i in _NEEDED if len(levels[i]) < _MIN_YEARS]:
        raise ModelRefused(_refusal("missing", indicators=missing))
    growth = {"income_nominal": yoy(levels[INCOME]), "gdp_nominal": yoy(levels[GDP])}
    for key in ("income", "gdp"):
        growth[key] = real_growth(growth[f"{key}_nominal"], by=levels[PRICES])
    home = _home(ctx.area)
    code = home.code if home else "110000"
    rows = load_observations(area=list(names), indicators=_ALL, as_of=ctx.as_of, root=ctx.root)
    rows = rows[rows["freq"] == "A"]
    lacking = [registry.indicator(i).name(ctx.lang) for i in _NEEDED if len(ctx.yearly(i)) < _MIN_YEARS]
    return Provinces(
        lang=ctx.lang, names=names, area=ctx.area.name(ctx.lang), own=ctx.area is home, levels=levels,
        home=home.name(ctx.lang) if home else "", lacking=tuple(lacking), baseline=ctx.plan.baseline,
        growth={k: x.dropna(how="all") for k, x in growth.items()},
        source=ctx.sources_of(rows[rows["area"] == code]), rows=rows,
    )  # fmt: skip


def _home(area: Area) -> Area | None:
    """The province of an area; None for the nation."""
    areas = load_registry().areas
    place: Area | None = area
    while place is not None and place.level != "province":
        place = areas.get(place.parent)
    return place


def _refusal(code: str, *, area: Area | None = None, indicators: Sequence[str] = ()) -> Fault:
    registry, said = load_registry(), {}
    for lang in ("zh", "en"):
        names = message("list_sep", lang).join(registry.indicator(i).name(lang) for i in indicators)
        where = area.name(lang) if area else ""
        said[lang] = message(f"provinces_refused_{code}", lang, names=names, area=where)
    step = "" if code == "above" else message(f"provinces_refused_{code}_next", "en")
    return Fault(said["en"], next_step=step, zh=said["zh"], code=code)


def _need(sample: Provinces | Refusal) -> Provinces:
    """The sample, or a short refusal that points to the first one."""
    if isinstance(sample, Refusal):
        raise ModelRefused(_refusal("above"))
    return sample


def _variables(sample: Provinces, outcome: str) -> tuple[pd.Series, pd.Series]:
    gdp = "gdp_nominal" if outcome == "income_nominal" else "gdp"
    own = sample.levels[REGISTERED] if outcome == "registered" else sample.growth[outcome]
    tables, names = (
        (own, sample.growth[gdp]),
        [message(f"provinces_{k}", sample.lang) for k in (outcome, gdp)],
    )
    years = tables[0].index.intersection(tables[1].index)
    # by code, so that a bootstrap is the same in both languages
    both = (t.loc[years].rename(columns={n: c for c, n in sample.names.items()}) for t in tables)
    stacked = stack_panel(dict(zip(names, both, strict=True)))
    return stacked[names[0]], stacked[names[1]]


def panel_slope(
    sample: Provinces | Refusal, outcome: str = "income", *, year_effects: bool = True, **options: Any
) -> PanelResults:
    """Slope on economic growth of "income", "income_nominal" or "registered"; options as of `fit_panel`."""
    known = _need(sample)
    if outcome == "registered" and len(known.levels[REGISTERED]) < _MIN_YEARS:
        raise ModelRefused(_refusal("missing", indicators=[REGISTERED]))
    y, x = _variables(known, outcome)
    units = {str(y.name): ("个百分点", "points"), str(x.name): ("个百分点", "point")}
    fit = fit_panel(y, x, effects="region+year" if year_effects else "region", units=units, **options)

    def named(text: Any) -> Any:
        return re.sub(r"\b\d{6}\b", lambda m: known.names[m[0]], text) if isinstance(text, str) else text

    said = {key: named(value) for key, value in fit.sensitivity.items()}
    return replace(fit, sensitivity=said, warnings=tuple(named(w) for w in fit.warnings))


def home_slope(
    sample: Provinces | Refusal, *, year_effects: bool = True, alpha: float = 0.1
) -> PoolingResult:
    """Slope of the province of the page, drawn to those of the others; the nation has none."""
    known = _need(sample)
    if not known.home:
        raise ModelRefused(_refusal("nation"))
    made = region_slopes(*_variables(known, "income"), period_effects=year_effects)
    slopes = made.rename(index=known.names)
    return fit_pooling(
        slopes["slope"], slopes["bse"], df=slopes["df"], area=known.home, alpha=alpha,
        what=(message("provinces_slope", "zh"), message("provinces_slope", "en")),
        unit=("个百分点", "points"),
    )  # fmt: skip


def nearest_provinces(sample: Provinces | Refusal) -> ComparisonRegions:
    """Provinces most like the province of the page in the five years before the base year of the plan."""
    known = _need(sample)
    if not known.home:
        raise ModelRefused(_refusal("nation"))
    if missing := [i for i in (TOWNS, PEOPLE) if known.levels[i].empty]:
        raise ModelRefused(_refusal("missing", indicators=missing))
    span = str(known.baseline - 5), str(known.baseline - 1)
    others = {"urbanisation": known.levels[TOWNS], "per_head": known.per_head()}
    return choose_comparison(known.levels[INCOME], area=known.home, pre=span, count=5, others=others)


def reading_home(sample: Provinces, lang: str) -> str:
    """Which province stands for the area of the page."""
    key = "nation" if not sample.home else "own" if sample.own else "parent"
    text = message(f"provinces_home_{key}", lang, area=sample.area, home=sample.home)
    names = message("list_sep", lang).join(sample.lacking) if key == "parent" else ""
    return text + (message("provinces_home_lacking", lang, area=sample.area, names=names) if names else "")


def reading_shock(two_way: PanelResults, region: PanelResults, lang: str) -> str:
    """What a shock that all provinces share adds to the slope when years are not taken out."""
    a, b = two_way.params[two_way.first], region.params[region.first]
    low, high = two_way.conf_int().loc[two_way.first]
    key = "provinces_shock_none" if low <= b <= high else "provinces_shock"
    return message(key, lang, two_way=f"{a:.2f}", region=f"{b:.2f}")


def reading_registered(fit: PanelResults, sample: Provinces, lang: str) -> str:
    """How little the registered rate moves, whatever the slope says."""
    moves, swing = (
        x.diff().abs().stack().dropna() for x in (sample.levels[REGISTERED], sample.growth["gdp"])
    )
    return message(
        "provinces_registered_still", lang, still=f"{np.mean(moves <= 0.1 + 1e-9):.0%}",
        median=f"{moves.median():.2f}", gdp=f"{swing.median():.1f}",
    )  # fmt: skip


def reading_nearest(nearest: ComparisonRegions, lang: str) -> str:
    """Which provinces were chosen, and on what years."""
    far = f"{nearest.table.loc[nearest.areas[-1], 'distance']:.1f}"
    names, years = message("list_sep", lang).join(nearest.areas), nearest.pre.replace("-", "—")
    return message("provinces_nearest", lang, home=nearest.area, names=names, years=years, far=far)


def reading_synthetic(sample: Provinces, lang: str, *, alpha: float = 0.1) -> str:
    """What a synthetic control says since the base year, and why it is no answer on the plan."""
    if not sample.home:
        return message("provinces_synthetic_nation", lang)
    base, growth, said = sample.baseline, sample.growth["income"], ""
    for key, outcome in (("level", 100 * np.log1p(growth / 100).cumsum()), ("growth", growth)):
        pre, post = (str(outcome.index[0]), str(base)), (str(base + 1), str(outcome.index[-1]))
        try:
            fit = fit_synthetic_control(outcome, treated=sample.home, pre=pre, post=post, alpha=alpha)
        except CbsError as exc:
            fault = exc.faults[0]
            why = fault.zh.rstrip("。") if lang == "zh" else fault.what
            said += message(f"provinces_synthetic_{key}_refused", lang, reason=why)
            continue
        p, gap = fit.pvalues["effect"], fit.params["effect"]
        way = message(f"provinces_{'above' if gap > 0 else 'below'}_word", lang)
        said += message(
            f"provinces_synthetic_{key}_{'apart' if p <= alpha else 'unfound'}", lang,
            years="—".join(post), home=sample.home, gap=f"{abs(gap):.1f}", way=way,
            count=len(fit.placebo), p=f"{p:.2f}",
        )  # fmt: skip
    return message("provinces_synthetic_design", lang, parts=said)


def table_provinces_data(sample: Provinces, lang: str) -> Table:
    """Which figures of how many provinces, over which years."""
    t, registry = translator(lang), load_registry()
    rows = [
        (
            registry.indicator(i).name(lang),
            f"{x.index[0]}—{x.index[-1]}",
            x.shape[1],
            int(x.isna().sum().sum()),
            area_links(sample.rows[sample.rows["indicator"] == i], sample.names),
        )
        for i, x in sample.levels.items()
        if not x.empty
    ]
    columns = (t("indicator"), t("period"), t("provinces_count"), t("provinces_cells_missing"), t("raw_rows"))
    return Table(
        t("provinces_data_title"), columns, tuple(rows), note=t("provinces_data_note"),
        source=t("source_line", source=sample.source), numeric=frozenset({2, 3}), nowrap=frozenset({1}),
    )  # fmt: skip


def table_slopes(
    two_way: PanelResults, wild: PanelResults, region: PanelResults, nominal: PanelResults, lang: str
) -> Table:
    """The slope with its interval, and what a critic would ask to see beside it."""
    t = translator(lang)
    fits = {"two_way": two_way, "wild": wild, "region": region, "nominal": nominal}
    rows = [
        (t(f"provinces_row_{key}"), f"{f.params[f.first]:.2f}",
         "—".join(f"{v:.2f}" for v in f.conf_int().loc[f.first]), f.nobs, t(f"provinces_row_{key}_note"))
        for key, f in fits.items()
    ]  # fmt: skip
    times = two_way.resid.index.get_level_values(1)
    return Table(
        t("provinces_slopes_title", first=times.min(), last=times.max()),
        (t("provinces_version"), t("estimate"), t("provinces_interval", level=f"{1 - two_way.alpha:.0%}"),
         t("n_short"), t("provinces_meaning")),
        tuple(rows), note=t("provinces_slopes_note"), numeric=frozenset({1, 2, 3}),
    )  # fmt: skip


def table_pooled(with_years: PoolingResult, without: PoolingResult, lang: str) -> Table:
    """The slope of the province, by itself and drawn to the others, with and without the years taken out."""
    t = translator(lang)
    rows = [
        (t(f"provinces_{key}"), f"{f.own[f.area]:.2f}", f"{f.weight[f.area]:.0%}", f"{f.params[f.area]:.2f}",
         "—".join(f"{v:.2f}" for v in f.conf_int().loc[f.area]), f"{f.mean:.2f}")
        for key, f in (("with_years", with_years), ("without_years", without))
    ]  # fmt: skip
    columns = (
        t("provinces_version"), t("provinces_own"), t("provinces_weight"), t("provinces_pooled"),
        t("provinces_interval", level=f"{1 - with_years.alpha:.0%}"), t("provinces_mean"),
    )  # fmt: skip
    return Table(
        t("provinces_pooled_title", home=with_years.area), columns, tuple(rows),
        note=t("provinces_pooled_note"), numeric=frozenset(range(1, 6)), css="stack",
    )  # fmt: skip


def table_nearest(nearest: ComparisonRegions, sample: Provinces, lang: str) -> Table:
    """The province and those nearest to it, with what they were chosen by."""
    t, registry = translator(lang), load_registry()
    money, first, last = registry.indicator(INCOME), *nearest.pre.split("-")
    incomes, towns = sample.levels[INCOME].loc[first:last], sample.levels[TOWNS].loc[first:last]
    heads = np.exp(sample.per_head().loc[first:last].mean())
    level, years = np.exp(np.log(incomes).mean()), len(incomes) - 1
    pace = 100 * ((incomes.iloc[-1] / incomes.iloc[0]) ** (1 / years) - 1)
    rows = tuple(
        (n, money.format(round(level[n]), lang), f"{pace[n]:.1f}%", f"{towns[n].mean():.1f}%",
         money.format(round(heads[n]), lang),
         "—" if n == nearest.area else f"{nearest.table.loc[n, 'distance']:.2f}")
        for n in (nearest.area, *nearest.areas)
    )  # fmt: skip
    columns = (
        t("provinces_province"), t("provinces_income_level"), t("provinces_income_pace"),
        registry.indicator(TOWNS).name(lang), t("provinces_gdp_per_head"), t("provinces_distance"),
    )  # fmt: skip
    return Table(
        t("provinces_nearest_title", years=f"{first}—{last}"), columns, rows,
        note=t("provinces_nearest_note"), source=t("source_line", source=sample.source),
        numeric=frozenset(range(1, 6)), css="stack",
    )  # fmt: skip
