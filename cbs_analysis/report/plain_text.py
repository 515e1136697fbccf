"""Text that comes from data, made harmless where it is shown: no hidden signs, no formulas.

A label may hold whatever a file holds. What a reader sees must be what is there: characters that turn the
text around, ring a bell or move a cursor stand as a visible sign, and no cell of a table becomes a formula.
"""

from __future__ import annotations

import re

__all__ = ["SUBSTITUTE", "inert", "visible", "without_colours"]

SUBSTITUTE = "\ufffd"
# control characters but tab and the ends of lines, halves of characters, non-characters, and what changes the
# direction of the text after it: 12% would be read as 21%
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_COLOURS = re.compile(r"(?:\x1b\[|\x9b)[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\^_]")
# what a spreadsheet program takes for the beginning of a formula, in half and full width
_FORMULA = re.compile("'*[=+\\-@\t\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER_WITH_UNIT = re.compile(r"[-+]?\d[\d,.]*\s*[%‰]?\w*|[-+]")


def visible(text: str) -> str:
    r"""A text in which nothing is hidden: each character that acts instead of being read becomes U+FFFD.

    Tabs and ends of lines stay, and so do letters of every script and characters without width, which do
    nothing.

    >>> visible("就业\x1b[31m\u202e%21")
    '就业�[31m�%21'
    """
    return _HIDDEN.sub(SUBSTITUTE, text)


def without_colours(text: str) -> str:
    r"""A text as a terminal would show it, without the signs that colour it or set the title of the window.

    >>> without_colours("\x1b[31mValueError\x1b[0m: \x1b]0;title\x07坏了")
    'ValueError: 坏了'
    """
    return _COLOURS.sub("", text)


def inert(text: str) -> str:
    r"""A field of a CSV file that no spreadsheet program takes for a formula.

    What begins with ``=``, ``+``, ``-``, ``@``, a tab or an end of line, or with the full-width form of such
    a sign, gets an apostrophe before it, unless it is a number with its unit; so does such a text that has
    apostrophes before it already. Taking one apostrophe away from those gives the text back. Control
    characters become U+FFFD and every end of line a line feed.

    >>> inert("=1+1"), inert("-0.2%"), inert("-1+cmd|'/c calc'!A0"), inert("就业"), inert("'=1")
    ("'=1+1", '-0.2%', "'-1+cmd|'/c calc'!A0", '就业', "''=1")
    """
    text = visible(text.replace("\r\n", "\n").replace("\r", "\n"))
    if _FORMULA.match(text) and not _NUMBER_WITH_UNIT.fullmatch(text):
        return "'" + text
    return text
