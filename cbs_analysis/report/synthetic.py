"""The 演示数据 mark. A notebook cannot switch it off.

Three layers put it there: the helpers of this package, the formatters of the running notebook (for
figures and frames that a notebook shows on its own), and the page, which wraps every output of a
synthetic report when it is made, from the registry and not from the notebook.
"""

from __future__ import annotations

import sys
from html import escape
from typing import Any

from .messages import message
from .style import SYNTHETIC_MARK, figure_png, stamp_synthetic

__all__ = ["install_marks", "mark_html", "mark_words", "remove_marks", "show_by"]

# JupyterLab does not load our page style: the mark must be seen there too
_INLINE = "background:#b5382a;color:#fff;font-weight:700;padding:0 .5em"
_OPEN = '<div class="synthetic" data-synthetic="true">'


def mark_html(html: str, synthetic: bool, lang: str) -> str:
    """Wrap HTML with the visible mark when the data are synthetic; wrapping twice changes nothing."""
    if not synthetic or html.startswith(_OPEN) or not html:
        return html
    return (
        f'{_OPEN}<span class="synthetic-mark" style="{_INLINE}">{escape(mark_words(lang))}</span>{html}</div>'
    )


def mark_words(lang: str) -> str:
    """The mark for a reader of a language: the Chinese word stands in both."""
    return SYNTHETIC_MARK if lang == "zh" else f"{SYNTHETIC_MARK} · {message('synthetic_mark', 'en')}"


def install_marks() -> None:
    """Mark figures and frames that a notebook displays itself; nothing happens outside IPython."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    formatters = shell.display_formatter.formatters  # type: ignore[union-attr]
    show_by(formatters["image/png"], "matplotlib.figure", "Figure", _figure_png)
    show_by(formatters["text/html"], "pandas", "DataFrame", _frame_html)
    show_by(formatters["text/html"], "pandas.core.frame", "DataFrame", _frame_html)
    import matplotlib.figure

    _stamp_when_saved(matplotlib.figure.Figure)


def remove_marks() -> None:
    """A real area after a synthetic one in the same notebook: its pictures are not stamped as synthetic."""
    figures = sys.modules.get("matplotlib.figure")
    stamped = getattr(figures.Figure.savefig, "_stamps", None) if figures else None
    if figures is None or stamped is None:
        return
    figures.Figure.savefig = stamped
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is not None:
        pictures = shell.display_formatter.formatters["image/png"]  # type: ignore[union-attr]
        show_by(pictures, "matplotlib.figure", "Figure", _plain_png)


def show_by(formatter: Any, module: str, name: str, show: Any) -> None:
    """Show a class by a function from now on, whatever showed it before; IPython keeps the first it used."""
    formatter.pop(f"{module}.{name}", None)
    formatter.for_type_by_name(module, name, show)


def _figure_png(figure: Any) -> bytes:
    return figure_png(figure, synthetic=True)


def _plain_png(figure: Any) -> bytes:
    return figure_png(figure)


def _frame_html(frame: Any) -> str:
    return mark_html(frame.to_html(max_rows=60), True, "zh")


def _stamp_when_saved(cls: Any) -> None:
    """Whatever path a figure takes to a picture, it passes print_figure's caller `savefig`."""
    if getattr(cls.savefig, "_stamps", None):
        return
    original = cls.savefig

    def savefig(self: Any, *args: Any, **kwargs: Any) -> Any:
        stamp_synthetic(self)
        return original(self, *args, **kwargs)

    savefig._stamps = original  # type: ignore[attr-defined]
    cls.savefig = savefig
