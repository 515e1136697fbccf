"""Fixtures: the built project, a tiny project of one's own, and a guard on global random state."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from cbs_analysis.sources import build

from .chromium import ARGUMENTS, chromium_path

ROOT = Path(__file__).parents[1]
LONG = "label,indicator,area_label,area,period,value,unit,status,note,seen_as"


@pytest.fixture(autouse=True)
def _global_random_state_is_left_alone() -> Iterator[None]:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    yield
    assert np.array_equal(before, np.random.get_state()[1]), "a test or function changed numpy's global state"  # noqa: NPY002


@pytest.fixture(scope="session")
def root() -> Path:
    """The project with its store built."""
    build(ROOT / "data" / "raw", ROOT / "data" / "processed")
    return ROOT


class Mini:
    """A tiny project: write raw files, build, look."""

    def __init__(self, root: Path) -> None:
        self.root, self.raw, self.processed = root, root / "data" / "raw", root / "data" / "processed"
        self.raw.mkdir(parents=True)

    def add(self, rows: list[str], *, name: str = "figures", header: str = LONG, **meta: Any) -> Path:
        """Write a CSV file with its sidecar; rows are lines."""
        return self.add_file(f"{name}.csv", ("\n".join([header, *rows]) + "\n").encode(), **meta)

    def add_file(
        self, name: str, content: bytes, *, published: str = "2023-01-17", publisher: str = "nbs", **meta: Any
    ) -> Path:
        """Write a raw file of any format with its sidecar."""
        folder = self.raw / publisher / published
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(content)
        sidecar = {
            "publisher": publisher, "title": "测试表", "published": published, "published_precision": "day",
            "accessed": "2023-02-01", "read_at": "https://example.org", "certainty": "official",
            "licence": "test", "sha256": hashlib.sha256(content).hexdigest(), "layout": "long",
        } | meta  # fmt: skip
        path.with_name(path.name + ".meta.yml").write_text(
            yaml.safe_dump(sidecar, allow_unicode=True), encoding="utf-8"
        )
        return path

    def build(self, **kwargs: Any) -> Any:
        """Build the store of this project."""
        return build(self.raw, self.processed, **kwargs)


@pytest.fixture
def mini(tmp_path: Path) -> Mini:
    """An empty tiny project."""
    return Mini(tmp_path / "project")


@pytest.fixture
def line() -> Callable[..., str]:
    """Make a CSV line of the long layout."""

    def make(
        indicator: str, period: str, value: object, unit: str, *, area: str = "000000", status: str = "final"
    ) -> str:
        return f"标签,{indicator},地区,{area},{period},{value},{unit},{status},,原文"

    return make


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium for the tests of a module; its loop must end with it, or nothing else here could run one."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield running
        running.close()
