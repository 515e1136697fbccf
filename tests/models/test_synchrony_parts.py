"""Why incomes and output grow apart: identities, sources, residence."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import ModelRefused, SeriesError
from cbs_analysis.models.synchrony_parts import fit_synchrony_parts, growth_of_all

from .test_regression import codes, years

REFERENCE = Path(__file__).parents[1] / "reference"
LEVELS = st.lists(st.floats(10, 1000), min_size=4, max_size=4)


def made_up():
    return {
        "income": years([30, 32, 35, 37]),
        "gdp_per_capita": years([70, 76, 80, 86]),
        "cpi": years([100, 102, 104, 105]),
        "deflator": years([100, 101, 102, 105]),
    }


@given(LEVELS, LEVELS, LEVELS, LEVELS, LEVELS)
@settings(max_examples=25, deadline=None)
def test_parts_are_the_gap_of_real_growth_exactly(income, gdp, cpi, deflator, people):
    y, g, c, d, n = (years(x) for x in (income, gdp, cpi, deflator, people))
    r = fit_synchrony_parts(y, g, cpi=c, deflator=d, population=n)
    by_hand = 100 * (np.log(y / c).diff() - np.log(g * n / d).diff()).dropna()
    assert r.by_year["gap"].to_numpy() == pytest.approx(by_hand.to_numpy(), abs=1e-9)
    assert r.params.drop("gap").sum() == pytest.approx(r.params["gap"], abs=1e-9)


def test_total_gdp_is_gdp_per_head_less_population_growth():
    people = years([100, 101, 102, 103])
    per_head, total = fit_synchrony_parts(**made_up()), fit_synchrony_parts(**made_up(), population=people)
    n = 100 * np.log(people).diff().dropna()
    assert total.by_year["gap"].to_numpy() == pytest.approx((per_head.by_year["gap"] - n).to_numpy())


def test_sources_pull_as_published():
    # growth of 2020 by source as printed by the bureau, at constant prices 1
    data = pd.read_csv(REFERENCE / "nbs_income_sources.csv", comment="#").set_index("source")
    index = pd.period_range("2019", "2020", freq="Y")
    levels = data[["y2019", "y2020"]].T.set_axis(index).astype(float)
    total, sources = levels["total"], levels.drop(columns="total")
    flat = pd.Series([100.0, 100.0], index)
    r = fit_synchrony_parts(total, total * 2, cpi=flat, deflator=flat, sources=sources, tolerance=2)
    shares = data["y2019"].drop("total") / data.at["total", "y2019"]
    by_hand = shares * data["growth_2020"].drop("total")
    assert r.by_source.iloc[0][by_hand.index].to_numpy() == pytest.approx(by_hand.to_numpy(), abs=0.03)
    assert r.by_source["growth"].iloc[0] == pytest.approx(data.at["total", "growth_2020"], abs=0.05)


def test_sources_that_do_not_add_up_are_refused():
    parts = pd.DataFrame({"wages": years([20, 21, 22, 23]), "rest": years([5, 5, 5, 5])})
    with pytest.raises(SeriesError, match="add up"):
        fit_synchrony_parts(**made_up(), sources=parts)


def test_residence_explains_the_mean_it_is_the_mean_of():
    share, urban, rural = years([60, 61, 62, 64]), years([40, 42, 45, 47]), years([15, 17, 19, 20])
    income = (share * urban + (100 - share) * rural) / 100
    r = fit_synchrony_parts(**{**made_up(), "income": income}, urban=urban, rural=rural, urban_share=share)
    parts = r.by_residence
    assert parts["not explained"].to_numpy() == pytest.approx(np.zeros(3), abs=1e-9)
    assert parts[["urban", "rural", "urbanization"]].sum(axis=1).to_numpy() == pytest.approx(
        parts["growth"].to_numpy()
    )


def test_press_notes_weigh_growth_by_population():
    # 2013: urban 7.0, rural 9.3, urban share 53.73: the printed 8.1
    one = growth_of_all(years([7.0]), years([9.3]), urban_share=years([53.73]))
    assert one.iloc[0] == pytest.approx(8.064, abs=5e-4)


def test_growth_of_the_mean_weighs_by_income():
    # 50 persons with 40 and 50 with 20: 1,000 + 2,000 of 3,000; growth 3 and 9 make (60 + 90) / 3000
    one = growth_of_all(years([3.0]), years([9.0]), urban_share=years([50.0]), ratio=years([2.0]))
    assert one.iloc[0] == pytest.approx(100 * (2000 * 0.03 + 1000 * 0.09) / 3000)


def test_refusals_by_name():
    some = made_up()
    gap = {**some, "cpi": some["cpi"].drop(some["cpi"].index[2])}
    apart = {**some, "cpi": years([100, 101], 1980)}
    for series, more, code in (
        (gap, {}, "gap"),
        (apart, {}, "no_overlap"),
        ({k: v[:1] for k, v in some.items()}, {}, "short_sample"),
        (some, {"urban": some["income"]}, "incomplete"),
        (some, {"sources": some["income"][1:].to_frame()}, "gap"),
    ):
        with pytest.raises(ModelRefused) as caught:
            fit_synchrony_parts(**series, **more)
        assert codes(caught) == {code}
    with pytest.raises(SeriesError):
        fit_synchrony_parts(**{**some, "income": -some["income"]})


def test_the_sentence_gives_the_parts_and_no_cause():
    r = fit_synchrony_parts(**made_up())
    assert "恒等式" in r.finding("zh")
    assert "不说明原因" in r.finding("zh")
    assert "not a cause" in r.finding("en")
    assert "gap" in str(r)
