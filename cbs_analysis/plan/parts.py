"""One section of a plan as an evaluation of its own."""

from __future__ import annotations

from dataclasses import replace

from ..errors import Fault, ParameterError, nearest
from ..registry.records import Plan
from .evaluation import Evaluation

__all__ = ["part_of", "projects_of"]


def projects_of(plan: Plan, section: str) -> tuple[str, ...]:
    """Ids of the projects of a section: those that name it, or whose commitment stands in it.

    Examples
    --------
    >>> from cbs_analysis.registry.load import load_registry
    >>> projects_of(load_registry().plan("cbs14"), "7.3")
    ('12-14',)
    """
    judged = {m.project: c.section for c in plan.commitments for m in c.measures if m.project}
    return tuple(p.id for p in plan.projects if (p.section or judged.get(p.id, "")) == section)


def part_of(evaluation: Evaluation, section: str) -> Evaluation:
    """The evaluation of one section: its commitments, verdicts and projects, and nothing judged anew.

    Parameters
    ----------
    evaluation : Evaluation
    section : str
        Id of a section of the plan.

    Returns
    -------
    Evaluation
        With a plan that holds this section alone, so that every table of an evaluation serves it.

    Raises
    ------
    ParameterError
        If the plan has no such section.
    """
    plan = evaluation.plan
    if section not in plan.sections:
        raise ParameterError(
            Fault("section is not known", got=section, expected=nearest(section, list(plan.sections)))
        )
    own = set(projects_of(plan, section))
    cut = replace(
        plan,
        sections={section: plan.sections[section]},
        commitments=tuple(c for c in plan.commitments if c.section == section),
        projects=tuple(p for p in plan.projects if p.id in own),
    )
    return replace(
        evaluation,
        plan=cut,
        verdicts=tuple(v for v in evaluation.verdicts if v.section == section),
        projects=tuple(p for p in evaluation.projects if p["id"] in own),
    )
