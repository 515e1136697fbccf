"""Is a series seasonal, and did its adjustment work: the tests of X-11 and X-13, and how to read them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["SeasonalDiagnostics", "Test", "qs_test"]

Array = NDArray[np.float64]
Seasonality = Literal["present", "probably not present", "not present"]

# thresholds, each with whose they are
M_LIMIT = 1.0  # Lothian and Morry (1978): M statistics and Q accept below 1
STABLE_LEVEL, MOVING_LEVEL = 0.001, 0.05  # Lothian and Morry (1978): levels of the combined test
RESIDUAL_LEVEL = 0.01  # X-13 manual: QS below 1 % is evidence of seasonality left over
SPANS_GOOD, SPANS_BAD = 15.0, 25.0  # Findley et al. (1990): percent of months with unstable factors
CHANGES_GOOD, CHANGES_BAD = 35.0, 40.0  # ibid.: percent of unstable month-to-month changes
_WORDS: dict[str, Seasonality] = {"yes": "present", "no": "not present"}


@dataclass(frozen=True)
class Test:
    """Statistic and p-value; NaN where the test was not made."""

    statistic: float = math.nan
    pvalue: float = math.nan

    __test__ = False  # no test case of pytest

    def __str__(self) -> str:
        return "not made" if math.isnan(self.statistic) else f"{self.statistic:.2f} (p {self.pvalue:.3f})"


@dataclass(frozen=True)
class SeasonalDiagnostics:
    """Tests of one adjustment.

    Attributes
    ----------
    seasonality : str
        "present", "probably not present" or "not present": combined test for identifiable seasonality.
    m : tuple of float
        M1 to M11 of X-11, NaN without X-11; M7 is there for every method.
    q, q2 : float
        Their weighted mean, with and without M2; NaN without X-11.
    stable, moving, kruskal : Test
        Stable seasonality (F), moving seasonality (F), Kruskal-Wallis, on the seasonal-irregular ratios.
    qs_original, qs_adjusted : Test
        QS of the series (after outliers and calendar effects, where known) and of the adjusted one.
    residual, residual_recent : Test
        F test of seasonality left in the adjusted series: all years, and the last three.
    unstable_factors, unstable_changes : float
        Percent of periods that differ by more than 3 % between sliding spans: seasonal factors, and
        changes on the period before of the adjusted series. NaN if not asked for, or not made.
    revision : float
        Mean absolute revision from the first to the last estimate of the adjusted series: percent of
        the level if the adjustment is multiplicative (`revision_unit` is "%"), else in the unit of the
        series. NaN if not asked for.
    """

    seasonality: Seasonality
    m: tuple[float, ...] = (math.nan,) * 11
    q: float = math.nan
    q2: float = math.nan
    stable: Test = Test()
    moving: Test = Test()
    kruskal: Test = Test()
    qs_original: Test = Test()
    qs_adjusted: Test = Test()
    residual: Test = Test()
    residual_recent: Test = Test()
    unstable_factors: float = math.nan
    unstable_changes: float = math.nan
    revision: float = math.nan
    revision_unit: str = ""

    def to_series(self) -> pd.Series:
        """All numbers by name, `m7`, `stable_p` and so on; the words of `seasonality` first."""
        values: dict[str, object] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Test):
                values[field.name], values[f"{field.name}_p"] = value.statistic, value.pvalue
            elif field.name == "m":
                values |= {f"m{i}": v for i, v in enumerate(value, 1)}
            else:
                values[field.name] = value
        return pd.Series(values, dtype=object)

    @property
    def accepted(self) -> bool:
        """Whether seasonality is present, none is left over, and Q, where known, is below 1."""
        return (
            self.seasonality == "present"
            and not self.qs_adjusted.pvalue < RESIDUAL_LEVEL
            and not self.residual.pvalue < RESIDUAL_LEVEL
            and not self.q >= M_LIMIT
        )

    def reading(self) -> tuple[str, ...]:
        """Each test in words, with its threshold."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        yield {
            "present": "Seasonality is present.",
            "probably not present": "Seasonality is probably not present: the adjustment may only add noise.",
            "not present": "No seasonality is found: use the series as it is.",
        }[self.seasonality] + f" Stable F {self.stable}, moving F {self.moving}."
        if not math.isnan(self.m[6]):
            verdict = "stands out from" if self.m[6] < M_LIMIT else "is lost in"
            yield f"M7 {self.m[6]:.2f} (limit 1): the seasonal pattern {verdict} its own movement."
        if not math.isnan(self.q):
            failed = ", ".join(f"M{i}" for i, v in enumerate(self.m, 1) if v >= M_LIMIT) or "none"
            verdict = "accepted" if self.q < M_LIMIT else "not accepted"
            yield f"Q {self.q:.2f} (limit 1): {verdict}; above the limit: {failed}."
        for name, test in (
            ("QS", self.qs_adjusted),
            ("F", self.residual),
            ("F, 3 years", self.residual_recent),
        ):
            if not math.isnan(test.statistic):
                found = "seasonality is left in" if test.pvalue < RESIDUAL_LEVEL else "none is left in"
                yield f"Residual seasonality, {name} {test} (limit p .01): {found} the adjusted series."
        yield from self._stability()

    def _stability(self) -> Iterator[str]:
        for name, value, good, bad in (
            ("seasonal factors", self.unstable_factors, SPANS_GOOD, SPANS_BAD),
            ("changes on the period before", self.unstable_changes, CHANGES_GOOD, CHANGES_BAD),
        ):
            if not math.isnan(value):
                verdict = "stable" if value < good else "borderline" if value <= bad else "not reliable"
                yield f"Sliding spans: {value:.1f} % of {name} unstable (good below {good:g}): {verdict}."
        if not math.isnan(self.revision):
            unit = f" {self.revision_unit}".rstrip()
            yield f"First estimates were revised by {self.revision:.3g}{unit} on average."


def qs_test(values: Array, per_year: int) -> Test:
    """QS test for seasonality: are the second differences positively correlated at the seasonal lags?

    Parameters
    ----------
    values : array
        Consecutive finite figures, at least three years.
    per_year : int
        4 or 12.

    Returns
    -------
    Test
        ``n (n+2) (r1**2 / (n-s) + max(r2, 0)**2 / (n-2s))`` for autocorrelations at one and two years,
        0 unless r1 is positive; p from chi-squared with 2 degrees of freedom.

    Notes
    -----
    Differences of order 2, without logarithms, as X-13ARIMA-SEATS takes them for a model such as
    (0 1 1)(0 1 1) (its `qsori`).

    References
    ----------
    A. Maravall (2011), Seasonality tests and automatic model identification in TRAMO-SEATS, Bank of Spain.

    Examples
    --------
    >>> print(qs_test(np.tile([1.0, 2.0, 4.0, 3.0], 5), 4))
    26.53 (p 0.000)
    """
    z = np.diff(values, 2)
    z = z - z.mean()
    n, total = len(z), float(z @ z)
    if total == 0.0 or n <= 2 * per_year:
        return Test()
    r1, r2 = (float(z[lag:] @ z[:-lag]) / total for lag in (per_year, 2 * per_year))
    if r1 <= 0.0:
        return Test(0.0, 1.0)
    statistic = n * (n + 2) * (r1**2 / (n - per_year) + max(r2, 0.0) ** 2 / (n - 2 * per_year))
    return Test(statistic, math.exp(-statistic / 2))


def from_statistics(found: Mapping[str, str], *, unit: float = 1.0) -> SeasonalDiagnostics:
    """Diagnostics out of the program's own file; `unit` is what its amounts are multiples of."""

    def number(key: str, place: int = 0) -> float:
        parts = found.get(key, "").split()
        try:
            return float(parts[place])
        except (IndexError, ValueError):  # not made, or stars where a number has no room
            return math.nan

    def test(key: str, *, percent: bool = False) -> Test:
        return Test(number(key), number(key, 1) / (100.0 if percent else 1.0))

    return SeasonalDiagnostics(
        seasonality=_WORDS.get(found.get("f2.idseasonal", "").lower(), "probably not present"),
        m=tuple(number(f"f3.m{i:02d}") for i in range(1, 12)),
        q=number("f3.q"),
        q2=number("f3.qm2"),
        stable=test("f2.fsd8", percent=True),
        moving=test("f2.msf", percent=True),
        kruskal=test("f2.kw", percent=True),
        qs_original=test("qsorievadj"),
        qs_adjusted=test("qssadj"),
        residual=test("d11.f", percent=True),
        residual_recent=test("d11.3y.f", percent=True),
        unstable_factors=number("s2.a.per", 2),
        unstable_changes=number("s2.d.per", 2),
        revision=unit * number("r01.lag00.aar.all"),
        revision_unit="%" if found.get("r01.aarmode") == "percent" else "",
    )


def from_series(series: Mapping[str, pd.Series], per_year: int, *, log: bool) -> SeasonalDiagnostics:
    """The same tests for components that do not come from X-11.

    Parameters
    ----------
    series : mapping
        Components by the names of `SeasonalAdjustment`.
    log : bool
        Whether they are factors.

    References
    ----------
    J. Lothian and M. Morry (1978), A test for the presence of identifiable seasonality when using the
    X-11 program, Statistics Canada. J. Higginson (1975), An F test for the presence of moving seasonality.
    """
    part = {name: s.to_numpy() for name, s in series.items()}
    put = np.multiply if log else np.add
    ratios, adjusted = put(part["seasonal"], part["irregular"]), part["adjusted"]
    index = series["adjusted"].index
    first = index[0].month - 1 if per_year == 12 else index[0].quarter - 1
    phase = (first + np.arange(len(ratios))) % per_year
    stable, kruskal = _by_period(ratios, phase), _by_period(ratios, phase, ranks=True)
    moving = _moving(np.abs(ratios - (1.0 if log else 0.0)), first, per_year)
    m7 = math.nan
    if stable.statistic > 0.0:
        m7 = math.sqrt(0.5 * (7.0 + 3.0 * np.nan_to_num(moving.statistic)) / stable.statistic)
    lag, years = per_year // 4, 3 * per_year
    changes, of = adjusted[lag:] - adjusted[:-lag], phase[lag:]
    return SeasonalDiagnostics(
        seasonality=_combined(stable, moving, kruskal, m7),
        m=tuple(m7 if i == 7 else math.nan for i in range(1, 12)),
        stable=stable,
        moving=moving,
        kruskal=kruskal,
        qs_original=qs_test(put(part["seasonal"], adjusted), per_year),
        qs_adjusted=qs_test(adjusted, per_year),
        residual=_by_period(changes, of),
        residual_recent=_by_period(changes[-years:], of[-years:]),
    )


def _combined(stable: Test, moving: Test, kruskal: Test, m7: float) -> Seasonality:
    """Combined test for identifiable seasonality."""
    if not stable.pvalue < STABLE_LEVEL or (moving.pvalue < MOVING_LEVEL and m7 >= M_LIMIT):
        return "not present"
    weak = max(7.0, 3.0 * moving.statistic) >= stable.statistic
    return "probably not present" if weak or not kruskal.pvalue < STABLE_LEVEL else "present"


def _by_period(values: Array, phase: NDArray[np.int64], *, ranks: bool = False) -> Test:
    """One-way analysis of variance by calendar period, or Kruskal-Wallis."""
    from scipy import stats

    groups = [values[phase == p] for p in np.unique(phase)]
    if min(map(len, groups)) < 2 or np.ptp(values) == 0.0:
        return Test()
    found = stats.kruskal(*groups) if ranks else stats.f_oneway(*groups)
    return Test(float(found.statistic), float(found.pvalue))


def _moving(sizes: Array, first: int, per_year: int) -> Test:
    """F of years in a two-way layout of full years by calendar periods (Higginson)."""
    from scipy import stats

    skip = -first % per_year
    years = (len(sizes) - skip) // per_year
    table = sizes[skip : skip + years * per_year].reshape(years, per_year)
    by_year, by_period, mean = table.mean(axis=1), table.mean(axis=0), table.mean()
    rest = table - by_year[:, None] - by_period + mean
    df = (years - 1, (years - 1) * (per_year - 1))
    noise = float((rest**2).sum()) / df[1]
    if noise == 0.0:
        return Test()
    statistic = per_year * float(((by_year - mean) ** 2).sum()) / df[0] / noise
    return Test(statistic, float(stats.f.sf(statistic, *df)))
