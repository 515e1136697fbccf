"""Nothing personal is left behind: every byte that the commands wrote is searched, whatever its form."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.ledger.synthetic import make_ledger

from .workbooks import HEALTH, STREET, identity_of, name_of, phone_of, rows_of, write_workbook

SECRET = "planted-passphrase-never-written"
HOUSEHOLDS = 300
NOTEBOOK = "37_return_to_poverty"


def planted() -> list[str]:
    """Every planted word, and the parts of it that would still tell who it is."""
    found = {SECRET, HEALTH, HEALTH[2:], STREET, STREET[3:]}
    for i in range(HOUSEHOLDS):
        found |= {
            name_of(i),
            name_of(i)[2:],
            identity_of(i),
            identity_of(i)[6:17],
            phone_of(i),
            phone_of(i)[3:],
        }
    return sorted(found)


class Needles:
    """The planted words in the encodings that files use; found by their first six bytes, then whole."""

    WIDTH, CHUNK = 6, 1_000_000

    def __init__(self, words: list[str]) -> None:
        encoded: set[bytes] = set()
        for word in words:
            forms = {word, json.dumps(word)[1:-1], html.escape(word), "".join(f"&#{ord(c)};" for c in word)}
            for form in forms:
                for coding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030"):
                    encoded.add(form.encode(coding))
            raw = word.encode()
            encoded |= {raw.hex().encode(), raw.hex().upper().encode()}
            encoded.add("".join(f"%{b:02X}" for b in raw).encode())
        self.by_start: dict[int, list[bytes]] = {}
        for needle in encoded:
            assert len(needle) >= self.WIDTH, needle
            self.by_start.setdefault(int.from_bytes(needle[: self.WIDTH], "little"), []).append(needle)
        self.starts = np.array(sorted(self.by_start), dtype=np.uint64)

    def find(self, content: bytes) -> bytes | None:
        for start in range(0, max(len(content) - self.WIDTH + 1, 0), self.CHUNK):
            part = np.frombuffer(content[start : start + self.CHUNK + self.WIDTH - 1], dtype=np.uint8)
            count = len(part) - self.WIDTH + 1
            if count <= 0:
                continue
            windows = np.zeros(count, dtype=np.uint64)
            for k in range(self.WIDTH):
                windows |= part[k : k + count].astype(np.uint64) << np.uint64(8 * k)
            for i in np.flatnonzero(np.isin(windows, self.starts)):
                for needle in self.by_start[int(windows[i])]:
                    if content[start + i : start + i + len(needle)] == needle:
                        return needle
        return None


def forms_of(content: bytes, depth: int = 3) -> list[bytes]:
    """The bytes themselves and everything packed in them."""
    found = [content]
    if depth == 0:
        return found
    inner: list[bytes] = []
    if content[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                inner += [archive.read(n) for n in archive.namelist()] + [
                    n.encode() for n in archive.namelist()
                ]
        except zipfile.BadZipFile:
            pass
    if content[:2] == b"\x1f\x8b":
        inner.append(gzip.decompress(content))
    if content[:4] == b"PAR1":
        inner.append(pd.read_parquet(io.BytesIO(content)).to_csv().encode())
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content):
        try:
            inner.append(zlib.decompressobj().decompress(content[match.start() :], 10_000_000))
        except zlib.error:
            continue
    for match in re.finditer(rb"[A-Za-z0-9+/]{40,}={0,2}", content):
        try:
            inner.append(base64.b64decode(match[0][: len(match[0]) // 4 * 4]))
        except ValueError:
            continue
    for one in inner:
        found += forms_of(one, depth - 1)
    return found


def leaks(folder: Path, needles: Needles) -> list[str]:
    """Files below a folder in which, or in whose name, something planted stands."""
    wrong = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if needles.find(str(path.relative_to(folder)).encode()):
            wrong.append(f"{path}: its name")
        for form in forms_of(path.read_bytes()):
            if needles.find(form):
                wrong.append(str(path))
                break
    return wrong


@pytest.fixture(scope="module")
def needles():
    return Needles(planted())


@pytest.fixture(scope="module")
def ledger():
    return make_ledger(HOUSEHOLDS, 3, last="2022-06")


@pytest.fixture(scope="module")
def watched(tmp_path_factory, root, ledger):
    """Everything is run with its home, temporary folder, project and output in one watched folder."""
    outside = tmp_path_factory.mktemp("desk")  # the office's own computer: its workbooks stay there
    watched = tmp_path_factory.mktemp("watched")
    project, out = watched / "project", watched / "out"
    (project / "data" / "raw").mkdir(parents=True)
    (project / "notebooks").mkdir()
    for folder in ("home", "tmp", "out", "cache"):
        (watched / folder).mkdir()
    shutil.copy(root / "notebooks" / f"{NOTEBOOK}.ipynb", project / "notebooks")
    shutil.copy(root / "notebooks" / "reports.yml", project / "notebooks")
    rows = rows_of(ledger)
    good = write_workbook(outside / "good.xlsx", rows)
    at = {str(h): i for i, h in enumerate(rows[0])}
    bad = [list(r) for r in rows]
    for i, (column, value) in enumerate(
        [("致贫返贫风险", HEALTH), ("户主身份证号", name_of(7)), ("户类型", STREET),
         ("家庭人口", phone_of(9)), ("认定日期", identity_of(3)), ("所属区", name_of(2)),
         ("户主身份证号", identity_of(4)[:-1] + "0")], 1
    ):  # fmt: skip
        bad[i][at[column]] = value
    wrong = write_workbook(outside / "bad.xlsx", bad)
    broken = outside / "broken.xlsx"
    broken.write_bytes(name_of(1).encode() * 50)
    env = {
        "PATH": os.environ["PATH"], "HOME": str(watched / "home"), "TMPDIR": str(watched / "tmp"),
        "TMP": str(watched / "tmp"), "TEMP": str(watched / "tmp"), "XDG_CACHE_HOME": str(watched / "cache"),
        "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONFAULTHANDLER": "1",
        "CBS_ANALYSIS_PASSPHRASE": SECRET, "CBS_ANALYSIS_ROOT": str(project),
    }  # fmt: skip

    def run(name, *args, code=0, **more):
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-W", "default", "-m", "cbs_analysis", *map(str, args)],
            cwd=project, env=env | more, capture_output=True, check=False,
        )  # fmt: skip
        (out / f"{name}.stdout").write_bytes(done.stdout)
        (out / f"{name}.stderr").write_bytes(done.stderr)
        assert done.returncode == code, done.stderr.decode()[-2000:]
        return done

    raw = project / "data" / "raw" / "demo_ledger" / "2022-07-20"
    raw.mkdir(parents=True)
    place = ("--as-of", "2022-07-20")
    run("template", "ledger", "template", watched / "out" / "template.xlsx")
    run("bad", "ledger", "import", wrong, "--area", "99DM00", *place, code=2)
    run("broken", "ledger", "import", broken, "--area", "99DM00", *place, code=2)
    run("good", "ledger", "import", good, "--area", "99DM00", *place)
    run("again", "ledger", "import", good, *place)
    run("wrong", "ledger", "status", code=2, CBS_ANALYSIS_PASSPHRASE=SECRET[::-1])
    csv = raw / "ledger_tables.csv"
    run("publish", "ledger", "publish", *place, "--out", csv, "--publisher", "demo_ledger",
        "--json", out / "tables.json")  # fmt: skip
    run("twice", "ledger", "publish", *place, "--out", out / "twice.csv", code=2)
    run("status", "ledger", "status")
    run("build", "build")
    page = ("--area", "99DM00", "--plan", "demo14", "--as-of", "2022-12-31", "--notebook", NOTEBOOK)
    run("report", "run", *page, "--lang", "zh")
    notebook = project / "notebooks" / f"{NOTEBOOK}.ipynb"
    notebook.write_text(
        notebook.read_text(encoding="utf-8").replace('"ctx.header()"', '"ctx.header(); 1 / 0"'),
        encoding="utf-8",
    )
    run("failed", "run", *page, "--lang", "zh", "--force", code=1)
    return watched


pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="home and temp of POSIX")]


def test_nothing_planted_is_left_anywhere(watched, needles):
    assert leaks(watched, needles) == []


def test_the_search_covers_everything_that_was_made(watched):
    names = {p.name for p in watched.rglob("*") if p.is_file()}
    assert {"ledger.vault", "ledger_tables.csv", "tables.json", "bad.stderr", f"{NOTEBOOK}.html",
            f"{NOTEBOOK}.failed.html", "ledger_tables.parquet", "manifest.json"} <= names  # fmt: skip


def test_the_faults_of_the_bad_workbook_were_told_by_place(watched):
    said = (watched / "out" / "bad.stderr").read_text(encoding="utf-8")
    assert "7 faults" in said
    assert "sheet 1, row 2, column 致贫返贫风险" in said


def test_no_household_of_the_vault_is_in_anything_published(watched):
    """Not even the ids that the vault gave them."""
    code = (
        "import sys; from pathlib import Path; from cbs_analysis.ledger.vault import open_vault; "
        "print('\\n'.join(open_vault(Path(sys.argv[1]), sys.argv[2]).contents.ledger.household.unique()))"
    )
    vault = next(watched.rglob("ledger.vault")).parent
    done = subprocess.run(
        [sys.executable, "-c", code, str(vault), SECRET], capture_output=True, text=True, check=True
    )
    ids = done.stdout.split()
    assert len(ids) == HOUSEHOLDS
    assert leaks(watched, Needles(ids)) == []


@pytest.mark.parametrize(
    "form", ["plain", "utf16", "gb", "base64", "zip", "gzip", "parquet", "escaped", "name"]
)
def test_the_search_would_find_one(tmp_path, needles, form):
    word = f"x {identity_of(5)} {name_of(5)} y"
    packed = {
        "plain": word.encode(), "utf16": word.encode("utf-16"), "gb": word.encode("gb18030"),
        "base64": b"data:" + base64.b64encode(b"a" * 31 + word.encode() + b"b" * 40),
        "gzip": gzip.compress(word.encode()), "escaped": json.dumps(name_of(5)).encode(),
    }  # fmt: skip
    if form == "zip":
        with zipfile.ZipFile(tmp_path / "x.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.xml", word)
    elif form == "parquet":
        pd.DataFrame({"x": [word]}).to_parquet(tmp_path / "x.parquet", compression="zstd")
    elif form == "name":
        (tmp_path / f"{name_of(5)}.txt").write_bytes(b"")
    else:
        (tmp_path / "x.bin").write_bytes(packed[form])
    assert leaks(tmp_path, needles)


def test_an_unexpected_fault_says_its_kind_and_line_alone(monkeypatch, tmp_path):
    from click.testing import CliRunner

    from cbs_analysis.cli import main
    from cbs_analysis.ledger import importing, vault

    monkeypatch.setattr(vault, "_LOG_N", 4)
    book = write_workbook(tmp_path / "x.xlsx", rows_of(make_ledger(3, 1, last="2022-06")))

    def fail(*args, **kwargs):
        raise KeyError(name_of(1))

    monkeypatch.setattr(importing, "_hashed", fail)
    done = CliRunner().invoke(
        main, ["ledger", "import", str(book), "--area", "99DM00", "--as-of", "2022-07-01",
               "--vault", str(tmp_path / "v")], env={"CBS_ANALYSIS_PASSPHRASE": SECRET},
    )  # fmt: skip
    assert done.exit_code == 2
    assert "KeyError" in done.output
    assert "importing.py, line" in done.output
    assert name_of(1) not in done.output
    assert not (tmp_path / "v").exists()
