from datetime import date

import pandas as pd
import pytest

from cbs_analysis.plan import evaluate
from cbs_analysis.plan.records_judged import project_state
from cbs_analysis.plan.verdicts import Settings
from cbs_analysis.registry import load_registry

AS_OF = date(2023, 6, 30)
EMPTY = pd.DataFrame(
    columns=["indicator", "area", "period", "freq", "period_end", "value", "vintage", "certainty"]
)
FILE = {
    "certainty": "official",
    "vintage": pd.Timestamp("2023-06-20"),
    "source": "cbs_committee",
    "file": "f.csv",
}


def documents(*rows):
    names = ("measure", "date", "level", "document")
    return pd.DataFrame(
        [dict(zip(names, r, strict=True)) | FILE | {"row": i, "title": "t", "note": "", "area": "22CB00"}
         for i, r in enumerate(rows, 2)]
    ).assign(date=lambda d: pd.to_datetime(d["date"]))  # fmt: skip


def projects(**values):
    base = {
        "project": "12-01", "area": "22CB00", "date": pd.Timestamp("2023-06-01"), "stage": 2.0,
        "plan_start": "2021-01-01", "plan_end": "2025-12-31", "total_inv_mn_yuan": 100.0,
        "cum_inv_mn_yuan": 48.0,
        "annual_plan_mn_yuan": None, "year_inv_mn_yuan": None, "visual_progress": "主体",
        "self_rating": "",
        "document": "文〔2023〕1号", "row": 2,
    }  # fmt: skip
    return pd.DataFrame([base | FILE | values])


def verdict(measure, docs):
    e = evaluate("cbs14", as_of="2023-06-30", observations=EMPTY, documents=docs, projects=pd.DataFrame())
    return next(v for v in e.verdicts if v.measure == measure)


def mechanism():
    return next(m.id for m in load_registry().plan("cbs14").measures if m.type == "mechanism")


@pytest.mark.parametrize(
    ("level", "word"), [(0, "behind"), (1, "behind"), (2, "attention"), (3, "on_track"), (4, "achieved")]
)
def test_the_rung_gives_the_word(level, word):
    v = verdict(mechanism(), documents((mechanism(), "2023-05-01", float(level), "文〔2023〕2号")))
    assert v.word == word
    assert "文〔2023〕2号" in v.sentence_zh


def test_no_document_no_rung():
    v = verdict(mechanism(), documents((mechanism(), "2023-05-01", 4.0, " ")))
    assert (v.word, v.reason) == ("not_assessable", "no_document")


def state(**values):
    plan = load_registry().plan("cbs14")
    project = next(p for p in plan.projects if p.id == "12-01")
    return project_state(project, projects(**values), plan, Settings(), AS_OF)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "on_track"),  # 48 % of the money, 48 % of the time
        ({"cum_inv_mn_yuan": 60.0}, "ahead"),
        ({"cum_inv_mn_yuan": 30.0}, "attention"),
        ({"cum_inv_mn_yuan": 10.0}, "behind"),
        ({"stage": 5.0}, "achieved"),
        ({"cum_inv_mn_yuan": 120.0}, "attention"),  # an overrun is no lead
        ({"plan_end": ""}, "not_assessable"),
    ],
)
def test_investment_against_time(values, word):
    assert state(**values)["word"] == word


def test_a_project_without_dates_says_so_and_one_without_a_record_too():
    assert state(plan_end="")["reason"] == "no_dates"
    assert state(document="")["reason"] == "no_document"


def test_an_old_report_says_nothing_of_a_project_today():
    assert state(date=pd.Timestamp("2021-02-01"))["reason"] == "stale"
    assert state(date=pd.Timestamp("2021-02-01"), stage=5.0)["word"] == "achieved"


def test_a_doubled_listing_takes_the_state_of_its_twin():
    plan = load_registry().plan("cbs14")
    twin = next(p for p in plan.projects if p.id == "15-13")
    rows = projects(project="15-02", stage=4.0)
    assert project_state(twin, rows, plan, Settings(), AS_OF)["word"] == "achieved"
