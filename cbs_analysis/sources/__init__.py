"""From raw files to observations: reading tables, sidecars, checks, the store and its reader."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from .build import BuildReport, build
from .store import (
    latest,
    load_annual_plans,
    load_data_requests,
    load_documents,
    load_manifest,
    load_observations,
    load_projects,
    load_ratings,
    revisions,
    wide,
)

# the reader of published tables is loaded when it is used: most callers only load the store
_READER = {"Table": "table", "Tables": "table", "read_table": "read", "read_tables": "read"}

__all__ = [
    "BuildReport",
    "Table",
    "Tables",
    "build",
    "latest",
    "load_annual_plans",
    "load_data_requests",
    "load_documents",
    "load_manifest",
    "load_observations",
    "load_projects",
    "load_ratings",
    "read_table",
    "read_tables",
    "revisions",
    "wide",
]


def __getattr__(name: str) -> Any:
    if name in _READER:
        return getattr(import_module(f"{__name__}.reader.{_READER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
