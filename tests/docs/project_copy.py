"""A copy of the project in which a page may be followed to the letter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from .blocks import Block, holds
from .narrowed import NARROWED
from .samples import SAMPLES

ROOT = Path(__file__).parents[2]
LIMIT = 300  # seconds for one block, also where others keep the machine busy
PASSPHRASE = "correct horse battery staple"
_FOLDERS = ("cbs_analysis", "data", "notebooks", "tools")
_FILES = ("Makefile", "pyproject.toml", "requirements.lock")


def copy_project(folder: Path) -> Path:
    """Copy what a reader has after `make build`: code, raw data, store, notebooks, an environment."""
    ignore = shutil.ignore_patterns(".ipynb_checkpoints")
    for name in _FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    for name in _FILES:
        shutil.copy2(ROOT / name, folder / name)
    venv = folder / ".venv"
    venv.mkdir()
    home = Path(sys.prefix)
    for name in ("bin", "lib", "pyvenv.cfg"):
        (venv / name).symlink_to(home / name)
    (venv / ".installed").touch()  # newer than the lock: make installs nothing
    return folder


def environment(folder: Path) -> dict[str, str]:
    """No network by any proxy, the code of the folder before the installed one, one thread."""
    kept = {k: v for k, v in os.environ.items() if k in ("HOME", "LANG", "TMPDIR", "SYSTEMROOT")}
    dead = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    return {
        **kept, **dead, **threads,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PYTHONPATH": str(folder),
        "PYTHONUTF8": "1",
        "MPLBACKEND": "Agg",
        "CBS_ANALYSIS_VAULT": str(folder.with_name(folder.name + "-vault")),
        "CBS_ANALYSIS_PASSPHRASE": PASSPHRASE,
    }  # fmt: skip


def narrow(block: Block) -> str:
    """Put the declared shorter command in the place of one that takes long or asks."""
    lines = []
    for line in block.text.split("\n"):
        command = line.split(" #")[0].strip()
        lines.append(NARROWED.get((block.page, command), (line, ""))[0])
    return "\n".join(lines)


class Reader:
    """Someone who follows pages to the letter; `follow` raises an `AssertionError` that names the block."""

    def __init__(self, folder: Path, *, python: Path = Path(sys.executable)) -> None:
        self.folder, self.python = folder, python
        self.printed = ""
        self.session: list[Block] = []
        self.expected: list[Block] = []

    def follow(self, blocks: Iterable[Block]) -> None:
        """Do what a page says, block by block."""
        for block in blocks:
            if (
                block.given
                or (block.runs and block.language != "python")
                or {"file", "append"} & set(block.asked)
            ):
                self.settle()
            for target, sample in block.given.items():
                SAMPLES[sample](self.folder / target)
            if "output" in block.asked:
                self.expected.append(block)
            elif {"file", "append"} & set(block.asked):
                self.write(block)
            elif block.runs and block.language == "python":
                if self.expected and not self.session:
                    self.settle()
                self.session.append(block)
            elif block.runs:
                self.printed = self.run(["bash", "-e", "-c", narrow(block)], block)
        self.settle()

    def settle(self) -> None:
        """Run the Python blocks since the last command, together, and look for what was to be printed."""
        if self.session:
            code = "\n".join(block.text for block in self.session)
            self.printed = self.run([str(self.python), "-c", code], self.session[-1])
        for block in self.expected:
            told = f"{block.page}: not printed:\n{block.text}\nbut:\n{self.printed}"
            assert holds(self.printed, block.text), told
        self.session, self.expected = [], []

    def write(self, block: Block) -> None:
        """Write the block to the file that its comment names."""
        path = self.folder / (block.asked.get("file") or block.asked["append"])
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w" if "file" in block.asked else "a", encoding="utf-8") as out:
            out.write(block.text)

    def run(self, command: list[str], block: Block) -> str:
        """Run a command in the project; give what it printed, standard output first."""
        done = subprocess.run(
            command, cwd=self.folder, env=environment(self.folder), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=LIMIT,
        )  # fmt: skip
        told = f"{block.page}:\n{block.text}\n--- printed\n{done.stdout}{done.stderr}"
        assert done.returncode == int(block.asked.get("exit", "0")), told
        return done.stdout + done.stderr
