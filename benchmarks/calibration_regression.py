"""Intervals of regressions on short series: the default, and the normal interval on Newey-West errors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from calibration import SEED, Row, experiment

from cbs_analysis.models.intervals import newey_west_lags, newey_west_se, sieve_bootstrap

NORMAL_95 = 1.959964


def made_up(n: int, rho: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """An elasticity of 0.3; the regressor has autocorrelation 0.5 and the errors rho."""
    warm = 30
    shocks = rng.standard_normal((2, n + warm))
    paths = np.zeros_like(shocks)
    for t in range(1, n + warm):
        paths[:, t] = np.array([0.5, rho]) * paths[:, t - 1] + shocks[:, t]
    x, errors = paths[:, warm:]
    return 0.3 * x + errors, np.column_stack([np.ones(n), x])


@experiment
def regression(share: float) -> Iterator[Row]:
    """95 % intervals of a slope."""
    reps = int(400 * share)
    rng = np.random.default_rng(SEED)
    for n in (15, 25):
        for rho in (0.0, 0.3, 0.6):
            ours = naive = 0
            for _ in range(reps):
                y, z = made_up(n, rho, rng)
                sieve = sieve_bootstrap(y, z, draws=399, seed=rng)
                low, high = sieve.interval(0.05)[1]
                ours += low <= 0.3 <= high
                inverse = np.linalg.pinv(z)
                beta = inverse @ y
                bse = newey_west_se(inverse, y - z @ beta, newey_west_lags(n))[1]
                naive += abs(beta[1] - 0.3) <= NORMAL_95 * bse
            design = f"{n} periods, errors with autocorrelation {rho}"
            yield Row("regression, default", design, 0.95, ours / reps, (0.88, 0.98), reps)
            # what statsmodels gives without being asked: shown because many reports use it
            yield Row("regression, normal Newey-West", design, 0.95, naive / reps, (0.60, 0.90), reps)
