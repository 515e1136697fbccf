"""What tests of links share: a page of a raw file as a reader sees it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from cbs_analysis.report.source_addresses import FOLDER, page_of

_CELL = re.compile(r'<td id="([^"]+)"[^>]*>(.*?)</td>', re.DOTALL)
_ROW = re.compile(r'<tr id="([^"]+)">(.*?)</tr>', re.DOTALL)


def cells(project: Path, file: str, part: int = 0) -> dict[str, str]:
    """The text of each cell of a page by its anchor."""
    html = (project / "reports" / FOLDER / page_of(file, part)).read_text(encoding="utf-8")
    found = {}
    for anchor, inner in _CELL.findall(html):
        text = unescape(re.sub(r"<[^>]+>", "", inner))
        for name in (anchor, *re.findall(r'<i id="([^"]+)">', inner)):
            found[unescape(name)] = text
    return found


def rows(project: Path, file: str) -> dict[str, str]:
    """The text of each row of a page by its anchor."""
    html = (project / "reports" / FOLDER / page_of(file)).read_text(encoding="utf-8")
    found = {}
    for anchor, inner in _ROW.findall(html):
        for name in (anchor, *re.findall(r'<th[^>]*>\d+<i id="([^"]+)">', inner)):
            found[unescape(name)] = unescape(re.sub(r"<[^>]+>", " ", inner))
    return found
