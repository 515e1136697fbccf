"""One published figure, checked against the registries and the sidecar, as a row of the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ..errors import CbsError, Fault, nearest
from ..registry.load import Registry
from ..series.periods import Period, parse_period
from ..series.units import convert_amount, convert_value
from .sidecar import STATUSES, Sidecar

__all__ = ["OBSERVATION_COLUMNS", "Figure", "Row", "make_observation"]

OBSERVATION_COLUMNS = (
    "indicator", "area", "period", "freq", "period_end", "value", "status", "vintage", "edition",
    "source", "certainty", "value_published", "unit_published", "note", "file", "row", "col",
)  # fmt: skip

Row = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure as published, with its address: `row` counts from 1, `col` from 0.

    `amount` is the figure in the canonical unit `amount_unit`, where the reader of tables gives it;
    without it `value` is converted as it stands.
    """

    indicator: str
    area: str
    period: str
    value: str
    unit: str
    status: str
    note: str
    row: int
    col: int
    amount: float | None = None
    amount_unit: str = ""


def make_observation(
    figure: Figure, where: str, sidecar: Sidecar, registry: Registry, faults: list[Fault]
) -> Row | None:
    """Make the row of one figure; what is wrong with it is added to `faults`, and there is no row.

    Parameters
    ----------
    figure : Figure
    where : str
        The raw file, as errors name it.
    sidecar : Sidecar
    registry : Registry
    faults : list of Fault
        Grows by an unknown indicator, area, period, unit, value or status, a frequency that the
        indicator does not have, and a period that ends after the publication.
    """
    place = f"{where}, row {figure.row}, column {figure.col + 1}"
    found: list[Fault] = []

    def attempt(call: Callable[[], T]) -> T | None:
        try:
            return call()
        except CbsError as exc:
            found.extend(Fault(f.what, place, f.got, f.expected, f.next_step) for f in exc.faults)
            return None

    record = attempt(lambda: registry.indicator(figure.indicator))
    area = attempt(lambda: registry.area(figure.area))
    when = attempt(lambda: parse_period(figure.period))
    value = attempt(lambda: _converted(figure, record.unit)) if record else None
    if record and when and when.freq not in record.freq:
        what = "period has a frequency the indicator does not"
        found.append(Fault(what, place, f"{figure.period} ({when.freq})", "/".join(record.freq)))
    if figure.status not in STATUSES:
        found.append(Fault("status is not known", place, figure.status, nearest(figure.status, STATUSES)))
    if when:
        found += _after_publication(figure, when, place, sidecar)
    faults.extend(found)
    if found or record is None or area is None or when is None:
        return None
    return {
        "indicator": record.id, "area": area.code, "period": when.text, "freq": when.freq,
        "period_end": when.end, "value": value, "status": figure.status, "vintage": sidecar.published,
        "edition": sidecar.edition, "source": sidecar.publisher, "certainty": sidecar.certainty,
        "value_published": figure.value, "unit_published": figure.unit, "note": figure.note,
        "file": where, "row": figure.row, "col": figure.col,
    }  # fmt: skip


def _converted(figure: Figure, unit: str) -> float:
    if figure.amount is None:
        return convert_value(figure.value, figure.unit, to=unit)
    return convert_amount(figure.amount, figure.amount_unit, to=unit)


def _after_publication(figure: Figure, when: Period, place: str, sidecar: Sidecar) -> list[Fault]:
    if when.end <= sidecar.published or figure.status in ("estimated", "synthetic"):
        return []
    return [
        Fault(
            "period ends after the publication",
            place,
            f"{figure.period}, published {sidecar.published}",
            next_step="correct published or the period; an expected figure has status estimated",
        )
    ]
