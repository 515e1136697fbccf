"""Where will the level be in each year to the target year, and how sure can we be?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from ..errors import Fault, ParameterError
from ..series.frequency import as_periods, named, require_periods, to_array
from .outlook import probability_word
from .projection_mixture import Mixture, mixture, past_coverage
from .projection_sample import (
    MIN_CHANGES,
    SCALES,
    Scale,
    Side,
    check_options,
    on_scale,
    require_changes,
    require_levels,
)
from .projection_scenarios import recovery_paths, two_year_average
from .results import Results

__all__ = ["Projection", "fit_projection"]

Array = NDArray[np.float64]

_LOW = 4  # changes up to which a probability is of low confidence
_LEVEL = 0.8  # coverage that the back-test counts
_SCENARIOS = {
    "as_is": ("近年步伐延续", "recent pace"),
    "two_year_average": ("两年平均", "two-year average"),
    "without_flagged": ("剔除特殊年份", "without flagged years"),
    "across_breaks": ("不剔除口径变动年份", "change of definition kept"),
    "rapid_return": ("迅速恢复", "rapid return"),
    "delayed_return": ("推迟恢复", "delayed return"),
    "sustained_disruption": ("持续受扰", "sustained disruption"),
    "never_return": ("不再恢复", "never return"),
}


@dataclass(frozen=True, kw_only=True)
class Projection(Results):
    """Predictive distribution of a yearly level for each year to come.

    Attributes
    ----------
    years : pandas.PeriodIndex
        The years projected; `params` holds the medians, `conf_int()` the central intervals.
    probability : float or None
        Of the target in the last year, in steps of 0.05 within 0.05-0.95; None without a target. It is
        conditional on the recent pace persisting.
    confidence : {"low", "moderate"}
        Low with at most 4 yearly changes: report the word, not the number.
    scenarios : pandas.DataFrame
        By scenario: the level of each year, `meets` (whether the target is met), `probability` (NaN where the
        scenario is a path without a distribution).
    coverage : pandas.DataFrame
        Back-test on the series itself, by years ahead: forecasts made (`cases`), figures inside their 80 %
        intervals (`inside`).
    robust : bool or None
        Whether all scenarios agree on the target; None without a target.
    """

    years: pd.PeriodIndex
    target: float | None
    side: Side
    probability: float | None
    confidence: Literal["low", "moderate"]
    scenarios: pd.DataFrame
    coverage: pd.DataFrame
    robust: bool | None
    scale: str
    draws: int
    seed: int
    name: str = ""
    unit: tuple[str, str] = ("", "")
    last: float = float("nan")
    growth: Mixture = field(repr=False)

    def quantile(self, q: float) -> pd.Series:
        """Quantile of the level by year."""
        forward, back = SCALES[self.scale]
        return pd.Series(back(forward(np.array(self.last)) + self.growth.quantile(q)), self.years)

    def conf_int(self, alpha: float | None = None) -> pd.DataFrame:
        """Central intervals of the level by year: columns `low` and `high`, coverage 1 - alpha."""
        level = self.alpha if alpha is None else alpha
        if not 0 < level < 1:
            raise ParameterError(
                Fault("alpha is not between 0 and 1", got=str(level), expected="such as 0.2")
            )
        frame = pd.DataFrame({"low": self.quantile(level / 2), "high": self.quantile(1 - level / 2)})
        return frame.set_axis(self.params.index)

    def to_frame(self, lang: str = "en") -> pd.DataFrame:
        """Median, spread and interval of each year."""
        return super().to_frame(lang).dropna(axis=1, how="all")

    def chance(self, target: float, side: Side = "at_least") -> pd.Series:
        """Chance of a target in each year alone, neither rounded nor clipped."""
        return pd.Series(_chance(self.growth, self.last, target, side, self.scale), self.years)

    def paths(self) -> pd.DataFrame:
        """Draws of the whole path, `draws` rows by years; the same each time."""
        forward, back = SCALES[self.scale]
        sums = self.growth.paths(self.draws, np.random.default_rng(self.seed))
        return pd.DataFrame(back(forward(np.array(self.last)) + sums), columns=self.years)

    def finding(self, lang: str = "zh") -> str:
        """One sentence: the median, its interval, the chance of the target, and the record of the method."""
        year, median = self.years[-1], self.params.iloc[-1]
        low, high = self.conf_int().iloc[-1]
        cases, inside = self.coverage.iloc[-1][["cases", "inside"]].astype(int)
        interval, zh = f"{1 - self.alpha:.0%}", lang == "zh"
        unit, name = self.unit[0 if zh else 1], self.name or ("该指标" if zh else "the level")
        if zh:
            text = (
                f"若近年步伐延续，{year}年{name}的中位预测为{shown(median)}{unit}"
                f"（{interval}区间{shown(low)}至{shown(high)}）"
            )
            if self.probability is not None:
                word = probability_word(self.probability)
                goal = "不低于" if self.side == "at_least" else "不高于"
                fate = "能否实现难以判断" if word == "难以判断" else f"{word}实现"
                p = "可信度低" if self.confidence == "low" else f"概率约{self.probability:.0%}"
                text += f"，{goal}{shown(self.target)}{unit}的目标{fate}（{p}）"
            if cases:
                text += f"；同一方法以往{cases}次同样年限的预测，80%区间覆盖{inside}次"
            else:
                text += "；序列太短，无法回测"
            if self.robust is not None:
                text += "；各情景结论一致" if self.robust else "；各情景结论不一致，不作定论"
            return text + "。"
        unit = f" {unit}" if unit else ""
        text = (
            f"If the recent pace lasts, {name} is projected at {shown(median)}{unit} in {year} "
            f"({interval} interval {shown(low)} to {shown(high)})"
        )
        if self.probability is not None:
            word = "at least" if self.side == "at_least" else "at most"
            p = "low confidence" if self.confidence == "low" else f"about {self.probability:.0%}"
            text += (
                f"; the target of {word} {shown(self.target)}{unit} is "
                f"{probability_word(self.probability, 'en')} to be met ({p})"
            )
        if cases:
            text += f"; of {cases} past forecasts as far ahead, {inside} fell inside their 80 % interval"
        else:
            text += "; the series is too short for a back-test"
        if self.robust is not None:
            text += "; all scenarios agree" if self.robust else "; the scenarios disagree"
        return text + "."


def fit_projection(
    levels: pd.Series,
    *,
    horizon: int,
    target: float | None = None,
    side: Side = "at_least",
    scale: Scale = "auto",
    alpha: float = 0.2,
    breaks: Iterable[object] = (),
    flagged: Iterable[object] = ("2020", "2021", "2022"),
    as_of: object | None = None,
    draws: int = 20_000,
    seed: int = 20230630,
    unit: tuple[str, str] = ("", ""),
) -> Projection:
    """Project a yearly level to a target year.

    Parameters
    ----------
    levels : pandas.Series
        Consecutive years (PeriodIndex), one accounting basis, at least 4 figures. Its name is used in the
        sentence.
    horizon : int
        Years from the last figure to the target year.
    target : float, optional
        In the unit of `levels`, for the last year.
    side : {"at_least", "at_most"}
    scale : {"auto", "log", "logit", "plain"}
        Scale on which yearly changes are alike: logs for positive levels (auto), logits for percentages
        of a whole, the plain scale for everything that may be zero or negative.
    alpha : float
        1 - coverage of the intervals printed.
    breaks : periods
        First years of a new definition: growth into them is left out; the alternative keeps it.
    flagged : periods
        Years struck by a known shock, the first being the dip. They stay in the default; scenarios smooth or
        leave them out.
    as_of : period, optional
        Year of the judgement. A last figure more than 2 years older is refused.
    draws, seed : int
        Of `paths()`; medians, intervals and probabilities are computed without simulation.
    unit : tuple of str
        Unit in Chinese and English.

    Returns
    -------
    Projection

    Raises
    ------
    ModelRefused
        `short_sample` (fewer than 3 yearly changes), `gap`, `constant` (recent growth does not vary),
        `negative` (levels outside the scale), `stale`; all at once.
    ParameterError, PeriodError
        Unknown options, a target outside the scale; an index that is not yearly.

    Notes
    -----
    The distribution is an equal mixture of recent drift, AR(1) growth and the record of rolling forecasts
    (`projection_mixture`). In simulations of five kinds of growth (random walk, persistent growth,
    stationary around a trend, drifting growth, a break) its 80 % intervals three years ahead
    held 81-83 % on average and 70-77 % in the worst kind with 10-20 years of data; single models
    held 24-76 %.
    Scenarios: the recent pace; the average of the dip year and the next (两年平均, on the projection's
    scale) in place of both; the flagged years left out; changes of definition kept; and four recovery
    paths named by the World Health Organization, applied to the median: the mean change of up to 5 years
    before the dip at once (rapid return), after a pause of one year (delayed return), growing from nothing to
    the whole by the last year (sustained disruption), or no change (never return).

    References
    ----------
    World Health Organization, billionaiRe: calculate the Triple Billions (R package, scenarios_covid).
    Mastrandrea et al. (2010), Guidance note for lead authors of the IPCC Fifth Assessment Report on
    consistent treatment of uncertainties. National Bureau of Statistics, 一季度国民经济开局良好,
    16 April 2021.

    Examples
    --------
    >>> years = pd.period_range("2010", "2022", freq="Y")
    >>> income = pd.Series([100.0, 109, 118, 130, 141, 152, 162, 175, 187, 201, 208, 226, 233], years)
    >>> fit = fit_projection(income, horizon=3, target=270.0)
    >>> fit.probability, fit.years[-1]
    (0.85, Period('2025', 'Y-DEC'))
    """
    check_options(horizon, side, scale, alpha)
    require_periods(levels, freq="Y")
    values = to_array(levels, what=str(levels.name or "levels"))
    kind = ("log" if np.all(values[np.isfinite(values)] > 0) else "plain") if scale == "auto" else scale
    require_levels(levels, values, kind, as_of)
    forward, back = SCALES[kind]
    if target is not None and not np.isfinite(on_scale(forward, target)):
        raise ParameterError(
            Fault(
                "the target cannot be reached on this scale",
                got=f"{target} on the {kind} scale",
                next_step='pass scale="plain"',
            )
        )
    index = levels.index
    z = forward(values)
    steps = pd.Series(np.diff(z), index[1:])
    starts = as_periods(breaks, index) if breaks else index[:0]
    marks = as_periods(flagged, index) if flagged else index[:0]
    kept = steps[~steps.index.isin(starts)]
    require_changes(kept)
    future = pd.period_range(index[-1] + 1, periods=horizon, freq="Y")
    growth = mixture(kept.to_numpy(), horizon)
    others = _growths(steps, kept, marks, starts)
    rows = {"as_is": _row(growth, values[-1], target, side, kind)}
    rows |= {name: _row(mixture(g, horizon), values[-1], target, side, kind) for name, g in others.items()}
    for name, path in recovery_paths(z, kept, marks, horizon).items():
        rows[name] = (back(path), np.nan)
    scenarios = _scenario_table(rows, future, target, side)
    coverage = past_coverage(kept.to_numpy(), horizon, level=_LEVEL)
    low = len(kept) <= _LOW
    raw = rows["as_is"][1] if target is not None else None
    medians = rows["as_is"][0]
    spread = back(z[-1] + growth.quantile(0.8413)) - back(z[-1] + growth.quantile(0.1587))
    labels = future.astype(str)
    return Projection(
        params=pd.Series(medians, labels),
        bse=pd.Series(spread / 2, labels),
        pvalues=pd.Series(np.nan, labels),
        nobs=len(kept) + 1,
        df_resid=int(growth.df[0, 0]),
        method=f"equal mixture of {', '.join(growth.names)} on the {kind} scale",
        interval_method="quantiles of the mixture; std. error = half of the central 68 %",
        sample=f"{index[0]}-{index[-1]}, {len(kept)} yearly changes",
        alpha=alpha,
        assumptions=(
            "the recent pace and its variation persist to the target year",
            "figures are of one definition, or its changes are named",
        ),
        warnings=_warnings(low, coverage, starts, as_of),
        diagnostics=_diagnostics(kept, coverage, kind),
        sensitivity={
            _SCENARIOS[name][1]: float(scenarios.loc[name, labels[-1]]) for name in scenarios.index[1:]
        },
        years=future,
        target=target,
        side=side,
        probability=None if raw is None else float(min(0.95, max(0.05, round(raw * 20) / 20))),
        confidence="low" if low else "moderate",
        scenarios=scenarios,
        coverage=coverage,
        robust=None if target is None else bool(scenarios["meets"].nunique() == 1),
        scale=kind,
        draws=draws,
        seed=seed,
        name=str(levels.name or ""),
        unit=unit,
        last=float(values[-1]),
        growth=growth,
    )


def shown(value: float | None) -> str:
    """Whole numbers from 1,000 on, else four digits.

    >>> shown(46391.25), shown(95.127)
    ('46391', '95.13')
    """
    value = float("nan") if value is None else value
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _growths(
    steps: pd.Series, kept: pd.Series, marks: pd.PeriodIndex, starts: pd.PeriodIndex
) -> dict[str, Array]:
    """Growth as the scenarios with a distribution see it, where they differ from the default."""
    found = {}
    inside = kept.index[kept.index.isin(marks)]
    if len(inside):
        smooth = two_year_average(kept, inside[0])
        calm = kept[~kept.index.isin(marks)]
        for name, growth in (("two_year_average", smooth), ("without_flagged", calm)):
            if growth is not None and len(growth) >= MIN_CHANGES and np.ptp(growth.to_numpy()[-7:]) > 0:
                found[name] = growth.to_numpy()
    if steps.index.isin(starts).any():
        found["across_breaks"] = steps.to_numpy()
    return found


def _chance(growth: Mixture, last: float, target: float, side: Side, kind: str) -> Array:
    forward = SCALES[kind][0]
    below = growth.cdf(np.full(growth.centre.shape[1], forward(target) - forward(last)))
    return 1.0 - below if side == "at_least" else below


def _row(growth: Mixture, last: float, target: float | None, side: Side, kind: str) -> tuple[Array, float]:
    forward, back = SCALES[kind]
    p = np.nan if target is None else float(_chance(growth, last, target, side, kind)[-1])
    return back(forward(last) + growth.quantile(0.5)), p


def _scenario_table(
    rows: dict[str, tuple[Array, float]], years: pd.PeriodIndex, target: float | None, side: Side
) -> pd.DataFrame:
    table = pd.DataFrame({name: path for name, (path, _) in rows.items()}, index=years.astype(str)).T
    if target is not None:
        end = table.iloc[:, -1]
        table["meets"] = end >= target if side == "at_least" else end <= target
    table["probability"] = [p for _, p in rows.values()]
    table.insert(0, "zh", [_SCENARIOS[name][0] for name in table.index])
    return table


def _warnings(
    low: bool, coverage: pd.DataFrame, starts: pd.PeriodIndex, as_of: object | None
) -> tuple[str, ...]:
    said = []
    if low:
        said.append("few yearly changes: low confidence, report the word and not the number")
    cases, inside = coverage.iloc[-1][["cases", "inside"]]
    if cases and stats.binom.cdf(inside, cases, _LEVEL) < 0.05:
        said.append(f"intervals of this method held only {inside} of {cases} past figures of this series")
    if len(starts):
        said.append(f"growth into {named(starts)} crosses a change of definition and is left out")
    if as_of is None:
        said.append("the age of the last figure was not checked")
    return tuple(said)


def _diagnostics(kept: pd.Series, coverage: pd.DataFrame, kind: str) -> dict[str, float | str]:
    found: dict[str, float | str] = {}
    for ahead, row in coverage.iterrows():
        found[f"80 % intervals that held, {ahead} years ahead"] = (
            f"{row['inside']} of {row['cases']}" if row["cases"] else "no past forecast possible"
        )
    half = len(kept) // 2
    early, late = kept.iloc[:half], kept.iloc[half:]
    found["mean change, earlier and later half"] = f"{early.mean():.4g}, {late.mean():.4g} ({kind})"
    if half >= MIN_CHANGES and (early.var() > 0 or late.var() > 0):
        found["p value of equal halves (Welch)"] = float(
            stats.ttest_ind(early.to_numpy(), late.to_numpy(), equal_var=False).pvalue
        )
    return found
