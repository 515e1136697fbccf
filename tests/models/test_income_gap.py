"""The urban-rural income gap: published ratios, trends by exact tests, decompositions, sentences."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.income_gap import fit_income_gap, kendall_tail

from .test_regression import codes, years

# National Bureau of Statistics, statistical communiqués of 2018 to 2024: disposable income per head, yuan
URBAN = years([39251, 42359, 43834, 47412, 49283, 51821, 54188], 2018)
RURAL = years([14617, 16021, 17131, 18931, 20133, 21691, 23119], 2018)
SHARE = years([61.5, 62.71, 63.89, 64.72, 65.22, 66.16, 67.0], 2018)


def test_ratios_are_those_the_bureau_printed():
    table = fit_income_gap(URBAN, RURAL).table
    assert table["ratio"].round(2).tolist() == [2.69, 2.64, 2.56, 2.50, 2.45, 2.39, 2.34]
    assert table["gap"].iloc[-1] == 31069


def test_the_sentence_names_ratio_and_gap_in_both_languages():
    result = fit_income_gap(URBAN, RURAL)
    zh, en = result.finding("zh"), result.finding("en")
    for words in ("收入比由2.69降至2.34", "而绝对差距由24,634元扩大至31,069元", "现价", "年均下降"):
        assert words in zh
    for words in ("2.69 to 2.34", "absolute gap widened from 24,634 to 31,069 yuan", "fell by"):
        assert words in en


def test_why_the_gap_widens_while_the_ratio_falls():
    parts = fit_income_gap(URBAN, RURAL).gap_change.to_frame().dropna()
    assert (parts["ratio"] < 0).all()
    assert (parts["rural income"] > 0).all()
    assert (parts["ratio"] + parts["rural income"]).to_numpy() == pytest.approx(
        (URBAN - RURAL).diff().dropna().to_numpy()
    )


@pytest.mark.parametrize("n", [3, 4, 5, 6, 7, 8, 9])
def test_the_exact_test_is_kendalls(n):
    values = np.random.default_rng(n).standard_normal(n)
    tau = stats.kendalltau(np.arange(n), values, method="exact")
    s = round(tau.statistic * n * (n - 1) / 2)
    assert min(1.0, 2 * kendall_tail(n)[abs(s)]) == pytest.approx(tau.pvalue)


def test_four_periods_can_give_no_smaller_p_value_than_one_twelfth():
    result = fit_income_gap(URBAN[:4], RURAL[:4])
    assert result.smallest_pvalue == pytest.approx(1 / 12)
    assert result.pvalues["ratio trend"] == pytest.approx(1 / 12)
    three = fit_income_gap(URBAN[:3], RURAL[:3])
    assert three.conf_int().loc["ratio trend"].tolist() == [-math.inf, math.inf]
    assert "不作显著性判断" in three.finding("zh")
    assert any("no trend can be significant" in w for w in three.warnings)


def test_the_median_slope_and_its_interval_are_sens():
    # ranks (N - C) / 2 and (N + C) / 2 + 1 of the sorted slopes (Gilbert 1987, section 16.5)
    result = fit_income_gap(URBAN, RURAL)
    ratio = (URBAN / RURAL).to_numpy()
    slopes = sorted((ratio[j] - ratio[i]) / (j - i) for i in range(7) for j in range(i + 1, 7))
    assert result.params["ratio trend"] == pytest.approx(slopes[10])
    # P(S >= 13) = .035 and P(S >= 11) = .068 for 7 values (tables of Kendall): C = 13
    assert kendall_tail(7)[13] == pytest.approx(0.035, abs=5e-4)
    assert kendall_tail(7)[11] == pytest.approx(0.068, abs=5e-4)
    assert result.conf_int().loc["ratio trend"].tolist() == pytest.approx([slopes[4], slopes[16]])


def test_from_ten_periods_on_trends_are_least_squares_with_an_interval_by_bootstrap():
    rng = np.random.default_rng(0)
    rural = years(1000 * 1.08 ** np.arange(14))
    urban = rural * (3 - 0.05 * np.arange(14) + rng.normal(0, 0.02, 14))
    result = fit_income_gap(urban, rural, alpha=0.02)
    assert result.trend == "least squares"
    assert result.params["ratio trend"] == pytest.approx(np.polyfit(range(14), urban / rural, 1)[0])
    low, high = result.conf_int().loc["ratio trend"]
    assert low < -0.05 < high < 0
    assert math.isnan(result.smallest_pvalue)


def test_a_ratio_without_trend_is_not_said_to_move():
    rng = np.random.default_rng(2)
    rural = years(1000 * 1.01 ** np.arange(12))
    result = fit_income_gap(rural * (2.5 + rng.normal(0, 0.1, 12)), rural)
    assert "未发现收入比有明显趋势" in result.finding("zh")
    assert "可检出的最小趋势" in result.finding("zh")
    assert "no trend of the ratio" in result.finding("en")


def test_inequality_between_groups_by_hand():
    # population .6 and .4, incomes 30,000 and 15,000: Theil T = .04986
    result = fit_income_gap(
        years([30_000] * 2 + [31_000]), years([15_000] * 3), urban_share=years([60.0, 60, 60])
    )
    assert result.theil["theil_t"].iloc[0] == pytest.approx(0.04986, abs=5e-6)


def test_changes_add_up_to_urbanization_and_incomes():
    result = fit_income_gap(URBAN, RURAL, urban_share=SHARE)
    mean = (SHARE * URBAN + (100 - SHARE) * RURAL) / 100
    parts = result.mean_change.to_frame().dropna()
    assert parts[["urban", "rural", "urbanization"]].sum(axis=1).to_numpy() == pytest.approx(mean.diff()[1:])
    theil = result.theil_change.to_frame().dropna()
    assert theil[["income", "population"]].sum(axis=1).to_numpy() == pytest.approx(
        result.theil["theil_l"].diff()[1:]
    )


def test_nested_groups_add_up():
    columns = ["east urban", "east rural", "west urban", "west rural"]
    incomes = pd.DataFrame(np.array([[50, 25, 35, 12], [52, 27, 36, 13.0]]), URBAN.index[:2], columns)
    people = incomes * 0 + [6, 3, 3, 4]
    result = fit_income_gap(
        URBAN, RURAL, groups=incomes, population=people, by={c: c.split()[0] for c in columns}
    )
    parts = result.nested
    assert (parts.between + parts.within).to_numpy() == pytest.approx(parts.total.to_numpy())
    assert (parts.between > 0).all()
    with pytest.raises(ModelRefused) as caught:
        fit_income_gap(URBAN, RURAL, groups=incomes)
    assert codes(caught) == {"incomplete"}


@given(st.floats(0.01, 100))
@settings(max_examples=15, deadline=None)
def test_prices_move_the_gap_and_not_the_ratio(factor):
    one, other = fit_income_gap(URBAN, RURAL), fit_income_gap(factor * URBAN, factor * RURAL)
    assert other.params["ratio trend"] == pytest.approx(one.params["ratio trend"], rel=1e-6)
    assert other.params["gap trend"] == pytest.approx(factor * one.params["gap trend"], rel=1e-6)


def test_incomes_that_move_alike_or_not_at_all_are_no_fault():
    rural = years(1000 + 10 * np.arange(12.0))
    result = fit_income_gap(2 * rural, rural)
    assert result.params["ratio trend"] == pytest.approx(0, abs=1e-12)
    assert result.params["gap trend"] == pytest.approx(10)
    assert fit_income_gap(2 * rural[:5], rural[:5]).pvalues["ratio trend"] == 1.0
    assert "持平于2.00" in result.finding("zh")


def test_quarters_are_said_to_carry_a_season():
    quarters = [x.set_axis(pd.period_range("2021Q1", periods=7, freq="Q")) for x in (URBAN, RURAL)]
    assert any("season" in w for w in fit_income_gap(*quarters).warnings)
    assert not any("season" in w for w in fit_income_gap(URBAN, RURAL).warnings)


def test_refusals_by_name():
    for urban, rural, share, code in (
        (URBAN[:2], RURAL[:2], None, "short_sample"),
        (URBAN, -RURAL, None, "negative"),
        (URBAN.drop(URBAN.index[3]), RURAL, None, "gap"),
        (URBAN, RURAL, SHARE[1:], "gap"),
        (URBAN[:3], RURAL[4:], None, "no_overlap"),
    ):
        with pytest.raises(ModelRefused) as caught:
            fit_income_gap(urban, rural, urban_share=share)
        assert code in codes(caught)
    with pytest.raises(ParameterError):
        fit_income_gap(URBAN, RURAL, prices="current")
    with pytest.raises(ParameterError):
        fit_income_gap(URBAN, RURAL).conf_int(0.01)
