"""Reports as a reader has them: offline, at any width, light and dark, with the keyboard, without scripts."""

import re
from datetime import date
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from cbs_analysis.errors import Fault, ReportError
from cbs_analysis.report.page import render_page
from cbs_analysis.report.receipts import receipt_page
from cbs_analysis.report.table import Cell, Table
from cbs_analysis.sources.office_cells import Trouble
from cbs_analysis.sources.office_sheets import ReturnedRow
from cbs_analysis.sources.office_workbook import OfficeHead, OfficeReturn

pytestmark = pytest.mark.slow

REPORTS = {
    "overall en": "2024-06-30/99DM00/90_midterm_evaluation.en",
    "overall": "2023-06-30/000000/90_midterm_evaluation",
    "warning": "2024-06-30/99DM00/27_unemployment_warning",
    "section en": "2024-06-30/99DM00/33_rural_revitalisation.en",
    "data": "2023-06-30/000000/00_data_status",
    "income": "2023-06-30/000000/11_income_growth",
    "income en": "2024-06-30/99DM00/11_income_growth.en",
    "index": "index",
}
each_report = pytest.mark.parametrize("name", REPORTS.values(), ids=REPORTS)


def written(folder, html):
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    return path


def source_page(site):
    return next(p for p in sorted((site / "sources").rglob("*.html")) if "annual" in p.name)


@each_report
def test_a_page_asks_no_host_and_shows_every_picture_with_its_words(site, look, name):
    page = look(site / f"{name}.html")
    pictures = page.evaluate("[...document.images].map(i => [i.naturalWidth, i.alt.trim().length])")
    assert all(width > 0 and words > 3 for width, words in pictures)
    assert len(pictures) > 0 or name in ("index", REPORTS["section en"])
    assert (
        page.evaluate(
            "performance.getEntriesByType('resource').filter(e => !/^(data|file):/.test(e.name)).length"
        )
        == 0
    )


def test_a_script_that_is_not_ours_does_not_run(site, look, tmp_path):
    html = (site / f"{REPORTS['income']}.html").read_text(encoding="utf-8")
    path = tmp_path / "page.html"
    path.write_text(
        html.replace("</main>", "<script>document.title = 'taken'</script></main>"), encoding="utf-8"
    )
    page = look(path)
    assert page.title() != "taken"
    assert page.evaluate("document.documentElement.classList.contains('js')")  # ours did
    look.told.clear()  # the browser tells that it refused the script


@each_report
@pytest.mark.parametrize("width", [1440, 768, 390])
def test_no_page_is_wider_than_the_window(site, look, name, width):
    page = look(site / f"{name}.html", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # what is wider than the window scrolls in a box that the keyboard reaches
    unreached = """[...document.querySelectorAll('.scroll, figure')].filter(
        e => e.scrollWidth > e.clientWidth + 1 && e.tabIndex < 0).length"""
    assert page.evaluate(unreached) == 0


def faults_of_access(page, **options):
    """Serious and critical faults that axe-core finds."""
    from axe_playwright_python.sync_playwright import Axe

    # the rows of a table are alike: the first ones stand for the thousand that the longest has
    page.evaluate("document.querySelectorAll('tbody tr:nth-child(n+6)').forEach(row => row.remove())")
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [(f["id"], f["nodes"][0]["html"][:160]) for f in found if f["impact"] in ("serious", "critical")]


CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # what the colours alone can change


@each_report
def test_axe_finds_no_serious_fault_in_light_and_dark(site, look, name):
    page = look(site / f"{name}.html", color_scheme="light")
    assert faults_of_access(page) == []
    page.emulate_media(color_scheme="dark")
    assert faults_of_access(page, **CONTRAST) == []


def test_axe_finds_a_serious_fault_where_there_is_one(look, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(
        "<html lang='zh'><title>x</title><main><h1>x</h1><p style='color:#ccc'>text", encoding="utf-8"
    )
    assert [id for id, _ in faults_of_access(look(path))] == ["color-contrast"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_on_a_raw_file(site, look, scheme):
    assert faults_of_access(look(source_page(site), color_scheme=scheme)) == []


def a_receipt(root, lang):
    fault = Fault("not a number", got="多", expected="a number", zh="不是数字")
    row = {
        "sheet": "指标",
        "id": "E01.1",
        "name": "城镇新增就业",
        "period": "2023",
        "said": "多",
        "tables": {},
    }
    rows = (
        ReturnedRow(**row, cell="F5", row=5, troubles=(Trouble(cell="F5", fault=fault),), remarks=()),
        ReturnedRow(**row, cell="F6", row=6, troubles=(), remarks=()),
    )
    head = OfficeHead(
        plan="demo14", area="99DM00", office="human_resources", as_of=date(2023, 6, 30), mark="x"
    )
    returned = OfficeReturn(head=head, day=date(2023, 7, 1), rows=rows, missing=("E02.1",), asked=3)
    return receipt_page(returned, lang, root, published="2023-07-20", name="r", taken=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_on_a_receipt(root, look, tmp_path, lang, scheme):
    page = look(written(tmp_path, a_receipt(root, lang)), color_scheme=scheme, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert faults_of_access(page) == []


# --- dark and light ---------------------------------------------------------------------------------


def brightness(page, selector):
    """How light the background of the first such element is, 0 to 255."""
    colour = page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).backgroundColor")
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


def test_a_dark_page_keeps_its_pictures_on_white_and_is_printed_light(site, look):
    page = look(site / f"{REPORTS['income']}.html", color_scheme="dark")
    assert brightness(page, "body") < 50
    assert brightness(page, "figure.cbs") == 255
    page.emulate_media(media="print", color_scheme="dark")
    assert brightness(page, "body") == 255
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


# --- code -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_code_is_hidden_and_one_click_shows_a_cell_or_all(site, look, scripts):
    page = look(site / f"{REPORTS['income']}.html", java_script_enabled=scripts)
    code = page.locator("details.code pre")
    count = code.count()
    assert count > 5

    def seen():
        return sum(code.nth(i).is_visible() for i in range(count))

    assert seen() == 0
    page.locator("details.code summary").nth(2).click()
    assert seen() == 1
    page.get_by_label("显示全部代码").check()
    assert seen() == count
    page.get_by_label("显示全部代码").uncheck()
    assert seen() <= 1


def test_without_scripts_nothing_is_lost(site, look):
    with_them, without = (
        look(site / f"{REPORTS['overall']}.html", java_script_enabled=on) for on in (True, False)
    )
    assert without.inner_text("main") == with_them.inner_text("main")
    index, bare = (look(site / "index.html", java_script_enabled=on) for on in (True, False))
    assert not bare.locator("#filter").is_visible()
    hrefs = "[...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))"
    assert [a.get_attribute("href") for a in bare.locator("a[href]:visible").all()] == index.evaluate(hrefs)


# --- contents ---------------------------------------------------------------------------------------


@each_report
def test_every_link_within_a_page_leads_to_one_place(site, look, name):
    page = look(site / f"{name}.html")
    lost = """[...document.querySelectorAll('a[href^="#"]')].map(a => decodeURIComponent(a.hash.slice(1)))
        .filter(id => [...document.querySelectorAll('[id]')].filter(e => e.id === id).length !== 1)"""
    assert page.evaluate(lost) == []


def test_the_contents_name_every_section_in_order(site, look):
    page = look(site / f"{REPORTS['overall en']}.html")
    listed = page.locator("nav.toc li:not(.sub) a").all_inner_texts()
    shown = [x.removesuffix("#").strip() for x in page.locator("main h2").all_text_contents()]
    assert listed == shown
    assert len(listed) > 8
    assert page.locator("nav.toc li.sub").count() >= 6


# --- sorting ----------------------------------------------------------------------------------------

ROWS = (
    ("池北区", "1.2万元", "5.5%", "2023-06-30", "on_track", "10"),
    ("安图县", "980元", "-3.0%", "2022-12-31", "behind", "9"),
    ("白山市", "—", "12.25%", "2023-01-05", "achieved", "<5"),
    ("通化市", "2亿元", "−0.5%", "2021-10-01", "not_assessable", "100"),
)
HEADS = ("地区", "收入", "增速", "日期", "结论", "个数")


def sorting_page(path, *, lang="zh", rows=ROWS, **options):
    from cbs_analysis.report.verdict_words import badge

    shown = tuple((*r[:4], badge(r[4], lang), r[5]) if len(r) > 5 else r for r in rows)
    html = Table("表", HEADS[: len(rows[0])], shown, numeric=frozenset({1, 2, 5}), **options).html()
    output = nbformat.v4.new_output("execute_result", {"text/html": html}, execution_count=1)
    cells = [new_markdown_cell("# 题"), nbformat.v4.new_code_cell("1", outputs=[output])]
    page = render_page(new_notebook(cells=cells), area="000000", as_of="2023-06-30", lang=lang, name="t")
    path.write_text(page, encoding="utf-8")
    return path


def column(page, i=0):
    return page.locator(f"tbody tr td:nth-child({i + 1})").all_inner_texts()


@pytest.mark.parametrize(
    ("head", "order"),
    [
        ("地区", ["安图县", "白山市", "池北区", "通化市"]),  # as the pinyin goes
        ("收入", ["安图县", "池北区", "通化市", "白山市"]),  # units count; what is missing comes last
        ("增速", ["安图县", "通化市", "池北区", "白山市"]),
        ("日期", ["通化市", "安图县", "白山市", "池北区"]),
        ("结论", ["白山市", "池北区", "安图县", "通化市"]),  # from best to not assessable
        ("个数", ["白山市", "安图县", "池北区", "通化市"]),
    ],
)
def test_a_head_sorts_up_then_down_then_gives_the_order_back(look, tmp_path, head, order):
    page = look(sorting_page(tmp_path / "t.html"))
    before = column(page)
    button = page.get_by_role("button", name=head)
    cell = page.locator("th", has=button)
    button.focus()
    page.keyboard.press("Enter")
    assert (column(page), cell.get_attribute("aria-sort")) == (order, "ascending")
    page.keyboard.press("Space")
    missing = [order[-1]] if head == "收入" else []
    expected = [x for x in reversed(order) if x not in missing] + missing
    assert (column(page), cell.get_attribute("aria-sort")) == (expected, "descending")
    button.click()
    assert (column(page), cell.get_attribute("aria-sort")) == (before, None)


def test_another_head_takes_the_order_over_and_no_row_is_lost(look, tmp_path):
    page = look(sorting_page(tmp_path / "t.html"))
    page.get_by_role("button", name="地区").click()
    page.get_by_role("button", name="日期").click()
    assert page.locator("th[aria-sort]").all_inner_texts() == ["日期"]
    rows = page.locator("tbody tr").all_inner_texts()
    assert sorted(r.split("\t")[0] for r in rows) == sorted(r[0] for r in ROWS)
    assert any("1.2万元" in r and "池北区" in r for r in rows)  # rows move whole


@pytest.mark.parametrize(
    ("rows", "options"),
    [
        ((*ROWS[:3], ("合计", *ROWS[3][1:])), {}),
        (ROWS, {"fixed": True}),
        (ROWS[:2], {}),
    ],
    ids=["a total", "an order that means something", "two rows"],
)
def test_a_table_whose_rows_belong_together_has_no_buttons(look, tmp_path, rows, options):
    page = look(sorting_page(tmp_path / "t.html", rows=rows, **options))
    assert page.locator("th").count() == 6
    assert page.locator("th button").count() == 0


def test_a_cell_over_two_columns_keeps_a_table_as_it_is(look, tmp_path):
    path = sorting_page(tmp_path / "t.html")
    html = path.read_text(encoding="utf-8").replace("<td>池北区<td ", '<td colspan="2">池北区<td hidden ', 1)
    path.write_text(html, encoding="utf-8")
    assert look(path).locator("th button").count() == 0


def test_links_beside_a_number_do_not_change_its_size(look, tmp_path):
    link = '<span>{} <span class="links"><a href="#x">7</a> <a href="#y">99999</a></span></span>'
    rows = tuple((Cell(link.format(n)), name) for name, n in (("甲", -30), ("乙", 4), ("丙", -200)))
    page = look(sorting_page(tmp_path / "t.html", rows=rows))
    page.get_by_role("button", name="地区").click()
    assert column(page, 1) == ["丙", "甲", "乙"]


# --- the index --------------------------------------------------------------------------------------


def test_the_index_is_searched_by_area_day_and_report(site, look):
    page = look(site / "index.html")
    rows = page.locator("table.reports tbody tr:visible")
    assert rows.count() == 7
    page.get_by_role("searchbox").fill("演示区 2024-06-30 预警")
    assert page.locator("section.area:visible").count() == 1
    assert rows.count() == 1
    assert "1" in page.locator("output").inner_text()
    page.get_by_role("searchbox").fill("没有这份报告")
    assert rows.count() == 0
    page.get_by_role("searchbox").fill("")
    assert rows.count() == 7
    page.locator("#only-failed").check()
    assert rows.count() == 0


# --- paper ------------------------------------------------------------------------------------------


def printed(page):
    """The pages of the PDF as text."""
    import io

    from pypdf import PdfReader

    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages


def test_paper_is_a4_with_numbers_and_heads_again_on_each_page(look, tmp_path):
    many = tuple((f"第{i}行", f"{i}元") for i in range(150))
    sheets = printed(look(sorting_page(tmp_path / "t.html", rows=many), color_scheme="dark"))
    assert [round(x) for x in sheets[0].mediabox[2:]] == [595, 842]
    texts = [s.extract_text() for s in sheets]
    assert 3 <= len(texts) <= 8
    for i, text in enumerate(texts, 1):
        assert f"{i} / {len(texts)}" in text
        assert "题 ·" in text
        if re.search(r"第\d+⾏|第\d+行", text):
            assert "收⼊" in text or "收入" in text  # the head of the table


def test_paper_of_a_synthetic_report_says_so_on_each_sheet(site, look):
    sheets = printed(look(site / f"{REPORTS['warning']}.html"))
    for sheet in sheets:
        assert re.search("演[示⽰]数据", sheet.extract_text()[:160])


def test_paper_shows_folded_tables_and_no_code(site, look):
    page = look(site / f"{REPORTS['income']}.html")
    page.get_by_label("显示全部代码").check()
    folded = page.locator("details.folded")
    assert folded.count() > 0
    text = "".join(s.extract_text() for s in printed(page))
    assert "nbs/20" in text  # the raw files, folded on the screen
    assert "ctx.show" not in text
    assert not folded.first.evaluate("e => e.open")  # the screen is as it was


# --- size -------------------------------------------------------------------------------------------


def test_the_heaviest_page_stays_within_its_size(site):
    assert max(Path(p).stat().st_size for p in site.glob("2*/*/90_*.html")) <= 1_500_000


# --- formulas ---------------------------------------------------------------------------------------


def with_markdown(text, **options):
    book = new_notebook(cells=[new_markdown_cell("# 题"), new_markdown_cell(text)])
    return render_page(book, area="000000", as_of="2023-06-30", lang="zh", name="t", **options)


def test_a_formula_is_drawn_without_a_script(look, tmp_path):
    path = tmp_path / "t.html"
    path.write_text(
        with_markdown(r"增速为 $g=\sqrt[n]{\frac{x_n}{x_0}}-1$。" + "\n\n$$y_t = a + b x_{t-1}^2$$"),
        encoding="utf-8",
    )
    page = look(path, java_script_enabled=False)
    assert page.locator("math").count() == 2
    assert "$" not in page.inner_text("main")
    fraction, root = (page.locator(x).first.bounding_box() for x in ("mfrac", "mroot"))
    assert fraction["height"] > 15  # one above the other
    assert root["width"] > fraction["width"]


@pytest.mark.parametrize("tex", [r"\foo{x}", r"\frac{a", r"\frac{a}", r"\left( x", "x^"])
def test_a_formula_that_cannot_be_shown_fails_the_page_and_is_named(tex):
    with pytest.raises(ReportError) as caught:
        with_markdown(f"因此 ${tex}$ 成立")
    assert tex in str(caught.value)
    assert "<code>" in with_markdown(
        f"因此 ${tex}$ 成立", failure="ValueError: x"
    )  # the page of a failure is made
