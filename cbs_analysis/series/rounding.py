"""Numbers as statistical offices print them: a half is rounded away from zero (四舍五入).

Python rounds a half to the even digit and looks at the binary fraction, so that 96.25 becomes 96.2 and 2.675
becomes 2.67. A table of an office, and Excel, say 96.3 and 2.68.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

__all__ = ["fixed", "percent"]


def fixed(value: float, digits: int, *, sign: bool = False) -> str:
    """A number with so many decimals, thousands apart; `sign` prints a plus as well, but never on a zero.

    The decimal that is rounded is the shortest one that stands for the number. A missing or infinite value is
    a dash.

    >>> fixed(96.25, 1), fixed(2.675, 2), fixed(-0.25, 1), fixed(1234.5, 0)
    ('96.3', '2.68', '-0.3', '1,235')
    >>> fixed(0.44, 1, sign=True), fixed(-0.04, 1, sign=True), fixed(float("nan"), 1)
    ('+0.4', '0.0', '—')
    """
    if not math.isfinite(value):
        return "—"
    return _written(float(value), 0, digits, sign)


def percent(share: float, digits: int = 0, *, sign: bool = False) -> str:
    """A share of one as a percentage.

    >>> percent(0.9625, 1), percent(0.125), percent(-0.005, 1, sign=True)
    ('96.3%', '13%', '-0.5%')
    """
    if not math.isfinite(share):
        return "—"
    return _written(float(share), 2, digits, sign) + "%"


@lru_cache(maxsize=1024)  # a sentence is written in two languages with the same figures
def _written(value: float, shift: int, digits: int, sign: bool) -> str:
    ending = abs(value) * 10.0 ** (shift + digits) % 1.0
    if abs(ending - 0.5) > 1e-6:  # not near a half: every way of rounding says the same, and this one is fast
        text = format(value * 10.0**shift, f"{'+' if sign else ''},.{digits}f")
        return text if text.strip("+-0.") else text.lstrip("+-")
    number = Decimal(repr(value)).scaleb(shift)
    rounded = number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return format(rounded, "+,f" if sign and rounded else ",f").removeprefix("-" if not rounded else "\0")
