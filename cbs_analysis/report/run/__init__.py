"""Run notebooks through papermill and publish their pages, whole or not at all.

A report is made aside by a process of its own and moved into place when it is complete. When it fails, the
last good one stays, and what happened lies beside it as `*.failed.html` and `*.failed.ipynb`.
"""

from typing import Any

__all__ = [
    "BACKENDS",
    "Backend",
    "Ledger",
    "Limits",
    "Result",
    "RunSpec",
    "Site",
    "run_report",
    "run_reports",
]

_WHERE = {
    "BACKENDS": "records", "Backend": "records", "Limits": "records", "Result": "records", "Site": "records",
    "Ledger": "ledger", "run_report": "batch", "run_reports": "batch",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "RunSpec":
        return import_module("..jobs", __name__).RunSpec
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_WHERE[name]}", __name__), name)
