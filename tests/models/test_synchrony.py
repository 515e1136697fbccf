import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cbs_analysis.errors import CoverageError, ModelRefused, ParameterError, PeriodError
from cbs_analysis.models import fit_synchrony


def series(values, first=2021):
    return pd.Series(values, pd.period_range(str(first), periods=len(values), freq="Y"))


def test_the_bureaus_elasticity_is_reproduced():
    # NBS 2013: real income 7.0 % against GDP 7.7 %: elasticity .91
    result = fit_synchrony(series([7.0, 7.0, 7.0]), series([7.7, 7.7, 7.7]))
    assert result.elasticity == pytest.approx(0.909, abs=5e-4)
    assert result.state == "slower"


def test_nation_2021_2022_is_in_step_and_gives_no_probability():
    # as printed: income 8.1, 2.9; GDP 8.1, 3.0
    result = fit_synchrony(series([8.1, 2.9]), series([8.1, 3.0]))
    assert result.state == "in_step"
    assert result.p_holds is None
    assert math.isnan(result.conf_int_gap[0])
    assert "不作概率判断" in result.finding("zh")


def test_interval_is_student_t_of_the_yearly_gaps():
    income, growth = series([8.1, 2.9, 6.1, 5.1]), series([8.4, 3.1, 5.4, 5.0])
    result = fit_synchrony(income, growth, alpha=0.1)
    gaps = (income - growth).to_numpy()
    low, high = stats.t.interval(0.9, 3, gaps.mean(), gaps.std(ddof=1) / 2)
    assert result.conf_int_gap == pytest.approx((low, high))


def test_a_missing_year_in_between_is_refused_and_named():
    with pytest.raises(CoverageError, match="2022"):
        fit_synchrony(series([8.0, np.nan, 6.0]), series([8.0, 3.0, 5.0]))


def test_nothing_in_common_is_refused_with_both_spans():
    with pytest.raises(CoverageError, match="no year in common") as caught:
        fit_synchrony(series([5.0], 2015), series([5.0], 2021))
    assert "2015" in caught.value.faults[0].got


def test_the_result_prints_itself_the_same_every_time():
    result = fit_synchrony(series([8.1, 2.9, 6.1]), series([8.1, 3.0, 5.4]))
    assert str(result) == str(fit_synchrony(series([8.1, 2.9, 6.1]), series([8.1, 3.0, 5.4])))
    assert list(result.to_frame().columns) == ["income", "growth", "gap", "income_index", "growth_index"]


# beside Student's t


def test_every_year_below_the_band_gives_the_sign_test_its_smallest_p():
    result = fit_synchrony(series([3.0, 4.0, 3.5, 4.1]), series([5.0, 6.0, 5.1, 5.0]))
    # P(4 of 4) = 1 / 16
    assert result.diagnostics["sign test, p that the median gap is not below"] == pytest.approx(1 / 16)
    assert result.diagnostics["smallest p the sign test can give"] == pytest.approx(1 / 16)
    assert result.sensitivity["bootstrap probability of keeping pace"] < 0.05
    assert result.p_holds <= 0.1


def test_fewer_than_three_years_refuse_the_probability_and_nothing_else():
    result = fit_synchrony(series([8.1, 2.9]), series([8.1, 3.0]))
    assert [f.code for f in result.refused] == ["short_sample"]
    assert result.sensitivity == {}
    assert result.index["income"].iloc[-1] == pytest.approx(108.1 * 1.029)


def test_without_growth_there_is_no_elasticity_of_the_year():
    result = fit_synchrony(series([3.0, 4.0, 5.0]), series([0.5, 2.0, -4.0]))
    assert np.isnan(result.elasticity_by_year.iloc[0])
    assert result.elasticity_by_year.iloc[1:].tolist() == [2.0, -1.25]


def test_the_band_decides_what_counts_as_in_step():
    income, growth = series([6.0, 6.1, 6.2]), series([5.2, 5.3, 5.4])
    assert fit_synchrony(income, growth).state == "faster"
    assert fit_synchrony(income, growth, band=1.0).state == "in_step"


def test_the_sentence_says_against_what():
    result = fit_synchrony(series([7.0] * 3), series([7.1] * 3), against="gdp_per_capita")
    assert "与人均国内生产总值增长基本同步" in result.finding("zh")
    assert "GDP per head" in result.finding("en")


def test_it_is_a_result_like_all_others():
    result = fit_synchrony(series([8.1, 2.9, 6.1]), series([8.4, 3.1, 5.4]))
    low, high = result.conf_int().loc["mean gap"]
    assert (low, high) == pytest.approx(result.conf_int_gap)
    assert result.pvalues["mean gap"] == pytest.approx(stats.ttest_1samp(result.gap, 0).pvalue)


@pytest.mark.parametrize("options", [{"band": -1}, {"alpha": 2}, {"against": "gnp"}])
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(ParameterError):
        fit_synchrony(series([1.0, 2.0]), series([1.0, 2.0]), **options)


def test_levels_in_place_of_growth_are_refused():
    with pytest.raises(ModelRefused) as caught:
        fit_synchrony(series([32189.0, 35128.0]), series([2.2, 8.1]))
    assert caught.value.faults[0].code == "not_growth"


def test_quarters_are_refused():
    quarters = pd.Series([5.0, 6.0], pd.period_range("2021Q1", periods=2, freq="Q"))
    with pytest.raises(PeriodError):
        fit_synchrony(quarters, quarters)


def test_a_single_year_is_told_as_one_year_without_an_average():
    year = pd.period_range("2020", "2020", freq="Y")
    told = fit_synchrony(pd.Series([2.1], year), pd.Series([2.3], year))
    assert told.finding("zh").startswith("2020年居民收入实际增长2.1%，")
    assert "2020—2020" not in told.finding("zh")
    assert told.finding("en").startswith("In 2020 household income ")
    assert "a year in" not in told.finding("en")
