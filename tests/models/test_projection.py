import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cbs_analysis.errors import ModelRefused, ParameterError, PeriodError
from cbs_analysis.models.outlook import fit_outlook
from cbs_analysis.models.projection import fit_projection
from cbs_analysis.models.projection_mixture import mixture, rolling_errors

some = settings(deadline=None, max_examples=12, derandomize=True)


def yearly(values, first="2010", name="收入"):
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="Y"), dtype=float, name=name)


def random_levels(n=13, seed=0, first="2010"):
    growth = 0.06 + 0.02 * np.random.default_rng(seed).normal(size=n - 1)
    return yearly(100 * np.exp(np.concatenate([[0], growth.cumsum()])), first)


def codes(error):
    return {fault.code for fault in error.value.faults}


# --- the mixture --------------------------------------------------------------------------------------


def test_with_few_changes_the_projection_is_the_random_walk_with_drift():
    levels = yearly([100.0, 104, 107, 113, 118])
    fit = fit_projection(levels, horizon=2, target=125.0, flagged=())
    steps = np.diff(np.log(levels))
    width = steps.std(ddof=1) * np.sqrt(2 * (1 + 2 / 4))
    expected = stats.t.sf((np.log(125 / 118) - 2 * steps.mean()) / width, 3)
    assert fit.chance(125.0).iloc[-1] == pytest.approx(expected)
    assert fit.params.iloc[-1] == pytest.approx(118 * np.exp(2 * steps.mean()))
    assert fit.confidence == "low"
    outlook = fit_outlook(levels, horizon=2, target=125.0, side="at_least")
    assert fit.conf_int().iloc[-1].tolist() == pytest.approx(list(outlook.interval))


def test_parts_are_those_worked_by_hand():
    growth = np.array([0.05, 0.06, 0.08, 0.07, 0.05, 0.04, 0.06, 0.07])
    found = mixture(growth, 3)
    assert found.names == ("drift", "memory", "record")
    recent = growth[-7:]
    h = np.arange(1, 4)
    assert found.centre[0] == pytest.approx(h * recent.mean())
    assert found.scale[0] == pytest.approx(recent.std(ddof=1) * np.sqrt(h * (1 + h / 7)))
    # memory: coefficient by least squares, bias added back, summed forecasts and errors one by one
    slope = np.polyfit(growth[:-1], growth[1:], 1)[0]
    rho = slope + (1 + 3 * slope) / 7
    mean, apart = growth.mean(), growth - growth.mean()
    s2 = ((apart[1:] - rho * apart[:-1]) ** 2).sum() / 5
    paths = [mean + rho**j * apart[-1] for j in h]
    assert found.centre[1] == pytest.approx(np.cumsum(paths))
    shocks = [sum(sum(rho**i for i in range(j)) ** 2 for j in range(1, k + 1)) for k in h]
    drag = [(k - sum(rho**j for j in range(1, k + 1))) ** 2 / (8 * (1 - rho) ** 2) for k in h]
    assert found.scale[1] == pytest.approx(np.sqrt(s2 * (np.array(shocks) + drag)))
    # record: forecasts 3 ahead from the third, fourth and fifth change
    levels = np.concatenate([[0], growth.cumsum()])
    errors = [levels[o + 3] - levels[o] - 3 * growth[max(0, o - 7) : o].mean() for o in (3, 4, 5)]
    assert rolling_errors(growth, 3) == pytest.approx(errors)
    assert found.scale[2, 2] == pytest.approx(np.sqrt(np.mean(np.square(errors))))
    assert found.df[2].tolist() == [5, 4, 3]


def test_quantiles_invert_the_distribution_and_paths_have_it():
    fit = fit_projection(random_levels(), horizon=4, flagged=(), draws=60_000)
    for q in (0.1, 0.5, 0.9):
        levels = fit.quantile(q)
        assert fit.chance(levels.iloc[2], "at_most").iloc[2] == pytest.approx(q, abs=1e-9)
        drawn = fit.paths().quantile(q)
        assert drawn.to_numpy() == pytest.approx(levels.to_numpy(), rel=0.005)
    assert fit.paths().equals(fit.paths())


def test_intervals_hold_as_often_as_promised_in_a_random_walk():
    inside = 0
    for seed in range(150):
        levels = random_levels(15, seed=seed)
        low, high = fit_projection(levels.iloc[:-3], horizon=3, flagged=()).conf_int().iloc[-1]
        inside += low <= levels.iloc[-1] <= high
    assert 0.72 <= inside / 150 <= 0.92  # 80 % +- 2.5 standard errors, and the caution of the mixture


# --- laws ---------------------------------------------------------------------------------------------


@some
@given(st.integers(0, 10_000), st.floats(0.001, 1e6))
def test_units_of_a_level_do_not_matter(seed, unit):
    levels = random_levels(seed=seed)
    first = fit_projection(levels, horizon=3, target=260.0)
    second = fit_projection(unit * levels, horizon=3, target=unit * 260.0)
    assert second.chance(unit * 260.0).tolist() == pytest.approx(first.chance(260.0).tolist(), abs=1e-9)
    assert (second.params / unit).tolist() == pytest.approx(first.params.tolist(), rel=1e-9)


@some
@given(st.integers(0, 10_000))
def test_a_harder_target_is_never_likelier_and_intervals_nest(seed):
    fit = fit_projection(random_levels(seed=seed), horizon=3, target=230.0)
    chances = [fit.chance(t).iloc[-1] for t in (180.0, 230.0, 280.0)]
    assert chances == sorted(chances, reverse=True)
    assert fit.chance(230.0).iloc[-1] + fit.chance(230.0, "at_most").iloc[-1] == pytest.approx(1)
    wide, narrow = fit.conf_int(0.05), fit.conf_int(0.2)
    assert (wide["low"] < narrow["low"]).all()
    assert (wide["high"] > narrow["high"]).all()
    assert 0.05 <= fit.probability <= 0.95
    assert (fit.probability * 20) == pytest.approx(round(fit.probability * 20))


def test_a_share_stays_below_one_hundred():
    fit = fit_projection(yearly([90.0, 93.0, 95.5, 97.0, 98.2, 98.6]), horizon=4, scale="logit", target=99.0)
    assert fit.conf_int(0.01)["high"].max() < 100
    assert "logit" in fit.method


def test_ceilings_are_judged_from_above():
    rate = yearly([4.2, 4.1, 4.15, 4.0, 4.05, 3.9, 3.95])
    low = fit_projection(rate, horizon=2, target=5.5, side="at_most")
    assert low.probability == 0.95
    assert "不高于" in low.finding("zh")
    assert "at most" in low.finding("en")


# --- scenarios ----------------------------------------------------------------------------------------


def dip_levels():
    growth = np.array([8.0, 7.0, 7.5, 6.5, 7.0, 6.0, 1.0, 9.0, 3.0]) / 100
    return yearly(100 * np.exp(np.concatenate([[0], growth.cumsum()])), "2013"), growth


def test_recovery_paths_follow_the_pace_before_the_dip():
    levels, growth = dip_levels()  # 2014-2022, the dip of 2020 is the seventh change
    table = fit_projection(levels, horizon=3, target=200.0).scenarios
    before = growth[1:6].mean()  # five changes before 2020
    last = np.log(levels.iloc[-1])
    expected = {
        "rapid_return": last + before * np.array([1, 2, 3]),
        "delayed_return": last + before * np.array([0, 1, 2]),
        "sustained_disruption": last + before * np.array([0, 0.5, 1.5]),
        "never_return": last + np.zeros(3),
    }
    for name, path in expected.items():
        assert np.log(table.loc[name, ["2023", "2024", "2025"]].astype(float)).tolist() == pytest.approx(path)
        assert np.isnan(table.loc[name, "probability"])


def test_two_year_average_smooths_and_leaving_out_drops_the_flagged_years():
    levels, growth = dip_levels()
    table = fit_projection(levels, horizon=3, target=200.0).scenarios
    smooth = growth.copy()
    smooth[6:8] = smooth[6:8].mean()
    smoothed = fit_projection(
        yearly(100 * np.exp(np.concatenate([[0], smooth.cumsum()])), "2013"), horizon=3, flagged=()
    )
    assert table.loc["two_year_average", "2025"] == pytest.approx(smoothed.params.iloc[-1])
    calm = mixture(growth[:6], 3).quantile(0.5)[-1]
    assert table.loc["without_flagged", "2025"] == pytest.approx(levels.iloc[-1] * np.exp(calm))


def test_series_without_flagged_years_have_no_such_scenarios():
    fit = fit_projection(random_levels(10, first="2000"), horizon=2, target=200.0)
    assert list(fit.scenarios.index) == ["as_is"]
    assert fit.robust is True


def test_growth_across_a_break_is_left_out_and_shown_kept():
    levels = random_levels(12, first="2005")
    broken = levels.copy()
    broken.loc["2013":] *= 1.4
    fit = fit_projection(broken, horizon=2, breaks=["2013"], flagged=())
    kept = np.delete(np.diff(np.log(levels)), 7)
    assert fit.params.iloc[-1] == pytest.approx(broken.iloc[-1] * np.exp(mixture(kept, 2).quantile(0.5)[-1]))
    assert fit.scenarios.loc["across_breaks", "2018"] > fit.params.iloc[-1]
    assert any("2013" in w for w in fit.warnings)


def test_scenarios_that_disagree_are_said():
    levels, _ = dip_levels()
    split = fit_projection(levels, horizon=3, target=float(levels.iloc[-1]) + 1)
    assert split.robust is False
    assert "不作定论" in split.finding("zh")
    same = fit_projection(levels, horizon=3, target=50.0)
    assert same.robust is True
    assert "all scenarios agree" in same.finding("en")


# --- the back-test ------------------------------------------------------------------------------------


def test_backtest_sees_no_figure_after_its_origin():
    levels = random_levels(16)
    fit = fit_projection(levels, horizon=3, flagged=())
    growth = np.diff(np.log(levels))
    inside = 0
    origins = range(5, 13)  # 5 changes at least, 3 years ahead inside the series
    for origin in origins:
        past = fit_projection(levels.iloc[: origin + 1], horizon=3, flagged=())
        low, high = past.conf_int(0.2).iloc[-1]
        inside += low <= levels.iloc[origin + 3] <= high
    assert fit.coverage.loc[3].tolist() == [len(origins), inside]
    assert len(growth) == 15
    assert f"{inside}次" in fit.finding("zh")
    assert f"of {len(origins)} past forecasts" in fit.finding("en")


def test_a_short_series_says_that_there_is_no_backtest():
    fit = fit_projection(yearly([100.0, 105, 109, 116, 120]), horizon=2, target=125.0)
    assert fit.coverage["cases"].sum() == 0
    assert "无法回测" in fit.finding("zh")
    assert "可信度低" in fit.finding("zh")


# --- refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "options", "expected"),
    [
        (yearly([1.0, 2.0, 3.0]), {}, {"short_sample"}),
        (yearly([]), {}, {"short_sample"}),
        (yearly([1.0, 2.0, np.nan, 3.0, 4.0, 5.0]), {}, {"gap"}),
        (yearly([1.0, 2.0, 3.0, 5.0, 6.0]).drop(pd.Period("2012")), {}, {"gap"}),
        (yearly([5.0] * 8), {}, {"constant"}),
        (yearly([1.0, 2.0, 3.0, 4.0, 5.0]), {"scale": "plain"}, {"constant"}),
        (yearly([1.0, -2.0, 3.0, 4.0, 5.0]), {"scale": "log"}, {"negative"}),
        (yearly([10.0, 120.0, 30.0, 40.0, 50.0]), {"scale": "logit"}, {"negative"}),
        (yearly([1.0, 2.0, 4.0, 5.0, 7.0]), {"as_of": "2018"}, {"stale"}),
        (yearly([1.0, 2.0, np.nan]), {"as_of": "2018"}, {"gap", "short_sample", "stale"}),
    ],
)
def test_what_cannot_be_projected_is_refused(levels, options, expected):
    with pytest.raises(ModelRefused) as error:
        fit_projection(levels, horizon=2, **options)
    assert codes(error) == expected
    assert all(fault.zh for fault in error.value.faults)


def test_two_years_old_is_not_stale():
    assert fit_projection(yearly([1.0, 2.0, 4.0, 5.0, 7.0]), horizon=2, as_of="2016").nobs == 5


def test_wrong_options_and_axes_are_refused():
    levels = random_levels()
    for wrong in (
        {"horizon": 0},
        {"horizon": 2.5},
        {"side": "above"},
        {"scale": "sqrt"},
        {"alpha": 1.0},
        {"target": -5.0},
    ):
        with pytest.raises(ParameterError):
            fit_projection(levels, **{"horizon": 2, **wrong})
    with pytest.raises(PeriodError):
        fit_projection(levels.reset_index(drop=True), horizon=2)
    with pytest.raises(PeriodError):
        fit_projection(pd.concat([levels, levels.iloc[-1:]]), horizon=2)


def test_text_is_the_same_each_time_and_wears_whole_numbers():
    levels = 100 * random_levels()
    first, second = (fit_projection(levels, horizon=3, target=25_000.0, unit=("元", "yuan")) for _ in "ab")
    assert str(first) == str(second)
    assert "e+" not in first.finding("zh")
    assert "25000元" in first.finding("zh")
