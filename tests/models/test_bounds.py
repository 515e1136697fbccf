import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cbs_analysis.errors import ParameterError
from cbs_analysis.models.bounds import bounds_critical_values, bounds_pvalues

from .long_run import expected


def values(case, draws, sizes):
    """Published 5 % bounds and ours, side by side."""
    rows = []
    for name, row in expected(case).iterrows():
        k, n = int(re.search(r"k=(\d)", name)[1]), re.search(r"n=(\d+)", name)
        key = (int(n[1]) if n else 1000, k)
        if key not in sizes:
            sizes[key] = bounds_critical_values(nobs=key[0], k=k, case=3, alpha=0.05, draws=draws)
        column = "F I(0)" if "I(0)" in name else "F I(1)"
        rows.append((row["expected"], sizes[key].at[0.05, column], row["tolerance"]))
    return pd.DataFrame(rows, columns=["published", "ours", "tolerance"])


def test_small_sample_values_are_those_of_narayan():
    table = values("bounds_cv_narayan2005", 40_000, {})
    assert (abs(table["ours"] - table["published"]) <= table["tolerance"]).all()


@pytest.mark.slow
def test_large_sample_values_are_those_of_pesaran_shin_and_smith():
    table = values("bounds_cv_asymptotic", 40_000, {})
    assert (abs(table["ours"] - table["published"]) <= table["tolerance"]).all()


@pytest.mark.parametrize(
    ("case", "low", "high", "t_low", "t_high"),
    # Pesaran, Shin and Smith (2001), Tables CI(i)-(v) and CII(i), (iii), (v), k = 2, 5 %; quoted, not read in
    # the paper
    [
        (1, 2.72, 3.83, -1.95, -3.02),
        (2, 3.10, 3.87, -2.86, -3.53),
        (4, 3.88, 4.61, -3.41, -3.95),
        (5, 4.87, 5.85, -3.41, -3.95),
    ],
)
def test_each_case_restricts_its_own_deterministic_terms(case, low, high, t_low, t_high):
    row = bounds_critical_values(nobs=300, k=2, case=case, alpha=0.05, draws=6_000).loc[0.05]
    assert row[["F I(0)", "F I(1)"]].tolist() == pytest.approx([low, high], abs=0.2)
    assert row[["t I(0)", "t I(1)"]].tolist() == pytest.approx([t_low, t_high], abs=0.12)


def test_lags_in_a_short_sample_raise_the_value():
    # exact 95 % values of an independent simulation at T = 15: 7.53 with one lag, 8.04 with two
    levels = bounds_critical_values(nobs=14, k=1, case=3, alpha=0.05)
    lagged = bounds_critical_values(nobs=14, k=1, case=3, lags=1, alpha=0.05)
    assert lagged.at[0.05, "F I(1)"] == pytest.approx(7.53, abs=0.25)
    assert lagged.at[0.05, "F I(1)"] > levels.at[0.05, "F I(1)"] > 5.73 + 0.5


def test_dummies_of_the_first_periods_are_as_good_as_leaving_them_out():
    shorter = bounds_critical_values(nobs=12, k=1, alpha=0.05).loc[0.05]
    dummied = bounds_critical_values(nobs=16, k=1, fixed=np.eye(16)[:, :4], alpha=0.05).loc[0.05]
    assert dummied.tolist() == pytest.approx(shorter.tolist(), rel=0.03)
    plain = bounds_critical_values(nobs=16, k=1, alpha=0.05).loc[0.05]
    assert abs(plain["F I(1)"] / shorter["F I(1)"] - 1) > 0.05


def test_a_dummy_that_repeats_the_constant_changes_nothing():
    plain = bounds_critical_values(nobs=20, k=1, alpha=0.05, draws=1000)
    twice = bounds_critical_values(nobs=20, k=1, fixed=np.ones(20), alpha=0.05, draws=1000)
    pd.testing.assert_frame_equal(plain, twice)


def test_levels_of_white_noise_are_tested_by_the_usual_f():
    for k in (1, 3):
        row = bounds_critical_values(nobs=120, k=k, case=3, alpha=0.05, draws=8000).loc[0.05]
        assert row["Fx I(0)"] == pytest.approx(stats.f.ppf(0.95, k, 120 - 2 - k), rel=0.05)
        assert row["Fx I(1)"] > row["Fx I(0)"] + 1


def test_p_values_are_the_inverse_of_critical_values():
    table = bounds_critical_values(nobs=30, k=1, alpha=0.05, draws=5000)
    statistics = table.loc[0.05, ["F I(1)", "t I(1)", "Fx I(1)"]]
    p = bounds_pvalues(*statistics, nobs=30, k=1, draws=5000)
    assert p["F I(1)"] == pytest.approx(0.05, abs=0.001)
    assert p["t I(1)"] == pytest.approx(0.05, abs=0.001)
    assert p["Fx I(1)"] == pytest.approx(0.05, abs=0.001)
    assert p["F I(0)"] < p["F I(1)"]


def test_asymptotic_p_value_of_the_danish_example():
    row = expected("ardl_danish").loc["asymptotic p, I(1), k=3 case 2"]
    p = bounds_pvalues(5.1168, -4.547939, nobs=300, k=3, case=2, draws=20_000)["F I(1)"]
    assert p == pytest.approx(row["expected"], abs=2.5 * np.sqrt(0.0044 / 20_000))


def test_the_same_seed_gives_the_same_table_and_another_one_nearly():
    first, again = (bounds_critical_values(nobs=25, k=2, draws=3000) for _ in range(2))
    other = bounds_critical_values(nobs=25, k=2, draws=3000, seed=1)
    pd.testing.assert_frame_equal(first, again)
    assert (first != other).any(axis=None)
    assert first.index.tolist() == [0.1, 0.05, 0.01]
    assert first["F I(1)"].is_monotonic_increasing
    assert first["t I(1)"].is_monotonic_decreasing


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"case": 6}, "case"),
        ({"k": 0}, "no regressor"),
        ({"lags": (0, 1)}, "orders"),
        ({"lags": (1, 1, 1)}, "orders"),
        ({"alpha": 1.5}, "alpha"),
        ({"draws": 10}, "draws"),
        ({"nobs": 4, "lags": 2}, "degrees of freedom"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(bad, words):
    with pytest.raises(ParameterError, match=words):
        bounds_critical_values(**({"nobs": 20, "k": 1, "draws": 200} | bad))
