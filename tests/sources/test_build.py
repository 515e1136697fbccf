import json
import shutil

import pytest

from cbs_analysis.errors import RawTableError
from cbs_analysis.sources import load_observations


def faults(mini):
    with pytest.raises(RawTableError) as caught:
        mini.build()
    return caught.value.faults


def test_a_figure_comes_back_in_its_unit_with_its_cell(mini, line):
    mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")])
    mini.build()
    row = load_observations(area="000000", root=mini.root).iloc[0]
    assert row["value"] == 12_060_000
    assert (row["value_published"], row["unit_published"]) == ("1206", "万人")
    assert (row["file"], row["row"], row["col"]) == ("nbs/2023-01-17/figures.csv", 2, 5)
    assert str(row["vintage"])[:10] == "2023-01-17"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"indicator": "urban_new_job_persons"}, "indicator is not known"),
        ({"unit": "万 人"}, "unit is not known"),
        ({"unit": "元"}, "unit does not fit"),
        ({"period": "2022年"}, "period cannot be read"),
        ({"period": "2022Q1"}, "frequency"),
        ({"period": "2023"}, "period ends after the publication"),
        ({"value": "1 206"}, "value is not a number"),
        ({"value": ""}, "value is not a number"),
        ({"area": "999999"}, "area is not known"),
        ({"status": "sure"}, "status is not known"),
    ],
)
def test_each_fault_names_file_row_and_what_was_expected(mini, line, change, what):
    good = {"indicator": "urban_new_jobs_persons", "period": "2022", "value": "1206", "unit": "万人"}
    mini.add([line(**good), line(**(good | {"period": "2021"} | change))])
    (fault,) = [f for f in faults(mini) if what in f.what]
    assert fault.where.startswith("nbs/2023-01-17/figures.csv, row 3")
    assert fault.got
    assert fault.expected or fault.next_step


def test_all_faults_of_all_files_come_together(mini, line):
    mini.add(
        [line("nothing_pct", "2022", "1", "%"), line("urban_new_jobs_persons", "22", "x", "斤")], name="a"
    )
    mini.add([line("urban_new_jobs_persons", "2022", "1", "元")], name="b")
    told = faults(mini)
    assert len(told) == 4
    assert {f.where.split(",")[0] for f in told} == {"nbs/2023-01-17/a.csv", "nbs/2023-01-17/b.csv"}


def test_the_same_figure_twice_is_refused_with_both_places(mini, line):
    row = line("urban_new_jobs_persons", "2022", "1206", "万人")
    mini.add([row], name="a")
    mini.add([row], name="b")
    (fault,) = faults(mini)
    assert "a.csv" in fault.where
    assert "b.csv" in fault.where


def test_a_changed_file_is_noticed_by_its_hash(mini, line):
    path = mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")])
    path.write_text(path.read_text(encoding="utf-8").replace("1206", "1207"), encoding="utf-8")
    (fault,) = faults(mini)
    assert "hash" in fault.what
    assert "restore" in fault.next_step


def test_a_file_without_sidecar_and_a_sidecar_without_file(mini, line):
    first = mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")], name="a")
    second = mini.add([line("urban_new_jobs_persons", "2021", "1269", "万人")], name="b")
    first.with_name("a.csv.meta.yml").unlink()
    second.unlink()
    assert {f.what for f in faults(mini)} == {"raw file has no sidecar", "sidecar without its raw file"}


def test_the_folder_must_agree_with_the_sidecar(mini, line):
    path = mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")])
    target = path.parents[1] / "2022-01-17"
    shutil.move(path.parent, target)
    assert any("another folder" in f.what for f in faults(mini))


@pytest.mark.parametrize(
    ("meta", "word"),
    [
        ({"publisher": "nobody"}, "publisher"),
        ({"certainty": "sure"}, "certainty"),
        ({"layout": "tall"}, "layout"),
        ({"published_precision": "hour"}, "published_precision"),
        ({"colour": "red"}, "key is not known"),
    ],
)
def test_unknown_words_in_a_sidecar_are_refused(mini, line, meta, word):
    mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")], **meta)
    assert any(word in f.what for f in faults(mini))


def test_bytes_that_are_not_utf8_are_refused_and_never_replaced(mini, line):
    path = mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")])
    path.write_bytes("标签".encode("gb18030"))
    meta = path.with_name(path.name + ".meta.yml")
    from cbs_analysis.sources.sidecar import sha256_of

    meta.write_text(
        "\n".join(
            f"sha256: {sha256_of(path)}" if x.startswith("sha256") else x
            for x in meta.read_text(encoding="utf-8").splitlines()
        ),
        encoding="utf-8",
    )
    assert any("UTF-8" in f.what for f in faults(mini))


def test_excluded_rows_are_kept_in_the_manifest_and_an_idle_exclusion_fails(mini, line):
    rows = [line("urban_new_jobs_persons", "2022", "1206", "万人"), line("x", "2025 summer", "157", "万人次")]
    mini.add(rows, excluded_periods={"2025 summer": "没有起始日"})
    mini.build()
    manifest = json.loads((mini.processed / "manifest.json").read_text(encoding="utf-8"))
    assert [e["reason"] for e in manifest["excluded"]] == ["没有起始日"]
    mini.add(rows[:1], excluded_periods={"2025 summer": "没有起始日"})
    assert any("matches no row" in f.what for f in faults(mini))


def test_quarantined_files_are_listed_and_never_loaded(mini, line):
    mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")], quarantine="版次混用")
    mini.build()
    assert load_observations(area="000000", root=mini.root).empty
    manifest = json.loads((mini.processed / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["inputs"]["nbs/2023-01-17/figures.csv"]["quarantine"] == "版次混用"


@pytest.mark.parametrize(
    ("area", "status", "certainty"),
    [
        ("99DM00", "final", "official"),
        ("000000", "synthetic", "synthetic"),
        ("99DM00", "synthetic", "official"),
        ("000000", "final", "synthetic"),
        ("99DM00", "final", "synthetic"),
    ],
)
def test_synthetic_and_real_never_mix(mini, line, area, status, certainty):
    mini.add(
        [line("registered_unemployment_pct", "2022", "4", "%", area=area, status=status)], certainty=certainty
    )
    assert any("synthetic and real" in f.what for f in faults(mini))


def test_a_failed_build_leaves_the_last_good_store(mini, line):
    mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")], name="a")
    mini.build()
    before = {p.name: p.read_bytes() for p in mini.processed.iterdir()}
    mini.add([line("urban_new_jobs_persons", "2021", "x", "万人")], name="b")
    faults(mini)
    assert {p.name: p.read_bytes() for p in mini.processed.iterdir()} == before


def test_an_unchanged_build_does_nothing_and_a_deleted_store_comes_back_the_same(mini, line):
    mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")])
    assert mini.build().made
    assert not mini.build().made
    before = {p.name: p.read_bytes() for p in mini.processed.iterdir()}
    shutil.rmtree(mini.processed)
    assert mini.build().made
    assert {p.name: p.read_bytes() for p in mini.processed.iterdir()} == before


def test_a_damaged_store_is_built_again(mini, line):
    mini.add([line("urban_new_jobs_persons", "2022", "1206", "万人")])
    mini.build()
    (mini.processed / "observations.parquet").write_bytes(b"torn")
    assert mini.build().made
    assert len(load_observations(area="000000", root=mini.root)) == 1


def test_a_missing_raw_folder_says_what_to_do(tmp_path):
    from cbs_analysis.sources import build

    with pytest.raises(RawTableError, match="--root"):
        build(tmp_path / "no", tmp_path / "out")


DOCUMENTS = "measure,area,date,level,document,title,note"
PROJECTS = (
    "project,area,date,stage,plan_start,plan_end,total_inv_mn_yuan,cum_inv_mn_yuan,"
    "annual_plan_mn_yuan,year_inv_mn_yuan,visual_progress,self_rating,document"
)


@pytest.mark.parametrize(
    ("layout", "header", "row", "what"),
    [
        ("documents", DOCUMENTS, "E14.9,22CB00,2022-06-01,1,文1号,t,", "measure is not known"),
        ("documents", DOCUMENTS, "E14.1,22CB00,2022-06-01,7,文1号,t,", "level is out of range"),
        ("documents", DOCUMENTS, "E14.1,22CB00,2024-06-01,1,文1号,t,", "after its publication"),
        ("projects", PROJECTS, "12-99,22CB00,2022-06-01,1,,,,,,,,,文1号", "project is not known"),
        ("projects", PROJECTS, "12-01,22CB00,2022-06-01,9,,,,,,,,,文1号", "stage is out of range"),
        ("projects", PROJECTS, "12-01,22CB00,2022-06-01,-1,,,,,,,,,文1号", "stage is out of range"),
        (
            "projects",
            PROJECTS,
            "12-01,22CB00,2022-06-01,1,2021-01-01,2023年底,,,,,,,文1号",
            "plan_end is not a date",
        ),
        (
            "projects",
            PROJECTS,
            "12-01,22CB00,2022-06-01,1,2023-01-01,2021-01-01,,,,,,,文1号",
            "not after the start",
        ),
        ("projects", PROJECTS, "12-01,22CB00,2022-06-01,1,,,much,,,,,,文1号", "is not a number"),
    ],
)
def test_wrong_records_are_refused(mini, layout, header, row, what):
    mini.add([row], layout=layout, header=header)
    assert any(what in f.what for f in faults(mini))


def test_an_exclusion_among_records_is_refused(mini):
    mini.add(
        ["E14.1,22CB00,2022-06-01,1,文1号,t,"],
        layout="documents",
        header=DOCUMENTS,
        excluded_areas={"22CB00": "why"},
    )
    assert any("records have no exclusions" in f.what for f in faults(mini))
