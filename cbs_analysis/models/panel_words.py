"""Effects and inference of a panel, in words."""

from __future__ import annotations

from typing import Literal

__all__ = ["EFFECT_WORDS", "Effects", "Inference", "cautions", "interval_words"]

Effects = Literal["region+year", "region", "year", "none", "random", "between"]
Inference = Literal["cluster", "wild", "robust", "plain", "driscoll-kraay"]

EFFECT_WORDS = {
    "region+year": ("two-way fixed effects", "地区和时期双固定效应"),
    "region": ("fixed effects of regions", "地区固定效应"),
    "year": ("fixed effects of periods", "时期固定效应"),
    "none": ("pooled least squares", "混合最小二乘"),
    "random": ("random effects of regions, Swamy-Arora", "地区随机效应"),
    "between": ("between regions, means over time", "地区均值（组间）"),
}
_SHORT_TIME = 30  # periods below which Driscoll-Kraay intervals cover far too little


def interval_words(
    inference: Inference, effects: Effects, correction: str, df: int, draws: int, seed: int, kind: str
) -> str:
    """How the intervals were made."""
    if effects == "between":
        spread = "classical" if inference == "plain" else "heteroskedasticity-robust"
        return f"{spread} variance of region means, t({df})"
    return {
        "cluster": f"clustered by region ({correction}), t({df})",
        "wild": f"wild cluster bootstrap-t, {kind} weights, null imposed, {draws} draws, seed {seed}",
        "robust": f"heteroskedasticity-robust, t({df})",
        "plain": f"classical, t({df})",
        "driscoll-kraay": f"Driscoll-Kraay, Bartlett kernel, t({df})",
    }[inference]


def cautions(inference: Inference, effects: Effects, regions: int, periods: int) -> list[str]:
    """What a reader must know about these intervals."""
    said = []
    if inference == "driscoll-kraay" and periods < _SHORT_TIME:
        said.append(f"Driscoll-Kraay intervals need many periods: with {periods} they cover far too little")
    if inference in ("plain", "robust") and effects != "between":
        said.append("errors of a region are taken as independent over time; if not, intervals are too short")
    if inference == "cluster" and regions < 12 and effects != "between":
        said.append(f'with {regions} regions the bootstrap (inference="wild") is safer')
    if effects in ("region", "none", "random"):
        said.append("without period effects, shocks that all regions share enter the slope")
    return said
