"""A measure with figures, documents and plans of one's own, judged without a store."""

from __future__ import annotations

from datetime import date

import pandas as pd

from cbs_analysis.plan.book import Book
from cbs_analysis.plan.judging import Case
from cbs_analysis.plan.verdicts import Settings
from cbs_analysis.registry import Commitment, Measure, Target, load_registry

from .conftest import observations

ORIGIN = {"source": "cbs_committee", "certainty": "official", "file": "cbs/f.csv"}


def book(series):
    """{indicator: {period: value}}; a period with a month or quarter is a cumulative or a monthly figure."""
    frames = []
    for indicator, values in series.items():
        for freq in ("A", "Q", "M"):
            own = {p: v for p, v in values.items() if _freq(p) == freq}
            if own:
                frame = observations({indicator: own}, freq=freq)
                frame["period_end"] = [pd.Period(p.replace("Q", "Q")).end_time.normalize() for p in own]
                frames.append(frame)
    return Book(pd.concat(frames, ignore_index=True) if frames else observations({}))


def _freq(period):
    return "A" if len(period) == 4 else "Q" if "Q" in period else "M"


def case_of(
    kind, values=None, *, indicator="", target=None, baseline=None, sense=None, when="every_year",
    extra=None, as_of="2023-06-30", settings=None, synthetic=False, plan="cbs14", period=None,
):  # fmt: skip
    """A case of one measure of type `kind`; the plan runs from 2021 to 2025."""
    registry = load_registry()
    goal = None
    if target is not None:
        goal = Target(value=target, period="2025", source_zh="文件", source_en="document", baseline=baseline)
    measure = Measure(
        id="T1.1", type=kind, indicator=indicator, sense=sense, target=goal, when=when,
        zh="" if indicator else "试", en="" if indicator else "test",
    )  # fmt: skip
    commitment = Commitment(
        id="T1", section="7.1", zh="试", en="test", offices=("human_resources",), measures=(measure,)
    )
    series = {indicator: values or {}, **(extra or {})} if indicator else (extra or {})
    return Case(
        plan=registry.plan(plan), commitment=commitment, measure=measure, book=book(series),
        registry=registry, settings=settings or Settings(), as_of=date.fromisoformat(as_of),
        synthetic=synthetic,
    )  # fmt: skip


def document(day, level, number="文〔2023〕1号", *, vintage="2023-06-20", row=2):
    """A row of documents, as the store gives it."""
    return ORIGIN | {
        "measure": "T1.1", "area": "22CB00", "date": pd.Timestamp(day), "level": level, "document": number,
        "title": "题", "note": "", "vintage": pd.Timestamp(vintage), "row": row,
    }  # fmt: skip


def yearly_plan(year, value, *, day=None, number="计〔2022〕1号", unit="", row=2):
    """A row of annual plans, as the store gives it."""
    when = pd.Timestamp(day or f"{year}-02-01")
    return ORIGIN | {
        "measure": "T1.1", "area": "22CB00", "date": when, "year": year, "value": value,
        "value_published": str(value), "unit_published": unit, "document": number, "note": "",
        "vintage": when, "row": row, "col": 4,
    }  # fmt: skip


def rating(day, text, word="", *, row=2):
    """A row of ratings, as the store gives it."""
    when = pd.Timestamp(day)
    return ORIGIN | {
        "measure": "T1.1", "area": "22CB00", "date": when, "rating": text, "word": word, "note": "",
        "vintage": when, "row": row, "col": 3,
    }  # fmt: skip
