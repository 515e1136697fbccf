"""Results show themselves: in words and units, escaped, the same each time, with the mark where synthetic."""

import dataclasses
import re
from importlib import import_module
from types import SimpleNamespace

import IPython.core.getipython as getipython
import pandas as pd
import pytest
from IPython.core.formatters import DisplayFormatter

import cbs_analysis as cbs
from cbs_analysis.errors import ParameterError
from cbs_analysis.models import compare, fit_outlook, fit_projection, fit_regression, fit_unit_roots
from cbs_analysis.plan.verdicts import Evidence, Verdict
from cbs_analysis.report.lab_display import html_of, html_of_frame
from cbs_analysis.report.lab_plots import plot
from cbs_analysis.report.lab_setup import _RESULTS, set_up_notebook
from cbs_analysis.report.synthetic import install_marks, remove_marks

YEARS = pd.period_range("2010", "2019", freq="Y")
X = pd.Series([5.1, 4.8, 6.0, 5.5, 4.9, 6.2, 5.8, 5.0, 4.7, 6.1], YEARS, name="<b>x</b>")
NOISE = pd.Series([0.2, -0.1, 0.1, -0.3, 0.2, 0.0, 0.1, -0.2, 0.15, -0.15], YEARS)


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


@pytest.fixture(scope="module")
def fitted():
    return fit_regression((1 + 0.5 * X + NOISE).rename("y"), X.to_frame())


@pytest.fixture(scope="module")
def synchrony(root):
    names = ["disposable_income_all_real_yoy_pct", "gdp_real_yoy_pct"]
    table = cbs.wide(cbs.load_observations(area="000000", as_of="2023-06-30", indicators=names)).loc["2020":]
    return cbs.fit_synchrony(table[names[0]], table[names[1]], band=0.5)


def test_a_model_shows_its_sentence_its_interval_and_its_notes_in_the_language(synchrony):
    chinese, english = text_of(html_of(synchrony, "zh")), text_of(html_of(synchrony, "en"))
    assert synchrony.finding("zh") in chinese
    assert synchrony.finding("en") in english
    assert "90%区间下限" in chinese
    assert "个百分点" in chinese
    assert "各年差距相互独立" in chinese  # an assumption
    low, high = (f"{v:.4g}" for v in synchrony.conf_int().iloc[0])
    assert low in english
    assert high in english
    assert not re.search("[\u4e00-\u9fff]", english)


def test_a_name_that_a_person_gave_is_escaped_and_stays_as_it_is(fitted):
    for lang in ("zh", "en"):
        html = html_of(fitted, lang)
        assert "<b>x</b>" not in html
        assert "&lt;b&gt;x&lt;/b&gt;" in html


def test_what_is_shown_is_the_same_each_time_and_names_no_address_or_day(fitted, synchrony):
    again = dataclasses.replace(fitted)
    assert html_of(fitted) == html_of(again)
    for thing in (fitted, synchrony, compare({"a": fitted})):
        assert not re.search(r"0x[0-9a-f]{6,}| id=", html_of(thing))


def test_models_side_by_side_and_a_record_show_a_table(fitted):
    assert "nobs" in text_of(html_of(compare({"own": fitted, "again": fitted}), "en"))
    outlook = text_of(html_of(fit_outlook([1.0, 2.0, 3.5, 4.0, 5.2], horizon=2, target=8.0, side="at_least")))
    assert "probability 0.8" in outlook


def test_a_verdict_shows_the_word_units_and_cells_and_a_synthetic_one_its_mark():
    evidence = Evidence(
        indicator="urbanisation_pct", period="2022", value=65.22, published="65.22%", status="final",
        vintage="2023-01-31", source="nbs", certainty="official", file="nbs/a<b>.csv", row=2, col=5,
    )  # fmt: skip
    verdict = Verdict(
        measure="N01.1", commitment="N01", section="s", type="level", word="behind",
        indicator="urbanisation_pct", period="2022", value=65.22, target=70.0, progress=0.5,
        evidence=(evidence,),
        sentence_zh="落后<i>了</i>。", sentence_en="Behind.", synthetic=True,
    )  # fmt: skip
    html = html_of(verdict)
    told = text_of(html)
    assert all(word in told for word in ("▼", "滞后", "演示数据", "65.2%", "70.0%", "50%", "F2"))
    assert "<i>" not in html
    assert "nbs/a&lt;b&gt;.csv" in html
    assert "nan" not in told.lower()
    assert "Behind." in html_of(verdict, "en")
    assert str(verdict) == "【演示数据】N01.1 滞后：落后<i>了</i>。"


def test_an_evaluation_shows_how_many_commitments_have_each_word(root):
    evaluation = cbs.evaluate("demo14", as_of="2023-06-30", sensitivity=False)
    told = text_of(html_of(evaluation))
    assert "演示数据" in told
    assert "href" not in html_of(evaluation)  # the links of a page lead nowhere in a notebook
    counted = evaluation.distribution().to_numpy().sum()
    assert len(repr(evaluation)) < 400  # not every figure of the area
    assert f"{counted}项承诺" in repr(evaluation)


def test_observations_have_names_units_and_the_day_of_publication(root):
    rows = cbs.load_observations(area="000000", as_of="2023-06-30", indicators=["urbanisation_pct"])
    told = text_of(html_of_frame(rows))
    assert all(word in told for word in ("常住人口城镇化率", "全国", "65.2%", "2023-01-31", "国家统计局"))
    assert "演示数据" not in told
    demo = cbs.load_observations(area="99DM00", as_of="2023-06-30")
    assert "演示数据" in html_of_frame(demo)
    assert f"共{len(demo)}条，列出前20条" in html_of_frame(demo)
    assert html_of_frame(demo.iloc[:0])
    plain = pd.DataFrame({"a": ["<b>"]})
    assert html_of_frame(plain) == plain._repr_html_()
    assert "演示数据" in html_of_frame(plain, synthetic=True)


@pytest.fixture
def notebook(monkeypatch):
    """The formatters of a notebook, without one."""
    shell = SimpleNamespace(
        display_formatter=DisplayFormatter(), set_custom_exc=lambda kinds, show: None, user_ns={}
    )
    monkeypatch.setattr(getipython, "get_ipython", lambda: shell)
    return shell.display_formatter.format


def test_a_notebook_shows_results_in_the_language_of_the_report(notebook, synchrony):
    set_up_notebook("en")
    assert synchrony.finding("en") in notebook(synchrony)[0]["text/html"]
    set_up_notebook("fr")
    assert synchrony.finding("zh") in notebook(synchrony)[0]["text/html"]
    frame = pd.DataFrame({"a": [1]})
    assert "演示数据" not in notebook(frame)[0]["text/html"]
    set_up_notebook("zh", synthetic=True)
    assert "演示数据" in notebook(frame)[0]["text/html"]


def test_pictures_of_a_real_area_are_not_stamped_after_a_synthetic_one(notebook):
    from matplotlib.figure import Figure

    before = Figure.savefig
    install_marks()
    assert Figure.savefig is not before
    remove_marks()
    assert Figure.savefig is before


def test_every_form_is_of_a_class_that_exists():
    for module, name in _RESULTS:
        assert isinstance(getattr(import_module(module), name), type)


def test_a_picture_of_a_result_holds_its_numbers(fitted, synchrony):
    lines = plot(fitted).data
    observed = lines[lines["series"] == "实际值"]["value"].to_numpy()
    assert observed == pytest.approx((1 + 0.5 * X + NOISE).to_numpy())
    levels = pd.Series([60.0, 61.5, 62.4, 64.0, 64.9], pd.period_range("2018", "2022", freq="Y"))
    projection = fit_projection(levels, horizon=3, target=66.0, unit=("%", "%"))
    band = plot(projection, "en").data
    assert list(band["period"]) == ["2023", "2024", "2025"]
    assert band["low"].to_numpy() == pytest.approx(projection.conf_int()["low"].to_numpy())
    walk = pd.Series(range(14), pd.period_range("2006", "2019", freq="Y"), name="x") ** 1.5
    assert len(plot(fit_unit_roots(walk)).data) > 3
    assert plot(synchrony, source="国家统计局").data["value"].notna().any()
    with pytest.raises(ParameterError, match="no picture"):
        plot(3)
