"""Hostile texts one by one: secrets, HTML of an output, labels of a chart, addresses and names of files."""

import warnings
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cbs_analysis.cli import main
from cbs_analysis.errors import ParameterError, TargetError
from cbs_analysis.registry.load import load_registry
from cbs_analysis.report import open_report
from cbs_analysis.report.chart_text import missing_note, note_missing_glyphs, readable_texts
from cbs_analysis.report.export_charts import figure_svg
from cbs_analysis.report.lab_display import LAB_STYLE
from cbs_analysis.report.link_check import cited_files
from cbs_analysis.report.page import render_page
from cbs_analysis.report.plain_text import visible
from cbs_analysis.report.safe_notebook import safe_notebook
from cbs_analysis.report.sanitize import MARK, safe_html
from cbs_analysis.report.secrets import private, refuse_secrets
from cbs_analysis.report.style import chart_style, figure_png, wrap_text
from cbs_analysis.report.table import Table

from .hostile import PAYLOADS

HEX = "9f86d081884c7d659a2feaa0c55ad015"
KEY = "AKIA" + "IOSFODNN7EXAMPLE"

# --- secrets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "password", "db_password", "PASSWD", "dbPassword", "secret", "client_secret", "token", "access_token",
        "api_key", "apikey", "apiKey", "API-KEY", "credential", "aws_credentials", "private_key", "ssh_key",
        "passphrase", "pwd", "token2", "密码", "数据库口令", "密钥", "私钥_1",
    ],
)  # fmt: skip
def test_a_parameter_that_is_named_like_a_secret_is_refused_and_its_value_not_told(name):
    (fault,) = refuse_secrets({"area": "220000", name: "hunter22"})
    assert name in fault.what
    assert name in fault.zh
    assert "hunter22" not in str(fault) + fault.zh


@pytest.mark.parametrize(
    "value",
    [
        "https://me:hunter22@example.org/x", "postgres://u:p@db/x", KEY,
        "-----BEGIN RSA PRIVATE KEY-----\nMII",
        HEX, HEX.upper(), "ghp_" + "a1B2" * 9, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "eyJhbGciOiJI.eyJzdWIiOiIx.x",
    ],
)  # fmt: skip
def test_a_value_that_looks_like_a_secret_is_refused_whatever_its_name(value):
    (fault,) = refuse_secrets({"plan": value})
    assert "'plan'" in fault.what
    assert value not in str(fault) + fault.zh


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("area", "220000"), ("area", "长白山保护开发区"), ("as_of", "2023-06-30"), ("plan", "national14"),
        ("seed", 20230630), ("alpha", 0.1), ("lang", "zh"), ("secretary", "x"), ("tokenise", True),
        ("keyword", "密"), ("monkey", "a"), ("plan", "jilin_prefecture_level_cities_14th_plan_2021_2025_v2"),
        ("read_at", "https://www.stats.gov.cn/sj/zxfb/202302/t20230228_1919011.html"), ("author", "me"),
    ],
)  # fmt: skip
def test_an_ordinary_parameter_is_no_secret(name, value):
    assert refuse_secrets({name: value}) == []


def test_shipped_notebooks_have_no_parameter_that_is_refused(root):
    for path in (root / "notebooks").glob("[0-9]*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        (given,) = (c.source for c in cells if "parameters" in c.metadata.get("tags", []))
        assert refuse_secrets({line.partition(":")[0]: "" for line in given.splitlines()}) == []


def test_a_report_refuses_a_secret_without_printing_it(root):
    good = {"area": "000000", "as_of": "2023-06-30", "plan": "national14"}
    for key in ("area", "plan", "as_of"):
        with pytest.raises(ParameterError) as caught:
            open_report("t", **(good | {key: f"https://me:{HEX}@host/"}), root=root)
        assert HEX not in str(caught.value) + caught.value.faults[0].zh
        assert f"'{key}'" in str(caught.value)


@pytest.mark.parametrize("option", ["--area", "--plan", "--as-of"])
def test_the_command_refuses_a_secret_with_code_2_and_does_not_print_it(root, option):
    good = {"--area": "000000", "--plan": "national14", "--as-of": "2023-06-30"} | {option: KEY}
    words = [word for pair in good.items() for word in pair]
    result = CliRunner().invoke(main, ["--root", str(root), "run", *words])
    assert result.exit_code == 2
    assert KEY not in result.output


@pytest.mark.parametrize("given", [f"alpha={KEY}", KEY, f"note={KEY}", f"seed= {HEX}", f"api_token={KEY}"])
def test_a_secret_among_the_parameters_of_the_command_is_not_printed_by_any_fault(root, given):
    words = ["--root", str(root), "run", "--area", "000000", "--plan", "national14", "--parameter", given]
    result = CliRunner().invoke(main, [*words, "--parameter", "nothing=1"])
    assert result.exit_code == 2
    assert KEY not in result.output
    assert HEX not in result.output


def test_a_secret_in_the_list_of_reports_is_not_printed_by_any_fault(root, tmp_path):
    (tmp_path / "data").symlink_to(root / "data")
    (tmp_path / "notebooks").mkdir()
    source = root / "notebooks" / "11_income_growth.ipynb"
    (tmp_path / "notebooks" / source.name).write_bytes(source.read_bytes())
    (tmp_path / "notebooks" / "reports.yml").write_text(
        f'parameters: {{alpha: "{KEY}"}}\nreports:\n  - {{area: "000000", plan: national14, '
        'as_of: ["2023-06-30"], notebooks: [11_income_growth]}\n',
        encoding="utf-8",
    )
    result = CliRunner().invoke(main, ["--root", str(tmp_path), "run", "--list"])
    assert result.exit_code == 2
    assert "'alpha'" in result.output
    assert KEY not in result.output
    assert "secret" in result.output


def test_a_message_keeps_what_it_says_and_loses_what_belongs_to_the_machine(monkeypatch, tmp_path):
    root = tmp_path / "project"
    monkeypatch.setenv("SERVICE_TOKEN", "s3rvice-t0ken")
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("PWD", "plainword")
    text = (
        f"FileNotFoundError: {root}/data/raw/a.csv; {root}; '{root}'; {root}s/x; /home/somebody/b "
        "/home/somebodyelse s3rvice-t0ken https://me:pw@host/x 3.14/2 lib"
    )
    assert private(text, root) == (
        f"FileNotFoundError: ./data/raw/a.csv; .; '.'; {root}s/x; ~/b /home/somebodyelse "
        "… https://…@host/x 3.14/2 lib"
    )
    package = Path(open_report.__code__.co_filename)
    assert (
        private(f'File "{package}", line 3', None) == 'File "<python>/cbs_analysis/report/context.py", line 3'
    )


# --- outputs -------------------------------------------------------------------------------------


def notebook_with(*outputs):
    return new_notebook(cells=[new_code_cell("x", outputs=list(outputs))])


def shown(data):
    return new_output("display_data", data)


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<p>a <b>b</p>", "<p>a <b>b</b></p>"),
        ('<a href="x.html#E1">k</a>', '<a href="x.html#E1">k</a>'),
        ('<a href="java\tscript:alert(1)">k</a>', "<a>k</a>"),
        ('<a href="&#106;avascript:alert(1)">k</a>', "<a>k</a>"),
        ('<a href="\x01javascript:alert(1)">k</a>', "<a>k</a>"),
        ('<p onclick="x" class="n" data-k="1">t</p>', '<p class="n" data-k="1">t</p>'),
        ("<custom-tag>t</custom-tag>", "t"),
        ("<body onload=x><p>a</body></html><p>b", "<p>a</p><p>b</p>"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<p style='color:red;position:fixed;background:url(http://x)'>t", '<p style="color:red">t</p>'),
        ("<p style='width:expression(alert(1));color:\\72 ed'>t", "<p>t</p>"),
        ("<!-- c --><?php x ?>t", "t"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_keeps_what_is_read_and_loses_what_acts(html, told):
    assert safe_html(html) == told


def test_what_is_left_out_is_said_in_the_language_of_the_page():
    assert safe_html("<script>1</script><iframe src=x></iframe>t", "zh").endswith("嵌入的页面或对象。</p>")
    assert "scripts" in safe_html("<script>1</script>", "en")


def test_safe_html_is_safe_html():
    for html in (
        "<p>a<b>c</b> d</p>",
        "<script>1</script>x",
        '<style>#T_a td{color:red}</style><table id="T_a"></table>',
    ):
        assert safe_html(safe_html(html)) == safe_html(html)


def test_a_sheet_of_styles_reaches_no_further_than_its_table():
    own, others = "#T_1a td{color:#fff}", "#T_1a ~ p{color:red}body{color:red}#T_1a td,h1{color:red}"
    frame = ".dataframe th{text-align:right}"
    assert safe_html(f"<style>{own}{others}{frame}</style>t") == f"<style>{own}{frame}</style>t"
    table = Table("题", ('甲"</style>', "乙"), (("1", "2"),), css="stack").html()
    assert safe_html(table).count("::before{content:") == 2
    assert safe_html(table).count("</style>") == 1


@pytest.mark.parametrize("synthetic", [True, False])
def test_our_own_tables_come_out_as_they_went_in(synthetic):
    from cbs_analysis.report.synthetic import mark_html

    html = mark_html(
        Table("题 <b>", ("甲", "乙"), (("<script>", "2"), ("&amp;", "-1"))).html(), synthetic, "zh"
    )
    for shown_as in (html, html + LAB_STYLE):
        assert safe_html(shown_as) == shown_as
        assert safe_html(shown_as).startswith(MARK) is synthetic


@pytest.mark.parametrize(
    "html",
    [
        f"{MARK}</div><table><tr><td>1</td></tr></table>", f"<table><tr><td>1</td></tr></table>{MARK}</div>",
        f'{MARK}<span class="synthetic-mark">no</span><table></table></div>', "<p>data-synthetic</p>",
        f"text {MARK}<span class='synthetic-mark'>演示数据</span></div>",
        f"{MARK}<span class='synthetic-mark'>演示数据</span></div><style>.dataframe td{{color:red}}</style>1",
    ],
)  # fmt: skip
def test_an_output_that_only_claims_the_mark_is_marked_by_the_page(html):
    page = render_page(
        notebook_with(shown({"text/html": html})), area="99DM00", as_of="2023-06-30", lang="zh", name="t"
    )
    assert page.count('<span class="synthetic-mark">演示数据</span>') >= 1
    main = page[page.index("<main>") :]
    assert main.index(MARK) < main.index('<div class="output">')


def test_kinds_of_output_that_act_are_left_out_of_the_stored_notebook_and_said():
    notebook = notebook_with(
        shown({"application/javascript": "window.PWNED=1", "text/plain": "<Javascript object>"}),
        shown({"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "Widget()"}),
        shown({"text/markdown": "**b** <script>1</script>", "text/plain": "<Markdown object>"}),
        shown({"image/png": 'iVBO"><script>1</script>', "text/plain": "<Figure>"}),
        shown({"text/html": "<p>x</p>", "application/vnd.cbs-analysis.record+json": {"slug": "t"}}),
    )
    safe = safe_notebook(notebook)
    data = [output.data for output in safe.cells[0].outputs]
    assert "未予显示" in data[0]["text/html"]
    assert "未予显示" in data[1]["text/html"]
    assert "<strong>b</strong>" in data[2]["text/html"]
    assert data[3]["image/png"] == "iVBOscript1/script"  # no sign that ends an attribute is left
    assert data[4]["application/vnd.cbs-analysis.record+json"] == {"slug": "t"}
    assert {kind for d in data for kind in d} <= {
        "text/html", "text/plain", "image/png", "application/vnd.cbs-analysis.record+json",
    }  # fmt: skip
    nbformat.validate(safe)
    assert notebook.cells[0].outputs[0].data["application/javascript"] == "window.PWNED=1"  # a copy was made


# --- charts --------------------------------------------------------------------------------------


def drawn(*labels):
    """A figure whose tick labels and title are data."""
    with chart_style():
        figure = Figure(figsize=(4, 2))
        ax = figure.subplots()
        ax.barh(range(len(labels)), [1.0] * len(labels))
        ax.set_yticks(range(len(labels)), labels)
        ax.set_title(labels[0])
    return figure


def test_a_label_with_dollar_signs_is_no_formula():
    assert figure_png(drawn("$\\frac{1}{0", "$x_{ $ 5", "price $5 and $6"))[:4] == b"\x89PNG"


def test_a_character_without_a_glyph_is_a_box_that_is_told():
    missing = []
    assert figure_png(drawn("a\U00020000b", "c\U00020001\U00020000"), missing=missing)[:4] == b"\x89PNG"
    assert sorted(missing) == ["\U00020000", "\U00020001"]
    assert missing_note(missing, "zh") == "图中方框为图表字体所缺的字：𠀀 U+20000、𠀁 U+20001。"
    assert missing_note([], "zh") == ""


@pytest.mark.slow
def test_a_drawing_shows_hostile_labels_as_they_are_written_and_runs_none(browser, tmp_path):
    figure = Figure(figsize=(4, 3))
    with chart_style():
        axes = figure.subplots()
        for n, payload in enumerate(PAYLOADS):
            axes.text(0, n / len(PAYLOADS), payload.format(m=n, long="长" * 50), fontsize=3)
        axes.set_title("12%\u202e34")
    path = tmp_path / "a.svg"
    title = "</title><script>window.PWNED=1</script>"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some letters have no glyph
        path.write_bytes(figure_svg(figure, title=title, alt=PAYLOADS[1].format(m=1)))
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    found = page.evaluate(
        "[window.PWNED, document.querySelectorAll('script, image, foreignObject, a').length]"
    )
    page.close()
    assert found == [None, 0]
    assert asked == [path.as_uri()]


def test_another_warning_of_a_picture_is_not_lost():
    def warn():
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            note_missing_glyphs([])
            warnings.warn("something else", UserWarning, stacklevel=1)

    with pytest.warns(UserWarning, match="something else"):
        warn()


def test_digits_of_a_label_are_never_turned_around_and_the_patch_is_taken_back():
    from matplotlib.text import Text

    before = Text.get_text
    with readable_texts():
        assert Text(text="\u202e12%").get_text() == "\ufffd12%"
        assert len(Text(text="长" * 10_000).get_text()) == 300
    assert Text.get_text is before
    assert figure_png(drawn("\u202e12%")) == figure_png(drawn("\ufffd12%"))
    assert figure_png(drawn("\u202e12%")) != figure_png(drawn("%21"))


def test_a_word_that_fits_on_no_line_is_broken():
    lines = wrap_text("x" * 60, 9, 1.0).split("\n")
    assert len(lines) > 3
    assert "".join(lines) == "x" * 60


# --- names of files ------------------------------------------------------------------------------


def test_a_link_out_of_the_folder_of_raw_files_cites_nothing():
    link = '<a href="../../sources/{}">x</a>'
    bad = ("../../../../etc/passwd.html", "nbs/%2e%2e/%2e%2e/x.html", "/etc/passwd.html", "a/../../b.html")
    assert cited_files("".join(map(link.format, bad))) == set()
    assert cited_files(link.format("nbs/2024-01-17/a..b.csv.html")) == {"nbs/2024-01-17/a..b.csv"}


@pytest.mark.parametrize("id", ["../../x", "a/b", "x y", "<b>", "-x", ""])
def test_a_plan_or_an_office_whose_id_is_no_file_name_is_refused(tmp_path, id):
    from cbs_analysis.registry.plans import read_plans

    known = load_registry()
    text = (
        f"id: {id!r}\nextends: cbs14\nzh: 计划\nen: Plan\n"
        f"offices:\n  {id!r}: {{zh: 局, en: Office}}\ncommitments: []\nprojects: []\n"
    )
    path = tmp_path / "own.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TargetError) as caught:
        read_plans([path], known.indicators, known.areas, known=known.plans)
    assert {f.what for f in caught.value.faults} >= {
        "id of a plan is not plain",
        "id of a office is not plain",
    }


def test_visible_text_is_the_same_text_where_nothing_is_hidden():
    text = "吉林省“十四五”规划 <b>&amp;</b> 12.3% −1 é 😀 עברית"
    assert visible(text) == text
