"""What installs the project agrees with itself."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

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


@pytest.mark.slow
def test_the_wheel_carries_its_data(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "cbs_analysis/py.typed", "cbs_analysis/registry/areas.yml", "cbs_analysis/registry/plans/cbs14.yml",
        "cbs_analysis/report/fonts/CBSSansSC-Regular.otf", "cbs_analysis/report/fonts/OFL.txt",
        "cbs_analysis/report/messages.yml", "cbs_analysis/report/template/page.css",
        "cbs_analysis/report/template/cbs/index.html.j2", "cbs_analysis/plan/evaluation.schema.json",
        "cbs_analysis/report/data_package_fields.yml",
    ):  # fmt: skip
        assert needed in names, needed
    assert wheel.stat().st_size < 5_000_000
    assert not [n for n in names if n.startswith(("tests/", "data/", "notebooks/"))]


def test_make_help_lists_the_commands():
    text = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("report", "test", "lab", "notebook", "check", "bench"):
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
