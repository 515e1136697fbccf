"""Reports found, refused, and written as Word, PDF and charts; the command that does it."""

import csv
import io
import re
import stat
import sys
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from docx import Document
from nbformat.v4 import new_code_cell, new_notebook

from cbs_analysis.cli import main
from cbs_analysis.errors import ParameterError, ReportError
from cbs_analysis.report.export import find_reports, report_files
from cbs_analysis.report.export_charts import chart_csv, chart_files, figure_svg
from cbs_analysis.report.pdf import find_browser, pdf_bytes
from cbs_analysis.sources.store import find_root
from tests.chromium import chromium_path

from .export_pages import PARAMETERS, notebook, picture, put_report

WHERE = {"area": "000000", "as_of": "2023-06-30", "plan": "national14"}


@pytest.fixture
def site(tmp_path):
    """A project folder with one small report; data and notebooks are those of the real project."""
    real = find_root()
    for name in ("data", "notebooks"):
        (tmp_path / name).symlink_to(real / name, target_is_directory=True)
    put_report(tmp_path, notebook())
    return tmp_path


def reports_of(site, **changes):
    return find_reports(site / "reports", **(WHERE | changes))


# --- which reports -------------------------------------------------------------------------------


def test_reports_are_found_by_area_day_plan_and_language(site):
    put_report(site, notebook(lang="en"), "11_small.en")
    assert [r.name for r in reports_of(site)] == ["11_small"]
    assert [r.name for r in reports_of(site, langs=["zh", "en"])] == ["11_small", "11_small.en"]
    assert [r.name for r in reports_of(site, notebooks=["11_small"], langs=["en"])] == ["11_small.en"]


def test_a_missing_report_is_refused_with_the_command_that_makes_it(site):
    with pytest.raises(ParameterError) as caught:
        reports_of(site, notebooks=["90_x", "33_y"])
    assert [f.next_step for f in caught.value.faults] == [
        f"cbs-analysis run --area 000000 --plan national14 --as-of 2023-06-30 --lang zh --notebook {n}"
        for n in ("90_x", "33_y")
    ]


@pytest.mark.parametrize("notebooks", [(), ("11_small",)])
def test_a_report_that_failed_is_refused_though_an_older_one_lies_there(site, notebooks):
    folder = site / "reports" / "2023-06-30" / "000000"
    (folder / "11_small.failed.html").write_text("x", encoding="utf-8")
    with pytest.raises(ParameterError, match="the last run of the report failed"):
        reports_of(site, notebooks=notebooks)


def test_a_report_of_another_plan_is_left_out_or_refused_by_name(site):
    with pytest.raises(ParameterError, match="no report in zh"):
        reports_of(site, plan="cbs14")
    with pytest.raises(ParameterError, match="made with another plan"):
        reports_of(site, plan="cbs14", notebooks=["11_small"])


def test_a_language_without_a_report_is_refused(site):
    with pytest.raises(ParameterError, match="no report in en"):
        reports_of(site, langs=["zh", "en"])


# --- word ----------------------------------------------------------------------------------------


def test_links_of_word_lead_from_the_folder_of_the_file_to_pages_that_exist(site):
    source = site / "reports" / "sources" / "nbs" / "2024-01-17" / "a.csv.html"
    source.parent.mkdir(parents=True)
    source.write_text("x", encoding="utf-8")
    [report] = reports_of(site)
    out = site / "out" / "deep"
    document = Document(io.BytesIO(report_files(report, ["docx"], root=site, out=out)["11_small.docx"]))
    targets = {r.target_ref for r in document.part.rels.values() if r.is_external}
    assert targets == {"../../reports/sources/nbs/2024-01-17/a.csv.html#B2"}
    source.unlink()
    again = Document(io.BytesIO(report_files(report, ["docx"], root=site, out=out)["11_small.docx"]))
    assert not [r for r in again.part.rels.values() if r.is_external]


# --- pdf -----------------------------------------------------------------------------------------


def browser_that(tmp_path, body):
    """A program that is called as a browser is."""
    program = tmp_path / "browser.py"
    program.write_text(f"#!{sys.executable}\nimport sys, pathlib\n{body}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def test_without_a_browser_the_reader_is_told_how_to_print_by_hand(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(ParameterError, match="print by hand: open the HTML page"):
        find_browser()
    with pytest.raises(ParameterError, match="the browser cannot be run"):
        find_browser(Path("no-such-browser"))


def test_browsers_of_windows_are_looked_for_where_they_are_installed(tmp_path, monkeypatch):
    edge = tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe"
    edge.parent.mkdir(parents=True)
    edge.write_text("", encoding="utf-8")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PROGRAMFILES(X86)", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "win32")
    assert find_browser() == edge


@pytest.mark.parametrize(
    ("body", "said"),
    [("sys.exit('no display')", "no display"), ("pass", "exit code 0"),
     ("import time; time.sleep(60)", "no PDF within 1 seconds")],
)  # fmt: skip
def test_a_browser_that_fails_makes_no_file(tmp_path, body, said):
    page = tmp_path / "a.html"
    page.write_text("<p>x", encoding="utf-8")
    with pytest.raises(ReportError, match=said):
        pdf_bytes(page, browser=browser_that(tmp_path, body), day="2023-06-30", seconds=1)


def test_a_browser_is_given_a_page_without_links_to_files_of_this_machine(tmp_path):
    page = tmp_path / "a.html"
    page.write_text(
        '<a href="../../index.html">a</a><a id="k" href="#b">b</a><a href="https://stats.gov.cn/">c</a>',
        encoding="utf-8",
    )
    body = (
        "target = [a for a in sys.argv if a.startswith('--print-to-pdf=')][0].split('=', 1)[1]\n"
        "html = pathlib.Path(sys.argv[-1].removeprefix('file://')).read_bytes()\n"
        "pathlib.Path(target).write_bytes(b'%PDF-' + html + b'/CreationDate (D:20300101101010+00) %%EOF')"
    )
    content = pdf_bytes(page, browser=browser_that(tmp_path, body), day="2023-06-30")
    assert (
        b'<a data-file="../../index.html">a</a><a id="k" href="#b">b</a><a href="https://stats.gov.cn/">c</a>'
        in content
    )
    assert b"/CreationDate (D:20230630000000+00)" in content


def test_chromium_prints_a_page_the_same_each_time_and_names_no_folder(site):
    from pypdf import PdfReader

    browser = Path(chromium_path())
    [report] = reports_of(site)
    first = report_files(report, ["pdf"], root=site, out=site, browser=browser)["11_small.pdf"]
    assert first == report_files(report, ["pdf"], root=site, out=site, browser=browser)["11_small.pdf"]
    assert b"file://" not in first
    pdf = PdfReader(io.BytesIO(first))
    text = "".join(p.extract_text() for p in pdf.pages)
    assert "5.4%" in text
    assert not re.search(r"\d+/\d+/\d+", text)  # no head with a day
    assert pdf.metadata["/CreationDate"].startswith("D:20230630")


# --- charts --------------------------------------------------------------------------------------

CELLS = [
    "area = 'x'\nas_of = 'x'\nplan = 'x'\nlang = 'zh'\nalpha = 0.1\nseed = 1",
    "import pandas as pd\nfrom matplotlib.figure import Figure\n"
    "from cbs_analysis.report.figures import Chart\n"
    "from cbs_analysis.report.context import open_report\nfrom cbs_analysis.report.style import chart_style",
    "ctx = open_report('11_small', area=area, as_of=as_of, plan=plan, lang=lang, alpha=alpha, seed=seed)",
    "with chart_style():\n    figure = Figure(figsize=(4, 2))\n"
    "    figure.subplots().plot([2021, 2022], [5.1, 2.9])\n"
    "data = pd.DataFrame({'series': ['=a', '收入'], 'period': ['2021', '2022'], 'value': [5.1, 2.9]})\n"
    "ctx.show(Chart(figure, '收入', '收入。', name='income', data=data))",
]


@pytest.fixture
def small_notebook(tmp_path):
    cells = [new_code_cell(c) for c in CELLS]
    cells[0].metadata["tags"] = ["parameters"]
    path = tmp_path / "11_small.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def charts(path, area="000000", **changes):
    synthetic = area == "99DM00"
    options = {"root": find_root(), "pictures": {picture(synthetic)}} | changes
    plan = "demo14" if synthetic else "national14"
    return chart_files(path, PARAMETERS | {"area": area, "plan": plan}, **options)


def rows_of(content):
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_charts_are_those_of_the_page_with_their_numbers(small_notebook):
    [chart] = charts(small_notebook)
    assert chart.name == "income"
    assert chart.files["png"] == picture()
    assert rows_of(chart.files["csv"]) == [
        {"series": "'=a", "period": "2021", "value": "5.1", "synthetic": "false", "mark": ""},
        {"series": "收入", "period": "2022", "value": "2.9", "synthetic": "false", "mark": ""},
    ]


def test_a_chart_that_shows_itself_as_the_last_value_of_a_cell_is_exported_too(small_notebook):
    [wanted] = charts(small_notebook)
    text = small_notebook.read_text(encoding="utf-8")
    small_notebook.write_text(text.replace("ctx.show(Chart(", "(Chart("), encoding="utf-8")
    [chart] = charts(small_notebook)
    assert chart.files == wanted.files


def test_synthetic_charts_carry_the_mark_in_picture_drawing_and_numbers(small_notebook):
    [demo] = charts(small_notebook, area="99DM00")
    [real] = charts(small_notebook)
    assert demo.files["png"] == picture(synthetic=True) != real.files["png"]
    assert b'id="synthetic"' in demo.files["svg"]
    assert b'id="synthetic"' not in real.files["svg"]
    assert {(r["synthetic"], r["mark"]) for r in rows_of(demo.files["csv"])} == {("true", "演示数据")}


def test_a_drawing_needs_no_font_and_holds_no_day_and_is_the_same_each_time(small_notebook):
    first, second = charts(small_notebook)[0].files["svg"], charts(small_notebook)[0].files["svg"]
    assert first == second
    text = first.decode()
    assert "<text" not in text
    assert "font-family" not in text
    assert not re.search(r"\d{4}-\d\d-\d\dT", text)
    assert "<title>收入</title>" in text


def test_charts_of_a_page_that_is_out_of_date_are_refused(small_notebook):
    with pytest.raises(ReportError, match="no longer those of the published page") as caught:
        charts(small_notebook, pictures={b"other"})
    assert caught.value.faults[0].got == "income"


def test_a_cell_that_fails_is_told(small_notebook):
    small_notebook.write_text(
        small_notebook.read_text(encoding="utf-8").replace("'收入。'", "1/0"), encoding="utf-8"
    )
    with pytest.raises(ReportError, match="ZeroDivisionError"):
        charts(small_notebook)


def test_running_a_notebook_for_its_charts_leaves_this_process_as_it_was(small_notebook):
    folder, before = Path.cwd(), np.random.get_state()[1].tolist()  # noqa: NPY002
    charts(small_notebook)
    assert Path.cwd() == folder
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_a_missing_number_is_an_empty_field():
    frame = pd.DataFrame({"period": ["2021", None], "value": [float("nan"), -1.5]})
    assert [(r["period"], r["value"]) for r in rows_of(chart_csv(frame, synthetic=False))] == [
        ("2021", ""),
        ("", "-1.5"),
    ]


def test_words_of_a_drawing_cannot_become_markup():
    from matplotlib.figure import Figure

    svg = figure_svg(Figure(figsize=(1, 1)), title="<script>a</script>", alt="&").decode()
    assert "<script" not in svg


# --- the command ---------------------------------------------------------------------------------


def export(site, *options):
    return CliRunner().invoke(main, ["--root", str(site), "export", "--plan", "national14", "--as-of",
                                     "2023-06-30", *options])  # fmt: skip


def test_one_command_writes_several_formats_of_reports_and_of_the_evaluation(site):
    out = site / "out"
    done = export(site, "--out", str(out), "--format", "docx", "--format", "json", "--format", "csv")
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in out.iterdir()) == [
        "11_small.docx", "commitments.csv", "evaluation.json", "evidence.csv", "projects.csv", "verdicts.csv",
    ]  # fmt: skip


def test_reports_that_a_run_wrote_to_another_folder_are_exported_from_there(site):
    (site / "reports").rename(site / "pages")
    assert export(site, "--out", str(site / "out"), "--format", "docx").exit_code == 2
    done = export(site, "--out", str(site / "out"), "--format", "docx", "--reports", str(site / "pages"))
    assert done.exit_code == 0, done.output
    assert [p.name for p in (site / "out").iterdir()] == ["11_small.docx"]


def test_files_that_exist_stay_without_force_and_are_replaced_whole_with_it(site):
    out = site / "out"
    assert export(site, "--out", str(out), "--format", "docx").exit_code == 0
    (out / "11_small.docx").write_bytes(b"mine")
    again = export(site, "--out", str(out), "--format", "docx")
    assert again.exit_code == 2
    assert "files exist" in again.output
    assert (out / "11_small.docx").read_bytes() == b"mine"
    assert export(site, "--out", str(out), "--format", "docx", "--force").exit_code == 0
    assert [p.name for p in out.iterdir()] == ["11_small.docx"]
    assert (out / "11_small.docx").read_bytes().startswith(b"PK")


def test_a_missing_report_ends_with_code_2_and_nothing_is_written(site):
    done = export(
        site, "--out", str(site / "out"), "--format", "docx", "--format", "json", "--notebook", "90_x"
    )
    assert done.exit_code == 2
    assert "cbs-analysis run" in done.output
    assert not (site / "out").exists()


def test_a_page_whose_charts_changed_ends_with_code_1(site):
    made = notebook(slug="11_income_growth")
    put_report(site, made, "11_income_growth")
    done = export(site, "--out", str(site / "out"), "--format", "png", "--notebook", "11_income_growth")
    assert done.exit_code == 1
    assert "no longer those of the published page" in done.output
    assert not (site / "out").exists()


def test_reports_of_earlier_data_are_told(site):
    done = export(site, "--out", str(site / "out"), "--format", "docx")
    assert "made from earlier data" in done.output


def test_a_notebook_without_a_format_of_reports_is_refused(site):
    done = export(site, "--out", str(site / "out"), "--notebook", "11_small")
    assert done.exit_code == 2
    assert "add --format docx" in done.output


@pytest.mark.parametrize("place", ["/proc/x/out", "file/out"])
def test_a_folder_that_takes_no_file_is_refused_before_anything_is_made(site, place, monkeypatch):
    monkeypatch.setattr("cbs_analysis.report.export.find_reports", lambda *_, **__: pytest.fail("worked"))
    (site / "file").write_text("x", encoding="utf-8")
    out = place if place.startswith("/") else str(site / place)
    if place.startswith("/proc") and not Path("/proc").exists():
        pytest.skip("no folder here refuses files")
    done = export(site, "--out", out, "--format", "docx")
    assert done.exit_code == 2
    assert "file or folder cannot be used" in done.output


def test_a_ledger_cannot_be_published_where_nothing_can_be_written(tmp_path):
    out = tmp_path / "none" / "x.csv"
    done = CliRunner().invoke(
        main,
        ["ledger", "publish", "--as-of", "2023-06-30", "--out", str(out), "--vault", str(tmp_path / "v")],
    )
    assert done.exit_code == 2
    assert "file or folder cannot be used" in done.output
    assert str(out) in done.output
    assert "unexpected" not in done.output


def test_the_help_names_every_format():
    told = CliRunner().invoke(main, ["export", "--help"]).output
    assert all(
        word in told for word in ("docx", "pdf", "png", "svg", "chart-csv", "xlsx", "csv", "json", "package")
    )


def test_no_browser_is_searched_where_none_is_needed(site, monkeypatch):
    monkeypatch.setattr("cbs_analysis.report.pdf.find_browser", lambda named=None: pytest.fail("searched"))
    assert export(site, "--out", str(site / "out"), "--format", "docx").exit_code == 0
