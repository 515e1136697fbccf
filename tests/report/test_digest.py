"""The digest of a run: changed verdicts with their reasons, failures, what is owed, what is new."""

import json
import os
import sys

import psutil
import pytest

from cbs_analysis.errors import ParameterError
from cbs_analysis.plan.evaluation import evaluate
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.notices import held_files, owed_by_office
from cbs_analysis.report.run.digest import make_digest, new_cases
from cbs_analysis.report.run.hook import check_hook, run_hook
from cbs_analysis.report.run.ledger import Ledger
from cbs_analysis.report.run.records import Result, Site
from cbs_analysis.sources.store import load_manifest

NEWS = "moe/2024-03-01/education_2023.csv"  # the preschool figure of 2023


def facts_of(root, day, plan="national14", *, without=()):
    """What a run keeps of an overall page: words, files, what is owed."""
    evaluation = evaluate(plan, as_of=day, sensitivity=False, root=root)
    inputs = load_manifest(root)["inputs"]
    words = dict(evaluation.commitments()[["id", "word"]].itertuples(index=False, name=None))
    held = {f: inputs[f]["sha256"][:16] for f in held_files(evaluation) if f not in without}
    return {"verdicts": words, "inputs": held, "owed": owed_by_office(evaluation), "plan_key": "p"}


class Runs:
    """A ledger to write runs into."""

    def __init__(self, root, folder):
        folder.mkdir()
        self.site = Site.of(root, folder)

    def add(self, *jobs, notices=(), commit="abc"):
        with Ledger(self.site.reports, write=True) as ledger:
            run = ledger.begin(
                pid=os.getpid(), host="h", asked="{}", backend="fork", workers=1, data_key="d",
                package="0.1.0", commit_id=commit, changed=0,
            )  # fmt: skip
            for job, status, facts, message in jobs:
                result = Result(job, status, 1.0, "x", message, 3 if message else None, 1.0, "inline")
                told = {"plan": job.plan, "notebook": job.notebook, "lang": job.lang} | facts
                ledger.enter(run, result, "k", {}, told)
            ledger.end(run, 0, list(notices))
        return make_digest(self.site, run)


@pytest.fixture
def runs(root, tmp_path):
    return Runs(root, tmp_path / "reports")


def spec(day, notebook="90_x", **changes):
    return RunSpec(**({"notebook": notebook, "area": "000000", "as_of": day, "plan": "national14"} | changes))


@pytest.fixture(scope="module")
def early(root):
    return facts_of(root, "2023-06-30")


@pytest.fixture(scope="module")
def late(root):
    return facts_of(root, "2024-06-30")


def test_the_first_run_has_nothing_to_compare_with_and_says_so(runs, early):
    digest = runs.add((spec("2023-06-30"), "made", early, ""))
    (area,) = digest.areas
    assert (area.before_run, area.commitments, digest.changed) == (None, [], 0)
    assert "首次评估" in digest.markdown("zh")
    assert "first time" in digest.markdown("en")


def test_a_later_day_is_explained_commitment_by_commitment(runs, early, late):
    runs.add((spec("2023-06-30"), "made", early, ""))
    digest = runs.add((spec("2024-06-30"), "made", late, ""))
    (area,) = digest.areas
    assert (area.before_run, area.before_day) == (1, "2023-06-30")
    moved = {id for id in late["verdicts"] if late["verdicts"][id] != early["verdicts"][id]}
    assert {c["id"] for c in area.commitments} == moved != set()
    assert all(c["why"] and all(w["zh"] and w["en"] for w in c["why"]) for c in area.commitments)
    assert area.reasons == []  # all of it could be computed again
    life = next(c for c in area.commitments if c["id"] == "N09")  # the figure of 2021 grew old
    assert (life["old"], life["new"]) == ("ahead", "not_assessable")
    assert "2021年的数据过旧" in life["why"][0]["zh"]
    zh, en = digest.markdown("zh"), digest.markdown("en")
    assert "**N09 人均预期寿命提高**：快于预期 → 无法评估。原因：" in zh
    assert "Ahead → Not assessable. Why: " in en
    assert "原因" not in en
    assert json.loads(digest.json())["changed"] == len(moved)


def test_a_file_that_came_between_two_runs_of_one_day_is_named_as_new_data(runs, late):
    """The earlier run is what it would have said without the file: as the plan judges without it."""
    before = late | {"inputs": {f: h for f, h in late["inputs"].items() if f != NEWS}}
    before |= {"verdicts": late["verdicts"] | {"N15": "ahead"}}  # the word of the figure of 2022
    runs.add((spec("2024-06-30"), "made", before, ""))
    digest = runs.add((spec("2024-06-30"), "made", late, ""))
    (change,) = digest.areas[0].commitments
    assert (change["id"], change["old"], change["new"]) == ("N15", "ahead", "achieved")
    assert "91.1%" in change["why"][0]["zh"]
    assert digest.areas[0].reasons == []


def test_what_cannot_be_computed_again_is_named_as_a_possible_reason(runs, late):
    other = late | {"verdicts": late["verdicts"] | {"N15": "behind"}, "plan_key": "q"}
    other |= {"inputs": late["inputs"] | {NEWS: "0" * 16, "moe/2020-01-01/gone.csv": "1" * 16}}
    runs.add((spec("2024-06-30"), "made", other, ""), commit="before")
    digest = runs.add((spec("2024-06-30"), "made", late, ""))
    (area,) = digest.areas
    assert [c["why"] for c in area.commitments] == [[]]
    told = " ".join(r["en"] for r in area.reasons)
    for part in (f"changed in place: 1 (such as {NEWS})", "removed: 1", "file of the plan changed", "before"):
        assert part in told


def test_only_runs_of_the_same_plan_are_compared_and_a_second_language_is_not_told_twice(runs, early, late):
    other = spec("2024-06-30", plan="cbs14")
    runs.add((other, "made", early, ""))
    digest = runs.add(
        (spec("2024-06-30"), "made", late, ""), (spec("2024-06-30", lang="en"), "made", late, "")
    )
    assert [(a.plan, a.before_run) for a in digest.areas] == [("national14", None)]


def test_failures_and_cures_are_told_with_cell_reason_and_page(runs):
    runs.add((spec("2023-06-30", "11_x"), "failed", {}, "KeyError: a"))
    digest = runs.add(
        (spec("2023-06-30", "11_x"), "made", {}, ""),
        (spec("2023-06-30", "12_x"), "failed", {}, "KeyError: b"),
    )
    assert digest.cured == ["2023-06-30/000000/11_x"]
    (failure,) = digest.failures
    assert (failure["cell"], failure["page"]) == (3, "2023-06-30/000000/12_x.failed.html")
    text = digest.markdown("zh")
    assert "第3个代码单元，KeyError: b（见2023-06-30/000000/12_x.failed.html）" in text


def test_what_is_owed_is_counted_by_office(runs, early):
    digest = runs.add((spec("2023-06-30"), "made", early, ""))
    total = sum(o["n"] for o in early["owed"])
    assert total > 0
    assert f"共{total}项：{early['owed'][0]['office_zh']}{early['owed'][0]['n']}项" in digest.markdown("zh")


def test_synthetic_areas_are_marked_in_every_part(runs):
    job = spec("2023-06-30", area="99DM00", plan="demo14")
    notice = {
        "kind": "stale",
        "area": "99DM00",
        "as_of": "2023-06-30",
        "zh": "旧。",
        "en": "old.",
        "details": [],
    }
    owed = [{"office_zh": "甲", "office_en": "A", "n": 1, "since": "2021-01-01"}]
    digest = runs.add((job, "made", {"verdicts": {"E01": "behind"}, "owed": owed}, ""), notices=[notice])
    for lang in ("zh", "en"):
        lines = [x for x in digest.markdown(lang).splitlines() if "99DM00" in x]
        assert len(lines) == 3
        assert all("演示数据" in line for line in lines)


def test_a_notice_is_new_by_its_cases_and_not_by_its_words():
    def notice(*keys, kind="stale"):
        cases = [{"key": k, "zh": f"{k} 第{i}天"} for i, k in enumerate(keys)]
        return {"area": "000000", "kind": kind, "details": cases}

    assert new_cases(notice("a", "b"), []) is None
    assert new_cases(notice("b", "a"), [[notice("a", "b")]]) == 0
    assert new_cases(notice("a", "c"), [[notice("a", "b")]]) == 1
    assert new_cases(notice("a"), [[notice("a", kind="revision")]]) == 1
    assert new_cases(notice("a"), [[], [notice("a")]]) == 0  # the last run that looked at the area
    assert new_cases(notice("a"), [[notice("b")], [notice("a")]]) == 1


def test_a_run_that_is_not_there_has_no_digest(runs):
    with pytest.raises(ParameterError, match="no run of this number"):
        make_digest(runs.site, 7)


# --- the hook ------------------------------------------------------------------------------------


def test_the_hook_gets_the_digest_and_the_facts_and_no_shell(tmp_path):
    out = tmp_path / "out.txt"
    told = "os.environ['CBS_RUN'].encode() + sys.stdin.buffer.read()"
    code = f"import os, sys; open({str(out)!r}, 'wb').write({told})"
    words = [sys.executable, "-c", code]
    assert run_hook(words, "摘要 $HOME; ls", {"CBS_RUN": "12"}) == ""
    assert out.read_text(encoding="utf-8") == "12摘要 $HOME; ls"
    assert check_hook("env a 'b c' ';' $HOME") == ["env", "a", "b c", ";", "$HOME"]


def test_a_hook_that_fails_or_hangs_is_told_and_killed(tmp_path):
    child = tmp_path / "child"
    assert run_hook([sys.executable, "-c", "print('no host'); exit(3)"], "", {}) == "exit 3: no host"
    assert "No such file" in run_hook([str(tmp_path / "nothing")], "", {})
    code = (
        f"import os, time\npid = os.fork()\nif pid: open({str(child)!r}, 'w').write(str(pid))\ntime.sleep(30)"
    )
    told = run_hook([sys.executable, "-c", code], "x" * 10_000_000, {}, seconds=1.0)
    assert "longer than 1 seconds" in told
    pid = int(child.read_text())
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("command", ["mail -s 'open", "no-such-program-at-all x", ""])
def test_a_hook_that_cannot_run_is_refused_beforehand(command):
    with pytest.raises(ParameterError):
        check_hook(command)
