"""The page on jobs and growth: arcs, elasticities, unemployment, words of the models, whole pages."""

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused
from cbs_analysis.models.elasticity import fit_employment_elasticity
from cbs_analysis.models.okun import fit_okun
from cbs_analysis.models.regression import fit_regression
from cbs_analysis.report import employment_figures, open_report
from cbs_analysis.report import employment_pages as pages
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.model_tables import table_model_notes

from .model_pages import check_page, english, project_of, words

pytestmark = pytest.mark.usefixtures("seeded_pages")
NOTEBOOK = "22_employment"
LATIN = (
    r"Durbin-Watson|Breusch-Godfrey|Prais-Winsten|Newey-West|HC3|AR|OLS-CUSUM|Hodrick-Prescott|Hamilton|CR1"
    r"|22CB00|99DM00|Engle-Granger|ARDL"
)


def open_page(root, area, plan="cbs14", as_of="2026-10-31", lang="zh"):
    return open_report(NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang, root=root)


@pytest.fixture(scope="module")
def jilin(root):
    return open_page(root, "220000")


@pytest.fixture(scope="module")
def nation(root):
    return open_page(root, "000000", plan="national14")


@pytest.fixture(scope="module")
def demo(root):
    return open_page(root, "99DM00", plan="demo14", as_of="2023-06-30")


def made(seed=3, periods=24, freq="Y", start="2000"):
    """Output that grows, employment that follows by .3, and a rate that falls by .25 a point of growth."""
    rng = np.random.default_rng(seed)
    index = pd.period_range(start, periods=periods, freq=freq)
    growth = rng.normal(6, 2, periods)
    output = pd.Series(np.exp(growth.cumsum() / 100), index)
    jobs = pd.Series(np.exp((0.3 * growth + rng.normal(0, 0.3, periods)).cumsum() / 100), index)
    rate = pd.Series(5 + (0.25 * (6 - growth) + rng.normal(0, 0.2, periods)).cumsum(), index)
    return jobs, output, rate, pd.Series(growth, index)


# --- arcs and fits -------------------------------------------------------------------------------


def test_arcs_of_jilin_stand_for_years_with_both_figures_only(jilin):
    table = pages.arcs_of(jilin).table
    jobs = (11847100 - 11435100) / ((11847100 + 11435100) / 2)
    growth = 551530 / 490540 / 1.001 - 1
    assert table.at[pd.Period("2009"), "elasticity"] == pytest.approx(jobs / (growth / (1 + growth / 2)))
    assert table.loc["2011":"2020", "elasticity"].isna().all()


def test_arcs_are_made_of_growth_rates_where_no_levels_are_published(demo):
    arcs = pages.arcs_of(demo)
    assert arcs.indicator == "employed_yoy_pct"
    assert pd.Period("2021") not in arcs.table.index  # no figure, and none made up
    assert arcs.table.at[pd.Period("2018"), "employment"] == pytest.approx(1.1 / 1.00550)


def test_a_year_without_elasticity_says_why(jilin):
    rows = {r[0]: r for r in pages.table_arcs(pages.arcs_of(jilin), "zh", source="某局").rows}
    assert rows["2015"][3:] == ("不计算", "缺数")
    assert rows["2007"][4] == "疑为口径变化"
    rows = {r[0]: r for r in pages.table_arcs(pages.arcs_of(jilin, pages.UNITS), "zh", source="某局").rows}
    assert rows["2015"][3:] == ("不计算", "变动太小")


def test_employment_with_gaps_is_refused_in_chinese(jilin):
    html = jilin.attempt(pages.elasticity_of, jilin)._repr_html_()
    assert "不间断" in html
    assert not english(words(html), LATIN)


def test_a_year_of_its_own_does_not_enter_the_elasticity(jilin):
    whole, apart = pages.elasticity_of(jilin, pages.UNITS), pages.elasticity_apart(jilin)
    assert abs(apart.resid["2013"]) < 1e-8
    assert apart.nobs == whole.nobs == 14


def test_unemployment_of_the_nation_is_by_quarter_and_pairs_like_with_like(nation):
    fit, apart = pages.okun_of(nation, "surveyed"), pages.okun_apart(nation)
    assert fit.resid.index[0] == pd.Period("2019Q1")
    assert np.abs(apart.resid[["2020Q1", "2021Q1"]]).max() < 1e-8
    assert fit.params["okun"] < 0
    assert "拉低了全样本的系数" in pages.reading_okun(fit, "zh", apart=apart)


def test_a_registered_rate_comes_with_the_warning(jilin):
    fit = pages.okun_of(jilin, "registered")
    said = pages.reading_okun(fit, "zh")
    assert "不能与调查失业率的系数比较" in said
    assert "-0.5" not in said  # what holds elsewhere for surveyed rates is no measure of it


def test_synthetic_figures_are_not_put_among_provinces(demo):
    with pytest.raises(ModelRefused, match="synthetic"):
        pages.province_figures(demo)


def test_an_elasticity_of_all_provinces_is_that_of_the_figures():
    rng = np.random.default_rng(8)
    years, places = pd.period_range("2005", "2014", freq="Y"), [f"省{i}" for i in range(25)]
    growth = pd.DataFrame(rng.normal(8, 3, (10, 25)), years, places)
    prices = pd.DataFrame(100.0, years, places)
    levels = np.exp(growth.cumsum() / 100)
    jobs = np.exp((0.3 * growth + rng.normal(0, 0.2, (10, 25))).cumsum() / 100)
    figures = {pages.TOTAL: jobs, pages.UNITS: jobs, pages.GDP: levels, pages.PRICES: prices}

    class Page:
        lang, alpha = "zh", 0.1

    fit = pages.panel_elasticity(Page(), figures)
    assert fit.params[fit.first] == pytest.approx(0.3, abs=0.03)
    apart = pages.panel_elasticity(Page(), figures, pages.UNITS)
    assert apart.nobs == fit.nobs - 25  # without 2013
    table = pages.table_panel({"甲": fit}, "zh")
    assert table.rows[0][3] == "200"  # 9 changes of 25 provinces, less 2006, whose growth joins two revisions


# --- words, tables, charts -----------------------------------------------------------------------


def results():
    jobs, output, rate, growth = made()
    yield fit_employment_elasticity(jobs, output)
    yield fit_employment_elasticity(
        jobs, pd.Series(1.0 + 1e-4 * np.random.default_rng(1).random(24), jobs.index)
    )
    for interval in ("sieve", "prais_winsten", "hc3", "newey_west", "t"):
        yield fit_regression(
            rate.diff().dropna().rename("失业率变动"), growth.rename("经济增速"), interval=interval
        )
    for rate_kind in ("surveyed", "registered"):
        yield fit_okun(rate, growth, rate=rate_kind)
    yield fit_okun(rate, growth, dependent="output")
    for trend in ("hp", "hamilton"):
        yield fit_okun(rate, output=output, form="gap", trend=trend)
    jobs, output, rate, growth = made(periods=40, freq="Q", start="2015Q1")
    yield fit_okun(rate, growth)
    yield fit_okun(rate, growth, over="period", dependent="output")


def test_every_note_has_chinese():
    for result in results():
        text = words(table_model_notes(result, "zh").html())
        assert not english(text, LATIN), (result.method, english(text, LATIN))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_say_source_unit_and_period(jilin, lang):
    charts = [
        employment_figures.plot_jobs(pages.arcs_of(jilin, pages.UNITS), lang, source="某局"),
        employment_figures.plot_okun(pages.okun_of(jilin, "registered"), lang, source="某局"),
    ]
    for chart in charts:
        text = " ".join(t.get_text() for t in chart.figure.texts)
        assert "某局" in text
        assert ("时期" if lang == "zh" else "Period") in text
        assert chart.title in chart.alt
        assert lang == "en" or not english(chart.alt, LATIN)


def test_a_table_of_versions_is_made_of_those_that_could_be_estimated(jilin):
    whole, refusal = pages.elasticity_of(jilin, pages.UNITS), jilin.attempt(pages.elasticity_of, jilin)
    table = pages.table_coefficients({"甲": whole, "乙": refusal}, "elasticity", "zh", title="题")
    assert [r[0] for r in table.rows] == ["甲"]
    assert pages.table_coefficients({"乙": refusal}, "elasticity", "zh", title="题") is None


# --- whole pages ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    return project_of(root, tmp_path_factory.mktemp("employment"), NOTEBOOK)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("area", "plan", "as_of", "lang", "expected"),
    [
        ("000000", "national14", "2026-10-31", "zh", ["拉低了全样本的系数", "31个省份", "未作计算"]),
        ("99DM00", "demo14", "2023-06-30", "en", ["Arc elasticities", "synthetic", "Demonstration data"]),
        ("22CB00", "cbs14", "2023-06-30", "zh", ["没有可以计算的结果", "调查队"]),
    ],
    ids=["nation", "demonstration", "zone"],
)
def test_the_page_is_whole_or_refuses_politely(project, area, plan, as_of, lang, expected):
    spec = RunSpec(notebook=NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang)
    check_page(project, spec, expected, names=LATIN)
