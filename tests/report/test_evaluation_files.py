"""Files of an evaluation: they hold to their schemas, agree with each other, and their formulas compute."""

import csv
import hashlib
import io
import json
import math
import re
import subprocess
import sys
import zipfile
from dataclasses import fields
from datetime import date

import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner

from cbs_analysis import evaluate
from cbs_analysis.cli import main
from cbs_analysis.errors import ParameterError, ReportError
from cbs_analysis.plan.inputs import Inputs
from cbs_analysis.plan.record import evaluation_schema, record_digest
from cbs_analysis.report import links_files, write_evaluation
from cbs_analysis.report.data_package import data_package_bytes
from cbs_analysis.report.evaluation_csv import TABLES, csv_table
from cbs_analysis.report.evaluation_files import evaluation_files
from cbs_analysis.report.workbook import workbook_bytes
from cbs_analysis.sources.build import OBSERVATION_SCHEMA
from cbs_analysis.sources.record_schemas import RECORD_SCHEMAS
from cbs_analysis.sources.store import load_manifest

from .spreadsheet import Book

ASKED = {
    "demo": ("demo14", "2024-06-30"),
    "nation": ("national14", "2023-06-30"),
    "zone": ("cbs14", "2026-10-31"),
}
SHEETS = [
    "说明", "总体", "指标", "承诺", "项目", "年度计划", "自评对照", "敏感性", "滞后清单", "无法评估", "参数",
    "证据",
]  # fmt: skip
HEAD = 4  # row of the heads of a table


@pytest.fixture(scope="module")
def manifest(root):
    return load_manifest(root)


@pytest.fixture(scope="module")
def evaluations(root):
    return {name: evaluate(plan, as_of=day, root=root) for name, (plan, day) in ASKED.items()}


@pytest.fixture(scope="module")
def records(evaluations, manifest):
    return {name: e.to_dict(manifest=manifest) for name, e in evaluations.items()}


@pytest.fixture(scope="module")
def books(records):
    return {name: workbook_bytes(r, "zh", raw="../../../data/raw") for name, r in records.items()}


def table(content, sheet, values=True):
    """Rows of a sheet as dictionaries under their heads."""
    read = openpyxl.load_workbook(io.BytesIO(content), data_only=values)[sheet]
    heads = [c.value for c in read[HEAD]]
    found = []
    for row in read.iter_rows(min_row=HEAD + 1, values_only=True):
        if any(x is not None for x in row):
            found.append(dict(zip(heads, row, strict=True)))
    return found


# --- JSON ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ASKED)
def test_an_evaluation_holds_to_its_schema(records, evaluations, name):
    check = jsonschema.Draft202012Validator(evaluation_schema())
    for record in (records[name], evaluations[name].to_dict()):
        faults = [f"{list(f.absolute_path)}: {f.message[:200]}" for f in check.iter_errors(record)]
        assert faults == []
        assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_the_schema_refuses_what_it_should(records):
    jsonschema.Draft202012Validator.check_schema(evaluation_schema())
    check = jsonschema.Draft202012Validator(evaluation_schema())
    good = records["nation"]
    verdict = good["verdicts"][0]
    for wrong in (
        good | {"schema": "cbs_analysis/evaluation/1"},
        good | {"score": 0.7},
        {k: v for k, v in good.items() if k != "synthetic"},
        good | {"verdicts": [verdict | {"word": "good"}]},
        good | {"verdicts": [verdict | {"value": "65.22"}]},
        good | {"verdicts": [verdict | {"evidence": ["65.22"]}]},
        good | {"as_of": "2023-6-30"},
    ):
        assert not check.is_valid(wrong)


def walk(entry, path=""):
    """Every property of a schema with its path."""
    if isinstance(entry, dict):
        for name, inner in entry.get("properties", {}).items():
            yield f"{path}.{name}", inner
        for key, inner in entry.items():
            yield from walk(inner, f"{path}/{key}")
    elif isinstance(entry, list):
        for inner in entry:
            yield from walk(inner, path)


def test_every_property_of_the_schema_is_described_and_every_number_has_its_unit():
    found = list(walk(evaluation_schema()))
    assert len(found) > 150
    assert [path for path, entry in found if not entry.get("description")] == []
    numbers = [
        (path, entry) for path, entry in found if {"number", "integer"} & set([entry.get("type")] if
        isinstance(entry.get("type"), str) else entry.get("type", []))
    ]  # fmt: skip
    assert [path for path, entry in numbers if not entry.get("x-unit")] == []


def test_the_page_on_the_json_is_what_the_schema_says(root):
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "tools/make_schema_docs.py", "--check"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["demo", "nation"])
def test_each_number_of_evidence_names_one_row_and_each_row_is_named(records, name):
    record = records[name]
    ids = [row["id"] for row in record["evidence"]]
    assert ids == [f"E{i}" for i in range(1, len(ids) + 1)]
    named = [
        n for v in record["verdicts"] for n in v["evidence"] + (v["annual"] or {"evidence": []})["evidence"]
    ]
    named += [n for p in record["projects"] for n in p["evidence"]]
    assert set(named) == set(ids)


def test_the_sources_carry_the_hash_of_the_bytes_on_disk(records, root):
    sources = records["nation"]["sources"]
    assert {s["file"] for s in sources} == {e["file"] for e in records["nation"]["evidence"]}
    for source in sources:
        content = (root / "data" / "raw" / source["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == source["sha256"]
        assert source["licence"]


def test_what_was_left_out_stands_in_the_record_with_its_reason_once_it_was_published(evaluations, manifest):
    """The provincial table with several editions was published on 2026-10-31 and is in quarantine."""
    checks = evaluations["zone"].to_dict(manifest=manifest)["checks"]
    assert "nbs/2026-10-31/provincial_gdp_mixed_vintage.csv" in {q["file"] for q in checks["quarantined"]}
    assert all(entry["reason"] for entry in checks["quarantined"] + checks["excluded"])
    assert checks["excluded"]
    early = evaluations["nation"].to_dict(manifest=manifest)["checks"]
    assert not [q for q in early["quarantined"] if q["file"].startswith("nbs/2026")]


def test_published_figures_of_the_nation_stand_in_the_record(records):
    """Urbanisation 65.22 % in 2022 (communique of 2022); 12.69 + 12.06 + 2.97 million new urban jobs up to
    the first quarter of 2023 are 27.72 million, 50.4 % of 55 million."""
    by_measure = {v["measure"]: v for v in records["nation"]["verdicts"]}
    assert (by_measure["N01.1"]["value"], by_measure["N01.1"]["unit"]) == (65.22, "pct")
    jobs = by_measure["N10.1"]
    assert (jobs["value"], jobs["target"], jobs["period"]) == (27_720_000, 55_000_000, "2023Q1")
    assert jobs["progress"] == pytest.approx(0.504)
    assert jobs["target_document_zh"]


def test_two_evaluations_have_one_digest_and_a_changed_one_another(records, root, manifest):
    again = evaluate("national14", as_of="2023-06-30", root=root).to_dict(manifest=manifest)
    assert record_digest(again) == record_digest(records["nation"])
    assert record_digest(again | {"as_of": "2023-07-01"}) != record_digest(again)


# --- CSV -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_a_csv_opens_in_excel_in_china_and_has_the_same_columns_for_every_plan(records, name):
    heads = set()
    for record in records.values():
        content = csv_table(record, name)
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        heads.add(tuple(rows[0]))
        assert len(rows) == 1 + len(record[name])
        assert not {"None", "nan", "NaN", "[]", "{}"} & {field for row in rows for field in row}
    assert len(heads) == 1


def test_a_csv_holds_what_the_json_holds(records):
    content = csv_table(records["nation"], "verdicts").decode("utf-8-sig")
    rows = {row["measure"]: row for row in csv.DictReader(io.StringIO(content, newline=""))}
    for v in records["nation"]["verdicts"]:
        row = rows[v["measure"]]
        assert (row["value"] == "") == (v["value"] is None)
        assert row["value"] == "" or float(row["value"]) == v["value"]
        assert row["sentence_zh"] == v["sentence_zh"]
        assert row["evidence"] == ";".join(v["evidence"])
        assert row["fragile"] in ("true", "false")


HOSTILE = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x","y")', "a\x0bb", "'=1"]


def hostile(record):
    """The record with texts of a source that try to be formulas."""
    record = json.loads(json.dumps(record))
    for i, text in enumerate(HOSTILE):
        record["verdicts"][i]["sentence_zh"] = record["verdicts"][i]["name_zh"] = text
        record["evidence"][i]["published"] = record["evidence"][i]["note"] = text
    return record


def test_text_never_becomes_a_formula_in_a_csv(records):
    record = hostile(records["nation"])
    for name, column in (("verdicts", "sentence_zh"), ("evidence", "published")):
        content = csv_table(record, name).decode("utf-8-sig")
        found = [row[column] for row in csv.DictReader(io.StringIO(content, newline=""))]
        assert not [x for x in found if x[:1] in ("=", "+", "@", "\t") or x.startswith("-1")]
        assert "'=1+1" in found


# --- the workbook --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ASKED)
def test_each_formula_has_the_value_that_its_cells_give(books, name):
    """Computed by the small spreadsheet program of the tests, which knows no function newer than 2010."""
    book, count = Book(books[name]), 0
    for sheet, cell, text in book.all_formulas():
        found, beside = book.cell(sheet, cell), book.cached(sheet, cell)
        if isinstance(found, int | float) and isinstance(beside, int | float):
            assert math.isclose(found, beside, rel_tol=1e-9, abs_tol=1e-9), (sheet, cell, text)
        else:
            assert (found or "") == (beside or ""), (sheet, cell, text)
        count += 1
    assert count > 200


def test_the_english_workbook_computes_too_and_holds_no_chinese(records):
    content = workbook_bytes(records["nation"], "en")
    book = Book(content)
    for sheet, cell, text in book.all_formulas():
        found, beside = book.cell(sheet, cell), book.cached(sheet, cell)
        assert found == beside or math.isclose(found, beside, rel_tol=1e-9, abs_tol=1e-9), (sheet, cell, text)
    chinese = [
        (sheet.title, cell.value)
        for sheet in book.values
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and any("\u4e00" <= c <= "\u9fff" for c in cell.value)
    ]
    # evidence is quoted as it was published
    assert {sheet for sheet, _ in chinese} <= {"Evidence"}


def test_a_setting_moves_the_word_by_the_bands_and_not_the_verdict(books):
    """Doctors: (3.04 - 2.90) / (3.20 - 2.90) = 46.7 % after one year of five: a pace of 2.3."""
    book = Book(books["nation"])
    rows = table(books["nation"], "指标")
    i = next(i for i, r in enumerate(rows) if r["编号"] == "N06.1") + HEAD + 1
    heads = [c.value for c in book.values["指标"][HEAD]]
    at = {
        h: f"{openpyxl.utils.get_column_letter(heads.index(h) + 1)}{i}"
        for h in ("评价", "按界限判定", "核对")
    }
    assert rows[i - HEAD - 1]["完成进度"] == pytest.approx(0.14 / 0.30)
    assert [book.cell("指标", at[h]) for h in at] == ["快于预期", "快于预期", "一致"]
    changed = Book(books["nation"])
    sheet, cell = changed.names["SET_AHEAD"].replace("$", "").replace("'", "").split("!")
    changed.formulas[sheet][cell].value = 3.0
    assert [changed.cell("指标", at[h]) for h in at] == ["快于预期", "符合预期", "证据调整"]


def test_a_published_figure_moves_everything_that_rests_on_it(books):
    """Schooling: 11.05 years instead of 10.93 is half of the way from 10.80 to 11.30."""
    book = Book(books["nation"])
    rows = table(books["nation"], "指标")
    i = next(i for i, r in enumerate(rows) if r["编号"] == "N05.1")
    heads = [c.value for c in book.values["指标"][HEAD]]
    value, progress = (openpyxl.utils.get_column_letter(heads.index(h) + 1) for h in ("现值", "完成进度"))
    source = book.formulas["指标"][f"{value}{HEAD + 1 + i}"].value
    assert source.startswith("='证据'!")
    assert book.cell("指标", f"{progress}{HEAD + 1 + i}") == pytest.approx(0.26)
    other = Book(books["nation"])
    other.formulas["证据"][source.split("!")[1].replace("$", "")].value = 11.05
    assert other.cell("指标", f"{progress}{HEAD + 1 + i}") == pytest.approx(0.5)


@pytest.mark.parametrize("name", ["demo", "nation"])
def test_every_figure_of_the_measures_has_its_evidence(books, name):
    evidence = {row["编号"]: row for row in table(books[name], "证据")}
    bare = 0
    live = {r["编号"]: r for r in table(books[name], "指标", values=False)}
    for row in table(books[name], "指标"):
        if row["现值"] is None:
            continue
        named = (row["依据"] or "").split()
        assert named, row["编号"]
        assert set(named) <= set(evidence)
        text = str(live[row["编号"]]["现值"])
        bare += not text.startswith("=")
        for number in named:
            assert evidence[number]["原始文件"]
            assert evidence[number]["单元格或行"]
    # what is computed from several published figures, and rungs of ladders, cannot be one reference
    assert bare < len(live) / 2


def test_shares_of_the_words_add_up_to_exactly_100(books):
    read = openpyxl.load_workbook(io.BytesIO(books["demo"]), data_only=True)["总体"]
    rows = [row for row in read.iter_rows(values_only=True) if row[0] and str(row[0]).startswith("占比")]
    assert len(rows) == 3
    for row in rows:
        assert sum(round(1000 * x) for x in row[1:7]) == 1000


def test_the_largest_remainder_formula_gives_what_the_12th_plan_printed():
    """24, 3 and 1 of 28 indicators: 85.7, 10.7 and 3.6 percent."""
    from cbs_analysis.report.workbook import _share

    book = openpyxl.Workbook()
    for column, number in enumerate([24, 3, 1, 0, 0, 0], 2):
        book.active.cell(1, column, number)
    book.active["H1"] = 28
    stream = io.BytesIO()
    book.save(stream)
    sheet = Book(stream.getvalue())
    for column, share in enumerate([0.857, 0.107, 0.036, 0, 0, 0], 1):
        sheet.formulas["Sheet"].cell(2, column + 1).value = "=" + _share(1, column)
        letter = openpyxl.utils.get_column_letter(column + 1)
        assert sheet.cell("Sheet", f"{letter}2") == pytest.approx(share)


def test_the_sheets_stand_in_the_order_of_the_report(books):
    assert openpyxl.load_workbook(io.BytesIO(books["zone"])).sheetnames == SHEETS


@pytest.mark.parametrize(("name", "marked"), [("demo", True), ("nation", False), ("zone", False)])
def test_every_sheet_of_invented_figures_carries_the_mark(books, name, marked):
    book = openpyxl.load_workbook(io.BytesIO(books[name]))
    for sheet in book:
        assert (sheet["A2"].value == "演示数据") is marked
        assert ("演示数据" in (sheet.oddHeader.center.text or "")) is marked
    assert ("演示数据" in f"{book.properties.title}{book.properties.subject}") is marked
    assert book.properties.created.date() == date.fromisoformat(ASKED[name][1])


def test_text_never_becomes_a_formula_in_a_workbook(records):
    read = openpyxl.load_workbook(io.BytesIO(workbook_bytes(hostile(records["nation"]), "zh")))
    found = {}
    for sheet in ("指标", "证据"):
        for row in read[sheet].iter_rows(min_row=HEAD + 1):
            found |= {cell.value: cell.data_type for cell in row if isinstance(cell.value, str)}
    for text in HOSTILE:
        assert found[text.replace("\x0b", "\ufffd")] == "s", text
    assert not [t for t, kind in found.items() if kind == "f" and ("1+1" in t or "HYPERLINK" in t)]


@pytest.mark.parametrize("name", ASKED)
def test_equal_evaluations_give_equal_bytes(evaluations, manifest, name):
    first, second = (evaluation_files(evaluations[name], manifest=manifest) for _ in range(2))
    assert {k for k in first if first[k] != second[k]} == set()
    assert sum(map(len, first.values())) < 4_000_000


# --- the data package ----------------------------------------------------------------------------


def opened(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    return json.loads(archive.read("datapackage.json")), archive


@pytest.fixture(scope="module")
def packages(evaluations, manifest):
    return {name: data_package_bytes(e, manifest=manifest) for name, e in evaluations.items()}


@pytest.mark.parametrize("name", ASKED)
def test_a_data_package_holds_to_the_specification(packages, name, root):
    """The official profile of Data Package 2.0."""
    profile = json.loads((root / "tests/reference/data_package_2.0.schema.json").read_text(encoding="utf-8"))
    descriptor, _ = opened(packages[name])
    check = jsonschema.Draft7Validator(profile)
    assert [f.message for f in check.iter_errors(descriptor)] == []
    assert not check.is_valid(descriptor | {"resources": [{"name": "x"}]})


READ = {"string": str, "number": float, "integer": int, "date": date.fromisoformat}


@pytest.mark.parametrize("name", ASKED)
def test_each_row_of_a_data_package_holds_to_its_table_schema(packages, name):
    descriptor, archive = opened(packages[name])
    for resource in descriptor["resources"]:
        content = archive.read(resource["path"])
        assert len(content) == resource["bytes"]
        assert f"sha256:{hashlib.sha256(content).hexdigest()}" == resource["hash"]
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
        fields = {f["name"]: f for f in resource["schema"]["fields"]}
        keys = [tuple(r[k] for k in resource["schema"].get("primaryKey", [])) for r in rows]
        assert len(set(keys)) == len(keys) or keys[0] == ()
        for row in rows:
            assert list(row) == list(fields)
            for column, text in row.items():
                limits = fields[column].get("constraints", {})
                assert text or not limits.get("required"), (column, row)
                if text:
                    value = READ[fields[column]["type"]](text)
                    assert text in limits.get("enum", [text])
                    assert "minimum" not in limits or value >= limits["minimum"]


def test_every_column_that_an_evaluation_is_given_is_described():
    """Tables of the store that no evaluation takes are not in its package."""
    from cbs_analysis.report.data_package import _field

    given = {f.name for f in fields(Inputs)}
    tables = {"observations": OBSERVATION_SCHEMA, **RECORD_SCHEMAS}
    assert given <= set(tables)
    for table_name, schema in ((name, tables[name]) for name in given):
        for column in schema.names:
            assert _field(table_name, column)["description"], (table_name, column)


def test_a_data_package_knows_nothing_later_than_the_day_and_marks_what_was_cited(packages, records):
    descriptor, archive = opened(packages["nation"])
    rows = list(csv.DictReader(io.StringIO(archive.read("data/observations.csv").decode(), newline="")))
    assert max(r["vintage"] for r in rows) <= "2023-06-30"
    assert {r["area"] for r in rows} == {"000000"}
    cited = {n: r for r in rows for n in r["evidence"].split()}
    for e in records["nation"]["evidence"]:
        row = cited[e["id"]]
        assert (row["file"], int(row["row"]), int(row["col"])) == (e["file"], e["row"], e["col"])
        assert float(row["value"]) == e["value"]
        assert row["value_published"] + row["unit_published"] == e["published"]
    files = {r["file"] for r in rows}
    assert {s["path"].removeprefix("data/raw/") for s in descriptor["sources"]} >= files
    assert all(s["licence"] and len(s["sha256"]) == 64 for s in descriptor["sources"])
    assert "licenses" not in descriptor  # none of ours to give
    assert descriptor["created"] == "2023-06-30T00:00:00Z"


# --- writing -------------------------------------------------------------------------------------


def test_files_are_written_whole_and_never_over_others_unasked(evaluations, manifest, tmp_path, root):
    written = write_evaluation(
        evaluations["nation"], tmp_path / "a" / "b", manifest=manifest, raw=root / "data" / "raw"
    )
    assert {p.name for p in written} == {
        "evaluation.json", "verdicts.csv", "commitments.csv", "projects.csv", "evidence.csv",
        "evaluation.xlsx", "evaluation.en.xlsx", "data_package.zip",
    }  # fmt: skip
    assert sorted(p.name for p in (tmp_path / "a" / "b").iterdir()) == sorted(p.name for p in written)
    links = openpyxl.load_workbook(written[-2])["Evidence"]
    cells = [str(c.value) for row in links.iter_rows() for c in row]
    found = [c.split('"')[1] for c in cells if c.startswith("=HYPERLINK(")]
    assert len(found) > 10
    assert all((written[0].parent / target).resolve().exists() for target in found)
    written[0].write_text("mine", encoding="utf-8")
    with pytest.raises(ParameterError, match="files exist"):
        write_evaluation(evaluations["nation"], tmp_path / "a" / "b", manifest=manifest)
    assert written[0].read_text(encoding="utf-8") == "mine"
    write_evaluation(evaluations["nation"], tmp_path / "a" / "b", manifest=manifest, force=True)
    assert json.loads(written[0].read_text(encoding="utf-8"))["plan"] == "national14"


def test_a_disk_that_fails_leaves_no_part_of_a_file(evaluations, manifest, tmp_path, monkeypatch):
    from cbs_analysis.report import table_files

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(table_files.tempfile, "mkstemp", full)
    with pytest.raises(ReportError, match="No space left"):
        write_evaluation(evaluations["nation"], tmp_path, manifest=manifest)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_language_is_refused_before_anything_is_made(evaluations, manifest, tmp_path):
    with pytest.raises(ParameterError, match="lang is not known"):
        write_evaluation(evaluations["nation"], tmp_path / "x", manifest=manifest, langs=["fr"])
    assert not (tmp_path / "x").exists()


def test_the_command_writes_the_same_files_and_refuses_wrong_parameters(root, tmp_path):
    def export(*options):
        return CliRunner().invoke(main, ["--root", str(root), "export", *options])

    out = tmp_path / "out"
    good = ["--plan", "national14", "--as-of", "2023-06-30", "--out", str(out)]
    first = export(*good)
    assert first.exit_code == 0, first.output
    assert {p.name for p in out.iterdir()} == {line.rsplit("/", 1)[-1] for line in first.output.split()}
    again = export(*good)
    assert again.exit_code == 2
    assert "files exist" in again.output
    assert export(*good, "--force", "--lang", "en").exit_code == 0
    assert (out / "evaluation.en.xlsx").exists()
    wrong = export("--plan", "nation14", "--as-of", "2023-6-30", "--out", str(tmp_path / "no"))
    assert wrong.exit_code == 2
    assert "plan is not known" in wrong.output
    assert "as_of is not a date" in wrong.output
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_line_of_links_names_the_files_and_carries_the_mark(evaluations, lang):
    html = links_files(evaluations["demo"], lang)._repr_html_()
    assert 'data-synthetic="true"' in html
    workbook = "evaluation.xlsx" if lang == "zh" else "evaluation.en.xlsx"
    assert f'href="{workbook}"' in html
    assert 'href="data_package.zip"' in html
    assert ("下载：" in html) is (lang == "zh")
    assert "data-synthetic" not in links_files(evaluations["nation"], lang)._repr_html_()


def test_the_python_of_the_page_on_the_output_runs(root):
    """New urban jobs: 27.72 of 55 million are 50.4 percent, in the CSV and in the workbook."""
    text = (root / "docs/how_to/use_the_output.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["{'value': 27720000.0, 'progress': 0.504}", "0.504"]
