"""Breaks: values printed by others, dynamic programming, dates, known dates, refusals, sentences."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.datasets import nile

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.stability import fit_breaks
from cbs_analysis.models.stability_numbers import (
    argmax_quantiles,
    best_partitions,
    chow_statistics,
    segment_rss,
    supf_pvalue,
)
from cbs_analysis.series.breaks import Break

from .test_regression import EXPECTED, codes, expected, table, years


@pytest.fixture(scope="module")
def river():
    return (
        nile.load_pandas().data["volume"].set_axis(pd.period_range("1871", "1970", freq="Y")).rename("flow")
    )


@pytest.fixture(scope="module")
def river_breaks(river):
    return fit_breaks(river, alpha=0.05)


def test_the_river_as_printed(river_breaks):
    r = river_breaks
    found = {f"RSS m={m}": r.table.at[m, "rss"] for m in range(4)}
    found |= {f"BIC m={m}": r.table.at[m, "bic"] for m in range(3)}
    found |= {"break year": r.dates[0].year, "supF": r.supf}
    assert found == expected("bai_perron_nile")
    assert (r.breaks, r.supf_date.year, r.found) == (1, 1898, True)


def test_the_date_of_the_river_has_the_published_interval(river_breaks):
    # Zeileis et al. (2003), Computational Statistics & Data Analysis 44, 109-123: 1895 to 1902 at 95 %
    assert [p.year for p in river_breaks.date_intervals.loc[1]] == [1895, 1898, 1902]


def test_growth_and_unemployment_of_the_usa_break_as_printed():
    data = table("okun_usa")
    r = fit_breaks(data["pcrgdp"], data["cunem"])
    values = expected("okun_wooldridge")
    assert r.supf == values["supF (15% trim, k*F)"]
    assert r.supf_date.year == values["supF break year"]
    assert r.cusum == values["OLS-CUSUM S0"]


def test_asymptotic_p_values_are_those_of_the_printed_critical_values():
    rows = EXPECTED[EXPECTED["case"] == "supf_critical"]
    assert len(rows) == 15
    for name, value in zip(rows["statistic"], rows["expected"], strict=True):
        k, size = name.split()
        assert supf_pvalue(value, int(k), (0.85 / 0.15) ** 2) == pytest.approx(float(size), rel=0.12)


def test_quantiles_of_a_date_are_those_of_bai_where_both_sides_are_alike():
    # Bai (1997), Review of Economics and Statistics 79, 551-563: 7.7 at 90 %, 11.0 at 95 %; quoted
    assert argmax_quantiles(0.10) == pytest.approx((-7.7, 7.7), abs=0.05)
    assert argmax_quantiles(0.05) == pytest.approx((-11.0, 11.0), abs=0.05)


def test_quantiles_of_a_date_agree_with_simulated_paths_where_sides_differ():
    rng, step, n = np.random.default_rng(0), 0.02, 2500
    time = step * np.arange(1, n + 1)
    before = rng.standard_normal((1500, n)).cumsum(axis=1) * np.sqrt(step) - time / 2
    after = rng.standard_normal((1500, n)).cumsum(axis=1) * np.sqrt(0.7 * step) - time
    left = before.max(axis=1) > np.maximum(after.max(axis=1), 0)
    at = np.where(left, -time[before.argmax(axis=1)], time[after.argmax(axis=1)])
    low, high = argmax_quantiles(0.2, xi=2.0, phi=0.7)
    assert low == pytest.approx(np.quantile(at, 0.1), rel=0.2)
    assert high == pytest.approx(np.quantile(at, 0.9), rel=0.25)


@given(st.integers(0, 10_000), st.integers(1, 2))
@settings(max_examples=15, deadline=None)
def test_dynamic_programming_finds_what_trying_all_finds(seed, k):
    rng = np.random.default_rng(seed)
    y, z = rng.standard_normal(14), np.column_stack([np.ones(14), rng.standard_normal(14)])[:, :k]

    def rss(a, b):
        return float(((y[a:b] - z[a:b] @ np.linalg.lstsq(z[a:b], y[a:b], rcond=None)[0]) ** 2).sum())

    best, _ = best_partitions(segment_rss(y, z), 2, 3)[2]
    tried = [
        rss(0, a) + rss(a, b) + rss(b, 14) for a, b in itertools.combinations(range(3, 12), 2) if b - a >= 3
    ]
    assert best == pytest.approx(min(tried), rel=1e-8, abs=1e-10)


@given(st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_more_breaks_never_fit_worse_where_the_old_ones_can_stay(seed):
    y = np.random.default_rng(seed).standard_normal(40)
    sums = [rss for rss, _ in best_partitions(segment_rss(y, np.ones((40, 1))), 3, 4)]
    assert sums[1] <= sums[0]
    assert all(np.isfinite(sums))


def test_a_known_date_is_chows_test():
    # Chow's F by hand: means 2 and 5, each regime 1, 2, 3 / 4, 5, 6 twice
    y = years([1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
    known = fit_breaks(y, known=["2007"]).known
    # RSS0 = 8 + 12 * 1.5 ** 2 = 35, RSS1 = 8, F = 27 / (8 / 10)
    row = known.iloc[0]
    assert row["F"] == pytest.approx(33.75)
    assert (row["df1"], row["df2"], row["before"], row["after"]) == (1, 10, 6, 6)


def test_a_regime_too_short_to_be_fitted_gets_chows_forecast_test():
    rng = np.random.default_rng(0)
    y, x = rng.standard_normal(20), rng.standard_normal(20)
    z = np.column_stack([np.ones(20), x])
    # t test of the forecast error of the last period, squared
    b = np.linalg.lstsq(z[:19], y[:19], rcond=None)[0]
    s2 = ((y[:19] - z[:19] @ b) ** 2).sum() / 17
    spread = s2 * (1 + z[19] @ np.linalg.inv(z[:19].T @ z[:19]) @ z[19])
    assert chow_statistics(y, z, [19])[0] == pytest.approx((y[19] - z[19] @ b) ** 2 / spread)


@pytest.mark.parametrize("steps", [[5.0], [5.0, -3.0]])
def test_steps_without_noise_are_found_where_they_are(steps):
    values = np.repeat(np.cumsum([1.0, *steps]), 12)
    r = fit_breaks(years(values))
    assert [p.year for p in r.dates] == [2000 + 12 * (i + 1) for i in range(len(steps))]
    assert np.isfinite(r.supf)


def test_shifts_of_a_mean_are_chows_tests_with_a_constant():
    y = np.random.default_rng(3).standard_normal((3, 12))
    sums = [(y - y.mean(axis=1, keepdims=True)), y[:, :5] - y[:, :5].mean(axis=1, keepdims=True)]
    sums.append(y[:, 5:] - y[:, 5:].mean(axis=1, keepdims=True))
    whole, one, two = ((s**2).sum(axis=1) for s in sums)
    by_hand = (whole - one - two) / ((one + two) / 10)
    assert chow_statistics(y, np.ones((12, 1)), [5])[:, 0] == pytest.approx(by_hand)


def test_known_dates_keep_their_reason_and_small_regimes_are_pointed_out(river):
    survey = Break(pd.Period("1968"), "new gauge", "made up")
    r = fit_breaks(river, known=[survey, "1899", "2020"])
    assert r.known["reason"].tolist() == ["new gauge", ""]
    assert r.known["after"].tolist() == [3, 72]
    assert any("1968" in w for w in r.warnings)
    assert [f.code for f in r.refused] == ["no_overlap"]
    assert "1968年" in r.finding("zh")


def test_stable_but_autocorrelated_series_are_rarely_said_to_break():
    rng, said, naive = np.random.default_rng(11), 0, 0
    for seed in range(40):
        e = rng.standard_normal(90)
        for t in range(1, 90):
            e[t] += 0.6 * e[t - 1]
        r = fit_breaks(years(e[60:]), draws=99, seed=seed)
        said, naive = said + r.found, naive + (r.pvalue_asymptotic <= 0.1)
    assert said <= 10
    assert naive >= 15


def test_the_sentence_says_when_not_why(river_breaks):
    zh, en = river_breaks.finding("zh"), river_breaks.finding("en")
    assert "1898年之后" in zh
    assert "不说明原因" in zh
    assert "1895 to 1902" in en
    assert "not its cause" in en


def test_without_evidence_the_sentence_names_what_could_be_found():
    noise = years(np.random.default_rng(0).standard_normal(25), name="growth")
    r = fit_breaks(noise)
    assert not r.found
    assert "未发现" in r.finding("zh")
    assert "可检出的最小变动" in r.finding("zh")
    assert "minimum detectable" in r.finding("en")
    # the shift said to be found in 8 of 10 samples is found in most of them
    shift = float(r.diagnostics["minimum detectable shift of the mean"])
    rng = np.random.default_rng(1)
    hits = sum(
        fit_breaks(years(rng.permutation(noise) + shift * (np.arange(25) >= 12)), draws=99).pvalue <= 0.1
        for _ in range(16)
    )
    assert hits >= 9


def test_the_same_input_gives_the_same_text(river):
    assert str(fit_breaks(river, draws=99)) == str(fit_breaks(river, draws=99))


@pytest.mark.parametrize("many", [0, 3, 50])
def test_more_breaks_than_the_sample_carries_are_refused(many):
    with pytest.raises(ModelRefused) as caught:
        fit_breaks(years(np.random.default_rng(0).standard_normal(20)), max_breaks=many)
    assert codes(caught) == {"too_many_breaks"}


@pytest.mark.parametrize(
    ("values", "code"),
    [([1, 2, 4], "short_sample"), ([3.0] * 20, "constant"), ([1.0, 2, np.nan] * 8 + [3.0], "gap")],
)
def test_samples_that_carry_no_test_are_refused_by_name(values, code):
    with pytest.raises(ModelRefused) as caught:
        fit_breaks(years(values))
    assert code in codes(caught)


@pytest.mark.parametrize("options", [{"trim": 0.6}, {"criterion": "aic"}, {"alpha": 0}, {"constant": False}])
def test_options_that_mean_nothing_are_refused(river, options):
    with pytest.raises(ParameterError):
        fit_breaks(river, **options)
