import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.tsa.stattools import diebold_mariano_test

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.forecast_accuracy import diebold_mariano

RNG = np.random.default_rng(11)
FIRST, SECOND = RNG.normal(size=15), 1.3 * RNG.normal(size=15)


def test_one_step_ahead_is_the_corrected_test_of_statsmodels():
    other = diebold_mariano_test(np.zeros(15), -FIRST, -SECOND, lags=0, harvey_adj=True, horizon=1)
    test = diebold_mariano(FIRST, SECOND, h=1)
    assert test.statistic == pytest.approx(other.statistic, rel=1e-10)
    assert test.pvalue == pytest.approx(other.pvalue, rel=1e-10)


def test_p_values_have_n_minus_one_degrees_of_freedom():
    # R forecast 8.20, dm.test on 15 pairs of errors: statistic and p value
    for statistic, p in ((1.7121812975, 0.1089141485), (1.94201156771, 0.07253211406)):
        assert 2 * stats.t.sf(statistic, 14) == pytest.approx(p, abs=1e-8)
    test = diebold_mariano(FIRST, SECOND, h=2)
    assert test.pvalue == pytest.approx(2 * stats.t.sf(abs(test.statistic), 14))


def test_two_steps_ahead_are_worked_by_hand():
    # losses differ by d = 3, 1, 2, 0, 4, 2: mean 2, deviations 1 -1 0 -2 2 0
    # c0 = 10/6, c1 = (-1 + 0 + 0 - 4 + 0)/6 = -5/6; variance (c0 + 2 c1)/6 = 0: one step ahead is used
    d = np.array([3.0, 1, 2, 0, 4, 2])
    test = diebold_mariano(np.sqrt(d), np.zeros(6), h=2)
    assert test.warnings
    assert test.h == 1
    assert test.statistic == pytest.approx(2 / np.sqrt(10 / 36) * np.sqrt(5 / 6))
    # d = 1, 2, 3, 4, 6: deviations -2.2 -1.2 -.2 .8 2.8; c0 = 14.8/5, c1 = (2.64 + .24 - .16 + 2.24)/5
    d = np.array([1.0, 2, 3, 4, 6])
    test = diebold_mariano(np.sqrt(d), np.zeros(5), h=2)
    factor = (5 + 1 - 4 + 2 * 1 / 5) / 5
    assert test.statistic == pytest.approx(3.2 / np.sqrt((2.96 + 2 * 0.992) / 5) * np.sqrt(factor))
    assert test.warnings == ()


def test_swapping_the_forecasts_changes_the_sign_alone_and_units_do_not_matter():
    first, second = diebold_mariano(FIRST, SECOND, h=2), diebold_mariano(SECOND, FIRST, h=2)
    assert first.statistic == pytest.approx(-second.statistic)
    assert first.pvalue == pytest.approx(second.pvalue)
    assert diebold_mariano(100 * FIRST, 100 * SECOND, h=2).statistic == pytest.approx(first.statistic)


def test_equal_forecasts_are_rejected_as_often_as_promised():
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(1000):
        e = rng.normal(size=(2, 21))
        smooth = e[:, 1:] + 0.5 * e[:, :-1]  # two steps ahead: correlated at the first lag
        hits += diebold_mariano(smooth[0], smooth[1], h=2).pvalue < 0.1
    assert 0.06 < hits / 1000 < 0.16


def test_bad_errors_are_refused():
    with pytest.raises(ModelRefused) as error:
        diebold_mariano([1.0, np.nan], [1.0, 2.0])
    assert {f.code for f in error.value.faults} == {"gap", "short_sample"}
    with pytest.raises(ModelRefused) as error:
        diebold_mariano(FIRST, FIRST)
    assert error.value.faults[0].code == "constant"
    with pytest.raises(ParameterError):
        diebold_mariano(FIRST, SECOND[:-1])
    index = pd.period_range("2000", periods=15, freq="Y")
    with pytest.raises(ParameterError, match="same periods"):
        diebold_mariano(pd.Series(FIRST, index), pd.Series(SECOND, index + 1))
