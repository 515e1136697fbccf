"""`cbs-analysis export`: an evaluation as files for other programs, without a notebook."""

from __future__ import annotations

from pathlib import Path

import click

from .cli_files import files_of

__all__ = ["export_command"]


@click.command("export")
@click.option("--plan", required=True, help="Plan to judge by, such as cbs14 or national14.")
@click.option("--area", help="Area code, name or alias. Default: the area of the plan.")
@click.option("--as-of", "as_of", required=True, help="Use only what was published by this day (YYYY-MM-DD).")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to; made if it is not there.",
)  # fmt: skip
@click.option(
    "--lang", "langs", multiple=True, type=click.Choice(["zh", "en"]),
    help="Language of the workbook; may be given twice. Default: zh.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@click.pass_context
def export_command(
    ctx: click.Context,
    plan: str,
    area: str | None,
    as_of: str,
    out: Path,
    langs: tuple[str, ...],
    force: bool,
) -> None:
    """Judge a plan and write the verdicts for other programs.

    \b
    evaluation.json     everything, as docs/evaluation_json.md describes it
    verdicts.csv, commitments.csv, projects.csv, evidence.csv
    evaluation.xlsx     a workbook with live formulas (evaluation.en.xlsx with --lang en)
    data_package.zip    the data behind it, as a Frictionless Data Package

    All files are written or none. Nothing that exists is overwritten without --force.

    Exit codes: 0 written, 2 a wrong parameter, or files that exist.
    """
    from .plan.evaluation import evaluate
    from .plan.project_registry import project_registry
    from .report.evaluation_files import write_evaluation
    from .report.parameters import check_parameters
    from .sources.store import find_root, load_manifest

    root = ctx.obj.resolve() if ctx.obj else find_root()
    known = project_registry(root).plans.get(plan)
    place, day, chosen = check_parameters(
        area=area or (known.area if known else "000000"), as_of=as_of, plan=plan, lang="zh", alpha=0.1,
        seed=0, root=root,
    )  # fmt: skip
    evaluation = evaluate(chosen, as_of=day, area=place.code, root=root)
    manifest, raw = load_manifest(root), root / "data" / "raw"
    with files_of(out):
        written = write_evaluation(
            evaluation, out, manifest=manifest, langs=langs or ("zh",), raw=raw, force=force
        )
    for path in written:
        click.echo(path)
