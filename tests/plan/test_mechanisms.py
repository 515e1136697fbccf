import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.plan import evaluate
from cbs_analysis.plan.mechanisms import highest_rung, judge_expert, judge_mechanism, judge_yes_no
from cbs_analysis.registry import load_registry

from .cases import case_of, document
from .conftest import observations

LEVELS = st.lists(st.integers(0, 4), max_size=6)


def climb(*levels):
    """One document for each level, of one month each."""
    return [
        document(f"2022-{i:02d}-01", float(k), f"文〔2022〕{k}号", row=i) for i, k in enumerate(levels, 1)
    ]


@pytest.mark.parametrize(
    ("levels", "rung", "word"),
    [
        ((0,), 0, "behind"),
        ((1,), 1, "behind"),
        ((1, 2), 2, "attention"),
        ((1, 2, 3), 3, "on_track"),
        ((1, 2, 3, 4), 4, "achieved"),
        ((0, 1), 1, "behind"),  # begun since
    ],
)
def test_each_rung_with_all_below_it_gives_its_word(levels, rung, word):
    v = judge_mechanism(case_of("mechanism"), climb(*levels))
    assert (v.word, v.value, v.extra["rung"], v.extra["missing_rungs"]) == (word, rung, rung, [])


def test_a_rung_without_a_document_of_its_own_ends_the_climb():
    v = judge_mechanism(case_of("mechanism"), climb(1, 3))
    assert (v.word, v.extra["rung"], v.extra["missing_rungs"]) == ("behind", 1, [2])
    assert "有第3级的文件，但第2级没有，按第1级计" in v.sentence_zh
    assert "there are documents of rung 3, but none of rung 2, so rung 1 counts" in v.sentence_en


def test_a_high_document_alone_supports_no_rung_and_is_not_called_not_started():
    v = judge_mechanism(case_of("mechanism"), climb(4))
    assert (v.word, v.extra["rung"], v.extra["missing_rungs"]) == ("behind", 0, [1, 2, 3])
    assert "未启动" not in v.sentence_zh
    assert "但第1、2、3级没有，按第0级计" in v.sentence_zh
    assert "none of rung 1, 2 and 3" in v.sentence_en


def test_a_document_that_says_not_started_is_evidence():
    v = judge_mechanism(case_of("mechanism"), climb(0))
    assert v.sentence_zh == "试：未启动，依据文〔2022〕0号（第0级）。"
    assert len(v.evidence) == 1


def test_every_rung_cites_its_document():
    v = judge_mechanism(case_of("mechanism"), climb(3, 1, 2))
    assert [(e.value, e.note) for e in v.evidence] == [
        (1.0, "文〔2022〕1号"),
        (2.0, "文〔2022〕2号"),
        (3.0, "文〔2022〕3号"),
    ]
    assert v.extra["documents"] == {"1": ["文〔2022〕1号"], "2": ["文〔2022〕2号"], "3": ["文〔2022〕3号"]}
    for number in ("文〔2022〕1号（第1级）", "文〔2022〕2号（第2级）", "文〔2022〕3号（第3级）"):
        assert number in v.sentence_zh


@pytest.mark.parametrize("number", ["", " "])
def test_a_claim_without_a_document_is_no_rung(number):
    rows = [*climb(1), document("2022-05-01", 2.0, number)]
    assert judge_mechanism(case_of("mechanism"), rows).extra["rung"] == 1
    alone = judge_mechanism(case_of("mechanism"), rows[1:])
    assert (alone.word, alone.reason) == ("not_assessable", "no_document")


def test_a_document_without_a_level_supports_no_rung():
    for level in (None, float("nan")):
        v = judge_mechanism(case_of("mechanism"), [document("2022-05-01", level)])
        assert v.reason == "no_document"


def test_a_mechanism_that_was_last_heard_of_long_ago_is_stale():
    v = judge_mechanism(case_of("mechanism", as_of="2024-12-31"), climb(1, 2, 3))
    assert (v.word, v.reason, len(v.evidence)) == ("not_assessable", "stale", 3)


@given(levels=LEVELS, data=st.data())
def test_the_order_of_documents_never_matters(levels, data):
    rows = climb(*levels)
    shuffled = data.draw(st.permutations(rows))
    case = case_of("mechanism")
    assert judge_mechanism(case, rows) == judge_mechanism(case, shuffled)
    case = case_of("yes_no")
    assert judge_yes_no(case, rows) == judge_yes_no(case, shuffled)


@given(levels=LEVELS)
def test_a_rung_never_rises_by_removing_a_document(levels):
    rung, _ = highest_rung(levels)
    for k in range(len(levels)):
        assert highest_rung(levels[:k] + levels[k + 1 :])[0] <= rung


def test_the_rung_is_the_longest_run_from_the_first_one():
    """All subsets of the four rungs against counting by hand."""
    by_hand = {
        (): 0, (1,): 1, (2,): 0, (3,): 0, (4,): 0, (1, 2): 2, (1, 3): 1, (1, 4): 1, (2, 3): 0, (2, 4): 0,
        (3, 4): 0, (1, 2, 3): 3, (1, 2, 4): 2, (1, 3, 4): 1, (2, 3, 4): 0, (1, 2, 3, 4): 4,
    }  # fmt: skip
    subsets = itertools.chain.from_iterable(itertools.combinations((1, 2, 3, 4), n) for n in range(5))
    assert {s: highest_rung(s)[0] for s in subsets} == by_hand


def test_done_or_not_is_told_by_the_newest_document():
    done = document("2022-03-01", 1.0, "文〔2022〕1号")
    withdrawn = document("2023-03-01", 0.0, "文〔2023〕7号")
    case = case_of("yes_no")
    assert judge_yes_no(case, [done]).word == "achieved"
    v = judge_yes_no(case, [done, withdrawn])
    assert (v.word, v.period) == ("attention", "2023-03-01")
    assert "文〔2023〕7号" in v.sentence_zh
    assert "文〔2022〕1号曾认定实现" in v.sentence_zh
    again = document("2023-05-01", 1.0, "文〔2023〕9号")
    assert judge_yes_no(case, [done, withdrawn, again]).word == "achieved"


def test_of_two_documents_of_one_day_the_one_published_later_decides_then_the_prudent_one():
    yes = document("2022-03-01", 1.0, vintage="2022-06-20")
    no = document("2022-03-01", 0.0, vintage="2022-06-20")
    later = document("2022-03-01", 1.0, vintage="2023-06-20")
    case = case_of("yes_no")
    assert judge_yes_no(case, [yes, no]).word == "attention"
    assert judge_yes_no(case, [no, later]).word == "achieved"


def test_nothing_is_done_without_a_document():
    assert judge_yes_no(case_of("yes_no"), [document("2022-03-01", 1.0, "")]).reason == "no_document"


def test_matters_for_experts_are_listed_and_never_judged():
    rows = [document("2022-03-01", None, "意见1"), document("2022-01-01", 4.0, "意见2")]
    v = judge_expert(case_of("expert"), rows)
    assert (v.word, v.reason) == ("not_assessable", "expert")
    assert {e.note for e in v.evidence} == {"意见1", "意见2"}


def test_an_evaluation_takes_the_documents_of_each_measure():
    plan = load_registry().plan("cbs14")
    climbed, claimed = [m.id for m in plan.measures if m.type == "mechanism"][:2]
    rows = [r | {"measure": climbed} for r in climb(1, 2, 3)]
    rows += [document("2022-05-01", 4.0, " ") | {"measure": claimed}]
    e = evaluate(plan, as_of="2023-06-30", observations=observations({}), documents=pd.DataFrame(rows))
    found = {v.measure: v for v in e.verdicts}
    assert (found[climbed].word, found[climbed].extra["rung"]) == ("on_track", 3)
    assert (found[claimed].word, found[claimed].reason) == ("not_assessable", "no_document")
