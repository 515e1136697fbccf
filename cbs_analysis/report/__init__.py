"""The only layer that knows notebooks exist: context, tables, figures, pages and runs."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_LAZY = {
    "Refusal": "context",
    "ReportContext": "context",
    "RunSpec": "jobs",
    "links_files": "evaluation_files",
    "open_report": "context",
    "plot": "lab_plots",
    "plot_coverage": "data_figures",
    "plot_distribution": "verdict_figures",
    "plot_progress": "verdict_figures",
    "plot_project_time": "project_figures",
    "plot_projects": "project_figures",
    "plot_synchrony": "income_figures",
    "plot_urban_rural": "gap_figures",
    "plot_vintages": "data_figures",
    "plot_year_to_date": "income_figures",
    "plan_run": "jobs",
    "reading_data": "readings",
    "reading_official": "readings",
    "reading_owed": "readings",
    "reading_owed_since": "owed_pages",
    "reading_projects": "project_pages",
    "reading_summary": "readings",
    "reading_urban_rural": "readings",
    "reading_year_to_date": "readings",
    "run_report": "run",
    "run_reports": "run",
    "table_checks": "tables",
    "table_commitments": "verdict_tables",
    "table_data_used": "tables",
    "table_distribution": "verdict_tables",
    "table_duplicates": "project_pages",
    "table_evidence": "verdict_tables",
    "table_gaps": "tables",
    "table_lagging": "verdict_tables",
    "table_official": "verdict_tables",
    "table_owed": "tables",
    "table_owed_by_office": "owed_pages",
    "table_owed_since": "owed_pages",
    "table_project_annual": "project_pages",
    "table_project_counts": "project_pages",
    "table_project_finish": "project_pages",
    "table_project_flags": "project_pages",
    "table_projects": "project_pages",
    "table_revisions": "tables",
    "table_settings": "verdict_tables",
    "table_synchrony": "tables",
    "table_targets": "verdict_tables",
    "table_urban_rural": "tables",
    "table_verdicts": "verdict_tables",
    "write_evaluation": "evaluation_files",
}
__all__ = sorted(_LAZY)


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
