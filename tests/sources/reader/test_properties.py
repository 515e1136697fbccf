"""Laws of the reader: what changes nothing, what only moves cells, and that nothing is lost or invented."""

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cbs_analysis.errors import ParameterError, RawTableError
from cbs_analysis.sources.reader.read import read_tables

from .grids import FORMATS, write

QUICK = settings(max_examples=8, deadline=None, derandomize=True)
DISTRICTS = ["越秀区", "海珠区", "天河区", "番禺区", "花都区", "增城区"]
INDICATORS = ["人口(万人)", "总产值（亿元）", "土地面积(公顷)", "出生人数（人）"]
YEARS = ["2019年", "2020年", "2021年", "2022年"]
KEY = ["indicator", "region", "period", "period_kind"]
# without shrinking, which takes longer than the suite may
HARSH = settings(max_examples=40, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
FACTS = [*KEY, "value", "unit", "value_published", "unit_published", "status", "region_code"]
# never one after another, so that no column looks like running numbers
FIGURES = st.integers(0, 99_999).map(lambda n: 7 * n % 100_003)


def regions_by_indicators(draw):
    """Title, header of indicators with their units, rows of districts."""
    places = draw(st.lists(st.sampled_from(DISTRICTS), min_size=2, max_size=4, unique=True))
    heads = draw(st.lists(st.sampled_from(INDICATORS), min_size=1, max_size=3, unique=True))
    rows = [[place, *(draw(FIGURES) for _ in heads)] for place in places]
    return [["测试表1-2 2021年广州市各区主要指标", *[None] * len(heads)], ["地区", *heads], *rows]


def indicators_by_years(draw):
    """Title, unit column, header of years."""
    names = draw(
        st.lists(st.sampled_from(["户籍人口", "出生人数", "死亡人数"]), min_size=2, max_size=3, unique=True)
    )
    years = draw(st.lists(st.sampled_from(YEARS), min_size=2, max_size=3, unique=True).map(sorted))
    rows = [[name, "万人", *(draw(FIGURES) for _ in years)] for name in names]
    return [["测试表1-3 广州市人口", *[None] * (len(years) + 1)], ["指标", "单位", *years], *rows]


def years_by_indicators(draw):
    """Title, unit line, rows of years, and a note."""
    years = draw(st.lists(st.sampled_from(YEARS), min_size=2, max_size=4, unique=True).map(sorted))
    rows = [[year, draw(FIGURES), draw(FIGURES)] for year in years]
    return [
        ["测试表1-4 广州市财政", None, None], ["单位：亿元", None, None], ["年份", "财政收入", "财政支出"],
        *rows,
        ["注：本表为测试数据。", None, None],
    ]  # fmt: skip


def indented_parts(draw):
    """Title, unit line, a tree by indentation over two years."""
    figures = [[draw(FIGURES), draw(FIGURES)] for _ in range(5)]
    labels = ["户籍人口", "  男性人口", "  女性人口", "常住人口", "  城镇人口"]
    return [
        ["测试表1-5 广州市人口", None, None], ["单位：万人", None, None], ["指标", "2020年", "2021年"],
        *([label, *row] for label, row in zip(labels, figures, strict=True)),
    ]  # fmt: skip


LAYOUTS = [regions_by_indicators, indicators_by_years, years_by_indicators, indented_parts]
GRIDS = st.sampled_from(LAYOUTS).flatmap(lambda layout: st.composite(layout)())
BODY = {"测试表1-2": 2, "测试表1-3": 2, "测试表1-4": 3, "测试表1-5": 3}


def observe(rows, form="xls"):
    """The observations of a grid, written and read in a folder of its own."""
    with TemporaryDirectory() as folder:
        return read_tables(write(Path(folder), rows, form)).observations()


def facts(rows):
    """What a grid says, without where it says it."""
    return observe(rows)[FACTS]


def cells(frame, down=0, right=0):
    return [(r + down, c + right) for r, c in zip(frame["row"], frame["col"], strict=True)]


def body_cells(rows):
    """The cells of the body that hold a figure."""
    top = BODY.get((rows[0][0] or "").split(" ")[0], 2)  # a grid may have lost its title before
    return {
        (r, c): cell
        for r, row in enumerate(rows)
        for c, cell in enumerate(row)
        if r >= top and isinstance(cell, int)
    }


def respelt(rows, change):
    """The grid with every text changed by a function."""
    return [[change(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


def spread(text, blank):
    """Blanks between the Chinese characters of words; brackets, digits and marks stay as they are."""
    out = text[0]
    for before, after in itertools.pairwise(text):
        both = "\u4e00" <= before <= "\u9fff" and "\u4e00" <= after <= "\u9fff"
        out += (blank if both else "") + after
    return out


def wide(text):
    """Digits and brackets in full width."""
    return text.translate({**{48 + i: 0xFF10 + i for i in range(10)}, ord("("): "（", ord(")"): "）"})


# --- the figures of the layouts themselves ---------------------------------------------------------


@QUICK
@given(GRIDS)
def test_every_figure_of_the_body_is_one_observation_with_its_text(rows):
    frame = observe(rows)
    read = dict(zip(cells(frame), frame["value_published"], strict=True))
    assert read == {place: str(cell) for place, cell in body_cells(rows).items()}
    assert set(frame["status"]) == {"reported"}


@QUICK
@given(GRIDS)
def test_the_same_file_twice_gives_the_same_frame(rows):
    with TemporaryDirectory() as folder:
        path = write(Path(folder), rows)
        pd.testing.assert_frame_equal(read_tables(path).observations(), read_tables(path).observations())


# --- what changes nothing --------------------------------------------------------------------------


@QUICK
@given(GRIDS, st.sampled_from([" ", "  ", "\u3000", "\xa0", "\u2002"]))
def test_blanks_inside_words_change_nothing(rows, blank):
    pd.testing.assert_frame_equal(facts(respelt(rows, lambda text: spread(text, blank))), facts(rows))


@QUICK
@given(GRIDS)
def test_full_width_digits_and_brackets_in_words_change_nothing(rows):
    changed = facts(respelt(rows, wide))
    pd.testing.assert_frame_equal(changed, facts(rows))


@QUICK
@given(GRIDS, st.sampled_from(["\xa0", "\u3000", "\t", "  ", "\u2002\xa0"]))
def test_blanks_behind_words_and_around_figures_change_nothing(rows, pad):
    padded = [
        [
            cell + pad if isinstance(cell, str) else pad + str(cell) + pad if isinstance(cell, int) else cell
            for cell in row
        ]
        for row in rows
    ]
    pd.testing.assert_frame_equal(facts(padded), facts(rows))


@QUICK
@given(GRIDS)
def test_figures_as_text_and_in_full_width_give_the_same_values(rows):
    texts = [[wide(str(cell)) if isinstance(cell, int) else cell for cell in row] for row in rows]
    kept = [name for name in FACTS if name != "value_published"]
    pd.testing.assert_frame_equal(observe(texts)[kept], observe(rows)[kept])


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "xls"])
@settings(QUICK, max_examples=5)
@given(rows=GRIDS)
def test_every_format_gives_the_same_tuples(form, rows):
    # a page collapses ordinary blanks, so that an indentation there is a wide blank
    rows = respelt(rows, lambda text: text.replace("  ", "\u3000"))
    expected, frame = observe(rows), observe(rows, form)
    pd.testing.assert_frame_equal(frame[FACTS], expected[FACTS])
    assert cells(frame) == cells(expected)


# --- what only moves cells -------------------------------------------------------------------------


@QUICK
@given(GRIDS, st.integers(1, 3))
def test_empty_rows_above_only_move_the_rows(rows, n):
    frame, moved = observe(rows), observe([*[[None]] * n, *rows])
    pd.testing.assert_frame_equal(moved[FACTS], frame[FACTS])
    assert cells(moved) == cells(frame, down=n)


@QUICK
@given(GRIDS)
def test_an_empty_row_behind_the_header_only_moves_the_rows(rows):
    top = BODY.get((rows[0][0] or "").split(" ")[0], 2)  # a grid may have lost its title before
    frame, moved = observe(rows), observe([*rows[:top], [None], ["　", "　"], *rows[top:]])
    pd.testing.assert_frame_equal(moved[FACTS], frame[FACTS])
    assert cells(moved) == cells(frame, down=2)


@QUICK
@given(GRIDS, st.data())
def test_an_empty_row_inside_the_body_only_moves_the_rows_below(rows, data):
    top = BODY.get((rows[0][0] or "").split(" ")[0], 2)  # a grid may have lost its title before
    at = data.draw(st.integers(top + 1, len(rows)))
    frame, moved = observe(rows), observe([*rows[:at], [None], *rows[at:]])
    pd.testing.assert_frame_equal(moved[FACTS], frame[FACTS])
    assert cells(moved) == [(r + (r >= at), c) for r, c in cells(frame)]


@QUICK
@given(GRIDS)
def test_an_empty_column_in_front_only_moves_the_columns(rows):
    frame, moved = observe(rows), observe([[None, *row] for row in rows])
    pd.testing.assert_frame_equal(moved[FACTS], frame[FACTS])
    assert cells(moved) == cells(frame, right=1)


@QUICK
@given(GRIDS)
def test_an_empty_column_behind_changes_nothing(rows):
    pd.testing.assert_frame_equal(observe([[*row, "　"] for row in rows])[FACTS], observe(rows)[FACTS])


@QUICK
@given(st.composite(years_by_indicators)(), st.permutations(range(2)))
def test_the_order_of_title_and_unit_line_does_not_matter(rows, order):
    shuffled = [*(rows[i] for i in order), *rows[2:]]
    pd.testing.assert_frame_equal(observe(shuffled)[FACTS], observe(rows)[FACTS])


@QUICK
@given(st.composite(regions_by_indicators)(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_change_what_they_say(rows, random):
    body = rows[2:]
    random.shuffle(body)
    one, other = observe(rows), observe([*rows[:2], *body])
    pd.testing.assert_frame_equal(
        one[FACTS].sort_values(KEY, ignore_index=True), other[FACTS].sort_values(KEY, ignore_index=True)
    )


# --- whatever is done to a table -------------------------------------------------------------------


def _delete_cell(rows, data):
    r, c = _any_cell(rows, data)
    rows[r][c] = None


def _swap_cells(rows, data):
    (r, c), (s, d) = _any_cell(rows, data), _any_cell(rows, data)
    rows[r][c], rows[s][d] = rows[s][d], rows[r][c]


def _damage_figure(rows, data):
    r, c = data.draw(st.sampled_from(sorted(body_cells(rows)) or [(0, 0)]))
    rows[r][c] = data.draw(
        st.sampled_from(["见注", "£05", "***", "I", "…", "-", "1 375", "8.1 8", "１２", "1.3倍", "5%"])
    )


def _delete_title(rows, data):
    rows[0] = [None] * len(rows[0])


def _double_row(rows, data):
    at = data.draw(st.integers(1, len(rows) - 1))
    rows.insert(at, list(rows[at]))


def _delete_row(rows, data):
    del rows[data.draw(st.integers(1, len(rows) - 1))]


def _put_text(rows, data):
    r, c = _any_cell(rows, data)
    words = [
        "2020年", "全市", "其中：甲", "#乙", "单位：人", "注：丙", "续表", "合计", "比上年增长（%）",
        "一、丁", 2019.1,
    ]  # fmt: skip
    rows[r][c] = data.draw(st.sampled_from(words))


def _stray_figure(rows, data):
    rows.append([*[None] * data.draw(st.integers(0, 5)), data.draw(FIGURES)])


def _any_cell(rows, data):
    r = data.draw(st.integers(0, len(rows) - 1))
    return r, data.draw(st.integers(0, len(rows[r]) - 1))


CHANGES = [
    _delete_cell, _swap_cells, _damage_figure, _delete_title, _double_row, _delete_row, _put_text,
    _stray_figure,
]  # fmt: skip


def _mutate(rows, data):
    """Do one or two things to a copy of a grid."""
    changed = [list(row) for row in rows]
    for change in data.draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=2)):
        if len(changed) > 2:
            change(changed, data)
    return changed


@HARSH
@given(GRIDS, st.data())
def test_a_damaged_table_is_read_without_doubles_or_refused_by_name(rows, data):
    changed = _mutate(rows, data)
    try:
        frame = observe(changed)
    except (RawTableError, ParameterError):
        return
    assert not frame.duplicated(KEY).any()
    assert (frame["region"] != "").all()
    assert (frame["indicator"] != "").all()
    assert frame["period"].str.fullmatch(r"\d{4}(?:Q\d|-\d\d(?:-\d\d)?|/\d{4})?").all()
    assert frame["value"].notna().equals(frame["status"].isin(["reported", "repaired"]))


@HARSH
@given(GRIDS, st.data())
def test_damage_to_one_figure_changes_no_other(rows, data):
    changed = [list(row) for row in rows]
    _damage_figure(changed, data)
    ((r, c),) = [
        (r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if changed[r][c] is not cell
    ]
    before = observe(rows)
    try:
        after = observe(changed)
    except RawTableError:
        return
    assert (r, c) in cells(after)
    others = [
        frame[(frame["row"] != r) | (frame["col"] != c)][FACTS].reset_index(drop=True)
        for frame in (before, after)
    ]
    pd.testing.assert_frame_equal(*others)


@settings(HARSH, max_examples=150)
@given(GRIDS, st.data())
def test_no_figure_of_a_damaged_table_is_lost_in_silence(rows, data):
    changed = _mutate(rows, data)
    try:
        frame = observe(changed, "csv")
    except (RawTableError, ParameterError):
        return
    figures = {
        (r, c): str(cell)
        for r, row in enumerate(changed)
        for c, cell in enumerate(row)
        if isinstance(cell, int)
    }
    read = dict(zip(cells(frame), frame["value_published"], strict=True))
    assert {place: read.get(place) for place in figures} == figures
