"""Unit words as Chinese statistical tables print them: 万平方米, 人/平方公里, 上年同月=100.

A unit is a scale (万, 亿) and a base (吨), and may be per another one. What the grammar does not know is
no unit, except where the table itself says that it is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .units import PUBLISHED_UNITS, unit_per

__all__ = ["Unit", "narrow", "parse_unit", "squeeze", "unit_or_word"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A published unit: a figure in it times ``10**power`` is the figure in the canonical unit.

    `base` is what an index is 100 in; `known` is False for a word that only the table calls a unit.
    """

    published: str
    canonical: str
    power: int
    base: str = ""
    known: bool = True


# full-width ASCII, and the brackets and bars in other shapes: one character for one, so that positions stay
_NARROW = {0xFF01 + i: 0x21 + i for i in range(94)} | {ord("﹪"): ord("%"), ord("∕"): ord("/")}
_NARROW |= {ord(c): ord("(") for c in "〔【[\uff3b"} | {ord(c): ord(")") for c in "〕】]\uff3d"}
_BLANK = re.compile(r"[\s\u200b\ufeff]+")
# what is written in letters, by the Chinese word for it; single letters in this case alone
_SYMBOLS = {
    "m2": "平方米", "m²": "平方米", "㎡": "平方米", "m3": "立方米", "m³": "立方米", "㎥": "立方米",
    "km2": "平方公里", "km²": "平方公里", "㎢": "平方公里", "hm2": "公顷", "hm²": "公顷", "km": "公里",
    "kg": "公斤", "g": "克", "mg": "毫克", "ug": "微克", "μg": "微克", "µg": "微克", "l": "升", "L": "升",
    "t": "吨", "kwh": "千瓦时", "kw·h": "千瓦时", "kw.h": "千瓦时", "kw•h": "千瓦时", "kw": "千瓦",
    "mw": "兆瓦", "kva": "千伏安", "tce": "吨标准煤", "teu": "TEU", "gb": "GB", "db": "分贝",
    "db(a)": "分贝", "°c": "℃", "%o": "‰", "mm": "毫米", "cm": "厘米", "元人民币": "元", "人民币元": "元",
}  # fmt: skip
# shortest first: 千瓦 is a base of its own, and 千万元 is ten million yuan either way
_SCALES = {
    "": 0, "十": 1, "百": 2, "千": 3, "万": 4, "亿": 8, "十万": 5, "百万": 6, "千万": 7, "十亿": 9,
    "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
# these count heads in a denominator; as a unit of their own they would be figures
_HEADS = {"10万": 5, "100万": 6, "100": 2, "1000": 3, "10000": 4, "100000": 5}
# 十月 is October and 百年 is no unit
_UNSCALED = frozenset(
    {"years", "months", "days", "pct", "permille", "pp", "times", "ratio", "index", "celsius"}
    | {"per_1000", "per_10k", "per_100k"}
)
_RATES = re.compile(r"1?/(千|万|10万|十万)(?:人口?)?")
_PER = {"千": "permille", "万": "per_10k", "10万": "per_100k", "十万": "per_100k"}
_INDEX = re.compile(r"以?(.{1,12}?)(?:为|=)100(?:\.0+)?%?")
_INDEX_BASES = {
    "上年": "previous_year",
    "去年": "previous_year",
    "上年价格": "previous_year",
    "上年同期": "same_period_previous_year",
    "去年同期": "same_period_previous_year",
    "上年同月": "same_month_previous_year",
    "去年同月": "same_month_previous_year",
    "上年同季": "same_quarter_previous_year",
    "上年12月": "previous_december",
    "上月": "previous_month",
    "上季": "previous_quarter",
    "上季度": "previous_quarter",
}


def parse_unit(word: str) -> Unit | None:
    """Read a unit word; spaces inside it and full-width letters do not matter.

    Parameters
    ----------
    word : str
        The word alone, without the brackets around it.

    Returns
    -------
    Unit or None
        None if the word is no unit of the table and the grammar; never an unknown unit.

    Examples
    --------
    >>> parse_unit("万 平方米")
    Unit(published='万平方米', canonical='m2', power=4, base='', known=True)
    >>> parse_unit("人/平方公里").canonical, parse_unit("上年同月=100").base
    ('persons_per_km2', 'same_month_previous_year')
    >>> parse_unit("鲜薯") is None
    True
    """
    text = _symbol(squeeze(word))
    index = _index(text)
    if index is not None:
        return index
    if text in PUBLISHED_UNITS:
        return Unit(text, *PUBLISHED_UNITS[text])
    rate = _RATES.fullmatch(text)
    if rate:
        return Unit(text, _PER[rate[1]], 0)
    parts = re.split(r"/每?|(?<=.)每", text)
    if not text or len(parts) > 3:
        return None
    return _per(parts) if len(parts) > 1 else _scaled(text)


def unit_or_word(word: str) -> Unit:
    """Read the word of a place that holds units only; an unknown word is kept whole, with power 0.

    >>> unit_or_word("万粒")
    Unit(published='万粒', canonical='万粒', power=0, base='', known=False)
    """
    return parse_unit(word) or Unit(squeeze(word), squeeze(word), 0, known=False)


def narrow(text: str) -> str:
    """Write full-width letters and every bracket in ASCII, each character in its place.

    >>> narrow("人口［万人］")
    '人口(万人)'
    """
    return text.translate(_NARROW)


def squeeze(text: str) -> str:
    """Write a word in narrow letters without its blanks and without brackets around the whole.

    >>> squeeze("（亿 元）")
    '亿元'
    """
    text = _BLANK.sub("", narrow(text))
    return text[1:-1] if re.fullmatch(r"\([^()]*(?:\([^()]*\))?\)", text) else text


def _symbol(text: str) -> str:
    return _SYMBOLS.get(text) or (_SYMBOLS.get(text.lower()) if len(text) > 1 else None) or text


def _index(text: str) -> Unit | None:
    match = _INDEX.fullmatch(text)
    if match is None:
        return None
    base = _INDEX_BASES.get(match[1], "")
    year = re.fullmatch(r"((?:19|20)\d\d)年?", match[1])
    month = re.fullmatch(r"((?:19|20)\d\d)年(0?[1-9]|1[0-2])月", match[1])
    if year:
        base = year[1]
    elif month:
        base = f"{month[1]}-{int(month[2]):02d}"
    return Unit(text, "index", 0, base) if base else None


def _scaled(text: str, scales: dict[str, int] = _SCALES) -> Unit | None:
    """Read scale + base."""
    for scale, power in scales.items():
        if not text.startswith(scale):
            continue
        base = _symbol(text[len(scale) :])
        if base not in PUBLISHED_UNITS:
            continue
        canonical, more = PUBLISHED_UNITS[base]
        if not scale or canonical not in _UNSCALED:
            return Unit(scale + base, canonical, power + more)
    return None


def _per(parts: list[str]) -> Unit | None:
    """Read numerator / denominator, the denominator also 人/月 or 人·月."""
    below = [piece for part in parts[1:] for piece in re.split(r"[·•]", part)]
    top = _scaled(parts[0])
    units = [_scaled(re.sub("人口$", "人", piece), _SCALES | _HEADS) for piece in below]
    found = [(u.canonical, u.power) for u in units if u is not None]
    if top is None or len(found) != len(below) or len(found) > 2:
        return None
    # 台/套 and 所/个 say "or", not "per"
    if top.canonical == "count" and found[0] == ("count", 0):
        return None
    pair = unit_per((top.canonical, top.power), found[0])
    if len(found) == 2:
        last, power = unit_per(("", pair[1]), found[1])
        pair = pair[0] + last.removeprefix("_per"), power
    words = [u.published for u in units if u is not None]
    joint = "·" if len(below) > len(parts) - 1 else "/"
    return Unit(f"{top.published}/{joint.join(words)}", *pair)
