"""The page on the long run and on shocks: its variables, its words, and whole pages in both languages."""

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused
from cbs_analysis.models.ardl import fit_ardl
from cbs_analysis.models.causality import fit_toda_yamamoto
from cbs_analysis.models.cointegration import fit_engle_granger
from cbs_analysis.models.local_projections import fit_local_projections
from cbs_analysis.models.results import Results
from cbs_analysis.models.unit_roots import fit_unit_roots
from cbs_analysis.models.var import fit_var
from cbs_analysis.report import long_run_pages as pages
from cbs_analysis.report import open_report
from cbs_analysis.report.context import Refusal
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.long_run_data import PANDEMIC, Variables, relation_power
from cbs_analysis.report.long_run_figures import plot_responses
from cbs_analysis.report.model_tables import table_model_notes

from .model_pages import check_page, english, project_of, words

LANGS = ("zh", "en")
pytestmark = pytest.mark.usefixtures("seeded_pages")
NOTEBOOK = "23_long_run_and_shocks"
# names of tests and people, abbreviations of Chinese papers, and codes of areas
LATIN = (
    r"ARDL|ADF|PP|KPSS|Zivot-Andrews|Toda-Yamamoto|Engle-Granger|Breusch-(Godfrey|Pagan)|Fieller|Kilian"
    r"|Lazarus|Newey-West|HC3|AIC|BIC|HQ|22CB00|99DM00"
)


def open_page(root, area="000000", plan="national14", as_of="2026-10-31", lang="zh"):
    return open_report(NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang, root=root)


def walk(seed, periods, freq="Y", start="1990"):
    index = pd.period_range(start, periods=periods, freq=freq)
    return pd.Series(np.random.default_rng(seed).standard_normal(periods).cumsum(), index)


def noise(seed, periods, start="2012Q1"):
    index = pd.period_range(start, periods=periods, freq="Q")
    return pd.Series(np.random.default_rng(seed).standard_normal(periods), index)


@pytest.fixture(scope="module")
def shocks():
    """Growth that moves income by half at once and by a quarter later, in quarters with the pandemic."""
    growth = noise(1, 56)
    income = 0.5 * growth + 0.25 * growth.shift(1).fillna(0) + 0.2 * noise(2, 56)
    return Variables({"经济增速": growth, "收入增速": income}, ("a", "b"))


# --- variables -----------------------------------------------------------------------------------


def test_levels_at_constant_prices_are_chained_from_published_growth(root):
    ctx = open_page(root)
    levels = pages.long_run_levels(ctx)
    growth = ctx.yearly("disposable_income_all_real_yoy_pct")
    income = levels.series[0]
    assert levels.prices == "real"
    assert np.allclose(100 * (np.exp(income.diff().dropna()) - 1), growth.to_numpy())
    assert income.index[0] == growth.index[0] - 1


def test_where_real_growth_is_short_or_has_gaps_current_prices_are_used_and_said_to_be(root):
    levels = pages.long_run_levels(open_page(root, "220000", "cbs14"))
    assert levels.prices == "nominal"
    assert len(levels.common) >= 15
    assert "现价" in pages.reading_levels(levels, "zh")
    assert "current prices" in pages.reading_levels(levels, "en")


def test_what_is_not_published_is_named_with_who_would_have_it_and_nothing_is_fitted(root):
    levels = pages.long_run_levels(open_page(root, "22CB00", "cbs14"))
    zh, en = (levels.refusal(lang)._repr_html_() for lang in LANGS)
    assert "居民人均可支配收入" in zh
    assert "调查队" in zh
    assert "survey team" in en
    assert not english(words(zh), LATIN)
    with pytest.raises(ModelRefused) as refused:
        levels.fit(fit_ardl, split=True)
    assert refused.value.faults[0].code == "no_figures"


def test_unemployment_of_a_quarter_is_the_mean_of_its_three_months(root):
    ctx = open_page(root)
    monthly = ctx.within_year("urban_surveyed_unemployment_pct", "M")
    quarter = pages.quarterly_pair(ctx, "unemployment").series[1]
    months = pd.period_range("2023-04", "2023-06", freq="M")
    assert quarter["2023Q2"] == pytest.approx(monthly[months].mean())
    assert monthly.index[-1].asfreq("Q") not in quarter.index  # an incomplete quarter has no mean


def test_income_of_the_single_quarter_is_the_growth_of_decumulated_levels(root):
    ctx = open_page(root)
    levels = ctx.within_year("disposable_income_all_nominal_ytd_yuan", "Q")
    single = pages.quarterly_pair(ctx, "income_single").series[1]
    now, then = (levels[f"{y}Q3"] - levels[f"{y}Q2"] for y in (2023, 2022))
    assert single["2023Q3"] == pytest.approx(100 * (now / then - 1))


def test_dummies_mark_the_first_quarters_of_2020_and_2021_alone(shocks):
    dummies = shocks.pandemic()
    assert list(dummies) == list(PANDEMIC)
    assert [str(dummies.index[dummies[q] == 1][0]) for q in dummies] == list(PANDEMIC)
    assert dummies.to_numpy().sum() == 2
    early = shocks.before_pandemic()
    assert str(early.common[-1]) == "2019Q4"
    assert early.pandemic() is None


# --- power ---------------------------------------------------------------------------------------


def test_power_is_that_of_the_bounds_test_itself():
    rng = np.random.default_rng(7)
    found, samples = 0, 120
    for _ in range(samples):
        x = rng.standard_normal(35).cumsum()
        y = np.zeros(35)
        for k in range(1, 35):
            y[k] = y[k - 1] - 0.6 * (y[k - 1] - x[k - 1]) + 0.3 * (x[k] - x[k - 1])
            y[k] += 0.5 * rng.standard_normal()
        index = pd.period_range("2000", periods=25, freq="Y")
        y, x = pd.Series(y[10:], index, name="y"), pd.Series(x[10:], index, name="x")
        b = fit_ardl(y, x, lags=(1, 1), draws=1000).bounds
        passed = b["statistic"].abs() > b["I(1)"].abs()
        found += bool(passed.all())
    power = relation_power(25, 0.6)
    assert abs(power - found / samples) < 3 * np.sqrt(power * (1 - power) / samples)


def test_power_grows_with_length_and_speed_and_is_the_size_without_a_relation():
    assert relation_power(15, 0.4) < relation_power(25, 0.4) < relation_power(25, 0.6)
    assert relation_power(40, 0.0) < 0.06


# --- tables, readings and charts -----------------------------------------------------------------


def test_a_response_is_told_for_one_point(shocks):
    var, lp = (shocks.fit(f) for f in (fit_var, fit_local_projections))
    table = pages.table_responses({"甲": var, "乙": lp}, "zh")
    value = float(table.rows[1][2].split("（")[0].replace("−", "-"))
    assert value == pytest.approx(lp.irf().at[1, "estimate"], abs=0.006)
    irf = var.irf()
    at = {r: irf[(irf.impulse == "经济增速") & (irf.response == r)].estimate.to_numpy() for r in var.names}
    shown = float(table.rows[0][2].split("（")[0].replace("−", "-"))
    assert shown == pytest.approx(at["收入增速"][1] / at["经济增速"][0], abs=0.006)
    assert shown == pytest.approx(0.25, abs=0.1)
    assert pages.reading_shock(var, "zh").count(table.rows[0][2].split("（")[0]) >= 1


def test_a_model_that_was_refused_keeps_its_row_and_its_reason(shocks):
    short = Variables({n: x[:8] for n, x in shocks.columns.items()}, ())
    with pytest.raises(ModelRefused) as refused:
        short.fit(fit_var)
    table = pages.table_responses({"甲": shocks.fit(fit_var), "乙": Refusal(refused.value, "zh")}, "zh")
    assert table.rows[1][1] == "—"
    assert "样本只有8期" in table.rows[1][-1]
    assert pages.reading_methods({"乙": Refusal(refused.value, "zh")}, "zh") is None


@pytest.mark.parametrize("lang", LANGS)
def test_charts_say_title_unit_period_and_source_and_doubt_what_one_method_does_not_find(shocks, lang):
    var, lp = (shocks.fit(f) for f in (fit_var, fit_local_projections))
    blank = Variables({"经济增速": noise(5, 56), "收入增速": noise(6, 56)}, ())
    unsure = blank.fit(fit_local_projections)
    chart = plot_responses(var, lang, aside=var, projection=lp, alone=var, source="某局")
    other = plot_responses(var, lang, aside=var, projection=unsure, source="某局")
    said = [x.get_text() for x in chart.figure.texts]
    assert any("某局" in x for x in said)
    assert any("2012Q" in x for x in said)
    assert any(("百分点" if lang == "zh" else "percentage points") in x for x in said)
    assert chart.title in other.title
    assert ("未能确认" if lang == "zh" else "not confirmed") in other.title
    assert len(chart.figure.axes) == 2


def test_bounds_are_read_on_the_side_of_each_statistic():
    x = walk(3, 40).rename("x")
    y = (x + np.random.default_rng(4).standard_normal(40) / 4).rename("y")
    ardl = fit_ardl(y, x, lags=(1, 1), draws=2000)
    table = pages.table_bounds(ardl, fit_engle_granger(y, x), "zh")
    assert ardl.cointegrated
    assert [r[-1] for r in table.rows] == ["是"] * 4
    none = fit_ardl(walk(8, 40).rename("y"), x, lags=(1, 1), draws=2000)
    shown = [
        r[-1] for r in pages.table_bounds(none, fit_engle_granger(walk(8, 40).rename("y"), x), "zh").rows
    ]
    assert shown[:3] == ["否"] * 3


def test_repeated_refusals_are_shown_once():
    refusal = Refusal(ModelRefused("too short"), "en")
    again = Refusal(ModelRefused("too short"), "en")
    assert pages.once(refusal, again) == [refusal]


# --- words ---------------------------------------------------------------------------------------


def results():
    """Results of every model of the page that between them say most of what these can say."""
    x, y = walk(3, 40).rename("总量"), walk(4, 40).rename("收入")
    near = (x + np.random.default_rng(4).standard_normal(40) / 4).rename("收入")
    twice = walk(5, 40).cumsum().rename("收入")
    a, b = noise(1, 60).rename("增速"), noise(2, 60).rename("失业率")
    both = pd.DataFrame({"增速": a, "失业率": b})
    early = both.iloc[:34]
    yield from (fit_unit_roots(s, trend=t) for s in (x, y[:14], twice, a) for t in ("c", "ct"))
    for one in (near, y, twice, walk(9, 17).rename("收入")):
        yield fit_ardl(one, x, draws=500)
        yield fit_ardl(one, x, lags=(1, 1), draws=500)
        yield fit_engle_granger(one, x)
    yield fit_ardl(y, pd.DataFrame({"总量": x, "就业": walk(6, 40)}), ic="bic", draws=500)
    yield from (fit_toda_yamamoto(f, lags=k) for f in (both, early) for k in (1, 2))
    yield fit_toda_yamamoto(pd.DataFrame({"总量": x, "收入": y}), extra=2)
    for prior in ("minnesota", None):
        yield fit_var(both, prior=prior, draws=200)
        yield fit_var(early, prior=prior, lags=2, draws=200)
        yield fit_var(pd.DataFrame({"总量": x, "收入": near}), prior=prior, draws=200)
    yield fit_var(both.assign(收入=noise(7, 60)), draws=200)
    for how in ("lag_augmented", "ewc", "newey_west"):
        yield fit_local_projections(both, inference=how)


def test_every_note_of_the_models_has_chinese():
    for result in results():
        assert isinstance(result, Results)
        text = words(table_model_notes(result, "zh").html())
        assert not english(text, LATIN), (result.method, english(text, LATIN))


# --- whole pages ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    return project_of(root, tmp_path_factory.mktemp("long_run"), NOTEBOOK)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("area", "plan", "as_of", "lang", "expected"),
    [
        (
            "000000",
            "national14",
            "2026-10-31",
            "zh",
            ["本样本模拟的5%上界", "一个标准差", "局部投影", "未发现"],
        ),
        ("220000", "cbs14", "2026-10-31", "en", ["cannot be claimed", "Not assessable", "survey team"]),
        ("22CB00", "cbs14", "2026-10-31", "zh", ["没有查到", "调查队", "约需"]),
        ("99DM00", "demo14", "2023-06-30", "zh", ["样本只有6期", "约需", "演示数据"]),
    ],
    ids=["nation", "Jilin", "zone", "demonstration"],
)
def test_the_page_is_whole_or_refuses_politely(project, area, plan, as_of, lang, expected):
    spec = RunSpec(notebook=NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang)
    check_page(project, spec, expected, names=LATIN)
