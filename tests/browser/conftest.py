"""Pages as a run makes them, and a browser that lets nothing out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.run import run_reports
from cbs_analysis.sources import build

DEMO = {"area": "99DM00", "as_of": "2024-06-30", "plan": "demo14"}
NATION = {"area": "000000", "as_of": "2023-06-30", "plan": "national14"}
# every kind of page in both languages, without the same page twice
WANTED = [
    ({"notebook": "90_midterm_evaluation", **DEMO}, "en"),
    ({"notebook": "27_unemployment_warning", **DEMO}, "zh"),
    ({"notebook": "33_rural_revitalisation", **DEMO}, "en"),
    ({"notebook": "11_income_growth", **DEMO}, "en"),
    ({"notebook": "00_data_status", **NATION}, "zh"),
    ({"notebook": "11_income_growth", **NATION}, "zh"),
    ({"notebook": "90_midterm_evaluation", **NATION}, "zh"),
]


@pytest.fixture(scope="session")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of reports of a small project: the demonstration zone and the nation."""
    project = tmp_path_factory.mktemp("browser")
    for source in ("demo", "nbs"):
        shutil.copytree(root / "data" / "raw" / source, project / "data" / "raw" / source)
    (project / "notebooks").mkdir()
    for about, _ in WANTED:
        shutil.copy(root / "notebooks" / f"{about['notebook']}.ipynb", project / "notebooks")
    build(project / "data" / "raw", project / "data" / "processed")
    specs = [RunSpec(**about, lang=lang) for about, lang in WANTED]
    results = run_reports(specs, root=project, workers=2)
    assert [r.message for r in results if r.status != "made"] == []
    return project / "reports"


class Looker:
    """Opens pages; whatever asks for more than files is written down and refused."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.asked: list[str] = []
        self.told: list[str] = []
        self.open: list[Any] = []

    def __call__(self, path: Path, *, width: int = 1440, **options: Any) -> Any:
        context = self.browser.new_context(viewport={"width": width, "height": 900}, **options)
        context.route("**/*", self._route)
        page = context.new_page()
        page.on("console", lambda m: self.told.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.told.append(str(error)))
        page.goto(path.as_uri())
        self.open.append(context)
        return page

    def _route(self, route: Any) -> None:
        if route.request.url.startswith(("file:", "data:")):
            route.continue_()
        else:
            self.asked.append(route.request.url)
            route.abort()


@pytest.fixture
def look(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open a page in a fresh window; the browser must have no complaint about it."""
    looker = Looker(browser)
    yield looker
    for context in looker.open:
        context.close()
    assert looker.asked == []
    assert looker.told == []
