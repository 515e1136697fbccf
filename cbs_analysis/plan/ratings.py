"""What an office says of its own progress, beside what the evidence says. A rating never moves a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from .verdicts import ORDER, WORDS, Verdict, Word

if TYPE_CHECKING:
    from .evaluation import Evaluation

__all__ = ["DIFFERENCES", "compare_ratings", "own_rating", "rating_difference"]

DIFFERENCES: dict[str, tuple[str, str]] = {
    "same": ("自评与证据评价一致", "own rating agrees with the evidence"),
    "higher": ("自评高于证据评价", "own rating above the evidence"),
    "lower": ("自评低于证据评价", "own rating below the evidence"),
    "no_evidence": ("证据不足，无法比较", "too little evidence to compare"),
    "no_word": ("自评未用六种评价用语，无法比较", "own rating is not one of the six words"),
}
_COLUMNS = [
    "measure", "name", "office", "date", "rating", "own", "ours", "agrees", "difference", "sentence",
]  # fmt: skip


def own_rating(rows: Sequence[dict[str, Any]]) -> tuple[str, Word | Literal[""]]:
    """The newest rating of a measure: as written, and the official word it amounts to.

    Parameters
    ----------
    rows : sequence of dict
        Ratings of the measure in any order. Of two of one day the one published later counts.

    Returns
    -------
    tuple of str
        Empty texts without a rating; an empty word where the office chose none of the six.

    Examples
    --------
    >>> own_rating([])
    ('', '')
    """
    row = _newest(rows)
    if row is None:
        return "", ""
    word = str(row["word"] or "")
    return str(row["rating"]), word if word in WORDS else ""  # type: ignore[return-value]


def _newest(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    written = [r for r in rows if str(r["rating"] or "").strip()]
    return max(written, key=_age, default=None)


def _age(row: dict[str, Any]) -> tuple[str, str, str, int]:
    return str(row["date"])[:10], str(row["vintage"])[:10], str(row["file"]), int(row["row"])


def rating_difference(own: str, ours: str) -> str:
    """Whether an office rates itself higher than the evidence does: a key of `DIFFERENCES`.

    Parameters
    ----------
    own, ours : str
        Keys of `WORDS`; `own` may be empty.

    Examples
    --------
    >>> rating_difference("on_track", "behind"), rating_difference("on_track", "achieved")
    ('higher', 'lower')
    >>> rating_difference("ahead", "not_assessable"), rating_difference("", "ahead")
    ('no_evidence', 'no_word')
    """
    if not own:
        return "no_word"
    if own == ours:
        return "same"
    if ours not in ORDER:
        return "no_evidence"
    if own not in ORDER:  # an office that says 无法评估 of what the evidence can judge
        return "lower"
    return "higher" if ORDER.index(own) < ORDER.index(ours) else "lower"


def compare_ratings(evaluation: Evaluation, lang: str = "zh") -> pd.DataFrame:
    """One row for each measure that its office rates.

    Parameters
    ----------
    evaluation : Evaluation
    lang : {"zh", "en"}

    Returns
    -------
    pandas.DataFrame
        measure, name, office, date (of the rating), rating (as written), own (the official word it amounts
        to, or empty), ours, agrees (bool; None where they cannot be compared), difference, sentence. Empty
        with these columns when no office rates itself.
    """
    dated: dict[str, list[dict[str, Any]]] = {}
    for row in evaluation.inputs.ratings.to_dict("records"):
        dated.setdefault(str(row["measure"]), []).append({str(k): v for k, v in row.items()})
    rows = [
        _row(evaluation, v, _newest(dated.get(v.measure, [])), lang)
        for v in evaluation.verdicts
        if v.self_rating
    ]
    return pd.DataFrame(rows, columns=_COLUMNS).astype({"agrees": object})


def _row(
    evaluation: Evaluation, verdict: Verdict, row: dict[str, Any] | None, lang: str
) -> dict[str, Any]:  # fmt: skip
    difference = rating_difference(verdict.self_word, verdict.word)
    offices = [evaluation.plan.offices[o].name(lang) for o in verdict.offices]
    return {
        "measure": verdict.measure,
        "name": _name(evaluation, verdict, lang),
        "office": ("、" if lang == "zh" else ", ").join(offices),
        "date": str(row["date"])[:10] if row else "",
        "rating": verdict.self_rating,
        "own": WORDS[verdict.self_word][lang] if verdict.self_word else "",
        "ours": verdict.label(lang),
        "agrees": {"same": True, "higher": False, "lower": False}.get(difference),
        "difference": DIFFERENCES[difference][0 if lang == "zh" else 1],
        "sentence": verdict.sentence(lang),
    }


def _name(evaluation: Evaluation, verdict: Verdict, lang: str) -> str:
    measure = next(m for m in evaluation.plan.measures if m.id == verdict.measure)
    if measure.name(lang):
        return measure.name(lang)
    if measure.indicator:
        return evaluation.registry.indicator(measure.indicator).name(lang)
    return next(c.name(lang) for c in evaluation.plan.commitments if c.id == verdict.commitment)
