"""The pages on sections: nothing is left out or drawn from nothing, and what lacks is told."""

import re

import numpy as np
import pytest

from cbs_analysis.plan.clues import clues
from cbs_analysis.report import open_report
from cbs_analysis.report import section_pages as pages
from cbs_analysis.report import section_tables as tables
from cbs_analysis.report.context import Refusal
from cbs_analysis.report.figures import Chart
from cbs_analysis.report.section_figures import panels_of, plot_directions, plot_paths, plot_progress
from cbs_analysis.report.section_projects import section_projects
from cbs_analysis.report.section_themes import section_themes
from cbs_analysis.report.tables import Table

from .model_pages import english, words

pytestmark = pytest.mark.usefixtures("seeded_pages")
PLACES = {
    "demo": ("99DM00", "demo14", "2024-06-30"),
    "zone": ("22CB00", "cbs14", "2026-10-31"),
    "nation": ("000000", "national14", "2026-10-31"),
}
MAKERS = (
    pages.reading_section, pages.table_words, pages.section_commitments, plot_progress, plot_paths,
    pages.section_targets, tables.table_needed, tables.reading_annual, tables.table_annual,
    pages.refused_targets, plot_directions, tables.table_directions, pages.refused_directions,
    tables.reading_ladder, tables.table_ladder, tables.table_documents, pages.refused_documents,
    section_projects, section_themes, pages.section_ratings, pages.section_flips, pages.reading_kept,
    pages.section_owed, pages.section_lagging,
)  # fmt: skip
CODES = r"[A-Z]\d\d\.\d|E\d+|T\d+|X-\d\d"


def opened(root, place, lang="zh"):
    area, plan, day = PLACES[place]
    ctx = open_report("31_t", area=area, plan=plan, as_of=day, lang=lang, root=root)
    found = [pages.open_section(ctx, n) for n in range(1, len(ctx.plan.sections) + 1)]
    return {s.number: s for s in found}


@pytest.fixture(scope="module")
def made(root):
    before = np.random.get_state()  # noqa: NPY002
    found = {(p, lang): opened(root, p, lang) for p in PLACES for lang in ("zh", "en")}
    np.random.set_state(before)  # noqa: NPY002
    return found


def parts(section):
    """Everything that the page of a section shows, flat."""
    return [x for x in pages._flat(m(section) for m in MAKERS) if not pages._empty(x)]


def text_of(part):
    if isinstance(part, Chart):
        return " ".join([part.title, part.alt, *(t.get_text() for t in part.figure.texts)])
    if isinstance(part, str):
        return part
    return words(re.sub(r"<style>.*?</style>", "", part._repr_html_(), flags=re.S))


# --- which section --------------------------------------------------------------------------------


def test_sections_are_taken_in_the_order_of_the_plan(made):
    assert [s.name for s in made["zone", "zh"].values()] == [
        "7.1 就业与居民收入", "7.2 社会保障", "7.3 脱贫成果巩固与乡村振兴", "7.4 教育", "7.5 健康与养老",
        "7.6 文化与体育",
    ]  # fmt: skip
    assert made["nation", "zh"][2].ctx.plan.sections["2"].zh == made["nation", "zh"][2].name


def test_a_plan_without_that_section_says_so_once_and_then_in_short(root, monkeypatch):
    area, plan, day = PLACES["nation"]
    ctx = open_report("36_t", area=area, plan=plan, as_of=day, lang="zh", root=root)
    section = pages.open_section(ctx, 6)
    assert section.part is None
    assert ctx.subtitle == ""
    seen = []
    monkeypatch.setattr(ctx, "display", lambda *x: seen.extend(x))
    for _ in range(3):
        section.show(pages.reading_section, plot_paths, empty="section_no_targets")
    said = [words(x.html).strip() for x in seen]
    assert "没有第6节" in said[0]
    assert f"只有{len(ctx.plan.sections)}节" in said[0]
    assert said[1:] == ["该规划没有这一节。"] * 2


def test_the_header_and_the_record_name_the_section(root):
    area, plan, day = PLACES["zone"]
    ctx = open_report("31_t", area=area, plan=plan, as_of=day, lang="zh", root=root)
    pages.open_section(ctx, 4)
    assert "7.4 教育" in ctx.header().html
    assert ctx.record()["subtitle"] == "7.4 教育"


# --- nothing is left out --------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_every_measure_without_a_verdict_stands_in_exactly_one_table_of_refusals(made, place):
    tables_of = (pages.refused_targets, pages.refused_directions, pages.refused_documents)
    for section in made[place, "zh"].values():
        told = [r[0] for t in tables_of for r in t(section).rows]
        own = [v.measure for v in section.part.verdicts if not v.assessed and v.type != "project"]
        assert sorted(told) == sorted(own)


@pytest.mark.parametrize("place", PLACES)
def test_every_refusal_names_its_office(made, place):
    for section in made[place, "zh"].values():
        for table in (pages.refused_targets, pages.refused_directions, pages.refused_documents):
            assert all(r[3] and r[2] for r in table(section).rows)


def test_every_measure_judged_by_figures_has_its_panel(made):
    for section in made["demo", "zh"].values():
        by_figures = ("level", "coverage", "sum", "keep_below", "keep_above", "not_below_previous")
        drawn = {
            p.verdict.measure for p in panels_of(section, section.verdicts(directions=True), paths=False)
        }
        drawn |= {
            p.verdict.measure
            for p in panels_of(section, section.verdicts(*by_figures, directions=False), paths=True)
        }
        wanted = {v.measure for v in section.verdicts(*by_figures, "direction", "activity") if v.assessed}
        assert wanted <= drawn


def test_without_figures_nothing_is_drawn_and_the_office_is_named(made):
    for section in made["zone", "zh"].values():
        assert not [x for x in parts(section) if isinstance(x, Chart)]
        assert pages.section_targets(section).rows == ()
        shown = " ".join(text_of(x) for x in parts(section))
        assert "没有数据" in shown
        assert "局" in shown


# --- numbers --------------------------------------------------------------------------------------


def row_of(table, key):
    return [re.sub(r"<[^>]+>", "", c.html) if hasattr(c, "html") else str(c)
            for c in next(r for r in table.rows if r[0] == key)]  # fmt: skip


def test_what_is_needed_each_year_is_arithmetic_on_the_target(made):
    """7 of 21 schools in 2020, 16 in 2023, all 21 by 2025: 3 schools a year, then 2.5; 14.3, 11.9 points."""
    row = row_of(tables.table_needed(made["demo", "zh"][4]), "D15.1")
    assert row[5:] == ["+14.3个百分点", "+11.9个百分点", "0.83"]


def test_a_target_that_is_met_needs_nothing(made):
    section = made["demo", "zh"][6]
    assert next(v for v in section.part.verdicts if v.measure == "C01.1").word == "achieved"
    assert not [r for r in tables.table_needed(section).rows if r[0] == "C01.1"]


def test_standards_are_held_against_prices_year_by_year(made):
    """Urban dibao 590 to 620 yuan is 5.085 %; over prices of 100.8 that is 1.05085 / 1.008 = 4.25 %."""
    (table,) = [x for x in pages._flat(section_themes(made["demo", "zh"][2]))
                if isinstance(x, Table) and "实际增速" in x.title]  # fmt: skip
    assert table.columns[1:] == ("2021", "2022", "2023")
    assert row_of(table, "城市居民最低生活保障标准")[1] == "+4.3"
    assert row_of(table, "居民消费价格涨幅")[1:] == ["+0.8", "+1.7", "+0.3"]


def test_money_that_may_not_fall_is_shown_at_constant_prices_too(made):
    """18.24 to 19.01 million yuan is 4.2 %; over prices of 100.8 it is 3.4 %."""
    (table,) = [x for x in pages._flat(section_themes(made["demo", "zh"][3]))
                if isinstance(x, Table) and "逐年变化" in x.title]  # fmt: skip
    assert row_of(table, "2021")[1:] == ["1,901万元", "+4.2%", "+3.4%"]


def test_no_event_is_printed_with_the_number_watched_and_the_bound_of_its_rate(made):
    """P06: 824, 822 and 820 households, no return: 1 - 0.05 ** (1 / 2466) = 1.214 per thousand."""
    (table,) = [x for x in pages._flat(section_themes(made["demo", "zh"][3]))
                if isinstance(x, Table) and x.title == "不得发生的事件"]  # fmt: skip
    row = row_of(table, "P06.1")
    assert row[3].startswith("2,466")
    assert row[4] == "1.21‰"


def test_a_rate_per_head_is_split_into_its_numerator_and_the_people(made):
    """2.69 to 2.98 doctors per 1,000 is 10.8 %; with 0.6 % fewer residents the doctors grew by 10.1 %."""
    (table,) = [x for x in pages._flat(section_themes(made["demo", "zh"][5]))
                if isinstance(x, Table) and "分子" in x.title]  # fmt: skip
    assert row_of(table, "H05.1")[4:] == ["+10.8%", "+10.1%", "-0.6%"]


def test_the_ladder_shows_a_document_on_each_rung_that_counts_and_names_the_rung_without(made):
    gaps = 0
    for section in made["demo", "zh"].values():
        table = tables.table_ladder(section)
        held = {v.measure: v for v in section.verdicts("mechanism")}
        for row in table.rows:
            v = held[row[0]]
            for k in range(1, v.extra["rung"] + 1):
                assert "演示发" in row[2 + k].html
            for k in v.extra["missing_rungs"]:
                assert row[2 + k] == "缺文件"
                gaps += 1
    assert gaps


# --- words and charts -----------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_chinese_pages_hold_no_english(made, place):
    for section in made[place, "zh"].values():
        for part in parts(section):
            text = re.sub(CODES, "", text_of(part))
            assert not english(text), (section.number, english(text)[:5], text[:80])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_part_holds_a_missing_number(made, place, lang):
    for section in made[place, lang].values():
        for part in parts(section):
            assert not re.search(r"\b(nan|NaN|None|inf|Traceback)\b|<NA>", text_of(part))


@pytest.mark.parametrize(("place", "lang"), [("demo", "zh"), ("demo", "en"), ("nation", "en")])
def test_every_chart_says_what_it_found_its_period_and_its_source(made, place, lang):
    seen = 0
    for section in made[place, lang].values():
        for part in parts(section):
            if isinstance(part, Chart):
                seen += 1
                said = " ".join(t.get_text() for t in part.figure.texts)
                assert part.title in said
                assert ("资料来源：" if lang == "zh" else "Source: ") in said
                assert "—" in said or "2024-06-30" in said or "2026-10-31" in said
                assert len(part.title) <= (45 if lang == "zh" else 90)
    assert seen >= 3


def test_a_measure_that_lags_stands_in_the_list_with_its_clues(made):
    section = made["demo", "zh"][1]
    table = pages.section_lagging(section)
    late = [v for v in section.part.verdicts if v.word in ("behind", "attention")]
    assert [r[0] for r in table.rows][: len(late)] == [
        v.measure for v in sorted(late, key=lambda v: v.word != "behind")
    ]
    for v in late:
        row = row_of(table, v.measure)
        assert all(zh in row[4] for zh, _ in clues(v, section.part))


def test_themes_of_a_section_follow_its_indicators_and_not_its_number(made):
    for key, number in (("demo", 1), ("nation", 2)):
        titles = [
            x.title for x in pages._flat(section_themes(made[key, "zh"][number])) if isinstance(x, Table)
        ]
        assert "居民收入与经济增长对照" in titles
    assert not [
        x
        for x in pages._flat(section_themes(made["demo", "zh"][4]))
        if isinstance(x, Table) and "收入" in x.title
    ]


def test_a_theme_without_figures_is_refused_with_the_office(made):
    refused = [x for x in pages._flat(section_themes(made["zone", "zh"][1])) if isinstance(x, Refusal)]
    assert len(refused) == 1
    assert "统计部门" in refused[0]._repr_html_()
