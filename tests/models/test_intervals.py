"""Arithmetic of intervals: against statsmodels, against simulation, and their coverage."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cbs_analysis.models.intervals import (
    autocorrelation,
    corrected_rho,
    cusum,
    newey_west_se,
    prais_winsten,
    rho_curve,
    sieve_bootstrap,
    sieve_errors,
)


def autoregression(n, rho, rng, draws=None):
    shape = (n + 60,) if draws is None else (n + 60, draws)
    e = rng.standard_normal(shape)
    for t in range(1, n + 60):
        e[t] += rho * e[t - 1]
    return e[60:].T


def design(n, seed=0):
    rng = np.random.default_rng(seed)
    return np.column_stack([np.ones(n), autoregression(n, 0.5, rng)]), rng


@given(st.integers(8, 40), st.integers(0, 6), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_newey_west_errors_are_those_of_statsmodels(n, lags, seed):
    z, rng = design(n, seed)
    y = rng.standard_normal(n)
    fit = sm.OLS(y, z).fit()
    robust = fit.get_robustcov_results("HAC", maxlags=lags, use_correction=False)
    assert newey_west_se(np.linalg.pinv(z), fit.resid, lags) == pytest.approx(robust.bse, rel=1e-9)


def test_newey_west_errors_of_many_samples_are_those_of_each():
    z, rng = design(15)
    resid = rng.standard_normal((4, 15))
    inverse = np.linalg.pinv(z)
    many = newey_west_se(inverse, resid, 2)
    assert many.shape == (4, 2)
    assert many[3] == pytest.approx(newey_west_se(inverse, resid[3], 2))


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_the_correction_undoes_the_bias_of_residuals(rho):
    # simulated residuals of a trend in 15 years; their mean autocorrelation is far below rho
    z = np.column_stack([np.ones(15), np.arange(15.0)])
    errors = autoregression(15, rho, np.random.default_rng(1), draws=20_000)
    off = errors - errors @ np.linalg.pinv(z).T @ z.T
    mean = float(autocorrelation(off).mean())
    assert mean < rho - 0.1
    assert np.interp(mean, *rho_curve(z)) == pytest.approx(rho, abs=0.04)


def test_the_correction_for_a_constant_is_kendalls():
    # Kendall (1954), Marriott & Pope (1954): E r = rho - (1 + 3 rho) / n
    found, grid = rho_curve(np.ones((200, 1)))
    assert np.interp(0.5, grid, found) == pytest.approx(0.5 - 2.5 / 200, abs=2e-3)


def test_drawn_errors_have_the_autocorrelation_asked_for():
    resid = np.random.default_rng(2).standard_normal(40)
    drawn = sieve_errors(resid, 0.7, 3000, np.random.default_rng(3))
    assert drawn.shape == (3000, 40)
    assert (drawn[:, 1:] * drawn[:, :-1]).sum() / (drawn[:, :-1] ** 2).sum() == pytest.approx(0.7, abs=0.02)
    rows = sieve_errors(np.tile(resid, (3, 1)), np.array([0.0, 0.3, 0.6]), 3, np.random.default_rng(3))
    assert rows.shape == (3, 40)


def test_prais_winsten_without_autocorrelation_is_least_squares():
    # residuals whose products with those before them add up to 0, orthogonal to the regressor
    resid, z = np.array([1.0, 1, -1, -1, 1]), np.array([[1.0], [-1], [0], [0], [0]])
    found = prais_winsten(resid + 2 * z[:, 0], z)
    assert found.rho == pytest.approx(0, abs=1e-12)
    assert found.estimates == pytest.approx([2.0])
    assert found.bse == pytest.approx([np.sqrt(5 / 4 / 2)])
    assert (found.df, found.converged) == (3, True)


def test_prais_winsten_says_when_it_did_not_rest():
    rng = np.random.default_rng(0)
    y, z = rng.standard_normal(12).cumsum(), np.column_stack([np.ones(12), np.arange(12.0)])
    assert not prais_winsten(y, z, iterations=1).converged


def test_cusum_of_a_constant_step_by_hand():
    # residuals -1 (5 times), +1 (5 times): largest sum 5, s = sqrt(10 / 9)
    size, p = cusum(np.repeat([-1.0, 1.0], 5), 1)
    assert size == pytest.approx(5 / np.sqrt(10 / 9 * 10))
    assert p == pytest.approx(float(stats.kstwobign.sf(size)))


@given(st.floats(0.1, 1000), st.floats(-50, 50))
@settings(max_examples=20, deadline=None)
def test_scale_and_level_do_not_change_the_t_ratios(scale, level):
    z, rng = design(15)
    y = rng.standard_normal(15)
    one = sieve_bootstrap(y, z, draws=50, seed=1)
    other = sieve_bootstrap(scale * y + level, z, draws=50, seed=1)
    assert other.t == pytest.approx(one.t, rel=1e-5, abs=1e-7)
    assert other.interval(0.1)[1] == pytest.approx(scale * one.interval(0.1)[1], rel=1e-6, abs=1e-7)


def test_interval_and_p_value_agree():
    z, rng = design(20)
    sieve = sieve_bootstrap(0.4 * z[:, 1] + rng.standard_normal(20), z, draws=999)
    for alpha in (0.05, 0.2):
        low, high = sieve.interval(alpha)[1]
        assert sieve.pvalues(low - 1e-9)[1] <= alpha + 0.002
        assert sieve.pvalues((low + 3 * high) / 4)[1] > alpha


def test_the_default_interval_covers_what_students_t_does_not():
    # 15 years, errors of autocorrelation .6: nominal .95
    rng, reps, hits = np.random.default_rng(5), 300, np.zeros(2)
    for _ in range(reps):
        x = autoregression(15, 0.5, rng)
        z = np.column_stack([np.ones(15), x])
        y = 0.3 * x + autoregression(15, 0.6, rng)
        sieve = sieve_bootstrap(y, z, draws=199, seed=rng)
        resid = y - z @ sieve.estimates
        half = stats.t.ppf(0.975, 13) * np.sqrt(resid @ resid / 13 * np.linalg.inv(z.T @ z)[1, 1])
        low, high = sieve.interval(0.05)[1]
        hits += [low <= 0.3 <= high, abs(sieve.estimates[1] - 0.3) <= half]
    assert hits[0] / reps > 0.90
    assert hits[0] > hits[1]


def test_the_correction_is_bounded():
    e = np.ones(10) + np.arange(10) * 1e-3
    assert corrected_rho(e, np.ones((10, 1))) == pytest.approx(0.95)
