import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import CoverageError, ParameterError, PeriodError, SeriesError, VintageBreak
from cbs_analysis.series.averages import accumulative_growth, average_growth, two_year_average
from cbs_analysis.series.contributions import contribution_share, pull, pull_from_share
from cbs_analysis.series.growth import (
    annualised,
    cagr,
    chain_growth,
    growth_from_index,
    index_from_growth,
    mean_growth,
    mom,
    qoq,
    required_cagr,
    yoy,
)
from cbs_analysis.series.inequality import gap, ratio
from cbs_analysis.series.prices import real_growth

REFERENCE = Path(__file__).parents[1] / "reference"
many = settings(deadline=None, max_examples=120, derandomize=True)
rates_of = st.lists(st.floats(-20, 30), min_size=1, max_size=12)


def years(*labels):
    return pd.PeriodIndex([str(y) for y in labels], freq="Y")


def yearly(values, first="2000"):
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="Y"), dtype=float)


def published(name):
    return pd.read_csv(REFERENCE / name, comment="#")


# --- growth -------------------------------------------------------------------------------------------


def test_growth_of_cumulative_income_is_as_published():
    table = published("nbs_income_cumulative.csv")
    index = pd.PeriodIndex(table["period"], freq="Q")
    growth = yoy(pd.Series(table["income"].to_numpy(), index))
    # printed to 0.1 from unrounded levels; whole yuan at 8,000 yuan move growth by up to 0.013
    assert np.allclose(growth[4:], table["growth"][4:], atol=0.05 + 0.014)


def test_a_gap_is_never_bridged():
    growth = yoy(pd.Series([100.0, 110.0, 121.0], years(2018, 2020, 2021)))
    assert math.isnan(growth.iloc[0])
    assert math.isnan(growth.iloc[1])
    assert growth.iloc[2] == pytest.approx(10.0)


def test_quarters_compare_with_the_same_quarter_of_the_year_before():
    index = pd.period_range("2022Q1", periods=8, freq="Q")
    growth = yoy(pd.Series([1.0, 2, 3, 4, 2, 3, 4, 5], index))
    assert growth.iloc[4:].round(1).tolist() == [100.0, 50.0, 33.3, 25.0]


def test_quarters_and_months_compare_with_the_one_before_also_across_new_year():
    quarters = pd.Series([100.0, 102.0, 51.0], pd.PeriodIndex(["2021Q4", "2022Q1", "2022Q3"], freq="Q"))
    assert qoq(quarters).round(6).fillna(-1).tolist() == [-1, 2.0, -1]
    months = pd.Series([100.0, 99.0, 198.0], pd.period_range("2021-12", periods=3, freq="M"))
    assert mom(months).round(6).fillna(-1).tolist() == [-1, -1.0, 100.0]
    for function, x in ((qoq, months), (mom, quarters), (qoq, yearly([1.0, 2.0]))):
        with pytest.raises(PeriodError, match="frequency"):
            function(x)


@pytest.mark.parametrize("before", [0.0, -5.0, math.nan])
def test_growth_from_a_level_that_is_not_positive_is_missing(before):
    assert yoy(yearly([before, 10.0])).isna().all()


def test_growth_to_zero_or_below_is_a_number():
    assert yoy(yearly([10.0, 0.0, 5.0])).iloc[1] == -100.0
    assert yoy(yearly([10.0, -5.0])).iloc[1] == -150.0


def test_an_index_of_plain_integers_is_refused():
    with pytest.raises(PeriodError, match="PeriodIndex"):
        yoy(pd.Series([1.0, 2.0], index=[2020, 2021]))


def test_infinite_levels_are_refused():
    with pytest.raises(SeriesError, match="2001"):
        yoy(yearly([1.0, math.inf]))


def test_growth_across_a_change_of_definition_is_refused_or_missing():
    # made up, with the break of the rural income series of 2013 (纯收入 to 可支配收入)
    levels = yearly([100.0, 110.0, 150.0, 165.0], "2011")
    with pytest.raises(VintageBreak, match="2013"):
        yoy(levels, breaks="2013")
    assert yoy(levels, breaks=["2013"], across="missing").round(6).fillna(0).tolist() == [0, 10, 0, 10]
    with pytest.raises(VintageBreak):  # one series that spans the break is enough
        yoy(pd.DataFrame({"a": levels, "b": np.nan}), breaks="2013")
    quarters = pd.Series(np.arange(1.0, 13.0), pd.period_range("2012Q1", periods=12, freq="Q"))
    missing = yoy(quarters, breaks="2013", across="missing").isna()
    assert missing.tolist() == [True] * 8 + [False] * 4  # the whole of 2013 compares with 2012
    assert qoq(quarters, breaks="2013", across="missing").isna().sum() == 2
    assert yoy(quarters, breaks=pd.Period("2012Q1", "Q")).notna().sum() == 8  # nothing before the break
    with pytest.raises(VintageBreak):
        mom(pd.Series([1.0, 2.0], pd.period_range("2012-12", periods=2, freq="M")), breaks=["2013"])


# --- annual rates -------------------------------------------------------------------------------------


def test_rates_over_a_period_become_yearly_rates():
    # closed forms: 1.01^4 and 1.01^12
    assert annualised(1.0, periods=4) == pytest.approx(4.060401)
    months = pd.Series([1.0, math.nan, -100.0, -101.0], pd.period_range("2021-01", periods=4, freq="M"))
    assert annualised(months).round(9).fillna(7).tolist() == [12.682503013, 7, -100.0, 7]
    assert annualised(np.array([1.0]), periods=4) == pytest.approx([4.060401])
    with pytest.raises(ParameterError, match="periods=4"):
        annualised(1.0)
    with pytest.raises(ParameterError, match="positive"):
        annualised(1.0, periods=0)


def test_two_year_averages_are_as_published():
    for row in published("nbs_two_year_average.csv").itertuples():
        index = pd.PeriodIndex([f"2020{row.period}", f"2021{row.period}"], freq="Q")
        average = two_year_average(pd.Series([row.growth_2020, row.growth_2021], index))
        # rates rounded to 0.1 move the average by up to 0.05, and it is itself rounded to 0.1
        assert average.iloc[1] == pytest.approx(row.two_year_average, abs=0.1), row.series
        assert round(average.iloc[1], 1) == row.two_year_average or row.series == "income per head, real"


def test_two_year_average_from_levels_is_as_published():
    levels = published("nbs_income_cumulative.csv").set_index("period")["income"]
    levels.index = pd.PeriodIndex(levels.index, freq="Q")
    assert two_year_average(levels, of="levels").round(1)["2021Q3"] == 7.1
    assert two_year_average(levels, of="levels")[:8].isna().all()
    assert two_year_average(levels.drop(pd.Period("2019Q3")), of="levels").isna()["2021Q3"]


def test_two_years_without_an_average_are_missing():
    index = years(2020, 2021, 2023)
    assert two_year_average(pd.Series([1.0, math.nan, 2.0], index)).isna().all()
    assert two_year_average(yearly([-150.0, -150.0, 5.0])).isna().all()
    assert two_year_average(yearly([-5.0, 1.0, -5.0]), of="levels").isna().all()
    with pytest.raises(ParameterError, match="growth or levels"):
        two_year_average(yearly([1.0]), of="index")  # type: ignore[arg-type]


# --- averages -----------------------------------------------------------------------------------------


def test_level_method_agrees_with_the_worked_example():
    # 100 -> 118 in three years, target 134 after five: 5.672 % against 6.028 %
    assert cagr(100, 118, 3) == pytest.approx(5.672, abs=5e-4)
    assert required_cagr(100, 134, 5) == pytest.approx(6.028, abs=5e-4)


def test_level_method_gives_the_published_average_of_a_decade():
    # 方晓丹 (National Bureau of Statistics), January 2021: real income per head grew by 100.8 % in the ten
    # years to 2020, by 7.2 % a year
    assert round(cagr(100, 200.8, 10), 1) == 7.2


@pytest.mark.parametrize("bad", [(0, 118, 3), (100, -1, 3), (100, 118, 0), (math.nan, 118, 3)])
def test_growth_without_meaning_is_nan(bad):
    assert math.isnan(cagr(*bad))


def test_the_level_method_takes_vectors_of_one_index():
    start, end = pd.Series([100.0, 0.0], ["a", "b"]), pd.Series([118.0, 5.0], ["a", "b"])
    assert cagr(start, end, 3).round(3).fillna(0).to_dict() == {"a": 5.672, "b": 0}
    assert cagr(start.to_numpy(), end.to_numpy(), 3)[0] == pytest.approx(5.672, abs=5e-4)
    assert cagr(100, end.to_numpy(), 3).shape == cagr(start.to_numpy(), 118, 3).shape == (2,)
    for first, last in (
        (start, end[::-1]), (start, 118.0), (100.0, end), (start, end.to_frame()),
        (start.to_frame("x"), end.to_frame("y")),
    ):  # fmt: skip
        with pytest.raises(ParameterError, match="alike"):
            cagr(first, last, 3)


@many
@given(st.floats(-60, 60), st.integers(1, 30), st.floats(1e-3, 1e6))
def test_accumulative_method_finds_the_growth_that_made_the_levels(growth, n, base):
    levels = yearly(base * (1 + growth / 100) ** np.arange(n + 1))
    # the total is known to some 1e-15 of itself, which the root magnifies most where it hangs on few terms
    assert accumulative_growth(levels) == pytest.approx(growth, abs=1e-9)
    assert average_growth(levels, method="accumulative") == pytest.approx(growth, abs=1e-9)


@many
@given(st.lists(st.floats(0.0, 1e4), min_size=1, max_size=25))
def test_accumulative_method_reproduces_the_total(levels):
    growth = accumulative_growth(yearly([10.0, *levels]))
    factors = (1 + growth / 100) ** np.arange(1, len(levels) + 1)
    assert factors.sum() * 10.0 == pytest.approx(sum(levels), rel=1e-9, abs=1e-9)


def test_accumulative_method_in_closed_form():
    # n = 1: x1/x0; n = 2: q + q^2 = S, so q = (sqrt(1 + 4 S) - 1) / 2
    assert accumulative_growth(yearly([100.0, 107.0])) == pytest.approx(7.0)
    expected = 100 * ((math.sqrt(1 + 4 * 2.5) - 1) / 2 - 1)
    assert accumulative_growth(yearly([100.0, 90.0, 160.0])) == pytest.approx(expected, rel=1e-13)
    assert accumulative_growth(yearly([100.0, 0.0, 0.0])) == -100.0


def test_accumulative_method_gives_each_column_its_growth_and_keeps_missing_missing():
    frame = pd.DataFrame(
        {"a": [100.0, 110, 121], "b": [1.0, np.nan, 3], "c": [np.nan, 1, 1]}, years(2001, 2002, 2003)
    )
    growth = accumulative_growth(frame)
    assert growth["a"] == pytest.approx(10.0)
    assert growth[["b", "c"]].isna().all()


def test_accumulative_method_refuses_what_has_no_answer():
    with pytest.raises(SeriesError, match="b"):
        accumulative_growth(pd.DataFrame({"a": [1.0, 2.0], "b": [0.0, 2.0]}, years(2020, 2021)))
    with pytest.raises(SeriesError, match="total"):
        accumulative_growth(yearly([1.0, -2.0]))
    with pytest.raises(CoverageError, match="2021"):
        accumulative_growth(pd.Series([1.0, 2.0], years(2020, 2022)))
    with pytest.raises(CoverageError, match="at least two"):
        accumulative_growth(yearly([1.0]))
    with pytest.raises(PeriodError):
        accumulative_growth(pd.Series([1.0, 2.0], pd.period_range("2020Q1", periods=2, freq="Q")))


def test_average_growth_counts_years_by_period():
    levels = pd.Series([100.0, 108.0, 118.0], years(2020, 2021, 2023))
    assert average_growth(levels) == cagr(100, 118, 3)
    assert average_growth(levels, first="2021") == cagr(108, 118, 2)
    assert average_growth(levels, first=2020, last=2021) == pytest.approx(8.0)
    quarters = pd.Series(np.linspace(100, 118, 13), pd.period_range("2020Q4", periods=13, freq="Q"))
    assert average_growth(quarters) == pytest.approx(cagr(100, 118, 3))
    frame = pd.DataFrame({"a": levels, "b": [np.nan, 1, 1]})
    assert average_growth(frame).round(3).fillna(0).to_dict() == {"a": 5.672, "b": 0}


def test_average_growth_refuses_what_it_cannot_know():
    levels = pd.Series([100.0, 108.0, 118.0], years(2020, 2021, 2023))
    for options in ({"first": "2022"}, {"first": "2023", "last": "2021"}, {"first": "2023"}):
        with pytest.raises(CoverageError, match="two periods"):
            average_growth(levels, **options)
    with pytest.raises(CoverageError):
        average_growth(levels[:0])
    with pytest.raises(ParameterError, match="accumulative"):
        average_growth(levels, method="mean")  # type: ignore[arg-type]
    with pytest.raises(CoverageError, match="2022"):
        average_growth(levels, method="accumulative")
    with pytest.raises(VintageBreak):
        average_growth(levels, breaks="2021")
    assert math.isnan(average_growth(levels, breaks="2021", across="missing"))
    assert average_growth(levels.to_frame("a"), breaks="2021", across="missing").isna().all()
    assert average_growth(levels, first="2021", breaks="2021") == cagr(108, 118, 2)


def test_mean_growth_gives_the_published_average_real_growth_of_income():
    # National Bureau of Statistics: real growth of income per head in 2021 to 2024, and 5.5 % on average in
    # 这些数字,折射“十四五”以来我国民生发展基础更为坚实 (Xinhua, 2025)
    assert round(mean_growth(yearly([8.1, 2.9, 6.1, 5.1], "2021")), 1) == 5.5


@many
@given(rates_of)
def test_mean_growth_reaches_the_same_end(rates):
    series = pd.Series(rates)
    end = float(np.prod(1 + series / 100))
    assert (1 + mean_growth(series) / 100) ** len(rates) == pytest.approx(end)
    assert mean_growth(series.to_frame("a"))["a"] == pytest.approx(mean_growth(series), rel=1e-12, abs=1e-12)


def test_mean_growth_of_missing_or_total_losses_is_missing():
    assert math.isnan(mean_growth(pd.Series([5.0, math.nan])))
    assert math.isnan(mean_growth(pd.Series([5.0, -100.0])))
    assert math.isnan(mean_growth(pd.Series([], dtype=float)))
    frame = pd.DataFrame({"a": [5.0, 5.0], "b": [5.0, math.nan]})
    assert mean_growth(frame).round(6).fillna(0).to_dict() == {"a": 5.0, "b": 0}


# --- chains and index numbers -------------------------------------------------------------------------


def test_two_quarters_chain_to_the_published_growth_over_2019():
    # National Bureau of Statistics, 16 April 2021: 18.3 % after -6.8 %, 10.3 % over the first quarter of 2019
    assert chain_growth(yearly([-6.8, 18.3], "2020")).round(1).tolist() == [100.0, 93.2, 110.3]


def test_chaining_across_a_gap_is_refused_with_the_year():
    with pytest.raises(CoverageError, match="2021"):
        chain_growth(pd.Series([5.0, 5.0], years(2020, 2022)))
    with pytest.raises(PeriodError):
        chain_growth(pd.Series([5.0], pd.period_range("2020Q1", periods=1, freq="Q")))


@many
@given(rates_of)
def test_chain_and_yoy_are_inverse(rates):
    series = yearly(rates)
    assert np.allclose(yoy(chain_growth(series)).iloc[1:], series)
    index = index_from_growth(series, base="fixed")
    pd.testing.assert_series_equal(growth_from_index(index, base="fixed").iloc[1:], series)
    for base in ("previous_year", "same_period", "previous_period"):
        assert np.allclose(growth_from_index(index_from_growth(series, base=base), base=base), series)


@many
@given(rates_of, st.floats(0.01, 1e6))
def test_rescaling_levels_keeps_growth(rates, factor):
    levels = chain_growth(yearly(rates))
    assert np.allclose(yoy(levels * factor).iloc[1:], yoy(levels).iloc[1:])


def test_missing_in_missing_out():
    assert chain_growth(yearly([5.0, math.nan, 5.0])).isna().tolist() == [False, False, True, True]
    assert chain_growth(yearly([])).empty


def test_index_numbers_and_growth_are_told_apart():
    for rates in ([5.6, -0.8], [5.6, 0.0]):
        with pytest.raises(SeriesError, match="growth"):
            growth_from_index(yearly(rates), base="previous_year")
    months = pd.Series([102.1], pd.PeriodIndex(["2018-03"], freq="M"))
    assert growth_from_index(months, base="same_period").round(6).tolist() == [2.1]
    with pytest.raises(PeriodError):
        growth_from_index(months, base="previous_year")
    with pytest.raises(ParameterError, match="same_period"):
        growth_from_index(months, base="1978")  # type: ignore[arg-type]


# --- contributions ------------------------------------------------------------------------------------


def income_sources():
    table = published("nbs_income_sources.csv").set_index("source")
    levels = table[["y2019", "y2020"]].T.set_axis(years(2019, 2020))
    return levels.drop(columns="total"), levels["total"], table["growth_2020"]


def test_growth_of_income_sources_is_as_published():
    parts, total, printed = income_sources()
    # whole yuan at 2,600 yuan move growth by up to 0.04
    assert np.allclose(yoy(parts.assign(total=total)).iloc[1], printed, atol=0.05 + 0.04)


def test_published_parts_that_miss_the_total_through_rounding_need_a_tolerance():
    parts, total, _ = income_sources()
    with pytest.raises(SeriesError, match="2019, 2020"):
        pull(parts, total)
    points = pull(parts, total, tolerance=2.5)  # half a yuan for each of four parts and the total
    # (17917 - 17186) / 30733 and so on, by hand
    assert points.iloc[1].round(2).tolist() == [2.38, 0.20, 0.56, 1.60]
    complete = pull(parts, total, residual="column")
    assert complete.columns.tolist() == [*parts.columns, "residual"]
    assert complete.iloc[1].sum() == pytest.approx(yoy(total).iloc[1])
    assert contribution_share(parts, total, residual="column").iloc[1].sum() == pytest.approx(100.0)


def test_the_gap_is_named_when_parts_do_not_add_up():
    parts = pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 1.0]}, years(2020, 2021))
    with pytest.raises(SeriesError, match="2021") as caught:
        contribution_share(parts, pd.Series([2.0, 5.0], parts.index))
    assert "2020" not in str(caught.value)
    assert "up to 2" in str(caught.value)


def test_the_error_of_floats_is_no_gap():
    parts = pd.DataFrame({"a": [0.1, 0.1], "b": [0.2, 0.4]}, years(2020, 2021))
    assert pull(parts, pd.Series([0.3, 0.5], parts.index)).iloc[1].round(9).tolist() == [0.0, 66.666666667]


def test_shares_are_missing_where_the_total_does_not_move():
    parts = pd.DataFrame({"a": [1.0, 2.0], "b": [2.0, 1.0]}, years(2020, 2021))
    assert contribution_share(parts, parts.sum(axis=1)).isna().all(axis=None)
    assert pull(parts, parts.sum(axis=1)).iloc[1].round(3).tolist() == [33.333, -33.333]
    assert pull(-parts, -parts.sum(axis=1)).isna().all(axis=None)


def test_a_missing_part_leaves_its_years_missing_and_is_not_a_gap():
    parts = pd.DataFrame({"a": [1.0, np.nan, 3.0], "b": [1.0, 1.0, 1.0]}, years(2020, 2021, 2022))
    points = pull(parts, pd.Series([2.0, 3.0, 4.0], parts.index))
    assert points["a"].isna().all()
    assert points["b"].fillna(9).tolist() == [9, 0.0, 0.0]


def test_parts_and_total_of_different_periods_are_refused():
    parts = pd.DataFrame({"a": [1.0, 2.0]}, years(2020, 2021))
    total = pd.Series([1.0, 2.0], years(2019, 2020))
    for function in (pull, contribution_share, pull_from_share):
        with pytest.raises(ParameterError, match="periods"):
            function(parts, total)
    with pytest.raises(ParameterError, match="residual"):
        pull(parts, parts["a"], residual="drop")  # type: ignore[arg-type]


def test_published_shares_and_growth_give_the_published_points():
    table = published("qinghai_contributions.csv")
    index = pd.PeriodIndex(table["year"].astype(str), freq="Y")
    points = table.filter(like="_pull").set_axis(index)
    shares = table.filter(like="_share").set_axis(index).set_axis(points.columns, axis=1)
    growth = points.sum(axis=1)
    # the sum of three rounded points is off by up to 0.015, times a share of up to 184 %; 0.005 of rounding
    assert np.allclose(pull_from_share(shares, growth), points, atol=0.015 * 1.85 + 0.005)
    # National Bureau of Statistics, first quarter of 2021: consumption 63.4 % and 11.6 points, capital
    # formation 24.5 % and 4.5 points of a growth of 18.3 % (赵同录: 经济运行开局良好 恢复势头持续稳定)
    quarter = pd.PeriodIndex(["2021Q1"], freq="Q")
    shares = pd.DataFrame({"consumption": [63.4], "capital": [24.5]}, quarter)
    assert pull_from_share(shares, pd.Series([18.3], quarter)).round(1).iloc[0].tolist() == [11.6, 4.5]


@many
@given(
    st.lists(st.lists(st.floats(0.1, 1e4), min_size=3, max_size=3), min_size=2, max_size=6),
    st.sampled_from("YQM"),
)
def test_points_add_up_to_growth_and_shares_to_a_hundred(levels, freq):
    parts = pd.DataFrame(levels, pd.period_range("2000", periods=len(levels), freq=freq))
    if freq != "Y":
        parts.index = parts.index[:1].append(
            parts.index[:-1] + 12
        )  # later ones a year and more after the first
        parts = parts.sort_index()
    total = parts.sum(axis=1)
    points, growth = pull(parts, total), yoy(total)
    assert np.allclose(points.sum(axis=1, skipna=False), growth, equal_nan=True)
    moved = (total.diff().abs() > 1e-6 * total) & growth.notna()
    assert np.allclose(contribution_share(parts, total)[moved].sum(axis=1), 100.0)
    share = contribution_share(parts, total)[moved]
    assert np.allclose(pull_from_share(share, growth[moved]), points[moved])


# --- what holds for all -------------------------------------------------------------------------------

WHOLE = {
    "yoy": yoy,
    "annualised": annualised,
    "two_year_average": two_year_average,
    "two_year_average of levels": lambda x: two_year_average(x, of="levels"),
    "chain_growth": chain_growth,
    "growth_from_index": lambda x: growth_from_index(x, base="previous_year"),
    "growth_from_index, fixed": lambda x: growth_from_index(x, base="fixed"),
    "index_from_growth": lambda x: index_from_growth(x, base="previous_year"),
}


@pytest.mark.parametrize("function", WHOLE.values(), ids=WHOLE.keys())
def test_a_column_is_as_the_series_and_nothing_is_changed_or_invented(function):
    rng = np.random.default_rng(1)  # made up
    frame = pd.DataFrame(rng.uniform(50, 150, (9, 3)), pd.period_range("2000", periods=9, freq="Y"))
    frame.iloc[4, 1] = np.nan
    before = frame.copy()
    whole = function(frame)
    pd.testing.assert_frame_equal(frame, before)
    for column in frame:
        pd.testing.assert_series_equal(whole[column], function(frame[column]))
    assert whole[1].isna().sum() > whole[0].isna().sum()
    nullable = frame.astype("Float64")
    pd.testing.assert_frame_equal(function(nullable), whole)
    whole.iloc[0, 0] = -1.0  # writing into the result must not reach the input
    pd.testing.assert_frame_equal(frame, before)


def test_published_real_growth_is_nominal_growth_over_prices():
    # nation 2022, as printed: income 5.0 % nominal, 2.9 % real; consumer prices 2.0 %
    real = real_growth(pd.Series([5.0], years(2022)), by=pd.Series([102.0], years(2022)))
    assert real.round(1).tolist() == [2.9]


def test_published_ratio_2020():
    urban, rural = pd.Series([43834.0], years(2020)), pd.Series([17131.0], years(2020))
    assert ratio(urban, rural).round(2).tolist() == [2.56]
    assert gap(urban, rural).tolist() == [26703.0]
    assert ratio(urban, rural * 0).isna().all()
