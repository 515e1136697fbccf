"""What the store holds beside figures: evidence, project reports, yearly plans, self-ratings, answers.

Every table is written with its columns and types, also when it holds no row, so that a reader never has to
ask whether it is there.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

__all__ = ["RECORD_SCHEMAS", "TABLES", "record_table"]

_TEXT, _DAY, _NUMBER = pa.large_string(), pa.timestamp("ms"), pa.float64()
# where a record comes from; `col` counts from 0 and is left out where a whole row is the record; `sheet` is
# empty in a delimited file
_ORIGIN = [
    ("vintage", _DAY),
    ("source", _TEXT),
    ("certainty", _TEXT),
    ("file", _TEXT),
    ("sheet", _TEXT),
    ("row", pa.int64()),
]
_CELL = [*_ORIGIN, ("col", pa.int64())]


def _texts(names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, _TEXT) for name in names.split()]


RECORD_SCHEMAS: Mapping[str, pa.Schema] = {
    "documents": pa.schema(
        [
            *_texts("measure area"), ("date", _DAY), ("level", _NUMBER), *_texts("document title note"),
            *_ORIGIN,
        ]
    ),
    "projects": pa.schema(
        [
            *_texts("project area"), ("date", _DAY), ("stage", _NUMBER), *_texts("plan_start plan_end"),
            ("total_inv_mn_yuan", _NUMBER), ("cum_inv_mn_yuan", _NUMBER), ("annual_plan_mn_yuan", _NUMBER),
            ("year_inv_mn_yuan", _NUMBER), *_texts("visual_progress self_rating document"), *_ORIGIN,
        ]
    ),
    "annual_plans": pa.schema(
        [
            *_texts("measure area"), ("date", _DAY), ("year", pa.int64()), ("value", _NUMBER),
            *_texts("value_published unit_published document note"), *_CELL,
        ]
    ),
    "ratings": pa.schema([*_texts("measure area"), ("date", _DAY), *_texts("rating word note"), *_CELL]),
    "data_requests": pa.schema(
        [
            *_texts("measure area"), ("date", _DAY), *_texts("indicator period answer"), ("expected", _DAY),
            ("note", _TEXT), *_CELL,
        ]
    ),
    "ledger_tables": pa.schema(
        [
            *_texts("table area"), ("date", _DAY), *_texts("district period line item"), ("value", _NUMBER),
            ("mark", _TEXT), *_CELL,
        ]
    ),
}  # fmt: skip
TABLES: tuple[str, ...] = ("observations", *RECORD_SCHEMAS)


def record_table(name: str, rows: list[dict[str, object]]) -> pa.Table:
    """Rows of one kind of record as a table, ordered so that the later word stands below the earlier.

    Parameters
    ----------
    name : str
        A key of `RECORD_SCHEMAS`.
    rows : list of dict
        May be empty; a missing number or date is None.

    Returns
    -------
    pyarrow.Table

    Examples
    --------
    >>> record_table("ratings", []).num_rows, record_table("ratings", []).column_names[:3]
    (0, ['measure', 'area', 'date'])
    """
    schema = RECORD_SCHEMAS[name]
    # a delimited file has no sheet
    frame = pd.DataFrame([{"sheet": ""} | row for row in rows], columns=schema.names)
    for field in schema:
        if field.type == _DAY:
            frame[field.name] = pd.to_datetime(frame[field.name])
    order = [schema.names[1], schema.names[0], "date", "vintage", "file", "row"]
    frame = frame.sort_values(order, kind="stable")
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False).replace_schema_metadata(None)
