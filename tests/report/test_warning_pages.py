"""The page on the unemployment warning: what it uses, tables, charts, whole pages."""

import re

import pytest

from cbs_analysis.errors import ModelRefused
from cbs_analysis.report import open_report
from cbs_analysis.report import warning_pages as pages
from cbs_analysis.report.context import Refusal
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.model_tables import table_model_notes
from cbs_analysis.report.warning_data import NINE

from .model_pages import check_page, english, project_of, words

pytestmark = pytest.mark.usefixtures("seeded_pages")
NOTEBOOK = "27_unemployment_warning"
NAMES = "AUC"


def open_page(root, area, plan, as_of, lang="zh"):
    return open_report(NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang, root=root)


def fitted(root, area, plan, as_of):
    ctx = open_page(root, area, plan, as_of)
    months = pages.labour_months(ctx)
    return ctx, months, pages.fit_of(ctx, months)


@pytest.fixture(scope="module")
def demo(root):
    return fitted(root, "99DM00", "demo14", "2024-06-30")


@pytest.fixture(scope="module")
def nation(root):
    return fitted(root, "000000", "national14", "2026-10-31")


def test_the_demonstration_zone_has_nine_signals_and_is_scored(demo):
    _, months, result = demo
    assert set(months.used) == set(NINE) == set(result.composite.thresholds)
    assert result.validated
    assert len(result.record) >= 5
    assert str(result.data_month) == "2024-03"  # the second quarter is published on 20 July
    text = words(pages.table_scores(result, "zh").html())
    assert text.count("次") >= len(result.params)  # the number of events stands in each row
    assert "德隆法" in text
    assert "分块自助法" in text


def test_the_nation_has_two_events_and_no_scores(nation):
    ctx, months, result = nation
    assert [str(p) for p in result.record["onset"]] == ["2020-02", "2022-03"]
    assert pages.table_scores(result, "zh") is None
    assert "未经验证·规则型预警" in pages.banner(result, ctx).html
    assert "曲线下面积和误报率" in pages.reading_scores(result, "zh")
    unused = words(pages.table_unused(months, result, "zh").html())
    assert "求人倍率" in unused
    assert "人力资源和社会保障部门" in unused


def test_registered_rates_are_said_to_hardly_move(nation):
    ctx, _, _ = nation
    said = pages.reading_provinces(ctx, "zh")
    assert "不用于设定阈值" in said
    assert pages.reading_provinces(ctx, "en")


def test_a_zone_without_monthly_figures_is_told_who_owes_them(root):
    with pytest.raises(ModelRefused) as refused:
        pages.labour_months(open_page(root, "22CB00", "cbs14", "2026-10-31"))
    assert refused.value.faults[0].code == "no_figures"
    chinese = words(Refusal(refused.value, "zh")._repr_html_())
    for office in ("人力资源和社会保障部门", "供电公司", "文化和旅游部门", "税务部门"):
        assert office in chinese
    assert "the power company" in words(Refusal(refused.value, "en")._repr_html_())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("which", ["demo", "nation"])
def test_tables_and_charts_are_whole_in_both_languages(which, lang, request):
    _, _, result = request.getfixturevalue(which)
    tables = (pages.table_events, pages.table_log, pages.table_frequency, table_model_notes)
    made = [*(table(result, lang) for table in tables), pages.table_signals(result, lang, source="某局")]
    texts = [words(re.sub(r"<style.*?</style>", "", table.html(), flags=re.S)) for table in made]
    texts += [f(result, lang) for f in (pages.reading_signals, pages.reading_scores, pages.reading_frequency)]
    texts.append(result.finding(lang))
    for text in texts:
        assert "nan" not in text
        assert lang == "en" or not english(text, NAMES)
    for plot in (pages.plot_history, pages.plot_signals):
        chart = plot(result, lang, source="某局")
        drawn = " ".join(t.get_text() for t in chart.figure.texts)
        assert "某局" in drawn
        assert ("时期" if lang == "zh" else "Period") in drawn
        assert lang == "en" or not english(chart.alt)


def test_the_log_names_documents_only_in_their_time(demo):
    _, _, result = demo
    for row in result.log.itertuples():
        for title in row.actions:
            assert title[-11:-1] >= str(row.opened)
    assert any(result.log["actions"])


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    return project_of(root, tmp_path_factory.mktemp("warning"), NOTEBOOK)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("area", "plan", "as_of", "lang", "expected", "images"),
    [
        ("99DM00", "demo14", "2024-06-30", "zh", ["样本外评分", "预警记录", "提前期中位数"], 2),
        (
            "000000",
            "national14",
            "2026-10-31",
            "en",
            ["Not validated", "Registered rates set no threshold"],
            2,
        ),
        ("22CB00", "cbs14", "2026-10-31", "zh", ["供电公司", "没有可以计算的结果"], 0),
    ],
    ids=["demonstration", "nation", "zone"],
)
def test_the_page_is_whole_or_refuses_politely(project, area, plan, as_of, lang, expected, images):
    spec = RunSpec(notebook=NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang)
    check_page(project, spec, expected, names=NAMES, images=images)
