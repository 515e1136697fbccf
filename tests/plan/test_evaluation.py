import json
import shutil
from dataclasses import replace

import pandas as pd
import pytest

from cbs_analysis.errors import ParameterError, VintageError
from cbs_analysis.plan import WORDS, evaluate, evaluate_many
from cbs_analysis.sources import build, load_observations

AS_OF = "2023-06-30"


@pytest.fixture(scope="module")
def national(root):
    return evaluate("national14", as_of=AS_OF, root=root)


@pytest.fixture(scope="module")
def demo(root):
    return evaluate("demo14", as_of=AS_OF, root=root)


@pytest.mark.slow
@pytest.mark.parametrize("plan", ["national14", "demo14", "cbs14"])
def test_what_was_published_later_cannot_be_used(plan, root, tmp_path):
    """Remove every file published after the day: the evaluation stays the same to the last digit."""
    past = tmp_path / "past" / "data"
    for source in (root / "data" / "raw").iterdir():
        for day in source.iterdir() if source.is_dir() else ():
            if day.name <= AS_OF:
                shutil.copytree(day, past / "raw" / source.name / day.name)
    build(past / "raw", past / "processed")
    now = evaluate(plan, as_of=AS_OF, root=root).to_dict()
    then = evaluate(plan, as_of=AS_OF, root=past.parent).to_dict()
    assert now == then


def test_figures_from_the_future_are_refused_when_passed_in(root):
    later = load_observations(area="000000", root=root)
    with pytest.raises(VintageError, match="after `as_of`"):
        evaluate("national14", as_of=AS_OF, observations=later, root=root)


def test_all_evidence_of_the_nation_was_published_by_the_day(national):
    vintages = [e.vintage for v in national.verdicts for e in v.evidence]
    assert vintages
    assert max(vintages) <= AS_OF


def test_the_real_zone_is_not_assessable_and_says_who_owes_the_data(root):
    e = evaluate("cbs14", as_of="2026-10-31", root=root)
    rows = e.commitments("zh")
    assert len(rows) == 90
    assert (rows["word"] == "not_assessable").sum() >= 80
    assert (rows["offices"].str.len() > 0).all()
    assert (rows["reason"].str.len() > 0)[rows["word"] == "not_assessable"].all()


def test_the_demonstration_zone_shows_every_word(demo):
    assert set(demo.commitments("zh")["word"]) == set(WORDS)
    assert demo.distribution().to_numpy().sum() == 90


def test_every_record_of_the_demonstration_zone_says_synthetic(demo):
    record = demo.to_dict()
    assert record["synthetic"] is True
    for part in ("verdicts", "commitments", "projects"):
        assert all(r["synthetic"] for r in record[part])
    assert all("演示" in v["sentence_zh"] for v in record["verdicts"])
    assert all(p["area"] == "" for p in record["projects"])


def test_no_record_of_a_real_area_says_synthetic(national):
    assert "true" not in json.dumps([v["synthetic"] for v in national.to_dict()["verdicts"]])


def test_a_real_plan_does_not_fit_a_synthetic_area(root):
    with pytest.raises(ParameterError, match="synthetic"):
        evaluate("cbs14", area="99DM00", as_of=AS_OF, root=root)


def test_rows_of_another_area_are_refused_by_name(root):
    rows = load_observations(area=["000000", "220000"], as_of=AS_OF, root=root)
    with pytest.raises(ParameterError, match="220000"):
        evaluate("national14", as_of=AS_OF, observations=rows, root=root)


def test_without_sensitivity_only_the_alternatives_are_missing(demo, root):
    plain = evaluate("demo14", as_of=AS_OF, sensitivity=False, root=root)
    assert any(v.alternatives for v in demo.verdicts)
    assert plain.verdicts == tuple(replace(v, alternatives=()) for v in demo.verdicts)


def test_the_order_of_rows_does_not_matter(root):
    rows = load_observations(area="99DM00", as_of=AS_OF, root=root)
    shuffled = rows.sample(frac=1.0, random_state=7)
    first = evaluate("demo14", as_of=AS_OF, observations=rows, root=root).to_dict()
    second = evaluate("demo14", as_of=AS_OF, observations=shuffled, root=root).to_dict()
    assert first == second


def test_a_later_day_with_the_same_data_changes_only_the_day(root):
    rows = load_observations(area="99DM00", as_of=AS_OF, root=root)
    empty = pd.DataFrame()
    one = evaluate("demo14", as_of=AS_OF, observations=rows, documents=empty, projects=empty).to_dict()
    two = evaluate("demo14", as_of="2023-07-31", observations=rows, documents=empty, projects=empty).to_dict()
    assert one.pop("as_of") != two.pop("as_of")
    assert one == two


def test_the_record_is_plain_json_without_nan(demo):
    text = json.dumps(demo.to_dict(), allow_nan=False)
    assert json.loads(text)["plan"] == "demo14"


def test_a_commitment_takes_the_worst_of_its_assessed_measures(demo):
    order = ["achieved", "ahead", "on_track", "attention", "behind"]
    for row in demo.commitments("zh").itertuples():
        words = [v.word for v in demo.verdicts if v.commitment == row.id and v.assessed]
        if words:
            assert row.word == max(words, key=order.index)


def test_every_difference_from_the_official_verdicts_is_explained(root):
    for day in (AS_OF, "2026-10-31"):
        frame = evaluate("national14", as_of=day, root=root).compare_official("zh")
        assert len(frame) >= 7
        for row in frame.itertuples():
            assert row.same or row.explanation.strip(), (day, row.name)


def test_evidence_leads_to_the_printed_cell(root, national):
    import csv

    checked = 0
    for e in {e for v in national.verdicts for e in v.evidence}:
        with (root / "data" / "raw" / e.file).open(encoding="utf-8", newline="") as stream:
            cell = list(csv.reader(stream))[e.row - 1][e.col]
        assert e.published.startswith(cell)
        checked += 1
    assert checked > 10


def test_at_the_date_of_the_official_evaluation_childcare_is_behind_for_us_too(root):
    """What the explanation of the difference says, shown."""
    verdicts = {v.measure: v.word for v in evaluate("national14", as_of="2023-12-31", root=root).verdicts}
    assert verdicts["N08.1"] == "behind"
    assert {v.measure: v.word for v in evaluate("national14", as_of=AS_OF, root=root).verdicts}[
        "N08.1"
    ] == "not_assessable"


def test_a_plan_is_not_judged_before_it_was_published(root):
    with pytest.raises(ParameterError, match="not published yet"):
        evaluate("national14", as_of="2021-03-12", root=root)
    with pytest.raises(ParameterError, match="not published yet"):
        evaluate_many("cbs14", pd.DataFrame({"area": []}), as_of="2022-05-09", areas=["220102"])
