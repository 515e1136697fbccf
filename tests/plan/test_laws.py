"""Laws that every judgement obeys, whatever the figures."""

import itertools
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cbs_analysis.plan import evaluate_many
from cbs_analysis.plan.book import Book
from cbs_analysis.plan.directions import theil_sen
from cbs_analysis.plan.evaluation import assess
from cbs_analysis.plan.inputs import Inputs
from cbs_analysis.plan.quantities import yearly_growth
from cbs_analysis.plan.recipes import RECIPES
from cbs_analysis.plan.verdicts import ORDER, Settings
from cbs_analysis.registry import load_registry
from cbs_analysis.series.contributions import share
from cbs_analysis.series.growth import cagr, yoy
from cbs_analysis.series.inequality import gap, ratio
from cbs_analysis.series.prices import real_growth
from cbs_analysis.series.units import convert_value

from .conftest import observations

LAW = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
# three figures, so that no probability enters: a wilder past is a less certain one, and a law of the value
# alone would not hold
FIGURES = st.lists(st.floats(1, 99).map(lambda x: round(x, 2)), min_size=3, max_size=3)
WORSE = st.floats(0.01, 30).map(lambda x: round(x, 2))


def by_year(values):
    return {str(2023 - len(values) + i): v for i, v in enumerate(values)}


def rank(verdict):
    return ORDER.index(verdict.word)


@pytest.mark.parametrize(
    ("kind", "sense", "target", "indicator"),
    [
        ("level", "at_least", 60, "urbanisation_pct"),
        ("level", "at_most", 40, "registered_unemployment_pct"),
        ("coverage", "at_least", 90, "urbanisation_pct"),
        ("sum", "at_least", 160, "urban_new_jobs_persons"),
        ("keep_below", "at_most", 50, "registered_unemployment_pct"),
        ("keep_above", "at_least", 50, "urbanisation_pct"),
        ("direction", "up", None, "urbanisation_pct"),
        ("direction", "down", None, "income_urban_rural_ratio"),
        ("not_below_previous", None, None, "urban_new_jobs_persons"),
        ("average_growth", "at_least", 6, "gdp_real_yoy_pct"),
        ("average_growth", "at_most", -3, "gdp_real_yoy_pct"),
    ],
)
@LAW
@given(FIGURES, WORSE)
def test_a_worse_last_figure_never_gives_a_better_word(judge, kind, sense, target, indicator, values, by):
    down = sense in ("at_most", "down")
    shifted = [*values[:-1], round(values[-1] + (by if down else -by), 2)]
    good, bad = (
        judge(kind, by_year(v), target=target, sense=sense, indicator=indicator) for v in (values, shifted)
    )
    assert good.assessed
    assert bad.assessed
    assert rank(bad) >= rank(good)


@LAW
@given(st.permutations(range(8)), st.lists(st.floats(1, 99), min_size=8, max_size=8))
def test_the_order_of_rows_changes_nothing(order, values):
    rows = observations({"urbanisation_pct": dict(zip(map(str, range(2015, 2023)), values, strict=True))})
    shuffled = rows.iloc[list(order)].reset_index(drop=True)
    one, two = (Book(r).yearly("urbanisation_pct") for r in (rows, shuffled))
    assert one == two
    assert one.cite_all() == two.cite_all()


@LAW
@given(st.floats(0.5, 900).map(lambda x: round(x, 2)), st.floats(0.5, 900).map(lambda x: round(x, 2)))
def test_the_unit_of_publication_does_not_matter(judge, first, second):
    people = [convert_value(f"{v:.2f}", "万人", to="persons") for v in (first, second)]
    kind = {"target": 3e6, "sense": "at_least", "indicator": "urban_new_jobs_persons"}
    in_wan = judge("sum", {"2021": people[0], "2022": people[1]}, **kind)
    whole = [convert_value(f"{100 * v:.0f}00", "人", to="persons") for v in (first, second)]
    counted = judge("sum", {"2021": whole[0], "2022": whole[1]}, **kind)
    assert (in_wan.word, in_wan.progress, in_wan.sentence_zh) == (
        counted.word, counted.progress, counted.sentence_zh
    )  # fmt: skip


@LAW
@given(FIGURES, st.dates(date(2023, 4, 1), date(2024, 12, 30)), st.sampled_from(["level", "keep_above"]))
def test_a_later_day_changes_nothing_until_the_figures_are_stale(judge, values, day, kind):
    given = {"target": 60, "sense": "at_least"}
    early = judge(kind, by_year(values), as_of="2023-03-31", **given)
    later = judge(kind, by_year(values), as_of=day.isoformat(), **given)
    assert early == later
    assert judge(kind, by_year(values), as_of="2025-06-30", **given).reason == "stale"


NUMBERS = st.dictionaries(st.integers(2000, 2012), st.floats(0.5, 900), min_size=1, max_size=8)


def series(values):
    years = sorted(values)
    index = pd.PeriodIndex([str(y) for y in years], freq="Y")
    return pd.Series([values[y] for y in years], index, dtype=float)


def known(values):
    return {p.year: v for p, v in values.dropna().items()}


@LAW
@given(NUMBERS, NUMBERS)
def test_derived_figures_are_those_of_the_series_functions(one, two):
    pairs = (
        ("income_urban_rural_ratio", 0, ratio(series(one), series(two))),
        ("income_urban_rural_gap_nominal_yuan", 0, gap(series(one), series(two))),
        ("urbanisation_pct", 0, share(series(one), series(two))),
        ("disposable_income_all_real_yoy_pct", 0, real_growth(series(one), by=series(two))),
        ("disposable_income_all_real_yoy_pct", 1, real_growth(yoy(series(one)), by=series(two))),
    )
    for indicator, place, expected in pairs:
        made = RECIPES[indicator][place].make(one, two)
        assert made == pytest.approx(known(expected), rel=1e-12, abs=1e-12)


@LAW
@given(st.floats(-5, 900), st.floats(-5, 900), st.integers(0, 9))
def test_growth_of_two_numbers_is_that_of_the_level_method(first, last, years):
    expected = cagr(first, last, years)
    assert yearly_growth(first, last, years) == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@LAW
@given(NUMBERS)
def test_the_slope_is_that_of_scipy(values):
    from scipy import stats

    assume(len(values) > 1)
    years = sorted(values)
    numbers = [values[y] for y in years]
    assert theil_sen(years, numbers) == pytest.approx(stats.theilslopes(numbers, years).slope, abs=1e-12)


@pytest.mark.parametrize(("events", "exposed"), [(0, 800), (0, 30), (1, 800), (7, 100)])
def test_the_bound_of_a_rate_is_that_of_clopper_and_pearson(judge, events, exposed):
    from scipy import stats

    v = judge("zero", {"2021": events, "2022": 0}, indicator="urban_new_jobs_persons",
              exposure="population_resident_persons", exposed={"2021": exposed, "2022": 0})  # fmt: skip
    exact = stats.binomtest(events, exposed).proportion_ci(confidence_level=0.9, method="exact").high
    # for no event the two-sided interval of 90 % has the one-sided bound of 95 % as its end
    assert v.extra["upper_bound_permille"] == pytest.approx(1000 * exact, rel=1e-9)


def test_every_measure_is_judged_alike_whatever_the_order_of_areas_and_rows(root):
    registry = load_registry()
    plan = registry.plan("national14")
    used = sorted({i for m in plan.measures for i in (m.indicator, m.against) if i})
    frames = [
        observations({i: {str(y): 50 + n + k + 0.7 * (y - 2015) for y in range(2015, 2023)}
                      for k, i in enumerate(used)}, area=a)
        for n, a in enumerate(("110000", "120000", "130000"))
    ]  # fmt: skip
    whole = pd.concat(frames, ignore_index=True)
    expected = {
        a: assess(plan, Inputs(observations=f), area=a, as_of=date(2023, 6, 30), settings=Settings(),
                  registry=registry, sensitivity=False).verdicts
        for a, f in zip(("110000", "120000", "130000"), frames, strict=True)
    }  # fmt: skip
    for order in itertools.permutations(expected):
        rows = whole.sample(frac=1, random_state=len(order[0]))
        found = list(evaluate_many(plan, rows, as_of="2023-06-30", areas=list(order)))
        assert [e.area for e in found] == list(order)
        assert all(e.verdicts == expected[e.area] for e in found)
