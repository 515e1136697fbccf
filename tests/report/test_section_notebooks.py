"""The pages on sections and the overall report, run as a whole for places with all, some and no figures."""

import shutil
from pathlib import Path

import pytest

from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.run import run_report

from .model_pages import check_page

NAMES = r"[\w/.-]+\.(?:csv|html|ya?ml)|[A-Z]\d\d\.\d|E\d+|T\d+|X-\d\d|demo\d*"  # files and codes
SECTIONS = (
    "31_employment_income", "32_social_security", "33_rural_revitalisation", "34_education",
    "35_health_care", "36_culture_sport",
)  # fmt: skip
OVERALL = "90_midterm_evaluation"
DEMO = {"area": "99DM00", "plan": "demo14", "as_of": "2024-06-30"}
ZONE = {"area": "22CB00", "plan": "cbs14", "as_of": "2026-10-31"}
NATION = {"area": "000000", "plan": "national14", "as_of": "2026-10-31"}
COUNTY = {"area": "222426", "plan": "cbs14", "as_of": "2026-10-31"}  # Antu: hardly a figure is held
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def project(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sections")
    (folder / "notebooks").mkdir()
    (folder / "data").symlink_to(root / "data")
    for path in (root / "notebooks").glob("*.ipynb"):
        shutil.copy(path, folder / "notebooks")
    shutil.copy(root / "notebooks" / "reports.yml", folder / "notebooks")
    return folder


@pytest.mark.parametrize("notebook", SECTIONS)
def test_every_section_of_the_demonstration_zone_is_whole(project, notebook):
    expected = ["演示数据", "项承诺", "没有目标", "责任单位", "证据：每个数字的来源单元格"]
    check_page(project, RunSpec(notebook=notebook, **DEMO), expected, names=NAMES)


def test_a_section_is_whole_in_english(project):
    expected = ["commitments", "Wanted", "The ladder of the mechanisms", "Own rating", "Back to the overall"]
    check_page(project, RunSpec(notebook=SECTIONS[1], lang="en", **DEMO), expected)


@pytest.mark.parametrize("notebook", [SECTIONS[0], SECTIONS[5]])
def test_a_section_of_the_zone_says_who_owes_what_and_draws_nothing(project, notebook):
    check_page(project, RunSpec(notebook=notebook, **ZONE), ["目前都无法评估"], names=NAMES, images=0)


def test_a_plan_without_that_section_says_so_kindly(project):
    check_page(project, RunSpec(notebook=SECTIONS[5], **NATION), ["没有第6节"], names=NAMES, images=0)


@pytest.mark.parametrize(
    ("place", "lang", "expected"),
    [
        (DEMO, "zh", ["重点承诺", "与2023-06-30相比", "7.3 脱贫成果", "线索", "假设登记册"]),
        (DEMO, "en", ["Key commitments", "What the evidence shows", "Register of assumptions"]),
        (ZONE, "zh", ["90项承诺目前都无法评估", "没有收到责任单位的自评", "专题"]),
        (NATION, "zh", ["约束性指标", "预期性指标", "越过限值5.5%"]),
        (COUNTY, "en", ["Not one of the 90 commitments"]),
    ],
    ids=["demo", "demo in English", "zone", "nation", "county"],
)
def test_the_overall_report_stands_for_every_kind_of_place(project, place, lang, expected):
    check_page(project, RunSpec(notebook=OVERALL, lang=lang, **place), expected, names=NAMES)


def test_links_lead_to_pages_that_the_list_of_reports_makes(project):
    """The list has all six sections of the demonstration zone for this day, and none of a day before."""
    result = run_report(RunSpec(notebook=OVERALL, **DEMO), root=project, backend="fork")
    html = Path(result.html).read_text(encoding="utf-8")
    assert all(f'href="{name}.html"' in html for name in SECTIONS)
    before = RunSpec(notebook=OVERALL, **(DEMO | {"as_of": "2023-05-31"}))
    earlier = run_report(before, root=project, backend="fork")
    assert not [n for n in SECTIONS if f'href="{n}.html"' in Path(earlier.html).read_text(encoding="utf-8")]


def test_the_same_notebook_twice_is_the_same_page(project):
    spec = RunSpec(notebook=SECTIONS[3], **DEMO)
    first, second = (
        Path(run_report(spec, root=project, force=True, backend="fork").html).read_bytes() for _ in range(2)
    )
    assert first == second
