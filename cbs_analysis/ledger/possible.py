"""Which whole numbers remain possible for sums of unknown counts, given what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["System", "possible_values"]

_TRIES = 6  # solutions looked at before each sum is asked for by itself


class System(NamedTuple):
    """Unknown whole numbers and what is known of them.

    Attributes
    ----------
    bounds : tuple of (int, int or None)
        Least and most of each.
    rows : tuple of (dict, int or None, int)
        Coefficients by place, and least (None: no least) and most of their sum.
    most : int
        Stands for "no most": far above every printed number.
    """

    bounds: tuple[tuple[int, int | None], ...]
    rows: tuple[tuple[dict[int, int], int | None, int], ...]
    most: int


class _Solver:
    """Solutions of a system, found one after the other and kept."""

    def __init__(self, system: System) -> None:
        from scipy.optimize import Bounds, LinearConstraint

        n = len(system.bounds)
        self.size = n
        self.low = np.array([low for low, _ in system.bounds], dtype=float)
        self.high = np.array(
            [system.most if high is None else high for _, high in system.bounds], dtype=float
        )
        matrix = np.zeros((len(system.rows), n))
        for i, (terms, _, _) in enumerate(system.rows):
            for j, coefficient in terms.items():
                matrix[i, j] = coefficient
        least = [-np.inf if low is None else low for _, low, _ in system.rows]
        most = [high for _, _, high in system.rows]
        self.bounds = Bounds(self.low, self.high)
        self.rules = [LinearConstraint(matrix, least, most)] if len(matrix) else []
        self.solutions: list[NDArray[np.int64]] = []

    def solve(
        self, objective: NDArray[np.float64], equals: tuple[NDArray[np.float64], int] | None = None
    ) -> bool:
        """The solution with the least objective, kept; False if there is none."""
        from scipy.optimize import LinearConstraint, milp

        extra = [] if equals is None else [LinearConstraint(equals[0][None, :], equals[1], equals[1])]
        found = milp(
            objective, integrality=np.ones(self.size), bounds=self.bounds, constraints=[*self.rules, *extra]
        )
        if found.status == 2:
            return False
        if found.status != 0:
            raise RuntimeError(f"the solver stopped: {found.message}")
        self.solutions.append(np.rint(found.x).astype(np.int64))
        return True

    def reached(self, places: tuple[int, ...]) -> set[int]:
        """Values of a sum among the solutions found so far."""
        return {int(x[list(places)].sum()) for x in self.solutions}


def possible_values(
    system: System, sums: Sequence[tuple[int, ...]], *, below: int, enough: int
) -> list[list[int] | None] | None:
    """The values that remain possible for sums of unknowns, where they are few and all small.

    Parameters
    ----------
    system : System
    sums : sequence of tuple of int
        Places of the unknowns in each sum.
    below, enough : int
        A sum that may be `below` or more, or that may take `enough` values, is of no interest; neither is one
        that must be 0.

    Returns
    -------
    list, or None
        For each sum its values in order, or None where it is of no interest. None in all if the system has no
        solution.

    Examples
    --------
    >>> adds_up = System(((1, 9), (1, 9)), (({0: 1, 1: 1}, 4, 4),), 1000)
    >>> possible_values(adds_up, [(0,), (0, 1)], below=10, enough=5)
    [[1, 2, 3], [4]]
    """
    if len(system.bounds) == 1:
        return _single(system, sums, below, enough)
    solver = _Solver(system)
    ones = np.ones(solver.size)
    if not solver.solve(ones):
        return None
    rng = np.random.default_rng(solver.size)
    for objective in (-ones, *(rng.choice([-1.0, 1.0], solver.size) for _ in range(_TRIES - 2))):
        solver.solve(objective)
    return [_values_of(solver, places, below, enough) for places in sums]


def _values_of(solver: _Solver, places: tuple[int, ...], below: int, enough: int) -> list[int] | None:
    def idle(values: set[int]) -> bool:
        return max(values) >= below or len(values) >= enough

    if idle(solver.reached(places)):
        return None
    weight = np.zeros(solver.size)
    weight[list(places)] = 1.0
    solver.solve(-weight)
    if idle(solver.reached(places)):
        return None
    solver.solve(weight)
    low, high = min(solver.reached(places)), max(solver.reached(places))
    for value in range(low + 1, high):
        if idle(solver.reached(places)):
            return None
        if value not in solver.reached(places):
            solver.solve(np.zeros(solver.size), (weight, value))
    values = solver.reached(places)
    return None if idle(values) or values == {0} else sorted(values)


def _single(
    system: System, sums: Sequence[tuple[int, ...]], below: int, enough: int
) -> list[list[int] | None] | None:
    """One unknown: its interval, without a solver."""
    low, high = system.bounds[0]
    top = system.most if high is None else high
    for terms, least, most in system.rows:
        c = terms[0]
        ends = [(most, c > 0)] + ([(least, c < 0)] if least is not None else [])
        for end, is_top in ends:
            if c == 0:
                continue
            if is_top:
                top = min(top, int(np.floor(end / c)))
            else:
                low = max(low, int(np.ceil(end / c)))
    if low > top:
        return None
    values = list(range(low, min(top, low + below) + 1))
    quiet = top >= below or len(values) >= enough or values == [0]
    return [None if quiet else values for _ in sums]
