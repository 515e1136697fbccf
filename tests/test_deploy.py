"""The files of `deploy/` work where nobody watches: no PATH, no HOME, locale C, a read-only project."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
import yaml

from cbs_analysis.report.jobs import RunSpec

from .report.small_site import put, small_project

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
MONTHLY = "/srv/cbs_analysis/deploy/monthly.sh"
TOOL = Path(sys.executable).parent / "cbs-analysis"
LISTED = """langs: [zh]
parameters: {alpha: 0.1, seed: 1}
reports:
  - {area: "99DM00", plan: demo14, as_of: ["2023-06-30"], notebooks: [50_t]}
"""


@pytest.fixture(scope="module")
def small(root, tmp_path_factory):
    """A project with one notebook and the files of `deploy/`."""
    project = small_project(root, tmp_path_factory.mktemp("deploy") / "project")
    shutil.copytree(DEPLOY, project / "deploy")
    (project / "notebooks" / "reports.yml").write_text(LISTED, encoding="utf-8")
    put(project, "print('城镇新增就业')", name="50_t")
    return project


def monthly(project, *words, before=(), **environment):
    """Run the script with nothing but these variables in the environment."""
    variables = [f"{name}={value}" for name, value in {"CBS_ANALYSIS": TOOL, **environment}.items()]
    command = [
        "/usr/bin/env",
        "-i",
        *variables,
        *before,
        "/bin/sh",
        project / "deploy" / "monthly.sh",
        *words,
    ]
    return subprocess.run(command, cwd="/", capture_output=True, check=False, timeout=300)


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_the_monthly_script_needs_no_path_no_home_and_no_locale(small, tmp_path):
    reports, digest = tmp_path / "reports", tmp_path / "digest.md"
    done = monthly(
        small, "--reports", reports, "--digest", digest, "--backend", "fork", PATH="", LC_ALL="C", LANG="C"
    )
    assert done.returncode == 0, done.stderr.decode()
    page = (reports / "2023-06-30" / "99DM00" / "50_t.html").read_text(encoding="utf-8")
    assert "城镇新增就业" in page
    assert digest.read_text(encoding="utf-8").strip()
    assert "\r" not in done.stdout.decode() + done.stderr.decode()  # no progress bar in a log
    again = monthly(small, "--reports", reports, PATH="", LC_ALL="C")
    assert again.returncode == 0, again.stderr.decode()
    assert "1 unchanged" in again.stdout.decode()


def can_mount():
    """Whether this process may make a folder read-only for a child alone, as root in its own namespace."""
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not can_mount(), reason="needs root and mount namespaces to make a folder read-only")
@pytest.mark.parametrize("backend", ["fork", "papermill"])
def test_a_read_only_project_makes_its_reports_elsewhere(small, tmp_path, backend):
    script = (
        'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && ! touch "$0/x" 2>/dev/null && exec "$@"'
    )
    before = [shutil.which("unshare"), "-m", "/bin/sh", "-c", script, small]
    done = monthly(
        small, "--reports", tmp_path / "reports", "--backend", backend, before=before, CBS_SKIP_BUILD="1",
        PATH="/usr/bin:/bin:/usr/sbin:/sbin",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    page = tmp_path / "reports" / "2023-06-30" / "99DM00" / "50_t.html"
    assert "城镇新增就业" in page.read_text(encoding="utf-8")
    assert not (small / "reports").exists()


@pytest.mark.slow
def test_a_wrong_raw_file_ends_the_monthly_script_before_any_report(small, tmp_path):
    project = tmp_path / "wrong"
    shutil.copytree(small, project)
    victim = next((project / "data" / "raw" / "demo").rglob("*.csv"))
    victim.write_bytes(victim.read_bytes() + b"x")
    done = monthly(project, PATH="")
    assert done.returncode == 2
    assert victim.name in done.stderr.decode()
    assert not (project / "reports").exists()


def test_the_line_of_cron_and_the_service_call_the_script_with_options_that_exist():
    from cbs_analysis.cli import main

    known = {option for parameter in main.commands["run"].params for option in parameter.opts}
    (line,) = [
        x
        for x in (DEPLOY / "crontab").read_text(encoding="utf-8").splitlines()
        if x and not x.startswith("#")
    ]
    fields = line.split(maxsplit=5)
    assert re.fullmatch(r"[\d*/,\-]+( [\d*/,\-]+){4}", " ".join(fields[:5]))
    assert "%" not in fields[5]  # cron makes a new line of it
    service = configparser.ConfigParser(strict=False, interpolation=None)
    service.optionxform = str
    service.read(DEPLOY / "cbs-analysis.service", encoding="utf-8")
    for command in (fields[5], service["Service"]["ExecStart"]):
        assert command.startswith(MONTHLY)
        assert set(re.findall(r"--[a-z-]+", command)) <= known
    script = (DEPLOY / "monthly.sh").read_text(encoding="utf-8")
    assert set(re.findall(r"--[a-z-]+", script)) <= known
    timer = configparser.ConfigParser(interpolation=None)
    timer.read(DEPLOY / "cbs-analysis.timer", encoding="utf-8")
    assert timer["Timer"]["OnCalendar"] == "*-*-05 03:00:00"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_takes_the_units(tmp_path):
    for name in ("cbs-analysis.service", "cbs-analysis.timer"):
        text = (
            (DEPLOY / name)
            .read_text(encoding="utf-8")
            .replace(MONTHLY, "/bin/true")
            .replace("User=cbs\n", "")
        )
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = [x for x in done.stderr.splitlines() if str(tmp_path) in x]
    assert not told


def test_the_workflow_runs_the_script_and_keeps_the_ledger():
    workflow = yaml.safe_load((DEPLOY / "github_actions.yml").read_text(encoding="utf-8"))
    assert workflow[True]["schedule"] == [{"cron": "0 3 5 * *"}]  # YAML reads `on` as true
    steps = workflow["jobs"]["reports"]["steps"]
    assert any(step.get("run", "").startswith("deploy/monthly.sh ") for step in steps)
    kept = next(step["with"] for step in steps if step.get("uses", "").startswith("actions/upload-artifact"))
    assert kept["include-hidden-files"] is True


def test_the_dag_makes_a_papermill_task_of_every_listed_report(tmp_path, monkeypatch):
    """The file is run against stand-ins that take what it gives to Airflow."""
    made, links = {}, []

    class Operator:
        def __init__(self, *, task_id, **given):
            made[task_id] = (type(self).__name__, given)
            self.task_id = task_id

        def __rshift__(self, other):
            links.append((self.task_id, other.task_id))
            return other

    class Dag:
        def __init__(self, **given):
            made["dag"] = ("DAG", given)

        __enter__ = __exit__ = lambda self, *_: None

    def module(name, **names):
        found = types.ModuleType(name)
        vars(found).update(names)
        monkeypatch.setitem(sys.modules, name, found)

    variable = type("Variable", (), {"get": staticmethod(lambda name, default_var: str(tmp_path))})
    module("airflow", DAG=Dag)
    module("airflow.models", Variable=variable)
    for name in ("operators", "providers", "providers.papermill", "providers.papermill.operators"):
        module(f"airflow.{name}")
    module("airflow.operators.bash", BashOperator=type("BashOperator", (Operator,), {}))
    module(
        "airflow.providers.papermill.operators.papermill",
        PapermillOperator=type("PapermillOperator", (Operator,), {}),
    )
    monkeypatch.delenv("CBS_ANALYSIS_ROOT", raising=False)
    monkeypatch.setenv("CBS_ANALYSIS_ROOT", str(tmp_path))
    dag = tmp_path / "airflow_dag.py"
    shutil.copy(DEPLOY / "airflow_dag.py", dag)
    spec = RunSpec(notebook="11_income_growth", area="000000", as_of="2023-06-30", plan="national14")
    line = json.dumps({"notebook": spec.notebook, **spec.parameters()})
    (tmp_path / "reports.json").write_text(f"{line}\n", encoding="utf-8")
    exec(
        compile(dag.read_text(encoding="utf-8"), str(dag), "exec"), {"__file__": str(dag), "__name__": "dag"}
    )
    kind, given = made["11_income_growth.000000.2023-06-30.zh"]
    assert kind == "PapermillOperator"
    assert given["parameters"] == spec.parameters()
    assert given["parameters"]["area"] == "000000"  # text: a number would lose its zeros
    assert links == [
        ("build", "11_income_growth.000000.2023-06-30.zh"), ("11_income_growth.000000.2023-06-30.zh", "site"),
    ]  # fmt: skip
