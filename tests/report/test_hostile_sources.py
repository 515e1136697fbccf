"""Hostile names of sheets, labels and corrections: harmless on a terminal, on the pages and in the tables."""

import io
import re

import openpyxl
import pytest
import yaml
from click.testing import CliRunner

from cbs_analysis.cli import main
from cbs_analysis.cli_say import json_line, say
from cbs_analysis.report.source_pages import write_source_pages

from .hostile import PAYLOADS

RUN = "window.PWNED=1"
SHEETS = ("<img src=x onerror=PWNED=1>", "'\" onfocus=PWNED=1 x=", "=1+1 &lt;b&gt; \u202e12%")
LABELS = [p.format(m=f"ZZ{i}ZZ", long="长" * 200) for i, p in enumerate(PAYLOADS)]
# clears the screen, sets the title of the window, rings, turns the text round, colours by one byte
SIGNS = "\x1b[2J\x1b]0;title\x07\u202e%21\x9b31m"
IN_FILES = "\u202e%21\x9b31m\u2066"  # a file with the others is refused as binary
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
OURS = re.compile(r"\x1b\[(3[0-7]|0)m")  # the red of an error and its end
SEEN = """() => ({pwned: window.PWNED, text: document.body.textContent,
    titles: Array.from(document.querySelectorAll('[title]')).map(e => e.title).join('\\n'),
    acting: Array.from(document.querySelectorAll('*')).filter(e =>
        /^(iframe|object|embed|base|svg|img|form)$/i.test(e.tagName)
        || Array.from(e.attributes).some(a => a.name.startsWith('on'))).length})"""


def workbook(sheets=SHEETS, labels=LABELS):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in sheets:
        sheet = book.create_sheet(name)
        sheet.append(["测试表（2023年）"])
        sheet.append(["项目", "年末常住人口（万人）"])
        for n, label in enumerate(labels, 1):
            sheet.append([label, n])
            sheet.cell(sheet.max_row, 1).data_type = "s"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@pytest.fixture
def seen(browser):
    """What a browser makes of a page, with everything it asks for."""
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    def look(path):
        page.goto(path.as_uri())
        assert asked == [path.as_uri()]
        asked.clear()
        return page.evaluate(SEEN)

    yield look
    page.close()


@pytest.mark.slow
def test_names_of_sheets_and_words_of_corrections_only_stand_on_the_page_of_a_raw_file(mini, seen):
    path = mini.add_file("book.xlsx", workbook(), layout="table", read={"sheet": SHEETS[0]})
    entry = {"file": "book.xlsx", "sheet": SHEETS[0], "cell": "B3", "action": "override", "value": "2"}
    said = {"reason": f'"><img src=x onerror={RUN}> ZZ90ZZ', "document": f"' onmouseover='{RUN}' ZZ91ZZ"}
    (mini.raw / "corrections.yml").write_text(yaml.safe_dump([entry | said]), encoding="utf-8")
    name = path.relative_to(mini.raw).as_posix()
    (page,) = write_source_pages([name], mini.root)
    found = seen(page)
    assert (found["pwned"], found["acting"]) == (None, 0)
    for text in (*SHEETS[:2], *(f"ZZ{n}ZZ" for n in range(len(LABELS)))):
        assert text in found["text"]
    assert "=1+1 &lt;b&gt; \ufffd12%" in found["text"]
    assert said["reason"] in found["titles"] + found["text"]


@pytest.mark.slow
def test_a_table_that_is_read_carries_hostile_words_as_texts(tmp_path, seen):
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook())
    words = ["read", str(path), "--region", "吉林省"]
    outputs = {option: tmp_path / f"read.{option}" for option in ("csv", "xlsx", "html")}
    for option, place in outputs.items():
        words += [f"--{option}", str(place)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    found = seen(outputs["html"])
    assert (found["pwned"], found["acting"]) == (None, 0)
    assert all(f"ZZ{n}ZZ" in found["text"] for n in range(len(LABELS)))
    cells = [cell for sheet in openpyxl.load_workbook(outputs["xlsx"]) for row in sheet for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert any(str(cell.value).startswith(f"{LABELS[-2]} / ") for cell in cells)


@pytest.fixture
def shown():
    """What a command shows on a terminal, without the colours of our own errors."""

    def run(*words, **more):
        done = CliRunner().invoke(main, [str(word) for word in words], color=True, **more)
        assert not isinstance(done.exception, Exception), done.exception
        return OURS.sub("", done.output)

    return run


@pytest.mark.parametrize("words", [(), ("--brief",), ("--csv", "-"), ("--sheet", SIGNS), ("--period", SIGNS)])
def test_labels_of_a_table_do_nothing_to_a_terminal(tmp_path, shown, words):
    path = tmp_path / "table.csv"
    path.write_text(f"测试表（2023年）{IN_FILES},\n地区,人口{IN_FILES}（万人）\n吉林省,1\n", encoding="utf-8")
    told = shown("read", path, *words)
    assert ACTS.findall(told) == []
    assert "\ufffd" in told


def test_a_refused_table_does_nothing_to_a_terminal(tmp_path, shown):
    path = tmp_path / "table.csv"
    rows = (f"测试表{IN_FILES},", f"地区,人口{IN_FILES}", "吉林省,1", f"辽宁省,约{IN_FILES}", "")
    path.write_text("\n".join(rows), encoding="utf-8")
    told = shown("read", path)
    assert ACTS.findall(told) == []
    assert "\ufffd" in told


def test_taking_in_a_table_does_nothing_to_a_terminal(mini, tmp_path, shown):
    path = tmp_path / "table.csv"
    path.write_text(f"测试表（2023年）,\n地区,人口{IN_FILES}（万人）\n吉林省,1\n", encoding="utf-8")
    given = [
        "--publisher",
        "nbs",
        "--published",
        "2024-02-29",
        "--accessed",
        "2024-03-01",
        "--read-at",
        SIGNS,
    ]
    given += ["--certainty", "official", "--licence", "test", "--status", "final", "--title", SIGNS]
    told = shown("--root", mini.root, "intake", path, *given)
    assert ACTS.findall(told) == []
    assert "\ufffd" in told


def test_faults_of_a_build_do_nothing_to_a_terminal(mini, line, shown):
    mini.add([line("gdp_nominal_mn_yuan", "2022", f"1{IN_FILES}", f"亿{IN_FILES}")])
    told = shown("--root", mini.root, "build")
    assert ACTS.findall(told) == []
    assert "\ufffd" in told


def test_what_is_said_loses_no_letter_and_what_is_written_for_programs_loses_nothing(capsys):
    say(f"就业 {SIGNS}\t12%")
    assert capsys.readouterr().out == "就业 \ufffd[2J\ufffd]0;title\ufffd\ufffd%21\ufffd31m\t12%\n"
    told = json_line({"label": SIGNS, "值": 1})
    assert ACTS.findall(told) == []
    assert yaml.safe_load(told) == {"label": SIGNS, "值": 1}
