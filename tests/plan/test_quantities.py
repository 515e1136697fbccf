import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cbs_analysis.plan.judging import band_word, time_progress
from cbs_analysis.plan.verdicts import ORDER, Settings
from cbs_analysis.registry import load_registry


def test_level_agrees_with_the_worked_example(judge):
    # 100 -> 118 in three of five years, target 134: progress 18/34, pace .8824
    v = judge("level", {"2020": 100, "2021": 106, "2022": 112, "2023": 118}, target=134, sense="at_least",
              indicator="health_technicians_per_10k", as_of="2024-06-30")  # fmt: skip
    assert v.progress == pytest.approx(18 / 34)
    assert v.pace == pytest.approx(0.8824, abs=1e-3)
    assert v.extra["growth_so_far_pct"] == pytest.approx(5.672, abs=5e-4)
    assert v.required == pytest.approx(8.0)


def test_the_pace_of_growth_stands_beside_the_linear_one(judge):
    # 100 -> 118 in three years is 5.672 % a year, 100 -> 134 in five 6.028 %: R = .9410 beside .8824
    rising = judge("level", {"2020": 100, "2023": 118}, target=134, sense="at_least",
                   indicator="health_technicians_per_10k", as_of="2024-06-30")  # fmt: skip
    assert rising.extra["growth_pace"] == pytest.approx(0.9410, abs=5e-5)
    # 100 -> 81 in two years is -10 % a year; 100 * .9 ** 5 = 59.049 is wanted: exactly in step
    falling = judge("level", {"2020": 100, "2022": 81}, target=59.049, sense="at_most",
                    indicator="health_technicians_per_10k")  # fmt: skip
    assert falling.extra["growth_pace"] == pytest.approx(1.0)
    # the wrong way: 10 % up a year where 10 % down is wanted
    wrong = judge("level", {"2020": 100, "2022": 121}, target=59.049, sense="at_most",
                  indicator="health_technicians_per_10k")  # fmt: skip
    assert wrong.extra["growth_pace"] == pytest.approx(-1.0)


def test_a_growth_rate_has_no_growth_rate_of_its_own(judge):
    v = judge("level", {"2020": 2, "2022": 4}, target=6, sense="at_least", indicator="gdp_real_yoy_pct")
    assert v.progress == pytest.approx(0.5)
    assert v.extra["growth_pace"] is None
    assert v.extra["logit_progress"] is None


def test_near_one_hundred_the_way_in_logits_is_shorter_than_the_linear_one(judge):
    # 95 -> 97 of a target of 99: half of the points, but (3.476 - 2.944) / (4.595 - 2.944) = .32 in logits
    v = judge("level", {"2020": 95, "2022": 97}, target=99, sense="at_least")
    assert v.progress == pytest.approx(0.5)
    assert v.extra["logit_progress"] == pytest.approx(0.32, abs=5e-3)
    assert judge("level", {"2020": 95, "2022": 97}, target=100, sense="at_least").extra[
        "logit_progress"
    ] is None  # fmt: skip


def test_time_is_that_of_the_datum_and_not_of_the_meeting(judge):
    early = judge("level", {"2020": 60, "2022": 62.5}, target=65, sense="at_least", as_of="2023-06-30")
    late = judge("level", {"2020": 60, "2022": 62.5}, target=65, sense="at_least", as_of="2023-12-31")
    assert early.time_progress == late.time_progress == pytest.approx(0.4, abs=1e-3)
    assert early == late


def test_falling_indicators_need_no_other_formula(judge):
    v = judge("level", {"2020": 10, "2022": 8}, target=5, sense="at_most")
    assert (v.progress, v.word) == (pytest.approx(0.4), "on_track")


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"2020": 66, "2022": 67}, "achieved"),  # the baseline met it already, and it rises
        ({"2020": 66, "2022": 65.5}, "attention"),  # still met, but slipping
        ({"2020": 66, "2022": 64}, "behind"),  # lost
    ],
)
def test_a_target_met_at_the_baseline_is_kept_or_lost(judge, values, word):
    assert judge("level", values, target=65, sense="at_least").word == word


def test_a_reached_target_is_achieved(judge):
    assert judge("level", {"2020": 60, "2022": 65.2}, target=65, sense="at_least").word == "achieved"


def test_the_documents_own_baseline_is_used_where_it_prints_one(judge):
    v = judge(
        "level",
        {"2022": 4.08},
        target=4.5,
        baseline=1.8,
        sense="at_least",
        indicator="licensed_doctors_per_1000",
    )
    assert v.baseline == 1.8
    assert v.progress == pytest.approx((4.08 - 1.8) / 2.7)


def test_without_a_baseline_a_level_is_refused_and_a_coverage_counts_from_zero(judge):
    assert judge("level", {"2022": 62}, target=65, sense="at_least").reason == "no_baseline"
    v = judge("coverage", {"2022": 50}, target=100, sense="at_least")
    assert v.progress == pytest.approx(0.5)


def test_sum_agrees_with_the_worked_example(judge):
    v = judge("sum", {"2021": 700, "2022": 520, "2023": 610}, target=3000, sense="at_least",
              indicator="urban_new_jobs_persons", as_of="2024-03-01")  # fmt: skip
    assert v.progress == pytest.approx(0.61, abs=5e-4)
    assert v.pace == pytest.approx(1.017, abs=2e-3)
    assert v.required == pytest.approx(585)
    assert v.probability == 0.60
    assert v.word == "on_track"


def test_the_sentence_of_a_sum_can_be_pasted(judge):
    v = judge(
        "sum", {"2021": 1269, "2022": 1206}, target=5500, sense="at_least", indicator="urban_new_jobs_persons"
    )
    assert (
        v.sentence_zh == "截至2022年，城镇新增就业累计2,475人，完成五年目标的45.0%，超序时进度5.0个百分点。"
    )


def test_a_sum_with_a_missing_year_is_refused_and_names_it(judge):
    v = judge("sum", {"2022": 520}, target=3000, sense="at_least", indicator="urban_new_jobs_persons")
    assert (v.word, v.reason) == ("not_assessable", "gap")
    assert "2021" in v.sentence_zh


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"2021": 5.1, "2022": 5.4}, "on_track"),
        ({"2021": 5.1, "2022": 5.6}, "behind"),
        ({"2021": 5.6, "2022": 5.1}, "attention"),  # a past breach stays a breach
    ],
)
def test_keep_below_holds_in_every_year(judge, values, word):
    v = judge("keep_below", values, target=5.5, sense="at_most", indicator="registered_unemployment_pct")
    assert v.word == word


def test_keep_below_says_by_how_many_points(judge):
    v = judge("keep_below", {"2021": 4.0, "2022": 3.26}, target=4.5, sense="at_most",
              indicator="registered_unemployment_pct")  # fmt: skip
    assert "相差1.24个百分点" in v.sentence_zh


def test_a_limit_tells_the_probability_that_the_rest_of_the_plan_keeps_it_and_no_word_of_it(judge):
    kind = {"sense": "at_most", "indicator": "registered_unemployment_pct"}
    years = {"2018": 3.6, "2019": 3.7, "2020": 3.5, "2021": 3.6, "2022": 3.5}
    wide, tight = (judge("keep_below", years, target=t, **kind) for t in (5.5, 3.6))
    assert (wide.word, tight.word) == ("on_track", "on_track")
    assert wide.extra["probability_rest_kept"] == 0.95
    assert 0.2 <= tight.extra["probability_rest_kept"] <= 0.7
    assert tight.extra["confidence_rest_kept"] == "low"
    assert math.isnan(tight.probability)
    short = judge("keep_below", {"2021": 5.1, "2022": 5.4}, target=5.5, **kind)
    assert short.extra["probability_rest_kept"] is None


def test_a_limit_of_the_end_or_of_the_average_is_judged_by_that(judge):
    kind = {"target": 5.5, "sense": "at_most", "indicator": "registered_unemployment_pct"}
    early = {"2021": 5.6, "2022": 5.1}
    assert judge("keep_below", early, when="end_year", **kind).word == "on_track"
    mean = judge("keep_below", early, when="average", **kind)
    assert mean.word == "on_track"
    assert mean.value == pytest.approx(5.35)
    assert "2021—2022年平均" in mean.sentence_zh
    assert "相差0.15个百分点" in mean.sentence_zh
    assert judge("keep_below", {"2022": 5.1}, when="end_year", **kind).word == "on_track"
    assert judge("keep_below", {"2022": 5.1}, when="average", **kind).reason == "gap"


def test_a_rule_on_every_year_does_not_pass_over_a_missing_year(judge):
    kind = {"target": 5.5, "sense": "at_most", "indicator": "registered_unemployment_pct"}
    assert judge("keep_below", {"2022": 5.0}, **kind).reason == "gap"
    assert judge("keep_below", {"2022": 6.0}, **kind).word == "behind"


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"2020": 10, "2021": 11, "2022": 11}, "on_track"),
        ({"2020": 10, "2021": 9, "2022": 11}, "attention"),
        ({"2020": 10, "2021": 11, "2022": 10}, "behind"),
    ],
)
def test_not_below_previous_year(judge, values, word):
    assert judge("not_below_previous", values, indicator="urban_new_jobs_persons").word == word


def test_zero_of_eight_hundred_leaves_an_upper_bound(judge):
    # 0 of 800: the exact one-sided 95 % bound is 3.74 per thousand
    v = judge("zero", {"2021": 0}, indicator="urban_new_jobs_persons",
              exposure="population_resident_persons", exposed={"2021": 800}, as_of="2022-06-30")  # fmt: skip
    assert v.word == "on_track"
    assert v.extra["upper_bound_permille"] == pytest.approx(3.74, abs=0.005)
    assert "3.7‰" in v.sentence_zh


def test_one_event_breaks_a_zero(judge):
    assert judge("zero", {"2021": 0, "2022": 1}, indicator="urban_new_jobs_persons").word == "behind"


@pytest.mark.parametrize(
    ("values", "sense", "word"),
    [
        ({"2020": 2.56, "2021": 2.50, "2022": 2.45}, "down", "on_track"),
        ({"2020": 2.56, "2021": 2.60, "2022": 2.66}, "down", "behind"),
        ({"2020": 10, "2021": 14, "2022": 9}, "up", "behind"),
        ({"2020": 10, "2021": 5, "2022": 5.5, "2023": 11}, "up", "on_track"),
        ({"2020": 10, "2021": 12, "2022": 9, "2023": 10}, "up", "attention"),
    ],
)
def test_direction_needs_both_looks_to_agree(judge, values, sense, word):
    v = judge("direction", values, sense=sense, indicator="income_urban_rural_ratio", as_of="2024-06-30")
    assert v.word == word
    assert "没有载明目标的文件" in v.sentence_zh


def test_direction_is_never_called_ahead_or_achieved(judge):
    v = judge("direction", {"2020": 1, "2021": 100, "2022": 1000}, sense="up")
    assert v.word == "on_track"


def test_ratio_and_gap_are_derived_with_the_evidence_of_both_incomes(judge):
    urban = {"2020": 43834, "2021": 47412, "2022": 49283}
    rural = {"2020": 17131, "2021": 18931, "2022": 20133}
    v = judge("direction", {}, sense="down", indicator="income_urban_rural_ratio",
              extra={"disposable_income_urban_nominal_yuan": urban,
                     "disposable_income_rural_nominal_yuan": rural})  # fmt: skip
    assert v.value == pytest.approx(2.448, abs=5e-4)  # printed by the bureau as 2.45
    assert {e.indicator for e in v.evidence} == {
        "disposable_income_urban_nominal_yuan", "disposable_income_rural_nominal_yuan",
    }  # fmt: skip
    assert "由公布数据计算" in v.sentence_zh


def test_average_growth_is_judged_on_the_chain_of_the_rates(judge):
    # 8.1 and 2.9 %: (1.081 * 1.029) ** .5 = 1.05468, so 5.47 % a year against 6 %; what is left needs
    # (1.06 ** 5 / 1.112349) ** (1/3) = 1.06357, so 6.36 % a year
    v = judge("average_growth", {"2021": 8.1, "2022": 2.9}, target=6, sense="at_least",
              indicator="gdp_real_yoy_pct")  # fmt: skip
    assert v.value == pytest.approx(5.468, abs=1e-3)
    assert v.required == pytest.approx(6.357, abs=1e-3)
    assert v.pace == pytest.approx(math.log(1.05468) / math.log(1.06), abs=2e-3)
    assert v.word == "behind"
    assert v.sentence_zh.endswith("2021—2022年年均为5.5%，目标年均6.0%，其余3年须年均6.4%。")


@pytest.mark.parametrize(
    ("rates", "target", "sense", "word"),
    [
        ([6.0, 6.0], 6, "at_least", "on_track"),
        ([7.0, 7.0], 6, "at_least", "ahead"),
        ([40.0, 10.0], 6, "at_least", "achieved"),  # 1.54 is beyond 1.06 ** 5 = 1.338 already
        ([-3.0, -3.0], -3, "at_most", "on_track"),
        ([-1.0, -1.0], -3, "at_most", "behind"),
        ([1.0, 1.0], -3, "at_most", "behind"),
    ],
)
def test_average_growth_up_and_down(judge, rates, target, sense, word):
    years = dict(zip(("2021", "2022"), rates, strict=True))
    v = judge("average_growth", years, target=target, sense=sense, indicator="gdp_real_yoy_pct")
    assert v.word == word


def test_average_growth_over_the_whole_plan_leaves_no_requirement(judge):
    rates = {str(y): 6.0 for y in range(2021, 2026)}
    v = judge("average_growth", rates, target=6, sense="at_least", indicator="gdp_real_yoy_pct",
              as_of="2026-06-30")  # fmt: skip
    assert v.progress == pytest.approx(1.0)
    assert math.isnan(v.required)
    assert "其余" not in v.sentence_zh


def test_average_growth_refuses_a_missing_year_and_a_missing_target(judge):
    kind = {"sense": "at_least", "indicator": "gdp_real_yoy_pct"}
    assert judge("average_growth", {"2022": 5.0}, target=6, **kind).reason == "gap"
    assert judge("average_growth", {"2021": 5.0, "2022": 5.0}, **kind).reason == "no_target"
    assert judge("average_growth", {"2021": 5.0, "2022": -100.0}, target=6, **kind).reason == "gap"


def test_average_growth_has_a_probability_from_three_rates_on(judge):
    kind = {"sense": "at_least", "indicator": "gdp_real_yoy_pct", "target": 6}
    rates = {"2019": 6.4, "2020": 6.1, "2021": 6.6, "2022": 6.5}
    assert judge("average_growth", rates, **kind).probability == 0.95
    assert math.isnan(judge("average_growth", {"2021": 6.6, "2022": 6.5}, **kind).probability)


def test_synchrony_in_step_and_slower(judge):
    kind = {"indicator": "disposable_income_all_real_yoy_pct", "against": "gdp_real_yoy_pct"}
    income = {"2021": 8.1, "2022": 2.9}
    assert judge("synchrony", income, other={"2021": 8.1, "2022": 3.0}, **kind).word == "on_track"
    assert judge("synchrony", income, other={"2021": 9.4, "2022": 4.0}, **kind).word == "behind"
    assert judge("synchrony", income, other={"2022": 3.0}, **kind).reason == "gap"
    assert judge("synchrony", income, other={}, **kind).reason == "no_data"


def test_where_the_plan_asks_for_more_being_in_step_from_below_is_not_enough(judge):
    kind = {"indicator": "labour_productivity_yoy_pct", "against": "gdp_real_yoy_pct", "sense": "at_least"}
    below, above = {"2021": 8.0, "2022": 2.9}, {"2021": 8.2, "2022": 3.1}
    assert judge("synchrony", below, other={"2021": 8.1, "2022": 3.0}, **kind).word == "attention"
    assert judge("synchrony", above, other={"2021": 8.1, "2022": 3.0}, **kind).word == "on_track"


@pytest.mark.parametrize(
    ("values", "reason"),
    [({}, "no_data"), ({"2019": 60}, "no_plan_year"), ({"2020": 60}, "no_plan_year")],
)
def test_refusals_name_reason_and_office(judge, values, reason):
    v = judge("level", values, target=65, sense="at_least")
    assert (v.word, v.reason) == ("not_assessable", reason)
    assert "人社局" in v.sentence_zh
    assert math.isnan(v.progress)


def test_old_figures_are_refused(judge):
    v = judge("level", {"2020": 60, "2021": 61}, target=65, sense="at_least", as_of="2025-06-30")
    assert v.reason == "stale"


@pytest.mark.parametrize(
    ("levels", "target", "alone"),
    [
        ([50, 52.4, 54.8, 57.4, 60, 60.9, 61.9], 66, "behind"),  # late, but the longer pace gets there
        ([58, 58.1, 58.2, 58.3, 58.4, 59, 60.0], 62, "ahead"),  # fast, but only since two years
    ],
)
def test_pace_and_probability_that_contradict_need_attention(judge, levels, target, alone):
    years = [str(y) for y in range(2016, 2023)]
    v = judge("level", dict(zip(years, levels, strict=True)), target=target, sense="at_least")
    assert band_word(v.progress, v.pace, Settings()) == alone
    assert v.word == "attention"


@given(st.floats(0, 1.3), st.floats(0, 3))
def test_a_better_pace_never_gives_a_worse_word(progress, pace):
    bands = Settings()
    worse, better = band_word(progress, pace, bands), band_word(progress, pace + 0.1, bands)
    assert ORDER.index(better) <= ORDER.index(worse)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.floats(0.1, 99), min_size=2, max_size=3))
def test_a_better_last_figure_never_gives_a_worse_word(judge, values):
    years = [str(2020 + i) for i in range(len(values))]
    raised = [*values[:-1], min(99.5, values[-1] + 1)]
    low, high = (
        judge("level", dict(zip(years, v, strict=True)), target=60, sense="at_least")
        for v in (values, raised)
    )
    assert low.assessed
    assert high.assessed
    assert ORDER.index(high.word) <= ORDER.index(low.word)


def test_time_progress_counts_days_of_the_plan():
    plan = load_registry().plan("cbs14")
    assert time_progress(plan, "2020") == 0
    assert time_progress(plan, "2025") == 1
    assert time_progress(plan, "2023-06") == pytest.approx(911 / 1826)


@pytest.mark.parametrize("sense", ["reach", None])
def test_without_a_side_the_base_tells_where_the_target_lies(judge, sense):
    # from 6.0 down to 4.4, wanted 5.0: reached
    v = judge("level", {"2020": 6.0, "2021": 5.8, "2022": 4.4}, target=5.0, sense=sense)
    assert (v.word, v.progress) == ("achieved", pytest.approx(1.6))
    assert judge("level", {"2022": 4.4}, target=5.0, sense="reach").reason == "no_baseline"


def test_when_the_time_is_over_a_missed_target_is_not_on_track(judge):
    v = judge("level", {"2020": 60, "2025": 64.8}, target=65, sense="at_least", as_of="2026-06-30")
    assert (v.word, v.progress) == ("attention", pytest.approx(0.96))
    sums = {"2021": 195, "2022": 195, "2023": 195, "2024": 195, "2025": 195}
    v = judge("sum", sums, target=1000, indicator="urban_new_jobs_persons", as_of="2026-06-30")
    assert v.word == "attention"


def test_sentences_say_which_way_a_figure_went(judge):
    kept = {"target": 4.5, "sense": "at_most", "indicator": "registered_unemployment_pct"}
    assert "现已突破" in judge("level", {"2020": 4.0, "2022": 5.2}, **kept).sentence_zh
    away = judge("level", {"2020": 6.0, "2022": 6.4}, target=5.0, sense="at_most")
    assert "更远" in away.sentence_zh
    assert "降幅的40.0%" in judge("level", {"2020": 10, "2022": 8}, target=5, sense="at_most").sentence_zh
    at = judge("keep_below", {"2021": 5.5, "2022": 5.5}, **kept | {"target": 5.5})
    assert "与控制目标5.5%持平" in at.sentence_zh
