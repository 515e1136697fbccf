"""What every judgement shares: the context of a measure, time, bands, and the making of a verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from ..registry.load import Registry
from ..registry.records import Commitment, Indicator, Measure, Plan
from ..series import periods
from .book import Book, Figures
from .verdicts import REASONS, Settings, Verdict, Word

__all__ = ["Case", "band_word", "baseline", "label", "no_figures", "paced", "plan_years", "time_progress"]


# the same few periods are read for every measure of every area
_read_period = lru_cache(maxsize=4096)(periods.parse_period)
_year_label = lru_cache(maxsize=4096)(periods.year_label)

# a sentence quoted alone must still say that it describes no real place
SYNTHETIC_PREFIX = ("【演示】", "[演示 demo] ")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One measure to judge, with all that is known when it is judged."""

    plan: Plan
    commitment: Commitment
    measure: Measure
    book: Book
    registry: Registry
    settings: Settings
    as_of: date
    synthetic: bool

    @cached_property
    def indicator(self) -> Indicator:
        """The indicator of the measure."""
        return self.registry.indicator(self.measure.indicator)

    def name(self, lang: str) -> str:
        """The name of the measure, or of its indicator."""
        own = self.measure.name(lang)
        return own or (self.indicator.name(lang) if self.measure.indicator else self.commitment.name(lang))

    def show(self, value: float, lang: str) -> str:
        """A value of the indicator as a report prints it."""
        return self.indicator.format(value, lang)

    def verdict(self, word: Word, zh: str, en: str, **values: Any) -> Verdict:
        """A verdict with the ids of the case filled in."""
        mark = SYNTHETIC_PREFIX if self.synthetic else ("", "")
        values.setdefault("target", self.measure.target.value if self.measure.target else math.nan)
        return Verdict(
            measure=self.measure.id,
            commitment=self.commitment.id,
            section=self.commitment.section,
            type=self.measure.type,
            indicator=self.measure.indicator,
            unit=self.indicator.unit if self.measure.indicator else "",
            word=word,
            sentence_zh=mark[0] + zh,
            sentence_en=mark[1] + en,
            offices=self.commitment.offices,
            synthetic=self.synthetic,
            **values,
        )

    def refuse(self, reason: str, zh: str = "", en: str = "", **values: Any) -> Verdict:
        """无法评估, with the reason and who owes the data."""
        offices_zh = "、".join(self.plan.offices[o].zh for o in self.commitment.offices)
        offices_en = ", ".join(self.plan.offices[o].en for o in self.commitment.offices)
        why_zh, why_en = zh or REASONS[reason]["zh"], en or REASONS[reason]["en"]
        owed_zh = f"，待{offices_zh}提供" if offices_zh else ""
        owed_en = f"; owed by {offices_en}" if offices_en else ""
        return self.verdict(
            "not_assessable",
            f"{self.name('zh')}：{why_zh}{owed_zh}。",
            f"{self.name('en')}: {why_en}{owed_en}.",
            reason=reason,
            **values,
        )

    def stale(self, last_period: str) -> bool:
        """Whether the last figure is older than the settings allow, counted to `as_of` or plan end."""
        end = _read_period(last_period).end
        now = min(self.as_of, self.plan.end)
        return (now - end).days / 365.25 > self.settings.stale_years


def label(period: str, lang: str) -> str:
    """A period as a sentence writes it."""
    return _year_label(period, lang)


def time_progress(plan: Plan, period: str) -> float:
    """Share of the plan gone at the end of a period: 2022 is 0.4 of 2021-2025.

    The time is that of the datum, not of the meeting.
    """
    end = _read_period(period).end
    total = (plan.end - plan.start).days + 1
    return min(1.0, max(0.0, ((end - plan.start).days + 1) / total))


def plan_years(case: Case, figures: Figures) -> Figures:
    """Figures of the plan years, in order."""
    return figures.between(case.plan.start.year, case.plan.end.year)


def baseline(case: Case, figures: Figures) -> float:
    """The base that the document of the target prints; without one, the figure of the base year."""
    target = case.measure.target
    if target is not None and target.baseline is not None:
        return target.baseline
    return figures.at(case.plan.baseline)


def no_figures(case: Case, figures: Figures) -> Verdict:
    """Refuse for want of figures, naming the last one that is known."""
    if figures.empty:
        return case.refuse("no_data")
    last, value = str(figures.years[-1]), figures.numbers[-1]
    return case.refuse(
        "no_plan_year",
        f"规划期内尚无数据（最近为{label(last, 'zh')}的{case.show(value, 'zh')}）",
        f"no figure inside the plan years (the last is {case.show(value, 'en')} of {label(last, 'en')})",
        period=last,
        value=value,
        evidence=figures.cite(last),
    )


def incomplete(case: Case, inside: Figures, *, settled: bool = False) -> Verdict | None:
    """Refuse a rule on every plan year when its figures are old or a year is missing.

    `settled` says that the years at hand decide already (a breach stays a breach), so that a gap
    changes nothing.
    """
    last = str(inside.years[-1])
    missing = [str(y) for y in inside.missing(case.plan.start.year)]
    if case.stale(last):
        reason = "stale"
        zh, en = f"最近数据为{label(last, 'zh')}，过旧", f"the last figure is of {label(last, 'en')}: too old"
    elif missing and not settled:
        reason = "gap"
        zh, en = f"缺{'、'.join(missing)}年数据", f"{', '.join(missing)} missing"
    else:
        return None
    return case.refuse(reason, zh, en, period=last, value=inside.numbers[-1], evidence=inside.cite_all())


def band_word(progress: float, pace: float, settings: Settings, shift: float = 0.0) -> Word:
    """The word for a pace; a target already reached is 提前完成 whatever the pace.

    >>> band_word(0.52, 1.3, Settings()), band_word(0.3, 0.75, Settings())
    ('ahead', 'behind')
    """
    if progress >= 1.0:
        return "achieved"
    if pace >= settings.ahead + shift:
        return "ahead"
    if pace >= settings.on_track + shift:
        return "on_track"
    return "behind"


def paced(
    case: Case, progress: float, pace: float, probability: float, *, over: bool = False
) -> tuple[Word, bool]:
    """The word for a pace, adjusted by the probability, and whether it is fragile.

    Pace and probability that contradict each other give 需关注. When the time is over nothing is on track any
    more: what is missed by little needs attention, the rest is behind.
    """
    s = case.settings

    def adjusted(shift: float) -> Word:
        word = band_word(progress, pace, s, shift)
        if over and word in ("ahead", "on_track"):
            return "attention"
        if math.isfinite(probability):
            if word == "ahead" and probability < s.p_ahead:
                return "attention"
            if word == "on_track" and probability < s.p_on_track:
                return "attention"
            if word == "behind" and probability >= s.p_ahead:
                return "attention"  # late so far, but the recent pace would get there
        return word

    word = adjusted(0.0)
    return word, {adjusted(-s.flip), adjusted(s.flip)} != {word}
