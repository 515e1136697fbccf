"""What changed between two evaluations, and why: one thing changed by construction, and the real days."""

from dataclasses import replace
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cbs_analysis.errors import ParameterError
from cbs_analysis.plan import Settings, evaluate
from cbs_analysis.plan.changes import CAUSES, compare_evaluations
from cbs_analysis.registry import load_registry

from .conftest import observations

DAY, LATER = "2023-06-30", "2024-06-30"
BASE = observations({"urbanisation_pct": {"2020": 60, "2022": 61}}, area="220000")
# one level measure, base 60, target 65 in 2025: 2022 is 2/5 of the time


def plan(target=65, **measure):
    """A plan of Jilin with one measure: urbanisation to reach a target."""
    source = load_registry().plan("national14")
    commitment = next(c for c in source.commitments if c.id == "N01")
    old = commitment.measures[0]
    goal = replace(old.target, value=target, period="2025")
    only = replace(old, target=goal, official_verdict="", **measure)
    return replace(
        source, id="test14", area="220000", commitments=(replace(commitment, measures=(only,)),), projects=()
    )


def judge(rows=BASE, *, day=DAY, settings=None, what=None, **frames):
    return evaluate(what or plan(), rows, as_of=day, settings=settings, sensitivity=False, **frames)


def figures(series, vintage):
    return observations({"urbanisation_pct": series}, area="220000", vintage=vintage)


def the_word_of(before, after):
    """The only change of word between two evaluations."""
    changes = compare_evaluations(before, after)
    assert len(changes.words) == 1, changes.to_frame()
    return changes.words[0]


def test_a_new_figure_is_new_data():
    # 61 of 60 to 65 in 2/5 of the time is 20 %, pace 0.5: behind; 63.5 in 3/5 is 70 %, pace 1.17: ahead
    rows = pd.concat([BASE, figures({"2023": 63.5}, "2024-01-17")])
    change = the_word_of(judge(), judge(rows, day=LATER))
    assert (change.word_before, change.word_after) == ("behind", "ahead")
    assert [c.step for c in change.causes] == ["new_data"]
    origin = change.causes[0].origins[0]
    assert (origin.name, origin.period, origin.before, origin.after) == (
        "urbanisation_pct",
        "2023",
        None,
        63.5,
    )
    assert origin.published_after == "2024-01-17"
    assert not change.order_matters
    assert "新增数据：2023年" in change.sentence_zh
    assert "63.5%（2024-01-17公布）" in change.sentence_zh


def test_another_value_of_a_known_figure_is_a_revision():
    # 62.2 in 2022 is 44 %, pace 1.10 and more: ahead
    rows = pd.concat([BASE, figures({"2022": 62.3}, "2023-12-20")])
    change = the_word_of(judge(), judge(rows, day="2023-12-31"))
    assert [c.step for c in change.causes] == ["revision"]
    origin = change.causes[0].origins[0]
    assert (origin.period, origin.before, origin.after) == ("2022", 61.0, 62.3)
    assert (origin.published_before, origin.published_after) == ("2023-01-17", "2023-12-20")
    assert "由61.0%改为62.3%" in change.sentence_zh


def test_a_figure_that_grows_old_is_the_passage_of_time():
    change = the_word_of(judge(), judge(day="2025-06-30"))
    assert change.word_after == "not_assessable"
    assert [c.step for c in change.causes] == ["time"]
    assert "2022年的数据过旧" in change.sentence_zh


def test_another_target_is_a_change_of_the_plan_with_its_document():
    # 61 of 60 to 62 is 50 % in 2/5 of the time: ahead
    change = the_word_of(judge(), judge(what=plan(62)))
    assert [c.step for c in change.causes] == ["plan"]
    origin = change.causes[0].origins[0]
    assert (origin.name, origin.before, origin.after) == ("target.value", 65, 62)
    assert "第三章第二节" in origin.document
    assert "目标值由65.0%改为62.0%" in change.sentence_zh


def test_a_setting_is_named_and_those_that_move_nothing_are_not():
    # pace 0.5 is on track when on_track is 0.4; alpha has no part in it
    change = the_word_of(judge(), judge(settings=Settings(on_track=0.4, alpha=0.2)))
    assert change.word_after == "on_track"
    assert [c.step for c in change.causes] == ["settings"]
    assert [(o.name, o.before, o.after) for o in change.causes[0].origins] == [("on_track", 0.95, 0.4)]


def test_settings_that_move_a_verdict_only_together_are_all_named():
    # half a year counts as too old at first; when it does not, pace 0.5 is on track with the lower band only
    before = judge(settings=Settings(stale_years=0.3))
    after = judge(settings=Settings(stale_years=2.0, on_track=0.4, alpha=0.2))
    change = the_word_of(before, after)
    assert (change.word_before, change.word_after) == ("not_assessable", "on_track")
    assert {o.name for o in change.causes[0].origins} == {"stale_years", "on_track"}


def test_a_verdict_that_goes_and_comes_back_names_both_steps_and_the_order():
    rows = pd.concat([BASE, figures({"2024": 61.5}, "2025-01-17")])
    changes = compare_evaluations(judge(), judge(rows, day="2025-06-30"))
    # behind with 61 in 2022; too old in 2025; behind again with 61.5 in 2024: same word on other figures
    assert not changes.words
    change = changes.values[0]
    assert [c.step for c in change.causes] == ["time", "new_data"]
    assert [(c.before, c.after) for c in change.causes] == [
        ("behind", "not_assessable"), ("not_assessable", "behind"),
    ]  # fmt: skip
    # from the last to the first the new figure comes first, and time finds nothing old
    assert change.reverse == ("new_data",)
    assert change.order_matters
    assert "归因与次序有关：倒序逐项替换时归因于新增数据" in change.sentence_zh


def test_two_things_that_only_move_it_together_are_found_in_either_order():
    # the revision alone (pace 0.9) and the setting alone (0.85 of 0.5) leave it behind; together on track
    rows = pd.concat([BASE, figures({"2022": 61.8}, "2023-05-20")])
    before, after = judge(), judge(rows, settings=Settings(on_track=0.85))
    change = the_word_of(before, after)
    assert [c.step for c in change.causes] == ["revision"]
    assert change.reverse == ("settings",)
    assert change.order_matters


def test_the_same_word_on_another_figure_is_no_change_of_word():
    rows = pd.concat([BASE, figures({"2022": 61.1}, "2023-05-20")])
    changes = compare_evaluations(judge(), judge(rows))
    assert (len(changes.words), len(changes.values), changes.unchanged) == (0, 1, 0)
    assert "仍为“滞后”，61.0%（2022年）变为61.1%（2022年）" in changes.values[0].sentence_zh


def test_a_second_printing_of_the_same_value_changes_nothing():
    rows = pd.concat([BASE, figures({"2022": 61}, "2023-05-20")])
    changes = compare_evaluations(judge(), judge(rows))
    assert changes.unchanged == 1


def test_a_figure_that_was_withdrawn_is_a_revision():
    rows = BASE[BASE["period"] != "2022"]
    change = the_word_of(judge(), judge(rows))
    assert [c.step for c in change.causes] == ["revision"]
    assert change.causes[0].origins[0].after is None
    assert "已撤下" in change.sentence_zh


def test_added_and_removed_measures_are_listed_apart():
    one = plan()
    commitment = one.commitments[0]
    extra = replace(commitment.measures[0], id="N01.2")
    two = replace(one, commitments=(replace(commitment, measures=(*commitment.measures, extra)),))
    assert compare_evaluations(judge(), judge(what=two)).added == ("N01.2",)
    assert compare_evaluations(judge(what=two), judge()).removed == ("N01.2",)


def test_the_earlier_evaluation_comes_first_and_both_are_of_one_area(root):
    with pytest.raises(ParameterError, match="stands first"):
        compare_evaluations(judge(day=LATER), judge())
    with pytest.raises(ParameterError, match="two areas"):
        compare_evaluations(judge(), evaluate("national14", as_of=DAY, sensitivity=False, root=root))


@pytest.mark.parametrize("name", ["national14", "demo14", "cbs14"])
def test_an_evaluation_does_not_differ_from_itself(root, name):
    one, two = (evaluate(name, as_of=DAY, sensitivity=full, root=root) for full in (False, True))
    changes = compare_evaluations(one, two)
    assert (changes.words, changes.values, changes.projects) == ((), (), ())
    assert (changes.added, changes.removed) == ((), ())
    assert changes.unchanged == len(one.verdicts)


DAYS = ["2022-06-30", "2022-12-31", "2023-06-30", "2023-12-31", "2024-06-30", "2025-06-30", "2026-10-31"]


@pytest.mark.parametrize("name", ["national14", "demo14"])
def test_every_change_has_a_cause_and_every_cause_its_evidence(root, name):
    world = {day: evaluate(name, as_of=day, sensitivity=False, root=root) for day in DAYS}
    seen = 0
    for first, last in pairwise(DAYS):
        changes = compare_evaluations(world[first], world[last])
        for change in (*changes.words, *changes.values, *changes.projects):
            seen += 1
            assert change.causes, (first, last, change.id)
            assert all(c.origins for c in change.causes), (first, last, change.id, change.causes)
            assert change.causes[0].before == change.word_before
            assert change.causes[-1].after == change.word_after
            for earlier, later in pairwise(change.causes):
                assert earlier.after == later.before
            assert change.reverse
    assert seen > 30


def test_the_matrix_counts_every_common_measure_once(root):
    changes = compare_evaluations(
        *(evaluate("demo14", as_of=day, sensitivity=False, root=root) for day in (DAY, LATER))
    )
    matrix = changes.matrix()
    assert matrix.to_numpy().sum() == len(changes.after.verdicts)
    moved = matrix.to_numpy().sum() - matrix.to_numpy().trace()
    assert moved == len(changes.words)
    assert changes.unchanged + len(changes.words) + len(changes.values) == len(changes.after.verdicts)


def test_the_revision_of_the_demonstration_zone_is_told_as_one(root):
    """Its growth of 2022 was revised on 2023-12-20, after the first of the two days."""
    changes = compare_evaluations(
        *(evaluate("demo14", as_of=day, sensitivity=False, root=root) for day in (DAY, LATER))
    )
    revised = [
        (change, cause)
        for change in (*changes.words, *changes.values)
        for cause in change.causes
        if cause.step == "revision"
    ]
    assert revised
    assert all(o.published_after == "2023-12-20" for _, cause in revised for o in cause.origins)
    assert all(change.sentence_zh.startswith("【演示】") for change, _ in revised)
    assert all(change.sentence_en.startswith("[演示 demo]") for change, _ in revised)


def test_documents_of_a_mechanism_and_reports_of_a_project_are_named(root):
    changes = compare_evaluations(
        *(evaluate("demo14", as_of=day, sensitivity=False, root=root) for day in (DAY, LATER))
    )
    kinds = {o.kind for c in (*changes.words, *changes.projects) for x in c.causes for o in x.origins}
    assert {"observations", "documents", "projects"} <= kinds


def test_the_causes_are_counted_for_each_change_they_have_a_part_in():
    rows = pd.concat([BASE, figures({"2024": 61.5}, "2025-01-17")])
    table = compare_evaluations(judge(), judge(rows, day="2025-06-30")).by_cause().set_index("cause")
    assert list(table.index) == list(CAUSES)
    assert table.loc["time", "values"] == table.loc["new_data", "values"] == 1
    assert table["words"].sum() == 0


@hypothesis_settings(max_examples=25, deadline=None)
@given(
    value=st.floats(60.1, 66),
    revised=st.floats(60.1, 66),
    newer=st.floats(60.1, 66),
    target=st.sampled_from([62, 65, 70]),
    on_track=st.sampled_from([0.5, 0.95]),
)
def test_steps_lead_from_the_first_word_to_the_last(value, revised, newer, target, on_track):
    early = figures({"2020": 60, "2022": round(value, 2)}, "2023-01-17")
    late = pd.concat(
        [
            early,
            figures({"2022": round(revised, 2)}, "2023-09-01"),
            figures({"2023": round(newer, 2)}, "2024-01-17"),
        ]
    )
    before = judge(early)
    after = judge(late, day=LATER, what=plan(target), settings=Settings(on_track=on_track))
    changes = compare_evaluations(before, after)
    for change in (*changes.words, *changes.values):
        assert change.causes[0].before == before.verdicts[0].word
        assert change.causes[-1].after == after.verdicts[0].word
    assert bool(changes.words) == (before.verdicts[0].word != after.verdicts[0].word)
