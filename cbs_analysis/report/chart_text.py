"""Texts of a chart that come from data: never a formula, nothing hidden, cut where no picture holds them."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .messages import message
from .plain_text import visible

__all__ = ["missing_note", "note_missing_glyphs", "readable_texts", "shortened"]

_LONGEST = 300  # characters of one text of a chart
_MISSING = re.compile(r"Glyph (\d+) ")


def shortened(text: str) -> str:
    """A text of a chart that is as long as a picture holds; the page has the whole.

    >>> shortened("城" * 2000)[-2:], len(shortened("城" * 2000))
    ('城…', 300)
    """
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


@contextmanager
def readable_texts() -> Iterator[None]:
    """While a figure is drawn, its texts show what acts unseen as a sign, and are cut where they never end.

    The shaping of text follows marks of direction: a label with one would turn the digits after it around.
    Tick labels are made while a figure is drawn, so that their texts cannot be changed before.
    """
    from matplotlib.text import Text

    original = Text.get_text

    def get_text(self: Any) -> str:
        return shortened(visible(str(original(self))))

    Text.get_text = get_text  # type: ignore[method-assign]
    try:
        yield
    finally:
        Text.get_text = original  # type: ignore[method-assign]


def note_missing_glyphs(missing: list[str]) -> None:
    """Inside `warnings.catch_warnings()`: characters without a glyph, as matplotlib warns, join the list."""
    warnings.filterwarnings("always", message="Glyph .* missing")
    told = warnings.showwarning

    def show(text: Any, *args: Any, **kwargs: Any) -> None:
        match = _MISSING.match(str(text))
        if match is None:
            told(text, *args, **kwargs)
        elif chr(int(match[1])) not in missing:
            missing.append(chr(int(match[1])))

    warnings.showwarning = show  # type: ignore[assignment]


def missing_note(characters: Sequence[str], lang: str) -> str:
    """What stands under a chart in which some characters are drawn as boxes; nothing when there are none.

    Parameters
    ----------
    characters : sequence of str
    lang : {"zh", "en"}
    """
    if not characters:
        return ""
    shown = [f"{c} U+{ord(c):04X}" if c.isprintable() else f"U+{ord(c):04X}" for c in characters]
    return message("chart_missing_glyphs", lang, characters=message("list_sep", lang).join(shown))
