"""Which row is a part of which: indentation, numbering, headings, `#`, `其中`.

Where the page does not say it, only figures or a classification everyone uses may: a sub-item
without indentation ends where the parts add up to the whole, where the unit changes, or where the
members of a known division (男, 女) end. Otherwise the row is ambiguous, and named as such.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from .text import Label

__all__ = ["KNOWN_DIVISIONS", "Item", "build_outline", "sums_to"]

# divisions that official tables always print whole, with the spellings in use
KNOWN_DIVISIONS: tuple[frozenset[str], ...] = (
    frozenset({"男", "女"}),
    frozenset({"男性", "女性"}),
    frozenset({"男性人口", "女性人口"}),
    frozenset({"城镇", "乡村"}),
    frozenset({"城镇", "农村"}),
    frozenset({"城镇人口", "乡村人口"}),
    frozenset({"第一产业", "第二产业", "第三产业"}),
    frozenset({"轻工业", "重工业"}),
    frozenset({"公有制", "非公有制"}),
    frozenset({"工资性收入", "经营净收入", "财产净收入", "转移净收入"}),
    frozenset(
        {"食品烟酒", "衣着", "居住", "生活用品及服务", "生活用品和服务", "交通通信", "交通和通信", "交通通讯",
         "交通和通讯", "教育文化娱乐", "教育文化和娱乐", "教育文化及娱乐", "医疗保健", "其他用品及服务",
         "其他用品和服务", "其它用品和服务", "其它用品及服务"}
    ),
)  # fmt: skip


@dataclass
class Item:
    """One row of the body: its label, its figures, and in the end its parent."""

    row: int
    label: Label
    figures: Sequence[Decimal | None]  # of the columns in which parts add up
    unit: str = ""
    heading: bool = False
    parent: int | None = None  # index into the items
    doubt: str = ""  # why the parent is not certain
    evidence: str = ""


@dataclass
class _Chain:
    """An open list of parts: `其中：甲`, 乙, 丙."""

    parent: int | None
    indent: int
    own: int
    mark: str
    hashes: int
    flat: bool  # the mark is not indented against its parent
    members: int | None = None  # how many rows after the opener belong to it, when known
    seen: int = 0


@dataclass
class _State:
    items: list[Item]
    parents: Mapping[str, str]
    chains: list[_Chain] = field(default_factory=list)
    trail: list[int] = field(default_factory=list)  # open ancestors by indent and numbering
    heading: int | None = None


_HEADING_WORDS = re.compile(r"(按.*分.*|构成.*|情况|其中|.*中|分.*)$|[:：]$")


def _settle_headings(items: list[Item], *, unit_column: bool) -> None:
    """Decide for each row without figures whether it heads the rows below or only has no figure.

    It heads them if they are indented or numbered under it, if only it lacks a unit, or if its words
    say so; where the page does not tell, the rows below are in doubt.
    """
    repeated = {t for t, n in Counter(i.label.text for i in items).items() if n > 1}
    for k, item in enumerate(items):
        below = items[k + 1] if k + 1 < len(items) else None
        if not item.heading:
            continue
        if below is None:
            item.heading = False
        elif (
            below.label.indent > item.label.indent
            or below.label.number[0] > item.label.number[0] > 0
            or below.label.mark
        ):
            continue
        elif not _says_heading(items, k, repeated, unit_column=unit_column):
            if any(i.label.indent != items[0].label.indent for i in items):
                item.heading = False  # the page indents, and does not indent here
            else:
                item.doubt = "heads the rows below or has no figures"


def _says_heading(items: list[Item], k: int, repeated: set[str], *, unit_column: bool) -> bool:
    """By its words, its number, its lack of a unit, or because the labels below it come again."""
    item = items[k]
    if (unit_column and not item.unit) or _HEADING_WORDS.search(item.label.text) or item.label.number[0]:
        return True
    run = itertools.takewhile(lambda i: not i.heading, items[k + 1 :])
    return any(i.label.text in repeated for i in run)


def build_outline(
    items: list[Item], *, parents: Mapping[str, str] | None = None, unit_column: bool = False
) -> None:
    """Give every item its parent, in place; `doubt` says where it could not be decided.

    Parameters
    ----------
    items : list of Item
        The rows in the order of the table.
    parents : mapping, optional
        Declared parents, label to label, for what the table does not show; an empty parent means top.
    unit_column : bool
        Whether the table has a column of units, so that a row without one is a heading.
    """
    _settle_headings(items, unit_column=unit_column)
    state = _State(items, parents or {})
    for i, item in enumerate(items):
        declared = state.parents.get(item.label.text)
        if declared is not None:
            _declare(state, i, declared)
        elif _closes_all(state, i):
            state.chains, state.trail = [], []
            continue
        elif item.label.number[0]:
            _numbered(state, i)
        elif item.label.mark:
            _marked(state, i)
        else:
            _plain(state, i)
        _enter(state, i)


def _declare(state: _State, i: int, parent: str) -> None:
    matches = [j for j in range(i) if state.items[j].label.text == parent]
    item = state.items[i]
    item.parent = matches[-1] if matches else None
    item.evidence = "declared"
    if parent and not matches:
        item.doubt = f"the declared parent {parent} does not stand above it"
    state.chains = [
        c for c in state.chains if c.parent is None or (item.parent is not None and c.parent <= item.parent)
    ]


def _enter(state: _State, i: int) -> None:
    item = state.items[i]
    rank = item.label.number[0]
    while state.trail and not _holds(state.items[state.trail[-1]], item, rank):
        state.trail.pop()
    state.trail.append(i)


def _holds(upper: Item, item: Item, rank: int) -> bool:
    """Whether an open ancestor stays open when `item` comes."""
    if upper.label.number[0] and rank:
        return upper.label.number[0] < rank
    if upper.label.number[0]:
        return item.label.indent >= upper.label.indent  # text under a numbered row is its detail
    if rank:
        return upper.heading and upper.label.indent < item.label.indent
    if upper.heading and not item.heading:
        return item.label.indent >= upper.label.indent
    return upper.label.own_indent < item.label.own_indent and upper.label.indent < item.label.indent


def _from_trail(state: _State, i: int, rank: int) -> int | None:
    item = state.items[i]
    for j in reversed(state.trail):
        if _holds(state.items[j], item, rank):
            return j
    return None


def _numbered(state: _State, i: int) -> None:
    item = state.items[i]
    rank = item.label.number[0]
    # a number closes every list of parts opened at its depth
    state.chains = [c for c in state.chains if c.parent is not None and _encloses(state, c.parent, rank, i)]
    item.parent = next((j for j in reversed(state.trail) if _holds(state.items[j], item, rank)), None)
    if item.label.mark:
        _open(state, i, _previous_base(state, i))


def _encloses(state: _State, parent: int, rank: int, i: int) -> bool:
    upper = state.items[parent].label
    return bool(upper.number[0]) and upper.number[0] < rank


def _marked(state: _State, i: int) -> None:
    item, label = state.items[i], state.items[i].label
    while state.chains:
        chain = state.chains[-1]
        if label.mark == "#" and chain.mark == "#" and label.hashes != chain.hashes:
            if label.hashes > chain.hashes:
                break
            state.chains.pop()
            continue
        if label.indent > chain.indent:
            break
        if label.indent == chain.indent and label.mark == chain.mark:
            _join_marked(state, i, chain)
            return
        if label.indent == chain.indent and label.mark == "在总计中":
            state.chains.pop()
            continue
        if label.indent == chain.indent:
            break
        state.chains.pop()
    _open(state, i, _previous_base(state, i))
    item.parent = state.chains[-1].parent


def _join_marked(state: _State, i: int, chain: _Chain) -> None:
    """Another mark at the same depth: one more part of the same whole, unless it could be a detail."""
    item = state.items[i]
    item.parent = chain.parent
    previous = state.items[i - 1]
    nests = chain.flat and chain.mark == "其中" and previous.parent == chain.parent
    if previous.parent == chain.parent and _age_inside(item.label.text, previous.label.text):
        item.parent, item.evidence = i - 1, "the ages lie inside"
        return
    if (
        nests
        and not _ages_differ(item.label.text, previous.label.text)
        and _fits_inside(item, previous)
        and not _closed_by_sum(state, i, chain)
    ):
        item.doubt = f"part of {_name(state, chain.parent)} or of {previous.label.text}"
    chain.own, chain.seen = item.label.own_indent, 0
    chain.members = _members(state, i, chain) if chain.flat else None


_AGES = re.compile(
    r"(\d{1,3})(?:周?岁)?\s*(?:[-—–~～至](\d{1,3})周?岁|周?岁(?:及|或)?以([上下]))|(\d{1,3})周?岁(?:及)?以([上下])"
)


def _ages(text: str) -> tuple[int, int] | None:
    match = _AGES.match(text)
    if not match:
        return None
    first, last, way = int(match.group(1) or match.group(4)), match.group(2), match.group(3) or match.group(5)
    if last:
        return first, int(last)
    return (first, 200) if way == "上" else (0, first)


def _age_inside(inner: str, outer: str) -> bool:
    """65岁及以上 is a part of 60岁及以上."""
    a, b = _ages(inner), _ages(outer)
    return a is not None and b is not None and a != b and b[0] <= a[0] and a[1] <= b[1]


def _ages_differ(one: str, other: str) -> bool:
    a, b = _ages(one), _ages(other)
    return a is not None and b is not None and (a[1] < b[0] or b[1] < a[0])


def _closed_by_sum(state: _State, i: int, chain: _Chain) -> bool:
    """The next list of parts adds up to the same whole: it cannot be a detail of the row before."""
    if chain.parent is None:
        return False
    return _partition_size(state, i, state.items[chain.parent]) is not None


def _fits_inside(item: Item, other: Item) -> bool:
    pairs = [
        (a, b) for a, b in zip(item.figures, other.figures, strict=True) if a is not None and b is not None
    ]
    return item.unit == other.unit and all(abs(a) <= abs(b) for a, b in pairs)


def _previous_base(state: _State, i: int) -> int | None:
    """The row that a newly opened list is a part of: the one before it."""
    label = state.items[i].label
    for j in range(i - 1, -1, -1):
        other = state.items[j].label
        if other.indent <= label.indent and other.own_indent <= label.own_indent:
            return _total_above(state, j) if label.mark == "在总计中" else j
    return None


def _closes_all(state: _State, i: int) -> bool:
    """`合  计` and `附：` are set in from the margin on many pages, and are parts of no row with figures."""
    label = state.items[i].label
    total = _TOTAL_WORD.search(label.text) or label.text.startswith(("附:", "附："))
    if not total or label.mark or label.number[0] or i == 0:
        return False
    return not state.items[i - 1].heading and not any(state.items[j].heading for j in state.trail)


_TOTAL_WORD = re.compile(r"^(总计|合计|总数|全部|计)$|总计$|合计$")


def _total_above(state: _State, j: int) -> int:
    """在总计中 speaks of the total: the nearest row called so, else the outermost row above."""
    for k in range(j, -1, -1):
        if _TOTAL_WORD.search(state.items[k].label.text) and state.items[k].parent is None:
            return k
    while (parent := state.items[j].parent) is not None:
        j = parent
    return j


def _open(state: _State, i: int, parent: int | None) -> None:
    label = state.items[i].label
    flat = parent is not None and state.items[parent].label.indent == label.indent
    chain = _Chain(parent, label.indent, label.own_indent, label.mark, label.hashes, flat)
    state.chains.append(chain)
    if flat:
        chain.members = _members(state, i, chain)
    above = state.items[parent] if parent is not None else None
    beside = above and not above.label.mark and above.label.indent == label.indent
    if flat and beside and above and above.parent is not None and label.indent and label.mark == "其中":
        whole = state.items[above.parent].label.text
        state.items[i].doubt = f"part of {above.label.text} or of {whole}"


def _plain(state: _State, i: int) -> None:
    item = state.items[i]
    while state.chains:
        chain = state.chains[-1]
        if item.heading and item.label.indent <= chain.indent:
            state.chains.pop()
            continue
        verdict = _in_chain(state, i, chain)
        if verdict is True:
            item.parent = chain.parent
            return
        if verdict is None:  # deeper than the parts: a detail of the row before
            break
        state.chains.pop()
    item.parent = _from_trail(state, i, 0)
    upper = state.items[item.parent] if item.parent is not None else None
    if upper and upper.label.number[0] and not upper.heading and item.label.indent <= upper.label.indent:
        item.doubt = f"part of {upper.label.text} or not"  # numbers stop, and no indent says why
    whole = _divided(state, i)
    if whole is not None:
        item.parent, item.evidence = whole, "members of a known division that add up"


def _divided(state: _State, i: int) -> int | None:
    """The row that 男 and 女 under it add up to, where nothing else marks them as its parts."""
    items = state.items
    for division in KNOWN_DIVISIONS:
        if items[i].label.text not in division or len(division) != 2:
            continue
        for start in (i, i - 1):
            pair = items[start : start + 2] if start > 0 else []
            same = {p.label.text for p in pair} == division and len({p.label.indent for p in pair}) == 1
            whole = items[start - 1]
            if same and sums_to(whole.figures, [p.figures for p in pair]) and whole.unit == pair[0].unit:
                return start - 1
    return None


def _in_chain(state: _State, i: int, chain: _Chain) -> bool | None:
    item = state.items[i]
    indent = item.label.indent
    if indent > chain.own + 2:
        return None
    if indent > chain.indent:
        return True
    if indent < chain.indent:
        return False
    if not chain.flat:
        return True
    if chain.mark == "在总计中":
        return True
    chain.seen += 1
    if chain.members is not None:
        return chain.seen <= chain.members
    item.doubt = f"part of {_name(state, chain.parent)} or not"
    return True


def _members(state: _State, i: int, chain: _Chain) -> int | None:
    """How many rows after the opener of a list without indentation belong to it; None if unknown."""
    if chain.parent is None:
        return None
    items, whole = state.items, state.items[chain.parent]
    run = _run(items, i)
    if run == 0 or (
        i and items[i - 1].label.mark == items[i].label.mark and items[i - 1].parent == chain.parent
    ):
        return 0  # every part carries a mark of its own
    after = items[i + run + 1] if i + run + 1 < len(items) else None
    if run == 1 and after and after.label.mark and after.label.text == items[i].label.text:
        return 0  # the same part again: the row before it is another whole
    size = _partition_size(state, i, whole)
    if size is not None:
        items[i].evidence = "the parts add up"
        return size - 1
    if whole.unit and whole.unit == items[i].unit and items[i + 1].unit != whole.unit:
        return 0
    for division in KNOWN_DIVISIONS:
        if items[i].label.text in division:
            inside = next((k for k in range(1, run + 1) if items[i + k].label.text not in division), run + 1)
            items[i].evidence = "members of a known division"
            return inside - 1
    if items[i].label.number[0]:
        return None
    return run if _closes(items, i, run, whole) else None


def _closes(items: list[Item], i: int, run: int, whole: Item) -> bool:
    """A numbered whole owns what stands before the next number of its rank."""
    after = items[i + run + 1] if i + run + 1 < len(items) else None
    rank = whole.label.number[0]
    return bool(rank) and (after is None or after.label.number[0] == rank)


def _run(items: list[Item], i: int) -> int:
    """Length of the plain rows after `i` at the same depth."""
    n = 0
    for item in items[i + 1 :]:
        if (
            item.label.mark
            or item.label.number[0]
            or item.heading
            or item.label.indent != items[i].label.indent
        ):
            break
        n += 1
    return n


def _partition_size(state: _State, i: int, whole: Item) -> int | None:
    """How many rows from `i` on add up to the whole in every column, if there is one such number."""
    items = state.items
    found = []
    for size in range(2, _run(items, i) + 2):
        if sums_to(whole.figures, [items[i + k].figures for k in range(size)]):
            found.append(size)
    return found[0] if len(found) == 1 else None


_SLACK = Decimal("0.002")


def sums_to(whole: Sequence[Decimal | None], parts: Sequence[Sequence[Decimal | None]]) -> bool:
    """Whether parts add up to a whole in at least one column and in none fail, within rounding.

    Each figure may be off by half of its last digit, all together by 0.2 % of the whole.

    >>> D = Decimal
    >>> sums_to([D("933.31")], [[D("551.50")], [D("381.80")]]), sums_to([D("10")], [[D("4")], [D("5")]])
    (True, False)
    """
    checked = False
    for k, total in enumerate(whole):
        figures = [p[k] for p in parts]
        if total is None or any(f is None for f in figures):
            continue
        numbers = [f for f in figures if f is not None]
        step = max(_ulp(f) for f in [total, *numbers])
        allowed = min(step * (len(numbers) + 1) / 2, abs(total) * _SLACK)
        if abs(sum(numbers) - total) > allowed:
            return False
        checked = True
    return checked


def _ulp(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _name(state: _State, index: int | None) -> str:
    return state.items[index].label.text if index is not None else "the table"
