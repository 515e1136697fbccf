"""Does every link of every page lead somewhere? Files, and the anchors inside pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .source_addresses import FOLDER

__all__ = ["BrokenLink", "broken_links", "cited_files"]

_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_ATTRIBUTE = re.compile(r"""\s(id|href|src)="([^"]*)\"""")
_PART = re.compile(r"(\.part\d+)?\.html\Z")


@dataclass(frozen=True)
class BrokenLink:
    """A link that leads nowhere: the page below the folder, the address, and what is missing."""

    page: str
    href: str
    missing: str


class _Page:
    """A page read once: its anchors and its addresses."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _attributes(self) -> list[tuple[str, str]]:
        text = self.path.read_text(encoding="utf-8")
        found = (pair for tag in _TAG.findall(text) for pair in _ATTRIBUTE.findall(tag))
        return [(name, unescape(value)) for name, value in found]

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Names of its anchors."""
        return frozenset(value for name, value in self._attributes if name == "id")

    @property
    def addresses(self) -> Iterator[str]:
        """Each address that it names, once."""
        yield from dict.fromkeys(value for name, value in self._attributes if name != "id")


def broken_links(folder: Path, *, pages: Iterable[Path] | None = None) -> list[BrokenLink]:
    """Check every relative link of the pages below a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Such as `reports`. Pages of failed runs (`*.failed.html`) are left out: they are not complete.
    pages : iterable of pathlib.Path, optional
        Check these pages alone.

    Returns
    -------
    list of BrokenLink
        In the order of the pages; empty when all is well. Addresses of other hosts are not asked.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     _ = Path(name, "a.html").write_text('<a href="b.html#F12">12.3</a><p id="x">')
    ...     _ = Path(name, "b.html").write_text('<td id="F11">12.3</td><a href="a.html#x">')
    ...     broken_links(Path(name))
    [BrokenLink(page='a.html', href='b.html#F12', missing='anchor')]
    """
    chosen = sorted(folder.rglob("*.html")) if pages is None else pages
    known: dict[Path, _Page] = {}
    broken = []
    for path in chosen:
        if path.name.endswith(".failed.html"):
            continue
        page = known.setdefault(path, _Page(path))
        for href in page.addresses:
            missing = _missing(page, href, known)
            if missing:
                broken.append(BrokenLink(path.relative_to(folder).as_posix(), href, missing))
    return broken


def _missing(page: _Page, href: str, known: dict[Path, _Page]) -> str:
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return ""
    # as a path is written, not as the disk resolves it: a page may lie behind a symbolic link
    target = _normal(page.path.parent / unquote(parts.path)) if parts.path else page.path
    if not target.is_file():
        return "file"
    if not parts.fragment or target.suffix != ".html":
        return ""
    anchors = known.setdefault(target, _Page(target)).anchors
    return "" if {parts.fragment, unquote(parts.fragment)} & anchors else "anchor"


def _normal(path: Path) -> Path:
    kept: list[str] = []
    for part in path.parts:
        if part == ".." and kept and kept[-1] not in ("..", path.anchor):
            kept.pop()
        else:
            kept.append(part)
    return Path(*kept)


def cited_files(html: str) -> set[str]:
    """The raw files that a page of a report links to, by their names below `data/raw`.

    >>> cited_files('<a href="../../sources/nbs/2024-01-17/a%20b.csv.html#F12">1</a>')
    {'nbs/2024-01-17/a b.csv'}
    """
    start = f"../../{FOLDER}/"
    addresses = (unescape(v) for tag in _TAG.findall(html) for n, v in _ATTRIBUTE.findall(tag) if n == "href")
    paths = (unquote(urlsplit(a).path) for a in addresses if a.startswith(start))
    names = {_PART.sub("", path.removeprefix(start)) for path in paths}
    # nothing that leads out of the folder is a raw file, whatever a page says
    return {name for name in names if ".." not in name.split("/") and not name.startswith("/")}
