"""Parameters changed by hand: each gives a sensible page, or an error that says what to do.

The cells of a light notebook and of the overall evaluation run in an ordinary kernel, one case after the
other, as a person changes one value and runs again.
"""

import re

import pytest

from cbs_analysis.errors import ParameterError
from cbs_analysis.report.context import RECORD_MIME
from cbs_analysis.report.parameters import check_parameters

from .kernel import cells_of, error_of, run_cells
from .server import ROOT

GOOD = {
    "area": "22CB00", "as_of": "2023-06-30", "plan": "cbs14", "lang": "zh", "alpha": 0.1, "seed": 20230630,
}  # fmt: skip
# what is changed, and what the error must name, in Chinese
WRONG = [
    ({"area": "22CBX0"}, ("area", "22CBX0", "22CB01")),
    ({"area": "长白山保护区"}, ("area", "长白山保护区", "22CB00")),
    ({"area": 220000}, ("area", "加引号", "220000 (int)")),
    ({"area": None}, ("area", "加引号", "None")),
    ({"as_of": "2023-6-30"}, ("as_of", "2023-6-30", "2023-06-30")),
    ({"as_of": "2023-02-30"}, ("as_of", "不是日期")),
    ({"as_of": 20230630}, ("as_of", "20230630", "2023-06-30")),
    ({"as_of": "2020-12-31"}, ("as_of", "2020-12-31", "还没有公布")),
    ({"plan": "cbs41"}, ("plan", "cbs41", "cbs14")),
    ({"plan": ["cbs14"]}, ("plan", "['cbs14']")),
    ({"plan": "demo14"}, ("演示数据", "99DM00")),
    ({"area": "99DM00"}, ("演示数据", "22CB00")),
    ({"lang": "fr"}, ("lang", "'fr'", "zh", "en")),
    ({"lang": None}, ("lang", "None")),
    ({"alpha": 0}, ("alpha", "大于 0", "0.5")),
    ({"alpha": 2}, ("alpha", "现在是 2")),
    ({"alpha": -0.1}, ("alpha", "-0.1")),
    ({"alpha": "0.1"}, ("alpha", "'0.1'")),
    ({"alpha": float("nan")}, ("alpha", "nan")),
    ({"alpha": True}, ("alpha", "True")),
    ({"seed": -1}, ("seed", "-1")),
    ({"seed": 1.5}, ("seed", "1.5")),
    ({"seed": "7"}, ("seed", "'7'")),
    ({"area": "nowhere", "alpha": 2, "lang": "fr"}, ("1. ", "2. ", "3. ", "nowhere", "'fr'")),
]


def set_to(cell, changes):
    """The cell of parameters with other values, each on its own line as a person would write them."""
    for name, value in changes.items():
        written = repr(value) if value == value else 'float("nan")'
        cell, found = re.subn(rf"(?m)^({name}: \w+) = .*$", rf"\1 = {written}", cell)
        assert found == 1
    return cell


@pytest.mark.parametrize(("changes", "named"), WRONG, ids=lambda x: str(x) if isinstance(x, dict) else "")
def test_a_wrong_parameter_is_refused_with_a_chinese_sentence_that_says_all(changes, named):
    with pytest.raises(ParameterError) as caught:
        check_parameters(**(GOOD | changes), root=ROOT)
    told = " ".join(f"{i}. {fault.zh}" for i, fault in enumerate(caught.value.faults, 1))
    assert all(word in told for word in named), told
    assert all(fault.zh.endswith("。") for fault in caught.value.faults)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["00_data_status", "90_midterm_evaluation"])
def test_the_notebook_shows_a_wrong_parameter_in_a_few_lines(name, root):
    parameters, setup, *rest = cells_of(name)
    cells = [x for changes, _ in WRONG for x in (set_to(parameters, changes), setup)]
    outputs = run_cells(cells, root / "notebooks")[1::2]
    for (_, named), shown in zip(WRONG, outputs, strict=True):
        error = error_of(shown)
        assert error.ename == "ParameterError"
        text = "\n".join(error.traceback)
        assert all(word in text for word in named), text
        assert len(text.splitlines()) <= 8
        assert "cbs_analysis/" not in text  # no line of our own code
        assert "%tb" in text
    assert rest


RIGHT = [
    ({"area": "吉林"}, {"area": "220000"}),
    ({"area": "22CB00", "as_of": "2026-10-31"}, {"as_of": "2026-10-31"}),
    ({"plan": "national14", "area": "000000"}, {"plan": "national14"}),
    ({"plan": "demo14", "area": "99DM00"}, {"synthetic": True}),
    ({"lang": "en"}, {"lang": "en"}),
    ({"alpha": 0.5}, {"area": "22CB00"}),
    ({"alpha": 0.01, "seed": 0}, {"area": "22CB00"}),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["00_data_status", "90_midterm_evaluation"])
def test_a_parameter_changed_by_hand_gives_a_page(name, root):
    parameters, *rest = cells_of(name)
    light = RIGHT if name.startswith("0") else RIGHT[3:5]
    outputs = run_cells(
        [x for changes, _ in light for x in (set_to(parameters, changes), *rest)], root / "notebooks"
    )
    size = 1 + len(rest)
    for i, (_, expected) in enumerate(light):
        shown = outputs[i * size : (i + 1) * size]
        assert [error_of(o).evalue for o in shown if error_of(o)] == []
        record = shown[-1][-1].data[RECORD_MIME]
        assert {key: record[key] for key in expected} == expected
        html = "".join(o.data.get("text/html", "") for part in shown for o in part if "data" in o)
        assert ("演示数据" in html) == bool(expected.get("synthetic"))
