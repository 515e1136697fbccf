import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import CoverageError, ParameterError, PeriodError, SeriesError, SmallSampleWarning
from cbs_analysis.series.disaggregation import disaggregate

REFERENCE = Path(__file__).parents[1] / "reference"
many = settings(deadline=None, max_examples=60, derandomize=True)
METHODS = ("denton-cholette", "chow-lin", "fernandez", "litterman")
STEPS = {("Y", "Q"): 4, ("Y", "M"): 12, ("Q", "M"): 3}


def reference(name, time):
    table = pd.read_csv(REFERENCE / name, comment="#")
    return table.set_index(pd.PeriodIndex(table.pop(time).astype(str), freq=time[0].upper()))


SALES = reference("swisspharma_sales_yearly.csv", "year")["sales"]
TRADE = reference("swisspharma_trade_quarterly.csv", "quarter")
TEMPDISAGG = reference("swisspharma_tempdisagg.csv", "quarter")
IMF = reference("denton_imf_qna.csv", "quarter")


def made_up(n, freq="Y", to="Q", seed=0, extra=0):
    """A made-up positive series and indicator, which reaches `extra` periods further on both sides."""
    rng = np.random.default_rng(seed)
    low = pd.Series(
        100 + rng.normal(0, 10, n).cumsum() + 5 * np.arange(n), pd.period_range("2001", periods=n, freq=freq)
    )
    low = low.clip(lower=10)
    first = low.index[0].asfreq(to, how="start") - extra
    periods = n * STEPS[freq, to] + 2 * extra
    indicator = pd.Series(
        np.exp(rng.normal(0.01, 0.1, periods).cumsum()), pd.period_range(first, periods=periods, freq=to)
    )
    return low, indicator


def aggregated(values, freq, how):
    groups = values.groupby(values.index.asfreq(freq))
    return getattr(groups, how)()


# published numbers


def test_denton_gives_the_example_of_the_imf_manual():
    annual = pd.Series([4000.0, 4161.4], pd.period_range("1998", periods=2, freq="Y"))
    result = disaggregate(annual, to="Q", indicator=IMF["indicator"])
    # 6 decimals are what R printed; the manual prints 1 decimal: 969.8, 998.4, 1018.3, ...
    np.testing.assert_allclose(result.values, IMF["benchmarked"], rtol=0, atol=6e-7)
    assert result.status.tolist() == ["estimated"] * 8 + ["extrapolated"] * 4


def test_denton_without_indicator_gives_what_r_prints():
    expected = reference("swisspharma_denton_smooth.csv", "quarter")["sales"]
    # 5 decimals printed
    np.testing.assert_allclose(disaggregate(SALES, to="Q").values, expected, rtol=0, atol=5.1e-6)


@pytest.mark.parametrize(
    ("column", "method", "objective", "rtol"),
    [
        # R's own tests hold these at 1e-8, Litterman at 1e-5: its search for rho stops earlier than ours
        ("chow_lin_maxlog", "chow-lin", "maxlog", 1e-8),
        ("chow_lin_minrss_ecotrim", "chow-lin", "minrss", 1e-8),
        ("fernandez", "fernandez", "maxlog", 1e-10),
        ("litterman_minrss", "litterman", "minrss", 1e-5),
    ],
)
def test_regressions_give_the_quarters_of_tempdisagg(column, method, objective, rtol):
    result = disaggregate(
        SALES, to="Q", method=method, indicator=TRADE, objective=objective, rho_least=-0.999
    )
    np.testing.assert_allclose(result.values.loc[TEMPDISAGG.index], TEMPDISAGG[column], rtol=rtol)


@pytest.mark.parametrize(
    ("columns", "least", "params", "bse"),
    [
        # printed by summary(td(sales.a ~ ...)) in the introduction to tempdisagg, to the digits shown there
        (["exports"], 0.0, [1.241e01, 1.339e-02], [1.493e00, 1.672e-04]),
        (["exports"], -0.999, [12.31579, 0.01341], None),
        (["exports", "imports"], 0.0, [11.685855, 0.011258, 0.003934], [1.493077, 0.001158, 0.002113]),
    ],
)
def test_chow_lin_gives_the_coefficients_that_r_prints(columns, least, params, bse):
    result = disaggregate(SALES, to="Q", method="chow-lin", indicator=TRADE[columns], rho_least=least)
    np.testing.assert_allclose(result.params, params, rtol=4e-4)
    if bse is not None:
        np.testing.assert_allclose(result.bse, bse, rtol=4e-4)
    if least == 0:
        assert result.rho == 0  # "AR1-Parameter: 0 (truncated)"
        assert "lower bound" in result.detail
    assert result.nobs == 36
    assert len(result.values) == 158  # "36 low-freq. obs. converted to 158 high-freq. obs."


def test_likelihood_takes_the_global_optimum():
    # a package on PyPI stops at rho = 1 with -176.5; the optimum on [0, 1) is rho = 0 with -159.46
    result = disaggregate(SALES, to="Q", method="chow-lin", indicator=TRADE["exports"])
    assert result.loglik == pytest.approx(-159.4555, abs=1e-4)
    for rho in np.linspace(0, 0.99, 30):
        fixed = disaggregate(SALES, to="Q", method="chow-lin", indicator=TRADE["exports"], rho=rho)
        assert fixed.loglik <= result.loglik


# laws


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("how", ["sum", "mean", "first", "last"])
@pytest.mark.parametrize(("freq", "to"), list(STEPS))
@pytest.mark.parametrize("extra", [0, 2])
def test_figures_add_up_to_those_given(method, how, freq, to, extra):
    low, indicator = made_up(12, freq, to, extra=extra)
    result = disaggregate(low, to=to, how=how, method=method, indicator=indicator)
    inside = result.values[extra : len(result.values) - extra]
    # rounding only: a dozen units in the last place of figures near 200
    np.testing.assert_allclose(aggregated(inside, freq, how), low, rtol=1e-13)
    assert result.residual < 1e-11


@many
@given(
    values=st.lists(st.floats(1, 1e6), min_size=2, max_size=12),
    to=st.sampled_from("QM"),
    criterion=st.sampled_from(["proportional", "additive"]),
    differences=st.sampled_from([1, 2]),
    how=st.sampled_from(["sum", "mean", "first", "last"]),
    seed=st.integers(0, 9999),
)
def test_any_denton_adds_up(values, to, criterion, differences, how, seed):
    _, indicator = made_up(len(values), to=to, seed=seed, extra=seed % 3)
    low = pd.Series(values, pd.period_range("2001", periods=len(values), freq="Y"))
    result = disaggregate(
        low, to=to, how=how, indicator=indicator, criterion=criterion, differences=differences
    )
    inside = result.values[low.index[0].asfreq(to, how="start") : low.index[-1].asfreq(to, how="end")]
    # second differences extrapolate to figures a thousand times the largest given: their rounding counts
    size = max(low.max(), result.values.abs().max())
    np.testing.assert_allclose(aggregated(inside, "Y", how), low, rtol=0, atol=1e-13 * size * 12)


@pytest.mark.parametrize("differences", [1, 2])
@pytest.mark.parametrize("how", ["sum", "last"])
def test_forty_years_of_months_add_up_to_the_last_digits(differences, how):
    low, indicator = made_up(40, to="M", seed=2)
    result = disaggregate(low, to="M", how=how, indicator=indicator, differences=differences)
    # one solution of the ill-conditioned system alone is off by up to 1e-9
    assert result.residual <= 1e-14 * low.max()


@many
@given(
    n=st.integers(4, 12),
    method=st.sampled_from(METHODS[1:]),
    objective=st.sampled_from(["maxlog", "minrss"]),
    how=st.sampled_from(["sum", "mean", "first", "last"]),
    rho=st.one_of(st.none(), st.floats(-0.9, 0.99)),
    seed=st.integers(0, 9999),
)
def test_any_regression_adds_up(n, method, objective, how, rho, seed):
    low, indicator = made_up(n, seed=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallSampleWarning)
        result = disaggregate(
            low,
            to="Q",
            how=how,
            method=method,
            indicator=indicator,
            objective=objective,
            rho=None if method == "fernandez" else rho,
        )
    np.testing.assert_allclose(aggregated(result.values, "Y", how), low, rtol=1e-12)


@many
@given(seed=st.integers(0, 9999), factor=st.floats(1e-4, 1e4), method=st.sampled_from(METHODS))
def test_units_do_not_matter(seed, factor, method):
    low, indicator = made_up(11, seed=seed)
    options = {"to": "Q", "method": method}
    if method in ("chow-lin", "litterman"):
        options["rho"] = 0.7  # a search for rho would stop elsewhere within its own tolerance
    plain = disaggregate(low, indicator=indicator, **options)
    scaled = disaggregate(low * factor, indicator=indicator / factor, **options)
    # coefficients of very different size lose some digits
    np.testing.assert_allclose(scaled.values, plain.values * factor, rtol=1e-8)


@pytest.mark.parametrize("criterion", ["proportional", "additive"])
@pytest.mark.parametrize("differences", [1, 2])
def test_denton_is_the_smoothest_path_that_adds_up(criterion, differences):
    low, indicator = made_up(6, extra=1)
    y = disaggregate(
        low, to="Q", indicator=indicator, criterion=criterion, differences=differences
    ).values.to_numpy()
    x, rng = indicator.to_numpy(), np.random.default_rng(1)

    def roughness(path):
        return np.sum(np.diff(path / x if criterion == "proportional" else path - x, n=differences) ** 2)

    for _ in range(200):
        step = rng.normal(size=len(y)) * 0.01
        step[1:-1] -= np.repeat(step[1:-1].reshape(-1, 4).mean(axis=1), 4)  # years unchanged
        assert roughness(y + step) > roughness(y)


def test_proportional_denton_returns_an_indicator_that_already_agrees():
    _, indicator = made_up(5)
    low = aggregated(indicator, "Y", "sum")
    for method in METHODS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SmallSampleWarning)
            result = disaggregate(low, to="Q", method=method, indicator=indicator)
        np.testing.assert_allclose(result.values, indicator, rtol=1e-9)


def test_denton_extrapolates_with_the_last_ratio():
    low, indicator = made_up(4, extra=5)
    ratio = (disaggregate(low, to="Q", indicator=indicator).values / indicator).to_numpy()
    np.testing.assert_allclose(ratio[-5:], ratio[-6], rtol=1e-10)
    np.testing.assert_allclose(ratio[:5], ratio[5], rtol=1e-10)


def test_columns_are_disaggregated_as_if_alone():
    low, indicator = made_up(7)
    panel = pd.DataFrame({"a": low, "b": low[::-1].to_numpy(), "c": low**1.1})
    own = pd.DataFrame({"a": indicator, "b": indicator[::-1].to_numpy(), "c": indicator**0.5})
    for criterion in ("proportional", "additive"):
        for differences in (1, 2):
            options = {"to": "Q", "criterion": criterion, "differences": differences}
            common = disaggregate(panel, indicator=indicator, **options).values
            each = disaggregate(panel, indicator=own, **options).values
            for name in panel:
                alone = disaggregate(panel[name], indicator=indicator, **options).values
                np.testing.assert_allclose(common[name], alone, rtol=1e-12)
                alone = disaggregate(panel[name], indicator=own[name], **options).values
                np.testing.assert_allclose(each[name], alone, rtol=1e-9)
    assert common.columns.tolist() == ["a", "b", "c"]


def test_wide_panel_with_own_indicators_crosses_blocks_of_columns():
    low, indicator = made_up(25)
    n = 1500  # more than one block
    panel = pd.DataFrame(np.outer(low, np.linspace(1, 2, n)), low.index)
    own = pd.DataFrame(np.outer(indicator, np.linspace(1, 2, n)), indicator.index)
    values = disaggregate(panel, to="Q", indicator=own).values
    alone = disaggregate(low, to="Q", indicator=indicator).values
    np.testing.assert_allclose(values, np.outer(alone, np.linspace(1, 2, n)), rtol=1e-9)


# what the result says


def test_stocks_keep_their_figures_and_say_so():
    low, _ = made_up(3)
    result = disaggregate(low, to="Q", how="last")
    assert result.status.tolist() == ["extrapolated"] * 3 + ["anchor"] + (["estimated"] * 3 + ["anchor"]) * 2
    np.testing.assert_allclose(result.values[result.status == "anchor"], low, rtol=1e-13)
    assert disaggregate(low, to="Q", how="first").status.tolist()[-4:] == ["anchor"] + ["extrapolated"] * 3


def test_result_prints_method_status_and_coefficients():
    text = str(disaggregate(SALES, to="Q", method="chow-lin", indicator=TRADE[["exports"]]))
    assert "14 extrapolated, 144 estimated; not observations" in text
    assert "exports: 0.0133918 (0.000167)" in text
    low, _ = made_up(3)
    frame = disaggregate(low.rename("gdp"), to="M").to_frame()
    assert frame.columns.tolist() == ["gdp", "status"]
    assert set(frame["status"]) == {"estimated"}


def test_missing_last_year_is_extrapolated():
    low, indicator = made_up(5)
    open_end = low.copy()
    open_end.iloc[-1] = np.nan
    result = disaggregate(open_end, to="Q", indicator=indicator)
    assert result.status.tolist() == ["estimated"] * 16 + ["extrapolated"] * 4
    assert len(disaggregate(open_end, to="Q").values) == 16


def test_inputs_are_not_changed():
    low, indicator = made_up(12)
    before = low.copy(), indicator.copy()
    for method in METHODS:
        disaggregate(low, to="Q", method=method, indicator=indicator)
    pd.testing.assert_series_equal(low, before[0])
    pd.testing.assert_series_equal(indicator, before[1])


# refusals


def test_figures_missing_inside_are_named_all_at_once():
    low, indicator = made_up(5)
    low.iloc[2] = np.nan
    indicator.iloc[[3, 7]] = np.nan
    with pytest.raises(CoverageError, match="2003") as caught:
        disaggregate(low, to="Q", indicator=indicator)
    assert len(caught.value.faults) == 2
    assert "2001Q4, 2002Q4" in str(caught.value)


def test_gap_in_the_index_is_refused():
    low, _ = made_up(5)
    with pytest.raises(CoverageError, match="2003"):
        disaggregate(low.drop(low.index[2]), to="Q")


def test_indicator_that_does_not_cover_is_refused():
    low, indicator = made_up(5)
    with pytest.raises(CoverageError, match="2001Q1, 2001Q2"):
        disaggregate(low, to="Q", indicator=indicator[2:])


@pytest.mark.parametrize(
    ("freq", "to"),
    [("Q", "Q"), ("M", "Q"), ("M", "M"), ("Y-JUN", "Q")],
    ids=["same", "up", "months", "fiscal"],
)
def test_frequencies_that_do_not_fit_are_refused(freq, to):
    with pytest.raises(PeriodError):
        disaggregate(pd.Series([1.0, 2.0], pd.period_range("2020-01", periods=2, freq=freq)), to=to)


def test_indicator_of_another_frequency_is_refused():
    low, indicator = made_up(5, to="M")
    with pytest.raises(PeriodError):
        disaggregate(low, to="Q", indicator=indicator)


def test_proportional_indicator_must_be_positive():
    low, indicator = made_up(5)
    indicator.iloc[4] = 0.0
    with pytest.raises(SeriesError, match="2002Q1"):
        disaggregate(low, to="Q", indicator=indicator)
    assert disaggregate(low, to="Q", indicator=indicator, criterion="additive").residual < 1e-11


def test_short_samples_are_refused_or_flagged():
    low, indicator = made_up(6)
    with pytest.raises(CoverageError, match="2 figures for 2 coefficients"):
        disaggregate(low[:2], to="Q", method="chow-lin", indicator=indicator)
    with pytest.warns(SmallSampleWarning, match="4 degrees of freedom"):
        result = disaggregate(low, to="Q", method="fernandez", indicator=indicator)
    assert result.df_resid == 4
    assert "4 degrees of freedom" in str(result)
    with pytest.raises(CoverageError, match="too few"):
        disaggregate(low[:1], to="Q", differences=2)


def test_collinear_indicators_are_refused():
    low, indicator = made_up(12)
    with pytest.raises(SeriesError, match="collinear"):
        disaggregate(
            low, to="Q", method="chow-lin", indicator=pd.DataFrame({"a": indicator, "b": 2e6 * indicator})
        )


@pytest.mark.parametrize(
    "options",
    [
        {"method": "chow_lin"},
        {"how": "average"},
        {"to": "D"},
        {"criterion": "ratio"},
        {"differences": 3},
        {"objective": "ml"},
        {"rho": 0.5},
        {"method": "fernandez", "rho": 0.5},
        {"method": "chow-lin", "rho": 1.0},
        {"method": "chow-lin", "rho_least": -1.0},
        {"method": "chow-lin", "constant": False},
    ],
    ids=str,
)
def test_options_that_do_not_fit_are_refused(options):
    low, _ = made_up(12)
    with pytest.raises(ParameterError):
        disaggregate(low, **{"to": "Q", **options})


def test_regression_takes_one_series():
    low, indicator = made_up(12)
    with pytest.raises(ParameterError, match="one series"):
        disaggregate(low.to_frame("a").assign(b=low), to="Q", method="chow-lin", indicator=indicator)


def test_denton_refuses_several_indicators_for_one_series():
    low, indicator = made_up(12)
    with pytest.raises(CoverageError, match="columns"):
        disaggregate(low, to="Q", indicator=pd.DataFrame({"a": indicator, "b": indicator}))


def test_infinite_and_empty_series_are_refused():
    low, _ = made_up(3)
    with pytest.raises(SeriesError, match="infinite"):
        disaggregate(low.replace(low.iloc[1], np.inf), to="Q")
    with pytest.raises(CoverageError, match="no figures"):
        disaggregate(low * np.nan, to="Q")
    with pytest.raises(CoverageError, match="no figures"):
        disaggregate(low[:0], to="Q")


def test_rho_at_the_upper_bound_is_said():
    trend = pd.Series(np.arange(1.0, 20.0), pd.period_range("1990", periods=19, freq="Y"))
    result = disaggregate(trend, to="M", method="chow-lin")
    assert result.rho == 0.999
    assert any("unit root" in note for note in result.warnings)
