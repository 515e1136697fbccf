"""The sample of a panel: regions by periods, or a refusal that says why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import named, require_periods, to_array

__all__ = ["PanelSample", "design", "panel_sample", "stack_panel"]

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

_MIN_REGIONS = 5


@dataclass(frozen=True)
class PanelSample:
    """Complete cells of a panel, in order of region and period.

    `y` and `x` are on whole-number codes of region and period, `index` has the labels.
    """

    y: pd.Series
    x: pd.DataFrame
    index: pd.MultiIndex
    region_codes: Codes
    period_codes: Codes
    outcome: str
    warnings: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """The regressors."""
        return list(self.x.columns)

    @property
    def regions(self) -> int:
        """Regions in the sample."""
        return int(self.region_codes.max()) + 1

    @property
    def periods(self) -> int:
        """Periods in the sample."""
        return int(self.period_codes.max()) + 1

    def words(self) -> str:
        """Regions, periods and filled cells."""
        times = self.index.get_level_values(1)
        cells = self.regions * self.periods
        held = "balanced" if cells == len(self.y) else f"{len(self.y)} of {cells} cells"
        return f"{times.min()}-{times.max()}, {self.regions} regions x {self.periods} periods, {held}"

    def unidentified(self, effects: str) -> list[str]:
        """Variables in which `effects` leave no variation."""
        return _flat(self.y, self.x, self.outcome, self.region_codes, self.period_codes, effects)


def stack_panel(variables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put wide tables (rows = periods, columns = regions) into the long form of a panel.

    Parameters
    ----------
    variables : mapping of str to pandas.DataFrame
        Name to table with a PeriodIndex; regions and periods need not be the same in all.

    Returns
    -------
    pandas.DataFrame
        Index (region, period), one column a variable, NaN where a table has no figure.

    Examples
    --------
    >>> years = pd.period_range("2020", periods=2, freq="Y")
    >>> stack_panel({"gdp": pd.DataFrame({"220000": [1.0, 2.0]}, years)})["gdp"].tolist()
    [1.0, 2.0]
    """
    columns = {}
    for name, table in variables.items():
        require_periods(table)
        long = table.T.stack(future_stack=True)
        columns[name] = long.rename_axis(["region", "period"])
    return pd.DataFrame(columns).sort_index()


def design(region_codes: Codes, period_codes: Codes, effects: str) -> Array:
    """Constant and indicators of the effects, of full rank where the panel is connected."""
    n = len(region_codes)
    blocks = [np.ones((n, 1))]
    for codes, wanted in (
        (region_codes, effects in ("region", "region+year")),
        (period_codes, effects in ("year", "region+year")),
    ):
        if wanted:
            blocks.append((codes[:, None] == np.unique(codes)[None, 1:]).astype(float))
    return np.hstack(blocks)


def panel_sample(y: pd.Series, x: pd.DataFrame | pd.Series, *, effects: str, min_df: int = 8) -> PanelSample:
    """Complete cells of the variables of a panel.

    Raises
    ------
    ModelRefused
        `no_overlap`, `few_clusters`, `singletons`, `constant`, `collinear`, `short_sample`; all at once.
    ParameterError
        If an index has not two levels or holds a pair twice.
    """
    table = x.to_frame(x.name if x.name is not None else "x") if isinstance(x, pd.Series) else x
    outcome = str(y.name) if y.name is not None else "y"
    _require_index(y, table)
    frame = pd.DataFrame(to_array(table, what="x"), table.index, columns=[str(c) for c in table.columns])
    names = list(frame.columns)
    outcomes = pd.Series(to_array(y, what=outcome), y.index)
    joined = frame.assign(__y=outcomes.reindex(frame.index)).dropna().sort_index()
    if joined.empty:
        raise ModelRefused(
            Fault(
                "outcome and regressors have no region and period in common",
                next_step="supply the same regions and periods of all variables",
                zh="被解释变量与解释变量没有共同的地区和时期，请补充同一范围的数据。",
                code="no_overlap",
            )
        )
    regions, region_labels = pd.factorize(joined.index.get_level_values(0), sort=True)
    periods, _ = pd.factorize(joined.index.get_level_values(1), sort=True)
    index = pd.MultiIndex.from_arrays([regions, periods], names=["region", "period"])
    left = joined.set_axis(index)
    faults = _few(regions, region_labels, effects)
    flat = _flat(left["__y"], left[names], outcome, regions, periods, effects)
    if flat:
        faults.append(_constant(flat, effects))
    elif _collinear(left[names], regions, periods, effects):
        faults.append(
            Fault(
                "the regressors determine each other",
                got=named(names),
                next_step="leave one of them out",
                zh="解释变量之间完全共线，请去掉其中一个。",
                code="collinear",
            )
        )
    size = len(region_labels) if effects == "between" else len(joined)
    used = len(names) + (1 if effects == "between" else design(regions, periods, effects).shape[1])
    if size - used < min_df:
        faults.append(
            Fault(
                "too few observations for the panel",
                got=f"{size} observations, {used} parameters",
                expected=f"at least {used + min_df} observations",
                next_step="supply more regions or periods, or fewer effects",
                zh=f"面板只有{size}个观测值、{used}个参数，至少需要{used + min_df}个观测值。",
                code="short_sample",
            )
        )
    if faults:
        raise ModelRefused(faults)
    return PanelSample(
        y=left["__y"].rename(outcome),
        x=left[names],
        index=joined.index,
        region_codes=regions,
        period_codes=periods,
        outcome=outcome,
        warnings=tuple(_left_out(frame, outcomes, joined)),
    )


def _require_index(y: pd.Series, x: pd.DataFrame) -> None:
    faults = []
    for name, index in (("y", y.index), ("x", x.index)):
        if not isinstance(index, pd.MultiIndex) or index.nlevels != 2:
            faults.append(
                Fault(
                    f"{name} has no index of region and period",
                    got=type(index).__name__,
                    expected="pandas.MultiIndex with the levels region, period",
                    next_step="use stack_panel({...}) on wide tables",
                )
            )
        elif index.has_duplicates:
            twice = index[index.duplicated()].unique()
            faults.append(
                Fault(f"{name} holds a region and period twice", got=named(twice), expected="each pair once")
            )
    if faults:
        raise ParameterError(faults)


def _few(regions: Codes, labels: pd.Index, effects: str) -> list[Fault]:
    faults = []
    count = len(labels)
    if count < _MIN_REGIONS:
        faults.append(
            Fault(
                "too few regions for a panel",
                got=f"{count} regions: {named(labels)}",
                expected=f"at least {_MIN_REGIONS}",
                next_step="add regions, or describe each region on its own",
                zh=f"只有{count}个地区，少于{_MIN_REGIONS}个，不能作面板推断；请增加地区，或逐个地区描述。",
                code="few_clusters",
            )
        )
    single = labels[np.bincount(regions, minlength=count) == 1]
    if len(single) and effects in ("region", "region+year", "random"):
        faults.append(
            Fault(
                "regions with a single period say nothing under region effects",
                got=named(single),
                expected="at least 2 periods in each region",
                next_step="leave them out, or supply more periods of them",
                zh=f"{named(single)}只有一个时期，在地区固定效应下不提供信息，请去掉或补充数据。",
                code="singletons",
            )
        )
    return faults


def _within(values: Array, regions: Codes, periods: Codes, effects: str) -> Array:
    """What the effects leave of the columns."""
    if effects == "between":
        counts = np.bincount(regions).astype(float)
        means = np.column_stack([np.bincount(regions, weights=v) / counts for v in values.T])
        return means - means.mean(axis=0)
    # random effects need variation within regions for the variance of the errors
    dummies = design(regions, periods, "region" if effects == "random" else effects)
    return values - dummies @ np.linalg.lstsq(dummies, values, rcond=None)[0]


def _flat(
    y: pd.Series, x: pd.DataFrame, outcome: str, regions: Codes, periods: Codes, effects: str
) -> list[str]:
    values = np.column_stack([y.to_numpy(), x.to_numpy()])
    left = _within(values, regions, periods, "none" if effects == "random" else effects)
    size = 1e-9 * (np.abs(values).max(axis=0) + 1e-300)
    return [
        name
        for name, column, small in zip([outcome, *x.columns], left.T, size, strict=True)
        if np.abs(column).max() <= small
    ]


def _collinear(x: pd.DataFrame, regions: Codes, periods: Codes, effects: str) -> bool:
    left = _within(x.to_numpy(), regions, periods, "none" if effects == "random" else effects)
    scaled = left / np.sqrt((left**2).sum(axis=0))
    return bool(np.linalg.matrix_rank(scaled, tol=1e-8) < scaled.shape[1])


def _constant(flat: list[str], effects: str) -> Fault:
    where = {
        "region+year": ("beyond region and period means", "扣除地区和时期均值后"),
        "region": ("within regions", "在各地区内"),
        "year": ("within periods", "在各时期内"),
        "between": ("between regions", "在地区之间"),
    }.get(effects, ("in the sample", "在样本内"))
    return Fault(
        f"a variable of the panel does not vary {where[0]}",
        got=named(flat),
        next_step="choose other effects, or leave the variable out",
        zh=f"{named(flat)}{where[1]}没有变化，无法估计。",
        code="constant",
    )


def _left_out(frame: pd.DataFrame, y: pd.Series, joined: pd.DataFrame) -> list[str]:
    """Cells of the periods used that do not enter: how many, and of which regions."""
    everything = frame.index.union(y.index)
    everything = everything[everything.get_level_values(1).isin(joined.index.get_level_values(1))]
    lost = everything.difference(joined.index)
    if not len(lost):
        return []
    counts = lost.get_level_values(0).value_counts().sort_index()
    regions = named(f"{region} ({count})" for region, count in counts.items())
    return [f"{len(lost)} of {len(everything)} cells lack a figure and do not enter: {regions}"]
