"""The sentences that follow a table or chart: what it says, as strongly as the figures allow."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..plan.evaluation import Evaluation
from ..plan.shares import largest_remainder
from ..plan.verdicts import WORDS
from ..series.periods import year_label
from ..series.rounding import fixed
from ..series.units import format_value
from .messages import message

__all__ = [
    "reading_data",
    "reading_official",
    "reading_owed",
    "reading_summary",
    "reading_urban_rural",
    "reading_year_to_date",
]


def reading_summary(evaluation: Evaluation, lang: str) -> str:
    """How many commitments carry each word, and which share of all that is; the shares add up to 100 %."""
    rows = evaluation.commitments(lang)
    words = rows["word"].tolist() if len(rows) else []
    counts = {w: words.count(w) for w in WORDS}
    unassessed = counts["not_assessable"]
    if unassessed == len(words):
        return message("summary_none", lang, n=len(words))
    shares = dict(zip(counts, largest_remainder(list(counts.values())), strict=True))
    parts = [
        message(
            "summary_part",
            lang,
            label=WORDS[w][lang].lower() if lang == "en" else WORDS[w][lang],
            n=counts[w],
            share=fixed(shares[w], 1),
        )
        for w in WORDS
        if w != "not_assessable" and counts[w]
    ]
    return message(
        "summary_line" if unassessed else "summary_all",
        lang,
        n=len(words),
        assessed=len(words) - unassessed,
        parts=message("list_sep", lang).join(parts),
        unassessed=unassessed,
        share=fixed(shares["not_assessable"], 1),
    )


def reading_official(evaluation: Evaluation, lang: str) -> str:
    """How many measures agree with the official verdicts."""
    frame = evaluation.compare_official(lang)
    if frame.empty:
        return message("no_official", lang)
    words = {v.measure: v.word for v in evaluation.verdicts}
    refused = sum(words[m] == "not_assessable" for m in frame["measure"])
    same = int(frame["same"].sum())
    return message(
        "official_summary", lang, n=len(frame), same=same, differ=len(frame) - same, refused=refused
    )


def reading_data(observations: pd.DataFrame, day: Any, lang: str) -> str:
    """How much is known, and how surely."""
    if observations.empty:
        return message("data_summary_none", lang, day=day)
    return message(
        "data_summary",
        lang,
        day=day,
        n=len(observations),
        indicators=observations["indicator"].nunique(),
        soft=int(observations["status"].isin(["preliminary", "estimated"]).sum()),
        secondary=int((observations["certainty"] == "secondary").sum()),
    )


def reading_owed(evaluation: Evaluation, lang: str) -> str:
    """How much is owed by how many offices."""
    gaps = evaluation.gaps(lang)
    if gaps.empty:
        return message("nothing_owed", lang)
    return message("owed_summary", lang, n=len(gaps), offices=len(evaluation.owed(lang)))


def reading_urban_rural(ratio: pd.Series, gap: pd.Series, lang: str) -> str:
    """Where the ratio went, and where the absolute gap went."""
    if len(ratio) < 2:
        return message("no_reading", lang)
    change = ratio.iloc[-1] - ratio.iloc[0]
    way = "way_same" if abs(change) < 0.005 else "way_down" if change < 0 else "way_up"
    return message(
        "urban_rural_reading",
        lang,
        first=ratio.index[0].year,
        last=ratio.index[-1].year,
        a=fixed(ratio.iloc[0], 2),
        b=fixed(ratio.iloc[-1], 2),
        c=format_value(gap.iloc[0], "yuan", lang),
        d=format_value(gap.iloc[-1], "yuan", lang),
        way=message(way, lang),
    )


def reading_year_to_date(income: pd.DataFrame, growth: pd.DataFrame, lang: str) -> str:
    """The last quarter for which both were published."""
    both = income.merge(growth, on="period", suffixes=("_income", "_growth"))
    if both.empty:
        return message("no_reading", lang)
    row = both.sort_values("period").iloc[-1]
    return message(
        "ytd_reading",
        lang,
        period=year_label(row["period"], lang, cumulative=True),
        a=fixed(row["value_income"], 1),
        b=fixed(row["value_growth"], 1),
    )
