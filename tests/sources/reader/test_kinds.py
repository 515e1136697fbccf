"""Every kind of table that bureaus publish: one small table of our own each, its figures typed by hand."""

import math

import pytest

from cbs_analysis.errors import LayoutUnknown, ParameterError, RawTableError, UnitUnresolved
from cbs_analysis.sources.reader.read import read_table, read_tables

from .grids import FORMATS, column, delimited, figures, html, read, read_all, xlsx

YUEXIU, HAIZHU, TIANHE = "广州市 / 越秀区", "广州市 / 海珠区", "广州市 / 天河区"
NBS = """数据库：分省年度数据
指标：测试生产总值(亿元)
时间：最近2年
地区,2024年,2023年
北京市,100.5,90.5
天津市,80.5,

"注：1.测试说明一。
2.测试说明二。"
数据来源：国家统计局
"""
NBS_LINE = """数据库：{database}
{region}时间：最近2期
指标,{periods}
{rows}
数据来源：国家统计局
"""


@pytest.fixture
def put(tmp_path):
    """Write bytes or text under a name."""

    def write(content, name="测试.html"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# --- period, title, caption ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("测试表2.2 广州市各区人口（2012）", "2012"),
        ("20-6 测试各区人口（2024年）", "2024"),
        ("测试表 2017 年广州市人口", "2017"),
        ("测试表 广州市人口（２０２１年）", "2021"),
        ("测试表 广州市人口 (2004-2005年)", "2004/2005"),
        ("测试表 2022年第一季度广州市人口", "2022Q1"),
        ("测试表 2020年4月广州市人口", "2020-04"),
        ("测试表 2020年1—6月广州市人口", "2020-06"),
    ],
)
def test_the_title_row_gives_the_period_of_every_figure(tmp_path, title, period):
    rows = [[title], ["地区", "人口（万人）"], ["全  市", 30], ["越秀区", 10], ["海珠区", 20]]
    assert figures(read(tmp_path, rows)) == [
        ("人口", "广州市", period, "30", "万人"),
        ("人口", YUEXIU, period, "10", "万人"),
        ("人口", HAIZHU, period, "20", "万人"),
    ]


def test_a_paragraph_before_a_page_table_is_its_caption(put):
    rows = [["地区", "人口(万人)"], ["越秀区", 10], ["海珠区", 20]]
    table = read_table(put(html(rows, before="<p>测试文字。</p><p>测试表1 2025年广州市分区人口</p>")))
    assert table.caption == "测试表1 2025年广州市分区人口"
    assert figures(table) == [("人口", YUEXIU, "2025", "10", "万人"), ("人口", HAIZHU, "2025", "20", "万人")]


def test_the_title_of_a_page_is_the_last_place_for_a_period(put):
    page = html([["地区", "人口(万人)"], ["越秀区", 10], ["海珠区", 20]])
    table = read_table(put(page.replace("<head>", "<head><title>测试表 2025年广州市分区人口</title>")))
    assert figures(table) == [("人口", YUEXIU, "2025", "10", "万人"), ("人口", HAIZHU, "2025", "20", "万人")]


# --- units -----------------------------------------------------------------------------------------


def test_units_in_a_row_of_their_own_below_the_header(tmp_path):
    rows = [
        ["测试表 2021年广州市各区主要指标"],
        ["地区", "企业数", "人口", "总产值"],
        [None, "（个）", "（万人）", "（亿 元）"],
        ["越秀区", 1, 2, 3.5],
        ["海珠区", 4, 5, 6.5],
    ]
    table = read(tmp_path, rows)
    assert figures(table) == [
        ("企业数", YUEXIU, "2021", "1", "个"),
        ("人口", YUEXIU, "2021", "2", "万人"),
        ("总产值", YUEXIU, "2021", "3.5", "亿元"),
        ("企业数", HAIZHU, "2021", "4", "个"),
        ("人口", HAIZHU, "2021", "5", "万人"),
        ("总产值", HAIZHU, "2021", "6.5", "亿元"),
    ]
    assert column(table, "value")[:3] == [1, 20_000, 350_000_000]
    assert column(table, "unit")[1:3] == ["persons", "yuan"]


def test_a_unit_in_the_header_wins_over_the_unit_line(tmp_path):
    rows = [
        ["测试表 2021年广州市企业"], ["单位：万元"], ["地区", "企业单位数（个）", "营业收入"],
        ["越秀区", 10, 200], ["海珠区", 40, 500],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("企业单位数", YUEXIU, "2021", "10", "个"),
        ("营业收入", YUEXIU, "2021", "200", "万元"),
        ("企业单位数", HAIZHU, "2021", "40", "个"),
        ("营业收入", HAIZHU, "2021", "500", "万元"),
    ]


def test_units_in_row_labels(tmp_path):
    rows = [
        ["测试表 广州市主要指标"], ["指标", "2022年第一季度", "2022年第二季度"],
        ["国内生产总值当季值(亿元)", 10, 30], ["年末户籍人口 （万人）", 12, 13],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("国内生产总值当季值", "广州市", "2022Q1", "10", "亿元"),
        ("国内生产总值当季值", "广州市", "2022Q2", "30", "亿元"),
        ("年末户籍人口", "广州市", "2022Q1", "12", "万人"),
        ("年末户籍人口", "广州市", "2022Q2", "13", "万人"),
    ]


def test_a_unit_column_under_a_broken_head(tmp_path):
    rows = [
        ["测试表 广州市主要指标"], ["指标", "计量\r\n单位", "2023年", "2024年"],
        ["人口", "万人", 10, 9], ["生产总值", "亿元", 20, 19.5],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("人口", "广州市", "2023", "10", "万人"),
        ("人口", "广州市", "2024", "9", "万人"),
        ("生产总值", "广州市", "2023", "20", "亿元"),
        ("生产总值", "广州市", "2024", "19.5", "亿元"),
    ]


def test_a_chinese_unit_column_is_not_replaced_by_an_english_one(tmp_path):
    rows = [
        ["测试表 2021年广州市主要指标"], ["指标", "Item", "单位", "Unit", "2021年"],
        ["地区生产总值", "GDP", "亿元", "100 million yuan", 10],
        ["人口", "Population", "万人", "10 000 persons", 20],
    ]  # fmt: skip
    table = read(tmp_path, rows)
    assert figures(table) == [
        ("地区生产总值", "广州市", "2021", "10", "亿元"),
        ("人口", "广州市", "2021", "20", "万人"),
    ]
    assert column(table, "value") == [1_000_000_000, 200_000]


@pytest.mark.parametrize("title", ["测试表 2021年广州市财政", "测试表 广州市财政"])
def test_a_year_and_its_unit_in_one_header_cell(tmp_path, title):
    rows = [[title], ["指标", "2021年（万元）"], ["财政收入", 10], ["财政支出", 25]]
    assert figures(read(tmp_path, rows)) == [
        ("财政收入", "广州市", "2021", "10", "万元"),
        ("财政支出", "广州市", "2021", "25", "万元"),
    ]


def test_two_units_in_the_unit_line_are_shared_out_by_the_words_of_the_header(tmp_path):
    rows = [
        ["测试表 2021年广州市人口变动"], ["单位:人、‰"], ["地区", "出生人数", "出生率"],
        ["越秀区", 10, 1.5], ["海珠区", 20, 2.5],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("出生人数", YUEXIU, "2021", "10", "人"),
        ("出生率", YUEXIU, "2021", "1.5", "‰"),
        ("出生人数", HAIZHU, "2021", "20", "人"),
        ("出生率", HAIZHU, "2021", "2.5", "‰"),
    ]


# --- indentation and blanks ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "indent", ["  ", "\u3000\u3000", "\xa0" * 9, "\u2002\u2002"], ids=["ascii", "u3000", "nbsp", "u2002"]
)
@pytest.mark.parametrize("form", FORMATS)
def test_indentation_by_any_blank_makes_a_row_a_part(tmp_path, indent, form):
    if form == "html" and indent == "  ":
        pytest.skip("a page does not show ordinary blanks at the start of a cell")
    rows = [
        ["测试表 广州市人口", ""], ["单位：万人", ""], ["指标", "2021年"],
        ["总人口", 30], [indent + "城镇人口", 20], [indent + "乡村人口", 10],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows, form)) == [
        ("总人口", "广州市", "2021", "30", "万人"),
        ("总人口 / 城镇人口", "广州市", "2021", "20", "万人"),
        ("总人口 / 乡村人口", "广州市", "2021", "10", "万人"),
    ]


def test_blanks_inside_words_are_no_part_of_them(tmp_path):
    rows = [
        ["测试表  2017 年广 州 市 人  口"], ["单 位：万 人"], ["地  区", "年 末 人 口"],
        ["合  计", 30], ["越\xa0秀 区", 10], ["海　珠区", 20],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("年末人口", "广州市", "2017", "30", "万人"),
        ("年末人口", YUEXIU, "2017", "10", "万人"),
        ("年末人口", HAIZHU, "2017", "20", "万人"),
    ]


# --- headers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["xlsx", "xls", "html"])
def test_merged_headers_are_paths(tmp_path, form):
    rows = [
        ["测试表 2021年广州市各区", None, None, None, None],
        ["地区", "户籍人口（万人）", None, None, "面积（平方公里）"],
        [None, "合计", "男", "女", None],
        ["越秀区", 21, 10, 11, 12],
        ["海珠区", 41, 20, 21, 25],
    ]
    table = read(tmp_path, rows, form, merges=["A1:E1", "A2:A3", "B2:D2", "E2:E3"])
    assert figures(table) == [
        ("户籍人口 / 合计", YUEXIU, "2021", "21", "万人"),
        ("户籍人口 / 男", YUEXIU, "2021", "10", "万人"),
        ("户籍人口 / 女", YUEXIU, "2021", "11", "万人"),
        ("面积", YUEXIU, "2021", "12", "平方公里"),
        ("户籍人口 / 合计", HAIZHU, "2021", "41", "万人"),
        ("户籍人口 / 男", HAIZHU, "2021", "20", "万人"),
        ("户籍人口 / 女", HAIZHU, "2021", "21", "万人"),
        ("面积", HAIZHU, "2021", "25", "平方公里"),
    ]


def test_a_header_of_three_levels_without_merges_reaches_over_the_empty_cells(tmp_path):
    rows = [
        ["测试表 2021年广州市各区工业"],
        ["地区", "工业企业", None, None, "人口（万人）"],
        [None, "企业数（个）", "产值（亿元）", None],
        [None, None, "轻工业", "重工业"],
        ["越秀区", 1, 2, 3, 9],
        ["海珠区", 4, 6, 5, 8],
    ]
    assert figures(read(tmp_path, rows, "csv")) == [
        ("工业企业 / 企业数", YUEXIU, "2021", "1", "个"),
        ("工业企业 / 产值 / 轻工业", YUEXIU, "2021", "2", "亿元"),
        ("工业企业 / 产值 / 重工业", YUEXIU, "2021", "3", "亿元"),
        ("人口", YUEXIU, "2021", "9", "万人"),
        ("工业企业 / 企业数", HAIZHU, "2021", "4", "个"),
        ("工业企业 / 产值 / 轻工业", HAIZHU, "2021", "6", "亿元"),
        ("工业企业 / 产值 / 重工业", HAIZHU, "2021", "5", "亿元"),
        ("人口", HAIZHU, "2021", "8", "万人"),
    ]


def test_words_split_over_rows_without_merges_are_one_word(tmp_path):
    rows = [
        ["测试表 2021年广州市主要指标"],
        ["指标", "计量", "合计", "越秀", "海珠"],
        [None, "单位", None, "区", "区"],
        ["人口", "万人", 30, 10, 20],
        ["户数", "万户", 3, 1, 2],
    ]
    assert figures(read(tmp_path, rows)) == [
        ("人口", "广州市", "2021", "30", "万人"),
        ("人口", YUEXIU, "2021", "10", "万人"),
        ("人口", HAIZHU, "2021", "20", "万人"),
        ("户数", "广州市", "2021", "3", "万户"),
        ("户数", YUEXIU, "2021", "1", "万户"),
        ("户数", HAIZHU, "2021", "2", "万户"),
    ]


def test_a_marked_part_one_row_below_its_whole(tmp_path):
    rows = [
        ["测试表 2021年广州市"], ["地区", "出生人数(人)", None], [None, None, "  #婴儿"],
        ["越秀区", 10, 2], ["海珠区", 30, 4],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("出生人数", YUEXIU, "2021", "10", "人"),
        ("出生人数 / 婴儿", YUEXIU, "2021", "2", "人"),
        ("出生人数", HAIZHU, "2021", "30", "人"),
        ("出生人数 / 婴儿", HAIZHU, "2021", "4", "人"),
    ]


def test_spacer_rows_between_header_and_body_are_no_rows(tmp_path):
    rows = [["测试表 2021年广州市"], ["地区", "人口(人)"], ["　", "　"], [], ["越秀区", 18], ["海珠区", 37]]
    assert figures(read(tmp_path, rows)) == [
        ("人口", YUEXIU, "2021", "18", "人"),
        ("人口", HAIZHU, "2021", "37", "人"),
    ]


# --- regions and totals ----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["总  计 ", "全市合计", "全市", "合 计"])
def test_a_totals_row_is_the_region_of_the_table(tmp_path, word):
    rows = [["测试表 2021年广州市人口"], ["地区", "人口(万人)"], [word, 60], ["越秀区", 20], ["海珠区", 40]]
    assert figures(read(tmp_path, rows)) == [
        ("人口", "广州市", "2021", "60", "万人"),
        ("人口", YUEXIU, "2021", "20", "万人"),
        ("人口", HAIZHU, "2021", "40", "万人"),
    ]


def test_subtotals_of_groups_of_regions_keep_their_own_name(tmp_path):
    rows = [
        ["测试表 2021年广州市人口"], ["地区", "人口(万人)"], ["全市", 100], ["市区", 70], ["  越秀区", 30],
        ["  海珠区", 40], ["东南板块", 20], ["西北板块", 10],
    ]  # fmt: skip
    assert [f[1] for f in figures(read(tmp_path, rows))] == [
        "广州市", "广州市 / 市区", YUEXIU, HAIZHU, "广州市 / 东南板块", "广州市 / 西北板块",
    ]  # fmt: skip


def test_the_same_label_under_several_cities_takes_the_city_into_its_path(tmp_path):
    rows = [
        ["测试表 2021年吉林省各市县人口"], ["地区", "人口(万人)"], ["全省合计", 90],
        ["长春市", 30], ["市本级", 10], ["农安县", 20],
        ["吉林市", 50], ["市本级", 15], ["永吉县", 35],
        ["延边州", 10], ["州本级", 4], ["延吉市", 6],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("人口", "吉林省", "2021", "90", "万人"),
        ("人口", "吉林省 / 长春市", "2021", "30", "万人"),
        ("人口", "吉林省 / 长春市 / 市本级", "2021", "10", "万人"),
        ("人口", "吉林省 / 长春市 / 农安县", "2021", "20", "万人"),
        ("人口", "吉林省 / 吉林市", "2021", "50", "万人"),
        ("人口", "吉林省 / 吉林市 / 市本级", "2021", "15", "万人"),
        ("人口", "吉林省 / 吉林市 / 永吉县", "2021", "35", "万人"),
        ("人口", "吉林省 / 延边州", "2021", "10", "万人"),
        ("人口", "吉林省 / 延边州 / 州本级", "2021", "4", "万人"),
        ("人口", "吉林省 / 延边州 / 延吉市", "2021", "6", "万人"),
    ]


def test_a_province_without_figures_heads_its_cities_wherever_it_stands(tmp_path):
    rows = [
        ["测试表 2021年各城市人口"], ["城市", "人口(万人)"],
        ["河北省", None], ["石家庄市", 10], ["唐山市", 25], ["吉林省", None], ["长春市", 30], ["吉林市", 5],
    ]  # fmt: skip
    assert [f[1] for f in figures(read(tmp_path, rows))] == [
        "河北省 / 石家庄市", "河北省 / 唐山市", "吉林省 / 长春市", "吉林省 / 吉林市",
    ]  # fmt: skip


def test_a_misspelt_region_is_kept_and_the_note_names_the_nearest(tmp_path):
    rows = [
        ["测试表 2021年各省人口"],
        ["地区", "人口(万人)"],
        ["西藏自冶区", 3],
        ["北京市", 2],
        ["吉林省", 4],
    ]
    table = read(tmp_path, rows)
    assert [f[1] for f in figures(table)] == ["西藏自冶区", "北京市", "吉林省"]
    assert column(table, "region_code") == ["", "110000", "220000"]
    assert "西藏自治区" in column(table, "note")[0]


# --- missing, below one unit, zero -----------------------------------------------------------------


def test_blank_cells_are_missing_and_say_so(tmp_path):
    rows = [
        ["测试表 2021年广州市"], ["地区", "人口(万人)", "面积(公顷)"],
        ["越秀区", 10, None], ["海珠区", "", 20], ["天河区", 5, 6], ["番禺区", "　", 7],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows), "status", "note") == [
        ("人口", YUEXIU, "2021", "10", "万人", "reported", ""),
        ("面积", YUEXIU, "2021", "", "公顷", "missing", "blank in source"),
        ("人口", HAIZHU, "2021", "", "万人", "missing", "blank in source"),
        ("面积", HAIZHU, "2021", "20", "公顷", "reported", ""),
        ("人口", TIANHE, "2021", "5", "万人", "reported", ""),
        ("面积", TIANHE, "2021", "6", "公顷", "reported", ""),
        ("人口", "广州市 / 番禺区", "2021", "", "万人", "missing", "blank in source"),
        ("面积", "广州市 / 番禺区", "2021", "7", "公顷", "reported", ""),
    ]


@pytest.mark.parametrize("sign", ["-", "－", "—", "——", "--", "...", "    -"])
def test_signs_for_a_missing_figure_are_missing_as_published(tmp_path, sign):
    rows = [["测试表 2021年广州市"], ["地区", "人口(万人)"], ["越秀区", sign], ["海珠区", 37], ["天河区", 8]]
    table = read(tmp_path, rows)
    assert figures(table, "status")[0] == ("人口", YUEXIU, "2021", sign.strip(), "万人", "missing")
    assert math.isnan(column(table, "value")[0])


def test_a_true_ellipsis_is_less_than_one_unit_and_neither_zero_nor_missing(tmp_path):
    rows = [["测试表 2021年上海市"], ["地区", "人口(万人)"], ["黄浦区", "…"], ["徐汇区", 37], ["长宁区", 8]]
    table = read(tmp_path, rows)
    assert figures(table, "status")[0] == ("人口", "上海市 / 黄浦区", "2021", "…", "万人", "below_unit")
    assert (column(table, "lower")[0], column(table, "upper")[0]) == (0, 10_000)
    assert math.isnan(column(table, "value")[0])


def test_zero_is_a_figure(tmp_path):
    rows = [["测试表 2021年广州市"], ["地区", "人口(万人)"], ["越秀区", 0], ["海珠区", "0.0"], ["天河区", 7]]
    table = read(tmp_path, rows)
    assert column(table, "value") == [0, 0, 70_000]
    assert column(table, "status") == ["reported"] * 3


# --- time on an axis -------------------------------------------------------------------------------


def test_years_as_columns_with_the_newest_first(tmp_path):
    rows = [
        ["测试表 广州市主要指标"],
        ["指标", "2024年", "2023年"],
        ["人口(万人)", 10, 9],
        ["面积(公顷)", 20, 19],
    ]
    assert figures(read(tmp_path, rows)) == [
        ("人口", "广州市", "2024", "10", "万人"),
        ("人口", "广州市", "2023", "9", "万人"),
        ("面积", "广州市", "2024", "20", "公顷"),
        ("面积", "广州市", "2023", "19", "公顷"),
    ]


def test_months_as_columns(tmp_path):
    rows = [
        ["测试表 广州市产量"],
        ["产品", "2020年4月", "2020年5月"],
        ["水泥(吨)", 20, 19],
        ["钢材(吨)", 30, 28],
    ]
    assert figures(read(tmp_path, rows)) == [
        ("水泥", "广州市", "2020-04", "20", "吨"),
        ("水泥", "广州市", "2020-05", "19", "吨"),
        ("钢材", "广州市", "2020-04", "30", "吨"),
        ("钢材", "广州市", "2020-05", "28", "吨"),
    ]


@pytest.mark.parametrize("years", [(1995.0, 1998.0, 2000.0), ("1995年", "1996年", "1997年")])
def test_years_as_rows(tmp_path, years):
    rows = [["测试表 广州市"], ["年份", "人口(万人)", "产值(亿元)"]]
    rows += [[year, 10 * i, 7 + i * i] for i, year in enumerate(years, 1)]
    first, second, third = (str(y)[:4] for y in years)
    assert figures(read(tmp_path, rows)) == [
        ("人口", "广州市", first, "10", "万人"),
        ("产值", "广州市", first, "8", "亿元"),
        ("人口", "广州市", second, "20", "万人"),
        ("产值", "广州市", second, "11", "亿元"),
        ("人口", "广州市", third, "30", "万人"),
        ("产值", "广州市", third, "16", "亿元"),
    ]


@pytest.mark.parametrize("years", [(1995, 1996, 1997), (1995.0, 1996.0, 1997.0), ("1995", "1996", "1997")])
def test_numeric_years_one_after_another_are_periods_and_no_running_numbers(tmp_path, years):
    rows = [["测试表 广州市人口"], ["年份", "人口(万人)"], *([year, 10] for year in years)]
    assert [f[2] for f in figures(read(tmp_path, rows))] == ["1995", "1996", "1997"]


def test_parts_of_a_year_in_the_header_take_the_year_of_the_title(tmp_path):
    rows = [["测试表 2020年广州市工业"], ["指标", "1-2月", "1-3月", "4月"], ["工业产值(万元)", 10, 20, 3]]
    assert figures(read(tmp_path, rows), "period_kind") == [
        ("工业产值", "广州市", "2020-02", "10", "万元", "cumulative"),
        ("工业产值", "广州市", "2020-03", "20", "万元", "cumulative"),
        ("工业产值", "广州市", "2020-04", "3", "万元", "flow"),
    ]


def test_quarter_values_and_cumulative_values_interleaved_are_two_series(put):
    text = NBS_LINE.format(
        database="分省季度数据", region="地区：吉林省\n", periods="2024年第二季度,2024年第一季度",
        rows="测试生产总值_当季值(亿元),100.5,90.5\n测试生产总值_累计值(亿元),191,90.5",
    )  # fmt: skip
    assert figures(read_table(put(text, "季度.csv")), "period_kind") == [
        ("测试生产总值_当季值", "吉林省", "2024Q2", "100.5", "亿元", "flow"),
        ("测试生产总值_当季值", "吉林省", "2024Q1", "90.5", "亿元", "flow"),
        ("测试生产总值_累计值", "吉林省", "2024Q2", "191", "亿元", "cumulative"),
        ("测试生产总值_累计值", "吉林省", "2024Q1", "90.5", "亿元", "cumulative"),
    ]


def test_the_month_whose_growth_is_only_published_cumulatively_is_missing(put):
    text = NBS_LINE.format(
        database="月度数据", region="", periods="2020年3月,2020年2月",
        rows="工业增加值_同比增长(%),1.5,\n工业增加值_累计增长(%),1.5,-3.5",
    )  # fmt: skip
    assert figures(read_table(put(text, "月度.csv")), "status", "period_kind") == [
        ("工业增加值_同比增长", "全国", "2020-03", "1.5", "%", "reported", "growth"),
        ("工业增加值_同比增长", "全国", "2020-02", "", "%", "missing", "growth"),
        ("工业增加值_累计增长", "全国", "2020-03", "1.5", "%", "reported", "growth"),
        ("工业增加值_累计增长", "全国", "2020-02", "-3.5", "%", "reported", "growth"),
    ]


# --- exports of the national site ------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_an_export_with_preamble_and_trailer(put, encoding):
    table = read_table(put(NBS.encode(encoding), "分省年度数据.csv"))
    assert figures(table, "status") == [
        ("测试生产总值", "北京市", "2024", "100.5", "亿元", "reported"),
        ("测试生产总值", "北京市", "2023", "90.5", "亿元", "reported"),
        ("测试生产总值", "天津市", "2024", "80.5", "亿元", "reported"),
        ("测试生产总值", "天津市", "2023", "", "亿元", "missing"),
    ]
    assert table.source == "国家统计局"
    assert "测试说明二" in " ".join(table.notes)


def test_an_export_by_indicator_takes_its_region_from_the_preamble(put):
    text = NBS_LINE.format(
        database="分省年度数据",
        region="地区：吉林省\n",
        periods="2024年,2023年",
        rows="测试生产总值(亿元),100.5,90.5",
    )
    assert figures(read_table(put(text, "年度.csv"))) == [
        ("测试生产总值", "吉林省", "2024", "100.5", "亿元"),
        ("测试生产总值", "吉林省", "2023", "90.5", "亿元"),
    ]


def test_an_export_with_tabs_before_the_commas(put):
    text = (
        "数据库：分省年度数据\t\n地区：吉林省\t\n时间：最近2年\t\n指标\t,2024年\t,2023年\t\n"
        "测试生产总值(亿元)\t,100.5\t,90.5\t\n户籍人口(万人)\t,20\t,21\t\n数据来源：国家统计局\t\n"
    )
    assert figures(read_table(put(text, "年度.csv"))) == [
        ("测试生产总值", "吉林省", "2024", "100.5", "亿元"),
        ("测试生产总值", "吉林省", "2023", "90.5", "亿元"),
        ("户籍人口", "吉林省", "2024", "20", "万人"),
        ("户籍人口", "吉林省", "2023", "21", "万人"),
    ]


# --- several tables --------------------------------------------------------------------------------


def test_sheets_named_by_years_are_tables_of_these_years(put):
    sheets = {
        "2022": [["地区", "人口(万人)"], ["越秀区", 10], ["海珠区", 20]],
        "2008": [["地区", "人口(万人)"], ["越秀区", 1], ["海珠区", 2]],
    }
    tables = read_tables(put(xlsx(sheets), "人口.xlsx"))
    assert tables.names == ("2022", "2008")
    assert figures(tables) == [
        ("人口", YUEXIU, "2022", "10", "万人"),
        ("人口", HAIZHU, "2022", "20", "万人"),
        ("人口", YUEXIU, "2008", "1", "万人"),
        ("人口", HAIZHU, "2008", "2", "万人"),
    ]


def test_sheets_stay_in_the_order_of_the_file(put):
    sheets = {
        f"Sheet{i}": [[f"测试表 20{i:02d}年广州市人口"], ["地区", "人口(万人)"], ["越秀区", i], ["海珠区", 2]]
        for i in (1, 10, 2, 11)
    }
    tables = read_tables(put(xlsx(sheets), "人口.xlsx"))
    assert tables.names == ("Sheet1", "Sheet10", "Sheet2", "Sheet11")
    assert [f[2:4] for f in figures(tables)][::2] == [
        ("2001", "1"),
        ("2010", "10"),
        ("2002", "2"),
        ("2011", "11"),
    ]


def test_a_sheet_of_advertising_is_no_table(put):
    sheets = {
        "表": [["测试表 2021年广州市"], ["地区", "人口(人)"], ["越秀区", 18], ["海珠区", 37]],
        "更多数据": [["更多数据，尽在【测试网】"]],
    }
    tables = read_tables(put(xlsx(sheets), "人口.xlsx"))
    assert tables.names == ("表",)
    assert len(figures(tables)) == 2


def test_stacked_tables_with_titles_of_their_own_are_split(tmp_path):
    rows = [
        ["测试表1 2021年广州市人口"], ["地区", "人口(万人)"], ["越秀区", 10], ["海珠区", 25], [],
        ["表2 2020年广州市面积"], ["地区", "面积(公顷)"], ["越秀区", 30], ["海珠区", 45],
    ]  # fmt: skip
    assert figures(read_all(tmp_path, rows)) == [
        ("人口", YUEXIU, "2021", "10", "万人"),
        ("人口", HAIZHU, "2021", "25", "万人"),
        ("面积", YUEXIU, "2020", "30", "公顷"),
        ("面积", HAIZHU, "2020", "45", "公顷"),
    ]


def test_side_by_side_blocks_are_stacked(tmp_path):
    rows = [
        ["测试表 2021年广州市工业"], ["行 业", "比上年增长（%）", "行 业", "比上年增长（%）"],
        ["食品", 1.5, "纺织", 2.5], ["烟草", 3.5, "造纸", -4.5],
    ]  # fmt: skip
    assert sorted(figures(read_all(tmp_path, rows))) == sorted([
        ("食品 / 比上年增长", "广州市", "2021", "1.5", "%"),
        ("纺织 / 比上年增长", "广州市", "2021", "2.5", "%"),
        ("烟草 / 比上年增长", "广州市", "2021", "3.5", "%"),
        ("造纸 / 比上年增长", "广州市", "2021", "-4.5", "%"),
    ])  # fmt: skip


@pytest.mark.parametrize("word", ["续表3-2", "续表", "3-2 续表"])
def test_a_continued_table_goes_on_with_the_title_above(tmp_path, word):
    rows = [
        ["测试表3-2 2021年广州市各区人口"], ["单位：万人"], ["地区", "人口"], ["越秀区", 18], ["海珠区", 37],
        [word], ["单位：万人"], ["地区", "人口"], ["天河区", 12], ["番禺区", 29],
    ]  # fmt: skip
    assert figures(read_all(tmp_path, rows)) == [
        ("人口", YUEXIU, "2021", "18", "万人"),
        ("人口", HAIZHU, "2021", "37", "万人"),
        ("人口", TIANHE, "2021", "12", "万人"),
        ("人口", "广州市 / 番禺区", "2021", "29", "万人"),
    ]


# --- growth and shares -----------------------------------------------------------------------------


def test_growth_under_its_indicator_is_a_part_of_its_path(tmp_path):
    rows = [
        ["测试表 2021年广州市各区", None, None, None, None],
        ["地区", "生产总值", None, "工业总产值", None],
        [None, "绝对数（亿元）", "比上年增长（%）", "绝对数（亿元）", "比上年增长（%）"],
        ["越秀区", 10, 1.5, 20, 2.5],
        ["海珠区", 30, -3.5, 40, 4.5],
    ]
    table = read(tmp_path, rows, merges=["A1:E1", "A2:A3", "B2:C2", "D2:E2"])
    assert figures(table, "period_kind") == [
        ("生产总值 / 绝对数", YUEXIU, "2021", "10", "亿元", "flow"),
        ("生产总值 / 比上年增长", YUEXIU, "2021", "1.5", "%", "growth"),
        ("工业总产值 / 绝对数", YUEXIU, "2021", "20", "亿元", "flow"),
        ("工业总产值 / 比上年增长", YUEXIU, "2021", "2.5", "%", "growth"),
        ("生产总值 / 绝对数", HAIZHU, "2021", "30", "亿元", "flow"),
        ("生产总值 / 比上年增长", HAIZHU, "2021", "-3.5", "%", "growth"),
        ("工业总产值 / 绝对数", HAIZHU, "2021", "40", "亿元", "flow"),
        ("工业总产值 / 比上年增长", HAIZHU, "2021", "4.5", "%", "growth"),
    ]


@pytest.mark.parametrize("pairs", [1, 2])
def test_growth_beside_its_level_names_what_grew(tmp_path, pairs):
    heads = [h for name in ("生产总值", "工业总产值")[:pairs] for h in (f"{name}（亿元）", "比上年增长（%）")]
    rows = [
        ["测试表 2021年广州市各区"], ["地区", *heads],
        ["越秀区", *(10, 1.5, 20, 2.5)[: 2 * pairs]], ["海珠区", *(30, 3.5, 40, 4.5)[: 2 * pairs]],
    ]  # fmt: skip
    names = [f[0] for f in figures(read(tmp_path, rows))]
    assert names[:2] == ["生产总值", "生产总值 / 比上年增长"]
    assert names[2 * pairs - 1] == ("生产总值 / 比上年增长" if pairs == 1 else "工业总产值 / 比上年增长")


def test_growth_beside_levels_with_a_unit_column_is_in_percent(tmp_path):
    rows = [
        ["测试表 2021年1-6月广州市主要经济指标"], ["指标", "单位", "1-6月累计", "同比增长（%）"],
        ["地区生产总值", "亿元", 100, 5.5], ["固定资产投资", "亿元", 50, -1.5],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows), "period_kind") == [
        ("地区生产总值", "广州市", "2021-06", "100", "亿元", "cumulative"),
        ("地区生产总值 / 同比增长", "广州市", "2021-06", "5.5", "%", "growth"),
        ("固定资产投资", "广州市", "2021-06", "50", "亿元", "cumulative"),
        ("固定资产投资 / 同比增长", "广州市", "2021-06", "-1.5", "%", "growth"),
    ]


def test_the_month_and_the_months_so_far_beside_each_other(tmp_path):
    rows = [
        ["测试表 2021年6月广州市主要经济指标"], ["指标", "单位", "本月", "本月止累计", "累计增长%"],
        ["工业总产值", "亿元", 100, 600, 6.5], ["进出口总额", "亿元", 50, 300, 2.5],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows), "period_kind") == [
        ("工业总产值 / 本月", "广州市", "2021-06", "100", "亿元", "flow"),
        ("工业总产值 / 本月止累计", "广州市", "2021-06", "600", "亿元", "cumulative"),
        ("工业总产值 / 累计增长", "广州市", "2021-06", "6.5", "%", "growth"),
        ("进出口总额 / 本月", "广州市", "2021-06", "50", "亿元", "flow"),
        ("进出口总额 / 本月止累计", "广州市", "2021-06", "300", "亿元", "cumulative"),
        ("进出口总额 / 累计增长", "广州市", "2021-06", "2.5", "%", "growth"),
    ]


def test_growth_as_a_multiple_keeps_its_own_unit(tmp_path):
    rows = [
        ["测试表 2021年广州市工业"],
        ["行业", "比上年增长（%）"],
        ["食品", 1.5],
        ["烟草", "1.3倍"],
        ["造纸", -2],
    ]
    assert figures(read(tmp_path, rows)) == [
        ("食品 / 比上年增长", "广州市", "2021", "1.5", "%"),
        ("烟草 / 比上年增长", "广州市", "2021", "1.3倍", "倍"),
        ("造纸 / 比上年增长", "广州市", "2021", "-2", "%"),
    ]


def test_a_percent_sign_in_the_cell_is_its_unit(tmp_path):
    rows = [
        ["测试表 2021年广州市工业"], ["行业", "产值(亿元)", "比上年增长"], ["食品", 4, "-1.1%"],
        ["烟草", 6, "2.0%"],
    ]  # fmt: skip
    table = read(tmp_path, rows)
    assert figures(table) == [
        ("食品 / 产值", "广州市", "2021", "4", "亿元"),
        ("食品 / 比上年增长", "广州市", "2021", "-1.1%", "%"),
        ("烟草 / 产值", "广州市", "2021", "6", "亿元"),
        ("烟草 / 比上年增长", "广州市", "2021", "2.0%", "%"),
    ]
    assert column(table, "value") == [400_000_000, -1.1, 600_000_000, 2]


def test_a_cell_shown_in_percent_is_read_as_shown(tmp_path):
    rows = [["测试表 2021年广州市工业"], ["行业", "比上年增长"], ["食品", 0.011], ["烟草", -0.02]]
    table = read(tmp_path, rows, percents=["B3", "B4"])
    assert figures(table) == [
        ("食品 / 比上年增长", "广州市", "2021", "1.1", "%"),
        ("烟草 / 比上年增长", "广州市", "2021", "-2", "%"),
    ]
    assert column(table, "value") == [1.1, -2]


@pytest.mark.parametrize(
    ("label", "unit", "base"),
    [
        ("居民消费价格指数(上年同月=100)", "上年同月=100", "same_month_previous_year"),
        ("居民消费价格指数（1978年=100）", "1978年=100", "1978"),
        ("居民消费价格指数(上年=100)", "上年=100", "previous_year"),
    ],
)
def test_an_index_carries_its_base(tmp_path, label, unit, base):
    rows = [["测试表 广州市价格"], ["指标", "2021年"], [label, 101.5], ["人口(人)", 2]]
    table = read(tmp_path, rows)
    assert figures(table, "period_kind", "base")[0] == (
        "居民消费价格指数", "广州市", "2021", "101.5", unit, "index", base,
    )  # fmt: skip


def test_an_index_base_in_the_caption_of_a_page(put):
    rows = [["指标", "2025年"], ["居民消费价格指数", 101.5], ["衣着", 100.5]]
    page = html(rows, before="<p>测试表1 2025年广州市居民消费价格指数</p><p>以上年为100</p>")
    assert figures(read_table(put(page)), "base") == [
        ("居民消费价格指数", "广州市", "2025", "101.5", "以上年为100", "previous_year"),
        ("衣着", "广州市", "2025", "100.5", "以上年为100", "previous_year"),
    ]


def test_an_index_base_in_the_header(tmp_path):
    rows = [["测试表 2021年广州市价格"], ["指标", "上年同期=100"], ["食品价格", 101.5], ["衣着价格", 100.5]]
    table = read(tmp_path, rows)
    assert column(table, "period_kind") == ["index"] * 2
    assert column(table, "base") == ["same_period_previous_year"] * 2


# --- rows that need their parents ------------------------------------------------------------------


def test_equal_labels_under_indented_wholes_have_different_paths(tmp_path):
    rows = [
        ["测试表 广州市人口"], ["单位：万人"], ["指标", "2021年"],
        ["户籍人口", 30], ["  男", 14], ["  女", 16], ["常住人口", 50], ["  男", 24], ["  女", 26],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("户籍人口", "广州市", "2021", "30", "万人"),
        ("户籍人口 / 男", "广州市", "2021", "14", "万人"),
        ("户籍人口 / 女", "广州市", "2021", "16", "万人"),
        ("常住人口", "广州市", "2021", "50", "万人"),
        ("常住人口 / 男", "广州市", "2021", "24", "万人"),
        ("常住人口 / 女", "广州市", "2021", "26", "万人"),
    ]


def test_men_and_women_that_add_up_to_the_row_above_are_its_parts(tmp_path):
    rows = [
        ["测试表 广州市人口"], ["单位：万人"], ["指标", "2021年"],
        ["户籍人口", 30], ["男", 14], ["女", 16], ["常住人口", 50], ["男", 24], ["女", 26],
    ]  # fmt: skip
    assert [f[0] for f in figures(read(tmp_path, rows))] == [
        "户籍人口", "户籍人口 / 男", "户籍人口 / 女", "常住人口", "常住人口 / 男", "常住人口 / 女",
    ]  # fmt: skip


def test_a_sub_item_belongs_to_the_row_above_it_each_time(tmp_path):
    rows = [
        ["测试表 广州市房地产"], ["指标", "单位", "2021年"], ["施工面积", "万平方米", 30],
        ["其中：住宅", "万平方米", 20], ["竣工面积", "万平方米", 10], ["其中：住宅", "万平方米", 6],
        ["销售额", "亿元", 9], ["其中：住宅", "亿元", 8],
    ]  # fmt: skip
    assert [f[0] for f in figures(read(tmp_path, rows))] == [
        "施工面积", "施工面积 / 住宅", "竣工面积", "竣工面积 / 住宅", "销售额", "销售额 / 住宅",
    ]  # fmt: skip


def test_indented_sub_items_belong_to_the_row_above_them(tmp_path):
    rows = [
        ["测试表 广州市房地产"], ["指标", "单位", "2021年"], ["施工面积", "万平方米", 30],
        ["  其中：住宅", "万平方米", 20], ["竣工面积", "万平方米", 10], ["  其中：住宅", "万平方米", 6],
        ["销售额", "亿元", 9], ["  其中：住宅", "亿元", 8],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("施工面积", "广州市", "2021", "30", "万平方米"),
        ("施工面积 / 住宅", "广州市", "2021", "20", "万平方米"),
        ("竣工面积", "广州市", "2021", "10", "万平方米"),
        ("竣工面积 / 住宅", "广州市", "2021", "6", "万平方米"),
        ("销售额", "广州市", "2021", "9", "亿元"),
        ("销售额 / 住宅", "广州市", "2021", "8", "亿元"),
    ]


@pytest.mark.parametrize("unit_column", [True, False])
def test_headings_without_figures_head_the_rows_below(tmp_path, unit_column):
    rows = [
        ["测试表 广州市运输"], ["指标", "单位", "2021年"], ["公路", None, None], ["货物发送量", "万吨", 20],
        ["旅客发送量", "万人", 2], ["水路", None, None], ["货物发送量", "万吨", 6], ["旅客发送量", "万人", 1],
    ]  # fmt: skip
    if not unit_column:
        rows = [
            [r[0] + (f"（{r[1]}）" if len(r) > 2 and r[1] not in (None, "单位") else ""), *r[2:]]
            for r in rows
        ]
    assert figures(read(tmp_path, rows)) == [
        ("公路 / 货物发送量", "广州市", "2021", "20", "万吨"),
        ("公路 / 旅客发送量", "广州市", "2021", "2", "万人"),
        ("水路 / 货物发送量", "广州市", "2021", "6", "万吨"),
        ("水路 / 旅客发送量", "广州市", "2021", "1", "万人"),
    ]


def test_a_heading_below_a_row_with_figures_heads_what_follows(tmp_path):
    rows = [
        ["测试表 广州市人口"], ["指标", "单位", "2021年"], ["户籍人口", "万人", 30],
        ["在户籍总人口中", None, None], ["男性", "万人", 14], ["女性", "万人", 16],
        ["人口变动情况", None, None], ["出生人数", "人", 5], ["死亡人数", "人", 4],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("户籍人口", "广州市", "2021", "30", "万人"),
        ("在户籍总人口中 / 男性", "广州市", "2021", "14", "万人"),
        ("在户籍总人口中 / 女性", "广州市", "2021", "16", "万人"),
        ("人口变动情况 / 出生人数", "广州市", "2021", "5", "人"),
        ("人口变动情况 / 死亡人数", "广州市", "2021", "4", "人"),
    ]


def test_numbering_makes_the_tree(tmp_path):
    rows = [
        ["测试表 广州市主要指标"], ["指标", "单位", "2021年"], ["一、人口", "万人", 30],
        ["1.城镇", "万人", 20],
        ["2.乡村", "万人", 10], ["二、面积", "公顷", 9], ["（一）耕地", "公顷", 4], ["1. 水田", "公顷", 3],
    ]  # fmt: skip
    assert [f[0] for f in figures(read(tmp_path, rows))] == [
        "人口", "人口 / 城镇", "人口 / 乡村", "面积", "面积 / 耕地", "面积 / 耕地 / 水田",
    ]  # fmt: skip


def test_marked_columns_are_parts_of_the_column_to_the_left(tmp_path):
    rows = [
        ["测试表 2021年广州市财政"], ["单位：万元"],
        ["地区", "财政收入", "#增值税", "# 企业所得税", "财政支出"],
        ["越秀区", 100, 40, 20, 9], ["海珠区", 200, 50, 25, 7],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("财政收入", YUEXIU, "2021", "100", "万元"),
        ("财政收入 / 增值税", YUEXIU, "2021", "40", "万元"),
        ("财政收入 / 企业所得税", YUEXIU, "2021", "20", "万元"),
        ("财政支出", YUEXIU, "2021", "9", "万元"),
        ("财政收入", HAIZHU, "2021", "200", "万元"),
        ("财政收入 / 增值税", HAIZHU, "2021", "50", "万元"),
        ("财政收入 / 企业所得税", HAIZHU, "2021", "25", "万元"),
        ("财政支出", HAIZHU, "2021", "7", "万元"),
    ]


def test_marked_rows_are_parts_of_the_row_above_and_an_unmarked_row_is_none(tmp_path):
    rows = [
        ["测试表 广州市财政"], ["单位：万元"], ["指标", "2021年"], ["财政收入", 100], ["#增值税", 40],
        ["# 企业所得税", 20], ["财政支出", 200], ["#教育", 50],
    ]  # fmt: skip
    assert [f[0] for f in figures(read(tmp_path, rows))] == [
        "财政收入", "财政收入 / 增值税", "财政收入 / 企业所得税", "财政支出", "财政支出 / 教育",
    ]  # fmt: skip


def test_marks_before_regions_are_no_part_of_their_names(tmp_path):
    rows = [
        ["测试表 2021年广州市收入"], ["地区", "收入(万元)"], ["全市", 100], ["#越秀区", 40], ["##北京街", 20],
        ["  # 海珠区", 60],
    ]  # fmt: skip
    assert [f[1] for f in figures(read(tmp_path, rows))] == [
        "广州市", YUEXIU, "广州市 / 越秀区 / 北京街", HAIZHU,
    ]  # fmt: skip


def test_a_chain_of_sub_items_by_indentation(tmp_path):
    rows = [
        ["测试表 2025年广州市居民消费价格指数（以上年为100）"], ["指标", "2025年"],
        ["居民消费价格总指数", 101], ["  其中：食品烟酒", 102], ["    其中：粮食", 103],
        ["        鲜菜", 103.5], ["  衣着", 100.5], ["  居住", 99.5],
    ]  # fmt: skip
    table = read(tmp_path, rows)
    assert [f[0] for f in figures(table)] == [
        "居民消费价格总指数",
        "居民消费价格总指数 / 食品烟酒",
        "居民消费价格总指数 / 食品烟酒 / 粮食",
        "居民消费价格总指数 / 食品烟酒 / 鲜菜",
        "居民消费价格总指数 / 衣着",
        "居民消费价格总指数 / 居住",
    ]
    assert column(table, "base") == ["previous_year"] * 6


def test_among_the_total_speaks_of_the_total(tmp_path):
    rows = [
        ["测试表 2021年广州市企业"], ["单位：个"], ["指标", "2021年"], ["总计", 30], ["国有", 10],
        ["集体", 20],
        ["在总计中：大型", 4], ["中型", 6], ["小型", 20],
    ]  # fmt: skip
    names = [f[0] for f in figures(read(tmp_path, rows))]
    assert names[3:] == ["总计 / 大型", "总计 / 中型", "总计 / 小型"]


def test_among_the_total_with_indentation(tmp_path):
    rows = [
        ["测试表 2021年广州市企业"], ["单位：个"], ["指标", "2021年"], ["总计", 30], ["  国有", 10],
        ["  集体", 20],
        ["在总计中：大型", 4], ["          中型", 6], ["          小型", 20],
    ]  # fmt: skip
    assert [f[0] for f in figures(read(tmp_path, rows))] == [
        "总计", "总计 / 国有", "总计 / 集体", "总计 / 大型", "总计 / 中型", "总计 / 小型",
    ]  # fmt: skip


# --- two languages ---------------------------------------------------------------------------------


@pytest.mark.parametrize("right", [False, True])
def test_english_in_a_column_of_its_own_is_no_second_label(tmp_path, right):
    rows = [["地区", "District", "人口(万人)"], ["越秀区", "Yuexiu", 10], ["海珠区", "Haizhu", 25]]
    rows = [["测试表 2021年广州市人口"], *([r[0], r[2], r[1]] if right else r for r in rows)]
    assert figures(read(tmp_path, rows)) == [
        ("人口", YUEXIU, "2021", "10", "万人"),
        ("人口", HAIZHU, "2021", "25", "万人"),
    ]


def test_english_in_a_row_of_its_own_is_no_part_of_the_path(tmp_path):
    rows = [
        ["测试表 2021年广州市人口"], ["地区", "出生人数（人）", "死亡人数（人）"],
        ["District", "Births (person)", "Deaths (person)"], ["越秀区", 10, 5], ["海珠区", 20, 7],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows)) == [
        ("出生人数", YUEXIU, "2021", "10", "人"),
        ("死亡人数", YUEXIU, "2021", "5", "人"),
        ("出生人数", HAIZHU, "2021", "20", "人"),
        ("死亡人数", HAIZHU, "2021", "7", "人"),
    ]


def test_english_in_the_same_cell_is_no_part_of_the_label(tmp_path):
    rows = [
        ["测试表 2021年广州市人口"],
        ["地区\nDistrict", "出生率\n(‰)\nBrith Rate\n(‰)", "人口\n(万人)\nPopulation\n(10 000 persons)"],
        ["越秀区 Yuexiu", 10, 5],
        ["海珠区 Haizhu", 20, 7],
    ]
    assert figures(read(tmp_path, rows)) == [
        ("出生率", YUEXIU, "2021", "10", "‰"),
        ("人口", YUEXIU, "2021", "5", "万人"),
        ("出生率", HAIZHU, "2021", "20", "‰"),
        ("人口", HAIZHU, "2021", "7", "万人"),
    ]


# --- figures as they are stored --------------------------------------------------------------------


def test_figures_stored_as_padded_text(tmp_path):
    rows = [
        ["测试表 2021年广州市"], ["地区", "人口(人)", "出生率(‰)"],
        ["越秀区", "    7000001", "0.6\xa0"], ["海珠区", "1200000 ", "\xa0\u20028"],
        ["天河区", "8400\t", "１０．５"],
    ]  # fmt: skip
    table = read(tmp_path, rows)
    assert column(table, "value") == [7_000_001, 0.6, 1_200_000, 8, 8400, 10.5]
    assert column(table, "value_published") == ["7000001", "0.6", "1200000", "8", "8400", "１０．５"]


@pytest.mark.parametrize(
    ("cell", "value"), [("1,234", 1234), ("12，345", 12345), ("1,234,567.5", 1_234_567.5)]
)
def test_thousands_set_off_by_commas(tmp_path, cell, value):
    rows = [["测试表 2021年广州市"], ["地区", "人口(人)"], ["越秀区", cell], ["海珠区", "5"], ["天河区", "9"]]
    assert column(read(tmp_path, rows), "value") == [value, 5, 9]


def test_float_noise_is_shown_as_the_workbook_shows_it(tmp_path):
    rows = [
        ["测试表 2021年广州市"],
        ["地区", "人口(人)"],
        ["越秀区", 0.1 + 0.2],
        ["海珠区", -17.419999999999916],
    ]
    table = read(tmp_path, rows)
    assert column(table, "value_published") == ["0.3", "-17.4199999999999"]
    assert column(table, "value") == [0.3, -17.4199999999999]


def test_digits_torn_apart_are_mended_only_when_a_sum_confirms_them(tmp_path):
    rows = [
        ["测试表 2021年广州市"], ["地区", "人口(人)"], ["全市", "1 300000"], ["越秀区", 300000],
        ["海珠区", 1000000],
    ]  # fmt: skip
    table = read(tmp_path, rows)
    assert figures(table, "status")[0] == ("人口", "广州市", "2021", "1 300000", "人", "repaired")
    assert column(table, "value")[0] == 1_300_000
    assert "越秀区 + 海珠区" in column(table, "note")[0]


# --- notes, vintages, contradictions ---------------------------------------------------------------


def test_a_note_that_parts_do_not_add_up_ends_the_check(tmp_path):
    rows = [
        ["测试表 2021年吉林省人口"], ["地区", "人口(万人)"], ["全省", 100], ["  长春市", 30],
        ["  吉林市", 20],
    ]  # fmt: skip
    note = "注：各市、县相加不等于全省数。"
    assert len(read(tmp_path, rows).checks) == 1
    table = read(tmp_path, [*rows, [note]], name="有注")
    assert (table.checks, table.notes) == ((), (note,))
    assert [f[3] for f in figures(table)] == ["100", "30", "20"]


def test_a_note_on_a_revision_marks_the_break_of_the_series(tmp_path):
    rows = [
        ["测试表 广州市生产总值"], ["单位：亿元"], ["年份", "生产总值"], ["2017年", 100], ["2018年", 80],
        ["2019年", 88],
        ["注：2018年数据为根据第四次全国经济普查资料修订后数据。"],
    ]  # fmt: skip
    table = read(tmp_path, rows)
    assert [f[2:4] for f in figures(table)] == [("2017", "100"), ("2018", "80"), ("2019", "88")]
    assert [bool(b) for b in column(table, "series_break")] == [False, True, False]


def test_numbered_notes_and_a_source_below_are_no_rows(tmp_path):
    rows = [
        ["测试表 2021年广州市人口"], ["地区", "人口(万人)"], ["越秀区", 10], ["海珠区", 25],
        ["注：1.本表为测试数据。"], ["   2.不含市外人口，共3项。"], ["资料来源：测试局"],
    ]  # fmt: skip
    table = read(tmp_path, rows)
    assert len(figures(table)) == 2
    assert table.source == "测试局"
    assert len(table.notes) == 2


def test_a_preliminary_figure_says_so(tmp_path):
    rows = [
        ["测试表 2021年广州市各区生产总值（初步核算数）"], ["地区", "生产总值(亿元)"], ["越秀区", 10],
        ["海珠区", 25],
    ]  # fmt: skip
    assert column(read(tmp_path, rows), "note") == ["初步核算", "初步核算"]


@pytest.mark.parametrize("form", ["xlsx", "html"])
def test_a_column_drawn_under_the_wrong_head_is_placed_by_arithmetic_and_both_are_kept(tmp_path, form):
    cities = ["长春市", "吉林市", "四平市", "辽源市", "通化市", "白山市"]
    rows = [
        ["测试表 2021年吉林省财政", None, None, None],
        ["单位：万元", None, None, None],
        ["地区", "收入", "　", None],
        [None, None, "税收收入", "　"],
        [None, None, None, "#非税收入"],
        *([city, 31 + 3 * i * i, 20 + 2 * i * i, 11 + i * i] for i, city in enumerate(cities)),
    ]
    table = read(tmp_path, rows, form, merges=["A1:D1", "A3:A5", "B3:B5", "C3:D3", "C4:C5"])
    assert figures(table)[:3] == [
        ("收入", "吉林省 / 长春市", "2021", "31", "万元"),
        ("收入 / 税收收入", "吉林省 / 长春市", "2021", "20", "万元"),
        ("收入 / 非税收入", "吉林省 / 长春市", "2021", "11", "万元"),
    ]
    assert len(figures(table)) == 18
    assert column(table, "note")[2] == "drawn under 收入 / 税收收入"
    assert any("非税收入 is drawn under 税收收入" in line for line in table.log)


# --- columns and cells that are no figures ---------------------------------------------------------


@pytest.mark.parametrize("head", ["序号", "代码", "行政区划代码"])
@pytest.mark.parametrize("text", [False, True])
def test_a_column_of_codes_is_no_column_of_figures(tmp_path, head, text):
    codes = ["440104", "440105"] if text else [440104, 440105]
    rows = [
        ["测试表 2021年广州市"],
        [head, "地区", "人口(万人)"],
        [codes[0], "越秀区", 18],
        [codes[1], "海珠区", 37],
    ]
    assert figures(read(tmp_path, rows)) == [
        ("人口", YUEXIU, "2021", "18", "万人"),
        ("人口", HAIZHU, "2021", "37", "万人"),
    ]


def test_codes_under_a_machine_name_are_no_figures(tmp_path):
    rows = [["AD_CODE#", "地区", "人口(万人)"], [440104, "越秀区", 18], [440105, "海珠区", 37]]
    assert figures(read(tmp_path, rows, sheet="2021")) == [
        ("人口", YUEXIU, "2021", "18", "万人"),
        ("人口", HAIZHU, "2021", "37", "万人"),
    ]


@pytest.mark.parametrize("more", [[], [20], [20, 30]])
def test_figures_that_count_one_by_one_are_figures(tmp_path, more):
    heads = ["学校(个)", "班级(个)", "教师(人)"][: 1 + len(more)]
    rows = [
        ["测试表 2021年广州市"],
        ["地区", *heads],
        *([r, 3 + i, *more] for i, r in enumerate(["越秀区", "海珠区", "天河区"])),
    ]
    schools = [f for f in figures(read(tmp_path, rows)) if f[0] == "学校"]
    assert schools == [
        ("学校", YUEXIU, "2021", "3", "个"),
        ("学校", HAIZHU, "2021", "4", "个"),
        ("学校", TIANHE, "2021", "5", "个"),
    ]


def test_footnote_marks_glued_to_words_are_no_part_of_them(tmp_path):
    rows = [
        ["测试表 2021年广州市"], ["地区", "人口[2](万人)", "0—14岁[3]人口(万人)"], ["越秀区", 18, 2],
        ["海珠区", 37, 3],
        ["注：[2]为测试。"],
    ]  # fmt: skip
    assert [f[0] for f in figures(read(tmp_path, rows))] == ["人口", "0—14岁人口"] * 2


def test_a_footnote_mark_behind_a_figure_is_noted_and_no_digit(tmp_path):
    rows = [
        ["测试表 2021年广州市"],
        ["地区", "人口(万人)"],
        ["越秀区", "37①"],
        ["海珠区", 18],
        ["天河区", "9[2]"],
    ]
    table = read(tmp_path, rows)
    assert column(table, "value") == [370_000, 180_000, 90_000]
    assert column(table, "note") == ["footnote mark ①", "", "footnote mark [2]"]


# --- panels and files that lie ---------------------------------------------------------------------


def test_a_panel_of_regions_and_years_as_rows(tmp_path):
    rows = [
        ["地区", "年份", "人口(万人)", "产值(亿元)"],
        ["越秀区", 2020, 10, 1], ["越秀区", 2021, 11, 2], ["海珠区", 2020, 20, 3], ["海珠区", 2021, 21, 5],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows, "csv")) == [
        ("人口", YUEXIU, "2020", "10", "万人"),
        ("产值", YUEXIU, "2020", "1", "亿元"),
        ("人口", YUEXIU, "2021", "11", "万人"),
        ("产值", YUEXIU, "2021", "2", "亿元"),
        ("人口", HAIZHU, "2020", "20", "万人"),
        ("产值", HAIZHU, "2020", "3", "亿元"),
        ("人口", HAIZHU, "2021", "21", "万人"),
        ("产值", HAIZHU, "2021", "5", "亿元"),
    ]


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("xlsx", "测试.xls"),
        ("html", "测试.xls"),
        ("csv-gb18030", "测试.xls"),
        ("xls", "测试.xlsx"),
        ("tab", "测试.csv"),
    ],
)
def test_the_content_decides_and_not_the_extension(tmp_path, put, form, name):
    rows = [["测试表 2021年广州市", ""], ["地区", "人口(万人)"], ["越秀区", 18], ["海珠区", 37]]
    source = tmp_path / "quelle"
    source.mkdir()
    read(source, rows, form)
    (written,) = source.iterdir()
    assert figures(read_table(put(written.read_bytes(), name))) == [
        ("人口", YUEXIU, "2021", "18", "万人"),
        ("人口", HAIZHU, "2021", "37", "万人"),
    ]


def test_bytes_outside_gb2312_are_read_as_gb18030(put):
    rows = [
        ["测试表 2021年广州市人口", ""],
        ["单位：人", ""],
        ["指标", "2021年"],
        ["㐂镕甲", 18],
        ["喆乙", 37],
    ]
    page = html(rows).replace("utf-8", "gb2312").encode("gb18030")
    names = [f[0] for f in figures(read_table(put(page)))]
    assert names == ["㐂镕甲", "喆乙"]
    assert [f[0] for f in figures(read_table(put(delimited(rows).encode("gb18030"), "测试.csv")))] == names


# --- further layouts of yearbooks and monthly reports ----------------------------------------------


@pytest.mark.parametrize("at", [0, 1, 2])
def test_figures_that_could_be_years_are_figures(tmp_path, at):
    body = [["海珠区", 3000, 4100], ["天河区", 300, 450]]
    body.insert(at, ["越秀区", 1950, 2010])
    rows = [["测试表 2021年广州市人口"], ["单位：人"], ["地区", "男", "女"], *body]
    expected = [
        (h, f"广州市 / {r}", "2021", str(n), "人")
        for r, *pair in body
        for h, n in zip("男女", pair, strict=True)
    ]
    assert figures(read(tmp_path, rows)) == expected


def test_a_figure_that_could_be_a_year_beside_a_year_is_a_figure(tmp_path):
    rows = [
        ["地区", "年份", "人口(万人)"], ["越秀区", 2020, 10], ["越秀区", 2021, 11], ["海珠区", 2020, 20],
        ["海珠区", 2021, 2030],
    ]  # fmt: skip
    assert [f[1:4] for f in figures(read(tmp_path, rows, "csv"))] == [
        (YUEXIU, "2020", "10"), (YUEXIU, "2021", "11"), (HAIZHU, "2020", "20"), (HAIZHU, "2021", "2030"),
    ]  # fmt: skip


def test_months_as_rows_take_the_year_of_the_title(tmp_path):
    rows = [["测试表 2021年广州市工业"], ["月份", "产值(亿元)"], ["1月", 2], ["2月", 8], ["3月", 5]]
    assert figures(read(tmp_path, rows)) == [
        ("产值", "广州市", "2021-01", "2", "亿元"),
        ("产值", "广州市", "2021-02", "8", "亿元"),
        ("产值", "广州市", "2021-03", "5", "亿元"),
    ]


def test_cumulative_months_as_rows_take_the_year_of_the_title(tmp_path):
    rows = [["测试表 2021年广州市工业"], ["月份", "累计(亿元)"], ["1-2月", 8], ["1-3月", 13], ["1-4月", 19]]
    assert figures(read(tmp_path, rows), "period_kind") == [
        ("累计", "广州市", "2021-02", "8", "亿元", "cumulative"),
        ("累计", "广州市", "2021-03", "13", "亿元", "cumulative"),
        ("累计", "广州市", "2021-04", "19", "亿元", "cumulative"),
    ]


def test_months_as_columns_take_the_year_of_the_title(tmp_path):
    rows = [
        ["测试表 2021年广州市产值"],
        ["单位：亿元"],
        ["行业", "1月", "2月"],
        ["食品", 1, 2],
        ["纺织", 4, 3],
    ]
    assert figures(read(tmp_path, rows)) == [
        ("食品", "广州市", "2021-01", "1", "亿元"),
        ("食品", "广州市", "2021-02", "2", "亿元"),
        ("纺织", "广州市", "2021-01", "4", "亿元"),
        ("纺织", "广州市", "2021-02", "3", "亿元"),
    ]


def test_regions_above_indicators_in_the_header_are_regions(tmp_path):
    rows = [
        ["测试表 2021年广州市各区工业", None, None, None, None],
        ["行业", "越秀区", None, "海珠区", None],
        [None, "企业(个)", "产值(亿元)", "企业(个)", "产值(亿元)"],
        ["食品", 10, 2, 31, 7],
        ["纺织", 50, 6, 72, 8],
    ]
    assert figures(read(tmp_path, rows, merges=["A1:E1", "A2:A3", "B2:C2", "D2:E2"]))[:4] == [
        ("食品 / 企业", YUEXIU, "2021", "10", "个"),
        ("食品 / 产值", YUEXIU, "2021", "2", "亿元"),
        ("食品 / 企业", HAIZHU, "2021", "31", "个"),
        ("食品 / 产值", HAIZHU, "2021", "7", "亿元"),
    ]


def test_regions_above_years_in_the_header_are_regions(tmp_path):
    rows = [
        ["测试表 广州市各区人口", None, None, None, None],
        ["指标", "越秀区", None, "海珠区", None],
        [None, "2020年", "2021年", "2020年", "2021年"],
        ["男（万人）", 10, 12, 33, 34],
        ["女（万人）", 25, 26, 47, 48],
    ]
    assert figures(read(tmp_path, rows, merges=["A1:E1", "A2:A3", "B2:C2", "D2:E2"]))[:4] == [
        ("男", YUEXIU, "2020", "10", "万人"),
        ("男", YUEXIU, "2021", "12", "万人"),
        ("男", HAIZHU, "2020", "33", "万人"),
        ("男", HAIZHU, "2021", "34", "万人"),
    ]


@pytest.mark.parametrize("above", [True, False])
def test_years_above_or_below_indicators_in_the_header_are_periods(tmp_path, above):
    years, names = ["2020年", "2021年"], ["人口(万人)", "产值(亿元)"]
    upper, lower = (years, names) if above else (names, years)
    rows = [
        ["测试表 广州市各区", None, None, None, None],
        ["地区", upper[0], None, upper[1], None],
        [None, *lower, *lower],
        ["越秀区", 10, 23, 35, 42],
        ["海珠区", 51, 66, 78, 80],
    ]
    table = read(tmp_path, rows, merges=["A1:E1", "A2:A3", "B2:C2", "D2:E2"])
    middle = [("产值", "2020"), ("人口", "2021")] if above else [("人口", "2021"), ("产值", "2020")]
    assert [(f[0], f[2]) for f in figures(table)] == [("人口", "2020"), *middle, ("产值", "2021")] * 2
    assert [f[3] for f in figures(table)] == ["10", "23", "35", "42", "51", "66", "78", "80"]


@pytest.mark.parametrize(("title", "head", "now", "before"), [
    ("测试表 2021年1-6月广州市主要指标", "上年同期", "2021-06", "2020-06"),
    ("测试表 2021年广州市主要指标", "上年", "2021", "2020"),
])  # fmt: skip
def test_a_column_of_the_year_before_is_in_the_year_before(tmp_path, title, head, now, before):
    rows = [[title], ["指标", "单位", "本期", head], ["产值", "亿元", 10, 9], ["出口", "亿元", 5, 4]]
    assert [f[2] for f in figures(read(tmp_path, rows))] == [now, before, now, before]


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("region", [True, False])
def test_a_row_without_any_figure_is_missing_or_refused_and_never_lost(tmp_path, at, region):
    labels = ["越秀区", "海珠区", "天河区"] if region else ["户籍人口", "出生人数", "死亡人数"]
    body = [[label, 7 * i + 2] for i, label in enumerate(labels)]
    body[at][1] = None
    rows = [
        ["测试表 2021年广州市人口"],
        ["单位：万人"],
        ["地区" if region else "指标", "人口" if region else "2021年"],
        *body,
    ]
    table = read(tmp_path, rows)
    if table.refused:
        assert labels[at] in str(table)
        return
    found = figures(table, "status")
    assert len(found) == 3
    assert found[at][3:] == ("", "万人", "missing")


@pytest.mark.parametrize("top", [
    [["测试表 2021年广州市人口", None, "单位：万人"]],
    [["测试表 广州市人口", None, None], ["（2021年）", None, "单位：万人"]],
    [["测试表 广州市人口", None, "2021年"], ["单位：万人", None, None]],
    [["表1-2", "2021年广州市测试人口", None], ["单位：万人", None, None]],
])  # fmt: skip
def test_title_year_and_unit_may_stand_side_by_side(tmp_path, top):
    rows = [*top, ["地区", "男", "女"], ["越秀区", 10, 24], ["海珠区", 30, 57]]
    assert figures(read(tmp_path, rows)) == [
        ("男", YUEXIU, "2021", "10", "万人"),
        ("女", YUEXIU, "2021", "24", "万人"),
        ("男", HAIZHU, "2021", "30", "万人"),
        ("女", HAIZHU, "2021", "57", "万人"),
    ]


@pytest.mark.parametrize(("unit", "head"), [
    ("亿元", "位次"), ("亿元", "排名"), ("人", "人口密度"), ("万人", "平均年龄"), ("亿元", "人均生产总值"),
])  # fmt: skip
def test_ranks_densities_and_averages_do_not_take_the_unit_line(tmp_path, unit, head):
    first = {"亿元": "生产总值", "人": "人口", "万人": "人口"}[unit]
    rows = [
        ["测试表 2021年广州市"],
        [f"单位：{unit}"],
        ["地区", first, head],
        ["越秀区", 10, 2],
        ["海珠区", 30, 1],
    ]
    with pytest.raises(UnitUnresolved):
        read(tmp_path, rows).observations()


def test_growth_rows_below_their_levels_are_parts_of_them(tmp_path):
    rows = [
        ["测试表 广州市"], ["指标", "2020年", "2021年"], ["生产总值（亿元）", 10, 20],
        ["  比上年增长（%）", 5, 6],
        ["户籍人口（万人）", 3, 4], ["  比上年增长（%）", 1, 2],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows), "period_kind")[2:6] == [
        ("生产总值 / 比上年增长", "广州市", "2020", "5", "%", "growth"),
        ("生产总值 / 比上年增长", "广州市", "2021", "6", "%", "growth"),
        ("户籍人口", "广州市", "2020", "3", "万人", "level"),
        ("户籍人口", "广州市", "2021", "4", "万人", "level"),
    ]


def test_groupings_by_several_marks_head_their_rows(tmp_path):
    rows = [
        ["测试表 2021年广州市企业"], ["单位：个"], ["指标", "2021年"], ["总计", 30], ["按登记类型分"],
        ["国有", 10],
        ["集体", 20], ["按行业分"], ["工业", 12], ["建筑业", 18],
    ]  # fmt: skip
    assert [f[0] for f in figures(read(tmp_path, rows))] == [
        "总计", "按登记类型分 / 国有", "按登记类型分 / 集体", "按行业分 / 工业", "按行业分 / 建筑业",
    ]  # fmt: skip


def test_shares_beside_counts_are_in_percent(tmp_path):
    rows = [
        ["测试表 2021年广州市", None, None], ["行业", "企业数（个）", None], [None, "合计", "比重（%）"],
        ["食品", 10, 25], ["纺织", 30, 75],
    ]  # fmt: skip
    assert figures(read(tmp_path, rows, merges=["A1:C1", "A2:A3", "B2:C2"])) == [
        ("食品 / 企业数 / 合计", "广州市", "2021", "10", "个"),
        ("食品 / 企业数 / 比重", "广州市", "2021", "25", "%"),
        ("纺织 / 企业数 / 合计", "广州市", "2021", "30", "个"),
        ("纺织 / 企业数 / 比重", "广州市", "2021", "75", "%"),
    ]


def test_a_column_with_as_many_words_as_figures_loses_none(tmp_path):
    rows = [
        ["测试表 广州市人口"], ["指标", "单位", "2020年", "2021年"], ["户籍人口", "万人", "见注", 40],
        ["出生人数", "万人", 12, 35],
    ]  # fmt: skip
    with pytest.raises(RawTableError, match="见注"):
        read(tmp_path, rows).observations()


@pytest.mark.parametrize("names", [("越秀", "海珠"), ("越  秀", "海  珠")])
def test_names_without_suffix_under_a_header_of_regions_are_regions_or_refused(tmp_path, names):
    rows = [["测试表 2021年广州市人口"], ["单位：万人"], ["地  区", "人口"], [names[0], 5], [names[1], 7]]
    table = read(tmp_path, rows)
    assert [f[0] for f in figures(table)] == ["人口", "人口"]
    assert [f[1].replace("区", "") for f in figures(table)] == ["广州市 / 越秀", "广州市 / 海珠"]


def test_a_row_of_figures_without_a_label_is_refused(tmp_path):
    rows = [
        ["测试表 广州市人口"], ["指标", "单位", "2020年", "2021年"], ["出生人数", "万人", 5, 6],
        [None, "万人", 7, 9],
    ]  # fmt: skip
    with pytest.raises(RawTableError, match=r"A4|C4"):
        read(tmp_path, rows).observations()


@pytest.mark.parametrize("ditto", ["〃", "同上", '"'])
def test_a_ditto_sign_is_no_unit(tmp_path, ditto):
    rows = [
        ["测试表 2021年广州市"],
        ["指标", "单位", "2021年"],
        ["财政收入", "亿元", 5],
        ["财政支出", ditto, 7],
    ]
    table = read(tmp_path, rows)
    assert figures(table)[1][4] == "亿元"


LINES_BELOW = [
    "（续）", "测试局编制", "2021年为快报数", "a.不含市外人口", "1.不含市外人口", "* 不含市外人口",
    "※不含市外人口", "[1]不含市外人口", "续下表", "—完—", "上表中人口为常住人口",
]  # fmt: skip
FOOTERS = ["①为快报数。", "制表：测试局", "以上数据由测试局提供"]


@pytest.mark.parametrize("foot", [*FOOTERS, *LINES_BELOW])
def test_a_line_below_the_table_is_no_series_without_figures(tmp_path, foot):
    rows = [
        ["测试表 广州市人口"], ["单位：万人"], ["指标", "2021年"], ["户籍人口", 5], ["出生人口", 7], [foot],
    ]  # fmt: skip
    table = read(tmp_path, rows)
    assert [f[0] for f in figures(table)] == ["户籍人口", "出生人口"]


def test_a_note_with_a_figure_beside_it_is_no_region(tmp_path):
    rows = [
        ["测试表 2021年广州市人口"],
        ["单位：万人"],
        ["地区", "男", "女"],
        ["越秀区", 10, 24],
        ["海珠区", 30, 57],
    ]
    table = read(tmp_path, [*rows, ["注：共计区数", 2]])
    assert table.refused == ("OrphanCell",)


def test_a_subtotal_is_not_the_region_of_the_table(tmp_path):
    rows = [
        ["测试表 2021年广州市"], ["地区", "人口(人)"], ["越秀区", 10], ["海珠区", 30], ["小计", 40],
        ["天河区", 33], ["番禺区", 15],
    ]  # fmt: skip
    table = read(tmp_path, rows)
    assert "广州市" not in [f[1] for f in figures(table)]


@pytest.mark.parametrize("word", ["全国", "全省"])
def test_the_nation_and_the_province_are_not_the_city_of_the_title(tmp_path, word):
    rows = [["测试表 2021年广州市"], ["地区", "人口(人)"], [word, 400], ["越秀区", 10], ["海珠区", 30]]
    table = read(tmp_path, rows)
    assert "广州市" not in [f[1] for f in figures(table)]


@pytest.mark.parametrize("other", ["Unit: person", "单位：人"])
def test_two_unit_lines_that_disagree_are_refused(tmp_path, other):
    rows = [
        ["测试表 2021年广州市人口"], ["单位：万人"], [other], ["地区", "男", "女"], ["越秀区", 10, 24],
        ["海珠区", 30, 57],
    ]  # fmt: skip
    with pytest.raises(UnitUnresolved):
        read(tmp_path, rows).observations()


def test_an_english_unit_line_is_a_unit_or_refused(tmp_path):
    rows = [
        ["测试表 2021年广州市人口"], ["Unit: 10 000 persons"], ["地区", "男", "女"], ["越秀区", 10, 24],
        ["海珠区", 30, 57],
    ]  # fmt: skip
    table = read(tmp_path, rows)
    assert column(table, "value")[0] == 100_000


# --- rows that close a list, ratios under a unit line, marks on regions ----------------------------


def test_a_total_behind_numbered_rows_is_a_part_of_none_of_them(tmp_path):
    rows = [
        ["测试表 广州市2022年收入"], ["单位：亿元"], ["科目", "决算数"], ["一、税收收入", 610],
        ["二、非税收入", 241], ["    合  计", 851], ["    附：基金收入", 30],
    ]  # fmt: skip
    assert [f[0] for f in figures(read(tmp_path, rows))] == [
        "税收收入 / 决算数", "非税收入 / 决算数", "合计 / 决算数", "附：基金收入 / 决算数",
    ]  # fmt: skip


def test_an_unnumbered_row_behind_numbered_ones_is_refused_as_a_doubt(tmp_path):
    rows = [
        ["测试表 广州市2022年支出"], ["单位：亿元"], ["科目", "执行数"], ["一、教育", 61],
        ["二、科学技术", 24], ["上解支出", 5],
    ]  # fmt: skip
    with pytest.raises(LayoutUnknown, match="上解支出"):
        read(tmp_path, rows).observations()


@pytest.mark.parametrize(
    "label", ["性别比", "总抚养比", "弹性系数", "发展速度", "第三产业占GDP", "平均家庭户规模"]
)
def test_ratios_do_not_take_the_unit_line(tmp_path, label):
    rows = [["测试表 2022年广州市人口"], ["单位：万人"], ["指标", "2022年"], ["户籍人口", 20], [label, 99]]
    with pytest.raises(UnitUnresolved, match=label):
        read(tmp_path, rows).observations()


def test_months_in_a_header_are_not_taken_for_the_number_of_a_table(tmp_path):
    rows = [["测试表 2023年8月广州市"], ["指标", "8月增长(%)", "1-8月增长(%)"], ["增加值", 5, 4]]
    assert [f[0] for f in figures(read(tmp_path, rows))] == ["增加值 / 8月增长", "增加值 / 1-8月增长"]


def test_footnote_marks_are_no_part_of_a_region(tmp_path):
    rows = [
        ["测试表 2022年吉林省人口"], ["单位：万人"], ["地区", "人口"], ["长春市①", 90], ["四平市*", 17],
        ["吉林", 36], ["①含公主岭。"],
    ]  # fmt: skip
    frame = read(tmp_path, rows).observations()
    assert frame["region"].tolist() == ["吉林省 / 长春市", "吉林省 / 四平市", "吉林省 / 吉林"]
    assert frame["region_code"].tolist() == ["220100", "220300", "220200"]


def test_a_marked_row_beside_its_neighbours_is_refused_as_a_doubt(tmp_path):
    rows = [
        ["测试表 2023年8月广州市价格"], ["指标", "同比增长(%)"], ["消费价格", 1], ["  城市", 2],
        ["  农村", 3], ["  其中：食品", 5],
    ]  # fmt: skip
    with pytest.raises(LayoutUnknown, match="食品"):
        read(tmp_path, rows).observations()


def test_options_that_name_what_no_table_holds_are_refused(tmp_path):
    rows = [["测试表 2022年广州市"], ["指标", "数值(亿元)"], ["收入", 20], ["支出", 30]]
    for options in ({"unit": {"人口": "人"}}, {"parents": {"人口": ""}}, {"skip": ["Z99"]}):
        with pytest.raises(ParameterError):
            read(tmp_path, rows, **options)


def test_a_header_that_names_two_years_is_of_the_first(tmp_path):
    rows = [
        ["测试表 广州市产量"],
        ["产品", "2020年(吨)", "2021年(吨)", "2021年比2020年增长(%)"],
        ["水泥", 5, 6, 20],
    ]
    assert [f[2] for f in figures(read(tmp_path, rows))] == ["2020", "2021", "2021"]


GROUPED = [
    ["测试表 2021年广州市"], ["片区", "地区", "人口(人)"], ["中心", "越秀区", 31], [None, "海珠区", 29],
    ["外围", "番禺区", 60], [None, "花都区", 65], ["合计", None, 185],
]  # fmt: skip


@pytest.mark.parametrize("rows", [GROUPED, [*GROUPED[:4], GROUPED[6]]])
def test_a_total_in_the_first_of_two_label_columns_is_not_the_region_above_it(tmp_path, rows):
    table = read(tmp_path, rows)
    assert [f[1] for f in figures(table) if f[3] == "185"] == ["广州市"]


@pytest.mark.parametrize("merges", [(), ("A3:A4", "A5:A6", "A7:B7")])
def test_a_group_of_regions_holds_for_all_of_its_regions(tmp_path, merges):
    table = read(tmp_path, GROUPED, merges=merges)
    found = figures(table)
    assert found[0][0] == found[1][0]
    assert found[2][0] == found[3][0]
