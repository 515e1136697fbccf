"""The columns of a household workbook: what each may be called, and what it holds.

Only the columns named here are read. Names, telephones, addresses, bank accounts, free words on health and
everything else stay in the workbook.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "HEADINGS",
    "KIND_WORDS",
    "NEVER_READ",
    "NO_WORDS",
    "SHOCK_WORDS",
    "YES_WORDS",
    "Heading",
    "known_heading",
    "shows_households",
]

Holds = Literal["identity", "month", "kind", "whole", "number", "yes_no", "shock", "date", "district"]


@dataclass(frozen=True)
class Heading:
    """A column: its name in the ledger and the template, other names, what it holds, must it be there."""

    field: str
    zh: str
    others: tuple[str, ...]
    holds: Holds
    required: bool = False
    most: float = float("inf")  # a larger number belongs to another column: a telephone, an identity number


HEADINGS: tuple[Heading, ...] = (
    Heading("household_number", "户编号", ("农户编号", "监测户编号", "家庭编号", "户号"), "identity"),
    Heading(
        "identity_number", "户主身份证号", ("身份证号", "身份证号码", "证件号码", "户主证件号码"), "identity"
    ),
    Heading("month", "核查月份", ("月份", "监测月份", "所属月份", "数据月份"), "month", True),
    Heading("district", "所属区", ("区", "所在区", "所属县区", "县区", "管理区"), "district", True),
    Heading("kind", "户类型", ("农户类型", "监测对象类别", "对象类别", "户类别"), "kind", True),
    Heading("members", "家庭人口", ("家庭人口数", "人口数", "家庭成员数", "人数"), "whole", True, most=30),
    Heading(
        "income12_yuan",
        "年人均纯收入",
        ("人均纯收入", "近12个月人均纯收入", "家庭人均纯收入"),
        "number",
        True,
        most=10_000_000,
    ),
    Heading(
        "rigid_spending12_yuan",
        "年人均刚性支出",
        ("刚性支出", "人均刚性支出", "近12个月人均刚性支出"),
        "number",
        most=10_000_000,
    ),
    Heading(
        "income12_before_yuan",
        "上年度人均纯收入",
        ("上年人均纯收入", "上一年人均纯收入", "前12个月人均纯收入"),
        "number",
        most=10_000_000,
    ),
    Heading("schooling_ok", "义务教育有保障", ("义务教育", "义务教育保障", "义务教育是否有保障"), "yes_no"),
    Heading("medical_ok", "基本医疗有保障", ("基本医疗", "基本医疗保障", "基本医疗是否有保障"), "yes_no"),
    Heading("housing_ok", "住房安全有保障", ("住房安全", "住房安全保障", "住房安全是否有保障"), "yes_no"),
    Heading("water_ok", "饮水安全有保障", ("饮水安全", "饮水安全保障", "饮水安全是否有保障"), "yes_no"),
    Heading("food_clothing_ok", "吃穿不愁", ("两不愁", "吃穿", "是否吃穿不愁"), "yes_no"),
    Heading("shock", "致贫返贫风险", ("返贫致贫风险", "风险类型", "致贫返贫风险类型", "主要风险"), "shock"),
    Heading("clue_date", "线索日期", ("发现日期", "风险发现时间", "线索发现日期"), "date"),
    Heading("decision_date", "认定日期", ("识别日期", "纳入监测时间", "认定时间"), "date"),
    Heading("publicity_start", "公示开始日期", ("公示开始", "公示起始日期"), "date"),
    Heading("publicity_end", "公示结束日期", ("公示结束", "公示截止日期"), "date"),
    Heading("exit_date", "风险消除日期", ("退出日期", "消除日期", "风险消除时间"), "date"),
    Heading("help_matched", "帮扶措施已匹配", ("帮扶措施", "是否匹配帮扶措施", "帮扶措施是否匹配"), "yes_no"),
    Heading("labour_share", "劳动力占比", ("劳动力比例",), "number", most=1),
    Heading("head_education_years", "户主受教育年限", ("受教育年限",), "number", most=30),
    Heading("head_age", "户主年龄", (), "number", most=120),
    Heading("has_migrant_worker", "有外出务工", ("是否外出务工", "有无外出务工"), "yes_no"),
    Heading("land_mu", "耕地面积", ("承包地面积", "耕地面积亩"), "number", most=100_000),
    Heading("ill_members", "患病人数", ("患病人口数",), "number", most=30),
)
# shown in the template so that nobody wonders where they belong; never read
NEVER_READ = ("户主姓名", "联系电话", "家庭住址", "健康状况")
YES_WORDS = frozenset(
    {"是", "有", "达标", "已达标", "有保障", "已匹配", "合格", "安全", "√", "y", "yes", "1", "true"}
)
NO_WORDS = frozenset(
    {
        "否",
        "无",
        "没有",
        "未达标",
        "不达标",
        "无保障",
        "未匹配",
        "不合格",
        "不安全",
        "×",
        "n",
        "no",
        "0",
        "false",
    }
)
KIND_WORDS = {
    "脱贫户": "tuopin", "已脱贫户": "tuopin", "脱贫人口": "tuopin", "监测对象": "monitored",
    "监测户": "monitored", "脱贫不稳定户": "monitored", "边缘易致贫户": "monitored",
    "突发严重困难户": "monitored", "一般农户": "general", "一般户": "general", "其他农户": "general",
}  # fmt: skip
SHOCK_WORDS = {  # of several the first in this order counts
    "因病": "illness", "疾病": "illness", "因残": "disability", "残疾": "disability", "因灾": "disaster",
    "因自然灾害": "disaster", "自然灾害": "disaster", "因疫": "epidemic", "因疫情": "epidemic",
    "因新冠肺炎疫情": "epidemic", "因意外": "accident", "因意外事故": "accident", "意外事故": "accident",
    "因失业": "unemployment", "失业": "unemployment", "因务工就业不稳": "unemployment",
    "务工就业不稳": "unemployment", "无": "", "没有": "", "无风险": "", "否": "",
}  # fmt: skip
_BY_NAME = {name: h for h in HEADINGS for name in (h.zh, *h.others)}
# headings of what tells who a household is, beside its numbers
_WHO = frozenset({"户主姓名", "户主", "姓名", "联系电话", "手机号", "手机号码"})


def known_heading(text: object) -> Heading | None:
    """The column of a heading, whatever its spaces, brackets, stars and width of letters.

    >>> known_heading("*年人均纯收入（元）").field, known_heading("户主姓名")
    ('income12_yuan', None)
    """
    return _BY_NAME.get(_plain(text)) if isinstance(text, str) else None


def shows_households(cells: Iterable[object]) -> bool:
    """Whether the first cells of a sheet are the headings of a list of households.

    They are if three columns or more are known and one of them tells who a household is: an identity number,
    a number of the household, the name or the telephone of its head.

    >>> shows_households(["户主姓名", "家庭人口", "年人均纯收入（元）"])
    True
    >>> shows_households(["县区", "月份", "人均纯收入"])
    False
    """
    texts = [text for text in cells if isinstance(text, str)]
    known = {heading.field: heading.holds for text in texts if (heading := known_heading(text))}
    who = _WHO.intersection(map(_plain, texts))
    return len(known) + len(who) >= 3 and bool(who or "identity" in known.values())


def _plain(text: str) -> str:
    return re.sub(r"\(.*?\)|[\s*:]", "", unicodedata.normalize("NFKC", text))
