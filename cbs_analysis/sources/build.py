"""Make `data/processed` from `data/raw`: one store, one manifest, whole or not at all.

Deleting `data/processed` loses nothing. When any raw file is wrong, every fault of every file is
raised and the store that was there stays as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import CbsError, Fault, RawTableError
from ..registry.load import Registry, load_registry, plan_files
from .checks import run_checks
from .corrections import Correction, check_all_matched, load_corrections
from .observation import OBSERVATION_COLUMNS, Row
from .reading import read_raw_file
from .record_schemas import RECORD_SCHEMAS, TABLES, record_table
from .sidecar import SUFFIX, Sidecar, read_sidecar, sha256_of

__all__ = ["OBSERVATION_SCHEMA", "BuildReport", "build", "store_key", "write_observations"]

_TEXT = pa.dictionary(pa.int32(), pa.string())
OBSERVATION_SCHEMA = pa.schema(
    [
        ("indicator", _TEXT),
        ("area", pa.string()),  # plain text: a reader skips row groups by its minimum and maximum
        ("period", _TEXT),
        ("freq", _TEXT),
        ("period_end", pa.date32()),
        ("value", pa.float64()),
        ("status", _TEXT),
        ("vintage", pa.date32()),
        ("edition", pa.int16()),
        ("source", _TEXT),
        ("certainty", _TEXT),
        ("value_published", pa.string()),
        ("unit_published", _TEXT),
        ("note", _TEXT),
        ("file", _TEXT),
        ("row", pa.int32()),
        ("col", pa.int16()),
    ]
)
SORT = ["area", "indicator", "period_end", "period", "vintage", "edition", "source"]
KEY = ["indicator", "area", "period", "vintage", "edition", "source"]
ROW_GROUP = 65_536
CORRECTIONS = "corrections.yml"


@dataclass(frozen=True)
class BuildReport:
    """What a build did."""

    store: Path
    made: bool
    files: int
    observations: int
    warnings: int

    def __str__(self) -> str:
        verb = "built" if self.made else "up to date"
        return (
            f"{verb}: {self.observations} observations from {self.files} raw files; "
            f"{self.warnings} check warnings"
        )


def build(
    raw: Path,
    processed: Path,
    *,
    registry: Registry | None = None,
    force: bool = False,
    progress: Callable[[Iterable[Path]], Iterable[Path]] = iter,
) -> BuildReport:
    """Read every raw file and write the store.

    Parameters
    ----------
    raw, processed : pathlib.Path
        `data/raw` and `data/processed`.
    registry : Registry, optional
        The package's by default.
    force : bool
        Build even if the manifest says that nothing changed.
    progress : callable
        Wraps the iterable of files, to show progress.

    Returns
    -------
    BuildReport

    Raises
    ------
    RawTableError
        Every fault of every file, a correction that matches nothing; the old store is untouched.
    """
    registry = registry or load_registry(project=raw.absolute().parent.parent)
    files = _raw_files(raw)
    key = _content_key(raw, files)
    manifest_path = processed / "manifest.json"
    old = _read_manifest(manifest_path)
    if old and old.get("key") == key and not force and _outputs_intact(processed, old):
        return BuildReport(
            processed, False, len(old["inputs"]), old["counts"]["observations"], len(old["warnings"])
        )
    tables, inputs, excluded = _read_all(raw, files, registry, progress)
    observations = _frame(tables["observations"])
    _check_keys(observations)
    warnings = run_checks(observations, registry)
    processed.mkdir(parents=True, exist_ok=True)
    write_observations(observations, processed / "observations.parquet")
    for name in RECORD_SCHEMAS:
        _write_table(record_table(name, tables[name]), processed / f"{name}.parquet")
    manifest = {
        "key": key,
        "inputs": inputs,
        "excluded": excluded,
        "warnings": warnings,
        "counts": {name: len(rows) for name, rows in tables.items()},
        "last_vintage": max((i["published"] for i in inputs.values()), default=None),
        "outputs": {p.name: sha256_of(p) for p in sorted(processed.glob("*.parquet"))},
        "areas": _area_keys(observations),
    }
    _replace(manifest_path, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    return BuildReport(processed, True, len(inputs), len(observations), len(warnings))


def store_key(raw: Path) -> str:
    """The key that a store built from `data/raw` now would have; another one stands in an old manifest."""
    return _content_key(raw, _raw_files(raw))


def _raw_files(raw: Path) -> list[Path]:
    if not raw.is_dir():
        raise RawTableError(
            Fault(
                "raw folder is missing",
                where=str(raw),
                next_step="run from the project folder, or name it with --root",
            )
        )
    found = set()
    for path in raw.rglob("*"):
        if path.is_file() and not path.name.startswith("."):
            found.add(path.with_name(path.name.removesuffix(SUFFIX)))
    return sorted(found - {raw / "README.md", raw / CORRECTIONS})


def _content_key(raw: Path, files: list[Path]) -> str:
    """Everything that the store depends on: raw bytes, sidecars, corrections, registries, the code."""
    package = Path(__file__).parents[1]
    parts = [p for f in files for p in (f, f.with_name(f.name + SUFFIX)) if p.exists()]
    parts += [p for p in (raw / CORRECTIONS,) if p.exists()]
    plans = plan_files(raw.absolute().parent.parent)  # a record names a measure of a plan
    code = [
        p
        for layer in ("registry", "series", "sources")
        for p in (package / layer).rglob("*")
        if p.suffix in (".py", ".yml", ".csv")
    ]
    digest = hashlib.sha256()
    for path in [*parts, *sorted(code)]:
        base = raw if raw in path.parents else package
        digest.update(f"{path.relative_to(base).as_posix()} {sha256_of(path)}\n".encode())
    for path in plans:
        digest.update(f"plans/{path.name} {sha256_of(path)}\n".encode())
    return digest.hexdigest()


def _read_manifest(path: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return None


def _outputs_intact(processed: Path, manifest: dict[str, Any]) -> bool:
    outputs = manifest.get("outputs", {})
    return bool(outputs) and all(
        (processed / name).exists() and sha256_of(processed / name) == digest
        for name, digest in outputs.items()
    )


def _read_all(
    raw: Path,
    files: list[Path],
    registry: Registry,
    progress: Callable[[Iterable[Path]], Iterable[Path]],
) -> tuple[dict[str, list[Row]], dict[str, dict[str, Any]], list[Row]]:
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    inputs: dict[str, dict[str, Any]] = {}
    excluded: list[Row] = []
    faults: list[Fault] = []
    corrections = _load_corrections(raw / CORRECTIONS, faults)
    matched: set[Correction] = set()
    for path in progress(files):
        try:
            sidecar = read_sidecar(path, raw, dict(registry.publishers))
            name = path.relative_to(raw).as_posix()
            inputs[name] = _input_entry(sidecar)
            if sidecar.quarantine:
                continue
            found = read_raw_file(path, raw, sidecar, registry, corrections)
            for table, rows in found.tables.items():
                tables[table] += rows
            excluded += found.excluded
            matched |= set(found.matched)
        except CbsError as exc:
            faults += exc.faults
    if faults:
        raise RawTableError(faults)
    check_all_matched(corrections, matched, CORRECTIONS)
    return tables, inputs, excluded


def _load_corrections(path: Path, faults: list[Fault]) -> tuple[Correction, ...]:
    """The declared errors of all raw files; what is wrong with them is told with all other faults."""
    try:
        return load_corrections(path) if path.exists() else ()
    except CbsError as exc:
        faults += exc.faults
        return ()


def _input_entry(sidecar: Sidecar) -> dict[str, Any]:
    return {
        "sha256": sidecar.sha256,
        "publisher": sidecar.publisher,
        "title": sidecar.title,
        "published": sidecar.published.isoformat(),
        "published_precision": sidecar.published_precision,
        "accessed": sidecar.accessed,
        "read_at": sidecar.read_at,
        "licence": sidecar.licence,
        "certainty": sidecar.certainty,
        "quarantine": sidecar.quarantine,
    }


def _frame(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(OBSERVATION_COLUMNS))


def _area_keys(observations: pd.DataFrame) -> dict[str, str]:
    """A hash of the rows of each area: a page is made again when rows that it read change, not others."""
    rows = pd.util.hash_pandas_object(observations.astype(str), index=False)
    by_area = rows.groupby(observations["area"].astype(str).to_numpy(), sort=True)
    return {str(a): hashlib.sha256(np.sort(own.to_numpy()).tobytes()).hexdigest() for a, own in by_area}


def _check_keys(observations: pd.DataFrame) -> None:
    doubled = observations[observations.duplicated(KEY, keep=False)]
    faults = []
    for key, rows in doubled.groupby(KEY, observed=True):
        places = "; ".join(
            f"{r.file}, row {r.row}: {r.value_published}{r.unit_published}" for r in rows.itertuples()
        )
        faults.append(
            Fault(
                "one figure stands twice",
                where=places,
                got=" ".join(str(k) for k in key),
                expected="one figure for each indicator, area, period, publication date and publisher",
                next_step="remove one, give the later document a higher `edition`, or correct the key",
            )
        )
    if faults:
        raise RawTableError(faults)


def write_observations(observations: pd.DataFrame, path: Path) -> None:
    """Write observations sorted by area, so that one area is found without reading the rest."""
    ordered = observations.sort_values(SORT, kind="stable") if len(observations) else observations
    table = pa.Table.from_pandas(ordered, schema=OBSERVATION_SCHEMA, preserve_index=False)
    _write_table(table.replace_schema_metadata(None), path)


def _write_table(table: pa.Table, path: Path) -> None:
    aside = path.with_name(f".{path.name}.tmp")
    pq.write_table(table, aside, compression="zstd", row_group_size=ROW_GROUP)
    aside.replace(path)


def _replace(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.tmp")
    aside.write_bytes(content)
    aside.replace(path)
