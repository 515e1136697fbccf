"""A demonstration project of one's own, and workbooks to fill in."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml

from cbs_analysis.plan import evaluate
from cbs_analysis.plan.template_rows import questions
from cbs_analysis.plan.templates import write_templates
from cbs_analysis.registry import load_registry
from cbs_analysis.sources import build
from cbs_analysis.sources.office_intake import prepare
from tests.conftest import ROOT

AS_OF = "2023-06-30"
RECEIVED = "2023-06-29"


class Filled:
    """A workbook with what an office typed into it; cells are named by the key of the row and the column."""

    def __init__(self, path: Path) -> None:
        self.path, self.book = path, openpyxl.load_workbook(path)

    def sheet_of(self, key: str):
        names = {"F": "指标", "A": "年度计划", "D": "机制与文件", "P": "项目", "R": "自评"}
        return self.book[names[key[0]]]

    def row(self, key: str) -> int:
        return next(r for r in range(5, 200) if self.sheet_of(key).cell(r, 1).value == key)

    def cell(self, key: str, head: str):
        sheet = self.sheet_of(key)
        column = next(c.column for c in sheet[3] if c.value == head)
        return sheet.cell(self.row(key), column)

    def fill(self, key: str, **cells: object) -> Filled:
        for head, value in cells.items():
            self.cell(key, head).value = value
        return self

    def save(self) -> Path:
        self.book.save(self.path)
        return self.path


# what no office has given in the project of these tests: a figure, a mechanism and an answer yes or no
WITHHELD = ("medical_insurance_collection_pct", "P08.1", "C04.1", "S09.1")


def _withhold(path: Path) -> None:
    """Take lines out of a raw file, and tell its sidecar."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not set(WITHHELD) & set(line.split(","))]
    if len(kept) < len(lines):
        path.write_text("".join(kept), encoding="utf-8")
        meta = path.with_name(path.name + ".meta.yml")
        sidecar = yaml.safe_load(meta.read_text(encoding="utf-8"))
        sidecar["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        meta.write_text(yaml.safe_dump(sidecar, allow_unicode=True), encoding="utf-8")


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Path:
    """The demonstration zone as known at the middle of its plan; nobody writes into it."""
    root = tmp_path_factory.mktemp("desk") / "project"
    for folder in (ROOT / "data" / "raw" / "demo").iterdir():
        if folder.name <= AS_OF:
            shutil.copytree(folder, root / "data" / "raw" / "demo" / folder.name)
    for path in (root / "data" / "raw").rglob("*.csv"):
        _withhold(path)
    build(root / "data" / "raw", root / "data" / "processed")
    return root


@pytest.fixture(scope="session")
def judged(demo):
    """The demonstration plan judged on what `demo` knows."""
    return evaluate("demo14", as_of=AS_OF, root=demo, sensitivity=False)


@pytest.fixture(scope="session")
def sent(judged, tmp_path_factory) -> dict[str, Path]:
    """The workbook of each office, as it was sent."""
    return {w.office: w.path for w in write_templates(judged, tmp_path_factory.mktemp("sent"))}


@pytest.fixture
def project(demo, tmp_path) -> Path:
    """A copy of the demonstration project to take files into."""
    return shutil.copytree(demo, tmp_path / "project")


@pytest.fixture
def desk(sent, tmp_path):
    """desk("tax") -> the workbook of an office, to be filled in."""

    def open_one(office: str) -> Filled:
        return Filled(shutil.copy(sent[office], tmp_path / f"{office or 'projects'}.xlsx"))

    return open_one


@pytest.fixture(scope="session")
def asked(judged):
    """Every question by its key."""
    return {q.key: q for rows in questions(judged).values() for q in rows}


@pytest.fixture
def read(demo):
    """Read a filled workbook as it would be taken in."""

    def run(path: Path, received: str = RECEIVED):
        raw = demo / "data" / "raw"
        return prepare(path, raw, load_registry(), published=date.fromisoformat(received)).returned

    return run
