"""What all charts share: the record, wrapped words, labels at the lines, colours that can be read."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.errors import ReportError
from cbs_analysis.report.figures import WIDTH, Chart, blank, end_labels, finish, hollow, spread
from cbs_analysis.report.style import (
    COLOURS,
    VERDICT_COLOURS,
    chart_style,
    contrast,
    readable,
    stamp_synthetic,
    text_inches,
    wrap_text,
)

from .drawn_figures import layout_faults, texts_of, undrawn, unlisted

WORDS = {"title": "某项指标", "unit": "%", "period": "2020—2022", "source": "某局", "lang": "zh"}


def chart_of(values=(1.0, 2.0, 4.0), **changes):
    with chart_style():
        figure, ax = blank(body=2.0)
        ax.plot([2020, 2021, 2022], values, color=COLOURS["blue"])
    rows = [
        {"series": "甲", "period": str(y), "value": v, "unit": "%"}
        for y, v in zip((2020, 2021, 2022), values, strict=True)
    ]
    return finish(figure, **{"name": "made_up", "rows": rows, **WORDS, **changes})


# --- the record -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "Gap", "gap parts", "../gap", "gap_", "图"])
def test_a_name_is_a_slug(name):
    with pytest.raises(ReportError, match="slug"):
        replace(chart_of(), name=name)


def test_a_chart_without_data_is_no_chart():
    with pytest.raises(ReportError, match="no data"):
        chart_of(rows=[])


def test_name_and_data_must_be_given():
    made = chart_of()
    with pytest.raises(TypeError):
        Chart(made.figure, "题", "说明")


def test_data_name_their_source_and_keep_one_order_of_columns():
    made = chart_of(
        rows=[{"unit": "%", "value": 1.0, "series": "甲"}, {"series": "乙", "value": 2.0, "source": "他局"}]
    )
    assert list(made.data.columns) == ["series", "value", "unit", "source"]
    assert made.data["source"].tolist() == ["某局", "他局"]
    with pytest.raises(ReportError, match="unknown"):
        chart_of(rows=[{"amount": 1.0}])


def test_a_chart_shows_itself_and_says_when_it_is_stamped():
    made = chart_of()
    assert made.plot() is made.figure
    assert made._repr_html_().startswith('<figure class="cbs"><img alt="某项指标')
    assert 'alt="演示数据。某项指标' in made.html(synthetic=True)
    assert "演示数据" in made._repr_html_()  # the stamp stays, and so do the words


def test_quotes_in_a_title_do_not_end_the_alternative_text():
    html = chart_of(title='"><script>').html()
    assert "<script>" not in html
    assert "&quot;&gt;&lt;script&gt;" in html


def test_a_plain_chart_does_not_print_its_figures():
    assert repr(chart_of()) == "Chart(title='某项指标', name='made_up')"


# --- the words around -----------------------------------------------------------------------------


def test_long_words_are_wrapped_and_make_the_picture_higher():
    short, long = (
        chart_of(),
        chart_of(title="很长的题目" * 12, unit="很长的单位" * 20, source="很长的来源" * 20),
    )
    assert long.figure.get_size_inches()[0] == short.figure.get_size_inches()[0] == WIDTH
    assert long.figure.get_size_inches()[1] > short.figure.get_size_inches()[1] + 0.5
    tall = [c.figure.axes[0].get_position().height * c.figure.get_size_inches()[1] for c in (short, long)]
    assert tall == pytest.approx([2.0, 2.0])  # the drawing itself keeps its height
    assert not layout_faults(long, list(texts_of(long.figure)))


def test_chinese_is_wrapped_without_leading_punctuation_and_latin_words_stay_whole():
    text = "居民收入（元），比上年增长6.5%，其中local government支出占38.2%。"
    for inches in np.arange(0.8, 3.0, 0.1):
        lines = wrap_text(text, 9, float(inches)).split("\n")
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not [x for x in lines if x[0] in "，。、；：）%"]
        assert not [x for x in lines if x[-1] == "（"]
        assert sum("government" in x for x in lines) == 1
        assert sum("38.2%" in x for x in lines) == 1


def test_lines_are_cut_with_an_ellipsis_and_even_lines_leave_no_character_alone():
    assert wrap_text("甲" * 30, 10, 1.4, lines=2).count("\n") == 1
    assert wrap_text("甲" * 30, 10, 1.4, lines=2).endswith("…")
    assert [len(x) for x in wrap_text("甲" * 11, 10, 1.4).split("\n")] == [10, 1]
    assert min(len(x) for x in wrap_text("甲" * 11, 10, 1.4, even=True).split("\n")) >= 4


def test_the_width_of_words_is_that_of_the_drawn_ones():
    with chart_style():
        figure, ax = blank(body=1.0)
        ax.set_axis_off()
        texts = [
            figure.text(0, y, t, fontsize=11) for y, t in ((0.2, "居民收入 130.2"), (0.6, "Income 6.5 %"))
        ]
    boxes = {t.get_text(): box for t, box in texts_of(figure)}
    for t in texts:
        drawn = boxes[t.get_text()].width / figure.dpi
        assert text_inches(t.get_text(), 11) == pytest.approx(drawn, rel=0.04)


# --- labels and marks -----------------------------------------------------------------------------


def test_places_keep_their_order_and_their_distance():
    rng = np.random.default_rng(20230630)
    for _ in range(50):
        wanted, sizes = rng.normal(size=6), rng.uniform(0.1, 0.6, 6)
        placed = np.array(spread(wanted, sizes))
        order = np.argsort(wanted, kind="stable")
        gaps = np.diff(placed[order]) - (sizes[order][1:] + sizes[order][:-1]) / 2
        assert gaps.min() >= -1e-9
    assert spread([1.0, 3.0], [0.5, 0.5]) == [1.0, 3.0]  # what does not overlap is not moved


def test_labels_at_line_ends_that_meet_stand_apart_inside_the_picture():
    with chart_style():
        figure, ax = blank(body=1.5)
        ends = [
            (100.0, "甲 100", COLOURS["blue"]),
            (100.0, "乙 100", COLOURS["orange"]),
            (99.9, "丙", "#222222"),
        ]
        for value, _, colour in ends:
            ax.plot([0, 1], [90, value], color=colour)
        right = end_labels(ax, ends, x=1, height=1.5)
    rows = [{"series": "甲", "value": v} for v in (90.0, 99.9, 100.0)]
    made = finish(figure, name="ends", rows=rows, right=right, **WORDS)
    assert not layout_faults(made, list(texts_of(made.figure)))


def test_provisional_points_are_hollow():
    with chart_style():
        _, ax = blank()
        hollow(ax, [2020, 2021], [1.0, 2.0], [False, True], "#0072B2")
    filled, open_ = ax.get_lines()
    assert (filled.get_xdata().tolist(), filled.get_markerfacecolor()) == ([2020], "#0072B2")
    assert (open_.get_xdata().tolist(), open_.get_markerfacecolor()) == ([2021], "white")


def test_colours_of_texts_stand_out_from_white():
    for colour in (*COLOURS.values(), *VERDICT_COLOURS.values()):
        assert contrast(readable(colour), "#FFFFFF") >= 4.5
    assert readable(COLOURS["ink"]) == COLOURS["ink"]


def test_a_stamp_stands_every_few_inches():
    low, tall = chart_of(), chart_of()
    tall.figure.set_size_inches(WIDTH, 13)
    for made in (low, tall):
        stamp_synthetic(made.figure)
    stamps = [sum(t.get_gid() == "synthetic" for t in c.figure.texts) for c in (low, tall)]
    assert stamps == [2, 8]


# --- the checks themselves ------------------------------------------------------------------------


def test_the_checks_find_what_is_wrong():
    made = chart_of()
    figure = made.figure
    with chart_style():
        figure.text(0.5, 0.5, "一", fontsize=10)
        figure.text(0.5, 0.5, "二", fontsize=10)
        figure.text(0.99, 0.2, "出界的字", fontsize=10)
        figure.text(0.2, 0.9, "小", fontsize=6)
        figure.text(0.7, 0.9, "浅", fontsize=10, color="#E69F00")
        figure.axes[0].plot([2020], [3.25], marker="o")
    told = " ".join(layout_faults(made, list(texts_of(figure))))
    for fault in (
        "'一' stands on '二'",
        "'出界的字' leaves the picture",
        "'小' is written in 6",
        "'浅' is too pale",
    ):
        assert fault in told
    assert [x.split() for x in unlisted(made)] == [["a", "point", "at", "[2020.", "3.25]"]]
    wrong = made.data.assign(value=[1.0, 2.5, 4.0])
    assert "2.5" in undrawn(replace(made, data=wrong), list(texts_of(figure)))[0]


def test_numbers_that_are_missing_are_not_looked_for():
    made = chart_of(rows=pd.DataFrame({"value": [np.nan, 1.0], "series": "甲"}))
    assert not undrawn(made, list(texts_of(made.figure)))
