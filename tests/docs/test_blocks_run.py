"""Every command and every snippet of the pages works, in the order in which a reader comes to it."""

from __future__ import annotations

import pytest

from .blocks import FOREIGN, holds, read_blocks
from .narrowed import NARROWED, NOT_RUN, TWINS
from .project_copy import ROOT, Reader, copy_project

PAGES = {
    path.relative_to(ROOT).as_posix(): path
    for path in sorted([*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
    if "_build" not in path.parts
}
BLOCKS = {name: read_blocks(path, name) for name, path in PAGES.items()}


def commands(name):
    """The lines of the commands of a page, without what they say to people."""
    text = "".join(block.text for block in BLOCKS[name] if block.language == "sh")
    return [line.split("  #")[0].split(" # ")[0].strip() for line in text.split("\n") if line.strip()]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, blocks in BLOCKS.items() if any(b.runs for b in blocks)])
def test_a_reader_can_follow_the_page(name, root, tmp_path):
    followed = [b for b in BLOCKS[name] if name not in TWINS or b.language != "sh"]
    Reader(copy_project(tmp_path / "project")).follow(followed)


@pytest.mark.parametrize(("name", "twin"), TWINS.items())
def test_a_page_in_another_language_gives_the_same_commands(name, twin):
    assert commands(name) == commands(twin)
    assert len(commands(name)) > 10


def test_what_is_not_run_is_agreed_and_says_why():
    left = {
        (b.page, b.first): b.asked["not run"]
        for blocks in BLOCKS.values()
        for b in blocks
        if "not run" in b.asked
    }
    assert left == NOT_RUN


def test_what_is_run_shorter_stands_on_its_page():
    commands = {
        (b.page, line.split(" #")[0].strip())
        for blocks in BLOCKS.values()
        for b in blocks
        if b.runs
        for line in b.text.split("\n")
    }
    assert set(NARROWED) <= commands


def test_no_program_hides_under_another_name():
    assert not [(b.page, b.language) for blocks in BLOCKS.values() for b in blocks if b.language in FOREIGN]


def test_commands_stand_in_blocks_that_run():
    """A block without a language that begins like a command would be shown and never run."""
    for blocks in BLOCKS.values():
        for block in blocks:
            if not block.runs and "not run" not in block.asked:
                assert not block.first.startswith(("cbs-analysis ", "make ", "python ", "pip ")), block


@pytest.mark.parametrize(
    ("printed", "expected", "held"),
    [
        ("a\nb\n", "b\n", True),
        ("a\nb\nc\n", "a\n...\nc\n", True),
        ("a\nc\n", "a\n...\nc\n", True),
        ("a\nb\nc\n", "a\nc\n", False),
        ("ab\n", "a\n", False),
        ("a\n", "...\nb\n", False),
    ],
)
def test_output_is_held_to_the_line(printed, expected, held):
    assert holds(printed, expected) is held


WRONG = {
    "a command fails": "```sh\nfalse\n```\n",
    "a command before the last fails": "```sh\nfalse\ntrue\n```\n",
    "another exit code was promised": "<!-- exit: 2 -->\n```sh\nexit 1\n```\n",
    "something else is printed": "```sh\necho 5\n```\n<!-- output -->\n```text\n6\n```\n",
    "Python stops": "```python\nx = 1\n```\nthen\n```python\nprint(y)\n```\n",
    "Python prints something else": "```python\nprint(5)\n```\n<!-- output -->\n```text\n6\n```\n",
    "a command in a list fails": "1. so\n\n   ```sh\n   false\n   ```\n",
    "a file holds something else": "<!-- file: a.txt -->\n```text\nb\n```\n```sh\ngrep c a.txt\n```\n",
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_a_page_that_is_wrong_is_found(text, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError, match=r"page\.md"):
        Reader(tmp_path).follow(read_blocks(page, "page.md"))
