"""HTML that a notebook shows, made safe for a page: what a table or a text needs, and nothing else.

The policy of a page stops scripts already, and whatever would ask a host. It does not stop a label that a
researcher shows through ``df.style`` or ``HTML(...)`` from leading the reader elsewhere, from hiding a banner
or from closing the box that says 演示数据; and a stored notebook is opened in programs that have no policy.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from .messages import message
from .plain_text import visible
from .style import SYNTHETIC_MARK

__all__ = ["MARK", "safe_html"]

MARK = '<div class="synthetic" data-synthetic="true">'
_ELEMENTS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strong",
        "style",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
# what goes with all that it holds, and the word for it; other elements give way to what they hold
_DROPPED = {
    "script": "code", "noscript": "code", "template": "code", "svg": "embedded", "iframe": "embedded",
    "object": "embedded", "embed": "embedded", "applet": "embedded", "frame": "embedded",
    "frameset": "embedded", "audio": "embedded", "video": "embedded", "canvas": "embedded",
    "portal": "embedded", "form": "form", "input": "form", "button": "form", "select": "form",
    "textarea": "form", "meta": "address", "link": "address", "base": "address", "title": "address",
    "math": "embedded", "xmp": "code", "plaintext": "code", "noembed": "code", "noframes": "code",
}  # fmt: skip
# attributes whose value does nothing
_PLAIN = frozenset(
    [
        "class",
        "id",
        "title",
        "lang",
        "dir",
        "role",
        "tabindex",
        "colspan",
        "rowspan",
        "span",
        "scope",
        "headers",
        "abbr",
        "alt",
        "width",
        "height",
        "align",
        "valign",
        "border",
        "cellpadding",
        "cellspacing",
        "open",
        "start",
        "reversed",
        "datetime",
    ]
)
_PREFIXES = ("aria-", "data-")
# the page has these already; an end of one in the middle would end all that follows
_PAGE = re.compile(r"</?(?:html|head|body)\b[^>]*>", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LINKED = ("http:", "https:", "mailto:")
_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_PROPERTIES = re.compile(
    r"(?:background(?:-color)?|border(?:-[a-z-]+)?|caption-side|color|content|font(?:-[a-z-]+)?|letter-spacing|"
    r"line-height|list-style-type|max-width|min-width|overflow-wrap|padding(?:-[a-z]+)?|text-[a-z-]+|"
    r"vertical-align|white-space|width|height|word-break)"
)
# no escape, no bracket, no address; functions of colours alone
_VALUE = re.compile(r"(?:[\w\s#.,%+\-/'\"]|(?:rgba?|hsla?|linear-gradient|var|calc)\(|\))*")
_RULE = re.compile(r"([^{}<>@\\]*)\{([^{}<>@]*)\}")
# sheets of pandas, of its Styler and of our tables on a phone and in JupyterLab: each selector begins with
# what it is confined to
_SELECTOR = re.compile(r"(?:#T_\w+|\.dataframe|\.k[0-9a-f]{8}|\.jp-RenderedHTMLCommon)[\w\s.:#>(),-]*")
_BETWEEN = re.compile(r",(?![^(]*\))")
_SHEET = re.compile(
    r"\s*(@media [a-z ]*\(max-width:[\d.]+r?em\)|@media\(max-width:[\d.]+r?em\))\{(.*)\}\s*", re.DOTALL
)
_QUOTED = re.compile(r'"(?:[^"\\<>\n]|\\[0-9a-f]{1,6} )*"')


def safe_html(html: str, lang: str = "zh") -> str:
    """HTML of an output with nothing in it that acts, asks a host or reaches beyond its own box.

    Parameters
    ----------
    html : str
    lang : {"zh", "en"}
        Of the sentence that says what was left out.

    Returns
    -------
    str
        Text, tables, pictures and links stay, also the colours of a pandas Styler. Whatever an element held
        is closed at the end of the output. The mark of synthetic data stays only where it encloses all.
    """
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    held = etree.fromstring(f"<body>{_PAGE.sub('', visible(html))}".encode(), parser=parser).find("body")
    left: dict[str, None] = {}
    waiting = list(held)
    while waiting:
        waiting += _check(waiting.pop(), left)
    _unmark(held)
    text = escape(held.text or "", quote=False)
    text += "".join(etree.tostring(child, encoding="unicode", method="html") for child in held)
    if left:
        what = message("list_sep", lang).join(message(f"output_left_{kind}", lang) for kind in sorted(left))
        text += f'<p class="note">{escape(message("output_left_out", lang, what=what))}</p>'
    return text


def _check(element: Any, left: dict[str, None]) -> list[Any]:
    """Keep or take out one element; returns those inside it, which are next, and notes what was taken out."""
    from lxml.html import HtmlMixin

    name = element.tag if isinstance(element.tag, str) else "script"
    if name in _DROPPED:
        left[_DROPPED[name]] = None
        HtmlMixin.drop_tree(element)
        return []
    inside = list(element)
    if name not in _ELEMENTS:
        HtmlMixin.drop_tag(element)
        return inside
    for key, value in element.attrib.items():
        if key not in _PLAIN:
            allowed = _attribute(name, key, value)
            if allowed is None:
                del element.attrib[key]
            elif allowed != value:
                element.attrib[key] = allowed
    if name == "img" and "src" not in element.attrib:
        left["address"] = None
        HtmlMixin.drop_tree(element)
    elif name == "style":
        element.text = _sheet(element.text or "")
        if not element.text:
            left["style"] = None
            HtmlMixin.drop_tree(element)
        return []
    return inside


def _attribute(element: str, key: str, value: str) -> str | None:
    if key == "style":
        return _style(value) or None
    if key == "src":
        return value if element == "img" and _PICTURE.fullmatch(value.strip()) else None
    if key == "href":
        return value if element == "a" and _leads_somewhere(value) else None
    return value if key.startswith(_PREFIXES) else None


def _leads_somewhere(address: str) -> bool:
    """Whether an address is relative, or one that a reader may follow; a browser skips white space in it."""
    bare = re.sub(r"[\x00-\x20\ufffd]+", "", address)
    scheme = _SCHEME.match(bare)
    return scheme is None or scheme[0].lower() in _LINKED


def _style(text: str) -> str:
    """The declarations of a style that colour and space a text; all others are left out."""
    kept = []
    for declaration in _split(text):
        name, _, value = declaration.partition(":")
        name, bare = name.strip().lower(), _QUOTED.sub('""', value)
        if _PROPERTIES.fullmatch(name) and _VALUE.fullmatch(bare):
            kept.append(f"{name}:{value.strip()}")
    return ";".join(kept)


def _split(text: str) -> list[str]:
    """Declarations; a semicolon inside a quoted text ends none."""
    return [m[0] for m in re.finditer(r'(?:"(?:[^"\\]|\\.)*"|[^;"])+', text)]


def _sheet(text: str) -> str:
    """The rules of a style sheet that are confined to one table."""
    media = _SHEET.fullmatch(text)
    rules = []
    for selectors, declarations in _RULE.findall(media[2] if media else text):
        own = [s.strip() for s in _BETWEEN.split(selectors)]
        style = _style(declarations)
        if style and all(_SELECTOR.fullmatch(s) for s in own):
            rules.append(f"{','.join(own)}{{{style}}}")
    sheet = "".join(rules).replace("<", "")
    return f"{media[1]}{{{sheet}}}" if media and sheet else sheet


def _unmark(held: Any) -> None:
    """Take the mark of synthetic data from what does not enclose the whole output and show it."""
    children = [child for child in held if child.tag != "style"]
    loose = "".join([held.text or "", *(child.tail or "" for child in held)])
    whole = len(children) == 1 and not loose.strip()
    for element in held.xpath(".//*[@data-synthetic]"):
        says = [child for child in list(element)[:1] if child.get("class") == "synthetic-mark"]
        shown = bool(says) and SYNTHETIC_MARK in (says[0].text or "") and not (element.text or "").strip()
        if not (whole and shown and element is children[0]):
            del element.attrib["data-synthetic"]
