"""Hostile labels and outputs on the pages of a run: in a browser none of them acts, and all can be read."""

import io
import re
import zipfile
from pathlib import Path

import nbformat
import openpyxl
import pytest
from click.testing import CliRunner
from lxml import etree
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cbs_analysis.cli import main
from cbs_analysis.plan import evaluate
from cbs_analysis.plan.templates import write_templates
from cbs_analysis.report.export import find_reports, report_files
from cbs_analysis.report.plain_text import visible
from cbs_analysis.report.run import RunSpec, run_reports

from .hostile import AREA, AS_OF, PAYLOADS, PLAN, SHOWN, Hostile

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
]

PARAMETERS = (
    'area: str = ""\nas_of: str = ""\nplan: str = ""\nlang: str = "zh"\nalpha: float = 0.1\nseed: int = 1'
)
OPEN = (
    "from cbs_analysis.report import open_report\n"
    'ctx = open_report("t", area=area, as_of=as_of, plan=plan, lang=lang, alpha=alpha, seed=seed)\n'
    "ctx.header()"
)
CELLS = (
    "from IPython.display import HTML, SVG, Javascript, Markdown, display\n"
    f"for n, html in enumerate({SHOWN!r}):\n    display(HTML(html.replace('{{n}}', str(n))))",
    "import pandas as pd\n"
    "frame = pd.DataFrame({'a': ['<img src=x onerror=window.PWNED=1>', '=1+1'], 'b': [1.5, -2.0]})\n"
    "display(frame, frame.style.background_gradient(subset='b'))",
    "display(Markdown('**bold** [l](javascript:window.PWNED=1) <img src=x onerror=window.PWNED=1>'))\n"
    "display(Javascript('window.PWNED = 1'))\n"
    "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><script>window.PWNED=1</script></svg>'))",
    "print('\\x1b[31mred\\x1b[0m \\x07 \\u202e321 <script>window.PWNED=1</script>')",
)
FAILS = (
    "import os\nos.environ['SERVICE_API_KEY'] = 'abcdefgh' * 2\n"
    "raise ValueError('<img src=x onerror=window.PWNED=1> ' + os.environ['SERVICE_API_KEY'] + ' '"
    " + str(ctx.root / 'data' / 'x.csv') + ' postgres://me:hun' + 'ter22@db/x '"
    " + os.path.expanduser('~/notes'))"
)


def notebook(*code):
    cells = [
        new_markdown_cell("# 试验", metadata={"tags": ["zh"]}),
        new_markdown_cell("# Trial", metadata={"tags": ["en"]}),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(OPEN, metadata={"tags": ["setup"]}),
        *map(new_code_cell, code),
        new_code_cell("ctx.close()"),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return new_notebook(cells=cells, metadata=kernel)


def take_in_a_workbook(made):
    """An office writes hostile texts into whatever it may fill in: the receipts show them."""
    evaluation = evaluate(PLAN, as_of=AS_OF, root=made.root, sensitivity=False)
    sent = max(write_templates(evaluation, made.root / "sent"), key=lambda w: len(w.rows))
    book = openpyxl.load_workbook(sent.path)
    for sheet in book:
        free = [c for row in sheet.iter_rows(min_row=5, max_row=12) for c in row if not c.protection.locked]
        for cell in free:
            cell.value, cell.data_type = made.text()[:32_000], "s"
    book.save(sent.path)
    words = ["--root", str(made.root), "intake", str(sent.path), "--published", AS_OF]
    result = CliRunner().invoke(main, words)
    assert result.exit_code in (0, 1), result.output
    assert len(list((made.root / "reports" / "receipts").rglob("*.html"))) == 2


@pytest.fixture(scope="module")
def site(root, tmp_path_factory):
    """The folder of reports of the hostile project, with the texts that it was made from."""
    made = Hostile()
    made.root = made.project(tmp_path_factory.mktemp("site"), since="2022-01")
    notebooks = made.root / "notebooks"
    notebooks.mkdir()
    for name in ("00_data_status", "36_culture_sport", "90_midterm_evaluation"):
        (notebooks / f"{name}.ipynb").write_bytes((root / "notebooks" / f"{name}.ipynb").read_bytes())
    nbformat.write(notebook(*CELLS), notebooks / "50_own.ipynb")
    nbformat.write(notebook(FAILS), notebooks / "51_fails.ipynb")
    wanted = [
        ("90_midterm_evaluation", "zh"), ("36_culture_sport", "en"), ("00_data_status", "zh"),
        ("50_own", "zh"), ("51_fails", "zh"),
    ]  # fmt: skip
    specs = [RunSpec(notebook=n, area=AREA, as_of=AS_OF, plan=PLAN, lang=lang) for n, lang in wanted]
    take_in_a_workbook(made)
    results = run_reports(specs, root=made.root, workers=2)
    told = {r.spec.notebook: (r.status, r.message) for r in results}
    assert {n: s for n, (s, _) in told.items()} == dict.fromkeys(told, "made") | {"51_fails": "failed"}, told
    made.folder = made.root / "reports" / AS_OF / AREA
    return made


# what an event handler waits for
STIR = """() => document.querySelectorAll('main *').forEach(e => {
    for (const name of ['mouseover', 'focus', 'toggle', 'load', 'error']) e.dispatchEvent(new Event(name));
})"""
# elements that could act, were the policy of the page not there
ACTING = r"""() => Array.from(document.querySelectorAll('*')).filter(e =>
    /^(iframe|object|embed|link|base|svg|frame|video|audio|portal|template|math)$/i.test(e.tagName)
    || Array.from(e.attributes).some(a => a.name.startsWith('on')
      || /^(src|srcset|action|formaction|ping|background)$/.test(a.name) && !a.value.startsWith('data:image/')
      || a.name === 'href' && /^\s*(javascript|data|vbscript|file):/i.test(a.value))
    || e.tagName === 'META' && /refresh/i.test(e.httpEquiv)
    || e.tagName === 'FORM' && e.id !== 'filter'
).map(e => e.outerHTML.slice(0, 200))"""
# what became of the outputs of a researcher
LOOK = """() => {
    const main = document.querySelector('main'), all = css => Array.from(main.querySelectorAll(css));
    const look = e => getComputedStyle(e);
    return {
        unmarked: all('table, .output, pre.output')
            .filter(e => !e.closest('.synthetic') && !e.querySelector('.synthetic')).map(e => e.outerHTML),
        hidden: ['.synthetic-banner', 'h1']
            .filter(css => look(document.querySelector(css)).display === 'none'),
        fixed: all('*').filter(e => ['fixed', 'absolute'].includes(look(e).position)).length,
        coloured: all('td').filter(e => look(e).backgroundColor !== 'rgba(0, 0, 0, 0)').length,
        inside: all('#bare').length,
        bold: all('strong').length,
    };
}"""


class Seen:
    """What a browser did with a page."""

    def __init__(self, page, url):
        self.requests, self.dialogs = [], []
        page.on("request", lambda r: self.requests.append(r.url))
        page.on("dialog", lambda d: (self.dialogs.append(d.message), d.dismiss()))
        page.goto(url)
        page.evaluate(STIR)
        self.pwned = page.evaluate("[window.PWNED, document.title === 'PWNED', location.href]")
        self.asked = [u for u in self.requests if u != url and not u.startswith("data:")]
        self.text = page.evaluate("document.body.textContent")
        self.acting = page.evaluate(ACTING)
        self.scripts = page.evaluate("Array.from(document.scripts).map(s => s.textContent)")


@pytest.fixture(scope="module")
def open_page(browser):
    """Opens a file in the browser; whatever asks for anything else is stopped and told."""
    context = browser.new_context()
    context.route("**/*", lambda r: r.continue_() if r.request.url.startswith("file:") else r.abort())

    def open_one(path: Path, inspect=lambda page: None):
        page = context.new_page()
        seen = Seen(page, path.resolve().as_uri())
        seen.found = inspect(page)
        page.close()
        return seen

    return open_one


def pages(site):
    """The pages of the run: reports, raw files, the index."""
    return sorted((site.root / "reports").rglob("*.html"))


def test_no_page_runs_loads_or_asks_for_anything_of_a_label(site, open_page):
    template = Path(__file__).parents[2] / "cbs_analysis" / "report" / "template"
    own = {path.read_text(encoding="utf-8") for path in template.glob("*.js")}
    found = pages(site)
    assert len(found) > 20
    assert sum("receipts" in path.parts for path in found) == 2
    told = []
    for path in found:
        seen = open_page(path)
        assert seen.pwned == [None, False, path.resolve().as_uri()], path.name
        assert (seen.dialogs, seen.asked, seen.acting) == ([], [], []), path.name
        assert set(seen.scripts) <= own, path.name
        # our own pages escape every label, so that nothing has to be left out of them
        kept = "未予显示" in seen.text or "is not shown here" in seen.text
        assert kept is path.name.startswith("50_own"), path.name
        told.append(seen.text)
    squeezed = re.sub(r"\s+", " ", "\n".join(told))
    # each kind of payload stands on some page, letter for letter
    for kind in range(len(PAYLOADS)):
        texts = [t for n, t in site.texts.items() if int(n.strip("Z")) % len(PAYLOADS) == kind]
        assert any(re.sub(r"\s+", " ", visible(t)) in squeezed for t in texts), PAYLOADS[kind][:60]
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", squeezed)


def test_outputs_of_a_researcher_keep_their_tables_and_lose_what_acts(site, open_page):
    seen = open_page(site.folder / "50_own.html", lambda page: page.evaluate(LOOK))
    assert seen.found["unmarked"] == []
    assert seen.found["hidden"] == []
    assert (seen.found["fixed"], seen.found["inside"]) == (0, 1)
    assert seen.found["coloured"] == 2
    assert seen.found["bold"] >= 1
    assert "after the end" in seen.text
    assert "<img src=x onerror=window.PWNED=1>" in seen.text  # a plain frame escapes its labels
    assert "red \ufffd \ufffd321 <script>window.PWNED=1</script>" in seen.text
    assert seen.text.count("为安全起见，此处有内容未予显示") >= 10


@pytest.mark.parametrize("name", ["50_own", "90_midterm_evaluation"])
def test_a_notebook_of_the_run_is_safe_in_the_page_that_nbconvert_makes(site, open_page, tmp_path, name):
    from nbconvert import HTMLExporter

    stored = nbformat.read(site.folder / f"{name}.ipynb", as_version=4)
    html, _ = HTMLExporter().from_notebook_node(stored)
    path = tmp_path / "default.html"
    path.write_text(html, encoding="utf-8")
    seen = open_page(path)
    assert seen.pwned[:2] == [None, False]
    assert seen.dialogs == []
    assert [u for u in seen.asked if "evil.test" in u or u.startswith("file:")] == []


@pytest.mark.parametrize(("name", "lang"), [("90_midterm_evaluation", "zh"), ("36_culture_sport", "en")])
def test_a_report_for_word_holds_hostile_labels_as_texts(site, name, lang):
    (report,) = find_reports(
        site.root / "reports", area=AREA, as_of=AS_OF, plan=PLAN, notebooks=[name], langs=[lang]
    )
    made = report_files(report, ["docx"], root=site.root, out=site.root / "out")
    (content,) = made.values()
    parts = zipfile.ZipFile(io.BytesIO(content))
    told = ""
    for part in parts.namelist():
        assert part.endswith((".xml", ".rels", ".png")), part
        if not part.endswith(".png"):
            root = etree.fromstring(parts.read(part))
            told += "".join(root.itertext())
            targets = root.xpath("//*[@TargetMode='External']/@Target")
            assert [t for t in targets if not t.startswith(("https:", "../"))] == [], part
            # fields are our own: contents, numbers of pages and captions, links inside the document
            fields = {f.split()[0] for f in root.xpath("//*[local-name()='instrText']/text()") if f.strip()}
            assert fields <= {"TOC", "PAGE", "NUMPAGES", "SEQ", "PAGEREF", "REF"}, part
            assert not root.xpath("//*[local-name()='altChunk' or local-name()='object']"), part
    squeezed = re.sub(r"\s+", " ", told)
    kinds = [
        kind for kind, payload in enumerate(PAYLOADS)
        if any(re.sub(r"\s+", " ", visible(t)) in squeezed
               for n, t in site.texts.items() if int(n.strip("Z")) % len(PAYLOADS) == kind)
    ]  # fmt: skip
    assert len(kinds) >= len(PAYLOADS) * 3 // 4, [PAYLOADS[k][:40] for k in kinds]
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)


@pytest.mark.parametrize("words", [["status"], ["runs"], ["plan", "show", PLAN]])
def test_commands_about_hostile_data_do_nothing_to_a_terminal(site, words):
    done = CliRunner().invoke(main, ["--root", str(site.root), *words], color=True)
    assert done.exit_code == 0, done.output
    told = re.sub(r"\x1b\[(3[0-7]|0)m", "", done.output)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", told)


def test_a_page_of_a_failure_shows_its_message_as_text_and_nothing_of_the_machine(site, open_page):
    (failed,) = site.folder.glob("51_fails.failed.html")
    seen = open_page(failed)
    assert (
        "ValueError: <img src=x onerror=window.PWNED=1> … ./data/x.csv postgres://…@db/x ~/notes" in seen.text
    )
    kept = [failed, failed.with_suffix(".ipynb"), site.root / "reports" / "index.html"]
    for path in kept:
        text = path.read_text(encoding="utf-8")
        found = [x for x in ("abcdefgh" * 2, "hun" + "ter22", str(site.root), str(Path.home())) if x in text]
        assert found == [], path.name
