"""The ledger of runs: one SQLite file beside the pages, readable while a run is on.

What stands in it was published: a report is entered when its files are in place, in one transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import Fault, ReportError
from .records import Result

__all__ = ["FILE", "Ledger"]

FILE = ".runs.sqlite"
VERSION = 2
# the clock is SQLite's: a run is dated, nothing that it makes is
_NOW = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"
_SCHEMA = f"""
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  started TEXT NOT NULL DEFAULT ({_NOW}),
  ended TEXT,
  exit INTEGER,              -- 0 all well, 1 something failed; NULL while it runs, or when it was cut off
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  asked TEXT NOT NULL,       -- JSON: what the run was asked for
  backend TEXT NOT NULL,
  workers INTEGER NOT NULL,
  data_key TEXT NOT NULL,
  package TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  changed INTEGER NOT NULL,  -- 1 when the project had uncommitted changes
  notices TEXT NOT NULL DEFAULT '[]'
);
CREATE TABLE jobs (
  run INTEGER NOT NULL REFERENCES runs (id),
  as_of TEXT NOT NULL,
  area TEXT NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  status TEXT NOT NULL,      -- made, unchanged, failed
  ended TEXT NOT NULL DEFAULT ({_NOW}),
  seconds REAL NOT NULL,
  memory_mb REAL NOT NULL,
  engine TEXT NOT NULL,
  cell INTEGER,
  message TEXT NOT NULL,
  warnings TEXT NOT NULL,
  files TEXT NOT NULL,       -- JSON: file name -> SHA-256
  verdicts TEXT NOT NULL,    -- JSON: commitment -> word, of an overall page
  facts TEXT NOT NULL DEFAULT '{{}}',  -- JSON: plan, language; of an overall page inputs, what is owed
  PRIMARY KEY (run, as_of, area, name)
);
CREATE TABLE reports (       -- what stands in the folder now
  as_of TEXT NOT NULL,
  area TEXT NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL DEFAULT '',
  files TEXT NOT NULL DEFAULT '{{}}',
  state TEXT NOT NULL DEFAULT '{{}}',
  failure TEXT NOT NULL DEFAULT '',
  cell INTEGER,
  PRIMARY KEY (as_of, area, name)
);
"""

# what a ledger of an older version lacks; nothing that stands in it is touched
_MIGRATIONS = {1: "ALTER TABLE jobs ADD COLUMN facts TEXT NOT NULL DEFAULT '{}'"}
_FACTS = ("plan", "notebook", "lang", "owed", "inputs", "plan_key")


class Ledger:
    """The ledger of one folder of reports.

    Parameters
    ----------
    folder : pathlib.Path
        Folder of the pages.
    write : bool
        Make the file when it is not there. Without it a missing ledger is empty.

    Raises
    ------
    ReportError
        When the file is not one of ours, or of a newer package.
    """

    def __init__(self, folder: Path, *, write: bool = False) -> None:
        path = folder / FILE
        if not write and not path.exists():
            self._db = sqlite3.connect(":memory:")
            self._db.executescript(_SCHEMA)
        else:
            # a reader, too, must undo what a killed run had half written; SQLite reads only where it may not
            self._db = sqlite3.connect(
                f"{path.as_uri()}?mode={'rwc' if write else 'rw'}", timeout=30, uri=True
            )
            self._prepare(path, write)
        self._db.row_factory = sqlite3.Row

    def _prepare(self, path: Path, write: bool) -> None:
        try:
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as exc:
            raise _unreadable(path, str(exc)) from None
        if version == 0 and write:
            with self._db:
                self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        elif (
            version == 0 and not path.stat().st_size
        ):  # killed before the first word: as if it were not there
            self._db.close()
            self._db = sqlite3.connect(":memory:")
            self._db.executescript(_SCHEMA)
        elif version in _MIGRATIONS and write:
            steps = "; ".join(_MIGRATIONS[v] for v in range(version, VERSION))
            self._db.executescript(f"BEGIN; {steps}; PRAGMA user_version = {VERSION}; COMMIT;")
        elif version != VERSION and version not in _MIGRATIONS:
            raise _unreadable(path, f"version {version}")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- writing ---------------------------------------------------------------------------------

    def begin(self, **facts: Any) -> int:
        """Enter a run; returns its number."""
        with self._db:
            names = ", ".join(facts)
            marks = ", ".join("?" * len(facts))
            done = self._db.execute(f"INSERT INTO runs ({names}) VALUES ({marks})", tuple(facts.values()))
        return int(done.lastrowid or 0)

    def end(self, run: int, code: int, notices: Sequence[Any] = ()) -> None:
        """Enter the end of a run, with what it noticed of the data."""
        with self._db:
            self._db.execute(
                f"UPDATE runs SET ended = {_NOW}, exit = ?, notices = ? WHERE id = ?",
                (code, _json(list(notices)), run),
            )

    def enter(self, run: int, result: Result, key: str, files: Mapping[str, str], state: Any) -> None:
        """Enter a report of a run: its line in the run, and what stands in the folder now."""
        spec = result.spec
        place = (spec.as_of, spec.area, spec.name)
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO jobs (run, as_of, area, name, key, status, seconds, memory_mb, "
                "engine, cell, message, warnings, files, verdicts, facts) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run, *place, key, result.status, result.seconds, result.memory_mb, result.engine,
                    result.cell, result.message, _json(state.get("warnings", [])), _json(files),
                    _json(state.get("verdicts", {})),
                    _json({name: state[name] for name in _FACTS if state.get(name)}),
                ),
            )  # fmt: skip
            if result.status == "failed":
                self._db.execute(
                    "INSERT INTO reports (as_of, area, name, state, failure, cell) VALUES (?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET failure = excluded.failure, cell = excluded.cell",
                    (*place, _json(state), result.message, result.cell),
                )
            elif result.status == "made":
                self._db.execute(
                    "INSERT OR REPLACE INTO reports (as_of, area, name, key, files, state) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    (*place, key, _json(files), _json(state)),
                )

    # --- reading ---------------------------------------------------------------------------------

    def reports(self) -> Iterator[dict[str, Any]]:
        """What stands in the folder, by day, area and name."""
        for row in self._db.execute("SELECT * FROM reports ORDER BY as_of, area, name"):
            yield _plain(row)

    def report(self, as_of: str, area: str, name: str) -> dict[str, Any] | None:
        """One report as it stands in the folder."""
        row = self._db.execute(
            "SELECT * FROM reports WHERE as_of = ? AND area = ? AND name = ?", (as_of, area, name)
        ).fetchone()
        return _plain(row) if row else None

    def runs(self, *, limit: int = -1) -> list[dict[str, Any]]:
        """Runs, the last first, with how many reports were made, unchanged and failed."""
        rows = self._db.execute(
            "SELECT runs.*, "
            + ", ".join(
                f"(SELECT count(*) FROM jobs WHERE run = runs.id AND status = '{s}') AS {s}"
                for s in ("made", "unchanged", "failed")
            )
            + " FROM runs ORDER BY id DESC LIMIT ?",
            (limit,),
        )
        return [_plain(row) for row in rows]

    def jobs(self, run: int) -> list[dict[str, Any]]:
        """The reports of one run."""
        rows = self._db.execute("SELECT * FROM jobs WHERE run = ? ORDER BY as_of, area, name", (run,))
        return [{"facts": {}} | _plain(row) for row in rows]

    def status_before(self, run: int, job: Mapping[str, Any]) -> str:
        """What became of a report when it was last asked for before a run; "" when it never was."""
        row = self._db.execute(
            "SELECT status FROM jobs WHERE run < ? AND as_of = ? AND area = ? AND name = ? "
            "ORDER BY run DESC LIMIT 1",
            (run, job["as_of"], job["area"], job["name"]),
        ).fetchone()
        return str(row["status"]) if row else ""

    def verdicts_before(self, run: int, area: str, name: str, as_of: str) -> list[dict[str, Any]]:
        """Overall reports of earlier runs of one area and name up to a day, latest day and run first."""
        rows = self._db.execute(
            "SELECT * FROM jobs WHERE run < ? AND area = ? AND name = ? AND as_of <= ? "
            "AND status != 'failed' AND verdicts != '{}' ORDER BY as_of DESC, run DESC",
            (run, area, name, as_of),
        )
        return [{"facts": {}} | _plain(row) for row in rows]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _plain(row: sqlite3.Row) -> dict[str, Any]:
    """A row as a dictionary, its JSON read."""
    held = {"asked", "notices", "warnings", "files", "verdicts", "state", "facts"}
    return {name: json.loads(row[name]) if name in held else row[name] for name in row.keys()}  # noqa: SIM118


def _unreadable(path: Path, got: str) -> ReportError:
    return ReportError(
        Fault(
            "the ledger of runs cannot be read", where=str(path), got=got, expected=f"version {VERSION}",
            next_step="move it away: the next run makes a new one, and makes every report again",
        )
    )  # fmt: skip
