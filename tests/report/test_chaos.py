"""Runs disturbed at random moments: what is left is whole, and the next run ends as if nothing had been.

A few points; `make chaos` tries a hundred, kernels and jumps of the clock among them.
"""

import importlib.util
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kills processes of a fork server"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]
_SPEC = importlib.util.spec_from_file_location("chaos", Path(__file__).parents[2] / "tools" / "chaos.py")
chaos = importlib.util.module_from_spec(_SPEC)
sys.modules["chaos"] = chaos  # its records look up their module
_SPEC.loader.exec_module(chaos)
CELLS = {name: chaos.CELLS[name] for name in ("60_plain", "62_slow", "64_fails")}
POINTS = chaos.points_of(5, 5, ("run", "job", "server", "all", "disk"))


@pytest.fixture(scope="module")
def stage(root, tmp_path_factory):
    return chaos.prepare(root, tmp_path_factory.mktemp("chaos"), CELLS)


@pytest.mark.parametrize(("number", "victim", "moment"), POINTS)
def test_a_disturbed_run_leaves_everything_whole(stage, number, victim, moment):
    point = chaos.disturb(stage, number, victim, moment)
    assert point.faults == (), chaos.table([point])


def test_what_is_not_whole_is_found(stage, tmp_path):
    """The checks of a point see a torn page, a page that is gone, an index that promises too much."""
    reports = stage.project / "broken"
    chaos.shutil.copytree(stage.before, reports)
    assert chaos.whole(reports, stage) == []
    page = reports / chaos.DAY / "99DM00" / "60_plain.html"
    page.write_bytes(page.read_bytes()[:-100])
    (reports / chaos.DAY / "99DM00" / "62_slow.html").unlink()
    index = reports / "index.html"
    index.write_text(
        index.read_text(encoding="utf-8").replace("</html>", "").replace("60_plain.html", "6.html")
    )
    found = "\n".join(chaos.whole(reports, stage))
    for told in ("torn: 2023-06-30/99DM00/60_plain.html", "gone: 2023", "index is torn", "index names 2023"):
        assert told in found


def test_moments_follow_from_the_seed():
    assert chaos.points_of(3, 7) == chaos.points_of(3, 7)
    assert chaos.points_of(3, 7) != chaos.points_of(3, 8)
    assert {victim for _, victim, _ in chaos.points_of(100, 1)} == set(chaos.VICTIMS)
