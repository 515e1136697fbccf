"""Seasonal adjustment by X-13ARIMA-SEATS: from a series to what the program found in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, SeriesError
from . import seasonal_checks, x13
from .seasonal_checks import SeasonalDiagnostics, Test
from .seasonal_input import USUAL_YEARS, Options, festival_note, festival_windows
from .seasonal_result import RegressionOutlier, SeasonalAdjustment, components

__all__ = ["adjust_by_x13"]

Array = NDArray[np.float64]

_AIRLINE = "(0 1 1)(0 1 1)"
_OUTLIER = re.compile(r"(AO|LS|TC)(\d{4})\.(\w+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NUMBER = r"[+-]\d+\.\d+E[+-]\d+"
_COEFFICIENT = re.compile(rf"({_NUMBER})\s+({_NUMBER})\s+({_NUMBER})")
# these lines have three numbers too and are no coefficients of regressors
_OTHER = ("chi$", "ftest$", "AR$", "MA$", "variance$", "roots.")


def adjust_by_x13(
    x: pd.Series, values: Array, per_year: int, options: Options, notes: list[str]
) -> SeasonalAdjustment:
    """Adjust a checked series; `notes` are warnings so far."""
    ahead = per_year * x13.FORECAST_YEARS[options.filters]
    holiday = festival_windows(x, per_year, options, ahead=ahead)
    arima = options.arima
    if arima == "auto" and len(x) < USUAL_YEARS * per_year:
        # below four years differencing leaves the program too few figures to choose among models, and
        # below five it likes to choose models with a parameter for every third figure
        arima = _AIRLINE
        notes.append(f"Model: below {USUAL_YEARS} years none is chosen, {_AIRLINE} was taken.")
    tested = ["td"] * options.trading_days
    if options.holiday == "test" and holiday is not None:
        tested.append("user")
    scale = _scale(values)
    spec = x13.write_spec(
        values / scale, x.index[0], per_year=per_year, filters=options.filters, transform=options.transform,
        arima=arima, outliers=options.outliers, variables=options.variables, holiday=holiday, tested=tested,
        stability=options.stability,
    )  # fmt: skip
    names = x13.TABLES[options.filters]
    run = x13.run_x13(spec, tables=[*names.values(), "hol"], timeout=options.timeout)
    found, log = run.statistics, run.statistics.get("finmode") == "multiplicative"
    tables = {n: run.tables[key] for n, key in [*names.items(), ("holiday", "hol")] if key in run.tables}
    parts = _parts(tables, len(x), log)
    unit = {name: 1.0 if log and name != "trend" else scale for name in parts}
    parts = {name: part * unit[name] for name, part in parts.items()}
    series = components(x, values, log=log, **parts)
    effects = _effects(found, 1.0 if log else scale)
    outliers = tuple(_outliers(effects, per_year))
    return SeasonalAdjustment(
        **series,
        effects=effects[[not _OUTLIER.fullmatch(str(name)) for name in effects.index]],
        holiday_test=_holiday_test(found),
        outliers=outliers,
        method="X-13ARIMA-SEATS",
        method_note=_note(found, options, holiday, log),
        arima=found.get("arimamdl", ""),
        arma=_arma(found),
        transform="log" if log else "none",
        diagnostics=_diagnostics(found, series, options, per_year, log=log, scale=scale),
        warnings=(*notes, *run.notes),
    )


def _scale(values: Array) -> float:
    """Power of ten that brings tiny or huge figures to hundreds; 1 for others.

    The program works with absolute tolerances: below about 1e-6 it takes the variance of a series for 0.
    """
    power = math.floor(math.log10(float(np.abs(values).max())))
    return 1.0 if -2 <= power <= 9 else 10.0 ** (power - 2)


def _parts(tables: Mapping[str, Array], n: int, log: bool) -> dict[str, Array]:
    """Trend, seasonal, holiday and calendar component; neutral where the model has none."""
    if "adjusted" not in tables:
        raise SeriesError(
            Fault(
                "X-13ARIMA-SEATS could not take the series apart",
                got="no adjusted series",
                expected="a model that SEATS can decompose",
                next_step='pass filters="x11", or a model, arima="(0 1 1)(0 1 1)"',
            )
        )
    out = np.divide if log else np.subtract
    neutral = np.full(n, 1.0 if log else 0.0)
    seasonal = tables.get("seasonal", neutral)
    return {
        "seasonal": seasonal,
        "holiday": tables.get("holiday", neutral),
        "calendar": out(tables.get("combined", neutral), seasonal),
        "trend": tables.get("trend", out(tables["adjusted"], tables.get("irregular", neutral))),
    }


def _effects(found: Mapping[str, str], scale: float) -> pd.DataFrame:
    """Coefficients of all regressors, outliers among them."""
    rows = {}
    for key, value in found.items():
        match = _COEFFICIENT.match(value) if "$" in key and not key.startswith(_OTHER) else None
        if match:
            effect, se, t = (float(v) for v in match.groups())
            rows[key.rpartition("$")[2]] = (effect * scale, se * scale, t)
    return pd.DataFrame.from_dict(rows, orient="index", columns=["effect", "se", "t"], dtype=float)


def _outliers(effects: pd.DataFrame, per_year: int) -> Iterator[RegressionOutlier]:
    for name, row in effects.iterrows():
        match = _OUTLIER.fullmatch(str(name))
        if match:
            kind, year, part = match.groups()
            label = f"{year}-{_MONTHS.index(part.title()) + 1:02d}" if per_year == 12 else f"{year}Q{part}"
            period = pd.Period(label, freq="M" if per_year == 12 else "Q")
            yield RegressionOutlier(kind, period, float(row["effect"]), float(row["t"]))


def _holiday_test(found: Mapping[str, str]) -> Test:
    parts = found.get("chi$User-defined Holiday", "").split()
    if len(parts) == 3:
        return Test(float(parts[1]), float(parts[2]))
    return Test()


def _arma(found: Mapping[str, str]) -> pd.DataFrame:
    """Coefficients of the model, named as R's seasonal names them."""
    rows = {}
    for key, value in found.items():
        match = _COEFFICIENT.match(value) if key.startswith(("AR$", "MA$")) else None
        if match:
            kind, which, _, lag = key.split("$")
            rows[f"{kind}-{which}-{lag}"] = tuple(float(v) for v in match.groups())
    return pd.DataFrame.from_dict(rows, orient="index", columns=["coefficient", "se", "z"], dtype=float)


def _note(found: Mapping[str, str], options: Options, holiday: pd.DataFrame | None, log: bool) -> str:
    filters = "X-11 filters" if options.filters == "x11" else "SEATS filters"
    kept = any(key.startswith("User-defined Holiday$") for key in found)
    return (
        f"X-13ARIMA-SEATS {found.get('version', '')} build {found.get('build', '')}, {filters}, "
        f"regARIMA {found.get('arimamdl', '')}{' of logarithms' if log else ''}, "
        + festival_note(options, holiday, kept=kept)
    )


def _diagnostics(
    found: Mapping[str, str],
    series: Mapping[str, pd.Series],
    options: Options,
    per_year: int,
    *,
    log: bool,
    scale: float,
) -> SeasonalDiagnostics:
    known = seasonal_checks.from_statistics(found, unit=1.0 if log else scale)
    if options.filters == "x11":
        return known
    return replace(
        seasonal_checks.from_series(series, per_year, log=log),
        unstable_factors=known.unstable_factors,
        unstable_changes=known.unstable_changes,
        revision=known.revision,
        revision_unit=known.revision_unit,
    )
