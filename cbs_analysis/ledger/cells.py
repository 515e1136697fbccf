"""One cell of a household workbook to its value; a refusal never repeats the cell."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import pandas as pd

from ..errors import CbsError
from ..registry.load import load_registry
from ..series.periods import parse_date
from .headings import KIND_WORDS, NO_WORDS, SHOCK_WORDS, YES_WORDS, Heading

__all__ = ["Unreadable", "identity_number", "read_cell"]

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


class Unreadable(Exception):
    """Why a cell cannot be taken, in words of its own."""

    def __init__(self, what: str, expected: str = "") -> None:
        super().__init__(what)
        self.what, self.expected = what, expected


def read_cell(heading: Heading, value: Any, area: str) -> Any:
    """The value of a cell by what its column holds; None where it is empty.

    Raises
    ------
    Unreadable
    """
    text = _plain(value)
    if text == "":
        # an unknown income is unknown, a household without month or place is none
        if heading.holds == "identity" or (heading.required and heading.holds != "number"):
            raise Unreadable("the cell is empty")
        return None
    if heading.holds == "identity":
        return identity_number(value) if heading.field == "identity_number" else text
    if heading.holds in ("number", "whole"):
        number = _number(value, text, whole=heading.holds == "whole")
        if number is not None and number > heading.most:
            raise Unreadable("the number is too large for this column", f"at most {heading.most:,.0f}")
        return number
    if heading.holds == "month":
        return _month(value, text)
    if heading.holds == "date":
        return _day(value, text)
    if heading.holds == "yes_no":
        return _yes_no(text)
    if heading.holds == "kind":
        return _word(text, KIND_WORDS)
    if heading.holds == "shock":
        return _shock(text)
    return _district(text, area)


def _plain(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(value)))


def identity_number(value: Any) -> str:
    """An identity number of 18 characters, its check digit tested (GB 11643-1999).

    Parameters
    ----------
    value : str, int or float
        15 digits of the old form are made 18. A number of 18 digits is taken only if its check digit holds:
        a spreadsheet keeps 15.

    Raises
    ------
    Unreadable

    Examples
    --------
    >>> identity_number("11010519491231002x")
    '11010519491231002X'
    """
    text = _plain(value).upper()
    if re.fullmatch(r"\d{15}", text):
        text = f"{text[:6]}19{text[6:]}"
        return text + _check_digit(text)
    if re.fullmatch(r"\d{17}[\dX]", text):
        if text[-1] == _check_digit(text[:17]):
            return text
        if not isinstance(value, str):
            raise Unreadable(
                "the identity number is stored as a number and has lost its last digits",
                "a cell formatted as text",
            )
        raise Unreadable("the identity number fails its check digit")
    raise Unreadable("this is no identity number", "18 characters, as text")


def _check_digit(digits: str) -> str:
    return _CHECKS[sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11]


def _number(value: Any, text: str, *, whole: bool) -> float | None:
    if text in ("-", "—", "--", "/"):
        return None
    if isinstance(value, bool):
        raise Unreadable("this is no number")
    try:
        number = float(text.replace(",", "").removesuffix("元").removesuffix("人").removesuffix("亩"))
    except ValueError:
        raise Unreadable("this is no number", "digits alone, or an empty cell") from None
    if not math.isfinite(number) or (whole and number % 1):
        raise Unreadable("this is no whole number" if whole else "this is no number")
    return number


def _month(value: Any, text: str) -> str:
    if isinstance(value, datetime | date):
        return f"{value.year}-{value.month:02d}"
    found = re.fullmatch(r"(\d{4})[-./年]?(\d{1,2})月?", text)
    if not found or not 1 <= int(found[2]) <= 12:
        raise Unreadable("this is no month", "2023-05 or 2023年5月")
    return f"{found[1]}-{int(found[2]):02d}"


def _day(value: Any, text: str) -> pd.Timestamp:
    if isinstance(value, datetime | date):
        return pd.Timestamp(value).normalize()
    if found := re.fullmatch(r"(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?", text):
        text = f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    try:
        return pd.Timestamp(parse_date(text))
    except (CbsError, ValueError):
        pass
    raise Unreadable("this is no date", "2023-05-06")


def _yes_no(text: str) -> bool:
    word = text.lower()
    if word in YES_WORDS or word in NO_WORDS:
        return word in YES_WORDS
    raise Unreadable("the word is not known", "是 or 否, or an empty cell")


def _word(text: str, words: dict[str, str]) -> str:
    if text in words:
        return words[text]
    raise Unreadable("the word is not known", "、".join(words))


def _shock(text: str) -> str:
    """Of several risks the first in the order of the list; the name of an illness is no risk's name."""
    named = {_word(part, SHOCK_WORDS) for part in re.split(r"[、,;/及和]", text) if part} - {""}
    return next((code for code in dict.fromkeys(SHOCK_WORDS.values()) if code in named), "")


def _district(text: str, area: str) -> str:
    known = _districts(area)
    if text in known:
        return known[text]
    raise Unreadable("the district is not known", "、".join(sorted({n for n, c in known.items() if n != c})))


@lru_cache(maxsize=8)
def _districts(area: str) -> dict[str, str]:
    """Names and codes of the area's districts, and of the area itself where it has none."""
    registry = load_registry()
    parts = [a for a in registry.areas.values() if a.parent == area] or [registry.areas[area]]
    return {name: a.code for a in parts for name in (a.code, a.zh)}
