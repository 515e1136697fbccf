"""Cells in our own process give the outputs that an ordinary kernel gives, cell by cell, output by output."""

import base64
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from cbs_analysis.report.run.execution import in_one_line, needs_kernel, notebook_of, tidy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]

# cases of cells, run one after the other in one namespace, whether they fail or not: `# == name` begins a
# case, `(silent)` says that it shows nothing, `# --` parts its cells
_TEXT = Path(__file__).with_name("engine_cells.txt").read_text(encoding="utf-8")
CASES = {
    head: [cell.strip("\n") for cell in body.split("\n# --\n")]
    for head, _, body in (part.partition("\n") for part in re.split(r"^# == ", _TEXT, flags=re.M)[1:])
}
CELLS = [(name, i, cell) for name, cells in CASES.items() for i, cell in enumerate(cells)]


def kernel_outputs(folder):
    from nbclient import NotebookClient

    nb = new_notebook(cells=[new_code_cell(cell) for _, _, cell in CELLS])
    manager = "cbs_analysis.report.kernel.LocalKernelManager"
    NotebookClient(
        nb, allow_errors=True, kernel_name="python3", kernel_manager_class=manager,
        resources={"metadata": {"path": str(folder)}},
    ).execute()  # fmt: skip
    return tidy(nb).cells


def inline_outputs(folder, out):
    source, target = out / "cells.json", out / "done.json"
    source.write_text(json.dumps([cell for _, _, cell in CELLS]), encoding="utf-8")
    script = Path(__file__).with_name("inline_cells.py")
    paths = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, str(script), str(source), str(target)], cwd=folder, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": paths}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "never in a cell" in done.stdout  # the handler ran at the exit, as the process is its own
    nb = new_notebook(cells=[new_code_cell(cell) for _, _, cell in CELLS])
    for cell, (outputs, _, number) in zip(nb.cells, json.loads(target.read_text()), strict=True):
        cell.outputs, cell.execution_count = [nbformat.from_dict(o) for o in outputs], number
    return tidy(nb).cells


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The cells as an ordinary kernel ran them, and as our own engine did."""
    folder, out = tmp_path_factory.mktemp("folder"), tmp_path_factory.mktemp("out")
    (folder / "beside.py").write_text("word = 'beside'\n", encoding="utf-8")
    return kernel_outputs(folder), inline_outputs(folder, out)


def plain(output):
    """An output without its pictures, which are compared by their pixels; a traceback by where it leads."""
    shown = json.loads(json.dumps(output))
    shown.get("data", {}).pop("image/png", None)
    if "traceback" in shown:
        assert not re.search(r"\x1b|ipykernel_\d|<ipython-input", str(shown))
        shown["traceback"] = sorted(set(re.findall(r"Cell In\[\d+\]|Traceback", str(shown["traceback"]))))
    return shown


def pixels(output):
    from matplotlib.image import imread

    content = base64.b64decode(output["data"]["image/png"])
    return imread(io.BytesIO(content), format="png") if content.startswith(b"\x89PNG") else content


@pytest.mark.parametrize("name", CASES)
def test_outputs_are_those_of_a_kernel(both, name):
    shown = False
    for (case, _, source), kernel, inline in zip(CELLS, *both, strict=True):
        if case != name:
            continue
        assert [plain(o) for o in inline.outputs] == [plain(o) for o in kernel.outputs], source
        assert inline.execution_count == kernel.execution_count
        for ours, theirs in zip(inline.outputs, kernel.outputs, strict=True):
            if "image/png" in theirs.get("data", {}):
                assert np.array_equal(pixels(ours), pixels(theirs))
        shown |= bool(kernel.outputs)
    assert shown is not name.endswith("(silent)")


def test_a_group_of_exceptions_is_told_where_a_kernel_only_prints_it(tmp_path):
    """IPython leaves the error of a group out of the outputs; a page must not end in silence."""
    nb = alone(tmp_path, "raise ExceptionGroup('many', [ValueError('a')])")
    assert [(o.output_type, o.get("ename")) for o in nb.cells[0].outputs] == [
        ("stream", None), ("error", "ExceptionGroup"),
    ]  # fmt: skip


def alone(folder, *cells):
    """The cells run by `papermill --engine cbs_inline`, as somebody without the package's commands would."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(
        new_notebook(cells=[new_code_cell(c) for c in cells], metadata=kernel), folder / "in.ipynb"
    )
    options = ["--engine", "cbs_inline", "--no-progress-bar"]
    done = subprocess.run(
        [sys.executable, "-m", "papermill", *options, "in.ipynb", "out.ipynb"], cwd=folder,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (folder / "out.ipynb").exists(), done.stderr
    return notebook_of(folder / "out.ipynb")


PIECES = "import time\nt = time.perf_counter()\nfor _ in range(160_000):\n    print('x' * 50)"


def test_papermill_alone_runs_the_engine_to_the_first_error_and_output_in_pieces_takes_no_quadratic_time(
    tmp_path,
):
    """8 MB in 160 000 pieces: seconds, where joining each to what is there takes minutes."""
    nb = alone(tmp_path, "x = 1\nx", PIECES, "time.perf_counter() - t < 20", "1 / 0", "print('never')")
    assert [c.execution_count for c in nb.cells] == [1, 2, 3, 4, None]
    assert nb.cells[0].outputs[0].data == {"text/plain": "1"}
    assert len(nb.cells[1].outputs[0].text) == 160_000 * 51
    assert nb.cells[2].outputs[0].data == {"text/plain": "True"}
    assert nb.cells[3].outputs[0].ename == "ZeroDivisionError"
    assert nb.cells[4].outputs == []


@pytest.mark.parametrize(
    "source",
    [
        "name = input('?')", "import ipywidgets as w", "!ls", "%timeit 1", "x = 1\n  %time x",
        "import subprocess", "import os; os.system('ls')", "from getpass import getpass",
    ],
)  # fmt: skip
def test_what_only_a_kernel_can_answer_gets_one(tmp_path, source):
    nbformat.write(new_notebook(cells=[new_code_cell("1"), new_code_cell(source)]), tmp_path / "a.ipynb")
    assert needs_kernel(tmp_path / "a.ipynb")


@pytest.mark.parametrize("source", ["inputs = 5 % 2\nctx.inputs()", "f'{1:%}'  # system", "a != b"])
def test_ordinary_cells_need_no_kernel(tmp_path, source):
    nb = new_notebook(cells=[new_code_cell(source), nbformat.v4.new_markdown_cell("!x\n%y input(")])
    nbformat.write(nb, tmp_path / "a.ipynb")
    assert not needs_kernel(tmp_path / "a.ipynb")


def test_no_shipped_notebook_needs_a_kernel_of_its_own(root):
    """They run many at once in the fastest way; one that needs a kernel should be so on purpose."""
    assert [p.name for p in sorted((root / "notebooks").glob("[0-9]*.ipynb")) if needs_kernel(p)] == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 1}', '{"cells": [{}]}'])
def test_a_file_that_is_no_notebook_asks_for_nothing_and_reads_as_empty(tmp_path, content):
    path = tmp_path / "a.ipynb"
    path.write_text(content, encoding="utf-8")
    assert not needs_kernel(path)
    assert notebook_of(path, tmp_path / "none.ipynb").cells == []


def test_names_of_cells_lose_process_numbers_and_folders():
    told = (
        "/tmp/my dir/ipykernel_12/34.py:1: UserWarning: w\n"
        'File "/tmp/x/ipykernel_12/34.py", line 1\nsee <ipython-input-3-a1b2>:4 and 34.py\n(56.py, line 2)'
    )
    nb = new_notebook(cells=[new_code_cell("", outputs=[nbformat.v4.new_output("stream", text=told)])])
    text = tidy(nb).cells[0].outputs[0].text
    assert text == '<cell>:1: UserWarning: w\nFile "<cell>", line 1\nsee <cell>:4 and 34.py\n(<cell>, line 2)'
    assert in_one_line("invalid (56.py, line 2)") == "invalid (<cell>, line 2)"


def test_streams_between_two_displays_are_settled_and_stay_between_them():
    new = nbformat.v4.new_output
    outputs = [
        new("stream", name="stderr", text="e1\n"), new("stream", name="stdout", text="o1\n"),
        new("stream", name="stdout", text="o2\n"), new("display_data", data={"text/plain": "x"}),
        new("stream", name="stderr", text="e2\n"),
    ]  # fmt: skip
    settled = tidy(new_notebook(cells=[new_code_cell("", outputs=outputs)])).cells[0].outputs
    assert [o.get("text", o.output_type) for o in settled] == ["o1\no2\n", "e1\n", "display_data", "e2\n"]
