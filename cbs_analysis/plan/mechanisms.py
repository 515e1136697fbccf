"""Measures judged by documents: the ladder of a mechanism, done or not, and matters for experts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from .judging import Case, time_progress
from .verdicts import Evidence, Verdict, Word

__all__ = ["RUNGS", "cite_documents", "highest_rung", "judge_expert", "judge_mechanism", "judge_yes_no"]

RUNGS: dict[int, tuple[str, str]] = {
    0: ("未启动", "not started"),
    1: ("已发文", "document issued"),
    2: ("已建机构、人员或制度", "body, staff or rules in place"),
    3: ("连续运行", "in continuous operation"),
    4: ("效果已验证", "effect verified"),
}
# A rung says nothing of outcomes; the words are our reading at the middle of a plan.
_RUNG_WORD: dict[int, Word] = {0: "behind", 1: "behind", 2: "attention", 3: "on_track", 4: "achieved"}

Row = dict[str, Any]


def highest_rung(levels: Iterable[int]) -> tuple[int, tuple[int, ...]]:
    """The highest rung that every rung below it supports, and the rungs that lack a document.

    Parameters
    ----------
    levels : iterable of int
        The rung that each document supports: 1-4; 0 supports none.

    Returns
    -------
    rung : int
        0-4.
    missing : tuple of int
        Rungs below the highest document without one of their own; empty when there is no gap.

    Examples
    --------
    >>> highest_rung([1, 2, 3]), highest_rung([3, 1])
    ((3, ()), (1, (2,)))
    >>> highest_rung([4]), highest_rung([0])
    ((0, (1, 2, 3)), (0, ()))
    """
    held = {level for level in levels if level > 0}
    missing = tuple(k for k in range(1, max(held, default=0)) if k not in held)
    return (missing[0] - 1 if missing else max(held, default=0)), missing


def judge_mechanism(case: Case, rows: Sequence[Row]) -> Verdict:
    """The ladder 0-4: a rung counts when it and every rung below it has a document of its own.

    Parameters
    ----------
    case : Case
    rows : sequence of dict
        Documents of the measure in any order. A row without a document or without a level is a claim
        and counts for nothing; a document of level k supports rung k only; level 0 says that nothing
        has begun.

    Returns
    -------
    Verdict
        `extra`: `rung`, `documents` (numbers by rung) and `missing_rungs`. Refused without a document
        (`no_document`), and when the newest one is too old (`stale`).
    """
    documents = _with_level(rows)
    if not documents:
        return case.refuse("no_document")
    evidence = cite_documents(documents, case.measure.id)
    rung, missing = highest_rung(_level(r) for r in documents)
    newest = max(_day(r) for r in documents)
    if case.stale(newest):
        return case.refuse("stale", period=newest, value=float(rung), evidence=evidence)
    held = {k: [str(r["document"]) for r in documents if _level(r) == k] for k in RUNGS}
    zh, en = _ladder_sentence(rung, missing, held)
    return case.verdict(
        _RUNG_WORD[rung],
        f"{case.name('zh')}：{zh}。",
        f"{case.name('en')}: {en}.",
        period=newest,
        value=float(rung),
        time_progress=time_progress(case.plan, newest),
        evidence=evidence,
        extra={
            "rung": rung,
            "documents": {str(k): numbers for k, numbers in held.items() if numbers},
            "missing_rungs": list(missing),
        },
    )


def _ladder_sentence(rung: int, missing: tuple[int, ...], held: dict[int, list[str]]) -> tuple[str, str]:
    """The rung with the newest document of each step, and what is lacking for a higher one."""
    steps = list(range(1, rung + 1)) or ([0] if held[0] and not missing else [])
    by_zh = "、".join(f"{held[k][-1]}（第{k}级）" for k in steps)
    by_en = ", ".join(f"{held[k][-1]} (rung {k})" for k in steps)
    zh, en = f"机制达到第{rung}级（{RUNGS[rung][0]}）", f"rung {rung} of 4 ({RUNGS[rung][1]})"
    if rung == 0:
        # without the first rung on paper nothing says that nothing was begun
        zh, en = ("机制尚无一级有据", "no rung is documented") if missing else (RUNGS[0][0], RUNGS[0][1])
    if steps:
        zh, en = f"{zh}，依据{by_zh}", f"{en}, by {by_en}"
    if missing:
        above = [k for k in RUNGS if k > rung and held[k]]
        zh += (
            f"；有第{'、'.join(map(str, above))}级的文件，"
            f"但第{'、'.join(map(str, missing))}级没有，按第{rung}级计"
        )
        en += (
            f"; there are documents of rung {_and(above)}, but none of rung {_and(missing)}, "
            f"so rung {rung} counts"
        )
    return zh, en


def _and(numbers: Sequence[int]) -> str:
    """A list as English writes it."""
    words = [str(n) for n in numbers]
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def judge_yes_no(case: Case, rows: Sequence[Row]) -> Verdict:
    """Done or not: the newest document decides, so that a later one may withdraw an earlier.

    Parameters
    ----------
    case : Case
    rows : sequence of dict
        Documents of the measure in any order; level 1 or more says done, 0 not done. Rows without a
        document or without a level are claims and count for nothing. Of two documents of one day the
        one published later decides, then the more prudent one.
    """
    documents = _with_level(rows)
    if not documents:
        return case.refuse("no_document")
    best = max(documents, key=lambda r: (_day(r), str(r["vintage"]), -_level(r)))
    done, last = _level(best) >= 1, _day(best)
    before = [r for r in documents if _level(r) >= 1] if not done else []
    zh = f"{'已实现' if done else '尚未实现'}，依据{best['document']}"
    en = f"{'done' if done else 'not yet done'}, by {best['document']}"
    if before:
        zh += f"（此前{before[-1]['document']}曾认定实现）"
        en += f" ({before[-1]['document']} had said done before)"
    return case.verdict(
        "achieved" if done else "attention",
        f"{case.name('zh')}：{zh}。",
        f"{case.name('en')}: {en}.",
        period=last,
        value=float(done),
        time_progress=time_progress(case.plan, last),
        evidence=cite_documents(documents, case.measure.id),
    )


def judge_expert(case: Case, rows: Sequence[Row]) -> Verdict:
    """For experts: the evidence is listed, and no score is given."""
    listed = _ordered(r for r in rows if _has_document(r))
    return case.refuse("expert", evidence=cite_documents(listed, case.measure.id))


def cite_documents(rows: Iterable[Row], number: str) -> tuple[Evidence, ...]:
    """Evidence of documents, in the order given; `number` stands in the place of the indicator.

    `value` is the level of the document, NaN where it has none.
    """
    return tuple(
        Evidence(
            indicator=number,
            period=_day(r),
            value=float(_level(r)) if _has_level(r) else math.nan,
            published=str(r.get("title") or ""),
            status="synthetic" if r["certainty"] == "synthetic" else "final",
            vintage=str(r["vintage"])[:10],
            source=str(r["source"]),
            certainty=str(r["certainty"]),
            file=str(r["file"]),
            row=int(r["row"]),
            col=-1,
            note=str(r["document"]),
            sheet=str(r.get("sheet") or ""),
        )
        for r in rows
    )


def _with_level(rows: Iterable[Row]) -> list[Row]:
    """Documents that support a rung, from the lowest rung and the oldest on, whatever the order given."""
    return _ordered(r for r in rows if _has_document(r) and _has_level(r) and _level(r) in RUNGS)


def _ordered(rows: Iterable[Row]) -> list[Row]:
    return sorted(
        rows,
        key=lambda r: (
            _level(r) if _has_level(r) else -1, _day(r), str(r["vintage"]), str(r["file"]), int(r["row"]),
        ),
    )  # fmt: skip


def _has_document(row: Row) -> bool:
    return str(row["document"] or "").strip() != ""


def _has_level(row: Row) -> bool:
    level = row["level"]
    return level is not None and math.isfinite(level)


def _level(row: Row) -> int:
    return int(row["level"])


def _day(row: Row) -> str:
    return str(row["date"])[:10]
