import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.ardl import fit_ardl

from .long_run import assert_published, data, expected, walk, yearly

FAST = {"draws": 500}


@pytest.fixture(scope="module")
def danish():
    d = data("danish_money")
    return fit_ardl(d["lrm"], d[["lry", "ibo", "ide"]], lags=(3, 1, 3, 2), case=2, draws=5000)


@pytest.fixture(scope="module")
def earnings():
    d = data("uk_earnings")

    def fit(order, case):
        return fit_ardl(
            d["w"], d[["Prod", "UR", "Wedge", "Union"]], lags=order, case=case, fixed=d[["D7475", "D7579"]],
            start="1972Q1", **FAST,
        )  # fmt: skip

    return fit


def test_danish_money_demand_is_that_of_r(danish):
    levels, long_run = danish.levels, danish.long_run
    found = {
        "AIC": danish.criteria["aic"],
        "L(LRM,1)": levels.at["lrm.L1", "estimate"],
        "LRY": levels.at["lry.L0", "estimate"],
        "se const": levels.at["const", "se"],
        "EC coefficient": danish.params["error correction"],
        "bounds t (case 3)": danish.bounds.at["t", "statistic"],
        "bounds F (case 2)": danish.bounds.at["F", "statistic"],
    }
    for name in ("lry", "ibo", "ide"):
        found |= {f"long-run {name}": danish.params[name], f"long-run se {name}": danish.bse[name]}
    # the p value of 1,000 observations is a matter of the simulation alone, tested there
    table = expected("ardl_danish").drop(index="asymptotic p, I(1), k=3 case 2")
    assert set(table.index) == set(found)
    for name, row in table.iterrows():
        assert found[name] == pytest.approx(row["expected"], abs=row["tolerance"]), name
    assert long_run.at["const", "estimate"] == pytest.approx(6.2856579, abs=1e-7)  # the same README
    assert danish.decision == "cointegrated"


def test_uk_earnings_with_dummies_are_those_of_pesaran_shin_and_smith(earnings):
    main, second = earnings((6, 1, 5, 4, 5), 3), earnings((6, 1, 5, 4, 5), 2)
    none, tied, free = (
        earnings((5, 4, 5, 1, 6), 1),
        earnings((6, 1, 5, 4, 5), 4),
        earnings((6, 1, 5, 4, 5), 5),
    )
    found = {
        "(5,4,5,1,6) case 1 F": none.bounds.at["F", "statistic"],
        "(5,4,5,1,6) case 1 t": none.bounds.at["t", "statistic"],
        "(6,1,5,4,5) case 2 chi-square": second.bounds.at["F", "statistic"] * 6,
        "(6,1,5,4,5) case 3 F": main.bounds.at["F", "statistic"],
        "(6,1,5,4,5) case 3 t": main.bounds.at["t", "statistic"],
        "(6,1,5,4,5) case 4 F": tied.bounds.at["F", "statistic"],
        "(6,1,5,4,5) case 5 chi-square": free.bounds.at["F", "statistic"] * 5,
        "(6,1,5,4,5) case 5 t": free.bounds.at["t", "statistic"],
    }
    for name, row in main.long_run.iterrows():
        found |= {f"long-run {name}": row["estimate"], f"se {name}": row["se"]}
    assert_published("ardl_pss2001", found)
    assert main.sample == "1972Q1-1997Q4, 104 quarters"
    assert none.decision == "not_found"


def test_error_correction_form_is_the_one_estimated_directly(danish):
    from statsmodels.tsa.api import UECM

    d = data("danish_money").reset_index(drop=True)
    direct = UECM(d["lrm"], 3, d[["lry", "ibo", "ide"]], {"lry": 1, "ibo": 3, "ide": 2}, trend="c").fit()
    ours = danish.uecm
    for name, value in direct.params.items():
        assert ours.at[name, "estimate"] == pytest.approx(value, abs=1e-9)
        assert ours.at[name, "se"] == pytest.approx(direct.bse[name], abs=1e-9)


def test_an_order_of_zero_keeps_the_long_run_identity():
    d = data("danish_money")
    result = fit_ardl(d["lrm"], d["lry"], lags=(2, 0), case=3, **FAST)
    levels = result.levels["estimate"]
    by_hand = levels["lry.L0"] / (1 - levels["lrm.L1"] - levels["lrm.L2"])
    assert result.params["lry"] == pytest.approx(by_hand)
    assert "lry.L0" in result.uecm.index


def test_fitted_values_and_residuals_add_up_to_the_series(danish):
    y = data("danish_money")["lrm"]
    total = danish.fittedvalues + danish.resid
    assert total.to_numpy() == pytest.approx(y[total.index].to_numpy())


@settings(max_examples=10, deadline=None)
@given(st.floats(0.1, 50), st.floats(0.1, 50), st.floats(-9, 9))
def test_units_change_the_long_run_effect_and_nothing_else(a, b, shift):
    y, x = walk(30, 1, "y"), walk(30, 2, "x")
    first = fit_ardl(y, x, lags=(1, 1), draws=200)
    second = fit_ardl(a * y + shift, b * x, lags=(1, 1), draws=200)
    assert second.params["x"] == pytest.approx(first.params["x"] * a / b, rel=1e-6)
    assert second.bounds["statistic"].tolist() == pytest.approx(first.bounds["statistic"].tolist(), rel=1e-6)


def test_a_true_relation_is_found_with_its_effect():
    rng = np.random.default_rng(4)
    x = rng.standard_normal(60).cumsum()
    y = np.zeros(60)
    for t in range(1, 60):
        y[t] = y[t - 1] - 0.5 * (y[t - 1] - 0.8 * x[t - 1]) + 0.3 * rng.standard_normal()
    result = fit_ardl(yearly(y, "jobs", "1960"), yearly(x, "output", "1960"), draws=2000)
    low, high = result.conf_int().loc["output"]
    assert result.decision == "cointegrated"
    assert low < 0.8 < high
    assert "检验支持jobs与output之间存在长期均衡关系" in result.finding("zh")
    assert "in the long run" in result.finding("en")
    assert "Fieller interval of output" in result.sensitivity


def test_independent_walks_are_not_called_a_relation_and_their_effects_are_not_to_be_read():
    result = fit_ardl(walk(24, 7, "y"), walk(24, 8, "x"), draws=2000)
    assert result.decision == "not_found"
    assert "未发现" in result.finding("zh")
    assert "no sufficient evidence" in result.finding("en")
    assert [f.code for f in result.refused] == ["levels_without_evidence"]


def test_independent_walks_of_seventeen_years_are_seldom_called_a_relation():
    found = [
        fit_ardl(walk(17, 900 + s, "y", s % 2), walk(17, 100 + s, "x", s % 2), draws=300).cointegrated
        for s in range(60)
    ]
    # 5 % of 60 is 3 with a standard deviation of 1.7; the tables of long samples give about 8
    assert sum(found) <= 8


def test_a_variable_that_is_stationary_by_itself_is_not_taken_for_a_relation():
    y = yearly(np.random.default_rng(5).standard_normal(40), "y")
    result = fit_ardl(y, walk(40, 6, "x"), lags=(1, 1), draws=2000)
    b = result.bounds
    assert b.at["F", "statistic"] > b.at["F", "I(1)"]
    assert b.at["t", "statistic"] < b.at["t", "I(1)"]
    assert b.at["Fx", "statistic"] < b.at["Fx", "I(1)"]
    assert result.decision == "inconclusive"
    assert "自身向均值回复" in result.finding("zh")
    assert "returns to its own mean" in result.finding("en")


def test_the_level_of_the_regressor_alone_is_tested_by_its_squared_t_ratio():
    result = fit_ardl(walk(40, 1, "y"), walk(40, 2, "x"), lags=(2, 1), **FAST)
    assert result.bounds.at["Fx", "statistic"] == pytest.approx(result.uecm.at["x.L1", "t"] ** 2)
    assert result.bounds.at["t", "statistic"] == pytest.approx(result.uecm.at["y.L1", "t"])


def test_slowing_growth_is_not_taken_for_a_relation():
    rng = np.random.default_rng(0)
    growth = np.linspace(0.16, 0.06, 17)
    income = yearly((growth + 0.004 * rng.standard_normal(17)).cumsum(), "income", "2006")
    output = yearly((growth + 0.015 * rng.standard_normal(17)).cumsum(), "output", "2006")
    result = fit_ardl(income, output, draws=2000)
    assert result.bounds.at["F", "statistic"] > result.bounds.at["F", "I(1)"]
    assert "income" in result.second_order
    assert not result.cointegrated
    assert "边界检验不适用" in result.finding("zh")
    assert "cannot be claimed" in result.finding("en")


def test_fieller_bounds_are_the_effects_that_the_data_just_admit():
    # at such an effect the t ratio of (sum of x lags) - effect * (1 - sum of y lags) is the quantile itself
    y, x = walk(40, 1, "y"), walk(40, 2, "x")
    z = np.column_stack([np.ones(39), y[:-1], x[1:]])
    target = y.to_numpy()[1:]
    result = fit_ardl(y, x, lags=(1, 0), alpha=0.1, **FAST)
    low, high = (float(v) for v in result.sensitivity["Fieller interval of x"].split(" to "))
    b, ssr, *_ = np.linalg.lstsq(z, target, rcond=None)
    cov = ssr[0] / 36 * np.linalg.inv(z.T @ z)
    for effect in (low, high):
        row = np.array([0, effect, 1])
        ratio = (row @ b - effect) / np.sqrt(row @ cov @ row)
        assert abs(ratio) == pytest.approx(stats.t.ppf(0.95, 36), rel=2e-3)  # printed with four digits


def test_the_bound_of_long_samples_stands_beside_the_simulated_one():
    result = fit_ardl(walk(20, 1, "y"), walk(20, 2, "x"), lags=(1, 1), draws=5000)
    # Pesaran, Shin and Smith (2001), Table CI(iii), k = 1
    assert result.sensitivity["5 % bound of F in long samples"] == pytest.approx(5.73, abs=0.05)
    assert result.bounds.at["F", "I(1)"] > 6.3


def test_orders_are_chosen_by_the_corrected_criterion_on_a_common_sample():
    y, x = walk(40, 3, "y"), walk(40, 4, "x")
    chosen = fit_ardl(y, x, **FAST)
    common = {
        (p, q): fit_ardl(y, x, lags=(p, q), start=y.index[2], **FAST).criteria["aicc"]
        for p in (1, 2)
        for q in (1, 2)
    }
    assert chosen.order == min(common, key=common.get)
    assert "up to 2" in chosen.method


@pytest.mark.parametrize(
    ("years", "most"), [(17, "up to 1"), (19, "up to 1"), (20, "up to 2"), (60, "up to 2")]
)
def test_the_highest_order_follows_the_length(years, most):
    assert most in fit_ardl(walk(years, 1, "y"), walk(years, 2, "x"), **FAST).method


def test_the_one_one_equation_stands_beside_another_choice():
    result = fit_ardl(walk(40, 1, "y"), walk(40, 2, "x"), lags=(2, 0), **FAST)
    plain = fit_ardl(walk(40, 1, "y"), walk(40, 2, "x"), lags=(1, 1), **FAST)
    assert result.sensitivity["x, ARDL(1, 1)"] == pytest.approx(plain.params["x"])
    assert result.sensitivity["bounds F, ARDL(1, 1)"] == pytest.approx(plain.bounds.at["F", "statistic"])


def test_a_dummy_takes_its_year_out():
    y, x = walk(30, 1, "y"), walk(30, 2, "x")
    dummy = yearly(np.arange(30) == 20, "D2010")
    result = fit_ardl(y, x, lags=(1, 0), fixed=dummy, **FAST)
    assert result.resid["2010"] == pytest.approx(0, abs=1e-10)
    assert "D2010" in result.levels.index
    assert "D2010" not in result.params.index


def test_seasonal_dummies_belong_to_quarters():
    d = data("danish_money")
    result = fit_ardl(d["lrm"], d["lry"], lags=(1, 1), seasonal=True, **FAST)
    assert [n for n in result.levels.index if n.startswith("season")] == ["season 2", "season 3", "season 4"]
    with pytest.raises(ParameterError, match="season"):
        fit_ardl(walk(30, 1, "y"), walk(30, 2, "x"), seasonal=True)


@pytest.mark.parametrize(
    ("years", "k", "lags", "ok"),
    [(17, 1, (1, 1), True), (17, 2, (1, 0, 0), False), (18, 2, (1, 0, 0), True), (24, 3, (1, 0, 0, 0), False),
     (25, 3, (1, 0, 0, 0), True), (12, 1, (1, 0), True), (11, 1, (1, 0), False), (13, 1, (2, 1), False)],
)  # fmt: skip
def test_short_samples_carry_few_regressors(years, k, lags, ok):
    x = pd.DataFrame({f"x{i}": walk(years, 10 + i) for i in range(k)})
    if ok:
        assert fit_ardl(walk(years, 1, "y"), x, lags=lags, **FAST).df_resid >= 8
        return
    with pytest.raises(ModelRefused) as refusal:
        fit_ardl(walk(years, 1, "y"), x, lags=lags, **FAST)
    assert {f.code for f in refusal.value.faults} == {"short_sample"}
    assert all(f.zh and f.next_step for f in refusal.value.faults)


def test_all_reasons_are_told_at_once():
    x = pd.DataFrame({f"x{i}": walk(14, 10 + i) for i in range(3)})
    with pytest.raises(ModelRefused) as refusal:
        fit_ardl(walk(14, 1, "y"), x, lags=(1, 1, 1, 1))
    assert len(refusal.value.faults) == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda y, x: (y, y.rename("twin") * 2), "collinear"),
        (lambda y, x: (y, x * 0 + 3), "constant"),
        (lambda y, x: (y.drop(y.index[7]), x), "gap"),
        (lambda y, x: (y[:10], x[15:]), "no_overlap"),
        (lambda y, x: (y, x.set_axis(pd.period_range("1990Q1", periods=30, freq="Q"))), "frequency"),
    ],
)
def test_unusable_data_are_refused_with_their_reason(change, code):
    y, x = change(walk(30, 1, "y"), walk(30, 2, "x"))
    with pytest.raises(ModelRefused) as refusal:
        fit_ardl(y, x, **FAST)
    assert code in [f.code for f in refusal.value.faults]


def test_a_dummy_that_is_never_on_is_refused():
    for when in (-1, 0):  # never, and only in the year lost to the lag
        dummy = yearly(np.arange(30) == when, "D")
        with pytest.raises(ModelRefused) as refusal:
            fit_ardl(walk(30, 1, "y"), walk(30, 2, "x"), lags=(1, 1), fixed=dummy)
        assert [f.code for f in refusal.value.faults] == ["collinear"]


def test_a_dummy_with_gaps_is_refused():
    with pytest.raises(ModelRefused, match="fixed term"):
        fit_ardl(walk(30, 1, "y"), walk(30, 2, "x"), fixed=yearly([0.0, 1.0], "D"))


@pytest.mark.parametrize(
    ("bad", "words"),
    [({"lags": (0, 1)}, "orders"), ({"lags": (1,)}, "orders"), ({"case": 7}, "case"),
     ({"ic": "cp"}, "choice"), ({"max_lag": 0}, "choice")],
)  # fmt: skip
def test_arguments_that_mean_nothing_are_refused(bad, words):
    with pytest.raises(ParameterError, match=words):
        fit_ardl(walk(30, 1, "y"), walk(30, 2, "x"), **bad)
    with pytest.raises(ParameterError, match="same name"):
        fit_ardl(walk(30, 1, "y"), walk(30, 2, "y"))


def test_the_same_call_prints_the_same_text():
    first, second = (str(fit_ardl(walk(25, 1, "y"), walk(25, 2, "x"), **FAST)) for _ in range(2))
    assert first == second


def test_walks_with_correlated_shocks_are_seldom_called_a_relation():
    # made up: shocks correlated by 0.9, no relation; 3 % of 300 pairs are called one, half with orders (1, 0)
    called = 0
    for s in range(40):
        shocks = np.random.default_rng([s, 17]).standard_normal((17, 2))
        shocks[:, 1] = 0.9 * shocks[:, 0] + np.sqrt(1 - 0.81) * shocks[:, 1]
        walks = pd.DataFrame(np.cumsum(shocks, axis=0), pd.period_range("2000", periods=17, freq="Y"))
        called += fit_ardl(walks[0].rename("y"), walks[1].rename("x"), draws=500).cointegrated
    assert called <= 6  # P(7 or more of 40 at 5 %) is below 1 %
