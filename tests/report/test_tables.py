import re
from datetime import date

import pytest

from cbs_analysis.errors import ReportError
from cbs_analysis.plan import evaluate
from cbs_analysis.report import messages, tables, verdict_tables
from cbs_analysis.report.project_figures import plot_projects
from cbs_analysis.report.tables import Table
from cbs_analysis.report.verdict_figures import plot_distribution, plot_progress
from cbs_analysis.sources import load_observations, revisions
from cbs_analysis.sources.store import load_manifest

LANGS = ("zh", "en")


@pytest.fixture(scope="module")
def demo(root):
    return evaluate("demo14", as_of="2023-06-30", root=root)


def test_what_comes_from_data_is_escaped():
    html = Table("<script>t</script>", ("<b>",), (("<img src=x onerror=alert(1)>",),), note="<i>").html()
    assert "<script" not in html
    assert "<img" not in html
    assert "<i>" not in html


def test_heads_of_a_stacked_table_stand_once_and_cannot_break_out_of_the_style_sheet():
    bad = 'x"}</style><script>alert(1)</script>'
    html = Table("t", ("指标", bad), (("1", "2"), ("3", "4")), css="stack").html()
    assert "<script" not in html
    assert html.count("</style>") == 1
    assert 'td:nth-child(1)::before{content:"指标"}' in html


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


def test_each_number_and_target_of_a_table_stands_in_the_printed_list(demo):
    """Paper has no clicks: E12 and T3 in a table are found in the list at the end."""
    html = verdict_tables.table_evidence(demo, "zh").html()
    listed = set(re.findall(r'id="E\d+">(E\d+)<', html)) | set(re.findall(r'id="t-[^"]+">(T\d+)<', html))
    makers = verdict_tables.table_targets, verdict_tables.table_commitments, verdict_tables.table_lagging
    shown = {x for make in makers for x in re.findall(r">([ET]\d+)</a>", make(demo, "zh").html())}
    assert len(shown) > 100
    assert shown <= listed
    anchors = set(re.findall(r'id="(t-[^"]+)"', html))
    assert set(re.findall(r'href="#(t-[^"]+)"', verdict_tables.table_targets(demo, "zh").html())) <= anchors


def test_the_value_of_a_measure_leads_to_the_cell_that_holds_it(root):
    """Urbanisation in 2024: 67.00 % in cell F3 of the statistical report of 28 September 2025."""
    national = evaluate("national14", as_of="2026-10-31", root=root)
    html = verdict_tables.table_targets(national, "zh").html()
    cell = "../../sources/nbs/2025-09-28/livelihood_report_2025_population.csv.html#F3"
    assert re.search(rf'<a href="{re.escape(cell)}" title="[^"]*67\.00%">67\.0%（2024年）</a>', html)
    # the target of 65 % is stated by the outline of the plan, third chapter
    assert re.search(r'<a href="#t-N01\.1" title="目标出处：[^"]*第三章[^"]*">65\.0%</a>', html)


def test_targets_are_listed_with_their_document_and_the_base_it_prints(root):
    national = evaluate("national14", as_of="2026-10-31", root=root)
    table = verdict_tables.table_evidence(national, "zh")
    rows = {r[1].split()[0]: r for r in table.rows if ">T" in r[0].html}
    # 11.3 years by 2025 from 10.8 years in 2020: outline, column 1
    assert rows["N05.1"][3].startswith("11.3")
    assert "规划" in rows["N05.1"][5]
    assert "10.8" in rows["N05.1"][8]
    assert "national14.yml" in rows["N05.1"][7]


def test_a_measure_that_is_not_assessed_shows_what_is_known_with_its_cells(root):
    national = evaluate("national14", as_of="2026-10-31", root=root)
    gaps = tables.table_gaps(national, "zh")
    known = [row[3].html for row in gaps.rows]
    assert any("../../sources/" in html for html in known)


def test_official_words_name_their_document_where_there_are_several(root):
    """One word was read at Caixin on 28 December 2023, the others at Xinhua on the 26th."""
    table = verdict_tables.table_official(evaluate("national14", as_of="2026-10-31", root=root), "zh")
    marks = [re.search(r"\[(\d)\]", row[1].html)[1] for row in table.rows]
    assert sorted(marks) == ["1"] * (len(marks) - 1) + ["2"]
    assert re.search(r"\[1\] .*新华社2023年12月26日.*；\[2\] .*财新网2023年12月28日", table.source)


def test_a_revised_figure_leads_to_both_publications(mini, line):
    for day, value in (("2023-01-17", "3.0"), ("2023-12-29", "3.1")):
        mini.add([line("gdp_real_yoy_pct", "2022", value, "%")], published=day)
    mini.build()
    rows = load_observations(area="000000", vintages="all", root=mini.root)
    html = tables.table_revisions(revisions(rows), "zh").html()
    assert re.findall(r'sources/([^"]+)"', html) == [
        "nbs/2023-01-17/figures.csv.html#F2", "nbs/2023-12-29/figures.csv.html#F2",
    ]  # fmt: skip


def test_each_period_of_the_data_used_leads_to_its_cell(mini, line):
    mini.add([line("gdp_real_yoy_pct", y, v, "%") for y, v in (("2021", "8.4"), ("2022", "3.0"))])
    mini.build()
    html = tables.table_data_used(load_observations(area="000000", root=mini.root), "zh").html()
    assert re.findall(r'#(\w+)">(\d+)</a>', html) == [("F2", "2021"), ("F3", "2022")]
    assert re.search(r'#F3" title="[^"]*3\.0%">3\.0%</a>', html)


def test_what_was_left_out_is_told_from_the_day_that_its_file_was_published(root):
    manifest = load_manifest(root)
    early, late = (
        tables.table_checks(manifest, "000000", "zh", as_of=date(year, 6, 30)).html() for year in (2023, 2026)
    )
    assert "china_daily/2025-08-22" in late
    assert "state_council/2021-08-27" in early
    assert not re.search(r"/(2023-(0[7-9]|1)|202[456])", early)


def test_every_reason_for_leaving_something_out_has_its_english(root):
    manifest = load_manifest(root)
    reasons = {w["reason"] for w in manifest["excluded"]} | {
        entry["quarantine"] for entry in manifest["inputs"].values() if entry["quarantine"]
    }
    assert len(reasons) > 10
    for reason in reasons:
        assert not re.search("[\u4e00-\u9fff]", str(tables.reason(reason, "en"))), reason
        assert tables.reason(reason, "zh") == reason
    assert tables.reason("没有译文", "en").html == '<span lang="zh">没有译文</span>'


def test_a_long_list_of_evidence_is_folded_and_a_short_one_open(demo, root):
    nation = evaluate("national14", as_of="2023-06-30", root=root, sensitivity=False)
    long, short = (verdict_tables.table_evidence(e, "zh") for e in (demo, nation))
    assert len(long.rows) > 500
    assert long.html().startswith('<details class="folded"><summary>')
    assert len(short.rows) < 100
    assert "<details" not in short.html()


def test_findings_of_the_checks_lead_to_the_row(mini):
    finding = {
        "check": "shares_in_range", "indicator": "urbanisation_pct", "area": "000000", "period": "2022",
        "got": "101 %", "expected": "0-100 %", "file": "nbs/2023-01-17/a&b.csv", "row": 7,
    }  # fmt: skip
    manifest = {"warnings": [finding], "excluded": [], "inputs": {}}
    html = tables.table_checks(manifest, "000000", "zh").html()
    assert 'href="../../sources/nbs/2023-01-17/a%26b.csv.html#row-7">nbs/2023-01-17/a&amp;b.csv:7</a>' in html


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("plot", [plot_distribution, plot_progress, lambda *x: plot_projects(*x)[-1]])
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
