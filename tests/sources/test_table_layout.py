import io
import json
import sys

import openpyxl
import pytest
import xlwt
import yaml

from cbs_analysis.errors import RawTableError
from cbs_analysis.sources import load_observations

INCOME = {
    "indicator": "disposable_income_all_nominal_ytd_yuan",
    "unit": "元",
    "annual": "disposable_income_all_nominal_yuan",
}
NATION = {"layout": "table", "area": "000000", "status": "final"}
POPULATION = {"indicator": "population_resident_persons"}
PANEL = {"layout": "table", "status": "final", "columns": {"年末常住人口": POPULATION}}
PANEL_HEADER = "area_label,area,period,年末常住人口(万人)"
TABLE = [["地区", "年末常住人口（万人）", "城镇化率（%）"], ["北京", 2189.3, 87.5], ["天津", 1386.6, 84.7]]
PROVINCES = {
    "layout": "table",
    "status": "final",
    "columns": {"年末常住人口": POPULATION, "城镇化率": {"indicator": "urbanisation_pct"}},
}


def faults(mini):
    with pytest.raises(RawTableError) as caught:
        mini.build()
    return caught.value.faults


def built(mini, area="000000"):
    mini.build()
    return load_observations(area=area, root=mini.root)


def manifest(mini):
    return json.loads((mini.processed / "manifest.json").read_text(encoding="utf-8"))


def xlsx(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls(title, rows):
    book = xlwt.Workbook()
    sheet = book.add_sheet(title)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def html(title, rows):
    lines = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    return f"<html><body><p>{title}</p><table>{lines}</table></body></html>".encode()


def correct(mini, *entries):
    mini.raw.joinpath("corrections.yml").write_text(
        yaml.safe_dump(list(entries), allow_unicode=True), encoding="utf-8"
    )


# --- what is stored ------------------------------------------------------------------------------


def test_one_cell_gives_the_quarter_and_the_year(mini):
    rows = ["2021Q3,26265", "2021Q4,35128", "2022Q1,10345"]
    mini.add(
        rows,
        header="period,居民人均可支配收入累计值(元)",
        **NATION,
        columns={"居民人均可支配收入累计值": INCOME},
    )
    obs = built(mini)
    assert sorted(obs["period"]) == ["2021", "2021Q3", "2021Q4", "2022Q1"]
    whole = obs[obs["freq"] == "A"].iloc[0]
    assert (whole["value"], whole["value_published"], whole["unit_published"]) == (35128, "35128", "元")
    assert (whole["file"], whole["row"], whole["col"]) == ("nbs/2023-01-17/figures.csv", 3, 1)


def test_december_of_a_cumulative_month_is_the_year(mini):
    column = {"indicator": "urban_new_jobs_ytd_persons", "annual": "urban_new_jobs_persons"}
    rows = ["2021-11,1207", "2021-12,1269"]
    mini.add(rows, header="period,城镇新增就业累计值(万人)", **NATION, columns={"城镇新增就业累计值": column})
    obs = built(mini)
    assert obs[obs["freq"] == "A"][["indicator", "period", "value"]].to_numpy().tolist() == [
        ["urban_new_jobs_persons", "2021", 12_690_000]
    ]


def test_a_panel_takes_areas_and_periods_from_its_columns(mini):
    mini.add(
        ["北京,110000,2020,2189.0", "北京,110000,2021,2188.6", "吉林,220000,2020,2399.4"],
        header=PANEL_HEADER,
        **PANEL,
    )
    row = built(mini, "吉林省").iloc[0]
    assert (row["area"], row["period"], row["value"]) == ("220000", "2020", 23_994_000)
    assert (row["row"], row["col"]) == (4, 3)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.xlsx", lambda: xlsx(("表1", [["2021年各省人口"], *TABLE]))),
        ("t.xls", lambda: xls("表1", [["2021年各省人口"], *TABLE])),
        ("t.html", lambda: html("2021年各省人口", [["2021年各省人口", "", ""], *TABLE])),
    ],
)
def test_every_format_gives_the_same_figures_at_their_cells(mini, name, content):
    mini.add_file(name, content(), **PROVINCES)
    obs = built(mini, "天津市").sort_values("indicator").reset_index(drop=True)
    assert obs["value"].tolist() == [13_866_000, 84.7]
    assert obs["period"].tolist() == ["2021", "2021"]
    assert obs["value_published"].tolist() == ["1386.6", "84.7"]
    assert list(zip(obs["row"], obs["col"], strict=True)) == [(4, 1), (4, 2)]
    assert set(obs["file"]) == {f"nbs/2023-01-17/{name}"}


def test_options_of_the_reader_say_what_the_file_does_not(mini):
    mini.add_file("t.xlsx", xlsx(("表1", TABLE)), **PROVINCES)
    (fault,) = faults(mini)
    assert (fault.what, fault.where) == ("the period is not said", "nbs/2023-01-17/t.xlsx, sheet 表1, B2")
    assert "`read:`" in fault.next_step
    mini.add_file("t.xlsx", xlsx(("表1", TABLE)), **PROVINCES, read={"period": "2021"})
    assert built(mini, "天津市")["period"].tolist() == ["2021", "2021"]


def test_a_sheet_can_be_chosen_by_its_position(mini):
    content = xlsx(("2020年", [TABLE[0], ["天津", 1387.0, 84.7]]), ("2021年", TABLE))
    mini.add_file("t.xlsx", content, **PROVINCES, read={"sheet": 0})
    obs = built(mini, "天津市")
    assert obs["period"].unique().tolist() == ["2020"]
    assert obs["note"].tolist() == ["", ""]


def test_figures_of_several_sheets_name_their_sheet(mini):
    content = xlsx(("2020年", [TABLE[0], ["天津", 1387.0, 84.7]]), ("2021年", TABLE))
    mini.add_file("t.xlsx", content, **PROVINCES)
    notes = built(mini, "天津市").set_index("period")["note"]
    assert notes.groupby(level=0).first().to_dict() == {"2020": "sheet 2020年", "2021": "sheet 2021年"}


def test_status_changes_from_a_year_on(mini):
    rows = [f"北京,110000,{y},2188" for y in (2019, 2020, 2021)]
    mini.add(rows, header=PANEL_HEADER, **PANEL | {"status": "revised"}, status_from={"2020": "final"})
    assert built(mini, "北京市")["status"].tolist() == ["revised", "final", "final"]


def test_nothing_is_stored_for_what_was_not_published(mini):
    rows = ["北京,110000,2020,—", "北京,110000,2021,2188.6", "北京,110000,2022,"]
    mini.add(rows, header=PANEL_HEADER, **PANEL)
    assert built(mini, "北京市")["period"].tolist() == ["2021"]


def test_the_note_of_the_series_and_of_the_reader_stand_together(mini):
    content = xlsx(("表1", [["2021年各省人口（初步核算）"], *TABLE]))
    series = PROVINCES["columns"] | {"年末常住人口": POPULATION | {"note": "常住半年以上"}}
    mini.add_file("t.xlsx", content, **PROVINCES | {"columns": series})
    notes = built(mini, "天津市").set_index("indicator")["note"]
    assert notes["population_resident_persons"].startswith("常住半年以上; ")
    assert "初步核算" in notes["urbanisation_pct"]


def test_a_published_unit_that_misleads_is_named_by_its_label(mini):
    column = {"每万人卫生技术人员": {"indicator": "health_technicians_per_10k", "unit": "每万人"}}
    given = {"header": "period,每万人卫生技术人员(人)", **NATION, "columns": column}
    mini.add(["2020,76", "2021,80"], **given)
    assert any("unit differs from the sidecar" in f.what for f in faults(mini))
    mini.add(["2020,76", "2021,80"], **given, read={"unit": {"每万人卫生技术人员": "每万人"}})
    assert built(mini)["unit_published"].tolist() == ["每万人", "每万人"]


def test_a_repaired_figure_says_what_stood_there(mini):
    rows = [
        ["2021年人口"],
        ["地区", "年末常住人口（万人）"],
        ["全国", "14 1260"],
        ["东部", 56_505],
        ["其他", 84_755],
    ]
    mini.add_file(
        "t.xlsx",
        xlsx(("表1", rows)),
        **PANEL,
        area="000000",
        excluded_areas={"东部": "不在登记的区划内", "其他": "不在登记的区划内"},
    )
    row = built(mini).iloc[0]
    assert (row["value"], row["value_published"]) == (1_412_600_000, "14 1260")
    assert "repaired" in row["note"]


# --- every path is wanted or ignored -------------------------------------------------------------


def test_a_path_in_neither_list_is_refused_with_the_nearest_keys(mini):
    columns = {"年末常住人囗": POPULATION}  # a look-alike character
    mini.add_file("t.xlsx", xlsx(("2021年", TABLE)), **PROVINCES | {"columns": columns}, ignored=["城镇化率"])
    missing, idle = faults(mini)
    assert (missing.what, missing.got) == ("indicator path is not in the sidecar", "年末常住人口")
    assert missing.where == "nbs/2023-01-17/t.xlsx, sheet 2021年, B2"
    assert missing.expected.split(", ")[0] == "年末常住人囗"
    assert idle.what == "sidecar names an indicator path that the file lacks"
    assert (idle.got, idle.expected.split(", ")[0]) == ("年末常住人囗", "年末常住人口")


def test_an_ignored_path_gives_nothing_and_an_idle_one_is_refused(mini):
    columns = {"年末常住人口": POPULATION}
    given = PROVINCES | {"columns": columns}
    mini.add_file("t.xlsx", xlsx(("2021年", TABLE)), **given, ignored=["城镇化率"])
    assert built(mini, "天津市")["indicator"].tolist() == ["population_resident_persons"]
    mini.add_file("t.xlsx", xlsx(("2021年", TABLE)), **given, ignored=["城镇化率", "面积"])
    assert [f.got for f in faults(mini)] == ["面积"]


def test_a_path_cannot_be_wanted_and_ignored(mini):
    mini.add_file("t.xlsx", xlsx(("2021年", TABLE)), **PROVINCES, ignored=["城镇化率"])
    assert [f.what for f in faults(mini)] == ["path is wanted and ignored"]


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "what"),
    [
        ({"unit": "万人"}, "key is missing"),
        ({"indicator": "population_resident_persons", "anual": "b"}, "key is not known"),
        ({"indicator": "population_resident_person"}, "indicator is not known"),
        ({"indicator": "urbanisation_pct"}, "unit does not fit"),
        ({"indicator": "population_resident_persons", "unit": "人"}, "unit differs from the sidecar"),
        ({"indicator": "population_resident_persons", "annual": "urbanisation_pct"}, "annual belongs to"),
    ],
)
def test_a_wrong_series_is_told_once_and_not_for_every_figure(mini, spec, what):
    rows = [f"北京,110000,{y},2188" for y in range(2010, 2021)]
    mini.add(rows, header=PANEL_HEADER, **PANEL | {"columns": {"年末常住人口": spec}})
    assert [what in f.what for f in faults(mini)].count(True) == 1


@pytest.mark.parametrize(
    ("read", "what", "expected"),
    [
        ({"perid": "2021"}, "key is not known", "period"),
        ({"period": 2021}, "period is not text", ""),
        ({"skip": "D10"}, "skip is not a list", ""),
        ({"skip": [10]}, "skip is not a list of text", ""),
        ({"unit": ["元"]}, "unit is not text", ""),
        ({"unit": {"a": 1}}, "unit is not text", ""),
        ({"parents": "a"}, "parents is not text", ""),
        ({"decimal_months": "yes"}, "decimal_months is not true or false", ""),
        ({"sheet": True}, "sheet is neither", ""),
        (["period"], "entry is not a mapping", ""),
    ],
)
def test_a_wrong_option_of_the_reader_is_refused(mini, read, what, expected):
    mini.add_file("t.xlsx", xlsx(("2021年", TABLE)), **PROVINCES, read=read)
    (fault,) = [f for f in faults(mini) if what in f.what]
    assert fault.where.startswith("nbs/2023-01-17/t.xlsx.meta.yml, read")
    assert expected in fault.expected


@pytest.mark.parametrize("key", ["area", "status", "read", "columns", "ignored", "status_from"])
def test_keys_of_tables_are_refused_in_other_layouts(mini, line, key):
    value = {"read": {"period": "2021"}, "columns": {"a": {"indicator": "b"}}, "ignored": ["a"]}.get(key, "x")
    mini.add(
        [line("urban_new_jobs_persons", "2022", "1206", "万人")],
        **{key: value if key != "status_from" else {"2020": "final"}},
    )
    assert any(f.what == f"{key} belongs to the layout table" for f in faults(mini))


def test_a_missing_or_unknown_status_is_told_once(mini):
    rows = [f"北京,110000,{y},2188" for y in range(2010, 2021)]
    mini.add(
        rows, header=PANEL_HEADER, layout="table", columns=PANEL["columns"], status_from={"2015": "sure"}
    )
    assert [(f.what, f.got) for f in faults(mini)] == [
        ("status is not known", "nothing"),
        ("status is not known", "sure"),
    ]


def test_less_than_one_unit_is_no_figure_for_the_store(mini):
    mini.add(["北京,110000,2020,…", "北京,110000,2021,2188.6"], header=PANEL_HEADER, **PANEL)
    (fault,) = faults(mini)
    assert fault.what == "less than one unit of the last digit was published"
    assert fault.where == "nbs/2023-01-17/figures.csv, D2"
    assert "`ignored:`" in fault.next_step


def test_cumulative_figures_need_a_cumulative_indicator(mini):
    rows = ["2021年1-6月,100", "2021年1-9月,160"]
    column = {"城镇新增就业": {"indicator": "urban_new_jobs_persons"}}
    mini.add(rows, header="时间,城镇新增就业(万人)", **NATION, columns=column)
    assert any("count from January" in f.what for f in faults(mini))


def test_a_period_after_the_publication_is_refused(mini):
    mini.add(["北京,110000,2022,2184", "北京,110000,2023,2185"], header=PANEL_HEADER, **PANEL)
    (fault,) = faults(mini)
    assert (fault.what, fault.where) == (
        "period ends after the publication",
        "nbs/2023-01-17/figures.csv, row 3, column 4",
    )


def test_a_line_that_lacks_a_cell_is_refused_and_can_be_declared(mini):
    rows = ["北京,110000,2020,2189,1900", "北京,110000,2021,1915", "北京,110000,2022,2184,1912"]
    given = {
        "header": PANEL_HEADER + ",城镇人口(万人)",
        **PANEL,
        "columns": PANEL["columns"] | {"城镇人口": {"indicator": "population_urban_persons"}},
    }
    mini.add(rows, **given)
    (fault,) = faults(mini)
    assert (fault.what, fault.where) == (
        "rows have fewer cells than the header",
        "nbs/2023-01-17/figures.csv, E3",
    )
    mini.add(rows, **given, read={"skip": ["E3"]})
    assert len(built(mini, "北京市")) == 5


def test_real_tables_of_synthetic_areas_are_refused(mini):
    mini.add(["2020,50", "2021,51"], header="period,年末常住人口(万人)", **PANEL, area="99DM00")
    assert any("synthetic and real" in f.what for f in faults(mini))


# --- areas ---------------------------------------------------------------------------------------


def test_an_area_that_the_registry_lacks_is_told_once_and_can_be_left_out(mini):
    rows = ["石家庄,130100,2020,1123", "石家庄,130100,2021,1120", "北京,110000,2020,2189"]
    mini.add(rows, header=PANEL_HEADER, **PANEL)
    (fault,) = faults(mini)
    assert fault.what == "area is not known"
    assert "130100" in fault.got
    assert "`excluded_areas:`" in fault.next_step
    region = fault.got.split(" ", 1)[1]
    mini.add(rows, header=PANEL_HEADER, **PANEL, excluded_areas={region: "不在评估范围"})
    assert len(built(mini, "北京市")) == 1
    left = manifest(mini)["excluded"]
    assert [(e["area_label"], e["period"], e["row"], e["reason"]) for e in left] == [
        (region, "2020", 2, "不在评估范围"),
        (region, "2021", 3, "不在评估范围"),
    ]


def test_an_exclusion_that_matches_nothing_is_refused(mini):
    rows = ["北京,110000,2020,2189", "北京,110000,2021,2188"]
    mini.add(rows, header=PANEL_HEADER, **PANEL, excluded_periods={"2019": "why"})
    assert any(f.what == "exclusion matches no row" and f.got == "2019" for f in faults(mini))
    mini.add(rows, header=PANEL_HEADER, **PANEL, excluded_periods={"2020": "why"})
    assert built(mini, "北京市")["period"].tolist() == ["2021"]


def test_the_area_of_the_sidecar_may_be_one_without_a_national_code(mini):
    mini.add(["2020,6.1", "2021,6.2"], header="period,年末常住人口(万人)", **PANEL, area="22CB00")
    assert built(mini, "22CB00")["value"].tolist() == [61_000, 62_000]


# --- corrections ---------------------------------------------------------------------------------

WHY = {"reason": "扫描把5认成S", "document": "示例年鉴，第1页"}


def test_a_corrected_figure_is_stored_with_its_reason_and_document(mini):
    mini.add(["北京,110000,2020,218S", "北京,110000,2021,2188"], header=PANEL_HEADER, **PANEL)
    assert any("no readable figure" in f.what for f in faults(mini))
    correct(
        mini,
        {"file": "figures.csv", "cell": "D2", "action": "override", "value": "2185", "expect": "218S"} | WHY,
    )
    row = built(mini, "北京市").iloc[0]
    assert (row["value"], row["value_published"]) == (21_850_000, "2185")
    assert "corrected: 218S -> 2185 (扫描把5认成S; 示例年鉴，第1页)" in row["note"]


def test_a_dropped_figure_is_listed_with_its_reason(mini):
    mini.add(["北京,110000,2020,99999", "北京,110000,2021,2188"], header=PANEL_HEADER, **PANEL)
    correct(mini, {"file": "figures.csv", "cell": "D2", "action": "drop"} | WHY)
    assert built(mini, "北京市")["period"].tolist() == ["2021"]
    (left,) = manifest(mini)["excluded"]
    assert (left["area"], left["period"], left["row"]) == ("110000", "2020", 2)
    assert "扫描把5认成S" in left["reason"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"file": "other.csv"}, "correction matches no cell"),
        ({"cell": "Z9"}, "correction matches no cell"),
        ({"expect": "2189"}, "another text than the correction expects"),
        ({"colour": "red"}, "key is not known"),
    ],
)
def test_a_correction_that_does_not_fit_fails_the_build(mini, change, what):
    mini.add(["北京,110000,2020,2185", "北京,110000,2021,2188"], header=PANEL_HEADER, **PANEL)
    correct(mini, {"file": "figures.csv", "cell": "D2", "action": "flag"} | WHY | change)
    assert any(what in f.what for f in faults(mini))


def test_a_correction_of_another_layout_matches_nothing(mini, line):
    mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")])
    correct(mini, {"file": "figures.csv", "cell": "A2", "action": "flag"} | WHY)
    assert [f.what for f in faults(mini)] == ["correction matches no cell"]


def test_faults_of_corrections_and_of_files_come_together(mini, line):
    mini.add([line("urban_new_jobs_persons", "2022", "x", "万人")])
    correct(mini, {"file": "figures.csv"})
    assert {f.what for f in faults(mini)} >= {"value is not a number", "key is missing"}


def test_changed_corrections_make_the_store_anew(mini):
    mini.add(["北京,110000,2020,2185", "北京,110000,2021,2188"], header=PANEL_HEADER, **PANEL)
    correct(mini)
    assert mini.build().made
    assert not mini.build().made
    correct(mini, {"file": "figures.csv", "cell": "D2", "action": "flag"} | WHY)
    assert mini.build().made


def test_the_store_depends_on_the_code_that_reads_tables(mini, monkeypatch):
    module = sys.modules["cbs_analysis.sources.build"]
    seen = []
    digest = module.sha256_of
    monkeypatch.setattr(module, "sha256_of", lambda path: seen.append(path.name) or digest(path))
    mini.add(["北京,110000,2020,2185", "北京,110000,2021,2188"], header=PANEL_HEADER, **PANEL)
    mini.build()
    assert {"table.py", "values.py", "divisions.csv", "unit_words.py", "areas.yml"} <= set(seen)
