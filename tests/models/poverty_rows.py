"""Rows of a ledger for tests: households that no rule points at, changed where a test wants it."""

import pandas as pd

from cbs_analysis.models.poverty_ledger import CHARACTERISTICS, DATES, GUARANTEES, LEDGER_COLUMNS
from cbs_analysis.registry.poverty_parameters import load_poverty_parameters

PARAMETERS = load_poverty_parameters("99DM00")  # monitoring line 6,500 and relief line 4,300 yuan in 2022

_ROW = {
    "household": "h1", "month": "2022-05", "kind": "general", "members": 3, "income12_yuan": 9_000.0,
    "rigid_spending12_yuan": 2_000.0, "income12_before_yuan": 9_000.0, "shock": "", "help_matched": None,
    "district": "99DM01", **dict.fromkeys(GUARANTEES, True), **dict.fromkeys(DATES, None),
}  # fmt: skip


def ledger(*changes):
    """A frame of one row for each dict of changes."""
    frame = pd.DataFrame([_ROW | change for change in changes])
    frame["month"] = pd.PeriodIndex(frame["month"], freq="M")
    for column in DATES:
        frame[column] = pd.to_datetime(frame[column])
    for column in GUARANTEES:
        frame[column] = frame[column].astype("boolean")
    more = [c for c in CHARACTERISTICS if c in frame]
    return frame[[*LEDGER_COLUMNS, *more]]


def months(household, first, *changes):
    """Changes of one household, one month after the other."""
    start = pd.Period(first, freq="M")
    return [{"household": household, "month": str(start + i)} | change for i, change in enumerate(changes)]
