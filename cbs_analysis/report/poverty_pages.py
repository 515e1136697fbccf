"""The page on the return to poverty: from published tables alone, never from a household."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..models.poverty_classes import CLASSES
from ..models.poverty_rules import RULES
from ..models.poverty_zero import upper_bound
from ..models.warning_scores import counts_interval
from ..registry.load import load_registry
from .messages import message
from .poverty_published import PublishedLedger, ledger_table, published_ledger, said
from .tables import Table, translator

__all__ = [
    "PublishedLedger",
    "published_ledger",
    "reading_classes",
    "reading_complete",
    "reading_hidden",
    "reading_returned",
    "reading_scores",
    "table_classes",
    "table_clocks",
    "table_guarantees",
    "table_movement",
    "table_returned",
    "table_rules",
    "table_scores",
    "table_states",
]

GUARANTEES = ("schooling", "medical", "housing", "water", "food_clothing")
STATES = ("at_risk", "on_list", "none", "unknown")
MONTHS_SHOWN = 12
FEWEST_EVENTS = 5


# --- who is monitored ------------------------------------------------------------------------------


def table_classes(ledger: PublishedLedger, lang: str) -> Table:
    """Households by class and district in the last month."""
    t, registry = translator(lang), load_registry()
    places = (*ledger.districts, "")
    rows = []
    for name in (*CLASSES, "all"):
        held = [ledger.get("classes", ledger.last, name, district=d) for d in places]
        rows.append((t(f"poverty_class_{name}"), *(said(x, lang) for x in held)))
    heads = [registry.area(d).name(lang) if d else t("poverty_whole") for d in places]
    return ledger_table(
        ledger, lang, t("poverty_classes_note"), title=t("poverty_classes_title", month=ledger.last),
        columns=(t("poverty_class"), *heads), rows=rows,
    )  # fmt: skip


def table_movement(ledger: PublishedLedger, lang: str) -> Table:
    """Households on the list by month: how many, who came, who left, for whom help is matched."""
    t = translator(lang)
    names = ("stock", "entered", "left", "matched", "unmatched", "unknown")
    months = ledger.periods("monitored")[-MONTHS_SHOWN:]
    rows = [(m, *(said(ledger.get("monitored", m, n), lang) for n in names)) for m in months]
    return ledger_table(
        ledger, lang, t("poverty_movement_note"), title=t("poverty_movement_title"),
        columns=(t("poverty_month"), *(t(f"poverty_{n}") for n in names)), rows=rows,
    )  # fmt: skip


def table_states(ledger: PublishedLedger, lang: str) -> Table | None:
    """Where the households of one December were a year later; None before two Decembers were published."""
    t, years = translator(lang), ledger.periods("transitions")
    if not years:
        return None
    year = years[-1]
    columns = (*STATES, "gone")
    rows = [
        (
            t(f"poverty_state_{before}"),
            *(said(ledger.get("transitions", year, before, after), lang) for after in columns),
        )
        for before in (*STATES, "arrived")
    ]
    return ledger_table(
        ledger, lang, title=t("poverty_states_title", first=f"{int(year) - 1}-12", last=f"{year}-12"),
        columns=(t("poverty_state"), *(t(f"poverty_state_{c}") for c in columns)), rows=rows,
    )  # fmt: skip


def reading_classes(ledger: PublishedLedger, lang: str) -> str:
    """How many are on the list, and whether that is more than a year before."""
    months = ledger.periods("monitored")
    now = ledger.number("monitored", months[-1], "stock")
    before = str(pd.Period(months[-1], "M") - 12)
    then = ledger.number("monitored", before, "stock")
    if now is None:
        return message("poverty_reading_hidden_stock", lang, month=months[-1])
    if then is None:
        return message("poverty_reading_stock", lang, month=months[-1], now=f"{now:,.0f}")
    course = "same" if now == then else "more" if now > then else "fewer"
    return message(
        f"poverty_reading_{course}", lang, month=months[-1], now=f"{now:,.0f}", before=before,
        then=f"{then:,.0f}", change=f"{abs(now - then):,.0f}",
    )  # fmt: skip


# --- why -------------------------------------------------------------------------------------------


def table_rules(ledger: PublishedLedger, lang: str) -> Table:
    """Households by rule in the last month, with the number that the rule goes by."""
    t, p, year = translator(lang), ledger.parameters, int(ledger.last[:4])
    line = f"{p.line(year).yuan:,.0f}" if year in p.years() else "—"
    words = {"R1": line, "R2": f"{p.value('rigid_ratio'):g}", "R3": f"{p.value('income_drop'):.0%}"}
    rows = [
        (r, t(f"poverty_rule_{r}", value=words.get(r, "")), said(ledger.get("rules", ledger.last, r), lang))
        for r in RULES
    ]
    return ledger_table(
        ledger, lang, t("poverty_rules_note"), title=t("poverty_rules_title", month=ledger.last),
        columns=(t("poverty_rule"), t("poverty_rule_text"), t("poverty_households")), rows=rows, first=2,
    )  # fmt: skip


def table_guarantees(ledger: PublishedLedger, lang: str) -> Table:
    """Households that lack one of the guarantees, in the last months."""
    t = translator(lang)
    months = ledger.periods("guarantees")[-MONTHS_SHOWN:]
    rows = [(m, *(said(ledger.get("guarantees", m, g), lang) for g in GUARANTEES)) for m in months]
    return ledger_table(
        ledger, lang, title=t("poverty_guarantees_title"),
        columns=(t("poverty_month"), *(t(f"poverty_guarantee_{g}") for g in GUARANTEES)), rows=rows,
    )  # fmt: skip


# --- a return to poverty ---------------------------------------------------------------------------


def table_returned(ledger: PublishedLedger, lang: str) -> Table:
    """Households lifted out of poverty that are below the relief line again, with the bound."""
    t, registry, rows = translator(lang), load_registry(), []
    for place in (*ledger.districts, ""):
        events = ledger.get("returned", ledger.last, "returned", district=place)
        among = ledger.number("returned", ledger.last, "all", district=place)
        rate = bound = "—"
        if isinstance(events, float) and among:
            rate = f"{1000 * events / among:.1f}"
            bound = f"{1000 * upper_bound(int(events), int(among)):.1f}"
        name = registry.area(place).name(lang) if place else t("poverty_whole")
        among_said = said(ledger.get("returned", ledger.last, "all", district=place), lang)
        rows.append((name, said(events, lang), among_said, rate, bound))
    heads = ("area", "returned", "lifted", "per_1000", "upper")
    return ledger_table(
        ledger, lang, t("poverty_returned_note"), title=t("poverty_returned_title", month=ledger.last),
        columns=tuple(t(f"poverty_{h}") for h in heads), rows=rows,
    )  # fmt: skip


def reading_returned(ledger: PublishedLedger, lang: str) -> str:
    """None seen is not "no risk": the bound says what remains possible; a hidden count gives no rate."""
    events = ledger.get("returned", ledger.last, "returned")
    among = ledger.number("returned", ledger.last, "all")
    words = {"month": ledger.last, "among": said(ledger.get("returned", ledger.last, "all"), lang)}
    if isinstance(events, float) and among:
        bound = f"{1000 * upper_bound(int(events), int(among)):.1f}"
        key = "poverty_returned_none" if events == 0 else "poverty_returned_some"
        return message(key, lang, events=f"{events:,.0f}", bound=bound, **words)
    return message(f"poverty_returned_{events}", lang, **words)


# --- how well the ledger works ---------------------------------------------------------------------


def _share(hits: float | None, of: float | None, alpha: float, lang: str) -> str:
    """Percent with its interval; a dash where a count is hidden."""
    if hits is None or not of:
        return "—"
    low, high = counts_interval(int(hits), int(of), alpha=alpha)
    return message("poverty_share", lang, share=f"{hits / of:.1%}", low=f"{low:.1%}", high=f"{high:.1%}")


def table_clocks(ledger: PublishedLedger, lang: str) -> Table:
    """Days from clue to decision and of publicity, by half-year of the clue."""
    t, rows = translator(lang), []
    for period in ledger.periods("clocks"):
        for clock in ("decision", "publicity"):
            counts = {
                n: ledger.get("clocks", period, clock, n)
                for n in ("all", "in_time", "late", "late_open", "open")
            }
            known = {n: ledger.number("clocks", period, clock, n) for n in counts}
            judged = None if known["all"] is None or known["open"] is None else known["all"] - known["open"]
            median, low, high = (
                ledger.number("clocks", period, clock, f"median{x}") for x in ("", "_low", "_high")
            )
            rows.append(
                (_half(period, lang), t(f"poverty_clock_{clock}"),
                 *(said(counts[n], lang) for n in ("all", "in_time", "late", "late_open", "open")),
                 _share(known["in_time"], judged, ledger.alpha, lang),
                 "—" if median is None else _days(median, low, high, lang))
            )  # fmt: skip
    heads = ("half", "clock", "cases", "in_time", "late", "late_open", "open", "share_in_time", "median")
    p = ledger.parameters
    limits = t(
        "poverty_clocks_note",
        decision=f"{p.value('decision_days'):g}", publicity=f"{p.value('publicity_days'):g}",
        level=f"{1 - ledger.alpha:.0%}",
    )  # fmt: skip
    return ledger_table(
        ledger, lang, limits, title=t("poverty_clocks_title"),
        columns=tuple(t(f"poverty_{h}") for h in heads), rows=rows, first=2,
    )  # fmt: skip


def _half(period: str, lang: str) -> str:
    year, half = period.split("H")
    return message(f"poverty_half_{half}", lang, year=year)


def _days(median: float, low: float | None, high: float | None, lang: str) -> str:
    ends = [message("poverty_no_end", lang) if x is None else f"{x:g}" for x in (low, high)]
    return message("poverty_days", lang, median=f"{median:g}", low=ends[0], high=ends[1])


def reading_complete(ledger: PublishedLedger, lang: str) -> str:
    """How many households have every field filled in."""
    among = ledger.number("classes", ledger.last, "all")
    lacking = ledger.number("complete", ledger.last, "incomplete")
    if among is None or lacking is None:
        return message("poverty_complete_hidden", lang, month=ledger.last)
    share = _share(among - lacking, among, ledger.alpha, lang)
    return message("poverty_complete", lang, month=ledger.last, share=share, among=f"{among:,.0f}")


def table_scores(ledger: PublishedLedger, lang: str) -> Table | None:
    """How well rules and model told in one December who would be below the line in the next."""
    t, rows = translator(lang), []
    for year in ledger.periods("scores"):
        events = ledger.number("scores", year, "all", "fell")
        scored = events is not None and events >= FEWEST_EVENTS
        for who, groups in (("rules", ("both", "only_rules")), ("model", ("both", "only_model"))):
            fell, chosen = (_sum(ledger, year, groups, item) for item in ("fell", "known"))
            auc = "—"
            if who == "model" and scored:
                auc = _auc(ledger, year, lang)
            rows.append(
                (year, t(f"poverty_who_{who}"), said(ledger.get("scores", year, "all", "known"), lang),
                 said(ledger.get("scores", year, "all", "fell"), lang),
                 "—" if chosen is None else f"{chosen:,.0f}",
                 _share(fell, chosen, ledger.alpha, lang) if scored else "—",
                 _share(fell, events, ledger.alpha, lang) if scored else "—", auc)
            )  # fmt: skip
    heads = ("year", "who", "tested", "fell", "chosen", "precision", "recall", "auc")
    if not rows:
        return None
    return ledger_table(
        ledger, lang, t("poverty_scores_note"), title=t("poverty_scores_title"),
        columns=tuple(t(f"poverty_{h}") for h in heads), rows=rows, first=2,
    )  # fmt: skip


def _sum(ledger: PublishedLedger, year: str, groups: tuple[str, ...], item: str) -> float | None:
    parts = [ledger.number("scores", year, g, item) for g in groups]
    return None if None in parts else sum(x for x in parts if x is not None)


def _auc(ledger: PublishedLedger, year: str, lang: str) -> str:
    value, low, high = (ledger.number("scores", year, "auc", x) for x in ("value", "low", "high"))
    if value is None or low is None or high is None:
        return "—"
    return message("poverty_range", lang, value=f"{value:.2f}", low=f"{low:.2f}", high=f"{high:.2f}")


def reading_scores(ledger: PublishedLedger, lang: str) -> str:
    """Whether the warnings were tested, on how many events, and with what result."""
    years = ledger.periods("scores")
    if not years:
        return message("poverty_scores_none", lang)
    year = years[-1]
    events = ledger.number("scores", year, "all", "fell")
    auc = _auc(ledger, year, lang)
    if events is None or events < FEWEST_EVENTS or auc == "—":
        return message("poverty_scores_few", lang, year=year)
    known = said(ledger.get("scores", year, "all", "known"), lang)
    level = f"{1 - ledger.alpha:.0%}"
    return message(
        "poverty_scores_reading", lang, year=year, before=str(int(year) - 1), known=known,
        events=f"{events:,.0f}", auc=auc, level=level,
    )  # fmt: skip


def reading_hidden(ledger: PublishedLedger, lang: str) -> str:
    """How many counts of the page are hidden, and why."""
    values: list[Any] = list(ledger.cells.values())
    small, withheld = values.count("small"), values.count("withheld")
    return message(
        "poverty_hidden", lang, small=f"{small:,}", withheld=f"{withheld:,}", all=f"{len(values):,}"
    )
