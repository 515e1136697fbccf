"""Okun's relation: values printed by others, forms, trends, refusals, sentences."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.filters.hp_filter import hpfilter

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.okun import fit_okun

from .test_regression import codes, expected, table, years


def economy(beta=-0.3, noise=0.2, n=25, seed=1):
    rng = np.random.default_rng(seed)
    growth = years(rng.normal(6, 2, n))
    rate = years(10 + (beta * (growth - 6) + rng.normal(0, noise, n)).cumsum())
    return rate, growth


def test_the_usa_as_printed_with_growth_on_the_left():
    data = table("okun_usa")
    result = fit_okun(data["unem"], data["pcrgdp"], dependent="output")
    values = expected("okun_wooldridge")
    assert result.params["const"] == values["intercept"]
    assert result.params["okun"] == values["slope (Okun)"]
    assert result.stable_growth == pytest.approx(3.344, abs=5e-4)
    assert result.nobs == 46


def test_the_change_of_the_rate_on_growth():
    rate, growth = economy()
    result = fit_okun(rate, growth)
    slope, const = np.polyfit(growth[1:], np.diff(rate), 1)
    assert result.params.tolist() == pytest.approx([const, slope])
    assert result.stable_growth == pytest.approx(-const / slope)


def test_output_gives_the_growth_it_grew():
    rate, growth = economy()
    output = years(100 * np.cumprod(1 + growth / 100))
    assert fit_okun(rate, output=output).params["okun"] == pytest.approx(
        fit_okun(rate, growth[1:]).params["okun"]
    )


def test_growth_over_a_year_meets_the_change_over_a_year():
    rng = np.random.default_rng(2)
    index = pd.period_range("2018Q1", periods=34, freq="Q")
    rate = pd.Series(5 + rng.normal(0, 0.3, 34), index)
    change = rate - rate.shift(4)
    growth = (6 - 2 * change + rng.normal(0, 0.1, 34)).rename("g")
    result = fit_okun(rate, growth, dependent="output")
    assert result.params["okun"] == pytest.approx(-2, abs=0.1)
    assert (result.nobs, result.regression.lags) == (30, 3)
    assert fit_okun(rate, growth, over="period").nobs == 30  # growth begins a year later


def test_gaps_are_those_of_the_filter():
    rng = np.random.default_rng(5)
    output = years(np.exp(0.05 * np.arange(30) + rng.normal(0, 0.02, 30)))
    rate = years(5 + rng.normal(0, 0.5, 30))
    result = fit_okun(rate, output=output, form="gap", smoothing=6.25)
    slope = np.polyfit(hpfilter(100 * np.log(output), 6.25)[0], hpfilter(rate, 6.25)[0], 1)[0]
    assert result.params["okun"] == pytest.approx(slope)
    assert "Hamilton filter" in result.sensitivity
    other = fit_okun(rate, output=output, form="gap", trend="hamilton")
    assert other.nobs == 28  # two years ahead of the first
    assert "Hodrick-Prescott filter" in other.sensitivity


def test_the_registered_rate_warns_of_attenuation():
    rate, growth = economy(beta=0.0)
    result = fit_okun(rate, growth, rate="registered")
    assert any("too close to zero" in w for w in result.warnings)
    assert "登记失业率" in result.finding("zh")
    assert "偏小" in result.finding("zh")
    assert "调查失业率" in fit_okun(rate, growth).finding("zh")
    assert not fit_okun(rate, growth).warnings


def test_the_sentence_names_what_could_have_been_found():
    result = fit_okun(*economy(beta=0.0, noise=1))
    low, high = result.conf_int().loc["okun"]
    assert low < 0 < high
    assert result.minimum_detectable > (high - low) / 2
    assert "可检出的最小系数" in result.finding("zh")
    assert np.isnan(result.stable_growth)
    for words in ("no relation", "minimum detectable"):
        assert words in result.finding("en")


@pytest.mark.parametrize("dependent", ["unemployment", "output"])
@pytest.mark.parametrize("form", ["difference", "gap"])
def test_every_form_has_its_sentence(form, dependent):
    rate, growth = economy(noise=0.01)
    output = years(100 * np.cumprod(1 + growth / 100))
    result = fit_okun(rate, output=output, form=form, dependent=dependent)
    assert "低" in result.finding("zh")
    assert "lower" in result.finding("en")
    assert ("缺口" in result.finding("zh")) == (form == "gap")


@pytest.mark.parametrize(
    "options",
    [
        {"form": "level"},
        {"rate": "official"},
        {"trend": "moving average"},
        {"over": "month"},
        {"dependent": "jobs"},
        {"form": "gap"},
        {"output": years([1.0] * 25)},
    ],
)
def test_options_that_contradict_each_other_are_refused(options):
    with pytest.raises(ParameterError):
        fit_okun(*economy(), **options)
    with pytest.raises(ParameterError, match="neither"):
        fit_okun(economy()[0])


def test_samples_that_carry_no_relation_are_refused():
    rate, growth = economy()
    for bad, code in (
        (rate[:4], "short_sample"),
        (rate * 0 + 4, "constant"),
        (rate.where(rate.index != "2010"), "gap"),
    ):
        with pytest.raises(ModelRefused) as caught:
            fit_okun(bad, growth)
        assert code in codes(caught)
    with pytest.raises(ModelRefused) as caught:
        fit_okun(rate, output=growth - 6)
    assert codes(caught) == {"negative"}
    with pytest.raises(ModelRefused) as caught:
        fit_okun(rate[:11], output=(growth + 50)[:11], form="gap", trend="hamilton")
    assert codes(caught) == {"short_sample"}
