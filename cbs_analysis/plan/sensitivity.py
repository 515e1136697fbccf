"""Would another reader have reached another word? Each verdict judged again with one thing changed.

Nothing here changes a verdict. What does not apply to a measure is left out, so that every alternative that
is listed was really judged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from ..errors import CbsError, CoverageError
from ..models.outlook import fit_outlook
from ..models.projection import Projection, fit_projection
from ..models.projection_scenarios import two_year_average
from .annual import annual_word
from .bands import moved_bands
from .book import Book
from .judging import Case, paced
from .quantities import is_share, recent_run
from .verdicts import Alternative, Verdict, Word

if TYPE_CHECKING:
    from .evaluation import Evaluation

__all__ = ["ALTERNATIVE_NAMES", "FLAGGED_YEARS", "KINDS", "alternatives", "flip_counts", "robust"]

Kind = Literal["bands", "method", "vintage", "recovery"]
Judge = Callable[[Case], Verdict]

ALTERNATIVE_NAMES: dict[str, tuple[str, str]] = {
    "bands_up": ("各档界限上移", "bands moved up"),
    "bands_down": ("各档界限下移", "bands moved down"),
    "growth_pace": ("按增长速度比", "pace of growth rates"),
    "logit_progress": ("按对数几率计进度", "progress in logits"),
    "projection_mixture": ("按三种增长规律的组合预测", "mixture of three laws of growth"),
    "without_flagged": ("剔除2020—2022年", "without 2020-2022"),
    "two_year_average": ("2020、2021年取两年平均", "two-year average of 2020 and 2021"),
    "first_published": ("按首次公布数", "as first published"),
    "rapid_return": ("迅速恢复", "rapid return"),
    "delayed_return": ("推迟恢复", "delayed return"),
    "sustained_disruption": ("持续受扰", "sustained disruption"),
    "never_return": ("不再恢复", "never return"),
}
KINDS: dict[Kind, tuple[str, ...]] = {
    "bands": ("bands_up", "bands_down"),
    "method": (
        "growth_pace", "logit_progress", "projection_mixture", "without_flagged", "two_year_average",
    ),
    "vintage": ("first_published",),
    "recovery": ("rapid_return", "delayed_return", "sustained_disruption", "never_return"),
}  # fmt: skip
# the dip, the year that made up for it, and the second dip
FLAGGED_YEARS = ("2020", "2021", "2022")
# within so many points of 0 or 100 each further point is harder than the last
_NEAR_BOUND = 10.0


def alternatives(
    case: Case, verdict: Verdict, *, judge: Judge, first: Book | None
) -> tuple[Alternative, ...]:  # fmt: skip
    """The words that a verdict would have with one thing changed at a time.

    Parameters
    ----------
    case : Case
    verdict : Verdict
        As `judge` gives it, or finished.
    judge : callable
        Judges a case; called with other settings and with the other book.
    first : Book or None
        Every figure as it was first published; None skips that alternative.

    Returns
    -------
    tuple of Alternative
        In the order of `ALTERNATIVE_NAMES`; empty without an assessment. An alternative is left out where
        what it changes plays no part in the word, and where it could not be judged.

    Notes
    -----
    Bands: those of the pace by `Settings.flip`, of a project by as many points, of synchrony by 0.1 points a
    year. Method: the pace or the probability alone is replaced; the other stays. Recovery: whether the median
    of the path meets the target stands in the place of the probability.
    """
    if not verdict.assessed:
        return ()
    found: list[tuple[Kind, str, Word]] = [("bands", n, w) for n, w in _by_bands(case, verdict, judge)]
    if math.isfinite(verdict.pace) and verdict.progress < 1.0 and verdict.type in ("level", "coverage"):
        found += [("method", n, w) for n, w in _by_pace(case, verdict)]
        fit = _projection(case, verdict)
        found += [("method", n, w) for n, w in _by_probability(case, verdict, fit)]
        found += [("recovery", n, w) for n, w in _by_recovery(case, verdict, fit)]
    if first is not None:
        found += [("vintage", n, w) for n, w in _by_vintage(case, verdict, judge, first)]
    order = list(ALTERNATIVE_NAMES)
    found.sort(key=lambda item: order.index(item[1]))
    return tuple(Alternative(kind=k, name=n, word=w, flips=w != verdict.word) for k, n, w in found)


def _by_bands(case: Case, verdict: Verdict, judge: Judge) -> Iterator[tuple[str, Word]]:
    check = verdict.annual if verdict.extra.get("by_annual_plan") else None
    banded = math.isfinite(verdict.pace) or verdict.type in ("synchrony", "project")
    for name, direction in (("bands_up", 1), ("bands_down", -1)):
        settings = moved_bands(case.settings, direction)
        if check is not None:
            if check.kind == "sum":
                word = annual_word(
                    "sum", share=check.share, schedule=check.schedule, lead=check.lead_pp, settings=settings
                )
                yield name, word
        elif banded:
            again = judge(replace(case, settings=settings))
            if again.assessed:
                yield name, again.word


def _by_pace(case: Case, verdict: Verdict) -> Iterator[tuple[str, Word]]:
    """Another formula of the pace; the probability stays."""
    growth, way = verdict.extra.get("growth_pace"), verdict.extra.get("logit_progress")
    over = verdict.time_progress >= 1
    if growth is not None:
        yield "growth_pace", paced(case, verdict.progress, growth, verdict.probability, over=over)[0]
    near = max(abs(x - 50.0) for x in (verdict.value, verdict.target)) >= 50.0 - _NEAR_BOUND
    if way is not None and near:
        pace = way / verdict.time_progress
        yield "logit_progress", paced(case, way, pace, verdict.probability, over=over)[0]


def _projection(case: Case, verdict: Verdict) -> Projection | None:
    """The mixture projection of the figures that the probability rests on."""
    levels, horizon = _levels(case), _horizon(case)
    if levels is None or horizon <= 0 or not math.isfinite(verdict.probability):
        return None
    try:
        return fit_projection(
            levels,
            horizon=horizon,
            target=verdict.target,
            side=_side(case),
            scale=_scale(case, levels, verdict.target),
            flagged=tuple(y for y in FLAGGED_YEARS if y in levels.index.astype(str)),
        )
    except CbsError:
        return None


def _by_probability(
    case: Case, verdict: Verdict, fit: Projection | None
) -> Iterator[tuple[str, Word]]:  # fmt: skip
    """Another probability; the pace stays."""
    if fit is not None and fit.probability is not None:
        yield "projection_mixture", paced(case, verdict.progress, verdict.pace, fit.probability)[0]
    if not math.isfinite(verdict.probability):
        return
    for name, levels in _other_histories(case, verdict):
        try:
            outlook = fit_outlook(
                levels, horizon=_horizon(case), target=verdict.target, side=_side(case), share=is_share(case)
            )
        except CoverageError:
            continue
        yield name, paced(case, verdict.progress, verdict.pace, outlook.probability)[0]


def _other_histories(case: Case, verdict: Verdict) -> Iterator[tuple[str, list[float]]]:
    """Levels whose yearly changes leave the flagged years out, or take the mean of the first two.

    The last level stays what it is; those before it are rebuilt from the changes that are kept.
    """
    levels = _levels(case)
    if levels is None:
        return
    forward, back = _maps(_scale(case, levels, verdict.target))
    z = levels.map(forward)
    changes = z.diff().iloc[1:]
    marked = changes.index.isin(pd.PeriodIndex(FLAGGED_YEARS, freq="Y"))
    if not marked.any():
        return
    dip = pd.Period(FLAGGED_YEARS[0], freq="Y")
    smooth = two_year_average(changes, dip) if dip in changes.index else None
    for name, kept in (("without_flagged", changes[~marked]), ("two_year_average", smooth)):
        if kept is not None:
            rebuilt = [float(z.iloc[-1])]
            for change in reversed(kept.tolist()):
                rebuilt.append(rebuilt[-1] - change)
            yield name, [float(levels.iloc[-1]) if i == 0 else back(v) for i, v in enumerate(rebuilt)][::-1]


def _by_recovery(
    case: Case, verdict: Verdict, fit: Projection | None
) -> Iterator[tuple[str, Word]]:  # fmt: skip
    """The four named paths: a median that meets the target counts as sure, one that does not as hopeless."""
    if fit is None:
        return
    for name in KINDS["recovery"]:
        if name in fit.scenarios.index:
            meets = bool(fit.scenarios.loc[name, "meets"])
            yield name, paced(case, verdict.progress, verdict.pace, 1.0 if meets else 0.0)[0]


def _by_vintage(
    case: Case, verdict: Verdict, judge: Judge, first: Book
) -> Iterator[tuple[str, Word]]:  # fmt: skip
    """The figures as first published, where one that the verdict cites was revised."""
    again = judge(replace(case, book=first))
    before = {(e.indicator, e.period): e.value for e in again.evidence}
    revised = any(before.get((e.indicator, e.period), e.value) != e.value for e in verdict.evidence)
    if again.assessed and revised:
        yield "first_published", again.word


def _levels(case: Case) -> pd.Series | None:
    """The figures that the probability rests on, by year."""
    figures = case.book.yearly(case.measure.indicator)
    run = recent_run(figures)
    if run is None:
        return None
    years = [str(y) for y in figures.years[-len(run) :]]
    return pd.Series(run, index=pd.PeriodIndex(years, freq="Y"))


def _horizon(case: Case) -> int:
    return case.plan.end.year - case.book.yearly(case.measure.indicator).years[-1]


def _side(case: Case) -> Literal["at_least", "at_most"]:
    return "at_most" if case.measure.sense == "at_most" else "at_least"


def _scale(case: Case, levels: pd.Series, target: float) -> Literal["logit", "log", "plain"]:
    """The scale that `fit_outlook` takes for these levels."""
    positive = bool((levels > 0).all()) and target > 0
    if is_share(case):
        return "logit" if positive and bool((levels < 100).all()) and target < 100 else "plain"
    return "log" if positive else "plain"


def _maps(scale: str) -> tuple[Callable[[float], float], Callable[[float], float]]:
    if scale == "logit":
        return lambda v: math.log(v / (100.0 - v)), lambda z: 100.0 / (1.0 + math.exp(-z))
    return (math.log, math.exp) if scale == "log" else (float, float)


def flip_counts(evaluation: Evaluation) -> pd.DataFrame:
    """How many verdicts each change moves.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    pandas.DataFrame
        kind, name, judged (verdicts that were judged again so), flips (those that got another word); one row
        for each of `ALTERNATIVE_NAMES`, in that order.
    """
    listed = [a for v in evaluation.verdicts for a in v.alternatives]
    rows = []
    for kind, names in KINDS.items():
        for name in names:
            own = [a for a in listed if a.name == name]
            rows.append({"kind": kind, "name": name, "judged": len(own), "flips": sum(a.flips for a in own)})
    return pd.DataFrame(rows)


def robust(verdict: Verdict) -> bool:
    """Whether every change that was tried leaves the word as it is.

    A verdict on which nothing could be tried is not called robust.
    """
    return bool(verdict.alternatives) and not any(a.flips for a in verdict.alternatives)
