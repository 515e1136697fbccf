"""How a run is told: a bar on a terminal, few lines in a pipe or in cron, JSON lines for programs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .cli_say import json_line, say
from .report.plain_text import visible

if TYPE_CHECKING:
    from .report.run.history import RunSummary
    from .report.run.records import Result

__all__ = ["JsonLines", "Lines", "line_of"]

_NOTICES = 5  # that are printed


def line_of(result: Result) -> str:
    """One report on one line: what became of it, where it failed and why."""
    sign = {"made": "made     ", "unchanged": "unchanged", "failed": "FAILED   "}[result.status]
    name = f"{result.spec.folder.as_posix()}/{result.spec.name}"
    cell = f"code cell {result.cell}: " if result.cell else ""
    told = f"  {cell}{result.message}" if result.message else ""
    return f"{sign} {name} {result.seconds:.1f} s{told}"


class Lines:
    """For people. On a terminal a bar with the time left and a line for each report that was made or failed;
    in a pipe the same lines without the bar. What did not change is only counted.

    Parameters
    ----------
    total : int
        Reports of the run.
    lang : {"zh", "en"}
        Of notices.
    """

    def __init__(self, total: int, lang: str) -> None:
        from tqdm import tqdm

        self.lang, self.terminal = lang, sys.stderr.isatty()
        layout = "{desc}: {n_fmt}/{total_fmt} |{bar}| {elapsed} gone, {remaining} left"
        self._bar: Any = tqdm(
            total=total, desc="reports", unit="", leave=False, disable=not self.terminal, bar_format=layout
        )

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._bar.close()

    def said(self, text: str) -> None:
        """What a reader of the log should know: the backend, a fallback, what was taken up."""
        self._bar.write(visible(text))

    def noticed(self, notices: Sequence[Mapping[str, Any]], new: Sequence[bool]) -> None:
        """What is wrong with the data; in a pipe only what the run before did not notice."""
        from .report.run.digest_text import area_words

        shown = [n for n, is_new in zip(notices, new, strict=True) if self.terminal or is_new]
        for notice in shown[:_NOTICES]:
            place = f"{area_words(notice['area'], self.lang)} {notice['as_of']}: " if notice["area"] else ""
            self._bar.write(visible(f"notice    {place}{notice[self.lang]}"))
        if len(shown) > _NOTICES:
            self._bar.write(f"notice    and {len(shown) - _NOTICES} more: `cbs-analysis status` lists them")

    def began(self, run: RunSummary) -> None:
        """Nothing: `said` names the run."""

    def report(self, result: Result) -> None:
        """A report is ready."""
        self._bar.update(1)
        if result.status != "unchanged":
            self._bar.write(visible(line_of(result)))

    def ended(self, lines: Sequence[str], **facts: Any) -> None:
        """The end: a few lines that say how it went."""
        self._bar.close()
        for line in lines:
            say(line)

    def failed(self, text: str) -> None:
        """Something went wrong beside the reports."""
        self._bar.close()
        say(f"error: {text}", fg="red", err=True)


class JsonLines:
    """For programs: one JSON object a line on standard output, with its kind under `event`."""

    def __enter__(self) -> JsonLines:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""

    def _write(self, event: str, **facts: Any) -> None:
        line = json_line({"event": event} | facts)
        say(line)
        sys.stdout.flush()

    def said(self, text: str) -> None:
        """For people, on standard error."""
        say(text, err=True)

    def noticed(self, notices: Sequence[Mapping[str, Any]], new: Sequence[bool]) -> None:
        """`notice`: kind, area, as_of, zh, en, details, and whether the run before did not have it."""
        for notice, is_new in zip(notices, new, strict=True):
            self._write("notice", **notice, new=is_new)

    def began(self, run: RunSummary) -> None:
        """`run_started`: number, reports, backend, workers, data version, commit."""
        told = run.to_dict()
        kept = ("number", "started", "reports", "backend", "workers", "data_key", "package", "commit")
        self._write("run_started", **{name: told[name] for name in kept})

    def report(self, result: Result) -> None:
        """`report`: spec, status, seconds, html, message, cell, memory_mb, engine."""
        self._write("report", **result.to_dict())

    def ended(self, lines: Sequence[str], **facts: Any) -> None:
        """`run_ended`: exit, counts, changed verdicts, index."""
        self._write("run_ended", **facts)

    def failed(self, text: str) -> None:
        """`error`: something went wrong beside the reports."""
        self._write("error", message=text)
