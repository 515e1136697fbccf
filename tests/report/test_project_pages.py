import re

import pytest

from cbs_analysis.plan import evaluate
from cbs_analysis.plan.parts import part_of
from cbs_analysis.report import project_figures, project_pages
from cbs_analysis.report.style import figure_png

LANGS = ("zh", "en")
TABLES = (
    project_pages.table_projects,
    project_pages.table_project_counts,
    project_pages.table_project_finish,
    project_pages.table_project_annual,
    project_pages.table_project_flags,
    project_pages.table_duplicates,
)


@pytest.fixture(scope="module")
def demo(root):
    return evaluate("demo14", as_of="2024-07-31", root=root)


@pytest.fixture(scope="module")
def real(root):
    return evaluate("cbs14", as_of="2024-07-31", root=root)


def words(table):
    """What a reader sees, one list of cells for each row."""
    return [[re.sub(r"<[^>]+>", " ", getattr(c, "html", str(c))) for c in row] for row in table.rows]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("make", TABLES)
def test_tables_of_the_demonstration_zone_are_full_and_clean(demo, make, lang):
    table = make(demo, lang)
    assert table.rows
    seen = re.sub(r"<style>.*?</style>|<[^>]+>", " ", table.html(), flags=re.DOTALL)
    assert not re.search(r"\b(nan|NaN|None|inf|True|False)\b", seen)
    if lang == "zh":
        # ids of listings, numbers of evidence and of commitments are no words
        assert not re.search(r"(?<![A-Za-z0-9-])[A-Za-z]{3,}", seen)
    else:
        heads = " ".join(table.columns) + table.title + table.note
        assert not re.search(r"[\u4e00-\u9fff]", heads)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("make", TABLES)
def test_without_a_report_every_listing_is_still_there_and_nothing_is_made_up(real, make, lang):
    table = make(real, lang)
    if make in (
        project_pages.table_projects,
        project_pages.table_project_counts,
        project_pages.table_duplicates,
    ):
        assert table.rows
    else:
        assert not table.rows
        assert table.empty in table.html()
    if make is project_pages.table_projects:
        # 38 listings, 4 programmes, 12 items of the text
        assert len(table.rows) == 54


def test_listings_and_distinct_projects_are_counted(real):
    last = words(project_pages.table_project_counts(real, "zh"))[-1]
    assert last == ["合计", "合计", "38", "37", "4", "12"]


@pytest.mark.parametrize("day", ["2023-06-30", "2024-07-31"])
def test_the_demonstration_shows_every_kind_of_finding(root, day):
    shown = evaluate("demo14", as_of=day, root=root)
    keys = {f["key"] for p in shown.projects for f in p["flags"]}
    assert keys >= {
        "stalled", "overrun", "rebaselined_dates", "rebaselined_total", "backwards", "cancelled",
        "after_plan", "own_rating_differs",
    }  # fmt: skip
    stages = {p["stage_key"] for p in shown.projects}
    assert stages >= {"X", "3", "4", "5"}
    assert {p["word"] for p in shown.projects} == {
        "achieved", "ahead", "on_track", "attention", "behind", "not_assessable",
    }  # fmt: skip


def test_a_project_given_up_is_read_from_the_raw_file_with_its_document(demo):
    given_up = next(p for p in demo.projects if p["id"] == "15-10")
    assert (given_up["word"], given_up["stage_key"]) == ("attention", "X")
    assert "演示会议纪要〔2022〕" in given_up["sentence_zh"]


def test_doubled_similar_bundled_and_open_listings_are_named(real):
    rows = words(project_pages.table_duplicates(real, "zh"))
    case = {}
    for id, _, what, _ in rows:
        case.setdefault(what, []).append(id)
    assert case["重复列名"] == ["15-13"]
    assert case["可能重叠"] == ["12-01", "12-03", "12-12", "12-13", "15-08", "15-11"]
    assert case["未列具体项目的工程"] == ["12-P1", "13-P1", "13-P2", "15-P1"]
    # the lists of the chapter that end in 等项目
    assert case["未列全（“等项目”）"] == [
        "专栏12（一）", "专栏12（三）", "专栏14（一）", "专栏15（一）", "专栏15（二）", "专栏15（三）",
    ]  # fmt: skip


def test_a_change_links_to_both_reports(demo):
    moved = next(p for p in demo.projects if p["id"] == "14-04")
    row = next(
        r
        for r in project_pages.table_project_flags(demo, "zh").rows
        if r[0] == "14-04" and r[2] == "计划时间调整"
    )
    assert row[-1].html.count("<a ") == 2
    assert moved["first_plan_end"] < moved["plan_end"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_chart_of_time_has_a_row_for_each_project_with_dates(demo, lang):
    charts = project_figures.plot_project_time(demo, lang)
    dated = [p for p in demo.projects if p["plan_end"] and not p["duplicate_of"]]
    rows = [[t.get_text() for t in c.figure.axes[0].get_yticklabels()][::-1] for c in charts]
    assert sum(map(len, rows)) == len(dated)
    assert max(map(len, rows)) <= 27
    told = [re.sub(r"\s|…", "", name) for part in rows for name in part]  # names are broken and cut
    assert all(re.sub(r"\s", "", p[f"name_{lang}"]).startswith(t) for p, t in zip(dated, told, strict=True))
    for part, chart in enumerate(charts, 1):
        written = " ".join(t.get_text() for t in chart.figure.texts)
        assert f"{part}/{len(charts)}" in chart.title or f"{part} of {len(charts)}" in chart.title
        assert "2024-07-31" in written
        assert figure_png(chart.figure, synthetic=True).startswith(b"\x89PNG")
    assert len({c.figure.axes[0].get_xlim() for c in charts}) == 1  # one scale for all parts


def test_charts_of_no_project_are_none_and_of_one_project_are_drawn(demo, real):
    assert project_figures.plot_project_time(real, "zh") == []
    assert project_figures.plot_projects(real, "zh") == []
    one = part_of(demo, "7.3")
    assert [p["id"] for p in one.projects] == ["12-14"]
    (chart,) = project_figures.plot_project_time(one, "zh")
    assert len(chart.figure.axes[0].get_yticks()) == 1
    assert "1/1" not in chart.title


def test_the_sentence_counts_a_doubled_listing_once(real, demo):
    assert "53个项目" in project_pages.reading_projects(real, "zh")
    assert "0个有进度记录" in project_pages.reading_projects(real, "zh")
    # all but X-02 and 15-09 report
    assert "51个有进度记录" in project_pages.reading_projects(demo, "zh")
