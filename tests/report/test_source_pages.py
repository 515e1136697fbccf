"""Pages of raw files: every cited figure stands at its anchor, as it was published."""

import csv
import io
import re

import openpyxl
import pandas as pd
import pytest

from cbs_analysis.errors import ReportError
from cbs_analysis.plan import evaluate
from cbs_analysis.plan.evidence_numbers import evidence_numbers, sheet_of
from cbs_analysis.report import source_addresses, source_pages
from cbs_analysis.report.link_check import broken_links
from cbs_analysis.report.source_addresses import anchor_of, page_of
from cbs_analysis.report.source_pages import write_source_pages

from .sources_seen import cells, rows

POPULATION = {"indicator": "population_resident_persons"}
URBAN = {"indicator": "urbanisation_pct"}
TABLE = {"layout": "table", "status": "final", "columns": {"年末常住人口": POPULATION, "城镇化率": URBAN}}


def workbook(*sheets, percent=""):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets:
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
        if percent:
            sheet[percent].number_format = "0.0%"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def project(root, tmp_path):
    """The data of the project, and a folder of reports of its own."""
    (tmp_path / "data").symlink_to(root / "data")
    return tmp_path


@pytest.mark.parametrize(
    ("plan", "area", "day"),
    [
        ("national14", "000000", "2023-06-30"),
        ("national14", "000000", "2026-10-31"),
        ("cbs14", "220000", "2026-10-31"),
        ("demo14", "99DM00", "2023-06-30"),
    ],
)
def test_every_figure_of_a_report_stands_at_its_anchor_as_published(root, project, plan, area, day):
    """What the anchor shows is what the raw file holds there, read by the csv module, and is the figure."""
    evaluation = evaluate(plan, area=area, as_of=day, root=root, sensitivity=False)
    cited = evidence_numbers(evaluation).evidence
    write_source_pages({e.file for e in cited}, project)
    known = {file: (cells(project, file), rows(project, file)) for file in {e.file for e in cited}}
    assert len(cited) >= 3
    for e in cited:
        shown, lines = known[e.file]
        with (root / "data/raw" / e.file).open(encoding="utf-8-sig", newline="") as stream:
            line = list(csv.reader(stream))[e.row - 1]
        if e.col < 0:
            assert all(x in lines[anchor_of(e.row)] for x in (e.published, e.note))
            assert all(x in line for x in filter(None, (e.published, e.note)))
        else:
            text = shown[anchor_of(e.row, e.col)]
            assert text == line[e.col].strip()
            assert e.published.startswith(text)
            assert text


@pytest.mark.slow
def test_every_figure_of_the_store_stands_at_its_anchor(root, project):
    store = pd.read_parquet(root / "data/processed/observations.parquet")
    store = store.astype({"file": str, "value_published": str, "note": str})
    write_source_pages(store["file"].unique(), project)
    wrong = []
    for file, figures in store.groupby("file"):
        shown = cells(project, file)
        for r in figures.itertuples():
            text = shown.get(anchor_of(r.row, r.col, sheet_of(r.note)))
            wrong += [(file, r.row, r.col, text)] if text != r.value_published else []
    assert wrong == []
    assert not [x for x in broken_links(project / "reports") if x.href != "../../../index.html"]


def test_a_page_says_who_published_the_file_and_how_it_was_read(mini):
    name = "nbs/2023-01-17/figures.csv"
    mini.add(["标签,gdp_real_yoy_pct,全国,000000,2022,3.0,%,preliminary,,原文"], published_precision="month")
    write_source_pages([name], mini.root)
    html = (mini.root / "reports/sources" / page_of(name)).read_text(encoding="utf-8")
    shown = re.sub(r"<[^>]+>", " ", html)
    sidecar = (mini.raw / f"{name}.meta.yml").read_text(encoding="utf-8")
    for text in ("测试表", "国家统计局", "2023-01-17", "2023-02-01", "https://example.org", "官方页面"):
        assert text in shown
    assert re.search(r"sha256: (\w+)", sidecar)[1] in shown
    assert "仅知月份" in shown
    assert 'href="../../../../data/raw/nbs/2023-01-17/figures.csv"' in html
    assert "default-src 'none'" in html
    assert not re.search(r"<script|\son\w+=|(href|src)=\"(https?:)?//", html)
    assert "演示数据" not in shown


def test_pages_of_synthetic_files_carry_the_mark(project):
    name = "demo/2023-06-20/demo_documents_2023.csv"
    write_source_pages([name], project)
    html = (project / "reports/sources" / page_of(name)).read_text(encoding="utf-8")
    assert html.count("演示数据") >= 2
    assert 'data-synthetic="true"' in html


def test_hostile_cells_are_text(mini):
    bad = '<img src=x onerror=alert(1)>"><script>alert(2)</script>'
    name = "nbs/2023-01-17/a & b.csv"
    quoted = bad.replace('"', '""')
    mini.add([f'"{quoted}",gdp_real_yoy_pct,全国,000000,2022,3.0,%,final,,\x07原文'], name="a & b", title=bad)
    write_source_pages([name], mini.root)
    html = (mini.root / "reports/sources" / page_of(name)).read_text(encoding="utf-8")
    assert "<script" not in html
    assert "<img" not in html
    assert cells(mini.root, name)["A2"] == bad
    assert cells(mini.root, name)["J2"] == "\ufffd原文"
    assert not [x for x in broken_links(mini.root / "reports") if "index.html" not in x.href]


def test_an_empty_cell_has_no_anchor(mini):
    mini.add(["标签,gdp_real_yoy_pct,全国,000000,2022,3.0,%,final,,原文"])
    write_source_pages(["nbs/2023-01-17/figures.csv"], mini.root)
    assert {"F2", "J2"} <= set(cells(mini.root, "nbs/2023-01-17/figures.csv"))
    assert "I2" not in cells(mini.root, "nbs/2023-01-17/figures.csv")


def test_figures_of_several_sheets_lead_to_their_sheet(mini):
    head = ["地区", "年末常住人口（万人）", "城镇化率（%）"]
    content = workbook(("2020 年", [head, ["天津", 1387.0, 84.7]]), ("2021 年", [head, ["天津", 1373, 84.9]]))
    mini.add_file("t.xlsx", content, **TABLE)
    mini.build()
    store = pd.read_parquet(mini.processed / "observations.parquet").astype({"note": str})
    write_source_pages(["nbs/2023-01-17/t.xlsx"], mini.root)
    shown = cells(mini.root, "nbs/2023-01-17/t.xlsx")
    seen = {
        (r.period, r.indicator): shown[anchor_of(r.row, r.col, sheet_of(r.note))] for r in store.itertuples()
    }
    assert seen == {
        ("2020", "population_resident_persons"): "1387", ("2020", "urbanisation_pct"): "84.7",
        ("2021", "population_resident_persons"): "1373", ("2021", "urbanisation_pct"): "84.9",
    }  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_figures_that_name_no_sheet_lead_to_the_one_that_holds_them(mini, order):
    """Beside a sheet of remarks; the sheet is read by its position, so that no note names it."""
    head = ["地区", "年末常住人口（万人）", "城镇化率（%）"]
    remarks = ("说明", [["说明", "甲", "乙"], ["天津", "丙", "丁"]])
    sheets = [("数据", [["2021年"], head, ["天津", 1373, 84.9]]), remarks]
    content = workbook(*(sheets[i] for i in order))
    mini.add_file("t.xlsx", content, **TABLE, read={"sheet": order.index(0)})
    mini.build()
    write_source_pages(["nbs/2023-01-17/t.xlsx"], mini.root)
    shown = cells(mini.root, "nbs/2023-01-17/t.xlsx")
    assert (shown["B3"], shown["C3"]) == ("1373", "84.9")
    assert (shown["数据!B3"], shown["说明!B2"]) == ("1373", "丙")
    assert "天津" in rows(mini.root, "nbs/2023-01-17/t.xlsx")["row-3"]


def test_a_cell_in_percent_shows_what_a_spreadsheet_shows(mini):
    content = workbook(("表", [["地区", "城镇化率"], ["天津", 0.849]]), percent="B2")
    columns = {"城镇化率": URBAN}
    mini.add_file("t.xlsx", content, **TABLE | {"columns": columns}, read={"period": "2021"})
    mini.build()
    write_source_pages(["nbs/2023-01-17/t.xlsx"], mini.root)
    assert cells(mini.root, "nbs/2023-01-17/t.xlsx")["B2"] == "84.9%"


def test_a_file_of_many_rows_is_shown_in_parts_and_whole(mini):
    """2,400 rows with their head are three pages; every row stands on the page that its number gives."""
    lines = [f"标签{i},gdp_real_yoy_pct,全国,000000,{i},3.0,%,final,,原文" for i in range(2, 2401)]
    mini.add(lines)
    name = "nbs/2023-01-17/figures.csv"
    written = write_source_pages([name], mini.root)
    assert len(written) == 3
    for row in (2, 1000, 1001, 2000, 2001, 2400):
        shown = cells(mini.root, name, source_addresses.part_of(row))
        assert shown[anchor_of(row, 0)] == f"标签{row}"
    last = (mini.root / "reports/sources" / page_of(name, 2)).read_text(encoding="utf-8")
    assert "indicator" in last  # the head of the table stands above each part
    assert not [x for x in broken_links(mini.root / "reports") if "index.html" not in x.href]


def test_a_page_is_made_again_only_when_its_file_or_the_code_changed(mini, monkeypatch):
    line = "标签,gdp_real_yoy_pct,全国,000000,2022,{},%,final,,原文"
    name = "nbs/2023-01-17/figures.csv"
    mini.add([line.format("3.0")])
    (page,) = write_source_pages([name], mini.root)
    first = page.read_bytes()
    assert write_source_pages([name], mini.root) == []
    mini.add([line.format("3.1")])
    assert write_source_pages([name], mini.root) == [page]
    assert cells(mini.root, name)["F2"] == "3.1"
    mini.add([line.format("3.0")])
    write_source_pages([name], mini.root)
    assert page.read_bytes() == first  # same file, same bytes
    monkeypatch.setattr(source_pages, "_CODE", source_pages._CODE[1:])
    assert write_source_pages([name], mini.root) == [page]


def test_a_raw_file_that_differs_from_its_hash_gets_no_page_and_the_old_one_stays(mini):
    name = "nbs/2023-01-17/figures.csv"
    path = mini.add(["标签,gdp_real_yoy_pct,全国,000000,2022,3.0,%,final,,原文"])
    (page,) = write_source_pages([name], mini.root)
    path.write_text(path.read_text(encoding="utf-8").replace("3.0", "9.9"), encoding="utf-8")
    with pytest.raises(ReportError) as caught:
        write_source_pages([name, "nbs/2023-01-17/gone.csv"], mini.root)
    whats = {f.what for f in caught.value.faults}
    assert whats == {"file differs from the hash in its sidecar", "a raw file that a report cites is missing"}
    assert "9.9" not in page.read_text(encoding="utf-8")
    assert not list(page.parent.glob(".*"))


def test_quarantined_files_say_so(mini):
    mini.add(["标签,gdp_real_yoy_pct,全国,000000,2022,3.0,%,final,,原文"], quarantine="来源不明")
    (page,) = write_source_pages(["nbs/2023-01-17/figures.csv"], mini.root)
    text = page.read_text(encoding="utf-8")
    assert "隔离" in text
    assert "来源不明" in text


def test_cells_that_are_declared_wrong_are_shown_as_they_are_with_what_is_said_of_them(mini):
    mini.raw.joinpath("corrections.yml").write_text(
        "- {file: nbs/2023-01-17/t.csv, cell: B2, expect: '1373', action: override, value: '1374',\n"
        "   reason: 印刷错误, document: 勘误〔2022〕1号}\n",
        encoding="utf-8",
    )
    mini.add_file("t.csv", "地区,年末常住人口（万人）\n天津,1373\n".encode(), **TABLE)
    write_source_pages(["nbs/2023-01-17/t.csv"], mini.root)
    html = (mini.root / "reports/sources/nbs/2023-01-17/t.csv.html").read_text(encoding="utf-8")
    assert cells(mini.root, "nbs/2023-01-17/t.csv")["B2"] == "1373"
    assert "印刷错误" in html
