"""Hostile labels in the files beside a report: no formula, no broken file, and the text given back whole."""

import csv
import io
import json
import re
import zipfile

import openpyxl
import pytest
from lxml import etree

from cbs_analysis.plan import evaluate
from cbs_analysis.plan.templates import write_templates
from cbs_analysis.report import write_evaluation
from cbs_analysis.report.plain_text import inert, visible, without_colours
from cbs_analysis.report.table_files import csv_text
from cbs_analysis.sources.store import load_manifest

from .hostile import AS_OF, FORMULA, PLAN, Hostile

SIGNS = tuple("=+-@\t\r\n＝＋－＠")
NUMBER = re.compile(r"[-+]?[\d.,]+(e[-+]?\d+)?\s*[%‰]?\w*|[-+]")
# the functions that our formulas use
FUNCTIONS = {
    "COUNTIF", "COUNTIFS", "SUM", "SUMPRODUCT", "MIN", "MAX", "IF", "INT", "MOD", "INDEX", "MATCH", "YEAR",
    "MONTH", "DAY", "DATE", "HYPERLINK", "ROUND", "AND", "OR", "ABS", "AVERAGE", "ISNUMBER", "NOT",
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Hostile texts, and the folder with the files of an evaluation that is made of them."""
    made = Hostile()
    made.root = made.project(tmp_path_factory.mktemp("hostile"))
    made.evaluation = evaluate(PLAN, as_of=AS_OF, root=made.root)
    made.out = made.root / "out"
    manifest = load_manifest(made.root)
    write_evaluation(made.evaluation, made.out, manifest=manifest, raw=made.root / "data" / "raw")
    return made


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def tables(hostile):
    """Every CSV table by its name."""
    found = {path.name: path.read_bytes() for path in hostile.out.glob("*.csv")}
    with zipfile.ZipFile(hostile.out / "data_package.zip") as archive:
        found |= {name: archive.read(name) for name in archive.namelist() if name.endswith(".csv")}
    return found


def test_no_field_of_a_csv_file_is_a_formula(hostile):
    guarded = 0
    for name, content in tables(hostile).items():
        cells = [cell for row in rows_of(content) for cell in row]
        assert [c for c in cells if c.startswith(SIGNS) and not NUMBER.fullmatch(c)] == [], name
        guarded += sum(c.startswith("'") for c in cells)
    assert guarded > 50


def test_a_guarded_field_of_the_data_package_gives_its_text_back(hostile):
    with zipfile.ZipFile(hostile.out / "data_package.zip") as archive:
        descriptor = json.loads(archive.read("datapackage.json"))
        head, *rows = rows_of(archive.read("data/projects.csv"))
        readme = archive.read("README.md").decode()
    told = [row[head.index("visual_progress")] for row in rows]
    held = [visible(text) for text in hostile.evaluation.inputs.projects["visual_progress"]]
    assert [re.sub(r"^'(?='*[=+\-@\t\n＝＋－＠])", "", text) for text in told] == held
    assert any(text.startswith("'=HYPERLINK") for text in told)
    for words in (descriptor["description"], readme):
        assert "撇号" in words
        assert "apostrophe" in words


def test_control_characters_reach_no_table(hostile):
    for name, content in tables(hostile).items():
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", content.decode("utf-8-sig")), name


@pytest.mark.parametrize("name", ["evaluation.xlsx", "evaluation.en.xlsx"])
def test_formulas_of_the_workbook_are_ours_alone(hostile, name):
    found = 0
    for sheet in openpyxl.load_workbook(hostile.out / name):
        for cell in (c for row in sheet.iter_rows() for c in row if c.data_type == "f"):
            found += 1
            bare = re.sub(r'"(?:[^"]|"")*"', '""', str(cell.value))
            assert set(re.findall(r"([A-Z]+)\(", bare)) <= FUNCTIONS, cell.value
            texts = re.findall(r'"((?:[^"]|"")*)"', str(cell.value))
            assert max(map(len, texts), default=0) <= 255  # a longer one makes the file unreadable for Excel
            assert not [t for t in texts if "evil.test" in t and not t.startswith("../")]
        # names of sheets stand in every formula, so they are ours too
        assert "ZZ" not in sheet.title
    assert found > 1000


@pytest.mark.parametrize("name", ["evaluation.xlsx", "evaluation.en.xlsx"])
def test_labels_stand_in_the_workbook_as_texts_and_every_part_of_it_is_xml(hostile, name):
    texts = {
        cell.value
        for sheet in openpyxl.load_workbook(hostile.out / name)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "s"
    }
    shown = {text for text in map(visible, hostile.texts.values()) if text in texts}
    assert {text[0] for text in shown} >= {text[0] for text in FORMULA}
    assert any(len(text) > 10_000 for text in shown)
    with zipfile.ZipFile(hostile.out / name) as archive:
        for part in archive.namelist():
            if part.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(part))


def test_counts_by_section_hold_also_where_a_section_is_named_like_a_formula(hostile):
    """A label is compared as it is: `=...`, `>`, `*` and long names are no conditions."""
    book = openpyxl.load_workbook(hostile.out / "evaluation.xlsx")
    formulas = [str(c.value) for row in book["总体"].iter_rows() for c in row if c.data_type == "f"]
    counts = [f for f in formulas if "'承诺'" in f and re.search(r"\$A\d+", f)]
    assert counts
    assert [f for f in counts if "COUNTIF" in f] == []


def test_the_record_holds_every_label_unchanged(hostile):
    record = json.loads((hostile.out / "evaluation.json").read_text(encoding="utf-8"))
    names = {commitment["name_zh"] for commitment in record["commitments"]}
    assert names <= set(hostile.texts.values())
    assert len(names) == 90


def test_workbooks_for_offices_hold_no_formula_of_a_plan(hostile, tmp_path):
    for sent in write_templates(hostile.evaluation, tmp_path):
        assert sent.path.parent == tmp_path
        for sheet in openpyxl.load_workbook(sent.path):
            assert [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("=1+1", "'=1+1"), ("＝1+1", "'＝1+1"), ("\t=1", "'\t=1"), ("\r=1", "'\n=1"), ("-0.2%", "-0.2%"),
        ("+3.5亿元", "+3.5亿元"), ("-", "-"), ("-1-1", "'-1-1"), ("'=1", "''=1"), ("it's", "it's"),
        ("a\x00\x1b[1mb", "a\ufffd\ufffd[1mb"), ("a\r\nb", "a\nb"), ("", ""), ("—", "—"),
    ],
)  # fmt: skip
def test_a_field_is_guarded_only_where_it_could_be_a_formula(text, told):
    assert inert(text) == told


def test_numbers_of_a_frame_are_never_guarded():
    import pandas as pd

    frame = pd.DataFrame({"label": ["@a"], "value": [-0.2], "n": [-3], "day": [pd.Timestamp("2023-06-30")]})
    assert csv_text(frame) == "label,value,n,day\n'@a,-0.2,-3,2023-06-30\n"


def test_colours_of_a_terminal_are_taken_away_and_other_signs_shown():
    assert without_colours("\x1b[1;31merror\x1b[0m \x9b2Jgone\x1b]0;title\x07") == "error gone"
    assert visible("\u202e12%\u2066\x85\ud800") == "\ufffd12%\ufffd\ufffd\ufffd"
    assert visible("名称\t\n\u200b\u200d😀é") == "名称\t\n\u200b\u200d😀é"
