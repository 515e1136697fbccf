"""From an executed notebook to one offline page, and the index of all pages."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from ..registry.load import load_registry
from ..registry.records import LANGS
from .messages import message
from .style import SYNTHETIC_MARK

__all__ = ["render_index", "render_page", "title_of"]

TEMPLATES = Path(__file__).parent / "template"
HTML_LANG = {"zh": "zh-CN", "en": "en"}


def title_of(notebook: Any, lang: str) -> str:
    """The first heading in the language of the report."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and _other(lang) not in cell.metadata.get("tags", []):
            match = re.search(r"^# (.+)$", cell.source, re.MULTILINE)
            if match:
                return match.group(1).strip()
    return str(notebook.metadata.get("title", ""))


def _other(lang: str) -> str:
    return next(x for x in LANGS if x != lang)


def render_page(
    notebook: Any,
    *,
    area: str,
    as_of: str,
    lang: str,
    name: str,
    failure: str = "",
    synthetic: bool | None = None,
) -> str:
    """Render an executed notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    area, as_of, lang : str
        Of the run. Whether the page is synthetic is read from the registry of areas, never from
        the notebook.
    name : str
        File name of the notebook without its ending.
    failure : str
        What failed, for the banner of a failed run.
    synthetic : bool, optional
        Only tests pass it.

    Returns
    -------
    str
        One HTML document that asks no host for anything.
    """
    from nbconvert import HTMLExporter
    from nbconvert.preprocessors import TagRemovePreprocessor

    place = load_registry().area(area)
    title = f"{title_of(notebook, lang)} · {place.name(lang)} · {as_of}"
    page = {
        "html_lang": HTML_LANG[lang],
        "title": title,
        "css": (TEMPLATES / "page.css").read_text(encoding="utf-8"),
        "synthetic": place.synthetic if synthetic is None else synthetic,
        "synthetic_banner": message("synthetic_banner", lang),
        "mark": SYNTHETIC_MARK,
        "failure": failure,
        "failed_banner": message("failed_banner", lang),
        "contents": message("contents", lang),
        "show_code": message("show_code", lang),
        "index_back": message("index_back", lang),
        "notebook_label": message("notebook", lang),
        "notebook_href": f"{name}.ipynb",
        "other_href": f"{_sibling(name, lang)}.html" if not failure else "",
        "other_lang": HTML_LANG[_other(lang)],
        "other_label": message("lang_name", _other(lang)),
    }
    exporter = HTMLExporter(
        template_name="cbs", extra_template_basedirs=[str(TEMPLATES)], preprocessors=[TagRemovePreprocessor]
    )
    exporter.register_preprocessor(
        TagRemovePreprocessor(enabled=True, remove_cell_tags={_other(lang)}), enabled=True
    )
    html, _ = exporter.from_notebook_node(notebook, resources={"cbs": page})
    return _with_contents(html, message("contents", lang))


def _sibling(name: str, lang: str) -> str:
    """The same page in the other language: `x` is Chinese, `x.en` English."""
    return name.removesuffix(".en") if lang == "en" else f"{name}.en"


def _with_contents(html: str, label: str) -> str:
    headings = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', html, re.DOTALL)
    items = "".join(f'<li><a href="#{id}">{_plain(text)}</a></li>' for id, text in headings)
    name = escape(label)
    contents = f'<nav class="toc" aria-label="{name}"><strong>{name}</strong><ol>{items}</ol></nav>'
    return html.replace("<!--contents-->", contents if items else "", 1)


def _plain(html: str) -> str:
    return re.sub(r"<a class=\"anchor-link\".*?</a>|<[^>]+>|¶", "", html).strip()


def render_index(records: list[dict[str, Any]]) -> str:
    """The index of all pages, by area and day; failures stand beside the last good page."""
    from jinja2 import Environment, FileSystemLoader, select_autoescape

    registry = load_registry()
    groups = []
    for code in sorted(
        {r["area"] for r in records}, key=lambda c: (registry.areas[c].synthetic, c != "22CB00", c)
    ):
        area, own = registry.areas[code], [r for r in records if r["area"] == code]
        rows = []
        for day in sorted({r["as_of"] for r in own}, reverse=True):
            today = sorted((r for r in own if r["as_of"] == day), key=lambda r: r["name"], reverse=True)
            row: dict[str, Any] = {"as_of": day}
            for lang in LANGS:
                row[lang] = [r for r in today if r["lang"] == lang]
                row[f"files_{lang}"] = next((r["files"] for r in row[lang] if r.get("files")), [])
            rows.append(row)
        groups.append({"area_zh": area.zh, "area_en": area.en, "synthetic": area.synthetic, "rows": rows})
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(default=True))
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return environment.get_template("site_index.html.j2").render(groups=groups, css=css, t=message)
