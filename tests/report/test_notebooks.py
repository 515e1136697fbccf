import importlib.util
import json
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
spec = importlib.util.spec_from_file_location("notebooks_tool", ROOT / "tools" / "notebooks.py")
tool = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tool)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_are_clean_and_thin(path):
    assert tool.faults_of(path) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_text_cell_has_its_twin_in_the_other_language(path):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "markdown"]
    tags = [c.metadata["tags"][0] for c in cells]
    assert tags == ["zh", "en"] * (len(tags) // 2)
    for zh, en in zip(cells[::2], cells[1::2], strict=True):
        assert zh.source.count("#") == en.source.count("#")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda nb: nb.cells[2].update(execution_count=3), "execution counts"),
        (lambda nb: nb.cells[2].metadata.update(tags=[]), "tagged `parameters`"),
        (lambda nb: nb.cells[-1].update(source="def f():\n    return 1"), "FunctionDef"),
        (lambda nb: nb.cells[-1].update(source="x = open('f')"), "open()"),
        (lambda nb: nb.cells[-1].update(source="\n".join(["x = 1"] * 20)), "more than"),
    ],
)
def test_the_check_finds_what_it_should(tmp_path, change, fault):
    notebook = nbformat.read(ROOT / "notebooks" / "_template.ipynb", as_version=4)
    change(notebook)
    path = tmp_path / "x.ipynb"
    nbformat.write(notebook, path)
    assert any(fault in f for f in tool.faults_of(path))


def test_a_new_notebook_passes_the_check_untouched(tmp_path, monkeypatch):
    (tmp_path / "_template.ipynb").write_bytes((ROOT / "notebooks" / "_template.ipynb").read_bytes())
    monkeypatch.setattr(tool, "NOTEBOOKS", tmp_path)
    path = tool.new("32_housing")
    assert tool.faults_of(path) == []
    assert '"32_housing"' in "".join("".join(c["source"]) for c in json.loads(path.read_text())["cells"])
    with pytest.raises(SystemExit, match="exists"):
        tool.new("32_housing")
    with pytest.raises(SystemExit, match="two digits"):
        tool.new("housing")


def test_stripping_removes_what_a_run_leaves_and_nothing_else(tmp_path):
    source = ROOT / "notebooks" / "_template.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[2].update(execution_count=1, outputs=[nbformat.v4.new_output("stream", text="x")])
    path = tmp_path / "x.ipynb"
    nbformat.write(notebook, path)
    tool.strip(path)
    assert path.read_text(encoding="utf-8") == source.read_text(encoding="utf-8")
