"""Regressions: values printed by others, intervals, tests of restrictions, refusals, sentences."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import longley

from cbs_analysis.errors import ModelRefused, ParameterError, PeriodError
from cbs_analysis.models.regression import fit_regression
from cbs_analysis.models.wording import period_zh

REFERENCE = Path(__file__).parents[1] / "reference"
EXPECTED = pd.read_csv(REFERENCE / "regression_expected.csv", comment="#")


def expected(case):
    rows = EXPECTED[EXPECTED["case"] == case]
    tolerance = rows["tolerance"].astype(str)
    limit = [
        abs(v) * float(t[:-1]) if t.endswith("r") else float(t)
        for v, t in zip(rows["expected"], tolerance, strict=True)
    ]
    return {
        n: pytest.approx(v, abs=t) for n, v, t in zip(rows["statistic"], rows["expected"], limit, strict=True)
    }


def table(name, freq="Y"):
    frame = pd.read_csv(REFERENCE / f"{name}.csv", comment="#")
    first = frame.columns[0]
    return frame.drop(columns=first).set_axis(pd.PeriodIndex(frame[first].astype(str), freq=freq))


def years(values, first=2001, name=None):
    return pd.Series(
        values, pd.period_range(str(first), periods=len(values), freq="Y"), name=name, dtype=float
    )


def made_up(n=20, slope=0.5, noise=0.2, seed=0):
    rng = np.random.default_rng(seed)
    x = years(rng.normal(0, 1, n), name="growth")
    return (1 + slope * x + rng.normal(0, noise, n)).rename("jobs"), x


def test_growth_and_unemployment_of_the_usa_as_printed():
    data = table("okun_usa")
    result = fit_regression(data["pcrgdp"], data["cunem"], lags=2)
    errors = result.standard_errors.loc["cunem"]
    assert {
        "intercept": result.params["const"],
        "slope (Okun)": result.params["cunem"],
        "se intercept": result.standard_errors.at["const", "ols"],
        "se slope": errors["ols"],
        "R2": result.rsquared,
        "F(b0=3,b1=-2)": result.f_test({"const": 3, "cunem": -2}).statistic,
        "HC3 se slope": errors["hc3"],
        "HC1 se slope": errors["hc1"],
        "NW(2) se slope, no adj": errors["newey_west"],
        "NW(2) se slope, n/(n-k) adj": errors["newey_west_adjusted"],
        "Durbin-Watson": result.diagnostics["Durbin-Watson"],
        "Breusch-Godfrey(1) LM": result.diagnostics["Breusch-Godfrey(1) LM"],
        "OLS-CUSUM S0": result.diagnostics["OLS-CUSUM"],
    } == {k: v for k, v in expected("okun_wooldridge").items() if "supF" not in k}


def test_longley_keeps_all_certified_digits_though_nearly_collinear():
    data = longley.load_pandas()
    index = pd.PeriodIndex(data.exog["YEAR"].astype(int).astype(str), freq="Y")
    result = fit_regression(data.endog.set_axis(index), data.exog.set_axis(index))
    values = expected("longley_nist")
    assert result.residual_sd == values.pop("residual sd")
    assert {f"b[{k}]": v for k, v in result.params.items()} == values
    assert any("nearly collinear" in w for w in result.warnings)


def test_prais_winsten_as_printed_for_months():
    data = table("barium_imports", "M")
    result = fit_regression(data["lchnimp"], data.drop(columns="lchnimp"), interval="prais_winsten")
    found = {**result.params, **{f"se {k}": v for k, v in result.bse.items()}}
    values = expected("prais_barium")
    assert {k: found[k] for k in values} == values
    assert result.method == "Prais-Winsten"


def test_prais_winsten_as_printed_where_it_turns_the_sign():
    data = table("phillips_usa")
    result = fit_regression(data["inf"], data["unem"], interval="prais_winsten")
    found = {**result.params, **{f"se {k}": v for k, v in result.bse.items()}}
    found |= {f"OLS {k}": v for k, v in result.least_squares.items()}
    values = expected("prais_phillips")
    assert {k: found[k] for k in values} == values


@pytest.mark.parametrize("interval", ["sieve", "prais_winsten", "hc3", "newey_west", "t"])
def test_interval_estimate_and_p_value_belong_together(interval):
    y, x = made_up()
    result = fit_regression(y, x, interval=interval, alpha=0.05)
    low, high = result.conf_int().loc["growth"]
    assert low < result.params["growth"] < high
    assert (result.params["growth"] - low) == pytest.approx(high - result.params["growth"])
    assert result.pvalues["growth"] < 0.05
    assert low > 0
    assert result.bse["growth"] > 0


def test_students_t_interval_is_the_textbook_one():
    # Anscombe (1973), first set: slope .5001, standard error .1179; t(.975, 9) = 2.262157
    x = years([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], name="x")
    y = years([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68], name="y")
    result = fit_regression(y, x, interval="t", alpha=0.05)
    assert result.params["x"] == pytest.approx(0.5001, abs=5e-5)
    assert result.bse["x"] == pytest.approx(0.1179, abs=5e-5)
    low, high = result.conf_int().loc["x"]
    assert high - low == pytest.approx(2 * 2.262157 * 0.117906, abs=1e-5)
    assert result.rsquared == pytest.approx(0.6665, abs=5e-5)


def test_the_same_input_gives_the_same_text_and_another_seed_other_draws():
    y, x = made_up(noise=2)
    assert str(fit_regression(y, x)) == str(fit_regression(y, x))
    a, b = (fit_regression(y, x, seed=s).conf_int().at["growth", "low"] for s in (1, 2))
    assert a != b


def test_a_larger_unit_changes_nothing_but_the_coefficient():
    y, x = made_up()
    one, other = fit_regression(y, x), fit_regression(y * 10_000, x)
    assert (other.conf_int() / 10_000).to_numpy() == pytest.approx(one.conf_int().to_numpy())
    assert other.pvalues.tolist() == one.pvalues.tolist()


def test_restrictions_as_combinations_and_their_f_is_the_square_of_t():
    rng = np.random.default_rng(4)
    x = pd.DataFrame(
        rng.normal(size=(25, 2)), pd.period_range("1995", periods=25, freq="Y"), columns=["a", "b"]
    )
    y = (x["a"] - x["b"] + rng.normal(size=25)).rename("y")
    result = fit_regression(y, x, interval="t")
    assert result.f_test({"a": 0}).statistic == pytest.approx((result.params["a"] / result.bse["a"]) ** 2)
    # a + b = 0 by the variance of a sum
    c = result.covariances["ols"][1:, 1:]
    t2 = (result.params["a"] + result.params["b"]) ** 2 / c.sum()
    assert result.f_test([({"a": 1, "b": 1}, 0)]).statistic == pytest.approx(t2)
    # both slopes zero: R2 / 2 over (1 - R2) / 22
    f = result.rsquared / 2 / ((1 - result.rsquared) / 22)
    assert result.f_test().statistic == pytest.approx(f)
    assert result.f_test(errors="hc3").df == (2, 22)


@pytest.mark.parametrize(
    "rules", [{"no": 0}, [], [({"growth": 1}, 0), ({"growth": 2}, 1)]], ids=["unknown", "none", "twice"]
)
def test_restrictions_that_mean_nothing_are_refused(rules):
    with pytest.raises(ParameterError):
        fit_regression(*made_up()).f_test(rules)
    with pytest.raises(ParameterError):
        fit_regression(*made_up()).f_test(errors="robust")


def test_a_constant_of_ones_own_is_taken_as_one():
    y, x = made_up()
    own = pd.DataFrame({"const": 1.0, "growth": x})
    mine, theirs = fit_regression(y, own, constant=False), fit_regression(y, x)
    assert mine.params.to_numpy() == pytest.approx(theirs.params.to_numpy())
    assert mine.finding("zh") == theirs.finding("zh")
    assert mine.f_test().statistic == pytest.approx(theirs.f_test().statistic)


def test_alternatives_a_critic_asks_for_are_there():
    result = fit_regression(*made_up())
    assert {"growth, Prais-Winsten", "growth, HC3 t", "growth, leaving out one period"} <= set(
        result.sensitivity
    )


def test_leaving_out_one_period_is_what_estimating_without_it_gives():
    y, x = made_up(n=14)
    slopes = [np.polyfit(np.delete(x.to_numpy(), i), np.delete(y.to_numpy(), i), 1)[0] for i in range(14)]
    said = fit_regression(y, x, min_df=5).sensitivity["growth, leaving out one period"]
    assert said.startswith(
        f"{min(slopes):.3g} (without {x.index[int(np.argmin(slopes))]}) to {max(slopes):.3g}"
    )


def test_a_dummy_of_one_period_takes_it_out():
    y, x = made_up()
    x, y = x.copy(), y.copy()
    y.iloc[7] += 50
    dummy = years([1.0 if i == 7 else 0.0 for i in range(20)])
    result = fit_regression(y, pd.DataFrame({"growth": x, "2008": dummy}))
    kept = np.arange(20) != 7
    assert result.params["growth"] == pytest.approx(np.polyfit(x[kept], y[kept], 1)[0])
    assert result.standard_errors["hc3"].isna().all()
    with pytest.raises(ModelRefused) as caught:
        fit_regression(y, pd.DataFrame({"growth": x, "2008": dummy}), interval="hc3")
    assert codes(caught) == {"leverage"}


def test_no_digits_are_lost_to_units():
    y, x = made_up()
    one, other = fit_regression(y, x), fit_regression(1e-9 * y, 1e14 * x)
    assert other.params["growth"] == pytest.approx(1e-23 * one.params["growth"], rel=1e-9)
    assert other.diagnostics["Breusch-Godfrey(1) LM"] == pytest.approx(
        one.diagnostics["Breusch-Godfrey(1) LM"]
    )


def test_levels_that_wander_are_pointed_out():
    rng = np.random.default_rng(8)
    walks = [years(rng.normal(1, 1, 25).cumsum(), name=n) for n in ("jobs", "output")]
    assert any("Durbin-Watson" in w for w in fit_regression(*walks).warnings)


def codes(caught):
    return {f.code for f in caught.value.faults}


@pytest.mark.parametrize(
    ("y", "x", "code"),
    [
        (years([1, 2, 4]), years([1, 3, 2]), "short_sample"),
        (years(range(20)), years([3.0] * 20), "constant"),
        (years([1.0, np.nan, *range(18)]), years(np.arange(20.0) ** 2), "gap"),
        (years(range(20)), years(range(20), 1950), "no_overlap"),
        (years(np.arange(20.0)), years(2 * np.arange(20.0) + 1), "collinear"),
    ],
)
def test_samples_that_carry_no_regression_are_refused_by_name(y, x, code):
    if code == "gap":
        y = y.copy()
        y.iloc[0], y.iloc[5] = 1.0, np.nan
    with pytest.raises(ModelRefused) as caught:
        fit_regression(y, x)
    assert code in codes(caught)
    assert all(f.zh and f.next_step for f in caught.value.faults)


def test_reasons_come_all_at_once():
    y = years([1, np.nan, 3, 5])
    y.iloc[1] = np.nan
    with pytest.raises(ModelRefused) as caught:
        fit_regression(y, years([1, 1, 1, 1]))
    assert codes(caught) == {"gap", "constant", "short_sample"}


def test_regressors_that_add_up_are_refused():
    y, x = made_up()
    with pytest.raises(ModelRefused) as caught:
        fit_regression(y, pd.DataFrame({"a": x, "b": 2 * x + 1}))
    assert codes(caught) == {"collinear"}


def test_time_axes_that_are_none_are_refused():
    y, x = made_up()
    with pytest.raises(PeriodError):
        fit_regression(y.reset_index(drop=True), x)
    twice = x.set_axis(x.index[:-1].append(x.index[-2:-1]))
    with pytest.raises(PeriodError, match="more than once"):
        fit_regression(y, twice)


@pytest.mark.parametrize("options", [{"alpha": 5}, {"interval": "hac"}])
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(ParameterError):
        fit_regression(*made_up(), **options)


def test_names_that_repeat_are_refused():
    y, x = made_up()
    with pytest.raises(ParameterError, match="repeat"):
        fit_regression(y, x.rename("jobs"))


def test_the_sentence_follows_the_evidence():
    sure = fit_regression(*made_up())
    assert "相关关系" in sure.finding("zh")
    assert "association" in sure.finding("en")
    unsure = fit_regression(*made_up(slope=0.0, noise=1, seed=1))
    low, high = unsure.conf_int().loc["growth"]
    assert low < 0 < high
    assert "未发现" in unsure.finding("zh")
    assert "可检出的最小系数" in unsure.finding("zh")
    assert "no relation" in unsure.finding("en")
    assert "minimum detectable" in unsure.finding("en")


def test_periods_are_written_as_in_a_report():
    assert [period_zh(pd.Period(p)) for p in ("2026Q1", "2026-12")] == ["2026年一季度", "2026年12月"]
