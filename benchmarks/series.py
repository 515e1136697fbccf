"""Algebra of series: what does a transform cost beside the bare numpy operation on the same array?

The panels are made up: 2,800 counties by 60 indicators by 25 years, the same number of figures as quarters,
and 300 monthly series of 25 years. In every round the bare operation and the transform run one after the
other on the same array, so that both times come from one run. Every transform runs on a quarter of its
columns too, to see whether its cost is linear in the figures; numpy itself is not quite, because a large
result also has to be given its memory.

    python -m pytest -s benchmarks/series.py

A new transform is one more `Case`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cbs_analysis.series import (
    averages,
    breaks,
    contributions,
    decompositions,
    disaggregation,
    flows,
    growth,
    inequality,
    inequality_parts,
    lmdi,
    outliers,
    prices,
)

PROMISE, LINEAR, IMPORT = 5.0, 1.5, 1.15
COUNTIES, INDICATORS, YEARS, MONTHLY = 2800, 60, 25, 300
ROUNDS = {"yearly": 7, "quarterly": 7, "monthly": 200}


@dataclass(frozen=True)
class Case:
    """A transform of a panel, and the numpy operation that it cannot do without."""

    name: str
    panel: str
    ours: Callable[[pd.DataFrame], Any]
    bare: Callable[[np.ndarray], Any]

    def __str__(self) -> str:
        return f"{self.name}, {self.panel}"


@cache
def panel(name: str, *, share: int = 1) -> pd.DataFrame:
    """Synthetic figures around 100, rows = periods; 1/share of the columns."""
    rows = {"yearly": YEARS, "quarterly": 4 * YEARS, "monthly": 12 * YEARS}[name]
    columns = MONTHLY if name == "monthly" else COUNTIES * INDICATORS * YEARS // rows
    figures = np.random.default_rng(1).uniform(90.0, 110.0, (rows, columns // share))
    return pd.DataFrame(figures, pd.period_range("2000", periods=rows, freq=name[0].upper()))


def line(x: pd.DataFrame) -> pd.Series:
    """One series on the periods of a panel."""
    return pd.Series(np.linspace(90.0, 110.0, len(x)), x.index)


def column(x: np.ndarray) -> np.ndarray:
    """The same series as `line` beside an array."""
    return np.linspace(90.0, 110.0, len(x))[:, None]


@cache
def total(share: int) -> pd.Series:
    """The sum of the yearly panel."""
    return panel("yearly", share=share).sum(axis=1)


def whole(x: pd.DataFrame) -> pd.Series:
    """The total of a yearly panel, summed beforehand."""
    return total(panel("yearly").shape[1] // x.shape[1])


def years(x: np.ndarray, size: int) -> np.ndarray:
    """Rows folded into years."""
    return x.reshape(-1, size, x.shape[1])


def differences(x: np.ndarray) -> np.ndarray:
    """Flows of quarters from cumulative figures."""
    folded = years(x, 4)
    out = folded.copy()
    out[:, 1:] -= folded[:, :-1]
    return out


def newton(x: np.ndarray) -> np.ndarray:
    """The accumulative method alone, by as many steps as it takes."""
    target, n = x[1:].sum(axis=0) / x[0], len(x) - 1
    q = np.maximum(1.0, target / n)
    for _ in range(6):
        value, slope = np.zeros_like(q), np.zeros_like(q)
        for _ in range(n):
            value = value + 1.0
            slope = slope * q + value
            value = value * q
        q = q - (value - target) / slope
    return q


@cache
def other(columns: int, which: int = 0) -> pd.DataFrame:
    """Synthetic figures between 10 and 90 beside the yearly panel, such as shares in percent."""
    figures = np.random.default_rng(2 + which).uniform(10.0, 90.0, (YEARS, columns))
    return pd.DataFrame(figures, panel("yearly").index)


def beside(x: Any, which: int = 0) -> np.ndarray:
    """The figures of `other` beside an array."""
    return other(x.shape[1], which).to_numpy()


@cache
def regions(columns: int, which: int) -> pd.DataFrame:
    """The yearly panel (0) or `other` (1) as regions of two groups each."""
    figures = other(columns) if which else panel("yearly", share=panel("yearly").shape[1] // columns)
    names = pd.MultiIndex.from_product([range(columns // 2), ["urban", "rural"]], names=["region", "group"])
    return figures.set_axis(names, axis=1)


def lag(x: np.ndarray) -> np.ndarray:
    """The year before, NaN for the first."""
    out = np.full_like(x, np.nan)
    out[1:] = x[:-1]
    return out


def mean_income(x: np.ndarray) -> tuple[np.ndarray, ...]:
    """The midpoint formula."""
    y, u = beside(x, 1), beside(x)
    x0, y0, u0 = lag(x), lag(y), lag(u)
    w = (u0 + u) / 200
    change = (u * x + (100 - u) * y) / 100 - (u0 * x0 + (100 - u0) * y0) / 100
    return w * (x - x0), (1 - w) * (y - y0), ((x0 + x) - (y0 + y)) * ((u - u0) / 200), change


def product(x: np.ndarray) -> tuple[np.ndarray, ...]:
    """The midpoint formula of two factors."""
    y = beside(x)
    x0, y0 = lag(x), lag(y)
    return (y0 + y) / 2 * (x - x0), (x0 + x) / 2 * (y - y0), x * y - x0 * y0


def log_changes(x: np.ndarray) -> tuple[np.ndarray, ...]:
    """Logarithmic changes of four series and their sums."""
    a, b, c, d = (100 * np.log(z / lag(z)) for z in (x, x, beside(x), x))
    return a - b, d - c, a - c - b + d


def divisia(x: np.ndarray) -> tuple[np.ndarray, ...]:
    """LMDI-I of two factors, summed over the columns."""
    y = beside(x)
    x0, y0 = lag(x), lag(y)
    v0, v1 = x0 * y0, x * y
    weight = (v1 - v0) / np.log(v1 / v0)
    return (
        (weight * np.log(x / x0)).sum(axis=1),
        (weight * np.log(y / y0)).sum(axis=1),
        v1.sum(axis=1) - v0.sum(axis=1),
    )


def groups(x: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Relative income and population share of the two groups of each region."""
    incomes, people = [x[:, 0::2], x[:, 1::2]], beside(x)
    weights = [people[:, 0::2], people[:, 1::2]]
    all_people = weights[0] + weights[1]
    shares = [w / all_people for w in weights]
    mean = shares[0] * incomes[0] + shares[1] * incomes[1]
    return [y / mean for y in incomes], shares


def theil(x: np.ndarray) -> np.ndarray:
    """Theil's T of the regions."""
    return sum(p * r * np.log(r) for r, p in zip(*groups(x), strict=True))  # type: ignore[return-value]


def smooth_quarters(x: np.ndarray) -> np.ndarray:
    """Smoothest quarters that add up to the years (Denton): one system of equations for all columns."""
    n, m = 4 * len(x), len(x)
    steps, sums = np.diff(np.eye(n), axis=0), np.kron(np.eye(m), np.ones(4))
    system = np.block([[steps.T @ steps, sums.T], [sums, np.zeros((m, m))]])
    return np.linalg.solve(system, np.vstack([np.zeros((n, m)), np.eye(m)]))[:n] @ x


def linked(x: np.ndarray) -> tuple[np.ndarray, ...]:
    """A link of two definitions, the factors over their overlap, and a look for infinite figures."""
    old, new = x[:15], beside(x)[10:]
    joined = np.concatenate([old[:12] * (new[2] / old[12]), new[2:]])
    return joined, new[:5] / old[10:], np.isinf(old).any(), np.isinf(new).any()  # type: ignore[return-value]


def scores(x: np.ndarray) -> np.ndarray:
    """Distance of growth from its median in median distances."""
    steps = np.diff(np.log(x), axis=0)
    apart = steps - np.median(steps, axis=0)
    return apart / np.median(np.abs(apart), axis=0)


CASES = [
    Case("yoy", "yearly", growth.yoy, lambda x: 100 * (x[1:] / x[:-1] - 1)),
    Case("yoy with a break", "yearly", lambda x: growth.yoy(x, breaks="2013", across="missing"),
         lambda x: 100 * (x[1:] / x[:-1] - 1)),
    Case("yoy", "quarterly", growth.yoy, lambda x: 100 * (x[4:] / x[:-4] - 1)),
    Case("yoy", "monthly", growth.yoy, lambda x: 100 * (x[12:] / x[:-12] - 1)),
    Case("qoq", "quarterly", growth.qoq, lambda x: 100 * (x[1:] / x[:-1] - 1)),
    Case("mom", "monthly", growth.mom, lambda x: 100 * (x[1:] / x[:-1] - 1)),
    Case("annualised", "quarterly", growth.annualised, lambda x: 100 * ((1 + x / 100) ** 4 - 1)),
    Case("chain_growth", "yearly", growth.chain_growth, lambda x: 100 * np.cumprod(1 + x / 100, axis=0)),
    Case("growth_from_index", "yearly", lambda x: growth.growth_from_index(x, base="previous_year"),
         lambda x: x - 100),
    Case("index_from_growth", "yearly", lambda x: growth.index_from_growth(x, base="previous_year"),
         lambda x: x + 100),
    Case("two_year_average", "yearly", averages.two_year_average,
         lambda x: 100 * (np.sqrt((1 + x[1:] / 100) * (1 + x[:-1] / 100)) - 1)),
    Case("two_year_average of levels", "yearly", lambda x: averages.two_year_average(x, of="levels"),
         lambda x: 100 * (np.sqrt(x[2:] / x[:-2]) - 1)),
    Case("mean_growth", "yearly", averages.mean_growth,
         lambda x: 100 * (np.prod(1 + x / 100, axis=0) ** (1 / len(x)) - 1)),
    Case("average_growth", "yearly", averages.average_growth,
         lambda x: 100 * ((x[-1] / x[0]) ** (1 / (len(x) - 1)) - 1)),
    Case("accumulative_growth", "yearly", averages.accumulative_growth, newton),
    Case("cagr", "yearly", lambda x: averages.cagr(x, x, 5), lambda x: 100 * ((x / x) ** 0.2 - 1)),
    Case("pull", "yearly", lambda x: contributions.pull(x, whole(x)),
         lambda x: 100 * (x[1:] - x[:-1]) / x.sum(axis=1)[:-1, None]),
    Case("contribution_share", "yearly", lambda x: contributions.contribution_share(x, whole(x)),
         lambda x: 100 * (x[1:] - x[:-1]) / np.diff(x.sum(axis=1))[:, None]),
    Case("pull_from_share", "yearly", lambda x: contributions.pull_from_share(x, line(x)),
         lambda x: x * column(x) / 100),
    Case("real_growth", "yearly", lambda x: prices.real_growth(x, by=line(x)),
         lambda x: 100 * ((1 + x / 100) / (column(x) / 100) - 1)),
    Case("deflate by one index", "yearly", lambda x: prices.deflate(x, by=line(x)),
         lambda x: 100 * x / column(x)),
    Case("deflate each by its own", "yearly", lambda x: prices.deflate(x, by=x), lambda x: 100 * x / x),
    Case("reflate", "yearly", lambda x: prices.reflate(x, by=line(x)), lambda x: x * column(x) / 100),
    Case("rebase", "yearly", lambda x: prices.rebase(x, to="2010"), lambda x: 100 * x / x[10]),
    Case("rebase to a year", "monthly", lambda x: prices.rebase(x, to="2010"),
         lambda x: 100 * x / x[120:132].mean(axis=0)),
    Case("chain", "yearly", lambda x: prices.chain(x, to="1999"),
         lambda x: 100 * np.cumprod(x / 100, axis=0)),
    Case("chain both ways", "yearly", lambda x: prices.chain(x, to="2012"),
         lambda x: 100 * np.cumprod(x / 100, axis=0)),
    Case("chain_same_period", "monthly", lambda x: prices.chain_same_period(x, base=x[:12]),
         lambda x: 100 * np.cumprod(years(x, 12) / 100, axis=0)),
    Case("implicit_deflator", "yearly", lambda x: prices.implicit_deflator(x, x), lambda x: 100 * x / x),
    Case("implicit_deflator_growth", "yearly",
         lambda x: prices.implicit_deflator_growth(x, line(x), of="levels"),
         lambda x: 100 * (x[1:] / x[:-1] / (1 + column(x)[1:] / 100) - 1)),
    Case("cumulate", "quarterly", flows.cumulate, lambda x: np.cumsum(years(x, 4), axis=1)),
    Case("cumulate", "monthly", flows.cumulate, lambda x: np.cumsum(years(x, 12), axis=1)),
    Case("decumulate", "quarterly", lambda x: flows.decumulate(x, allow_negative=True), differences),
    Case("merged_january", "monthly", flows.merged_january,
         lambda x: np.isnan(years(x, 12)[:, 0]) & ~np.isnan(years(x, 12)[:, 1])),
    Case("aggregate flows", "quarterly", lambda x: flows.aggregate(x, to="Y", kind="flow"),
         lambda x: years(x, 4).sum(axis=1)),
    Case("aggregate stocks", "quarterly", lambda x: flows.aggregate(x, to="Y", kind="stock"),
         lambda x: years(x, 4)[:, -1].copy()),
    Case("aggregate rates", "monthly", lambda x: flows.aggregate(x, to="Y", kind="rate", how="mean"),
         lambda x: years(x, 12).mean(axis=1)),
    Case("splice", "yearly",
         lambda x: breaks.splice(x.iloc[:15], other(x.shape[1]).iloc[10:], at="2012"), linked),
    Case("disaggregate to quarters", "yearly", lambda x: disaggregation.disaggregate(x, to="Q"),
         smooth_quarters),
    Case("decompose_mean_income", "yearly",
         lambda x: decompositions.decompose_mean_income(
             x, other(x.shape[1], 1), urban_share=other(x.shape[1])), mean_income),
    Case("decompose_product", "yearly",
         lambda x: decompositions.decompose_product({"a": x, "b": other(x.shape[1])}), product),
    Case("decompose_synchrony", "yearly",
         lambda x: decompositions.decompose_synchrony(x, x, cpi=other(x.shape[1]), deflator=x), log_changes),
    Case("decompose_lmdi", "yearly",
         lambda x: lmdi.decompose_lmdi({"a": x, "b": other(x.shape[1])}), divisia),
    Case("ratio", "yearly", lambda x: inequality.ratio(x, other(x.shape[1])), lambda x: x / beside(x)),
    Case("gap", "yearly", lambda x: inequality.gap(x, other(x.shape[1])), lambda x: x - beside(x)),
    Case("theil_t of regions", "yearly",
         lambda x: inequality.theil_t(
             regions(x.shape[1], 0), population=regions(x.shape[1], 1), over="group"), theil),
    Case("gini of all columns", "yearly", inequality.gini,
         lambda x: (np.sort(x, axis=1) * (2 * np.arange(1, x.shape[1] + 1) - x.shape[1] - 1)).sum(axis=1)
         / (x.shape[1] * x.sum(axis=1))),
    Case("decompose_inequality_change", "yearly",
         lambda x: inequality_parts.decompose_inequality_change(
             regions(x.shape[1], 0), population=regions(x.shape[1], 1), over="group"),
         lambda x: [theil(z) for z in (x, x, lag(x), lag(x))]),
    Case("flag_outliers", "yearly", outliers.flag_outliers, scores),
]  # fmt: skip


@dataclass(frozen=True)
class Times:
    """Least seconds of the bare operation and of the transform, on the whole panel and on a quarter of it."""

    bare: float
    ours: float
    bare_quarter: float
    ours_quarter: float


@pytest.fixture(scope="module")
def report() -> Iterator[dict[Case, Times]]:
    """Times by case; printed at the end."""
    found: dict[Case, Times] = {}
    yield found
    print(
        "\n\n| transform | figures | ms, bare numpy | ms | ratio | times as long for 4 times the figures | |"
    )
    print("|---|---|---|---|---|---|---|")
    for case, t in found.items():
        ratio, grown, usual = t.ours / t.bare, t.ours / t.ours_quarter, t.bare / t.bare_quarter
        kept = [f"above {PROMISE:.0f}"] if ratio > PROMISE else []
        kept += ["not linear"] if grown > LINEAR * max(usual, 4.0) else []
        times = f"{1000 * t.bare:.2f} | {1000 * t.ours:.2f} | {ratio:.2f} | {grown:.1f} (numpy {usual:.1f})"
        print(f"| {case} | {panel(case.panel).size:,} | {times} | {', '.join(kept)} |")


def seconds(function: Callable[[Any], Any], x: Any) -> float:
    """Time of one call."""
    start = time.perf_counter()
    function(x)
    return time.perf_counter() - start


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_transform_costs_little_more_than_its_numpy_operation(
    case: Case, benchmark: Any, report: dict[Case, Times]
) -> None:
    frame, small = panel(case.panel), panel(case.panel, share=4)
    bare, quarters = [], []

    def time_the_others() -> None:
        quarters.append((seconds(case.bare, small.to_numpy()), seconds(case.ours, small)))
        bare.append(seconds(case.bare, frame.to_numpy()))

    rounds = ROUNDS[case.panel]
    benchmark.pedantic(lambda: case.ours(frame), setup=time_the_others, rounds=rounds, warmup_rounds=1)
    # the least of the times: other work on the machine only adds to them
    report[case] = Times(min(bare), benchmark.stats.stats.min, *map(min, zip(*quarters, strict=True)))
    benchmark.extra_info["seconds of the bare operation"] = min(bare)


def test_importing_costs_little_more_than_pandas() -> None:
    # the series package may import pandas itself or when it is first used: both count
    child = "import time; start = time.perf_counter(); import pandas, {0}; print(time.perf_counter() - start)"
    found: dict[str, list[float]] = {"pandas": [], "cbs_analysis.series": []}
    for _ in range(11):
        for module, times in found.items():
            run = [sys.executable, "-c", child.format(module)]
            times.append(float(subprocess.run(run, check=True, capture_output=True, text=True).stdout))
    pandas, ours = (median(times[1:]) for times in found.values())
    kept = "" if ours <= IMPORT * pandas else f" (above {IMPORT})"
    print(
        f"\nimport: pandas {pandas:.3f} s, cbs_analysis.series {ours:.3f} s, ratio {ours / pandas:.3f}{kept}"
    )
