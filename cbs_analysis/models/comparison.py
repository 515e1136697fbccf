"""Against whom? Regions that were alike before the change to be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import named
from .synthetic_data import Span, few_donors, gap_fault, rows_between

__all__ = ["ComparisonRegions", "choose_comparison"]


@dataclass(frozen=True)
class ComparisonRegions:
    """Regions most like one region before a date, and how far each is.

    Attributes
    ----------
    area : str
        The region to compare.
    areas : tuple of str
        The regions chosen, nearest first.
    table : pandas.DataFrame
        All regions by distance: `level`, `growth` (percent a year), `distance` (standard deviations),
        `chosen`.
    pre : str
        The periods on which they were compared.
    """

    area: str
    areas: tuple[str, ...]
    table: pd.DataFrame
    pre: str

    def to_frame(self) -> pd.DataFrame:
        """All regions by distance."""
        return self.table.copy()

    def finding(self, lang: str = "zh") -> str:
        """Which regions, and on what grounds."""
        far = self.table.loc[self.areas[-1], "distance"]
        if lang == "zh":
            return (
                f"按{self.pre.replace('-', '—')}年的水平和年均增速，与{self.area}最接近的地区是"
                f"{'、'.join(self.areas)}（最远的相差{far:.1f}个标准差）。"
            )
        return (
            f"By level and growth in {self.pre}, the regions nearest to {self.area} are "
            f"{', '.join(self.areas)} (the farthest at {far:.1f} standard deviations)."
        )


def choose_comparison(
    outcome: pd.DataFrame,
    *,
    area: str,
    pre: Span,
    count: int = 5,
    others: Mapping[str, pd.DataFrame] | None = None,
) -> ComparisonRegions:
    """Regions most like `area` in level and growth before a date.

    Parameters
    ----------
    outcome : pandas.DataFrame
        Rows = periods (PeriodIndex), columns = regions; positive levels.
    area : str
        A column.
    pre : tuple
        First and last period of the comparison, before what is to be judged.
    count : int
        Regions to choose.
    others : mapping of str to pandas.DataFrame, optional
        More tables (structure, population): their means over `pre` enter the distance too.

    Raises
    ------
    ModelRefused
        `gap` (a figure of `area` is missing in `pre`), `few_donors`, `negative` (a level is not positive).

    Notes
    -----
    Distance is Euclidean over the mean log level, the mean log growth and the means of `others`, each
    divided by its standard deviation between regions, then by the root of their number. Regions with a
    missing figure in `pre` have no distance and are listed last.

    Examples
    --------
    >>> years = pd.period_range("2010", periods=4, freq="Y")
    >>> gdp = pd.DataFrame({"a": [10, 11, 12, 13], "b": [10, 11, 12, 14], "c": [90, 91, 92, 93]}, years)
    >>> choose_comparison(gdp, area="a", pre=("2010", "2013"), count=1).areas
    ('b',)
    """
    frame = rows_between(outcome, pre)
    values = frame.to_numpy()
    faults = []
    if area not in frame.columns:
        raise ParameterError(Fault("the region has no column", got=area, expected=named(frame.columns)))
    if frame[area].isna().any() or len(frame) < 2:
        faults.append(gap_fault(area, frame.index[frame[area].isna()]))
    if (values <= 0).any():
        faults.append(_negative())
    if faults:
        raise ModelRefused(faults)
    logs = np.log(values)
    traits = {"level": logs.mean(axis=0), "growth": (logs[-1] - logs[0]) / (len(logs) - 1)}
    for name, table in (others or {}).items():
        traits[name] = rows_between(table, pre).reindex(columns=frame.columns).mean().to_numpy()
    matrix = pd.DataFrame(traits, index=frame.columns)
    scaled = matrix / matrix.std().replace(0.0, np.inf)
    apart = scaled - scaled.loc[area]
    distance = np.sqrt((apart**2).sum(axis=1, skipna=False) / matrix.shape[1])
    table = pd.DataFrame(
        {"level": np.exp(matrix["level"]), "growth": 100 * np.expm1(matrix["growth"]), "distance": distance}
    )
    for name in others or {}:
        table[name] = matrix[name]
    table = table.drop(index=area).sort_values("distance", kind="stable")
    chosen = table["distance"].notna() & (np.arange(len(table)) < count)
    table["chosen"] = chosen
    if chosen.sum() < count:
        raise ModelRefused(few_donors(int(chosen.sum()), count))
    return ComparisonRegions(
        area, tuple(str(a) for a in table.index[chosen]), table, f"{frame.index[0]}-{frame.index[-1]}"
    )


def _negative() -> Fault:
    return Fault(
        "levels and growth cannot be compared: a level is not positive",
        expected="positive levels",
        next_step="compare another quantity",
        zh="存在非正的水平值，无法比较水平和增速。",
        code="negative",
    )
