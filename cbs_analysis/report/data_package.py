"""The data behind an evaluation as one Frictionless Data Package: tables, their schemas, their sources.

One zip holds all of it, because an auditor asks for one file. Every row that was known of the area on the
day is in it, not only what was cited; the column `evidence` names what was.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .. import __version__
from ..errors import ReportError
from ..plan.evidence_numbers import evidence_numbers, sheet_of
from ..plan.inputs import Inputs
from ..registry.records import LANGS
from ..registry.yaml_records import read_yaml
from ..sources.build import OBSERVATION_SCHEMA
from ..sources.record_schemas import RECORD_SCHEMAS
from .messages import message
from .table_files import guarded

if TYPE_CHECKING:
    from ..plan.evaluation import Evaluation

__all__ = ["PROFILE", "data_package_bytes"]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_LIMITS = ("required", "enum", "minimum", "pattern")
_SOURCE = ("published", "accessed", "read_at", "certainty", "licence", "sha256")


@lru_cache(maxsize=1)
def _described() -> dict[str, Any]:
    path = Path(__file__).with_name("data_package_fields.yml")
    return dict(read_yaml(path, ReportError))


def data_package_bytes(evaluation: Evaluation, *, manifest: Mapping[str, Any]) -> bytes:
    """A zip with `datapackage.json`, `README.md` and `data/*.csv`.

    Parameters
    ----------
    evaluation : Evaluation
    manifest : mapping
        Of the store that the evaluation was computed from: its key, and what is known of each raw file.

    Returns
    -------
    bytes
        Equal evaluations give equal bytes. The tables are UTF-8 without a mark; an empty field is missing.
        Text that a spreadsheet program would take for a formula has an apostrophe before it; the descriptor
        says so.
    """
    frames = _frames(evaluation)
    tables = {f"data/{name}.csv": _csv(frame) for name, frame in frames.items()}
    descriptor = _descriptor(evaluation, frames, tables, manifest)
    content = {
        "datapackage.json": (json.dumps(descriptor, ensure_ascii=False, indent=1) + "\n").encode(),
        "README.md": _readme(descriptor).encode(),
        **tables,
    }
    stream = io.BytesIO()
    day = evaluation.as_of
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in content.items():
            entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            entry.compress_type, entry.external_attr, entry.create_system = (
                zipfile.ZIP_DEFLATED,
                0o644 << 16,
                3,
            )
            archive.writestr(entry, data)
    return stream.getvalue()


def _frames(evaluation: Evaluation) -> dict[str, pd.DataFrame]:
    """The tables of the inputs, also the empty ones, each row with the number of its evidence."""
    numbers = _numbers(evaluation)
    given = {f.name: getattr(evaluation.inputs, f.name) for f in fields(Inputs)}
    frames = {}
    for name, schema in {"observations": OBSERVATION_SCHEMA, **RECORD_SCHEMAS}.items():
        if name not in given:
            continue
        frame = given[name]
        if frame.empty:
            frame = pd.DataFrame(columns=schema.names)
        labels = [" ".join(numbers.get(_place(row), ())) for row in frame.to_dict("records")]
        frames[name] = frame.assign(evidence=pd.Series(labels, index=frame.index, dtype="str"))
    return frames


def _numbers(evaluation: Evaluation) -> dict[tuple[str, int, int, str], list[str]]:
    """The numbers of each cited cell or row; a cell that serves two indicators has two."""
    found: dict[tuple[str, int, int, str], list[str]] = {}
    for number, e in enumerate(evidence_numbers(evaluation).evidence, 1):
        found.setdefault((e.file, e.row, e.col, sheet_of(e.note, e.sheet)), []).append(f"E{number}")
    return found


def _place(row: Mapping[Any, Any]) -> tuple[str, int, int, str]:
    """Where a row of a table stands; a record of a whole row has no column."""
    col = int(row["col"]) if "col" in row and pd.notna(row["col"]) else -1
    named = row.get("sheet")
    sheet = sheet_of(str(row.get("note") or ""), named if isinstance(named, str) else "")
    return str(row["file"]), int(row["row"]), col, sheet


def _csv(frame: pd.DataFrame) -> bytes:
    return str(guarded(frame).to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")).encode()


# --- what describes them -------------------------------------------------------------------------


def _descriptor(
    evaluation: Evaluation,
    frames: Mapping[str, pd.DataFrame],
    tables: Mapping[str, bytes],
    manifest: Mapping[str, Any],
) -> dict[str, Any]:
    plan, place = evaluation.plan, evaluation.registry.area(evaluation.area)
    day, mark = evaluation.as_of.isoformat(), "演示数据 demonstration: " if evaluation.synthetic else ""
    return {
        "$schema": PROFILE,
        "name": f"cbs-analysis-{plan.id}-{evaluation.area}-{day}".lower(),
        "title": f"{mark}{place.zh} {plan.zh} {day}",
        "description": mark
        + " ".join(message(key, lang) for key in ("package_description", "package_guard") for lang in LANGS),
        "version": f"{day}+{str(manifest['key'])[:16]}",
        "created": f"{day}T00:00:00Z",
        "synthetic": evaluation.synthetic,
        "data_key": manifest["key"],
        "contributors": [{"title": f"cbs_analysis {__version__}", "roles": ["wrangler"]}],
        "sources": _sources(frames, manifest),
        "resources": [_resource(name, frame, tables[f"data/{name}.csv"]) for name, frame in frames.items()],
    }


def _sources(frames: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every raw file that a row comes from; the licence is what the source states, in its words."""
    files = sorted({str(file) for frame in frames.values() for file in frame["file"]})
    inputs = manifest["inputs"]
    return [
        {"title": inputs[name]["title"], "path": f"data/raw/{name}"}
        | {key: inputs[name].get(key, "") for key in _SOURCE}
        for name in files
        if name in inputs
    ]


def _resource(name: str, frame: pd.DataFrame, content: bytes) -> dict[str, Any]:
    about = _described()[name]
    schema: dict[str, Any] = {"fields": [_field(name, column) for column in frame.columns]}
    if "key" in about:
        schema["primaryKey"] = about["key"]
    return {
        "name": name,
        "path": f"data/{name}.csv",
        "title": about["title"],
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "schema": schema | {"missingValues": [""]},
    }


def _field(table: str, column: str) -> dict[str, Any]:
    described = _described()
    about = described[table]["columns"].get(column) or described["shared"][column]
    limits = {key: about[key] for key in _LIMITS if key in about}
    field = {"name": column, "type": about["type"], "description": about["description"]}
    return field | ({"constraints": limits} if limits else {})


def _readme(descriptor: Mapping[str, Any]) -> str:
    lines = [f"# {descriptor['title']}", "", descriptor["description"], ""]
    lines += [f"- `{r['path']}`: {r['title']}" for r in descriptor["resources"]]
    return "\n".join(lines) + "\n"
