"""Everything that a plan is judged by, as known on one day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import Fault, VintageError
from ..sources.store import (
    latest,
    load_annual_plans,
    load_data_requests,
    load_documents,
    load_observations,
    load_projects,
    load_ratings,
)

__all__ = ["Columns", "Inputs", "columns_of", "in_order", "load_inputs", "plain_values", "records_by"]

Columns = dict[str, list[Any]]


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Frames as the `load_*` functions return them; a frame that is left out is empty.

    Attributes
    ----------
    observations : pandas.DataFrame
        Every publication of a figure is welcome (`vintages="all"`): the last one is judged, the first one
        tells what a revision changed.
    documents, projects, annual_plans, ratings : pandas.DataFrame
    data_requests : pandas.DataFrame
        What offices answered where they gave no figure; it is shown and judges nothing.
    """

    observations: pd.DataFrame
    documents: pd.DataFrame = field(default_factory=pd.DataFrame)
    projects: pd.DataFrame = field(default_factory=pd.DataFrame)
    annual_plans: pd.DataFrame = field(default_factory=pd.DataFrame)
    ratings: pd.DataFrame = field(default_factory=pd.DataFrame)
    data_requests: pd.DataFrame = field(default_factory=pd.DataFrame)

    def latest(self) -> pd.DataFrame:
        """One row for each figure: its last publication."""
        return latest(self.observations) if len(self.observations) else self.observations

    def first(self) -> pd.DataFrame:
        """One row for each figure: its first publication, as nobody had revised it yet."""
        if self.observations.empty:
            return self.observations
        ordered = self.observations.sort_values(["vintage", "edition"], kind="stable")
        return ordered.drop_duplicates(["indicator", "area", "period"], keep="first").sort_index()

    def check(self, as_of: date) -> None:
        """Refuse what was published after the day.

        Raises
        ------
        VintageError
            With each frame that looks ahead.
        """
        faults = []
        for name, frame in vars(self).items():
            if not len(frame):
                continue
            late = frame[pd.to_datetime(frame["vintage"]) > pd.Timestamp(as_of)]
            if len(late):
                first = late.iloc[0]
                faults.append(
                    Fault(
                        f"{name} published after `as_of` were passed in",
                        got=f"{len(late)} rows, the first of {str(first['vintage'])[:10]} in {first['file']}",
                        expected=f"published on or before {as_of}",
                        next_step="load them with as_of=",
                    )
                )
        if faults:
            raise VintageError(faults)


def load_inputs(area: str, as_of: date, root: Path | None = None) -> Inputs:
    """Load all that is known of an area on a day, every publication of each figure."""
    return Inputs(
        observations=load_observations(area=area, as_of=as_of, vintages="all", root=root),
        documents=load_documents(area=area, as_of=as_of, root=root),
        projects=load_projects(area=area, as_of=as_of, root=root),
        annual_plans=load_annual_plans(area=area, as_of=as_of, root=root),
        ratings=load_ratings(area=area, as_of=as_of, root=root),
        data_requests=load_data_requests(area=area, as_of=as_of, root=root),
    )


def columns_of(frame: pd.DataFrame) -> Columns:
    """The columns of a frame as plain lists, days as ISO text.

    A few rows cost pandas more than they cost to judge, and a Timestamp more to write than to compute.
    """
    return {str(c): plain_values(frame[c]) for c in frame.columns}


def plain_values(values: pd.Series) -> list[Any]:
    """Plain values, days as ISO text ("NaT" where missing)."""
    if values.dtype.kind == "M":
        return list(np.datetime_as_string(values.to_numpy(), unit="D").tolist())
    return list(values.tolist())


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Records in order of their date, then of their publication and place; missing dates come last."""
    order = [c for c in ("date", "vintage", "file", "row") if c in frame.columns]
    return frame.sort_values(order, kind="stable") if len(frame) else frame


def records_by(rows: pd.DataFrame | Columns, key: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of a frame of records as plain dictionaries, grouped by a column, each group in order of date.

    Days come as ISO text. The frame may come as the columns of one that is `in_order`.

    >>> records_by(pd.DataFrame({"measure": ["A", "B"], "date": ["2022", "2021"]}), "measure")["B"]
    [{'measure': 'B', 'date': '2021'}]
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    columns = columns_of(in_order(rows)) if isinstance(rows, pd.DataFrame) else rows
    if columns and next(iter(columns.values())):
        for row in zip(*columns.values(), strict=True):
            record = dict(zip(columns, row, strict=True))
            groups.setdefault(str(record[key]), []).append(record)
    return groups
