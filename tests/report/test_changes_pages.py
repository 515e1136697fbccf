"""What a page says of the changes since the year before."""

import re
from datetime import date

import numpy as np
import pytest

from cbs_analysis.errors import ParameterError
from cbs_analysis.plan import evaluate
from cbs_analysis.plan.changes import compare_evaluations
from cbs_analysis.report.changes_pages import (
    fit_changes,
    reading_changes,
    table_changes,
    table_changes_projects,
    table_changes_values,
    year_before,
)
from cbs_analysis.report.context import open_report

from .model_pages import english, words


def page(root, plan, area, day, lang="zh"):
    # opening a page seeds numpy's global state; whichever test comes first must leave it as it was
    before = np.random.get_state()  # noqa: NPY002
    opened = open_report("90_midterm_evaluation", area=area, as_of=day, plan=plan, lang=lang, root=root)
    np.random.set_state(before)  # noqa: NPY002
    return opened


def said(table):
    """What a table says: title, columns, cells and note."""
    cells = [words(getattr(x, "html", str(x))) for row in table.rows for x in row]
    return " ".join([table.title, *table.columns, *cells, table.note])


@pytest.fixture(scope="module")
def national(root):
    return fit_changes(page(root, "national14", "000000", "2024-06-30"))


@pytest.fixture(scope="module")
def demo(root):
    return fit_changes(page(root, "demo14", "99DM00", "2024-06-30"))


def test_a_page_compares_with_the_same_day_of_the_year_before(national):
    assert (national.before_day, national.after_day) == (date(2023, 6, 30), date(2024, 6, 30))
    assert year_before(date(2024, 2, 29)) == date(2023, 2, 28)


def test_before_the_plan_was_published_there_is_nothing_to_compare(root):
    with pytest.raises(ParameterError, match="before the plan was published") as caught:
        fit_changes(page(root, "national14", "000000", "2022-03-01"))
    assert "2021-03-13" in caught.value.faults[0].zh


def test_the_table_names_words_causes_and_evidence(national):
    rows = {r[0]: r for r in table_changes(national, "zh").rows}
    row = rows["N08.1"]
    assert "无法评估" in row[2].html
    assert "滞后" in row[3].html
    assert row[5] == "新增数据"
    assert "2.57" in row[6].html
    assert "2023-10-12公布" in row[6].html
    assert 'href="../../sources/nhc/2023-10-12/' in row[6].html


def test_a_figure_that_did_not_move_is_shown_once(national):
    row = next(r for r in table_changes(national, "zh").rows if r[0] == "N09.1")
    assert row[4] == "78.2岁（2021年）"
    assert row[5] == "时间推移"


def test_the_sentence_adds_up(national):
    n = len(national.words) + len(national.values) + national.unchanged
    text = reading_changes(national, "zh")
    assert f"{n}个指标中，{len(national.words)}个结论有变" in text
    assert f"{len(national.values)}个结论未变而数据或依据有变，{national.unchanged}个没有变化" in text


def test_nothing_changed_is_said_as_such(root):
    one = evaluate("national14", as_of="2023-06-30", sensitivity=False, root=root)
    same = compare_evaluations(one, one)
    assert "结论和数据均无变化" in reading_changes(same, "zh")
    assert "Nothing changed" in reading_changes(same, "en")
    assert "没有变化" in table_changes(same, "zh").html()


@pytest.mark.parametrize("name", ["national", "demo"])
def test_chinese_pages_hold_no_english_and_english_ones_no_gaps(name, request):
    changes = request.getfixturevalue(name)
    for table in (table_changes, table_changes_values, table_changes_projects):
        zh, en = (said(table(changes, lang)) for lang in ("zh", "en"))
        assert not english(re.sub(r"\b[NESPDHC]\d{2}\.\d\b|A级|3A|4A|5A|GDP|AAA+", "", zh)), table
        for text in (zh, en):
            assert not re.search(r"\b(nan|NaN|None|inf)\b", text)
    assert not english(reading_changes(changes, "zh"))
    assert not re.search(r"[\u4e00-\u9fff]", reading_changes(changes, "en"))


def test_projects_of_the_demonstration_zone_changed_too(demo):
    assert demo.projects
    assert len(table_changes_projects(demo, "zh").rows) == len(demo.projects)
    assert f"另有{len(demo.projects)}个项目的状态有变" in reading_changes(demo, "zh")
