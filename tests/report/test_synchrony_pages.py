"""The page on incomes and growth: shared series, words of the models, tables, charts, whole pages."""

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused
from cbs_analysis.models.synchrony import fit_synchrony
from cbs_analysis.models.synchrony_parts import fit_synchrony_parts
from cbs_analysis.report import area_series, open_report
from cbs_analysis.report import synchrony_pages as pages
from cbs_analysis.report.context import Refusal
from cbs_analysis.report.decomposition_figures import plot_parts
from cbs_analysis.report.income_figures import plot_paths
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.model_tables import table_model_notes

from .model_pages import check_page, english, project_of, words

pytestmark = pytest.mark.usefixtures("seeded_pages")
NOTEBOOK = "21_synchrony"
YEARS = pd.period_range("2014", periods=9, freq="Y")


def open_page(root, area, plan="cbs14", as_of="2026-10-31", lang="zh"):
    return open_report(NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang, root=root)


@pytest.fixture(scope="module")
def jilin(root):
    return open_page(root, "220000")


@pytest.fixture(scope="module")
def zone(root):
    return open_page(root, "22CB00")


@pytest.fixture(scope="module")
def made():
    rng = np.random.default_rng(5)
    growth = pd.Series(rng.normal(6, 2, 9), YEARS)
    return fit_synchrony(growth + rng.normal(-0.6, 0.5, 9), growth)


@pytest.fixture(scope="module")
def parts():
    levels = [pd.Series(100 * 1.05 ** np.arange(9) * (1 + 0.01 * k), YEARS) for k in range(5)]
    income, gdp, cpi, deflator, people = levels
    return fit_synchrony_parts(
        income, 2 * gdp, cpi=cpi**0.4, deflator=deflator**0.5, population=people**0.1,
        urban=1.4 * income, rural=0.6 * income, urban_share=pd.Series(50.0, YEARS),
    )  # fmt: skip


# --- series --------------------------------------------------------------------------------------


def test_levels_of_two_revisions_make_no_growth(jilin):
    growth = area_series.same_table_growth(jilin, area_series.GDP)
    assert pd.Period("2005") not in growth.index  # 2004 and 2005 stand in tables of two censuses
    assert growth["2008"] == pytest.approx(100 * (490540 / 413470 - 1))


def test_output_without_published_growth_is_nominal_growth_over_consumer_prices(jilin):
    output = area_series.output_growth(jilin)
    assert not output.published
    assert output.values["2008"] == pytest.approx(100 * (490540 / 413470 / 1.051 - 1))
    assert output.levels.iloc[0] == 100.0


def test_growth_per_head_uses_the_mean_population_of_the_year(jilin):
    people = {2018: (2526 + 2484) / 2, 2019: (2484 + 2448) / 2}
    expected = 100 * (1.03 / (people[2019] / people[2018]) - 1)
    assert area_series.per_head_growth(jilin)["2019"] == pytest.approx(expected)


def test_what_is_missing_is_named_with_who_would_have_it(zone):
    for lang, said in (("zh", "居民人均可支配收入实际增速"), ("en", "Real growth of disposable income")):
        with pytest.raises(ModelRefused) as refused:
            pages.synchrony_of(zone)
        html = Refusal(refused.value, lang)._repr_html_()
        assert said in html
        assert ("调查队" if lang == "zh" else "survey office") in html


def test_few_years_are_counted_without_gaps(zone):
    years = pd.PeriodIndex(["2001", "2002", "2004"], freq="Y")
    with pytest.raises(ModelRefused, match="cover 2 consecutive years, at least 3"):
        area_series.require_years(zone, {area_series.GDP: pd.Series(1.0, years)}, 3)


def test_a_reason_is_given_once_and_then_pointed_to(zone):
    first = zone.attempt(pages.synchrony_of, zone)
    again = zone.attempt(pages.synchrony_of, zone)
    assert area_series.once(first, again, None) == [first]
    pointer = area_series.after(zone, [first], again)
    assert len(pointer) == 1
    assert "同上" in pointer[0]._repr_html_()
    assert area_series.answers(first, None) == []
    assert "没有可以计算的结果" in area_series.verdict(zone, first)[0]._repr_html_()


# --- fits ----------------------------------------------------------------------------------------


def test_the_parts_of_jilin_add_up_to_its_gap(jilin):
    found = pages.identity(jilin)
    total = found.by_year.drop(columns="gap").sum(axis=1)
    assert np.allclose(total, found.by_year["gap"])
    # residents of Jilin became fewer: mean population of 2021 and 2022
    fall = -100 * np.log(((2375 + 2348) / 2) / ((2399 + 2375) / 2))
    assert found.by_year.at[pd.Period("2022"), "population"] == pytest.approx(fall)


def test_urban_and_rural_incomes_that_are_not_held_are_named(jilin):
    refusal = jilin.attempt(pages.identity, jilin, residence=True)
    assert "城镇居民人均可支配收入" in refusal._repr_html_()
    assert "工资性收入" in jilin.attempt(pages.refused_by_source, jilin)._repr_html_()


# --- words, tables, charts -----------------------------------------------------------------------


def test_every_note_has_chinese(made, parts):
    short = fit_synchrony(made.income[:2], made.growth[:2])
    for result in (made, short, parts):
        assert not english(words(table_model_notes(result, "zh").html()))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_and_charts_say_source_unit_and_period(made, parts, lang):
    for table in (pages.table_parts, pages.table_residence):
        html = table(parts, lang, source="某局").html()
        assert "某局" in html
        assert ("百分点" if lang == "zh" else "points") in html
    for chart in (plot_paths(made, lang, source="某局"), plot_parts(parts, lang, source="某局")):
        text = " ".join(t.get_text() for t in chart.figure.texts)
        assert "某局" in text
        assert ("时期" if lang == "zh" else "Period") in text
        assert "2022" in text
        assert chart.title in chart.alt
        assert lang == "en" or not english(chart.alt)


def test_the_table_of_odds_leaves_out_what_was_refused(made, zone):
    refusal = zone.attempt(pages.synchrony_of, zone)
    table = pages.table_odds({"甲": made, "乙": refusal}, "zh")
    assert [row[0] for row in table.rows] == ["甲"]
    assert table.rows[0][2].startswith("-")
    assert pages.table_odds({}, "zh").html().count("没有可作比较的年份") == 1


def test_two_years_give_no_probability(made):
    short = fit_synchrony(made.income[:2], made.growth[:2])
    assert "不作概率判断" in pages.reading_odds(short, "zh")
    assert pages.table_odds({"甲": short}, "zh").rows[0][4] == "—"


def test_comparisons_that_differ_are_explained_by_population(jilin):
    total, heads = (pages.synchrony_of(jilin, against=x) for x in ("gdp", "gdp_per_capita"))
    said = pages.reading_both(total, heads, "zh")
    assert "减少" in said
    assert pages.reading_both(total, total, "zh") is None


# --- whole pages ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    return project_of(root, tmp_path_factory.mktemp("synchrony"), NOTEBOOK)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("area", "plan", "as_of", "lang", "expected"),
    [
        ("220000", "cbs14", "2026-10-31", "zh", ["两种比法结论不同", "恒等式分解", "调查队"]),
        ("99DM00", "demo14", "2023-06-30", "en", ["an identity", "Not computed", "Demonstration data"]),
        ("22CB00", "cbs14", "2023-06-30", "zh", ["没有可以计算的结果", "调查队"]),
    ],
    ids=["Jilin", "demonstration", "zone"],
)
def test_the_page_is_whole_or_refuses_politely(project, area, plan, as_of, lang, expected):
    spec = RunSpec(notebook=NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang)
    check_page(project, spec, expected)
