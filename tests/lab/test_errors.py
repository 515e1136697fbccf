"""An error in a notebook: short where a person reads it, whole where a machine or a sceptic wants it."""

import papermill
import pytest
from papermill.exceptions import PapermillExecutionError

from cbs_analysis.errors import (
    CbsError,
    Fault,
    ModelRefused,
    ParameterError,
    PeriodAmbiguous,
    RegionUnknown,
    refusal,
)
from cbs_analysis.report.lab_errors import error_lines, install_errors

from .kernel import error_of, run_cells
from .server import ROOT

FAULT = Fault("unit is not known", where="a.csv, row 3", got="亿圆", expected="亿元", next_step="correct it")


def test_a_fault_is_told_in_parts_under_labels_of_the_language():
    english = "\n".join(error_lines(ParameterError(FAULT), "en", at=(4, "x = f(1)")))
    assert "ParameterError: wrong parameter" in english
    assert "in this cell, line 4: x = f(1)" in english
    assert all(line in english for line in ("where:    a.csv, row 3", "got:      亿圆", "expected: 亿元"))
    chinese = error_lines(ParameterError(FAULT), "zh")
    assert chinese[0] == "ParameterError: 参数有误"
    assert [line.strip() for line in chinese[2:-1]] == [
        "位置：a.csv, row 3", "实际：亿圆", "应为：亿元", "下一步：correct it",
    ]  # fmt: skip


def test_a_chinese_sentence_of_the_fault_stands_alone_in_a_chinese_notebook():
    fault = Fault("too short", got="3", next_step="wait", zh="样本只有3期，至少需要8期。")
    told = error_lines(ModelRefused(fault), "zh")
    assert told[:2] == ["ModelRefused: 数据不足以支持这项计算", "  样本只有3期，至少需要8期。"]
    assert "wait" not in "".join(told)
    assert "too short" in error_lines(ModelRefused(fault), "en")[1]


def test_several_faults_are_numbered_and_errors_of_several_kinds_have_a_head():
    error = refusal([(PeriodAmbiguous, Fault("no period")), (RegionUnknown, Fault("no region"))])
    told = error_lines(error, "zh")
    assert "表格无法确切读取" in told[0]
    assert told[1:3] == ["  1. no period", "  2. no region"]


def test_outside_a_notebook_nothing_is_installed():
    assert install_errors() is None
    assert "unit is not known" in str(CbsError(FAULT))


@pytest.mark.slow
def test_a_notebook_shows_a_few_lines_and_tb_the_whole_traceback(root):
    shown = run_cells(
        [
            "import cbs_analysis as cbs",
            "x = 1\ncbs.evaluate('cbs41', as_of='2023-06-30')",
            "%tb",
            "1 / 0",
            "cbs.open_report('x', area='22CB00', as_of='2023-06-30', plan='cbs14', lang='en').lang",
            "cbs.load_observations(area='nowhere')",
        ],
        root / "notebooks",
    )
    short, whole, other, english = (error_of(shown[i]) for i in (1, 2, 3, 5))
    assert (short.ename, short.evalue.splitlines()[0]) == ("ParameterError", "plan is not known")
    text = "\n".join(short.traceback)
    assert "在本单元格第2行：cbs.evaluate('cbs41'" in text
    assert "没有编号为“cbs41”的规划" in text
    assert len(text.splitlines()) <= 5
    assert "evaluation.py" in "\n".join(whole.traceback)
    assert other.ename == "ZeroDivisionError"
    assert "division by zero" in "\n".join(other.traceback)
    assert "area is not known" in "\n".join(english.traceback)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "named"),
    [({"area": "nowhere"}, "area is not known"), ({"aera": "220000"}, "no parameter of this name")],
)
def test_papermill_still_fails_with_the_name_and_the_words_of_the_error(root, tmp_path, parameters, named):
    with pytest.raises(PapermillExecutionError) as caught:
        papermill.execute_notebook(
            str(ROOT / "notebooks" / "00_data_status.ipynb"), str(tmp_path / "out.ipynb"),
            parameters=parameters, cwd=str(root), progress_bar=False,
            kernel_manager_class="cbs_analysis.report.kernel.LocalKernelManager",
        )  # fmt: skip
    assert caught.value.ename == "ParameterError"
    assert named in caught.value.evalue
