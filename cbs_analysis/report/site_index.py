"""The index of all reports: each area, its latest day first, what changed, what failed, what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..plan.verdicts import WORDS
from ..registry.load import load_registry
from ..registry.records import LANGS
from .messages import message
from .page_parts import html_template, policy, template_text
from .style import VERDICT_MARKS

__all__ = ["render_index"]

_SHOWN = 6  # changed verdicts that stand open; the others are folded
_FIRST = "22CB00"  # the zone that the project is about


def render_index(records: Sequence[dict[str, Any]]) -> str:
    """Render the index; without a script it shows everything, with one it can be searched.

    Parameters
    ----------
    records : sequence of dict
        One for each page: `as_of area name notebook lang title`, `href` of the good page and `failed` of the
        page of a failure ("" for none), `failure` (its text), `files` [(address, message key)], `warnings`.
        A page of an overall evaluation may say `changed` since the day before (list of
        {id, name_zh, name_en, old, new}, where old and new are verdict words), `before` (that day), `owed`
        (pieces of data owed, None for not known) and `notices` (list of {zh, en}).

    Returns
    -------
    str
        One HTML document that asks no host for anything.
    """
    groups = [_group(code, [r for r in records if r["area"] == code]) for code in _in_order(records)]
    scripts = template_text("page.js"), template_text("site_index.js")
    return html_template("site_index.html.j2").render(
        groups=groups,
        total=len(records),
        css=template_text("page.css") + template_text("site_index.css"),
        scripts=scripts,
        policy=policy(*scripts),
        t=message,
        words=WORDS,
        marks=VERDICT_MARKS,
        shown=_SHOWN,
    )


def _in_order(records: Iterable[dict[str, Any]]) -> list[str]:
    """The zone first, other real areas by code, synthetic ones last."""
    areas = load_registry().areas
    return sorted({r["area"] for r in records}, key=lambda c: (areas[c].synthetic, c != _FIRST, c))


def _group(code: str, records: list[dict[str, Any]]) -> dict[str, Any]:
    """One area: its days, latest first, and what the overview says of it."""
    area = load_registry().areas[code]
    days = [
        _day(as_of, [r for r in records if r["as_of"] == as_of])
        for as_of in sorted({r["as_of"] for r in records}, reverse=True)
    ]
    return {
        "code": code,
        "zh": area.zh,
        "en": area.en,
        "synthetic": area.synthetic,
        "days": days,
        "failures": sum(len(day["failures"]) for day in days),
    }


def _day(as_of: str, records: list[dict[str, Any]]) -> dict[str, Any]:
    """One day of an area. Its changes, notices and what is owed are said once, by whichever page knows."""
    ordered = sorted(records, key=lambda r: (_number_last(r["notebook"]), LANGS.index(r["lang"])))
    rows: dict[str, dict[str, Any]] = {}
    for record in ordered:
        rows.setdefault(record["notebook"], {})[record["lang"]] = record
    status = next((r for r in ordered if r["notebook"].startswith("00_") and r["href"]), None)
    return {
        "as_of": as_of,
        "rows": list(rows.values()),
        "count": len(ordered),
        "failures": [r for r in ordered if r["failed"]],
        "changed": _first(ordered, "changed"),
        "before": _first(ordered, "before"),
        "owed": _first(ordered, "owed"),
        "owed_href": {
            lang: next(
                (r["href"] for r in ordered if r["notebook"].startswith("00_") and r["lang"] == lang), ""
            )
            or (status["href"] if status else "")
            for lang in LANGS
        },
        "notices": _all_notices(ordered),
        "files": {
            lang: next((r["files"] for r in ordered if r["lang"] == lang and r.get("files")), [])
            for lang in LANGS
        },
    }


def _number_last(notebook: str) -> tuple[bool, str]:
    """The overall report first, then by number."""
    return not notebook.startswith("9"), notebook


def _first(records: Iterable[dict[str, Any]], key: str) -> Any:
    """What the first page that knows says; None when none does."""
    return next((r[key] for r in records if r.get(key) is not None), None)


def _all_notices(records: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """Each notice once, in the order of the pages."""
    found = {(n["zh"], n["en"]): n for r in records for n in r.get("notices") or ()}
    return list(found.values())
