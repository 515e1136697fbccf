"""A table as it was understood, and the tables of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

from ...errors import CbsError, Fault, ParameterError, VintageBreak, nearest, refusal
from ..grids import Workbook
from .show import table_html, table_text
from .state import COLUMNS, Reading

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Table", "Tables"]


@dataclass(frozen=True, eq=False)
class Table:
    """One table of a file: its words, its trees, every cell's address, and what could not be told.

    Made by `read_table` and `read_tables`. `str(table)` and the display in a notebook show what was
    understood; `observations()` gives the figures.
    """

    book: Workbook
    reading: Reading
    name: str

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.reading.block.sheet.grid.file

    @property
    def sheet(self) -> str:
        """Sheet name, `table 0` for the first table of a page, "" for a text file."""
        return self.reading.block.sheet.grid.sheet

    @property
    def title(self) -> str:
        """Title above the table, else the caption before it."""
        return self.reading.facts.title or self.reading.facts.caption

    @property
    def caption(self) -> str:
        """Text of the page before the table that names it."""
        return self.reading.facts.caption

    @property
    def unit_line(self) -> str:
        """The line 单位：, as published."""
        return self.reading.facts.unit_text

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes under the table."""
        return tuple(self.reading.facts.notes)

    @property
    def source(self) -> str:
        """Source line."""
        return self.reading.facts.source

    @property
    def region(self) -> str:
        """The region that the whole table covers, "" if it is not known."""
        return self.reading.scope.name

    @property
    def period(self) -> str:
        """The period of the whole table, "" if its axes carry periods or none is known."""
        return self.reading.period.period if self.reading.period else ""

    @property
    def header_tree(self) -> tuple[tuple[str, ...], ...]:
        """Path of every data column, from the top down."""
        return tuple(
            tuple(
                x
                for x in (*c.path, c.region.text if c.region else "", c.period.period if c.period else "")
                if x
            )
            for c in self.reading.columns
        )

    @property
    def row_tree(self) -> tuple[tuple[str, ...], ...]:
        """Path of every body row: region or period first, then the indicator."""
        return tuple(
            tuple(
                x
                for x in (
                    r.region_label.text if r.region_label else "",
                    r.period.period if r.period else "",
                    *r.path,
                )
                if x
            )
            for r in self.reading.rows
        )

    @property
    def refusals(self) -> tuple[Fault, ...]:
        """What keeps the table from giving observations."""
        return tuple(fault for _, fault in self.reading.found)

    @property
    def refused(self) -> tuple[str, ...]:
        """Names of the refusals, such as `RegionUnknown`."""
        return tuple(dict.fromkeys(kind.__name__ for kind, _ in self.reading.found))

    @property
    def log(self) -> tuple[str, ...]:
        """Decisions and repairs, each with its reason."""
        return tuple(self.reading.log)

    @property
    def checks(self) -> tuple[str, ...]:
        """Sums and rates that do not hold as published; nothing was changed."""
        return tuple(self.reading.checks)

    def cell(self, row: int, col: int) -> object:
        """The raw cell at a 0-based address."""
        return self.reading.block.sheet.grid.cells[row][col]

    def observations(self, *, unreadable: Literal["refuse", "missing"] = "refuse") -> pd.DataFrame:
        """The figures as one long frame, one row a cell.

        Parameters
        ----------
        unreadable : {"refuse", "missing"}
            What to do with cells that hold no readable figure: refuse the table (default), or give
            them as missing with status `unreadable` and their text in `value_published`.

        Returns
        -------
        pandas.DataFrame
            indicator (path, parts joined by ` / `), region (path), period (`2021`, `2021Q3`,
            `2021-08`), period_kind (level, flow, cumulative, growth, index, rate, unstated), value
            (in `unit`, the canonical unit), unit, value_published, unit_published, status (reported,
            repaired, corrected, missing,
            below_unit, unreadable), note, region_code, base (of an index), lower
            and upper (bounds of the value: an interval where less than one unit was published),
            vintage, series_break (the note that breaks the series at this period), table, file,
            sheet, row, col (0-based cell). A missing value is NaN with a status, never 0.

        Raises
        ------
        RawTableError
            Every refusal of the table in one exception, caught under each of their names:
            RegionUnknown, PeriodAmbiguous, UnitUnresolved, ValueUnreadable, LayoutUnknown, ...
        """
        refused = [
            (kind, fault)
            for kind, fault in self.reading.found
            if unreadable == "refuse" or kind.__name__ != "ValueUnreadable"
        ]
        if refused:
            raise refusal(refused)
        return _frame(self.reading.data)

    def growth(self, indicator: str | None = None) -> pd.DataFrame:
        """Growth over the year before, in percent, from the figures of this table.

        Parameters
        ----------
        indicator : str, optional
            One indicator path; all of them by default.

        Returns
        -------
        pandas.DataFrame
            indicator, region, period, growth_pct: only where both years have a figure.
            Growth is 100 * (x_t / x_{t-1} - 1).

        Raises
        ------
        VintageBreak
            If a note of the table breaks a series between two years that are both there.
        ParameterError
            If the indicator is not in the table.
        """
        import pandas as pd

        obs = self.observations()
        if indicator is not None:
            known = list(obs["indicator"].unique())
            if indicator not in known:
                raise ParameterError(
                    Fault("indicator is not in the table", got=indicator, expected=nearest(indicator, known))
                )
            obs = obs[obs["indicator"] == indicator]
        obs = obs[obs["period_kind"].isin(["level", "flow", "unstated"]) & obs["value"].notna()]
        before = obs.assign(period=[f"{int(p[:4]) + 1}{p[4:]}" for p in obs["period"]])
        pairs = obs.merge(
            before[["indicator", "region", "period", "value"]],
            on=["indicator", "region", "period"],
            suffixes=("", "_before"),
        )
        broken = pairs[pairs["series_break"] != ""]
        if len(broken):
            raise VintageBreak(
                Fault(
                    "growth across a break of the series",
                    where=f"{self.file} {self.sheet}".strip(),
                    got="; ".join(
                        f"{p}: {n}"
                        for p, n in dict(zip(broken["period"], broken["series_break"], strict=True)).items()
                    ),
                    expected="figures of one accounting",
                    next_step="compute growth inside each stretch, or use published growth",
                )
            )
        pairs["growth_pct"] = 100 * (pairs["value"] / pairs["value_before"] - 1)
        return pd.DataFrame(pairs[["indicator", "region", "period", "growth_pct"]])

    def __str__(self) -> str:
        return table_text(self)

    def __repr__(self) -> str:
        size = f"{len(self.reading.rows)} rows x {len(self.reading.columns)} columns"
        return f"<Table {self.name}: {self.title[:40]}; {size}>"

    def _repr_html_(self) -> str:
        return table_html(self)


@cache
def _text() -> Any:
    """The type that pandas gives a column of text."""
    import pandas as pd

    return pd.Series([""]).dtype


def _frame(data: Mapping[str, list[Any]]) -> pd.DataFrame:
    """The records as a frame; made through arrays, so that pandas need not look for what a column holds."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    n = len(data["row"])
    if not n:
        return pd.DataFrame(data, columns=list(COLUMNS))
    text, words = _text(), pa.large_string()
    arrays, same = {}, {}
    for name, cells in data.items():
        first = cells[0]
        if not isinstance(first, str):
            arrays[name] = np.array(cells)
        elif cells[-1] != first or cells.count(first) < n:
            arrays[name] = pd.array(pa.array(cells, words), dtype=text)
        else:  # as file and sheet are, and often unit and note
            if first not in same:
                same[first] = pd.array(pa.repeat(pa.scalar(first, words), n), dtype=text)
            arrays[name] = same[first]
    return pd.DataFrame(arrays)


class Tables(Sequence[Table]):
    """The tables of a file in their order; by position or by name."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._tables = tuple(tables)

    @overload
    def __getitem__(self, key: int | str) -> Table: ...
    @overload
    def __getitem__(self, key: slice) -> Tables: ...
    def __getitem__(self, key: int | str | slice) -> Table | Tables:
        """A table by position or name; a slice of them."""
        if isinstance(key, slice):
            return Tables(self._tables[key])
        if isinstance(key, int):
            return self._tables[key]
        found = [t for t in self._tables if key in (t.name, t.sheet)]
        if len(found) != 1:
            names = [t.name for t in self._tables]
            raise ParameterError(
                Fault("no single table has this name", got=key, expected=nearest(key, names, 6))
            )
        return found[0]

    def __len__(self) -> int:
        return len(self._tables)

    def __iter__(self) -> Iterator[Table]:
        return iter(self._tables)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables."""
        return tuple(t.name for t in self._tables)

    def readable(self, *, unreadable: Literal["refuse", "missing"] = "refuse") -> Tables:
        """The tables that are not refused."""
        kept = [[k for k in t.refused if unreadable == "refuse" or k != "ValueUnreadable"] for t in self]
        return Tables(t for t, names in zip(self, kept, strict=True) if not names)

    def observations(self, *, unreadable: Literal["refuse", "missing"] = "refuse") -> pd.DataFrame:
        """Figures of all tables under each other; refusals of all tables are raised together."""
        import pandas as pd

        found: list[tuple[type[CbsError], Fault]] = []
        frames = []
        for table in self._tables:
            refused = [
                (k, f)
                for k, f in table.reading.found
                if unreadable == "refuse" or k.__name__ != "ValueUnreadable"
            ]
            found += refused
            if not refused:
                frames.append(table.observations(unreadable=unreadable))
        if found:
            raise refusal(found)
        return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)

    def __str__(self) -> str:
        return "\n\n".join(str(t) for t in self._tables)

    def __repr__(self) -> str:
        return "\n".join(repr(t) for t in self._tables)

    def _repr_html_(self) -> str:
        return "".join(table_html(t) for t in self._tables)
