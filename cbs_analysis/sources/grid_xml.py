"""SpreadsheetML 2003: one XML file that spreadsheet programs open under the name .xls."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from .grid_base import Draft, Grid, Place, check_area, plain, reading, shows_percent
from .grid_zip import check_tags, refuse_entities

__all__ = ["read_spreadsheetml"]

NS = "{urn:schemas-microsoft-com:office:spreadsheet}"


@dataclass
class Reader:
    """The sheets of the file while they are read."""

    name: str
    drafts: list[Draft] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    hidden_cols: set[int] = field(default_factory=set)
    row: int = 0
    column: int = 0
    width: int = 0

    def sheet(self, element: Any) -> None:
        """Begin a sheet."""
        self.drafts.append(Draft(file=self.name, sheet=_get(element, "Name")))
        self.hidden_cols = set()
        self.drafts[-1].hidden_cols = self.hidden_cols
        self.row = self.column = self.width = 0

    def style(self, element: Any) -> None:
        """Note the number format and indent of a style; what it leaves out its parent says."""
        number, indent = self.styles.get(_get(element, "Parent"), ("", 0))
        for part in element:
            if part.tag == f"{NS}NumberFormat":
                number = _get(part, "Format")
            elif part.tag == f"{NS}Alignment":
                indent = _int(part, "Indent", 0)
        self.styles[_get(element, "ID")] = number, indent

    def columns(self, element: Any) -> None:
        """Note hidden columns."""
        start = _int(element, "Index", self.column + 1)
        self.column = start + _int(element, "Span", 0)
        check_area(1, self.column, self.drafts[-1].where)
        if _get(element, "Hidden") == "1":
            self.hidden_cols.update(range(start - 1, self.column))

    def cells(self, element: Any) -> None:
        """Read a row."""
        draft = self.drafts[-1]
        start = _int(element, "Index", self.row + 1)
        self.row = start + _int(element, "Span", 0)
        check_area(self.row, 1, draft.where)
        if _get(element, "Hidden") == "1":
            draft.hidden_rows.update(range(start - 1, self.row))
        next_column = 1
        for cell in element.iterchildren(f"{NS}Cell"):
            column = max(_int(cell, "Index", next_column), next_column)
            across, down = _int(cell, "MergeAcross", 0), _int(cell, "MergeDown", 0)
            next_column = column + across + 1
            draft.merges.append((start - 1, column - 1, start + down, column + across))
            data = cell.find(f"{NS}Data")
            if data is not None or _get(cell, "Formula"):
                self.width = max(self.width, column)
                check_area(start, self.width, draft.where)
                self._put((start - 1, column - 1), cell, data, _get(element, "StyleID"))

    def _put(self, place: Place, cell: Any, data: Any, row_style: str) -> None:
        draft = self.drafts[-1]
        kind = "" if data is None else _get(data, "Type")
        text = "" if data is None else "".join(data.itertext())
        if kind == "Error":
            draft.problems[place] = f"error value {text or 'without a name'}"
            return
        if _get(cell, "Formula") and not text and kind != "String":
            draft.problems[place] = f"formula without a stored value: {_get(cell, 'Formula')}"
            return
        value, problem = _value(kind, text)
        if problem:
            draft.problems[place] = problem
            return
        while len(draft.rows) <= place[0]:
            draft.rows.append([])
        row = draft.rows[place[0]]
        row.extend([None] * (place[1] - len(row)))
        row.append(plain(value))
        number, indent = self.styles.get(_get(cell, "StyleID") or row_style or "Default", ("", 0))
        if value is not None and indent:
            draft.indents[place] = indent
        if kind == "Number" and (number == "Percent" or shows_percent(number)):
            draft.percents.add(place)


def read_spreadsheetml(text: str, name: str) -> tuple[list[str], list[Grid | None], list[str]]:
    """Read every sheet: names, grids in the same order (None where empty), notes."""
    from lxml import etree

    refuse_entities(text.encode("utf-8"), name)
    check_tags(text, name, row="Row")
    # the declared encoding has done its work: what is parsed is UTF-8
    body = re.sub(r"^\s*<\?xml.*?\?>", "", text.removeprefix("\ufeff"), count=1, flags=re.S).lstrip()
    reader = Reader(name)
    steps = {"Style": reader.style, "Column": reader.columns, "Row": reader.cells}
    with reading(name, f"lxml {etree.__version__}"):
        events = etree.iterparse(
            BytesIO(body.encode("utf-8")),
            events=("start", "end"),
            tag=[f"{NS}{tag}" for tag in ("Style", "Worksheet", "Column", "Row", "Workbook")],
            no_network=True,
            resolve_entities=False,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
        )
        for event, element in events:
            tag = element.tag.removeprefix(NS)
            if event == "start" and tag == "Worksheet":
                reader.sheet(element)
            elif event == "end" and tag in steps:
                steps[tag](element)
                element.clear()
        names = [draft.sheet for draft in reader.drafts]
        return names, [draft.grid() for draft in reader.drafts], reader.notes


def _value(kind: str, text: str) -> tuple[object, str]:
    """The value of a cell, or why there is none."""
    if kind == "Number":
        try:
            number = float(text)
        except ValueError:
            return None, f"number that cannot be read: {text[:40]}"
        if not math.isfinite(number):
            return None, f"number that is not finite: {text[:40]}"
        return (int(text) if re.fullmatch(r"-?[0-9]{1,17}", text.strip()) else number), ""
    if kind == "Boolean":
        return text.strip() == "1", ""
    if kind == "DateTime":
        try:
            return datetime.fromisoformat(text.strip()), ""
        except ValueError:
            return None, f"date that cannot be read: {text[:40]}"
    return text or None, ""


def _get(element: Any, key: str) -> str:
    # some systems write the attributes without their prefix
    return str(element.get(f"{NS}{key}") or element.get(key) or "")


def _int(element: Any, key: str, default: int) -> int:
    text = _get(element, key)
    return min(max(int(text[:9]), 0), 100_000_000) if text.strip().isdecimal() else default
