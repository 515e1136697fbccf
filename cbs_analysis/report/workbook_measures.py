"""Sheets of measures and commitments: figures of a verdict as cells, what follows from them as formulas."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ..plan.verdicts import ORDER, WORDS
from ..series.periods import parse_period
from .workbook_parts import Parts, looked_up
from .workbook_sheets import Formula, quoted

__all__ = ["COMMITMENTS", "MEASURES", "commitment_rows", "measure_rows"]

Row = dict[str, Any]
_PACED = ("level", "coverage", "sum")


MEASURES: dict[str, tuple[Any, float]] = {
        "id": ("text", 8), "commitment": ("text", 7), "section": ("text", 14), "name": ("text", 26),
        "type": ("text", 10), "nature": ("text", 8), "word": ("word", 14), "reason": ("text", 12),
        "unit": ("text", 8), "period": ("text", 10), "period_end": ("date", 11), "baseline": ("number", 11),
        "value": ("number", 11), "target": ("number", 11), "time": ("share", 9), "elapsed": ("ratio", 9),
        "progress": ("share", 9), "pace": ("ratio", 9), "lead": ("pp", 9), "gap": ("number", 11),
        "last_year": ("int", 8), "left": ("int", 8), "required": ("number", 11), "band": ("word", 14),
        "check": ("text", 10), "probability": ("share", 9), "fragile": ("text", 7), "flips": ("int", 8),
        "evidence": ("text", 14), "offices": ("text", 18), "document": ("text", 26), "sentence": ("long", 70),
    }  # fmt: skip


def measure_rows(parts: Parts) -> list[Row]:
    """One row for each measure."""
    return [_measure_row(parts, i, v) for i, v in enumerate(parts.record["verdicts"])]


def _measure_row(parts: Parts, i: int, v: Mapping[str, Any]) -> Row:
    row: Row = {
        "id": v["measure"],
        "commitment": v["commitment"],
        "section": parts.name("sections", v["section"]),
        "name": v[f"name_{parts.lang}"],
        "type": parts.t(f"wb_type_{v['type']}"),
        "nature": parts.t(f"wb_nature_{v['nature'] or 'unsaid'}"),
        "word": v[f"label_{parts.lang}"],
        "reason": parts.name("reasons", v["reason"]),
        "unit": parts.unit(v["indicator"]),
        "period": v["period"],
        "period_end": _end(v["period"]),
        "baseline": _baseline(parts, v),
        "value": _value(parts, v),
        "target": v["target"],
        "probability": v["probability"],
        "fragile": parts.t("marked") if v["fragile"] else "",
        "flips": _flips(parts, v),
        "evidence": " ".join(v["evidence"]),
        "offices": parts.offices(v["offices"]),
        "document": v[f"target_document_{parts.lang}"],
        "sentence": v[f"sentence_{parts.lang}"],
    }
    return row | _time(parts, i, v) | _pace(parts, i, v) | _needed(parts, i, v)


def _end(period: str) -> date | None:
    return parse_period(period).end if period else None


def _same(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def _cited(parts: Parts, v: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Evidence of the indicator itself, or of its cumulative figure; inputs of a computed one are not."""
    rows = [parts.evidence[n] for n in v["evidence"]]
    own = v["indicator"].rpartition("_")[0]
    return [r for r in rows if r["indicator"] == v["indicator"] or r["indicator"].startswith(f"{own}_ytd")]


def _value(parts: Parts, v: Mapping[str, Any]) -> Any:
    """The figure as a reference to its evidence, a total as the sum of it; else the bare number."""
    rows = _cited(parts, v) if v["indicator"] else []
    if v["type"] in ("sum", "zero") and rows and _same(sum(r["value"] or 0.0 for r in rows), v["value"]):
        return Formula(f"SUM({','.join(parts.evidence_at(r) for r in rows)})", v["value"])
    found = [r for r in rows if r["period"] == v["period"] and _same(r["value"], v["value"])]
    return Formula(parts.evidence_at(found[0]), v["value"]) if found else v["value"]


def _baseline(parts: Parts, v: Mapping[str, Any]) -> Any:
    rows = _cited(parts, v) if v["indicator"] and v["baseline"] is not None else []
    found = [r for r in rows if r["period"] < v["period"] and _same(r["value"], v["baseline"])]
    return Formula(parts.evidence_at(found[0]), v["baseline"]) if found else v["baseline"]


def _flips(parts: Parts, v: Mapping[str, Any]) -> Any:
    if not v["alternatives"]:
        return None
    grid = parts.grids["sensitivity"]
    yes = quoted(parts.t("wb_yes"))
    text = f"COUNTIFS({grid.all('measure')},{quoted(v['measure'])},{grid.all('flips')},{yes})"
    return Formula(text, v["flips"])


def _time(parts: Parts, i: int, v: Mapping[str, Any]) -> Row:
    """Share of the plan gone at the end of the datum, and the same in years."""
    share = v["time_progress"]
    if share is None or not v["period"]:
        return {}
    if v["project"]:  # the time of a project is that of its own dates, not of the plan
        return {"time": _of_project(parts, v, "time", share)}
    grid = parts.grids["measures"]
    gone = f"({grid.here('period_end', i)}-PLAN_START+1)/(PLAN_END-PLAN_START+1)"
    return {
        "time": Formula(f"MIN(1,MAX(0,{gone}))", share),
        "elapsed": Formula(f"{grid.here('time', i)}*PLAN_YEARS", share * parts.years),
    }


def _of_project(parts: Parts, v: Mapping[str, Any], column: str, value: float) -> Formula:
    return looked_up(parts, "projects", column, quoted(v["project"]), value)


def _pace(parts: Parts, i: int, v: Mapping[str, Any]) -> Row:
    """Progress, pace, lead over time, and the word that the bands alone would give."""
    progress, pace, share = v["progress"], v["pace"], v["time_progress"]
    if progress is None:
        return {}
    if v["project"]:
        return {"progress": _of_project(parts, v, "investment", progress)}
    grid = parts.grids["measures"]
    cell = {key: grid.here(key, i) for key in ("baseline", "value", "target", "time", "progress", "pace")}
    way = _way(v, cell)
    row: Row = {"progress": Formula(way, progress) if way else progress}
    if pace is None or share is None or v["type"] not in _PACED:
        return row
    labels = {w: WORDS[w][parts.lang] for w in WORDS}
    band = (
        f"IF({cell['progress']}>=1,{quoted(labels['achieved'])},IF({cell['pace']}>=SET_AHEAD,"
        f"{quoted(labels['ahead'])},IF({cell['pace']}>=SET_ON_TRACK,{quoted(labels['on_track'])},"
        f"{quoted(labels['behind'])})))"
    )
    settings = parts.record["settings"]
    by_band = (
        "achieved" if progress >= 1 else "ahead" if pace >= settings["ahead"]
        else "on_track" if pace >= settings["on_track"] else "behind"
    )  # fmt: skip
    same, adjusted = parts.t("wb_same"), parts.t("wb_adjusted")
    return row | {
        "pace": Formula(f"{cell['progress']}/{cell['time']}", pace),
        "lead": Formula(f"100*({cell['progress']}-{cell['time']})", 100 * (progress - share)),
        "band": Formula(band, labels[by_band]),
        "check": Formula(
            f"IF({grid.here('word', i)}={grid.here('band', i)},{quoted(same)},{quoted(adjusted)})",
            same if by_band == v["word"] else adjusted,
        ),
    }


def _way(v: Mapping[str, Any], cell: Mapping[str, str]) -> str:
    """The formula of the share of the way done; empty where the figures at hand do not give it."""
    value, base, target = v["value"], v["baseline"], v["target"]
    if value is None or target is None:
        return ""
    if v["type"] == "sum" and target and _same(value / target, v["progress"]):
        return f"{cell['value']}/{cell['target']}"
    linear = base is not None and target != base and _same((value - base) / (target - base), v["progress"])
    if v["type"] in ("level", "coverage") and linear:
        return f"({cell['value']}-{cell['baseline']})/({cell['target']}-{cell['baseline']})"
    return ""


def _needed(parts: Parts, i: int, v: Mapping[str, Any]) -> Row:
    """Distance to the target, years left after the last full one, and what each of them must bring."""
    value, target = v["value"], v["target"]
    if (
        value is None
        or target is None
        or v["reason"]
        or v["type"] not in (*_PACED, "keep_below", "keep_above", "synchrony")
    ):
        return {}
    grid = parts.grids["measures"]
    aim, now = grid.here("target", i), grid.here("value", i)
    row: Row = {"gap": Formula(f"{aim}-{now}", target - value)}
    if v["required"] is None:
        return row
    full = [r for r in _cited(parts, v) if r["indicator"] == v["indicator"] and len(r["period"]) == 4]
    last = max((int(r["period"]) for r in full), default=parse_period(v["period"]).year)
    left = parts.end.year - last
    if left <= 0:
        return row | {"required": v["required"]}
    rest = f"{aim}-{now}"
    if v["type"] == "sum":
        done = ",".join(parts.evidence_at(r) for r in full)
        rest = f"MAX(0,{aim}-SUM({done}))"
        needed = max(0.0, target - sum(r["value"] for r in full)) / left
    else:
        needed = (target - value) / left
    row |= {
        "last_year": last,
        "left": Formula(f"YEAR(PLAN_END)-{grid.here('last_year', i)}", left),
        "required": v["required"],
    }
    if _same(needed, v["required"]):
        row["required"] = Formula(f"({rest})/{grid.here('left', i)}", v["required"])
    return row


# --- commitments ---------------------------------------------------------------------------------


COMMITMENTS: dict[str, tuple[Any, float]] = {
        "id": ("text", 7), "section": ("text", 16), "name": ("text", 36), "key": ("text", 7),
        "word": ("word", 14), "reason": ("text", 14), "assessed": ("int", 8), "measures": ("int", 8),
        "offices": ("text", 22), "sentence": ("long", 80),
    }  # fmt: skip


def commitment_rows(parts: Parts) -> list[Row]:
    """One row for each commitment; its word is the worst among its assessed measures, by formula."""
    return [_commitment_row(parts, i, c) for i, c in enumerate(parts.record["commitments"])]


def _commitment_row(parts: Parts, i: int, c: Mapping[str, Any]) -> Row:
    grid, measures = parts.grids["commitments"], parts.grids["measures"]
    id, own, words = grid.here("id", i), measures.all("commitment"), measures.all("word")
    labels = {w: WORDS[w][parts.lang] for w in WORDS}
    return {
        "id": c["id"],
        "section": parts.name("sections", c["section"]),
        "name": c[f"name_{parts.lang}"],
        "key": parts.t("marked") if c["key"] else "",
        "word": Formula(_worst(ORDER, labels, own, id, words), c[f"label_{parts.lang}"]),
        "reason": parts.name("reasons", c["reason"]),
        "assessed": Formula(
            f"COUNTIFS({own},{id},{words},{quoted('<>' + labels['not_assessable'])})", c["assessed"]
        ),
        "measures": Formula(f"COUNTIF({own},{id})", len(c["measures"])),
        "offices": parts.offices(c["offices"]),
        "sentence": c[f"sentence_{parts.lang}"],
    }


def _worst(order: Sequence[str], labels: Mapping[str, str], own: str, id: str, words: str) -> str:
    """The worst word that stands beside an id."""
    text = quoted(labels["not_assessable"])
    for word in order:
        label = quoted(labels[word])
        text = f"IF(COUNTIFS({own},{id},{words},{label})>0,{label},{text})"
    return text
