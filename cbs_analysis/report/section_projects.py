"""The projects of a section: those that the plan's boxes and its text place there."""

from __future__ import annotations

from typing import Any

from .project_figures import plot_project_time, plot_projects
from .project_pages import (
    reading_projects,
    table_duplicates,
    table_project_annual,
    table_project_finish,
    table_project_flags,
    table_projects,
)
from .section_pages import Section

__all__ = ["section_projects"]


def section_projects(section: Section) -> list[Any]:
    """How far the projects of the section are; nothing where it has none."""
    part, lang = section.part, section.lang
    if part is None or not part.projects:
        return []
    return [
        reading_projects(part, lang),
        *plot_projects(part, lang),
        *plot_project_time(part, lang),
        table_projects(part, lang),
        table_project_annual(part, lang),
        table_project_finish(part, lang),
        table_project_flags(part, lang),
        table_duplicates(part, lang),
    ]
