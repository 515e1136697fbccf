"""Files that the system does not let a command write."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import Fault, ParameterError

__all__ = ["check_folder", "files_of"]


@contextmanager
def files_of(place: Path) -> Iterator[None]:
    """Tell a refusal of the system with its path.

    Parameters
    ----------
    place : pathlib.Path
        What the command was asked to write; told where the system names no file.

    Raises
    ------
    ParameterError
        Instead of any `OSError`.

    Examples
    --------
    >>> with files_of(Path("out")):
    ...     raise PermissionError(13, "Permission denied", "out/a.xlsx")
    Traceback (most recent call last):
    cbs_analysis.errors.ParameterError: file or folder cannot be used
        where:    out/a.xlsx
        got:      Permission denied
        next:     name a place that can be written to
    """
    try:
        yield
    except OSError as exc:
        fault = Fault(
            "file or folder cannot be used",
            where=str(exc.filename or place),
            got=exc.strerror or str(exc),
            next_step="name a place that can be written to",
        )
        raise ParameterError(fault) from exc


def check_folder(place: Path, folder: Path) -> None:
    """Refuse at once to write where nothing can be written; nothing is left behind.

    Parameters
    ----------
    place : pathlib.Path
        What the command was asked to write.
    folder : pathlib.Path
        A folder that must be there and take files.

    Raises
    ------
    ParameterError
        Naming `place`.
    """
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as exc:
        with files_of(place):
            raise type(exc)(exc.errno, exc.strerror, str(place)) from None
