"""What one cell says: a number, nothing (and why), less than one unit, or something unreadable."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from .text import BLANKS

__all__ = ["EMPTY", "Value", "published_text", "read_value"]

Kind = Literal["number", "missing", "below", "spaced", "unreadable", "text", "empty"]


@dataclass(slots=True)  # not frozen: it is made for every cell, and freezing costs more than the reading
class Value:
    """One cell, read: `number` is exact; `text` is what stands in the file. Nobody changes one."""

    kind: Kind
    text: str = ""
    number: Decimal | None = None
    unit: str = ""  # a unit inside the cell: "%" or "倍"
    note: str = ""

    def scaled(self, power: int) -> float:
        """The number in units of a power of ten, correctly rounded.

        >>> read_value(0.07).scaled(4), read_value("1,234.5").scaled(0)
        (700.0, 1234.5)
        """
        try:
            return float(f"{self.text}e{power}")  # a plain number, as nearly all are
        except ValueError:
            return math.nan if self.number is None else float(self.number.scaleb(power))


EMPTY = Value("empty")
# as the yearbooks explain them: a dash is no figure, a true ellipsis is less than half of the last digit
_MISSING = {
    "-": "not published (dash)", "－": "not published (dash)", "—": "not published (dash)",
    "–": "not published (dash)", "--": "not published (dash)", "——": "not published (dash)",
    "－－": "not published (dash)", "---": "not published (dash)", "―": "not published (dash)",
    "...": "not published (dots)", "/": "not applicable (stroke)", "N/A": "not available (N/A)",
    "n/a": "not available (N/A)", "NA": "not available (NA)", "n.a.": "not available (n.a.)",
    "缺": "not available (缺)", "无数据": "not available (无数据)",
}  # fmt: skip
_BELOW = {"…", "……", "⋯", "⋯⋯"}
_PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_SPACED = re.compile(r"[+-]?[\d ]*\d[\d ]*(?:\.[\d ]*\d)?")
_MARKS = re.compile(r"(?:[①-⑳*†‡]|\[\d{1,2}\]|[a-z]\))+$")
_DIGITS: dict[int, int | str] = {i: i - 0xFEE0 for i in range(0xFF10, 0xFF1A)}
_DIGITS |= {ord(a): b for a, b in zip("．，－−％＋", ".,--%+", strict=True)}
_UNITS = ("%", "倍", "‰")
_HAS_DIGIT = re.compile(r"[0-9０-９]")


def published_text(cell: object) -> str:
    """A cell as a reader of the file sees it; numbers with the 15 digits that a workbook shows.

    >>> published_text(182506.58999999997), published_text(3179), published_text(" 1263796 ")
    ('182506.59', '3179', '1263796')
    """
    if cell is None:
        return ""
    if isinstance(cell, float):
        return format(Decimal(f"{cell:.15g}").normalize(), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip(BLANKS)


def read_value(cell: object, *, percent: bool = False) -> Value:
    """Read one cell.

    >>> read_value("10．89").number, read_value("-1.1%").unit, read_value("…").kind, read_value("－").kind
    (Decimal('10.89'), '%', 'below', 'missing')
    >>> read_value("1 375281").kind, read_value("228S").kind, read_value("居住房屋").kind
    ('spaced', 'unreadable', 'text')
    """
    if cell is None:
        return EMPTY
    if isinstance(cell, str):
        # most cells of a text file; figures do not come again, so they stay out of the cache
        if cell.isascii() and _PLAIN.fullmatch(cell):
            return Value("number", cell, Decimal(cell.replace(",", "")))
        return _of_text(cell)
    if isinstance(cell, float):
        text = f"{cell:.15g}"
        if "e" in text or "n" in text:  # large, small, infinite or no number at all
            text = published_text(cell)
            if text in ("NaN", "Infinity", "-Infinity"):
                return Value("unreadable", text)
    elif isinstance(cell, bool):
        return Value("text", str(cell))
    elif isinstance(cell, int):
        text = str(cell)
    elif isinstance(cell, date):
        return Value("text", published_text(cell))
    else:
        return _of_text(str(cell))
    number = Decimal(text)
    return _in_percent(number, text) if percent else Value("number", text, number)


def _in_percent(number: Decimal, text: str) -> Value:
    shown = (number * 100).normalize()
    return Value("number", format(shown, "f"), shown, "%", note=f"stored as {text}, shown in percent")


@lru_cache(maxsize=65536)
def _of_text(cell: str) -> Value:
    text = cell.strip(BLANKS)
    if not text:
        return EMPTY
    if text in _MISSING:
        return Value("missing", text, note=_MISSING[text])
    if text in _BELOW:
        return Value("below", text, note="less than one unit of the last digit shown")
    body = text.translate(_DIGITS)
    marks = _MARKS.search(body)
    note = ""
    if marks and marks.start() > 0 and body[marks.start() - 1].isdigit():
        note, body = f"footnote mark {marks.group(0)}", body[: marks.start()]
    unit = ""
    if body.endswith(_UNITS):
        unit, body = body[-1], body[:-1].strip(BLANKS)
    if _PLAIN.fullmatch(body):
        return Value("number", text, Decimal(body.replace(",", "")), unit, note)
    squeezed = re.sub(f"[{BLANKS}]", " ", body)
    if _SPACED.fullmatch(squeezed):
        number = Decimal(squeezed.replace(" ", ""))
        return Value("spaced", text, number, unit, f"space inside digits in source: {text}")
    if set(text) <= {"*", "×", "x", "X"} or _looks_numeric(text):
        return Value("unreadable", text)
    return Value("text", text)


def _looks_numeric(text: str) -> bool:
    """A damaged number: short, no Chinese, with a digit (or only the letters that scans make of 1 and 0)."""
    if len(text) > 16 or any("\u4e00" <= c <= "\u9fff" for c in text):
        return False
    if set(text) <= set("Il|OoSB£_.,'` "):
        return True
    return bool(_HAS_DIGIT.search(text)) and not re.search(r"[A-Za-z]{2}", text)
