"""Figures of an identity on their common periods: nothing is estimated, so they may be constant."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ..errors import Fault, ModelRefused
from ..series.frequency import named, require_periods, to_array

__all__ = ["common_periods", "refuse_gaps"]


def common_periods(series: Mapping[str, pd.Series], *, least: int, what: str) -> pd.DataFrame:
    """Figures from the first to the last period that all of them cover.

    Parameters
    ----------
    series : mapping of str to pandas.Series
        Name to series, any unit, one frequency.
    least : int
        Periods below which the question is refused.
    what : str
        The question, for the message.

    Raises
    ------
    ModelRefused
        `frequency`, `no_overlap`, `short_sample`, and `gap` where a figure is missing inside; the last two
        together.
    PeriodError
        If an index is no PeriodIndex of calendar years, or repeats a period.

    Examples
    --------
    >>> years = pd.period_range("2018", periods=4, freq="Y")
    >>> a, b = pd.Series([1.0, 2, 3, 4], years), pd.Series([5.0, 5, 5], years[1:])
    >>> common_periods({"a": a, "b": b}, least=3, what="a ratio").shape
    (3, 2)
    """
    for x in series.values():
        require_periods(x)
    if len({x.index.freqstr for x in series.values()}) != 1:
        raise ModelRefused(
            Fault(
                f"the figures of {what} have different frequencies",
                got="; ".join(f"{k}: {x.index.freqstr[0]}" for k, x in series.items()),
                expected="one frequency",
                next_step="aggregate the finer ones first",
                zh="各项指标的频率不一致，请先汇总为同一频率。",
                code="frequency",
            )
        )
    frame = pd.DataFrame({k: pd.Series(to_array(x, what=k), x.index) for k, x in series.items()})
    known = frame.dropna().index
    if not len(known):
        raise ModelRefused(
            Fault(
                f"the figures of {what} have no period in common",
                got="; ".join(f"{k}: {_span(x)}" for k, x in series.items()),
                next_step="supply the same periods of all of them",
                zh="各项指标没有共同的时期，请补充同一时期的数据。",
                code="no_overlap",
            )
        )
    frame = frame.reindex(pd.period_range(known[0], known[-1], freq=known.freq))
    faults = _gaps(frame)
    if len(frame) < least:
        faults.append(
            Fault(
                f"too few periods for {what}",
                got=f"{len(frame)}: {known[0]}-{known[-1]}",
                expected=f"at least {least}",
                next_step="supply longer series",
                zh=f"共同的时期只有{len(frame)}期，至少需要{least}期。",
                code="short_sample",
            )
        )
    if faults:
        raise ModelRefused(faults)
    return frame


def refuse_gaps(frame: pd.DataFrame) -> None:
    """Raise ModelRefused, `gap`, with the periods in which a column has no figure."""
    if faults := _gaps(frame):
        raise ModelRefused(faults)


def _gaps(frame: pd.DataFrame) -> list[Fault]:
    return [
        Fault(
            f"{name} has no figure inside the sample",
            got=named(frame.index[frame[name].isna()]),
            expected="a figure in every period",
            next_step="supply it, or choose a sample without the gap",
            zh=f"{name}在样本期内缺{named(frame.index[frame[name].isna()])}，请补充。",
            code="gap",
        )
        for name in frame
        if frame[name].isna().any()
    ]


def _span(series: pd.Series) -> str:
    known = series.dropna().index
    return f"{known[0]}-{known[-1]}" if len(known) else "no figure"
