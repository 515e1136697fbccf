import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import ModelRefused, ParameterError, PeriodError
from cbs_analysis.models.unit_roots import doubtful_differences, doubtful_levels, fit_unit_roots

from .long_run import assert_published, data, expected, walk, yearly


@pytest.fixture(scope="module")
def china():
    return np.log(data("china_income", "Y"))


def test_tests_are_those_of_r_on_chinese_national_income(china):
    industry = fit_unit_roots(china["industry"], lags=1, kpss_lags=3)
    farming = fit_unit_roots(china["agriculture"], lags=1, kpss_lags=3)
    found = industry.tests["statistic"]
    assert_published(
        "unit_roots_china_income",
        {
            "ADF ct": found["ADF ct"],
            "ADF c": found["ADF c"],
            "KPSS trend (3 lags)": found["KPSS ct"],
            "Zivot-Andrews both": farming.tests.at["ZA ct", "statistic"],
            "ZA break obs (R numbering)": int(farming.break_period) - 1952 + 1,
        },
    )


def test_phillips_perron_is_that_of_an_independent_program(china):
    table = expected("phillips_perron_china_income")
    for series in ("agriculture", "industry", "transport"):
        tests = fit_unit_roots(china[series], kpss_lags=3).tests
        for trend in ("n", "c", "ct"):
            row = table.loc[f"{series} {trend}"]
            assert tests.at[f"PP {trend}", "statistic"] == pytest.approx(
                row["expected"], abs=row["tolerance"]
            )


def test_a_random_walk_and_noise_are_told_apart_in_a_long_sample():
    noise = np.random.default_rng(5).standard_normal(120)
    wandering = fit_unit_roots(yearly(noise.cumsum(), "walk", "1900"), trend="c")
    steady = fit_unit_roots(yearly(noise, "noise", "1900"), trend="c")
    assert (wandering.state, wandering.order) == ("unit_root", 1)
    assert (steady.state, steady.order) == ("stationary", 0)
    assert "非平稳" in wandering.finding("zh")
    assert "can be taken as stationary" in steady.finding("en")


def test_a_short_sample_is_said_to_prove_little():
    result = fit_unit_roots(walk(25, 1), trend="c")
    assert "little power" in " ".join(result.warnings)
    if result.state == "unit_root":
        assert "功效低" in result.finding("zh")


def test_a_doubly_summed_series_is_suspected_of_second_order():
    noise = np.random.default_rng(5).standard_normal(60)
    found = doubtful_differences({"one": yearly(noise.cumsum()), "two": yearly(noise.cumsum().cumsum())})
    assert found == ["two"]
    assert doubtful_levels({"noise": yearly(noise), "walk": yearly(noise.cumsum())}) == ["walk"]


def test_growth_that_slows_every_year_is_suspected_of_second_order():
    # logarithm of a quantity whose growth falls from 16 to 6 percent, as nominal income of 2006-2022
    growth = np.linspace(0.16, 0.06, 17) + 0.004 * np.random.default_rng(0).standard_normal(17)
    assert doubtful_differences({"income": yearly(growth.cumsum())}) == ["income"]


@settings(max_examples=15, deadline=None)
@given(st.floats(0.01, 1000.0), st.floats(-100, 100), st.integers(0, 1000))
def test_statistics_do_not_depend_on_unit_or_origin(scale, shift, seed):
    series = walk(30, seed)
    first = fit_unit_roots(series, lags=1, kpss_lags=2).tests["statistic"]
    second = fit_unit_roots(series * scale + shift, lags=1, kpss_lags=2).tests["statistic"]
    with_constant = [name for name in first.index if not name.endswith(" n")]
    assert second[with_constant].tolist() == pytest.approx(first[with_constant].tolist(), rel=1e-5)


def test_fewer_than_fifteen_figures_are_not_searched_for_a_break():
    result = fit_unit_roots(walk(14, 0))
    assert not result.tests.index.str.startswith("ZA").any()
    assert result.break_period == ""
    assert any("no break was sought" in w for w in result.warnings)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([1.0, 2.0, 4.0], "short_sample"),
        ([5.0] * 30, "constant"),
        (list(range(30)), "constant"),
        ([1.0, 3.0, np.nan, *np.random.default_rng(0).standard_normal(20)], "gap"),
    ],
)
def test_unusable_series_are_refused_with_their_reason(values, code):
    with pytest.raises(ModelRefused) as refusal:
        fit_unit_roots(yearly(values))
    assert code in [f.code for f in refusal.value.faults]
    assert all(f.zh for f in refusal.value.faults)


def test_repeated_periods_and_unknown_terms_are_refused():
    series = walk(30, 0)
    with pytest.raises(PeriodError):
        fit_unit_roots(pd.concat([series, series[-1:]]))
    with pytest.raises(ParameterError, match="trend"):
        fit_unit_roots(series, trend="ctt")


def test_a_break_test_that_cannot_be_computed_is_said_and_the_others_stand(monkeypatch):
    def fails(*args, **kwargs):
        raise ValueError("ZA: auxiliary exog matrix is not full rank")

    monkeypatch.setattr("statsmodels.tsa.stattools.zivot_andrews", fails)
    walk = np.cumsum(np.random.default_rng(3).standard_normal(20))  # made up
    result = fit_unit_roots(pd.Series(walk, pd.period_range("2000", periods=20, freq="Y")))
    assert any("no break was sought" in w for w in result.warnings)
    assert "ADF ct" in result.tests.index
    assert not any(name.startswith("ZA") for name in result.tests.index)
