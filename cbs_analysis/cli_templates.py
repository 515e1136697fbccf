"""`cbs-analysis templates`: one workbook for each office, with the rows that it owes."""

from __future__ import annotations

from pathlib import Path

import click

from .cli_files import files_of
from .cli_say import say

__all__ = ["templates_command"]


@click.command("templates")
@click.option("--plan", required=True, help="Plan, such as cbs14.")
@click.option("--area", help="Area code, name or alias. Default: the area of the plan.")
@click.option(
    "--as-of", "as_of", required=True, metavar="DATE", help="What is known by this day is not asked."
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the workbooks."
)
@click.option(
    "--office",
    "offices",
    multiple=True,
    metavar="ID",
    help="Only this office, by its id or Chinese name; may be given twice.",
)
@click.option("--all-rows", is_flag=True, help="Every row of the office, also what is known already.")
@click.option("--contact", default="", help="To whom it goes back, as the cover prints it.")
@click.option("--force", is_flag=True, help="Overwrite files that hold something else.")
@click.pass_context
def templates_command(
    ctx: click.Context,
    plan: str,
    area: str | None,
    as_of: str,
    out: Path,
    offices: tuple[str, ...],
    all_rows: bool,
    contact: str,
    force: bool,
) -> None:
    """Write one Excel workbook for each office, with the rows that it owes.

    \b
    cbs-analysis templates --plan cbs14 --as-of 2023-06-30 --out 填报表
    cbs-analysis templates --plan cbs14 --as-of 2023-06-30 --out 填报表 --office 卫健局 --all-rows

    The office fills in the yellow cells and sends the workbook back. `cbs-analysis intake FILE` then takes
    in what is right and writes a receipt that tells, row by row, what was taken in and what was not. The
    first office that a commitment names is asked; the others are named in the row. The same inputs give the
    same bytes.

    A file of the same name that holds something else, such as what an office has filled in, is never replaced
    without --force: all such files are named and nothing is written.
    """
    from .plan import evaluate
    from .plan.templates import write_templates
    from .sources.store import find_root

    root = ctx.obj.resolve() if ctx.obj else find_root()
    evaluation = evaluate(plan, area=area, as_of=as_of, sensitivity=False, root=root)
    with files_of(out):
        written = write_templates(
            evaluation, out, offices=offices, all_rows=all_rows, contact=contact, force=force
        )
    for book in written:
        say(f"{sum(book.rows.values()):>4} rows  {book.path}")
    say(f"{len(written)} workbooks" if written else "nothing is owed: no workbook was written")
