"""The workbook of an evaluation: every table of the report as cells and live formulas, in one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from ..plan.shares import largest_remainder
from ..plan.verdicts import WORDS
from . import workbook_lists as lists
from . import workbook_projects as tables
from .messages import message
from .workbook_measures import COMMITMENTS, MEASURES, commitment_rows, measure_rows
from .workbook_parts import Parts
from .workbook_sheets import FIRST, Formula, Workbook, quoted

__all__ = ["workbook_bytes"]

_WORDS = tuple(WORDS)
_TOP = FIRST - 1


def workbook_bytes(record: Mapping[str, Any], lang: str, *, raw: str = "") -> bytes:
    """The workbook of an evaluation.

    Parameters
    ----------
    record : mapping
        As `Evaluation.to_dict` gives it.
    lang : {"zh", "en"}
    raw : str
        The folder of raw files as seen from the workbook, such as ``"../../../data/raw"``; the evidence
        links there. Empty: no links.

    Returns
    -------
    bytes
        An xlsx file. Formulas carry their values, functions are those of Excel 2010 and before, text is
        never a formula, and equal records give equal bytes.
    """
    parts = Parts(record, lang, lambda key, **values: message(key, lang, **values))
    _place(parts)
    names = record["registry"]
    title = f"{names['plan'][lang]} · {names['area'][lang]} · {record['as_of']}"
    mark = (
        record["mark"]
        if lang == "zh" or not record["mark"]
        else f"{record['mark']} {parts.t('synthetic_mark')}"
    )
    labels = {w: WORDS[w][lang] for w in WORDS}
    book = Workbook(title=title, mark=mark, created=date.fromisoformat(record["as_of"]), labels=labels)
    _about(book, parts)
    _overall(book, parts)
    rows: dict[str, Callable[[], Sequence[Mapping[str, Any]]]] = {
        "measures": lambda: measure_rows(parts),
        "commitments": lambda: commitment_rows(parts),
        "projects": lambda: tables.project_rows(parts),
        "annual": lambda: tables.annual_rows(parts),
        "ratings": lambda: tables.rating_rows(parts),
        "sensitivity": lambda: tables.sensitivity_rows(parts),
        "lagging": lambda: lists.lagging_rows(parts),
        "gaps": lambda: lists.gap_rows(parts),
    }
    for name, make in rows.items():
        book.grid(parts.grids[name], make(), note=parts.t(f"wb_note_{name}"))
    lists.write_settings(book, parts)
    book.grid(parts.grids["evidence"], lists.evidence_rows(parts, raw), note=parts.t("wb_note_evidence"))
    return book.content()


def _place(parts: Parts) -> None:
    """Fix where every cell stands, before the first formula points to one."""
    verdicts = parts.record["verdicts"]
    parts.place("measures", MEASURES, len(verdicts))
    parts.place("commitments", COMMITMENTS, len(parts.record["commitments"]))
    counts = {
        "projects": len(parts.record["projects"]),
        "annual": sum(v["annual"] is not None for v in verdicts),
        "ratings": sum(bool(v["self_rating"]) for v in verdicts),
        "sensitivity": sum(len(v["alternatives"]) for v in verdicts),
        "lagging": len(lists.lagging(parts)),
        "gaps": len(lists.gaps(parts)),
        "evidence": len(parts.record["evidence"]),
    }
    for name, count in counts.items():
        parts.place(name, (tables.GRIDS | lists.GRIDS)[name], count)


# --- the first two sheets ------------------------------------------------------------------------


def _about(book: Workbook, parts: Parts) -> None:
    """What the file is, how it is read, and what each sheet holds."""
    record, t = parts.record, parts.t
    sheet = book.sheet(t("wb_sheet_about"))
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    plan = record["registry"]["plan"]
    lines = [
        (t("plan"), plan[parts.lang]),
        (
            t("wb_document"),
            f"{plan[f'document_{parts.lang}']} ({plan[f'issuer_{parts.lang}']}, {plan['published']})",
        ),
        (t("area"), f"{record['registry']['area'][parts.lang]} {record['area']}"),
        (t("as_of"), record["as_of"]),
        (t("wb_schema"), record["schema"]),
        (t("wb_package"), f"{record['package']['name']} {record['package']['version']}"),
        (t("wb_data_key"), record["data_key"] or t("wb_no_data_key")),
        (t("wb_how"), t("wb_how_formulas")),
        ("", t("wb_how_words")),
        ("", t("wb_how_check")),
        ("", t("wb_how_evidence")),
    ]
    lines += [
        (t(f"wb_sheet_{name}"), t(f"wb_about_{name}")) for name in ("overall", *parts.grids, "settings")
    ]
    for i, (label, text) in enumerate(lines, _TOP):
        book.put(sheet, i, 0, label, "word")
        book.put(sheet, i, 1, text, "long")


def _overall(book: Workbook, parts: Parts) -> None:
    """Counts of words by formula, and shares that add up to 100."""
    t, grids = parts.t, parts.grids
    sheet = book.sheet(t("wb_sheet_overall"), note=t("worst_note"))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, len(_WORDS) + 1, 11)
    commitments, measures, projects = grids["commitments"], grids["measures"], grids["projects"]
    by_section = [
        (parts.name("sections", s["section"]), s["words"])
        for s in parts.record["summary"]["commitments_by_section"]
    ]
    at = _block(
        book,
        parts,
        sheet,
        _TOP,
        t("wb_by_section"),
        by_section,
        lambda label, word: (
            # a condition of COUNTIFS would read a name as a pattern or a comparison
            f"SUMPRODUCT(({commitments.all('section')}={label})*({commitments.all('word')}={word}))"
        ),
    )
    by_nature = [
        (t(f"wb_nature_{n['nature'] or 'unsaid'}"), n["words"])
        for n in parts.record["summary"]["measures_by_nature"]
    ]
    at = _block(
        book,
        parts,
        sheet,
        at,
        t("wb_by_nature"),
        by_nature,
        lambda label, word: f"COUNTIFS({measures.all('nature')},{label},{measures.all('word')},{word})",
    )
    listed = [p for p in parts.record["projects"] if not p["duplicate_of"]]
    if listed:
        words = [p["word"] for p in listed]
        once = f'({projects.all("duplicate_of")}="")'
        at = _block(
            book,
            parts,
            sheet,
            at,
            t("wb_by_project"),
            [(t("wb_projects_once"), {w: words.count(w) for w in _WORDS})],
            lambda label, word: f"SUMPRODUCT(({projects.all('word')}={word})*{once})",
        )
    _flip_block(book, parts, sheet, at)


def _block(
    book: Workbook,
    parts: Parts,
    sheet: Any,
    top: int,
    title: str,
    rows: Sequence[tuple[str, Mapping[str, int]]],
    count: Callable[[str, str], str],
) -> int:
    """A table of counts with a total, and the shares of its last row; returns the next free row."""
    book.head(sheet, top, 0, title)
    for c, word in enumerate(_WORDS, 1):
        book.head(sheet, top, c, WORDS[word][parts.lang])
    book.head(sheet, top, len(_WORDS) + 1, parts.t("total"))
    for r, (label, words) in enumerate(rows, top + 1):
        book.put(sheet, r, 0, label, "text")
        for c, word in enumerate(_WORDS, 1):
            text = count(f"$A{r + 1}", f"{_letter(c)}${top + 1}")
            book.put(sheet, r, c, Formula(text, words[word]), "int")
        _sum_of_row(book, sheet, r, sum(words.values()))
    last = top + len(rows)
    totals = [sum(words[w] for _, words in rows) for w in _WORDS]
    if len(rows) > 1:
        last += 1
        book.put(sheet, last, 0, parts.t("total"), "word")
        for c, number in enumerate(totals, 1):
            column = _letter(c)
            text = f"SUM({column}{top + 2}:{column}{last})"
            book.put(sheet, last, c, Formula(text, number), "int")
        _sum_of_row(book, sheet, last, sum(totals))
    if sum(totals):
        book.put(sheet, last + 1, 0, parts.t("wb_shares"), "text")
        for c, share in enumerate(largest_remainder(totals, decimals=1), 1):
            book.put(sheet, last + 1, c, Formula(_share(last + 1, c), share / 100), "share")
        _sum_of_row(book, sheet, last + 1, 1.0, "share")
    return last + 4


def _letter(column: int) -> str:
    return chr(65 + column)


def _sum_of_row(book: Workbook, sheet: Any, row: int, value: float, kind: str = "int") -> None:
    last = len(_WORDS)
    text = f"SUM({_letter(1)}{row + 1}:{_letter(last)}{row + 1})"
    book.put(sheet, row, last + 1, Formula(text, value), kind)


def _share(row: int, column: int) -> str:
    """Largest remainder in one formula, in tenths of a percent: cut, then one more to the largest rests.

    Of equal rests the larger count comes first, of equal counts the earlier one.
    """
    first, last, own = _letter(1), _letter(len(_WORDS)), _letter(column)
    counts, total, cell = f"${first}{row}:${last}{row}", f"${_letter(len(_WORDS) + 1)}{row}", f"{own}{row}"
    before = f"${first}{row}:{own}{row}"
    rest = f"MOD(1000*{cell},{total})"
    rank = (
        f"SUMPRODUCT(--(MOD(1000*{counts},{total})>{rest}))"
        f"+SUMPRODUCT((MOD(1000*{counts},{total})={rest})*({counts}>{cell}))"
        f"+SUMPRODUCT(--({before}={cell}))"
    )
    spare = f"1000-SUMPRODUCT(INT(1000*{counts}/{total}))"
    return f"(INT(1000*{cell}/{total})+IF({rank}<={spare},1,0))/1000"


def _flip_block(book: Workbook, parts: Parts, sheet: Any, top: int) -> None:
    """How many verdicts each change moves."""
    grid = parts.grids["sensitivity"]
    tried = [a for v in parts.record["verdicts"] for a in v["alternatives"]]
    side = 0 if parts.lang == "zh" else 1
    book.head(sheet, top, 0, parts.t("wb_by_change"))
    book.head(sheet, top, 1, parts.t("wb_tried"))
    book.head(sheet, top, 2, parts.t("wb_flips"))
    yes = quoted(parts.t("wb_yes"))
    for r, (name, label) in enumerate(tables.ALTERNATIVE_NAMES.items(), top + 1):
        own = [a for a in tried if a["name"] == name]
        named = f"{grid.all('alternative')},$A{r + 1}"
        book.put(sheet, r, 0, label[side], "text")
        book.put(sheet, r, 1, Formula(f"COUNTIF({named})", len(own)), "int")
        flips = sum(a["flips"] for a in own)
        book.put(sheet, r, 2, Formula(f"COUNTIFS({named},{grid.all('flips')},{yes})", flips), "int")
