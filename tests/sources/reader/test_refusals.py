"""What a table is refused for, by name, with its place and a next step; and what lifts the refusal."""

import math
from datetime import date

import pytest

from cbs_analysis.errors import (
    CbsError,
    DuplicateKey,
    LayoutUnknown,
    NoDataTable,
    OrphanCell,
    ParameterError,
    PeriodAmbiguous,
    PeriodLossy,
    RawTableError,
    RegionUnknown,
    UnitUnresolved,
    ValueUnreadable,
    VintageBreak,
)
from cbs_analysis.sources.reader.read import read_table, read_tables

from .grids import column, figures, html, read, read_all, xlsx

YUEXIU, HAIZHU, TIANHE = "广州市 / 越秀区", "广州市 / 海珠区", "广州市 / 天河区"
NO_REGION = [["测试表 2021年人口"], ["单位：万人"], ["指标", "2021年"], ["人口", 30], ["户籍人口", 25]]
NO_PERIOD = [["测试表 广州市人口"], ["单位：万人"], ["地区", "人口"], ["越秀区", 30], ["海珠区", 45]]
NO_UNIT = [["测试表 2021年广州市"], ["地区", "生产总值", "出口"], ["越秀区", 18, 2], ["海珠区", 37, 5]]
MONTHS = [
    ["测试表 广州市产量"], ["月份", "产量(吨)"], [2019.08, 10], [2019.09, 20], [2019.1, 35], [2019.11, 41],
    [2019.12, 47],
]  # fmt: skip
FLAT = [
    ["测试表 广州市"], ["指标", "2021年"], ["收入(亿元)", 100], ["其中：税收(亿元)", 40], ["投资(亿元)", 37],
]  # fmt: skip
BREAK = [
    ["测试表 广州市生产总值"], ["单位：亿元"], ["年份", "生产总值"],
    ["2016年", 80], ["2017年", 100], ["2018年", 80], ["2019年", 88],
]  # fmt: skip
BREAK_NOTE = ["注：2018年数据为根据第四次全国经济普查资料修订后数据。"]
EXPORT = """数据库：分省年度数据
时间：最近2年
指标,2024年,2023年
测试生产总值(亿元),100.5,90.5
数据来源：国家统计局
"""


def refused(table, kind, *words, **options):
    """The refusal of a table: of this kind, with these words in its message, and with a next step."""
    with pytest.raises(kind) as caught:
        table.observations(**options)
    message = str(caught.value)
    assert isinstance(caught.value, RawTableError)
    assert table.file in message
    assert "next:" in message
    assert all(fault.what and fault.where and fault.next_step for fault in caught.value.faults)
    for word in words:
        assert word in message
    return caught.value


# --- region ----------------------------------------------------------------------------------------


def test_a_table_that_names_no_region_is_refused(tmp_path):
    refused(read(tmp_path, NO_REGION), RegionUnknown, "测试.xlsx", "Sheet1", "row 4", 'region="')


def test_an_export_by_province_that_dropped_its_region_is_refused(tmp_path):
    path = tmp_path / "分省年度数据.csv"
    path.write_text(EXPORT, encoding="utf-8")
    refused(read_table(path), RegionUnknown, "分省年度数据.csv", 'region="')
    assert figures(read_table(path, region="吉林省")) == [
        ("测试生产总值", "吉林省", "2024", "100.5", "亿元"),
        ("测试生产总值", "吉林省", "2023", "90.5", "亿元"),
    ]


def test_two_regions_in_the_title_are_refused_with_both_names(tmp_path):
    rows = [["测试表 2021年广州市、深圳市人口"], *NO_REGION[1:]]
    refused(read(tmp_path, rows), RegionUnknown, "广州市", "深圳市", "title")


@pytest.mark.parametrize("total", [True, False])
def test_a_title_of_another_region_than_the_rows_is_refused(tmp_path, total):
    rows = [["测试表 2021年深圳市人口"], ["单位：万人"], ["地区", "人口"], ["越秀区", 30], ["海珠区", 45]]
    if total:
        rows.append(["合计", 75])
    refused(read(tmp_path, rows), RegionUnknown, "深圳市", "广州市")


def test_a_given_region_that_the_rows_do_not_lie_in_is_refused(tmp_path):
    refused(
        read(tmp_path, [["测试表 2021年人口"], *NO_PERIOD[1:]], region="吉林省"),
        RegionUnknown,
        "吉林省",
        "广州市",
    )


def test_a_share_of_a_city_before_any_city_is_refused(tmp_path):
    rows = [
        ["测试表 2021年吉林省人口"], ["地区", "人口(人)"], ["市本级", 18], ["市本级", 37], ["长春市", 3],
        ["吉林市", 9],
    ]  # fmt: skip
    refused(read(tmp_path, rows), RegionUnknown, "row 3 市本级", "row 4 市本级")


def test_region_says_what_the_file_does_not(tmp_path):
    assert figures(read(tmp_path, NO_REGION, region="吉林省")) == [
        ("人口", "吉林省", "2021", "30", "万人"),
        ("户籍人口", "吉林省", "2021", "25", "万人"),
    ]


# --- period ----------------------------------------------------------------------------------------


def test_a_table_that_names_no_period_is_refused(tmp_path):
    refused(read(tmp_path, NO_PERIOD), PeriodAmbiguous, "测试.xlsx", "Sheet1", "B4", 'period="')


def test_sheets_without_a_year_are_refused(tmp_path):
    path = tmp_path / "人口.xlsx"
    path.write_bytes(xlsx({"甲": NO_PERIOD, "乙": NO_PERIOD}))
    with pytest.raises(PeriodAmbiguous) as caught:
        read_tables(path).observations()
    assert "sheet 甲" in str(caught.value)
    assert "sheet 乙" in str(caught.value)


def test_two_periods_in_the_title_are_refused_with_both(tmp_path):
    rows = [["测试表 2020年、2021年广州市人口"], *NO_PERIOD[1:]]
    refused(read(tmp_path, rows), PeriodAmbiguous, "2020 or 2021", "title")


def test_a_row_label_of_another_year_than_the_title_is_refused_with_both(tmp_path):
    rows = [["测试表 2010年广州市"], ["指标", "数值(人)"], ["2009年平均人口", 18], ["人口", 37]]
    refused(read(tmp_path, rows), PeriodAmbiguous, "2010", "2009", "B3")


@pytest.mark.parametrize(
    "parts", [("1-3月", "1-6月"), ("1月", "2月"), ("一季度", "上半年"), ("第一季度", "第二季度")]
)
def test_years_in_rows_and_parts_of_the_year_in_columns_are_refused(tmp_path, parts):
    """Read as they stand, 1-3月 would be the name of a series of whole years."""
    rows = [["测试表 广州市产量（吨）"], ["年份", *parts], ["2021年", 10, 25], ["2022年", 12, 27]]
    refused(read(tmp_path, rows), PeriodAmbiguous, "B2, C2", parts[0], "2021年1—3月")


def test_a_series_that_is_called_after_one_month_beside_others_is_none_of_these(tmp_path):
    rows = [["测试表 广州市"], ["单位：吨"], ["年份", "产量", "12月"], ["2021年", 10, 25], ["2022年", 12, 27]]
    assert len(figures(read(tmp_path, rows))) == 4


def test_a_sheet_of_another_year_than_the_title_is_refused_with_both(tmp_path):
    rows = [["测试表 2020年广州市人口"], *NO_PERIOD[1:]]
    refused(read(tmp_path, rows, sheet="2021"), PeriodAmbiguous, "2020 (title)", "2021 (sheet name)")


@pytest.mark.parametrize("period", ["2021", "2021Q3", "2021-08"])
def test_period_says_what_the_file_does_not(tmp_path, period):
    assert figures(read(tmp_path, NO_PERIOD, period=period)) == [
        ("人口", YUEXIU, period, "30", "万人"),
        ("人口", HAIZHU, period, "45", "万人"),
    ]


def test_period_decides_between_two(tmp_path):
    rows = [["测试表 2020年、2021年广州市人口"], *NO_PERIOD[1:]]
    assert [f[2] for f in figures(read(tmp_path, rows, period="2021"))] == ["2021", "2021"]


def test_a_growth_column_beside_columns_of_years_is_the_growth_of_the_latest(tmp_path):
    rows = [
        ["测试表 广州市主要指标"], ["指标", "单位", "2023年", "2024年", "比上年增长（%）"],
        ["生产总值", "亿元", 100, 110, 10], ["人口", "万人", 50, 51, 2],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("生产总值", "广州市", "2023", "100", "亿元"),
        ("生产总值", "广州市", "2024", "110", "亿元"),
        ("生产总值 / 比上年增长", "广州市", "2024", "10", "%"),
        ("人口", "广州市", "2023", "50", "万人"),
        ("人口", "广州市", "2024", "51", "万人"),
        ("人口 / 比上年增长", "广州市", "2024", "2", "%"),
    ]


def test_a_period_given_in_words_that_name_none_is_refused(tmp_path):
    with pytest.raises((PeriodAmbiguous, ParameterError), match="去年"):
        read(tmp_path, NO_PERIOD, period="去年").observations()


# --- decimal months --------------------------------------------------------------------------------


def test_a_decimal_month_is_refused(tmp_path):
    refused(read(tmp_path, MONTHS), PeriodLossy, "A5", "decimal_months=True")


def test_decimal_months_takes_the_month_between_september_and_november_as_october(tmp_path):
    periods = [f[2] for f in figures(read(tmp_path, MONTHS, decimal_months=True))]
    assert periods == ["2019-08", "2019-09", "2019-10", "2019-11", "2019-12"]


def test_a_decimal_month_in_the_header_is_refused_and_decimal_months_lifts_it(tmp_path):
    rows = [
        ["测试表 广州市"],
        ["指标", 2019.09, 2019.1, 2019.11],
        ["水泥(吨)", 10, 25, 31],
        ["钢材(吨)", 7, 6, 5],
    ]
    refused(read(tmp_path, rows), PeriodLossy, "C2", "decimal_months=True")
    assert figures(read(tmp_path, rows, decimal_months=True))[1] == ("水泥", "广州市", "2019-10", "25", "吨")


def test_a_decimal_month_is_never_read_as_a_figure_or_january(tmp_path):
    for options in ({}, {"decimal_months": True}):
        rows = [
            ["测试表 广州市"],
            ["月份", "产量(吨)"],
            [2019.1, 10],
            [2019.2, 25],
            [2019.3, 31],
            [2019.4, 47],
        ]
        with pytest.raises(RawTableError):
            read(tmp_path, rows, **options).observations()


# --- unit ------------------------------------------------------------------------------------------


def test_a_table_that_names_no_unit_is_refused(tmp_path):
    refused(
        read(tmp_path, NO_UNIT),
        UnitUnresolved,
        "测试.xlsx",
        "Sheet1",
        "B3",
        "C3",
        "生产总值",
        "出口",
        "unit=",
    )


def test_two_units_in_the_unit_line_without_deciding_words_are_refused(tmp_path):
    rows = [
        ["测试表 2021年广州市人口变动"],
        ["单位:人、‰"],
        ["地区", "甲", "乙"],
        ["越秀区", 10, 1.5],
        ["海珠区", 20, 2.5],
    ]
    refused(read(tmp_path, rows), UnitUnresolved, "甲; 乙", "one of 人, ‰")


def test_a_unit_of_the_row_against_a_unit_of_the_column_is_refused(tmp_path):
    rows = [["测试表 2021年广州市"], ["指标", "金额(万元)"], ["人口(万人)", 30], ["收入(万元)", 45]]
    refused(read(tmp_path, rows), UnitUnresolved, "B3", "万人", "万元")


def test_a_percent_sign_in_a_cell_of_persons_is_refused(tmp_path):
    rows = [["测试表 2021年广州市"], ["地区", "人口(万人)"], ["越秀区", "3%"], ["海珠区", 45], ["天河区", 8]]
    refused(read(tmp_path, rows), UnitUnresolved, "B3")


@pytest.mark.parametrize("english", ["100 million persons", "10 000 tons", "person"])
def test_an_english_unit_that_disagrees_with_the_chinese_one_is_refused(tmp_path, english):
    rows = [
        ["测试表 2021年广州市"], ["地区", f"人口(万人)\nPopulation\n({english})"], ["越秀区", 10],
        ["海珠区", 25],
    ]  # fmt: skip
    refused(read(tmp_path, rows), UnitUnresolved, "万人", english)


@pytest.mark.parametrize("head", ["2021年", "数值"])
@pytest.mark.parametrize("label", ["户数", "出生率", "占地面积", "财政收入", "比上年增长"])
def test_a_label_that_the_unit_line_cannot_measure_is_refused(tmp_path, head, label):
    rows = [["测试表 2021年广州市人口"], ["单位：万人"], ["指标", head], ["人口", 30], [label, 4]]
    refused(read(tmp_path, rows), UnitUnresolved, "B5")


def test_every_row_without_unit_is_named(tmp_path):
    rows = [
        ["测试表 2021年广州市人口"],
        ["单位：万人"],
        ["指标", "2021年"],
        ["人口", 30],
        ["户数", 4],
        ["财政收入", 9],
    ]
    refused(read(tmp_path, rows), UnitUnresolved, "B5", "户数", "B6", "财政收入")


def test_unit_as_a_string_holds_where_the_file_says_none(tmp_path):
    table = read(tmp_path, NO_UNIT, unit="亿元")
    assert figures(table) == [
        ("生产总值", YUEXIU, "2021", "18", "亿元"),
        ("出口", YUEXIU, "2021", "2", "亿元"),
        ("生产总值", HAIZHU, "2021", "37", "亿元"),
        ("出口", HAIZHU, "2021", "5", "亿元"),
    ]
    assert column(table, "value")[0] == 1_800_000_000


def test_unit_as_a_mapping_goes_by_label_and_wins_over_the_file(tmp_path):
    rows = [["测试表 2021年广州市"], ["单位：亿元"], *NO_UNIT[1:]]
    assert figures(read(tmp_path, rows, unit={"出口": "万美元"})) == [
        ("生产总值", YUEXIU, "2021", "18", "亿元"),
        ("出口", YUEXIU, "2021", "2", "万美元"),
        ("生产总值", HAIZHU, "2021", "37", "亿元"),
        ("出口", HAIZHU, "2021", "5", "万美元"),
    ]


def test_a_mapping_that_leaves_one_series_without_unit_is_refused_for_that_one(tmp_path):
    error = refused(read(tmp_path, NO_UNIT, unit={"出口": "万美元"}), UnitUnresolved, "B3", "生产总值")
    assert "出口" not in str(error)


# --- values ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["£05", "I", "Il", "_ 2317", "***", "8.1 8", "211 1", "12..5"])
@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_cell_that_is_no_number_is_refused_with_its_address_and_text(tmp_path, cell, row):
    body = [["越秀区", 30], ["海珠区", 45], ["天河区", 8]]
    body[row][1] = cell
    rows = [["测试表 2021年广州市"], ["地区", "人口(万人)"], *body]
    refused(
        read(tmp_path, rows),
        ValueUnreadable,
        "测试.xlsx",
        "Sheet1",
        f"B{row + 3}",
        repr(cell),
        'unreadable="missing"',
    )


@pytest.mark.parametrize("row", [0, 1, 2])
def test_words_in_a_column_of_figures_are_refused_with_their_address(tmp_path, row):
    body = [["越秀区", 30], ["海珠区", 45], ["天河区", 8]]
    body[row][1] = "见注"
    rows = [["测试表 2021年广州市"], ["地区", "人口(万人)"], *body]
    refused(read(tmp_path, rows), ValueUnreadable, f"B{row + 3}", "见注")


def test_words_beside_other_figures_of_the_row_are_refused_with_their_address(tmp_path):
    rows = [
        ["测试表 2021年广州市"],
        ["地区", "人口(万人)", "户数(户)"],
        ["越秀区", "见注", 3],
        ["海珠区", 45, 7],
        ["天河区", 8, 9],
    ]
    refused(read(tmp_path, rows), ValueUnreadable, "B3", "见注")


def test_unreadable_cells_are_missing_on_request_and_keep_their_text(tmp_path):
    rows = [
        ["测试表 2021年广州市"],
        ["地区", "人口(万人)"],
        ["越秀区", "***"],
        ["海珠区", 37],
        ["天河区", "£05"],
    ]
    table = read(tmp_path, rows)
    assert figures(table, "status", unreadable="missing") == [
        ("人口", YUEXIU, "2021", "***", "万人", "unreadable"),
        ("人口", HAIZHU, "2021", "37", "万人", "reported"),
        ("人口", TIANHE, "2021", "£05", "万人", "unreadable"),
    ]
    values = table.observations(unreadable="missing")["value"].tolist()
    assert math.isnan(values[0])
    assert values[1] == 370_000
    assert math.isnan(values[2])


def test_torn_digits_that_no_sum_confirms_are_refused(tmp_path):
    rows = [
        ["测试表 2021年广州市"], ["地区", "人口(人)"], ["全市", "1 300000"], ["越秀区", 300000],
        ["海珠区", 2000000],
    ]  # fmt: skip
    refused(read(tmp_path, rows), ValueUnreadable, "B3", "1 300000")


# --- orphans, layout, no table ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stray", "cell"),
    [
        ([["越秀区", 18, 3], ["海珠区", 37, 2], [None, None, 11.4]], "C5"),
        ([["越秀区", 18, 3], ["海珠区", 37, 2, 5]], "D4"),
        ([["越秀区", 18, 3, None, None, 99.5], ["海珠区", 37, 2]], "F3"),
        ([[None, 249, None], ["越秀区", 18, 3], ["海珠区", 37, 2]], "B3"),
    ],
    ids=["bare last row", "row too wide", "helper cell", "loose number under the header"],
)
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_a_figure_outside_the_table_is_refused_and_skip_takes_it_out(tmp_path, stray, cell, form):
    rows = [["测试表 2021年广州市"], ["地区", "人口(人)", "面积(公顷)"], *stray]
    refused(read(tmp_path, rows, form), OrphanCell, cell, "skip=")
    assert figures(read(tmp_path, rows, form, skip=[cell])) == [
        ("人口", YUEXIU, "2021", "18", "人"),
        ("面积", YUEXIU, "2021", "3", "公顷"),
        ("人口", HAIZHU, "2021", "37", "人"),
        ("面积", HAIZHU, "2021", "2", "公顷"),
    ]


def test_skip_takes_ranges(tmp_path):
    rows = [
        ["测试表 2021年广州市"], ["地区", "人口(人)"], ["越秀区", 18, None, 9, 8], ["海珠区", 37, None, 7, 6],
    ]  # fmt: skip
    refused(read(tmp_path, rows), OrphanCell, "D3", "E4")
    assert [f[3] for f in figures(read(tmp_path, rows, skip=["D3:E4"]))] == ["18", "37"]


def test_skip_that_names_no_cell_is_a_wrong_parameter(tmp_path):
    with pytest.raises(ParameterError, match="第三行"):
        read(tmp_path, NO_UNIT, skip=["第三行"])


def test_a_file_of_prose_holds_no_table(tmp_path):
    path = tmp_path / "公报.html"
    path.write_text(
        html([["首页", "导航"]], before="<p>2021年广州市测试出生率为1.5‰。</p>"), encoding="utf-8"
    )
    with pytest.raises(NoDataTable, match=r"公报\.html") as caught:
        read_table(path)
    assert "next:" in str(caught.value)


@pytest.mark.parametrize("rows", [[[1, 2, 3], [4, 5, 6]], [["测试文字一。"], ["测试文字二。"]]])
def test_figures_without_words_and_words_without_figures_are_no_table(tmp_path, rows):
    with pytest.raises(NoDataTable, match=r"测试\.xlsx"):
        read(tmp_path, rows)


def test_a_body_without_a_header_gives_no_frame(tmp_path):
    rows = [["测试表 2021年广州市"], ["越秀区", 18], ["海珠区", 37], ["天河区", 8]]
    with pytest.raises((NoDataTable, LayoutUnknown, OrphanCell)):
        read(tmp_path, rows).observations()


def test_a_column_of_words_right_of_the_figures_is_refused(tmp_path):
    rows = [
        ["测试表 2021年广州市"],
        ["地区", "人口(人)", "隶属"],
        ["越秀区", 18, "中心"],
        ["海珠区", 37, "近郊"],
    ]
    refused(read(tmp_path, rows), LayoutUnknown, "column 3", "隶属")
    assert [f[3] for f in figures(read(tmp_path, rows, skip=["C2:C4"]))] == ["18", "37"]


def test_figures_that_no_word_names_are_refused(tmp_path):
    rows = [["地区", "2020", "2021"], ["越秀区", 10, 11], ["海珠区", 20, 21]]
    refused(read(tmp_path, rows, "csv", unit="万人"), LayoutUnknown, "B2", "name of an indicator")


def test_a_row_that_may_or_may_not_be_a_part_is_refused_and_parents_decides(tmp_path):
    refused(read(tmp_path, FLAT), LayoutUnknown, "A5", "投资", "收入", "parents=")
    assert [f[0] for f in figures(read(tmp_path, FLAT, parents={"投资": ""}))] == [
        "收入",
        "收入 / 税收",
        "投资",
    ]
    assert [f[0] for f in figures(read(tmp_path, FLAT, parents={"投资": "收入"}))] == [
        "收入", "收入 / 税收", "收入 / 投资",
    ]  # fmt: skip


def test_a_declared_parent_that_does_not_stand_above_is_refused(tmp_path):
    refused(read(tmp_path, FLAT, parents={"投资": "支出"}), LayoutUnknown, "支出")


def test_several_tables_are_not_one(tmp_path):
    path = tmp_path / "人口.xlsx"
    path.write_bytes(xlsx({"2020": NO_PERIOD[1:], "2021": NO_PERIOD[1:]}))
    with pytest.raises(ParameterError, match="2020, 2021"):
        read_table(path)
    assert [f[2] for f in figures(read_table(path, sheet="2021"))] == ["2021", "2021"]


# --- duplicates ------------------------------------------------------------------------------------


def test_two_rows_of_the_same_name_are_refused_with_both_cells(tmp_path):
    rows = [
        ["测试表 2021年广州市"], ["行业", "产值(亿元)"], ["食品", 18], ["其他", 37], ["造纸", 3], ["其他", 9],
    ]  # fmt: skip
    refused(read(tmp_path, rows), DuplicateKey, "B4, B6", "其他", "广州市", "2021", "parents=", "skip=")


def test_two_columns_of_the_same_name_are_refused_with_both_cells(tmp_path):
    rows = [["测试表 2021年广州市"], ["地区", "人口(人)", "人口(人)"], ["越秀区", 18, 19], ["海珠区", 37, 38]]
    refused(read(tmp_path, rows), DuplicateKey, "B3, C3", "B4, C4")
    assert [f[3] for f in figures(read(tmp_path, rows, skip=["C2:C4"]))] == ["18", "37"]


def test_the_same_region_twice_is_refused(tmp_path):
    rows = [["测试表 2021年广州市"], ["地区", "人口(人)"], ["越秀区", 18], ["海珠区", 37], ["越秀区", 18]]
    refused(read(tmp_path, rows), DuplicateKey, "B3, B5", "越秀区")


# --- vintages --------------------------------------------------------------------------------------


def test_growth_across_a_revision_is_refused_and_names_the_year(tmp_path):
    table = read(tmp_path, [*BREAK, BREAK_NOTE])
    with pytest.raises(VintageBreak) as caught:
        table.growth()
    assert "测试.xlsx" in str(caught.value)
    assert "2018" in str(caught.value)
    assert "next:" in str(caught.value)
    assert [f[3] for f in figures(table)] == ["80", "100", "80", "88"]


def test_growth_of_one_accounting_is_computed(tmp_path):
    growth = read(tmp_path, BREAK).growth("生产总值")
    assert growth[["region", "period"]].to_numpy().tolist() == [
        ["广州市", y] for y in ("2017", "2018", "2019")
    ]
    assert growth["growth_pct"].tolist() == pytest.approx([25, -20, 10])


def test_growth_of_an_unknown_indicator_is_a_wrong_parameter(tmp_path):
    with pytest.raises(ParameterError, match="生产总值"):
        read(tmp_path, BREAK).growth("地区生产总值")


def test_the_publication_day_is_the_vintage(tmp_path):
    table = read(tmp_path, BREAK, published=date(2023, 1, 17))
    assert column(table, "vintage") == ["2023-01-17"] * 4


# --- all at once -----------------------------------------------------------------------------------

MANY = [["测试表"], ["指标", "数"], ["人口", "***"], ["面积", 25], ["产值", 9], ["产值", 8]]


@pytest.mark.parametrize("kind", [RegionUnknown, PeriodAmbiguous, UnitUnresolved, RawTableError, CbsError])
def test_all_faults_of_a_table_are_raised_together_and_caught_under_each_name(tmp_path, kind):
    error = refused(read(tmp_path, MANY), kind)
    assert isinstance(error, RegionUnknown)
    assert isinstance(error, PeriodAmbiguous)
    assert isinstance(error, UnitUnresolved)
    assert len(error.faults) >= 3


@pytest.mark.parametrize("kind", [ValueUnreadable, DuplicateKey])
def test_unreadable_and_doubled_cells_are_named_beside_a_missing_region(tmp_path, kind):
    refused(read(tmp_path, MANY), kind)


def test_an_orphan_and_a_missing_unit_are_two_faults_of_one_exception(tmp_path):
    rows = [*NO_UNIT, [None, None, 11.4]]
    for kind in (OrphanCell, UnitUnresolved):
        error = refused(read(tmp_path, rows), kind, "C5", "生产总值")
        assert len(error.faults) == 2
    assert read(tmp_path, rows).refused == ("OrphanCell", "UnitUnresolved")


def test_options_lift_refusals_together(tmp_path):
    rows = [["测试表"], ["指标", "合计"], ["人口", 30], ["户数", 25], [None, 11]]
    table = read(
        tmp_path, rows, region="吉林省", period="2021", unit={"人口": "万人", "户数": "万户"}, skip=["B5"]
    )
    assert [f[1:] for f in figures(table)] == [
        ("吉林省", "2021", "30", "万人"),
        ("吉林省", "2021", "25", "万户"),
    ]


def test_refusals_of_all_tables_of_a_file_are_raised_together(tmp_path):
    path = tmp_path / "多表.xlsx"
    path.write_bytes(xlsx({"甲": NO_PERIOD, "乙": NO_UNIT, "丙": [["测试表 2021年广州市"], *NO_PERIOD[1:]]}))
    tables = read_tables(path)
    for kind in (PeriodAmbiguous, UnitUnresolved):
        with pytest.raises(kind) as caught:
            tables.observations()
        assert "sheet 甲" in str(caught.value)
        assert "sheet 乙" in str(caught.value)
        assert "sheet 丙" not in str(caught.value)


def test_one_table_of_a_file_is_read_beside_a_refused_one(tmp_path):
    path = tmp_path / "多表.xlsx"
    path.write_bytes(xlsx({"甲": NO_PERIOD, "丙": [["测试表 2021年广州市"], *NO_PERIOD[1:]]}))
    assert [f[3] for f in figures(read_tables(path)["丙"])] == ["30", "45"]


def test_a_refused_table_still_shows_what_was_understood(tmp_path):
    table = read(tmp_path, NO_UNIT)
    assert "UnitUnresolved" in str(table)
    assert "广州市" in str(table)
    assert "UnitUnresolved" in table._repr_html_()


def test_nothing_is_raised_before_figures_are_asked_for(tmp_path):
    tables = read_all(tmp_path, MANY)
    assert set(tables[0].refused) >= {"RegionUnknown", "PeriodAmbiguous", "UnitUnresolved"}


@pytest.mark.parametrize("row", [0, 1, 2])
def test_words_in_a_column_of_figures_are_missing_on_request_and_keep_their_text(tmp_path, row):
    body = [["越秀区", 30], ["海珠区", 45], ["天河区", 8]]
    body[row][1] = "见注"
    table = read(tmp_path, [["测试表 2021年广州市"], ["地区", "人口(万人)"], *body])
    found = figures(table, "status", unreadable="missing")
    assert [f[1] for f in found] == [YUEXIU, HAIZHU, TIANHE]
    assert found[row][3:] == ("见注", "万人", "unreadable")
