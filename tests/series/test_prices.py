import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import CoverageError, ParameterError, PeriodError, SeriesError, VintageError
from cbs_analysis.series.growth import chain_growth, growth_from_index, yoy
from cbs_analysis.series.prices import (
    chain,
    chain_same_period,
    deflate,
    implicit_deflator,
    implicit_deflator_growth,
    real_growth,
    rebase,
    reflate,
)

REFERENCE = Path(__file__).parents[1] / "reference"
many = settings(deadline=None, max_examples=120, derandomize=True)
links_of = st.lists(st.floats(60, 160), min_size=1, max_size=12)
levels_of = st.lists(st.floats(1, 1e6), min_size=1, max_size=12)


def yearly(values, first="2000"):
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="Y"), dtype=float)


def periods(values, first, freq):
    return pd.Series(values, pd.period_range(first, periods=len(values), freq=freq), dtype=float)


def published(name):
    return pd.read_csv(REFERENCE / name, comment="#")


def retail_prices():
    table = published("shandong_retail_price_index.csv").astype({"year": str})
    return table.set_index(pd.PeriodIndex(table.pop("year"), freq="Y"))


# --- published figures --------------------------------------------------------------------------------


def test_real_growth_of_income_is_as_published():
    table = published("nbs_real_income_growth.csv")
    nominal, prices, real = (
        table.set_index(pd.PeriodIndex(table["period"], freq="Q"))[c] for c in ("nominal", "cpi", "real")
    )
    # two figures rounded to 0.1 make the third, rounded too
    assert np.allclose(real_growth(nominal, by=prices), real, atol=0.15)
    assert (real_growth(nominal, by=prices).round(1) == real).all()


def test_the_published_index_on_another_base_is_as_published():
    table = retail_prices()
    moved = rebase(table["base_1930_1936"], to="1978")
    # half of the last digit of the figure and of its base, over the base, and of the printed result
    error = 0.05 + 100 * (0.05 + moved / 100 * 0.05) / table["base_1930_1936"]["1978"]
    assert ((moved - table["base_1978"]).abs() <= error).all()


@pytest.mark.parametrize(("to", "first"), [("1978", 1), ("1985", 0), ("1993", 0)])
def test_chained_yearly_indices_give_the_published_fixed_base_index(to, first):
    table = retail_prices()
    chained = chain(table["previous_year"], to=to).iloc[1:]
    fixed = rebase(table["base_1930_1936"], to=to)
    # each link is rounded to 0.1 and off by up to 0.05 %, from the base on; the fixed index by 0.02 % twice
    steps = np.abs(np.arange(len(fixed)) - fixed.index.get_loc(to))
    assert (np.abs(chained / fixed - 1) <= 0.0005 * steps + 0.0003).all()


# --- levels at constant prices ------------------------------------------------------------------------


def test_levels_are_divided_by_the_index_of_their_own_year():
    nominal = yearly([100.0, 110.0, 130.0, 140.0])
    prices = pd.Series([110.0, 100.0, 125.0], pd.PeriodIndex(["2003", "2000", "2002"], freq="Y"))
    real = deflate(nominal, by=prices)
    assert real.round(9).fillna(-1).tolist() == [100.0, -1, 104.0, 127.272727273]


def test_one_index_serves_all_columns_or_each_has_its_own():
    nominal = pd.DataFrame({"a": [100.0, 102.0], "b": [50.0, 51.0]}, yearly([1, 2]).index)
    prices = yearly([100.0, 102.0])
    assert deflate(nominal, by=prices).to_numpy().tolist() == [[100.0, 50.0], [100.0, 50.0]]
    own = pd.DataFrame({"a": prices, "b": [100.0, 51.0]})
    assert deflate(nominal, by=own).to_numpy().tolist() == [[100.0, 50.0], [100.0, 100.0]]


def test_numbers_and_arrays_are_taken_as_they_are():
    assert deflate(51.0, by=102.0) == 50.0
    assert reflate(np.array([50.0, np.nan]), by=102.0).tolist()[0] == 51.0
    assert round(real_growth(9.1, by=100.9), 1) == 8.1


def test_an_index_that_does_not_fit_is_refused():
    nominal = yearly([1.0, 2.0])
    with pytest.raises(SeriesError, match="2001"):
        deflate(nominal, by=yearly([100.0, 0.0]))
    with pytest.raises(PeriodError, match="periods"):
        deflate(nominal, by=periods([100.0, 101.0], "2000Q1", "Q"))
    with pytest.raises(PeriodError, match="repeated"):
        deflate(nominal, by=pd.Series([100.0, 101.0], nominal.index[[0, 0]]))
    with pytest.raises(PeriodError):
        deflate(nominal, by=pd.Series([100.0, 101.0], [2000, 2001]))
    with pytest.raises(ParameterError, match="DataFrame for a Series"):
        deflate(nominal, by=yearly([100.0, 101.0]).to_frame())
    with pytest.raises(ParameterError, match="columns"):
        deflate(nominal.to_frame("a"), by=nominal.to_frame("b"))
    with pytest.raises(ParameterError, match="Series for a float"):
        deflate(1.0, by=nominal)
    for x in (nominal, np.ones(2), 1.0):
        with pytest.raises(ParameterError, match="shape"):
            deflate(x, by=np.full((2, 2), 100.0))
    with pytest.raises(SeriesError, match="no numbers"):
        deflate(nominal, by=pd.Series(["a", "b"], nominal.index))


@many
@given(levels_of, st.data())
def test_reflate_undoes_deflate(levels, data):
    prices = yearly(data.draw(st.lists(st.floats(1, 1e4), min_size=len(levels), max_size=len(levels))))
    nominal = yearly(levels)
    assert np.allclose(reflate(deflate(nominal, by=prices), by=prices), nominal, rtol=1e-14)


@many
@given(levels_of, st.data())
def test_growth_of_deflated_levels_is_deflated_growth(levels, data):
    links = yearly(data.draw(st.lists(st.floats(60, 160), min_size=len(levels), max_size=len(levels))))
    nominal = yearly(levels)
    real = deflate(nominal, by=chain(links, to=links.index[0]))
    assert np.allclose(yoy(real)[1:], real_growth(yoy(nominal), by=links)[1:], rtol=1e-9, atol=1e-9)


# --- bases and chains ---------------------------------------------------------------------------------


@many
@given(links_of, st.data())
def test_rebasing_keeps_growth_and_makes_the_base_a_hundred(links, data):
    index = chain(yearly(links), to="2000")
    to = data.draw(st.sampled_from(list(index.index)))
    moved = rebase(index, to=to)
    assert moved[to] == pytest.approx(100.0)
    assert np.allclose(yoy(moved)[1:], yoy(index)[1:])
    assert np.allclose(rebase(moved, to="2000"), index)


@many
@given(links_of, st.data())
def test_a_chain_has_its_links_as_growth_whatever_its_base(links, data):
    series = yearly(links)
    to = data.draw(st.sampled_from(list(pd.period_range("1999", periods=len(links) + 1, freq="Y"))))
    index = chain(series, to=to)
    assert index[to] == 100.0
    assert np.allclose(growth_from_index(index, base="fixed")[1:] + 100, series)
    assert np.allclose(rebase(index, to=index.index[0]), chain_growth(series - 100))


def test_a_year_as_base_is_the_mean_of_its_months():
    index = periods(np.arange(1.0, 25.0), "2020-01", "M")
    assert rebase(index, to="2020")[:12].mean() == pytest.approx(100.0)
    assert rebase(index, to="2020-01").iloc[:2].tolist() == [100.0, 200.0]
    assert rebase(index, to=pd.Period("2020", "Y")).iloc[0] == pytest.approx(100 / 6.5)
    with pytest.raises(CoverageError, match="11 of 12"):
        rebase(index[1:], to="2020")
    with pytest.raises(CoverageError, match="2019"):
        rebase(index, to="2019-12")
    with pytest.raises(PeriodError):
        rebase(yearly([1.0]), to="2000Q2")
    with pytest.raises(SeriesError, match="positive"):
        rebase(index - 5, to="2020-02")
    index["2020-03"] = math.nan
    assert rebase(index, to="2020").isna().all()  # the base is unknown


def test_a_chain_stops_at_a_missing_link_on_the_side_away_from_the_base():
    links = yearly([110.0, math.nan, 110.0, 110.0])
    assert chain(links, to="1999").round(6).fillna(-1).tolist() == [100, 110, -1, -1, -1]
    assert chain(links, to="2003").round(2).fillna(-1).tolist() == [-1, -1, 82.64, 90.91, 100]


def test_a_chain_refuses_gaps_foreign_bases_and_growth_rates():
    links = yearly([110.0, 110.0])
    with pytest.raises(CoverageError, match="2001"):
        chain(pd.Series([110.0, 110.0], links.index[[0]].append(links.index[[1]] + 1)), to="2000")
    with pytest.raises(CoverageError, match="1999 to 2001"):
        chain(links, to="1998")
    with pytest.raises(CoverageError):
        chain(links[:0], to="1998")
    with pytest.raises(SeriesError, match="2001"):
        chain(yearly([5.6, -0.8]), to="2000")
    with pytest.raises(ParameterError, match="previous_year"):
        chain(links, to="2000", of="same_period")  # type: ignore[arg-type]


def test_months_are_chained_only_when_they_compare_with_the_month_before():
    months = periods([101.0, 100.0, 99.0], "2021-01", "M")
    with pytest.raises(PeriodError, match="frequency"):
        chain(months, to="2021-01")
    assert chain(months, to="2020-12", of="previous_period").round(2).tolist() == [100, 101, 101, 99.99]


def test_year_on_year_months_make_an_index_only_with_a_base_year():
    base = periods([98.0, 100.0, 100.0, 102.0], "2020Q1", "Q")  # made up
    links = periods([110.0] * 5, "2020Q3", "Q")
    index = chain_same_period(links, base=base)
    assert index.index[0] == pd.Period("2019Q1")
    expected = [-1, -1, 100 / 1.1, 102 / 1.1, 98, 100, 100, 102, 107.8, 110, 110]
    assert np.allclose(index.fillna(-1), expected)
    for bad, message in (
        (base[:3], "3 periods"),
        (base.set_axis(base.index + 1), "one whole year"),
        (base.set_axis(base.index - 8), "from 2019 to 2021"),
    ):
        with pytest.raises(CoverageError, match=message):
            chain_same_period(links, base=bad)
    with pytest.raises(PeriodError):
        chain_same_period(yearly([101.0]), base=base)
    with pytest.raises(PeriodError):
        chain_same_period(links, base=periods([100.0] * 12, "2020-01", "M"))
    with pytest.raises(ParameterError, match="columns"):
        chain_same_period(links.to_frame("a"), base=base.to_frame("b"))


@many
@given(st.lists(st.floats(60, 160), min_size=8, max_size=20), st.integers(0, 4), st.integers(0, 3))
def test_year_on_year_chains_reproduce_any_index_from_one_of_its_years(levels, year, start):
    index = periods(levels, "2000Q1", "Q")
    links = growth_from_index(index, base="fixed").iloc[4 + start :] + 100
    base = index[index.index.year == 2000 + min(year, len(levels) // 4 - 1)]
    again = chain_same_period(links, base=base)
    again = again[again.notna()]
    assert np.allclose(again, index[again.index])
    assert base.index.isin(again.index).all()
    assert start or len(again) == len(index)


# --- implicit deflators -------------------------------------------------------------------------------


def test_the_implicit_deflator_is_nominal_over_real():
    nominal, real = yearly([100.0, 112.35]), yearly([100.0, 107.0])
    assert implicit_deflator(nominal, real).tolist() == pytest.approx([100.0, 105.0])
    growth = implicit_deflator_growth(nominal, yearly([math.nan, 7.0]), of="levels")
    assert growth.iloc[1] == pytest.approx(5.0)
    assert implicit_deflator_growth(yoy(nominal), yearly([9.0, 7.0]), of="growth").iloc[1] == pytest.approx(
        5.0
    )
    assert implicit_deflator_growth(yearly([5.0]), yearly([-100.0]), of="growth").isna().all()
    with pytest.raises(ParameterError, match="levels or growth"):
        implicit_deflator_growth(nominal, real, of="index")  # type: ignore[arg-type]
    with pytest.raises(SeriesError, match="positive"):
        implicit_deflator(nominal, yearly([100.0, -1.0]))


def test_publications_are_not_divided_by_each_other():
    # National Bureau of Statistics: GDP of 2023 was 126,058.2 billion yuan (growth 5.2 %) at first and
    # 129,427.2 (5.4 %) after the fifth economic census, which made that of 2022 123,402.9
    nominal, growth = yearly([123402.94, 129427.17], "2022"), yearly([math.nan, 5.2], "2022")
    with pytest.raises(VintageError, match="2023"):
        implicit_deflator_growth(nominal, growth, of="levels", vintages=("census", "first"))
    labels = pd.Series(["first", "census"], nominal.index)
    with pytest.raises(VintageError, match="2023"):
        implicit_deflator_growth(nominal, growth, of="levels", vintages=(labels, "census"))
    with pytest.raises(VintageError):
        implicit_deflator_growth(nominal, growth, of="levels", vintages=(labels, labels))
    same = implicit_deflator_growth(nominal, growth, of="levels", vintages=("census", "census"))
    assert same.notna().sum() == 1
    # growth is compared within each period only
    implicit_deflator_growth(nominal, growth, of="growth", vintages=(labels, labels))
    with pytest.raises(VintageError, match="2022"):
        implicit_deflator(nominal, nominal, vintages=("census", labels))
    with pytest.raises(ParameterError, match="pair"):
        implicit_deflator(nominal, nominal, vintages="census")
    for function in (deflate, reflate):
        with pytest.raises(VintageError):
            function(nominal, by=nominal, vintages=("census", "first"))
        with pytest.raises(VintageError):
            function(1.0, by=2.0, vintages=("census", "first"))
        assert function(1.0, by=100.0, vintages=("census", "census")) == 1.0


@many
@given(levels_of, st.data())
def test_the_deflator_and_real_levels_make_the_nominal_level(levels, data):
    real = yearly(data.draw(st.lists(st.floats(1, 1e6), min_size=len(levels), max_size=len(levels))))
    nominal = yearly(levels)
    deflator = implicit_deflator(nominal, real)
    assert np.allclose(deflate(nominal, by=deflator), real)
    growth = implicit_deflator_growth(nominal, yoy(real), of="levels")
    assert np.allclose(growth[1:], yoy(deflator)[1:], rtol=1e-9, atol=1e-7)


# --- what holds for all -------------------------------------------------------------------------------

PRICES = periods([100.0 + i for i in range(8)], "2020Q1", "Q")
WHOLE = {
    "real_growth": lambda x: real_growth(x, by=PRICES),
    "deflate": lambda x: deflate(x, by=PRICES[:-1]),
    "reflate": lambda x: reflate(x, by=PRICES),
    "rebase": lambda x: rebase(x, to="2020"),
    "chain": lambda x: chain(x, to="2020Q3", of="previous_period"),
    "chain_same_period": lambda x: chain_same_period(x, base=x[4:].dropna(how="all")),
    "implicit_deflator": lambda x: implicit_deflator(x, x * 0 + 50.0),
    "implicit_deflator_growth": lambda x: implicit_deflator_growth(x, x * 0 + 5.0, of="levels"),
}


@pytest.mark.parametrize("function", WHOLE.values(), ids=WHOLE.keys())
def test_a_column_is_as_the_series_and_nothing_is_changed_or_invented(function):
    rng = np.random.default_rng(1)  # made up
    frame = pd.DataFrame(rng.uniform(90, 110, (8, 3)), pd.period_range("2020Q1", periods=8, freq="Q"))
    frame.iloc[1, 1] = np.nan
    before = frame.copy()
    whole = function(frame)
    for column in frame:
        pd.testing.assert_series_equal(whole[column], function(frame[column]))
    assert whole[1].isna().sum() > whole[0].isna().sum()
    pd.testing.assert_frame_equal(function(frame.astype("Float64")), whole)
    whole.iloc[:, :] = -1.0
    pd.testing.assert_frame_equal(frame, before)
