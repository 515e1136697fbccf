import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import ParameterError, PeriodError, SeriesError
from cbs_analysis.series.outliers import flag_outliers

REFERENCE = Path(__file__).parents[1] / "reference"
many = settings(deadline=None, max_examples=120, derandomize=True)
seeds = st.integers(0, 2**32 - 1)


def years(values, first="2000", **kwargs):
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="Y"), dtype=float, **kwargs)


def walk(seed, n=30, freq="Y", columns=1, sd=0.02):
    """Made-up levels: growth of 5 % on average; months and quarters with a seasonal pattern."""
    rng = np.random.default_rng(seed)
    growth = rng.normal(0.05, sd, (n, columns))
    index = pd.period_range("2000-01", periods=n, freq=freq)
    seasons = np.zeros((n, columns))
    if freq != "Y":
        per_year = 12 if freq == "M" else 4
        seasons = rng.normal(0, 0.3, (per_year, columns))[np.arange(n) % per_year]
    return pd.DataFrame(100 * np.exp(np.cumsum(growth, axis=0) + seasons), index)


def found(levels, **options):
    flags = flag_outliers(levels, **options).flags
    return [(str(p), k) for p, k in zip(flags["period"], flags["kind"], strict=True)]


def test_scores_by_hand():
    # differences 1 2 3 4 10: median 3, deviations 2 1 0 1 7, their median 1: 0.6745 * (10 - 3) / 1 = 4.72
    levels = years([0, 1, 3, 6, 10, 20])
    result = flag_outliers(levels, scale="difference")
    np.testing.assert_allclose(
        result.scores, [math.nan, *(0.6744897501960817 * np.array([-2, -1, 0, 1, 7]))], rtol=1e-14
    )
    assert result.flags[["growth", "usual"]].to_numpy().tolist() == [[10.0, 3.0]]
    assert found(levels, scale="difference") == [("2005", "undetermined")]


def test_two_outliers_do_not_hide_each_other():
    # 2.1 2.6 2.4 2.5 2.3 2.1 2.3 2.6 8.2 8.3: median 2.45, MAD 0.15, hence scores of 0.6745 * 5.75 / 0.15
    # and 0.6745 * 5.85 / 0.15; their plain z-scores are below 2
    growth = [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3]
    scores = flag_outliers(years(np.cumsum([0.0, *growth])), scale="difference").scores
    np.testing.assert_allclose(scores.iloc[-2:], [0.67449 * 5.75 / 0.15, 0.67449 * 5.85 / 0.15], rtol=1e-5)


@pytest.mark.parametrize("province", ["Tianjin", "Jilin"])
def test_two_vintages_put_together_are_a_level_shift(province):
    # GDP as published until 2018, and from 2018 on as published after the census that cut the level: the
    # bureau's database mixed the two in 2020
    table = pd.read_csv(REFERENCE / "jilin_tianjin_gdp_vintages.csv", comment="#", index_col="year")
    table = table[table["province"] == province]
    levels = table["2018-01-01"].loc[:2017].tolist() + table["2024-01-01"].loc[2018:2023].tolist()
    (row,) = flag_outliers(years(levels, "2012", name=province)).flags.itertuples()
    assert (str(row.period), row.kind, row.series) == ("2018", "level shift", province)
    assert row.growth == pytest.approx(100 * (levels[6] / levels[5] - 1))
    assert row.score < -3.5


@given(seeds, st.integers(3, 26), st.sampled_from([-0.6, -0.4, 0.4, 0.6]))
@many
def test_a_planted_additive_outlier_is_found_and_named(seed, at, size):
    levels = walk(seed, sd=0.01)[0]
    levels.iloc[at] *= math.exp(size)
    # 40 % among growth rates with a standard deviation of 1 %
    assert (str(levels.index[at]), "additive") in found(levels)
    assert (str(levels.index[at + 1]), "additive") not in found(levels)
    assert (str(levels.index[at + 1]), "level shift") not in found(levels)


@given(seeds, st.integers(3, 26), st.sampled_from([-0.6, -0.4, 0.4, 0.6]))
@many
def test_a_planted_level_shift_is_found_and_named(seed, at, size):
    levels = walk(seed, sd=0.01)[0]
    levels.iloc[at:] *= math.exp(size)
    assert (str(levels.index[at]), "level shift") in found(levels)


@pytest.mark.parametrize(("freq", "n"), [("M", 96), ("Q", 40)])
@given(seeds, st.floats(0.2, 0.8), st.booleans())
@settings(deadline=None, max_examples=80, derandomize=True)
def test_a_planted_outlier_is_found_below_the_seasons(freq, n, seed, place, shift):
    levels = walk(seed, n, freq, sd=0.01)[0]
    at = int(place * n)
    levels.iloc[at : None if shift else at + 1] *= math.exp(0.3)  # as large as the seasonal swings
    assert (str(levels.index[at]), "level shift" if shift else "additive") in found(levels)


def test_seasons_are_no_outliers():
    levels = walk(3, 120, "M", columns=200)
    result = flag_outliers(levels)
    # of normal growth rates about 1 in 1,000 is flagged at ten years, 24 to 35 here; 60 is far off
    assert 0 < len(result) < 60
    assert len(flag_outliers(levels, seasonal=False, threshold=2.0)) > 20 * len(result)


def test_scores_of_normal_growth_have_unit_spread():
    for n, freq in ((60, "M"), (120, "M"), (28, "Q"), (60, "Q"), (60, "Y")):
        scores = flag_outliers(walk(1, n, freq, columns=500)).scores.to_numpy()
        # 6,000 scores and more: sampling error below 0.02; the rest is that MADs themselves vary
        assert np.nanstd(scores) == pytest.approx(1.0, abs=0.08), (n, freq)


@given(seeds, st.floats(1e-6, 1e9), st.sampled_from([("Y", 20), ("Q", 32), ("M", 72)]))
@many
def test_flags_do_not_depend_on_the_unit_and_nothing_is_changed(seed, factor, form):
    freq, n = form
    levels = walk(seed, n, freq, columns=3)
    levels.iloc[n // 2, 0] *= 3
    levels.iloc[3, 1] = np.nan
    copy = levels.copy()
    result, scaled = flag_outliers(levels), flag_outliers(levels * factor)
    pd.testing.assert_frame_equal(levels, copy)
    assert found(levels) == found(levels * factor)
    # rounding of logarithms near 30 is 4e-15, of growth rates near 0.02: 2e-13, and more where MAD is small
    np.testing.assert_allclose(result.scores, scaled.scores, rtol=1e-6, atol=1e-8)
    pd.testing.assert_series_equal(result.status, scaled.status)


@given(seeds, st.floats(-1e4, 1e4))
@settings(deadline=None, max_examples=60, derandomize=True)
def test_flags_of_differences_do_not_depend_on_a_shift(seed, constant):
    levels = walk(seed, columns=2)
    one, other = (flag_outliers(x, scale="difference") for x in (levels, levels + constant))
    np.testing.assert_allclose(one.scores, other.scores, rtol=1e-6, atol=1e-7)


@given(seeds)
@settings(deadline=None, max_examples=60, derandomize=True)
def test_a_column_is_flagged_as_it_is_alone(seed):
    levels = walk(seed, 48, "Q", columns=4)
    levels.iloc[::7, 2] = np.nan
    together = flag_outliers(levels, threshold=2.5)
    for column in levels:
        alone = flag_outliers(levels[column], threshold=2.5)
        np.testing.assert_array_equal(together.scores[column], alone.scores)
        assert together.status[column] == alone.status[column]
        rows = together.flags[together.flags["series"] == column].reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, alone.flags, check_dtype=False)


def test_the_way_back_of_an_additive_outlier_is_not_flagged_but_a_second_one_is():
    rng = np.random.default_rng(8)
    levels = years(100 * np.exp(np.cumsum(rng.normal(0.05, 0.01, 24))))
    levels.iloc[10] *= 2
    levels.iloc[12] *= 2
    assert found(levels) == [("2010", "additive"), ("2012", "additive")]


def test_two_odd_figures_in_a_row_are_two_shifts():
    rng = np.random.default_rng(8)
    levels = years(100 * np.exp(np.cumsum(rng.normal(0.05, 0.01, 24))))
    levels.iloc[10:12] *= 2
    assert found(levels) == [("2010", "level shift"), ("2012", "level shift")]


def test_the_kind_at_the_end_and_before_a_gap_is_undetermined():
    levels = walk(4, sd=0.01)[0]
    levels.iloc[-1] *= 2
    levels.iloc[10] *= 2
    levels.iloc[11] = np.nan
    assert found(levels) == [("2010", "undetermined"), ("2029", "undetermined")]
    assert found(levels.drop(levels.index[11])) == found(levels)  # a gap is a missing figure


def test_growth_is_never_taken_across_a_gap():
    levels = walk(4)[0]
    gap = levels.drop(levels.index[[9, 10, 11]])
    scores = flag_outliers(gap).scores
    assert math.isnan(scores.iloc[9])
    assert scores.isna().sum() == 2


@pytest.mark.parametrize("start", [100.0, 1.0, 3e-7, 4e11])
def test_constant_growth_has_no_outliers_and_says_so(start):
    result = flag_outliers(years(start * 1.07 ** np.arange(25)))
    assert result.status.tolist() == ["constant growth"]
    assert len(result) == 0
    assert result.scores.isna().all()
    assert flag_outliers(years([start] * 9)).status.tolist() == ["constant growth"]


def test_one_odd_growth_among_equal_ones_is_flagged_against_the_mean_deviation():
    # differences 1 (nine times) and 11: MAD 0, mean absolute deviation 10 / 10 = 1, score 10 * 0.7979 / 1
    result = flag_outliers(years(np.cumsum([0.0, 1, 1, 1, 1, 11, 1, 1, 1, 1, 1])), scale="difference")
    assert result.status.tolist() == ["checked against the mean deviation"]
    (row,) = result.flags.itertuples()
    assert (str(row.period), row.kind) == ("2005", "level shift")
    assert row.score == pytest.approx(10 * math.sqrt(2 / math.pi), rel=1e-12)


@pytest.mark.parametrize(("n", "status"), [(n, "too short") for n in (0, 1, 5)] + [(6, "checked")])
def test_short_series_are_not_checked(n, status):
    result = flag_outliers(walk(2, 30)[0].iloc[:n])
    assert result.status.tolist() == [status]
    assert len(result.scores) == n
    if status == "too short":
        assert len(result) == 0
        assert result.scores.isna().all()


def test_months_of_too_few_years_are_not_compared_with_each_other():
    levels = walk(2, 48, "M")[0]  # growth of January in three years alone
    assert flag_outliers(levels).status.tolist() == ["too short"]
    assert flag_outliers(levels, seasonal=False).status.tolist() == ["checked"]
    assert flag_outliers(walk(2, 49, "M")[0]).status.tolist() == ["checked"]


def test_levels_that_are_not_positive_have_no_logarithms():
    frame = pd.DataFrame({"a": walk(1)[0], "b": walk(1)[0].where(walk(1)[0].index.year != 2003, 0.0)})
    assert flag_outliers(frame).status.tolist() == ["checked", "not positive"]
    assert flag_outliers(frame, scale="difference").status.tolist() == ["checked", "checked"]


def test_results_have_the_shape_of_the_input_and_print_themselves():
    frame = pd.DataFrame({"甲": walk(1)[0], "乙": walk(2)[0] * 0 + 5})
    frame.iloc[8, 0] *= 4
    result = flag_outliers(frame)
    pd.testing.assert_index_equal(result.scores.index, frame.index)
    pd.testing.assert_index_equal(result.scores.columns, frame.columns)
    assert result.flags.loc[0, "value"] == frame.iloc[8, 0]
    for words in ("outliers of growth, threshold 3.5", "1 series: constant growth", "甲 2008: additive"):
        assert words in str(result)
    assert isinstance(flag_outliers(frame["甲"]).scores, pd.Series)
    assert isinstance(flag_outliers(frame["甲"].astype("Float64")).scores, pd.Series)


@pytest.mark.parametrize(
    "options", [{"threshold": 0}, {"threshold": math.nan}, {"scale": "log2"}, {"seasonal": 1}]
)
def test_unknown_options_are_refused(options):
    with pytest.raises(ParameterError):
        flag_outliers(years(range(1, 9)), **options)


def test_other_axes_and_figures_are_refused():
    with pytest.raises(PeriodError):
        flag_outliers(pd.Series(np.arange(9.0)))
    with pytest.raises(PeriodError):
        flag_outliers(years(range(1, 9))[::-1])
    with pytest.raises(SeriesError):
        flag_outliers(years([1, 2, math.inf, 4, 5, 6, 7]))
    with pytest.raises(SeriesError):
        flag_outliers(years(range(1, 9)).astype(str))
