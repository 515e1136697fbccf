"""The commands: where the passphrase comes from, what is refused, and what is left when something fails."""

import os

import openpyxl
import pytest
from click.testing import CliRunner

from cbs_analysis.cli import main
from cbs_analysis.ledger import vault as module
from cbs_analysis.ledger.synthetic import make_ledger

from .workbooks import identity_of, name_of, phone_of, rows_of, write_workbook

SECRET = "correct horse battery staple"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(module, "_LOG_N", 4)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    ledger = make_ledger(120, 2, last="2022-06")
    return write_workbook(tmp_path_factory.mktemp("desk") / "ledger.xlsx", rows_of(ledger))


@pytest.fixture
def run(tmp_path):
    def call(*args, secret=SECRET, text=None):
        env = {"CBS_ANALYSIS_PASSPHRASE": secret, "CBS_ANALYSIS_VAULT": str(tmp_path / "vault")}
        return CliRunner().invoke(main, ["ledger", *map(str, args)], env=env, input=text)

    return call


@pytest.fixture
def kept(run, book):
    done = run("import", book, "--area", "99DM00", "--as-of", "2022-06-30")
    assert done.exit_code == 0, done.output
    return run


def test_an_import_says_rows_months_and_what_was_not_read(run, book):
    done = run("import", book, "--area", "演示区（合成数据）", "--as-of", "2022-06-30")
    assert "took in 240 rows of 2022-05 to 2022-06; 0 stood there before" in done.output
    assert "4 columns were not read" in done.output
    assert "240 stood there before" in run("import", book, "--as-of", "2022-06-30").output


def test_without_a_passphrase_nothing_is_made(run, book, tmp_path):
    done = run("import", book, "--area", "99DM00", "--as-of", "2022-06-30", secret=None)
    assert done.exit_code == 2
    assert "--passphrase-fd" in done.output
    assert not (tmp_path / "vault").exists()


def test_the_passphrase_may_come_from_a_descriptor(kept):
    read, write = os.pipe()
    os.write(write, f"{SECRET}\n".encode())
    os.close(write)
    assert kept("status", "--passphrase-fd", read, secret="something else").exit_code == 0
    os.close(read)


def test_a_ledger_is_of_one_area_and_needs_it_once(run, book):
    assert "--area" in run("import", book, "--as-of", "2022-06-30").output
    run("import", book, "--area", "99DM00", "--as-of", "2022-06-30")
    assert "another area" in run("import", book, "--area", "22CB00", "--as-of", "2022-06-30").output


def test_rows_after_the_day_are_refused_and_nothing_is_made(run, book, tmp_path):
    done = run("import", book, "--area", "99DM00", "--as-of", "2022-05-31")
    assert done.exit_code == 2
    assert "after the date" in done.output
    assert not (tmp_path / "vault").exists()


def test_published_files_appear_only_when_the_ledger_knows_of_them(kept, tmp_path, monkeypatch):
    def fail(*args):
        raise OSError("no space left")

    out = tmp_path / "tables.csv"
    with monkeypatch.context() as patch:
        patch.setattr(module, "_write", fail)
        done = kept("publish", "--as-of", "2022-07-20", "--out", out)
    assert done.exit_code == 2
    assert "OSError" in done.output
    assert [p.name for p in tmp_path.iterdir()] == ["vault"]
    assert "publications  0" in kept("status").output
    done = kept("publish", "--as-of", "2022-07-20", "--out", out, "--publisher", "demo_ledger")
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["tables.csv", "tables.csv.meta.yml", "vault"]
    assert "publications  1" in kept("status").output
    assert "there already" in kept("publish", "--as-of", "2022-08-20", "--out", out).output


def test_forgetting_asks_and_says_what_remains(kept, tmp_path):
    assert kept("forget", text="n\n").exit_code == 1
    assert (tmp_path / "vault" / "ledger.vault").exists()
    done = kept("forget", "--yes")
    assert "what remains" in done.output
    assert not (tmp_path / "vault").exists()
    assert kept("status").exit_code == 2


def test_a_vault_in_the_project_is_refused(run, book, root):
    done = run("import", book, "--area", "99DM00", "--as-of", "2022-06-30", "--vault", root / "kept")
    assert done.exit_code == 2
    assert "may not lie inside" in done.output
    assert not (root / "kept").exists()


INCOME = 48765.25
SHAPES = ("template", "csv", "second sheet", "below a title", "three columns", "torn csv")


@pytest.fixture
def mistaken(request, run, tmp_path):
    """A ledger that lies where a published table is expected: no two of its shapes are read alike."""
    who = {"户主姓名": name_of(5), "户主身份证号": identity_of(5), "联系电话": phone_of(5),
           "年人均纯收入*": INCOME, "核查月份*": "2022-06", "户类型*": "脱贫户"}  # fmt: skip
    path = tmp_path / "table.xlsx"
    assert run("template", path).exit_code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["台账"]
    for cell in sheet[1]:
        sheet.cell(2, cell.column, who.get(cell.value))
    if request.param == "second sheet":
        book.move_sheet("台账", 1)
        book["说明"].delete_rows(1, 99)
        book["说明"]["A1"] = "目录"
    elif request.param == "below a title":
        del book["说明"]
        sheet.insert_rows(1, 12)
        sheet["A1"] = "某区2022年台账"
    elif request.param == "three columns":
        book = openpyxl.Workbook()
        for row in (["户主姓名", "身份证号码", "人均纯收入（元）"], [name_of(5), identity_of(5), INCOME]):
            book.active.append(row)
    book.save(path)
    if "csv" not in request.param:
        return path
    text = ",".join(who) + "\n" + ",".join(map(str, who.values())) + "\n"
    plain = path.with_suffix(".csv")
    plain.write_text(text + f'"{name_of(5)}' * (request.param == "torn csv"), encoding="gb18030")
    return plain


@pytest.mark.parametrize("mistaken", SHAPES, indirect=True)
@pytest.mark.parametrize("command", ["read", "intake"])
def test_a_ledger_given_for_a_published_table_is_refused_without_a_cell(mistaken, command, tmp_path, request):
    raw = tmp_path / "project" / "data" / "raw"
    raw.mkdir(parents=True)
    done = CliRunner().invoke(main, ["--root", str(raw.parents[1]), command, str(mistaken)])
    assert done.exit_code == 2
    if "torn" not in request.node.name:
        assert "this is a ledger of households" in done.stderr
        assert "cbs-analysis ledger import" in done.stderr
    for cell in (name_of(5), identity_of(5), identity_of(5)[6:17], phone_of(5), "48765"):
        assert cell not in done.stdout + done.stderr
    assert not list(raw.iterdir())


def test_a_published_table_with_words_of_the_ledger_is_still_read(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("2023年测试表,,\n地区,人口数（人）,耕地面积（亩）\n吉林省,12,3\n", encoding="utf-8")
    assert "ledger" not in CliRunner().invoke(main, ["read", str(path)]).output


def test_a_template_that_cannot_be_written_is_named(run, tmp_path):
    out = tmp_path / "nonexistent" / "x.xlsx"
    done = run("template", out)
    assert done.exit_code == 2
    assert str(out) in done.output


@pytest.mark.parametrize("descriptor", [99, -1])
def test_a_descriptor_that_is_not_open_is_named(kept, descriptor):
    done = kept("status", "--passphrase-fd", descriptor)
    assert done.exit_code == 2
    assert "--passphrase-fd" in done.output
    assert f"got:      {descriptor}" in done.output
