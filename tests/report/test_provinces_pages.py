"""The page on the provinces: its sample, its words, its refusals, and whole pages in both languages."""

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused
from cbs_analysis.models.panel import fit_panel
from cbs_analysis.models.pooling import fit_pooling
from cbs_analysis.models.synthetic_control import fit_synthetic_control
from cbs_analysis.report import open_report, provinces_figures
from cbs_analysis.report import provinces_pages as pages
from cbs_analysis.report.area_series import once
from cbs_analysis.report.context import Refusal
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.model_tables import table_model_notes

from .model_pages import check_page, english, project_of, words

LANGS = ("zh", "en")
pytestmark = pytest.mark.usefixtures("seeded_pages")
NOTEBOOK = "24_provinces"
# names of tests and people as Chinese papers write them
LATIN = (
    r"CR1|Rademacher|Webb|Driscoll-Kraay|Bartlett|Hausman|Cochran|DerSimonian-Laird|Swamy-Arora"
    r"|Abadie-Gardeazabal|BFGS|Nelder-Mead"
)


def open_page(root, area="220000", plan="cbs14", as_of="2026-10-31", lang="zh"):
    return open_report(NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang, root=root)


@pytest.fixture(scope="module")
def samples(root):
    before = np.random.get_state()  # noqa: NPY002
    wanted = (("220000", "cbs14", "zh"), ("220000", "cbs14", "en"), ("22CB00", "cbs14", "zh"),
              ("000000", "national14", "zh"))  # fmt: skip
    made = {
        (area, lang): pages.province_sample(open_page(root, area, plan, lang=lang))
        for area, plan, lang in wanted
    }
    np.random.set_state(before)  # noqa: NPY002
    return made


@pytest.fixture
def jilin(samples):
    return samples["220000", "zh"]


# --- the sample ----------------------------------------------------------------------------------


def test_growth_is_over_the_consumer_prices_of_the_same_province(jilin):
    incomes, prices = jilin.levels[pages.INCOME], jilin.levels[pages.PRICES]
    name = jilin.home
    expected = 100 * (
        incomes.at["2015", name] / incomes.at["2014", name] / (prices.at["2015", name] / 100) - 1
    )
    assert jilin.growth["income"].at["2015", name] == pytest.approx(expected)


def test_years_that_few_provinces_have_do_not_enter(jilin):
    assert all((frame.notna().sum(axis=1) >= 20).all() for frame in jilin.levels.values())
    assert jilin.levels[pages.INCOME].index[-1].year == 2022  # two provinces have later figures


@pytest.mark.parametrize("lang", LANGS)
def test_a_zone_is_stood_for_by_its_province_and_the_page_says_what_the_zone_lacks(samples, lang):
    sample = samples["22CB00", "zh"]
    text = pages.reading_home(sample, lang)
    assert sample.home in text
    assert sample.area in text
    assert all(name in text for name in sample.lacking)
    assert ("调查队" if lang == "zh" else "survey office") in text
    assert len(sample.lacking) == 3


def test_the_nation_has_the_panel_and_no_slope_or_neighbours_of_its_own(samples):
    nation = samples["000000", "zh"]
    assert pages.panel_slope(nation).regions == 31
    for call in (pages.home_slope, pages.nearest_provinces):
        with pytest.raises(ModelRefused) as refused:
            call(nation)
        assert "没有单独的斜率" in refused.value.faults[0].zh
    assert "不作回答" in pages.reading_synthetic(nation, "zh")


def test_synthetic_figures_are_not_compared_with_real_provinces(root):
    with pytest.raises(ModelRefused) as refused:
        pages.province_sample(open_page(root, "99DM00", "demo14", "2023-06-30"))
    assert "合成" in refused.value.faults[0].zh


def test_missing_series_are_named_with_who_would_have_them_and_told_in_full_once(root):
    with pytest.raises(ModelRefused) as refused:
        pages.province_sample(open_page(root, as_of="2023-06-30"))
    zh = refused.value.faults[0].zh
    assert "居民人均可支配收入" in zh
    assert "国家统计局" in zh
    first = Refusal(refused.value, "zh")
    with pytest.raises(ModelRefused) as second:
        pages.panel_slope(first)
    assert "原因见" in second.value.faults[0].zh
    again = Refusal(second.value, "zh")
    assert once(again, Refusal(second.value, "zh"), "x", "x") == [again, "x", "x"]


# --- what it says on the real provinces ----------------------------------------------------------


def test_a_shock_of_the_nation_fakes_a_larger_slope_and_the_page_says_so(jilin):
    two_way, region = pages.panel_slope(jilin), pages.panel_slope(jilin, year_effects=False)
    wild = pages.panel_slope(jilin, inference="wild")
    assert two_way.nobs == 31 * 16
    name = two_way.first
    assert region.params[name] > 2 * two_way.params[name]
    text = pages.reading_shock(two_way, region, "zh")
    assert f"{region.params[name]:.2f}" in text
    assert "全国同起同落" in text
    assert "相差不大" in pages.reading_shock(two_way, two_way, "zh")
    rows = pages.table_slopes(two_way, wild, region, two_way, "zh").rows
    assert [r[1] for r in rows] == [f"{f.params[name]:.2f}" for f in (two_way, wild, region, two_way)]


def test_the_slope_is_that_of_demeaned_growth(jilin):
    income, gdp = (jilin.growth[k].loc["2007":"2022"] for k in ("income", "gdp"))
    y, x = (f - f.mean() for f in (income, gdp))
    y, x = (f.sub(f.mean(axis=1), axis=0).to_numpy().ravel() for f in (y, x))
    fit = pages.panel_slope(jilin)
    assert fit.params[fit.first] == pytest.approx((x @ y) / (x @ x))


def test_both_languages_give_the_same_numbers(samples):
    intervals = []
    for lang in LANGS:
        fit = pages.panel_slope(samples["220000", lang], inference="wild", draws=299)
        intervals.append(fit.conf_int().loc[fit.first].to_numpy())
    assert np.array_equal(*intervals)


def test_the_registered_rate_hardly_moves_and_no_missing_figure_is_counted(jilin):
    fit = pages.panel_slope(jilin, "registered")
    assert "未发现" in fit.finding("zh")
    text = pages.reading_registered(fit, jilin, "zh")
    moves = jilin.levels[pages.REGISTERED].diff().abs().to_numpy().ravel()
    moves = moves[~np.isnan(moves)]
    assert f"{(moves < 0.101).mean():.0%}" in text
    assert "nan" not in text


def test_neighbours_are_chosen_before_the_base_year_and_shown_beside_the_province(jilin):
    nearest = pages.nearest_provinces(jilin)
    assert nearest.pre == "2015-2019"
    table = pages.table_nearest(nearest, jilin, "zh")
    assert [r[0] for r in table.rows] == [jilin.home, *nearest.areas]
    incomes = jilin.levels[pages.INCOME].loc["2015":"2019", jilin.home]
    assert table.rows[0][1] == f"{round(np.exp(np.log(incomes).mean())):,}元"
    assert all(a in pages.reading_nearest(nearest, "zh") for a in nearest.areas)


def test_a_synthetic_control_is_told_without_attribution(jilin):
    text = pages.reading_synthetic(jilin, "zh")
    assert "不能评价规划" in text
    assert text.endswith("因此不作归因。")
    assert "可归于" not in text


@pytest.mark.parametrize("lang", LANGS)
def test_charts_say_title_unit_period_and_source(samples, lang):
    sample = samples["220000", lang]
    forest = provinces_figures.plot_forest(pages.home_slope(sample), sample, lang)
    beside = provinces_figures.plot_beside_nearest(pages.nearest_provinces(sample), sample, lang)
    for chart, period in ((forest, "2007—2022"), (beside, "2015—2024")):
        said = " ".join(x.get_text() for x in chart.figure.texts)
        assert sample.source in said
        assert period in said
        assert sample.home in chart.title
        assert not np.isnan(np.array(chart.figure.get_size_inches())).any()
    names = [x.get_text() for x in forest.figure.axes[0].get_yticklabels()]
    assert len(names) == 31
    assert sample.home in names


# --- words ---------------------------------------------------------------------------------------


def results():
    """Results of the models of the page that between them say most of what these can say."""
    rng = np.random.default_rng(1)
    index = pd.MultiIndex.from_product(
        [list("甲乙丙丁戊己庚辛壬癸子丑"), range(2010, 2022)], names=["region", "year"]
    )
    x = pd.Series(rng.normal(size=144), index, name="增速")
    y = (0.5 * x + rng.normal(size=144)).rename("收入")
    for effects in ("region+year", "region", "year", "none", "random", "between"):
        for inference in ("cluster", "robust", "plain"):
            yield fit_panel(y, x, effects=effects, inference=inference)
    yield fit_panel(y, x, correction="CR0")
    yield fit_panel(y, x, inference="wild", draws=199)
    yield fit_panel(y.iloc[:96], x.iloc[:96], inference="wild", draws=199)
    yield fit_panel(y.iloc[:96], x.iloc[:96])
    yield fit_panel(y.iloc[1:], x, inference="driscoll-kraay")
    fixed = pd.Series(np.repeat(rng.normal(size=12), 12), index, name="区位")
    yield fit_panel(y, pd.DataFrame({"增速": x, "区位": fixed}), effects="random")
    for n in (5, 12):
        names = [f"省{i}" for i in range(n)]
        slopes = pd.Series(rng.normal(size=n), names)
        yield fit_pooling(slopes, pd.Series(0.5, names), area="省0")
    years = pd.period_range("2000", periods=14, freq="Y")
    frame = pd.DataFrame(rng.normal(size=(14, 9)).cumsum(axis=0), years, columns=list("甲乙丙丁戊己庚辛壬"))
    frame.loc["2003", "壬"] = np.nan
    yield fit_synthetic_control(
        frame, treated="甲", pre=("2000", "2010"), post=("2011", "2013"), poor_fit="warn"
    )


def test_every_note_of_the_models_has_chinese():
    for result in results():
        text = words(table_model_notes(result, "zh").html())
        assert not english(text, LATIN), (result.method, english(text, LATIN))


# --- whole pages ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    return project_of(root, tmp_path_factory.mktemp("provinces"), NOTEBOOK)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("area", "plan", "as_of", "lang", "images", "expected"),
    [
        ("22CB00", "cbs14", "2026-10-31", "zh", 3, ["吉林省", "全国同起同落", "调查队", "不作归因"]),
        ("000000", "national14", "2026-10-31", "en", 1, ["no slope of its own", "stays unanswered"]),
        ("99DM00", "demo14", "2023-06-30", "zh", 0, ["不与真实省份比较", "未作计算"]),
    ],
    ids=["zone", "nation", "demonstration"],
)
def test_the_page_is_whole_or_refuses_politely(project, area, plan, as_of, lang, images, expected):
    spec = RunSpec(notebook=NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang)
    check_page(project, spec, expected, names=LATIN, images=images)
