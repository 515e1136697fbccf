"""A section is the evaluation cut to its own commitments, and the sections together are the whole."""

import pandas as pd
import pytest

from cbs_analysis.errors import ParameterError
from cbs_analysis.plan.evaluation import evaluate
from cbs_analysis.plan.parts import part_of


@pytest.fixture(scope="module")
def whole(root):
    return evaluate("demo14", as_of="2023-06-30", root=root)


def test_the_sections_together_are_the_whole_plan(whole):
    parts = [part_of(whole, s) for s in whole.plan.sections]
    assert [v.measure for p in parts for v in p.verdicts] == [v.measure for v in whole.verdicts]
    assert sorted(x["id"] for p in parts for x in p.projects) == sorted(x["id"] for x in whole.projects)
    pd.testing.assert_frame_equal(pd.concat([p.distribution() for p in parts]), whole.distribution())


def test_a_section_keeps_its_verdicts_as_they_were(whole):
    part = part_of(whole, "7.4")
    judged = {v.measure: v for v in whole.verdicts}
    assert part.verdicts
    assert all(judged[v.measure] is v for v in part.verdicts)
    assert {c["section"] for c in part.commitments().to_dict("records")} == {"7.4"}


def test_projects_stand_in_the_section_whose_box_lists_them(whole):
    """Box 13 is the box on education, box 15 that on culture and sport; the old people's home is in 7.5."""
    ids = {s: [p["id"] for p in part_of(whole, s).projects] for s in whole.plan.sections}
    assert ids["7.1"] == []
    assert ids["7.3"] == ["12-14"]
    assert {"13-01", "13-05", "X-08"} <= set(ids["7.4"])
    assert {"14-01", "X-01"} <= set(ids["7.5"])
    assert all(i.startswith(("15-", "X-")) for i in ids["7.6"])


def test_an_unknown_section_is_refused_with_the_nearest(whole):
    with pytest.raises(ParameterError, match="section is not known"):
        part_of(whole, "7.9")
