"""The workbooks that offices get: what is asked, how it looks to a program, the same bytes each time."""

import zipfile

import openpyxl
import pytest

from cbs_analysis.errors import ParameterError
from cbs_analysis.plan import evaluate
from cbs_analysis.plan.mechanisms import RUNGS
from cbs_analysis.plan.template_rows import questions
from cbs_analysis.plan.templates import write_templates
from cbs_analysis.plan.verdicts import WORDS
from cbs_analysis.registry import load_registry
from cbs_analysis.sources.office_layout import ANSWERS, RATING_LABELS, SHEETS, STATUS_WORDS
from cbs_analysis.sources.record_rows import RATING_WORDS
from cbs_analysis.sources.sidecar import STATUSES

from .conftest import AS_OF


def keys(judged, office, kind, **kwargs):
    return [q.key for q in questions(judged, **kwargs)[office] if q.kind == kind]


def test_the_words_of_the_workbook_are_those_of_the_plan_and_the_store():
    assert {zh: key for key, names in WORDS.items() for zh in [names["zh"]]} == dict(RATING_LABELS)
    assert set(RATING_WORDS) == set(WORDS)
    assert set(STATUS_WORDS.values()) == set(STATUSES) - {"synthetic"}
    assert list(ANSWERS.values()) == ["not_collected", "not_yet", "not_applicable"]


def test_only_what_is_owed_and_the_next_year_is_asked(judged):
    # the tax bureau has given no figure; 2020 is the base year of the plan, 2023 has not ended yet
    asked = keys(judged, "tax", "figures")
    assert [k.rsplit("|", 1)[1] for k in asked] == ["2020", "2021", "2022", "2023"]
    # of events (C11.1) every year up to 2022 is known
    assert [k for k in keys(judged, "sport", "figures") if "|sports_events_count|" in k] == [
        "F|C11.1|sports_events_count|2023"
    ]


def test_all_rows_ask_for_every_year_since_the_base_year_and_say_what_is_known(judged):
    asked = [q for q in questions(judged, all_rows=True)["sport"] if "|sports_events_count|" in q.key]
    assert [q.cells["period"] for q in asked] == ["2020年", "2021年", "2022年", "2023年"]
    known = judged.inputs.latest()
    held = known[known["indicator"] == "sports_events_count"].set_index("period")["value"]
    assert len(held) >= 3
    # what is known of the year itself, so that it can be checked; of 2023 nothing is, so the last year stands
    assert {q.cells["period"][:4]: q.cells["last"] for q in asked} == {
        **{year: f"{held[year]:g}个" for year in ("2020", "2021", "2022")}, "2023": f"{held['2022']:g}个",
    }  # fmt: skip
    assert float(asked[-1].last) == held["2022"]


def test_no_plan_of_a_year_is_asked_of_what_must_stay_at_zero(judged):
    asked = {q.key.split("|")[1] for office in questions(judged, all_rows=True).values() for q in office
             if q.kind == "annual_plans"}  # fmt: skip
    types = {m.id: m.type for m in judged.plan.measures}
    assert asked
    assert "zero" not in {types[measure] for measure in asked}


def test_every_rung_of_an_unproven_mechanism_is_asked_with_its_name(judged):
    rows = [q for q in questions(judged)["organisation"] if q.kind == "documents"]
    assert [q.key for q in rows] == [f"D|P08.1|{k}" for k in (1, 2, 3, 4)]
    assert [q.cells["rung"] for q in rows] == [f"第{k}级：{RUNGS[k][0]}" for k in (1, 2, 3, 4)]


def test_a_measure_without_a_target_asks_for_the_document_that_states_it(judged):
    assert "D|S14.2|target" in keys(judged, "housing", "documents")


def test_the_first_office_is_asked_and_the_others_are_named(judged):
    commitment = next(c for c in judged.plan.commitments if c.id == "S09")
    assert [judged.plan.offices[o].zh for o in commitment.offices] == ["税务局", "医保局"]
    assert not [k for k in keys(judged, "medical_insurance", "figures") if "|S09.1|" in k]
    row = questions(judged)["tax"][0]
    assert row.cells["commitment"].endswith("（会同医保局）")


def test_a_figure_is_asked_once_however_many_measures_need_it(judged):
    for all_rows in (False, True):
        figures = [
            tuple(q.key.split("|")[2:])
            for rows in questions(judged, all_rows=all_rows).values()
            for q in rows
            if q.kind == "figures"
        ]
        assert len(figures) == len(set(figures))


def test_everything_that_is_owed_is_asked(judged):
    from cbs_analysis.plan.owed import owed_items

    asked = {office: {q.key for q in rows} for office, rows in questions(judged).items()}
    for item in owed_items(judged):
        mine = asked[item.office]
        wanted = {
            "figure": f"F|{item.measure}|{item.indicator}|{item.period}",
            "target": f"D|{item.measure}|target",
            "project": f"P|{item.project}",
            "document": f"D|{item.measure}|",
        }[item.kind]
        assert any(k.startswith(wanted) for k in mine), item


def test_a_project_that_no_commitment_names_is_asked_in_a_workbook_without_office(judged):
    rows = questions(judged)[""]
    assert {q.kind for q in rows} == {"projects"}
    assert "P|15-09" in {q.key for q in rows}
    twins = {p.id for p in judged.plan.projects if p.duplicate_of}
    assert not twins & {q.key.removeprefix("P|") for q in rows}


def test_the_same_inputs_give_the_same_bytes(judged, sent, tmp_path):
    again = {w.office: w.path for w in write_templates(judged, tmp_path)}
    assert {o: p.read_bytes() for o, p in sent.items()} == {o: p.read_bytes() for o, p in again.items()}


@pytest.fixture(scope="module")
def book(sent):
    return openpyxl.load_workbook(sent["housing"])


def test_the_workbook_has_the_sheets_of_its_questions_in_chinese(book):
    assert book.sheetnames == ["说明", "指标", "年度计划", "机制与文件", "项目", "自评", "_cbs"]
    assert book["_cbs"].sheet_state == "veryHidden"
    assert book["指标"]["B1"].value == "【演示】指标（住建局）"


def test_no_row_shows_an_id_without_a_name(book):
    for about in SHEETS:
        sheet = book[about.name]
        name = about.position("name") + 1
        assert sheet.column_dimensions["A"].hidden
        for r in range(5, sheet.max_row + 1):
            assert sheet.cell(r, name).value
            assert any("\u4e00" <= c <= "\u9fff" for c in sheet.cell(r, name).value)


def test_only_the_cells_to_fill_can_be_typed_into(book):
    for about in SHEETS:
        sheet = book[about.name]
        assert sheet.protection.sheet
        assert not sheet.protection.password
        for c, column in enumerate(about.columns, 1):
            assert sheet.cell(5, c).protection.locked is not column.fill, (about.name, column.zh)


def test_cells_with_words_offer_exactly_these_words(book):
    lists = {
        str(rule.sqref).split(":")[0]: rule.formula1.strip('"').split(",")
        for rule in book["指标"].data_validations.dataValidation
        if rule.type == "list"
    }
    assert lists == {"K5": list(STATUS_WORDS), "L5": list(ANSWERS)}


def test_it_prints_on_a4_one_page_wide_with_its_heads_on_every_page(book):
    sheet = book["指标"]
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.freeze_panes == "E5"


def test_there_is_no_macro_no_formula_and_no_link(sent):
    for path in sent.values():
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            assert not [n for n in names if "vba" in n.lower() or "external" in n.lower()]
            sheets = [package.read(n) for n in names if n.startswith("xl/worksheets/sheet")]
        assert not [s for s in sheets if b"<f>" in s or b"<f " in s]


def test_an_unknown_office_is_refused_with_the_nearest_names(judged, tmp_path):
    with pytest.raises(ParameterError) as caught:
        write_templates(judged, tmp_path / "out", offices=["卫建局", "health"])
    (fault,) = caught.value.faults
    assert fault.got == "卫建局"
    assert "卫健局" in fault.expected
    assert not (tmp_path / "out").exists()


def test_an_office_is_found_by_its_chinese_name(judged, tmp_path):
    (written,) = write_templates(judged, tmp_path, offices=["税务局"])
    assert (written.office, written.path.name) == ("tax", f"演示_税务局_demo14_{AS_OF}.xlsx")


def test_every_unit_that_is_printed_can_be_read_back():
    from cbs_analysis.series.units import convert_value

    judged = evaluate("cbs14", as_of=AS_OF, sensitivity=False)
    registry = load_registry()
    rows = [q for rows in questions(judged, all_rows=True).values() for q in rows if q.kind == "figures"]
    assert len(rows) > 400
    for q in rows:
        assert convert_value("1", q.unit, to=registry.indicator(q.key.split("|")[2]).unit) > 0
