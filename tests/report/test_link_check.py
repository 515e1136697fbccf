"""Links of reports: none leads nowhere, on freshly made pages of the demonstration zone and the nation."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cbs_analysis.cli import main
from cbs_analysis.report.jobs import RunSpec
from cbs_analysis.report.link_check import BrokenLink, broken_links, cited_files
from cbs_analysis.report.run import run_reports

EVALUATION = "90_midterm_evaluation"


def write(folder, name, html):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return path


def test_files_and_anchors_that_are_missing_are_told(tmp_path):
    write(
        tmp_path, "a/x.html",
        '<a href="y.html"><a href="y.html#F2"><a href="y.html#F3"><a href="../gone.html"><a href="#up">'
        '<a href="https://example.org/none"><p id="here"><a href="#here"><img src="data:image/png;base64,x">',
    )  # fmt: skip
    write(tmp_path, "a/y.html", '<td id="F2">1</td>')
    assert broken_links(tmp_path) == [
        BrokenLink("a/x.html", "y.html#F3", "anchor"),
        BrokenLink("a/x.html", "../gone.html", "file"),
        BrokenLink("a/x.html", "#up", "anchor"),
    ]


def test_chinese_names_blanks_and_quotes_are_found(tmp_path):
    write(tmp_path, "表 &1.html", '<td id="表_1!F2">1</td><td id="&quot;q&quot;!A1">2</td>')
    write(
        tmp_path, "x.html",
        '<a href="%E8%A1%A8%20%261.html#%E8%A1%A8_1!F2"><a href="表 &amp;1.html#%22q%22!A1">',
    )  # fmt: skip
    assert broken_links(tmp_path) == []


def test_pages_of_failed_runs_are_left_out(tmp_path):
    write(tmp_path, "x.failed.html", '<a href="gone.html">')
    assert broken_links(tmp_path) == []


def test_the_command_ends_with_code_1_and_names_the_link(tmp_path):
    write(tmp_path, "x.html", '<a href="gone.html">')
    result = CliRunner().invoke(main, ["check-links", "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert "x.html: gone.html (file is missing)" in result.output
    write(tmp_path, "gone.html", "")
    assert CliRunner().invoke(main, ["check-links", "--folder", str(tmp_path)]).exit_code == 0


# --- real pages -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(root, tmp_path_factory):
    """Pages of the evaluation, made anew over the data of the project."""
    project = tmp_path_factory.mktemp("linked")
    (project / "data").symlink_to(root / "data")
    (project / "notebooks").mkdir()
    for name in (EVALUATION, "00_data_status"):
        shutil.copy(root / "notebooks" / f"{name}.ipynb", project / "notebooks")
    specs = [
        RunSpec(notebook=name, area=area, as_of=day, plan=plan, lang=lang)
        for name, area, day, plan, lang in [
            (EVALUATION, "99DM00", "2023-06-30", "demo14", "zh"),
            (EVALUATION, "000000", "2026-10-31", "national14", "en"),
            ("00_data_status", "000000", "2026-10-31", "national14", "zh"),
        ]
    ]
    results = run_reports(specs, root=project, workers=1, backend="fork")
    assert [r.message for r in results if r.status != "made"] == []
    return project, results, specs


# on these pages others' links may lead to pages that this small run does not make
OTHER_PAGES = re.compile(r"^(?:\d\d_\w+(?:\.en)?\.html)(?:#.*)?$")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_no_link_of_a_report_leads_nowhere(made):
    project, _, _ = made
    broken = broken_links(project / "reports")
    assert [b for b in broken if not OTHER_PAGES.match(b.href)] == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_every_printed_value_of_the_main_table_leads_to_a_cell_and_pages_stay_light(made):
    _, results, _ = made
    for result in results:
        html = Path(result.html).read_text(encoding="utf-8")
        assert len(html) < 1_500_000
        assert cited_files(html)
    tables = re.findall(r"<caption>主要指标进展</caption>.*?</table>", html_of(results, "zh"), re.DOTALL)
    assert tables
    for row in [row for table in tables for row in re.findall(r"<tr><td.*?</tr>", table, re.DOTALL)]:
        value = re.split(r"<td[^>]*>", row)[4]
        assert "../../sources/" in value, row


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_number_of_evidence_means_one_cell_everywhere_on_a_page(made):
    """E12 in a table is what line E12 of the printed list names, whichever table it stands in."""
    _, results, _ = made
    for result in results[:2]:
        html = Path(result.html).read_text(encoding="utf-8")
        rows = re.findall(r'<tr><td><span id="(E\d+)">E\d+</span>(.*?)</tr>', html, re.DOTALL)
        listed = {number: re.search(r'href="([^"]+)"', rest) for number, rest in rows}
        assert len(listed) > 30
        used = re.findall(r'<a href="([^"]+)"[^>]*>(E\d+)</a>', html)
        assert len(used) > 50
        assert [(number, href) for href, number in used if listed[number] and listed[number][1] != href] == []


def html_of(results, lang):
    chosen = [r for r in results if r.spec.notebook == EVALUATION and r.spec.lang == lang]
    return "".join(Path(r.html).read_text(encoding="utf-8") for r in chosen)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_pages_of_raw_files_come_back_when_someone_removed_them(made):
    project, _, specs = made
    shutil.rmtree(project / "reports" / "sources")
    assert {r.status for r in run_reports(specs, root=project, workers=1, backend="fork")} == {"unchanged"}
    broken = broken_links(project / "reports")
    assert [b for b in broken if not OTHER_PAGES.match(b.href)] == []
