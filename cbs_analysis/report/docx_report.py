"""A report as a Word document: the body to read, and an annex with what is too wide or too long for it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from ..registry.load import load_registry
from .docx_layout import LAYOUTS, MM
from .docx_package import document_bytes, new_document
from .docx_styles import add_numbering, set_page, set_styles, write_margins
from .docx_table import column_widths, shorten_links, shortened, table_element, too_wide
from .docx_xml import Names, bookmark, field, hyperlink, run, write_run
from .export_page import Heading, Page, Picture, Run, Text, TextTable
from .messages import message

__all__ = ["docx_bytes"]

LONGEST = 40  # rows of a table in the body
TALLEST = 190.0  # height of a picture in mm
_STYLES = {
    "body": "Body Text", "reading": "Body Text", "note": "Note", "empty": "Note", "banner": "Banner",
    "refusal": "Banner", "item": "List Bullet", "code": "Code", "fact": "Fact",
}  # fmt: skip
_SIZES = {"body": 9.0, "annex": 8.0}
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_SECTION = re.compile(r"(\d+(?:\.\d+)+)\s+(.+)")


def docx_bytes(page: Page, *, link: Callable[[str], str] = str) -> bytes:
    """Write a report as a Word document.

    Parameters
    ----------
    page : Page
    link : callable
        From an address as the page has it to one that holds where the document will lie; "" for none.

    Returns
    -------
    bytes
        A `.docx`: Chinese laid out as GB/T 9704-2012 orders, English plainly. Tables that are folded on the
        page, wider than the text, of tall rows or of more than 40 rows stand in an annex on landscape pages.
        The same page gives the same bytes.
    """
    return _Writer(page, link).bytes()


def chinese_count(n: int) -> str:
    """A number below 100 as the headings of 公文 count.

    >>> [chinese_count(n) for n in (1, 10, 12, 20, 35)]
    ['一', '十', '十二', '二十', '三十五']
    """
    digits = "零一二三四五六七八九"
    tens, ones = divmod(n, 10)
    head = "" if tens == 0 else "十" if tens == 1 else digits[tens] + "十"
    return head + (digits[ones] if ones or not tens else "")


class _Writer:
    """One document while it is written."""

    def __init__(self, page: Page, link: Callable[[str], str]) -> None:
        parts = tuple(shortened(p) if isinstance(p, TextTable) else p for p in page.parts)
        page = replace(page, parts=parts)
        self.page, self.link, self.lang = page, link, page.lang
        self.layout, self.names = LAYOUTS[page.lang], Names()
        self.area = load_registry().area(page.area)
        self.document = new_document(page.lang)
        set_styles(self.document, self.layout)
        add_numbering(self.document, self.layout)
        self.relations: dict[str, str] = {}
        self.counts = {"table": 0, "figure": 0, "annex": 0}
        self.annex = [t for t in page.tables if self._is_annexed(t)]
        cells = [r for t in page.tables for row in t.rows for c in row for r in c.runs if r.anchor]
        self.places = {r.anchor: self.names.place(r.anchor) for r in cells}
        self.evidence = {r.text.strip(): r.anchor for r in cells}

    def t(self, key: str, **values: object) -> str:
        return message(key, self.lang, **values)

    def bytes(self) -> bytes:
        first = self.document.sections[0]
        set_page(first, self.layout)
        write_margins(first, self.layout, mark=self.t("export_page_mark") if self.page.synthetic else "")
        self._front()
        for part in self.page.parts[self._opening() :]:
            self._part(part)
        self._annex()
        title = f"{self.area.name(self.lang)} · {self.page.title}"
        subject = self.t("export_subtitle", day=self.page.as_of)
        mark = self.t("export_page_mark") if self.page.synthetic else ""
        return document_bytes(
            self.document, title=title, subject=subject, lang=self.lang, as_of=self.page.as_of, keywords=mark
        )  # fmt: skip

    # --- paragraphs ------------------------------------------------------------------------------

    def _paragraph(self, style: str, pieces: list[Any]) -> Any:
        made = self.document.add_paragraph(style=style)
        for piece in pieces:
            made._p.append(piece)
        return made

    def _runs(self, runs: tuple[Run, ...], size: float) -> list[Any]:
        return [piece for r in shorten_links(runs) for piece in self._run(r, size)]

    def _run(self, r: Run, size: float) -> list[Any]:
        """A run; evidence numbers lead to the annex, other links out of the document."""
        place = self.places.get(r.href[1:]) if r.href.startswith("#") else None
        if r.href and r.text.strip() in self.evidence and not r.anchor:
            place = self.places[self.evidence[r.text.strip()]]
        target = "" if place or not r.href or r.href.startswith("#") else self.link(r.href)
        pieces = write_run(
            r.text, bold=r.bold, small=r.small, verdict=r.verdict, linked=bool(place or target), size=size
        )
        if place:
            pieces = [hyperlink(pieces, place=place)]
        elif target:
            pieces = [hyperlink(pieces, relation=self._relation(target))]
        return bookmark(self.names, self.places[r.anchor], pieces) if r.anchor in self.places else pieces

    def _relation(self, target: str) -> str:
        if target not in self.relations:
            self.relations[target] = self.document.part.relate_to(target, _LINKS, is_external=True)
        return self.relations[target]

    # --- front -----------------------------------------------------------------------------------

    def _opening(self) -> int:
        """How many parts stand before the first heading."""
        headings = [i for i, p in enumerate(self.page.parts) if isinstance(p, Heading)]
        return headings[0] if headings else len(self.page.parts)

    def _front(self) -> None:
        name = self.area.name(self.lang)
        self._paragraph("Title", run(f"{name}\n{self.page.title}" if self.lang == "zh" else self.page.title))
        day = date.fromisoformat(self.page.as_of)
        told = f"{day.year}年{day.month}月{day.day}日" if self.lang == "zh" else self.page.as_of
        under = self.t("export_subtitle", day=told)
        first = [self.page.subtitle] if self.page.subtitle else []
        self._paragraph(
            "Subtitle", run("\n".join([*first, under if self.lang == "zh" else f"{name}. {under}"]))
        )
        for part in self.page.parts[: self._opening()]:
            self._part(part)
        self._contents()

    def _contents(self) -> None:
        """A field that Word fills with page numbers; until then the list of headings."""
        entries = self._entries()
        if not entries:
            return
        self._paragraph("Contents Heading", run(self.t("contents")))
        start, *rest = field('TOC \\o "1-2" \\h \\z \\u', [], dirty=True)
        opening, closing = [start, *rest[:2]], rest[2:]
        for i, (level, text, place) in enumerate(entries):
            pieces = [hyperlink(run(text), place=place)]
            pieces = [*(opening if i == 0 else []), *pieces, *(closing if i == len(entries) - 1 else [])]
            self._paragraph(f"toc {level}", pieces)

    def _entries(self) -> list[tuple[int, str, str]]:
        """Level, numbered text and place of each heading that the contents list."""
        entries, counts = [], [0, 0]
        for i, part in enumerate(self.page.parts):
            if isinstance(part, Heading) and part.level <= 2:
                counts = [counts[0] + 1, 0] if part.level == 1 else [counts[0], counts[1] + 1]
                entries.append(
                    (part.level, self._number(counts, part) + self._said(part), self._heading_place(i))
                )
        if self.annex and entries:
            entries.append(
                (1, f"{self.t('export_annex')}　{self.t('export_annex_title')}", self.names.place("annex"))
            )
        return entries

    def _number(self, counts: list[int], heading: Heading) -> str:
        if self.lang == "zh":
            n = chinese_count(counts[heading.level - 1])
            return f"{n}、" if heading.level == 1 else f"（{n}）"
        return f"{counts[0]}  " if heading.level == 1 else f"{counts[0]}.{counts[1]}  "

    def _said(self, heading: Heading) -> str:
        """The words of a heading; the number of a section of the plan goes behind them."""
        numbered = _SECTION.fullmatch(heading.text) if heading.level > 1 else None
        if numbered is None:
            return heading.text
        return self.t("export_heading_section", name=numbered[2], number=numbered[1])

    def _heading_place(self, index: int) -> str:
        return self.names.place(f"heading {index}")

    # --- parts -----------------------------------------------------------------------------------

    def _part(self, part: Any) -> None:
        if isinstance(part, Heading):
            self._heading(part)
        elif isinstance(part, Picture):
            self._picture(part)
        elif isinstance(part, TextTable):
            if self._is_annexed(part):
                self._refer(part)
            else:
                self._table(part, "table", self.layout.width(), _SIZES["body"])
        else:
            self._text(part)

    def _text(self, part: Text) -> None:
        runs, style = part.runs, _STYLES[part.kind]
        if part.kind == "fact":
            colon = self.t("colon")
            runs = tuple(Run(colon) if r.text == "\t" else r for r in runs)
        self._paragraph(style, self._runs(runs, self.layout.looks[style].size))

    def _heading(self, part: Heading) -> None:
        index = next(i for i, p in enumerate(self.page.parts) if p is part)
        place = bookmark(self.names, self._heading_place(index), run(self._said(part)))
        made = self._paragraph(f"Heading {part.level}", place)
        if index == self._opening():
            made.paragraph_format.page_break_before = True

    def _caption(self, kind: str, title: str, style: str, place: str = "") -> None:
        """A label with a number that Word counts, then the title; synthetic data say so here too."""
        self.counts[kind] += 1
        label = self.t(f"export_{kind}_label")
        space = "" if self.lang == "zh" or kind == "annex" else " "
        number = field(f"SEQ {label.replace(' ', '_')} \\* ARABIC", run(str(self.counts[kind])))
        numbered = [*run(label + space), *number]
        if place:
            numbered = bookmark(self.names, place, numbered)
        mark = run(self.t("export_caption_mark"), colour="B5382A") if self.page.synthetic else []
        self._paragraph(style, [*mark, *numbered, *run("　" + title if self.lang == "zh" else f". {title}")])

    def _picture(self, part: Picture) -> None:
        from docx.image.image import Image
        from docx.shared import Mm

        size = Image.from_blob(part.png)
        width = self.layout.width() / MM
        width = min(width, TALLEST * size.px_width / size.px_height)
        made = self.document.add_paragraph(style="Figure")
        made.add_run().add_picture(io.BytesIO(part.png), width=Mm(round(width, 1)))
        title = _title_of(part.alt, self.lang)
        for shape in made._p.iter(
            "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
        ):
            shape.set("descr", part.alt)
            shape.set("name", f"{self.t('export_figure_label')} {self.counts['figure'] + 1}")
        self._caption("figure", title, "Figure Caption")

    def _table(self, part: TextTable, kind: str, width: int, size: float, place: str = "") -> None:
        self._caption(kind, part.title, "Caption", place)
        style = self._id("Table Text" if kind == "table" else "Annex Text")
        made = table_element(
            part, column_widths(part, width, size), lambda r: self._run(r, size),
            head_style=self._id("Table Head"), style=style,
        )  # fmt: skip
        self.document.element.body.insert_element_before(made, "w:sectPr")
        for note in part.notes or ((),):  # a paragraph keeps two tables from becoming one
            self._paragraph("Note", self._runs(note, self.layout.looks["Note"].size))

    def _id(self, style: str) -> str:
        return str(self.document.styles[style].style_id)

    # --- annex -----------------------------------------------------------------------------------

    def _is_annexed(self, table: TextTable) -> bool:
        return (
            table.folded or len(table.rows) > LONGEST or too_wide(table, self.layout.width(), _SIZES["body"])
        )

    def _annex_place(self, table: TextTable) -> tuple[int, str]:
        n = next(i for i, t in enumerate(self.annex, 1) if t is table)
        return n, self.names.place(f"annex {n}")

    def _refer(self, table: TextTable) -> None:
        """In the body, where a table of the annex belongs."""
        n, place = self._annex_place(table)
        label = f"{self.t('export_annex_label')}{n}"
        told = self.t("export_in_annex", title=table.title, n=len(table.rows), label="\x00")
        before, after = told.split("\x00")
        self._paragraph("Body Text", [*run(before), *field(f"REF {place} \\h", run(label)), *run(after)])

    def _annex(self) -> None:
        from docx.enum.section import WD_SECTION

        if not self.annex:
            return
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        set_page(section, self.layout, landscape=True)
        label = bookmark(self.names, self.names.place("annex"), run(self.t("export_annex")))
        self._paragraph("Annex Label", label)
        self._paragraph("Annex Title", run(self.t("export_annex_title")))
        for table in self.annex:
            _, place = self._annex_place(table)
            self._table(table, "annex", self.layout.width(landscape=True), _SIZES["annex"], place)


def _title_of(alt: str, lang: str) -> str:
    """The title of a chart is the first sentence of its alternative text."""
    text = alt.removeprefix("演示数据。").strip()
    return re.split("。" if lang == "zh" else r"\.\s", text, maxsplit=1)[0]
