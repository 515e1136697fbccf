"""How many projects a plan lists, and how they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pandas as pd

from .project_reports import CANCELLED, STAGES
from .verdicts import WORDS

if TYPE_CHECKING:
    from .evaluation import Evaluation

__all__ = ["project_counts"]


def project_counts(evaluation: Evaluation) -> pd.DataFrame:
    """How many projects stand at each stage and carry each word.

    A listing that stands twice is counted twice among `listings` and once among `distinct`; programmes and
    items of the body text are counted beside them.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    pandas.DataFrame
        Columns by ("stage", "word" or "all"), key, zh, en, listings, distinct, programmes, body. The stage
        "" means that no report tells one.
    """
    stages = [("" if k == "" else k, zh, en) for k, (zh, en) in _stage_names().items()]
    words = [(k, w["zh"], w["en"]) for k, w in WORDS.items()]
    kinds: tuple[tuple[Literal["stage", "word", "all"], str, list[tuple[str, str, str]]], ...] = (
        ("stage", "stage_key", stages),
        ("word", "word", words),
        ("all", "", [("", "合计", "total")]),
    )
    rows = []
    for by, column, names in kinds:
        for key, zh, en in names:
            own = [p for p in evaluation.projects if not column or p[column] == key]
            listed = [p for p in own if p["kind"] == "project"]
            rows.append(
                {
                    "by": by,
                    "key": key,
                    "zh": zh,
                    "en": en,
                    "listings": len(listed),
                    "distinct": sum(not p["duplicate_of"] for p in listed),
                    "programmes": sum(p["kind"] == "programme" for p in own),
                    "body": sum(p["kind"] == "body" for p in own),
                }
            )
    return pd.DataFrame(rows)


def _stage_names() -> dict[str, tuple[str, str]]:
    ranked = {str(k): v for k, v in sorted(STAGES.items()) if k != CANCELLED}
    return ranked | {"X": STAGES[CANCELLED], "": ("没有阶段记录", "no stage on record")}
