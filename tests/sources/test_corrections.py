from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.errors import ParameterError, RawTableError
from cbs_analysis.sources.addresses import cell_name, cells_of
from cbs_analysis.sources.corrections import (
    Correction,
    check_all_matched,
    correct_grid,
    corrections_for,
    load_corrections,
)
from cbs_analysis.sources.grids import Grid

WHY = {"reason": "扫描把5认成S", "document": "示例年鉴，第1页"}


def entry(action="flag", cell="B2", file="a.xls", **more):
    where = {} if "cells" in more else {"cell": cell}
    return Correction(file=file, action=action, **where, **WHY, **more)


def grid(*cells, sheet="Sheet1", file="a.xls", **more):
    return Grid(file=file, sheet=sheet, cells=(("地区", "2024年"), *cells), **more)


def write(tmp_path, *entries):
    path = tmp_path / "corrections.yml"
    path.write_text(yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8")
    return path


GOOD = {"file": "a.xls", "action": "flag", "cell": "B2", **WHY}


# --- the file ------------------------------------------------------------------------------------


def test_a_file_of_corrections_is_read_in_its_order(tmp_path):
    path = write(
        tmp_path,
        GOOD,
        GOOD | {"action": "override", "value": "2285", "expect": "228S", "sheet": "表1"},
        GOOD | {"action": "scale", "factor": 0.0001},
        {**GOOD, "action": "scale", "cells": "B3:B4", "factor": "1/10000", "expect": ["1", "2"]}
        | {"cell": ""},
    )
    found = load_corrections(path)
    assert [f.action for f in found] == ["flag", "override", "scale", "scale"]
    assert (found[1].sheet, found[1].value, found[1].expect) == ("表1", "2285", "228S")
    assert (found[2].factor, found[3].expect) == ("0.0001", ("1", "2"))
    assert found[3].places == ((2, 1), (3, 1))


def test_an_empty_file_holds_no_corrections(tmp_path):
    path = tmp_path / "corrections.yml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert load_corrections(path) == ()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"colour": "red"}, "key is not known"),
        ({"reason": None}, "reason is not text"),
        ({"reason": " "}, "reason is empty"),
        ({"document": ""}, "document is empty"),
        ({"file": ""}, "file is empty"),
        ({"action": "delete"}, "action is not known"),
        ({"action": "override"}, "value is missing"),
        ({"action": "override", "value": 2285}, "value is not text"),
        ({"value": "2285"}, "value belongs to another action"),
        ({"action": "scale"}, "factor is missing"),
        ({"factor": "0.1"}, "factor belongs to another action"),
        ({"action": "scale", "factor": "1/3"}, "factor gives no exact figure"),
        ({"action": "scale", "factor": "ten"}, "factor gives no exact figure"),
        ({"action": "scale", "factor": 0}, "factor gives no exact figure"),
        ({"action": "scale", "factor": True}, "factor is not text"),
        ({"cell": ""}, "entry names no cell"),
        ({"cells": "B2:B3"}, "entry names no cell"),
        ({"cell": "7B"}, "text names no cell"),
        ({"cell": "B2:B3"}, "cell is a range"),
        ({"cell": "", "cells": "B3:B2"}, "range holds no cell"),
        ({"cell": "", "cells": "A1:XFD1048576"}, "range holds no cell, or more than any table"),
        ({"cell": "", "cells": "B2:B3", "action": "override", "value": "1"}, "one value for several cells"),
        ({"expect": 2285}, "expect is not text"),
        ({"expect": ["1", 2]}, "expect is not text"),
        ({"expect": ["1", "2"]}, "expect has another number of texts"),
        ({"sheet": 2021}, "sheet is not text"),
    ],
)
def test_what_is_wrong_with_an_entry_is_named_with_its_number(tmp_path, change, what):
    path = write(tmp_path, GOOD, GOOD | change)
    with pytest.raises(RawTableError) as caught:
        load_corrections(path)
    assert any(what in f.what and f.where.startswith("corrections.yml, entry 2") for f in caught.value.faults)


@pytest.mark.parametrize("key", ["file", "action", "reason", "document"])
def test_a_missing_key_is_named(tmp_path, key):
    path = write(tmp_path, {k: v for k, v in GOOD.items() if k != key})
    with pytest.raises(RawTableError, match="key is missing") as caught:
        load_corrections(path)
    assert key in [f.expected for f in caught.value.faults]


def test_all_faults_of_all_entries_come_together(tmp_path):
    with pytest.raises(RawTableError) as caught:
        load_corrections(write(tmp_path, GOOD | {"reason": ""}, GOOD | {"cell": "x"}, {"file": "a.xls"}))
    assert {f.where.rsplit(" ", 1)[1] for f in caught.value.faults} == {"1", "2", "3"}


def test_a_file_that_is_no_list_or_no_yaml_is_refused(tmp_path):
    path = tmp_path / "corrections.yml"
    for text in ("file: a.xls\n", "- file: [\n", "- a: 1\n  a: 2\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(RawTableError, match=r"corrections\.yml"):
            load_corrections(path)


# --- what an entry does --------------------------------------------------------------------------


def test_an_override_puts_the_documented_text_in_place_and_says_so():
    before = grid(("全国", "228S"))
    after, notes, matched = correct_grid(before, [entry("override", value="2285", expect="228S")])
    assert after.cells == (("地区", "2024年"), ("全国", "2285"))
    assert notes == {(1, 1): "corrected: 228S -> 2285 (扫描把5认成S; 示例年鉴，第1页)"}
    assert len(matched) == 1
    assert before.cells[1][1] == "228S"


def test_a_dropped_figure_leaves_an_empty_cell_and_its_text_in_the_note():
    after, notes, _ = correct_grid(grid(("全国", 99999)), [entry("drop", expect="99999")])
    assert after.cells[1][1] is None
    assert notes[1, 1].startswith("dropped in source: 99999 (")


def test_a_flag_changes_nothing_but_the_note():
    before = grid(("全国", 5))
    after, notes, _ = correct_grid(before, [entry("flag")])
    assert after == before
    assert notes == {(1, 1): "flagged: 扫描把5认成S; 示例年鉴，第1页"}


@pytest.mark.parametrize(
    ("cell", "factor", "expected"),
    [
        (126058.2, "0.0001", "12.60582"),
        ("1,260,582", "1/10000", "126.0582"),
        (3, "0.1", "0.3"),  # binary floats would give 0.30000000000000004
        ("5.1%", "10", "51%"),
        (-7, "1000", "-7000"),
    ],
)
def test_scaling_is_exact(cell, factor, expected):
    after, notes, _ = correct_grid(grid(("全国", cell)), [entry("scale", factor=factor)])
    assert after.cells[1][1] == expected
    assert notes[1, 1].startswith(f"scaled by {factor}: ")
    assert f" -> {expected} (" in notes[1, 1]


def test_a_cell_shown_in_percent_is_scaled_as_it_is_shown():
    before = grid(("全国", 0.051), percents=frozenset({(1, 1)}))
    after, notes, _ = correct_grid(before, [entry("scale", factor="10", expect="0.051")])
    assert (after.cells[1][1], after.percents) == ("51%", frozenset())
    assert notes[1, 1].startswith("scaled by 10: 5.1% -> 51%")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9))
def test_scaling_there_and_back_gives_the_same_number(number):
    from decimal import Decimal

    text = format(number, "f")
    once, _, _ = correct_grid(grid(("全国", text)), [entry("scale", factor="1/10000")])
    back, _, _ = correct_grid(once, [entry("scale", factor="10000")])
    assert Decimal(str(back.cells[1][1])) == number


def test_blanks_and_dashes_in_a_scaled_range_stay_what_they_are():
    before = grid(("甲", 10), ("乙", None), ("丙", "—"), ("丁", 20))
    after, notes, _ = correct_grid(before, [entry("scale", cells="B2:B5", factor="0.1")])
    assert [row[1] for row in after.cells[1:]] == ["1", None, "—", "2"]
    assert sorted(notes) == [(1, 1), (4, 1)]


@pytest.mark.parametrize("cell", ["228S", "…", "居住", None])
def test_what_is_no_number_is_not_scaled(cell):
    with pytest.raises(RawTableError, match="no number"):
        correct_grid(grid(("全国", cell)), [entry("scale", factor="0.1")])


def test_a_blank_cannot_be_dropped():
    with pytest.raises(RawTableError, match="holds nothing"):
        correct_grid(grid(("全国", None)), [entry("drop")])


def test_a_correction_clears_what_the_file_could_not_give():
    before = grid(("全国", None), ("甲", None), problems={(1, 1): "#REF!", (2, 1): "#REF!"})
    after, notes, _ = correct_grid(before, [entry("override", value="5", expect="#REF!")])
    assert after.problems == {(2, 1): "#REF!"}
    assert notes[1, 1].startswith("corrected: #REF! -> 5")


# --- an upstream fix is noticed ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expect"),
    [(2285, "228S"), ("2285", "228S"), (None, "228S"), (5, ""), (182506.58999999997, "182506.6")],
)
def test_another_text_than_expected_fails_and_says_why(cell, expect):
    with pytest.raises(RawTableError, match="the publisher has fixed it, or the file is another") as caught:
        correct_grid(grid(("全国", cell)), [entry("drop", expect=expect)])
    (fault,) = caught.value.faults
    assert fault.where == "a.xls, sheet Sheet1, B2"


@pytest.mark.parametrize(
    ("cell", "expect"),
    [(182506.58999999997, "182506.59"), (3179, "3179"), (" 5 ", "5"), (date(2024, 1, 1), "2024-01-01")],
)
def test_the_expected_text_is_what_a_reader_of_the_file_sees(cell, expect):
    _, notes, _ = correct_grid(grid(("全国", cell)), [entry(expect=expect)])
    assert list(notes) == [(1, 1)]


def test_each_cell_of_a_range_has_its_own_expectation():
    two = grid(("甲", 1), ("乙", 2))
    _, notes, _ = correct_grid(two, [entry(cells="B2:B3", expect=("1", "2"))])
    assert len(notes) == 2
    with pytest.raises(RawTableError, match="B3"):
        correct_grid(two, [entry(cells="B2:B3", expect="1")])


def test_two_entries_for_one_cell_are_refused():
    with pytest.raises(RawTableError, match="two corrections name one cell"):
        correct_grid(grid(("全国", 5)), [entry("flag"), entry("drop")])


# --- which cells an entry means ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "matches"),
    [
        ({}, True),
        ({"file": "*.xls"}, True),
        ({"file": "nbs/2024-01-01/a.xls"}, True),
        ({"file": "b.xls"}, False),
        ({"file": "a.xlsx"}, False),
        ({"sheet": "Sheet1"}, True),
        ({"sheet": "Sheet2"}, False),
        ({"cell": "B3"}, False),
        ({"cell": "C2"}, False),
    ],
)
def test_an_entry_touches_its_file_sheet_and_cell_only(given, matches):
    before = grid(("全国", 5))
    after, notes, matched = correct_grid(before, [entry(**given)])
    assert (len(matched), len(notes)) == ((1, 1) if matches else (0, 0))
    assert after == before


def test_a_file_name_with_brackets_is_a_name():
    assert entry(file="年度数据[1].xls").covers(grid(("全国", 5), file="年度数据[1].xls"))


def test_folders_tell_files_of_one_name_apart():
    old, new, both = entry(file="2023-01-17/a.xls"), entry(file="2024-01-17/a.xls"), entry(file="a.xls")
    assert corrections_for([old, new, both], "nbs/2024-01-17/a.xls") == (new, both)


def test_entries_that_match_nothing_are_all_named():
    used, idle, wrong = entry(), entry(cell="Z9"), entry(file="b.xls")
    _, _, matched = correct_grid(grid(("全国", 5)), [used, idle, wrong])
    check_all_matched([used], matched, "corrections.yml")
    with pytest.raises(RawTableError) as caught:
        check_all_matched([used, idle, wrong], matched, "corrections.yml")
    assert [f.got for f in caught.value.faults] == ["flag a.xls, Z9", "flag b.xls, B2"]


def test_an_entry_without_sheet_may_not_touch_several_sheets():
    one, two = grid(("全国", 5), sheet="1"), grid(("全国", 5), sheet="2")
    matched = [m for g in (one, two) for m in correct_grid(g, [entry()])[2]]
    with pytest.raises(RawTableError, match="names no sheet"):
        check_all_matched([entry()], matched, "a.xls")


# --- names of cells ------------------------------------------------------------------------------


@given(st.integers(0, 10**6 - 1), st.integers(0, 16_383))
def test_the_name_of_a_cell_leads_back_to_it(row, col):
    assert cells_of(cell_name(row, col)) == ((row, col),)


@pytest.mark.parametrize("name", ["", "B", "7", "B0", "B7:", "B7:B9:C1", "第7行", "ABCD1"])
def test_what_names_no_cell_is_refused(name):
    with pytest.raises(ParameterError, match="no cell"):
        cells_of(name)
