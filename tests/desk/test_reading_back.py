"""A filled workbook: each row is taken in, or told why not, cell by cell."""

import datetime
import time
import zipfile

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from cbs_analysis.errors import RawTableError
from cbs_analysis.sources.office_cells import money
from cbs_analysis.sources.office_workbook import is_office_workbook

TAX = "F|S09.1|medical_insurance_collection_pct|{}"
EVENTS = "F|C11.1|sports_events_count|2023"
GOOD = {"数值": 96.5, "数据性质": "最终数"}


def faults(returned):
    return {r.address: [t.fault.what for t in r.troubles] for r in returned.rejected}


def only(returned, table):
    (row,) = [found for r in returned.accepted for found in r.tables.get(table, [])]
    return row


def test_a_figure_comes_back_in_its_unit_with_its_cell_office_and_sheet(desk, read):
    book = desk("tax").fill(TAX.format(2021), **GOOD, 文号或来源="演示函〔2023〕9号", 备注="含补缴")
    row = only(read(book.save()), "observations")
    assert (row["indicator"], row["period"], row["value"]) == (
        "medical_insurance_collection_pct",
        "2021",
        96.5,
    )
    assert (row["row"], row["col"], row["status"], row["source"]) == (6, 9, "synthetic", "demo")
    assert row["note"] == "税务局填报；依据：演示函〔2023〕9号；备注：含补缴; sheet 指标"
    assert row["file"] == "demo/2023-06-29/demo14_tax.xlsx"


def test_an_unfilled_workbook_says_nothing(desk, read):
    returned = read(desk("housing").save())
    assert returned.rows == ()
    assert returned.asked > 5


@pytest.mark.parametrize(
    ("typed", "value"),
    [("９６．５", 96.5), ("96.5%", 96.5), (" 96.5 ", 96.5), ("96.50", 96.5), (0, 0.0), ("1,096", None)],
)
def test_a_number_may_be_typed_as_officials_type_it(desk, read, typed, value):
    key = TAX.format(2021)
    book = desk("tax").fill(key, **GOOD | {"数值": typed})
    if value is None:  # above 100 %: read as 1096, and doubted
        book.fill(key, 备注="经核对无误")
        value = 1096.0
    assert only(read(book.save()), "observations")["value"] == value


@pytest.mark.parametrize("typed", ["约96", "九十六", "96 5", "—", "缺", "96.5万", "1e2", "12人", True])
def test_what_is_no_number_is_refused_with_its_cell(desk, read, typed):
    returned = read(desk("tax").fill(TAX.format(2021), **GOOD | {"数值": typed}).save())
    assert list(faults(returned)) == ["指标!J6"]
    fault = returned.rejected[0].troubles[0].fault
    assert fault.got
    assert fault.zh
    assert returned.accepted == ()


def test_a_cell_formatted_as_a_percentage_means_what_it_shows(desk, read):
    book = desk("tax").fill(TAX.format(2021), **GOOD | {"数值": 0.965})
    book.cell(TAX.format(2021), "数值").number_format = "0.0%"
    assert only(read(book.save()), "observations")["value"] == 96.5


def test_a_formula_is_refused_even_with_its_result(desk, read):
    book = desk("tax").fill(TAX.format(2021), **GOOD | {"数值": "=90+6.5"})
    book.save()
    with zipfile.ZipFile(book.path) as old:
        parts = {n: old.read(n) for n in old.namelist()}
    sheet = next(n for n, b in parts.items() if b"<f>" in b)
    parts[sheet] = (
        parts[sheet]
        .replace(b"<f>90+6.5</f><v></v>", b"<f>90+6.5</f><v>96.5</v>")
        .replace(b"<f>90+6.5</f><v/>", b"<f>90+6.5</f><v>96.5</v>")
    )
    assert b"<v>96.5</v>" in parts[sheet]
    with zipfile.ZipFile(book.path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    assert faults(read(book.path)) == {"指标!J6": ["cell holds a formula"]}


def test_a_changed_unit_is_converted_and_an_impossible_one_refused(desk, read):
    book = desk("sport").fill(
        "F|C11.2|sports_event_participants_person_times|2023", 单位="万人次", 数值=0.72, 数据性质="预计数"
    )
    book.fill("F|C11.1|sports_events_count|2023", 单位="平方米", 数值=28, 数据性质="预计数")
    returned = read(book.save())
    assert only(returned, "observations")["value"] == 7200
    assert [whats[0][:17] for whats in faults(returned).values()] == ["unit does not fit"]


@pytest.mark.parametrize(
    ("cells", "cell", "what"),
    [
        ({"数值": 96.5}, "K", "status is not chosen"),
        ({"数值": 96.5, "数据性质": "快报"}, "K", "word is not one of the list"),
        ({"数据性质": "最终数"}, "J", "row has no figure"),
        ({"数值": -3, "数据性质": "最终数", "备注": "退费"}, "J", "share is negative"),
        (
            {"数值": 96.5, "数据性质": "最终数", "不能填报的原因": "暂无"},
            "L",
            "a figure and a reason for none",
        ),
        ({"不能填报的原因": "暂无"}, "M", "no day on which it will come"),
        ({"不能填报的原因": "暂无", "预计提供日期": "2023-05-01"}, "M", "day has passed already"),
        ({"不能填报的原因": "暂无", "预计提供日期": "下月"}, "M", "day cannot be read"),
    ],
)
def test_each_slip_in_a_figure_names_its_cell(desk, read, cells, cell, what):
    returned = read(desk("tax").fill(TAX.format(2021), **cells).save())
    assert faults(returned) == {f"指标!{cell}6": [what]}


def test_all_slips_of_a_workbook_come_together_and_the_good_rows_stand(desk, read):
    book = desk("tax")
    book.fill(TAX.format(2020), **GOOD).fill(TAX.format(2021), **GOOD | {"数值": "约96"})
    book.fill(TAX.format(2022), 数值=97, 数据性质="准").fill("R|S09.1", 自评结论="很好")
    returned = read(book.save())
    assert list(faults(returned)) == ["指标!J6", "指标!K7", "自评!E5"]
    assert [r.cell for r in returned.accepted] == ["J5"]


@pytest.mark.parametrize(
    ("answer", "key", "day"),
    [
        ("未统计", "not_collected", None),
        ("暂无", "not_yet", "2023年9月1日"),
        ("不适用", "not_applicable", None),
    ],
)
def test_an_answer_instead_of_a_figure_is_kept_as_such(desk, read, answer, key, day):
    returned = read(desk("tax").fill(TAX.format(2022), 不能填报的原因=answer, 预计提供日期=day).save())
    row = only(returned, "data_requests")
    assert (row["measure"], row["indicator"], row["period"]) == (
        "S09.1", "medical_insurance_collection_pct", "2022",
    )  # fmt: skip
    assert row["answer"] == key
    assert row["expected"] == (datetime.date(2023, 9, 1) if day else None)


@pytest.mark.parametrize(
    ("times", "doubted"), [(9.9, False), (10, True), (0.11, False), (0.1, True), (0.001, True)]
)
def test_ten_times_the_last_figure_or_a_tenth_of_it_needs_a_remark(desk, read, asked, times, doubted):
    figure = round(float(asked[EVENTS].last) * times, 6)
    book = desk("sport").fill(EVENTS, 数值=figure, 数据性质="预计数")
    returned = read(book.save())
    assert bool(returned.rejected) is doubted
    if doubted:
        assert "times the last one" in returned.rejected[0].troubles[0].fault.what
        again = read(book.fill(EVENTS, 备注="口径扩大").save())
        assert again.rejected == ()
        assert [t.cell for t in again.accepted[0].remarks] == ["J" + str(book.row(EVENTS))]
        assert only(again, "observations")["value"] == figure


def test_a_share_above_a_hundred_needs_a_remark(desk, read):
    returned = read(desk("tax").fill(TAX.format(2021), **GOOD | {"数值": 101}).save())
    assert faults(returned) == {"指标!J6": ["share is above 100 %"]}


def test_a_remark_settles_a_doubt_and_no_error(desk, read):
    book = desk("sport").fill(EVENTS, 数值=27000, 备注="经核对无误")
    assert [w for whats in faults(read(book.save())).values() for w in whats] == ["status is not chosen"]


def test_a_real_office_can_give_an_unfinished_year_as_estimate_alone(tmp_path):
    from cbs_analysis.plan import evaluate
    from cbs_analysis.plan.templates import write_templates
    from cbs_analysis.registry import load_registry
    from cbs_analysis.sources.office_intake import prepare

    from .conftest import Filled

    judged = evaluate("cbs14", as_of="2023-06-30", sensitivity=False)
    (written,) = write_templates(judged, tmp_path, offices=["tax"])
    for word, right in (("最终数", False), ("预计数", True)):
        path = Filled(written.path).fill(TAX.format(2023), 数值=97, 数据性质=word).save()
        taken = prepare(path, tmp_path / "raw", load_registry(), published=datetime.date(2023, 7, 20))
        assert bool(taken.returned.accepted) is right
        assert taken.sidecar.publisher == "cbs_committee"
        assert taken.sidecar.certainty == "official"
    (row,) = taken.returned.accepted[0].tables["observations"]
    assert row["status"] == "estimated"


def test_documents_of_rungs_come_back_with_number_day_and_sheet(desk, read):
    book = desk("organisation").fill(
        "D|P08.1|1", 文件名称="演示方案", 文号="演示发〔2023〕1号", 文件日期="2023/3/1"
    )
    book.fill("D|P08.1|2", 文件名称="演示制度", 文件日期=datetime.date(2023, 4, 1))
    returned = read(book.save())
    row = only(returned, "documents")
    assert (row["level"], row["document"], row["date"]) == (
        1.0,
        "演示发〔2023〕1号",
        datetime.date(2023, 3, 1),
    )
    assert (row["sheet"], row["row"]) == ("机制与文件", 5)
    assert faults(returned) == {"机制与文件!H6": ["document is missing"]}


def test_a_document_of_after_the_receipt_is_refused(desk, read):
    book = desk("organisation").fill("D|P08.1|1", 文号="演示发〔2023〕1号", 文件日期="2023-07-01")
    assert faults(read(book.save())) == {"机制与文件!I5": ["record is dated after its publication"]}


def test_a_document_that_states_a_target_needs_the_target(desk, read):
    book = desk("housing").fill("D|S14.2|target", 文号="演示发〔2021〕7号", 文件日期="2021-05-01")
    assert list(faults(read(book.save())).values()) == [["target is not said"]]
    book.fill("D|S14.2|target", 备注="2025年底累计改造1200户")
    row = only(read(book.save()), "documents")
    assert row["level"] is None
    assert "1200户" in row["note"]


def test_a_plan_of_the_year_needs_its_document(desk, read):
    book = desk("sport").fill("A|C12.2|2023", 计划数=15)
    assert [set(w) for w in faults(read(book.save())).values()] == [
        {"document is missing", "date is missing"}
    ]
    book.fill("A|C12.2|2023", 文件名称和文号="年度要点（演示发〔2023〕2号）", 文件日期="2023-02-01")
    row = only(read(book.save()), "annual_plans")
    assert (row["measure"], row["year"], row["value"], row["unit_published"]) == ("C12.2", 2023, 15.0, "个")
    assert (row["sheet"], row["col"]) == ("年度计划", 6)


@pytest.fixture
def report(asked):
    """A report on 12-02 that goes on from the last one, in 万元."""
    stage, _, spent = asked["P|12-02"].detail.partition(";")
    assert 1 < int(stage) < 4
    return {
        "阶段": f"{stage} 主体", "截至日期": "2023-06-20", "文号": "演示项函〔2023〕30号",
        "总投资（万元）": 2 * float(spent), "累计完成投资（万元）": float(spent) + 100,
    }  # fmt: skip


def test_a_project_report_is_read_in_ten_thousand_yuan_and_kept_in_millions(desk, read, report):
    report |= {"总投资（万元）": 123456.7, "累计完成投资（万元）": 100000}
    row = only(read(desk("housing").fill("P|12-02", **report).save()), "projects")
    assert (row["total_inv_mn_yuan"], row["cum_inv_mn_yuan"]) == (1234.567, 1000.0)
    assert money("1234.5") == "12.345"


@pytest.mark.parametrize(
    ("change", "what", "settled"),
    [
        ({"阶段": "1 前期"}, "stage is below that of the last report", True),
        ({"总投资（万元）": 1}, "more is invested than the total", True),
        ({"累计完成投资（万元）": 2}, "less is invested than at the last report", True),
        ({"阶段": "9 完"}, "stage is out of range", False),
        ({"本年完成投资（万元）": 1e9}, "more in this year than ever", False),
        ({"总投资（万元）": -1}, "amount is negative", False),
        ({"文号": None}, "document is missing", False),
        (
            {"计划开工日期": "2022-05-01", "计划完工日期": "2021-05-01"},
            "planned end is not after the start",
            False,
        ),
    ],
)
def test_each_slip_in_a_project_report(desk, read, report, change, what, settled):
    book = desk("housing").fill("P|12-02", **report | change)
    (told,) = faults(read(book.save())).values()
    assert what in told
    again = read(book.fill("P|12-02", 备注="经核对无误").save())
    assert bool(again.accepted) is settled


def test_a_rating_keeps_the_words_of_the_office_and_the_day_on_the_cover(desk, read):
    book = desk("tax").fill("R|S09.1", 自评结论="符合预期", 自评说明="征缴平稳")
    book.book["说明"]["B6"] = "2023年6月25日"
    row = only(read(book.save()), "ratings")
    assert (row["word"], row["rating"]) == ("on_track", "征缴平稳")
    assert row["date"] == datetime.date(2023, 6, 25)
    book.book["说明"]["B6"] = "二〇二三年"
    returned = read(book.save())
    assert (only(returned, "ratings")["date"], returned.notes) == (
        datetime.date(2023, 6, 29),
        ("二〇二三年",),
    )


def test_sorted_rows_keep_their_meaning(desk, read):
    book = desk("tax").fill(TAX.format(2020), **GOOD | {"数值": 90}).fill(TAX.format(2022), **GOOD)
    sheet = book.book["指标"]
    rows = [[c.value for c in sheet[r]] for r in range(5, 9)]
    for r, values in zip(range(5, 9), reversed(rows), strict=True):
        for c, value in enumerate(values, 1):
            sheet.cell(r, c).value = value
    got = {f["period"]: f["value"] for r in read(book.save()).accepted for f in r.tables["observations"]}
    assert got == {"2020": 90.0, "2022": 96.5}


def test_a_copied_row_makes_both_unsure(desk, read):
    book = desk("tax").fill(TAX.format(2020), **GOOD)
    sheet = book.book["指标"]
    for c in range(1, 16):
        sheet.cell(9, c).value = sheet.cell(5, c).value
    assert faults(read(book.save())) == {"指标!J5": ["row stands twice"], "指标!J9": ["row stands twice"]}


def test_a_row_of_ones_own_is_refused(desk, read):
    book = desk("tax")
    book.book["指标"].append([None, "新增", None, "自拟指标", None, "2022年", None, None, "个", 5, "最终数"])
    assert faults(read(book.save())) == {"指标!J9": ["row is not one that was asked"]}


@pytest.mark.parametrize("head", ["时期", "指标或事项", "编号", "口径"])
def test_a_row_whose_print_was_changed_is_refused(desk, read, head):
    book = desk("tax").fill(TAX.format(2021), **GOOD)
    book.cell(TAX.format(2021), head).value = "2019年"
    assert faults(read(book.save())) == {"指标!J6": ["printed cells of the row were changed"]}


def test_merged_cells_are_refused(desk, read):
    book = desk("tax").fill(TAX.format(2021), **GOOD)
    book.book["指标"].merge_cells("J6:J7")
    assert faults(read(book.save())) == {"指标!J6": ["cells are merged"]}


def test_a_deleted_row_is_told_and_the_others_stand(desk, read):
    book = desk("tax").fill(TAX.format(2021), **GOOD)
    book.book["指标"].delete_rows(book.row(TAX.format(2020)))
    returned = read(book.save())
    assert returned.missing == ("S09.1（指标）",)
    assert [r.cell for r in returned.accepted] == ["J5"]


def test_the_workbook_of_another_plan_area_or_office_is_refused_as_a_whole(desk, read):
    for cell, text in (("B3", "cbs14"), ("B4", "22CB00"), ("B5", "health")):
        book = desk("tax").fill(TAX.format(2021), **GOOD)
        book.book["_cbs"][cell] = text
        with pytest.raises(RawTableError, match="what was asked has been changed"):
            read(book.save())


def test_a_workbook_without_its_hidden_sheet_is_an_ordinary_file(desk):
    book = desk("tax").fill(TAX.format(2021), **GOOD)
    assert is_office_workbook(book.save())
    del book.book["_cbs"]
    assert not is_office_workbook(book.save())


def test_other_files_are_no_workbooks_of_ours(tmp_path, desk):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 cut off")
    (tmp_path / "b.csv").write_text("_cbs", encoding="utf-8")
    openpyxl.Workbook().save(tmp_path / "c.xlsx")
    (tmp_path / "d.xlsx").write_bytes(desk("tax").path.read_bytes()[:3000])
    assert not [n for n in "abcd" for p in tmp_path.glob(f"{n}.*") if is_office_workbook(p)]
    assert not is_office_workbook(tmp_path / "nothing.xlsx")
    assert not is_office_workbook(tmp_path)


def test_thousands_of_empty_coloured_rows_cost_little(desk, read):
    book = desk("health").fill("F|H07.3|infectious_beds|2023", 数值=101, 数据性质="预计数")
    sheet, colour = book.book["指标"], PatternFill("solid", fgColor="FFFF00")
    for r in range(sheet.max_row + 1, 8000):
        for c in range(1, 16):
            sheet.cell(r, c).fill = colour
    path = book.save()
    start = time.process_time()
    returned = read(path)
    assert time.process_time() - start < 5  # one second on an idle machine
    assert [r.id for r in returned.accepted] == ["H07.3"]


def swap_heads(sheet):
    sheet["J3"], sheet["N3"] = sheet["N3"].value, sheet["J3"].value


HEAD = "head of a column was changed; no row of the sheet is taken in"


@pytest.mark.parametrize(
    ("change", "where", "got", "expected"),
    [
        (swap_heads, "J3", "文号或来源", "数值"),
        (lambda sheet: sheet.insert_cols(10), "J3", "nothing", "数值"),
        (lambda sheet: sheet.delete_cols(5), "E3", "时期", "口径"),
        (lambda sheet: sheet.delete_rows(3), "A3", "key", "行码"),
        (lambda sheet: sheet.cell(3, 16, "电话"), "P3", "电话", "nothing"),
    ],
)
def test_no_row_below_changed_heads_is_taken_in(desk, read, change, where, got, expected):
    book = desk("tax").fill(TAX.format(2021), **GOOD).fill(TAX.format(2022), **GOOD)
    change(book.book["指标"])
    returned = read(book.save())
    assert returned.accepted == ()
    assert [r.sheet for r in returned.rejected] == ["指标", "指标"]
    for row in returned.rejected:
        (fault,) = [t.fault for t in row.troubles]
        assert (fault.what, fault.got, fault.expected) == (HEAD, got, expected)
        assert fault.where.endswith(f"sheet 指标, {where}")
        assert where in fault.zh
        assert fault.next_step


def test_a_sheet_whose_filled_columns_are_gone_is_not_taken_for_an_empty_one(desk, read):
    book = desk("tax").fill(TAX.format(2021), **GOOD)
    book.book["指标"].delete_cols(2, 7)  # the unit stands in B now, the figure in C, and nothing from I on
    (row,) = read(book.save()).rejected
    assert (row.address, [t.fault.what for t in row.troubles]) == ("指标!B3", [HEAD])


def test_changed_heads_hold_up_no_other_sheet(desk, read):
    book = desk("organisation").fill(
        "D|P08.1|1", 文件名称="演示", 文号="演示发〔2023〕1号", 文件日期="2023-03-01"
    )
    book.fill("R|P08.1", 自评结论="符合预期")
    book.book["自评"]["E3"] = "结论"
    returned = read(book.save())
    assert ([r.sheet for r in returned.accepted], [r.sheet for r in returned.rejected]) == (
        ["机制与文件"],
        ["自评"],
    )
