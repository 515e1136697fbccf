"""From a printed number to its cell: the address, the words of the pointer, and what is behind a number."""

import math
import re
from dataclasses import replace
from html import unescape

import pytest

from cbs_analysis.plan import evaluate
from cbs_analysis.plan.book import Book
from cbs_analysis.plan.evidence_numbers import evidence_key, evidence_numbers
from cbs_analysis.plan.verdicts import Evidence, Verdict
from cbs_analysis.report.evidence_links import (
    evidence_href,
    evidence_links,
    linked,
    linked_sentence,
    source_href,
    target_evidence,
    value_evidence,
)
from cbs_analysis.report.link_check import cited_files

FIGURE = Evidence(
    indicator="urbanisation_pct", period="2022", value=65.22, published="65.22%", status="final",
    vintage="2023-01-17", source="nbs", certainty="official", file="nbs/2023-01-17/figures.csv", row=12,
    col=5,
)  # fmt: skip
NEXT = replace(FIGURE, period="2023", value=66.16, published="66.16%", row=13)


@pytest.fixture(scope="module")
def demo(root):
    return evaluate("demo14", as_of="2023-06-30", root=root, sensitivity=False)


def test_a_figure_leads_to_its_cell_and_a_document_to_its_row():
    """Row 12 from one, column 5 from zero is F12 in a spreadsheet."""
    assert evidence_href(FIGURE) == "../../sources/nbs/2023-01-17/figures.csv.html#F12"
    assert evidence_href(replace(FIGURE, col=-1)) == "../../sources/nbs/2023-01-17/figures.csv.html#row-12"


@pytest.mark.parametrize("where", [{"note": "初步核算; sheet 表 1"}, {"sheet": "表 1"}])
def test_a_figure_of_a_workbook_leads_to_its_sheet(where):
    assert unescape_url(evidence_href(replace(FIGURE, **where))).endswith("figures.csv.html#表_1!F12")


def unescape_url(href):
    from urllib.parse import unquote

    return unquote(href)


def test_names_of_files_are_quoted_once():
    href = source_href('nbs/2023-01-17/a "b" & 表.xls', 3, 0)
    assert " " not in href
    assert '"' not in href
    assert cited_files(f'<a href="{href}">1</a>') == {'nbs/2023-01-17/a "b" & 表.xls'}


def test_rows_of_long_files_lead_to_their_part():
    assert source_href("a/b/c.csv", 1000, 0).endswith("c.csv.html#A1000")
    assert source_href("a/b/c.csv", 1001, 0).endswith("c.csv.part2.html#A1001")
    assert cited_files('<a href="../../sources/a/b/c.csv.part2.html#A1001">') == {"a/b/c.csv"}


def test_the_number_of_one_cell_is_itself_the_link_and_says_where_it_stands():
    html = linked("65.2%", [FIGURE], "zh").html
    assert re.fullmatch(r'<a href="[^"]+#F12" title="[^"]+">65\.2%</a>', html)
    assert "国家统计局，2023-01-17发布，单元格F12：65.22%" in html
    assert "published 2023-01-17, cell F12: 65.22%" in linked("65.2%", [FIGURE], "en").html


def test_a_computed_number_is_followed_by_a_link_to_each_input():
    html = linked("130%", [FIGURE, NEXT, FIGURE], "en").html
    assert html.startswith("<span>130% ")
    assert re.findall(r'#(\w+)"[^>]*>(\d+)<', html) == [("F12", "1"), ("F13", "2")]


def test_what_nothing_stands_behind_is_no_link():
    assert linked("<b>", [], "zh").html == "&lt;b&gt;"
    assert linked_sentence("没有数据。", [], "zh").html == "没有数据。"
    assert evidence_links([], "zh").html == "—"


def test_what_is_published_is_escaped_in_the_pointer():
    bad = replace(FIGURE, published='"><script>alert(1)</script>')
    assert "<script" not in linked("<i>", [bad], "zh").html


def test_more_links_than_the_limit_open_behind_their_count():
    many = [replace(FIGURE, row=r) for r in range(2, 12)]
    html = evidence_links(many, "zh", limit=4).html
    assert len(re.findall("<a ", html)) == 10
    assert "<summary>+6</summary>" in html


# --- what stands behind a number ------------------------------------------------------------------


def verdict(**values):
    base = {
        "measure": "M1", "commitment": "M", "section": "s", "type": "level", "word": "on_track",
        "indicator": "urbanisation_pct", "period": "2023", "value": 66.16, "baseline": 65.22,
        "evidence": (FIGURE, NEXT),
    }  # fmt: skip
    return Verdict(**(base | values))


def test_a_published_value_has_one_cell():
    assert value_evidence(verdict(), "2023", 66.16) == (NEXT,)
    assert value_evidence(verdict(), "2022", 65.22) == (FIGURE,)


def test_a_total_has_the_cells_of_all_its_years():
    """65.22 + 66.16 is in no cell."""
    assert value_evidence(verdict(), "2023", 131.38) == (FIGURE, NEXT)


def test_a_missing_number_has_nothing_behind_it():
    assert value_evidence(verdict(), "2023", math.nan) == ()
    assert target_evidence(verdict()) == ()


def test_a_number_that_is_compared_with_is_the_cell_that_holds_it():
    assert target_evidence(verdict(target=65.22)) == (FIGURE,)
    other = replace(FIGURE, indicator="gdp_real_yoy_pct", value=3.0)
    assert target_evidence(verdict(target=3.1, evidence=(FIGURE, other))) == (other,)


def test_a_derived_base_leads_to_its_inputs(root):
    """63.89 % in 2020 is 90,220 of 141,212 ten thousand people; the national table holds both."""
    evaluation = evaluate("national14", as_of="2026-10-31", root=root, sensitivity=False)
    v = next(v for v in evaluation.verdicts if v.indicator == "urbanisation_pct")
    found = value_evidence(v, "2020", v.baseline, Book(evaluation.inputs.latest()))
    assert sorted(e.published for e in found) == ["141212.0万人", "90220.0万人"]


# --- numbers on paper -----------------------------------------------------------------------------


def test_numbers_count_each_piece_once_in_the_order_of_the_plan(demo):
    numbers = evidence_numbers(demo)
    keys = [evidence_key(e) for e in numbers.evidence]
    assert len(set(keys)) == len(keys) > 100
    assert [numbers.label(e) for e in numbers.evidence[:3]] == ["E1", "E2", "E3"]
    first = next(v for v in demo.verdicts if v.evidence)
    assert numbers.label(first.evidence[0]) == "E1"
    assert numbers.label(FIGURE) == ""


def test_numbers_are_those_of_the_list_for_machines(demo):
    machine = [(e["id"], e["file"], e["row"], e["col"]) for e in demo.to_dict()["evidence"]]
    paper = [(f"E{i}", e.file, e.row, e.col) for i, e in enumerate(evidence_numbers(demo).evidence, 1)]
    assert machine == paper


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_link_of_a_report_has_its_number_of_the_list(demo, lang):
    numbers = evidence_numbers(demo)
    v = next(v for v in demo.verdicts if len(v.evidence) > 2)
    html = evidence_links(v.evidence, lang, numbers=numbers).html
    assert re.findall(r">(E\d+)<", html) == [numbers.label(e) for e in v.evidence]
    assert [unescape(h) for h in re.findall(r'href="([^"]+)"', html)] == [
        evidence_href(e) for e in v.evidence
    ]
