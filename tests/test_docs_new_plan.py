"""The page on a plan for another region is true: its plan, its commands and its messages."""

import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from cbs_analysis.cli import main
from cbs_analysis.plan import evaluate
from cbs_analysis.registry import load_registry
from cbs_analysis.report.jobs import plan_run

PAGE = Path(__file__).parents[1] / "docs" / "new_plan.md"
TEXT = PAGE.read_text(encoding="utf-8")
SAME_DAY = ("changes", "--plan", "national14", "--from", "2023-01-01", "--to", "2023-01-01")
PLAN = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL).group(1)


@pytest.fixture
def stranger(root, tmp_path):
    """A project folder with the data and notebooks of this one, and no plans of its own yet."""
    for name in ("data", "notebooks"):
        (tmp_path / name).symlink_to(root / name)
    return tmp_path


def run(stranger, *words, code=0):
    done = CliRunner().invoke(main, ["--root", str(stranger), *words])
    assert done.exit_code == code, done.output
    return done.output


def write(stranger, text=PLAN):
    (stranger / "plans").mkdir(exist_ok=True)
    (stranger / "plans" / "jilin14.yml").write_text(text, encoding="utf-8")


def test_a_new_plan_is_valid_as_it_is_written_and_lists_what_is_held(stranger):
    told = run(stranger, "plan", "new", "jilin14", "--area", "吉林", "--years", "2021-2025")
    text = (stranger / "plans" / "jilin14.yml").read_text(encoding="utf-8")
    assert "plans/jilin14.yml" in told.replace("\\", "/")
    assert re.search(r"#   urbanisation_pct  常住人口城镇化率（\d+，2005—\d{4}）", text)
    assert run(stranger, "plan", "check").startswith("ok: jilin14: 1 commitments, 1 measures")
    assert yaml.safe_load(text)["area"] == "220000"


def test_two_new_plans_of_one_area_share_no_id(stranger):
    ids = []
    for name in ("jilin14", "jilin15"):
        run(stranger, "plan", "new", name, "--area", "吉林")
        raw = yaml.safe_load((stranger / "plans" / f"{name}.yml").read_text(encoding="utf-8"))
        ids += [raw["commitments"][0]["id"], raw["commitments"][0]["measures"][0]["id"]]
    assert ids == ["JILIN14_01", "JILIN14_01.1", "JILIN15_01", "JILIN15_01.1"]
    assert run(stranger, "plan", "check").count("ok: ") == 2


def test_a_measure_of_another_plan_is_refused_whichever_file_is_checked(stranger):
    write(stranger)
    other = PLAN.replace("id: jilin14", "id: other14").replace(
        "indicator: urbanisation_pct", "indicator: gdp_real_yoy_pct"
    )
    (stranger / "plans" / "other14.yml").write_text(other, encoding="utf-8")
    for words in (("jilin14",), ("other14",), ()):
        told = run(stranger, "plan", "check", *words, code=2)
        assert "id of a measure belongs to another plan" in told
        assert {"jilin14.yml", "other14.yml"} <= set(re.findall(r"\w+\.yml", told))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("plan", "new", "Jilin", "--area", "吉林"), "id is not usable"),
        (("plan", "new", "cbs14", "--area", "吉林"), "id is taken"),
        (("plan", "new", "jilin14", "--area", "吉林升"), "吉林"),
        (("plan", "new", "jilin14", "--area", "吉林", "--years", "2025-2021"), "ends before it starts"),
        (("plan", "new", "jilin14", "--area", "吉林", "--years", "0-5"), "years are out of range"),
        (("plan", "new", "jilin14", "--area", "吉林", "--years", "2021-2201"), "years are out of range"),
        (("plan", "new", "jilin14", "--area", "吉林", "--years", "十四五"), "years are not two years"),
        (("plan", "check", "jilin15"), "plan file is not there"),
        (("plan", "show", "jilin15"), "plan is not known"),
        (("changes", "--plan", "national14", "--from", "2024-01-01", "--to", "2023-01-01"), "stands first"),
        (
            (*SAME_DAY, "--set", "ahed=2"),
            "ahead",
        ),
        (
            (*SAME_DAY, "--set", "ahead=x"),
            "not a number",
        ),
    ],
)  # fmt: skip
def test_wrong_words_are_refused_with_what_is_right(stranger, words, told):
    assert told in run(stranger, *words, code=2)


def test_a_file_that_is_there_is_not_overwritten(stranger):
    write(stranger)
    run(stranger, "plan", "new", "jilin14", "--area", "吉林", code=2)
    assert (stranger / "plans" / "jilin14.yml").read_text(encoding="utf-8") == PLAN


def test_the_plan_of_the_page_is_checked_and_shown(stranger):
    write(stranger)
    assert run(stranger, "plan", "check", "jilin14") == (
        "ok: jilin14: 5 commitments, 6 measures, 1 with a target, 0 projects\n"
    )
    shown = run(stranger, "plan", "show", "jilin14")
    assert "J04.1  level urbanisation_pct → 65.0%" in shown
    assert "规划期内" in shown
    early = run(stranger, "plan", "show", "jilin14", "--as-of", "2023-06-30", "--lang", "en")
    assert "J05.1  direction health_technicians_per_10k  no yearly figure" in early


def test_the_mistakes_of_the_page_are_told_as_it_prints_them(stranger):
    printed = re.search(r"```\n(error: 2 faults:.*?)```", TEXT, re.DOTALL).group(1)
    wrong = PLAN.replace("offices: [human_resources]", "offices: [human_resource]")
    write(stranger, wrong.replace("indicator: urbanisation_pct", "indicator: urbanization_pct"))
    done = CliRunner().invoke(main, ["--root", str(stranger), "plan", "check", "jilin14"])
    assert done.output == printed


def test_what_the_page_expects_of_the_report_holds(stranger):
    write(stranger)
    words = {
        v.measure: v.word
        for v in evaluate("jilin14", as_of="2026-10-31", sensitivity=False, root=stranger).verdicts
    }
    assert words.pop("J04.1") == "achieved"
    assert words.pop("J01.2") == "behind"
    assert set(words.values()) == {"not_assessable"}


def test_the_plan_of_a_project_can_be_run_and_changes_its_pages(stranger):
    from cbs_analysis.report.run.keys import Keys
    from cbs_analysis.report.run.records import Site

    write(stranger)
    specs = plan_run(
        stranger, area="220000", plan="jilin14", as_of="2026-10-31", notebook="90_midterm_evaluation",
        langs=["zh"],
    )  # fmt: skip
    assert [(s.plan, s.area) for s in specs] == [("jilin14", "220000")]
    site = Site.of(stranger)
    key = Keys(site).key(specs[0], ["220000"], [])
    write(stranger, PLAN.replace("value: 65", "value: 66"))
    assert Keys(site).key(specs[0], ["220000"], []) != key


def test_changes_of_the_page_are_told_with_their_causes(stranger):
    write(stranger)
    told = run(stranger, "changes", "--plan", "jilin14", "--from", "2025-10-31", "--to", "2026-10-31")
    assert "J04.1  常住人口城镇化率：由“无法评估”变为“提前完成”。新增数据：" in told
    days = ("--from", "2025-10-31", "--to", "2026-10-31")
    english = run(stranger, "changes", "--plan", "jilin14", *days, "--lang", "en", "--all")
    assert "same verdict on other figures: 3\n  J" in english


def test_commands_of_the_page_exist():
    lines = re.findall(r"^cbs-analysis (.+)$", TEXT, re.MULTILINE)
    assert len(lines) > 8
    for line in lines:
        words = line.split("#")[0].split()
        command = main.commands[words[0]]
        command = getattr(command, "commands", {}).get(" ".join(words[1:2]), command)
        known = {o for p in command.params for o in p.opts}
        assert {w for w in words if w.startswith("--")} <= known, line


def test_every_key_of_a_measure_is_explained():
    from dataclasses import fields

    from cbs_analysis.registry import Measure
    from cbs_analysis.registry.records import MeasureType

    text = (PAGE.parent / "how_to" / "add_a_plan.md").read_text(encoding="utf-8")
    for word in [*(f.name for f in fields(Measure)), *MeasureType.__args__]:
        stem = word.removesuffix("_zh").removesuffix("_en")
        assert re.search(rf"\b{stem}(_zh/en)?\b", text), word


def test_the_registry_of_the_package_is_left_alone(stranger):
    write(stranger)
    run(stranger, "plan", "check")
    assert "jilin14" not in load_registry().plans
