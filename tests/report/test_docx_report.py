"""A report as a Word document: opened again with python-docx, and read as XML."""

import io
import re
import shutil
import subprocess
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from lxml import html

from cbs_analysis.report.docx_report import docx_bytes
from cbs_analysis.report.export_page import read_page

from .export_pages import LONG, notebook, outputs_html, record_of

NUMBER = re.compile(r"\d[\d,.]*")


def made(link=str, **options):
    report = notebook(**options)
    return docx_bytes(read_page(report, record_of(report)), link=link)


def opened(**options):
    return Document(io.BytesIO(made(**options)))


@pytest.fixture(scope="module")
def chinese():
    return opened()


@pytest.fixture(scope="module")
def english():
    return opened(lang="en")


def xml(document):
    return document.element.xml


def codes(document):
    return [e.text.strip() for e in document.element.iter(qn("w:instrText"))]


def texts(document, style):
    return [
        "".join(t.text for t in p._p.iter(qn("w:t"))) for p in document.paragraphs if p.style.name == style
    ]


def test_the_chinese_page_is_that_of_the_standard_for_official_documents(chinese):
    """GB/T 9704-2012: A4, margins of 37, 35, 28 and 26 mm, 22 lines of 28 characters in 156 mm x 225 mm."""
    section = chinese.sections[0]
    sides = [section.page_width, section.page_height, section.top_margin, section.bottom_margin,
             section.left_margin, section.right_margin]  # fmt: skip
    assert [round(s.mm, 1) for s in sides] == [210.0, 297.0, 37.0, 35.0, 28.0, 26.0]
    body = chinese.styles["Body Text"]
    assert body.font.size.pt == 16
    spacing = body.element.pPr.find(qn("w:spacing"))
    assert spacing.get(qn("w:lineRule")) == "exact"
    line = int(spacing.get(qn("w:line"))) / 20
    assert int(225 / 25.4 * 72 // line) == 22
    width = 16 + int(body.element.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert int(156 / 25.4 * 72 // width) == 28
    assert body.element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


@pytest.mark.parametrize(
    ("style", "font", "points"),
    [("Title", "方正小标宋简体", 22), ("Body Text", "仿宋", 16), ("Heading 1", "黑体", 16),
     ("Heading 2", "楷体", 16), ("Heading 3", "仿宋", 16), ("Footer", "宋体", 14)],
)  # fmt: skip
def test_chinese_fonts_are_set_for_east_asian_text(chinese, style, font, points):
    fonts = chinese.styles[style].element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == font
    assert chinese.styles[style].font.size.pt == points


def test_fonts_have_another_name_that_windows_knows():
    with zipfile.ZipFile(io.BytesIO(made())) as package:
        table = package.read("word/fontTable.xml").decode()
    known = dict(re.findall(r'w:font w:name="([^"]+)"><w:altName w:val="([^"]+)"', table))
    assert known == {
        "方正小标宋简体": "宋体", "仿宋": "FangSong", "黑体": "SimHei", "楷体": "KaiTi", "宋体": "SimSun",
    }  # fmt: skip


def test_headings_are_numbered_by_word_as_the_standard_counts(chinese):
    numbering = chinese.part.numbering_part.element
    levels = numbering.findall(f"{qn('w:abstractNum')}[1]/{qn('w:lvl')}")
    assert [level.find(qn("w:lvlText")).get(qn("w:val")) for level in levels] == ["%1、", "（%2）", "%3．"]
    assert levels[0].find(qn("w:numFmt")).get(qn("w:val")) == "chineseCountingThousand"
    for level in (1, 2, 3):
        assert chinese.styles[f"Heading {level}"].element.pPr.numPr.numId.val == 1
    assert texts(chinese, "Heading 1") == ["跟上了吗？"]
    assert texts(chinese, "Heading 2") == ["就业（规划7.1）"]


def test_page_numbers_stand_between_dashes_on_the_outer_side(chinese):
    section = chinese.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]._p
        assert "".join(t.text for t in paragraph.iter(qn("w:t"))) == "— 1 —"
        assert [c.text.strip() for c in paragraph.iter(qn("w:instrText"))] == ["PAGE"]
        assert paragraph.pPr.find(qn("w:jc")).get(qn("w:val")) == side
    assert chinese.settings.odd_and_even_pages_header_footer


def test_the_contents_are_a_field_with_a_list_that_can_be_read_before(chinese):
    assert codes(chinese)[0].startswith('TOC \\o "1-2"')
    begin = next(chinese.element.iter(qn("w:fldChar")))
    assert begin.get(qn("w:dirty")) == "true"
    assert texts(chinese, "toc 1") == ["一、跟上了吗？", "附件　附表：明细数据、证据和生成信息"]
    assert texts(chinese, "toc 2") == ["（一）就业（规划7.1）"]
    places = {b.get(qn("w:name")) for b in chinese.element.iter(qn("w:bookmarkStart"))}
    inner = {h.get(qn("w:anchor")) for h in chinese.element.iter(qn("w:hyperlink"))} - {None}
    assert inner <= places


def test_fields_open_and_close_in_pairs(chinese):
    kinds = [f.get(qn("w:fldCharType")) for f in chinese.element.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"] * (len(kinds) // 3)


def test_captions_are_counted_by_word(chinese, english):
    assert [c for c in codes(chinese) if c.startswith("SEQ")] == [
        r"SEQ 图 \* ARABIC", r"SEQ 表 \* ARABIC", r"SEQ 附表 \* ARABIC", r"SEQ 附表 \* ARABIC",
    ]  # fmt: skip
    assert texts(chinese, "Caption") == ["表1　重点承诺", "附表1　图中数据", "附表2　证据"]
    assert texts(chinese, "Figure Caption") == ["图1　收入与增长"]
    assert texts(english, "Figure Caption") == ["Figure 1. Income and growth"]
    assert texts(english, "Caption")[0] == "Table 1. Key commitments"


def test_what_is_folded_or_long_stands_in_a_landscape_annex_and_is_referred_to(chinese):
    told = [t for t in texts(chinese, "Body Text") if "见附表" in t]
    assert told == ["“图中数据”（2行）见附表1。", "“证据”（60行）见附表2。"]
    assert [c for c in codes(chinese) if c.startswith("REF")] == [c for c in codes(chinese) if r"\h" in c][1:]
    last = chinese.sections[-1]
    assert (last.page_width, last.page_height) == (
        chinese.sections[0].page_height,
        chinese.sections[0].page_width,
    )
    assert len(chinese.tables[2].rows) == 61


def test_heads_repeat_and_no_row_breaks(chinese):
    for table in chinese.tables:
        rows = table._tbl.findall(qn("w:tr"))
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(r.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for r in rows)
        assert sum(r.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for r in rows) == 1
        grid = [int(g.get(qn("w:w"))) for g in table._tbl.iter(qn("w:gridCol"))]
        assert sum(grid) == int(table._tbl.tblPr.find(qn("w:tblW")).get(qn("w:w")))
        assert min(grid) > 0


def test_numbers_align_right_and_verdicts_have_their_colour(chinese):
    cells = chinese.tables[0].rows[1].cells
    assert cells[1].paragraphs[0].alignment == 2
    assert cells[0].paragraphs[0].alignment is None
    assert str(cells[2].paragraphs[0].runs[0].font.color.rgb) == "B5382A"


def test_every_number_of_the_tables_of_the_page_is_in_the_tables_of_word(chinese):
    """The other side is read with another parser rule: all text of each cell of the HTML."""
    page = [
        t
        for shown in outputs_html()
        for t in html.fragment_fromstring(shown, create_parent="div").iter("table")
    ]
    assert len(page) == len(chinese.tables) == 3
    for ours, theirs in zip(chinese.tables, page, strict=True):
        rows = [r.findall("td") for r in theirs.findall("tbody/tr")]
        for row, cells in zip(ours.rows[1:], rows, strict=True):
            for cell, source in zip(row.cells, cells, strict=True):
                for hidden in source.xpath(".//details/a"):
                    hidden.drop_tree()
                wanted = NUMBER.findall("".join(source.itertext()))
                found = NUMBER.findall("".join(t.text for t in cell._tc.iter(qn("w:t"))))
                assert set(found) <= set(wanted)
                assert set(wanted) - set(found) <= {"2"}  # E2 of E1—E3


def test_evidence_numbers_lead_to_the_annex_and_other_links_out_of_the_document():
    document = opened(link=lambda href: "../reports/x.html#B2")
    first = document.tables[0].rows[1].cells[1]._tc
    anchors = [h.get(qn("w:anchor")) for h in first.iter(qn("w:hyperlink"))]
    names = {b.get(qn("w:name")): b for b in document.tables[2]._tbl.iter(qn("w:bookmarkStart"))}
    assert len(anchors) == 2
    row = names[anchors[0]].getparent().getparent().getparent()
    assert "".join(t.text for t in row.iter(qn("w:t"))).startswith("E1指标1")
    value = next(document.tables[0].rows[2].cells[1]._tc.iter(qn("w:hyperlink")))
    relation = document.part.rels[value.get(qn("r:id"))]
    assert relation.is_external
    assert relation.target_ref == "../reports/x.html#B2"


def test_a_link_that_leads_nowhere_is_plain_text():
    document = opened(link=lambda href: "")
    assert not list(document.tables[0].rows[2].cells[1]._tc.iter(qn("w:hyperlink")))
    assert "1,284人" in document.tables[0].rows[2].cells[1].text


def test_pictures_have_their_alternative_text_and_fit_the_page(chinese):
    shapes = list(chinese.element.iter(qn("wp:docPr")))
    assert [s.get("descr") for s in shapes] == ["收入与增长。单位：%"]
    assert chinese.inline_shapes[0].width <= Mm(156.1)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_mark_of_synthetic_data_is_on_every_page_and_at_every_table_and_chart(lang):
    demo = opened(lang=lang, area="99DM00")
    for section in demo.sections:
        assert "演示数据" in section.header.paragraphs[0].text
        assert lang == "en" or "演示数据" in section.even_page_header.paragraphs[0].text
    captions = texts(demo, "Caption") + texts(demo, "Figure Caption")
    assert len(captions) == 4
    assert all("演示数据" in c for c in captions)
    assert "演示数据" in demo.core_properties.keywords


def test_real_data_carry_no_mark(chinese):
    assert "演示数据" not in xml(chinese)
    assert chinese.sections[0].header.paragraphs[0].text == ""


def test_languages_are_those_of_the_reader(chinese, english):
    assert chinese.core_properties.language == "zh-CN"
    assert english.core_properties.language == "en-US"
    lang = chinese.styles.element.find(f"{qn('w:docDefaults')}//{qn('w:lang')}")
    assert lang.get(qn("w:eastAsia")) == "zh-CN"
    assert english.styles["Body Text"].element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "0"


def test_the_same_report_gives_the_same_bytes_and_no_day_but_its_own():
    first, second = made(), made()
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time[:3] for entry in package.infolist()} == {(1980, 1, 1)}
        core = package.read("docProps/core.xml").decode()
        assert not [n for n in package.namelist() if "thumbnail" in n or "customXml" in n]
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", core)) == {"2023-06-30T"}


def test_text_of_the_data_cannot_become_markup(chinese):
    assert chinese.tables[0].rows[3].cells[2].text == "<b>5</b>"


def test_all_rows_of_a_long_table_are_there(chinese):
    rows = [[c.text for c in r.cells] for r in chinese.tables[2].rows[1:]]
    assert rows == [list(r) for r in LONG]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_libreoffice_opens_it(tmp_path, lang):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")

    def convert(name):
        command = [office, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
                   "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / name)]  # fmt: skip
        subprocess.run(command, capture_output=True, timeout=180, check=False)
        return (tmp_path / name).with_suffix(".pdf")

    Document().save(str(tmp_path / "empty.docx"))
    if not convert("empty.docx").exists():
        pytest.skip("LibreOffice has no Writer here")
    (tmp_path / "report.docx").write_bytes(made(lang=lang))
    from pypdf import PdfReader

    pages = PdfReader(convert("report.docx")).pages
    assert len(pages) >= 3
    text = "".join(p.extract_text() for p in pages)
    assert "1,284" in text
    assert "29,150" in text
