"""Published labels find the indicator of their name, or none; what the raw files say is the judge."""

import csv
import shutil
from pathlib import Path

import pytest
import yaml

import cbs_analysis
from cbs_analysis.errors import RegistryError
from cbs_analysis.registry import load_registry, match_label
from cbs_analysis.registry.label_forms import label_form
from cbs_analysis.series.periods import parse_period
from cbs_analysis.series.unit_words import parse_unit

PACKAGE = Path(cbs_analysis.__file__).parent / "registry"
RAW = Path(cbs_analysis.__file__).parents[1] / "data" / "raw"


def match(path, unit, **known):
    return match_label(path, unit, load_registry(), **known)


def published_rows():
    """Every row of the real raw files that a person gave its indicator."""
    for path in sorted(RAW.rglob("*.csv")):
        sidecar = yaml.safe_load(path.with_name(path.name + ".meta.yml").read_text(encoding="utf-8"))
        if sidecar["layout"] == "long" and sidecar["certainty"] != "synthetic":
            with path.open(encoding="utf-8", newline="") as stream:
                yield from (r for r in csv.DictReader(stream) if r["indicator"])


def test_no_label_of_a_raw_file_is_given_another_indicator_than_a_person_gave_it():
    registry, right, wrong = load_registry(), 0, []
    for row in published_rows():
        unit = parse_unit(row["unit"])
        try:
            freq = parse_period(row["period"]).freq
        except cbs_analysis.CbsError:
            continue
        whole = ("全国",) if row["area"] == "000000" else ()
        canonical, base = (unit.canonical, unit.base) if unit else (row["unit"], "")
        found = match_label(row["label"], canonical, registry, freqs={freq}, base=base, whole=whole)
        right += found.indicator == row["indicator"]
        if found.indicator not in ("", row["indicator"]):
            wrong.append((row["label"], row["unit"], row["period"], found.indicator, row["indicator"]))
    assert not wrong
    assert right > 600


@pytest.mark.parametrize("indicator", load_registry().indicators.values(), ids=lambda i: i.id)
def test_every_name_of_an_indicator_finds_it_where_all_is_known(indicator):
    registry = load_registry()
    names = [n for same in registry.labels.values() for n in same if n.indicator == indicator.id]
    assert names
    base = label_form(indicator.zh).base
    for name in names:
        found = match_label(
            name.form.plain, indicator.unit, registry, base=base, cumulative=indicator.cumulative,
            freqs=indicator.freq, period_kind="growth" if indicator.kind == "growth" else "",
        )  # fmt: skip
        assert found.indicator == indicator.id, name


def test_blanks_widths_and_words_for_the_figure_do_not_matter():
    for label in ("年末 常住　人口", "常住人口 / 年末数", "常住人口/绝对数", "年末常住人口数"):
        assert match(label, "persons").indicator == "population_resident_persons"


def test_a_published_name_and_a_synonym_are_told_apart():
    assert match("户籍人口", "persons").how == "name"
    assert match("年末户籍人口", "persons").how == "synonym"


def test_net_income_is_not_disposable_income():
    found = match("农村居民人均纯收入", "yuan", freqs={"A"})
    assert found.indicator == "net_income_rural_old_scope_nominal_yuan"


def test_a_part_of_a_path_is_not_the_name():
    assert match("国有经济 / 就业人员", "persons").indicator == ""
    assert match("户籍人口 / 城镇人口", "persons").indicator == ""


@pytest.mark.parametrize("unit", ["persons", "pct", "households", "index", "usd"])
def test_a_unit_that_measures_something_else_gives_no_match_and_says_so(unit):
    found = match("城镇居民人均可支配收入", unit)
    assert found.indicator == ""
    assert "unit" in found.reason or "growth" in found.reason
    assert found.nearest[0].startswith("disposable_income_urban_nominal_yuan ")


def test_yuan_and_millions_of_yuan_are_one_measure():
    assert match("财政收入", "yuan").indicator == "fiscal_revenue_nominal_mn_yuan"


def test_a_growth_column_matches_growth_and_a_level_column_a_level():
    name = "城镇居民人均可支配收入"
    growth = match(f"{name} / 比上年增长", "pct", period_kind="growth", freqs={"A"})
    assert growth.indicator == "disposable_income_urban_nominal_yoy_pct"
    real = match(f"{name} / 比上年实际增长", "pct", period_kind="growth", freqs={"A"})
    assert real.indicator == "disposable_income_urban_real_yoy_pct"
    assert match(name, "yuan", freqs={"A"}).indicator == "disposable_income_urban_nominal_yuan"
    assert match("城镇调查失业率", "pct", period_kind="growth").indicator == ""


def test_growth_on_the_month_before_and_natural_growth_are_no_yearly_growth():
    assert match("居民消费价格 / 环比增长", "pct", period_kind="growth").indicator == ""
    assert label_form("人口自然增长率").text == "人口自然增长率"


@pytest.mark.parametrize(
    ("base", "indicator"),
    [
        ("previous_year", "cpi_previous_year_index"),
        ("same_month_previous_year", "cpi_same_month_index"),
        ("previous_month", ""),
        ("", ""),
    ],
)
def test_an_index_needs_its_base(base, indicator):
    assert match("居民消费价格指数", "index", period_kind="index", base=base).indicator == indicator


def test_the_base_in_the_label_is_the_base():
    assert match("居民消费价格指数（上年＝100）", "index").indicator == "cpi_previous_year_index"


def test_two_indicators_of_one_name_are_both_named_and_neither_is_chosen():
    found = match("居民人均可支配收入", "yuan")
    assert (found.indicator, found.how) == ("", "")
    assert [n.split()[0] for n in found.nearest] == [
        "disposable_income_all_nominal_yuan",
        "disposable_income_all_nominal_ytd_yuan",
    ]


@pytest.mark.parametrize(
    ("known", "indicator"),
    [
        ({"cumulative": True, "freqs": {"Q"}}, "disposable_income_all_nominal_ytd_yuan"),
        ({"period_kind": "cumulative"}, "disposable_income_all_nominal_ytd_yuan"),
        ({"period_kind": "flow"}, "disposable_income_all_nominal_yuan"),
        ({"freqs": {"A"}}, "disposable_income_all_nominal_yuan"),
        ({"freqs": {"A", "Q"}}, ""),
        ({"cumulative": False, "freqs": {"Q"}}, ""),
        ({"cumulative": True, "freqs": {"M"}}, ""),
    ],
)
def test_the_running_total_and_the_year_are_told_apart_by_what_is_known(known, indicator):
    assert match("居民人均可支配收入", "yuan", **known).indicator == indicator


def test_the_word_for_a_running_total_in_the_label_decides():
    found = match("居民人均可支配收入_累计值", "yuan", period_kind="rate")
    assert found.indicator == "disposable_income_all_nominal_ytd_yuan"
    assert match("国内生产总值累计同比", "pct").indicator == "gdp_real_ytd_yoy_pct"
    assert match("国内生产总值当季同比", "pct").indicator == "gdp_real_quarter_yoy_pct"


def test_a_word_for_the_whole_region_counts_only_where_the_table_is_of_that_region():
    assert match("全国居民人均可支配收入", "yuan", freqs={"A"}).indicator == ""
    assert match("全国居民人均可支配收入", "yuan", freqs={"A"}, whole=("全国",)).indicator


def test_an_unknown_label_names_three_indicators_with_their_chinese_names():
    found = match("城镇居民人均可支配收入的一半", "yuan")
    assert found.reason == "no indicator has this name"
    assert len(found.nearest) == 3
    assert found.nearest[0] == "disposable_income_urban_nominal_yuan 城镇居民人均可支配收入"


# --- the file itself -----------------------------------------------------------------------------


@pytest.fixture
def labels(tmp_path):
    """The labels of a copy of the registry, to be spoiled."""
    for name in ("indicators", "plans"):
        shutil.copytree(PACKAGE / name, tmp_path / name)
    for name in ("areas.yml", "labels.yml", "sources.yml"):
        shutil.copy(PACKAGE / name, tmp_path / name)
    return tmp_path / "labels.yml"


def test_one_name_for_two_indicators_of_one_unit_and_kind_is_a_fault(labels):
    labels.write_text(
        "population_hukou_persons: [示例人口]\npopulation_resident_persons: [示例　人口]\n", encoding="utf-8"
    )
    with pytest.raises(RegistryError, match=r"one name for two(.|\n)*示例人口: population_hukou"):
        load_registry(labels.parent)


def test_a_synonym_that_is_the_name_of_another_indicator_is_a_fault(labels):
    labels.write_text("population_hukou_persons: [年末常住人口]\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="one name for two"):
        load_registry(labels.parent)


def test_every_wrong_entry_is_told_at_once(labels):
    labels.write_text(
        "populaton_hukou_persons: [甲]\nurbanisation_pct: 乙\npopulation_urban_persons: [丙, 丙]\n",
        encoding="utf-8",
    )
    with pytest.raises(RegistryError) as caught:
        load_registry(labels.parent)
    told = str(caught.value)
    assert len(caught.value.faults) == 3
    for word in ("population_hukou_persons", "not a list", "twice"):
        assert word in told


def test_an_indicator_without_synonyms_keeps_its_own_name(labels):
    labels.write_text("", encoding="utf-8")
    registry = load_registry(labels.parent)
    assert match_label("城镇登记失业率", "pct", registry).indicator == "registered_unemployment_pct"
