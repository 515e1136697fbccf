import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.local_projections import fit_local_projections

from .long_run import assert_published, data, quarterly


@pytest.fixture(scope="module")
def macro():
    return np.log(data("us_macrodata")).diff().iloc[1:]


def system(n, seed, slope=0.6):
    rng = np.random.default_rng(seed)
    a = rng.standard_normal(n + 1)
    return quarterly({"a": a[1:], "b": slope * a[:-1] + rng.standard_normal(n)})


def test_american_output_is_that_of_r(macro):
    result = fit_local_projections(macro, lags=2, horizon=4, inference="newey_west", nw_lags=4)
    own, investment = result.irf("realgdp"), result.irf("realinv")
    found = {f"gdp->gdp h={h}": own.at[h, "estimate"] for h in (1, 2, 4)}
    found |= {f"se h={h}": own.at[h, "se"] for h in (1, 2, 4)}
    found["gdp->inv h=0"] = investment.at[0, "estimate"]
    assert_published("local_projection_macrodata", found)
    assert result.nobs == 196


def test_all_errors_share_their_estimates_but_the_augmented_with_one_lag_more(macro):
    kinds = {
        k: fit_local_projections(macro, lags=2, inference=k) for k in ("newey_west", "ewc", "lag_augmented")
    }
    three = fit_local_projections(macro, lags=3, inference="ewc")
    assert kinds["ewc"].params.tolist() == pytest.approx(kinds["newey_west"].params.tolist())
    assert kinds["lag_augmented"].params.tolist() == pytest.approx(three.params.tolist())
    assert (kinds["ewc"].irf()["df"] == int(0.4 * 196 ** (2 / 3))).all()
    assert kinds["lag_augmented"].irf()["df"].iloc[0] == 195 - 1 - 9 - 1


def test_cosine_errors_are_those_of_the_formula():
    d = system(60, 1)
    result = fit_local_projections(d, lags=1, horizon=2, inference="ewc")
    x = d.to_numpy()
    z = np.column_stack([x[1:58, 0], x[0:57], np.ones(57)])
    y = x[2:59, 1]
    resid = y - z @ np.linalg.lstsq(z, y, rcond=None)[0]
    nu = int(0.4 * 57 ** (2 / 3))
    t = np.arange(1, 58)
    omega = np.zeros((4, 4))
    for j in range(1, nu + 1):
        v = np.sqrt(2 / 57) * (np.cos(np.pi * j * (t - 0.5) / 57)[:, None] * z * resid[:, None]).sum(axis=0)
        omega += np.outer(v, v) / nu
    bread = np.linalg.inv(z.T @ z / 57)
    assert result.irf().at[1, "se"] == pytest.approx(np.sqrt((bread @ omega @ bread / 57)[0, 0]))


def test_augmented_bands_hold_a_known_response_about_as_often_as_they_say():
    hits = 0
    for seed in range(60):
        row = fit_local_projections(system(50, seed), horizon=3).irf().loc[1]
        hits += row["low"] < 0.6 < row["high"]
    assert 47 <= hits <= 59  # nominal 54 of 60, standard deviation 2.3


def test_a_response_is_found_without_claiming_a_cause():
    result = fit_local_projections(system(80, 0))
    assert "b平均高" in result.finding("zh")
    assert "不足以认定因果" in result.finding("zh")
    assert "higher on average 1 quarter after" in result.finding("en")
    assert result.conf_int().loc["h=1", "low"] == pytest.approx(result.irf().at[1, "low"])


def test_without_a_response_the_least_that_could_be_seen_is_named():
    result = fit_local_projections(system(40, 3, slope=0.0), after=2)
    assert "未发现" in result.finding("zh")
    assert "minimum detectable response" in result.finding("en")
    assert "第2个季度" in result.finding("zh")


def test_a_dummy_is_a_control_in_every_kind_of_errors():
    d = system(60, 2)
    dummy = pd.Series((d.index == pd.Period("2005Q1")) * 1.0, d.index, name="shock")
    plain = fit_local_projections(d, inference="ewc").params
    ours = fit_local_projections(d, fixed=dummy, inference="ewc").params
    theirs = fit_local_projections(d, fixed=dummy, inference="newey_west").params
    assert ours.tolist() == pytest.approx(theirs.tolist())
    assert ours.tolist() != pytest.approx(plain.tolist())
    with pytest.raises(ModelRefused, match="determine each other"):
        fit_local_projections(d, fixed=dummy * 0)


def test_newey_west_is_warned_about_in_a_short_sample():
    assert any(
        "too narrow" in w for w in fit_local_projections(system(60, 0), inference="newey_west").warnings
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d.assign(b=d["a"] * 2), "collinear"),
        (lambda d: d.drop(d.index[7]), "gap"),
        (lambda d: d.iloc[:18], "short_sample"),
        (lambda d: d.iloc[:30].assign(c=range(30), d=np.arange(30.0) ** 2), "short_sample"),
    ],
)
def test_unusable_data_are_refused_with_their_reason(change, code):
    with pytest.raises(ModelRefused) as refusal:
        fit_local_projections(change(system(40, 0)))
    assert code in [f.code for f in refusal.value.faults]


@pytest.mark.parametrize(
    "bad",
    [{"impulse": "z"}, {"response": "z"}, {"after": 9}, {"lags": -1}, {"trend": "t"}, {"inference": "white"},
     {"alpha": 2}],
)  # fmt: skip
def test_arguments_that_mean_nothing_are_refused(bad):
    with pytest.raises(ParameterError):
        fit_local_projections(system(40, 0), **bad)
    with pytest.raises(ParameterError):
        fit_local_projections(system(40, 0)).irf("z")
