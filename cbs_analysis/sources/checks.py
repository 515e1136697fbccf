"""Checks that explain and never edit: their findings stand in the manifest and in the report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ..registry.load import Registry
from .observation import Row

__all__ = ["run_checks"]


def run_checks(observations: pd.DataFrame, registry: Registry) -> list[Row]:
    """Run every check.

    Parameters
    ----------
    observations : pandas.DataFrame
        All vintages.
    registry : Registry

    Returns
    -------
    list of dict
        check, indicator, area, period, got, expected, file, row: one for each finding.
    """
    findings: list[Row] = []
    for check in (_shares_in_range, _cumulative_rises, _growth_agrees_with_levels, _ratio_agrees_with_levels):
        findings += [{"check": check.__name__.lstrip("_"), **f} for f in check(observations, registry)]
    return findings


def _finding(row: Any, got: str, expected: str) -> Row:
    return {
        "indicator": row.indicator, "area": row.area, "period": row.period, "got": got,
        "expected": expected, "file": row.file, "row": int(row.row),
    }  # fmt: skip


def _shares_in_range(observations: pd.DataFrame, registry: Registry) -> Iterator[Row]:
    """A rate or ratio in percent lies between 0 and 100, growth apart."""
    rates = {i.id for i in registry.indicators.values() if i.unit == "pct" and i.kind in ("rate", "ratio")}
    rows = observations[observations["indicator"].isin(rates)]
    for row in rows[~rows["value"].between(0, 100)].itertuples():
        yield _finding(row, f"{row.value:g} %", "0-100 %")


def _cumulative_rises(observations: pd.DataFrame, registry: Registry) -> Iterator[Row]:
    """A gross flow counted from January never falls inside the year, in one publication."""
    ids = {i.id for i in registry.indicators.values() if i.cumulative and i.kind == "flow"}
    rows = observations[observations["indicator"].isin(ids)].copy()
    rows["year"] = pd.to_datetime(rows["period_end"]).dt.year
    keys = ["indicator", "area", "year", "file"]
    rows = rows.sort_values([*keys, "period_end"], kind="stable")
    before = rows.groupby(keys, observed=True)["value"].shift()
    rows["before"] = before
    for row in rows[rows["value"] < rows["before"]].itertuples():
        yield _finding(row, f"{row.value:g}", f"at least {row.before:g}")


def _growth_agrees_with_levels(observations: pd.DataFrame, registry: Registry) -> Iterator[Row]:
    """Published nominal growth equals the growth of published levels to 0.2 points."""
    for growth in sorted(i for i in observations["indicator"].unique() if i.endswith("_yoy_pct")):
        stem = growth.removesuffix("_yoy_pct")
        level = next((i for i in (f"{stem}_yuan", f"{stem}_mn_yuan") if i in registry.indicators), None)
        if "_nominal" in growth and level is not None:
            yield from _compare_growth(observations, growth, level)


def _compare_growth(observations: pd.DataFrame, growth: str, level: str) -> Iterator[Row]:
    """Levels of both years from one file, or from the newest file of each year of one publisher."""
    levels = observations[observations["indicator"] == level].sort_values("vintage", kind="stable")
    by_file = levels.set_index(["file", "area", "period"])["value"]
    for row in observations[observations["indicator"] == growth].itertuples():
        now = by_file.get((row.file, row.area, row.period))
        before = levels[
            (levels["area"] == row.area)
            & (levels["period"] == _year_before(row.period))
            & (levels["source"] == row.source)
            & (levels["vintage"] <= row.vintage)
        ]["value"]
        if now is None or before.empty:
            continue
        implied = 100.0 * (float(np.atleast_1d(now)[0]) / float(before.iloc[-1]) - 1.0)
        if abs(implied - row.value) > 0.2:
            yield _finding(row, f"{row.value:g} %", f"{implied:.2f} % from the levels")


def _year_before(period: str) -> str:
    return f"{int(period[:4]) - 1}{period[4:]}"


def _ratio_agrees_with_levels(observations: pd.DataFrame, registry: Registry) -> Iterator[Row]:
    """The published urban-rural ratio equals the ratio of published incomes to 0.011."""
    values = (
        observations.sort_values("vintage", kind="stable")
        .drop_duplicates(["indicator", "area", "period"], keep="last")
        .set_index(["indicator", "area", "period"])["value"]
    )
    for row in observations[observations["indicator"] == "income_urban_rural_ratio"].itertuples():
        urban = values.get(("disposable_income_urban_nominal_yuan", row.area, row.period))
        rural = values.get(("disposable_income_rural_nominal_yuan", row.area, row.period))
        if urban and rural and abs(urban / rural - row.value) > 0.011:
            yield _finding(row, f"{row.value:g}", f"{urban / rural:.3f} from the incomes")
