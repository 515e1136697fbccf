"""The command line: build the data, run the reports, see how things stand.

Exit codes: 0 all is well, 1 something failed, 2 the command or its input was wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from . import __version__
from .cli_changes import changes_command
from .cli_export import export_command
from .cli_intake import intake_command
from .cli_ledger import ledger_command
from .cli_links import links_command
from .cli_plan import plan_command
from .cli_run import root_of, run_command, status_command
from .cli_runs import diff_command, runs_command
from .cli_say import say
from .cli_tables import read_command
from .cli_templates import templates_command
from .errors import CbsError

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class _Group(click.Group):
    """Refusals are printed as such, never as tracebacks."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except CbsError as exc:
            say(f"error: {exc}", fg="red", err=True)
            ctx.exit(2)


@click.group(cls=_Group, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="cbs-analysis")
@click.option(
    "--root",
    type=click.Path(path_type=Path, file_okay=False),
    help="Project folder. By default the nearest folder upwards that holds data/raw.",
)
@click.pass_context
def main(ctx: click.Context, root: Path | None) -> None:
    """Mid-term evaluation of a five-year plan, from raw tables to reports.

    \b
    cbs-analysis build                      read data/raw, write data/processed
    cbs-analysis run                        make the reports of notebooks/reports.yml
    cbs-analysis run --area 吉林 --plan national14 --as-of 2023-06-30
    cbs-analysis status                     what is here, what is missing, what failed
    cbs-analysis runs                       the runs so far; `diff 3 4` compares two of them
    cbs-analysis read 2-6.xls               what a published table says
    cbs-analysis intake 2-6.xls             take it into data/raw, with its sidecar
    cbs-analysis templates --plan cbs14     workbooks for the offices, with what each owes
    """
    ctx.obj = root


def _progress(items: Iterable[Any], *, total: int | None = None, label: str) -> Any:
    """A bar on a terminal, silence in a pipe or in cron."""
    from tqdm import tqdm

    return tqdm(items, total=total, desc=label, unit="", leave=False, disable=not sys.stderr.isatty())


@main.command("build")
@click.option("--force", is_flag=True, help="Build even if nothing changed.")
@click.pass_context
def build_command(ctx: click.Context, force: bool) -> None:
    """Read every raw file and write data/processed.

    When a raw file is wrong, every fault is printed and the old store stays as it was.
    """
    from .sources.build import build

    root = root_of(ctx)
    report = build(
        root / "data" / "raw",
        root / "data" / "processed",
        force=force,
        progress=lambda files: _progress(list(files), label="reading"),
    )
    say(str(report))


@main.command("areas")
@click.argument("text", default="")
def areas_command(text: str) -> None:
    """List areas with their codes; TEXT narrows the list."""
    from .registry import load_registry

    for area in load_registry().areas.values():
        line = f"{area.code}  {area.zh}  {area.en}" + ("  [演示数据]" if area.synthetic else "")
        if text.casefold() in line.casefold():
            say(line)


for command in (
    run_command, status_command, runs_command, diff_command, read_command, intake_command, links_command,
    plan_command, changes_command, templates_command, export_command, ledger_command,
):  # fmt: skip
    main.add_command(command)

if __name__ == "__main__":
    main()
