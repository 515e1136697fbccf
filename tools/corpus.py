"""Read a folder of published tables and write what came of each: `docs/tables_read.md`.

    python tools/corpus.py FOLDER [--out docs/tables_read.md]

The folder holds the files and, if there is one, `INDEX.csv` (columns file, original, repository) and
`truth/NAME.csv` with the figures of some of them typed by hand (indicator, region, period, value,
unit, src_row, src_col). The files themselves are not part of the project.
"""

from __future__ import annotations

import csv
import math
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click

from cbs_analysis.errors import CbsError
from cbs_analysis.sources import Table, Tables, read_tables

SUFFIXES = {".xls", ".xlsx", ".csv", ".tsv", ".html", ".htm"}
HEAD = """# What the reader makes of published tables

{n} public files were read without any option. {full} are read in full; {refused} are refused in part or
in whole, each by a name that says what is missing. Nothing is read in part without saying so: a table
that is refused gives no figures until the option named in its message is given.

Regenerate with `python tools/corpus.py FOLDER`; the files are public (source beside each) and are not
part of the project.

| file | source | tables | read | figures | refused |
|---|---|---|---|---|---|
"""
TRUTH = """
## Against figures typed by hand

A figure counts as full with its whole row and column path, region, period, value and unit.

| file | figures | full | wrong | not given |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Score:
    """How the figures of one table compare with those typed by hand."""

    name: str
    n: int
    full: int
    wrong: int
    absent: int


def _sources(folder: Path) -> dict[str, str]:
    index = folder / "INDEX.csv"
    if not index.exists():
        return {}
    with index.open(encoding="utf-8-sig", newline="") as stream:
        return {row["file"]: f"{row['repository']}, {row['original']}" for row in csv.DictReader(stream)}


def _line(path: Path, source: str) -> tuple[str, bool, Tables | None]:
    try:
        tables = read_tables(path)
    except CbsError as exc:
        return f"| {path.name} | {source} | 0 | 0 | 0 | {type(exc).__name__} |\n", False, None
    good = [t for t in tables if not t.refused]
    figures = sum(len(t.observations()) for t in good)
    names = Counter(name for t in tables for name in t.refused)
    refused = ", ".join(f"{name} ({n})" if n > 1 else name for name, n in sorted(names.items()))
    line = f"| {path.name} | {source} | {len(tables)} | {len(good)} | {figures} | {refused} |\n"
    return line, len(good) == len(tables), tables


def _score(name: str, table: Table, truth: Path) -> Score:
    got = {(r.row, r.col): r for r in table.observations().itertuples()}
    with truth.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    full = wrong = 0
    for row in rows:
        found = got.get((int(row["src_row"]), int(row["src_col"])))
        if found is None:
            continue
        same = (found.indicator, found.region, found.period, found.unit_published) == (
            row["indicator"], row["region"], row["period"], row["unit"]
        ) and _same(found, row["value"])  # fmt: skip
        full, wrong = full + same, wrong + (not same)
    return Score(name, len(rows), full, wrong, len(rows) - full - wrong)


def _same(found: object, value: str) -> bool:
    number = float(getattr(found, "value_published", "nan").replace(" ", "") or "nan") if value else math.nan
    reported = getattr(found, "status", "") in ("reported", "repaired")
    return (number == float(value)) if value else not reported


def _table_for(tables: Tables, truth: Path) -> Table | None:
    """The table whose cells the truth names: the one that holds most of its values."""
    with truth.open(encoding="utf-8-sig", newline="") as stream:
        cells = {(int(r["src_row"]), int(r["src_col"])): r["value"] for r in csv.DictReader(stream)}

    def agree(table: Table) -> int:
        if table.refused:
            return 0
        return sum(cells.get((r.row, r.col)) == r.value_published for r in table.observations().itertuples())

    best = max(tables, key=agree)
    return best if agree(best) else None


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write here instead of printing.")
def main(folder: Path, out: Path | None) -> None:
    """Read every table of FOLDER and report."""
    sources = _sources(folder)
    lines, complete, scores = [], 0, []
    files = sorted(p for p in folder.iterdir() if p.suffix in SUFFIXES and p.name != "INDEX.csv")
    truths = {p.stem: p for p in sorted((folder / "truth").glob("*.csv"))}
    by_part = _parts(folder)
    for path in files:
        line, full, tables = _line(path, sources.get(path.name, ""))
        lines.append(line)
        complete += full
        for stem, truth in truths.items():
            if tables is not None and by_part.get(stem, f"{stem}{path.suffix}") == path.name:
                table = _table_for(tables, truth)
                scores.append(_score(stem, table, truth) if table else Score(stem, 0, 0, 0, 0))
    text = HEAD.format(n=len(files), full=complete, refused=len(files) - complete) + "".join(lines)
    if scores:
        text += TRUTH + "".join(f"| {s.name} | {s.n} | {s.full} | {s.wrong} | {s.absent} |\n" for s in scores)
    if out:
        out.write_text(text, encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(text)


def _parts(folder: Path) -> dict[str, str]:
    """Which file an entry of the index is a part of: several sheets of one workbook have entries."""
    index = folder / "INDEX.csv"
    if not index.exists():
        return {}
    with index.open(encoding="utf-8-sig", newline="") as stream:
        return {row["id"]: row["file"] for row in csv.DictReader(stream)}


if __name__ == "__main__":
    main()
