"""Loading one area from a national store: does its cost depend on the size of the store?

A store of 60 million observations and one a hundredth of its size are generated (figures are a
counter, not data), and one area is loaded from both by fresh processes, in turn. Printed are the
median seconds, the peak memory, and the ratios.

    python benchmarks/store.py [--areas 2800] [--runs 5]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cbs_analysis.registry import load_registry
from cbs_analysis.sources.build import OBSERVATION_SCHEMA, ROW_GROUP

WANTED, INDICATORS, ANNUAL, MONTHLY = "220000", 60, 25, 300
CHILD = """
import json, resource, sys, time
from pathlib import Path
from cbs_analysis.sources import load_observations
root, indicators = Path(sys.argv[1]), json.loads(sys.argv[2])
start = time.perf_counter()
rows = load_observations(area="220000", indicators=indicators, as_of="2024-06-30", root=root)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"rows": len(rows), "seconds": seconds, "peak_mb": peak / 1024}))
"""


def area_table(code: str, indicators: list[str]) -> pa.Table:
    """All observations of one area, in the order of the store."""
    years = [str(2000 + i) for i in range(ANNUAL)]
    months = [f"{2000 + i // 12}-{i % 12 + 1:02d}" for i in range(MONTHLY)]
    freqs = ["A"] * ANNUAL + ["M"] * MONTHLY
    ends = [date(2000 + i, 12, 31) for i in range(ANNUAL)]
    ends += [date(2000 + i // 12, i % 12 + 1, 28) for i in range(MONTHLY)]
    n = len(freqs)
    total = n * len(indicators)
    constant = {
        "area": code, "status": "final", "vintage": date(2024, 5, 31), "edition": 0, "source": "nbs",
        "certainty": "official", "unit_published": "元", "note": "", "file": f"bench/{code}.csv", "col": 5,
    }  # fmt: skip
    columns = {
        "indicator": np.repeat(indicators, n), "period": np.tile(years + months, len(indicators)),
        "freq": np.tile(freqs, len(indicators)), "period_end": np.tile(np.array(ends), len(indicators)),
        "value": np.arange(total, dtype=float), "value_published": np.arange(total).astype(str),
        "row": np.arange(total),
    }  # fmt: skip
    arrays = []
    for field in OBSERVATION_SCHEMA:
        if field.name in constant:
            arrays.append(pa.array([constant[field.name]] * total).cast(field.type))
        else:
            arrays.append(pa.array(columns[field.name]).cast(field.type))
    return pa.Table.from_arrays(arrays, schema=OBSERVATION_SCHEMA)


def make_store(root: Path, areas: int) -> int:
    """Write a store of so many areas; returns its rows."""
    (root / "data" / "raw").mkdir(parents=True)
    processed = root / "data" / "processed"
    processed.mkdir(parents=True)
    indicators = sorted(load_registry().indicators)[:INDICATORS]
    codes = sorted([WANTED, *[f"{100000 + 321 * i}" for i in range(areas - 1)]])
    rows = 0
    # one table serves every area: only its code differs, and a store is about finding it
    template = area_table(WANTED, indicators)
    place, field = OBSERVATION_SCHEMA.get_field_index("area"), OBSERVATION_SCHEMA.field("area")
    with pq.ParquetWriter(
        processed / "observations.parquet", OBSERVATION_SCHEMA, compression="zstd"
    ) as writer:
        for start in range(0, len(codes), 12):
            names = codes[start : start + 12]
            batch = pa.concat_tables(
                template.set_column(place, field, pa.array([code] * template.num_rows)) for code in names
            )
            writer.write_table(batch, row_group_size=ROW_GROUP)
            rows += batch.num_rows
    (processed / "manifest.json").write_text(json.dumps({"key": "bench", "inputs": {}}), encoding="utf-8")
    return rows


def load_once(root: Path, indicators: list[str]) -> dict[str, float]:
    """Load the wanted area in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(root), json.dumps(indicators)],
        capture_output=True,
        text=True,
        check=True,
    )  # fmt: skip
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def main() -> None:
    """Generate, measure in turn, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--areas", type=int, default=2800)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    indicators = sorted(load_registry().indicators)[:5]
    with tempfile.TemporaryDirectory() as folder:
        stores = {"large": Path(folder) / "large", "small": Path(folder) / "small"}
        rows = {
            "large": make_store(stores["large"], options.areas),
            "small": make_store(stores["small"], max(1, options.areas // 100)),
        }
        measured: dict[str, list[dict[str, float]]] = {"large": [], "small": []}
        for run in range(options.runs + 1):
            for name, root in stores.items():
                result = load_once(root, indicators)
                if run:  # the first warms the file cache
                    measured[name].append(result)
    print("| store | rows | rows loaded | seconds (median) | peak memory, MB (median) |")
    print("|---|---|---|---|---|")
    for name, results in measured.items():
        seconds, peak = median(r["seconds"] for r in results), median(r["peak_mb"] for r in results)
        print(f"| {name} | {rows[name]:,} | {results[0]['rows']:,.0f} | {seconds:.2f} | {peak:.0f} |")
    times = [median(r["seconds"] for r in measured[name]) for name in ("large", "small")]
    peaks = [median(r["peak_mb"] for r in measured[name]) for name in ("large", "small")]
    print(f"\nlarge / small: {times[0] / times[1]:.2f} in time, {peaks[0] / peaks[1]:.2f} in peak memory,")
    print(f"for {rows['large'] / rows['small']:.0f} times the rows")


if __name__ == "__main__":
    main()
