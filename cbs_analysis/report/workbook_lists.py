"""Sheets that list: what lags, what could not be assessed, the settings, the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..plan.verdicts import ORDER, WORDS
from .workbook_parts import Parts, looked_up
from .workbook_sheets import FIRST, Formula, Link, Workbook

__all__ = ["GRIDS", "evidence_rows", "gap_rows", "lagging_rows", "write_settings"]

Row = dict[str, Any]
GRIDS: dict[str, dict[str, tuple[Any, float]]] = {
    "lagging": {
        "id": ("text", 8), "name": ("text", 32), "word": ("word", 14), "progress": ("share", 9),
        "evidence": ("text", 16), "offices": ("text", 22), "sentence": ("long", 90),
    },
    "gaps": {
        "office": ("text", 26), "id": ("text", 8), "name": ("text", 32), "reason": ("text", 26),
        "owed_of_office": ("int", 10), "value": ("number", 11), "period": ("text", 10),
        "evidence": ("text", 14), "sentence": ("long", 80),
    },
    "evidence": {
        "id": ("text", 7), "indicator": ("text", 32), "period": ("text", 11), "value": ("number", 13),
        "unit": ("text", 8), "published": ("text", 20), "status": ("text", 10), "publisher": ("text", 22),
        "vintage": ("date", 11), "certainty": ("text", 11), "file": ("text", 48), "sheet": ("text", 10),
        "cell": ("text", 8), "note": ("text", 30), "title": ("text", 40), "licence": ("text", 30),
        "sha256": ("text", 66),
    },
}  # fmt: skip


def lagging(parts: Parts) -> list[tuple[str, Mapping[str, Any]]]:
    """Measures and projects that are behind or need attention; a doubled listing once."""
    late = ("behind", "attention")
    found = sorted(
        (v for v in parts.record["verdicts"] if v["word"] in late), key=lambda v: v["word"] != "behind"
    )
    projects = [p for p in parts.record["projects"] if p["word"] in late and not p["duplicate_of"]]
    return [("measures", v) for v in found] + [("projects", p) for p in projects]


def lagging_rows(parts: Parts) -> list[Row]:
    """One row for each; word and progress are those of their own sheets."""
    grid, rows = parts.grids["lagging"], []
    for i, (table, v) in enumerate(lagging(parts)):
        id = grid.here("id", i)
        share = v["progress"] if table == "measures" else v["investment_share"]
        column = "progress" if table == "measures" else "investment"
        row = {
            "id": v["measure"] if table == "measures" else v["id"],
            "name": v[f"name_{parts.lang}"],
            "word": looked_up(parts, table, "word", id, v[f"label_{parts.lang}"]),
            "evidence": " ".join(v["evidence"]),
            "offices": parts.offices(v.get("offices", ())),
            "sentence": v[f"sentence_{parts.lang}"],
        }
        rows.append(row | ({} if share is None else {"progress": looked_up(parts, table, column, id, share)}))
    return rows


def gaps(parts: Parts) -> list[tuple[str, Mapping[str, Any]]]:
    """Office and verdict for each measure that could not be assessed; one row for each office that owes."""
    by_measure = {v["measure"]: v for v in parts.record["verdicts"]}
    return [(o["office"], by_measure[m]) for o in parts.record["owed"] for m in o["measures"]]


def gap_rows(parts: Parts) -> list[Row]:
    """One row for each measure and office; the reason is that of the sheet of measures."""
    grid, owed = parts.grids["gaps"], {o["office"]: len(o["measures"]) for o in parts.record["owed"]}
    rows = []
    for i, (office, v) in enumerate(gaps(parts)):
        id, reason = grid.here("id", i), parts.name("reasons", v["reason"])
        rows.append(
            {
                "office": parts.name("offices", office),
                "id": v["measure"],
                "name": v[f"name_{parts.lang}"],
                "reason": looked_up(parts, "measures", "reason", id, reason),
                "owed_of_office": Formula(
                    f"SUMPRODUCT(--({grid.all('office')}={grid.here('office', i)}))", owed[office]
                ),
                "value": v["value"],
                "period": v["period"],
                "evidence": " ".join(v["evidence"]),
                "sentence": v[f"sentence_{parts.lang}"],
            }
        )
    return rows


def evidence_rows(parts: Parts, raw: str) -> list[Row]:
    """One row for each figure or document, with a link to its raw file where `raw` says where they lie."""
    sources = {s["file"]: s for s in parts.record["sources"]}
    rows = []
    for e in parts.record["evidence"]:
        source = sources.get(e["file"], {})
        rows.append(
            {
                "id": e["id"],
                "indicator": parts.name("indicators", e["indicator"]),
                "period": e["period"],
                "value": e["value"],
                "unit": parts.unit(e["indicator"]),
                "published": e["published"],
                "status": parts.t(f"status_{e['status']}"),
                "publisher": parts.name("publishers", e["source"]),
                "vintage": date.fromisoformat(e["vintage"]),
                "certainty": parts.t(f"certainty_{e['certainty']}"),
                "file": Link(e["file"], f"{raw}/{e['file']}") if raw else e["file"],
                "sheet": e.get("sheet", ""),
                "cell": e["cell"],
                "note": e["note"],
                "title": source.get("title", ""),
                "licence": source.get("licence", ""),
                "sha256": source.get("sha256", ""),
            }
        )
    return rows


def write_settings(book: Workbook, parts: Parts) -> None:
    """The thresholds, the dates of the plan and the words in their order, each under a name of its own."""
    name = parts.t("wb_sheet_settings")
    sheet = book.sheet(name, note=parts.t("wb_settings_note"))
    for i, (head, width) in enumerate((("wb_setting", 46), ("value", 14), ("wb_setting_name", 24))):
        sheet.set_column(i, i, width)
        book.head(sheet, FIRST - 1, i, parts.t(head))
    plan: dict[str, tuple[str, Any, str]] = {
        "PLAN_START": (parts.t("wb_plan_from"), parts.start, "date"),
        "PLAN_END": (parts.t("wb_plan_to"), parts.end, "date"),
        "PLAN_YEARS": (
            parts.t("wb_plan_years"), Formula("YEAR(PLAN_END)-YEAR(PLAN_START)+1", parts.years), "int",
        ),
        "AS_OF": (parts.t("as_of"), date.fromisoformat(parts.record["as_of"]), "date"),
    }  # fmt: skip
    rows = [
        (f"SET_{k.upper()}", parts.t(f"setting_{k}"), v, "ratio") for k, v in parts.record["settings"].items()
    ]
    rows += [(key, label, value, kind) for key, (label, value, kind) in plan.items()]
    for i, (key, label, value, kind) in enumerate(rows, FIRST):
        book.put(sheet, i, 0, label, "text")
        book.put(sheet, i, 1, value, kind)
        book.put(sheet, i, 2, key, "text")
        book.define(key, f"'{name}'!$B${i + 1}")
    first = FIRST + len(rows) + 2
    book.head(sheet, first - 1, 0, parts.t("wb_words"))
    labels = [WORDS[w][parts.lang] for w in (*ORDER, "not_assessable")]
    for i, label in enumerate(labels, first):
        book.put(sheet, i, 0, label, "text")
    book.define("WORDS", f"'{name}'!$A${first + 1}:$A${first + len(labels)}")
