"""The commands: where the passphrase comes from, what is refused, and what is left when something fails."""

import os

import pytest
from click.testing import CliRunner

from cbs_analysis.cli import main
from cbs_analysis.ledger import vault as module
from cbs_analysis.ledger.synthetic import make_ledger

from .workbooks import rows_of, write_workbook

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
