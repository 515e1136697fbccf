import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ModelRefused, ParameterError
from cbs_analysis.models.comparison import choose_comparison


@pytest.fixture
def gdp():
    years = pd.period_range("2010", periods=6, freq="Y")
    t = np.arange(6)
    levels = {"t": 100 * 1.05**t, "near": 103 * 1.051**t, "slow": 100 * 1.01**t, "large": 900 * 1.05**t}
    return pd.DataFrame(levels, years)


def test_distance_is_that_worked_by_hand(gdp):
    chosen = choose_comparison(gdp, area="t", pre=("2010", "2015"), count=2)
    logs = np.log(gdp)
    traits = pd.DataFrame({"level": logs.mean(), "growth": (logs.iloc[-1] - logs.iloc[0]) / 5})
    apart = (traits - traits.loc["t"]) / traits.std(ddof=1)
    expected = np.sqrt((apart**2).mean(axis=1)).drop("t")
    assert chosen.table["distance"][expected.index].tolist() == pytest.approx(expected.tolist())
    assert chosen.areas[0] == "near"
    assert chosen.table.loc["slow", "growth"] == pytest.approx(1.0)


def test_only_the_periods_before_count(gdp):
    later = gdp.copy()
    later.loc["2014":, "near"] *= 50
    before = choose_comparison(gdp, area="t", pre=("2010", "2013"), count=1)
    assert choose_comparison(later, area="t", pre=("2010", "2013"), count=1).table.equals(before.table)


def test_other_tables_enter_the_distance(gdp):
    share = pd.DataFrame({"t": 50.0, "near": 10.0, "slow": 50.0, "large": 52.0}, gdp.index)
    plain = choose_comparison(gdp, area="t", pre=("2010", "2015"), count=3)
    more = choose_comparison(gdp, area="t", pre=("2010", "2015"), count=3, others={"share": share})
    assert more.table.loc["near", "distance"] > plain.table.loc["near", "distance"]
    assert "share" in more.table


def test_regions_with_gaps_are_listed_and_not_chosen(gdp):
    gdp.loc["2012", "near"] = np.nan
    chosen = choose_comparison(gdp, area="t", pre=("2010", "2015"), count=2)
    assert "near" not in chosen.areas
    assert np.isnan(chosen.table.loc["near", "distance"])
    assert not chosen.table.loc["near", "chosen"]


def test_sentence_names_the_regions(gdp):
    chosen = choose_comparison(gdp, area="t", pre=("2010", "2015"), count=2)
    assert "、".join(chosen.areas) in chosen.finding("zh")
    assert "2010-2015" in chosen.finding("en")


def test_bad_input_is_refused(gdp):
    with pytest.raises(ParameterError, match="no column"):
        choose_comparison(gdp, area="x", pre=("2010", "2015"))
    with pytest.raises(ModelRefused) as error:
        choose_comparison(gdp, area="t", pre=("2010", "2015"), count=5)
    assert error.value.faults[0].code == "few_donors"
    gdp.loc["2011", "t"], gdp.loc["2011", "slow"] = np.nan, -1.0
    with pytest.raises(ModelRefused) as error:
        choose_comparison(gdp, area="t", pre=("2010", "2015"), count=1)
    assert {f.code for f in error.value.faults} == {"gap", "negative"}
