"""Reading back what an executed report shows."""

from cbs_analysis.report.export_page import Heading, Picture, Text, TextTable, read_page

from .export_pages import LONG, notebook, picture, record_of


def page(**options):
    made = notebook(**options)
    return read_page(made, record_of(made))


def test_only_the_language_of_the_report_is_read():
    chinese, english = page(), page(lang="en")
    assert chinese.title == "收入与增长"
    assert english.title == "Income and growth"
    headings = [p.text for p in english.parts if isinstance(p, Heading)]
    assert headings == ["In step?", "7.1 Jobs"]


def test_the_parts_come_in_the_order_of_the_page():
    kinds = [type(p).__name__ + (f":{p.kind}" if isinstance(p, Text) else "") for p in page().parts]
    assert kinds == [
        "Text:body", "Text:fact", "Heading", "Text:item", "Text:item", "Text:reading", "Picture", "TextTable",
        "TextTable", "Text:refusal", "TextTable", "Heading", "Text:body",
    ]  # fmt: skip


def test_a_table_keeps_title_head_cells_note_and_alignment():
    table = page().tables[0]
    assert table.title == "重点承诺"
    assert [c.text for c in table.head] == ["编号", "数值（%）", "结论"]
    assert [[c.text for c in row] for row in table.rows] == [
        ["N1", "5.4% E1 E2 E3", "▼ 滞后"], ["N2", "1,284人\n2022年", "—"], ["N3", "2013 — 2025", "<b>5</b>"],
    ]  # fmt: skip
    assert ["".join(r.text for r in note) for note in table.notes] == ["占比合计为100.0%。"]
    assert [c.numeric for c in table.rows[0]] == [False, True, False]
    assert table.rows[0][2].runs[-1].verdict == "behind"
    assert table.rows[1][1].runs[0].href.endswith("#B2")


def test_folded_tables_and_names_of_evidence_are_known():
    folded, evidence = page().tables[1:]
    assert folded.folded
    assert not evidence.folded
    assert [row[0].runs[0].anchor for row in evidence.rows][:2] == ["e-E1", "e-E2"]
    assert len(evidence.rows) == len(LONG)


def test_a_picture_is_that_of_the_page():
    found = page().pictures
    assert found == [Picture(picture(), "收入与增长。单位：%")]


def test_whether_a_page_is_synthetic_comes_from_the_registry_and_its_marks_are_no_text():
    demo = page(area="99DM00")
    assert demo.synthetic
    assert not page().synthetic
    assert not any("演示数据" in r.text for p in demo.parts if isinstance(p, Text) for r in p.runs)


def test_a_line_of_downloads_is_no_note_of_the_table_before_it():
    made = notebook()
    made.cells[6].outputs[2]["data"]["text/html"] += (
        '<p class="note">下载：<a href="evaluation.xlsx">表</a></p>'
    )
    parts = read_page(made, record_of(made)).parts
    table = next(i for i, p in enumerate(parts) if isinstance(p, TextTable))
    assert len(parts[table].notes) == 1
    assert parts[table + 1].kind == "note"
