from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.panel import fit_panel, hausman_test
from cbs_analysis.models.panel_sample import stack_panel
from cbs_analysis.models.wild_cluster import wild_weights

REFERENCE = Path(__file__).parents[1] / "reference"
few = settings(deadline=None, max_examples=6, derandomize=True)


@pytest.fixture(scope="module")
def grunfeld():
    return pd.read_csv(REFERENCE / "grunfeld.csv", comment="#").set_index(["firm", "year"])


@pytest.fixture(scope="module")
def published():
    table = pd.read_csv(REFERENCE / "panel_grunfeld.csv", comment="#").set_index("statistic")
    return lambda name: pytest.approx(table.at[name, "expected"], abs=table.at[name, "tolerance"])


def random_panel(regions=8, years=10, seed=0, slope=0.5):
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([range(regions), range(2010, 2010 + years)], names=["region", "year"])
    x = pd.Series(rng.normal(size=len(index)), index, name="growth")
    return (slope * x + rng.normal(size=len(index))).rename("income"), x


def codes(error):
    return {fault.code for fault in error.value.faults}


# --- Grunfeld -----------------------------------------------------------------------------------------


def test_fixed_effects_are_those_of_plm(grunfeld, published):
    fit = fit_panel(grunfeld.inv, grunfeld[["value", "capital"]], effects="region", inference="plain")
    assert fit.params["value"] == published("FE value")
    assert fit.bse["value"] == published("FE se value")
    assert fit.params["capital"] == published("FE capital")
    assert fit.bse["capital"] == published("FE se capital")
    assert fit.diagnostics["Hausman chi2"] == published("Hausman chi2")


def test_two_way_effects_are_those_of_plm(grunfeld, published):
    fit = fit_panel(grunfeld.inv, grunfeld[["value", "capital"]], inference="plain")
    assert fit.params["value"] == published("2-way FE value")
    assert fit.bse["value"] == published("2-way FE se value")


def test_random_and_between_effects_are_those_of_plm(grunfeld, published):
    x = grunfeld[["value", "capital"]]
    random = fit_panel(grunfeld.inv, x, effects="random", inference="plain")
    assert random.params["value"] == published("RE value")
    assert random.params["const"] == published("RE const")
    assert random.bse["capital"] == published("RE se capital")
    between = fit_panel(grunfeld.inv, x, effects="between", inference="plain", min_df=7)
    assert between.params["value"] == published("Between value")
    assert hausman_test(grunfeld.inv, x).statistic == published("Hausman chi2")


def test_clustered_errors_without_correction_are_those_of_arellano(grunfeld, published):
    x = grunfeld[["value", "capital"]]
    fit = fit_panel(grunfeld.inv, x, effects="region", correction="CR0")
    assert fit.bse["value"] == published("FE cluster se value (HC0, Arellano)")
    corrected = fit_panel(grunfeld.inv, x, effects="region")
    factor = 10 / 9 * 199 / (200 - 3)  # two slopes and a constant; region effects are nested in clusters
    assert corrected.bse["value"] == pytest.approx(fit.bse["value"] * np.sqrt(factor))
    assert corrected.t_df == 9


# --- the bootstrap ------------------------------------------------------------------------------------


def test_wild_bootstrap_is_that_of_a_plain_loop():
    y, x = random_panel(regions=6, years=5, seed=3)
    fit = fit_panel(y, x, inference="wild", draws=199, seed=5)
    weights = wild_weights(6, 199, np.random.default_rng(5))[0]
    region = np.repeat(np.arange(6), 5)
    year = np.tile(np.arange(5), 6)
    others = np.column_stack(
        [np.ones(30), *(region == g for g in range(1, 6)), *(year == t for t in range(1, 5))]
    )
    z = np.column_stack([x.to_numpy(), others.astype(float)])

    def t_of(outcome, null):
        inverse = np.linalg.inv(z.T @ z)
        b = inverse @ z.T @ outcome
        e = outcome - z @ b
        scores = np.array([z[region == g].T @ e[region == g] for g in range(6)])
        spread = (inverse @ scores.T @ scores @ inverse)[0, 0]
        return (b[0] - null) / np.sqrt(spread)

    for null in (0.0, 0.4):
        shifted = y.to_numpy() - null * x.to_numpy()
        fitted = others @ np.linalg.lstsq(others, shifted, rcond=None)[0]
        residuals = shifted - fitted
        draws = [t_of(null * x.to_numpy() + fitted + residuals * w[region], null) for w in weights]
        expected = (1 + np.sum(np.abs(draws) >= abs(t_of(y.to_numpy(), null)) * (1 - 1e-9))) / 200
        assert fit.wild["growth"].pvalue(null) == pytest.approx(expected, abs=1e-12)


def test_wild_interval_holds_the_values_that_are_not_rejected():
    y, x = random_panel(regions=14, seed=2)
    fit = fit_panel(y, x, inference="wild", draws=499)
    low, high = fit.conf_int(0.1).loc["growth"]
    sample = fit.wild["growth"]
    assert low < fit.params["growth"] < high
    assert sample.pvalue(low + 0.02) > 0.1 >= sample.pvalue(low - 0.02)
    assert sample.pvalue(high - 0.02) > 0.1 >= sample.pvalue(high + 0.02)
    assert fit.pvalues["growth"] == sample.pvalue(0.0)


def test_weights_have_mean_zero_and_variance_one():
    for clusters, name in ((6, "Webb"), (20, "Rademacher")):
        weights, said = wild_weights(clusters, 50_000, np.random.default_rng(0))
        assert said == name
        assert weights.mean() == pytest.approx(0, abs=0.01)
        assert weights.var() == pytest.approx(1, abs=0.01)
        assert len(np.unique(weights)) == (6 if name == "Webb" else 2)


# --- laws ---------------------------------------------------------------------------------------------


@few
@given(st.floats(0.1, 50), st.floats(-100, 100), st.integers(0, 10_000))
def test_two_way_slopes_ignore_region_and_period_shifts_and_follow_units(scale, shift, seed):
    y, x = random_panel(seed=seed)
    rng = np.random.default_rng(seed)
    region = rng.normal(size=8)[y.index.codes[0]]
    period = rng.normal(size=10)[y.index.codes[1]]
    first = fit_panel(y, x)
    moved = fit_panel((scale * y + shift + 5 * region + 3 * period).rename("income"), x)
    assert moved.params["growth"] == pytest.approx(scale * first.params["growth"], rel=1e-6, abs=1e-9)
    assert moved.bse["growth"] == pytest.approx(scale * first.bse["growth"], rel=1e-6)


def test_a_national_shock_in_both_variables_biases_one_way_effects_and_is_said():
    rng = np.random.default_rng(1)
    y, x = random_panel(regions=20, years=15, slope=0.0)
    shock = 3 * rng.normal(size=15)[y.index.codes[1]]
    one_way = fit_panel(y + shock, x + shock, effects="region")
    two_way = fit_panel(y + shock, x + shock)
    assert one_way.params.iloc[0] > 0.7
    assert abs(two_way.params.iloc[0]) < 0.2
    assert any("period effects" in w for w in one_way.warnings)


def test_order_of_rows_does_not_matter_and_labels_return():
    y, x = random_panel()
    order = np.random.default_rng(0).permutation(len(y))
    first, second = fit_panel(y, x), fit_panel(y.iloc[order], x)
    assert first.params["growth"] == second.params["growth"]
    assert first.resid.index.equals(y.index)
    assert (first.resid + first.fittedvalues).to_numpy() == pytest.approx(y.to_numpy())


def test_wide_tables_stack_into_a_panel_with_gaps_counted():
    years = pd.period_range("2010", periods=6, freq="Y")
    rng = np.random.default_rng(0)
    gdp = pd.DataFrame(rng.normal(size=(6, 7)), years, columns=[f"{i}0000" for i in range(1, 8)])
    income = gdp + rng.normal(size=(6, 7))
    income.iloc[2, 3] = np.nan
    frame = stack_panel({"gdp": gdp, "income": income})
    fit = fit_panel(frame["income"], frame["gdp"])
    assert fit.nobs == 41
    assert "1 of 42 cells" in fit.warnings[0]
    assert "40000 (1)" in fit.warnings[0]
    assert "41 of 42 cells" in fit.sample


# --- words --------------------------------------------------------------------------------------------


def test_sentences_follow_the_evidence():
    y, x = random_panel(regions=12, slope=2.0)
    units = {"growth": ("个百分点", "point"), "income": ("个百分点", "points")}
    strong = fit_panel(y, x, units=units)
    assert "不说明因果" in strong.finding("zh")
    assert "每高1个百分点" in strong.finding("zh")
    assert "an association, not an effect" in strong.finding("en")
    weak_y, weak_x = random_panel(regions=12, slope=0.0, seed=5)
    weak = fit_panel(weak_y, weak_x)
    assert "未发现" in weak.finding("zh")
    assert "no association" in weak.finding("en")
    assert f"{weak.diagnostics['minimum detectable effect']:.2f}" in weak.finding("en")
    assert str(weak) == str(fit_panel(weak_y, weak_x))


def test_driscoll_kraay_is_only_on_demand_and_warned_of():
    y, x = random_panel(regions=12, years=12)
    fit = fit_panel(y, x, inference="driscoll-kraay")
    assert any("Driscoll-Kraay" in w and "12" in w for w in fit.warnings)


# --- refusals -----------------------------------------------------------------------------------------


def test_few_regions_singletons_and_flat_variables_are_refused_together():
    y, x = random_panel(regions=3)
    keep = (y.index.get_level_values(0) < 2) | (y.index.get_level_values(1) == 2010)
    level = pd.Series(y.index.codes[0], y.index, dtype=float, name="level")
    with pytest.raises(ModelRefused) as error:
        fit_panel(y[keep], pd.DataFrame({"x": x, "level": level})[keep])
    assert codes(error) == {"few_clusters", "singletons", "constant", "short_sample"}
    assert all(fault.zh and fault.next_step for fault in error.value.faults)


def test_what_all_regions_share_is_refused_under_period_effects():
    y, _ = random_panel()
    national = pd.Series(np.sin(y.index.get_level_values(1)), y.index, name="national")
    with pytest.raises(ModelRefused) as error:
        fit_panel(y, national)
    assert codes(error) == {"constant"}
    assert np.isfinite(fit_panel(y, national, effects="region").bse.iloc[0])


def test_random_effects_take_what_never_changes_in_a_region():
    y, x = random_panel(regions=12)
    level = pd.Series(np.sin(y.index.codes[0]), y.index, name="level")
    fit = fit_panel(y, pd.DataFrame({"growth": x, "level": level}), effects="random")
    assert np.isfinite(fit.bse["level"])
    assert "level does not vary" in fit.diagnostics["Hausman"]
    with pytest.raises(ModelRefused) as error:
        hausman_test(y, level)
    assert codes(error) == {"constant"}


def test_collinear_and_short_panels_are_refused():
    y, x = random_panel()
    with pytest.raises(ModelRefused) as error:
        fit_panel(y, pd.DataFrame({"a": x, "b": 2 * x + 1}))
    assert codes(error) == {"collinear"}
    y, x = random_panel(regions=5, years=3)
    with pytest.raises(ModelRefused) as error:
        fit_panel(y, x)
    assert codes(error) == {"short_sample"}
    with pytest.raises(ModelRefused) as error:
        fit_panel(y, x.rename({2010: 1910, 2011: 1911, 2012: 1912}, level=1))
    assert codes(error) == {"no_overlap"}


def test_wrong_indices_and_options_are_refused():
    y, x = random_panel()
    with pytest.raises(ParameterError, match="no index of region and period"):
        fit_panel(y.reset_index(drop=True), x)
    with pytest.raises(ParameterError, match="twice"):
        fit_panel(pd.concat([y, y.iloc[:1]]), x)
    with pytest.raises(ParameterError, match="effects"):
        fit_panel(y, x, effects="firm")
    with pytest.raises(ParameterError, match="wild"):
        fit_panel(y, x, effects="random", inference="wild")
