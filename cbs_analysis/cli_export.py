"""`cbs-analysis export`: an evaluation and its reports as files for Word, paper and other programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .cli_files import check_folder, files_of
from .cli_run import reports_option
from .cli_say import say
from .errors import Fault, ParameterError, ReportError

if TYPE_CHECKING:
    from .report.export import Report

__all__ = ["export_command"]

_EVALUATION = {"xlsx": ".xlsx", "csv": ".csv", "json": ".json", "package": ".zip"}
_REPORT = ("docx", "pdf", "png", "svg", "chart-csv")


@click.command("export")
@click.option("--plan", required=True, help="Plan to judge by, such as cbs14 or national14.")
@click.option("--area", help="Area code, name or alias. Default: the area of the plan.")
@click.option(
    "--as-of", "as_of", required=True,
    help="Use only what was published by this day (YYYY-MM-DD), or `latest`.",
)  # fmt: skip
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to; made if it is not there.",
)  # fmt: skip
@click.option(
    "--format", "formats", multiple=True, type=click.Choice([*_REPORT, *_EVALUATION, "all"]),
    help="May be given several times. Default: xlsx, csv, json and package.",
)  # fmt: skip
@click.option(
    "--notebook", "notebooks", multiple=True,
    help="Report to export, such as 11_income_growth; may be given several times. Default: all that exist.",
)  # fmt: skip
@click.option(
    "--lang", "langs", multiple=True, type=click.Choice(["zh", "en"]),
    help="Language of reports and workbook; may be given twice. Default: zh.",
)  # fmt: skip
@reports_option
@click.option(
    "--browser", type=click.Path(path_type=Path), help="Chromium, Chrome or Edge for pdf. Default: as found."
)
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@click.pass_context
def export_command(
    ctx: click.Context,
    plan: str,
    area: str | None,
    as_of: str,
    out: Path,
    formats: tuple[str, ...],
    notebooks: tuple[str, ...],
    langs: tuple[str, ...],
    reports: Path | None,
    browser: Path | None,
    force: bool,
) -> None:
    """Write reports for Word and paper, and verdicts for other programs.

    \b
    Reports, as they lie in reports/ (made by `cbs-analysis run`):
      docx        11_income_growth.docx: Word, laid out as an official document
      pdf         11_income_growth.pdf: printed by an installed browser
      png, svg    11_income_growth/<chart>.png: each chart
      chart-csv   11_income_growth/<chart>.csv: the numbers under each chart
    \b
    The evaluation of the plan, judged anew:
      xlsx        evaluation.xlsx: a workbook with live formulas (evaluation.en.xlsx with --lang en)
      csv         verdicts.csv, commitments.csv, projects.csv, evidence.csv
      json        evaluation.json: everything, as docs/evaluation_json.md describes it
      package     data_package.zip: the data behind it, as a Frictionless Data Package
    \b
    cbs-analysis export --plan national14 --as-of 2023-06-30 --out out --format docx --format pdf
    cbs-analysis export --plan national14 --as-of 2023-06-30 --out out --format all --lang zh --lang en

    All files are written or none. Nothing that exists is overwritten without --force. A report that is not
    made, or failed when it was last made, is refused.

    Exit codes: 0 written, 1 a file could not be made, 2 a wrong parameter, a missing report or browser, or
    files that exist.
    """
    chosen = set(formats) or set(_EVALUATION)
    chosen = {*_REPORT, *_EVALUATION} if "all" in chosen else chosen
    root, place, day, plan_record = _checked(ctx, plan, area, as_of)
    check_folder(out, next(p for p in (out.absolute(), *out.absolute().parents) if p.exists()))
    try:
        files: dict[str, bytes] = {}
        if chosen & set(_REPORT):
            found = _found(root, reports, place.code, day, plan_record.id, notebooks, langs)
            files |= _of_reports(found, root, out, chosen, browser)
        elif notebooks or browser or reports:
            raise ParameterError(
                Fault(
                    "--notebook, --reports and --browser are for reports",
                    next_step="add --format docx, pdf, png, svg or chart-csv",
                )
            )
        if chosen & set(_EVALUATION):
            files |= _of_evaluation(root, place.code, day, plan_record, out, chosen, langs)
        _write(files, out, force)
    except ReportError as exc:
        say(f"error: {exc}", fg="red", err=True)
        ctx.exit(1)


def _checked(ctx: click.Context, plan: str, area: str | None, as_of: str) -> Any:
    """Project folder, area, day and plan; every wrong parameter at once."""
    from .plan.project_registry import project_registry
    from .report.parameters import check_parameters
    from .sources.store import find_root, load_manifest

    root = ctx.obj.resolve() if ctx.obj else find_root()
    known = project_registry(root).plans.get(plan)
    day = str(load_manifest(root)["last_vintage"]) if as_of == "latest" else as_of
    checked = check_parameters(
        area=area or (known.area if known else "000000"), as_of=day, plan=plan, lang="zh", alpha=0.1, seed=0,
        root=root,
    )  # fmt: skip
    return root, *checked


def _found(
    root: Path,
    reports: Path | None,
    area: str,
    day: Any,
    plan: str,
    notebooks: tuple[str, ...],
    langs: tuple[str, ...],
) -> list[Report]:
    from .report.export import find_reports
    from .report.run.records import Site

    return find_reports(
        Site.of(root, reports).reports,
        area=area,
        as_of=day.isoformat(),
        plan=plan,
        notebooks=notebooks,
        langs=langs or ("zh",),
    )


def _of_reports(
    found: list[Report], root: Path, out: Path, formats: set[str], browser: Path | None
) -> dict[str, bytes]:
    from .report.export import report_files
    from .report.pdf import find_browser

    program = find_browser(browser) if "pdf" in formats else None  # before anything takes time
    _tell_old(found, root)
    files: dict[str, bytes] = {}
    for report in found:
        files |= report_files(report, formats, root=root, out=out, browser=program)
    return files


def _tell_old(found: list[Report], root: Path) -> None:
    from .sources.store import load_manifest

    key = load_manifest(root)["key"]
    old = [r.name for r in found if r.record.get("data_key") != key]
    if old:
        say(f"note: made from earlier data, run them again for the newest: {', '.join(old)}", err=True)


def _of_evaluation(
    root: Path, area: str, day: Any, plan: Any, out: Path, formats: set[str], langs: tuple[str, ...]
) -> dict[str, bytes]:
    from .plan.evaluation import evaluate
    from .report.evaluation_files import evaluation_files
    from .sources.store import load_manifest

    made = evaluation_files(
        evaluate(plan, as_of=day, area=area, root=root), manifest=load_manifest(root),
        langs=tuple(dict.fromkeys(langs)) or ("zh",), raw=_seen_from(out, root / "data" / "raw"),
    )  # fmt: skip
    endings = tuple(_EVALUATION[f] for f in formats if f in _EVALUATION)
    return {name: content for name, content in made.items() if name.endswith(endings)}


def _seen_from(out: Path, raw: Path) -> str:
    """The folder of raw files as a relative address; none from another drive."""
    try:
        return Path(os.path.relpath(raw.resolve(), out.resolve())).as_posix()
    except ValueError:
        return ""


def _write(files: dict[str, bytes], out: Path, force: bool) -> None:
    """All files or none, each moved into place when it is whole."""
    from .report.table_files import put_whole

    there = sorted(name for name in files if (out / name).exists())
    if there and not force:
        raise ParameterError(
            Fault("files exist", where=str(out), got=", ".join(there),
                  next_step="give another folder, or allow overwriting (--force)")
        )  # fmt: skip
    with files_of(out):
        for folder in sorted({(out / name).parent for name in files}):
            folder.mkdir(parents=True, exist_ok=True)
        put_whole({out / name: content for name, content in files.items()}, force=force)
    for name in files:
        say(out / name)
