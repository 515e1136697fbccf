"""`cbs-analysis read`: what is understood is shown, files are written whole or not at all."""

import csv
import io

import openpyxl
import pytest
from click.testing import CliRunner

from cbs_analysis.cli import main
from cbs_analysis.cli_tables import given_options
from cbs_analysis.errors import ParameterError

HEADER = "地区,年末常住人口（万人）,示例指标（个）"
ROWS = ("吉林省,12.5,3", "辽宁省,22.5,4")


@pytest.fixture
def table(tmp_path):
    """A table that says its period."""
    return write(tmp_path / "table.csv", "测试表（2023年）,,", HEADER, *ROWS)


@pytest.fixture
def undated(tmp_path):
    """A table that does not."""
    return write(tmp_path / "undated.csv", "测试表,,", HEADER, *ROWS)


def write(path, *lines):
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(*words):
    return CliRunner().invoke(main, ["read", *map(str, words)])


def left(folder):
    return sorted(p.name for p in folder.iterdir())


def test_what_was_understood_is_printed(table):
    result = read(table)
    assert result.exit_code == 0, result.output
    for word in ("测试表", "2023", "年末常住人口", "万人", "4 figures"):
        assert word in result.output


def test_brief_is_one_line_a_table(table):
    result = read(table, "--brief")
    assert result.stdout.splitlines() == ["table.csv  测试表(2023年)  全国 2023  4 figures 个数值"]


def test_csv_on_the_terminal_is_alone_on_stdout_and_plain(table):
    result = read(table, "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(r["indicator"], r["region"], r["value"], r["unit"]) for r in rows[:2]] == [
        ("年末常住人口", "吉林省", "125000.0", "persons"),
        ("示例指标", "吉林省", "3.0", "count"),
    ]
    assert not result.stdout_bytes.startswith(b"\xef\xbb\xbf")
    assert "测试表" in result.stderr


def test_a_csv_file_opens_in_a_spreadsheet(table, tmp_path):
    result = read(table, "--csv", tmp_path / "out.csv")
    content = (tmp_path / "out.csv").read_bytes()
    assert result.exit_code == 0
    assert content.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))) == 4


def test_a_workbook_has_the_figures_and_their_source(table, tmp_path):
    result = read(table, "--xlsx", tmp_path / "out.xlsx", "--published", "2024-02-29")
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["observations", "source"]
    head, first, *more = book["observations"].iter_rows(values_only=True)
    record = dict(zip(head, first, strict=True))
    assert (record["indicator"], record["value"], record["vintage"]) == ("年末常住人口", 125000, "2024-02-29")
    assert len(more) == 3
    assert book["observations"].freeze_panes == "A2"
    said = {(what, text) for _, what, text in book["source"].iter_rows(min_row=2, values_only=True)}
    assert {("title", "测试表(2023年)"), ("file", "table.csv")} <= said
    assert any(what == "sha256" and len(text) == 64 for what, text in said)


def test_a_label_that_looks_like_a_formula_stays_text(tmp_path):
    path = write(tmp_path / "t.csv", "测试表（2023年）,", "地区,=1+1（个）", "吉林省,3", "辽宁省,4")
    assert read(path, "--xlsx", tmp_path / "out.xlsx").exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["observations"]
    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert sheet["A2"].value == "=1+1"


def test_a_page_needs_no_network_and_escapes_what_it_shows(tmp_path):
    rows = ("吉林省,12.5,3", "辽宁省,22.5,4")
    path = write(
        tmp_path / "t.csv", "测试表（2023年）,,", "地区,<script>x</script>指标（个）,乙&丙（个）", *rows
    )
    result = read(path, "--html", tmp_path / "out.html")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "乙&amp;丙" in page
    assert "://" not in page
    assert "Noto Sans CJK SC" in page
    assert 'lang="zh"' in page


def test_a_refused_table_ends_with_1_tells_all_and_writes_nothing(undated, tmp_path):
    before = left(tmp_path)
    outs = ["--csv", tmp_path / "a.csv", "--xlsx", tmp_path / "a.xlsx", "--html", tmp_path / "a.html"]
    result = read(undated, *outs)
    assert result.exit_code == 1
    assert "PeriodAmbiguous" in result.stdout
    assert "--period 2024" in result.stderr
    assert "nothing was written" in result.stderr
    assert left(tmp_path) == before
    assert "Traceback" not in result.output


def test_a_refusal_is_told_in_full_with_brief_too(undated):
    result = read(undated, "--brief")
    assert result.exit_code == 1
    assert "the period is not said" in result.stderr
    assert "REFUSED 拒绝 PeriodAmbiguous" in result.stdout


def test_what_the_file_does_not_say_can_be_given(undated):
    result = read(undated, "--period", "2024-08", "--brief")
    assert (result.exit_code, "2024-08" in result.output) == (0, True)


def test_unreadable_cells_can_be_taken_as_missing_and_keep_their_text(tmp_path):
    path = write(
        tmp_path / "t.csv", "测试表（2023年）,,", HEADER, "吉林省,12.5,3", "辽宁省,£05,4", "北京市,7,5"
    )
    assert read(path).exit_code == 1
    result = read(path, "--unreadable", "missing", "--csv", "-")
    assert result.exit_code == 0, result.output
    odd = [r for r in csv.DictReader(io.StringIO(result.stdout)) if r["status"] == "unreadable"]
    assert [(r["value"], r["value_published"]) for r in odd] == [("", "£05")]


def test_a_file_that_exists_is_overwritten_with_force_alone(table, tmp_path):
    out = write(tmp_path / "out.csv", "mine")
    refused = read(table, "--csv", out)
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert out.read_text(encoding="utf-8") == "mine\n"
    assert read(table, "--csv", out, "--force").exit_code == 0
    assert "indicator" in out.read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(
    ("outputs", "told"),
    [
        (["--csv", "table.csv", "--force"], "overwrite the file that is read"),
        (["--csv", "a.x", "--html", "a.x"], "name one file"),
        (["--xlsx", "nowhere/a.xlsx"], "folder that exists"),
    ],
)
def test_outputs_that_cannot_be_meant_are_refused_before_anything_is_read(
    table, tmp_path, monkeypatch, outputs, told
):
    monkeypatch.chdir(tmp_path)
    content, before = table.read_bytes(), left(tmp_path)
    result = read(table, *outputs)
    assert result.exit_code == 2
    assert told in result.output
    assert (table.read_bytes(), left(tmp_path)) == (content, before)


def test_when_one_file_cannot_be_written_none_is(table, tmp_path, monkeypatch):
    from cbs_analysis.report import table_files

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(table_files.os, "fdopen", full)
    before = left(tmp_path)
    result = read(table, "--csv", tmp_path / "a.csv", "--html", tmp_path / "a.html")
    assert result.exit_code == 2
    assert "No space left" in result.output
    assert left(tmp_path) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing.xls"], "file is missing"),
        (["table.csv", "--sheet", "Sheet9"], "sheet is not in the file"),
        (["table.csv", "--published", "2024-2-30"], "--published is not a date"),
        (["table.csv", "--parent", "甲"], "label=parent"),
        (["table.csv", "--skip", "9D"], "names no cell"),
        (["table.csv", "--unit", "人", "--unit", "户"], "several units"),
        (["table.csv", "--unreadable", "guess"], "guess"),
    ],
)
def test_wrong_input_ends_with_2_and_says_what_is_wrong(table, monkeypatch, words, told):
    monkeypatch.chdir(table.parent)
    result = read(*words)
    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output


def test_a_sheet_is_chosen_by_name_and_where_none_has_it_by_position(tmp_path):
    book = openpyxl.Workbook()
    for title, year in (("2023", 2023), ("2022", 2022)):
        sheet = book.create_sheet(title)
        for row in ([f"测试表（{year}年）"], ["地区", "示例指标（个）"], ["吉林省", 3], ["辽宁省", 4]):
            sheet.append(row)
    del book["Sheet"]
    book.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx", "--brief").stdout.count("\n") == 2
    assert "全国 2022" in read(tmp_path / "t.xlsx", "--brief", "--sheet", "2022").stdout
    assert "全国 2022" in read(tmp_path / "t.xlsx", "--brief", "--sheet", "1").stdout


def options(**given):
    plain = {"sheet": None, "region": None, "period": None, "units": (), "parents": (), "skip": ()}
    return given_options(**plain | {"decimal_months": False} | given)


@pytest.mark.parametrize(
    ("units", "unit"),
    [
        (["万元"], "万元"),
        (["上年=100"], "上年=100"),
        (["户数=万户", "人数 = 人"], {"户数": "万户", "人数": "人"}),
        (["居民消费价格指数=上年=100"], {"居民消费价格指数": "上年=100"}),
        (["户数="], {"户数": ""}),
    ],
)
def test_a_unit_is_for_all_or_for_one_label(units, unit):
    assert options(units=units).unit == unit


def test_parents_may_be_none_and_all_mistakes_are_told_at_once():
    assert options(parents=["男=年末人口", "女="]).parents == {"男": "年末人口", "女": ""}
    with pytest.raises(ParameterError) as caught:
        options(parents=["甲", "乙=丙=丁", "戊=己", "戊=庚"], units=["人", "户数=户"])
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize("command", ["read", "intake"])
def test_help_says_the_exit_codes_and_every_option(command):
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert "Exit codes" in " ".join(result.output.split())
    for option in ("--sheet", "--region", "--period", "--unit", "--parent", "--skip", "--decimal-months"):
        assert option in result.output


def test_leave_refused_writes_the_tables_read_in_full_and_still_exits_1(tmp_path):
    book = openpyxl.Workbook()
    good, bad = book.active, book.create_sheet("2")
    for row in (["测试表 2021年广州市人口（万人）"], ["地区", "人口"], ["越秀区", 30], ["海珠区", 45]):
        good.append(row)
    for row in (["测试表 2021年广州市收入"], ["地区", "收入"], ["越秀区", 30], ["海珠区", 45]):
        bad.append(row)
    good["B2"] = "人口（万人）"
    book.save(tmp_path / "a.xlsx")
    out = tmp_path / "a.csv"
    args = ["read", str(tmp_path / "a.xlsx"), "--csv", str(out)]
    assert CliRunner().invoke(main, args).exit_code == 1
    assert not out.exists()
    result = CliRunner().invoke(main, [*args, "--leave-refused"])
    assert result.exit_code == 1
    assert "they were left out" in result.output
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 3


def test_corrections_given_to_read_are_applied_and_noted(tmp_path):
    (tmp_path / "a.csv").write_text("指标,2021年广州市\n人口（万人）,228S\n", encoding="utf-8")
    entry = (
        "- file: a.csv\n  cell: B2\n  action: override\n  value: '2285'\n  expect: 228S\n"
        "  reason: a letter\n  document: 测试\n"
    )
    (tmp_path / "c.yml").write_text(entry, encoding="utf-8")
    out = tmp_path / "o.csv"
    args = ["read", str(tmp_path / "a.csv"), "--region", "广州市", "--period", "2021", "--csv", str(out)]
    assert CliRunner().invoke(main, args).exit_code == 1
    result = CliRunner().invoke(main, [*args, "--corrections", str(tmp_path / "c.yml")])
    assert result.exit_code == 0, result.output
    assert "corrected: 228S -> 2285" in out.read_text(encoding="utf-8-sig")
