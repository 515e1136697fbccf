"""What the README and the docs say is true: links lead somewhere, code runs, commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*/README.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_python_of_the_readme_runs(name, root):
    code = "\n".join(re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL))
    assert "load_observations" in code
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_page_on_models_names_every_reason_of_refusal():
    text = (ROOT / "docs/models.md").read_text(encoding="utf-8")
    sources = [p.read_text(encoding="utf-8") for p in (ROOT / "cbs_analysis/models").glob("*.py")]
    codes = {code for source in sources for code in re.findall(r'code="(\w+)"', source)}
    assert len(codes) > 10
    assert {code for code in codes if f"`{code}`" not in text} == set()


def test_the_python_of_the_page_on_series_runs():
    text = (ROOT / "docs/how_to/calculate_with_series.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "growth across a change of definition" in done.stdout
    assert "2018 to 2018: vintage 2021-01-01" in done.stdout


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_commands_of_the_readme_exist(name):
    from cbs_analysis.cli import main

    text = (ROOT / name).read_text(encoding="utf-8")
    for line in re.findall(r"^cbs-analysis (.+)$", text, re.MULTILINE):
        words = line.split("#")[0].split()
        command = main.commands[words[0]]
        if hasattr(command, "commands"):
            command = command.commands[words[1]]
        known = {o for p in command.params for o in p.opts}
        assert {w for w in words if w.startswith("--")} <= known, line
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make ([a-z]+)", text)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_project_speaks_of_itself_alone():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    words = re.compile(r"\.\./shared|\.library|farm-bench", re.IGNORECASE)
    for name in listed.split():
        path = ROOT / name
        if (
            path.suffix in (".py", ".md", ".yml", ".toml", ".ipynb", ".txt")
            and path.exists()
            and path != Path(__file__)
        ):
            assert not words.search(path.read_text(encoding="utf-8")), name
