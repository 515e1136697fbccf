"""`cbs-analysis intake`: a published file goes into `data/raw`; what it does not say is asked for."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import click

from .cli_office import take_in_office
from .cli_say import say
from .cli_tables import FILE, given_options, open_tables, reader_options, tell_refusals
from .errors import CbsError, Fault, ParameterError, RawTableError
from .report.plain_text import visible

if TYPE_CHECKING:
    from .registry import Registry
    from .sources.intake import Intake
    from .sources.reader.table import Tables
    from .sources.sidecar import ReadOptions

__all__ = ["intake_command"]

_CERTAINTY = {
    "official": "read at the publisher's own page",
    "press": "in a press report",
    "mirror": "at a copy of an official text",
    "export": "exported from a database",
    "secondary": "at a secondary place, to be checked",
    "synthetic": "invented figures",
}
_STATUS = {
    "final": "as published, not called preliminary",
    "preliminary": "初步核算, 快报",
    "revised": "最终核实, or revised after a census",
    "estimated": "预计, or back-cast",
    "synthetic": "invented figures",
}


@dataclass(frozen=True)
class _Question:
    """One thing that only a person knows: its option, how it is asked, and what an answer must be."""

    option: str
    ask: str
    check: Callable[[str], Any]
    choices: Mapping[str, str] | None = None


@click.command("intake")
@click.argument("file", type=FILE)
@reader_options
@click.option("--title", help="Title of the document. Default: the title of the table.")
@click.option(
    "--publisher", metavar="ID", help="Who issued the figures: an id of registry/sources.yml, or its name."
)
@click.option("--published", metavar="DATE", help="When: YYYY-MM-DD, or YYYY-MM or YYYY if no more is known.")
@click.option("--accessed", metavar="DATE", help="When it was read: YYYY-MM-DD or YYYY-MM.")
@click.option(
    "--read-at", metavar="ADDRESS", help="Where it was read: address of the page, or book and page."
)
@click.option("--certainty", help="official, press, mirror, export, secondary or synthetic.")
@click.option("--licence", help="Licence, short and honest.")
@click.option("--status", help="final, preliminary, revised, estimated or synthetic.")
@click.option("--name", help="Name under data/raw, plain ASCII. Default: the file's own name, if it is.")
@click.option("--note", default="", help="What else a reader has to know.")
@click.pass_context
def intake_command(ctx: click.Context, file: Path, note: str, **options: Any) -> None:
    """Take a published FILE into data/raw/<publisher>/<published>/, with its sidecar.

    \b
    The bytes are copied unchanged. The sidecar says how the table is read and which indicator each label
    is; a label without a certain indicator is left open, with the nearest ones, for a person to fill in.
    `cbs-analysis build` then reads it. Try the reader's options with `cbs-analysis read` first.

    On a terminal whatever is missing is asked for; in a script every option that is missing is named and
    nothing is written. A file whose bytes are there already is not taken in again: its place is printed
    and the command ends well. Nothing is ever overwritten.

    A workbook that `cbs-analysis templates` wrote is known by itself: it needs --published, the full day
    it was received on, and nothing else. Rows that are right are taken in; a receipt tells of each row, right
    or wrong.

    Exit codes: 0 taken in or there already, 1 the table is refused, 2 a wrong or missing option.
    """
    from .registry import load_registry
    from .sources.intake import find_same
    from .sources.office_workbook import is_office_workbook

    raw, registry = _raw(ctx), load_registry()
    about = {key: options.pop(key) for key in _ABOUT}
    questions, of_an_office = _questions(file, registry), is_office_workbook(file)
    if of_an_office:
        questions["published"] = _Question("--published", "Received on (YYYY-MM-DD)", _received)
    read = given_options(**options)
    answers = _given(about, questions)
    same = find_same(raw, file) if file.is_file() else None
    if of_an_office:
        _stop_if_a_table(read)
        if same is None:
            answers = _with_the_day(answers, questions)
        take_in_office(ctx, file, raw, load_registry(project=raw.resolve().parent.parent), answers, same=same)
        return
    if same is not None:
        _tell_same(same, raw)
        return
    tables = open_tables(file, read)
    if read.sheet is not None and tables[0].sheet:
        read = replace(read, sheet=tables[0].sheet)
    answers = _known(file, tables) | answers
    corrections = _corrections(raw, answers.get("name", ""))
    if not corrections:
        _stop_if_refused(ctx, tables)
    first_title = next((table.title for table in tables if table.title), None)
    intake = _complete(answers, questions, {"title": first_title}, note, read)
    if chosen := _naming(corrections, intake):
        tables = open_tables(file, read, corrections=chosen)
    _stop_if_refused(ctx, tables)
    _put(file, raw, intake, tables, registry)


_ABOUT = ("title", "publisher", "published", "accessed", "read_at", "certainty", "licence", "status", "name")


def _raw(ctx: click.Context) -> Path:
    from .sources.store import find_root

    root = ctx.obj.resolve() if ctx.obj else find_root()
    raw = Path(root) / "data" / "raw"
    if not raw.is_dir():
        raise ParameterError(
            Fault(
                "project has no data/raw",
                got=str(root),
                next_step="name the project folder: cbs-analysis --root",
            )
        )
    return raw


def _tell_same(same: Path, raw: Path) -> None:
    from .sources.sidecar import SUFFIX

    place = same.relative_to(raw.parent.parent).as_posix()
    if not same.with_name(same.name + SUFFIX).exists():
        raise RawTableError(
            Fault(
                "the file lies under data/raw without its sidecar",
                where=place,
                next_step="move it out of data/raw, and take it in from there",
            )
        )
    say(f"there already: {place}")
    say(f"what is read of it, and how, stands in {place}{SUFFIX}")


def _questions(file: Path, registry: Registry) -> dict[str, _Question]:
    from .sources.intake import check_name, find_publisher, read_day

    publishers = {p.id: p.zh for p in registry.publishers.values()}

    def publisher(text: str) -> str:
        return find_publisher(text, registry)

    return {
        "title": _Question("--title", "Title of the document", _text),
        "publisher": _Question("--publisher", "Publisher (id or name)", publisher, publishers),
        "published": _Question("--published", "Published (YYYY-MM-DD, YYYY-MM or YYYY)", read_day),
        "accessed": _Question("--accessed", "Read on (YYYY-MM-DD or YYYY-MM)", _accessed),
        "read_at": _Question("--read-at", "Read at (address)", _text),
        "certainty": _Question("--certainty", "Certainty", lambda t: _word(t, _CERTAINTY), _CERTAINTY),
        "licence": _Question("--licence", "Licence", _text),
        "status": _Question("--status", "Status of the figures", lambda t: _word(t, _STATUS), _STATUS),
        "name": _Question("--name", "Name under data/raw (ASCII)", lambda t: check_name(t, file.suffix)),
    }


def _text(text: str) -> str:
    if not text.strip():
        raise ParameterError("text is empty")
    return " ".join(text.split())


def _accessed(text: str) -> str:
    from .sources.intake import read_day

    read_day(text, what="date of reading")
    return text.strip()


def _received(text: str) -> Any:
    """The day on which a workbook came back: later ones count before earlier ones, so no day is supplied."""
    from .sources.intake import read_day

    day, precision = read_day(text, what="day of receipt")
    if precision != "day":
        raise ParameterError(Fault("day of receipt is not a full day", got=text, expected="YYYY-MM-DD"))
    return day, precision


def _word(text: str, known: Mapping[str, str]) -> str:
    if text.strip() not in known:
        raise ParameterError(Fault("word is not known", got=text, expected=", ".join(known)))
    return text.strip()


def _given(about: Mapping[str, str | None], questions: Mapping[str, _Question]) -> dict[str, Any]:
    """The options that were given, checked; all that are wrong are told together."""
    answers: dict[str, Any] = {}
    faults: list[Fault] = []
    for key, text in about.items():
        if text is None:
            continue
        try:
            answers[key] = questions[key].check(text)
        except CbsError as exc:
            faults += [replace(f, where=questions[key].option) for f in exc.faults]
    if faults:
        raise ParameterError(faults)
    return answers


def _complete(
    answers: dict[str, Any],
    questions: Mapping[str, _Question],
    suggested: Mapping[str, str | None],
    note: str,
    read: ReadOptions,
) -> Intake:
    """Ask for what is missing; without a terminal name all of it at once."""
    from .sources.intake import Intake

    missing = {key: question for key, question in questions.items() if key not in answers}
    if missing and not _on_a_terminal():
        raise ParameterError(
            [Fault(f"{q.option} is missing", expected=_expected(q)) for q in missing.values()]
        )
    for key, question in missing.items():
        answers[key] = _ask(question, suggested.get(key))
    published, precision = answers.pop("published")
    return Intake(published=published, published_precision=precision, note=note.strip(), read=read, **answers)


def _stop_if_a_table(read: ReadOptions) -> None:
    """Options that say how a table is read mean nothing here."""
    given = sorted(read.arguments())
    if given:
        raise ParameterError(
            [Fault(f"--{k.replace('_', '-')} is not for a workbook of an office", next_step="leave it out")
             for k in given]
        )  # fmt: skip


def _with_the_day(answers: dict[str, Any], questions: Mapping[str, _Question]) -> dict[str, Any]:
    """The day on which a workbook was received; it is asked for on a terminal."""
    if "published" in answers:
        return answers
    if not _on_a_terminal():
        raise ParameterError(
            Fault("--published is missing", expected="the day on which the workbook was received")
        )
    return answers | {"published": _ask(questions["published"])}


def _known(file: Path, tables: Tables) -> dict[str, str]:
    """What needs no question: one title, and a name that is ASCII."""
    from .sources.intake import check_name

    known = {}
    titles = {table.title for table in tables}
    if len(titles) == 1 and "" not in titles:
        known["title"] = titles.pop()
    with contextlib.suppress(CbsError):
        known["name"] = check_name(file.name, file.suffix)
    return known


def _on_a_terminal() -> bool:
    return sys.stdin.isatty()


def _expected(question: _Question) -> str:
    words = list(question.choices or ())
    return ", ".join(words[:8]) + (f" ... ({len(words)} are known)" if len(words) > 8 else "") or question.ask


def _ask(question: _Question, suggested: str | None = None) -> Any:
    for word, meaning in (question.choices or {}).items():
        say(f"  {word:<24} {meaning}")

    def check(text: str) -> Any:
        try:
            return question.check(text)
        except CbsError as exc:
            raise click.UsageError(visible(str(exc))) from None

    return click.prompt(visible(question.ask), default=suggested, value_proc=check)


def _corrections(raw: Path, name: str) -> tuple[Any, ...]:
    """The declared errors of sources that may be of this file; all where its name is not known yet."""
    from .sources.build import CORRECTIONS
    from .sources.corrections import corrections_for, load_corrections

    path = raw / CORRECTIONS
    if not path.exists():
        return ()
    entries = load_corrections(path)
    alone = [replace(entry, file=PurePosixPath(entry.file).name) for entry in entries]
    named = [i for i, entry in enumerate(alone) if not name or corrections_for([entry], name)]
    return tuple(entries[i] for i in named)


def _naming(corrections: tuple[Any, ...], intake: Intake) -> tuple[Any, ...]:
    from .sources.corrections import corrections_for

    return corrections_for(corrections, f"{intake.folder}/{intake.name}")


def _stop_if_refused(ctx: click.Context, tables: Tables) -> None:
    try:
        tables.observations()
    except RawTableError as refused:
        tell_refusals(tables, refused, shown=False, unwritten="nothing was taken in")
        ctx.exit(1)


def _put(file: Path, raw: Path, intake: Intake, tables: Tables, registry: Registry) -> None:
    """Write the file and its sidecar, and say what a person has to do next."""
    from .sources.intake import sidecar_text, take_in
    from .sources.label_paths import match_paths, unknown_areas
    from .sources.sidecar import sha256_of

    paths = match_paths(tables, registry)
    text = sidecar_text(intake, sha256_of(file), paths, unknown_areas(tables, registry))
    place = take_in(file, raw, intake, text, registry).relative_to(raw.parent.parent).as_posix()
    open_ = [path for path in paths if not path.match.indicator]
    say(f"taken in  {place}")
    say(f"sidecar   {place}.meta.yml")
    say(f"labels    {len(paths) - len(open_)} of {len(paths)} have their indicator")
    for path in paths:
        say(f"  {path.match.indicator or '?':<44} {path.path}")
    step = "give each ? its indicator in the sidecar, or move it to `ignored`; then " if open_ else ""
    say(f"next      {step}cbs-analysis build")
