"""Figures that the statistics bureau itself printed, against what our store and algebra give."""

import pandas as pd
import pytest

from cbs_analysis.series.growth import yoy
from cbs_analysis.series.inequality import ratio
from cbs_analysis.sources import load_observations, wide


@pytest.fixture(scope="module")
def nation(root):
    return load_observations(area="000000", root=root)


def test_income_levels_of_the_releases(nation):
    table = wide(nation[nation["indicator"].str.startswith("disposable_income_")])
    urban = table["disposable_income_urban_nominal_yuan"]
    assert urban[pd.Period("2020", "Y")] == 43834
    assert table["disposable_income_all_nominal_yuan"][pd.Period("2022", "Y")] == 36883


def test_growth_of_levels_equals_printed_nominal_growth(nation):
    table = wide(nation[nation["indicator"].str.startswith("disposable_income_all_nominal")])
    implied = yoy(table["disposable_income_all_nominal_yuan"])
    printed = table["disposable_income_all_nominal_yoy_pct"]
    both = (implied - printed).dropna()
    assert len(both) >= 10
    assert both.abs().max() < 0.1


def test_printed_urban_rural_ratio(nation):
    table = wide(nation)
    computed = ratio(
        table["disposable_income_urban_nominal_yuan"], table["disposable_income_rural_nominal_yuan"]
    )
    assert round(computed[pd.Period("2020", "Y")], 2) == 2.56
    assert round(computed[pd.Period("2024", "Y")], 2) == 2.34


@pytest.mark.parametrize(("year", "printed"), [("2023", 5.2), ("2024", 5.1), ("2025", 5.2)])
def test_annual_mean_of_monthly_unemployment_rounds_to_the_printed_mean(nation, year, printed):
    months = nation[
        (nation["indicator"] == "urban_surveyed_unemployment_pct")
        & (nation["freq"] == "M")
        & nation["period"].str.startswith(year)
    ]
    assert len(months) == 12
    assert round(months["value"].mean(), 1) == printed


def test_the_eleven_units_of_jilin_add_up_to_the_province(root):
    units = [
        "220100", "220200", "220300", "220400", "220500", "220600", "220700", "220800", "222400",
        "220581", "22CB00",
    ]  # fmt: skip
    rows = load_observations(area=units, indicators=["population_census_persons"], root=root)
    of_2020 = rows[rows["period"] == "2020-11-01"]
    assert len(of_2020) == 11
    assert of_2020["value"].sum() == pytest.approx(24_073_453)


def test_the_zone_has_61146_people(root):
    rows = load_observations(area="22CB00", indicators=["population_census_persons"], root=root)
    assert rows["value"].tolist() == [61146.0]
