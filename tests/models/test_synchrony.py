import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cbs_analysis.errors import CoverageError
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
