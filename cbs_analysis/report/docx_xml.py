"""Elements of a Word document that python-docx has no word for: fields, links, names of places, runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from .plain_text import visible
from .style import VERDICT_COLOURS

__all__ = ["Names", "bookmark", "element", "field", "hyperlink", "run", "write_run"]

# Word takes these from the Latin font unless the run says that its language is Chinese
_AMBIGUOUS = re.compile("[“”‘’—…·×±●▲■◆▼○§°‰→←↑↓①-⑳]")
_LINK_COLOUR = "1F3864"


def element(tag: str, text: str | None = None, children: Iterable[Any] = (), **attributes: object) -> Any:
    """An element such as ``element("w:jc", val="center")``; attributes are of the same namespace.

    >>> element("w:jc", val="center").tag.endswith("}jc")
    True
    """
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    made = OxmlElement(tag)
    prefix = tag.split(":", 1)[0]
    for name, value in attributes.items():
        made.set(qn(name.replace("__", ":") if "__" in name else f"{prefix}:{name}"), str(value))
    if text is not None:
        made.text = visible(text)
    for child in children:
        made.append(child)
    return made


class Names:
    """Numbers and names that must be different within one document, given out in order."""

    def __init__(self) -> None:
        self._ids: Iterator[int] = iter(range(1, 10**9))
        self._drawings: Iterator[int] = iter(range(1, 10**9))
        self.places: dict[str, str] = {}

    def next_id(self) -> int:
        """The number of the next place."""
        return next(self._ids)

    def next_drawing(self) -> int:
        """The number of the next picture."""
        return next(self._drawings)

    def place(self, key: str) -> str:
        """The name of a place: letters and digits, at most 40 of them."""
        return self.places.setdefault(key, f"_cbs{len(self.places) + 1:06d}")


def run(
    text: str, *, bold: bool = False, size: float | None = None, colour: str = "", style: str = ""
) -> list[Any]:
    r"""Text as runs; ``\n`` is a line break and ``\t`` a tab. `size` is in points."""
    properties = []
    if style:
        properties.append(element("w:rStyle", val=style))
    if _AMBIGUOUS.search(text):
        properties.append(element("w:rFonts", hint="eastAsia"))
    if bold:
        properties += [element("w:b"), element("w:bCs")]
    if colour:
        properties.append(element("w:color", val=colour.lstrip("#")))
    if size is not None:
        properties += [element("w:sz", val=round(size * 2)), element("w:szCs", val=round(size * 2))]
    made = element("w:r")
    if properties:
        made.append(element("w:rPr", children=properties))
    for piece in re.split(r"([\n\t])", text):
        if piece in ("\n", "\t"):
            made.append(element("w:br" if piece == "\n" else "w:tab"))
        elif piece:
            part = element("w:t", piece)
            part.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            made.append(part)
    return [made]


def field(instruction: str, shown: list[Any], *, dirty: bool = False) -> list[Any]:
    """A field that Word computes, with what it shows until then."""
    begin = element("w:fldChar", fldCharType="begin", **({"dirty": "true"} if dirty else {}))
    code = element("w:instrText", f" {instruction} ")
    code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return [
        element("w:r", children=[begin]),
        element("w:r", children=[code]),
        element("w:r", children=[element("w:fldChar", fldCharType="separate")]),
        *shown,
        element("w:r", children=[element("w:fldChar", fldCharType="end")]),
    ]


def bookmark(names: Names, name: str, content: list[Any]) -> list[Any]:
    """Content as a named place."""
    number = names.next_id()
    return [
        element("w:bookmarkStart", id=number, name=name),
        *content,
        element("w:bookmarkEnd", id=number),
    ]


def hyperlink(content: list[Any], *, relation: str = "", place: str = "", tip: str = "") -> Any:
    """Content as a link to a relation of the document or to a place in it."""
    attributes: dict[str, Any] = {"history": "1"}
    if relation:
        attributes["r__id"] = relation
    if place:
        attributes["anchor"] = place
    if tip:
        attributes["tooltip"] = tip
    return element("w:hyperlink", children=content, **attributes)


def write_run(text: str, *, bold: bool, small: bool, verdict: str, linked: bool, size: float) -> list[Any]:
    """Text of a report: a verdict has its colour, what stands beside the matter is smaller."""
    colour = VERDICT_COLOURS.get(verdict, "") or (_LINK_COLOUR if linked else "")
    return run(text, bold=bold or bool(verdict), size=max(6.5, size - 1.5) if small else None, colour=colour)
