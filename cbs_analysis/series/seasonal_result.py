"""Results of seasonal adjustment: one series, and many."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .seasonal_checks import SeasonalDiagnostics, Test

Array = NDArray[np.float64]

__all__ = ["RegressionOutlier", "SeasonalAdjustment", "SeasonalPanel"]


@dataclass(frozen=True)
class RegressionOutlier:
    """An outlier that the regARIMA model found: additive (AO), level shift (LS) or temporary change (TC).

    `effect` is in logarithms after a log transform, else in the unit of the series.
    """

    kind: str
    period: pd.Period
    effect: float
    t: float

    def __str__(self) -> str:
        return f"{self.kind}{self.period} {self.effect:+.4g} (t {self.t:.1f})"


@dataclass(frozen=True, eq=False)
class SeasonalAdjustment:
    """A series taken apart.

    Attributes
    ----------
    observed, adjusted, trend : pandas.Series
        In the unit of the series. `adjusted` is the seasonally adjusted series (季节调整后);
        outliers stay in it.
    seasonal, irregular : pandas.Series
        Factors (1 = neutral) after a log transform, else amounts (0 = neutral).
    holiday : pandas.Series
        Effect of the moving holiday, likewise; neutral throughout where none was estimated.
    calendar : pandas.Series
        Holiday and trading-day effect together. ``observed = adjusted * seasonal * calendar`` after a log
        transform, else the sum; ``adjusted = trend * irregular``, or the sum.
    effects : pandas.DataFrame
        Regression coefficients: columns `effect`, `se`, `t`; the rows `before`, `during`, `after` are
        those of the Spring Festival windows, each the effect of a whole window in one period.
    holiday_test : Test
        Joint test of the holiday windows, chi-squared; NaN where not made.
    outliers : tuple of RegressionOutlier
        Found by X-13; empty with STL.
    method, method_note : str
        Name of the method, and one sentence for a report: version, filters, model, transform, windows.
    arima : str
        The regARIMA model, "" with STL; `arma` holds its coefficients in the program's signs.
    transform : str
        "log" or "none".
    diagnostics : SeasonalDiagnostics
    warnings : tuple of str
        What the reader of the adjusted series must know.
    """

    observed: pd.Series
    adjusted: pd.Series
    trend: pd.Series
    seasonal: pd.Series
    irregular: pd.Series
    holiday: pd.Series
    calendar: pd.Series
    effects: pd.DataFrame
    holiday_test: Test
    outliers: tuple[RegressionOutlier, ...]
    method: str
    method_note: str
    arima: str
    arma: pd.DataFrame
    transform: Literal["log", "none"]
    diagnostics: SeasonalDiagnostics
    warnings: tuple[str, ...]

    @property
    def nobs(self) -> int:
        """Number of periods."""
        return len(self.observed)

    def to_frame(self) -> pd.DataFrame:
        """All components by period."""
        names = ("observed", "adjusted", "trend", "seasonal", "irregular", "holiday", "calendar")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    def summary(self) -> pd.Series:
        """One row of a table of many series: method, model, tests."""
        head = pd.Series(
            {
                "method": self.method,
                "transform": self.transform,
                "arima": self.arima,
                "outliers": len(self.outliers),
                "holiday_p": self.holiday_test.pvalue,
                "accepted": self.diagnostics.accepted,
            },
            dtype=object,
        )
        return pd.concat([head, self.diagnostics.to_series()])

    def _rows(self) -> list[tuple[str, str]]:
        name = "" if self.observed.name is None else f"{self.observed.name}, "
        index = self.observed.index
        rows = [
            ("series", f"{name}{index[0]} to {index[-1]}, {self.nobs} periods"),
            ("method", self.method_note),
            *((str(i), f"{r.effect:+.4g} (se {r.se:.2g}, t {r.t:.1f})") for i, r in self.effects.iterrows()),
            ("outliers", "; ".join(map(str, self.outliers)) or "none found"),
            *(("test", line) for line in self.diagnostics.reading()),
            *(("warning", line) for line in self.warnings),
        ]
        if not math.isnan(self.holiday_test.statistic):
            rows.insert(2, ("holiday", f"windows together: chi-squared {self.holiday_test}"))
        return rows

    def __str__(self) -> str:
        return "\n".join(["Seasonal adjustment", *(f"  {label:<9} {text}" for label, text in self._rows())])

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th>{html.escape(label)}</th><td>{html.escape(text)}</td></tr>"
            for label, text in self._rows()
        )
        return f"<table><caption>Seasonal adjustment</caption>{cells}</table>"


@dataclass(frozen=True, eq=False)
class SeasonalPanel:
    """Adjustments of many series.

    Attributes
    ----------
    results : mapping
        Column to `SeasonalAdjustment`, in the order of the columns; those refused are left out.
    refused : mapping
        Column to the reason, the words of the error.
    adjusted : pandas.DataFrame
        Adjusted series on the index and columns of the input; a column refused is NaN throughout.
    warnings : tuple of str
        Those of all series, with the column before them.
    """

    results: Mapping[object, SeasonalAdjustment]
    refused: Mapping[object, str]
    adjusted: pd.DataFrame

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings of all series."""
        return tuple(f"{name}: {text}" for name, result in self.results.items() for text in result.warnings)

    def to_frame(self) -> pd.DataFrame:
        """One row for each series that was adjusted: method, model, tests."""
        rows = {name: result.summary() for name, result in self.results.items()}
        return pd.DataFrame.from_dict(rows, orient="index")

    def __str__(self) -> str:
        accepted = sum(r.diagnostics.accepted for r in self.results.values())
        lines = [f"Seasonal adjustment of {self.adjusted.shape[1]} series: {accepted} accepted"]
        lines += [f"  not accepted: {n}" for n, r in self.results.items() if not r.diagnostics.accepted]
        lines += [f"  refused: {n}: {text.splitlines()[0]}" for n, text in self.refused.items()]
        return "\n".join(lines)


def components(
    x: pd.Series, values: Array, *, log: bool, seasonal: Array, holiday: Array, calendar: Array, trend: Array
) -> dict[str, pd.Series]:
    """The components of a series by their names; what is left after each step is computed, not read."""
    out = np.divide if log else np.subtract
    adjusted = out(out(values, seasonal), calendar)
    arrays = {
        "observed": values,
        "adjusted": adjusted,
        "trend": trend,
        "seasonal": seasonal,
        "irregular": out(adjusted, trend),
        "holiday": holiday,
        "calendar": calendar,
    }
    return {name: pd.Series(array, x.index, name=x.name, dtype=float) for name, array in arrays.items()}
