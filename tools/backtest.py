"""Play past mid-terms: what would each method have said about a five-year target, and was it right?

    python tools/backtest.py [--out docs/backtest.md] [--csv docs/backtest.csv]

For every series of the store and every base year the target is the level five years on. It is ours, not a
plan's: the median five-year growth seen up to the base year. After 1, 2, 3 and 4 years each method says how
likely the target is (yes or no count as 1 or 0) from the figures up to then, and the outcome is looked up. A
second, small table does the same with the growth that national plans announced.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from cbs_analysis import load_observations, load_registry
from cbs_analysis.errors import CbsError
from cbs_analysis.models.forecast_accuracy import diebold_mariano
from cbs_analysis.models.outlook import fit_outlook
from cbs_analysis.models.projection import fit_projection

SPAN = 5  # years from base to target
HISTORY = 8  # figures up to the base year
TREND = 15  # figures of the weighted trend
ON_TRACK = 0.95  # of the required pace, for the yes/no methods
METHODS = {
    "projection": "`fit_projection`, as printed (steps of 0.05 within 0.05-0.95)",
    "outlook": "`fit_outlook` on the last 11 figures, as printed",
    "drift": "mean past growth, normal shocks, its own error left out",
    "drift_yes_no": "mean past growth reaches the target: yes or no",
    "eurostat": "growth since the base at least 95 % of that required (Eurostat's ratio): yes or no",
    "escap": "weighted straight trend of the last 15 figures (as ESCAP anticipates progress): yes or no",
    "straight_line": "at least 95 % of the straight line from base to target: yes or no",
}
INTERVALS = ("projection", "outlook", "drift")


@dataclass(frozen=True)
class Question:
    """A series and the direction of its targets."""

    indicator: str
    side: str = "at_least"
    scale: str = "log"


QUESTIONS = (
    Question("gdp_real_index1978_index"),
    Question("gdp_per_capita_real_index1978_index"),
    Question("gdp_nominal_mn_yuan"),
    Question("disposable_income_all_nominal_yuan"),
    Question("urbanisation_pct", scale="logit"),
    Question("health_technicians_per_10k"),
    Question("he_students_per_100k"),
    Question("registered_unemployment_pct", side="at_most"),
)
# Average yearly growth of GDP that five-year plans announced, by base year: Xinhua, 5 March 2012 (11th and
# 12th plan); explanation of the proposal for the 13th plan, Xinhua, 3 November 2015 ("at least 6.5 %")
PLANS = {2005: 7.5, 2010: 7.0, 2015: 6.5}


def forward(x: np.ndarray | float, scale: str) -> np.ndarray:
    """To the scale on which growth is counted."""
    x = np.asarray(x, dtype=float)
    return np.log(x / (100 - x)) if scale == "logit" else np.log(x)


def backward(z: float, scale: str) -> float:
    """To the unit of the series."""
    return float(100 / (1 + np.exp(-z)) if scale == "logit" else np.exp(z))


def one_vintage(rows: pd.DataFrame) -> pd.Series:
    """The longest consecutive series that one publication printed, so that no revision looks like growth."""
    best = pd.Series(dtype=float)
    for _, group in rows.groupby(["vintage", "edition"], sort=True):
        values = group.sort_values("period").drop_duplicates("period", keep="last")
        series = pd.Series(values["value"].to_numpy(), pd.PeriodIndex(values["period"], freq="Y"))
        runs = (np.diff(series.index.asi8) != 1).cumsum()
        run = series[np.concatenate([[0], runs]) == (runs[-1] if len(runs) else 0)]
        if len(run) >= len(best):  # the later publication where two are equally long
            best = run
    return best


def known_then(rows: pd.DataFrame, last: int, first: int) -> pd.Series | None:
    """Figures of `first` to `last` as published by the end of the year after, where the store holds them."""
    published = rows[rows["vintage"] <= f"{last + 1}-12-31"]
    if published.empty:
        return None
    series = one_vintage(published)
    years = series.index.year if len(series) else []
    if len(series) and years[0] <= first and years[-1] >= last:
        return series[series.index.year <= last]
    return None


def say(past: pd.Series, base: int, target: float, ask: Question) -> dict[str, float]:
    """What each method says with the figures of `past`, and the 80 % intervals of those that have one."""
    year = past.index[-1].year
    ahead = base + SPAN - year
    z, goal = forward(past.to_numpy(), ask.scale), float(forward(target, ask.scale))
    better = 1.0 if ask.side == "at_least" else -1.0
    at_base = past.index.get_loc(pd.Period(str(base), "Y"))
    said: dict[str, float] = {}
    fit = fit_projection(past, horizon=ahead, target=target, side=ask.side, scale=ask.scale, flagged=())  # type: ignore[arg-type]
    said["projection"] = float(fit.probability or 0.0)
    said["projection_low"], said["projection_high"] = fit.conf_int(0.2).iloc[-1]
    look = fit_outlook(
        past.iloc[-11:],
        horizon=ahead,
        target=target,
        side=ask.side,
        share=ask.scale == "logit",  # type: ignore[arg-type]
    )
    said["outlook"] = look.probability
    said["outlook_low"], said["outlook_high"] = look.interval
    steps = np.diff(z)
    centre, spread = z[-1] + ahead * steps.mean(), steps.std(ddof=1) * np.sqrt(ahead)
    said["drift"] = float(stats.norm.cdf(better * (centre - goal) / spread))
    half = stats.norm.ppf(0.9) * spread
    said["drift_low"] = backward(centre - half, ask.scale)
    said["drift_high"] = backward(centre + half, ask.scale)
    said["drift_yes_no"] = float(better * (centre - goal) >= 0)
    gone = year - base
    x0, x = float(past.iloc[at_base]), float(past.iloc[-1])
    actual, required = (x / x0) ** (1 / gone) - 1, (target / x0) ** (1 / SPAN) - 1
    met = better * (x - target) >= 0
    said["eurostat"] = float(met or better * actual >= better * ON_TRACK * required)
    years = past.index.year.to_numpy(dtype=float)
    weight = years - years[0] + 1
    late = slice(-TREND, None)
    slope, level = np.polyfit((years - year)[late], past.to_numpy()[late], 1, w=np.sqrt(weight[late]))
    said["escap"] = float(better * (level + slope * ahead - target) >= 0)
    way = x0 + (target - x0) * gone / SPAN * ON_TRACK
    said["straight_line"] = float(better * (x - way) >= 0)
    return said


def cases(ask: Question, rows: pd.DataFrame, area: str) -> Iterator[dict[str, object]]:
    """Every base year and mid-term of one series."""
    series = one_vintage(rows)
    if len(series) < HISTORY + SPAN:
        return
    years = series.index.year
    for base in range(years[0] + HISTORY - 1, years[-1] - SPAN + 1):
        before = series[years <= base]
        z = forward(before.to_numpy(), ask.scale)
        usual = float(np.median(z[SPAN:] - z[:-SPAN]))
        target = backward(z[-1] + usual, ask.scale)
        outcome = float(series[years == base + SPAN].iloc[0])
        better = 1.0 if ask.side == "at_least" else -1.0
        if usual * better <= 0:  # a target that asks for nothing is no target
            continue
        for gone in range(1, SPAN):
            known = known_then(rows, base + gone, int(years[0]))
            past = series[years <= base + gone] if known is None else known
            try:
                said = say(past, base, target, ask)
            except CbsError as error:
                said = {"refused": 1.0}
                print(f"{ask.indicator} {area} {base}+{gone}: {error.faults[0].what}", file=sys.stderr)
            yield {
                "indicator": ask.indicator,
                "area": area,
                "base": base,
                "judged": base + gone,
                "ahead": SPAN - gone,
                "sample": "truncated" if known is None else "published",
                "target": target,
                "outcome": outcome,
                "met": float(better * (outcome - target) >= 0),
                **said,
            }


def play() -> pd.DataFrame:
    """All cases of the store."""
    areas = sorted(code for code in load_registry().areas if code.endswith("0000"))
    found = []
    for ask in QUESTIONS:
        rows = load_observations(area=areas, indicators=[ask.indicator], vintages="all")
        rows = rows[rows["freq"] == "A"]
        for area, mine in rows.groupby("area", sort=True):
            found += list(cases(ask, mine, str(area)))
    return pd.DataFrame(found)


def brier(table: pd.DataFrame, method: str) -> float:
    """Mean squared distance of what was said from what came."""
    return float(((table[method] - table["met"]) ** 2).mean())


def covered(table: pd.DataFrame, method: str) -> float:
    """Share of outcomes inside the 80 % interval."""
    inside = (table[f"{method}_low"] <= table["outcome"]) & (table["outcome"] <= table[f"{method}_high"])
    return float(inside.mean())


def lines_of(header: list[str], rows: list[list[str]]) -> list[str]:
    """A markdown table with numbers to the right."""
    out = ["| " + " | ".join(header) + " |", "| --- |" + " --: |" * (len(header) - 1)]
    return [*out, *("| " + " | ".join(r) + " |" for r in rows), ""]


def overall(table: pd.DataFrame) -> list[str]:
    """Scores of each method on all cases and at mid-term."""
    middle = table[table["ahead"].isin([2, 3])]
    yearly = {m: ((table[m] - table["met"]) ** 2).groupby(table["base"]).mean() for m in METHODS}
    rows = []
    for m in METHODS:
        right = ((table[m] >= 0.5) == (table["met"] == 1)).mean()
        if m == "projection":
            p = ""
        else:
            test = diebold_mariano(yearly["projection"], yearly[m], h=SPAN, power=1)
            p = f"{test.pvalue:.2f}" if test.pvalue >= 0.005 else "< 0.01"
        inside = f"{covered(table, m):.2f}" if m in INTERVALS else ""
        middle_inside = f"{covered(middle, m):.2f}" if m in INTERVALS else ""
        rows.append(
            [m, f"{brier(table, m):.3f}", f"{brier(middle, m):.3f}", f"{right:.2f}", inside, middle_inside, p]
        )
    rate = table["met"].mean()
    rows.append([f"always say {rate:.2f}", f"{rate * (1 - rate):.3f}", "", "", "", "", ""])
    header = ["Method", "Brier", "Brier, mid-term", "right side of 0.5", "80 % interval held"]
    return lines_of([*header, "held, mid-term", "p against projection"], rows)


def by(table: pd.DataFrame, column: str) -> list[str]:
    """Brier scores in each group; the best in bold, lost cases too."""
    rows = []
    for name, group in table.groupby(column, sort=True):
        scores = {m: round(brier(group, m), 3) for m in METHODS}
        best = min(scores.values())
        cells = [f"**{s:.3f}**" if s == best else f"{s:.3f}" for s in scores.values()]
        held = f"{covered(group, 'projection'):.2f}"
        rows.append([str(name), str(len(group)), f"{group['met'].mean():.2f}", *cells, held])
    return lines_of([column, "cases", "met", *METHODS, "projection's interval held"], rows)


def verdict(table: pd.DataFrame) -> str:
    """Who won, in a sentence."""
    scores = {m: brier(table, m) for m in METHODS}
    best = min(scores, key=scores.__getitem__)
    groups = [g for _, g in table.groupby("indicator")]
    first = sum(min(METHODS, key=lambda m: brier(g, m)) == "projection" for g in groups)
    held = ", ".join(f"`{m}` {covered(table, m):.0%}" for m in INTERVALS)
    return (
        f"Lowest Brier score: `{best}` ({scores[best]:.3f}; `projection` {scores['projection']:.3f}, best in "
        f"{first} of {len(groups)} series). Of the 80 % intervals held: {held}."
    )


def bins(table: pd.DataFrame) -> list[str]:
    """Said against came, for the methods that say probabilities."""
    rows = []
    edges = [0.0, 0.1, 0.33, 0.66, 0.9, 1.0]
    for m in INTERVALS:
        group = pd.cut(table[m], edges, include_lowest=True)
        for interval, mine in table.groupby(group, observed=True):
            name = f"{m}, {max(interval.left, 0):.2f}-{interval.right:.2f}"
            rows.append([name, str(len(mine)), f"{mine[m].mean():.2f}", f"{mine['met'].mean():.2f}"])
    return lines_of(["Method, probability said", "cases", "mean said", "share met"], rows)


def plans(table_of_real_gdp: pd.Series) -> list[str]:
    """The growth that national plans announced, judged two and three years before their end."""
    ask, rows = QUESTIONS[0], []
    for base, growth in PLANS.items():
        if base + SPAN not in table_of_real_gdp.index.year:
            continue
        start = float(table_of_real_gdp[str(base)])
        target = start * (1 + growth / 100) ** SPAN
        outcome = float(table_of_real_gdp[str(base + SPAN)])
        for gone in (2, 3):
            past = table_of_real_gdp[table_of_real_gdp.index.year <= base + gone]
            said = say(past, base, target, ask)
            name = f"{base + 1}-{base + SPAN}, {growth} % a year, judged with {base + gone}"
            rows.append([name, "yes" if outcome >= target else "no", *(f"{said[m]:.2f}" for m in METHODS)])
    return lines_of(["Plan", "met", *METHODS], rows)


def markdown(table: pd.DataFrame) -> str:
    """The page."""
    refused = int(table["refused"].fillna(0).sum()) if "refused" in table else 0
    scored = table[table["refused"].isna()] if "refused" in table else table
    national = load_observations(area="000000", indicators=[QUESTIONS[0].indicator], vintages="all")
    kinds = scored.groupby(["indicator", "sample"]).size().unstack(fill_value=0)
    vintage = lines_of(
        ["Series", "areas", "base years", *(f"samples {k}" for k in kinds.columns)],
        [
            [str(i), str(g["area"].nunique()), f"{g['base'].min()}-{g['base'].max()}"]
            + [str(int(v)) for v in kinds.loc[i]]
            for i, g in scored.groupby("indicator", sort=True)
        ],
    )
    lines = [
        "# Back-test on past mid-terms",
        "",
        "Made by `python tools/backtest.py` from the store; the same store gives the same page.",
        "",
        f"{len(scored)} judgements ({refused} refused) on real series. **Targets are ours, not a plan's**:",
        "the level five years after a base year that the median five-year growth up to then would give.",
        "Judgements are made 1 to 4 years into the five; mid-term is 2 or 3 years before the end.",
        "",
        "**What was known then.** `published` samples hold what had been printed by the end of the year",
        "after the last figure. Where the store holds no such edition of the whole series, the longest",
        "edition is cut off at the last figure (`truncated`): no later year is seen, later revisions are.",
        "One edition alone is used, so no revision counts as growth.",
        "",
        *vintage,
        "Judgements of 31 provinces in one year share that year's shocks: they are far fewer than they look.",
        "The p value compares mean losses by base year, each counting once (Diebold-Mariano with the",
        "small-sample correction, overlap of 5 years).",
        "",
        "## Methods",
        "",
        *(f"- `{m}`: {text}." for m, text in METHODS.items()),
        "",
        "## All judgements",
        "",
        verdict(scored),
        "",
        *overall(scored),
        "## Said and came",
        "",
        *bins(scored),
        "## By series (Brier; best in bold)",
        "",
        *by(scored, "indicator"),
        "## By years ahead",
        "",
        *by(scored, "ahead"),
        "## By base year",
        "",
        *by(scored, "base"),
        "## Growth that national plans announced",
        "",
        "Real GDP, from the volume index; growth as announced for the 11th to 13th plans (7.5 %, 7 %, at",
        "least 6.5 %).",
        "",
        *plans(one_vintage(national[national["freq"] == "A"])),
    ]
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Score past mid-terms on the series of the store.")
    parser.add_argument("--out", type=Path, help="write the page to this file too")
    parser.add_argument("--csv", type=Path, help="write every judgement to this file")
    options = parser.parse_args(argv)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = play()
    text = markdown(table)
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    if options.csv:
        table.to_csv(options.csv, index=False, float_format="%.6g")
    return 0


if __name__ == "__main__":
    sys.exit(main())
