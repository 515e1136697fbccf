"""What a person said about the published tables of data/raw judges what their labels alone would give."""

from pathlib import Path

import cbs_analysis
from cbs_analysis.registry import load_registry
from cbs_analysis.sources.label_paths import match_paths, unknown_areas
from cbs_analysis.sources.reader.read import read_tables
from cbs_analysis.sources.sidecar import read_sidecar

RAW = Path(cbs_analysis.__file__).parents[1] / "data" / "raw"


def sidecars():
    publishers = dict(load_registry().publishers)
    for meta in sorted(RAW.rglob("*.meta.yml")):
        path = meta.with_name(meta.name.removesuffix(".meta.yml"))
        sidecar = read_sidecar(path, RAW, publishers)
        if sidecar.layout == "table" and not sidecar.synthetic:
            yield path, sidecar


def test_no_label_of_a_published_table_is_given_another_indicator_than_its_sidecar_gives():
    registry, right, other = load_registry(), 0, []
    for path, sidecar in sidecars():
        options = sidecar.read.arguments()
        if sidecar.area:
            options = {"region": registry.area(sidecar.area).zh} | options
        for found in match_paths(read_tables(path, **options), registry):
            given = sidecar.columns[found.path].indicator if found.path in sidecar.columns else ""
            right += found.match.indicator == given
            if found.match.indicator not in ("", given):
                other.append((path.name, found.path, found.match.indicator, given))
    assert not other
    assert right > 20


def write(folder, *lines):
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def paths(path, **options):
    return {p.path: p for p in match_paths(read_tables(path, **options), load_registry())}


def test_half_a_year_is_a_running_total_and_a_year_is_none(tmp_path):
    path = write(tmp_path, "测试表,", "地区,居民人均可支配收入（元）", "吉林省,100", "辽宁省,200")
    half = paths(path, period="2023年上半年")["居民人均可支配收入"].match
    year = paths(path, period="2023")["居民人均可支配收入"].match
    quarter = paths(path, period="2023Q2")["居民人均可支配收入"].match
    assert half.indicator == "disposable_income_all_nominal_ytd_yuan"
    assert year.indicator == "disposable_income_all_nominal_yuan"
    assert quarter.indicator == ""


def test_the_words_for_the_whole_province_need_a_table_of_one_province(tmp_path):
    alone = write(tmp_path, "测试表（2023年）,", "指标,数值（万人）", "全省常住人口,12", "户籍人口,13")
    assert (
        paths(alone, region="吉林省")["全省常住人口 / 数值"].match.indicator == "population_resident_persons"
    )
    city = paths(alone, region="长春市")["全省常住人口 / 数值"].match
    assert city.indicator == ""


def test_one_path_in_two_units_is_left_open(tmp_path):
    path = write(tmp_path, "测试表（2023年）,,", "指标,单位,数值", "户籍人口,万人,12", "常住人口,万户,13")
    found = paths(path, region="吉林省")
    assert found["户籍人口 / 数值"].match.indicator == "population_hukou_persons"
    assert found["常住人口 / 数值"].units == ("households",)
    assert found["常住人口 / 数值"].match.indicator == ""


def test_regions_that_are_in_no_registry_are_named(tmp_path):
    path = write(tmp_path, "测试表（2023年）,", "地区,户籍人口（人）", "浦东新区,12", "黄浦区,13")
    assert unknown_areas(read_tables(path), load_registry()) == ("上海市 / 浦东新区", "上海市 / 黄浦区")
