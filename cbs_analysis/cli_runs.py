"""`cbs-analysis runs` and `cbs-analysis diff`: the history of runs, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .cli_run import reports_option, root_of
from .cli_say import json_line, say

if TYPE_CHECKING:
    from .report.run.history import RunDiff, RunSummary

__all__ = ["diff_command", "runs_command"]

_STATES = {"running": "under way", "cut_off": "cut off", "well": "0", "failed": "1"}
_FILES = 6  # changed files of one report that are named


@click.command("runs")
@reports_option
@click.option("--last", type=click.IntRange(1), help="Only so many, the last first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def runs_command(ctx: click.Context, reports: Path | None, last: int | None, as_json: bool) -> None:
    """List the runs, the last first: when, how they ended, what they took, on which data and code.

    Times are UTC. A run without an end is under way when its process is there, and cut off otherwise.
    """
    from .report.run.history import runs_of
    from .report.run.records import Site

    found = runs_of(Site.of(root_of(ctx), reports).reports, limit=last or -1)
    if as_json:
        for run in found:
            say(json_line(run.to_dict()))
        return
    rows = [
        ("run", "started", "ended", "exit", "made", "same", "failed", "backend", "workers", "seconds", "MiB",
         "data", "commit"),
        *map(_row, found),
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows if found else ():
        say("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    if not found:
        say("no runs yet")


def _row(run: RunSummary) -> tuple[str, ...]:
    return (
        str(run.number), run.started.removesuffix("Z"), run.ended.removesuffix("Z") or "-",
        _STATES[run.state], str(run.made), str(run.unchanged), str(run.failed), run.backend, str(run.workers),
        "-" if run.seconds is None else f"{run.seconds:g}", f"{run.memory_mb:.0f}", run.data_key[:12],
        (run.commit or "-") + ("+" if run.uncommitted else ""),
    )  # fmt: skip


@click.command("diff")
@click.argument("first", type=int)
@click.argument("second", type=int)
@reports_option
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
def diff_command(
    ctx: click.Context, first: int, second: int, reports: Path | None, lang: str, as_json: bool
) -> None:
    """Say what differs between two runs: reports, files, verdicts, failures, time, memory, data and code.

    Why verdicts changed is told by the digest of a run, and between two days by `cbs-analysis changes`.
    """
    from .report.run.history import diff_runs
    from .report.run.records import Site

    found = diff_runs(Site.of(root_of(ctx), reports), first, second)
    if as_json:
        say(json_line(found.to_dict()))
        return
    for line in _lines(found, lang):
        say(line)


def _lines(diff: RunDiff, lang: str) -> Iterator[str]:
    from .report.run.digest_text import words_of

    a, b = diff.before, diff.after
    yield f"run {a.number} ({a.started}) -> run {b.number} ({b.started})"
    for name, old, new in (
        ("seconds", a.seconds, b.seconds), ("memory MiB", round(a.memory_mb), round(b.memory_mb)),
        ("backend", a.backend, b.backend), ("data", a.data_key[:16], b.data_key[:16]),
        ("package", a.package, b.package), ("commit", _commit(a), _commit(b)),
    ):  # fmt: skip
        yield f"{name:<12}{old if old == new else f'{old} -> {new}'}"
    for name, reports in (("appeared", diff.appeared), ("vanished", diff.vanished), ("made anew", diff.made)):
        yield f"{name:<12}{len(reports)}"
        yield from (f"  {report}" for report in reports)
    yield f"{'files':<12}{sum(map(len, diff.files.values()))} changed"
    for report, files in diff.files.items():
        more = f", and {len(files) - _FILES} more" if len(files) > _FILES else ""
        yield f"  {report}: {', '.join(files[:_FILES])}{more}"
    yield f"{'verdicts':<12}{len(diff.verdicts)} changed"
    for change in diff.verdicts:
        yield f"  {change['report']}: {change['id']} {change[f'name_{lang}']}: {words_of(change, lang)}"
    for name, failures in (("new failures", diff.failures), ("cured", diff.cured)):
        yield f"{name:<12} {len(failures)}" if len(name) > 11 else f"{name:<12}{len(failures)}"
        for failure in failures:
            cell = f"code cell {failure['cell']}: " if failure["cell"] else ""
            yield f"  {failure['report']}: {cell}{failure['message']}"


def _commit(run: RunSummary) -> str:
    return (run.commit or "-") + ("+" if run.uncommitted else "")
