"""A household workbook into the frame of the ledger: read, checked, and stripped of everything personal.

No message, warning or error of this module holds the content of a cell: faults name sheet, row and heading.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import Fault, ModelRefused, RawTableError
from ..models.poverty_ledger import CHARACTERISTICS, DATES, GUARANTEES, LEDGER_COLUMNS, MONEY, check_ledger
from ..registry.poverty_parameters import PovertyParameters
from .cells import Unreadable, read_cell
from .headings import HEADINGS, Heading, known_heading

__all__ = ["Imported", "check_imported", "merge_ledgers", "read_workbook"]

_LOOK = 15  # rows in which the headings are looked for
_MOST = 100  # faults that are told
_FLAGS = (*GUARANTEES, "help_matched", "has_migrant_worker")
_NUMBERS = (*MONEY, "members", *(c for c in CHARACTERISTICS if c != "has_migrant_worker"))


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What a workbook gave.

    Attributes
    ----------
    frame : pandas.DataFrame
        Columns of the ledger and characteristics; households under keyed hashes.
    key_of : {"household_number", "identity_number"}
        What the hashes were made of.
    places : tuple of (int, int)
        Position of the sheet and number of the row, by row of the frame.
    unread : int
        Columns that were not read.
    """

    frame: pd.DataFrame = field(repr=False)
    key_of: str
    places: tuple[tuple[int, int], ...] = field(repr=False)
    unread: int


def read_workbook(path: Path, *, hash_key: bytes, area: str, key_of: str = "") -> Imported:
    """Read every sheet with known headings.

    Parameters
    ----------
    path : pathlib.Path
        xlsx or xlsm.
    hash_key : bytes
        Secret with which identity numbers become ids (HMAC-SHA256, 128 bits of it).
    area : str
        Code of the whole area; districts must belong to it.
    key_of : str, optional
        What the ledger's ids were made of so far; another kind is refused, or every household would stand
        twice.

    Raises
    ------
    RawTableError
        Every fault, by position of the sheet, row and heading, never with the content of a cell.
    """
    sheets = _sheets(path)
    faults: list[Fault] = []
    rows: list[dict[str, Any]] = []
    places: list[tuple[int, int]] = []
    kinds: set[str] = set()
    unread = used = 0
    for number, sheet in enumerate(sheets, 1):
        top, columns = _headings(sheet)
        if not columns:
            continue
        used += 1
        unread += sum(x is not None for x in sheet[top]) - len(columns)
        wanted = _key_column(columns, number, key_of, faults)
        kinds.add(wanted)
        faults += _missing(columns, number)
        for i in range(top + 1, len(sheet)):
            cells = {h.field: (h, sheet[i][at] if at < len(sheet[i]) else None) for h, at in columns}
            if all(value is None or value == "" for _, value in cells.values()):
                continue
            rows.append(_row(cells, wanted, hash_key, area, f"sheet {number}, row {i + 1}", faults))
            places.append((number, i + 1))
    if not used:
        faults.append(_no_sheet())
    if len(kinds - {""}) > 1:
        faults.append(
            Fault(
                "sheets name their households in different ways",
                expected="户编号 or 户主身份证号 in all of them",
            )
        )
    if faults:
        more = [Fault(f"and {len(faults) - _MOST} faults more")] if len(faults) > _MOST else []
        raise RawTableError([*faults[:_MOST], *more])
    return Imported(frame=_frame(rows), key_of=max(kinds), places=tuple(places), unread=unread)


def _sheets(path: Path) -> list[list[tuple[Any, ...]]]:
    """Cells of every sheet; what goes wrong in the reader is told without its words."""
    import openpyxl

    trouble = ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's warnings quote cells
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            try:
                return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
            finally:
                book.close()
    except Exception as exc:
        trouble = type(exc).__name__
    raise RawTableError(
        Fault(
            "the workbook cannot be read",
            got=trouble,
            expected="an xlsx or xlsm workbook without a password",
            next_step="save it as xlsx; `cbs-analysis ledger template` gives an empty one",
            code="no_workbook",
        )
    )


def _headings(sheet: Sequence[tuple[Any, ...]]) -> tuple[int, list[tuple[Heading, int]]]:
    """The row of the headings and the place of each known one; none if fewer than three are known."""
    for i, row in enumerate(sheet[:_LOOK]):
        found = [(h, at) for at, text in enumerate(row) if (h := known_heading(text)) is not None]
        if len(found) >= 3:
            return i, found
    return 0, []


def _no_sheet() -> Fault:
    return Fault(
        "no sheet has the headings of a ledger",
        expected="、".join(h.zh for h in HEADINGS if h.required) + "，户编号或户主身份证号",
        next_step="`cbs-analysis ledger template` gives an empty workbook",
        code="no_headings",
    )


def _key_column(columns: list[tuple[Heading, int]], number: int, key_of: str, faults: list[Fault]) -> str:
    held = {h.field for h, _ in columns}
    for name in [key_of] if key_of else ["household_number", "identity_number"]:
        if name in held:
            return name
    names = {"household_number": "户编号", "identity_number": "户主身份证号"}
    expected = names.get(key_of, "户编号 or 户主身份证号")
    faults.append(Fault("no column names the household", f"sheet {number}", expected=expected, code="no_key"))
    return ""


def _missing(columns: list[tuple[Heading, int]], number: int) -> Iterable[Fault]:
    held = [h.field for h, _ in columns]
    for h in HEADINGS:
        if h.required and h.field not in held:
            yield Fault("a column is missing", f"sheet {number}", expected=h.zh, code="columns")
        if held.count(h.field) > 1:
            yield Fault("a column stands twice", f"sheet {number}, column {h.zh}", code="columns")


def _row(
    cells: dict[str, tuple[Heading, Any]],
    key_of: str,
    hash_key: bytes,
    area: str,
    place: str,
    faults: list[Fault],
) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, (heading, value) in cells.items():
        if heading.holds == "identity" and name != key_of:
            continue  # not even looked at
        try:
            found = read_cell(heading, value, area)
        except Unreadable as exc:
            where = f"{place}, column {heading.zh}"
            faults.append(Fault(exc.what, where, expected=exc.expected, code="cell"))
            continue
        row["household" if heading.holds == "identity" else name] = (
            _hashed(found, key_of, hash_key) if heading.holds == "identity" else found
        )
    return row


def _hashed(number: str, key_of: str, hash_key: bytes) -> str:
    return hmac.new(hash_key, f"{key_of}:{number}".encode(), hashlib.sha256).hexdigest()[:32]


def _frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*LEDGER_COLUMNS, *CHARACTERISTICS])
    for name in _FLAGS:
        frame[name] = frame[name].astype("boolean")
    for name in _NUMBERS:
        frame[name] = pd.to_numeric(frame[name]).astype(float)
    for name in DATES:
        frame[name] = pd.to_datetime(frame[name])
    frame["month"] = pd.PeriodIndex(frame["month"], freq="M")
    return frame


def check_imported(new: Imported, *, parameters: PovertyParameters, as_of: str | date) -> None:
    """Hold a workbook against the rules of the ledger; rows are those of its sheets.

    Raises
    ------
    RawTableError
        Every fault but a missing line: a ledger may be kept before the line is known.
    """
    try:
        check_ledger(new.frame, parameters=parameters, as_of=as_of, years=None)
    except ModelRefused as exc:
        faults = [
            Fault(f.what, _in_sheets(f.where, new.places), f.got, f.expected, f.next_step, f.zh, f.code)
            for f in exc.faults
            if f.code != "no_line"
        ]
    else:
        return
    if faults:
        raise RawTableError(faults)


def _in_sheets(where: str, places: Sequence[tuple[int, int]]) -> str:
    """`rows 1, 3 and 5 more` of the frame as places of the workbook."""
    rows, more, rest = where.partition(" and ")
    told = [places[int(n) - 1] for n in re.findall(r"\d+", rows)]
    return "; ".join(f"sheet {s}, row {r}" for s, r in told) + (more + rest if more else "")


def merge_ledgers(held: pd.DataFrame, new: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Both together, and how many rows stood in both: they are taken from the new one."""
    if held.empty:
        return new.sort_values(["month", "household"]).reset_index(drop=True), 0
    keys = pd.MultiIndex.from_frame(new[["household", "month"]])
    replaced = pd.MultiIndex.from_frame(held[["household", "month"]]).isin(keys)
    both = pd.concat([held[~replaced], new], ignore_index=True)
    return both.sort_values(["month", "household"]).reset_index(drop=True), int(replaced.sum())
