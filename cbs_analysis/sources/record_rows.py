"""One record of evidence, as a raw file states it, checked against the registries and its sidecar."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from ..errors import CbsError, Fault, nearest
from ..registry.load import Registry
from ..series.periods import parse_date
from ..series.units import convert_value
from .observation import Row
from .sidecar import Sidecar

__all__ = ["RATING_WORDS", "RECORD_COLUMNS", "make_record", "read_records"]

RECORD_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "documents": ("measure", "area", "date", "level", "document", "title", "note"),
    "projects": (
        "project", "area", "date", "stage", "plan_start", "plan_end", "total_inv_mn_yuan",
        "cum_inv_mn_yuan", "annual_plan_mn_yuan", "year_inv_mn_yuan", "visual_progress", "self_rating",
        "document",
    ),
    "annual_plans": ("measure", "area", "date", "year", "value", "unit", "document", "note"),
    "ratings": ("measure", "area", "date", "rating", "word", "note"),
    "ledger_tables": ("table", "area", "district", "date", "period", "line", "item", "value", "mark"),
}  # fmt: skip
# the official words that a self-rating may amount to
RATING_WORDS = ("achieved", "ahead", "on_track", "behind", "attention", "not_assessable")
# the column of the cell that a reader is sent to
_CITED = {"annual_plans": "value", "ratings": "rating", "ledger_tables": "value"}
_KEY = ("measure", "area", "date", "year", "table", "district", "period", "line", "item")
LEDGER_MARKS = ("shown", "small", "withheld", "number")  # small is 1 to 9 households; number is no count
_TOP = {"level": 4, "stage": 5}
# a project given up or changed is written X; tables of numbers hold this
CANCELLED = -1


def read_records(
    header: list[str], lines: list[list[str]], where: str, sidecar: Sidecar, registry: Registry,
    faults: list[Fault],
) -> Iterator[Row]:  # fmt: skip
    """The records of a delimited file; what is wrong is added to `faults`."""
    layout = sidecar.layout
    names = RECORD_COLUMNS[layout]
    if tuple(header) != names:
        faults.append(
            Fault("header differs", where=f"{where}, row 1", got=",".join(header), expected=",".join(names))
        )
        return
    seen: dict[tuple[object, ...], int] = {}
    for i, line in enumerate(lines, 2):
        values = dict(zip(names, line, strict=True))
        row = make_record(layout, values, f"{where}, row {i}", sidecar, registry, faults)
        if row is None:
            continue
        key = tuple(row[k] for k in _KEY if k in row)
        if layout in _CITED and (first := seen.setdefault(key, i)) != i:
            faults.append(
                Fault(
                    "record stands twice",
                    f"{where}, row {i}",
                    " ".join(str(k) for k in key),
                    f"one row for each measure, area, date and year; the first is row {first}",
                    "remove one of the two",
                )
            )
        col = {"col": names.index(_CITED[layout])} if layout in _CITED else {}
        yield row | {"file": where, "row": i} | col


def make_record(
    layout: str, values: Mapping[str, str], place: str, sidecar: Sidecar, registry: Registry,
    faults: list[Fault],
) -> Row | None:  # fmt: skip
    """One record as a row of the store, without its address.

    Parameters
    ----------
    layout : str
        A key of `RECORD_COLUMNS`.
    values : mapping of str to str
        The cells by their column names; an empty text is a missing value.
    place : str
        File and row, as errors name them.
    sidecar : Sidecar
    registry : Registry
    faults : list of Fault
        Grows by an area, measure or project that is not known, a date that cannot be read or lies after
        the publication, a rung, stage, year, amount or word that is none, and a plan of a year without a
        document.

    Returns
    -------
    dict or None
        None where anything is wrong.
    """
    found: list[Fault] = []
    row: Row = dict(values)
    try:
        row["area"] = registry.area(values["area"]).code
    except CbsError as exc:
        found += [Fault(f.what, place, f.got, f.expected) for f in exc.faults]
    row["date"] = _day(values["date"], place, sidecar, found)
    if layout == "ledger_tables":
        _read_ledger_count(row, place, registry, found)
        named = True
    else:
        named = _check_subject("project" if layout == "projects" else "measure", row, place, registry, found)
    if layout in ("documents", "projects"):
        _read_ranks_and_amounts(row, place, found)
        _check_planned_days(row, place, found)
    elif layout == "annual_plans":
        _read_annual_plan(row, place, registry, found, named=named)
    elif layout == "ratings" and row["word"] not in ("", *RATING_WORDS):
        expected = nearest(row["word"], RATING_WORDS, len(RATING_WORDS)) + ", or empty"
        found.append(Fault("word is not known", place, row["word"], expected))
    if layout == "ratings" and not row["rating"].strip():
        found.append(Fault("rating is empty", place, expected="the office's own words"))
    faults += found
    if found:
        return None
    return row | {
        "vintage": sidecar.published, "source": sidecar.publisher, "certainty": sidecar.certainty,
    }  # fmt: skip


def _day(text: str, place: str, sidecar: Sidecar, faults: list[Fault]) -> date | None:
    try:
        day = parse_date(text)
    except CbsError as exc:
        faults += [Fault(f.what, place, f.got, f.expected) for f in exc.faults]
        return None
    if day > sidecar.published:
        faults.append(Fault("record is dated after its publication", place, str(day), str(sidecar.published)))
    return day


def _check_subject(key: str, row: Row, place: str, registry: Registry, faults: list[Fault]) -> bool:
    """Whether a record names a measure or a project of some plan."""
    known = {
        record.id
        for plan in registry.plans.values()
        for record in (plan.measures if key == "measure" else plan.projects)
    }
    if row[key] not in known:
        faults.append(Fault(f"{key} is not known", place, row[key], nearest(row[key], sorted(known))))
    return row[key] in known


def _read_ranks_and_amounts(row: Row, place: str, faults: list[Fault]) -> None:
    rank = "level" if "level" in row else "stage"
    if rank == "stage" and row[rank] == "X":
        row[rank] = str(CANCELLED)
    elif row[rank] not in ("", *(str(i) for i in range(_TOP[rank] + 1))):
        allowed = f"0 to {_TOP[rank]}{', X' if rank == 'stage' else ''}, or empty"
        faults.append(Fault(f"{rank} is out of range", place, row[rank], allowed))
    for key in list(row):
        if key == rank or key.endswith("_mn_yuan"):
            row[key] = _number_or_none(row[key], place, key, faults)


def _check_planned_days(row: Row, place: str, faults: list[Fault]) -> None:
    """Planned start and end of a project, where they are given, are days, the end after the start."""
    days = []
    for key in ("plan_start", "plan_end"):
        if not row.get(key):
            continue
        try:
            days.append(parse_date(row[key], what=key))
        except CbsError as exc:
            faults += [Fault(f.what, place, f.got, f.expected) for f in exc.faults]
    if len(days) == 2 and days[1] <= days[0]:
        faults.append(Fault("planned end is not after the start", place, f"{days[0]} to {days[1]}"))


def _number_or_none(text: str, place: str, key: str, faults: list[Fault]) -> float | None:
    if text == "":
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    faults.append(Fault(f"{key} is not a number", place, text, "a plain number or an empty cell"))
    return None


def _read_ledger_count(row: Row, place: str, registry: Registry, faults: list[Fault]) -> None:
    """A published count of households: a number where the mark says so, and no number where it is hidden."""
    if row["district"]:
        try:
            row["district"] = registry.area(row["district"]).code
        except CbsError as exc:
            faults += [Fault(f.what, place, f.got, f.expected) for f in exc.faults]
    if row["mark"] not in LEDGER_MARKS:
        faults.append(Fault("mark is not known", place, row["mark"], ", ".join(LEDGER_MARKS)))
        return
    hidden = row["mark"] in ("small", "withheld")
    if hidden == bool(row["value"]):
        expected = "an empty value" if hidden else "a number"
        faults.append(Fault("mark and value do not fit", place, row["mark"], expected))
    row["value"] = _number_or_none(row["value"], place, "value", faults)
    if row["mark"] == "shown" and row["value"] is not None and (row["value"] % 1 or 0 < row["value"] < 10):
        faults.append(
            Fault("a count from 1 to 9 is printed, or no whole number", place,
                  next_step="publish the tables anew with cbs-analysis ledger publish")
        )  # fmt: skip


def _read_annual_plan(row: Row, place: str, registry: Registry, faults: list[Fault], *, named: bool) -> None:
    """The year and the amount, in the unit of the indicator that the measure is judged by."""
    year, text, unit = row["year"].strip(), row["value"].strip(), row.pop("unit").strip()
    if not (len(year) == 4 and year.isascii() and year.isdecimal()):
        faults.append(Fault("year cannot be read", place, year, "a year such as 2024"))
    if not row["document"].strip():
        faults.append(
            Fault("plan of a year without a document", place, expected="the document that states it",
                  next_step="give its number; a figure that no document states is no plan")
        )  # fmt: skip
    indicator = _indicator_of(row["measure"], registry)
    if not named:
        return  # told already
    if not indicator:
        faults.append(
            Fault("measure has no figure that could be planned", place, row["measure"],
                  "a measure with an indicator", "remove the row")
        )  # fmt: skip
        return
    row |= {"year": int(year) if year.isdecimal() else None, "value_published": text, "unit_published": unit}
    try:
        row["value"] = convert_value(text, unit, to=registry.indicator(indicator).unit)
    except CbsError as exc:
        faults += [Fault(f.what, place, f.got, f.expected, f.next_step) for f in exc.faults]
        return
    if row["value"] <= 0 and _is_total(row["measure"], registry):
        faults.append(
            Fault("plan of a total is not above zero", place, f"{text}{unit}", "an amount above zero",
                  "correct the amount, or leave the row out where the year has no plan")
        )  # fmt: skip


def _is_total(measure: str, registry: Registry) -> bool:
    """Whether a measure is a flow that is to be reached; of one that is to fall, zero may be planned."""
    if registry.indicator(_indicator_of(measure, registry)).kind != "flow":
        return False
    found = [m for plan in registry.plans.values() for m in plan.measures if m.id == measure]
    return not any(m.type in ("keep_below", "zero") or m.sense in ("at_most", "down") for m in found)


def _indicator_of(measure: str, registry: Registry) -> str:
    """The indicator of a measure; plans that share an id share the measure."""
    found: Iterator[Any] = (m for plan in registry.plans.values() for m in plan.measures if m.id == measure)
    return next((m.indicator for m in found if m.indicator), "")
