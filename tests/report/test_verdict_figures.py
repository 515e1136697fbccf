"""Verdicts and projects in pictures: never by colour alone, one mark a commitment, dates as reported."""

import itertools

import pytest

from cbs_analysis.plan.evaluation import evaluate
from cbs_analysis.plan.verdicts import WORDS
from cbs_analysis.report import project_figures
from cbs_analysis.report import verdict_figures as drawn
from cbs_analysis.report.style import VERDICT_COLOURS, VERDICT_MARKS


@pytest.fixture(scope="module")
def demo(root):
    return evaluate("demo14", area="99DM00", as_of="2024-06-30", root=root)


def test_each_verdict_has_a_shape_of_its_own():
    looks = {w: (drawn.SHAPES[w], drawn._mark(w, 5)["mfc"] == "white") for w in VERDICT_COLOURS}
    assert len(set(looks.values())) == len(WORDS) == len(set(VERDICT_MARKS.values()))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_there_is_one_mark_for_each_commitment_and_the_numbers_are_written(demo, lang):
    chart = drawn.plot_distribution(demo, lang)
    counts, ax = demo.distribution(lang), chart.figure.axes[0]
    marks = {}
    for line in ax.get_lines():
        key = (int(line.get_ydata()[0]), line.get_marker(), line.get_markerfacecolor() == "white")
        marks[key] = len(line.get_xdata())
    for i, (_, row) in enumerate(counts.iterrows()):
        for word, n in row.items():
            assert marks.get((i, drawn.SHAPES[word], word == "not_assessable"), 0) == n
    assert sum(marks.values()) == counts.to_numpy().sum()
    assert [t.get_text() for t in ax.texts] == [str(n) for n in counts.sum(axis=1)]
    legend = sorted(t.get_text() for t in ax.get_legend().get_texts())
    assert legend == sorted(f"{WORDS[w][lang]} {int(counts[w].sum())}" for w in counts)
    assert chart.data["value"].sum() == counts.to_numpy().sum()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_progress_is_told_by_length_number_mark_and_word(demo, lang):
    chart = drawn.plot_progress(demo, lang)
    rows = [v for v in demo.verdicts if v.progress == v.progress and v.type in ("level", "coverage", "sum")]
    bars = [
        c.patches[0].get_width() for c in chart.figure.axes[0].containers if c.patches[0].get_gid() != "guide"
    ]
    assert bars == pytest.approx([min(max(v.progress, 0), 1) for v in rows])
    for text, v in zip(chart.figure.axes[0].texts, rows, strict=True):
        assert text.get_text().endswith(f"{VERDICT_MARKS[v.word]} {v.label(lang)}")
        assert chart.figure.axes[0].get_xlim()[0] == 0


def test_the_share_of_money_and_the_dates_of_a_project_are_those_reported(demo):
    charts = project_figures.plot_project_time(demo, "zh")
    p = next(x for x in demo.projects if x["id"] == "14-04")
    (chart,) = (c for c in charts if p["name_zh"] in set(c.data["item"]))
    rows = chart.data[chart.data["item"] == p["name_zh"]].set_index("series")
    assert rows.at["计划工期", "low"] == p["plan_start"]
    assert rows.at["计划工期", "high"] == p["plan_end"]
    assert rows.at["首次计划完工", "period"] == p["first_plan_end"]
    assert rows.at["投资完成", "value"] == pytest.approx(100 * p["investment_share"])
    finish = rows.loc["预计完工"]
    assert (finish["period"], finish["low"]) == (p["finish"]["date"], p["finish"]["earliest"])
    written = [t.get_text() for t in chart.figure.axes[0].texts]
    assert f"{100 * p['investment_share']:.0f}%" in written


def test_each_stage_has_a_mark_where_it_was_first_reported(demo):
    p = next(x for x in demo.projects if x["id"] == "14-04")
    told = project_figures._stages(p)
    days, stages = zip(*told, strict=True)
    assert list(days) == sorted(days)
    assert all(a != b for a, b in itertools.pairwise(stages))
    first = {}
    for r in p["history"]:
        if r["stage"] == r["stage"]:
            first.setdefault(int(r["stage"]), r["date"])
    assert {s: d for d, s in reversed(told)} == first
