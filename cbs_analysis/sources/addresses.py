"""Cells by the names that a spreadsheet program shows: `B7`, `B7:D9`."""

from __future__ import annotations

import re

from ..errors import Fault, ParameterError

__all__ = ["cell_name", "cells_of"]

# more cells than any table has; a slip such as A1:XFD1048576 would fill the memory
MAX_CELLS = 1_000_000
_RANGE = re.compile(r"([A-Za-z]{1,3})([1-9]\d{0,6})(?::([A-Za-z]{1,3})([1-9]\d{0,6}))?")


def cell_name(row: int, col: int) -> str:
    """Name a cell as a spreadsheet program does; rows and columns count from 0.

    >>> cell_name(0, 0), cell_name(11, 27)
    ('A1', 'AB12')
    """
    letters = ""
    col += 1
    while col:
        col, rest = divmod(col - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def cells_of(name: str) -> tuple[tuple[int, int], ...]:
    """Read the name of a cell or of a range, row by row.

    Parameters
    ----------
    name : str
        Such as ``"B7"`` or ``"B7:D9"``.

    Returns
    -------
    tuple of (row, column)
        Both from 0.

    Raises
    ------
    ParameterError
        If the text names no cell, or the range runs backwards or is larger than any table.

    Examples
    --------
    >>> cells_of("B7"), cells_of("A1:B2")
    (((6, 1),), ((0, 0), (0, 1), (1, 0), (1, 1)))
    """
    match = _RANGE.fullmatch(name.strip())
    if not match:
        raise ParameterError(Fault("text names no cell", got=name, expected='"D10" or "I4:K20"'))
    left, top, right, bottom = match.groups()
    rows = range(int(top) - 1, int(bottom or top))
    columns = range(_column(left), _column(right or left) + 1)
    if not 0 < len(rows) * len(columns) <= MAX_CELLS:
        raise ParameterError(
            Fault(
                "range holds no cell, or more than any table",
                got=name,
                expected='first the upper left cell, then the lower right one: "I4:K20"',
            )
        )
    return tuple((r, c) for r in rows for c in columns)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1
