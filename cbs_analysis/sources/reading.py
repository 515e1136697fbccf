"""One raw file to observations, with the address of every cell.

Three layouts are read: `long` (one figure a row), `wide` (one period a row, one series a column)
and the two record layouts `documents` and `projects`. Nothing is filled, clipped or guessed; all
faults of a file are raised together.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import CbsError, Fault, RawTableError, nearest
from ..registry.load import Registry
from ..series.periods import parse_date, parse_period
from ..series.units import convert_value
from .sidecar import STATUSES, Sidecar

__all__ = ["OBSERVATION_COLUMNS", "read_raw_file"]

OBSERVATION_COLUMNS = (
    "indicator", "area", "period", "freq", "period_end", "value", "status", "vintage", "edition",
    "source", "certainty", "value_published", "unit_published", "note", "file", "row", "col",
)  # fmt: skip
_LONG = ("label", "indicator", "area_label", "area", "period", "value", "unit", "status", "note", "seen_as")
_DOCUMENTS = ("measure", "area", "date", "level", "document", "title", "note")
_PROJECTS = (
    "project", "area", "date", "stage", "plan_start", "plan_end", "total_inv_mn_yuan", "cum_inv_mn_yuan",
    "annual_plan_mn_yuan", "year_inv_mn_yuan", "visual_progress", "self_rating", "document",
)  # fmt: skip

Row = dict[str, Any]


def read_raw_file(
    path: Path, root: Path, sidecar: Sidecar, registry: Registry
) -> tuple[list[Row], list[Row]]:
    """Read one raw file.

    Parameters
    ----------
    path, root : pathlib.Path
        The file and the raw folder.
    sidecar : Sidecar
    registry : Registry

    Returns
    -------
    (rows, excluded)
        Rows for the store of the layout, and the rows that the sidecar excludes, each with `reason`.

    Raises
    ------
    RawTableError
        With every fault: encoding, header, indicator, area, period, unit, value, status.
    """
    where = path.relative_to(root).as_posix()
    header, lines = _read_csv(path, where)
    faults: list[Fault] = []
    excluded: list[Row] = []
    if sidecar.layout != "long" and (sidecar.excluded_periods or sidecar.excluded_areas):
        faults.append(
            Fault("exclusions work in the layout long only", where=where, got=f"layout {sidecar.layout}",
                  next_step="leave the cell empty, or file the rows in a long file")
        )  # fmt: skip
    if sidecar.layout == "long":
        rows = list(_long_rows(header, lines, where, sidecar, registry, faults, excluded))
    elif sidecar.layout == "wide":
        rows = list(_wide_rows(header, lines, where, sidecar, registry, faults))
    else:
        rows = list(_record_rows(header, lines, where, sidecar, registry, faults))
    _check_synthetic(rows, where, sidecar, registry, faults)
    if faults:
        raise RawTableError(faults)
    return rows, excluded


def _read_csv(path: Path, where: str) -> tuple[list[str], list[list[str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        raise RawTableError(
            Fault("file is not UTF-8", where=f"{where}, byte {exc.start}", next_step="save it as UTF-8")
        ) from None
    table = list(csv.reader(io.StringIO(text, newline="")))
    if not table:
        raise RawTableError(Fault("file is empty", where=where, expected="a header row"))
    faults = [
        Fault("row has another number of cells than the header", where=f"{where}, row {i}",
              got=str(len(row)), expected=str(len(table[0])))
        for i, row in enumerate(table[1:], 2)
        if len(row) != len(table[0])
    ]  # fmt: skip
    if faults:
        raise RawTableError(faults)
    return table[0], table[1:]


def _expect_header(header: list[str], expected: tuple[str, ...], where: str, faults: list[Fault]) -> bool:
    if tuple(header) == expected:
        return True
    faults.append(
        Fault("header differs", where=f"{where}, row 1", got=",".join(header), expected=",".join(expected))
    )
    return False


def _observation(
    *, indicator: str, area: str, period: str, value: str, unit: str, status: str, note: str,
    where: str, row: int, col: int, sidecar: Sidecar, registry: Registry, faults: list[Fault],
) -> Row | None:  # fmt: skip
    place = f"{where}, row {row}, column {col + 1}"
    found: list[Fault] = []

    def attempt(call: Any) -> Any:
        try:
            return call()
        except CbsError as exc:
            found.extend(Fault(f.what, place, f.got, f.expected, f.next_step) for f in exc.faults)
            return None

    record = attempt(lambda: registry.indicator(indicator))
    place_area = attempt(lambda: registry.area(area))
    when = attempt(lambda: parse_period(period))
    number = attempt(lambda: convert_value(value, unit, to=record.unit)) if record else None
    if record and when and when.freq not in record.freq:
        found.append(
            Fault(
                "period has a frequency the indicator does not",
                place,
                f"{period} ({when.freq})",
                "/".join(record.freq),
            )
        )
    if status not in STATUSES:
        found.append(Fault("status is not known", place, status, nearest(status, STATUSES)))
    if when and when.end > sidecar.published and status not in ("estimated", "synthetic"):
        found.append(
            Fault("period ends after the publication", place, f"{period}, published {sidecar.published}",
                  next_step="correct published or the period; an expected figure has status estimated")
        )  # fmt: skip
    faults.extend(found)
    if found:
        return None
    return {
        "indicator": record.id, "area": place_area.code, "period": when.text, "freq": when.freq,
        "period_end": when.end, "value": number, "status": status, "vintage": sidecar.published,
        "edition": sidecar.edition, "source": sidecar.publisher, "certainty": sidecar.certainty,
        "value_published": value, "unit_published": unit, "note": note,
        "file": where, "row": row, "col": col,
    }  # fmt: skip


def _long_rows(
    header: list[str], lines: list[list[str]], where: str, sidecar: Sidecar, registry: Registry,
    faults: list[Fault], excluded: list[Row],
) -> Iterator[Row]:  # fmt: skip
    if not _expect_header(header, _LONG, where, faults):
        return
    used: set[str] = set()
    for i, line in enumerate(lines, 2):
        cell = dict(zip(_LONG, line, strict=True))
        by_period = sidecar.excluded_periods.get(cell["period"])
        by_area = sidecar.excluded_areas.get(cell["area_label"])
        if by_period or by_area:
            used |= {cell["period"] if by_period else cell["area_label"]}
            excluded.append(
                {
                    **{k: cell[k] for k in ("label", "area", "area_label", "period")},
                    "file": where,
                    "row": i,
                    "reason": by_period or by_area,
                }
            )
            continue
        row = _observation(
            indicator=cell["indicator"], area=cell["area"], period=cell["period"], value=cell["value"],
            unit=cell["unit"], status=cell["status"], note=cell["note"], where=where, row=i, col=5,
            sidecar=sidecar, registry=registry, faults=faults,
        )  # fmt: skip
        if row is not None:
            yield row
    for key in sorted((set(sidecar.excluded_periods) | set(sidecar.excluded_areas)) - used):
        faults.append(
            Fault("exclusion matches no row", where=where, got=key, next_step="remove it from the sidecar")
        )


def _wide_rows(
    header: list[str], lines: list[list[str]], where: str, sidecar: Sidecar, registry: Registry,
    faults: list[Fault],
) -> Iterator[Row]:  # fmt: skip
    leading = ["area_label", "area", "period"] if header[:1] == ["area_label"] else ["period"]
    if header[: len(leading)] != leading:
        faults.append(
            Fault(
                "header differs", f"{where}, row 1", ",".join(header[:3]), "area_label,area,period or period"
            )
        )
        return
    if len(leading) == 1 and not sidecar.area:
        faults.append(Fault("no area", where=where, expected="`area:` in the sidecar or an area column"))
        return
    series = header[len(leading) :]
    for name in series:
        if name not in sidecar.columns:
            faults.append(
                Fault(
                    "column is not in the sidecar",
                    f"{where}, row 1",
                    name,
                    "`columns:` with indicator and unit",
                )
            )
    for name, spec in sidecar.columns.items():
        wrong = sorted(set(spec) - {"indicator", "unit", "annual", "note"})
        lacking = sorted({"indicator", "unit"} - set(spec))
        if wrong or lacking:
            faults.append(
                Fault("column of the sidecar is wrong", f"{where}, {name}", ", ".join(wrong) or "-",
                      "indicator, unit; optional annual, note")
            )  # fmt: skip
    for name in set(sidecar.columns) - set(series):
        faults.append(Fault("sidecar names a column that the file lacks", where, name, nearest(name, series)))
    if faults:
        return
    for i, line in enumerate(lines, 2):
        area, period = (line[1], line[2]) if len(leading) == 3 else (sidecar.area, line[0])
        for j, (name, value) in enumerate(zip(series, line[len(leading) :], strict=True), len(leading)):
            if value == "":
                continue  # not published: there is no row for what does not exist
            spec = sidecar.columns[name]
            for indicator, when in _targets_of(spec, period):
                row = _observation(
                    indicator=indicator, area=area, period=when, value=value, unit=spec["unit"],
                    status=_status_of(sidecar, period), note=spec.get("note", ""), where=where, row=i, col=j,
                    sidecar=sidecar, registry=registry, faults=faults,
                )  # fmt: skip
                if row is not None:
                    yield row


def _targets_of(spec: dict[str, str], period: str) -> Iterator[tuple[str, str]]:
    """The series of a cell; the fourth quarter of a cumulative series is also the year's figure."""
    yield spec["indicator"], period
    if "annual" in spec and period.endswith("Q4"):
        yield spec["annual"], period[:4]


def _status_of(sidecar: Sidecar, period: str) -> str:
    status = sidecar.status
    for year in sorted(sidecar.status_from):
        if period[:4] >= year:
            status = sidecar.status_from[year]
    return status


def _record_rows(
    header: list[str], lines: list[list[str]], where: str, sidecar: Sidecar, registry: Registry,
    faults: list[Fault],
) -> Iterator[Row]:  # fmt: skip
    names = _DOCUMENTS if sidecar.layout == "documents" else _PROJECTS
    if not _expect_header(header, names, where, faults):
        return
    for i, line in enumerate(lines, 2):
        row: Row = dict(zip(names, line, strict=True))
        place = f"{where}, row {i}"
        try:
            row["area"] = registry.area(row["area"]).code
            row["date"] = parse_date(row["date"])
        except CbsError as exc:
            faults.extend(Fault(f.what, place, f.got, f.expected) for f in exc.faults)
            continue
        if row["date"] > sidecar.published:
            faults.append(
                Fault(
                    "record is dated after its publication", place, str(row["date"]), str(sidecar.published)
                )
            )
        _check_record(row, place, registry, faults)
        for key in names:
            if key in ("level", "stage") or key.endswith("_mn_yuan"):
                row[key] = _number_or_none(row[key], place, key, faults)
        row |= {"vintage": sidecar.published, "source": sidecar.publisher, "certainty": sidecar.certainty,
                "file": where, "row": i}  # fmt: skip
        yield row


def _check_record(row: Row, place: str, registry: Registry, faults: list[Fault]) -> None:
    """A record names a measure or project of some plan, and a rung or stage that exists."""
    key, rank, top = ("measure", "level", 4) if "measure" in row else ("project", "stage", 5)
    known = {
        record.id
        for plan in registry.plans.values()
        for record in (plan.measures if key == "measure" else plan.projects)
    }
    if row[key] not in known:
        faults.append(Fault(f"{key} is not known", place, row[key], nearest(row[key], sorted(known))))
    if row[rank] not in ("", *(str(i) for i in range(top + 1))):
        faults.append(Fault(f"{rank} is out of range", place, row[rank], f"0 to {top}, or empty"))


def _number_or_none(text: str, place: str, key: str, faults: list[Fault]) -> float | None:
    if text == "":
        return None
    try:
        return float(text)
    except ValueError:
        faults.append(Fault(f"{key} is not a number", place, text, "a plain number or an empty cell"))
        return None


def _check_synthetic(
    rows: list[Row], where: str, sidecar: Sidecar, registry: Registry, faults: list[Fault]
) -> None:
    """Synthetic figures and real ones never share a file, an area or a status."""
    for row in rows:
        area = registry.areas[row["area"]]
        synthetic_row = row.get("status", "synthetic" if sidecar.synthetic else "") == "synthetic"
        if not (area.synthetic == sidecar.synthetic == synthetic_row):
            faults.append(
                Fault(
                    "synthetic and real data are mixed",
                    where=f"{where}, row {row['row']}",
                    got=f"{area.code} {area.zh}, {sidecar.certainty}, status {row.get('status', '-')}",
                    expected="a synthetic area, certainty synthetic and status synthetic: all three or none",
                )
            )
