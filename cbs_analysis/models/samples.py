"""The sample of a model: variables on one time axis, or a refusal that says why there is none."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused
from ..series.frequency import require_periods, to_array

__all__ = ["require_sample"]


def require_sample(
    variables: Mapping[str, pd.Series], *, params: int, min_df: int = 8, what: str = "the model"
) -> pd.DataFrame:
    """Variables on their common periods, ready to be estimated with; nothing is dropped inside them.

    Parameters
    ----------
    variables : mapping of str to pandas.Series
        Name to series, one frequency, PeriodIndex, any unit.
    params : int
        Parameters to be estimated.
    min_df : int
        Residual degrees of freedom below which nothing is estimated.
    what : str
        The model, for the message.

    Returns
    -------
    pandas.DataFrame
        Consecutive periods from the first to the last on which every variable has a figure.

    Raises
    ------
    ModelRefused
        All reasons at once, each with its code: `no_overlap`, `gap` (a figure is missing inside the common
        periods), `constant`, `collinear`, `short_sample`.
    PeriodError
        If an index is no PeriodIndex of calendar years, repeats a period, or the frequencies differ.

    Examples
    --------
    >>> years = pd.period_range("2010", periods=12, freq="Y")
    >>> y, x = pd.Series(np.arange(12.0) ** 2, years), pd.Series(np.arange(12.0), years)
    >>> require_sample({"y": y, "x": x[2:]}, params=2).shape
    (10, 2)
    >>> require_sample({"y": y[:6], "x": x}, params=2)
    Traceback (most recent call last):
    ...
    cbs_analysis.errors.ModelRefused: too few observations for the model
        got:      6 observations, 2 parameters: 4 degrees of freedom
        expected: at least 10 observations
        next:     supply longer series, or ask a simpler question of these
    """
    frame = _aligned({name: x for name, x in variables.items() if len(x)})
    frame = frame.reindex(columns=list(variables))
    complete = frame.notna().all(axis=1).to_numpy()
    if not complete.any():
        spans = "; ".join(f"{name}: {_span(x)}" for name, x in variables.items())
        raise ModelRefused(
            Fault(
                f"the variables of {what} have no period in common",
                got=spans,
                next_step="supply the same periods of all of them",
                zh=f"变量没有共同的时期（{spans}），请补充同一时期的数据。",
                code="no_overlap",
            )
        )
    first, last = complete.argmax(), len(complete) - complete[::-1].argmax()
    frame = frame.iloc[first:last]
    faults = [*_gaps(frame, what), *_degenerate(frame, what)]
    if len(frame) - params < min_df:
        faults.append(_short(len(frame), params, min_df, what))
    if faults:
        raise ModelRefused(faults)
    return frame


def _aligned(variables: Mapping[str, pd.Series]) -> pd.DataFrame:
    for series in variables.values():
        require_periods(series)
    freq = {s.index.freqstr for s in variables.values()}
    if not variables:
        return pd.DataFrame()
    if len(freq) != 1:
        raise ModelRefused(
            Fault(
                "the variables have different frequencies",
                got="; ".join(f"{name}: {s.index.freqstr[0]}" for name, s in variables.items()),
                expected="one frequency",
                next_step="aggregate the finer ones first",
                zh="变量的频率不一致，请先汇总为同一频率。",
                code="frequency",
            )
        )
    columns = {name: pd.Series(to_array(s, what=name), s.index) for name, s in variables.items()}
    frame = pd.DataFrame(columns)
    span = pd.period_range(frame.index.min(), frame.index.max(), freq=frame.index.freq)
    return frame.reindex(span)


def _span(series: pd.Series) -> str:
    known = series.dropna().index
    return f"{known[0]}-{known[-1]}" if len(known) else "no figure"


def _gaps(frame: pd.DataFrame, what: str) -> list[Fault]:
    faults = []
    for name in frame:
        absent = frame.index[frame[name].isna()]
        if len(absent):
            shown = ", ".join(str(p) for p in absent[:12])
            faults.append(
                Fault(
                    f"{name} has no figure inside the sample of {what}",
                    got=shown,
                    expected="a figure in every period",
                    next_step="supply it, or choose a sample without the gap",
                    zh=f"{name}在样本期内缺{shown}，请补充，或改用没有缺口的时期。",
                    code="gap",
                )
            )
    return faults


def _degenerate(frame: pd.DataFrame, what: str) -> list[Fault]:
    values = frame.dropna()
    constant = [str(c) for c in frame if np.ptp(values[c].to_numpy()) <= 1e-12 * (1 + abs(values[c].iloc[0]))]
    if constant:
        names = ", ".join(constant)
        return [
            Fault(
                f"a variable of {what} does not change",
                got=names,
                next_step="choose a period in which it changes, or leave it out",
                zh=f"{names}在样本期内没有变化，无法估计。",
                code="constant",
            )
        ]
    scaled = values - values.mean()
    scaled = scaled / scaled.std(ddof=0)
    if (
        len(values) > len(frame.columns)
        and np.linalg.matrix_rank(scaled.to_numpy(), tol=1e-8) < scaled.shape[1]
    ):
        return [
            Fault(
                f"the variables of {what} determine each other",
                got=", ".join(str(c) for c in frame),
                next_step="leave one of them out",
                zh="变量之间完全共线，请去掉其中一个。",
                code="collinear",
            )
        ]
    return []


def _short(n: int, params: int, min_df: int, what: str) -> Fault:
    return Fault(
        f"too few observations for {what}",
        got=f"{n} observations, {params} parameters: {n - params} degrees of freedom",
        expected=f"at least {params + min_df} observations",
        next_step="supply longer series, or ask a simpler question of these",
        zh=f"样本只有{n}期、参数{params}个，至少需要{params + min_df}期。",
        code="short_sample",
    )
