"""Employment elasticity: arcs by hand, differences and levels, refusals, sentences."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.elasticity import arc_elasticity, fit_employment_elasticity
from cbs_analysis.models.regression import fit_regression

from .test_regression import codes, years

POSITIVE = st.floats(1, 1e6)


def economy(elasticity=0.3, noise=0.003, n=20, seed=3):
    rng = np.random.default_rng(seed)
    growth = rng.normal(0.07, 0.02, n)
    output = years(np.exp(growth.cumsum()))
    return years(1e6 * np.exp((elasticity * growth + rng.normal(0, noise, n)).cumsum())), output


class Evidence:
    cointegrated = True
    evidence = "made up: F = 9"


def test_arc_elasticity_by_hand():
    # employment 100 to 102, output 200 to 210: (2 / 101) / (10 / 205) = .4059
    table = arc_elasticity(years([100, 102]), years([200, 210]))
    assert table["elasticity"].iloc[1] == pytest.approx(2 / 101 / (10 / 205))
    assert np.isnan(table["elasticity"].iloc[0])


def test_where_output_hardly_moves_there_is_no_arc_elasticity():
    table = arc_elasticity(years([100, 101, 102]), years([100, 100.9, 103]))
    assert table["elasticity"].isna().tolist() == [True, True, False]
    assert arc_elasticity(years([100, 101]), years([100, 100.9]), floor=0.5)["elasticity"].notna().iloc[1]


@given(POSITIVE, POSITIVE, POSITIVE, POSITIVE)
def test_an_arc_is_the_same_backwards(e0, e1, y0, y1):
    there = arc_elasticity(years([e0, e1]), years([y0, y1]))["elasticity"].iloc[1]
    back = arc_elasticity(years([e1, e0]), years([y1, y0]))["elasticity"].iloc[1]
    assert there == pytest.approx(back, nan_ok=True)


def test_a_gap_is_not_bridged_by_an_arc():
    jobs = pd.Series([100.0, 104.0], pd.PeriodIndex(["2001", "2003"], freq="Y"))
    assert arc_elasticity(jobs, years([100, 105, 110]))["elasticity"].isna().all()


def test_the_elasticity_is_the_regression_of_log_changes():
    jobs, output = economy()
    result = fit_employment_elasticity(jobs, output)
    slope = np.polyfit(np.diff(np.log(output)), np.diff(np.log(jobs)), 1)[0]
    assert result.params["elasticity"] == pytest.approx(slope)
    low, high = result.conf_int().loc["elasticity"]
    assert low < 0.3 < high
    assert result.nobs == 19


def test_units_do_not_matter():
    jobs, output = economy()
    one, other = fit_employment_elasticity(jobs, output), fit_employment_elasticity(jobs / 1e4, output * 1e8)
    assert other.params["elasticity"] == pytest.approx(one.params["elasticity"])


def test_quarters_are_compared_with_the_year_before():
    rng = np.random.default_rng(0)
    index = pd.period_range("2015Q1", periods=30, freq="Q")
    season = np.tile([1.0, 1.1, 1.2, 1.3], 8)[:30]
    output = pd.Series(season * np.exp(rng.normal(0.02, 0.02, 30).cumsum()), index)
    jobs = pd.Series(season**2 * output.to_numpy() ** 0.4, index)
    assert fit_employment_elasticity(jobs * (1 + rng.normal(0, 1e-4, 30)), output).params["elasticity"] == (
        pytest.approx(0.4, abs=0.01)
    )


def test_levels_without_evidence_are_refused():
    rng = np.random.default_rng(5)
    walks = [years(np.exp(rng.normal(0.05, 0.03, 25).cumsum())) for _ in "ab"]
    with pytest.raises(ModelRefused) as caught:
        fit_employment_elasticity(*walks, form="levels")
    assert "levels_without_evidence" in codes(caught)


def test_levels_with_evidence_are_estimated_and_say_so():
    jobs, output = economy()
    result = fit_employment_elasticity(jobs, output, form="levels", evidence=Evidence())
    slope = np.polyfit(np.log(output), np.log(jobs), 1)[0]
    assert result.params["elasticity"] == pytest.approx(slope)
    assert result.evidence == "made up: F = 9"


def test_growth_rates_in_place_of_levels_are_refused_with_the_other_reasons():
    with pytest.raises(ModelRefused) as caught:
        fit_employment_elasticity(years([1.0, -0.5, 2.0]), years([100, 106, 112]))
    assert codes(caught) == {"negative", "short_sample"}


@pytest.mark.parametrize(
    ("jobs", "code"),
    [(years([5.0] * 20), "constant"), (years([np.nan if i == 9 else 100 + i for i in range(20)]), "gap")],
)
def test_samples_that_carry_no_elasticity_are_refused(jobs, code):
    with pytest.raises(ModelRefused) as caught:
        fit_employment_elasticity(jobs, economy()[1])
    assert code in codes(caught)


def test_an_unknown_form_is_refused():
    with pytest.raises(ParameterError):
        fit_employment_elasticity(*economy(), form="logs")


def test_the_sentence_follows_the_evidence():
    sure = fit_employment_elasticity(*economy())
    assert "就业弹性为" in sure.finding("zh")
    assert "相关关系" in sure.finding("zh")
    unsure = fit_employment_elasticity(*economy(elasticity=0.0, noise=0.02))
    assert "未发现" in unsure.finding("zh")
    assert "可检出的最小弹性" in unsure.finding("zh")
    assert "minimum detectable" in unsure.finding("en")


def test_the_parts_agree_with_the_plain_regression():
    jobs, output = economy()
    logs = [100 * np.log(x).diff() for x in (jobs, output)]
    plain = fit_regression(logs[0].rename("a"), logs[1].rename("b"))
    limits = fit_employment_elasticity(jobs, output).conf_int()
    assert limits.to_numpy() == pytest.approx(plain.conf_int().to_numpy())
