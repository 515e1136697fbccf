"""One module for each question: frames in, results out. A module is loaded when a name of it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .ardl import ArdlResult, fit_ardl
    from .bounds import bounds_critical_values, bounds_pvalues
    from .causality import TodaYamamotoResult, fit_toda_yamamoto
    from .cointegration import EngleGrangerResult, fit_engle_granger, require_cointegration
    from .comparison import ComparisonRegions, choose_comparison
    from .elasticity import ElasticityResult, arc_elasticity, fit_employment_elasticity
    from .forecast_accuracy import DieboldMariano, diebold_mariano
    from .forecasts import ForecastResult, backtest, fit_forecast, scenario_forecasts
    from .income_gap import IncomeGapResult, fit_income_gap
    from .johansen import JohansenResult, fit_johansen
    from .limit_outlook import LimitOutlook, fit_limit_outlook
    from .local_projections import LocalProjectionResult, fit_local_projections
    from .okun import OkunResult, fit_okun
    from .outlook import Outlook, fit_outlook, fit_sum_outlook
    from .panel import PanelResults, fit_panel, hausman_test
    from .panel_sample import stack_panel
    from .pooling import PoolingResult, fit_pooling, region_slopes
    from .poverty import Monitoring, fit_monitoring
    from .poverty_ledger import check_ledger
    from .poverty_replay import back_play
    from .projection import Projection, fit_projection
    from .regression import RegressionResult, fit_regression
    from .results import Comparison, Results, compare
    from .samples import require_sample
    from .stability import BreaksResult, fit_breaks
    from .synchrony import SynchronyResult, fit_synchrony
    from .synchrony_parts import SynchronyParts, fit_synchrony_parts, growth_of_all
    from .synthetic_control import SyntheticControl, fit_synthetic_control
    from .unit_roots import UnitRootResult, fit_unit_roots
    from .var import VarResult, fit_var
    from .vecm import VecmResult, fit_vecm
    from .vulnerability import VulnerabilityResult, fit_vulnerability
    from .vulnerability_scores import VulnerabilityScores, score_vulnerability
    from .warning import WarningResult, fit_warning
    from .warning_counts import seasonal_upper_bound
    from .warning_events import EventRule, sahm_gap
    from .warning_levels import LevelRule
    from .warning_signals import SignalRule, make_signals, signal_vintages

_MODULES = {
    "ardl": ("ArdlResult", "fit_ardl",),
    "bounds": ("bounds_critical_values", "bounds_pvalues",),
    "causality": ("TodaYamamotoResult", "fit_toda_yamamoto",),
    "cointegration": ("EngleGrangerResult", "fit_engle_granger", "require_cointegration",),
    "comparison": ("ComparisonRegions", "choose_comparison",),
    "elasticity": ("ElasticityResult", "arc_elasticity", "fit_employment_elasticity",),
    "forecast_accuracy": ("DieboldMariano", "diebold_mariano",),
    "forecasts": ("ForecastResult", "backtest", "fit_forecast", "scenario_forecasts",),
    "income_gap": ("IncomeGapResult", "fit_income_gap",),
    "johansen": ("JohansenResult", "fit_johansen",),
    "limit_outlook": ("LimitOutlook", "fit_limit_outlook",),
    "local_projections": ("LocalProjectionResult", "fit_local_projections",),
    "okun": ("OkunResult", "fit_okun",),
    "outlook": ("Outlook", "fit_outlook", "fit_sum_outlook",),
    "panel": ("PanelResults", "fit_panel", "hausman_test",),
    "panel_sample": ("stack_panel",),
    "pooling": ("PoolingResult", "fit_pooling", "region_slopes",),
    "poverty": ("Monitoring", "fit_monitoring",),
    "poverty_ledger": ("check_ledger",),
    "poverty_replay": ("back_play",),
    "projection": ("Projection", "fit_projection",),
    "regression": ("RegressionResult", "fit_regression",),
    "results": ("Comparison", "Results", "compare",),
    "samples": ("require_sample",),
    "stability": ("BreaksResult", "fit_breaks",),
    "synchrony": ("SynchronyResult", "fit_synchrony",),
    "synchrony_parts": ("SynchronyParts", "fit_synchrony_parts", "growth_of_all"),
    "synthetic_control": ("SyntheticControl", "fit_synthetic_control",),
    "unit_roots": ("UnitRootResult", "fit_unit_roots",),
    "var": ("VarResult", "fit_var",),
    "vecm": ("VecmResult", "fit_vecm",),
    "warning": ("WarningResult", "fit_warning",),
    "warning_counts": ("seasonal_upper_bound",),
    "warning_events": ("EventRule", "sahm_gap",),
    "warning_levels": ("LevelRule",),
    "warning_signals": ("SignalRule", "make_signals", "signal_vintages",),
    "vulnerability": ("VulnerabilityResult", "fit_vulnerability",),
    "vulnerability_scores": ("VulnerabilityScores", "score_vulnerability",),
}  # fmt: skip
_HOME = {name: module for module, names in _MODULES.items() for name in names}
__all__ = [*_HOME]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
