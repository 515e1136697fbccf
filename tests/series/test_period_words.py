import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.series.period_words import PeriodWords, find_periods, is_lossy_month, read_period
from cbs_analysis.series.periods import parse_period

YEARS = st.integers(1900, 2100)
MONTHS = st.integers(1, 12)


def brief(words):
    """2021-06 with + for cumulative and . for the end of the period."""
    return words and words.period + "+" * words.cumulative + "." * words.at_end


# --- whole cells -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        ("2024年", "2024"),
        ("2017 年", "2017"),
        (" 2024年\n", "2024"),
        ("２０２１年", "2021"),
        ("二〇二一年", "2021"),
        ("二○一九年", "2019"),
        ("一九七八年", "1978"),
        ("2017", "2017"),
        (2017, "2017"),
        (2017.0, "2017"),
        ("2017.0", "2017"),
        (np.int64(2017), "2017"),
        (np.float64(2017), "2017"),
        ("（2012）", "2012"),
        ("(2012年)", "2012"),
        ("2021年全年", "2021"),
        ("2021年度", "2021"),
        ("2017年末", "2017."),
        ("2020年 末", "2020."),
        ("2025年年末", "2025."),
        ("2025年底", "2025."),
        ("2022年第一季度", "2022Q1"),
        ("2022年一季度", "2022Q1"),
        ("2022年1季度", "2022Q1"),
        ("2022年第4季度", "2022Q4"),
        ("2022Q3", "2022Q3"),
        ("2022年Q3", "2022Q3"),
        ("2021年上半年", "2021Q2+"),
        ("2021年前三季度", "2021Q3+"),
        ("2021年1-3季度", "2021Q3+"),
        ("2021年一至三季度", "2021Q3+"),
        ("2021年三季度累计", "2021Q3+"),
        ("2020年4月", "2020-04"),
        ("2020年04月", "2020-04"),
        ("2020 年 4 月", "2020-04"),
        ("2020年4月份", "2020-04"),
        ("2020年十一月", "2020-11"),
        ("2020-04", "2020-04"),
        ("2020/4", "2020-04"),
        ("202104", "2021-04"),
        (202112, "2021-12"),
        ("2020.04", "2020-04"),
        ("2019.10", "2019-10"),
        (2019.11, "2019-11"),
        (2019.09, "2019-09"),
        ("2020年6月末", "2020-06."),
        ("截至2020年6月底", "2020-06."),
        ("截止到2020年6月末", "2020-06."),
        ("2021年1-6月", "2021-06+"),
        ("2021年1—6月", "2021-06+"),
        ("2021年1－6月", "2021-06+"),
        ("2021年1～2月", "2021-02+"),
        ("2021年1至11月", "2021-11+"),
        ("2021年1月-6月", "2021-06+"),
        ("2021年1-12月", "2021-12+"),
        ("2021年1-2月份", "2021-02+"),
        ("2021年前11个月", "2021-11+"),
        ("2021年6月累计", "2021-06+"),
        ("2021年4-6月", "2021Q2"),
        ("2020年11月1日", "2020-11-01"),
        ("1978-1-1", "1978-01-01"),
        ("2020/11/01", "2020-11-01"),
        ("2024-08-26 00:00:00", "2024-08-26"),
        ("2004-2005年", "2004/2005"),
        ("2016-2020", "2016/2020"),
        ("2016—2020年", "2016/2020"),
        ("2016年至2020年", "2016/2020"),
        ("2017/2021", "2017/2021"),
    ],
)
def test_a_cell_that_is_a_period_is_read(cell, period):
    assert brief(read_period(cell)) == period


@pytest.mark.parametrize(
    "cell",
    [
        "", " ", "最近20年", "最近36个月", "2016-", "20", 20, 0, 1899, 2101, "1899年", "2101年", "20211",
        20211, "202113", "202100", 2019.5, -2019, float("nan"), True, "2 017", "201 8", "2020.4", "2019.1",
        2019.1,
        "2020.13", "2020-13", "2020年13月", "2020年2月30日", "2020-02-30", "2021Q5", "2020-2016",
        "2020-2020", "2020-2021学年", "1978年=100", "上年", "2021年初", "2021年人口", "人口2021年",
        "2021年2-6月", "2021年下半年", "2000万元", "2000元", "2000年以来", "年", "月", "全市", "1-6",
    ],
)  # fmt: skip
def test_what_is_no_period_or_could_be_two_is_none(cell):
    assert read_period(cell) is None


@pytest.mark.parametrize(
    ("cell", "period"),
    [
        ("1-6月", "2021-06+"),
        ("1—2月", "2021-02+"),
        ("6月", "2021-06"),
        ("６ 月", "2021-06"),
        ("十二月", "2021-12"),
        ("6月末", "2021-06."),
        ("上半年", "2021Q2+"),
        ("前三季度", "2021Q3+"),
        ("一季度", "2021Q1"),
        ("第4季度", "2021Q4"),
        ("全年", "2021"),
        ("12月31日", "2021-12-31"),
    ],
)
def test_a_part_of_a_year_needs_the_year(cell, period):
    assert read_period(cell) is None
    assert brief(read_period(cell, year=2021)) == period


def test_the_year_of_a_cell_is_stronger_than_the_year_given():
    assert read_period("2019年1-6月", year=2021).period == "2019-06"
    assert read_period("全市", year=2021) is None
    assert read_period("2月30日", year=2021) is None


def test_the_words_are_kept():
    assert read_period("2021年1—6月") == PeriodWords("2021-06", True, "2021年1-6月")


@pytest.mark.parametrize("cell", [2019.1, "2019.1", " 2019.1 ", np.float64(2019.1), "２０１９.１"])
def test_a_decimal_month_that_lost_its_zero_is_lossy(cell):
    assert is_lossy_month(cell)
    assert read_period(cell) is None


@pytest.mark.parametrize(
    "cell", ["2019.10", "2019.01", 2019.11, 2019.0, 2019, "2019", "12.1", 12.1, "2019.15", "", "2019年1月"]
)
def test_other_cells_are_not_lossy(cell):
    assert not is_lossy_month(cell)


@given(YEARS)
def test_every_way_to_write_a_year_gives_it(year):
    chinese = "".join("〇一二三四五六七八九"[int(d)] for d in str(year))
    wide = "".join(chr(0xFF10 + int(d)) for d in str(year))
    for cell in (
        year,
        float(year),
        f"{year}",
        f"{year}年",
        f"{year} 年",
        f"{wide}年",
        f"{chinese}年",
        f"({year})",
    ):
        assert brief(read_period(cell)) == str(year)


@given(YEARS, MONTHS)
def test_every_way_to_write_a_month_gives_it(year, month):
    chinese = ["", *"一二三四五六七八九十", "十一", "十二"][month]
    forms = [f"{year}年{month}月", f"{year}年{month:02d}月", f"{year}年{chinese}月", f"{year}-{month:02d}"]
    forms += [f"{year}/{month}", f"{year}.{month:02d}", f"{year} 年 {month} 月份"]
    for cell in forms:
        assert brief(read_period(cell)) == f"{year}-{month:02d}"
    assert brief(read_period(f"{month}月", year=year)) == f"{year}-{month:02d}"


@given(YEARS, st.integers(1, 4))
def test_every_way_to_write_a_quarter_gives_it(year, quarter):
    chinese = " 一二三四"[quarter]
    for cell in (
        f"{year}年第{chinese}季度",
        f"{year}年{chinese}季度",
        f"{year}年{quarter}季度",
        f"{year}Q{quarter}",
    ):
        assert brief(read_period(cell)) == f"{year}Q{quarter}"


@given(YEARS, st.integers(2, 12), st.sampled_from("-—–－～~至"))
def test_months_from_january_are_cumulative(year, month, dash):
    assert brief(read_period(f"{year}年1{dash}{month}月")) == f"{year}-{month:02d}+"
    assert brief(find_periods(f"{year}年1{dash}{month}月全省")[0]) == f"{year}-{month:02d}+"


@given(
    st.text(alphabet="0129一二年月季度末上半前至-—.()（） Q", max_size=12), st.none() | st.integers(0, 3000)
)
def test_what_is_read_is_always_a_period_of_the_store(text, year):
    for words in [read_period(text, year=year), *find_periods(text)]:
        if words is not None:
            assert parse_period(words.period).text == words.period


# --- titles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "periods"),
    [
        ("表2.2 各区、县土地面积、常住人口及人口密度（2012）", ["2012"]),
        ("20-6\r\n  各市县一般公共预算收入（2024年）", ["2024"]),
        ("2-9各区、县级市户籍总人口自然变动状况(2011年)", ["2011"]),
        ("2025年新乡市国民经济和社会发展统计公报", ["2025"]),
        ("表3 2025年年末全市户籍人口数及其构成", ["2025."]),
        ("2024年末昌都市地方政府债务限额及余额决算情况表", ["2024."]),
        ("中国2018年地级以上城市数据", ["2018"]),
        ("4-1  中国能源平衡表(标准量) -2007", ["2007"]),
        ("ENERGY BALANCE OF CHINA -2007 (STANDARD QUANTITY)", ["2007"]),
        ("    (2009，by Household Registered)", ["2009"]),
        ("County-level City (2011)", ["2011"]),
        ("2022", ["2022"]),
        ("人口2012", ["2012"]),
        ("2022_人口", ["2022"]),
        ("二〇二一年一季度全市经济", ["2021Q1"]),
        ("2023年第三季度", ["2023Q3"]),
        ("2022年1-6月全省规模以上工业", ["2022-06+"]),
        ("2022 年 6 月末金融机构存款", ["2022-06."]),
        ("2020年11月1日零时", ["2020-11-01"]),
        ("主要指标 (2020.04)", ["2020-04"]),
        ("主要指标 2020-04", ["2020-04"]),
        ("主要年份人口 (2004-2005年)", ["2004/2005"]),
        ("图1  2021-2025年周口市粮食总产量", ["2021/2025"]),
        ("时间：2016-2020", ["2016/2020"]),
        ("2016-2020人口", ["2016/2020"]),
        ("2019、2020年人口", ["2019", "2020"]),
        ("2021年、2022年", ["2021", "2022"]),
        ("1978 1990 2000", ["1978", "1990", "2000"]),
        ("2020年人口（2020年）", ["2020"]),
        # a part of the year apart from the year
        ("1-6月规模以上工业增加值（2022年）", ["2022-06+"]),
        ("2022年上半年（1-6月）", ["2022Q2+"]),
        ("2024年一季度、二季度", ["2024Q1", "2024Q2"]),
        ("2022年6月及1-6月", ["2022-06", "2022-06+"]),
        # the year of a price base, an index base, a comparison, an edition is not the period
        ("2020年生产总值（按2015年不变价格）", ["2020"]),
        ("按2020年价格计算2021年产值", ["2021"]),
        ("2021年指数(1978年=100)", ["2021"]),
        ("2021年比2019年增长", ["2021"]),
        ("2021年（行业分类2017年版）", ["2021"]),
        ("2024年初步核算", ["2024"]),
        ("国统字(2017)22号 2020年", ["2020"]),
        ("7.2024年统计口径发生调整", ["2024"]),
        ("《战略性新兴产业分类（2018）》", []),
        ("国家统计局2018年修订的规定", []),
        ("自2021年7月起", []),
        ("(GB/T4754-2011)", []),
        ("GB/T 4754—2017", []),
        ("农村居民家庭人均纯收入指数(1978=100)", []),
        ("以1978年为100", []),
        ("上年=100", []),
        ("上年同期", []),
        ("2000万元以上", []),
        ("2000元", []),
        ("2000 元以上", []),
        ("2000-2010元", []),
        ("2000年以来", []),
        ("第七次人口普查", []),
        ("最近20年", []),
        ("最近36个月", []),
        ("2016-", []),
        ("2020—2021学年", []),
        ("20-6", []),
        ("1905.11", []),
        ("2.2012", []),
        ("表2.2", []),
        ("2-6 各区", []),
        ("电话 0371-2000 1234", []),
        ("410102200001", []),
        ("Statistics by District(201 8)", []),
        ("Sheet2012", []),
        ("16-59岁（含不满60周岁）", []),
        ("1-6月", []),
        ("", []),
    ],
)
def test_the_periods_of_a_title_are_found(title, periods):
    assert [brief(p) for p in find_periods(title)] == periods


@given(st.integers(1, 30), st.integers(1, 30), YEARS)
def test_a_table_number_is_no_period(chapter, table, year):
    for number in (f"{chapter}-{table}", f"表{chapter}.{table}", f"表{chapter}—{table}"):
        assert [p.period for p in find_periods(f"{number} 各区人口（{year}年）")] == [str(year)]
        assert find_periods(f"{number} 各区人口") == []


@given(st.integers(1900, 2100), st.sampled_from(["万元以上", "元", "人", "户", "吨", "%", "亿元", "个"]))
def test_an_amount_is_no_period(amount, unit):
    assert find_periods(f"限额{amount}{unit}") == []
    assert find_periods(f"限额 {amount} {unit}") == []
