"""The birth certificate of a page: complete, for people and machines, the same bytes for the same inputs."""

import hashlib
import json
import re
from importlib.metadata import version
from typing import get_args

import pytest

from cbs_analysis.registry.records import MeasureType
from cbs_analysis.report import open_report
from cbs_analysis.report.assumptions import load_assumptions
from cbs_analysis.report.certificate import (
    _OF_EVALUATION,
    _OF_FIGURES,
    _OF_INCOMES,
    _OF_LAYOUT,
    _OF_MONTHS,
    _OF_NOTEBOOK,
    _OF_PLAN,
    _OF_TYPE,
    _OF_YEARLY,
    certificate,
    extra_parameters,
    rests_on,
)
from cbs_analysis.report.context import RECORD_MIME

pytestmark = pytest.mark.usefixtures("seeded_pages")
# no page does what these are about: several areas at once, and functions of the library for other work
LIBRARY_ONLY = {"A37", "A39", "A40", "A41", "A42", "A43", "A44", "A59"}


def opened(root, slug="11_x", **changes):
    given = {"area": "000000", "as_of": "2023-06-30", "plan": "national14"}
    return open_report(slug, root=root, **(given | changes))


def test_the_certificate_says_all_that_is_needed_to_make_the_page_again(root):
    ctx = opened(root, lang="en", alpha=0.2, seed=5)
    ctx.yearly("gdp_real_yoy_pct")
    ctx.warnings += ["a warning", "a warning"]
    told = certificate(ctx)
    assert told["parameters"] == {
        "area": "000000", "as_of": "2023-06-30", "plan": "national14", "lang": "en", "alpha": 0.2, "seed": 5,
    }  # fmt: skip
    assert told["inputs"]
    for entry in told["inputs"]:
        content = (root / "data" / "raw" / entry["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert entry["published"] <= "2023-06-30"
    assert told["libraries"]["pandas"] == version("pandas")
    assert told["package"] == {"name": "cbs_analysis", "version": version("cbs_analysis")}
    assert told["warnings"] == ["a warning"]
    assert len(told["plan_key"]) == 64
    assert re.fullmatch(r"[0-9a-f]{12}", told["commit"])
    json.dumps(told)


def test_it_stands_on_the_page_and_in_the_record_and_twice_the_same(root):
    outputs = []
    for _ in range(2):
        ctx = opened(root)
        ctx.evaluation  # noqa: B018
        outputs.append(ctx.close()._repr_mimebundle_())
    assert json.dumps(outputs[0], sort_keys=True) == json.dumps(outputs[1], sort_keys=True)
    html, record = outputs[0]["text/html"], outputs[0][RECORD_MIME]
    told = record["certificate"]
    for text in (told["commit"], told["data_key"][:16], "所依据的假设", "A15", f"pandas {version('pandas')}"):
        assert text in html
    assert sum(o["n"] for o in record["owed"]) > 0
    assert set(record["files"]) <= set(record["held"])
    assert not re.search(r"\b(inline|kernel|fork|papermill_engine)\b", html)  # whatever ran the cells
    assert str(root) not in json.dumps(outputs[0])


def test_a_page_rests_on_the_assumptions_of_what_it_did(root):
    bare = opened(root, "50_x")
    assert rests_on(bare) == ()
    bare.yearly("disposable_income_all_real_yoy_pct")
    figures = rests_on(bare)
    assert {"A11", "A13", "A17"} <= set(figures)
    assert not {a.id for a in load_assumptions() if a.scope == "verdicts"} & set(figures)
    judged = opened(root, "90_x")
    judged.evaluation  # noqa: B018
    found = set(rests_on(judged))
    assert {"A07", "A15", "A10", "A57", "A78"} <= found  # the plan has a limit and levels
    assert not {"A09", "A22"} & found  # of the zone's own plan
    assert not {"A05", "A60"} & found  # this plan has no mechanism
    zone = opened(root, "90_x", area="22CB00", plan="cbs14")
    zone.evaluation  # noqa: B018
    assert {"A05", "A09", "A22", "A60"} <= set(rests_on(zone))
    assert "A51" in rests_on(opened(root, "26_outlook"))


def test_every_assumption_of_the_register_belongs_to_a_page_or_to_the_library_alone():
    groups = [_OF_FIGURES, _OF_YEARLY, _OF_INCOMES, _OF_MONTHS, _OF_EVALUATION]
    for table in (_OF_LAYOUT, _OF_TYPE, _OF_PLAN, _OF_NOTEBOOK):
        groups += list(table.values())
    named = {id for group in groups for id in group}
    register = {a.id for a in load_assumptions()}
    assert named <= register
    assert register - named == LIBRARY_ONLY
    assert set(_OF_TYPE) == set(get_args(MeasureType))


def test_parameters_of_one_notebook_alone_are_certified_with_the_values_that_ran(root):
    cell = 'area: str = "220000"\nas_of: str = "2023-06-30"\nplan: str = "x"\nsince: int = 2015\nhow = "mean"'
    assert extra_parameters([cell]) == {"since": 2015, "how": "mean"}
    assert extra_parameters([cell, "# Parameters\nsince = 2018", "since = compute()"]) == {
        "since": 2018, "how": "mean",
    }  # fmt: skip
    assert extra_parameters(["%matplotlib inline", "area = f()", "x = 1"]) == {}
    ctx = opened(root)
    ctx.extra = {"since": 2018}
    assert certificate(ctx)["parameters"]["since"] == 2018
