"""What a workbook that was taken in gives the store: the rows that its sidecar does not leave out."""

from __future__ import annotations

from pathlib import Path

from ..errors import Fault, RawTableError
from ..registry.load import Registry
from .observation import Row
from .office_workbook import read_office_workbook
from .sidecar import Sidecar

__all__ = ["accepted_rows"]


def accepted_rows(
    path: Path, where: str, sidecar: Sidecar, registry: Registry
) -> tuple[dict[str, list[Row]], list[Row]]:
    """What a workbook that was taken in gives the store.

    Parameters
    ----------
    path : pathlib.Path
    where : str
    sidecar : Sidecar
        `rejected` names the cells of the rows that are left out, with the reason.
    registry : Registry

    Returns
    -------
    (tables, excluded)
        Rows of the store by table, and the rows that were left out.

    Raises
    ------
    RawTableError
        With every fault of the rows that are not listed, and with entries that name no filled row.
    """
    returned = read_office_workbook(path, where, sidecar, registry)
    listed = {_row_of(address): (address, reason) for address, reason in sidecar.rejected.items()}
    tables: dict[str, list[Row]] = {}
    excluded: list[Row] = []
    faults: list[Fault] = []
    for row in returned.rows:
        if (row.sheet, row.row) in listed:
            _, reason = listed.pop((row.sheet, row.row))
            excluded.append(
                {
                    "label": f"{row.id} {row.name}", "area": returned.head.area, "area_label": "",
                    "period": row.period, "file": where, "row": row.row, "reason": reason,
                }
            )  # fmt: skip
            continue
        faults += [t.fault for t in row.troubles]
        for name, found in row.tables.items():
            tables.setdefault(name, []).extend(found)
    faults += [
        Fault("rejection names no filled row", where, address, "sheet and cell of a filled row",
              "remove it from `rejected` in the sidecar")
        for address, _ in listed.values()
    ]  # fmt: skip
    if faults:
        raise RawTableError(faults)
    return tables, excluded


def _row_of(address: str) -> tuple[str, int]:
    sheet, _, cell = address.rpartition("!")
    digits = "".join(c for c in cell if c.isdecimal())
    return sheet, int(digits or 0)
