"""The words between those who plan, make, publish and tell of a run: plain records, plain JSON."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # the command line reads this module at its start: the jobs would bring the models along
    from ..jobs import RunSpec

__all__ = ["BACKENDS", "Backend", "Limits", "Made", "Result", "Site"]

Backend = Literal["auto", "fork", "pool", "papermill"]
BACKENDS: tuple[Backend, ...] = ("auto", "fork", "pool", "papermill")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one report may take.

    Attributes
    ----------
    cell_seconds, job_seconds : float
        For one cell, and for all of a report with its page and files.
    memory_mb : float
        Resident memory of the report's process and its children together, in MiB.
    output_mb : float
        What one cell may show, in MB of the notebook.
    """

    cell_seconds: float = 600.0
    job_seconds: float = 1800.0
    memory_mb: float = 4096.0
    output_mb: float = 8.0


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where a run reads and where it writes.

    Attributes
    ----------
    root : pathlib.Path
        Project folder, which may be read-only.
    reports : pathlib.Path
        Folder of the pages.
    raw : str
        The way from the folder of the pages to `data/raw`, as a link writes it.
    """

    root: Path
    reports: Path
    raw: str

    @classmethod
    def of(cls, root: Path, reports: Path | None = None) -> Site:
        """The site of a project: `reports/` in it unless named."""
        root, reports = Path(root).absolute(), Path(reports or Path(root) / "reports").absolute()
        return cls(
            root=root, reports=reports, raw=Path(os.path.relpath(root / "data" / "raw", reports)).as_posix()
        )


@dataclass(frozen=True, kw_only=True)
class Made:
    """A report made aside, complete or failed, not yet published.

    Attributes
    ----------
    spec : RunSpec
    staged : pathlib.Path
        Folder of its files, by their names below the folder of reports.
    failure : str
        What failed, "" when all is well.
    cell : int or None
        Number of the cell that failed, counted as the notebook shows it.
    state : dict
        What the run keeps of the page: title, warnings, areas read, raw files used, verdicts.
    seconds, memory_mb : float
        Of its process; memory is the highest resident memory seen.
    engine : {"inline", "kernel"}
    """

    spec: RunSpec
    staged: Path
    failure: str = ""
    cell: int | None = None
    state: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    memory_mb: float = 0.0
    engine: str = ""


@dataclass(frozen=True)
class Result:
    """What became of one report.

    Attributes
    ----------
    spec : RunSpec
    status : {"made", "unchanged", "failed"}
    seconds : float
    html : str
        Path of the page; of the failed page when it failed.
    message : str
        What failed.
    cell : int or None
        Number of the cell that failed.
    memory_mb : float
    engine : str
    """

    spec: RunSpec
    status: Literal["made", "unchanged", "failed"]
    seconds: float
    html: str
    message: str = ""
    cell: int | None = None
    memory_mb: float = 0.0
    engine: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        from dataclasses import asdict

        return asdict(self) | {"name": self.spec.name}
