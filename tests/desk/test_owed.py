"""Who owes what, since when."""

from dataclasses import replace

import pandas as pd
import pytest

from cbs_analysis.plan import evaluate
from cbs_analysis.plan.owed import indicators_of, owed, owed_items, years_of
from cbs_analysis.report.owed_pages import reading_owed_since, table_owed_by_office, table_owed_since

from .conftest import AS_OF


def row(frame, measure):
    return frame[frame["measure"] == measure].iloc[0]


@pytest.fixture(scope="module")
def frame(judged):
    return owed(judged)


def test_a_figure_is_owed_from_the_day_after_its_year(judged):
    since = {i.period: i.since.isoformat() for i in owed_items(judged) if i.measure == "S09.1"}
    # 2020 is the base year; 2023 has not ended on 2023-06-30
    assert since == {"2020": "2021-01-01", "2021": "2022-01-01", "2022": "2023-01-01"}


def test_years_of_one_figure_stand_in_one_row_counted_from_the_first(frame):
    tax = row(frame, "S09.1")
    assert (tax["office"], tax["office_id"], tax["what"]) == ("税务局", "tax", "2020-2022")
    # 2021-01-01 to 2023-06-30: 365 + 365 + 180 days
    assert (tax["since"], tax["days"]) == ("2021-01-01", 910)


def test_a_document_is_owed_from_the_start_of_the_plan_or_its_publication_whichever_was_first(judged, frame):
    # the demonstration plan was published on 2021-03-01 and began on 2021-01-01
    assert (row(frame, "P08.1")["kind"], row(frame, "P08.1")["since"]) == ("document", "2021-01-01")
    early = replace(judged.plan.document, published=judged.plan.start.replace(year=2020))
    items = owed_items(replace(judged, plan=replace(judged.plan, document=early)))
    assert {i.since.isoformat() for i in items if i.measure == "P08.1"} == {"2020-01-01"}


def test_a_target_is_owed_from_the_publication_of_the_plan(frame):
    assert (row(frame, "S14.2")["kind"], row(frame, "S14.2")["since"]) == ("target", "2021-03-01")


def test_a_document_that_became_too_old_is_owed_from_that_day(judged):
    verdict = next(v for v in judged.verdicts if v.measure == "P08.1")
    stale = replace(verdict, reason="stale", period="2021-03-15")
    others = tuple(stale if v.measure == "P08.1" else v for v in judged.verdicts)
    (item,) = (i for i in owed_items(replace(judged, verdicts=others)) if i.measure == "P08.1")
    # two years of 365.25 days, and one day: 731 days after 2021-03-15
    assert item.since.isoformat() == "2023-03-16"


def test_what_is_assessed_is_not_owed(judged, frame):
    assessed = {v.measure for v in judged.verdicts if v.assessed}
    assert not assessed & set(frame["measure"])


def test_every_figure_that_is_owed_belongs_to_its_measure_and_a_year_that_ended(judged):
    measures = {m.id: m for m in judged.plan.measures}
    figures = [i for i in owed_items(judged) if i.kind == "figure"]
    assert figures
    for item in figures:
        assert item.indicator in indicators_of(measures[item.measure])
        assert int(item.period) < judged.as_of.year


def test_a_project_that_nobody_is_named_for_is_owed_by_no_office(frame):
    mine = frame[frame["office_id"] == ""]
    assert set(mine["kind"]) == {"project"}
    assert set(mine["office"]) == {""}


def test_the_answer_of_an_office_stands_beside_what_it_owes(judged):
    answer = {
        "measure": "S09.1", "area": "99DM00", "date": pd.Timestamp("2023-06-01"),
        "indicator": "medical_insurance_collection_pct", "period": "2022", "answer": "not_yet",
        "expected": pd.Timestamp("2023-06-15"), "note": "", "vintage": pd.Timestamp("2023-06-01"),
    }  # fmt: skip
    other = answer | {"period": "2023", "answer": "not_applicable", "date": pd.Timestamp("2023-06-02")}
    requests = pd.DataFrame([answer, other])
    told = row(owed(judged, data_requests=requests), "S09.1")
    assert (told["answer"], told["expected"]) == ("not_yet", "2023-06-15")
    answered = replace(judged, inputs=replace(judged.inputs, data_requests=requests))
    cells = next(r for r in table_owed_since(answered, "zh").rows if r[1] == "S09.1")
    # the day of the answer has passed on 2023-06-30
    assert cells[-1] == "暂无，原定2023-06-15提供，已过期"
    assert "其中1项单位已有答复" in reading_owed_since(answered, "zh")


def test_years_are_written_as_spans():
    assert years_of(["2023", "2021", "2022"]) == "2021-2023"
    assert years_of([]) == ""


def test_the_tables_tell_the_same_as_the_frame(judged, frame):
    table = table_owed_since(judged, "zh")
    assert len(table.rows) == len(frame)
    offices = table_owed_by_office(judged, "zh")
    assert sum(r[1] for r in offices.rows) == len(frame)
    assert offices.rows[-1][0] == "规划未指定"
    named = [r[1] for r in offices.rows[:-1]]
    assert named == sorted(named, reverse=True)


def test_a_plan_that_owes_nothing_says_so(judged):
    done = tuple(replace(v, word="on_track", reason="") for v in judged.verdicts)
    projects = tuple({**p, "word": "on_track"} for p in judged.projects)
    whole = replace(judged, verdicts=done, projects=projects)
    assert owed(whole).empty
    assert reading_owed_since(whole, "en") == "nothing is owed."
    assert table_owed_since(whole, "zh").html()


def test_the_zone_itself_owes_nearly_everything():
    real = evaluate("cbs14", as_of=AS_OF, sensitivity=False)
    frame = owed(real)
    assert set(frame[frame["office_id"] != ""]["measure"]) == {
        v.measure for v in real.verdicts if not v.assessed
    }
