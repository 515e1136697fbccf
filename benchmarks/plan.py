"""A plan judged for every county of the country, and whether the work grows in step with the counties.

    python benchmarks/plan.py [--areas 2800]

Every figure, document and report of a project is made up in memory under the codes of real counties, to have
enough of them; nothing is written anywhere. The plan is that of the zone with the invented targets of the
demonstration, so that no measure is dismissed for want of one. Beside it stands a groupby of pandas that
hands out the same rows of the same frame by area and indicator and adds them up.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from cbs_analysis import load_registry
from cbs_analysis.plan import evaluate_many
from cbs_analysis.registry import Plan, load_divisions
from cbs_analysis.registry.divisions import NATION

YEARS = range(2015, 2023)
AS_OF = "2023-06-30"
EXTRA = (
    "disposable_income_urban_nominal_yuan", "disposable_income_rural_nominal_yuan",
    "disposable_income_all_nominal_yuan", "cpi_previous_year_index", "population_urban_persons",
    "population_resident_persons",
)  # fmt: skip
ORIGIN = {"source": "cbs_committee", "certainty": "official", "file": "bench.csv"}


def the_plan() -> Plan:
    """The plan of the zone with the targets of the demonstration."""
    registry = load_registry()
    return replace(registry.plan("demo14"), id="bench", area=registry.plan("cbs14").area)


def counties(n: int) -> list[str]:
    """Codes of so many counties in use in 2022."""
    regions, found = load_divisions(), []
    for province in regions.children(NATION, year=2022):
        for city in regions.children(province.code, year=2022):
            below = regions.children(city.code, year=2022)
            found += [d.code for d in below] if city.level == "prefecture" else [city.code]
    if len(found) < n:
        raise SystemExit(f"only {len(found)} counties are known")
    return found[:n]


def one_county(plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Figures of every indicator, documents of every mechanism and reports of every project."""
    rng, registry = np.random.default_rng(1), load_registry()
    used = {i for m in plan.measures for i in (m.indicator, m.against, m.exposure) if i}
    targets = {m.indicator: m.target.value for m in plan.measures if m.target}
    figures = []
    for name in sorted(used.union(EXTRA)):
        kind = registry.indicator(name).kind
        level = 5.0 if kind == "growth" else 101.0 if name == EXTRA[3] else targets.get(name, 60.0) * 0.8
        walk = level * np.exp(np.cumsum(rng.normal(0.02, 0.01, len(YEARS))))
        for row, (year, value) in enumerate(zip(YEARS, walk, strict=True), 2):
            figures.append(
                {"indicator": name, "area": "", "period": str(year), "freq": "A",
                 "period_end": pd.Timestamp(year, 12, 31), "value": value, "status": "final",
                 "vintage": pd.Timestamp(year + 1, 4, 30), "edition": 0, "value_published": f"{value:.1f}",
                 "unit_published": "", "note": "", "row": row, "col": 5} | ORIGIN
            )  # fmt: skip
    day = {"date": pd.Timestamp("2023-05-20"), "vintage": pd.Timestamp("2023-06-20"), "area": ""} | ORIGIN
    documents = [
        {"measure": m.id, "level": float(level), "document": f"文〔2022〕{level}号", "title": "通知",
         "note": "", "row": level} | day
        for m in plan.measures if m.type in ("mechanism", "yes_no", "expert") for level in (1, 2)
    ]  # fmt: skip
    reports = [
        {"project": p.id, "stage": 2.0, "plan_start": "2021-03-01", "plan_end": "2024-12-31",
         "total_inv_mn_yuan": 100.0, "cum_inv_mn_yuan": 30.0 * step, "annual_plan_mn_yuan": 40.0,
         "year_inv_mn_yuan": 20.0, "visual_progress": "主体施工", "self_rating": "正常推进",
         "document": "文〔2023〕9号", "row": 2} | day | {"date": pd.Timestamp(f"202{step + 1}-05-20")}
        for p in plan.projects for step in (1, 2)
    ]  # fmt: skip
    return pd.DataFrame(figures), pd.DataFrame(documents), pd.DataFrame(reports)


def spread(frame: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """The rows of one county under every code, each with figures of its own."""
    rows = frame.take(np.tile(np.arange(len(frame)), len(codes))).reset_index(drop=True)
    rows["area"] = pd.Series(np.repeat(codes, len(frame)), dtype="str")
    if "value" in rows:
        rows["value"] *= np.random.default_rng(2).uniform(0.9, 1.1, len(rows))
    return rows


def judged(plan: Plan, frames: tuple[pd.DataFrame, ...]) -> Iterator[tuple[int, int]]:
    """How many measures each area has, and how many could be judged."""
    observations, documents, projects = frames
    found = evaluate_many(plan, observations, as_of=AS_OF, documents=documents, projects=projects)
    for e in found:
        yield len(e.verdicts), sum(v.assessed for v in e.verdicts)


def grouped(frame: pd.DataFrame) -> float:
    """The figures of each area and indicator, added up one by one."""
    groups = frame.groupby(["area", "indicator"], sort=False)["value"]
    return sum(float(values.sum()) for _, values in groups)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--areas", type=int, default=2800)
    most = parser.parse_args().areas
    plan, codes = the_plan(), counties(most)
    template = one_county(plan)
    list(judged(plan, tuple(spread(f, codes[:2]) for f in template)))  # imports, registries
    seconds = {}
    for n in (most // 10, most):
        frames = tuple(spread(f, codes[:n]) for f in template)
        start, used = time.perf_counter(), time.process_time()
        counts = list(judged(plan, frames))
        seconds[n], used = time.perf_counter() - start, time.process_time() - used
        start = time.perf_counter()
        grouped(frames[0])
        base = time.perf_counter() - start
        measures, assessed = (sum(c) for c in zip(*counts, strict=True))
        share, each = assessed / measures, seconds[n] / n
        print(f"{n:,} counties, {len(frames[0]):,} figures, {measures:,} verdicts, {share:.0%} assessed:")
        print(f"  {seconds[n]:.1f} s, {used:.1f} s of them on the processor;")
        print(f"  {1000 * each:.1f} ms a county, {1e6 * each * n / measures:.0f} microseconds a verdict")
        print(f"  one groupby of the same figures {base:.1f} s, ratio {seconds[n] / base:.1f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ratio = seconds[most] / seconds[most // 10]
    print(f"ten times the counties: {ratio:.1f} times as long (promise 12); peak memory {peak:,.0f} MB")
    print(f"{most:,} counties in {seconds[most]:.0f} s (promise 60)")


if __name__ == "__main__":
    main()
