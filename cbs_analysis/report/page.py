"""From an executed notebook to one offline page, and the index of all pages."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import Any

from ..registry.load import load_registry
from ..registry.records import LANGS
from .messages import message
from .page_markdown import markdown_html
from .page_parts import TEMPLATES, policy, template_text, with_contents
from .plain_text import visible
from .safe_notebook import safe_notebook
from .sanitize import MARK
from .site_index import render_index
from .style import SYNTHETIC_MARK
from .synthetic import mark_words
from .table import css_text, translator

__all__ = ["render_index", "render_page", "title_of"]

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
    safe: bool = False,
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
    safe : bool
        The outputs are already as `safe_notebook` gives them.

    Returns
    -------
    str
        One HTML document that asks no host for anything.

    Raises
    ------
    ReportError
        For a formula that cannot be converted, unless the run failed already.
    """
    place = load_registry().area(area)
    title = f"{title_of(notebook, lang)} · {place.name(lang)} · {as_of}"
    script = template_text("page.js")
    marked = place.synthetic if synthetic is None else synthetic
    page = {
        "html_lang": HTML_LANG[lang],
        "title": title,
        "policy": policy(script),
        "css": template_text("page.css") + _running_heads(title, mark_words(lang) if marked else ""),
        "script": script,
        "synthetic": marked,
        "mark": SYNTHETIC_MARK,
        "marked": MARK,
        "failure": failure,
        "notebook_href": f"{name}.ipynb",
        "other_href": f"{_sibling(name, lang)}.html" if not failure else "",
        "other_lang": HTML_LANG[_other(lang)],
        "other_label": message("lang_name", _other(lang)),
        "t": translator(lang),
    }
    shown = notebook if safe else safe_notebook(notebook, lang)
    cells = [c for c in shown.cells if _other(lang) not in c.metadata.get("tags", [])]
    in_html = partial(markdown_html, strict=not failure)
    html = str(_template().render(cells=cells, page=page, in_html=in_html))
    # a wide picture scrolls on a phone: the keyboard must reach it
    html = html.replace('<figure class="cbs">', '<figure class="cbs" tabindex="0">')
    # HTML ends a cell where the next begins: a twentieth of a page that is full of evidence
    html = html.replace("</td><td", "<td").replace("</td></tr>", "</tr>")
    return visible(with_contents(html, lang))


@lru_cache(maxsize=1)
def _template() -> Any:
    """The page of a report; compiled once."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False)
    return environment.get_template("report.html.j2")


def _running_heads(title: str, mark: str) -> str:
    """What stands at the head of each printed sheet: the title, and that the data are synthetic."""
    return (
        f"@media print{{@page{{@top-left{{content:{css_text(title)}}}"
        f"@top-right{{content:{css_text(mark)}}}}}}}"
    )


def _sibling(name: str, lang: str) -> str:
    """The same page in the other language: `x` is Chinese, `x.en` English."""
    return name.removesuffix(".en") if lang == "en" else f"{name}.en"
