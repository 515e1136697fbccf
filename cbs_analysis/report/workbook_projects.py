"""Sheets of projects, of single years' plans, of own ratings and of alternatives: figures and formulas."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ..plan.projects import STAGES
from ..plan.ratings import DIFFERENCES, rating_difference
from ..plan.sensitivity import ALTERNATIVE_NAMES
from ..plan.verdicts import WORDS
from ..series.periods import parse_period
from .workbook_parts import Parts, looked_up
from .workbook_sheets import Formula, quoted

__all__ = ["GRIDS", "annual_rows", "project_rows", "rating_rows", "sensitivity_rows"]

Row = dict[str, Any]
# the table, its columns, and which rows of the record it holds
GRIDS: dict[str, dict[str, tuple[Any, float]]] = {
    "projects": {
        "id": ("text", 8), "box": ("text", 12), "name": ("text", 34), "programme": ("text", 16),
        "duplicate_of": ("text", 9), "word": ("word", 14), "reason": ("text", 14), "stage": ("text", 10),
        "date": ("date", 11), "plan_start": ("date", 11), "plan_end": ("date", 11),
        "total_inv": ("number", 11), "cum_inv": ("number", 11), "investment": ("share", 9),
        "time": ("share", 9), "gap_pp": ("pp", 9), "annual_date": ("date", 11),
        "annual_plan": ("number", 11), "annual_inv": ("number", 11), "annual_share": ("share", 9),
        "schedule": ("share", 9), "lead": ("pp", 9), "finish": ("date", 11), "own": ("text", 12),
        "own_word": ("text", 10), "evidence": ("text", 12), "sentence": ("long", 70),
    },
    "annual": {
        "measure": ("text", 8), "name": ("text", 28), "year": ("int", 7), "annual_kind": ("text", 9),
        "unit": ("text", 8), "year_target": ("number", 11), "period": ("text", 10),
        "period_end": ("date", 11), "actual": ("number", 11), "schedule": ("share", 9),
        "annual_share": ("share", 9), "annual_lead": ("number", 11), "word": ("word", 14),
        "document": ("text", 30), "evidence": ("text", 14),
    },
    "ratings": {
        "measure": ("text", 8), "name": ("text", 28), "offices": ("text", 22), "own": ("text", 24),
        "own_word": ("word", 14), "word": ("word", 14), "difference": ("text", 30), "sentence": ("long", 70),
    },
    "sensitivity": {
        "measure": ("text", 8), "name": ("text", 28), "changed": ("text", 12), "alternative": ("text", 24),
        "word": ("word", 14), "then": ("word", 14), "flips": ("text", 8),
    },
}  # fmt: skip


# --- projects ------------------------------------------------------------------------------------


def project_rows(parts: Parts) -> list[Row]:
    """One row for each listing: money and days as cells, shares and gaps as formulas."""
    return [_project_row(parts, i, p) for i, p in enumerate(parts.record["projects"])]


def _project_row(parts: Parts, i: int, p: Mapping[str, Any]) -> Row:
    stage = STAGES.get(int(p["stage"])) if p["stage"] is not None else None
    return {
        "id": p["id"],
        "box": p["box"],
        "name": p[f"name_{parts.lang}"],
        "programme": p[f"programme_{parts.lang}"],
        "duplicate_of": p["duplicate_of"],
        "word": p[f"label_{parts.lang}"],
        "reason": parts.name("reasons", p["reason"]),
        "stage": stage[0 if parts.lang == "zh" else 1] if stage else "",
        "date": _day(p["date"]),
        "plan_start": _day(p["plan_start"]),
        "plan_end": _day(p["plan_end"]),
        "total_inv": p["total_inv_mn_yuan"],
        "cum_inv": p["cum_inv_mn_yuan"],
        "finish": _day(p["finish"]["date"]),
        "own": p["self_rating"],
        "own_word": _label(parts, p["self_word"]),
        "evidence": " ".join(p["evidence"]),
        "sentence": p[f"sentence_{parts.lang}"],
    } | _shares(parts, i, p) | _year(parts, i, p)  # fmt: skip


def _shares(parts: Parts, i: int, p: Mapping[str, Any]) -> Row:
    """Share of the money, share of the time, and the gap between them."""
    grid = parts.grids["projects"]
    cell = {
        k: grid.here(k, i)
        for k in ("cum_inv", "total_inv", "date", "plan_start", "plan_end", "investment", "time")
    }
    row: Row = {}
    if p["investment_share"] is not None:
        row["investment"] = Formula(f"{cell['cum_inv']}/{cell['total_inv']}", p["investment_share"])
    if p["time_share"] is not None:
        gone = f"({cell['date']}-{cell['plan_start']})/({cell['plan_end']}-{cell['plan_start']})"
        row["time"] = Formula(f"MIN(1,MAX(0,{gone}))", p["time_share"])
    if p["gap_pp"] is not None:
        row["gap_pp"] = Formula(f"100*({cell['investment']}-{cell['time']})", p["gap_pp"])
    return row


def _year(parts: Parts, i: int, p: Mapping[str, Any]) -> Row:
    """The newest year's plan of money; a month counts by its days."""
    if not p["annual"]:
        return {}
    year, grid = p["annual"][-1], parts.grids["projects"]
    day, share, schedule = (grid.here(k, i) for k in ("annual_date", "annual_share", "schedule"))
    month_days = f"DAY(DATE(YEAR({day}),MONTH({day})+1,0))"
    return {
        "annual_date": _day(year["date"]),
        "annual_plan": year["planned_mn_yuan"],
        "annual_inv": year["invested_mn_yuan"],
        "annual_share": Formula(f"{grid.here('annual_inv', i)}/{grid.here('annual_plan', i)}", year["share"]),
        "schedule": Formula(f"(MONTH({day})-1+DAY({day})/{month_days})/12", year["schedule"]),
        "lead": Formula(f"100*({share}-{schedule})", year["lead_pp"]),
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _label(parts: Parts, word: str) -> str:
    return WORDS[word][parts.lang] if word else ""


# --- single years, ratings, alternatives ---------------------------------------------------------


def annual_rows(parts: Parts) -> list[Row]:
    """One row for each measure with a plan of a single year."""
    found = [v for v in parts.record["verdicts"] if v["annual"]]
    return [_annual_row(parts, i, v, v["annual"]) for i, v in enumerate(found)]


def _annual_row(parts: Parts, i: int, v: Mapping[str, Any], check: Mapping[str, Any]) -> Row:
    grid = parts.grids["annual"]
    cell = {k: grid.here(k, i) for k in GRIDS["annual"]}
    row: Row = {
        "measure": v["measure"],
        "name": v[f"name_{parts.lang}"],
        "year": check["year"],
        "annual_kind": parts.t(f"wb_annual_{check['kind']}"),
        "unit": parts.unit(v["indicator"]),
        "year_target": check["target"],
        "period": check["period"],
        "period_end": parse_period(check["period"]).end,
        "actual": check["actual"],
        "schedule": Formula(f"MONTH({cell['period_end']})/12", check["schedule"]),
        "word": _label(parts, check["word"]),
        "document": check["document"],
        "evidence": " ".join(check["evidence"]),
    }
    if check["share"] is not None:
        row["annual_share"] = Formula(f"{cell['actual']}/{cell['year_target']}", check["share"])
    if check["kind"] == "sum" and check["lead_pp"] is not None:
        text = f"100*({cell['annual_share']}-{cell['schedule']})"
    elif check["lead_pp"] == check["target"] - check["actual"]:
        text = f"{cell['year_target']}-{cell['actual']}"
    else:
        text = f"{cell['actual']}-{cell['year_target']}"
    if check["lead_pp"] is not None:
        row["annual_lead"] = Formula(text, check["lead_pp"])
    return row


def rating_rows(parts: Parts) -> list[Row]:
    """One row for each measure that an office rated: its word, ours by reference, and how they compare."""
    found = [v for v in parts.record["verdicts"] if v["self_rating"]]
    return [_rating_row(parts, i, v) for i, v in enumerate(found)]


def _rating_row(parts: Parts, i: int, v: Mapping[str, Any]) -> Row:
    grid, side = parts.grids["ratings"], 0 if parts.lang == "zh" else 1
    own, ours = grid.here("own_word", i), grid.here("word", i)
    said = {key: quoted(text[side]) for key, text in DIFFERENCES.items()}
    none = quoted(_label(parts, "not_assessable"))
    text = (
        f'IF({own}="",{said["no_word"]},IF({own}={ours},{said["same"]},IF(OR({own}={none},{ours}={none}),'
        f"{said['no_evidence']},IF(MATCH({own},WORDS,0)<MATCH({ours},WORDS,0),{said['higher']},"
        f"{said['lower']}))))"
    )
    return {
        "measure": v["measure"],
        "name": v[f"name_{parts.lang}"],
        "offices": parts.offices(v["offices"]),
        "own": v["self_rating"],
        "own_word": _label(parts, v["self_word"]),
        "word": looked_up(parts, "measures", "word", grid.here("measure", i), v[f"label_{parts.lang}"]),
        "difference": Formula(text, DIFFERENCES[rating_difference(v["self_word"], v["word"])][side]),
        "sentence": v[f"sentence_{parts.lang}"],
    }


def sensitivity_rows(parts: Parts) -> list[Row]:
    """One row for each alternative of each verdict."""
    grid, side = parts.grids["sensitivity"], 0 if parts.lang == "zh" else 1
    yes, no = parts.t("wb_yes"), parts.t("wb_no")
    rows: list[Row] = []
    for v in parts.record["verdicts"]:
        for a in v["alternatives"]:
            i = len(rows)
            differs = f"{grid.here('then', i)}={grid.here('word', i)}"
            id, ours = grid.here("measure", i), v[f"label_{parts.lang}"]
            rows.append(
                {
                    "measure": v["measure"],
                    "name": v[f"name_{parts.lang}"],
                    "changed": parts.t(f"wb_changed_{a['kind']}"),
                    "alternative": ALTERNATIVE_NAMES[a["name"]][side],
                    "word": looked_up(parts, "measures", "word", id, ours),
                    "then": _label(parts, a["word"]),
                    "flips": Formula(f"IF({differs},{quoted(no)},{quoted(yes)})", yes if a["flips"] else no),
                }
            )
    return rows
