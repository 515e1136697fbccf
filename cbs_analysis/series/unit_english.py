"""English unit words beside Chinese ones: a second witness of the same unit, never the first.

Yearbooks print "10 000 persons", "100 million yuan" and, with the superscript lost, "104 tn" and "108 cu.m".
"""

from __future__ import annotations

import re

from .units import unit_per

__all__ = ["is_english_unit", "read_english"]

_WORDS: dict[str, str] = {
    "yuan": "yuan rmb rmbyuan cny yuanrmb",
    "usd": "usd usdollar us$ dollar",
    "hkd": "hkd hkdollar hk$",
    "eur": "euro eur",
    "persons": "person people",
    "person_times": "persontime persontrip visit",
    "person_km": "personkm passengerkm passengerkilometer passengerkilometre personkilometer",
    "households": "household family families",
    "count": (
        "unit piece set item copy copies school case vehicle ship place project volume head building room "
        "pair title enterprise institution class classes number set time"
    ),
    "beds": "bed",
    "tonnes": "ton tonne tn t",
    "tonne_km": "tonkm tonnekm tonkilometer tonkilometre",
    "tce": (
        "tce tsce sce tonsofsce tonsce tonofsce tonsofstandardcoal tonsofstandardcoalequivalent "
        "tonofstandardcoalequivalent tonsofcoalequivalent"
    ),
    "kg": "kg kilogram",
    "g": "g gram",
    "mg": "mg milligram",
    "ug": "ug μg µg microgram",
    "litres": "l litre liter",
    "m3": "m3 m³ cum cubicmeter cubicmetre",
    "m2": "m2 m² ㎡ sqm squaremeter squaremetre",
    "km2": "km2 km² sqkm squarekilometer squarekilometre",
    "hectares": "ha hectare",
    "mu": "mu",
    "km": "km kilometer kilometre",
    "m": "m meter metre",
    "kwh": "kwh kilowatthour",
    "kw": "kw kilowatt",
    "kva": "kva",
    "teu": "teu",
    "years": "year",
    "months": "month",
    "days": "day",
    "hours": "hour",
    "pct": "% percent",
    "permille": "‰ %o",
    "pp": "percentagepoint",
}
_ENGLISH: dict[str, str] = {word: unit for unit, words in _WORDS.items() for word in words.split()}
_SCALES = (("hundred million", 8), ("ten thousand", 4), ("million", 6), ("billion", 9), ("thousand", 3))
_CURRENCY = re.compile(r"(usd|us\$|hk\$|rmb)\s*(?=\d)")
# 1, 10, 10 000 and 10,000; or a ten and its exponent that lost their superscript: 104, 10 4, 10^4
_ROUND = re.compile(r"(1(?:[ ,]?0)*)(?!\d)\s*")
_EXPONENT = re.compile(r"10\s?\^?([3-9⁴⁸⁶])(?!\d)\s*")
_SUPERSCRIPT = {"⁴": 4, "⁶": 6, "⁸": 8}
_INDEX = re.compile(r"(.+)=\s*100")


def read_english(text: str) -> tuple[str, int] | None:
    """Read an English unit as (canonical unit, power of ten); None if a word of it is not known.

    >>> read_english("10 000 persons"), read_english("(108 kW•h)"), read_english("100 million yuan")
    (('persons', 4), ('kwh', 8), ('yuan', 8))
    >>> read_english("persons/sq.km"), read_english("national level")
    (('persons_per_km2', 0), None)
    """
    text = _tidy(text)
    if _INDEX.fullmatch(text):
        return "index", 0
    parts = re.split(r"/|\bper\b", text)
    read = [_one(part) for part in parts]
    found = [r for r in read if r is not None]
    if not found or len(found) != len(parts) or len(parts) > 2:
        return None
    return found[0] if len(found) == 1 else unit_per(found[0], found[1])


def is_english_unit(text: str) -> bool:
    """Tell whether a bracket's text is an English unit, known or at least scaled like one.

    >>> [is_english_unit(t) for t in ("104 tn", "10 000 gadgets", "Current Prices", "2011")]
    [True, True, False, False]
    """
    if re.search(r"[\u3000-\u9fff]", text) or not re.search(r"[A-Za-z]", text):
        return False
    text = _tidy(text)
    power, rest = _scale(text)
    # a single letter is a mark of a list
    known = len(text) > 1 and read_english(text) is not None
    return known or (power >= 3 and bool(re.fullmatch(r"[a-z][a-z .-]*", rest)))


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip().strip("()（）").strip()
    # scans read the zeros of "10 000" as the letter O
    text = re.sub(r"^1[0O][0O ,]*", lambda m: m.group().replace("O", "0"), text)
    text = text.lower().replace("per cent", "percent")
    currency = _CURRENCY.match(text)
    return f"{text[currency.end() :]} {currency.group().strip()}" if currency else text


def _scale(text: str) -> tuple[int, str]:
    """Split the power of ten off: "100 million yuan" is (8, "yuan")."""
    power = 0
    exponent, number = _EXPONENT.match(text), _ROUND.match(text)
    if exponent:
        power, text = _SUPERSCRIPT.get(exponent[1]) or int(exponent[1]), text[exponent.end() :]
    elif number:
        power, text = number[1].count("0"), text[number.end() :]
    for word, more in _SCALES:
        if text.startswith(word):
            return power + more, text[len(word) :].strip()
    return power, text


def _one(text: str) -> tuple[str, int] | None:
    power, rest = _scale(text.strip())
    key = re.sub(r"[\s.•·∙\-]+", "", rest)
    unit = _ENGLISH.get(key) or _ENGLISH.get(key.removesuffix("s"))
    return (unit, power) if unit else None
