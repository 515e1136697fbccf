"""Which region a row, a column or a whole table is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ...registry.divisions import Division, Divisions

__all__ = ["Place", "Scope", "find_scope", "is_region_list", "place_rows"]

TOTALS = frozenset(
    [
        "全市",
        "全省",
        "全区",
        "全县",
        "全州",
        "全国",
        "总计",
        "合计",
        "全市合计",
        "全省合计",
        "全国合计",
        "全国总计",
        "全区合计",
        "全县合计",
        "全州合计",
        "全市总计",
        "全省总计",
        "地区合计",
        "总计数",
        "全部",
        "Total",
    ]
)
WHOLE = frozenset(["全市", "全省", "全区", "全县", "全州", "全国"])
PARTS_OF_A_CITY = frozenset(["市辖区", "市区", "市本级", "县城", "市属", "城区", "全市"])
_OWN_LEVEL = re.compile(r"^[省市州区县盟]?本级$")
_GROUP = re.compile(
    r"合计$|小计$|板块$|^市区$|^县级市$|^市辖区$|^县区|^区县|^其他|^其它|地区$|^不分|^省直|本级$|^城区|^郊|^开发区|管委会$|"
    r"^县\(?|新区$|高新|经开|示范区$|林管局|农垦|部门$"
)
_HEADS = re.compile(
    r"^(地区|地\s*区|区县?|县区|市县|城市|省份|省市|地区名称|行政区划?|各区|区、县.*|区\(县\).*|市\(州\).*|市州|县\(市.*|"
    r"县市区?|省\(区.*|地名|市、县.*|盟市|州市|乡镇.*|街道.*|City|Region|Area|District|Province)$"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A region as a path for the reader and a code for the computer ("" where there is none)."""

    path: str
    code: str = ""
    note: str = ""


@dataclass
class Scope:
    """The region that a whole table covers."""

    name: str = ""
    division: Division | None = None
    source: str = ""  # where that was read
    conflict: str = ""
    note: str = ""  # where the name is in no register

    @property
    def prefix(self) -> list[str]:
        """The first part of every region path; the nation is left out above its parts."""
        return [] if not self.name or (self.division and self.division.code == "000000") else [self.name]

    @property
    def code(self) -> str:
        """Code of the scope, "" for a free name."""
        return self.division.code if self.division else ""

    def place(self) -> Place:
        """The scope itself as a region."""
        return Place(self.name, self.code, self.note)


def is_region_list(labels: Sequence[str], head: str, divisions: Divisions) -> bool:
    """Whether labels are regions: by the head of their column, or because most are in the registry."""
    words = [w for w in labels if w]
    if not words:
        return False
    if head and _HEADS.match(head.replace(" ", "")):
        return True
    known = sum(bool(divisions.named(w)) for w in words)
    grouped = sum(w in TOTALS or bool(_OWN_LEVEL.match(w)) or w in PARTS_OF_A_CITY for w in words)
    if known == 0:
        return False
    return known >= 2 and known + grouped >= 0.7 * len(words)


def find_scope(
    *,
    given: str | None,
    tiers: Sequence[tuple[str, str]],
    labels: Sequence[str],
    year: int | None,
    divisions: Divisions,
) -> Scope:
    """The region of the whole table.

    Parameters
    ----------
    given : str, optional
        What the caller says; wins.
    tiers : sequence of (text, where)
        Titles and other words in falling order of trust.
    labels : sequence of str
        Region labels of the rows or columns; their common parent is the last resort, and a check.
    """
    if given:
        exact = divisions.resolve(given, year=year) or next(iter(divisions.named(given)), None)
        note = "" if exact else _unknown(given, divisions)
        return _inside(Scope(given, exact, "given", note=note), labels, divisions)
    common = divisions.common_parent(labels, year=year) if labels else None
    for text, where in tiers:
        names = divisions.names_in(text, year=year) if text else ()
        if not names:
            continue
        deepest = names[-1]
        if all(divisions.is_within(deepest, n.code) or n.code == deepest.code for n in names):
            if common and not _fits(common, deepest, divisions):
                return Scope(conflict=f"{deepest.name} ({where}), but the rows lie in {common.name}")
            return _inside(Scope(deepest.name, deepest, where), labels, divisions)
        if not common:
            return Scope(conflict=" or ".join(n.name for n in names) + f" ({where})")
    if common:
        return Scope(common.name, common, f"inferred: the regions listed all lie in {common.name}")
    return Scope()


def _unknown(name: str, divisions: Divisions) -> str:
    return f"not in the register of regions; nearest: {', '.join(divisions.nearest(name))}"


def _inside(scope: Scope, labels: Sequence[str], divisions: Divisions) -> Scope:
    """Refuse a region in which none of the listed regions lies."""
    if scope.division is None:
        return scope
    code = scope.division.code
    listed = {label: divisions.named(label) for label in labels}
    known = {label: found for label, found in listed.items() if found}
    if not known or any(
        d.code == code or divisions.is_within(d, code) or divisions.is_within(scope.division, d.code)
        for found in known.values()
        for d in found
    ):
        return scope
    label, found = next(iter(known.items()))
    parents = " or ".join(dict.fromkeys(p[-1].name for d in found[:3] if (p := divisions.parents(d))))
    return Scope(conflict=f"{scope.name} ({scope.source}), but {label} lies in {parents}")


def _fits(common: Division, named: Division, divisions: Divisions) -> bool:
    return (
        common.code == named.code
        or divisions.is_within(common, named.code)
        or divisions.is_within(named, common.code)
    )


@dataclass
class _Walk:
    divisions: Divisions
    scope: Scope
    year: int | None
    present: set[str] = field(default_factory=set)  # codes that are rows of this table
    last: dict[str, tuple[Division, str]] = field(default_factory=dict)  # level -> division and label
    latest: tuple[Division, str] | None = None


def place_rows(
    labels: Sequence[tuple[str, int]], scope: Scope, *, year: int | None, divisions: Divisions
) -> list[Place | None]:
    """Resolve region labels in their order; each may depend on those above it.

    Parameters
    ----------
    labels : sequence of (label, indent)

    Returns
    -------
    list of Place or None
        None where the label is a total and the scope is not known.
    """
    walk = _Walk(divisions, scope, year)
    found = [_division(walk, text) for text, _ in labels]
    walk.present = {d.code for d in found if d}
    counts = Counter(text for text, _ in labels)
    trail: list[tuple[int, str, Place]] = []
    places: list[Place | None] = []
    for (text, indent), division in zip(labels, found, strict=True):
        while trail and trail[-1][0] >= indent:
            trail.pop()
        place = _place(walk, text, division, counts[text], trail)
        places.append(place)
        if division:
            walk.last[division.level] = (division, text)
            walk.latest = (division, text)
        if place and text not in TOTALS:
            trail.append((indent, text, place))
    return places


def _division(walk: _Walk, text: str) -> Division | None:
    if text in TOTALS or _OWN_LEVEL.match(text):
        return None
    text = re.sub(r"\((?:含|不含|包括)[^()]*\)$", "", text)
    within = walk.scope.code or None
    found = walk.divisions.resolve(text, within=within, year=walk.year)
    if found is None and within:
        found = walk.divisions.resolve(text, within=within)
    if found is None and within and len(text) == 2:
        found = walk.divisions.resolve(f"{text}市", within=within, year=walk.year)  # 吉林 in 吉林省
    return found


def _place(
    walk: _Walk, text: str, division: Division | None, count: int, trail: list[tuple[int, str, Place]]
) -> Place | None:
    scope = walk.scope
    if text[:2] in WHOLE:
        return _whole(walk, text[:2])
    if text in TOTALS:
        return scope.place() if scope.name else None
    if division:
        if division.code == scope.code:
            return scope.place()
        return Place(" / ".join([*scope.prefix, *_ancestors(walk, division), text]), division.code)
    if _OWN_LEVEL.match(text) or (count > 1 and _GROUP.search(text)):
        owner = walk.last.get("prefecture") or walk.latest
        if owner is None:
            return Place(" / ".join([*scope.prefix, text])) if scope.name and count == 1 else None
        return Place(" / ".join([*scope.prefix, *_ancestors(walk, owner[0]), owner[1], text]))
    if not scope.name:
        return None
    upper = trail[-1][2] if trail and trail[-1][2].code else None
    note = "" if _GROUP.search(text) else _unknown(text, walk.divisions)
    base = upper.path.split(" / ") if upper else scope.prefix
    return Place(" / ".join([*base, text]), "", note)


_WHOLES = {"全省": "省", "全市": "市", "全县": "县", "全州": "州", "全区": "区", "全旗": "旗", "全盟": "盟"}


def _whole(walk: _Walk, word: str) -> Place | None:
    """全市 is the scope if that is a city; 全国 and 全省 may stand above it for comparison."""
    scope = walk.scope
    if word == "全国":
        return Place("全国", "000000")
    if scope.division is None:
        return scope.place() if scope.name else None
    chain = [scope.division, *reversed(walk.divisions.parents(scope.division, year=walk.year))]
    for division in chain:
        if division.name.endswith(_WHOLES[word]):
            return scope.place() if division is scope.division else Place(division.name, division.code)
    return None


def _ancestors(walk: _Walk, division: Division) -> list[str]:
    """Names between the scope and a division, as far as they are rows of the same table."""
    names = []
    for parent in walk.divisions.parents(division, year=walk.year):
        inside = parent.code != "000000" and parent.code != walk.scope.code
        if (
            inside
            and parent.code in walk.present
            and (not walk.scope.code or walk.divisions.is_within(parent, walk.scope.code))
        ):
            label = walk.last.get(parent.level)
            names.append(label[1] if label and label[0].code == parent.code else parent.name)
    return names
