import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import ParameterError, PeriodError, SeriesError, VintageError
from cbs_analysis.series.flows import aggregate, cumulate, decumulate, merged_january

REFERENCE = Path(__file__).parents[1] / "reference"
many = settings(deadline=None, max_examples=120, derandomize=True)

# some periods of three years, with figures that may be missing
months = st.dictionaries(
    st.integers(0, 35), st.one_of(st.integers(0, 10**6).map(float), st.just(math.nan)), min_size=1
)


def monthly(figures):
    index = pd.PeriodIndex.from_ordinals([600 + m for m in sorted(figures)], freq="M")  # 600 = 2020-01
    return pd.Series([figures[m] for m in sorted(figures)], index)


def series(values, first, freq):
    return pd.Series(values, pd.period_range(first, periods=len(values), freq=freq), dtype=float)


def retail_sales():
    table = pd.read_csv(REFERENCE / "nbs_retail_sales_2020.csv", comment="#")
    return table.set_axis(pd.PeriodIndex(table["period"], freq="M"))


# --- cumulative figures -------------------------------------------------------------------------------


def test_months_of_retail_sales_are_as_published():
    table = retail_sales()
    flows = decumulate(table["cumulative"])
    assert flows["2020-03"] == table["month"]["2020-03"]
    assert flows["2020-06"] == table["month"]["2020-06"]
    assert math.isnan(flows["2020-05"])  # April is not in the table


def test_january_and_february_in_one_figure_are_never_split():
    total = retail_sales()["cumulative"]
    assert math.isnan(decumulate(total)["2020-02"])
    assert decumulate(total, january="in_february")["2020-02"] == 52130
    assert merged_january(total).tolist() == [True, False, False, False]
    # January as a row of NaN is no different from no row, and a year that has January is left alone
    two = series([math.nan, 5.0, 9.0] + [math.nan] * 9 + [2.0, 5.0, math.nan], "2020-01", "M")
    assert decumulate(two, january="in_february").fillna(-1).tolist() == [-1, 5, 4] + [-1] * 9 + [2, 3, -1]
    assert merged_january(two).tolist() == [False, True] + [False] * 13
    assert not merged_january(series([math.nan, math.nan, 5.0], "2020-01", "M")).any()
    with pytest.raises(ParameterError, match="in_february"):
        decumulate(two, january="half")  # type: ignore[arg-type]
    with pytest.raises(PeriodError):
        merged_january(series([1.0], "2020Q1", "Q"))


def test_a_quarter_without_the_one_before_is_missing_also_with_merged_januaries():
    total = series([math.nan, 5.0, 9.0], "2020Q1", "Q")
    assert decumulate(total, january="in_february").fillna(-1).tolist() == [-1, -1, 4]


def test_each_year_begins_anew():
    flows = series([1.0, 2, 3, 4, 5, 6], "2020Q2", "Q")
    assert cumulate(flows).fillna(-1).tolist() == [-1, -1, -1, 4, 9, 15]
    assert decumulate(series([10.0, 4, 9], "2020Q4", "Q")).fillna(-1).tolist() == [-1, 4, 5]


def test_a_negative_flow_is_refused_with_all_its_periods():
    total = series([5.0, 4.0, 9.0, 8.0, 1.0], "2020-01", "M")
    with pytest.raises(SeriesError, match="2020-02, 2020-04, 2020-05") as caught:
        decumulate(total)
    assert "lowest flow -7" in str(caught.value)
    assert decumulate(total, allow_negative=True).tolist() == [5, -1, 5, -1, -7]
    with pytest.raises(SeriesError, match="2020-01 b"):
        decumulate(pd.DataFrame({"a": [1.0], "b": [-1.0]}, total.index[:1]))


def test_the_difference_of_two_publications_is_refused_or_missing():
    total = series([5.0, 11.0, 18.0, 20.0, 4.0], "2020Q1", "Q")
    vintages = pd.Series(["a", "a", "b", "b", "c"], total.index)
    with pytest.raises(VintageError, match="2020Q3") as caught:
        decumulate(total, vintages=vintages)
    assert "2021Q1" not in str(caught.value)  # a year begins with its own figure
    flows = decumulate(total, vintages=vintages, across="missing")
    assert flows.fillna(-1).tolist() == [5, 6, -1, 2, 4]
    frame = decumulate(total.to_frame("x"), vintages=vintages, across="missing")
    pd.testing.assert_series_equal(frame["x"], flows, check_names=False)
    with pytest.raises(VintageError, match="2020Q2, 2020Q3, 2020Q4"):  # an unknown publication is none
        decumulate(total, vintages=vintages[:1])
    gap = total.drop(pd.Period("2020Q2"))
    assert decumulate(gap, vintages=vintages).notna().tolist() == [True, False, True, True]
    with pytest.raises(ParameterError, match="across"):
        decumulate(total, vintages=vintages, across="both")  # type: ignore[arg-type]


def test_a_merged_january_and_february_is_a_figure_of_its_own_publication():
    total = retail_sales()["cumulative"]
    vintages = pd.Series(["Feb", "Mar", "Mar", "Mar"], total.index)
    with pytest.raises(VintageError) as caught:
        decumulate(total, vintages=vintages, january="in_february")
    assert "2020-02" not in str(caught.value)
    flows = decumulate(total, vintages=vintages, january="in_february", across="missing")
    assert flows.fillna(-1).tolist() == [52130, -1, -1, 33526]


def test_a_misprint_is_not_blamed_on_a_negative_flow_where_the_publication_changed():
    total = series([5.0, 4.0], "2020Q1", "Q")
    labels = pd.Series([1, 2], total.index)
    assert decumulate(total, vintages=labels, across="missing").fillna(-1).tolist() == [5, -1]


def test_yearly_series_do_not_accumulate():
    for function in (cumulate, decumulate):
        with pytest.raises(PeriodError, match="Q or M"):
            function(series([1.0, 2.0], "2020", "Y"))


@many
@given(months)
def test_decumulate_undoes_cumulate_and_the_reverse(figures):
    x = monthly(figures)
    known = cumulate(x).notna()
    # whole numbers below 2^53: sums and differences are exact
    pd.testing.assert_series_equal(decumulate(cumulate(x))[known], x[known])
    assert decumulate(cumulate(x))[~known].isna().all()
    totals = decumulate(x, allow_negative=True)
    again = cumulate(totals)
    pd.testing.assert_series_equal(again[again.notna()], x[again.notna()])


@many
@given(months)
def test_a_cumulative_figure_is_the_sum_of_all_months_of_its_year_or_missing(figures):
    x = monthly(figures)
    for period, total in cumulate(x).items():
        until = [figures.get(m, math.nan) for m in range((period.year - 2020) * 12, period.ordinal - 599)]
        assert total == sum(until) or (math.isnan(total) and math.isnan(sum(until)))


# --- longer periods -----------------------------------------------------------------------------------


def test_new_jobs_of_a_year_are_the_sum_of_its_quarters():
    # made up
    jobs = series([3.0, 4.0, 3.0, 2.0, 3.0], "2021Q1", "Q")
    assert aggregate(jobs, to="Y", kind="flow").fillna(-1).tolist() == [12.0, -1]


def test_each_kind_has_its_own_way():
    x = series(range(1, 13), "2020-01", "M")
    assert aggregate(x, to="Q", kind="flow").tolist() == [6, 15, 24, 33]
    assert aggregate(x, to="Q", kind="stock").tolist() == [3, 6, 9, 12]
    assert aggregate(x, to="Q", kind="cumulative").tolist() == [3, 6, 9, 12]
    assert aggregate(x, to="Q", kind="stock", how="mean").tolist() == [2, 5, 8, 11]
    assert aggregate(x, to="Y", kind="rate", how="mean").tolist() == [6.5]
    assert aggregate(x, to="Y", kind="index", how="mean").index.equals(pd.PeriodIndex(["2020"], freq="Y"))


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("rate", None), ("index", None), ("growth", None), ("growth", "mean"), ("flow", "last"),
        ("flow", "mean"), ("stock", "sum"), ("cumulative", "sum"), ("rate", "sum"), ("rate", "last"),
        ("price", None),
    ],
)  # fmt: skip
def test_ways_that_do_not_fit_the_kind_are_refused(kind, how):
    with pytest.raises(ParameterError, match=kind if kind != "price" else "cumulative"):
        aggregate(series(range(12), "2020-01", "M"), to="Y", kind=kind, how=how)


@pytest.mark.parametrize(("freq", "to"), [("Y", "Y"), ("Q", "Q"), ("Y", "Q"), ("M", "M"), ("Q", "M")])
def test_only_longer_periods_are_made(freq, to):
    with pytest.raises(PeriodError, match="aggregated"):
        aggregate(series([1.0], "2020", freq), to=to, kind="flow")


def test_a_stock_at_the_end_needs_only_its_end():
    stock = series([math.nan, 2.0, 3.0, math.nan], "2020-02", "M")
    assert aggregate(stock, to="Q", kind="stock").fillna(-1).tolist() == [2.0, -1]
    assert aggregate(stock, to="Q", kind="stock", how="mean").isna().all()
    stock["2020-03"] = math.nan
    assert aggregate(stock, to="Q", kind="stock").isna().all()
    assert aggregate(series([2.0, 3.0], "2020-05", "M"), to="Q", kind="stock").tolist() == [3.0]
    assert aggregate(series([2.0, 3.0], "2020-05", "M"), to="Q", kind="stock", how="mean").isna().all()


@many
@given(months, st.sampled_from("YQ"))
def test_an_incomplete_period_has_no_sum(figures, to):
    x = monthly(figures)
    size = 12 if to == "Y" else 3
    result = aggregate(x, to=to, kind="flow")
    assert result.index.freqstr[0] == to
    for period, total in result.items():
        first = period.asfreq("M", how="start").ordinal - 600
        parts = [figures.get(m, math.nan) for m in range(first, first + size)]
        assert total == sum(parts) or (math.isnan(total) and math.isnan(sum(parts)))
    assert x.index.asfreq(to).isin(result.index).all()


@many
@given(months, st.sampled_from([0.5, 2.0, 1024.0]))
def test_aggregation_commutes_with_units(figures, factor):
    x = monthly(figures)
    for kind, how in (("flow", "sum"), ("stock", "last"), ("rate", "mean")):
        # powers of two: scaling is exact
        left = aggregate(x * factor, to="Q", kind=kind, how=how)
        pd.testing.assert_series_equal(left, aggregate(x, to="Q", kind=kind, how=how) * factor)


@many
@given(months)
def test_years_from_months_are_years_from_quarters(figures):
    x = monthly(figures)
    by_quarters = aggregate(aggregate(x, to="Q", kind="flow"), to="Y", kind="flow")
    pd.testing.assert_series_equal(by_quarters, aggregate(x, to="Y", kind="flow"))
    pd.testing.assert_series_equal(aggregate(cumulate(x), to="Y", kind="cumulative"), by_quarters)


# --- what holds for all -------------------------------------------------------------------------------

WHOLE = {
    "cumulate": cumulate,
    "decumulate": lambda x: decumulate(x, allow_negative=True),
    "decumulate, merged": lambda x: decumulate(x, allow_negative=True, january="in_february"),
    "merged_january": merged_january,
    "aggregate": lambda x: aggregate(x, to="Y", kind="flow"),
    "aggregate, stock": lambda x: aggregate(x, to="Q", kind="stock"),
}


@pytest.mark.parametrize("drop", [0, 3])
@pytest.mark.parametrize("function", WHOLE.values(), ids=WHOLE.keys())
def test_a_column_is_as_the_series_and_nothing_is_changed(function, drop):
    rng = np.random.default_rng(1)  # made up
    frame = pd.DataFrame(rng.uniform(0, 9, (24, 3)), pd.period_range("2020-01", periods=24, freq="M"))
    frame.iloc[0, 1] = np.nan
    frame = frame.drop(frame.index[4 : 4 + drop])
    before = frame.copy()
    whole = function(frame)
    for column in frame:
        pd.testing.assert_series_equal(whole[column], function(frame[column]))
    pd.testing.assert_frame_equal(function(frame.astype("Float64")), whole)
    whole.iloc[:, :] = False if function is merged_january else -1.0
    pd.testing.assert_frame_equal(frame, before)


def test_empty_series_stay_empty():
    empty = pd.Series([], pd.PeriodIndex([], freq="M"), dtype=float)
    for function in WHOLE.values():
        assert function(empty).empty
        assert isinstance(function(empty).index, pd.PeriodIndex)


def test_without_a_kind_it_must_be_said_how():
    quarters = pd.Series([1.0, 2.0, 3.0, 4.0], pd.period_range("2021Q1", periods=4, freq="Q"))
    assert [aggregate(quarters, to="Y", how=how).item() for how in ("sum", "last", "mean")] == [
        10.0,
        4.0,
        2.5,
    ]
    with pytest.raises(ParameterError, match="not said how"):
        aggregate(quarters, to="Y")
    with pytest.raises(ParameterError, match="not said how"):
        aggregate(quarters, to="Y", how="median")
