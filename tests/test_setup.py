"""What installs the project agrees with itself."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.docs.blocks import read_blocks
from tests.docs.project_copy import Reader, environment

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIP_ONLY = {"cbs_analysis"}


def split(requirement):
    name, spec = re.match(r"([A-Za-z0-9_.-]+)(.*)", requirement.replace(" ", "")).groups()
    return re.sub(r"[-_.]+", "-", name).lower(), ",".join(sorted(spec.split(",")))


def requirements():
    """What a working copy needs: `dev` names the other extras of this project instead of repeating them."""
    extras = PROJECT["optional-dependencies"]
    (own,) = [r for r in extras["dev"] if r.startswith("cbs_analysis[")]
    named = re.search(r"\[(.+)\]", own).group(1).split(",")
    assert set(named) == set(extras) - {"dev"}
    listed = [*PROJECT["dependencies"], *extras["dev"], *[r for name in named for r in extras[name]]]
    return dict(split(r) for r in listed if r != own)


def test_conda_environment_equals_pyproject():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    listed = [d for d in conda["dependencies"] if isinstance(d, str)]
    pip = next((d["pip"] for d in conda["dependencies"] if isinstance(d, dict)), [])
    got = dict(map(split, listed + pip))
    assert got.pop("python") == PROJECT["requires-python"]
    assert got.pop("pip") == ""
    assert got == requirements()


def test_every_dependency_is_locked_with_a_hash():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for name in requirements():
        block = re.search(
            rf"^{re.escape(name)}==.*\\\n(    --hash=sha256:[0-9a-f]{{64}})", lock, re.MULTILINE
        )
        assert block, name


def test_the_lock_holds_no_address_of_one_place():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock


def test_version_is_one():
    import cbs_analysis

    assert cbs_analysis.__version__ == PROJECT["version"]
    assert PROJECT["version"] in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """The Python of an environment with the wheel; libraries come from ours, this package does not."""
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    # an own pip: the environment that runs the tests has none when uv made it
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([python, "-c", where], check=True, capture_output=True, text=True).stdout.strip()
    install = ["-m", "pip", "--isolated", "install", "--no-index", "--no-deps", "--quiet", str(wheel)]
    done = subprocess.run([python, *install], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # a path file in a folder that another path file names is not read: our editable install stays unseen
    (Path(site) / "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return python


@pytest.mark.slow
@pytest.mark.parametrize("page", ["income_in_step", "county_plan", "bureau_workbook"])
def test_the_examples_run_elsewhere_without_the_project(elsewhere, tmp_path, page):
    """A plan judged in memory, a table read, a series adjusted, a chart drawn: in a folder of one's own."""
    name = f"docs/examples/{page}.md"
    Reader(tmp_path, python=elsewhere).follow(read_blocks(ROOT / name, name))
    if page == "bureau_workbook":
        assert (tmp_path / "income.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_the_wheel_brings_its_own_command_and_registries(elsewhere, tmp_path):
    def run(*words):
        done = subprocess.run(
            [elsewhere, *words],
            cwd=tmp_path,
            env=environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert Path(run("-c", "import cbs_analysis; print(cbs_analysis.__file__)").strip()).is_relative_to(
        elsewhere.parents[1]
    )
    assert run("-m", "cbs_analysis", "areas", "吉林省").split()[:2] == ["220000", "吉林省"]
    wanted = "from cbs_analysis.plan.record import evaluation_schema as e; print(e()['$id'])"
    assert "evaluation" in run("-c", wanted)


@pytest.mark.slow
def test_the_wheel_carries_its_data(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "cbs_analysis/py.typed", "cbs_analysis/registry/areas.yml", "cbs_analysis/registry/plans/cbs14.yml",
        "cbs_analysis/report/fonts/CBSSansSC-Regular.otf", "cbs_analysis/report/fonts/OFL.txt",
        "cbs_analysis/report/messages.yml", "cbs_analysis/report/template/page.css",
        "cbs_analysis/report/template/report.html.j2", "cbs_analysis/plan/evaluation.schema.json",
        "cbs_analysis/report/data_package_fields.yml",
    ):  # fmt: skip
        assert needed in names, needed
    assert wheel.stat().st_size < 5_000_000
    assert not [n for n in names if n.startswith(("tests/", "data/", "notebooks/"))]


def test_importing_the_package_loads_no_library():
    """What it costs beside pandas is measured by `make bench`; this is why."""
    told = "import sys; old = set(sys.modules); import cbs_analysis; print(*sorted(set(sys.modules) - old))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded - set(sys.stdlib_module_names) == {"cbs_analysis"}


def test_make_help_lists_the_commands():
    text = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("report", "test", "docs", "lab", "notebook", "check", "bench"):
        assert f"make {target}" in text


@pytest.mark.slow
def test_demonstration_files_are_what_the_seed_makes():
    done = subprocess.run(
        [sys.executable, "tools/make_demo.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_path_of_one_machine_stands_in_the_tree():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    bad = []
    for name in listed.split("\n"):
        path = ROOT / name
        if path.suffix in (".py", ".yml", ".md", ".ipynb", ".toml", ".csv", ".css", ".j2") and path.exists():
            if name.startswith("tests/"):
                continue
            text = path.read_text(encoding="utf-8")
            if re.search(r"(?<![\w.])/(home|root|work)/[a-z]", text):
                bad.append(name)
    assert not bad
