"""Whether a word holds when one thing is changed, and whether the offices see it the same way."""

from __future__ import annotations

import pandas as pd

from ..plan.clues import revised_figures
from ..plan.evaluation import Evaluation
from ..plan.evidence_numbers import evidence_numbers
from ..plan.ratings import DIFFERENCES, compare_ratings
from ..plan.sensitivity import ALTERNATIVE_NAMES, flip_counts
from ..plan.verdicts import WORDS
from .evidence_links import evidence_links
from .messages import message
from .tables import Table, translator
from .verdict_tables import badge

__all__ = [
    "reading_flips",
    "reading_ratings",
    "table_flip_counts",
    "table_flips",
    "table_ratings",
    "table_revised_verdicts",
]


def _names(evaluation: Evaluation, lang: str) -> dict[str, str]:
    frame = evaluation.to_frame(lang)
    return dict(zip(frame["measure"], frame["name"], strict=True)) if len(frame) else {}


def alternative_name(name: str, lang: str) -> str:
    """What was changed, in words."""
    return ALTERNATIVE_NAMES[name][lang != "zh"]


def table_flips(evaluation: Evaluation, lang: str) -> Table:
    """Each verdict that another reading of the same evidence would change: which reading, and to what."""
    t, names = translator(lang), _names(evaluation, lang)
    numbers = evidence_numbers(evaluation)
    rows = []
    for v in evaluation.verdicts:
        turned = [a for a in v.alternatives if a.flips]
        if not turned:
            continue
        said = [t("flip_to", name=alternative_name(a.name, lang), word=WORDS[a.word][lang]) for a in turned]
        rows.append(
            (v.measure, names[v.measure], badge(v.word, lang), f"{len(turned)}/{len(v.alternatives)}",
             t("part_sep").join(said), evidence_links(v.evidence, lang, numbers=numbers))
        )  # fmt: skip
    columns = (t("measure"), t("indicator"), t("verdict"), t("flips_of"), t("flips_how"), t("evidence"))
    return Table(
        t("flips_title"), columns, tuple(rows), note=t("flips_note"), numeric=frozenset({3}), css="stack",
        empty=t("flips_none") if any(v.alternatives for v in evaluation.verdicts) else t("flips_nothing"),
    )  # fmt: skip


def table_flip_counts(evaluation: Evaluation, lang: str) -> Table:
    """How many verdicts each change would turn."""
    t = translator(lang)
    counts = flip_counts(evaluation)  # kind, name, n, flips
    rows = tuple(
        (t(f"alternative_{r.kind}"), alternative_name(r.name, lang), int(r.judged), int(r.flips))
        for r in counts.itertuples(index=False)
        if r.judged
    )
    columns = (t("alternative_kind"), t("alternative_name"), t("alternative_judged"), t("alternative_flips"))
    return Table(
        t("flip_counts_title"), columns, rows, note=t("flip_counts_note"), numeric=frozenset({2, 3}),
        empty=t("flips_nothing"),
    )  # fmt: skip


def reading_flips(evaluation: Evaluation, lang: str) -> str:
    """How many verdicts hold under every change tried."""
    tried = [v for v in evaluation.verdicts if v.assessed and v.alternatives]
    if not tried:
        return message("flips_nothing", lang)
    firm = sum(not any(a.flips for a in v.alternatives) for v in tried)
    bands = sum(any(a.flips and a.kind == "bands" for a in v.alternatives) for v in tried)
    vintage = sum(any(a.flips and a.kind == "vintage" for a in v.alternatives) for v in tried)
    text = message("flips_reading", lang, n=len(tried), firm=firm, bands=bands)
    return text + (message("flips_vintage", lang, n=vintage) if vintage else "")


def table_ratings(evaluation: Evaluation, lang: str, *, differing: bool = False) -> Table:
    """What the offices say of themselves beside what the evidence says; differences first, or alone."""
    t = translator(lang)
    frame = _rated(evaluation, lang)
    if differing:
        frame = frame[frame["difference"] != DIFFERENCES["same"][lang != "zh"]]
    words = {v.measure: v for v in evaluation.verdicts}
    rows = [
        (r.measure, r.name, r.office, r.rating, badge(words[r.measure].word, lang), r.difference, r.sentence)
        for r in frame.itertuples(index=False)
    ]
    columns = (t("measure"), t("indicator"), t("office"), t("own_rating"), t("by_evidence"), t("agreement"),
               t("sentence"))  # fmt: skip
    return Table(
        t("ratings_differing" if differing else "ratings_title"),
        columns,
        tuple(rows),
        note=t("ratings_note"),
        css="stack",
        empty=t("ratings_agree" if frame.size == 0 and differing else "ratings_none"),
    )


def _rated(evaluation: Evaluation, lang: str) -> pd.DataFrame:
    frame = compare_ratings(evaluation, lang)
    order = [DIFFERENCES[k][lang != "zh"] for k in ("higher", "lower", "no_evidence", "no_word", "same")]
    return frame.sort_values("difference", key=lambda x: x.map(order.index), kind="stable")


def reading_ratings(evaluation: Evaluation, lang: str) -> str:
    """How many own ratings agree with the evidence."""
    frame = compare_ratings(evaluation, lang)
    if frame.empty:
        return message("ratings_none", lang)
    counts = {k: int((frame["difference"] == DIFFERENCES[k][lang != "zh"]).sum()) for k in DIFFERENCES}
    return message("ratings_reading", lang, n=len(frame), **counts)


def table_revised_verdicts(evaluation: Evaluation, lang: str) -> Table:
    """Verdicts that would have another word by the figures first published, and what was revised."""
    t, names, side = translator(lang), _names(evaluation, lang), 0 if lang == "zh" else 1
    rows = []
    for v in evaluation.verdicts:
        for a in v.alternatives:
            if a.kind == "vintage" and a.flips:
                said = t("part_sep").join(c[side] for c in revised_figures(v, evaluation))
                rows.append(
                    (v.measure, names[v.measure], badge(a.word, lang), badge(v.word, lang), said or "—")
                )
    columns = (t("measure"), t("indicator"), t("revised_then"), t("revised_now"), t("revised_what"))
    return Table(
        t("revised_verdicts_title"), columns, tuple(rows), css="stack", empty=t("revised_none")
    )  # fmt: skip
