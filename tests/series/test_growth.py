import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.errors import CoverageError, PeriodError
from cbs_analysis.series.growth import cagr, chain_growth, mean_growth, required_cagr, yoy
from cbs_analysis.series.inequality import gap, ratio
from cbs_analysis.series.prices import real_growth


def years(*labels):
    return pd.PeriodIndex([str(y) for y in labels], freq="Y")


def test_level_method_agrees_with_the_worked_example():
    # 100 -> 118 in three years, target 134 after five: 5.672 % against 6.028 %
    assert cagr(100, 118, 3) == pytest.approx(5.672, abs=5e-4)
    assert required_cagr(100, 134, 5) == pytest.approx(6.028, abs=5e-4)


@pytest.mark.parametrize("bad", [(0, 118, 3), (100, -1, 3), (100, 118, 0), (math.nan, 118, 3)])
def test_growth_without_meaning_is_nan(bad):
    assert math.isnan(cagr(*bad))


def test_a_gap_is_never_bridged():
    growth = yoy(pd.Series([100.0, 110.0, 121.0], years(2018, 2020, 2021)))
    assert math.isnan(growth.iloc[0])
    assert math.isnan(growth.iloc[1])
    assert growth.iloc[2] == pytest.approx(10.0)


def test_quarters_compare_with_the_same_quarter_of_the_year_before():
    index = pd.period_range("2022Q1", periods=8, freq="Q")
    growth = yoy(pd.Series([1.0, 2, 3, 4, 2, 3, 4, 5], index))
    assert growth.iloc[4:].round(1).tolist() == [100.0, 50.0, 33.3, 25.0]


def test_an_index_of_plain_integers_is_refused():
    with pytest.raises(PeriodError, match="PeriodIndex"):
        yoy(pd.Series([1.0, 2.0], index=[2020, 2021]))


def test_chaining_across_a_gap_is_refused_with_the_year():
    with pytest.raises(CoverageError, match="2021"):
        chain_growth(pd.Series([5.0, 5.0], years(2020, 2022)))


@given(st.lists(st.floats(-20, 30), min_size=1, max_size=12))
def test_chain_and_yoy_are_inverse(rates):
    series = pd.Series(rates, pd.period_range("2000", periods=len(rates), freq="Y"))
    assert np.allclose(yoy(chain_growth(series)).dropna(), series)


@given(st.lists(st.floats(-20, 30), min_size=1, max_size=12), st.floats(0.01, 1e6))
def test_rescaling_levels_keeps_growth(rates, factor):
    levels = chain_growth(pd.Series(rates, pd.period_range("2000", periods=len(rates), freq="Y")))
    assert np.allclose(yoy(levels * factor).dropna(), yoy(levels).dropna())


@given(st.lists(st.floats(-20, 30), min_size=1, max_size=12))
def test_mean_growth_reaches_the_same_end(rates):
    series = pd.Series(rates)
    end = float(np.prod(1 + series / 100))
    assert (1 + mean_growth(series) / 100) ** len(rates) == pytest.approx(end)


def test_missing_in_missing_out():
    assert math.isnan(mean_growth(pd.Series([5.0, math.nan])))
    assert chain_growth(pd.Series([5.0, math.nan, 5.0], years(2021, 2022, 2023))).isna().tolist() == [
        False, False, True, True,
    ]  # fmt: skip


def test_published_real_growth_is_nominal_growth_over_prices():
    # nation 2022, as printed: income 5.0 % nominal, 2.9 % real; consumer prices 2.0 %
    real = real_growth(pd.Series([5.0], years(2022)), by=pd.Series([102.0], years(2022)))
    assert real.round(1).tolist() == [2.9]


def test_published_ratio_2020():
    urban, rural = pd.Series([43834.0], years(2020)), pd.Series([17131.0], years(2020))
    assert ratio(urban, rural).round(2).tolist() == [2.56]
    assert gap(urban, rural).tolist() == [26703.0]
    assert ratio(urban, rural * 0).isna().all()
