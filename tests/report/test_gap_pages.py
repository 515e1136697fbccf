"""The page on the urban-rural gap and on breaks: fits, words of the models, tables, charts, whole pages."""

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.models.income_gap import fit_income_gap
from cbs_analysis.models.stability import fit_breaks
from cbs_analysis.report import gap_figures, open_report
from cbs_analysis.report import gap_pages as pages
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.model_tables import table_model_notes

from .model_pages import check_page, english, project_of, words

pytestmark = pytest.mark.usefixtures("seeded_pages")
NOTEBOOK = "25_gap_and_breaks"
LATIN = (
    r"supF|BIC|LWZ|Bai-Perron|Bai|Chow|Newey-West|AR|OLS-CUSUM|Kendall|Theil-Sen|Estrella|Prais-Winsten"
    r"|22CB00|99DM00"
)


def open_page(root, area, plan="cbs14", as_of="2026-10-31", lang="zh"):
    return open_report(NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang, root=root)


@pytest.fixture(scope="module")
def nation(root):
    return open_page(root, "000000", plan="national14")


@pytest.fixture(scope="module")
def jilin(root):
    return open_page(root, "220000")


@pytest.fixture(scope="module")
def gap(nation):
    return pages.income_gap_of(nation)


@pytest.fixture(scope="module")
def stepped():
    years = pd.period_range("1990", periods=30, freq="Y")
    noise = np.random.default_rng(1).normal(0, 0.6, 30)
    return fit_breaks(
        pd.Series(noise + np.where(years.year < 2010, 10.0, 6.0), years, name="增速"), known=pages.KNOWN
    )


@pytest.fixture(scope="module")
def steady():
    years = pd.period_range("2001", periods=20, freq="Y")
    return fit_breaks(
        pd.Series(np.random.default_rng(4).normal(5, 1, 20), years, name="增速"), known=pages.KNOWN
    )


# --- fits ----------------------------------------------------------------------------------------


def test_constant_prices_begin_at_the_published_level_and_grow_with_it(nation):
    real = pages.income_gap_of(nation, prices="real").table
    assert real.at[pd.Period("2018"), "urban"] == pytest.approx(39251)
    growth = nation.yearly("disposable_income_rural_real_yoy_pct")
    assert real.at[pd.Period("2019"), "rural"] == pytest.approx(14617 * (1 + growth["2019"] / 100))


def test_years_without_urban_share_stand_in_the_table_without_theil(nation, gap):
    shared = pages.income_gap_of(nation, share=True)
    rows = pages.table_gap(gap, "zh", source="某局", shared=shared).rows
    assert rows[-1][0] == "2025"
    assert rows[-1][5:] == ("—", "—")
    assert rows[-2][5] != "—"


def test_what_moved_the_gap_adds_up(gap):
    total = pages.table_gap_change(gap, "zh").rows[-1]
    ratio, level, change = (int(x.replace(",", "")) for x in total[1:4])
    assert ratio + level == pytest.approx(change, abs=1)
    assert change == 32046 - 24634


def test_the_rural_growth_that_would_stop_the_gap_is_the_ratio_times_urban_growth(gap):
    urban = 100 * ((56502 / 39251) ** (1 / 7) - 1)
    assert f"{urban * 56502 / 24456:.1f}%" in pages.reading_gap_change(gap, "zh")


def test_one_common_year_is_refused_with_names_and_office(jilin):
    html = jilin.attempt(pages.income_gap_of, jilin)._repr_html_()
    assert "城镇居民人均可支配收入" in html
    assert "调查队" in html


def test_growth_of_two_revisions_is_not_tested_for_breaks(jilin):
    assert pages.breaks_of(jilin, "gdp").resid.index[0] == pd.Period("2007")


# --- words, tables, charts -----------------------------------------------------------------------


def results(stepped, steady):
    years = pd.period_range("2001", periods=24, freq="Y")
    rng = np.random.default_rng(2)
    x = pd.Series(rng.normal(6, 2, 24), years, name="经济增速")
    yield from (stepped, steady)
    yield fit_breaks((0.5 * x + rng.normal(0, 1, 24)).rename("收入增速"), x, criterion="lwz")
    yield fit_breaks(pd.Series(rng.normal(0, 1, 24).cumsum(), years, name="游走"))
    urban = pd.Series(20000 * 1.07 ** np.arange(24), years) * (1 + rng.normal(0, 0.01, 24))
    rural = pd.Series(8000 * 1.08 ** np.arange(24), years)
    for n in (3, 6, 24):
        for prices in ("nominal", "real"):
            yield fit_income_gap(urban[:n], rural[:n], prices=prices)


def test_every_note_has_chinese(stepped, steady):
    for result in results(stepped, steady):
        text = words(table_model_notes(result, "zh").html())
        assert not english(text, LATIN), (result.method, english(text, LATIN))


def test_a_break_that_is_there_is_dated_and_one_that_is_not_is_not(stepped, steady):
    table = pages.table_breaks({"甲": stepped, "乙": steady}, "zh")
    assert "2009年之后" in table.rows[0][5]
    assert [r[-1] for r in table.rows] == ["认定", "证据不足"]
    known = pages.table_known({"甲": stepped}, "zh").rows
    assert [r[1] for r in known] == list(pages.KNOWN)


def test_a_known_date_outside_the_sample_says_so(nation):
    rows = pages.table_known({"收入": pages.breaks_of(nation, "income")}, "zh").rows
    assert "不检验" in rows[0][-1]


def test_tests_that_disagree_are_explained(nation):
    said = pages.reading_breaks(pages.breaks_of(nation, "gdp"), "zh")
    assert "大样本p值（<0.001）会认定断点" in said
    assert "不稳固" in pages.reading_breaks(pages.breaks_of(nation, "income"), "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_charts_say_source_unit_and_period(gap, stepped, steady, lang):
    charts = [
        gap_figures.plot_gap(gap, lang, source="某局"),
        gap_figures.plot_breaks({"甲": stepped, "乙": steady}, lang, source="某局"),
    ]
    for chart in charts:
        text = " ".join(t.get_text() for t in chart.figure.texts)
        assert "某局" in text
        assert ("时期" if lang == "zh" else "Period") in text
        assert chart.title in chart.alt
        assert lang == "en" or not english(chart.alt, LATIN)
    assert gap_figures.plot_breaks({}, lang, source="某局") is None


# --- whole pages ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    return project_of(root, tmp_path_factory.mktemp("gap"), NOTEBOOK)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("area", "plan", "as_of", "lang", "expected"),
    [
        ("000000", "national14", "2026-10-31", "zh", ["收入比由2.69降至2.31", "泰尔指数", "不稳固"]),
        ("99DM00", "demo14", "2023-06-30", "en", ["absolute gap", "Not computed", "Demonstration data"]),
        ("22CB00", "cbs14", "2023-06-30", "zh", ["没有可以计算的结果", "调查队"]),
    ],
    ids=["nation", "demonstration", "zone"],
)
def test_the_page_is_whole_or_refuses_politely(project, area, plan, as_of, lang, expected):
    spec = RunSpec(notebook=NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang)
    check_page(project, spec, expected, names=LATIN)
