"""Exports of series databases, periods beside each other, and growth beside periods; made-up figures."""

from datetime import datetime

import pytest

from cbs_analysis.errors import PeriodAmbiguous, RegionUnknown, ValueUnreadable

from .grids import read

HEAD = ["指标名称", "测试总产值:当季值", "测试价格:当月同比"]
EXPORT = [
    HEAD,
    ["频率", "季", "月"],
    ["单位", "亿元", "%"],
    ["指标ID", "M001", "M002"],
    ["来源", "测试统计局", "测试统计局"],
    ["2020-01", None, 1.5],
    ["2020-02", None, 1.7],
    ["2020-03", 24.5, 4.2],
]


def told(table, *columns):
    return [tuple(x) for x in table.observations()[list(columns)].itertuples(index=False)]


def test_rows_under_the_names_give_unit_frequency_and_source(tmp_path):
    table = read(tmp_path, EXPORT, region="吉林省")
    assert told(table, "indicator", "period", "value", "unit") == [
        ("测试价格:当月同比", "2020-01", 1.5, "pct"),
        ("测试价格:当月同比", "2020-02", 1.7, "pct"),
        ("测试总产值:当季值", "2020Q1", 2.45e9, "yuan"),
        ("测试价格:当月同比", "2020-03", 4.2, "pct"),
    ]
    assert table.source == "测试统计局"


def test_a_figure_in_a_month_that_ends_no_quarter_is_refused(tmp_path):
    rows = [*EXPORT, ["2020-04", 9.5, 1.1]]
    with pytest.raises(PeriodAmbiguous, match="quarterly"):
        read(tmp_path, rows, region="吉林省").observations()


@pytest.mark.parametrize("word", ["季节", "每季"])
def test_a_frequency_that_is_no_frequency_is_a_row_like_others(tmp_path, word):
    rows = [HEAD, ["频率", word, "月"], *EXPORT[2:3], *EXPORT[5:]]
    with pytest.raises(ValueUnreadable):
        read(tmp_path, rows, region="吉林省").observations()


def test_organisations_under_the_head_of_units_stay_rows(tmp_path):
    rows = [
        ["2020年吉林省测试学校"],
        ["单位", "在校生(人)", "教师(人)"],
        ["第一中学", 100, 10],
        ["第二中学", 90, 9],
    ]
    table = read(tmp_path, rows)
    assert told(table, "indicator", "value")[:2] == [("第一中学 / 在校生", 100.0), ("第一中学 / 教师", 10.0)]


def test_a_name_before_the_colon_is_the_region_of_the_series(tmp_path):
    rows = [
        ["日期", "长春市:测试投资(亿元)", "吉林:测试投资:累计值(亿元)"],
        ["2020-03", 1.5, 6.5],
        ["2020-04", 1.7, 8.5],
    ]
    table = read(tmp_path, rows, region="吉林省")
    assert told(table, "indicator", "region", "region_code")[:2] == [
        ("测试投资", "吉林省 / 长春市", "220100"),
        ("测试投资 / 累计值", "吉林省", "220000"),
    ]


@pytest.mark.parametrize(
    ("days", "periods"),
    [
        (["2020-01-31", "2020-02-29", "2020-03-31"], ["2020-01", "2020-02", "2020-03"]),
        (["2020-03-31", "2020-06-30", "2020-09-30"], ["2020Q1", "2020Q2", "2020Q3"]),
        (["2018-12-31", "2019-12-31", "2020-12-31"], ["2018", "2019", "2020"]),
        (["2020-01-31", "2020-02-29", "2020-04-30"], ["2020-01-31", "2020-02-29", "2020-04-30"]),
        (["2020-01-01", "2020-02-01", "2020-03-01"], ["2020-01", "2020-02", "2020-03"]),
        (["2018-01-01", "2019-01-01", "2020-01-01"], ["2018-01-01", "2019-01-01", "2020-01-01"]),
        (["2020-01-15", "2020-02-15", "2020-03-15"], ["2020-01-15", "2020-02-15", "2020-03-15"]),
        (["2020-02-29", "2020-05-31", "2020-08-31"], ["2020-02-29", "2020-05-31", "2020-08-31"]),
    ],
)
def test_days_that_begin_or_end_periods_in_a_row_stand_for_them(tmp_path, days, periods):
    rows = [["日期", "测试投资(亿元)"], *([datetime.fromisoformat(d), 1.5 + i] for i, d in enumerate(days))]
    table = read(tmp_path, rows, region="吉林省")
    assert told(table, "period") == [(p,) for p in periods]
    assert any("follow each other" in line for line in table.reading.log) == (len(periods[0]) < 10)


def test_growth_right_of_each_year_is_the_growth_of_that_year(tmp_path):
    rows = [
        ["吉林省测试指标"],
        ["指标", "单位", "2023年", "比上年增长(%)", "2024年", "比上年增长(%)"],
        ["测试总产值", "亿元", 13.5, 6.3, 14.3, 4.3],
    ]
    assert told(read(tmp_path, rows), "indicator", "period", "value_published") == [
        ("测试总产值", "2023", "13.5"),
        ("测试总产值 / 比上年增长", "2023", "6.3"),
        ("测试总产值", "2024", "14.3"),
        ("测试总产值 / 比上年增长", "2024", "4.3"),
    ]


def test_growth_of_a_month_and_of_the_months_so_far_are_two_series(tmp_path):
    rows = [
        ["2024年8月吉林省测试指标"],
        ["指标", "单位", "8月", "同比增长(%)", "1-8月", "同比增长(%)"],
        ["测试增加值", "亿元", 3.5, 6.3, 23.5, 4.3],
    ]
    assert told(read(tmp_path, rows), "indicator", "period", "period_kind") == [
        ("测试增加值", "2024-08", "flow"),
        ("测试增加值 / 同比增长", "2024-08", "growth"),
        ("测试增加值", "2024-08", "cumulative"),
        ("测试增加值 / 同比增长 / 1-8月", "2024-08", "growth"),
    ]


def test_one_growth_beside_a_month_and_the_months_so_far_is_refused(tmp_path):
    rows = [
        ["2024年8月吉林省测试指标"],
        ["指标", "单位", "8月", "1-8月", "同比增长(%)"],
        ["测试增加值", "亿元", 3.5, 23.5, 4.3],
    ]
    with pytest.raises(PeriodAmbiguous, match="8月 or 1-8月"):
        read(tmp_path, rows).observations()


def test_this_month_in_a_table_of_the_months_so_far_is_no_cumulative_figure(tmp_path):
    rows = [
        ["2024年1-8月吉林省测试指标"],
        ["指标", "单位", "本月", "本月累计"],
        ["测试增加值", "亿元", 3.5, 23.5],
    ]
    assert told(read(tmp_path, rows), "indicator", "period", "period_kind") == [
        ("测试增加值 / 本月", "2024-08", "flow"),
        ("测试增加值 / 本月累计", "2024-08", "cumulative"),
    ]


def test_a_year_in_front_of_a_header_word_is_its_period(tmp_path):
    rows = [
        ["吉林省测试人口"],
        ["地区", "2020年人口(万人)", "2021年人口(万人)"],
        ["长春市", 9.5, 9.7],
        ["吉林市", 3.5, 3.4],
    ]
    assert told(read(tmp_path, rows), "indicator", "period", "value")[:2] == [
        ("人口", "2020", 95000.0),
        ("人口", "2021", 97000.0),
    ]


@pytest.mark.parametrize("head", ["2020年不变价产值(亿元)", "2020年以来产值(亿元)"])
def test_a_price_base_in_a_header_word_is_no_period(tmp_path, head):
    table = read(tmp_path, [["2022年吉林省测试表"], ["指标", head], ["甲产值", 9.5], ["乙产值", 9.7]])
    assert set(table.observations()["period"]) == {"2022"}


def test_months_under_the_year_of_the_row_above(tmp_path):
    rows = [
        ["吉林省测试增加值"],
        ["时间", "增加值(亿元)"],
        ["2022年1-2月", 2.5],
        ["3月", 1.5],
        ["2023年1-2月", 2.7],
        ["3月", 1.6],
    ]
    assert told(read(tmp_path, rows), "period", "period_kind") == [
        ("2022-02", "cumulative"),
        ("2022-03", "flow"),
        ("2023-02", "cumulative"),
        ("2023-03", "flow"),
    ]


def test_months_written_as_six_digits(tmp_path):
    rows = [
        ["吉林省测试价格指数(上年同月=100)"],
        ["月份", "总指数", "食品"],
        [202101, 99.5, 101.5],
        [202102, 100.5, 100.2],
    ]
    assert told(read(tmp_path, rows), "indicator", "period", "unit") == [
        ("总指数", "2021-01", "index"),
        ("食品", "2021-01", "index"),
        ("总指数", "2021-02", "index"),
        ("食品", "2021-02", "index"),
    ]


def test_shares_in_a_table_of_an_index_are_no_index(tmp_path):
    rows = [
        ["2021年吉林省测试价格指数(上年=100)"],
        ["指标", "指数", "权重"],
        ["食品", 99.5, 20.5],
        ["衣着", 100.5, 9.5],
    ]
    refused = [f.got for f in read(tmp_path, rows).refusals]
    assert refused == ["食品 / 权重; 衣着 / 权重"]


def test_a_region_above_its_years_holds_for_them(tmp_path):
    rows = [
        ["测试指标"],
        ["地区", "年份", "测试总产值(亿元)"],
        ["长春市", 2020, 6.5],
        [None, 2021, 7.5],
        ["吉林市", 2020, 1.5],
        [None, 2021, 1.6],
    ]
    assert told(read(tmp_path, rows), "region", "period") == [
        ("吉林省 / 长春市", "2020"),
        ("吉林省 / 长春市", "2021"),
        ("吉林省 / 吉林市", "2020"),
        ("吉林省 / 吉林市", "2021"),
    ]


def test_ages_as_bare_numbers_are_labels(tmp_path):
    rows = [["吉林省2020年测试人口 单位：人"], ["年龄", "男", "女"], [0, 62, 58], [1, 66, 64], [2, 72, 68]]
    assert told(read(tmp_path, rows), "indicator", "value_published", "unit")[:2] == [
        ("0岁 / 男", "62", "persons"),
        ("0岁 / 女", "58", "persons"),
    ]


def test_a_region_in_no_register_is_named_with_the_nearest(tmp_path):
    rows = [["2020年测试表"], ["指标", "单位", "数值"], ["测试总产值", "亿元", 1.5]]
    notes = read(tmp_path, rows, region="抚松城").observations()["note"]
    assert "not in the register of regions" in notes[0]
    assert "抚松县" in notes[0]
    with pytest.raises(RegionUnknown):
        read(tmp_path, rows).observations()


def test_a_period_that_the_title_contradicts_is_told(tmp_path):
    rows = [["2020年吉林省测试表"], ["指标", "单位", "数值"], ["测试总产值", "亿元", 1.5]]
    table = read(tmp_path, rows, period="2021")
    assert "the period given is 2021; the title says 2020" in table.reading.log
    assert told(read(tmp_path, rows, period="2020"), "period") == [("2020",)]


# --- arithmetic that explains ----------------------------------------------------------------------


@pytest.mark.parametrize(("last", "failing"), [("41.7", 0), ("31.7", 2)])
def test_shares_of_a_known_division_add_up_to_100(tmp_path, last, failing):
    rows = [
        ["2020年吉林省测试结构"],
        ["指标", "人数(万人)", "构成(%)"],
        ["合计", 12, 100.0],
        ["第一产业", 4, 33.3],
        ["第二产业", 3, 25.0],
        ["第三产业", 5, float(last)],
    ]
    checks = read(tmp_path, rows).checks
    assert [("100" in c and "90.0" in c) for c in checks] == [True] * failing


def test_a_total_of_indicators_that_its_parts_miss_is_told(tmp_path):
    rows = [["2020年吉林省测试表"], ["指标", "产值(亿元)"], ["合计", 13.0], ["测试甲", 5.0], ["测试乙", 6.0]]
    assert read(tmp_path, rows).checks == ("row 3, column 2: 合计 = 测试甲 + 测试乙: 13 against 11",)


def test_two_divisions_of_one_total_are_checked_one_by_one(tmp_path):
    rows = [
        ["2020年吉林省测试表"],
        ["指标", "人数(人)"],
        ["合计", 10],
        ["男", 6],
        ["女", 4],
        ["城镇", 7],
        ["乡村", 2],
    ]
    assert read(tmp_path, rows).checks == ("row 3, column 2: 合计 = 城镇 + 乡村: 10 against 9",)


@pytest.mark.parametrize(("total", "told"), [(250.5, ()), (260.5, ("260.5 against 250.5",))])
def test_the_half_year_is_the_sum_of_its_quarters(tmp_path, total, told):
    rows = [
        ["2023年吉林省测试投资"],
        ["指标", "单位", "一季度", "二季度", "1-2季度"],
        ["测试投资", "亿元", 100.25, 150.25, total],
    ]
    checks = read(tmp_path, rows).checks
    assert len(checks) == len(told)
    assert all(t in c for t, c in zip(told, checks, strict=True))


def test_the_months_so_far_grow_by_the_month(tmp_path):
    rows = [
        ["吉林省测试增加值(亿元)"],
        ["时间", "当期值(亿元)", "累计值(亿元)"],
        ["2022年3月", 30.5, 90.5],
        ["2022年4月", 31.5, 122.0],
        ["2022年5月", 32.5, 155.5],
    ]
    checks = read(tmp_path, rows).checks
    assert [c.split(": ")[-1] for c in checks] == ["155.5 against 154.5"]
