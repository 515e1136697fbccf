"""A plan file to begin with: every key explained, and what is held of the area listed."""

from __future__ import annotations

import re

from ..errors import Fault, ParameterError
from ..registry.load import Registry
from ..registry.records import Area
from .book import Book

__all__ = ["plan_skeleton"]

_FIRST, _LAST = 1900, 2200
_ID = re.compile(r"[a-z][a-z0-9_]*")
_HEAD = """\
# {zh}（{code}）的规划。写好后运行：cbs-analysis plan check {id}
# Plan of {en}. When it is written run: cbs-analysis plan check {id}
# 键名后用半角冒号和空格；缩进用空格；编号和代码加引号。After a key a colon and a space; indent with spaces.
id: {id}
zh: {zh}规划（请改写规划名称）
en: Plan of {en} (write the title)
area: "{code}"
baseline: {base}          # 基期年 base year
start: "{start}-01-01"
end: "{end}-12-31"
document:               # 规划文本 the text of the plan
  zh: 规划文件名称（请改写）
  en: Title of the document (rewrite)
  issuer_zh: 发布机关（请改写）
  issuer_en: Issuer (rewrite)
  published: "{start}-03-01"   # 公布日期，请核对 day of publication: check it
sections:               # 章节 chapters
  - {{id: "1", zh: 第一章（请改写）, en: Chapter 1 (rewrite)}}
offices:                # 掌握数据的部门 who holds the data
  statistics: {{zh: 统计局, en: Statistics bureau}}
commitments:
  # 一项承诺至少一个指标；目标必须注明文件。A commitment has measures; a target names its document.
  # 编号以规划为名，不与其他规划重复。Ids carry the name of the plan: figures and documents name them.
  - id: {own}_01
    section: "1"
    zh: 示例承诺（请改写）
    en: Example commitment (rewrite)
    offices: [statistics]
    # key: true         # 主要承诺 printed bold
    measures:
      - id: {own}_01.1
        type: direction   # 没有目标值时只看方向 without a target the direction alone is judged
        indicator: {first}
        sense: up         # up, down
      # - id: {own}_01.2
      #   type: level     # level coverage sum keep_below keep_above ...: docs/how_to/add_a_plan.md
      #   indicator: {first}
      #   sense: at_least # at_least, at_most, reach
      #   target:
      #     value: 65
      #     period: {end}
      #     source_zh: 文件名称、日期、章节
      #     source_en: title, date, chapter
"""


def plan_skeleton(id: str, area: Area, book: Book, registry: Registry, *, start: int, end: int) -> str:
    """The text of a plan file that is valid as it stands, to be rewritten.

    Parameters
    ----------
    id : str
        Small letters, digits and underscores, as the file will be named.
    area : Area
    book : Book
        What is held of the area: each indicator with yearly figures is listed in a comment.
    registry : Registry
    start, end : int
        First and last year of the plan; the base year is the one before.

    Raises
    ------
    ParameterError
        An id of other characters or that is taken, years outside 1900 to 2200, or an end before the start.
    """
    faults = []
    if not _ID.fullmatch(id):
        faults.append(Fault("id is not usable", got=id, expected="small letters, digits, _; such as jilin14"))
    if id in registry.plans:
        faults.append(Fault("id is taken", got=id, next_step="choose another one"))
    if not (_FIRST <= start <= _LAST and _FIRST <= end <= _LAST):
        faults.append(
            Fault("years are out of range", got=f"{start}-{end}", expected=f"years of {_FIRST} to {_LAST}")
        )
    if end <= start:
        faults.append(Fault("plan ends before it starts", got=f"{start}-{end}"))
    if faults:
        raise ParameterError(faults)
    held = _held(book, registry)
    first = held[0][0] if held else "urban_new_jobs_persons"
    head = _HEAD.format(
        id=id, own=id.upper(), zh=area.zh, en=area.en, code=area.code, base=start - 1, start=start, end=end,
        first=first,
    )  # fmt: skip
    lines = [f"#   {name}  {words}" for name, words in held] or ["#   无 none: docs/how_to/add_a_source.md"]
    title = "# 本地区已有年度数据的指标（个数，起止年）。Yearly figures held of the area (number, years):"
    return "\n".join([head.rstrip(), title, *lines]) + "\n"


def _held(book: Book, registry: Registry) -> list[tuple[str, str]]:
    """Indicators with yearly figures, published or computed: most figures first."""
    found = []
    for record in registry.indicators.values():
        years = book.yearly(record.id).years
        if years:
            found.append((-len(years), record.id, f"{record.zh}（{len(years)}，{years[0]}—{years[-1]}）"))
    return [(id, words) for _, id, words in sorted(found)]
