"""Thresholds that no judgement can use are refused, all at once, wherever they come from."""

import math

import pandas as pd
import pytest

from cbs_analysis.cli_changes import read_settings
from cbs_analysis.errors import ParameterError
from cbs_analysis.plan import evaluate
from cbs_analysis.plan.bands import check_settings
from cbs_analysis.plan.many import evaluate_many
from cbs_analysis.plan.verdicts import Settings

BAD = {"ahead": 0.0, "interval": 1.0, "alpha": math.nan, "p_ahead": 1.01, "stale_years": math.inf}
NONE = pd.DataFrame({"area": []})


def named(caught):
    return {fault.where.removeprefix("setting ") for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((f, x) for f in vars(Settings()) for x in (math.nan, math.inf, -math.inf, -0.01)),
        *((f, 0.0) for f in vars(Settings()) if f not in ("flip", "p_ahead", "p_on_track")),
        ("interval", 1.0), ("alpha", 0.51), ("p_ahead", 1.01), ("p_on_track", 1.01),
    ],
)  # fmt: skip
def test_a_threshold_out_of_its_range_is_refused(name, value):
    with pytest.raises(ParameterError) as caught:
        check_settings(Settings(**{name: value}))
    assert named(caught) == {name}


def test_the_ends_of_the_ranges_that_may_be_taken_are_taken():
    ends = Settings(flip=0.0, p_ahead=1.0, p_on_track=0.0, alpha=0.5, interval=0.999)
    assert check_settings(ends) is ends
    assert check_settings(Settings()) == Settings()


def test_evaluations_refuse_all_bad_thresholds_at_once_before_they_judge():
    bad = Settings(**BAD)
    with pytest.raises(ParameterError) as caught:
        evaluate("cbs14", NONE, as_of="2023-06-30", settings=bad)
    assert named(caught) == set(BAD)
    with pytest.raises(ParameterError) as caught:
        evaluate_many("cbs14", NONE, as_of="2023-06-30", areas=["22CB00"], settings=bad)
    assert named(caught) == set(BAD)


def test_the_command_line_tells_words_and_ranges_together():
    with pytest.raises(ParameterError) as caught:
        read_settings(("ahed=2", "ahead=nan", "alpha=x", "interval=8"))
    assert [f.what for f in caught.value.faults] == [
        "setting is not known", "setting is not a number",
        *["setting is out of range"] * 2,
    ]  # fmt: skip
