"""Tables of model results: estimates with their intervals, and all that must be known to read them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..models.results import Results
from .messages import message
from .model_words import in_chinese
from .tables import Table, translator

__all__ = ["table_compared", "table_estimates", "table_model_notes"]


def _said(text: str, lang: str) -> str:
    return in_chinese(text) if lang == "zh" else text


def _figure(value: float) -> str:
    return "—" if not np.isfinite(value) else f"{value:.3g}" if abs(value) < 1e4 else f"{value:,.0f}"


def table_estimates(
    result: Results, lang: str, *, names: Mapping[str, str] | None = None, title: str = ""
) -> Table:
    """Estimate, interval and p value of each parameter.

    Parameters
    ----------
    names : mapping of str to str, optional
        Parameter to its name on the page; without it the parameter is said in the words of the model.
    """
    t = translator(lang)
    frame, limits = result.to_frame("en"), result.conf_int()
    rows = tuple(
        (
            (names or {}).get(str(p)) or _said(str(p), lang),
            _figure(result.params[p]),
            _figure(limits.at[p, "low"]),
            _figure(limits.at[p, "high"]),
            "—" if not np.isfinite(result.pvalues[p]) else f"{result.pvalues[p]:.2f}",
        )
        for p in frame.index
    )
    level = f"{1 - result.alpha:.0%}"
    columns = (t("parameter"), t("estimate"), t("low", level=level), t("high", level=level), t("p_value"))
    note = t("n_observations", n=result.nobs, sample=_said(result.sample, lang))
    return Table(title or t("estimates_title"), columns, rows, note=note, numeric=frozenset(range(1, 5)))


def table_model_notes(result: Results, lang: str, *, title: str = "") -> Table:
    """Method, interval, sample, assumptions, diagnostics, alternatives, warnings and refusals."""
    t = translator(lang)
    kinds = ("method", "interval_method", "sample")
    rows = [(t(f"note_{kind}"), _said(getattr(result, kind), lang)) for kind in kinds]
    rows += [(t("note_assumption"), _said(a, lang)) for a in result.assumptions]
    for kind, found in (("diagnostic", result.diagnostics), ("sensitivity", result.sensitivity)):
        rows += [
            (
                t(f"note_{kind}"),
                f"{_said(name, lang)}{message('colon', lang)}"
                f"{_said(value, lang) if isinstance(value, str) else _figure(value)}",
            )
            for name, value in found.items()
        ]
    rows += [(t("note_warning"), _said(w, lang)) for w in result.warnings]
    rows += [
        (t("note_refused"), f.zh if lang == "zh" and f.zh else _said(f.what, lang)) for f in result.refused
    ]
    return Table(title or t("notes_title"), (t("note"), t("content")), tuple(rows), folded=True)


def table_compared(models: Mapping[str, Results], lang: str, *, parameter: str, title: str = "") -> Table:
    """One parameter in several models, with its interval and the sample of each."""
    t = translator(lang)
    rows = []
    for name, result in models.items():
        limits = result.conf_int()
        rows.append(
            (
                name,
                _figure(result.params[parameter]),
                _figure(limits.at[parameter, "low"]),
                _figure(limits.at[parameter, "high"]),
                str(result.nobs),
                _said(result.method, lang),
            )
        )
    columns = (t("model"), t("estimate"), t("low_short"), t("high_short"), t("n_short"), t("note_method"))
    return Table(title or t("compared_title"), columns, tuple(rows), numeric=frozenset(range(1, 5)))
