"""From the workbook that is sent to the verdict that changes, and the receipt in between."""

import csv
import json
import shutil

import pytest
import yaml
from click.testing import CliRunner

from cbs_analysis.cli import main
from cbs_analysis.plan import evaluate
from cbs_analysis.sources import build, load_data_requests
from cbs_analysis.sources.sidecar import sha256_of

from .conftest import AS_OF, RECEIVED

TAX = "F|S09.1|medical_insurance_collection_pct|{}"
PLACE = "data/raw/demo/2023-06-29/demo14_tax.xlsx"


def intake(project, path, *words):
    return CliRunner().invoke(
        main, ["--root", str(project), "intake", str(path), "--published", RECEIVED, *words]
    )


def judge(project):
    build(project / "data" / "raw", project / "data" / "processed")
    judged = evaluate("demo14", as_of=AS_OF, root=project, sensitivity=False)
    return judged, {v.measure: json.dumps(v.to_dict(), default=str, sort_keys=True) for v in judged.verdicts}


def good(desk):
    book = desk("tax")
    for year, value in (("2020", 94.0), ("2021", 95.5), ("2022", 96.0)):
        book.fill(TAX.format(year), 数值=value, 数据性质="最终数")
    return book


def test_exactly_the_rows_that_were_filled_change_their_verdicts(project, desk):
    _, before = judge(project)
    documents = desk("organisation")
    for level in (1, 2):
        documents.fill(
            f"D|P08.1|{level}", 文件名称="演示", 文号=f"演示发〔2023〕{level}号", 文件日期="2023-03-01"
        )
    for book in (good(desk), documents):
        result = intake(project, book.save())
        assert result.exit_code == 0, result.output
    judged, after = judge(project)
    assert {m for m in after if after[m] != before[m]} == {"S09.1", "P08.1"}
    words = {v.measure: v for v in judged.verdicts}
    assert (words["S09.1"].value, words["S09.1"].period) == (96.0, "2022")
    assert words["P08.1"].extra["rung"] == 2
    # the figure is cited down to its sheet and cell
    (cited,) = (e for e in words["S09.1"].evidence if e.period == "2022")
    assert (cited.file, cited.cell) == (PLACE.removeprefix("data/raw/"), "J7")
    assert cited.note.endswith("sheet 指标")


def test_the_bytes_are_kept_and_the_sidecar_says_whose_they_are(project, desk):
    path = good(desk).save()
    assert intake(project, path).exit_code == 0
    taken = project / PLACE
    assert taken.read_bytes() == path.read_bytes()
    sidecar = yaml.safe_load((project / f"{PLACE}.meta.yml").read_text(encoding="utf-8"))
    assert (sidecar["layout"], sidecar["certainty"]) == ("office_workbook", "synthetic")
    assert sidecar["sha256"] == sha256_of(path)
    assert "rejected" not in sidecar


def test_one_wrong_row_holds_up_no_other_and_the_receipt_names_its_cell(project, desk):
    book = good(desk).fill(TAX.format("2022"), 数值="约96")
    result = intake(project, book.save())
    assert result.exit_code == 0
    assert "3 filled in, 2 accepted, 1 refused" in result.output
    sidecar = yaml.safe_load((project / f"{PLACE}.meta.yml").read_text(encoding="utf-8"))
    assert list(sidecar["rejected"]) == ["指标!J7"]
    folder = project / "reports" / "receipts" / RECEIVED
    page = (folder / "demo14_tax.html").read_text(encoding="utf-8")
    assert "共问" in page
    assert "J7：这里只填一个数字" in page
    assert "演示数据" in page
    english = (folder / "demo14_tax.en.html").read_text(encoding="utf-8")
    assert "J7: cell holds no number" in english
    rows = list(csv.reader((folder / "demo14_tax.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [r[0] for r in rows[1:]] == ["指标 J5", "指标 J6", "指标 J7"]
    assert [r[5] for r in rows[1:]] == ["已采纳 / accepted"] * 2 + ["未采纳 / not accepted"]
    judged, _ = judge(project)
    known = judged.inputs.latest()
    years = known[known["indicator"] == "medical_insurance_collection_pct"]["period"]
    assert sorted(years) == ["2020", "2021"]
    manifest = json.loads((project / "data/processed/manifest.json").read_text(encoding="utf-8"))
    (left,) = (e for e in manifest["excluded"] if e["file"].endswith("demo14_tax.xlsx"))
    assert (left["row"], left["period"]) == (7, "2022年")


def test_a_corrected_workbook_of_the_same_day_counts_instead(project, desk):
    assert intake(project, good(desk).save()).exit_code == 0
    again = good(desk).fill(TAX.format("2022"), 数值=97.5)
    result = intake(project, again.save())
    assert result.exit_code == 0, result.output
    assert (project / "data/raw/demo/2023-06-29/demo14_tax_2.xlsx").exists()
    judged, _ = judge(project)
    assert next(v.value for v in judged.verdicts if v.measure == "S09.1") == 97.5


def test_an_unfilled_workbook_takes_in_nothing_and_says_so(project, sent):
    before = sorted(p for p in project.rglob("*") if p.is_file())
    result = intake(project, sent["tax"])
    assert result.exit_code == 1
    assert "nothing was filled in" in result.output
    assert sorted(p for p in project.rglob("*") if p.is_file()) == before


def test_a_workbook_without_a_right_row_gives_a_receipt_and_nothing_else(project, desk):
    result = intake(project, desk("tax").fill(TAX.format("2022"), 数值="约96").save())
    assert result.exit_code == 1
    assert "指标!J7" in result.output
    assert not (project / PLACE).exists()
    page = (project / "reports/receipts" / RECEIVED / "demo14_tax.html").read_text(encoding="utf-8")
    assert "本次未收录任何内容" in page


def test_the_same_bytes_are_taken_in_once_and_the_receipt_is_made_again(project, desk):
    path = good(desk).save()
    assert intake(project, path).exit_code == 0
    receipt = project / "reports/receipts" / RECEIVED / "demo14_tax.html"
    first = receipt.read_bytes()
    receipt.unlink()
    result = CliRunner().invoke(main, ["--root", str(project), "intake", str(path)])
    assert result.exit_code == 0, result.output
    assert "there already" in result.output
    assert receipt.read_bytes() == first


def test_an_answer_reaches_the_store_and_judges_nothing(project, desk):
    _, before = judge(project)
    path = desk("tax").fill(TAX.format("2022"), 不能填报的原因="暂无", 预计提供日期="2023-09-30").save()
    assert intake(project, path).exit_code == 0
    judged, after = judge(project)
    assert after == before
    (row,) = load_data_requests(area="99DM00", as_of=AS_OF, root=project).to_dict("records")
    assert (row["answer"], str(row["expected"])[:10], row["sheet"]) == ("not_yet", "2023-09-30", "指标")
    assert load_data_requests(area="99DM00", as_of="2023-06-28", root=project).empty
    assert len(judged.inputs.data_requests) == 1


def test_the_day_of_receipt_is_needed_and_asked_for_on_a_terminal(project, desk, monkeypatch):
    from cbs_analysis import cli_intake

    path = good(desk).save()
    command = ["--root", str(project), "intake", str(path)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert "--published is missing" in result.output
    monkeypatch.setattr(cli_intake, "_on_a_terminal", lambda: True)
    result = CliRunner().invoke(main, command, input=f"{RECEIVED}\n")
    assert result.exit_code == 0, result.output
    assert (project / PLACE).exists()


@pytest.mark.parametrize("words", [("--status", "final"), ("--name", "a"), ("--period", "2022")])
def test_options_that_the_workbook_answers_itself_are_refused(project, desk, words):
    result = intake(project, good(desk).save(), *words)
    assert result.exit_code == 2
    assert "is not for a workbook of an office" in result.output
    assert not (project / PLACE).exists()


def test_a_row_that_is_wrong_and_not_listed_stops_the_build(project, desk):
    path = good(desk).fill(TAX.format("2022"), 数值="约96").save()
    intake(project, path)
    meta = project / f"{PLACE}.meta.yml"
    sidecar = yaml.safe_load(meta.read_text(encoding="utf-8"))
    sidecar["rejected"] = {"指标!J8": "无此行"}
    meta.write_text(yaml.safe_dump(sidecar, allow_unicode=True), encoding="utf-8")
    result = CliRunner().invoke(main, ["--root", str(project), "build"])
    assert result.exit_code == 2
    assert "cell holds no number" in result.output
    assert "rejection names no filled row" in result.output


def test_templates_are_written_from_the_command_line(project, tmp_path):
    out = tmp_path / "填报表"
    command = ["--root", str(project), "templates", "--plan", "demo14", "--as-of", AS_OF, "--out", str(out)]
    result = CliRunner().invoke(main, [*command, "--office", "tax", "--office", "卫健局"])
    assert result.exit_code == 0, result.output
    assert "2 workbooks" in result.output
    assert sorted(p.name for p in out.iterdir()) == [
        "演示_卫健局_demo14_2023-06-30.xlsx", "演示_税务局_demo14_2023-06-30.xlsx",
    ]  # fmt: skip
    shutil.rmtree(out)
    assert CliRunner().invoke(main, [*command, "--office", "火星局"]).exit_code == 2
    assert not out.exists()


def test_a_filled_workbook_is_replaced_from_the_command_line_only_by_force(project, tmp_path):
    out = tmp_path / "out"
    command = ["--root", str(project), "templates", "--plan", "demo14", "--as-of", AS_OF, "--out", str(out)]
    command += ["--office", "tax"]
    assert CliRunner().invoke(main, command).exit_code == 0
    (path,) = out.iterdir()
    path.write_bytes(b"filled in")
    refused = CliRunner().invoke(main, command)
    assert refused.exit_code == 2
    assert path.name in refused.output
    assert "--force" in refused.output
    assert path.read_bytes() == b"filled in"
    assert CliRunner().invoke(main, [*command, "--force"]).exit_code == 0
    assert path.read_bytes() != b"filled in"


@pytest.mark.parametrize("command", ["templates", "export"])
def test_a_folder_that_cannot_be_made_is_named(project, tmp_path, command):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    out = tmp_path / "file" / "out"
    words = [command, "--plan", "demo14", "--as-of", AS_OF, "--out", str(out)]
    result = CliRunner().invoke(main, ["--root", str(project), *words])
    assert result.exit_code == 2, result.exception
    assert f"where:    {out}" in result.output


@pytest.mark.parametrize("day", ["2023-06", "2023"])
def test_the_day_of_receipt_is_never_supplied(project, desk, day):
    command = ["--root", str(project), "intake", str(good(desk).save()), "--published", day]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert "where:    --published" in result.output
    assert f"got:      {day}" in result.output
    assert not list((project / "data" / "raw").rglob("demo14_tax*"))


def test_a_sheet_with_changed_heads_is_kept_out_of_the_store(project, desk):
    book = good(desk)
    documents = book.book["自评"]
    documents.cell(documents.max_row, 5).value = "符合预期"
    book.book["指标"]["J3"], book.book["指标"]["N3"] = "文号或来源", "数值"
    result = intake(project, book.save())
    assert result.exit_code == 0, result.output
    sidecar = yaml.safe_load((project / f"{PLACE}.meta.yml").read_text(encoding="utf-8"))
    assert list(sidecar["rejected"]) == ["指标!J5", "指标!J6", "指标!J7"]
    judged, _ = judge(project)
    assert "medical_insurance_collection_pct" not in set(judged.inputs.observations["indicator"])
