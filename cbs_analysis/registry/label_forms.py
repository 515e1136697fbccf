"""One spelling for a published label, so that equal names compare equal and no others do.

A label is never searched for words: it is brought into one form and compared whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..series.unit_words import split_unit

__all__ = ["LabelForm", "label_form"]

_CJK = "\u2e80-\u2fdf\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_BLANKS = re.compile("[ \t\r\n\u3000\u00a0\u2000-\u200b\u202f\ufeff]+")
_BLANK_BY_CJK = re.compile(rf"(?<=[{_CJK}]) | (?=[{_CJK}])|(?<=\() +| +(?=\))|(?<=/) | (?=/)")
_HALF = {i: i - 0xFEE0 for i in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_HALF |= {ord(a): ord(b) for a, b in zip("（）％＃＋－．／＝［］", "()%#+-./=[]", strict=True)}
# a range of ages is printed with any dash
_HALF |= {ord(c): ord("-") for c in "–—―~～"}

# the words for the figure itself say nothing about what it measures
_FIGURE = re.compile(r"/(?:绝对[数额量值]|总量|数量|数值|指标值|金额|年末数|期末数)$")
_CUMULATIVE = re.compile(r"(?:[_/]?(?:本年|自年初)?累计[值数额]?|\((?:1月起)?累计\))$")
# a natural growth rate is a rate of its own, and growth on the month before is another one
_GROWTH = re.compile(
    r"(?<!自然)(?<!机械)(?<!净)[_/]?(?P<ytd>累计)?"
    r"(?:[比较](?:上年|去年)(?:同期|同月|同季)?|同比)?(?P<prices>名义|实际)?"
    r"(?:增长|增速|增幅|涨幅|涨跌幅?|上涨|增减|升降)(?:率|速度|幅度)?$"
    r"|[_/]?(?P<ytd2>累计)?同比$"
)


@dataclass(frozen=True, slots=True)
class LabelForm:
    """A label in its one spelling, and what its own words say about the figure."""

    plain: str  # blanks and widths alone are unified
    text: str  # without words for the figure, with one word for growth
    growth: bool = False
    cumulative: bool = False
    base: str = ""  # what an index is 100 in


@lru_cache(maxsize=16384)
def label_form(label: str, whole: Sequence[str] = ()) -> LabelForm:
    """Bring a published label into its one form.

    Parameters
    ----------
    label : str
        A label or a path whose parts `/` joins.
    whole : tuple of str
        Words that name the region of the figures and may stand before the name, such as 全市.

    Examples
    --------
    >>> label_form("地区生产总值 / 比上年增长").text, label_form("地区生产总值增速").text
    ('地区生产总值增速', '地区生产总值增速')
    >>> label_form("居民人均可支配收入_累计值").cumulative, label_form("常住人口 / 年末数").text
    (True, '常住人口')
    >>> label_form("居民消费价格指数（上年＝100）").base, label_form("全市常住人口", ("全市",)).text
    ('previous_year', '常住人口')
    """
    plain = _BLANK_BY_CJK.sub("", _BLANKS.sub(" ", label.translate(_HALF)).strip(" "))
    text = plain
    for word in whole:
        text = text.removeprefix(word)
    name, unit, _ = split_unit(text)
    base = unit.base if unit and unit.canonical == "index" else ""
    text = _FIGURE.sub("", name if base else text)
    growth = _GROWTH.search(text)
    if growth and growth.start() > 0:
        cumulative = bool(growth["ytd"] or growth["ytd2"])
        return LabelForm(
            plain, text[: growth.start()] + (growth["prices"] or "") + "增速", True, cumulative, base
        )
    cumulative = bool(_CUMULATIVE.search(text))
    return LabelForm(plain, _CUMULATIVE.sub("", text) if cumulative else text, False, cumulative, base)
