"""Data sets and published numbers of the long-run and shock models."""

from pathlib import Path

import numpy as np
import pandas as pd

REFERENCE = Path(__file__).parents[1] / "reference"


def data(name, freq="Q"):
    """A reference data set with its periods."""
    table = pd.read_csv(REFERENCE / f"{name}.csv", comment="#")
    first = table.columns[0]
    return table.set_index(pd.PeriodIndex(table[first].astype(str), freq=freq)).drop(columns=first)


def expected(case):
    """Published numbers of a case: rows by statistic, columns `expected` and `tolerance`."""
    table = pd.read_csv(REFERENCE / "long_run_expected.csv", comment="#")
    return table[table["case"] == case].set_index("statistic")[["expected", "tolerance"]]


def assert_published(case, found):
    """Every published number of a case is among `found`, within its tolerance."""
    table = expected(case)
    assert len(table)
    assert set(table.index) == set(found)
    wrong = {
        name: (found[name], row["expected"])
        for name, row in table.iterrows()
        if not abs(found[name] - row["expected"]) <= row["tolerance"]
    }
    assert not wrong


def yearly(values, name="x", first="1990"):
    return pd.Series(
        np.asarray(values, dtype=float), pd.period_range(first, periods=len(values), freq="Y"), name=name
    )


def quarterly(values, first="2000Q1"):
    values = {k: np.asarray(v, dtype=float) for k, v in values.items()}
    n = len(next(iter(values.values())))
    return pd.DataFrame(values, pd.period_range(first, periods=n, freq="Q"))


def walk(n, seed, name="x", drift=0.0):
    return yearly((drift + np.random.default_rng(seed).standard_normal(n)).cumsum(), name)
