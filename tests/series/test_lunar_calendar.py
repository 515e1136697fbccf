import importlib.util
import itertools
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import holidays
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import ParameterError, PeriodError
from cbs_analysis.series.lunar_calendar import spring_festival, spring_festival_regressors

ROOT = Path(__file__).parents[2]
many = settings(deadline=None, max_examples=80, derandomize=True)
windows_of = st.tuples(st.integers(0, 28), st.integers(0, 15), st.integers(0, 45)).filter(any)


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("tool", ROOT / "tools" / "make_spring_festival.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Days of public calendars. 2030 is the year in which folk calendars have the day before (Hong Kong
# Observatory, Observatory's Blog, 3 May 2013); in 1985 and 2034 the leap month of the year before decides.
PUBLISHED = """1950-02-17 1966-01-21 1985-02-20 1988-02-17 2000-02-05 2007-02-18 2020-01-25 2021-02-12
    2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2030-02-03 2033-01-31 2034-02-19 2057-02-04"""


@pytest.mark.parametrize("day", [date.fromisoformat(d) for d in PUBLISHED.split()])
def test_days_are_those_published(day):
    assert spring_festival(day.year) == day


def test_days_are_those_of_the_package_holidays():
    # in Malaysia the day itself is a holiday in all years since 1952
    for year in range(1952, 2101):
        days = holidays.Malaysia(years=year, observed=False, language="en_US").items()
        theirs = [d for d, name in days if name.startswith("Chinese New Year") and "Second" not in name]
        assert theirs == [spring_festival(year)]


def test_days_are_whole_lunations_apart_and_between_the_bounds_of_the_calendar():
    days = [spring_festival(year) for year in range(1950, 2101)]
    assert len(days) == 151
    for before, after in itertools.pairwise(days):
        # 12 or 13 months of 29.53 days: 354.37 or 383.90 days, give or take one
        assert (after - before).days in (353, 354, 355, 383, 384, 385)
    assert min(d.replace(year=2000) for d in days) == date(2000, 1, 21)
    assert max(d.replace(year=2000) for d in days) == date(2000, 2, 20)


def test_the_table_is_what_the_rules_of_the_calendar_give():
    done = subprocess.run(
        [sys.executable, "tools/make_spring_festival.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_new_moon_and_the_sun_are_those_of_the_almanac(tool):
    # J. Meeus (1998), Astronomical Algorithms, examples 49.a (new moon of February 1977: JDE 2443192.65118)
    # and 25.a (1992 October 13.0 TD: apparent longitude 199.90895 degrees). Half a unit of the last digit
    # printed, and a whole one for the sum of rounded terms
    assert tool.new_moon(-283) == pytest.approx(tool.beijing(2443192.65118), abs=0.5e-5)
    assert tool.sun_longitude(2448908.5) == pytest.approx(199.90895, abs=1e-5)


@pytest.mark.parametrize("year", [1949, 2101])
def test_years_outside_the_table_are_refused(year):
    with pytest.raises(PeriodError, match="1950 to 2100"):
        spring_festival(year)


def test_shares_by_hand():
    # 2023: 22 January. before 2-21 January; during 22-28 January; after 29 January to 17 February: 3 of 20
    # 2024: 10 February. before 21 January to 9 February: 11 of 20; during 10-16 February; after 17 February
    # to 7 March: 13 of 20 and 7 of 20. Differences between years are free of the centring.
    found = spring_festival_regressors(pd.period_range("2023-01", "2024-04", freq="M"))
    change = found.loc["2024-01":"2024-04"].to_numpy() - found.loc["2023-01":"2023-04"].to_numpy()
    expected = [[11 / 20 - 1, -1, -3 / 20], [9 / 20, 1, 13 / 20 - 17 / 20], [0, 0, 7 / 20], [0, 0, 0]]
    assert list(found) == ["before", "during", "after"]
    np.testing.assert_allclose(change, expected, atol=1e-15)  # sums of a few shares


def test_the_long_run_mean_of_the_day_itself_is_the_share_of_years_with_it_in_that_month():
    # a window of the day alone: 1 in its month; the mean over 1950-2100 is a count of years
    days = [spring_festival(year) for year in range(1950, 2101)]
    found = spring_festival_regressors(
        pd.period_range("2024-01", "2024-02", freq="M"), before=0, during=1, after=0
    )
    january = sum(d.month == 1 for d in days) / 151
    np.testing.assert_allclose(found["during"], [-january, 1 - (1 - january)], atol=1e-14)


def counted(window, length, year, freq):
    """Days of a window by period, counted one by one."""
    first = spring_festival(year) + timedelta(window)
    days = pd.Series([pd.Period(first + timedelta(i), freq=freq) for i in range(length)])
    return days.value_counts() / length


@given(windows_of, st.integers(1951, 2100), st.integers(1951, 2100), st.sampled_from("MQ"))
@many
def test_regressors_are_counts_of_days(windows, one, other, freq):
    before, during, after = windows
    index = pd.period_range("1950", "2100-12", freq=freq)
    found = spring_festival_regressors(index, before=before, during=during, after=after)
    starts = {"before": (-before, before), "during": (0, during), "after": (during, after)}
    for name in found:
        shares = [counted(*starts[name], y, freq) for y in (one, other)]
        for share in shares:
            assert share.sum() == pytest.approx(1.0, abs=1e-12)  # before centring
        for month in range(1, 13, 1 if freq == "M" else 3):
            periods = [pd.Period(f"{y}-{month:02d}", freq=freq) for y in (one, other)]
            expected = shares[1].get(periods[1], 0.0) - shares[0].get(periods[0], 0.0)
            if month < 10:  # windows of the next festival may begin in December
                change = found.at[periods[1], name] - found.at[periods[0], name]
                assert change == pytest.approx(expected, abs=1e-12)


@given(windows_of, st.integers(1950, 2100), st.integers(0, 150), st.sampled_from("MQ"))
@many
def test_regressors_add_up_to_nothing_over_the_span_of_the_mean(windows, first, years, freq):
    before, during, after = windows
    last = min(first + years, 2100)
    index = pd.period_range(f"{first}-01", f"{last}-12", freq=freq)
    found = spring_festival_regressors(index, before=before, during=during, after=after, span=(first, last))
    # 151 numbers below 1 are added: rounding stays below 151 * 1e-16
    assert found.groupby(index.month).sum().abs().to_numpy().max() < 1e-13


def test_months_add_up_to_quarters():
    months = pd.period_range("1950-01", "2100-12", freq="M")
    by_month = spring_festival_regressors(months, before=28, after=45)
    by_quarter = spring_festival_regressors(
        pd.period_range("1950Q1", "2100Q4", freq="Q"), before=28, after=45
    )
    summed = by_month.groupby(months.asfreq("Q")).sum()
    np.testing.assert_allclose(summed, by_quarter, atol=1e-14)


def test_quarters_do_not_move_while_the_windows_lie_in_the_first():
    quarters = pd.period_range("1950Q1", "2100Q4", freq="Q")
    assert (spring_festival_regressors(quarters) == 0.0).all(axis=None)
    assert (spring_festival_regressors(quarters, before=28)["before"] != 0.0).any()


def test_rows_follow_the_index_with_its_gaps():
    whole = spring_festival_regressors(pd.period_range("2020-01", "2030-12", freq="M"))
    some = whole.index[[0, 13, 25, 26, 61]]
    pd.testing.assert_frame_equal(spring_festival_regressors(some), whole.loc[some], check_freq=False)


@pytest.mark.parametrize("index", [pd.period_range("1949-12", periods=3, freq="M"),
                                   pd.period_range("2100-11", periods=3, freq="M"),
                                   pd.period_range("2020", periods=3, freq="Y"),
                                   pd.date_range("2020-01-01", periods=3, freq="MS")])  # fmt: skip
def test_other_periods_are_refused(index):
    with pytest.raises(PeriodError):
        spring_festival_regressors(index)


@pytest.mark.parametrize("options", [{"before": -1}, {"before": 29}, {"during": 16}, {"after": 46},
                                     {"before": 0, "during": 0, "after": 0}, {"span": (1949, 2000)},
                                     {"span": (2001, 2000)}])  # fmt: skip
def test_impossible_windows_are_refused(options):
    with pytest.raises(ParameterError):
        spring_festival_regressors(pd.period_range("2020-01", periods=3, freq="M"), **options)


def test_all_faults_of_a_call_are_named_at_once():
    with pytest.raises(ParameterError) as caught:
        spring_festival_regressors(pd.period_range("2020-01", periods=3, freq="M"), before=99, after=-1)
    assert len(caught.value.faults) == 2
