"""What an executed report shows, as a list of parts that another format can print.

The HTML of the outputs is our own; it is read back here once, so that no format asks a notebook twice.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..registry.load import load_registry
from ..registry.records import LANGS
from .page import title_of
from .page_markdown import markdown_html

__all__ = ["Cell", "Heading", "Page", "Part", "Picture", "Run", "Text", "TextTable", "read_page"]

Kind = Literal["body", "reading", "note", "empty", "banner", "refusal", "item", "code", "fact"]
_KINDS: dict[str, Kind] = {"reading": "reading", "note": "note", "empty": "empty", "banner": "banner"}
_INLINE = {"a", "abbr", "b", "br", "code", "em", "i", "math", "small", "span", "strong", "sub", "sup", "u"}
_HIDDEN = {"script", "style", "template"}
_PNG = "data:image/png;base64,"
_SPACE = re.compile(r"[ \t\r\n\f]+")  # the full-width space of a Chinese line stays


@dataclass(frozen=True)
class Run:
    """Text of one look. `href` is its link, `verdict` the word whose colour it has, `anchor` its own name."""

    text: str
    bold: bool = False
    small: bool = False
    href: str = ""
    verdict: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    runs: tuple[Run, ...]
    numeric: bool = False
    nowrap: bool = False

    @property
    def text(self) -> str:
        """All its text."""
        return "".join(r.text for r in self.runs)


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 is a section of the page."""

    level: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """All its text."""
        return "".join(r.text for r in self.runs).strip()


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    runs: tuple[Run, ...]
    kind: Kind = "body"


@dataclass(frozen=True)
class TextTable:
    """A table as the page prints it."""

    title: str
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[tuple[Run, ...], ...] = ()
    folded: bool = False
    css: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart as PNG with its alternative text."""

    png: bytes
    alt: str


Part = Heading | Text | TextTable | Picture


@dataclass(frozen=True)
class Page:
    """A report to print. Whether it is synthetic is said by the registry of areas, not by the notebook."""

    title: str
    area: str
    as_of: str
    plan: str
    lang: str
    synthetic: bool
    subtitle: str
    data_key: str
    parts: tuple[Part, ...]

    @property
    def tables(self) -> list[TextTable]:
        """Its tables in order."""
        return [p for p in self.parts if isinstance(p, TextTable)]

    @property
    def pictures(self) -> list[Picture]:
        """Its charts in order."""
        return [p for p in self.parts if isinstance(p, Picture)]


def read_page(notebook: Any, record: dict[str, Any]) -> Page:
    """Read an executed report.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    record : dict
        What the run kept of it: `slug`, `area`, `as_of`, `plan`, `lang`.

    Returns
    -------
    Page
    """
    lang = str(record["lang"])
    parts: list[Part] = []
    for cell in notebook.cells:
        if not set(cell.metadata.get("tags", [])) & (set(LANGS) - {lang}):
            parts += _markdown(cell.source) if cell.cell_type == "markdown" else _outputs(cell)
    title = title_of(notebook, lang)
    if parts and isinstance(parts[0], Heading):  # the title of the page is no section of it
        parts = parts[1:]
    return Page(
        title=title, area=record["area"], as_of=record["as_of"], plan=record["plan"], lang=lang,
        synthetic=load_registry().area(record["area"]).synthetic, subtitle=str(record.get("subtitle", "")),
        data_key=str(record.get("data_key", "")), parts=tuple(parts),
    )  # fmt: skip


def _markdown(source: str) -> list[Part]:
    return _parts(markdown_html(source))


def _outputs(cell: Any) -> list[Part]:
    parts: list[Part] = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "text/html" in data:
            parts += _parts("".join(data["text/html"]))
        elif "image/png" in data:
            alt = output.get("metadata", {}).get("image/png", {}).get("alt", "")
            parts.append(Picture(base64.b64decode("".join(data["image/png"])), alt))
        else:
            said = output.get("text", "") if output.get("name") == "stdout" else data.get("text/plain", "")
            parts += [Text((Run(line),), "code") for line in "".join(said).splitlines()]
    return parts


def _parts(html: str) -> list[Part]:
    from lxml import html as parser

    if not html.strip():
        return []
    found: list[Part] = []
    _walk(parser.fragment_fromstring(html, create_parent="div"), found, folded=False)
    return found


def _walk(box: Any, found: list[Part], *, folded: bool, kind: Kind = "body") -> None:
    """The parts of a box in order; inline content that stands directly in it is a paragraph."""
    loose: list[Run] = [Run(box.text)] if box.text else []

    def flush() -> None:
        runs = tidy(loose)
        loose.clear()
        if runs:
            found.append(Text(runs, kind))

    for child in box:
        if not isinstance(child.tag, str) or child.tag in _HIDDEN or _marks(child):
            pass
        elif child.tag in _INLINE:
            loose += _runs(child, Run(""))
        else:
            flush()
            _block(child, found, folded=folded)
        if child.tail:
            loose.append(Run(child.tail))
    flush()


def _marks(node: Any) -> bool:
    """The mark of a synthetic output, which each format writes itself, or a link of a heading to itself."""
    return bool({"synthetic-mark", "anchor-link"} & set((node.get("class") or "").split()))


def _block(node: Any, found: list[Part], *, folded: bool) -> None:
    tag, classes = node.tag, (node.get("class") or "").split()
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
        for link in node.findall("a[@class='note']"):  # leads to another page, and is no word of the heading
            link.drop_tree()
        found.append(Heading(max(1, min(3, int(tag[1]) - 1)), tidy(_inner(node))))
    elif tag == "table":
        found.append(_table(node, folded))
    elif tag == "img":
        if str(node.get("src", "")).startswith(_PNG):
            found.append(Picture(base64.b64decode(node.get("src")[len(_PNG) :]), node.get("alt", "")))
    elif tag == "p":
        _paragraph(node, classes, found)
    elif tag == "li":
        found.append(Text(tidy(_inner(node)), "item"))
    elif tag == "dl":
        found += [_fact(term) for term in node.iter("dt")]
    elif tag == "pre":
        found += [Text((Run(line),), "code") for line in node.text_content().splitlines()]
    elif tag == "figcaption":
        return  # the picture carries its title, and its caption is made from its alternative text
    elif tag == "summary":
        return  # the table below carries the same title
    else:
        hidden = folded or "folded" in classes
        _walk(node, found, folded=hidden, kind="refusal" if "refusal" in classes else "body")


def _paragraph(node: Any, classes: list[str], found: list[Part]) -> None:
    kind: Kind = next((_KINDS[c] for c in classes if c in _KINDS), "body")
    runs = tidy(_inner(node))
    if kind == "note" and found and isinstance(found[-1], TextTable) and not _downloads(node):
        found[-1] = replace(found[-1], notes=(*found[-1].notes, runs))
    elif runs:
        found.append(Text(runs, kind))


def _downloads(node: Any) -> bool:
    """A line of links to other pages or files is no note of a table."""
    return any("/sources/" not in (a.get("href") or "") for a in node.iter("a"))


def _fact(term: Any) -> Text:
    told = term.getnext()
    value = tidy(_inner(told)) if told is not None else ()
    return Text((replace(Run(term.text_content().strip()), bold=True), Run("\t"), *value), "fact")


def _table(node: Any, folded: bool) -> TextTable:
    caption = node.find("caption")
    head = node.findall("thead/tr")
    rows = [r for r in node.iter("tr") if r not in head]
    return TextTable(
        title=" ".join(caption.text_content().split()) if caption is not None else "",
        head=tuple(_cell(c) for c in head[-1]) if head else (),
        rows=tuple(tuple(_cell(c) for c in row) for row in rows),
        folded=folded,
        css=node.get("class") or "",
    )


def _cell(node: Any) -> Cell:
    classes = (node.get("class") or "").split()
    return Cell(tidy(_inner(node)), numeric="num" in classes, nowrap="nw" in classes)


def _inner(node: Any) -> list[Run]:
    return _children(node, Run(""))


def _children(node: Any, look: Run) -> list[Run]:
    runs = [replace(look, text=node.text)] if node.text else []
    for child in node:
        if isinstance(child.tag, str) and child.tag not in _HIDDEN and not _marks(child):
            runs += _runs(child, look)
        if child.tail:
            runs.append(replace(look, text=child.tail))
    return runs


def _runs(node: Any, look: Run) -> list[Run]:
    classes = (node.get("class") or "").split()
    if node.tag == "br":
        return [replace(look, text="\n", href="")]
    if node.tag == "math":
        return [replace(look, text=_formula(node))]
    if node.tag == "details":
        return _details(node, classes, look)
    look = replace(
        look,
        bold=look.bold or node.tag in ("b", "strong"),
        small=look.small or node.tag == "small" or "links" in classes,
        href=node.get("href") or look.href,
        verdict=next((c[2:] for c in classes if c.startswith("v-")), look.verdict),
    )
    runs = _children(node, look)
    if node.get("id") and runs:
        runs[0] = replace(runs[0], anchor=node.get("id"))
    return runs


_SIGNS = {"mfrac": "({})/({})", "msub": "{}_{}", "msup": "{}^{}", "msubsup": "{}_{}^{}", "msqrt": "√({})"}


def _formula(node: Any) -> str:
    """A formula of MathML on one line: fractions, roots and raised or lowered parts become signs."""
    parts = [_formula(child) for child in node if isinstance(child.tag, str)]
    tag = node.tag.rpartition("}")[2]
    if tag == "msqrt":
        parts = ["".join(parts)]
    if tag in _SIGNS and len(parts) == _SIGNS[tag].count("{}"):
        return _SIGNS[tag].format(*parts)
    return "".join(parts) if parts else (node.text or "").strip()


def _details(node: Any, classes: list[str], look: Run) -> list[Run]:
    """Inside a line: of a list of periods only its head is printed, of folded links all of them."""
    summary = node.find("summary")
    if "periods" in classes and summary is not None:
        return _children(summary, look)
    runs = [replace(look, text=" ")]
    for child in node:
        if child is not summary:
            runs += _runs(child, look) + ([replace(look, text=child.tail)] if child.tail else [])
    return runs


def tidy(runs: list[Run]) -> tuple[Run, ...]:
    """Join runs of one look, and take out the space that HTML does not show.

    >>> [r.text for r in tidy([Run("  1,087 "), Run("\\n "), Run("E1", small=True)])]
    ['1,087 ', 'E1']
    """
    joined: list[Run] = []
    for run in runs:
        broken = run.text == "\n" and not run.anchor
        text = "\n" if broken else _SPACE.sub(" ", run.text)
        before = joined[-1].text[-1:] if joined else "\n"
        if not broken and before in (" ", "\n"):
            text = text.lstrip(" ")
        if (
            text
            and joined
            and not run.anchor
            and replace(joined[-1], text="", anchor="") == replace(run, text="")
        ):
            joined[-1] = replace(joined[-1], text=joined[-1].text + text)
        elif text:
            joined.append(replace(run, text=text))
    if joined:
        joined[-1] = replace(joined[-1], text=joined[-1].text.rstrip(" \n"))
    return tuple(r for r in joined if r.text)
