"""`cbs-analysis ledger`: a ledger of households, kept encrypted and published as safe tables.

No command prints what a cell of the workbook or a row of the ledger holds.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .cli_files import check_folder, files_of
from .cli_say import say
from .errors import CbsError, CoverageError, Fault, ParameterError

if TYPE_CHECKING:
    from .ledger.publish import Publication
    from .ledger.vault import Vault

__all__ = ["ledger_command"]

_PASSPHRASE, _FOLDER = "CBS_ANALYSIS_PASSPHRASE", "CBS_ANALYSIS_VAULT"
_FILE = click.Path(path_type=Path, dir_okay=False)


def _guarded(command: Callable[..., Any]) -> Callable[..., Any]:
    """An unexpected fault is told by its kind and line: its own words might hold what was read."""

    @functools.wraps(command)
    def inner(*args: Any, **kwargs: Any) -> Any:
        with contextlib.suppress(ImportError, ValueError, OSError):
            import resource  # not on Windows

            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
        try:
            return command(*args, **kwargs)
        except (CbsError, click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as exc:
            fault = _silent(exc)
        raise CbsError(fault)

    return inner


def _silent(exc: Exception) -> Fault:
    trace, place = exc.__traceback__, ""
    while trace is not None:
        if "cbs_analysis" in trace.tb_frame.f_code.co_filename:
            place = f"{Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return Fault(
        "stopped by an unexpected fault; its words are not shown, they might hold what was read",
        where=place,
        got=type(exc).__name__,
        next_step="report this place; the ledger is as it was before",
    )


def _vault_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--passphrase-fd", type=int, metavar="N", help="Descriptor that holds the passphrase."),
        click.option("--vault", type=click.Path(path_type=Path, file_okay=False), envvar=_FOLDER,
                     help=f"Folder of the ledger; also {_FOLDER}. Default: this user's data folder."),
    ):  # fmt: skip
        command = option(command)
    return command


def _passphrase(descriptor: int | None, *, new: bool = False) -> str:
    """From a descriptor, the environment or the terminal, in this order; never from the command line."""
    if descriptor is not None:
        with (
            contextlib.suppress(OSError, ValueError),  # closed or negative, or no text
            os.fdopen(descriptor, encoding="utf-8", closefd=False) as stream,
        ):
            return stream.read().rstrip("\r\n")
        raise ParameterError(
            Fault(
                "no passphrase can be read from the descriptor",
                where="--passphrase-fd",
                got=str(descriptor),
                expected="an open descriptor that holds text",
                next_step="open it in the shell, such as --passphrase-fd 3 3< FILE",
            )
        )
    if named := os.environ.get(_PASSPHRASE):
        return named
    if not sys.stdin.isatty():
        raise ParameterError(
            Fault(
                "no passphrase was given", next_step=f"--passphrase-fd N, or {_PASSPHRASE} of the scheduler"
            )
        )
    return str(click.prompt("passphrase", hide_input=True, confirmation_prompt=new))


def _folder(vault: Path | None) -> Path:
    from .ledger.vault import check_place, default_folder

    return check_place(vault or default_folder())


def _open(vault: Path | None, descriptor: int | None) -> tuple[Vault, str]:
    from .ledger.vault import open_vault, vault_file

    folder = _folder(vault)
    secret = _passphrase(descriptor) if vault_file(folder).exists() else ""
    return open_vault(folder, secret), secret


@click.group("ledger")
def ledger_command() -> None:
    """Keep a ledger of households encrypted, and publish tables that show no small group.

    \b
    cbs-analysis ledger template ledger.xlsx
    cbs-analysis ledger import ledger.xlsx --area 22CB00 --as-of 2023-06-30
    cbs-analysis ledger publish --as-of 2023-06-30 --out ledger_tables.csv
    """


@ledger_command.command("template")
@click.argument("out", type=_FILE)
@_guarded
def template_command(out: Path) -> None:
    """Write an empty workbook with the headings that are read."""
    from .ledger.workbook import write_template

    _free(out)
    with files_of(out):
        write_template(out)
    say(f"wrote {out}")


@ledger_command.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--area", help="Code or name of the area; needed once.")
@click.option("--as-of", "as_of", required=True, help="Nothing in the workbook may be later (YYYY-MM-DD).")
@_vault_options
@_guarded
def import_command(
    file: Path, area: str | None, as_of: str, vault: Path | None, passphrase_fd: int | None
) -> None:
    """Take a household workbook into the encrypted ledger.

    Names, telephones, addresses and words on health are not read. Identity numbers become ids that nobody can
    turn back. If anything is wrong nothing is taken in, and the faults name sheet, row and heading.
    """
    from .ledger.importing import check_imported, merge_ledgers, read_workbook
    from .ledger.vault import Vault, new_contents, save_vault, vault_file
    from .registry.load import load_registry
    from .registry.poverty_parameters import load_poverty_parameters
    from .series.periods import parse_date

    day = parse_date(as_of, what="as_of")
    folder = _folder(vault)
    if vault_file(folder).exists():
        opened, secret = _open(vault, passphrase_fd)
    else:
        if not area:
            raise ParameterError(Fault("the first import needs the area", next_step="add --area 22CB00"))
        secret = _passphrase(passphrase_fd, new=True)
        opened = Vault(folder=folder, contents=new_contents(load_registry().area(area).code))
    held = opened.contents
    if area and load_registry().area(area).code != held.area:
        raise ParameterError(Fault("the ledger is of another area", got=area, expected=held.area))
    new = read_workbook(file, hash_key=held.hash_key, area=held.area, key_of=held.key_of)
    check_imported(new, parameters=load_poverty_parameters(held.area), as_of=day)
    frame, replaced = merge_ledgers(held.ledger, new.frame)
    save_vault(replace(opened, contents=replace(held, ledger=frame, key_of=new.key_of)), secret)
    months = new.frame["month"]
    say(f"took in {len(new.frame)} rows of {months.min()} to {months.max()}; {replaced} stood there before")
    say(f"{new.unread} columns were not read")
    say("the workbook itself is not encrypted: delete it, or keep it where nobody else can read it")


@ledger_command.command("publish")
@click.option("--as-of", "as_of", required=True, help="Day of publication (YYYY-MM-DD).")
@click.option("--out", required=True, type=_FILE, help="CSV to write.")
@click.option("--json", "as_json", type=_FILE, help="The same as JSON.")
@click.option("--publisher", metavar="ID", help="Also write the sidecar for data/raw, with this publisher.")
@_vault_options
@_guarded
def publish_command(
    as_of: str, out: Path, as_json: Path | None, publisher: str | None, vault: Path | None,
    passphrase_fd: int | None,
) -> None:  # fmt: skip
    """Write tables without small groups, attacked together with all that was published before."""
    from .ledger.publish import publish_tables
    from .ledger.vault import save_vault
    from .registry.load import load_registry
    from .registry.poverty_parameters import load_poverty_parameters
    from .series.periods import parse_date

    day = parse_date(as_of, what="as_of")
    if publisher:
        load_registry().publisher(publisher)
    for path in (out, as_json):
        if path is not None:
            _free(path)
            check_folder(path, path.parent)
    opened, secret = _open(vault, passphrase_fd)
    held = opened.contents
    if held.ledger.empty:
        raise CoverageError(Fault("the ledger is empty", next_step="import a workbook"))
    made = publish_tables(
        held.ledger, parameters=load_poverty_parameters(held.area), area=held.area, as_of=day,
        published=held.published,
    )  # fmt: skip
    texts = {out: made.to_csv()}
    if as_json is not None:
        texts[as_json] = made.to_json()
    if publisher:
        texts[out.with_name(out.name + ".meta.yml")] = _sidecar(made, publisher)
    # what is out must be known to the ledger: files appear only once it holds the publication
    asides = {path: path.with_name(f".{path.name}.tmp") for path in texts}
    try:
        for path, text in texts.items():
            with files_of(path):
                asides[path].write_bytes(text.encode())
        save_vault(
            replace(opened, contents=replace(held, published=(*held.published, made.to_csv()))), secret
        )
        for path, aside in asides.items():
            aside.replace(path)
    finally:
        for aside in asides.values():
            with contextlib.suppress(OSError):  # its folder may not be there
                aside.unlink()
    hidden = made.hidden()
    say(
        f"published {len(made.frame)} cells: {hidden.get('small', 0)} below 10, "
        f"{hidden.get('withheld', 0)} withheld to protect them"
    )
    say(f"wrote {', '.join(str(p) for p in texts)}")


def _sidecar(made: Publication, publisher: str) -> str:
    import hashlib

    import yaml

    entry = {
        "publisher": publisher, "title": f"防止返贫监测台账安全汇总表（{made.as_of}）",
        "published": made.as_of,
        "published_precision": "day", "accessed": made.as_of.isoformat(),
        "read_at": "cbs-analysis ledger publish", "certainty": "synthetic" if made.synthetic else "official",
        "licence": "not stated", "sha256": hashlib.sha256(made.to_csv().encode()).hexdigest(),
        "layout": "ledger_tables",
    }  # fmt: skip
    return str(yaml.safe_dump(entry, allow_unicode=True, sort_keys=False))


def _free(path: Path) -> None:
    if path.exists():
        raise ParameterError(
            Fault("the file is there already", where=str(path), next_step="name another, or move it away")
        )


@ledger_command.command("status")
@_vault_options
@_guarded
def status_command(vault: Path | None, passphrase_fd: int | None) -> None:
    """Show where the ledger lies, its months, and what was published."""
    from .ledger.publish import changed_since, read_publication
    from .registry.poverty_parameters import load_poverty_parameters

    opened, _ = _open(vault, passphrase_fd)
    held = opened.contents
    say(f"folder        {opened.folder}")
    say(f"area          {held.area}")
    if len(held.ledger):
        months = held.ledger["month"]
        say(f"ledger        {len(held.ledger)} rows, {months.min()} to {months.max()}")
    say(f"publications  {len(held.published)}")
    if held.published and len(held.ledger):
        last = max(read_publication(text)["date"].max() for text in held.published)
        parameters = load_poverty_parameters(held.area)
        changed = changed_since(held.ledger, parameters=parameters, area=held.area, published=held.published)
        say(f"              periods up to {last}; {changed} cells would now be others and stay as published")


@ledger_command.command("forget")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--vault", type=click.Path(path_type=Path, file_okay=False), envvar=_FOLDER)
@_guarded
def forget_command(yes: bool, vault: Path | None) -> None:
    """Delete the encrypted ledger, and say what remains."""
    from .ledger.vault import forget_vault

    folder = _folder(vault)
    if not yes:
        click.confirm(f"Delete the ledger in {folder}? It cannot be brought back.", abort=True)
    if not forget_vault(folder):
        raise CoverageError(Fault("there is no ledger here", where=str(folder)))
    say("deleted the ledger and its key")
    say("what remains: published tables, workbooks that were imported, and backups of the folder")
    say("what was published is no longer known here: do not publish the same months again")
