"""The receipt for a workbook that an office returned: row by row, what was taken in and what was not."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from ..registry.load import load_registry
from ..registry.records import LANGS
from ..sources.office_sheets import ReturnedRow
from ..sources.office_workbook import OfficeReturn
from .page import HTML_LANG
from .page_parts import html_template, template_text
from .plain_text import inert, visible
from .synthetic import mark_html
from .table import Table, translator

__all__ = ["receipt_csv", "receipt_page", "write_receipt"]


def write_receipt(
    root: Path, returned: OfficeReturn, *, published: str, name: str, taken: bool
) -> tuple[Path, ...]:
    """Write a receipt in both languages, and its rows for a spreadsheet program.

    Parameters
    ----------
    root : pathlib.Path
        The project; receipts lie under `reports/receipts/<published>/`.
    returned : OfficeReturn
    published : str
        The day of receipt, YYYY-MM-DD.
    name : str
        File name without its ending.
    taken : bool
        Whether the workbook was taken in.

    Returns
    -------
    tuple of pathlib.Path
        The Chinese page, the English page and the CSV file; each is made anew as a whole.
    """
    folder = root / "reports" / "receipts" / published
    folder.mkdir(parents=True, exist_ok=True)
    about: dict[str, Any] = {"published": published, "name": name, "taken": taken}
    pages = {
        folder / f"{name}.html": visible(receipt_page(returned, "zh", root, **about)),
        folder / f"{name}.en.html": visible(receipt_page(returned, "en", root, **about)),
        folder / f"{name}.csv": receipt_csv(returned),
    }
    for path, text in pages.items():
        aside = path.with_name(f".{path.name}.tmp")
        aside.write_bytes(text.encode("utf-8-sig" if path.suffix == ".csv" else "utf-8"))
        aside.replace(path)
    return tuple(pages)


def receipt_page(
    returned: OfficeReturn, lang: str, root: Path, *, published: str, name: str, taken: bool
) -> str:
    """The receipt as one page that asks no host for anything."""
    t = translator(lang)
    registry = load_registry(project=root)
    plan, area = registry.plans[returned.head.plan], registry.areas[returned.head.area]
    office = plan.offices.get(returned.head.office)
    facts = [
        (t("receipt_facts_office"), office.name(lang) if office else t("receipt_no_office")),
        (t("receipt_facts_plan"), plan.name(lang)),
        (t("receipt_facts_area"), area.name(lang)),
        (t("receipt_facts_received"), published),
        (t("receipt_facts_written"), returned.day.isoformat()),
    ]
    tables = [_rejected(returned, lang), _accepted(returned, lang)]
    other = next(x for x in LANGS if x != lang)
    return html_template("receipt.html.j2").render(
        html_lang=HTML_LANG[lang],
        title=t("receipt_title"),
        css=template_text("page.css"),
        synthetic=area.synthetic,
        other_href=f"{name}.en.html" if other == "en" else f"{name}.html",
        other_lang=HTML_LANG[other],
        other_label=translator(other)("lang_name"),
        facts=facts,
        readings=_readings(returned, t, taken),
        tables=[mark_html(table.html(), area.synthetic, lang) for table in tables],
        t=t,
    )


def _readings(returned: OfficeReturn, t: Any, taken: bool) -> list[str]:
    good, bad = len(returned.accepted), len(returned.rejected)
    filled = len(returned.rows)
    told = [
        t("receipt_summary", asked=returned.asked, filled=filled, good=good, bad=bad,
          empty=max(0, returned.asked - filled))
    ]  # fmt: skip
    if not taken:
        told.append(t("receipt_nothing_taken"))
    told.append(t("receipt_what_next") if bad else t("receipt_all_good"))
    if returned.missing:
        told.append(t("receipt_missing", rows=t("list_sep").join(returned.missing)))
    told += [t("receipt_day_unused", day=day) for day in returned.notes]
    return told


def _row(row: ReturnedRow) -> tuple[str, ...]:
    return f"{row.sheet} {row.cell}", row.id, row.name, row.period, row.said


def _rejected(returned: OfficeReturn, lang: str) -> Table:
    t = translator(lang)
    rows = tuple((*_row(r), _reason(r, lang)) for r in returned.rejected)
    return Table(
        t("receipt_bad_title"),
        (*_columns(t), t("receipt_reason")),
        rows,
        nowrap=frozenset({0, 1}),
        css="stack",
    )


def _accepted(returned: OfficeReturn, lang: str) -> Table:
    t = translator(lang)
    rows = tuple((*_row(r), _remark(r, lang)) for r in returned.accepted)
    return Table(
        t("receipt_good_title"),
        (*_columns(t), t("receipt_noted")),
        rows,
        nowrap=frozenset({0, 1}),
        css="stack",
    )


def _columns(t: Any) -> tuple[str, ...]:
    return tuple(t(f"receipt_{key}") for key in ("place", "id", "name", "period", "said"))


def _reason(row: ReturnedRow, lang: str) -> str:
    if lang == "zh":
        return "；".join(f"{t.cell}：{t.fault.zh}" for t in row.troubles)
    t = translator(lang)
    return "; ".join(
        f"{x.cell}: {x.fault.what}"
        + (f", {t('receipt_expected')} {x.fault.expected}" if x.fault.expected else "")
        + (f"; {x.fault.next_step}" if x.fault.next_step else "")
        for x in row.troubles
    )


def _remark(row: ReturnedRow, lang: str) -> str:
    t = translator(lang)
    return t("list_sep").join(
        t("receipt_stands", what=x.fault.zh.split("；")[0] if lang == "zh" else x.fault.what)
        for x in row.remarks
    )


def receipt_csv(returned: OfficeReturn) -> str:
    """The rows of a receipt as comma-separated text, with Chinese and English heads.

    A text that a spreadsheet program would take for a formula is written with an apostrophe before it.
    """
    zh, en = translator("zh"), translator("en")
    keys = ("place", "id", "name", "period", "said", "result", "reason")
    heads = [f"{zh(f'receipt_{k}')} / {en(f'receipt_{k}')}" for k in keys]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    for row in returned.rows:
        key = "receipt_accepted" if row.accepted else "receipt_rejected"
        why = [(_reason(row, "zh"), _reason(row, "en")), (_remark(row, "zh"), _remark(row, "en"))]
        told = next((f"{a} / {b}" for a, b in why if a), "")
        writer.writerow([inert(c) for c in (*_row(row), f"{zh(key)} / {en(key)}", told)])
    return out.getvalue()
