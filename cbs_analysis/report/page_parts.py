"""What all our pages share: the style sheet, the scripts, the policy that lets nothing else run, headings."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from typing import Any

from .messages import message

__all__ = ["TEMPLATES", "html_template", "policy", "template_text", "with_contents"]

TEMPLATES = Path(__file__).parent / "template"
_HEADING = re.compile(r'<h([23])(?: id="([^"]*)")?>(.*?)</h\1>', re.DOTALL)


@lru_cache(maxsize=16)
def template_text(name: str) -> str:
    """A file of the template folder as text."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def html_template(name: str) -> Any:
    """A template of the folder, which escapes whatever is put into it; compiled once."""
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template(name)


def policy(*scripts: str) -> str:
    """The content security policy of a page: no host, and no script but these, told by their hashes.

    >>> policy()
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    """
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    allowed = f"script-src {' '.join(f'{chr(39)}sha256-{h}{chr(39)}' for h in hashes)}; " if hashes else ""
    return (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; {allowed}"
        "base-uri 'none'; form-action 'none'"
    )


def with_contents(html: str, lang: str) -> str:
    """Give each section an anchor that can be copied, and put the contents where the page leaves room."""
    seen: dict[str, int] = {}
    found: list[tuple[int, str, str]] = []

    def anchored(match: re.Match[str]) -> str:
        level, text = int(match[1]), _plain(match[3])
        name = unescape(match[2] or "") or re.sub(r"\s+", "-", text)
        seen[name] = seen.get(name, 0) + 1
        name = escape(name if seen[name] == 1 else f"{name}-{seen[name]}", quote=True)
        found.append((level, name, text))
        label = escape(message("section_link", lang, section=unescape(text)), quote=True)
        link = f'<a class="anchor-link" href="#{name}" aria-label="{label}">#</a>'
        return f'<h{level} id="{name}">{match[3]} {link}</h{level}>'

    html = _HEADING.sub(anchored, html)
    return html.replace("<!--contents-->", _contents(found, lang), 1)


def _contents(found: list[tuple[int, str, str]], lang: str) -> str:
    """The list of sections; what stands below a section follows it, smaller."""
    if not found:
        return ""
    items = "".join(
        f'<li{" class=sub" if level == 3 else ""}><a href="#{name}">{text}</a></li>'
        for level, name, text in found
    )
    label = escape(message("contents", lang))
    return f'<nav class="toc" aria-label="{label}"><strong>{label}</strong><ul>{items}</ul></nav>'


def _plain(html: str) -> str:
    """The words of a heading, without marks and what leads elsewhere."""
    return re.sub(r"<[^>]+>", "", re.sub(r'<a class="note".*?</a>', "", html)).strip()
