"""Words of tables: blanks, widths, the two languages of a label, its marks and numbering.

Not NFKC: that turns `①` into a `1` glued to the number and `…` into three dots.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["BLANKS", "Label", "clean", "has_cjk", "indent_of", "read_label", "split_languages"]

_CJK = "\u2e80-\u2fdf\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAS_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
BLANKS = " \t\r\n\u3000\u00a0" + "".join(map(chr, range(0x2000, 0x200C))) + "\u202f\ufeff"
_ANY_BLANK = re.compile(f"[{BLANKS}]+")
_BLANK_BY_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])")
_BLANK_IN_BRACKETS = re.compile(r"(?<=\() +| +(?=\))")
# full-width letters, digits and the signs that stand beside numbers; quotes and commas stay
_HALF = {i: i - 0xFEE0 for i in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_HALF |= {ord(a): b for a, b in zip("（）％＃＋－．／＝［］", "()%#+-./=[]", strict=True)}
_WIDTHS = {" ": 1, "\u00a0": 1, "\u2002": 1, "\u2003": 2, "\u3000": 2, "\t": 4}
# an English part starts after a blank with a Latin word or a bracket, and holds no Chinese
_ENGLISH = re.compile(rf"(?:^|(?<=[ ){_CJK}]))[ ]*(\(?[A-Za-z0-9][^{_CJK}]*)(?=[{_CJK}]|$)")
_WORD = re.compile(r"[A-Za-z]{3,}")


def has_cjk(text: str) -> bool:
    """Whether a text holds a Chinese character."""
    return _HAS_CJK.search(text) is not None


def indent_of(text: str) -> int:
    """Width of the blanks before a text, in half-width columns.

    >>> indent_of("  浦东新区"), indent_of("\\u3000\\u3000省内迁入"), indent_of("全市")
    (2, 4, 0)
    """
    width = 0
    for char in text.lstrip("\r\n"):
        if char not in _WIDTHS:
            break
        width += _WIDTHS[char]
    return width


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """A label without the blanks and full-width forms that only serve the page.

    >>> clean("全  市"), clean("２０２０\\u3000年"), clean("年末户籍人口 （万人）"), clean("Coke  Oven\\nGas")
    ('全市', '2020年', '年末户籍人口(万人)', 'Coke Oven Gas')
    """
    text = _ANY_BLANK.sub(" ", text.translate(_HALF)).strip(" ")
    return _BLANK_IN_BRACKETS.sub("", _BLANK_BY_CJK.sub("", text))


@lru_cache(maxsize=16384)
def split_languages(text: str) -> tuple[str, str]:
    """The Chinese and the English part of one cell; a text of one language is that part alone.

    >>> split_languages("煤炭 (万吨)  Coal (104 tn)")
    ('煤炭(万吨)', 'Coal (104 tn)')
    >>> split_languages("出生率\\n(‰)\\nBrith Rate\\n(‰)"), split_languages("PM2.5平均浓度")
    (('出生率(‰)', 'Brith Rate (‰)'), ('PM2.5平均浓度', ''))
    """
    if not has_cjk(text):
        return "", clean(text)
    flat = _ANY_BLANK.sub(" ", text.translate(_HALF)).strip(" ")
    english: list[str] = []

    def take(match: re.Match[str]) -> str:
        part = match.group(1)
        glued = match.start() > 0 and flat[match.start(1) - 1] not in " )"
        if glued or not _WORD.search(part) or (match.start(1) == 0 and not part.endswith(" ")):
            return match.group(0)
        english.append(part.strip())
        return " "

    chinese = _ENGLISH.sub(take, flat)
    return clean(chinese), " ".join(english)


@dataclass(frozen=True, slots=True)
class Label:
    """A row label in its parts."""

    text: str  # without marks, numbering and blanks
    english: str = ""
    indent: int = 0
    own_indent: int = 0  # where the words begin, behind `其中：`
    mark: str = ""  # "#", "其中", "在总计中" or ""
    number: tuple[int, str] = (0, "")  # rank and style of the numbering: (1, "一、"), (2, "(一)") ...
    hashes: int = 0


_NUMBERINGS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(r"([一二三四五六七八九十]{1,3})\s*[、.．]\s*")),
    (2, re.compile(r"[(（]([一二三四五六七八九十]{1,3})[)）]\s*[、.]?\s*")),
    (3, re.compile(r"(\d{1,2})\s*(?:[、．]|\.(?!\d))\s*")),
    (4, re.compile(r"[(（](\d{1,2})[)）]\s*[、.]?\s*")),
    (5, re.compile(r"([①-⑳])\s*")),
)
_AMONG = re.compile(r"(在[^：:\s]{1,8}中|其\s*中)\s*[：:，,]?\s*")
_HASHES = re.compile(r"([#＃]+)\s*")


@lru_cache(maxsize=16384)
def read_label(text: str) -> Label:
    """Take a row label apart: depth, mark, numbering, words.

    >>> read_label("  其中：男性")
    Label(text='男性', english='', indent=2, own_indent=8, mark='其中', number=(0, ''), hashes=0)
    >>> read_label("二、 年末户籍人口").number, read_label("## 大旺").hashes, read_label("1.进 口 量").text
    ((1, '二'), 2, '进口量')
    """
    indent = indent_of(text)
    rest = text.strip(BLANKS)
    mark, number, hashes = "", (0, ""), 0
    own = indent
    for rank, pattern in _NUMBERINGS:
        match = pattern.match(rest)
        if match and match.end() < len(rest):
            number, rest = (rank, match.group(1)), rest[match.end() :]
            break
    among = _AMONG.match(rest)
    if among and (among.end() < len(rest) or among.group(1).startswith("其")):
        mark = "其中" if among.group(1).startswith("其") else "在总计中"
        own += sum(2 if ord(c) > 0x2E7F else 1 for c in among.group(0))
        rest = rest[among.end() :]
    sharp = _HASHES.match(rest)
    if sharp:
        hashes = len(sharp.group(1))
        mark = mark or "#"
        own += len(sharp.group(0))
        rest = rest[sharp.end() :]
    chinese, english = split_languages(rest)
    return Label(chinese or english, english if chinese else "", indent, own, mark, number, hashes)
