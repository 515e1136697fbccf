"""What an office filled in is followed to its sheet and cell, like any other figure."""

from click.testing import CliRunner

from cbs_analysis.cli import main
from cbs_analysis.plan import evaluate
from cbs_analysis.plan.evidence_numbers import sheet_of
from cbs_analysis.report.link_check import broken_links
from cbs_analysis.report.source_addresses import anchor_of
from cbs_analysis.report.source_pages import write_source_pages
from cbs_analysis.sources import build
from tests.report.sources_seen import cells, rows

from .conftest import AS_OF, RECEIVED

TAX = "F|S09.1|medical_insurance_collection_pct|{}"


def test_figures_and_documents_of_an_office_stand_at_their_anchors(project, desk):
    figures = desk("tax")
    for year, value in (("2020", 94.1), ("2021", 95.2), ("2022", 96.3)):
        figures.fill(TAX.format(year), 数值=value, 数据性质="最终数")
    documents = desk("organisation").fill(
        "D|P08.1|1", 文件名称="演示文件", 文号="演示发〔2023〕1号", 文件日期="2023-03-01"
    )
    for book in (figures, documents):
        words = ["--root", str(project), "intake", str(book.save()), "--published", RECEIVED]
        assert CliRunner().invoke(main, words).exit_code == 0
    build(project / "data" / "raw", project / "data" / "processed")
    judged = evaluate("demo14", as_of=AS_OF, root=project, sensitivity=False)
    cited = [e for v in judged.verdicts for e in v.evidence if e.file.endswith(".xlsx")]
    write_source_pages({e.file for e in cited}, project)
    seen = set()
    for e in cited:
        anchor = anchor_of(e.row, e.col, sheet_of(e.note, e.sheet))
        if e.col < 0:
            assert "演示发〔2023〕1号" in rows(project, e.file)[anchor]
        seen.add(e.sheet if e.col < 0 else cells(project, e.file)[anchor])
    assert seen == {"94.1", "95.2", "96.3", "机制与文件"}
    assert not [b for b in broken_links(project / "reports") if "index.html" not in b.href]
