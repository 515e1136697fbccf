import cProfile
import pstats
from dataclasses import fields

import pandas as pd
import pytest

from cbs_analysis.errors import ParameterError, VintageError
from cbs_analysis.plan import evaluate, evaluate_many, load_inputs, verdict_frame
from cbs_analysis.plan.inputs import Inputs
from cbs_analysis.plan.many import VERDICT_COLUMNS
from cbs_analysis.registry import load_registry
from cbs_analysis.series.periods import parse_date

from .conftest import observations

AS_OF = "2023-06-30"
# a measure of the plan that is judged by its direction
INDICATOR = "startup_jobs_persons"
NOTHING = pd.DataFrame({"area": []})


def tables(inputs):
    """The frames of some inputs as keyword arguments of `evaluate_many`."""
    names = ("documents", "projects", "annual_plans", "ratings")
    return {n: getattr(inputs, n) for n in names}


def figures(codes, indicators=(INDICATOR,)):
    """Eight years of some indicators under each code, rising a little faster in each."""
    frames = [
        observations(
            {i: {str(y): 50 + n + y - 2015 for y in range(2015, 2023)} for i in indicators}, area=code
        )
        for n, code in enumerate(codes)
    ]
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize(("plan", "area"), [("demo14", "99DM00"), ("national14", "000000")])
@pytest.mark.parametrize("sensitivity", [False, True])
def test_one_area_of_many_is_judged_as_it_is_alone(root, plan, area, sensitivity):
    known = load_inputs(area, parse_date(AS_OF), root)
    (many,) = evaluate_many(
        plan, known.observations, as_of=AS_OF, sensitivity=sensitivity, root=root, **tables(known)
    )
    alone = evaluate(plan, as_of=AS_OF, sensitivity=sensitivity, root=root)
    assert many.verdicts == alone.verdicts
    assert str(many.projects) == str(alone.projects)  # NaN is unlike itself
    assert (many.area, many.as_of, many.synthetic) == (alone.area, alone.as_of, alone.synthetic)


def test_areas_come_in_the_order_of_their_codes_and_each_holds_its_own_rows():
    codes = ["220102", "110101", "130102"]
    found = list(evaluate_many("cbs14", figures(codes), as_of=AS_OF))
    assert [e.area for e in found] == sorted(codes)
    for e in found:
        assert set(e.inputs.observations["area"]) == {e.area}
        assert len(e.inputs.observations) == 8


def test_an_area_without_rows_is_judged_and_one_not_asked_for_is_left_aside():
    rows = figures(["110101", "220102"])
    found = list(evaluate_many("cbs14", rows, as_of=AS_OF, areas=["220103", "220102"]))
    assert [e.area for e in found] == ["220103", "220102"]
    assert all(v.reason in ("no_data", "no_document", "expert") for v in found[0].verdicts)
    assert any(v.reason not in ("no_data", "no_document", "expert") for v in found[1].verdicts)


def test_areas_may_be_named_and_stand_once():
    found = evaluate_many("cbs14", NOTHING, as_of=AS_OF, areas=["长白山保护开发区", "22CB00", "吉林省"])
    assert [e.area for e in found] == ["22CB00", "220000"]


def test_without_areas_there_is_nothing_to_judge():
    assert list(evaluate_many("cbs14", NOTHING, as_of=AS_OF)) == []
    assert verdict_frame([]).columns.tolist() == list(VERDICT_COLUMNS)


def test_unknown_areas_are_refused_by_name_and_all_at_once():
    with pytest.raises(ParameterError) as refusal:
        evaluate_many("cbs14", figures(["220102", "998877", "xyz"]), as_of=AS_OF)
    assert [f.got for f in refusal.value.faults] == ["998877", "xyz"]


def test_made_up_and_real_areas_are_never_judged_together():
    for plan in ("cbs14", "demo14"):
        with pytest.raises(ParameterError, match="synthetic"):
            evaluate_many(plan, figures(["220102", "99DM00"]), as_of=AS_OF)


def test_what_was_published_later_is_refused_before_anything_is_judged():
    with pytest.raises(VintageError, match="after `as_of`"):
        evaluate_many("cbs14", figures(["220102"]), as_of="2022-12-31")


def test_nothing_is_judged_before_it_is_asked_for():
    assert load_registry().plan("cbs14")
    profile = cProfile.Profile()
    found = evaluate_many("cbs14", figures(["220102", "220103"]), as_of=AS_OF)
    with profile:
        next(found)
    judged = [n for (_, _, name), (n, *_) in pstats.Stats(profile).stats.items() if name == "judge_area"]
    assert judged == [1]


def test_the_last_publication_counts_for_every_area():
    first, second = figures(["220102", "220103"]), figures(["220103"])
    second = second.assign(vintage=pd.Timestamp("2023-05-01"), value=second["value"] + 7)
    rows = pd.concat([first, second], ignore_index=True)
    found = {e.area: e for e in evaluate_many("cbs14", rows, as_of=AS_OF)}
    value = {a: next(v.value for v in e.verdicts if v.indicator == INDICATOR) for a, e in found.items()}
    assert value == {"220102": 57.0, "220103": 64.0}
    assert len(found["220103"].inputs.observations) == 16


def test_the_table_has_one_row_for_each_area_and_measure():
    codes = ["220102", "220103"]
    table = verdict_frame(evaluate_many("cbs14", figures(codes), as_of=AS_OF))
    measures = [m.id for m in load_registry().plan("cbs14").measures]
    assert table.columns.tolist() == list(VERDICT_COLUMNS)
    assert table["measure"].tolist() == measures * 2
    assert table["area"].tolist() == [c for c in codes for _ in measures]
    assert table.loc[table["word"] == "not_assessable", "reason"].str.len().gt(0).all()


def test_inputs_of_one_area_are_all_slices(root):
    known = load_inputs("99DM00", parse_date(AS_OF), root)
    (found,) = evaluate_many("demo14", known.observations, as_of=AS_OF, root=root, **tables(known))
    for f in fields(Inputs):
        if f.name in ("observations", *tables(known)):
            assert len(getattr(found.inputs, f.name)) == len(getattr(known, f.name))


def calls(codes, indicators):
    """Calls of functions while some areas are judged: all of them, and those inside pandas."""
    rows = figures(codes, indicators)
    profile = cProfile.Profile()
    with profile:
        for _ in evaluate_many("cbs14", rows, as_of=AS_OF):
            pass
    stats = pstats.Stats(profile).stats
    inside = sum(n for (file, _, _), (_, n, *_) in stats.items() if "pandas" in file)
    return sum(n for _, n, *_ in stats.values()), inside


def test_the_work_grows_in_step_with_the_areas_and_pandas_is_not_asked_for_each_measure():
    indicators = sorted({m.indicator for m in load_registry().plan("cbs14").measures if m.indicator})
    codes = [f"2201{n:02d}" for n in (2, 3, 4, 5, 6, 12, 13, 22, 82, 83)] + [
        f"1101{n:02d}" for n in range(1, 3)
    ]
    calls(codes[:1], indicators)  # registries are read
    few, few_inside = calls(codes[:6], indicators)
    twice, twice_inside = calls(codes, indicators)
    assert twice <= 2.1 * few
    # an area adds the calls of some slices, not those of 186 measures
    assert (twice_inside - few_inside) / 6 < 1000
