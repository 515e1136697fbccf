"""What kind of figure a cell holds, and where its series breaks, from the words of the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from ...series.unit_words import Unit

__all__ = ["PeriodKind", "breaks_in", "contradicts", "period_kind", "revision_in"]

PeriodKind = Literal["level", "flow", "cumulative", "growth", "index", "rate", "unstated"]

_GROWTH = re.compile(r"比上年|比去年|同比|环比|增长|增速|涨跌|增减|升降")
_LEVEL = re.compile(
    r"年末|期末|月末|季末|末数|年底|余额|存量|待售|用户数|参保人数|参保人|户籍人口|常住人口|总人口|人口数|总户数|(?:土地|绿地|建成区|占地|行政区划|行政区域|耕地|建设用地)面积|资产(?!投资)|负债|"
    r"从业人员|职工人数|在校|单位数|企业数|学校|机构数|床位|教职员工|专任教师|人口密度|保有量|就业人员|里程|失业人员|医师|藏量|博物馆|医院数|床位数"
)
_FLOW = re.compile(
    r"生产总值|增加值|总产值|产值|收入|支出|产量|销售额|销售面积|投资|消费|进口|出口|出生|死亡|迁入|迁出|"
    r"净增人|毕业生|招生|拆迁|征收|发行|工资|利润|税|货运|客运|运输|周转量|发电量|排放|施工|竣工|成交|零售额|用电|用水|用量|供气|售水|专利|客运量|货运量|进口额|出口额|外资|产品"
)
_SHARE = re.compile(r"率(\(|$)|率[^\u4e00-\u9fff]|比重|占比|构成|密度|系数")
_NATURAL = re.compile(r"(自然增长|出生|死亡|迁入|迁出|净增|净迁移|机械增长)率")
_FROM = re.compile(r"(?:自|从)?(\d{4})年(?:\d{1,2}月)?(?:起|开始|后|以后|及以后|以来)")
_BEFORE = re.compile(r"(\d{4})年(及)?(?:以前|之前)")
_SPAN = re.compile(r"对?(\d{4})\s*年?\s*[-—–至]\s*(\d{4})年[^。；]*?(?:系统修订|进行了修订|修订|执行)")
_SINGLE = re.compile(r"(\d{4})年(?:数据|数)?(?:为|系|是)?[^。；]{0,12}?(?:普查|修订|调整|推算|快报|初步)")
_REVISION = re.compile(
    r"初步核算|最终核实|快报|初步统计|初步数|预计数|年报数|普查[^。；]{0,8}修订|系统修订|调整数"
)


# what a label can only be measured in, whatever the unit line of the table says
_MEASURES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"(人数|人口|职工|从业人员|人员数)$"), re.compile(r"person")),
    (re.compile(r"户数$"), re.compile(r"household")),
    (re.compile(r"(位次|排名|名次|序位|排序)$"), re.compile(r"rank|places")),
    (re.compile(r"密度$"), re.compile(r"_per_|per_")),
    (re.compile(r"(年龄|岁数|预期寿命)$"), re.compile(r"years")),
    (re.compile(r"面积$"), re.compile(r"m2|hectare|mu$|km2")),
    (
        re.compile(r"(单位数|企业数|机构数|学校数|个数|辆数|台数|床位数|幢数)$"),
        re.compile(r"count|beds|houses|schools"),
    ),
    (
        re.compile(r"(收入|支出|产值|增加值|生产总值|金额|销售额|投资额|税收|利润总额|工资总额)$"),
        re.compile(r"yuan|usd|hkd"),
    ),
)


@lru_cache(maxsize=16384)
def contradicts(label: str, unit: Unit) -> bool:
    """Whether a label cannot be measured in the unit of the whole table: 户数 in 万平方米.

    >>> from cbs_analysis.series.unit_words import unit_or_word
    >>> contradicts("户数", unit_or_word("万平方米")), contradicts("户数", unit_or_word("万户"))
    (True, False)
    """
    if "人均" in label and unit.power >= 6:
        return True  # no one has a hundred million
    return any(
        label_is.search(label) and not unit_is.search(unit.canonical) for label_is, unit_is in _MEASURES
    )


@lru_cache(maxsize=16384)
def period_kind(label: str, unit: Unit, *, cumulative: bool, at_end: bool) -> PeriodKind:
    """Level at a moment, flow in the period, cumulative since January, growth, index or rate.

    Decided by the words of the full label and the unit; `unstated` when they do not say.

    >>> from cbs_analysis.series.unit_words import unit_or_word
    >>> yuan, pct, permille = unit_or_word("亿元"), unit_or_word("%"), unit_or_word("‰")
    >>> period_kind("各项存款余额 / 年末数", yuan, cumulative=False, at_end=False)
    'level'
    >>> period_kind("工业投资 / 比上年增长", pct, cumulative=False, at_end=False)
    'growth'
    >>> period_kind("自然增长率", permille, cumulative=False, at_end=False)
    'rate'
    """
    if unit.canonical == "index":
        return "index"
    if "累计" in label and not _GROWTH.search(label):
        cumulative = True
    for part in reversed(label.split(" / ")):  # the words nearest to the figures decide
        kind = _kind_of(part, unit, cumulative=cumulative, at_end=at_end)
        if kind != "unstated":
            return kind
    return "rate" if unit.canonical in _RELATIVE else "cumulative" if cumulative else "unstated"


_RELATIVE = frozenset({"pct", "permille", "pp", "times"})


def _kind_of(part: str, unit: Unit, *, cumulative: bool, at_end: bool) -> PeriodKind:
    relative = unit.canonical in _RELATIVE
    if relative:
        natural = _NATURAL.search(part)
        return (
            "growth"
            if _GROWTH.search(part) and not natural
            else "rate"
            if _SHARE.search(part)
            else "unstated"
        )
    if _SHARE.search(part):
        return "rate"
    if at_end or _LEVEL.search(part):
        return "level"
    if _FLOW.search(part) or "当期" in part or "当季" in part or "当月" in part:
        return "cumulative" if cumulative else "flow"
    return "unstated"


def breaks_in(notes: Sequence[str]) -> dict[int, str]:
    """Years from which figures are not comparable with the year before, with the note that says so.

    >>> breaks_in(["注：2013年开始，行业分类执行新标准。"])
    {2013: '2013年开始'}
    >>> sorted(breaks_in(["2018年数据为根据第四次全国经济普查资料修订后数据"]))
    [2018]
    """
    found: dict[int, str] = {}
    for note in notes:
        for match in _FROM.finditer(note):
            found.setdefault(int(match.group(1)), match.group(0))
        for match in _BEFORE.finditer(note):
            found.setdefault(int(match.group(1)) + (1 if match.group(2) else 0), match.group(0))
        for match in _SPAN.finditer(note):
            found.setdefault(int(match.group(1)), match.group(0))
            found.setdefault(int(match.group(2)) + 1, match.group(0))
        for match in _SINGLE.finditer(note):
            found.setdefault(int(match.group(1)), match.group(0))
    return found


def revision_in(texts: Sequence[str]) -> str:
    """The word for how final figures are: 初步核算, 最终核实, 修订 ...; "" if none stands there."""
    for text in texts:
        match = _REVISION.search(text)
        if match:
            return match.group(0)
    return ""
