"""Units where tables print them: in a label, in a line above the table, in the words of a header.

`unit_grammar` reads the word itself; here is where it stands and what it applies to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .unit_english import is_english_unit, read_english
from .unit_grammar import Unit, narrow, parse_unit, squeeze, unit_or_word

__all__ = [
    "Unit",
    "implied_unit",
    "parse_unit",
    "parse_unit_line",
    "split_unit",
    "unit_or_word",
    "unit_twins_agree",
]

_CJK = r"\u3400-\u9fff"
# behind its unit a label holds English, footnote marks and further brackets at most; a sentence is no label
_NO_CHINESE = re.compile(rf"[^{_CJK}。]*")
_CLOSING = re.compile(rf"(?:^|(?<=[{_CJK})）±]))\s*([%％‰﹪])\s*$")
_ALONE = frozenset("%％‰元吨")
# a bracket that completes a word is no unit: 年（度）, 人（次）, 品（种）, 村（组）
_COMPLETED = frozenset(
    {"年度", "月度", "季度", "年月", "年日", "月日", "年份", "月份", "省份", "人次", "户次", "层次", "批次"}
    | {"架次", "班次", "场次", "台套", "品种", "村组", "部门", "省部", "站所", "院所"}
)


@dataclass(frozen=True, slots=True)
class _Bracket:
    start: int
    end: int
    text: str
    unit: Unit | None
    keep: str  # what else the bracket holds: （亿元，当年价） keeps 当年价
    english: bool


def split_unit(label: str) -> tuple[str, Unit | None, list[str]]:
    """Split a label into its words, its unit and the English unit texts beside it.

    The unit is the last bracket that holds one and that no Chinese word follows, or a closing % or ‰.
    Every other bracket stays in the label.

    Parameters
    ----------
    label : str
        A header cell or row label; it may be bilingual.

    Returns
    -------
    tuple of str, Unit or None, list of str

    Examples
    --------
    >>> label, unit, english = split_unit("年末户籍人口 （万人） Population (10 000 persons)")
    >>> label, unit.published, english
    ('年末户籍人口 Population', '万人', ['10 000 persons'])
    >>> split_unit("薯类（鲜薯）")
    ('薯类（鲜薯）', None, [])
    """
    brackets = _brackets(label)
    outside = _blanked(label, brackets)
    units = [b for b in brackets if b.unit and _NO_CHINESE.fullmatch(outside[b.end :])]
    units = [b for b in units if label[max(b.start - 1, 0) : b.start] + b.text not in _COMPLETED]
    chosen, same, twins = _choose(outside, units)
    twins += [b for b in brackets if b.english and b is not chosen and b not in twins]
    twins.sort(key=lambda b: b.start)
    text = _without(label, [*twins, *same, *([chosen] if chosen else [])])
    closing = None if chosen else _CLOSING.search(text)
    if closing:
        return text[: closing.start()].rstrip(), parse_unit(closing[1]), [b.text for b in twins]
    return text, chosen.unit if chosen else None, [b.text for b in twins]


def _brackets(label: str) -> list[_Bracket]:
    """Find the outermost brackets; one that is never closed is text."""
    found, depth, start = [], 0, 0
    for i, char in enumerate(narrow(label)):
        if char == "(":
            start = start if depth else i
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            if not depth:
                text = " ".join(label[start + 1 : i].split())
                unit, keep = _held(text)
                found.append(_Bracket(start, i + 1, text, unit, keep, unit is None and is_english_unit(text)))
    return found


def _held(text: str) -> tuple[Unit | None, str]:
    """Read what a bracket holds: a unit, or a unit and a remark."""
    text = re.sub(r"^单\s*位\s*[:：]\s*", "", text)
    unit = parse_unit(text)
    if unit is not None:
        return unit, ""
    pieces = [piece.strip() for piece in re.split(r"[，,；;]", text)]
    # a remark may be a measure word by chance (院，所); a longer word or a symbol is none
    read = [parse_unit(piece) if len(piece) > 1 or piece in _ALONE else None for piece in pieces]
    units = [u for u in read if u is not None]
    remark = pieces[1 if read[0] else 0] if len(pieces) == 2 else ""
    if len(units) != 1 or not remark or is_english_unit(remark):
        return None, ""
    return units[0], remark


def _blanked(label: str, brackets: list[_Bracket]) -> str:
    """Blank the brackets out, so that positions stay."""
    for b in brackets:
        label = label[: b.start] + " " * (b.end - b.start) + label[b.end :]
    return label


def _choose(outside: str, units: list[_Bracket]) -> tuple[_Bracket | None, list[_Bracket], list[_Bracket]]:
    """Pick the bracket that is the unit, those that repeat it, and those of the English half."""
    words = re.search(rf"[A-Za-z][^{_CJK}]*$", outside)
    tail = re.search(rf"[^{_CJK}]*$", outside)
    english = len(outside)
    if words and tail:
        latin = re.search(r"[A-Za-z]", outside[tail.start() :])
        english = tail.start() + latin.start() if latin else english
    # a Chinese unit is never of the English half: GDP (亿元)
    ours = [b for b in units if b.start < english or re.search(rf"[{_CJK}]", b.text)]
    twins = [b for b in units if b not in ours]
    if not ours:
        ours = [b for b in twins if not re.search(r"[A-Za-z]", b.text)][:1]
        twins = [b for b in twins if b not in ours]
    if not ours:
        return None, [], twins
    index = [b for b in ours if b.unit and b.unit.canonical == "index"]
    chosen = (index or ours)[-1]
    # an index is in percent of its base, so （上年=100）（%） is one unit
    alike = [chosen.unit, parse_unit("%")] if index else [chosen.unit]
    return chosen, [b for b in ours if b is not chosen and b.unit in alike and not b.keep], twins


def _without(label: str, brackets: list[_Bracket]) -> str:
    """Take brackets out of a label, all but what they hold beside the unit."""
    for b in sorted(brackets, key=lambda b: -b.start):
        left, right = label[: b.start].rstrip(), label[b.end :].lstrip()
        left += label[b.start] + b.keep + label[b.end - 1] if b.keep else ""
        label = f"{left} {right}" if left and right else left + right
    return label.strip()


# English books count persons where Chinese ones count visits, and call everything counted a unit
_ALIKE = (
    frozenset({"persons", "person_times"}),
    frozenset({"count", "households", "beds", "teu", "times", "weight_cases"}),
)


def unit_twins_agree(zh: Unit, en: str) -> bool | None:
    """Tell whether the English unit beside a Chinese one says the same; None if it is not known.

    >>> yi = parse_unit("亿立方米")
    >>> unit_twins_agree(yi, "108 cu.m"), unit_twins_agree(yi, "10 000 cu.m"), unit_twins_agree(yi, "vat")
    (True, False, None)
    """
    read = read_english(en)
    if read is None:
        return None
    canonical, power = read
    alike = canonical == zh.canonical or any({canonical, zh.canonical} <= group for group in _ALIKE)
    return alike and power == zh.power


_LINE = re.compile(
    r"(?:本表)?(?:计量|计算|金额|货币|面积|数量)?单位:(.*)|units?:(.*)", re.IGNORECASE | re.DOTALL
)
# 单位：某市统计局 names who reports
_OFFICE = re.compile(r".*(?:局|委|委员会|部门|公司|厅|院|办|办公室|中心|处室|大队|政府|学校|协会|银行)")


def parse_unit_line(text: str) -> list[Unit] | None:
    """Read a line that offers units to the whole table, such as "单位：人、‰"; None if it is no such line.

    A unit that the grammar does not know is kept as `unit_or_word` keeps it. Brackets that hold nothing but
    units, such as "(person, ‰)", are such a line too.

    >>> [u.published for u in parse_unit_line("单 位 ： 万 元、%")]
    ['万元', '%']
    >>> parse_unit_line("单位数") is None
    True
    """
    line = narrow(text).strip()
    bare = line[1:-1].strip() if re.fullmatch(r"\([^()]*(?:\([^()]*\))?\s*\)", line) else line
    squeezed = re.sub(r"^[^:]{2,16}:", lambda m: squeeze(m.group()), bare)
    match = _LINE.fullmatch(squeezed)
    if match is None:
        return _units_in(bare, strict=True) if bare != line else None
    content = re.sub(
        r"(?<=\S)\s*\bunits?:.*$", "", match[1] or match[2] or "", flags=re.IGNORECASE | re.DOTALL
    )
    noted = re.fullmatch(r"(.+?)\s*\(([^()]*)\)", content.strip(), re.DOTALL)
    units = _units_in(noted[1], strict=True) if noted and parse_unit(content) is None else None
    if not noted or units is None:
        return _units_in(content, strict=False)
    # behind the units stands their English, a remark, or a second unit that the table uses too
    more = None if re.search(r"[A-Za-z]", noted[2]) else _units_in(noted[2], strict=True)
    return units + (more or [])


def _units_in(text: str, *, strict: bool) -> list[Unit] | None:
    units: list[Unit] = []
    for piece in re.split(r"[、,;]", text):
        one = _either(piece)
        several = [_either(word) for word in piece.split()]
        if one is not None:
            units.append(one)
        elif several and all(several):
            units += [u for u in several if u is not None]
        elif strict or not piece.strip() or len(piece) > 12 or _OFFICE.fullmatch(piece.strip()):
            return None
        else:
            units.append(unit_or_word(piece))
    return units


def _either(piece: str) -> Unit | None:
    """Read a unit in Chinese or English."""
    unit = parse_unit(piece)
    if unit is None and re.search(r"[A-Za-z]", piece):
        read = read_english(piece)
        unit = Unit(" ".join(piece.split()), *read) if read else None
    return unit


_MONEY = frozenset({"yuan", "usd", "hkd", "eur", "jpy"})
_AREA = frozenset({"m2", "km2", "hectares", "mu"})
_COUNTS = frozenset({"count", "persons", "households", "beds", "person_times"})
# how a label ends says what it measures; the first that fits decides
_ENDINGS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(rf".*(?:{ending})"), units)
    for ending, units in (
        ("率", frozenset({"pct", "permille"})),
        ("增速|增幅|涨幅|降幅|涨跌幅|增长速度|比重|占比|比例|构成|份额|百分比", frozenset({"pct"})),
        ("(?<!自然)(?<!机械)(?<!净)增长", frozenset({"pct"})),
        ("指数", frozenset({"index"})),
        ("户数", frozenset({"households"})),
        ("人次数?", frozenset({"person_times"})),
        ("人数|人口|人口数|人员|人员数", frozenset({"persons"})),
        ("床位数?", frozenset({"beds"})),
        ("面积", _AREA),
        ("额|收入|支出|产值|总值|增加值|投资|利润|资产|负债|存款|贷款|税金|税收|工资|经费|费用", _MONEY),
        ("(?<![系倍分])数", _COUNTS),
    )
)
_VITAL = re.compile(r".*(?:出生率|死亡率|自然增长率)")


def implied_unit(label: str, offered: Sequence[Unit]) -> Unit | None:
    """Pick the unit that a label's own words ask for among those a line offers; None when they do not decide.

    >>> offered = parse_unit_line("单位：人、‰")
    >>> implied_unit("人数", offered).published, implied_unit("出生率", offered).published
    ('人', '‰')
    >>> implied_unit("其中", offered) is None
    True
    """
    words = re.sub(r"\(.*?\)|\s", "", narrow(label))
    words = re.sub(rf"[^{_CJK}]+$", "", words)
    for ending, units in _ENDINGS:
        if ending.fullmatch(words):
            fitting = [u for u in offered if u.canonical in units]
            if len(fitting) > 1 and _VITAL.fullmatch(words):
                fitting = [u for u in fitting if u.canonical == "permille"]
            return fitting[0] if len(fitting) == 1 else None
    return None
