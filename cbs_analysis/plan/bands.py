"""The bands of an evaluation, moved to see which words depend on them."""

from __future__ import annotations

import math
from dataclasses import fields, replace

from ..errors import Fault, ParameterError
from .verdicts import Settings

__all__ = ["check_settings", "moved_bands"]

_SYNC_SHIFT_PP = 0.1
_ABOVE_0 = "above 0"
# lowest and highest value, whether each may be taken itself, and how it is told
_RANGES = {
    _ABOVE_0: (0.0, False, math.inf, False),
    "0 or above": (0.0, True, math.inf, False),
    "from 0 to 1": (0.0, True, 1.0, True),
    "between 0 and 1": (0.0, False, 1.0, False),
    "above 0, at most 0.5": (0.0, False, 0.5, True),
}
# every other setting is above 0
_RANGE_OF = {
    "flip": "0 or above",
    "p_ahead": "from 0 to 1",
    "p_on_track": "from 0 to 1",
    "interval": "between 0 and 1",
    "alpha": "above 0, at most 0.5",
}


def check_settings(settings: Settings) -> Settings:
    """The settings as given, if every threshold is a number that a judgement can use.

    Bands, gaps and years are above 0, `flip` is 0 or above, probabilities lie from 0 to 1, `interval` between
    0 and 1, `alpha` above 0 and at most 0.5.

    Raises
    ------
    ParameterError
        With every threshold that is missing, infinite or out of its range.

    Examples
    --------
    >>> check_settings(Settings(ahead=1.05)).ahead
    1.05
    >>> check_settings(Settings(interval=1.0))
    Traceback (most recent call last):
    cbs_analysis.errors.ParameterError: setting is out of range
        where:    setting interval
        got:      1.0
        expected: a number between 0 and 1
    """
    faults = []
    for field in fields(settings):
        value, told = getattr(settings, field.name), _RANGE_OF.get(field.name, _ABOVE_0)
        low, with_low, high, with_high = _RANGES[told]
        # nothing compares with a number that is none
        if not (low < value < high or (with_low and value == low) or (with_high and value == high)):
            faults.append(
                Fault("setting is out of range", f"setting {field.name}", str(value), f"a number {told}")
            )
    if faults:
        raise ParameterError(faults)
    return settings


def moved_bands(settings: Settings, direction: int) -> Settings:
    """The settings with every band moved: up for +1, down for -1.

    Bands of the pace by `Settings.flip`, those of a project by as many points, the band of synchrony by 0.1
    points a year.

    Examples
    --------
    >>> up, down = moved_bands(Settings(), 1), moved_bands(Settings(), -1)
    >>> round(up.ahead, 2), down.project_gap_pp, round(up.sync_band_pp, 1)
    (1.15, 5.0, 0.6)
    """
    step = direction * settings.flip
    return replace(
        settings,
        ahead=settings.ahead + step,
        on_track=settings.on_track + step,
        project_gap_pp=settings.project_gap_pp + 100 * step,
        project_gap_behind_pp=settings.project_gap_behind_pp + 100 * step,
        sync_band_pp=settings.sync_band_pp + direction * _SYNC_SHIFT_PP,
    )
