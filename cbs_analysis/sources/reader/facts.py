"""What stands around a table: title, unit line, preamble, notes, source, page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ...series.unit_words import Unit, parse_unit_line, unit_or_word
from .layout import Block, is_note, preamble_of
from .text import clean, has_cjk, split_languages

__all__ = ["Facts", "read_facts", "read_notes", "title_words"]

_NUMBER = re.compile(
    r"^(续?表\s*\d+(?:[.\-]\d+)*|附表\s*\d*|表[一二三四五六七八九十]+|\d{1,2}-\d{1,3}(?:-\d{1,2})?(?!\d*年))\s*"
)
_INDEX_LINE = re.compile(r"\(?以?[^\s,，()]{1,8}(?:为|=)\s*100\)?")
_SOURCE = re.compile(r"^(数据来源|资料来源|来源|Source|Data source)\s*[:：]\s*", re.IGNORECASE)
_CONTINUED = re.compile(r"^[(（]?续表?\s*[一二三四五六七八九十\d]*[)）]?$|^续表")
_CONTINUES = re.compile(r"续表?\s*[一二三四五六七八九十\d]*\s*[)）]?$")
_PERIOD_WORDS = re.compile(
    r"[(（][^()（）]*\d{4}[^()（）]*[)）]|\d{4}\s*(?:[-—–至]\s*\d{4}\s*)?年?(?:\d{1,2}\s*[-—–]?\s*\d{0,2}月|末|底|"
    r"[上下]半年|第?[一二三四1-4]季度|前三季度)?"
)


@dataclass
class Facts:
    """The words around one table."""

    title: str = ""
    title_en: str = ""
    number: str = ""
    other_lines: list[str] = field(default_factory=list)
    caption: str = ""  # HTML: the text before the table that names it
    page: str = ""  # HTML: the title of the page
    units: list[Unit] = field(default_factory=list)
    unit_text: str = ""
    unit_conflict: str = ""  # two unit lines that name different units
    unit_cell: tuple[int, int] | None = None
    title_cell: tuple[int, int] | None = None
    preamble: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    source: str = ""

    @property
    def continues(self) -> bool:
        """Whether the title says that the table goes on from the one before: 续表, 续 2."""
        return bool(_CONTINUED.match(self.title) or _CONTINUES.search(self.title))

    def inherit(self, above: Facts) -> None:
        """Take from the table before what a continuation does not repeat."""
        if not self.title or self.continues:
            self.title, self.title_cell = above.title, self.title_cell or above.title_cell
            self.number = self.number or above.number
            self.other_lines = self.other_lines or list(above.other_lines)
            self.title_en = self.title_en or above.title_en
            self.caption = self.caption or above.caption
            if not self.units:
                self.units, self.unit_text = list(above.units), above.unit_text
            self.preamble = above.preamble | self.preamble

    @property
    def bare_title(self) -> str:
        """The title without the number of the table."""
        return _NUMBER.sub("", self.title)

    @property
    def named(self) -> str:
        """Title and caption, for the words that name the table."""
        return " ".join(t for t in (self.title, self.caption) if t)


def read_facts(block: Block) -> Facts:
    """Collect the words before and above a block."""
    facts = Facts()
    for text, r, c in _leading_texts(block):
        _take_leading(facts, text, r, c)
    _take_page(facts, block)
    return facts


def read_notes(facts: Facts, block: Block) -> None:
    """Collect notes and source below a block, once it is known which rows belong to the body."""
    for r in block.foot:
        for value in block.sheet.values[r]:
            if value.kind == "text":
                _take_trailing(facts, value.text)
    for text in block.sheet.grid.after:
        if is_note(clean(text)):
            _take_trailing(facts, text)


def _leading_texts(block: Block) -> list[tuple[str, int, int]]:
    """Texts of the rows before the header, then texts of the label columns above their own header."""
    sheet = block.sheet
    found = [(v.text, r, c) for r in block.pre for c, v in enumerate(sheet.values[r]) if v.kind == "text"]
    for c in block.label_cols:
        texts = [(sheet.values[r][c].text, r, c) for r in block.header if sheet.texts[r][c]]
        chinese = [t for t in texts if has_cjk(t[0])]
        found += [t for t in chinese[:-1] if len(clean(t[0])) > 4]
    return found


_TITLE_AND_UNIT = re.compile(r"(?P<title>.*\S)\s*(?P<unit>[(（]?(?:计量)?单位\s*[:：].+)", re.S)


def _take_leading(facts: Facts, text: str, r: int, c: int) -> None:
    both = _TITLE_AND_UNIT.fullmatch(text)
    if both and has_cjk(both["title"]) and parse_unit_line(both["unit"]):
        _take_leading(facts, both["title"], r, c)
        text = both["unit"]
    preamble = preamble_of(text)
    units = parse_unit_line(text)
    if preamble:
        facts.preamble[preamble[0]] = preamble[1]
    elif units is not None:
        if facts.units and _differ(facts.units, units):
            facts.unit_conflict = f"{facts.unit_text} and {clean(text)}"
        if not facts.units or (has_cjk(text) and not has_cjk(facts.unit_text)):
            facts.units, facts.unit_text, facts.unit_cell = units, clean(text), (r, c)
    elif is_note(clean(text)):
        _take_trailing(facts, text)
    elif has_cjk(text) and not facts.title:
        chinese, english = split_languages(text)
        match = _NUMBER.match(chinese)
        facts.number = match.group(1) if match else ""
        facts.title, facts.title_cell = chinese, (r, c)
        facts.title_en = english
    elif has_cjk(text):
        facts.other_lines.append(clean(text))
    else:
        facts.title_en = f"{facts.title_en} {clean(text)}".strip()


def _differ(one: list[Unit], other: list[Unit]) -> bool:
    """Whether two unit lines name different units; a word that neither language knows says nothing."""
    if not all(u.known for u in (*one, *other)):
        return False
    return {(u.canonical, u.power) for u in one} != {(u.canonical, u.power) for u in other}


def _take_page(facts: Facts, block: Block) -> None:
    before = list(block.sheet.grid.before)
    if before and before[0].startswith("title: "):
        facts.page = clean(before.pop(0).removeprefix("title: "))
    for text in reversed(before[-3:]):
        words = clean(text)
        units = parse_unit_line(text)
        if units is None and _INDEX_LINE.fullmatch(words):
            units = [unit_or_word(words)]
        if units:
            if facts.units:
                continue
            facts.units, facts.unit_text = units, words
        elif not facts.caption and _names_table(words):
            facts.caption = words


def _names_table(text: str) -> bool:
    return bool(_NUMBER.match(text)) or (
        4 < len(text) <= 60 and has_cjk(text) and text[-1] not in "。；;：:，,"
    )


def _take_trailing(facts: Facts, text: str) -> None:
    words = clean(text)
    source = _SOURCE.match(words)
    if source:
        facts.source = words[source.end() :]
    elif words:
        facts.notes.append(words)


def title_words(facts: Facts) -> str:
    """The title without its number and period, for a table whose header names no indicator.

    >>> title_words(Facts(title="表2 2025年新乡市居民消费价格指数 以上年为100"))
    '新乡市居民消费价格指数'
    """
    text = facts.title or facts.caption
    text = _PERIOD_WORDS.sub("", _NUMBER.sub("", text), count=3)
    text = re.sub(r"(以)?[^\s,，]{1,6}(为|=)\s*100.*$", "", text)
    return text.strip(" ,，()-")
