"""Plans of a year and self-ratings as delimited files, and what the store holds without any."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

from cbs_analysis.errors import RawTableError
from cbs_analysis.sources import (
    load_annual_plans,
    load_data_requests,
    load_documents,
    load_projects,
    load_ratings,
)
from cbs_analysis.sources.record_schemas import RECORD_SCHEMAS
from cbs_analysis.sources.store import load_ledger_tables

PLANS = "measure,area,date,year,value,unit,document,note"
RATINGS = "measure,area,date,rating,word,note"


def add_plans(mini, *rows, **meta):
    return mini.add(list(rows), name="plans", header=PLANS, layout="annual_plans", **meta)


def add_ratings(mini, *rows, **meta):
    return mini.add(list(rows), name="ratings", header=RATINGS, layout="ratings", **meta)


def faults(mini):
    with pytest.raises(RawTableError) as caught:
        mini.build()
    return caught.value.faults


def test_a_plan_of_a_year_comes_back_in_the_unit_of_its_indicator(mini):
    # E01.1 counts persons: 1.3 万人 are 13,000
    add_plans(mini, "E01.1,22CB00,2022-03-01,2022,1.3,万人,示例发〔2022〕1号,备注")
    mini.build()
    (row,) = load_annual_plans(area="22CB00", root=mini.root).to_dict("records")
    assert (row["measure"], row["year"], row["value"]) == ("E01.1", 2022, 13_000.0)
    assert (row["value_published"], row["unit_published"]) == ("1.3", "万人")
    assert (row["document"], row["note"]) == ("示例发〔2022〕1号", "备注")
    assert (row["file"], row["sheet"], row["row"], row["col"]) == ("nbs/2023-01-17/plans.csv", "", 2, 4)
    assert row["vintage"] == pd.Timestamp("2023-01-17")


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("E01.9,22CB00,2022-03-01,2022,1.3,万人,示例发〔2022〕1号,", "measure is not known"),
        ("E01.1,99XX00,2022-03-01,2022,1.3,万人,示例发〔2022〕1号,", "area is not known"),
        ("E01.1,22CB00,2022年,2022,1.3,万人,示例发〔2022〕1号,", "date"),
        ("E01.1,22CB00,2023-03-01,2022,1.3,万人,示例发〔2022〕1号,", "record is dated after its publication"),
        ("E01.1,22CB00,2022-03-01,22,1.3,万人,示例发〔2022〕1号,", "year cannot be read"),
        ("E01.1,22CB00,2022-03-01,2022,约1,万人,示例发〔2022〕1号,", "value is not a number"),
        ("E01.1,22CB00,2022-03-01,2022,1.3,万元,示例发〔2022〕1号,", "unit does not fit"),
        ("E01.1,22CB00,2022-03-01,2022,1.3,万人,,", "plan of a year without a document"),
        ("P08.1,22CB00,2022-03-01,2022,1.3,万人,示例发〔2022〕1号,", "measure has no figure"),
        ("E01.1,22CB00,2022-03-01,2022,0,万人,示例发〔2022〕1号,", "plan of a total is not above zero"),
        ("E01.1,22CB00,2022-03-01,2022,-1.3,万人,示例发〔2022〕1号,", "plan of a total is not above zero"),
    ],
)
def test_each_slip_in_a_plan_of_a_year_names_its_row(mini, line, what):
    add_plans(mini, "E01.2,22CB00,2022-03-01,2022,4.5,%,示例发〔2022〕1号,", line)
    (fault,) = faults(mini)
    assert what in fault.what
    assert fault.where == "nbs/2023-01-17/plans.csv, row 3"


def test_none_at_all_can_be_planned_of_what_is_to_fall(mini):
    # H02.3 counts shortages of medicine
    add_plans(mini, "H02.3,22CB00,2022-03-01,2022,0,种,示例发〔2022〕1号,")
    mini.build()
    assert load_annual_plans(area="22CB00", root=mini.root)["value"].tolist() == [0.0]


def test_a_plan_that_stands_twice_in_a_file_is_refused(mini):
    line = "E01.1,22CB00,2022-03-01,2022,1.3,万人,示例发〔2022〕1号,"
    add_plans(mini, line, line)
    (fault,) = faults(mini)
    assert (fault.what, fault.where) == ("record stands twice", "nbs/2023-01-17/plans.csv, row 3")


def test_a_rating_keeps_the_words_of_the_office(mini):
    add_ratings(mini, "E01.1,22CB00,2022-12-31,总体平稳,on_track,", "E01.2,22CB00,2022-12-31,尚可,,说明")
    mini.build()
    rows = load_ratings(area="22CB00", root=mini.root)
    assert rows[["measure", "rating", "word", "note", "col"]].values.tolist() == [
        ["E01.1", "总体平稳", "on_track", "", 3],
        ["E01.2", "尚可", "", "说明", 3],
    ]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("E01.1,22CB00,2022-12-31,总体平稳,符合预期,", "word is not known"),
        ("E01.1,22CB00,2022-12-31,,on_track,", "rating is empty"),
        ("E01.1,22CB00,2023-12-31,总体平稳,,", "record is dated after its publication"),
    ],
)
def test_each_slip_in_a_rating_is_refused(mini, line, what):
    add_ratings(mini, line)
    assert [f.what for f in faults(mini)] == [what]


def test_faults_of_all_record_files_come_together(mini):
    add_plans(mini, "E01.9,22CB00,2022-03-01,2022,1.3,万人,示例发〔2022〕1号,")
    add_ratings(mini, "E01.1,22CB00,2022-12-31,,好,")
    assert [f.where for f in faults(mini)] == [
        "nbs/2023-01-17/plans.csv, row 2", *["nbs/2023-01-17/ratings.csv, row 2"] * 2,
    ]  # fmt: skip


def test_synthetic_and_real_records_never_share_a_file(mini):
    add_plans(mini, "E01.1,99DM00,2022-03-01,2022,1.3,万人,演示发〔2022〕1号,")
    assert [f.what for f in faults(mini)] == ["synthetic and real data are mixed"]


def test_a_later_plan_stands_below_an_earlier_one_and_is_unknown_before(mini):
    line = "E01.1,22CB00,{},2022,{},人,示例发〔2022〕{}号,"
    add_plans(mini, line.format("2022-03-01", 100, 1), published="2022-04-01")
    add_plans(mini, line.format("2022-09-01", 120, 2), published="2022-10-01")
    mini.build()
    assert load_annual_plans(area="22CB00", root=mini.root)["value"].tolist() == [100.0, 120.0]
    early = load_annual_plans(area="22CB00", as_of="2022-09-30", root=mini.root)
    assert early["value"].tolist() == [100.0]


def test_every_table_is_there_with_its_types_also_when_it_holds_nothing(mini, line):
    mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")])
    mini.build()
    for name, schema in RECORD_SCHEMAS.items():
        assert pq.read_schema(mini.processed / f"{name}.parquet").equals(schema)
    for load in (load_annual_plans, load_data_requests, load_documents, load_projects, load_ratings):
        assert load(area="22CB00", root=mini.root).empty


def test_rejected_rows_are_for_workbooks_of_offices_alone(mini, line):
    mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")], rejected={"指标!J5": "x"})
    assert [f.what for f in faults(mini)] == ["rejected belongs to the layout office_workbook"]


TABLES = "table,area,district,date,period,line,item,value,mark"


def add_tables(mini, *rows, **meta):
    return mini.add(list(rows), name="tables", header=TABLES, layout="ledger_tables", **meta)


def test_hidden_counts_of_a_ledger_come_back_without_a_number(mini):
    add_tables(
        mini,
        "classes,22CB00,22CB01,2022-12-31,2022-12,sudden,households,,small",
        "classes,22CB00,,2022-12-31,2022-12,sudden,households,14,shown",
    )
    mini.build()
    rows = load_ledger_tables(area="22CB00", root=mini.root).set_index("district")
    assert rows["mark"].to_dict() == {"22CB01": "small", "": "shown"}
    assert pd.isna(rows.loc["22CB01", "value"])
    assert rows.loc["", "value"] == 14.0


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("classes,22CB00,,2022-12-31,2022-12,sudden,households,7,shown", "a count from 1 to 9 is printed"),
        ("classes,22CB00,,2022-12-31,2022-12,sudden,households,7,small", "mark and value do not fit"),
        ("classes,22CB00,,2022-12-31,2022-12,sudden,households,,shown", "mark and value do not fit"),
        ("classes,22CB00,,2022-12-31,2022-12,sudden,households,14,hidden", "mark is not known"),
        ("classes,22CB00,99XX01,2022-12-31,2022-12,sudden,households,14,shown", "area is not known"),
    ],
)
def test_a_small_count_that_is_printed_stops_the_build(mini, line, what):
    add_tables(mini, line)
    assert what in faults(mini)[0].what
