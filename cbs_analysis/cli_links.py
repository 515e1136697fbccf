"""`cbs-analysis check-links`: does every link of the reports lead somewhere?"""

from __future__ import annotations

from pathlib import Path

import click

from .cli_say import say

__all__ = ["links_command"]


@click.command("check-links")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of pages. Default: reports/ of the project.",
)
@click.pass_context
def links_command(ctx: click.Context, folder: Path | None) -> None:
    """Check every link of the reports, down to the cell of the raw file.

    Prints each one that leads nowhere; the exit code is then 1.
    """
    from .report.link_check import broken_links
    from .sources.store import find_root

    chosen = folder or (ctx.obj or find_root()) / "reports"
    pages = len(list(chosen.rglob("*.html")))
    broken = broken_links(chosen)
    for link in broken:
        say(f"{link.page}: {link.href} ({link.missing} is missing)", fg="red")
    say(f"{pages} pages, {len(broken)} broken links")
    if broken:
        ctx.exit(1)
