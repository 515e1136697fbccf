"""An executed notebook whose outputs do nothing, on our pages and in any other program."""

from __future__ import annotations

import base64
import copy
import re
from html import escape
from pathlib import Path
from typing import Any

from .messages import message
from .plain_text import visible, without_colours
from .sanitize import safe_html
from .secrets import private

__all__ = ["safe_notebook"]


def safe_notebook(notebook: Any, lang: str = "zh", *, root: Path | None = None) -> Any:
    """A copy of an executed notebook whose outputs are safe in any program that opens it, and to hand on.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    lang : {"zh", "en"}
    root : pathlib.Path, optional
        The project: paths below it are shortened in messages.

    Returns
    -------
    nbformat.NotebookNode
        HTML as `safe_html` gives it, Markdown and SVG turned into it, printed text without colours, control
        characters, paths and secrets of this machine. Scripts and widgets are left out, and their place says
        so. Cells are untouched, and so is the record of the page.
    """
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            _safe_output(output, lang, root)
    return notebook


def _safe_output(output: Any, lang: str, root: Path | None) -> None:
    def said(text: str) -> str:
        return private(visible(without_colours(text)), root)

    if output.output_type == "stream":
        output.text = said("".join(output.text))
    elif output.output_type == "error":
        output.ename, output.evalue = said(str(output.ename)), said(str(output.evalue))
        output.traceback = [said(line) for line in output.traceback]
    else:
        output.data = type(output.data)(_safe_bundle(output.data, lang))


def _safe_bundle(data: Any, lang: str) -> dict[str, Any]:
    from nbconvert.filters import markdown2html

    kept: dict[str, Any] = {}
    html = "".join(data.get("text/html", ""))
    if not html and "text/markdown" in data:
        html = markdown2html("".join(data["text/markdown"]))
    if not html and "image/svg+xml" in data:
        picture = base64.b64encode("".join(data["image/svg+xml"]).encode()).decode()
        html = f'<img alt="" src="data:image/svg+xml;base64,{picture}">'
    for kind, value in data.items():
        if kind in ("image/png", "image/jpeg"):
            kept[kind] = re.sub(r"[^A-Za-z0-9+/=]", "", "".join(value))
        elif kind == "text/plain":
            kept[kind] = visible(without_colours("".join(value)))
        elif kind.startswith("application/vnd.cbs-analysis."):
            kept[kind] = value
    if "text/html" in data or html:
        kept["text/html"] = safe_html(html, lang) if html else ""
    elif not kept.keys() & {"image/png", "image/jpeg"} and _only_acts(data):
        what = message("output_left_out", lang, what=message("output_left_kind", lang))
        kept["text/html"] = f'<p class="note">{escape(what)}</p>'
    return kept


def _only_acts(data: Any) -> bool:
    """Whether what an output has to show is a script, a widget or a drawing of a library."""
    return any(kind not in ("text/plain", "text/latex") and not _own(kind) for kind in data)


def _own(kind: str) -> bool:
    return kind.startswith("application/vnd.cbs-analysis.")
