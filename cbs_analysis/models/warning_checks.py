"""What a warning refuses, and why."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from ..errors import Fault, ModelRefused, ParameterError
from ..series.periods import parse_date
from .warning_events import Events

__all__ = ["LEAST_EVENTS", "check_options", "decision_months", "require_calm", "too_few_events"]

# events out of sample below which a warning is one of rules, not validated
LEAST_EVENTS = 5


def decision_months(
    signals: pd.DataFrame, end: pd.Period, delay: int, as_of: date | str | None
) -> pd.PeriodIndex:
    last = signals.dropna(how="all").index[-1] + delay
    if as_of is not None:
        day = pd.Timestamp(parse_date(as_of, what="as_of"))
        month = pd.Period(day, freq="M")
        last = min(last, month if day.normalize() == month.end_time.normalize() else month - 1)
    first = signals.index[0]
    if not first <= end or (last - end).n < 12:
        raise ModelRefused(
            Fault(
                "the training span leaves nothing to train on or to decide",
                got=f"training ends {end}; figures {first} to {signals.index[-1]}, known until {last}",
                expected="an end inside the figures, at least 12 months before the last ones known",
                next_step="choose another train_end, or supply more months",
                zh=f"训练期截至{end}，数据为{first}至{signals.index[-1]}：训练期须在数据之内，其后至少12个月。",
                code="train_span",
            )
        )
    return pd.period_range(end + 1, last, freq="M")


def require_calm(events: Events) -> None:
    known = events.inside.dropna()
    if (known == 1).all():
        raise ModelRefused(
            Fault(
                "the event never ends",
                got=f"{known.index[0]} to {known.index[-1]}",
                expected="months without it",
                next_step="declare another rule before fitting: such a ceiling or rise says nothing",
                zh="按此规则每个月都处于事件之中，没有可预警的起点，请在拟合前改用其他规则。",
                code="no_calm",
            )
        )


def check_options(window: int, theta: float, delay: int, alpha: float) -> None:
    faults = []
    for name, value, low, high in (("window", window, 1, 24), ("delay", delay, 0, 6)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or not low <= value <= high:
            faults.append(Fault(f"`{name}` is out of range", got=repr(value), expected=f"{low} to {high}"))
    for name, number in (("theta", theta), ("alpha", alpha)):
        if not 0 < number < 1:
            faults.append(Fault(f"`{name}` is out of range", got=str(number), expected="between 0 and 1"))
    if faults:
        raise ParameterError(faults)


def too_few_events(n: int) -> Fault:
    return Fault(
        "too few events to score the warning: a warning by rules, not validated",
        got=f"{n} events out of sample",
        expected=f"at least {LEAST_EVENTS}",
        next_step="read the rules and the log; score again when more events have been seen",
        zh=f"样本外只有{n}次事件，不足{LEAST_EVENTS}次：未经验证·规则型预警，只列规则，不作评分。",
        code="few_events",
    )
