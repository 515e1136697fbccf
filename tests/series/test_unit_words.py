import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbs_analysis.series.unit_english import is_english_unit, read_english
from cbs_analysis.series.unit_words import (
    Unit,
    implied_unit,
    parse_unit,
    parse_unit_line,
    split_unit,
    unit_or_word,
    unit_twins_agree,
)
from cbs_analysis.series.units import PUBLISHED_UNITS, convert_value

SCALES = {
    "十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8, "十亿": 9, "百亿": 10,
    "千亿": 11, "万亿": 12,
}  # fmt: skip


def short(unit):
    return unit and (unit.canonical, unit.power)


# --- the word --------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", sorted(PUBLISHED_UNITS))
def test_every_published_unit_keeps_its_canonical_unit_and_power(word):
    assert parse_unit(word).published == word
    assert short(parse_unit(word)) == PUBLISHED_UNITS[word]


@pytest.mark.parametrize(
    ("word", "canonical", "power"),
    [
        ("万平方米", "m2", 4),
        ("亿 元", "yuan", 8),
        ("千元", "yuan", 3),
        ("百万元", "yuan", 6),
        ("万亿元", "yuan", 12),
        ("亿元人民币", "yuan", 8),
        ("千美元", "usd", 3),
        ("亿美元", "usd", 8),
        ("万港元", "hkd", 4),
        ("万人次", "person_times", 4),
        ("万户", "households", 4),
        ("万册", "count", 4),
        ("万台(套)", "count", 4),
        ("万台（套）", "count", 4),
        ("万张", "beds", 4),
        # these begin like a scale and are bases of their own
        ("千瓦", "kw", 0),
        ("千瓦时", "kwh", 0),
        ("千克", "kg", 0),
        ("千米", "km", 0),
        ("千升", "kilolitres", 0),
        ("千伏安", "kva", 0),
        ("万千瓦", "kw", 4),
        ("百万千瓦", "kw", 6),
        ("亿千瓦时", "kwh", 8),
        ("万千伏安", "kva", 4),
        ("兆瓦", "kw", 3),
        ("万兆瓦时", "kwh", 7),
        ("千公顷", "hectares", 3),
        ("万亩", "mu", 4),
        ("平方千米", "km2", 0),
        ("万吨标煤", "tce", 4),
        ("万吨标准煤", "tce", 4),
        ("亿吨公里", "tonne_km", 8),
        ("亿人公里", "person_km", 8),
        ("万标准箱", "teu", 4),
        ("万TEU", "teu", 4),
        ("万重量箱", "weight_cases", 4),
        ("万蒸发量吨", "steam_tonnes", 4),
        ("％", "pct", 0),
        ("﹪", "pct", 0),
        ("%o", "permille", 0),
        ("个百分点", "pp", 0),
        ("倍", "times", 0),
        ("㎡", "m2", 0),
        ("万m²", "m2", 4),
        ("亿立方米", "m3", 8),
        ("kWh", "kwh", 0),
        ("（万人）", "persons", 4),
    ],
)
def test_a_scale_and_a_base_are_read(word, canonical, power):
    assert short(parse_unit(word)) == (canonical, power)


@pytest.mark.parametrize(
    ("word", "canonical", "power"),
    [
        ("人/平方公里", "persons_per_km2", 0),
        ("元/平方米", "yuan_per_m2", 0),
        ("元/人", "yuan_per_person", 0),
        ("万元/人", "yuan_per_person", 4),
        ("元／吨", "yuan_per_tonne", 0),
        ("元每平方米", "yuan_per_m2", 0),
        ("人/每平方公里", "persons_per_km2", 0),
        ("平方米/人", "m2_per_person", 0),
        ("平方米/万人", "m2_per_10k", 0),
        ("公斤/公顷", "kg_per_hectare", 0),
        ("公斤/亩", "kg_per_mu", 0),
        ("微克/立方米", "ug_per_m3", 0),
        ("μg/m³", "ug_per_m3", 0),
        ("毫克/升", "mg_per_litre", 0),
        ("mg/L", "mg_per_litre", 0),
        ("吨标准煤/万元", "tce_per_yuan", -4),
        ("台/百户", "count_per_household", -2),
        ("张/千人", "per_1000", 0),
        ("件/万人", "per_10k", 0),
        ("人/10万人", "per_100k", 0),
        ("1/10万", "per_100k", 0),
        ("/10万人", "per_100k", 0),
        ("元/月", "yuan_per_month", 0),
        ("万元/月", "yuan_per_month", 4),
        ("元/人·月", "yuan_per_person_month", 0),
        ("元/人/月", "yuan_per_person_month", 0),
        ("千克/平方米", "kg_per_m2", 0),
    ],
)
def test_one_unit_per_another_is_read(word, canonical, power):
    assert short(parse_unit(word)) == (canonical, power)


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("上年=100", "previous_year"),
        ("上年＝１００", "previous_year"),
        ("以上年为100", "previous_year"),
        ("上年为100", "previous_year"),
        ("上年价格=100", "previous_year"),
        ("上年同期=100", "same_period_previous_year"),
        ("上年同月=100", "same_month_previous_year"),
        ("上月 = 100", "previous_month"),
        ("1978年=100", "1978"),
        ("1978=100", "1978"),
        ("以2015年为100", "2015"),
        ("2020年12月=100", "2020-12"),
    ],
)
def test_an_index_keeps_what_it_is_100_in(word, base):
    unit = parse_unit(word)
    assert (unit.canonical, unit.power, unit.base) == ("index", 0, base)


@pytest.mark.parametrize(
    "word",
    [
        "", " ", "鲜薯", "拆迁", "当年价格", "全市", "2012", "一", "万", "亿", "/", "元/", "/元", "每",
        "人口", "十月", "百年", "千日", "万年", "百倍", "万%", "万每千人", "100元", "10万元", "台/套",
        "所/个", "总人口=100", "上年=1", "无水氨", "含不满16周岁", "person", "T", "-", "+",
    ],
)  # fmt: skip
def test_what_is_no_unit_is_none(word):
    assert parse_unit(word) is None


def test_a_unit_column_keeps_a_word_it_does_not_know_whole():
    assert unit_or_word("万 粒") == Unit("万粒", "万粒", 0, known=False)
    assert unit_or_word("（万人）") == Unit("万人", "persons", 4)


@given(
    st.sampled_from(sorted(SCALES)),
    st.sampled_from(["元", "人", "吨", "平方米", "千瓦时", "美元", "户", "亩", "克"]),
)
def test_a_scale_multiplies_by_its_power_of_ten(scale, base):
    unit = parse_unit(scale + base)
    if scale + base != "千克":
        assert short(unit) == (parse_unit(base).canonical, SCALES[scale])
    assert unit.known


@given(st.sampled_from(["万元", "亿元", "百万元", "万人", "万平方米", "万户"]), st.integers(-(10**9), 10**9))
def test_the_power_agrees_with_the_conversion_of_units(word, digits):
    unit = parse_unit(word)
    assert convert_value(str(digits), word, to=unit.canonical) == float(digits * 10**unit.power)


@given(st.text(alphabet="万亿千百元人吨每/平方米年月(%=100上 ", max_size=8))
def test_any_text_is_read_or_refused_without_error(text):
    unit = parse_unit(text)
    assert unit is None or unit.known
    assert unit_or_word(text).power == (unit.power if unit else 0)


# --- labels ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "words", "unit"),
    [
        ("年末户籍人口 （万人）", "年末户籍人口", ("persons", 4)),
        ("商品房平均销售价格(元/平方米)", "商品房平均销售价格", ("yuan_per_m2", 0)),
        ("年末数（亿元）", "年末数", ("yuan", 8)),
        ("绿地面积(公顷)", "绿地面积", ("hectares", 0)),
        ("企业单位数（个）", "企业单位数", ("count", 0)),
        ("比上年增长%", "比上年增长", ("pct", 0)),
        ("比上年增长 ％ ", "比上年增长", ("pct", 0)),
        ("同比±%", "同比±", ("pct", 0)),
        ("居民消费价格指数(上年同月=100)", "居民消费价格指数", ("index", 0)),
        ("居民消费价格指数（上年=100）（%）", "居民消费价格指数", ("index", 0)),
        ("薯类（鲜薯）", "薯类（鲜薯）", None),
        ("征收（拆迁）户数 ", "征收（拆迁）户数", None),
        ("其中：0-15岁（含不满16周岁）", "其中：0-15岁（含不满16周岁）", None),
        ("合成氨（无水氨）", "合成氨（无水氨）", None),
        ("农用氮、磷、钾化学肥料(折纯)(万吨)", "农用氮、磷、钾化学肥料(折纯)", ("tonnes", 4)),
        ("地区生产总值（当年价格）（亿元）", "地区生产总值（当年价格）", ("yuan", 8)),
        ("地区生产总值（亿元，当年价）", "地区生产总值（当年价）", ("yuan", 8)),
        ("地区生产总值（当年价格, 亿元）", "地区生产总值（当年价格）", ("yuan", 8)),
        ("总产值（单位：亿元）", "总产值", ("yuan", 8)),
        ("能源消费总量 (万吨标煤) (电热当量计算法)", "能源消费总量 (电热当量计算法)", ("tce", 4)),
        ("构成 (发电煤耗计算法) (%)", "构成 (发电煤耗计算法)", ("pct", 0)),
        ("全年公共汽（电）车客运总量（万人次）", "全年公共汽（电）车客运总量", ("person_times", 4)),
        ("产量（万台（套））", "产量", ("count", 4)),
        ("人口［万人］", "人口", ("persons", 4)),
        ("2-24 社会保障主要指标（一）（人）", "2-24 社会保障主要指标（一）", ("persons", 0)),
        ("R&D内部经费支出 (万元)", "R&D内部经费支出", ("yuan", 4)),
        ("GDP (亿元)", "GDP", ("yuan", 8)),
        ("占GDP(%)", "占GDP", ("pct", 0)),
        ("从业人员(万人)①", "从业人员 ①", ("persons", 4)),
        ("年平均人数\n(人)", "年平均人数", ("persons", 0)),
        ("（万人）", "", ("persons", 4)),
        ("   ‰", "", ("permille", 0)),
        # two units: the last is the unit, the other a part of the words
        ("地区生产总值（亿元）比上年增长（%）", "地区生产总值（亿元）比上年增长", ("pct", 0)),
        # a Chinese word behind the bracket: it says nothing sure about the figure
        ("地区生产总值（亿元）增速", "地区生产总值（亿元）增速", None),
        # the bracket completes a word
        ("年（度）", "年（度）", None),
        ("期（年）末余额（亿元）", "期（年）末余额", ("yuan", 8)),
        ("旅游人（次）", "旅游人（次）", None),
        ("行政村（组）", "行政村（组）", None),
        ("机构（院，所）", "机构（院，所）", None),
        # a sentence or a value is no label
        ("已开放档案41.61万卷（件）。", "已开放档案41.61万卷（件）。", None),
        ("-1.1%", "-1.1%", None),
        ("#焦炭再投入量(-)", "#焦炭再投入量(-)", None),
        ("7.库存增(-)、减(+)量", "7.库存增(-)、减(+)量", None),
        ("总人口（万人", "总人口（万人", None),
        ("(GB/T4754-2011)", "(GB/T4754-2011)", None),
        ("（）", "（）", None),
        ("", "", None),
    ],
)
def test_the_unit_is_split_from_a_label(label, words, unit):
    text, found, english = split_unit(label)
    assert (text, short(found), english) == (words, unit, [])


@pytest.mark.parametrize(
    ("label", "words", "unit", "english"),
    [
        ("煤炭 (万吨)  Coal (104 tn)", "煤炭 Coal", ("tonnes", 4), ["104 tn"]),
        ("水电 (亿千瓦时)  Hydro Power (108 kW•h)", "水电 Hydro Power", ("kwh", 8), ["108 kW•h"]),
        ("常住人口（万人） Residents (10 000\npersons)", "常住人口 Residents", ("persons", 4),
         ["10 000 persons"]),
        ("人数\n(人)\nPopulation\n(person)", "人数 Population", ("persons", 0), ["person"]),
        ("死亡率\n(‰)\nDeath Rate\n(‰)", "死亡率 Death Rate", ("permille", 0), ["‰"]),
        ("城镇化率(%) Urbanization Rate(%)", "城镇化率 Urbanization Rate", ("pct", 0), ["%"]),
        ("长度（公里）Length (km)", "长度 Length", ("km", 0), ["km"]),
        ("行政区域土地面积 Area (sq.km)", "行政区域土地面积 Area", None, ["sq.km"]),
        ("Gross Product （Current Prices） （100 million yuan）", "Gross Product （Current Prices）", None,
         ["100 million yuan"]),
        ("GRP Growth Rate (%)", "GRP Growth Rate", ("pct", 0), []),
        ("Enterprises (national level)(unit)", "Enterprises (national level)", None, ["unit"]),
        ("Passengers (Highway + Waterway) (10 000 gadgets)", "Passengers (Highway + Waterway)", None,
         ["10 000 gadgets"]),
        ("(person, ‰)", "(person, ‰)", None, []),
        ("Type (T)", "Type (T)", None, []),
    ],
)  # fmt: skip
def test_english_unit_texts_are_listed_and_leave_the_label(label, words, unit, english):
    text, found, texts = split_unit(label)
    assert (text, short(found), texts) == (words, unit, english)


UNIT_BRACKETS = ["（万人）", "(亿元)", "（%）", "(元/平方米)", "（上年=100）", "(万吨标煤)"]
PLAIN = st.text(alphabet="全市城镇居民收入支出面积产量口末其中：、 A1-#", max_size=12)


@given(PLAIN, st.sampled_from(["", "（鲜薯）", "(拆迁)", "（一）"]), st.sampled_from(UNIT_BRACKETS))
def test_a_unit_behind_any_label_is_found_and_the_label_stays(words, remark, bracket):
    text, unit, _ = split_unit(words + remark + bracket)
    assert text.split() == (words + remark).split()
    assert unit == parse_unit(bracket)


@given(st.text(alphabet="全市人口年末（）()万元%‰ Coal10a=，", max_size=24))
def test_splitting_never_adds_or_reorders_characters_and_without_a_unit_loses_none(label):
    text, unit, english = split_unit(label)
    rest = iter(label)
    assert all(char in rest for char in "".join(text.split()))
    if unit is None and not english:
        assert text == label.strip()


# --- English twins ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zh", "en", "agree"),
    [
        ("万吨", "(104 tn)", True),
        ("万吨", "10 000 tons", True),
        ("万吨", "10 000 ton ", True),
        ("万人", "10 000 persons", True),
        ("万人", "(person)", False),
        ("万人", "1 000 persons", False),
        ("亿立方米", "(108 cu.m)", True),
        ("万立方米", "10 000 cubic meters", True),
        ("亿千瓦时", "108 kW•h", True),
        ("亿千瓦时", "100 million kWh", True),
        ("亿元", "100 million yuan", True),
        ("亿元", "100 000 000 yuan", True),
        ("亿元", "billion yuan", False),
        ("万元", "10 000 yuan", True),
        ("万元", "10,000 yuan", True),
        ("万元", "10 OOOyuan", True),  # as scanned in a city yearbook
        ("万元", "100 000 yuan", False),  # as printed in a city yearbook
        ("万元", "10 000 USD", False),
        ("万美元", "USD 10000", True),
        ("亿美元", "100 million US dollars", True),
        ("万吨标准煤", "10 000 tce", True),
        ("万吨标煤", "104 tce", True),
        ("平方公里", "sq.km", True),
        ("万平方米", "10 000 sq.m", True),
        ("公顷", "hectare", True),
        ("公里", "km", True),
        ("微克/立方米", "ug/m3", True),
        ("人/平方公里", "persons/sq.km", True),
        ("人/平方公里", "person per sq.km", True),
        ("万人次", "10 000 person-times", True),
        ("万人次", "10 000 persons", True),
        ("万户", "10 000 households", True),
        ("个", "unit", True),
        ("所", "unit", True),
        ("件", "piece", True),
        ("张", "bed", True),
        ("万册", "10 000 copies", True),
        ("‰", "%o", True),
        ("‰", "‰", True),
        ("%", "%", True),
        ("%", "per cent", True),
        ("%", "‰", False),
        ("上年=100", "preceding year=100", True),
        ("万人", "10 000 gadgets", None),
        ("万人", "national level", None),
        ("万人", "", None),
    ],
)
def test_a_unit_and_its_english_twin_are_compared(zh, en, agree):
    assert unit_twins_agree(parse_unit(zh), en) is agree


@pytest.mark.parametrize(
    "text",
    ["Current Prices", "2011", "GB/T4754-2011", "-", "calorific value calculation", "T", "a", "（万人）", ""],
)
def test_other_english_brackets_are_no_units(text):
    assert not is_english_unit(text)
    assert read_english(text) is None or len(text) == 1


# --- lines -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("单位：万元", ["万元"]),
        ("单位:人、‰\n", ["人", "‰"]),
        ("单位：人、‰(person，‰)", ["人", "‰"]),
        ("计量单位：亿元、%", ["亿元", "%"]),
        ("单位：万吨标准煤", ["万吨标准煤"]),
        ("单位:万吨标准煤  ", ["万吨标准煤"]),
        ("（单位：元/人）", ["元/人"]),
        ("单位:万元 %", ["万元", "%"]),
        ("单位：元，%", ["元", "%"]),
        ("单 位 ： 亿 元", ["亿元"]),
        ("单\xa0\u2002位：人 次", ["人次"]),
        ("(person, ‰)", ["person", "‰"]),
        ("(10 000 tce)", ["10 000 tce"]),
        ("单位：亿元 (100 million yuan)", ["亿元"]),
        ("单位：万元  Unit: 10 000 yuan", ["万元"]),
        ("Unit: 10 000 yuan", ["10 000 yuan"]),
        ("单位：亿元（2012年价格）", ["亿元"]),
        ("单位：万元（万美元）", ["万元", "万美元"]),
        ("单位：万台（套）", ["万台(套)"]),
        ("金额单位：万元", ["万元"]),
        ("单位：万粒", ["万粒"]),
        ("（万人）", ["万人"]),
    ],
)
def test_a_unit_line_is_read(text, published):
    assert [u.published for u in parse_unit_line(text)] == published


def test_an_english_unit_line_has_canonical_units():
    assert [short(u) for u in parse_unit_line("(person, ‰)")] == [("persons", 0), ("permille", 0)]


def test_a_unit_line_keeps_a_word_it_does_not_know():
    assert [u.known for u in parse_unit_line("单位：万元、万粒")] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "", "单位", "单位：", "单位数", "单位名称", "单位：广州市统计局", "编制单位：统计局", "万元",
        "（2012）", "（一）", "(2008,by Household Registered)", "限额以上单位商品零售额(万元)", "各单位：",
        "其中", "农村（含镇）", "单位：某县人民政府",
    ],
)  # fmt: skip
def test_other_texts_are_no_unit_line(text):
    assert parse_unit_line(text) is None


# --- header words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "line", "published"),
    [
        ("人数", "单位：人、‰", "人"),
        ("年平均人数\nAnnual Average\nPopulation", "单位：人、‰", "人"),
        ("户籍人口", "单位：人、‰", "人"),
        ("出生人数", "单位：人、‰", "人"),
        ("出生率", "单位：人、‰", "‰"),
        ("净增率", "单位：人、‰", "‰"),
        ("迁入率 ", "单位：人、‰", "‰"),
        ("自然增长率（当年）", "单位：人、‰、%", "‰"),
        ("死亡率", "单位：%、‰", "‰"),
        ("迁入率", "单位：%、‰", None),
        ("城镇化率", "单位：人、%", "%"),
        ("比上年增长", "单位：元，%", "%"),
        ("比上年增长", "单位：人、‰", None),
        ("自然增长", "单位：人、%", None),
        ("增加值增速", "单位：万元、%", "%"),
        ("增加值", "单位：万元、%", "万元"),
        ("占总人口比重", "单位：人、%", "%"),
        ("户数", "单位：户、人", "户"),
        ("总户数", "单位：户、人、‰", "户"),
        ("建筑面积", "单位：万平方米、万元", "万平方米"),
        ("投资额", "单位：万平方米、万元", "万元"),
        ("工业总产值", "单位：个、亿元", "亿元"),
        ("企业单位数", "单位：个、亿元", "个"),
        ("专任教师数", "单位：人、所", None),
        ("出口额", "单位：万元、万美元", None),
        ("价格指数", "单位：上年=100、个", "上年=100"),
        ("价格指数", "单位：个、%", None),
        ("倍数", "单位：个、%", None),
        ("其中", "单位：人、‰", None),
        ("合计", "单位：人、‰", None),
        ("", "单位：人、‰", None),
        ("Population", "单位：人、‰", None),
        ("人口密度", "单位：人、‰", None),
    ],
)
def test_a_header_word_decides_among_the_offered_units_or_nothing_does(label, line, published):
    unit = implied_unit(label, parse_unit_line(line))
    assert (unit and unit.published) == published


@given(st.text(alphabet="人口数率增长户面积额 ", max_size=8))
def test_only_offered_units_are_implied(label):
    offered = parse_unit_line("单位：人、‰、万元")
    assert implied_unit(label, offered) in [None, *offered]
    assert implied_unit(label, []) is None
