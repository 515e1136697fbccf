"""The parameters of a report, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import CbsError, Fault, ParameterError, nearest
from ..plan.evaluation import check_published
from ..plan.project_registry import project_registry
from ..registry.records import LANGS, Area, Plan
from ..series.periods import parse_date
from .messages import message
from .secrets import refuse_secrets

__all__ = ["check_parameters"]


def check_parameters(
    *, area: Any, as_of: Any, plan: Any, lang: Any, alpha: Any, seed: Any, root: Path | None = None
) -> tuple[Area, date, Plan]:
    """Check the parameters of a report before anything is computed; all faults at once.

    Raises
    ------
    ParameterError
        Unknown area or plan, a date that is none, an unknown language, alpha outside (0, 0.5],
        a seed that is no whole number from 0 on, a synthetic plan with a real area, or a day on which the
        plan was not published yet; a value that looks like a secret, which is not printed.
    TargetError
        A plan file of the project (`root`, or the one that we are in) is wrong.
    """
    given = {"area": area, "as_of": as_of, "plan": plan, "lang": lang, "alpha": alpha, "seed": seed}
    if secrets := refuse_secrets(given):  # before anything else: other faults print what they found
        raise ParameterError(secrets)
    registry = project_registry(root)
    faults: list[Fault] = []

    def attempt(call: Callable[[], Any], key: str) -> Any:
        try:
            return call()
        except CbsError as exc:
            faults.extend(_in_chinese(fault, key) for fault in exc.faults)
            return None

    place = attempt(lambda: registry.area(area), "area" if isinstance(area, str) else "area_text")
    day = attempt(lambda: parse_date(as_of, what="as_of"), "as_of")
    chosen = attempt(lambda: registry.plan(plan if isinstance(plan, str) else repr(plan)), "plan")
    faults += _faults_of_numbers(lang, alpha, seed)
    if place and chosen and place.synthetic != registry.areas[chosen.area].synthetic:
        said = {"plan": chosen.id, "area": place.code, "own": chosen.area}
        faults.append(
            Fault(
                "plan and area do not fit: one is synthetic",
                got=f"plan {chosen.id}, area {place.code}",
                expected=f"plan {chosen.id} with area {chosen.area}",
                zh=message("parameter_synthetic", "zh", **said),
            )
        )
    if day and chosen:
        try:
            check_published(chosen, day)
        except ParameterError as exc:
            told = {"plan": chosen.id, "day": day, "published": chosen.document.published}
            zh = message("parameter_published", "zh", **told)
            faults += [replace(fault, zh=zh) for fault in exc.faults]
    if faults:
        raise ParameterError(faults)
    return place, day, chosen


def _faults_of_numbers(lang: Any, alpha: Any, seed: Any) -> list[Fault]:
    faults = []
    if lang not in LANGS:
        expected = nearest(str(lang), list(LANGS))
        fault = Fault("lang is not known", got=repr(lang), expected=expected)
        faults.append(_in_chinese(fault, "lang"))
    if isinstance(alpha, bool) or not isinstance(alpha, int | float) or not 0 < alpha <= 0.5:
        expected = "a number above 0 and up to 0.5"
        fault = Fault("alpha is out of range", got=repr(alpha), expected=expected)
        faults.append(_in_chinese(fault, "alpha"))
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        expected = "0 or more, such as 20230630"
        fault = Fault("seed is not a whole number from 0 on", got=repr(seed), expected=expected)
        faults.append(_in_chinese(fault, "seed"))
    return faults


def _in_chinese(fault: Fault, key: str) -> Fault:
    """The fault with a Chinese sentence that says all of it."""
    return replace(fault, zh=message(f"parameter_{key}", "zh", got=fault.got, expected=fault.expected))
