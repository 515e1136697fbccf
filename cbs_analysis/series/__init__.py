"""Pure algebra of statistical series: numbers and periods, no files and no plan.

Functions take a `pandas.Series` or a `pandas.DataFrame` (rows = periods of a yearly, quarterly or monthly
PeriodIndex, columns = series) and plain numbers where that makes sense, and give the same type back. Missing
stays missing, inputs stay as they are, percent is written 5.6. A module is loaded when a name of it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .averages import (
        accumulative_growth,
        average_growth,
        cagr,
        mean_growth,
        required_cagr,
        two_year_average,
    )
    from .breaks import Break, Splice, check_breaks, mark_breaks, splice
    from .contributions import contribution_share, pull, pull_from_share, share
    from .decompositions import (
        Decomposition,
        decompose_mean_income,
        decompose_product,
        decompose_synchrony,
        shapley,
    )
    from .disaggregation import Disaggregation, disaggregate
    from .flows import aggregate, cumulate, decumulate, merged_january
    from .frequency import periods_per_year, require_periods
    from .growth import annualised, chain_growth, growth_from_index, index_from_growth, mom, qoq, yoy
    from .index_numbers import chain, chain_same_period, rebase
    from .inequality import atkinson, gap, gini, ratio, theil_l, theil_t
    from .inequality_parts import (
        InequalityParts,
        decompose_inequality,
        decompose_inequality_change,
        gap_share,
    )
    from .lmdi import decompose_lmdi
    from .lunar_calendar import spring_festival, spring_festival_regressors
    from .outliers import OutlierFlags, flag_outliers
    from .periods import Period, parse_date, parse_period, year_label
    from .prices import deflate, implicit_deflator, implicit_deflator_growth, real_growth, reflate
    from .revisions import RevisionRegression, RevisionStatistics, revised_by, revision_statistics
    from .seasonal import seasonal_adjust, seasonal_adjust_many
    from .seasonal_result import SeasonalAdjustment, SeasonalPanel
    from .units import convert_amount, convert_value, format_value, unit_label
    from .vintages import VintageMatch, VintageTable, mixed_vintages

_MODULES = {
    "averages": (
        "accumulative_growth", "average_growth", "cagr", "mean_growth", "required_cagr", "two_year_average",
    ),
    "breaks": ("Break", "Splice", "check_breaks", "mark_breaks", "splice"),
    "contributions": ("contribution_share", "pull", "pull_from_share", "share"),
    "decompositions": (
        "Decomposition", "decompose_mean_income", "decompose_product", "decompose_synchrony", "shapley",
    ),
    "disaggregation": ("Disaggregation", "disaggregate"),
    "flows": ("aggregate", "cumulate", "decumulate", "merged_january"),
    "frequency": ("periods_per_year", "require_periods"),
    "growth": (
        "annualised", "chain_growth", "growth_from_index", "index_from_growth", "mom", "qoq", "yoy",
    ),
    "index_numbers": ("chain", "chain_same_period", "rebase"),
    "inequality": ("atkinson", "gap", "gini", "ratio", "theil_l", "theil_t"),
    "inequality_parts": (
        "InequalityParts", "decompose_inequality", "decompose_inequality_change", "gap_share",
    ),
    "lmdi": ("decompose_lmdi",),
    "outliers": ("OutlierFlags", "flag_outliers"),
    "periods": ("Period", "parse_date", "parse_period", "year_label"),
    "prices": ("deflate", "implicit_deflator", "implicit_deflator_growth", "real_growth", "reflate"),
    "revisions": ("RevisionRegression", "RevisionStatistics", "revised_by", "revision_statistics"),
    "seasonal": ("seasonal_adjust", "seasonal_adjust_many"),
    "seasonal_result": ("SeasonalAdjustment", "SeasonalPanel"),
    "lunar_calendar": ("spring_festival", "spring_festival_regressors"),
    "units": ("convert_amount", "convert_value", "format_value", "unit_label"),
    "vintages": ("VintageMatch", "VintageTable", "mixed_vintages"),
}  # fmt: skip
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [*_HOME]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
