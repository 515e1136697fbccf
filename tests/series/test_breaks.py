import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import CoverageError, ParameterError, PeriodError, SeriesError, VintageBreak
from cbs_analysis.series.breaks import Break, check_breaks, mark_breaks, splice
from cbs_analysis.series.growth import yoy

many = settings(deadline=None, max_examples=60, derandomize=True)
REFORM = Break(pd.Period("2013"), "rural net income became disposable income", "household survey reform, NBS")


def yearly(values, first="2010"):
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="Y"), dtype=float)


# breaks


def test_a_break_needs_a_reason_a_source_and_a_period():
    with pytest.raises(ParameterError) as caught:
        Break(pd.Period("2013"), " ", "")
    assert len(caught.value.faults) == 2
    with pytest.raises(PeriodError):
        Break("2013", "reason", "source")


@pytest.mark.parametrize(("first", "last", "crosses"), [
    ("2011", "2012", False),
    ("2012", "2013", True),
    ("2012Q4", "2013Q1", True),
    ("2012-12", "2013-01", True),
    ("2013", "2014", False),
    ("2013Q1", "2013Q4", False),
    ("2010", "2020", True),
])  # fmt: skip
def test_only_comparisons_across_the_break_are_refused(first, last, crosses):
    if crosses:
        with pytest.raises(VintageBreak, match=r"disposable income.*household survey reform"):
            check_breaks([REFORM], first=first, last=last)
    else:
        check_breaks([REFORM], first=first, last=last)


def test_all_breaks_between_are_named():
    census = Break(pd.Period("2018"), "fourth economic census", "NBS")
    with pytest.raises(VintageBreak) as caught:
        check_breaks([REFORM, census], first="2012", last="2020")
    assert len(caught.value.faults) == 2
    with pytest.raises(PeriodError):
        check_breaks([REFORM], first="before", last="2020")


def test_growth_takes_the_periods_of_breaks():
    x = yearly([100, 110, 121, 90, 99], first="2010")
    with pytest.raises(VintageBreak, match="2013"):
        yoy(x, breaks=[REFORM.period])


def test_status_marks_the_first_period_of_the_new_definition():
    assert mark_breaks(yearly([1] * 5), [REFORM]).tolist() == ["", "", "", "break", ""]
    quarters = pd.Series(1.0, pd.period_range("2012Q3", periods=4, freq="Q"))
    assert mark_breaks(quarters, [REFORM]).tolist() == ["", "", "break", ""]
    gap = yearly([1] * 5).drop(pd.Period("2013"))
    assert mark_breaks(gap, [REFORM]).tolist() == ["", "", "", "break"]
    for first in ("2013", "2014", "2000"):
        assert not mark_breaks(yearly([1, 1], first=first), [REFORM]).any()


# links


def test_a_link_reports_factor_overlap_and_spread():
    old, new = yearly([80, 90, 100, 110]), yearly([106, 121, 133], first="2012")
    linked = splice(old, new, at="2012")
    # by hand: 106/100 = 1.06, and 121/110 = 1.1 in the other year of the overlap
    np.testing.assert_allclose(linked.values, [84.8, 95.4, 106, 121, 133], rtol=1e-15)
    assert linked.factor == pytest.approx(1.06)
    assert linked.spread == pytest.approx(0.04)
    assert linked.overlap.astype(str).tolist() == ["2012", "2013"]
    text = str(linked)
    assert "multiplied by 1.06" in text
    assert "2012 to 2013 (2 periods), spread of the factor 0.04" in text
    assert "estimates" in text
    later = splice(old, new, at="2013")
    np.testing.assert_allclose(later.values, [88, 99, 110, 121, 133], rtol=1e-15)
    whole = splice(old, new, at="2012", using="whole")
    assert whole.factor == pytest.approx(227 / 210)


def test_rates_are_linked_by_a_difference():
    old, new = yearly([3.5, 3.4, 3.3]), yearly([5.3, 5.1], first="2012")
    linked = splice(old, new, at="2012", method="additive")
    np.testing.assert_allclose(linked.values, [5.5, 5.4, 5.3, 5.1], rtol=1e-15)
    assert "raised by 2" in str(linked)
    assert splice(old, new, at="2012", method="additive", using="whole").factor == pytest.approx(2.0)


@many
@given(
    st.lists(st.floats(1, 1e6), min_size=2, max_size=10),
    st.lists(st.floats(1, 1e6), min_size=1, max_size=10),
    st.floats(1e-3, 1e3),
)
def test_a_link_keeps_growth_on_both_sides_and_units_do_not_matter(before, after, unit):
    old, new = yearly(before), yearly(after, first=str(2009 + len(before)))
    linked = splice(old, new, at=str(old.index[-1]))
    growth = yoy(linked.values)
    np.testing.assert_allclose(growth[: len(old)], yoy(old), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(growth[len(old) :], yoy(new)[1:], rtol=1e-9, atol=1e-9)
    scaled = splice(old * unit, new * unit, at=str(old.index[-1]))
    np.testing.assert_allclose(scaled.values, linked.values * unit, rtol=1e-13)
    difference = splice(old, new, at=str(old.index[-1]), method="additive").values
    np.testing.assert_allclose(difference.diff()[1 : len(old)], old.diff()[1:], rtol=0, atol=1e-9)


def test_panels_are_linked_column_by_column():
    old = pd.DataFrame({"a": [80.0, 100.0], "b": [np.nan, 50.0]}, yearly([0, 0]).index)
    new = pd.DataFrame({"a": [106.0, 110.0], "b": [55.0, np.nan]}, yearly([0, 0], first="2011").index)
    linked = splice(old, new, at="2011")
    np.testing.assert_allclose(linked.factor, [1.06, 1.1])
    np.testing.assert_allclose(linked.values["a"], [84.8, 106, 110])
    np.testing.assert_allclose(linked.values["b"], [np.nan, 55, np.nan])
    assert linked.spread.tolist() == [0, 0]
    assert "one factor for each of 2 series" in str(linked)


def test_a_link_without_overlap_is_refused():
    old, new = yearly([80, 90, 100]), yearly([106, 121], first="2013")
    with pytest.raises(CoverageError, match="do not overlap"):
        splice(old, new, at="2013")
    new = yearly([np.nan, 121, 130], first="2012")
    with pytest.raises(CoverageError, match="do not overlap"):
        splice(old, new, at="2012")
    with pytest.raises(CoverageError, match="not both known at 2011"):
        splice(old, yearly([100, 106, 121], first="2012"), at="2011")
    panel = pd.DataFrame({"a": old, "b": old * np.nan})
    with pytest.raises(CoverageError, match="columns b"):
        splice(panel, panel, at="2011")


def test_links_that_make_no_sense_are_refused():
    old = yearly([80, -90, 100])
    with pytest.raises(SeriesError, match="2011"):
        splice(old, old, at="2011")
    with pytest.raises(ParameterError):
        splice(old, old, at="2011", method="growth")
    with pytest.raises(PeriodError):
        splice(old, old.set_axis(pd.period_range("2010Q1", periods=3, freq="Q")), at="2010")
    with pytest.raises(CoverageError, match="columns"):
        splice(old.to_frame("a"), old.to_frame("b"), at="2011")


def test_inputs_are_not_changed():
    old, new = yearly([80, 90, 100]), yearly([106, 121], first="2012")
    copies = old.copy(), new.copy()
    linked = splice(old, new, at="2012")
    linked.values.iloc[:] = 0
    mark_breaks(old, [REFORM])
    pd.testing.assert_series_equal(old, copies[0])
    pd.testing.assert_series_equal(new, copies[1])
