"""The parameters of a report, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import CbsError, Fault, ParameterError, nearest
from ..plan.evaluation import check_published
from ..plan.project_registry import project_registry
from ..registry.records import LANGS, Area, Plan
from ..series.periods import parse_date

__all__ = ["check_parameters"]


def check_parameters(
    *, area: Any, as_of: Any, plan: Any, lang: Any, alpha: Any, seed: Any, root: Path | None = None
) -> tuple[Area, date, Plan]:
    """Check the parameters of a report before anything is computed; all faults at once.

    Raises
    ------
    ParameterError
        Unknown area or plan, a date that is none, an unknown language, alpha outside (0, 0.5],
        a seed that is no whole number, a synthetic plan with a real area, or a day on which the plan was
        not published yet.
    TargetError
        A plan file of the project (`root`, or the one that we are in) is wrong.
    """
    registry = project_registry(root)
    faults: list[Fault] = []

    def attempt(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except CbsError as exc:
            faults.extend(exc.faults)
            return None

    place = attempt(lambda: registry.area(area))
    day = attempt(lambda: parse_date(as_of, what="as_of"))
    chosen = attempt(lambda: registry.plan(plan))
    if lang not in LANGS:
        faults.append(Fault("lang is not known", got=repr(lang), expected=nearest(str(lang), list(LANGS))))
    if isinstance(alpha, bool) or not isinstance(alpha, int | float) or not 0 < alpha <= 0.5:
        faults.append(
            Fault("alpha is out of range", got=repr(alpha), expected="a number above 0 and up to 0.5")
        )
    if isinstance(seed, bool) or not isinstance(seed, int):
        faults.append(Fault("seed is not a whole number", got=repr(seed)))
    if place and chosen and place.synthetic != registry.areas[chosen.area].synthetic:
        faults.append(
            Fault(
                "plan and area do not fit: one is synthetic",
                got=f"plan {chosen.id}, area {place.code}",
                expected=f"plan {chosen.id} with area {chosen.area}",
            )
        )
    if day and chosen:
        attempt(lambda: check_published(chosen, day))
    if faults:
        raise ParameterError(faults)
    return place, day, chosen
