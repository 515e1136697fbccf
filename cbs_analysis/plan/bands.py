"""The bands of an evaluation, moved to see which words depend on them."""

from __future__ import annotations

from dataclasses import replace

from .verdicts import Settings

__all__ = ["moved_bands"]

_SYNC_SHIFT_PP = 0.1


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
