"""The regions of China since 1980: code, official name, parent and the years of each.

`divisions.csv` has one row for each name of a code under one parent, after the lists that the Ministry of
Civil Affairs publishes (GB/T 2260); `tools/make_divisions.py` says how it is made and what was repaired.
`areas.yml` adds the few statistical areas that have no code there.

In the year of a change both the old and the new row are in use. A look-up for that year takes the state
at its end first, as yearbooks do.
"""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from .division_names import aliases_of, ends_here, needs_parent, short_names, stands_alone
from .division_rows import LEVELS, Division, distance, highest, in_year, read_rows

__all__ = ["NATION", "Division", "Divisions", "load_divisions"]

NATION = "000000"
SHARE_HELD = 0.8
# GB/T 2260 has no code for it, so no list says since when: the zone was founded in January 2006.
SINCE = {"22CB00": 2006, "22CB01": 2006, "22CB02": 2006, "22CB03": 2006}
MORE_ALIASES = {
    NATION: ("全国", "中国", "全国合计", "全国总计"),
    "22CB00": ("长白山管委会", "长白山管理委员会", "长白山保护开发区管委会", "长白山"),
}
_HERE = Path(__file__).parent


class Divisions:
    """All regions, looked up by name or code.

    >>> regions = load_divisions()
    >>> regions.resolve("闸北区", year=2010).code
    '310108'
    >>> regions.resolve("延边州").name
    '延边朝鲜族自治州'
    >>> regions.resolve("朝阳区") is None, regions.resolve("朝阳区", within="220100").code
    (True, '220104')
    """

    def __init__(self, rows: Iterable[Division], aliases: Mapping[str, Sequence[str]] | None = None) -> None:
        self._codes: dict[str, list[Division]] = defaultdict(list)
        self._names: dict[str, list[Division]] = defaultdict(list)
        self._aliases: dict[str, list[Division]] = defaultdict(list)
        self._children: dict[str, list[Division]] = defaultdict(list)
        for row in rows:
            self._codes[row.code].append(row)
            self._names[row.name].append(row)
            self._children[row.parent or ""].append(row)
            if row.level in ("province", "prefecture"):
                for alias in aliases_of(row.name, row.level):
                    self._aliases[alias].append(row)
        # A set of aliases belongs to the code as it is now: an earlier name had its own.
        for code, more in (aliases or {}).items():
            for row in (r for r in self._codes.get(code, ()) if r.last is None):
                for alias in more:
                    if alias != row.name and row not in self._aliases[alias]:
                        self._aliases[alias].append(row)
        self._longest = max(map(len, (*self._names, *self._aliases)), default=0)

    def named(self, label: str) -> tuple[Division, ...]:
        """Every region, of any year, with this name or alias; higher levels first.

        >>> [d.name for d in load_divisions().named("吉林")]
        ['吉林省', '吉林市']
        >>> load_divisions().named("合计")
        ()
        """
        word = _bare(label)
        found = (*self._names.get(word, ()), *self._aliases.get(word, ()))
        return tuple(sorted(found, key=lambda d: LEVELS.index(d.level)))

    def get(self, code: str, *, year: int | None = None) -> Division | None:
        """The row of a code in a year; without one, the row now or the last one there was.

        >>> load_divisions().get("440183", year=2010).name
        '增城市'
        >>> load_divisions().get("440183", year=2020) is None
        True
        """
        found = in_year(self._codes.get(code, ()), year, near=0)
        return found[-1] if found else None

    def parents(self, division: Division, *, year: int | None = None) -> tuple[Division, ...]:
        """The regions above, from the nation down, as named in `year` or in the region's last year.

        >>> regions = load_divisions()
        >>> [d.name for d in regions.parents(regions.resolve("增城市"))]
        ['全国', '广东省', '广州市']
        """
        when = year if year is not None or division.last is None else division.last - 1
        chain: list[Division] = []
        for code in self._above(division):
            parent = self.get(code, year=when) or self.get(code)
            if parent is not None:
                chain.append(parent)
        return tuple(reversed(chain))

    def is_within(self, division: Division, code: str, *, year: int | None = None) -> bool:
        """Is the region inside the one with this code, at any depth, or that one itself?

        >>> regions = load_divisions()
        >>> regions.is_within(regions.resolve("荔湾区"), "440000")
        True
        """
        row = (self.get(division.code, year=year) if year is not None else None) or division
        return code == row.code or code in self._above(row)

    def resolve(self, label: str, *, within: str | None = None, year: int | None = None) -> Division | None:
        """The one region of that name; None when there is none, or several: never a guess.

        Parameters
        ----------
        label : str
            Name as a table prints it; blanks in it do not count.
        within : str, optional
            Code of a region; only what is inside it, or it itself, is meant. Short names of counties
            (抚松, 前郭县) are understood only with it.
        year : int, optional
            The year of the figures. What is in use at its end comes first, then what ended in it, then
            what is nearest, at most three years off. Without a year: what is in use now, else what
            ended last.

        Returns
        -------
        Division or None
            An official name comes before an alias. Of two regions with the same alias the higher one is
            meant (吉林 is the province) unless `within` names a part of the country.
        """
        word = _bare(label)
        exact = self._inside(self._names.get(word, ()), within, year)
        if exact:
            return exact[0] if len(exact) == 1 else None
        found = self._inside(self._aliases.get(word, ()), within, year)
        if within in (None, NATION):
            found = highest(found)
        elif not found or found[0].code == within:
            # In a table of 通化市 the word 通化 may be the city or 通化县: then it is neither.
            found += self._inside(self._shorts.get(word, ()), within, year)
        return found[0] if len(found) == 1 else None

    def _inside(self, rows: Sequence[Division], within: str | None, year: int | None) -> tuple[Division, ...]:
        return in_year([d for d in rows if within is None or self.is_within(d, within)], year)

    def common_parent(self, labels: Iterable[str], *, year: int | None = None) -> Division | None:
        """The lowest region that holds the labels of a table.

        Labels that name no region are passed over. The region must hold at least two of the others and
        at least 80 % of them, more than any other region of its level. A row of the region itself
        (广州市 above its districts) counts as held.

        >>> load_divisions().common_parent(["合计", "荔湾区", "越秀区", "海珠区"]).name
        '广州市'
        >>> load_divisions().common_parent(["北京", "天津", "河北"]).name
        '全国'
        """
        words = list(dict.fromkeys(map(_bare, labels)))
        meant = [self._meanings(word, year, short=True) for word in words]
        # Short names are ordinary words too: they are read only in a list that is mostly regions.
        if 2 * sum(map(bool, meant)) < len(words):
            meant = [self._meanings(word, year, short=False) for word in words]
        code = self._holder([found for found in meant if found])
        return None if code is None else self.get(code, year=year) or self.get(code)

    def children(self, code: str, *, year: int) -> tuple[Division, ...]:
        """The regions directly below a code at the end of a year, by code.

        >>> [d.name for d in load_divisions().children("460000", year=2005)][:2]
        ['海口市', '三亚市']
        """
        found = [d for d in self._children.get(code, ()) if distance(d, year) == 0]
        return tuple(sorted(found, key=lambda d: d.code))

    def nearest(self, label: str, n: int = 3) -> tuple[str, ...]:
        """Names close to a label, for the "expected" line of an error.

        >>> load_divisions().nearest("浦东薪区", n=1)
        ('浦东新区',)
        """
        known = [*self._names, *self._aliases]
        return tuple(difflib.get_close_matches(_bare(label), known, n=n, cutoff=0.5))

    def names_in(self, text: str, *, year: int | None = None) -> tuple[Division, ...]:
        """The regions that a title names, in its order; a name inside another's region comes after it.

        Full names count anywhere. Bare ones (新乡, 上海) count at the start, after a table number, right
        after a year or before 市 and 省, so that 上海南站 is not 海南.

        >>> [d.name for d in load_divisions().names_in("表2 吉林省长春市各区人口")]
        ['吉林省', '长春市']
        """
        found: list[Division] = []
        place, end = 0, -1
        while place < len(text):
            division, size = self._name_at(text, place, found, touching=place == end, year=year)
            place += size
            if division is not None:
                end = place
                if division not in found:
                    found.append(division)
        return tuple(found)

    def _name_at(
        self, text: str, place: int, before: Sequence[Division], *, touching: bool, year: int | None
    ) -> tuple[Division | None, int]:
        """The longest name that starts at a place, and how far to go on."""
        for size in range(min(self._longest, len(text) - place), 1, -1):
            word, rest = text[place : place + size], text[place + size :]
            if word in self._names and word != "全国" and ends_here(word, rest):
                inside = needs_parent(word)
                division = (
                    self._meant_after(word, before, year, inside=inside) if touching or not inside else None
                )
                # A full name that says nothing here is passed over whole: no part of it is another name.
                return division, size
            if self._is_bare_name(word, text[:place], rest):
                division = self._meant_after(word, before, year)
                if division is not None:
                    return division, size + (rest[:1] in ("市", "省"))
        return None, 1

    def _is_bare_name(self, word: str, before: str, rest: str) -> bool:
        found = self._aliases.get(word, ()) if word != "全国" else self._names.get(word, ())
        wide = any(d.level not in ("county", "district") for d in found)
        return wide and stands_alone(word, before, rest)

    def _meant_after(
        self, word: str, before: Sequence[Division], year: int | None, *, inside: bool = False
    ) -> Division | None:
        """What a name means after others: a part of one of them, or of the last one only (`inside`)."""
        for outer in reversed(before[-1:] if inside else before):
            inner = self.resolve(word, within=outer.code, year=year)
            if inner is not None and inner.code != outer.code:
                return inner
        return None if inside else self.resolve(word, year=year)

    def _above(self, division: Division) -> list[str]:
        codes: list[str] = []
        code = division.parent
        while code:
            codes.append(code)
            rows = self._codes.get(code)
            code = rows[-1].parent if rows else None
        return codes

    def _meanings(self, word: str, year: int | None, *, short: bool) -> tuple[Division, ...]:
        exact = in_year(self._names.get(word, ()), year)
        if exact:
            return exact
        found = in_year(self._aliases.get(word, ()), year)
        return found + in_year(self._shorts.get(word, ()), year) if short else found

    def _holder(self, labels: Sequence[Sequence[Division]]) -> str | None:
        """Code of the region that holds most of the labels, by what each may mean."""
        holds: Counter[str] = Counter()
        below: Counter[str] = Counter()
        for found in labels:
            # The nation is the parent of provinces only: cities of many provinces have none in common.
            over = {code for d in found for code in self._above(d) if code in (d.parent, _province(d))}
            below.update(over)
            holds.update(over | {d.code for d in found})
        fit = {c: n for c, n in holds.items() if below[c] >= 2 and n >= SHARE_HELD * len(labels)}
        most = [c for c, n in fit.items() if n == max(fit.values())]
        depth = {code: LEVELS.index(self._codes[code][-1].level) for code in most}
        lowest = [code for code in most if depth[code] == max(depth.values())]
        return lowest[0] if len(lowest) == 1 else None

    @cached_property
    def _shorts(self) -> dict[str, list[Division]]:
        index: dict[str, list[Division]] = {}
        for rows in self._codes.values():
            for row in rows:
                for short in short_names(row.name) if row.level == "county" else ():
                    index.setdefault(short, []).append(row)
        return index


def _province(division: Division) -> str:
    return division.code[:2] + "0000"


def _bare(label: str) -> str:
    return "".join(label.split())


@lru_cache(maxsize=2)
def load_divisions(folder: Path | None = None) -> Divisions:
    """Read the regions.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where `divisions.csv` and `areas.yml` are; those of the package by default.

    Raises
    ------
    RegistryError
        If the csv is missing or not of the form above, with every row that is wrong.
    """
    root = folder or _HERE
    rows = read_rows(root / "divisions.csv")
    # The registry proper checks this file; here the fast reader is enough.
    reader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    areas = yaml.load((root / "areas.yml").read_text(encoding="utf-8"), Loader=reader)
    areas = [area for area in areas if not area.get("synthetic")]
    aliases = {str(area["code"]): tuple(area.get("aliases", ())) for area in areas}
    for code, more in MORE_ALIASES.items():
        aliases[code] = (*aliases.get(code, ()), *more)
    rows += [_area_row(area) for area in areas if not area.get("official", True)]
    return Divisions(rows, aliases)


def _area_row(area: Mapping[str, Any]) -> Division:
    code = str(area["code"])
    first = SINCE.get(code, 1980)
    return Division(
        code=code, name=area["zh"], parent=str(area["parent"]), level=area["level"], first=first, last=None
    )
