"""The overall report: shares that add up, sections in short, and lists that leave nothing out."""

import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.plan.verdicts import WORDS
from cbs_analysis.report import evaluation_pages as pages
from cbs_analysis.report import open_report, robustness
from cbs_analysis.report.readings import reading_summary

from .model_pages import english, words

pytestmark = pytest.mark.usefixtures("seeded_pages")
PLACES = {
    "demo": ("99DM00", "demo14", "2024-06-30"),
    "zone": ("22CB00", "cbs14", "2026-10-31"),
    "nation": ("000000", "national14", "2026-10-31"),
}
CODES = r"[A-Z]\d\d\.\d|E\d+|T\d+|X-\d\d"


@pytest.fixture(scope="module")
def made(root):
    before = np.random.get_state()  # noqa: NPY002
    found = {}
    for key, (area, plan, day) in PLACES.items():
        for lang in ("zh", "en"):
            found[key, lang] = open_report("90_t", area=area, plan=plan, as_of=day, lang=lang, root=root)
    np.random.set_state(before)  # noqa: NPY002
    return found


def plain(table):
    return re.sub(r"<style>.*?</style>", "", table.html(), flags=re.S)


def imagined(counts):
    """An evaluation of so many commitments with each word."""
    rows = [{"word": w, "key": False} for w, n in counts.items() for _ in range(n)]
    return SimpleNamespace(commitments=lambda lang: pd.DataFrame(rows))


def test_the_summary_prints_shares_that_add_up_to_100():
    """24, 3 and 1 of the 28 indicators of the 12th plan are 85.7, 10.7 and 3.6 %."""
    text = reading_summary(imagined({"on_track": 24, "behind": 3, "attention": 1}), "zh")
    assert text == "28项承诺全部可以评估：符合预期24项（85.7%）、需关注1项（3.6%）、滞后3项（10.7%）。"
    text = reading_summary(imagined({"on_track": 1, "behind": 1, "not_assessable": 1}), "en")
    assert text == (
        "Of 3 commitments 2 can be assessed: 1 on track (33.4 %), 1 behind (33.3 %); 1 (33.3 %) cannot, "
        "for want of data or documents."
    )


@pytest.mark.parametrize("place", PLACES)
def test_every_row_of_shares_adds_up_and_counts_everything(made, place):
    evaluation = made[place, "zh"].evaluation
    table = pages.table_shares(evaluation, "zh")
    for row in table.rows:
        cells = [re.match(r"(\d+)（(\d+\.\d)%）", c) for c in row[1:-1]]
        assert sum(int(m[1]) for m in cells if m) == row[-1]
        assert sum(round(10 * float(m[2])) for m in cells if m) == 1000
    rows = {r[0]: r[-1] for r in table.rows}
    assert rows["全部承诺"] == len(evaluation.plan.commitments)
    by_nature = [n for name, n in rows.items() if "指标" in name]
    assert sum(by_nature) == len(evaluation.verdicts)


def test_binding_and_expected_measures_stand_apart(made):
    rows = {r[0]: r[-1] for r in pages.table_shares(made["nation", "zh"].evaluation, "zh").rows}
    natures = [m.nature for m in made["nation", "zh"].plan.measures]
    assert rows["约束性指标"] == natures.count("binding") > 0
    assert rows["预期性指标"] == natures.count("expected") > 0


def test_key_commitments_are_those_that_the_plan_marks(made):
    table = pages.table_key(made["demo", "zh"].evaluation, "zh")
    assert [r[0] for r in table.rows] == [c.id for c in made["demo", "zh"].plan.commitments if c.key]


@pytest.mark.parametrize("place", PLACES)
def test_every_section_has_its_sentences_and_its_table(made, place):
    ctx = made[place, "zh"]
    shown = [x.html for x in pages.section_summaries(ctx)]
    assert len(shown) == 2 * len(ctx.plan.sections)
    for head, table, section in zip(shown[::2], shown[1::2], ctx.plan.sections.values(), strict=True):
        assert section.zh in head
        assert 1 <= words(head).count("。") <= 5
        assert section.zh in table


def test_the_list_of_what_lags_leaves_nothing_out(made):
    evaluation = made["demo", "zh"].evaluation
    listed = [r[0] for r in pages.table_clues(evaluation, "zh").rows]
    late = [v.measure for v in evaluation.verdicts if v.word in ("behind", "attention")]
    assert set(late) <= set(listed)
    judged = {m.project for m in evaluation.plan.measures if m.project}
    projects = [p for p in evaluation.projects if p["word"] in ("behind", "attention")]
    own = {p["id"] for p in projects if not p["duplicate_of"]}
    assert own - judged <= set(listed)
    assert len(listed) == len(set(listed))
    assert f"{len(late)}项指标滞后或需关注" in pages.reading_clues(evaluation, "zh")


def test_a_place_without_figures_has_nothing_that_lags_and_says_so(made):
    evaluation = made["zone", "zh"].evaluation
    assert pages.table_clues(evaluation, "zh").rows == ()
    assert pages.reading_clues(evaluation, "zh") == "能够评估的事项中没有滞后或需关注的。"


def test_themes_give_their_finding_or_their_reason(made):
    demo = [words(x.html) for x in pages.theme_findings(made["demo", "zh"])]
    assert "基本同步" in demo[0]
    assert "绝对差距" in demo[1]
    zone = [words(x.html) for x in pages.theme_findings(made["zone", "zh"])]
    assert all("未作计算" in x and "统计" in x for x in zone[:3])


def test_an_empty_table_is_not_shown_where_a_sentence_says_the_same(made, monkeypatch):
    ctx = made["zone", "zh"]
    seen = []
    monkeypatch.setattr(ctx, "display", lambda *x: seen.extend(x))
    pages.show_all(ctx, robustness.reading_ratings, robustness.table_ratings, pages.table_key)
    assert len(seen) == 2


# --- whether verdicts hold ------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
def test_flips_are_counted_alike_in_the_sentence_and_in_both_tables(made, place):
    evaluation = made[place, "zh"].evaluation
    turned = [v for v in evaluation.verdicts if any(a.flips for a in v.alternatives)]
    tried = [v for v in evaluation.verdicts if v.alternatives]
    assert [r[0] for r in robustness.table_flips(evaluation, "zh").rows] == [v.measure for v in turned]
    flips = sum(r[3] for r in robustness.table_flip_counts(evaluation, "zh").rows)
    assert flips == sum(a.flips for v in tried for a in v.alternatives)
    if tried:
        text = robustness.reading_flips(evaluation, "zh")
        assert f"{len(tried)}项结论作了试算，{len(tried) - len(turned)}项在所有试算中都不变" in text


def test_own_ratings_above_the_evidence_come_first_and_never_move_a_word(made):
    evaluation = made["demo", "zh"].evaluation
    table = robustness.table_ratings(evaluation, "zh")
    assert len(table.rows) == sum(bool(v.self_rating) for v in evaluation.verdicts)
    said = [r[5] for r in table.rows]
    assert said[0] == "自评高于证据评价"
    assert said == sorted(said, key=list(dict.fromkeys(said)).index)  # each kind in one block
    held = {v.measure: v.word for v in evaluation.verdicts}
    assert all(WORDS[held[r[0]]]["zh"] in r[4].html for r in table.rows)
    differing = robustness.table_ratings(evaluation, "zh", differing=True)
    assert len(differing.rows) == sum("一致" not in x for x in said)


@pytest.mark.parametrize("place", PLACES)
def test_tables_of_the_overall_report_hold_no_english_in_chinese(made, place):
    evaluation = made[place, "zh"].evaluation
    for make in (
        pages.table_shares, pages.table_key, pages.table_clues, robustness.table_flips,
        robustness.table_flip_counts, robustness.table_ratings, robustness.table_revised_verdicts,
    ):  # fmt: skip
        text = re.sub(CODES, "", words(plain(make(evaluation, "zh"))))
        assert not english(text), (make.__name__, english(text))
