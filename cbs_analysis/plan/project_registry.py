"""The registries as a project sees them: those of the package and the project's own plans."""

from __future__ import annotations

from pathlib import Path

from ..errors import CoverageError
from ..registry.load import Registry, load_registry
from ..sources.store import find_root

__all__ = ["project_registry"]


def project_registry(root: Path | None = None) -> Registry:
    """The registries with the plans of `<root>/plans/*.yml`.

    Parameters
    ----------
    root : pathlib.Path, optional
        Project folder; the one that we are in by default. Outside of any project there are only the plans
        of the package.

    Raises
    ------
    TargetError
        With every fault of every plan file of the project.

    Examples
    --------
    >>> project_registry().plan("national14").area
    '000000'
    """
    if root is None:
        try:
            root = find_root()
        except CoverageError:
            return load_registry()
    return load_registry(project=root)
