"""Tables that show no small group: what to hide, and an attack that tries to find it out again.

A count of 1 to 9 households is not printed. That is not enough where it can be had from totals, from other
tables or from the month before, so further cells are withheld until the attack finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from ..errors import CoverageError, Fault
from .possible import System, possible_values

__all__ = [
    "LEAST",
    "SMALL",
    "THRESHOLD",
    "WITHHELD",
    "AtMost",
    "Broken",
    "Equal",
    "Key",
    "Mark",
    "Relation",
    "audit",
    "hide_small",
    "holds",
    "protect",
]

THRESHOLD = 10  # households; fewer are not printed, but for none at all
LEAST = 5  # values that must stay possible for a count below the threshold
_PATIENCE = 2  # counts withheld for the sake of one before its neighbours lose their marks
SMALL: Literal["small"] = "small"  # printed as <10: 1 to 9
WITHHELD: Literal["withheld"] = "withheld"  # not printed so that others cannot be worked out; of any size

Mark: TypeAlias = int | Literal["small", "withheld"]


class Key(NamedTuple):
    """Which count: of a table, or one that no table prints (its table begins with ~)."""

    table: str
    area: str
    period: str
    row: str
    column: str


@dataclass(frozen=True)
class Equal:
    """Two sums of the same households; what stands on one side does not overlap."""

    whole: tuple[Key, ...]
    parts: tuple[Key, ...]


@dataclass(frozen=True)
class AtMost:
    """One sum is not above the other; households may stand twice in it."""

    less: tuple[Key, ...]
    more: tuple[Key, ...]


Relation: TypeAlias = Equal | AtMost


@dataclass(frozen=True)
class Broken:
    """What the attack found: a group of fewer than 10 households of which too few values remain possible."""

    keys: tuple[Key, ...]
    values: tuple[int, ...]


def holds(relation: Relation, counts: Mapping[Key, int]) -> bool:
    """Whether counts fulfil a relation."""
    left, right = _sides(relation)
    gap = sum(counts[k] for k in left) - sum(counts[k] for k in right)
    return gap == 0 if isinstance(relation, Equal) else gap <= 0


def _sides(relation: Relation) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    if isinstance(relation, Equal):
        return relation.whole, relation.parts
    return relation.less, relation.more


def hide_small(counts: Mapping[Key, int]) -> dict[Key, Mark]:
    """Counts below the threshold marked, and nothing else: not safe, see `protect`.

    >>> a, b = (Key("t", "", "", name, "") for name in "ab")
    >>> hide_small({a: 3, b: 40})[a], hide_small({a: 0, b: 40})[a]
    ('small', 0)
    """
    return {k: SMALL if 0 < n < THRESHOLD else n for k, n in counts.items()}


def audit(
    marks: Mapping[Key, Mark],
    relations: Iterable[Relation],
    *,
    large: frozenset[Key] = frozenset(),
    fresh: frozenset[Key] | None = None,
    cache: dict[frozenset[Key], list[Broken]] | None = None,
) -> list[Broken]:
    """Attack tables: which small groups could be worked out from everything that is printed.

    Parameters
    ----------
    marks : mapping of Key to int, "small" or "withheld"
        What is printed, of all tables and months together.
    relations : iterable of Relation
        What everybody knows: which counts add up to which, and which are part of which.
    large : frozenset of Key
        Withheld counts known to the attacker to be 10 or more.
    fresh : frozenset of Key, optional
        What is new: counts that hang together with none of it were attacked before, and are passed over.
    cache : dict, optional
        Filled with what was found, by the unknowns that hang together; for repeated attacks with the same
        relations.

    Returns
    -------
    list of Broken
        Empty if nothing can be worked out.

    Raises
    ------
    CoverageError
        The marks contradict the relations.

    Notes
    -----
    The attacker knows every printed number, that `small` is 1 to 9, that counts are whole and not negative,
    and the relations. For each count that is not printed, and for the sum of all that are not printed on one
    side of a relation, the values left possible are found exactly, by integer programming (HiGHS).
    A count is broken if all of them are below 10, not all are 0, and fewer than `LEAST` are left.
    Counts that no table prints but a difference of two would show are attacked too.

    References
    ----------
    Hundepool, A. et al. (2012), Statistical Disclosure Control, Wiley, ch. 4 (audit of suppression patterns).
    Fischetti, M., Salazar, J. J. (2001), Solving the cell suppression problem on tabular data with linear
    constraints, Management Science 47, 1008-1027.

    Examples
    --------
    >>> total, a, b = (Key("t", "", "", name, "") for name in ("all", "a", "b"))
    >>> adds_up = [Equal((total,), (a, b))]
    >>> [list(x.values) for x in audit({total: 43, a: "small", b: 40}, adds_up)]
    [[3]]
    >>> audit({total: "withheld", a: "small", b: 40}, adds_up)
    []
    """
    found: list[Broken] = []
    for part in _components(marks, list(relations)):
        if fresh is not None and not part.touches(fresh):
            continue
        name = frozenset(part.unknown)
        if cache is not None and name in cache:
            found += cache[name]
            continue
        broken = _attack(part, marks, large)
        if cache is not None:
            cache[name] = broken
        found += broken
    return found


@dataclass
class _Part:
    """Unknown counts that hang together."""

    unknown: list[Key] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    def touches(self, keys: frozenset[Key]) -> bool:
        own = (k for r in self.relations for side in _sides(r) for k in side)
        return not keys.isdisjoint(self.unknown) or not keys.isdisjoint(own)


def _components(marks: Mapping[Key, Mark], relations: Sequence[Relation]) -> list[_Part]:
    leader: dict[Key, Key] = {k: k for k, mark in marks.items() if not isinstance(mark, int)}

    def find(k: Key) -> Key:
        while leader[k] != k:
            leader[k] = leader[leader[k]]
            k = leader[k]
        return k

    hidden: list[list[Key]] = []
    for relation in relations:
        these = [k for side in _sides(relation) for k in side if not isinstance(marks.get(k), int)]
        for k in these:
            leader.setdefault(k, k)
            leader[find(k)] = find(these[0])
        hidden.append(these)
    parts: dict[Key, _Part] = {}
    for k in leader:
        parts.setdefault(find(k), _Part()).unknown.append(k)
    for relation, these in zip(relations, hidden, strict=True):
        if these:
            parts[find(these[0])].relations.append(relation)
        else:
            _require_consistent(relation, marks)
    return list(parts.values())


def _require_consistent(relation: Relation, marks: Mapping[Key, Mark]) -> None:
    if not holds(relation, marks):  # type: ignore[arg-type]
        raise _contradiction(_sides(relation)[0][0])


def _contradiction(at: Key) -> CoverageError:
    return CoverageError(
        Fault(
            "printed tables contradict each other",
            where=", ".join(x for x in at if x),
            next_step="publish them anew from one ledger",
            code="tables_contradict",
        )
    )


def _attack(part: _Part, marks: Mapping[Key, Mark], large: frozenset[Key]) -> list[Broken]:
    place = {k: i for i, k in enumerate(part.unknown)}
    bounds = [_bounds(k, marks, large) for k in part.unknown]
    rows = []
    for relation in part.relations:
        terms: dict[int, int] = {}
        known = 0
        for side, sign in zip(_sides(relation), (1, -1), strict=True):
            for k in side:
                mark = marks.get(k)
                if isinstance(mark, int):
                    known += sign * mark
                else:
                    terms[place[k]] = terms.get(place[k], 0) + sign
        rows.append((terms, None if isinstance(relation, AtMost) else -known, -known))
    groups: set[tuple[Key, ...]] = {(k,) for k in part.unknown}
    for relation in part.relations:
        if isinstance(relation, Equal):
            groups.update(tuple(k for k in side if k in place) for side in _sides(relation))
    ordered = sorted(groups - {()})
    most = 1000 + 4 * max((m for m in marks.values() if isinstance(m, int)), default=0)
    system = System(tuple(bounds), tuple(rows), most)
    values = possible_values(
        system, [tuple(place[k] for k in g) for g in ordered], below=THRESHOLD, enough=LEAST
    )
    if values is None:
        raise _contradiction(part.unknown[0])
    return [Broken(g, tuple(v)) for g, v in zip(ordered, values, strict=True) if v is not None]


def _bounds(k: Key, marks: Mapping[Key, Mark], large: frozenset[Key]) -> tuple[int, int | None]:
    if marks.get(k) == SMALL:
        return 1, THRESHOLD - 1
    return (THRESHOLD if k in large else 0), None


def protect(
    counts: Mapping[Key, int],
    relations: Sequence[Relation],
    *,
    frozen: Mapping[Key, Mark] | None = None,
    cost: Callable[[Key], float] = lambda _: 1.0,
) -> dict[Key, Mark]:
    """Mark small counts, and withhold more until the attack finds nothing.

    Parameters
    ----------
    counts : mapping of Key to int
        Everything to be printed, households.
    relations : sequence of Relation
    frozen : mapping, optional
        What was printed before; it stays as it is.
    cost : callable
        Of withholding a count: the cheapest that helps is taken, small ones first.

    Returns
    -------
    dict
        The marks of all keys, those of `frozen` among them.

    Raises
    ------
    CoverageError
        Nothing more can be withheld, because the rest was printed before: nothing may be published.

    Notes
    -----
    Zeros are printed: nobody stands in them. The attack is stronger here than outside: it also knows of each
    withheld count of 10 or more that it is that. Where nothing else helps a small count loses its mark and is
    withheld, so that its size is no longer told.
    """
    fixed = dict(frozen or {})
    marks: dict[Key, Mark] = hide_small({k: n for k, n in counts.items() if k not in fixed}) | fixed
    near: dict[Key, list[Relation]] = {}
    for relation in relations:
        for side in _sides(relation):
            for k in side:
                near.setdefault(k, []).append(relation)
    cache: dict[frozenset[Key], list[Broken]] = {}
    fresh = frozenset(marks.keys() - fixed.keys())
    tries: dict[tuple[Key, ...], int] = {}
    while True:
        large = frozenset(k for k, m in marks.items() if m == WITHHELD and counts.get(k, 0) >= THRESHOLD)
        broken = audit(marks, relations, large=large, fresh=fresh, cache=cache)
        if not broken:
            return marks
        touched: set[Key] = set()
        for each in broken:
            if not touched.isdisjoint(each.keys):
                continue
            tries[each.keys] = tries.get(each.keys, 0) + 1
            chosen = _unmark(each, marks, fixed, near) if tries[each.keys] > _PATIENCE else None
            chosen = chosen or _choose(each, marks, counts, fixed, near, cost)
            touched |= {chosen, *(k for r in near.get(chosen, []) for side in _sides(r) for k in side)}
            if marks[chosen] == SMALL:
                cache.clear()  # the same unknowns, with other bounds
            marks[chosen] = WITHHELD


def _unmark(
    broken: Broken, marks: Mapping[Key, Mark], fixed: Mapping[Key, Mark], near: Mapping[Key, list[Relation]]
) -> Key | None:
    """A small count whose mark says too much: a sum below 10 of many that are at least 1."""
    around = [r for k in broken.keys for r in near.get(k, [])]
    sums = [k for r in around for k in _sides(r)[0] if marks.get(k) == SMALL]
    others = [k for r in around for k in _sides(r)[1] if marks.get(k) == SMALL]
    free = [k for k in (*sorted(sums), *sorted(others)) if k not in fixed]
    return free[0] if free else None


def _choose(
    broken: Broken,
    marks: Mapping[Key, Mark],
    counts: Mapping[Key, int],
    fixed: Mapping[Key, Mark],
    near: Mapping[Key, list[Relation]],
    cost: Callable[[Key], float],
) -> Key:
    """What to withhold next: the cheapest printed count that stands in a relation with what is broken."""
    ring, seen = set(broken.keys), set(broken.keys)
    while ring:
        around = [(r, [k for side in _sides(r) for k in side]) for k in sorted(ring) for r in near.get(k, [])]
        choices = [
            (
                sum(not isinstance(marks.get(x), int) for x in keys),
                cost(k) * _awkward(counts[k]),
                counts[k],
                k,
            )
            for _, keys in around
            for k in keys
            if isinstance(marks.get(k), int) and k not in fixed and counts.get(k, 0) > 0
        ]
        if choices:
            return min(choices)[-1]
        ring = {k for _, keys in around for k in keys if not isinstance(marks.get(k), int)} - seen
        seen |= ring
    small = sorted(k for k in seen if marks.get(k) == SMALL and k not in fixed)
    if small:
        return small[0]
    raise CoverageError(
        Fault(
            "a small group could be worked out from what was published before",
            where=", ".join(x for x in broken.keys[0] if x),
            next_step="publish the next month together with this one, or fewer tables",
            code="cannot_protect",
        )
    )


def _awkward(count: int) -> float:
    """A count just above the threshold leaves little room: others are tried first."""
    return 1.0 if count >= 2 * THRESHOLD else 3.0
