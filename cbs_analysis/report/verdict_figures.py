"""Charts of verdicts: one mark a commitment, and the way done against the time gone."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..plan.evaluation import Evaluation
from ..plan.verdicts import WORDS, Verdict
from ..series.rounding import percent
from .figures import WIDTH, Chart, blank, finish, legend_above, publishers_of
from .messages import message
from .style import COLOURS, VERDICT_COLOURS, VERDICT_MARKS, chart_style, readable, text_inches, wrap_text

__all__ = ["SHAPES", "plot_distribution", "plot_progress"]

# the marks of the words as matplotlib draws them
SHAPES = {
    "achieved": "o",
    "ahead": "^",
    "on_track": "s",
    "attention": "D",
    "behind": "v",
    "not_assessable": "o",
}
_ROW = 0.36  # inches


def _mark(word: str, size: float) -> dict[str, Any]:
    colour = VERDICT_COLOURS[word]
    face = "white" if word == "not_assessable" else colour
    return {"marker": SHAPES[word], "ms": size, "mec": colour, "mfc": face, "mew": 1.4, "ls": ""}


def plot_distribution(evaluation: Evaluation, lang: str) -> Chart:
    """Every commitment as the mark of its word, by section, with the number of each word."""
    from matplotlib.lines import Line2D

    counts = evaluation.distribution(lang)
    sections = [evaluation.plan.sections[s].name(lang) for s in counts.index]
    names = [wrap_text(s, 9.5, 1.75, even=True) for s in sections]
    left = 0.22 + max(text_inches(n, 9.5) for n in names)
    most = int(counts.sum(axis=1).max())
    pitch = min(0.19, (WIDTH - left - 0.5) / most)
    with chart_style():
        figure, ax = blank(body=_ROW * len(names) + 0.1)
        for i, (_, row) in enumerate(counts.iterrows()):
            words = [w for w in counts.columns for _ in range(int(row[w]))]
            for word in dict.fromkeys(words):
                at = [j for j, w in enumerate(words) if w == word]
                ax.plot(at, [i] * len(at), **_mark(word, pitch * 72 * 0.68))
            ax.text(len(words) - 0.2, i, str(len(words)), va="center", ha="left", fontsize=9.5,
                    color=COLOURS["quiet"])  # fmt: skip
        ax.set_ylim(len(names) - 0.45, -0.6)
        ax.set_xlim(-0.7, (WIDTH - left - 0.1) / pitch - 0.7)
        ax.set_yticks(range(len(names)), names, fontsize=9.5)
        ax.set_xticks([])
        ax.grid(visible=False)
        ax.tick_params(length=0)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        totals = counts.sum()
        handles = [
            Line2D([], [], label=f"{WORDS[w][lang]} {int(totals[w])}", **_mark(w, 7)) for w in counts.columns
        ]
        above = legend_above(figure, ax, handles, left=left, size=9.5)
    rows = [
        {"series": WORDS[w][lang], "item": name, "value": int(counts.at[s, w]),
         "unit": message("count_commitments", lang)}
        for s, name in zip(counts.index, sections, strict=True) for w in counts.columns
    ]  # fmt: skip
    said = message("list_sep", lang).join(f"{WORDS[w][lang]} {int(totals[w])}" for w in counts.columns)
    return finish(
        figure, name="verdicts", rows=rows, title=message("distribution_chart", lang),
        unit=message("chart_verdicts_unit", lang), period=message("as_of_day", lang, day=evaluation.as_of),
        source=evaluation.plan.document.name(lang), lang=lang, said=said, left=left, above=above, below=0.02,
    )  # fmt: skip


def plot_progress(evaluation: Evaluation, lang: str) -> Chart | None:
    """Share of the way done against share of time gone, for every measure with a target."""
    table = evaluation.to_frame(lang)
    names = dict(zip(table["measure"], table["name"], strict=True))
    rows = [
        v for v in evaluation.verdicts if np.isfinite(v.progress) and v.type in ("level", "coverage", "sum")
    ]
    if not rows:
        return None
    labels = [wrap_text(names[v.measure], 9, 1.95, lines=2, even=True) for v in rows]
    left = 0.22 + max(text_inches(x, 9) for x in labels)
    said = [f"{percent(v.progress)} {VERDICT_MARKS[v.word]} {v.label(lang)}" for v in rows]
    right = 0.2 + max(text_inches(x, 9) for x in said)
    with chart_style():
        figure, ax = blank(body=_ROW * len(rows) + 0.05)
        for i, (v, text) in enumerate(zip(rows, said, strict=True)):
            done = min(max(v.progress, 0.0), 1.0)
            ax.barh(i, 1.0, height=0.42, color=COLOURS["pale"], zorder=1, gid="guide")
            ax.barh(i, done, height=0.42, color=VERDICT_COLOURS[v.word], zorder=2)
            ax.plot([v.time_progress] * 2, [i - 0.38, i + 0.38], color=COLOURS["ink"], lw=1.6, zorder=3)
            ax.text(1.03, i, text, va="center", fontsize=9, color=readable(VERDICT_COLOURS[v.word]))
        ax.set_yticks(range(len(rows)), labels, fontsize=9)
        ax.set_ylim(len(rows) - 0.45, -0.6)
        ax.set_xlim(0, 1.0)
        ax.set_xticks([0, 0.5, 1.0], ["0%", "50%", "100%"])
        ax.tick_params(axis="y", length=0)
        ax.grid(visible=False)
    return finish(
        figure, name="progress", rows=[x for v in rows for x in _progress_rows(v, names[v.measure], lang)],
        title=message("progress_chart", lang), unit=message("progress_unit", lang),
        period=message("as_of_day", lang, day=evaluation.as_of),
        source=publishers_of([e for v in rows for e in v.evidence], lang), lang=lang,
        said=message("list_sep", lang).join(f"{names[v.measure]} {percent(v.progress)}" for v in rows),
        left=left, right=right,
    )  # fmt: skip


def _progress_rows(v: Verdict, name: str, lang: str) -> list[dict[str, Any]]:
    kinds = {"chart_done": v.progress, "chart_time": v.time_progress}
    return [
        {"series": message(k, lang), "item": name, "value": 100 * share, "text": v.label(lang), "unit": "%"}
        for k, share in kinds.items()
    ]
