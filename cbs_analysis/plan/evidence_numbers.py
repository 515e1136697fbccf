"""One number for each piece of evidence of an evaluation: E1, E2, ... in tables, on paper and in files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .verdicts import Evidence, Verdict

if TYPE_CHECKING:
    from .evaluation import Evaluation

__all__ = ["Numbers", "evidence_behind", "evidence_key", "evidence_numbers", "sheet_of"]

# the last part of a note says the sheet of a figure where a workbook has several
_SHEET = re.compile(r"(?:^|; )sheet (.+)\Z")

Key = tuple[str, int, int, str, str, str]


def sheet_of(note: str, named: str = "") -> str:
    """The sheet that a note names at its end, if none is named already.

    >>> sheet_of("series breaks: 2013; sheet 2-6"), sheet_of("初步核算"), sheet_of("", "指标")
    ('2-6', '', '指标')
    """
    found = _SHEET.search(note)
    return named or (found[1] if found else "")


def evidence_key(evidence: Evidence) -> Key:
    """What makes two pieces of evidence one: place, indicator and note.

    A cell of a workbook has its like in every other sheet, so the note, which names the sheet, counts too.
    """
    e = evidence
    return e.file, e.row, e.col, e.indicator, e.note, e.sheet


def evidence_behind(verdict: Verdict) -> tuple[Evidence, ...]:
    """What stands behind a verdict and behind its check against the year's own plan."""
    return verdict.evidence + (verdict.annual.evidence if verdict.annual else ())


@dataclass(frozen=True)
class Numbers:
    """The evidence of one evaluation in the order of its numbers, which count from 1."""

    evidence: tuple[Evidence, ...]
    of: Mapping[Key, int]

    def label(self, evidence: Evidence) -> str:
        """`E7`, or nothing for what the evaluation does not use."""
        number = self.of.get(evidence_key(evidence))
        return f"E{number}" if number else ""


def evidence_numbers(evaluation: Evaluation) -> Numbers:
    """Number the evidence of an evaluation, each piece once: measures, projects, plans of single years.

    `evaluation.json`, the CSV files and the workbook use the same numbers.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    Numbers
    """
    kept: dict[Key, Evidence] = {}
    for evidence in _every(evaluation):
        kept.setdefault(evidence_key(evidence), evidence)
    return Numbers(tuple(kept.values()), {key: n for n, key in enumerate(kept, 1)})


def _every(evaluation: Evaluation) -> Iterator[Evidence]:
    for verdict in evaluation.verdicts:
        yield from verdict.evidence
    for project in evaluation.projects:
        yield from project["evidence"]
    for verdict in evaluation.verdicts:
        yield from verdict.annual.evidence if verdict.annual else ()
