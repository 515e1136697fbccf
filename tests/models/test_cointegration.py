import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.ardl import fit_ardl
from cbs_analysis.models.causality import fit_toda_yamamoto
from cbs_analysis.models.cointegration import fit_engle_granger, require_cointegration
from cbs_analysis.models.johansen import fit_johansen

from .long_run import data, quarterly, walk, yearly


def pair(n=60, seed=0, noise=0.5):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(n).cumsum()
    return yearly(1 + 2 * x + noise * rng.standard_normal(n), "y", "1950"), yearly(x, "x", "1950")


def test_statistic_is_the_dickey_fuller_t_of_the_residuals():
    y, x = pair(40, 3)
    result = fit_engle_granger(y, x, lags=1)
    z = np.column_stack([np.ones(40), x])
    u = y.to_numpy() - z @ np.linalg.lstsq(z, y.to_numpy(), rcond=None)[0]
    du = np.diff(u)
    w = np.column_stack([u[1:-1], du[:-1]])
    b, ssr, *_ = np.linalg.lstsq(w, du[1:], rcond=None)
    se = np.sqrt(ssr[0] / (len(w) - 2) * np.linalg.inv(w.T @ w)[0, 0])
    assert result.statistic == pytest.approx(b[0] / se)
    assert result.resid.to_numpy() == pytest.approx(u)


def test_critical_value_is_that_of_mackinnon_for_the_sample():
    # MacKinnon (2010), Table 2, N = 2, constant: -3.33613 - 6.1101 / T - 6.823 / T^2, T = 49
    y, x = pair(50, 1)
    expected = -3.33613 - 6.1101 / 49 - 6.823 / 49**2
    assert fit_engle_granger(y, x, lags=0).critical_value == pytest.approx(expected, abs=1e-3)


def test_a_relation_is_found_and_independent_walks_are_not():
    y, x = pair()
    found, none = fit_engle_granger(y, x), fit_engle_granger(walk(60, 1, "y"), walk(60, 2, "x"))
    assert found.cointegrated
    assert found.params["x"] == pytest.approx(2, abs=0.2)
    assert "检验支持" in found.finding("zh")
    assert not none.cointegrated
    assert "未发现" in none.finding("zh")
    assert "should not be regressed" in none.finding("en")
    assert len(none.sensitivity) == 3


def test_engle_granger_does_not_admit_a_doubly_summed_series():
    twice = yearly(np.random.default_rng(1).standard_normal(60).cumsum().cumsum(), "x", "1950")
    y = (twice + np.random.default_rng(2).standard_normal(60)).rename("y")
    result = fit_engle_granger(y, twice)
    assert result.statistic < result.critical_value
    assert not result.cointegrated
    assert "x" in result.second_order


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda y, x: (y, 3 - 2 * y.rename("x")), "collinear"),
        (lambda y, x: (y[:8], x[:8]), "short_sample"),
        (lambda y, x: (y, x.drop(x.index[5])), "gap"),
    ],
)
def test_unusable_data_are_refused_with_their_reason(change, code):
    with pytest.raises(ModelRefused) as refusal:
        fit_engle_granger(*change(*pair()))
    assert code in [f.code for f in refusal.value.faults]


def test_exact_sums_are_refused_as_collinear():
    x = pd.DataFrame({"a": walk(40, 1), "b": walk(40, 2)})
    with pytest.raises(ModelRefused) as refusal:
        fit_engle_granger((x["a"] + x["b"]).rename("y"), x)
    assert [f.code for f in refusal.value.faults] == ["collinear"]


def test_unknown_terms_and_sizes_are_refused():
    with pytest.raises(ParameterError):
        fit_engle_granger(*pair(), trend="n")
    with pytest.raises(ParameterError):
        fit_engle_granger(*pair(), size=0.02)


def test_levels_without_evidence_are_refused():
    with pytest.raises(ModelRefused) as refusal:
        require_cointegration(walk(24, 3, "y"), walk(24, 4, "x"), what="the elasticity")
    fault = refusal.value.faults[0]
    assert fault.code == "levels_without_evidence"
    assert "the elasticity" in fault.what
    assert "bounds test: F =" in fault.got
    assert fault.zh
    assert fault.next_step


def test_levels_too_short_to_test_are_refused_with_both_reasons():
    with pytest.raises(ModelRefused) as refusal:
        require_cointegration(walk(9, 1, "y"), walk(9, 2, "x"))
    assert [f.code for f in refusal.value.faults] == ["levels_without_evidence", "short_sample"]


def test_evidence_opens_the_gate_whichever_test_it_comes_from():
    y, x = pair(seed=2)
    assert require_cointegration(y, x).cointegrated
    for test in (
        fit_engle_granger(y, x),
        fit_johansen(pd.DataFrame({"y": y, "x": x}), lags=1),
        fit_ardl(y, x, draws=500),
    ):
        assert require_cointegration(y, x, evidence=test) is test
    weak = fit_engle_granger(walk(60, 1, "y"), walk(60, 2, "x"))
    with pytest.raises(ModelRefused, match="Engle-Granger"):
        require_cointegration(y, x, evidence=weak)


def test_toda_yamamoto_tests_only_the_first_lags():
    d = data("danish_money")[["lrm", "lry"]]
    result = fit_toda_yamamoto(d, lags=2, extra=1)
    y, n = d.to_numpy(), len(d) - 3
    z = np.hstack([y[3 - j : len(y) - j] for j in (1, 2, 3)] + [np.ones((n, 1))])
    restricted = np.delete(z, [1, 3], axis=1)  # lags 1 and 2 of lry

    def ssr(w):
        return np.sum((y[3:, 0] - w @ np.linalg.lstsq(w, y[3:, 0], rcond=None)[0]) ** 2)

    f = (ssr(restricted) - ssr(z)) / 2 / (ssr(z) / (n - 7))
    row = result.tests.loc["lry -> lrm"]
    assert row[["F", "df1", "df2"]].tolist() == pytest.approx([f, 2, n - 7])
    assert row["chi2"] == pytest.approx(2 * f)
    assert row["p"] > row["p_chi2"]


def test_toda_yamamoto_finds_the_direction_and_says_it_is_no_cause():
    rng = np.random.default_rng(1)
    a = rng.standard_normal(121).cumsum()
    b = np.zeros(120)
    for t in range(1, 120):
        b[t] = 0.5 * b[t - 1] + 0.8 * a[t] + rng.standard_normal()
    result = fit_toda_yamamoto(quarterly({"a": a[1:], "b": b}), lags=1)
    assert result.pvalues["a -> b"] < 0.001
    assert "不等于因果" in result.finding("zh")
    assert "the past of a helps to predict b" in result.finding("en")


def test_toda_yamamoto_without_a_finding_names_what_it_could_have_seen():
    result = fit_toda_yamamoto(quarterly({"a": walk(60, 1), "b": walk(60, 2)}))
    assert "未发现" in result.finding("zh")
    assert 0.05 < result.diagnostics["minimum detectable partial R2"] < 0.4


def test_toda_yamamoto_refuses_what_is_too_short():
    with pytest.raises(ModelRefused) as refusal:
        fit_toda_yamamoto(quarterly({"a": walk(14, 1), "b": walk(14, 2)}), lags=2)
    assert "short_sample" in [f.code for f in refusal.value.faults]
    with pytest.raises(ParameterError):
        fit_toda_yamamoto(quarterly({"a": walk(40, 1), "b": walk(40, 2)}), lags=0)
    with pytest.raises(ParameterError):
        fit_toda_yamamoto(quarterly({"a": walk(40, 1)}))
