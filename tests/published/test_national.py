"""Figures that the statistics bureau itself printed, against what our store and algebra give."""

import pandas as pd
import pytest

from cbs_analysis.plan import evaluate
from cbs_analysis.plan.changes import compare_evaluations
from cbs_analysis.registry import load_registry
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


# the words of the mid-term evaluation, as Xinhua (2023-12-26) and Caixin (2023-12-28) report them
OFFICIAL = {
    "N01.1": "achieved", "N02.1": "on_track", "N03.1": "on_track", "N04.1": "on_track", "N05.1": "on_track",
    "N06.1": "ahead", "N07.1": "achieved", "N08.1": "behind", "N09.1": "on_track",
}  # fmt: skip


def words(root, day):
    return {
        v.measure: v.word for v in evaluate("national14", as_of=day, sensitivity=False, root=root).verdicts
    }


def test_the_plan_holds_the_social_indicators_of_the_outline_with_their_official_words():
    stated = {m.id: m.official_verdict for m in load_registry().plan("national14").measures}
    assert {id: word for id, word in stated.items() if word} == OFFICIAL


@pytest.mark.parametrize("day", ["2023-06-30", "2023-12-31", "2024-12-31", "2026-10-31"])
def test_every_difference_from_the_official_words_is_explained_on_every_day(root, day):
    frame = evaluate("national14", as_of=day, sensitivity=False, root=root).compare_official("en")
    assert set(frame["measure"]) == set(OFFICIAL)
    assert [r.measure for r in frame.itertuples() if not r.same and not r.explanation.strip()] == []


def test_at_the_end_of_2023_four_words_agree_with_the_official_ones(root):
    own = words(root, "2023-12-31")
    assert {id for id, word in OFFICIAL.items() if own[id] == word} == {"N01.1", "N03.1", "N06.1", "N08.1"}
    # its rate was not public yet, so nothing is said where the official word is achieved
    assert own["N07.1"] == "not_assessable"


@pytest.mark.parametrize(
    ("measure", "day", "before", "printed"),
    [
        # Ministry of Education, 2024-03-01: 91.1 %, 提前完成“十四五”规划目标
        ("N15.1", "2024-03-01", "2024-02-29", "achieved"),
        # on the sports grounds of 2022: 提前实现了“十四五”体育发展规划的目标
        ("N18.1", "2023-06-30", "2023-03-31", "achieved"),
        # People's Daily, 2025-09-27: 超额完成城镇新增就业5500万人的目标任务
        ("N10.1", "2025-09-27", "2024-12-31", "achieved"),
    ],
)
def test_a_target_is_reached_when_the_publisher_says_so_and_not_before(root, measure, day, before, printed):
    assert words(root, day)[measure] == printed
    assert words(root, before)[measure] != printed


def test_targets_of_the_public_services_plan_are_those_that_xinhua_printed():
    # 11 January 2022: 托位数4.5个, 78.3岁, 医师3.2人, 护士3.8人, 医保大于95%, 护理型床位55%, 养老床位约
    # 1000万张, 毛入园率大于90%, 巩固率96%, 高中毛入学率大于92%, 体育场地2.6平方米
    stated = {m.id: m.target.value for m in load_registry().plan("national14").measures if m.target}
    printed = {
        "N08.1": 4.5, "N09.1": 78.3, "N06.1": 3.2, "N11.1": 3.8, "N12.1": 95, "N13.1": 55,
        "N14.1": 10_000_000, "N15.1": 90, "N16.1": 96, "N17.1": 92, "N18.1": 2.6,
    }  # fmt: skip
    assert {id: stated[id] for id in printed} == printed


def test_a_revision_of_growth_is_told_as_one(root):
    """The growth of 2021 was 8.1 % at first and 8.6 % in the series of October 2026."""
    day = "2026-10-31"
    rows = load_observations(area="000000", as_of=day, vintages="all", root=root)
    again = (
        (rows["indicator"] == "gdp_real_yoy_pct")
        & (rows["vintage"] == day)
        & rows["period"].isin(["2021", "2022", "2023"])
    )
    first, last = (
        evaluate("national14", x, as_of=day, sensitivity=False, root=root) for x in (rows[~again], rows)
    )
    change = next(c for c in compare_evaluations(first, last).values if c.id == "N03.1")
    assert [c.step for c in change.causes] == ["revision"]
    growth = next(o for o in change.causes[0].origins if (o.name, o.period) == ("gdp_real_yoy_pct", "2021"))
    assert (growth.before, growth.after, growth.published_after) == (8.1, 8.6, day)
