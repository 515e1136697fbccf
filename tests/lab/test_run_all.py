"""Each shipped notebook runs from top to bottom by Run All in a real JupyterLab in a real browser."""

import pytest

from cbs_analysis.report.context import RECORD_MIME

from .browser import outputs_of
from .server import ROOT, tool

pytestmark = pytest.mark.slow
SHIPPED = sorted(p.stem for p in (ROOT / "notebooks").glob("[0-9]*.ipynb"))


def assert_ran(notebook):
    """Every code cell has its number in order, none failed, and the last shows the record of the page."""
    code = [c for c in notebook.cells if c.cell_type == "code"]
    assert [(o.ename, o.evalue) for o in outputs_of(notebook, "error")] == []
    assert [o.text for o in outputs_of(notebook, "stream")] == []  # a warning would stand here
    assert [c.execution_count for c in code] == list(range(1, len(code) + 1))
    return code[-1].outputs[-1].data[RECORD_MIME]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_notebook_runs_by_run_all(lab, name):
    lab.open(f"notebooks/{name}.ipynb")
    lab.run_all()
    notebook = lab.save()
    record = assert_ran(notebook)
    assert record["slug"] == name
    written = next(c.source for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
    for key in ("area", "as_of", "plan", "lang"):
        assert f'{key}: str = "{record[key]}"' in written
    assert [a for a in lab.asked if not a.startswith((lab.server.url, "data:", "blob:"))] == []


def test_a_new_notebook_is_clean_and_runs_by_run_all_as_it_is(lab, monkeypatch):
    monkeypatch.setattr(tool, "NOTEBOOKS", lab.server.root / "notebooks")
    path = tool.new("38_scratch")
    assert tool.faults_of(path) == []
    lab.open("notebooks/38_scratch.ipynb")
    lab.run_all()
    assert assert_ran(lab.save())["slug"] == "38_scratch"
    tool.strip(path)  # what JupyterLab wrote besides is no fault either
    assert tool.faults_of(path) == []
