"""Files as bureaus publish them, files that lie about themselves, and files made to do harm."""

import contextlib
import hashlib
import re
import struct
import time
import warnings
import zipfile
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Alignment
from xlwt.CompoundDoc import XlsDoc

from cbs_analysis.errors import RawTableError
from cbs_analysis.sources import grid_base, grid_xlsx, grid_zip
from cbs_analysis.sources.grids import (
    EncodingUnknown,
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileHostile,
    FileKindUnknown,
    FileRefused,
    SheetUnknown,
    load_workbook,
)

NBS = """数据库：分省年度数据
指标：地区生产总值(亿元)
时间：最近2年
地区,2024年,2023年
北京市,49843.1,47436.0
天津市,18024.3,

"注：1.按照制度要求，
进行修订。"
数据来源：国家统计局
"""
ROWS = "<tr><td>地区</td><td>人口</td></tr><tr><td>全市</td><td>123</td></tr>"


@pytest.fixture
def put(tmp_path):
    """Write bytes or text under a name and load them."""

    def write(content, name="table.bin", encoding="utf-8", **kwargs):
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return load_workbook(path, **kwargs)

    return write


def xlsx(fill=None, rows=(("地区", "人口"), ("全市", 123))):
    """Bytes of a workbook; `fill` changes it before it is saved."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "表1"
    for row in rows:
        sheet.append(row)
    if fill:
        fill(book, sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def xls(fill=None, rows=(("地区", "人口"), ("全市", 123))):
    """Bytes of an xls workbook."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表1", cell_overwrite_ok=True)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    if fill:
        fill(book, sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def parts(data, **changed):
    """Rewrite a zip file: a part by the end of its name, to text, bytes, a function of its text, or None."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            for key, value in changed.items():
                if info.filename.removesuffix(".xml").removesuffix(".rels").endswith(key):
                    content = value(content.decode()) if callable(value) else value
            if content is not None:
                new.writestr(info.filename, content)
    return out.getvalue()


def sheet_xml(body, behind="", before=""):
    """Bytes of a workbook whose only sheet holds this XML."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<worksheet xmlns="{space}">{before}<sheetData>{body}</sheetData>{behind}</worksheet>'
    return parts(xlsx(), sheet1=text)


def spreadsheetml(rows, head=""):
    """Text of a SpreadsheetML file with one sheet."""
    return (
        '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        f'{head}<Worksheet ss:Name="表1"><Table>{rows}</Table></Worksheet></Workbook>'
    )


XML_ROWS = (
    '<Row><Cell><Data ss:Type="String">地区</Data></Cell><Cell><Data ss:Type="String">人口</Data></Cell>'
    '</Row><Row><Cell><Data ss:Type="String">全市</Data></Cell><Cell><Data ss:Type="Number">123</Data></Cell>'
    "</Row>"
)
CELLS = (("地区", "人口"), ("全市", 123))


# --- what a file is: its bytes decide -------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (xlsx(), "xlsx"),
        (xls(), "xls"),
        (spreadsheetml(XML_ROWS).encode(), "spreadsheetml"),
        (f"<table>{ROWS}</table>".encode(), "html"),
        ("地区\t人口\n全市\t123\n".encode("gbk"), "text"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_content_decides_under_the_extension_xls(put, content, kind):
    book = put(content, "table.xls")
    assert book.kind == kind
    assert [tuple(map(str, row)) for row in book.grids[0].cells] == [("地区", "人口"), ("全市", "123")]
    assert any(note.startswith("extension .xls, content") for note in book.notes) == (kind != "xls")


@pytest.mark.parametrize("front", [b"\xef\xbb\xbf", b"\r\n  ", b"\xef\xbb\xbf\n"])
@pytest.mark.parametrize(
    "content", [xlsx(), xls(), f"<table>{ROWS}</table>".encode()], ids=["xlsx", "xls", "html"]
)
def test_a_byte_order_mark_or_blanks_in_front_do_not_confuse(put, front, content):
    assert put(front + content).kind == put(content).kind


def test_the_workbook_carries_path_hash_and_engine(put, tmp_path):
    content = xlsx()
    book = put(content, "a.xlsx")
    assert book.path == tmp_path / "a.xlsx"
    assert book.sha256 == hashlib.sha256(content).hexdigest()
    assert book.engine == f"openpyxl {openpyxl.__version__}"
    assert (book.encoding, book.notes, book.grids[0].file) == ("", (), "a.xlsx")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"{\\rtf1\\ansi", "an RTF document"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b"GIF89a\1\0", "a GIF image"),
        (b"BM\x36\0\0\0\0\0\0\0", "a BMP image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP image"),
        (b"Rar!\x1a\7\0", "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive"),
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (b"BZh91AY&SY", "a bzip2 archive"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a web archive (MHTML)"),
        (b'<?xml version="1.0"?><kml><a/></kml>', "XML with the root element <kml>"),
        (b"a,b\n1,\x01\n", "control character U+0001"),
    ],
)
def test_other_content_is_refused_by_what_it_is_with_a_next_step(put, content, what):
    with pytest.raises(FileKindUnknown) as caught:
        put(content, "table.xls")
    assert what in str(caught.value)
    assert caught.value.faults[0].next_step


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        ("application/vnd.ms-excel.sheet.binary.macroEnabled.main", "an xlsb workbook"),
        (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            "a Word document",
        ),
        (
            "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
            "a presentation",
        ),
        ("application/x", "an Office package without a workbook"),
    ],
)
def test_other_office_packages_are_refused_by_what_they_are(put, kind, what):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("[Content_Types].xml", f'<Types><Override PartName="/a" ContentType="{kind}"/></Types>')
    with pytest.raises(FileKindUnknown, match=what):
        put(out.getvalue(), "table.xlsx")


@pytest.mark.parametrize(
    ("names", "what"),
    [
        ({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, "an OpenDocument spreadsheet"),
        ({"a.xls": "1", "b.xls": "2"}, r"a zip archive of 2 files \(a.xls, b.xls\)"),
    ],
)
def test_other_zip_files_are_refused_by_what_they_are(put, names, what):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in names.items():
            file.writestr(name, content)
    with pytest.raises(FileKindUnknown, match=what):
        put(out.getvalue())


def ole(stream):
    """An OLE2 file with one stream of this name."""
    data = xls()
    at = data.index("Workbook".encode("utf-16-le"))
    name = stream.encode("utf-16-le")
    return data[:at] + name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2) + data[at + 66 :]


@pytest.mark.parametrize(
    ("stream", "what"),
    [("WordDocument", "a Word document"), ("Contents", "an OLE2 file without a workbook")],
)
def test_other_ole2_files_are_refused_by_what_they_are(put, stream, what):
    with pytest.raises(FileKindUnknown, match=what):
        put(ole(stream), "table.xls")


def test_strict_open_xml_is_refused_rather_than_read_as_empty(put):
    strict = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    content = parts(xlsx(), workbook=lambda t: re.sub(r'xmlns="[^"]*main"', f'xmlns="{strict}"', t))
    with pytest.raises(FileKindUnknown, match="strict Open XML"):
        put(content)


# --- paths, emptiness, passwords, sheets ----------------------------------------------------------


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(RawTableError, match="file is missing"):
        load_workbook(tmp_path / "none.xls")
    with pytest.raises(RawTableError, match="path is a folder"):
        load_workbook(str(tmp_path))


@pytest.mark.parametrize(
    "content", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", "\u3000\n\u3000".encode()]
)
def test_an_empty_file_is_refused(put, content):
    with pytest.raises(FileEmpty):
        put(content)


def test_an_encrypted_package_is_told_apart_from_damage(put):
    with pytest.raises(FileEncrypted, match="save it without one"):
        put(ole("EncryptedPackage"), "table.xlsx")


def test_an_xls_with_a_password_is_told_apart_from_damage(put):
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "1")
    stream = book.get_biff_data()
    first = 4 + struct.unpack("<H", stream[2:4])[0]
    password = struct.pack("<HHHHH", 0x2F, 6, 0, 1, 2)
    out = BytesIO()
    XlsDoc().save(out, stream[:first] + password + stream[first:])
    with pytest.raises(FileEncrypted):
        put(out.getvalue())


def test_a_zip_with_a_password_is_told_apart_from_damage(put):
    data = bytearray(xlsx())
    for mark, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        at = data.find(mark)
        data[at + offset] |= 1
    with pytest.raises(FileEncrypted):
        put(bytes(data))


def three(book, _sheet):
    book.create_sheet("空")
    book.create_sheet("表3").append(["x", 3])


def test_empty_sheets_are_left_out_and_order_is_kept(put):
    assert [g.sheet for g in put(xlsx(three)).grids] == ["表1", "表3"]


@pytest.mark.parametrize("sheet", ["表3", 2])
def test_a_sheet_is_picked_by_name_or_position(put, sheet):
    (grid,) = put(xlsx(three), sheet=sheet).grids
    assert grid.cells == (("x", 3),)


@pytest.mark.parametrize("sheet", ["表 3", 3, -1, True])
def test_an_unknown_sheet_names_those_there_are(put, sheet):
    with pytest.raises(SheetUnknown, match=r"表3 \(2\)"):
        put(xlsx(three), sheet=sheet)


def test_the_nearest_sheet_is_named_first(put):
    def years(book, _sheet):
        for name in ("人口2023", "财政2024"):
            book.create_sheet(name)

    with pytest.raises(SheetUnknown) as caught:
        put(xlsx(years), sheet="财政2025")
    assert caught.value.faults[0].expected.startswith("财政2024 (2)")


def test_an_empty_sheet_that_was_asked_for_is_refused(put):
    with pytest.raises(FileEmpty, match="sheet 空"):
        put(xlsx(three), sheet="空")


def test_sheets_of_pages_text_and_xls_are_picked_alike(put):
    page = f"<table>{ROWS}</table><table>{ROWS.replace('123', '456')}</table>"
    assert put(page, sheet="table 1").grids[0].cells[1][1] == "456"
    assert put(NBS, sheet=0).grids[0].cells[3][0] == "地区"
    assert put(xls(), sheet="表1").grids[0].cells == CELLS
    with pytest.raises(SheetUnknown, match=r"table 0 \(0\)"):
        put(page, sheet=2)


# --- workbooks: the same through both libraries ----------------------------------------------------


def test_values_keep_their_types_and_text_is_untouched(put):
    text = "\u3000\xa0 其中：\n小麦 "
    when = datetime(2024, 12, 31, 8, 30)
    rows = [[text, 3179.0, 0.1, True], [date(2024, 12, 31), when, -5, "007"]]
    expected = ((text, 3179, 0.1, True), (date(2024, 12, 31), when, -5, "007"))
    assert put(xlsx(rows=rows)).grids[0].cells == expected
    assert type(put(xlsx(rows=rows)).grids[0].cells[0][1]) is int

    def dated(_book, sheet):
        day = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm")
        sheet.write(1, 0, date(2024, 12, 31), day)
        sheet.write(1, 1, when, day)

    got = put(xls(dated, rows=[rows[0], [1, 1, -5, "007"]])).grids[0].cells
    assert got == expected
    assert type(got[0][1]) is int


def test_dates_follow_the_epoch_of_the_workbook(put):
    def since_1904(book, sheet):
        book.dates_1904 = True
        sheet.write(1, 1, 1.0, xlwt.easyxf(num_format_str="yyyy-mm-dd"))

    assert put(xls(since_1904)).grids[0].cells[1][1] == date(1904, 1, 2)


def test_a_time_of_day_cannot_pass_for_a_number(put):
    def timed(_book, sheet):
        sheet["B2"] = 0.5
        sheet["B2"].number_format = "hh:mm"

    assert put(xlsx(timed)).grids[0].cells[1][1] == "12:00:00"
    style = xlwt.easyxf(num_format_str="hh:mm")
    assert put(xls(lambda _, s: s.write(1, 1, 0.5, style))).grids[0].cells[1][1] == "12:00:00"


def test_trailing_blank_rows_and_columns_are_cut_and_leading_ones_kept(put):
    rows = [[None, None], [None, "x", "\u3000"], ["\xa0"], [" "]]
    assert put(xlsx(rows=rows)).grids[0].cells == ((None, None), (None, "x"))
    rows = [["", ""], ["", "x", "\u3000"], ["\xa0"], [" "]]
    assert put(xls(rows=rows)).grids[0].cells == ((None, None), (None, "x"))


def test_blank_text_inside_the_table_stays(put):
    assert put(xlsx(rows=[["\u3000", "a"]])).grids[0].cells == (("\u3000", "a"),)


def test_a_declared_size_is_not_believed(put):
    content = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', before='<dimension ref="A1:XFD1048576"/>')
    assert put(content).grids[0].cells == ((1,),)
    content = sheet_xml('<row r="1"><c r="B1"><v>1</v></c></row>', before='<dimension ref="A1"/>')
    assert put(content).grids[0].cells == ((None, 1),)


def test_cells_and_rows_without_address_stand_in_turn(put):
    content = sheet_xml('<row><c><v>1</v></c><c><v>2</v></c></row><row r="3"><c><v>3</v></c></row>')
    assert put(content).grids[0].cells == ((1, 2), (None, None), (3, None))


def test_merges_are_half_open(put):
    expected = ((0, 0, 1, 2), (1, 0, 3, 1))
    rows = [["标题", None], ["a", 1], [None, 2]]
    grid = put(xlsx(lambda _, s: [s.merge_cells(r) for r in ("A1:B1", "A2:A3")], rows)).grids[0]
    assert set(grid.merges) == set(expected)

    def merged(_book, sheet):
        sheet.write_merge(0, 0, 0, 1, "标题")
        sheet.write_merge(1, 2, 0, 0, "a")

    grid = put(xls(merged, [["", ""], ["", 1], ["", 2]])).grids[0]
    assert set(grid.merges) == set(expected)
    assert grid.cells == (("标题", None), ("a", 1), (None, 2))


def test_merges_over_empty_columns_are_clipped(put):
    grid = put(xls(lambda _, s: s.write_merge(0, 0, 0, 255, "标题"))).grids[0]
    assert grid.merges == ((0, 0, 1, 2),)
    grid = put(xlsx(lambda _, s: [s.merge_cells(r) for r in ("A1:XFD1", "A9:B10", "B2:D2")])).grids[0]
    assert grid.merges == ((0, 0, 1, 2),)


def test_indents_of_cell_formats_are_kept(put):
    def indented(_book, sheet):
        sheet["A2"].alignment = Alignment(indent=2)
        sheet["C9"].alignment = Alignment(indent=1)

    assert put(xlsx(indented)).grids[0].indents == {(1, 0): 2}
    style = xlwt.easyxf("align: horiz left, indent 2")
    assert put(xls(lambda _, s: s.write(1, 0, "全市", style))).grids[0].indents == {(1, 0): 2}


def test_percent_formats_are_marked_and_values_left_as_stored(put):
    def percent(_book, sheet):
        for place, number_format in (("A2", "0%"), ("B2", "0.0%"), ("C2", '0.0"%"')):
            sheet[place].number_format = number_format

    grid = put(xlsx(percent, [["a", "b", "c"], ["text", 0.051, 5.1]])).grids[0]
    assert grid.percents == {(1, 1)}
    assert grid.cells[1] == ("text", 0.051, 5.1)

    def percent_xls(_book, sheet):
        sheet.write(1, 0, 0.051, xlwt.easyxf(num_format_str="0.00%"))
        sheet.write(1, 1, 5.1, xlwt.easyxf(num_format_str='0.0"%"'))

    grid = put(xls(percent_xls)).grids[0]
    assert (grid.percents, grid.cells[1]) == ({(1, 0)}, (0.051, 5.1))


def test_hidden_rows_and_columns_inside_the_table_are_told(put):
    def hide(_book, sheet):
        sheet.row_dimensions[2].hidden = sheet.row_dimensions[99].hidden = True
        sheet.column_dimensions["B"].hidden = True

    grid = put(xlsx(hide)).grids[0]
    assert (grid.hidden_rows, grid.hidden_cols) == ({1}, {1})

    def hide_xls(_book, sheet):
        sheet.row(1).hidden = sheet.col(1).hidden = True

    grid = put(xls(hide_xls)).grids[0]
    assert (grid.hidden_rows, grid.hidden_cols) == ({1}, {1})


def test_hidden_sheets_are_read_and_told(put):
    def hide(book, _sheet):
        book.create_sheet("旧").append([1, 2])
        book["旧"].sheet_state = "hidden"

    book = put(xlsx(hide))
    assert [g.sheet for g in book.grids] == ["表1", "旧"]
    assert book.notes == ("extension .bin, content xlsx", "sheet 旧 is hidden")

    def hide_xls(book, _sheet):
        book.add_sheet("旧").write(0, 0, 1)
        book.get_sheet(1).visibility = 1

    assert put(xls(hide_xls)).notes == ("extension .bin, content xls", "sheet 旧 is hidden")


def test_a_formula_without_a_stored_value_is_a_problem(put):
    grid = put(xlsx(lambda _, s: s.__setitem__("C5", "=B2*2"))).grids[0]
    assert grid.problems == {(4, 2): "formula without a stored value: =B2*2"}
    assert grid.cells[4] == (None, None, None)


def test_a_formula_with_a_stored_value_gives_the_value(put):
    body = (
        '<row r="1"><c r="A1"><f>B1*2</f><v>6</v></c><c r="B1"><v>3</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><f t="shared" si="0"/></c></row>'
    )
    grid = put(sheet_xml(body)).grids[0]
    assert grid.cells == ((6, 3, None, None),)
    assert grid.problems == {(0, 3): "formula without a stored value: shared formula 0"}


def test_error_values_are_problems(put):
    content = sheet_xml('<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><v>3</v></c></row>')
    grid = put(content).grids[0]
    assert (grid.cells, grid.problems) == (((None, 3),), {(0, 0): "error value #REF!"})
    grid = put(xls(lambda _, s: s.row(1).set_cell_error(1, "#REF!"))).grids[0]
    assert (grid.cells[1], grid.problems) == (("全市", None), {(1, 1): "error value #REF!"})


@pytest.mark.parametrize("value", ["1e999", "-1E+400"])
def test_a_number_that_is_not_finite_is_a_problem(put, value):
    grid = put(sheet_xml(f'<row r="1"><c r="A1"><v>{value}</v></c></row>')).grids[0]
    assert (grid.cells, list(grid.problems)) == (((None,),), [(0, 0)])
    assert "not finite" in grid.problems[0, 0]


def test_a_number_outside_its_date_format_is_a_problem_and_not_an_error_of_the_publisher(put):
    def dated(_book, sheet):
        sheet["B2"] = 60826180
        sheet["B2"].number_format = "yyyy-mm-dd"

    assert "range of its date format" in put(xlsx(dated)).grids[0].problems[1, 1]
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    problems = put(xls(lambda _, s: s.write(1, 1, 60826180, style))).grids[0].problems
    assert problems == {(1, 1): "number outside the range of its date format: 60826180"}


def test_rich_and_escaped_text_is_plain(put):
    body = (
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>年末</t></r><r><rPr><b/></rPr><t>人口</t></r></is></c>'
        '<c r="B1" t="inlineStr"><is><t>a_x000D_\nb</t></is></c></row>'
    )
    assert put(sheet_xml(body)).grids[0].cells == (("年末人口", "a\r\nb"),)


def test_filters_validations_and_extensions_behind_the_cells_do_no_harm(put):
    behind = (
        '<autoFilter ref="nonsense"><filterColumn colId="x"/></autoFilter><conditionalFormatting sqref="?"/>'
        '<dataValidations><dataValidation type="none such"/></dataValidations>'
        '<extLst><ext uri="{1}"/></extLst>'
    )
    content = sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', behind=behind)
    assert put(content).grids[0].cells == ((1,),)


def test_macros_and_links_are_told_and_left_alone(put):
    out = BytesIO(xlsx())
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("xl/vbaProject.bin", b"\0")
        file.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    assert put(out.getvalue(), "a.xlsm").notes == (
        "macros are in the file and were not run",
        "links to other files were not followed",
    )


def test_a_chart_sheet_is_told_and_left_out(put):
    book = put(xlsx(lambda book, _: book.create_chartsheet("图1")))
    assert [g.sheet for g in book.grids] == ["表1"]
    assert "sheet 图1 is a chartsheet and was left out" in book.notes


def test_an_older_xls_without_a_code_page_is_read_as_gb18030(put):
    def record(kind, body):
        return struct.pack("<HH", kind, len(body)) + body

    name, label = "表一".encode("gbk"), "镕基".encode("gbk")
    book = record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0))
    sheet = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0))
    sheet += record(0x204, struct.pack("<HHHH", 0, 0, 0, len(label)) + label) + record(0x0A, b"")
    at = len(book) + 4 + 7 + len(name) + 4
    book += record(0x85, struct.pack("<IHB", at, 0, len(name)) + name) + record(0x0A, b"")
    got = put(book + sheet, "old.xls")
    assert (got.grids[0].sheet, got.grids[0].cells) == ("表一", (("镕基",),))
    assert "the file names no code page; its text was read as gb18030" in got.notes


# --- SpreadsheetML -------------------------------------------------------------------------------


def test_spreadsheetml_gives_styles_merges_dates_errors_and_skipped_cells(put):
    head = (
        '<Styles><Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style>'
        '<Style ss:ID="i" ss:Parent="p"><Alignment ss:Indent="1"/></Style></Styles>'
    )
    rows = (
        '<Column ss:Index="2" ss:Hidden="1"/>'
        '<Row><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">标题&#10;二</Data></Cell>'
        '<Cell><Data ss:Type="DateTime">2024-12-31T00:00:00.000</Data></Cell></Row>'
        '<Row ss:Index="3" ss:Hidden="1">'
        '<Cell ss:Index="2" ss:StyleID="i"><Data ss:Type="Number">0.5</Data></Cell>'
        '<Cell ss:Formula="=RC[-1]"/><Cell><Data ss:Type="Error">#N/A</Data></Cell>'
        '<Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Number">3179</Data></Cell></Row>'
    )
    grid = put(spreadsheetml(rows, head), "a.xml").grids[0]
    assert grid.cells == (
        ("标题\n二", None, date(2024, 12, 31), None, None, None),
        (None,) * 6,
        (None, 0.5, None, None, True, 3179),
    )
    assert grid.merges == ((0, 0, 2, 2),)
    assert (grid.indents, grid.percents) == ({(2, 1): 1}, {(2, 1)})
    assert grid.problems == {
        (2, 2): "formula without a stored value: =RC[-1]",
        (2, 3): "error value #N/A",
    }
    assert (grid.hidden_rows, grid.hidden_cols) == ({2}, {1})


def test_spreadsheetml_in_a_declared_gb_set_is_read_as_gb18030(put):
    text = spreadsheetml(XML_ROWS.replace("全市", "朱镕基")).replace('"1.0"', '"1.0" encoding="gb2312"')
    book = put(text, "a.xls", "gb18030")
    assert (book.encoding, book.grids[0].cells[1][0]) == ("gb18030", "朱镕基")


@pytest.mark.parametrize(
    "rows",
    ['<Row ss:Index="99999999"><Cell><Data ss:Type="Number">1</Data></Cell></Row>',
     '<Row><Cell ss:Index="99999999"><Data ss:Type="Number">1</Data></Cell></Row>',
     '<Row ss:Index="9999"><Cell ss:Index="9999"><Data ss:Type="Number">1</Data></Cell></Row>'],
)  # fmt: skip
def test_spreadsheetml_with_a_far_cell_is_refused(put, rows):
    with pytest.raises(FileHostile, match="used area"):
        put(spreadsheetml(rows))


def test_spreadsheetml_that_is_cut_off_is_refused(put):
    with pytest.raises(FileDamaged):
        put(spreadsheetml(XML_ROWS)[:-40])


def test_spreadsheetml_with_entities_is_refused(put):
    text = spreadsheetml(XML_ROWS).replace("<Workbook", '<!DOCTYPE Workbook [<!ENTITY a "b">]><Workbook')
    with pytest.raises(FileHostile, match="document type"):
        put(text)


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8-sig", "utf-8-sig"), ("utf-8", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_an_export_keeps_preamble_notes_and_trailer(put, encoding, name):
    book = put(NBS, "a.csv", encoding)
    (grid,) = book.grids
    assert (book.kind, book.encoding, book.notes) == ("text", name, ("delimiter comma",))
    assert grid.cells[0] == ("数据库：分省年度数据", None, None)
    assert grid.cells[5] == ("天津市", "18024.3", None)
    assert grid.cells[7][0] == "注：1.按照制度要求，\n进行修订。"
    assert grid.cells[8][0] == "数据来源：国家统计局"
    assert grid.widths == {0: 1, 1: 1, 2: 1, 6: 0, 7: 1, 8: 1}


@pytest.mark.parametrize(
    ("text", "delimiter", "row"),
    [
        ("地区\t人口\n全市\t1,234\n", "tab", ("全市", "1,234")),
        ("a,1\tb\nc,2\td\n", "tab", ("c,2", "d")),
        ("地区\t,人口\t\n全市\t,1234\t\n", "comma", ("全市\t", "1234\t")),
        ("\t地区,\t人口\n\t全市,\t1234\n", "comma", ("\t全市", "\t1234")),
        ("地区;人口\n全市;1234\n", "semicolon", ("全市", "1234")),
        ("地区|人口\n全市|1234\n", "bar", ("全市", "1234")),
        ("说明;其他\n地区,人口\n全市,1234\n", "comma", None),
        ('"地,区","人""口"\n"全,市",1\n', "comma", ("全,市", "1")),
    ],
)
def test_the_delimiter_is_the_one_that_lines_agree_on(put, text, delimiter, row):
    book = put(text, "a.csv")
    assert book.notes == (f"delimiter {delimiter}",)
    assert row is None or book.grids[0].cells[1] == row


def test_a_text_without_delimiter_is_one_column(put):
    book = put("第一行\n第二行\n", "a.txt")
    assert (book.notes, book.grids[0].cells) == (("no delimiter, one column",), (("第一行",), ("第二行",)))


def test_text_cells_stay_text_with_their_blanks(put):
    assert put("a,b\n\u3000\u3000x ,007\n", "a.csv").grids[0].cells[1] == ("\u3000\u3000x ", "007")


def test_a_quote_that_never_closes_is_refused_rather_than_swallowing_the_rest(put):
    with pytest.raises(FileDamaged, match="never closed"):
        put('a,b\n"北京,1\n天津,2\n', "a.csv")


def test_text_in_no_known_encoding_names_the_byte(put):
    with pytest.raises(EncodingUnknown, match=r"not utf-8 at byte 4 \(0xff\); not gb18030 at byte 4"):
        put(b"a,b\n\xff\xff,1\n")


def test_text_cut_inside_a_mark_of_utf_16_is_refused(put):
    with pytest.raises(EncodingUnknown, match="utf-16"):
        put("甲,乙\n1,2\n".encode("utf-16")[:-1])


def test_a_text_that_begins_with_less_than_is_no_page(put):
    assert put("<5岁,12\n5-9岁,13\n").grids[0].cells[0] == ("<5岁", "12")


def test_old_line_ends_and_blank_lines_are_kept_apart(put):
    assert put("a,b\r\r1,2\r").grids[0].cells == (("a", "b"), (None, None), ("1", "2"))


# --- pages ---------------------------------------------------------------------------------------


def page(body, head="", charset="utf-8"):
    return f'<html><head><meta charset="{charset}">{head}</head><body>{body}</body></html>'


def test_spans_become_merges_with_the_text_at_the_top_left(put):
    table = (
        "<table><tr><td rowspan=2>地区</td><td colspan=2>人口</td></tr><tr><td>男</td><td>女</td></tr>"
        "<tr><td>全市</td><td>1</td><td>2</td></tr></table>"
    )
    grid = put(page(table)).grids[0]
    assert grid.cells == (("地区", "人口", None), (None, "男", "女"), ("全市", "1", "2"))
    assert set(grid.merges) == {(0, 0, 2, 1), (0, 1, 1, 3)}
    assert grid.widths == {}


@pytest.mark.parametrize("span", ["99999999999999999999", "0", "-3", "x", ""])
def test_spans_beyond_the_table_are_cut(put, span):
    table = (
        f'<table><tr><td rowspan="{span}" colspan="{span}">a</td></tr><tr><td>1</td><td>2</td></tr></table>'
    )
    grid = put(page(table)).grids[0]
    assert [c for row in grid.cells for c in row if c] == ["a", "1", "2"]
    assert all(0 <= r0 < r1 <= 2 and 0 <= c0 < c1 <= len(grid.cells[0]) for r0, c0, r1, c1 in grid.merges)


def test_short_rows_are_told(put):
    assert put(page(f"<table>{ROWS}<tr><td>11.4</td></tr></table>")).grids[0].widths == {2: 1}


def test_breaks_and_blocks_are_new_lines_and_author_blanks_stay(put):
    cell = (
        "<td>\n &nbsp;出生率<br>\n(‰)<p>Birth\n   rate</p><!-- x --><script>y</script>&#12288;&lt;1&gt; </td>"
    )
    table = f"<table><tr>{cell}<td>1</td></tr><tr><td>a</td><td>2</td></tr></table>"
    assert put(page(table)).grids[0].cells[0][0] == "\xa0出生率\n(‰)\nBirth rate\n\u3000<1>"


def test_empty_cells_and_cells_with_a_full_width_blank_differ(put):
    table = (
        "<table><tr><td></td><td>\u3000</td><td>1</td></tr><tr><td>a</td><td>b</td><td>2</td></tr></table>"
    )
    assert put(page(table)).grids[0].cells[0] == (None, "\u3000", "1")


def test_a_nested_table_is_its_own_grid_and_not_text_of_the_outer_cell(put):
    outer = (
        f"<table><tr><td>甲<table>{ROWS}</table></td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>"
    )
    book = put(page(outer))
    assert [g.sheet for g in book.grids] == ["table 0", "table 1"]
    assert book.grids[0].cells == (("甲", "1"), ("乙", "2"))
    assert book.grids[1].cells == (("地区", "人口"), ("全市", "123"))


def test_a_layout_table_is_left_out_and_its_texts_stand_before_the_inner_one(put):
    outer = f"<table><tr><td>首页</td><td><p>表1 人口</p><table>{ROWS}</table><p>注：略</p></td></tr></table>"
    (grid,) = put(page(outer)).grids
    assert (grid.sheet, grid.before, grid.after) == ("table 0", ("首页", "表1 人口"), ("注：略",))


def test_a_table_without_rows_and_numbers_is_left_out_and_counts_as_text(put):
    body = f"<table><tr><td>表1 人口</td></tr></table><table>{ROWS}</table>"
    (grid,) = put(page(body)).grids
    assert grid.before == ("表1 人口",)
    body = f"<table><caption>表1 人口</caption><tr><td>单位：人</td></tr></table><table>{ROWS}</table>"
    assert put(page(body)).grids[0].before == ("表1 人口", "单位：人")


def test_a_single_row_of_numbers_is_kept(put):
    assert put(page("<table><tr><td>1</td><td>2.5</td></tr></table>")).grids[0].cells == (("1", "2.5"),)


def test_texts_around_a_table_are_the_nearest_and_stop_at_the_next_table(put):
    body = "".join(f"<p>段{i}</p>" for i in range(9))
    body += (
        f"<div>单位：<span>万</span>人</div><table><caption>表1<br>人口</caption>{ROWS}</table>注1<p>注2</p>"
    )
    body += f"<h3>表2</h3><p>单位：元</p><table>{ROWS}</table><p>{'长' * 300}</p>"
    first, second = put(page(body, "<title> 公报\n2024 </title>")).grids
    assert first.before == ("title: 公报 2024", "段6", "段7", "段8", "单位：万人", "表1\n人口")
    assert first.after == ("注1", "注2", "表2")
    assert second.before == ("title: 公报 2024", "注1", "注2", "表2", "单位：元")
    assert second.after == ("长" * 200,)


def test_hidden_rows_of_a_page_are_told(put):
    table = f'<table>{ROWS}<tr style="DISPLAY: none"><td>x</td><td>1</td></tr></table>'
    assert put(page(table)).grids[0].hidden_rows == {2}


def test_a_page_that_declares_gb2312_may_hold_any_gb18030_character(put):
    text = page(f"<table>{ROWS.replace('全市', '朱镕基㐂')}</table>", charset="gb2312")
    book = put(text, "a.html", "gb18030")
    assert (book.encoding, book.notes) == ("gb18030", ())
    assert book.grids[0].cells[1][0] == "朱镕基㐂"


@pytest.mark.parametrize(
    ("charset", "encoding", "notes"),
    [
        ("gbk", "utf-8", ("declared gbk, decoded as utf-8",)),
        ("utf-8", "gb18030", ("declared utf-8, decoded as gb18030",)),
        ("iso-8859-1", "utf-8", ()),
    ],
)
def test_a_wrong_declaration_gives_way_to_the_bytes(put, charset, encoding, notes):
    book = put(page(f"<p>人口和就业情况。</p><table>{ROWS}</table>", charset=charset), "a.html", encoding)
    assert (book.encoding, book.notes) == (encoding, notes)
    assert book.grids[0].cells[0] == ("地区", "人口")


def test_a_page_in_another_declared_set_is_refused_rather_than_misread(put):
    text = page("<table><tr><td>人口</td><td>1</td></tr></table>", charset="big5")
    with pytest.raises(EncodingUnknown, match="declares big5"):
        put(text, "a.html", "big5")


def test_a_page_without_tables_gives_no_grid(put):
    book = put(page("<p>全年人口123万人</p>"))
    assert (book.kind, book.grids) == ("html", ())


def test_a_page_cut_off_inside_a_table_is_told(put):
    book = put(f"<html><body><table>{ROWS}<tr><td>x", "a.html")
    assert book.notes == ("the page ends inside a table: it may be cut off",)


@pytest.mark.parametrize("depth", [200, 5000])
def test_deep_nesting_is_read(put, depth):
    assert len(put(page("<div>" * depth + f"<table>{ROWS}</table>")).grids) == 1


def test_tables_nested_deep_in_each_other_are_read(put):
    grids = put(page("<table><tr><td>" * 500 + f"<table>{ROWS}</table>")).grids
    assert [g.cells[1] for g in grids] == [("全市", "123")]


def test_tags_that_nobody_closes_do_no_harm(put):
    grid = put("<table>" + "<tr><td><font>全市<td><b>123" * 300).grids[0]
    assert set(grid.cells) == {("全市", "123")}


def test_a_page_with_an_endless_text_is_refused_rather_than_read_in_part(put):
    with pytest.raises(FileHostile, match="page exceeds"):
        put(f"<table>{ROWS}<tr><td>{'x' * 11_000_000}</td></tr>{ROWS}</table>")


def test_a_tag_with_many_attributes_costs_linear_time(put):
    attributes = " ".join(f"a{i}=1" for i in range(50_000))
    started = time.perf_counter()
    assert len(put(f"<table {attributes}>{ROWS}</table>").grids) == 1
    assert time.perf_counter() - started < 2


def test_xhtml_and_bare_fragments_are_pages(put):
    xhtml = '<?xml version="1.0"?><!-- a --><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
    assert put(f"{xhtml}<body><table>{ROWS}</table></body></html>").kind == "html"
    assert put(f"导出数据<table border=1>{ROWS}</table>").kind == "html"


# --- damage and harm -----------------------------------------------------------------------------


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_truncated_workbook_is_refused(put, make):
    content = make()
    for part in (0.2, 0.5, 0.9):
        with pytest.raises(FileDamaged, match="fetch the file again"):
            put(content[: int(len(content) * part)])


def test_a_workbook_whose_sheet_is_missing_is_refused_rather_than_read_without_it(put):
    with pytest.raises(FileDamaged, match=r"sheet1\.xml is missing"):
        put(parts(xlsx(), sheet1=None))


@pytest.mark.parametrize(
    "body",
    [
        '<row r="2"/><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A7"><v>1</v></c></row>',
        '<row r="99999999999"><c><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1"><v>many</v></c></row>',
    ],
)
def test_cells_out_of_order_or_place_are_refused(put, body):
    with pytest.raises(FileDamaged):
        put(sheet_xml(body))


def test_a_lone_far_cell_is_refused_before_memory_is_taken(put):
    started = time.perf_counter()
    with pytest.raises(FileHostile, match="used area is 1,048,576 x 16,384"):
        put(sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    assert time.perf_counter() - started < 2


def test_a_far_cell_that_is_empty_costs_nothing(put):
    body = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert put(sheet_xml(body)).grids[0].cells == ((1,),)


def test_a_zip_bomb_is_refused_by_its_ratio(put):
    with pytest.raises(FileHostile, match="times its size"):
        put(parts(xlsx(), styles=" " * 5_000_000))


@pytest.mark.parametrize(
    ("name", "limit", "what"), [("MAX_UNPACKED", 5000, "bytes when unpacked"), ("MAX_PARTS", 3, "parts")]
)
def test_a_package_beyond_its_bounds_is_refused(put, monkeypatch, name, limit, what):
    monkeypatch.setattr(grid_zip, name, limit)
    with pytest.raises(FileHostile, match=what):
        put(xlsx())


def test_a_part_that_declares_less_than_it_holds_is_not_unpacked_further(put):
    content = bytearray(parts(xlsx(), styles="x" * 900_000))
    true, false = struct.pack("<I", 900_000), struct.pack("<I", 100)
    assert content.count(true) == 2
    with pytest.raises(FileRefused):
        put(bytes(content.replace(true, false)))


@pytest.mark.parametrize("part", ["sheet1", "workbook", "styles", "[Content_Types]", "workbook.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_with_entities_is_refused(put, part, encoding):
    bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><a>&b;</a>'
    with pytest.raises(FileHostile, match="document type"):
        put(parts(xlsx(), **{part: bomb.encode(encoding)}))


def test_a_file_larger_than_any_table_is_refused(put, monkeypatch):
    monkeypatch.setattr("cbs_analysis.sources.grids.MAX_FILE_BYTES", 100)
    with pytest.raises(FileHostile, match="larger than any table"):
        put("a,b\n" * 100)


def test_a_table_with_more_cells_than_any_is_refused_in_each_kind(put, monkeypatch):
    monkeypatch.setattr(grid_base, "MAX_CELLS", 3)
    for content in (xlsx(), xls(), spreadsheetml(XML_ROWS), f"<table>{ROWS}</table>", "a,b\n1,2\n"):
        with pytest.raises(FileHostile, match=r"used area is 2 x 2|more than 3 cells"):
            put(content)


@pytest.mark.parametrize(
    ("content", "name", "limit"),
    [
        (sheet_xml('<row r="1">' + "<c/>" * 99 + "</row>"), "MAX_ROW_TAGS", 50),
        (spreadsheetml("<Row>" + "<Cell/>" * 99 + "</Row>"), "MAX_ROW_TAGS", 50),
        (
            parts(xlsx(), styles=lambda t: t.replace("</cellXfs>", "<xf/>" * 9999 + "</cellXfs>")),
            "MAX_OTHER_TAGS",
            999,
        ),
    ],
)
def test_markup_beyond_its_bounds_is_refused(put, monkeypatch, content, name, limit):
    for module in (grid_zip, grid_xlsx):
        monkeypatch.setattr(module, name, limit, raising=False)
    with pytest.raises(FileHostile, match="more than any table needs"):
        put(content)


def test_columns_named_hidden_again_and_again_cost_linear_time(put):
    cols = '<col min="-99999999999" max="16384" hidden="1"/>' * 20_000
    started = time.perf_counter()
    grid = put(sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>', before=f"<cols>{cols}</cols>")).grids[0]
    assert grid.hidden_cols == {0}
    assert time.perf_counter() - started < 3


def test_spans_that_multiply_are_refused(put):
    row = "<tr>" + "<td colspan=1000>1</td>" * 15 + "</tr>"
    with pytest.raises(FileHostile, match="more than 5,000,000 cells"):
        put(page(f"<table>{row * 400}</table>"))
    with pytest.raises(FileHostile, match="used area"):
        put(page("<table><tr>" + "<td colspan=1000>1</td>" * 17 + "</tr></table>"))


def test_ten_thousand_columns_load_in_seconds(put):
    started = time.perf_counter()
    assert len(put(xlsx(rows=[range(10_000)])).grids[0].cells[0]) == 10_000
    row = "<tr>" + "<td>1</td>" * 10_000 + "</tr>"
    assert len(put(page(f"<table>{row * 3}</table>")).grids[0].cells[0]) == 10_000
    assert len(put(",".join(["1"] * 10_000) + "\n").grids[0].cells[0]) == 10_000
    assert time.perf_counter() - started < 8


def test_fifty_thousand_merges_load_in_seconds(put):
    merges = "".join(f'<mergeCell ref="A{r}:B{r}"/>' for r in range(1, 50_001))
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="50000"><c r="B50000"><v>1</v></c></row>'
    started = time.perf_counter()
    grid = put(sheet_xml(rows, behind=f"<mergeCells>{merges}</mergeCells>")).grids[0]
    assert (len(grid.merges), len(grid.cells)) == (50_000, 50_000)
    assert time.perf_counter() - started < 4


def test_a_merge_over_the_whole_sheet_costs_nothing(put):
    content = sheet_xml('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>',
                        behind='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')  # fmt: skip
    assert put(content).grids[0].merges == ((0, 0, 1, 2),)


def test_comments_before_the_first_element_cost_linear_time(put):
    started = time.perf_counter()
    with pytest.raises(FileKindUnknown):
        put("<!-- a -->" * 5000 + "<!")
    assert time.perf_counter() - started < 2


def test_no_warning_of_a_library_reaches_the_caller(put):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        put(parts(xlsx(), styles=lambda t: t.replace("<cellStyles", "<x/><cellStyles")))
    assert not caught


# --- any bytes -----------------------------------------------------------------------------------

SEEDS = {
    "xlsx": xlsx(three),
    "xls": xls(lambda _, s: s.write_merge(5, 6, 0, 1, "注")),
    "spreadsheetml": spreadsheetml(XML_ROWS).encode(),
    "html": page(f"<table>{ROWS}</table>", charset="gb2312").encode("gb18030"),
    "csv": NBS.encode("gb18030"),
}
FUZZ = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz") / "table.xls"


def survives(path, content):
    path.write_bytes(content)
    started = time.perf_counter()
    with contextlib.suppress(RawTableError):
        load_workbook(path)
    assert time.perf_counter() - started < 5


FRONTS = (
    b"",
    b"PK\3\4",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x09\x08\x10\0",
    b"<html><table>",
    b"\xff\xfe",
)


@FUZZ
@given(content=st.binary(max_size=400), front=st.sampled_from(FRONTS))
def test_random_bytes_are_read_or_refused(scratch, content, front):
    survives(scratch, front + content)


@pytest.mark.parametrize("kind", SEEDS)
@FUZZ
@given(data=st.data())
def test_damaged_files_are_read_or_refused(scratch, kind, data):
    content = bytearray(SEEDS[kind])
    places = st.integers(0, len(content) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=8)):
        content[place] = byte
    end = data.draw(st.one_of(st.just(len(content)), places))
    survives(scratch, bytes(content[:end]))


@FUZZ
@given(
    data=st.data(), part=st.sampled_from(["sheet1", "workbook", "styles", "sharedStrings", "[Content_Types]"])
)
def test_damaged_parts_of_a_package_are_read_or_refused(scratch, data, part):
    def damage(text):
        raw = bytearray(text.encode())
        for place in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=6)):
            raw[place] = data.draw(st.integers(32, 126))
        return bytes(raw)

    survives(scratch, parts(SEEDS["xlsx"], **{part: damage}))
