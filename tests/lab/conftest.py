"""One JupyterLab and one browser for all tests of the lab."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..chromium import chromium_path
from .browser import Lab
from .server import ROOT, Server, copy_of_project, start_server


@pytest.fixture(scope="session")
def server(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A JupyterLab on a copy of the project."""
    chromium_path()  # without a browser nothing needs a server
    place = tmp_path_factory.mktemp("lab")
    server = start_server(copy_of_project(place / "project"), place / "home")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def opened(server: Server, browser: Any) -> Iterator[Lab]:
    """JupyterLab in the browser, opened once."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    lab = Lab(page, server)
    lab.start()
    yield lab
    page.close()


@pytest.fixture
def lab(opened: Lab) -> Iterator[Lab]:
    """JupyterLab for one test; what it opened is closed behind it, and the notebooks are as they were."""
    yield opened
    opened.close()
    shutil.copytree(ROOT / "notebooks", opened.server.root / "notebooks", dirs_exist_ok=True)
