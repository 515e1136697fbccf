import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from cbs_analysis.errors import CoverageError, ParameterError
from cbs_analysis.models import fit_limit_outlook, fit_outlook
from cbs_analysis.models.limit_outlook import _paths

LEVELS = [3.61, 3.72, 3.55, 3.64, 3.48]


def test_paths_of_a_long_series_obey_the_law_of_sparre_andersen():
    # P(S1 <= 0, ..., Sn <= 0) of a symmetric walk is C(2n, n) / 4^n whatever its steps: 1/2, 3/8, 5/16
    paths = _paths(10**6, 4, 200_000, 1)
    for n in (1, 2, 3, 4):
        share = (paths[:n] <= 0).all(axis=0).mean()
        assert share == pytest.approx(math.comb(2 * n, n) / 4**n, abs=0.004)


@pytest.mark.parametrize("year", [1, 2, 3])
def test_each_year_alone_has_the_student_distribution_of_the_outlook(year):
    m = 4
    scale = math.sqrt(year * (1 + year / m))
    share = (_paths(m, 3, 200_000, 1)[year - 1] <= 1.3).mean()
    assert share == pytest.approx(stats.t.cdf(1.3 / scale, m - 1), abs=0.004)


@pytest.mark.parametrize("limit", [3.4, 3.5, 3.7])
def test_all_years_lie_between_the_product_and_the_least_of_single_years(limit):
    kind = {"side": "at_most", "share": True}
    single = [fit_outlook(LEVELS, horizon=h, target=limit, **kind).probability for h in (1, 2, 3)]
    joint = fit_limit_outlook(LEVELS, horizon=3, limit=limit, **kind).probability
    assert np.prod(single) - 0.05 <= joint <= min(single) + 0.05


def test_one_year_is_the_outlook_of_that_year():
    for limit in (3.3, 3.5, 3.8):
        one = fit_limit_outlook(LEVELS, horizon=1, limit=limit, side="at_least").probability
        assert one == pytest.approx(
            fit_outlook(LEVELS, horizon=1, target=limit, side="at_least").probability, abs=0.051
        )


def test_a_mirrored_series_has_the_same_probability_on_the_other_side():
    # levels below zero stay on the plain scale, of which alone a mirror image is possible
    rows = [-2.0, -1.4, -1.9, -1.1, -1.6]
    low = fit_limit_outlook(rows, horizon=3, limit=-0.5, side="at_most")
    mirrored = fit_limit_outlook([-10 - v for v in rows], horizon=3, limit=-9.5, side="at_least")
    assert "plain" in low.method
    assert 0.05 < low.probability == mirrored.probability < 0.95


def test_a_constant_series_keeps_what_it_keeps():
    assert fit_limit_outlook([4.0] * 5, horizon=2, limit=4.0, side="at_most").probability == 0.95
    assert fit_limit_outlook([4.0] * 5, horizon=2, limit=3.9, side="at_most").probability == 0.05


def test_a_series_and_a_list_are_read_alike_and_few_changes_are_of_low_confidence():
    years = pd.period_range("2018", periods=5, freq="Y")
    kind = {"horizon": 2, "limit": 3.6, "side": "at_most"}
    assert fit_limit_outlook(pd.Series(LEVELS, years), **kind) == fit_limit_outlook(LEVELS, **kind)
    assert fit_limit_outlook(LEVELS, **kind).confidence == "low"


def test_too_few_figures_and_no_year_to_come_are_refused():
    with pytest.raises(CoverageError, match="too few"):
        fit_limit_outlook([1.0, 2.0, 3.0], horizon=1, limit=4, side="at_most")
    with pytest.raises(ParameterError, match="horizon"):
        fit_limit_outlook(LEVELS, horizon=0, limit=4, side="at_most")
