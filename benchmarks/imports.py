"""What importing the package costs, beside importing pandas.

    python benchmarks/imports.py [--rounds 21]

Fresh processes, in turn, so that a busy moment meets all alike; medians of the time of the import alone, as
the process itself measures it. The promise: `import cbs_analysis` takes at most 1.15 times `import pandas`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from statistics import median

PROMISE = 1.15
# what a reader imports; a name of the package is loaded when it is used
STATEMENTS = {
    "import pandas": "import pandas",
    "import cbs_analysis": "import cbs_analysis",
    "from cbs_analysis import series": "from cbs_analysis import series",
    "cbs_analysis.series.yoy": "import cbs_analysis.series as s; s.yoy",
    "cbs_analysis.load_observations": "import cbs_analysis as cbs; cbs.load_observations",
    "cbs_analysis.read_table": "import cbs_analysis as cbs; cbs.read_table",
    "cbs_analysis.evaluate": "import cbs_analysis as cbs; cbs.evaluate",
    "cbs_analysis.fit_synchrony": "import cbs_analysis as cbs; cbs.fit_synchrony",
}
_TIMED = "import time; t = time.perf_counter(); {}; print(time.perf_counter() - t)"


def seconds(statement: str) -> float:
    """Time of a statement in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(statement)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def measure(statements: dict[str, str], rounds: int) -> dict[str, float]:
    """Median seconds of each statement; one round each is thrown away, to fill the caches of files."""
    times: dict[str, list[float]] = {name: [] for name in statements}
    for turn in range(rounds + 1):
        for name, statement in statements.items():
            taken = seconds(statement)
            if turn:
                times[name].append(taken)
    return {name: median(taken) for name, taken in times.items()}


def main() -> None:
    """Print the table; exit with 1 if the promise does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    medians = measure(STATEMENTS, parser.parse_args().rounds)
    pandas = medians["import pandas"]
    print("| import | seconds, median | over pandas |\n|---|---|---|")
    for name, taken in medians.items():
        print(f"| `{name}` | {taken:.3f} | {taken / pandas:.2f} |")
    if medians["import cbs_analysis"] > PROMISE * pandas:
        raise SystemExit(f"import cbs_analysis takes more than {PROMISE} times import pandas")


if __name__ == "__main__":
    main()
