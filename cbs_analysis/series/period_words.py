"""Periods as bureaus write them: a header cell "2022年1-6月", a title "…基本情况（2012）".

A cell is read whole or not at all; a title is searched. What could be two periods is none:
a decimal month 2019.1 is January or, with its zero lost, October.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..errors import PeriodError
from .periods import parse_period

__all__ = ["PeriodWords", "find_periods", "is_lossy_month", "read_period"]


@dataclass(frozen=True, slots=True)
class PeriodWords:
    """A period in our spelling, with the words it was read from.

    `cumulative` says that the words count from January; the period is then the last month or quarter.
    `at_end` says that they name the last day of the period: 年末, 6月底.
    """

    period: str
    cumulative: bool
    text: str
    at_end: bool = False


# one character for one, so that positions stay
_NARROW = {0xFF01 + i: 0x21 + i for i in range(94)}
_NARROW |= {ord(c): ord("-") for c in "–—―−‐‑~～〜"}
_DIGITS = {"〇": "0", "○": "0", "零": "0", "Ｏ": "0", "O": "0"} | {
    c: str(i) for i, c in enumerate("一二三四五六七八九", 1)
}
_CHINESE_YEAR = re.compile(r"[一二][〇○零OＯ一二三四五六七八九]{3}(?=\s*年)")

_YEAR = r"(?:19\d\d|20\d\d|2100)"
_NUMBER = r"(?:\d{1,2}|十[一二]?|[一二三四五六七八九])"
_QUARTER = r"[一二三四1-4]"
_TO = r"(?:-+|至|到)"
_WITHIN = rf"""
    (?P<half>上半年)
  | (?P<whole>全年)
  | (?:前|[一1]{_TO})(?P<quarters>[二三四2-4])个?季度
  | 第?(?P<quarter>{_QUARTER})季度
  | Q(?P<q>[1-4])
  | 前(?P<months>{_NUMBER})个?月
  | (?P<first>{_NUMBER})月?份?{_TO}(?P<last>{_NUMBER})月份?
  | (?P<month>{_NUMBER})月(?:份|(?P<day>\d{{1,2}})[日号])?
"""
_SUFFIX = r"(?P<end>[末底])?(?P<ytd>累计)?"
_WORDED = re.compile(
    rf"(?P<year>{_YEAR})年(?:度(?!末))?(?:(?:{_WITHIN}){_SUFFIX}|(?P<yearend>年?[末底])?)", re.VERBOSE
)
_YEARLESS = re.compile(rf"(?:{_WITHIN}){_SUFFIX}", re.VERBOSE)
_SPAN = re.compile(rf"(?P<from>{_YEAR})年?{_TO}(?P<to>{_YEAR})年?(?:度)?")
_PLAIN = re.compile(
    rf"(?P<year>{_YEAR})(?:"
    r"Q(?P<q>[1-4])"
    r"|(?P<sep>[-/.])(?P<month>\d{1,2})(?:(?P=sep)(?P<day>\d{1,2})(?:\s00:00:00)?)?"
    r")?"
)
_MONTH_CODE = re.compile(rf"(?P<year>{_YEAR})(?P<month>0[1-9]|1[0-2])")  # 202101
_OWN_SPAN = re.compile(rf"(?P<from>{_YEAR})/(?P<to>{_YEAR})")


@lru_cache(maxsize=16384, typed=True)
def read_period(text: str | int | float, *, year: int | None = None) -> PeriodWords | None:
    """Read a whole cell that is a period and nothing else.

    Parameters
    ----------
    text : str, int or float
        The cell; 2017 and 2017.0 are the year.
    year : int, optional
        Year of a cell that names a part of a year only, such as "1-6月".

    Returns
    -------
    PeriodWords or None
        None if the cell is no period, needs a `year` that is not given, or could be two periods.

    Examples
    --------
    >>> read_period("2022年第一季度").period, read_period(2017.0).period
    ('2022Q1', '2017')
    >>> read_period("1-6月", year=2021)
    PeriodWords(period='2021-06', cumulative=True, text='1-6月', at_end=False)
    >>> read_period("2020年末").at_end, read_period("最近20年") is None
    (True, True)
    """
    cell = _cell_text(text)
    match = _WORDED.fullmatch(cell)
    if match:
        return _worded(match, match["year"])
    match = _SPAN.fullmatch(cell) or _OWN_SPAN.fullmatch(cell)
    if match:
        return _made(f"{match['from']}/{match['to']}", match.group())
    match = _PLAIN.fullmatch(cell)
    if match:
        return _plain(match)
    match = _MONTH_CODE.fullmatch(cell)
    if match:
        return _made(f"{match['year']}-{match['month']}", cell)
    match = _YEARLESS.fullmatch(cell)
    return _worded(match, str(year)) if match and year is not None else None


def is_lossy_month(text: str | int | float) -> bool:
    """Tell a decimal month that is January or October: a number, or its text, such as 2019.1.

    >>> is_lossy_month(2019.1), is_lossy_month("2019.10"), is_lossy_month("2019.01")
    (True, False, False)
    """
    return bool(re.fullmatch(rf"{_YEAR}\.1", _cell_text(text)))


def _cell_text(cell: str | int | float) -> str:
    """Normalise a cell; spaces between digits stay, for they may group a number's thousands."""
    if not isinstance(cell, str):
        return str(cell).removesuffix(".0")
    text = _tidy(cell)
    text = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", text)
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    text = re.sub(r"^截[至止]到?", "", text)
    return re.sub(rf"^({_YEAR})\.0$", r"\1", text)


def _tidy(text: str) -> str:
    text = text.replace("\u200b", "").replace("\ufeff", "").translate(_NARROW).strip()
    return _CHINESE_YEAR.sub(lambda m: "".join(_DIGITS[c] for c in m.group()), text)


def _made(period: str, text: str, *, cumulative: bool = False, at_end: bool = False) -> PeriodWords | None:
    try:
        parsed = parse_period(period)
    except PeriodError:
        return None
    if parsed.freq == "span" and parsed.start.year == parsed.end.year:
        return None
    return PeriodWords(period, cumulative, text, at_end)


def _plain(match: re.Match[str]) -> PeriodWords | None:
    """Read 2021, 2021Q3, 2020-04, 2020/4, 2020.04 and dates; 2020.4 says too little."""
    year, month, day = match["year"], match["month"], match["day"]
    if match["q"]:
        return _made(f"{year}Q{match['q']}", match.group())
    if month is None:
        return _made(year, match.group())
    if day is None and match["sep"] == "." and len(month) != 2:
        return None
    period = f"{year}-{int(month):02d}" + (f"-{int(day):02d}" if day else "")
    return _made(period, match.group())


def _worded(match: re.Match[str], year: str) -> PeriodWords | None:
    """Make the period of a match of `_WITHIN` in a year."""
    g = match.groupdict()
    text, at_end = match.group(), bool(g.get("end") or g.get("yearend"))
    ytd = bool(g["ytd"])
    quarter = g["quarter"] or g["q"]
    if g["half"] or g["quarters"]:
        number = _number(g["quarters"]) if g["quarters"] else 2
        return _made(f"{year}Q{number}", text, cumulative=True, at_end=at_end)
    if quarter:
        return _made(f"{year}Q{_number(quarter)}", text, cumulative=ytd, at_end=at_end)
    if g["first"] or g["months"]:
        return _months(year, _number(g["first"] or "1"), _number(g["last"] or g["months"]), text, at_end)
    if g["month"]:
        day = f"-{int(g['day']):02d}" if g["day"] else ""
        return _made(f"{year}-{_number(g['month']):02d}{day}", text, cumulative=ytd, at_end=at_end)
    return _made(year, text, at_end=at_end)


def _months(year: str, first: int, last: int, text: str, at_end: bool) -> PeriodWords | None:
    """Read first-last months: from January cumulative, a calendar quarter, or nothing we can name."""
    if first == 1 and last > 1:
        return _made(f"{year}-{last:02d}", text, cumulative=True, at_end=at_end)
    if (first, last) in ((4, 6), (7, 9), (10, 12)):
        return _made(f"{year}Q{last // 3}", text, at_end=at_end)
    return None


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word.startswith("十"):
        return 10 + (int(_DIGITS[word[1]]) if len(word) > 1 else 0)
    return int(_DIGITS[word])


# --- periods inside a title ------------------------------------------------------------------------

# not within a longer number or a code (T4754-2011), nor after a comparison (比2019年)
_START = re.compile(rf"(?<![\dA-Za-z])(?<!\d[-/])(?<![比较]){_YEAR}(?!\d)")
# a base or an edition, not the period of the figures
_OTHER_USE = re.compile(
    r"\s*(?:=|为\s*100|不变价|可比价|价格|版|修订|及?以[来后前]|之[前后]|起|初(?!步)|学年|标准)|\)(?:\s*\d+\s*号|》)"
)
# a year or span without 年 may be an amount: 2000万元, 2000-3000元
_AMOUNT = re.compile(
    r"\s*(?:[\d.\-/%‰十百千万亿元所吨亩米]|人(?![口均民才力员])|户(?![籍数均])|个(?![人体])|家(?!庭))"
)
_EDGE = re.compile(rf"\s*(?:$|[\n(),;_])|\s+(?={_YEAR}(?!\d))")
_LISTED = re.compile(rf"(?:[、,和及与]{_YEAR})+年")
_PART = re.compile(rf"(?<![\d.\-表年比较])(?:{_WITHIN}){_SUFFIX}(?!度)", re.VERBOSE)


def find_periods(text: str) -> list[PeriodWords]:
    """Find the periods that a title, caption or sheet name says, in order and each once.

    Table numbers, codes, amounts, index bases and price bases are no periods. A part of a year that stands
    apart from the year ("1-6月…（2022年）") belongs to it.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of PeriodWords
        Empty if there is none; more than one if the title does not decide.

    Examples
    --------
    >>> [p.period for p in find_periods("20-6 各市县一般公共预算收入（2024年）")]
    ['2024']
    >>> find_periods("农村居民人均纯收入指数(1978=100)")
    []
    """
    title = _title_text(text)
    found: list[PeriodWords] = []
    rest, done = title, 0
    for start in _START.finditer(title):
        at = start.start()
        if at < done:
            continue
        done, period = _period_at(title, at, start.end())
        rest = rest[:at] + "年" * (done - at) + rest[done:]
        found += [period] if period else []
    once: dict[tuple[str, bool], PeriodWords] = {}
    for words in _with_parts(rest, found):
        once.setdefault((words.period, words.cumulative), words)
    return list(once.values())


def _title_text(text: str) -> str:
    """Close the gaps inside a period ("2020 年 6 月"), and no others."""
    text = _tidy(text)
    text = re.sub(r"(?<=\d)[^\S\n]+(?=[年月日季])", "", text)
    text = re.sub(r"(?<=[年月第])[^\S\n]+(?=[\d第一二三四上前全末底])", "", text)
    return re.sub(rf"({_YEAR}年?|月)\s*({_TO})\s*(?=\d)", r"\1\2", text)


def _period_at(title: str, at: int, end_of_year: int) -> tuple[int, PeriodWords | None]:
    """Read the period whose year starts at `at`; the position behind it comes first."""
    span = _SPAN.match(title, at)
    if span:
        amount = not span.group().endswith("年") and _AMOUNT.match(title, span.end())
        words = _made(f"{span['from']}/{span['to']}", span.group())
        return span.end(), None if amount or _OTHER_USE.match(title, span.end()) else words
    worded = _WORDED.match(title, at)
    if worded:
        other = _OTHER_USE.match(title, worded.end())
        return worded.end(), None if other else _worded(worded, worded["year"])
    if at and title[at - 1] == ".":  # "7.2024年" is a numbered note, 2.2024 a figure
        return end_of_year, None
    plain = _PLAIN.match(title, at)
    if plain and plain.end() > end_of_year:
        figure = _AMOUNT.match(title, plain.end()) or (plain["sep"] == "." and plain.group() == title)
        return plain.end(), None if figure else _plain(plain)
    year = title[at:end_of_year]
    other = _OTHER_USE.match(title, end_of_year)
    if (_EDGE.match(title, end_of_year) and not other) or _LISTED.match(title, end_of_year):
        return end_of_year, _made(year, year)
    return end_of_year, None


def _with_parts(rest: str, found: list[PeriodWords]) -> list[PeriodWords]:
    """Give a year the parts of a year that stand elsewhere in the title."""
    years = list(dict.fromkeys(p.period[:4] for p in found))
    parts = [part for part in _PART.finditer(rest) if not part["whole"]]
    whole = all(p.period.isdigit() for p in found)
    if not parts or not (whole or len(years) == 1):
        return found
    joined = [_worded(part, year) for year in years for part in parts]
    periods = [] if whole else list(found)
    for words in joined:
        # 上半年（1-6月） says one period twice
        if words is not None and not any(_same_days(words, p) for p in periods):
            periods.append(words)
    return periods or found


def _same_days(one: PeriodWords, other: PeriodWords) -> bool:
    first, second = parse_period(one.period), parse_period(other.period)
    return first.end == second.end and (one.cumulative, one.at_end) == (other.cumulative, other.at_end)
