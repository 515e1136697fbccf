"""The notebooks depend on no working folder, no shell and no system."""

import os
import re
import shutil

import nbformat
import pytest

from cbs_analysis.report.context import RECORD_MIME
from cbs_analysis.sources.store import find_root

from .kernel import cells_of, error_of, run_cells
from .server import ROOT, copy_of_project, tool

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_holds_no_magic_no_shell_and_no_path(path):
    code = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    text = "\n".join(code)
    assert not re.search(r"(?m)^\s*[%!]", text)
    assert not re.search(r"\b(os|sys|subprocess|pathlib|chdir|getcwd|environ)\b", text)
    assert not re.search(r"[\"'](/|~|[A-Za-z]:|\.\.?[/\\])", text)


def test_the_project_is_found_from_any_folder_in_it(monkeypatch, tmp_path):
    monkeypatch.delenv("CBS_ANALYSIS_ROOT", raising=False)
    project = tmp_path / "项目 1"
    (project / "data" / "raw").mkdir(parents=True)
    for inside in ("notebooks", "notebooks/my own", "."):
        (project / inside).mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(project / inside)
        assert find_root() == project


@pytest.mark.slow
def test_a_notebook_runs_in_a_folder_with_chinese_and_blanks_in_its_name(root, tmp_path, monkeypatch):
    monkeypatch.delenv("CBS_ANALYSIS_ROOT", raising=False)
    project = copy_of_project(tmp_path / "中期 评估")
    shutil.copytree(project / "notebooks", project / "notebooks" / "我的 笔记")
    outputs = run_cells(cells_of("00_data_status"), project / "notebooks" / "我的 笔记")
    assert [error_of(o).evalue for o in outputs if error_of(o)] == []
    assert outputs[-1][-1].data[RECORD_MIME]["slug"] == "00_data_status"


def test_jupyterlab_is_started_for_this_machine_alone_and_lets_the_superuser_in_where_there_is_one():
    ordinary = tool.lab_command(ROOT, superuser=False)
    assert "--allow-root" not in ordinary
    assert tool.lab_command(ROOT, superuser=True) == [*ordinary, "--allow-root"]
    assert "--ServerApp.ip=127.0.0.1" in ordinary
    assert not any("token" in part or "password" in part for part in ordinary)  # the token stays on


def test_the_settings_of_jupyterlab_come_before_those_of_the_person_and_keep_them():
    made = tool.lab_environment({"JUPYTER_CONFIG_PATH": "theirs", "OMP_NUM_THREADS": "4"})
    assert made["JUPYTER_CONFIG_PATH"].split(os.pathsep)[1:] == ["theirs"]
    assert made["OMP_NUM_THREADS"] == "4"
    assert tool.lab_environment({})["OMP_NUM_THREADS"] == "1"
