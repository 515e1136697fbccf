from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.synthetic_control import fit_synthetic_control
from cbs_analysis.models.synthetic_data import convex_weights

REFERENCE = Path(__file__).parents[1] / "reference"
BASQUE = "Basque Country (Pais Vasco)"


def wide(table, value, columns):
    frame = table.pivot(index="year", columns=columns, values=value)
    frame.index = pd.PeriodIndex(frame.index.astype(int).astype(str), freq="Y")
    return frame


def factor_panel(effect=0.0, regions=9, seed=0, first_after="2012"):
    rng = np.random.default_rng(seed)
    index = pd.period_range("2000", periods=16, freq="Y")
    factors = rng.normal(size=(16, 2)).cumsum(axis=0)
    loads = rng.uniform(0, 1, size=(2, regions))
    frame = pd.DataFrame(factors @ loads + 0.1 * rng.normal(size=(16, regions)), index)
    frame.columns = [f"r{i}" for i in range(regions)]
    frame["t"] = frame[["r0", "r1", "r2"]].mean(axis=1) + 0.05 * rng.normal(size=16)
    frame.loc[first_after:, "t"] += effect
    return frame


SPANS = {"pre": ("2000", "2011"), "post": ("2012", "2015")}


def codes(error):
    return {fault.code for fault in error.value.faults}


# --- published examples -------------------------------------------------------------------------------


@pytest.mark.slow
def test_texas_is_that_of_the_mixtape():
    table = pd.read_csv(REFERENCE / "texas_prisons.csv", comment="#")
    rows = {c: wide(table, c, "state")["1985":"1993"].mean() for c in ("income", "ur", "poverty")}
    special = {
        "bmprison": (1988, 1990, 1991, 1992),
        "alcohol": (1990,),
        "aidscapita": (1990, 1991),
        "black": (1990, 1991, 1992),
        "perc1519": (1990,),
    }
    for column, years in special.items():
        rows |= {f"{column} {y}": wide(table, column, "state").loc[str(y)] for y in years}
    fit = fit_synthetic_control(
        wide(table, "bmprison", "state"),
        treated="Texas",
        pre=("1985", "1993"),
        post=("1994", "2000"),
        predictors=pd.DataFrame(rows).T,
        poor_fit="warn",
    )
    expected = pd.read_csv(REFERENCE / "synth_texas.csv", comment="#").set_index("statistic")
    for state in ("California", "Florida", "Illinois", "Louisiana"):
        name = f"w {state}"
        assert fit.weights[state] == pytest.approx(float(expected.at[name, "expected"]), abs=0.025)
    assert fit.weights.sum() == pytest.approx(1)
    att = fit.gap["1993":"2000"].mean()
    assert att == pytest.approx(float(expected.at["ATT 1993-2000", "expected"]), rel=0.025)


def test_basque_country_is_that_of_abadie_and_gardeazabal():
    predictors = pd.read_csv(REFERENCE / "basque_predictors.csv", comment="#", index_col=0)
    table = pd.read_csv(REFERENCE / "basque_gdp.csv", comment="#")
    fit = fit_synthetic_control(
        wide(table, "gdpcap", "regionname"),
        treated=BASQUE,
        pre=("1960", "1969"),
        post=("1970", "1997"),
        predictors=predictors,
        search="nelder-mead",
    )
    # R Synth, as tested in pysyncon: Cataluna 0.850816306, Madrid 0.149183694
    assert fit.weights["Cataluna"] == pytest.approx(0.850816306, abs=1e-4)
    assert fit.weights["Madrid (Comunidad De)"] == pytest.approx(0.149183694, abs=1e-4)
    assert "importance searched by bfgs" in fit.sensitivity


# --- weights ------------------------------------------------------------------------------------------


def test_weights_are_the_best_of_a_fine_grid_on_the_simplex():
    rng = np.random.default_rng(4)
    for _ in range(10):
        donors, target = rng.normal(size=(6, 3)), rng.normal(size=6)
        w = convex_weights(donors, target)
        steps = np.arange(0, 1.0001, 0.02)
        grid = np.array([(a, b, 1 - a - b) for a in steps for b in steps if a + b <= 1])
        losses = ((target[:, None] - donors @ grid.T) ** 2).sum(axis=0)
        assert w.sum() == pytest.approx(1)
        assert (w >= 0).all()
        assert ((target - donors @ w) ** 2).sum() <= losses.min() + 1e-12


def test_an_exact_mixture_is_found_again():
    frame = factor_panel()
    frame["t"] = 0.3 * frame["r3"] + 0.7 * frame["r4"] + np.where(frame.index.year > 2011, 5.0, 0.0)
    frame["t"] += 1e-6 * np.sin(np.arange(16))
    fit = fit_synthetic_control(frame, treated="t", **SPANS)
    assert fit.weights[["r3", "r4"]].tolist() == pytest.approx([0.3, 0.7], abs=1e-4)
    assert fit.params["effect"] == pytest.approx(5.0, abs=1e-4)
    assert fit.pvalues["effect"] == pytest.approx(1 / 10)  # the smallest among ten regions


# --- inference ----------------------------------------------------------------------------------------


def test_p_value_is_the_rank_of_the_error_ratio():
    fit = fit_synthetic_control(factor_panel(effect=1.0), treated="t", **SPANS)
    table = fit.placebo
    assert np.allclose(table["ratio"], table["post_mspe"] / table["pre_mspe"])
    assert fit.pvalues["effect"] == pytest.approx((table["ratio"] >= table.at["t", "ratio"]).mean())
    pre = fit.gap["2000":"2011"]
    assert table.at["t", "pre_mspe"] == pytest.approx((pre**2).mean())


def test_interval_holds_the_constant_effects_that_are_not_rejected():
    frame = factor_panel(effect=1.0, regions=19, seed=2)
    fit = fit_synthetic_control(frame, treated="t", **SPANS, poor_fit="warn")
    low, high = fit.conf_int(0.1).loc["effect"]

    def p(effect):
        ratio = ((fit.gap[fit.post] - effect) ** 2).mean() / fit.placebo.at["t", "pre_mspe"]
        others = fit.placebo["ratio"].drop("t")
        return (1 + (others >= ratio).sum()) / (1 + len(others))

    assert low < fit.params["effect"] < high
    assert p(low + 1e-6) > 0.1 >= p(low - 1e-6)
    assert p(high - 1e-6) > 0.1 >= p(high + 1e-6)
    assert fit.conf_int(0.01).loc["effect"].tolist() == [-np.inf, np.inf]  # 20 regions cannot reject at 1 %


def test_single_periods_have_their_own_rank_and_interval():
    fit = fit_synthetic_control(factor_panel(effect=2.0, regions=19), treated="t", **SPANS, poor_fit="warn")
    own = fit.gap["2013"] ** 2 / (fit.gap["2000":"2011"] ** 2).mean()
    others = [(g["2013"] ** 2) / (g["2000":"2011"] ** 2).mean() for _, g in fit.placebo_gaps.items()]
    assert fit.pvalues["2013"] == pytest.approx((1 + sum(o >= own for o in others)) / 20)
    low, high = fit.conf_int(0.1).loc["2013"]
    second = sorted(others)[-2]  # two of twenty may reach it: the second largest decides at 10 %
    half = np.sqrt(second * (fit.gap["2000":"2011"] ** 2).mean())
    assert [low, high] == pytest.approx([fit.params["2013"] - half, fit.params["2013"] + half])
    assert fit.to_frame().notna().all().all()


def test_units_do_not_matter():
    frame = factor_panel(effect=1.0)
    first = fit_synthetic_control(frame, treated="t", **SPANS)
    second = fit_synthetic_control(1e4 * frame, treated="t", **SPANS)
    assert second.params["effect"] == pytest.approx(1e4 * first.params["effect"])
    assert second.pvalues["effect"] == first.pvalues["effect"]


def test_sentences_follow_the_evidence():
    strong = fit_synthetic_control(factor_panel(effect=3.0), treated="t", **SPANS)
    assert strong.pvalues["effect"] == pytest.approx(0.1)
    assert "若同期没有其他冲击" in strong.finding("zh")
    assert "only if nothing else struck" in strong.finding("en")
    weak = fit_synthetic_control(factor_panel(), treated="t", **SPANS)
    assert "未发现" in weak.finding("zh")
    assert "would go unseen" in weak.finding("en")
    assert any(name.startswith("invented change") for name in weak.sensitivity)
    assert "without r" in weak.sensitivity["leaving out one donor"]
    blind = fit_synthetic_control(factor_panel(regions=6), treated="t", **SPANS, poor_fit="warn")
    assert "不可能显著" in blind.finding("zh")


# --- refusals -----------------------------------------------------------------------------------------


def test_few_periods_few_donors_and_gaps_are_refused_together():
    frame = factor_panel(regions=4)
    frame.loc["2008", "t"] = np.nan
    with pytest.raises(ModelRefused) as error:
        fit_synthetic_control(frame, treated="t", pre=("2005", "2011"), post=("2012", "2015"))
    assert codes(error) == {"few_pre_periods", "few_donors", "gap"}
    assert all(f.zh and f.next_step for f in error.value.faults)


def test_a_region_outside_the_others_is_refused_unless_asked_for():
    frame = factor_panel()
    frame["t"] = frame["t"] + 50 + 10 * np.sin(np.arange(16))
    with pytest.raises(ModelRefused) as error:
        fit_synthetic_control(frame, treated="t", **SPANS)
    assert codes(error) == {"poor_fit"}
    fit = fit_synthetic_control(frame, treated="t", **SPANS, poor_fit="warn")
    assert any("tracks t" in w for w in fit.warnings)


def test_donors_with_gaps_are_named_or_refused():
    frame = factor_panel()
    frame.loc["2003", "r5"] = np.nan
    fit = fit_synthetic_control(frame, treated="t", **SPANS)
    assert "r5" not in fit.weights.index
    assert any("r5" in w for w in fit.warnings)
    with pytest.raises(ModelRefused) as error:
        fit_synthetic_control(frame, treated="t", donors=[f"r{i}" for i in range(9)], **SPANS)
    assert codes(error) == {"gap"}


def test_predictors_that_do_not_differ_are_refused():
    frame = factor_panel()
    predictors = pd.DataFrame({c: [1.0, frame[c].mean()] for c in frame}, index=["same", "mean"])
    with pytest.raises(ModelRefused) as error:
        fit_synthetic_control(frame, treated="t", predictors=predictors, **SPANS)
    assert codes(error) == {"constant"}
    assert "same" in str(error.value)


def test_predictors_find_weights_that_match_them_and_placebos_can_search_too():
    frame = factor_panel(effect=2.0, regions=7)
    predictors = pd.DataFrame({"early": frame["2000":"2005"].mean(), "late": frame["2006":"2011"].mean()}).T
    fit = fit_synthetic_control(frame, treated="t", predictors=predictors, poor_fit="warn", **SPANS)
    matched = predictors[fit.weights.index] @ fit.weights
    spread = predictors.std(axis=1)
    assert (((matched - predictors["t"]) / spread).abs() < 0.2).all()
    searched = fit_synthetic_control(
        frame, treated="t", predictors=predictors, poor_fit="warn", search_placebos=True, **SPANS
    )
    assert searched.weights.equals(fit.weights)
    assert not searched.placebo.equals(fit.placebo)


def test_wrong_regions_and_spans_are_refused():
    frame = factor_panel()
    for wrong in (
        {"treated": "x"},
        {"treated": "t", "donors": ["t", "r1"]},
        {"treated": "t", "post": ("2011", "2015")},
        {"treated": "t", "pre": ("2011", "2000")},
    ):
        with pytest.raises(ParameterError):
            fit_synthetic_control(frame, **{**SPANS, **wrong})
