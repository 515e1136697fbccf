"""Signals of the labour market: oriented so that high is bad, and compared with the same month a year ago."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import named, to_array
from ..series.lunar_calendar import spring_festival_regressors

__all__ = ["SignalRule", "make_signals", "moved_marches", "require_months", "signal_vintages"]

Change = Literal["log", "difference", "level"]
January = Literal["together", "separate"]
_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class SignalRule:
    """How a series becomes a signal.

    Attributes
    ----------
    sign : {1, -1}
        1 where a high figure is bad (新增领金), -1 where a low one is (求人倍率).
    change : {"log", "difference", "level"}
        100 ln(x / x a year ago) for positive levels; x less x a year ago for rates, ratios and figures that
        may be zero; or x itself where it compares with the same month already.
    flow : bool
        Whether January and February add up; otherwise their mean stands for both.
    """

    sign: Literal[1, -1] = 1
    change: Change = "log"
    flow: bool = True


def require_months(x: pd.Series | pd.DataFrame, *, what: str) -> pd.Series | pd.DataFrame:
    """The same figures with a row for every month from the first to the last; what is missing is NaN.

    Raises
    ------
    ModelRefused
        `frequency` if the index is not one of months, `repeated` if a month stands twice, `no_figures` if
        there is no figure.
    """
    index = x.index
    if not isinstance(index, pd.PeriodIndex) or index.freqstr != "M":
        got = f"{type(index).__name__} {getattr(index, 'freqstr', '')}".strip()
        raise ModelRefused(
            Fault(
                f"{what} are not monthly",
                got=got,
                expected='a PeriodIndex with freq "M"',
                next_step="supply monthly figures; a quarter cannot warn of a month",
                zh="失业预警需要月度数据，现有数据不是月度的。",
                code="frequency",
            )
        )
    twice = index[index.duplicated()].unique()
    if len(twice):
        raise ModelRefused(
            Fault(
                f"a month stands twice in {what}",
                got=named(twice),
                expected="one figure for each month",
                next_step="keep the latest publication of each month",
                zh=f"{named(twice)}有两个数，请每月只留最新发布的一个。",
                code="repeated",
            )
        )
    if not len(index) or not x.notna().to_numpy().any():
        raise ModelRefused(
            Fault(
                f"{what} hold no figure",
                next_step="supply monthly figures",
                zh="没有月度数据，不能预警。",
                code="no_figures",
            )
        )
    return x.reindex(pd.period_range(index.min(), index.max(), freq="M"))


def make_signals(
    levels: pd.DataFrame, rules: Mapping[str, SignalRule], *, january: January = "together"
) -> pd.DataFrame:
    """Signals from monthly figures: high is bad, the season is taken out by comparing with a year ago.

    Parameters
    ----------
    levels : pandas.DataFrame
        Monthly figures by name, each in its own unit; gaps are allowed and stay gaps.
    rules : mapping of str to SignalRule
        The columns to use.
    january : {"together", "separate"}
        The Spring Festival falls in January or in February. Together (as many figures are published, 1—2月):
        January has no reading and February one of both months. A column that never has a January is taken as
        published for both months.

    Returns
    -------
    pandas.DataFrame
        A column for each rule, every month from the first to the last. Percent for ``log``, else the unit of
        the figures; times `sign`. NaN in the first 12 months of a comparison, where either month is missing,
        and in January if the months go together.

    Raises
    ------
    ModelRefused
        `frequency`, `repeated`, `no_figures` as in `require_months`; `negative` where a logarithm is asked
        for of figures that are not positive.
    ParameterError
        If a rule has no column, or `january` is unknown.

    Notes
    -----
    Peaks that return every year, in winter and in summer, drop out of ``x[t] - x[t-12]``. What moves with the
    lunar calendar does not: hence the two months together. A late festival reaches into March;
    `moved_marches` names the years. A pulse also returns with the other sign a year later (base effect).

    Examples
    --------
    >>> months = pd.period_range("2020-01", periods=15, freq="M")
    >>> claims = pd.DataFrame({"claims": [100.0] * 12 + [90.0, 130.0, 120.0]}, index=months)
    >>> make_signals(claims, {"claims": SignalRule()})["claims"].round(1).tail(3).tolist()
    [nan, 9.5, 18.2]
    """
    if january not in ("together", "separate"):
        raise ParameterError(
            Fault("`january` is not known", got=str(january), expected="together or separate")
        )
    absent = [name for name in rules if name not in levels]
    if absent or not rules:
        raise ParameterError(
            Fault("a signal has no figures", got=named(absent) or "no rule", expected=named(levels.columns))
        )
    whole = require_months(levels[list(rules)], what="the figures of the signals")
    faults, columns = [], {}
    for name, rule in rules.items():
        values = to_array(whole[name], what=name)
        if rule.change == "log" and (np.nan_to_num(values, nan=1.0) <= 0).any():
            faults.append(_not_positive(name, whole.index[np.nan_to_num(values, nan=1.0) <= 0]))
            continue
        if january == "together":
            values = _together(values, whole.index.month.to_numpy(), flow=rule.flow)
        columns[name] = rule.sign * _changed(values, rule.change)
    if faults:
        raise ModelRefused(faults)
    return pd.DataFrame(columns, index=whole.index)


def _together(values: NDArray[np.float64], month: NDArray[np.int64], *, flow: bool) -> NDArray[np.float64]:
    """February for both months; NaN in January, and where only one of the two is known."""
    out = values.copy()
    first, second = np.flatnonzero(month == 1), np.flatnonzero(month == 2)
    out[first] = np.nan
    if np.isnan(values[first]).all() and len(first):
        return out  # published for both months
    for i in second:
        both = values[i - 1] + values[i] if i else np.nan
        out[i] = both if flow else both / 2
    return out


def _changed(values: NDArray[np.float64], change: Change) -> NDArray[np.float64]:
    if change == "level":
        return values
    x = 100 * np.log(values) if change == "log" else values
    out = np.full(len(x), np.nan)
    out[_YEAR:] = x[_YEAR:] - x[:-_YEAR]
    return out


def _not_positive(name: str, months: pd.PeriodIndex) -> Fault:
    return Fault(
        f"{name} is not positive",
        got=named(months),
        expected="figures above 0 for a logarithm",
        next_step='use change="difference"',
        zh=f"{name}在{named(months)}不为正，不能取对数，请改用差分。",
        code="negative",
    )


def moved_marches(index: pd.PeriodIndex, *, least: float = 1 / 3) -> tuple[pd.Period, ...]:
    """Marches in which more, or less, of the weeks after the Spring Festival lie than a year before.

    Parameters
    ----------
    index : pandas.PeriodIndex
        Months.
    least : float
        Change of the share of the 20 days after the week of the festival.

    Examples
    --------
    The festival was on 16 February in 2018, 5 February in 2019, 25 January in 2020, 12 February in 2021:

    >>> [str(m) for m in moved_marches(pd.period_range("2019-01", "2021-12", freq="M"))]
    ['2019-03', '2021-03']
    """
    months = pd.PeriodIndex([m for m in index if m.month == 3])
    if not len(months):
        return ()
    years = pd.PeriodIndex([*(months - _YEAR), *months], freq="M").unique().sort_values()
    share = spring_festival_regressors(years)["after"]
    return tuple(m for m in months if abs(share[m] - share[m - _YEAR]) >= least)


def signal_vintages(
    levels: pd.DataFrame, rules: Mapping[str, SignalRule], *, january: January = "together"
) -> pd.DataFrame:
    """Signals as they could be computed on each day of publication.

    Parameters
    ----------
    levels : pandas.DataFrame
        Long: `name`, `period` (text or monthly period), `value`, `published` (day); every publication.
    rules, january
        As in `make_signals`.

    Returns
    -------
    pandas.DataFrame
        Long, the same columns: a row where a day brought a new signal or changed one; a signal that a day
        took away has value NaN.

    Examples
    --------
    >>> rows = [("claims", f"2020-{m:02d}", 100.0, "2021-01-20") for m in range(1, 13)]
    >>> rows += [("claims", "2021-03", 110.0, "2021-04-20"), ("claims", "2021-03", 120.0, "2021-05-20")]
    >>> long = pd.DataFrame(rows, columns=["name", "period", "value", "published"])
    >>> found = signal_vintages(long, {"claims": SignalRule()})
    >>> [(str(r.period), round(r.value, 1)) for r in found.itertuples()]
    [('2021-03', 9.5), ('2021-03', 18.2)]
    """
    rows = levels.assign(
        period=pd.PeriodIndex(levels["period"].astype(str), freq="M"),
        published=pd.to_datetime(levels["published"]),
    ).sort_values("published", kind="stable")
    span = pd.period_range(rows["period"].min(), rows["period"].max(), freq="M")
    known = pd.DataFrame(np.nan, index=span, columns=list(rules))
    before = known.copy()
    parts = []
    for day, new in rows.groupby("published", sort=True):
        for r in new.itertuples():
            if r.name in rules:
                known.at[r.period, r.name] = r.value
        now = make_signals(known, rules, january=january)
        changed = ~((now == before) | (now.isna() & before.isna()))
        stacked = now.where(changed.to_numpy()).stack(future_stack=True)
        stacked = stacked[changed.stack(future_stack=True)]
        if len(stacked):
            part = stacked.rename_axis(["period", "name"]).rename("value").reset_index()
            parts.append(part.assign(published=day))
        before = now
    columns = ["name", "period", "value", "published"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)
