"""A person in the real JupyterLab changes a parameter: a page or a short error, and nothing pops up."""

import pytest

from cbs_analysis.report.context import RECORD_MIME

from .browser import outputs_of

pytestmark = pytest.mark.slow


def test_another_area_chosen_by_hand_gives_its_page_with_the_mark(lab):
    lab.open("notebooks/11_income_growth.ipynb")
    lab.change('area: str = "22CB00"', 'area: str = "99DM00"')
    lab.change('plan: str = "cbs14"', 'plan: str = "demo14"')
    lab.run_all()
    notebook = lab.save()
    assert [o.evalue for o in outputs_of(notebook, "error")] == []
    record = notebook.cells[-1].outputs[-1].data[RECORD_MIME]
    assert (record["area"], record["synthetic"]) == ("99DM00", True)
    assert lab.page.locator(".jp-OutputArea .synthetic-mark").count() >= 5
    lab.change('area: str = "99DM00"', 'area: str = "000000"')  # real again, in the same kernel
    lab.change('plan: str = "demo14"', 'plan: str = "national14"')
    lab.run_all()
    notebook = lab.save()
    assert notebook.cells[-1].outputs[-1].data[RECORD_MIME]["synthetic"] is False
    shown = "".join(str(o.get("data", {}).get("text/html")) for o in outputs_of(notebook, "execute_result"))
    assert "演示数据" not in shown


def test_a_wrong_area_shows_a_few_lines_where_it_stands_and_runs_nothing_after(lab):
    lab.open("notebooks/11_income_growth.ipynb")
    lab.change('area: str = "22CB00"', 'area: str = "吉林生"')
    lab.run_all()
    notebook = lab.save()
    (error,) = outputs_of(notebook, "error")
    assert error.ename == "ParameterError"
    shown = lab.page.locator("[data-mime-type='application/vnd.jupyter.stderr']")
    shown.scroll_into_view_if_needed()  # Run All ends at the last cell
    seen = shown.text_content()
    assert "没有地区“吉林生”，相近的有：220000 吉林" in seen
    assert len(seen.strip().splitlines()) <= 6
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert [bool(c.outputs) for c in code[2:]] == [False] * len(code[2:])  # no answer after the error


def test_nothing_pops_up_and_nothing_is_asked_of_the_network(lab):
    lab.page.wait_for_timeout(1500)
    assert lab.page.locator(".jp-toast-message, .Toastify__toast, .jp-Dialog").count() == 0
    assert [a for a in lab.asked if not a.startswith((lab.server.url, "data:", "blob:"))] == []
