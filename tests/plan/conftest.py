"""Judge one measure on figures of one's own."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from cbs_analysis.plan.book import Book
from cbs_analysis.plan.judges import Records, judge_measure
from cbs_analysis.plan.judging import Case
from cbs_analysis.plan.verdicts import Settings
from cbs_analysis.registry import Commitment, Measure, Target, load_registry


def observations(series, *, area="000000", vintage="2023-01-17", freq="A", status="final"):
    """Observations from {indicator: {period: value}}."""
    rows = [
        {
            "indicator": i, "area": area, "period": p, "freq": freq,
            "period_end": pd.Timestamp("2022-12-31"), "value": float(v), "status": status,
            "vintage": pd.Timestamp(vintage), "edition": 0, "source": "nbs",
            "certainty": "official", "value_published": str(v), "unit_published": "", "note": "",
            "file": f"nbs/{i}.csv", "row": n, "col": 5,
        }
        for i, values in series.items()
        for n, (p, v) in enumerate(values.items(), 2)
    ]  # fmt: skip
    columns = ["indicator", "area", "period", "freq", "period_end", "value", "vintage", "certainty"]
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=columns)


@pytest.fixture
def judge():
    """judge(type, {period: value}, ...) -> Verdict."""

    def run(
        kind, values, *, target=None, baseline=None, sense=None, indicator="urbanisation_pct", against="",
        other=None, exposure="", exposed=None, as_of="2023-06-30", settings=None, extra=None,
        when="every_year",
    ):  # fmt: skip
        goal = None
        if target is not None:
            goal = Target(
                value=target, period="2025", source_zh="文件", source_en="document", baseline=baseline
            )
        measure = Measure(
            id="T1.1",
            type=kind,
            indicator=indicator,
            against=against,
            exposure=exposure,
            sense=sense,
            target=goal,
            when=when,
        )  # fmt: skip
        registry = load_registry()
        commitment = Commitment(
            id="T1", section="7.1", zh="试", en="test", offices=("human_resources",), measures=(measure,)
        )
        series = {indicator: values, **(extra or {})}
        if against:
            series[against] = other or {}
        if exposure:
            series[exposure] = exposed or {}
        day = date.fromisoformat(as_of)
        case = Case(
            plan=registry.plan("cbs14"), commitment=commitment, measure=measure,
            book=Book(observations(series)), registry=registry, settings=settings or Settings(),
            as_of=day, synthetic=False,
        )  # fmt: skip
        return judge_measure(case, Records())

    return run
