"""What the README and the docs say is true: links lead somewhere, code runs, commands exist."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").glob("*/README.md")]
    if "_build" not in path.parts
)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("http:", "https:")):
            assert (page.parent / target).exists(), target


def test_the_page_on_models_names_every_reason_of_refusal():
    text = (ROOT / "docs/models.md").read_text(encoding="utf-8")
    sources = [p.read_text(encoding="utf-8") for p in (ROOT / "cbs_analysis/models").glob("*.py")]
    codes = {code for source in sources for code in re.findall(r'code="(\w+)"', source)}
    assert len(codes) > 10
    assert {code for code in codes if f"`{code}`" not in text} == set()


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


def every_command(command, path=""):
    for name, below in getattr(command, "commands", {}).items():
        yield f"{path}{name}", below
        yield from every_command(below, f"{path}{name} ")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_commands_named_in_a_sentence_exist(page):
    """Commands in blocks are run by a test; these are only mentioned."""
    from cbs_analysis.cli import main

    commands = dict(every_command(main))
    for line in re.findall(r"`cbs-analysis ([^`\n]+)`", page.read_text(encoding="utf-8")):
        words = line.split()
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in commands), None)
        if name is None:
            assert all(word in commands or word == "|" for word in words), line
            continue
        known = {o for p in [*commands[name].params, *main.params] for o in p.opts}
        assert {w.rstrip(",.") for w in words if w.startswith("--")} <= known, line


def test_the_glossary_holds_the_words_of_verdicts_reasons_statuses_and_plans():
    from typing import get_args

    from cbs_analysis.plan import REASONS, WORDS
    from cbs_analysis.registry.records import MeasureType
    from cbs_analysis.report.messages import message

    rows = [
        line for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").split("\n") if "|" in line
    ]
    chinese = {word for row in rows for word in re.split("[、]", row.split("|")[1].strip())}
    assert {words["zh"] for words in WORDS.values()} <= chinese
    assert {row.split("|")[1].strip() for row in rows} >= {words["zh"] for words in REASONS.values()}
    for kind, names in {
        "status": ("final", "preliminary", "revised", "estimated", "synthetic"),
        "certainty": ("official", "press", "mirror", "export", "secondary"),
    }.items():
        assert {message(f"{kind}_{name}", "zh") for name in names} <= chinese
    assert {message(f"wb_type_{name}", "zh") for name in get_args(MeasureType)} <= chinese
    codes = " ".join(row.split("|")[4] for row in rows)
    assert {w for w in (*REASONS, *WORDS, *get_args(MeasureType)) if f"`{w}`" not in codes} == set()


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
