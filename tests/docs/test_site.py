"""The built documentation: whole, without a warning, without another host, and searchable offline."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import click
import pytest

from cbs_analysis.cli import main

from .project_copy import ROOT

LAYERS = ("series", "registry", "sources", "models", "plan", "report", "errors")
FETCHING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "object": "data"}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The site as `make docs` builds it; a warning fails."""
    out = tmp_path_factory.mktemp("site")
    flags = ["--fail-on-warning", "--keep-going", "--quiet", "-b", "html", "-d", str(out / "trees")]
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-m", "sphinx", *flags, "docs", str(out / "html")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return out / "html"


class Fetched(HTMLParser):
    """What a page asks for by itself; links that a reader may follow are none of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in FETCHING and given.get(FETCHING[tag]):
            self.found.append(str(given[FETCHING[tag]]))


def fetched(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        return re.findall(r"(?:url\(|@import\s+)[\"']?([^\"')\s]+)", text)
    page = Fetched()
    page.feed(text)
    return page.found


@pytest.mark.slow
def test_no_page_and_no_style_asks_another_host(site):
    pages = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert len(pages) > 40
    asked = {target for path in pages for target in fetched(path)}
    assert any(target.endswith(".js") or ".js?" in target for target in asked)
    assert {target for target in asked if re.match(r"(https?:)?//", target)} == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "page"),
    [("seasonal adjustment", "seasonal"), ("收入差距", "glossary"), ("fit_synchrony", "reference/models")],
)
def test_search_works_offline_in_both_languages(site, asked, page, browser):
    tab, requests, errors = browser.new_page(), [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{(site / 'search.html').as_uri()}?q={asked}")
    tab.wait_for_selector("#search-results li a", timeout=20_000)
    tab.wait_for_function("!document.querySelector('#search-progress')?.textContent")
    found = tab.eval_on_selector_all("#search-results li a", "all => all.map(a => a.href)")
    tab.close()
    assert any(page in link for link in found), found
    assert errors == []
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []


@pytest.mark.slow
def test_every_public_name_has_its_entry(site):
    listed = (site / "genindex.html").read_text(encoding="utf-8")
    missing = [
        f"{layer}.{name}"
        for layer in LAYERS
        for name in import_module(f"cbs_analysis.{layer}").__all__
        if f"#cbs_analysis.{layer}.{name}" not in listed
    ]
    assert missing == []


def every_command(command: click.Command, path: str) -> list[tuple[str, click.Command]]:
    below = command.commands if isinstance(command, click.Group) else {}
    return [
        (path, command),
        *(found for name in below for found in every_command(below[name], f"{path} {name}")),
    ]


@pytest.mark.slow
def test_every_command_and_option_has_its_entry(site):
    page = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    heads = re.findall(r"<h[23]>(cbs-analysis[^<]*)<", page)
    sections = dict(zip(heads, re.split(r"<h[23]>cbs-analysis", page)[1:], strict=True))
    for path, command in every_command(main, "cbs-analysis"):
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.opts[0] in sections[path], (path, parameter.opts)


@pytest.mark.slow
def test_formulae_are_mathml_and_need_no_script(site):
    page = site / "methods.html"
    assert page.read_text(encoding="utf-8").count("<math") >= 10
    assert not [target for target in fetched(page) if "math" in target.lower()]
