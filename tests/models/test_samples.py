"""A sample is complete or refused with every reason; made-up figures."""

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, PeriodError
from cbs_analysis.models.samples import require_sample


def years(first, values):
    return pd.Series(values, pd.period_range(str(first), periods=len(values), freq="Y"), dtype=float)


Y = years(2008, [5.0, 5.5, 6.1, 6.0, 6.6, 7.4, 7.1, 8.0, 8.8, 9.1, 9.0, 9.9])
X = years(2006, [1.0, 4.0, 2.0, 8.0, 5.0, 7.0, 1.0, 3.0, 9.0, 4.0, 6.0, 2.0, 5.0, 8.0])


def codes(error):
    return [f.code for f in error.value.faults]


def test_the_sample_runs_from_the_first_to_the_last_common_period():
    sample = require_sample({"y": Y, "x": X}, params=2)
    assert [str(sample.index[0]), str(sample.index[-1]), len(sample)] == ["2008", "2019", 12]
    assert sample["x"].tolist() == X["2008":].tolist()


def test_every_reason_is_given_at_once():
    broken = Y.copy()
    broken["2012"] = np.nan
    flat = years(2008, [1.0] * 12)
    with pytest.raises(ModelRefused) as error:
        require_sample({"y": broken, "flat": flat}, params=6)
    assert codes(error) == ["gap", "constant", "short_sample"]
    assert all(f.zh for f in error.value.faults)
    assert "2012" in str(error.value)


def test_a_period_that_the_index_leaves_out_is_a_gap():
    with pytest.raises(ModelRefused) as error:
        require_sample({"y": Y.drop(pd.Period("2013")), "x": X}, params=2)
    assert codes(error) == ["gap"]


@pytest.mark.parametrize(
    ("x", "code"),
    [
        (years(1990, [1.0, 2.0, 4.0]), "no_overlap"),
        (2 * Y + 3, "collinear"),
        (years(2008, [1.0, 4.0, 2.0]), "short_sample"),
        (pd.Series([1.0, 2.0], pd.period_range("2008Q1", periods=2, freq="Q")), "frequency"),
    ],
)
def test_what_carries_no_model_is_refused_by_name(x, code):
    with pytest.raises(ModelRefused) as error:
        require_sample({"y": Y, "x": x}, params=2)
    assert codes(error) == [code]


@pytest.mark.parametrize("variables", [{"y": Y, "x": Y[:0]}, {"y": Y[:0], "x": Y[:0]}])
def test_a_series_without_a_figure_is_refused_by_name(variables):
    with pytest.raises(ModelRefused) as error:
        require_sample(variables, params=2)
    assert codes(error) == ["no_overlap"]
    assert "x: no figure" in str(error.value)


def test_repeated_periods_are_refused():
    with pytest.raises(PeriodError):
        require_sample({"y": pd.concat([Y, Y[:1]]).sort_index(), "x": X}, params=2)


def test_the_input_stays_as_it_was():
    before = Y.copy()
    require_sample({"y": Y, "x": X}, params=2)
    pd.testing.assert_series_equal(Y, before)
