"""Plan files of a project: read beside those of the package, and every mistake told with its line."""

import shutil

import pytest

from cbs_analysis.errors import TargetError
from cbs_analysis.registry import load_registry
from cbs_analysis.sources import build

GOOD = """\
id: town14
zh: 示例县规划
en: Plan of an example county
area: "220000"
baseline: 2020
start: "2021-01-01"
end: "2025-12-31"
document: {zh: 示例, en: Example, issuer_zh: 示例, issuer_en: Example, published: "2021-03-01"}
sections:
  - {id: "1", zh: 就业, en: Employment}
offices:
  jobs: {zh: 人社厅, en: Human resources department}
commitments:
  - id: A01
    section: "1"
    zh: 扩大就业
    en: More employment
    offices: [jobs]
    measures:
      - id: A01.1
        type: level
        indicator: urbanisation_pct
        sense: at_least
        target: {value: 65, period: 2025, source_zh: 文件, source_en: document}
      - {id: A01.2, type: direction, indicator: registered_unemployment_pct, sense: down}
"""


@pytest.fixture
def project(tmp_path):
    """A project folder whose plans a test writes; `write(text or bytes)` reads them."""
    (tmp_path / "plans").mkdir()

    def write(content, name="town14.yml"):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "plans" / name).write_bytes(data)
        return load_registry(project=tmp_path)

    write.root = tmp_path
    return write


def test_a_plan_of_the_project_stands_beside_those_of_the_package(project):
    registry = project(GOOD)
    assert registry.plan("town14").measures[0].target.value == 65
    assert set(registry.plans) == {"cbs14", "demo14", "national14", "town14"}
    assert "town14" not in load_registry().plans


def test_a_changed_plan_file_is_read_again(project):
    assert project(GOOD).plan("town14").zh == "示例县规划"
    assert project(GOOD.replace("示例县", "样本县")).plan("town14").zh == "样本县规划"


def test_a_plan_of_the_project_may_lay_targets_over_one_of_the_package(project):
    laid = """\
id: zone_targets
extends: cbs14
targets:
  E01.2: {value: 4.5, period: 2025, source_zh: 文件, source_en: document}
"""
    plan = project(laid, "zone_targets.yml").plan("zone_targets")
    assert {m.id: m.target.value for m in plan.measures if m.target}["E01.2"] == 4.5
    assert not {m.id: m.target for m in load_registry().plan("cbs14").measures}["E01.2"]


def test_a_byte_order_mark_is_no_mistake(project):
    assert "town14" in project(b"\xef\xbb\xbf" + GOOD.encode()).plans


def test_all_plan_files_are_told_at_once(project):
    project(GOOD)
    (project.root / "plans" / "other.yml").write_text("id: other\n", encoding="utf-8")
    with pytest.raises(TargetError) as caught:
        project(GOOD.replace("type: level", "type: levl"))
    assert {f.where.split(",")[0] for f in caught.value.faults} == {"town14.yml", "other.yml"}


def test_a_wrong_base_is_told_once_and_not_again_for_what_extends_it(project):
    laid = "id: later\nextends: town14\n"
    (project.root / "plans" / "later.yml").write_text(laid, encoding="utf-8")
    with pytest.raises(TargetError) as caught:
        project(GOOD.replace("type: level", "type: levl"))
    assert [f.what for f in caught.value.faults] == ["type is not known"]


PROJECTS = "projects:\n  - {id: T-01, box: '1', kind: project, zh: 甲路, en: Road A}\n"
ANOTHER = GOOD.replace("id: town14", "id: village14").replace("示例县", "示例村")


@pytest.mark.parametrize(
    ("text", "spoiled", "told"),
    [
        (GOOD, ("urbanisation_pct", "population_resident_persons"), "id of a measure belongs to another"),
        (GOOD, ("type: direction, indicator: registered_unemployment_pct, sense: down", "type: mechanism"),
         "id of a measure belongs to another"),
        (GOOD + PROJECTS, ("甲路", "乙桥"), "id of a project belongs to another plan"),
    ],
)  # fmt: skip
def test_an_id_that_means_something_else_in_another_plan_is_refused(project, text, spoiled, told):
    project(text)
    other = text.replace("id: town14", "id: village14")
    project(other, "village.yml")  # the same measures and projects may be shared
    with pytest.raises(TargetError) as caught:
        project(other.replace(*spoiled), "village.yml")
    (fault,) = caught.value.faults
    assert told in fault.what
    assert fault.where.startswith("village.yml")
    assert "line " in fault.where
    assert fault.expected.endswith("as in town14.yml")
    assert "VILLAGE14_" in fault.next_step


def test_documents_of_one_plan_never_judge_another_matter_under_the_same_id(project):
    by_documents = ("type: direction, indicator: registered_unemployment_pct, sense: down", "type: mechanism")
    project(GOOD.replace(*by_documents))
    with pytest.raises(TargetError, match=r"A01\.2: mechanism 扩大就业, as in town14\.yml"):
        project(ANOTHER.replace(*by_documents).replace("扩大就业", "安全生产"), "village14.yml")


def test_an_id_of_a_plan_of_the_package_is_not_taken_for_another_measure(project):
    with pytest.raises(TargetError, match=r"as in cbs14\.yml"):
        project(GOOD.replace("A01.1", "E01.1"))


def line_of(text, words):
    """Where the spoiled words stand, counted as an editor counts."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


# what is written instead of what, the words told, and the line where they stand (or words that stand there)
WRONG = {
    "tab": ('    section: "1"', '\tsection: "1"', "spaces, not with tabs", "\tsection"),
    "doubled key": ("    zh: 扩大就业\n", "    zh: 扩大就业\n    zh: 更多就业\n", "stands twice", "更多就业"),
    "Chinese colon": ("baseline: 2020", "baseline：2020", "half-width colon", "baseline："),
    "Chinese colon in a block": ("    zh: 扩大就业", "    zh：扩大就业", "half-width colon", "zh：扩大就业"),
    "unclosed quote": ('area: "220000"', 'area: "220000', "YAML", None),
    "unclosed bracket": ("offices: [jobs]", "offices: [jobs", "YAML", None),
    "bad indentation": ("    en: More employment", "   en: More employment", "YAML", "   en: More"),
    "impossible date": ('start: "2021-01-01"', "start: 2021-13-01", "a value cannot be read", None),
    "area as a number": ('area: "220000"', "area: 220000", "area is not text", "area:"),
    "unknown area": ('area: "220000"', 'area: "229999"', "area is not known", "area:"),
    "baseline as text": ("baseline: 2020", 'baseline: "2020"', "baseline is not a whole number", "baseline"),
    "baseline inside the plan": ("baseline: 2020", "baseline: 2021", "not before the plan", "baseline"),
    "end before start": ('end: "2025-12-31"', 'end: "2020-12-31"', "ends before it starts", "end:"),
    "start is no date": ('start: "2021-01-01"', "start: 二〇二一年", "start is not a date", "start:"),
    "document in words": (
        'document: {zh: 示例, en: Example, issuer_zh: 示例, issuer_en: Example, published: "2021-03-01"}',
        "document: 示例", "document is not a mapping", "document:",
    ),
    "document without its date": (', published: "2021-03-01"}', "}", "key is missing", "document:"),
    "unknown key with its nearest": ("baseline: 2020", "basline: 2020", "baseline", "basline"),
    "key of a commitment misspelt": ("    offices: [jobs]", "    office: [jobs]", "offices", "office:"),
    "unknown section": ('    section: "1"', '    section: "2"', "section is not known", 'section: "2"'),
    "sections as a mapping": (
        'sections:\n  - {id: "1", zh: 就业, en: Employment}',
        'sections:\n  "1": {zh: 就业, en: Employment}', "not a list", "sections",
    ),
    "doubled section": (
        'sections:\n', 'sections:\n  - {id: "1", zh: 收入, en: Income}\n', "section stands twice", None,
    ),
    "offices as a list": (
        "offices:\n  jobs: {zh: 人社厅, en: Human resources department}", "offices:\n  - jobs",
        "offices is not a mapping", "offices:",
    ),
    "unknown office": ("offices: [jobs]", "offices: [job]", "jobs", "offices: [job]"),
    "missing office": ("offices: [jobs]", "offices: []", "names no office", "offices: []"),
    "offices as text": ("offices: [jobs]", "offices: jobs", "offices is not a list", "offices: jobs"),
    "offices as numbers": ("offices: [jobs]", "offices: [1]", "not a list of text", "offices: [1]"),
    "doubled id": ("- {id: A01.2", "- {id: A01.1", "id stands twice", None),
    "measure without type": ("        type: level\n", "", "type", "id: A01.1"),
    "unknown type": ("type: level", "type: levl", "level", "type: levl"),
    "measure without indicator": ("        indicator: urbanisation_pct\n", "", "no indicator", "type: level"),
    "unknown indicator": ("urbanisation_pct", "urbanization_pct", "urbanisation_pct", "urbanization_pct"),
    "indicator without yearly figures": (
        "urbanisation_pct", "urban_new_jobs_ytd_persons", "urban_new_jobs_persons", "urban_new_jobs_ytd",
    ),
    "direction without sense": (", sense: down}", "}", "sense up or down", "A01.2"),
    "sense of a direction on a level": ("sense: at_least", "sense: up", "does not fit level", "sense: up"),
    "contradicting sense": ("type: level", "type: keep_below", "contradicts keep_below", "sense: at_least"),
    "when on a level": ("type: level", "type: level\n        when: average", "does not fit level", "when:"),
    "growth of a level": ("type: level", "type: average_growth", "needs yearly growth", "urbanisation_pct"),
    "level in step with growth": (
        "type: level", "type: synchrony\n        against: gdp_real_yoy_pct", "needs yearly growth", None,
    ),
    "average growth of nothing": (
        "level\n        indicator: urbanisation_pct\n        sense: at_least\n        target: {value: 65",
        "average_growth\n        indicator: gdp_real_yoy_pct\n        target: {value: 0",
        "average growth is not positive", "target:",
    ),
    "average growth at most that is no fall": (
        "level\n        indicator: urbanisation_pct\n        sense: at_least\n        target: {value: 65",
        "average_growth\n        indicator: gdp_real_yoy_pct\n        sense: at_most\n"
        "        target: {value: 3",
        "at most is no fall", "target:",
    ),
    "project without its project": ("type: level", "type: project", "no project", "type: project"),
    "target in words": (
        "{value: 65, period: 2025, source_zh: 文件, source_en: document}", "百分之六十五",
        "target is not a mapping", "target: 百",
    ),
    "target as text": ("value: 65", 'value: "65%"', "target is not a number", "target:"),
    "target that is no number": ("value: 65", "value: .nan", "target is not a number", "target:"),
    "target without a document": (", source_zh: 文件", "", "source_zh", "target:"),
    "target with an empty document": ("source_zh: 文件", 'source_zh: ""', "without a document", "target:"),
    "target without its year": (", period: 2025", "", "period", "target:"),
    "target for no period": ("period: 2025", "period: 规划期末", "not a period", "target:"),
    "target due outside the plan": ("period: 2025", "period: 2035", "outside the plan", "target:"),
    "official verdict without a source": (
        "type: level", "type: level\n        official_verdict: ahead", "without its source",
        "official_verdict",
    ),
    "commitments in words": (
        "commitments:\n", "commitments: 扩大就业\nrest:\n", "not a mapping", "commitments:",
    ),
    "list as a key": ("baseline: 2020", "? [a, b]\n: 1", "YAML", None),
    "an object of Python": ("baseline: 2020", "baseline: !!python/object:os.system 1", "YAML", "!!python"),
    "a character that is none": ("扩大就业", "扩大\x00就业", "a character", None),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_each_mistake_is_told_with_its_line_and_what_was_expected(project, name):
    before, after, told, at = WRONG[name]
    assert before in GOOD
    text = GOOD.replace(before, after, 1)
    with pytest.raises(TargetError) as caught:
        project(text)
    faults = [f for f in caught.value.faults if told in str(f)]
    assert faults, caught.value
    assert faults[0].where.startswith("town14.yml")
    if at is not None:
        assert f"line {line_of(text, at)}" in faults[0].where, faults[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "plan file is empty"),
        ("# only a remark\n", "plan file is empty"),
        ("扩大就业\n", "plan file is not a mapping"),
        ("- id: town14\n", "plan file is not a mapping"),
        ("id: town14\n", "key is missing"),
        (GOOD.encode("gbk"), "not UTF-8"),
        (GOOD.encode("utf-16"), "not UTF-8"),
        (b"PK\x03\x04\x14\x00\x06\x00", "a character"),
        (GOOD.split("commitments:")[0] + "commitments: []\n", "plan has no commitment"),
        (GOOD.split("commitments:")[0], "plan has no commitment"),
        (GOOD.replace("id: town14", "id: national14"), "id of a plan stands twice"),
        ("id: town14\nextends: cbs15\n", "plan to extend is not known"),
        ("id: town14\nextends: cbs14\ntargets: [E01.1]\n", "targets is not a mapping"),
        ("a: &x [*x]\n", "recursive"),
        (GOOD + "---\n" + GOOD, "another document"),
    ],
)
def test_what_is_no_plan_at_all_is_refused_by_its_name(project, content, told):
    with pytest.raises(TargetError) as caught:
        project(content)
    assert told in str(caught.value)
    assert all("town14.yml" in f.where for f in caught.value.faults)


def test_many_mistakes_of_one_file_come_in_one_message(project):
    text = GOOD
    for name in (
        "unknown area",
        "unknown office",
        "unknown type",
        "target without its year",
        "end before start",
    ):
        text = text.replace(*WRONG[name][:2], 1)
    with pytest.raises(TargetError) as caught:
        project(text)
    # the target's year, the type, the area, the office, the end: each once
    assert len(caught.value.faults) == 5


def test_the_store_is_built_anew_when_a_plan_of_the_project_changes(mini, line):
    mini.add([line("urbanisation_pct", "2020", 60, "%")])
    assert mini.build().made
    assert not mini.build().made
    (mini.root / "plans").mkdir()
    (mini.root / "plans" / "town14.yml").write_text(GOOD, encoding="utf-8")
    assert mini.build().made
    assert not mini.build().made


def test_evidence_may_name_a_measure_of_a_plan_of_the_project(mini):
    header = "measure,area,date,level,document,title,note"
    mini.add(["A01.2,220000,2022-05-01,3,文〔2022〕1号,示例,"], header=header, layout="documents")
    (mini.root / "plans").mkdir()
    (mini.root / "plans" / "town14.yml").write_text(GOOD, encoding="utf-8")
    assert build(mini.raw, mini.processed).made
    shutil.rmtree(mini.root / "plans")
    with pytest.raises(Exception, match=r"A01\.2"):
        build(mini.raw, mini.processed)
