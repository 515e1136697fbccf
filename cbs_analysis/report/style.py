"""One restrained style for every chart: a font with Chinese, direct labels, honest axes.

A missing character is an error here, never a box in a printed report.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import Fault, ReportError
from .chart_text import note_missing_glyphs, readable_texts, shortened

__all__ = [
    "COLOURS",
    "VERDICT_COLOURS",
    "VERDICT_MARKS",
    "chart_style",
    "contrast",
    "figure_png",
    "readable",
    "stamp_synthetic",
    "text_inches",
    "wrap_text",
]

FONT = Path(__file__).parent / "fonts" / "CBSSansSC-Regular.otf"
# Okabe-Ito, safe for colour-blind readers
COLOURS = {
    "blue": "#0072B2", "orange": "#D55E00", "green": "#009E73", "sky": "#56B4E9",
    "yellow": "#E69F00", "purple": "#CC79A7", "ink": "#222222", "grey": "#8A8F98", "pale": "#E3E6EA",
    "quiet": "#5E646D",
}  # fmt: skip
VERDICT_COLOURS = {
    "achieved": "#0B6E4F", "ahead": "#3A9D5D", "on_track": "#3B7DB8",
    "attention": "#C98A00", "behind": "#B5382A", "not_assessable": "#9AA0A6",
}  # fmt: skip
# a verdict differs in shape and word too
VERDICT_MARKS = {
    "achieved": "●", "ahead": "▲", "on_track": "■", "attention": "◆", "behind": "▼", "not_assessable": "○",
}  # fmt: skip
SYNTHETIC_MARK = "演示数据"
SYNTHETIC_HATCH = "#F3DDDA"  # pale enough to read through
DPI = 156  # a multiple of the 12 lines of the hatching: lines of whole pixels pack well
PALETTE = 96  # colours of a picture: flat fields and smooth letters need no more


@lru_cache(maxsize=1)
def _font_family() -> str:
    """Register the font of the package with matplotlib; no system font is needed."""
    from matplotlib import font_manager

    font_manager.fontManager.addfont(str(FONT))
    return str(font_manager.FontProperties(fname=str(FONT)).get_name())


@lru_cache(maxsize=1)
def _settings() -> dict[str, Any]:
    """The settings of the style: seaborn's ticks, and what is ours."""
    import seaborn as sns

    family = _font_family()
    math_fonts = dict.fromkeys(
        [f"mathtext.{k}" for k in ("rm", "it", "bf", "sf", "tt", "cal", "bfit")], family
    )
    return {
        **sns.axes_style("ticks"),
        "font.family": [family, "DejaVu Sans"],
        "font.size": 10,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "axes.labelsize": 9.5,
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": COLOURS["grey"],
        "axes.labelcolor": COLOURS["ink"],
        "axes.grid": True,
        "axes.grid.axis": "y",
        "grid.color": COLOURS["pale"],
        "xtick.color": COLOURS["ink"],
        "ytick.color": COLOURS["ink"],
        "figure.facecolor": "white",
        "hatch.linewidth": 0.8,
        "text.hinting": "no_hinting",  # letters as wide as they were measured, whatever the resolution
        "savefig.facecolor": "white",
        "mathtext.fontset": "custom",
        "mathtext.fallback": "stixsans",
        "text.parse_math": False,  # a label may hold dollar signs
        **math_fonts,
    }


@contextmanager
def chart_style() -> Iterator[None]:
    """Run matplotlib with the style of the reports, and leave the caller's settings as they were."""
    import matplotlib as mpl

    with mpl.rc_context(_settings()):  # type: ignore[arg-type]
        yield


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2.1 measures it, from 1 to 21.

    >>> round(contrast("#000000", "#FFFFFF"), 1)
    21.0
    """
    light = []
    for colour in (one, other):
        channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in channels]
        light.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
    return max(light) / min(light)


@lru_cache(maxsize=64)
def readable(colour: str) -> str:
    """The colour, darkened until text in it stands out from white (4.5 to 1, WCAG 2.1).

    >>> readable("#222222")
    '#222222'
    >>> readable("#E69F00")
    '#9E6D00'
    """
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    shades = ("#" + "".join(f"{c * step // 100:02X}" for c in channels) for step in range(100, -1, -1))
    return next(shade for shade in shades if contrast(shade, "#FFFFFF") >= 4.5)


@lru_cache(maxsize=1)
def _face() -> Any:
    from matplotlib.ft2font import FT2Font

    face = FT2Font(str(FONT))
    face.set_size(100, 72)
    return face


@lru_cache(maxsize=8192)
def _advance(character: str) -> float:
    """Width of a character in ems, as the font says."""
    from matplotlib.ft2font import LoadFlags

    if not _face().get_char_index(ord(character)):  # a label may hold what no font has
        return 1.0
    return float(
        _face().load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 100
    )


def text_inches(text: str, size: float) -> float:
    """Width of the longest line of a text in inches, without drawing it."""
    return max(sum(map(_advance, line)) for line in text.split("\n")) * size / 72


# closing marks never begin a line, opening ones never end it, numbers and Latin words stay whole
_PIECES = re.compile(r"[（《“]*(?:[!-~°²³–−—]+|.)[，。、；：）》”！？%％]*\s*", re.S)


def _pieces(text: str, size: float, inches: float) -> Iterator[str]:
    """What stays on one line; a Latin word that fits on none is broken anywhere."""
    for piece in _PIECES.findall(text):
        yield from [piece] if text_inches(piece.rstrip(), size) <= inches else piece


def wrap_text(text: str, size: float, inches: float, *, lines: int | None = None, even: bool = False) -> str:
    """Break a text into lines that fit; what is left after `lines` lines is cut with an ellipsis.

    Chinese breaks between any two characters but never before closing punctuation; Latin words stay whole
    unless a line is too short for one.
    `even` makes the lines about as long as each other, so that no character stands alone.
    """
    text = shortened(text)
    if even and (wrapped := wrap_text(text, size, inches)).count("\n"):
        least = text_inches(text.replace("\n", " "), size) / (wrapped.count("\n") + 1)
        for part in range(1, 10):
            narrow = least + (inches - least) * part / 10
            if wrap_text(text, size, narrow).count("\n") == wrapped.count("\n"):
                inches = narrow
                break
    done: list[str] = []
    line = ""
    for piece in _pieces(text, size, inches):
        if line and text_inches((line + piece).rstrip(), size) > inches:
            done.append(line.rstrip())
            line = ""
        line += piece
    done.append(line.rstrip())
    if lines is not None and len(done) > lines:
        last = done[lines - 1]
        while last and text_inches(last + "…", size) > inches:
            last = last[:-1]
        done = [*done[: lines - 1], last.rstrip() + "…"]
    return "\n".join(done)


def stamp_synthetic(figure: Any) -> None:
    """Hatch the ground of a figure and write 演示数据 across it, every few inches of its height.

    Stamping twice changes nothing. The hatching lies behind whatever is drawn; where axes are hidden, as in
    a grid of tiles, it lies behind the whole figure.
    """
    if any(t.get_gid() == "synthetic" for t in figure.texts):
        return
    for ground in [axes.patch for axes in figure.axes if axes.axison] or [figure.patch]:
        ground.set(hatch="//", edgecolor=SYNTHETIC_HATCH, linewidth=0)
    with chart_style():
        rows = max(1, round(figure.get_size_inches()[1] / 3.2))
        for x, y in ((x, (i + 0.5) / rows) for i in range(rows) for x in (0.3, 0.7)):
            figure.text(
                x, y, SYNTHETIC_MARK, fontsize=24, color="#B5382A", alpha=0.2, rotation=20,
                ha="center", va="center", gid="synthetic", fontfamily=[_font_family()],
            )  # fmt: skip


def figure_png(figure: Any, *, synthetic: bool = False, missing: list[str] | None = None) -> bytes:
    """Render a figure as a small PNG.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    synthetic : bool
        Whether it is stamped.
    missing : list of str, optional
        Grows by the characters that have no glyph; they are drawn as boxes, and whoever shows the figure says
        so.

    Raises
    ------
    ReportError
        If a character has no glyph and there is no list for it.
    """
    from PIL import Image

    if synthetic:
        stamp_synthetic(figure)
    buffer = io.BytesIO()
    # a log line about a missing font weight is noise: we ship one weight on purpose
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with chart_style(), readable_texts(), warnings.catch_warnings():
        if missing is None:
            warnings.filterwarnings("error", message="Glyph .* missing")
        else:
            note_missing_glyphs(missing)
        try:  # the bare pixels: a PNG of true colours would be packed here and unpacked below
            figure.savefig(buffer, format="rgba", dpi=DPI)
        except UserWarning as exc:
            raise ReportError(
                Fault(
                    "a character has no glyph in the chart font",
                    got=str(exc),
                    next_step="rebuild the font with tools/make_font.py: it takes every registry character",
                )
            ) from None
    width = int(figure.get_size_inches()[0] * DPI)
    size = width, len(buffer.getvalue()) // (4 * width)
    image = Image.frombuffer("RGBA", size, buffer.getvalue(), "raw", "RGBA", 0, 1)
    few = image.convert("RGB").quantize(
        colors=PALETTE, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    small = io.BytesIO()
    few.save(small, format="PNG", compress_level=8)
    return small.getvalue()
