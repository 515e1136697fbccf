"""The register that a report prints is the one of the documentation, in both languages."""

import re
from pathlib import Path

import pytest

from cbs_analysis.report.assumptions import load_assumptions, table_assumptions

from .model_pages import english

DOCS = Path(__file__).parents[2] / "docs" / "assumptions.md"
FORMULAE = "C01"


def documented():
    """Rows of the documentation: id, assumption, used in, quality, impact."""
    lines = re.findall(r"^\| (A\d+) \| (.+) \|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    return [(id, *(c.strip() for c in rest.split(" | ")[:4])) for id, rest in lines]


def test_every_assumption_of_the_documentation_is_printed_with_the_same_words_and_ratings():
    printed = {a.id: (a.id, a.en, a.used_en, a.quality, a.impact) for a in load_assumptions()}
    for row in documented():
        assert printed.get(row[0]) == row, f"{row[0]}: bring cbs_analysis/report/assumptions.yml up to date"
    assert len(printed) == len(documented())


def test_every_assumption_has_its_chinese():
    for a in load_assumptions():
        for text in (a.zh, a.used_zh):
            assert re.search("[\u4e00-\u9fff]", text) or text == FORMULAE
            assert not english(text, FORMULAE), text


@pytest.mark.parametrize("scope", ["verdicts", "figures", "models"])
def test_the_heaviest_and_least_supported_come_first(scope):
    rows = table_assumptions(scope, "en").rows
    weight = {"high": 0, "medium": 1, "low": 2}
    order = [(weight[r[4]], -weight[r[3]]) for r in rows]
    assert order == sorted(order)
    assert rows
