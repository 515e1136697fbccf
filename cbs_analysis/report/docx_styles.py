"""Styles, pages, numbering and fonts of a report in Word, as a layout says."""

from __future__ import annotations

from typing import Any

from .docx_layout import A4, Layout, Look
from .docx_xml import element, field, run

__all__ = ["add_numbering", "font_table", "set_page", "set_styles", "write_margins"]

_KEPT = {
    "Normal", "Body Text", "Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3", "Caption", "Header",
    "Footer", "List Bullet", "Table Grid", "Normal Table", "Default Paragraph Font", "No List",
}  # fmt: skip
# name, another name by which a system may know it, family, pitch, form, character set
_FONTS = (
    ("方正小标宋简体", "宋体", "script", "default", "03000509000000000000", "86"),
    ("仿宋", "FangSong", "modern", "fixed", "02010609060101010101", "86"),
    ("黑体", "SimHei", "modern", "fixed", "02010609060101010101", "86"),
    ("楷体", "KaiTi", "modern", "fixed", "02010609060101010101", "86"),
    ("宋体", "SimSun", "auto", "variable", "02010600030101010101", "86"),
    ("Times New Roman", "", "roman", "variable", "02020603050405020304", "00"),
    ("Arial", "", "swiss", "variable", "020B0604020202020204", "00"),
)


_LANGUAGES = {"zh": ("en-US", "zh-CN"), "en": ("en-US", "zh-CN")}


# --- styles --------------------------------------------------------------------------------------


def set_styles(document: Any, layout: Layout) -> None:
    """Replace the styles of the empty document by those of the layout."""
    styles = document.styles
    for style in list(styles):
        if style.name not in _KEPT:
            styles.element.remove(style.element)
    _defaults(styles.element, layout)
    for name, look in layout.looks.items():
        _set(_style(styles, name), name, look)
    _outline(styles["Annex Label"], 0)
    _contents_indent(styles["toc 2"])


# level and list of the styles that are numbered
_LISTED = {"Heading 1": (0, 1), "Heading 2": (1, 1), "Heading 3": (2, 1), "List Bullet": (0, 2)}


def _style(styles: Any, name: str) -> Any:
    from docx.enum.style import WD_STYLE_TYPE

    if name in {s.name for s in styles}:
        return styles[name]
    made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc"))
    made.base_style = styles["Normal"]
    made.hidden, made.quick_style = False, not name.startswith("toc")
    return made


def _set(style: Any, name: str, look: Look) -> None:
    root = style.element
    for tag in ("w:pPr", "w:rPr"):
        for old in root.findall(_qn(tag)):
            root.remove(old)
    size = round(look.size * 2)
    letters = [
        element("w:rFonts", ascii=look.latin, hAnsi=look.latin, cs=look.latin, eastAsia=look.chinese),
        *(element(tag, val=int(look.bold)) for tag in ("w:b", "w:bCs")),
        element("w:i", val="0"),
        element("w:color", val=look.colour),
        *([element("w:spacing", val=look.tracking)] if look.tracking else []),
        element("w:kern", val="0"),
        element("w:sz", val=size),
        element("w:szCs", val=size),
    ]
    spacing: dict[str, Any] = {"before": look.before, "after": look.after, "line": look.line or 240}
    spacing["lineRule"] = "exact" if look.line else "auto"
    paragraph = [
        *([element("w:keepNext")] if look.keep_next else []),
        element("w:widowControl", val="0" if look.line else "1"),
        *_number(name),
        *([] if look.line else [element("w:snapToGrid", val="0")]),
        element("w:spacing", **spacing),
        element("w:ind", firstLineChars=look.first_line, firstLine=round(look.first_line * look.size / 5),
                left=0, right=0),
        element("w:jc", val=look.align),
    ]  # fmt: skip
    if name.startswith("Heading"):
        paragraph.append(element("w:outlineLvl", val=int(name[-1]) - 1))
    properties = root.get_or_add_pPr()
    for child in paragraph:
        properties.append(child)
    marks = root.get_or_add_rPr()
    for child in letters:
        marks.append(child)


def _number(name: str) -> list[Any]:
    if name not in _LISTED:
        return []
    level, list_id = _LISTED[name]
    place = [element("w:ilvl", val=level), element("w:numId", val=list_id)]
    return [element("w:numPr", children=place)]


def _outline(style: Any, level: int) -> None:
    style.element.get_or_add_pPr().append(element("w:outlineLvl", val=level))


def _contents_indent(style: Any) -> None:
    indent = style.element.pPr.find(_qn("w:ind"))
    indent.set(_qn("w:leftChars"), "200")
    indent.set(_qn("w:left"), "640")


def _defaults(root: Any, layout: Layout) -> None:
    normal = layout.looks["Normal"]
    latin, east = _LANGUAGES[layout.lang]
    old = root.find(_qn("w:docDefaults"))
    letters = element(
        "w:rPr",
        children=[
            element(
                "w:rFonts", ascii=normal.latin, hAnsi=normal.latin, cs=normal.latin, eastAsia=normal.chinese
            ),
            element("w:sz", val=round(normal.size * 2)),
            element("w:szCs", val=round(normal.size * 2)),
            element("w:lang", val=latin, eastAsia=east, bidi="ar-SA"),
        ],
    )
    new = element(
        "w:docDefaults",
        children=[
            element("w:rPrDefault", children=[letters]),
            element("w:pPrDefault", children=[element("w:pPr")]),
        ],
    )
    root.replace(old, new)


def _qn(tag: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(tag))


# --- page ----------------------------------------------------------------------------------------


def set_page(section: Any, layout: Layout, *, landscape: bool = False) -> None:
    """Paper, margins and line grid of a section. A landscape page is bound at its top."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Twips

    top, right, bottom, left = layout.margins
    if landscape:
        top, right, bottom, left = left, top, right, bottom
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    width, height = A4[::-1] if landscape else A4
    section.page_width, section.page_height = Twips(width), Twips(height)
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    section.header_distance, section.footer_distance = Mm(15), Mm(min(layout.footer, bottom - 12))
    root = section._sectPr
    for old in root.findall(_qn("w:docGrid")):
        root.remove(old)
    if layout.grid and not landscape:
        root.append(element("w:docGrid", type="lines", linePitch=layout.grid))


def write_margins(section: Any, layout: Layout, *, mark: str) -> None:
    """Page numbers below, and above the mark of synthetic data on every page where there is one."""
    footers = [section.footer, section.even_page_footer]
    headers = [section.header, section.even_page_header]
    for i, (header, footer) in enumerate(zip(headers, footers, strict=True)):
        header.is_linked_to_previous = footer.is_linked_to_previous = False
        top, bottom = header.paragraphs[0], footer.paragraphs[0]
        top.style, bottom.style = "Header", "Footer"
        for piece in run(mark) if mark else []:
            top._p.append(piece)
        number = field("PAGE", run("1"))
        pieces = [*run("— "), *number, *run(" —")] if layout.lang == "zh" else number
        for piece in pieces:
            bottom._p.append(piece)
        if layout.lang == "zh":  # outside, one character from the edge of the text
            properties = bottom._p.get_or_add_pPr()
            side = "right" if i == 0 else "left"
            edge: dict[str, Any] = {f"{side}Chars": 100, side: 280}
            properties.append(element("w:ind", **edge))
            properties.append(element("w:jc", val=side))


def add_numbering(document: Any, layout: Layout) -> None:
    """Numbers of headings, and the dot of a list, as lists of Word."""
    root = document.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    levels = []
    for i, (kind, text) in enumerate(layout.number_formats):
        levels.append(
            element(
                "w:lvl",
                ilvl=i,
                children=[
                    element("w:start", val=1), element("w:numFmt", val=kind),
                    element("w:pStyle", val=f"Heading{i + 1}"), element("w:suff", val="nothing"),
                    element("w:lvlText", val=text), element("w:lvlJc", val="left"),
                ],
            )
        )  # fmt: skip
    heads = [element("w:multiLevelType", val="multilevel"), *levels]
    dot = [
        element("w:start", val=1), element("w:numFmt", val="bullet"), element("w:suff", val="space"),
        element("w:lvlText", val="•"), element("w:lvlJc", val="left"),
    ]  # fmt: skip
    dots = [element("w:multiLevelType", val="hybridMultilevel"), element("w:lvl", ilvl=0, children=dot)]
    for number, children in ((1, heads), (2, dots)):
        root.append(element("w:abstractNum", abstractNumId=number, children=children))
    for number in (1, 2):
        root.append(element("w:num", numId=number, children=[element("w:abstractNumId", val=number)]))


def font_table() -> bytes:
    """The fonts by name, with another name where a system has no such font."""
    from lxml import etree

    fonts = element("w:fonts")
    for name, other, family, pitch, form, charset in _FONTS:
        children = [
            *([element("w:altName", val=other)] if other else []),
            element("w:panose1", val=form), element("w:charset", val=charset),
            element("w:family", val=family), element("w:pitch", val=pitch),
        ]  # fmt: skip
        fonts.append(element("w:font", name=name, children=children))
    return bytes(etree.tostring(fonts, xml_declaration=True, encoding="UTF-8", standalone=True))
