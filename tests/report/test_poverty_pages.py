"""The page on the return to poverty: hidden counts stay hidden, refusals name the office, whole pages."""

from dataclasses import replace

import pytest

from cbs_analysis.report import open_report
from cbs_analysis.report import poverty_pages as pages
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.poverty_figures import plot_monitored
from cbs_analysis.report.poverty_published import published_ledger, said

from .model_pages import check_page, english, project_of, words

pytestmark = pytest.mark.usefixtures("seeded_pages")
NOTEBOOK = "37_return_to_poverty"
LATIN = r"R[1-5]|docs/how_to/keep_a_ledger.md"


def open_page(root, area="99DM00", plan="demo14", as_of="2024-06-30", lang="zh"):
    return open_report(NOTEBOOK, area=area, plan=plan, as_of=as_of, lang=lang, root=root)


@pytest.fixture(scope="module")
def page(root):
    return open_page(root)


@pytest.fixture(scope="module")
def ledger(page):
    return published_ledger(page)


def with_cells(ledger, **changes):
    """The ledger with other counts of returns and of lifted households in the last month."""
    cells = dict(ledger.cells)
    for line, value in changes.items():
        cells["returned", ledger.last, "", line, "households"] = value
    return replace(ledger, cells=cells)


def test_only_what_was_published_by_the_day_is_known(root, ledger):
    early = published_ledger(open_page(root, as_of="2023-06-30"))
    assert early.last == "2022-12"
    assert ledger.last == "2023-12"
    assert len(early.periods("classes")) == 24


def test_hidden_counts_are_words_and_never_numbers():
    assert (said("small", "zh"), said("withheld", "zh"), said("withheld", "en")) == (
        "<10",
        "不公布",
        "withheld",
    )
    assert (said(0.0, "zh"), said(1234.0, "en"), said(None, "zh")) == ("0", "1,234", "—")


def test_every_count_of_the_page_is_none_hidden_or_ten_and_more(ledger):
    counts = [v for (table, *_, item), v in ledger.cells.items()
              if item == "households" or table == "transitions"]  # fmt: skip
    assert {"small", "withheld"} <= set(counts)
    assert not [v for v in counts if not isinstance(v, str) and 0 < v < 10]


def test_no_rate_rests_on_a_hidden_count(ledger):
    hidden = pages.table_returned(with_cells(ledger, returned="small"), "zh").rows[-1]
    assert hidden[1] == "<10"
    assert hidden[3:] == ("—", "—")
    for row in pages.table_clocks(ledger, "zh").rows:
        if row[3] in ("<10", "不公布"):
            assert row[7] == "—"


def test_no_return_is_no_proof_that_there_is_no_risk(ledger):
    # none of 800: 1 - 0.05 ** (1 / 800) = 3.74 per 1,000
    text = pages.reading_returned(with_cells(ledger, returned=0.0, all=800.0), "zh")
    assert "800户脱贫户中没有返贫" in text
    assert "每千户3.7户" in text


def test_a_hidden_return_is_told_without_a_number(ledger):
    text = pages.reading_returned(with_cells(ledger, returned="small", all=800.0), "en")
    assert "fewer than 10 of 800" in text


def test_a_score_stands_with_its_interval_and_events_or_not_at_all(ledger):
    assert "依据73个事件" in pages.reading_scores(ledger, "zh")
    cells = {
        k: ("small" if k[0] == "scores" and k[3:] == ("all", "fell") else v) for k, v in ledger.cells.items()
    }
    few = replace(ledger, cells=cells)
    assert "未经验证·规则型预警" in pages.reading_scores(few, "zh")
    assert {row[-1] for row in pages.table_scores(few, "zh").rows if row[3] == "<10"} == {"—"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_tables_and_chart_are_whole_in_both_languages(ledger, lang):
    makers = [
        pages.table_classes, pages.table_movement, pages.table_states, pages.table_rules,
        pages.table_guarantees,
        pages.table_returned, pages.table_clocks, pages.table_scores,
    ]  # fmt: skip
    for make in makers:
        table = make(ledger, lang)
        assert table.rows
        assert {len(r) for r in table.rows} == {len(table.columns)}
        assert lang == "en" or not english(words(table.html()), LATIN)
    chart = plot_monitored(ledger, lang)
    text = " ".join(t.get_text() for t in chart.figure.texts)
    assert ("资料来源" if lang == "zh" else "Source") in text


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    return project_of(root, tmp_path_factory.mktemp("poverty"), NOTEBOOK)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize(
    ("area", "plan", "lang", "expected"),
    [
        ("99DM00", "demo14", "zh", ["在册监测对象381户", "<10", "不公布", "具体数不公布"]),
        ("99DM00", "demo14", "en", ["381", "withheld", "Demonstration data"]),
        ("22CB00", "cbs14", "zh", ["请向乡村振兴", "省农业农村厅"]),
    ],
    ids=["demonstration", "english", "zone"],
)
def test_the_page_is_whole_or_refuses_politely(project, area, plan, lang, expected):
    spec = RunSpec(notebook=NOTEBOOK, area=area, plan=plan, as_of="2024-06-30", lang=lang)
    check_page(project, spec, expected, names=LATIN)
