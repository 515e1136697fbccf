"""The published tables of a household ledger as a page reads them: numbers, hidden counts, words for both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..errors import CoverageError, Fault
from ..registry.load import load_registry
from ..registry.poverty_parameters import PovertyParameters, load_poverty_parameters
from ..sources.store import load_ledger_tables
from .context import ReportContext
from .figures import source_names
from .messages import message
from .tables import Table, translator

__all__ = ["HOUSEHOLDS", "PublishedLedger", "ledger_table", "published_ledger", "said"]

HOUSEHOLDS = "households"


@dataclass(frozen=True, kw_only=True)
class PublishedLedger:
    """The safe tables of an area as known on a day.

    Attributes
    ----------
    cells : dict
        (table, period, district, line, item) -> number, or the mark of a hidden count.
    districts : tuple of str
    parameters : PovertyParameters
    alpha : float
        1 - coverage of intervals.
    source : str
        Publishers, for the source line.
    """

    cells: dict[tuple[str, str, str, str, str], float | str]
    districts: tuple[str, ...]
    parameters: PovertyParameters
    alpha: float
    source: str

    def get(
        self, table: str, period: str, line: str, item: str = HOUSEHOLDS, district: str = ""
    ) -> float | str | None:
        """A number, `small`, `withheld`, or None where nothing was published."""
        return self.cells.get((table, period, district, line, item))

    def number(
        self, table: str, period: str, line: str, item: str = HOUSEHOLDS, district: str = ""
    ) -> float | None:
        """The number, or None where it is hidden or was not published."""
        found = self.get(table, period, line, item, district)
        return None if found is None or isinstance(found, str) else found

    def periods(self, table: str) -> list[str]:
        """Periods of a table, in order."""
        return sorted({key[1] for key in self.cells if key[0] == table})

    @property
    def last(self) -> str:
        """The last month."""
        return self.periods("classes")[-1]


def published_ledger(ctx: ReportContext) -> PublishedLedger:
    """Tables published by the day of the report.

    Raises
    ------
    CoverageError
        None was published (`no_ledger_tables`), with the office that keeps the ledger; and the line of the
        area, where that is missing too.
    """
    parameters = load_poverty_parameters(ctx.area.code)
    rows = load_ledger_tables(area=ctx.area.code, as_of=ctx.as_of, root=ctx.root)
    if rows.empty:
        faults = [
            Fault(
                "no tables of the ledger of monitored households were published",
                got=f"{ctx.area.en}, as of {ctx.as_of}",
                next_step="ask the office of rural revitalisation (docs/how_to/keep_a_ledger.md)",
                zh=message("poverty_no_tables", "zh", area=ctx.area.zh),
                code="no_ledger_tables",
            )
        ]
        if ctx.as_of.year not in parameters.years():
            faults.append(parameters.no_line(ctx.as_of.year))
        raise CoverageError(faults)
    ctx._files.update(rows["file"])
    ordered = rows.sort_values("vintage", kind="stable")
    hidden = ordered["mark"].isin(["small", "withheld"])
    values = ordered["value"].astype(object).where(~hidden, ordered["mark"])
    keys = ordered[["table", "period", "district", "line", "item"]].itertuples(index=False, name=None)
    registry = load_registry()
    return PublishedLedger(
        cells=dict(zip(keys, values, strict=True)),
        districts=tuple(sorted(set(ordered["district"]) - {""})),
        parameters=parameters,
        alpha=ctx.alpha,
        source=source_names([registry.publisher(s).name(ctx.lang) for s in ordered["source"]], ctx.lang),
    )


def said(value: float | str | None, lang: str) -> str:
    """A count as a reader sees it."""
    if value is None:
        return "—"
    return message(f"poverty_mark_{value}", lang) if isinstance(value, str) else f"{value:,.0f}"


def ledger_table(
    ledger: PublishedLedger,
    lang: str,
    *notes: str,
    title: str,
    columns: tuple[str, ...],
    rows: list[tuple[Any, ...]],
    first: int = 1,
) -> Table:
    """A table with the note on hidden counts and the source under it; numbers from column `first` on."""
    t = translator(lang)
    return Table(
        title,
        columns,
        tuple(rows),
        note=" ".join((*notes, t("poverty_marks_note"))),
        source=t("source_line", source=ledger.source),
        numeric=frozenset(range(first, len(columns))),
        nowrap=frozenset({0} if rows and str(rows[0][0])[:2] == "20" else ()),
    )
