import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import CoverageError, ParameterError, PeriodError, SeriesError, UnitError
from cbs_analysis.series.decompositions import (
    decompose_mean_income,
    decompose_product,
    decompose_synchrony,
    shapley,
)
from cbs_analysis.series.lmdi import decompose_lmdi

REFERENCE = Path(__file__).parents[1] / "reference"
many = settings(deadline=None, max_examples=120, derandomize=True)
positive = st.floats(1e-3, 1e6)
YEARS = pd.period_range("2020", periods=2, freq="Y")


def pair(a, b):
    return pd.Series([a, b], YEARS)


def second(result):
    return result.to_frame().iloc[1]


# Shapley


@many
@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=1, max_size=4))
def test_shapley_is_the_mean_over_all_orders(pairs):
    def value(*x):
        return np.prod(x) + x[0] ** 2

    before, after = zip(*pairs, strict=True)
    orders = list(permutations(range(len(pairs))))
    expected = np.zeros(len(pairs))
    for order in orders:
        x = list(before)
        for k in order:
            was = value(*x)
            x[k] = after[k]
            expected[k] += (value(*x) - was) / len(orders)
    effects = shapley(value, list(before), list(after))
    # rounding of the largest value that can occur, over 24 orders
    tolerance = 1e-14 * (np.prod(np.abs(pairs).max(axis=1)) + np.square(pairs[0]).max())
    np.testing.assert_allclose(effects, expected, rtol=0, atol=tolerance)
    assert math.isclose(sum(effects), value(*after) - value(*before), rel_tol=0, abs_tol=tolerance)


def test_shapley_refuses_other_numbers_of_factors():
    for before, after in (([], []), ([1.0], [1.0, 2.0]), ([1.0] * 9, [1.0] * 9)):
        with pytest.raises(ParameterError):
            shapley(lambda *x: np.prod(x), before, after)


# mean income


def test_mean_income_splits_by_midpoints():
    # by hand: u 50 -> 60 %, urban 40 -> 44, rural 20 -> 24: 0.55*4, 0.45*4, (42 - 22)*0.1
    result = decompose_mean_income(pair(40.0, 44.0), pair(20.0, 24.0), urban_share=pair(50.0, 60.0))
    np.testing.assert_allclose(second(result), [2.2, 1.8, 2.0, 6.0], rtol=1e-15)
    assert result.to_frame().iloc[0].isna().all()
    assert "urban + rural + urbanization" in str(result)


@many
@given(
    *[st.tuples(positive, positive)] * 2,
    st.tuples(st.floats(0, 100), st.floats(1.5, 100)),
    st.floats(1e-3, 1e3),
)
def test_mean_income_adds_up_and_commutes_with_units(urban, rural, share, unit):
    arguments = pair(*urban), pair(*rural)
    result = decompose_mean_income(*arguments, urban_share=pair(*share))
    size = max(*urban, *rural)
    assert result.residual <= 1e-14 * size
    scaled = decompose_mean_income(*(unit * x for x in arguments), urban_share=pair(*share))
    np.testing.assert_allclose(scaled.to_frame(), unit * result.to_frame(), rtol=0, atol=1e-14 * size * unit)


def test_share_must_be_percent_between_0_and_100():
    with pytest.raises(UnitError, match="fraction"):
        decompose_mean_income(pair(4.0, 5.0), pair(2.0, 3.0), urban_share=pair(0.5, 0.6))
    with pytest.raises(SeriesError, match="2021"):
        decompose_mean_income(pair(4.0, 5.0), pair(2.0, 3.0), urban_share=pair(50.0, 101.0))


def test_change_is_over_the_year_before_not_the_row_before():
    years = pd.PeriodIndex(["2019", "2020", "2022"], freq="Y")
    x = pd.Series([1.0, 2.0, 4.0], years)
    assert decompose_product({"x": x}).change.isna().tolist() == [True, False, True]
    quarters = pd.period_range("2020Q1", periods=5, freq="Q")
    x = pd.Series([1.0, 2.0, 3.0, 4.0, 7.0], quarters)
    assert decompose_product({"x": x}).change.iloc[4] == 6.0


def test_a_missing_figure_leaves_no_effect():
    urban = pd.Series([1.0, np.nan, 3.0, 4.0], pd.period_range("2020", periods=4, freq="Y"))
    rest = urban.fillna(2.0)
    for result in (
        decompose_mean_income(rest, urban, urban_share=10 * rest),
        decompose_product({"a": urban, "b": rest}),
        decompose_lmdi({"a": urban.to_frame("x"), "b": rest}),
        decompose_lmdi({"a": urban.to_frame("x"), "b": rest}, form="multiplicative"),
        decompose_synchrony(rest, rest, cpi=urban, deflator=rest),
        decompose_synchrony(rest, rest, cpi=rest, deflator=rest, population=urban),
    ):
        frame = result.to_frame()
        assert frame.iloc[:3].isna().all(axis=None)
        assert frame.iloc[3].notna().all()
        assert math.isfinite(result.residual)


# products


@many
@given(st.lists(st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=1, max_size=6))
def test_product_effects_add_up(pairs):
    result = decompose_product({str(k): pair(*p) for k, p in enumerate(pairs)})
    size = np.prod(np.abs(pairs).max(axis=1))
    assert result.residual <= 1e-14 * max(size, 1e-300)


def test_product_of_panels_keeps_labels():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 5.0]}, YEARS)
    result = decompose_product({"x": frame, "y": 2 * frame})
    assert result.effects["x"].columns.tolist() == ["a", "b"]
    assert result.to_frame().columns.tolist() == [(n, c) for n in ("x", "y", "change") for c in ("a", "b")]
    np.testing.assert_allclose(result.effects["x"].iloc[1], [3.0, 16.0])  # mean(2, 4) * 1, mean(6, 10) * 2


# LMDI


def test_lmdi_gives_the_worked_example():
    table = pd.read_csv(REFERENCE / "lmdi_three_factors.csv", comment="#")
    table = table.set_index(pd.PeriodIndex(table.pop("year").astype(str), freq="Y"))
    factors = {k: table[[f"a{k}", f"b{k}"]].set_axis(["a", "b"], axis=1) for k in "123"}
    additive = decompose_lmdi(factors)
    multiplicative = decompose_lmdi(factors, form="multiplicative")
    assert additive.change.iloc[1:].tolist() == [100.0, 59.0, 99.0]
    for k in "123":
        # 8 decimals are given
        np.testing.assert_allclose(
            additive.effects[k].iloc[1:], table[f"additive{k}"].iloc[1:], rtol=0, atol=1e-8
        )
        np.testing.assert_allclose(
            multiplicative.effects[k].iloc[1:], table[f"multiplicative{k}"].iloc[1:], rtol=0, atol=1e-9
        )


@many
@given(
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(0, 10**6),
    st.sampled_from([0.0, 0.3]),
    st.floats(1e-3, 1e3),
)
def test_lmdi_is_exact_with_and_without_zeros(factors, columns, seed, zeros, unit):
    rng = np.random.default_rng(seed)

    def frame():
        values = np.exp(rng.normal(0, 2, (2, columns)))
        return pd.DataFrame(np.where(rng.random(values.shape) < zeros, 0.0, values), YEARS)

    made = {str(k): frame() for k in range(factors)}
    result = decompose_lmdi(made)
    total = np.prod([f.to_numpy() for f in made.values()], axis=0)
    # expm1 keeps the logarithmic mean exact: a few dozen roundings of the largest total
    assert result.residual <= 1e-13 * total.sum(axis=1).max() + 1e-300
    assert result.change.iloc[1] == pytest.approx(total[1].sum() - total[0].sum(), abs=1e-13 * total.max())
    columnwise = decompose_lmdi(made, by_column=True)
    for k in made:
        np.testing.assert_allclose(
            columnwise.effects[k].sum(axis=1).iloc[1], result.effects[k].iloc[1], rtol=1e-12
        )
    scaled = decompose_lmdi({**made, "0": unit * made["0"]})
    for k in made:
        np.testing.assert_allclose(
            scaled.effects[k], unit * result.effects[k], rtol=0, atol=1e-12 * unit * total.sum(axis=1).max()
        )
    ratio = decompose_lmdi(made, form="multiplicative")
    if (total.sum(axis=1) > 0).all():
        product = np.prod([e.iloc[1] for e in ratio.effects.values()])
        assert product == pytest.approx(total[1].sum() / total[0].sum(), rel=1e-10)
    else:
        assert ratio.to_frame().isna().all(axis=None)


@pytest.mark.parametrize(
    ("x", "other", "expected"),
    [
        # the eight cases of Ang, Zhang & Choi (1998), Table 2, with V = x * other
        ((0, 6), (7, 7), 42.0),
        ((6, 0), (7, 7), -42.0),
        ((6, 6), (0, 7), 0.0),
        ((6, 6), (7, 0), 0.0),
        ((6, 6), (0, 0), 0.0),
        ((0, 0), (0, 0), 0.0),
        ((6, 0), (0, 0), 0.0),
        ((0, 6), (0, 0), 0.0),
    ],
)
def test_lmdi_takes_the_analytic_limit_at_zeros(x, other, expected):
    made = {"x": pair(*map(float, x)).to_frame(), "other": pair(*map(float, other)).to_frame()}
    assert decompose_lmdi(made).effects["x"].iloc[1] == expected


def test_lmdi_shares_a_birth_among_the_factors_that_were_zero():
    made = {"x": pair(0.0, 6.0).to_frame(), "y": pair(0.0, 7.0).to_frame(), "z": pair(2.0, 2.0).to_frame()}
    assert second(decompose_lmdi(made)).tolist() == [42.0, 42.0, 0.0, 84.0]


def test_lmdi_is_exact_where_the_total_hardly_moves():
    made = {"x": pair(1.0, 3.0).to_frame(), "y": pair(3.0, np.nextafter(1.0, 2.0)).to_frame()}
    effects = decompose_lmdi(made).effects
    assert effects["x"].iloc[1] == pytest.approx(3 * math.log(3), rel=1e-14)  # the limit of L(V, V) is V
    assert effects["y"].iloc[1] == pytest.approx(-3 * math.log(3), rel=1e-14)


def test_lmdi_does_not_take_a_missing_factor_for_a_birth():
    made = {"x": pair(np.nan, 0.0).to_frame(), "y": pair(1.0, 2.0).to_frame()}
    assert decompose_lmdi(made, by_column=True).to_frame().isna().all(axis=None)


def test_lmdi_spreads_a_common_factor():
    mix = pd.DataFrame({"a": [0.4, 0.5], "b": [0.6, 0.5]}, YEARS)
    spread = pd.DataFrame({"a": [10.0, 12.0], "b": [10.0, 12.0]}, YEARS)
    common = decompose_lmdi({"activity": pair(10.0, 12.0), "mix": mix})
    pd.testing.assert_frame_equal(
        common.to_frame(), decompose_lmdi({"activity": spread, "mix": mix}).to_frame()
    )


def test_lmdi_refuses_what_it_cannot_take():
    frame = pd.DataFrame({"a": [1.0, -2.0]}, YEARS)
    with pytest.raises(SeriesError, match="2021 a"):
        decompose_lmdi({"x": frame})
    for wrong in (
        {"factors": {"x": pair(1.0, 2.0)}},
        {"factors": {"x": frame.abs()}, "form": "ratio"},
        {"factors": {"x": frame.abs()}, "form": "multiplicative", "by_column": True},
    ):
        with pytest.raises(ParameterError):
            decompose_lmdi(**wrong)


# synchrony of income and GDP


@many
@given(*[st.tuples(positive, positive)] * 5)
def test_synchrony_is_an_identity(income, gdp, cpi, deflator, people):
    names = {"cpi": pair(*cpi), "deflator": pair(*deflator)}
    result = decompose_synchrony(pair(*income), pair(*gdp), population=pair(*people), **names)

    def growth(x):
        return 100 * (math.log(x[1]) - math.log(x[0]))

    expected = growth(income) - growth(cpi) - (growth(gdp) + growth(people) - growth(deflator))
    assert result.change.iloc[1] == pytest.approx(expected, abs=1e-10)  # logs of up to 2100 in percent
    assert result.residual < 1e-10
    per_head = decompose_synchrony(pair(*income), pair(*gdp), **names)
    assert per_head.change.iloc[1] - result.change.iloc[1] == pytest.approx(growth(people), abs=1e-10)


def test_synchrony_says_where_the_gap_comes_from():
    # by hand: ln(33/30) - ln(75.6/70) = ln(1.1/1.08); ln 1.01 - ln 1.02
    result = decompose_synchrony(
        pair(30.0, 33.0), pair(70.0, 75.6), cpi=pair(100.0, 102.0), deflator=pair(100.0, 101.0)
    )
    expected = [100 * math.log(1.1 / 1.08), 100 * math.log(1.01 / 1.02)]
    np.testing.assert_allclose(second(result), [*expected, sum(expected)], rtol=1e-12)


def test_synchrony_refuses_figures_that_are_not_positive_all_at_once():
    with pytest.raises(SeriesError) as caught:
        decompose_synchrony(pair(0.0, 1.0), pair(1.0, 1.0), cpi=pair(1.0, -1.0), deflator=pair(1.0, 1.0))
    assert [fault.where for fault in caught.value.faults] == ["2020", "2021"]


# all


def test_other_labels_are_refused_by_name():
    with pytest.raises(CoverageError, match="b has other labels than a"):
        decompose_product({"a": pair(1.0, 2.0), "b": pair(1.0, 2.0)[:1]})
    with pytest.raises(CoverageError, match="b has other labels"):
        decompose_product({"a": pair(1.0, 2.0).to_frame("x"), "b": pair(1.0, 2.0).to_frame("y")})
    with pytest.raises(PeriodError):
        decompose_product({"a": pd.Series([1.0, 2.0])})
    with pytest.raises(ParameterError):
        decompose_product({})


def test_inputs_are_not_changed():
    urban, rural, share = pair(4.0, 5.0), pair(2.0, 3.0), pair(50.0, 60.0)
    copies = [x.copy() for x in (urban, rural, share)]
    decompose_mean_income(urban, rural, urban_share=share)
    decompose_product({"a": urban, "b": rural})
    decompose_lmdi({"a": urban.to_frame("x"), "b": rural})
    decompose_synchrony(urban, rural, cpi=share, deflator=share)
    for x, copy in zip((urban, rural, share), copies, strict=True):
        pd.testing.assert_series_equal(x, copy)
