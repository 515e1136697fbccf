import re

import pytest

from cbs_analysis.errors import ReportError
from cbs_analysis.plan import evaluate
from cbs_analysis.report import messages, tables, verdict_tables
from cbs_analysis.report.figures import plot_distribution, plot_progress, plot_projects
from cbs_analysis.report.tables import Table

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def demo(root):
    return evaluate("demo14", as_of="2023-06-30", root=root)


def test_what_comes_from_data_is_escaped():
    html = Table("<script>t</script>", ("<b>",), (("<img src=x onerror=alert(1)>",),), note="<i>").html()
    assert "<script" not in html
    assert "<img" not in html
    assert "<i>" not in html


def test_an_empty_table_says_so():
    assert "没有" in Table("标题", ("a",), (), empty="没有数据。").html()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "make",
    [
        verdict_tables.table_distribution,
        verdict_tables.table_targets,
        verdict_tables.table_commitments,
        verdict_tables.table_lagging,
        verdict_tables.table_projects,
        verdict_tables.table_official,
        verdict_tables.table_settings,
        verdict_tables.table_evidence,
        tables.table_owed,
        tables.table_gaps,
    ],
)
def test_every_table_of_the_demonstration_zone_is_full_and_clean(demo, make, lang):
    html = make(demo, lang).html()
    text = re.sub(r"<[^>]+>", " ", html)
    assert html
    assert not re.search(r"\b(nan|NaN|None|inf)\b", text)
    if lang == "zh":
        assert not re.search(r"\b(True|False)\b", text)
    else:
        # names of real documents stay Chinese; labels and heads do not
        heads = re.findall(r"<th[^>]*>(.*?)</th>", html)
        assert not [h for h in heads if re.search(r"[\u4e00-\u9fff]", h)]


def test_each_verdict_links_to_an_evidence_row_that_exists(demo):
    anchors = set(re.findall(r'id="(e-[^"]+)"', verdict_tables.table_evidence(demo, "zh").html()))
    links = set(re.findall(r'href="#(e-[^"]+)"', verdict_tables.table_targets(demo, "zh").html()))
    links |= set(re.findall(r'href="#(e-[^"]+)"', verdict_tables.table_projects(demo, "zh").html()))
    assert links
    assert links <= anchors


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("plot", [plot_distribution, plot_progress, plot_projects])
def test_charts_carry_title_unit_period_source_and_alt_text(demo, plot, lang):
    chart = plot(demo, lang)
    written = " ".join(t.get_text() for t in chart.figure.texts)
    assert chart.title in written
    assert messages.message("source_line", lang, source="").strip() in written
    assert ("单位" if lang == "zh" else "Unit") in written
    assert "2023-06-30" in written
    assert chart.alt.startswith(chart.title)


def test_a_message_that_is_not_there_is_an_error():
    with pytest.raises(ReportError, match="catalogue"):
        messages.message("no_such_key", "zh")


def test_every_message_has_both_languages_and_no_chinese_in_english():
    for key, entry in messages.catalogue().items():
        assert set(entry) == {"zh", "en"}, key
        if "synthetic" not in key:
            assert not re.search(r"[\u4e00-\u9fff]", entry["en"]), key
