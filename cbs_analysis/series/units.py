"""Units: from the published word to one canonical unit, and back to what a reader expects.

A canonical unit is stored once per indicator: `yuan`, `mn_yuan`, `persons`, `pct`, ... Scale words
(万, 亿) and money multiples are exact powers of ten, so a conversion never adds digits.
"""

from __future__ import annotations

import math
from decimal import Decimal

from ..errors import Fault, UnitError, nearest
from .rounding import fixed

__all__ = [
    "CANONICAL_UNITS",
    "PUBLISHED_UNITS",
    "convert_amount",
    "convert_value",
    "format_value",
    "unit_label",
    "unit_per",
]

# canonical unit -> its published words without a scale
_PHYSICAL: dict[str, str] = {
    "usd": "美元",
    "hkd": "港元 港币",
    "eur": "欧元",
    "jpy": "日元",
    "persons": "名",
    "household_times": "户次",
    # what is counted is said by the indicator, so every measure word counts alike
    "count": (
        "家 所 辆 台 套 件 只 头 匹 口 羽 幢 栋 座 处 条 项 册 份 部 艘 架 例 起 宗 对 班 间 组 位 支 双 箱 "
        "票 次 株 棵 块 本 种 场 笔 台(套) 套(台) 架次 艘次 班次 场次 车次 盒 片 根 桶 瓶 门 "
        "眼 尾 盘 枚 卷"
    ),
    "beds": "床",
    "pp": "百分点",
    "times": "倍",
    "hours": "小时",
    "minutes": "分钟",
    "days": "日",
    "years": "周岁",
    "tonnes": "吨 公吨",
    "kg": "千克 公斤",
    "g": "克",
    "mg": "毫克",
    "ug": "微克",
    "tce": "吨标准煤 吨标煤",
    "toe": "吨标准油",
    "kilolitres": "千升",
    "litres": "升",
    "m3": "立方米",
    "hectares": "公顷",
    "mu": "亩",
    "km2": "平方公里 平方千米",
    "km": "公里 千米",
    "m": "米",
    "cm": "厘米",
    "mm": "毫米",
    "nautical_miles": "海里",
    "kw": "千瓦",
    "w": "瓦",
    "kwh": "千瓦时 千瓦小时 度",
    "kva": "千伏安",
    "va": "伏安",
    "horsepower": "马力",
    "gj": "吉焦",
    "kj": "千焦",
    "tonne_km": "吨公里",
    "tonne_nautical_miles": "吨海里",
    "person_km": "人公里",
    "person_days": "人天 人日",
    "bed_days": "床日",
    "teu": "标准箱 标箱 TEU",
    "weight_cases": "重量箱",
    "steam_tonnes": "蒸发量吨 蒸吨",
    "gb": "GB",
    "db": "分贝",
    "celsius": "℃ 摄氏度",
}
# published word -> (canonical unit, power of ten); `unit_words` adds scale words and "per" to these
PUBLISHED_UNITS: dict[str, tuple[str, int]] = {
    "元": ("yuan", 0),
    "万元": ("yuan", 4),
    "亿元": ("yuan", 8),
    "百万元": ("yuan", 6),
    "人": ("persons", 0),
    "万人": ("persons", 4),
    "人次": ("person_times", 0),
    "万人次": ("person_times", 4),
    "户": ("households", 0),
    "万户": ("households", 4),
    "%": ("pct", 0),
    "‰": ("permille", 0),
    "个百分点": ("pp", 0),
    "比值": ("ratio", 0),
    "年": ("years", 0),
    "岁": ("years", 0),
    "月": ("months", 0),
    "天": ("days", 0),
    "平方米": ("m2", 0),
    "万平方米": ("m2", 4),
    "平方米/人": ("m2_per_person", 0),
    "平方米/万人": ("m2_per_10k", 0),
    "张": ("beds", 0),
    "万张": ("beds", 4),
    "个": ("count", 0),
    "元/月": ("yuan_per_month", 0),
    "元/年": ("yuan_per_year", 0),
    "每千人": ("per_1000", 0),
    "每万人": ("per_10k", 0),
    "每10万人": ("per_100k", 0),
    "上年=100": ("index", 0),
    "上年同月=100": ("index", 0),
    "1978年=100": ("index", 0),
    **{word: (canonical, 0) for canonical, words in _PHYSICAL.items() for word in words.split()},
    # a megawatt is a thousand kilowatts, a terajoule a thousand gigajoules
    "兆瓦": ("kw", 3),
    "兆瓦时": ("kwh", 3),
    "太焦": ("gj", 3),
}
# canonical unit -> (base unit, power of ten): money is stored in yuan or in millions of yuan
_MULTIPLES: dict[str, tuple[str, int]] = {"mn_yuan": ("yuan", 6)}

CANONICAL_UNITS: frozenset[str] = frozenset({c for c, _ in PUBLISHED_UNITS.values()} | set(_MULTIPLES))

# canonical unit -> (zh, en, decimals, does it take 万 / 亿)
_DISPLAY: dict[str, tuple[str, str, int, bool]] = {
    "yuan": ("元", "yuan", 0, True),
    "mn_yuan": ("百万元", "mn yuan", 0, True),
    "persons": ("人", "persons", 0, True),
    "person_times": ("人次", "visits", 0, True),
    "households": ("户", "households", 0, True),
    "pct": ("%", "%", 1, False),
    "permille": ("‰", "‰", 1, False),
    "pp": ("个百分点", "pp", 1, False),
    "ratio": ("", "", 2, False),
    "index": ("", "", 1, False),
    "years": ("年", "years", 2, False),
    "months": ("个月", "months", 0, False),
    "days": ("天", "days", 0, False),
    "m2": ("平方米", "m²", 0, True),
    "m2_per_person": ("平方米/人", "m² per head", 2, False),
    "m2_per_10k": ("平方米/万人", "m² per 10,000", 0, False),
    "beds": ("张", "beds", 0, True),
    "count": ("个", "", 0, False),
    "yuan_per_month": ("元/月", "yuan a month", 0, False),
    "yuan_per_year": ("元/年", "yuan a year", 0, False),
    "per_1000": ("/千人", "per 1,000", 2, False),
    "per_10k": ("/万人", "per 10,000", 1, False),
    "per_100k": ("/10万人", "per 100,000", 0, False),
    "usd": ("美元", "US dollars", 0, True),
    "hkd": ("港元", "HK dollars", 0, True),
    "eur": ("欧元", "euros", 0, True),
    "jpy": ("日元", "yen", 0, True),
    "household_times": ("户次", "household visits", 0, True),
    "times": ("倍", "times", 2, False),
    "hours": ("小时", "hours", 1, True),
    "minutes": ("分钟", "minutes", 1, False),
    "tonnes": ("吨", "tonnes", 0, True),
    "kg": ("公斤", "kg", 1, True),
    "g": ("克", "g", 1, False),
    "mg": ("毫克", "mg", 1, False),
    "ug": ("微克", "µg", 1, False),
    "tce": ("吨标准煤", "tce", 0, True),
    "toe": ("吨标准油", "toe", 0, True),
    "kilolitres": ("千升", "kl", 0, True),
    "litres": ("升", "litres", 1, True),
    "m3": ("立方米", "m³", 0, True),
    "hectares": ("公顷", "hectares", 2, True),
    "mu": ("亩", "mu", 1, True),
    "km2": ("平方公里", "km²", 2, True),
    "km": ("公里", "km", 1, True),
    "m": ("米", "m", 1, True),
    "cm": ("厘米", "cm", 1, False),
    "mm": ("毫米", "mm", 1, False),
    "nautical_miles": ("海里", "nautical miles", 1, False),
    "kw": ("千瓦", "kW", 0, True),
    "w": ("瓦", "W", 0, True),
    "kwh": ("千瓦时", "kWh", 0, True),
    "kva": ("千伏安", "kVA", 0, True),
    "va": ("伏安", "VA", 0, True),
    "horsepower": ("马力", "hp", 0, True),
    "gj": ("吉焦", "GJ", 0, True),
    "kj": ("千焦", "kJ", 0, True),
    "tonne_km": ("吨公里", "tonne-km", 0, True),
    "tonne_nautical_miles": ("吨海里", "tonne-miles", 0, True),
    "person_km": ("人公里", "person-km", 0, True),
    "person_days": ("人天", "person-days", 0, True),
    "bed_days": ("床日", "bed-days", 0, True),
    "teu": ("标准箱", "TEU", 0, True),
    "weight_cases": ("重量箱", "weight cases", 0, True),
    "steam_tonnes": ("蒸发量吨", "tonnes of steam", 0, True),
    "gb": ("GB", "GB", 0, True),
    "db": ("分贝", "dB", 1, False),
    "celsius": ("℃", "°C", 1, False),
}


def convert_value(published: str, unit: str, *, to: str) -> float:
    """Convert a published figure to a canonical unit, exactly.

    Parameters
    ----------
    published : str
        The figure as printed, without thousands separators, such as ``"8.31"``.
    unit : str
        The published unit word, such as ``"亿元"``.
    to : str
        Canonical unit, such as ``"mn_yuan"``.

    Returns
    -------
    float
        The float nearest to the exact decimal product (no binary rounding on the way).

    Raises
    ------
    UnitError
        If the unit is unknown, the two do not measure the same thing, or the figure is no number.

    Examples
    --------
    >>> convert_value("8.31", "亿元", to="mn_yuan")
    831.0
    >>> convert_value("6.1146", "万人", to="persons")
    61146.0
    >>> convert_value("3", "万人", to="yuan")
    Traceback (most recent call last):
    ...
    cbs_analysis.errors.UnitError: unit does not fit the indicator
        got:      万人 (persons)
        expected: yuan
    """
    if unit not in PUBLISHED_UNITS:
        raise UnitError(
            Fault(
                "unit is not known",
                got=unit,
                expected=nearest(unit, list(PUBLISHED_UNITS)),
                next_step="correct the unit in the file, or add it to series/units.py with its factor",
            )
        )
    base, power = PUBLISHED_UNITS[unit]
    to_base, to_power = _MULTIPLES.get(to, (to, 0))
    if base != to_base:
        raise UnitError(Fault("unit does not fit the indicator", got=f"{unit} ({base})", expected=to))
    try:
        number = Decimal(published.strip())
    except ArithmeticError:
        number = Decimal("NaN")
    if not number.is_finite():
        raise UnitError(
            Fault(
                "value is not a number",
                got=published or "(empty)",
                expected="digits with an optional sign and decimal point",
                next_step="leave the row out when nothing was published; a missing figure is never 0",
            )
        )
    return float(number.scaleb(power - to_power))


def convert_amount(amount: float, unit: str, *, to: str) -> float:
    """Convert a figure from one canonical unit to another of the same measure.

    Parameters
    ----------
    amount : float
        The figure in `unit`.
    unit, to : str
        Canonical units, such as ``"yuan"`` and ``"mn_yuan"``.

    Returns
    -------
    float
        The float nearest to the product of the shortest decimal that gives `amount`: exact for the 15
        digits that a published figure has at most.

    Raises
    ------
    UnitError
        If the two do not measure the same thing.

    Examples
    --------
    >>> convert_amount(2301459000000.0, "yuan", to="mn_yuan"), convert_amount(5.1, "pct", to="pct")
    (2301459.0, 5.1)
    """
    base, power = _MULTIPLES.get(unit, (unit, 0))
    to_base, to_power = _MULTIPLES.get(to, (to, 0))
    if base != to_base:
        raise UnitError(Fault("unit does not fit the indicator", got=unit, expected=to))
    return amount if power == to_power else float(Decimal(repr(float(amount))).scaleb(power - to_power))


# rates per so many heads have units of their own, so that reports print 7.2 and not 0.0072
_PER_HEADS = {3: "per_1000", 4: "per_10k", 5: "per_100k"}
_COUNTED = frozenset({"count", "persons", "person_times", "beds", "households"})
_SINGULAR = {"count": "unit", "litres": "litre", "mu": "mu", "households": "household", "times": "time"}


def unit_per(numerator: tuple[str, int], denominator: tuple[str, int]) -> tuple[str, int]:
    """Name the unit "one per the other", each a pair of canonical unit and power of ten.

    >>> unit_per(("yuan", 4), ("m2", 0)), unit_per(("count", 0), ("persons", 4))
    (('yuan_per_m2', 4), ('per_10k', 0))
    """
    (top, top_power), (below, below_power) = numerator, denominator
    if below == "persons" and below_power in _PER_HEADS and top in _COUNTED:
        return _PER_HEADS[below_power], top_power
    one = _SINGULAR.get(below, below.removesuffix("s") if len(below) > 3 else below)
    return f"{top}_per_{one}", top_power - below_power


def _scale(value: float, unit: str, lang: str) -> tuple[float, str, bool]:
    """Pick 万 / 亿 (zh) or million / billion (en) so that a reader sees few digits."""
    base, power = _MULTIPLES.get(unit, (unit, 0))
    amount = value * 10**power
    steps = (
        ((1e8, 1e8, "亿"), (1e5, 1e4, "万"))
        if lang == "zh"
        else ((1e12, 1e12, "trillion "), (1e9, 1e9, "billion "), (1e6, 1e6, "million "))
    )
    for floor, factor, word in steps:
        if abs(amount) >= floor:
            return amount / factor, word + _word(base, lang), True
    return amount, _word(base, lang), False


def _word(unit: str, lang: str) -> str:
    zh, en, _, _ = _DISPLAY[unit]
    return zh if lang == "zh" else en


def format_value(value: float, unit: str, lang: str = "zh", *, decimals: int | None = None) -> str:
    """Write a canonical value as a report prints it; a missing value is a dash, never 0.

    >>> format_value(126058200.0, "mn_yuan"), format_value(61146.0, "persons")
    ('1,260,582亿元', '61,146人')
    >>> format_value(257900.0, "persons"), format_value(11_860_000, "persons", "en")
    ('25.79万人', '11.86 million persons')
    >>> format_value(5.5, "pct"), format_value(float("nan"), "pct")
    ('5.5%', '—')
    """
    if value is None or not math.isfinite(value):
        return "—"
    if unit not in _DISPLAY:
        raise UnitError(Fault("unit is not known", got=unit, expected=nearest(unit, list(_DISPLAY))))
    _, _, digits, scales = _DISPLAY[unit]
    word, scaled = _word(unit, lang), False
    if scales:
        value, word, scaled = _scale(value, unit, lang)
    if decimals is not None:
        number = fixed(value, decimals)
    elif scaled:
        number = fixed(value, 2).rstrip("0").rstrip(".")
    else:
        number = fixed(value, digits)
    space = " " if lang == "en" and word not in ("", "%", "‰") else ""
    return f"{number}{space}{word}"


def unit_label(unit: str, lang: str = "zh") -> str:
    """Name a canonical unit for an axis or a table head.

    >>> unit_label("mn_yuan"), unit_label("pct"), unit_label("ratio", "en")
    ('百万元', '%', 'ratio')
    """
    if unit not in _DISPLAY:
        raise UnitError(Fault("unit is not known", got=unit, expected=nearest(unit, list(_DISPLAY))))
    word = _word(unit, lang)
    if word:
        return word
    bare = {"ratio": ("比值", "ratio"), "index": ("指数", "index"), "count": ("个", "number")}
    return bare[unit][0 if lang == "zh" else 1]
