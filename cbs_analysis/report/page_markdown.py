"""Markdown cells as HTML; formulas become MathML when the page is made, so that no script draws them."""

from __future__ import annotations

import re
from html import escape
from xml.etree import ElementTree

from ..errors import Fault, ReportError

__all__ = ["formula", "markdown_html"]

_MATHML = "{http://www.w3.org/1998/Math/MathML}"
# how many parts an element of MathML must have: the converter leaves one out where the formula does
_PARTS = {
    "mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3,
}  # fmt: skip


def formula(tex: str, *, block: bool = False) -> str:
    r"""A formula as MathML.

    Parameters
    ----------
    tex : str
        LaTeX without its dollar signs.
    block : bool
        On a line of its own.

    Raises
    ------
    ReportError
        If it cannot be converted as a whole: an unknown command, a brace without its partner, a part that
        is missing.

    Examples
    --------
    >>> "<mfrac>" in formula(r"\frac{a}{b}")
    True
    """
    from latex2mathml.converter import convert

    bare = re.sub(r"\\[{}]", "", tex)
    if bare.count("{") != bare.count("}"):
        raise _wrong(tex, "a brace has no partner")
    try:
        mathml = str(convert(tex, display="block" if block else "inline"))
        root = ElementTree.fromstring(mathml)
    except Exception as exc:  # the converter has exceptions of many kinds, with and without words
        raise _wrong(tex, f"{type(exc).__name__} {exc}".strip()) from None
    for element in root.iter():
        name = element.tag.removeprefix(_MATHML)
        if "\\" in (element.text or "") and name != "mtext":
            raise _wrong(tex, f"unknown command {element.text}")
        if len(element) != _PARTS.get(name, len(element)):
            raise _wrong(tex, f"{name} has {len(element)} of {_PARTS[name]} parts")
    return mathml


def _wrong(tex: str, why: str) -> ReportError:
    return ReportError(
        Fault(
            "a formula of a Markdown cell cannot be shown",
            got=f"{tex.strip()} ({why})",
            expected="LaTeX between $ and $, or between $$ and $$",
            next_step="correct the formula in the notebook; a dollar sign of its own is written \\$",
            zh=f"公式“{tex.strip()}”无法显示，请在笔记本中改正",
        )
    )


def markdown_html(source: str, *, strict: bool = True) -> str:
    r"""A Markdown cell as HTML.

    Parameters
    ----------
    source : str
    strict : bool
        Whether a formula that cannot be converted is an error; else it stands there as it was written, as
        on the page of a run that failed already.

    Raises
    ------
    ReportError
        For a formula that cannot be converted.

    Examples
    --------
    >>> print(markdown_html("Growth of **5%** a year"))
    <p>Growth of <strong>5%</strong> a year</p>
    <BLANKLINE>
    """
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):
        def inline_math(self, body: str) -> str:
            return self._formula(body, False)

        def block_math(self, body: str) -> str:
            return self._formula(body, True)

        def latex_environment(self, name: str, body: str) -> str:
            return self._formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", True)

        def _formula(self, tex: str, block: bool) -> str:
            try:
                return formula(tex, block=block)
            except ReportError:
                if strict:
                    raise
                return f"<code>{escape(tex)}</code>"

    renderer = Renderer(escape=False, exclude_anchor_links=True)
    return str(MarkdownWithMath(renderer=renderer).render(source))
