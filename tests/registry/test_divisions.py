"""Regions by name and year. Codes and years are typed from the announcements of the State Council."""

import dataclasses
import itertools
import shutil
from pathlib import Path

import pytest

import cbs_analysis
from cbs_analysis.errors import RegistryError
from cbs_analysis.registry import Division, load_divisions, load_registry

REGISTRY = Path(cbs_analysis.__file__).parent / "registry"
NEWEST = 2026


@pytest.fixture(scope="module")
def regions():
    return load_divisions()


def every(regions):
    return [row for rows in regions._codes.values() for row in rows]


def code(division):
    return division and division.code


def names(divisions):
    return [d.name for d in divisions]


# ---- the table


@pytest.mark.parametrize(
    ("label", "year", "expected", "parent", "last"),
    [
        ("公主岭市", 2019, "220381", "220300", 2020),
        ("公主岭市", 2021, "220184", "220100", None),
        ("崇明县", 2010, "310230", "310000", 2016),
        ("崇明区", 2020, "310151", "310000", None),
        ("闸北区", 2010, "310108", "310000", 2015),
        ("卢湾区", 2005, "310103", "310000", 2011),
        ("南汇区", 2005, "310119", "310000", 2009),
        ("增城市", 2010, "440183", "440100", 2014),
        ("从化市", 2010, "440184", "440100", 2014),
        ("增城区", 2015, "440118", "440100", None),
        ("萝岗区", 2010, "440116", "440100", 2014),
        ("番禺市", 1998, "440181", "440100", 2000),
        ("九台市", 2010, "220181", "220100", 2014),
        ("九台区", 2016, "220113", "220100", None),
        ("浑江市", 1990, "220600", "220000", 1994),
        ("白山市", 2000, "220600", "220000", None),
        ("巢湖市", 2005, "341400", "340000", 2011),
        ("巢湖市", 2015, "340181", "340100", None),
        ("襄樊市", 2005, "420600", "420000", 2010),
        ("思茅市", 2005, "530800", "530000", 2007),
        ("崇文区", 2005, "110103", "110000", 2010),
        ("塘沽区", 2005, "120107", "120000", 2009),
        ("莱芜市", 2010, "371200", "370000", 2018),
        ("济源市", 2020, "419001", "410000", None),
        ("邢台县", 2015, "130521", "130500", 2020),
        ("两江新区", 2026, "500157", "500000", None),
    ],
)
def test_changes_of_code_name_and_parent_are_dated(regions, label, year, expected, parent, last):
    found = regions.resolve(label, year=year)
    assert (found.code, found.parent, found.last) == (expected, parent, last)


@pytest.mark.parametrize(
    ("label", "first"),
    [
        ("重庆市", 1997), ("海南省", 1988), ("浦东新区", 1992), ("滨海新区", 2009), ("三沙市", 2012),
        ("香港特别行政区", 1997), ("浑江区", 2010), ("玄武区", 1980), ("和康县", 2024),
    ],
)  # fmt: skip
def test_what_is_in_use_says_since_when(regions, label, first):
    found = regions.resolve(label)
    assert (found.first, found.last) == (first, None)


# 中国统计年鉴, table 1-1: prefectures and counties at the end of the year
COUNTED = {
    2000: (333, 2861), 2001: (332, 2861), 2002: (332, 2860), 2003: (333, 2861), 2004: (333, 2862),
    2005: (333, 2862), 2006: (333, 2860), 2007: (333, 2859), 2008: (333, 2859), 2009: (333, 2858),
    2010: (333, 2856), 2011: (332, 2853), 2012: (333, 2852), 2013: (333, 2853), 2014: (333, 2854),
    2015: (334, 2850), 2016: (334, 2851), 2017: (334, 2851), 2018: (333, 2851), 2019: (333, 2846),
    2020: (333, 2844), 2021: (333, 2843), 2022: (333, 2843), 2023: (333, 2844),
}  # fmt: skip


@pytest.mark.parametrize("year", COUNTED)
def test_the_number_of_regions_is_the_published_one(regions, year):
    alive = [d for d in every(regions) if d.first <= year and (d.last is None or d.last > year)]
    count = {level: sum(d.level == level for d in alive) for level in ("province", "prefecture", "county")}
    assert count["province"] == 34
    assert (count["prefecture"], count["county"]) == COUNTED[year]


def test_every_parent_exists_in_every_year_of_its_parts(regions):
    for row in every(regions):
        if row.parent is None:
            assert row.code == "000000"
            continue
        for year in range(row.first, row.last if row.last else NEWEST + 1):
            assert regions.get(row.parent, year=year) is not None, (row, year)


def test_nothing_lies_in_itself(regions):
    for row in every(regions):
        above = [d.code for d in regions.parents(row)]
        assert row.code not in above
        assert len(set(above)) == len(above)
        assert not above or above[0] == "000000"


def test_every_region_in_use_is_found_by_its_full_name_within_its_parent(regions):
    for row in every(regions):
        if row.last is None:
            assert regions.resolve(row.name, within=row.parent) == row
            assert regions.resolve(row.name, within=row.parent, year=NEWEST) == row


def test_a_code_has_one_name_at_the_end_of_a_year(regions):
    for rows in regions._codes.values():
        for before, after in itertools.pairwise(rows):
            assert before.last is not None
            assert before.last <= after.first, (before, after)


def test_units_that_only_group_others_are_no_regions(regions):
    for label in ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"):
        assert regions.named(label) == ()


# ---- statistical areas without a code of the standard


@pytest.mark.parametrize(
    "label",
    [
        "长白山保护开发区", "长白山管委会", "长白山管理委员会", "长白山", "长白山保护开发区管委会",
        "长白山保护开发区管理委员会", "CBS",
    ],
)  # fmt: skip
def test_the_zone_is_found_by_each_of_its_names(regions, label):
    found = regions.resolve(label)
    assert (found.code, found.parent, found.first, found.last) == ("22CB00", "220000", 2006, None)


def test_every_area_of_the_reports_is_the_same_region_here(regions):
    for area in load_registry().areas.values():
        if area.synthetic:
            assert regions.get(area.code) is None
            continue
        found = regions.get(area.code)
        assert (found.name, found.parent or "") == (area.zh, area.parent)
        for label in (area.zh, *area.aliases):
            assert code(regions.resolve(label)) == area.code, label


# ---- names


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("  浦东新区", "310115"), ("　北　京　市", "110000"), ("全国", "000000"), ("中国", "000000"),
        ("全国合计", "000000"), ("全国总计", "000000"), ("北京", "110000"), ("广西", "450000"),
        ("内蒙古", "150000"), ("新疆", "650000"), ("香港", "810000"), ("石家庄", "130100"),
        ("延边", "222400"), ("延边州", "222400"), ("恩施州", "422800"), ("阿坝州", "513200"),
        ("兴安盟", "152200"), ("大兴安岭", "232700"), ("克州", "653000"), ("吉林", "220000"),
        ("吉林市", "220200"), ("海南", "460000"), ("海南州", "632500"), ("朝阳市", "211300"),
        ("西安市", "610100"), ("大同市", "140200"), ("大同区", "230606"), ("大同县", "140227"),
        ("闸北区", "310108"), ("增城市", "440183"),
    ],
)  # fmt: skip
def test_a_label_is_one_region(regions, label, expected):
    assert code(regions.resolve(label)) == expected


@pytest.mark.parametrize(
    "label",
    [
        "朝阳区",
        "鼓楼区",
        "白云区",
        "西安区",
        "通州区",
        "合计",
        "",
        "城镇",
        "抚松镇",
        "前郭县",
        "99DM00",
        "区",
    ],
)
def test_a_label_that_is_none_or_several_is_refused(regions, label):
    if label == "通州区":  # in 江苏 and in Beijing
        assert {d.code for d in regions.named(label)} == {"110112", "320612"}
    assert regions.resolve(label) is None


@pytest.mark.parametrize(
    ("label", "within", "expected"),
    [
        ("朝阳区", "110000", "110105"), ("朝阳区", "220000", "220104"), ("鼓楼区", "320100", "320106"),
        ("鼓楼区", "320000", None), ("白云区", "440100", "440111"), ("西安区", "220400", "220403"),
        ("抚松", "220600", "220621"), ("长白县", "220600", "220623"), ("前郭县", "220700", "220721"),
        ("前郭", "220000", "220721"), ("伊通县", "220000", "220323"), ("东乡县", "622900", "622926"),
        ("鄂温克旗", "150700", "150724"), ("朝阳", "210000", "211300"), ("朝阳", "220100", "220104"),
        ("浦东新区", "110000", None), ("长春市", "220100", "220100"), ("磁", "130400", None),
        ("池北区", "22CB00", "22CB01"), ("北京", "000000", "110000"), ("梅河口市", "220000", "220581"),
    ],
)  # fmt: skip
def test_a_label_inside_a_region(regions, label, within, expected):
    assert code(regions.resolve(label, within=within, year=2022)) == expected


def test_a_bare_name_that_may_be_the_region_itself_or_a_part_is_refused(regions):
    assert regions.resolve("吉林", within="220000") is None  # 吉林省, or 吉林市 in it
    assert regions.resolve("通化", within="220500") is None  # 通化市, or 通化县 in it
    assert code(regions.resolve("通化", within="220000")) == "220500"


def test_an_alias_never_beats_an_exact_name(regions):
    assert names(regions.named("吉林")) == ["吉林省", "吉林市"]
    assert names(regions.named("吉林市")) == ["吉林市"]
    assert {d.code for d in regions.named("朝阳区")} == {"110105", "220104"}
    assert regions.named("没有这个地方") == ()


def test_the_nearest_names_serve_an_error(regions):
    assert "浦东新区" in regions.nearest("浦东新闻区")
    assert regions.nearest("xyz") == ()
    assert len(regions.nearest("海门", n=2)) == 2


# ---- years


@pytest.mark.parametrize(
    ("label", "year", "expected"),
    [
        ("闸北区", 2015, "310108"), ("闸北区", 2018, "310108"), ("闸北区", 2019, None),
        ("崇明区", 2015, "310151"), ("崇明区", 2012, None), ("公主岭市", 2020, "220184"),
        ("重庆市", 1990, "510200"), ("重庆", 1996, "510200"), ("重庆", 1997, "500000"),
        ("毕节市", 2011, "520500"), ("毕节市", 2010, "522401"), ("儋州市", 2014, "469003"),
        ("儋州市", 2015, "460400"), ("长白山保护开发区", 2003, "22CB00"), ("长白山保护开发区", 2002, None),
        ("弋江区", 2020, "340209"), ("弋江区", 2019, "340203"),
    ],
)  # fmt: skip
def test_the_year_decides_with_three_years_of_grace(regions, label, year, expected):
    assert code(regions.resolve(label, year=year)) == expected


def test_a_code_is_looked_up_as_of_a_year(regions):
    assert regions.get("220600", year=1990).name == "浑江市"
    assert regions.get("220600", year=1994).name == "白山市"
    assert regions.get("220600").name == "白山市"
    assert regions.get("310108", year=2015).name == "闸北区"
    assert regions.get("310108", year=2016) is None
    assert regions.get("310108").last == 2015
    assert regions.get("000000").parent is None
    assert regions.get("nothing") is None


def test_parents_bear_the_names_of_the_year(regions):
    county = regions.get("220621")
    assert names(regions.parents(county)) == ["全国", "吉林省", "白山市"]
    assert names(regions.parents(county, year=1990)) == ["全国", "吉林省", "浑江市"]
    assert names(regions.parents(regions.resolve("闸北区"))) == ["全国", "上海市"]
    assert regions.parents(regions.get("000000")) == ()


def test_a_region_is_within_all_above_it_and_itself(regions):
    county = regions.get("220621")
    assert all(regions.is_within(county, c) for c in ("000000", "220000", "220600", "220621"))
    assert not regions.is_within(county, "220100")
    assert not regions.is_within(regions.get("220600"), "220621")
    moved = regions.get("220184")
    assert regions.is_within(moved, "220100", year=2024)


def test_children_are_those_at_the_end_of_the_year(regions):
    shanghai = names(regions.children("310000", year=2024))
    assert len(shanghai) == 16
    assert {"浦东新区", "崇明区"} <= set(shanghai)
    assert len(regions.children("310000", year=2008)) == 19
    jilin = regions.children("220000", year=2024)
    assert [d.code for d in jilin] == [
        "220100", "220200", "220300", "220400", "220500", "220600", "220700", "220800", "222400", "22CB00",
    ]  # fmt: skip
    assert names(regions.children("22CB00", year=2024)) == ["池北区", "池西区", "池南区"]
    assert regions.children("310115", year=2024) == ()


# ---- the region of a table


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (["荔湾区", "越秀区", "海珠区", "天河区", "白云区"], "广州市"),
        (["广州市", "荔湾区", "越秀区", "海珠区"], "广州市"),
        (["合计", "浦东新区", "黄浦区", "徐汇区"], "上海市"),
        (["长春", "吉林", "四平", "辽源", "通化"], "吉林省"),
        (["全省", "长春市", "吉林市", "延边州", "长白山管委会", "梅河口市"], "吉林省"),
        (["通化", "辉南", "柳河", "集安", "梅河口"], "通化市"),
        (["抚松县", "靖宇县", "长白县", "临江市", "浑江区", "江源区"], "白山市"),
        (["北京", "天津", "河北", "山西", "吉林", "海南"], "全国"),
        (["全国", "北京市", "上海市"], "全国"),
        (["朝阳区", "南关区", "宽城区"], "长春市"),
        (["池北区", "池西区", "池南区"], "长白山保护开发区"),
        (["荔湾区", "越秀区", "海珠区", "天河区", "浦东新区"], "广州市"),
        (["荔湾区", "越秀区", "海珠区", "浦东新区"], None),
        (["深圳市", "杭州市", "成都市"], None),
        (["荔湾区"], None),
        (["荔湾区", "荔湾区"], None),
        (["吉林市", "舒兰市"], "吉林省"),
        (["合计", "男", "女"], None),
        (["第一产业", "第二产业", "工业", "建筑业", "和平", "新华"], None),
        ([], None),
    ],
)
def test_the_common_parent_of_labels(regions, labels, expected):
    found = regions.common_parent(labels)
    assert (found and found.name) == expected


def test_the_common_parent_knows_the_regions_of_the_year(regions):
    labels = ["闸北区", "卢湾区", "南汇区", "黄浦区"]
    assert regions.common_parent(labels, year=2005).name == "上海市"
    assert regions.common_parent(["八道江区", "抚松县", "靖宇县"], year=1990).name == "浑江市"


# ---- titles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年新乡市国民经济和社会发展统计公报", ["新乡市"]),
        ("表2.2 上海市各区、县土地面积", ["上海市"]),
        ("20-6 吉林省各市县一般公共预算收入", ["吉林省"]),
        ("2024年末昌都市地方政府债务", ["昌都市"]),
        ("吉林省长春市各区人口", ["吉林省", "长春市"]),
        ("吉林省吉林市舒兰市", ["吉林省", "吉林市", "舒兰市"]),
        ("北京市朝阳区", ["北京市", "朝阳区"]),
        ("云南省大理州大理市", ["云南省", "大理白族自治州", "大理市"]),
        ("河北省沧县2023年", ["河北省", "沧县"]),
        ("枣庄市市中区", ["枣庄市", "市中区"]),
        ("新乡统计年鉴", ["新乡市"]),
        ("2024年新乡统计公报", ["新乡市"]),
        ("3-1 上海人口", ["上海市"]),
        ("延边州统计公报", ["延边朝鲜族自治州"]),
        ("海南藏族自治州统计公报", ["海南藏族自治州"]),
        ("长白山保护开发区2024年财政收入", ["长白山保护开发区"]),
        ("中国统计年鉴", ["全国"]),
        ("2024年全国居民收入", ["全国"]),
        ("上海市和北京市的比较", ["上海市", "北京市"]),
        ("长春市人口，长春市面积", ["长春市"]),
        ("上海南站客流", ["上海市"]),
        ("北京市场价格", ["北京市"]),
        ("第七次全国人口普查公报", []),
        ("朝阳区人口", []),
        ("大理石产量", []),
        ("老城区改造面积", []),
        ("全市市区绿地", []),
        ("开发区域", []),
        ("城市居民收入", []),
        ("各市（州）、县（市、区）生产总值", []),
        ("2020年河口流量", []),
        ("阿里巴巴年报", []),
        ("", []),
    ],
)
def test_the_regions_of_a_title(regions, text, expected):
    assert names(regions.names_in(text, year=2023)) == expected


def test_a_title_may_name_a_region_of_its_year(regions):
    assert names(regions.names_in("2014年增城市统计公报", year=2014)) == ["增城市"]
    assert names(regions.names_in("2012年长治市城区", year=2012)) == ["长治市", "城区"]
    assert names(regions.names_in("长治市城区", year=2023)) == ["长治市"]


# ---- loading


def test_regions_are_frozen_and_read_once():
    assert load_divisions() is load_divisions()
    with pytest.raises(dataclasses.FrozenInstanceError):
        load_divisions().get("110000").name = "北平市"
    assert Division(code="1", name="a", parent=None, level="nation", first=1, last=None).last is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "missing or empty"),
        ("code,name\n", "columns are wrong"),
        ("code,name,parent,level,first,last\n000000,全国,,nation,long ago,\n", "divisions.csv, line 2"),
        ("code,name,parent,level,first,last\n000000,全国\n", "000000,全国"),
        ("code,name,parent,level,first,last\n000000,全国,,planet,1980,\n", "planet"),
    ],
)
def test_a_spoilt_table_is_refused_with_its_line(tmp_path, text, says):
    shutil.copy(REGISTRY / "areas.yml", tmp_path)
    (tmp_path / "divisions.csv").write_text(text, encoding="utf-8")
    with pytest.raises(RegistryError, match=says):
        load_divisions(tmp_path)


def test_a_missing_table_is_refused(tmp_path):
    with pytest.raises(RegistryError, match="missing"):
        load_divisions(tmp_path)
