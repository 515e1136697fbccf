"""From raw files to observations: sidecars, reading, checks, the store and its reader."""

from .build import BuildReport, build
from .store import latest, load_documents, load_manifest, load_observations, load_projects, revisions, wide

__all__ = [
    "BuildReport",
    "build",
    "latest",
    "load_documents",
    "load_manifest",
    "load_observations",
    "load_projects",
    "revisions",
    "wide",
]
