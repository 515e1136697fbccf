"""What a projection can be made from, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ModelRefused, ParameterError
from ..series.frequency import as_periods, named

__all__ = [
    "MIN_CHANGES",
    "SCALES",
    "Scale",
    "Side",
    "check_options",
    "on_scale",
    "require_changes",
    "require_levels",
]

Array = NDArray[np.float64]
Side = Literal["at_least", "at_most"]
Scale = Literal["auto", "log", "logit", "plain"]

MIN_CHANGES = 3
_STALE = 2  # years

_Map = Callable[[Any], Any]
SCALES: dict[str, tuple[_Map, _Map]] = {
    "log": (np.log, np.exp),
    "logit": (lambda v: np.log(v / (100.0 - v)), lambda z: 100.0 / (1.0 + np.exp(-z))),
    "plain": (lambda v: v, lambda z: z),
}


def on_scale(forward: _Map, value: float) -> float:
    """A value on the scale, NaN or infinite outside it."""
    with np.errstate(all="ignore"):
        return float(forward(np.float64(value)))


def check_options(horizon: int, side: str, scale: str, alpha: float) -> None:
    """Refuse options that are not known, all at once."""
    faults = []
    if isinstance(horizon, bool) or not isinstance(horizon, int | np.integer) or not 1 <= horizon <= 30:
        faults.append(Fault("horizon is no number of years", got=str(horizon), expected="1 to 30"))
    for name, value, known in (("side", side, Side), ("scale", scale, Scale)):
        if value not in get_args(known):
            faults.append(Fault(f"`{name}` is not known", got=str(value), expected=named(get_args(known))))
    if not 0 < alpha < 1:
        faults.append(Fault("alpha is not between 0 and 1", got=str(alpha), expected="such as 0.2"))
    if faults:
        raise ParameterError(faults)


def require_levels(levels: pd.Series, values: Array, kind: str, as_of: object | None) -> None:
    """Everything that is wrong with the levels, at once."""
    faults, index = [], levels.index
    if len(index):
        full = pd.period_range(index[0], index[-1], freq="Y")
        absent = full.difference(index[np.isfinite(values)])
        if len(absent):
            faults.append(
                Fault(
                    "a year has no figure inside the series",
                    got=named(absent),
                    expected="consecutive years",
                    next_step="supply it, or start after the gap",
                    zh=f"序列中缺{named(absent)}年，请补充，或从缺口之后开始。",
                    code="gap",
                )
            )
    known = values[np.isfinite(values)]
    top = 100.0 if kind == "logit" else np.inf
    if kind != "plain" and np.any((known <= 0) | (known >= top)):
        faults.append(
            Fault(
                f"levels lie outside the {kind} scale",
                got=f"{known.min():.4g} to {known.max():.4g}",
                expected="above 0" + (" and below 100" if kind == "logit" else ""),
                next_step='pass scale="plain"',
                zh="水平值超出所选尺度的范围，请改用原尺度。",
                code="negative",
            )
        )
    if len(known) - 1 < MIN_CHANGES:
        faults.append(_short(max(len(known) - 1, 0)))
    if as_of is not None and len(index):
        now = as_periods(as_of, index)[0]
        age = now.ordinal - index[-1].ordinal
        if age > _STALE:
            faults.append(
                Fault(
                    "the last figure is too old for a projection",
                    got=f"{index[-1]}, {age} years before {now}",
                    expected=f"at most {_STALE} years",
                    next_step="supply later figures",
                    zh=f"最新数据为{index[-1]}年，距{now}年已有{age}年，不作预测，请补充数据。",
                    code="stale",
                )
            )
    if faults:
        raise ModelRefused(faults)


def _short(changes: int) -> Fault:
    return Fault(
        "too few yearly changes for a projection",
        got=f"{changes} yearly changes",
        expected=f"at least {MIN_CHANGES}",
        next_step="report the pace alone",
        zh=f"年度变化只有{changes}次，不足{MIN_CHANGES}次，不作预测，只报告进度。",
        code="short_sample",
    )


def require_changes(kept: pd.Series) -> None:
    """Refuse growth that is too short, or does not vary."""
    if len(kept) < MIN_CHANGES:
        raise ModelRefused(_short(len(kept)))
    if np.ptp(kept.to_numpy()[-7:]) <= 1e-12 * (1 + abs(kept.iloc[-1])):
        raise ModelRefused(
            Fault(
                "recent growth does not vary: there is no spread to project with",
                got=f"{kept.index[max(len(kept) - 7, 0)]}-{kept.index[-1]}",
                next_step="check whether the figures are measured, then report the pace alone",
                zh="近年增速没有任何变化，无法估计不确定性；请核对数据，只报告进度。",
                code="constant",
            )
        )
