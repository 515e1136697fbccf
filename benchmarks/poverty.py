"""The monitoring of 200,000 made-up households, against the bare regressions of statsmodels in the same run.

    python benchmarks/poverty.py [--households 200000]

Everything is invented (`cbs_analysis.ledger.synthetic`) and stays in memory.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import WLS

from cbs_analysis.ledger.synthetic import AREA, make_ledger
from cbs_analysis.models.poverty import fit_monitoring
from cbs_analysis.models.poverty_classes import classify
from cbs_analysis.models.poverty_ledger import CHARACTERISTICS
from cbs_analysis.models.poverty_replay import back_play
from cbs_analysis.models.poverty_rules import apply_rules
from cbs_analysis.models.vulnerability import fit_vulnerability
from cbs_analysis.registry.poverty_parameters import load_poverty_parameters


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The best of a few runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def bare(ledger: pd.DataFrame) -> None:
    """Four weighted regressions as they come, which three-step least squares cannot do without."""
    columns = [ledger[c].astype("Float64").to_numpy(dtype=float) for c in CHARACTERISTICS]
    x = np.column_stack([np.ones(len(ledger)), *columns])
    y = np.log(ledger["income12_yuan"].fillna(1e4).to_numpy())
    for _ in range(4):
        WLS(y, x, weights=np.ones(len(y))).fit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=200_000)
    n = parser.parse_args().households
    parameters = load_poverty_parameters(AREA)
    ledger, small = make_ledger(n, 1), make_ledger(n // 10, 1)
    line = parameters.line(2023).yuan
    fit_vulnerability(small, line=line)  # imports
    regressions = seconds(lambda: bare(ledger))
    rules = seconds(lambda: classify(ledger, apply_rules(ledger, parameters=parameters)))
    model = seconds(lambda: fit_vulnerability(ledger, line=line))
    whole = seconds(lambda: fit_monitoring(ledger, parameters=parameters, as_of="2023-12-31"))
    part = seconds(lambda: fit_monitoring(small, parameters=parameters, as_of="2023-12-31"))
    print(f"\n{n:,} households, one month; four bare regressions take {regressions:.2f} s")
    print(f"rules and classes {rules:.2f} s, ratio {rules / regressions:.1f}")
    print(f"model {model:.2f} s, ratio {model / regressions:.1f}")
    print(f"all tables and the model {whole:.2f} s, ratio {whole / regressions:.1f} (promise 10 s, ratio 15)")
    print(f"ten times the households take {whole / part:.1f} times as long (promise 12)")
    past = make_ledger(3_000, 48)
    played = seconds(lambda: back_play(past, 48, parameters=parameters), times=1)
    print(f"3,000 households, 36 months replayed: {played:.1f} s")


if __name__ == "__main__":
    main()
