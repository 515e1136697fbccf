"""The year's plan. Shares and leads are those that publishers printed, or hand arithmetic beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.plan.annual import annual_word, check_annual, schedule_of
from cbs_analysis.plan.averages import judge_average_growth
from cbs_analysis.plan.finishing import finish
from cbs_analysis.plan.limits import judge_keep
from cbs_analysis.plan.quantities import judge_level, judge_sum
from cbs_analysis.plan.verdicts import ORDER, Settings

from .cases import case_of, yearly_plan

JOBS, YTD = "urban_new_jobs_persons", "urban_new_jobs_ytd_persons"
RATE = "registered_unemployment_pct"


def jobs(cumulative, *, as_of="2023-12-31", target=None, yearly=None):
    return case_of(
        "sum", yearly or {}, indicator=JOBS, sense="at_least", target=target, extra={YTD: cumulative},
        as_of=as_of,
    )  # fmt: skip


def unemployment(values, *, target=None, kind="keep_below", as_of="2023-06-30", **other):
    return case_of(kind, values, indicator=RATE, sense="at_most", target=target, as_of=as_of, **other)


# Figure, plan and printed share. The plan of the nation was published; those of Jilin are the round numbers
# behind the printed shares (23万, 270万, 5.6万 in 2023).
PUBLISHED = [
    ("2022Q3", 10_010_000, 11_000_000, 0, "91%"),  # 新闻联播, 2022-12-14: 完成全年目标的91%
    ("2023-11", 246_400, 230_000, 2, "107.13%"),  # 新华财经, 2023-12-07: 城镇新增就业24.64万人
    ("2023-11", 2_897_700, 2_700_000, 2, "107.32%"),  # the same: 农村劳动力转移就业289.77万人
    ("2023-11", 72_900, 56_000, 2, "130.18%"),  # the same: 城镇失业人员再就业7.29万人
]


@pytest.mark.parametrize(("period", "actual", "plan", "digits", "printed"), PUBLISHED)
def test_the_share_is_the_one_that_was_published(period, actual, plan, digits, printed):
    case = jobs({period: actual}, as_of="2023-12-31")
    check = check_annual(case, [yearly_plan(int(period[:4]), plan)])
    assert f"{check.share:.{digits}%}" == printed


def finished(case, rows, judge=judge_sum):
    return finish(case, judge(case), rows, ())


def test_foshan_at_ten_months_is_13_8_points_ahead():
    # 629.0 of 647.4 at ten months: 97.2 % of the plan, 83.3 % of the time
    case = jobs({"2022-10": 6290}, as_of="2022-11-30")
    check = check_annual(case, [yearly_plan(2022, 6474)])
    assert (check.period, check.kind, check.word) == ("2022-10", "sum", "ahead")
    assert check.lead_pp == pytest.approx(13.82, abs=5e-3)
    v = finished(
        jobs({"2022-10": 6290}, as_of="2022-11-30", yearly={"2021": 6000}), [yearly_plan(2022, 6474)]
    )
    assert "完成年计划的97.2%，超序时进度13.8个百分点" in v.sentence_zh
    assert "97.2% of the year's plan, 13.8 points ahead of schedule" in v.sentence_en


def test_jilin_in_april_2018_prints_44_percent_of_the_plan_against_33_3_percent_of_time():
    # published: 44 % of the year's plan; 44.0 - 33.3 = 10.7 points
    assert schedule_of("2018-04") == pytest.approx(0.333, abs=5e-4)
    case = jobs({"2022-04": 44_000}, as_of="2022-06-30", yearly={"2021": 1})
    v = finished(case, [yearly_plan(2022, 100_000, number="吉政发〔2022〕1号", unit="人")])
    assert "2022年1—4月累计44,000人，完成年计划的44.0%，超序时进度10.7个百分点" in v.sentence_zh
    assert "吉政发〔2022〕1号" in v.sentence_zh
    assert v.annual.word == "ahead"


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        (20_000, "低于序时进度5.0个百分点"),
        (25_000, "与序时进度持平"),
        (25_040, "与序时进度持平"),  # 0.04 points: nothing is left at the printed digit
        (26_000, "超序时进度1.0个百分点"),
    ],
)
def test_a_total_behind_or_level_with_its_schedule_says_so(actual, words):
    v = finished(
        jobs({"2022Q1": actual}, as_of="2022-06-30", yearly={"2021": 1}), [yearly_plan(2022, 100_000)]
    )
    assert f"，{words}（年计划" in v.sentence_zh


@pytest.mark.parametrize(
    ("actual", "word", "share"),
    [
        (1_200, "ahead", "120.0%"),
        (1_010, "on_track", "101.0%"),
        (970, "attention", "97.0%"),
        (900, "behind", "90.0%"),
    ],
)
def test_at_the_end_of_the_year_the_plan_is_met_or_not(actual, word, share):
    v = finished(jobs({}, yearly={"2021": 900, "2022": actual}), [yearly_plan(2022, 1_000)])
    assert v.annual.word == word
    assert f"完成年计划的{share}（" in v.sentence_zh
    assert "序时" not in v.sentence_zh


def test_a_plan_done_before_the_year_is_out_is_done_early():
    # 107.13 % in November
    assert check_annual(jobs({"2023-11": 246_400}), [yearly_plan(2023, 230_000)]).word == "achieved"


def test_unemployment_stands_1_24_points_below_the_plan():
    # 3.26 % against 4.5 %: 低于年计划1.24个百分点
    rows = [yearly_plan(2022, 4.5, unit="%")]
    case = unemployment({"2021": 4.0, "2022": 3.26}, target=5.0)
    v = finished(case, rows, judge_keep)
    assert "2022年为3.26%，低于年计划1.24个百分点（年计划4.5%，计〔2022〕1号）" in v.sentence_zh
    assert "3.26% in 2022, 1.24 points below the year's plan" in v.sentence_en
    assert (v.annual.word, v.annual.kind) == ("on_track", "limit")
    assert v.annual.lead_pp == pytest.approx(1.24)


def test_a_limit_that_is_broken_says_so_and_waits_for_the_end_of_the_year():
    rows = [yearly_plan(2023, 4.5, unit="%")]
    running = unemployment({"2022": 4.0, "2023-05": 4.7}, as_of="2023-07-31")
    assert check_annual(running, rows).word == "attention"
    over = unemployment({"2022": 4.0, "2023": 4.7}, as_of="2024-03-31")
    assert check_annual(over, rows).word == "behind"
    v = finished(over, rows, judge_keep)
    assert "高于年计划0.2个百分点，未控制在计划之内" in v.sentence_zh


def test_equal_to_the_limit_is_kept():
    check = check_annual(unemployment({"2022": 4.5}), [yearly_plan(2022, 4.5)])
    assert (check.word, check.lead_pp) == ("on_track", 0.0)


@pytest.mark.parametrize(
    ("actual", "word", "words"),
    [(86.0, "on_track", "高于年计划1个百分点，已达到"), (83.5, "behind", "低于年计划1.5个百分点，未达到")],
)
def test_a_level_is_reached_or_not(actual, word, words):
    case = case_of("coverage", {"2020": 70.0, "2022": actual}, indicator="smart_schools_pct",
                   sense="at_least", target=100.0)  # fmt: skip
    v = finished(case, [yearly_plan(2022, 85.0, unit="%")], judge_level)
    assert v.annual.word == word
    assert words in v.sentence_zh
    assert v.word == judge_level(case).word


def test_a_measure_without_a_five_year_target_is_judged_by_the_plan_of_the_year():
    case = jobs({}, yearly={"2021": 900, "2022": 1_020})
    assert judge_sum(case).reason == "no_target"
    v = finished(case, [yearly_plan(2022, 1_000)])
    assert (v.word, v.reason, v.extra["by_annual_plan"]) == ("on_track", "", True)
    assert "没有五年目标，按年度计划判断" in v.sentence_zh
    assert "待" not in v.sentence_zh
    assert v.target != v.target  # the plan of a year is no target of five


def test_no_other_refusal_is_lifted_by_a_plan_of_the_year():
    case = jobs({}, yearly={"2022": 1_020}, target=5_000)  # 2021 is missing
    v = finished(case, [yearly_plan(2022, 1_000)])
    assert (v.word, v.reason) == ("not_assessable", "gap")
    assert v.annual.word == "on_track"
    assert "by_annual_plan" not in v.extra


def test_a_five_year_target_keeps_its_word_beside_the_plan_of_the_year():
    case = jobs({}, yearly={"2021": 700, "2022": 1_020}, target=5_000)
    bare, v = judge_sum(case), finished(case, [yearly_plan(2022, 2_000)])
    assert (v.word, v.annual.word) == (bare.word, "behind")
    assert v.sentence_zh.startswith(bare.sentence_zh + "年度计划：")


def test_the_newest_document_of_a_year_counts_and_the_order_of_rows_does_not():
    first, adjusted = yearly_plan(2022, 1_000), yearly_plan(2022, 800, day="2022-09-01", number="调整")
    case = jobs({}, yearly={"2021": 900, "2022": 900})
    assert check_annual(case, [first, adjusted]) == check_annual(case, [adjusted, first])
    assert check_annual(case, [adjusted, first]).document == "调整"


def test_a_plan_without_a_document_or_a_figure_is_none():
    case = jobs({}, yearly={"2021": 900, "2022": 900})
    assert check_annual(case, [yearly_plan(2022, 1_000, number=" ")]) is None
    assert check_annual(case, [yearly_plan(2022, float("nan"))]) is None
    assert check_annual(case, [yearly_plan(2024, 1_000)]) is None
    assert check_annual(case, []) is None


def test_the_newest_year_with_both_a_plan_and_a_figure_is_taken():
    case = jobs({"2023Q1": 300}, yearly={"2021": 900, "2022": 900}, as_of="2023-06-30")
    both = [yearly_plan(2022, 1_000), yearly_plan(2023, 1_200)]
    assert check_annual(case, both).period == "2023Q1"
    assert check_annual(case, both[:1]).period == "2022"


def test_an_old_year_is_not_shown_as_if_it_were_this_one():
    case = jobs({}, yearly={"2021": 900}, as_of="2025-03-31")
    assert check_annual(case, [yearly_plan(2021, 1_000)]) is None


def test_a_year_before_the_plan_is_not_read():
    case = jobs({}, yearly={"2020": 900}, as_of="2021-06-30")
    assert check_annual(case, [yearly_plan(2020, 1_000)]) is None


def test_the_check_cites_the_cell_of_the_plan_and_those_of_the_figures():
    check = check_annual(jobs({"2023Q1": 300}, as_of="2023-06-30"), [yearly_plan(2023, 1_200, row=7)])
    plan, figure = check.evidence
    assert (plan.row, plan.col, plan.value, plan.note) == (7, 4, 1_200, "计〔2022〕1号")
    assert (figure.period, figure.value) == ("2023Q1", 300)


def test_a_total_keeps_its_december_figure_when_january_starts_anew():
    # 1000 of 2021, 1030 to December 2022 and 90 to February 2023
    cumulative = {"2022-11": 950, "2022-12": 1_030, "2023-02": 90}
    case = jobs(cumulative, yearly={"2021": 1_000}, target=5_000, as_of="2023-06-30")
    v = judge_sum(case)
    assert (v.value, v.period) == (2_120, "2023-02")
    assert [e.period for e in v.evidence] == ["2021", "2022-12", "2023-02"]
    assert case.book.yearly(JOBS).years == (2021, 2022)
    assert not case.book.yearly(JOBS).derived


@pytest.mark.parametrize(("published", "total"), [(1_040, 2_040), (None, 2_030)])
def test_a_published_year_goes_before_its_fourth_quarter(published, total):
    yearly = {"2021": 1_000} | ({"2022": published} if published else {})
    v = judge_sum(jobs({"2022Q3": 800, "2022Q4": 1_030}, yearly=yearly, target=5_000, as_of="2023-06-30"))
    assert (v.value, v.period) == (total, "2022")


def test_a_year_without_december_is_not_left_out_for_the_next_one():
    # 2022 is known to November; 2023 cannot be added to a year that is not whole
    case = jobs({"2022-11": 950, "2023-02": 90}, yearly={"2021": 1_000}, target=5_000, as_of="2023-06-30")
    v = judge_sum(case)
    assert (v.value, v.period) == (1_950, "2022-11")
    both = [yearly_plan(2022, 1_000), yearly_plan(2023, 1_200)]
    assert check_annual(case, both).period == "2023-02"
    assert check_annual(case, both[:1]).period == "2022-11"


def test_the_plan_of_a_year_is_set_against_its_december_figure():
    case = jobs({"2022-12": 1_030, "2023-02": 90}, yearly={"2021": 1_000}, as_of="2023-06-30")
    check = check_annual(case, [yearly_plan(2022, 1_000)])
    assert (check.period, check.share, check.schedule) == ("2022", 1.03, 1.0)


def test_a_limit_of_last_year_is_set_against_the_last_month_of_that_year():
    case = unemployment({"2021": 4.0, "2022-12": 4.2, "2023-02": 4.9})
    assert check_annual(case, [yearly_plan(2022, 4.5)]).period == "2022-12"


@pytest.mark.parametrize(
    ("growth", "word", "words"),
    [(6.4, "on_track", "高于年计划0.4个百分点，已达到"), (5.5, "behind", "低于年计划0.5个百分点，未达到")],
)
def test_a_mean_growth_is_set_against_the_growth_planned_for_the_year(growth, word, words):
    case = case_of("average_growth", {"2021": 8.0, "2022": growth}, indicator="gdp_real_yoy_pct",
                   sense="at_least", target=6.0)  # fmt: skip
    v = finished(case, [yearly_plan(2022, 6.0, unit="%")], judge_average_growth)
    assert (v.annual.kind, v.annual.word, v.annual.actual) == ("level", word, growth)
    assert words in v.sentence_zh


@pytest.mark.parametrize("nothing", [0.0, -5.0])
def test_a_total_of_nothing_is_no_plan(nothing):
    case = jobs({}, yearly={"2021": 900, "2022": 900})
    assert check_annual(case, [yearly_plan(2022, nothing)]) is None
    v = finished(case, [yearly_plan(2022, nothing)])
    assert "年计划" not in v.sentence_zh


def test_a_measure_of_documents_has_no_plan_of_the_year():
    assert check_annual(case_of("mechanism"), [yearly_plan(2022, 1.0)]) is None


def test_a_sentence_of_a_demonstration_says_so_once():
    case = case_of("sum", {"2021": 900, "2022": 900}, indicator=JOBS, sense="at_least", synthetic=True)
    v = finished(case, [yearly_plan(2022, 1_000)])
    assert v.sentence_zh.startswith("【演示】")
    assert v.sentence_zh.count("【演示】") == 1


@given(
    kind=st.sampled_from(["sum", "limit", "level"]),
    month=st.integers(1, 12),
    low=st.floats(0.0, 2.0),
    more=st.floats(0.0, 1.0),
)
def test_a_better_figure_never_gives_a_worse_word(kind, month, low, more):
    def rank(x):
        word = annual_word(
            kind, share=x, schedule=month / 12, lead=x - 1.0, settings=Settings()
        )  # fmt: skip
        return ORDER.index(word)

    assert rank(low + more) <= rank(low)
