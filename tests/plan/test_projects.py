"""Reports on one project, invented, against numbers worked by hand."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbs_analysis.plan.project_counts import project_counts
from cbs_analysis.plan.project_reports import documented, stalled_since
from cbs_analysis.plan.projects import CANCELLED, project_state
from cbs_analysis.plan.verdicts import ORDER, Settings
from cbs_analysis.registry import load_registry

PLAN = load_registry().plan("cbs14")
AS_OF = date(2023, 6, 30)


def report(day="2023-01-01", *, row=2, **values):
    """Half of the money after 730 of 1461 planned days."""
    base = {
        "project": "12-01", "area": "22CB00", "date": pd.Timestamp(day), "stage": 3.0,
        "plan_start": "2021-01-01", "plan_end": "2025-01-01", "total_inv_mn_yuan": 100.0,
        "cum_inv_mn_yuan": 50.0, "annual_plan_mn_yuan": None, "year_inv_mn_yuan": None,
        "visual_progress": "主体施工", "self_rating": "", "document": f"文〔{day}〕{row}号",
        "certainty": "official", "vintage": pd.Timestamp(day) + pd.Timedelta(days=20),
        "source": "cbs_committee", "file": f"cbs_committee/{day}.csv", "row": row,
    }  # fmt: skip
    return base | values


def state(*reports, project="12-01", as_of=AS_OF, chosen=None):
    listed = next(p for p in PLAN.projects if p.id == project)
    return project_state(listed, list(reports), PLAN, chosen or Settings(), as_of)


def keys(found):
    return [f["key"] for f in found["flags"]]


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "on_track"),  # 50.0 % of the money, 730 / 1461 = 49.97 % of the time
        ({"cum_inv_mn_yuan": 61.0}, "ahead"),  # +11 points
        ({"cum_inv_mn_yuan": 40.0}, "on_track"),  # -9.97 points
        ({"cum_inv_mn_yuan": 39.0}, "attention"),  # -10.97 points
        ({"cum_inv_mn_yuan": 20.0}, "behind"),  # -29.97 points
        ({"stage": 5.0}, "achieved"),
        ({"cum_inv_mn_yuan": 120.0}, "attention"),  # an overrun is no lead
        ({"plan_end": ""}, "not_assessable"),
    ],
)
def test_investment_against_time(values, word):
    assert state(report(**values))["word"] == word


def test_a_project_without_dates_says_so_and_one_without_a_document_too():
    assert state(report(plan_end=""))["reason"] == "no_dates"
    found = state(report(document=" "))
    assert found["reason"] == "no_document"
    assert keys(found) == ["undocumented"]
    assert state()["reason"] == "no_document"


def test_days_may_be_text_or_timestamps_and_missing_ones_none_or_nat():
    days = {"plan_start": pd.Timestamp("2021-01-01"), "plan_end": date(2025, 1, 1)}
    assert state(report(**days))["gap_pp"] == state(report())["gap_pp"]
    for nothing in (None, pd.NaT, float("nan"), ""):
        assert state(report(plan_end=nothing))["reason"] == "no_dates"


def test_an_old_report_says_nothing_of_a_project_today_but_its_stage_is_still_told():
    found = state(report("2021-02-01"))
    assert (found["reason"], found["stage"], found["finish"]["refusal"]) == ("stale", 3.0, "stale")
    assert state(report("2021-02-01", stage=5.0))["word"] == "achieved"
    assert state(report("2021-02-01", stage=float(CANCELLED)))["word"] == "attention"


def test_a_doubled_listing_takes_the_state_of_its_twin_and_cites_its_rows_once():
    rows = [report(project="15-02", stage=4.0)]
    twin, own = state(*rows, project="15-13"), state(*rows, project="15-02")
    assert twin["word"] == "achieved"
    assert twin["evidence"] == own["evidence"]


def test_a_cancelled_project_needs_attention_and_names_its_document():
    found = state(
        report("2022-12-31"), report("2023-03-31", stage=float(CANCELLED), document="会纪〔2023〕5号")
    )
    assert (found["word"], found["stage_key"]) == ("attention", "X")
    assert "取消或调整" in found["sentence_zh"]
    assert "会纪〔2023〕5号" in found["sentence_zh"]
    assert "cancelled" in keys(found)
    assert found["finish"]["refusal"] == "cancelled"


def test_money_before_completion_beyond_the_plan_is_an_overrun_and_after_it_is_still_told():
    before = state(report(cum_inv_mn_yuan=114.0))
    assert "已完成投资达计划的114%，属超概算" in before["sentence_zh"]
    assert before["finish"]["refusal"] == "money_spent"
    after = state(report(cum_inv_mn_yuan=114.0, stage=4.0))
    assert after["word"] == "achieved"
    assert keys(after) == ["overrun_done"]


def test_visual_progress_stands_beside_the_money():
    assert "（形象进度：主体施工）" in state(report())["sentence_zh"]
    assert "（形象进度未报）" in state(report(visual_progress=""))["sentence_zh"]


def test_a_step_back_is_told_with_both_documents_and_the_best_word_is_attention():
    found = state(report("2022-09-30", document="甲1号"), report(stage=2.0, document="乙2号"))
    back = next(f for f in found["flags"] if f["key"] == "backwards")
    assert back["sentence_zh"] == "2023年1月1日：阶段由主体退回开工（原据甲1号，现据乙2号）"
    assert found["word"] == "attention"
    # once the stage is regained only the history is told
    again = state(report("2022-06-30"), report("2022-09-30", stage=2.0), report(cum_inv_mn_yuan=61.0))
    assert again["word"] == "ahead"
    assert "backwards" in keys(again)


def test_a_fall_of_the_cumulative_amount_is_told():
    found = state(report("2022-12-01", cum_inv_mn_yuan=55.5, document="甲1号"), report(document="乙2号"))
    assert next(f for f in found["flags"] if f["key"] == "money_fell")["sentence_zh"] == (
        "2023年1月1日：累计完成投资由5,550万元降为5,000万元（原据甲1号，现据乙2号）"
    )


def test_a_new_plan_is_told_and_the_gap_against_the_first_dates_too():
    # first plan: 2021-01-01 to 2023-01-01, all of its time gone: 50 - 100 = -50 points
    found = state(
        report("2022-01-01", plan_end="2023-01-01", total_inv_mn_yuan=80.0, cum_inv_mn_yuan=20.0,
               document="甲1号"),
        report(document="乙2号"),
    )  # fmt: skip
    told = {f["key"]: f for f in found["flags"]}
    assert told["rebaselined_dates"]["sentence_zh"] == (
        "2023年1月1日：计划起止时间由2021年1月1日至2023年1月1日调整为2021年1月1日至2025年1月1日（原据甲1号，现据乙2号）"
    )
    assert "由8,000万元调整为10,000万元（+25%）" in told["rebaselined_total"]["sentence_zh"]
    assert found["first_gap_pp"] == -50.0
    assert found["gap_pp"] == pytest.approx(100 * (0.5 - 730 / 1461))
    assert (found["first_plan_end"], found["plan_end"]) == ("2023-01-01", "2025-01-01")


def test_a_report_that_leaves_out_the_dates_leaves_those_in_force_and_says_so():
    found = state(report("2022-06-30", cum_inv_mn_yuan=40.0), report(plan_start="", plan_end=""))
    assert found["word"] == "on_track"
    assert "stated_earlier" in keys(found)


def test_an_extension_that_names_the_new_end_alone_counts_and_says_so():
    found = state(
        report("2022-06-30", plan_end="2022-12-31", cum_inv_mn_yuan=40.0, document="甲1号"),
        report(plan_start="", document="乙2号"),
    )
    assert (found["plan_start"], found["plan_end"]) == ("2021-01-01", "2025-01-01")
    assert (found["first_plan_start"], found["first_plan_end"]) == ("2021-01-01", "2022-12-31")
    assert found["time_share"] == pytest.approx(730 / 1461)
    told = {f["key"]: f["sentence_zh"] for f in found["flags"]}
    assert told["rebaselined_dates"] == (
        "2023年1月1日：计划起止时间由2021年1月1日至2022年12月31日调整为2021年1月1日至2025年1月1日（原据甲1号，现据乙2号）"
    )
    assert "stated_earlier" in told  # of the start
    assert "overdue" not in told


def test_dates_stated_in_two_reports_are_no_change_and_none_is_missed_that_was_never_stated():
    apart = state(report("2022-06-30", plan_end="", cum_inv_mn_yuan=40.0), report(plan_start=""))
    assert apart["time_share"] == pytest.approx(730 / 1461)
    assert "rebaselined_dates" not in keys(apart)
    never = state(report("2022-06-30", plan_start="", cum_inv_mn_yuan=40.0), report(plan_start=""))
    assert "stated_earlier" not in keys(never)
    assert (never["plan_start"], never["plan_end"], never["reason"]) == ("", "2025-01-01", "no_dates")


def test_a_new_end_beside_a_start_that_was_never_stated_is_told():
    found = state(
        report("2022-06-30", plan_start="", plan_end="2024-01-01", cum_inv_mn_yuan=40.0, document="甲1号"),
        report(plan_start="", document="乙2号"),
    )
    told = next(f for f in found["flags"] if f["key"] == "rebaselined_dates")
    assert "由未载明之日至2024年1月1日调整为未载明之日至2025年1月1日" in told["sentence_zh"]
    assert "from a day not stated to 2024-01-01" in told["sentence_en"]


@pytest.mark.parametrize(
    ("day", "spent", "planned", "sentence"),
    [
        # 629 of 64.74 billion at the end of October: 97.158 - 83.333 = 13.82 points
        ("2022-10-31", 629.0, 647.4, "完成2022年度投资计划的97.2%，超序时进度13.8个百分点"),
        # 44 % at the end of April, a third of the year: 10.67 points
        ("2023-04-30", 44.0, 100.0, "完成2023年度投资计划的44.0%，超序时进度10.7个百分点"),
        ("2023-06-30", 35.0, 100.0, "完成2023年度投资计划的35.0%，低于序时进度15.0个百分点"),
        ("2023-06-30", 50.0, 100.0, "完成2023年度投资计划的50.0%，与序时进度持平"),
    ],
)
def test_the_plan_of_a_year_against_its_months(day, spent, planned, sentence):
    found = state(report(day, annual_plan_mn_yuan=planned, year_inv_mn_yuan=spent))
    assert found["annual"][-1]["sentence_zh"] == sentence
    assert sentence in found["sentence_zh"]


@pytest.mark.parametrize(
    ("day", "spent", "red"),
    [("2022-08-30", 49.0, False), ("2022-08-31", 49.0, True), ("2022-08-31", 50.0, False)],
)
def test_less_than_half_of_the_year_s_plan_after_august_is_red(day, spent, red):
    found = state(report(day, annual_plan_mn_yuan=100.0, year_inv_mn_yuan=spent))
    assert found["annual"][-1]["red"] is red
    assert ("annual_red" in keys(found)) is red
    assert found["word"] == ("attention" if red else "on_track")


@pytest.mark.parametrize(
    ("before", "since"),
    [("2022-12-31", "2022-12-31"), ("2023-01-11", "2023-01-11"), ("2023-01-12", "")],  # 181, 170, 169 days
)
def test_money_that_stands_still_for_two_quarters(before, since):
    found = state(report(before), report("2023-06-30"))
    assert found["stalled_since"] == since
    assert ("stalled" in keys(found)) is bool(since)
    if since:
        assert found["word"] == "attention"
        assert "2022年12月31日以来" in found["sentence_zh"] or "2023年1月11日以来" in found["sentence_zh"]
        assert found["finish"]["refusal"] == "stalled"


def test_a_standstill_counts_from_the_first_report_of_the_amount_and_not_before_the_planned_start():
    quarters = ("2022-06-30", "2022-09-30", "2022-12-31")
    reports, _ = documented([report(d, row=i) for i, d in enumerate(quarters, 2)])
    assert stalled_since(reports, date(2021, 1, 1)) == date(2022, 6, 30)
    assert stalled_since(reports, date(2022, 9, 1)) is None
    assert stalled_since(documented([report(quarters[0]), report(quarters[2], stage=4.0)])[0], None) is None


def test_a_standstill_is_seen_without_dates_too():
    rows = [report(d, plan_start="", plan_end="") for d in ("2022-12-31", "2023-06-30")]
    assert state(*rows)["word"] == "attention"


def test_the_finish_by_earned_schedule_with_one_report():
    # D 1461, AT 730, e 0.40: ES 584.4, SPI(t) 0.80055, 730 / 0.4 = 1825 days after 2021-01-01;
    # the rest, 876.6 planned days, at the planned pace: 877 days after the report;
    # at the own pace 1095 days, 39 % longer 1522.05: 1523 days after it
    found = state(report(cum_inv_mn_yuan=40.0))["finish"]
    assert (found["date"], found["earliest"], found["latest"]) == ("2025-12-31", "2025-05-27", "2027-03-04")
    assert found["spi"] == pytest.approx(584.4 / 730)
    assert (found["basis"], found["confidence"], found["after_plan"]) == ("widened", "low", False)
    assert found["months_late"] == 12.0  # 364 days of 30.4375
    assert "预计2025年12月完工（2025年5月至2027年3月，可信度低），比计划晚12个月" in found["sentence_zh"]


def test_the_range_of_the_finish_is_that_of_the_best_and_the_worst_year():
    # 20 points in the first 365 days, 30 in the next: the other 50 take 730 days at the mean pace,
    # 365 x 50 / 30 = 608.3 at the best, 365 x 50 / 20 = 912.5 at the worst
    found = state(report("2022-01-01", cum_inv_mn_yuan=20.0), report())["finish"]
    assert (found["date"], found["earliest"], found["latest"]) == ("2024-12-31", "2024-09-01", "2025-07-02")
    assert (found["basis"], found["confidence"]) == ("reports", "medium")


def test_a_year_without_progress_leaves_the_latest_finish_open():
    found = state(
        report("2021-12-31", cum_inv_mn_yuan=30.0), report("2022-12-31", cum_inv_mn_yuan=30.0),
        report("2023-03-31", cum_inv_mn_yuan=45.0),
    )["finish"]  # fmt: skip
    assert found["date"]
    assert found["latest"] == ""
    assert "以后，最迟时间无法推算" in found["sentence_zh"]


def test_a_finish_after_the_plan_needs_attention():
    # 730 / 0.399 = 1829.6 days after 2021-01-01: 2026-01-05; the gap alone, -9.97 points, would be on track
    found = state(report(cum_inv_mn_yuan=40.0, plan_start="2021-01-10"))
    assert (found["finish"]["date"], found["word"]) == ("2025-12-18", "on_track")
    found = state(report(cum_inv_mn_yuan=39.9, plan_end="2024-12-31"))
    assert (found["finish"]["date"], found["finish"]["after_plan"]) == ("2026-01-05", True)
    assert "after_plan" in keys(found)
    assert found["word"] == "attention"


def test_a_planned_end_that_has_passed_needs_attention():
    found = state(report("2023-06-01", plan_end="2023-05-31", cum_inv_mn_yuan=97.0))
    assert found["word"] == "attention"
    assert "已过计划完工日2023年5月31日" in found["sentence_zh"]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"stage": None}, "no_stage"),
        ({"stage": 1.0}, "not_started"),
        ({"cum_inv_mn_yuan": 0.0}, "no_investment"),
        ({"cum_inv_mn_yuan": None}, "no_money"),
        ({"plan_start": ""}, "no_dates"),
        ({"cum_inv_mn_yuan": 100.0}, "money_spent"),
        ({"plan_start": "2022-12-01"}, "too_early"),
        ({"cum_inv_mn_yuan": 0.001}, "too_slow"),
    ],
)
def test_no_finish_without_a_pace(values, refusal):
    found = state(report(**values))["finish"]
    assert (found["refusal"], found["date"]) == (refusal, "")
    assert found["sentence_zh"].startswith("不能推算完工时间：")


def test_a_completed_project_was_finished_between_two_reports():
    found = state(
        report("2022-09-30"), report("2022-12-31", stage=4.0), report("2023-03-31", stage=5.0)
    )["finish"]  # fmt: skip
    assert (found["earliest"], found["date"], found["basis"]) == ("2022-09-30", "2022-12-31", "completed")
    assert found["months_late"] == -24.0  # 732 days of 30.4375


def test_what_the_unit_says_of_itself_stands_beside_the_word():
    found = state(report(cum_inv_mn_yuan=20.0, self_rating="正常推进"))
    assert (found["self_word"], found["own_agrees"]) == ("on_track", False)
    told = next(f for f in found["flags"] if f["key"] == "own_rating_differs")
    assert told["sentence_zh"] == "自评“正常推进”（符合预期），据报告数据为滞后"
    assert state(report(self_rating="正常推进"))["own_agrees"] is True
    unknown = state(report(self_rating="总体可控"))
    assert (unknown["self_word"], unknown["own_agrees"]) == ("", None)


def test_each_report_is_cited_once_the_newest_first():
    rows = [report(d, row=i) for i, d in enumerate(("2022-06-30", "2022-12-31", "2023-03-31"), 2)]
    cited = state(*rows)["evidence"]
    assert [(e.period, e.row) for e in cited] == [("2023-03-31", 4), ("2022-12-31", 3), ("2022-06-30", 2)]


def test_of_two_reports_for_one_day_the_later_published_counts_and_says_so():
    found = state(
        report(cum_inv_mn_yuan=20.0, document="甲1号"),
        report(vintage=pd.Timestamp("2023-03-01"), document="乙2号", row=9),
    )
    assert found["investment_share"] == 0.5
    told = next(f for f in found["flags"] if f["key"] == "replaced")
    assert (told["document"], "甲1号" in told["sentence_zh"]) == ("乙2号", True)


amounts = st.floats(min_value=0, max_value=100, allow_nan=False)
histories = st.lists(
    st.tuples(st.integers(0, 28), amounts, st.integers(0, 3)),
    min_size=1,
    max_size=7,
    unique_by=lambda r: r[0],
)


def _reports(history):
    days = [date(2021, 7, 1).toordinal() + 30 * n for n, _, _ in history]
    return [
        report(date.fromordinal(day).isoformat(), row=i, cum_inv_mn_yuan=spent, stage=float(stage))
        for i, (day, (_, spent, stage)) in enumerate(zip(days, history, strict=True), 2)
    ]


@settings(max_examples=60, deadline=None)
@given(histories, st.randoms())
def test_the_order_of_the_rows_never_matters(history, random):
    rows = _reports(history)
    mixed = list(rows)
    random.shuffle(mixed)
    # text, because a missing number is not equal to itself
    assert str(state(*mixed)) == str(state(*rows))


@settings(max_examples=200, deadline=None)
@given(histories, st.floats(min_value=0, max_value=100, allow_nan=False))
def test_more_money_on_the_same_day_never_makes_the_word_worse(history, more):
    rows = _reports(sorted(history))
    richer = [*rows[:-1], rows[-1] | {"cum_inv_mn_yuan": min(100.0, rows[-1]["cum_inv_mn_yuan"] + more)}]
    assert ORDER.index(state(*richer)["word"]) <= ORDER.index(state(*rows)["word"])


@settings(max_examples=60, deadline=None)
@given(histories)
def test_an_expected_finish_lies_after_the_report_and_inside_its_range(history):
    found = state(*_reports(history))
    finish = found["finish"]
    if finish["date"] and finish["basis"] != "completed":
        assert found["date"] <= finish["earliest"] <= finish["date"]
        assert finish["latest"] == "" or finish["date"] <= finish["latest"]


def test_listings_are_counted_and_a_doubled_one_once():
    class Counted:
        projects = tuple(
            {"id": p.id, "kind": p.kind, "duplicate_of": p.duplicate_of} | state(project=p.id)
            for p in PLAN.projects
        )

    table = project_counts(Counted).set_index(["by", "key"])[["listings", "distinct", "programmes", "body"]]
    # 38 listings of the boxes, one of them twice, 4 programmes without names, 12 items of the body text
    assert table.loc[("all", "")].tolist() == [38, 37, 4, 12]
    assert table.loc[("stage", "")].tolist() == [38, 37, 4, 12]
    assert table.loc[("word", "not_assessable")].tolist() == [38, 37, 4, 12]
