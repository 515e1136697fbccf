"""`cbs-analysis run` and `cbs-analysis status`: make the reports, and see how things stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .cli_files import check_folder, files_of
from .cli_say import json_line, say
from .cli_told import JsonLines, Lines
from .errors import CbsError, Fault, ParameterError, ReportError
from .report.run.records import BACKENDS, Limits

if TYPE_CHECKING:
    from .report.jobs import RunSpec
    from .report.run.digest import Digest
    from .report.run.history import RunSummary
    from .report.run.records import Result, Site

__all__ = ["reports_option", "root_of", "run_command", "status_command"]

_CHANGED = 5  # changed verdicts that the last lines of a run name
_LIMITS = Limits()

reports_option = click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the pages. Default: reports in the project.",
)


def root_of(ctx: click.Context) -> Path:
    """The project folder of the command."""
    from .sources.store import find_root

    return ctx.obj.resolve() if ctx.obj else find_root()


@click.command("run")
@click.option("--area", help="Area code, name or alias, such as 220000 or 吉林. Default: all listed areas.")
@click.option("--as-of", "as_of", help="Use only what was published by this day (YYYY-MM-DD), or `latest`.")
@click.option("--plan", help="Plan to judge by, such as cbs14 or national14.")
@click.option("--notebook", help="Only this notebook, such as 11_income_growth.")
@click.option("--lang", "langs", multiple=True, help="zh or en; may be given twice. Default: as listed.")
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter that the notebooks declare, such as alpha=0.05; may be given several times.",
)
@click.option("--force", is_flag=True, help="Make reports again even if nothing changed.")
@reports_option
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Reports at once.")
@click.option(
    "--backend",
    default="auto",
    show_default=True,
    type=click.Choice(list(BACKENDS)),
    help="How notebooks run; pages are the same. auto: a kernel for one report, forked processes for more.",
)
@click.option("--scheduler", default="", help="A dask scheduler whose workers make the reports.")
@click.option("--project", default="", help="Where those workers find the project. Default: the same folder.")
@click.option(
    "--wait",
    default=0.0,
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Wait so long for another run in the same folder to end.",
)
@click.option(
    "--cell-seconds",
    default=_LIMITS.cell_seconds,
    show_default=True,
    type=click.FloatRange(min=1),
    help="A cell that runs longer fails its report.",
)
@click.option(
    "--job-seconds",
    default=_LIMITS.job_seconds,
    show_default=True,
    type=click.FloatRange(min=1),
    help="A report that takes longer fails.",
)
@click.option(
    "--memory-mb",
    default=_LIMITS.memory_mb,
    show_default=True,
    type=click.FloatRange(min=64),
    help="A report that needs more memory (MiB) fails.",
)
@click.option("--list", "listing", is_flag=True, help="Only list the reports with their parameters.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on standard output.")
@click.option(
    "--digest",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what changed, and why, to a .md or .json file.",
)
@click.option(
    "--digest-lang", type=click.Choice(["zh", "en"]), help="Of the digest. Default: of the reports."
)
@click.option(
    "--hook",
    metavar="COMMAND",
    help="Run this at the end with the digest on its standard input, such as 'mail -s digest x@example.org'.",
)
@click.pass_context
def run_command(ctx: click.Context, **options: Any) -> None:
    """Run notebooks through papermill and write reports/.

    Parameters are checked before anything starts: exit code 2. One failed report touches no other: its last
    good version stays, `*.failed.html` says what happened, and the exit code is 1.

    \b
    cbs-analysis run --area 220000 --as-of 2023-06-30 --workers 2
    cbs-analysis run --digest digest.md --hook 'mail -s digest x@example.org'
    """
    from .report.jobs import plan_run
    from .report.notices import notices_of_run
    from .report.run.hook import check_hook
    from .report.run.records import Site

    root = root_of(ctx)
    site = Site.of(root, options["reports"])
    hook = check_hook(options["hook"]) if options["hook"] else []
    _check_digest(options["digest"])
    names = ("area", "as_of", "plan", "notebook", "langs", "parameters")
    specs = plan_run(root, **{name: options[name] for name in names})
    if options["listing"]:
        _list(specs, as_json=options["as_json"])
        return
    lang = options["digest_lang"] or specs[0].lang
    notices = notices_of_run([(s.area, s.as_of) for s in specs], root)
    told: Lines | JsonLines = JsonLines() if options["as_json"] else Lines(len(specs), lang)
    with told:
        told.noticed(notices, _new(site, notices))
        numbers: list[int] = []
        try:
            results = _run(site, specs, notices, options, told, numbers)
        except ReportError as exc:
            if not any(fault.code in ("held", "unwritable") for fault in exc.faults):
                raise
            told.failed(str(exc))  # the input is right: another run was first, or the disk is full
            ctx.exit(1)
        code = int(any(r.status == "failed" for r in results))
        digest = _digest(site, numbers[0], options, lang, told)
        code = 1 if digest is None else code
        if hook:
            code = _hook(hook, site, numbers[0], code, digest, options, lang, told)
        index = str(site.reports / "index.html")
        told.ended(
            list(_last_lines(results, digest, index, lang)), run=numbers[0], exit=code, **_counts(results),
            changed=digest.changed if digest else None, index=index,
            digest=str(options["digest"] or ""),
        )  # fmt: skip
    ctx.exit(code)


def _list(specs: list[RunSpec], *, as_json: bool) -> None:
    """What a run would look at, checked as for a run: a line each, for people or for another scheduler."""
    for spec in specs:
        told = json_line({"notebook": spec.notebook, **spec.parameters()})
        say(told if as_json else f"{spec.folder.as_posix()}/{spec.name} {spec.plan}")


def _run(
    site: Site, specs: Any, notices: Any, options: dict[str, Any], told: Lines | JsonLines, numbers: list[int]
) -> list[Result]:
    from .report.run import run_reports
    from .report.run.history import run_of

    def begin(number: int) -> None:
        numbers.append(number)
        told.began(run_of(site.reports, number))

    limits = Limits(**{name: options[name] for name in ("cell_seconds", "job_seconds", "memory_mb")})
    kept = ("workers", "force", "backend", "wait", "scheduler", "project")
    asked = ("area", "as_of", "plan", "notebook", "langs", "parameters", "force", "workers", "backend")
    return run_reports(
        specs, root=site.root, reports=site.reports, limits=limits, notices=notices, on_begin=begin,
        on_result=told.report, tell=told.said, asked={name: options[name] for name in asked if options[name]},
        **{name: options[name] for name in kept},
    )  # fmt: skip


def _check_digest(path: Path | None) -> None:
    """Refuse, before anything runs, a digest that could not be written."""
    if path is None:
        return
    if path.suffix not in (".md", ".json"):
        raise ParameterError(
            Fault("the digest is neither Markdown nor JSON", "--digest", str(path), ".md or .json")
        )
    check_folder(path, path.parent)


def _new(site: Site, notices: list[dict[str, Any]]) -> list[bool]:
    """Which notices the runs before did not have."""
    from .report.run.digest import new_cases
    from .report.run.history import runs_of

    earlier = [run.notices for run in runs_of(site.reports)]
    return [new_cases(notice, earlier) != 0 for notice in notices]


def _digest(
    site: Site, number: int, options: dict[str, Any], lang: str, told: Lines | JsonLines
) -> Digest | None:
    """The digest, written where it was asked for; None, and told, when that failed: the reports stand."""
    from .report.run.digest import make_digest
    from .report.run.publishing import write_whole

    path: Path | None = options["digest"]
    try:
        digest = make_digest(site, number)
        if path is not None:
            text = digest.json() if path.suffix == ".json" else digest.markdown(lang)
            with files_of(path):
                write_whole(path, text.encode())
    except CbsError as exc:
        told.failed(f"the digest was not written: {exc}")
        return None
    return digest


def _hook(
    words: list[str],
    site: Site,
    number: int,
    code: int,
    digest: Digest | None,
    options: dict[str, Any],
    lang: str,
    told: Lines | JsonLines,
) -> int:
    """Run the user's command; a run whose digest did not reach its reader did not go well."""
    from .report.run.history import run_of
    from .report.run.hook import run_hook

    run = run_of(site.reports, number)
    path: Path | None = options["digest"]
    facts = {
        "RUN": number, "EXIT": code, "MADE": run.made, "UNCHANGED": run.unchanged, "FAILED": run.failed,
        "CHANGED": digest.changed if digest else "", "REPORTS": site.reports,
        "DIGEST": path.resolve() if path else "",
    }  # fmt: skip
    text = digest.markdown(lang) if digest else ""
    failure = run_hook(words, text, {f"CBS_{name}": str(value) for name, value in facts.items()})
    if failure:
        told.failed(f"the hook failed: {failure}")
    return 1 if failure else code


def _counts(results: list[Result]) -> dict[str, int]:
    return {s: sum(r.status == s for r in results) for s in ("made", "unchanged", "failed")}


def _last_lines(results: list[Result], digest: Digest | None, index: str, lang: str) -> Iterator[str]:
    """How the run went: failures with cell, reason and page, changed verdicts, counts, the index."""
    from .report.run.digest_text import area_words, words_of

    for result in (r for r in results if r.status == "failed"):
        cell = f"code cell {result.cell}: " if result.cell else ""
        yield f"FAILED    {result.spec.folder.as_posix()}/{result.spec.name}"
        yield f"          {cell}{result.message}"
        yield f"          {result.html}"
    moved = [(a, c) for a in (digest.areas if digest else ()) for c in a.commitments]
    for area, change in moved[:_CHANGED]:
        name = f"{change['id']} {change[f'name_{lang}']}"
        yield f"verdict   {area_words(area.area, lang)} {area.as_of}: {name}: {words_of(change, lang)}"
    if len(moved) > _CHANGED:
        yield f"verdict   and {len(moved) - _CHANGED} more: --digest FILE writes them all, with the reasons"
    n = _counts(results)
    yield f"{n['made']} made, {n['unchanged']} unchanged, {n['failed']} failed"
    yield index


# --- status --------------------------------------------------------------------------------------


@click.command("status")
@reports_option
@click.pass_context
def status_command(ctx: click.Context, reports: Path | None) -> None:
    """Show the store, the newest data, the reports, the last run and what was noticed of the data."""
    from .plan.project_registry import project_registry
    from .report.run.records import Site
    from .sources.store import load_manifest

    root = root_of(ctx)
    manifest, registry = load_manifest(root), project_registry(root)
    counts, inputs = manifest["counts"], manifest["inputs"]
    say(f"project       {root}")
    say(f"raw files     {len(inputs)}, last published {manifest['last_vintage']}")
    say(f"observations  {counts['observations']}, data version {manifest['key'][:16]}")
    held = [name for name, entry in inputs.items() if entry["quarantine"]]
    say(f"left out      {len(manifest['excluded'])} rows, {len(held)} quarantined files")
    say(f"checks        {len(manifest['warnings'])} warnings")
    say(f"plans         {', '.join(sorted(registry.plans))}")
    _tell_reports(Site.of(root, reports))


def _tell_reports(site: Site) -> None:
    from .report.notices import notices_of_store
    from .report.run.digest_text import area_words
    from .report.run.history import place_of, runs_of
    from .report.run.ledger import Ledger

    with Ledger(site.reports) as ledger:
        rows = list(ledger.reports())
    bad = [row for row in rows if row["failure"]]
    say(f"reports       {sum(bool(row['key']) for row in rows)} good, {len(bad)} failed")
    for row in bad:
        cell = f"code cell {row['cell']}: " if row["cell"] else ""
        good = "; the page before it stands" if row["key"] else ""
        say(f"  failed: {place_of(row)}: {cell}{row['failure']}{good}", fg="red")
    last = next(iter(runs_of(site.reports, limit=1)), None)
    say(f"last run      {_told(last) if last else 'none yet'}")
    found = [n.to_dict() for n in notices_of_store(site.root)] + (last.notices if last else [])
    kept = {(n["area"], n["as_of"], n["kind"]): n for n in found}
    say(f"notices       {len(kept)}")
    for notice in kept.values():
        place = f"{area_words(notice['area'], 'zh')} {notice['as_of']}: " if notice["area"] else ""
        say(f"  {place}{notice['zh']}")


def _told(run: RunSummary) -> str:
    done = run.made + run.unchanged + run.failed
    of = f"{done} of {run.reports} reports" if run.reports else f"{done} reports"
    if run.state == "running":
        return f"{run.number}, under way: process {run.pid} on {run.host}, since {run.started}, {of}"
    if run.state == "cut_off":
        return f"{run.number}, cut off: began {run.started}, {of}; the next run takes it up"
    counts = f"{run.made} made, {run.unchanged} unchanged, {run.failed} failed"
    return f"{run.number}, ended {run.ended}: {counts}, {run.seconds:g} s, backend {run.backend}"
