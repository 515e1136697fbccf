"""Clues repeat figures of the evidence, and never say more than it."""

import re

import pytest

from cbs_analysis.plan.clues import clues, project_clues
from cbs_analysis.plan.evaluation import evaluate
from cbs_analysis.plan.verdicts import WORDS


@pytest.fixture(scope="module")
def nation(root):
    return evaluate("national14", as_of="2023-06-30", root=root)


@pytest.fixture(scope="module")
def demo(root):
    return evaluate("demo14", as_of="2024-06-30", root=root)


def of(evaluation, measure):
    return next(v for v in evaluation.verdicts if v.measure == measure)


def told(evaluation, measure, lang="zh"):
    return [c[lang == "en"] for c in clues(of(evaluation, measure), evaluation)]


def test_the_year_that_broke_the_limit_is_named_with_its_figure(nation):
    """The bureau's surveyed urban unemployment of 2022 is 5.6 %, the outline says within 5.5 %."""
    assert told(nation, "N04.1")[0] == "2022年为5.6%，越过限值5.5%，相差0.1个百分点"
    assert told(nation, "N04.1", "en")[0] == "5.6% in 2022, beyond the limit of 5.5% by 0.1 points"


def test_the_pace_needed_stands_beside_the_pace_so_far(demo):
    """16.7 % in 2020, 50.0 % in 2023, 100 % by 2025: 11.1 points a year, then 25.0, 2.3 times as much."""
    v = of(demo, "S12.2")
    assert (round(v.baseline, 1), v.value, v.target) == (16.7, 50.0, 100.0)
    assert told(demo, "S12.2")[0] == "规划以来平均每年变化11.1个百分点，今后每年需25.0个百分点，是以往的2.3倍"


def test_a_fall_is_told_with_both_years(demo):
    assert told(demo, "E12.1")[0] == "2021年为1,087人，比上年的1,102人少15人"


def test_yearly_changes_against_the_wish_are_counted(demo):
    assert told(demo, "E18.2")[0] == "3次年度变化中有3次与要求相反（2021、2022、2023年）"


def test_a_revision_of_a_cited_figure_is_told_with_both_figures(nation):
    """Mean years of schooling of 2020: 10.8 as first published in August 2021, 10.75 as printed later."""
    (found,) = [c for c in told(nation, "N05.1") if "首次公布" in c]
    assert "10.80年" in found
    assert "10.75年" in found


def test_a_refusal_has_no_clue(demo):
    refused = [v for v in demo.verdicts if not v.assessed]
    assert refused
    assert all(clues(v, demo) == [] for v in refused)


def test_an_own_rating_counts_as_a_clue_only_above_the_evidence(demo):
    order = list(WORDS)
    rated = [v for v in demo.verdicts if v.self_word and v.assessed and v.type != "project"]
    assert rated
    for v in rated:
        above = v.self_word != "not_assessable" and order.index(v.self_word) < order.index(v.word)
        assert any("自评" in c for c in told(demo, v.measure)) == above


def test_what_the_sentence_of_a_project_says_is_not_said_again(demo):
    late = [p for p in demo.projects if p["word"] in ("behind", "attention")]
    assert late
    for p in late:
        assert not [zh for zh, _ in project_clues(p) if zh in p["sentence_zh"]]


@pytest.mark.parametrize("key", ["nation", "demo"])
def test_clues_are_whole_in_both_languages_and_hold_no_missing_number(key, request):
    evaluation = request.getfixturevalue(key)
    found = [c for v in evaluation.verdicts for c in clues(v, evaluation)]
    found += [c for p in evaluation.projects for c in project_clues(p)]
    assert found
    for zh, en in found:
        assert re.search("[\u4e00-\u9fff]", zh)
        assert not zh.endswith("。")
        assert not en.endswith(".")
        assert not re.search(r"\b(nan|None|inf)\b|—%", zh + en)


def test_no_clue_speaks_of_causes(demo, nation):
    words = re.compile("因为|由于|导致|原因|because|caused|due to")
    for evaluation in (demo, nation):
        for v in evaluation.verdicts:
            assert not [c for pair in clues(v, evaluation) for c in pair if words.search(c)]
