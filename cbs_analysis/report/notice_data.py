"""What is wrong with the data of an area on a day: old figures, holes, revised figures, changed raw files.

Only the store, the area and the day count, never the clock: the same report says the same.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ..registry.load import Registry, load_registry
from ..sources.build import store_key
from ..sources.sidecar import SUFFIX, sha256_of
from ..sources.store import revisions

__all__ = [
    "ChangedInput",
    "MissingMonths",
    "Stale",
    "changed_inputs",
    "missing_months",
    "revised_lately",
    "stale_series",
    "store_is_old",
]

# days from the end of a period until the next one is out, where a series does not show its own
USUAL_AGE = {"M": 76, "Q": 152, "A": 666}
GRACE = {"M": 15, "Q": 30, "A": 60}  # days beyond on which nothing is said yet
OLDEST = {"M": 400, "Q": 400, "A": 1100}  # a series that is only read back years later shows no rhythm
LEAST_UPDATES = 3  # that show the rhythm of the series itself
LEAST_FIGURES = 3  # a series; fewer are single readings that nobody keeps up
LEAST_MONTHS = 12  # a monthly series whose holes are told
REVISED_WITHIN = pd.DateOffset(years=1)
_FINEST = ("M", "Q", "A")


@dataclass(frozen=True)
class Stale:
    """A series whose newest figure is older than its frequency and usual delay allow.

    Attributes
    ----------
    indicator, freq : str
    last : str
        The newest period held.
    days, usual : int
        Its age on the day, from the end of the period, and the age at which the next one usually comes.
    """

    indicator: str
    freq: str
    last: str
    days: int
    usual: int


@dataclass(frozen=True)
class MissingMonths:
    """Holes inside a monthly series: months written `2023-04`."""

    indicator: str
    months: tuple[str, ...]


@dataclass(frozen=True)
class ChangedInput:
    """A raw file that is not what the store was built from.

    `kind` is `changed` (its bytes), `sidecar` (not the bytes that its sidecar names), `new` or `gone`.
    """

    file: str
    kind: str


def stale_series(observations: pd.DataFrame, as_of: date) -> list[Stale]:
    """Series that are behind on a day, by id of their indicator.

    Parameters
    ----------
    observations : pandas.DataFrame
        Of one area, `vintages="all"`, as known on the day.
    as_of : datetime.date

    Notes
    -----
    An indicator counts in its finest frequency that holds three periods or more. How old its newest figure
    usually gets is seen from its own publications: the median age at which the next period came, of the last
    five times. With fewer than three times the age usual for the frequency is taken: 76 days for months, 152
    for quarters, 666 for years. The series is behind when its newest figure, of whatever frequency, is older
    than that and a grace of 15, 30 or 60 days.
    """
    periods, newest, reached = _by_series(observations)
    found = []
    for indicator in sorted(reached):
        freq = next((f for f in _FINEST if len(periods.get((indicator, f), ())) >= LEAST_FIGURES), "")
        if not freq:
            continue
        usual = _usual_age(newest[indicator, freq], freq)
        if (as_of - reached[indicator]).days > usual + GRACE[freq]:
            last, end = max(periods[indicator, freq].items(), key=lambda pair: pair[1])
            found.append(Stale(indicator, freq, last, (as_of - end).days, usual))
    return found


def _by_series(
    observations: pd.DataFrame,
) -> tuple[dict[tuple[str, str], dict[str, date]], dict[tuple[str, str], dict[date, date]], dict[str, date]]:
    """Periods with their ends, newest end by publication, and newest end at all, in plain loops."""
    periods: dict[tuple[str, str], dict[str, date]] = {}
    newest: dict[tuple[str, str], dict[date, date]] = {}
    reached: dict[str, date] = {}
    for indicator, freq, period, end, vintage in _rows(observations, "indicator", "freq", "period"):
        key = (indicator, freq)
        periods.setdefault(key, {})[period] = end
        known = newest.setdefault(key, {})
        known[vintage] = max(end, known.get(vintage, end))
        reached[indicator] = max(end, reached.get(indicator, end))
    return periods, newest, reached


def _rows(observations: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    """Some columns with the end of the period and the publication as dates."""
    days = (observations[c].to_numpy(dtype="datetime64[D]").tolist() for c in ("period_end", "vintage"))
    return zip(*(observations[c].astype(str).tolist() for c in columns), *days, strict=True)


def _usual_age(newest: Mapping[date, date], freq: str) -> int:
    """The age of the newest figure when the next came, from the newest end of each publication."""
    ages = []
    reached: date | None = None
    for vintage in sorted(newest):
        if reached is not None and newest[vintage] > reached:
            ages.append((vintage - reached).days)
        reached = newest[vintage] if reached is None else max(reached, newest[vintage])
    if len(ages) < LEAST_UPDATES:
        return USUAL_AGE[freq]
    return int(min(statistics.median(ages[-5:]), OLDEST[freq]))


def missing_months(observations: pd.DataFrame, registry: Registry | None = None) -> list[MissingMonths]:
    """Months that lack inside monthly series, between their first and their last figure.

    Parameters
    ----------
    observations : pandas.DataFrame
        Of one area, as known on a day.
    registry : Registry, optional
        The package's by default.

    Notes
    -----
    A series with less than twelve months, or with less than half of its span, is a set of single readings and
    has no holes. January and February are published together for flows, growth and cumulative figures: where
    neither the year before nor the year after holds a January, its absence is no hole, nor is that of a
    February that lacks with it. A cumulative quarter or year stands for its last month.
    """
    registry = registry or load_registry()
    held: dict[str, dict[str, set[int]]] = {}
    for indicator, freq, end, _ in _rows(observations, "indicator", "freq"):
        held.setdefault(indicator, {}).setdefault(freq, set()).add(12 * end.year + end.month - 1)
    found = []
    for indicator, by_freq in sorted(held.items()):
        record, monthly = registry.indicators.get(indicator), by_freq.get("M", set())
        if record is None or len(monthly) < LEAST_MONTHS:
            continue
        span = range(min(monthly), max(monthly) + 1)
        if 2 * len(monthly) < len(span):
            continue
        known = set().union(*(by_freq.get(f, set()) for f in _FINEST)) if record.cumulative else monthly
        merged = record.cumulative or record.kind in ("flow", "growth")
        months = [m for m in span if m not in known and not (merged and _merged(m, known))]
        if months:
            written = tuple(f"{m // 12}-{m % 12 + 1:02d}" for m in months)
            found.append(MissingMonths(indicator, written))
    return found


def _merged(month: int, held: set[int]) -> bool:
    """Whether a month, counted from year 0, is one of a January and February that are published together."""
    if month % 12 > 1:
        return False
    january = month - month % 12
    return january not in held and not ({january - 12, january + 12} & held)


def revised_lately(observations: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Figures whose last revision came within the year up to a day, as `revisions` gives them.

    Parameters
    ----------
    observations : pandas.DataFrame
        Of one area, `vintages="all"`, as known on the day. Readings at secondary places are no revisions.
    as_of : datetime.date
    """
    found = revisions(observations[observations["certainty"] != "secondary"])
    return found[found["last_vintage"] > pd.Timestamp(as_of) - REVISED_WITHIN].reset_index(drop=True)


def changed_inputs(
    root: Path, manifest: Mapping[str, Any], *, files: Iterable[str] | None = None
) -> list[ChangedInput]:
    """Raw files that are not what the store was built from, by name.

    Parameters
    ----------
    root : pathlib.Path
        Project folder.
    manifest : mapping
        Of the store.
    files : iterable of str, optional
        Look only at these of the manifest; without it also for files that the store does not know.
    """
    raw = root / "data" / "raw"
    found = []
    for name in sorted(manifest["inputs"] if files is None else set(files)):
        path, entry = raw / name, manifest["inputs"].get(name)
        if entry is None:
            continue
        kind = "gone" if not path.exists() else _changed(path, entry["sha256"])
        if kind:
            found.append(ChangedInput(name, kind))
    if files is None and raw.is_dir():
        sidecars = (p.relative_to(raw).as_posix() for p in raw.rglob(f"*{SUFFIX}"))
        names = {name.removesuffix(SUFFIX) for name in sidecars} - set(manifest["inputs"])
        found += [ChangedInput(name, "new") for name in sorted(names)]
    return found


def _changed(path: Path, built_from: str) -> str:
    own = sha256_of(path)
    sidecar = path.with_name(path.name + SUFFIX)
    text = sidecar.read_text(encoding="utf-8") if sidecar.exists() else ""
    named = re.search(r"^sha256:\s*['\"]?([0-9a-f]{64})", text, re.MULTILINE)
    if named and named[1] != own:
        return "sidecar"
    return "" if own == built_from else "changed"


def store_is_old(root: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether a build would make another store: a raw file, sidecar, correction, registry or reader moved."""
    return store_key(root / "data" / "raw") != manifest["key"]
