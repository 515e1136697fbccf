"""What a report looks like in Word, in numbers: paper, margins, and font, size and spacing of each style.

Chinese follows GB/T 9704-2012: A4, a text area of 156 mm x 225 mm, 22 lines of 28 characters of size 3
(16 pt) FangSong, the title in size 2 XiaoBiaoSong, heads in Heiti and Kaiti, page numbers between dashes on
the outer side. English has a plain layout.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["A4", "LAYOUTS", "MM", "Layout", "Look"]

MM = 56.6929  # twips
A4 = (11906, 16838)


@dataclass(frozen=True)
class Look:
    """One style: Latin and Chinese font, size in points, and how its paragraphs stand."""

    latin: str
    chinese: str
    size: float
    bold: bool = False
    colour: str = "000000"
    align: str = "both"
    first_line: int = 0  # hundredths of a character
    line: int = 0  # exact height in twips, 0 for single
    before: int = 0
    after: int = 0
    keep_next: bool = False
    tracking: int = 0


@dataclass(frozen=True)
class Layout:
    """Everything that differs between the languages."""

    lang: str
    margins: tuple[float, float, float, float]  # top, right, bottom, left in mm
    footer: float
    grid: int
    looks: dict[str, Look]
    number_formats: tuple[tuple[str, str], ...]

    def width(self, *, landscape: bool = False) -> int:
        """Width of the text area in twips."""
        top, right, bottom, left = self.margins
        if landscape:
            return A4[1] - round((top + bottom) * MM)
        return A4[0] - round((left + right) * MM)


def _chinese() -> dict[str, Look]:
    times = "Times New Roman"
    line = 579  # 22 lines fill 225 mm
    body = Look(times, "仿宋", 16, first_line=200, line=line, tracking=-5)  # 28 characters fill 156 mm
    table = Look(times, "宋体", 9, align="left")
    head = replace(body, chinese="黑体", keep_next=True, align="left")
    return {
        "Normal": Look(times, "仿宋", 16),
        "Body Text": body,
        "Title": Look(times, "方正小标宋简体", 22, align="center", line=line + 60, before=line),
        "Subtitle": Look(times, "楷体", 16, align="center", line=line, after=line // 2),
        "Heading 1": head,
        "Heading 2": replace(head, chinese="楷体"),
        "Heading 3": replace(head, chinese="仿宋", bold=True),
        "Contents Heading": Look(times, "黑体", 16, align="center", line=line, before=line // 2),
        "toc 1": Look(times, "仿宋", 16, align="left", line=line),
        "toc 2": Look(times, "仿宋", 16, align="left", line=line),
        "Annex Label": Look(times, "黑体", 16, align="left", line=line, keep_next=True),
        "Annex Title": Look(
            times, "方正小标宋简体", 18, align="center", line=line, keep_next=True, after=120
        ),
        "Caption": Look(times, "黑体", 10.5, align="center", before=160, after=60, keep_next=True),
        "Figure": Look(times, "仿宋", 16, align="center", before=120, keep_next=True),
        "Figure Caption": Look(times, "黑体", 10.5, align="center", before=40, after=160),
        "Note": Look(times, "宋体", 9, align="left", before=40, after=100),
        "Table Text": table,
        "Table Head": Look(times, "黑体", 9, align="center", keep_next=True),
        "Annex Text": Look(times, "宋体", 8, align="left"),
        "Fact": Look(times, "仿宋", 16, align="left", first_line=200, line=line),
        "Banner": Look(times, "楷体", 14, align="left", first_line=200, line=line, colour="8A3B12"),
        "List Bullet": body,
        "Code": Look("Courier New", "宋体", 9, align="left"),
        "Header": Look(times, "黑体", 10.5, bold=True, colour="B5382A", align="center"),
        "Footer": Look(times, "宋体", 14, align="right"),
    }  # fmt: skip


def _english() -> dict[str, Look]:
    times, arial, song = "Times New Roman", "Arial", "宋体"
    body = Look(times, song, 11, align="left", after=120)
    head = Look(arial, "黑体", 14, bold=True, align="left", keep_next=True, before=240, after=80)
    return {
        "Normal": Look(times, song, 11, align="left"),
        "Body Text": body,
        "Title": Look(arial, "黑体", 20, bold=True, align="left", before=0, after=60),
        "Subtitle": Look(arial, "黑体", 12, align="left", colour="444444", after=200),
        "Heading 1": head,
        "Heading 2": replace(head, size=12),
        "Heading 3": replace(head, size=11),
        "Contents Heading": Look(arial, "黑体", 14, bold=True, align="left", before=240, after=80),
        "toc 1": Look(times, song, 11, align="left", after=40),
        "toc 2": Look(times, song, 11, align="left", after=40),
        "Annex Label": Look(arial, "黑体", 14, bold=True, align="left", keep_next=True),
        "Annex Title": Look(arial, "黑体", 12, align="left", keep_next=True, after=120),
        "Caption": Look(arial, "黑体", 9, bold=True, align="left", before=160, after=60, keep_next=True),
        "Figure": Look(times, song, 11, align="left", before=120, keep_next=True),
        "Figure Caption": Look(arial, "黑体", 9, bold=True, align="left", before=40, after=160),
        "Note": Look(times, song, 9, align="left", before=40, after=100),
        "Table Text": Look(arial, song, 8, align="left"),
        "Table Head": Look(arial, "黑体", 8, bold=True, align="left", keep_next=True),
        "Annex Text": Look(arial, song, 7.5, align="left"),
        "Fact": Look(times, song, 11, align="left", after=20),
        "Banner": Look(times, song, 11, align="left", colour="8A3B12", after=120),
        "List Bullet": body,
        "Code": Look("Courier New", song, 9, align="left"),
        "Header": Look(arial, "黑体", 9, bold=True, colour="B5382A", align="center"),
        "Footer": Look(arial, song, 9, align="center"),
    }  # fmt: skip


LAYOUTS = {
    "zh": Layout(
        "zh", (37, 26, 35, 28), 25, 579, _chinese(),
        (("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3．")),
    ),
    "en": Layout(
        "en", (25, 25, 25, 25), 12, 0, _english(),
        (("decimal", "%1  "), ("decimal", "%1.%2  "), ("decimal", "%1.%2.%3  ")),
    ),
}  # fmt: skip
