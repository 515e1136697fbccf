"""Running notebooks: parameters checked first, whole pages or none, the mark that cannot be switched off."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

import cbs_analysis.report.run as runs
from cbs_analysis.cli import main
from cbs_analysis.errors import ParameterError
from cbs_analysis.report.jobs import plan_run
from cbs_analysis.report.page import render_page
from cbs_analysis.sources.store import load_manifest

from .small_site import OVERALL, notebook, small_project
from .small_site import put as put_notebook
from .small_site import spec as report_spec

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

BACKEND = "fork"  # the files are those of an ordinary kernel: another test holds them together


@pytest.fixture(scope="module")
def small(root, tmp_path_factory):
    """A project with the raw files of the demonstration zone and of the nation, and no notebooks."""
    return small_project(root, tmp_path_factory.mktemp("small"))


def spec(**changes):
    return report_spec(**({"notebook": "50_t"} | changes))


def put(project, *code, name="50_t", close=True):
    put_notebook(project, *code, name=name, close=close)


def run_report(*args, **options):
    return runs.run_report(*args, backend=BACKEND, **options)


def run_reports(*args, **options):
    return runs.run_reports(*args, backend=BACKEND, **options)


class Outputs(HTMLParser):
    """Collect what a page shows outside marked blocks, and every address it names."""

    def __init__(self):
        super().__init__()
        self.depth, self.stack, self.unmarked, self.addresses, self.scripts = 0, [], [], [], 0

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self.scripts += tag == "script" or any(k.startswith("on") for k in named)
        self.addresses += [v for k, v in attrs if k in ("src", "href") and v]
        if tag in ("meta", "br", "img", "link", "hr", "input"):
            if tag == "img" and not self.depth:
                self.unmarked.append("img")
            return
        marked = named.get("data-synthetic") == "true"
        self.depth += marked
        self.stack.append((tag, marked))
        if tag in ("table", "figure", "dl") and not self.depth:
            self.unmarked.append(tag)

    def handle_endtag(self, tag):
        while self.stack:
            name, marked = self.stack.pop()
            self.depth -= marked
            if name == tag:
                break


def read(html):
    parser = Outputs()
    parser.feed(html)
    return parser


@pytest.mark.slow
def test_a_report_is_made_whole_and_not_again_when_nothing_changed(small):
    put(small, "ctx.show(ctx.t('no_reading'))")
    first = run_report(spec(), root=small)
    assert (first.status, first.message) == ("made", "")
    page = Path(first.html).read_bytes()
    assert run_report(spec(), root=small).status == "unchanged"
    again = run_report(spec(), root=small, force=True)
    assert again.status == "made"
    assert Path(again.html).read_bytes() == page  # same inputs, same bytes
    Path(first.html).write_text("torn", encoding="utf-8")
    assert run_report(spec(), root=small).status == "made"


@pytest.mark.slow
def test_a_failed_run_keeps_the_last_good_page_and_says_what_happened(small):
    put(small, "ctx.show('good')", name="51_t")
    good = run_report(spec(notebook="51_t"), root=small)
    page = Path(good.html).read_bytes()
    put(small, "raise ValueError('坏了')", name="51_t")
    bad = run_report(spec(notebook="51_t"), root=small)
    assert bad.status == "failed"
    assert "坏了" in bad.message
    assert Path(good.html).read_bytes() == page
    failed = Path(bad.html).read_text(encoding="utf-8")
    assert 'class="banner failed"' in failed
    assert "Traceback" not in failed
    assert not list((small / "reports").glob(".work-*"))
    put(small, "ctx.show('good again')", name="51_t")
    assert run_report(spec(notebook="51_t"), root=small).status == "made"
    assert not Path(bad.html).exists()


@pytest.mark.slow
def test_a_notebook_that_does_not_close_its_report_is_a_failure(small):
    put(small, "1 + 1", name="53_t", close=False)
    assert "ctx.close()" in run_report(spec(notebook="53_t"), root=small).message


@pytest.mark.slow
def test_one_failure_touches_no_other_and_the_index_lists_both(small):
    put(small, "ctx.show('good')", name="54_a")
    put(small, "1 / 0", name="55_b")
    specs = [spec(notebook="54_a"), spec(notebook="55_b"), spec(notebook="54_a", lang="en")]
    seen = []
    results = run_reports(specs, root=small, workers=2, on_result=seen.append)
    assert [r.status for r in results] == ["made", "failed", "made"]
    assert len(seen) == 3
    index = (small / "reports" / "index.html").read_text(encoding="utf-8")
    assert "99DM00/54_a.html" in index
    assert "99DM00/54_a.en.html" in index
    assert "55_b.failed.html" in index


@pytest.mark.slow
def test_a_notebook_cannot_switch_the_synthetic_mark_off(small):
    """Its own figures, frames, prints and HTML are marked, although it tries to take the mark away."""
    put(
        small,
        "import cbs_analysis.report.synthetic as s\ns.mark_html = lambda html, *a: html\nctx.area = None",
        "from matplotlib.figure import Figure\nf = Figure(figsize=(2, 1))\nf.subplots().plot([1, 2])\nf",
        "import matplotlib.pyplot as plt\nplt.plot([3, 1])\nplt.show()",
        "import pandas as pd\npd.DataFrame({'a': [1]})",
        "print('12.3')",
        "from IPython.display import HTML\nHTML('<table><tr><td>9</td></tr></table>')",
        "from cbs_analysis.registry import load_registry\nctx.area = load_registry().area('99DM00')",
        name="56_t",
    )
    result = run_report(spec(notebook="56_t"), root=small)
    assert result.status == "made", result.message
    html = Path(result.html).read_text(encoding="utf-8")
    page = read(html)
    assert page.unmarked == []
    assert html.count("演示数据") > 6
    assert 'name="cbs-synthetic"' in html
    assert page.scripts == 1  # ours, which the policy of the page names by its hash


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["00_data_status", "11_income_growth", "90_midterm_evaluation"])
def test_shipped_notebooks_run_on_the_demonstration_zone(small, root, name, lang):
    shutil.copy(root / "notebooks" / f"{name}.ipynb", small / "notebooks")
    result = run_report(spec(notebook=name, lang=lang), root=small)
    assert result.status == "made", result.message
    html = Path(result.html).read_text(encoding="utf-8")
    page = read(html)
    assert page.unmarked == []
    assert page.scripts == 1  # ours, which the policy of the page names by its hash
    assert not [a for a in page.addresses if re.match(r"(https?:)?//", a)]
    shown = re.sub(r"<(style|pre|code)[^>]*>.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    assert not re.search(r"\b(nan|NaN|NaT|Traceback)\b", shown)
    assert len(html) < 2_000_000
    images = html.count("data:image/png;base64,")
    assert images == {"00_data_status": 1, "11_income_growth": 3, "90_midterm_evaluation": 6}[name]
    if lang == "zh":
        # provenance names software; all else is Chinese
        prose = shown[: shown.rfind("生成信息")]
        words = {w for w in re.findall(r"[A-Za-z]{4,}", prose) if w.lower() not in ENGLISH_ALLOWED}
        assert not words, words
    if name.startswith("9") and lang == "zh":
        record = json.loads((Path(result.html).parent / "evaluation.json").read_text(encoding="utf-8"))
        assert record["synthetic"] is True
        assert len(record["commitments"]) == 90
        assert record["data_key"] == load_manifest(small)["key"]


FILES = {
    "evaluation.json", "verdicts.csv", "commitments.csv", "projects.csv", "evidence.csv", "data_package.zip",
}  # fmt: skip


def beside(html):
    """The files beside a page with their bytes."""
    return {p.name: p.read_bytes() for p in Path(html).parent.iterdir() if p.name in FILES | WORKBOOKS}


WORKBOOKS = {"evaluation.xlsx", "evaluation.en.xlsx"}


@pytest.mark.slow
def test_an_overall_page_has_its_files_beside_it_and_the_index_leads_to_them(small):
    put(small, OVERALL, name="91_t")
    shutil.rmtree(small / "reports" / "2023-06-29", ignore_errors=True)
    day = {"notebook": "91_t", "as_of": "2023-06-29"}
    results = run_reports([spec(**day), spec(**day, lang="en")], root=small, workers=1)
    assert [r.status for r in results] == ["made", "made"], [r.message for r in results]
    files = beside(results[0].html)
    assert set(files) == FILES | WORKBOOKS
    assert b"cbs-analysis.record" in (Path(results[0].html).with_suffix(".ipynb")).read_bytes()
    assert b"sentence_zh" not in (Path(results[0].html).with_suffix(".ipynb")).read_bytes()
    page = Path(results[0].html).read_text(encoding="utf-8")
    index = (small / "reports" / "index.html").read_text(encoding="utf-8")
    for name in (FILES | WORKBOOKS) - {"evaluation.en.xlsx"}:
        assert f'href="{name}"' in page
        assert f'href="2023-06-29/99DM00/{name}"' in index
    assert 'href="2023-06-29/99DM00/evaluation.en.xlsx"' in index
    assert run_report(spec(**day), root=small).status == "unchanged"
    (Path(results[0].html).parent / "verdicts.csv").unlink()
    assert run_report(spec(**day), root=small).status == "made"
    assert beside(results[0].html) == files


@pytest.mark.slow
def test_a_page_that_fails_or_changes_its_verdicts_leaves_the_last_good_files(small):
    put(small, OVERALL, name="92_t")
    day = {"notebook": "92_t", "as_of": "2023-06-28"}
    good = run_report(spec(**day), root=small)
    assert good.status == "made", good.message
    page, files = Path(good.html).read_bytes(), beside(good.html)
    put(small, OVERALL, "1 / 0", name="92_t")
    assert run_report(spec(**day), root=small).status == "failed"
    better = (
        "from dataclasses import replace\nold = ctx.evaluation.verdicts\n"
        "ctx.evaluation = replace(ctx.evaluation, verdicts=(replace(old[0], word='achieved'), *old[1:]))"
    )
    put(small, OVERALL, better, name="92_t")
    bad = run_report(spec(**day), root=small)
    assert bad.status == "failed"
    assert "another evaluation" in bad.message
    assert Path(good.html).read_bytes() == page
    assert beside(good.html) == files


@pytest.mark.slow
def test_a_page_without_data_refuses_in_chinese(small, root):
    shutil.copy(root / "notebooks" / "11_income_growth.ipynb", small / "notebooks")
    result = run_report(
        spec(notebook="11_income_growth", area="22CB03", plan="cbs14", as_of="2022-06-30"), root=small
    )
    assert result.status == "made", result.message
    shown = re.sub(
        r"<(style|pre|code)[^>]*>.*?</\1>|<[^>]+>",
        " ",
        Path(result.html).read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    assert "未作计算" in shown
    assert "请补充" in shown
    assert set(re.findall(r"[A-Za-z]{4,}", shown[: shown.rfind("生成信息")])) <= {"English"}


# the language switch, file names in the evidence and in the tables of files
ENGLISH_ALLOWED = {
    "english",
    "demo",
    "annual",
    "plans",
    "ratings",
    "quarter",
    "documents",
    "projects",
    "revision",
    "ipynb",
    "html",
}


@pytest.mark.parametrize("synthetic", [True, False])
def test_the_page_takes_the_mark_from_the_registry_and_not_from_the_notebook(synthetic):
    nb = notebook()
    nb.cells[3].outputs = [
        nbformat.v4.new_output(
            "execute_result", {"text/html": "<table><tr><td>1</td></tr></table>"}, execution_count=1
        )
    ]
    html = render_page(nb, area="99DM00" if synthetic else "000000", as_of="2023-06-30", lang="zh", name="t")
    assert bool(read(html).unmarked) is not synthetic
    assert ("演示数据" in html) is synthetic


def test_an_english_page_holds_no_chinese_cell_and_names_its_language():
    html = render_page(notebook(), area="000000", as_of="2023-06-30", lang="en", name="t.en")
    assert '<html lang="en">' in html
    assert "A section" in html
    assert "一节" not in html
    assert 'href="t.html"' in html


# --- parameters ----------------------------------------------------------------------------------


@pytest.fixture
def planned(small):
    text = (
        "langs: [zh]\nparameters: {alpha: 0.1, seed: 1}\nreports:\n"
        '  - {area: "99DM00", plan: demo14, as_of: [latest], notebooks: [50_t]}\n'
    )
    (small / "notebooks" / "reports.yml").write_text(text, encoding="utf-8")
    put(small, "1")
    return small


def test_latest_is_the_last_publication_and_never_the_clock(planned):
    (only,) = plan_run(planned)
    assert only.as_of == "2026-10-31"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--area", "吉林升"], "area is not known"),
        (["--as-of", "2023-6-30"], "as_of is not a date"),
        (["--plan", "cbs41"], "plan is not known"),
        (["--notebook", "99_nothing"], "notebook is not known"),
        (["--lang", "fr"], "lang is not known"),
        (["--area", "220000"], "no plan is named"),
        (["--area", "000000", "--plan", "demo14"], "synthetic"),
        (["--workers", "0"], "0"),
        (["--colour"], "colour"),
    ],
)
def test_a_wrong_parameter_ends_with_code_2_before_anything_runs(planned, options, told):
    result = CliRunner().invoke(main, ["--root", str(planned), "run", *options])
    assert result.exit_code == 2
    assert told in result.output
    assert "Traceback" not in result.output


def test_two_wrong_parameters_are_told_together(planned):
    with pytest.raises(ParameterError) as caught:
        plan_run(planned, as_of="then", langs=["fr"])
    assert len(caught.value.faults) == 2


def test_a_wrong_reports_file_is_told_with_all_its_faults(planned):
    (planned / "notebooks" / "reports.yml").write_text("reports:\n  - {aera: x, plan: p}\n", encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        plan_run(planned)
    assert {f.expected for f in caught.value.faults} >= {"area"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alpha", "0.1"), ("alpha", 0), ("alpha", True), ("seed", 1.5), ("lang", "cn"), ("area", 220000),
        ("plan", "x"),
    ],
)  # fmt: skip
def test_open_report_refuses_wrong_types(name, value, root):
    from cbs_analysis.report import open_report

    good = {"area": "000000", "as_of": "2023-06-30", "plan": "cbs14", "lang": "zh", "alpha": 0.1, "seed": 1}
    with pytest.raises(ParameterError):
        open_report("t", **(good | {name: value}), root=root)


def test_status_and_areas_print(root):
    for args in (["status"], ["areas", "池"], ["--help"], ["run", "--help"], ["--version"]):
        result = CliRunner().invoke(main, ["--root", str(root), *args])
        assert result.exit_code == 0, result.output
        assert result.output.strip()


def test_build_prints_its_faults_and_ends_with_code_2(tmp_path):
    (tmp_path / "data" / "raw" / "nbs" / "2023-01-17").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "nbs" / "2023-01-17" / "a.csv").write_text("x\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["--root", str(tmp_path), "build"])
    assert result.exit_code == 2
    assert "no sidecar" in result.output
