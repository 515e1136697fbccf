"""Open the notebooks in JupyterLab, start one from the template, check that they are clean and thin."""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
LAB_SETTINGS = Path(__file__).parent / "lab"
MAX_CELLS, MAX_LINES, MAX_CELL_LINES = 15, 100, 15
NAME = re.compile(r"[0-9]{2}_[a-z0-9_]+$")
PARAMETERS = ("area", "as_of", "plan", "lang", "alpha", "seed")
FORBIDDEN = (ast.FunctionDef, ast.ClassDef, ast.While, ast.Try)


def faults_of(path: Path) -> list[str]:
    """Everything that is wrong with one notebook."""
    notebook = nbformat.read(path, as_version=4)
    code = [c for c in notebook.cells if c.cell_type == "code"]
    found = []
    if any(c.outputs or c.execution_count for c in code):
        found.append("carries outputs or execution counts (make check FIX=1 strips them)")
    if "papermill" in notebook.metadata:
        found.append("carries papermill metadata (make check FIX=1 strips it)")
    tagged = [c for c in code if "parameters" in c.metadata.get("tags", [])]
    if len(tagged) != 1:
        found.append(f"{len(tagged)} cells tagged `parameters`, expected 1")
    else:
        names = [n.target.id for n in ast.walk(ast.parse(tagged[0].source)) if isinstance(n, ast.AnnAssign)]
        if tuple(names) != PARAMETERS:
            found.append(f"parameters are {names}, expected {list(PARAMETERS)}")
    if len(code) > MAX_CELLS:
        found.append(f"{len(code)} code cells, at most {MAX_CELLS}")
    lines = sum(len(c.source.splitlines()) for c in code)
    if lines > MAX_LINES:
        found.append(f"{lines} lines of code, at most {MAX_LINES}: logic belongs in the library")
    for i, cell in enumerate(code, 1):
        found += [f"code cell {i}: {text}" for text in _cell_faults(cell)]
    for lang, other in (("zh", "en"), ("en", "zh")):
        headings = [
            c for c in notebook.cells if c.cell_type == "markdown" and lang in c.metadata.get("tags", [])
        ]
        if not headings:
            found.append(f"no text cells tagged `{lang}` (the {other} page would lack its twin)")
    return found


def _cell_faults(cell: nbformat.NotebookNode) -> list[str]:
    found = []
    if len(cell.source.splitlines()) > MAX_CELL_LINES:
        found.append(f"more than {MAX_CELL_LINES} lines")
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, FORBIDDEN):
            found.append(f"line {node.lineno}: {type(node).__name__} belongs in the library")
        if isinstance(node, ast.Call) and re.match(r"(open|read_\w+|to_\w+|merge)$", _called(node)):
            found.append(f"line {node.lineno}: {_called(node)}() does not belong in a notebook")
    return found


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def strip(path: Path) -> None:
    """Remove outputs, execution counts and run metadata, and nothing else."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.pop("papermill", None)
    notebook.cells = [c for c in notebook.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    path.write_text(nbformat.writes(notebook).rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def new(name: str) -> Path:
    """Copy the template under a new name."""
    if not NAME.match(name):
        raise SystemExit(f"NAME is {name!r}; expected two digits and a slug, such as 32_housing")
    target = NOTEBOOKS / f"{name}.ipynb"
    if target.exists():
        raise SystemExit(f"{target.name} exists already")
    text = (
        (NOTEBOOKS / "_template.ipynb")
        .read_text(encoding="utf-8")
        .replace('\\"_template\\"', f'\\"{name}\\"')
    )
    target.write_text(text, encoding="utf-8", newline="\n")
    return target


def lab_command(root: Path, *, superuser: bool | None = None) -> list[str]:
    """How JupyterLab is started on a project: on this machine only, and it asks nothing of the network.

    JupyterLab refuses the superuser; in a container there is often no other, so it is let in there.
    """
    if superuser is None:
        superuser = getattr(os, "geteuid", lambda: 1)() == 0  # Windows has none
    command = [
        sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}", "--ServerApp.ip=127.0.0.1",
        "--LabApp.default_url=/lab/tree/notebooks", "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    return [*command, "--allow-root"] if superuser else command


def lab_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of JupyterLab: without its news pop-up, one BLAS thread for each kernel, UTF-8."""
    paths = [str(LAB_SETTINGS), environment.get("JUPYTER_CONFIG_PATH", "")]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    ours = {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths)), "PYTHONUTF8": "1"}
    return threads | dict(environment) | ours


def lab(arguments: Sequence[str]) -> int:
    """Run JupyterLab until it is closed; more arguments go to it as they are."""
    command = lab_command(NOTEBOOKS.parent)
    if "--allow-root" in command:
        print("JupyterLab runs as the superuser: it is reached from this machine only, with its token")
    try:
        return subprocess.run([*command, *arguments], env=lab_environment(os.environ)).returncode
    except KeyboardInterrupt:  # Ctrl+C closes JupyterLab, and that is no fault
        return 0


def main() -> int:
    """The command line of this tool."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("new").add_argument("name")
    commands.add_parser("check").add_argument("--fix", action="store_true")
    commands.add_parser("lab")
    options, rest = parser.parse_known_args()
    if options.command == "lab":
        return lab(rest)
    if rest:
        parser.error(f"unknown arguments: {' '.join(rest)}")
    if options.command == "new":
        print(f"made notebooks/{new(options.name).name}; list it in notebooks/reports.yml when it is ready")
        return 0
    wrong = 0
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if options.fix:
            strip(path)
        for fault in faults_of(path):
            wrong += 1
            print(f"{path.name}: {fault}", file=sys.stderr)
    print("notebooks are clean and thin" if not wrong else f"{wrong} faults")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
