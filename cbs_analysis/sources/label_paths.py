"""The indicator paths of published tables, each with the indicator that its name gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import CbsError
from ..registry.labels import LabelMatch, match_label
from ..registry.load import Registry
from ..series.periods import parse_period

if TYPE_CHECKING:
    from .reader.table import Table, Tables

__all__ = ["PathMatch", "match_paths", "unknown_areas"]

# words by which a table names the region it covers, by the zeros of its code
_WHOLE = (
    ("000000", ("全国",)),
    ("0000", ("全省", "全市", "全区")),
    ("00", ("全市", "全州", "全盟")),
    ("", ("全县", "全区", "全市", "全旗")),
)


@dataclass(frozen=True)
class PathMatch:
    """One indicator path of the tables, its units, and the indicator that its name gives."""

    path: str
    units: tuple[str, ...]
    match: LabelMatch


def match_paths(tables: Tables, registry: Registry) -> list[PathMatch]:
    """Every indicator path of the tables, in their order, with the indicator that its name gives.

    Raises
    ------
    RawTableError
        If a table is refused.
    """
    series: dict[str, dict[tuple[str, str, str, bool], _Seen]] = {}
    for table in tables:
        says = _cumulative(table)
        for cell in table.observations().itertuples(index=False):
            key = (cell.unit, cell.period_kind, cell.base, says(int(cell.row), int(cell.col)))
            seen = series.setdefault(str(cell.indicator), {}).setdefault(key, _Seen(set(), set()))
            seen.freqs.add(parse_period(cell.period).freq)
            seen.codes.add(cell.region_code)
    return [_match_path(path, kinds, registry) for path, kinds in series.items()]


@dataclass(frozen=True, slots=True)
class _Seen:
    freqs: set[str]
    codes: set[str]


def _cumulative(table: Table) -> Callable[[int, int], bool]:
    """Whether the words for the period of a cell say that its figure counts from January."""
    columns = {c.col: c.period for c in table.reading.columns}
    rows = {r.row: r.period for r in table.reading.rows}

    def says(row: int, col: int) -> bool:
        own = [p for p in (columns.get(col), rows.get(row)) if p]
        whole = [table.reading.period] if table.reading.period and not own else []
        return any(p.cumulative for p in own or whole)

    return says


def _match_path(
    path: str, kinds: Mapping[tuple[str, str, str, bool], _Seen], registry: Registry
) -> PathMatch:
    matches = [
        match_label(
            path,
            unit,
            registry,
            period_kind=kind,
            base=base,
            freqs=seen.freqs,
            whole=_whole(seen.codes),
            cumulative=cumulative or kind == "cumulative",
        )
        for (unit, kind, base, cumulative), seen in kinds.items()
    ]
    units = tuple(dict.fromkeys(unit for unit, _, _, _ in kinds))
    if len({m.indicator for m in matches}) == 1:
        return PathMatch(path, units, matches[0])
    near = tuple(dict.fromkeys(n for m in matches for n in _named(m, registry)))
    return PathMatch(path, units, LabelMatch(path, nearest=near, reason="its figures are of several kinds"))


def _named(match: LabelMatch, registry: Registry) -> Iterator[str]:
    if match.indicator:
        yield f"{match.indicator} {registry.indicators[match.indicator].zh}"
    yield from match.nearest


def _whole(codes: set[str]) -> tuple[str, ...]:
    """The words for "all of it" that mean the one region of the figures."""
    code = next(iter(codes)) if len(codes) == 1 else ""
    return next((words for zeros, words in _WHOLE if code.endswith(zeros)), ()) if code else ()


def unknown_areas(tables: Tables, registry: Registry) -> tuple[str, ...]:
    """Regions of the tables that `areas.yml` lacks, as the tables write them."""
    unknown: dict[str, None] = {}
    for table in tables:
        regions = table.observations()[["region_code", "region"]].drop_duplicates()
        for code, region in regions.itertuples(index=False):
            try:
                registry.area(code or region.rsplit(" / ", 1)[-1])
            except CbsError:
                unknown[region] = None
    return tuple(unknown)
