"""The command line of runs: wrong input first, few words, JSON for programs, exit codes, the history."""

import json
import os
import platform
import re
import shutil
import sys

import nbformat
import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cbs_analysis.cli import main
from cbs_analysis.errors import ParameterError
from cbs_analysis.report.jobs import RunSpec, check_specs, plan_run
from cbs_analysis.report.run import run_reports
from cbs_analysis.report.run.ledger import Ledger
from cbs_analysis.report.run.publishing import lock_site
from cbs_analysis.report.run.records import Site
from cbs_analysis.sources import build

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

PARAMETERS = [
    'area: str = "000000"', 'as_of: str = "2023-06-30"', 'plan: str = "national14"', 'lang: str = "zh"',
    "alpha: float = 0.1", "seed: int = 1",
]  # fmt: skip
OPEN = """from cbs_analysis.report import open_report
ctx = open_report("t", area=area, as_of=as_of, plan=plan, lang=lang, alpha=alpha, seed=seed)
ctx.header()"""


def put(project, name, *code, parameters=PARAMETERS, tag="parameters"):
    """Write a notebook; code cells stand between its head and its end."""
    cells = [
        new_markdown_cell("# 试验", metadata={"tags": ["zh"]}),
        new_markdown_cell("# Trial", metadata={"tags": ["en"]}),
        new_code_cell("\n".join(parameters), metadata={"tags": [tag] if tag else []}),
        *[new_code_cell(c) for c in (OPEN, *code, "ctx.close()")],
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), project / "notebooks" / f"{name}.ipynb")


def listed(project, *notebooks, parameters="{}"):
    names = ", ".join(notebooks)
    text = (
        f"langs: [zh]\nparameters: {parameters}\nreports:\n"
        f'  - {{area: "000000", plan: national14, as_of: ["2023-06-30"], notebooks: [{names}]}}\n'
    )
    (project / "notebooks" / "reports.yml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    """A project with the figures of the nation and no notebooks."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(root / "data" / "raw" / "nbs", project / "data" / "raw" / "nbs")
    (project / "notebooks").mkdir()
    build(project / "data" / "raw", project / "data" / "processed")
    return project


@pytest.fixture
def project(built):
    for path in (built / "notebooks").iterdir():
        path.unlink()
    shutil.rmtree(built / "reports", ignore_errors=True)
    put(built, "50_t")
    listed(built, "50_t")
    return built


def call(project, *words):
    return CliRunner().invoke(main, ["--root", str(project), *words])


# --- parameters ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--parameter", "aera=220000"], "'aera' is not declared"),
        (["--parameter", "since=2015"], "'since' is not declared"),
        (["--parameter", "x=1\nimport os"], "'x' is not declared"),
        (["--parameter", "x y=1"], "no identifier"),
        (["--parameter", "__import__('os')=1"], "no identifier"),
        (["--parameter", "class=1"], "no identifier"),
        (["--parameter", "alpha=much"], "alpha is out of range"),
        (["--parameter", "seed=007"], "seed is not a whole number"),
        (["--parameter", "alpha"], "has no value"),
        (["--parameter", "alpha=0.1", "--parameter", "alpha=0.2"], "given twice"),
        (["--parameter", "area=220000"], "has its own option"),
        (["--parameter", "db_password=hunter2"], "named like a secret"),
        (["--digest", "out.txt"], "neither Markdown nor JSON"),
        (["--digest", "no/such/folder/out.md"], "cannot be used"),
        (["--hook", "no-such-program-at-all"], "hook is not there"),
        (["--memory-mb", "1"], "memory-mb"),
    ],
)
def test_wrong_input_ends_with_2_before_anything_runs(project, words, told):
    result = call(project, "run", *words)
    assert (result.exit_code, told in result.output) == (2, True), result.output
    assert "hunter2" not in result.output
    assert "Traceback" not in result.output
    assert not (project / "reports").exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tag": ""}, "no cell is tagged"),
        ({"parameters": PARAMETERS[:4]}, "'alpha' is not declared"),
        (
            {"parameters": [*PARAMETERS[:4], 'alpha: str = "x"', "seed: int = 1"]},
            "'alpha' has the wrong type",
        ),
        ({"parameters": [*PARAMETERS, 'api_token: str = "x"']}, "named like a secret"),
        ({"parameters": ["area: str ="]}, "is no Python"),
    ],
)
def test_a_notebook_that_would_not_take_its_parameters_is_refused_beforehand(project, change, told):
    put(project, "50_t", **change)
    result = call(project, "run")
    assert (result.exit_code, told in result.output) == (2, True), result.output
    with pytest.raises(ParameterError):
        run_reports(
            [RunSpec(notebook="50_t", area="000000", as_of="2023-06-30", plan="national14")], root=project
        )
    assert not (project / "reports").exists()


def test_a_notebook_that_is_no_notebook_is_refused_with_all_other_faults(project):
    (project / "notebooks" / "51_t.ipynb").write_text("{torn", encoding="utf-8")
    put(project, "50_t", tag="")
    listed(project, "50_t", "51_t", "52_nothing")
    with pytest.raises(ParameterError) as caught:
        plan_run(project)
    assert len(caught.value.faults) == 3


def test_a_parameter_of_one_notebook_is_read_as_it_declares_it(project):
    own = [
        'code: str = "220000"',
        "since: int = 2015",
        "share: float = 0.5",
        "deep: bool = False",
        "plain = 3",
    ]
    put(project, "50_t", parameters=[*PARAMETERS, *own])
    given = ["code=000123", "since=2018", "share=1", "deep=true", "plain=4"]
    (spec,) = plan_run(project, parameters=given)
    values = spec.parameters()
    assert {k: values[k] for k in ("code", "since", "share", "deep", "plain")} == {
        "code": "000123", "since": 2018, "share": 1.0, "deep": True, "plain": 4,
    }  # fmt: skip
    assert type(values["share"]) is float
    assert RunSpec(**json.loads(json.dumps(spec.__dict__))) == spec  # as a process is told
    for wrong in ("since=2018.5", "since=01", "share=half", "deep=yes"):
        with pytest.raises(ParameterError, match="wrong type"):
            plan_run(project, parameters=[wrong])


def test_the_file_of_reports_may_set_them_too_and_the_command_goes_first(project):
    put(project, "50_t", parameters=[*PARAMETERS, "since: int = 2015"])
    listed(project, "50_t", parameters="{since: 2010, alpha: 0.2}")
    (spec,) = plan_run(project)
    assert (spec.parameters()["since"], spec.alpha) == (2010, 0.2)
    (spec,) = plan_run(project, parameters=["since=2012"])
    assert spec.parameters()["since"] == 2012
    listed(project, "50_t", parameters='{since: "2010", area: "220000"}')
    with pytest.raises(ParameterError, match="own option"):
        plan_run(project)


def test_two_reports_on_one_page_are_refused(project):
    put(project, "50_t", parameters=[*PARAMETERS, "since: int = 2015"])
    same = {"notebook": "50_t", "area": "000000", "as_of": "2023-06-30", "plan": "national14"}
    one, other = RunSpec(**same), RunSpec(**same, extra=(("since", 2018),))
    check_specs([one, one], project)
    with pytest.raises(ParameterError, match="one page") as caught:
        check_specs([one, other], project)
    assert "since" in str(caught.value)


# --- runs ----------------------------------------------------------------------------------------


def events(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.slow
def test_a_run_tells_what_failed_where_and_why_and_programs_get_json_lines_alone(project, tmp_path):
    put(project, "51_bad", "1 / 0")
    listed(project, "50_t", "51_bad")
    digest, got = tmp_path / "d.md", tmp_path / "hook.txt"
    code = f"import os, sys; open({str(got)!r}, 'w').write(os.environ['CBS_EXIT'] + sys.stdin.read())"
    hook = f'{sys.executable} -c "{code}"'
    result = call(project, "run", "--backend", "fork", "--digest", str(digest), "--hook", hook)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert "run 1: 2 reports, backend fork" in lines
    assert any(x.startswith("notice    全国（000000） 2023-06-30: ") for x in lines)
    assert any(x.startswith("made      2023-06-30/000000/50_t ") for x in lines)
    where = next(i for i, x in enumerate(lines) if x == "FAILED    2023-06-30/000000/51_bad")
    # cells count as the failed page shows them, with the one that papermill adds
    assert lines[where + 1].strip() == "code cell 4: ZeroDivisionError: division by zero"
    assert (project / "reports" / "2023-06-30" / "000000" / "51_bad.failed.html").samefile(
        lines[where + 2].strip()
    )
    assert "1 made, 0 unchanged, 1 failed" in lines
    text = digest.read_text(encoding="utf-8")
    assert "第4个代码单元，ZeroDivisionError" in text
    assert got.read_text(encoding="utf-8") == "1" + text
    page = (project / "reports" / "2023-06-30" / "000000" / "50_t.html").read_text(encoding="utf-8")
    assert "数据提示" in page

    put(project, "51_bad")
    result = call(project, "run", "--backend", "fork", "--json", "--digest", str(tmp_path / "d.json"))
    assert result.exit_code == 0
    told = events(result)
    kinds = [e["event"] for e in told]
    assert kinds == [*["notice"] * (len(kinds) - 4), "run_started", "report", "report", "run_ended"]
    assert all(not e["new"] for e in told if e["event"] == "notice")
    assert {e["status"] for e in told if e["event"] == "report"} == {"unchanged", "made"}
    assert (told[-1]["exit"], told[-1]["made"], told[-1]["run"]) == (0, 1, 2)
    kept = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
    assert kept["cured"] == ["2023-06-30/000000/51_bad"]

    quiet = call(project, "run", "--backend", "fork")
    assert quiet.output.splitlines() == [
        "run 3: 2 reports, backend fork", "0 made, 2 unchanged, 0 failed",
        str(project / "reports" / "index.html"),
    ]  # fmt: skip
    broken = call(project, "run", "--hook", f'{sys.executable} -c "print(9); exit(4)"')
    assert (broken.exit_code, "the hook failed: exit 4: 9" in broken.output) == (1, True)

    runs = call(project, "runs", "--json")
    assert [(e["number"], e["exit"], e["made"], e["failed"]) for e in events(runs)] == [
        (4, 0, 0, 0), (3, 0, 0, 0), (2, 0, 1, 0), (1, 1, 1, 1),
    ]  # fmt: skip
    assert call(project, "runs", "--last", "1").output.splitlines()[1].startswith("4 ")
    diff = json.loads(call(project, "diff", "1", "2", "--json").output)
    assert [c["report"] for c in diff["cured"]] == ["2023-06-30/000000/51_bad"]
    assert "cured       1" in call(project, "diff", "1", "2").output
    assert call(project, "diff", "1", "9").exit_code == 2


@pytest.mark.slow
def test_extra_parameters_reach_the_page_and_another_folder_takes_another_set(project, tmp_path):
    put(project, "50_t", "print('since', since + 0)", parameters=[*PARAMETERS, "since: int = 2015"])
    out = tmp_path / "elsewhere"
    result = call(
        project,
        "run",
        "--backend",
        "fork",
        "--parameter",
        "since=2018",
        "--reports",
        str(out),
        "--workers",
        "1",
    )
    assert result.exit_code == 0, result.output
    page = (out / "2023-06-30" / "000000" / "50_t.html").read_text(encoding="utf-8")
    assert "since 2018" in page
    assert re.search(
        r"(&quot;|&#34;|\")since(&quot;|&#34;|\"): 2018}", page
    )  # among the parameters at the end
    assert not (project / "reports").exists()
    again = call(project, "run", "--backend", "fork", "--parameter", "since=2018", "--reports", str(out))
    assert "0 made, 1 unchanged, 0 failed" in again.output


def test_a_folder_that_another_run_holds_is_no_wrong_input(project):
    site = Site.of(project)
    with lock_site(site):
        result = call(project, "run")
        assert (result.exit_code, "another run is making reports" in result.output) == (1, True)
        told = call(project, "run", "--json")
        assert (told.exit_code, events(told)[-1]["event"]) == (1, "error")


def test_status_shows_a_run_under_way_and_one_that_was_cut_off(project):
    assert "none yet" in call(project, "status").output
    assert call(project, "runs").output == "no runs yet\n"
    site = Site.of(project)
    site.reports.mkdir()
    facts = {
        "backend": "fork",
        "workers": 2,
        "data_key": "d",
        "package": "0.1.0",
        "commit_id": "",
        "changed": 0,
    }
    with Ledger(site.reports, write=True) as ledger:
        ledger.begin(pid=os.getpid(), host=platform.node(), asked='{"reports": 7}', **facts)
        told = call(project, "status").output
        assert f"1, under way: process {os.getpid()} on {platform.node()}" in told
        assert "0 of 7 reports" in told
        ledger.begin(pid=2**22 + 1, host=platform.node(), asked='{"reports": 7}', **facts)
    told = call(project, "status").output
    assert "2, cut off" in told
    assert "cut off" in call(project, "runs").output


def test_the_list_of_a_run_is_what_another_scheduler_needs(root):
    """Typed JSON, a line each; codes stay text. Nothing is run and nothing is written."""
    done = CliRunner().invoke(
        main, ["--root", str(root), "run", "--area", "220000", "--lang", "zh", "--list", "--json"]
    )
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["area"] for line in lines} == {"220000"}
    assert {"notebook": "11_income_growth", "plan": "cbs14", "lang": "zh", "alpha": 0.1}.items() <= lines[
        0
    ].items()
