from datetime import date

import pandas as pd
import pytest

from cbs_analysis.plan.finishing import finish
from cbs_analysis.plan.inputs import Inputs
from cbs_analysis.plan.mechanisms import judge_mechanism
from cbs_analysis.plan.ratings import compare_ratings, own_rating, rating_difference

from .cases import case_of, document, rating


def test_the_newest_rating_counts_whatever_the_order():
    old, new = rating("2022-06-20", "进展顺利", "ahead"), rating("2023-06-20", "总体正常", "on_track")
    assert own_rating([old, new]) == own_rating([new, old]) == ("总体正常", "on_track")


def test_words_of_ones_own_stay_as_written_and_amount_to_no_official_word():
    assert own_rating([rating("2023-06-20", "成效显著")]) == ("成效显著", "")
    assert own_rating([rating("2023-06-20", " ", "ahead")]) == ("", "")


def test_a_rating_never_moves_a_word():
    case = case_of("mechanism")
    bare = judge_mechanism(case, [document("2023-05-01", 1.0)])
    rosy = finish(case, bare, (), [rating("2023-06-20", "已全面完成", "achieved")])
    assert (rosy.word, rosy.sentence_zh) == (bare.word, bare.sentence_zh) == ("behind", bare.sentence_zh)
    assert (rosy.self_rating, rosy.self_word) == ("已全面完成", "achieved")


@pytest.mark.parametrize(
    ("own", "ours", "difference"),
    [
        ("achieved", "on_track", "higher"),
        ("on_track", "attention", "higher"),
        ("attention", "behind", "higher"),
        ("behind", "attention", "lower"),
        ("on_track", "ahead", "lower"),
        ("ahead", "ahead", "same"),
        ("not_assessable", "not_assessable", "same"),
        ("not_assessable", "behind", "lower"),
        ("achieved", "not_assessable", "no_evidence"),
        ("", "behind", "no_word"),
    ],
)
def test_own_ratings_are_compared_in_the_order_of_the_official_words(own, ours, difference):
    assert rating_difference(own, ours) == difference


class Stub:
    """The parts of an evaluation that the table reads."""

    def __init__(self, case, verdict, rows):
        self.plan, self.registry, self.as_of = case.plan, case.registry, date(2023, 6, 30)
        self.verdicts = (verdict,)
        self.inputs = Inputs(observations=pd.DataFrame(), ratings=pd.DataFrame(rows))


def rated(text, word):
    """A mechanism of the real plan at rung 2, rated by its office."""
    case = case_of("mechanism")
    measure = next(m for m in case.plan.measures if m.type == "mechanism")
    rows = [rating("2023-06-20", text, word) | {"measure": measure.id}]
    verdict = judge_mechanism(case, [document("2023-05-01", 1.0), document("2023-05-02", 2.0, row=3)])
    verdict = finish(case, verdict, (), rows)
    object.__setattr__(verdict, "measure", measure.id)
    return Stub(case, verdict, rows), measure


def test_the_table_says_who_sees_more_than_the_evidence_shows():
    stub, measure = rated("总体顺利", "ahead")
    row = compare_ratings(stub, "zh").iloc[0]
    assert (row["measure"], row["name"], row["office"]) == (measure.id, measure.zh, "人社局")
    assert (row["rating"], row["own"], row["ours"]) == ("总体顺利", "快于预期", "需关注")
    assert row["date"] == "2023-06-20"
    assert row["agrees"] is False
    assert row["difference"] == "自评高于证据评价"
    assert "第2级" in row["sentence"]
    english = compare_ratings(stub, "en").iloc[0]
    assert (english["own"], english["ours"]) == ("Ahead", "Needs attention")
    assert english["difference"] == "own rating above the evidence"


def test_free_words_are_listed_and_not_compared():
    stub, _ = rated("成效显著", "")
    row = compare_ratings(stub, "zh").iloc[0]
    assert (row["own"], row["agrees"], row["difference"]) == ("", None, "自评未用六种评价用语，无法比较")


def test_without_ratings_the_table_is_empty_with_its_columns():
    stub, _ = rated("成效显著", "")
    object.__setattr__(stub.verdicts[0], "self_rating", "")
    frame = compare_ratings(stub)
    assert frame.empty
    assert {"measure", "rating", "own", "ours", "agrees", "difference"} <= set(frame.columns)
