import re
import shutil
from pathlib import Path

import pytest
import yaml

import cbs_analysis
from cbs_analysis.errors import ParameterError, RegistryError, TargetError
from cbs_analysis.registry import load_registry

PACKAGE = Path(cbs_analysis.__file__).parent / "registry"


@pytest.fixture
def copy(tmp_path):
    """A copy of the registries that a test may spoil."""
    for name in ("indicators", "plans"):
        shutil.copytree(PACKAGE / name, tmp_path / name)
    for name in ("areas.yml", "labels.yml", "sources.yml"):
        shutil.copy(PACKAGE / name, tmp_path / name)
    return tmp_path


def edit(path, change):
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(raw)
    path.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")


def test_the_chapter_has_ninety_commitments_and_thirty_eight_listings():
    plan = load_registry().plan("cbs14")
    ids = [c.id for c in plan.commitments]
    counts = {letter: sum(i.startswith(letter) for i in ids) for letter in "ESPDHC"}
    assert counts == {"E": 18, "S": 15, "P": 15, "D": 16, "H": 14, "C": 12}
    listings = [p for p in plan.projects if p.kind == "project"]
    assert len(listings) == 38
    assert len([p for p in listings if not p.duplicate_of]) == 37
    assert next(p for p in listings if p.duplicate_of).id == "15-13"
    assert len([p for p in plan.projects if p.kind == "programme"]) == 4


def test_the_chapter_states_two_targets_and_no_other():
    plan = load_registry().plan("cbs14")
    stated = {m.id: m.target.value for m in plan.measures if m.target}
    assert stated == {"D15.1": 100, "C01.1": 100}


@pytest.mark.parametrize("plan", ["cbs14", "national14", "demo14"])
def test_every_target_names_its_document_in_both_languages(plan):
    for measure in load_registry().plan(plan).measures:
        if measure.target:
            assert measure.target.source_zh.strip(), measure.id
            assert measure.target.source_en.strip(), measure.id


def test_every_official_verdict_has_its_source_and_a_known_word():
    measures = [m for m in load_registry().plan("national14").measures if m.official_verdict]
    assert len(measures) >= 7
    for m in measures:
        assert m.official_verdict in {"achieved", "ahead", "on_track", "behind"}
        assert m.official_source_zh
        assert m.official_source_en


def test_demonstration_targets_say_that_they_are_synthetic():
    for measure in load_registry().plan("demo14").measures:
        if measure.target and measure.id not in ("D15.1", "C01.1"):
            assert "合成" in measure.target.source_zh
            assert "ynthetic" in measure.target.source_en


def test_names_exist_in_both_languages_and_english_holds_no_chinese():
    registry = load_registry()
    named = [*registry.indicators.values(), *registry.areas.values(), *registry.publishers.values()]
    for plan in registry.plans.values():
        named += [plan, *plan.commitments, *plan.projects, *plan.sections.values(), *plan.offices.values()]
    for record in named:
        assert record.zh.strip(), record
        assert record.en.strip(), record
        assert not re.search(r"[\u4e00-\u9fff]", record.en), record


def test_every_indicator_is_used_by_a_plan_or_a_raw_file(root):
    registry = load_registry()
    used = {
        x for p in registry.plans.values() for m in p.measures for x in (m.indicator, m.against, m.exposure)
    }
    text = "".join(p.read_text(encoding="utf-8") for p in (root / "data" / "raw").rglob("*.csv"))
    text += "".join(p.read_text(encoding="utf-8") for p in (root / "data" / "raw").rglob("*.yml"))
    assert not [i for i in registry.indicators if i not in used and i not in text]


def test_areas_are_found_by_code_name_and_alias():
    registry = load_registry()
    assert registry.area("220000") == registry.area("吉林省") == registry.area("jilin")
    assert registry.area("池北区").parent == "22CB00"
    assert not registry.area("22CB00").official


def test_nation_provinces_prefectures_and_districts_are_areas():
    areas = load_registry().areas.values()
    assert [a.code for a in areas if a.level == "nation"] == ["000000"]
    assert len([a for a in areas if a.level == "province"]) == 31
    assert len([a for a in areas if a.level == "prefecture" and a.parent == "220000"]) == 9
    assert [a.zh for a in areas if a.parent == "22CB00"] == ["池北区", "池西区", "池南区"]


def test_an_unknown_area_names_the_nearest():
    with pytest.raises(ParameterError, match="吉林"):
        load_registry().area("吉林升")


def test_a_code_that_became_a_number_is_refused_by_its_type():
    with pytest.raises(ParameterError, match="int"):
        load_registry().area(220000)


def test_unknown_indicator_names_the_nearest():
    with pytest.raises(RegistryError, match="urban_new_jobs_persons"):
        load_registry().indicator("urban_new_job_persons")


def test_unknown_key_is_an_error_that_names_file_and_nearest(copy):
    path = copy / "indicators" / "prices.yml"
    edit(path, lambda raw: next(iter(raw.values())).update(unti="pct"))
    with pytest.raises(RegistryError, match=r"prices.yml(.|\n)*unti(.|\n)*unit"):
        load_registry(copy)


def test_a_key_that_stands_twice_is_an_error_with_its_line(copy):
    path = copy / "indicators" / "prices.yml"
    path.write_text(path.read_text(encoding="utf-8") + "\nx: {}\nx: {}\n", encoding="utf-8")
    with pytest.raises(RegistryError, match="stands twice"):
        load_registry(copy)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda i: i.update(unit="furlong"), "unit is not canonical"),
        (lambda i: i.update(cumulative=True), "disagree"),
        (lambda i: i.pop("en"), "key is missing"),
    ],
)
def test_wrong_indicators_are_refused(copy, change, message):
    path = copy / "indicators" / "prices.yml"
    edit(path, lambda raw: change(raw["cpi_yoy_pct"]))
    with pytest.raises(RegistryError, match=message):
        load_registry(copy)


def test_all_mistakes_of_a_plan_file_are_told_at_once(copy):
    def spoil(raw):
        raw["commitments"][0]["section"] = "9.9"
        raw["commitments"][1]["offices"] = ["nobody"]
        raw["commitments"][2]["measures"][0]["indicator"] = "no_such_pct"
        raw["projects"][0]["area"] = "000009"

    edit(copy / "plans" / "cbs14.yml", spoil)
    with pytest.raises(TargetError) as caught:
        load_registry(copy)
    told = str(caught.value)
    assert len(caught.value.faults) == 4
    for word in ("9.9", "nobody", "no_such_pct", "000009"):
        assert word in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda raw: raw["commitments"][0]["measures"][0].update(type="levl"), "type is not known"),
        (lambda raw: raw["commitments"][0]["measures"][0].update(sense="at_moost"), "sense is not known"),
        (
            lambda raw: raw["commitments"][0]["measures"][0].update(official_verdict="great"),
            "official_verdict",
        ),
        (lambda raw: raw["commitments"][0].update(offices="jobs"), "not a list"),
        (lambda raw: raw["commitments"].append("more work"), "not a mapping"),
        (lambda raw: raw["sections"][0].pop("id"), "section is not known"),
        (lambda raw: raw["document"].update(published="soon"), "published is not a date"),
        (lambda raw: raw.update(start="2021"), "start is not a date"),
        (
            lambda raw: raw["commitments"][0]["measures"][0].update(
                target={"value": 1, "period": 2025, "source_zh": "", "source_en": "x"}
            ),
            "target without a document",
        ),
        (
            lambda raw: raw["commitments"][0]["measures"][0].update(
                target={"value": 0, "period": 2025, "source_zh": "文件", "source_en": "x"}
            ),
            "not positive",
        ),
    ],
)
def test_each_mistake_of_a_plan_file_is_a_named_fault_with_its_place(copy, change, told):
    edit(copy / "plans" / "cbs14.yml", change)
    (copy / "plans" / "demo14.yml").unlink()
    with pytest.raises(TargetError) as caught:
        load_registry(copy)
    fault = next(f for f in caught.value.faults if told in f.what)
    assert fault.where.startswith("cbs14.yml")


def test_a_target_for_a_measure_that_is_not_there_is_refused(copy):
    edit(copy / "plans" / "demo14.yml", lambda raw: raw["targets"].update({"E99.1": raw["targets"]["E01.1"]}))
    with pytest.raises(TargetError, match=r"E99\.1"):
        load_registry(copy)


def test_a_synthetic_area_may_not_hang_on_a_real_one(copy):
    path = copy / "areas.yml"
    edit(path, lambda raw: next(a for a in raw if a["code"] == "99DM00").update(parent="220000"))
    with pytest.raises(RegistryError, match="synthetic"):
        load_registry(copy)
