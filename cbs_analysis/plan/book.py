"""Yearly series of one area with the evidence behind each figure.

A few indicators are exact arithmetic on others (the urban-rural ratio and gap, urbanisation, real
income growth from nominal growth and the price index). They are derived only where nothing was
published, and their evidence names every input.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..series.contributions import share
from ..series.growth import yoy
from ..series.inequality import gap, ratio
from ..series.periods import parse_period
from ..series.prices import real_growth
from .verdicts import Evidence

__all__ = ["Book", "Figures"]


@dataclass(frozen=True)
class Figures:
    """A yearly series (PeriodIndex, may be empty) and the evidence of each year."""

    values: pd.Series
    evidence: dict[str, tuple[Evidence, ...]] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()

    def cite(self, *periods: str) -> tuple[Evidence, ...]:
        """Evidence of some periods, each row once."""
        rows = [e for p in periods for e in self.evidence.get(p, ())]
        return tuple(dict.fromkeys(rows))

    @property
    def years(self) -> tuple[int, ...]:
        """The years, in order."""
        return tuple(int(y) for y in self.values.index.year)

    @property
    def numbers(self) -> tuple[float, ...]:
        """The figures of `years`."""
        return tuple(self.values.to_numpy(dtype=float).tolist())

    @property
    def empty(self) -> bool:
        """Whether there is no figure."""
        return self.values.empty


def _real(nominal: pd.Series, index: pd.Series) -> pd.Series:
    return real_growth(nominal, by=index)


def _deflated(levels: pd.Series, index: pd.Series) -> pd.Series:
    return real_growth(yoy(levels), by=index)


_INCOME = "disposable_income_{}_nominal_yuan"
_CPI = "cpi_previous_year_index"
# indicator -> recipes in order of preference: (function, inputs, needs the year before)
_RECIPES: dict[str, list[tuple[Callable[..., pd.Series], tuple[str, ...], bool]]] = {
    "income_urban_rural_ratio": [(ratio, (_INCOME.format("urban"), _INCOME.format("rural")), False)],
    "income_urban_rural_gap_nominal_yuan": [(gap, (_INCOME.format("urban"), _INCOME.format("rural")), False)],
    "urbanisation_pct": [(share, ("population_urban_persons", "population_resident_persons"), False)],
    **{
        f"disposable_income_{g}_real_yoy_pct": [
            (_real, (f"disposable_income_{g}_nominal_yoy_pct", _CPI), False),
            (_deflated, (_INCOME.format(g), _CPI), True),
        ]
        for g in ("all", "urban", "rural")
    },
}


class Book:
    """Observations of one area, one vintage, as yearly series with evidence."""

    def __init__(self, observations: pd.DataFrame) -> None:
        self._rows = dict(iter(observations.groupby("indicator", sort=False, observed=True)))
        self._cache: dict[str, Figures] = {}

    def rows(self, indicator: str, freq: str | None = None) -> pd.DataFrame:
        """Published rows of an indicator; empty when there are none."""
        rows = self._rows.get(indicator)
        if rows is None:
            return pd.DataFrame(columns=["period", "freq", "value"])
        return rows if freq is None else rows[rows["freq"] == freq]

    def yearly(self, indicator: str) -> Figures:
        """The yearly series, published or derived."""
        if indicator not in self._cache:
            figures = self._published(indicator)
            for function, inputs, lagged in _RECIPES.get(indicator, []):
                figures = self._fill_from(figures, indicator, function, inputs, lagged)
            self._cache[indicator] = figures
        return self._cache[indicator]

    def _published(self, indicator: str) -> Figures:
        rows = self.rows(indicator, "A").sort_values("period")
        index = pd.PeriodIndex(rows["period"].astype(str), freq="Y")
        values = pd.Series(rows["value"].to_numpy(dtype=float), index=index)
        evidence: dict[str, tuple[Evidence, ...]] = {
            str(r["period"]): (evidence_of(r),) for r in rows.to_dict("records")
        }
        return Figures(values, evidence)

    def _fill_from(
        self,
        have: Figures,
        indicator: str,
        function: Callable[..., pd.Series],
        inputs: tuple[str, ...],
        lagged: bool,
    ) -> Figures:
        """Add the years that the inputs allow and that were not published."""
        parts = [self.yearly(i) for i in inputs]
        if any(p.empty for p in parts):
            return have
        values = function(*[p.values for p in parts]).dropna()
        new = values[~values.index.isin(have.values.index)]
        evidence = dict(have.evidence)
        kept = []
        for period in new.index:
            rows = tuple(e for p in parts for e in p.evidence.get(str(period), ()))
            if lagged:
                before = parts[0].evidence.get(str(period - 1), ())
                # growth across two publishers is not growth
                if {e.source for e in before} != {e.source for e in parts[0].evidence[str(period)]}:
                    continue
                rows = before + rows
            evidence[str(period)] = rows
            kept.append(period)
        merged = pd.concat([have.values, new[new.index.isin(kept)]]).sort_index()
        return Figures(merged, evidence, have.derived | {str(p) for p in kept})

    def year_to_date(self, indicator: str) -> tuple[str, float, tuple[Evidence, ...]] | None:
        """The last cumulative figure of a flow, when it is newer than the last full year.

        `urban_new_jobs_persons` is continued by `urban_new_jobs_ytd_persons`.
        """
        stem, _, unit = indicator.rpartition("_")
        for tail in (f"{stem}_ytd_{unit}", _ytd_money(indicator)):
            rows = self.rows(tail) if tail else self.rows("")
            if not rows.empty:
                row = rows.sort_values("period_end").iloc[-1]
                full = self.yearly(indicator).values.index
                if len(full) == 0 or parse_period(row["period"]).year > full[-1].year:
                    return str(row["period"]), float(row["value"]), (evidence_of(row.to_dict()),)
        return None


def _ytd_money(indicator: str) -> str:
    return indicator.replace("_mn_yuan", "_ytd_mn_yuan") if indicator.endswith("_mn_yuan") else ""


def evidence_of(row: dict[str, object]) -> Evidence:
    """Evidence of one observation."""
    return Evidence(
        indicator=str(row["indicator"]),
        period=str(row["period"]),
        value=float(np.float64(row["value"])),  # type: ignore[arg-type]
        published=f"{row['value_published']}{row['unit_published']}",
        status=str(row["status"]),
        vintage=str(row["vintage"])[:10],
        source=str(row["source"]),
        certainty=str(row["certainty"]),
        file=str(row["file"]),
        row=int(row["row"]),  # type: ignore[call-overload]
        col=int(row["col"]),  # type: ignore[call-overload]
        note=str(row["note"]),
    )
