"""`cbs-analysis read`: what a published table says, shown and written; and the options of its reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .cli_say import say
from .errors import CbsError, Fault, ParameterError, RawTableError

if TYPE_CHECKING:
    import pandas as pd

    from .sources.reader.table import Tables
    from .sources.sidecar import ReadOptions

__all__ = [
    "FILE",
    "given_options",
    "open_tables",
    "read_command",
    "reader_options",
    "refuse_households",
    "tell_refusals",
]

F = TypeVar("F", bound=Callable[..., Any])
FILE = click.Path(path_type=Path, dir_okay=False)
_HEAD = 15  # rows of a sheet in which the headings of a ledger are looked for
# what lifts a refusal, by its name
_LIFTS = {
    "RegionUnknown": "--region 吉林省          the region of the whole table",
    "PeriodAmbiguous": "--period 2024           the period of the whole table: 2024, 2024Q3 or 2024-08",
    "PeriodLossy": "--decimal-months        2019.1 is October where .09 and .11 stand around it",
    "UnitUnresolved": "--unit 万元, or --unit 户数=万户 for one label",
    "LayoutUnknown": "--parent 男=年末人口      the parent of a label; --skip I4:K20 leaves cells out",
    "OrphanCell": "--skip D10              cells or ranges that are no part of the table",
    "DuplicateKey": "--parent 市本级=长春市    the parent of a label; --skip D10 leaves cells out",
    "ValueUnreadable": "--unreadable missing    (read only) take the cells as missing",
}


def reader_options(command: F) -> F:
    """Add the options that tell the reader what a file does not say."""
    options = [
        click.option(
            "--sheet", metavar="NAME", help="One sheet by name or position from 0; `table 1` of a page."
        ),
        click.option("--region", metavar="NAME", help="Region of the whole table, such as 吉林省."),
        click.option("--period", metavar="PERIOD", help="Period of the whole table: 2024, 2024Q3, 2024-08."),
        click.option(
            "--unit",
            "units",
            multiple=True,
            metavar="[LABEL=]UNIT",
            help="Unit where the file gives none (万元), or of one label (户数=万户), which wins over"
            " the file. Repeatable with labels.",
        ),
        click.option(
            "--parent",
            "parents",
            multiple=True,
            metavar="LABEL=PARENT",
            help="Parent of a row label where the page does not show it; `LABEL=` for none. Repeatable.",
        ),
        click.option(
            "--skip",
            multiple=True,
            metavar="CELLS",
            help="Cells that are no part of a table: D10 or I4:K20. Repeatable.",
        ),
        click.option(
            "--decimal-months", is_flag=True, help="2019.1 is October, where .09 and .11 stand by it."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def given_options(
    *,
    sheet: str | None,
    region: str | None,
    period: str | None,
    units: Sequence[str],
    parents: Sequence[str],
    skip: Sequence[str],
    decimal_months: bool,
) -> ReadOptions:
    """The options of the command line as those of the reader.

    Raises
    ------
    ParameterError
        With every option that cannot be understood.
    """
    from .sources.sidecar import ReadOptions

    faults: list[Fault] = []
    unit = _units(units, faults)
    pairs = _parents(parents, faults)
    if faults:
        raise ParameterError(faults)
    return ReadOptions(
        sheet=sheet,
        region=region or "",
        period=period or "",
        unit=unit,
        parents=pairs,
        skip=tuple(skip),
        decimal_months=decimal_months,
    )


def _units(texts: Sequence[str], faults: list[Fault]) -> str | dict[str, str]:
    """One unit for all, or units by label. `上年=100` is a unit and no label."""
    from .series.unit_words import parse_unit

    named: dict[str, str] = {}
    bare = []
    for text in texts:
        cuts = [i for i, char in enumerate(text) if char == "="]
        known = [i for i in cuts if parse_unit(text[i + 1 :])]
        cut = next(iter(known or cuts), None)
        if cut is None or parse_unit(text) is not None:
            bare.append(text)
        elif text[:cut] in named:
            faults.append(
                Fault("--unit names a label twice", got=text, expected=f"{text[:cut]}={named[text[:cut]]}")
            )
        else:
            named[text[:cut].strip()] = text[cut + 1 :].strip()
    if len(bare) > 1 or (bare and named):
        faults.append(
            Fault(
                "--unit gives several units",
                got=", ".join(texts),
                expected="one unit, or label=unit for each",
                next_step="name the label of each unit",
            )
        )
    return bare[0] if bare else named or ""


def _parents(texts: Sequence[str], faults: list[Fault]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        label, sign, parent = text.partition("=")
        if not sign or not label.strip() or "=" in parent:
            faults.append(
                Fault("--parent is not label=parent", got=text, expected="男=年末人口, or 男= for no parent")
            )
        elif label.strip() in pairs:
            faults.append(Fault("--parent names a label twice", got=text, next_step="keep one"))
        else:
            pairs[label.strip()] = parent.strip()
    return pairs


def open_tables(file: Path, options: ReadOptions, **more: Any) -> Tables:
    """Read the tables of a file; a sheet that no name fits is a position if it is a number.

    Raises
    ------
    RawTableError
        The file cannot be read, or is a ledger of households: what is said of a table repeats its cells.
    """
    from .sources.grid_base import SheetUnknown
    from .sources.reader.read import read_tables

    refuse_households(file)
    arguments = options.arguments() | more
    try:
        return read_tables(file, **arguments)
    except SheetUnknown:
        sheet = arguments["sheet"]
        if not (isinstance(sheet, str) and sheet.isascii() and sheet.isdigit()):
            raise
        return read_tables(file, **arguments | {"sheet": int(sheet)})


def refuse_households(file: Path) -> None:
    """Refuse a file with a sheet of households, without a word of its cells.

    Raises
    ------
    RawTableError
        The first rows of a sheet hold the headings of a ledger. `FileDamaged` where nobody can tell, without
        what was found: it may be a cell.
    """
    from .ledger.headings import shows_households
    from .sources.grids import FileDamaged, load_workbook

    try:
        grids = load_workbook(file).grids
    except FileDamaged as exc:
        raise FileDamaged([replace(fault, got="") for fault in exc.faults]) from None
    except CbsError:
        return  # the reader of tables tells what is wrong with the file
    if any(shows_households(cell for row in grid.cells[:_HEAD] for cell in row) for grid in grids):
        raise RawTableError(
            Fault(
                "this is a ledger of households",
                where=file.name,
                expected="a table of published figures",
                next_step="cbs-analysis ledger import, which keeps it encrypted and outside the project",
            )
        )


def tell_refusals(tables: Tables, refused: RawTableError, *, shown: bool, unwritten: str) -> None:
    """Say on stderr what is refused, table by table, and which options would lift it.

    Parameters
    ----------
    tables, refused
        What was read, and what its `observations()` raised.
    shown : bool
        Whether the faults stand on the screen already.
    unwritten : str
        What was not done because of them.
    """
    bad = [t for t in tables if t.refused]
    if not shown:
        for i, fault in enumerate(refused.faults, 1):
            say(f"{i}. {fault}", err=True)
    say(f"refused: {len(bad)} of {len(tables)} tables of {tables[0].file}; {unwritten}", fg="red", err=True)
    names = {name for table in bad for name in table.refused}
    lifts = [f"  {text}" for name, text in _LIFTS.items() if name in names]
    if lifts:
        say("\n".join(["what the file does not say can be given:", *lifts]), err=True)


@click.command("read")
@click.argument("file", type=FILE)
@reader_options
@click.option(
    "--unreadable",
    type=click.Choice(["refuse", "missing"]),
    default="refuse",
    show_default=True,
    help="Cells without a readable figure: refuse the table, or take them as missing, text kept.",
)
@click.option(
    "--leave-refused",
    is_flag=True,
    help="Write the tables read in full, leave the refused ones out; the exit code stays 1.",
)
@click.option(
    "--corrections",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="YML",
    help="Declared errors of the source, in the form of data/raw/corrections.yml.",
)
@click.option("--published", metavar="DATE", help="Publication day (YYYY-MM-DD), kept as `vintage`.")
@click.option(
    "--csv",
    "csv_out",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="OUT",
    help="Write the figures as CSV (UTF-8, marked for Excel); `-` for the terminal.",
)
@click.option(
    "--xlsx", "xlsx_out", type=FILE, metavar="OUT", help="Write them as a workbook with their sources."
)
@click.option("--html", "html_out", type=FILE, metavar="OUT", help="Write a page with the coloured tables.")
@click.option("--force", is_flag=True, help="Overwrite files of --csv, --xlsx and --html that exist.")
@click.option("--brief", is_flag=True, help="One line a table.")
@click.pass_context
def read_command(
    ctx: click.Context,
    file: Path,
    unreadable: Any,
    leave_refused: bool,
    corrections: Path | None,
    published: str | None,
    csv_out: Path | None,
    xlsx_out: Path | None,
    html_out: Path | None,
    force: bool,
    brief: bool,
    **options: Any,
) -> None:
    """Read the tables of a published FILE: xls, xlsx, csv, txt or HTML, as it was downloaded.

    \b
    Prints what was understood of each table: title, region, period, units, header, rows, notes.
    A table that cannot be read for certain is refused, with the cells and the options that help.
    Nothing is added to the project; `cbs-analysis intake` does that.

    \b
    cbs-analysis read 2-6.xls
    cbs-analysis read 2-6.xls --period 2024 --unit 户数=万户 --xlsx 2-6.read.xlsx
    cbs-analysis read page.html --sheet "table 1" --csv -

    Files are written only if no table is refused (or with --leave-refused), whole or not at all, and
    never over one that exists without --force. Exit codes: 0 read, 1 refused, 2 a wrong option or a
    file that cannot be opened.
    """
    from .report.table_files import check_outputs, put_whole
    from .series.periods import parse_date

    day = parse_date(published, what="--published") if published else None
    read = given_options(**options)
    to_screen = str(csv_out) == "-"
    outputs = {"--csv": None if to_screen else csv_out, "--xlsx": xlsx_out, "--html": html_out}
    check_outputs(outputs, file, force=force)
    tables = open_tables(file, read, published=day, corrections=corrections or ())
    for table in tables:
        say(_line(table, unreadable) if brief else f"{table}\n", err=to_screen)
    code = 0
    try:
        figures = tables.observations(unreadable=unreadable)
    except RawTableError as refused:
        left = tables.readable(unreadable=unreadable)
        unwritten = "nothing was written" if not (leave_refused and left) else "they were left out"
        tell_refusals(tables, refused, shown=not brief, unwritten=unwritten)
        if not (leave_refused and left):
            ctx.exit(1)
        code, tables, figures = 1, left, left.observations(unreadable=unreadable)
    made = {path: _content(option, tables, figures) for option, path in outputs.items() if path}
    put_whole(made, force=force)
    for path in made:
        say(f"wrote {path}: {len(figures)} figures", err=to_screen)
    if to_screen:
        click.echo(_content("-", tables, figures), nl=False)
    ctx.exit(code)


def _content(option: str, tables: Tables, figures: pd.DataFrame) -> bytes:
    from .report.table_files import csv_text, html_page, xlsx_bytes

    if option == "--xlsx":
        return xlsx_bytes(tables, figures)
    if option == "--html":
        return html_page(tables, figures).encode()
    # a spreadsheet takes a CSV file without the mark for GBK; a pipe wants none
    return csv_text(figures).encode("utf-8" if option == "-" else "utf-8-sig")


def _line(table: Any, unreadable: str) -> str:
    refused = [n for n in table.refused if unreadable == "refuse" or n != "ValueUnreadable"]
    where = " ".join(x for x in (table.region, table.period) if x)
    if refused:
        state = "REFUSED 拒绝 " + ", ".join(refused)
    else:
        state = f"{len(table.observations(unreadable=unreadable))} figures 个数值"
    return "  ".join(x for x in (table.name, table.title, where, state) if x)
