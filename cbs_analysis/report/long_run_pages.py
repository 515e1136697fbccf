"""Tables, charts and sentences of the pages on the long run and on shocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..models.ardl import ArdlResult
from ..models.cointegration import EngleGrangerResult
from ..models.local_projections import LocalProjectionResult
from ..models.results import evidence_word
from ..models.unit_roots import UnitRootResult
from ..models.var import VarResult
from .context import Refusal
from .long_run_data import Variables, long_run_levels, quarterly_pair, relation_power
from .messages import message
from .tables import Table, translator

__all__ = [
    "Variables",
    "long_run_levels",
    "once",
    "quarterly_pair",
    "reading_levels",
    "reading_methods",
    "reading_power",
    "reading_roots",
    "reading_shock",
    "table_answers",
    "table_bounds",
    "table_power",
    "table_responses",
    "table_unit_roots",
]

FEWEST = 12  # years below which no bounds test is made
SPEEDS = (0.2, 0.4, 0.6)
HORIZONS = (0, 1, 2, 4)
Shock = VarResult | LocalProjectionResult


def once(*parts: Any) -> list[Any]:
    """Parts of a cell without repeated refusals, and without "no figures" beside a refusal."""
    told: set[str] = set()
    kept = []
    for part in parts:
        text = part._repr_html_()
        if isinstance(part, Refusal):
            if text in told:
                continue
            told.add(text)
        elif told and 'class="empty"' in text:
            continue
        kept.append(part)
    return kept


# --- tables --------------------------------------------------------------------------------------


def number_of(value: float, digits: int = 2, *, sign: bool = False) -> str:
    text = f"{value:{'+' if sign else ''}.{digits}f}" if np.isfinite(value) else "—"
    return text.replace("-", "−")


def _reason(refusal: Refusal, lang: str) -> str:
    fault = refusal.error.faults[0]
    if lang == "zh" and fault.zh:
        return fault.zh
    return fault.what + (f" ({fault.got})" if fault.got else "")


def table_unit_roots(tests: Mapping[str, UnitRootResult | Refusal], lang: str) -> Table:
    """p values of the tests of a unit root and of its absence, and what they say together."""
    t = translator(lang)
    rows: list[tuple[Any, ...]] = []
    for name, test in tests.items():
        if isinstance(test, Refusal):
            rows.append((name, "—", "—", "—", "—", _reason(test, lang)))
            continue
        used = "ct" if any("trend" in a for a in test.assumptions) else "c"
        p = [number_of(test.tests.at[f"{kind} {used}", "pvalue"]) for kind in ("ADF", "PP", "KPSS")]
        rows.append((name, str(test.nobs), *p, t(f"long_run_state_{test.state}")))
    heads = ("series", "n", "adf", "pp", "kpss", "verdict")
    return Table(
        t("long_run_roots_title"),
        tuple(t(f"long_run_{h}") for h in heads),
        tuple(rows),
        note=t("long_run_roots_note"),
        numeric=frozenset(range(1, 5)),
        empty=t("no_figures"),
    )


def table_bounds(ardl: ArdlResult, engle: EngleGrangerResult, lang: str) -> Table:
    """Each statistic of the long-run tests beside the values it would have to pass."""
    t = translator(lang)
    found = [
        (str(name), r["statistic"], r["I(0)"], r["I(1)"], (r["statistic"] < r["I(1)"]) == (name == "t"))
        for name, r in ardl.bounds.iterrows()
    ]
    beyond = engle.statistic < engle.critical_value
    found.append(("engle", engle.statistic, np.nan, engle.critical_value, beyond))
    rows = tuple(
        (
            t(f"long_run_{name}"),
            number_of(x),
            number_of(low),
            number_of(high),
            t("long_run_yes" if yes else "long_run_no"),
        )
        for name, x, low, high, yes in found
    )
    size = f"{100 * ardl.bounds_alpha:.0f}"
    heads = ("test", "statistic", "low", "high", "beyond")
    return Table(
        t("long_run_bounds_title"),
        tuple(t(f"long_run_{h}", size=size) for h in heads),
        rows,
        note=t("long_run_bounds_note", n=ardl.nobs),
        numeric=frozenset({1, 2, 3}),
    )


def _lengths(levels: Variables) -> list[int]:
    n = len(levels.common)
    return sorted({x for x in (n, 15, 20, 25, 30, 40) if x >= max(n, FEWEST)})


def table_power(levels: Variables, lang: str, *, seed: int) -> Table:
    """How often the bounds test would find a relation that is there, by length and speed of return."""
    t, now = translator(lang), len(levels.common)
    rows = tuple(
        (
            t("long_run_years_now" if n == now else "long_run_years", n=n),
            *(f"{relation_power(n, s, seed=seed):.0%}" for s in SPEEDS),
        )
        for n in _lengths(levels)
    )
    return Table(
        t("long_run_power_title"),
        (t("long_run_length"), *(t("long_run_speed", share=f"{s:.0%}") for s in SPEEDS)),
        rows,
        note=t("long_run_power_note"),
        numeric=frozenset({1, 2, 3}),
    )


def responses_of(result: Shock) -> pd.DataFrame:
    """Estimate, low and high by horizon for a shock of one unit."""
    if isinstance(result, LocalProjectionResult):
        return result.irf()[["estimate", "low", "high"]]
    table = result.irf()
    rows = table[(table["impulse"] == result.impulse) & (table["response"] == result.response)]
    return rows.set_index("horizon")[["estimate", "low", "high"]] / _size(result)


def _size(result: VarResult) -> float:
    """Units of a shock of one standard deviation."""
    j = result.names.index(result.impulse)
    return float(result.bands["orthogonalized"][0][0, j, j])


def digits_of(*responses: pd.DataFrame) -> int:
    """Two decimals, three for responses that lie below .2 throughout."""
    return 2 if max(float(r["estimate"].abs().max()) for r in responses) >= 0.2 else 3


def table_responses(models: Mapping[str, Shock | Refusal], lang: str) -> Table:
    """Responses to a shock of one point by several methods, with their intervals."""
    t = translator(lang)
    found = {name: responses_of(m) for name, m in models.items() if not isinstance(m, Refusal)}
    digits = digits_of(*found.values()) if found else 2
    rows: list[tuple[str, ...]] = []
    for name, model in models.items():
        if isinstance(model, Refusal):
            rows.append((name, *["—"] * len(HORIZONS), "—", _reason(model, lang)))
            continue
        said = []
        for h in HORIZONS:
            value, low, high = (number_of(x, digits, sign=True) for x in found[name].loc[h])
            said.append(t("long_run_cell", value=value, low=low, high=high))
        rows.append((name, *said, str(model.nobs), ""))
    columns = [
        t("model"),
        t("long_run_same"),
        *(t("long_run_after", h=h) for h in HORIZONS[1:]),
        t("long_run_n"),
    ]
    if len(found) < len(models):
        columns.append(t("long_run_remark"))
    level = next((f"{1 - m.alpha:.0%}" for m in models.values() if not isinstance(m, Refusal)), "")
    return Table(
        t("long_run_responses_title"),
        tuple(columns),
        tuple(row[: len(columns)] for row in rows) if found else (),
        note=t("long_run_responses_note", level=level),
        numeric=frozenset(range(1, 6)),
        empty=t("long_run_no_model"),
    )


def table_answers(answers: Mapping[str, Any], lang: str, *, title: str = "") -> Table:
    """Question and answer: the sentence of a result, or why there is none."""
    t = translator(lang)
    rows = []
    for question, found in answers.items():
        if isinstance(found, Refusal):
            rows.append((question, t("long_run_not_assessable", reason=_reason(found, lang))))
        else:
            text = found.finding(lang)
            rows.append((question, text[:1].upper() + text[1:]))
    columns = (t("long_run_question"), t("long_run_answer"))
    return Table(title or t("long_run_answers_title"), columns, tuple(rows))


# --- readings ------------------------------------------------------------------------------------


def reading_levels(levels: Variables, lang: str) -> str | None:
    """Which prices and years the yearly levels are of, and what follows from that."""
    years = levels.common
    if levels.missing or not len(years):
        return None
    return message(f"long_run_levels_{levels.prices}", lang, first=years[0], last=years[-1], n=len(years))


def reading_roots(tests: Mapping[str, UnitRootResult | Refusal], lang: str) -> str | None:
    """Which series wander, which do not, and for which the tests disagree."""
    parts = []
    for state in ("unit_root", "stationary", "undecided"):
        names = [n for n, r in tests.items() if not isinstance(r, Refusal) and r.state == state]
        if names:
            parts.append(message(f"long_run_are_{state}", lang, names=message("list_sep", lang).join(names)))
    return (
        message("long_run_roots", lang, parts=message("long_run_semicolon", lang).join(parts))
        if parts
        else None
    )


def reading_power(levels: Variables, relation: ArdlResult | Refusal, lang: str, *, seed: int) -> str:
    """The chance to find a relation at this length, the length that would do, and any other obstacle."""
    lengths, n = _lengths(levels), len(levels.common)
    chance = {x: relation_power(x, SPEEDS[-1], seed=seed) for x in lengths}
    enough = next((x for x in lengths if chance[x] >= 0.8), None)
    need = message("long_run_need" if enough else "long_run_need_more", lang, n=enough or lengths[-1])
    speed = f"{SPEEDS[-1]:.0%}"
    if n < FEWEST:
        return message("long_run_power_none", lang, n=n, fewest=FEWEST, speed=speed, need=need)
    text = message("long_run_power_reading", lang, n=n, share=f"{chance[n]:.0%}", speed=speed, need=need)
    if isinstance(relation, ArdlResult) and relation.second_order:
        names = message("list_sep", lang).join(relation.second_order)
        return text + message("long_run_power_second", lang, names=names)
    return text + (
        message("long_run_power_open", lang) if not getattr(relation, "cointegrated", False) else ""
    )


def reading_shock(result: VarResult, lang: str) -> str:
    """The response of the finding for one point, and with the order of the two variables turned."""
    found = responses_of(result)
    digits = digits_of(found)
    value, low, high = (float(x) for x in found.loc[result.after])
    s, x, y = result.sigma, result.impulse, result.response
    own = float(np.sqrt(s.at[x, x] - s.at[x, y] ** 2 / s.at[y, y]))  # what is left of a shock that moves last
    turned = float(result.sensitivity["impulse placed last"]) / own
    said = [number_of(v, digits, sign=True) for v in (value, low, high, turned)]
    text = message(
        "long_run_shock_reading", lang, impulse=x, response=y, after=result.after,
        size=f"{_size(result):.2f}", value=said[0], low=said[1], high=said[2], turned=said[3],
        cover=f"{1 - result.alpha:.0%}",
    )  # fmt: skip
    return text + (message("long_run_shock_same", lang) if abs(turned) < 0.75 * abs(value) else "")


def reading_methods(models: Mapping[str, Shock | Refusal], lang: str) -> str | None:
    """How far the methods agree on the response after one quarter."""
    known = [responses_of(m).loc[1] for m in models.values() if not isinstance(m, Refusal)]
    if not known:
        return None
    if len(known) == 1:
        return message("long_run_methods_one", lang)
    values = [float(r["estimate"]) for r in known]
    digits = 2 if max(map(abs, values)) >= 0.2 else 3
    clear = sum(evidence_word(r["low"], r["high"]) != "covers" for r in known)
    return message(
        "long_run_methods", lang, n=len(known), clear=clear,
        low=number_of(min(values), digits, sign=True), high=number_of(max(values), digits, sign=True),
    )  # fmt: skip
