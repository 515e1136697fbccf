import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cbs_analysis.errors import CoverageError
from cbs_analysis.models import fit_outlook, fit_sum_outlook


def test_sum_agrees_with_the_worked_example():
    # 700, 520, 610 of 3,000 with two years left: P = .605, reported in steps of 5 points
    assert fit_sum_outlook(pd.Series([700.0, 520.0, 610.0]), years_left=2, total=3000).probability == 0.60


def test_probability_is_student_t_of_the_log_steps():
    levels = pd.Series([100.0, 104, 107, 113, 118, 121])
    steps = np.diff(np.log(levels))
    m, h, target = 5, 2, 130.0
    scale = steps.std(ddof=1) * np.sqrt(h * (1 + h / m))
    expected = stats.t.sf((np.log(target) - np.log(121) - h * steps.mean()) / scale, m - 1)
    outlook = fit_outlook(levels, horizon=h, target=target, side="at_least")
    assert outlook.probability == pytest.approx(round(expected * 20) / 20)
    assert outlook.interval[0] < outlook.median < outlook.interval[1]


def test_a_share_never_passes_one_hundred():
    outlook = fit_outlook(
        pd.Series([90.0, 93.0, 95.5, 97.0, 98.2]), horizon=3, target=99, side="at_least", share=True
    )
    assert outlook.interval[1] < 100
    assert "logits" in outlook.method


def test_probability_stays_inside_its_bounds():
    steady = pd.Series([100.0, 110.0, 121.0, 133.1])
    assert fit_outlook(steady, horizon=2, target=140, side="at_least").probability == 0.95
    assert fit_outlook(steady, horizon=2, target=1e6, side="at_least").probability == 0.05


@pytest.mark.parametrize("levels", [[1.0, 2.0], [1.0, 2.0, 3.0], [1.0, np.nan, 3.0, 4.0, 5.0]])
def test_too_few_or_broken_series_get_no_probability(levels):
    with pytest.raises(CoverageError, match="too few"):
        fit_outlook(pd.Series(levels), horizon=2, target=5, side="at_least")


def test_four_changes_or_fewer_are_of_low_confidence():
    assert fit_outlook(pd.Series([1.0, 2, 3, 5, 6]), horizon=1, target=7, side="at_least").confidence == "low"
    longer = pd.Series([1.0, 2, 3, 5, 6, 7, 9])
    assert fit_outlook(longer, horizon=1, target=7, side="at_least").confidence == "moderate"
