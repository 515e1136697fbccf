"""The page on the years to the end of the plan: what it projects, holds against the truth and refuses."""

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.models.forecasts import fit_forecast
from cbs_analysis.models.projection import fit_projection
from cbs_analysis.registry.load import load_registry
from cbs_analysis.report import open_report
from cbs_analysis.report import outlook_pages as pages
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.model_tables import table_model_notes
from cbs_analysis.report.outlook_figures import plot_fan

from .model_pages import check_page, english, project_of, words

LANGS = ("zh", "en")
pytestmark = pytest.mark.usefixtures("seeded_pages")
NOTEBOOK = "26_outlook"
INCOME = "disposable_income_all_nominal_yuan"
LATIN = r"Welch|Theta|ARIMA|AIC"


def outlooks(root, area, plan, as_of="2026-10-31", lang="zh"):
    return pages.fit_outlooks(open_report(NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang, root=root))


@pytest.fixture(scope="module")
def made(root):
    before = np.random.get_state()  # noqa: NPY002
    found = {
        "jilin": outlooks(root, "220000", "cbs14"),
        "jilin_en": outlooks(root, "220000", "cbs14", lang="en"),
        "nation": outlooks(root, "000000", "national14"),
        "then": outlooks(root, "000000", "national14", "2023-06-30"),
        "zone": outlooks(root, "22CB00", "cbs14"),
        "demo": outlooks(root, "99DM00", "demo14", "2023-06-30"),
    }
    np.random.set_state(before)  # noqa: NPY002
    return found


def of(found, indicator):
    return next(p for p in found.shown if p.record.id == indicator)


# --- what is projected ---------------------------------------------------------------------------


def test_the_middle_of_the_plan_sees_no_later_figure(made):
    for found in made.values():
        assert len(found.shown) <= 6
        for p in found.shown:
            if p.middle is not None:
                assert p.middle.years[0].year <= found.middle
                assert p.middle.years[-1].year == found.end
            assert p.later.empty or p.later.index[0].year >= found.middle


def test_the_latest_projection_starts_after_the_last_figure_and_stops_at_the_end(made):
    p = of(made["jilin"], "urbanisation_pct")
    assert p.latest.years.year.tolist() == [2025]
    assert p.last is p.latest
    assert p.latest.params.iloc[0] == pytest.approx(66.6, abs=0.05)
    cases, inside = p.latest.coverage.iloc[-1][["cases", "inside"]]
    assert (inside, cases) == (11, 14)


def test_a_series_that_ended_too_early_keeps_its_first_projection_and_says_why_there_is_no_other(made):
    p = of(made["jilin"], INCOME)
    assert p.latest is None
    assert p.middle.params.iloc[-1] == pytest.approx(33306, abs=1)
    row = next(r for r in pages.table_refused(made["jilin"], "zh").rows if "重新预测" in r[0])
    assert "距2025年已有3年" in row[1]
    assert "调查队" in row[2]


def test_figures_published_since_are_held_against_the_intervals(made):
    nation = made["nation"]
    p = of(nation, INCOME)
    limits = p.middle.conf_int()
    inside = sum(limits.at[str(y), "low"] <= p.later[y] <= limits.at[str(y), "high"] for y in p.middle.years)
    assert p.held() == (inside, 3)
    assert p.actual() == p.later.iloc[-1] == 43377
    text = pages.reading_projected(p, "zh")
    assert "2025年实际为43,377元，落在区间外。" in text
    assert "截至2022年" in text
    assert p.record.name("zh") in pages.reading_truth(nation, "zh")
    assert "没有公布" in pages.reading_truth(made["then"], "zh")


def test_targets_of_the_plan_are_projected_to_and_shares_of_100_are_not(made):
    plan = load_registry().plan("national14")
    goal = {m.indicator: m.target.value for m in plan.measures if m.target}
    for p in made["nation"].shown:
        for fit in (p.middle, p.latest):
            if fit is not None:
                assert fit.target == goal.get(p.record.id)
    targets = [p.fit.target for p in made["demo"].shown if p.fit.target is not None]
    assert targets
    assert max(targets) < 100


def test_beside_every_chance_stands_the_record_of_past_forecasts(made):
    table = pages.table_outlooks(made["nation"], "zh")
    chance, record = (table.columns.index(c) for c in ("实现目标的把握", "以往预测"))
    said = [r for r in table.rows if r[chance] != "—"]
    assert said
    assert all("覆盖" in r[record] or "无法回测" in r[record] for r in said)
    low = [p for p in made["nation"].shown if p.fit.confidence == "low" and p.fit.target]
    for p in low:
        row = next(r for r in table.rows if r[0] == p.record.name("zh"))
        assert "%" not in row[chance]  # a word, no number


def test_columns_without_a_figure_are_left_out(made):
    columns = pages.table_outlooks(made["jilin"], "zh").columns
    assert "目标" not in columns
    assert "目标" in pages.table_outlooks(made["demo"], "zh").columns


def test_nothing_is_joined_across_a_gap(made):
    for p in made["jilin"].shown:
        if p.record.id == "employed_total_persons":
            assert p.latest.nobs == 5  # 2020-2024; the figures of 2005-2010 are another run
    row = next(r for r in pages.table_refused(made["nation"], "zh").rows if "受教育年限" in r[0])
    assert "缺口" in row[1]


def test_a_change_of_definition_is_told_both_ways(made):
    p = of(made["jilin"], "employed_urban_units_persons")
    assert {"as_is", "across_breaks"} <= set(p.fit.scenarios.index)
    text = pages.reading_scenarios(made["jilin"], "zh")
    assert "剔除2013年的变动" in text
    for name in ("as_is", "across_breaks"):
        assert p.say(p.fit.scenarios.at[name, "2025"], "zh") in text


def test_scenarios_that_disagree_are_named(made):
    names = [p.record.name("zh") for p in made["nation"].shown if p.fit.robust is False]
    assert names
    text = pages.reading_scenarios(made["nation"], "zh")
    assert all(n in text for n in names)
    assert "一致" in pages.reading_scenarios(made["demo"], "zh")


def test_persons_are_shown_in_the_units_of_the_language(made):
    zh, en = (of(made[k], "population_resident_persons") for k in ("jilin", "jilin_en"))
    assert zh.say(2317.0, "zh") == "2,317万人"
    assert en.say(23.17, "en") == "23.17 million persons"
    assert zh.last.params.iloc[-1] == pytest.approx(100 * en.last.params.iloc[-1])


def test_a_share_extrapolated_beyond_the_whole_is_said_to_be_so(made):
    rows = pages.table_points(made["demo"], "zh").rows
    numbers = [float(c.replace(",", "")) for r in rows if "%" in r[0] for c in r[2:] if c[0].isdigit()]
    assert numbers
    assert max(numbers) <= 100
    assert any("超过100%" in r for r in rows)


def test_a_zone_without_series_is_told_what_is_missing_and_who_would_have_it(made):
    zone = made["zone"]
    assert zone.shown == ()
    rows = pages.table_refused(zone, "zh").rows
    assert rows[0][0] == "居民人均可支配收入"
    assert all("没有年度序列" in r[1] and "统计局" in r[2] for r in rows)
    assert "不作预测" in pages.reading_refused(zone, "zh")
    for table in (pages.table_outlooks, pages.table_scenarios, pages.table_points):
        assert "没有可以预测的指标" in table(zone, "zh").html()


@pytest.mark.parametrize(
    ("key", "lang"), [("nation", "zh"), ("jilin", "zh"), ("jilin_en", "en"), ("demo", "zh")]
)
def test_charts_and_tables_say_unit_period_and_source(made, key, lang):
    for p in made[key].shown:
        chart = plot_fan(p, lang)
        said = " ".join(x.get_text() for x in chart.figure.texts)
        assert p.source in said
        assert p.fit.unit[lang != "zh"] in said
        assert "—2025" in said
        assert p.record.name(lang) in chart.title
        assert all(x.get_text().count("\n") <= 1 for x in chart.figure.texts)  # two lines at most
    for table in (pages.table_outlooks, pages.table_scenarios, pages.table_points):
        assert made[key].source in table(made[key], lang).source


# --- words ---------------------------------------------------------------------------------------


def results(made):
    """Results of the models of the page that between them say most of what these can say."""
    for key in ("jilin", "nation", "demo"):
        for p in made[key].shown:
            yield from (f for f in (p.middle, p.latest) if f is not None)
    rng = np.random.default_rng(2)
    years = pd.period_range("2000", periods=23, freq="Y")
    steady = pd.Series(np.exp(4 + np.cumsum(0.05 + 0.02 * rng.standard_normal(23))), years, name="收入")
    share = pd.Series(40 + np.cumsum(rng.random(23)), years, name="比重")
    yield fit_projection(steady, horizon=3)
    yield fit_projection(steady.iloc[-4:], horizon=1, target=300.0)
    yield fit_projection(share, horizon=5, scale="logit", target=70.0, breaks=["2010"], as_of="2022")
    yield fit_projection(share - 50, horizon=2, scale="plain")
    jump = steady.where(steady.index.year < 2015, steady * 2)
    yield fit_projection(jump, horizon=3)
    for method in ("drift", "arima", "holt", "theta", "ets"):
        yield fit_forecast(steady, horizon=2, method=method)
    yield fit_forecast(steady, horizon=2, distribution="normal")


def test_every_note_of_the_models_has_chinese(made):
    for result in results(made):
        text = words(table_model_notes(result, "zh").html())
        assert not english(text, LATIN), (result.method, english(text, LATIN))


# --- whole pages ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    return project_of(root, tmp_path_factory.mktemp("outlook"), NOTEBOOK)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("area", "plan", "as_of", "lang", "images", "expected"),
    [
        ("000000", "national14", "2026-10-31", "zh", 6, ["很可能", "次中覆盖", "落在区间外", "不作定论"]),
        ("22CB00", "cbs14", "2026-10-31", "en", 0, ["there is no yearly series", "bureau of statistics"]),
        ("99DM00", "demo14", "2023-06-30", "zh", 6, ["演示数据", "可信度低", "无法回测"]),
    ],
    ids=["nation", "zone", "demonstration"],
)
def test_the_page_is_whole_or_refuses_politely(project, area, plan, as_of, lang, images, expected):
    spec = RunSpec(notebook=NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang)
    check_page(project, spec, expected, names=LATIN, images=images)
