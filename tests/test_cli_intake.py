"""`cbs-analysis intake`: a file and its sidecar go into data/raw together, or nothing does."""

import hashlib
from typing import get_args

import pytest
import yaml
from click.testing import CliRunner

from cbs_analysis import cli_intake
from cbs_analysis.cli import main
from cbs_analysis.errors import CbsError, ParameterError, RawTableError
from cbs_analysis.registry import load_registry
from cbs_analysis.sources import intake, load_observations
from cbs_analysis.sources.sidecar import STATUSES, Certainty, read_sidecar

TABLE = "测试表（2023年）,,\n地区,年末常住人口（万人）,示例指标（个）\n吉林省,12.5,3\n辽宁省,22.5,4\n"
ABOUT = {
    "--publisher": "nbs",
    "--published": "2024-02-29",
    "--accessed": "2024-03-01",
    "--read-at": "https://example.org",
    "--certainty": "official",
    "--licence": "test",
    "--status": "final",
}


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "population.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def at_a_terminal(monkeypatch):
    monkeypatch.setattr(cli_intake, "_on_a_terminal", lambda: True)


def take(mini, file, *words, about=None, answers=None):
    given = [w for pair in (ABOUT if about is None else about).items() for w in pair]
    command = ["--root", str(mini.root), "intake", str(file), *given, *map(str, words)]
    return CliRunner().invoke(main, command, input=answers)


def files(mini):
    return sorted(p.relative_to(mini.root).as_posix() for p in mini.root.rglob("*"))


EMPTY = ["data", "data/raw"]
PLACE = "data/raw/nbs/2024-02-29/population.csv"


def test_the_bytes_are_kept_and_the_sidecar_can_be_read(mini, table):
    result = take(mini, table)
    assert result.exit_code == 0, result.output
    taken = mini.root / PLACE
    assert taken.read_bytes() == table.read_bytes()
    sidecar = read_sidecar(taken, mini.raw, dict(load_registry().publishers))
    assert sidecar.title == "测试表(2023年)"
    assert sidecar.sha256 == hashlib.sha256(TABLE.encode()).hexdigest()
    assert (sidecar.layout, sidecar.status, sidecar.published_precision) == ("table", "final", "day")
    assert {path: s.indicator for path, s in sidecar.columns.items()} == {
        "年末常住人口": "population_resident_persons",
        "示例指标": "",
    }
    assert sidecar.ignored == ()
    assert files(mini) == [*EMPTY, "data/raw/nbs", "data/raw/nbs/2024-02-29", PLACE, PLACE + ".meta.yml"]


def test_an_open_label_names_the_nearest_indicators_beside_it(mini, table):
    take(mini, table)
    lines = (mini.root / (PLACE + ".meta.yml")).read_text(encoding="utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("  示例指标:"))
    assert "no indicator has this name" in lines[at - 2]
    assert lines[at - 1].count(";") == 2
    named = [words.split()[0] for words in lines[at - 1].split("nearest: ")[1].split("; ")]
    assert set(named) <= set(load_registry().indicators)


def test_a_file_taken_in_can_be_built_once_its_labels_are_settled(mini, table):
    assert "示例指标" in take(mini, table).output
    with pytest.raises(RawTableError, match="示例指标"):
        mini.build()
    meta = mini.root / (PLACE + ".meta.yml")
    raw = yaml.safe_load(meta.read_text(encoding="utf-8"))
    del raw["columns"]["示例指标"]
    raw["ignored"] = ["示例指标"]
    meta.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    mini.build()
    figures = load_observations(area="220000", root=mini.root)
    assert figures[["indicator", "period", "value"]].to_numpy().tolist() == [
        ["population_resident_persons", "2023", 125000.0]
    ]


def test_the_readers_options_stand_in_the_sidecar_and_only_those_that_were_given(mini, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("测试表,\n地区,示例指标\n全市,12\n不详,13\n", encoding="utf-8")
    words = ["--period", "2023", "--region", "长春市", "--unit", "示例指标=个", "--skip", "B4"]
    result = take(mini, path, *words, "--parent", "示例指标=")
    assert result.exit_code == 0, result.output
    raw = yaml.safe_load((mini.raw / "nbs/2024-02-29/t.csv.meta.yml").read_text(encoding="utf-8"))
    assert raw["read"] == {
        "region": "长春市",
        "period": "2023",
        "unit": {"示例指标": "个"},
        "parents": {"示例指标": ""},
        "skip": ["B4"],
    }
    assert "read" not in yaml.safe_load(intake.sidecar_text(made(), "0" * 64, []))


def made(**other):
    plain = {
        "publisher": "nbs", "title": "测试表: 一 # 二", "published": intake.read_day("2024-02")[0],
        "published_precision": "month", "accessed": "2024-03", "read_at": "x", "certainty": "official",
        "licence": "test", "status": "final", "name": "t.csv",
    }  # fmt: skip
    return intake.Intake(**plain | other)


def test_words_with_signs_of_yaml_come_back_as_they_were():
    raw = yaml.safe_load(intake.sidecar_text(made(note="甲: {乙}"), "0" * 64, []))
    assert (raw["title"], raw["note"], raw["accessed"]) == ("测试表: 一 # 二", "甲: {乙}", "2024-03")


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [("2023-07-05", "2023-07-05", "day"), ("2024-02", "2024-02-29", "month"), ("2023", "2023-12-31", "year")],
)
def test_a_date_counts_as_its_last_day(mini, table, text, day, precision):
    assert take(mini, table, about=ABOUT | {"--published": text}).exit_code == 0
    raw = yaml.safe_load((mini.raw / "nbs" / day / "population.csv.meta.yml").read_text(encoding="utf-8"))
    assert (str(raw["published"]), raw["published_precision"]) == (day, precision)


def test_without_a_terminal_every_missing_option_is_named_and_nothing_is_written(mini, table):
    result = take(mini, table, about={})
    assert result.exit_code == 2
    for option in ABOUT:
        assert f"{option} is missing" in result.output
    assert "--title" not in result.output
    assert "--name" not in result.output
    assert files(mini) == EMPTY


def test_at_a_terminal_only_what_is_not_known_is_asked_and_typing_errors_are_asked_again(
    mini, table, at_a_terminal
):
    about = {k: ABOUT[k] for k in ("--published", "--accessed", "--licence", "--status")}
    result = take(mini, table, about=about, answers="nbss\n国家统计局\nhttps://example.org\nofficial\n")
    assert result.exit_code == 0, result.output
    assert "publisher is not known" in result.output
    assert "nbs (国家统计局)" in result.output
    for word in ("Title", "Published", "Licence", "ASCII"):
        assert word not in result.output
    assert (mini.root / PLACE).exists()


def test_a_question_left_with_ctrl_c_leaves_nothing(mini, table, at_a_terminal):
    result = take(mini, table, about={}, answers="nbs\n")
    assert result.exit_code == 1
    assert "Aborted" in result.output
    assert files(mini) == EMPTY


def test_several_titles_are_asked_for_with_the_first_as_the_suggestion(mini, tmp_path, at_a_terminal):
    page = tmp_path / "page.html"
    one = "<p>表{n}测试表{n}（2023年）</p><table><tr><td>地区</td><td>指标{n}（个）</td></tr>{rows}</table>"
    rows = "".join(f"<tr><td>{r}</td><td>{v}</td></tr>" for r, v in (("吉林省", 3), ("辽宁省", 4)))
    page.write_text(
        "<html><body>" + "".join(one.format(n=n, rows=rows) for n in (1, 2)) + "</body></html>", "utf-8"
    )
    result = take(mini, page, answers="\n")
    assert result.exit_code == 0, result.output
    assert "[表1测试表1(2023年)]" in result.output


def test_all_options_that_are_wrong_are_told_at_once(mini, table):
    wrong = {
        "--publisher": "nbss",
        "--published": "2024-2",
        "--certainty": "sure",
        "--status": "done",
        "--licence": " ",
    }
    result = take(mini, table, about=wrong)
    assert result.exit_code == 2
    for option in wrong:
        assert f"where:    {option}" in result.output
    assert files(mini) == EMPTY


def test_the_same_bytes_are_taken_in_once(mini, table, tmp_path):
    take(mini, table)
    before = files(mini)
    other = tmp_path / "another.csv"
    other.write_bytes(table.read_bytes())
    result = take(mini, other, about={})
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == f"there already: {PLACE}"
    assert files(mini) == before


def test_a_copy_without_its_sidecar_is_not_taken_for_a_file_that_is_in(mini, table):
    lying = mini.raw / "nbs" / "population.csv"
    lying.parent.mkdir()
    lying.write_bytes(table.read_bytes())
    result = take(mini, table)
    assert result.exit_code == 2
    assert "without its sidecar" in result.output


def test_a_file_of_that_name_is_never_overwritten(mini, table):
    take(mini, table)
    kept = (mini.root / PLACE).read_bytes()
    table.write_text(TABLE.replace("12.5", "12.6"), encoding="utf-8")
    result = take(mini, table)
    assert result.exit_code == 2
    assert "a file of this name is there" in result.output
    assert (mini.root / PLACE).read_bytes() == kept
    assert take(mini, table, "--name", "population_2").exit_code == 0


def test_a_refused_table_is_not_taken_in_and_the_options_that_help_are_named(mini, table):
    table.write_text(TABLE.replace("（2023年）", ""), encoding="utf-8")
    result = take(mini, table)
    assert result.exit_code == 1
    assert "the period is not said" in result.output
    assert "--period 2024" in result.output
    assert files(mini) == EMPTY
    assert take(mini, table, "--period", "2023").exit_code == 0


def test_a_cell_that_a_declared_correction_mends_does_not_keep_a_file_out(mini, table):
    table.write_text(TABLE.replace("22.5", "£2.5"), encoding="utf-8")
    assert take(mini, table).exit_code == 1
    entry = {"file": "population.csv", "cell": "B4", "action": "override", "value": "22.5", "expect": "£2.5",
             "reason": "扫描错误", "document": "示例年鉴"}  # fmt: skip
    (mini.raw / "corrections.yml").write_text(yaml.safe_dump([entry], allow_unicode=True), encoding="utf-8")
    assert take(mini, table).exit_code == 0
    (mini.raw / "corrections.yml").write_text(
        yaml.safe_dump([entry | {"file": "other.csv"}], allow_unicode=True), encoding="utf-8"
    )
    table.write_text(TABLE.replace("22.5", "£3.5"), encoding="utf-8")
    refused = take(mini, table, about={})
    assert refused.exit_code == 1, "refused before anything is asked for"


def test_a_name_that_is_not_ascii_needs_another(mini, tmp_path, at_a_terminal, monkeypatch):
    path = tmp_path / "人口.CSV"
    path.write_text(TABLE, encoding="utf-8")
    result = take(mini, path, answers="人口\npopulation\n")
    assert result.exit_code == 0, result.output
    assert "not plain ASCII" in result.output
    assert (mini.root / PLACE).exists()


@pytest.mark.parametrize("name", ["人口", "../out", ".hidden", "a b", "", "a/b"])
def test_names_that_are_no_plain_file_name_are_refused(name):
    with pytest.raises(ParameterError, match="ASCII"):
        intake.check_name(name, ".csv")


def test_published_after_it_was_read_is_a_typing_error(mini, table):
    result = take(mini, table, about=ABOUT | {"--accessed": "2024-01"})
    assert result.exit_code == 2
    assert "read before it was published" in result.output
    assert files(mini) == EMPTY


def test_nothing_is_left_behind_when_the_sidecar_cannot_be_read_back(mini, table, monkeypatch):
    def broken(*_):
        raise RawTableError("no")

    monkeypatch.setattr(intake, "read_sidecar", broken)
    assert take(mini, table).exit_code == 2
    assert files(mini) == EMPTY


def test_nothing_is_left_behind_when_the_second_file_cannot_be_moved(mini, table, monkeypatch):
    plain = intake.Path.replace

    def full(self, target):
        if self.name.endswith(".meta.yml"):
            raise OSError(28, "No space left on device")
        return plain(self, target)

    monkeypatch.setattr(intake.Path, "replace", full)
    result = take(mini, table)
    assert result.exit_code == 2
    assert "No space left" in result.output
    assert files(mini) == EMPTY


def test_a_project_without_raw_folder_and_a_missing_file_end_with_2(mini, tmp_path):
    missing = take(mini, tmp_path / "nothing.xls")
    assert (missing.exit_code, "file is missing" in missing.output) == (2, True)
    command = ["--root", str(tmp_path), "intake", str(tmp_path / "nothing.xls")]
    elsewhere = CliRunner().invoke(main, command)
    assert (elsewhere.exit_code, "data/raw" in elsewhere.output) == (2, True)


def test_publishers_are_found_by_id_and_name():
    registry = load_registry()
    for publisher in registry.publishers.values():
        assert intake.find_publisher(publisher.id, registry) == publisher.id
        assert intake.find_publisher(f" {publisher.zh} ", registry) in registry.publishers
    with pytest.raises(CbsError, match="jilin_statistics"):
        intake.find_publisher("jilin_statistic", registry)


def test_the_questions_offer_every_word_that_a_sidecar_knows():
    assert tuple(cli_intake._CERTAINTY) == get_args(Certainty)
    assert tuple(cli_intake._STATUS) == STATUSES
