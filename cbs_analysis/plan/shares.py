"""Counts as percentages that add up to exactly 100."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Fault, ParameterError

__all__ = ["largest_remainder"]


def largest_remainder(counts: Sequence[int], *, decimals: int = 1) -> tuple[float, ...]:
    """Percentages of some counts, rounded so that the printed figures add up to 100.

    Parameters
    ----------
    counts : sequence of int
        How many of each kind; none negative, at least one above zero.
    decimals : int
        Digits after the point, 0 to 6.

    Returns
    -------
    tuple of float
        In percent, in the order of `counts`; a count of zero is 0.

    Raises
    ------
    ParameterError
        Negative or fractional counts, nothing to share out, or decimals outside 0 to 6.

    Notes
    -----
    Each share is cut at the last digit; the units that are then missing from 100 go, one each, to the
    largest remainders. Of equal remainders the larger count comes first, of equal counts the earlier one
    (so that of three equal counts the first prints 33.4). Integer arithmetic throughout: no unit is lost to
    a rounding of the computer. Shares of unequal counts do not depend on their order.

    References
    ----------
    The method of Hamilton and Hare, as statistical offices use it for tables of percentages.

    Examples
    --------
    The 28 indicators of the 12th Five-Year Plan at its middle: 24, 3 and 1 of a kind.

    >>> largest_remainder([24, 3, 1])
    (85.7, 10.7, 3.6)
    >>> largest_remainder([1, 1, 1])
    (33.4, 33.3, 33.3)
    """
    _check(counts, decimals)
    total, units = sum(counts), 100 * 10**decimals
    whole = [c * units // total for c in counts]
    left = [c * units % total for c in counts]
    first = sorted(range(len(counts)), key=lambda i: (-left[i], -counts[i], i))
    for i in first[: units - sum(whole)]:
        whole[i] += 1
    return tuple(w / 10**decimals for w in whole)


def _check(counts: Sequence[int], decimals: int) -> None:
    faults = []
    if any(int(c) != c or c < 0 for c in counts):
        faults.append(Fault("counts are whole numbers from 0 on", got=str(list(counts))))
    elif not sum(counts):
        faults.append(
            Fault("there is nothing to share out", got=str(list(counts)), expected="a count above 0")
        )
    if not 0 <= decimals <= 6:
        faults.append(Fault("decimals are out of range", got=str(decimals), expected="0 to 6"))
    if faults:
        raise ParameterError(faults)
