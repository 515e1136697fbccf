import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import CoverageError, ParameterError, PeriodError, SeriesError
from cbs_analysis.series.inequality import atkinson, gap, gini, ratio, theil_l, theil_t
from cbs_analysis.series.inequality_parts import decompose_inequality, decompose_inequality_change, gap_share

REFERENCE = Path(__file__).parents[1] / "reference"
many = settings(deadline=None, max_examples=100, derandomize=True)
each = settings(deadline=None, max_examples=30, derandomize=True)  # for each of six measures
incomes = st.lists(st.floats(1e-2, 1e5), min_size=2, max_size=12)
USA1968 = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
MEASURES = {
    "gini": gini,
    "theil_t": theil_t,
    "theil_l": theil_l,
    "atkinson .5": lambda x, **kw: atkinson(x, epsilon=0.5, **kw),
    "atkinson 1": lambda x, **kw: atkinson(x, epsilon=1, **kw),
    "atkinson 2": lambda x, **kw: atkinson(x, epsilon=2, **kw),
}
every_measure = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
TWO = {"a1": "a", "a2": "a", "b1": "b", "b2": "b"}


def table(rows, columns=("urban", "rural"), first="2020"):
    return pd.DataFrame(rows, pd.period_range(first, periods=len(rows), freq="Y"), list(columns), dtype=float)


# two groups


def test_ratio_and_gap_align_and_leave_missing_alone():
    urban, rural = pd.Series({2020: 43834.0, 2021: 47412.0}), pd.Series({2020: 17131.0, 2022: 1.0})
    assert ratio(urban, rural).round(2).fillna(-1).tolist() == [2.56, -1, -1]  # 2.56 as the bureau gives it
    assert gap(urban, rural).fillna(-1).tolist() == [26703.0, -1, -1]
    assert math.isnan(ratio(pd.Series([1.0]), pd.Series([0.0]))[0])


# published and closed forms


def test_measures_give_the_example_of_r():
    expected = pd.read_csv(REFERENCE / "inequality_usa1968.csv", comment="#", index_col="measure")
    found = {
        "Gini": gini(USA1968),
        "Gini n/(n-1)": gini(USA1968, unbiased=True),
        "Theil T": theil_t(USA1968),
        "Theil L (MLD)": theil_l(USA1968),
        "Atkinson .5": atkinson(USA1968, epsilon=0.5),
    }
    assert found.keys() == set(expected.index)
    for name, value in found.items():
        assert value == pytest.approx(expected.expected[name], abs=expected.tolerance[name])


def test_closed_forms():
    # one of n has all: Gini 1 - 1/n, T = ln n; half has all: T = ln 2
    assert gini([0, 0, 0, 1]) == 0.75
    assert theil_t([0, 0, 0, 1]) == pytest.approx(math.log(4), rel=1e-15)
    assert theil_t([0, 0, 0, 10, 10, 10]) == pytest.approx(math.log(2), rel=1e-15)
    # shares 0.6 and 0.4, incomes 30000 and 15000, mean 24000: s = 0.75, 0.25
    assert theil_t([30000, 15000], population=[0.6, 0.4]) == pytest.approx(
        0.75 * math.log(0.75 / 0.6) + 0.25 * math.log(0.25 / 0.4), rel=1e-13
    )
    assert gini([30000, 15000], population=[0.6, 0.4]) == pytest.approx(0.75 - 0.6, rel=1e-13)
    # Atkinson with aversion 2: 1 - harmonic mean / mean; with 1: 1 - geometric mean / mean
    assert atkinson([1, 3], epsilon=2) == pytest.approx(1 - 1.5 / 2, rel=1e-15)
    assert atkinson([1, 4], epsilon=1) == pytest.approx(1 - 2 / 2.5, rel=1e-15)
    assert atkinson([0, 4], epsilon=1) == atkinson([0, 4], epsilon=2) == 1
    # equally spaced incomes 0, 1, ..., n - 1: (n + 1) / (3n)
    n = 1001
    assert gini(np.arange(n)) == pytest.approx((n + 1) / (3 * n), rel=1e-12)


@many
@given(incomes, st.data())
def test_gini_is_half_the_relative_mean_difference(y, data):
    p = np.array(data.draw(st.lists(st.floats(0.01, 100), min_size=len(y), max_size=len(y))))
    y, p = np.array(y), p / p.sum()
    expected = np.sum(np.outer(p, p) * np.abs(np.subtract.outer(y, y))) / (2 * p @ y)
    assert gini(y, population=p) == pytest.approx(expected, abs=1e-14)  # sums of 144 terms below 1


# laws


@every_measure
def test_equal_incomes_have_no_inequality(measure):
    for y in ([7.0] * 5, [0.1] * 3, [1e5 / 3] * 7):
        assert 0 <= measure(y) < 1e-15  # a mean of equal figures can be off by one rounding


@every_measure
@each
@given(y=incomes, factor=st.floats(1e-3, 1e3), copies=st.integers(2, 5), seed=st.integers(0, 999))
def test_scale_replication_and_order_do_not_matter(measure, y, factor, copies, seed):
    value = measure(y)
    tolerance = {"abs": 1e-13, "rel": 1e-10}
    assert measure(np.array(y) * factor) == pytest.approx(value, **tolerance)
    assert measure(y * copies) == pytest.approx(value, **tolerance)
    assert measure(y, population=[copies] * len(y)) == pytest.approx(value, **tolerance)
    assert measure(np.random.default_rng(seed).permutation(y)) == pytest.approx(value, **tolerance)
    assert value >= 0


@every_measure
@each
@given(y=incomes, people=st.lists(st.integers(0, 4), min_size=12, max_size=12))
def test_groups_are_their_people(measure, y, people):
    people = people[: len(y)]
    assume(sum(people) > 0)
    assert measure(y, population=people) == pytest.approx(measure(np.repeat(y, people)), abs=1e-12, rel=1e-10)


@every_measure
@each
@given(y=incomes, share=st.floats(0.05, 0.45))
def test_a_transfer_from_rich_to_poor_lowers_inequality(measure, y, share):
    y = np.array(y)
    rich, poor = y.argmax(), y.argmin()
    assume(y[rich] > y[poor] * 1.01)
    after = y.copy()
    step = share * (y[rich] - y[poor])
    after[rich] -= step
    after[poor] += step
    assert measure(after) < measure(y)


@every_measure
def test_group_means_give_a_lower_bound(measure):
    persons = np.array(USA1968, dtype=float)
    means = persons.reshape(5, 2).mean(axis=1)
    assert measure(means) < measure(persons)


# shapes and missing figures


@every_measure
def test_rows_are_times_and_a_missing_figure_leaves_none(measure):
    frame = table([[40, 16], [44, np.nan], [44, 18]])
    people = table([[60, 40], [61, 39], [62, 38]])
    result = measure(frame, population=people)
    assert result.index.equals(frame.index)
    assert result.isna().tolist() == [False, True, False]
    assert result.iloc[2] == pytest.approx(measure([44, 18], population=[62, 38]), rel=1e-12)
    people.iloc[2, 0] = np.nan
    assert measure(frame, population=people).isna().tolist() == [False, True, True]
    same = measure(frame, population=pd.Series({"urban": 3.0, "rural": 1.0}))
    assert same.iloc[0] == pytest.approx(measure([40, 16], population=[3, 1]), rel=1e-12)
    assert measure(frame).iloc[0] == pytest.approx(measure([40, 16]), rel=1e-12)


@every_measure
def test_panel_of_regions_gives_each_region(measure):
    rng = np.random.default_rng(3)
    columns = pd.MultiIndex.from_product([["a", "b", "c"], ["urban", "rural"]], names=["region", "area"])
    years = pd.period_range("2020", periods=4, freq="Y")
    frame = pd.DataFrame(rng.uniform(1, 9, (4, 6)), years, columns)
    people = pd.DataFrame(rng.uniform(1, 9, (4, 6)), years, columns)
    shuffled = [5, 3, 2, 1, 0, 4]  # the regions in another order for each group
    for population in (None, people):
        whole = measure(frame, population=population, over="area")
        assert whole.columns.tolist() == ["a", "b", "c"]
        assert whole.columns.name == "region"
        for region in "abc":
            alone = measure(frame[region], population=None if population is None else population[region])
            np.testing.assert_allclose(whole[region], alone, rtol=1e-12)
        mixed = None if population is None else population.iloc[:, shuffled]
        again = measure(frame.iloc[:, shuffled], population=mixed, over="area")
        pd.testing.assert_frame_equal(again[["a", "b", "c"]], whole)


def test_what_is_not_defined_is_missing():
    assert math.isnan(theil_l([0, 1]))
    assert theil_l([0, 1], population=[0, 5]) == 0  # nobody lives on 0
    for measure in MEASURES.values():
        assert math.isnan(measure([0.0, 0.0]))
        assert math.isnan(measure([1.0, 2.0], population=[0.0, 0.0]))
    assert math.isnan(gini([5.0], unbiased=True))


def test_negative_and_infinite_figures_are_refused_by_name():
    frame = table([[40, -16], [44, 18]])
    people = table([[60, 40], [-61, 39]])
    for measure in MEASURES.values():
        with pytest.raises(SeriesError) as caught:
            measure(frame, population=people)
        assert [fault.where for fault in caught.value.faults] == ["2020 rural", "2021 urban"]
        with pytest.raises(SeriesError, match="infinite"):
            measure([1.0, np.inf])


def test_arrays_with_rows_of_time_give_arrays():
    rows = np.array([[1.0, 2.0], [3.0, 3.0]])
    for measure in MEASURES.values():
        expected = [measure([1, 2], population=[3, 1]), 0.0]
        np.testing.assert_allclose(measure(rows, population=[3, 1]), expected, rtol=1e-12, atol=1e-15)
        for nobody in ([], 5.0, np.empty((3, 0))):
            with pytest.raises(CoverageError, match="no incomes"):
                measure(nobody)


def test_labels_and_options_that_do_not_fit_are_refused():
    frame = table([[40, 16], [44, 18]])
    for population in (frame[["rural", "urban"]], frame[:1], frame["urban"], [1.0, 2.0, 3.0]):
        with pytest.raises(CoverageError):
            theil_t(frame, population=population)
    columns = pd.MultiIndex.from_tuples([("a", "u"), ("a", "r"), ("b", "u")], names=["region", "area"])
    lame = pd.DataFrame([[1.0, 2.0, 3.0]], frame.index[:1], columns)
    with pytest.raises(CoverageError, match="same groups"):
        gini(lame, over="area")
    with pytest.raises(ParameterError, match="region"):
        gini(lame, over="county")
    with pytest.raises(ParameterError):
        gini(frame, over="area")
    with pytest.raises(ParameterError):
        gini([1, 2], population=[1, 2], unbiased=True)
    for epsilon in (0, -1, math.inf, math.nan):
        with pytest.raises(ParameterError):
            atkinson([1, 2], epsilon=epsilon)


# parts


@many
@given(st.data(), st.sampled_from(["theil_t", "theil_l"]))
def test_between_and_within_are_the_whole(data, measure):
    n = data.draw(st.integers(2, 10))
    y = pd.Series(data.draw(st.lists(st.floats(1e-2, 1e5), min_size=n, max_size=n)))
    people = pd.Series(data.draw(st.lists(st.floats(0.1, 10), min_size=n, max_size=n)))
    by = pd.Series(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
    for population in (None, people):
        parts = decompose_inequality(y, by=by, population=population, measure=measure)
        assert parts.total == pytest.approx(MEASURES[measure](y, population=population), abs=1e-14)
        assert parts.between + parts.within == pytest.approx(parts.total, abs=1e-13)
        assert sum(parts.contributions.values()) == pytest.approx(parts.within, abs=1e-15)
        assert set(parts.contributions) == set(by)


def test_parts_of_known_distributions():
    # two subgroups, equal inside: all of ln 2 is between
    y = pd.Series([0.0, 0.0, 0.0, 10.0, 10.0, 10.0], list("abcdef"))
    parts = decompose_inequality(y, by=dict(zip("abcdef", "000111", strict=True)))
    assert parts.between == pytest.approx(math.log(2), rel=1e-15)
    assert parts.within == 0
    # the same mean in both: all is within
    parts = decompose_inequality(pd.Series([1.0, 3.0, 1.0, 3.0], list(TWO)), by=TWO)
    assert parts.between == 0
    assert parts.within == pytest.approx(theil_t([1.0, 3.0]), rel=1e-14)
    assert parts.between_share == 0
    assert "lower bound" in str(parts)


def test_parts_of_tables_and_panels():
    frame = table([[1, 3, 5, 7], [2, 3, np.nan, 7], [4, 4, 4, 4]], TWO)
    parts = decompose_inequality(frame, by=TWO)
    assert parts.within.isna().tolist() == parts.total.isna().tolist() == [False, True, False]
    assert parts.contributions["a"].iloc[0] + parts.contributions["b"].iloc[0] == parts.within.iloc[0]
    share = gap_share(frame, by=TWO)
    assert share.iloc[0] == pytest.approx(100 * parts.between.iloc[0] / parts.total.iloc[0])
    assert math.isnan(share.iloc[2])
    columns = pd.MultiIndex.from_product([["x", "y"], list(TWO)], names=["region", "group"])
    wide = pd.DataFrame(np.hstack([frame.to_numpy(), 1 + frame.to_numpy() ** 2]), frame.index, columns)
    panel = decompose_inequality(wide, by=TWO, over="group", measure="theil_l")
    alone = decompose_inequality(wide["y"], by=TWO, measure="theil_l")
    np.testing.assert_allclose(panel.between["y"], alone.between, rtol=1e-12)
    np.testing.assert_allclose(panel.within["y"], alone.within, rtol=1e-12, atol=1e-16)


def test_parts_refuse_groups_without_subgroup():
    with pytest.raises(CoverageError, match="b2"):
        decompose_inequality(pd.Series([1.0, 2.0], ["a1", "b2"]), by={"a1": "a"})
    with pytest.raises(ParameterError):
        decompose_inequality(pd.Series([1.0, 2.0], ["a1", "a2"]), by=TWO, measure="gini")
    with pytest.raises(ParameterError, match="labels"):
        decompose_inequality([1.0, 2.0], by={0: "a", 1: "b"})


# changes


@many
@given(st.integers(2, 5), st.integers(0, 10**6), st.booleans(), st.sampled_from(["theil_t", "theil_l"]))
def test_effects_on_inequality_add_up(groups, seed, inside, measure):
    rng = np.random.default_rng(seed)
    means, people = (table(np.exp(rng.normal(0, 1, (3, groups))), range(groups)) for _ in range(2))
    within = table(rng.uniform(0, 1, (3, groups)), range(groups)) if inside else None
    result = decompose_inequality_change(means, population=people, within=within, measure=measure)
    assert result.residual < 1e-13
    between = MEASURES[measure](means, population=people)
    expected = between.diff()
    if inside:
        p = people.div(people.sum(axis=1), axis=0)
        s = (p * means).div((p * means).sum(axis=1), axis=0)
        expected = expected + ((s if measure == "theil_t" else p) * within).sum(axis=1).diff()
    np.testing.assert_allclose(result.change, expected, rtol=0, atol=1e-13)


def test_only_what_changed_has_an_effect():
    means, people = table([[40, 16]] * 2), table([[60, 40]] * 2)
    inside = table([[0.1, 0.2], [0.15, 0.2]])
    for measure in ("theil_t", "theil_l"):
        options = {"within": inside, "measure": measure}
        row = decompose_inequality_change(means, population=people, **options).to_frame().iloc[1]
        weight = 0.6 if measure == "theil_l" else 24 / 30.4  # population share, income share
        np.testing.assert_allclose(row, [0, 0, weight * 0.05, weight * 0.05], atol=1e-16)
        row = decompose_inequality_change(
            3 * means, population=table([[60, 40], [70, 30]]), **options
        ).to_frame()
        assert abs(row["income"].iloc[1]) < 1e-15
    # prices alone are no effect
    priced = means * np.array([[1.0], [1.3]])
    effects = decompose_inequality_change(priced, population=people).effects
    assert abs(effects["income"].iloc[1]) < 1e-15


def test_mld_effects_are_near_those_of_mookherjee_and_shorrocks():
    # their terms for small changes, worked from their formulas: sum (mean(lambda) - mean(ln lambda)) dp and
    # sum (mean(theta) - mean(p)) dln y, with lambda = y / mean, theta = p lambda; made-up figures
    means, people = table([[40.0, 16.0], [40.4, 16.3]]), table([[0.60, 0.40], [0.605, 0.395]])
    effects = decompose_inequality_change(means, population=people).effects
    y, p = means.to_numpy(), people.to_numpy()
    relative = y / (y * p).sum(axis=1, keepdims=True)
    shares = np.sum((relative.mean(axis=0) - np.log(relative).mean(axis=0)) * np.diff(p, axis=0))
    income = np.sum(((relative * p).mean(axis=0) - p.mean(axis=0)) * np.diff(np.log(y), axis=0))
    assert effects["population"].iloc[1] == pytest.approx(shares, rel=0.01)  # theirs is an approximation
    assert effects["income"].iloc[1] == pytest.approx(income, rel=0.01)


def test_changes_follow_periods_and_refuse_other_labels():
    means = pd.DataFrame({"u": [4.0, 5.0], "r": [2.0, 2.0]}, pd.PeriodIndex(["2020", "2022"], freq="Y"))
    assert decompose_inequality_change(means, population=means).change.isna().all()
    with pytest.raises(PeriodError):
        decompose_inequality_change(means.reset_index(drop=True), population=means.reset_index(drop=True))
    with pytest.raises(CoverageError):
        decompose_inequality_change(means, population=means, within=means[["r", "u"]])


def test_changes_of_panels_give_each_region():
    rng = np.random.default_rng(5)
    columns = pd.MultiIndex.from_product([["urban", "rural"], ["x", "y"]], names=["area", "region"])
    years = pd.period_range("2020", periods=4, freq="Y")
    means, people, within = (pd.DataFrame(rng.uniform(0.1, 1, (4, 4)), years, columns) for _ in range(3))
    panel = decompose_inequality_change(means, population=people, within=within, over="area")
    for region in "xy":
        one = {"means": means, "population": people, "within": within}
        one = {k: v.xs(region, axis=1, level="region") for k, v in one.items()}
        alone = decompose_inequality_change(**one)
        for name in ("income", "population", "within"):
            np.testing.assert_allclose(
                panel.effects[name][region], alone.effects[name], rtol=1e-10, atol=1e-15
            )


def test_inputs_are_not_changed():
    means, people = table([[40, 16], [44, 18]]), table([[60, 40], [62, 38]])
    copies = means.copy(), people.copy()
    for measure in MEASURES.values():
        measure(means, population=people)
    decompose_inequality(means, by={"urban": 1, "rural": 2}, population=people)
    decompose_inequality_change(means, population=people)
    for x, copy in zip((means, people), copies, strict=True):
        pd.testing.assert_frame_equal(x, copy)
