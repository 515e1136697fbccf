"""Figures behind the page on the unemployment warning: which are held, which are owed, and the fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ..errors import Fault, ModelRefused
from ..models.warning import WarningResult, fit_warning
from ..models.warning_events import EventRule, find_events
from ..models.warning_signals import SignalRule, make_signals
from ..registry.load import load_registry
from ..sources.store import load_documents
from .context import Refusal, ReportContext
from .messages import message

__all__ = [
    "CLAIMS",
    "NINE",
    "RATE",
    "SIGNALS",
    "LabourMonths",
    "fit_of",
    "labour_months",
    "monthly_rows",
    "source_of",
]

CLAIMS, RATE = "unemployment_benefit_new_claims_persons", "urban_surveyed_unemployment_pct"
PRICES = "cpi_same_month_index"
_RATE = SignalRule(change="difference", flow=False)
_LOW_RATE = SignalRule(sign=-1, change="difference", flow=False)
# the nine signals of a zone, with the office that holds each
NINE: Mapping[str, tuple[SignalRule, str]] = {
    CLAIMS: (SignalRule(), "human_resources"),
    "job_separations_pct": (_RATE, "human_resources"),
    "vacancies_per_jobseeker_ratio": (_LOW_RATE, "human_resources"),
    "employment_filings_net_persons": (SignalRule(sign=-1, change="difference"), "human_resources"),
    "electricity_business_kwh": (SignalRule(sign=-1), "power_company"),
    "tourist_visits_one_month_person_times": (SignalRule(sign=-1), "culture_tourism"),
    "social_insurance_stopped_firms_count": (SignalRule(change="difference"), "tax"),
    "unemployment_fund_payable_months": (_LOW_RATE, "human_resources"),
    "large_layoffs_filed_count": (SignalRule(change="difference"), "human_resources"),
}
# what is published monthly for the nation and may stand in
OTHERS: Mapping[str, tuple[SignalRule, str]] = {
    RATE: (_RATE, "statistics"),
    PRICES: (SignalRule(sign=-1, change="level", flow=False), "statistics"),
    "youth_surveyed_unemployment_old_scope_pct": (_RATE, "statistics"),
    "urban_new_jobs_ytd_persons": (SignalRule(sign=-1), "human_resources"),
}
SIGNALS = {**NINE, **OTHERS}
WINDOW, DELAY = 6, 1
_LEAST_MONTHS = 24  # of a signal, to be used at all
_LEAST_TRAINED = 6  # values of a signal before the first decision
# last month of the first training span, declared for each area before anything was fitted; elsewhere the
# first third of the months that the rule of the event can judge
TRAINED = {"000000": "2019-12", "99DM00": "2014-06"}


@dataclass(frozen=True, eq=False)
class LabourMonths:
    """Monthly figures of the area.

    `rows` are the observations, `levels` the figures by month, `used` the signals that are long enough, and
    `short` those that are not, with their months.
    """

    rows: pd.DataFrame
    levels: pd.DataFrame
    used: tuple[str, ...]
    short: Mapping[str, int]

    @property
    def target(self) -> str:
        """The series whose events are warned of: new claims where they are held, else the surveyed rate."""
        return CLAIMS if CLAIMS in self.used else RATE


def monthly_rows(ctx: ReportContext) -> pd.DataFrame:
    """Monthly observations of the signals, empty where there are none."""
    rows = ctx.observations(list(SIGNALS))
    return rows[rows["freq"] == "M"].sort_values(["indicator", "period"])


def labour_months(ctx: ReportContext) -> LabourMonths:
    """Monthly figures of the signals as known on the day.

    Raises
    ------
    ModelRefused
        `no_figures`, which names what is missing and who would have it, unless new claims or the surveyed
        rate are held for three years.
    """
    rows = monthly_rows(ctx)
    counts = rows.groupby("indicator", observed=True)["period"].nunique().to_dict()
    if max(counts.get(CLAIMS, 0), counts.get(RATE, 0)) < 36:
        raise _refusal(ctx, counts)
    used = tuple(i for i in SIGNALS if counts.get(i, 0) >= _LEAST_MONTHS)
    months = pd.PeriodIndex(rows["period"].astype(str), freq="M")
    table = rows.assign(month=months).pivot(index="month", columns="indicator", values="value")
    table = table.reindex(pd.period_range(months.min(), months.max(), freq="M"))
    short = {i: int(counts[i]) for i in SIGNALS if 0 < counts.get(i, 0) < _LEAST_MONTHS}
    return LabourMonths(rows, table[list(used)], used, short)


def _refusal(ctx: ReportContext, counts: Mapping[str, int]) -> ModelRefused:
    """Which months are missing, and which offices hold them."""
    registry, said = load_registry(), {}
    for lang in ("zh", "en"):
        sep = message("list_sep", lang)
        offices: dict[str, list[str]] = {}
        for indicator, (_, office) in NINE.items():
            name = registry.indicator(indicator).name(lang)
            offices.setdefault(office, []).append(name)
        owed = message("semicolon", lang).join(
            message("warning_owed", lang, office=message(f"warning_office_{o}", lang), names=sep.join(names))
            for o, names in offices.items()
        )
        said[lang] = message(
            "warning_refused",
            lang,
            day=ctx.as_of.isoformat(),
            area=ctx.area.name(lang),
            owed=owed,
            n=max(counts.get(CLAIMS, 0), counts.get(RATE, 0)),
        )
    step = message("warning_refused_next", "en")
    return ModelRefused(Fault(said["en"], next_step=step, zh=said["zh"], code="no_figures"))


def source_of(ctx: ReportContext, months: LabourMonths | Refusal) -> str:
    """Publishers behind the signals used."""
    if isinstance(months, Refusal):
        return "—"
    return ctx.sources_of(months.rows[months.rows["indicator"].isin(months.used)])


def event_rule(months: LabourMonths) -> EventRule:
    """The event of the area, declared before fitting: counts above their bound, else a rise of the rate."""
    series = months.levels[months.target].dropna()
    if months.target == CLAIMS:
        return EventRule(kind="counts_above_bound", series=series)
    return EventRule(kind="sahm_type", series=series)


def fit_of(ctx: ReportContext, months: LabourMonths) -> WarningResult:
    """The warning of the area with what was known on the day."""
    rule = event_rule(months)
    end = pd.Period(TRAINED[ctx.area.code], freq="M") if ctx.area.code in TRAINED else _third(rule)
    signals = make_signals(months.levels, {i: SIGNALS[i][0] for i in months.used})
    trained = signals[signals.index <= end - DELAY].notna().sum()
    signals = signals[[i for i in signals if trained[i] >= _LEAST_TRAINED]]
    documents = load_documents(area=ctx.area.code, as_of=ctx.as_of, root=ctx.root)
    actions = documents[documents["measure"].astype(str).str.startswith("E14")]
    return fit_warning(
        signals, events=rule, train_end=end, window=WINDOW, delay=DELAY, as_of=ctx.as_of, actions=actions,
        alpha=ctx.alpha, seed=ctx.seed,
    )  # fmt: skip


def _third(rule: EventRule) -> pd.Period:
    judged = find_events(rule).inside.dropna().index
    return judged[len(judged) // 3]
