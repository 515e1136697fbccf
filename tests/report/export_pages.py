"""A small executed report as a run leaves it: every kind of part that our helpers write, made by them."""

import base64
import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cbs_analysis.report.context import RECORD_MIME
from cbs_analysis.report.style import chart_style, figure_png
from cbs_analysis.report.synthetic import mark_html
from cbs_analysis.report.table import Cell, Table

SOURCE = "../../sources/nbs/2024-01-17/a.csv.html#B2"
LONG = tuple((f"E{i}", f"指标{i}", f"{i * 1.5:.1f}%") for i in range(1, 61))
PARAMETERS = {
    "area": "000000", "as_of": "2023-06-30", "plan": "national14", "lang": "zh", "alpha": 0.1,
    "seed": 20230630,
}  # fmt: skip


def picture(synthetic=False):
    from matplotlib.figure import Figure

    with chart_style():
        figure = Figure(figsize=(4, 2))
        figure.subplots().plot([2021, 2022], [5.1, 2.9])
    return figure_png(figure, synthetic=synthetic)


def outputs_html(lang="zh"):
    """Tables and sentences with every shape that a cell of a page may have."""
    numbers = " ".join(f'<a href="{SOURCE}">E{i}</a>' for i in (1, 2, 3))
    links = f'<span class="links">{numbers}</span>'
    small = Table(
        "重点承诺" if lang == "zh" else "Key commitments",
        ("编号", "数值（%）", "结论"),
        (
            (
                "N1",
                Cell(f"<span>5.4% {links}</span>"),
                Cell('<span class="v v-behind"><span aria-hidden="true">▼</span> 滞后</span>'),
            ),
            ("N2", Cell(f'<a href="{SOURCE}">1,284人</a><br><small>2022年</small>'), "—"),
            (
                "N3",
                Cell('<details class="periods"><summary>2013 — 2025</summary><a href="x">2013</a></details>'),
                "<b>5</b>",
            ),
        ),
        note="占比合计为100.0%。",
        numeric=frozenset({1}),
    )
    folded = Table("图中数据", ("年份", "值"), (("2021", "24,634元"), ("2022", "29,150元")), folded=True)
    evidence = Table(
        "证据", ("编号", "指标", "公布数"),
        tuple((Cell(f'<span id="e-{a}">{a}</span>'), b, Cell(f'<a href="{SOURCE}">{c}</a>'))
              for a, b, c in LONG),
        css="prov",
    )  # fmt: skip
    return [
        '<p class="reading">居民收入年均实际增长5.4%。</p>', small.html(), folded.html(),
        '<div class="refusal"><strong>未作计算</strong><br>年份不足</div>', evidence.html(),
    ]  # fmt: skip


def notebook(lang="zh", area="000000", png=None, **changes):
    """The executed notebook."""
    synthetic = area == "99DM00"
    record = {"slug": "11_small", "subtitle": "", "data_key": "k", **PARAMETERS, "lang": lang, "area": area}
    parts = outputs_html(lang)
    alt = "收入与增长。单位：%" if lang == "zh" else "Income and growth. Unit: %"
    parts.insert(
        1, f'<figure class="cbs"><img alt="{alt}" src="data:image/png;base64,'
        f'{base64.b64encode(png or picture(synthetic)).decode()}"></figure>',
    )  # fmt: skip
    shown = [new_output("display_data", {"text/html": mark_html(p, synthetic, lang)}) for p in parts]
    end = new_output("display_data", {"text/html": "<p>末</p>", RECORD_MIME: record | changes})
    lines = "\n".join(f"{k} = {v!r}" for k, v in (PARAMETERS | {"lang": lang, "area": area}).items())
    facts = '<dl class="facts"><div><dt>地区</dt><dd>全国</dd></div></dl>'
    return new_notebook(
        cells=[
            new_markdown_cell("# 收入与增长\n\n**问题**：是否同步？", metadata={"tags": ["zh"]}),
            new_markdown_cell("# Income and growth\n\n**Question**: in step?", metadata={"tags": ["en"]}),
            new_code_cell(lines, metadata={"tags": ["injected-parameters"]}),
            new_code_cell("ctx.header()", outputs=[new_output("display_data", {"text/html": facts})]),
            new_markdown_cell("## 跟上了吗？\n\n- 一\n- 二", metadata={"tags": ["zh"]}),
            new_markdown_cell("## In step?\n\n- one\n- two", metadata={"tags": ["en"]}),
            new_code_cell("show()", outputs=shown),
            new_markdown_cell("### 7.1 就业", metadata={"tags": ["zh"]}),
            new_markdown_cell("### 7.1 Jobs", metadata={"tags": ["en"]}),
            new_code_cell("ctx.close()", outputs=[end]),
        ]
    )


def put_report(root: Path, made, name="11_small"):
    """Lay a report where a run publishes it."""
    record = next(o["data"][RECORD_MIME] for o in made.cells[-1].outputs)
    folder = root / "reports" / record["as_of"] / record["area"]
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, folder / f"{name}.ipynb")
    page = '<!doctype html><html lang="zh-CN"><title>收入</title><body><h1>收入与增长</h1>'
    page += '<a href="../../index.html">目录</a>'
    (folder / f"{name}.html").write_text(page + '<a href="#x">内</a><p id="x">5.4%</p>', encoding="utf-8")
    return folder


def record_of(made):
    """What the run kept of it."""
    return json.loads(json.dumps(made.cells[-1].outputs[0]["data"][RECORD_MIME]))
