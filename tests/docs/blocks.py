"""The fenced blocks of a page, and what the comment before each asks of the test that runs them.

A comment stands on a line of its own before the block; readers do not see it.

    <!-- not run: why -->          the block is shown and left alone
    <!-- file: plans/my.yml -->    the block is the whole of this file of the project
    <!-- append: a/b.yml -->       the block is added to this file
    <!-- exit: 1 -->               the commands end with this code
    <!-- output -->                the block before printed these lines; `...` stands for other words or lines
    <!-- given: name = sample -->  a file of the reader's own that the next commands use, see `samples.py`

Blocks marked sh or python run without a comment; Python blocks with nothing else run between them are one
session.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent

RUN = ("sh", "python")
# other names for a shell would be shown and not run
FOREIGN = ("bash", "shell", "console", "shell-session", "zsh", "bat", "powershell", "py", "pycon", "ipython")
_PIECES = re.compile(
    r"^ *<!-- (?P<key>not run|file|append|exit|output|given)(?:: (?P<value>[^\n]*?))? -->$"
    r"|^(?P<indent> *)```(?P<language>[\w{}-]*)[^\n]*\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One fenced block: its page, language, text, and the comments before it."""

    page: str
    language: str
    text: str
    asked: dict[str, str]
    given: dict[str, str] = field(default_factory=dict)

    @property
    def first(self) -> str:
        """First line, by which people find the block."""
        return self.text.strip().split("\n")[0].split("#")[0].strip()

    @property
    def runs(self) -> bool:
        """Whether it is a program, and not left alone or written to a file."""
        return self.language in RUN and not {"not run", "file", "append", "output"} & set(self.asked)


def read_blocks(path: Path, name: str) -> list[Block]:
    """All blocks of a page in their order."""
    blocks: list[Block] = []
    asked: dict[str, str] = {}
    given: dict[str, str] = {}
    for piece in _PIECES.finditer(path.read_text(encoding="utf-8")):
        if piece["key"] == "given":
            target, _, sample = piece["value"].partition(" = ")
            assert sample, f"{name}: no sample is named: {piece.group()}"
            given[target] = sample
        elif piece["key"]:
            asked[piece["key"]] = piece["value"] or ""
        else:
            blocks.append(Block(name, piece["language"], dedent(piece["text"]), asked, given))
            asked, given = {}, {}
    assert not asked, f"{name}: a comment without a block: {asked}"
    return blocks


def holds(printed: str, expected: str) -> bool:
    r"""Whether the expected lines were printed, in their order and next to each other but for `...`.

    Widths of columns are no matter: runs of blanks count as one.

    >>> holds("a\nb  2\nc\n", "a\n...\nc"), holds("a\nb  2\nc\n", "a\nb 2"), holds("a\nb  2\nc\n", "a\nc")
    (True, True, False)
    """
    clean = "\n".join(" ".join(line.split()) for line in printed.split("\n"))
    wanted = "\n".join(" ".join(line.split()) for line in expected.strip("\n").split("\n"))
    parts = [p.strip("\n") for p in re.split(r"^\.\.\.$", wanted, flags=re.MULTILINE)]
    lines = [re.escape(p).replace(r"\.\.\.", ".*") for p in parts if p]
    return re.search("^" + r"\n(?:.*\n)*?".join(lines) + "$", clean, re.MULTILINE) is not None
