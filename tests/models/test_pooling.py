from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.pooling import fit_pooling, region_slopes

REFERENCE = Path(__file__).parents[1] / "reference"
SCHOOLS = list("ABCDEFGH")


def schools():
    # coaching of eight schools: Rubin (1981), rounded as in Gelman et al. (2013), table 5.2
    return (
        pd.Series([28.0, 8, -3, 7, -1, 1, 18, 12], SCHOOLS),
        pd.Series([15.0, 10, 16, 11, 9, 11, 10, 18], SCHOOLS),
    )


def trials():
    table = pd.read_csv(REFERENCE / "bcg_trials.csv", comment="#")
    treated, control = table.tpos + table.tneg, table.cpos + table.cneg
    ratio = np.log(table.tpos / treated) - np.log(table.cpos / control)
    spread = np.sqrt(1 / table.tpos - 1 / treated + 1 / table.cpos - 1 / control)
    names = [f"t{i}" for i in range(1, 14)]
    return pd.Series(ratio.to_numpy(), names), pd.Series(spread.to_numpy(), names)


def test_complete_pooling_of_the_eight_schools_is_as_published():
    # 7.7 with variance 16.6 from the rounded figures of the book
    y, s = schools()
    fit = fit_pooling(y, s, area="A")
    assert fit.sensitivity["all regions alike"] == pytest.approx(7.7, abs=0.05)
    assert fit.diagnostics["spread between regions (DerSimonian-Laird)"] == 0.0


def test_posterior_is_that_of_a_direct_simulation():
    # independent of the code under test: draws of tau by rejection from its posterior, then mu, then theta
    y, s = schools()
    rng = np.random.default_rng(0)
    tau = rng.uniform(0, 60, 400_000)
    total = s.to_numpy() ** 2 + tau[:, None] ** 2
    v = 1 / (1 / total).sum(axis=1)
    mu_hat = v * (y.to_numpy() / total).sum(axis=1)
    logs = 0.5 * np.log(v) - 0.5 * (np.log(total) + (y.to_numpy() - mu_hat[:, None]) ** 2 / total).sum(axis=1)
    kept = np.log(rng.uniform(size=len(tau))) < logs - logs.max()
    tau, mu = tau[kept], mu_hat[kept] + np.sqrt(v[kept]) * rng.normal(size=kept.sum())
    own = tau**2 / (tau**2 + 15.0**2)
    theta = own * 28 + (1 - own) * mu + np.sqrt(own) * 15.0 * rng.normal(size=len(mu))
    fit = fit_pooling(y, s, area="A")
    assert fit.params["A"] == pytest.approx(theta.mean(), abs=0.2)
    assert fit.bse["A"] == pytest.approx(theta.std(), abs=0.2)
    low, high = fit.conf_int(0.2).loc["A"]
    assert [low, high] == pytest.approx(np.quantile(theta, [0.1, 0.9]).tolist(), abs=0.35)
    assert fit.weight["A"] == pytest.approx(own.mean(), abs=0.01)
    assert fit.tau == pytest.approx(np.median(tau), abs=0.15)


def test_heterogeneity_of_the_vaccine_trials_is_that_of_metafor_and_statsmodels():
    y, s = trials()
    fit = fit_pooling(y, s, area="t4")
    # Viechtbauer (2010), Journal of Statistical Software 36(3): Q(df = 12) = 152.2330
    assert fit.diagnostics["Cochran Q"] == pytest.approx(152.2330, abs=5e-5)
    other = combine_effects(y.to_numpy(), s.to_numpy() ** 2, method_re="dl")
    spread = fit.diagnostics["spread between regions (DerSimonian-Laird)"]
    assert spread**2 == pytest.approx(other.tau2, rel=1e-9)
    weight = spread**2 / (spread**2 + s["t4"] ** 2)
    expected = weight * y["t4"] + (1 - weight) * other.mean_effect_re
    assert fit.sensitivity["DerSimonian-Laird weights"] == pytest.approx(expected, rel=1e-9)


def test_pooled_estimates_lie_between_own_and_common_and_sure_regions_keep_more():
    y, s = trials()
    fit = fit_pooling(y, s, area="t1")
    between = np.minimum(fit.own, fit.mean), np.maximum(fit.own, fit.mean)
    assert ((fit.params >= between[0] - 0.02) & (fit.params <= between[1] + 0.02)).all()
    ordered = fit.weight[s.sort_values().index]
    assert (ordered.diff().dropna() < 0).all()
    assert (fit.bse < fit.own_bse).all()


def test_degrees_of_freedom_widen_and_units_scale():
    y, s = trials()
    plain = fit_pooling(y, s, area="t1")
    short = fit_pooling(y, s, area="t1", df=pd.Series(5.0, y.index))
    assert short.own_bse["t1"] == pytest.approx(s["t1"] * np.sqrt(5 / 3))
    scaled = fit_pooling(100 * y, 100 * s, area="t1")
    assert scaled.params["t1"] == pytest.approx(100 * plain.params["t1"], rel=1e-6)
    assert scaled.conf_int().loc["t1", "low"] == pytest.approx(
        100 * plain.conf_int().loc["t1", "low"], rel=1e-6
    )


def test_slopes_of_regions_are_those_of_each_region_alone():
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([list("abcdef"), range(9)], names=["region", "year"])
    x = pd.Series(rng.normal(size=54), index, name="growth")
    y = (0.4 * x + rng.normal(size=54)).rename("income")
    slopes = region_slopes(y, x)
    for region in "abcdef":
        b, covariance = np.polyfit(x[region], y[region], 1, cov=True)
        assert slopes.at[region, "slope"] == pytest.approx(b[0])
        assert slopes.at[region, "bse"] == pytest.approx(np.sqrt(covariance[0, 0]))
    fit = fit_pooling(slopes.slope, slopes.bse, df=slopes.df, area="b", what=("弹性", "elasticity"))
    assert "弹性" in fit.finding("zh")
    assert f"{fit.weight['b']:.0%}" in fit.finding("en")


def test_period_effects_take_out_what_all_regions_share():
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([list("abcdefgh"), range(12)], names=["region", "year"])
    x, y = (pd.Series(rng.normal(size=96), index, name=n) for n in "xy")
    shock = pd.Series(5 * rng.normal(size=12)[index.codes[1]], index)
    plain = region_slopes(y, x, period_effects=True)
    shocked = region_slopes((y + shock).rename("y"), (x + shock).rename("x"), period_effects=True)
    assert shocked["slope"].tolist() == pytest.approx(plain["slope"].tolist())
    assert region_slopes((y + shock).rename("y"), (x + shock).rename("x"))["slope"].min() > 0.7


def test_sentence_says_when_nothing_was_found():
    y, s = schools()
    fit = fit_pooling(y, s, area="C")
    assert "未发现" in fit.finding("zh")
    assert "no difference" in fit.finding("en")


def test_bad_input_is_refused_with_all_reasons():
    y, s = schools()
    s = s.copy()
    s["A"], s["B"] = np.nan, 0.0
    with pytest.raises(ModelRefused) as error:
        fit_pooling(y, s, area="A", df=pd.Series([9.0] * 7 + [2], SCHOOLS))
    assert {f.code for f in error.value.faults} == {"gap", "constant", "short_sample"}
    with pytest.raises(ModelRefused, match="too few regions"):
        fit_pooling(y[:3], schools()[1][:3], area="A")
    with pytest.raises(ParameterError):
        fit_pooling(y, schools()[1], area="Z")
