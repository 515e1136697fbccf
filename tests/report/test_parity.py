"""Every shipped notebook gives the same files whether its cells run in a kernel or in our own process."""

import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
import pytest

from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.run import run_reports

from .test_engine import pixels, plain

DEMO = {"area": "99DM00", "plan": "demo14", "as_of": "2024-06-30"}
NATION = {"area": "000000", "plan": "national14", "as_of": "2026-10-31"}  # long series, provinces
REAL = ("22_employment", "23_long_run_and_shocks", "24_provinces")
ENGLISH = ("21_synchrony", "31_employment_income", "90_midterm_evaluation")
NOTEBOOKS = sorted(p.stem for p in (Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))
SPECS = [RunSpec(notebook=n, **(NATION if n in REAL else DEMO)) for n in NOTEBOOKS]
SPECS += [replace(s, lang="en") for s in SPECS if s.notebook in ENGLISH]
BACKENDS = ("papermill", "fork")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]


@pytest.fixture(scope="module")
def sites(root, tmp_path_factory):
    """Two folders of pages, made by an ordinary kernel and by forked processes."""
    project = tmp_path_factory.mktemp("parity")
    (project / "data").mkdir()
    (project / "data" / "raw").symlink_to(root / "data" / "raw")
    shutil.copytree(root / "data" / "processed", project / "data" / "processed")
    shutil.copytree(root / "notebooks", project / "notebooks")
    folders = [project / backend for backend in BACKENDS]
    for backend, folder in zip(BACKENDS, folders, strict=True):
        results = run_reports(SPECS, root=project, reports=folder, workers=2, backend=backend)
        assert {r.engine for r in results} == {"kernel" if backend == "papermill" else "inline"}
        assert [(r.spec.name, r.message) for r in results if r.status != "made"] == []
    return folders


def files_of(folder):
    hidden = (".runs.sqlite", ".lock")
    return {
        p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file() and p.name not in hidden
    }


def test_all_shipped_notebooks_are_compared():
    assert len(NOTEBOOKS) >= 17
    assert {s.notebook for s in SPECS} == set(NOTEBOOKS)


@pytest.mark.parametrize("spec", SPECS, ids=lambda s: s.name)
def test_outputs_are_equal_cell_by_cell_and_figures_pixel_by_pixel(sites, spec):
    kernel, forked = (
        nbformat.read(folder / spec.folder / f"{spec.name}.ipynb", as_version=4) for folder in sites
    )
    assert len(kernel.cells) == len(forked.cells)
    for number, (theirs, ours) in enumerate(zip(kernel.cells, forked.cells, strict=True)):
        told = f"cell {number}: {theirs.source[:60]}"
        assert len(theirs.get("outputs", [])) == len(ours.get("outputs", [])), told
        for a, b in zip(theirs.get("outputs", []), ours.get("outputs", []), strict=True):
            assert plain(a) == plain(b), told
            if "image/png" in a.get("data", {}):
                assert np.array_equal(pixels(a), pixels(b)), told


def test_all_files_of_the_two_sites_are_equal_by_their_bytes(sites):
    kernel, forked = (files_of(folder) for folder in sites)
    assert set(kernel) == set(forked)
    assert [name for name in sorted(kernel) if kernel[name].read_bytes() != forked[name].read_bytes()] == []
    assert {Path(name).suffix for name in kernel} >= {".html", ".ipynb", ".json", ".xlsx", ".csv", ".zip"}


def test_figures_are_there_to_be_compared(sites):
    """An engine that drops every figure looks twice as fast; both dropping them would look equal."""
    pictures = {
        spec.name: (sites[1] / spec.folder / f"{spec.name}.html")
        .read_text(encoding="utf-8")
        .count("data:image/")
        for spec in SPECS
    }
    assert sum(pictures.values()) > 40
    assert [name for name in REAL if not pictures[name]] == []
