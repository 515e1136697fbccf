"""Delimited text: exports of databases, whose preamble, notes and trailer are lines like any other."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from itertools import islice

from ..errors import Fault
from .grid_base import Cell, Draft, FileDamaged, Grid, check_count, reading

__all__ = ["read_text"]

NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}
SAMPLE = 1000
# no text that reached this reader holds a control character
_END = "\x00"


def read_text(text: str, name: str) -> tuple[list[str], list[Grid | None], list[str]]:
    """Split a text into its only grid; cells stay text, with every blank that they hold."""
    body = text.removeprefix("\ufeff").rstrip("\x1a")
    delimiter = find_delimiter(body)
    check_count(sum(body.count(mark) for mark in (delimiter, "\n", "\r")), name)
    with reading(name, "csv"):
        rows = list(csv.reader(StringIO(body + f"\n{_END}\n", newline=""), delimiter=delimiter))
    if rows[-1] != [_END]:
        line = len(rows)
        raise FileDamaged(
            Fault(
                "a quoted cell is never closed",
                where=f"{name}, record {line}",
                got=rows[-1][-1][:40] if rows[-1] else "",
                expected='a closing " before the end of the file',
                next_step="fetch the file again, or close the quote",
            )
        )
    rows = rows[:-1]
    cells: list[list[Cell]] = [[cell or None for cell in row] for row in rows]
    draft = Draft(file=name, sheet="", rows=cells, counts=[len(row) for row in rows])
    split = any(len(row) > 1 for row in rows)
    return [""], [draft.grid()], [f"delimiter {NAMES[delimiter]}" if split else "no delimiter, one column"]


def find_delimiter(text: str) -> str:
    r"""The character that splits most lines into the same number of cells; tab before comma.

    >>> find_delimiter("全市\t1,234\t5\n全市\t1,235\t6\n")
    '\t'
    >>> find_delimiter("全市\t,1234\t\n郊区\t,1235\t\n")
    ','
    """
    best, most = ",", 0
    for delimiter in NAMES:
        if delimiter == "\t" and _tabs_pad(text):
            continue
        sample = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(row) for row in islice(sample, SAMPLE))
        except csv.Error:  # an endless cell; the reading itself will say so
            continue
        agreeing = max((n for width, n in widths.items() if width > 1), default=0)
        if agreeing > most:
            best, most = delimiter, agreeing
    return best


def _tabs_pad(text: str) -> bool:
    # some exports put a tab beside each comma, so that a spreadsheet takes codes for text
    tabs = text.count("\t")
    beside = sum(text.count(pair) for pair in ("\t,", ",\t", "\t\n", "\t\r"))
    return "," in text and bool(tabs) and 2 * beside >= tabs and text.count("\t,") + text.count(",\t") > 0
