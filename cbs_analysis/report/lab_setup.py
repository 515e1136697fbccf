"""What this package tells a running notebook about itself: how our results and our errors are shown."""

from __future__ import annotations

from typing import Any

from .lab_errors import install_errors
from .synthetic import show_by

__all__ = ["set_up_notebook"]

_MODELS = "cbs_analysis.models."
_SERIES = "cbs_analysis.series."
# by name, so that nothing is imported before it is used; a class stands for those made from it
_RESULTS = (
    (_MODELS + "results", "Results"), (_MODELS + "results", "Comparison"), (_MODELS + "outlook", "Outlook"),
    (_MODELS + "limit_outlook", "LimitOutlook"), (_MODELS + "forecast_accuracy", "DieboldMariano"),
    (_MODELS + "comparison", "ComparisonRegions"), (_MODELS + "panel", "Hausman"),
    (_MODELS + "vulnerability_scores", "VulnerabilityScores"),
    ("cbs_analysis.plan.verdicts", "Verdict"), ("cbs_analysis.plan.verdicts", "Evidence"),
    ("cbs_analysis.plan.evaluation", "Evaluation"),
    (_SERIES + "vintages", "VintageMatch"), (_SERIES + "disaggregation", "Disaggregation"),
    (_SERIES + "revisions", "RevisionStatistics"), (_SERIES + "decompositions", "Decomposition"),
    (_SERIES + "inequality_parts", "InequalityParts"), (_SERIES + "outliers", "OutlierFlags"),
    (_SERIES + "breaks", "Splice"),
)  # fmt: skip
_FRAMES = (("pandas", "DataFrame"), ("pandas.core.frame", "DataFrame"))


def set_up_notebook(lang: str = "zh", *, synthetic: bool = False) -> None:
    """Show results, frames and errors in the language of the report; nothing happens outside IPython.

    Parameters
    ----------
    lang : str
        One that is not known is taken for Chinese.
    synthetic : bool
        Mark every frame that the notebook shows on its own.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    words = lang if lang in ("zh", "en") else "zh"
    install_errors(words)
    formatters = shell.display_formatter.formatters  # type: ignore[union-attr]

    def result(thing: Any) -> str:
        from .lab_display import html_of

        return html_of(thing, words)

    def frame(thing: Any) -> str:
        from .lab_display import html_of_frame

        return html_of_frame(thing, words, synthetic=synthetic)

    for module, name in _RESULTS:
        show_by(formatters["text/html"], module, name, result)
        show_by(formatters["text/plain"], module, name, _plain)
    for module, name in _FRAMES:
        show_by(formatters["text/html"], module, name, frame)


def _plain(thing: Any, printer: Any, cycle: bool) -> None:
    """The text beside the HTML: what `print` shows."""
    printer.text(str(thing))
