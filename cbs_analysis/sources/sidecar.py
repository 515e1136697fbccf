"""The sidecar of a raw file: who published it, when, where it was read, and how sure that is.

A raw file never travels without one. `published` is the last day that the source allows, so that a
figure is never taken for known before it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from ..errors import CbsError, Fault, RawTableError, nearest
from ..registry.records import Publisher
from ..registry.yaml_records import build_record, read_yaml
from ..series.periods import parse_date

__all__ = ["STATUSES", "ReadOptions", "Series", "Sidecar", "Status", "read_sidecar", "sha256_of"]

Certainty = Literal["official", "press", "mirror", "export", "secondary", "synthetic"]
Layout = Literal[
    "long", "table", "documents", "projects", "annual_plans", "ratings", "ledger_tables", "office_workbook"
]
Precision = Literal["day", "month", "year", "unknown"]
Status = Literal["final", "preliminary", "revised", "estimated", "synthetic"]
STATUSES: tuple[str, ...] = get_args(Status)
SUFFIX = ".meta.yml"
# keys that say how a table is read and mean nothing to the other layouts
_OF_TABLES = ("area", "columns", "ignored", "read", "status", "status_from")


@dataclass(frozen=True, kw_only=True)
class Series:
    """What the figures under one indicator path of a table are.

    `unit` is only a check: the published unit must be this one. `annual` is the yearly indicator that the
    last quarter or month of a cumulative one also gives.
    """

    indicator: str
    unit: str = ""
    annual: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReadOptions:
    """What the reader of tables is told beside the file; see `read_tables` for each key."""

    sheet: str | int | None = None
    region: str = ""
    period: str = ""
    unit: str | Mapping[str, str] = ""
    parents: Mapping[str, str] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    decimal_months: bool = False

    def arguments(self) -> dict[str, Any]:
        """The options as arguments of `read_tables`; an empty one is none.

        >>> ReadOptions(period="2024", skip=("D10",)).arguments()
        {'period': '2024', 'skip': ('D10',)}
        """
        return {k: v for k, v in vars(self).items() if v or (k == "sheet" and v is not None)}


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """What is known about one raw file; see docs/how_to/add_a_source.md for each key."""

    publisher: str
    title: str
    published: date
    published_precision: Precision
    accessed: str
    read_at: str
    certainty: Certainty
    licence: str
    sha256: str
    layout: Layout
    note: str = ""
    edition: int = 0
    quarantine: str = ""
    area: str = ""
    read: ReadOptions = field(default_factory=ReadOptions)
    columns: Mapping[str, Series] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    status: str = ""
    status_from: dict[str, str] = field(default_factory=dict)
    excluded_periods: dict[str, str] = field(default_factory=dict)
    excluded_areas: dict[str, str] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)

    @property
    def synthetic(self) -> bool:
        """Whether the file holds invented figures."""
        return self.certainty == "synthetic"


def sha256_of(path: Path) -> str:
    """SHA-256 of the bytes of a file, as hexadecimal text."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_sidecar(path: Path, root: Path, publishers: dict[str, Publisher]) -> Sidecar:
    """Read and check the sidecar of a raw file.

    Parameters
    ----------
    path : pathlib.Path
        The raw file, not the sidecar.
    root : pathlib.Path
        The raw folder; errors name files relative to it.
    publishers : dict
        Known publishers by id.

    Raises
    ------
    RawTableError
        With every fault: no sidecar, unknown key, unknown word, a date that disagrees with the
        folder, a hash that disagrees with the bytes.
    """
    name = path.relative_to(root).as_posix()
    meta = path.with_name(path.name + SUFFIX)
    if not meta.exists():
        raise RawTableError(
            Fault(
                "raw file has no sidecar",
                where=name,
                expected=meta.relative_to(root).as_posix(),
                next_step="write one (docs/how_to/add_a_source.md shows each key)",
            )
        )
    if not path.exists():
        raise RawTableError(
            Fault(
                "sidecar without its raw file",
                where=name + SUFFIX,
                expected=name,
                next_step="restore the file",
            )
        )
    raw = read_yaml(meta, RawTableError)
    faults: list[Fault] = []
    where = name + SUFFIX
    raw = _with_tables(_dated(raw, where, faults), where, faults)
    sidecar = build_record(Sidecar, raw, where, faults)
    if sidecar is not None and not faults:
        faults += _check(sidecar, path, root, publishers)
    if faults or sidecar is None:
        raise RawTableError(faults)
    return sidecar


def _dated(raw: Any, where: str, faults: list[Fault]) -> Any:
    if not isinstance(raw, dict):
        return raw
    raw = dict(raw)
    try:
        raw["published"] = parse_date(raw.get("published"), what="published")
    except CbsError as exc:
        faults += [Fault(f.what, where=where, got=f.got, expected=f.expected) for f in exc.faults]
    raw["accessed"] = str(raw.get("accessed", ""))
    raw["status_from"] = {str(k): v for k, v in (raw.get("status_from") or {}).items()}
    return raw


def _with_tables(raw: Any, where: str, faults: list[Fault]) -> Any:
    """The parts of a sidecar that are records of their own."""
    if not isinstance(raw, dict):
        return raw
    wanted = [key for key in _OF_TABLES if raw.get(key)] if raw.get("layout") != "table" else []
    faults += [
        Fault(f"{key} belongs to the layout table", where, f"layout {raw.get('layout')}") for key in wanted
    ]
    if raw.get("rejected") and raw.get("layout") != "office_workbook":
        faults.append(
            Fault("rejected belongs to the layout office_workbook", where, f"layout {raw.get('layout')}")
        )
    raw = dict(raw)
    if "read" in raw:
        raw["read"] = build_record(ReadOptions, raw["read"], f"{where}, read", faults)
        faults += _option_faults(raw["read"], f"{where}, read") if raw["read"] else []
    columns = raw.get("columns", {})
    if isinstance(columns, dict):
        raw["columns"] = {
            str(path): build_record(Series, entry, f"{where}, columns, {path}", faults)
            for path, entry in columns.items()
        }
    else:
        faults.append(
            Fault("columns is not a mapping", where, repr(columns)[:60], "indicator paths with indicator")
        )
    return raw


def _option_faults(options: ReadOptions, where: str) -> list[Fault]:
    faults = []
    for key in ("unit", "parents"):
        given = getattr(options, key)
        pairs = [*given, *given.values()] if isinstance(given, Mapping) else [given]
        kinds = (Mapping,) if key == "parents" else (Mapping, str)
        if not isinstance(given, kinds) or not all(isinstance(word, str) for word in pairs):
            faults.append(Fault(f"{key} is not text", where, repr(given)[:60], "quoted label: quoted text"))
    if isinstance(options.sheet, bool) or not isinstance(options.sheet, str | int | None):
        faults.append(Fault("sheet is neither a name nor a position", where, repr(options.sheet)[:60]))
    return faults


def _check(sidecar: Sidecar, path: Path, root: Path, publishers: dict[str, Publisher]) -> list[Fault]:
    where = path.relative_to(root).as_posix() + SUFFIX
    faults = []

    def choose(key: str, got: str, allowed: tuple[str, ...]) -> None:
        if got not in allowed:
            faults.append(
                Fault(f"{key} is not known", where=where, got=got, expected=nearest(got, list(allowed), 6))
            )

    choose("publisher", sidecar.publisher, tuple(publishers))
    choose("certainty", sidecar.certainty, get_args(Certainty))
    choose("layout", sidecar.layout, get_args(Layout))
    choose("published_precision", sidecar.published_precision, get_args(Precision))
    folder = path.relative_to(root).parts
    if len(folder) != 3 or folder[:2] != (sidecar.publisher, sidecar.published.isoformat()):
        faults.append(
            Fault(
                "file lies in another folder than its sidecar says",
                where=where,
                got="/".join(folder[:-1]),
                expected=f"{sidecar.publisher}/{sidecar.published.isoformat()}",
                next_step="move the file or correct publisher and published",
            )
        )
    for key in set(sidecar.columns).intersection(sidecar.ignored):
        faults.append(Fault("path is wanted and ignored", where, key, "`columns:` or `ignored:`"))
    digest = sha256_of(path)
    if digest != sidecar.sha256:
        faults.append(
            Fault(
                "file differs from the hash in its sidecar",
                where=where,
                got=digest,
                expected=sidecar.sha256,
                next_step="restore the file; if the publisher changed it, file it anew under its own date",
            )
        )
    return faults
