"""What is added to a verdict once it is reached: the year's own plan, and the office's own rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .annual import annual_word, check_annual
from .annual_words import annual_sentence
from .bands import moved_bands
from .judging import SYNTHETIC_PREFIX, Case
from .ratings import own_rating
from .verdicts import AnnualCheck, Verdict

__all__ = ["finish"]

Row = dict[str, Any]


def finish(
    case: Case, verdict: Verdict, annual_rows: Sequence[Row], rating_rows: Sequence[Row]
) -> Verdict:  # fmt: skip
    """A verdict with the year's own plan and the office's own rating beside it.

    Parameters
    ----------
    case : Case
    verdict : Verdict
        As the judgement of its type gives it.
    annual_rows, rating_rows : sequence of dict
        Yearly plans and ratings of the measure, in any order; may be empty.

    Returns
    -------
    Verdict
        The sentence of the year's plan is appended. A measure that was refused because no document states
        a five-year target takes the word of the year's plan; `extra["by_annual_plan"]` says so, and
        `target` stays empty. A rating changes no word.
    """
    if rating_rows:
        rating, word = own_rating(rating_rows)
        verdict = replace(verdict, self_rating=rating, self_word=word)
    check = check_annual(case, annual_rows) if annual_rows else None
    if check is None:
        return verdict
    zh, en = annual_sentence(case, check)
    if verdict.reason != "no_target":
        return replace(
            verdict,
            annual=check,
            sentence_zh=f"{verdict.sentence_zh}年度计划：{zh}。",
            sentence_en=f"{verdict.sentence_en} The year's plan: {en}.",
        )
    mark = SYNTHETIC_PREFIX if case.synthetic else ("", "")
    return replace(
        verdict,
        word=check.word,
        reason="",
        annual=check,
        fragile=_fragile(case, check),
        sentence_zh=f"{mark[0]}{case.name('zh')}：没有五年目标，按年度计划判断；{zh}。",
        sentence_en=f"{mark[1]}{case.name('en')}: no five-year target, judged by the year's plan; {en}.",
        extra=verdict.extra | {"by_annual_plan": True},
    )


def _fragile(case: Case, check: AnnualCheck) -> bool:
    """Whether the word of a year's plan changes when the bands move."""
    moved = {
        annual_word(
            check.kind, share=check.share, schedule=check.schedule, lead=check.lead_pp,
            settings=moved_bands(case.settings, direction),
        )
        for direction in (1, -1)
    }  # fmt: skip
    return moved != {check.word}
