import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models import var_numbers as numbers
from cbs_analysis.models.var import fit_var

from .long_run import assert_published, data, quarterly, walk


@pytest.fixture(scope="module")
def growth():
    return np.log(data("german_e1")).diff().iloc[1:].loc[:"1978Q4"]


@pytest.fixture(scope="module")
def german(growth):
    return fit_var(growth, lags=2, prior=None)


def noise(n, seed=0, names="ab"):
    return quarterly(
        dict(zip(names, np.random.default_rng(seed).standard_normal((len(names), n)), strict=True))
    )


def test_west_german_system_is_that_of_luetkepohl(growth, german):
    p, sigma = german.params, german.sigma * 1e4
    impact = german.bands["orthogonalized"][0][0] * 100
    f = german.granger_test(["inc", "cons"], "inv")
    order = german.orders.idxmin()
    found = {
        f"inv: L{lag}.{cause}": p[f"inv: L{lag}.{cause}"]
        for lag in (1, 2)
        for cause in ("inv", "inc", "cons")
    }
    found |= {
        "cons: L1.inc": p["cons: L1.inc"],
        "cons: L2.inc": p["cons: L2.inc"],
        "const inv": p["inv: const"],
        "sigma_u(inv,inv)*1e4": sigma.at["inv", "inv"],
        "sigma_u(cons,cons)*1e4": sigma.at["cons", "cons"],
        "F: (inc,cons) -/-> inv": f["F"],
        "same, digits [R]": f["F"],
        "AIC order (max 4)": order["aic"],
        "FPE order": order["fpe"],
        "BIC order": order["bic"],
    }
    found |= {f"orth. IRF h=0 P[{i},{j}]*100": impact[i, j] for i in range(3) for j in range(i + 1)}
    assert_published("var_lutkepohl_e1", found)
    assert f["df1"] == 4
    assert f["df2"] == 198
    assert german.lags == 2


def test_responses_shares_and_criteria_equal_an_independent_program(growth, german):
    from statsmodels.tsa.api import VAR

    theirs = VAR(growth).fit(2)
    orth, _, _ = german.bands["orthogonalized"]
    assert orth == pytest.approx(theirs.irf(8).orth_irfs)
    shares = german.fevd().loc["cons"].to_numpy()
    assert shares == pytest.approx(theirs.fevd(9).decomp[2])
    assert shares.sum(axis=1) == pytest.approx(np.ones(9))
    assert german.bse["inc: L1.cons"] == pytest.approx(theirs.stderr.at["L1.cons", "inc"])
    assert german.root == pytest.approx(1 / np.abs(theirs.roots).min())
    chosen = VAR(growth).select_order(4).ics
    for ours, name in (("aic", "aic"), ("bic", "bic"), ("hqic", "hqic"), ("fpe", "fpe")):
        assert german.orders[ours].tolist() == pytest.approx(chosen[name])


def test_generalised_responses_of_the_first_variable_equal_the_orthogonalised(german):
    # Pesaran and Shin (1998): they coincide for the variable that comes first
    orth, general = german.bands["orthogonalized"][0], german.bands["generalized"][0]
    assert general[:, :, 0] == pytest.approx(orth[:, :, 0])
    assert abs(general[0, 0, 2]) > 1e-6  # and differ for the last, which moves the first at once


def test_generalised_responses_do_not_depend_on_the_order(growth, german):
    turned = fit_var(growth[["cons", "inv", "inc"]], lags=2, prior=None, draws=100)
    ours, theirs = german.irf("generalized"), turned.irf("generalized")
    assert ours["estimate"].tolist() == pytest.approx(theirs["estimate"].tolist())


def test_a_loose_prior_gives_least_squares_and_a_tight_one_white_noise(growth, german):
    loose = fit_var(growth, lags=2, tightness=1e4, draws=100)
    tight = fit_var(growth, lags=2, tightness=1e-4, draws=100)
    assert loose.coefs == pytest.approx(german.coefs, abs=1e-5)
    assert np.abs(tight.coefs).max() < 1e-5
    assert tight.params["inv: const"] == pytest.approx(growth["inv"].iloc[2:].mean(), abs=1e-5)


def test_prior_pulls_towards_zero_and_shows_other_tightness(growth, german):
    result = fit_var(growth, lags=2, draws=100)
    assert np.abs(result.coefs).sum() < np.abs(german.coefs).sum()
    other = fit_var(growth, lags=2, tightness=0.5, draws=100)
    i, j = 1, 0
    assert result.sensitivity["tightness 0.5"] == pytest.approx(other.bands["orthogonalized"][0][1, i, j])
    assert result.sensitivity["least squares"] == pytest.approx(german.bands["orthogonalized"][0][1, i, j])
    assert result.pvalues.isna().all()


def test_minnesota_posterior_is_ridge_regression_by_hand():
    d = noise(40, 3)
    result = fit_var(d, lags=1, tightness=0.3, draws=100)
    y, z = d.to_numpy()[1:], d.to_numpy()[:-1]
    centre = lambda m: m - m.mean(axis=0)  # noqa: E731
    scale = []
    for i in range(2):
        w = np.column_stack([np.ones(39), z[:, i]])
        u = y[:, i] - w @ np.linalg.lstsq(w, y[:, i], rcond=None)[0]
        scale.append(u @ u / (39 - 2))
    penalty = np.diag(scale) / 0.3**2
    by_hand = np.linalg.solve(centre(z).T @ centre(z) + penalty, centre(z).T @ centre(y))
    assert result.coefs[0] == pytest.approx(by_hand.T)


def test_bands_hold_a_known_response_about_as_often_as_they_say():
    rng = np.random.default_rng(0)
    a = np.array([[0.5, 0.0], [0.4, 0.3]])
    hits = {"minnesota": 0, None: 0}
    for _ in range(40):
        x = np.zeros((60, 2))
        for t in range(1, 60):
            x[t] = a @ x[t - 1] + rng.standard_normal(2)
        d = quarterly({"a": x[:, 0], "b": x[:, 1]})
        for prior in hits:
            result = fit_var(d, lags=1, prior=prior, draws=150)
            row = result.irf().query("impulse == 'a' and response == 'b' and horizon == 1").iloc[0]
            hits[prior] += row["low"] < 0.4 < row["high"]
    # nominal 90 %: 36 of 40 with a standard deviation of 1.9
    assert hits[None] >= 31
    assert hits["minnesota"] >= 29  # the prior pulls .4 towards 0


def test_the_bias_of_autoregressions_is_taken_from_the_bands():
    # the least-squares bias of an AR(1) coefficient is about -(1 + 3 rho) / T
    rng = np.random.default_rng(1)
    moved = []
    for _ in range(20):
        x = np.zeros((40, 2))
        for t in range(1, 40):
            x[t] = 0.6 * x[t - 1] + rng.standard_normal(2)
        *_, bias = numbers.bootstrap(x, np.ones((39, 1)), 1, 300, rng)
        moved.append(np.diag(bias[1:]))
    assert np.mean(moved) == pytest.approx(-(1 + 3 * 0.6) / 40, abs=0.025)


def test_bootstrap_draws_are_stable():
    x = np.random.default_rng(3).standard_normal((30, 2)).cumsum(axis=0) * [1, 0.1]
    beta, _, _ = numbers.bootstrap(x, np.ones((29, 1)), 1, 200, np.random.default_rng(0))
    plain, _, _ = numbers.least_squares(x[1:], np.hstack([np.ones((29, 1)), x[:-1]]))
    if numbers.largest_root(numbers.slopes(plain, 2, 1)) < 1:
        assert (numbers.largest_root(numbers.slopes(beta, 2, 1)) < 1).mean() > 0.9


def test_a_response_is_found_with_its_sign_and_no_cause_is_claimed():
    rng = np.random.default_rng(0)
    a = rng.standard_normal(81)
    d = quarterly({"output": a[1:], "jobless": -0.8 * a[:-1] + 0.5 * rng.standard_normal(80)})
    result = fit_var(d, draws=300)
    assert "jobless低" in result.finding("zh")
    assert "不足以认定因果" in result.finding("zh")
    assert "lower 1 quarter after" in result.finding("en")
    assert "cause" in result.finding("en")


def test_without_a_response_the_least_that_could_be_seen_is_named():
    result = fit_var(noise(50, 8), draws=300)
    assert "未发现" in result.finding("zh")
    assert "minimum detectable response" in result.finding("en")
    assert result.diagnostics["minimum detectable response"] > 0


def test_one_lag_below_forty_periods_and_bic_beyond():
    d = noise(39, 1)
    assert fit_var(d, draws=100).lags == 1
    longer = fit_var(data("us_macrodata").pipe(np.log).diff().iloc[1:], draws=100)
    assert longer.lags == max(1, longer.orders["bic"].idxmin())
    with_two = fit_var(d, lags=2, draws=100)
    assert any("one is the default below 40" in w for w in with_two.warnings)


def test_a_dummy_takes_its_quarter_out_of_the_equations():
    d = noise(40, 2)
    d.loc["2005Q1"] = 30.0
    dummy = pd.Series((d.index == pd.Period("2005Q1")) * 1.0, d.index, name="shock")
    result = fit_var(d, lags=1, prior=None, fixed=dummy, draws=100)
    assert result.resid["2005Q1"] == pytest.approx(0, abs=1e-10)
    assert "b: shock" in result.params.index
    with pytest.raises(ModelRefused, match="fixed term"):
        fit_var(d, fixed=dummy.iloc[:10])
    with pytest.raises(ModelRefused, match="determine each other"):
        fit_var(d, fixed=dummy * 0)


def test_levels_are_warned_about():
    result = fit_var(quarterly({"a": walk(60, 3), "b": walk(60, 4)}), draws=100)
    assert any("unit root" in w for w in result.warnings)


@pytest.mark.parametrize(
    ("n", "names", "prior", "ok"),
    [(39, "abcd", "minnesota", False), (40, "abcd", "minnesota", True), (29, "abc", None, False),
     (29, "abc", "minnesota", True), (30, "abc", None, True), (29, "ab", None, True),
     (11, "ab", None, False)],
)  # fmt: skip
def test_short_samples_carry_few_variables(n, names, prior, ok):
    if ok:
        assert fit_var(noise(n, 1, names), prior=prior, draws=100).df_resid >= 8
        return
    with pytest.raises(ModelRefused) as refusal:
        fit_var(noise(n, 1, names), prior=prior, draws=100)
    assert {f.code for f in refusal.value.faults} == {"short_sample"}
    assert all(f.zh for f in refusal.value.faults)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d.assign(b=d["a"] * 2), "collinear"),
        (lambda d: d.assign(b=1.0), "constant"),
        (lambda d: d.drop(d.index[7]), "gap"),
    ],
)
def test_unusable_data_are_refused_with_their_reason(change, code):
    with pytest.raises(ModelRefused) as refusal:
        fit_var(change(noise(40)))
    assert code in [f.code for f in refusal.value.faults]


@pytest.mark.parametrize(
    "bad",
    [{"lags": 0}, {"prior": "litterman"}, {"tightness": 0}, {"trend": "t"}, {"impulse": "z"},
     {"response": "z"}, {"after": 9}, {"alpha": 0}, {"draws": 5}],
)  # fmt: skip
def test_arguments_that_mean_nothing_are_refused(bad):
    with pytest.raises(ParameterError):
        fit_var(noise(40), **bad)


def test_causes_and_effects_must_be_different_variables(german):
    for causes, effects in (("inv", "inv"), ("gold", "inv"), ([], "inv")):
        with pytest.raises(ParameterError):
            german.granger_test(causes, effects)
    with pytest.raises(ParameterError):
        german.irf("structural")


def test_the_same_seed_gives_the_same_bands_and_another_one_not(growth):
    first, again, other = (fit_var(growth, lags=1, draws=100, seed=s).irf() for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert (first["low"] != other["low"]).any()
