"""All models of one area, and of 31 provinces one by one and on two cores, in the same run.

    python benchmarks/models.py

Needs the store (`cbs-analysis build`). What an area lacks is refused, which is quick: answers are counted.
"""

from __future__ import annotations

import time
import warnings
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd

from cbs_analysis import load_observations, load_registry
from cbs_analysis.errors import CbsError
from cbs_analysis.models import (
    Results,
    fit_ardl,
    fit_breaks,
    fit_employment_elasticity,
    fit_engle_granger,
    fit_okun,
    fit_projection,
    fit_regression,
    fit_synchrony,
    fit_unit_roots,
)
from cbs_analysis.series import chain, deflate, yoy

Series = dict[str, pd.Series]
NEEDED = (
    "disposable_income_all_nominal_yuan",
    "gdp_nominal_mn_yuan",
    "cpi_previous_year_index",
    "registered_unemployment_pct",
    "employed_urban_units_persons",
    "urbanisation_pct",
)


def load(area: str) -> Series:
    """Yearly series of an area, all that is held."""
    rows = load_observations(area=area, indicators=list(NEEDED))
    rows = rows[rows["freq"] == "A"].sort_values("period")
    found = {}
    for name, x in rows.groupby("indicator", observed=True):
        years = pd.PeriodIndex(x["period"].astype(str), freq="Y")
        found[str(name)] = pd.Series(x["value"].to_numpy(float), years, name=name)
    return found


def answers(series: Series) -> int:
    """Fit every model that takes yearly series; how many answered."""
    income, gdp, cpi, rate, jobs, urban = (series.get(name, pd.Series(dtype=float)) for name in NEEDED)
    prices = chain(cpi, to=cpi.index[0] - 1) if len(cpi) else cpi
    common = income.index.intersection(gdp.index).intersection(prices.index)
    income, gdp = (deflate(x[common], by=prices[common]) for x in (income, gdp))
    growth = yoy(gdp).dropna()
    models = (
        lambda: fit_synchrony(yoy(income).dropna(), growth),
        lambda: fit_regression(yoy(income).dropna(), growth),
        lambda: fit_employment_elasticity(jobs, gdp),
        lambda: fit_okun(rate, growth, rate="registered"),
        lambda: fit_unit_roots(np.log(income)),
        lambda: fit_ardl(np.log(income), np.log(gdp)),
        lambda: fit_engle_granger(np.log(income), np.log(gdp)),
        lambda: fit_breaks(growth),
        lambda: fit_projection(income, horizon=3),
        lambda: fit_projection(urban, horizon=1),
    )
    found = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for model in models:
            try:
                found += isinstance(model(), Results)
            except CbsError:
                continue
    return found


def main() -> None:
    codes = [a.code for a in load_registry().areas.values() if a.level == "province"]
    held = {code: load(code) for code in codes}
    answers(held["220000"])  # imports of statsmodels and scipy
    start = time.perf_counter()
    found = answers(held["220000"])
    print(f"\none province, {found} of 10 models answer: {time.perf_counter() - start:.2f} s (promise 2)")
    start = time.perf_counter()
    serial = [answers(held[code]) for code in codes]
    alone = time.perf_counter() - start
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(answers, [held["220000"]] * 2))  # both workers have imported
        start = time.perf_counter()
        parallel = list(pool.map(answers, [held[code] for code in codes]))
        both = time.perf_counter() - start
    assert parallel == serial
    print(f"31 provinces, {sum(serial)} answers: {alone:.1f} s one by one, {both:.1f} s on two cores")
    print(f"ratio {alone / both:.2f} (promise 1.8)")


if __name__ == "__main__":
    main()
