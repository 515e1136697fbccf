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
            click.secho(f"error: {exc}", fg="red", err=True)
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
    cbs-analysis read 2-6.xls               what a published table says
    cbs-analysis intake 2-6.xls             take it into data/raw, with its sidecar
    cbs-analysis templates --plan cbs14     workbooks for the offices, with what each owes
    """
    ctx.obj = root


def _root(ctx: click.Context) -> Path:
    from .sources.store import find_root

    return ctx.obj.resolve() if ctx.obj else find_root()


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

    root = _root(ctx)
    report = build(
        root / "data" / "raw",
        root / "data" / "processed",
        force=force,
        progress=lambda files: _progress(list(files), label="reading"),
    )
    click.echo(str(report))


@main.command("run")
@click.option("--area", help="Area code, name or alias, such as 220000 or 吉林. Default: all listed areas.")
@click.option("--as-of", "as_of", help="Use only what was published by this day (YYYY-MM-DD), or `latest`.")
@click.option("--plan", help="Plan to judge by, such as cbs14 or national14.")
@click.option("--notebook", help="Only this notebook, such as 11_income_growth.")
@click.option("--lang", "langs", multiple=True, help="zh or en; may be given twice. Default: as listed.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--force", is_flag=True, help="Make reports again even if nothing changed.")
@click.pass_context
def run_command(
    ctx: click.Context,
    area: str | None,
    as_of: str | None,
    plan: str | None,
    notebook: str | None,
    langs: tuple[str, ...],
    workers: int,
    force: bool,
) -> None:
    """Run notebooks through papermill and write reports/.

    Parameters are checked before any kernel starts. One failed report touches no other: its last
    good version stays, and `*.failed.html` says what happened.
    """
    from .report.jobs import plan_run
    from .report.run import run_reports

    root = _root(ctx)
    specs = plan_run(root, area=area, as_of=as_of, plan=plan, notebook=notebook, langs=langs)
    bar = _progress(None, total=len(specs), label="reports")  # type: ignore[arg-type]

    def tell(result: Any) -> None:
        bar.update(1)
        sign = {"made": "made     ", "unchanged": "unchanged", "failed": "FAILED   "}[result.status]
        name = f"{result.spec.folder.as_posix()}/{result.spec.name}"
        bar.write(f"{sign} {name} {result.seconds:.1f} s" + (f"  {result.message}" if result.message else ""))

    with bar:
        results = run_reports(specs, root=root, workers=workers, force=force, on_result=tell)
    failed = [r for r in results if r.status == "failed"]
    made = sum(r.status == "made" for r in results)
    click.echo(f"{made} made, {len(results) - made - len(failed)} unchanged, {len(failed)} failed")
    click.echo(root / "reports" / "index.html")
    if failed:
        ctx.exit(1)


@main.command("status")
@click.pass_context
def status_command(ctx: click.Context) -> None:
    """Show the store, the newest data and the reports."""
    import json

    from .plan.project_registry import project_registry
    from .sources.store import load_manifest

    root = _root(ctx)
    manifest, registry = load_manifest(root), project_registry(root)
    counts, inputs = manifest["counts"], manifest["inputs"]
    click.echo(f"project       {root}")
    click.echo(f"raw files     {len(inputs)}, last published {manifest['last_vintage']}")
    click.echo(f"observations  {counts['observations']}, data version {manifest['key'][:16]}")
    held = [name for name, entry in inputs.items() if entry["quarantine"]]
    click.echo(f"left out      {len(manifest['excluded'])} rows, {len(held)} quarantined files")
    click.echo(f"checks        {len(manifest['warnings'])} warnings")
    click.echo(f"plans         {', '.join(sorted(registry.plans))}")
    states = sorted((root / "reports" / ".state").rglob("*.json"))
    good = [s for s in states if not s.name.endswith(".failed.json")]
    click.echo(f"reports       {len(good)} good, {len(states) - len(good)} failed")
    for path in states:
        if path.name.endswith(".failed.json"):
            state = json.loads(path.read_text(encoding="utf-8"))
            click.secho(
                f"  failed: {state['as_of']}/{state['area']}/{state['name']}: {state['failure']}", fg="red"
            )


@main.command("areas")
@click.argument("text", default="")
def areas_command(text: str) -> None:
    """List areas with their codes; TEXT narrows the list."""
    from .registry import load_registry

    for area in load_registry().areas.values():
        line = f"{area.code}  {area.zh}  {area.en}" + ("  [演示数据]" if area.synthetic else "")
        if text.casefold() in line.casefold():
            click.echo(line)


for command in (
    read_command, intake_command, links_command, plan_command, changes_command, templates_command,
    export_command, ledger_command,
):  # fmt: skip
    main.add_command(command)

if __name__ == "__main__":
    main()
