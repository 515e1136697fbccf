import decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import CoverageError, ParameterError, PeriodError, SeriesError, VintageBreak
from cbs_analysis.series.frequency import (
    as_periods,
    blocks,
    crossing,
    earlier,
    like,
    periods_per_year,
    require_consecutive,
    require_periods,
    take_rows,
    to_array,
)

many = settings(deadline=None, max_examples=200, derandomize=True)


@pytest.mark.parametrize(("freq", "expected"), [("Y", 1), ("Q", 4), ("M", 12)])
def test_periods_in_a_year(freq, expected):
    assert periods_per_year(pd.period_range("2020", periods=2, freq=freq)) == expected


@pytest.mark.parametrize("freq", ["Y-MAR", "Q-NOV", "2Y", "2Q", "3M", "D", "W"])
def test_other_frequencies_and_fiscal_years_are_refused_with_their_name(freq):
    index = pd.period_range("2020-01-01", periods=2, freq=freq)
    with pytest.raises(PeriodError, match=index.freqstr):
        periods_per_year(index)


@pytest.mark.parametrize("index", [pd.RangeIndex(2), pd.date_range("2020", periods=2, freq="YE")])
def test_an_index_that_holds_no_periods_is_refused(index):
    with pytest.raises(PeriodError, match=type(index).__name__):
        require_periods(pd.Series([1.0, 2.0], index))


@pytest.mark.parametrize(
    ("labels", "message"),
    [(["2020", "2020"], "more than once"), (["2021", "2020"], "not in order"), (["2020", None], "NaT")],
)
def test_a_broken_time_axis_is_refused(labels, message):
    with pytest.raises(PeriodError, match=message):
        require_periods(pd.Series([1.0, 2.0], pd.PeriodIndex(labels, freq="Y")))


def test_the_wrong_frequency_is_refused_together_with_other_faults():
    x = pd.Series([1.0, 2.0], pd.PeriodIndex(["2020", "2020"], freq="Y"))
    with pytest.raises(PeriodError) as caught:
        require_periods(x, freq="QM")
    assert len(caught.value.faults) == 2


def test_gaps_and_empty_axes_are_allowed_unless_consecutive_periods_are_required():
    index = pd.PeriodIndex(["2020", "2022"], freq="Y")
    assert require_periods(pd.Series([1.0, 2.0], index)) == 1
    assert require_periods(pd.Series([], pd.PeriodIndex([], freq="M"), dtype=float)) == 12
    require_consecutive(index[:0], what="x")
    with pytest.raises(CoverageError, match="2021"):
        require_consecutive(index, what="x")


@many
@given(st.sets(st.integers(0, 60), min_size=1), st.integers(-15, 15))
def test_earlier_rows_are_found_by_period_not_by_position(months, steps):
    index = pd.PeriodIndex.from_ordinals(sorted(600 + m for m in months), freq="M")
    for row, found in enumerate(earlier(index, steps)):
        wanted = index[row] - steps
        assert (index[found] == wanted) if found >= 0 else wanted not in index


@many
@given(st.lists(st.integers(-1, 6), max_size=12), st.booleans(), st.booleans())
def test_rows_are_taken_as_by_picking_them_one_by_one(rows, wide, fortran):
    values = np.arange(21.0).reshape(7, 3) if wide else np.arange(7.0)
    values = np.asfortranarray(values) if fortran else values
    rows = np.array(rows, dtype=np.intp)
    taken = take_rows(values, rows)
    expected = values[rows]
    expected[rows < 0] = np.nan
    np.testing.assert_array_equal(taken, expected)
    assert not np.shares_memory(taken, values)


@many
@given(st.sets(st.integers(0, 40), min_size=1), st.sampled_from([3, 4, 12]))
def test_blocks_hold_each_figure_at_its_place_in_the_calendar(ordinals, size):
    index = pd.PeriodIndex.from_ordinals(sorted(ordinals), freq="M")
    values = np.array(sorted(ordinals), dtype=float)
    folded, first = blocks(values, index, size)
    for block, inside in np.ndindex(folded.shape):
        ordinal = (first + block) * size + inside
        assert folded[block, inside] == ordinal if ordinal in ordinals else np.isnan(folded[block, inside])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([1, None], dtype="Int64"),
        pd.Series([1.0, None], dtype="Float64"),
        pd.Series([decimal.Decimal(1), None]),
        pd.Series([1, np.nan], dtype=object),
        pd.Series([1.0, np.nan], dtype="float32"),
        pd.Series([1.0, pd.NA], dtype=object),
    ],
)
def test_numbers_of_any_dtype_become_floats_with_nan(column):
    for x in (column, column.to_frame("a"), pd.DataFrame({"a": column, "b": [1.0, np.nan]})):
        values = to_array(x)
        assert values.dtype == np.float64
        np.testing.assert_array_equal(values.reshape(2, -1)[:, 0], [1.0, np.nan])


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(["1", "2"]),
        pd.Series([1, "…"]),
        pd.Series([True, False]),
        pd.Series([True, None], dtype="boolean"),
        pd.Series(pd.to_datetime(["2020", "2021"])),
        pd.Series([1j, 2.0]),
    ],
)
def test_what_is_no_number_is_refused_with_its_column(column):
    with pytest.raises(SeriesError, match="no numbers"):
        to_array(column)
    with pytest.raises(SeriesError, match="column b"):
        to_array(pd.DataFrame({"a": [1.0, 2.0], "b": column}))


def test_infinite_figures_are_refused_with_their_place():
    index = pd.period_range("2020", periods=2, freq="Y")
    with pytest.raises(SeriesError, match="2021 b"):
        to_array(pd.DataFrame({"a": [1.0, np.nan], "b": [1.0, np.inf]}, index))
    with pytest.raises(SeriesError, match="infinite"):
        to_array(-np.inf)


def test_results_take_the_type_and_labels_of_what_came_in():
    series = pd.Series([1.0, 2.0], name="income")
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    frame.attrs["unit"] = "yuan"
    assert like(series, np.zeros(2)).name == "income"
    assert like(frame, np.zeros((2, 1))).columns.tolist() == ["a"]
    assert like(frame, np.zeros((2, 1))).attrs == {}
    assert isinstance(like(1.0, np.asarray(2.0)), float)
    assert isinstance(like(np.ones(2), np.zeros(2)), np.ndarray)


def test_a_year_stands_for_its_first_period():
    index = pd.period_range("2012-01", periods=24, freq="M")
    assert as_periods(["2013", "2013Q2", pd.Period("2013-05", "M")], index).astype(str).tolist() == [
        "2013-01", "2013-04", "2013-05",
    ]  # fmt: skip
    assert len(as_periods((), index)) == 0


@pytest.mark.parametrize("period", ["2013Q3", "2013-02", "spring", None])
def test_a_period_within_a_year_and_words_are_refused_for_a_yearly_series(period):
    with pytest.raises(PeriodError):
        as_periods(period if period else "NaT", pd.period_range("2012", periods=3, freq="Y"))


def test_only_comparisons_that_exist_are_refused_across_a_break():
    index = pd.period_range("2012", periods=3, freq="Y")
    with pytest.raises(VintageBreak, match="2013"):
        crossing(index, 1, "2013", values=np.array([np.nan, 5.0, 5.0]), across="raise")
    marked = crossing(index, 1, "2013", values=np.array([np.nan, np.nan, 5.0]), across="raise")
    assert marked.tolist() == [False, True, False]
    with pytest.raises(ParameterError, match="across"):
        crossing(index, 1, "2013", values=np.ones(3), across="bridge")  # type: ignore[arg-type]
