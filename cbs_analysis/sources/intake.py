"""Take a published file into `data/raw`: its bytes unchanged, and a sidecar for a person to complete.

Both are made aside, read back as `build` would read them, and moved into place together.
"""

from __future__ import annotations

import calendar
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ..errors import Fault, ParameterError, PeriodError, RawTableError, nearest
from ..registry.load import Registry
from ..series.periods import parse_date
from .label_paths import PathMatch
from .sidecar import SUFFIX, ReadOptions, read_sidecar, sha256_of

__all__ = [
    "Intake",
    "check_name",
    "find_publisher",
    "find_same",
    "read_day",
    "sidecar_text",
    "take_in",
]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What a person says about a file; see docs/how_to/add_a_source.md for each key."""

    publisher: str
    title: str
    published: date
    published_precision: str
    accessed: str
    read_at: str
    certainty: str
    licence: str
    status: str
    name: str
    note: str = ""
    read: ReadOptions = field(default_factory=ReadOptions)

    @property
    def folder(self) -> str:
        """Folder below `data/raw`."""
        return f"{self.publisher}/{self.published.isoformat()}"


def read_day(text: str, what: str = "published") -> tuple[date, str]:
    """The last day that a date allows, and how exact it is.

    >>> read_day("2023-07"), read_day("2024-02-29")
    ((datetime.date(2023, 7, 31), 'month'), (datetime.date(2024, 2, 29), 'day'))
    """
    match = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", text.strip())
    if not match or match[1] == "0000":
        try:
            return parse_date(text.strip(), what=what), "day"
        except PeriodError as exc:
            raise PeriodError(
                [replace(f, expected="YYYY-MM-DD, YYYY-MM or YYYY") for f in exc.faults]
            ) from None
    year, month = int(match[1]), int(match[2] or 12)
    return date(year, month, calendar.monthrange(year, month)[1]), "month" if match[2] else "year"


def check_name(name: str, suffix: str) -> str:
    """The name of the raw file: ASCII, with the ending of the file.

    >>> check_name("population_2024", ".XLS")
    'population_2024.xls'
    """
    name = name.strip()
    ending = suffix.lower()
    if not name.lower().endswith(ending) or not ending:
        name += ending
    if not _NAME.fullmatch(name) or name.endswith((SUFFIX, ".")):
        raise ParameterError(
            Fault(
                "file name is not plain ASCII",
                got=name,
                expected="letters, digits, . _ -, such as population_2024",
                next_step="give a short English name with --name",
            )
        )
    return name


def find_publisher(text: str, registry: Registry) -> str:
    """The id of a publisher, from its id or its name.

    >>> from cbs_analysis.registry import load_registry
    >>> find_publisher("吉林省统计局", load_registry())
    'jilin_statistics'
    """
    text = text.strip()
    for publisher in registry.publishers.values():
        if text.casefold() in (publisher.id, publisher.zh.casefold(), publisher.en.casefold()):
            return publisher.id
    names = {p.id: f"{p.id} ({p.zh})" for p in registry.publishers.values()}
    by_word = {p.zh: p.id for p in registry.publishers.values()} | {i: i for i in names}
    close = [by_word[w] for w in nearest(text, list(by_word)).split(", ") if w in by_word]
    raise ParameterError(
        Fault(
            "publisher is not known",
            got=text,
            expected=", ".join(names[i] for i in dict.fromkeys(close)),
            next_step="correct it, or add it to registry/sources.yml",
        )
    )


def find_same(raw: Path, file: Path) -> Path | None:
    """A file under the raw folder with the same bytes, if there is one."""
    try:
        size, digest = file.stat().st_size, sha256_of(file)
        for path in sorted(raw.rglob("*")):
            if path.is_file() and path.stat().st_size == size and sha256_of(path) == digest:
                return path
    except OSError as exc:
        raise RawTableError(
            Fault("file cannot be opened", where=str(exc.filename), got=exc.strerror or "")
        ) from None
    return None


def sidecar_text(intake: Intake, sha256: str, paths: Iterable[PathMatch], areas: Sequence[str] = ()) -> str:
    """The sidecar as YAML, with a comment where a person has to decide.

    Parameters
    ----------
    intake : Intake
    sha256 : str
        Hash of the raw file.
    paths : iterable of PathMatch
        The indicator paths of its tables.
    areas : sequence of str
        Regions that are in no registry.
    """
    head = {
        "publisher": intake.publisher,
        "title": intake.title,
        "published": intake.published,
        "published_precision": intake.published_precision,
        "accessed": intake.accessed,
        "read_at": intake.read_at,
        "certainty": intake.certainty,
        "licence": intake.licence,
        "note": intake.note,
        "sha256": sha256,
        "layout": "table",
        "status": intake.status,
    }
    lines = [_yaml({k: v}) for k, v in head.items() if v != ""]
    read = {k: list(v) if isinstance(v, tuple) else v for k, v in intake.read.arguments().items()}
    if read:
        lines.append(_yaml({"read": read}))
    if areas:
        more = f" and {len(areas) - 12} more" if len(areas) > 12 else ""
        lines.append(
            "# not in areas.yml: add them there, or leave them out under `excluded_areas: {region: reason}`"
        )
        lines.append(_comment(f"  {'; '.join(areas[:12])}{more}"))
    lines.append("columns:")
    for path in paths:
        if not path.match.indicator:
            lines.append("  " + _comment(f"{', '.join(path.units)}; {path.match.reason}"))
            lines.append("  " + _comment(f"nearest: {'; '.join(path.match.nearest)}"))
        lines.append(f"  {_scalar(path.path)}: {{indicator: {path.match.indicator or _scalar('')}}}")
    lines.append("# move a path that is not wanted from `columns:` to this list\nignored: []")
    return "\n".join(lines) + "\n"


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10**9).rstrip("\n")


def _scalar(text: str) -> str:
    return _yaml([text])[2:]


def _comment(text: str) -> str:
    return "# " + " ".join("".join(c for c in text if c.isprintable()).split())


def take_in(file: Path, raw: Path, intake: Intake, text: str, registry: Registry) -> Path:
    """Put a file and its sidecar into the raw folder.

    Parameters
    ----------
    file : pathlib.Path
        Copied unchanged.
    raw : pathlib.Path
        The raw folder of the project.
    intake : Intake
    text : str
        The sidecar.
    registry : Registry

    Returns
    -------
    pathlib.Path
        The raw file in its place.

    Raises
    ------
    RawTableError
        If a file of this name is there, or the sidecar cannot be read back; nothing is left behind then.
    ParameterError
        If it was read before it was published.
    """
    _check_dates(intake)
    target = raw / intake.folder / intake.name
    meta = target.with_name(target.name + SUFFIX)
    taken = [p for p in (target, meta) if p.exists()]
    if taken:
        raise RawTableError(
            Fault(
                "a file of this name is there",
                where=", ".join(p.relative_to(raw).as_posix() for p in taken),
                next_step="give another --name; a file that was corrected has a day of its own",
            )
        )
    stage = Path(tempfile.mkdtemp(prefix=".intake-", dir=raw.resolve().parent))
    try:
        aside = stage / intake.folder / intake.name
        aside.parent.mkdir(parents=True)
        shutil.copyfile(file, aside)
        aside_meta = aside.with_name(meta.name)
        aside_meta.write_bytes(text.encode())
        read_sidecar(aside, stage, dict(registry.publishers))
        _move_in([(aside, target), (aside_meta, meta)])
    except OSError as exc:
        raise RawTableError(
            Fault("file cannot be taken in", where=str(raw), got=exc.strerror or str(exc))
        ) from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return target


def _check_dates(intake: Intake) -> None:
    """Published after it was read is a typing error, and would hide the figures from `as_of`."""
    read, _ = read_day(intake.accessed, what="date of reading")
    if intake.published_precision == "day" and read < intake.published:
        raise ParameterError(
            Fault(
                "file was read before it was published",
                got=f"read {intake.accessed}, published {intake.published}",
                next_step="correct --published or --accessed",
            )
        )


def _move_in(moves: Sequence[tuple[Path, Path]]) -> None:
    """Move all files or none, and leave no empty folder where that fails."""
    folder = moves[0][1].parent
    made = [p for p in (folder, folder.parent) if not p.exists()]
    done: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for source, target in moves:
            source.replace(target)
            done.append(target)
    except OSError:
        for path in done:
            path.unlink(missing_ok=True)
        for path in made:
            if path.is_dir():
                path.rmdir()
        raise
