"""Units: from the published word to one canonical unit, and back to what a reader expects.

A canonical unit is stored once per indicator: `yuan`, `mn_yuan`, `persons`, `pct`, ... Scale words
(万, 亿) and money multiples are exact powers of ten, so a conversion never adds digits.
"""

from __future__ import annotations

import math
from decimal import Decimal

from ..errors import Fault, UnitError, nearest

__all__ = ["CANONICAL_UNITS", "convert_value", "format_value", "unit_label"]

# published word -> (canonical unit, power of ten)
_PUBLISHED: dict[str, tuple[str, int]] = {
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
}
# canonical unit -> (base unit, power of ten): money is stored in yuan or in millions of yuan
_MULTIPLES: dict[str, tuple[str, int]] = {"mn_yuan": ("yuan", 6)}

CANONICAL_UNITS: frozenset[str] = frozenset({c for c, _ in _PUBLISHED.values()} | set(_MULTIPLES))

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
    if unit not in _PUBLISHED:
        raise UnitError(
            Fault(
                "unit is not known",
                got=unit,
                expected=nearest(unit, list(_PUBLISHED)),
                next_step="correct the unit in the file, or add it to series/units.py with its factor",
            )
        )
    base, power = _PUBLISHED[unit]
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
        number = format(value, f",.{decimals}f")
    elif scaled:
        number = format(value, ",.2f").rstrip("0").rstrip(".")
    else:
        number = format(value, f",.{digits}f")
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
